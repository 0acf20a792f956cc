/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

/*
 * What transactions of each kind move and when they are refused, worked by hand. Every transaction is also told twice, by setters and as
 * a JSON document, which must come to the same, and read back from what was written.
 */

Suite *ledger_kinds_suite(void);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ANNA "11010519491231002X"
#define BERT "440524188001010014"

/*
 * One step: `KEY KIND PERSON DAY fact=value …`, where PERSON is a number, @ and an identity number, both with + between, or -, and DAY may
 * be - too. What comes of it: the entries, `account=yuan` with spaces between; or a status and what it is about; or `again N`.
 * `? ACCOUNT` asks for a balance.
 */
struct step {
	const char *facts, *expect;
};

/* ---- told in words ---- */

struct telling {
	struct yb_transaction *set;
	yb_status status; /* of the first setter that failed */
	char json[4096];
	char group[32];
};

static void
put(struct telling *told, const char *text)
{
	ck_assert_uint_lt(strlen(told->json) + strlen(text), sizeof(told->json));
	(void)strcat(told->json, text);
}

static void
tell(struct telling *told, const char *name, const char *value)
{
	const char *point = strchr(name, '.');
	char group[32] = "", piece[512];
	yb_status st;

	if (point)
		(void)snprintf(group, sizeof(group), "%.*s", (int)(point - name), name);
	if (told->group[0] && strcmp(told->group, group) != 0)
		put(told, "}");
	put(told, !told->json[1] || (told->group[0] && !strcmp(told->group, group)) ? (told->json[1] ? ", " : "") : ", ");
	if (group[0] && strcmp(told->group, group) != 0) {
		(void)snprintf(piece, sizeof(piece), "\"%s\": {", group);
		put(told, piece);
	}
	(void)snprintf(told->group, sizeof(told->group), "%s", group);
	(void)snprintf(piece, sizeof(piece), "\"%s\": \"%s\"", point ? point + 1 : name, value);
	put(told, piece);
	st = yb_transaction_set_text(told->set, name, value, strlen(value));
	if (told->status == YB_OK)
		told->status = st;
}

static void
tell_person(struct telling *told, char *person)
{
	char *plus = strchr(person, '+');

	if (plus)
		*plus = '\0';
	if (person[0] == '@')
		tell(told, "certno", person + 1);
	else if (person[0] == '#')
		tell(told, "psn_hash", person);
	else if (person[0] != '-')
		tell(told, "psn_no", person);
	if (plus)
		tell_person(told, plus + 1);
}

static void
tell_words(struct telling *told, const char *words)
{
	static const char *const first[] = { "key", "kind", NULL, "business_day" };
	char copy[2048];
	int n = 0;

	(void)snprintf(copy, sizeof(copy), "%s", words);
	put(told, "{");
	for (char *rest = NULL, *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest), n++) {
		char *equals = n < 4 ? NULL : strchr(word, '=');
		if (n == 2) {
			tell_person(told, word);
		} else if (n < 4) {
			if (strcmp(word, "-") != 0)
				tell(told, first[n], word);
		} else {
			ck_assert_ptr_nonnull(equals);
			*equals = '\0';
			tell(told, word, equals + 1);
		}
	}
	put(told, told->group[0] ? "}}" : "}");
}

/* The same by setters, from JSON, and from what was written; NULL and the status where it is refused. */
static struct yb_transaction *
transaction_of(const char *words, yb_status *status, struct yb_error **err)
{
	struct telling told = { 0 };
	struct yb_transaction *read = NULL, *back = NULL;
	char *one = NULL, *other = NULL, *third = NULL;

	ck_assert_int_eq(yb_transaction_new(&told.set, NULL), YB_OK);
	tell_words(&told, words);
	*status = yb_transaction_new_from_json(told.json, strlen(told.json), "facts", &read, err);
	if (strstr(words, " period=") && *status == YB_E_BAD_VALUE)
		told.status = *status; /* told by one setter, so the first finding may be another */
	ck_assert_msg(told.status == *status, "%s: %s by setters, %s from JSON", words, yb_status_name(told.status), yb_status_name(*status));
	if (*status == YB_OK) {
		ck_assert_int_eq(yb_transaction_dup_json(told.set, &one, NULL), YB_OK);
		ck_assert_int_eq(yb_transaction_dup_json(read, &other, NULL), YB_OK);
		ck_assert_str_eq(one, other);
		ck_assert_int_eq(yb_transaction_new_from_json(one, strlen(one), "back", &back, NULL), YB_OK);
		ck_assert_int_eq(yb_transaction_dup_json(back, &third, NULL), YB_OK);
		ck_assert_str_eq(one, third);
		ck_assert(!strstr(one, ANNA) && !strstr(one, BERT) && !strstr(one, "certno"));
	}
	yb_transaction_unref(told.set);
	yb_transaction_unref(back);
	yb_free(one);
	yb_free(other);
	yb_free(third);
	return read;
}

/* ---- steps ---- */

/* `account/P1=1.00 cash=-1.00` of the line of a transaction. */
static void
entries_of(struct yb_ledger *ledger, int64_t seq, char *out, size_t size)
{
	char *line = NULL, *at, *end;
	size_t length = 0;

	ck_assert_int_eq(yb_ledger_dup_transaction(ledger, seq, &line, NULL), YB_OK);
	at = strstr(line, "\"entries\": {");
	while (at && strstr(at + 1, "\"entries\": {")) /* an adjustment has them among its facts too */
		at = strstr(at + 1, "\"entries\": {");
	ck_assert_ptr_nonnull(at);
	at += strlen("\"entries\": {");
	end = strchr(at, '}');
	for (out[0] = '\0'; at < end && length + 4 < size; at++) {
		if (*at == ',')
			out[length++] = ' ';
		else if (*at == ':')
			out[length++] = '=';
		else if (*at != '"' && *at != ' ')
			out[length++] = *at;
		out[length] = '\0';
	}
	yb_free(line);
}

static void
expect_nothing_secret(const struct yb_error *err)
{
	for (; err; err = yb_error_get_next(err)) {
		const char *texts[] = { yb_error_get_message(err), yb_error_get_subject(err) };
		for (size_t i = 0; i < COUNT(texts); i++)
			ck_assert_msg(!texts[i] || (!strstr(texts[i], ANNA) && !strstr(texts[i], BERT)), "an identity number: %s", texts[i]);
	}
}

static void
take_step_on(struct yb_ledger *ledger, const struct step *step, const char *today)
{
	struct yb_transaction *t;
	struct yb_error *err = NULL;
	char came[1024] = "", text[YB_FEN_TEXT_SIZE];
	int64_t seq = 0, last = 0, now = 0;
	int32_t existed = 0;
	yb_status st;
	yb_fen fen = 0;

	if (step->facts[0] == '?') {
		ck_assert_int_eq(yb_ledger_get_balance(ledger, step->facts + 2, YB_AXIS_BUSINESS, YB_DAY_NONE, &fen, NULL), YB_OK);
		yb_fen_to_text(fen, text);
		ck_assert_msg(!strcmp(text, step->expect), "%s is %s, not %s", step->facts + 2, text, step->expect);
		return;
	}
	ck_assert_int_eq(yb_ledger_get_head(ledger, &last, NULL, NULL), YB_OK);
	t = transaction_of(step->facts, &st, &err);
	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day(today), &seq, &existed, &err);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &now, NULL, NULL), YB_OK);
	if (st != YB_OK) {
		ck_assert_int_eq(now, last);
		ck_assert_ptr_nonnull(err);
		ck_assert_int_eq(yb_error_get_status(err), st);
		(void)snprintf(came, sizeof(came), "%s%s%s", yb_status_name(st), yb_error_get_subject(err) && yb_error_get_subject(err)[0] ? " " : "",
		               yb_error_get_subject(err) ? yb_error_get_subject(err) : "");
	} else if (existed) {
		ck_assert_int_eq(now, last);
		(void)snprintf(came, sizeof(came), "again %lld", (long long)seq);
	} else {
		ck_assert_int_eq(seq, last + 1);
		entries_of(ledger, seq, came, sizeof(came));
	}
	ck_assert_msg(!strcmp(came, step->expect), "%s:\n  came:     %s\n  expected: %s\n  (%s)", step->facts, came, step->expect,
	              err ? yb_error_get_message(err) : "");
	expect_nothing_secret(err);
	yb_error_unref(err);
	yb_transaction_unref(t);
}

