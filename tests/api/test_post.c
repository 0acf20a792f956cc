/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

Suite *post_suite(void);

/* Settlements on top of a ledger: what it tells, what is stale, and bills worked out again in their order. */

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/*
 * A deductible of 1,000 a year, 600 from the second stay on; 80 % to 10,000 of base in the year, its deductible among it, 90 % above; at most 20,000 a year; a
 * second layer of 50 % over what the person bears above 3,000 in the year; the account pays what is left of scope.
 */
static const char city[] = ASK_HEAD
	"reimburse:\n"
	"  source: a\n"
	"  account: {pays: [scope]}\n"
	"  benefits:\n"
	"    - id: stay\n"
	"      when: {med_type: \"21\"}\n"
	"      layers:\n"
	"        - id: basic\n"
	"          pays: hifp_pay\n"
	"          base: = scope\n"
	"          deductible: {amount: {by: yb_admission, rows: [[1, 1000], [2.., 600]]}, per: stay}\n"
	"          bands: {over: year, borders: [10000], ratio: [80%, 90%]}\n"
	"          ceilings: [{on: payment, amount: 20000, per: year}]\n"
	"        - id: serious\n"
	"          pays: hifmi_pay\n"
	"          base: = scope - basic.paid\n"
	"          deductible: {amount: 3000, per: year}\n"
	"          ratio: 50%\n";

static const char person_json[] = "{\"psn_no\": \"P1\", \"brdy\": \"1980-01-01\", \"gend\": \"1\", \"insutype\": \"390\", \"psn_type\": \"1501\", "
	"\"insuplc_admdvs\": \"990000\"}";

struct stay {
	const char *id, *end;
	yb_fen scope;
};

static struct yb_policy_set *set;
static struct yb_person *person;

static void
setup(void)
{
	set = ask_load(city);
	ck_assert_int_eq(yb_person_new_from_json(person_json, strlen(person_json), "person", &person, NULL), YB_OK);
}

static void
teardown(void)
{
	yb_person_unref(person);
	yb_policy_set_unref(set);
}

static struct yb_claim *
claim_of(const struct stay *stay)
{
	struct yb_claim *claim = NULL;

	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_MDTRT_ID, stay->id, strlen(stay->id)), YB_OK);
	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_MED_TYPE, "21", 2), YB_OK);
	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_FIXMEDINS_CODE, "H1", 2), YB_OK);
	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, ask_day(stay->end)), YB_OK);
	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_BEGNDATE, ask_day(stay->end) - 3), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, stay->scope), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_INSCP_SCP_AMT, stay->scope), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_OVERLMT_SELFPAY, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_PRESELFPAY_AMT, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 1), YB_OK);
	return claim;
}

static yb_status
try_post_on(struct yb_ledger *ledger, struct yb_decision *decision, const char *key, const char *day)
{
	struct yb_transaction *t = NULL;
	int64_t seq;
	yb_status st;

	ck_assert_int_eq(yb_transaction_new(&t, NULL), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "key", key, strlen(key)), YB_OK);
	st = yb_transaction_set_decision(t, decision, NULL);
	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day(day), &seq, NULL, NULL);
	yb_transaction_unref(t);
	return st;
}

static yb_status
try_post(struct yb_ledger *ledger, struct yb_decision *decision, const char *key, int64_t *seq, int32_t *existed)
{
	struct yb_transaction *t = NULL;
	yb_status st;

	ck_assert_int_eq(yb_transaction_new(&t, NULL), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "key", key, strlen(key)), YB_OK);
	st = yb_transaction_set_decision(t, decision, NULL);
	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day("2027-12-31"), seq, existed, NULL);
	yb_transaction_unref(t);
	return st;
}

static void
settle(struct yb_ledger *ledger, const struct stay *stay, struct yb_decision *decision)
{
	struct yb_claim *claim = claim_of(stay);
	struct yb_error *error = NULL;
	yb_status st = yb_ledger_settle(ledger, set, person, claim, NULL, decision, &error);

	ck_assert_msg(st == YB_OK, "%s %s", yb_status_name(st), error ? yb_error_get_message(error) : "");
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	yb_claim_unref(claim);
}

