/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ledger init, post, balance, show, verify: what has happened to people's insurance money. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ledger.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- ends ----------------------------------------------------------------- */

/* What the facts of a document are to blame for; the rest is of the ledger. */
int
tool_ledger_code(yb_status status)
{
	switch (status) {
	case YB_OK: return TOOL_OK;
	case YB_E_NO_MEMORY: case YB_E_INTERNAL: case YB_E_INVALID: return TOOL_INTERNAL;
	case YB_E_SYNTAX: case YB_E_BAD_TEXT: case YB_E_DUPLICATE: case YB_E_LIMIT: case YB_E_MISSING_KEY: case YB_E_UNKNOWN_KEY: case YB_E_BAD_VALUE:
	case YB_E_BAD_AMOUNT: case YB_E_BAD_IDENTITY: case YB_E_CONTRADICTION: return TOOL_DOCUMENT;
	default: return TOOL_LEDGER;
	}
}

/* Tell why it failed, free the error, and give the exit code. */
int
tool_ledger_fail(const struct tool *tool, yb_status status, struct yb_error *error)
{
	tool_print_errors(tool, error, status);
	yb_error_unref(error);
	return tool_ledger_code(status);
}

int
tool_ledger_open(const struct tool *tool, uint32_t flags, struct yb_ledger **ledger)
{
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;
	struct yb_error *error = NULL;
	yb_status status;

	options.flags = flags;
	status = yb_ledger_open(tool->ledger ? tool->ledger : tool->args[0], &options, ledger, &error);
	if (status == YB_OK)
		return TOOL_OK;
	(void)tool_ledger_fail(tool, status, error);
	return status == YB_E_NO_MEMORY || status == YB_E_INTERNAL ? TOOL_INTERNAL : TOOL_LEDGER;
}

/* --- ledger init ---------------------------------------------------------- */

int
tool_ledger_init(const struct tool *tool)
{
	static const char *const words[2] = { "made %s, and %s.key with the key for identity numbers: keep both\n", "已建立 %s，并在 %s.key 存放身份证件号码的密钥：请一并保存\n" };
	const char *path = tool->args[0];
	struct yb_error *error = NULL;
	yb_status status = yb_ledger_create(path, &error);

	if (status != YB_OK) {
		(void)tool_ledger_fail(tool, status, error);
		return status == YB_E_NO_MEMORY || status == YB_E_INTERNAL ? TOOL_INTERNAL : TOOL_LEDGER;
	}
	if (!tool->json) {
		printf(words[tool->lang], path, path);
		return TOOL_OK;
	}
	fputs("{\"schema\": \"yibao-ledger-init/1\", \"ledger\": ", stdout);
	tool_json_text(path);
	fputs("}\n", stdout);
	return TOOL_OK;
}

/* --- a line of the ledger ------------------------------------------------- */

/*
 * The library writes JSON in one way: `"name": value` with ", " between. So a line can be walked without being parsed in full.
 */

