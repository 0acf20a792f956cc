/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is credited to the account, interest on it, what is given back. Figures are worked by hand from the clause of the document in the row. */
#include <check.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *refund_suite(void);

/* ---- the shipped documents ---- */

#define BEIJING "insuplc_admdvs=110000 insutype=310 psn_type=1201 yb_flexible=0 "
#define SHANGHAI "insuplc_admdvs=310000 insutype=310 psn_type=1201 yb_flexible=0 "
#define WUHAN "insuplc_admdvs=420100 insutype=310 "

static const struct ask_row regions[] = {
	/* EVIDENCE: Beijing, below 70 100.00 a month, from 70 110.00, less 3.00 for mutual aid. */
	{ "retired, 72: 110.00 less 3.00", NULL, BEIJING "brdy=1954-03-15", "refund on=2026-04-01",
	  "retired.gross=110; retired.mutual_aid=3; retired.net=107; retired.shortfall=0; credit=107; reasons=0; own.gross=0" },
	{ "any day of the month is the month", NULL, BEIJING "brdy=1954-03-15", "refund on=2026-04-30", "on=2026-04-01; credit=107" },
	{ "seventy on the first of the month", NULL, BEIJING "brdy=1956-04-01", "refund on=2026-04-17", "retired.gross=110; credit=107" },
	{ "seventy on the second", NULL, BEIJING "brdy=1956-04-02", "refund on=2026-04-17", "retired.gross=100; credit=97" },
	{ "in the month after", NULL, BEIJING "brdy=1956-04-02", "refund on=2026-05-17", "retired.gross=110; credit=107" },
	{ "in service, 2 % of the own base", NULL, "insuplc_admdvs=110000 insutype=310 psn_type=1101 yb_flexible=0 yb_wage_base=12000.50", "refund on=2024-06-01",
	  "own.base=12000.5; own.gross=240.01; credit=240.01; retired.gross=0; retired.mutual_aid=0" },
	{ "a birth date is lacking", NULL, BEIJING, "refund on=2026-04-01", "incomplete; lacks=brdy; reason=missing_fact" },
	{ "a category is lacking", NULL, "insuplc_admdvs=110000 insutype=310 yb_flexible=0", "refund on=2026-04-01", "incomplete; lacks=psn_type" },
	{ "a day is lacking", NULL, BEIJING "brdy=1954-03-15", "refund", "incomplete; lacks=on" },
	{ "the year of one who is 72: 12 x 107", NULL, BEIJING "brdy=1954-03-15", "refund-year on=2026-04-20",
	  "first=2026-01-01; m1=10700; m4=10700; m12=10700; retired.gross=1320; retired.mutual_aid=36; retired.net=1284; credit=1284; reasons=0" },
	/* 3 x 97 + 9 x 107 = 291 + 963 */
	{ "the year of the seventieth birthday on 1 April", NULL, BEIJING "brdy=1956-04-01", "refund-year on=2026-12-31",
	  "m1=9700; m3=9700; m4=10700; m12=10700; credit=1254" },
	/* 4 x 97 + 8 x 107 = 388 + 856 */
	{ "the year of the seventieth birthday on 2 April", NULL, BEIJING "brdy=1956-04-02", "refund-year on=2026-01-01", "m4=9700; m5=10700; credit=1244" },
	{ "seventy all the year", NULL, BEIJING "brdy=1956-01-01", "refund-year on=2026-06-01", "m1=10700; credit=1284" },
	{ "sixty-nine all the year", NULL, BEIJING "brdy=1956-12-02", "refund-year on=2026-06-01", "m12=9700; credit=1164" },
	{ "the month before the rules begin", NULL, BEIJING "brdy=1950-01-01", "refund on=2022-08-31", "unsupported; reason=day_not_covered" },
	{ "the month they begin", NULL, BEIJING "brdy=1950-01-01", "refund on=2022-09-30", "credit=107" },
	{ "a year whose first months lie before the rules", NULL, BEIJING "brdy=1950-01-01", "refund-year on=2022-10-01", "unsupported; reason=day_not_covered" },

	/* EVIDENCE: Shanghai, up to 74 1,680.00 and from 75 1,890.00 for the medical year, on 1 July */
	{ "Shanghai, 76, in July", NULL, SHANGHAI "brdy=1950-03-15", "refund on=2026-07-20", "retired.gross=1890; credit=1890; reasons=0" },
	{ "in August nothing", NULL, SHANGHAI "brdy=1950-03-15", "refund on=2026-08-01", "retired.gross=0; credit=0; reason=credit_by_year; reasons=1" },
	{ "in June nothing", NULL, SHANGHAI "brdy=1950-03-15", "refund on=2026-06-30", "credit=0; reason=credit_by_year" },
	{ "the medical year asked in its last month", NULL, SHANGHAI "brdy=1950-03-15", "refund-year on=2027-06-30",
	  "first=2026-07-01; m1=189000; m2=0; m12=0; retired.gross=1890; credit=1890" },
	{ "75 on the day of posting", NULL, SHANGHAI "brdy=1948-07-01", "refund on=2023-07-01", "credit=1890" },
	{ "75 on the day after it", NULL, SHANGHAI "brdy=1948-07-02", "refund-year on=2023-07-01", "m1=168000; credit=1680" },

	/* EVIDENCE: Wuhan, 3,320 x 2.5 % = 83.00; a flexible worker who retired 80 %, 66.40, in whole yuan 66 */
	{ "Wuhan, retired", NULL, WUHAN "psn_type=1201 yb_flexible=0", "refund on=2023-01-01", "retired.gross=83; retired.gross.exact=83; credit=83" },
	{ "Wuhan, retired and flexible", NULL, WUHAN "psn_type=1201 yb_flexible=1", "refund on=2026-06-01", "retired.gross.exact=66.4; retired.gross=66; credit=66" },
	{ "Wuhan, flexible and paying", NULL, WUHAN "psn_type=1101 yb_flexible=1 yb_wage_base=5000", "refund on=2023-05-01", "refused; reason=refused; says=不建立个人账户" },

	/* EVIDENCE: residents have no account */
	{ "a resident has no account", NULL, "insuplc_admdvs=421200 psn_type=1501", "refund on=2026-03-01", "refused; reason=refused; reasons=1; says=no personal account" },
	{ "in Chinese", NULL, "insuplc_admdvs=421200 psn_type=1501", "refund on=2026-03-01", "refused; says=没有个人账户" },
	{ "nor for a year", NULL, "insuplc_admdvs=421200 psn_type=1501", "refund-year on=2026-03-01", "refused; reason=refused" },
	{ "nor is there interest", NULL, "insuplc_admdvs=421200 psn_type=1501", "interest on=2026-03-01", "refused; reason=refused" },
	/* a resident's contribution comes back before the year begins */
	{ "paid twice, asked on the last day", NULL, "insuplc_admdvs=421200 refund_reason=duplicate benefits_used=no",
	  "repay on=2025-12-31 year=2026 paid_on=2025-11-05 paid=40000",
	  "refundable=yes; refundable.rule=before-cover; refundable.share=1; refundable.until=2025-12-31; refundable.amount=400" },
	{ "a day too late", NULL, "insuplc_admdvs=421200 refund_reason=duplicate benefits_used=no", "repay on=2026-01-01 year=2026 paid_on=2025-11-05 paid=40000",
	  "refused; reason=too_late; says=2025-12-31" },
	{ "benefits were used", NULL, "insuplc_admdvs=421200 refund_reason=duplicate benefits_used=yes", "repay on=2025-12-31 year=2026 paid_on=2025-11-05",
	  "refused; reason=not_refundable" },
};

