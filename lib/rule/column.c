/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/column.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/cpu.h"
#include "base/far.h"
#include "base/memory.h"
#include "rule/lookup.h"
#include "rule/usual.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* the loops below are what vectorising is for */
#endif

/* Columns of work on one tier: its results where nobody asks for them, and what leads to them. */
enum { OWN, START = OWN + YBI_USUAL_COUNT_ + 1, BEGIN = START + 3, END, STOPPED, LEAST, ENTRY, NONE = ENTRY + 2 * YBI_TIER_USUAL, WORK_COUNT };

bool
ybi_scratch_room(struct ybi_scratch *s, const struct ybi_plan *plan)
{
	const int64_t *before = s->held;

	if (!ybi_make_lines(&s->held, &s->held_room, ((size_t)plan->constant_count + 1) * YBI_BLOCK, sizeof(*s->held)))
		return false;
	if (s->held != before)
		s->held_plan = NULL;
	return ybi_make_lines(&s->store, &s->store_room, (size_t)plan->slots * YBI_BLOCK + 1, sizeof(*s->store)) &&
	       ybi_make_lines(&s->work, &s->work_room, WORK_COUNT * YBI_BLOCK, sizeof(*s->work)) &&
	       ybi_make_lines(&s->target, &s->target_room, (size_t)plan->regs + 1, sizeof(*s->target)) &&
	       ybi_make_lines(&s->far, &s->far_room, (size_t)plan->regs + 1, sizeof(*s->far)) &&
	       ybi_make_lines(&s->regs, &s->reg_room, (size_t)plan->regs + 1, sizeof(*s->regs)) &&
	       ybi_make_lines(&s->positions, &s->position_room, ((size_t)plan->axis_count + plan->table_count + 1) * YBI_BLOCK, sizeof(*s->positions));
}

void
ybi_scratch_free(struct ybi_scratch *s)
{
	ybi_lines_free(s->held);
	ybi_lines_free(s->work);
	ybi_lines_free(s->store);
	ybi_lines_free(s->target);
	ybi_lines_free(s->far);
	ybi_lines_free(s->regs);
	ybi_lines_free(s->positions);
	*s = (struct ybi_scratch){ 0 };
}

/* ---- rounding ---- */

/*
 * a * p + b * q, divided and rounded, where it is small: bits of what is given
 * back above the small range mean that nothing good was written. `two`: there
 * is a b; `sign`: the sum may be negative, and is rounded without its sign;
 * `even`: a half, where there is one, to the even neighbour.
 */
static inline uint64_t
round_small(const struct ybi_divisor *d, uint64_t bias, const int64_t *restrict a, int64_t p, const int64_t *restrict b, int64_t q,
            int64_t *restrict out, size_t rows, const bool two, const bool sign, const bool even)
{
	const uint64_t high = d->small_high, low = d->small_low, by = (uint64_t)d->by;
	const int64_t halves = d->by % 2 == 0; /* an odd divisor has none */
	const uint32_t shift = d->small_shift;
	uint64_t bits = 0;

	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		int64_t sum = two ? a[i] * p + b[i] * q : a[i], minus = sign && sum < 0 ? -1 : 0;
		uint64_t n = (uint64_t)((sum ^ minus) - minus) + bias;
		int64_t quotient = (int64_t)((n * high + (n * low >> YBI_SMALL_HALF)) >> shift);
		if (even)
			quotient -= n == (uint64_t)quotient * by ? quotient & halves : 0;
		bits |= n;
		out[i] = (quotient ^ minus) - minus;
	}
	return bits;
}

static void
round_column(const struct ybi_divisor *given, const int64_t *restrict in, int64_t *restrict out, size_t rows, uint32_t mode, bool positive)
{
	const struct ybi_divisor copy = *given, *d = &copy; /* nothing written to `out` can change it */
	uint64_t bits;

	if (mode == YB_ROUND_HALF_EVEN)
		bits = round_small(d, ybi_round_bias(d, mode), in, 1, in, 0, out, rows, false, true, true);
	else if (positive)
		bits = round_small(d, ybi_round_bias(d, mode), in, 1, in, 0, out, rows, false, false, false);
	else
		bits = round_small(d, ybi_round_bias(d, mode), in, 1, in, 0, out, rows, false, true, false);
	if (!(bits >> YBI_SMALL_BITS))
		return;
	if (mode == YB_ROUND_HALF_UP)
		for (size_t i = 0; i < rows; i++)
			out[i] = ybi_divide_round(d, in[i], YB_ROUND_HALF_UP);
	else
		for (size_t i = 0; i < rows; i++)
			out[i] = ybi_divide_round(d, in[i], mode);
}

