/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "bulk/tally.h"

Suite *tally_suite(void);

static void
add(struct ybi_tally *t, uint32_t group, int64_t cost, int64_t weight, int64_t before, int64_t after)
{
	struct ybi_tally_row row = { .group = group, .cost = cost, .weight = weight };
	int64_t amounts[2] = { before, after };

	ck_assert(ybi_tally_reserve(t, 1));
	ybi_tally_add(t, &row, amounts);
}

static int64_t
fits(ybi_i128 value)
{
	int64_t out;

	ck_assert(ybi_i128_to_i64(value, &out));
	return out;
}

/*
 * EVIDENCE worked by hand. Ten rows; group, cost, weight, before, after:
 *   0  100  1  10 10      1  100  2  20 25
 *   0  200  3  30 20      1  200  1  40 40
 *   0  300  1  50 80      1  500  4  60 30
 *   0    ?  2   5  4      1  900  0  70 99
 *   0  400  1   ?  7      1  400  2   8  9
 */
static void
ten_rows(struct ybi_tally *t)
{
	t->value_count = 1;
	t->group_count = 2;
	add(t, 0, 100, 1, 10, 10);
	add(t, 1, 100, 2, 20, 25);
	add(t, 0, 200, 3, 30, 20);
	add(t, 1, 200, 1, 40, 40);
	add(t, 0, 300, 1, 50, 80);
	add(t, 1, 500, 4, 60, 30);
	add(t, 0, YBI_NOT_KNOWN, 2, 5, 4);
	add(t, 1, 900, 0, 70, 99);
	add(t, 0, 400, 1, YBI_NOT_KNOWN, 7);
	add(t, 1, 400, 2, 8, 9);
}

START_TEST(ten_rows_by_hand)
{
	static const int64_t edges[] = { 100, 400 };
	static const struct {
		uint32_t group, bin;
		int64_t rows, weight, cost, before, after, falls, fall_weight, fall_by, rises, rise_weight, rise_by, unknown;
	} expected[] = {
		/* 10+90+50+10 = 160, 10+60+80+8 = 158 */
		{ 1, 0, 4, 7, 100 + 600 + 300, 160, 158, 2, 5, 30 + 2, 1, 1, 30, 1 },
		/* 40+40+240+0+16 = 336, 50+40+120+0+18 = 228 */
		{ 2, 0, 5, 9, 200 + 200 + 2000 + 0 + 800, 336, 228, 1, 4, 120, 3, 4, 10 + 0 + 2, 0 },
		{ 0, 0, 9, 16, 4200, 496, 386, 3, 9, 152, 4, 5, 42, 1 },
		{ 0, 1, 2, 3, 300, 50, 60, 0, 0, 0, 1, 2, 10, 0 },  /* up to 100 */
		{ 0, 2, 4, 7, 600 + 200 + 300 + 800, 90 + 40 + 50 + 16, 60 + 40 + 80 + 18, 1, 3, 30, 2, 3, 32, 1 },
		{ 2, 3, 2, 4, 2000, 240, 120, 1, 4, 120, 1, 0, 0, 0 }, /* above 400 */
		{ 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	};
	struct ybi_tally t = { .edges = malloc(sizeof(edges)), .edge_count = 2 };

	memcpy(t.edges, edges, sizeof(edges));
	ten_rows(&t);
	ck_assert_int_eq(ybi_tally_finish(&t, 1, NULL), YB_OK);
	ck_assert_uint_eq(t.bin_count, 3);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct ybi_tally_cell *c = ybi_tally_cell(&t, expected[i].group, expected[i].bin, 0);
		ck_assert_ptr_nonnull(c);
		ck_assert_msg((int64_t)c->rows == expected[i].rows && fits(c->weight) == expected[i].weight, "%zu: rows", i);
		ck_assert_msg(fits(c->cost) == expected[i].cost && fits(c->before) == expected[i].before && fits(c->after) == expected[i].after, "%zu: sums", i);
		ck_assert_msg((int64_t)c->fall_rows == expected[i].falls && fits(c->fall_weight) == expected[i].fall_weight &&
		              fits(c->fall_by) == expected[i].fall_by, "%zu: falls", i);
		ck_assert_msg((int64_t)c->rise_rows == expected[i].rises && fits(c->rise_weight) == expected[i].rise_weight &&
		              fits(c->rise_by) == expected[i].rise_by, "%zu: rises", i);
		ck_assert_msg((int64_t)c->unknown_rows == expected[i].unknown, "%zu: unknown", i);
	}
	ck_assert_ptr_null(ybi_tally_cell(&t, 3, 0, 0));
	ck_assert_ptr_null(ybi_tally_cell(&t, 0, 4, 0));
	ck_assert_ptr_null(ybi_tally_cell(&t, 0, 0, 1));
	ybi_tally_free(&t);
}
END_TEST

