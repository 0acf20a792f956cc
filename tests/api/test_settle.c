/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define YUAN INT64_C(100)

Suite *settle_suite(void);

/* ---- a set, a person, a claim ---- */

static struct yb_policy_set *shipped;
static struct yb_person *person;
static struct yb_claim *claim;
static struct yb_decision *decision;

static struct yb_policy_set *
load_shipped(yb_confidence confidence)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	const char *top = getenv("YB_SRCDIR");
	char path[4096];

	options.flags = YB_LOAD_STRICT;
	options.confidence = confidence;
	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/policies", top ? top : "."), (int)sizeof(path));
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	return set;
}

#define DOC(rest) "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" rest

static struct yb_policy_set *
load_text(const char *text)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc.yaml", text, strlen(text), NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	ck_assert_msg(st == YB_OK, "%u: %s", err ? (unsigned)yb_error_get_line(err) : 0, err ? yb_error_get_message(err) : "");
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	return set;
}

static void
load_once(void)
{
	shipped = load_shipped(0);
}

static void
drop_once(void)
{
	yb_policy_set_unref(shipped);
	shipped = NULL;
}

static void
setup(void)
{
	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
}

static void
teardown(void)
{
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_decision_unref(decision);
}

static void
of_person(yb_field field, const char *text)
{
	ck_assert_int_eq(yb_person_set_text(person, field, text, strlen(text)), YB_OK);
}

static void
of_claim(yb_field field, const char *text)
{
	ck_assert_int_eq(yb_claim_set_text(claim, field, text, strlen(text)), YB_OK);
}

static void
bill(yb_fen own, yb_fen over, yb_fen prior, yb_fen scope)
{
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, own + over + prior + scope), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, own), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_OVERLMT_SELFPAY, over), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_PRESELFPAY_AMT, prior), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_INSCP_SCP_AMT, scope), YB_OK);
}

/* A Beijing employee in a tertiary hospital, first admission of 2026. */
static void
beijing(bool retired)
{
	yb_person_clear(person);
	yb_claim_clear(claim);
	of_person(YB_FIELD_INSUPLC_ADMDVS, "110000");
	of_person(YB_FIELD_INSUTYPE, "310");
	of_person(YB_FIELD_PSN_TYPE, retired ? "1201" : "1101");
	of_person(YB_FIELD_CVLSERV_FLAG, "0");
	of_person(YB_FIELD_BRDY, retired ? "1962-05-04" : "1980-05-04");
	of_person(YB_FIELD_PSN_IDET_TYPE, "99");
	of_claim(YB_FIELD_MED_TYPE, "21");
	of_claim(YB_FIELD_HOSP_LV, "02");
	of_claim(YB_FIELD_MDTRTAREA_ADMVS, "110000");
	of_claim(YB_FIELD_BEGNDATE, "2026-03-01");
	of_claim(YB_FIELD_ENDDATE, "2026-03-09");
	of_claim(YB_FIELD_YB_ADMISSION, "1");
	bill(1000 * YUAN, 0, 1000 * YUAN, 50000 * YUAN);
}

/* For documents of this file: id 990000/310. */
static void
elsewhere(void)
{
	beijing(false);
	of_person(YB_FIELD_INSUPLC_ADMDVS, "990000");
	of_claim(YB_FIELD_MDTRTAREA_ADMVS, "990000");
}

static yb_outcome
settle_in(const struct yb_policy_set *set, uint32_t flags)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = flags;
	st = yb_settle(set, person, claim, &options, decision, &err);
	ck_assert_msg(st == YB_OK, "%s: %s", yb_status_name(st), err ? yb_error_get_message(err) : "");
	ck_assert_ptr_null(err);
	return yb_decision_get_outcome(decision);
}

static void
refuse_in(const struct yb_policy_set *set, yb_status status, const char *fragment)
{
	struct yb_error *err = NULL;
	yb_status st = yb_settle(set, person, claim, NULL, decision, &err);

	ck_assert_msg(st == status, "%s, not %s: %s", yb_status_name(st), yb_status_name(status), err ? yb_error_get_message(err) : "");
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(yb_error_get_status(err), status);
	ck_assert_msg(strstr(yb_error_get_message(err), fragment) != NULL, "no \"%s\" in: %s", fragment, yb_error_get_message(err));
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_NONE);
	ck_assert_int_eq(yb_decision_get_confidence(decision), 0);
	ck_assert_str_eq(yb_decision_get_policy_id(decision), "");
	yb_error_unref(err);
}

static yb_fen
amount(yb_field field)
{
	yb_fen fen = -77;
	yb_status st = yb_decision_get_fen(decision, field, &fen);

	ck_assert_msg(st == YB_OK, "%s: %s", yb_field_get_name(field), yb_status_name(st));
	return fen;
}

static void
expect_result(const char *name, const char *expected)
{
	char *text = NULL;
	yb_status st = yb_decision_dup_result(decision, name, &text, NULL);

	ck_assert_msg(st == YB_OK, "%s: %s", name, yb_status_name(st));
	ck_assert_msg(!strcmp(text, expected), "%s: %s, not %s", name, text, expected);
	yb_free(text);
}

static bool
has_reason(const char *wanted)
{
	const char *code;

	for (size_t i = 0; yb_decision_get_reason(decision, i, &code) == YB_OK; i++)
		if (!strcmp(code, wanted))
			return true;
	return false;
}

static bool
lacks(const char *wanted)
{
	const char *name;

	for (size_t i = 0; yb_decision_get_missing(decision, i, &name) == YB_OK; i++)
		if (!strcmp(name, wanted))
			return true;
	return false;
}

/* ---- the figures of Beijing ---- */

/* EVIDENCE: 28,700 x 85 % + 10,000 x 90 % + 10,000 x 95 % = 24,395 + 9,000 + 9,500. */
START_TEST(fifty_thousand_in_scope_bring_42895_from_the_funds)
{
	beijing(false);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_MEDFEE_SUMAMT), 52000 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_FULAMT_OWNPAY_AMT), 1000 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_OVERLMT_SELFPAY), 0);
	ck_assert_int_eq(amount(YB_FIELD_PRESELFPAY_AMT), 1000 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_INSCP_SCP_AMT), 50000 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_ACT_PAY_DEDC), 1300 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 42895 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_HIFES_PAY), 0);
	ck_assert_int_eq(amount(YB_FIELD_HIFOB_PAY), 0);
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 42895 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_PSN_PART_AMT), 9105 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_PAY), 0);
	ck_assert_int_eq(amount(YB_FIELD_PSN_CASH_PAY), 9105 * YUAN);
	ck_assert_str_eq(yb_decision_get_policy_id(decision), "110000/310");
	ck_assert_int_eq(yb_decision_get_confidence(decision), YB_CONFIDENCE_REPOST);
	expect_result("basic.base", "50000");
	expect_result("basic.deductible", "1300");
	expect_result("basic.band1", "24395");
	expect_result("basic.band2", "9000");
	expect_result("basic.band3", "9500");
	expect_result("basic.ratio3", "0.95");
	expect_result("basic.paid", "42895");
	expect_result("basic.self", "7105");
	expect_result("basic.own", "5805");
	expect_result("basic.over", "0");
	expect_result("mutual_aid.paid", "0");
	expect_result("hosp", "L3");
	expect_result("hifp_pay", "42895.00");
}
END_TEST

/* EVIDENCE: 650 for the second stay; 29,350 x 85 % = 24,947.50, with 18,500 in the two bands above. */
START_TEST(a_second_admission_has_half_the_deductible)
{
	beijing(false);
	of_claim(YB_FIELD_YB_ADMISSION, "2");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_ACT_PAY_DEDC), 650 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 4344750);
	of_claim(YB_FIELD_YB_ADMISSION, "7");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_ACT_PAY_DEDC), 650 * YUAN);
}
END_TEST

/* EVIDENCE: the table as the city prints it, what all funds pay together, in permille. */
static const struct {
	bool retired;
	const char *level;
	int64_t low, high; /* yuan */
	int permille;
} cells[] = {
	{ false, "08", 1300, 30000, 900 }, { false, "05", 1300, 30000, 870 }, { false, "02", 1300, 30000, 850 },
	{ false, "08", 30000, 40000, 950 }, { false, "05", 30000, 40000, 920 }, { false, "02", 30000, 40000, 900 },
	{ false, "08", 40000, 100000, 970 }, { false, "05", 40000, 100000, 970 }, { false, "02", 40000, 100000, 950 },
	{ false, "08", 100000, 500000, 850 }, { false, "05", 100000, 500000, 850 }, { false, "02", 100000, 500000, 850 },
	{ true, "08", 1300, 30000, 970 }, { true, "05", 1300, 30000, 961 }, { true, "02", 1300, 30000, 955 },
	{ true, "08", 30000, 40000, 985 }, { true, "05", 30000, 40000, 976 }, { true, "02", 30000, 40000, 970 },
	{ true, "08", 40000, 100000, 991 }, { true, "05", 40000, 100000, 991 }, { true, "02", 40000, 100000, 985 },
	{ true, "08", 100000, 500000, 900 }, { true, "05", 100000, 500000, 900 }, { true, "02", 100000, 500000, 900 },
};

static yb_fen
funds_at(bool retired, const char *level, yb_fen scope)
{
	beijing(retired);
	of_claim(YB_FIELD_HOSP_LV, level);
	bill(0, 0, 0, scope);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	return amount(YB_FIELD_FUND_PAY_SUMAMT);
}

