/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

/*
 * man/yibao-ledger.5 says what is true: each kind needs and has the facts that its table names and no others, and each example, posted in
 * the order of the page, moves what stands below it, or is refused with that status.
 */

Suite *ledger_manual_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KINDS 21

/* A value of each fact. Those that the page lists are held against these. */
static const struct {
	const char *name, *value;
} facts[] = {
	{ "key", "x" }, { "kind", "" }, { "psn_no", "P1" }, { "psn_hash", "#0000000000000000000000000000000000000000000000000000000000000000" },
	{ "certno", "11010519491231002X" }, { "business_day", "2026-06-01" }, { "reverses", "a" }, { "belongs", "a" }, { "reason", "because" },
	{ "infno", "2305" }, { "insutype", "310" }, { "amount", "1" }, { "channel", "wx_city" }, { "fund", "310100" }, { "accrym_begn", "202601" },
	{ "accrym_end", "202612" }, { "clct_type", "10" }, { "elec_taxrpt_no", "1" }, { "shares.person", "1" }, { "shares.employer", "1" },
	{ "shares.finsubs", "1" }, { "shares.medaid", "1" }, { "shares.account", "1" }, { "shares.other", "1" }, { "current.amount", "1" },
	{ "current.rate", "1%" }, { "carried.amount", "1" }, { "carried.rate", "1%" }, { "sharer", "P2" }, { "member", "P2" }, { "form", "pool" },
	{ "relation", "20" }, { "from", "2026-01-01" }, { "through", "2026-12-31" }, { "limit.each", "1" }, { "limit.day", "1" }, { "limit.year", "1" },
	{ "limit.count", "1" }, { "region", "310000" }, { "cutoff", "2026-06-30" }, { "setl_id", "1" }, { "mdtrt_id", "1" }, { "med_type", "21" },
	{ "fixmedins_code", "H1" }, { "policy", "110000/310" }, { "request", "1" }, { "funds.310100", "1" }, { "entries.cash", "1" },
	{ "setlinfo.medfee_sumamt", "1" }, { "setlinfo.fulamt_ownpay_amt", "1" }, { "setlinfo.overlmt_selfpay", "1" }, { "setlinfo.preselfpay_amt", "1" },
	{ "setlinfo.inscp_scp_amt", "1" }, { "setlinfo.act_pay_dedc", "1" }, { "setlinfo.hifp_pay", "1" }, { "setlinfo.cvlserv_pay", "1" },
	{ "setlinfo.hifes_pay", "1" }, { "setlinfo.hifmi_pay", "1" }, { "setlinfo.hifob_pay", "1" }, { "setlinfo.maf_pay", "1" }, { "setlinfo.oth_pay", "1" },
	{ "setlinfo.fund_pay_sumamt", "1" }, { "setlinfo.hosp_part_amt", "1" }, { "setlinfo.psn_part_amt", "1" }, { "setlinfo.acct_pay", "1" },
	{ "setlinfo.psn_cash_pay", "1" }, { "setlinfo.acct_mulaid_pay", "1" },
};
/* What no setter sets. */
static const char *const others[] = { "period", "totals", "receipt" };

/* ---- the page ---- */

static char *page, *rest;

static void
read_page(void)
{
	const char *top = getenv("YB_SRCDIR");
	char path[4096];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/man/yibao-ledger.5", top ? top : ".");
	file = fopen(path, "rb");
	ck_assert_msg(file != NULL, "%s", path);
	page = calloc(1, 1 << 18);
	ck_assert_ptr_nonnull(page);
	n = fread(page, 1, (1 << 18) - 1, file);
	ck_assert(n > 10000 && n < (1 << 18) - 1);
	(void)fclose(file);
	rest = page;
}

