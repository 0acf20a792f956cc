/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/decision.h"

Suite *reasons_suite(void);

#ifndef YB_SRCDIR
#define YB_SRCDIR "."
#endif

/* Reason codes are promised: the list in doc/ and the library's table are the same, in the same order. */
START_TEST(every_reason_stands_in_the_list)
{
	const char *root = getenv("YB_SRCDIR");
	char path[512], line[1024];
	FILE *file;
	uint32_t n = 0;

	(void)snprintf(path, sizeof(path), "%s/doc/reasons.tsv", root ? root : YB_SRCDIR);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), file)); /* the heading */
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\t")] = '\0';
		ck_assert_str_eq(line, ybi_reason_name(n));
		n++;
	}
	(void)fclose(file);
	ck_assert_uint_eq(n, YBI_REASON_COUNT_);
	ck_assert_str_eq(ybi_reason_name(n), "");
}
END_TEST

Suite *
reasons_suite(void)
{
	Suite *suite = suite_create("reasons");
	TCase *tc = tcase_create("reasons");

	tcase_add_test(tc, every_reason_stands_in_the_list);
	suite_add_tcase(suite, tc);
	return suite;
}
