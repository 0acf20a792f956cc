/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What helps to write documents: the difference of two, what vectors touch, why one fails. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_json.h"

Suite *authoring_suite(void);

/* ---- loading ---- */

static struct yb_policy_set *
load(const char *first, const char *second)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "first.yaml", first, strlen(first), NULL), YB_OK);
	if (second)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "second.yaml", second, strlen(second), NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	ck_assert_msg(st == YB_OK, "%s", yb_error_get_message(err));
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	return set;
}

static struct yb_policy_set *
load_shipped(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	const char *top = getenv("YB_SRCDIR");
	char path[4096];

	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/policies", top ? top : "."), (int)sizeof(path));
	ck_assert_int_eq(yb_policy_loader_new(NULL, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	return set;
}

/* ---- two documents ---- */

#define SOURCES "sources:\n  a: {issuer: Old bureau, docno: No 1, published: 2020-01-01, url: u, confidence: official}\n" \
	"  b: {issuer: New bureau, docno: No 2, published: 2025-06-01, url: u, confidence: repost}\n"
#define TOP "language: 1\nid: 990000/310\ntitle: T\n" SOURCES

static const char old_law[] = TOP
	"fee:\n  source: a\n  charges:\n"
	"    - {id: basic, when: {retired: no, yb_flexible: no}, period: month, base: = yb_wage_base, payers: {person: = base * 2%}}\n"
	"reimburse:\n  source: a\n  benefits:\n"
	"    - id: stay\n      label: {zh: 住院, en: stay}\n      when: {med_type: 21|22}\n      layers:\n"
	"        - id: basic\n          pays: hifp_pay\n"
	"          deductible: {amount: {by: [retired, age], rows: [[no, <60, 1000], [no, 60.., 900], [yes, any, 500]]}}\n"
	"          ratio: {dated: [{to: 2024-01-01, value: 70%}, {from: 2024-01-01, value: 80%}]}\n"
	"          ceilings: [{id: year, on: payment, per: year, amount: 100000}]\n"
	"vectors:\n"
	"  - {id: one, ask: reimburse, source: a, on: 2025-03-01, facts: {retired: no, age: 40}, claim: {med_type: 21, medfee_sumamt: 2000, fulamt_ownpay_amt: 0,"
	" overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {basic.paid: 800}}\n";

/* The same in another order and spelling, tags renamed. */
static const char same_law[] = "title: T\nlanguage: 1\nid: 990000/310\n"
	"sources:\n  y: {url: u, confidence: repost, issuer: New bureau, docno: No 2, published: 2025-06-01}\n"
	"  x: {confidence: official, published: 2020-01-01, docno: No 1, issuer: Old bureau, url: u}\n"
	"reimburse:\n  benefits:\n"
	"    - layers:\n"
	"        - ratio:\n            dated:\n              - {value: 4/5, from: 2024-01-01}\n              - {through: 2023-12-31, value: 0.7}\n"
	"          ceilings: [{amount: 100000.00, per: year, on: payment, id: year}]\n"
	"          deductible: {amount: {by: [age, retired], rows: [[any, yes, 500.00], [60.., no, 900], [<60, no, 1000]]}}\n"
	"          pays: hifp_pay\n          id: basic\n"
	"      when: {med_type: 22|21}\n      label: {en: stay, zh: 住院}\n      id: stay\n  source: x\n"
	"fee:\n  charges:\n"
	"    - payers: {person: =  base*2% }\n      base: =yb_wage_base\n      period: month\n      when: {yb_flexible: no, retired: no}\n      id: basic\n  source: x\n";

static const char new_law[] = TOP
	"fee:\n  source: a\n  charges:\n"
	"    - {id: basic, when: {retired: no, yb_flexible: no}, period: month, base: = yb_wage_base, payers: {person: = base * 2%}}\n"
	"    - {id: aid, source: b, period: month, payers: {person: 3}}\n"
	"reimburse:\n  source: a\n  benefits:\n"
	"    - id: stay\n      label: {zh: 住院, en: stay}\n      when: {med_type: 21|22}\n      layers:\n"
	"        - id: basic\n          pays: hifp_pay\n"
	"          deductible: {amount: {source: b, by: [retired, age], rows: [[no, <60, 1000], [no, 60.., 800], [yes, any, 500]]}}\n"
	"          ratio: {dated: [{to: 2024-01-01, value: 70%}, {from: 2024-01-01, value: 75%}]}\n";

static char *
difference(const struct yb_policy_set *before, const struct yb_policy_set *after, const struct yb_difference_options *options, yb_format format,
           yb_lang lang)
{
	struct yb_error *err = NULL;
	char *text = NULL;
	yb_status st = yb_policy_set_render_difference(before, "990000/310", after, "990000/310", options, format, lang, &text, &err);

	ck_assert_msg(st == YB_OK, "%s", yb_error_get_message(err));
	return text;
}

static void
expect_words(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		ck_assert_msg(strstr(text, words[i]) != NULL, "no \"%s\" in\n%s", words[i], text);
}

#define EXPECT(text, words) expect_words(text, words, (int)(sizeof(words) / sizeof((words)[0])))

START_TEST(order_and_spelling_make_no_difference)
{
	struct yb_policy_set *a = load(old_law, NULL), *b = load(same_law, NULL);
	char *text = difference(a, b, NULL, YB_FORMAT_TEXT, YB_LANG_EN);

	ck_assert_msg(strstr(text, "No difference in any clause.") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "reimbursement: 401 asked, ") != NULL && !strstr(text, "largest"), "%s", text);
	yb_free(text);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

START_TEST(a_difference_is_told_in_words_with_both_sources)
{
	static const char *const en[] = {
		"Clauses: 3 changed, 1 added, 1 removed", "› stay · stay › basic › deductible by age, retired",
		"changed  60.., no: 900 yuan  →  800 yuan", "before  Old bureau, No 1, 2020-01-01, u (official)  [first.yaml:",
		"after   New bureau, No 2, 2025-06-01, u (repost)  [first.yaml:", "changed  from 2024-01-01: 80%  →  75%", "added  aid", "person        3 yuan",
		"removed  ceiling ", "(payment, per year) 100000 yuan",
	};
	static const char *const zh[] = { "条款：改变 3 处，新增 1 处，删除 1 处", "改变  60.., 否：900 元  →  800 元", "新增  aid", "删除  限额", "最大减少  -", "报销：询问 " };
	struct yb_policy_set *a = load(old_law, NULL), *b = load(new_law, NULL);
	char *text = difference(a, b, NULL, YB_FORMAT_TEXT, YB_LANG_EN);

	EXPECT(text, en);
	ck_assert_msg(!strstr(text, "70%"), "%s", text);
	yb_free(text);
	text = difference(a, b, NULL, YB_FORMAT_TEXT, YB_LANG_ZH);
	EXPECT(text, zh);
	yb_free(text);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

/* The vector alone, and one made-up case that is the same for both: 2,000 less 1,000 at 80 % are 800.00, at 75 % 750.00. */
START_TEST(amounts_that_change_are_told_with_their_case)
{
	static const char *const words[] = {
		"\"question\": \"reimburse\", \"asked\": ", "\"headline\": \"fund_pay_sumamt\", \"sum\": \"", "\"result\": \"fund_pay_sumamt\", \"by\": \"-50.00\"",
		"\"before\": \"800.00\", \"after\": \"750.00\"", "\"facts\": \"one: on 2025-03-01, age 40, retired no, ", "\"path\": [\"Reimbursement (reimburse)\"",
		"\"kind\": \"changed\"", "\"published\": \"2025-06-01\"", "\"line\": ",
	};
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;
	struct yb_policy_set *a = load(old_law, NULL), *b = load(new_law, NULL);
	char *text, *again;

	options.cases = 300;
	options.examples = 100;
	text = difference(a, b, &options, YB_FORMAT_JSON, YB_LANG_EN);
	again = difference(a, b, &options, YB_FORMAT_JSON, YB_LANG_EN);
	expect_json(text);
	EXPECT(text, words);
	ck_assert_str_eq(text, again);
	yb_free(again);
	options.seed = 2;
	again = difference(a, b, &options, YB_FORMAT_JSON, YB_LANG_EN);
	ck_assert_str_ne(text, again);
	yb_free(again);
	options.flags = YB_DIFFERENCE_NO_AMOUNTS;
	again = difference(a, b, &options, YB_FORMAT_JSON, YB_LANG_EN);
	expect_json(again);
	ck_assert_ptr_null(strstr(again, "\"amounts\""));
	yb_free(again);
	yb_free(text);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

/* The sample finds a change that only one fen of the bill and one age show. */
START_TEST(the_sample_reaches_the_edges_of_the_rules)
{
	static const char edge[] = TOP "reimburse:\n  source: a\n  benefits:\n    - {id: stay, layers: [{id: basic, pays: hifp_pay, base: '= if age = 67 and scope > 1234.55 "
		"and scope <= 1234.56 then scope + 1 else scope', ratio: 100%}]}\n";
	static const char flat[] = TOP "reimburse:\n  source: a\n  benefits:\n    - {id: stay, layers: [{id: basic, pays: hifp_pay, base: '= if age = 67 and scope > 1234.55 "
		"and scope <= 1234.56 then scope else scope', ratio: 100%}]}\n";
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;
	struct yb_policy_set *a = load(flat, NULL), *b = load(edge, NULL);
	char *text;

	options.cases = 1500;
	text = difference(a, b, &options, YB_FORMAT_TEXT, YB_LANG_EN);

	ck_assert_msg(strstr(text, "largest rise  +1.00  fund_pay_sumamt: 1,234.56  →  1,235.56") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "age 67") != NULL, "%s", text);
	yb_free(text);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

START_TEST(a_day_shows_the_difference_of_that_day)
{
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;
	struct yb_policy_set *a = load(old_law, NULL), *b = load(new_law, NULL);
	char *text;

	ck_assert_int_eq(yb_day_from_text("2023-06-01", 10, &options.on), YB_OK);
	options.flags = YB_DIFFERENCE_NO_AMOUNTS;
	text = difference(a, b, &options, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_msg(strstr(text, "Clauses: 2 changed") && !strstr(text, "75%"), "%s", text);
	yb_free(text);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

START_TEST(a_document_and_what_is_laid_over_it_differ)
{
	static const char reform[] = "language: 1\nid: 990000/reform\ntitle: R\noverlay: 990000/310\nfrom: 2026-01-01\n" SOURCES
		"reimburse:\n  source: b\n  benefits:\n    - {id: stay, when: {med_type: 21|22}, layers: [{id: basic, pays: hifp_pay, ratio: 90%}]}\n";
	struct yb_policy_set *a = load(old_law, NULL), *b = load(old_law, reform);
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;
	char *text = NULL;

	options.flags = YB_DIFFERENCE_NO_AMOUNTS;
	ck_assert_int_eq(yb_policy_set_render_difference(a, "990000/310", b, "990000/reform", &options, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_OK);
	ck_assert_msg(strstr(text, "after   990000/reform  R  [second.yaml]") && strstr(text, "90%"), "%s", text);
	yb_free(text);
	ck_assert_int_eq(yb_day_from_text("2025-12-31", 10, &options.on), YB_OK);
	text = difference(a, b, &options, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_msg(strstr(text, "No difference") != NULL, "%s", text);
	yb_free(text);
	options.on++;
	text = difference(a, b, &options, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_msg(strstr(text, "90%") != NULL, "%s", text);
	yb_free(text);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

START_TEST(no_shipped_document_differs_from_itself)
{
	struct yb_policy_set *a = load_shipped(), *b = load_shipped();
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;

	options.cases = 10;
	options.examples = 1;
	for (size_t i = 0; i < yb_policy_set_get_count(a); i++) {
		char *text = NULL;
		ck_assert_int_eq(yb_policy_set_render_difference(a, yb_policy_set_get_id(a, i), b, yb_policy_set_get_id(b, i), &options, YB_FORMAT_TEXT,
		                                                 (yb_lang)(i % 2), &text, NULL), YB_OK);
		ck_assert_msg(strstr(text, i % 2 ? "条款没有差别" : "No difference in any clause") && !strstr(text, " example ") && !strstr(text, " 例 "), "%s", text);
		yb_free(text);
		text = NULL;
		options.examples = 2;
		ck_assert_int_eq(yb_policy_set_render_difference(a, yb_policy_set_get_id(a, i), b, yb_policy_set_get_id(b, (i + 1) % yb_policy_set_get_count(b)),
		                                                 &options, YB_FORMAT_JSON, (yb_lang)(i % 2), &text, NULL), YB_OK);
		expect_json(text);
		yb_free(text);
	}
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

START_TEST(a_difference_that_cannot_be_told_is_refused)
{
	struct yb_policy_set *a = load(old_law, NULL);
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;
	struct yb_error *err = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_policy_set_render_difference(NULL, "990000/310", a, "990000/310", NULL, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_render_difference(a, "990000/310", a, "x", NULL, YB_FORMAT_TEXT, YB_LANG_EN, &text, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "\"x\""));
	ck_assert_ptr_null(text);
	yb_error_unref(err);
	options.flags = 2;
	ck_assert_int_eq(yb_policy_set_render_difference(a, "990000/310", a, "990000/310", &options, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_BAD_OPTIONS);
	options.flags = 0;
	options.examples = 101;
	ck_assert_int_eq(yb_policy_set_render_difference(a, "990000/310", a, "990000/310", &options, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_BAD_OPTIONS);
	options.examples = 0;
	options.cases = 100001;
	ck_assert_int_eq(yb_policy_set_render_difference(a, "990000/310", a, "990000/310", &options, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_BAD_OPTIONS);
	yb_policy_set_unref(a);
}
END_TEST

/* ---- what vectors touch ---- */

/* Touched by two vectors: the first two rows, the old ratio, age 60 from both sides. */
static const char half_tested[] = TOP
	"fee:\n  source: a\n  charges:\n    - {id: basic, period: month, payers: {person: 3}}\n"
	"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n        - id: basic\n          pays: hifp_pay\n"
	"          deductible: {by: [retired, age], rows: [[no, <60, 1000], [no, 60.., 900], [yes, any, 500]]}\n"
	"          bands:\n            origin: zero\n            borders: [2000]\n            ratio: {dated: [{to: 2024-01-01, value: [70%, 80%]}, {from: 2024-01-01, value: [75%, 85%]}]}\n"
	"          modify: [{id: poor, when: {psn_type: '1300'}, add: 5%}]\n"
	"          ceilings: [{id: year, on: payment, per: year, amount: 100000}]\n"
	"vectors:\n"
	"  - {id: one, ask: reimburse, source: a, on: 2023-03-01, facts: {retired: no, age: 59}, claim: {psn_type: '1101', medfee_sumamt: 2000.01, fulamt_ownpay_amt: 0,"
	" overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {basic.deductible: 1000}}\n"
	"  - {id: two, ask: reimburse, source: a, on: 2023-03-01, facts: {retired: no, age: 60}, claim: {psn_type: '1101', medfee_sumamt: 2000, fulamt_ownpay_amt: 0,"
	" overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {basic.deductible: 900}}\n";

static char *
coverage(const char *document, yb_format format, yb_lang lang)
{
	struct yb_policy_set *set = load(document, NULL);
	struct yb_vector_report *report = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_policy_set_run_vectors(set, "990000/310", &report, NULL), YB_OK);
	for (size_t i = 0; i < yb_vector_report_get_count(report); i++)
		ck_assert_str_eq(yb_vector_report_get_difference(report, i), "");
	yb_policy_set_unref(set); /* the report holds what it needs */
	ck_assert_int_eq(yb_vector_report_render_coverage(report, format, lang, &text, NULL), YB_OK);
	yb_vector_report_unref(report);
	return text;
}

START_TEST(what_no_vector_touches_is_named_with_its_place)
{
	static const char told[] = "990000/310: 2 vectors touch 9 of 16, 56.2%\n"
		"  clauses                           3 / 5     60.0%\n"
		"  table rows                        2 / 3     66.6%\n"
		"  dated entries, years              1 / 2     50.0%\n"
		"  deductibles, bands, ceilings      1 / 3     33.3%\n"
		"  edges of cells                    2 / 2     100.0%\n"
		"  edges of days                     0 / 1     0.0%\n"
		"  first.yaml:10:7: fee/basic: no vector\n";
	char *text = coverage(half_tested, YB_FORMAT_TEXT, YB_LANG_EN);
	static const char *const lines[] = {
		"reimburse/stay/basic/modify/poor: no vector\n", "row 3: no vector\n", "first.yaml:22:92: ", "from 2024-01-01: no vector\n",
		"reimburse/stay/basic, deductible: none at or below it\n", "reimburse/stay/basic, ceiling year: none at or above it\n", "2024-01-01: none on or after it\n",
	};

	ck_assert_msg(!strncmp(text, told, strlen(told)), "%s", text);
	EXPECT(text, lines);
	yb_free(text);
}
END_TEST

START_TEST(coverage_is_told_in_chinese_and_json)
{
	static const char *const zh[] = { "990000/310：2 个算例触及 16 处中的 9 处，56.2%", "没有算例触及", "没有算例达到它", "没有算例在其当日或之后" };
	static const char *const json[] = {
		"\"schema\": \"yibao-coverage/1\"", "\"count\": 16, \"touched\": 9, \"percent\": \"56.2%\"", "\"rows\": {\"count\": 3, \"touched\": 2}",
		"\"kind\": \"clauses\", \"file\": \"first.yaml\", \"line\": 10, \"column\": 7, \"what\": \"fee/basic\", \"lacking\": \"no vector\"",
	};
	char *text = coverage(half_tested, YB_FORMAT_TEXT, YB_LANG_ZH);

	EXPECT(text, zh);
	yb_free(text);
	text = coverage(half_tested, YB_FORMAT_JSON, YB_LANG_EN);
	expect_json(text);
	EXPECT(text, json);
	yb_free(text);
}
END_TEST

START_TEST(a_document_whose_vectors_touch_all_has_nothing_to_name)
{
	static const char whole[] = TOP "fee:\n  source: a\n  charges:\n    - {id: basic, period: month, payers: {person: {by: age, rows: [[<60, 3], [60.., 4]]}}}\n"
		"vectors:\n  - {id: a, ask: fee, source: a, on: 2025-01-01, year: 2025, months: 1, facts: {age: 59}, expect: {due.person: 3}}\n"
		"  - {id: b, ask: fee, source: a, on: 2025-01-01, year: 2025, months: 1, facts: {age: 60}, expect: {due.person: 4}}\n";
	char *text = coverage(whole, YB_FORMAT_TEXT, YB_LANG_EN);

	ck_assert_msg(strstr(text, "2 vectors touch 5 of 5, 100.0%") && !strstr(text, "first.yaml"), "%s", text);
	yb_free(text);
	text = coverage(whole, YB_FORMAT_JSON, YB_LANG_EN);
	expect_json(text);
	ck_assert_ptr_nonnull(strstr(text, "\"untouched\": []"));
	yb_free(text);
}
END_TEST

START_TEST(coverage_of_nothing_is_refused)
{
	char *text = NULL;

	ck_assert_int_eq(yb_vector_report_render_coverage(NULL, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_ptr_null(text);
}
END_TEST

/* ---- vectors that fail ---- */

START_TEST(a_vector_that_fails_tells_its_steps_and_its_place)
{
	static const char document[] = TOP "reimburse:\n  source: a\n  benefits:\n    - {id: stay, layers: [{id: basic, pays: hifp_pay, deductible: 100, ratio: 80%}]}\n"
		"vectors:\n  - {id: good, ask: reimburse, claim: {medfee_sumamt: 600, fulamt_ownpay_amt: 0, overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {basic.paid: 400}}\n"
		"  - {id: bad, ask: reimburse, claim: {medfee_sumamt: 600, fulamt_ownpay_amt: 0, overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {basic.paid: 500}}\n"
		"  - {id: lacking, ask: reimburse, claim: {fulamt_ownpay_amt: 0}, expect: {basic.paid: 500}}\n";
	struct yb_policy_set *set = load(document, NULL);
	struct yb_vector_report *report = NULL;

	ck_assert_int_eq(yb_policy_set_run_vectors(set, "990000/310", &report, NULL), YB_OK);
	ck_assert_uint_eq(yb_vector_report_get_failed(report), 2);
	ck_assert_str_eq(yb_vector_report_get_steps(report, 0, YB_LANG_EN), "");
	ck_assert_str_eq(yb_vector_report_get_difference(report, 1), "basic.paid: expected 500, found 400\n");
	ck_assert_ptr_nonnull(strstr(yb_vector_report_get_steps(report, 1, YB_LANG_EN), "deductible 100.00\n"));
	ck_assert_ptr_nonnull(strstr(yb_vector_report_get_steps(report, 1, YB_LANG_EN), "500.00 × 80 % = 400.00\n"));
	ck_assert_ptr_nonnull(strstr(yb_vector_report_get_steps(report, 1, YB_LANG_ZH), "起付标准 100.00\n"));
	ck_assert_ptr_nonnull(strstr(yb_vector_report_get_steps(report, 2, YB_LANG_ZH), "缺少必要信息"));
	ck_assert_str_eq(yb_vector_report_get_source_name(report, 1), "first.yaml");
	ck_assert_uint_eq(yb_vector_report_get_line(report, 1), 13);
	ck_assert_str_eq(yb_vector_report_get_steps(report, 3, YB_LANG_EN), "");
	ck_assert_str_eq(yb_vector_report_get_steps(report, 1, 2), "");
	ck_assert_str_eq(yb_vector_report_get_source_name(report, 3), "");
	ck_assert_uint_eq(yb_vector_report_get_line(NULL, 0), 0);
	yb_vector_report_unref(report);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- figures ---- */

START_TEST(every_figure_is_listed_and_what_is_stale_is_marked)
{
	static const char document[] = TOP "to: 2027-01-01\nseries: {wage: {source: b, unit: yuan, years: {2024: 100, 2025: 110}}}\n"
		"fee:\n  source: b\n  charges:\n    - {id: basic, period: month, payers: {person: {dated: [{to: 2024-01-01, value: 3}, {from: 2024-01-01, through: 2025-12-31, value: 4}]}}}\n"
		"    - {id: aid, to: 2025-07-01, period: month, payers: {person: 2}}\n"
		"    - {id: part, source: a, period: month, payers: {person: '= wage[year] * 2%'}}\n";
	static const char *const none[] = { "from 2024-01-01 through 2025-12-31: 4 yuan  [b (repost)] first.yaml:12\n", "person: 2 yuan  [b (repost)] first.yaml:13\n", "person: =wage[year]*2%  [a (official)] first.yaml:14\n",
		"2025: 110", "6 figures\n" };
	static const char *const told[] = { "! stale: its last entry ended, and none follows: through 2025-12-31\n", "! stale: its clause ended: through 2025-06-30\n",
		"wage  [b (repost)] first.yaml:8\n      ! stale: no figure for the year 2026\n", "note: its source was published three years before, or more: 2020-01-01\n", "7 figures, stale on 2026-06-01: 3\n" };
	static const char *const over[] = { "已过期：文件截止于该日之前：至 2026-12-31" };
	struct yb_policy_set *set = load(document, NULL);
	yb_day on = YB_DAY_NONE;
	char *text = NULL;

	ck_assert_int_eq(yb_policy_set_render_figures(set, "990000/310", on, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_OK);
	EXPECT(text, none);
	ck_assert_msg(!strstr(text, "stale") && !strstr(text, "note:"), "%s", text);
	yb_free(text);
	ck_assert_int_eq(yb_day_from_text("2026-06-01", 10, &on), YB_OK);
	ck_assert_int_eq(yb_policy_set_render_figures(set, "990000/310", on, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_OK);
	EXPECT(text, told);
	yb_free(text);
	ck_assert_int_eq(yb_policy_set_render_figures(set, "990000/310", on, YB_FORMAT_JSON, YB_LANG_EN, &text, NULL), YB_OK);
	expect_json(text);
	ck_assert_msg(strstr(text, "\"stale\": \"year_lacking\"") && strstr(text, "\"note\": \"source_old\"") && strstr(text, "\"stale\": 3}"), "%s", text);
	yb_free(text);
	ck_assert_int_eq(yb_day_from_text("2027-01-01", 10, &on), YB_OK);
	ck_assert_int_eq(yb_policy_set_render_figures(set, "990000/310", on, YB_FORMAT_TEXT, YB_LANG_ZH, &text, NULL), YB_OK);
	EXPECT(text, over);
	yb_free(text);
	ck_assert_int_eq(yb_policy_set_render_figures(set, "x", on, YB_FORMAT_TEXT, YB_LANG_ZH, &text, NULL), YB_E_NOT_FOUND);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(yb_policy_set_render_figures(NULL, "x", on, YB_FORMAT_TEXT, YB_LANG_ZH, &text, NULL), YB_E_INVALID);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
authoring_suite(void)
{
	Suite *suite = suite_create("authoring");
	TCase *tc = tcase_create("differences");

	tcase_set_timeout(tc, 1800);
	tcase_add_test(tc, order_and_spelling_make_no_difference);
	tcase_add_test(tc, a_difference_is_told_in_words_with_both_sources);
	tcase_add_test(tc, amounts_that_change_are_told_with_their_case);
	tcase_add_test(tc, the_sample_reaches_the_edges_of_the_rules);
	tcase_add_test(tc, a_day_shows_the_difference_of_that_day);
	tcase_add_test(tc, a_document_and_what_is_laid_over_it_differ);
	tcase_add_test(tc, no_shipped_document_differs_from_itself);
	tcase_add_test(tc, a_difference_that_cannot_be_told_is_refused);
	suite_add_tcase(suite, tc);
	tc = tcase_create("coverage");
	tcase_add_test(tc, what_no_vector_touches_is_named_with_its_place);
	tcase_add_test(tc, coverage_is_told_in_chinese_and_json);
	tcase_add_test(tc, a_document_whose_vectors_touch_all_has_nothing_to_name);
	tcase_add_test(tc, coverage_of_nothing_is_refused);
	suite_add_tcase(suite, tc);
	tc = tcase_create("failures and figures");
	tcase_add_test(tc, a_vector_that_fails_tells_its_steps_and_its_place);
	tcase_add_test(tc, every_figure_is_listed_and_what_is_stale_is_marked);
	suite_add_tcase(suite, tc);
	return suite;
}
