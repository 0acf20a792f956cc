/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fraction.h"

#include <inttypes.h>

#define DIGITS_MOST 18 /* 10^18 is the largest power of ten in 63 bits */

static yb_status
fraction_set(ybi_i128 num, int64_t den, struct ybi_fraction *out)
{
	out->num = num;
	out->den = den;
	return YB_OK;
}

/* num / den, den > 0, reduced. */
static yb_status
fraction_reduce(ybi_i128 num, int64_t den, struct ybi_fraction *out)
{
	int64_t common = ybi_i128_gcd_64(num, den);

	if (common > 1) {
		ybi_i128_divmod(num, ybi_i128_from(common), &num, NULL);
		den /= common;
	}
	return fraction_set(num, den, out);
}

yb_status
ybi_fraction_make(int64_t num, int64_t den, struct ybi_fraction *out)
{
	ybi_i128 top = ybi_i128_from(num);

	if (den == 0)
		return YB_E_DIVISION;
	if (den > 0)
		return fraction_reduce(top, den, out);
	ybi_i128_sub(ybi_i128_from(0), top, &top);
	if (den > INT64_MIN)
		return fraction_reduce(top, -den, out);
	/* 2^63 does not fit; halved it does, if the numerator can be halved too */
	if (num % 2 != 0)
		return YB_E_OVERFLOW;
	ybi_i128_divmod(top, ybi_i128_from(2), &top, NULL);
	return fraction_reduce(top, INT64_C(1) << 62, out);
}

/* The whole part towards minus infinity, and how many parts of a.den remain, 0 .. den - 1. */
static ybi_i128
fraction_split(struct ybi_fraction a, int64_t *rest)
{
	ybi_i128 whole, remainder;

	ybi_i128_divmod(a.num, ybi_i128_from(a.den), &whole, &remainder);
	ybi_i128_to_i64(remainder, rest);
	if (*rest < 0) {
		*rest += a.den;
		ybi_i128_sub(whole, ybi_i128_from(1), &whole);
	}
	return whole;
}

/*
 * a + b or a - b where the cross products leave 128 bits although the result
 * may not: whole parts and rests are summed apart. With the same sign, neither
 * is larger than the result, so an overflow here is one of the result.
 */
static yb_status
fraction_sum_by_parts(struct ybi_fraction a, struct ybi_fraction b, bool minus, struct ybi_fraction *out)
{
	const ybi_i128 one = ybi_i128_from(1);
	int64_t common = ybi_i128_gcd_64(ybi_i128_from(a.den), b.den), rest_a, rest_b, den;
	ybi_i128 whole_a = fraction_split(a, &rest_a), whole_b = fraction_split(b, &rest_b);
	ybi_i128 part = ybi_i128_mul_64(rest_a, b.den / common), part_b = ybi_i128_mul_64(rest_b, a.den / common), whole, wide_den;
	int64_t part_common;

	if (!(minus ? ybi_i128_sub(whole_a, whole_b, &whole) : ybi_i128_add(whole_a, whole_b, &whole)))
		return YB_E_OVERFLOW;
	if (!(minus ? ybi_i128_sub(part, part_b, &part) : ybi_i128_add(part, part_b, &part)))
		return YB_E_OVERFLOW; /* not reached: each is below 2^126 */
	part_common = ybi_i128_gcd_64(part, common);
	if (!ybi_i128_to_i64(ybi_i128_mul_64(a.den / common, b.den / part_common), &den))
		return YB_E_OVERFLOW;
	ybi_i128_divmod(part, ybi_i128_from(part_common), &part, NULL);
	wide_den = ybi_i128_from(den);
	if (ybi_i128_sign(part) < 0) {
		if (!ybi_i128_sub(whole, one, &whole))
			return YB_E_OVERFLOW;
		ybi_i128_add(part, wide_den, &part);
	} else if (ybi_i128_cmp(part, wide_den) >= 0) {
		if (!ybi_i128_add(whole, one, &whole))
			return YB_E_OVERFLOW;
		ybi_i128_sub(part, wide_den, &part);
	}
	if (ybi_i128_sign(whole) < 0 && ybi_i128_sign(part) > 0) {
		ybi_i128_add(whole, one, &whole);
		ybi_i128_sub(part, wide_den, &part);
	}
	if (!ybi_i128_mul(whole, wide_den, &whole) || !ybi_i128_add(whole, part, &whole))
		return YB_E_OVERFLOW;
	return fraction_set(whole, den, out);
}

