/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_ask.h"

Suite *split_suite(void);

/*
 * A stay over the end of a medical year, settled in two parts. The figures of
 * the language stand in tests/shapes/year-end-split.yaml; here is what a
 * program sees of them.
 */

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define HEAD "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"

static struct yb_policy_set *
load_two(const char *text, const char *overlay)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc.yaml", text, strlen(text), NULL), YB_OK);
	if (overlay)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "overlay.yaml", overlay, strlen(overlay), NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	ck_assert_msg(st == YB_OK, "%u: %s", err ? (unsigned)yb_error_get_line(err) : 0, err ? yb_error_get_message(err) : "");
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	return set;
}

/* Settles; what cannot be read of person or claim fails. Keys of the two are written with ' for ". */
static yb_status
settle(const struct yb_policy_set *set, const char *person_words, const char *claim_words, struct yb_decision *decision, struct yb_error **err)
{
	struct yb_person *person = NULL;
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	struct yb_claim *claim = NULL;
	char text[4096];
	yb_status st;

	options.flags = YB_SETTLE_RECEIPT;

	ck_assert_int_lt(snprintf(text, sizeof(text), "{'insutype': '310', 'insuplc_admdvs': '990000'%s}", person_words), (int)sizeof(text));
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	ck_assert_int_eq(yb_person_new_from_json(text, strlen(text), "person", &person, NULL), YB_OK);
	ck_assert_int_lt(snprintf(text, sizeof(text), "{'begndate': '2026-12-20', %s}", claim_words), (int)sizeof(text));
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	st = yb_claim_new_from_json(text, strlen(text), "claim", &claim, err);
	ck_assert_msg(st == YB_OK, "%s", err && *err ? yb_error_get_message(*err) : "");
	st = yb_settle(set, person, claim, &options, decision, err);
	yb_person_unref(person);
	yb_claim_unref(claim);
	return st;
}

static const char *
outcome_name(yb_outcome outcome)
{
	static const char *const names[] = { "none", "answered", "refused", "incomplete", "unsupported" };

	return names[outcome];
}

static bool
has_reason(struct yb_decision *decision, const char *words)
{
	const char *code;
	char *text = NULL;
	bool found = false;

	for (size_t i = 0; yb_decision_get_reason(decision, i, &code) == YB_OK && !found; i++) {
		ck_assert_int_eq(yb_decision_dup_reason_text(decision, i, YB_LANG_EN, &text), YB_OK);
		found = !strcmp(code, words) || strstr(text, words);
		yb_free(text);
		text = NULL;
	}
	return found;
}

static bool
lacks(const struct yb_decision *decision, const char *name)
{
	const char *found;

	for (size_t i = 0; yb_decision_get_missing(decision, i, &found) == YB_OK; i++)
		if (!strcmp(found, name))
			return true;
	return false;
}

/* "name=text; name=text", an outcome word, reason=…, lacks=…, error=words */
static void
check(const char *why, const char *expect, yb_status st, struct yb_decision *decision, const struct yb_error *err)
{
	char words[1024], *save = NULL;
	const char *outcome = "answered";

	ck_assert_int_lt(snprintf(words, sizeof(words), "%s", expect), (int)sizeof(words));
	for (char *word = strtok_r(words, ";", &save); word; word = strtok_r(NULL, ";", &save)) {
		char *equals, *found = NULL;
		word += strspn(word, " ");
		equals = strchr(word, '=');
		if (!equals) {
			outcome = word;
			continue;
		}
		*equals = '\0';
		if (!strcmp(word, "error")) {
			ck_assert_msg(st != YB_OK && err && strstr(yb_error_get_message(err), equals + 1), "%s: %s", why, err ? yb_error_get_message(err) : "no error");
			return;
		}
		ck_assert_msg(st == YB_OK, "%s: %s", why, err ? yb_error_get_message(err) : yb_status_name(st));
		if (!strcmp(word, "reason")) {
			ck_assert_msg(has_reason(decision, equals + 1), "%s: no reason %s", why, equals + 1);
		} else if (!strcmp(word, "lacks")) {
			ck_assert_msg(lacks(decision, equals + 1), "%s: does not lack %s", why, equals + 1);
		} else {
			ck_assert_msg(yb_decision_dup_result(decision, word, &found, NULL) == YB_OK, "%s: no %s", why, word);
			ck_assert_msg(!strcmp(found, equals + 1), "%s: %s is %s", why, word, found);
			yb_free(found);
		}
	}
	ck_assert_msg(!strcmp(outcome_name(yb_decision_get_outcome(decision)), outcome), "%s: %s", why, outcome_name(yb_decision_get_outcome(decision)));
}

