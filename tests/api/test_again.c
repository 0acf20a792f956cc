/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_ask.h"

Suite *again_suite(void);

/*
 * A person, a bill and a decision that are used again and again answer as new
 * ones do. What changes between two questions is random, mostly little; the
 * new ones are made from the JSON of those in use.
 */

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define ROUNDS 2000

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	return ask_random(&seed) % n;
}

static struct yb_person *person;
static struct yb_claim *claim;

static const struct word {
	yb_field field;
	const char *texts[6];
} person_words[] = {
	{ YB_FIELD_PSN_TYPE, { "1101", "1201", "1501", "1401", "1101", "1300" } }, { YB_FIELD_PSN_IDET_TYPE, { "", "99", "01|02", "", "2101", "" } },
	{ YB_FIELD_CVLSERV_FLAG, { "0", "0", "1", "0", "0", "0" } }, { YB_FIELD_GEND, { "1", "2", "9", "1", "2", "1" } },
	{ YB_FIELD_CERTNO, { "11010519491231002X", "110105194912310046", "11010519491231002X", "110105194912310046", "11010519491231002X", "110105194912310046" } },
}, claim_words[] = {
	{ YB_FIELD_MED_TYPE, { "11", "21", "21", "14", "22", "51" } }, { YB_FIELD_HOSP_LV, { "01", "02", "05", "08", "11", "9" } },
	{ YB_FIELD_MDTRTAREA_ADMVS, { "110000", "420100", "310000", "330100", "440300", "500000" } }, { YB_FIELD_REFL_TYPE, { "1", "2", "3", "1", "2", "3" } },
};

static const yb_field bills[] = { YB_FIELD_MEDFEE_SUMAMT, YB_FIELD_FULAMT_OWNPAY_AMT, YB_FIELD_OVERLMT_SELFPAY, YB_FIELD_PRESELFPAY_AMT };

static void
set_bill(void)
{
	int64_t total = (int64_t)below(1u << (8 + below(20)));

	for (int i = 0; i < COUNT(bills); i++)
		ck_assert_int_eq(yb_claim_set_fen(claim, bills[i], i == 0 ? total : below(3) ? 0 : (int64_t)below((uint32_t)total / 4 + 1)), YB_OK);
}

static void
set_word(const struct word *word, bool of_person)
{
	const char *text = word->texts[below(6)];

	if (below(8) == 0)
		(void)(of_person ? yb_person_unset(person, word->field) : yb_claim_unset(claim, word->field));
	else
		(void)(of_person ? yb_person_set_text(person, word->field, text, strlen(text)) : yb_claim_set_text(claim, word->field, text, strlen(text)));
}

static void
set_days(void)
{
	yb_day day = 20454 + (yb_day)below(300) - (below(8) ? 0 : (yb_day)below(1200)); /* mostly 2026 */

	(void)yb_claim_set_day(claim, YB_FIELD_BEGNDATE, day);
	(void)yb_claim_set_day(claim, YB_FIELD_ENDDATE, day + (yb_day)below(20));
}

static const char *const totals[] = { "basic.base.year", "basic.paid.year", "basic.deductible.year", "outpatient.paid.year", "serious.paid.year",
	                              "serious.base.year", "pool.year" };
static const char *kept[COUNT(totals)];
static uint32_t kept_count;

/* Of a total that the document keeps, seldom of another: then the question fails. */
static void
set_total(void)
{
	const char *name = kept_count && below(20) ? kept[below(kept_count)] : totals[below(COUNT(totals))];

	(void)yb_claim_set_total(claim, name, (yb_fen)below(60000000));
}

static void
set_line(void)
{
	size_t line;

	ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_value(claim, line, YB_FIELD_DET_ITEM_FEE_SUMAMT, (int64_t)below(1000000)), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_text(claim, line, YB_FIELD_CHRGITM_LV, "01", 2), YB_OK);
}

/* False for a document that nobody can be insured under: one of the whole country, one of codes. */
static bool
start(const char *id)
{
	yb_person_clear(person);
	yb_claim_clear(claim);
	if (strlen(id) != 10 || yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, id, 6) != YB_OK ||
	    yb_person_set_text(person, YB_FIELD_INSUTYPE, id + 7, strlen(id + 7)) != YB_OK)
		return false;
	(void)yb_person_set_text(person, YB_FIELD_PSN_TYPE, id[7] == '3' && id[8] == '1' ? "1101" : "1501", 4);
	(void)yb_person_set_text(person, YB_FIELD_PSN_IDET_TYPE, "", 0);
	(void)yb_person_set_text(person, YB_FIELD_CVLSERV_FLAG, "0", 1);
	(void)yb_claim_set_text(claim, YB_FIELD_MDTRTAREA_ADMVS, id, 6);
	(void)yb_claim_set_text(claim, YB_FIELD_MED_TYPE, below(4) ? "21" : "11", 2);
	(void)yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 1);
	if (below(3))
		(void)yb_person_set_text(person, YB_FIELD_CERTNO, "11010519491231002X", 18);
	set_word(&claim_words[1], false);
	set_days();
	set_bill();
	return true;
}

