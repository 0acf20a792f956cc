/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/fraction.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *fraction_suite(void);

/* A fraction of this numerator in decimal and denominator; it must be reduced. */
static struct ybi_fraction
wide(const char *digits, int64_t den)
{
	const ybi_i128 ten = ybi_i128_from(10);
	struct ybi_fraction out = { ybi_i128_from(0), den };
	bool negative = digits[0] == '-';

	for (digits += negative; *digits; digits++) {
		int digit = *digits - '0';

		ck_assert(ybi_i128_mul(out.num, ten, &out.num));
		ck_assert(ybi_i128_add(out.num, ybi_i128_from(negative ? -digit : digit), &out.num));
	}
	return out;
}

static struct ybi_fraction
frac(int64_t num, int64_t den)
{
	struct ybi_fraction out;

	ck_assert_int_eq(ybi_fraction_make(num, den, &out), YB_OK);
	return out;
}

static bool
same(struct ybi_fraction a, struct ybi_fraction b)
{
	return ybi_i128_cmp(a.num, b.num) == 0 && a.den == b.den;
}

#define MAX_128 "170141183460469231731687303715884105727"
#define MIN_128 "-170141183460469231731687303715884105728"

static const struct {
	int64_t num, den;
	yb_status status;
	int64_t out_num, out_den;
} made[] = {
	{ 0, 1, YB_OK, 0, 1 },
	{ 0, -5, YB_OK, 0, 1 },
	{ 0, INT64_MIN, YB_OK, 0, 1 },
	{ 6, 4, YB_OK, 3, 2 },
	{ -6, 4, YB_OK, -3, 2 },
	{ 6, -4, YB_OK, -3, 2 },
	{ -6, -4, YB_OK, 3, 2 },
	{ 1, 0, YB_E_DIVISION, 0, 0 },
	{ INT64_MIN, 1, YB_OK, INT64_MIN, 1 },
	{ INT64_MIN, INT64_MIN, YB_OK, 1, 1 },
	{ 1, INT64_MIN, YB_E_OVERFLOW, 0, 0 },
	{ 3, INT64_MIN, YB_E_OVERFLOW, 0, 0 },
	{ 2, INT64_MIN, YB_OK, -1, INT64_C(1) << 62 },
	{ 1, -INT64_MAX, YB_OK, -1, INT64_MAX },
	{ INT64_MAX, INT64_MAX, YB_OK, 1, 1 },
};

START_TEST(a_fraction_is_made_reduced)
{
	struct ybi_fraction out = ybi_fraction_from(-7);

	ck_assert_int_eq(ybi_fraction_make(made[_i].num, made[_i].den, &out), made[_i].status);
	if (made[_i].status == YB_OK)
		ck_assert(same(out, (struct ybi_fraction) { ybi_i128_from(made[_i].out_num), made[_i].out_den }));
	else
		ck_assert(same(out, ybi_fraction_from(-7)));
}
END_TEST

/* By hand. */
static const struct {
	int64_t a_num, a_den, b_num, b_den;
	int64_t sum_num, sum_den, less_num, less_den, product_num, product_den, ratio_num, ratio_den;
} operations[] = {
	{ 2, 1, 3, 1, 5, 1, -1, 1, 6, 1, 2, 3 },
	{ 1, 2, 1, 3, 5, 6, 1, 6, 1, 6, 3, 2 },
	{ 1, 6, 1, 6, 1, 3, 0, 1, 1, 36, 1, 1 },
	{ 1, 6, 1, 3, 1, 2, -1, 6, 1, 18, 1, 2 },
	{ 1, 6, 1, 10, 4, 15, 1, 15, 1, 60, 5, 3 },
	{ -1, 2, 1, 2, 0, 1, -1, 1, -1, 4, -1, 1 },
	{ 3, 4, -2, 3, 1, 12, 17, 12, -1, 2, -9, 8 },
	{ 0, 1, -5, 7, -5, 7, 5, 7, 0, 1, 0, 1 },
	{ 5, 1, 1, 5, 26, 5, 24, 5, 1, 1, 25, 1 },
	{ -4, 1, -6, 1, -10, 1, 2, 1, 24, 1, 2, 3 },
};