static void
take_steps(const struct step *steps, size_t count)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	for (size_t i = 0; i < count; i++)
		take_step_on(ledger, &steps[i], "2027-12-31");
	yb_ledger_unref(ledger);
}

#define STEPS(name, ...) \
START_TEST(name) \
{ \
	static const struct step steps[] = { __VA_ARGS__ }; \
	take_steps(steps, COUNT(steps)); \
} \
END_TEST

/* ---- what comes in ---- */

STEPS(an_opening_and_what_every_kind_needs,
	{ "o1 opening P1 2026-01-01 amount=500 reason=carried", "account/P1=500.00 opening=-500.00" },
	{ "o2 opening P1 2026-01-01 amount=0", "YB_E_BAD_AMOUNT amount" },
	{ "o2 opening P1 2026-01-01 amount=0.001", "YB_E_BAD_AMOUNT amount" },
	{ "o2 opening P1 2026-01-01 amount=-1", "YB_E_BAD_AMOUNT amount" },
	{ "o2 opening P1 2026-01-01 amount=10000000000.00", "account/P1=10000000000.00 opening=-10000000000.00" },
	{ "o3 opening P1 2026-01-01 amount=10000000000.01", "YB_E_BAD_AMOUNT amount" },
	{ "o3 opening P1 2026-01-01", "YB_E_MISSING_KEY amount" },
	{ "o3 opening P1 - amount=1", "YB_E_MISSING_KEY business_day" },
	{ "o3 opening P1 2026-02-29 amount=1", "YB_E_BAD_DATE business_day" },
	{ "o3 opening - 2026-01-01 amount=1", "YB_E_MISSING_KEY psn_no" },
	{ "o3 - P1 2026-01-01 amount=1", "YB_E_MISSING_KEY kind" },
	{ "o3 gift P1 2026-01-01 amount=1", "YB_E_BAD_VALUE kind" },
	{ "- opening P1 2026-01-01 amount=1", "YB_E_MISSING_KEY key" },
	{ "o3 opening P1 2026-01-01 amount=1 channel=wx_city", "YB_E_UNKNOWN_KEY channel" },
	{ "o3 opening P1 2026-01-01 amount=1 shares.person=1", "YB_E_UNKNOWN_KEY shares.person" },
	{ "o3 opening P1 2026-01-01 amount=1 funds.310100=1", "YB_E_UNKNOWN_KEY funds" },
	{ "o3 opening P1 2026-01-01 amount=1 entries.cash=1", "YB_E_UNKNOWN_KEY entries" },
	{ "o3 opening P1 2026-01-01 amount=1 reverses=o1", "YB_E_UNKNOWN_KEY reverses" },
	{ "o1 opening P1 2026-01-01 amount=500.00 reason=carried", "again 1" },
	{ "o1 opening P1 2026-01-01 amount=500.00", "YB_E_OTHER_FACTS key" },
	{ "o1 opening P2 2026-01-01 amount=500.00 reason=carried", "YB_E_OTHER_FACTS key" },
	{ "? account/P1", "10000000500.00" },
	{ "? opening", "-10000000500.00" })

STEPS(a_contribution_comes_from_each_payer,
	{ "o opening P2 2025-01-01 amount=1000", "account/P2=1000.00 opening=-1000.00" },
	{ "c1 contribution P1 2025-11-03 insutype=390 period=2026 shares.person=400 shares.finsubs=700 channel=wx_city elec_taxrpt_no=334016251100000001",
	  "clearing/wx_city=-400.00 fund/390100=1100.00 subsidy=-700.00" },
	{ "c2 contribution P1 2026-02-03 insutype=310 period=2026-02 clct_type=10 shares.person=200 shares.employer=980.50 shares.medaid=1 shares.other=2",
	  "cash=-200.00 employer=-980.50 fund/310100=1183.50 medaid=-1.00 other=-2.00" },
	{ "c3 contribution P1 2026-02-03 insutype=310 accrym_begn=202603 accrym_end=202605 shares.employer=3", "employer=-3.00 fund/310100=3.00" },
	{ "c4 contribution P2 2026-02-03 insutype=310 period=2026-01/2026-06 shares.account=1000 fund=310100", "account/P2=-1000.00 fund/310100=1000.00" },
	{ "c5 contribution P2 2026-02-03 insutype=310 period=2026-01 shares.account=0.01", "YB_E_OVERDRAWN account" },
	{ "c5 contribution P1 2026-02-03 insutype=310 period=2026-01", "YB_E_MISSING_KEY shares" },
	{ "c5 contribution P1 2026-02-03 insutype=310 period=2026-01 shares.person=0 shares.employer=0", "YB_E_MISSING_KEY shares" },
	{ "c5 contribution P1 2026-02-03 period=2026-01 shares.person=1", "YB_E_MISSING_KEY insutype" },
	{ "c5 contribution P1 2026-02-03 insutype=310 shares.person=1", "YB_E_MISSING_KEY accrym_begn" },
	{ "c5 contribution P1 2026-02-03 insutype=310 accrym_begn=202602 accrym_end=202601 shares.person=1", "YB_E_BAD_DATE accrym_end" },
	{ "c5 contribution P1 2026-02-03 insutype=310 accrym_begn=202613 accrym_end=202613 shares.person=1", "YB_E_BAD_DATE accrym_begn" },
	{ "c5 contribution P1 2026-02-03 insutype=310 period=2026-06/2026-01 shares.person=1", "YB_E_BAD_VALUE period" },
	{ "c5 contribution P1 2026-02-03 insutype=310 period=2026-13 shares.person=1", "YB_E_BAD_VALUE period" },
	{ "c5 contribution P1 2026-02-03 insutype=510 period=2026 shares.person=1", "cash=-1.00 fund/510100=1.00" },
	{ "c6 contribution P1 2026-02-03 insutype=31001 period=2026 shares.person=1", "YB_E_MISSING_KEY fund" },
	{ "c6 contribution P1 2026-02-03 insutype=31001 period=2026 shares.person=1 fund=31", "YB_E_BAD_VALUE fund" },
	{ "c6 contribution P1 2026-02-03 insutype=31001 period=2026 shares.person=1 fund=330100", "cash=-1.00 fund/330100=1.00" },
	{ "c7 contribution P1 2026-02-03 insutype=310 period=2026 shares.person=1 sharer=P2", "YB_E_CONTRADICTION sharer" },
	{ "c7 contribution P1 2026-02-03 insutype=310 period=2026 shares.persons=1", "YB_E_UNKNOWN_KEY persons" },
	{ "? fund/310100", "2186.50" })

STEPS(credits_and_interest,
	{ "k1 credit P1 2026-01-05 period=2026-01 amount=170", "account/P1=170.00 fund/310100=-170.00" },
	{ "k2 credit P1 2026-01-05 period=2026 amount=1890 insutype=310 fund=310200", "account/P1=1890.00 fund/310200=-1890.00" },
	{ "k3 credit P1 2026-01-05 amount=1", "YB_E_MISSING_KEY accrym_begn" },
	{ "k3 credit P1 2026-01-05 period=2026-01 amount=1 insutype=9", "YB_E_MISSING_KEY fund" },
	{ "i1 interest P1 2026-06-30 amount=3.20 current.amount=1.20 current.rate=0.35% carried.amount=2 carried.rate=0.0150",
	  "account/P1=3.20 interest=-3.20" },
	{ "i2 interest P1 2026-06-30 amount=3.20", "account/P1=3.20 interest=-3.20" },
	{ "i3 interest P1 2026-06-30 amount=3.20 current.amount=1.20 carried.amount=2.01", "YB_E_CONTRADICTION amount" },
	{ "i3 interest P1 2026-06-30 amount=3.20 current.amount=1.20", "YB_E_CONTRADICTION amount" },
	{ "i3 interest P1 2026-06-30 amount=3.20 current.rate=x", "YB_E_BAD_VALUE rate" },
	{ "? account/P1", "2066.40" })

