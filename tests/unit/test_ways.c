/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include <yibao/bulk.h>

#include "bulk/block.h"

Suite *ways_suite(void);

/*
 * Which rows go the exact way: one that a plan could answer is answered no otherwise there, but some thousand times slower, which no
 * comparison of answers notices.
 */

#define ROWS 16

static struct yb_policy_set *
load(const char *const *texts, size_t count, yb_confidence least)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;

	options.confidence = least;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	for (size_t i = 0; i < count; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "text %zu", i);
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, name, texts[i], strlen(texts[i]), NULL), YB_OK);
	}
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	return set;
}

/* Rows of region 990000 and scheme 390, and one output. */
struct rows {
	struct yb_policy_set *set;
	struct yb_bulk *bulk;
	const char *output;
	int64_t values[ROWS];
	uint8_t known[ROWS], outcomes[ROWS];
	size_t count;
};

static yb_column
input(struct rows *r, const char *name)
{
	yb_column column;

	ck_assert_msg(yb_bulk_input(r->bulk, name, strlen(name), &column, NULL) == YB_OK, "%s", name);
	return column;
}

static void
say(struct rows *r, const char *name, const char *text)
{
	ck_assert_int_eq(yb_bulk_bind_text(r->bulk, input(r, name), text, strlen(text), NULL), YB_OK);
}

static void
give(struct rows *r, const char *name, const int64_t *numbers)
{
	ck_assert_int_eq(yb_bulk_bind_numbers(r->bulk, input(r, name), YB_LAYOUT_INT64, numbers, NULL, NULL), YB_OK);
}

static void
start(struct rows *r, struct yb_policy_set *set, yb_question question, uint32_t flags, const char *output, size_t count)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	yb_column column;

	*r = (struct rows){ .set = set, .output = output, .count = count };
	options.flags = flags;
	ck_assert_int_eq(yb_bulk_new(set, question, &options, &r->bulk, NULL), YB_OK);
	say(r, "insuplc_admdvs", "990000");
	say(r, "insutype", "390");
	ck_assert_int_eq(yb_bulk_output(r->bulk, output, strlen(output), &column, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_output(r->bulk, column, r->values, r->known, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(r->bulk, r->outcomes, NULL), YB_OK);
}

/* The bill is what is in scope. */
static void
say_no_more(struct rows *r)
{
	static const char *const parts[] = { "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt" };

	for (int i = 0; i < 3; i++)
		say(r, parts[i], "0.00");
}

static bool
goes_exact(const struct rows *r, size_t row)
{
	uint32_t view = ybi_bulk_view_of(r->bulk, row), at = (uint32_t)row;

	if (view == YBI_VIEW_EXACT)
		return true;
	ck_assert_int_eq(ybi_block_run(r->bulk->workers[0], &r->bulk->views[view], 0, &at, 1), YB_OK);
	return ybi_stop_is_exact(r->bulk->workers[0]->exact[0]);
}

/* Every row is worth so much, as it is alone; `exact`: bits of the rows that go the exact way. */
static void
finish(struct rows *r, const int64_t *worth, uint32_t exact)
{
	struct yb_decision *decision = NULL;
	yb_field field;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run(r->bulk, 0, r->count, NULL), YB_OK);
	for (size_t i = 0; i < r->count; i++) {
		int64_t alone = 0;
		yb_status st = yb_bulk_answer(r->bulk, i, decision, NULL);
		ck_assert_uint_eq(r->outcomes[i], st == YB_OK ? (uint32_t)yb_decision_get_outcome(decision) : YB_ROW_BAD);
		if (yb_field_from_name(r->output, strlen(r->output), &field) == YB_OK)
			st = yb_decision_get_fen(decision, field, &alone);
		else
			st = yb_decision_get_result(decision, r->output, &alone, NULL);
		ck_assert_msg(r->known[i] == (st == YB_OK) && r->values[i] == worth[i] && (st != YB_OK || alone == worth[i]), "row %zu: %lld by columns, %lld alone", i,
		              (long long)r->values[i], (long long)alone);
	}
	for (size_t i = 0; i < r->count; i++)
		ck_assert_msg(goes_exact(r, i) == (exact >> i & 1), "%s, row %zu goes %s way", r->output, i, goes_exact(r, i) ? "the exact" : "no exact");
	yb_decision_unref(decision);
	yb_bulk_unref(r->bulk);
}

