/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/types.h>

#ifndef YB_SRCDIR
#define YB_SRCDIR "."
#endif

Suite *status_suite(void);

static FILE *
source_open(const char *name)
{
	const char *directory = getenv("YB_SRCDIR");
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory ? directory : YB_SRCDIR, name);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "cannot open %s; set YB_SRCDIR", path);
	return file;
}

/* The next field of a line of tab-separated values; *at goes behind it. */
static char *
field_next(char **at)
{
	char *field = *at;
	size_t length = strcspn(field, "\t\n");

	*at = field + length + (field[length] != '\0');
	field[length] = '\0';
	return field;
}

START_TEST(the_table_is_the_one_of_doc_status_tsv)
{
	FILE *file = source_open("doc/status.tsv");
	char line[1024];
	size_t index = 0;
	yb_status status;

	ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
	ck_assert_str_eq(line, "code\tname\ten\tzh\n");
	while (fgets(line, sizeof(line), file)) {
		char *at = line;

		ck_assert_int_eq(yb_status_at(index++, &status), YB_OK);
		ck_assert_int_eq(strtol(field_next(&at), NULL, 10), status);
		ck_assert_str_eq(field_next(&at), yb_status_name(status));
		ck_assert_str_eq(field_next(&at), yb_status_text(status, YB_LANG_EN));
		ck_assert_str_eq(field_next(&at), yb_status_text(status, YB_LANG_ZH));
		ck_assert_str_eq(at, "");
	}
	ck_assert_int_eq(yb_status_at(index, &status), YB_E_NOT_FOUND);
	fclose(file);
}
END_TEST

START_TEST(the_table_has_every_status_of_types_h_in_order)
{
	FILE *file = source_open("include/yibao/types.h");
	char line[1024], name[64];
	size_t index = 0;
	int code;
	yb_status status;

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, " %63[A-Z_] = %d", name, &code) != 2)
			continue;
		if (strcmp(name, "YB_OK") != 0 && strncmp(name, "YB_E_", 5) != 0)
			continue;
		ck_assert_int_eq(yb_status_at(index++, &status), YB_OK);
		ck_assert_int_eq(status, code);
		ck_assert_str_eq(yb_status_name(status), name);
	}
	fclose(file);
	ck_assert_uint_eq(index, 42);
	ck_assert_int_eq(yb_status_at(index, &status), YB_E_NOT_FOUND);
}
END_TEST

START_TEST(an_unknown_status_has_a_name_and_a_text)
{
	static const yb_status unknown[] = { -1, 4, 98, 100, INT32_MAX, INT32_MIN };

	ck_assert_str_eq(yb_status_name(unknown[_i]), "YB_E_?");
	ck_assert_uint_gt(strlen(yb_status_text(unknown[_i], YB_LANG_EN)), 0);
	ck_assert_uint_gt(strlen(yb_status_text(unknown[_i], YB_LANG_ZH)), 0);
}
END_TEST

START_TEST(a_position_past_the_table_changes_nothing)
{
	yb_status status = -7;

	ck_assert_int_eq(yb_status_at(SIZE_MAX, &status), YB_E_NOT_FOUND);
	ck_assert_int_eq(status, -7);
	ck_assert_int_eq(yb_status_at(0, NULL), YB_E_INVALID);
}
END_TEST

START_TEST(the_version_is_the_one_of_the_macros)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "%d.%d.%d", YB_VERSION_MAJOR, YB_VERSION_MINOR, YB_VERSION_PATCH);
	ck_assert_str_eq(yb_version(), expected);
}
END_TEST

Suite *
status_suite(void)
{
	Suite *suite = suite_create("status");
	TCase *tcase = tcase_create("status");

	tcase_add_test(tcase, the_table_is_the_one_of_doc_status_tsv);
	tcase_add_test(tcase, the_table_has_every_status_of_types_h_in_order);
	tcase_add_loop_test(tcase, an_unknown_status_has_a_name_and_a_text, 0, 6);
	tcase_add_test(tcase, a_position_past_the_table_changes_nothing);
	tcase_add_test(tcase, the_version_is_the_one_of_the_macros);
	suite_add_tcase(suite, tcase);
	return suite;
}
