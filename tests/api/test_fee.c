/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is owed: charges, payers, windows. Figures are worked by hand from the clause of the document in the row. */
#include <check.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *fee_suite(void);

/* ---- rounding ---- */

/*
 * 3,333.33 x 2 % = 66.6666 -> 66.67, x 12 = 800.04; x 8 % = 266.6664 -> 266.67, x 12 = 3,200.04.
 * The year in one: 39,999.96 x 2 % = 799.9992 -> 800.00.
 */
#define ROUND_OR_MULTIPLY ASK_HEAD "fee:\n  source: a\n  charges:\n" \
	"    - {id: m, period: month, base: = yb_wage_base, payers: {person: = base * 2%, employer: = base * 8%}}\n" \
	"    - {id: y, period: year, base: = yb_wage_base * 12, payers: {account: = base * 2%}}\n"
#define MODES ASK_HEAD "fee:\n  source: a\n  charges:\n" \
	"    - {id: half, round: yuan half_up, payers: {person: = yb_wage_base * 1%}}\n" \
	"    - {id: even, round: yuan half_even, payers: {person: = yb_wage_base * 1%}}\n" \
	"    - {id: up, round: jiao up, payers: {person: = yb_wage_base * 1%}}\n" \
	"    - {id: down, round: jiao down, payers: {person: = yb_wage_base * 1%}}\n" \
	"    - {id: own, payers: {person: = yb_wage_base * 1%}}\n"
/* The rest is of the rounded total: 1,318.295 -> 1,318, less 398. By itself 1.69 % would be 920.6275 -> 921. */
#define RESTS ASK_HEAD "fee:\n  source: a\n  charges:\n" \
	"    - {id: b, round: yuan, base: 54475, total: = base * 2.42%, payers: {person: = base * 0.73%, finsubs: rest}}\n"

static const struct ask_row roundings[] = {
	{ "a month is rounded, then multiplied", ROUND_OR_MULTIPLY, "yb_wage_base=3333.33", "fee year=2026 months=12",
	  "m.base=3333.33; m.person=66.67; m.person.exact=66.6666; m.person.year=800.04; m.employer=266.67; m.employer.year=3200.04; m.total=333.34; "
	  "m.total.exact=333.333; m.total.year=4000.08; month.person=66.67; month.employer=266.67; month.total=333.34; due.person=800.04; due.employer=3200.04" },
	{ "a year is multiplied, then rounded", ROUND_OR_MULTIPLY, "yb_wage_base=3333.33", "fee year=2026 months=12",
	  "y.base=39999.96; y.account=800; y.account.exact=799.9992; y.account.year=800; y.total=800; month.account=0; due.account=800; due.total=4800.08; reasons=0" },
	{ "one month", ROUND_OR_MULTIPLY, "yb_wage_base=3333.33", "fee year=2026 months=1", "m.person.year=66.67; due.person=66.67; due.total=1133.34" },
	{ "150 years of months", ROUND_OR_MULTIPLY, "yb_wage_base=3333.33", "fee year=2026 months=1800", "m.person.year=120006; due.person=120006" },
	{ "no wage at all", ROUND_OR_MULTIPLY, "yb_wage_base=0", "fee year=2026 months=12", "m.person=0; y.account=0; due.total=0" },
	/* 10,000,000,000 x 2 % x 12 */
	{ "the largest wage", ROUND_OR_MULTIPLY, "yb_wage_base=10000000000", "fee year=2026 months=12",
	  "m.person=200000000; m.employer=800000000; y.account=2400000000; due.total=14400000000" },
	{ "months that were not said: the month is known, the sum is not", ROUND_OR_MULTIPLY, "yb_wage_base=3333.33", "fee year=2026",
	  "m.person=66.67; month.person=66.67; month.total=333.34; y.account=800; due.account=800; unknown=due.person; unknown=due.total; unknown=m.person.year; "
	  "unknown=m.total.year; reason=no_months; reasons=1" },
	/* 0.50, 1.50 and 2.50 yuan */
	{ "half a yuan", MODES, "yb_wage_base=50", "fee year=2026", "half.person=1; even.person=0; up.person=0.5; down.person=0.5; own.person=0.5" },
	{ "one and a half", MODES, "yb_wage_base=150", "fee year=2026", "half.person=2; even.person=2; own.person=1.5" },
	{ "two and a half", MODES, "yb_wage_base=250", "fee year=2026", "half.person=3; even.person=2" },
	/* 0.4999 and 0.5001: half a fen is rounded away from zero by default */
	{ "just below half a yuan", MODES, "yb_wage_base=49.99", "fee year=2026",
	  "half.person=0; even.person=0; up.person=0.5; down.person=0.4; own.person=0.5; own.person.exact=0.4999" },
	{ "just above half a yuan", MODES, "yb_wage_base=50.01", "fee year=2026", "half.person=1; even.person=1; up.person=0.6; down.person=0.5; own.person=0.5" },
	{ "half a fen", MODES, "yb_wage_base=0.50", "fee year=2026", "own.person=0.01; own.person.exact=0.005; up.person=0.1; down.person=0" },
	{ "less than half a fen", MODES, "yb_wage_base=0.49", "fee year=2026", "own.person=0; up.person=0.1" },
	{ "the rest is of the rounded total", RESTS, "", "fee year=2026",
	  "b.base=54475; b.total=1318; b.total.exact=1318.295; b.person=398; b.person.exact=397.6675; b.finsubs=920; due.finsubs=920; due.total=1318; due.person=398" },
	/* EVIDENCE: Guangzhou 2023, the same by the document that is shipped: 54,475 x 0.97 % = 528.4075 */
	{ "a student of Guangzhou", NULL, "insuplc_admdvs=440100 psn_type=1403 psn_idet_type=99", "fee year=2023",
	  "basic.base=54475; basic.total=1318; basic.person=398; basic.finsubs=920; due.person=398; due.total=1318" },
	{ "another resident of Guangzhou", NULL, "insuplc_admdvs=440100 psn_type=1501 psn_idet_type=99", "fee year=2023",
	  "basic.person=528; basic.person.exact=528.4075; basic.finsubs=790; due.finsubs=790" },
};

