/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * yibao, the tool: what the library answers, on a command line.
 *
 * This file reads options, finds the command and sees that what was printed
 * has arrived; the commands are in the files beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#ifndef YB_POLICYDIR
#define YB_POLICYDIR "/usr/share/yibao/policies"
#endif

enum { OPTION_POLICIES = 256, OPTION_JSON, OPTION_LANG, OPTION_EXPLAIN, OPTION_CONFIDENCE, OPTION_LENIENT, OPTION_KNOWN_ON, OPTION_OVERLAY, OPTION_ARCHIVE, OPTION_VERSION, OPTION_HELP,
	OPTION_BY, OPTION_VALUE, OPTION_WEIGHT, OPTION_BINS, OPTION_SVG };
/* OPTION_OWN and the number of its bit is an option that some commands take */
#define OPTION_OWN (1 << 16)
#define OWN(bit) (OPTION_OWN + __builtin_ctzll(bit))
#define OWN_BIT(option) (UINT64_C(1) << ((option) - OPTION_OWN))

static const struct option long_options[] = {
	{ "policies", required_argument, NULL, OPTION_POLICIES },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "lang", required_argument, NULL, OPTION_LANG },
	{ "explain", optional_argument, NULL, OPTION_EXPLAIN },
	{ "confidence", required_argument, NULL, OPTION_CONFIDENCE },
	{ "lenient", no_argument, NULL, OPTION_LENIENT },
	{ "known-on", required_argument, NULL, OPTION_KNOWN_ON },
	{ "overlay", required_argument, NULL, OPTION_OVERLAY },
	{ "archive", required_argument, NULL, OPTION_ARCHIVE },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "on", required_argument, NULL, OWN(TOOL_ON) },
	{ "paid-on", required_argument, NULL, OWN(TOOL_PAID_ON) },
	{ "year", required_argument, NULL, OWN(TOOL_YEAR) },
	{ "month", required_argument, NULL, OWN(TOOL_MONTH) },
	{ "months", required_argument, NULL, OWN(TOOL_MONTHS) },
	{ "paid", required_argument, NULL, OWN(TOOL_PAID) },
	{ "repaired", required_argument, NULL, OWN(TOOL_REPAIRED) },
	{ "interest", no_argument, NULL, OWN(TOOL_INTEREST) },
	{ "contribution", no_argument, NULL, OWN(TOOL_CONTRIBUTION) },
	{ "region", required_argument, NULL, OWN(TOOL_REGION) },
	{ "cases", required_argument, NULL, OWN(TOOL_CASES) },
	{ "examples", required_argument, NULL, OWN(TOOL_EXAMPLES) },
	{ "seed", required_argument, NULL, OWN(TOOL_SEED) },
	{ "coverage", no_argument, NULL, OWN(TOOL_COVERAGE) },
	{ "id", required_argument, NULL, OWN(TOOL_ID) },
	{ "issuer", required_argument, NULL, OWN(TOOL_ISSUER) },
	{ "docno", required_argument, NULL, OWN(TOOL_DOCNO) },
	{ "url", required_argument, NULL, OWN(TOOL_URL) },
	{ "published", required_argument, NULL, OWN(TOOL_PUBLISHED) },
	{ "out", required_argument, NULL, OWN(TOOL_OUT) },
	{ "rejects", required_argument, NULL, OWN(TOOL_REJECTS) },
	{ "threads", required_argument, NULL, OWN(TOOL_THREADS) },
	{ "set", required_argument, NULL, OWN(TOOL_SET) },
	{ "keep", required_argument, NULL, OWN(TOOL_KEEP) },
	{ "keep-all", no_argument, NULL, OWN(TOOL_KEEP_ALL) },
	{ "answers", required_argument, NULL, OWN(TOOL_ANSWERS) },
	{ "histories", no_argument, NULL, OWN(TOOL_HISTORIES) },
	{ "format", required_argument, NULL, OWN(TOOL_FORMAT) },
	{ "from", required_argument, NULL, OWN(TOOL_FROM) },
	{ "to", required_argument, NULL, OWN(TOOL_TO) },
	{ "channel", required_argument, NULL, OWN(TOOL_CHANNEL) },
	{ "institution", required_argument, NULL, OWN(TOOL_INSTITUTION) },
	{ "batch", no_argument, NULL, OWN(TOOL_BATCH) },
	{ "axis", required_argument, NULL, OWN(TOOL_AXIS) },
	{ "person", required_argument, NULL, OWN(TOOL_PERSON) },
	{ "certno-from", required_argument, NULL, OWN(TOOL_CERTNO_FROM) },
	{ "account", required_argument, NULL, OWN(TOOL_ACCOUNT) },
	{ "head", required_argument, NULL, OWN(TOOL_HEAD) },
	{ "csv", no_argument, NULL, OWN(TOOL_CSV) },
	{ "html", no_argument, NULL, OWN(TOOL_HTML) },
	{ "ledger", required_argument, NULL, OWN(TOOL_LEDGER_FILE) },
	{ "post", no_argument, NULL, OWN(TOOL_POST) },
	{ "key", required_argument, NULL, OWN(TOOL_KEY) },
	{ "policy", required_argument, NULL, OWN(TOOL_POLICY_TODAY) },
	{ "posting-day", required_argument, NULL, OWN(TOOL_POSTING_DAY) },
	{ "by", required_argument, NULL, OPTION_BY },
	{ "value", required_argument, NULL, OPTION_VALUE },
	{ "weight", required_argument, NULL, OPTION_WEIGHT },
	{ "bins", required_argument, NULL, OPTION_BINS },
	{ "svg", required_argument, NULL, OPTION_SVG },
	{ NULL, 0, NULL, 0 },
};

