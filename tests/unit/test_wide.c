/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "wide_fallback.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *wide_suite(void);

/* The library's own numbers, whichever implementation it was built with. */
static ybi_i128
pack(struct halves value)
{
#ifdef YBI_NO_INT128
	return (ybi_i128) { .low = value.low, .high = value.high };
#else
	return (ybi_i128)((unsigned __int128)(uint64_t)value.high << 64 | value.low);
#endif
}

static void
check_text(struct halves value, const char *expected)
{
	char text[41];

	ck_assert_uint_eq(ybi_i128_to_text(pack(value), text), strlen(expected));
	ck_assert_str_eq(text, expected);
	ck_assert_uint_eq(fallback_to_text(value, text), strlen(expected));
	ck_assert_str_eq(text, expected);
}

static const struct {
	struct halves value;
	const char *text;
} texts[] = {
	{ { 0, 0 }, "0" },
	{ { 0, 7 }, "7" },
	{ { -1, UINT64_MAX }, "-1" },
	{ { 0, UINT64_C(999999999999999999) }, "999999999999999999" },
	{ { 0, UINT64_C(1000000000000000000) }, "1000000000000000000" },
	{ { 0, UINT64_C(1000000000000000001) }, "1000000000000000001" },
	{ { 0, UINT64_MAX }, "18446744073709551615" },
	{ { 1, 0 }, "18446744073709551616" },
	{ { -1, 0 }, "-18446744073709551616" },
	{ { INT64_C(54210108624275221), UINT64_C(12919594847110692864) }, "1000000000000000000000000000000000000" },
	{ { INT64_MAX, UINT64_MAX }, "170141183460469231731687303715884105727" },
	{ { INT64_MIN, 0 }, "-170141183460469231731687303715884105728" },
};

START_TEST(a_number_is_written_in_decimal)
{
	check_text(texts[_i].value, texts[_i].text);
}
END_TEST

