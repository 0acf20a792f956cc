/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would change an answer: distances and the share of the next yuan, worked by hand. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *outlook_suite(void);

/*
 * zero: 100 of deductible; 80 % up to 1,000 and 90 % above, counted from the first yuan; at most 2,000 paid and 5,000 of cost.
 * after: the same borders counted after the deductible, no ceiling; then 50 % of what the person bears of it.
 * year: counted on over the year.
 */
#define DOC \
	ASK_HEAD "reimburse:\n  source: a\n  benefits:\n" \
	"    - id: zero\n      when: {med_type: 21}\n      layers:\n" \
	"        - {id: basic, pays: hifp_pay, deductible: {amount: 100}, bands: {over: stay, origin: zero, borders: [1000], ratio: [80%, 90%]},\n" \
	"           ceilings: [{id: pay, on: payment, per: stay, amount: 2000}, {id: cost, on: cost, per: stay, amount: 5000}]}\n" \
	"    - id: after\n      when: {med_type: 11}\n      layers:\n" \
	"        - {id: basic, pays: hifp_pay, deductible: {amount: 100}, bands: {over: stay, origin: deductible, borders: [1000, 3000], ratio: [80%, 90%, 1/3]}}\n" \
	"        - {id: second, pays: hifmi_pay, base: = basic.self, ratio: 50%}\n" \
	"    - id: year\n      when: {med_type: 14}\n      layers:\n" \
	"        - {id: basic, pays: hifp_pay, bands: {over: year, origin: zero, borders: [1000, 3000], ratio: [80%, 90%, 95%]},\n" \
	"           ceilings: [{id: pay, on: payment, per: year, amount: 2000}]}\n"

static const struct {
	const char *why, *med_type, *scope, *totals, *marginal, *changes; /* kind:subject:fen, with spaces between */
} rows[] = {
	{ "within the deductible", "21", "50", "", "0", "1:basic:5000 3:basic:200000 4:basic:495000" },
	{ "half of the next yuan is above it", "21", "99.50", "", "0.4", "1:basic:50 3:basic:200000 4:basic:490050" },
	{ "on the deductible", "21", "100", "", "0.8", "2:basic:90000 3:basic:200000 4:basic:490000" },
	{ "in the first band: 80 % of 400", "21", "500", "", "0.8", "2:basic:50000 3:basic:168000 4:basic:450000" },
	{ "the border lies within the next yuan", "21", "999.25", "", "0.825", "2:basic:75 3:basic:128060 4:basic:400075" },
	{ "on the border: 80 % of 900", "21", "1000", "", "0.9", "3:basic:128000 4:basic:400000" },
	{ "just below the payment ceiling: 720 + 90 % of 1,422", "21", "2422", "", "0.2", "3:basic:20 4:basic:257800" },
	{ "the payment ceiling is reached within the fen: 720 + 90 % of 1,422.22 and 2/9", "21", "2422.22", "", "0.002", "3:basic:1 4:basic:257778" },
	{ "above it", "21", "2500", "", "0", "3:basic:0 4:basic:257778" },
	{ "after the deductible the border lies at 1,100", "11", "1000", "", "0.9", "2:basic:10000" },
	{ "in the last band: 1/3, and half of 0.66, since what the first layer bears is in whole fen", "11", "3200", "", "199/300", "" },
	{ "counted on from 900", "14", "50", "\"basic.base.year\": \"900\", \"basic.paid.year\": \"720\"", "0.8", "2:basic:5000 3:basic:124000" },
	{ "counted on into the next band", "14", "100", "\"basic.base.year\": \"900\", \"basic.paid.year\": \"720\"", "0.9", "2:basic:200000 3:basic:120000" },
	{ "nothing was billed", "14", "0", "", "0.8", "" },
};

static struct yb_decision *
settle(struct yb_policy_set *set, int i)
{
	struct yb_person *person = ask_person("");
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	char json[400];

	(void)snprintf(json, sizeof(json), "{\"med_type\": \"%s\", \"enddate\": \"2026-05-05\", \"medfee_sumamt\": \"%s\", \"fulamt_ownpay_amt\": 0, \"overlmt_selfpay\": 0, "
	               "\"preselfpay_amt\": 0, \"inscp_scp_amt\": \"%s\", \"yb_totals\": {%s}}", rows[i].med_type, rows[i].scope, rows[i].scope, rows[i].totals);
	ck_assert_msg(yb_claim_new_from_json(json, strlen(json), "claim", &claim, &err) == YB_OK, "%s", yb_error_get_message(err));
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_msg(yb_settle(set, person, claim, NULL, decision, &err) == YB_OK, "%s", yb_error_get_message(err));
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	yb_claim_unref(claim);
	yb_person_unref(person);
	return decision;
}

static void
list_changes(struct yb_decision *decision, char *out, size_t room)
{
	const char *subject;
	yb_change kind;
	int64_t distance;
	yb_result unit;

	out[0] = '\0';
	for (size_t i = 0; yb_decision_get_change(decision, i, &kind, &subject, &distance, &unit) == YB_OK; i++) {
		size_t n = strlen(out);
		ck_assert_int_eq(unit, kind >= YB_CHANGE_WINDOW ? YB_RESULT_DAYS : YB_RESULT_FEN);
		(void)snprintf(out + n, room - n, "%s%d:%s:%ld", n ? " " : "", (int)kind, subject, (long)distance);
	}
}