START_TEST(a_shipped_document_says_what_is_credited)
{
	ask_expect(&regions[_i]);
}
END_TEST

/* ---- credits ---- */

#define CREDIT(rest) ASK_HEAD "refund:\n  source: a\n  credits:\n    - {id: c, base: = yb_wage_base, amount: = base" rest "}\n"
#define SHORT CREDIT(", less: [{id: aid, amount: 3}, {id: care, amount: 4.25}]")
#define FLOOR CREDIT(" * 2%, at_least: 32")
/* 80 % of 83.00 is 66.40 */
#define FACTOR CREDIT(", factor: {by: yb_flexible, rows: [[yes, 80%], [no, 100%]]}, round: yuan")
#define ORDER CREDIT(" * 2%, factor: 50%, at_least: 10.50, round: yuan, less: [{id: a, amount: = base * 0.01%, round: jiao up}, {id: b, when: {retired: yes}, amount: 1}]")
#define SEVERAL ASK_HEAD "refund:\n  source: a\n  credits:\n    - {id: own, when: {retired: no}, amount: = yb_wage_base * 2%}\n" \
	"    - {id: more, amount: = own.gross * 10% + own.net, round: jiao down}\n    - {id: old, when: {age: 70..}, amount: 20}\n"
#define NOTHING ASK_HEAD "refund: {source: a, credits: [{id: c, when: {retired: yes}, amount: 5}]}\n"
#define FROZEN ASK_HEAD "refund:\n  source: a\n  credits:\n    - {id: c, amount: {dated: [{from: 2022-01-01, to: 2024-01-01, value: = yb_previous_credit}, " \
	"{from: 2024-01-01, value: = yb_pension * 2%}]}}\n"
#define YEARLY(post, section) ASK_HEAD "medical_year: 07-01\nrefund:\n  source: a\n" section "  credits:\n    - {id: m, amount: 10}\n" \
	"    - {id: y, period: year, amount: {by: age, rows: [[<75, 1680], [75.., 1890]]}" post "}\n"
