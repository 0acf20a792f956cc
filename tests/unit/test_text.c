/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *text_suite(void);

static void
check_taken(struct ybi_text *text, const char *expected)
{
	char *data = ybi_text_take(text);

	ck_assert_ptr_nonnull(data);
	ck_assert_str_eq(data, expected);
	ck_assert_uint_eq(text->length, 0);
	ck_assert_ptr_null(text->data);
	free(data);
}

START_TEST(an_empty_text_is_an_empty_string)
{
	struct ybi_text text = { 0 };

	check_taken(&text, "");
	ybi_text_add(&text, NULL, 0);
	ybi_text_fill(&text, 'x', 0);
	ybi_text_puts(&text, "");
	check_taken(&text, "");
}
END_TEST

START_TEST(pieces_follow_each_other)
{
	struct ybi_text text = { 0 };

	ybi_text_puts(&text, "abc");
	ybi_text_putc(&text, '-');
	ybi_text_add(&text, "defgh", 2);
	ybi_text_printf(&text, "%d/%s", -5, "x");
	ybi_text_fill(&text, '.', 3);
	ybi_text_printf(&text, "%s", "");
	ck_assert_uint_eq(text.length, 13);
	check_taken(&text, "abc-de-5/x...");
}
END_TEST

/* What the library writes itself is what the C library would have written. */
#define SAME(format, ...) do { \
	struct ybi_text same = { 0 }; \
	char expect[256]; \
	(void)snprintf(expect, sizeof(expect), format, __VA_ARGS__); \
	ybi_text_printf(&same, format, __VA_ARGS__); \
	ck_assert_str_eq(same.data ? same.data : "", expect); \
	ybi_text_free(&same); \
} while (0)

START_TEST(a_format_gives_what_printf_gives)
{
	static const long long numbers[] = { 0, 1, -1, 9, 10, -10, 99, 12345, -12345, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN };

	for (int i = 0; i < COUNT(numbers); i++) {
		long long n = numbers[i];
		SAME("%d|%5d|%-5d|%05d|%2d|%02d", (int)n, (int)n, (int)n, (int)n, (int)n, (int)n);
		SAME("%u %x %04x %08x", (unsigned)n, (unsigned)n, (unsigned)n, (unsigned)n);
		SAME("%lld.%06lld %ld %llu %lu", n, n, (long)n, (unsigned long long)n, (unsigned long)n);
		SAME("%zu%%%5zu %-5zu|%zx", (size_t)n, (size_t)n, (size_t)n, (size_t)n);
		SAME("%0*lld %*d %-*d|", 8, n, 7, (int)n, -6, (int)n);
		SAME("%+d % d %5.3d %#x %o %.2f %hd %jd", (int)n, (int)n, (int)n, (unsigned)n, (unsigned)n, (double)n, (short)n, (intmax_t)n);
		SAME("%d, then %e and %d again", (int)n, (double)n, (int)n);
	}
	SAME("%s|%5s|%-5s|%.2s|%.*s|%5.1s|%-32s|", "abc", "abc", "abc", "abc", 1, "abc", "abc", "起付标准");
	SAME("%c%3c%-3c|%%", 'x', 'y', 'z');
	SAME("%s", "");
	SAME("%.0s%.*s", "abc", -1, "all of it");
}
END_TEST

START_TEST(a_muted_text_takes_nothing)
{
	struct ybi_text text = { .muted = true };

	ybi_text_puts(&text, "a");
	ybi_text_putc(&text, 'b');
	ybi_text_printf(&text, "%d", 1);
	ybi_text_fill(&text, ' ', 3);
	ck_assert(!text.data && !text.length && !text.failed);
}
END_TEST

START_TEST(a_text_grows_over_every_edge)
{
	for (size_t first = 0; first < 140; first++) {
		struct ybi_text text = { 0 };
		char *data;

		ybi_text_fill(&text, 'a', first);
		ybi_text_printf(&text, "%s", "bc");
		ybi_text_fill(&text, 'd', 200);
		data = ybi_text_take(&text);
		ck_assert_uint_eq(strlen(data), first + 202);
		ck_assert(memcmp(data + first, "bcdd", 4) == 0);
		free(data);
	}
}
END_TEST

START_TEST(a_failed_text_stays_failed)
{
	struct ybi_text text = { 0 };

	ybi_text_puts(&text, "abc");
	ybi_text_fill(&text, 'x', SIZE_MAX - 3); /* no such memory */
	ck_assert(text.failed);
	ybi_text_puts(&text, "more");
	ybi_text_printf(&text, "%d", 1);
	ck_assert_uint_eq(text.length, 3);
	ck_assert_ptr_null(ybi_text_take(&text));
	ybi_text_free(&text);
	ck_assert(!text.failed);
}
END_TEST