#define HEAD "language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}, b: {issuer: I, url: u, confidence: weak}}\n"
#define BY_AGE HEAD "fee:\n  source: a\n  charges:\n" \
	"    - {id: basic, payers: {person: {by: age, rows: [[\"0..5\", 100], [\"6..\", 400]]}}}\n"

/* Born before the year, in it, on its last day, after it; in one of the year's days that is asked about, after that day. */
START_TEST(a_fee_of_a_child_born_in_the_year)
{
	static const int64_t born[] = { 18000, 20454, 20500, 20818, 20819, 20460, 20461 }, year[] = { 2026, 2026, 2026, 2026, 2026, 2026, 2026 },
		worth[] = { 40000, 10000, 10000, 10000, 0, 10000, 10000 };
	const char *const text = BY_AGE;
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 7);
	give(&r, "brdy", born);
	give(&r, "year", year);
	finish(&r, worth, 1u << 4);
	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 7);
	give(&r, "brdy", born);
	say(&r, "on", "2026-01-07"); /* 20460 */
	finish(&r, worth, 1u << 4);
	yb_policy_set_unref(set);
}
END_TEST

/* A rate is bound in millionths; one that is below 0 or outside its range cannot be. */
START_TEST(rates_as_numbers)
{
	static const int64_t rate[] = { 0, 20000, 55555, 80000, 80001, -1 }, worth[] = { 0, 20000, 55555, 80000, 0, 0 }, free_rate[] = { 1, 2, 3, 4, 5, 6 };
	const char *const text = HEAD "attributes: {share: {type: rate, range: 0%..8%, of: person}, other: {type: rate, of: person}}\n"
		"fee:\n  source: a\n  charges:\n    - {id: basic, payers: {person: = 10000 * share}}\n";
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 6);
	give(&r, "share", rate);
	give(&r, "other", free_rate);
	say(&r, "year", "2026");
	finish(&r, worth, 1u << 4 | 1u << 5);
	yb_policy_set_unref(set);
}
END_TEST

/* From 2027 on the fee is another, and so it is in the months of a credit; rows of both laws lie in one block. */
START_TEST(overlays_of_fees_and_credits)
{
	static const int64_t year[] = { 2026, 2027, 2026, 2028, 0, 9999 }, on[] = { 20454, 20820, 20818, 20819, 20849, 0 },
		fee[] = { 40000, 50000, 40000, 50000, 40000, 0 }, credit[] = { 7000, 9000, 7000, 9000, 9000, 0 };
	const char *const texts[] = {
		HEAD "fee:\n  source: a\n  charges:\n    - {id: basic, payers: {person: 400}}\nrefund:\n  source: a\n  credits:\n    - {id: flow, amount: 70}\n",
		"language: 1\nid: 990000/reform\ntitle: R\noverlay: 990000/390\nfrom: 2027-01-01\nsources: {c: {issuer: I, url: u, confidence: official}}\n"
		"fee:\n  source: c\n  charges:\n    - {id: basic, replaces: yes, payers: {person: 500}}\n"
		"refund:\n  source: c\n  credits:\n    - {id: flow, replaces: yes, amount: 90}\n" };
	struct yb_policy_set *set = load(texts, 2, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 6);
	give(&r, "year", year);
	finish(&r, fee, 1u << 4 | 1u << 5); /* 0 says no year; one that cannot be */
	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 1);
	say(&r, "year", "2027");
	finish(&r, &fee[1], 0);
	start(&r, set, YB_QUESTION_REFUND, 0, "credit", 6);
	give(&r, "on", on);
	finish(&r, credit, 1u << 5);
	yb_policy_set_unref(set);
}
END_TEST

