/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/decision.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *expr_suite(void);

/*
 * A slot is written into a small document, facts are bound by their texts, and
 * what the slot gives is compared as a text: a figure, a day, yes or no, none,
 * "? name" for a fact that is lacking, "unsupported", or the name of a status.
 */

#define DOCUMENT \
	"language: 1\nid: 110000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}, b: {issuer: I, url: u, confidence: weak}}\n" \
	"attributes:\n  fa: {type: flag}\n  fb: {type: flag}\n  fc: {type: flag}\n  n: {type: count, range: 0..1000}\n  m: {type: money}\n  r: {type: rate}\n" \
	"  t: {type: text, values: [x, y, z]}\n  s: {type: text, set: yes, values: [p, q, r]}\n  d1: {type: date}\n  d2: {type: date}\n" \
	"series: {w: {unit: money, source: a, years: {2020: 100, 2023: 140, 2021: 120.50}}}\n"

static struct yb_policy_set *set;
static struct yb_decision *decision;

static void
load(const char *head, const char *slot)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_error *err = NULL;
	char text[4096];
	int n = snprintf(text, sizeof(text), "%s%svalues:\n  source: a\n  v: %s\n", DOCUMENT, head, slot);
	yb_status st;

	ck_assert_int_lt(n, (int)sizeof(text));
	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc", text, (size_t)n, NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	ck_assert_msg(st == YB_OK, "%s: %s", slot, err ? yb_error_get_message(err) : yb_status_name(st));
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
}

static void
unload(void)
{
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
	decision = NULL;
	set = NULL;
}

/* "fa=yes n=5": names and texts with blanks between. */
static void
bind(const struct ybi_book *book, const char *facts)
{
	ck_assert_int_eq(ybi_decision_prepare(decision, set, book, NULL), YB_OK);
	decision->least = YB_CONFIDENCE_CASE;
	while (*facts) {
		size_t name = strcspn(facts, "="), text = strcspn(facts + name + 1, " ");
		uint32_t fact = ybi_book_fact(book, facts, name);
		ck_assert_msg(fact != YBI_NO_FACT, "no fact: %s", facts);
		ck_assert_msg(ybi_bind_text(decision, fact, facts + name + 1, text, NULL) == YB_OK, "cannot be bound: %s", facts);
		facts += name + 1 + text;
		facts += *facts == ' ';
	}
}

static char *
tell(const struct ybi_book *book, const struct ybi_value *value, enum ybi_type type)
{
	struct ybi_text out = { 0 };
	struct ybi_fraction q = value->q;
	char day[YB_DAY_TEXT_SIZE];
	int64_t whole = 0;

	(void)ybi_fraction_to_i64(q, &whole);
	if (value->state == YBI_NONE)
		ybi_text_puts(&out, "none");
	else if (value->state == YBI_UNKNOWN)
		ybi_text_printf(&out, "? %s", book->facts[value->why].name);
	else if (value->state == YBI_UNSUPPORTED)
		ybi_text_puts(&out, "unsupported");
	else if (value->state == YBI_FAILED)
		ybi_text_puts(&out, yb_status_name((yb_status)value->why));
	else if (type == YBI_FLAG)
		ybi_text_puts(&out, whole ? "yes" : "no");
	else if (type == YBI_TEXT)
		ybi_text_puts(&out, book->atom_names[whole]);
	else if (type == YBI_DATE) {
		yb_day_to_text((yb_day)whole, day);
		ybi_text_puts(&out, day);
	} else {
		if (type == YBI_MONEY)
			ck_assert_int_eq(ybi_fraction_div(q, ybi_fraction_from(100), &q), YB_OK);
		ybi_fraction_print(q, &out);
	}
	return ybi_text_take(&out);
}

static void
expect(const char *facts, const char *expected, const char *what)
{
	const struct ybi_book *book = ybi_set_book(set, "110000/310");
	struct ybi_eval eval;
	struct ybi_value value;
	char *told;

	ck_assert_ptr_nonnull(book);
	bind(book, facts);
	memset(decision->used, 0, book->clauses_count);
	ybi_eval_start(decision, &eval);
	ybi_evaluate(&eval, book->values[0].expr, &value);
	told = tell(book, &value, (enum ybi_type)book->exprs[book->values[0].expr].type);
	ck_assert_msg(!strcmp(told, expected), "%s with %s gives %s, not %s", what, facts, told, expected);
	free(told);
}