START_TEST(the_four_operations_are_exact_and_reduced)
{
	struct ybi_fraction a = frac(operations[_i].a_num, operations[_i].a_den), b = frac(operations[_i].b_num, operations[_i].b_den), out;

	ck_assert_int_eq(ybi_fraction_add(a, b, &out), YB_OK);
	ck_assert(same(out, (struct ybi_fraction) { ybi_i128_from(operations[_i].sum_num), operations[_i].sum_den }));
	ck_assert_int_eq(ybi_fraction_sub(a, b, &out), YB_OK);
	ck_assert(same(out, (struct ybi_fraction) { ybi_i128_from(operations[_i].less_num), operations[_i].less_den }));
	ck_assert_int_eq(ybi_fraction_mul(a, b, &out), YB_OK);
	ck_assert(same(out, (struct ybi_fraction) { ybi_i128_from(operations[_i].product_num), operations[_i].product_den }));
	ck_assert_int_eq(ybi_fraction_div(a, b, &out), YB_OK);
	ck_assert(same(out, (struct ybi_fraction) { ybi_i128_from(operations[_i].ratio_num), operations[_i].ratio_den }));
}
END_TEST

START_TEST(the_result_may_be_an_operand)
{
	struct ybi_fraction a = frac(1, 2);

	ck_assert_int_eq(ybi_fraction_add(a, a, &a), YB_OK);
	ck_assert(same(a, ybi_fraction_from(1)));
}
END_TEST

START_TEST(division_by_nothing_is_refused)
{
	struct ybi_fraction out = frac(1, 3);

	ck_assert_int_eq(ybi_fraction_div(frac(1, 2), ybi_fraction_from(0), &out), YB_E_DIVISION);
	ck_assert_int_eq(ybi_fraction_div(ybi_fraction_from(0), ybi_fraction_from(0), &out), YB_E_DIVISION);
	ck_assert(same(out, frac(1, 3)));
}
END_TEST