START_TEST(a_posted_part_is_rounded_once_at_its_place)
{
	ask_expect(&roundings[_i]);
}
END_TEST

/* ---- statuses ---- */

#define STATUSES ASK_HEAD "fee:\n  source: a\n  charges:\n" \
	"    - {id: b, total: 1000, payers: {person: {by: psn_idet_type, hit: min, rows: [[\"2303\", 40], [\"2304\", 0], [\"2305\", 120.50], [any, 400]]}, finsubs: rest}}\n"

static const struct ask_row statuses[] = {
	{ "no status", STATUSES, "psn_idet_type=99", "fee year=2026", "b.person=400; b.finsubs=600" },
	{ "one status", STATUSES, "psn_idet_type=2303", "fee year=2026", "b.person=40; b.finsubs=960" },
	{ "two take the lower part, they are not added", STATUSES, "psn_idet_type=2303|2305", "fee year=2026", "b.person=40; b.finsubs=960" },
	{ "in any order", STATUSES, "psn_idet_type=2305|2303", "fee year=2026", "b.person=40; b.finsubs=960" },
	{ "nothing is the lowest", STATUSES, "psn_idet_type=2303|2304|2305", "fee year=2026", "b.person=0; b.finsubs=1000; due.person=0; due.total=1000" },
	{ "a status that no row names", STATUSES, "psn_idet_type=2306", "fee year=2026", "b.person=400" },
	{ "a status that no row names beside one", STATUSES, "psn_idet_type=2306|2305", "fee year=2026", "b.person=120.5; b.finsubs=879.5" },
	{ "statuses not known", STATUSES, "", "fee year=2026", "incomplete; lacks=psn_idet_type" },
};

START_TEST(of_several_statuses_the_lowest_part_counts)
{
	ask_expect(&statuses[_i]);
}
END_TEST

/* ---- windows ---- */

#define WINDOWS ASK_HEAD "fee:\n  source: a\n  windows:\n    - for: 2026\n      notice: 2025\n      rows:\n" \
	"        - {id: main, from: 2025-10-20, through: 2025-12-31, start: = year_first}\n" \
	"        - {id: late, from: 2026-01-01, to: 2026-03-01, days: 5..20, start: = paid_on + 1 day}\n" \
	"        - {id: closed, from: 2026-03-01, through: 2026-12-31}\n" \
	"    - {for: 2027, rows: [{id: whole, from: 2026-12-31, through: 2026-12-31}, {id: last, from: 2027-01-01, to: 2028-01-01, days: 31}]}\n" \
	"  charges:\n    - {id: helped, when: {window: main|late|none|whole|last}, total: 1100, payers: {person: 400, finsubs: rest}}\n" \
	"    - {id: alone, when: {window: closed}, total: 1100, payers: {person: rest}}\n"
#define HELPED "helped.person=400; helped.finsubs=700; alone.person=0; due.person=400; due.finsubs=700; due.total=1100"

static const struct ask_row windows[] = {
	{ "the day before the first", WINDOWS, "", "fee year=2026 paid_on=2025-10-19", "window=none; unknown=window_start; " HELPED },
	{ "the first day", WINDOWS, "", "fee year=2026 paid_on=2025-10-20", "window=main; window_start=2026-01-01; " HELPED },
	{ "the last day", WINDOWS, "", "fee year=2026 paid_on=2025-12-31", "window=main; window_start=2026-01-01; " HELPED },
	{ "the day after: no day of the month for the next", WINDOWS, "", "fee year=2026 paid_on=2026-01-01", "window=none" },
	{ "the day before the fifth", WINDOWS, "", "fee year=2026 paid_on=2026-01-04", "window=none" },
	{ "the fifth", WINDOWS, "", "fee year=2026 paid_on=2026-01-05", "window=late; window_start=2026-01-06; " HELPED },
	{ "the twentieth", WINDOWS, "", "fee year=2026 paid_on=2026-01-20", "window=late; window_start=2026-01-21" },
	{ "the twenty-first", WINDOWS, "", "fee year=2026 paid_on=2026-01-21", "window=none" },
	{ "the fifth of the next month", WINDOWS, "", "fee year=2026 paid_on=2026-02-05", "window=late; window_start=2026-02-06" },
	{ "the last day of `to`", WINDOWS, "", "fee year=2026 paid_on=2026-02-28", "window=none" },
	{ "a late payer bears all of it", WINDOWS, "", "fee year=2026 paid_on=2026-03-01",
	  "window=closed; unknown=window_start; helped.person=0; alone.person=1100; due.person=1100; due.finsubs=0; due.total=1100" },
	{ "the last day of the year", WINDOWS, "", "fee year=2026 paid_on=2026-12-31", "window=closed; due.person=1100" },
	{ "after the year", WINDOWS, "", "fee year=2026 paid_on=2027-01-01", "window=none; due.person=400" },
	{ "the same day for the next year", WINDOWS, "", "fee year=2027 paid_on=2026-12-31", "window=whole; due.person=400" },
	{ "a window of the 31st", WINDOWS, "", "fee year=2027 paid_on=2027-01-31", "window=last" },
	{ "the 30th", WINDOWS, "", "fee year=2027 paid_on=2027-01-30", "window=none" },
	{ "a month without a 31st", WINDOWS, "", "fee year=2027 paid_on=2027-04-30", "window=none" },
	{ "a year without windows", WINDOWS, "", "fee year=2030 paid_on=2030-01-01", "window=none; due.person=400" },
	{ "no day of payment", WINDOWS, "", "fee year=2026", "incomplete; lacks=paid_on; reason=missing_fact" },
	{ "no year", WINDOWS, "", "fee paid_on=2026-01-05", "incomplete; lacks=year" },
};