/* ---- three-valued logic ---- */

static const char *const words[] = { "no", "yes", "?" };

static void
put_fact(char *facts, size_t size, const char *name, int word)
{
	size_t n = strlen(facts);

	if (word < 2)
		(void)snprintf(facts + n, size - n, "%s%s=%s", n ? " " : "", name, words[word]);
}

START_TEST(and_or_and_not_follow_their_truth_tables)
{
	/* rows: first operand no, yes, unknown; columns: the second */
	static const char *const and[3][3] = { { "no", "no", "no" }, { "no", "yes", "? fb" }, { "no", "? fa", "? fa" } };
	static const char *const or[3][3] = { { "no", "yes", "? fb" }, { "yes", "yes", "yes" }, { "? fa", "yes", "? fa" } };
	static const char *const not[3] = { "yes", "no", "? fa" };
	static const struct {
		const char *slot;
		int table;
	} forms[] = {
		{ "\"= fa and fb\"", 0 }, { "\"= not (not fa or not fb)\"", 0 }, { "\"= fa or fb\"", 1 }, { "\"= not (not fa and not fb)\"", 1 },
		{ "= not fa", 2 }, { "= fa and yes", 3 }, { "= fa or no", 3 }, { "= fa and no", 4 }, { "= fa or yes", 5 }, { "= fa = yes", 3 }, { "= fa != no", 3 },
	};

	for (int i = 0; i < COUNT(forms); i++) {
		load("", forms[i].slot);
		for (int a = 0; a < 3; a++)
			for (int b = 0; b < 3; b++) {
				static const char *const same[] = { "no", "yes", "? fa" };
				char facts[64] = "";
				put_fact(facts, sizeof(facts), "fa", a);
				put_fact(facts, sizeof(facts), "fb", b);
				expect(facts, forms[i].table == 0 ? and[a][b] : forms[i].table == 1 ? or[a][b] : forms[i].table == 2 ? not[a]
				       : forms[i].table == 3 ? same[a] : forms[i].table == 4 ? "no" : "yes", forms[i].slot);
			}
		unload();
	}
}
END_TEST

/* A mapping is a conjunction, a list of mappings a disjunction: one false cell, one true mapping decide whatever else is unknown, in any order. */
START_TEST(mappings_and_lists_of_them_follow_the_same_tables)
{
	static const char *const slots[] = {
		"{default: 0, except: [{label: e, when: [{fa: yes, fb: yes}, {fc: yes}], value: 1}]}",
		"{default: 0, except: [{label: e, when: [{fc: yes}, {fb: yes, fa: yes}], value: 1}]}",
		"{default: 0, except: [{label: e, when: \"= fa and fb or fc\", value: 1}]}",
	};

	for (int i = 0; i < COUNT(slots); i++) {
		load("", slots[i]);
		for (int k = 0; k < 27; k++) {
			int a = k % 3, b = k / 3 % 3, c = k / 9;
			int both = a == 0 || b == 0 ? 0 : a == 1 && b == 1 ? 1 : 2, all = both == 1 || c == 1 ? 1 : both == 0 && c == 0 ? 0 : 2;
			char facts[64] = "";
			put_fact(facts, sizeof(facts), "fa", a);
			put_fact(facts, sizeof(facts), "fb", b);
			put_fact(facts, sizeof(facts), "fc", c);
			if (all < 2) {
				expect(facts, all ? "1" : "0", slots[i]);
			} else { /* the name of one that could decide */
				const char *one = both == 2 && a == 2 ? "? fa" : both == 2 ? "? fb" : "? fc";
				const char *other = c == 2 ? "? fc" : one, *second = both == 2 && b == 2 ? "? fb" : one;
				const struct ybi_book *book = ybi_set_book(set, "110000/310");
				struct ybi_eval eval;
				struct ybi_value value;
				char *told;
				bind(book, facts);
				ybi_eval_start(decision, &eval);
				ybi_evaluate(&eval, book->values[0].expr, &value);
				told = tell(book, &value, YBI_NUMBER);
				ck_assert_msg(!strcmp(told, one) || !strcmp(told, other) || !strcmp(told, second), "%s with %s gives %s", slots[i], facts, told);
				free(told);
			}
		}
		unload();
	}
}
END_TEST