/* A weighted sum of two columns that is never negative, a half rounded up. */
static void
share_column(const struct ybi_divisor *given, const int64_t *restrict a, int64_t p, const int64_t *restrict b, int64_t q, int64_t *restrict out,
             size_t rows)
{
	const struct ybi_divisor copy = *given, *d = &copy;

	if (round_small(d, ybi_round_bias(d, YB_ROUND_HALF_UP), a, p, b, q, out, rows, true, false, false) >> YBI_SMALL_BITS)
		for (size_t i = 0; i < rows; i++)
			out[i] = ybi_divide(d, a[i] * p + b[i] * q + d->by / 2);
}

/* The product of two columns that is never negative, a half rounded up. */
static void
part_column(const struct ybi_divisor *given, const int64_t *restrict a, const int64_t *restrict b, int64_t *restrict out, size_t rows)
{
	const struct ybi_divisor copy = *given, *d = &copy;
	const uint64_t high = d->small_high, low = d->small_low, bias = ybi_round_bias(d, YB_ROUND_HALF_UP);
	const uint32_t shift = d->small_shift;
	uint64_t bits = 0;

	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		uint64_t n = (uint64_t)(a[i] * b[i]) + bias;
		bits |= n;
		out[i] = (int64_t)((n * high + (n * low >> YBI_SMALL_HALF)) >> shift);
	}
	for (size_t i = 0; bits >> YBI_SMALL_BITS && i < rows; i++)
		out[i] = ybi_divide(d, a[i] * b[i] + d->by / 2);
}

/* ---- days ---- */

int64_t
ybi_month_of_day(int64_t day)
{
	int32_t year, month;

	if (day < YBI_DAY_FIRST || day > YBI_DAY_LAST || yb_day_to_ymd((yb_day)day, &year, &month, NULL) != YB_OK)
		return 0;
	return (int64_t)year * 12 + month - 1;
}

int64_t
ybi_day_of_month(int64_t month)
{
	yb_day day;

	if (month < 12 || month >= 120000 || yb_day_from_ymd((int32_t)(month / 12), (int32_t)(month % 12) + 1, 1, &day) != YB_OK)
		return 0;
	return day;
}

/* Rows that follow each other mostly have the same day. */
static void
run_days(int64_t (*function)(int64_t), const int64_t *restrict a, size_t rows, int64_t *restrict out)
{
	for (size_t i = 0; i < rows; i++)
		out[i] = i > 0 && a[i] == a[i - 1] ? out[i - 1] : function(a[i]);
}

/* ---- steps ---- */

static void
load_bytes(const uint8_t *restrict bytes, int64_t low, int64_t high, size_t rows, int64_t *restrict out, uint8_t *restrict escape)
{
	uint8_t least = (uint8_t)(low < 0 ? 0 : low > 255 ? 255 : low), most = (uint8_t)(high < 0 ? 0 : high > 255 ? 255 : high);
	uint8_t outside = low > 255 || high < 0;

	for (size_t i = 0; i < rows; i++)
		outside |= (uint8_t)((bytes[i] < least) | (bytes[i] > most));
	for (size_t i = 0; i < rows; i++)
		out[i] = bytes[i];
	for (size_t i = 0; outside && i < rows; i++) {
		bool bad = bytes[i] < low || bytes[i] > high;
		out[i] = bad ? 0 : bytes[i];
		escape[i] |= bad;
	}
}

static void
run_load(const struct ybi_column_step *step, const struct ybi_column *column, size_t rows, struct ybi_scratch *s, int64_t *restrict out,
         uint8_t *restrict escape)
{
	uint64_t span = (uint64_t)step->high - (uint64_t)step->low;

	if (column->bytes) {
		load_bytes(column->bytes, step->low, step->high, rows, out, escape);
		return;
	}
	if (!column->values) {
		memset(escape, 1, rows);
		memset(out, 0, rows * sizeof(*out));
		return;
	}
	if (!column->known && column->low >= step->low && column->high <= step->high && column->low <= column->high && column->checked) {
		s->regs[step->out] = column->values;
		return;
	}
	if (!column->known) {
		const int64_t *restrict v = column->values;
		uint64_t low = (uint64_t)step->low, high = (uint64_t)step->high, out_low = 0, out_high = 0;
		/* a value is out of range when a difference wraps: the bounds lie far inside the type, so its top bit tells */
		for (size_t i = 0; i < rows; i++) {
			out_low |= (uint64_t)v[i] - low;
			out_high |= high - (uint64_t)v[i];
		}
		if (!((out_low | out_high) >> 63)) {
			s->regs[step->out] = column->values; /* read where it stands */
			return;
		}
	}
	for (size_t i = 0; i < rows; i++) {
		bool bad = (uint64_t)column->values[i] - (uint64_t)step->low > span || (column->known && !column->known[i]);
		out[i] = bad ? 0 : column->values[i];
		escape[i] |= bad;
	}
}