START_TEST(every_cell_of_the_published_table_is_met_exactly)
{
	int64_t low = cells[_i].low, high = cells[_i].high;
	/* the whole band, its first and last thousand yuan, a hundred in the middle, and one yuan on either side of each border */
	const int64_t pairs[][2] = { { low, high }, { low, low + 1000 }, { high - 1000, high }, { (low + high) / 2, (low + high) / 2 + 100 },
		                     { low, low + 10 }, { high - 10, high } };

	for (int i = 0; i < COUNT(pairs); i++) {
		yb_fen paid = funds_at(cells[_i].retired, cells[_i].level, pairs[i][1] * YUAN) -
		              funds_at(cells[_i].retired, cells[_i].level, pairs[i][0] * YUAN);
		ck_assert_int_eq(paid * 10, (pairs[i][1] - pairs[i][0]) * cells[_i].permille);
	}
	for (int level = 0; level < 11; level++) { /* every code of the level, every kind of hospital of it */
		static const char *const codes[] = { "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11" };
		const char *like = level < 4 ? "02" : level < 7 ? "05" : "08";
		ck_assert_int_eq(funds_at(cells[_i].retired, codes[level], high * YUAN), funds_at(cells[_i].retired, like, high * YUAN));
	}
}
END_TEST

START_TEST(nothing_is_paid_at_or_below_the_deductible_and_nothing_more_above_the_last_border)
{
	ck_assert_int_eq(funds_at(false, "02", 0), 0);
	ck_assert_int_eq(funds_at(false, "02", 1), 0);
	ck_assert_int_eq(amount(YB_FIELD_ACT_PAY_DEDC), 1);
	ck_assert_int_eq(funds_at(false, "02", 129999), 0);
	ck_assert_int_eq(funds_at(false, "02", 130000), 0);
	ck_assert_int_eq(funds_at(false, "02", 130001), 1); /* 0.85 fen */
	ck_assert_int_eq(funds_at(false, "02", 500000 * YUAN), 43039500);
	ck_assert(!has_reason("ceiling") || amount(YB_FIELD_HIFP_PAY) == 9039500);
	ck_assert_int_eq(funds_at(false, "02", 500000 * YUAN + 1), 43039500);
	ck_assert(has_reason("ceiling"));
	ck_assert_int_eq(funds_at(true, "02", 600000 * YUAN), 45620850);
}
END_TEST

/* EVIDENCE: 60,000 of the pool's 100,000 are used: 29,350 x 85 % + 10,000 x 90 % = 33,947.50, and mutual aid 40,000 x 85 %. */
START_TEST(the_totals_of_the_year_lower_the_room)
{
	beijing(false);
	of_claim(YB_FIELD_YB_ADMISSION, "2");
	bill(0, 0, 0, 80000 * YUAN);
	ck_assert_int_eq(yb_claim_set_total(claim, "basic.base.year", 60000 * YUAN), YB_OK);
	ck_assert_int_eq(yb_claim_set_total(claim, "basic.paid.year", 5239500), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 3394750);
	ck_assert_int_eq(amount(YB_FIELD_HIFOB_PAY), 34000 * YUAN);
	expect_result("basic.absorbed", "40000");
	ck_assert(!has_reason("totals_zero"));
	yb_claim_clear(claim);
	beijing(false);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert(has_reason("totals_zero"));
}
END_TEST

/* ---- outcomes ---- */

START_TEST(a_claim_of_no_benefit_is_refused_with_its_reason)
{
	yb_fen fen = -77;

	beijing(false);
	of_claim(YB_FIELD_MED_TYPE, "53"); /* 计划生育手术费 */
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_REFUSED);
	ck_assert(has_reason("no_benefit"));
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fen), YB_E_UNKNOWN);
	ck_assert_int_eq(fen, -77);
	ck_assert_str_eq(yb_decision_get_policy_id(decision), "110000/310");
}
END_TEST

static const struct {
	yb_field field;
	bool person;
	const char *missing;
} needed[] = {
	{ YB_FIELD_MED_TYPE, false, "med_type" }, { YB_FIELD_HOSP_LV, false, "hosp_lv" }, { YB_FIELD_YB_ADMISSION, false, "yb_admission" },
	{ YB_FIELD_PSN_TYPE, true, "psn_type" }, { YB_FIELD_ENDDATE, false, "enddate" }, { YB_FIELD_INSUPLC_ADMDVS, true, "insuplc_admdvs" },
	{ YB_FIELD_INSUTYPE, true, "insutype" },
};

START_TEST(a_fact_that_a_rule_needs_is_named_when_it_is_missing)
{
	const char *name;

	beijing(false);
	ck_assert_int_eq(needed[_i].person ? yb_person_unset(person, needed[_i].field) : yb_claim_unset(claim, needed[_i].field), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_INCOMPLETE);
	ck_assert_msg(lacks(needed[_i].missing), "%s is not named", needed[_i].missing);
	ck_assert_int_eq(yb_decision_get_missing(decision, 0, &name), YB_OK);
	ck_assert_int_eq(yb_decision_get_missing(decision, 1, &name), YB_E_NOT_FOUND); /* and nothing that follows from it */
}
END_TEST

START_TEST(all_that_is_lacking_is_named_at_once)
{
	beijing(false);
	yb_claim_clear(claim);
	of_claim(YB_FIELD_ENDDATE, "2026-03-09");
	of_claim(YB_FIELD_MED_TYPE, "21");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_INCOMPLETE);
	ck_assert(lacks("hosp_lv"));
	ck_assert(lacks("yb_admission"));
	ck_assert(lacks("inscp_scp_amt"));
	yb_person_clear(person);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_INCOMPLETE);
	ck_assert(lacks("insuplc_admdvs"));
	ck_assert(lacks("insutype"));
}
END_TEST

START_TEST(a_fact_that_is_not_needed_is_not_asked_for)
{
	beijing(false);
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_BRDY), YB_OK);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_BEGNDATE), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 42895 * YUAN);
}
END_TEST

START_TEST(a_declared_gap_is_unsupported_and_answered_only_when_lenient)
{
	beijing(false);
	of_claim(YB_FIELD_MDTRTAREA_ADMVS, "310000");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_UNSUPPORTED);
	ck_assert(has_reason("unsupported"));
	ck_assert_int_eq(settle_in(shipped, YB_SETTLE_LENIENT), YB_OUTCOME_ANSWERED);
	ck_assert(has_reason("lenient_gap"));
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 42895 * YUAN);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_UNSUPPORTED); /* and it does not stick */
	of_claim(YB_FIELD_MED_TYPE, "14");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_UNSUPPORTED);
}
END_TEST

START_TEST(a_gap_that_cannot_be_told_is_mentioned)
{
	beijing(false);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_MDTRTAREA_ADMVS), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert(has_reason("possible_gap"));
}
END_TEST

START_TEST(a_clause_below_the_asked_confidence_is_unsupported_and_answered_only_when_lenient)
{
	struct yb_policy_set *strict = load_shipped(YB_CONFIDENCE_OFFICIAL);

	beijing(false);
	ck_assert_int_eq(settle_in(strict, 0), YB_OUTCOME_UNSUPPORTED);
	ck_assert(has_reason("low_confidence"));
	ck_assert_int_eq(settle_in(strict, YB_SETTLE_LENIENT), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 42895 * YUAN);
	ck_assert_int_eq(yb_decision_get_confidence(decision), YB_CONFIDENCE_REPOST);
	ck_assert_msg(has_reason("lenient_confidence"), "no reason says that a clause of low confidence was used");
	yb_policy_set_unref(strict);
	strict = load_shipped(YB_CONFIDENCE_REPOST);
	ck_assert_int_eq(settle_in(strict, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(settle_in(strict, YB_SETTLE_LENIENT), YB_OUTCOME_ANSWERED);
	ck_assert(!has_reason("lenient_confidence"));
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(strict);
}
END_TEST

START_TEST(a_day_that_no_document_covers_is_unsupported)
{
	beijing(false);
	of_claim(YB_FIELD_BEGNDATE, "2022-12-01");
	of_claim(YB_FIELD_ENDDATE, "2022-12-31");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_UNSUPPORTED);
	ck_assert(has_reason("day_not_covered"));
	of_claim(YB_FIELD_ENDDATE, "2023-01-01");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert(!has_reason("day_not_covered"));
	of_claim(YB_FIELD_ENDDATE, "9999-12-31");
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_BRDY), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
}
END_TEST

START_TEST(a_region_without_a_document_is_named)
{
	beijing(false);
	of_person(YB_FIELD_INSUPLC_ADMDVS, "650100");
	refuse_in(shipped, YB_E_NO_POLICY, "650100");
	of_person(YB_FIELD_INSUPLC_ADMDVS, "110000");
	of_person(YB_FIELD_INSUTYPE, "340");
	refuse_in(shipped, YB_E_NO_POLICY, "340");
	of_person(YB_FIELD_INSUTYPE, "310");
	of_person(YB_FIELD_INSUPLC_ADMDVS, "110105"); /* a district: its city answers */
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_str_eq(yb_decision_get_policy_id(decision), "110000/310");
}
END_TEST

/* ---- facts that cannot hold together ---- */

