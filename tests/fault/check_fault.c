/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Discs that fail, processes that end, power that goes, files that are planted or tampered with. Each test prints what it tried.
 * YB_CORRUPTIONS: how many random changes of a file (10000 without it, 1000 with a sanitizer).
 */
#include <check.h>
#include <stdlib.h>

#include "check_fault.h"

static Suite *(*const suites[])(void) = { harness_suite, loss_suite, tamper_suite, process_suite, planted_suite, secret_suite };

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