/* The same where a row that lacks the fact has another value, and does not escape. */
static void
run_given(const struct ybi_column_step *step, const struct ybi_column *column, const int64_t *restrict otherwise, size_t rows,
          struct ybi_scratch *s, int64_t *restrict out, uint8_t *restrict escape)
{
	const int64_t *restrict values = column->values;
	const uint8_t *restrict known = column->known;
	int64_t low = step->low, high = step->high;

	if (column->bytes || (values && !known)) {
		run_load(step, column, rows, s, out, escape);
		return;
	}
	if (!values) {
		memcpy(out, otherwise, rows * sizeof(*out));
		return;
	}
	for (size_t i = 0; i < rows; i++) {
		bool bad = known[i] && (values[i] < low || values[i] > high);
		out[i] = known[i] && !bad ? values[i] : otherwise[i];
		escape[i] |= bad;
	}
}

static void
run_lacks(const struct ybi_column *column, size_t rows, int64_t *restrict out)
{
	const uint8_t *restrict known = column->known;

	for (size_t i = 0; i < rows; i++)
		out[i] = !column->values || !known[i];
}

/* Can a row of this run be where the table has no value? */
static bool
is_bad_somewhere(const struct ybi_dense *table, const struct ybi_scratch *s)
{
	return table->bad && (s->unknown || table->bad_known);
}

/* Rows for which a table has no value. */
static void
escape_table(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_scratch *s, size_t rows, uint8_t *restrict escape)
{
	const uint16_t *restrict index = ybi_index_of(plan, s, table);
	const uint8_t *restrict bad = table->bad;

	if (is_bad_somewhere(table, s))
		for (size_t i = 0; i < rows; i++)
			escape[i] |= bad[index[i]];
}

static void
run_table(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_scratch *s, size_t rows, int64_t *restrict out)
{
	ybi_look_up(s->may, table->values, table->size, ybi_index_of(plan, s, table), rows, out);
}

static void
run_bad(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_scratch *s, size_t rows, int64_t *restrict out)
{
	const uint16_t *restrict index = ybi_index_of(plan, s, table);
	const uint8_t *restrict bad = table->bad;

	for (size_t i = 0; i < rows; i++)
		out[i] = bad[index[i]];
}

/* Where a register is written this time. */
static int64_t *
open_reg(const struct ybi_plan *plan, struct ybi_scratch *s, uint16_t reg)
{
	int64_t *at = s->target[reg] ? s->target[reg] : s->store + (size_t)plan->slot[reg] * YBI_BLOCK;

	s->regs[reg] = at;
	return at;
}

/* ---- tiers ---- */

/* A block of a tier on its way; base, deductible and payment stand in registers at once where those are asked for. */
struct tier_block {
	int64_t *x, *d, *paid, *scope, *left, *gross;
	const int64_t *absorbed; /* NULL: nobody asks for it */
	const int64_t *base, *due;
	bool asked[YBI_USUAL_COUNT_]; /* by a register */
	int64_t *far[YBI_USUAL_COUNT_]; /* where the caller wants it, past the caches */
};

static int64_t *
work(const struct ybi_scratch *s, uint32_t number)
{
	return s->work + (size_t)number * YBI_BLOCK;
}

static inline int64_t
reg_at(const struct ybi_scratch *s, uint16_t reg, size_t i)
{
	return reg == YBI_NO_REG ? 0 : s->regs[reg][i];
}

static const int64_t *
held(const struct ybi_scratch *s, uint32_t number)
{
	return s->held + (size_t)number * YBI_BLOCK;
}

/* One number of each row's entry. */
static const int64_t *
entries_of(const struct ybi_scratch *s, const struct ybi_tier_plan *t, const int64_t *table, uint32_t hold, const uint16_t *entry, size_t rows,
           int64_t *out)
{
	if (hold != YBI_NO_TABLE)
		return held(s, hold);
	ybi_look_up(s->may, table, t->entries, entry, rows, out);
	return out;
}

/* What is cut off above: NULL, or a column that the caller's rows have room in. A ceiling that is not there leaves room without end. */
static const int64_t *
tier_room(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, bool on_cost, int64_t *restrict least)
{
	const int64_t *room = NULL;

	for (uint32_t c = 0; c < t->ceiling_count; c++) {
		const int64_t *restrict amount = s->regs[t->ceilings[c].amount], *restrict used = held(s, YBI_HELD_ZERO), *restrict when = held(s, YBI_HELD_NONE); /* not 0 */
		if (t->ceilings[c].on_cost != on_cost)
			continue;
		if (t->ceilings[c].used != YBI_NO_REG)
			used = s->regs[t->ceilings[c].used];
		if (t->ceilings[c].when != YBI_NO_REG)
			when = s->regs[t->ceilings[c].when];
		for (size_t i = 0; !room && i < rows; i++)
			least[i] = YBI_AMOUNT_NONE;
		room = least;
		YBI_ROWS_APART
		for (size_t i = 0; i < rows; i++) {
			int64_t free = amount[i] == YBI_AMOUNT_NONE || !when[i] ? YBI_AMOUNT_NONE : ybi_greater(amount[i] - used[i], 0);
			least[i] = ybi_lesser(least[i], free);
		}
	}
	return room;
}