START_TEST(the_day_of_payment_finds_its_window)
{
	ask_expect(&windows[_i]);
}
END_TEST

/* ---- shapes ---- */

#define NEWBORN ASK_HEAD "fee:\n  source: a\n  charges:\n" \
	"    - {id: born, when: {yb_newborn_enrolled: yes}, total: 700, payers: {person: 0, finsubs: rest}}\n" \
	"    - {id: basic, when: {yb_newborn_enrolled: no}, payers: {person: 380}}\n"
/* 60 % and 300 % of 10,000; 2 % of the base */
#define CLAMPED ASK_HEAD "values: {w: {unit: money, value: 10000, source: a}}\nfee:\n  source: a\n  charges:\n" \
	"    - {id: b, period: month, base: \"= clamp(yb_wage_base, 60% * w, 300% * w)\", payers: {person: = base * 2%}}\n"
#define DATED "fee:\n  source: a\n  charges:\n    - id: b\n      period: month\n      base: {dated: [{from: 2024-07-01, to: 2025-07-01, value: 7000, source: a}, " \
	"{from: 2025-07-01, value: 7200, source: a}]}\n      payers: {person: = base * 10%}\n"
#define TIERS ASK_HEAD "fee:\n  source: a\n  charges:\n    - id: b\n      period: month\n      base: = tier * 7000\n      payers: {person: = base * 8%}\n" \
	"values: {tier: {by: yb_plan, rows: [[t60, 60%], [t80, 80%], [t100, 100%]], else: unsupported, source: a}}\n"
/* required 300 (men), 240 (women); 5,000 x 8 % = 400 a month */
#define MISSING ASK_HEAD "values: {required: {by: gend, rows: [[1, 300], [2, 240]], else: 300, source: a}}\nfee:\n  source: a\n" \
	"  missing_months: {value: \"= max(required - have_months, 0)\", source: a}\n  charges:\n" \
	"    - {id: once, period: once, when: {missing_months: 1..}, payers: {person: = 5000 * 8% * missing_months}}\n" \
	"    - {id: slow, period: month, when: {missing_months: 1..}, months: = missing_months, payers: {person: = 5000 * 8% * 110%}}\n"
#define PARTS ASK_HEAD "fee:\n  source: a\n  charges:\n    - {id: p, total: 100, payers: {person: = yb_wage_base, employer: 50}}\n"
#define NEGATIVE ASK_HEAD "fee:\n  source: a\n  charges:\n    - {id: n, payers: {person: = 50 - yb_wage_base}}\n"
#define RESTLESS ASK_HEAD "fee:\n  source: a\n  charges:\n    - {id: r, total: 100, payers: {person: = yb_wage_base, finsubs: rest}}\n"
#define CHAIN ASK_HEAD "fee:\n  source: a\n  charges:\n    - {id: a, base: = yb_wage_base, payers: {person: = base * 1.005%}}\n" \
	"    - {id: b, when: {age: 60..}, payers: {person: = a.base * 1% + a.person}}\n    - {id: c, payers: {other: = a.person + b.person}}\n"
#define REFUSING ASK_HEAD "fee:\n  source: a\n  refuse:\n    - {id: minors, when: {age: <18}, text: {zh: 未成年人不在此缴费, en: minors do not pay here}}\n" \
	"    - {id: old, from: 2027-01-01, when: {age: 60..}, text: {zh: 已停止办理, en: no longer open}}\n" \
	"  charges:\n    - {id: b, when: {retired: no}, payers: {person: 5}}\n"
#define TWO_DATES ASK_HEAD "fee:\n  source: a\n  charges:\n    - {id: old, to: 2026-01-01, payers: {person: 380}}\n    - {id: new, from: 2026-01-01, payers: {person: 400}}\n"
#define CHANNELS ASK_HEAD "fee:\n  source: a\n  charges: [{id: b, payers: {person: 5}}]\n  channels:\n    - {id: wx_city, from: 2026-01-01}\n" \
	"    - {id: ali_civic, when: {age: 18..}}\n    - {id: window}\n    - {id: bank_app, through: 2025-12-31}\n"
#define GAPS ASK_HEAD "unsupported:\n  - {id: poor, text: 困难人员的标准未找到, touches: fee, when: {psn_idet_type: \"2303\"}, source: a}\n" \
	"  - {id: other, text: 补贴未找到, touches: fee, source: a}\nfee: {source: a, charges: [{id: b, payers: {person: 5}}]}\n"
#define SECTION_DAYS ASK_HEAD "fee: {source: a, from: 2025-01-01, to: 2026-01-01, charges: [{id: b, payers: {person: 5}}]}\n"

#define COULD_REFUSE ASK_HEAD "fee:\n  source: a\n  refuse:\n    - {id: old, when: {retired: yes}, text: {zh: 退休人员不缴费, en: the retired do not pay}}\n" \
	"    - {id: minors, when: {age: <18}, text: {zh: 未成年人不在此缴费, en: minors do not pay here}}\n  charges:\n    - {id: b, payers: {person: 5}}\n"
/* At the default confidence a seed is too weak to say no on, and to be let pass. */
#define SEED_HEAD "language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}, s: {issuer: I, url: u, confidence: seed}}\n"
#define WEAK_REFUSAL SEED_HEAD "fee:\n  source: a\n  refuse: [{id: old, when: {retired: yes}, source: s, text: {zh: 不缴费, en: no}}]\n  charges: [{id: b, payers: {person: 5}}]\n"
#define WEAK_CHARGE SEED_HEAD "fee:\n  source: a\n  charges: [{id: b, payers: {person: 5}}, {id: more, when: {retired: yes}, source: s, payers: {person: 7}}]\n"
#define BY_AGE ASK_HEAD "fee: {source: a, charges: [{id: b, payers: {person: {by: age, rows: [[0, 1], [1.., 2]]}}}]}\n"