/*
 * What stops a row is told by columns too: a gap, which for a lenient question is a remark; a refusal, which goes before it; that nothing
 * applies; a day outside the section's. A weak source is for the exact way, and so is a person born after the day.
 */
#define STOPPED HEAD "attributes: {kind: {type: count, range: 0..9, of: person}}\n" \
	"unsupported: [{id: gap, text: t, touches: fee, source: a, when: {kind: 1|5}}]\n" \
	"fee:\n  source: a\n  from: 2020-01-01\n  refuse: [{id: never, when: {kind: 4..5}, text: {zh: t, en: t}}]\n  charges:\n" \
	"    - {id: sure, when: {kind: 0..1}, payers: {person: {by: kind, rows: [[0, 400], [1, 300], [2.., 0]]}}}\n" \
	"    - {id: weak, source: b, confidence: weak, when: {kind: 2}, payers: {person: 200}}\n"

START_TEST(rows_that_are_stopped)
{
	static const int64_t kind[] = { 0, 1, 2, 3, 4, 5, 0, 1, 0 }, year[] = { 2026, 2026, 2026, 2026, 2026, 2026, 2019, 2019, 2019 },
		born[] = { 0, 0, 0, 0, 0, 0, 0, 0, 20000 }, strict[] = { 40000, 0, 0, 0, 0, 0, 0, 0, 0 }, lenient[] = { 40000, 30000, 20000, 0, 0, 0, 0, 0, 0 };
	static const uint8_t outcomes[] = { YB_OUTCOME_ANSWERED, YB_OUTCOME_UNSUPPORTED, YB_OUTCOME_UNSUPPORTED, YB_OUTCOME_REFUSED, YB_OUTCOME_REFUSED,
		YB_OUTCOME_REFUSED, YB_OUTCOME_UNSUPPORTED, YB_OUTCOME_UNSUPPORTED, YB_ROW_BAD };
	const char *const text = STOPPED;
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	for (uint32_t flags = 0; flags < 2; flags++) {
		start(&r, set, YB_QUESTION_FEE, flags ? YB_BULK_LENIENT : 0, "due.person", 9);
		give(&r, "kind", kind);
		give(&r, "year", year);
		give(&r, "brdy", born);
		finish(&r, flags ? lenient : strict, 1u << 2 | 1u << 8);
		for (size_t i = 0; i < 9 && !flags; i++)
			ck_assert_uint_eq(r.outcomes[i], outcomes[i]);
	}
	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 2);
	give(&r, "kind", kind);
	say(&r, "year", "2019");
	finish(&r, &strict[1], 0);
	yb_policy_set_unref(set);
}
END_TEST

/*
 * Bills that are stopped: a gap (with a benefit, and with none), no benefit, a day that is not covered, which comes before all of them. A bill
 * that does not add up is the first thing that is told.
 */
