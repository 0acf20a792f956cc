/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/decision.h"

Suite *lists_suite(void);

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

/* The registry of fields and its list: number, name, type, decimals, part and both labels. */
START_TEST(every_field_stands_in_the_list)
{
	static const char *const types[] = { "", "text", "code", "codes", "day", "fen", "count", "flag", "scaled" };
	static const char *const parts[] = { "", "person", "claim", "settlement", "line" };
	const char *root = getenv("YB_SRCDIR");
	char path[512], line[1024], ours[1024];
	FILE *file;
	size_t n = 0;
	yb_field field, by_name;

	(void)snprintf(path, sizeof(path), "%s/doc/fields.tsv", root ? root : YB_SRCDIR);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), file)); /* the heading */
	while (fgets(line, sizeof(line), file)) {
		ck_assert_int_eq(yb_field_at(n++, &field), YB_OK);
		(void)snprintf(ours, sizeof(ours), "%d\t%s\t%s\t%d\t%s\t%s\t%s\n", (int)field, yb_field_get_name(field),
		               types[yb_field_get_type(field)], (int)yb_field_get_scale(field), parts[yb_field_get_part(field)],
		               yb_field_get_label(field, YB_LANG_EN), yb_field_get_label(field, YB_LANG_ZH));
		ck_assert_str_eq(ours, line);
		ck_assert_int_eq(yb_field_from_name(yb_field_get_name(field), strlen(yb_field_get_name(field)), &by_name), YB_OK);
		ck_assert_int_eq(by_name, field);
	}
	(void)fclose(file);
	ck_assert_int_eq(yb_field_at(n, &field), YB_E_NOT_FOUND);
	ck_assert_str_eq(yb_field_get_name(999), "");
	ck_assert_str_eq(yb_field_get_label(0, YB_LANG_EN), "");
	ck_assert_int_eq(yb_field_get_scale(-1), 0);
}
END_TEST

Suite *
lists_suite(void)
{
	Suite *suite = suite_create("lists");
	TCase *tc = tcase_create("lists");

	tcase_add_test(tc, every_reason_stands_in_the_list);
	tcase_add_test(tc, every_field_stands_in_the_list);
	suite_add_tcase(suite, tc);
	return suite;
}
