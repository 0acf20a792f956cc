/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From which day cover runs, what the history says, what is rewarded. Dates are worked by hand from the clause of the document in the row. */
#include <check.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *eligibility_suite(void);

/* ---- the shipped documents ---- */

#define HEBEI "insuplc_admdvs=130000 brdy=1980-05-05 special_group=no "
#define XIANNING "insuplc_admdvs=421200 brdy=1980-05-05 special_group=no "
#define CHONGQING "insuplc_admdvs=500000 brdy=1980-05-05 special_group=no "

static const struct ask_row regions[] = {
	/* EVIDENCE: Hebei 2026, by 31 December 2025 from 1 January, until 28 February from the day of payment, then three months */
	{ "Hebei, the last day of the window", NULL, HEBEI "390:2025", "cover year=2026 paid_on=2025-12-31",
	  "rule=in-time; window=main; wait=0 months; start=2026-01-01; until=2026-12-31; gap_years=0; shortens=0" },
	{ "Hebei, its first day", NULL, HEBEI "390:2025", "cover year=2026 paid_on=2025-10-20", "start=2026-01-01" },
	{ "Hebei, 1 January", NULL, HEBEI "390:2025", "cover year=2026 paid_on=2026-01-01", "window=late; start=2026-01-01" },
	{ "Hebei, in February", NULL, HEBEI "390:2025", "cover year=2026 paid_on=2026-02-10",
	  "rule=in-time; window=late; wait=0 months; start=2026-02-10; shortens=1; s1=earlier/2025-12-31/2026-01-01" },
	{ "Hebei, 28 February", NULL, HEBEI "390:2025", "cover year=2026 paid_on=2026-02-28", "start=2026-02-28" },
	{ "Hebei, 1 March", NULL, HEBEI "390:2025", "cover year=2026 paid_on=2026-03-01",
	  "rule=late-or-broken; window=closed; anchor=2026-03-01; wait=3 months; start=2026-06-01; shortens=2; s1=earlier/2025-12-31/2026-01-01; s2=earlier/2026-02-28/2026-02-28" },
	{ "Hebei, 2025 missed", NULL, HEBEI "390:2024", "cover year=2026 paid_on=2025-12-01", "rule=late-or-broken; gap_years=1; wait=3 months; start=2026-04-01" },
	{ "Hebei, a group that does not wait", NULL, "insuplc_admdvs=130000 brdy=1980-05-05 special_group=yes 390:2024", "cover year=2026 paid_on=2025-12-01",
	  "rule=exempt; wait=0 months; start=2026-01-01" },
	/* EVIDENCE: Xianning 2026, a missed 2025 paid for inside the window: benefits from 2026-04-01 */
	{ "Xianning, 2025 missed", NULL, XIANNING "390:2024", "cover year=2026 paid_on=2025-11-01",
	  "rule=late-or-broken; window=main; anchor=2026-01-01; wait=3 months; start=2026-04-01; shortens=0" },
	{ "Xianning, 2025 missed, the last day of the window", NULL, XIANNING "390:2024", "cover year=2026 paid_on=2026-02-28", "start=2026-04-01" },
	{ "Xianning, covered in 2025", NULL, XIANNING "390:2025", "cover year=2026 paid_on=2026-02-28", "rule=in-time; start=2026-01-01" },
	{ "Xianning, covered on the day before", NULL, XIANNING "390:2024", "cover year=2026 paid_on=2025-11-01 on=2026-03-31",
	  "covered=no; reason=waiting; says=2026-04-01" },
	{ "Xianning, covered on the day", NULL, XIANNING "390:2024", "cover year=2026 paid_on=2025-11-01 on=2026-04-01", "covered=yes; reasons=0" },
	/* the child born on 1 April and paid for on the 90th day */
	{ "Xianning, a newborn", NULL, "insuplc_admdvs=421200 brdy=2026-04-01 special_group=no cover=none", "cover year=2026 paid_on=2026-06-30",
	  "rule=newborn; start=2026-04-01; wait=0 months" },
	/* EVIDENCE: Chongqing 2025, January and February: the first of the month after; then three months (and one for each missed year from 2025 on) */
	{ "Chongqing, in the window", NULL, CHONGQING "390:2024", "cover year=2025 paid_on=2024-12-31", "rule=in-time; start=2025-01-01" },
	{ "Chongqing, in January", NULL, CHONGQING "390:2024", "cover year=2025 paid_on=2025-01-01", "window=late; start=2025-02-01" },
	{ "Chongqing, 28 February", NULL, CHONGQING "390:2024", "cover year=2025 paid_on=2025-02-28", "start=2025-03-01" },
	{ "Chongqing, in March", NULL, CHONGQING "390:2024", "cover year=2025 paid_on=2025-03-10", "rule=late-or-broken; anchor=2025-04-01; wait=3 months; start=2025-07-01" },
	{ "a day before the year that the history has", NULL, XIANNING "390:2026@2025-11-01 390:2025", "cover on=2026-01-01", "covered=yes; year=2026; start=2026-01-01" },
	{ "the history has no such year", NULL, XIANNING "390:2025", "cover on=2026-05-01", "covered=no; reason=not_paid; start=2026-08-01" },
};

START_TEST(a_shipped_document_says_when_cover_begins)
{
	ask_expect(&regions[_i]);
}
END_TEST

/* ---- the wait ---- */

/* 3 months, one for every missed year but the first, repaired one by one; 6 at least from the fourth if any is repaired; 12 at most. */
#define WAIT(more) ASK_HEAD "eligibility:\n  source: a\n  gaps_from: 1998\n  rules:\n    - {id: good, when: {gap_years: 0}, count_from: = year_first}\n" \
	"    - id: broken\n      when: {gap_years: 1..}\n      count_from: = paid_on\n      fixed: 3 months\n      variable: = 1 month * (gap_years - 1)\n" \
	"      repair: = 1 month * repaired\n      floor: = if gap_years >= 4 and repaired > 0 then 6 months else 0 months\n      cap: 12 months\n" more
#define PRICED WAIT("      price: 400\n")
#define DAYS ASK_HEAD "eligibility: {source: a, rules: [{id: r, count_from: = paid_on, fixed: 90 days}]}\n"
#define DAYS_AFTER ASK_HEAD "eligibility: {source: a, rules: [{id: r, count_from: = paid_on + 1 day, fixed: 60 days, variable: = 30 days * repaired, repair: 10 days, floor: 61 days, cap: 100 days}]}\n"

#define NO_WAIT_SAID(part) ASK_HEAD "attributes: {x: {type: count, of: person}}\neligibility: {source: a, rules: [{id: r, count_from: = paid_on, " part \
	": {by: x, rows: [[1, {dated: [{from: 2020-01-01, value: none}]}]], else: 2 months}}]}\n"
#define PAID_WAITING ASK_HEAD "attributes: {x: {type: count, of: person}}\neligibility: {source: a, rules: [{id: r, count_from: = paid_on, fixed: 3 months, during: = x / 2}]}\n"