/* ---- what a slot gives ---- */

struct row {
	const char *slot, *facts, *expected;
	const char *head;
};

/* EVIDENCE: worked by hand. */
static const struct row formulas[] = {
	/* arithmetic */
	{ "= 1 + 2 * 3 - 4 / 2", "", "5", "" }, { "= (1 + 2) * 3", "", "9", "" }, { "= 10 - 2 - 3", "", "5", "" }, { "= 2 / 3 / 4", "", "1/6", "" },
	{ "= - 2 * - 3", "", "6", "" }, { "= 1 - - 1", "", "2", "" }, { "= 50% * 50%", "", "0.25", "" }, { "= 1 - 33.3333%", "", "0.666667", "" },
	{ "= m * 4.2% + 5", "m=8500", "362", "" }, { "= 5 + m", "m=0.01", "5.01", "" }, { "= m / 3", "m=100", "100/3", "" }, { "= m / 3 * 3", "m=100", "100", "" },
	{ "= m / scope", "m=1 scope=4", "0.25", "" }, { "= m / r", "m=1 r=85%", "20/17", "" }, { "= n * m", "n=3 m=0.05", "0.15", "" },
	{ "= n / 12", "n=7", "7/12", "" }, { "= 100 / n", "n=0", "YB_E_DIVISION", "" }, { "= m / (scope - scope)", "m=1 scope=5", "YB_E_DIVISION", "" },
	{ "= 75% + 0.2% * age", "age=40", "0.83", "" }, { "= m + scope", "m=1", "? scope", "" }, { "= m + scope", "scope=1", "? m", "" },
	/* min, max, clamp and none */
	{ "\"= min(3, 1, 2)\"", "", "1", "" }, { "\"= max(3, 1, 2)\"", "", "3", "" }, { "\"= min(none, 2)\"", "", "2", "" }, { "\"= max(2, none)\"", "", "2", "" },
	{ "\"= min(none, none)\"", "", "none", "" }, { "\"= max(m, none)\"", "m=7", "7", "" }, { "\"= min(m, 5)\"", "m=5.01", "5", "" }, { "\"= min(m, 5)\"", "m=4.99", "4.99", "" },
	{ "\"= min(m, scope)\"", "m=0", "? scope", "" }, { "= max(m)", "m=3", "3", "" },
	{ "\"= clamp(m, 60% * 100, 300% * 100)\"", "m=59.99", "60", "" }, { "\"= clamp(m, 60% * 100, 300% * 100)\"", "m=60", "60", "" },
	{ "\"= clamp(m, 60% * 100, 300% * 100)\"", "m=60.01", "60.01", "" }, { "\"= clamp(m, 60% * 100, 300% * 100)\"", "m=300.01", "300", "" },
	{ "\"= clamp(m, 60, none)\"", "m=301", "301", "" }, { "\"= max(d1, d2)\"", "d1=2025-12-31 d2=2026-01-01", "2026-01-01", "" },
	/* rounding: half up is away from zero */
	{ "\"= round(2.5, 1)\"", "", "3", "" }, { "\"= round(0 - 2.5, 1)\"", "", "-3", "" }, { "\"= round(2.5, 1, half_even)\"", "", "2", "" },
	{ "\"= round(3.5, 1, half_even)\"", "", "4", "" }, { "\"= round(2.1, 1, up)\"", "", "3", "" }, { "\"= round(0 - 2.1, 1, up)\"", "", "-3", "" },
	{ "\"= round(2.9, 1, down)\"", "", "2", "" }, { "\"= round(0 - 2.9, 1, down)\"", "", "-2", "" }, { "\"= round(m * 1/3, fen)\"", "m=1", "0.33", "" },
	{ "\"= round(m, jiao)\"", "m=1.25", "1.3", "" }, { "\"= round(m, yuan)\"", "m=397.67", "398", "" }, { "\"= round(m, yuan, down)\"", "m=397.99", "397", "" },
	{ "\"= round(m, 0.05)\"", "m=1.07", "1.05", "" }, { "\"= round(m, 0.05)\"", "m=1.08", "1.1", "" }, { "\"= round(r, 1%)\"", "r=33.5%", "0.34", "" },
	{ "= floor(n / 2)", "n=7", "3", "" }, { "= floor(0 - n / 2)", "n=7", "-4", "" }, { "= ceil(n / 2)", "n=7", "4", "" }, { "= ceil(0 - n / 2)", "n=7", "-3", "" },
	{ "= 1600 * ceil(stay_days / 90)", "stay_days=90", "1600", "" }, { "= 1600 * ceil(stay_days / 90)", "stay_days=91", "3200", "" },
	/* conditions */
	{ "= if fa then m else 5", "fa=no", "5", "" }, { "= if fa then m else 5", "fa=yes", "? m", "" }, { "= if fa then m else 5", "m=1", "? fa", "" },
	{ "= if n = 0 then 0 else 100 / n", "n=0", "0", "" }, { "= if n = 0 then 0 else 100 / n", "n=3", "100/3", "" },
	{ "= if fa then 1 else if fb then 2 else 3", "fa=no fb=no", "3", "" }, { "= if fa then 'x' else 'y'", "fa=no", "y", "" },
	{ "= n >= 4 and n < 6", "n=4", "yes", "" }, { "= n >= 4 and n < 6", "n=6", "no", "" }, { "= n > 4", "n=4", "no", "" }, { "= n <= 4", "n=4", "yes", "" },
	{ "= m = 5", "m=5.00", "yes", "" }, { "= m != 5", "m=5.01", "yes", "" }, { "= t = 'x'", "t=x", "yes", "" }, { "= t != 'x'", "t=y", "yes", "" },
	{ "= fa and 1 / n > 0", "fa=no n=0", "no", "" }, { "= fa or 1 / n > 0", "fa=yes n=0", "yes", "" },
	{ "= 1 + 1 = 2 and not 2 < 1", "", "yes", "" }, { "= d1 < d2", "d1=2025-01-31 d2=2025-02-01", "yes", "" }, { "= d1 >= 2025-02-01", "d1=2025-02-01", "yes", "" },
	/* durations and days */
	{ "= 1 year + 1 month", "", "13", "" }, { "= 1 month * n", "n=3", "3", "" }, { "= n * 10 days", "n=3", "30", "" },
	{ "\"= 1 month * max(n - 1, 0)\"", "n=0", "0", "" },
	{ "= d1 + 1 month", "d1=2025-01-31", "2025-02-28", "" }, { "= d1 + 1 month", "d1=2025-01-31", "2025-03-01", "month_end: spill\n" },
	{ "= d1 + 1 month", "d1=2024-01-31", "2024-02-29", "month_end: clip\n" }, { "= d1 + 1 month", "d1=2025-01-28", "2025-02-28", "month_end: spill\n" },
	{ "= d1 - 1 month", "d1=2025-03-31", "2025-02-28", "" }, { "= d1 + 1 year", "d1=2024-02-29", "2025-02-28", "" },
	{ "= d1 + 1 year", "d1=2024-02-29", "2025-03-01", "month_end: spill\n" }, { "= d1 + 90 days", "d1=2025-12-31", "2026-03-31", "" },
	{ "= d1 - 1 day", "d1=2024-03-01", "2024-02-29", "" }, { "= d1 + 1 day", "d1=9999-12-31", "YB_E_BAD_DATE", "" }, { "= d1 - 1 day", "d1=0001-01-01", "YB_E_BAD_DATE", "" },
	{ "= d1 + 1 month * n", "d1=2025-01-31 n=13", "2026-02-28", "" }, { "= d1 + 1 day", "", "? d1", "" },
	{ "= year(d1)", "d1=2025-12-31", "2025", "" }, { "= month(d1)", "d1=2025-12-31", "12", "" },
	{ "\"= day(year(d1), 2, 29)\"", "d1=2024-07-01", "2024-02-29", "" }, { "\"= day(year(d1), 2, 29)\"", "d1=2025-07-01", "YB_E_BAD_DATE", "" },
	{ "\"= day(2000 + n, 1, 1)\"", "n=25", "2025-01-01", "" }, { "\"= day(2025, n, 1)\"", "n=13", "YB_E_BAD_DATE", "" },
	{ "= month_start(d1)", "d1=2025-12-31", "2025-12-01", "" }, { "= next_month(d1)", "d1=2025-12-01", "2026-01-01", "" }, { "= next_month(d1)", "d1=2025-01-31", "2025-02-01", "" },
	{ "= next_month(d1)", "d1=9999-12-31", "YB_E_BAD_DATE", "" },
	{ "= year_start(d1)", "d1=2026-03-09", "2026-01-01", "" }, { "= year_start(d1)", "d1=2026-06-30", "2025-07-01", "medical_year: 07-01\n" },
	{ "= year_start(d1)", "d1=2026-07-01", "2026-07-01", "medical_year: 07-01\n" },
	{ "\"= months_between(d1, d2)\"", "d1=2025-01-31 d2=2025-02-27", "0", "" }, { "\"= months_between(d1, d2)\"", "d1=2025-01-31 d2=2025-02-28", "1", "" },
	{ "\"= months_between(d1, d2)\"", "d1=2025-01-15 d2=2026-01-15", "12", "" }, { "\"= months_between(d1, d2)\"", "d1=2025-02-15 d2=2025-01-15", "-1", "" },
	{ "\"= years_between(d1, d2)\"", "d1=2000-05-05 d2=2025-05-04", "24", "" }, { "\"= years_between(d1, d2)\"", "d1=2000-05-05 d2=2025-05-05", "25", "" },
	{ "\"= days_between(d1, d2)\"", "d1=2024-02-28 d2=2024-03-01", "2", "" }, { "\"= days_between(d1, d2)\"", "d1=2024-03-01 d2=2024-02-28", "-2", "" },
	{ "\"= days_between(d1, d2)\"", "d1=2024-03-01 d2=2024-03-01", "0", "" }, { "\"= days_between(d1, d2) <= 90\"", "d1=2024-03-01", "? d2", "" },
	/* series: a year that is not there is an unknown fact */
	{ "\"= w[2021]\"", "", "120.5", "" }, { "\"= w[year - 1]\"", "year=2024", "140", "" }, { "\"= w[year - 1]\"", "", "? year", "" }, { "\"= w[2022]\"", "", "? w", "" },
	{ "\"= w[year] * 2.5%\"", "year=1999", "? w", "" }, { "\"= if year >= 2023 then w[2023] else w[year]\"", "year=2031", "140", "" },
	{ "\"= w[n / 2]\"", "n=1000", "? w", "" },
};