static const struct ask_row shapes[] = {
	{ "a newborn", NEWBORN, "yb_newborn_enrolled=1 brdy=2026-05-05", "fee year=2026 paid_on=2026-05-20", "born.person=0; born.finsubs=700; basic.person=0; due.person=0; due.total=700" },
	{ "no newborn", NEWBORN, "yb_newborn_enrolled=0", "fee year=2026", "due.person=380; due.finsubs=0; due.total=380" },
	{ "not known whether", NEWBORN, "", "fee year=2026", "incomplete; lacks=yb_newborn_enrolled" },
	{ "paid on the day of birth", NEWBORN, "yb_newborn_enrolled=1 brdy=2026-05-05", "fee year=2026 paid_on=2026-05-05", "due.total=700" },
	{ "paid before birth", NEWBORN, "yb_newborn_enrolled=1 brdy=2026-05-05", "fee year=2026 paid_on=2026-05-04", "error=YB_E_CONTRADICTION; says=birth" },

	{ "no wage", CLAMPED, "yb_wage_base=0", "fee year=2026", "b.base=6000; b.person=120" },
	{ "a fen below the floor", CLAMPED, "yb_wage_base=5999.99", "fee year=2026", "b.base=6000; b.person=120" },
	{ "the floor", CLAMPED, "yb_wage_base=6000", "fee year=2026", "b.base=6000; b.person=120" },
	{ "a fen above the floor", CLAMPED, "yb_wage_base=6000.01", "fee year=2026", "b.base=6000.01; b.person=120; b.person.exact=120.0002" },
	{ "a fen below the ceiling", CLAMPED, "yb_wage_base=29999.99", "fee year=2026", "b.base=29999.99; b.person=600; b.person.exact=599.9998" },
	{ "the ceiling", CLAMPED, "yb_wage_base=30000", "fee year=2026", "b.base=30000; b.person=600" },
	{ "a fen above the ceiling", CLAMPED, "yb_wage_base=30000.01", "fee year=2026", "b.base=30000; b.person=600" },
	{ "the largest", CLAMPED, "yb_wage_base=10000000000", "fee year=2026", "b.base=30000; b.person=600" },
	{ "a wage not known", CLAMPED, "", "fee year=2026", "incomplete; lacks=yb_wage_base" },

	{ "the wage year before July", ASK_HEAD DATED, "", "fee year=2025 on=2025-06-30", "b.base=7000; b.person=700" },
	{ "the wage year from July", ASK_HEAD DATED, "", "fee year=2025 on=2025-07-01", "b.base=7200; b.person=720" },
	{ "the first day of the coverage year decides", ASK_HEAD DATED, "", "fee year=2025", "b.base=7000" },
	{ "a medical year from July", ASK_HEAD "medical_year: 07-01\n" DATED, "", "fee year=2025", "b.base=7200" },
	{ "a medical year from July, the one before", ASK_HEAD "medical_year: 07-01\n" DATED, "", "fee year=2024", "b.base=7000" },
	{ "a day without a figure", ASK_HEAD DATED, "", "fee year=2024 on=2024-06-30", "unsupported; reason=no_figure" },

	/* 60 % of 7,000 x 8 % = 336, 80 % 448, 100 % 560 */
	{ "60 %", TIERS, "yb_plan=t60", "fee year=2026 months=12", "b.base=4200; b.person=336; due.person=4032" },
	{ "80 %", TIERS, "yb_plan=t80", "fee year=2026 months=12", "b.person=448; due.person=5376" },
	{ "100 %", TIERS, "yb_plan=t100", "fee year=2026 months=1", "b.person=560; due.person=560" },
	{ "a tier there is not", TIERS, "yb_plan=t70", "fee year=2026", "unsupported; reason=no_figure" },
	{ "no tier chosen", TIERS, "", "fee year=2026", "incomplete; lacks=yb_plan" },

	{ "a month too few", MISSING, "gend=1 yb_paid_months=299", "fee year=2026", "once.person=400; slow.person=440; slow.person.year=440; due.person=840; month.person=440; reasons=0" },
	{ "just enough", MISSING, "gend=1 yb_paid_months=300", "fee year=2026", "refused; reason=no_charge; reasons=1" },
	{ "more than enough", MISSING, "gend=1 yb_paid_months=301", "fee year=2026", "refused; reason=no_charge" },
	{ "a woman's 240", MISSING, "gend=2 yb_paid_months=239", "fee year=2026", "once.person=400" },
	{ "none paid", MISSING, "gend=2 yb_paid_months=0", "fee year=2026", "once.person=96000; slow.person.year=105600; due.person=201600" },
	{ "months not known", MISSING, "gend=2", "fee year=2026", "incomplete; lacks=yb_paid_months" },

	{ "months below zero are owed to nobody", ASK_HEAD "fee: {source: a, charges: [{id: b, period: month, months: = 300 - yb_paid_months, payers: {person: 5}}]}\n",
	  "yb_paid_months=301", "fee year=2026", "error=YB_E_RULE; says=b: " },
	{ "no months", ASK_HEAD "fee: {source: a, charges: [{id: b, period: month, months: = 300 - yb_paid_months, payers: {person: 5}}]}\n",
	  "yb_paid_months=300", "fee year=2026", "b.person=5; due.person=0; month.person=5" },
	{ "parts that make the total", PARTS, "yb_wage_base=50", "fee year=2026", "p.total=100; due.total=100" },
	{ "a fen too little", PARTS, "yb_wage_base=49.99", "fee year=2026", "error=YB_E_RULE; says=p: its parts" },
	{ "a fen too much", PARTS, "yb_wage_base=50.01", "fee year=2026", "error=YB_E_RULE; says=990000/390" },
	{ "nothing is no negative part", NEGATIVE, "yb_wage_base=50", "fee year=2026", "n.person=0; due.total=0" },
	{ "less than half a fen below zero is rounded to nothing, a fen is not", NEGATIVE, "yb_wage_base=50.01", "fee year=2026", "error=YB_E_RULE; says=n: " },
	{ "no rest is left", RESTLESS, "yb_wage_base=100", "fee year=2026", "r.person=100; r.finsubs=0" },
	{ "a rest below zero", RESTLESS, "yb_wage_base=100.01", "fee year=2026", "error=YB_E_RULE; says=r: " },

	/* 1,000 x 1.005 % = 10.05; 10 + 10.05; the sum of both */
	{ "a charge on a charge", CHAIN, "yb_wage_base=1000 brdy=1960-01-01", "fee year=2026", "a.person=10.05; b.person=20.05; c.other=30.1; due.person=30.1; due.total=60.2" },
	{ "one that does not apply is zero to the next", CHAIN, "yb_wage_base=1000 brdy=1990-01-01", "fee year=2026", "b.person=0; b.total=0; c.other=10.05; due.total=20.1" },
	{ "age on the first day of the year: sixty", CHAIN, "yb_wage_base=1000 brdy=1966-01-01", "fee year=2026", "b.person=20.05; c.other=30.1" },
	{ "and the day after", CHAIN, "yb_wage_base=1000 brdy=1966-01-02", "fee year=2026", "b.person=0" },
	{ "what is posted is at most ten thousand million", ASK_HEAD "fee: {source: a, charges: [{id: b, payers: {person: = yb_wage_base * 2}}]}\n",
	  "yb_wage_base=10000000000", "fee year=2026", "error=YB_E_OVERFLOW" },
	{ "and no less", ASK_HEAD "fee: {source: a, charges: [{id: b, payers: {person: = yb_wage_base * 2}}]}\n", "yb_wage_base=5000000000", "fee year=2026",
	  "b.person=10000000000; due.total=10000000000" },

	{ "a refusal has its text", REFUSING, "brdy=2009-01-01 psn_type=1101", "fee year=2026", "refused; reason=refused; reasons=1; says=minors do not pay here" },
	{ "and in Chinese", REFUSING, "brdy=2009-01-01 psn_type=1101", "fee year=2026", "refused; says=未成年人不在此缴费" },
	{ "eighteen today", REFUSING, "brdy=2008-01-01 psn_type=1101", "fee year=2026", "b.person=5" },
	{ "eighteen tomorrow", REFUSING, "brdy=2008-01-02 psn_type=1101", "fee year=2026", "refused" },
	{ "a refusal not yet in force", REFUSING, "brdy=1950-01-01 psn_type=1101", "fee year=2026", "b.person=5" },
	{ "a refusal in force", REFUSING, "brdy=1950-01-01 psn_type=1101", "fee year=2027", "refused; says=no longer open" },
	{ "no charge applies", REFUSING, "brdy=1960-01-01 psn_type=1201", "fee year=2026", "refused; reason=no_charge; says=no charge of; unknown=x" },
	{ "no charge applies, in Chinese", REFUSING, "brdy=1960-01-01 psn_type=1201", "fee year=2026", "refused; says=没有适用于此人的缴费项目" },
	{ "a fact that decides", REFUSING, "brdy=1960-01-01", "fee year=2026", "incomplete; lacks=psn_type; reason=missing_fact" },

	{ "the charge of the year before", TWO_DATES, "", "fee year=2025", "old.person=380; new.person=0; due.person=380" },
	{ "the charge of the year", TWO_DATES, "", "fee year=2026", "old.person=0; new.person=400; due.person=400" },
	{ "the last day before it", TWO_DATES, "", "fee year=2026 on=2025-12-31", "due.person=380" },

	{ "channels that are open", CHANNELS, "brdy=1990-01-01", "fee year=2026", "channels=3; c1=wx_city; c2=ali_civic; c3=window" },
	{ "of the year before, to a child", CHANNELS, "brdy=2015-01-01", "fee year=2025", "channels=2; c1=window; c2=bank_app" },
	{ "one that cannot be told is left out", CHANNELS, "", "fee year=2026", "b.person=5; channels=2; c1=wx_city; c2=window" },

	{ "a declared gap that is met", GAPS, "psn_idet_type=2303", "fee year=2026", "unsupported; reason=unsupported; says=补贴" },
	{ "one that is not met", GAPS, "psn_idet_type=99", "fee year=2026", "b.person=5; reason=not_encoded; reasons=1" },
	{ "one that cannot be told", GAPS, "", "fee year=2026", "b.person=5; reason=possible_gap; reasons=2" },
	{ "one that is left out", GAPS, "psn_idet_type=2303", "fee year=2026 lenient", "b.person=5; reason=lenient_gap" },

	{ "before the section is in force", SECTION_DAYS, "", "fee year=2025 on=2024-12-31", "unsupported; reason=day_not_covered" },
	{ "its first day", SECTION_DAYS, "", "fee year=2025", "b.person=5" },
	{ "its last day", SECTION_DAYS, "", "fee year=2025 on=2025-12-31", "b.person=5" },
	{ "after it", SECTION_DAYS, "", "fee year=2026", "unsupported; reason=day_not_covered" },
	{ "no section", ASK_HEAD "refund: {source: a, credits: [{id: c, amount: 5}]}\n", "", "fee year=2026", "unsupported; reason=no_section" },
	{ "no region", PARTS, "insuplc_admdvs= yb_wage_base=50", "fee year=2026", "incomplete; lacks=insuplc_admdvs" },
	{ "neither region nor scheme", PARTS, "insuplc_admdvs= insutype=", "fee year=2026", "incomplete; lacks=insuplc_admdvs; lacks=insutype" },
	{ "no document", PARTS, "insuplc_admdvs=120000", "fee year=2026", "error=YB_E_NO_POLICY; says=120000" },
	{ "a document of another scheme", PARTS, "insutype=310", "fee year=2026", "error=YB_E_NO_POLICY; says=310" },
	{ "a place in the city of the document", ASK_HEAD "fee: {source: a, charges: [{id: b, payers: {person: 5}}]}\n", "insuplc_admdvs=990102", "fee year=2026", "b.person=5" },
	{ "an attribute that is not declared", PARTS, "tiers=t60", "fee year=2026", "error=YB_E_BAD_VALUE; says=tiers" },
	{ "none is no figure", ASK_HEAD "fee: {source: a, charges: [{id: b, payers: {person: {dated: [{from: 2025-01-01, to: 2026-01-01, value: none}, {from: 2026-01-01, value: 5}]}}}]}\n",
	  "", "fee year=2025", "unsupported; reason=no_figure" },
	{ "the year before the last there is", TWO_DATES, "", "fee year=9998", "due.person=400" },

	{ "what could say no stands in the way", COULD_REFUSE, "brdy=1990-01-01", "fee year=2026", "incomplete; lacks=psn_type" },
	{ "what cannot does not", COULD_REFUSE, "brdy=1990-01-01 psn_type=1101", "fee year=2026", "b.person=5; reasons=0" },
	{ "one that is sure is enough", COULD_REFUSE, "brdy=2010-01-01", "fee year=2026", "refused; says=minors" },
	{ "a rule that says no on a word too weak", WEAK_REFUSAL, "psn_type=1201", "fee year=2026", "unsupported; reason=low_confidence" },
	{ "a charge on a word too weak", WEAK_CHARGE, "psn_type=1201", "fee year=2026", "unsupported; reason=low_confidence" },
	{ "and one that does not apply", WEAK_CHARGE, "psn_type=1101", "fee year=2026", "b.person=5" },
	{ "a newborn has no age on the first day of its year: nought", BY_AGE, "brdy=2026-05-05", "fee year=2026", "b.person=1" },
	{ "born on its last day", BY_AGE, "brdy=2026-12-31", "fee year=2026", "b.person=1" },
	{ "born on its first day", BY_AGE, "brdy=2026-01-01", "fee year=2026", "b.person=1" },
	{ "born after it", BY_AGE, "brdy=2027-01-01", "fee year=2026", "error=YB_E_CONTRADICTION; says=born after" },
};