/* Base and deductible, as far as those hang on conditions and totals. */
static void
tier_start(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k)
{
	int64_t *restrict base = work(s, START), *restrict due = work(s, START + 1), *restrict capped = work(s, START + 2);

	k->base = s->regs[t->base];
	k->due = t->due == YBI_NO_REG ? held(s, YBI_HELD_ZERO) : s->regs[t->due];
	if (t->when != YBI_NO_REG) {
		const int64_t *restrict when = s->regs[t->when], *restrict given = k->base;
		for (size_t i = 0; i < rows; i++)
			base[i] = when[i] ? given[i] : 0;
		k->base = base;
	}
	if (t->charged != YBI_NO_REG) {
		const int64_t *restrict charged = s->regs[t->charged], *restrict given = k->due;
		for (size_t i = 0; i < rows; i++)
			due[i] = ybi_greater(given[i], 0) - charged[i];
		k->due = due;
	}
	if (t->sum_cap != YBI_NO_REG) {
		const int64_t *restrict cap = s->regs[t->sum_cap], *restrict given = k->due;
		const int64_t *restrict before = t->sum_charged == YBI_NO_REG ? held(s, YBI_HELD_ZERO) : s->regs[t->sum_charged];
		for (size_t i = 0; i < rows; i++)
			capped[i] = ybi_lesser(given[i], cap[i] == YBI_AMOUNT_NONE ? YBI_AMOUNT_NONE : ybi_greater(cap[i] - before[i], 0));
		k->due = capped;
	}
}

static struct ybi_spread
spread(const struct ybi_plan *plan, const struct ybi_scratch *s, const int64_t *column)
{
	return (struct ybi_spread){ column, column >= s->held && column < held(s, plan->constant_count) };
}

/* The ceilings of a usual tier as one: an amount less what counts towards it. */
static void
usual_ceiling(const struct ybi_plan *plan, const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct ybi_usual *u)
{
	u->used = spread(plan, s, held(s, YBI_HELD_ZERO));
	u->amount = spread(plan, s, held(s, YBI_HELD_NONE));
	if (t->ceiling_count == 1 && t->ceilings[0].when == YBI_NO_REG) {
		u->amount = spread(plan, s, s->regs[t->ceilings[0].amount]);
		if (t->ceilings[0].used != YBI_NO_REG)
			u->used = spread(plan, s, s->regs[t->ceilings[0].used]);
	} else if (t->ceiling_count) {
		u->amount = spread(plan, s, tier_room(t, s, rows, false, work(s, LEAST)));
	}
}

static void
usual_entries(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct ybi_usual *u)
{
	for (uint32_t b = 0; b < t->bands; b++) {
		size_t at = (size_t)b * t->entries;
		u->slope[b] = entries_of(s, t, t->slope + at, t->slope_held[b], u->entry, rows, work(s, ENTRY + b));
		u->edge[b] = b ? entries_of(s, t, t->edge + at, t->edge_held[b], u->entry, rows, work(s, ENTRY + YBI_TIER_USUAL + b)) : NULL;
	}
}

/* False where a row's amounts are too large: nothing was done then. */
static bool
tier_usual(const struct ybi_plan *plan, const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k,
           const uint16_t *entry, uint8_t *restrict escape)
{
	struct ybi_usual u;
	bool looks_up = ybi_usual_looks_up(t, s->may), all = t->needs_stop;

	u.tier = t;
	u.base = k->base;
	u.due = spread(plan, s, k->due);
	u.entry = entry;
	u.may = s->may;
	usual_ceiling(plan, t, s, rows, &u);
	for (uint32_t r = 0; r < YBI_USUAL_PAID; r++)
		all = all || k->asked[r] || (k->far[r] && !(looks_up && ybi_is_far(k->far[r])));
	u.out[YBI_USUAL_BASE] = all ? k->x : NULL;
	u.out[YBI_USUAL_DEDUCTIBLE] = all ? k->d : NULL;
	u.out[YBI_USUAL_SCOPE] = all ? k->scope : NULL;
	u.out[YBI_USUAL_PAID] = k->paid;
	u.out[YBI_USUAL_LEFT] = k->left;
	if (!looks_up)
		usual_entries(t, s, rows, &u);
	for (uint32_t r = 0; r < YBI_USUAL_COUNT_; r++)
		u.far[r] = looks_up && ybi_is_far(k->far[r]) ? k->far[r] : NULL;
	if (ybi_usual_run(&u, rows) >> YBI_SMALL_BITS)
		return false;
	for (uint32_t r = 0; r < YBI_USUAL_COUNT_; r++)
		k->far[r] = u.far[r] ? NULL : k->far[r]; /* it is there */
	for (size_t i = 0; t->needs_stop && t->ceiling_count && i < rows; i++) /* where the ratios may give more than the ceiling leaves */
		escape[i] |= u.amount.at[i] != YBI_AMOUNT_NONE && k->x[i] > k->d[i] && k->paid[i] >= ybi_greater(u.amount.at[i] - u.used.at[i], 0);
	k->absorbed = k->x; /* no cost is cut off */
	return true;
}