static const struct row slots[] = {
	/* tables */
	{ "{by: n, rows: [[0, 1], [1..9, 2], [10.., 3]]}", "n=0", "1", "" }, { "{by: n, rows: [[0, 1], [1..9, 2], [10.., 3]]}", "n=1", "2", "" },
	{ "{by: n, rows: [[0, 1], [1..9, 2], [10.., 3]]}", "n=9", "2", "" }, { "{by: n, rows: [[0, 1], [1..9, 2], [10.., 3]]}", "n=10", "3", "" },
	{ "{by: n, rows: [[0, 1], [1..9, 2], [10.., 3]]}", "", "? n", "" },
	{ "{by: n, rows: [[<70, 1], [70.., 2]]}", "n=69", "1", "" }, { "{by: n, rows: [[<70, 1], [70.., 2]]}", "n=70", "2", "" },
	{ "{by: n, rows: [[..70, 1], [70<.., 2]]}", "n=70", "1", "" }, { "{by: n, rows: [[..70, 1], [70<.., 2]]}", "n=71", "2", "" },
	{ "{by: n, rows: [[..5|8|20.., 1], [not ..5|8|20.., 2]]}", "n=8", "1", "" }, { "{by: n, rows: [[..5|8|20.., 1], [not ..5|8|20.., 2]]}", "n=9", "2", "" },
	{ "{by: m, rows: [[<800, 1], [800.., 2]]}", "m=799.99", "1", "" }, { "{by: m, rows: [[<800, 1], [800.., 2]]}", "m=800", "2", "" },
	{ "{by: m, rows: [[500<..800, 1], [any, 2]], hit: first}", "m=500", "2", "" }, { "{by: m, rows: [[500<..800, 1], [any, 2]], hit: first}", "m=500.01", "1", "" },
	{ "{by: d1, rows: [[..2024-12-31, 1], [2025-01-01.., 2]]}", "d1=2024-12-31", "1", "" }, { "{by: d1, rows: [[..2024-12-31, 1], [2025-01-01.., 2]]}", "d1=2025-01-01", "2", "" },
	{ "{by: t, rows: [[x, 1], [y|z, 2]]}", "t=z", "2", "" }, { "{by: t, rows: [[x, 1], [not x, 2]]}", "t=x", "1", "" },
	{ "{by: med_type, rows: [[21*, 1], [not 21*, 2]]}", "med_type=21", "1", "" }, { "{by: med_type, rows: [[21*, 1], [not 21*, 2]]}", "med_type=2101", "1", "" },
	{ "{by: med_type, rows: [[21*, 1], [not 21*, 2]]}", "med_type=22", "2", "" }, { "{by: med_type, rows: [[21, 1], [not 21, 2]]}", "med_type=2101", "2", "" },
	{ "{by: dise_codg, rows: [[C*, 1], [not C*, 2]]}", "dise_codg=C34.9", "1", "" }, { "{by: dise_codg, rows: [[C*, 1], [not C*, 2]]}", "dise_codg=D34", "2", "" },
	{ "{by: [fa, fb], rows: [[yes, any, 1], [no, yes, 2], [no, no, 3]]}", "fa=yes", "1", "" },
	{ "{by: [fa, fb], rows: [[yes, any, 1], [no, yes, 2], [no, no, 3]]}", "fa=no", "? fb", "" },
	{ "{by: [fa, fb], rows: [[yes, any, 1], [no, yes, 2], [no, no, 3]]}", "fb=yes", "? fa", "" },
	{ "{by: [fa, fb], hit: first, rows: [[yes, any, 1], [any, yes, 2], [any, any, 3]]}", "fa=yes", "1", "" },
	{ "{by: [fa, fb], hit: first, rows: [[yes, any, 1], [any, yes, 2], [any, any, 3]]}", "fb=yes", "? fa", "" },
	{ "{by: [fa, fb], hit: first, rows: [[yes, any, 1], [any, yes, 2], [any, any, 3]]}", "fa=no", "? fb", "" },
	{ "{by: [fa, fb], hit: first, rows: [[yes, any, 1], [any, yes, 2], [any, any, 3]]}", "fa=no fb=no", "3", "" },
	{ "{by: s, hit: min, rows: [[p, 0], [q, 40], [any, 400]]}", "s=p|q", "0", "" }, { "{by: s, hit: min, rows: [[p, 0], [q, 40], [any, 400]]}", "s=q|r", "40", "" },
	{ "{by: s, hit: min, rows: [[p, 0], [q, 40], [any, 400]]}", "s=r", "400", "" }, { "{by: s, hit: min, rows: [[p, 0], [q, 40], [any, 400]]}", "s=", "400", "" },
	{ "{by: s, hit: max, rows: [[p, 0], [q, 40], [r, 4]], else: 7}", "s=p|r", "4", "" }, { "{by: s, hit: max, rows: [[p, 0], [q, 40], [r, 4]], else: 7}", "s=", "7", "" },
	{ "{by: s, hit: sum, rows: [[p, 1], [q, 40], [any, 400]]}", "s=p|q", "441", "" }, { "{by: s, hit: min, rows: [[p, 0], [any, 400]]}", "", "? s", "" },
	{ "{by: n, rows: [[5, 1]], else: 9}", "n=6", "9", "" }, { "{by: n, rows: [[5, 1]], else: unsupported}", "n=6", "unsupported", "" },
	{ "{by: n, rows: [[5, unsupported]], else: 9}", "n=5", "unsupported", "" }, { "{by: n, rows: [[5, 1]], else: 9}", "", "? n", "" },
	{ "{by: n, rows: [[5, {by: fa, rows: [[yes, 1], [no, 2]]}]], else: = n * 2}", "n=5 fa=no", "2", "" },
	{ "{by: n, rows: [[5, {by: fa, rows: [[yes, 1], [no, 2]]}]], else: = n * 2}", "n=6", "12", "" },
	{ "{by: [\"= n + 1\"], rows: [[..5, 1], [6.., 2]]}", "n=4", "1", "" }, { "{by: [\"= n + 1\"], rows: [[..5, 1], [6.., 2]]}", "n=5", "2", "" },
	/* dated lists */
	{ "{dated: [{from: 2023-01-01, to: 2024-01-01, value: 1}, {from: 2024-01-01, value: 2}]}", "on=2023-12-31", "1", "" },
	{ "{dated: [{from: 2024-01-01, value: 2}, {from: 2023-01-01, through: 2023-12-31, value: 1}]}", "on=2024-01-01", "2", "" },
	{ "{dated: [{from: 2023-01-01, value: 1}]}", "on=2022-12-31", "unsupported", "" }, { "{dated: [{from: 2023-01-01, value: 1}]}", "", "? on", "" },
	{ "{dated: [{to: 2023-01-01, value: 1}, {from: 2023-01-01, to: 2024-01-01, value: none}, {from: 2024-01-01, value: 3}]}", "on=2023-05-05", "none", "" },
	{ "{dated: [{to: 2023-01-01, value: 1}, {from: 2023-01-01, to: 2024-01-01, value: none}, {from: 2024-01-01, value: 3}]}", "on=0001-01-01", "1", "" },
	/* exceptions */
	{ "{default: 5, except: [{label: e, when: {n: 60..}, value: 1}]}", "n=59", "5", "" }, { "{default: 5, except: [{label: e, when: {n: 60..}, value: 1}]}", "n=60", "1", "" },
	{ "{default: 5, except: [{label: e, when: {n: 60..}, value: = default / 2}]}", "n=60", "2.5", "" }, { "{default: 5, except: [{label: e, when: {n: 60..}, value: 1}]}", "", "? n", "" },
	{ "{default: 5, except: [{label: old, when: {n: 60..}, value: 1, over: men}, {label: men, when: {fa: yes}, value: 2}]}", "n=70 fa=yes", "1", "" },
	{ "{default: 5, except: [{label: old, when: {n: 60..}, value: 1, over: men}, {label: men, when: {fa: yes}, value: 2}]}", "n=50 fa=yes", "2", "" },
	{ "{default: 5, except: [{label: old, when: {n: 60..}, value: 1, over: men}, {label: men, when: {fa: yes}, value: 2}]}", "n=50 fa=no", "5", "" },
	{ "{default: 5, except: [{label: old, when: {n: 60..}, value: 1, over: men}, {label: men, when: {fa: yes}, value: 2}]}", "n=50", "? fa", "" },
	{ "{default: 5, except: [{label: old, when: {n: 60..}, value: 1, over: men}, {label: men, when: {fa: yes}, value: 2}]}", "fa=yes", "? n", "" },
	/* `old` holds and goes before `men`: whether `men` holds cannot decide any more */
	{ "{default: 5, except: [{label: old, when: {n: 60..}, value: 1, over: men}, {label: men, when: {fa: yes}, value: 2}]}", "n=70", "1", "" },
	{ "{default: 5, except: [{label: f, when: \"= n > 60\", value: 1}, {label: g, when: \"= n > 70\", value: 2}]}", "n=65", "1", "" },
	{ "{default: 5, except: [{label: f, when: \"= n > 60\", value: 1}, {label: g, when: \"= n > 70\", value: 2}]}", "n=71", "YB_E_OVERLAP", "" },
	{ "{default: 5, except: [{label: e, when: {fa: yes}, from: 2024-01-01, value: 1}]}", "fa=yes on=2023-12-31", "5", "" },
	{ "{default: 5, except: [{label: e, when: {fa: yes}, from: 2024-01-01, value: 1}]}", "fa=yes on=2024-01-01", "1", "" },
	{ "{default: 5, except: [{label: e, when: {fa: yes}, from: 2024-01-01, through: 2024-12-31, value: 1}]}", "on=2025-01-01", "5", "" },
	{ "{default: 5, except: [{label: e, when: {fa: yes}, from: 2024-01-01, value: 1}]}", "fa=no", "5", "" },
};