START_TEST(buckets_that_do_not_add_up_are_refused)
{
	beijing(false);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 52000 * YUAN + 1), YB_OK);
	refuse_in(shipped, YB_E_CONTRADICTION, "52000.01");
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 52000 * YUAN - 1), YB_OK);
	refuse_in(shipped, YB_E_CONTRADICTION, "52000.00");
	beijing(false);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_INSCP_SCP_AMT), YB_OK); /* follows from the others */
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_INSCP_SCP_AMT), 50000 * YUAN);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 1999 * YUAN), YB_OK); /* less than two of its parts */
	refuse_in(shipped, YB_E_CONTRADICTION, "1999.00");
	beijing(false);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_MEDFEE_SUMAMT), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_MEDFEE_SUMAMT), 52000 * YUAN);
}
END_TEST

START_TEST(a_stay_that_ends_before_it_begins_is_refused)
{
	beijing(false);
	of_claim(YB_FIELD_BEGNDATE, "2026-03-10");
	refuse_in(shipped, YB_E_CONTRADICTION, "before it begins");
	of_claim(YB_FIELD_BEGNDATE, "2026-03-09");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_result("stay_days", "1");
}
END_TEST

START_TEST(a_person_born_after_the_stay_is_refused)
{
	beijing(false);
	of_person(YB_FIELD_BRDY, "2026-03-10");
	refuse_in(shipped, YB_E_CONTRADICTION, "born after");
	of_person(YB_FIELD_BRDY, "1870-03-10");
	refuse_in(shipped, YB_E_CONTRADICTION, "150 years");
}
END_TEST

START_TEST(attributes_and_totals_that_the_document_has_not_are_refused)
{
	beijing(false);
	ck_assert_int_eq(yb_claim_set_attribute(claim, "ward", "A", 1), YB_OK);
	refuse_in(shipped, YB_E_BAD_VALUE, "ward");
	ck_assert_int_eq(yb_claim_set_attribute(claim, "ward", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_attribute(claim, "hosp", "L4", 2), YB_OK);
	refuse_in(shipped, YB_E_BAD_VALUE, "L1, L2, L3");
	ck_assert_int_eq(yb_claim_set_attribute(claim, "hosp", "L1", 2), YB_OK); /* said outright, it goes before what hosp_lv gives */
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 25830 * YUAN + 9500 * YUAN + 9700 * YUAN);
	ck_assert_int_eq(yb_claim_set_attribute(claim, "hosp", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_person_set_attribute(person, "hifp_pay", "5", 1), YB_OK);
	refuse_in(shipped, YB_E_BAD_VALUE, "hifp_pay");
	ck_assert_int_eq(yb_person_set_attribute(person, "hifp_pay", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_total(claim, "basis.base.year", 5), YB_OK);
	refuse_in(shipped, YB_E_BAD_VALUE, "basis.base.year");
	beijing(false);
	ck_assert_int_eq(yb_claim_set_total(claim, "basic.net.month", 5), YB_OK); /* no rule asks for it, but it is one */
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
}
END_TEST

START_TEST(settle_options_that_are_unknown_are_refused)
{
	struct yb_settle_options options[] = { { 0, 0 }, { sizeof(options[0]) - 1, 0 }, { sizeof(options[0]), 2 }, { 100000, 0 } };

	beijing(false);
	for (int i = 0; i < COUNT(options); i++) {
		struct yb_error *err = NULL;
		ck_assert_int_eq(yb_settle(shipped, person, claim, &options[i], decision, &err), YB_E_BAD_OPTIONS);
		ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_NONE);
		yb_error_unref(err);
	}
	ck_assert_int_eq(yb_settle(NULL, person, claim, NULL, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_settle(shipped, NULL, claim, NULL, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_settle(shipped, person, NULL, NULL, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_settle(shipped, person, claim, NULL, NULL, NULL), YB_E_INVALID);
}
END_TEST

START_TEST(a_decision_without_an_answer_tells_so)
{
	struct yb_error *err = NULL;
	const char *name = "untouched";
	char *text = NULL;
	yb_fen fen = -77;

	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_NONE);
	ck_assert_int_eq(yb_decision_get_outcome(NULL), YB_OUTCOME_NONE);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fen), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HOSP_LV, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_POOL_PROP_SELFPAY, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_YB_PENSION, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_fen(decision, 12345, &fen), YB_E_INVALID);
	ck_assert_int_eq(fen, -77);
	ck_assert_int_eq(yb_decision_get_missing(decision, 0, &name), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_decision_get_reason(decision, 0, &name), YB_E_NOT_FOUND);
	ck_assert_str_eq(name, "untouched");
	ck_assert_int_eq(yb_decision_dup_reason_text(decision, 0, YB_LANG_ZH, &text), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_decision_dup_result(decision, "basic.paid", &text, &err), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_EN, 0, &text, &err), YB_E_UNKNOWN);
	ck_assert_ptr_null(text);
	yb_error_unref(err);
	err = NULL;
	beijing(false);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(yb_decision_dup_result(decision, "basic.rest", &text, &err), YB_E_NOT_FOUND);
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_decision_dup_result(decision, "outpatient_large.paid", &text, &err), YB_E_NOT_FOUND); /* of another benefit */
	yb_error_unref(err);
	ck_assert_int_eq(yb_decision_render(decision, 2, YB_LANG_EN, 0, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_EN, 3, &text, NULL), YB_E_INVALID);
	ck_assert_ptr_null(text);
}
END_TEST

/* ---- cost lines ---- */

static void
line(const char *const *pairs) /* field name, text, …, NULL */
{
	size_t index;

	ck_assert_int_eq(yb_claim_add_line(claim, &index), YB_OK);
	for (; *pairs; pairs += 2) {
		yb_field field;
		ck_assert_int_eq(yb_field_from_name(pairs[0], strlen(pairs[0]), &field), YB_OK);
		ck_assert_int_eq(yb_claim_set_line_text(claim, index, field, pairs[1], strlen(pairs[1])), YB_OK);
	}
}
#define LINE(...) line((const char *const[]){ __VA_ARGS__, NULL })

static void
no_bill(void)
{
	for (yb_field f = YB_FIELD_MEDFEE_SUMAMT; f <= YB_FIELD_INSCP_SCP_AMT; f++)
		ck_assert_int_eq(yb_claim_unset(claim, f), YB_OK);
}

static void
expect_buckets(yb_fen own, yb_fen over, yb_fen prior, yb_fen scope)
{
	ck_assert_int_eq(amount(YB_FIELD_FULAMT_OWNPAY_AMT), own);
	ck_assert_int_eq(amount(YB_FIELD_OVERLMT_SELFPAY), over);
	ck_assert_int_eq(amount(YB_FIELD_PRESELFPAY_AMT), prior);
	ck_assert_int_eq(amount(YB_FIELD_INSCP_SCP_AMT), scope);
	ck_assert_int_eq(amount(YB_FIELD_MEDFEE_SUMAMT), own + over + prior + scope);
}

/* EVIDENCE: 2 x 300 = 600; allowed 2 x 280 = 560, above the cap 40; 10 % of 560 = 56 is paid beforehand, 504 is in scope. */
START_TEST(a_line_is_cut_at_its_price_cap_before_its_prior_share)
{
	beijing(false);
	no_bill();
	LINE("feedetl_sn", "1", "chrgitm_lv", "02", "cnt", "2", "pric", "300.00", "selfpay_prop", "0.1000", "pric_uplmt_amt", "280.00");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(0, 4000, 5600, 50400);
}
END_TEST

START_TEST(a_cap_above_the_price_cuts_nothing)
{
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "2", "pric", "300.00", "pric_uplmt_amt", "300.00");
	LINE("chrgitm_lv", "01", "cnt", "2", "pric", "300.00", "pric_uplmt_amt", "300.000001");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(0, 0, 0, 120000);
}
END_TEST

START_TEST(class_a_is_covered_class_c_is_not_and_class_b_must_say_its_share)
{
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "1000");
	LINE("chrgitm_lv", "03", "cnt", "1", "pric", "70.07");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(7007, 0, 0, 100000);
	LINE("chrgitm_lv", "02", "cnt", "1", "pric", "10");
	ck_assert_int_ne(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "02", "cnt", "1", "pric", "10", "selfpay_prop", "1");
	LINE("chrgitm_lv", "02", "cnt", "1", "pric", "10", "selfpay_prop", "0");
	LINE("chrgitm_lv", "02", "cnt", "1", "pric", "10", "selfpay_prop", "0.9999");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(1000, 0, 1000, 1000); /* 9.999 yuan is posted 10.00 */
}
END_TEST

START_TEST(a_restricted_item_without_approval_is_own_pay)
{
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "10", "lmt_used_flag", "1");
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "20", "lmt_used_flag", "1", "hosp_appr_flag", "1");
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "40", "lmt_used_flag", "1", "hosp_appr_flag", "2");
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "80", "lmt_used_flag", "0");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(5000, 0, 0, 10000);
}
END_TEST

/* EVIDENCE: 0.3333 x 12.345678 yuan = 4.1148144774…, posted 4.11; a third of a fen twice is not two thirds. */
START_TEST(a_line_is_rounded_once_to_the_fen)
{
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "0.3333", "pric", "12.345678");
	LINE("chrgitm_lv", "01", "cnt", "0.5", "pric", "0.01"); /* half a fen: one */
	LINE("chrgitm_lv", "01", "cnt", "0.4999", "pric", "0.01");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(0, 0, 0, 412);
}
END_TEST