/* ---- any tier ---- */

static void
any_interval(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k)
{
	const int64_t *restrict base = k->base, *restrict due = k->due, *restrict room, *restrict start = held(s, YBI_HELD_ZERO);
	int64_t *restrict absorbed = work(s, STOPPED), *restrict begin = work(s, BEGIN), *restrict end = work(s, END);
	int64_t *restrict x = k->x, *restrict d = k->d;
	const int64_t scale = t->scale, counts = t->after_ratio ? 0 : 1, shifts = t->origin_zero ? counts : 0;

	if (t->start != YBI_NO_REG)
		start = s->regs[t->start];
	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		int64_t cost = ybi_greater(base[i], 0), charged = ybi_lesser(ybi_greater(due[i], 0) * scale, cost), from = start[i] * scale + charged * shifts;
		x[i] = cost;
		d[i] = charged;
		begin[i] = from;
		end[i] = from + cost - charged * counts;
		absorbed[i] = cost;
	}
	room = tier_room(t, s, rows, true, work(s, LEAST));
	k->absorbed = absorbed;
	if (!room)
		return;
	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		bool open = room[i] == YBI_AMOUNT_NONE;
		int64_t free = (open ? 0 : room[i]) * scale, taken = d[i] * counts, stop = begin[i] + free - taken;
		bool cut = !open && stop < end[i];
		int64_t last = cut ? ybi_greater(stop, begin[i]) : end[i];
		end[i] = last;
		absorbed[i] = cut ? ybi_lesser(last - begin[i] + taken, free) : absorbed[i];
	}
}

/* Is what was charged asked for? */
static bool
asks_charged(const struct ybi_tier_plan *t, const struct ybi_scratch *s)
{
	static const uint8_t results[] = { YBI_RESULT_DEDUCTIBLE, YBI_RESULT_SCOPE, YBI_RESULT_OWN };
	bool asks = false;

	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		asks = asks || t->read >> results[i] & 1 || (t->out[results[i]] != YBI_NO_REG && s->target[t->out[results[i]]]);
	return asks;
}

/* The deductible after the ratios: no more of it is charged than they gave. What they gave may be no amount in this measure, which only the exact way tells. */
static void
any_after(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k, uint8_t *restrict escape)
{
	int64_t *restrict gross = k->gross, *restrict d = k->d;
	const int64_t den = t->ratio_den;
	uint64_t less = 0;
	bool asks = asks_charged(t, s);

	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		int64_t left = gross[i] - d[i] * den;
		less |= (uint64_t)left;
		gross[i] = left;
	}
	for (size_t i = 0; less >> 63 && i < rows; i++) {
		if (gross[i] >= 0)
			continue;
		if (asks) {
			escape[i] |= (uint8_t)(gross[i] % den != 0);
			d[i] += gross[i] / den;
		}
		gross[i] = 0;
	}
}

/*
 * The piecewise-linear function as a sum of slopes: the first ratio over the
 * whole interval, and from each edge on what the next ratio adds to the one
 * before.
 */
static void
any_gross(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k, const uint16_t *entry,
          uint8_t *restrict escape)
{
	int64_t *restrict gross = k->gross;
	const int64_t *restrict begin = work(s, BEGIN), *restrict end = work(s, END);

	for (uint32_t b = 0; b < t->bands; b++) {
		bool few = b < YBI_TIER_HELD;
		const int64_t *restrict slope = entries_of(s, t, t->slope + (size_t)b * t->entries, few ? t->slope_held[b] : YBI_NO_TABLE, entry, rows,
		                                           work(s, ENTRY));
		const int64_t *restrict edge = NULL;
		if (b)
			edge = entries_of(s, t, t->edge + (size_t)b * t->entries, few ? t->edge_held[b] : YBI_NO_TABLE, entry, rows, work(s, ENTRY + 1));
		if (b == 0)
			for (size_t i = 0; i < rows; i++)
				gross[i] = (end[i] - begin[i]) * slope[i];
		else
			for (size_t i = 0; i < rows; i++)
				gross[i] += (ybi_greater(end[i] - edge[i], 0) - ybi_greater(begin[i] - edge[i], 0)) * slope[i];
	}
	if (t->after_ratio)
		any_after(t, s, rows, k, escape);
}