START_TEST(a_formula_gives_what_the_hand_works_out)
{
	load(formulas[_i].head, formulas[_i].slot);
	expect(formulas[_i].facts, formulas[_i].expected, formulas[_i].slot);
	unload();
}
END_TEST

START_TEST(a_slot_gives_what_the_hand_works_out)
{
	load(slots[_i].head, slots[_i].slot);
	expect(slots[_i].facts, slots[_i].expected, slots[_i].slot);
	unload();
}
END_TEST

/* ---- once a question, and no staler ---- */

START_TEST(a_value_is_worked_out_anew_for_every_question)
{
	load("", "= n * 2");
	expect("n=1", "2", "first");
	expect("n=2", "4", "second");
	expect("", "? n", "third");
	expect("n=2", "4", "fourth");
	unload();
}
END_TEST

START_TEST(a_deep_sum_is_worked_out)
{
	char slot[1024] = "\"= n";

	for (int i = 0; i < 100; i++) /* a chain to the left, 100 deep */
		strcat(slot, " + 1");
	strcat(slot, "\"");
	load("", slot);
	expect("n=5", "105", "a hundred additions");
	unload();
}
END_TEST

/* A clause that is weaker than the question allows has no figure; it is marked as met all the same. */
START_TEST(a_weak_clause_is_unsupported_unless_it_is_allowed)
{
	const struct ybi_book *book;
	struct ybi_eval eval;
	struct ybi_value value;

	load("", "{source: b, value: 5}");
	book = ybi_set_book(set, "110000/310");
	bind(book, "");
	memset(decision->used, 0, book->clauses_count);
	decision->least = YB_CONFIDENCE_SECONDARY;
	ybi_eval_start(decision, &eval);
	ybi_evaluate(&eval, book->values[0].expr, &value);
	ck_assert_uint_eq(value.state, YBI_UNSUPPORTED);
	ck_assert_int_eq(book->clauses[value.why].confidence, YB_CONFIDENCE_WEAK);
	ck_assert_int_eq(decision->used[value.why], 1);
	decision->least = YB_CONFIDENCE_WEAK;
	ybi_eval_start(decision, &eval);
	ybi_evaluate(&eval, book->values[0].expr, &value);
	ck_assert_uint_eq(value.state, YBI_KNOWN);
	unload();
}
END_TEST