static const struct {
	const char *word;
	yb_confidence confidence;
} confidence_words[] = {
	{ "official", YB_CONFIDENCE_OFFICIAL }, { "repost", YB_CONFIDENCE_REPOST }, { "secondary", YB_CONFIDENCE_SECONDARY },
	{ "weak", YB_CONFIDENCE_WEAK },         { "draft", YB_CONFIDENCE_DRAFT },   { "seed", YB_CONFIDENCE_SEED },
	{ "case", YB_CONFIDENCE_CASE },
};

/* What stands on the command line besides what a command is told. */
struct request {
	struct tool tool;
	bool help, version;
};

/* --- options -------------------------------------------------------------- */

static int
refuse_word(const char *option, const char *word, const char *words)
{
	tool_fail("--%s %s: must be %s", option, word, words);
	return TOOL_USAGE;
}

static int
confidence_read(const char *word, yb_confidence *confidence)
{
	for (size_t i = 0; i < sizeof(confidence_words) / sizeof(confidence_words[0]); i++) {
		if (strcmp(word, confidence_words[i].word) == 0) {
			*confidence = confidence_words[i].confidence;
			return TOOL_OK;
		}
	}
	return refuse_word("confidence", word, "official, repost, secondary, weak, draft, seed or case");
}

/* A number of at most four digits, and of at least so many. */
static bool
number_read(const char *word, size_t digits, int32_t least, int32_t most, int32_t *number)
{
	size_t length = strlen(word);

	if (length < digits || length > 4 || strspn(word, "0123456789") != length)
		return false;
	*number = (int32_t)strtol(word, NULL, 10);
	return *number >= least && *number <= most;
}

static bool
month_read(const char *word, yb_day *first)
{
	char text[YB_DAY_TEXT_SIZE];

	return strlen(word) == 7 && snprintf(text, sizeof(text), "%s-01", word) == 10 && yb_day_from_text(text, 10, first) == YB_OK;
}

static bool
paid_read(const char *word, yb_fen *paid)
{
	return yb_fen_from_text(word, strlen(word), paid) == YB_OK && *paid > 0 && *paid <= YB_FEN_LIMIT;
}

/* A text that goes into a document. */
static const char *
plain_word(const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)word[i] < 0x20 || word[i] == 0x7f)
			return "a text without control characters";
	return length > 0 && length <= 255 ? NULL : "a text of 1 to 255 bytes";
}

/* What stands on a command line is in the list of processes, for all to see. */
static const char *
person_read(const char *word)
{
	if (yb_identity_check(word, strlen(word), NULL, NULL, NULL) == YB_OK && strlen(word) == 18)
		return "a person number; an identity number does not belong on a command line, --certno-from FILE reads it from a document";
	return word[0] && strlen(word) <= 65 ? NULL : "a person number";
}