/* Something small, seldom something large. */
static void
change(const char *id)
{
	uint32_t what = below(40);

	if (what < 17)
		set_bill();
	else if (what < 18)
		(void)start(id);
	else if (what < 22)
		(void)yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 1 + below(3));
	else if (what < 24)
		(void)yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, below(2));
	else if (what < 27)
		(void)yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, (yb_fen)below(1000000));
	else if (what < 30)
		set_total();
	else if (what < 33)
		set_word(&claim_words[below(COUNT(claim_words))], false);
	else if (what < 35)
		set_word(&person_words[below(COUNT(person_words))], true);
	else if (what == 35)
		set_days();
	else if (what == 36)
		(void)yb_claim_unset(claim, bills[below(COUNT(bills))]);
	else if (what == 37 && below(4) == 0)
		set_line();
	else if (what == 38)
		(void)yb_claim_set_attribute(claim, "community", below(3) ? "yes" : "no", below(3) ? 3 : 2);
	else if (what == 39 && below(2))
		(void)yb_person_set_cover_none(person);
	if (what != 39 && below(4) == 0)
		yb_person_clear_cover(person);
}

/* Has the document rules on bills? */
static bool
has_bills(const struct yb_policy_set *set, struct yb_decision *decision, const char *id)
{
	const char *code = "";

	if (!start(id))
		return false;
	ck_assert_int_eq(yb_settle(set, person, claim, NULL, decision, NULL), YB_OK);
	return yb_decision_get_reason(decision, 0, &code) != YB_OK || strcmp(code, "no_section") != 0;
}

/* Which totals the document keeps. */
static void
find_totals(const struct yb_policy_set *set, struct yb_decision *decision, const char *id)
{
	kept_count = 0;
	for (int i = 0; i < COUNT(totals) && start(id); i++) {
		ck_assert_int_eq(yb_claim_set_total(claim, totals[i], 1), YB_OK);
		if (yb_settle(set, person, claim, NULL, decision, NULL) == YB_OK)
			kept[kept_count++] = totals[i];
	}
}

static yb_status
ask_anew(const struct yb_policy_set *set, const struct yb_settle_options *options, struct yb_decision *decision, struct yb_error **err)
{
	struct yb_person *other_person = NULL;
	struct yb_claim *other_claim = NULL;
	char *text = NULL;
	yb_status st;

	ck_assert_int_eq(yb_person_dup_json(person, &text, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new_from_json(text, strlen(text), "p", &other_person, NULL), YB_OK);
	yb_free(text);
	ck_assert_int_eq(yb_claim_dup_json(claim, &text, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new_from_json(text, strlen(text), "c", &other_claim, NULL), YB_OK);
	yb_free(text);
	st = yb_settle(set, other_person, other_claim, options, decision, err);
	yb_person_unref(other_person);
	yb_claim_unref(other_claim);
	return st;
}

static void
same_amounts(const struct yb_decision *used, const struct yb_decision *fresh, const char *id)
{
	yb_field field;

	ck_assert_int_eq(yb_decision_get_outcome(used), yb_decision_get_outcome(fresh));
	for (size_t i = 0; yb_field_at(i, &field) == YB_OK; i++) {
		yb_fen a = -1, b = -1;
		yb_status one = yb_decision_get_fen(used, field, &a), other = yb_decision_get_fen(fresh, field, &b);
		ck_assert_msg(one == other && a == b, "%s, %s: %d %lld, anew %d %lld", id, yb_field_get_name(field), (int)one, (long long)a, (int)other,
		              (long long)b);
	}
}

static void
same_text(struct yb_decision *used, struct yb_decision *fresh, yb_format format)
{
	char *a = NULL, *b = NULL;

	ck_assert_int_eq(yb_decision_render(used, format, YB_LANG_ZH, YB_EXPLAIN_FULL, &a, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_render(fresh, format, YB_LANG_ZH, YB_EXPLAIN_FULL, &b, NULL), YB_OK);
	ck_assert_str_eq(a, b);
	yb_free(a);
	yb_free(b);
}

static bool
compare(const struct yb_policy_set *set, struct yb_decision *used, const char *id)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	struct yb_decision *fresh = NULL;
	struct yb_error *one = NULL, *other = NULL;
	yb_status a, b;

	options.flags = below(12) ? 0 : below(2) ? YB_SETTLE_LENIENT : YB_SETTLE_RECEIPT;
	ck_assert_int_eq(yb_decision_new(&fresh, NULL), YB_OK);
	a = yb_settle(set, person, claim, &options, used, &one);
	b = ask_anew(set, &options, fresh, &other);
	ck_assert_msg(a == b, "%s: %d %s, anew %d %s", id, (int)a, one ? yb_error_get_message(one) : "", (int)b, other ? yb_error_get_message(other) : "");
	if (a == YB_OK)
		same_amounts(used, fresh, id);
	if (a == YB_OK && below(6) == 0)
		same_text(used, fresh, below(2) ? YB_FORMAT_TEXT : YB_FORMAT_JSON);
	yb_error_unref(one);
	yb_error_unref(other);
	yb_decision_unref(fresh);
	return a == YB_OK;
}

START_TEST(handles_in_use_answer_as_new_ones)
{
	const struct yb_policy_set *set = ask_shipped();
	struct yb_decision *used = NULL;

	seed = 20260310;
	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&used, NULL), YB_OK);
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const char *id = yb_policy_set_get_id(set, i);
		if (!has_bills(set, used, id))
			continue;
		find_totals(set, used, id);
		for (int k = 0; k < ROUNDS && (k || start(id)); k++) {
			change(id);
			if (!compare(set, used, id) && below(2))
				(void)start(id); /* else it would fail for the same reason for long */
		}
	}
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_decision_unref(used);
}
END_TEST

