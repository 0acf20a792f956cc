/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *error_suite(void);

START_TEST(an_error_tells_what_was_put_in)
{
	const struct ybi_place place = { "110000-310.yaml", 31, 22 };
	struct yb_error *err = NULL;

	ck_assert_int_eq(ybi_error_at(&err, YB_E_UNKNOWN_KEY, &place, "tiers", "unknown key \"%s\"", "borderss"), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_error_get_status(err), YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(yb_error_get_severity(err), YB_SEVERITY_ERROR);
	ck_assert_str_eq(yb_error_get_message(err), "unknown key \"borderss\"");
	ck_assert_str_eq(yb_error_get_source_name(err), "110000-310.yaml");
	ck_assert_uint_eq(yb_error_get_line(err), 31);
	ck_assert_uint_eq(yb_error_get_column(err), 22);
	ck_assert_str_eq(yb_error_get_subject(err), "tiers");
	ck_assert_ptr_null(yb_error_get_next(err));
	yb_error_unref(err);
}
END_TEST

START_TEST(an_error_without_a_place_has_empty_texts)
{
	const struct ybi_place nameless = { NULL, 3, 0 };
	struct yb_error *err = NULL;

	ck_assert_int_eq(ybi_error_set(&err, YB_E_IO, "%s", ""), YB_E_IO);
	ck_assert_str_eq(yb_error_get_message(err), "");
	ck_assert_str_eq(yb_error_get_source_name(err), "");
	ck_assert_str_eq(yb_error_get_subject(err), "");
	ck_assert_uint_eq(yb_error_get_line(err), 0);
	ck_assert_uint_eq(yb_error_get_column(err), 0);
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(ybi_error_at(&err, YB_E_SYNTAX, &nameless, NULL, "x"), YB_E_SYNTAX);
	ck_assert_str_eq(yb_error_get_source_name(err), "");
	ck_assert_uint_eq(yb_error_get_line(err), 3);
	yb_error_unref(err);
}
END_TEST

START_TEST(the_status_is_given_also_when_nobody_wants_the_error)
{
	ck_assert_int_eq(ybi_error_set(NULL, YB_E_IO, "x"), YB_E_IO);
	ck_assert_int_eq(ybi_error_at(NULL, YB_E_GAP, NULL, NULL, "x"), YB_E_GAP);
	ck_assert_int_eq(ybi_error_no_memory(NULL), YB_E_NO_MEMORY);
	yb_error_unref(NULL);
	ck_assert_uint_eq(ybi_error_count(NULL), 0);
}
END_TEST

static yb_status __attribute__((format(printf, 3, 4)))
warn(struct yb_error **err, yb_severity severity, const char *format, ...)
{
	va_list args;
	yb_status status;

	va_start(args, format);
	status = ybi_error_vat(err, YB_E_RULE, severity, NULL, NULL, format, args);
	va_end(args);
	return status;
}

START_TEST(findings_are_chained_in_order)
{
	const struct ybi_place whole = { "a.yaml", 2, 5 }, line = { "a.yaml", 9, 0 }, name = { "b.yaml", 0, 0 }, nameless = { NULL, 4, 7 };
	struct yb_error *err = NULL;
	char *text;

	ybi_error_at(&err, YB_E_SYNTAX, &whole, NULL, "one");
	ybi_error_at(&err, YB_E_GAP, &line, NULL, "two");
	ybi_error_at(&err, YB_E_CYCLE, &name, NULL, "three");
	ybi_error_at(&err, YB_E_CYCLE, &nameless, NULL, "four");
	ck_assert_int_eq(warn(&err, YB_SEVERITY_WARNING, "five"), YB_E_RULE);
	ck_assert_int_eq(warn(&err, YB_SEVERITY_NOTE, "six"), YB_E_RULE);
	ck_assert_int_eq(yb_error_get_status(err), YB_E_SYNTAX);
	ck_assert_int_eq(yb_error_get_status(yb_error_get_next(err)), YB_E_GAP);
	ck_assert_uint_eq(ybi_error_count(err), 4);
	ck_assert_int_eq(yb_error_dup_text(err, &text), YB_OK);
	ck_assert_str_eq(text, "a.yaml:2:5: one\na.yaml:9: two\nb.yaml: three\n4:7: four\nfive\nsix\n");
	yb_free(text);
	yb_error_unref(err);
}
END_TEST

START_TEST(out_of_memory_is_a_static_error_that_ends_its_chain)
{
	struct yb_error *err = NULL, *again = NULL;
	char *text;

	ck_assert_int_eq(ybi_error_no_memory(&err), YB_E_NO_MEMORY);
	ck_assert_int_eq(ybi_error_no_memory(&again), YB_E_NO_MEMORY);
	ck_assert_ptr_eq(err, again);
	ck_assert_int_eq(yb_error_get_status(err), YB_E_NO_MEMORY);
	ck_assert_str_ne(yb_error_get_message(err), "");
	ck_assert_int_eq(ybi_error_set(&err, YB_E_IO, "x"), YB_E_NO_MEMORY);
	ck_assert_ptr_null(yb_error_get_next(err));
	ck_assert_int_eq(yb_error_dup_text(err, &text), YB_OK);
	ck_assert_str_eq(text, "out of memory\n");
	yb_free(text);
	yb_error_unref(err);
	yb_error_unref(again);
	err = NULL;
	ybi_error_set(&err, YB_E_IO, "x");
	ck_assert_int_eq(ybi_error_no_memory(&err), YB_E_NO_MEMORY);
	ck_assert_int_eq(yb_error_get_status(err), YB_E_IO);
	ck_assert_int_eq(yb_error_get_status(yb_error_get_next(err)), YB_E_NO_MEMORY);
	ck_assert_uint_eq(ybi_error_count(err), 2);
	yb_error_unref(err);
}
END_TEST

START_TEST(a_message_is_one_line_of_utf8)
{
	struct yb_error *err = NULL;

	ybi_error_at(&err, YB_E_SYNTAX, NULL, "a\nb", "one\ntwo\tthree\x7f \xff \xe5\xbc\xa0 \xe5\xbc");
	ck_assert_str_eq(yb_error_get_message(err), "one two three  ? \xe5\xbc\xa0 ??");
	ck_assert_str_eq(yb_error_get_subject(err), "a b");
	yb_error_unref(err);
}
END_TEST

START_TEST(a_long_message_is_cut_between_characters)
{
	char key[5000];

	for (size_t shift = 0; shift < 3; shift++) {
		struct yb_error *err = NULL;
		const char *message;
		size_t length;

		memset(key, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(key); i += 3)
			memcpy(key + i, "\xe5\xbc\xa0", 4);
		ybi_error_set(&err, YB_E_LIMIT, "%s", key);
		message = yb_error_get_message(err);
		length = strlen(message);
		ck_assert_uint_ge(length, 1000);
		ck_assert_uint_le(length, 1023);
		ck_assert_str_eq(message + length - 3, "...");
		ck_assert_uint_eq(ybi_utf8_check(message, length), length);
		ck_assert_ptr_null(strchr(message, '?'));
		yb_error_unref(err);
	}
}
END_TEST

static const size_t message_lengths[] = { 1019, 1020, 1021, 1022, 1023, 1024, 1025 };

START_TEST(a_message_up_to_the_edge_is_whole)
{
	struct yb_error *err = NULL;
	char key[1026];
	size_t length = message_lengths[_i];

	memset(key, 'x', length);
	key[length] = '\0';
	ybi_error_set(&err, YB_E_LIMIT, "%s", key);
	ck_assert_uint_eq(strlen(yb_error_get_message(err)), length <= 1023 ? length : 1023);
	ck_assert_int_eq(strcmp(yb_error_get_message(err), key) == 0, length <= 1023);
	yb_error_unref(err);
}
END_TEST

START_TEST(a_null_error_is_answered)
{
	char *text = NULL;

	ck_assert_int_eq(yb_error_get_status(NULL), YB_E_INVALID);
	ck_assert_str_eq(yb_error_get_message(NULL), "");
	ck_assert_str_eq(yb_error_get_source_name(NULL), "");
	ck_assert_str_eq(yb_error_get_subject(NULL), "");
	ck_assert_ptr_null(yb_error_get_next(NULL));
	ck_assert_int_eq(yb_error_dup_text(NULL, &text), YB_E_INVALID);
	ck_assert_ptr_null(text);
}
END_TEST

struct options {
	uint32_t size, flags;
	int64_t amount;
};

/* As a newer header would have it. */
struct newer_options {
	struct options known;
	uint64_t added[4];
};

#define DEFAULTS { sizeof(struct options), 7, 9 }

START_TEST(options_of_the_same_size_are_copied)
{
	struct options full = DEFAULTS, given = { sizeof(given), 1, 2 };

	ck_assert_int_eq(ybi_options_copy(&full, sizeof(full), &given, 8, NULL), YB_OK);
	ck_assert_uint_eq(full.flags, 1);
	ck_assert_int_eq(full.amount, 2);
}
END_TEST

START_TEST(no_options_are_the_defaults)
{
	struct options full = DEFAULTS;

	ck_assert_int_eq(ybi_options_copy(&full, sizeof(full), NULL, 8, NULL), YB_OK);
	ck_assert_uint_eq(full.flags, 7);
	ck_assert_int_eq(full.amount, 9);
}
END_TEST

START_TEST(older_options_leave_the_rest_at_its_default)
{
	struct options full = DEFAULTS, given = { 8, 1, 2 };

	ck_assert_int_eq(ybi_options_copy(&full, sizeof(full), &given, 8, NULL), YB_OK);
	ck_assert_uint_eq(full.flags, 1);
	ck_assert_int_eq(full.amount, 9);
	ck_assert_uint_eq(full.size, sizeof(full));
}
END_TEST

START_TEST(newer_options_are_read_when_what_is_new_is_zero)
{
	struct options full = DEFAULTS;
	struct newer_options given = { { sizeof(given), 1, 2 }, { 0 } };

	ck_assert_int_eq(ybi_options_copy(&full, sizeof(full), &given, 8, NULL), YB_OK);
	ck_assert_uint_eq(full.flags, 1);
	ck_assert_int_eq(full.amount, 2);
	ck_assert_uint_eq(full.size, sizeof(full));
}
END_TEST

START_TEST(newer_options_in_use_are_refused)
{
	struct options full = DEFAULTS;
	struct newer_options given = { { sizeof(given), 1, 2 }, { 0 } };
	struct yb_error *err = NULL;
	unsigned char *bytes = (unsigned char *)&given;
	size_t at = _i == 0 ? sizeof(struct options) : sizeof(given) - 1;

	bytes[at] = 1;
	ck_assert_int_eq(ybi_options_copy(&full, sizeof(full), &given, 8, &err), YB_E_BAD_OPTIONS);
	ck_assert_int_eq(yb_error_get_status(err), YB_E_BAD_OPTIONS);
	ck_assert_uint_eq(full.flags, 7);
	yb_error_unref(err);
}
END_TEST

static const uint32_t bad_sizes[] = { 0, 1, 7, 4097, UINT32_MAX };

START_TEST(options_of_an_impossible_size_are_refused)
{
	struct options full = DEFAULTS, given = { bad_sizes[_i], 1, 2 };
	struct yb_error *err = NULL;

	ck_assert_int_eq(ybi_options_copy(&full, sizeof(full), &given, 8, &err), YB_E_BAD_OPTIONS);
	ck_assert_int_eq(yb_error_get_status(err), YB_E_BAD_OPTIONS);
	ck_assert_uint_eq(full.flags, 7);
	yb_error_unref(err);
}
END_TEST

START_TEST(options_of_the_largest_size_are_read)
{
	struct options full = DEFAULTS, given = { 4096, 1, 2 };
	unsigned char *bytes = calloc(1, 4096);

	memcpy(bytes, &given, sizeof(given));
	ck_assert_int_eq(ybi_options_copy(&full, sizeof(full), bytes, 8, NULL), YB_OK);
	ck_assert_int_eq(full.amount, 2);
	free(bytes);
}
END_TEST

Suite *
error_suite(void)
{
	Suite *suite = suite_create("error");
	TCase *tcase = tcase_create("error"), *options = tcase_create("options");

	tcase_add_test(tcase, an_error_tells_what_was_put_in);
	tcase_add_test(tcase, an_error_without_a_place_has_empty_texts);
	tcase_add_test(tcase, the_status_is_given_also_when_nobody_wants_the_error);
	tcase_add_test(tcase, findings_are_chained_in_order);
	tcase_add_test(tcase, out_of_memory_is_a_static_error_that_ends_its_chain);
	tcase_add_test(tcase, a_message_is_one_line_of_utf8);
	tcase_add_test(tcase, a_long_message_is_cut_between_characters);
	tcase_add_loop_test(tcase, a_message_up_to_the_edge_is_whole, 0, COUNT(message_lengths));
	tcase_add_test(tcase, a_null_error_is_answered);
	suite_add_tcase(suite, tcase);
	tcase_add_test(options, options_of_the_same_size_are_copied);
	tcase_add_test(options, no_options_are_the_defaults);
	tcase_add_test(options, older_options_leave_the_rest_at_its_default);
	tcase_add_test(options, newer_options_are_read_when_what_is_new_is_zero);
	tcase_add_loop_test(options, newer_options_in_use_are_refused, 0, 2);
	tcase_add_loop_test(options, options_of_an_impossible_size_are_refused, 0, COUNT(bad_sizes));
	tcase_add_test(options, options_of_the_largest_size_are_read);
	suite_add_tcase(suite, options);
	return suite;
}