/* What the word of an option of some commands must be, when it is not that. */
static const char *
own_read(struct tool *tool, uint64_t bit, const char *word)
{
	static const char date[] = "a date that exists, YYYY-MM-DD";
	yb_day day;

	switch (bit) {
	case TOOL_ON:
		return yb_day_from_text(word, strlen(word), &tool->on) == YB_OK ? NULL : date;
	case TOOL_PAID_ON:
		return yb_day_from_text(word, strlen(word), &tool->paid_on) == YB_OK ? NULL : date;
	case TOOL_YEAR:
		return number_read(word, 4, 1, 9998, &tool->year) ? NULL : "a year of four digits, 0001 to 9998";
	case TOOL_MONTH:
		return month_read(word, &tool->month) ? NULL : "a month that exists, YYYY-MM";
	case TOOL_MONTHS:
		return number_read(word, 1, 1, 1800, &tool->months) ? NULL : "a number of months, 1 to 1800";
	case TOOL_PAID:
		return paid_read(word, &tool->paid) ? NULL : "an amount in yuan above 0 with at most two decimals, 400.00";
	case TOOL_REPAIRED:
		return number_read(word, 1, 0, 150, &tool->repaired) ? NULL : "a number of years, 0 to 150";
	case TOOL_CASES:
		return number_read(word, 1, 0, 9999, &tool->cases) ? NULL : "a number of cases, 0 to 9999";
	case TOOL_EXAMPLES:
		return number_read(word, 1, 0, 100, &tool->examples) ? NULL : "a number of examples, 0 to 100";
	case TOOL_SEED:
		return number_read(word, 1, 1, 9999, &tool->seed) ? NULL : "a number, 1 to 9999";
	case TOOL_REGION:
		tool->region = word;
		return yb_admdvs_check(word, strlen(word)) == YB_OK ? NULL : "a region code of six digits";
	case TOOL_ID:
		tool->id = word;
		return yb_admdvs_check(word, strlen(word)) == YB_OK ? NULL : "a region code of six digits";
	case TOOL_ISSUER:
		tool->issuer = word;
		return plain_word(word);
	case TOOL_DOCNO:
		tool->docno = word;
		return plain_word(word);
	case TOOL_URL:
		tool->url = word;
		return plain_word(word);
	case TOOL_PUBLISHED:
		tool->published = word;
		return yb_day_from_text(word, strlen(word), &day) == YB_OK ? NULL : date;
	case TOOL_OUT:
		tool->out = word;
		return word[0] ? NULL : "a file, or - for standard output";
	case TOOL_REJECTS:
		tool->rejects = word;
		return word[0] && strcmp(word, "-") != 0 ? NULL : "a file";
	case TOOL_THREADS:
		return number_read(word, 1, 1, 256, &tool->threads) ? NULL : "a number of threads, 1 to 256";
	case TOOL_SET:
		tool->sets[tool->set_count++] = word;
		return strchr(word, '=') ? NULL : "NAME=TEXT";
	case TOOL_KEEP:
		tool->keeps[tool->keep_count++] = word;
		return word[0] ? NULL : "columns, NAME or NAME,NAME";
	case TOOL_ANSWERS:
		tool->answers = word;
		return word[0] ? NULL : "answers, NAME or NAME,NAME, or all";
	case TOOL_FORMAT:
		return yb_bill_format_from_name(word, strlen(word), &tool->format) == YB_OK ? NULL : "wechat, alipay, unionpay, 3201 or 3202";
	case TOOL_FROM:
		return yb_day_from_text(word, strlen(word), &tool->from) == YB_OK ? NULL : date;
	case TOOL_TO:
		return yb_day_from_text(word, strlen(word), &tool->to) == YB_OK ? NULL : date;
	case TOOL_CHANNEL:
		tool->channel = word;
		return plain_word(word);
	case TOOL_INSTITUTION:
		tool->institution = word;
		return plain_word(word);
	case TOOL_AXIS:
		tool->axis = strcmp(word, "business") == 0 ? YB_AXIS_BUSINESS : strcmp(word, "posting") == 0 ? YB_AXIS_POSTING : 0;
		return tool->axis ? NULL : "business or posting";
	case TOOL_PERSON:
		tool->person = word;
		return person_read(word);
	case TOOL_CERTNO_FROM:
		tool->certno_from = word;
		return word[0] ? NULL : "a document or \"-\"";
	case TOOL_ACCOUNT:
		tool->account = word;
		return plain_word(word);
	case TOOL_LEDGER_FILE:
		tool->ledger = word;
		return word[0] ? NULL : "a file";
	case TOOL_KEY:
		tool->key = word;
		return plain_word(word);
	case TOOL_POLICY_TODAY:
		return strcmp(word, "current") == 0 ? NULL : "current";
	case TOOL_HEAD:
		tool->head = word;
		return NULL; /* read where it is used */
	case TOOL_POSTING_DAY:
		return yb_day_from_text(word, strlen(word), &tool->posting_day) == YB_OK ? NULL : date;
	default: /* takes no word */
		return NULL;
	}
}

