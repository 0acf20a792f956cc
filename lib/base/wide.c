/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wide.h"

#include <string.h>

#ifndef YBI_NO_INT128

#define I128_MAX ((ybi_i128)(~(unsigned __int128)0 >> 1))
#define I128_MIN (-I128_MAX - 1)

/*
 * Not __builtin_mul_overflow: older clang turns that into a call of __muloti4,
 * which is in its own run-time library but not in libgcc.
 */
bool
ybi_i128_mul(ybi_i128 a, ybi_i128 b, ybi_i128 *out)
{
	unsigned __int128 magnitude_a = a < 0 ? -(unsigned __int128)a : (unsigned __int128)a;
	unsigned __int128 magnitude_b = b < 0 ? -(unsigned __int128)b : (unsigned __int128)b;
	unsigned __int128 high_a = magnitude_a >> 64, high_b = magnitude_b >> 64, cross, product;
	bool negative = (a < 0) != (b < 0);

	if ((int64_t)a == a && (int64_t)b == b) {
		*out = a * b;
		return true;
	}
	if (high_a && high_b)
		return false;
	cross = high_a ? high_a * (uint64_t)magnitude_b : high_b * (uint64_t)magnitude_a;
	product = (unsigned __int128)(uint64_t)magnitude_a * (uint64_t)magnitude_b;
	if (cross >> 64 || __builtin_add_overflow(cross << 64, product, &product))
		return false;
	if (product > (unsigned __int128)I128_MAX + (negative ? 1 : 0))
		return false;
	*out = (ybi_i128)(negative ? -product : product);
	return true;
}

bool
ybi_i128_divmod(ybi_i128 a, ybi_i128 b, ybi_i128 *quotient, ybi_i128 *remainder)
{
	ybi_i128 q;

	if (b == -1 && a == I128_MIN)
		return false;
	if ((int64_t)a == a && (int64_t)b == b && b != -1)
		q = (int64_t)a / (int64_t)b; /* several times faster, and the usual case */
	else
		q = a / b;
	if (quotient)
		*quotient = q;
	if (remainder)
		*remainder = a - q * b;
	return true;
}

static bool
i128_is_odd(ybi_i128 value)
{
	return value & 1;
}

#else

/* A magnitude. All arithmetic on it is modulo 2^128. */
struct u128 {
	uint64_t high, low;
};

static bool
i128_is_negative(ybi_i128 value)
{
	return value.high < 0;
}

static struct u128
u128_negate(struct u128 value)
{
	struct u128 out = { ~value.high, ~value.low + 1 };

	out.high += out.low == 0;
	return out;
}

static struct u128
u128_sub(struct u128 a, struct u128 b)
{
	return (struct u128) { a.high - b.high - (a.low < b.low), a.low - b.low };
}