START_TEST(bills_that_are_stopped)
{
	static const int64_t kind[] = { 0, 1, 2, 3, 0, 3, 0, 4, 5 }, scope[] = { 100000, 100000, 100000, 100000, 100000, 100000, 90000, 100000, 100000 },
		day[] = { 20460, 20460, 20460, 20460, 18000, 18000, 18000, 20460, 20460 }, total[] = { 100000, 100000, 100000, 100000, 100000, 100000, 100000, 100000, 100000 },
		strict[] = { 50000, 0, 0, 0, 0, 0, 0, 50000, 40000 }, lenient[] = { 50000, 50000, 0, 0, 0, 0, 0, 50000, 40000 };
	static const uint8_t outcomes[] = { YB_OUTCOME_ANSWERED, YB_OUTCOME_UNSUPPORTED, YB_OUTCOME_REFUSED, YB_OUTCOME_UNSUPPORTED, YB_OUTCOME_UNSUPPORTED,
		YB_OUTCOME_UNSUPPORTED, YB_ROW_BAD, YB_OUTCOME_ANSWERED, YB_OUTCOME_ANSWERED };
	const char *const text = HEAD "attributes: {kind: {type: count, range: 0..9, of: claim}}\nfrom: 2020-01-01\n"
		"unsupported: [{id: gap, text: t, touches: reimburse, source: a, when: {kind: 1|3}}]\n"
		"reimburse:\n  source: a\n  benefits:\n"
		"    - {id: one, when: {kind: 0|1|4}, layers: [{id: basic, pays: hifp_pay, ratio: 50%}]}\n"
		"    - {id: two, when: {kind: 5}, layers: [{id: basic, pays: hifp_pay, ratio: 40%}]}\n";
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	for (uint32_t flags = 0; flags < 2; flags++) {
		start(&r, set, YB_QUESTION_REIMBURSE, flags ? YB_BULK_LENIENT : 0, "hifp_pay", 9);
		give(&r, "kind", kind);
		ck_assert_int_eq(yb_bulk_bind_numbers(r.bulk, YB_FIELD_INSCP_SCP_AMT, YB_LAYOUT_INT64, scope, NULL, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_bind_numbers(r.bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, total, NULL, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_bind_numbers(r.bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT64, day, NULL, NULL), YB_OK);
		say_no_more(&r);
		finish(&r, flags ? lenient : strict, 1u << 6);
		for (size_t i = 0; i < 9 && !flags; i++)
			ck_assert_uint_eq(r.outcomes[i], outcomes[i]);
	}
	yb_policy_set_unref(set);
}
END_TEST

/* An amount without a figure stops who has to pay it; a credit by the year only in its month. */
START_TEST(amounts_without_a_figure)
{
	static const int64_t kind[] = { 0, 1, 2, 0, 1, 1 }, on[] = { 20454, 20454, 20454, 20635, 20635, 20454 }, fee[] = { 40000, 0, 0, 40000, 0, 0 },
		credit[] = { 1000, 1000, 0, 2000, 0, 1000 };
	const char *const text = HEAD "attributes: {kind: {type: count, range: 0..2, of: person}}\nfee:\n  source: a\n  charges:\n"
		"    - {id: basic, total: {by: kind, rows: [[0, 700], [1, unsupported], [2, 500]]}, payers: {person: {by: kind, rows: [[0..1, 400], [2, unsupported]]}, subsidy: rest}}\n"
		"refund:\n  source: a\n  credits:\n    - {id: month, amount: {by: kind, rows: [[0..1, 10], [2, unsupported]]}}\n"
		"    - {id: year, period: year, post: 07-01, amount: {by: kind, rows: [[0, 10], [1..2, unsupported]]}}\n";
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 3);
	give(&r, "kind", kind);
	say(&r, "year", "2026");
	finish(&r, fee, 0);
	ck_assert(r.outcomes[1] == YB_OUTCOME_UNSUPPORTED && r.outcomes[2] == YB_OUTCOME_UNSUPPORTED);
	start(&r, set, YB_QUESTION_REFUND, 0, "credit", 6);
	give(&r, "kind", kind);
	give(&r, "on", on);
	finish(&r, credit, 1u << 1 | 1u << 2 | 1u << 4 | 1u << 5);
	yb_policy_set_unref(set);
}
END_TEST

/* Where no charge is left that counts, nothing applies. */
START_TEST(nothing_that_counts)
{
	static const int64_t kind[] = { 0, 1 }, worth[] = { 0, 0 };
	const char *const text = HEAD "attributes: {kind: {type: count, range: 0..9, of: person}}\nfee:\n  source: a\n  charges:\n"
		"    - {id: weak, source: b, confidence: weak, when: {kind: 1}, payers: {person: 200}}\n";
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	start(&r, set, YB_QUESTION_FEE, 0, "due.person", 2);
	give(&r, "kind", kind);
	say(&r, "year", "2026");
	finish(&r, worth, 1u << 1);
	ck_assert_uint_eq(r.outcomes[0], YB_OUTCOME_REFUSED);
	yb_policy_set_unref(set);
}
END_TEST

/*
 * A table of which every row is a formula, out of the area no scope counts but its share; the year's ceiling is raised by a reward, which a
 * column may say. A place that the table does not name goes the exact way.
 */
START_TEST(tables_of_formulas)
{
	static const char *const places[] = { "near", "far", "farther", "elsewhere" };
	static const uint8_t place[] = { 0, 1, 2, 0, 1, 3 };
	static const int64_t scope[] = { 100000, 100001, 100000, 1000000, 1000000, 100000 }, reward[] = { 0, 0, 0, 0, 50000, 0 },
		worth[] = { 50000, 45000, 40000, 200000, 250000, 0 };
	const char *const text = HEAD "attributes: {place: {type: text, of: claim}}\n"
		"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n"
		"        - id: basic\n          pays: hifp_pay\n          ratio: 50%\n"
		"          base: {by: place, rows: [[near, = scope], [far, = scope * 90%], [farther, = scope * 80%]]}\n"
		"          ceilings: [{id: most, on: payment, per: year, amount: = 2000 + reward.total}]\n";
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	start(&r, set, YB_QUESTION_REIMBURSE, 0, "hifp_pay", 6);
	ck_assert_int_eq(yb_bulk_bind_codes(r.bulk, input(&r, "place"), YB_LAYOUT_INT8, place, NULL, places, 4, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(r.bulk, YB_FIELD_INSCP_SCP_AMT, YB_LAYOUT_INT64, scope, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(r.bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, scope, NULL, NULL), YB_OK);
	give(&r, "reward.total", reward);
	say(&r, "enddate", "2026-01-07");
	say_no_more(&r);
	finish(&r, worth, 1u << 5);
	yb_policy_set_unref(set);
}
END_TEST

/* 1,200 in July beside 10 in every month; 7.30 are taken off what is posted then. Who has none but the yearly one is answered in every month. */
START_TEST(credits_by_the_year)
{
	static const int64_t on[] = { 20605, 20635, 20666, 20606, 20635, 20605, 20635 }, kind[] = { 0, 0, 0, 1, 1, 2, 2 },
		worth[] = { 1000, 120270, 1000, 0, 119270, 1000, 1000 };
	const char *const text = HEAD "attributes: {kind: {type: count, range: 0..3, of: person}}\n"
		"refund:\n  source: a\n  credits:\n"
		"    - {id: month, when: {kind: 0|2}, amount: 10}\n"
		"    - {id: year, when: {kind: 0..1}, period: year, post: 07-01, base: 12000, amount: = base * 10%, less: [{id: fee, amount: 7.30}]}\n";
	struct yb_policy_set *set = load(&text, 1, YB_CONFIDENCE_SECONDARY);
	struct rows r;

	start(&r, set, YB_QUESTION_REFUND, 0, "credit", 7);
	give(&r, "kind", kind);
	give(&r, "on", on);
	finish(&r, worth, 0);
	start(&r, set, YB_QUESTION_REFUND, 0, "year.base", 2);
	give(&r, "kind", kind);
	give(&r, "on", on);
	finish(&r, (const int64_t[]){ 0, 1200000 }, 0);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
ways_suite(void)
{
	Suite *suite = suite_create("ways");
	TCase *tc = tcase_create("rows");

	tcase_add_test(tc, a_fee_of_a_child_born_in_the_year);
	tcase_add_test(tc, rates_as_numbers);
	tcase_add_test(tc, overlays_of_fees_and_credits);
	tcase_add_test(tc, rows_that_are_stopped);
	tcase_add_test(tc, bills_that_are_stopped);
	tcase_add_test(tc, amounts_without_a_figure);
	tcase_add_test(tc, nothing_that_counts);
	tcase_add_test(tc, tables_of_formulas);
	tcase_add_test(tc, credits_by_the_year);
	suite_add_tcase(suite, tc);
	return suite;
}
