/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An identity number reaches no file, no journal, no key, no error and no answer, wherever in a transaction it is written. */
#include "check_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "work_ledger.h"

/* The number less its last character, which may come as x too; and less its check digit it is still somebody's. */
#define SECRET "11010519491231002"

static bool
holds(const void *bytes, size_t length)
{
	const char *at = bytes, *end = at + length;

	for (; (size_t)(end - at) >= strlen(SECRET); at++)
		if (memcmp(at, SECRET, strlen(SECRET)) == 0)
			return true;
	return false;
}

/* Every byte that any file was given, also those that are gone by now. */
static void
must_not_hold(const struct shim_log *log)
{
	size_t bytes = 0, calls = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct shim_event *event = &log->events[i];
		ck_assert_msg(!holds(event->name, strlen(event->name)), "the name of a file");
		if (event->kind != SHIM_WRITE)
			continue;
		ck_assert_msg(!holds(event->data, event->length), "write %zu", i);
		bytes += event->length;
		calls++;
	}
	printf("%zu bytes in %zu writes, none of them of an identity number\n", bytes, calls);
	ck_assert_uint_gt(bytes, 10000);
}

/* One write may end within the number and the next begin there. */
static void
must_not_be_left(const char *directory)
{
	struct image image;

	image_read(&image, directory);
	ck_assert_int_ge(image.count, 2);
	for (int i = 0; i < image.count; i++)
		ck_assert_msg(!holds(image.files[i].bytes, image.files[i].size), "%s", image.files[i].name);
	image_free(&image);
}

START_TEST(an_identity_number_that_is_posted_with_is_never_written)
{
	struct work work = work_ledger(LEDGER_STEPS);
	struct shim_log log = { .count = 0 };
	char directory[200];

	scratch_make(directory);
	shim_watch(directory);
	shim_record(&log);
	ck_assert_int_eq(work_run(&work, directory, 0, work.last, NULL), 0);
	shim_rest();
	must_not_hold(&log);
	must_not_be_left(directory);
	shim_log_free(&log);
	scratch_drop(directory);
}
END_TEST

static void
must_not_tell(const struct yb_error *err, const char *text)
{
	for (; err; err = yb_error_get_next(err)) {
		const char *subject = yb_error_get_subject(err);
		ck_assert_msg(!holds(yb_error_get_message(err), strlen(yb_error_get_message(err))), "%s: %s", text, yb_error_get_message(err));
		ck_assert_msg(!subject || !holds(subject, strlen(subject)), "%s: subject %s", text, subject);
	}
}

/* Wherever a careless program may put it: as each fact, as a key, with a wrong check digit, among other text. */
static const char *const careless[] = {
	"{'key': 'c', 'kind': 'credit', 'psn_no': '%s', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00'}",
	"{'key': '%s', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00'}",
	"{'key': 'c-%s-1', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00'}",
	"{'key': 'c', 'kind': '%s', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00'}",
	"{'key': 'c', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '%s', 'period': '2026-01', 'amount': '1.00'}",
	"{'key': 'c', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '%s', 'amount': '1.00'}",
	"{'key': 'c', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '%s'}",
	"{'key': 'c', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00', 'reason': 'of %s, again'}",
	"{'key': 'c', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00', '%s': '1'}",
	"{'key': 'c', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00', 'insutype': '%s'}",
	"{'key': 'c', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00', 'fund': '%s'}",
	"{'key': 'c', 'kind': 'credit', 'certno': '%s9', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00'}",
	"{'key': 'c', 'kind': 'credit', 'psn_hash': '%s', 'business_day': '2026-01-05', 'period': '2026-01', 'amount': '1.00'}",
	"{'key': 'c', 'kind': 'reversal', 'psn_no': 'A1', 'business_day': '2026-01-05', 'reverses': '%s'}",
	"{'key': 'c', 'kind': 'refund', 'psn_no': 'A1', 'business_day': '2026-01-05', 'belongs': '%s'}",
	"{'key': 'c', 'kind': 'contribution', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '390', 'period': '2026', 'channel': '%s',"
	" 'shares': {'person': '1.00'}}",
	"{'key': 'c', 'kind': 'contribution', 'certno': '" LEDGER_CERTNO "', 'business_day': '2026-01-05', 'insutype': '390', 'period': '2026',"
	" 'elec_taxrpt_no': '%s', 'shares': {'person': '1.00'}}",
	"{'key': 'c', 'kind': 'contribution', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '390', 'period': '2026', 'shares': {'%s': '1.00'}}",
	"{'key': 'c', 'kind': 'contribution', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '390', 'period': '2026', 'sharer': '%s',"
	" 'shares': {'account': '1.00'}}",
	"{'key': 'c', 'kind': 'authorization', 'psn_no': 'A1', 'business_day': '2026-01-05', 'member': '%s', 'form': 'pool', 'from': '2026-01-01'}",
	"{'key': 'c', 'kind': 'authorization', 'psn_no': 'A1', 'business_day': '2026-01-05', 'member': 'B2', 'form': '%s', 'from': '2026-01-01'}",
	"{'key': 'c', 'kind': 'transfer-out', 'psn_no': 'A1', 'business_day': '2026-01-05', 'region': '%s', 'amount': '1.00'}",
	"{'key': 'c', 'kind': 'settlement', 'certno': '" LEDGER_CERTNO "', 'business_day': '2026-01-05', 'insutype': '310', 'setl_id': '%s',"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'certno': '" LEDGER_CERTNO "', 'business_day': '2026-01-05', 'insutype': '310', 'mdtrt_id': '%s',"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'certno': '" LEDGER_CERTNO "', 'business_day': '2026-01-05', 'insutype': '310', 'fixmedins_code': '%s',"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310', 'med_type': '%s',"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310', 'policy': '%s', 'request': '%s',"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310',"
	" 'setlinfo': {'medfee_sumamt': '%s', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310', 'funds': {'%s': '0.00'},"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310', 'receipt': {'person': {'certno': '%s'}},"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310',"
	" 'totals': [{'on': '2026-01-05', 'episode': '%s', 'sums': {'hifp_pay': '1.00'}}],"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310',"
	" 'totals': [{'on': '%s', 'sums': {'hifp_pay': '1.00'}}],"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
	"{'key': 'c', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-01-05', 'insutype': '310',"
	" 'totals': [{'on': '2026-01-05', 'sums': {'%s': '1.00'}}],"
	" 'setlinfo': {'medfee_sumamt': '1.00', 'fund_pay_sumamt': '0.00', 'psn_part_amt': '1.00', 'psn_cash_pay': '1.00'}}",
};
#define CARELESS ((int)(sizeof(careless) / sizeof(careless[0])))

