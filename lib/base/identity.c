/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/identity.h>

#include <stdbool.h>
#include <string.h>

#include <yibao/date.h>

#include "base/text.h"

#define IDENTITY_LENGTH 18
#define IDENTITY_OLD_LENGTH 15
#define USCC_LENGTH 18

/* Not compared with GB/T 2260: numbers keep the codes of regions that were abolished. */
static bool
province_valid(const char *text)
{
	int32_t province = ybi_digits(text, 2);

	return (province >= 11 && province <= 83) || province >= 90;
}

/* GB 11643, MOD 11-2. */
static char
identity_check_digit(const char digits[17])
{
	static const int8_t weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	for (size_t i = 0; i < 17; i++)
		sum += (digits[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

/* The number in 18 characters, X upper case; its check digit may be wrong. */
static bool
identity_expand(const char *text, size_t length, char number[YB_IDENTITY_TEXT_SIZE])
{
	if (length == IDENTITY_LENGTH) {
		memcpy(number, text, IDENTITY_LENGTH);
		if (number[17] == 'x')
			number[17] = 'X';
	} else if (length == IDENTITY_OLD_LENGTH) {
		memcpy(number, text, 6);
		memcpy(number + 6, "19", 2);
		memcpy(number + 8, text + 6, 9);
	} else {
		return false;
	}
	number[IDENTITY_LENGTH] = '\0';
	if (ybi_digits(number, 8) < 0 || ybi_digits(number + 8, 9) < 0)
		return false;
	if (length == IDENTITY_OLD_LENGTH)
		number[17] = identity_check_digit(number);
	return true;
}

yb_status
yb_identity_check(const char *text, size_t length, yb_day *birth, int32_t *sex, char number[])
{
	char full[YB_IDENTITY_TEXT_SIZE];
	yb_day day = 0;
	bool valid;

	if (!text)
		return YB_E_INVALID;
	valid = identity_expand(text, length, full) && province_valid(full) && full[17] == identity_check_digit(full) &&
	        yb_day_from_ymd(ybi_digits(full + 6, 4), ybi_digits(full + 10, 2), ybi_digits(full + 12, 2), &day) == YB_OK;
	if (valid && birth)
		*birth = day;
	if (valid && sex)
		*sex = (full[16] - '0') % 2 == 1 ? 1 : 2;
	if (valid && number)
		memcpy(number, full, sizeof(full));
	yb_wipe(full, sizeof(full));
	return valid ? YB_OK : YB_E_BAD_IDENTITY;
}

static bool
starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Characters are counted, not bytes, so that no character is cut; of a text that is not UTF-8 nothing is shown. */
void
yb_identity_mask(const char *text, size_t length, char *masked)
{
	bool readable = length > 0 && ybi_utf8_check(text, length) == length;
	size_t characters = 0, at = 0, out = 0;

	for (size_t i = 0; i < length; i++)
		characters += starts_character(text[i]);
	if (!readable || length < 8 || characters < 8) {
		size_t stars = readable ? characters : length;

		memset(masked, '*', stars);
		masked[stars] = '\0';
		return;
	}
	for (size_t i = 0; i < length; i++) {
		at += starts_character(text[i]);
		if (at <= 3 || at > characters - 4)
			masked[out++] = text[i];
		else if (starts_character(text[i]))
			masked[out++] = '*';
	}
	masked[out] = '\0';
}

/* Digits from `text` on; an X may stand at the end of seventeen. */
static size_t
run_of_digits(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && text[n] >= '0' && text[n] <= '9')
		n++;
	return n == 17 && n < length && (text[n] == 'X' || text[n] == 'x') ? n + 1 : n;
}

/* A message may cut a number short: fourteen digits tell region and birth already. */
static bool
looks_like_identity(const char *text, size_t length)
{
	int32_t year;

	if (length == IDENTITY_OLD_LENGTH && yb_identity_check(text, length, NULL, NULL, NULL) == YB_OK)
		return true;
	if (length < 14 || length > IDENTITY_LENGTH || !province_valid(text))
		return false;
	year = ybi_digits(text + 6, 4);
	return year >= 1850 && year < 2100 && yb_day_from_ymd(year, ybi_digits(text + 10, 2), ybi_digits(text + 12, 2), &(yb_day) { 0 }) == YB_OK;
}

void
ybi_identity_hide(char *text, size_t length)
{
	for (size_t at = 0, n; at < length; at += n ? n : 1) {
		n = run_of_digits(text + at, length - at);
		if (looks_like_identity(text + at, n))
			memset(text + at + 3, '*', n - 3);
	}
}

bool
ybi_identity_within(const char *text, size_t length)
{
	for (size_t at = 0, n; at < length; at += n ? n : 1) {
		n = run_of_digits(text + at, length - at);
		if (n == IDENTITY_LENGTH && yb_identity_check(text + at, n, NULL, NULL, NULL) == YB_OK)
			return true;
	}
	return false;
}

/* Value of a character of GB 32100, -1 when it is none: I, O, S, V and Z are not used. */
static int
uscc_value(char c)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

yb_status
yb_uscc_check(const char *text, size_t length)
{
	int sum = 0, weight = 1;

	if (!text)
		return YB_E_INVALID;
	/* third to eighth: the region of the registrar, digits only */
	if (length != USCC_LENGTH || ybi_digits(text + 2, 6) < 0)
		return YB_E_BAD_IDENTITY;
	for (size_t i = 0; i < USCC_LENGTH - 1; i++) {
		int value = uscc_value(text[i]);

		if (value < 0)
			return YB_E_BAD_IDENTITY;
		sum += value * weight;
		weight = weight * 3 % 31;
	}
	return uscc_value(text[USCC_LENGTH - 1]) == (31 - sum % 31) % 31 ? YB_OK : YB_E_BAD_IDENTITY;
}

yb_status
yb_admdvs_check(const char *text, size_t length)
{
	if (!text)
		return YB_E_INVALID;
	if (length != 6 || ybi_digits(text, 6) < 0 || !province_valid(text))
		return YB_E_BAD_IDENTITY;
	return YB_OK;
}