static const char *
own_name(uint64_t bit)
{
	const struct option *row = long_options;

	while (row->name && row->val != OWN(bit))
		row++;
	return row->name;
}

static int
own_take(struct tool *tool, uint64_t bit, const char *word)
{
	const char *must;

	if (tool->given & bit & ~(TOOL_SET | TOOL_KEEP)) {
		tool_fail("--%s stands there twice", own_name(bit));
		return TOOL_USAGE;
	}
	tool->given |= bit;
	must = own_read(tool, bit, word);
	return must ? refuse_word(own_name(bit), bit == TOOL_PERSON ? "…" : word, must) : TOOL_OK;
}

/* Options of a comparison, all of one command. */
static int
what_if_take(struct tool *tool, int option, const char *word)
{
	static const char *const names[] = { "by", "value", "weight", "bins", "svg" };
	const char **const words[] = { &tool->by, &tool->value, &tool->weight, &tool->bins, &tool->svg };
	const char *name = names[option - OPTION_BY], **slot = words[option - OPTION_BY];

	if (*slot) {
		tool_fail("--%s stands there twice", name);
		return TOOL_USAGE;
	}
	if (!word[0])
		return refuse_word(name, word, "a word");
	*slot = word;
	if (!tool->what_if)
		tool->what_if = name;
	return TOOL_OK;
}

static int
option_take(struct request *request, int option, const char *word)
{
	struct tool *tool = &request->tool;

	switch (option) {
	case OPTION_POLICIES:
		tool->dirs[tool->dir_count++] = word;
		return TOOL_OK;
	case OPTION_JSON:
		tool->json = true;
		return TOOL_OK;
	case OPTION_LANG:
		if (strcmp(word, "zh") != 0 && strcmp(word, "en") != 0)
			return refuse_word("lang", word, "zh or en");
		tool->lang = word[0] == 'z' ? YB_LANG_ZH : YB_LANG_EN;
		return TOOL_OK;
	case OPTION_EXPLAIN:
		if (word && strcmp(word, "summary") != 0 && strcmp(word, "full") != 0)
			return refuse_word("explain", word, "summary or full");
		tool->explain = word && word[0] == 's' ? YB_EXPLAIN_SUMMARY : YB_EXPLAIN_FULL;
		return TOOL_OK;
	case OPTION_CONFIDENCE:
		return confidence_read(word, &tool->confidence);
	case OPTION_LENIENT:
		tool->lenient = true;
		return TOOL_OK;
	case OPTION_OVERLAY:
		tool->overlays[tool->overlay_count++] = word;
		return TOOL_OK;
	case OPTION_ARCHIVE:
		tool->archive = word;
		return TOOL_OK;
	case OPTION_KNOWN_ON:
		return yb_day_from_text(word, strlen(word), &tool->known_on) == YB_OK ? TOOL_OK : refuse_word("known-on", word, "a date, YYYY-MM-DD");
	case OPTION_VERSION:
		request->version = true;
		return TOOL_OK;
	case OPTION_HELP:
		request->help = true;
		return TOOL_OK;
	case OPTION_BY:
	case OPTION_VALUE:
	case OPTION_WEIGHT:
	case OPTION_BINS:
	case OPTION_SVG:
		return what_if_take(tool, option, word);
	default:
		return own_take(tool, OWN_BIT(option), word);
	}
}

