/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROWS 9000

Suite *whatif_suite(void);

/*
 * A reform of Beijing's stays from 2026-03-01: at hospitals of the first level
 * more is paid, most in a pilot, at those of the third less. The days of the
 * rows lie on both sides of it.
 */
static const char reform[] =
	"language: 1\nid: 110000/reform\ntitle: T\noverlay: 110000/310\nfrom: 2026-03-01\n"
	"sources: {r: {issuer: I, url: u, confidence: official}}\n"
	"attributes: {pilot: {type: flag, of: claim}}\n"
	"values:\n  in_service:\n    source: r\n    by: [hosp, pilot]\n    rows:\n"
	"      - [L1, yes, [96%, 98%, 99%]]\n      - [L1, no, [93%, 96%, 98%]]\n      - [L2, any, [87%, 92%, 97%]]\n"
	"      - [L3, any, [80%, 90%, 95%]]\n";

static struct yb_policy_set *before, *after;

static struct yb_policy_set *
load(const char *overlay)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	char path[512];

	ck_assert_int_eq(yb_policy_loader_new(NULL, &loader, NULL), YB_OK);
	(void)snprintf(path, sizeof(path), "%s/policies", getenv("YB_SRCDIR") ? getenv("YB_SRCDIR") : ".");
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, path, NULL), YB_OK);
	if (overlay)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "reform.yaml", overlay, strlen(overlay), NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_OK);
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++)
		ck_assert_msg(!yb_policy_set_get_fault(set, i), "%s", yb_error_get_message(yb_policy_set_get_fault(set, i)));
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	return set;
}

static void
set_up(void)
{
	before = load(NULL);
	after = load(reform);
}

static void
tear_down(void)
{
	yb_policy_set_unref(before);
	yb_policy_set_unref(after);
}

/* ---- random rows ---- */

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	return ask_random(&seed) % n;
}

static const char *const regions[] = { "110000", "310000", "630000" }, *const levels[] = { "02", "05", "08", "77" };
static struct {
	int8_t region[ROWS], level[ROWS], level_known[ROWS], pilot[ROWS];
	int32_t day[ROWS];
	int16_t stay[ROWS];
	int64_t total[ROWS], own[ROWS], weight[ROWS];
	uint8_t bad[ROWS];
} t;

static void
fill(void)
{
	seed = 20261122;
	for (size_t i = 0; i < ROWS; i++) {
		t.region[i] = (int8_t)(below(20) == 0 ? 2 : below(5) == 0);
		t.level[i] = (int8_t)(below(50) == 0 ? 3 : below(3));
		t.level_known[i] = below(30) != 0;
		t.pilot[i] = (int8_t)below(2);
		t.day[i] = 20454 + (int32_t)below(118); /* 2026-01-01 … 2026-04-28 */
		t.stay[i] = (int16_t)(1 + below(3));
		t.own[i] = (int64_t)below(5000) * 100;
		t.total[i] = (int64_t)below(9000000) + (below(40) ? t.own[i] : 0);
		t.weight[i] = (int64_t)below(4) * 1000003;
		t.bad[i] = below(100) == 0;
	}
}

static void
bind_text(struct yb_bulk *bulk, yb_field field, const char *text)
{
	ck_assert_int_eq(yb_bulk_bind_text(bulk, field, text, strlen(text), NULL), YB_OK);
}