static void
settle_and_post(struct yb_ledger *ledger, const struct stay *stay)
{
	struct yb_decision *decision = NULL;
	int64_t seq = 0;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	settle(ledger, stay, decision);
	ck_assert_int_eq(try_post(ledger, decision, stay->id, &seq, NULL), YB_OK);
	yb_decision_unref(decision);
}

static void
post_json(struct yb_ledger *ledger, const char *json)
{
	struct yb_transaction *t = NULL;
	int64_t seq;

	ck_assert_int_eq(yb_transaction_new_from_json(json, strlen(json), "test", &t, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2027-12-31"), &seq, NULL, NULL), YB_OK);
	yb_transaction_unref(t);
}

static void
credit(struct yb_ledger *ledger, const char *key, const char *day, const char *amount)
{
	char json[256];

	(void)snprintf(json, sizeof(json), "{\"key\": \"%s\", \"kind\": \"credit\", \"psn_no\": \"P1\", \"business_day\": \"%s\", \"period\": \"2026\", "
	               "\"insutype\": \"310\", \"amount\": \"%s\"}", key, day, amount);
	post_json(ledger, json);
}

static yb_fen
balance(struct yb_ledger *ledger, const char *account)
{
	yb_fen fen = INT64_MIN;

	ck_assert_int_eq(yb_ledger_get_balance(ledger, account, YB_AXIS_BUSINESS, YB_DAY_NONE, &fen, NULL), YB_OK);
	return fen;
}

static struct yb_ledger *
memory(void)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	return ledger;
}

static int32_t
resettle(struct yb_ledger *ledger, const struct yb_policy_set *current)
{
	struct yb_error *error = NULL;
	char *report = NULL;
	int32_t adjusted = -1;
	yb_status st = yb_ledger_resettle(ledger, "P1", 2026, current, ask_day("2027-12-31"), YB_FORMAT_JSON, YB_LANG_EN, &adjusted, &report, &error);

	ck_assert_msg(st == YB_OK, "%s %s", yb_status_name(st), error ? yb_error_get_message(error) : "");
	yb_free(report);
	return adjusted;
}

static const struct stay year[] = {
	{ "Z1", "2026-02-03", 1100000 }, /* 11,000: 1,000 deductible, 80 % up to 10,000, 90 % of the last 1,000 */
	{ "Z2", "2026-03-04", 560000 },  /* 5,600: 600 deductible, 90 % of 5,000 */
	{ "Z3", "2026-07-05", 2060000 }, /* 20,600: 600 deductible, 90 % of 20,000, cut by the ceiling */
	{ "Z4", "2026-07-05", 160000 },
	{ "Z5", "2026-12-30", 160000 },
};

/*
 * Worked by hand. Z1: basic 80 % of 9,000 and 90 % of 1,000, 8,100; the person bears 2,900, below the 3,000 of the second layer.
 * Z2: basic 90 % of 5,000, 4,500; of the 1,100 left 100 are deductible, serious 500. Z3: basic 18,000, but 20,000 - 12,600 = 7,400 are
 * left; own 13,200, serious 6,600.
 */
START_TEST(a_second_bill_knows_the_first)
{
	struct yb_ledger *ledger = memory();

	settle_and_post(ledger, &year[0]);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -810000);
	ck_assert_int_eq(balance(ledger, "fund/390200"), 0);
	settle_and_post(ledger, &year[1]);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -1260000);
	ck_assert_int_eq(balance(ledger, "fund/390200"), -50000);
	settle_and_post(ledger, &year[2]);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -2000000);
	ck_assert_int_eq(balance(ledger, "fund/390200"), -710000);
	ck_assert_int_eq(balance(ledger, "institution/H1"), 3720000);
	ck_assert_int_eq(balance(ledger, "cash"), -3720000 + 2710000);
	ck_assert_int_eq(resettle(ledger, NULL), 0);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(the_account_pays_what_it_has)
{
	struct yb_ledger *ledger = memory();

	credit(ledger, "c", "2026-01-01", "1234.56");
	settle_and_post(ledger, &year[0]);
	ck_assert_int_eq(balance(ledger, "account/P1"), 0);
	ck_assert_int_eq(balance(ledger, "cash"), -290000 + 123456);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(what_was_worked_out_before_something_else_happened_is_stale)
{
	struct yb_ledger *ledger = memory();
	struct yb_decision *decision = NULL;
	int64_t seq = 0, again = 0;
	int32_t existed = 0;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	settle(ledger, &year[0], decision);
	credit(ledger, "c", "2026-01-01", "1.00");
	ck_assert_int_eq(try_post(ledger, decision, "Z1", &seq, &existed), YB_E_STALE);
	settle(ledger, &year[0], decision);
	ck_assert_int_eq(try_post(ledger, decision, "Z1", &seq, &existed), YB_OK);
	ck_assert_int_eq(existed, 0);
	/* asked again after a lost answer: the ledger knows more now, and gives the first answer */
	settle(ledger, &year[0], decision);
	ck_assert_int_eq(try_post(ledger, decision, "Z1", &again, &existed), YB_OK);
	ck_assert_int_eq(existed, 1);
	ck_assert_int_eq(again, seq);
	settle(ledger, &year[1], decision);
	ck_assert_int_eq(try_post(ledger, decision, "Z1", &again, &existed), YB_E_OTHER_FACTS);
	yb_decision_unref(decision);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(what_the_ledger_says_is_not_told)
{
	struct yb_ledger *ledger = memory();
	struct yb_decision *decision = NULL;
	struct yb_claim *claim = claim_of(&year[0]);
	struct yb_person *nobody = NULL;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 1), YB_OK);
	ck_assert_int_eq(yb_ledger_settle(ledger, set, person, claim, NULL, decision, NULL), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_YB_ADMISSION), YB_OK);
	ck_assert_int_eq(yb_claim_set_total(claim, "basic.paid.year", 0), YB_OK);
	ck_assert_int_eq(yb_ledger_settle(ledger, set, person, claim, NULL, decision, NULL), YB_E_CONTRADICTION);
	yb_claim_clear(claim);
	ck_assert_int_eq(yb_person_new(&nobody, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_settle(ledger, set, nobody, claim, NULL, decision, NULL), YB_E_MISSING_KEY);
	yb_person_unref(nobody);
	yb_claim_unref(claim);
	/* without a ledger nothing is posted */
	claim = claim_of(&year[0]);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 1), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 0), YB_OK);
	ck_assert_int_eq(yb_settle(set, person, claim, NULL, decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(try_post(ledger, decision, "Z1", &(int64_t){ 0 }, NULL), YB_E_STALE);
	yb_claim_unref(claim);
	yb_decision_unref(decision);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(a_reversed_bill_leaves_no_trace_in_the_totals)
{
	struct yb_ledger *ledger = memory();

	settle_and_post(ledger, &year[1]);
	post_json(ledger, "{\"key\": \"r\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-05\", \"reverses\": \"Z2\"}");
	ck_assert_int_eq(balance(ledger, "fund/390100"), 0);
	settle_and_post(ledger, &year[0]);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -810000);
	ck_assert_int_eq(resettle(ledger, NULL), 0);
	yb_ledger_unref(ledger);
}
END_TEST

/* What is left in every account, whatever the order in which things were posted. */
static void
final_balances(struct yb_ledger *ledger, yb_fen balances[6])
{
	static const char *const accounts[] = { "fund/390100", "fund/390200", "fund/310100", "account/P1", "cash", "institution/H1" };

	for (int i = 0; i < COUNT(accounts); i++)
		balances[i] = balance(ledger, accounts[i]);
}

static void
permute(int *order, int n, int index)
{
	for (int i = 0; i < n; i++)
		order[i] = i;
	for (int i = n; i > 1; i--) {
		int k = index % i, t = order[i - 1];
		order[i - 1] = order[k];
		order[k] = t;
		index /= i;
	}
}

/* Five bills and two credits in 300 of their 5,040 orders; the account pays from 2026-02-10 on. */
START_TEST(any_order_of_arrival_ends_in_the_same_balances)
{
	yb_fen expect[6], found[6];

	for (int index = 0; index < 5040; index += !index ? 1 : getenv("YB_SLOW") ? 487 : 17) {
		struct yb_ledger *ledger = memory();
		int order[7];
		permute(order, 7, index);
		for (int i = 0; i < 7; i++) {
			if (order[i] < 5)
				settle_and_post(ledger, &year[order[i]]);
			else
				credit(ledger, order[i] == 5 ? "c1" : "c2", order[i] == 5 ? "2026-02-10" : "2026-08-01", order[i] == 5 ? "500.00" : "777.77");
		}
		(void)resettle(ledger, NULL);
		ck_assert_int_eq(resettle(ledger, NULL), 0); /* what stands, stands */
		final_balances(ledger, index ? found : expect);
		for (int i = 0; i < 6 && index; i++)
			ck_assert_msg(found[i] == expect[i], "order %d, account %d: %lld, expected %lld", index, i, (long long)found[i], (long long)expect[i]);
		yb_ledger_unref(ledger);
	}
}
END_TEST

START_TEST(a_closed_period_is_adjusted_in_the_open_one)
{
	struct yb_ledger *ledger = memory();
	yb_fen fen = 0;

	settle_and_post(ledger, &year[1]); /* as the first of the year: 1,000 deductible, 80 % of 4,600 */
	ck_assert_int_eq(balance(ledger, "fund/390100"), -368000);
	settle_and_post(ledger, &year[0]);
	post_json(ledger, "{\"key\": \"close\", \"kind\": \"closing\", \"business_day\": \"2026-06-30\", \"through\": \"2026-06-30\"}");
	ck_assert_int_eq(resettle(ledger, NULL), 2);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -1260000);
	ck_assert_int_eq(yb_ledger_get_balance(ledger, "fund/390100", YB_AXIS_BUSINESS, ask_day("2026-06-30"), &fen, NULL), YB_OK);
	ck_assert_int_ne(fen, -1260000);
	ck_assert_int_eq(yb_ledger_get_balance(ledger, "fund/390100", YB_AXIS_BUSINESS, ask_day("2026-07-01"), &fen, NULL), YB_OK);
	ck_assert_int_eq(fen, -1260000);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(a_bill_stands_by_its_documents_unless_the_present_ones_are_asked_for)
{
	struct yb_ledger *ledger = memory();
	struct yb_policy_set *later;
	char text[sizeof(city) + 16], *at;

	settle_and_post(ledger, &year[0]);
	(void)memcpy(text, city, sizeof(city));
	at = strstr(text, "[80%, 90%]");
	ck_assert_ptr_nonnull(at);
	(void)memcpy(at, "[85%, 90%]", 10);
	later = ask_load(text);
	ck_assert_int_eq(resettle(ledger, NULL), 0);
	ck_assert_int_eq(resettle(ledger, later), 1);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -855000);
	/* an adjusted bill is reversed with its adjustments */
	post_json(ledger, "{\"key\": \"r\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-05\", \"reverses\": \"Z1\"}");
	ck_assert_int_eq(balance(ledger, "fund/390100"), 0);
	ck_assert_int_eq(balance(ledger, "cash"), 0);
	yb_policy_set_unref(later);
	yb_ledger_unref(ledger);
}
END_TEST

