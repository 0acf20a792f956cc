/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_WIDE_H
#define YBI_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#include <yibao/money.h>
#include <yibao/types.h>

/*
 * Signed 128-bit integers. Where the compiler has __int128 it is used; armhf
 * and i386 have none, so there is a second implementation in 64-bit halves,
 * chosen by YBI_NO_INT128 (set by configure) and tested against the first on
 * every machine that has both. Every operation that can overflow says so:
 * false is returned and *out is unspecified.
 */
#ifndef YBI_NO_INT128
typedef __int128 ybi_i128;
#else
typedef struct {
	uint64_t low;
	int64_t high;
} ybi_i128;
#endif

#ifndef YBI_NO_INT128
static inline ybi_i128
ybi_i128_from(int64_t value)
{
	return value;
}

static inline bool
ybi_i128_to_i64(ybi_i128 value, int64_t *out)
{
	*out = (int64_t)value;
	return *out == value;
}

/* -1, 0, 1 */
static inline int
ybi_i128_sign(ybi_i128 value)
{
	return (value > 0) - (value < 0);
}

static inline int
ybi_i128_cmp(ybi_i128 a, ybi_i128 b)
{
	return (a > b) - (a < b);
}

static inline bool
ybi_i128_add(ybi_i128 a, ybi_i128 b, ybi_i128 *out)
{
	return !__builtin_add_overflow(a, b, out);
}

static inline bool
ybi_i128_sub(ybi_i128 a, ybi_i128 b, ybi_i128 *out)
{
	return !__builtin_sub_overflow(a, b, out);
}

static inline ybi_i128
ybi_i128_mul_64(int64_t a, int64_t b) /* always fits */
{
	return (ybi_i128)a * b;
}
#else
ybi_i128 ybi_i128_from(int64_t value);
bool ybi_i128_to_i64(ybi_i128 value, int64_t *out);
int ybi_i128_sign(ybi_i128 value); /* -1, 0, 1 */
int ybi_i128_cmp(ybi_i128 a, ybi_i128 b);
bool ybi_i128_add(ybi_i128 a, ybi_i128 b, ybi_i128 *out);
bool ybi_i128_sub(ybi_i128 a, ybi_i128 b, ybi_i128 *out);
ybi_i128 ybi_i128_mul_64(int64_t a, int64_t b); /* always fits */
#endif
bool ybi_i128_mul(ybi_i128 a, ybi_i128 b, ybi_i128 *out);
/* Truncating division; b is not 0; false only for INT128_MIN / -1. Either output may be NULL. */
bool ybi_i128_divmod(ybi_i128 a, ybi_i128 b, ybi_i128 *quotient, ybi_i128 *remainder);
/* a / b rounded to an integer in one step; b > 0; false when it does not fit. */
bool ybi_i128_div_round(ybi_i128 a, ybi_i128 b, yb_rounding mode, ybi_i128 *out);
/* Greatest common divisor of |a| and b, b > 0. */
int64_t ybi_i128_gcd_64(ybi_i128 a, int64_t b);
/* Decimal digits with '-'; needs 41 bytes. Returns the length. */
unsigned ybi_i128_to_text(ybi_i128 value, char text[41]);

/*
 * A sum that is rounded once: amounts times rates, exact until the named
 * rounding point. A zeroed struct is an empty sum.
 */
struct ybi_wide {
	ybi_i128 total; /* in fen x millionths */
	bool overflow;
};

void ybi_wide_add_product(struct ybi_wide *sum, yb_fen amount, yb_ppm rate);
yb_status ybi_wide_round(const struct ybi_wide *sum, yb_money_unit unit, yb_rounding mode, yb_fen *out);

#endif