START_TEST(a_charge_of_every_shape)
{
	ask_expect(&shapes[_i]);
}
END_TEST

/* ---- the shipped documents ---- */

static const struct ask_row regions[] = {
	/* 000000/390: 400 a person of the coverage year 2026, 700 of the notice before it */
	{ "Xianning 2026, on the first day of the window", NULL, "insuplc_admdvs=421200 psn_type=1501 psn_idet_type=99", "fee year=2026 paid_on=2025-10-09",
	  "window=main; window_start=2026-01-01; due.person=400; due.finsubs=700; due.total=1100" },
	{ "the day before it", NULL, "insuplc_admdvs=421200 psn_type=1501 psn_idet_type=99", "fee year=2026 paid_on=2025-10-08", "window=none" },
	{ "its last day", NULL, "insuplc_admdvs=421200 psn_type=1501 psn_idet_type=99", "fee year=2026 paid_on=2026-02-28", "window=main" },
	{ "the day after it", NULL, "insuplc_admdvs=421200 psn_type=1501 psn_idet_type=99", "fee year=2026 paid_on=2026-03-01", "window=closed" },
	{ "Wuhan has channels", NULL, "insuplc_admdvs=420100 psn_type=1501 psn_idet_type=99", "fee year=2026", "due.person=400; c1=local_app" },
};