/* It would stand in the receipt, and so in the ledger. */
START_TEST(an_identity_number_in_other_words_is_refused)
{
	static const char number[] = "11010519491231002X";
	struct yb_ledger *ledger = memory();
	struct yb_decision *decision = NULL;
	struct yb_error *error = NULL;
	struct yb_claim *claim = claim_of(&year[0]);

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_YB_EPISODE, number, strlen(number)), YB_OK);
	ck_assert_int_eq(yb_ledger_settle(ledger, set, person, claim, NULL, decision, &error), YB_E_BAD_IDENTITY);
	ck_assert_ptr_null(strstr(yb_error_get_message(error), number));
	yb_error_unref(error);
	ck_assert_int_eq(yb_claim_unset(claim, YB_FIELD_YB_EPISODE), YB_OK);
	ck_assert_int_eq(yb_claim_set_attribute(claim, "note", number, strlen(number)), YB_OK);
	ck_assert_int_eq(yb_ledger_settle(ledger, set, person, claim, NULL, decision, NULL), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_claim_set_attribute(claim, "note", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_PSN_NO, number, strlen(number)), YB_OK);
	ck_assert_int_eq(yb_ledger_settle(ledger, set, person, claim, NULL, decision, NULL), YB_E_BAD_IDENTITY);
	yb_claim_unref(claim);
	yb_decision_unref(decision);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- totals of every period ---- */