#define LATE ASK_HEAD "refund: {source: a, credits: [{id: c, amount: = 100 * (1 + arrear_months)}]}\n"
#define DATES ASK_HEAD "refund:\n  source: a\n  credits:\n    - {id: old, to: 2026-03-01, amount: 100}\n    - {id: new, from: 2026-03-01, amount: 110, " \
	"less: [{id: aid, from: 2026-06-01, amount: 3}]}\n"
#define LIMITED ASK_HEAD "refund: {source: a, credits: [{id: c, base: = yb_wage_base, amount: = base * 2%, at_least: none}]}\n"
#define MINUS ASK_HEAD "refund: {source: a, credits: [{id: c, amount: = yb_wage_base - 50, less: [{id: d, amount: = 60 - yb_wage_base}]}]}\n"

#define PART_REFUSED ASK_HEAD "refund:\n  source: a\n  refuse: [{id: old, when: {age: 70..}, text: {zh: 不划入, en: nothing from seventy}}]\n  credits: [{id: c, amount: 10}]\n"
#define PART_GAP ASK_HEAD "unsupported: [{id: old, text: 标准未找到, touches: refund, when: {age: 70..}, source: a}]\nrefund: {source: a, credits: [{id: c, amount: 10}]}\n"

static const struct ask_row credits[] = {
	{ "more than the deductions", SHORT, "yb_wage_base=7.26", "refund on=2026-01-01", "c.gross=7.26; c.aid=3; c.care=4.25; c.net=0.01; c.shortfall=0; credit=0.01; reasons=0" },
	{ "as much as they", SHORT, "yb_wage_base=7.25", "refund on=2026-01-01", "c.net=0; c.shortfall=0; credit=0; reasons=0" },
	{ "a fen less", SHORT, "yb_wage_base=7.24", "refund on=2026-01-01", "c.net=0; c.shortfall=0.01; credit=0; reason=shortfall; reasons=1; says=the deductions of" },
	{ "nothing", SHORT, "yb_wage_base=0", "refund on=2026-01-01", "c.gross=0; c.net=0; c.shortfall=7.25; credit=0; reason=shortfall" },
	{ "less all the year", SHORT, "yb_wage_base=7.24", "refund-year on=2026-01-01", "c.shortfall=0.12; c.aid=36; c.care=51; credit=0; reason=shortfall; c.gross=86.88; c.base=7.24" },
	{ "the largest", SHORT, "yb_wage_base=10000000000", "refund on=2026-01-01", "c.gross=10000000000; c.net=9999999992.75" },

	/* 2 % of 1,599.99 = 31.9998; of 1,600 = 32; of 1,600.50 = 32.01 */
	{ "below the floor", FLOOR, "yb_wage_base=1599.99", "refund on=2026-01-01", "c.gross.exact=32; c.gross=32" },
	{ "on the floor", FLOOR, "yb_wage_base=1600", "refund on=2026-01-01", "c.gross=32" },
	{ "above the floor", FLOOR, "yb_wage_base=1600.50", "refund on=2026-01-01", "c.gross=32.01" },
	{ "far below the floor", FLOOR, "yb_wage_base=0", "refund on=2026-01-01", "credit=32" },
	{ "no floor", LIMITED, "yb_wage_base=0", "refund on=2026-01-01", "credit=0" },

	{ "66.40 in whole yuan", FACTOR, "yb_wage_base=83 yb_flexible=1", "refund on=2026-01-01", "c.gross.exact=66.4; c.gross=66; credit=66" },
	{ "83.00 whole", FACTOR, "yb_wage_base=83 yb_flexible=0", "refund on=2026-01-01", "c.gross=83" },
	{ "a factor that is not known", FACTOR, "yb_wage_base=83", "refund on=2026-01-01", "incomplete; lacks=yb_flexible" },

	/* 3,000 x 2 % x 50 % = 30; less 0.30 and 1; 1,000: 10 -> 10.50 -> 11; 0.10 */
	{ "base, amount, factor, floor, rounding, deductions", ORDER, "yb_wage_base=3000 psn_type=1201", "refund on=2026-01-01",
	  "c.base=3000; c.gross.exact=30; c.gross=30; c.a=0.3; c.b=1; c.net=28.7; credit=28.7" },
	{ "the floor is rounded as well", ORDER, "yb_wage_base=1000 psn_type=1101", "refund on=2026-01-01", "c.gross.exact=10.5; c.gross=11; c.a=0.1; c.b=0; c.net=10.9" },
	{ "a deduction is rounded by its own rule", ORDER, "yb_wage_base=1001 psn_type=1101", "refund on=2026-01-01", "c.gross=11; c.a=0.2; c.net=10.8" },

	/* 5,000 x 2 % = 100; 10 + 100 = 110; 20 */
	{ "credits are added", SEVERAL, "yb_wage_base=5000 psn_type=1101 brdy=1950-01-01", "refund on=2026-01-01", "own.net=100; more.net=110; old.net=20; credit=230" },
	{ "one that does not apply is zero", SEVERAL, "yb_wage_base=5000 psn_type=1201 brdy=1980-01-01", "refund on=2026-01-01", "own.net=0; more.net=0; old.net=0; credit=0; reasons=0" },
	/* 5,000.26 x 2 % = 100.0052 -> 100.01; 10.001 + 100.01 = 110.011 -> 110.00 */
	{ "of a rounded one", SEVERAL, "yb_wage_base=5000.26 psn_type=1101 brdy=1980-01-01", "refund on=2026-01-01",
	  "own.gross.exact=100.0052; own.gross=100.01; more.gross.exact=110.011; more.gross=110; credit=210.01" },
	{ "the year of three", SEVERAL, "yb_wage_base=5000 psn_type=1101 brdy=1956-07-01", "refund-year on=2026-01-01", "m6=21000; m7=23000; old.net=120; credit=2640" },
	{ "none applies", NOTHING, "psn_type=1101", "refund on=2026-01-01", "refused; reason=no_credit; reasons=1; says=no credit of; unknown=credit" },
	{ "none applies, in Chinese", NOTHING, "psn_type=1101", "refund on=2026-01-01", "refused; says=没有适用于此人的个人账户划入项目" },
	{ "none applies all the year", NOTHING, "psn_type=1101", "refund-year on=2026-01-01", "refused; reason=no_credit" },
	{ "the earlier amount", FROZEN, "yb_previous_credit=77.77 yb_pension=5000", "refund on=2023-12-31", "credit=77.77" },
	{ "and after it", FROZEN, "yb_previous_credit=77.77 yb_pension=5000", "refund on=2024-01-31", "credit=100" },
	{ "a year across the change", ASK_HEAD "medical_year: 07-01\nrefund:\n  source: a\n  credits:\n    - {id: c, amount: {dated: [{from: 2022-01-01, to: 2024-01-01, "
	  "value: = yb_previous_credit}, {from: 2024-01-01, value: = yb_pension * 2%}]}}\n", "yb_previous_credit=77.77 yb_pension=5000", "refund-year on=2023-12-31",
	  "first=2023-07-01; m6=7777; m7=10000; credit=1066.62" },
	{ "before there was a figure", FROZEN, "yb_previous_credit=77.77 yb_pension=5000", "refund on=2021-12-31", "unsupported; reason=no_figure" },

	{ "by the year, on its first day", YEARLY("", ""), "brdy=1950-01-01", "refund on=2026-07-31", "m.net=10; y.net=1890; credit=1900; reasons=0" },
	{ "by the year, in the month after", YEARLY("", ""), "brdy=1950-01-01", "refund on=2026-08-01", "m.net=10; y.net=0; credit=10; reason=credit_by_year" },
	{ "by the year, month by month: 12 x 10 + 1,890", YEARLY("", ""), "brdy=1950-01-01", "refund-year on=2026-07-01",
	  "first=2026-07-01; m1=190000; m2=1000; m12=1000; m.net=120; y.net=1890; credit=2010; reasons=0" },
	{ "posted on another day", YEARLY(", post: 10-15", ""), "brdy=1950-01-01", "refund-year on=2027-06-30", "m1=1000; m4=190000; m5=1000; credit=2010" },
	{ "posted in the month of the day", YEARLY(", post: 10-15", ""), "brdy=1950-01-01", "refund on=2026-10-01", "y.net=1890; credit=1900" },
	{ "the section's day", YEARLY("", "  post: 01-01\n"), "brdy=1950-01-01", "refund-year on=2026-07-01", "m1=1000; m7=190000; credit=2010" },
	{ "its own before the section's", YEARLY(", post: 09-01", "  post: 01-01\n"), "brdy=1950-01-01", "refund-year on=2026-07-01", "m3=190000; m7=1000" },
	{ "75 in the month of posting", YEARLY(", post: 10-15", ""), "brdy=1951-10-01", "refund-year on=2026-07-01", "m4=190000" },
	{ "75 a day later", YEARLY(", post: 10-15", ""), "brdy=1951-10-02", "refund-year on=2026-07-01", "m4=169000" },

	{ "once, in the month of its day", ASK_HEAD "refund: {source: a, credits: [{id: c, period: once, from: 2026-03-01, to: 2026-04-01, amount: 100}]}\n", "", "refund-year on=2026-01-01",
	  "m2=0; m3=10000; m4=0; credit=100" },
	{ "once is once a year too", ASK_HEAD "refund: {source: a, credits: [{id: c, period: once, amount: 100}]}\n", "", "refund-year on=2026-01-01", "credit=100" },
	{ "posted late", LATE, "", "refund on=2026-01-01 arrear=2", "credit=300" },
	{ "not late", LATE, "", "refund on=2026-01-01", "credit=100" },
	{ "1800 months late", LATE, "", "refund on=2026-01-01 arrear=1800", "credit=180100" },
	/* 2 x 100 + 3 x 110 + 7 x 107 = 200 + 330 + 749 */
	{ "clauses with their days", DATES, "", "refund-year on=2026-05-05", "m2=10000; m3=11000; m5=11000; m6=10700; new.aid=21; credit=1279" },
	{ "the month before", DATES, "", "refund on=2026-02-28", "old.net=100; new.net=0; credit=100" },
	{ "the month of the change", DATES, "", "refund on=2026-03-01", "old.net=0; new.net=110; new.aid=0; credit=110" },
	{ "a credit below zero", MINUS, "yb_wage_base=49.99", "refund on=2026-01-01", "error=YB_E_RULE; says=c: " },
	{ "a deduction below zero", MINUS, "yb_wage_base=60.01", "refund on=2026-01-01", "error=YB_E_RULE; says=d: " },
	{ "neither", MINUS, "yb_wage_base=60", "refund on=2026-01-01", "c.gross=10; c.d=0; credit=10" },
	{ "nothing either way", MINUS, "yb_wage_base=50", "refund on=2026-01-01", "c.gross=0; c.d=10; c.shortfall=10; credit=0" },
	{ "too much for an account", CREDIT(" * 2"), "yb_wage_base=10000000000", "refund on=2026-01-01", "error=YB_E_OVERFLOW" },
	{ "a deduction too much", CREDIT(", less: [{id: d, amount: = base * 2}]"), "yb_wage_base=10000000000", "refund on=2026-01-01", "error=YB_E_OVERFLOW" },
	{ "no section", ASK_HEAD "fee: {source: a, charges: [{id: b, payers: {person: 5}}]}\n", "", "refund on=2026-01-01", "unsupported; reason=no_section" },

	/* the seventieth birthday is on 1 April: three months of 10, then nothing is said but no */
	{ "refused for some months of the year: nothing for these", PART_REFUSED, "brdy=1956-04-01", "refund-year on=2026-01-01",
	  "m1=1000; m3=1000; m4=0; m12=0; c.gross=30; credit=30; reason=refused; reasons=1" },
	{ "for all of them", PART_REFUSED, "brdy=1956-01-01", "refund-year on=2026-01-01", "refused; reason=refused; reasons=1" },
	{ "for none", PART_REFUSED, "brdy=1957-01-01", "refund-year on=2026-01-01", "credit=120; reasons=0" },
	{ "a gap that only some months meet", PART_GAP, "brdy=1956-04-01", "refund-year on=2026-01-01", "unsupported; reason=unsupported" },
};