/* Different denominators; Knuth 4.5.1: with the common divisor of the denominators taken out first, little is left to reduce. */
static yb_status
fraction_sum_general(struct ybi_fraction a, struct ybi_fraction b, bool minus, struct ybi_fraction *out)
{
	int64_t common = ybi_i128_gcd_64(ybi_i128_from(a.den), b.den), num_common, den;
	ybi_i128 left, right, num;

	if (!ybi_i128_mul(a.num, ybi_i128_from(b.den / common), &left) || !ybi_i128_mul(b.num, ybi_i128_from(a.den / common), &right) ||
	    !(minus ? ybi_i128_sub(left, right, &num) : ybi_i128_add(left, right, &num)))
		return fraction_sum_by_parts(a, b, minus, out);
	num_common = ybi_i128_gcd_64(num, common);
	if (!ybi_i128_to_i64(ybi_i128_mul_64(a.den / common, b.den / num_common), &den))
		return YB_E_OVERFLOW;
	if (num_common > 1)
		ybi_i128_divmod(num, ybi_i128_from(num_common), &num, NULL);
	return fraction_set(num, den, out);
}

static yb_status
fraction_sum(struct ybi_fraction a, struct ybi_fraction b, bool minus, struct ybi_fraction *out)
{
	ybi_i128 num;

	if (a.den != b.den)
		return fraction_sum_general(a, b, minus, out);
	if (!(minus ? ybi_i128_sub(a.num, b.num, &num) : ybi_i128_add(a.num, b.num, &num)))
		return a.den == 1 ? YB_E_OVERFLOW : fraction_sum_by_parts(a, b, minus, out);
	return a.den == 1 ? fraction_set(num, 1, out) : fraction_reduce(num, a.den, out);
}

yb_status
ybi_fraction_add(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out)
{
	return fraction_sum(a, b, false, out);
}

yb_status
ybi_fraction_sub(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out)
{
	return fraction_sum(a, b, true, out);
}

yb_status
ybi_fraction_mul(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out)
{
	int64_t cross_a, cross_b, den;
	ybi_i128 num;

	if (a.den == 1 && b.den == 1)
		return ybi_i128_mul(a.num, b.num, &num) ? fraction_set(num, 1, out) : YB_E_OVERFLOW;
	/* reduced across first, the product is reduced and nothing overflows but the result */
	cross_a = b.den == 1 ? 1 : ybi_i128_gcd_64(a.num, b.den);
	cross_b = a.den == 1 ? 1 : ybi_i128_gcd_64(b.num, a.den);
	if (cross_a > 1)
		ybi_i128_divmod(a.num, ybi_i128_from(cross_a), &a.num, NULL);
	if (cross_b > 1)
		ybi_i128_divmod(b.num, ybi_i128_from(cross_b), &b.num, NULL);
	if (!ybi_i128_mul(a.num, b.num, &num) || !ybi_i128_to_i64(ybi_i128_mul_64(a.den / cross_b, b.den / cross_a), &den))
		return YB_E_OVERFLOW;
	return fraction_set(num, den, out);
}