/* ---- bills ---- */

#define BILL(total, fund, person, account, cash) " insutype=310 med_type=21 fixmedins_code=H11010500001 setlinfo.medfee_sumamt=" total \
	" setlinfo.hifp_pay=" fund " setlinfo.fund_pay_sumamt=" fund " setlinfo.psn_part_amt=" person " setlinfo.acct_pay=" account \
	" setlinfo.psn_cash_pay=" cash

STEPS(a_settlement_is_paid_by_funds_account_and_cash,
	{ "o opening P1 2026-01-01 amount=300", "account/P1=300.00 opening=-300.00" },
	{ "s1 settlement P1 2026-03-09" BILL("1000", "700", "300", "100", "200"),
	  "account/P1=-100.00 cash=-200.00 fund/310100=-700.00 institution/H11010500001=1000.00" },
	{ "s2 settlement P1 2026-03-09 insutype=310 channel=ali_civic setlinfo.medfee_sumamt=1000 setlinfo.hifp_pay=300 setlinfo.cvlserv_pay=10 "
	  "setlinfo.hifes_pay=20 setlinfo.hifmi_pay=30 setlinfo.hifob_pay=40 setlinfo.maf_pay=50 setlinfo.oth_pay=60 setlinfo.fund_pay_sumamt=510 "
	  "setlinfo.hosp_part_amt=90 setlinfo.psn_part_amt=400 setlinfo.psn_cash_pay=400",
	  "clearing/ali_civic=-400.00 fund/310100=-300.00 fund/320100=-10.00 fund/330100=-40.00 fund/370100=-20.00 fund/390200=-30.00 fund/610100=-50.00 "
	  "fund/999997=-60.00 institution/unknown=910.00" },
	{ "s3 settlement P1 2026-03-09" BILL("1000", "700", "300", "0", "300") " funds.310100=500 funds.340100=200",
	  "cash=-300.00 fund/310100=-500.00 fund/340100=-200.00 institution/H11010500001=1000.00" },
	{ "s4 settlement P1 2026-03-09" BILL("1000", "700", "300", "200.01", "99.99"), "YB_E_OVERDRAWN account" },
	{ "s4 settlement P1 2026-03-09" BILL("1000", "700", "300.01", "100", "200"), "YB_E_CONTRADICTION medfee_sumamt" },
	{ "s4 settlement P1 2026-03-09" BILL("1000", "700", "300", "100", "200.01"), "YB_E_CONTRADICTION psn_part_amt" },
	{ "s4 settlement P1 2026-03-09" BILL("1000", "700", "300", "0", "300") " funds.310100=699.99", "YB_E_CONTRADICTION funds" },
	{ "s4 settlement P1 2026-03-09" BILL("1000", "700", "300", "0", "300") " setlinfo.oth_pay=1", "YB_E_CONTRADICTION fund_pay_sumamt" },
	{ "s4 settlement P1 2026-03-09" BILL("0", "-1", "1", "0", "1"), "YB_E_BAD_AMOUNT setlinfo.hifp_pay" },
	{ "s4 settlement P1 2026-03-09" BILL("1000", "700", "300", "0", "300") " funds.31=700", "YB_E_UNKNOWN_KEY 31" },
	{ "s4 settlement P1 2026-03-09" BILL("1000", "700", "300", "100", "200") " setlinfo.acct_mulaid_pay=1", "YB_E_MISSING_KEY sharer" },
	{ "s4 settlement P1 2026-03-09 sharer=P2" BILL("1000", "700", "300", "100", "200") " setlinfo.acct_mulaid_pay=100.01",
	  "YB_E_CONTRADICTION acct_mulaid_pay" },
	{ "s5 settlement P1 2026-03-10" BILL("0", "0", "0", "0", "0"), "" },
	{ "? account/P1", "200.00" })

/* A correction of a bill goes with it when it is reversed. */
STEPS(a_settlement_is_corrected_and_reversed_whole,
	{ "o opening P1 2026-01-01 amount=300", "account/P1=300.00 opening=-300.00" },
	{ "s settlement P1 2026-03-09" BILL("1000", "700", "300", "100", "200"),
	  "account/P1=-100.00 cash=-200.00 fund/310100=-700.00 institution/H11010500001=1000.00" },
	{ "a1 adjustment P1 2026-04-01 belongs=s reason=late setlinfo.hifp_pay=50 setlinfo.fund_pay_sumamt=50 setlinfo.psn_part_amt=-50 "
	  "setlinfo.acct_pay=-30 setlinfo.psn_cash_pay=-20 funds.310100=50 entries.fund/310100=-50 entries.account/P1=30 entries.cash=20",
	  "account/P1=30.00 cash=20.00 fund/310100=-50.00" },
	{ "a2 adjustment P1 2026-04-01 belongs=s reason=x entries.cash=20", "YB_E_CONTRADICTION entries" },
	{ "a2 adjustment P1 2026-04-01 belongs=s reason=x entries.cash=20 entries.cupboard=-20", "YB_E_BAD_VALUE cupboard" },
	{ "a2 adjustment P1 2026-04-01 belongs=s reason=x entries.cash/=20 entries.fund/310100=-20", "YB_E_BAD_VALUE cash/" },
	{ "a2 adjustment P1 2026-04-01 belongs=s reason=x entries.cash=20 entries.fund/3101=-20", "YB_E_BAD_VALUE fund/3101" },
	{ "a2 adjustment P1 2026-04-01 belongs=s reason=x entries.cash=20 entries.account/P9=-20", "YB_E_NOT_FOUND person" },
	{ "a2 adjustment P1 2026-04-01 belongs=s reason=x entries.cash=-20 entries.transit/310000=20 setlinfo.hifp_pay=1", "YB_E_CONTRADICTION fund_pay_sumamt" },
	{ "a2 adjustment P1 2026-03-08 belongs=s reason=x", "YB_E_BAD_DATE business_day" },
	{ "a2 adjustment P2 2026-04-01 belongs=s reason=x", "YB_E_CONTRADICTION psn_no" },
	{ "a2 adjustment P1 2026-04-01 belongs=o reason=x", "YB_E_STATE o" },
	{ "a2 adjustment P1 2026-04-01 belongs=s", "YB_E_MISSING_KEY reason" },
	{ "a2 adjustment P1 2026-04-01 reason=x", "YB_E_MISSING_KEY belongs" },
	{ "r reversal P1 2026-04-02 reverses=a1", "YB_E_STATE a1" },
	{ "r reversal P1 2026-03-08 reverses=s", "YB_E_BAD_DATE business_day" },
	{ "r reversal P2 2026-04-02 reverses=s", "YB_E_CONTRADICTION psn_no" },
	{ "r reversal - 2026-04-02 reverses=s", "YB_E_MISSING_KEY psn_no" },
	{ "r reversal P1 2026-04-02 reverses=nothing", "YB_E_NOT_FOUND reverses" },
	{ "r reversal P1 2026-04-02", "YB_E_MISSING_KEY reverses" },
	{ "r reversal P1 2026-04-02 reverses=s infno=2305",
	  "account/P1=70.00 cash=180.00 fund/310100=750.00 institution/H11010500001=-1000.00" },
	{ "r2 reversal P1 2026-04-02 reverses=s", "YB_E_STATE s" },
	{ "r2 reversal P1 2026-04-02 reverses=r", "YB_E_STATE r" },
	{ "a3 adjustment P1 2026-04-03 belongs=s reason=x", "YB_E_STATE s" },
	{ "? account/P1", "300.00" }, { "? cash", "0.00" }, { "? fund/310100", "0.00" }, { "? institution/H11010500001", "0.00" })