/* Of group 2 before: 8 8 20 20 40 60 60 60 60, the row without weight counts for none. Nearest rank of nine. */
START_TEST(quantiles_by_nearest_rank)
{
	static const struct {
		uint32_t group;
		int32_t side, ppm;
		int64_t expect;
	} rows[] = {
		{ 2, YB_WHATIF_BEFORE, 0, 8 },          { 2, YB_WHATIF_BEFORE, 1, 8 },         { 2, YB_WHATIF_BEFORE, 222222, 8 },
		{ 2, YB_WHATIF_BEFORE, 222223, 20 },    { 2, YB_WHATIF_BEFORE, 444444, 20 },   { 2, YB_WHATIF_BEFORE, 444445, 40 },
		{ 2, YB_WHATIF_BEFORE, 500000, 40 },    { 2, YB_WHATIF_BEFORE, 555555, 40 },   { 2, YB_WHATIF_BEFORE, 555556, 60 },
		{ 2, YB_WHATIF_BEFORE, 1000000, 60 },   { 2, YB_WHATIF_AFTER, 1000000, 40 },   { 2, YB_WHATIF_AFTER, 500000, 30 },
		{ 2, YB_WHATIF_CHANGE, 0, -30 },        { 2, YB_WHATIF_CHANGE, 500000, 0 },    { 2, YB_WHATIF_CHANGE, 1000000, 5 },
		/* group 1: 5 5 10 30 30 30 50; the row whose amount is not known is not there on either side */
		{ 1, YB_WHATIF_BEFORE, 500000, 30 },    { 1, YB_WHATIF_AFTER, 285714, 4 },     { 1, YB_WHATIF_AFTER, 285715, 10 },
		{ 0, YB_WHATIF_BEFORE, 500000, 30 },
	};
	struct ybi_tally t = { 0 };
	int64_t value;

	ten_rows(&t);
	ck_assert_int_eq(ybi_tally_finish(&t, 1, NULL), YB_OK);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_int_eq(ybi_tally_quantile(&t, rows[i].group, 0, rows[i].side, rows[i].ppm, &value), YB_OK);
		ck_assert_msg(value == rows[i].expect, "row %zu: %lld", i, (long long)value);
	}
	ybi_tally_free(&t);
	t.value_count = t.group_count = 1;
	add(&t, 0, 5, 0, 1, 2);
	ck_assert_int_eq(ybi_tally_finish(&t, 1, NULL), YB_OK);
	ck_assert_int_eq(ybi_tally_quantile(&t, 0, 0, YB_WHATIF_BEFORE, 500000, &value), YB_E_NOT_FOUND);
	ybi_tally_free(&t);
}
END_TEST

START_TEST(classes_of_as_much_weight)
{
	struct ybi_tally t = { .value_count = 1, .group_count = 1, .bin_wish = 4 };

	/* weight 8: two each; costs 1 1 1 1 1 3 4 9, so the first two classes are one */
	add(&t, 0, 1, 5, 0, 0);
	add(&t, 0, 9, 1, 0, 0);
	add(&t, 0, 3, 1, 0, 0);
	add(&t, 0, 4, 1, 0, 0);
	ck_assert_int_eq(ybi_tally_finish(&t, 1, NULL), YB_OK);
	ck_assert_uint_eq(t.bin_count, 3);
	ck_assert_int_eq(t.bins[0], 1);
	ck_assert_int_eq(t.bins[1], 3);
	ck_assert_int_eq(t.bins[2], 9);
	ck_assert_int_eq(fits(ybi_tally_cell(&t, 0, 3, 0)->weight), 2);
	ybi_tally_free(&t);
	t = (struct ybi_tally){ .value_count = 1, .bin_wish = 10 };
	ck_assert_int_eq(ybi_tally_finish(&t, 4, NULL), YB_OK);
	ck_assert_uint_eq(t.bin_count, 0);
	ck_assert_uint_eq(ybi_tally_cell(&t, 0, 0, 0)->rows, 0);
	ybi_tally_free(&t);
}
END_TEST