/* Greatest common divisor of two numbers of 128 bits, b not 0; above 0, but for the smallest number, which has no positive. */
static ybi_i128
gcd_128(ybi_i128 a, ybi_i128 b)
{
	ybi_i128 rest;
	int64_t small;

	while (!ybi_i128_to_i64(b, &small) || small < 0) {
		if (!ybi_i128_divmod(a, b, NULL, &rest))
			return ybi_i128_from(1); /* the smallest number by -1 */
		if (ybi_i128_sign(rest) == 0)
			return ybi_i128_sign(b) < 0 && ybi_i128_sub(rest, b, &a) ? a : b;
		a = b;
		b = rest;
	}
	return ybi_i128_from(ybi_i128_gcd_64(a, small));
}

/* a / b = *num / *den, reduced, *den > 0, b not 0; false when one of them leaves 128 bits. */
static bool
fraction_quotient(struct ybi_fraction a, struct ybi_fraction b, ybi_i128 *num, ybi_i128 *den)
{
	const ybi_i128 zero = ybi_i128_from(0);
	ybi_i128 common = gcd_128(a.num, b.num);
	int64_t common_den = ybi_i128_gcd_64(ybi_i128_from(a.den), b.den);

	if (!ybi_i128_divmod(a.num, common, num, NULL) || !ybi_i128_divmod(b.num, common, den, NULL))
		return false;
	if (ybi_i128_sign(*den) < 0 && (!ybi_i128_sub(zero, *num, num) || !ybi_i128_sub(zero, *den, den)))
		return false;
	return ybi_i128_mul(*num, ybi_i128_from(b.den / common_den), num) && ybi_i128_mul(*den, ybi_i128_from(a.den / common_den), den);
}

/* Multiplied across, where that stays in 63 bits and b is above 0. */
static bool
fraction_div_small(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out)
{
	int64_t num, den;

	return ybi_i128_to_i64(a.num, &num) && ybi_i128_to_i64(b.num, &den) && den > 0 && !__builtin_mul_overflow(num, b.den, &num) &&
	       !__builtin_mul_overflow(den, a.den, &den) && fraction_reduce(ybi_i128_from(num), den, out) == YB_OK;
}

yb_status
ybi_fraction_div(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out)
{
	ybi_i128 num, wide_den;
	int64_t den;

	if (ybi_i128_sign(b.num) == 0)
		return YB_E_DIVISION;
	if (fraction_div_small(a, b, out))
		return YB_OK;
	if (a.den == 1 && b.den == 1 && ybi_i128_sign(b.num) > 0 && ybi_i128_to_i64(b.num, &den))
		return fraction_reduce(a.num, den, out);
	if (!fraction_quotient(a, b, &num, &wide_den) || !ybi_i128_to_i64(wide_den, &den))
		return YB_E_OVERFLOW;
	return fraction_set(num, den, out);
}

yb_status
ybi_fraction_neg(struct ybi_fraction a, struct ybi_fraction *out)
{
	ybi_i128 num;

	if (!ybi_i128_sub(ybi_i128_from(0), a.num, &num))
		return YB_E_OVERFLOW;
	return fraction_set(num, a.den, out);
}

int
ybi_fraction_cmp_any(struct ybi_fraction a, struct ybi_fraction b)
{
	ybi_i128 left, right;
	int64_t rest_a, rest_b;
	int whole;

	if (ybi_i128_to_i64(a.num, &rest_a) && ybi_i128_to_i64(b.num, &rest_b)) /* two products that fit */
		return ybi_i128_cmp(ybi_i128_mul_64(rest_a, b.den), ybi_i128_mul_64(rest_b, a.den));
	if (ybi_i128_mul(a.num, ybi_i128_from(b.den), &left) && ybi_i128_mul(b.num, ybi_i128_from(a.den), &right))
		return ybi_i128_cmp(left, right);
	left = fraction_split(a, &rest_a);
	right = fraction_split(b, &rest_b);
	whole = ybi_i128_cmp(left, right);
	if (whole != 0)
		return whole;
	return ybi_i128_cmp(ybi_i128_mul_64(rest_a, b.den), ybi_i128_mul_64(rest_b, a.den));
}