static void
any_post(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k, uint8_t *restrict escape)
{
	int64_t whole = t->scale * t->ratio_den, step = t->step;
	const int64_t *restrict room = tier_room(t, s, rows, false, work(s, LEAST)), *restrict x = k->x, *restrict d = k->d, scale = t->scale;
	int64_t *restrict paid = k->paid, *restrict scope = k->scope, *restrict left = k->left;

	round_column(&t->post, k->gross, paid, rows, t->mode, true);
	if (step != 1)
		for (size_t i = 0; i < rows; i++)
			paid[i] *= step;
	for (size_t i = 0; room && t->needs_stop && i < rows; i++) /* the point where the payment stops may be no whole fen */
		escape[i] |= room[i] != YBI_AMOUNT_NONE && k->gross[i] > room[i] * whole;
	if (room && step == 1)
		for (size_t i = 0; i < rows; i++)
			paid[i] = ybi_lesser(paid[i], room[i]);
	else if (room) { /* what is left is paid in whole steps */
		const int64_t *restrict whole_steps = work(s, ENTRY);
		round_column(&t->cut, room, work(s, ENTRY), rows, YB_ROUND_DOWN, true);
		for (size_t i = 0; i < rows; i++)
			paid[i] = paid[i] > room[i] ? whole_steps[i] * step : paid[i];
	}
	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		scope[i] = x[i] - d[i];
		left[i] = x[i] - paid[i] * scale;
	}
}

static int64_t *
result_column(const struct ybi_plan *plan, const struct ybi_tier_plan *t, struct ybi_scratch *s, uint32_t result)
{
	if (t->out[result] == YBI_NO_REG || !(t->held >> result & 1 || s->target[t->out[result]]))
		return NULL;
	return open_reg(plan, s, t->out[result]);
}

static int64_t *
tier_column(const struct ybi_plan *plan, const struct ybi_tier_plan *t, struct ybi_scratch *s, uint32_t result, struct tier_block *k,
            enum ybi_usual_result number)
{
	int64_t *column = result_column(plan, t, s, result);

	k->asked[number] = column != NULL;
	k->far[number] = t->out[result] == YBI_NO_REG ? NULL : s->far[t->out[result]];
	return column ? column : work(s, OWN + number);
}

static void
tier_results(const struct ybi_plan *plan, const struct ybi_tier_plan *t, struct ybi_scratch *s, size_t rows, const struct tier_block *k)
{
	const int64_t *restrict x = k->x, *restrict d = k->d, *restrict paid = k->paid, *restrict absorbed = k->absorbed;
	int64_t scale = t->scale, *restrict out;

#define RESULT(result, expression) do { \
	int64_t *far = t->out[result] == YBI_NO_REG ? NULL : s->far[t->out[result]]; \
	out = far ? open_reg(plan, s, t->out[result]) : result_column(plan, t, s, result); \
	for (size_t i = 0; out && i < rows; i++) \
		out[i] = (expression); \
	if (far) \
		ybi_copy_far(far, out, rows); \
} while (0)
	RESULT(YBI_RESULT_ABSORBED, absorbed[i]);
	RESULT(YBI_RESULT_OVER, x[i] - absorbed[i]);
	RESULT(YBI_RESULT_SELF, absorbed[i] - paid[i] * scale);
	RESULT(YBI_RESULT_OWN, absorbed[i] - paid[i] * scale - d[i]);
	RESULT(YBI_RESULT_START, (t->when == YBI_NO_REG || s->regs[t->when][i]) ? reg_at(s, t->start, i) * scale : 0);
#undef RESULT
}

/* What the caller wants past the caches and has not been written there on the way. */
static void
tier_far(size_t rows, const struct tier_block *k)
{
	const int64_t *columns[YBI_USUAL_COUNT_] = { k->x, k->d, k->scope, k->paid, k->left };

	for (uint32_t r = 0; r < YBI_USUAL_COUNT_; r++)
		if (k->far[r])
			ybi_copy_far(k->far[r], columns[r], rows);
}

