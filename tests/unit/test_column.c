/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/cpu.h"
#include "policy/book.h"
#include "rule/single.h"

Suite *column_suite(void);

#ifndef YB_SRCDIR
#define YB_SRCDIR "."
#endif

/* ---- the yardstick's document, run over columns, against the job worked out step by step ---- */

static struct yb_policy_set *set;
static const struct ybi_book *book;
static const struct ybi_plan *plan;
static struct ybi_scratch scratch;
static struct ybi_column *columns;

static void
open_job(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	const char *root = getenv("YB_SRCDIR");
	char path[512];

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	(void)snprintf(path, sizeof(path), "%s/bench/job1.yaml", root ? root : YB_SRCDIR);
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_file(loader, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	book = ybi_set_book(set, "990000/310");
	ck_assert_ptr_nonnull(book);
	plan = book->plans[0];
	ck_assert_ptr_nonnull(plan);
	columns = calloc(book->facts_count, sizeof(*columns));
	ck_assert_ptr_nonnull(columns);
	ck_assert(ybi_scratch_room(&scratch, plan));
}

static void
close_job(void)
{
	ybi_scratch_free(&scratch);
	free(columns);
	yb_policy_set_unref(set);
}

static void
column(const char *name, const int64_t *values, const uint8_t *known)
{
	uint32_t fact = ybi_book_fact(book, name, strlen(name));

	ck_assert_uint_ne(fact, YBI_NO_FACT);
	columns[fact] = (struct ybi_column){ .values = values, .known = known };
}

#define ROWS 200

static struct {
	int64_t level[ROWS], class_[ROWS], ordinal[ROWS], cross[ROWS], a[ROWS], b[ROWS], paid[ROWS];
	uint8_t known[ROWS], escape[ROWS];
} in;

static void
fill(void)
{
	for (int64_t i = 0; i < ROWS; i++) {
		in.level[i] = 1 + i % 3;
		in.class_[i] = i / 3 % 3;
		in.ordinal[i] = 1 + i / 9 % 3;
		in.cross[i] = i / 27 % 3;
		in.a[i] = i % 7 == 0 ? 0 : (i * 7919 + 13) * (i % 11 == 0 ? 100003 : 271);
		in.b[i] = i % 5 == 0 ? 0 : i * 104729 + 1;
		in.paid[i] = i % 13 == 0 ? 50000000 - i : 0;
		in.known[i] = 1;
	}
	column("level", in.level, NULL);
	column("class", in.class_, NULL);
	column("ordinal", in.ordinal, NULL);
	column("cross", in.cross, NULL);
	column("class_a", in.a, NULL);
	column("class_b", in.b, NULL);
	column("basic.paid.year", in.paid, NULL);
}

static int64_t
percent(int64_t amount, int64_t rate)
{
	return (amount * rate + 50) / 100; /* half up; never below zero here */
}

static int64_t
above(int64_t amount, int64_t edge)
{
	return amount > edge ? amount - edge : 0;
}

/* EVIDENCE: the job's text, line by line. */
static void
by_hand(int64_t i, int64_t *f1, int64_t *f2, int64_t *f3)
{
	static const int64_t deductible[4] = { 0, 10000, 30000, 80000 }, ratio[4] = { 0, 85, 75, 65 };
	int64_t eligible = in.a[i] + (in.b[i] * 9 + 5) / 10, c = in.class_[i], room = above(50000000, in.paid[i]), rest, e, bonus = c ? 5 : 0;
	int64_t d = c == 2 ? 0 : in.ordinal[i] >= 2 ? deductible[in.level[i]] / 2 : deductible[in.level[i]];

	*f1 = percent(above(eligible, d), ratio[in.level[i]] - 10 * in.cross[i]);
	if (*f1 > room)
		*f1 = room;
	rest = eligible - *f1;
	e = above(rest, c ? 750000 : 1500000);
	*f2 = (e * (60 + bonus) + 5 * (above(e, 10000000) + above(e, 20000000)) + 50) / 100;
	rest -= *f2;
	*f3 = c == 1 ? percent(above(rest, 500000), 70) : c == 2 ? percent(rest, 90) : 0;
}

/* The same row by itself: escapes likewise, and pays the same. */
static void
check_single(int64_t i)
{
	struct ybi_fact *facts = calloc(book->facts_count, sizeof(*facts));
	struct ybi_single single = { 0 };

	ck_assert_ptr_nonnull(facts);
	ck_assert(ybi_single_room(&single, book->plan_regs, book->plan_positions));
	for (size_t f = 0; f < book->facts_count; f++) {
		const struct ybi_column *c = &columns[f];
		bool known = c->bytes || (c->values && (!c->known || c->known[i]));
		facts[f].state = known ? YBI_KNOWN : YBI_UNKNOWN;
		facts[f].value = !known ? 0 : c->bytes ? c->bytes[i] : c->values[i];
	}
	ck_assert_int_eq(ybi_single_run(plan, facts, &single), !in.escape[i]);
	for (int k = 0; k < 3 && !in.escape[i]; k++)
		ck_assert_int_eq(single.regs[plan->paid[k]], ybi_plan_reg(&scratch, plan->paid[k])[i]);
	ybi_single_free(&single);
	free(facts);
}

static void
check_rows(void)
{
	for (int64_t i = 0; i < ROWS; i++) {
		int64_t f[3];
		check_single(i);
		if (in.escape[i])
			continue;
		by_hand(i, &f[0], &f[1], &f[2]);
		for (int k = 0; k < 3; k++)
			ck_assert_msg(ybi_plan_reg(&scratch, plan->paid[k])[i] == f[k], "row %d, fund %d: %lld, not %lld", (int)i, k + 1,
			              (long long)ybi_plan_reg(&scratch, plan->paid[k])[i], (long long)f[k]);
	}
}

START_TEST(columns_give_what_the_hand_works_out)
{
	fill();
	memset(in.escape, 0, ROWS);
	ybi_plan_run(plan, columns, ROWS, &scratch, in.escape);
	for (size_t i = 0; i < ROWS; i++)
		ck_assert_uint_eq(in.escape[i], 0);
	check_rows();
}
END_TEST

START_TEST(a_bad_row_escapes_and_leaves_its_neighbours_alone)
{
	fill();
	in.level[3] = 4;                  /* no such level */
	in.a[7] = -1;                     /* below zero */
	in.b[11] = YB_FEN_LIMIT + 1;      /* above what a bill may be */
	in.paid[150] = INT64_MIN;
	in.known[20] = 0;
	column("cross", in.cross, in.known);
	memset(in.escape, 0, ROWS);
	ybi_plan_run(plan, columns, ROWS, &scratch, in.escape);
	for (size_t i = 0; i < ROWS; i++)
		ck_assert_uint_eq(in.escape[i], i == 3 || i == 7 || i == 11 || i == 20 || i == 150);
	check_rows();
}
END_TEST

START_TEST(bytes_serve_as_well_as_words)
{
	static uint8_t narrow[4][ROWS];
	static const char *const names[4] = { "level", "class", "ordinal", "cross" };
	const int64_t *wide[4] = { in.level, in.class_, in.ordinal, in.cross };

	fill();
	for (int k = 0; k < 4; k++) {
		for (size_t i = 0; i < ROWS; i++)
			narrow[k][i] = (uint8_t)wide[k][i];
		columns[ybi_book_fact(book, names[k], strlen(names[k]))] = (struct ybi_column){ .bytes = narrow[k] };
	}
	narrow[0][5] = 0; /* no such level */
	memset(in.escape, 0, ROWS);
	ybi_plan_run(plan, columns, ROWS, &scratch, in.escape);
	for (size_t i = 0; i < ROWS; i++)
		ck_assert_uint_eq(in.escape[i], i == 5);
	check_rows();
}
END_TEST

START_TEST(the_largest_bill_is_exact)
{
	fill();
	for (size_t i = 0; i < ROWS; i++)
		in.a[i] = YB_FEN_LIMIT - (int64_t)i;
	memset(in.escape, 0, ROWS);
	ybi_plan_run(plan, columns, ROWS, &scratch, in.escape);
	for (size_t i = 0; i < ROWS; i++)
		ck_assert_uint_eq(in.escape[i], 0);
	check_rows();
}
END_TEST

/* ---- processors ---- */

/* The ways for wider processors give what the plain one gives, for whole blocks and for parts of a vector. */
START_TEST(every_processor_gives_the_same)
{
	static int64_t given[3][ROWS];
	uint8_t escape[3][ROWS];

	fill();
	for (size_t rows = ROWS; rows > ROWS - 17; rows--)
		for (uint32_t k = 0; k < 3; k++) {
			for (uint8_t may = YBI_CPU_ALL; may <= YBI_CPU_BASE; may++) {
				scratch.may = may;
				memset(escape[may], 0, rows);
				ybi_plan_run(plan, columns, rows, &scratch, escape[may]);
				memcpy(given[may], ybi_plan_reg(&scratch, plan->paid[k]), rows * sizeof(given[0][0]));
			}
			for (uint8_t may = YBI_CPU_AVX2; may <= YBI_CPU_BASE; may++) {
				ck_assert_mem_eq(given[may], given[YBI_CPU_ALL], rows * sizeof(given[0][0]));
				ck_assert_mem_eq(escape[may], escape[YBI_CPU_ALL], rows);
			}
		}
}
END_TEST

/* ---- tables and memory past the caches ---- */

#define TABLE_MOST 70

/* A table of `size` entries, of 64 bits or fewer, looked up on each processor, and written to a caller's memory too. */
static void
look_up(uint32_t size, bool narrow, size_t rows, size_t skip)
{
	static int64_t values[TABLE_MOST], breaks[TABLE_MOST], at[ROWS], far[ROWS + 16];
	struct ybi_axis axis = { .kind = YBI_AXIS_BREAKS, .size = size, .breaks = breaks };
	struct ybi_dense table = { .axis_count = 1, .strides = { 1 }, .size = size, .values = values };
	struct ybi_column_step steps[] = { { .op = YBI_COL_INDEX }, { .op = YBI_COL_TABLE } };
	uint16_t slot[] = { 0 };
	struct ybi_plan small = { .axes = &axis, .axis_count = 1, .tables = &table, .table_count = 1, .steps = steps, .step_count = 2, .regs = 1, .slot = slot,
		                  .slots = 1 };
	struct ybi_scratch room = { 0 };
	struct ybi_column given = { .values = at };
	uint8_t escape[ROWS] = { 0 };

	for (uint32_t e = 0; e < size; e++) {
		breaks[e] = e;
		values[e] = narrow ? (e % 2 ? INT32_MAX - (int64_t)e : INT32_MIN + (int64_t)e) : (int64_t)e * 1000000007 - 3;
	}
	for (size_t i = 0; i < rows; i++)
		at[i] = (int64_t)((i * 31 + 7) % size);
	ck_assert(ybi_scratch_room(&room, &small));
	for (uint8_t may = YBI_CPU_ALL; may <= YBI_CPU_BASE; may++) {
		memset(far, 0x55, sizeof(far));
		room.may = may;
		room.far[0] = far + skip;
		ybi_plan_run(&small, &given, rows, &room, escape);
		for (size_t i = 0; i < rows; i++) {
			ck_assert_int_eq(ybi_plan_reg(&room, 0)[i], values[at[i]]);
			ck_assert_int_eq(far[skip + i], values[at[i]]);
			ck_assert_uint_eq(escape[i], 0);
		}
		ck_assert_int_eq(far[skip + rows], INT64_C(0x5555555555555555));
	}
	ybi_scratch_free(&room);
}

START_TEST(a_table_is_looked_up)
{
	static const uint32_t sizes[] = { 1, 2, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, TABLE_MOST };

	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		for (size_t rows = ROWS - 17; rows <= ROWS; rows += s % 3 + 1) {
			look_up(sizes[s], false, rows, rows % 9);
			look_up(sizes[s], true, rows, rows % 5);
		}
}
END_TEST

/* What a tier pays, its base and its deductible, past the caches, wherever the caller's memory begins. */
START_TEST(results_go_past_the_caches)
{
	static int64_t far[5][ROWS + 16];
	static const uint8_t results[] = { YBI_RESULT_BASE, YBI_RESULT_DEDUCTIBLE, YBI_RESULT_SCOPE, YBI_RESULT_PAID, YBI_RESULT_LEFT };

	fill();
	for (uint8_t may = YBI_CPU_ALL; may <= YBI_CPU_BASE; may++)
		for (size_t rows = ROWS; rows > ROWS - 17; rows--) {
			const struct ybi_tier_plan *tier = &plan->tiers[rows % 3];
			scratch.may = may;
			memset(far, 0x55, sizeof(far));
			memset(in.escape, 0, rows);
			for (int r = 0; r < 5; r++)
				scratch.target[tier->out[results[r]]] = NULL;
			for (int r = 0; r < 5; r++)
				scratch.far[tier->out[results[r]]] = far[r] + (rows + (size_t)r) % 9;
			ybi_plan_run(plan, columns, rows, &scratch, in.escape);
			for (int r = 0; r < 5; r++)
				scratch.far[tier->out[results[r]]] = NULL;
			for (size_t i = 0; i < rows; i++) {
				const int64_t *paid = ybi_plan_reg(&scratch, tier->out[YBI_RESULT_PAID]);
				int64_t got[5];
				for (size_t r = 0; r < 5; r++)
					got[r] = far[r][(rows + r) % 9 + i];
				ck_assert_int_eq(got[3], paid[i]);
				ck_assert_int_eq(got[2], got[0] - got[1]);
				ck_assert_int_eq(got[4], got[0] - got[3]);
				ck_assert(got[1] >= 0 && got[1] <= got[0]);
			}
			for (size_t r = 0; r < 5; r++)
				ck_assert_int_eq(far[r][(rows + r) % 9 + rows], INT64_C(0x5555555555555555));
		}
	scratch.may = YBI_CPU_ALL;
}
END_TEST

/* ---- division ---- */

/* Rounded quotients beside plain division: near multiples and halves, below 2^42 (the way that vectorises) and above. */
START_TEST(a_rounded_quotient_is_exact)
{
	static const int64_t by[] = { 1, 2, 3, 7, 10, 99, 100, 101, 1000, 10000, 65535, 999983, 1048576, 1048577, 1000000000, (INT64_C(1) << 39) + 1, INT64_C(1) << 40 };
	struct ybi_divisor divisor = ybi_divisor_make(by[_i]);
	struct ybi_column_step steps[] = { { .op = YBI_COL_LOAD, .out = 0, .low = 0, .high = INT64_MAX / 4 }, { .op = YBI_COL_DIVIDE, .out = 1, .a = 0, .y = YB_ROUND_HALF_UP } };
	uint16_t slot[] = { 0, 1 };
	struct ybi_plan small = { .steps = steps, .step_count = 2, .divisors = &divisor, .divisor_count = 1, .regs = 2, .slot = slot, .slots = 2 };
	struct ybi_scratch room = { 0 };
	uint64_t state = 12345;
	int64_t values[YBI_BLOCK];
	uint8_t escape[YBI_BLOCK];
	struct ybi_column given = { .values = values };

	ck_assert(ybi_scratch_room(&room, &small));
	for (int round = 0; round < 4000; round++) {
		room.may = (uint8_t)(round / 2 % 3);
		uint64_t most = round % 2 ? (UINT64_C(1) << 42) - 1 - (uint64_t)by[_i] / 2 : UINT64_C(1) << 60;
		for (size_t k = 0; k < YBI_BLOCK; k++) {
			state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			uint64_t n = (state >> 3) % (most + 1);
			if (k % 2) /* beside a multiple or a half of one */
				n = n / (uint64_t)by[_i] * (uint64_t)by[_i] + (k % 4 == 1 ? 0 : (uint64_t)by[_i] / 2) + k % 3;
			if (k % 5 == 4)
				n -= n > 0;
			values[k] = (int64_t)(n > most ? most : n);
		}
		memset(escape, 0, YBI_BLOCK);
		ybi_plan_run(&small, &given, YBI_BLOCK, &room, escape);
		for (size_t k = 0; k < YBI_BLOCK; k++)
			if (ybi_plan_reg(&room, 1)[k] != (values[k] + by[_i] / 2) / by[_i])
				ck_abort_msg("%lld / %lld is not %lld", (long long)values[k], (long long)by[_i], (long long)ybi_plan_reg(&room, 1)[k]);
	}
	ybi_scratch_free(&room);
}
END_TEST

/* ---- what nobody asks for ---- */

enum { A, B, PRODUCT, PART, OFF, REGS };

/* A rounded product needs no product by itself; what leads to nothing that is wanted is left out, but for rows that it lets escape. */
START_TEST(what_is_not_wanted_is_left_out)
{
	static const int64_t by[] = { 1, 3, 100, 1000, 999983, INT64_C(1) << 40 };
	int64_t entries[] = { 5, 6, 0 }, breaks[] = { 0, 1 };
	uint8_t bad[] = { 0, 0, 1 }, small[] = { 0, 1 }, bytes[YBI_BLOCK], wanted[REGS] = { 0 }, idle[6] = { 0 }, escape[YBI_BLOCK];
	struct ybi_divisor divisor = ybi_divisor_make(by[_i]);
	struct ybi_axis axis = { .kind = YBI_AXIS_BREAKS, .fact = 2, .size = 2, .breaks = breaks, .small = small, .small_count = 2, .derive = YBI_NO_TABLE };
	struct ybi_dense table = { .strides = { 1 }, .axis_count = 1, .size = 3, .values = entries, .bad = bad };
	struct ybi_column_step steps[] = {
		{ .op = YBI_COL_LOAD, .out = A, .x = 0, .high = INT64_C(1) << 30 }, { .op = YBI_COL_LOAD, .out = B, .x = 1, .high = INT64_C(1) << 30 },
		{ .op = YBI_COL_INDEX }, { .op = YBI_COL_TABLE, .out = OFF }, { .op = YBI_COL_MUL, .out = PRODUCT, .a = A, .b = B },
		{ .op = YBI_COL_PART, .out = PART, .a = A, .b = B },
	};
	uint16_t slot[] = { 0, 1, 2, 3, 4 };
	struct ybi_plan small_plan = { .axes = &axis, .axis_count = 1, .tables = &table, .table_count = 1, .steps = steps, .step_count = 6,
		.divisors = &divisor, .divisor_count = 1, .regs = REGS, .slot = slot, .slots = REGS };
	struct ybi_scratch room = { 0 };
	int64_t a[YBI_BLOCK], b[YBI_BLOCK], off[YBI_BLOCK] = { 0 };
	uint8_t known[YBI_BLOCK];
	struct ybi_column given[] = { { .values = a }, { .values = b }, { .bytes = bytes } };

	ck_assert(ybi_scratch_room(&room, &small_plan));
	for (int64_t k = 0; k < YBI_BLOCK; k++) {
		a[k] = k % 5 ? k * 1048573 : INT64_C(1) << 30;
		b[k] = k % 3 ? by[_i] / 2 + k : k % 7 ? k : (INT64_C(1) << 30) - k;
		if (b[k] > INT64_C(1) << 30)
			b[k] = 1;
		bytes[k] = (uint8_t)(k % 2);
		known[k] = k != 77;
	}
	wanted[PART] = 1;
	ybi_plan_idle(&small_plan, wanted, idle);
	ck_assert(!idle[0] && !idle[1] && !idle[2] && idle[3] && idle[4] && !idle[5]);
	for (uint8_t may = YBI_CPU_ALL; may <= YBI_CPU_BASE; may++) {
		room.may = may;
		room.idle = may == YBI_CPU_AVX2 ? NULL : idle;
		bytes[5] = may == YBI_CPU_ALL ? 2 : 1; /* no value of the fact */
		memset(escape, 0, YBI_BLOCK);
		memset(escape, 0, sizeof(escape));
		ybi_plan_run(&small_plan, given, YBI_BLOCK, &room, escape);
		for (size_t k = 0; k < YBI_BLOCK; k++) {
			ck_assert_int_eq(ybi_plan_reg(&room, PART)[k], (a[k] * b[k] + by[_i] / 2) / by[_i]);
			ck_assert_uint_eq(escape[k], k == 5 && may == YBI_CPU_ALL);
		}
	}
	given[2] = (struct ybi_column){ .values = off, .known = known };
	memset(escape, 0, YBI_BLOCK);
	memset(escape, 0, sizeof(escape));
	ybi_plan_run(&small_plan, given, YBI_BLOCK, &room, escape);
	for (size_t k = 0; k < YBI_BLOCK; k++)
		ck_assert_uint_eq(escape[k], k == 77);
	ybi_scratch_free(&room);
}
END_TEST

/* ---- what a row may lack ---- */

enum { NUMBER, WITHOUT, DERIVED, VALUE, VALUELESS, MONTH, FIRST, LACKING };

/* Facts that some rows lack, tables without a value there, days: by columns and by itself. */
START_TEST(rows_that_lack_something_are_told_apart)
{
	int64_t entries[] = { 5, 6, 0, 0 }, breaks[] = { 0, 1, 2 };
	uint8_t bad[] = { 0, 0, 1, 1 }, small[] = { 0, 1, 2 }, known[ROWS], escape[ROWS];
	struct ybi_axis axis = { .kind = YBI_AXIS_BREAKS, .fact = 1, .size = 3, .breaks = breaks, .small = small, .small_count = 3, .derive = YBI_NO_TABLE };
	struct ybi_dense table = { .strides = { 1 }, .axis_count = 1, .size = 4, .values = entries, .bad = bad, .bad_known = true };
	struct ybi_column_step steps[] = {
		{ .op = YBI_COL_LOAD, .out = NUMBER, .x = 0, .y = 1, .high = YBI_DAY_LAST }, { .op = YBI_COL_LACKS, .out = WITHOUT, .x = 0 },
		{ .op = YBI_COL_GIVEN, .out = DERIVED, .a = NUMBER, .x = 1, .high = 2 }, { .op = YBI_COL_INDEX },
		{ .op = YBI_COL_TABLE, .out = VALUE, .y = 1 }, { .op = YBI_COL_BAD, .out = VALUELESS },
		{ .op = YBI_COL_MONTH, .out = MONTH, .a = NUMBER }, { .op = YBI_COL_FIRST, .out = FIRST, .a = MONTH },
	};
	uint16_t slot[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct ybi_plan small_plan = { .axes = &axis, .axis_count = 1, .tables = &table, .table_count = 1, .steps = steps,
		.step_count = sizeof(steps) / sizeof(steps[0]), .regs = LACKING, .slot = slot, .slots = LACKING };
	struct ybi_scratch room = { 0 };
	struct ybi_single single = { 0 };
	int64_t days[ROWS], kinds[ROWS];
	struct ybi_column given[] = { { .values = days, .known = known }, { .values = kinds, .known = known } };

	ck_assert(ybi_scratch_room(&room, &small_plan));
	ck_assert(ybi_single_room(&single, LACKING, 2));
	for (int64_t i = 0; i < ROWS; i++) {
		days[i] = i == 13 ? YBI_DAY_LAST + 1 : i * 7919;
		kinds[i] = i % 3;
		known[i] = i % 5 != 1;
	}
	for (int way = 0; way < 3; way++) { /* some rows lack both facts; none; all lack the second */
		given[0].known = way == 1 ? NULL : known;
		given[1] = (struct ybi_column){ .values = way == 2 ? NULL : kinds, .known = way == 0 ? known : NULL };
		memset(escape, 0, sizeof(escape));
		ybi_plan_run(&small_plan, given, ROWS, &room, escape);
		for (size_t i = 0; i < ROWS; i++) {
			bool first = way == 1 || known[i], second = way == 1 || (way == 0 && known[i]);
			struct ybi_fact facts[] = { { .state = first ? YBI_KNOWN : YBI_UNKNOWN, .value = days[i] },
				{ .state = second ? YBI_KNOWN : YBI_UNKNOWN, .value = kinds[i] } };
			int32_t year, month;
			ck_assert_int_eq(ybi_single_run(&small_plan, facts, &single), !escape[i]);
			ck_assert_uint_eq(escape[i], i == 13);
			if (escape[i])
				continue;
			for (uint16_t reg = 0; reg < LACKING; reg++)
				ck_assert_int_eq(ybi_plan_reg(&room, reg)[i], single.regs[reg]);
			ck_assert_int_eq(single.regs[WITHOUT], !first);
			ck_assert_int_eq(single.regs[DERIVED], second ? kinds[i] : first ? days[i] : 0);
			ck_assert_int_eq(single.regs[VALUELESS], !second || kinds[i] == 2);
			ck_assert_int_eq(yb_day_to_ymd((yb_day)single.regs[NUMBER], &year, &month, NULL), YB_OK);
			ck_assert_int_eq(single.regs[MONTH], (int64_t)year * 12 + month - 1);
			ck_assert_int_le(single.regs[FIRST], single.regs[NUMBER]);
			ck_assert_int_lt(single.regs[NUMBER] - single.regs[FIRST], 31);
			ck_assert_int_eq(ybi_month_of_day(single.regs[FIRST]), single.regs[MONTH]);
			ck_assert_int_eq(ybi_month_of_day(single.regs[FIRST] - 1), single.regs[MONTH] - 1);
		}
	}
	ck_assert_int_eq(ybi_month_of_day(YBI_DAY_LAST + INT64_C(1)), 0);
	ck_assert_int_eq(ybi_day_of_month(11), 0);
	ck_assert_int_eq(ybi_day_of_month(120000), 0);
	ck_assert_int_eq(ybi_day_of_month(12), YBI_DAY_FIRST);
	ybi_single_free(&single);
	ybi_scratch_free(&room);
}
END_TEST

Suite *
column_suite(void)
{
	Suite *suite = suite_create("column");
	TCase *tc = tcase_create("columns");

	tcase_add_checked_fixture(tc, open_job, close_job);
	tcase_add_test(tc, columns_give_what_the_hand_works_out);
	tcase_add_test(tc, a_bad_row_escapes_and_leaves_its_neighbours_alone);
	tcase_add_test(tc, bytes_serve_as_well_as_words);
	tcase_add_test(tc, the_largest_bill_is_exact);
	tcase_add_test(tc, every_processor_gives_the_same);
	tcase_add_test(tc, results_go_past_the_caches);
	tcase_add_test(tc, a_table_is_looked_up);
	tcase_add_loop_test(tc, a_rounded_quotient_is_exact, 0, 17);
	tcase_add_loop_test(tc, what_is_not_wanted_is_left_out, 0, 6);
	tcase_add_test(tc, rows_that_lack_something_are_told_apart);
	suite_add_tcase(suite, tc);
	return suite;
}