bool
ybi_fraction_is_whole(struct ybi_fraction a)
{
	return a.den == 1;
}

/* One step of rounding where the quotient fits in 128 bits over 128 bits. */
static yb_status
fraction_round_direct(struct ybi_fraction a, struct ybi_fraction step, yb_rounding mode, struct ybi_fraction *out)
{
	struct ybi_fraction steps = { .den = 1 };
	ybi_i128 num, den;

	if (!fraction_quotient(a, step, &num, &den) || !ybi_i128_div_round(num, den, mode, &steps.num))
		return YB_E_OVERFLOW;
	return ybi_fraction_mul(steps, step, out);
}

/*
 * For a large `a`: the most of it is a whole multiple of twice the step's
 * numerator, so an even number of steps, which rounding leaves alone whatever
 * the mode. What is left has the sign of `a` and is small.
 */
static yb_status
fraction_round_by_parts(struct ybi_fraction a, struct ybi_fraction step, yb_rounding mode, struct ybi_fraction *out)
{
	struct ybi_fraction most = { .den = 1 }, left = { .den = a.den };
	ybi_i128 whole, rest, period;
	yb_status status;

	ybi_i128_divmod(a.num, ybi_i128_from(a.den), &whole, &rest);
	if (!ybi_i128_add(step.num, step.num, &period))
		return YB_E_OVERFLOW;
	ybi_i128_divmod(whole, period, NULL, &left.num);
	ybi_i128_sub(whole, left.num, &most.num);
	if (!ybi_i128_mul(left.num, ybi_i128_from(a.den), &left.num) || !ybi_i128_add(left.num, rest, &left.num))
		return YB_E_OVERFLOW;
	status = fraction_round_direct(left, step, mode, &left);
	return status == YB_OK ? ybi_fraction_add(most, left, out) : status;
}

yb_status
ybi_fraction_round(struct ybi_fraction a, struct ybi_fraction step, yb_rounding mode, struct ybi_fraction *out)
{
	ybi_i128 num;
	int64_t unit;

	if (mode < YB_ROUND_HALF_UP || mode > YB_ROUND_DOWN || ybi_i128_sign(step.num) <= 0)
		return YB_E_INVALID;
	if (step.den == 1 && ybi_i128_to_i64(step.num, &unit) && unit == 1) {
		if (a.den == 1)
			return fraction_set(a.num, 1, out);
		if (!ybi_i128_div_round(a.num, ybi_i128_from(a.den), mode, &num))
			return YB_E_OVERFLOW;
		return fraction_set(num, 1, out);
	}
	if (fraction_round_direct(a, step, mode, out) == YB_OK)
		return YB_OK;
	return fraction_round_by_parts(a, step, mode, out);
}

yb_status
ybi_fraction_floor(struct ybi_fraction a, struct ybi_fraction *out)
{
	int64_t rest;

	return fraction_set(a.den == 1 ? a.num : fraction_split(a, &rest), 1, out);
}

yb_status
ybi_fraction_ceil(struct ybi_fraction a, struct ybi_fraction *out)
{
	ybi_i128 whole = a.num;
	int64_t rest;

	if (a.den > 1) /* so there is a rest, and the next integer is within half the range */
		ybi_i128_add(fraction_split(a, &rest), ybi_i128_from(1), &whole);
	return fraction_set(whole, 1, out);
}

/* Number of ASCII digits at the start. */
static size_t
digit_span(const char *text, size_t length)
{
	size_t count = 0;

	while (count < length && text[count] >= '0' && text[count] <= '9')
		count++;
	return count;
}