START_TEST(a_sum_of_products_is_rounded_once)
{
	struct ybi_wide sum = { 0 };
	yb_fen out = -7;

	/* 0.4 fen three times: 1.2 fen, not three times 0 */
	for (int i = 0; i < 3; i++)
		ybi_wide_add_product(&sum, 1, 400000);
	ck_assert_int_eq(ybi_wide_round(&sum, YB_UNIT_FEN, YB_ROUND_HALF_UP, &out), YB_OK);
	ck_assert_int_eq(out, 1);
	ck_assert_int_eq(ybi_wide_round(&sum, YB_UNIT_YUAN, YB_ROUND_UP, &out), YB_OK);
	ck_assert_int_eq(out, 100);
	ck_assert_int_eq(ybi_wide_round(&sum, YB_UNIT_FEN, 4, &out), YB_E_INVALID);
	ck_assert_int_eq(ybi_wide_round(&sum, 2, YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(out, 100);
}
END_TEST

START_TEST(an_empty_sum_is_nothing)
{
	struct ybi_wide sum = { 0 };
	yb_fen out = -7;

	ck_assert_int_eq(ybi_wide_round(&sum, YB_UNIT_YUAN, YB_ROUND_UP, &out), YB_OK);
	ck_assert_int_eq(out, 0);
}
END_TEST

START_TEST(a_sum_that_left_128_bits_stays_refused)
{
	struct ybi_wide sum = { .total = pack((struct halves) { INT64_MAX, UINT64_MAX }) };
	yb_fen out = -7;

	ck_assert_int_eq(ybi_wide_round(&sum, YB_UNIT_FEN, YB_ROUND_DOWN, &out), YB_E_OVERFLOW); /* above 64 bits */
	ybi_wide_add_product(&sum, 1, 1);
	ck_assert(sum.overflow);
	sum.total = ybi_i128_from(0);
	ck_assert_int_eq(ybi_wide_round(&sum, YB_UNIT_FEN, YB_ROUND_DOWN, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(out, -7);
}
END_TEST

/* a / b by hand, with what half up, half even, up and down make of it. */
static const struct {
	int64_t a, b, rounded[4];
} quotients[] = {
	{ 0, 1, { 0, 0, 0, 0 } },         { 6, 3, { 2, 2, 2, 2 } },         { -6, 3, { -2, -2, -2, -2 } },
	{ 1, 3, { 0, 0, 1, 0 } },         { 2, 3, { 1, 1, 1, 0 } },         { -1, 3, { 0, 0, -1, 0 } },
	{ -2, 3, { -1, -1, -1, 0 } },     { 1, 2, { 1, 0, 1, 0 } },         { 3, 2, { 2, 2, 2, 1 } },
	{ 5, 2, { 3, 2, 3, 2 } },         { -1, 2, { -1, 0, -1, 0 } },      { -3, 2, { -2, -2, -2, -1 } },
	{ -5, 2, { -3, -2, -3, -2 } },    { 7, 1, { 7, 7, 7, 7 } },         { INT64_MIN, 1, { INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN } },
	{ INT64_MAX, INT64_MAX, { 1, 1, 1, 1 } },
	{ INT64_MAX - 1, INT64_MAX, { 1, 1, 1, 0 } },
	/* 2^62 - 1 over 2^63 - 1 is just below a half, 2^62 just above */
	{ INT64_MAX / 2, INT64_MAX, { 0, 0, 1, 0 } },
	{ INT64_MAX / 2 + 1, INT64_MAX, { 1, 1, 1, 0 } },
};

START_TEST(a_quotient_is_rounded_by_its_mode)
{
	struct halves a = fallback_from(quotients[_i].a), b = fallback_from(quotients[_i].b), half;
	ybi_i128 wide;
	int64_t value;

	for (yb_rounding mode = YB_ROUND_HALF_UP; mode <= YB_ROUND_DOWN; mode++) {
		ck_assert(ybi_i128_div_round(pack(a), pack(b), mode, &wide) && ybi_i128_to_i64(wide, &value));
		ck_assert_int_eq(value, quotients[_i].rounded[mode]);
		ck_assert(fallback_div_round(a, b, mode, &half) && fallback_to_i64(half, &value));
		ck_assert_int_eq(value, quotients[_i].rounded[mode]);
	}
	ck_assert(!ybi_i128_div_round(pack(a), pack(b), 4, &wide));
	ck_assert(!ybi_i128_div_round(pack(a), ybi_i128_from(0), YB_ROUND_UP, &wide));
	ck_assert(!ybi_i128_div_round(pack(a), ybi_i128_from(-1), YB_ROUND_UP, &wide));
	ck_assert(!fallback_div_round(a, fallback_from(0), YB_ROUND_UP, &half));
}
END_TEST

START_TEST(only_the_smallest_number_by_minus_one_has_no_quotient)
{
	ybi_i128 smallest = pack((struct halves) { INT64_MIN, 0 }), out;

	ck_assert(!ybi_i128_divmod(smallest, ybi_i128_from(-1), &out, NULL));
	ck_assert(!ybi_i128_divmod(smallest, ybi_i128_from(-1), NULL, &out));
	ck_assert(ybi_i128_divmod(smallest, ybi_i128_from(1), &out, NULL));
	ck_assert_int_eq(ybi_i128_cmp(out, smallest), 0);
	ck_assert(ybi_i128_divmod(ybi_i128_from(INT64_MIN), ybi_i128_from(-1), &out, NULL));
	ck_assert_int_eq(ybi_i128_sign(out), 1);
	ck_assert(ybi_i128_divmod(ybi_i128_from(-7), ybi_i128_from(2), NULL, &out));
	ck_assert_int_eq(ybi_i128_cmp(out, ybi_i128_from(-1)), 0);
}
END_TEST

#ifdef __SIZEOF_INT128__

/*
 * Both implementations against the compiler's __int128: pairs of edges, and
 * seeded random pairs of every combination of lengths, so that about half of
 * the products and nearly all of the sums fit.
 */
typedef __int128 i128;
typedef unsigned __int128 u128;

#define I128_MAX ((i128)(~(u128)0 >> 1))
#define I128_MIN (-I128_MAX - 1)
#define RANDOM_PAIRS 300000

static uint64_t random_state;

/* splitmix64 */
static uint64_t
random_64(void)
{
	uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* A number of a random length, sometimes beside a power of two. */
static i128
random_128(void)
{
	unsigned length = (unsigned)(random_64() % 128);
	u128 value = (u128)random_64() << 64 | random_64();

	value = length ? value >> (128 - length) : 0;
	if (random_64() % 8 == 0)
		value = ((u128)1 << length) - 1 + random_64() % 3;
	if (value >> 127)
		value = (u128)I128_MAX;
	return random_64() % 2 ? -(i128)value : (i128)value;
}

static struct halves
halves_of(i128 value)
{
	return (struct halves) { (int64_t)(value >> 64), (uint64_t)value };
}

static i128
wide_of(struct halves value)
{
	return (i128)((u128)(uint64_t)value.high << 64 | value.low);
}

static i128
number_of(ybi_i128 value)
{
#ifdef YBI_NO_INT128
	return (i128)((u128)(uint64_t)value.high << 64 | value.low);
#else
	return value;
#endif
}

static u128
magnitude(i128 value)
{
	return value < 0 ? -(u128)value : (u128)value;
}

/* Whether a x b fits, by division; the product is then the wrapped one. */
static bool
product_fits(i128 a, i128 b)
{
	u128 limit = (u128)I128_MAX + ((a < 0) != (b < 0) ? 1 : 0);

	return a == 0 || magnitude(b) <= limit / magnitude(a);
}

static struct {
	long sums, products, rounds, total;
} fitted;

/* As ck_assert(), which would tell the runner of every success: millions of them here. */
static void
holds(bool condition, int line)
{
	if (!condition)
		ck_abort_msg("test_wide.c:%d does not hold", line);
}

static void
check_sum_and_product(i128 a, i128 b)
{
	struct halves x = halves_of(a), y = halves_of(b), half;
	ybi_i128 wide;
	i128 expected;
	bool fits = !__builtin_add_overflow(a, b, &expected);

	holds(ybi_i128_add(pack(x), pack(y), &wide) == fits && fallback_add(x, y, &half) == fits, __LINE__);
	holds(!fits || (number_of(wide) == expected && wide_of(half) == expected), __LINE__);
	fitted.sums += fits;
	fits = !__builtin_sub_overflow(a, b, &expected);
	holds(ybi_i128_sub(pack(x), pack(y), &wide) == fits && fallback_sub(x, y, &half) == fits, __LINE__);
	holds(!fits || (number_of(wide) == expected && wide_of(half) == expected), __LINE__);
	fits = product_fits(a, b);
	expected = (i128)((u128)a * (u128)b);
	holds(ybi_i128_mul(pack(x), pack(y), &wide) == fits && fallback_mul(x, y, &half) == fits, __LINE__);
	holds(!fits || (number_of(wide) == expected && wide_of(half) == expected), __LINE__);
	fitted.products += fits;
}

static void
check_order(i128 a, i128 b)
{
	struct halves x = halves_of(a), y = halves_of(b);
	int64_t small = 0, other = 0;
	bool fits = a >= INT64_MIN && a <= INT64_MAX;

	holds(ybi_i128_cmp(pack(x), pack(y)) == (a > b) - (a < b), __LINE__);
	holds(fallback_cmp(x, y) == (a > b) - (a < b), __LINE__);
	holds(ybi_i128_sign(pack(x)) == (a > 0) - (a < 0), __LINE__);
	holds(fallback_sign(x) == (a > 0) - (a < 0), __LINE__);
	holds(ybi_i128_to_i64(pack(x), &small) == fits && fallback_to_i64(x, &other) == fits, __LINE__);
	holds(!fits || (small == a && other == a), __LINE__);
	holds(number_of(ybi_i128_from((int64_t)a)) == (int64_t)a && wide_of(fallback_from((int64_t)a)) == (int64_t)a, __LINE__);
	holds(number_of(ybi_i128_mul_64((int64_t)a, (int64_t)b)) == (i128)(int64_t)a * (int64_t)b, __LINE__);
	holds(wide_of(fallback_mul_64((int64_t)a, (int64_t)b)) == (i128)(int64_t)a * (int64_t)b, __LINE__);
}

/* a / b, b > 0, rounded in another way than the library does: from the floor. */
static i128
rounded(i128 a, i128 b, yb_rounding mode)
{
	i128 floor = a / b - (a % b < 0), rest = a % b + (a % b < 0 ? b : 0);
	bool tie = rest == b - rest, above = rest > b - rest;

	if (rest == 0)
		return floor;
	switch (mode) {
	case YB_ROUND_HALF_UP:
		return floor + (above || (tie && a > 0));
	case YB_ROUND_HALF_EVEN:
		return floor + (above || (tie && floor % 2 != 0));
	case YB_ROUND_UP:
		return floor + (a > 0);
	default:
		return floor + (a < 0);
	}
}

static void
check_quotient(i128 a, i128 b)
{
	struct halves x = halves_of(a), y = halves_of(b), q, r;
	ybi_i128 quotient, remainder;
	bool fits = !(a == I128_MIN && b == -1);

	if (b == 0)
		return;
	holds(ybi_i128_divmod(pack(x), pack(y), &quotient, &remainder) == fits && fallback_divmod(x, y, &q, &r) == fits, __LINE__);
	if (fits) {
		holds(number_of(quotient) == a / b && number_of(remainder) == a % b, __LINE__);
		holds(wide_of(q) == a / b && wide_of(r) == a % b, __LINE__);
		holds(fallback_divmod(x, y, NULL, &r) && fallback_divmod(x, y, &q, NULL), __LINE__);
	}
	if (b < 0)
		return;
	for (yb_rounding mode = YB_ROUND_HALF_UP; mode <= YB_ROUND_DOWN; mode++) {
		i128 expected = rounded(a, b, mode);

		holds(ybi_i128_div_round(pack(x), pack(y), mode, &quotient) && number_of(quotient) == expected, __LINE__);
		holds(fallback_div_round(x, y, mode, &q) && wide_of(q) == expected, __LINE__);
		fitted.rounds++;
	}
}

static void
check_gcd_and_text(i128 a, i128 b)
{
	struct halves x = halves_of(a);
	int64_t divisor = (int64_t)b;
	u128 p = magnitude(a), q = magnitude(divisor), value = 0;
	char text[41], other[41];
	unsigned length = ybi_i128_to_text(pack(x), text);

	holds(fallback_to_text(x, other) == length && strcmp(text, other) == 0 && strlen(text) == length, __LINE__);
	holds((text[0] == '-') == (a < 0) && (text[a < 0] != '0' || a == 0), __LINE__);
	for (const char *at = text + (a < 0); *at; at++)
		value = value * 10 + (unsigned)(*at - '0');
	holds(value == magnitude(a), __LINE__);
	if (divisor <= 0)
		return;
	while (q) {
		u128 rest = p % q;

		p = q;
		q = rest;
	}
	holds(ybi_i128_gcd_64(pack(x), divisor) == (int64_t)p && fallback_gcd_64(x, divisor) == (int64_t)p, __LINE__);
}

static void
check_pair(i128 a, i128 b)
{
	fitted.total++;
	check_sum_and_product(a, b);
	check_order(a, b);
	check_quotient(a, b);
	check_gcd_and_text(a, b);
}

START_TEST(both_implementations_agree_with_the_compiler_on_edges)
{
	i128 edges[400];
	int count = 0;
	const i128 one = 1;

	for (int d = -3; d <= 3; d++)
		edges[count++] = d;
	for (int bits = 3; bits < 127; bits += bits == 61 || bits == 62 || bits == 63 || bits == 125 ? 1 : 2) {
		edges[count++] = one << bits;
		edges[count++] = (one << bits) - 1;
		edges[count++] = -(one << bits);
		edges[count++] = -(one << bits) - 1;
	}
	for (int d = -1; d <= 1; d++) {
		edges[count++] = (i128)INT64_MAX + d;
		edges[count++] = (i128)INT64_MIN + d;
		edges[count++] = (i128)UINT64_MAX + d;
		edges[count++] = (i128)UINT32_MAX + d;
		edges[count++] = -(i128)UINT64_MAX + d;
	}
	edges[count++] = I128_MAX;
	edges[count++] = I128_MAX - 1;
	edges[count++] = I128_MIN;
	edges[count++] = I128_MIN + 1;
	edges[count++] = I128_MAX / 2;
	edges[count++] = I128_MAX / 2 + 1;
	ck_assert_int_le(count, COUNT(edges));
	for (int i = 0; i < count; i++) {
		for (int j = 0; j < count; j++)
			check_pair(edges[i], edges[j]);
	}
}
END_TEST

START_TEST(both_implementations_agree_with_the_compiler_on_random_numbers)
{
	random_state = 20260309;
	memset(&fitted, 0, sizeof(fitted));
	for (long i = 0; i < RANDOM_PAIRS; i++) {
		i128 a = random_128(), b = random_128();

		if (i % 16 == 0 && product_fits(a, b))
			a = a * b; /* an exact quotient */
		if (i % 16 == 1 && b > 1)
			a = a / b * b / 2; /* ties among them */
		check_pair(a, b);
	}
	/* the comparison is worth something only when results exist */
	ck_assert_int_ge(fitted.total, 200000);
	ck_assert_int_ge(fitted.sums, fitted.total * 9 / 10);
	ck_assert_int_ge(fitted.products, fitted.total * 4 / 10);
	ck_assert_int_le(fitted.products, fitted.total * 7 / 10);
	ck_assert_int_ge(fitted.rounds, fitted.total);
}
END_TEST

START_TEST(both_implementations_round_the_same_sums)
{
	random_state = 310;
	for (int i = 0; i < 20000; i++) {
		static const yb_money_unit units[] = { YB_UNIT_FEN, YB_UNIT_JIAO, YB_UNIT_YUAN };
		yb_fen amounts[4], out = -7, other = -7;
		yb_ppm rates[4];
		struct ybi_wide sum = { 0 };
		i128 total = 0;
		yb_money_unit unit = units[random_64() % 3];
		yb_rounding mode = (yb_rounding)(random_64() % 4);
		yb_status status;

		for (int k = 0; k < 4; k++) {
			amounts[k] = (int64_t)random_64() >> random_64() % 64;
			rates[k] = (yb_ppm)(random_64() % (i % 8 ? 2000001 : INT32_MAX)) - (i % 8 ? 1000000 : 0);
			ybi_wide_add_product(&sum, amounts[k], rates[k]);
			total += (i128)amounts[k] * rates[k];
		}
		total = rounded(total, (i128)1000000 * unit, mode) * unit;
		status = ybi_wide_round(&sum, unit, mode, &out);
		holds(status == (total == (int64_t)total ? YB_OK : YB_E_OVERFLOW), __LINE__);
		holds(fallback_sum(amounts, rates, 4, unit, mode, &other) == status, __LINE__);
		holds(out == other && (status != YB_OK || out == (int64_t)total), __LINE__);
	}
}
END_TEST

#endif

Suite *
wide_suite(void)
{
	Suite *suite = suite_create("wide");
	TCase *tcase = tcase_create("wide");

	tcase_set_timeout(tcase, 1800);
	tcase_add_loop_test(tcase, a_number_is_written_in_decimal, 0, COUNT(texts));
	tcase_add_test(tcase, a_sum_of_products_is_rounded_once);
	tcase_add_test(tcase, an_empty_sum_is_nothing);
	tcase_add_test(tcase, a_sum_that_left_128_bits_stays_refused);
	tcase_add_loop_test(tcase, a_quotient_is_rounded_by_its_mode, 0, COUNT(quotients));
	tcase_add_test(tcase, only_the_smallest_number_by_minus_one_has_no_quotient);
#ifdef __SIZEOF_INT128__
	tcase_add_test(tcase, both_implementations_agree_with_the_compiler_on_edges);
	tcase_add_test(tcase, both_implementations_agree_with_the_compiler_on_random_numbers);
	tcase_add_test(tcase, both_implementations_round_the_same_sums);
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}