static const char *
skip_text(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

static const char *
skip_value(const char *at)
{
	int depth = 0;

	do {
		if (*at == '"') {
			at = skip_text(at);
			continue;
		}
		if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		at++;
	} while (*at && (depth > 0 || (*at != ',' && *at != '}' && *at != ']')));
	return at;
}

/* Value of a member of an object; NULL: there is none. */
static const char *
member(const char *object, const char *name)
{
	const char *at = object && *object == '{' ? object + 1 : "";

	while (*at == '"') {
		const char *end = skip_text(at), *value = end + 2;
		if ((size_t)(end - at) == strlen(name) + 2 && strncmp(at + 1, name, strlen(name)) == 0)
			return value;
		at = skip_value(value);
		if (*at == ',')
			at += 2;
	}
	return NULL;
}

/* A text or number of a line as it is read: escapes are undone, and what a terminal would obey is left out. */
static void
plain_value(const char *value, char *out, size_t size)
{
	const char *end = value ? skip_value(value) : value;
	size_t n = 0;

	for (; value && value < end && n + 1 < size; value++) {
		if (*value == '"')
			continue;
		if (*value != '\\') {
			out[n++] = *value;
		} else if (value[1] == 'u') {
			value += 5;
		} else {
			value++;
			if (*value == '"' || *value == '\\' || *value == '/')
				out[n++] = *value;
		}
	}
	out[n] = '\0';
}

static bool
is_money(const char *text)
{
	size_t digits = strspn(text[0] == '-' ? text + 1 : text, "0123456789");

	text += (text[0] == '-') + digits;
	return digits > 0 && text[0] == '.' && strspn(text + 1, "0123456789") == 2 && !text[3];
}

/* 1234567.00 as 1,234,567.00, to the right of its column. */
void
tool_print_money(const char *text, int width)
{
	char out[64];
	size_t n = 0, digits = strcspn(text, ".");

	for (size_t i = 0; text[i] && n + 2 < sizeof(out); i++) {
		if (i < digits && i > (text[0] == '-') && (digits - i) % 3 == 0)
			out[n++] = ',';
		out[n++] = text[i];
	}
	out[n] = '\0';
	printf("%*s", width, out);
}

static const struct {
	const char *name, *words[2];
} labels[] = {
	{ "seq", { "number", "序号" } }, { "posting_day", { "day of entry", "入账日" } }, { "key", { "key", "幂等键" } }, { "kind", { "kind", "类别" } },
	{ "psn_no", { "person number", "人员编号" } }, { "psn_hash", { "person, by hash", "人员（哈希）" } }, { "business_day", { "business day", "业务日" } },
	{ "reverses", { "reverses", "冲正" } }, { "belongs", { "belongs to", "关联" } }, { "reason", { "reason", "原因" } },
	{ "insutype", { "scheme", "险种" } }, { "amount", { "amount", "金额" } }, { "channel", { "channel", "渠道" } }, { "fund", { "fund", "基金" } },
	{ "accrym_begn", { "from month", "费款所属期起" } }, { "accrym_end", { "through month", "费款所属期止" } },
	{ "elec_taxrpt_no", { "tax receipt", "电子税票号码" } }, { "shares", { "shares", "各方缴费" } }, { "person", { "person", "个人" } },
	{ "employer", { "employer", "单位" } }, { "finsubs", { "subsidy", "财政补助" } }, { "medaid", { "medical aid", "医疗救助" } },
	{ "account", { "account", "个人账户" } }, { "other", { "other", "其他" } }, { "sharer", { "account of", "共济人" } },
	{ "member", { "member", "家庭成员" } }, { "form", { "form", "共济方式" } }, { "from", { "from", "起" } }, { "through", { "through", "止" } },
	{ "limit", { "limits", "限额" } }, { "each", { "each", "每次" } }, { "day", { "a day", "每日" } }, { "year", { "a year", "每年" } },
	{ "count", { "times a day", "每日次数" } }, { "region", { "region", "地区" } }, { "cutoff", { "no later than", "截止日" } },
	{ "fixmedins_code", { "institution", "定点医药机构" } }, { "funds", { "funds", "各项基金" } }, { "setlinfo", { "settlement", "结算信息" } },
	{ "entries", { "entries", "分录" } }, { "chain", { "hash", "哈希" } }, { "totals", { "running totals", "累计" } }, { "receipt", { "receipt", "凭证" } },
}, kinds[] = {
	{ "opening", { "opening", "期初" } }, { "contribution", { "contribution", "缴费" } }, { "credit", { "credit", "划入" } },
	{ "interest", { "interest", "计息" } }, { "settlement", { "settlement", "结算" } }, { "reversal", { "reversal", "冲正" } },
	{ "failure", { "failure", "扣款失败" } }, { "authorization", { "authorization", "共济授权" } }, { "revocation", { "revocation", "解除授权" } },
	{ "share", { "share", "共济" } }, { "share-accept", { "share-accept", "接收共济" } }, { "share-return", { "share-return", "退回共济" } },
	{ "transfer-out", { "transfer-out", "转出" } }, { "transfer-arrival", { "transfer-arrival", "转出到账" } }, { "transfer-in", { "transfer-in", "转入" } },
	{ "refund-request", { "refund-request", "退费申请" } }, { "refund", { "refund", "退费" } }, { "refund-refusal", { "refund-refusal", "不予退费" } },
	{ "clearing", { "clearing", "清算" } }, { "adjustment", { "adjustment", "调整" } }, { "closing", { "closing", "结账" } },
};

static const char *
label(const char *name, yb_lang lang)
{
	for (size_t i = 0; i < COUNT(labels); i++)
		if (strcmp(name, labels[i].name) == 0)
			return labels[i].words[lang];
	return name;
}

static const char *
kind_word(const char *name, yb_lang lang)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].words[lang];
	return name;
}