static const struct ask_row waits[] = {
	{ "no gap", PRICED, "390:2025", "cover year=2026 paid_on=2026-03-10", "rule=good; anchor=2026-01-01; wait=0 months; start=2026-01-01; during=0; shortens=0" },
	{ "one year: the fixed part", PRICED, "390:2024", "cover year=2026 paid_on=2026-03-10", "rule=broken; gap_years=1; wait=3 months; start=2026-06-10; shortens=0" },
	{ "two years: one more", PRICED, "390:2023", "cover year=2026 paid_on=2026-03-10",
	  "wait=4 months; start=2026-07-10; shortens=1; s1=repair/1/40000/2026-03-10/2026-06-10" },
	{ "one repaired", PRICED, "390:2023", "cover year=2026 paid_on=2026-03-10 repaired=1", "wait=3 months; start=2026-06-10; shortens=0" },
	{ "repair never touches the fixed part", PRICED, "390:2023", "cover year=2026 paid_on=2026-03-10 repaired=2", "wait=3 months; shortens=0" },
	{ "more repaired than were missed", PRICED, "390:2023", "cover year=2026 paid_on=2026-03-10 repaired=3", "error=YB_E_CONTRADICTION; says=2 were missed" },
	{ "three years", PRICED, "390:2022", "cover year=2026 paid_on=2026-03-10",
	  "wait=5 months; shortens=2; s1=repair/1/40000/2026-03-10/2026-07-10; s2=repair/2/80000/2026-03-10/2026-06-10" },
	{ "four years: the floor leaves no room", PRICED, "390:2021", "cover year=2026 paid_on=2026-03-10", "wait=6 months; start=2026-09-10; shortens=0" },
	{ "the floor beats repair", PRICED, "390:2021", "cover year=2026 paid_on=2026-03-10 repaired=1", "wait=6 months; start=2026-09-10" },
	{ "and any repair", PRICED, "390:2021", "cover year=2026 paid_on=2026-03-10 repaired=4", "wait=6 months" },
	{ "five years", PRICED, "390:2020", "cover year=2026 paid_on=2026-03-10", "wait=7 months; start=2026-10-10; shortens=1; s1=repair/1/40000/2026-03-10/2026-09-10" },
	{ "ten years: twelve months, on the cap", PRICED, "390:2015", "cover year=2026 paid_on=2026-03-10", "gap_years=10; wait=12 months; start=2027-03-10" },
	{ "nine years: below the cap", PRICED, "390:2016", "cover year=2026 paid_on=2026-03-10", "wait=11 months" },
	{ "eleven years: the cap", PRICED, "390:2014", "cover year=2026 paid_on=2026-03-10",
	  "wait=12 months; shortens=6; s1=repair/2/80000/2026-03-10/2027-02-10; s6=repair/7/280000/2026-03-10/2026-09-10" },
	/* 3 + 14, capped; six repaired bring it below the cap, eleven to the floor */
	{ "fifteen years", PRICED, "390:2010", "cover year=2026 paid_on=2026-03-10",
	  "wait=12 months; shortens=6; s1=repair/6/240000/2026-03-10/2027-02-10; s6=repair/11/440000/2026-03-10/2026-09-10" },
	{ "some of them repaired", PRICED, "390:2010", "cover year=2026 paid_on=2026-03-10 repaired=6", "wait=11 months; shortens=5; s1=repair/1/40000/2026-03-10/2027-01-10" },
	{ "no price stated", WAIT(""), "390:2023", "cover year=2026 paid_on=2026-03-10", "shortens=1; s1=repair/1/-1/2026-03-10/2026-06-10" },
	{ "covered by another scheme since January of the year itself: the years before were missed as if never covered", PRICED, "310:2026-01-15..", "cover year=2026 paid_on=2026-03-10", "gap_years=28" },
	{ "never covered, years from 1998", PRICED, "cover=none", "cover year=2026 paid_on=2026-03-10", "gap_years=28; wait=12 months" },
	{ "a history that is not known", PRICED, "", "cover year=2026 paid_on=2026-03-10", "incomplete; lacks=yb_cover" },
	{ "no day of payment", PRICED, "390:2024", "cover year=2026", "incomplete; lacks=paid_on" },
	{ "neither year nor day", PRICED, "390:2024", "cover", "incomplete; lacks=year" },

	/* 21 days of March, 30 of April, 31 of May, 8 of June */
	{ "ninety days, the day of payment is the first", DAYS, "", "cover year=2026 paid_on=2026-03-10", "wait=90 days; start=2026-06-08" },
	{ "ninety days over a 29 February", DAYS, "", "cover year=2028 paid_on=2028-01-15", "start=2028-04-14" },
	/* 11 March and 61 days: the floor */
	{ "days with a floor", DAYS_AFTER, "", "cover year=2026 paid_on=2026-03-10", "anchor=2026-03-11; wait=61 days; start=2026-05-11" },
	{ "days of all parts", DAYS_AFTER, "", "cover year=2026 paid_on=2026-03-10 repaired=1", "wait=80 days; start=2026-05-30" },
	{ "days with a cap", DAYS_AFTER, "", "cover year=2026 paid_on=2026-03-10 repaired=2", "wait=100 days; start=2026-06-19" },
	{ "beyond the calendar", ASK_HEAD "eligibility: {source: a, rules: [{id: r, count_from: = paid_on, fixed: 24 months}]}\n", "", "cover year=2026 paid_on=9998-03-10",
	  "error=YB_E_BAD_DATE" },
	{ "the longest wait in days", ASK_HEAD "eligibility: {source: a, rules: [{id: r, count_from: = paid_on, fixed: 100000 days, until: none}]}\n", "",
	  "cover year=2026 paid_on=1970-01-02", "wait=100000 days; start=2243-10-18" },
	{ "a day longer", ASK_HEAD "eligibility: {source: a, rules: [{id: r, count_from: = paid_on, fixed: 100001 days}]}\n", "", "cover year=2026 paid_on=1970-01-02", "error=YB_E_BAD_DATE" },
	{ "less than no wait", ASK_HEAD "eligibility: {source: a, rules: [{id: r, count_from: = paid_on, fixed: = 1 month * repaired - 3 months}]}\n", "cover=none", "cover year=2026 paid_on=2026-03-01",
	  "wait=0 months; start=2026-03-01" },
	{ "days beyond the calendar", DAYS, "", "cover year=2026 paid_on=9999-12-01", "error=YB_E_BAD_DATE" },

	{ "a fixed part that is none", NO_WAIT_SAID("fixed"), "x=1", "cover year=2026 paid_on=2026-03-10", "unsupported; reason=no_figure" },
	{ "a variable part that is none", NO_WAIT_SAID("variable"), "x=1", "cover year=2026 paid_on=2026-03-10", "unsupported; reason=no_figure" },
	{ "and one that is", NO_WAIT_SAID("fixed"), "x=2", "cover year=2026 paid_on=2026-03-10", "wait=2 months" },
	{ "a share while waiting", PAID_WAITING, "x=2", "cover year=2026 paid_on=2026-03-10", "during=1" },
	{ "beyond all of it", PAID_WAITING, "x=3", "cover year=2026 paid_on=2026-03-10", "error=YB_E_RULE" },
};

START_TEST(a_wait_is_fixed_and_variable_less_repair)
{
	ask_expect(&waits[_i]);
}
END_TEST

/* ---- ends of months, anchors ---- */

#define MONTHS(head, n) ASK_HEAD head "eligibility: {source: a, rules: [{id: r, count_from: = paid_on, fixed: " #n " months, until: none}]}\n"
#define CLIP(n) MONTHS("", n)
#define SPILL(n) MONTHS("month_end: spill\n", n)

static const struct ask_row ends[] = {
	{ "31 August and 6 months, clip", CLIP(6), "", "cover year=2025 paid_on=2025-08-31", "start=2026-02-28; unknown=until" },
	{ "31 August and 6 months, spill", SPILL(6), "", "cover year=2025 paid_on=2025-08-31", "start=2026-03-01" },
	{ "to a leap day, clip", CLIP(6), "", "cover year=2023 paid_on=2023-08-31", "start=2024-02-29" },
	{ "past a leap day, spill", SPILL(6), "", "cover year=2023 paid_on=2023-08-31", "start=2024-03-01" },
	{ "29 August to a leap day", SPILL(6), "", "cover year=2023 paid_on=2023-08-29", "start=2024-02-29" },
	{ "29 August to a common year, spill", SPILL(6), "", "cover year=2025 paid_on=2025-08-29", "start=2026-03-01" },
	{ "28 August", SPILL(6), "", "cover year=2025 paid_on=2025-08-28", "start=2026-02-28" },
	{ "29 February and a year, clip", CLIP(12), "", "cover year=2024 paid_on=2024-02-29", "start=2025-02-28" },
	{ "29 February and a year, spill", SPILL(12), "", "cover year=2024 paid_on=2024-02-29", "start=2025-03-01" },
	{ "29 February and four years", SPILL(48), "", "cover year=2024 paid_on=2024-02-29", "start=2028-02-29" },
	{ "31 January and a month", CLIP(1), "", "cover year=2026 paid_on=2026-01-31", "start=2026-02-28" },
	{ "31 March and a month, spill", SPILL(1), "", "cover year=2026 paid_on=2026-03-31", "start=2026-05-01" },
	{ "no months", SPILL(0), "", "cover year=2026 paid_on=2026-03-31", "start=2026-03-31; wait=0 months" },
	{ "the last day of a year", CLIP(2), "", "cover year=2026 paid_on=2025-12-31", "start=2026-02-28" },
};

START_TEST(a_month_ends_as_the_document_says)
{
	ask_expect(&ends[_i]);
}
END_TEST

#define WINDOWS "fee:\n  source: a\n  windows:\n    - for: 2026\n      rows:\n        - {id: main, from: 2025-10-20, through: 2025-12-31, start: = year_first}\n" \
	"        - {id: late, from: 2026-01-01, through: 2026-02-28, start: = paid_on + 1 day}\n        - {id: closed, from: 2026-03-01, through: 2026-12-31}\n" \
	"    - {for: 2027, rows: [{id: main, from: 2026-10-20, through: 2026-12-31, start: = year_first}]}\n"
#define ANCHOR(day) ASK_HEAD WINDOWS "eligibility: {source: a, rules: [{id: r, count_from: \"= " day "\", fixed: 2 months}]}\n"