/* A pool of the year for visits and stays, a deductible of the referral chain, a ceiling for life, one of the month. */
static const char periods[] = ASK_HEAD
	"reimburse:\n"
	"  source: a\n"
	"  pools: {both: {on: payment, per: year}}\n"
	"  benefits:\n"
	"    - id: stay\n"
	"      when: {med_type: \"21\"}\n"
	"      layers:\n"
	"        - id: basic\n"
	"          pays: hifp_pay\n"
	"          deductible: {amount: 500, per: episode}\n"
	"          ratio: 80%\n"
	"          ceilings:\n"
	"            - {id: both, on: payment, pool: both, amount: 1000}\n"
	"    - id: visit\n"
	"      when: {med_type: \"11\"}\n"
	"      layers:\n"
	"        - id: clinic\n"
	"          pays: hifp_pay\n"
	"          ratio: 50%\n"
	"          ceilings:\n"
	"            - {id: both, on: payment, pool: both, amount: 1000}\n"
	"            - {id: month, on: payment, per: month, amount: 300}\n"
	"            - {id: life, on: payment, per: life, amount: 700}\n";

struct visit {
	const char *id, *type, *end, *episode;
	yb_fen scope, paid; /* what the pooled fund pays, worked by hand */
};

static const struct visit visits[] = {
	{ "A", "21", "2026-01-10", "chain", 80000, 24000 },  /* 800 - 500 at 80 % */
	{ "B", "21", "2026-01-20", "chain", 20000, 16000 },  /* the chain's deductible is paid: 200 at 80 % */
	{ "C", "21", "2026-01-25", "other", 50000, 0 },      /* another chain begins: 500 of deductible */
	{ "D", "11", "2026-02-01", NULL, 40000, 20000 },     /* half */
	{ "E", "11", "2026-02-28", NULL, 40000, 10000 },     /* 300 a month: 100 are left */
	{ "F", "11", "2026-03-01", NULL, 60000, 30000 },     /* a new month; of the pool 1,000 - 700 are left, of the life 400 */
	{ "G", "11", "2026-04-01", NULL, 60000, 0 },         /* the pool is empty */
	{ "H", "11", "2027-01-01", NULL, 60000, 10000 },     /* a new year; of the life 700 - 600 are left */
};

