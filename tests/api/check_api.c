/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs every API suite, which use installed headers only. CK_FORK=no keeps the tests in one process (valgrind, debuggers). */
#include <check.h>
#include <stdlib.h>

Suite *person_suite(void);
Suite *cover_suite(void);
Suite *claim_suite(void);
Suite *cases_suite(void);
Suite *language_suite(void);
Suite *policy_suite(void);
Suite *settle_suite(void);
Suite *split_suite(void);
Suite *channel_suite(void);
Suite *fee_suite(void);
Suite *refund_suite(void);
Suite *eligibility_suite(void);
Suite *sections_suite(void);
Suite *catalogue_suite(void);
Suite *receipt_suite(void);
Suite *authoring_suite(void);
Suite *outlook_suite(void);
Suite *codes_suite(void);
Suite *check_suite(void);
Suite *ledger_suite(void);
Suite *ledger_verify_suite(void);
Suite *again_suite(void);
Suite *bulk_suite(void);
Suite *arrow_suite(void);
Suite *stream_suite(void);
Suite *history_suite(void);
Suite *post_suite(void);
Suite *statement_suite(void);
Suite *reconcile_suite(void);
Suite *ledger_kinds_suite(void);
Suite *ledger_manual_suite(void);
Suite *whatif_suite(void);
Suite *progress_suite(void);

static Suite *(*const suites[])(void) = {
	person_suite,
	cover_suite,
	claim_suite,
	cases_suite,
	language_suite,
	policy_suite,
	settle_suite,
	split_suite,
	channel_suite,
	fee_suite,
	refund_suite,
	eligibility_suite,
	sections_suite,
	catalogue_suite,
	receipt_suite,
	authoring_suite,
	outlook_suite,
	codes_suite,
	check_suite,
	ledger_suite,
	ledger_verify_suite,
	again_suite,
	bulk_suite,
	arrow_suite,
	stream_suite,
	history_suite,
	post_suite,
	statement_suite,
	reconcile_suite,
	ledger_kinds_suite,
	ledger_manual_suite,
	whatif_suite,
	progress_suite,
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
