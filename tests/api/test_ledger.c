/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <yibao/yibao.h>

#include "test_ask.h"

/* The ledger: what transactions move, what is refused, what is there afterwards. */

Suite *ledger_suite(void);

static yb_day
day_of(const char *text)
{
	yb_day day = YB_DAY_NONE;

	ck_assert_int_eq(yb_day_from_text(text, strlen(text), &day), YB_OK);
	return day;
}

static yb_status
post_on(struct yb_ledger *ledger, const char *json, const char *today, int64_t *seq, int32_t *existed)
{
	struct yb_transaction *t = NULL;
	struct yb_error *error = NULL;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "test", &t, &error);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, day_of(today), seq, existed, &error);
	ck_assert_msg((st == YB_OK) == (error == NULL), "%s", yb_status_name(st));
	yb_error_unref(error);
	yb_transaction_unref(t);
	return st;
}

static yb_status
post(struct yb_ledger *ledger, const char *json)
{
	int64_t seq = 0;

	return post_on(ledger, json, "2026-06-01", &seq, NULL);
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

#define CREDIT(key, amount) "{\"key\": \"" key "\", \"kind\": \"credit\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", " \
	"\"period\": \"2026-01\", \"amount\": \"" amount "\"}"

START_TEST(a_contribution_moves_each_payers_share_to_the_fund)
{
	struct yb_ledger *ledger = memory();

	ck_assert_int_eq(post(ledger, "{\"key\": \"a\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", "
		"\"insutype\": \"390\","
	                              "\"period\": \"2026\", \"shares\": {\"person\": 400, \"finsubs\": 700.50}, \"channel\": \"wx_city\"}"), YB_OK);
	ck_assert_int_eq(balance(ledger, "clearing/wx_city"), -40000);
	ck_assert_int_eq(balance(ledger, "subsidy"), -70050);
	ck_assert_int_eq(balance(ledger, "fund/390100"), 110050);
	ck_assert_int_eq(balance(ledger, "cash"), 0);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(the_same_key_gives_the_first_answer_or_is_refused)
{
	struct yb_ledger *ledger = memory();
	int64_t seq = 0;
	int32_t existed = 7;

	ck_assert_int_eq(post_on(ledger, CREDIT("a", "100.00"), "2026-01-05", &seq, &existed), YB_OK);
	ck_assert_int_eq(seq, 1);
	ck_assert_int_eq(existed, 0);
	ck_assert_int_eq(post_on(ledger, CREDIT("b", "1.00"), "2026-01-05", &seq, &existed), YB_OK);
	ck_assert_int_eq(post_on(ledger, CREDIT("a", "100"), "2026-02-01", &seq, &existed), YB_OK);
	ck_assert_int_eq(seq, 1);
	ck_assert_int_eq(existed, 1);
	ck_assert_int_eq(post_on(ledger, CREDIT("a", "100.01"), "2026-02-01", &seq, &existed), YB_E_OTHER_FACTS);
	ck_assert_int_eq(balance(ledger, "account/P1"), 10100);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(an_account_is_never_below_zero)
{
	struct yb_ledger *ledger = memory();
	static const char out[] = "{\"key\": \"o\", \"kind\": \"transfer-out\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-06\", "
		"\"region\": \"310000\", "
	                          "\"amount\": \"%s\"}";
	char json[256];

	ck_assert_int_eq(post(ledger, CREDIT("a", "100.00")), YB_OK);
	(void)snprintf(json, sizeof(json), out, "100.01");
	ck_assert_int_eq(post(ledger, json), YB_E_OVERDRAWN);
	(void)snprintf(json, sizeof(json), out, "100.00");
	ck_assert_int_eq(post(ledger, json), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 0);
	ck_assert_int_eq(balance(ledger, "transit/310000"), 10000);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(what_was_posted_to_a_file_is_there_when_it_is_opened_again)
{
	char path[] = "/tmp/yibao-ledger-XXXXXX", file[80], key[96];
	struct yb_ledger *ledger = NULL;
	char first[YB_LEDGER_HASH_SIZE], again[YB_LEDGER_HASH_SIZE];
	struct stat info;
	int64_t seq = 0;

	ck_assert_ptr_nonnull(mkdtemp(path));
	(void)snprintf(file, sizeof(file), "%s/x.ledger", path);
	(void)snprintf(key, sizeof(key), "%s.key", file);
	ck_assert_int_eq(yb_ledger_create(file, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_create(file, NULL), YB_E_IO);
	ck_assert_int_eq(stat(file, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	ck_assert_int_eq(stat(key, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	ck_assert_int_eq(yb_ledger_open(file, NULL, &ledger, NULL), YB_OK);
	ck_assert_int_eq(post(ledger, CREDIT("a", "100.00")), YB_OK);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, first, NULL), YB_OK);
	yb_ledger_unref(ledger);
	ck_assert_int_eq(yb_ledger_open(file, NULL, &ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, again, NULL), YB_OK);
	ck_assert_str_eq(first, again);
	ck_assert_int_eq(seq, 1);
	ck_assert_int_eq(balance(ledger, "account/P1"), 10000);
	yb_ledger_unref(ledger);
	ck_assert_int_eq(unlink(file) | unlink(key), 0);
	(void)strcat(file, "-journal");
	(void)unlink(file);
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

/* Characters that end a line for some readers and are refused by others come back as they were. */
START_TEST(odd_characters_in_a_text_can_be_read_again)
{
	static const char reason[] = "a\\u009bc\\u0085d\\u2028e\\u2029f\\ufeffg\\uffffh  \xe4\xb8\xad";
	struct yb_ledger *ledger = memory();
	char json[300], *text = NULL;
	int64_t seq = 0;

	(void)snprintf(json, sizeof(json), "{\"key\": \"o\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-01\", "
		"\"reason\": \"%s\", "
	               "\"amount\": \"9.00\"}", reason);
	ck_assert_int_eq(post(ledger, json), YB_OK);
	ck_assert_int_eq(yb_ledger_find(ledger, "o", &seq, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_dup_transaction(ledger, seq, &text, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(text, reason));
	yb_free(text);
	/* read from the ledger: what it was, and so reversed */
	ck_assert_int_eq(post(ledger, "{\"key\": \"x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-02\", "
		"\"reverses\": \"o\"}"), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 0);
	yb_ledger_unref(ledger);
}
END_TEST

Suite *
ledger_suite(void)
{
	Suite *suite = suite_create("ledger");
	TCase *tests = tcase_create("ledger");

	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, a_contribution_moves_each_payers_share_to_the_fund);
	tcase_add_test(tests, the_same_key_gives_the_first_answer_or_is_refused);
	tcase_add_test(tests, an_account_is_never_below_zero);
	tcase_add_test(tests, odd_characters_in_a_text_can_be_read_again);
	tcase_add_test(tests, what_was_posted_to_a_file_is_there_when_it_is_opened_again);
	suite_add_tcase(suite, tests);
	return suite;
}
