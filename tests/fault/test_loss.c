/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger on a disc that fails, in a process that ends, under power that goes; and under lies, each of which must be noticed. */
#include "check_fault.h"
#include "harness.h"
#include "work_ledger.h"

START_TEST(no_acknowledged_post_is_lost_when_the_power_goes)
{
	struct work work = work_ledger(LEDGER_STEPS);
	struct tally tally = { .points = 0 };

	try_power(&work, 0, HONEST, 2, &tally);
	tally_print("power", &work, &tally);
	ck_assert_int_gt(tally.states, 1000 / every());
	ck_assert_msg(tally_clean(&tally), "%s", tally.first);
}
END_TEST

START_TEST(a_disc_or_library_that_lies_is_noticed)
{
	struct work work = work_ledger(4);
	struct tally tally = { .points = 0 };

	try_power(&work, 0, (enum lie)_i, 1, &tally);
	tally_print(lie_name((enum lie)_i), &work, &tally);
	ck_assert_int_gt(tally.lost + tally.half + tally.broken, 0);
}
END_TEST

START_TEST(no_acknowledged_post_is_lost_when_the_process_is_killed)
{
	struct work work = work_ledger(LEDGER_STEPS);
	struct tally tally = { .points = 0 };

	try_kills(&work, 0, &tally);
	tally_print("kills", &work, &tally);
	ck_assert_int_gt(tally.points, 100 / every());
	ck_assert_msg(tally_clean(&tally), "%s", tally.first);
}
END_TEST

START_TEST(every_call_on_a_file_may_fail)
{
	struct work work = work_ledger(LEDGER_STEPS);
	struct tally tally = { .points = 0 };

	try_faults(&work, 0, &tally);
	tally_print("faults", &work, &tally);
	ck_assert_int_gt(tally.points, 100 / every());
	ck_assert_msg(tally_clean(&tally), "%s", tally.first);
}
END_TEST

START_TEST(every_read_of_a_file_may_fail)
{
	struct work work = work_ledger(LEDGER_STEPS);
	struct tally tally = { .points = 0 };

	try_reads(&work, 0, &tally);
	tally_print("reads", &work, &tally);
	ck_assert_int_gt(tally.points, 50 / every());
	ck_assert_msg(tally_clean(&tally), "%s", tally.first);
}
END_TEST

Suite *
loss_suite(void)
{
	Suite *suite = suite_create("loss");
	TCase *tcase = tcase_create("loss");

	tcase_set_timeout(tcase, FAULT_TIMEOUT);
	tcase_add_test(tcase, no_acknowledged_post_is_lost_when_the_power_goes);
	tcase_add_loop_test(tcase, a_disc_or_library_that_lies_is_noticed, HONEST + 1, LIE_COUNT_);
	tcase_add_test(tcase, no_acknowledged_post_is_lost_when_the_process_is_killed);
	tcase_add_test(tcase, every_call_on_a_file_may_fail);
	tcase_add_test(tcase, every_read_of_a_file_may_fail);
	suite_add_tcase(suite, tcase);
	return suite;
}