/* ---- lists ---- */

START_TEST(a_list_is_chosen_by_the_facts)
{
	const struct ybi_book *book;
	struct ybi_value list[8];
	struct ybi_eval eval;
	uint32_t count, why;

	load("", "{by: t, rows: [[x, [90%, 95%, 97%]], [y, [87%]], [z, [\"= r\", 1]]]}");
	book = ybi_set_book(set, "110000/310");
	bind(book, "t=x");
	ybi_eval_start(decision, &eval);
	ck_assert_uint_eq(ybi_evaluate_list(&eval, book->values[0].expr, list, 8, &count, &why), YBI_KNOWN);
	ck_assert_uint_eq(count, 3);
	ck_assert(list[2].q.den == 100);
	ck_assert_uint_eq(ybi_evaluate_list(&eval, book->values[0].expr, list, 2, &count, &why), YBI_FAILED); /* no room */
	ck_assert_uint_eq(why, YB_E_LIMIT);
	bind(book, "t=y");
	ybi_eval_start(decision, &eval);
	ck_assert_uint_eq(ybi_evaluate_list(&eval, book->values[0].expr, list, 8, &count, &why), YBI_KNOWN);
	ck_assert_uint_eq(count, 1);
	bind(book, "t=z");
	ybi_eval_start(decision, &eval);
	ck_assert_uint_eq(ybi_evaluate_list(&eval, book->values[0].expr, list, 8, &count, &why), YBI_UNKNOWN);
	ck_assert_str_eq(book->facts[why].name, "r");
	bind(book, "");
	ybi_eval_start(decision, &eval);
	ck_assert_uint_eq(ybi_evaluate_list(&eval, book->values[0].expr, list, 8, &count, &why), YBI_UNKNOWN);
	ck_assert_str_eq(book->facts[why].name, "t");
	unload();
}
END_TEST

Suite *
expr_suite(void)
{
	Suite *suite = suite_create("expr");
	TCase *tc = tcase_create("logic");

	tcase_add_test(tc, and_or_and_not_follow_their_truth_tables);
	tcase_add_test(tc, mappings_and_lists_of_them_follow_the_same_tables);
	suite_add_tcase(suite, tc);

	tc = tcase_create("slots");
	tcase_add_loop_test(tc, a_formula_gives_what_the_hand_works_out, 0, COUNT(formulas));
	tcase_add_loop_test(tc, a_slot_gives_what_the_hand_works_out, 0, COUNT(slots));
	tcase_add_test(tc, a_value_is_worked_out_anew_for_every_question);
	tcase_add_test(tc, a_deep_sum_is_worked_out);
	tcase_add_test(tc, a_weak_clause_is_unsupported_unless_it_is_allowed);
	tcase_add_test(tc, a_list_is_chosen_by_the_facts);
	suite_add_tcase(suite, tc);
	return suite;
}