/* 2^62 - 1 twice, times 2^63 - 1 is just below 2^126; twice that is just below 2^127, and one fen more does not fit. */
START_TEST(what_does_not_fit_is_an_error)
{
	const int64_t half = (INT64_C(1) << 62) - 1;
	struct ybi_tally t = { .value_count = 1, .group_count = 1 };
	struct yb_error *err = NULL;
	char text[41];

	add(&t, 0, 0, INT64_MAX, half, half);
	add(&t, 0, 0, INT64_MAX, half, half);
	ck_assert_int_eq(ybi_tally_finish(&t, 1, &err), YB_OK);
	/* 2 * (2^62 - 1) * (2^63 - 1) = 2^126 - 2^64 - 2^63 + 2 */
	ck_assert_uint_eq(ybi_i128_to_text(ybi_tally_cell(&t, 0, 0, 0)->before, text), 38);
	ck_assert_str_eq(text, "85070591730234615838173535747377725442");
	add(&t, 0, 0, INT64_MAX, 8, 0);
	ck_assert_int_eq(ybi_tally_finish(&t, 1, &err), YB_E_OVERFLOW);
	ck_assert_ptr_nonnull(err);
	ck_assert_ptr_null(ybi_tally_cell(&t, 0, 0, 0));
	yb_error_unref(err);
	ybi_tally_free(&t);
	/* sums of either sign overflow alike, though together they would be 0 */
	t = (struct ybi_tally){ .value_count = 1, .group_count = 1 };
	for (int i = 0; i < 3; i++)
		add(&t, 0, 0, INT64_MAX, i % 2 ? INT64_MAX : -INT64_MAX, 0);
	ck_assert_int_eq(ybi_tally_finish(&t, 1, NULL), YB_E_OVERFLOW);
	ybi_tally_free(&t);
}
END_TEST

static uint32_t seed = 7;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)seed * n) >> 32);
}

/* The same cells to the bit, and the same refusal, for any number of threads. */
START_TEST(threads_make_no_difference)
{
	static const int32_t threads[] = { 2, 3, 7, 64 };
	struct ybi_tally t = { .value_count = 1, .group_count = 5, .bin_wish = 10 };
	size_t size, cells = 6 * 11;
	struct ybi_tally_cell *first;

	for (int i = 0; i < 20000; i++)
		add(&t, below(5), (int64_t)below(100000), (int64_t)below(3) * (INT64_C(1) << 40), (int64_t)below(1000), (int64_t)below(1000));
	ck_assert_int_eq(ybi_tally_finish(&t, 1, NULL), YB_OK);
	ck_assert_uint_eq(t.bin_count, 10);
	size = cells * sizeof(*first);
	first = malloc(size);
	memcpy(first, t.cells, size);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		ck_assert_int_eq(ybi_tally_finish(&t, threads[i], NULL), YB_OK);
		ck_assert_mem_eq(t.cells, first, size);
	}
	for (int i = 0; i < 4; i++)
		add(&t, 0, 0, INT64_MAX, INT64_MAX, 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		ck_assert_int_eq(ybi_tally_finish(&t, threads[i], NULL), YB_E_OVERFLOW);
	free(first);
	ybi_tally_free(&t);
}
END_TEST

Suite *
tally_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tcase = tcase_create("tally");

	tcase_add_test(tcase, ten_rows_by_hand);
	tcase_add_test(tcase, quantiles_by_nearest_rank);
	tcase_add_test(tcase, classes_of_as_much_weight);
	tcase_add_test(tcase, what_does_not_fit_is_an_error);
	tcase_add_test(tcase, threads_make_no_difference);
	suite_add_tcase(suite, tcase);
	return suite;
}
