/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/calendar.h"

#include <string.h>

#include "base/text.h"

#define DAYS_OF_ERA 146097    /* 400 years */
#define DAYS_TO_EPOCH 719468  /* from 0000-03-01 to 1970-01-01 */

static bool
is_leap(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t
month_length(int32_t year, int32_t month)
{
	static const int8_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return lengths[month - 1] + (month == 2 && is_leap(year));
}

/* Days from civil: years begin in March, so that the leap day is the last of its year. */
static yb_day
civil_to_day(int32_t year, int32_t month, int32_t mday)
{
	int32_t y = year - (month <= 2), m = month + (month > 2 ? -3 : 9);
	int32_t era = (y >= 0 ? y : y - 399) / 400;
	int32_t year_of_era = y - era * 400;
	int32_t day_of_year = (153 * m + 2) / 5 + mday - 1;

	return era * DAYS_OF_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - DAYS_TO_EPOCH;
}

/* The inverse, for a valid day. */
static void
civil_from_day(yb_day day, int32_t *year, int32_t *month, int32_t *mday)
{
	int32_t shifted = day + DAYS_TO_EPOCH; /* never negative: 0001-01-01 is 306 */
	int32_t era = shifted / DAYS_OF_ERA, day_of_era = shifted % DAYS_OF_ERA;
	int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t m = (5 * day_of_year + 2) / 153;

	*mday = day_of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = era * 400 + year_of_era + (*month <= 2);
}

bool
ybi_day_valid(yb_day day)
{
	return day >= YBI_DAY_FIRST && day <= YBI_DAY_LAST;
}

int32_t
ybi_day_year(yb_day day)
{
	int32_t year, month, mday;

	civil_from_day(day, &year, &month, &mday);
	return year;
}

/* In the year 1 the start may lie before the first valid day. */
yb_day
ybi_day_year_start(yb_day day, int32_t month, int32_t mday)
{
	int32_t year = ybi_day_year(day);
	yb_day start = civil_to_day(year, month, mday);

	return start <= day ? start : civil_to_day(year - 1, month, mday);
}

yb_status
yb_day_from_ymd(int32_t year, int32_t month, int32_t day, yb_day *out)
{
	if (!out)
		return YB_E_INVALID;
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > month_length(year, month))
		return YB_E_BAD_DATE;
	*out = civil_to_day(year, month, day);
	return YB_OK;
}

yb_status
yb_day_to_ymd(yb_day day, int32_t *year, int32_t *month, int32_t *mday)
{
	int32_t y, m, d;

	if (!ybi_day_valid(day))
		return YB_E_BAD_DATE;
	civil_from_day(day, &y, &m, &d);
	if (year)
		*year = y;
	if (month)
		*month = m;
	if (mday)
		*mday = d;
	return YB_OK;
}

yb_status
yb_day_from_text(const char *text, size_t length, yb_day *out)
{
	if (!text || !out)
		return YB_E_INVALID;
	if (length != 10 || text[4] != '-' || text[7] != '-')
		return YB_E_BAD_DATE;
	return yb_day_from_ymd(ybi_digits(text, 4), ybi_digits(text + 5, 2), ybi_digits(text + 8, 2), out);
}

static void
digits_write(char *text, int count, int32_t value)
{
	for (int i = count - 1; i >= 0; i--) {
		text[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
yb_day_to_text(yb_day day, char text[YB_DAY_TEXT_SIZE])
{
	int32_t year, month, mday;

	memcpy(text, "0000-00-00", YB_DAY_TEXT_SIZE);
	if (yb_day_to_ymd(day, &year, &month, &mday) != YB_OK)
		return;
	digits_write(text, 4, year);
	digits_write(text + 5, 2, month);
	digits_write(text + 8, 2, mday);
}

yb_status
yb_day_add_months(yb_day day, int32_t months, yb_month_end rule, yb_day *out)
{
	int32_t year, month, mday, last;
	int64_t count; /* of months since the year 0 */

	if (!out || (rule != YB_MONTH_END_CLIP && rule != YB_MONTH_END_SPILL))
		return YB_E_INVALID;
	if (!ybi_day_valid(day))
		return YB_E_BAD_DATE;
	civil_from_day(day, &year, &month, &mday);
	count = (int64_t)year * 12 + month - 1 + months;
	if (count < 12 || count >= 120000)
		return YB_E_BAD_DATE;
	year = (int32_t)(count / 12);
	month = (int32_t)(count % 12) + 1;
	last = month_length(year, month);
	if (mday <= last)
		*out = civil_to_day(year, month, mday);
	else
		*out = civil_to_day(year, month, last) + (rule == YB_MONTH_END_SPILL ? 1 : 0);
	return YB_OK;
}

/* Complete months, from <= to. */
static int32_t
months_complete(yb_day from, yb_day to)
{
	int32_t year, month, mday, to_year, to_month, to_mday, months;

	civil_from_day(from, &year, &month, &mday);
	civil_from_day(to, &to_year, &to_month, &to_mday);
	months = (to_year - year) * 12 + to_month - month;
	return to_mday >= mday || to_mday == month_length(to_year, to_month) ? months : months - 1;
}

yb_status
yb_day_months_between(yb_day from, yb_day to, int32_t *months)
{
	if (!months)
		return YB_E_INVALID;
	if (!ybi_day_valid(from) || !ybi_day_valid(to))
		return YB_E_BAD_DATE;
	*months = from <= to ? months_complete(from, to) : -months_complete(to, from);
	return YB_OK;
}

yb_status
yb_day_age(yb_day birth, yb_day on, int32_t *years)
{
	int32_t year, month, mday, on_year, on_month, on_mday;

	if (!years)
		return YB_E_INVALID;
	if (!ybi_day_valid(birth) || !ybi_day_valid(on) || on < birth)
		return YB_E_BAD_DATE;
	civil_from_day(birth, &year, &month, &mday);
	civil_from_day(on, &on_year, &on_month, &on_mday);
	*years = on_year - year - (on_month < month || (on_month == month && on_mday < mday));
	return YB_OK;
}