static const struct ask_row anchors[] = {
	{ "the day of payment", ANCHOR("paid_on"), "", "cover year=2026 paid_on=2026-02-20", "anchor=2026-02-20; start=2026-04-20" },
	{ "the day after it", ANCHOR("paid_on + 1 day"), "", "cover year=2026 paid_on=2026-02-28", "anchor=2026-03-01; start=2026-05-01" },
	{ "its month", ANCHOR("month_start(paid_on)"), "", "cover year=2026 paid_on=2026-02-20", "anchor=2026-02-01; start=2026-04-01" },
	{ "its month, on the first", ANCHOR("month_start(paid_on)"), "", "cover year=2026 paid_on=2026-02-01", "anchor=2026-02-01" },
	{ "the next month", ANCHOR("next_month(paid_on)"), "", "cover year=2026 paid_on=2026-02-20", "anchor=2026-03-01; start=2026-05-01" },
	{ "the next month, on the first", ANCHOR("next_month(paid_on)"), "", "cover year=2026 paid_on=2026-02-01", "anchor=2026-03-01" },
	{ "the next month is another year", ANCHOR("next_month(paid_on)"), "", "cover year=2026 paid_on=2026-12-31", "anchor=2027-01-01; start=2027-03-01" },
	{ "the first day of the year", ANCHOR("year_first"), "", "cover year=2026 paid_on=2025-11-20", "anchor=2026-01-01; start=2026-03-01" },
	{ "the later of two", ANCHOR("max(paid_on, year_first)"), "", "cover year=2026 paid_on=2026-01-02", "anchor=2026-01-02; start=2026-03-02" },
	{ "birth", ANCHOR("brdy"), "brdy=2026-04-02", "cover year=2026 paid_on=2026-05-20", "anchor=2026-04-02; start=2026-06-02" },
	{ "birth is lacking", ANCHOR("brdy"), "", "cover year=2026 paid_on=2026-05-20", "incomplete; lacks=brdy" },
	{ "the start of the gap", ANCHOR("gap_start"), "310:2020-01-01..2026-03-17", "cover year=2026 paid_on=2026-05-20", "anchor=2026-03-18; start=2026-05-18; gap_start=2026-03-18; gap_months=2" },
	{ "the window's day", ANCHOR("window_start"), "", "cover year=2026 paid_on=2026-02-10", "anchor=2026-02-11; start=2026-04-11; shortens=1; s1=earlier/2025-12-31/2026-03-01" },
	{ "a window that says nothing of it", ANCHOR("window_start"), "", "cover year=2026 paid_on=2026-03-01", "unsupported; reason=no_figure" },
	{ "outside of every window", ANCHOR("window_start"), "", "cover year=2026 paid_on=2025-10-19", "unsupported" },
	{ "paid before birth", ANCHOR("brdy"), "brdy=2026-04-02", "cover year=2026 paid_on=2026-04-01", "error=YB_E_CONTRADICTION" },
};

START_TEST(it_is_counted_from_any_day)
{
	ask_expect(&anchors[_i]);
}
END_TEST

/* ---- which rule, which year, covered or not ---- */

#define HALF ASK_HEAD WINDOWS "eligibility:\n  source: a\n  rules:\n    - {id: r, count_from: = year_first, fixed: 3 months, during: 50%, until: = year_first + 9 months - 1 day}\n"
#define JULY ASK_HEAD "medical_year: 07-01\neligibility: {source: a, rules: [{id: r, count_from: = year_first}]}\n"
/* Whether they meet cannot be decided when the document is read. */
#define CHOICE ASK_HEAD "attributes: {x: {type: count, of: person}, y: {type: count, of: person}}\neligibility:\n  source: a\n  rules:\n" \
	"    - {id: one, when: = x * x > 100, count_from: = year_first}\n    - {id: two, when: = y * y > 100, count_from: = paid_on}\n" \
	"    - {id: three, when: = x * y > 400, count_from: = paid_on + 1 day, over: [one, two]}\n"
#define SAYS_NO ASK_HEAD "eligibility:\n  source: a\n  refuse:\n    - {id: closed, when: = month(paid_on) > 6, text: {zh: 下半年不办理, en: not in the second half}}\n" \
	"  rules: [{id: r, count_from: = paid_on, fixed: unsupported}]\n"
#define SUPPLIED ASK_HEAD "eligibility:\n  source: a\n  rules:\n    - {id: r, count_from: = paid_on, fixed: 3 months, variable: unsupported, when: {repaired: 1..}}\n" \
	"    - {id: s, count_from: = paid_on, fixed: 3 months, when: {repaired: 0}}\n"

#define EMPLOYEE "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\neligibility: {source: a, rules: [{id: r, count_from: = paid_on}]}\n"
#define WHOLE ASK_HEAD "eligibility: {source: a, rules: [{id: r, count_from: = year_first}]}\n"

static const struct ask_row rules[] = {
	{ "waiting", HALF, "390:2026@2025-11-01", "cover on=2026-03-31", "covered=no; reason=waiting; reasons=1; start=2026-04-01; during=0.5; year=2026; window=main" },
	{ "begun", HALF, "390:2026@2025-11-01", "cover on=2026-04-01", "covered=yes; reasons=0" },
	{ "the last day", HALF, "390:2026@2025-11-01", "cover on=2026-09-30", "covered=yes; until=2026-09-30" },
	{ "ended", HALF, "390:2026@2025-11-01", "cover on=2026-10-01", "covered=no; reason=cover_ended; reasons=1; says=2026-09-30" },
	{ "only from when is asked", HALF, "390:2026@2025-11-01", "cover year=2026", "start=2026-04-01; unknown=covered; reasons=0" },
	{ "nothing was paid", HALF, "cover=none", "cover on=2026-06-01", "covered=no; reason=not_paid; reasons=1" },
	{ "another year was paid", HALF, "390:2025", "cover on=2026-06-01", "covered=no; reason=not_paid; year=2026" },
	{ "another scheme was paid", HALF, "310:2026-01-01..", "cover on=2026-06-01", "covered=no; reason=not_paid" },
	{ "paid on the day said", HALF, "cover=none", "cover on=2026-06-01 year=2026 paid_on=2025-11-01", "covered=yes; reasons=0" },

	{ "the year of the day asked about", HALF, "cover=none", "cover on=2027-01-01 paid_on=2026-11-01", "year=2027; start=2027-04-01; covered=no; reason=waiting" },
	{ "the year of the window", HALF, "cover=none", "cover paid_on=2025-11-01", "year=2026; window=main; start=2026-04-01; shortens=0" },
	{ "the year of the payment where no window has it", HALF, "cover=none", "cover paid_on=2025-10-19", "year=2025; window=none; start=2025-04-01" },
	{ "the year said", HALF, "cover=none", "cover year=2026 paid_on=2026-11-01", "year=2026; window=closed; start=2026-04-01" },
	{ "the year said, and a day in another", HALF, "cover=none", "cover year=2026 on=2027-01-01 paid_on=2025-11-01", "year=2026; until=2026-09-30; reason=cover_ended" },
	{ "a medical year", JULY, "cover=none", "cover on=2026-06-30 paid_on=2025-06-01", "year=2025; start=2025-07-01; until=2026-06-30; covered=yes" },
	{ "the next medical year", JULY, "cover=none", "cover on=2026-07-01 paid_on=2026-06-01", "year=2026; start=2026-07-01; until=2027-06-30; covered=yes" },
	{ "the day after a medical year", JULY, "cover=none", "cover year=2025 on=2026-07-01 paid_on=2025-06-01", "covered=no; reason=cover_ended" },
	{ "the day before a medical year", JULY, "cover=none", "cover year=2025 on=2025-06-30 paid_on=2025-06-01", "covered=no; reason=waiting" },

	{ "one of them", CHOICE, "x=11 y=10", "cover year=2026 paid_on=2026-03-01", "rule=one; start=2026-01-01" },
	{ "the other", CHOICE, "x=10 y=11", "cover year=2026 paid_on=2026-03-01", "rule=two; start=2026-03-01" },
	{ "two without an order", CHOICE, "x=11 y=11", "cover year=2026 paid_on=2026-03-01", "unsupported; reason=two_rules; reasons=1" },
	{ "one that goes before both", CHOICE, "x=21 y=20", "cover year=2026 paid_on=2026-03-01", "rule=three; start=2026-03-02" },
	{ "none", CHOICE, "x=10 y=10", "cover year=2026 paid_on=2026-03-01", "unsupported; reason=no_rule; reasons=1" },
	{ "a fact that could bring another", CHOICE, "x=11", "cover year=2026 paid_on=2026-03-01", "incomplete; lacks=y" },
	{ "a rule that says no", SAYS_NO, "", "cover year=2026 paid_on=2026-07-01", "refused; reason=refused; says=not in the second half" },
	{ "a hole in the sources", SAYS_NO, "", "cover year=2026 paid_on=2026-06-30", "unsupported; reason=no_figure" },
	{ "a hole in a part", SUPPLIED, "", "cover year=2026 paid_on=2026-06-30 repaired=1", "unsupported; reason=no_figure" },
	{ "no hole in another rule", SUPPLIED, "", "cover year=2026 paid_on=2026-06-30", "rule=s; wait=3 months" },
	{ "no rules at all", ASK_HEAD "eligibility: {source: a, rewards: [{id: x, kind: lapse, step: 5}]}\n", "", "cover year=2026 paid_on=2026-06-30", "unsupported; reason=no_rule" },
	{ "no section", ASK_HEAD WINDOWS, "", "cover year=2026 paid_on=2026-06-30", "unsupported; reason=no_section" },

	{ "cover in another region is what came before", WHOLE, "390:2026@2025-11-01 cover_in=120000", "cover on=2026-06-01", "covered=no; reason=not_paid" },
	{ "cover in this one", WHOLE, "390:2026@2025-11-01 cover_in=990000", "cover on=2026-06-01", "covered=yes" },
	{ "cover ends where the entry does", EMPLOYEE, "insutype=310 310:2025-03-01..2025-05-31", "cover on=2025-05-31", "covered=yes; until=2025-05-31" },
};

