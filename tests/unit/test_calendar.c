/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <string.h>

#include "base/calendar.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define UNTOUCHED (-777)

Suite *calendar_suite(void);

static yb_day
day_of(const char *text)
{
	yb_day day = UNTOUCHED;

	ck_assert_msg(yb_day_from_text(text, strlen(text), &day) == YB_OK, "%s", text);
	return day;
}

static const struct {
	const char *text;
	yb_day day;
} known[] = {
	{ "1970-01-01", 0 },
	{ "1970-01-02", 1 },
	{ "1969-12-31", -1 },
	{ "2000-02-29", 11016 }, /* 30 years with 7 leap days, 31 + 28 days */
	{ "2000-03-01", 11017 },
	{ "2026-03-09", 20521 },
	{ "0001-01-01", YBI_DAY_FIRST },
	{ "9999-12-31", YBI_DAY_LAST },
};

START_TEST(a_date_is_the_day_that_is_known)
{
	char text[YB_DAY_TEXT_SIZE];

	ck_assert_int_eq(day_of(known[_i].text), known[_i].day);
	yb_day_to_text(known[_i].day, text);
	ck_assert_str_eq(text, known[_i].text);
}
END_TEST

static const char *const refused[] = {
	"", "2025-02-29", "1900-02-29", "2100-02-29", "2025-00-10", "2025-13-10", "2025-01-00", "2025-01-32", "2025-04-31", "0000-01-01",
	"2025-1-01", "2025-01-1", "2025/01/01", "20250101", "2025-01-01 ", " 2025-01-01", "10000-01-01", "-001-01-01", "2025-01-0x", "+025-01-01",
	"2025-01-1 ", "2025--1-01",
};

START_TEST(a_text_that_is_no_date_is_refused)
{
	yb_day day = UNTOUCHED;

	ck_assert_msg(yb_day_from_text(refused[_i], strlen(refused[_i]), &day) == YB_E_BAD_DATE, "%s", refused[_i]);
	ck_assert_int_eq(day, UNTOUCHED);
}
END_TEST

START_TEST(leap_years_follow_the_rule_of_400)
{
	yb_day day = UNTOUCHED;

	ck_assert_int_eq(yb_day_from_ymd(2000, 2, 29, &day), YB_OK);
	ck_assert_int_eq(yb_day_from_ymd(2024, 2, 29, &day), YB_OK);
	ck_assert_int_eq(yb_day_from_ymd(2024, 2, 30, &day), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_from_ymd(1900, 2, 29, &day), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_from_ymd(INT32_MAX, 1, 1, &day), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_from_ymd(2024, INT32_MIN, 1, &day), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_from_ymd(2024, 1, INT32_MIN, &day), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_from_ymd(2024, 1, 1, NULL), YB_E_INVALID);
}
END_TEST

/* Counted on by the rules of the calendar, from the first day to the last. */
START_TEST(every_day_has_its_date_and_back)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	yb_day day = YBI_DAY_FIRST;

	for (int32_t year = 1; year <= 9999; year++) {
		int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		for (int32_t month = 1; month <= 12; month++) {
			int last = lengths[month - 1] + (month == 2 ? leap : 0);

			for (int32_t mday = 1; mday <= last; mday++, day++) {
				int32_t y = 0, m = 0, d = 0;
				yb_day back = UNTOUCHED;

				if (yb_day_to_ymd(day, &y, &m, &d) != YB_OK || y != year || m != month || d != mday)
					ck_abort_msg("day %d is not %d-%d-%d", day, year, month, mday);
				if (yb_day_from_ymd(year, month, mday, &back) != YB_OK || back != day)
					ck_abort_msg("%d-%d-%d is not day %d", year, month, mday, day);
			}
		}
	}
	ck_assert_int_eq(day, YBI_DAY_LAST + 1);
}
END_TEST