/* All but the columns of `from`, as if row `from` were the first. */
static void
bind(struct yb_whatif *w, size_t from)
{
	struct yb_bulk *bulk = yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), *other = yb_whatif_get_bulk(w, YB_WHATIF_AFTER);
	yb_column pilot;

	bind_text(bulk, YB_FIELD_INSUTYPE, "310");
	bind_text(bulk, YB_FIELD_PSN_TYPE, "1101");
	bind_text(bulk, YB_FIELD_PSN_IDET_TYPE, "");
	bind_text(bulk, YB_FIELD_CVLSERV_FLAG, "0");
	bind_text(bulk, YB_FIELD_MED_TYPE, "21");
	bind_text(bulk, YB_FIELD_MDTRTAREA_ADMVS, "110000");
	bind_text(bulk, YB_FIELD_OVERLMT_SELFPAY, "0");
	bind_text(bulk, YB_FIELD_PRESELFPAY_AMT, "0");
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_INSUPLC_ADMDVS, YB_LAYOUT_INT8, t.region + from, NULL, regions, 3, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_HOSP_LV, YB_LAYOUT_INT8, t.level + from, (uint8_t *)t.level_known + from, levels, 4, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, t.day + from, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_YB_ADMISSION, YB_LAYOUT_INT16, t.stay + from, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, t.total + from, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_FULAMT_OWNPAY_AMT, YB_LAYOUT_INT64, t.own + from, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_input(bulk, "pilot", 5, &pilot, NULL), YB_E_NOT_FOUND); /* the reform brings it */
	ck_assert_int_eq(yb_bulk_input(other, "pilot", 5, &pilot, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(other, pilot, YB_LAYOUT_INT8, t.pilot + from, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_bind_rows(w, t.weight + from, t.bad + from), YB_OK);
}

static struct yb_whatif *
make(int32_t threads)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_whatif *w = NULL;
	uint32_t value;

	options.threads = threads;
	ck_assert_int_eq(yb_whatif_new(before, after, &options, &w, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_value(w, "psn_part_amt", 12, &value, NULL), YB_OK);
	ck_assert_uint_eq(value, 0);
	ck_assert_int_eq(yb_whatif_add_value(w, "hifp_pay", 8, &value, NULL), YB_OK);
	ck_assert_uint_eq(value, 1);
	ck_assert_int_eq(yb_whatif_add_value(w, "psn_part_amt", 12, &value, NULL), YB_OK);
	ck_assert_uint_eq(value, 0);
	return w;
}

static int64_t
figure(const struct yb_whatif *w, uint32_t group, uint32_t bin, uint32_t value, yb_whatif_figure f)
{
	struct yb_whatif_sum sum;

	ck_assert_int_eq(yb_whatif_get(w, group, bin, value, f, &sum), YB_OK);
	ck_assert(sum.high == 0 || sum.high == -1);
	return (int64_t)sum.low;
}

/* ---- by a plain loop over single answers ---- */

struct answer {
	uint8_t outcome;
	int64_t amount[2];
};

static struct answer answers[2][ROWS];

static void
answer_alone(struct yb_whatif *w)
{
	static const yb_field fields[] = { YB_FIELD_PSN_PART_AMT, YB_FIELD_HIFP_PAY };
	struct yb_decision *d = NULL;

	ck_assert_int_eq(yb_decision_new(&d, NULL), YB_OK);
	for (int side = 0; side < 2; side++)
		for (size_t row = 0; row < ROWS; row++) {
			struct answer *a = &answers[side][row];
			yb_status st = yb_bulk_answer(yb_whatif_get_bulk(w, side + 1), row, d, NULL);
			a->outcome = st == YB_OK && !t.bad[row] ? (uint8_t)yb_decision_get_outcome(d) : YB_ROW_BAD;
			for (int k = 0; k < 2 && a->outcome == YB_OUTCOME_ANSWERED; k++)
				ck_assert_int_eq(yb_decision_get_fen(d, fields[k], &a->amount[k]), YB_OK);
		}
	yb_decision_unref(d);
}

static bool
in_group(const struct yb_whatif *w, uint32_t group, size_t row)
{
	const char *region = yb_whatif_get_key(w, group, 0), *level = yb_whatif_get_key(w, group, 1), *stay = yb_whatif_get_key(w, group, 2);

	if (strcmp(region, regions[t.region[row]]) != 0 || atoi(stay) != t.stay[row])
		return false;
	return level ? t.level_known[row] && strcmp(level, levels[t.level[row]]) == 0 : !t.level_known[row];
}

static void
compare_group(struct yb_whatif *w, uint32_t group, int k)
{
	int64_t rows = 0, weight = 0, cost = 0, sums[2] = { 0 }, falls = 0, fall_weight = 0, fall_by = 0, rises = 0, rise_by = 0;

	for (size_t row = 0; row < ROWS; row++) {
		int64_t b = answers[0][row].amount[k], a = answers[1][row].amount[k];
		if (!in_group(w, group, row) || answers[0][row].outcome != YB_OUTCOME_ANSWERED || answers[1][row].outcome != YB_OUTCOME_ANSWERED)
			continue;
		rows++;
		weight += t.weight[row];
		cost += t.weight[row] * t.total[row];
		sums[0] += t.weight[row] * b;
		sums[1] += t.weight[row] * a;
		falls += a < b;
		fall_weight += a < b ? t.weight[row] : 0;
		fall_by += a < b ? (b - a) * t.weight[row] : 0;
		rises += a > b;
		rise_by += a > b ? (a - b) * t.weight[row] : 0;
	}
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_ROWS), rows);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_WEIGHT), weight);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_COST), cost);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_SUM_BEFORE), sums[0]);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_SUM_AFTER), sums[1]);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_SUM_CHANGE), sums[1] - sums[0]);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_FALL_ROWS), falls);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_FALL_WEIGHT), fall_weight);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_FALL_BY), fall_by);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_RISE_ROWS), rises);
	ck_assert_int_eq(figure(w, group, 0, (uint32_t)k, YB_WHATIF_RISE_BY), rise_by);
}

static void
compare_outcomes(struct yb_whatif *w, uint32_t group)
{
	static const uint8_t outcomes[] = { 1, 2, 3, 4, YB_ROW_BAD };
	uint64_t rows;

	for (size_t b = 0; b < COUNT(outcomes); b++)
		for (size_t a = 0; a < COUNT(outcomes); a++) {
			uint64_t expect = 0;
			for (size_t row = 0; row < ROWS; row++)
				expect += in_group(w, group, row) && answers[0][row].outcome == outcomes[b] && answers[1][row].outcome == outcomes[a];
			ck_assert_int_eq(yb_whatif_get_outcome(w, group, outcomes[b], outcomes[a], &rows, NULL), YB_OK);
			ck_assert_uint_eq(rows, expect);
		}
}