START_TEST(a_credit_of_every_shape)
{
	ask_expect(&credits[_i]);
}
END_TEST

/* ---- interest ---- */

/* yuan x days: 360,000 x 1.10 % / 360 = 11.00; 100,000 x 0.35 % / 360 = 0.97222… */
#define INTEREST ASK_HEAD "series:\n  rate: {unit: rate, years: {2025: {value: 1.10%, source: a}, 2026: {value: 0.35%, source: a}}}\n" \
	"refund:\n  source: a\n  credits: [{id: c, amount: 5}]\n  interest:\n" \
	"    - {id: carried, amount: \"= yb_carried_balance_days * rate[year] / 360\"}\n    - {id: current, amount: = yb_current_balance_days * 0.35% / 360}\n"

static const struct ask_row interests[] = {
	{ "two rates", INTEREST, "yb_carried_balance_days=360000 yb_current_balance_days=100000", "interest on=2025-12-31",
	  "carried.gross=11; current.gross=0.97; current.gross.exact=35/36; interest=11.97; c.gross=0; unknown=credit" },
	{ "the next year", INTEREST, "yb_carried_balance_days=360000 yb_current_balance_days=0", "interest on=2026-01-01", "carried.gross=3.5; interest=3.5" },
	{ "a year without a rate", INTEREST, "yb_carried_balance_days=360000 yb_current_balance_days=0", "interest on=2027-12-31", "incomplete; lacks=rate" },
	{ "no balance at all", INTEREST, "yb_carried_balance_days=0 yb_current_balance_days=0", "interest on=2025-12-31", "interest=0" },
	{ "a balance not known", INTEREST, "yb_carried_balance_days=0", "interest on=2025-12-31", "incomplete; lacks=yb_current_balance_days" },
	{ "credits are another question", INTEREST, "", "refund on=2025-12-31", "credit=5; unknown=interest; carried.gross=0" },
	{ "no rule on interest", NOTHING, "psn_type=1201", "interest on=2025-12-31", "refused; reason=no_credit" },
};