static void
run_tier(const struct ybi_plan *plan, const struct ybi_tier_plan *t, size_t rows, struct ybi_scratch *s, uint8_t *restrict escape)
{
	struct tier_block k;
	uint16_t *none = (uint16_t *)work(s, NONE); /* the only entry, where there is no table */
	const uint16_t *restrict entry = none;

	if (t->shape_table != YBI_NO_TABLE) {
		const struct ybi_dense *table = &plan->tables[t->shape_table];
		entry = ybi_index_of(plan, s, table);
		for (size_t i = 0; table->bad && (s->unknown || table->bad_known) && i < rows; i++) /* a layer that is not there asks for no ratio */
			escape[i] |= table->bad[entry[i]] && (t->when == YBI_NO_REG || s->regs[t->when][i]);
	} else {
		memset(none, 0, rows * sizeof(*none));
	}
	k.x = tier_column(plan, t, s, YBI_RESULT_BASE, &k, YBI_USUAL_BASE);
	k.d = tier_column(plan, t, s, YBI_RESULT_DEDUCTIBLE, &k, YBI_USUAL_DEDUCTIBLE);
	k.scope = tier_column(plan, t, s, YBI_RESULT_SCOPE, &k, YBI_USUAL_SCOPE);
	k.paid = tier_column(plan, t, s, YBI_RESULT_PAID, &k, YBI_USUAL_PAID);
	k.left = tier_column(plan, t, s, YBI_RESULT_LEFT, &k, YBI_USUAL_LEFT);
	k.gross = work(s, OWN + YBI_USUAL_COUNT_);
	tier_start(t, s, rows, &k);
	if (!t->usual || !tier_usual(plan, t, s, rows, &k, entry, escape)) {
		any_interval(t, s, rows, &k);
		any_gross(t, s, rows, &k, entry, escape);
		any_post(t, s, rows, &k, escape);
	}
	tier_far(rows, &k);
	tier_results(plan, t, s, rows, &k);
}

/* What no row lacks stands in the zeros. */
static bool
is_nowhere(const struct ybi_plan *plan, const struct ybi_column_step *step, const struct ybi_column *facts, const struct ybi_scratch *s)
{
	if (step->op == YBI_COL_LACKS)
		return facts[step->x].bytes || (facts[step->x].values && !facts[step->x].known);
	return step->op == YBI_COL_BAD && !is_bad_somewhere(&plan->tables[step->x], s);
}

#define LOOP(expression) for (size_t i = 0; i < rows; i++) out[i] = (expression)

static void
run_step(const struct ybi_plan *plan, const struct ybi_column_step *step, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s,
         uint8_t *escape)
{
	int64_t *restrict out;
	const int64_t *restrict a, *restrict b, *restrict c;

	if (step->op == YBI_COL_TIER) {
		run_tier(plan, &plan->tiers[step->x], rows, s, escape);
		return;
	}
	if (step->op == YBI_COL_INDEX) {
		ybi_index_run(plan, &plan->tables[step->x], facts, rows, s, escape);
		return;
	}
	if (step->op == YBI_COL_CONST && !s->target[step->out] && !s->far[step->out]) {
		s->regs[step->out] = held(s, step->x);
		return;
	}
	if (is_nowhere(plan, step, facts, s)) {
		s->regs[step->out] = held(s, YBI_HELD_ZERO);
		return;
	}
	out = open_reg(plan, s, step->out);
	a = s->regs[step->a];
	b = s->regs[step->b];
	c = s->regs[step->c];
	switch (step->op) {
	case YBI_COL_CONST: memcpy(out, held(s, step->x), rows * sizeof(*out)); break;
	case YBI_COL_LOAD:
		if (step->y)
			run_given(step, &facts[step->x], held(s, YBI_HELD_ZERO), rows, s, out, escape);
		else
			run_load(step, &facts[step->x], rows, s, out, escape);
		break;
	case YBI_COL_GIVEN: run_given(step, &facts[step->x], a, rows, s, out, escape); break;
	case YBI_COL_LACKS: run_lacks(&facts[step->x], rows, out); break;
	case YBI_COL_SHARE: share_column(&plan->divisors[step->x], a, step->low, b, step->high, out, rows); break;
	case YBI_COL_PART: part_column(&plan->divisors[step->x], a, b, out, rows); break;
	case YBI_COL_TABLE:
		run_table(plan, &plan->tables[step->x], s, rows, out);
		if (!step->y)
			escape_table(plan, &plan->tables[step->x], s, rows, escape);
		break;
	case YBI_COL_BAD: run_bad(plan, &plan->tables[step->x], s, rows, out); break;
	case YBI_COL_ADD: LOOP(a[i] + b[i]); break;
	case YBI_COL_SUB: LOOP(a[i] - b[i]); break;
	case YBI_COL_MUL: LOOP(a[i] * b[i]); break;
	case YBI_COL_SCALE: LOOP(a[i] * step->low); break;
	case YBI_COL_MIN: LOOP(ybi_lesser(a[i], b[i])); break;
	case YBI_COL_MAX: LOOP(ybi_greater(a[i], b[i])); break;
	case YBI_COL_DIVIDE: round_column(&plan->divisors[step->x], a, out, rows, step->y, step->low == 0); break;
	case YBI_COL_MONTH: run_days(ybi_month_of_day, a, rows, out); break;
	case YBI_COL_FIRST: run_days(ybi_day_of_month, a, rows, out); break;
	case YBI_COL_LT: LOOP(a[i] < b[i]); break;
	case YBI_COL_LE: LOOP(a[i] <= b[i]); break;
	case YBI_COL_EQ: LOOP(a[i] == b[i]); break;
	case YBI_COL_NE: LOOP(a[i] != b[i]); break;
	case YBI_COL_NOT: LOOP(!a[i]); break;
	case YBI_COL_AND: LOOP(a[i] & b[i]); break;
	case YBI_COL_OR: LOOP(a[i] | b[i]); break;
	default: LOOP(a[i] ? b[i] : c[i]); break; /* YBI_COL_SELECT */
	}
	if (s->far[step->out])
		ybi_copy_far(s->far[step->out], s->regs[step->out], rows);
}