/* Three columns, one of numbers, with rows of every outcome, weights, and a column that only the reform has. */
START_TEST(equals_a_loop_over_single_answers)
{
	struct yb_whatif *w = make(1);
	uint64_t rows, all = 0;
	uint32_t groups;

	fill();
	bind(w, 0);
	ck_assert_int_eq(yb_whatif_add_group(w, "insuplc_admdvs", 14, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_group(w, "hosp_lv", 7, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_group(w, "yb_admission", 12, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_run(w, ROWS, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	answer_alone(w);
	groups = yb_whatif_get_group_count(w);
	ck_assert_uint_eq(groups, 3 * 5 * 3);
	for (uint32_t g = 1; g <= groups; g++) {
		for (int k = 0; k < 2; k++)
			compare_group(w, g, k);
		compare_outcomes(w, g);
		ck_assert_int_eq(yb_whatif_get_outcome(w, g, 0, 0, &rows, NULL), YB_OK);
		all += rows;
	}
	ck_assert_uint_eq(all, ROWS);
	ck_assert_int_eq(yb_whatif_get_outcome(w, 0, 0, 0, &rows, NULL), YB_OK);
	ck_assert_uint_eq(rows, ROWS);
	ck_assert_int_eq(yb_whatif_get_outcome(w, 0, YB_OUTCOME_INCOMPLETE, 0, &rows, NULL), YB_OK);
	ck_assert_uint_gt(rows, 0);
	ck_assert_int_gt(figure(w, 0, 0, 0, YB_WHATIF_FALL_ROWS), 100);
	ck_assert_int_gt(figure(w, 0, 0, 0, YB_WHATIF_RISE_ROWS), 100);
	yb_whatif_unref(w);
}
END_TEST

START_TEST(groups_stand_in_the_order_of_their_keys)
{
	struct yb_whatif *w = make(1);

	fill();
	bind(w, 0);
	t.stay[0] = 10; /* a number: after 9, not after 1 */
	ck_assert_int_eq(yb_whatif_add_group(w, "yb_admission", 12, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_group(w, "hosp_lv", 7, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_run(w, ROWS, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	ck_assert_uint_eq(yb_whatif_get_group_count(w), 3 * 5 + 1);
	ck_assert_str_eq(yb_whatif_get_key(w, 1, 0), "1");
	ck_assert_str_eq(yb_whatif_get_key(w, 1, 1), "02");
	ck_assert_str_eq(yb_whatif_get_key(w, 4, 1), "77");
	ck_assert_ptr_null(yb_whatif_get_key(w, 5, 1)); /* not known: last */
	ck_assert_str_eq(yb_whatif_get_key(w, 6, 0), "2");
	ck_assert_str_eq(yb_whatif_get_key(w, 16, 0), "10");
	ck_assert_ptr_null(yb_whatif_get_key(w, 17, 0));
	ck_assert_ptr_null(yb_whatif_get_key(w, 0, 0));
	ck_assert_ptr_null(yb_whatif_get_key(w, 1, 2));
	yb_whatif_unref(w);
}
END_TEST

static const yb_whatif_figure figures[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

/* All at once by one thread; by seven; in pieces with other dictionaries of the same texts. */
START_TEST(neither_threads_nor_pieces_make_a_difference)
{
	static const char *const turned[] = { "08", "77", "02", "05" };
	struct yb_whatif *w[3] = { make(1), make(7), make(2) };
	int8_t other[ROWS];

	fill();
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(yb_whatif_add_group(w[i], "hosp_lv", 7, NULL), YB_OK);
		ck_assert_int_eq(yb_whatif_set_bins(w[i], NULL, 10, NULL), YB_OK);
		bind(w[i], 0);
		ck_assert_int_eq(yb_whatif_run(w[i], i < 2 ? ROWS : 1000, NULL), YB_OK);
	}
	bind(w[2], 1000);
	for (size_t i = 0; i < ROWS; i++)
		other[i] = (int8_t)((t.level[i] + 2) % 4);
	ck_assert_int_eq(yb_bulk_bind_codes(yb_whatif_get_bulk(w[2], YB_WHATIF_BEFORE), YB_FIELD_HOSP_LV, YB_LAYOUT_INT8, other + 1000,
	                                    (uint8_t *)t.level_known + 1000, turned, 4, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_run(w[2], ROWS - 1000, NULL), YB_OK);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(yb_whatif_finish(w[i], NULL), YB_OK);
		ck_assert_uint_eq(yb_whatif_get_group_count(w[i]), 5);
		ck_assert_uint_eq(yb_whatif_get_bin_count(w[i]), 10);
	}
	for (int i = 1; i < 3; i++)
		for (uint32_t g = 0; g <= 5; g++)
			for (uint32_t b = 0; b <= 10; b++)
				for (size_t f = 0; f < COUNT(figures); f++)
					for (uint32_t v = 0; v < 2; v++)
						ck_assert_int_eq(figure(w[i], g, b, v, figures[f]), figure(w[0], g, b, v, figures[f]));
	for (int32_t ppm = 0; ppm <= 1000000; ppm += 125000) {
		int64_t one, two;
		ck_assert_int_eq(yb_whatif_get_quantile(w[0], 2, 0, YB_WHATIF_CHANGE, ppm, &one), YB_OK);
		ck_assert_int_eq(yb_whatif_get_quantile(w[2], 2, 0, YB_WHATIF_CHANGE, ppm, &two), YB_OK);
		ck_assert_int_eq(one, two);
	}
	for (int i = 0; i < 3; i++)
		yb_whatif_unref(w[i]);
}
END_TEST

/* ---- histories ---- */

/*
 * 80 % above 1,000 a year; from July 2026 on 85 % above 1,500. So whoever has bills after June pays 500 more once, and 5 % less of the rest.
 */
static const char plain_law[] =
	"language: 1\nid: 990000/310\ntitle: T\nmedical_year: 01-01\nround: fen half_up\n"
	"sources: {a: {issuer: I, url: u, confidence: official}}\n"
	"values: {source: a, due: {unit: money, by: med_type, rows: [[any, 1000]]}, share: {unit: rate, by: med_type, rows: [[any, 80%]]}}\n"
	"reimburse: {source: a, benefits: [{id: b, layers: [{id: basic, pays: hifp_pay, deductible: {per: year, amount: = due}, ratio: = share}]}]}\n";
static const char july_law[] =
	"language: 1\nid: 990000/july\ntitle: T\noverlay: 990000/310\nfrom: 2026-07-01\n"
	"sources: {r: {issuer: I, url: u, confidence: official}}\n"
	"values:\n  due: {source: r, unit: money, by: med_type, rows: [[any, 1500]]}\n  share: {source: r, unit: rate, by: med_type, rows: [[any, 85%]]}\n";

static struct yb_policy_set *
load_two(const char *law, const char *overlay)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;

	ck_assert_int_eq(yb_policy_loader_new(NULL, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "law.yaml", law, strlen(law), NULL), YB_OK);
	if (overlay)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "july.yaml", overlay, strlen(overlay), NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++)
		ck_assert_msg(!yb_policy_set_get_fault(set, i), "%s", yb_error_get_message(yb_policy_set_get_fault(set, i)));
	yb_policy_loader_unref(loader);
	return set;
}

/* In no order. What the person pays of each before and after, in yuan, worked by hand. */
static const struct bill {
	const char *person, *day, *level;
	int64_t yuan, before, after, weight;
	bool bad;
} by_hand[] = {
	{ "C", "2027-02-01", "02", 1200, 1040, 1200, 3, false }, /* a new year: 1,000 + 20 % of 200; all of it */
	{ "A", "2026-08-01", "02", 1000, 200, 575, 2, false },   /* 500 more are due, then 15 % of 500 */
	{ "A", "2026-02-01", "02", 800, 800, 800, 2, false },
	{ "A", "2026-03-01", "02", 700, 300, 300, 2, false },    /* 200 + 20 % of 500 */
	{ "A", "2026-05-05", "08", 9999, 0, 0, 7, true },        /* could not be read: it fills no deductible */
	{ "B", "2026-01-10", "08", 3000, 1400, 1400, 1, false },
	{ "C", "2026-09-05", "08", 1000, 200, 150, 3, false },
	{ "C", "2026-07-05", "02", 2000, 1200, 1575, 3, false }, /* 1,500 + 15 % of 500 */
	{ "D", "2026-10-10", "02", 4000, 800, 1025, 1, false },  /* 500 + 15 % of 3,500 */
	{ "D", "2026-02-02", "02", 5000, 1800, 1800, 1, false },
	{ "E", "2026-03-03", "08", 8000, 2400, 2400, 5, false },
	{ "E", "2026-08-08", "08", 10000, 2000, 1925, 5, false }, /* 500 + 15 % of 9,500: less than 20 % of 10,000 */
};
#define BILLS COUNT(by_hand)

static struct {
	int8_t person[BILLS], level[BILLS];
	int32_t day[BILLS];
	int64_t number[BILLS], total[BILLS], weight[BILLS];
	uint8_t bad[BILLS];
} h;
static const char *const people[] = { "A", "B", "C", "D", "E" };

static struct yb_whatif *
make_histories(const struct yb_policy_set *a, const struct yb_policy_set *b, int32_t threads)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_whatif *w = NULL;
	struct yb_bulk *bulk;
	uint32_t value;

	for (size_t i = 0; i < BILLS; i++) {
		h.person[i] = (int8_t)(by_hand[i].person[0] - 'A');
		h.number[i] = 1000 - h.person[i];
		h.level[i] = strcmp(by_hand[i].level, "02") != 0;
		h.day[i] = ask_day(by_hand[i].day);
		h.total[i] = by_hand[i].yuan * 100;
		h.weight[i] = by_hand[i].weight;
		h.bad[i] = by_hand[i].bad;
	}
	options.threads = threads;
	ck_assert_int_eq(yb_whatif_new(a, b, &options, &w, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_value(w, "psn_part_amt", 12, &value, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_group(w, "hosp_lv", 7, NULL), YB_OK);
	bulk = yb_whatif_get_bulk(w, YB_WHATIF_BEFORE);
	bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000");
	bind_text(bulk, YB_FIELD_INSUTYPE, "310");
	bind_text(bulk, YB_FIELD_FULAMT_OWNPAY_AMT, "0");
	bind_text(bulk, YB_FIELD_OVERLMT_SELFPAY, "0");
	bind_text(bulk, YB_FIELD_PRESELFPAY_AMT, "0");
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_HOSP_LV, YB_LAYOUT_INT8, h.level, NULL, (const char *const[]){ "02", "08" }, 2, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, h.day, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, h.total, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_bind_rows(w, h.weight, h.bad), YB_OK);
	return w;
}

static void
name_persons(struct yb_whatif *w)
{
	ck_assert_int_eq(yb_bulk_bind_codes(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), YB_FIELD_PSN_NO, YB_LAYOUT_INT8, h.person, NULL, people, COUNT(people), NULL), YB_OK);
}

/* Group, persons, their weight; how many fall, their weight, by how much; how many rise … In yuan. */
static const struct {
	uint32_t group;
	int64_t figures[8];
} expected[] = {
	/* A 1,300 to 1,675; B 1,400; C 1,400 to 1,725 and 1,040 to 1,200; D 2,600 to 2,825; E 4,400 to 4,325 */
	{ 0, { 6, 2 + 1 + 3 + 3 + 1 + 5, 1, 5, 75 * 5, 4, 2 + 3 + 3 + 1, 375 * 2 + 325 * 3 + 160 * 3 + 225 } },
	{ 1, { 4, 2 + 3 + 3 + 1, 0, 0, 0, 4, 2 + 3 + 3 + 1, 375 * 2 + 375 * 3 + 160 * 3 + 225 } }, /* of C in 2026 the first bill alone */
	{ 2, { 3, 1 + 3 + 5, 2, 3 + 5, 50 * 3 + 75 * 5, 0, 0, 0 } },                               /* and here the second */
};

static void
check_by_hand(struct yb_whatif *w)
{
	static const yb_whatif_figure told[] = { YB_WHATIF_PERSONS, YB_WHATIF_PERSON_WEIGHT, YB_WHATIF_FALL_ROWS, YB_WHATIF_FALL_WEIGHT, YB_WHATIF_FALL_BY,
		YB_WHATIF_RISE_ROWS, YB_WHATIF_RISE_WEIGHT, YB_WHATIF_RISE_BY };
	int64_t sums[2] = { 0, 0 }, fen;
	uint64_t rows;

	for (size_t i = 0; i < COUNT(expected); i++)
		for (size_t k = 0; k < COUNT(told); k++)
			ck_assert_msg(figure(w, expected[i].group, 0, 0, told[k]) == expected[i].figures[k] * (k == 4 || k == 7 ? 100 : 1), "group %u, figure %d: %lld",
			              expected[i].group, (int)told[k], (long long)figure(w, expected[i].group, 0, 0, told[k]));
	for (size_t i = 0; i < BILLS; i++)
		if (!by_hand[i].bad) {
			sums[0] += by_hand[i].before * by_hand[i].weight * 100;
			sums[1] += by_hand[i].after * by_hand[i].weight * 100;
		}
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_ROWS), BILLS - 1); /* sums stay of bills */
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_SUM_BEFORE), sums[0]);
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_SUM_AFTER), sums[1]);
	ck_assert_int_eq(sums[1] - sums[0], figure(w, 0, 0, 0, YB_WHATIF_RISE_BY) - figure(w, 0, 0, 0, YB_WHATIF_FALL_BY));
	ck_assert_int_eq(yb_whatif_get_outcome(w, 0, YB_ROW_BAD, YB_ROW_BAD, &rows, NULL), YB_OK);
	ck_assert_uint_eq(rows, 1);
	/* weights in order of the change: E 5 -75, B 1 0, C 3 160, D 1 225, C 3 325, A 2 375; the eighth of fifteen is C's in 2027 */
	ck_assert_int_eq(yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_CHANGE, 500000, &fen), YB_OK);
	ck_assert_int_eq(fen, 16000);
	ck_assert_int_eq(yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_CHANGE, 1000000, &fen), YB_OK);
	ck_assert_int_eq(fen, 37500);
	ck_assert_int_eq(yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_BEFORE, 0, &fen), YB_OK);
	ck_assert_int_eq(fen, 104000);
	ck_assert_int_eq(yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_AFTER, 1000000, &fen), YB_OK);
	ck_assert_int_eq(fen, 432500);
	ck_assert_int_eq(yb_whatif_get_quantile(w, 2, 0, YB_WHATIF_BEFORE, 1000000, &fen), YB_OK); /* both of E's */
	ck_assert_int_eq(fen, 440000);
}

