/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_DATE_H
#define YIBAO_DATE_H

#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The civil calendar (proleptic Gregorian), years 1 to 9999.
 *
 * Worked example: 2025-01-31 plus one month is 2025-02-28 with
 * #YB_MONTH_END_CLIP and 2025-03-01 with #YB_MONTH_END_SPILL.
 */

/** What becomes of a day that the month does not have. */
typedef int32_t yb_month_end;
enum {
	YB_MONTH_END_CLIP  = 0, /**< the last day of the month */
	YB_MONTH_END_SPILL = 1  /**< the first day of the next month */
};

/** Bytes that yb_day_to_text() needs, with the final NUL. */
#define YB_DAY_TEXT_SIZE 11

/**
 * The day of a calendar date.
 * @param year   1 .. 9999
 * @param month  1 .. 12
 * @param day    1 .. last of the month
 * @param[out] out  changed only on #YB_OK
 * @retval YB_E_BAD_DATE  the date does not exist
 * @since 0.1
 */
YB_API yb_status yb_day_from_ymd(int32_t year, int32_t month, int32_t day, yb_day *out);

/**
 * The calendar date of a day.
 * @param day  a day of the years 1 .. 9999
 * @param[out] year,month,mday  each may be NULL
 * @retval YB_E_BAD_DATE  outside those years
 * @since 0.1
 */
YB_API yb_status yb_day_to_ymd(yb_day day, int32_t *year, int32_t *month, int32_t *mday);

/**
 * Read `YYYY-MM-DD`.
 * @param text    exactly that form
 * @param length  bytes of text
 * @param[out] out  changed only on #YB_OK
 * @retval YB_E_BAD_DATE  another form, or a date that does not exist
 * @since 0.1
 */
YB_API yb_status yb_day_from_text(const char *text, size_t length, yb_day *out);

/**
 * Write `YYYY-MM-DD`.
 * @param day   a day of the years 1 .. 9999; another day gives "0000-00-00"
 * @param text  #YB_DAY_TEXT_SIZE bytes
 * @since 0.1
 */
YB_API void yb_day_to_text(yb_day day, char text[YB_DAY_TEXT_SIZE]);

/**
 * The day so many months later.
 * @param day     the anchor
 * @param months  may be negative
 * @param rule    a #yb_month_end
 * @param[out] out  changed only on #YB_OK
 * @retval YB_E_INVALID   no such rule
 * @retval YB_E_BAD_DATE  leaves the years 1 .. 9999
 * @since 0.1
 */
YB_API yb_status yb_day_add_months(yb_day day, int32_t months, yb_month_end rule, yb_day *out);

/**
 * Complete months from one day to another; negative when `to` is before `from`.
 * A month is complete on the same day of a later month, or on its last day where it has no such day.
 * @param from,to  days
 * @param[out] months  changed only on #YB_OK
 * @retval YB_E_BAD_DATE  outside the years 1 .. 9999
 * @since 0.1
 */
YB_API yb_status yb_day_months_between(yb_day from, yb_day to, int32_t *months);

/**
 * Age in whole years on a day. Somebody born on 29 February is a year older on 1 March of a common year.
 * @param birth  day of birth
 * @param on     the day asked about
 * @param[out] years  changed only on #YB_OK
 * @retval YB_E_BAD_DATE  `on` is before `birth`, or a day outside the years 1 .. 9999
 * @since 0.1
 */
YB_API yb_status yb_day_age(yb_day birth, yb_day on, int32_t *years);

#ifdef __cplusplus
}
#endif
#endif