START_TEST(interest_is_a_credit_of_its_own)
{
	ask_expect(&interests[_i]);
}
END_TEST

/* ---- given back ---- */

#define REPAY ASK_HEAD "attributes:\n  why: {type: text, values: [duplicate, elsewhere, death, other], of: person}\n  odd: {type: count, of: person}\n" \
	"refund:\n  source: a\n  refuse: [{id: none, text: {zh: 没有账户, en: no account}}]\n  refundable:\n" \
	"    - {id: twice, when: {why: duplicate}, until: = year_first - 1 day, share: 50%}\n" \
	"    - {id: moved, when: {why: elsewhere}}\n" \
	"    - {id: heirs, when: {why: death}, until: 2026-06-30, share: 1/3}\n" \
	"    - {id: never, when: = odd * odd > 100, until: none, share: 0%, over: [heirs]}\n"

#define SHARE(share) ASK_HEAD "attributes: {odd: {type: count, of: person}}\nrefund: {source: a, refundable: [{id: r, share: \"" share "\"}]}\n"

static const struct ask_row repays[] = {
	/* 380.01 x 50 % = 190.005 -> 190.01 */
	{ "half, on the last day", REPAY, "why=duplicate odd=1", "repay on=2025-12-31 year=2026 paid_on=2025-11-05 paid=38001",
	  "refundable=yes; refundable.rule=twice; refundable.share=0.5; refundable.until=2025-12-31; refundable.amount=190.01" },
	{ "the day after", REPAY, "why=duplicate odd=1", "repay on=2026-01-01 year=2026 paid_on=2025-11-05 paid=38001", "refused; reason=too_late; reasons=1" },
	{ "what was paid is not said", REPAY, "why=duplicate odd=1", "repay on=2025-12-31 year=2026 paid_on=2025-11-05",
	  "refundable=yes; refundable.share=0.5; unknown=refundable.amount" },
	{ "no share and no last day: all of it, always", REPAY, "why=elsewhere odd=1", "repay on=2030-01-01 year=2026 paid_on=2025-11-05 paid=40000",
	  "refundable=yes; refundable.rule=moved; refundable.share=1; unknown=refundable.until; refundable.amount=400" },
	/* 400.00 / 3 = 133.333; 400.01 / 3 = 133.33666 -> 133.34 */
	{ "a third", REPAY, "why=death odd=1", "repay on=2026-06-30 year=2026 paid_on=2025-11-05 paid=40000", "refundable.rule=heirs; refundable.amount=133.33" },
	{ "a third and a fen", REPAY, "why=death odd=1", "repay on=2026-06-30 year=2026 paid_on=2025-11-05 paid=40001", "refundable.amount=133.34" },
	{ "of a fen", REPAY, "why=death odd=1", "repay on=2026-06-30 year=2026 paid_on=2025-11-05 paid=1", "refundable.amount=0" },
	{ "of the most there is", REPAY, "why=elsewhere odd=1", "repay on=2026-06-30 year=2026 paid_on=2025-11-05 paid=1000000000000", "refundable.amount=10000000000" },
	{ "none holds", REPAY, "why=other odd=1", "repay on=2025-12-31 year=2026 paid_on=2025-11-05", "refused; reason=not_refundable; reasons=1" },
	{ "one goes before the other", REPAY, "why=death odd=11", "repay on=2026-01-01 year=2026 paid_on=2025-11-05 paid=40000",
	  "refundable.rule=never; refundable.share=0; refundable.amount=0; unknown=refundable.until" },
	{ "two hold that have no order", REPAY, "why=duplicate odd=11", "repay on=2025-12-31 year=2026 paid_on=2025-11-05", "unsupported; reason=two_rules" },
	{ "a fact that decides", REPAY, "odd=1", "repay on=2025-12-31 year=2026 paid_on=2025-11-05", "incomplete; lacks=why" },
	{ "one that could still stand beside it", REPAY, "why=elsewhere", "repay on=2025-12-31 year=2026 paid_on=2025-11-05", "incomplete; lacks=odd" },
	{ "the day is lacking", REPAY, "why=duplicate odd=1", "repay year=2026 paid_on=2025-11-05", "incomplete; lacks=on" },
	{ "no rules", NOTHING, "psn_type=1201", "repay on=2025-12-31 year=2026 paid_on=2025-11-05", "unsupported; reason=no_section" },

	{ "more than all of it", SHARE("= 1/2 * odd"), "odd=3", "repay on=2026-01-01 year=2026 paid_on=2025-11-05 paid=100", "error=YB_E_RULE; says=a share outside" },
	{ "all of it", SHARE("= 1/2 * odd"), "odd=2", "repay on=2026-01-01 year=2026 paid_on=2025-11-05 paid=100", "refundable.share=1; refundable.amount=1" },
	{ "less than nothing of it", SHARE("= 100% * odd - 1"), "odd=0", "repay on=2026-01-01 year=2026 paid_on=2025-11-05 paid=100", "error=YB_E_RULE" },
	{ "asked back on the day of payment", SHARE("1"), "odd=1", "repay on=2025-11-05 year=2026 paid_on=2025-11-05 paid=100", "refundable=yes" },
	{ "asked back before it", SHARE("1"), "odd=1", "repay on=2025-11-04 year=2026 paid_on=2025-11-05 paid=100", "error=YB_E_CONTRADICTION; says=before" },
};

