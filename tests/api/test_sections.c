/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Faulty sections fee, refund and eligibility: each is refused at its place, with words that help. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *sections_suite(void);

/* ---- documents; `@@` stands before the place that is named and is taken out ---- */

#define HEAD ASK_HEAD
#define PARENT "language: 1\nid: 000000/390\ntitle: P\nsources: {p: {issuer: I, url: u, confidence: official}}\n"
#define FEE(list) HEAD "fee:\n  source: a\n  charges: [" list "]\n"
#define CHARGE(rest) FEE("{id: c, " rest "}")
#define PLAIN "{id: c, payers: {person: 5}}"
#define WINDOWS(list) HEAD "fee:\n  source: a\n  charges: [" PLAIN "]\n  windows: [" list "]\n"
#define ROWS(list) WINDOWS("{for: 2026, rows: [" list "]}")
#define REFUND(rest) HEAD "refund:\n  source: a\n" rest "\n"
#define CREDIT(rest) REFUND("  credits: [{id: c, " rest "}]")
#define REPAY(list) REFUND("  refundable: [" list "]")
#define COVER(rest) HEAD "eligibility:\n  source: a\n" rest "\n"
#define RULE(rest) COVER("  rules: [{id: r, count_from: = paid_on, " rest "}]")
#define REWARD(rest) COVER("  rewards: [{" rest "}]")

struct row {
	const char *name, *text;
	yb_status status;
	const char *fragment;
	const char *parent; /* a second document, id 000000/390 */
};