/* The digits of `text` appended to `value`; at most 18 in all. */
static int64_t
digits_append(int64_t value, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

int64_t
ybi_power_of_ten(unsigned exponent)
{
	int64_t power = 1;

	for (unsigned i = 0; i < exponent; i++)
		power *= 10;
	return power;
}

static yb_status
ratio_from_text(const char *num, size_t num_length, const char *den, size_t den_length, bool negative, struct ybi_fraction *out)
{
	size_t zeros = 0;
	int64_t value;

	while (zeros < den_length && den[zeros] == '0')
		zeros++;
	if (den_length == 0 || zeros == den_length)
		return YB_E_BAD_VALUE;
	if (num_length > DIGITS_MOST || den_length > DIGITS_MOST)
		return YB_E_OVERFLOW;
	value = digits_append(0, num, num_length);
	return ybi_fraction_make(negative ? -value : value, digits_append(0, den, den_length), out);
}

yb_status
ybi_fraction_from_text(const char *text, size_t length, unsigned decimals, bool percent, bool ratio, struct ybi_fraction *out)
{
	bool negative = length > 0 && text[0] == '-';
	const char *at = text + negative, *part = NULL;
	size_t left = length - negative, whole, parts = 0, scale;
	const char *digits = at;
	int64_t value;

	whole = digit_span(at, left);
	if (whole == 0)
		return YB_E_BAD_VALUE;
	at += whole;
	left -= whole;
	if (ratio && left > 0 && at[0] == '/') {
		if (digit_span(at + 1, left - 1) != left - 1)
			return YB_E_BAD_VALUE;
		return ratio_from_text(digits, whole, at + 1, left - 1, negative, out);
	}
	if (left > 0 && at[0] == '.') {
		part = at + 1;
		parts = digit_span(part, left - 1);
		if (parts == 0)
			return YB_E_BAD_VALUE;
		at += parts + 1;
		left -= parts + 1;
	}
	scale = parts;
	if (percent && left > 0 && at[0] == '%') {
		scale += 2;
		left--;
	}
	if (left > 0 || scale > decimals)
		return YB_E_BAD_VALUE;
	if (whole + parts > DIGITS_MOST || scale > DIGITS_MOST)
		return YB_E_OVERFLOW;
	value = digits_append(0, digits, whole);
	if (part)
		value = digits_append(value, part, parts);
	return ybi_fraction_make(negative ? -value : value, ybi_power_of_ten((unsigned)scale), out);
}

unsigned
ybi_fraction_decimals(int64_t den)
{
	unsigned twos = (unsigned)__builtin_ctzll((unsigned long long)den), fives = 0;

	for (den >>= twos; den % 5 == 0; den /= 5)
		fives++;
	if (den != 1 || twos > DIGITS_MOST || fives > DIGITS_MOST)
		return DIGITS_MOST + 1;
	return twos > fives ? twos : fives;
}

void
ybi_fraction_print(struct ybi_fraction a, struct ybi_text *out)
{
	char digits[41];
	unsigned decimals = ybi_fraction_decimals(a.den), length;
	ybi_i128 whole, remainder;
	int64_t rest;

	if (decimals > DIGITS_MOST) {
		ybi_i128_to_text(a.num, digits);
		ybi_text_printf(out, "%s/%" PRId64, digits, a.den);
		return;
	}
	ybi_i128_divmod(a.num, ybi_i128_from(a.den), &whole, &remainder);
	length = ybi_i128_to_text(whole, digits);
	if (ybi_i128_sign(whole) == 0 && ybi_i128_sign(a.num) < 0)
		ybi_text_putc(out, '-'); /* the whole part of -0.5 has no sign */
	ybi_text_add(out, digits, length);
	if (decimals == 0)
		return;
	ybi_i128_to_i64(remainder, &rest);
	if (rest < 0)
		rest = -rest;
	rest *= ybi_power_of_ten(decimals) / a.den;
	for (unsigned i = decimals; i > 0; i--, rest /= 10)
		digits[i] = (char)('0' + rest % 10);
	digits[0] = '.';
	ybi_text_add(out, digits, decimals + 1);
}