#define LABELS 24  /* columns */
#define LEDGERS 34 /* of an account's name */

static void
print_scalar(const char *name, const char *value, bool inner, yb_lang lang)
{
	char text[300];

	plain_value(value, text, sizeof(text));
	fputs(inner ? "    " : "  ", stdout);
	tool_pad(strchr(name, '/') ? name : label(name, lang), inner ? LEDGERS : LABELS);
	if (inner && is_money(text)) {
		putchar(' ');
		tool_print_money(text, 20);
	} else if (is_money(text)) {
		tool_print_money(text, 0);
	} else {
		fputs(strcmp(name, "kind") == 0 ? kind_word(text, lang) : text, stdout);
	}
	putchar('\n');
}

/* Members of an object, those of groups further to the right; of what is deeper, that it is there. */
static void
print_members(const char *object, bool inner, yb_lang lang)
{
	static const char *const more[2] = { "(--json shows it)", "（见 --json）" };
	const char *at = object && *object == '{' ? object + 1 : "";

	while (*at == '"') {
		const char *end = skip_text(at), *value = end + 2;
		char name[96];
		snprintf(name, sizeof(name), "%.*s", (int)(end - at) - 2, at + 1);
		if (*value == '{' && strcmp(name, "facts") == 0) {
			print_members(value, false, lang);
		} else if (*value == '{' && !inner && strcmp(name, "receipt") != 0) {
			printf("  %s\n", label(name, lang));
			print_members(value, true, lang);
		} else if (*value == '{' || *value == '[') {
			fputs("  ", stdout);
			tool_pad(label(name, lang), LABELS);
			printf("%s\n", more[lang]);
		} else {
			print_scalar(name, value, inner, lang);
		}
		at = skip_value(value);
		if (*at == ',')
			at += 2;
	}
}

/* --- ledger show ---------------------------------------------------------- */

/* A number, or else a key; a key of digits where there is no such number. */
static yb_status
transaction_find(struct yb_ledger *ledger, const char *word, char **line, struct yb_error **error)
{
	int64_t seq = strlen(word) <= 18 && strspn(word, "0123456789") == strlen(word) ? strtoll(word, NULL, 10) : 0;
	yb_status status = seq > 0 ? yb_ledger_dup_transaction(ledger, seq, line, NULL) : YB_E_NOT_FOUND;

	if (status == YB_E_NOT_FOUND)
		status = yb_ledger_find(ledger, word, &seq, error);
	else
		return status;
	return status == YB_OK ? yb_ledger_dup_transaction(ledger, seq, line, error) : status;
}

int
tool_ledger_show(const struct tool *tool)
{
	struct yb_ledger *ledger = NULL;
	struct yb_error *error = NULL;
	char *line = NULL;
	yb_status status;
	int rc = tool_ledger_open(tool, YB_LEDGER_READ, &ledger);

	if (rc != TOOL_OK)
		return rc;
	status = transaction_find(ledger, tool->args[1], &line, &error);
	if (status != YB_OK)
		rc = tool_ledger_fail(tool, status, error);
	else if (tool->json)
		printf("%s\n", line);
	else
		print_members(line, false, tool->lang);
	yb_free(line);
	yb_ledger_unref(ledger);
	return rc;
}