START_TEST(lines_and_buckets_may_not_contradict)
{
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "1000");
	LINE("chrgitm_lv", "03", "cnt", "1", "pric", "70");
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 107000), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, 7000), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, 7001), YB_OK);
	refuse_in(shipped, YB_E_CONTRADICTION, "fulamt_ownpay_amt");
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_FULAMT_OWNPAY_AMT), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 106999), YB_OK);
	refuse_in(shipped, YB_E_CONTRADICTION, "medfee_sumamt");
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "2", "pric", "10", "det_item_fee_sumamt", "20.01");
	refuse_in(shipped, YB_E_CONTRADICTION, "feedetl[0]");
}
END_TEST

START_TEST(a_line_that_lacks_its_price_is_incomplete)
{
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "2");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_INCOMPLETE);
	ck_assert(lacks("pric"));
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "det_item_fee_sumamt", "12.34");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(0, 0, 0, 1234);
}
END_TEST

/* EVIDENCE: examinations and laboratory together 500 a stay: 400 whole, then 100 of 300; class B of the rest at 10 %. */
START_TEST(a_limit_cuts_what_its_lines_have_left_of_it)
{
	struct yb_policy_set *set = load_text(DOC("reimburse:\n  source: a\n"
		"  split: {prior: {by: chrgitm_lv, rows: [[\"01\", 0%], [\"02\", 10%], [\"03\", 100%]]}, limits: [{id: tests, when: {med_chrgitm_type: \"03|04\"}, amount: 500}]}\n"
		"  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]\n"));

	elsewhere();
	no_bill();
	LINE("chrgitm_lv", "01", "med_chrgitm_type", "03", "cnt", "1", "pric", "400");
	LINE("chrgitm_lv", "02", "med_chrgitm_type", "04", "cnt", "1", "pric", "300");
	LINE("chrgitm_lv", "02", "med_chrgitm_type", "09", "cnt", "1", "pric", "1000");
	LINE("chrgitm_lv", "03", "med_chrgitm_type", "03", "cnt", "1", "pric", "50");
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	/* 400 + 90 + 900 in scope, 10 + 100 before, 200 and 50 above the limit */
	expect_buckets(0, 25000, 11000, 139000);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 111200);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(lines_of_a_kind_are_a_base_of_their_own)
{
	struct yb_policy_set *set = load_text(DOC("reimburse:\n  source: a\n  benefits:\n    - id: b\n      layers:\n"
		"        - {id: l, pays: hifp_pay, base: = scope - scope.implant, ratio: 80%}\n"
		"        - {id: m, pays: hifp_pay, base: = scope.implant, ratio: 50%}\n"));

	elsewhere();
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "1000");
	LINE("chrgitm_lv", "02", "selfpay_prop", "0.2", "cnt", "1", "pric", "500", "yb_kind", "implant");
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "100", "yb_kind", "unheard_of");
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	expect_buckets(0, 0, 10000, 150000);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 88000 + 20000);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

/* ---- account and cash ---- */

START_TEST(the_account_pays_first_and_cash_the_rest)
{
	beijing(false);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 1), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_INCOMPLETE);
	ck_assert(lacks("yb_account_balance"));
	ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, 120000), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_PAY), 120000);
	ck_assert_int_eq(amount(YB_FIELD_PSN_CASH_PAY), 910500 - 120000);
	ck_assert_int_eq(amount(YB_FIELD_BALC), 0);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_MULAID_PAY), 0);
	ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, 910501), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_PAY), 910500);
	ck_assert_int_eq(amount(YB_FIELD_PSN_CASH_PAY), 0);
	ck_assert_int_eq(amount(YB_FIELD_BALC), 1);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 0), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_PAY), 0);
	ck_assert_int_eq(amount(YB_FIELD_BALC), 910501);
}
END_TEST

static const struct {
	const char *pays;
	yb_fen account;
} accounts[] = { /* own 300, above caps 200, before 100, in scope 1,000 of which the fund pays 800 */
	{ "[scope]", 20000 }, { "[prior]", 10000 }, { "[own]", 50000 }, { "[scope, prior]", 30000 }, { "[scope, prior, own]", 80000 }, { "[]", 0 },
};

START_TEST(the_account_pays_only_what_the_document_lets_it_pay)
{
	char text[512];
	struct yb_policy_set *set;

	ck_assert_int_lt(snprintf(text, sizeof(text), DOC("reimburse:\n  source: a\n  account: {pays: %s, after: layers}\n"
		"  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%%}]}]\n"), accounts[_i].pays), (int)sizeof(text));
	set = load_text(text);
	elsewhere();
	bill(30000, 20000, 10000, 100000);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 1), YB_OK);
	ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, 100000), YB_OK);
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_PAY), accounts[_i].account);
	ck_assert_int_eq(amount(YB_FIELD_PSN_CASH_PAY), 80000 - accounts[_i].account);
	ck_assert_int_eq(amount(YB_FIELD_BALC), 100000 - accounts[_i].account);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

/* Own money first, then the family's; a fund that pays more than what is in scope pays of the prior self-pay, and the account does not pay it again. */
static const struct {
	const char *why, *pays;
	int aid; /* percent of scope and prior self-pay, beside 80 % of scope */
	yb_fen balance, family, account, shared, cash;
} families[] = { /* own 300, above caps 200, before 100, in scope 1,000 */
	{ "own money is enough", "[scope, prior, own]", 0, 90000, 90000, 80000, 0, 0 },
	{ "the family adds", "[scope, prior, own]", 0, 50000, 20000, 70000, 20000, 10000 },
	{ "nothing of one's own", "[scope]", 0, 0, 90000, 20000, 20000, 60000 },
	{ "no family", "[scope]", 0, 10000, 0, 10000, 0, 70000 },
	{ "aid into the prior self-pay", "[scope, prior]", 25, 90000, 0, 2500, 0, 50000 },
	{ "of which the account may pay nothing", "[scope]", 25, 90000, 0, 0, 0, 52500 },
	{ "aid beyond it", "[prior]", 30, 90000, 0, 0, 0, 47000 },
	{ "of it alone", "[own]", 30, 90000, 0, 47000, 0, 0 },
};

START_TEST(own_money_pays_before_the_familys)
{
	char text[512];
	struct yb_policy_set *set;

	ck_assert_int_lt(snprintf(text, sizeof(text), DOC("reimburse:\n  source: a\n  account: {pays: %s, after: layers}\n"
		"  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%%}, {id: m, pays: maf_pay, base: = scope + prior, ratio: %d%%}]}]\n"),
		families[_i].pays, families[_i].aid), (int)sizeof(text));
	set = load_text(text);
	elsewhere();
	bill(30000, 20000, 10000, 100000);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 1), YB_OK);
	ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, families[_i].balance), YB_OK);
	ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_FAMILY_BALANCE, families[_i].family), YB_OK);
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_PAY), families[_i].account);
	ck_assert_int_eq(amount(YB_FIELD_ACCT_MULAID_PAY), families[_i].shared);
	ck_assert_int_eq(amount(YB_FIELD_PSN_CASH_PAY), families[_i].cash);
	ck_assert_int_eq(amount(YB_FIELD_BALC), families[_i].balance - families[_i].account + families[_i].shared);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(an_account_that_pays_some_parts_asks_for_them)
{
	struct yb_policy_set *set = load_text(DOC("reimburse:\n  source: a\n  account: {pays: [scope, prior], after: layers}\n"
		"  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]\n"));

	elsewhere();
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_FULAMT_OWNPAY_AMT), YB_OK);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_PRESELFPAY_AMT), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 200000), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_INSCP_SCP_AMT, 100000), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 1), YB_OK);
	ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, 100000), YB_OK);
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_INCOMPLETE);
	ck_assert(lacks("preselfpay_amt"));
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 0), YB_OK);
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(what_the_hospital_bears_is_not_the_persons)
{
	beijing(false);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_HOSP_PART_AMT, 100 * YUAN), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_HOSP_PART_AMT), 100 * YUAN);
	ck_assert_int_eq(amount(YB_FIELD_PSN_PART_AMT), 9005 * YUAN);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_HOSP_PART_AMT, 9105 * YUAN), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_PSN_PART_AMT), 0);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_HOSP_PART_AMT, 9105 * YUAN + 1), YB_OK);
	refuse_in(shipped, YB_E_CONTRADICTION, "more than the whole bill");
}
END_TEST

/* ---- absurd and largest amounts ---- */

START_TEST(the_largest_bill_is_settled_exactly)
{
	beijing(false);
	bill(0, 0, 0, YB_FEN_LIMIT);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 9039500);
	ck_assert_int_eq(amount(YB_FIELD_HIFOB_PAY), 34000000);
	ck_assert_int_eq(amount(YB_FIELD_PSN_PART_AMT), YB_FEN_LIMIT - 43039500);
	bill(YB_FEN_LIMIT, 0, 0, 0);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 0);
	ck_assert_int_eq(amount(YB_FIELD_PSN_CASH_PAY), YB_FEN_LIMIT);
	bill(0, 0, 0, 0);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_MEDFEE_SUMAMT), 0);
	ck_assert_int_eq(amount(YB_FIELD_ACT_PAY_DEDC), 0);
}
END_TEST