/* The next line with its escapes undone; NULL at the end. */
static char *
next_line(void)
{
	char *line = rest, *end = rest ? strchr(rest, '\n') : NULL, *to = line;

	if (!end)
		return NULL;
	*end = '\0';
	rest = end + 1;
	for (const char *from = line; *from; from++) {
		if (from[0] == '\\' && (from[1] == '-' || from[1] == 'e')) {
			*to++ = from[1] == 'e' ? '\\' : '-';
			from++;
		} else if (!strncmp(from, "\\(aq", 4)) {
			*to++ = '\'';
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return line;
}

/* ---- kinds and their facts ---- */

struct kind {
	char name[32], needs[400], may[800];
};

/* Is it in a list of words, by itself or as "setlinfo.*"? */
static bool
listed(const char *words, const char *fact)
{
	char one[80], group[80] = "";
	const char *point = strchr(fact, '.');

	(void)snprintf(one, sizeof(one), " %s ", fact);
	if (point)
		(void)snprintf(group, sizeof(group), " %.*s.* ", (int)(point - fact), fact);
	return strstr(words, one) || (point && strstr(words, group));
}

static bool
of_all(const struct kind *kind, const char *fact)
{
	static const char *const persons[] = { "psn_no", "psn_hash", "certno" };
	bool has_person = strcmp(kind->name, "clearing") && strcmp(kind->name, "closing");

	for (size_t i = 0; i < COUNT(persons); i++)
		if (!strcmp(fact, persons[i]))
			return has_person;
	return !strcmp(fact, "key") || !strcmp(fact, "kind") || !strcmp(fact, "business_day") || !strcmp(fact, "reason");
}

static bool
is_needed(const struct kind *kind, const char *fact)
{
	return listed(kind->needs, fact) || !strcmp(fact, "key") || !strcmp(fact, "kind") || !strcmp(fact, "business_day");
}

/* What comes of posting it: a transaction of all that it needs, one of them left out, one fact added. */
static yb_status
try_facts(struct yb_ledger *ledger, const struct kind *kind, const char *without, const char *with, char *subject, size_t size)
{
	struct yb_transaction *t = NULL;
	struct yb_error *err = NULL;
	int64_t seq = 0;
	yb_status st;

	ck_assert_int_eq(yb_transaction_new(&t, NULL), YB_OK);
	for (size_t i = 0; i < COUNT(facts); i++) {
		const char *value = strcmp(facts[i].name, "kind") ? facts[i].value : kind->name;
		bool told = is_needed(kind, facts[i].name) || (!strcmp(facts[i].name, "psn_no") && of_all(kind, "psn_no")) || (with && !strcmp(with, facts[i].name));
		if (told && (!without || strcmp(without, facts[i].name) != 0))
			ck_assert_int_eq(yb_transaction_set_text(t, facts[i].name, value, strlen(value)), YB_OK);
	}
	st = yb_ledger_post(ledger, t, ask_day("2026-06-01"), &seq, NULL, &err);
	(void)snprintf(subject, size, "%s", err && yb_error_get_subject(err) ? yb_error_get_subject(err) : "");
	yb_error_unref(err);
	yb_transaction_unref(t);
	return st;
}

static void
expect_facts(const struct kind *kind)
{
	for (size_t i = 0; i < COUNT(facts); i++) {
		const char *fact = facts[i].name, *group = strchr(fact, '.');
		struct yb_ledger *ledger = NULL;
		char subject[100];
		bool has, refused;
		yb_status st;
		ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
		st = try_facts(ledger, kind, NULL, fact, subject, sizeof(subject));
		has = of_all(kind, fact) || listed(kind->needs, fact) || listed(kind->may, fact);
		refused = st == YB_E_UNKNOWN_KEY && (!strcmp(subject, fact) || (group && !strncmp(subject, fact, (size_t)(group - fact)) && !strchr(subject, '.')));
		ck_assert_msg(has != refused, "%s: the page says that it %s %s, but %s %s", kind->name, has ? "has" : "does not have", fact, yb_status_name(st), subject);
		if (is_needed(kind, fact) && strcmp(fact, "kind")) {
			st = try_facts(ledger, kind, fact, NULL, subject, sizeof(subject));
			ck_assert_msg(st == YB_E_MISSING_KEY && !strcmp(subject, fact), "%s: the page says that it needs %s, but %s %s", kind->name, fact,
			              yb_status_name(st), subject);
		}
		yb_ledger_unref(ledger);
	}
	/* and nothing else is needed */
	{
		struct yb_ledger *ledger = NULL;
		char subject[100];
		yb_status st;
		ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
		st = try_facts(ledger, kind, NULL, NULL, subject, sizeof(subject));
		ck_assert_msg(st != YB_E_UNKNOWN_KEY && (st != YB_E_MISSING_KEY || !strcmp(subject, "shares")), "%s: %s %s", kind->name, yb_status_name(st), subject);
		yb_ledger_unref(ledger);
	}
}

static void
add_words(char *words, size_t size, const char *line)
{
	char copy[200];

	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (char *save = NULL, *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		ck_assert_uint_lt(strlen(words) + strlen(word) + 2, size);
		(void)strcat(strcat(words, word), " ");
	}
}

START_TEST(each_kind_needs_and_has_what_the_page_says)
{
	struct kind kind = { .name = "" };
	char seen[600] = " ", *line, *words = NULL;
	bool inside = false, table = false;
	int count = 0;

	read_page();
	while ((line = next_line())) {
		if (!strncmp(line, ".SS ", 4)) {
			kind = (struct kind) { .needs = " ", .may = " " };
			(void)snprintf(kind.name, sizeof(kind.name), "%s", line + 4);
		} else if (!strncmp(line, ".SH ", 4)) {
			kind.name[0] = '\0';
		}
		if (!strcmp(line, ".EX")) {
			inside = true;
			table = false;
			continue;
		}
		if (!strcmp(line, ".EE") && table && kind.name[0]) {
			expect_facts(&kind);
			ck_assert_msg(!listed(seen, kind.name), "%s stands there twice", kind.name);
			add_words(seen, sizeof(seen), kind.name);
			count++;
		}
		inside = inside && strcmp(line, ".EE");
		if (!inside || !kind.name[0])
			continue;
		if (!strncmp(line, "needs  ", 7))
			words = kind.needs;
		else if (!strncmp(line, "may have  ", 10))
			words = kind.may;
		else if (!strncmp(line, "moves", 5))
			words = NULL;
		else if (line[0] != ' ')
			continue;
		table = table || !strncmp(line, "needs  ", 7);
		if (table && words)
			add_words(words, words == kind.needs ? sizeof(kind.needs) : sizeof(kind.may), line + 10);
	}
	ck_assert_int_eq(count, KINDS);
	free(page);
}
END_TEST

/* The list of facts names each one, in the order in which they are written, and none that there is not. */
START_TEST(the_page_lists_every_fact)
{
	char names[2000] = " ", *line;
	bool inside = false, list = false;

	read_page();
	while ((line = next_line())) {
		if (!strcmp(line, ".EE") && list)
			break;
		inside = !strcmp(line, ".EX") || (inside && strcmp(line, ".EE"));
		list = inside && (list || !strncmp(line, "key      ", 9));
		if (!list)
			continue;
		line[strlen(line) > 16 && line[0] != ' ' ? 16 : strlen(line)] = '\0';
		if (line[0] != ' ')
			add_words(names, sizeof(names), line);
	}
	for (size_t i = 0; i < COUNT(facts); i++)
		ck_assert_msg(listed(names, facts[i].name), "the page does not list %s", facts[i].name);
	for (char *save = NULL, *name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		bool known = false;
		for (size_t i = 0; i < COUNT(facts) && !known; i++)
			known = !strcmp(facts[i].name, name) || (strchr(name, '*') && !strncmp(facts[i].name, name, strlen(name) - 1));
		for (size_t i = 0; i < COUNT(others) && !known; i++)
			known = !strcmp(others[i], name);
		ck_assert_msg(known, "the page lists %s", name);
	}
	free(page);
}
END_TEST

/* ---- examples ---- */

/* "account/P1 3000.00" of the line of a transaction, a line each. */
static void
entries_of(struct yb_ledger *ledger, int64_t seq, char *out, size_t size)
{
	char *line = NULL, *at = NULL;
	size_t n = 0;

	ck_assert_int_eq(yb_ledger_dup_transaction(ledger, seq, &line, NULL), YB_OK);
	for (char *next = strstr(line, "\"entries\": {"); next; next = strstr(at, "\"entries\": {"))
		at = next + strlen("\"entries\": {");
	ck_assert_ptr_nonnull(at);
	for (; *at != '}' && n + 2 < size; at++)
		if (*at == ',')
			out[n++] = '\n';
		else if (*at == ':')
			out[n++] = ' ';
		else if (*at != '"' && *at != ' ')
			out[n++] = *at;
	if (n)
		out[n++] = '\n';
	out[n] = '\0';
	yb_free(line);
}

static void
try_example(struct yb_ledger *ledger, const char *json, const char *expect)
{
	struct yb_transaction *t = NULL;
	struct yb_error *err = NULL;
	char came[1000] = "";
	int64_t seq = 0;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "example", &t, &err);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day("2026-12-31"), &seq, NULL, &err);
	if (st == YB_OK)
		entries_of(ledger, seq, came, sizeof(came));
	else
		(void)snprintf(came, sizeof(came), "%s\n", yb_status_name(st));
	ck_assert_msg(!strcmp(came, expect), "%s\ncame:\n%s\nthe page says:\n%s\n%s", json, came, expect, err ? yb_error_get_message(err) : "");
	yb_error_unref(err);
	yb_transaction_unref(t);
}

