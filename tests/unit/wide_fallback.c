/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_NO_INT128
#define YBI_NO_INT128 1
#endif

#define ybi_i128 fallback_i128
#define ybi_i128_from fallback_i128_from
#define ybi_i128_to_i64 fallback_i128_to_i64
#define ybi_i128_sign fallback_i128_sign
#define ybi_i128_cmp fallback_i128_cmp
#define ybi_i128_add fallback_i128_add
#define ybi_i128_sub fallback_i128_sub
#define ybi_i128_mul fallback_i128_mul
#define ybi_i128_mul_64 fallback_i128_mul_64
#define ybi_i128_divmod fallback_i128_divmod
#define ybi_i128_div_round fallback_i128_div_round
#define ybi_i128_gcd_64 fallback_i128_gcd_64
#define ybi_i128_to_text fallback_i128_to_text
#define ybi_wide fallback_wide
#define ybi_wide_add_product fallback_wide_add_product
#define ybi_wide_round fallback_wide_round

#include "../../lib/base/wide.c"

#include "wide_fallback.h"

static ybi_i128
pack(struct halves value)
{
	return (ybi_i128) { .low = value.low, .high = value.high };
}

static struct halves
unpack(ybi_i128 value)
{
	return (struct halves) { value.high, value.low };
}

struct halves
fallback_from(int64_t value)
{
	return unpack(ybi_i128_from(value));
}

bool
fallback_to_i64(struct halves value, int64_t *out)
{
	return ybi_i128_to_i64(pack(value), out);
}

int
fallback_sign(struct halves value)
{
	return ybi_i128_sign(pack(value));
}

int
fallback_cmp(struct halves a, struct halves b)
{
	return ybi_i128_cmp(pack(a), pack(b));
}

bool
fallback_add(struct halves a, struct halves b, struct halves *out)
{
	ybi_i128 result = { 0, 0 };
	bool fits = ybi_i128_add(pack(a), pack(b), &result);

	*out = unpack(result);
	return fits;
}

bool
fallback_sub(struct halves a, struct halves b, struct halves *out)
{
	ybi_i128 result = { 0, 0 };
	bool fits = ybi_i128_sub(pack(a), pack(b), &result);

	*out = unpack(result);
	return fits;
}

bool
fallback_mul(struct halves a, struct halves b, struct halves *out)
{
	ybi_i128 result = { 0, 0 };
	bool fits = ybi_i128_mul(pack(a), pack(b), &result);

	*out = unpack(result);
	return fits;
}

struct halves
fallback_mul_64(int64_t a, int64_t b)
{
	return unpack(ybi_i128_mul_64(a, b));
}

bool
fallback_divmod(struct halves a, struct halves b, struct halves *quotient, struct halves *remainder)
{
	ybi_i128 q = { 0, 0 }, r = { 0, 0 };
	bool fits = ybi_i128_divmod(pack(a), pack(b), quotient ? &q : NULL, remainder ? &r : NULL);

	if (quotient)
		*quotient = unpack(q);
	if (remainder)
		*remainder = unpack(r);
	return fits;
}

bool
fallback_div_round(struct halves a, struct halves b, yb_rounding mode, struct halves *out)
{
	ybi_i128 result = { 0, 0 };
	bool fits = ybi_i128_div_round(pack(a), pack(b), mode, &result);

	*out = unpack(result);
	return fits;
}

int64_t
fallback_gcd_64(struct halves a, int64_t b)
{
	return ybi_i128_gcd_64(pack(a), b);
}

unsigned
fallback_to_text(struct halves value, char text[41])
{
	return ybi_i128_to_text(pack(value), text);
}

yb_status
fallback_sum(const yb_fen *amounts, const yb_ppm *rates, int count, yb_money_unit unit, yb_rounding mode, yb_fen *out)
{
	struct ybi_wide sum = { { 0, 0 }, false };

	for (int i = 0; i < count; i++)
		ybi_wide_add_product(&sum, amounts[i], rates[i]);
	return ybi_wide_round(&sum, unit, mode, out);
}