static int
u128_cmp(struct u128 a, struct u128 b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

static struct u128
i128_magnitude(ybi_i128 value)
{
	struct u128 out = { (uint64_t)value.high, value.low };

	return i128_is_negative(value) ? u128_negate(out) : out;
}

/* false when the magnitude is above 2^127 - 1, or 2^127 for a negative number. */
static bool
i128_from_magnitude(struct u128 value, bool negative, ybi_i128 *out)
{
	const uint64_t top = UINT64_C(1) << 63;

	if (value.high >= top && !(negative && value.high == top && value.low == 0))
		return false;
	if (negative)
		value = u128_negate(value);
	out->low = value.low;
	out->high = (int64_t)value.high;
	return true;
}

static struct u128
u128_mul_64(uint64_t a, uint64_t b)
{
	uint64_t a_low = a & UINT32_MAX, a_high = a >> 32, b_low = b & UINT32_MAX, b_high = b >> 32;
	uint64_t low = a_low * b_low;
	uint64_t middle = a_high * b_low + (low >> 32); /* at most 2^64 - 2^32 */
	uint64_t other = a_low * b_high + (middle & UINT32_MAX);

	return (struct u128) { a_high * b_high + (middle >> 32) + (other >> 32), other << 32 | (low & UINT32_MAX) };
}

static unsigned
u128_bits(struct u128 value)
{
	if (value.high)
		return 128 - (unsigned)__builtin_clzll(value.high);
	return value.low ? 64 - (unsigned)__builtin_clzll(value.low) : 0;
}

static struct u128
u128_shift_left(struct u128 value, unsigned by)
{
	if (by == 0)
		return value;
	if (by >= 64)
		return (struct u128) { value.low << (by - 64), 0 };
	return (struct u128) { value.high << by | value.low >> (64 - by), value.low << by };
}

/* Four digits of 32 bits by one. */
static struct u128
u128_div_32(struct u128 value, uint64_t divisor, struct u128 *remainder)
{
	uint64_t high = value.high / divisor, rest = value.high % divisor;
	uint64_t part = rest << 32 | value.low >> 32, middle = part / divisor;
	uint64_t last = part % divisor << 32 | (value.low & UINT32_MAX);

	*remainder = (struct u128) { 0, last % divisor };
	return (struct u128) { high, middle << 32 | last / divisor };
}

/* Long division; the cost is one step per bit of the quotient. */
static struct u128
u128_divmod(struct u128 value, struct u128 divisor, struct u128 *remainder)
{
	struct u128 quotient = { 0, 0 };
	unsigned shift;

	if (value.high == 0 && divisor.high == 0) {
		*remainder = (struct u128) { 0, value.low % divisor.low };
		return (struct u128) { 0, value.low / divisor.low };
	}
	if (divisor.high == 0 && divisor.low <= UINT32_MAX)
		return u128_div_32(value, divisor.low, remainder);
	*remainder = value;
	if (u128_cmp(value, divisor) < 0)
		return quotient;
	shift = u128_bits(value) - u128_bits(divisor);
	divisor = u128_shift_left(divisor, shift);
	for (unsigned i = 0; i <= shift; i++) {
		quotient = u128_shift_left(quotient, 1);
		if (u128_cmp(*remainder, divisor) >= 0) {
			*remainder = u128_sub(*remainder, divisor);
			quotient.low |= 1;
		}
		divisor = (struct u128) { divisor.high >> 1, divisor.low >> 1 | divisor.high << 63 };
	}
	return quotient;
}

ybi_i128
ybi_i128_from(int64_t value)
{
	return (ybi_i128) { .low = (uint64_t)value, .high = value < 0 ? -1 : 0 };
}

bool
ybi_i128_to_i64(ybi_i128 value, int64_t *out)
{
	*out = (int64_t)value.low;
	return value.high == (*out < 0 ? -1 : 0);
}

int
ybi_i128_sign(ybi_i128 value)
{
	if (i128_is_negative(value))
		return -1;
	return value.high != 0 || value.low != 0;
}

int
ybi_i128_cmp(ybi_i128 a, ybi_i128 b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

bool
ybi_i128_add(ybi_i128 a, ybi_i128 b, ybi_i128 *out)
{
	uint64_t low = a.low + b.low;
	uint64_t high = (uint64_t)a.high + (uint64_t)b.high + (low < a.low);

	out->low = low;
	out->high = (int64_t)high;
	return (a.high < 0) != (b.high < 0) || (out->high < 0) == (a.high < 0);
}

bool
ybi_i128_sub(ybi_i128 a, ybi_i128 b, ybi_i128 *out)
{
	uint64_t high = (uint64_t)a.high - (uint64_t)b.high - (a.low < b.low);

	out->low = a.low - b.low;
	out->high = (int64_t)high;
	return (a.high < 0) == (b.high < 0) || (out->high < 0) == (a.high < 0);
}

bool
ybi_i128_mul(ybi_i128 a, ybi_i128 b, ybi_i128 *out)
{
	struct u128 x = i128_magnitude(a), y = i128_magnitude(b), cross, product;

	if (x.high && y.high)
		return false;
	cross = x.high ? u128_mul_64(x.high, y.low) : u128_mul_64(y.high, x.low);
	product = u128_mul_64(x.low, y.low);
	product.high += cross.low;
	if (cross.high || product.high < cross.low)
		return false;
	return i128_from_magnitude(product, i128_is_negative(a) != i128_is_negative(b), out);
}

ybi_i128
ybi_i128_mul_64(int64_t a, int64_t b)
{
	ybi_i128 out = { 0, 0 };

	ybi_i128_mul(ybi_i128_from(a), ybi_i128_from(b), &out); /* at most 2^126 */
	return out;
}

bool
ybi_i128_divmod(ybi_i128 a, ybi_i128 b, ybi_i128 *quotient, ybi_i128 *remainder)
{
	struct u128 rest, whole = u128_divmod(i128_magnitude(a), i128_magnitude(b), &rest);
	ybi_i128 q, r;

	if (!i128_from_magnitude(whole, i128_is_negative(a) != i128_is_negative(b), &q))
		return false;
	i128_from_magnitude(rest, i128_is_negative(a), &r); /* smaller than |b|, fits */
	if (quotient)
		*quotient = q;
	if (remainder)
		*remainder = r;
	return true;
}

static bool
i128_is_odd(ybi_i128 value)
{
	return value.low & 1;
}

#endif

bool
ybi_i128_div_round(ybi_i128 a, ybi_i128 b, yb_rounding mode, ybi_i128 *out)
{
	const ybi_i128 zero = ybi_i128_from(0);
	ybi_i128 quotient, rest, complement;
	int sign, half;
	bool away;

	if (mode < YB_ROUND_HALF_UP || mode > YB_ROUND_DOWN || ybi_i128_sign(b) <= 0)
		return false;
	if (!ybi_i128_divmod(a, b, &quotient, &rest))
		return false;
	*out = quotient;
	sign = ybi_i128_sign(rest);
	if (sign == 0)
		return true;
	if (sign < 0)
		ybi_i128_sub(zero, rest, &rest);
	ybi_i128_sub(b, rest, &complement); /* 2 x rest might not fit, b - rest does */
	half = ybi_i128_cmp(rest, complement);
	if (mode == YB_ROUND_HALF_UP)
		away = half >= 0;
	else if (mode == YB_ROUND_HALF_EVEN)
		away = half > 0 || (half == 0 && i128_is_odd(quotient));
	else
		away = mode == YB_ROUND_UP;
	return !away || ybi_i128_add(quotient, ybi_i128_from(sign), out);
}

static uint64_t
magnitude_64(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

int64_t
ybi_i128_gcd_64(ybi_i128 a, int64_t b)
{
	uint64_t x, y = (uint64_t)b;
	int64_t small;
	int shift;

	if (!ybi_i128_to_i64(a, &small)) {
		ybi_i128_divmod(a, ybi_i128_from(b), NULL, &a);
		ybi_i128_to_i64(a, &small); /* |a| < b now */
	}
	x = magnitude_64(small);
	/* mostly amounts by the denominator of a rate: one division leaves two small numbers */
	if (y == 1 || x >> 8 >= y)
		x %= y;
	if (x == 0)
		return b;
	/* binary: no further division, and no guess which is the larger; the evaluator lives on this */
	shift = __builtin_ctzll(x | y);
	x >>= __builtin_ctzll(x);
	do {
		uint64_t low;

		y >>= __builtin_ctzll(y);
		low = x < y ? x : y;
		y = x < y ? y - x : x - y;
		x = low;
	} while (y);
	return (int64_t)(x << shift);
}

unsigned
ybi_i128_to_text(ybi_i128 value, char text[41])
{
	const ybi_i128 chunk = ybi_i128_from(INT64_C(1000000000000000000));
	const bool negative = ybi_i128_sign(value) < 0;
	char digits[40]; /* from the end */
	unsigned at = sizeof(digits), length;
	bool more;

	do {
		ybi_i128 rest;
		int64_t part;
		uint64_t left;
		unsigned stop = at > 18 ? at - 18 : 0;

		ybi_i128_divmod(value, chunk, &value, &rest);
		ybi_i128_to_i64(rest, &part);
		left = magnitude_64(part);
		more = ybi_i128_sign(value) != 0;
		do {
			digits[--at] = (char)('0' + left % 10);
			left /= 10;
		} while (left || (more && at > stop));
	} while (more);
	if (negative)
		digits[--at] = '-';
	length = (unsigned)sizeof(digits) - at;
	memcpy(text, digits + at, length);
	text[length] = '\0';
	return length;
}

void
ybi_wide_add_product(struct ybi_wide *sum, yb_fen amount, yb_ppm rate)
{
	if (!ybi_i128_add(sum->total, ybi_i128_mul_64(amount, rate), &sum->total))
		sum->overflow = true;
}

yb_status
ybi_wide_round(const struct ybi_wide *sum, yb_money_unit unit, yb_rounding mode, yb_fen *out)
{
	ybi_i128 units, amount;
	int64_t fen;

	if (unit != YB_UNIT_FEN && unit != YB_UNIT_JIAO && unit != YB_UNIT_YUAN)
		return YB_E_INVALID;
	if (mode < YB_ROUND_HALF_UP || mode > YB_ROUND_DOWN)
		return YB_E_INVALID;
	if (sum->overflow)
		return YB_E_OVERFLOW;
	if (!ybi_i128_div_round(sum->total, ybi_i128_mul_64(YB_PPM_ONE, unit), mode, &units) ||
	    !ybi_i128_mul(units, ybi_i128_from(unit), &amount) || !ybi_i128_to_i64(amount, &fen))
		return YB_E_OVERFLOW;
	*out = fen;
	return YB_OK;
}
