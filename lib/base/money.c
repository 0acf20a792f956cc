/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/money.h>

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/wide.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* `-`? digit+ ( `.` digit digit? )? */
static bool
fen_text_valid(const char *text, size_t length)
{
	size_t at = length > 0 && text[0] == '-', start = at;

	while (at < length && is_digit(text[at]))
		at++;
	if (at == start)
		return false;
	if (at == length)
		return true;
	if (text[at] != '.' || length - at < 2 || length - at > 3)
		return false;
	return is_digit(text[at + 1]) && is_digit(text[length - 1]);
}

yb_status
yb_fen_from_text(const char *text, size_t length, yb_fen *fen)
{
	bool negative, point = false;
	int decimals = 0;
	int64_t value = 0; /* counted below zero, where there is one more */

	if (!text || !fen)
		return YB_E_INVALID;
	if (!fen_text_valid(text, length))
		return YB_E_BAD_AMOUNT;
	negative = text[0] == '-';
	for (size_t i = negative; i < length || decimals < 2; i++) {
		int digit = 0; /* also for the decimals not written */

		if (i < length && text[i] == '.') {
			point = true;
			continue;
		}
		if (i < length)
			digit = text[i] - '0';
		if (point || i >= length)
			decimals++;
		if (value < (INT64_MIN + digit) / 10)
			return YB_E_OVERFLOW;
		value = value * 10 - digit;
	}
	if (!negative && value == INT64_MIN)
		return YB_E_OVERFLOW;
	*fen = negative ? value : -value;
	return YB_OK;
}

void
yb_fen_to_text(yb_fen fen, char text[YB_FEN_TEXT_SIZE])
{
	uint64_t magnitude = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

	char digits[YB_FEN_TEXT_SIZE];
	size_t at = sizeof(digits), places = 0;

	digits[--at] = '\0';
	do {
		if (places == 2)
			digits[--at] = '.';
		digits[--at] = (char)('0' + magnitude % 10);
		magnitude /= 10;
		places++;
	} while (magnitude || places < 3);
	if (fen < 0)
		digits[--at] = '-';
	memcpy(text, digits + at, sizeof(digits) - at);
}

yb_status
yb_fen_add(yb_fen a, yb_fen b, yb_fen *sum)
{
	yb_fen result;

	if (!sum)
		return YB_E_INVALID;
	if (__builtin_add_overflow(a, b, &result))
		return YB_E_OVERFLOW;
	*sum = result;
	return YB_OK;
}

yb_status
yb_fen_sub(yb_fen a, yb_fen b, yb_fen *difference)
{
	yb_fen result;

	if (!difference)
		return YB_E_INVALID;
	if (__builtin_sub_overflow(a, b, &result))
		return YB_E_OVERFLOW;
	*difference = result;
	return YB_OK;
}

yb_status
yb_fen_round(yb_fen fen, yb_money_unit unit, yb_rounding mode, yb_fen *rounded)
{
	return yb_fen_mul_fraction(fen, 1, 1, unit, mode, rounded);
}

yb_status
yb_fen_mul_fraction(yb_fen fen, int64_t numerator, int64_t denominator, yb_money_unit unit, yb_rounding mode, yb_fen *result)
{
	ybi_i128 units, amount;
	int64_t value;

	if (!result || denominator <= 0 || mode < YB_ROUND_HALF_UP || mode > YB_ROUND_DOWN)
		return YB_E_INVALID;
	if (unit != YB_UNIT_FEN && unit != YB_UNIT_JIAO && unit != YB_UNIT_YUAN)
		return YB_E_INVALID;
	/* divided by denominator and unit at once: two steps would round twice */
	if (!ybi_i128_div_round(ybi_i128_mul_64(fen, numerator), ybi_i128_mul_64(denominator, unit), mode, &units) ||
	    !ybi_i128_mul(units, ybi_i128_from(unit), &amount) || !ybi_i128_to_i64(amount, &value))
		return YB_E_OVERFLOW;
	*result = value;
	return YB_OK;
}

yb_status
yb_fen_mul_rate(yb_fen fen, yb_ppm rate, yb_money_unit unit, yb_rounding mode, yb_fen *result)
{
	return yb_fen_mul_fraction(fen, rate, YB_PPM_ONE, unit, mode, result);
}

/* digit+ ( `.` digit+ )? `%`?; gives where the digits end. */
static bool
ppm_text_valid(const char *text, size_t length, size_t *end)
{
	size_t at = 0, start;

	while (at < length && is_digit(text[at]))
		at++;
	if (at == 0)
		return false;
	if (at < length && text[at] == '.') {
		start = ++at;
		while (at < length && is_digit(text[at]))
			at++;
		if (at == start)
			return false;
	}
	*end = at;
	return at == length || (at + 1 == length && text[at] == '%');
}

yb_status
yb_ppm_from_text(const char *text, size_t length, yb_ppm *rate)
{
	size_t end;
	int decimals = 0, places;
	bool point = false, too_large = false;
	int64_t value = 0;

	if (!text || !rate)
		return YB_E_INVALID;
	if (!ppm_text_valid(text, length, &end))
		return YB_E_BAD_VALUE;
	places = end < length ? 4 : 6;
	for (size_t i = 0; i < end || decimals < places; i++) {
		int digit = i < end && text[i] != '.' ? text[i] - '0' : 0;

		if (i < end && text[i] == '.') {
			point = true;
			continue;
		}
		if (decimals == places) { /* only noughts may follow */
			if (digit != 0)
				return YB_E_BAD_VALUE;
			continue;
		}
		decimals += point || i >= end;
		value = value * 10 + digit;
		if (value > INT32_MAX) {
			too_large = true;
			value = INT32_MAX;
		}
	}
	if (too_large)
		return YB_E_OVERFLOW;
	*rate = (yb_ppm)value;
	return YB_OK;
}