START_TEST(totals_at_the_limit_leave_no_room)
{
	beijing(false);
	ck_assert_int_eq(yb_claim_set_total(claim, "basic.base.year", YB_FEN_LIMIT), YB_OK);
	ck_assert_int_eq(yb_claim_set_total(claim, "basic.paid.year", YB_FEN_LIMIT), YB_OK);
	ck_assert_int_eq(yb_claim_set_total(claim, "mutual_aid.base.year", YB_FEN_LIMIT), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_FUND_PAY_SUMAMT), 0);
	ck_assert(has_reason("ceiling"));
}
END_TEST

START_TEST(four_full_buckets_are_more_than_a_bill_may_be)
{
	struct yb_error *err = NULL;
	yb_status st;

	beijing(false);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_MEDFEE_SUMAMT), YB_OK);
	for (yb_field f = YB_FIELD_FULAMT_OWNPAY_AMT; f <= YB_FIELD_INSCP_SCP_AMT; f++)
		ck_assert_int_eq(yb_claim_set_fen(claim, f, YB_FEN_LIMIT), YB_OK);
	st = yb_settle(shipped, person, claim, NULL, decision, &err);
	ck_assert_msg(st == YB_E_BAD_AMOUNT, "%s: a bill of four times the limit", yb_status_name(st));
	yb_error_unref(err);
}
END_TEST

START_TEST(lines_beyond_the_limit_are_refused)
{
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "10000000000");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_MEDFEE_SUMAMT), YB_FEN_LIMIT);
	LINE("chrgitm_lv", "01", "cnt", "1", "pric", "0.01");
	refuse_in(shipped, YB_E_BAD_AMOUNT, "feedetl[1]");
	beijing(false);
	no_bill();
	LINE("chrgitm_lv", "01", "cnt", "100000000", "pric", "10000000000"); /* 10^18 yuan */
	refuse_in(shipped, YB_E_OVERFLOW, "feedetl[0]");
}
END_TEST

/* ---- many random claims ---- */

static char *render(yb_format format, yb_lang lang, yb_explain explain);

static uint64_t seed;

static uint64_t
draw(void) /* splitmix64 */
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t
below(int64_t n)
{
	return (int64_t)(draw() % (uint64_t)n);
}

static yb_fen
some_money(void)
{
	static const yb_fen edges[] = { 0, 1, 65000, 130000, 3000000, 4000000, 10000000, 50000000, YB_FEN_LIMIT / 4 };
	yb_fen edge;

	switch (below(8)) {
	case 0: return below(100);
	case 1: return below(200000);
	case 2: case 3: case 4: return below(10000000);
	case 5: return below(100000000);
	case 6: return below(YB_FEN_LIMIT / 4);
	default:
		edge = edges[below(COUNT(edges))] + below(3) - 1;
		return edge < 0 ? 0 : edge;
	}
}

static const char *const regions[][2] = {
	{ "110000", "310" }, { "110000", "390" }, { "130100", "390" }, { "310000", "310" }, { "340100", "390" },
	{ "420100", "310" }, { "420100", "390" }, { "500000", "390" },
};

#define PICK(list) list[below(COUNT(list))]

static void
some_claim(int region)
{
	static const char *const employee[] = { "1101", "1101", "1201", "1201" }, *const resident[] = { "1501", "1502", "16", "1403", "1404" };
	static const char *const types[] = { "11", "13", "21", "21", "21", "22", "23", "24" };
	static const char *const levels[] = { "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11" };
	bool employed = !strcmp(regions[region][1], "310");
	char text[16];

	yb_person_clear(person);
	yb_claim_clear(claim);
	of_person(YB_FIELD_INSUPLC_ADMDVS, regions[region][0]);
	of_person(YB_FIELD_INSUTYPE, regions[region][1]);
	of_person(YB_FIELD_PSN_TYPE, employed ? PICK(employee) : PICK(resident));
	of_person(YB_FIELD_CVLSERV_FLAG, "0");
	of_person(YB_FIELD_PSN_IDET_TYPE, "99");
	of_person(YB_FIELD_GEND, below(2) ? "1" : "2");
	of_person(YB_FIELD_YB_PLAN, below(2) ? "tier1" : "tier2");
	ck_assert_int_eq(yb_person_set_day(person, YB_FIELD_BRDY, (yb_day)(below(30000) - 14000)), YB_OK);
	ck_assert_int_eq(yb_person_set_day(person, YB_FIELD_YB_RETIRE_DATE, (yb_day)(11000 + below(1000))), YB_OK);
	of_claim(YB_FIELD_MED_TYPE, PICK(types));
	of_claim(YB_FIELD_HOSP_LV, PICK(levels));
	of_claim(YB_FIELD_MDTRTAREA_ADMVS, regions[region][0]);
	/* Shanghai's inpatient ceilings end with its medical year of 2023; the others run on */
	if (!strcmp(regions[region][0], "310000"))
		ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, (yb_day)(19540 + below(360))), YB_OK);
	else
		ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, (yb_day)(20454 + below(700))), YB_OK);
	(void)snprintf(text, sizeof(text), "%d", (int)(1 + below(4)));
	of_claim(YB_FIELD_YB_ADMISSION, text);
	bill(some_money(), below(3) ? 0 : some_money(), below(2) ? 0 : some_money(), some_money());
	if (below(3) == 0) {
		ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 1), YB_OK);
		ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, some_money()), YB_OK);
	}
	if (below(3) == 0)
		ck_assert_int_eq(yb_claim_set_total(claim, "basic.paid.year", some_money()), YB_OK);
	if (below(3) == 0)
		ck_assert_int_eq(yb_claim_set_total(claim, "basic.base.year", some_money()), YB_OK);
}

/* Attributes that some document asks for, when it asks. */
static bool
answer_missing(void)
{
	static const struct { const char *name, *values[3]; } known[] = {
		{ "community", { "yes", "no", "yes" } }, { "district_hosp", { "yes", "no", "no" } }, { "student", { "yes", "no", "no" } },
		{ "hosp_owner", { "municipal", "provincial", "municipal" } }, { "place", { "city", "county", "city" } },
		{ "beyond_basic", { "no", "no", "yes" } }, { "two_disease", { "hypertension", "diabetes", "both" } },
		{ "poor", { "no", "no", "yes" } }, { "tier", { "tier1", "tier2", "tier1" } },
	};
	const char *name;
	bool any = false;

	for (size_t i = 0; yb_decision_get_missing(decision, i, &name) == YB_OK; i++)
		for (int k = 0; k < COUNT(known); k++)
			if (!strcmp(known[k].name, name)) {
				const char *value = known[k].values[below(3)];
				ck_assert_int_eq(yb_claim_set_attribute(claim, name, value, strlen(value)), YB_OK);
				any = true;
			}
	return any;
}

static yb_outcome
settle_random(uint64_t number)
{
	struct yb_error *err = NULL;
	yb_status st = yb_settle(shipped, person, claim, NULL, decision, &err);

	/* a total of a layer that the document has not is a fault of the caller; the random ones name `basic` */
	ck_assert_msg(st == YB_OK || st == YB_E_BAD_VALUE, "claim %llu: %s: %s", (unsigned long long)number, yb_status_name(st),
	              err ? yb_error_get_message(err) : "");
	yb_error_unref(err);
	return st == YB_OK ? yb_decision_get_outcome(decision) : YB_OUTCOME_NONE;
}

static yb_fen
sum_identities(uint64_t number)
{
	yb_fen funds = 0, fund = amount(YB_FIELD_FUND_PAY_SUMAMT), total = amount(YB_FIELD_MEDFEE_SUMAMT), part = amount(YB_FIELD_PSN_PART_AMT);

	for (yb_field f = YB_FIELD_HIFP_PAY; f <= YB_FIELD_OTH_PAY; f++)
		if (f != YB_FIELD_POOL_PROP_SELFPAY) {
			ck_assert_msg(amount(f) >= 0, "claim %llu: %s is negative", (unsigned long long)number, yb_field_get_name(f));
			funds += amount(f);
		}
	ck_assert_msg(funds == fund, "claim %llu", (unsigned long long)number);
	ck_assert_msg(total == fund + part + amount(YB_FIELD_HOSP_PART_AMT), "claim %llu", (unsigned long long)number);
	ck_assert_msg(part == amount(YB_FIELD_ACCT_PAY) + amount(YB_FIELD_PSN_CASH_PAY), "claim %llu", (unsigned long long)number);
	ck_assert_msg(amount(YB_FIELD_ACCT_PAY) >= 0 && amount(YB_FIELD_PSN_CASH_PAY) >= 0 && part >= 0, "claim %llu", (unsigned long long)number);
	ck_assert_msg(total == amount(YB_FIELD_FULAMT_OWNPAY_AMT) + amount(YB_FIELD_OVERLMT_SELFPAY) + amount(YB_FIELD_PRESELFPAY_AMT) +
	              amount(YB_FIELD_INSCP_SCP_AMT), "claim %llu", (unsigned long long)number);
	ck_assert_msg(fund <= amount(YB_FIELD_INSCP_SCP_AMT) + amount(YB_FIELD_PRESELFPAY_AMT), "claim %llu: more than what is covered",
	              (unsigned long long)number);
	ck_assert_msg(amount(YB_FIELD_ACT_PAY_DEDC) <= amount(YB_FIELD_INSCP_SCP_AMT) + amount(YB_FIELD_PRESELFPAY_AMT), "claim %llu",
	              (unsigned long long)number);
	return fund;
}