/* Every form of an answer can be made, and JSON of it is JSON. */
static void
render(struct yb_decision *decision)
{
	char *text = NULL, *receipt = NULL;

	ck_assert_int_eq(yb_decision_dup_receipt(decision, &receipt, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_dup_receipt(decision, &text, NULL), YB_OK);
	ck_assert_str_eq(receipt, text);
	yb_free(receipt);
	yb_free(text);
	text = NULL;

	for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH; lang++)
		for (yb_explain level = YB_EXPLAIN_NONE; level <= YB_EXPLAIN_FULL; level++) {
			ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_TEXT, lang, level, &text, NULL), YB_OK);
			yb_free(text);
			ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, lang, level, &text, NULL), YB_OK);
			ck_assert_msg(text[0] == '{' && strstr(text, "\"schema\""), "%s", text);
			yb_free(text);
			text = NULL;
		}
}

/* ---- one row, one stay ---- */

#define HEAD_OF(lines) HEAD lines "reimburse:\n  source: a\n  year_by: split\n  benefits:\n    - id: b\n      layers:\n        - id: basic\n          pays: hifp_pay\n"
#define STAY HEAD_OF("")
#define PLAIN STAY "          deductible: 1000\n          ratio: 80%\n"

static const struct {
	const char *why, *doc, *overlay, *person, *claim, *expect;
} rows[] = {
	{ "four buckets, one of which follows", PLAIN, NULL, "",
	  "'enddate': '2027-01-09', 'medfee_sumamt': 10000, 'fulamt_ownpay_amt': 1000, 'overlmt_selfpay': 0, 'preselfpay_amt': 500, 'inscp_scp_amt': 8500,"
	  "'yb_before_medfee_sumamt': 4000, 'yb_before_fulamt_ownpay_amt': 400, 'yb_before_preselfpay_amt': 100",
	  "part1.inscp_scp_amt=3500.00; part1.overlmt_selfpay=0.00; part2.inscp_scp_amt=5000.00; part2.preselfpay_amt=400.00; part2.medfee_sumamt=6000.00;"
	  "part1.hifp_pay=2000.00; part2.hifp_pay=4000.00; hifp_pay=6000.00; psn_part_amt=4000.00; medfee_sumamt=10000.00; basic.deductible=1000; basic.self=2500" },
	{ "the whole bill alone", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 10000, 'yb_before_medfee_sumamt': 4000", "incomplete; lacks=inscp_scp_amt" },
	{ "a scope that is not told of the first part", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 10000, 'inscp_scp_amt': 9000, 'yb_before_medfee_sumamt': 4000",
	  "incomplete; lacks=yb_before_inscp_scp_amt" },
	{ "a bill of which nothing is in scope", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 100, 'inscp_scp_amt': 0", "hifp_pay=0.00; psn_part_amt=100.00; act_pay_dedc=0.00" },
	{ "parts of the first part that are more than it", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 100, 'yb_before_medfee_sumamt': 50, 'yb_before_inscp_scp_amt': 60",
	  "error=yb_before_medfee_sumamt is not the sum of its parts" },
	{ "what follows is more than the whole", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 100, 'inscp_scp_amt': 50, 'fulamt_ownpay_amt': 50, 'overlmt_selfpay': 0, 'preselfpay_amt': 0,"
	  "'yb_before_medfee_sumamt': 60, 'yb_before_fulamt_ownpay_amt': 0", "error=more is left for inscp_scp_amt" },
	{ "more before than in all", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 100, 'yb_before_medfee_sumamt': 101", "error=is more than medfee_sumamt of the whole stay" },
	{ "the hospital bears a part, account and cash the rest, of both", PLAIN, NULL, ", 'yb_account_balance': 700",
	  "'enddate': '2027-01-09', 'medfee_sumamt': 3000, 'inscp_scp_amt': 3000, 'hosp_part_amt': 100, 'yb_before_inscp_scp_amt': 2000, 'yb_use_account': true",
	  "part1.hifp_pay=800.00; part2.hifp_pay=800.00; psn_part_amt=1300.00; hosp_part_amt=100.00; acct_pay=700.00; psn_cash_pay=600.00; balc=0.00; acct_mulaid_pay=0.00" },
	{ "a balance that is not known", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 3000, 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000, 'yb_use_account': true",
	  "incomplete; lacks=yb_account_balance" },
	{ "a hospital that bears more than is left", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 3000, 'inscp_scp_amt': 3000, 'hosp_part_amt': 2000, 'yb_before_inscp_scp_amt': 2000",
	  "error=funds and hospital pay 3600.00" },
	{ "each part is rounded", STAY "          ratio: 50%\n          round: yuan\n", NULL, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 6, 'yb_before_inscp_scp_amt': 3",
	  "part1.hifp_pay=2.00; part2.hifp_pay=2.00; hifp_pay=4.00; basic.paid.exact=3" },
	{ "a stay within the year", PLAIN, NULL, "", "'enddate': '2026-12-31', 'inscp_scp_amt': 3000", "hifp_pay=1600.00" },
	{ "a stay within the year, in full", PLAIN, NULL, "", "'enddate': '2026-12-31', 'medfee_sumamt': 3000, 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 1", "hifp_pay=1600.00; psn_cash_pay=1400.00" },
	{ "a total of the life goes on, one of the year does not", STAY "          bands: {over: year, borders: [1000], ratio: [50%, 90%]}\n          ceilings: [{id: l, on: payment, per: life, amount: 2500}]\n",
	  NULL, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 4000, 'yb_before_inscp_scp_amt': 2000, 'yb_totals': {'basic.base.year': 900, 'basic.paid.life': 100}",
	  "part1.basic.start=900; part1.hifp_pay=1760.00; part2.basic.start=0; part2.basic.room=640; part2.hifp_pay=640.00; reason=ceiling" },
	{ "totals of the new year", STAY "          deductible: {amount: 1000, per: year}\n          ratio: 50%\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 4000, 'yb_before_inscp_scp_amt': 2000, 'yb_totals': {'basic.deductible.year': 700, 'part2.basic.deductible.year': 900}",
	  "part1.basic.deductible=300; part2.basic.deductible=100; hifp_pay=1800.00" },
	{ "a total of the stay cannot be told of the second part", PLAIN, NULL, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 10, 'yb_before_inscp_scp_amt': 1, 'yb_totals': {'part2.basic.deductible.stay': 1}",
	  "error=keeps no total \"part2.basic.deductible.stay\"" },
	{ "a total of a second part where nothing is split", HEAD "reimburse: {source: a, benefits: [{id: b, layers: [{id: basic, pays: hifp_pay, ratio: 1}]}]}\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 10, 'yb_totals': {'part2.basic.base.year': 1}", "error=keeps no total \"part2.basic.base.year\"" },
	{ "a month goes on within itself: a year that begins in it", HEAD_OF("medical_year: 12-28\n") "          ratio: 1\n          ceilings: [{id: m, on: payment, per: month, amount: 100}]\n", NULL, "",
	  "'enddate': '2026-12-30', 'inscp_scp_amt': 160, 'yb_before_inscp_scp_amt': 60", "part1.hifp_pay=60.00; part2.basic.room=40; part2.hifp_pay=40.00" },
	{ "a month begins anew in another", STAY "          ratio: 1\n          ceilings: [{id: m, on: payment, per: month, amount: 100}]\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 160, 'yb_before_inscp_scp_amt': 60", "part1.hifp_pay=60.00; part2.basic.room=100; part2.hifp_pay=100.00" },
	{ "pools: one of the stay goes on, payments that met the condition alone", HEAD "reimburse:\n  source: a\n  year_by: split\n  pools: {p: {on: payment, per: stay}, c: {on: cost, per: stay}, d: {on: deductible, per: stay}}\n"
	  "  benefits:\n    - id: b\n      layers:\n"
	  "        - {id: x, pays: hifp_pay, base: = scope / 2, deductible: {amount: 100, pool: d}, ratio: 1, ceilings: [{id: p, on: payment, pool: p, amount: 1000}]}\n"
	  "        - {id: y, pays: oth_pay, base: = scope / 2, deductible: {amount: 100, pool: d}, ratio: 1, ceilings: [{id: c, on: cost, pool: c, amount: 600},"
	  " {id: p, when: {year: 2030..}, on: payment, pool: p, amount: 1000}]}\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 1000",
	  "part1.x.paid=400; part1.y.paid=400; part2.x.deductible=0; part2.x.room=600; part2.x.paid=600; part2.y.paid=100" },
	{ "a deductible of a clause that begins with the year", STAY "          deductible: {default: 0, except: [{label: l, when: {year: 2027..}, value: 500}]}\n          ratio: 1\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 1000", "part2.basic.deductible=0; hifp_pay=3000.00" },
	{ "a layer that begins with the year has its own", STAY "          ratio: 0\n        - {id: new, when: {year: 2027..}, pays: oth_pay, deductible: 500, ratio: 1}\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 1000", "part2.new.deductible=500; oth_pay=1500.00" },
	{ "the birthday between the parts", STAY "          ratio: {by: age, rows: [[..69, 50%], [70.., 100%]]}\n", NULL, ", 'brdy': '1957-01-01'",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 1000", "part1.age=69; part2.age=70; part1.hifp_pay=500.00; part2.hifp_pay=2000.00" },
	{ "the ordinal of the second part", STAY "          ratio: {by: yb_admission, rows: [[1, 50%], [2, 60%], [3.., 100%]]}\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 1000, 'yb_admission': 3", "part1.hifp_pay=1000.00; part2.hifp_pay=1000.00" },
	{ "the ordinal of the second part, told", STAY "          ratio: {by: yb_admission, rows: [[1, 50%], [2, 60%], [3.., 100%]]}\n", NULL, "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 1000, 'yb_admission': 3, 'yb_after_admission': 2", "part2.hifp_pay=1200.00" },
	{ "an overlay from the new year on", PLAIN, "language: 1\nid: 990000/r\ntitle: R\noverlay: 990000/310\nfrom: 2027-01-01\nsources: {r: {issuer: I, url: u, confidence: official}}\n"
	  "reimburse: {source: r, benefits: [{id: b, layers: [{id: extra, pays: oth_pay, ratio: 10%}, {id: basic, pays: hifp_pay, deductible: 2000, ratio: 50%}]}]}\n", "",
	  "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 500",
	  "part1.basic.deductible=500; part2.basic.deductible=500; part2.hifp_pay=1000.00; part2.extra.paid=250; oth_pay=250.00; extra.paid=250; basic.deductible=1000" },
	{ "a document of the new year alone", HEAD_OF("from: 2027-01-01\n") "          deductible: 1000\n          ratio: 80%\n", NULL, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 500",
	  "unsupported; reason=first part of the stay: 990000/310 does not cover 2026-12-31" },
	{ "no cover in the new year", PLAIN "eligibility: {source: a, rules: [{id: r, count_from: = year_first}]}\n", NULL, ", 'yb_cover': [{'insutype': '310', 'begin': '2026-01-01', 'end': '2026-12-31'}]",
	  "'enddate': '2027-01-09', 'medfee_sumamt': 3000, 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000",
	  "reason=second part of the stay; reason=not_insured; hifp_pay=800.00; psn_part_amt=2200.00; act_pay_dedc=1000.00" },
	{ "no cover in the old year: a deductible of the second part's day", STAY "          deductible: {by: year, rows: [[..2026, 1000], [2027.., 300]]}\n          ratio: 1\neligibility: {source: a, rules: [{id: r, count_from: = year_first}]}\n",
	  NULL, ", 'yb_cover': [{'insutype': '310', 'begin': '2027-01-01', 'end': '2027-12-31'}]",
	  "'enddate': '2027-01-09', 'medfee_sumamt': 3000, 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000", "hifp_pay=700.00; psn_part_amt=2300.00" },
	{ "no cover at all", PLAIN "eligibility: {source: a, rules: [{id: r, count_from: = year_first}]}\n", NULL, ", 'yb_cover': [{'insutype': '310', 'begin': '2020-01-01', 'end': '2020-12-31'}]",
	  "'enddate': '2027-01-09', 'medfee_sumamt': 3000, 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000", "refused; reason=not_insured" },
	{ "lines that come to something else", PLAIN, NULL, "", "'enddate': '2027-01-09', 'medfee_sumamt': 3001, 'feedetl': [{'chrgitm_lv': '01', 'det_item_fee_sumamt': 1000, 'fee_ocur_time': '2026-12-31'},"
	  "{'chrgitm_lv': '01', 'det_item_fee_sumamt': 2000, 'fee_ocur_time': '2027-01-01'}]", "error=medfee_sumamt differs from its cost lines" },
	{ "lines that come to something else before the year's end", PLAIN, NULL, "", "'enddate': '2027-01-09', 'yb_before_medfee_sumamt': 999, 'feedetl': [{'chrgitm_lv': '01', 'det_item_fee_sumamt': 1000, 'fee_ocur_time': '2026-12-31'},"
	  "{'chrgitm_lv': '01', 'det_item_fee_sumamt': 2000, 'fee_ocur_time': '2027-01-01'}]", "error=yb_before_medfee_sumamt differs from the cost lines" },
	{ "lines of one part alone", PLAIN, NULL, "", "'enddate': '2027-01-09', 'yb_before_medfee_sumamt': 3000, 'feedetl': [{'chrgitm_lv': '01', 'det_item_fee_sumamt': 1000, 'fee_ocur_time': '2026-12-31'},"
	  "{'chrgitm_lv': '01', 'det_item_fee_sumamt': 2000, 'fee_ocur_time': '2026-12-20'}]", "part1.hifp_pay=1600.00; part2.medfee_sumamt=0.00; psn_cash_pay=1400.00" },
	{ "a line that lacks its price, beside one that is whole", PLAIN, NULL, "", "'enddate': '2027-01-09', 'feedetl': [{'chrgitm_lv': '01', 'fee_ocur_time': '2026-12-31'},"
	  "{'chrgitm_lv': '01', 'det_item_fee_sumamt': 2000, 'fee_ocur_time': '2027-01-01'}]", "incomplete; lacks=pric; reason=first part of the stay: a fact is lacking: pric" },
	{ "kinds of cost by their lines", STAY "          base: = scope.implant\n          ratio: 1\n", NULL, "",
	  "'enddate': '2027-01-09', 'feedetl': [{'chrgitm_lv': '01', 'yb_kind': 'implant', 'det_item_fee_sumamt': 1000, 'fee_ocur_time': '2026-12-31'},"
	  "{'chrgitm_lv': '01', 'yb_kind': 'implant', 'det_item_fee_sumamt': 2000, 'fee_ocur_time': '2027-01-01'}]", "part1.hifp_pay=1000.00; part2.hifp_pay=2000.00; hifp_pay=3000.00" },
	{ "two facts of one name lack once", STAY "          ratio: {by: yb_plan, rows: [[x, 1], [not x, 0]]}\n", NULL, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000", "incomplete; lacks=yb_plan" },
};

START_TEST(a_stay_over_the_years_end)
{
	struct yb_decision *decision = NULL;
	struct yb_policy_set *set;
	struct yb_error *err = NULL;
	yb_status st;

	set = load_two(rows[_i].doc, rows[_i].overlay);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	for (int round = 0; round < 2; round++) { /* a reused decision answers as a fresh one */
		st = settle(set, rows[_i].person, rows[_i].claim, decision, &err);
		check(rows[_i].why, rows[_i].expect, st, decision, err);
		if (st == YB_OK)
			render(decision);
		yb_error_unref(err);
		err = NULL;
	}
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- the whole and its parts ---- */

/* Where no figure changes and nothing is by the year, a stay in two parts is paid what it is in one, wherever it is cut; but each part is rounded. */
#define SAME "source: a\n  pools: {p: {on: payment, per: stay}}\n  benefits:\n    - id: b\n      layers:\n" \
	"        - {id: basic, pays: hifp_pay, deductible: 700, bands: {borders: [3000, 9000], ratio: [60%, 70%, 85%]}, ceilings: [{id: c, on: payment, per: stay, amount: 9000}]}\n" \
	"        - {id: large, pays: hifob_pay, base: = basic.over, deductible: {amount: 500, per: episode}, ratio: 90%," \
	" ceilings: [{id: c, on: cost, per: life, amount: 20000}, {id: p, on: payment, pool: p, amount: 11000}]}\n" \
	"        - {id: after, pays: oth_pay, deductible: 300, bands: {origin: deductible, borders: [2000], ratio: [10%, 5%]}}\n"

START_TEST(nothing_changes_where_no_figure_does)
{
	static const char *const funds[] = { "basic.paid", "large.paid", "after.paid", "basic.deductible", "act_pay_dedc", "fund_pay_sumamt" };
	struct yb_policy_set *one = load_two(HEAD "reimburse:\n  " SAME, NULL), *two = load_two(HEAD "reimburse:\n  year_by: split\n  " SAME, NULL);
	struct yb_decision *a = NULL, *b = NULL;
	uint32_t state = 7;

	ck_assert_int_eq(yb_decision_new(&a, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&b, NULL), YB_OK);
	for (int i = 0; i < 300; i++) {
		unsigned scope = ask_random(&state) % 40000 + 1, before = ask_random(&state) % (scope + 1);
		char claim[256];
		(void)snprintf(claim, sizeof(claim), "'enddate': '2027-01-09', 'inscp_scp_amt': %u, 'yb_before_inscp_scp_amt': %u", scope, before);
		ck_assert_int_eq(settle(one, "", claim, a, NULL), YB_OK);
		ck_assert_int_eq(settle(two, "", claim, b, NULL), YB_OK);
		for (size_t k = 0; k < sizeof(funds) / sizeof(funds[0]); k++) {
			int64_t whole = 0, parts = 0;
			yb_fen apart = strcmp(funds[k], "basic.deductible") && strcmp(funds[k], "act_pay_dedc") ? 3 : 0;
			ck_assert_int_eq(yb_decision_get_result(a, funds[k], &whole, NULL), YB_OK);
			ck_assert_int_eq(yb_decision_get_result(b, funds[k], &parts, NULL), YB_OK);
			ck_assert_msg(llabs(whole - parts) <= apart, "%u, %u before: %s is %ld in one, %ld in two parts", scope, before, funds[k], (long)whole, (long)parts);
		}
	}
	yb_decision_unref(a);
	yb_decision_unref(b);
	yb_policy_set_unref(one);
	yb_policy_set_unref(two);
}
END_TEST

START_TEST(a_decision_goes_from_two_parts_to_one_and_to_another_set)
{
	struct yb_policy_set *set = load_two(PLAIN, NULL), *other = load_two(PLAIN, NULL);
	struct yb_decision *decision = NULL;
	char *text = NULL;
	int64_t value = 0;
	yb_result unit = 0;
	yb_fen fen;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(settle(set, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_result(decision, "part1.basic.paid", &value, &unit), YB_OK);
	ck_assert_int_eq(value, 80000);
	ck_assert_int_eq(unit, YB_RESULT_FEN);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fen), YB_OK);
	ck_assert_int_eq(fen, 160000);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_YB_BEFORE_INSCP_SCP_AMT, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_result(decision, "part3.basic.paid", &value, &unit), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_decision_get_result(decision, "basic.start", &value, &unit), YB_E_UNKNOWN);
	ck_assert_int_eq(settle(set, "", "'enddate': '2026-12-22', 'inscp_scp_amt': 3000", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_result(decision, "part1.basic.paid", &value, &unit), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_decision_dup_result(decision, "hifp_pay", &text, NULL), YB_OK);
	ck_assert_str_eq(text, "1600.00");
	yb_free(text);
	yb_policy_set_unref(set);
	ck_assert_int_eq(settle(other, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 500", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_result(decision, "part2.basic.paid", &value, &unit), YB_OK);
	ck_assert_int_eq(value, 160000);
	yb_policy_set_unref(other);
	render(decision);
	yb_decision_unref(decision);
}
END_TEST

START_TEST(parts_stand_in_the_json)
{
	static const char *const words[] = { "\"yb_parts\": [{\"outcome\": \"answered\", \"yb_benefit\": \"b\", \"setlinfo\": {\"begndate\": \"2026-12-20\", \"enddate\": \"2026-12-31\"",
		                             "\"yb_part\": 2", "\"op\": \"part\"", "\"yb_benefit\": \"b\"" };
	struct yb_policy_set *set = load_two(PLAIN, NULL);
	struct yb_decision *decision = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(settle(set, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL, &text, NULL), YB_OK);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_msg(strstr(text, words[i]), "%s is not in %s", words[i], text);
	ck_assert(strstr(text, "\"receipt\"") != NULL);
	*strstr(text, "\"receipt\"") = '\0';
	ck_assert(!strstr(text, "yb_before"));
	yb_free(text);
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_receipt_tells_the_parts)
{
	struct yb_policy_set *set = load_two(PLAIN, NULL);
	struct yb_decision *decision = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(settle(set, "", "'enddate': '2027-01-09', 'inscp_scp_amt': 3000, 'yb_before_inscp_scp_amt': 2000", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_dup_receipt(decision, &text, NULL), YB_OK);
	ck_assert_msg(strstr(text, "\"part1\": {\"outcome\": \"answered\", \"benefit\": \"b\"") && strstr(text, "\"part2\": {"), "%s", text);
	ck_assert_msg(strstr(text, "\"yb_before_inscp_scp_amt\": \"2000.00\"") != NULL, "%s", text);
	yb_free(text);
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
split_suite(void)
{
	Suite *suite = suite_create("split");
	TCase *tc = tcase_create("split");

	tcase_add_loop_test(tc, a_stay_over_the_years_end, 0, COUNT(rows));
	tcase_add_test(tc, nothing_changes_where_no_figure_does);
	tcase_add_test(tc, a_decision_goes_from_two_parts_to_one_and_to_another_set);
	tcase_add_test(tc, parts_stand_in_the_json);
	tcase_add_test(tc, a_receipt_tells_the_parts);
	suite_add_tcase(suite, tc);
	return suite;
}