/* ---- payments that fail, and clearing ---- */

STEPS(a_payment_fails_and_is_debited_again_once,
	{ "c contribution P1 2025-11-03 insutype=390 period=2026 shares.person=400 channel=bank_app", "clearing/bank_app=-400.00 fund/390100=400.00" },
	{ "f failure P1 2025-11-04 reverses=c", "YB_E_MISSING_KEY reason" },
	{ "f failure P1 2025-11-04 reverses=c reason=funds", "clearing/bank_app=400.00 fund/390100=-400.00" },
	{ "c2 contribution P1 2025-11-05 insutype=390 period=2026 shares.person=400 channel=bank_app belongs=c", "YB_E_STATE c" },
	{ "c2 contribution P2 2025-11-05 insutype=390 period=2026 shares.person=400 channel=bank_app belongs=f", "YB_E_CONTRADICTION psn_no" },
	{ "c2 contribution P1 2025-11-05 insutype=390 period=2026 shares.person=400 channel=bank_app belongs=f", "clearing/bank_app=-400.00 fund/390100=400.00" },
	{ "c3 contribution P1 2025-11-05 insutype=390 period=2026 shares.person=400 channel=bank_app belongs=f", "YB_E_STATE f" },
	{ "f2 failure P1 2025-11-06 reverses=c2 reason=funds", "clearing/bank_app=400.00 fund/390100=-400.00" },
	{ "c3 contribution P1 2025-11-07 insutype=390 period=2026 shares.person=400 channel=bank_app belongs=f2", "clearing/bank_app=-400.00 fund/390100=400.00" },
	{ "r reversal P1 2025-11-08 reverses=f", "YB_E_STATE f" },
	{ "k credit P1 2025-11-08 period=2025-11 amount=1", "account/P1=1.00 fund/310100=-1.00" },
	{ "f3 failure P1 2025-11-08 reverses=k reason=x", "YB_E_STATE k" },
	{ "z clearing - 2025-11-10 channel=bank_app amount=400", "cash=-400.00 clearing/bank_app=400.00" },
	{ "z2 clearing - 2025-11-10 amount=400", "YB_E_MISSING_KEY channel" },
	{ "z2 clearing P1 2025-11-10 channel=bank_app amount=400", "YB_E_UNKNOWN_KEY psn_no" },
	{ "? clearing/bank_app", "0.00" },
	{ "zr reversal P1 2025-11-11 reverses=z", "YB_E_CONTRADICTION psn_no" },
	{ "zr reversal - 2025-11-11 reverses=z", "cash=400.00 clearing/bank_app=-400.00" },
	{ "? clearing/bank_app", "-400.00" }, { "? cash", "0.00" })

/* ---- the family ---- */

STEPS(a_sum_is_given_within_the_limits_of_an_authorization,
	{ "o opening P1 2025-01-01 amount=20000", "account/P1=20000.00 opening=-20000.00" },
	{ "g authorization P1 2026-01-01 member=P2 form=allocate relation=20 from=2026-01-10 through=2026-12-30 limit.each=2000 limit.day=3000 limit.year=5000 "
	  "limit.count=3", "" },
	{ "g2 authorization P1 2026-01-01 member=P2 form=allocate from=2026-01-10 through=2026-01-09", "YB_E_BAD_DATE through" },
	{ "g2 authorization P1 2026-01-01 member=P1 form=allocate from=2026-01-10", "YB_E_CONTRADICTION member" },
	{ "g2 authorization P1 2026-01-01 form=allocate from=2026-01-10", "YB_E_MISSING_KEY member" },
	{ "g2 authorization P1 2026-01-01 member=P2 form=gift from=2026-01-10", "YB_E_BAD_VALUE form" },
	{ "s share P1 2026-01-09 belongs=g member=P2 amount=1", "YB_E_NOT_ALLOWED g" },
	{ "s share P1 2026-12-31 belongs=g member=P2 amount=1", "YB_E_NOT_ALLOWED g" },
	{ "s share P1 2026-01-10 belongs=g member=P3 amount=1", "YB_E_NOT_ALLOWED member" },
	{ "s share P2 2026-01-10 belongs=g member=P2 amount=1", "YB_E_CONTRADICTION psn_no" },
	{ "s share P1 2026-01-10 belongs=o member=P2 amount=1", "YB_E_STATE o" },
	{ "s share P1 2026-01-10 belongs=x member=P2 amount=1", "YB_E_NOT_FOUND belongs" },
	{ "s share P1 2026-01-10 belongs=g member=P2 amount=0", "YB_E_BAD_AMOUNT amount" },
	{ "s share P1 2026-01-10 belongs=g member=P2 amount=2000.01", "YB_E_NOT_ALLOWED limit.each" },
	{ "s1 share P1 2026-01-10 belongs=g member=P2 amount=2000", "account/P1=-2000.00 account/P2=2000.00" },
	{ "s share P1 2026-01-10 belongs=g member=P2 amount=1000.01", "YB_E_NOT_ALLOWED limit.day" },
	{ "s2 share P1 2026-01-10 belongs=g member=P2 amount=999.99", "account/P1=-999.99 account/P2=999.99" },
	{ "s3 share P1 2026-01-10 belongs=g member=P2 amount=0.01", "account/P1=-0.01 account/P2=0.01" },
	{ "s share P1 2026-01-10 belongs=g member=P2 amount=0.01", "YB_E_NOT_ALLOWED limit.day" },
	{ "r reversal P1 2026-01-10 reverses=s3", "account/P1=0.01 account/P2=-0.01" },
	{ "s3b share P1 2026-01-10 belongs=g member=P2 amount=0.01", "account/P1=-0.01 account/P2=0.01" },
	{ "s4 share P1 2026-12-30 belongs=g member=P2 amount=1999", "account/P1=-1999.00 account/P2=1999.00" },
	{ "s share P1 2026-12-30 belongs=g member=P2 amount=1.01", "YB_E_NOT_ALLOWED limit.year" },
	{ "s5 share P1 2026-12-30 belongs=g member=P2 amount=0.40", "account/P1=-0.40 account/P2=0.40" },
	{ "s6 share P1 2026-12-30 belongs=g member=P2 amount=0.40", "account/P1=-0.40 account/P2=0.40" },
	{ "s share P1 2026-12-30 belongs=g member=P2 amount=0.20", "YB_E_NOT_ALLOWED limit.count" },
	{ "ra reversal P1 2026-12-30 reverses=g", "YB_E_STATE g" },
	{ "v revocation P2 2026-12-30 belongs=g", "YB_E_CONTRADICTION psn_no" },
	{ "v revocation P1 2026-12-30 belongs=s1", "YB_E_STATE s1" },
	{ "v revocation P1 2026-11-02 belongs=g", "" },
	{ "v2 revocation P1 2026-11-02 belongs=g", "YB_E_STATE g" },
	{ "s share P1 2026-11-02 belongs=g member=P2 amount=0.20", "YB_E_NOT_ALLOWED g" },
	{ "s7 share P1 2026-11-01 belongs=g member=P2 amount=0.20", "account/P1=-0.20 account/P2=0.20" },
	{ "rv reversal P1 2026-11-03 reverses=v", "" },
	{ "s8 share P1 2026-11-02 belongs=g member=P2 amount=0.01", "YB_E_NOT_ALLOWED limit.year" },
	{ "h authorization P1 2026-01-01 member=P3 form=allocate from=2026-01-01", "" },
	{ "t1 share P1 2026-11-02 belongs=h member=P3 amount=15000.01", "YB_E_OVERDRAWN account" },
	{ "t1 share P1 2026-11-02 belongs=h member=P3 amount=15000", "account/P1=-15000.00 account/P3=15000.00" },
	{ "? account/P1", "0.00" }, { "? account/P2", "5000.00" })