static struct yb_claim *
claim_of_visit(const struct visit *visit)
{
	const struct stay stay = { visit->id, visit->end, visit->scope };
	struct yb_claim *claim = claim_of(&stay);

	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_MED_TYPE, visit->type, 2), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 0), YB_OK);
	if (visit->episode)
		ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_YB_EPISODE, visit->episode, strlen(visit->episode)), YB_OK);
	return claim;
}

static void
settle_claim(struct yb_ledger *ledger, const struct yb_policy_set *by, const struct yb_claim *claim, const char *key, yb_fen paid)
{
	struct yb_decision *decision = NULL;
	struct yb_error *error = NULL;
	yb_fen fen = -1;
	yb_status st;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	st = yb_ledger_settle(ledger, by, person, claim, NULL, decision, &error);
	ck_assert_msg(st == YB_OK, "%s: %s %s", key, yb_status_name(st), error ? yb_error_get_message(error) : "");
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fen), YB_OK);
	ck_assert_msg(fen == paid, "%s: the fund pays %lld, expected %lld", key, (long long)fen, (long long)paid);
	ck_assert_int_eq(try_post_on(ledger, decision, key, "2027-12-31"), YB_OK);
	yb_decision_unref(decision);
}

START_TEST(totals_are_of_their_month_year_chain_pool_and_life)
{
	struct yb_policy_set *by = ask_load(periods);
	struct yb_ledger *ledger = memory();

	for (int i = 0; i < COUNT(visits); i++) {
		struct yb_claim *claim = claim_of_visit(&visits[i]);
		settle_claim(ledger, by, claim, visits[i].id, visits[i].paid);
		yb_claim_unref(claim);
	}
	ck_assert_int_eq(resettle(ledger, NULL), 0);
	yb_policy_set_unref(by);
	yb_ledger_unref(ledger);
}
END_TEST

