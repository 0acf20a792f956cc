/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs every unit suite. CK_FORK=no keeps the tests in one process (valgrind, debuggers). */
#include <check.h>
#include <stdlib.h>

Suite *money_suite(void);
Suite *wide_suite(void);
Suite *fraction_suite(void);
Suite *calendar_suite(void);
Suite *identity_suite(void);
Suite *text_suite(void);
Suite *error_suite(void);
Suite *status_suite(void);
Suite *tier_suite(void);
Suite *expr_suite(void);
Suite *column_suite(void);
Suite *lists_suite(void);
Suite *cover_suite(void);
Suite *bill_suite(void);
Suite *reconcile_suite(void);
Suite *bulk_suite(void);
Suite *ways_suite(void);
Suite *tally_suite(void);
Suite *crew_suite(void);

static Suite *(*const suites[])(void) = {
	money_suite,
	wide_suite,
	fraction_suite,
	calendar_suite,
	identity_suite,
	text_suite,
	error_suite,
	status_suite,
	tier_suite,
	expr_suite,
	column_suite,
	lists_suite,
	cover_suite,
	bill_suite,
	reconcile_suite,
	bulk_suite,
	ways_suite,
	tally_suite,
	crew_suite,
};

int
main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