START_TEST(exactly_one_rule_says_when)
{
	ask_expect(&rules[_i]);
}
END_TEST

/* ---- what would let it begin earlier ---- */

#define SHORTER ASK_HEAD WINDOWS "eligibility:\n  source: a\n  gaps_from: 2000\n  rules:\n" \
	"    - {id: good, when: {window: main|late, gap_years: 0}, count_from: = window_start}\n" \
	"    - {id: bad, when: [{window: closed|none}, {window: main|late, gap_years: 1..}], count_from: \"= max(paid_on, year_first)\", fixed: 3 months,\n" \
	"       variable: = 1 month * gap_years, repair: = 1 month * repaired, price: {by: year, rows: [[2026, 380.50]], else: unsupported}}\n"

#define OPEN ASK_HEAD "fee:\n  source: a\n  windows: [{for: 2026, rows: [{id: main, through: 2026-02-28, start: = year_first}, {id: closed, from: 2026-03-01}]}]\n" \
	"eligibility:\n  source: a\n  rules: [{id: r, when: {window: main|none}, count_from: = year_first}, {id: s, when: {window: closed}, count_from: = paid_on, fixed: 3 months}]\n"

/* Paid from the 5th to the 20th of each month of the window only. */
#define DAYS_OF_MONTH ASK_HEAD "fee:\n  source: a\n  windows: [{for: 2026, rows: [{id: main, from: 2025-10-01, through: 2025-12-31, days: 5..20, start: = year_first}, {id: closed, from: 2026-01-01}]}]\n" \
	"eligibility:\n  source: a\n  rules: [{id: r, when: {window: main}, count_from: = window_start}, {id: s, when: {window: closed|none}, count_from: \"= max(paid_on, year_first)\", fixed: 3 months}]\n"

static const struct ask_row shorters[] = {
	{ "the last day of a window of days of the month", DAYS_OF_MONTH, "cover=none", "cover year=2026 paid_on=2026-03-10", "start=2026-06-10; shortens=1; s1=earlier/2025-12-20/2026-01-01" },
	{ "a window without a first day", OPEN, "cover=none", "cover year=2026 paid_on=2025-01-01", "window=main; start=2026-01-01; shortens=0" },
	{ "a window without a last day", OPEN, "cover=none", "cover year=2026 paid_on=2027-01-01", "window=closed; start=2027-04-01; shortens=1; s1=earlier/2026-02-28/2026-01-01" },
	{ "a payment years before such a window is not one for its year", OPEN, "cover=none", "cover paid_on=2020-03-01", "year=2020; window=none; start=2020-01-01" },
	{ "nor one years after", OPEN, "cover=none", "cover paid_on=2030-03-01", "year=2030; window=none; start=2030-01-01" },
	{ "in time", SHORTER, "390:2025", "cover year=2026 paid_on=2025-12-31", "start=2026-01-01; shortens=0" },
	/* with one year missed: 2026-03-10 + 4 months; repaired + 3; by 31 December 1 January + 4; by 28 February 28 February + 4 */
	{ "late after a gap", SHORTER, "390:2024", "cover year=2026 paid_on=2026-03-10",
	  "start=2026-07-10; shortens=3; s1=repair/1/38050/2026-03-10/2026-06-10; s2=earlier/2025-12-31/2026-05-01; s3=earlier/2026-02-28/2026-06-28" },
	{ "late without one", SHORTER, "390:2025", "cover year=2026 paid_on=2026-03-10",
	  "start=2026-06-10; shortens=2; s1=earlier/2025-12-31/2026-01-01; s2=earlier/2026-02-28/2026-03-01" },
	{ "two years: 3 x, 2 x 380.50", SHORTER, "390:2023", "cover year=2026 paid_on=2025-11-01",
	  "wait=5 months; start=2026-06-01; shortens=2; s1=repair/1/38050/2025-11-01/2026-05-01; s2=repair/2/76100/2025-11-01/2026-04-01" },
	{ "a year without a price", SHORTER, "390:2025", "cover year=2027 paid_on=2027-02-01", "start=2027-06-01; shortens=2; s1=repair/1/-1/2027-02-01/2027-05-01; s2=earlier/2026-12-31/2027-05-01" },
	{ "nothing was paid: as if today", SHORTER, "390:2024", "cover on=2026-03-10",
	  "covered=no; reason=not_paid; start=2026-07-10; s1=repair/1/38050/-/2026-06-10; s2=earlier/2025-12-31/2026-05-01" },
	{ "asking again leaves the window as it was", SHORTER, "390:2025", "cover year=2026 paid_on=2026-02-10 on=2026-02-11", "window=late; window_start=2026-02-11; paid_on=2026-02-10; covered=yes" },
};

START_TEST(what_would_shorten_it_is_told)
{
	ask_expect(&shorters[_i]);
}
END_TEST

/* ---- the history as facts ---- */

#define FACTS(more) ASK_HEAD "eligibility:\n  source: a\n" more "  rules: [{id: r, count_from: = year_first}]\n"
#define FROM_2020 FACTS("  gaps_from: 2020\n")
#define THREE FACTS("  break_at_most: 3 months\n")
#define JULY_FACTS ASK_HEAD "medical_year: 07-01\neligibility: {source: a, rules: [{id: r, count_from: = year_first}]}\n"