START_TEST(each_example_moves_what_the_page_says)
{
	struct yb_ledger *ledger = NULL;
	char json[2000] = "", expect[1000] = "", *line;
	bool inside = false, below = false;
	int count = 0;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	read_page();
	while ((line = next_line())) {
		if (!strcmp(line, ".EX")) {
			inside = true;
			below = false;
			json[0] = expect[0] = '\0';
			continue;
		}
		if (!strcmp(line, ".EE") && !strncmp(json, "{\"key\"", 6)) {
			try_example(ledger, json, expect);
			count++;
		}
		inside = inside && strcmp(line, ".EE");
		if (!inside || strlen(json) + strlen(line) + 2 > sizeof(json))
			continue;
		if (!below) {
			below = !line[0];
			(void)strcat(strcat(json, line), "\n");
		} else {
			char name[80] = "", amount[40] = "";
			ck_assert_int_ge(sscanf(line, "%79s %39s", name, amount), 1);
			(void)strcat(strcat(strcat(strcat(expect, name), amount[0] ? " " : ""), amount), "\n");
		}
	}
	ck_assert_int_ge(count, KINDS);
	yb_ledger_unref(ledger);
	free(page);
}
END_TEST

Suite *
ledger_manual_suite(void)
{
	Suite *suite = suite_create("ledger manual");
	TCase *tests = tcase_create("ledger manual");

	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, each_kind_needs_and_has_what_the_page_says);
	tcase_add_test(tests, the_page_lists_every_fact);
	tcase_add_test(tests, each_example_moves_what_the_page_says);
	suite_add_tcase(suite, tests);
	return suite;
}