/* setldetail: what each layer had left before the claim, and what it paid */
static int
rooms_are_kept(uint64_t number)
{
	char *text;
	int seen = 0;

	text = render(YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_NONE);
	for (const char *p = strstr(text, "\"crt_payb_lmt_amt\": \""); p; p = strstr(p + 1, "\"crt_payb_lmt_amt\": \"")) {
		const char *room = p + strlen("\"crt_payb_lmt_amt\": \""), *paid = strstr(p, "\"fund_payamt\": \"");
		yb_fen a, b;
		ck_assert_ptr_nonnull(paid);
		paid += strlen("\"fund_payamt\": \"");
		ck_assert_int_eq(yb_fen_from_text(room, strcspn(room, "\""), &a), YB_OK);
		ck_assert_int_eq(yb_fen_from_text(paid, strcspn(paid, "\""), &b), YB_OK);
		ck_assert_msg(b <= a, "claim %llu: %.*s paid of %.*s", (unsigned long long)number, (int)strcspn(paid, "\""), paid,
		              (int)strcspn(room, "\""), room);
		seen++;
	}
	yb_free(text);
	return seen;
}

START_TEST(random_claims_satisfy_the_identities)
{
	int rounds = getenv("YB_SLOW") ? 2000 : 20000, answered = 0, raised = 0, rooms = 0, per_region[COUNT(regions)] = { 0 };

	yb_policy_set_unref(shipped);
	shipped = load_shipped(YB_CONFIDENCE_CASE); /* weak clauses as well */
	seed = UINT64_C(20260309);
	for (int i = 0; i < rounds; i++) {
		uint64_t number = seed;
		int region = i % COUNT(regions);
		yb_outcome outcome;
		yb_fen fund, scope, own, over, prior, more;
		some_claim(region);
		outcome = settle_random(number);
		for (int again = 0; again < 4 && outcome == YB_OUTCOME_INCOMPLETE && answer_missing(); again++)
			outcome = settle_random(number);
		if (outcome != YB_OUTCOME_ANSWERED)
			continue;
		answered++;
		per_region[region]++;
		fund = sum_identities(number);
		if (i % 5 == 0)
			rooms += rooms_are_kept(number);
		scope = amount(YB_FIELD_INSCP_SCP_AMT);
		own = amount(YB_FIELD_FULAMT_OWNPAY_AMT);
		over = amount(YB_FIELD_OVERLMT_SELFPAY);
		prior = amount(YB_FIELD_PRESELFPAY_AMT);
		more = below(2) ? 1 : below(1000000);
		bill(own, over, prior, scope + more);
		outcome = settle_random(number);
		/* a larger bill may reach a ratio that the sources do not print, or a rule that asks for one fact more */
		ck_assert_msg(outcome == YB_OUTCOME_ANSWERED || outcome == YB_OUTCOME_UNSUPPORTED || outcome == YB_OUTCOME_INCOMPLETE, "claim %llu: %d",
		              (unsigned long long)number, (int)outcome);
		if (outcome != YB_OUTCOME_ANSWERED)
			continue;
		raised++;
		ck_assert_msg(amount(YB_FIELD_FUND_PAY_SUMAMT) >= fund && amount(YB_FIELD_FUND_PAY_SUMAMT) - fund <= more,
		              "claim %llu: %lld more in scope, %lld instead of %lld from the funds", (unsigned long long)number, (long long)more,
		              (long long)amount(YB_FIELD_FUND_PAY_SUMAMT), (long long)fund);
	}
	ck_assert_msg(raised * 10 >= answered * 9, "%d of %d larger bills answered", raised, answered);
	ck_assert_msg(answered * 10 >= rounds * 4, "%d of %d answered", answered, rounds);
	for (int i = 0; i < COUNT(regions); i++)
		ck_assert_msg(per_region[i] * 20 >= rounds / COUNT(regions), "%s/%s: %d answered", regions[i][0], regions[i][1], per_region[i]);
	ck_assert_int_gt(rooms, rounds / 50);
	yb_policy_set_unref(shipped);
	shipped = load_shipped(0);
}
END_TEST

/* The largest a Beijing employee may get in a year: 100,000 and 400,000 of cost, at most 90,395 + 340,000 in service. */
START_TEST(no_claim_brings_more_than_the_ceilings)
{
	seed = 11;
	for (int i = 0; i < 2000; i++) {
		beijing(false);
		bill(0, 0, 0, below(2) ? below(YB_FEN_LIMIT) : below(60000000));
		ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
		ck_assert_int_le(amount(YB_FIELD_HIFP_PAY), 9039500);
		ck_assert_int_le(amount(YB_FIELD_HIFOB_PAY), 34000000);
	}
}
END_TEST

static char *
render(yb_format format, yb_lang lang, yb_explain explain)
{
	struct yb_error *err = NULL;
	char *text = NULL;
	yb_status st;

	st = yb_decision_render(decision, format, lang, explain, &text, &err);
	ck_assert_msg(st == YB_OK, "%s: %s: %s", yb_decision_get_policy_id(decision), yb_status_name(st), err ? yb_error_get_message(err) : "");
	ck_assert_ptr_null(err);
	ck_assert_ptr_nonnull(text);
	return text;
}

START_TEST(a_reused_decision_answers_as_a_fresh_one)
{
	struct yb_decision *reused = decision;

	seed = 7;
	for (int i = 0; i < 1000; i++) {
		char *a, *b;
		some_claim((int)below(COUNT(regions)));
		if (below(8) == 0)
			ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_HOSP_LV), YB_OK);
		if (below(16) == 0)
			ck_assert_int_eq(yb_person_unset(person, YB_FIELD_INSUTYPE), YB_OK);
		if (below(8) == 0) {
			no_bill();
			for (int64_t k = below(5); k >= 0; k--)
				LINE("chrgitm_lv", "02", "selfpay_prop", "0.15", "cnt", "3", "pric", "1234.5678");
		}
		decision = reused;
		(void)settle_random((uint64_t)i);
		if (yb_decision_get_outcome(decision) == YB_OUTCOME_NONE)
			continue;
		a = render(YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL);
		decision = NULL;
		ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
		(void)settle_random((uint64_t)i);
		b = render(YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL);
		ck_assert_str_eq(a, b);
		yb_free(a);
		yb_free(b);
		yb_decision_unref(decision);
	}
	decision = reused;
}
END_TEST

/* ---- rendering ---- */

/* A small checker of RFC 8259: the place after a value, NULL where it is none. */
static const char *json_value(const char *p, int depth);

static const char *
json_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static const char *
json_string(const char *p)
{
	if (*p++ != '"')
		return NULL;
	for (; *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p != '\\')
			continue;
		p++;
		if (*p == 'u') {
			if (strspn(p + 1, "0123456789abcdefABCDEF") < 4)
				return NULL;
			p += 4;
		} else if (!*p || !strchr("\"\\/bfnrt", *p)) {
			return NULL;
		}
	}
	return p + 1;
}

static const char *
json_list(const char *p, char end, bool keyed, int depth)
{
	p = json_space(p + 1);
	if (*p == end)
		return p + 1;
	for (;;) {
		if (keyed) {
			p = json_string(p);
			if (!p)
				return NULL;
			p = json_space(p);
			if (*p++ != ':')
				return NULL;
			p = json_space(p);
		}
		p = json_value(p, depth + 1);
		if (!p)
			return NULL;
		p = json_space(p);
		if (*p == end)
			return p + 1;
		if (*p++ != ',')
			return NULL;
		p = json_space(p);
	}
}

static const char *
json_value(const char *p, int depth)
{
	static const char *const words[] = { "true", "false", "null" };

	if (depth > 20)
		return NULL;
	if (*p == '{')
		return json_list(p, '}', true, depth);
	if (*p == '[')
		return json_list(p, ']', false, depth);
	if (*p == '"')
		return json_string(p);
	for (int i = 0; i < COUNT(words); i++)
		if (!strncmp(p, words[i], strlen(words[i])))
			return p + strlen(words[i]);
	if (*p == '-')
		p++;
	return *p >= '0' && *p <= '9' ? p + strspn(p, "0123456789.") : NULL;
}

static void
expect_json(const char *text)
{
	const char *end = json_value(text, 0);

	ck_assert_msg(end != NULL && !strcmp(end, "\n"), "not JSON: %s", text);
}

static void
expect_renderings(const char *word, const char *en, const char *zh)
{
	for (yb_explain explain = YB_EXPLAIN_NONE; explain <= YB_EXPLAIN_FULL; explain++) {
		char *text = render(YB_FORMAT_JSON, YB_LANG_ZH, explain), wanted[64];
		expect_json(text);
		(void)snprintf(wanted, sizeof(wanted), "\"outcome\": \"%s\"", word);
		ck_assert_ptr_nonnull(strstr(text, wanted));
		ck_assert_ptr_nonnull(strstr(text, "\"schema\": \"yibao-decision/1\""));
		ck_assert_ptr_nonnull(strstr(text, "\"question\": \"reimburse\""));
		ck_assert_ptr_nonnull(strstr(text, "\"missing\": ["));
		ck_assert_ptr_nonnull(strstr(text, "\"reasons\": ["));
		yb_free(text);
		text = render(YB_FORMAT_TEXT, YB_LANG_EN, explain);
		ck_assert_msg(strstr(text, en) != NULL, "no \"%s\" in: %s", en, text);
		ck_assert_int_eq(text[strlen(text) - 1], '\n');
		yb_free(text);
		text = render(YB_FORMAT_TEXT, YB_LANG_ZH, explain);
		ck_assert_msg(strstr(text, zh) != NULL, "no \"%s\" in: %s", zh, text);
		ck_assert_int_eq(text[strlen(text) - 1], '\n');
		yb_free(text);
	}
}