/* The memory of a handle that is gone may be another's: it is no longer the same bill. */
START_TEST(a_new_bill_in_old_memory_is_another)
{
	const struct yb_policy_set *set = ask_shipped();
	struct yb_decision *decision = NULL;

	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "420100", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUTYPE, "310", 3), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_PSN_TYPE, "1101", 4), YB_OK);
	for (int i = 0; i < 40; i++) {
		/* EVIDENCE: 10,000.00 at a hospital of level 3: (10,000 - 800) x 86 %; of level 2: (10,000 - 600) x 89 %, as its vectors have it */
		yb_fen fund = 0, expect = 0;
		ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
		ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_MED_TYPE, "21", 2), YB_OK);
		ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_HOSP_LV, i % 2 ? "02" : "05", 2), YB_OK);
		ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_BEGNDATE, 19510), YB_OK);
		ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, 19515), YB_OK);
		ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 1), YB_OK);
		ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_INSCP_SCP_AMT, 1000000), YB_OK);
		ck_assert_int_eq(yb_settle(set, person, claim, NULL, decision, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fund), YB_OK);
		expect = i % 2 ? 791200 : 836600;
		ck_assert_int_eq(fund, expect);
		yb_claim_unref(claim);
	}
	yb_person_unref(person);
	yb_decision_unref(decision);
}
END_TEST

/* ---- attributes as texts and as numbers ---- */

#define TOLD "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"attributes:\n  level: {type: count, range: 1..3, of: claim}\n  poor: {type: flag, of: person}\n  wage: {type: money, of: person}\n" \
	"  since: {type: date, of: person}\n  share: {type: rate, range: 0%..100%, of: claim}\n  weight: {type: number, range: 0..2, of: claim}\n  rest: {type: days, of: claim}\n" \
	"  kind: {type: text, values: ['3', 'yes', '2.00'], of: claim}\n" \
	"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n        - id: basic\n          pays: hifp_pay\n" \
	"          deductible: {by: [level, kind], rows: [[1, '3', 100], [1, yes, 150], [1, '2.00', 200], [2.., any, 300]]}\n" \
	"          ratio: {by: poor, rows: [[yes, 90%], [no, 70%]]}\n" \
	"          modify:\n            - {id: early, when: {since: ..2020-04-01}, add: 5%}\n            - {id: long, when: {rest: 30 days..}, add: -5%}\n" \
	"            - {id: half, when: {share: 50%..}, add: 1%}\n            - {id: heavy, when: {weight: 1..}, add: 2%}\n" \
	"          ceilings: [{id: year, on: payment, per: year, amount: \"= wage * 6\"}]\n"

static const struct told {
	const char *name;
	bool of_person;
	yb_type type;
	int64_t values[6];
	const char *texts[6];
} told[] = {
	{ "level", false, YB_TYPE_COUNT, { 1, 2, 3, 4, 0, -1 }, { "1", "2", "3", "4", "0", "-1" } },
	{ "poor", true, YB_TYPE_FLAG, { 0, 1, 0, 1, 0, 1 }, { "no", "yes", "0", "1", "false", "maybe" } },
	{ "wage", true, YB_TYPE_FEN, { 0, 1, 99, 100, 650000, YB_FEN_LIMIT }, { "0.00", "0.01", "0.99", "1", "6500.00", "10000000000.00" } },
	{ "since", true, YB_TYPE_DAY, { 18352, 18353, 18354, 0, -719162, 2932896 },
	  { "2020-03-31", "2020-04-01", "2020-04-02", "1970-01-01", "0001-01-01", "2020-02-30" } },
	{ "share", false, YB_TYPE_SCALED, { 0, 1, 500000, 999999, 1000000, -500000 }, { "0", "0.000001", "50%", "0.999999", "1", "-0.5" } },
	{ "weight", false, YB_TYPE_SCALED, { 0, 1, 1500000, 2000000, 1000000, 1 }, { "0", "0.000001", "1.5", "2", "1", "1.5000001" } },
	{ "rest", false, YB_TYPE_COUNT, { 0, 29, 30, 31, 1, 2 }, { "0", "29 days", "30", "31 days", "1 days", "2 months" } },
	{ "kind", false, YB_TYPE_COUNT, { 3, 3, 3, 3, 3, 4 }, { "3", "yes", "2.00", "3", "3", "4" } },
};