START_TEST(a_json_string_is_escaped)
{
	static const char bytes[] = "a\"b\\c\b\f\n\r\t\x01\x1f\x7f/\xe5\xbc\xa0";
	struct ybi_text text = { 0 };

	ybi_text_json_string(&text, bytes, sizeof(bytes) - 1);
	check_taken(&text, "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f/\xe5\xbc\xa0\"");
	ybi_text_json_string(&text, "", 0);
	check_taken(&text, "\"\"");
	ybi_text_json_string(&text, "a\0b", 3);
	check_taken(&text, "\"a\\u0000b\"");
	ybi_text_json_string(&text, "\"", 1);
	check_taken(&text, "\"\\\"\"");
	/* what a reader would take for an end of line or refuse, what stands beside it, half a character at the end */
	ybi_text_json_string(&text, "\xc2\x9b\xc2\xa0\xe2\x80\xa8\xe2\x80\xa7\xef\xbb\xbf\xef\xbf\xbd\xef\xbf\xbf\xe2\x80", 21);
	check_taken(&text, "\"\\u009b\xc2\xa0\\u2028\xe2\x80\xa7\\ufeff\xef\xbf\xbd\\uffff\xe2\x80\"");
	/* what a reader of YAML refuses, or takes for the end of a line; and their neighbours */
	ybi_text_json_string(&text, "\xc2\x80\xc2\x85\xc2\x9f|\xc2\xa0|\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", 22);
	check_taken(&text, "\"\\u0080\\u0085\\u009f|\xc2\xa0|\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"");
	ybi_text_json_string(&text, "\xef\xbb\xbf\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf\xf0\x90\x80\x80", 16);
	check_taken(&text, "\"\\ufeff\xef\xbf\xbd\\ufffe\\uffff\xf0\x90\x80\x80\"");
	ybi_text_json_string(&text, "a\xe2\x80\xa8", 3);
	check_taken(&text, "\"a\xe2\x80\"");
}
END_TEST

static const struct {
	const char *text;
	size_t length, good;
} utf8[] = {
	{ "", 0, 0 },
	{ "abc\x7f", 4, 4 },
	{ "a\0b", 3, 1 },
	{ "\xc2\x80", 2, 2 },                 /* U+0080, the first of two bytes */
	{ "\xdf\xbf", 2, 2 },                 /* U+07FF */
	{ "\xe0\xa0\x80", 3, 3 },             /* U+0800 */
	{ "\xed\x9f\xbf", 3, 3 },             /* U+D7FF, before the surrogates */
	{ "\xee\x80\x80", 3, 3 },             /* U+E000, behind them */
	{ "\xef\xbf\xbf", 3, 3 },             /* U+FFFF */
	{ "\xf0\x90\x80\x80", 4, 4 },         /* U+10000 */
	{ "\xf4\x8f\xbf\xbf", 4, 4 },         /* U+10FFFF, the last */
	{ "\xc0\x80", 2, 0 },                 /* NUL in two bytes */
	{ "\xc0\xaf", 2, 0 },                 /* overlong / */
	{ "\xc1\xbf", 2, 0 },                 /* overlong U+007F */
	{ "\xe0\x9f\xbf", 3, 0 },             /* overlong U+07FF */
	{ "\xe0\x80\xaf", 3, 0 },
	{ "\xf0\x8f\xbf\xbf", 4, 0 },         /* overlong U+FFFF */
	{ "\xed\xa0\x80", 3, 0 },             /* U+D800 */
	{ "\xed\xbf\xbf", 3, 0 },             /* U+DFFF */
	{ "\xf4\x90\x80\x80", 4, 0 },         /* U+110000 */
	{ "\xf5\x80\x80\x80", 4, 0 },
	{ "\xff", 1, 0 },
	{ "\x80", 1, 0 },                     /* starts with a continuation */
	{ "ab\xe5\xbc", 4, 2 },               /* cut */
	{ "ab\xe5", 3, 2 },
	{ "\xe5\xbc\xa0\xe5\xbc!", 6, 3 },    /* cut by another character */
	{ "\xc2\xc2\x80", 3, 0 },
	{ "\xf0\x9f\x98", 3, 0 },
	{ "\xe5\xbc\xa0\xe4\xb8\x89", 6, 6 },
};

START_TEST(utf8_is_checked_to_the_first_fault)
{
	/* in memory of just that size, so that a sanitizer sees a byte read too far */
	char *copy = malloc(utf8[_i].length + (utf8[_i].length == 0));

	memcpy(copy, utf8[_i].text, utf8[_i].length);
	ck_assert_uint_eq(ybi_utf8_check(copy, utf8[_i].length), utf8[_i].good);
	ck_assert_uint_le(ybi_utf8_width(copy, utf8[_i].length), utf8[_i].length);
	free(copy);
}
END_TEST

static const struct {
	const char *text;
	size_t width;
} widths[] = {
	{ "", 0 },
	{ "abc", 3 },
	{ "\xe5\xbc\xa0\xe4\xb8\x89", 4 },          /* two characters */
	{ "\xef\xbc\x8c", 2 },                      /* full-width comma */
	{ "\xef\xbd\xb1", 1 },                      /* half-width katakana */
	{ "e\xcc\x81", 1 },                         /* combining acute */
	{ "\xc3\xa9", 1 },
	{ "\xe2\x80\x94", 1 },                      /* em dash */
	{ "\xe2\x80\x8b", 0 },                      /* zero-width space */
	{ "\xed\x95\x9c", 2 },                      /* Hangul */
	{ "\xf0\xa0\x80\x80", 2 },                  /* U+20000 */
	{ "\xe3\x80\x82", 2 },                      /* ideographic full stop */
	{ "a\xff" "b", 3 },
};

START_TEST(a_width_is_in_terminal_columns)
{
	ck_assert_uint_eq(ybi_utf8_width(widths[_i].text, strlen(widths[_i].text)), widths[_i].width);
}
END_TEST

static const struct {
	const char *a, *b;
	unsigned limit, distance;
} distances[] = {
	{ "", "", 3, 0 },
	{ "borders", "borders", 3, 0 },
	{ "borderss", "borders", 3, 1 },
	{ "bodrers", "borders", 3, 1 },    /* neighbours exchanged */
	{ "border", "borders", 3, 1 },
	{ "kitten", "sitting", 5, 3 },
	{ "kitten", "sitting", 3, 3 },
	{ "kitten", "sitting", 2, 3 },
	{ "kitten", "sitting", 0, 1 },
	{ "ca", "abc", 5, 3 },             /* optimal string alignment, not 2 */
	{ "", "abc", 5, 3 },
	{ "abc", "", 1, 2 },
};

START_TEST(a_distance_counts_edits_up_to_its_limit)
{
	ck_assert_uint_eq(ybi_distance(distances[_i].a, distances[_i].b, distances[_i].limit), distances[_i].distance);
	ck_assert_uint_eq(ybi_distance(distances[_i].b, distances[_i].a, distances[_i].limit), distances[_i].distance);
}
END_TEST

START_TEST(names_over_64_bytes_have_no_distance)
{
	char a[66] = { 0 }, b[66] = { 0 };

	memset(a, 'x', 64);
	memset(b, 'x', 64);
	b[63] = 'y';
	ck_assert_uint_eq(ybi_distance(a, b, 3), 1);
	a[64] = 'x';
	ck_assert_uint_eq(ybi_distance(a, b, 3), 4);
	ck_assert_uint_eq(ybi_distance(b, a, 3), 4);
	ck_assert_uint_eq(ybi_distance("", "abc", UINT32_MAX), 3);
}
END_TEST

START_TEST(the_nearest_name_is_found_when_near_enough)
{
	static const char *const names[] = { "borders", "order", "rate", "deductible", "rates" };

	ck_assert_uint_eq(ybi_nearest("borderss", names, 5), 0);
	ck_assert_uint_eq(ybi_nearest("order", names, 5), 1);
	ck_assert_uint_eq(ybi_nearest("rat", names, 5), 2);
	ck_assert_uint_eq(ybi_nearest("rates", names, 5), 4);        /* the name itself, though `rate` stands before it */
	ck_assert_uint_eq(ybi_nearest("deductbile", names, 5), 3);
	ck_assert_uint_eq(ybi_nearest("ra", names, 5), SIZE_MAX);    /* two edits of two letters */
	ck_assert_uint_eq(ybi_nearest("ceiling", names, 5), SIZE_MAX);
	ck_assert_uint_eq(ybi_nearest("", names, 5), SIZE_MAX);
	ck_assert_uint_eq(ybi_nearest("rate", names, 0), SIZE_MAX);
}
END_TEST

START_TEST(strings_are_equal_only_in_length_and_bytes)
{
	ck_assert(ybi_streq_n("abc", 3, "abc"));
	ck_assert(ybi_streq_n("abcd", 3, "abc"));
	ck_assert(!ybi_streq_n("abc", 2, "abc"));
	ck_assert(!ybi_streq_n("ab\0c", 4, "ab"));
	ck_assert(!ybi_streq_n("abd", 3, "abc"));
	ck_assert(ybi_streq_n(NULL, 0, ""));
	ck_assert(!ybi_streq_n(NULL, 0, "a"));
}
END_TEST

START_TEST(an_arena_gives_zeroed_aligned_memory_apart)
{
	static const size_t sizes[] = { 0, 1, 7, 8, 15, 16, 17, 100, 4095, 4096, 4097, 70000, 3 };
	struct ybi_arena arena = { 0 };
	unsigned char *last = NULL;

	for (int round = 0; round < 50; round++) {
		size_t size = sizes[round % COUNT(sizes)], before = arena.used;
		unsigned char *memory = ybi_arena_alloc(&arena, size);

		ck_assert_ptr_nonnull(memory);
		ck_assert(memory != last);
		ck_assert_uint_eq((uintptr_t)memory % _Alignof(max_align_t), 0);
		ck_assert_uint_ge(arena.used, before + size);
		for (size_t i = 0; i < size; i++)
			ck_assert_msg(memory[i] == 0, "byte %zu of %zu", i, size);
		memset(memory, 0xa5, size);
		last = memory;
	}
	ck_assert_ptr_null(ybi_arena_alloc(&arena, SIZE_MAX));
	ck_assert_str_eq(ybi_arena_strndup(&arena, "abcdef", 3), "abc");
	ck_assert_str_eq(ybi_arena_strndup(&arena, NULL, 0), "");
	ck_assert_ptr_null(ybi_arena_strndup(&arena, "a", SIZE_MAX));
	ybi_arena_free(&arena);
	ck_assert_uint_eq(arena.used, 0);
	ck_assert_ptr_nonnull(ybi_arena_alloc(&arena, 1)); /* empty, but of use */
	ybi_arena_free(&arena);
}
END_TEST

START_TEST(sizes_that_overflow_give_no_memory)
{
	void *memory = ybi_calloc(0, 8);

	ck_assert_ptr_nonnull(memory);
	free(memory);
	memory = ybi_calloc(3, 0);
	ck_assert_ptr_nonnull(memory);
	free(memory);
	ck_assert_ptr_null(ybi_calloc(SIZE_MAX / 2 + 1, 2));
	ck_assert_ptr_null(ybi_calloc(2, SIZE_MAX / 2 + 1));
	ck_assert_ptr_null(ybi_strndup("a", SIZE_MAX));
	memory = ybi_strndup("abcdef", 3);
	ck_assert_str_eq(memory, "abc");
	yb_free(memory);
	yb_free(NULL);
}
END_TEST

START_TEST(an_array_grows_and_keeps_its_elements)
{
	int64_t *array = NULL;
	size_t room = 0, before;

	for (size_t count = 0; count < 1000; count++) {
		ck_assert(ybi_grow(&array, count, &room, sizeof(*array)));
		ck_assert_uint_gt(room, count);
		array[count] = (int64_t)count;
	}
	for (size_t i = 0; i < 1000; i++)
		ck_assert_int_eq(array[i], (int64_t)i);
	before = room;
	ck_assert(!ybi_grow(&array, room, &room, SIZE_MAX / 4));
	ck_assert_uint_eq(room, before);
	ck_assert_int_eq(array[999], 999);
	free(array);
}
END_TEST

START_TEST(wiped_memory_is_zero)
{
	unsigned char bytes[20];

	memset(bytes, 0xff, sizeof(bytes));
	yb_wipe(bytes + 1, 18);
	yb_wipe(NULL, 0);
	ck_assert_uint_eq(bytes[0], 0xff);
	ck_assert_uint_eq(bytes[19], 0xff);
	for (size_t i = 1; i < 19; i++)
		ck_assert_uint_eq(bytes[i], 0);
}
END_TEST

Suite *
text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text"), *memory = tcase_create("memory");

	tcase_add_test(tcase, an_empty_text_is_an_empty_string);
	tcase_add_test(tcase, pieces_follow_each_other);
	tcase_add_test(tcase, a_format_gives_what_printf_gives);
	tcase_add_test(tcase, a_muted_text_takes_nothing);
	tcase_add_test(tcase, a_text_grows_over_every_edge);
	tcase_add_test(tcase, a_failed_text_stays_failed);
	tcase_add_test(tcase, a_json_string_is_escaped);
	tcase_add_loop_test(tcase, utf8_is_checked_to_the_first_fault, 0, COUNT(utf8));
	tcase_add_loop_test(tcase, a_width_is_in_terminal_columns, 0, COUNT(widths));
	tcase_add_loop_test(tcase, a_distance_counts_edits_up_to_its_limit, 0, COUNT(distances));
	tcase_add_test(tcase, names_over_64_bytes_have_no_distance);
	tcase_add_test(tcase, the_nearest_name_is_found_when_near_enough);
	tcase_add_test(tcase, strings_are_equal_only_in_length_and_bytes);
	suite_add_tcase(suite, tcase);
	tcase_add_test(memory, an_arena_gives_zeroed_aligned_memory_apart);
	tcase_add_test(memory, sizes_that_overflow_give_no_memory);
	tcase_add_test(memory, an_array_grows_and_keeps_its_elements);
	tcase_add_test(memory, wiped_memory_is_zero);
	suite_add_tcase(suite, memory);
	return suite;
}