START_TEST(a_numerator_outside_128_bits_is_refused)
{
	struct ybi_fraction max = wide(MAX_128, 1), min = wide(MIN_128, 1), one = ybi_fraction_from(1), out = frac(1, 3);

	ck_assert_int_eq(ybi_fraction_add(max, one, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_sub(min, one, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_add(max, frac(1, 2), &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_mul(max, ybi_fraction_from(2), &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_neg(min, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_div(min, ybi_fraction_from(-1), &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_div(max, frac(1, 2), &out), YB_E_OVERFLOW);
	ck_assert(same(out, frac(1, 3)));
	ck_assert_int_eq(ybi_fraction_add(max, ybi_fraction_from(0), &out), YB_OK);
	ck_assert(same(out, max));
	ck_assert_int_eq(ybi_fraction_add(min, max, &out), YB_OK);
	ck_assert(same(out, ybi_fraction_from(-1)));
	ck_assert_int_eq(ybi_fraction_div(min, min, &out), YB_OK);
	ck_assert(same(out, one));
	ck_assert_int_eq(ybi_fraction_div(max, ybi_fraction_from(-1), &out), YB_OK);
	ck_assert(same(out, wide("-" MAX_128, 1)));
}
END_TEST

START_TEST(a_denominator_outside_63_bits_is_refused)
{
	const int64_t top = INT64_C(1) << 62;
	struct ybi_fraction out = frac(1, 3);

	ck_assert_int_eq(ybi_fraction_mul(frac(1, top), frac(1, 2), &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_add(frac(1, top), frac(1, 3), &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_div(frac(1, 3), wide(MAX_128, 1), &out), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_div(frac(1, top), ybi_fraction_from(2), &out), YB_E_OVERFLOW);
	ck_assert(same(out, frac(1, 3)));
	/* the denominators would be too large unless reduced first */
	ck_assert_int_eq(ybi_fraction_mul(frac(3, top), frac(top, 3), &out), YB_OK);
	ck_assert(same(out, ybi_fraction_from(1)));
	ck_assert_int_eq(ybi_fraction_add(frac(1, top), frac(-1, top), &out), YB_OK);
	ck_assert(same(out, ybi_fraction_from(0)));
	ck_assert_int_eq(ybi_fraction_sub(frac(1, top), frac(-1, top), &out), YB_OK);
	ck_assert(same(out, frac(1, top / 2)));
}
END_TEST

START_TEST(a_sum_that_fits_is_found_though_its_cross_products_do_not)
{
	struct ybi_fraction half = wide(MAX_128, 2), near = wide("-" MAX_128, 4), out;

	/* MAX/2 - MAX/4: over 4, the first numerator is 2 MAX */
	ck_assert_int_eq(ybi_fraction_sub(half, wide(MAX_128, 4), &out), YB_OK);
	ck_assert(same(out, wide(MAX_128, 4)));
	ck_assert_int_eq(ybi_fraction_add(half, near, &out), YB_OK);
	ck_assert(same(out, wide(MAX_128, 4)));
	ck_assert_int_eq(ybi_fraction_add(half, half, &out), YB_OK);
	ck_assert(same(out, wide(MAX_128, 1)));
	ck_assert_int_eq(ybi_fraction_sub(wide("-" MAX_128, 2), half, &out), YB_OK);
	ck_assert(same(out, wide("-" MAX_128, 1)));
	/* MAX - 1/2 has the numerator 2 MAX - 1 */
	ck_assert_int_eq(ybi_fraction_sub(wide(MAX_128, 1), frac(1, 2), &out), YB_E_OVERFLOW);
	/* (2^127 - 3) / 2 - (2^127 - 1) / 3 = (2^127 - 7) / 6; the cross product 3 (2^127 - 3) does not fit; 2^127 = 2 mod 3 */
	ck_assert_int_eq(ybi_fraction_sub(wide("170141183460469231731687303715884105725", 2), wide(MAX_128, 3), &out), YB_OK);
	ck_assert(same(out, wide("170141183460469231731687303715884105721", 6)));
	ck_assert_int_eq(ybi_fraction_add(wide("-170141183460469231731687303715884105725", 2), wide(MAX_128, 3), &out), YB_OK);
	ck_assert(same(out, wide("-170141183460469231731687303715884105721", 6)));
}
END_TEST

START_TEST(order_is_exact_for_any_two)
{
	struct ybi_fraction max = wide(MAX_128, 1), min = wide(MIN_128, 1);
	struct ybi_fraction rows[] = {
		/* rising */
		min, wide(MIN_128, 3), wide("-" MAX_128, INT64_MAX), ybi_fraction_from(-1), frac(-INT64_MAX + 1, INT64_MAX), frac(-1, 2),
		frac(-1, INT64_MAX), ybi_fraction_from(0), frac(1, INT64_MAX), frac(1, INT64_MAX - 1), frac(1, 3), frac(1, 2),
		frac(INT64_MAX - 2, INT64_MAX - 1), frac(INT64_MAX - 1, INT64_MAX), ybi_fraction_from(1), frac(INT64_MAX, INT64_MAX - 1),
		wide("170141183460469231731687303715884105725", INT64_MAX), wide(MAX_128, INT64_MAX),
		wide("170141183460469231731687303715884105725", 4), wide(MAX_128, 4), wide(MAX_128, 3), wide(MAX_128, 2), max,
	};

	for (int i = 0; i < COUNT(rows); i++) {
		for (int j = 0; j < COUNT(rows); j++)
			ck_assert_msg(ybi_fraction_cmp(rows[i], rows[j]) == (i > j) - (i < j), "rows %d and %d", i, j);
		ck_assert_int_eq(ybi_fraction_sign(rows[i]), (i > 7) - (i < 7));
	}
}
END_TEST

START_TEST(order_looks_at_the_rests_when_whole_parts_are_the_same)
{
	/* 2^100 + 1/2 and 2^100 + 1/3 */
	struct ybi_fraction half = wide("2535301200456458802993406410753", 2), third = wide("3802951800684688204490109616129", 3);
	struct ybi_fraction large = wide("85070591730234615865843651857942052864", 1), a, b;

	ck_assert_int_eq(ybi_fraction_cmp(half, third), 1);
	ck_assert_int_eq(ybi_fraction_cmp(third, half), -1);
	/* (2^126 - 1) / 2 against (3 x 2^125 + 1) / 3: the second cross product has 128 bits */
	a = wide("85070591730234615865843651857942052863", 2);
	b = wide("127605887595351923798765477786913079297", 3);
	ck_assert_int_eq(ybi_fraction_cmp(a, b), -1); /* 2^125 - 1/2 and 2^125 + 1/3 */
	ck_assert_int_eq(ybi_fraction_neg(a, &a), YB_OK);
	ck_assert_int_eq(ybi_fraction_neg(b, &b), YB_OK);
	ck_assert_int_eq(ybi_fraction_cmp(a, b), 1);
	ck_assert_int_eq(ybi_fraction_cmp(large, a), 1);
	/* 2^62 + 1/(2^63-1) and 2^62 + 1/(2^63-2), off by less than 2^-125 */
	ck_assert_int_eq(ybi_fraction_add(ybi_fraction_from(INT64_C(1) << 62), frac(1, INT64_MAX), &a), YB_OK);
	ck_assert_int_eq(ybi_fraction_add(ybi_fraction_from(INT64_C(1) << 62), frac(1, INT64_MAX - 1), &b), YB_OK);
	ck_assert_int_eq(ybi_fraction_cmp(a, b), -1);
	ck_assert_int_eq(ybi_fraction_cmp(b, a), 1);
	ck_assert_int_eq(ybi_fraction_neg(a, &a), YB_OK);
	ck_assert_int_eq(ybi_fraction_neg(b, &b), YB_OK);
	ck_assert_int_eq(ybi_fraction_cmp(a, b), 1);
}
END_TEST

/* num / den rounded to step_num / step_den: half up, half even, up, down; in units of 1 / 1000. */
static const struct {
	int64_t num, den, step_num, step_den, thousandths[4];
} rounds[] = {
	{ 7, 2, 1, 1, { 4000, 4000, 4000, 3000 } },
	{ 5, 2, 1, 1, { 3000, 2000, 3000, 2000 } },
	{ -5, 2, 1, 1, { -3000, -2000, -3000, -2000 } },
	{ 1, 3, 1, 1, { 0, 0, 1000, 0 } },
	{ 0, 1, 1, 1, { 0, 0, 0, 0 } },
	{ 7, 1, 1, 1, { 7000, 7000, 7000, 7000 } },
	{ 397670, 1000, 1, 1, { 398000, 398000, 398000, 397000 } },
	{ 1, 8, 1, 100, { 130, 120, 130, 120 } },
	{ -1, 8, 1, 100, { -130, -120, -130, -120 } },
	{ 2, 3, 1, 100, { 670, 670, 670, 660 } },
	{ 250, 1, 100, 1, { 300000, 200000, 300000, 200000 } },
	{ 249, 1, 100, 1, { 200000, 200000, 300000, 200000 } },
	{ 1, 1, 2, 3, { 1333, 1333, 1333, 666 } }, /* 1.5 steps: 2 x 2/3 or 2/3 */
	{ 15, 1, 10, 1, { 20000, 20000, 20000, 10000 } },
	{ 25, 1, 10, 1, { 30000, 20000, 30000, 20000 } },
};

START_TEST(a_fraction_is_rounded_to_a_step)
{
	struct ybi_fraction a = frac(rounds[_i].num, rounds[_i].den), step = frac(rounds[_i].step_num, rounds[_i].step_den), out;

	for (yb_rounding mode = YB_ROUND_HALF_UP; mode <= YB_ROUND_DOWN; mode++) {
		int64_t value;

		ck_assert_int_eq(ybi_fraction_round(a, step, mode, &out), YB_OK);
		ck_assert_int_eq(ybi_fraction_mul(out, ybi_fraction_from(1000), &out), YB_OK);
		ck_assert_int_eq(ybi_fraction_round(out, ybi_fraction_from(1), YB_ROUND_DOWN, &out), YB_OK);
		ck_assert_int_eq(ybi_fraction_to_i64(out, &value), YB_OK);
		ck_assert_int_eq(value, rounds[_i].thousandths[mode]);
	}
}
END_TEST

START_TEST(a_large_fraction_is_rounded_to_cents)
{
	/* 2^126 - 1/2 is 2^127 - 1 over 2; times 100 leaves 128 bits */
	struct ybi_fraction a = wide(MAX_128, 2), cent = frac(1, 100), thirds = frac(2, 3), out = frac(1, 3);

	ck_assert_int_eq(ybi_fraction_round(a, cent, YB_ROUND_HALF_UP, &out), YB_OK);
	ck_assert(same(out, a));
	ck_assert_int_eq(ybi_fraction_round(a, frac(1, 7), YB_ROUND_HALF_EVEN, &out), YB_E_OVERFLOW); /* a seventh of 2^129 */
	ck_assert_int_eq(ybi_fraction_round(a, frac(10, 1), YB_ROUND_DOWN, &out), YB_OK);
	ck_assert(same(out, wide("85070591730234615865843651857942052860", 1)));
	/* 2^122 + 1/16, and its opposite */
	a = wide("85070591730234615865843651857942052865", 16);
	ck_assert_int_eq(ybi_fraction_round(a, thirds, YB_ROUND_HALF_UP, &out), YB_OK);
	/* three steps are 2, so 2^122 is a multiple, and the nearest */
	ck_assert(same(out, wide("5316911983139663491615228241121378304", 1)));
	ck_assert_int_eq(ybi_fraction_neg(a, &a), YB_OK);
	ck_assert_int_eq(ybi_fraction_round(a, thirds, YB_ROUND_UP, &out), YB_OK);
	ck_assert(same(out, wide("-15950735949418990474845684723364134914", 3)));
}
END_TEST

START_TEST(a_step_must_be_above_nothing_and_a_mode_known)
{
	struct ybi_fraction out = frac(1, 3);

	ck_assert_int_eq(ybi_fraction_round(frac(1, 2), ybi_fraction_from(0), YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(ybi_fraction_round(frac(1, 2), ybi_fraction_from(-1), YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(ybi_fraction_round(frac(1, 2), ybi_fraction_from(1), 4, &out), YB_E_INVALID);
	ck_assert(same(out, frac(1, 3)));
}
END_TEST

static const struct {
	int64_t num, den, floor, ceil;
} edges[] = {
	{ 0, 1, 0, 0 },   { 7, 2, 3, 4 },   { -7, 2, -4, -3 },          { 1, INT64_MAX, 0, 1 },
	{ -1, INT64_MAX, -1, 0 }, { 5, 1, 5, 5 }, { -5, 1, -5, -5 }, { INT64_MIN, 1, INT64_MIN, INT64_MIN },
};

START_TEST(floor_and_ceil_go_to_the_infinities)
{
	struct ybi_fraction a = frac(edges[_i].num, edges[_i].den), out;

	ck_assert_int_eq(ybi_fraction_floor(a, &out), YB_OK);
	ck_assert(same(out, ybi_fraction_from(edges[_i].floor)));
	ck_assert_int_eq(ybi_fraction_ceil(a, &out), YB_OK);
	ck_assert(same(out, ybi_fraction_from(edges[_i].ceil)));
	ck_assert_int_eq(ybi_fraction_is_whole(a), edges[_i].den == 1);
}
END_TEST

START_TEST(only_an_integer_of_64_bits_becomes_one)
{
	int64_t value = -7;

	ck_assert_int_eq(ybi_fraction_to_i64(frac(1, 2), &value), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_to_i64(wide("9223372036854775808", 1), &value), YB_E_OVERFLOW);
	ck_assert_int_eq(ybi_fraction_to_i64(wide("-9223372036854775809", 1), &value), YB_E_OVERFLOW);
	ck_assert_int_eq(value, -7);
	ck_assert_int_eq(ybi_fraction_to_i64(wide("9223372036854775807", 1), &value), YB_OK);
	ck_assert_int_eq(value, INT64_MAX);
	ck_assert_int_eq(ybi_fraction_to_i64(wide("-9223372036854775808", 1), &value), YB_OK);
	ck_assert_int_eq(value, INT64_MIN);
}
END_TEST

static const struct {
	const char *text;
	unsigned decimals;
	bool percent, ratio;
	yb_status status;
	int64_t num, den;
} texts[] = {
	{ "12", 0, false, false, YB_OK, 12, 1 },
	{ "0", 0, false, false, YB_OK, 0, 1 },
	{ "-0", 0, false, false, YB_OK, 0, 1 },
	{ "-0.65", 2, false, false, YB_OK, -13, 20 },
	{ "0.650", 2, false, false, YB_E_BAD_VALUE, 0, 0 },
	{ "0.650", 3, false, false, YB_OK, 13, 20 },
	{ "0.6", 0, false, false, YB_E_BAD_VALUE, 0, 0 },
	{ "65%", 2, true, false, YB_OK, 13, 20 },
	{ "65%", 1, true, false, YB_E_BAD_VALUE, 0, 0 },
	{ "65%", 6, false, false, YB_E_BAD_VALUE, 0, 0 },
	{ "-65%", 2, true, false, YB_OK, -13, 20 },
	{ "65.1234%", 6, true, false, YB_OK, 325617, 500000 },
	{ "65.12345%", 6, true, false, YB_E_BAD_VALUE, 0, 0 },
	{ "0.651234", 6, true, false, YB_OK, 325617, 500000 },
	{ "0.6512345", 6, true, false, YB_E_BAD_VALUE, 0, 0 },
	{ "2/37", 0, false, true, YB_OK, 2, 37 },
	{ "-4/6", 0, false, true, YB_OK, -2, 3 },
	{ "0/5", 0, false, true, YB_OK, 0, 1 },
	{ "2/37", 6, true, false, YB_E_BAD_VALUE, 0, 0 },
	{ "2/0", 0, false, true, YB_E_BAD_VALUE, 0, 0 },
	{ "2/000000000000000000000", 0, false, true, YB_E_BAD_VALUE, 0, 0 },
	{ "2/", 0, false, true, YB_E_BAD_VALUE, 0, 0 },
	{ "/2", 0, false, true, YB_E_BAD_VALUE, 0, 0 },
	{ "2/-3", 0, false, true, YB_E_BAD_VALUE, 0, 0 },
	{ "2/3%", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "2.5/3", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "1/2/3", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "999999999999999999", 0, false, false, YB_OK, INT64_C(999999999999999999), 1 },
	{ "1000000000000000000", 0, false, false, YB_E_OVERFLOW, 0, 0 },
	{ "1000000000000000000x", 0, false, false, YB_E_BAD_VALUE, 0, 0 },
	{ "0.00000000000000001", 18, false, false, YB_OK, 1, INT64_C(100000000000000000) },
	{ "0.000000000000000001", 18, false, false, YB_E_OVERFLOW, 0, 0 }, /* 19 digits */
	{ "0.00000000000000001%", 20, true, false, YB_E_OVERFLOW, 0, 0 },
	{ "1/1000000000000000000", 0, false, true, YB_E_OVERFLOW, 0, 0 },
	{ "", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "-", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "+1", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "--1", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ ".5", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "5.", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "5.%", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "%", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "5%%", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "1e3", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "1,000", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ " 1", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
	{ "1 ", 6, true, true, YB_E_BAD_VALUE, 0, 0 },
};

START_TEST(a_number_is_read_exactly_or_refused)
{
	struct ybi_fraction out = frac(1, 7), expected = out;
	yb_status status = ybi_fraction_from_text(texts[_i].text, strlen(texts[_i].text), texts[_i].decimals, texts[_i].percent, texts[_i].ratio, &out);

	if (texts[_i].status == YB_OK)
		expected = (struct ybi_fraction) { ybi_i128_from(texts[_i].num), texts[_i].den };
	ck_assert_msg(status == texts[_i].status, "status %d of \"%s\"", status, texts[_i].text);
	ck_assert_msg(same(out, expected), "value of \"%s\"", texts[_i].text);
}
END_TEST

static void
check_print(struct ybi_fraction a, const char *expected)
{
	struct ybi_text text = { 0 };
	char *data;

	ybi_fraction_print(a, &text);
	data = ybi_text_take(&text);
	ck_assert_str_eq(data, expected);
	free(data);
}

START_TEST(a_fraction_is_printed_as_a_decimal_where_it_is_one)
{
	check_print(ybi_fraction_from(0), "0");
	check_print(ybi_fraction_from(-3), "-3");
	check_print(frac(295958, 10), "29595.8");
	check_print(frac(1, 2), "0.5");
	check_print(frac(-1, 2), "-0.5");
	check_print(frac(-7, 4), "-1.75");
	check_print(frac(1, 20), "0.05");
	check_print(frac(1001, 1000), "1.001");
	check_print(frac(1, 3), "1/3");
	check_print(frac(-2, 37), "-2/37");
	check_print(frac(1, INT64_C(1000000000000000000)), "0.000000000000000001");
	check_print(frac(1, INT64_C(1) << 18), "0.000003814697265625");
	check_print(frac(1, INT64_C(1) << 19), "1/524288");
	check_print(frac(1, INT64_C(19073486328125)), "1/19073486328125"); /* 5^19 */
	check_print(wide(MAX_128, 1), MAX_128);
	check_print(wide(MIN_128, 1), MIN_128);
	check_print(wide(MAX_128, 2), "85070591730234615865843651857942052863.5");
	check_print(wide("-" MAX_128, 5), "-34028236692093846346337460743176821145.4");
}
END_TEST

/* Small fractions have small results, which plain 64-bit arithmetic can check by cross products. */
START_TEST(small_fractions_obey_the_school_rules)
{
	for (int64_t n = -6; n <= 6; n++) {
		for (int64_t d = 1; d <= 12; d++) {
			for (int64_t m = -6; m <= 6; m++) {
				for (int64_t e = 1; e <= 12; e++) {
					struct ybi_fraction a = frac(n, d), b = frac(m, e), out;
					bool good = ybi_fraction_add(a, b, &out) == YB_OK && same(out, frac(n * e + m * d, d * e));

					good = good && ybi_fraction_sub(a, b, &out) == YB_OK && same(out, frac(n * e - m * d, d * e));
					good = good && ybi_fraction_mul(a, b, &out) == YB_OK && same(out, frac(n * m, d * e));
					good = good && (m == 0 || (ybi_fraction_div(a, b, &out) == YB_OK && same(out, frac(n * e, d * m))));
					good = good && ybi_fraction_cmp(a, b) == (n * e > m * d) - (n * e < m * d);
					if (!good)
						ck_abort_msg("%lld/%lld and %lld/%lld", (long long)n, (long long)d, (long long)m, (long long)e);
				}
			}
		}
	}
}
END_TEST

Suite *
fraction_suite(void)
{
	Suite *suite = suite_create("fraction");
	TCase *tcase = tcase_create("fraction");

	tcase_set_timeout(tcase, 1800);
	tcase_add_loop_test(tcase, a_fraction_is_made_reduced, 0, COUNT(made));
	tcase_add_loop_test(tcase, the_four_operations_are_exact_and_reduced, 0, COUNT(operations));
	tcase_add_test(tcase, the_result_may_be_an_operand);
	tcase_add_test(tcase, division_by_nothing_is_refused);
	tcase_add_test(tcase, a_numerator_outside_128_bits_is_refused);
	tcase_add_test(tcase, a_denominator_outside_63_bits_is_refused);
	tcase_add_test(tcase, a_sum_that_fits_is_found_though_its_cross_products_do_not);
	tcase_add_test(tcase, order_is_exact_for_any_two);
	tcase_add_test(tcase, order_looks_at_the_rests_when_whole_parts_are_the_same);
	tcase_add_loop_test(tcase, a_fraction_is_rounded_to_a_step, 0, COUNT(rounds));
	tcase_add_test(tcase, a_large_fraction_is_rounded_to_cents);
	tcase_add_test(tcase, a_step_must_be_above_nothing_and_a_mode_known);
	tcase_add_loop_test(tcase, floor_and_ceil_go_to_the_infinities, 0, COUNT(edges));
	tcase_add_test(tcase, only_an_integer_of_64_bits_becomes_one);
	tcase_add_loop_test(tcase, a_number_is_read_exactly_or_refused, 0, COUNT(texts));
	tcase_add_test(tcase, a_fraction_is_printed_as_a_decimal_where_it_is_one);
	tcase_add_test(tcase, small_fractions_obey_the_school_rules);
	suite_add_tcase(suite, tcase);
	return suite;
}
