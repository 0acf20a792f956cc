/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does the harness find what is wrong, and nothing where nothing is? Tried on bare SQLite, whose modes are known. */
#include "check_fault.h"
#include "harness.h"
#include "work_sqlite.h"

#define STEPS 4

static void
must_be(const struct tally *tally, bool clean)
{
	ck_assert_int_gt(tally->states, 100 / every());
	if (clean)
		ck_assert_msg(tally_clean(tally), "%s", tally->first);
	else
		ck_assert_msg(tally->lost + tally->half + tally->broken > 0, "nothing was found");
}

START_TEST(power_loss_finds_nothing_in_safe_modes_and_something_in_others)
{
	struct work work = work_sqlite((enum sqlite_mode)_i, STEPS);
	struct tally tally = { .points = 0 };

	try_power(&work, 0, HONEST, 1, &tally);
	tally_print("power", &work, &tally);
	must_be(&tally, _i < SQLITE_DELETE_FULL);
}
END_TEST

START_TEST(power_loss_finds_every_lie)
{
	struct work work = work_sqlite(SQLITE_TRUNCATE_FULL, STEPS);
	struct tally tally = { .points = 0 };

	try_power(&work, 0, (enum lie)_i, 1, &tally);
	tally_print(lie_name((enum lie)_i), &work, &tally);
	must_be(&tally, false);
}
END_TEST

START_TEST(a_kill_is_survived_with_a_journal_and_not_without)
{
	struct work with = work_sqlite(SQLITE_TRUNCATE_FULL, STEPS), without = work_sqlite(SQLITE_MEMORY_FULL, STEPS);
	struct tally good = { .points = 0 }, bad = { .points = 0 };

	try_kills(&with, 0, &good);
	tally_print("kills", &with, &good);
	must_be(&good, true);
	try_kills(&without, 0, &bad);
	tally_print("kills", &without, &bad);
	ck_assert_int_gt(bad.lost + bad.half + bad.broken, 0);
}
END_TEST

START_TEST(a_disc_fault_is_survived_with_a_journal_and_not_without)
{
	struct work with = work_sqlite(SQLITE_TRUNCATE_FULL, STEPS), without = work_sqlite(SQLITE_OFF_FULL, STEPS);
	struct tally good = { .points = 0 }, bad = { .points = 0 };

	try_faults(&with, 0, &good);
	tally_print("faults", &with, &good);
	must_be(&good, true);
	try_faults(&without, 0, &bad);
	tally_print("faults", &without, &bad);
	ck_assert_int_gt(bad.lost + bad.half + bad.broken, 0);
}
END_TEST

Suite *
harness_suite(void)
{
	Suite *suite = suite_create("harness");
	TCase *tcase = tcase_create("harness");

	tcase_set_timeout(tcase, FAULT_TIMEOUT);
	tcase_add_loop_test(tcase, power_loss_finds_nothing_in_safe_modes_and_something_in_others, 0, SQLITE_MODE_COUNT_);
	tcase_add_loop_test(tcase, power_loss_finds_every_lie, HONEST + 1, LIE_COUNT_);
	tcase_add_test(tcase, a_kill_is_survived_with_a_journal_and_not_without);
	tcase_add_test(tcase, a_disc_fault_is_survived_with_a_journal_and_not_without);
	suite_add_tcase(suite, tcase);
	return suite;
}