START_TEST(an_identity_number_in_the_wrong_place_is_refused_and_not_told)
{
	char directory[200], path[300], text[1000];
	struct yb_ledger *ledger = NULL;
	struct shim_log log = { .count = 0 };
	struct yb_error *err = NULL;
	yb_status st;

	scratch_make(directory);
	shim_watch(directory);
	shim_record(&log);
	ck_assert_int_eq(yb_ledger_create(ledger_path(directory, path), NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_open(path, NULL, &ledger, NULL), YB_OK);
	ck_assert_int_eq(ledger_post(ledger, 20458, NULL, "{'key': 'k', 'kind': 'opening', 'psn_no': 'A1', 'business_day': '2026-01-01', 'amount': '9.00'}"), YB_OK);
	(void)snprintf(text, sizeof(text), careless[_i], LEDGER_CERTNO, LEDGER_CERTNO);
	st = ledger_post(ledger, 20458, &err, "%s", text);
	ck_assert_msg(st != YB_OK, "posted: %s", text);
	must_not_tell(err, text);
	yb_error_unref(err);
	yb_ledger_unref(ledger);
	shim_rest();
	for (size_t i = 0; i < log.count; i++)
		ck_assert_msg(log.events[i].kind != SHIM_WRITE || !holds(log.events[i].data, log.events[i].length), "%s", text);
	must_not_be_left(directory);
	shim_log_free(&log);
	scratch_drop(directory);
}
END_TEST

START_TEST(questions_do_not_tell_an_identity_number)
{
	struct yb_ledger *ledger = NULL;
	struct yb_error *err = NULL;
	char *person = NULL;
	int64_t seq;
	yb_fen fen;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	ck_assert_int_ne(yb_ledger_find(ledger, LEDGER_CERTNO, &seq, &err), YB_OK);
	must_not_tell(err, "find");
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_ne(yb_ledger_dup_person(ledger, NULL, LEDGER_CERTNO, &person, &err), YB_OK);
	must_not_tell(err, "person");
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_ne(yb_ledger_dup_person(ledger, LEDGER_CERTNO, NULL, &person, &err), YB_OK);
	must_not_tell(err, "person by number");
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_ne(yb_ledger_dup_person(ledger, NULL, SECRET "9", &person, &err), YB_OK);
	must_not_tell(err, "a wrong check digit");
	yb_error_unref(err);
	err = NULL;
	(void)yb_ledger_get_balance(ledger, "account/" LEDGER_CERTNO, YB_AXIS_POSTING, YB_DAY_NONE, &fen, &err);
	must_not_tell(err, "balance");
	yb_error_unref(err);
	err = NULL;
	(void)yb_ledger_get_balance(ledger, LEDGER_CERTNO, YB_AXIS_POSTING, YB_DAY_NONE, &fen, &err);
	must_not_tell(err, "balance of an account of that name");
	yb_error_unref(err);
	yb_ledger_unref(ledger);
}
END_TEST

Suite *
secret_suite(void)
{
	Suite *suite = suite_create("secret");
	TCase *tcase = tcase_create("secret");

	tcase_set_timeout(tcase, FAULT_TIMEOUT);
	tcase_add_test(tcase, an_identity_number_that_is_posted_with_is_never_written);
	tcase_add_loop_test(tcase, an_identity_number_in_the_wrong_place_is_refused_and_not_told, 0, CARELESS);
	tcase_add_test(tcase, questions_do_not_tell_an_identity_number);
	suite_add_tcase(suite, tcase);
	return suite;
}