static const struct ask_row histories[] = {
	{ "not known", FACTS(""), "", "cover year=2026 paid_on=2025-11-10", "absent=gap_years; absent=continuous_months; absent=gap_start" },
	{ "never covered, and from when years count is not said", FACTS(""), "cover=none", "cover year=2026 paid_on=2025-11-10",
	  "absent=gap_years; absent=missed_years; continuous_months=0; absent=gap_start" },
	{ "never covered, from 2020: 2020 to 2025", FROM_2020, "cover=none", "cover year=2026 paid_on=2025-11-10", "gap_years=6; missed_years=6; continuous_years=0; continuous_months=0" },
	{ "never covered, the year from which is counted", FROM_2020, "cover=none", "cover year=2020 paid_on=2019-11-10", "gap_years=0; missed_years=0" },
	{ "never covered, the year before that", FROM_2020, "cover=none", "cover year=2019 paid_on=2018-11-10", "gap_years=0" },
	{ "the year before", FACTS(""), "390:2025", "cover year=2026 paid_on=2025-11-10",
	  "gap_years=0; gap_start=2026-01-01; gap_months=0; continuous_months=12; continuous_years=1; missed_years=0; previous_insutype=390; absent=resumed" },
	{ "the year before, paid for on the eighth of April: the gap runs on", FACTS(""), "390:2025", "cover year=2026 paid_on=2026-04-08", "gap_years=0; gap_start=2026-01-01; gap_months=3" },
	{ "on the last of March", FACTS(""), "390:2025", "cover year=2026 paid_on=2026-03-31", "gap_months=2" },
	{ "on the first of April", FACTS(""), "390:2025", "cover year=2026 paid_on=2026-04-01", "gap_months=3" },
	{ "a year missed", FACTS(""), "390:2024", "cover year=2026 paid_on=2025-11-10",
	  "gap_years=1; gap_start=2025-01-01; gap_months=10; continuous_months=12; continuous_years=0; missed_years=1" },
	{ "a hole in the middle", FACTS(""), "390:2022 390:2023 390:2025", "cover year=2026 paid_on=2025-11-10",
	  "gap_years=0; gap_start=2026-01-01; continuous_months=12; continuous_years=1; missed_years=1" },
	{ "two holes and a gap", FACTS(""), "390:2018 390:2020 390:2023", "cover year=2026 paid_on=2025-11-10",
	  "gap_years=2; gap_start=2024-01-01; continuous_months=12; continuous_years=0; missed_years=5" },
	{ "years before those that count", FROM_2020, "390:2010 390:2023", "cover year=2026 paid_on=2025-11-10", "gap_years=2; missed_years=5" },
	{ "covered last before those that count", FROM_2020, "390:2010", "cover year=2026 paid_on=2025-11-10", "gap_years=6; missed_years=6; gap_start=2011-01-01" },
	{ "the year asked about is not its own past", FACTS(""), "390:2025 390:2026@2025-11-10", "cover year=2026", "gap_years=0; continuous_months=12; continuous_years=1; paid_on=2025-11-10" },
	{ "nor is a later one", FACTS(""), "390:2024 390:2026 390:2027", "cover year=2026 paid_on=2025-11-10", "gap_years=1; continuous_months=12; gap_start=2025-01-01" },
	{ "an employee until June, a resident next year", FACTS(""), "310:2020-01-01..2024-06-30", "cover year=2025 paid_on=2024-08-15",
	  "gap_start=2024-07-01; gap_months=1; gap_years=0; continuous_months=54; continuous_years=5; missed_years=0; previous_insutype=310" },
	{ "an employee still", FACTS(""), "310:2023-03-01..", "cover year=2026 paid_on=2025-11-10", "gap_start=2026-01-01; gap_months=0; continuous_months=34; previous_insutype=310; gap_years=0" },
	{ "an employee still, in the course of the year", FACTS(""), "310:2023-03-01..", "cover year=2026 paid_on=2026-03-20", "gap_start=2026-03-20; continuous_months=36" },
	{ "a resident, then an employee for a while", FACTS(""), "390:2023 310:2024-01-01..2024-05-31", "cover year=2025 paid_on=2024-11-10",
	  "gap_start=2024-06-01; gap_months=5; continuous_months=17; previous_insutype=310; continuous_years=2" },
	{ "both at a time", FACTS(""), "390:2024 310:2024-05-01..2024-12-31", "cover year=2025 paid_on=2024-12-10", "gap_start=2025-01-01; continuous_months=12; gap_years=0" },
	{ "a medical year", JULY_FACTS, "390:2024", "cover year=2025 paid_on=2025-06-15", "gap_start=2025-07-01; gap_years=0; continuous_months=12; gap_months=0" },
	{ "a medical year missed", JULY_FACTS, "390:2023", "cover year=2025 paid_on=2025-06-15", "gap_start=2024-07-01; gap_years=1; gap_months=11; missed_years=1" },
	{ "a period in a medical year", JULY_FACTS, "310:2023-07-01..2024-06-30", "cover year=2024 paid_on=2024-06-15", "gap_years=0; continuous_years=1; gap_start=2024-07-01" },
	{ "a day of a year is enough for it", FACTS(""), "310:2024-12-31..2024-12-31 310:2023-01-01..2023-01-01", "cover year=2025 paid_on=2024-12-31",
	  "gap_years=0; continuous_years=2; continuous_months=0; missed_years=0" },
	{ "born last year", FACTS(""), "cover=none brdy=2025-12-10", "cover year=2026 paid_on=2025-12-20", "gap_years=0; missed_years=0; continuous_years=0" },
	{ "born in the year", FACTS(""), "cover=none brdy=2026-02-10", "cover year=2026 paid_on=2026-02-20", "gap_years=0; missed_years=0" },
	{ "born the year before that", FACTS(""), "cover=none brdy=2024-12-31", "cover year=2026 paid_on=2025-12-20", "absent=gap_years" },

	{ "breaks are not let pass", FACTS(""), "310:2022-01-01..2023-06-30 310:2023-07-02..2024-12-31", "cover year=2025 paid_on=2024-12-20", "continuous_months=17" },
	{ "no break at all", FACTS(""), "310:2022-01-01..2023-06-30 310:2023-07-01..2024-12-31", "cover year=2025 paid_on=2024-12-20", "continuous_months=36" },
	{ "a break of two months: 18 + 16", THREE, "310:2022-01-01..2023-06-30 310:2023-09-01..2024-12-31", "cover year=2025 paid_on=2024-12-20", "continuous_months=34" },
	{ "of three: 18 + 15", THREE, "310:2022-01-01..2023-06-30 310:2023-10-01..2024-12-31", "cover year=2025 paid_on=2024-12-20", "continuous_months=33" },
	{ "of three and a day", THREE, "310:2022-01-01..2023-06-30 310:2023-10-02..2024-12-31", "cover year=2025 paid_on=2024-12-20", "continuous_months=14" },
	{ "two breaks", THREE, "310:2022-01-01..2022-06-30 310:2022-08-01..2023-06-30 310:2023-10-01..2024-12-31", "cover year=2025 paid_on=2024-12-20", "continuous_months=32" },
	{ "resumed", EMPLOYEE, "insutype=310 310:2020-01-01..2024-10-31 310:2025-03-01..", "cover on=2025-05-01",
	  "resumed=2025-03-01; gap_start=2024-11-01; gap_months=4; continuous_months=58; paid_on=2025-03-01; covered=yes; previous_insutype=310" },
	{ "begun and never broken", EMPLOYEE, "insutype=310 310:2020-01-01..", "cover on=2025-05-01", "absent=resumed; absent=gap_start; continuous_months=0; covered=yes" },
	{ "since the first day that is counted from", EMPLOYEE, "insutype=310 310:1970-01-01..", "cover on=2025-05-01", "paid_on=1970-01-01; covered=yes" },
	{ "paid on another day than the first", EMPLOYEE, "insutype=310 310:2025-03-01..@2025-03-20", "cover on=2025-03-19", "start=2025-03-20; covered=no; reason=paid_later; reasons=1" },
	{ "and on that day", EMPLOYEE, "insutype=310 310:2025-03-01..@2025-03-20", "cover on=2025-03-20", "covered=yes; reasons=0" },

	{ "paid before the year that was not missed: the gap has not begun", FACTS(""), "390:2025", "cover year=2026 paid_on=2025-03-01", "gap_months=0" },
};

START_TEST(a_history_is_read_as_facts)
{
	ask_expect(&histories[_i]);
}
END_TEST

/* ---- rewards ---- */

#define REWARDS(list) ASK_HEAD "attributes: {poor: {type: flag, of: person}}\neligibility:\n  source: a\n  rewards:\n" list
#define RUN(more) REWARDS("    - {id: run, kind: continuous, after: 2, step: 1000, cap: 3000" more "}\n")
#define ZERO(more) REWARDS("    - {id: zero, kind: zero_claim, step: 500" more "}\n")
#define ALL REWARDS("    - {id: run, kind: continuous, after: 1, step: 1000, cap: 2500, on_gap: keep}\n" \
	"    - {id: zero, kind: zero_claim, step: 500, cap: = 3000 - reward.run, on_use: clear}\n    - {id: lapse, kind: lapse, step: 300, when: {poor: no}}\n")