START_TEST(a_contribution_comes_back_by_one_rule)
{
	ask_expect(&repays[_i]);
}
END_TEST

/* ---- options ---- */

static struct yb_policy_set *plain;
static struct yb_person *person;
static struct yb_decision *decision;

static void
setup(void)
{
	plain = ask_load(LATE);
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

#define SIZE sizeof(struct yb_refund_options)
static const struct {
	const char *why;
	struct yb_refund_options options;
	yb_status status;
} bad_options[] = {
	{ "a size of nothing", { 0, 0, 20454, 0, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "a size below the first version", { SIZE - 1, 0, 20454, 0, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "an unknown flag", { SIZE, 16, 20454, 0, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "year and interest", { SIZE, YB_REFUND_YEAR | YB_REFUND_INTEREST, 20454, 0, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "year and contribution", { SIZE, YB_REFUND_YEAR | YB_REFUND_CONTRIBUTION, 20454, 0, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "interest and contribution", { SIZE, YB_REFUND_INTEREST | YB_REFUND_CONTRIBUTION, 20454, 0, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "all three", { SIZE, YB_REFUND_YEAR | YB_REFUND_INTEREST | YB_REFUND_CONTRIBUTION, 20454, 0, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "lenient and a year", { SIZE, YB_REFUND_YEAR | YB_REFUND_LENIENT, 20454, 0, 0, 0, 0 }, YB_OK },
	{ "months below zero", { SIZE, 0, 20454, -1, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "more than 1800 months", { SIZE, 0, 20454, 1801, 0, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "1800 months", { SIZE, 0, 20454, 1800, 0, 0, 0 }, YB_OK },
	{ "a year below zero", { SIZE, 0, 20454, 0, -1, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "a year whose next there is not", { SIZE, 0, 20454, 0, 10000, 0, 0 }, YB_E_BAD_OPTIONS },
	{ "less than nothing paid", { SIZE, 0, 20454, 0, 0, 0, -1 }, YB_E_BAD_AMOUNT },
	{ "the most paid", { SIZE, 0, 20454, 0, 0, 0, YB_FEN_LIMIT }, YB_OK },
	{ "more than that", { SIZE, 0, 20454, 0, 0, 0, YB_FEN_LIMIT + 1 }, YB_E_BAD_AMOUNT },
};

START_TEST(options_that_cannot_be_are_refused)
{
	struct yb_error *err = NULL;
	yb_status st = yb_refund(plain, person, &bad_options[_i].options, decision, &err);

	ck_assert_msg(st == bad_options[_i].status, "%s: %s: %s", bad_options[_i].why, yb_status_name(st), err ? yb_error_get_message(err) : "");
	ck_assert((err != NULL) == (st != YB_OK));
	ck_assert_int_eq(yb_decision_get_outcome(decision), st == YB_OK ? YB_OUTCOME_ANSWERED : YB_OUTCOME_NONE);
	yb_error_unref(err);
}
END_TEST

START_TEST(null_handles_are_told)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;
	yb_day first;
	yb_fen fen;

	ck_assert_int_eq(yb_refund(NULL, person, &options, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_refund(plain, NULL, &options, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_refund(plain, person, &options, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_refund(plain, person, NULL, decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_INCOMPLETE);
	ck_assert_int_eq(yb_refund_get_month(NULL, 0, &first, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_refund_get_month(decision, 0, NULL, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_refund_get_month(decision, 0, &first, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_refund_get_month(decision, 0, &first, &fen), YB_E_NOT_FOUND);
}
END_TEST

START_TEST(a_year_has_twelve_months_and_a_month_none)
{
	yb_day first;
	yb_fen fen;

	ck_assert_int_eq(ask_question(plain, person, "refund-year on=2026-02-03", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_question(decision), YB_QUESTION_REFUND);
	for (size_t i = 0; i < 12; i++) {
		char day[YB_DAY_TEXT_SIZE], expect[32];
		ck_assert_int_eq(yb_refund_get_month(decision, i, &first, &fen), YB_OK);
		yb_day_to_text(first, day);
		(void)snprintf(expect, sizeof(expect), "2026-%02d-01", (int)i + 1);
		ck_assert_str_eq(day, expect);
		ck_assert_int_eq(fen, 10000);
	}
	ck_assert_int_eq(yb_refund_get_month(decision, 12, &first, &fen), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_refund_get_month(decision, SIZE_MAX, &first, &fen), YB_E_NOT_FOUND);
	ck_assert_int_eq(ask_question(plain, person, "refund on=2026-02-03", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_refund_get_month(decision, 0, &first, &fen), YB_E_NOT_FOUND);
	ck_assert_int_eq(ask_value(decision, "credit"), 10000);
}
END_TEST

/* The last year there is, and the first: no month is made up. */
START_TEST(the_ends_of_the_calendar)
{
	static const char *const words[] = { "refund on=0001-01-01", "refund on=9999-12-31", "refund-year on=0001-12-31", "refund-year on=9999-01-01" };

	for (int i = 0; i < COUNT(words); i++) {
		ck_assert_msg(ask_question(plain, person, words[i], decision, NULL) == YB_OK, "%s", words[i]);
		ck_assert_int_eq(ask_value(decision, "credit"), i < 2 ? 10000 : 120000);
	}
}
END_TEST

/* ---- agreement with a plain computation ---- */

static int64_t
round_half_up(int64_t value, int64_t unit)
{
	return (2 * value + unit) / (2 * unit);
}

/* max(wage x rate x factor, floor), rounded, less a deduction that is rounded up to jiao; a year at an age that turns over. */
START_TEST(credits_agree_with_plain_integers)
{
	uint32_t seed = 77 + (uint32_t)_i;
	char text[1024];

	for (int k = 0; k < 20; k++) {
		int64_t rate = 1 + ask_random(&seed) % 1000, factor = 1 + ask_random(&seed) % 100, least = ask_random(&seed) % 20000; /* 0.01 %, 1 %, fen */
		int64_t less = ask_random(&seed) % 300, step = k % 2 ? 100 : 1;
		struct yb_policy_set *set;
		(void)snprintf(text, sizeof(text), ASK_HEAD "refund:\n  source: a\n  credits:\n    - id: c\n      amount: = yb_wage_base * %" PRId64 ".%02" PRId64 "%%\n"
			"      factor: %" PRId64 "%%\n      at_least: %" PRId64 ".%02" PRId64 "\n      round: %s\n"
			"      less: [{id: d, when: {age: 70..}, amount: = yb_wage_base * 0.%02" PRId64 "%%, round: jiao up}]\n",
			rate / 100, rate % 100, factor, least / 100, least % 100, step == 1 ? "fen" : "yuan", less % 100);
		less %= 100;
		set = ask_load(text);
		for (int i = 0; i < 25; i++) {
			int64_t wage = ask_random(&seed) % 3000000, gross, taken = (wage * less + 99999) / 100000 * 10, net, old;
			int32_t turns = 1 + (int32_t)(ask_random(&seed) % 12);
			struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;
			yb_day birth;
			gross = wage * rate * factor >= least * 1000000 ? round_half_up(wage * rate * factor, 1000000 * step) * step
			                                                 : round_half_up(least, step) * step;
			net = gross > taken ? gross - taken : 0;
			old = 12 - turns; /* months from the one after the birthday on the second */
			ck_assert_int_eq(yb_day_from_ymd(1956, turns, 2, &birth), YB_OK);
			ck_assert_int_eq(yb_person_set_day(person, YB_FIELD_BRDY, birth), YB_OK);
			ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_WAGE_BASE, wage), YB_OK);
			options.flags = YB_REFUND_YEAR;
			options.on = ask_day("2026-06-15");
			ck_assert_int_eq(yb_refund(set, person, &options, decision, NULL), YB_OK);
			ck_assert_msg(ask_value(decision, "credit") == gross * (12 - old) + net * old && ask_value(decision, "c.gross") == gross * 12 &&
			              ask_value(decision, "c.d") == taken * old &&
			              ask_value(decision, "c.shortfall") == (taken > gross ? (taken - gross) * old : 0),
			              "wage %" PRId64 ", turns %d: %" PRId64 " and %" PRId64 " of %" PRId64 "\n%s", wage, (int)turns, gross, net,
			              ask_value(decision, "credit"), text);
		}
		yb_policy_set_unref(set);
	}
}
END_TEST

Suite *
refund_suite(void)
{
	Suite *suite = suite_create("refund");
	TCase *tc = tcase_create("refund"), *one = tcase_create("object");

	tcase_set_timeout(tc, 1800);
	tcase_add_unchecked_fixture(tc, ask_load_once, ask_drop_once);
	tcase_add_loop_test(tc, a_shipped_document_says_what_is_credited, 0, COUNT(regions));
	tcase_add_loop_test(tc, a_credit_of_every_shape, 0, COUNT(credits));
	tcase_add_loop_test(tc, interest_is_a_credit_of_its_own, 0, COUNT(interests));
	tcase_add_loop_test(tc, a_contribution_comes_back_by_one_rule, 0, COUNT(repays));
	suite_add_tcase(suite, tc);
	tcase_set_timeout(one, 1800);
	tcase_add_checked_fixture(one, setup, teardown);
	tcase_add_loop_test(one, options_that_cannot_be_are_refused, 0, COUNT(bad_options));
	tcase_add_test(one, null_handles_are_told);
	tcase_add_test(one, a_year_has_twelve_months_and_a_month_none);
	tcase_add_test(one, the_ends_of_the_calendar);
	tcase_add_loop_test(one, credits_agree_with_plain_integers, 0, 4);
	suite_add_tcase(suite, one);
	return suite;
}