START_TEST(a_reform_of_july_by_hand)
{
	struct yb_policy_set *a = load_two(plain_law, NULL), *b = load_two(plain_law, july_law);
	struct yb_whatif *w = make_histories(a, b, _i ? 3 : 1);

	if (_i == 0)
		name_persons(w);
	ck_assert_int_eq(yb_whatif_run_histories(w, BILLS, _i ? h.number : NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	check_by_hand(w);
	/* by cost: what E pays of the larger bill alone */
	ck_assert_int_eq(yb_whatif_set_bins(w, (const int64_t[]){ 900000 }, 1, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	check_by_hand(w);
	ck_assert_int_eq(figure(w, 0, 1, 0, YB_WHATIF_PERSONS), 6);
	ck_assert_int_eq(figure(w, 0, 1, 0, YB_WHATIF_FALL_ROWS), 0);
	ck_assert_int_eq(figure(w, 0, 2, 0, YB_WHATIF_PERSONS), 1);
	ck_assert_int_eq(figure(w, 0, 2, 0, YB_WHATIF_FALL_BY), 7500 * 5);
	ck_assert_int_eq(figure(w, 2, 2, 0, YB_WHATIF_FALL_ROWS), 1);
	ck_assert_int_eq(figure(w, 2, 1, 0, YB_WHATIF_FALL_BY), 5000 * 3);
	/* once more: everybody a second time, as somebody else */
	ck_assert_int_eq(yb_whatif_run_histories(w, BILLS, _i ? h.number : NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_PERSONS), 12);
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_FALL_BY), 75000);
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_RISE_ROWS), 8);
	yb_whatif_unref(w);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

START_TEST(what_histories_refuse)
{
	struct yb_policy_set *a = load_two(plain_law, NULL), *b = load_two(plain_law, july_law);
	struct yb_whatif *w = make_histories(a, b, 1);
	struct yb_error *err = NULL;
	yb_column total;

	ck_assert_int_eq(yb_whatif_run_histories(NULL, 0, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_whatif_run_histories(w, BILLS, NULL, NULL), YB_E_MISSING_KEY);
	h.weight[9] = 4;
	ck_assert_int_eq(yb_whatif_run_histories(w, BILLS, h.number, &err), YB_E_BAD_VALUE);
	ck_assert_str_eq(yb_error_get_message(err), "row 8: its weight is not that of row 9, which is of the same person");
	yb_error_unref(err);
	err = NULL;
	h.weight[9] = 1;
	ck_assert_int_eq(yb_bulk_input(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), "basic.paid.year", 15, &total, NULL), YB_OK);
	bind_text(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), total, "5");
	ck_assert_int_eq(yb_whatif_run_histories(w, BILLS, h.number, NULL), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_bulk_bind_text(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), total, NULL, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_run_histories(w, 0, h.number, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_run(w, BILLS, &err), YB_E_STATE);
	ck_assert_str_eq(yb_error_get_message(err), "rows were run as histories; all are run alike");
	yb_error_unref(err);
	ck_assert_int_eq(yb_whatif_run_histories(w, BILLS, h.number, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	check_by_hand(w); /* what was refused has added nothing */
	yb_whatif_unref(w);
	w = make_histories(a, b, 1);
	ck_assert_int_eq(yb_whatif_run(w, BILLS, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_PERSONS), BILLS - 1); /* rows by themselves: each for one */
	ck_assert_int_eq(figure(w, 0, 0, 0, YB_WHATIF_PERSON_WEIGHT), figure(w, 0, 0, 0, YB_WHATIF_WEIGHT));
	ck_assert_int_eq(yb_whatif_run_histories(w, BILLS, h.number, NULL), YB_E_STATE);
	yb_whatif_unref(w);
	yb_policy_set_unref(a);
	yb_policy_set_unref(b);
}
END_TEST

/* ---- histories by a plain loop over those of either law ---- */

static struct {
	int64_t person[ROWS], paid[2][ROWS];
	uint8_t outcome[2][ROWS];
} alone;

static void
run_side(struct yb_whatif *w, int side)
{
	struct yb_bulk *bulk = yb_whatif_get_bulk(w, side + 1);

	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_PSN_PART_AMT, alone.paid[side], NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, alone.outcome[side], NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, alone.person, NULL), YB_OK);
}

static bool
counts(const struct yb_whatif *w, uint32_t group, uint32_t bin, size_t row)
{
	int64_t above = -1, to = INT64_MAX;
	const char *level = group ? yb_whatif_get_key(w, group, 0) : NULL;

	if (alone.outcome[0][row] != YB_OUTCOME_ANSWERED || alone.outcome[1][row] != YB_OUTCOME_ANSWERED)
		return false;
	if (group && (level ? !t.level_known[row] || strcmp(level, levels[t.level[row]]) != 0 : t.level_known[row]))
		return false;
	if (bin)
		ck_assert_int_eq(yb_whatif_get_bin(w, bin, &above, &to), YB_OK);
	return t.total[row] > above && t.total[row] <= to;
}

/* Persons are numbered below 900; all days lie in one year. */
static void
compare_persons(const struct yb_whatif *w, uint32_t group, uint32_t bin)
{
	static int64_t sums[2][900];
	static bool there[900];
	int64_t persons = 0, falls = 0, fall_by = 0, rises = 0, rise_by = 0;

	memset(sums, 0, sizeof(sums));
	memset(there, 0, sizeof(there));
	for (size_t row = 0; row < ROWS; row++)
		for (int side = 0; side < 2 && counts(w, group, bin, row); side++) {
			sums[side][alone.person[row]] += alone.paid[side][row];
			there[alone.person[row]] = true;
		}
	for (size_t p = 0; p < 900; p++) {
		int64_t change = sums[1][p] - sums[0][p];
		persons += there[p];
		falls += change < 0;
		rises += change > 0;
		fall_by -= change < 0 ? change : 0;
		rise_by += change > 0 ? change : 0;
	}
	ck_assert_int_eq(figure(w, group, bin, 0, YB_WHATIF_PERSONS), persons);
	ck_assert_int_eq(figure(w, group, bin, 0, YB_WHATIF_FALL_ROWS), falls);
	ck_assert_int_eq(figure(w, group, bin, 0, YB_WHATIF_FALL_BY), fall_by);
	ck_assert_int_eq(figure(w, group, bin, 0, YB_WHATIF_RISE_ROWS), rises);
	ck_assert_int_eq(figure(w, group, bin, 0, YB_WHATIF_RISE_BY), rise_by);
}

START_TEST(persons_equal_a_loop_over_histories)
{
	struct yb_whatif *w = make(2);

	fill();
	bind(w, 0);
	ck_assert_int_eq(yb_bulk_bind_text(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), YB_FIELD_YB_ADMISSION, NULL, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_bind_rows(w, NULL, NULL), YB_OK);
	for (size_t i = 0; i < ROWS; i++)
		alone.person[i] = (int64_t)(below(900) * below(900) / 900);
	ck_assert_int_eq(yb_whatif_add_group(w, "hosp_lv", 7, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_set_bins(w, (const int64_t[]){ 200000, 3000000 }, 2, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_run_histories(w, ROWS, alone.person, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	run_side(w, 0);
	run_side(w, 1);
	for (uint32_t g = 0; g <= yb_whatif_get_group_count(w); g++)
		for (uint32_t b = 0; b <= 3; b++)
			compare_persons(w, g, b);
	ck_assert_int_gt(figure(w, 0, 0, 0, YB_WHATIF_FALL_ROWS), 100);
	ck_assert_int_gt(figure(w, 0, 0, 0, YB_WHATIF_RISE_ROWS), 100);
	ck_assert_int_lt(figure(w, 0, 0, 0, YB_WHATIF_PERSONS), ROWS / 4);
	yb_whatif_unref(w);
}
END_TEST

/* ---- what is refused ---- */

START_TEST(what_is_refused)
{
	static const int64_t edges[] = { 0, 100000, 5000000 }, falling[] = { 100, 100 };
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_whatif *w = NULL;
	struct yb_whatif_sum sum;
	struct yb_error *err = NULL;
	int64_t above, to, fen;
	uint64_t rows;
	uint32_t value;

	options.threads = 257;
	ck_assert_int_eq(yb_whatif_new(before, after, &options, &w, NULL), YB_E_BAD_OPTIONS);
	ck_assert_ptr_null(w);
	ck_assert_int_eq(yb_whatif_new(before, NULL, NULL, &w, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_whatif_new(before, after, NULL, &w, NULL), YB_OK);
	ck_assert_ptr_null(yb_whatif_get_bulk(w, YB_WHATIF_CHANGE));
	ck_assert_int_eq(yb_whatif_run(w, 1, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_whatif_add_value(w, "psn_cash_pai", 12, &value, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "did you mean \"psn_cash_pay\"?"));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_whatif_add_value(w, "psn_cash_pay", 12, &value, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_group(w, "hosp_level", 10, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_whatif_add_group(w, "gend", 4, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_group(w, "gend", 4, NULL), YB_E_DUPLICATE);
	ck_assert_int_eq(yb_whatif_get(w, 0, 0, 0, YB_WHATIF_ROWS, &sum), YB_E_STATE);
	ck_assert_int_eq(yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_BEFORE, 0, &fen), YB_E_STATE);
	ck_assert_int_eq(yb_whatif_get_outcome(w, 0, 0, 0, &rows, NULL), YB_E_STATE);
	fill();
	bind(w, 0);
	ck_assert_int_eq(yb_whatif_run(w, 10, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "gend, which is not bound"));
	yb_error_unref(err);
	err = NULL;
	bind_text(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), YB_FIELD_GEND, "2");
	t.weight[3] = -1;
	ck_assert_int_eq(yb_whatif_run(w, 10, &err), YB_E_BAD_VALUE);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "row 3: "));
	yb_error_unref(err);
	t.weight[3] = 0;
	ck_assert_int_eq(yb_whatif_set_bins(w, falling, 2, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_whatif_set_bins(w, NULL, 1001, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_whatif_set_bins(w, edges, 3, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_run(w, 10, NULL), YB_OK);
	ck_assert_int_eq(yb_whatif_add_value(w, "hifp_pay", 8, &value, NULL), YB_E_STATE);
	ck_assert_int_eq(yb_whatif_add_group(w, "hosp_lv", 7, NULL), YB_E_STATE);
	ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
	ck_assert_uint_eq(yb_whatif_get_group_count(w), 1); /* what failed has added nothing */
	ck_assert_str_eq(yb_whatif_get_key(w, 1, 0), "2");
	ck_assert_int_eq(yb_whatif_get_outcome(w, 0, 0, 0, &rows, &sum), YB_OK);
	ck_assert_uint_eq(rows, 10);
	ck_assert_int_eq(yb_whatif_get_bin(w, 1, &above, &to), YB_OK);
	ck_assert(above == -1 && to == 0);
	ck_assert_int_eq(yb_whatif_get_bin(w, 4, &above, &to), YB_OK);
	ck_assert(above == 5000000 && to == INT64_MAX);
	ck_assert_int_eq(yb_whatif_get_bin(w, 5, &above, &to), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_whatif_get(w, 2, 0, 0, YB_WHATIF_ROWS, &sum), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_whatif_get(w, 0, 0, 0, 17, &sum), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_whatif_get_outcome(w, 0, 5, 0, &rows, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_whatif_get_quantile(w, 0, 0, 4, 0, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_BEFORE, 1000001, &fen), YB_E_INVALID);
	yb_whatif_unref(w);
	yb_whatif_unref(NULL);
}
END_TEST

START_TEST(sums_are_told_and_divided)
{
	static const struct {
		struct yb_whatif_sum sum, by;
		int32_t scale;
		yb_status status;
		int64_t out;
	} rows[] = {
		{ { 7, 0 }, { 2, 0 }, 1, YB_OK, 4 },                      { { 5, 0 }, { 3, 0 }, 1, YB_OK, 2 },
		{ { 4, 0 }, { 3, 0 }, 1, YB_OK, 1 },                      { { (uint64_t)-7, -1 }, { 2, 0 }, 1, YB_OK, -4 },
		{ { (uint64_t)-4, -1 }, { 3, 0 }, 1, YB_OK, -1 },         { { 1, 0 }, { 3, 0 }, 1000000, YB_OK, 333333 },
		{ { 0, 4 }, { 0, 8 }, 1000000, YB_OK, 500000 },           { { 0, 1 }, { 2, 0 }, 1, YB_E_OVERFLOW, 0 },
		{ { 1, 0 }, { 0, 0 }, 1, YB_E_DIVISION, 0 },              { { 1, 0 }, { 1, -1 }, 1, YB_E_DIVISION, 0 },
		{ { 0, INT64_MAX }, { 1, 0 }, 3, YB_E_OVERFLOW, 0 },      { { 1, 0 }, { 1, 0 }, 0, YB_E_INVALID, 0 },
	};
	static const struct yb_whatif_sum least = { 0, INT64_MIN }, one = { 0, 1 };
	char text[YB_WHATIF_TEXT_SIZE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t out = 0;
		ck_assert_msg(yb_whatif_sum_divide(&rows[i].sum, &rows[i].by, rows[i].scale, &out) == rows[i].status, "row %zu", i);
		ck_assert_msg(rows[i].status != YB_OK || out == rows[i].out, "row %zu: %lld", i, (long long)out);
	}
	ck_assert_uint_eq(yb_whatif_sum_to_text(&one, text), 20);
	ck_assert_str_eq(text, "18446744073709551616");
	ck_assert_uint_eq(yb_whatif_sum_to_text(&least, text), 40);
	ck_assert_str_eq(text, "-170141183460469231731687303715884105728");
}
END_TEST

Suite *
whatif_suite(void)
{
	Suite *suite = suite_create("whatif");
	TCase *tcase = tcase_create("whatif");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_set_timeout(tcase, 1800);
	tcase_add_test(tcase, equals_a_loop_over_single_answers);
	tcase_add_test(tcase, groups_stand_in_the_order_of_their_keys);
	tcase_add_test(tcase, neither_threads_nor_pieces_make_a_difference);
	tcase_add_loop_test(tcase, a_reform_of_july_by_hand, 0, 2);
	tcase_add_test(tcase, what_histories_refuse);
	tcase_add_test(tcase, persons_equal_a_loop_over_histories);
	tcase_add_test(tcase, what_is_refused);
	tcase_add_test(tcase, sums_are_told_and_divided);
	suite_add_tcase(suite, tcase);
	return suite;
}