/* The plan's constants in columns, which stay from block to block. */
static void
hold(const struct ybi_plan *plan, size_t rows, struct ybi_scratch *s)
{
	if (s->held_plan == plan && s->held_rows >= rows)
		return;
	for (uint32_t n = 0; n < plan->constant_count; n++)
		for (size_t i = 0; i < rows; i++)
			s->held[(size_t)n * YBI_BLOCK + i] = plan->constants[n];
	s->held_plan = plan;
	s->held_rows = rows;
}

static inline void
look_ahead(struct ybi_scratch *s)
{
	for (uint32_t i = 0; i < s->ahead_count; i++) {
		struct ybi_ahead *ahead = &s->ahead[i];
		uintptr_t stop = ahead->end - ahead->at > ahead->share ? ahead->at + ahead->share : ahead->end;
		for (; ahead->at < stop; ahead->at += YBI_CACHE_LINE)
			YBI_FETCH(ahead->at);
	}
}

static void
plan_run(const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s, uint8_t *escape)
{
	hold(plan, rows, s);
	s->unknown = false;
	for (uint32_t i = 0; i < plan->axis_count; i++) {
		const struct ybi_column *column = &facts[plan->axes[i].fact];
		s->unknown = s->unknown || (!column->bytes && (!column->values || column->known));
	}
	ybi_positions_run(plan, facts, rows, s, escape);
	for (uint32_t i = 0; i < plan->step_count; i++) {
		look_ahead(s);
		if (!s->idle || !s->idle[i])
			run_step(plan, &plan->steps[i], facts, rows, s, escape);
		else if (plan->steps[i].op == YBI_COL_TABLE && !plan->steps[i].y)
			escape_table(plan, &plan->tables[plan->steps[i].x], s, rows, escape);
	}
}

YBI_FOR_EVERY_CPU(, s->may, ybi_plan_run, plan_run,
                  (const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s, uint8_t *escape),
                  (plan, facts, rows, s, escape))

/* One condition of rows: a choice of those where it holds, or what stops them. */
static void
run_condition(const struct ybi_dense *table, const uint16_t *restrict index, bool choice, uint32_t number, size_t rows, uint32_t *restrict chosen,
              uint8_t *restrict escape)
{
	for (size_t i = 0; i < rows; i++) {
		bool known = !table->bad || !table->bad[index[i]], holds = table->values[index[i]] != 0;
		if (!choice) {
			escape[i] |= known && holds ? YBI_STOP_GAP : 0;
			continue;
		}
		escape[i] |= !known || (holds && chosen[i] != UINT32_MAX);
		chosen[i] = known && holds ? number : chosen[i];
	}
}

void
ybi_plan_choose(const struct ybi_plan *plan, uint32_t choices, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s,
                uint32_t *choice, uint8_t *escape)
{
	for (size_t i = 0; i < rows; i++)
		choice[i] = UINT32_MAX;
	ybi_positions_run(plan, facts, rows, s, escape);
	for (uint32_t k = 0; k < plan->step_count; k++) {
		const struct ybi_dense *table = plan->steps[k].x == YBI_NO_TABLE ? NULL : &plan->tables[plan->steps[k].x];
		if (table) {
			ybi_index_run(plan, table, facts, rows, s, escape);
			run_condition(table, ybi_index_of(plan, s, table), k < choices, k, rows, choice, escape);
		} else if (k < choices) {
			for (size_t i = 0; i < rows; i++) {
				escape[i] |= choice[i] != UINT32_MAX;
				choice[i] = k;
			}
		}
	}
	for (size_t i = 0; i < rows; i++)
		escape[i] |= choice[i] == UINT32_MAX ? YBI_STOP_NONE : 0;
}
