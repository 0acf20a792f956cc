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

enum { OPTION_POLICIES = 256, OPTION_JSON, OPTION_LANG, OPTION_EXPLAIN, OPTION_CONFIDENCE, OPTION_LENIENT, OPTION_ON, OPTION_VERSION, OPTION_HELP };

static const struct option long_options[] = {
	{ "policies", required_argument, NULL, OPTION_POLICIES },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "lang", required_argument, NULL, OPTION_LANG },
	{ "explain", optional_argument, NULL, OPTION_EXPLAIN },
	{ "confidence", required_argument, NULL, OPTION_CONFIDENCE },
	{ "lenient", no_argument, NULL, OPTION_LENIENT },
	{ "on", required_argument, NULL, OPTION_ON },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, OPTION_HELP },
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
	case OPTION_ON:
		if (yb_day_from_text(word, strlen(word), &tool->on) != YB_OK)
			return refuse_word("on", word, "a date that exists, YYYY-MM-DD");
		return TOOL_OK;
	case OPTION_VERSION:
		request->version = true;
		return TOOL_OK;
	default:
		request->help = true;
		return TOOL_OK;
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
	while ((result = getopt_long(argc, argv, "-:", long_options, NULL)) != -1) {
		int rc = TOOL_OK;

		if (result == 1)
			tool->args[tool->arg_count++] = optarg;
		else if (result == '?' || result == ':')
			/* a letter in the middle of a word leaves optind at that word */
			rc = option_refuse(result, argv[optind > at ? optind - 1 : at]);
		else
			rc = option_take(request, result, optarg);
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

/* A standard stream that is closed would become the first file opened; writing to stdout still fails afterwards. */
static void
streams_guard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
	}
	signal(SIGPIPE, SIG_IGN);
}

/* What was printed has arrived, or the exit status says that it has not. */
static int
output_finish(int rc)
{
	int failed = fflush(stdout) != 0 ? errno : 0;

	if (failed == 0 && !ferror(stdout))
		return rc;
	if (failed != EPIPE) /* a reader that has seen enough needs no message */
		tool_fail("standard output: %s", failed != 0 ? strerror(failed) : "write error");
	return TOOL_INTERNAL;
}

/* --- commands ------------------------------------------------------------- */

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
		tool_fail("\"yibao %s\" needs a word more: list, show, check, test or sources", tool->args[0]);
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
	if (tool->on != YB_DAY_NONE && !command->takes_on) {
		tool_fail("\"yibao %s\" takes no --on", command->words);
		return TOOL_USAGE;
	}
	return command->run(tool);
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
	if (request->help && tool->arg_count == 1 && strcmp(tool->args[0], "policy") == 0) {
		tool_help_group("policy", tool->lang);
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
	request.tool.args = args = calloc(room, sizeof(*args));
	if (!request.tool.dirs || !args) {
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
	free(args);
	return rc;
}