START_TEST(the_next_yuan_and_what_lies_ahead)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_decision *decision = settle(set, _i);
	char found[200], *text = NULL, *again = NULL, *shown = NULL;
	yb_fen before = 0, after = 1;

	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_FUND_PAY_SUMAMT, &before), YB_OK);
	ck_assert_int_eq(yb_decision_dup_result(decision, "marginal", &text, NULL), YB_OK);
	ck_assert_msg(strcmp(text, rows[_i].marginal) == 0, "%s: marginal %s, not %s", rows[_i].why, text, rows[_i].marginal);
	list_changes(decision, found, sizeof(found));
	ck_assert_msg(strcmp(found, rows[_i].changes) == 0, "%s: %s, not %s", rows[_i].why, found, rows[_i].changes);
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++)
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH; lang++) {
			ck_assert_int_eq(yb_decision_render(decision, format, lang, YB_EXPLAIN_FULL, &shown, NULL), YB_OK);
			if (format == YB_FORMAT_JSON)
				ck_assert_ptr_nonnull(strstr(shown, "\"marginal\": "));
			yb_free(shown);
		}
	ck_assert_int_eq(yb_decision_dup_result(decision, "marginal", &again, NULL), YB_OK); /* asking moves nothing */
	ck_assert_str_eq(text, again);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_FUND_PAY_SUMAMT, &after), YB_OK);
	ck_assert_int_eq(before, after);
	yb_free(text);
	yb_free(again);
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(each_layer_has_its_share)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_decision *decision = settle(set, 9); /* 1,000: 90 % of the next yuan would be 80 %: it lies below 1,100 */
	static const char *const expected[][2] = { { "basic.marginal", "0.8" }, { "second.marginal", "0.1" }, { "marginal", "0.9" } };
	int64_t value = 0;
	yb_result unit = 0;
	char *text = NULL;

	for (int i = 0; i < COUNT(expected); i++) {
		ck_assert_int_eq(yb_decision_dup_result(decision, expected[i][0], &text, NULL), YB_OK);
		ck_assert_str_eq(text, expected[i][1]);
		yb_free(text);
	}
	ck_assert_int_eq(yb_decision_get_result(decision, "marginal", &value, &unit), YB_OK);
	ck_assert_int_eq(value, 900000);
	ck_assert_int_eq(unit, YB_RESULT_PPM);
	ck_assert_int_eq(yb_decision_dup_result(decision, "third.marginal", &text, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_decision_dup_result(decision, ".marginal", &text, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_decision_dup_result(decision, "xmarginal", &text, NULL), YB_E_NOT_FOUND);
	yb_decision_unref(decision);
	decision = settle(set, 10);
	ck_assert_int_eq(yb_decision_get_result(decision, "marginal", &value, &unit), YB_E_BAD_VALUE); /* 199/300 */
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- days ---- */

#define DAYS \
	ASK_HEAD "fee:\n  source: a\n  windows: [{for: 2026, rows: [{id: main, from: 2025-10-01, through: 2025-12-31, start: = year_first}]}]\n" \
	"  charges: [{id: basic, total: 1000, payers: {person: 400, finsubs: rest}}]\n" \
	"eligibility:\n  source: a\n  rules: [{id: late, when: {window: none}, count_from: = paid_on, fixed: 3 months}, {id: in-time, when: {window: main}, count_from: = window_start}]\n"

static const struct {
	const char *ask, *changes;
} dated[] = {
	{ "fee year=2026 paid_on=2025-10-01", "5:main:91" }, { "fee year=2026 paid_on=2025-12-31", "5:main:0" }, { "fee year=2026 paid_on=2026-01-01", "" },
	{ "fee year=2026", "" },
	{ "cover on=2025-12-01 paid_on=2025-11-30 year=2026", "5:main:31 6:in-time:31" }, { "cover on=2026-01-01 paid_on=2025-11-30", "5:main:31 7:in-time:364" },
	{ "cover on=2026-12-31 paid_on=2025-11-30", "5:main:31 7:in-time:0" }, { "cover on=2026-05-09 paid_on=2026-02-10", "6:late:1" },
	{ "cover on=2026-05-10 paid_on=2026-02-10", "7:late:235" }, { "cover paid_on=2026-02-10", "" },
};

START_TEST(windows_and_waits_lie_so_many_days_ahead)
{
	struct yb_policy_set *set = ask_load(DAYS);
	struct yb_person *person = ask_person("cover=none");
	struct yb_decision *decision = NULL;
	char found[200], *shown = NULL;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(ask_question(set, person, dated[_i].ask, decision, NULL), YB_OK);
	list_changes(decision, found, sizeof(found));
	ck_assert_msg(strcmp(found, dated[_i].changes) == 0, "%s: %s, not %s", dated[_i].ask, found, dated[_i].changes);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_EN, YB_EXPLAIN_FULL, &shown, NULL), YB_OK);
	ck_assert_int_eq(strstr(shown, "What would change it") != NULL, dated[_i].changes[0] != '\0');
	yb_free(shown);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
outlook_suite(void)
{
	Suite *suite = suite_create("outlook");
	TCase *tc = tcase_create("outlook");

	tcase_add_loop_test(tc, the_next_yuan_and_what_lies_ahead, 0, COUNT(rows));
	tcase_add_test(tc, each_layer_has_its_share);
	tcase_add_loop_test(tc, windows_and_waits_lie_so_many_days_ahead, 0, COUNT(dated));
	suite_add_tcase(suite, tc);
	return suite;
}