static const struct ask_row rewards[] = {
	/* EVIDENCE: Wuhan, enrolled 2025-2028 without a claim: in 2029 3,000 for the fifth year and 4 x 3,000 */
	{ "Wuhan in 2029", NULL, "insuplc_admdvs=420100 390:2025-c 390:2026-c 390:2027-c 390:2028-c 390:2029", "rewards year=2029",
	  "reward.continuous=3000; reward.zero=12000; reward.total=15000" },
	{ "Wuhan in 2028", NULL, "insuplc_admdvs=420100 390:2025-c 390:2026-c 390:2027-c 390:2028-c", "rewards year=2028", "reward.continuous=0; reward.zero=9000; reward.total=9000" },

	{ "no more than `after`", RUN(""), "390:2020 390:2021", "rewards year=2021", "reward.run=0; reward.total=0" },
	{ "the first beyond it", RUN(""), "390:2020 390:2021 390:2022", "rewards year=2022", "reward.run=1000" },
	{ "on the cap", RUN(""), "390:2020 390:2021 390:2022 390:2023 390:2024", "rewards year=2024", "reward.run=3000" },
	{ "held by the cap", RUN(""), "390:2020 390:2021 390:2022 390:2023 390:2024 390:2025", "rewards year=2025", "reward.run=3000; reward.total=3000" },
	{ "years after the one asked about do not count", RUN(""), "390:2020 390:2021 390:2022 390:2023 390:2024", "rewards year=2022", "reward.run=1000" },
	{ "a gap leaves the balance", RUN(", on_gap: keep"), "390:2020 390:2021 390:2022", "rewards year=2023", "reward.run=1000" },
	{ "and begins the run anew", RUN(", on_gap: keep"), "390:2020 390:2021 390:2022 390:2024 390:2025", "rewards year=2025", "reward.run=1000" },
	{ "two more are not yet enough", RUN(", on_gap: keep"), "390:2020 390:2021 390:2022 390:2024 390:2025 390:2026", "rewards year=2026", "reward.run=2000" },
	{ "a gap takes it all", RUN(", on_gap: clear"), "390:2020 390:2021 390:2022", "rewards year=2023", "reward.run=0" },
	{ "and it begins again", RUN(", on_gap: clear"), "390:2020 390:2021 390:2022 390:2024 390:2025 390:2026", "rewards year=2026", "reward.run=1000" },
	{ "a gap takes some of it", RUN(", on_gap: 400"), "390:2020 390:2021 390:2022", "rewards year=2023", "reward.run=600" },
	{ "each year of it", RUN(", on_gap: 400"), "390:2020 390:2021 390:2022", "rewards year=2024", "reward.run=200" },
	{ "never below nothing", RUN(", on_gap: 400"), "390:2020 390:2021 390:2022", "rewards year=2025", "reward.run=0" },
	{ "more than there is", RUN(", on_gap: 1500"), "390:2020 390:2021 390:2022", "rewards year=2023", "reward.run=0" },
	{ "years before the first are no gap", RUN(", on_gap: clear"), "390:2023 390:2024 390:2025", "rewards year=2025", "reward.run=1000" },
	{ "a year of the other scheme is neither", RUN(", on_gap: clear"), "390:2020 390:2021 310:2022-01-01..2022-12-31 390:2023", "rewards year=2023", "reward.run=1000" },
	{ "never covered", RUN(""), "cover=none", "rewards year=2023", "reward.run=0; reward.total=0; reasons=0" },

	{ "a year without a claim counts in the next", ZERO(""), "390:2020-c 390:2021", "rewards year=2021", "reward.zero=500" },
	{ "not in itself", ZERO(""), "390:2020-c", "rewards year=2020", "reward.zero=0" },
	{ "one with a claim does not", ZERO(""), "390:2020+c 390:2021", "rewards year=2021", "reward.zero=0" },
	{ "none, one, none", ZERO(""), "390:2020-c 390:2021+c 390:2022-c 390:2023", "rewards year=2023", "reward.zero=1000" },
	{ "what was used is cleared", ZERO(", on_use: clear"), "390:2020-c 390:2021+c+u 390:2022-c 390:2023", "rewards year=2023", "reward.zero=500" },
	{ "or kept", ZERO(", on_use: keep"), "390:2020-c 390:2021+c+u 390:2022-c 390:2023", "rewards year=2023", "reward.zero=1000" },
	{ "claimed, the raised part not used", ZERO(", on_use: clear"), "390:2020-c 390:2021+c-u 390:2022-c 390:2023", "rewards year=2023", "reward.zero=1000" },
	{ "without being enrolled in the next", ZERO(""), "390:2020-c", "rewards year=2021", "reward.zero=500" },
	{ "where that is asked for", ZERO(", if_enrolled: yes"), "390:2020-c", "rewards year=2021", "reward.zero=0" },
	{ "and is so", ZERO(", if_enrolled: yes"), "390:2020-c 390:2021", "rewards year=2021", "reward.zero=500" },
	{ "and is so too late", ZERO(", if_enrolled: yes"), "390:2020-c 390:2022", "rewards year=2022", "reward.zero=0" },
	{ "a gap clears it", ZERO(", on_gap: clear"), "390:2020-c 390:2021-c 390:2023", "rewards year=2023", "reward.zero=0" },
	{ "a gap keeps it", ZERO(""), "390:2020-c 390:2021-c 390:2023", "rewards year=2023", "reward.zero=1000" },
	{ "claims that are not known", ZERO(""), "390:2020 390:2021", "rewards year=2021", "incomplete; lacks=yb_cover.claimed" },
	{ "of a year that is not past they need not be", ZERO(""), "390:2020-c 390:2021 390:2022", "rewards year=2021", "reward.zero=500" },

	/* 2020-2023 enrolled, 2024 and 2025 missed, 2026 enrolled. run: 1,000 2,000 2,500, kept. zero: 500 in 2021, 1,000 in 2022 held to 1,000, 2023 held to 500 */
	{ "all of them", ALL, "poor=no 390:2020-c 390:2021-c 390:2022-c 390:2023-c 390:2026", "rewards year=2026",
	  "reward.run=2500; reward.zero=500; reward.lapse=600; reward.total=2400" },
	{ "one that does not apply", ALL, "poor=yes 390:2020-c 390:2021-c 390:2022-c 390:2023-c 390:2026", "rewards year=2026", "reward.lapse=0; reward.total=3000" },
	{ "more lapsed than was earned", ALL, "poor=no 390:2020+c 390:2025", "rewards year=2025", "reward.run=0; reward.zero=0; reward.lapse=1200; reward.total=-1200" },
	{ "whether it applies is not known", ALL, "390:2020-c 390:2021", "rewards year=2021", "incomplete; lacks=poor" },
	{ "a history that is not known", RUN(""), "", "rewards year=2023", "incomplete; lacks=yb_cover" },
	{ "a year that is not said", RUN(""), "390:2020", "rewards", "incomplete; lacks=year" },
	{ "no rewards", FACTS(""), "390:2020", "rewards year=2023", "unsupported; reason=no_section" },
	{ "no section", ASK_HEAD WINDOWS, "390:2020", "rewards year=2023", "unsupported; reason=no_section" },

	{ "claimed, and the use of it not known", ZERO(", on_use: clear"), "390:2020-c 390:2021+c 390:2022-c 390:2023", "rewards year=2023", "incomplete; lacks=yb_cover.claimed" },
	{ "two covers of a year, one with a claim", ZERO(""), "390:2020-c 310:2021-01-01..2021-06-30-c 390:2021+c 390:2022", "rewards year=2022", "reward.zero=500" },
};

START_TEST(rewards_are_walked_year_by_year)
{
	ask_expect(&rewards[_i]);
}
END_TEST

/* ---- options ---- */

static struct yb_policy_set *plain;
static struct yb_person *person;
static struct yb_decision *decision;

static void
setup(void)
{
	plain = ask_load(FACTS("  gaps_from: 1998\n"));
	person = ask_person("cover=none");
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
}

static void
teardown(void)
{
	yb_policy_set_unref(plain);
	yb_person_unref(person);
	yb_decision_unref(decision);
}

#define SIZE sizeof(struct yb_eligibility_options)
static const struct {
	const char *why;
	struct yb_eligibility_options options;
	yb_status status;
} bad_options[] = {
	{ "a size of nothing", { 0, 0, 0, 0, 2026, 0 }, YB_E_BAD_OPTIONS },
	{ "a size below the first version", { SIZE - 1, 0, 0, 0, 2026, 0 }, YB_E_BAD_OPTIONS },
	{ "an unknown flag", { SIZE, 2, 0, 0, 2026, 0 }, YB_E_BAD_OPTIONS },
	{ "a year below zero", { SIZE, 0, 0, 0, -1, 0 }, YB_E_BAD_OPTIONS },
	{ "a year whose next there is not", { SIZE, 0, 0, 0, 10000, 0 }, YB_E_BAD_OPTIONS },
	{ "less than none repaired", { SIZE, 0, 0, 0, 2026, -1 }, YB_E_BAD_OPTIONS },
	{ "more than 150 repaired", { SIZE, 0, 0, 0, 2026, 151 }, YB_E_BAD_OPTIONS },
	{ "as many repaired as were missed", { SIZE, 0, 0, 0, 2026, 28 }, YB_OK },
	{ "lenient", { SIZE, YB_ELIGIBILITY_LENIENT, 0, 0, 2026, 0 }, YB_OK },
};

START_TEST(options_that_cannot_be_are_refused)
{
	struct yb_error *err = NULL;
	yb_status st = yb_eligibility(plain, person, &bad_options[_i].options, decision, &err);

	ck_assert_msg(st == bad_options[_i].status, "%s: %s: %s", bad_options[_i].why, yb_status_name(st), err ? yb_error_get_message(err) : "");
	ck_assert((err != NULL) == (st != YB_OK));
	ck_assert_int_eq(yb_decision_get_outcome(decision), st == YB_OK ? YB_OUTCOME_ANSWERED : YB_OUTCOME_NONE);
	yb_error_unref(err);
}
END_TEST