STEPS(a_sum_in_the_wallet_waits_until_it_is_taken_or_comes_back,
	{ "o opening P1 2025-01-01 amount=100", "account/P1=100.00 opening=-100.00" },
	{ "g authorization P1 2026-01-01 member=P2 form=wallet from=2026-01-10 limit.count=2 limit.day=100", "" },
	{ "s1 share P1 2026-02-01 belongs=g member=P2 amount=60", "account/P1=-60.00 pending/P2=60.00" },
	{ "a share-accept P1 2026-02-01 belongs=s1", "YB_E_CONTRADICTION psn_no" },
	{ "a share-accept P2 2026-01-31 belongs=s1", "YB_E_BAD_DATE business_day" },
	{ "b share-return P2 2026-02-02 belongs=s1", "YB_E_CONTRADICTION psn_no" },
	{ "b share-return P1 2026-02-02 belongs=s1 reason=night", "account/P1=60.00 pending/P2=-60.00" },
	{ "a share-accept P2 2026-02-02 belongs=s1", "YB_E_STATE s1" },
	{ "s2 share P1 2026-02-01 belongs=g member=P2 amount=100", "account/P1=-100.00 pending/P2=100.00" },
	{ "s3 share P1 2026-02-01 belongs=g member=P2 amount=1", "YB_E_NOT_ALLOWED limit.day" },
	{ "rr reversal P1 2026-02-02 reverses=b", "YB_E_OVERDRAWN account" },
	{ "? pending/P2", "100.00" },
	{ "a share-accept P2 2026-02-02 belongs=s2", "account/P2=100.00 pending/P2=-100.00" },
	{ "a2 share-accept P2 2026-02-02 belongs=s2", "YB_E_STATE s2" },
	{ "b2 share-return P1 2026-02-02 belongs=s2", "YB_E_STATE s2" },
	{ "rs reversal P1 2026-02-03 reverses=s2", "YB_E_STATE s2" },
	{ "ra reversal P2 2026-02-03 reverses=a", "account/P2=-100.00 pending/P2=100.00" },
	{ "rs reversal P1 2026-02-03 reverses=s2", "account/P1=100.00 pending/P2=-100.00" },
	{ "h authorization P1 2026-01-01 member=P2 form=allocate from=2026-01-10", "" },
	{ "t share P1 2026-02-04 belongs=h member=P2 amount=1", "account/P1=-1.00 account/P2=1.00" },
	{ "ta share-accept P2 2026-02-04 belongs=t", "YB_E_STATE t" },
	{ "? account/P1", "99.00" }, { "? pending/P2", "0.00" })

STEPS(the_family_pays_bills_and_contributions,
	{ "o opening P1 2025-01-01 amount=1000", "account/P1=1000.00 opening=-1000.00" },
	{ "o2 opening P2 2025-01-01 amount=50", "account/P2=50.00 opening=-50.00" },
	{ "s settlement P2 2026-03-09 sharer=P1" BILL("500", "300", "200", "150", "50") " setlinfo.acct_mulaid_pay=100", "YB_E_NOT_ALLOWED sharer" },
	{ "s settlement P2 2026-03-09 sharer=P9" BILL("500", "300", "200", "150", "50") " setlinfo.acct_mulaid_pay=100", "YB_E_NOT_ALLOWED sharer" },
	{ "w authorization P1 2026-01-01 member=P2 form=allocate from=2026-01-01", "" },
	{ "s settlement P2 2026-03-09 sharer=P1" BILL("500", "300", "200", "150", "50") " setlinfo.acct_mulaid_pay=100", "YB_E_NOT_ALLOWED sharer" },
	{ "g authorization P1 2026-01-01 member=P2 form=pool from=2026-01-01 limit.each=300 limit.year=400", "" },
	{ "x share P1 2026-03-09 belongs=g member=P2 amount=1", "YB_E_NOT_ALLOWED form" },
	{ "s settlement P3 2026-03-09 sharer=P1" BILL("500", "300", "200", "150", "50") " setlinfo.acct_mulaid_pay=150", "YB_E_NOT_ALLOWED sharer" },
	{ "s settlement P2 2026-03-09 sharer=P1" BILL("500", "300", "200", "150", "50") " setlinfo.acct_mulaid_pay=100",
	  "account/P1=-100.00 account/P2=-50.00 cash=-50.00 fund/310100=-300.00 institution/H11010500001=500.00" },
	{ "s2 settlement P2 2026-03-09 sharer=P1" BILL("500", "0", "500", "300.01", "199.99") " setlinfo.acct_mulaid_pay=300.01", "YB_E_NOT_ALLOWED sharer" },
	{ "s2 settlement P2 2026-03-09 sharer=P1" BILL("500", "0", "500", "300", "200") " setlinfo.acct_mulaid_pay=300",
	  "account/P1=-300.00 cash=-200.00 institution/H11010500001=500.00" },
	{ "s3 settlement P2 2026-12-31 sharer=P1" BILL("1", "0", "1", "0.01", "0.99") " setlinfo.acct_mulaid_pay=0.01", "YB_E_NOT_ALLOWED sharer" },
	{ "s3 settlement P2 2027-01-01 sharer=P1" BILL("1", "0", "1", "0.01", "0.99") " setlinfo.acct_mulaid_pay=0.01",
	  "account/P1=-0.01 cash=-0.99 institution/H11010500001=1.00" },
	{ "r reversal P2 2026-03-10 reverses=s2", "account/P1=300.00 cash=200.00 institution/H11010500001=-500.00" },
	{ "s4 settlement P2 2026-12-31 sharer=P1" BILL("1", "0", "1", "0.01", "0.99") " setlinfo.acct_mulaid_pay=0.01",
	  "account/P1=-0.01 cash=-0.99 institution/H11010500001=1.00" },
	{ "c contribution P2 2026-11-01 insutype=390 period=2027 shares.account=380 shares.finsubs=700 sharer=P1",
	  "account/P1=-380.00 fund/390100=1080.00 subsidy=-700.00" },
	{ "s5 settlement P2 2026-12-31 sharer=P1" BILL("1", "0", "1", "1", "0") " setlinfo.acct_mulaid_pay=1", "YB_E_NOT_ALLOWED sharer" },
	{ "v revocation P1 2027-02-01 belongs=g", "" },
	{ "s6 settlement P2 2027-02-01 sharer=P1" BILL("1", "0", "1", "1", "0") " setlinfo.acct_mulaid_pay=1", "YB_E_NOT_ALLOWED sharer" },
	{ "s6 settlement P2 2027-01-31 sharer=P1" BILL("1", "0", "1", "1", "0") " setlinfo.acct_mulaid_pay=1",
	  "account/P1=-1.00 institution/H11010500001=1.00" },
	{ "? account/P1", "518.98" }, { "? account/P2", "0.00" })

/* ---- moving to another region ---- */

