/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_FRACTION_H
#define YBI_FRACTION_H

#include "base/text.h"
#include "base/wide.h"

/*
 * An exact rational, always reduced, den > 0. Every operation gives YB_OK,
 * YB_E_OVERFLOW (numerator outside 128 bits or denominator outside 63) or
 * YB_E_DIVISION; *out is changed only on YB_OK and may be an operand.
 */
struct ybi_fraction {
	ybi_i128 num;
	int64_t den;
};

static inline struct ybi_fraction
ybi_fraction_from(int64_t value)
{
	return (struct ybi_fraction){ ybi_i128_from(value), 1 };
}

yb_status ybi_fraction_make(int64_t num, int64_t den, struct ybi_fraction *out); /* den != 0 */
yb_status ybi_fraction_add(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out);
yb_status ybi_fraction_sub(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out);
yb_status ybi_fraction_mul(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out);
yb_status ybi_fraction_div(struct ybi_fraction a, struct ybi_fraction b, struct ybi_fraction *out);
yb_status ybi_fraction_neg(struct ybi_fraction a, struct ybi_fraction *out);
/* Exact for any two fractions; never overflows. */
int ybi_fraction_cmp_any(struct ybi_fraction a, struct ybi_fraction b);
static inline int
ybi_fraction_cmp(struct ybi_fraction a, struct ybi_fraction b)
{
	return a.den == b.den ? ybi_i128_cmp(a.num, b.num) : ybi_fraction_cmp_any(a, b);
}

static inline int
ybi_fraction_sign(struct ybi_fraction a)
{
	return ybi_i128_sign(a.num);
}

bool ybi_fraction_is_whole(struct ybi_fraction a);
/* To the nearest multiple of `step` (> 0) by the mode. */
yb_status ybi_fraction_round(struct ybi_fraction a, struct ybi_fraction step, yb_rounding mode, struct ybi_fraction *out);
yb_status ybi_fraction_floor(struct ybi_fraction a, struct ybi_fraction *out); /* towards minus infinity */
yb_status ybi_fraction_ceil(struct ybi_fraction a, struct ybi_fraction *out);
/* The integer, when it is one that fits; else YB_E_OVERFLOW. */
static inline yb_status
ybi_fraction_to_i64(struct ybi_fraction a, int64_t *out)
{
	int64_t value;

	if (a.den != 1 || !ybi_i128_to_i64(a.num, &value))
		return YB_E_OVERFLOW;
	*out = value;
	return YB_OK;
}

/*
 * Read "12", "-0.65" (at most `decimals` decimals), "65%" (two decimals fewer
 * count: 65.1234% has the same fineness as 0.651234) or, when `ratio` is set,
 * "2/37". No sign +, no exponent, no blanks, no separators.
 * YB_E_BAD_VALUE: malformed or too fine; YB_E_OVERFLOW: over 18 digits.
 */
yb_status ybi_fraction_from_text(const char *text, size_t length, unsigned decimals, bool percent, bool ratio, struct ybi_fraction *out);
/* Decimals that 1 / den needs, over 18 when that many do not do. */
unsigned ybi_fraction_decimals(int64_t den);
int64_t ybi_power_of_ten(unsigned exponent); /* 18 at most */
/* A finite decimal when the denominator divides a power of ten up to 10^18 ("29595.8", "-3", no trailing zeros), else "n/d". */
void ybi_fraction_print(struct ybi_fraction a, struct ybi_text *out);

#endif
