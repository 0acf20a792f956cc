/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CALENDAR_H
#define YBI_CALENDAR_H

#include <stdbool.h>

#include <yibao/date.h>

#define YBI_DAY_FIRST (-719162) /* 0001-01-01 */
#define YBI_DAY_LAST 2932896    /* 9999-12-31 */

bool ybi_day_valid(yb_day day);
int32_t ybi_day_year(yb_day day); /* of a valid day */
/* First day of the benefit year that holds `day`, when it starts on month/mday (29 February is refused at load). */
yb_day ybi_day_year_start(yb_day day, int32_t month, int32_t mday);

#endif