static const struct row rows[] = {
	/* a section as a whole */
	{ "a list", HEAD "fee: @@[]\n", YB_E_SYNTAX, "`fee:` is a mapping", NULL },
	{ "a word", HEAD "refund: @@none\n", YB_E_SYNTAX, "`refund:` is a mapping", NULL },
	{ "eligibility that is a list", HEAD "eligibility: @@[x]\n", YB_E_SYNTAX, "`eligibility:` is a mapping", NULL },
	{ "an unknown key of fee", HEAD "fee: {source: a, @@charge: []}\n", YB_E_UNKNOWN_KEY, "did you mean \"charges\"", NULL },
	{ "an unknown key of refund", HEAD "refund: {source: a, @@credit: []}\n", YB_E_UNKNOWN_KEY, "did you mean \"credits\"", NULL },
	{ "an unknown key of eligibility", HEAD "eligibility: {source: a, @@rule: []}\n", YB_E_UNKNOWN_KEY, "did you mean \"rules\"", NULL },
	{ "windows stand in fee", HEAD "eligibility: {source: a, @@windows: []}\n", YB_E_UNKNOWN_KEY, "windows", NULL },
	{ "credits that are a mapping", HEAD "refund: {source: a, credits: @@{}}\n", YB_E_SYNTAX, "`credits:` is a list of at most 128", NULL },
	{ "a rule that is a word", HEAD "eligibility: {source: a, rules: [@@x]}\n", YB_E_SYNTAX, "expected a mapping, found", NULL },
	{ "a section of two ends", HEAD "fee: {source: a, from: 2025-01-01, to: 2026-01-01, through: @@2025-12-31, charges: [" PLAIN "]}\n", YB_E_RULE, "`to` and `through`", NULL },
	{ "a section without a day", HEAD "refund: {source: a, from: @@2025-01-01, to: 2025-01-01, credits: [{id: c, amount: 5}]}\n", YB_E_RULE, "without a day", NULL },
	{ "a charge without a source", HEAD "fee:\n  charges: [@@" PLAIN "]\n", YB_E_NO_SOURCE, "source", NULL },
	{ "a credit without a source", HEAD "refund:\n  credits: [@@{id: c, amount: 5}]\n", YB_E_NO_SOURCE, "source", NULL },
	{ "a rule without a source", HEAD "eligibility:\n  rules: [@@{id: r, count_from: = paid_on}]\n", YB_E_NO_SOURCE, "source", NULL },
	{ "a reward without a source", HEAD "eligibility:\n  rewards: [@@{id: r, kind: lapse, step: 5}]\n", YB_E_NO_SOURCE, "source", NULL },
	{ "a window without a source", HEAD "fee: {charges: [{id: c, source: a, payers: {person: 5}}], windows: [{for: 2026, rows: [@@{id: m, from: 2025-10-01, to: 2026-01-01}]}]}\n",
	  YB_E_NO_SOURCE, "source", NULL },
	{ "a source there is not", HEAD "fee: {source: @@b, charges: [" PLAIN "]}\n", YB_E_UNKNOWN_NAME, "b", NULL },

	/* charges */
	{ "a charge without an id", FEE("@@{payers: {person: 5}}"), YB_E_MISSING_KEY, "a charge has an id", NULL },
	{ "a charge with a dot in its id", FEE("{id: @@c.d, payers: {person: 5}}"), YB_E_BAD_VALUE, "no dot", NULL },
	{ "a charge with a long id", FEE("{id: @@c2345678901234567890123456789012345678901, payers: {person: 5}}"), YB_E_BAD_VALUE, "40 bytes", NULL },
	{ "two charges of one id", FEE(PLAIN ", @@" PLAIN), YB_E_DUPLICATE, "two charges \"c\"", NULL },
	{ "an unknown key of a charge", CHARGE("@@payer: {person: 5}, payers: {person: 5}"), YB_E_UNKNOWN_KEY, "did you mean \"payers\"", NULL },
	{ "a charge without payers", FEE("@@{id: c, total: 5}"), YB_E_MISSING_KEY, "payers", NULL },
	{ "payers that nobody is", CHARGE("payers: @@{}"), YB_E_SYNTAX, "payers", NULL },
	{ "payers that are a list", CHARGE("payers: @@[person]"), YB_E_SYNTAX, "payers", NULL },
	{ "a payer with the name of a result", CHARGE("payers: {person: 5, @@total: 5}"), YB_E_BAD_VALUE, "\"total\" is no payer", NULL },
	{ "a payer with a capital", CHARGE("payers: {@@Person: 5}"), YB_E_BAD_VALUE, "\"Person\" is no payer; person,", NULL },
	{ "a payer that begins with a digit", CHARGE("payers: {@@2nd: 5}"), YB_E_BAD_VALUE, "is no payer", NULL },
	{ "a rest of nothing", CHARGE("payers: {person: 5, finsubs: @@rest}"), YB_E_RULE, "`rest` needs a `total:`", NULL },
	{ "two rests", CHARGE("total: 10, payers: {person: rest, finsubs: @@rest}"), YB_E_RULE, "both \"person\" and \"finsubs\" take the rest", NULL },
	{ "months of a year", CHARGE("payers: {person: 5}, months: @@3"), YB_E_RULE, "`period: month`", NULL },
	{ "months of a lump sum", CHARGE("period: once, payers: {person: 5}, months: @@3"), YB_E_RULE, "`period: month`", NULL },
	{ "a week", CHARGE("period: @@week, payers: {person: 5}"), YB_E_BAD_VALUE, "year, month or once", NULL },
	{ "a posted amount unrounded", CHARGE("round: @@none, payers: {person: 5}"), YB_E_BAD_VALUE, "fen, jiao or yuan", NULL },
	{ "none is no part", CHARGE("payers: {person: @@none}"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "none is no total", CHARGE("total: @@none, payers: {person: rest}"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "none is no base", CHARGE("base: @@none, payers: {person: 5}"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a base that is a rate", CHARGE("base: = @@50%, payers: {person: 5}"), YB_E_UNIT, "money", NULL },
	{ "a total that is a rate", CHARGE("total: = @@2%, payers: {person: rest}"), YB_E_UNIT, "money", NULL },
	{ "a part that is a rate", CHARGE("payers: {person: @@2%}"), YB_E_BAD_AMOUNT, "a rate where money is needed", NULL },
	{ "a part that may outgrow the exact range", CHARGE("payers: {person: @@= yb_wage_base * 1000000}"), YB_E_BOUND, "2^53", NULL },
	{ "months that are money", CHARGE("period: month, payers: {person: 5}, months: = @@yb_wage_base"), YB_E_UNIT, "count", NULL },
	{ "a later charge", FEE("{id: b, payers: {person: = @@c.person}}, " PLAIN), YB_E_UNKNOWN_NAME, "c.person", NULL },
	{ "a result that a charge has not", FEE(PLAIN ", {id: d, payers: {person: = @@c.employer}}"), YB_E_UNKNOWN_NAME, "c.employer", NULL },
	{ "a base where there is none", CHARGE("payers: {person: = @@base * 2%}"), YB_E_UNKNOWN_NAME, "base", NULL },
	{ "a credit in a charge", HEAD "fee: {source: a, charges: [{id: c, payers: {person: = @@k.net}}]}\nrefund: {source: a, credits: [{id: k, amount: 5}]}\n", YB_E_UNKNOWN_NAME, "k.net", NULL },
	{ "a label that is a word", CHARGE("label: @@fee, payers: {person: 5}"), YB_E_SYNTAX, "zh and en", NULL },
	{ "a label in another language", CHARGE("label: {zh: 甲, @@eng: A}, payers: {person: 5}"), YB_E_UNKNOWN_KEY, "did you mean \"en\"", NULL },
	{ "a charge of two ends", CHARGE("to: 2026-01-01, through: @@2025-12-31, payers: {person: 5}"), YB_E_RULE, "`to` and `through`", NULL },
	{ "a charge without a day", CHARGE("from: @@2026-01-01, to: 2025-01-01, payers: {person: 5}"), YB_E_RULE, "without a day", NULL },
	{ "a charge from a day there is not", CHARGE("from: @@2025-02-29, payers: {person: 5}"), YB_E_BAD_DATE, "2025-02-29", NULL },
	{ "a charge when an unknown fact holds", CHARGE("when: {@@retierd: yes}, payers: {person: 5}"), YB_E_UNKNOWN_NAME, "did you mean \"retired\"", NULL },
	{ "a charge in a window there is not", HEAD "fee:\n  source: a\n  windows: [{for: 2026, rows: [{id: main, from: 2025-10-01, to: 2026-01-01}]}]\n"
	  "  charges: [{id: c, when: {window: @@mian}, payers: {person: 5}}]\n", YB_E_UNKNOWN_NAME, "mian", NULL },
	{ "a sum that a charge is called", HEAD "fee:\n  @@source: a\n  charges: [{id: due, payers: {person: 5}}]\n", YB_E_DUPLICATE, "two results \"due.person\"", NULL },
	{ "a total that a payer is short of", CHARGE("total: 10, payers: {person: @@= 0 - 5, finsubs: rest}"), YB_E_RULE, "below zero", NULL },

	/* windows */
	{ "a window of no year", WINDOWS("@@{rows: []}"), YB_E_MISSING_KEY, "`for:` is a year of four digits", NULL },
	{ "a year of five digits", WINDOWS("{for: @@20260, rows: []}"), YB_E_BAD_VALUE, "four digits", NULL },
	{ "a year that begins with nought", WINDOWS("{for: @@0999, rows: []}"), YB_E_BAD_VALUE, "four digits", NULL },
	{ "a year in words", WINDOWS("{for: @@next, rows: []}"), YB_E_BAD_VALUE, "four digits", NULL },
	{ "a notice of no year", WINDOWS("{for: 2026, notice: @@autumn, rows: []}"), YB_E_BAD_VALUE, "`notice:` is a year", NULL },
	{ "a window without rows", WINDOWS("@@{for: 2026}"), YB_E_MISSING_KEY, "has `rows:`", NULL },
	{ "an unknown key of a year", WINDOWS("{for: 2026, @@row: [], rows: []}"), YB_E_UNKNOWN_KEY, "did you mean \"rows\"", NULL },
	{ "a row without an id", ROWS("@@{from: 2025-10-01, to: 2026-01-01}"), YB_E_MISSING_KEY, "a window has an id", NULL },
	{ "a row that is called none", ROWS("{id: @@none, from: 2025-10-01, to: 2026-01-01}"), YB_E_BAD_VALUE, "window of no row", NULL },
	{ "a row without ends", ROWS("@@{id: main}"), YB_E_MISSING_KEY, "`from:`", NULL },
	{ "an unknown key of a row", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, @@starts: = year_first}"), YB_E_UNKNOWN_KEY, "did you mean \"start\"", NULL },
	{ "the day before the first", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: @@0..5}"), YB_E_BAD_VALUE, "days of the month", NULL },
	{ "the 32nd", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: @@5..32}"), YB_E_BAD_VALUE, "days of the month", NULL },
	{ "days without an end", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: @@5..}"), YB_E_BAD_VALUE, "days of the month", NULL },
	{ "days that fall", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: @@20..5}"), YB_E_BAD_VALUE, "", NULL },
	{ "days that are not", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: @@not 5}"), YB_E_BAD_VALUE, "days of the month", NULL },
	{ "days with an open end", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: @@5..<20}"), YB_E_BAD_VALUE, "days of the month", NULL },
	{ "two windows on one day", ROWS("{id: main, from: 2025-10-01, through: 2025-12-31}, @@{id: late, from: 2025-12-31, to: 2026-03-01}"), YB_E_OVERLAP,
	  "windows \"main\" and \"late\" of 2026 both hold on 2025-12-31", NULL },
	{ "two windows on one day of the month", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: 1..10}, @@{id: late, from: 2025-10-01, to: 2026-01-01, days: 10..31}"),
	  YB_E_OVERLAP, "\"late\"", NULL },
	{ "two entries of a year", WINDOWS("{for: 2026, rows: [{id: main, from: 2025-10-01, to: 2026-01-01}]}, {for: 2026, rows: [@@{id: late, from: 2025-12-01, to: 2026-03-01}]}"),
	  YB_E_OVERLAP, "both hold on 2025-12-01", NULL },
	{ "a start that is a duration", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, start: = @@5 days}"), YB_E_UNIT, "a date", NULL },
	{ "a start that is none", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, start: @@none}"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a window when an unknown fact holds", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, when: {@@studnet: yes}}"), YB_E_UNKNOWN_NAME, "studnet", NULL },

	/* channels, months, rules that say no */
	{ "a channel without an id", HEAD "fee: {source: a, channels: [@@{when: {retired: yes}}]}\n", YB_E_MISSING_KEY, "a channel has an id", NULL },
	{ "two channels of one id", HEAD "fee: {source: a, channels: [{id: wx_city}, @@{id: wx_city}]}\n", YB_E_DUPLICATE, "two channels \"wx_city\"", NULL },
	{ "an unknown key of a channel", HEAD "fee: {source: a, channels: [{id: wx_city, @@wen: {retired: yes}}]}\n", YB_E_UNKNOWN_KEY, "did you mean \"when\"", NULL },
	{ "missing months that are a duration", HEAD "fee: {source: a, missing_months: = @@5 months}\n", YB_E_UNIT, "a count", NULL },
	{ "missing months that are none", HEAD "fee: {source: a, missing_months: @@none}\n", YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a refusal without an id", HEAD "fee: {source: a, refuse: [@@{text: {zh: 甲, en: A}}]}\n", YB_E_MISSING_KEY, "a refusal has an id", NULL },
	{ "a refusal without a text", HEAD "refund: {source: a, refuse: [@@{id: x}]}\n", YB_E_MISSING_KEY, "zh and en", NULL },
	{ "a refusal in one language", HEAD "eligibility: {source: a, refuse: [{id: x, text: @@{zh: 甲}}]}\n", YB_E_MISSING_KEY, "zh and en", NULL },
	{ "a refusal in three", HEAD "fee: {source: a, refuse: [{id: x, text: {zh: 甲, en: A, @@de: A}}]}\n", YB_E_UNKNOWN_KEY, "de", NULL },
	{ "two refusals of one id", HEAD "fee: {source: a, refuse: [{id: x, text: {zh: 甲, en: A}}, @@{id: x, text: {zh: 甲, en: A}}]}\n", YB_E_DUPLICATE, "two refusals \"x\"", NULL },
	{ "an unknown key of a refusal", HEAD "fee: {source: a, refuse: [{id: x, @@texts: 5, text: {zh: 甲, en: A}}]}\n", YB_E_UNKNOWN_KEY, "did you mean \"text\"", NULL },
	{ "a refusal without a source", HEAD "fee: {refuse: [@@{id: x, text: {zh: 甲, en: A}}]}\n", YB_E_NO_SOURCE, "source", NULL },

	/* credits */
	{ "a credit without an amount", REFUND("  credits: [@@{id: c, factor: 80%}]"), YB_E_MISSING_KEY, "a credit has an amount", NULL },
	{ "a credit without an id", REFUND("  credits: [@@{amount: 5}]"), YB_E_MISSING_KEY, "a credit has an id", NULL },
	{ "two credits of one id", REFUND("  credits: [{id: c, amount: 5}, @@{id: c, amount: 5}]"), YB_E_DUPLICATE, "two credits \"c\"", NULL },
	{ "a credit that is interest too", REFUND("  credits: [{id: c, amount: 5}]\n  interest: [@@{id: c, amount: 5}]"), YB_E_DUPLICATE, "c.base", NULL },
	{ "an unknown key of a credit", CREDIT("amount: 5, @@atleast: 3"), YB_E_UNKNOWN_KEY, "did you mean \"at_least\"", NULL },
	{ "a credit of none", CREDIT("amount: @@none"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a factor of none", CREDIT("amount: 5, factor: @@none"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a factor of 80", CREDIT("amount: 5, factor: @@80"), YB_E_BAD_VALUE, "", NULL },
	{ "a floor that is a rate", CREDIT("amount: 5, at_least: = @@80%"), YB_E_UNIT, "money", NULL },
	{ "a credit posted in the 13th month", CREDIT("period: year, amount: 5, post: @@13-01"), YB_E_BAD_DATE, "MM-DD", NULL },
	{ "a credit posted every fourth year", CREDIT("period: year, amount: 5, post: @@02-29"), YB_E_BAD_DATE, "a day of every year", NULL },
	{ "a credit posted in a list", CREDIT("period: year, amount: 5, post: @@[07-01]"), YB_E_BAD_DATE, "MM-DD", NULL },
	{ "a section that posts on no day", REFUND("  post: @@7-1\n  credits: [{id: c, amount: 5}]"), YB_E_BAD_DATE, "MM-DD", NULL },
	{ "a credit by the day", CREDIT("period: @@day, amount: 5"), YB_E_BAD_VALUE, "year, month or once", NULL },
	{ "a credit in whole ten", CREDIT("round: @@ten, amount: 5"), YB_E_BAD_VALUE, "fen, jiao or yuan", NULL },
	{ "a deduction without an amount", CREDIT("amount: 5, less: [@@{id: d}]"), YB_E_MISSING_KEY, "a deduction has an amount", NULL },
	{ "a deduction without an id", CREDIT("amount: 5, less: [@@{amount: 3}]"), YB_E_MISSING_KEY, "a deduction has an id", NULL },
	{ "two deductions of one id", CREDIT("amount: 5, less: [{id: d, amount: 1}, @@{id: d, amount: 1}]"), YB_E_DUPLICATE, "two deductions \"d\"", NULL },
	{ "a deduction with the name of a result", CREDIT("amount: 5, less: [@@{id: gross, amount: 1}]"), YB_E_DUPLICATE, "c.gross", NULL },
	{ "an unknown key of a deduction", CREDIT("amount: 5, less: [{id: d, amount: 1, @@rounds: yuan}]"), YB_E_UNKNOWN_KEY, "did you mean \"round\"", NULL },
	{ "a deduction of none", CREDIT("amount: 5, less: [{id: d, amount: @@none}]"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "deductions that are a mapping", CREDIT("amount: 5, less: @@{id: d, amount: 1}"), YB_E_SYNTAX, "`less:` is a list of at most 16", NULL },
	{ "a credit that names itself", CREDIT("amount: = @@c.net + 5"), YB_E_UNKNOWN_NAME, "c.net", NULL },

	/* given back */
	{ "a rule of repayment without an id", REPAY("@@{share: 50%}"), YB_E_MISSING_KEY, "a rule has an id", NULL },
	{ "an unknown key of repayment", REPAY("{id: x, @@untill: 2025-01-01}"), YB_E_UNKNOWN_KEY, "did you mean \"until\"", NULL },
	{ "a share of money", REPAY("{id: x, share: @@50}"), YB_E_BAD_VALUE, "", NULL },
	{ "a share of none", REPAY("{id: x, share: @@none}"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a last day that is a duration", REPAY("{id: x, until: = @@3 months}"), YB_E_UNIT, "a date", NULL },
	{ "two rules of repayment of one id", REPAY("{id: x, when: {retired: yes}}, @@{id: x, when: {retired: no}}"), YB_E_DUPLICATE, "two rules \"x\"", NULL },
	{ "two rules for one contribution", REPAY("{id: x, when: {retired: yes}}, @@{id: y, when: {age: 60..}}"), YB_E_OVERLAP, "\"x\" and \"y\" both hold for retired", NULL },
	{ "two rules for every contribution", REPAY("{id: x}, @@{id: y}"), YB_E_OVERLAP, "every contribution", NULL },
	{ "a rule over none there is", REPAY("{id: x, over: @@z}"), YB_E_UNKNOWN_NAME, "\"z\"", NULL },

	/* the start of cover */
	{ "a rule without an id", COVER("  rules: [@@{count_from: = paid_on}]"), YB_E_MISSING_KEY, "a rule has an id", NULL },
	{ "a rule that counts from nothing", COVER("  rules: [@@{id: r, fixed: 3 months}]"), YB_E_MISSING_KEY, "`count_from:`", NULL },
	{ "an unknown key of a rule", COVER("  rules: [{id: r, @@count_form: = paid_on, count_from: = paid_on}]"), YB_E_UNKNOWN_KEY, "did you mean \"count_from\"", NULL },
	{ "a rule that counts from money", COVER("  rules: [{id: r, count_from: = @@yb_wage_base}]"), YB_E_UNIT, "a date", NULL },
	{ "a rule that counts from none", COVER("  rules: [{id: r, count_from: @@none}]"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a wait of a bare number", RULE("fixed: @@3"), YB_E_UNIT, "3 months", NULL },
	{ "a wait of money", RULE("fixed: @@= yb_wage_base"), YB_E_UNIT, "where a duration is needed", NULL },
	{ "a wait of none", RULE("fixed: @@none"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "months and days", RULE("fixed: 3 months, variable: @@30 days"), YB_E_UNIT, "months and days in one wait", NULL },
	{ "months and days of a floor", RULE("fixed: 3 months, floor: @@90 days"), YB_E_UNIT, "months and days in one wait", NULL },
	{ "days and months of a cap", RULE("fixed: 30 days, cap: @@6 months"), YB_E_UNIT, "months and days in one wait", NULL },
	{ "months and days in a formula", RULE("fixed: = 3 months @@+ 5 days"), YB_E_UNIT, "", NULL },
	{ "half a month", RULE("fixed: @@0.5 months"), YB_E_UNIT, "where a duration is needed", NULL },
	{ "a share that is money", RULE("during: @@50"), YB_E_BAD_VALUE, "", NULL },
	{ "a last day that is a count", RULE("until: = @@age"), YB_E_UNIT, "a date", NULL },
	{ "a price that is a rate", RULE("price: = @@5%"), YB_E_UNIT, "money", NULL },
	{ "a price of none", RULE("price: @@none"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "two rules of one id", COVER("  rules: [{id: r, when: {gap_years: 0}, count_from: = paid_on}, @@{id: r, when: {gap_years: 1..}, count_from: = paid_on}]"), YB_E_DUPLICATE, "two rules \"r\"", NULL },
	{ "two rules for one person", COVER("  rules: [{id: r, when: {gap_years: 0..2}, count_from: = paid_on}, @@{id: s, when: {gap_years: 2..}, count_from: = paid_on}]"), YB_E_OVERLAP,
	  "rules \"r\" and \"s\" both hold for gap_years 2; one says `over:` the other", NULL },
	{ "two rules for one person of two facts", COVER("  rules: [{id: r, when: {retired: yes, gap_months: ..3}, count_from: = paid_on}, @@{id: s, when: {gap_months: 3..}, count_from: = paid_on}]"),
	  YB_E_OVERLAP, "gap_months 3", NULL },
	{ "two rules for everybody", COVER("  rules: [{id: r, count_from: = paid_on}, @@{id: s, count_from: = year_first}]"), YB_E_OVERLAP, "every person", NULL },
	{ "a rule over one there is not", RULE("over: @@broken"), YB_E_UNKNOWN_NAME, "\"broken\"", NULL },
	{ "a rule over a list with one there is not", RULE("over: [r, @@broken]"), YB_E_UNKNOWN_NAME, "\"broken\"", NULL },
	{ "a rule of two ends", RULE("to: 2026-01-01, through: @@2025-12-31"), YB_E_RULE, "`to` and `through`", NULL },
	{ "gaps from no year", COVER("  gaps_from: @@25"), YB_E_BAD_VALUE, "year of four digits", NULL },
	{ "gaps from a day", COVER("  gaps_from: @@2025-01-01"), YB_E_BAD_VALUE, "year of four digits", NULL },
	{ "a break of two years and a month", COVER("  break_at_most: @@25 months"), YB_E_BAD_VALUE, "at most 24", NULL },
	{ "a break of days", COVER("  break_at_most: @@90 days"), YB_E_UNIT, "months", NULL },
	{ "a break that is worked out", COVER("  break_at_most: @@= 1 month * age"), YB_E_BAD_VALUE, "a number of months", NULL },
	{ "a break of none", COVER("  break_at_most: @@none"), YB_E_BAD_VALUE, "`none` means no limit", NULL },

	/* rewards */
	{ "a reward without an id", COVER("  rewards: [@@{kind: lapse, step: 5}]"), YB_E_MISSING_KEY, "a reward has an id", NULL },
	{ "a reward of no kind", COVER("  rewards: [@@{id: x, step: 5}]"), YB_E_MISSING_KEY, "a reward has a kind, continuous, zero_claim or lapse", NULL },
	{ "a reward of another kind", REWARD("id: x, kind: @@loyalty, step: 5"), YB_E_MISSING_KEY, "continuous, zero_claim or lapse", NULL },
	{ "a reward of nothing", REWARD("id: x, kind: @@lapse"), YB_E_MISSING_KEY, "and a step", NULL },
	{ "a reward of none", REWARD("id: x, kind: lapse, step: @@none"), YB_E_BAD_VALUE, "`none` means no limit", NULL },
	{ "a reward that is a rate", REWARD("id: x, kind: lapse, step: = @@5%"), YB_E_UNIT, "money", NULL },
	{ "a cap that is a rate", REWARD("id: x, kind: lapse, step: 5, cap: = @@20%"), YB_E_UNIT, "money", NULL },
	{ "a reward with a dot in its id", REWARD("id: @@x.y, kind: lapse, step: 5"), YB_E_BAD_VALUE, "no dot", NULL },
	{ "an unknown key of a reward", REWARD("id: x, kind: lapse, @@steps: 5, step: 5"), YB_E_UNKNOWN_KEY, "did you mean \"step\"", NULL },
	{ "years in words", REWARD("id: x, kind: continuous, after: @@four, step: 5"), YB_E_BAD_VALUE, "number of years", NULL },
	{ "a hundred years", REWARD("id: x, kind: continuous, after: @@100, step: 5"), YB_E_BAD_VALUE, "number of years", NULL },
	{ "years of a claim", REWARD("id: x, kind: zero_claim, after: @@4, step: 5"), YB_E_RULE, "`after:` is for continuous cover", NULL },
	{ "a gap that does something else", REWARD("id: x, kind: continuous, step: 5, on_gap: @@reset"), YB_E_BAD_AMOUNT, "reset", NULL },
	{ "a use that costs money", REWARD("id: x, kind: zero_claim, step: 5, on_use: @@5"), YB_E_BAD_VALUE, "keep or clear", NULL },
	{ "if enrolled perhaps", REWARD("id: x, kind: zero_claim, step: 5, if_enrolled: @@maybe"), YB_E_BAD_VALUE, "yes or no", NULL },
	{ "two rewards of one id", COVER("  rewards: [{id: x, kind: lapse, step: 5}, @@{id: x, kind: lapse, step: 5}]"), YB_E_DUPLICATE, "two rewards \"x\"", NULL },
	{ "a reward that is called total", COVER("  rewards: [@@{id: total, kind: lapse, step: 5}]"), YB_E_DUPLICATE, "called total", NULL },
	{ "nine rewards", COVER("  rewards: @@[{id: a, kind: lapse, step: 5}, {id: b, kind: lapse, step: 5}, {id: c, kind: lapse, step: 5}, {id: d, kind: lapse, step: 5}, "
	  "{id: e, kind: lapse, step: 5}, {id: f, kind: lapse, step: 5}, {id: g, kind: lapse, step: 5}, {id: h, kind: lapse, step: 5}, {id: i, kind: lapse, step: 5}]"),
	  YB_E_SYNTAX, "at most 8", NULL },
	{ "a balance there is not", REWARD("id: x, kind: lapse, step: 5, cap: = @@reward.y"), YB_E_UNKNOWN_NAME, "reward.y", NULL },

	/* declared gaps, layers of documents */
	{ "a gap that touches something else", HEAD "unsupported: [{id: x, text: X, touches: @@fees, source: a}]\n", YB_E_UNKNOWN_NAME, "fee, refund, interest, refundable, eligibility, rewards or reimburse", NULL },
	{ "a charge of the parent written again", HEAD "extends: 000000/390\nfee: {source: a, charges: [@@" PLAIN "]}\n", YB_E_DUPLICATE, "replaces: yes", PARENT "fee: {source: p, charges: [" PLAIN "]}\n" },
	{ "a credit of the parent written again", HEAD "extends: 000000/390\nrefund: {source: a, credits: [@@{id: c, amount: 6}]}\n", YB_E_DUPLICATE, "replaces: yes", PARENT "refund: {source: p, credits: [{id: c, amount: 5}]}\n" },
	{ "a rule of the parent written again", HEAD "extends: 000000/390\neligibility: {source: a, rules: [@@{id: r, count_from: = paid_on}]}\n", YB_E_DUPLICATE, "replaces: yes",
	  PARENT "eligibility: {source: p, rules: [{id: r, count_from: = paid_on}]}\n" },
	{ "a reward of the parent written again", HEAD "extends: 000000/390\neligibility: {source: a, rewards: [@@{id: r, kind: lapse, step: 5}]}\n", YB_E_DUPLICATE, "replaces: yes",
	  PARENT "eligibility: {source: p, rewards: [{id: r, kind: lapse, step: 5}]}\n" },
	{ "a charge that replaces nothing", HEAD "extends: 000000/390\nfee: {source: a, charges: [@@{id: d, replaces: yes, payers: {person: 5}}]}\n", YB_E_UNKNOWN_NAME, "replaces nothing",
	  PARENT "fee: {source: p, charges: [" PLAIN "]}\n" },
	{ "a rule replaced without authority", HEAD "extends: 000000/390\neligibility: {rules: [@@{id: r, replaces: yes, count_from: {source: a, value: = paid_on}}]}\n", YB_E_NO_SOURCE, "authority",
	  PARENT "eligibility: {source: p, rules: [{id: r, count_from: = paid_on}]}\n" },
	{ "a drop of nothing", HEAD "extends: 000000/390\neligibility: {source: a, drop: [@@{id: z, source: a}]}\n", YB_E_UNKNOWN_NAME, "\"z\" is no clause of the parent",
	  PARENT "eligibility: {source: p, rules: [{id: r, count_from: = paid_on}]}\n" },
	{ "a credit dropped without authority", HEAD "extends: 000000/390\nrefund: {source: a, drop: [@@{id: c}]}\n", YB_E_NO_SOURCE, "\"c\" is dropped", PARENT "refund: {source: p, credits: [{id: c, amount: 5}]}\n" },
	{ "a drop without a parent", HEAD "fee: {source: a, drop: [@@{id: c, source: a}]}\n", YB_E_UNKNOWN_NAME, "\"c\" is no clause of the parent", NULL },

	/* vectors */
	{ "a vector of a result there is not", FEE(PLAIN) "vectors: [{id: v, ask: fee, source: a, year: 2026, expect: {@@c.employer: 5}}]\n", YB_E_UNKNOWN_NAME, "c.employer", NULL },
	{ "a vector that asks something else", FEE(PLAIN) "vectors: [{id: v, ask: @@fees, year: 2026, expect: {c.person: 5}}]\n", YB_E_BAD_VALUE, "fee", NULL },
};

/* ---- one row ---- */

static const struct yb_error *
first_error(const struct yb_error *err)
{
	while (err && yb_error_get_severity(err) != YB_SEVERITY_ERROR)
		err = yb_error_get_next(err);
	return err;
}

/* Where the mark stands; it is taken out. */
static void
take_mark(char *text, uint32_t *line, uint32_t *column)
{
	char *mark = strstr(text, "@@"), *last = text;

	ck_assert_ptr_nonnull(mark);
	*line = 1;
	for (char *c = text; c < mark; c++)
		if (*c == '\n') {
			++*line;
			last = c + 1;
		}
	*column = 1;
	for (char *c = last; c < mark; c++)
		*column += ((unsigned char)*c & 0xc0) != 0x80;
	memmove(mark, mark + 2, strlen(mark + 2) + 1);
}

static yb_status
load(const char *text, const char *parent, struct yb_policy_set **set, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	if (parent)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "parent.yaml", parent, strlen(parent), NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc.yaml", text, strlen(text), NULL), YB_OK);
	st = yb_policy_set_new(loader, set, err);
	yb_policy_loader_unref(loader);
	return st;
}

START_TEST(a_faulty_section_is_refused_at_its_place)
{
	const struct row *row = &rows[_i];
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *e;
	char *text = malloc(strlen(row->text) + 1), *told = NULL;
	uint32_t line, column;
	yb_status st;

	ck_assert_ptr_nonnull(text);
	strcpy(text, row->text);
	take_mark(text, &line, &column);
	st = load(text, row->parent, &set, &err);
	e = first_error(err);
	if (err)
		ck_assert_int_eq(yb_error_dup_text(err, &told), YB_OK);
	ck_assert_msg(st == row->status, "%s: %s, not %s: %s", row->name, yb_status_name(st), yb_status_name(row->status), told ? told : "");
	ck_assert_ptr_null(set);
	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(yb_error_get_status(e), st);
	ck_assert_str_eq(yb_error_get_source_name(e), "doc.yaml");
	ck_assert_msg(strstr(yb_error_get_message(e), row->fragment) != NULL, "%s: no \"%s\" in: %s", row->name, row->fragment, told);
	ck_assert_msg(yb_error_get_line(e) == line && yb_error_get_column(e) == column, "%s: %u:%u expected: %s", row->name, (unsigned)line, (unsigned)column, told);
	yb_free(told);
	yb_error_unref(err);
	free(text);
}
END_TEST

/* ---- what is close to a fault and is none ---- */

static const struct {
	const char *name, *text, *parent;
} fine[] = {
	{ "an empty section", HEAD "fee: {source: a}\n", NULL },
	{ "no charges", HEAD "fee: {source: a, charges: []}\n", NULL },
	{ "one payer takes all", CHARGE("total: 5, payers: {person: rest}"), NULL },
	{ "payers of a region's own", CHARGE("payers: {village: 5, party_2: 6}"), NULL },
	{ "a window whose first day is not known", ROWS("{id: main, through: 2025-12-31}, {id: late, from: 2026-01-01, to: 2026-03-01}"), NULL },
	{ "a window whose last day is not known", ROWS("{id: main, from: 2025-10-01}"), NULL },
	{ "windows that meet", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01}, {id: late, from: 2026-01-01, to: 2026-03-01}"), NULL },
	{ "windows of other days of the month", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01, days: 1..10}, {id: late, from: 2025-10-01, to: 2026-01-01, days: 11..31}"), NULL },
	{ "windows of one id in a year", ROWS("{id: main, from: 2025-10-01, to: 2026-01-01}, {id: main, from: 2026-02-01, to: 2026-03-01}"), NULL },
	{ "windows on one day under conditions", ROWS("{id: main, when: {retired: yes}, from: 2025-10-01, to: 2026-01-01}, {id: late, when: {retired: no}, from: 2025-10-01, to: 2026-01-01}"), NULL },
	{ "rules that one fact keeps apart", COVER("  rules: [{id: r, when: {gap_years: 0..2}, count_from: = paid_on}, {id: s, when: {gap_years: 3..}, count_from: = paid_on}]"), NULL },
	{ "rules with an order", COVER("  rules: [{id: r, count_from: = paid_on}, {id: s, when: {retired: yes}, count_from: = paid_on, over: r}]"), NULL },
	{ "rules of other days", COVER("  rules: [{id: r, to: 2026-01-01, count_from: = paid_on}, {id: s, from: 2026-01-01, count_from: = paid_on}]"), NULL },
	{ "a rule without a cap", RULE("fixed: 3 months, cap: none, floor: none, until: none"), NULL },
	{ "eight rewards", COVER("  rewards: [{id: a, kind: lapse, step: 5}, {id: b, kind: lapse, step: 5}, {id: c, kind: lapse, step: 5}, {id: d, kind: lapse, step: 5}, "
	  "{id: e, kind: lapse, step: 5}, {id: f, kind: lapse, step: 5}, {id: g, kind: lapse, step: 5}, {id: h, kind: lapse, step: 5}]"), NULL },
	{ "a break of two years", COVER("  break_at_most: 24 months"), NULL },
	{ "a break of a year", COVER("  break_at_most: 1 year"), NULL },
	{ "a year of windows in place of the parent's", HEAD "extends: 000000/390\nfee: {source: a, windows: [{for: 2026, rows: [{id: main, from: 2025-10-01, to: 2026-01-01}]}]}\n",
	  PARENT "fee: {source: p, windows: [{for: 2026, rows: [{id: main, from: 2025-11-01, to: 2026-02-01}]}], charges: [" PLAIN "]}\n" },
	{ "a clause replaced with authority", HEAD "extends: 000000/390\nfee: {charges: [{id: c, source: a, replaces: yes, payers: {person: 6}}]}\n", PARENT "fee: {source: p, charges: [" PLAIN "]}\n" },
	{ "over a rule of the parent", HEAD "extends: 000000/390\neligibility: {source: a, rules: [{id: s, when: {retired: yes}, over: r, count_from: = paid_on}]}\n",
	  PARENT "eligibility: {source: p, rules: [{id: r, count_from: = paid_on}]}\n" },
};

START_TEST(what_is_no_fault_is_read)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	char *told = NULL;
	yb_status st = load(fine[_i].text, fine[_i].parent, &set, &err);

	if (err)
		ck_assert_int_eq(yb_error_dup_text(err, &told), YB_OK);
	ck_assert_msg(st == YB_OK, "%s: %s", fine[_i].name, told ? told : "");
	yb_free(told);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- layers of documents, as they answer ---- */

#define LAW PARENT "fee:\n  source: p\n  windows:\n    - {for: 2025, rows: [{id: main, from: 2024-10-01, to: 2025-01-01, start: = year_first}]}\n" \
	"    - {for: 2026, rows: [{id: main, from: 2025-10-01, to: 2026-01-01, start: = year_first}, {id: late, from: 2026-01-01, to: 2026-03-01}]}\n" \
	"  charges: [{id: c, payers: {person: 380}}, {id: d, payers: {person: 20}}]\n" \
	"eligibility:\n  source: p\n  rules:\n    - {id: r, count_from: = paid_on, fixed: 3 months}\n    - {id: s, when: {age: 60..}, count_from: = paid_on, over: r}\n"
#define LOCAL HEAD "extends: 000000/390\nfee:\n  source: a\n  windows: [{for: 2026, rows: [{id: own, from: 2025-12-01, to: 2026-01-01}]}]\n" \
	"  drop: [{id: d, source: a}]\n  charges: [{id: c, replaces: yes, payers: {person: 400}}, {id: e, payers: {person: 7}}]\n" \
	"eligibility: {source: a, rules: [{id: r, replaces: yes, count_from: = paid_on, fixed: 2 months}]}\n"

static const struct ask_row layered[] = {
	{ "replaced, dropped and added", LOCAL, "", "fee year=2026 paid_on=2025-12-01", "c.person=400; e.person=7; absent=d.person; due.person=407; window=own" },
	{ "the parent's windows of the year are gone", LOCAL, "", "fee year=2026 paid_on=2026-01-15", "window=none" },
	{ "those of another year stand", LOCAL, "", "fee year=2025 paid_on=2024-10-01", "window=main; window_start=2025-01-01" },
	{ "a rule replaced", LOCAL, "brdy=1990-01-01", "cover year=2026 paid_on=2025-12-01", "rule=r; wait=2 months; start=2026-02-01" },
	{ "the parent's order holds", LOCAL, "brdy=1950-01-01", "cover year=2026 paid_on=2025-12-01", "rule=s; wait=0 months" },
};

START_TEST(a_child_sees_its_parent)
{
	struct yb_policy_set *set = NULL;

	ck_assert_int_eq(load(layered[_i].doc, LAW, &set, NULL), YB_OK);
	ask_expect_in(set, &layered[_i]);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
sections_suite(void)
{
	Suite *suite = suite_create("sections");
	TCase *tc = tcase_create("sections");

	tcase_set_timeout(tc, 1800);
	tcase_add_loop_test(tc, a_faulty_section_is_refused_at_its_place, 0, COUNT(rows));
	tcase_add_loop_test(tc, what_is_no_fault_is_read, 0, COUNT(fine));
	tcase_add_loop_test(tc, a_child_sees_its_parent, 0, COUNT(layered));
	suite_add_tcase(suite, tc);
	return suite;
}