/* --- ledger post ---------------------------------------------------------- */

struct posting {
	const struct tool *tool;
	struct yb_ledger *ledger;
	yb_day day;
	size_t posted, existed;
	int64_t seq;  /* of the last */
	bool printed; /* one of a list */
};

/* Errors of one line of many say which. */
static void
print_errors_of(const struct posting *p, const char *name, size_t line, const struct yb_error *error, yb_status status)
{
	if (!error)
		tool_fail("%s: %s", name, yb_status_text(status, p->tool->lang));
	for (; error; error = yb_error_get_next(error)) {
		tool_tell("yibao: %s:", name);
		if (line > 0 || yb_error_get_line(error) > 0)
			fprintf(stderr, "%lu:", (unsigned long)(line > 0 ? line : yb_error_get_line(error)));
		if (yb_error_get_column(error) > 0)
			fprintf(stderr, "%lu:", (unsigned long)yb_error_get_column(error));
		tool_tell(" %s", yb_error_get_message(error));
		putc('\n', stderr);
	}
}

static void
print_posted(struct posting *p, const char *line, bool existed)
{
	static const char *const words[2][2] = { { "posted", "there already" }, { "已入账", "此前已入账" } };
	char kind[40], key[80];

	if (p->tool->json) {
		printf("%s{\"existed\": %s, \"transaction\": %s}", p->printed ? ", " : "", existed ? "true" : "false", line);
	} else {
		plain_value(member(member(line, "facts"), "kind"), kind, sizeof(kind));
		plain_value(member(member(line, "facts"), "key"), key, sizeof(key));
		printf("%8lld  ", (long long)p->seq);
		tool_pad(words[p->tool->lang][existed], 15);
		tool_pad(kind_word(kind, p->tool->lang), 18);
		printf("%s\n", key);
	}
	p->printed = true;
}

/* Post one document; in a batch nothing is printed of it. */
static int
post_one(struct posting *p, const char *text, size_t length, const char *name, size_t line)
{
	struct yb_transaction *transaction = NULL;
	struct yb_error *error = NULL;
	char *shown = NULL;
	int32_t existed = 0;
	yb_status status = yb_transaction_new_from_json(text, length, name, &transaction, &error);
	int rc;

	if (status == YB_OK)
		status = yb_ledger_post(p->ledger, transaction, p->day, &p->seq, &existed, &error);
	if (status == YB_OK) {
		p->posted += !existed;
		p->existed += existed != 0;
	}
	if (status == YB_OK && !(p->tool->given & TOOL_BATCH))
		status = yb_ledger_dup_transaction(p->ledger, p->seq, &shown, &error);
	if (status != YB_OK)
		print_errors_of(p, name, line, error, status);
	else if (shown)
		print_posted(p, shown, existed != 0);
	rc = tool_ledger_code(status);
	yb_free(shown);
	yb_error_unref(error);
	yb_transaction_unref(transaction);
	return rc;
}

/* A line a transaction; empty lines are passed over. */
static int
post_lines(struct posting *p, const struct document *document)
{
	const char *at = document->text, *end = document->length > 0 ? document->text + document->length : at;
	int rc = TOOL_OK;

	for (size_t line = 1; rc == TOOL_OK && at < end; line++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
		size_t blank = 0;
		while (at + blank < stop && strchr(" \t\r", at[blank]))
			blank++;
		if (at + blank < stop)
			rc = post_one(p, at, (size_t)(stop - at), document->name, line);
		at = stop + 1;
	}
	return rc;
}

static int
post_documents(struct posting *p)
{
	int rc = TOOL_OK;

	for (size_t i = 1; i < p->tool->arg_count && rc == TOOL_OK; i++) {
		struct document document;
		rc = tool_read(p->tool->args[i], &document);
		if (rc != TOOL_OK)
			break;
		if (p->tool->given & TOOL_BATCH)
			rc = post_lines(p, &document);
		else
			rc = post_one(p, document.text ? document.text : "", document.length, document.name, 0);
		tool_document_free(&document);
	}
	return rc;
}