START_TEST(every_outcome_renders_in_both_languages_and_as_json)
{
	char *text;

	beijing(true);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	expect_renderings("answered", "answered", "已结算");
	text = render(YB_FORMAT_TEXT, YB_LANG_EN, YB_EXPLAIN_FULL);
	ck_assert_ptr_nonnull(strstr(text, "50,000.00"));
	ck_assert_ptr_nonnull(strstr(text, "1,300.00"));
	ck_assert_ptr_nonnull(strstr(text, "hifp_pay"));
	ck_assert_ptr_nonnull(strstr(text, "banzhengshi.com")); /* the source */
	yb_free(text);
	text = render(YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_NONE);
	ck_assert_ptr_nonnull(strstr(text, "\"medfee_sumamt\": \"52000.00\""));
	ck_assert_ptr_nonnull(strstr(text, "\"act_pay_dedc\": \"1300.00\""));
	ck_assert_ptr_nonnull(strstr(text, "\"psn_type\": \"1201\""));
	ck_assert_ptr_null(strstr(text, "\"steps\""));
	yb_free(text);
	of_claim(YB_FIELD_MED_TYPE, "53");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_REFUSED);
	expect_renderings("refused", "refused", "不予支付");
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_MED_TYPE), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_INCOMPLETE);
	expect_renderings("incomplete", "med_type", "med_type");
	of_claim(YB_FIELD_MED_TYPE, "14");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_UNSUPPORTED);
	expect_renderings("unsupported", "unsupported", "门诊慢特病");
}
END_TEST

START_TEST(a_decision_without_a_region_renders_too)
{
	beijing(true);
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_INSUPLC_ADMDVS), YB_OK);
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_INCOMPLETE);
	expect_renderings("incomplete", "insuplc_admdvs", "insuplc_admdvs");
}
END_TEST

START_TEST(what_a_caller_wrote_is_escaped_in_json)
{
	char *text;

	beijing(false);
	of_claim(YB_FIELD_MDTRT_ID, "a\"b\\c</script>号");
	of_person(YB_FIELD_PSN_NO, "{}[]:,");
	ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
	text = render(YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL);
	expect_json(text);
	ck_assert_ptr_nonnull(strstr(text, "a\\\"b\\\\c"));
	yb_free(text);
}
END_TEST

START_TEST(an_identity_number_is_in_no_rendering)
{
	static const char number[] = "11010519491231002X"; /* the example of GB 11643-1999 */
	char *text;

	beijing(true);
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_BRDY), YB_OK); /* the number gives it */
	of_person(YB_FIELD_CERTNO, number);
	of_person(YB_FIELD_PSN_NO, "11000010000000012345678");
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++) {
		ck_assert_int_eq(settle_in(shipped, 0), YB_OUTCOME_ANSWERED);
		text = render(format, YB_LANG_EN, YB_EXPLAIN_FULL);
		ck_assert_ptr_null(strstr(text, number));
		ck_assert_ptr_null(strstr(text, "19491231"));
		yb_free(text);
	}
}
END_TEST

START_TEST(a_random_decision_renders_as_json)
{
	seed = 99;
	for (int i = 0; i < 300; i++) {
		char *text;
		some_claim((int)below(COUNT(regions)));
		if (settle_random((uint64_t)i) == YB_OUTCOME_NONE)
			continue;
		text = render(YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL);
		expect_json(text);
		yb_free(text);
		text = render(YB_FORMAT_TEXT, YB_LANG_ZH, YB_EXPLAIN_FULL);
		yb_free(text);
	}
}
END_TEST

START_TEST(a_shown_document_is_json)
{
	for (size_t i = 0; i < yb_policy_set_get_count(shipped); i++) {
		char *text = NULL;
		const char *id = yb_policy_set_get_id(shipped, i);
		ck_assert_int_eq(yb_policy_set_render_document(shipped, id, YB_DAY_NONE, YB_FORMAT_JSON, YB_LANG_ZH, &text, NULL), YB_OK);
		expect_json(text);
		yb_free(text);
		ck_assert_int_eq(yb_policy_set_render_sources(shipped, id, YB_FORMAT_JSON, YB_LANG_EN, &text, NULL), YB_OK);
		expect_json(text);
		yb_free(text);
	}
}
END_TEST

/* ---- exact results ---- */

/* EVIDENCE: 85 % of 10,000 is 8,500; with a room of 5,000 the layer stops at a cost of 5,000 / 0.85 = 100000/17 = 5,882.352941…. */
START_TEST(the_point_where_a_ceiling_stops_is_an_exact_fraction)
{
	struct yb_policy_set *set = load_text(DOC("reimburse:\n  source: a\n  benefits:\n    - id: b\n      layers:\n"
		"        - {id: l, pays: hifp_pay, ratio: 85%, ceilings: [{id: c, on: payment, per: year, amount: 5000}]}\n"
		"        - {id: m, pays: hifob_pay, base: = l.over, ratio: 85%}\n"));

	elsewhere();
	bill(0, 0, 0, 10000 * YUAN);
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 5000 * YUAN);
	expect_result("l.absorbed", "100000/17");
	expect_result("l.over", "70000/17");
	expect_result("l.uncapped", "8500");
	expect_result("l.room", "5000");
	expect_result("m.paid.exact", "3500");
	ck_assert_int_eq(amount(YB_FIELD_HIFOB_PAY), 3500 * YUAN);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

/*
 * What hangs on enumerated facts only is worked out at load; rendering works it
 * out anew from the expressions and refuses when the two differ. So every form
 * a rule may take is asked here with every combination of its facts.
 */
static const char *const forms[] = {
	"ratio: = if retired then 20% else 10%",
	"ratio: = if not retired then 10% else 20%",
	"ratio: = if fa and not fb then 10% else if fa or fb then 20% else 30%",
	"ratio: = if fa = fb then 10% else 20%",
	"ratio: = if fa != fb then 10% else 20%",
	"ratio: \"= if fa then min(10% * age, 90%) else 20%\"",
	"ratio: {by: g, rows: [[w, 10%], [ra, 20%], [rb, 30%]]}",
	"ratio: {by: h, rows: [[yes, 10%], [no, 20%]]}",
	"ratio: {by: [g, fa, age], rows: [[w, any, any, 10%], [ra|rb, yes, <60, 20%], [ra|rb, yes, 60.., 30%], [ra|rb, no, any, 40%]]}",
	"ratio: {default: 10%, except: [{label: x, when: \"= fa and age >= 60\", value: 20%}]}",
	"ratio: {default: 10%, except: [{label: x, when: {fa: yes, age: 60<..}, value: = default * 2}, {label: y, when: {fa: no}, value: 50%}]}",
	"ratio: {by: psn_idet_type, hit: max, rows: [[2304, 90%], [2303, 80%], [any, 50%]]}",
	"ratio: {by: psn_idet_type, hit: first, rows: [[not 2304, 50%], [2303|2304, 80%], [any, 10%]]}",
	"ratio: {by: age, rows: [[<60, 10%], [60..69, 20%], [70.., 30%]]}",
	"ratio: = 50% + 0.2% * age",
	"ratio: \"= clamp(1% * age, 20%, 60%)\"",
	"ratio: {by: scope, rows: [[..1000, 50%], [1000<.., 90%]]}",
	"ratio: {by: yb_pension, rows: [[<800, 50%], [800.., 90%]]}",
	"ratio: {by: [\"= age + 20\"], rows: [[..50, 10%], [50<.., 20%]]}",
	"ratio: {dated: [{to: 2026-01-01, value: 10%}, {from: 2026-01-01, value: 20%}]}",
	"ratio: 80%, deductible: = if fa then 100 else 200",
	"ratio: 80%, deductible: {amount: \"= max(300 - 300 * 10% * (yb_admission - 1), 50)\"}",
	"ratio: 80%, deductible: {amount: 100, order: after_ratio}",
	"ratio: 80%, deductible: {amount: 100, per: year}",
	"ratio: 85%, ceilings: [{id: c, on: payment, per: year, amount: = if fa then 500 else none}]",
	"ratio: 85%, ceilings: [{id: c, on: cost, per: stay, amount: 777.77, when: {retired: yes}}]",
	"ratio: 85%, modify: [{id: x, when: = fa, add: 5%}, {id: y, when: {fb: yes}, own_times: 60%}]",
	"ratio: 80%, base: = if fb then scope else scope + prior",
	"ratio: 80%, base: \"= round(scope * 1/3, jiao)\"",
	"ratio: 80%, round: yuan half_even",
	"bands: {borders: {by: fa, rows: [[yes, [500, 1500]], [no, [600, 1200]]]}, ratio: [50%, 60%, 70%]}",
	"bands: {borders: [500, 1000], ratio: {by: retired, rows: [[yes, [50%, 60%, 70%]], [no, [10%, 0%, 90%]]]}}",
	"bands: {over: year, origin: deductible, borders: [500, 1000], ratio: [50%, 60%, 70%]}, deductible: 100",
	"when: = fa or retired, ratio: 80%",
	"when: [{fa: yes}, {age: 60..}], ratio: 80%",
	"from: 2026-01-01, ratio: 80%",
};

