/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TEST_ASK_H
#define TEST_ASK_H

#include <yibao/yibao.h>

/*
 * A question, its facts and its answer in one row of text each, so that a
 * table of them reads like the clause. Every row is also checked for what
 * holds of all answers: each name that the answer lists can be read, each
 * form can be rendered, the reasons have texts in both languages.
 *
 * Person, words with spaces between: `brdy=1980-05-05` (a field), `student=yes`
 * (an attribute), `cover=none`, `390:2024` (a coverage year), `390:2024@2023-11-02`
 * (with its day of payment), `310:2020-01-01..2024-12-31` or `310:2025-01-01..` (a
 * period); after an entry +c -c claimed or not, +u -u used or not; `cover_in=120000` is the region of the first of them. The person
 * is one of 990000, insutype 390, unless said otherwise.
 *
 * Question: `fee year=2026 paid_on=2025-11-02 on=… months=…`, `refund on=… arrear=…`, `refund-year on=…`,
 * `interest on=…`, `repay on=… year=… paid_on=… paid=…` (fen), `cover on=… paid_on=… year=… repaired=…`,
 * `rewards year=…`; `lenient` in any.
 *
 * Answer, parts with "; " between: `name=text` (a result, as yb_decision_dup_result() tells it, zeros at the end of a number left out),
 * an outcome word where it is not answered, `reason=code`, `reasons=n`, `lacks=fact`, `unknown=name`, `absent=name`,
 * `says=words` of the first reason, `error=YB_E_…` with `says=words` of the message, `m1=fen` … `m12=fen`, `first=day`
 * of a year month by month, `shortens=n`, `s1=repair/years/price/paid_on/start` or `s1=earlier/paid_on/start`, `channels=n`, `c1=id`.
 */
struct ask_row {
	const char *why, *doc, *person, *ask, *expect; /* doc NULL: the shipped documents */
};

/* Sources and the lines before a section: four lines. */
#define ASK_HEAD "language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"

void ask_load_once(void);
void ask_drop_once(void);
struct yb_policy_set *ask_shipped(void);

/* A set of one document, which must be without fault. */
struct yb_policy_set *ask_load(const char *text);
struct yb_person *ask_person(const char *words);
/* Ask in words. */
yb_status ask_question(const struct yb_policy_set *set, const struct yb_person *person, const char *words, struct yb_decision *decision,
                       struct yb_error **err);
void ask_expect(const struct ask_row *row);
/* The same with a set at hand. */
void ask_expect_in(const struct yb_policy_set *set, const struct ask_row *row);

yb_day ask_day(const char *text);
/* Fen of a result; fails where it is not known. */
int64_t ask_value(struct yb_decision *decision, const char *name);

/* Numbers that are the same in every run. */
uint32_t ask_random(uint32_t *state);

#endif