/* Why getopt_long() refused the word before optind. */
static int
option_refuse(int result, const char *text)
{
	const char *names[sizeof(long_options) / sizeof(long_options[0])];
	size_t count = 0, prefix = strcspn(text, "="), fitting = 0;
	const char *known = NULL;

	for (; long_options[count].name; count++) {
		names[count] = long_options[count].name;
		if (long_options[count].val == optopt)
			known = names[count];
		if (prefix > 2 && strncmp(text, "--", 2) == 0 && strncmp(names[count], text + 2, prefix - 2) == 0)
			fitting++;
	}
	if (known && result == ':')
		tool_fail("--%s needs a word after it", known);
	else if (known)
		tool_fail("--%s takes no word", known);
	else if (fitting > 1)
		tool_fail("\"%s\" is short for several options", text);
	else
		return tool_refuse_option(text, names, count);
	return TOOL_USAGE;
}

/* Options may stand anywhere; what is no option is collected in tool.args. */
static int
options_read(struct request *request, int argc, char **argv)
{
	struct tool *tool = &request->tool;
	int result, at = 1;

	opterr = 0;
	while ((result = getopt_long(argc, argv, "-:o:", long_options, NULL)) != -1) {
		int rc = TOOL_OK;

		if (result == 1)
			tool->args[tool->arg_count++] = optarg;
		else if (result == '?' || result == ':')
			/* a letter in the middle of a word leaves optind at that word */
			rc = option_refuse(result, argv[optind > at ? optind - 1 : at]);
		else
			rc = option_take(request, result == 'o' ? OWN(TOOL_OUT) : result, optarg);
		if (rc != TOOL_OK)
			return rc;
		at = optind;
	}
	while (optind < argc)
		tool->args[tool->arg_count++] = argv[optind++];
	return TOOL_OK;
}

/* --- surroundings --------------------------------------------------------- */

/* Chinese on a terminal that speaks it. */
static yb_lang
terminal_language(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && value[0])
			return strncmp(value, "zh", 2) == 0 ? YB_LANG_ZH : YB_LANG_EN;
	}
	return YB_LANG_EN;
}

/* Where policies are when no option says so; *path holds the names afterwards and is to be freed. */
static bool
policy_path_read(struct tool *tool, char **path)
{
	const char *value = getenv("YIBAO_POLICY_PATH");
	size_t parts = 1;
	char *rest, *part;

	if (tool->dir_count > 0)
		return true;
	for (const char *c = value ? value : ""; *c; c++)
		parts += *c == ':';
	*path = strdup(value ? value : "");
	free(tool->dirs);
	tool->dirs = calloc(parts, sizeof(*tool->dirs));
	if (!*path || !tool->dirs)
		return false;
	rest = *path;
	while ((part = strsep(&rest, ":")))
		if (part[0])
			tool->dirs[tool->dir_count++] = part;
	if (tool->dir_count == 0) {
		tool->dirs[tool->dir_count++] = YB_POLICYDIR;
		tool->dirs_installed = true;
	}
	return true;
}

/* Whoever read our output has seen enough; stdio forgets why a write failed that was not the last. */
static volatile sig_atomic_t reader_left;

static void
pipe_broken(int number)
{
	(void)number;
	reader_left = 1;
}

/* A standard stream that is closed would become the first file opened; writing to stdout still fails afterwards. */
static void
streams_guard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
	}
	signal(SIGPIPE, pipe_broken);
}

/* What was printed has arrived, or the exit status says that it has not. */
static int
output_finish(int rc)
{
	int failed = fflush(stdout) != 0 ? errno : 0;

	if (failed == 0 && !ferror(stdout))
		return rc;
	if (!reader_left)
		tool_fail("standard output: %s", failed != 0 ? strerror(failed) : "write error");
	return TOOL_INTERNAL;
}

/* --- commands ------------------------------------------------------------- */

/* A command in two words of which the second is not there. */
static void
group_refuse(const char *group)
{
	const char *separator = "";
	size_t length = strlen(group);

	fprintf(stderr, "yibao: \"yibao %s\" needs a word more:", group);
	for (size_t i = 0; i < tool_command_count; i++) {
		const char *words = tool_commands[i].words;

		if (strncmp(words, group, length) != 0 || words[length] != ' ')
			continue;
		fprintf(stderr, "%s %s", separator, words + length + 1);
		separator = ",";
	}
	putc('\n', stderr);
}