STEPS(a_balance_moves_with_the_person,
	{ "o opening P1 2026-01-01 amount=500", "account/P1=500.00 opening=-500.00" },
	{ "t transfer-out P1 2026-02-01 region=310000", "YB_E_MISSING_KEY amount" },
	{ "t transfer-out P1 2026-02-01 region=31 amount=1", "YB_E_BAD_IDENTITY region" },
	{ "t transfer-out P1 2026-02-01 region=310000 amount=500.01", "YB_E_OVERDRAWN account" },
	{ "t transfer-out P1 2026-02-01 region=310000 amount=500", "account/P1=-500.00 transit/310000=500.00" },
	{ "a transfer-arrival P2 2026-02-10 belongs=t", "YB_E_CONTRADICTION psn_no" },
	{ "a transfer-arrival P1 2026-01-31 belongs=t", "YB_E_BAD_DATE business_day" },
	{ "a transfer-arrival P1 2026-02-10 belongs=t", "region/310000=500.00 transit/310000=-500.00" },
	{ "a2 transfer-arrival P1 2026-02-10 belongs=t", "YB_E_STATE t" },
	{ "i transfer-in P1 2026-02-10 belongs=t region=110000 amount=500", "YB_E_STATE t" },
	{ "rt reversal P1 2026-02-11 reverses=t", "YB_E_STATE t" },
	{ "ra reversal P1 2026-02-11 reverses=a", "region/310000=-500.00 transit/310000=500.00" },
	{ "i transfer-in S1 2026-02-12 belongs=t region=110000 amount=499", "YB_E_CONTRADICTION amount" },
	{ "i transfer-in S1 2026-02-12 belongs=t region=110000 amount=500", "account/S1=500.00 transit/310000=-500.00" },
	{ "j transfer-in S1 2026-02-12 region=440300 amount=7", "account/S1=7.00 region/440300=-7.00" },
	{ "t2 transfer-out S1 2026-02-13 region=440300 amount=7", "account/S1=-7.00 transit/440300=7.00" },
	{ "rt reversal S1 2026-02-14 reverses=t2 reason=returned", "account/S1=7.00 transit/440300=-7.00" },
	{ "a3 transfer-arrival S1 2026-02-14 belongs=t2", "YB_E_STATE t2" },
	{ "? transit/310000", "0.00" }, { "? account/S1", "507.00" })

/* ---- money back ---- */

STEPS(a_contribution_paid_twice_comes_back_the_way_it_came,
	{ "o opening P1 2025-01-01 amount=300", "account/P1=300.00 opening=-300.00" },
	{ "c contribution P1 2025-11-03 insutype=390 period=2026 shares.person=300 shares.account=100 shares.finsubs=700 channel=wx_city",
	  "account/P1=-100.00 clearing/wx_city=-300.00 fund/390100=1100.00 subsidy=-700.00" },
	{ "q refund-request P1 2026-02-01 belongs=c amount=400 reason=duplicate cutoff=2026-01-31", "YB_E_BAD_DATE cutoff" },
	{ "q refund-request P1 2025-11-02 belongs=c amount=400 reason=duplicate", "YB_E_BAD_DATE business_day" },
	{ "q refund-request P1 2026-01-31 belongs=c amount=400", "YB_E_MISSING_KEY reason" },
	{ "q refund-request P1 2026-01-31 belongs=c amount=400.01 reason=duplicate cutoff=2026-01-31", "YB_E_NOT_ALLOWED amount" },
	{ "q refund-request P2 2026-01-31 belongs=c amount=400 reason=duplicate", "YB_E_CONTRADICTION psn_no" },
	{ "q refund-request P1 2026-01-31 belongs=o amount=400 reason=duplicate", "YB_E_STATE o" },
	{ "q1 refund-request P1 2026-01-31 belongs=c amount=350 reason=duplicate cutoff=2026-01-31", "" },
	{ "q2 refund-request P1 2026-01-31 belongs=c amount=50.01 reason=duplicate", "YB_E_NOT_ALLOWED amount" },
	{ "n refund-refusal P1 2026-02-01 belongs=q1", "YB_E_MISSING_KEY reason" },
	{ "n refund-refusal P1 2026-02-01 belongs=q1 reason=used", "" },
	{ "p refund P1 2026-02-02 belongs=q1", "YB_E_STATE q1" },
	{ "q2 refund-request P1 2026-01-31 belongs=c amount=350 reason=duplicate", "" },
	{ "rc reversal P1 2026-02-02 reverses=c", "YB_E_STATE c" },
	{ "p refund P1 2026-02-02 belongs=c", "YB_E_STATE c" },
	{ "p refund P1 2026-02-02 belongs=q2", "account/P1=50.00 clearing/wx_city=300.00 fund/390100=-350.00" },
	{ "p2 refund P1 2026-02-02 belongs=q2", "YB_E_STATE q2" },
	{ "n2 refund-refusal P1 2026-02-02 belongs=q2 reason=late", "YB_E_STATE q2" },
	{ "q3 refund-request P1 2026-01-31 belongs=c amount=50.01 reason=duplicate", "YB_E_NOT_ALLOWED amount" },
	{ "q3 refund-request P1 2026-01-31 belongs=c amount=50 reason=duplicate", "" },
	{ "rq reversal P1 2026-02-03 reverses=q3 reason=withdrawn", "" },
	{ "rp reversal P1 2026-02-03 reverses=p", "account/P1=-50.00 clearing/wx_city=-300.00 fund/390100=350.00" },
	{ "? account/P1", "200.00" })

/* What a relative's account has paid goes back there. */
STEPS(a_refund_goes_back_to_whoever_paid,
	{ "o opening P1 2025-01-01 amount=400", "account/P1=400.00 opening=-400.00" },
	{ "g authorization P1 2025-01-01 member=P2 form=pool from=2025-01-01", "" },
	{ "c contribution P2 2025-11-03 insutype=390 period=2026 shares.account=400 sharer=P1", "account/P1=-400.00 fund/390100=400.00" },
	{ "q refund-request P2 2025-12-01 belongs=c amount=400 reason=duplicate", "" },
	{ "p refund P2 2025-12-02 belongs=q", "account/P1=400.00 fund/390100=-400.00" })

/* ---- periods ---- */

STEPS(a_closed_period_takes_nothing_more,
	{ "o opening P1 2025-12-31 amount=400", "account/P1=400.00 opening=-400.00" },
	{ "z closing - 2026-01-05", "YB_E_MISSING_KEY through" },
	{ "z closing P1 2026-01-05 through=2025-12-31", "YB_E_UNKNOWN_KEY psn_no" },
	{ "z closing - 2026-01-05 through=2025-12-31", "" },
	{ "t transfer-out P1 2025-12-31 region=310000 amount=1", "YB_E_CLOSED business_day" },
	{ "t transfer-out P1 2026-01-01 region=310000 amount=1", "account/P1=-1.00 transit/310000=1.00" },
	{ "z2 closing - 2026-01-05 through=2025-06-30", "" },
	{ "t2 transfer-out P1 2025-12-31 region=310000 amount=1", "YB_E_CLOSED business_day" },
	{ "o opening P1 2025-12-31 amount=400", "again 1" },
	{ "r reversal P1 2026-01-02 reverses=t", "account/P1=1.00 transit/310000=-1.00" },
	{ "rz reversal - 2026-01-06 reverses=z", "YB_E_STATE z" })

/* ---- who it is ---- */