static const struct {
	const char *why;
	struct yb_rewards_options options;
	yb_status status;
} bad_rewards[] = {
	{ "a size of nothing", { 0, 0, 2026, 0 }, YB_E_BAD_OPTIONS },
	{ "an unknown flag", { sizeof(struct yb_rewards_options), 4, 2026, 0 }, YB_E_BAD_OPTIONS },
	{ "a year below zero", { sizeof(struct yb_rewards_options), 0, -5, 0 }, YB_E_BAD_OPTIONS },
	{ "a year whose next there is not", { sizeof(struct yb_rewards_options), 0, 10000, 0 }, YB_E_BAD_OPTIONS },
	{ "something reserved", { sizeof(struct yb_rewards_options), 0, 2026, 1 }, YB_E_BAD_OPTIONS },
	{ "nothing wrong", { sizeof(struct yb_rewards_options), 0, 2026, 0 }, YB_OK },
};

START_TEST(options_of_rewards_that_cannot_be_are_refused)
{
	struct yb_error *err = NULL;
	yb_status st = yb_rewards(plain, person, &bad_rewards[_i].options, decision, &err);

	ck_assert_msg(st == bad_rewards[_i].status, "%s: %s", bad_rewards[_i].why, yb_status_name(st));
	ck_assert((err != NULL) == (st != YB_OK));
	yb_error_unref(err);
}
END_TEST