/* The command that the first words name, which leave tool.args. */
static int
command_find(struct tool *tool, const struct command **found)
{
	bool group = false;

	for (size_t i = 0; i < tool_command_count; i++) {
		const char *words = tool_commands[i].words, *space = strchr(words, ' ');
		size_t first = strcspn(words, " ");

		if (strlen(tool->args[0]) != first || strncmp(words, tool->args[0], first) != 0)
			continue;
		group = true;
		if (space && (tool->arg_count < 2 || strcmp(tool->args[1], space + 1) != 0))
			continue;
		*found = &tool_commands[i];
		tool->args += space ? 2 : 1;
		tool->arg_count -= space ? 2 : 1;
		return TOOL_OK;
	}
	if (group && tool->arg_count < 2) {
		group_refuse(tool->args[0]);
		return TOOL_USAGE;
	}
	return group ? tool_refuse_command(tool->args[0], tool->args[1]) : tool_refuse_command("", tool->args[0]);
}

static int
command_run(const struct command *command, const struct tool *tool)
{
	if (tool->arg_count < command->least || tool->arg_count > command->most) {
		tool_fail("usage: yibao %s%s%s", command->words, command->operands[0] ? " " : "", command->operands);
		return TOOL_USAGE;
	}
	if (tool->what_if && !(command->takes & TOOL_WHATIF)) {
		tool_fail("\"yibao %s\" takes no --%s", command->words, tool->what_if);
		return TOOL_USAGE;
	}
	for (const struct option *row = long_options; row->name; row++) {
		if (row->val >= OPTION_OWN && tool->given & ~command->takes & OWN_BIT(row->val)) {
			tool_fail("\"yibao %s\" takes no --%s", command->words, row->name);
			return TOOL_USAGE;
		}
	}
	return command->run(tool);
}

/* The first of two words of some command. */
static bool
command_group(const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i < tool_command_count; i++)
		if (strncmp(tool_commands[i].words, word, length) == 0 && tool_commands[i].words[length] == ' ')
			return true;
	return false;
}

static int
request_answer(struct request *request)
{
	struct tool *tool = &request->tool;
	const struct command *command = NULL;
	int rc;

	if (request->version) {
		printf("yibao %s\n", yb_version());
		return TOOL_OK;
	}
	if (tool->arg_count == 0 && request->help) {
		tool_help(NULL, tool->lang);
		return TOOL_OK;
	}
	if (tool->arg_count == 0) {
		tool_fail("a command is needed");
		tool_usage_hint();
		return TOOL_USAGE;
	}
	if (request->help && tool->arg_count == 1 && command_group(tool->args[0])) {
		tool_help_group(tool->args[0], tool->lang);
		return TOOL_OK;
	}
	rc = command_find(tool, &command);
	if (rc != TOOL_OK)
		return rc;
	if (!request->help)
		return command_run(command, tool);
	tool_help(command, tool->lang);
	return TOOL_OK;
}

int
main(int argc, char **argv)
{
	struct request request = { .tool = { .lang = terminal_language(), .on = YB_DAY_NONE } };
	size_t room = (size_t)(argc > 0 ? argc : 1);
	const char **args;
	char *path = NULL;
	int rc;

	streams_guard();
	request.tool.dirs = calloc(room, sizeof(*request.tool.dirs));
	request.tool.overlays = calloc(room, sizeof(*request.tool.overlays));
	request.tool.sets = calloc(room, sizeof(*request.tool.sets));
	request.tool.keeps = calloc(room, sizeof(*request.tool.keeps));
	request.tool.args = args = calloc(room, sizeof(*args));
	if (!request.tool.dirs || !request.tool.overlays || !request.tool.sets || !request.tool.keeps || !args) {
		tool_fail("out of memory");
		rc = TOOL_INTERNAL;
	} else {
		rc = options_read(&request, argc, argv);
	}
	if (rc == TOOL_OK && !policy_path_read(&request.tool, &path)) {
		tool_fail("out of memory");
		rc = TOOL_INTERNAL;
	}
	if (rc == TOOL_OK)
		rc = request_answer(&request);
	rc = output_finish(rc);
	free(path);
	free(request.tool.dirs);
	free(request.tool.overlays);
	free(request.tool.sets);
	free(request.tool.keeps);
	free(args);
	return rc;
}