/* All of it or nothing. */
static int
post_batch(struct posting *p)
{
	struct yb_error *error = NULL;
	yb_status status = yb_ledger_begin(p->ledger, &error);
	int rc = TOOL_OK;

	if (status == YB_OK) {
		rc = post_documents(p);
		if (rc != TOOL_OK) {
			(void)yb_ledger_rollback(p->ledger, NULL);
			p->posted = p->existed = 0;
			tool_fail("nothing of the batch was posted");
			return rc;
		}
		status = yb_ledger_commit(p->ledger, &error);
	}
	if (status == YB_OK)
		return TOOL_OK;
	p->posted = p->existed = 0;
	return tool_ledger_fail(p->tool, status, error);
}

static int
print_summary(const struct posting *p, int rc)
{
	static const char *const words[2] = { "%zu posted, %zu there already; head %lld:%s\n", "入账 %zu 笔，此前已入账 %zu 笔；链头 %lld:%s\n" };
	char hash[YB_LEDGER_HASH_SIZE] = "";
	struct yb_error *error = NULL;
	int64_t last = 0;
	yb_status status = yb_ledger_get_head(p->ledger, &last, hash, &error);

	if (p->tool->json)
		printf("%s\"posted\": %zu, \"existed\": %zu, \"seq\": %lld, \"head\": \"%s\"}\n", p->tool->given & TOOL_BATCH ? "" : "], ", p->posted, p->existed,
		       (long long)last, hash);
	else if (status == YB_OK && rc == TOOL_OK && (p->tool->given & TOOL_BATCH))
		printf(words[p->tool->lang], p->posted, p->existed, (long long)last, hash);
	if (status != YB_OK && rc == TOOL_OK)
		return tool_ledger_fail(p->tool, status, error);
	yb_error_unref(error);
	return rc;
}

/* The day of the machine's clock and zone. */
int
tool_today(const struct tool *tool, yb_day *day)
{
	time_t now = time(NULL);
	struct tm parts;
	char text[16];

	*day = tool->posting_day;
	if (tool->given & TOOL_POSTING_DAY)
		return TOOL_OK;
	if (now != (time_t)-1 && localtime_r(&now, &parts) && strftime(text, sizeof(text), "%Y-%m-%d", &parts) == 10 && yb_day_from_text(text, 10, day) == YB_OK)
		return TOOL_OK;
	tool_fail("the clock cannot be read; --posting-day says which day it is");
	return TOOL_INTERNAL;
}

int
tool_ledger_post(const struct tool *tool)
{
	struct posting p = { .tool = tool };
	size_t standard = 0;
	int rc = tool_today(tool, &p.day);

	for (size_t i = 1; i < tool->arg_count; i++)
		standard += strcmp(tool->args[i], "-") == 0;
	if (standard > 1) {
		tool_fail("only one document can be standard input");
		return TOOL_USAGE;
	}
	if (rc == TOOL_OK)
		rc = tool_ledger_open(tool, 0, &p.ledger);
	if (rc != TOOL_OK)
		return rc;
	if (tool->json)
		fputs(tool->given & TOOL_BATCH ? "{\"schema\": \"yibao-ledger-post/1\", " : "{\"schema\": \"yibao-ledger-post/1\", \"transactions\": [", stdout);
	rc = tool->given & TOOL_BATCH ? post_batch(&p) : post_documents(&p);
	rc = print_summary(&p, rc);
	yb_ledger_unref(p.ledger);
	return rc;
}

/* --- whose ---------------------------------------------------------------- */