START_TEST(a_shipped_document_says_what_is_owed)
{
	ask_expect(&regions[_i]);
}
END_TEST

/* ---- options ---- */

static struct yb_policy_set *plain;
static struct yb_person *person;
static struct yb_decision *decision;

static void
setup(void)
{
	plain = ask_load(TWO_DATES);
	person = ask_person("");
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
}

static void
teardown(void)
{
	yb_policy_set_unref(plain);
	yb_person_unref(person);
	yb_decision_unref(decision);
}

static const struct {
	const char *why;
	struct yb_fee_options options;
	yb_status status;
} bad_options[] = {
	{ "a size of nothing", { 0, 0, 2026, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "a size below the first version", { sizeof(struct yb_fee_options) - 1, 0, 2026, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "a size without end", { 5000, 0, 2026, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "the second flag", { sizeof(struct yb_fee_options), 2, 2026, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "the last flag", { sizeof(struct yb_fee_options), UINT32_C(1) << 31 | YB_FEE_LENIENT, 2026, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "a year below zero", { sizeof(struct yb_fee_options), 0, -1, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "a year whose next there is not", { sizeof(struct yb_fee_options), 0, 10000, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "the least year", { sizeof(struct yb_fee_options), 0, INT32_MIN, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "months below zero", { sizeof(struct yb_fee_options), 0, 2026, 0, -1, 0 }, YB_E_BAD_OPTIONS },
	{ "more than 1800 months", { sizeof(struct yb_fee_options), 0, 2026, 0, 1801, 0 }, YB_E_BAD_OPTIONS },
	{ "1800 months", { sizeof(struct yb_fee_options), 0, 2026, 0, 1800, 0 }, YB_OK },
	{ "the first year", { sizeof(struct yb_fee_options), 0, 1, 0, 0, 0 }, YB_OK },
	{ "lenient", { sizeof(struct yb_fee_options), YB_FEE_LENIENT, 2026, 0, 0, 0 }, YB_OK },
};

START_TEST(options_that_cannot_be_are_refused)
{
	struct yb_error *err = NULL;
	yb_status st = yb_fee(plain, person, &bad_options[_i].options, decision, &err);

	ck_assert_msg(st == bad_options[_i].status, "%s: %s: %s", bad_options[_i].why, yb_status_name(st), err ? yb_error_get_message(err) : "");
	ck_assert((err != NULL) == (st != YB_OK));
	ck_assert_int_eq(yb_decision_get_outcome(decision), st == YB_OK ? YB_OUTCOME_ANSWERED : YB_OUTCOME_NONE);
	yb_error_unref(err);
}
END_TEST

/* A later version of the caller may be longer, if what is new is zero. */
START_TEST(options_of_a_later_version_are_read)
{
	struct {
		struct yb_fee_options known;
		int32_t more[2];
	} later = { YB_FEE_OPTIONS_INIT, { 0, 0 } };

	later.known.size = sizeof(later);
	later.known.year = 2026;
	ck_assert_int_eq(yb_fee(plain, person, &later.known, decision, NULL), YB_OK);
	later.more[1] = 1;
	ck_assert_int_eq(yb_fee(plain, person, &later.known, decision, NULL), YB_E_BAD_OPTIONS);
	ck_assert_int_eq(yb_fee(plain, person, NULL, decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_INCOMPLETE);
}
END_TEST

START_TEST(null_handles_are_told)
{
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	const char *text;
	int64_t value = 7;

	options.year = 2026;
	ck_assert_int_eq(yb_fee(NULL, person, &options, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_fee(plain, NULL, &options, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_fee(plain, person, &options, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_fee_get_channel(NULL, 0, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_fee_get_channel(decision, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_result_name(NULL, 0, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_result(NULL, "due.person", &value, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_result(decision, NULL, &value, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_result(decision, "due.person", NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_decision_get_result(decision, "due.person", &value, NULL), YB_E_UNKNOWN);
	ck_assert_int_eq(value, 7);
	ck_assert_int_eq(yb_decision_get_question(NULL), YB_QUESTION_NONE);
	ck_assert_int_eq(yb_decision_get_question(decision), YB_QUESTION_NONE);
}
END_TEST

/* ---- the answer as an object ---- */

START_TEST(a_result_has_its_unit)
{
	static const struct {
		const char *name;
		int64_t value;
		yb_result unit;
	} units[] = { { "due.person", 40000, YB_RESULT_FEN }, { "helped.person.exact", 40000, YB_RESULT_FEN }, { "window", 0, YB_RESULT_TEXT },
		      { "window_start", 20454, YB_RESULT_DATE }, { "year", 2026, YB_RESULT_COUNT }, { "paid_on", 20381, YB_RESULT_DATE } };
	struct yb_policy_set *set = ask_load(WINDOWS);

	ck_assert_int_eq(ask_question(set, person, "fee year=2026 paid_on=2025-10-20", decision, NULL), YB_OK);
	for (int i = 0; i < COUNT(units); i++) {
		int64_t value = -7;
		yb_result unit = 0;
		ck_assert_msg(yb_decision_get_result(decision, units[i].name, &value, &unit) == YB_OK, "%s", units[i].name);
		ck_assert_msg(unit == units[i].unit, "%s: unit %d", units[i].name, (int)unit);
		ck_assert_msg(unit == YB_RESULT_TEXT || value == units[i].value, "%s: %" PRId64, units[i].name, value);
	}
	ck_assert_int_eq(yb_decision_get_question(decision), YB_QUESTION_FEE);
	ck_assert_str_eq(yb_decision_get_policy_id(decision), "990000/390");
	ck_assert_int_eq(yb_decision_get_confidence(decision), YB_CONFIDENCE_OFFICIAL);
	yb_policy_set_unref(set);
}
END_TEST

/* An exact result that is no whole number of fen is not cut. */
START_TEST(a_part_of_a_fen_is_told_exactly_or_not_at_all)
{
	struct yb_policy_set *set = ask_load(ASK_HEAD "fee: {source: a, charges: [{id: b, payers: {person: = yb_wage_base / 3}}]}\n");
	int64_t value = 7;
	char *text = NULL;

	ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_WAGE_BASE, 10000), YB_OK);
	ck_assert_int_eq(ask_question(set, person, "fee year=2026", decision, NULL), YB_OK);
	ck_assert_int_eq(ask_value(decision, "b.person"), 3333);
	ck_assert_int_eq(yb_decision_get_result(decision, "b.person.exact", &value, NULL), YB_E_BAD_VALUE);
	ck_assert_int_eq(value, 7);
	ck_assert_int_eq(yb_decision_dup_result(decision, "b.person.exact", &text, NULL), YB_OK);
	ck_assert_str_eq(text, "100/3");
	yb_free(text);
	yb_policy_set_unref(set);
}
END_TEST

/* One decision for everything: what one question left does not show in the next. */
START_TEST(a_decision_forgets_the_question_before)
{
	struct yb_policy_set *set = ask_load(CHANNELS);
	struct yb_policy_set *refusing = ask_load(REFUSING);
	const char *text;

	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(ask_question(set, person, "fee year=2026", decision, NULL), YB_OK);
		ck_assert_int_eq(yb_fee_get_channel(decision, 0, &text), YB_OK);
		ck_assert_int_eq(ask_value(decision, "due.person"), 500);
		ck_assert_int_eq(ask_question(set, person, "cover year=2026", decision, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_UNSUPPORTED);
		ck_assert_int_eq(yb_fee_get_channel(decision, 0, &text), YB_E_NOT_FOUND);
		ck_assert_int_eq(ask_question(refusing, person, "fee year=2026", decision, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_INCOMPLETE);
		ck_assert_int_eq(yb_fee_get_channel(decision, 0, &text), YB_E_NOT_FOUND);
		ck_assert_int_eq(yb_decision_get_result_name(decision, 0, &text), YB_E_NOT_FOUND);
	}
	yb_policy_set_unref(set);
	yb_policy_set_unref(refusing);
}
END_TEST

/* ---- agreement with a plain computation ---- */

/* Half of a step and more goes up; `even`: a half goes to the even one. All in fen x ppm. */
static int64_t
round_plain(int64_t exact, int64_t step, int mode)
{
	int64_t unit = step * 1000000, down = exact / unit, left = exact % unit;

	switch (mode) {
	case 0:
		return (down + (2 * left >= unit)) * step;
	case 1:
		return (down + (2 * left > unit || (2 * left == unit && down % 2 == 1))) * step;
	case 2:
		return (down + (left > 0)) * step;
	default:
		return down * step;
	}
}

/* base x rate between a floor and a ceiling, by the month and with a rest, against integers. */
START_TEST(fees_agree_with_plain_integers)
{
	static const char *const modes[] = { "half_up", "half_even", "up", "down" };
	static const struct {
		const char *name;
		int64_t fen;
	} steps[] = { { "fen", 1 }, { "jiao", 10 }, { "yuan", 100 } };
	uint32_t seed = 20260401 + (uint32_t)_i;
	char text[1024];

	for (int k = 0; k < 20; k++) {
		int64_t low = ask_random(&seed) % 1000000, high = low + ask_random(&seed) % 3000000;
		int64_t total = 1 + ask_random(&seed) % 500000, own = ask_random(&seed) % (uint32_t)total;
		int step = (int)(ask_random(&seed) % 3), mode = (int)(ask_random(&seed) % 4);
		struct yb_policy_set *set;
		(void)snprintf(text, sizeof(text), ASK_HEAD "fee:\n  source: a\n  charges:\n    - id: b\n      period: month\n      round: %s %s\n"
			"      base: \"= clamp(yb_wage_base, %" PRId64 ".%02" PRId64 ", %" PRId64 ".%02" PRId64 ")\"\n      total: = base * %" PRId64 ".%04" PRId64 "%%\n"
			"      payers: {person: = base * %" PRId64 ".%04" PRId64 "%%, pool: rest}\n", steps[step].name, modes[mode], low / 100, low % 100,
			high / 100, high % 100, total / 10000, total % 10000, own / 10000, own % 10000);
		set = ask_load(text);
		for (int i = 0; i < 25; i++) {
			int64_t wage = ask_random(&seed) % 5000000, base = wage < low ? low : wage > high ? high : wage;
			int64_t sum = round_plain(base * total, steps[step].fen, mode), part = round_plain(base * own, steps[step].fen, mode);
			int32_t months = 1 + (int32_t)(ask_random(&seed) % 300);
			struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
			options.year = 2026;
			options.months = months;
			ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_WAGE_BASE, wage), YB_OK);
			ck_assert_int_eq(yb_fee(set, person, &options, decision, NULL), YB_OK);
			ck_assert_msg(ask_value(decision, "b.base") == base && ask_value(decision, "b.total") == sum && ask_value(decision, "b.person") == part &&
			              ask_value(decision, "b.pool") == sum - part && ask_value(decision, "due.total") == sum * months &&
			              ask_value(decision, "due.person") == part * months, "wage %" PRId64 ": %" PRId64 " of %" PRId64 "\n%s", wage, part, sum, text);
		}
		yb_policy_set_unref(set);
	}
}
END_TEST

/* The window and the start of its cover for every day of three years. */
START_TEST(windows_agree_with_a_plain_look_at_the_calendar)
{
	struct yb_policy_set *set = ask_load(WINDOWS);
	yb_day first = ask_day("2025-06-01"), last = ask_day("2027-06-30");

	for (yb_day day = first; day <= last; day++) {
		struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
		int32_t year, month, mday;
		const char *expect = "none";
		char *text = NULL;
		options.year = 2026;
		options.paid_on = day;
		ck_assert_int_eq(yb_day_to_ymd(day, &year, &month, &mday), YB_OK);
		if (year == 2025 && (month > 10 || (month == 10 && mday >= 20)))
			expect = "main";
		else if (year == 2026 && month <= 2 && mday >= 5 && mday <= 20)
			expect = "late";
		else if (year == 2026 && month >= 3)
			expect = "closed";
		ck_assert_int_eq(yb_fee(set, person, &options, decision, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_dup_result(decision, "window", &text, NULL), YB_OK);
		ck_assert_msg(!strcmp(text, expect), "%d-%d-%d: %s", (int)year, (int)month, (int)mday, text);
		if (!strcmp(expect, "late"))
			ck_assert_int_eq(ask_value(decision, "window_start"), day + 1);
		ck_assert_int_eq(ask_value(decision, "due.person"), strcmp(expect, "closed") ? 40000 : 110000);
		yb_free(text);
	}
	yb_policy_set_unref(set);
}
END_TEST

Suite *
fee_suite(void)
{
	Suite *suite = suite_create("fee");
	TCase *tc = tcase_create("fee"), *one = tcase_create("object");

	tcase_set_timeout(tc, 1800);
	tcase_add_unchecked_fixture(tc, ask_load_once, ask_drop_once);
	tcase_add_loop_test(tc, a_posted_part_is_rounded_once_at_its_place, 0, COUNT(roundings));
	tcase_add_loop_test(tc, of_several_statuses_the_lowest_part_counts, 0, COUNT(statuses));
	tcase_add_loop_test(tc, the_day_of_payment_finds_its_window, 0, COUNT(windows));
	tcase_add_loop_test(tc, a_charge_of_every_shape, 0, COUNT(shapes));
	tcase_add_loop_test(tc, a_shipped_document_says_what_is_owed, 0, COUNT(regions));
	suite_add_tcase(suite, tc);
	tcase_set_timeout(one, 1800);
	tcase_add_checked_fixture(one, setup, teardown);
	tcase_add_loop_test(one, options_that_cannot_be_are_refused, 0, COUNT(bad_options));
	tcase_add_test(one, options_of_a_later_version_are_read);
	tcase_add_test(one, null_handles_are_told);
	tcase_add_test(one, a_result_has_its_unit);
	tcase_add_test(one, a_part_of_a_fen_is_told_exactly_or_not_at_all);
	tcase_add_test(one, a_decision_forgets_the_question_before);
	tcase_add_loop_test(one, fees_agree_with_plain_integers, 0, 4);
	tcase_add_test(one, windows_agree_with_a_plain_look_at_the_calendar);
	suite_add_tcase(suite, one);
	return suite;
}