START_TEST(what_was_worked_out_at_load_is_what_the_rule_says)
{
	static const char head[] = "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"attributes:\n  fa: {type: flag}\n  fb: {type: flag}\n"
		"  g: {type: text, values: [w, ra, rb], source: a, from: \"= if not retired then 'w' else if yb_retire_date >= 2001-01-01 then 'ra' else 'rb'\"}\n"
		"  h: {type: flag, source: a, from: = retired and fa}\n"
		"reimburse: {source: a, benefits: [{id: b, layers: [{id: l, pays: hifp_pay, %s}, {id: m, pays: hifob_pay, base: = l.left, ratio: 50%%}]}]}\n";
	static const yb_fen scopes[] = { 0, 1, 10000, 50001, 99999, 100001, 150001, 987654321 };
	static const char *const births[] = { "1990-01-01", "1966-03-10", "1966-03-09", "1956-03-09", "1940-01-01" };
	static const char *const sets[] = { "99", "2303", "2304", "2303|2304" };
	static const char *const days[] = { "2025-12-31", "2026-03-09" };
	char text[2048];
	struct yb_policy_set *set;

	ck_assert_int_lt(snprintf(text, sizeof(text), head, forms[_i]), (int)sizeof(text));
	set = load_text(text);
	seed = 5;
	for (int i = 0; i < 400; i++) {
		yb_person_clear(person);
		yb_claim_clear(claim);
		of_person(YB_FIELD_INSUPLC_ADMDVS, "990000");
		of_person(YB_FIELD_INSUTYPE, "310");
		of_person(YB_FIELD_PSN_TYPE, i & 1 ? "1201" : "1101");
		of_person(YB_FIELD_BRDY, births[below(COUNT(births))]);
		of_person(YB_FIELD_PSN_IDET_TYPE, sets[below(COUNT(sets))]);
		of_person(YB_FIELD_YB_RETIRE_DATE, below(2) ? "2000-12-31" : "2001-01-01");
		ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_PENSION, 79999 + below(3)), YB_OK);
		ck_assert_int_eq(yb_claim_set_attribute(claim, "fa", i & 2 ? "yes" : "no", i & 2 ? 3 : 2), YB_OK);
		ck_assert_int_eq(yb_claim_set_attribute(claim, "fb", i & 4 ? "yes" : "no", i & 4 ? 3 : 2), YB_OK);
		of_claim(YB_FIELD_ENDDATE, days[below(2)]);
		ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 1 + below(12)), YB_OK);
		bill(below(2000), 0, below(2000), scopes[below(COUNT(scopes))]);
		if (below(2))
			ck_assert_int_eq(yb_claim_set_total(claim, "l.deductible.year", below(20000)), YB_OK);
		ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
		yb_free(render(YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL));
	}
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

/* A fixed defect: a flag that stood bare in a formula was taken for `no`. */
START_TEST(a_bare_flag_decides_both_ways)
{
	struct yb_policy_set *set = load_text(DOC("reimburse: {source: a, benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: = if retired then 20% else 10%}]}]}\n"));

	elsewhere();
	bill(0, 0, 0, 100000);
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 10000);
	of_person(YB_FIELD_PSN_TYPE, "1201");
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(amount(YB_FIELD_HIFP_PAY), 20000);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_division_by_a_fact_that_is_zero_is_an_error_and_no_answer)
{
	struct yb_policy_set *set = load_text(DOC("values: {v: {source: a, value: \"= min(scope, 1000 / yb_paid_months * 1)\"}}\n"
		"reimburse: {source: a, benefits: [{id: b, when: \"= yb_paid_months / (yb_paid_months - 5) > 1\", layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]}\n"));
	struct yb_error *err = NULL;

	elsewhere();
	ck_assert_int_eq(yb_person_set_count(person, YB_FIELD_YB_PAID_MONTHS, 6), YB_OK);
	ck_assert_int_eq(settle_in(set, 0), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(yb_person_set_count(person, YB_FIELD_YB_PAID_MONTHS, 5), YB_OK);
	ck_assert_int_eq(yb_settle(set, person, claim, NULL, decision, &err), YB_E_DIVISION);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_NONE);
	yb_error_unref(err);
	yb_decision_unref(decision);
	decision = NULL;
	yb_policy_set_unref(set);
}
END_TEST

Suite *
settle_suite(void)
{
	Suite *suite = suite_create("settle");
	TCase *tc = tcase_create("Beijing");

	tcase_add_unchecked_fixture(tc, load_once, drop_once);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, fifty_thousand_in_scope_bring_42895_from_the_funds);
	tcase_add_test(tc, a_second_admission_has_half_the_deductible);
	tcase_add_loop_test(tc, every_cell_of_the_published_table_is_met_exactly, 0, COUNT(cells));
	tcase_add_test(tc, nothing_is_paid_at_or_below_the_deductible_and_nothing_more_above_the_last_border);
	tcase_add_test(tc, the_totals_of_the_year_lower_the_room);
	suite_add_tcase(suite, tc);

	tc = tcase_create("outcomes");
	tcase_add_unchecked_fixture(tc, load_once, drop_once);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_claim_of_no_benefit_is_refused_with_its_reason);
	tcase_add_loop_test(tc, a_fact_that_a_rule_needs_is_named_when_it_is_missing, 0, COUNT(needed));
	tcase_add_test(tc, all_that_is_lacking_is_named_at_once);
	tcase_add_test(tc, a_fact_that_is_not_needed_is_not_asked_for);
	tcase_add_test(tc, a_declared_gap_is_unsupported_and_answered_only_when_lenient);
	tcase_add_test(tc, a_gap_that_cannot_be_told_is_mentioned);
	tcase_add_test(tc, a_clause_below_the_asked_confidence_is_unsupported_and_answered_only_when_lenient);
	tcase_add_test(tc, a_day_that_no_document_covers_is_unsupported);
	tcase_add_test(tc, a_region_without_a_document_is_named);
	tcase_add_test(tc, buckets_that_do_not_add_up_are_refused);
	tcase_add_test(tc, a_stay_that_ends_before_it_begins_is_refused);
	tcase_add_test(tc, a_person_born_after_the_stay_is_refused);
	tcase_add_test(tc, attributes_and_totals_that_the_document_has_not_are_refused);
	tcase_add_test(tc, settle_options_that_are_unknown_are_refused);
	tcase_add_test(tc, a_decision_without_an_answer_tells_so);
	suite_add_tcase(suite, tc);

	tc = tcase_create("lines and account");
	tcase_add_unchecked_fixture(tc, load_once, drop_once);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_line_is_cut_at_its_price_cap_before_its_prior_share);
	tcase_add_test(tc, a_cap_above_the_price_cuts_nothing);
	tcase_add_test(tc, class_a_is_covered_class_c_is_not_and_class_b_must_say_its_share);
	tcase_add_test(tc, a_restricted_item_without_approval_is_own_pay);
	tcase_add_test(tc, a_line_is_rounded_once_to_the_fen);
	tcase_add_test(tc, lines_and_buckets_may_not_contradict);
	tcase_add_test(tc, a_line_that_lacks_its_price_is_incomplete);
	tcase_add_test(tc, a_limit_cuts_what_its_lines_have_left_of_it);
	tcase_add_test(tc, lines_of_a_kind_are_a_base_of_their_own);
	tcase_add_test(tc, the_account_pays_first_and_cash_the_rest);
	tcase_add_loop_test(tc, the_account_pays_only_what_the_document_lets_it_pay, 0, COUNT(accounts));
	tcase_add_loop_test(tc, own_money_pays_before_the_familys, 0, COUNT(families));
	tcase_add_test(tc, an_account_that_pays_some_parts_asks_for_them);
	tcase_add_test(tc, what_the_hospital_bears_is_not_the_persons);
	suite_add_tcase(suite, tc);

	tc = tcase_create("amounts");
	tcase_add_unchecked_fixture(tc, load_once, drop_once);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_largest_bill_is_settled_exactly);
	tcase_add_test(tc, totals_at_the_limit_leave_no_room);
	tcase_add_test(tc, four_full_buckets_are_more_than_a_bill_may_be);
	tcase_add_test(tc, lines_beyond_the_limit_are_refused);
	tcase_add_test(tc, random_claims_satisfy_the_identities);
	tcase_add_test(tc, no_claim_brings_more_than_the_ceilings);
	tcase_add_test(tc, a_reused_decision_answers_as_a_fresh_one);
	tcase_add_test(tc, the_point_where_a_ceiling_stops_is_an_exact_fraction);
	tcase_add_loop_test(tc, what_was_worked_out_at_load_is_what_the_rule_says, 0, COUNT(forms));
	tcase_add_test(tc, a_bare_flag_decides_both_ways);
	tcase_add_test(tc, a_division_by_a_fact_that_is_zero_is_an_error_and_no_answer);
	suite_add_tcase(suite, tc);

	tc = tcase_create("renderings");
	tcase_add_unchecked_fixture(tc, load_once, drop_once);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_outcome_renders_in_both_languages_and_as_json);
	tcase_add_test(tc, a_decision_without_a_region_renders_too);
	tcase_add_test(tc, what_a_caller_wrote_is_escaped_in_json);
	tcase_add_test(tc, an_identity_number_is_in_no_rendering);
	tcase_add_test(tc, a_random_decision_renders_as_json);
	tcase_add_test(tc, a_shown_document_is_json);
	suite_add_tcase(suite, tc);
	return suite;
}