/* The name of a person in the ledger, from what the command line says; to be freed with yb_free(). */
int
tool_ledger_person(const struct tool *tool, struct yb_ledger *ledger, char **name)
{
	struct document document = { 0 };
	struct yb_person *person = NULL;
	struct yb_error *error = NULL;
	const char *psn_no = NULL, *certno = NULL;
	yb_status status = YB_OK;
	int rc = TOOL_OK;

	*name = NULL;
	if (tool->given & TOOL_PERSON) {
		psn_no = tool->person;
	} else {
		rc = tool_read(tool->certno_from, &document);
		if (rc != TOOL_OK)
			return rc;
		status = yb_person_new_from_json(document.text ? document.text : "", document.length, document.name, &person, &error);
		if (status != YB_OK) {
			tool_print_errors(tool, error, status);
			rc = status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_DOCUMENT;
		} else if (yb_person_get_text(person, YB_FIELD_CERTNO, &certno) != YB_OK) {
			tool_fail("%s: has no \"certno\"", document.name);
			rc = TOOL_DOCUMENT;
		}
	}
	if (rc == TOOL_OK && psn_no && psn_no[0] == '#')
		*name = strdup(psn_no);
	else if (rc == TOOL_OK)
		status = yb_ledger_dup_person(ledger, psn_no, certno, name, &error);
	if (rc == TOOL_OK && status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = tool_ledger_code(status);
	}
	yb_error_unref(error);
	yb_person_unref(person);
	tool_document_free(&document);
	return rc;
}

/* --- ledger balance ------------------------------------------------------- */

struct balances {
	const struct tool *tool;
	struct yb_ledger *ledger;
	bool printed;
};

static int
balance_print(struct balances *b, const char *account, bool unless_nothing)
{
	struct yb_error *error = NULL;
	char text[YB_FEN_TEXT_SIZE];
	yb_fen fen = 0;
	yb_status status = yb_ledger_get_balance(b->ledger, account, b->tool->axis, b->tool->on, &fen, &error);

	if (status != YB_OK)
		return tool_ledger_fail(b->tool, status, error);
	if (fen == 0 && unless_nothing)
		return TOOL_OK;
	yb_fen_to_text(fen, text);
	if (b->tool->json) {
		fputs(b->printed ? ", {\"account\": " : "{\"account\": ", stdout);
		tool_json_text(account);
		printf(", \"balance\": \"%s\"}", text);
	} else {
		tool_pad(account, LEDGERS);
		tool_print_money(text, 20);
		putchar('\n');
	}
	b->printed = true;
	return TOOL_OK;
}

static void
balance_head(const struct tool *tool)
{
	static const char *const axes[2][2] = { { "by business day", "by day of entry" }, { "按业务日", "按入账日" } };
	static const char *const all[2] = { "after all that was posted", "全部入账之后" };
	char day[YB_DAY_TEXT_SIZE] = "";
	bool dated = tool->on != YB_DAY_NONE;

	if (dated)
		yb_day_to_text(tool->on, day);
	if (tool->json)
		printf("{\"schema\": \"yibao-ledger-balance/1\", \"axis\": \"%s\", \"on\": %s%s%s, \"balances\": [", tool->axis == YB_AXIS_POSTING ? "posting" : "business",
		       dated ? "\"" : "", dated ? day : "null", dated ? "\"" : "");
	else if (dated)
		printf(tool->lang == YB_LANG_ZH ? "%s，%s\n" : "%s, %s\n", day, axes[tool->lang][tool->axis == YB_AXIS_POSTING]);
	else
		printf("%s\n", all[tool->lang]);
}