STEPS(a_person_is_known_by_number_and_by_identity_number,
	{ "a opening P1+@" ANNA " 2026-01-01 amount=1", "account/P1=1.00 opening=-1.00" },
	{ "b opening @" ANNA " 2026-01-01 amount=1", "account/P1=1.00 opening=-1.00" },
	{ "c opening P1 2026-01-01 amount=1", "account/P1=1.00 opening=-1.00" },
	{ "d opening P1+@" BERT " 2026-01-01 amount=1", "YB_E_CONTRADICTION psn_no" },
	{ "d opening P2+@" ANNA " 2026-01-01 amount=1", "YB_E_CONTRADICTION psn_no" },
	{ "d opening P2 2026-01-01 amount=1", "account/P2=1.00 opening=-1.00" },
	{ "e opening P2+@" BERT " 2026-01-01 amount=1", "account/P2=1.00 opening=-1.00" },
	{ "f opening P1+@" BERT " 2026-01-01 amount=1", "YB_E_CONTRADICTION psn_no" },
	{ "b opening @11010519491231002x 2026-01-01 amount=1", "again 2" },
	{ "f opening @110105194912310021 2026-01-01 amount=1", "YB_E_BAD_IDENTITY certno" },
	{ "f opening " ANNA " 2026-01-01 amount=1", "YB_E_BAD_IDENTITY psn_no" },
	{ "f opening P-1 2026-01-01 amount=1", "YB_E_BAD_VALUE psn_no" },
	{ "f opening #12 2026-01-01 amount=1", "YB_E_BAD_VALUE psn_hash" },
	{ "f authorization P1 2026-01-01 member=" BERT " form=pool from=2026-01-01", "YB_E_BAD_IDENTITY member" },
	{ "f opening P1 2026-01-01 amount=1 reason=(" BERT ")", "YB_E_BAD_IDENTITY reason" },
	{ "fee-" BERT " opening P1 2026-01-01 amount=1", "YB_E_BAD_IDENTITY key" },
	{ "f reversal P1 2026-01-01 reverses=" BERT, "YB_E_BAD_IDENTITY reverses" },
	{ "f clearing - 2026-01-01 channel=" BERT " amount=1", "YB_E_BAD_IDENTITY channel" },
	{ "f adjustment P1 2026-01-01 belongs=a reason=x entries.clearing/" BERT "=1", "YB_E_UNKNOWN_KEY (a text)" },
	{ "f opening P1 " BERT " amount=1", "YB_E_BAD_DATE business_day" },
	{ "? account/P1", "3.00" }, { "? account/P2", "2.00" })

START_TEST(a_person_told_by_identity_number_alone_is_named_by_its_hash)
{
	struct yb_ledger *ledger = NULL;
	struct yb_transaction *t;
	char *person = NULL, *again = NULL, *line = NULL, account[80];
	int64_t seq;
	yb_status st;
	yb_fen fen = 0;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, ANNA, &person, NULL), YB_E_NOT_FOUND);
	t = transaction_of("a opening @" ANNA " 2026-01-01 amount=1", &st, NULL);
	ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2026-01-01"), &seq, NULL, NULL), YB_OK);
	yb_transaction_unref(t);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, ANNA, &person, NULL), YB_OK);
	ck_assert(person[0] == '#' && strlen(person) == 65);
	(void)snprintf(account, sizeof(account), "account/%s", person);
	ck_assert_int_eq(yb_ledger_get_balance(ledger, account, YB_AXIS_BUSINESS, YB_DAY_NONE, &fen, NULL), YB_OK);
	ck_assert_int_eq(fen, 100);
	ck_assert_int_eq(yb_ledger_dup_transaction(ledger, 1, &line, NULL), YB_OK);
	ck_assert(strstr(line, person) && !strstr(line, ANNA));
	/* number and identity number told together are one person from then on, under the name it had */
	take_step_on(ledger, &(struct step) { "c opening P2 2026-01-01 amount=1", "account/P2=1.00 opening=-1.00" }, "2026-01-01");
	t = transaction_of("b opening P1+@" ANNA " 2026-01-01 amount=1", &st, NULL);
	ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2026-01-01"), &seq, NULL, NULL), YB_OK);
	yb_transaction_unref(t);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, "P1", NULL, &again, NULL), YB_OK);
	ck_assert_str_eq(person, again);
	yb_free(again);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, "P1", ANNA, &again, NULL), YB_OK);
	yb_free(again);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, "P2", ANNA, &again, NULL), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, NULL, &again, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, "1", &again, NULL), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, "P7", NULL, &again, NULL), YB_E_NOT_FOUND);
	yb_free(person);
	yb_free(line);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- setters ---- */

START_TEST(setters_refuse_and_forget)
{
	static const char all[] = "{\"key\": \"a\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", \"insutype\": \"390\", "
	                          "\"accrym_begn\": \"202601\", \"accrym_end\": \"202612\", \"shares\": {\"person\": \"400.00\"}}";
	struct yb_transaction *t = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_transaction_new(&t, NULL), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "key", "a", 1), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "kind", "contribution", 12), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "psn_no", "P1", 2), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "insutype", "390", 3), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "period", "2026", 4), YB_OK);
	ck_assert_int_eq(yb_transaction_set_day(t, "business_day", ask_day("2026-01-05")), YB_OK);
	ck_assert_int_eq(yb_transaction_set_fen(t, "shares.person", 40000), YB_OK);
	/* refused, and nothing changes */
	ck_assert_int_eq(yb_transaction_set_text(t, "period", "2025-01/2025-13", 15), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_transaction_set_text(t, "period", "2025-03/2025-01", 15), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_transaction_set_text(t, "kind", "contributions", 13), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_transaction_set_text(t, "psn_no", "", 0), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_transaction_set_text(t, "shares.person", "1e2", 3), YB_E_BAD_AMOUNT);
	ck_assert_int_eq(yb_transaction_set_fen(t, "shares.person", -1), YB_E_BAD_AMOUNT);
	ck_assert_int_eq(yb_transaction_set_fen(t, "shares.person", YB_FEN_LIMIT + 1), YB_E_BAD_AMOUNT);
	ck_assert_int_eq(yb_transaction_set_fen(t, "key", 1), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_transaction_set_fen(t, "shares", 1), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_transaction_set_fen(t, "funds.31010", 1), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_transaction_set_day(t, "business_day", YB_DAY_NONE), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_transaction_set_day(t, "amount", 1), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_transaction_set_text(t, "colour", "red", 3), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_transaction_set_text(t, "colour", NULL, 0), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_transaction_set_text(NULL, "key", "a", 1), YB_E_INVALID);
	/* told and forgotten again */
	ck_assert_int_eq(yb_transaction_set_text(t, "reason", "x", 1), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "reason", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_transaction_set_fen(t, "funds.310100", 5), YB_OK);
	ck_assert_int_eq(yb_transaction_set_fen(t, "funds.390100", 7), YB_OK);
	ck_assert_int_eq(yb_transaction_set_fen(t, "funds.310100", 6), YB_OK);
	ck_assert_int_eq(yb_transaction_dup_json(t, &text, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(text, "\"funds\": {\"310100\": \"0.06\", \"390100\": \"0.07\"}"));
	yb_free(text);
	ck_assert_int_eq(yb_transaction_set_text(t, "funds.310100", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "funds.390100", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_transaction_set_text(t, "certno", ANNA, 18), YB_OK);
	ck_assert_int_eq(yb_transaction_dup_json(t, &text, NULL), YB_OK);
	ck_assert_str_eq(text, all);
	yb_free(text);
	ck_assert_int_eq(yb_transaction_set_text(t, "period", NULL, 0), YB_OK);
	yb_transaction_clear(t);
	ck_assert_int_eq(yb_transaction_dup_json(t, &text, NULL), YB_OK);
	ck_assert_str_eq(text, "{}");
	yb_free(text);
	yb_transaction_unref(t);
}
END_TEST

/* What only a document can say, and how it is written back. */
START_TEST(a_settlement_with_totals_and_receipt_is_written_as_it_was_read)
{
	static const char in[] = "{\"receipt\": {\"schema\": \"x\", \"n\": [1, -2.50, true, null, \"\\u533b\\n\"], \"odd\": 007}, \"totals\": [{\"sums\": {\"b\": \"1.00\", "
		"\"a\": -2}, \"episode\": \"Z1\", \"on\": \"2026-03-01\"}, {\"on\": \"2027-01-01\"}], \"funds\": {\"390100\": 1, \"310100\": \"2.5\"}, "
		"\"key\": \"s\", \"kind\": \"settlement\"}";
	static const char out[] = "{\"key\": \"s\", \"kind\": \"settlement\", \"funds\": {\"310100\": \"2.50\", \"390100\": \"1.00\"}, "
		"\"totals\": [{\"on\": \"2026-03-01\", \"episode\": \"Z1\", \"sums\": {\"a\": \"-2.00\", \"b\": \"1.00\"}}, {\"on\": \"2027-01-01\"}], "
		"\"receipt\": {\"schema\": \"x\", \"n\": [1, -2.50, true, null, \"\xe5\x8c\xbb\\n\"], \"odd\": \"007\"}}";
	struct yb_transaction *t = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_transaction_new_from_json(in, sizeof(in) - 1, "in", &t, NULL), YB_OK);
	ck_assert_int_eq(yb_transaction_dup_json(t, &text, NULL), YB_OK);
	ck_assert_str_eq(text, out);
	yb_transaction_unref(t);
	yb_free(text);
	ck_assert_int_eq(yb_transaction_new_from_json(out, sizeof(out) - 1, "out", &t, NULL), YB_OK);
	ck_assert_int_eq(yb_transaction_dup_json(t, &text, NULL), YB_OK);
	ck_assert_str_eq(text, out);
	yb_transaction_unref(t);
	yb_free(text);
}
END_TEST

