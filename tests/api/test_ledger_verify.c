/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

/* Verifying a ledger, and writing it out and in again. */

Suite *ledger_verify_suite(void);

static yb_status
post_json(struct yb_ledger *ledger, const char *json, const char *today)
{
	struct yb_transaction *t = NULL;
	int64_t seq = 0;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "test", &t, NULL);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day(today), &seq, NULL, NULL);
	yb_transaction_unref(t);
	return st;
}

/* Two parts of one day, an admission told by hand besides the one that a stay counts, and a reversal of it all. */
START_TEST(totals_that_meet_in_one_row_are_one)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	ck_assert_int_eq(post_json(ledger, "{\"key\": \"s\", \"kind\": \"settlement\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-09\", \"insutype\": \"310\","
	                 "\"med_type\": \"21\", \"mdtrt_id\": \"Z\", \"policy\": \"990000/310\", \"setlinfo\": {\"medfee_sumamt\": 100, \"hifp_pay\": 80,"
	                 "\"fund_pay_sumamt\": 80, \"psn_part_amt\": 20, \"psn_cash_pay\": 20}, \"totals\": [{\"on\": \"2026-03-09\", \"episode\": \"Z\", "
	                 "\"sums\": {\"a\": 1, \"yb_admission\": 2}}, {\"on\": \"2026-03-09\", \"episode\": \"Y\", \"sums\": {\"a\": 3}}]}", "2026-03-09"), YB_OK);
	ck_assert_int_eq(post_json(ledger, "{\"key\": \"j\", \"kind\": \"adjustment\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-10\", \"belongs\": \"s\","
	                 "\"reason\": \"r\", \"policy\": \"990000/310\", \"totals\": [{\"on\": \"2026-03-09\", \"episode\": \"Z\", \"sums\": {\"a\": -1}}]}",
	                 "2026-03-10"), YB_OK);
	ck_assert_int_eq(post_json(ledger, "{\"key\": \"v\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-11\", \"reverses\": \"s\"}",
	                 "2026-03-11"), YB_OK);
	yb_ledger_unref(ledger);
}
END_TEST

Suite *
ledger_verify_suite(void)
{
	Suite *suite = suite_create("ledger-verify");
	TCase *tests = tcase_create("ledger-verify");

	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, totals_that_meet_in_one_row_are_one);
	suite_add_tcase(suite, tests);
	return suite;
}