int
tool_ledger_balance(const struct tool *asked)
{
	struct tool tool = *asked;
	struct balances b = { .tool = &tool };
	int whose = ((tool.given & TOOL_PERSON) != 0) + ((tool.given & TOOL_CERTNO_FROM) != 0) + ((tool.given & TOOL_ACCOUNT) != 0);
	char *person = NULL, account[120];
	int rc;

	if (whose != 1) {
		tool_fail("one of --person, --certno-from and --account says whose balance");
		return TOOL_USAGE;
	}
	if (!tool.axis)
		tool.axis = YB_AXIS_BUSINESS;
	rc = tool_ledger_open(&tool, YB_LEDGER_READ, &b.ledger);
	if (rc != TOOL_OK)
		return rc;
	if (!(tool.given & TOOL_ACCOUNT))
		rc = tool_ledger_person(&tool, b.ledger, &person);
	if (rc == TOOL_OK && tool.given & TOOL_ACCOUNT) { /* a name that is none is told before anything is printed */
		yb_fen fen;
		struct yb_error *error = NULL;
		yb_status status = yb_ledger_get_balance(b.ledger, tool.account, tool.axis, tool.on, &fen, &error);
		if (status != YB_OK) {
			rc = tool_ledger_fail(&tool, status, error);
			rc = status == YB_E_BAD_VALUE ? TOOL_USAGE : rc;
		}
	}
	if (rc == TOOL_OK)
		balance_head(&tool);
	if (rc == TOOL_OK && tool.given & TOOL_ACCOUNT)
		rc = balance_print(&b, tool.account, false);
	for (int i = 0; rc == TOOL_OK && person && i < 2; i++) {
		snprintf(account, sizeof(account), "%s/%s", i ? "pending" : "account", person);
		rc = balance_print(&b, account, i > 0);
	}
	if (tool.json && rc == TOOL_OK)
		fputs("]}\n", stdout);
	yb_free(person);
	yb_ledger_unref(b.ledger);
	return rc;
}

/* --- ledger verify -------------------------------------------------------- */

/* SEQ:HASH, as it was written down; *hash is borrowed of the word. */
static bool
head_read(const char *word, int64_t *seq, const char **hash)
{
	size_t digits = strspn(word, "0123456789");

	*hash = word + digits + 1;
	if (digits == 0 || digits > 18 || word[digits] != ':' || strlen(*hash) != YB_LEDGER_HASH_SIZE - 1)
		return false;
	*seq = strtoll(word, NULL, 10);
	return true;
}

/* The names of checks with a comma between; to be freed. */
static char *
checks_join(const struct tool *tool)
{
	size_t size = 1;
	char *names;

	for (size_t i = 1; i < tool->arg_count; i++)
		size += strlen(tool->args[i]) + 1;
	names = calloc(1, size);
	for (size_t i = 1; names && i < tool->arg_count; i++)
		(void)strcat(strcat(names, i > 1 ? "," : ""), tool->args[i]);
	return names;
}

static int
verify(const struct tool *tool, struct yb_ledger *ledger, const char *checks, int64_t head_seq, const char *head_hash)
{
	struct yb_ledger_report *report = NULL;
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status status = yb_ledger_verify(ledger, checks, head_seq, head_hash, &report, &error);
	int rc = TOOL_LEDGER;

	if (status == YB_OK)
		status = yb_ledger_report_render(report, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT, tool->lang, &text, &error);
	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = status == YB_E_UNKNOWN_NAME || status == YB_E_BAD_VALUE ? TOOL_USAGE : tool_ledger_code(status);
	} else {
		fputs(text, stdout);
		rc = yb_ledger_report_get_failed(report) == 0 ? TOOL_OK : TOOL_LEDGER;
	}
	if (rc == TOOL_LEDGER && status == YB_OK)
		tool_fail("%zu of the checks failed", yb_ledger_report_get_failed(report));
	yb_free(text);
	yb_error_unref(error);
	yb_ledger_report_unref(report);
	return rc;
}

int
tool_ledger_verify(const struct tool *tool)
{
	struct yb_ledger *ledger = NULL;
	const char *head_hash = NULL;
	int64_t head_seq = 0;
	char *names = NULL;
	int rc;

	if (tool->given & TOOL_HEAD && !head_read(tool->head, &head_seq, &head_hash)) {
		tool_fail("--head %s: must be a number, \":\" and a hash of 64 hexadecimal digits", tool->head);
		return TOOL_USAGE;
	}
	names = checks_join(tool);
	if (!names) {
		tool_fail("out of memory");
		return TOOL_INTERNAL;
	}
	rc = tool_ledger_open(tool, YB_LEDGER_READ, &ledger);
	if (rc == TOOL_OK)
		rc = verify(tool, ledger, names[0] ? names : NULL, head_seq, head_hash);
	yb_ledger_unref(ledger);
	free(names);
	return rc;
}