/* 300 a month and 700 for life: two visits of 2027 took 600, when one of 2026 arrives that was before both. */
START_TEST(what_is_for_life_goes_by_the_order_of_the_years)
{
	static const struct visit late[] = {
		{ "J", "11", "2027-01-01", NULL, 60000, 30000 }, { "K", "11", "2027-02-01", NULL, 60000, 30000 }, { "I", "11", "2026-05-01", NULL, 60000, 10000 },
	};
	struct yb_policy_set *by = ask_load(periods);
	struct yb_ledger *ledger = memory();
	int32_t adjusted = 0;
	char *report = NULL;

	for (int i = 0; i < COUNT(late); i++) {
		struct yb_claim *claim = claim_of_visit(&late[i]);
		settle_claim(ledger, by, claim, late[i].id, late[i].paid);
		yb_claim_unref(claim);
	}
	ck_assert_int_eq(resettle(ledger, NULL), 1);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -90000); /* 300 for the first */
	ck_assert_int_eq(yb_ledger_resettle(ledger, "P1", 2027, NULL, ask_day("2027-12-31"), YB_FORMAT_TEXT, YB_LANG_ZH, &adjusted, &report, NULL), YB_OK);
	ck_assert_int_eq(adjusted, 1);
	ck_assert_int_eq(balance(ledger, "fund/390100"), -70000); /* 300, 300 and the 100 that are left */
	yb_free(report);
	yb_policy_set_unref(by);
	yb_ledger_unref(ledger);
}
END_TEST

/* A stay over the end of the year counts in both. */
static const char split[] = ASK_HEAD
	"reimburse:\n"
	"  source: a\n"
	"  year_by: split\n"
	"  benefits:\n"
	"    - id: stay\n"
	"      when: {med_type: \"21\"}\n"
	"      layers:\n"
	"        - id: basic\n"
	"          pays: hifp_pay\n"
	"          deductible: {amount: {by: yb_admission, rows: [[1, 1000], [2.., 500]]}, per: stay}\n"
	"          bands: {over: year, borders: [10000], ratio: [80%, 90%]}\n";

/*
 * 9,000 in 2026 less 1,000 at 80 %: 6,400; 6,000 in 2027 at 80 %: 4,800. A second stay of 2027: from 6,000 on, 500 deductible, 3,500 at
 * 80 % and 6,000 at 90 %: 8,200. One of 2026 that comes late: from 9,000 on, 500 deductible, 500 at 80 %, 1,000 at 90 %: 1,300.
 */
START_TEST(a_stay_over_the_years_end_counts_in_both_years)
{
	const struct stay over = { "Z1", "2027-01-10", 1500000 }, later = { "Z2", "2027-02-20", 1000000 }, late = { "Z3", "2026-11-10", 200000 };
	struct yb_policy_set *by = ask_load(split);
	struct yb_ledger *ledger = memory();
	struct yb_claim *claim = claim_of(&over);

	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_BEGNDATE, ask_day("2026-12-20")), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_YB_BEFORE_INSCP_SCP_AMT, 900000), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_USE_ACCOUNT, 0), YB_OK);
	settle_claim(ledger, by, claim, "Z1", 1120000);
	yb_claim_unref(claim);
	claim = claim_of(&later);
	settle_claim(ledger, by, claim, "Z2", 820000);
	yb_claim_unref(claim);
	claim = claim_of(&late);
	settle_claim(ledger, by, claim, "Z3", 130000);
	yb_claim_unref(claim);
	yb_policy_set_unref(by);
	yb_ledger_unref(ledger);
}
END_TEST

Suite *
post_suite(void)
{
	Suite *suite = suite_create("post");
	TCase *tests = tcase_create("post");

	tcase_set_timeout(tests, 0);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_second_bill_knows_the_first);
	tcase_add_test(tests, the_account_pays_what_it_has);
	tcase_add_test(tests, what_was_worked_out_before_something_else_happened_is_stale);
	tcase_add_test(tests, what_the_ledger_says_is_not_told);
	tcase_add_test(tests, a_reversed_bill_leaves_no_trace_in_the_totals);
	tcase_add_test(tests, any_order_of_arrival_ends_in_the_same_balances);
	tcase_add_test(tests, an_identity_number_in_other_words_is_refused);
	tcase_add_test(tests, totals_are_of_their_month_year_chain_pool_and_life);
	tcase_add_test(tests, what_is_for_life_goes_by_the_order_of_the_years);
	tcase_add_test(tests, a_stay_over_the_years_end_counts_in_both_years);
	tcase_add_test(tests, a_closed_period_is_adjusted_in_the_open_one);
	tcase_add_test(tests, a_bill_stands_by_its_documents_unless_the_present_ones_are_asked_for);
	suite_add_tcase(suite, tests);
	return suite;
}