START_TEST(a_day_outside_the_years_has_no_date)
{
	static const yb_day outside[] = { YBI_DAY_FIRST - 1, YBI_DAY_LAST + 1, YB_DAY_NONE, INT32_MAX };
	int32_t year = UNTOUCHED, count = UNTOUCHED;
	char text[YB_DAY_TEXT_SIZE];
	yb_day out = UNTOUCHED;

	ck_assert(!ybi_day_valid(outside[_i]));
	ck_assert_int_eq(yb_day_to_ymd(outside[_i], &year, NULL, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(year, UNTOUCHED);
	yb_day_to_text(outside[_i], text);
	ck_assert_str_eq(text, "0000-00-00");
	ck_assert_int_eq(yb_day_add_months(outside[_i], 0, YB_MONTH_END_CLIP, &out), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_months_between(outside[_i], 0, &count), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_months_between(0, outside[_i], &count), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_age(outside[_i], 0, &count), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_age(0, outside[_i], &count), YB_E_BAD_DATE);
	ck_assert_int_eq(count, UNTOUCHED);
	ck_assert_int_eq(out, UNTOUCHED);
}
END_TEST

START_TEST(parts_of_a_date_may_be_left_out)
{
	int32_t month = 0;

	ck_assert_int_eq(yb_day_to_ymd(20521, NULL, &month, NULL), YB_OK);
	ck_assert_int_eq(month, 3);
	ck_assert_int_eq(yb_day_to_ymd(20521, NULL, NULL, NULL), YB_OK);
}
END_TEST

static const struct {
	const char *from;
	int32_t months;
	const char *clip, *spill;
} added[] = {
	{ "2025-01-31", 0, "2025-01-31", "2025-01-31" },
	{ "2025-01-31", 1, "2025-02-28", "2025-03-01" },
	{ "2024-01-31", 1, "2024-02-29", "2024-03-01" },
	{ "2024-01-30", 1, "2024-02-29", "2024-03-01" },
	{ "2024-01-29", 1, "2024-02-29", "2024-02-29" },
	{ "2025-01-29", 1, "2025-02-28", "2025-03-01" },
	{ "2025-01-28", 1, "2025-02-28", "2025-02-28" },
	{ "2025-03-31", -1, "2025-02-28", "2025-03-01" },
	{ "2025-03-31", 1, "2025-04-30", "2025-05-01" },
	{ "2025-10-31", 1, "2025-11-30", "2025-12-01" },
	{ "2025-08-31", 1, "2025-09-30", "2025-10-01" },
	{ "2025-12-31", 1, "2026-01-31", "2026-01-31" },
	{ "2025-12-31", 2, "2026-02-28", "2026-03-01" },
	{ "2026-01-15", -1, "2025-12-15", "2025-12-15" },
	{ "2024-02-29", 12, "2025-02-28", "2025-03-01" },
	{ "2024-02-29", 48, "2028-02-29", "2028-02-29" },
	{ "2024-02-29", -12, "2023-02-28", "2023-03-01" },
	{ "0001-01-31", 1, "0001-02-28", "0001-03-01" },
	{ "0001-01-01", 119987, "9999-12-01", "9999-12-01" },
	{ "9999-12-31", -119987, "0001-01-31", "0001-01-31" },
};

START_TEST(months_end_is_clipped_or_spilt)
{
	yb_day out = UNTOUCHED;

	ck_assert_int_eq(yb_day_add_months(day_of(added[_i].from), added[_i].months, YB_MONTH_END_CLIP, &out), YB_OK);
	ck_assert_int_eq(out, day_of(added[_i].clip));
	ck_assert_int_eq(yb_day_add_months(day_of(added[_i].from), added[_i].months, YB_MONTH_END_SPILL, &out), YB_OK);
	ck_assert_int_eq(out, day_of(added[_i].spill));
}
END_TEST

START_TEST(months_that_leave_the_years_are_refused)
{
	yb_day out = UNTOUCHED;

	ck_assert_int_eq(yb_day_add_months(YBI_DAY_FIRST, -1, YB_MONTH_END_CLIP, &out), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_add_months(YBI_DAY_LAST, 1, YB_MONTH_END_CLIP, &out), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_add_months(YBI_DAY_FIRST, 119988, YB_MONTH_END_CLIP, &out), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_add_months(0, INT32_MAX, YB_MONTH_END_CLIP, &out), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_add_months(0, INT32_MIN, YB_MONTH_END_SPILL, &out), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_day_add_months(0, 1, 2, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_day_add_months(0, 1, YB_MONTH_END_CLIP, NULL), YB_E_INVALID);
	ck_assert_int_eq(out, UNTOUCHED);
}
END_TEST

static const struct {
	const char *from, *to;
	int32_t months;
} between[] = {
	{ "2025-01-15", "2025-01-15", 0 },
	{ "2025-01-15", "2025-02-14", 0 },
	{ "2025-01-15", "2025-02-15", 1 },
	{ "2025-01-15", "2025-02-16", 1 },
	{ "2025-01-31", "2025-02-27", 0 },
	{ "2025-01-31", "2025-02-28", 1 },
	{ "2024-01-31", "2024-02-28", 0 },
	{ "2024-01-31", "2024-02-29", 1 },
	{ "2025-01-31", "2025-03-30", 1 },
	{ "2025-01-31", "2025-03-31", 2 },
	{ "2025-01-31", "2025-04-30", 3 },
	{ "2024-02-29", "2025-02-28", 12 },
	{ "2024-02-29", "2025-02-27", 11 },
	{ "2025-02-28", "2025-03-27", 0 },
	{ "2025-02-28", "2025-03-28", 1 },
	{ "2025-12-31", "2026-01-30", 0 },
	{ "2025-12-31", "2026-01-31", 1 },
	{ "0001-01-01", "9999-12-31", 119987 },
	{ "2025-01-16", "2025-01-15", 0 },
	{ "2025-02-14", "2025-01-15", 0 },
	{ "2025-02-15", "2025-01-15", -1 },
	{ "2025-03-31", "2025-01-31", -2 },
	{ "2025-02-28", "2025-01-31", -1 },
	{ "9999-12-31", "0001-01-01", -119987 },
};

START_TEST(only_complete_months_count)
{
	int32_t months = UNTOUCHED;

	ck_assert_int_eq(yb_day_months_between(day_of(between[_i].from), day_of(between[_i].to), &months), YB_OK);
	ck_assert_msg(months == between[_i].months, "%s .. %s: %d", between[_i].from, between[_i].to, months);
}
END_TEST

/* n months are complete on the day that the clipped addition gives, and not the day before. */
START_TEST(months_between_is_the_inverse_of_a_clipped_addition)
{
	for (yb_day from = day_of("2023-12-01"); from <= day_of("2025-03-31"); from++) {
		for (int32_t months = 1; months <= 26; months++) {
			int32_t on = UNTOUCHED, before = UNTOUCHED;
			yb_day to = UNTOUCHED;

			if (yb_day_add_months(from, months, YB_MONTH_END_CLIP, &to) != YB_OK || yb_day_months_between(from, to, &on) != YB_OK ||
			    yb_day_months_between(from, to - 1, &before) != YB_OK || on != months || before != months - 1)
				ck_abort_msg("day %d and %d months: %d, the day before %d", from, months, on, before);
		}
	}
}
END_TEST

static const struct {
	const char *birth, *on;
	int32_t years;
} ages[] = {
	{ "1990-06-15", "1990-06-15", 0 },
	{ "1990-06-15", "1991-06-14", 0 },
	{ "1990-06-15", "1991-06-15", 1 },
	{ "1990-06-15", "2026-06-14", 35 },
	{ "1990-06-15", "2026-06-15", 36 },
	{ "1990-06-15", "2026-06-16", 36 },
	{ "2004-02-29", "2005-02-28", 0 },
	{ "2004-02-29", "2005-03-01", 1 },
	{ "2004-02-29", "2008-02-28", 3 },
	{ "2004-02-29", "2008-02-29", 4 },
	{ "2004-12-31", "2005-01-01", 0 },
	{ "0001-01-01", "9999-12-31", 9998 },
};

START_TEST(age_changes_on_the_birthday)
{
	int32_t years = UNTOUCHED;

	ck_assert_int_eq(yb_day_age(day_of(ages[_i].birth), day_of(ages[_i].on), &years), YB_OK);
	ck_assert_int_eq(years, ages[_i].years);
}
END_TEST

START_TEST(nobody_has_an_age_before_birth)
{
	int32_t years = UNTOUCHED;

	ck_assert_int_eq(yb_day_age(100, 99, &years), YB_E_BAD_DATE);
	ck_assert_int_eq(years, UNTOUCHED);
	ck_assert_int_eq(yb_day_age(99, 100, NULL), YB_E_INVALID);
}
END_TEST

static const struct {
	const char *day;
	int32_t month, mday;
	const char *start;
} starts[] = {
	{ "2026-01-01", 1, 1, "2026-01-01" },
	{ "2025-12-31", 1, 1, "2025-01-01" },
	{ "2026-03-31", 4, 1, "2025-04-01" },
	{ "2026-04-01", 4, 1, "2026-04-01" },
	{ "2024-02-29", 2, 28, "2024-02-28" },
	{ "2024-02-29", 3, 1, "2023-03-01" },
	{ "2026-12-30", 12, 31, "2025-12-31" },
};

START_TEST(a_benefit_year_starts_on_its_day)
{
	ck_assert_int_eq(ybi_day_year_start(day_of(starts[_i].day), starts[_i].month, starts[_i].mday), day_of(starts[_i].start));
}
END_TEST

START_TEST(the_year_changes_at_new_year)
{
	ck_assert_int_eq(ybi_day_year(-1), 1969);
	ck_assert_int_eq(ybi_day_year(0), 1970);
	ck_assert_int_eq(ybi_day_year(YBI_DAY_FIRST), 1);
	ck_assert_int_eq(ybi_day_year(YBI_DAY_LAST), 9999);
	/* the benefit year of the first days began before the calendar does */
	ck_assert_int_eq(ybi_day_year_start(YBI_DAY_FIRST, 12, 31), YBI_DAY_FIRST - 1);
}
END_TEST

Suite *
calendar_suite(void)
{
	Suite *suite = suite_create("calendar");
	TCase *tcase = tcase_create("calendar");

	tcase_set_timeout(tcase, 1800);
	tcase_add_loop_test(tcase, a_date_is_the_day_that_is_known, 0, COUNT(known));
	tcase_add_loop_test(tcase, a_text_that_is_no_date_is_refused, 0, COUNT(refused));
	tcase_add_test(tcase, leap_years_follow_the_rule_of_400);
	tcase_add_test(tcase, every_day_has_its_date_and_back);
	tcase_add_loop_test(tcase, a_day_outside_the_years_has_no_date, 0, 4);
	tcase_add_test(tcase, parts_of_a_date_may_be_left_out);
	tcase_add_loop_test(tcase, months_end_is_clipped_or_spilt, 0, COUNT(added));
	tcase_add_test(tcase, months_that_leave_the_years_are_refused);
	tcase_add_loop_test(tcase, only_complete_months_count, 0, COUNT(between));
	tcase_add_test(tcase, months_between_is_the_inverse_of_a_clipped_addition);
	tcase_add_loop_test(tcase, age_changes_on_the_birthday, 0, COUNT(ages));
	tcase_add_test(tcase, nobody_has_an_age_before_birth);
	tcase_add_loop_test(tcase, a_benefit_year_starts_on_its_day, 0, COUNT(starts));
	tcase_add_test(tcase, the_year_changes_at_new_year);
	suite_add_tcase(suite, tcase);
	return suite;
}