/* A number of the attribute's type, seldom of another; or a text. */
static void
tell(const struct told *t, bool of_person)
{
	static const yb_type types[] = { YB_TYPE_FEN, YB_TYPE_COUNT, YB_TYPE_FLAG, YB_TYPE_DAY, YB_TYPE_SCALED };
	uint32_t which = below(12) ? below(4) : below(6);
	yb_type type = below(20) ? t->type : types[below(5)];
	const char *text = t->texts[which];

	if (below(60) == 0)
		text = NULL;
	else if (below(3)) {
		(void)(of_person ? yb_person_set_attribute_value(person, t->name, type, t->values[which])
		                    : yb_claim_set_attribute_value(claim, t->name, type, t->values[which]));
		return;
	}
	ck_assert_int_eq(of_person ? yb_person_set_attribute(person, t->name, text, text ? strlen(text) : 0)
	                              : yb_claim_set_attribute(claim, t->name, text, text ? strlen(text) : 0), YB_OK);
}

START_TEST(attributes_as_numbers_answer_as_their_texts)
{
	struct yb_policy_set *set = ask_load(TOLD);
	struct yb_decision *used = NULL;
	int answered = 0;

	seed = 20260311;
	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&used, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "990000", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUTYPE, "310", 3), YB_OK);
	for (int k = 0; k < 6000; k++) {
		if (k % 4 == 0)
			set_bill();
		const struct told *t = &told[below(COUNT(told))];
		bool of_person = below(8) ? t->of_person : !t->of_person; /* where both tell it, the bill's is taken */
		tell(t, of_person);
		if (compare(set, used, "990000/310"))
			answered += yb_decision_get_outcome(used) == YB_OUTCOME_ANSWERED;
		else /* of two faults either may be told */
			ck_assert_int_eq(of_person ? yb_person_set_attribute(person, t->name, NULL, 0) : yb_claim_set_attribute(claim, t->name, NULL, 0), YB_OK);
	}
	ck_assert_int_gt(answered, 1500);
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_decision_unref(used);
	yb_policy_set_unref(set);
}
END_TEST

/* Both have the same attribute: the bill's counts, whichever of them was told anew. */
START_TEST(an_attribute_of_both_is_what_the_bill_says)
{
	static const int64_t scope[] = { 100000, 100000, 200000, 300000 };
	struct yb_policy_set *set = ask_load("language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"attributes: {mine: {type: money, of: claim}}\nreimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n"
		"        - {id: basic, pays: hifp_pay, base: = mine, ratio: 50%}\n");
	struct yb_decision *used = NULL;

	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&used, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "990000", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUTYPE, "310", 3), YB_OK);
	for (int i = 0; i < 4; i++) {
		yb_fen fund = 0;
		ck_assert_int_eq(yb_person_set_attribute_value(person, "mine", YB_TYPE_FEN, 1000 * (i + 1)), YB_OK);
		ck_assert_int_eq(yb_claim_set_attribute_value(claim, "mine", YB_TYPE_FEN, scope[i]), YB_OK);
		ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_INSCP_SCP_AMT, 1000000), YB_OK);
		ck_assert_int_eq(yb_settle(set, person, claim, NULL, used, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_get_fen(used, YB_FIELD_HIFP_PAY, &fund), YB_OK);
		ck_assert_int_eq(fund, scope[i] / 2);
	}
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_decision_unref(used);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
again_suite(void)
{
	Suite *suite = suite_create("again");
	TCase *tc = tcase_create("again");

	tcase_add_unchecked_fixture(tc, ask_load_once, ask_drop_once);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, handles_in_use_answer_as_new_ones);
	tcase_add_test(tc, a_new_bill_in_old_memory_is_another);
	suite_add_tcase(suite, tc);
	tc = tcase_create("attributes");
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, attributes_as_numbers_answer_as_their_texts);
	tcase_add_test(tc, an_attribute_of_both_is_what_the_bill_says);
	suite_add_tcase(suite, tc);
	return suite;
}