START_TEST(null_handles_are_told)
{
	yb_shorten kind;
	int32_t years;
	yb_fen price;
	yb_day paid, start;

	ck_assert_int_eq(yb_eligibility(NULL, person, NULL, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility(plain, NULL, NULL, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility(plain, person, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_rewards(NULL, person, NULL, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_rewards(plain, NULL, NULL, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_rewards(plain, person, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility(plain, person, NULL, decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_INCOMPLETE);
	ck_assert_int_eq(yb_decision_get_question(decision), YB_QUESTION_ELIGIBILITY);
	ck_assert_int_eq(yb_eligibility_get_shorten(NULL, 0, &kind, &years, &price, &paid, &start), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility_get_shorten(decision, 0, NULL, &years, &price, &paid, &start), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility_get_shorten(decision, 0, &kind, NULL, &price, &paid, &start), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility_get_shorten(decision, 0, &kind, &years, NULL, &paid, &start), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility_get_shorten(decision, 0, &kind, &years, &price, NULL, &start), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility_get_shorten(decision, 0, &kind, &years, &price, &paid, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_eligibility_get_shorten(decision, 0, &kind, &years, &price, &paid, &start), YB_E_NOT_FOUND);
}
END_TEST

/* Who was never covered had no scheme before: nothing is listed that has no words. */
START_TEST(a_result_that_is_listed_has_words)
{
	const char *name;

	ck_assert_int_eq(ask_question(plain, person, "cover year=2026 paid_on=2026-03-10", decision, NULL), YB_OK);
	for (size_t i = 0; yb_decision_get_result_name(decision, i, &name) == YB_OK; i++) {
		char *text = NULL;
		ck_assert_int_eq(yb_decision_dup_result(decision, name, &text, NULL), YB_OK);
		ck_assert_msg(*text, "%s", name);
		yb_free(text);
	}
}
END_TEST

/* A wait is told in the unit of the rule that holds, in one document of both. */
START_TEST(a_wait_has_the_unit_of_its_rule)
{
	struct yb_policy_set *set = ask_load(ASK_HEAD "eligibility:\n  source: a\n  rules:\n    - {id: m, when: {repaired: 0}, count_from: = paid_on, fixed: 3 months}\n"
		"    - {id: d, when: {repaired: 1..}, count_from: = paid_on, fixed: 90 days}\n");
	int64_t value;
	yb_result unit;

	ck_assert_int_eq(ask_question(set, person, "cover year=2026 paid_on=2026-03-10", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_result(decision, "wait", &value, &unit), YB_OK);
	ck_assert_int_eq(value, 3);
	ck_assert_int_eq(unit, YB_RESULT_MONTHS);
	ck_assert_int_eq(ask_question(set, person, "cover year=2026 paid_on=2026-03-10 repaired=1", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_result(decision, "wait", &value, &unit), YB_OK);
	ck_assert_int_eq(value, 90);
	ck_assert_int_eq(unit, YB_RESULT_DAYS);
	yb_policy_set_unref(set);
}
END_TEST

/* More changes of balances than are kept for telling: they are counted, the sums hold. */
START_TEST(a_hundred_years_of_eight_rewards)
{
	char text[4096] = ASK_HEAD "eligibility:\n  source: a\n  rewards:\n", one[128], *told = NULL;
	struct yb_policy_set *set;

	for (char id = 'a'; id < 'i'; id++) {
		(void)snprintf(one, sizeof(one), "    - {id: %c, kind: continuous, after: 0, step: 10}\n", id);
		strcat(text, one);
	}
	set = ask_load(text);
	yb_person_clear_cover(person);
	for (int32_t year = 1998; year <= 2100; year++)
		ck_assert_int_eq(yb_person_add_cover_year(person, "390", year, YB_DAY_NONE, 0, NULL), YB_OK);
	ck_assert_int_eq(ask_question(set, person, "rewards year=2100", decision, NULL), YB_OK);
	ck_assert_int_eq(ask_value(decision, "reward.h"), 103 * 1000);
	ck_assert_int_eq(ask_value(decision, "reward.total"), 8 * 103 * 1000);
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++) {
		ck_assert_int_eq(yb_decision_render(decision, format, YB_LANG_EN, YB_EXPLAIN_FULL, &told, NULL), YB_OK);
		yb_free(told);
	}
	yb_policy_set_unref(set);
}
END_TEST

/* ---- agreement with plain computations ---- */

static int64_t
plain_wait(int64_t fixed, int64_t variable, int64_t repair, int64_t least, int64_t most)
{
	int64_t wait = fixed + (variable > repair ? variable - repair : 0);

	if (wait < least)
		wait = least;
	return most >= 0 && wait > most ? most : wait;
}

static int
days_in(int64_t year, int64_t month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)));
}

START_TEST(waits_agree_with_plain_integers)
{
	uint32_t seed = 4711 + (uint32_t)_i;
	char text[1024], cap[32];

	for (int k = 0; k < 25; k++) {
		int64_t fixed = ask_random(&seed) % 7, per = ask_random(&seed) % 4, back = ask_random(&seed) % 3, least = ask_random(&seed) % 9;
		int64_t most = (int64_t)(ask_random(&seed) % 30) - 10;
		bool months = ask_random(&seed) % 2, spill = ask_random(&seed) % 2;
		const char *unit = months ? "month" : "day";
		struct yb_policy_set *set;
		(void)snprintf(cap, sizeof(cap), "%" PRId64 " %ss", most, unit);
		(void)snprintf(text, sizeof(text), ASK_HEAD "month_end: %s\neligibility:\n  source: a\n  gaps_from: 1998\n  rules:\n    - id: r\n      count_from: = paid_on\n"
			"      fixed: %" PRId64 " %ss\n      variable: = %" PRId64 " %ss * gap_years\n      repair: = %" PRId64 " %ss * repaired\n      floor: %" PRId64 " %ss\n      cap: %s\n",
			spill ? "spill" : "clip", fixed, unit, per, unit, back, unit, least, unit, most < 0 ? "none" : cap);
		set = ask_load(text);
		for (int i = 0; i < 20; i++) {
			int32_t last = 1998 + (int32_t)(ask_random(&seed) % 28), gap = 2025 - last;
			struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;
			int64_t wait, year, month, day;
			int32_t from_year = 2026, from_month = 1 + (int32_t)(ask_random(&seed) % 12), from_day;
			yb_day expect;
			from_day = 1 + (int32_t)(ask_random(&seed) % (uint32_t)days_in(from_year, from_month));
			options.year = 2026;
			options.repaired = (int32_t)(ask_random(&seed) % (uint32_t)(gap + 1));
			ck_assert_int_eq(yb_day_from_ymd(from_year, from_month, from_day, &options.paid_on), YB_OK);
			yb_person_clear_cover(person);
			ck_assert_int_eq(yb_person_add_cover_year(person, "390", last, YB_DAY_NONE, 0, NULL), YB_OK);
			ck_assert_int_eq(yb_eligibility(set, person, &options, decision, NULL), YB_OK);
			wait = plain_wait(fixed, per * gap, back * options.repaired, least, most);
			year = from_year + (from_month - 1 + wait) / 12;
			month = (from_month - 1 + wait) % 12 + 1;
			day = from_day;
			if (months && day > days_in(year, month)) {
				day = spill ? 1 : days_in(year, month);
				month += spill;
			}
			if (months)
				ck_assert_int_eq(yb_day_from_ymd((int32_t)year, (int32_t)month, (int32_t)day, &expect), YB_OK);
			else
				expect = options.paid_on + (yb_day)wait;
			ck_assert_msg(ask_value(decision, "wait") == wait && ask_value(decision, "start") == expect && ask_value(decision, "gap_years") == gap,
			              "gap %d, repaired %d, from %d-%d-%d: %" PRId64 "\n%s", (int)gap, (int)options.repaired, (int)from_year, (int)from_month,
			              (int)from_day, ask_value(decision, "wait"), text);
		}
		yb_policy_set_unref(set);
	}
}
END_TEST

/* Years covered at random: gaps, runs and missed years by a plain count over an array. */
START_TEST(histories_agree_with_a_plain_count)
{
	uint32_t seed = 99 + (uint32_t)_i;

	for (int k = 0; k < 300; k++) {
		bool covered[29] = { false }; /* 1998 .. 2026 */
		int64_t gap = 0, run = 0, missed = 0, first = -1, months;
		uint32_t odds = 1 + ask_random(&seed) % 6;
		struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;
		int asked = 5 + (int)(ask_random(&seed) % 24);
		yb_person_clear_cover(person);
		ck_assert_int_eq(yb_person_set_cover_none(person), YB_OK);
		for (int y = 28; y >= 0; y--) {
			covered[y] = ask_random(&seed) % odds == 0;
			if (covered[y])
				ck_assert_int_eq(yb_person_add_cover_year(person, "390", 1998 + y, YB_DAY_NONE, 0, NULL), YB_OK);
			if (covered[y] && y < asked)
				first = y;
		}
		while (asked - 1 - gap >= (first >= 0 ? first : 0) && !covered[asked - 1 - gap])
			gap++;
		while (asked - 1 - run >= 0 && covered[asked - 1 - run])
			run++;
		for (int y = first >= 0 ? (int)first : 0; y < asked; y++)
			missed += !covered[y];
		months = 0;
		for (int64_t y = asked - 1 - gap; first >= 0 && y >= 0 && covered[y]; y--)
			months += 12;
		options.year = 1998 + asked;
		ck_assert_int_eq(yb_day_from_ymd(1997 + asked, 11, 10, &options.paid_on), YB_OK);
		ck_assert_int_eq(yb_eligibility(plain, person, &options, decision, NULL), YB_OK);
		ck_assert_msg(ask_value(decision, "gap_years") == gap && ask_value(decision, "continuous_years") == run && ask_value(decision, "missed_years") == missed &&
		              ask_value(decision, "continuous_months") == months, "round %d, year %d: %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, k, (int)options.year,
		              ask_value(decision, "gap_years"), ask_value(decision, "continuous_years"), ask_value(decision, "missed_years"),
		              ask_value(decision, "continuous_months"));
	}
}
END_TEST

/* A run, years without a claim and lapses at random, balances under caps, against a plain walk. */
START_TEST(rewards_agree_with_a_plain_walk)
{
	uint32_t seed = 31 + (uint32_t)_i;
	static const char *const events[] = { "keep", "clear", "150" };
	char text[1024];

	for (int k = 0; k < 25; k++) {
		int64_t after = ask_random(&seed) % 4, step = 100 + ask_random(&seed) % 300, cap = 200 + ask_random(&seed) % 1500, zero_step = ask_random(&seed) % 300;
		uint32_t on_gap = ask_random(&seed) % 3, on_use = ask_random(&seed) % 2;
		bool next = ask_random(&seed) % 2;
		struct yb_policy_set *set;
		(void)snprintf(text, sizeof(text), ASK_HEAD "eligibility:\n  source: a\n  rewards:\n    - {id: run, kind: continuous, after: %" PRId64 ", step: %" PRId64 ", cap: %" PRId64
			", on_gap: %s}\n    - {id: zero, kind: zero_claim, step: %" PRId64 ", cap: = 1000 - reward.run, on_use: %s, if_enrolled: %s}\n"
			"    - {id: lapse, kind: lapse, step: 70}\n", after, step, cap, events[on_gap], zero_step, events[on_use], next ? "yes" : "no");
		set = ask_load(text);
		for (int i = 0; i < 25; i++) {
			int64_t run = 0, balance = 0, zero = 0, lapse = 0, room;
			bool begun = false, pending = false;
			struct yb_rewards_options options = YB_REWARDS_OPTIONS_INIT;
			yb_person_clear_cover(person);
			ck_assert_int_eq(yb_person_set_cover_none(person), YB_OK);
			options.year = 2026;
			for (int y = 2010; y <= 2026; y++) {
				bool enrolled = ask_random(&seed) % 4 != 0, claimed = ask_random(&seed) % 3 == 0, used = claimed && ask_random(&seed) % 2;
				if (enrolled)
					ck_assert_int_eq(yb_person_add_cover_year(person, "390", y, YB_DAY_NONE, (claimed ? YB_COVER_CLAIMED : YB_COVER_NOT_CLAIMED) |
					                                          (used ? YB_COVER_USED : YB_COVER_NOT_USED), NULL), YB_OK);
				run = enrolled ? run + 1 : 0;
				if (enrolled && run > after)
					balance += step;
				else if (!enrolled && begun)
					balance = on_gap == 0 ? balance : on_gap == 1 ? 0 : balance > 150 ? balance - 150 : 0;
				if (balance > cap)
					balance = cap;
				if (pending && enrolled)
					zero += zero_step;
				pending = false;
				if (enrolled && y < 2026 && !claimed) {
					pending = next;
					zero += next ? 0 : zero_step;
				}
				if (enrolled && y < 2026 && used && on_use == 1)
					zero = 0;
				room = balance < 1000 ? 1000 - balance : 0;
				if (zero > room)
					zero = room;
				lapse += !enrolled && begun ? 70 : 0;
				begun = begun || enrolled;
			}
			ck_assert_int_eq(yb_rewards(set, person, &options, decision, NULL), YB_OK);
			ck_assert_msg(ask_value(decision, "reward.run") == balance * 100 && ask_value(decision, "reward.zero") == zero * 100 &&
			              ask_value(decision, "reward.lapse") == lapse * 100 && ask_value(decision, "reward.total") == (balance + zero - lapse) * 100,
			              "round %d: %" PRId64 " %" PRId64 " %" PRId64 ", not %" PRId64 " %" PRId64 " %" PRId64 "\n%s", i, ask_value(decision, "reward.run"),
			              ask_value(decision, "reward.zero"), ask_value(decision, "reward.lapse"), balance * 100, zero * 100, lapse * 100, text);
		}
		yb_policy_set_unref(set);
	}
}
END_TEST

Suite *
eligibility_suite(void)
{
	Suite *suite = suite_create("eligibility");
	TCase *tc = tcase_create("eligibility"), *one = tcase_create("object");

	tcase_set_timeout(tc, 1800);
	tcase_add_unchecked_fixture(tc, ask_load_once, ask_drop_once);
	tcase_add_loop_test(tc, a_shipped_document_says_when_cover_begins, 0, COUNT(regions));
	tcase_add_loop_test(tc, a_wait_is_fixed_and_variable_less_repair, 0, COUNT(waits));
	tcase_add_loop_test(tc, a_month_ends_as_the_document_says, 0, COUNT(ends));
	tcase_add_loop_test(tc, it_is_counted_from_any_day, 0, COUNT(anchors));
	tcase_add_loop_test(tc, exactly_one_rule_says_when, 0, COUNT(rules));
	tcase_add_loop_test(tc, what_would_shorten_it_is_told, 0, COUNT(shorters));
	tcase_add_loop_test(tc, a_history_is_read_as_facts, 0, COUNT(histories));
	tcase_add_loop_test(tc, rewards_are_walked_year_by_year, 0, COUNT(rewards));
	suite_add_tcase(suite, tc);
	tcase_set_timeout(one, 1800);
	tcase_add_checked_fixture(one, setup, teardown);
	tcase_add_loop_test(one, options_that_cannot_be_are_refused, 0, COUNT(bad_options));
	tcase_add_loop_test(one, options_of_rewards_that_cannot_be_are_refused, 0, COUNT(bad_rewards));
	tcase_add_test(one, null_handles_are_told);
	tcase_add_test(one, a_result_that_is_listed_has_words);
	tcase_add_test(one, a_wait_has_the_unit_of_its_rule);
	tcase_add_test(one, a_hundred_years_of_eight_rewards);
	tcase_add_loop_test(one, waits_agree_with_plain_integers, 0, 4);
	tcase_add_loop_test(one, histories_agree_with_a_plain_count, 0, 4);
	tcase_add_loop_test(one, rewards_agree_with_a_plain_walk, 0, 4);
	suite_add_tcase(suite, one);
	return suite;
}