/* ---- days ---- */

struct on_day {
	const char *day;
	const char *business, *posting; /* balances */
};

START_TEST(a_balance_on_a_day_is_that_of_its_end_on_either_axis)
{
	/* business day, day of entry, amount into the account */
	static const struct { const char *key, *business, *posting, *amount; } posts[] = {
		{ "a", "2025-12-31", "2026-01-02", "1" }, { "b", "2026-01-01", "2026-01-02", "10" }, { "c", "2025-11-30", "2026-01-31", "100" },
		{ "d", "2026-02-28", "2026-02-28", "1000" }, { "e", "2026-03-01", "2026-02-28", "10000" }, { "f", "2024-02-29", "2026-12-31", "100000" },
		{ "g", "2026-12-31", "2027-01-01", "1000000" },
	};
	static const struct on_day days[] = {
		{ "0001-01-01", "0.00", "0.00" }, { "2024-02-28", "0.00", "0.00" }, { "2024-02-29", "100000.00", "0.00" }, { "2025-11-29", "100000.00", "0.00" },
		{ "2025-11-30", "100100.00", "0.00" }, { "2025-12-30", "100100.00", "0.00" }, { "2025-12-31", "100101.00", "0.00" },
		{ "2026-01-01", "100111.00", "0.00" }, { "2026-01-02", "100111.00", "11.00" }, { "2026-01-30", "100111.00", "11.00" },
		{ "2026-01-31", "100111.00", "111.00" }, { "2026-02-27", "100111.00", "111.00" }, { "2026-02-28", "101111.00", "11111.00" },
		{ "2026-03-01", "111111.00", "11111.00" }, { "2026-12-30", "111111.00", "11111.00" }, { "2026-12-31", "1111111.00", "111111.00" },
		{ "2027-01-01", "1111111.00", "1111111.00" }, { "9999-12-31", "1111111.00", "1111111.00" },
	};
	struct yb_ledger *ledger = NULL;
	yb_fen fen = 0;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	for (size_t i = 0; i < COUNT(posts); i++) {
		char facts[160], entries[160], text[YB_FEN_TEXT_SIZE];
		ck_assert_int_eq(yb_fen_from_text(posts[i].amount, strlen(posts[i].amount), &fen), YB_OK);
		yb_fen_to_text(fen, text);
		(void)snprintf(facts, sizeof(facts), "%s opening P1 %s amount=%s", posts[i].key, posts[i].business, posts[i].amount);
		(void)snprintf(entries, sizeof(entries), "account/P1=%s opening=-%s", text, text);
		take_step_on(ledger, &(struct step) { facts, entries }, posts[i].posting);
	}
	take_step_on(ledger, &(struct step) { "h opening P1 2026-01-01 amount=1", "YB_E_BAD_DATE posting_day" }, "2026-12-31");
	for (size_t i = 0; i < COUNT(days); i++) {
		const char *const expect[] = { days[i].business, days[i].posting };
		for (yb_axis axis = YB_AXIS_BUSINESS; axis <= YB_AXIS_POSTING; axis++) {
			char text[YB_FEN_TEXT_SIZE];
			ck_assert_int_eq(yb_ledger_get_balance(ledger, "account/P1", axis, ask_day(days[i].day), &fen, NULL), YB_OK);
			yb_fen_to_text(fen, text);
			ck_assert_msg(!strcmp(text, expect[axis - 1]), "%s axis %d: %s, not %s", days[i].day, (int)axis, text, expect[axis - 1]);
			ck_assert_int_eq(yb_ledger_get_balance(ledger, "opening", axis, ask_day(days[i].day), &fen, NULL), YB_OK);
			yb_fen_to_text(-fen, text);
			ck_assert_str_eq(text, expect[axis - 1]);
		}
	}
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(only_accounts_that_can_be_have_a_balance)
{
	static const char *const good[] = { "cash", "fund/310100", "account/P1", "clearing/wx_city", "institution/H1", "transit/310000", "pending/P1" };
	static const char *const bad[] = { "", "cash/", "cash/x", "fund", "fund/", "fund/31", "fund/3101001", "account", "account/", "account/P 1", "account/#12",
	                                   "purse", "Cash", "transit/x", "account/1234567890123456789012345678901", "clearing/\x1b", "clearing/\xff", "/P1",
	                                   "clearing/1234567890123456789012345678901234567890123456789012345678901234567890123456789" };
	struct yb_ledger *ledger = NULL;
	yb_fen fen;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	for (size_t i = 0; i < COUNT(good); i++) {
		fen = 7;
		ck_assert_msg(yb_ledger_get_balance(ledger, good[i], YB_AXIS_POSTING, 0, &fen, NULL) == YB_OK && fen == 0, "%s", good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		fen = 7;
		ck_assert_msg(yb_ledger_get_balance(ledger, bad[i], YB_AXIS_POSTING, 0, &fen, NULL) == YB_E_BAD_VALUE && fen == 7, "%s", bad[i]);
	}
	ck_assert_int_eq(yb_ledger_get_balance(ledger, "cash", 3, 0, &fen, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_get_balance(ledger, "cash", YB_AXIS_POSTING, INT32_MAX, &fen, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_ledger_get_balance(NULL, "cash", YB_AXIS_POSTING, 0, &fen, NULL), YB_E_INVALID);
	yb_ledger_unref(ledger);
}
END_TEST

Suite *
ledger_kinds_suite(void)
{
	Suite *suite = suite_create("ledger kinds");
	TCase *tests = tcase_create("ledger kinds");

	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, an_opening_and_what_every_kind_needs);
	tcase_add_test(tests, a_contribution_comes_from_each_payer);
	tcase_add_test(tests, credits_and_interest);
	tcase_add_test(tests, a_settlement_is_paid_by_funds_account_and_cash);
	tcase_add_test(tests, a_settlement_is_corrected_and_reversed_whole);
	tcase_add_test(tests, a_payment_fails_and_is_debited_again_once);
	tcase_add_test(tests, a_sum_is_given_within_the_limits_of_an_authorization);
	tcase_add_test(tests, a_sum_in_the_wallet_waits_until_it_is_taken_or_comes_back);
	tcase_add_test(tests, the_family_pays_bills_and_contributions);
	tcase_add_test(tests, a_balance_moves_with_the_person);
	tcase_add_test(tests, a_contribution_paid_twice_comes_back_the_way_it_came);
	tcase_add_test(tests, a_refund_goes_back_to_whoever_paid);
	tcase_add_test(tests, a_closed_period_takes_nothing_more);
	tcase_add_test(tests, a_person_is_known_by_number_and_by_identity_number);
	tcase_add_test(tests, a_person_told_by_identity_number_alone_is_named_by_its_hash);
	tcase_add_test(tests, setters_refuse_and_forget);
	tcase_add_test(tests, a_settlement_with_totals_and_receipt_is_written_as_it_was_read);
	tcase_add_test(tests, a_balance_on_a_day_is_that_of_its_end_on_either_axis);
	tcase_add_test(tests, only_accounts_that_can_be_have_a_balance);
	suite_add_tcase(suite, tests);
	return suite;
}
