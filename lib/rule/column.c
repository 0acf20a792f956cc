/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/column.h"

#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/memory.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* the loops below are what vectorising is for */
#endif

static bool
room_for(void *array, size_t *room, size_t count, size_t size)
{
	void **slot = array, *more;

	if (count <= *room && *slot)
		return true;
	more = ybi_calloc(count, size);
	if (!more)
		return false;
	free(*slot);
	*slot = more;
	*room = count;
	return true;
}

bool
ybi_scratch_room(struct ybi_scratch *s, const struct ybi_plan *plan)
{
	return room_for(&s->store, &s->store_room, (size_t)plan->regs * YBI_BLOCK + 1, sizeof(*s->store)) &&
	       room_for(&s->target, &s->target_room, (size_t)plan->regs + 1, sizeof(*s->target)) &&
	       room_for(&s->regs, &s->reg_room, (size_t)plan->regs + 1, sizeof(*s->regs)) &&
	       room_for(&s->positions, &s->position_room, ((size_t)plan->axis_count + plan->table_count + 1) * YBI_BLOCK, sizeof(*s->positions));
}

void
ybi_scratch_free(struct ybi_scratch *s)
{
	free(s->store);
	free(s->target);
	free(s->regs);
	free(s->positions);
	*s = (struct ybi_scratch){ 0 };
}

/* ---- division by a constant ---- */

/*
 * floor(n / d) = (n * m) >> (62 + s) with s = ceil(log2 d) and
 * m = ceil(2^(62+s) / d): the error of m is below d <= 2^s, so n < 2^62 is
 * divided exactly. m has at most 63 bits. With 4 n the shift is by 64 + s: the
 * upper half of a product, then a short shift.
 *
 * Likewise for n < 2^40 with m = ceil(2^(40+s) / d) < 2^41 + 1. Of its halves,
 * m = h 2^20 + l, floor(n m / 2^(40+s)) = (n h + floor(n l / 2^20)) >> (20+s):
 * products below 2^62, no upper halves, so it goes many rows at a time.
 */
#define SMALL_HALF 20
#define SMALL_BITS 40

struct ybi_divisor
ybi_divisor_make(int64_t by)
{
	struct ybi_divisor d = { .by = by };
	uint64_t quotient, rest, magic;

	while (by > INT64_C(1) << d.shift)
		d.shift++;
	/* ceil(2^(40+s) / by): 2^(s+20) / by in two steps of 20 bits, each rest below by <= 2^40 */
	quotient = (UINT64_C(1) << d.shift) / (uint64_t)by;
	rest = (UINT64_C(1) << d.shift) % (uint64_t)by;
	for (int i = 0; i < 2; i++) {
		quotient = quotient << SMALL_HALF | (rest << SMALL_HALF) / (uint64_t)by;
		rest = (rest << SMALL_HALF) % (uint64_t)by;
	}
	magic = quotient + (rest != 0);
	d.small_high = magic >> SMALL_HALF;
	d.small_low = magic & ((UINT64_C(1) << SMALL_HALF) - 1);
	d.small_shift = 2 * SMALL_HALF + d.shift - SMALL_HALF;
#ifndef YBI_NO_INT128
	d.magic = (uint64_t)((((unsigned __int128)1 << (62 + d.shift)) + (unsigned __int128)by - 1) / (unsigned __int128)by);
#endif
	return d;
}

static inline int64_t
divide(const struct ybi_divisor *d, int64_t n)
{
#ifndef YBI_NO_INT128
	return (int64_t)((uint64_t)(((unsigned __int128)((uint64_t)n << 2) * d->magic) >> 64) >> d->shift);
#else
	return n / d->by;
#endif
}

/* n / d rounded once; n may be negative */
static inline int64_t
divide_round(const struct ybi_divisor *d, int64_t n, uint32_t mode)
{
	int64_t a = n < 0 ? -n : n, q, r;

	if (mode == YB_ROUND_HALF_UP) {
		q = divide(d, a + d->by / 2); /* an odd divisor has no half, and by / 2 rounds down then */
		return n < 0 ? -q : q;
	}
	q = divide(d, a);
	r = a - q * d->by;
	if (mode == YB_ROUND_UP)
		q += r != 0;
	else if (mode == YB_ROUND_HALF_EVEN)
		q += 2 * r > d->by || (2 * r == d->by && (q & 1));
	return n < 0 ? -q : q;
}

int64_t
ybi_divide_round(const struct ybi_divisor *d, int64_t n, uint32_t mode)
{
	return divide_round(d, n, mode);
}

static bool
all_small(const int64_t *restrict in, int64_t add, size_t rows)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < rows; i++)
		bits |= (uint64_t)in[i] + (uint64_t)add;
	return bits >> SMALL_BITS == 0;
}

static void
round_column(const struct ybi_divisor *given, const int64_t *restrict in, int64_t *restrict out, size_t rows, uint32_t mode, bool positive)
{
	const struct ybi_divisor copy = *given, *d = &copy; /* nothing written to `out` can change it */

	if (mode == YB_ROUND_HALF_UP && positive && all_small(in, d->by / 2, rows))
		for (size_t i = 0; i < rows; i++) {
			uint64_t n = (uint64_t)in[i] + (uint64_t)d->by / 2;
			out[i] = (int64_t)((n * d->small_high + (n * d->small_low >> SMALL_HALF)) >> d->small_shift);
		}
	else if (mode == YB_ROUND_HALF_UP && positive)
		for (size_t i = 0; i < rows; i++)
			out[i] = divide(d, in[i] + d->by / 2);
	else if (mode == YB_ROUND_HALF_UP)
		for (size_t i = 0; i < rows; i++)
			out[i] = divide_round(d, in[i], YB_ROUND_HALF_UP);
	else
		for (size_t i = 0; i < rows; i++)
			out[i] = divide_round(d, in[i], mode);
}

/* ---- positions on axes ---- */

static inline uint32_t
break_position(const struct ybi_axis *axis, int64_t value)
{
	uint32_t p = 0;

	for (uint32_t i = 1; i < axis->size; i++)
		p += value >= axis->breaks[i];
	return p;
}

static inline uint32_t
set_position(const struct ybi_axis *axis, int64_t value)
{
	uint32_t p = 0;

	for (uint32_t k = 0; k < axis->mask_count; k++)
		p |= (uint32_t)(((uint64_t)value & axis->masks[k]) != 0) << k;
	return p;
}

static inline uint32_t
position_of(const struct ybi_axis *axis, int64_t value)
{
	if (axis->kind == YBI_AXIS_ATOM)
		return (uint64_t)value < axis->map_count ? axis->map[value] : axis->size - 1;
	if (axis->kind == YBI_AXIS_SET)
		return set_position(axis, value);
	if (axis->small && (uint64_t)(value - axis->breaks[0]) < axis->small_count)
		return axis->small[value - axis->breaks[0]];
	return break_position(axis, value);
}

uint32_t
ybi_axis_position(const struct ybi_axis *axis, int64_t value)
{
	return position_of(axis, value);
}

static uint32_t *
index_of(const struct ybi_plan *plan, const struct ybi_scratch *s, const struct ybi_dense *table)
{
	return s->positions + ((size_t)plan->axis_count + table->index) * YBI_BLOCK;
}

static void
run_index(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_scratch *s, size_t rows)
{
	uint32_t *restrict index = index_of(plan, s, table);

	if (table->axis_count == 0)
		memset(index, 0, rows * sizeof(*index));
	for (uint32_t k = 0; k < table->axis_count; k++) {
		const uint32_t *restrict position = s->positions + (size_t)table->axes[k] * YBI_BLOCK;
		uint32_t stride = table->strides[k];
		if (k == 0) /* the first stride is 1 */
			memcpy(index, position, rows * sizeof(*index));
		else
			for (size_t i = 0; i < rows; i++)
				index[i] += position[i] * stride;
	}
}

/* The positions of a column whose every row is known; a value outside a short range is no value of the fact. */
static void
known_positions(const struct ybi_axis *axis, const int64_t *restrict values, uint32_t *restrict out, size_t rows, uint8_t *restrict escape)
{
	if (axis->kind == YBI_AXIS_ATOM) {
		for (size_t i = 0; i < rows; i++)
			out[i] = (uint64_t)values[i] < axis->map_count ? axis->map[values[i]] : axis->size - 1;
	} else if (axis->kind == YBI_AXIS_BREAKS && axis->small) {
		int64_t first = axis->breaks[0];
		uint64_t last = axis->small_count - 1, outside = 0;
		const uint8_t *small = axis->small;
		for (size_t i = 0; i < rows; i++) {
			uint64_t at = (uint64_t)(values[i] - first);
			outside |= at > last;
			out[i] = small[at < last ? at : last];
		}
		for (size_t i = 0; outside && i < rows; i++)
			escape[i] |= (uint64_t)(values[i] - first) > last;
	} else {
		for (size_t i = 0; i < rows; i++)
			out[i] = position_of(axis, values[i]);
	}
}

#define FEW_PIECES 6 /* so many comparisons are faster than a look-up */

/* The same from bytes. A short range lies in 32 bits. */
static void
byte_positions(const struct ybi_axis *axis, const uint8_t *restrict bytes, uint32_t *restrict out, size_t rows, uint8_t *restrict escape)
{
	if (axis->kind == YBI_AXIS_BREAKS && axis->small && axis->size == axis->small_count && axis->breaks[0] >= 0 && axis->breaks[0] < 256) {
		/* every value is a position of its own */
		uint32_t first = (uint32_t)axis->breaks[0], last = axis->size - 1, outside = 0;
		for (size_t i = 0; i < rows; i++) {
			uint32_t at = (uint32_t)bytes[i] - first;
			outside |= at > last;
			out[i] = at > last ? last : at;
		}
		for (size_t i = 0; outside && i < rows; i++)
			escape[i] |= (uint32_t)bytes[i] - first > last;
		return;
	}
	if (axis->kind == YBI_AXIS_BREAKS && axis->small && axis->size <= FEW_PIECES) {
		int32_t low = (int32_t)axis->breaks[0], span = (int32_t)axis->small_count - 1;
		for (size_t i = 0; i < rows; i++)
			out[i] = 0;
		for (uint32_t b = 1; b < axis->size; b++) {
			int32_t at = (int32_t)axis->breaks[b];
			for (size_t i = 0; i < rows; i++)
				out[i] += (int32_t)bytes[i] >= at;
		}
		for (size_t i = 0; i < rows; i++)
			escape[i] |= ((int32_t)bytes[i] < low) | ((int32_t)bytes[i] - low > span);
		return;
	}
	for (size_t i = 0; i < rows; i++) {
		if (axis->kind == YBI_AXIS_BREAKS && axis->small)
			escape[i] |= (uint64_t)((int64_t)bytes[i] - axis->breaks[0]) >= axis->small_count;
		out[i] = position_of(axis, bytes[i]);
	}
}

static void
run_axis(const struct ybi_plan *plan, uint32_t number, const struct ybi_column *column, size_t rows, struct ybi_scratch *s, uint8_t *escape)
{
	const struct ybi_axis *axis = &plan->axes[number];
	uint32_t *out = s->positions + (size_t)number * YBI_BLOCK;

	if (column->bytes) {
		byte_positions(axis, column->bytes, out, rows, escape);
		return;
	}
	if (column->values && !column->known) {
		known_positions(axis, column->values, out, rows, escape);
		return;
	}
	if (axis->derive != YBI_NO_TABLE) {
		/* a derived fact: its table where it was not given; a row whose derivation has no value is unknown */
		const struct ybi_dense *table = &plan->tables[axis->derive];
		const uint32_t *index = index_of(plan, s, table);
		run_index(plan, table, s, rows);
		for (size_t i = 0; i < rows; i++)
			out[i] = table->bad && table->bad[index[i]] ? axis->size : position_of(axis, table->values[index[i]]);
	} else {
		for (size_t i = 0; i < rows; i++)
			out[i] = axis->size;
	}
	if (column->values)
		for (size_t i = 0; i < rows; i++)
			if (column->known[i])
				out[i] = position_of(axis, column->values[i]);
}

/* ---- steps ---- */

static void
run_load(const struct ybi_column_step *step, const struct ybi_column *column, size_t rows, struct ybi_scratch *s, int64_t *restrict out,
         uint8_t *restrict escape)
{
	uint64_t span = (uint64_t)step->high - (uint64_t)step->low;

	if (column->bytes) {
		for (size_t i = 0; i < rows; i++) {
			bool bad = column->bytes[i] < step->low || column->bytes[i] > step->high;
			out[i] = bad ? 0 : column->bytes[i];
			escape[i] |= bad;
		}
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

#define FEW_ENTRIES 4

/* A table of up to four entries by comparisons, which vectorise; a larger one by loads (gathers are slower). */
static void
look_up(const int64_t *restrict values, uint32_t size, const uint32_t *restrict index, size_t rows, int64_t *restrict out)
{
	if (size <= FEW_ENTRIES) {
		int64_t zero = values[0], one = values[size > 1 ? 1 : 0], two = values[size > 2 ? 2 : 0], three = values[size > 3 ? 3 : 0];
		for (size_t i = 0; i < rows; i++) {
			int64_t at = index[i], v = at == 1 ? one : zero;
			v = at == 2 ? two : v;
			out[i] = at == 3 ? three : v;
		}
		return;
	}
	for (size_t i = 0; i < rows; i++)
		out[i] = values[index[i]];
}

static void
run_table(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_scratch *s, size_t rows, int64_t *restrict out,
          uint8_t *restrict escape)
{
	const uint32_t *restrict index = index_of(plan, s, table);
	const int64_t *restrict values = table->values;
	const uint8_t *restrict bad = table->bad;

	look_up(values, table->size, index, rows, out);
	if (bad && (s->unknown || table->bad_known))
		for (size_t i = 0; i < rows; i++)
			escape[i] |= bad[index[i]];
}

static inline int64_t
lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t
greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Where a register is written this time. */
static int64_t *
open_reg(struct ybi_scratch *s, uint16_t reg)
{
	int64_t *at = s->target[reg] ? s->target[reg] : s->store + (size_t)reg * YBI_BLOCK;

	s->regs[reg] = at;
	return at;
}

/* ---- tiers ---- */

/* A block of a tier on its way; base, deductible and payment stand in registers at once where those are asked for. */
struct tier_block {
	int64_t *x, *d, *paid;
	int64_t own[3][YBI_BLOCK], begin[YBI_BLOCK], end[YBI_BLOCK], gross[YBI_BLOCK], absorbed[YBI_BLOCK], slope[YBI_BLOCK], edge[YBI_BLOCK];
	uint32_t none[YBI_BLOCK]; /* the only entry, where there is no table */
};

static inline int64_t
reg_at(const struct ybi_scratch *s, uint16_t reg, size_t i)
{
	return reg == YBI_NO_REG ? 0 : s->regs[reg][i];
}

/* Plain: no condition, nothing charged before, no start; the deductible goes first. */
static void
plain_start(const struct ybi_tier_plan *t, const int64_t *restrict base, const int64_t *restrict due, size_t rows, int64_t *restrict x,
            int64_t *restrict d, int64_t *restrict begin, int64_t *restrict end)
{
	int64_t scale = t->scale;

	for (size_t i = 0; i < rows; i++)
		x[i] = greater(base[i], 0);
	if (scale == 1)
		for (size_t i = 0; i < rows; i++)
			d[i] = lesser(greater(due[i], 0), x[i]);
	else
		for (size_t i = 0; i < rows; i++)
			d[i] = lesser(greater(due[i], 0) * scale, x[i]);
	if (t->origin_zero)
		for (size_t i = 0; i < rows; i++) {
			begin[i] = d[i];
			end[i] = x[i];
		}
	else
		for (size_t i = 0; i < rows; i++) {
			begin[i] = 0;
			end[i] = x[i] - d[i];
		}
}

static void
tier_start(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k)
{
	const int64_t *restrict base = s->regs[t->base];
	bool plain = t->when == YBI_NO_REG && t->charged == YBI_NO_REG && t->sum_cap == YBI_NO_REG && t->start == YBI_NO_REG && !t->after_ratio;

	if (plain && t->due != YBI_NO_REG) {
		plain_start(t, base, s->regs[t->due], rows, k->x, k->d, k->begin, k->end);
		return;
	}
	for (size_t i = 0; i < rows; i++) {
		bool on = t->when == YBI_NO_REG || s->regs[t->when][i];
		int64_t c = reg_at(s, t->start, i) * t->scale, taken;
		int64_t d = greater(greater(reg_at(s, t->due, i), 0) - reg_at(s, t->charged, i), 0);
		k->x[i] = on ? greater(base[i], 0) : 0;
		if (t->sum_cap != YBI_NO_REG && s->regs[t->sum_cap][i] != YBI_AMOUNT_NONE)
			d = lesser(d, greater(s->regs[t->sum_cap][i] - reg_at(s, t->sum_charged, i), 0));
		k->d[i] = lesser(d * t->scale, k->x[i]);
		taken = t->after_ratio ? 0 : k->d[i];
		k->begin[i] = t->origin_zero ? c + taken : c;
		k->end[i] = k->begin[i] + k->x[i] - taken;
	}
}

/* The least room under the ceilings of one kind, for one row. */
static inline int64_t
least_room(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t i, uint8_t on_cost)
{
	int64_t least = YBI_AMOUNT_NONE;

	for (uint32_t k = 0; k < t->ceiling_count; k++) {
		int64_t amount = s->regs[t->ceilings[k].amount][i];
		if (t->ceilings[k].on_cost == on_cost && amount != YBI_AMOUNT_NONE && (t->ceilings[k].when == YBI_NO_REG || s->regs[t->ceilings[k].when][i]))
			least = lesser(least, greater(amount - reg_at(s, t->ceilings[k].used, i), 0));
	}
	return least;
}

static void
tier_cost(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k)
{
	bool any = false;

	for (uint32_t c = 0; c < t->ceiling_count; c++)
		any = any || t->ceilings[c].on_cost;
	if (!any && !t->needs_stop) /* nobody asks for what was absorbed */
		return;
	for (size_t i = 0; i < rows; i++)
		k->absorbed[i] = k->end[i] - k->begin[i] + (t->after_ratio ? 0 : k->d[i]);
	for (size_t i = 0; any && i < rows; i++) {
		int64_t room = least_room(t, s, i, 1), taken = t->after_ratio ? 0 : k->d[i], stop;
		if (room == YBI_AMOUNT_NONE)
			continue;
		stop = k->begin[i] + room * t->scale - taken;
		if (stop < k->end[i]) {
			k->end[i] = greater(stop, k->begin[i]);
			k->absorbed[i] = lesser(k->end[i] - k->begin[i] + taken, room * t->scale);
		}
	}
}

/* One number of each row's entry; the same for all entries where the plan says so. */
static const int64_t *
entries_of(const int64_t *restrict table, uint32_t same, const struct ybi_tier_plan *t, uint32_t band, const uint32_t *restrict entry, size_t rows,
           int64_t *restrict out)
{
	const int64_t *restrict of_band = table + (size_t)band * t->entries;

	if (band < 32 && same >> band & 1) {
		int64_t value = of_band[t->first_good];
		for (size_t i = 0; i < rows; i++)
			out[i] = value;
		return out;
	}
	look_up(of_band, t->entries, entry, rows, out);
	return out;
}

/*
 * The piecewise-linear function as a sum of slopes: the first ratio over the
 * whole interval, and from each edge on what the next ratio adds to the one
 * before.
 */
static void
tier_gross(const struct ybi_tier_plan *t, size_t rows, struct tier_block *restrict k, const uint32_t *restrict entry, uint8_t *restrict escape)
{
	int64_t *restrict gross = k->gross;

	for (uint32_t b = 0; b < t->bands; b++) {
		const int64_t *restrict slope = entries_of(t->slope, t->same_slope, t, b, entry, rows, k->slope);
		const int64_t *restrict edge = b ? entries_of(t->edge, t->same_edge, t, b, entry, rows, k->edge) : NULL;
		const int64_t *restrict begin = k->begin, *restrict end = k->end;
		if (b == 0 && t->from_zero) /* every interval begins at 0, below every edge */
			for (size_t i = 0; i < rows; i++)
				gross[i] = end[i] * slope[i];
		else if (b == 0)
			for (size_t i = 0; i < rows; i++)
				gross[i] = (end[i] - begin[i]) * slope[i];
		else if (t->from_zero)
			for (size_t i = 0; i < rows; i++)
				gross[i] += greater(end[i] - edge[i], 0) * slope[i];
		else
			for (size_t i = 0; i < rows; i++)
				gross[i] += (greater(end[i] - edge[i], 0) - greater(begin[i] - edge[i], 0)) * slope[i];
	}
	if (t->after_ratio)
		for (size_t i = 0; i < rows; i++) {
			k->gross[i] -= k->d[i] * t->ratio_den;
			escape[i] |= k->gross[i] < 0; /* no more of the deductible is charged than the ratios gave, which may be no whole fen */
			k->gross[i] = greater(k->gross[i], 0);
		}
}

/* One ceiling that always holds: the usual case. */
static void
one_ceiling(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k, uint8_t *restrict escape)
{
	const int64_t *restrict amount = s->regs[t->ceilings[0].amount], *restrict used = NULL;
	int64_t whole = t->scale * t->ratio_den, *restrict paid = k->paid;

	if (t->ceilings[0].used != YBI_NO_REG)
		used = s->regs[t->ceilings[0].used];
	for (size_t i = 0; t->needs_stop && i < rows; i++)
		escape[i] |= amount[i] != YBI_AMOUNT_NONE && k->gross[i] > greater(amount[i] - (used ? used[i] : 0), 0) * whole;
	if (used)
		for (size_t i = 0; i < rows; i++)
			paid[i] = lesser(paid[i], greater(amount[i] - used[i], 0));
	else
		for (size_t i = 0; i < rows; i++)
			paid[i] = lesser(paid[i], greater(amount[i], 0));
}

static void
tier_post(const struct ybi_tier_plan *t, const struct ybi_scratch *s, size_t rows, struct tier_block *k, uint8_t *restrict escape)
{
	int64_t whole = t->scale * t->ratio_den;
	bool any = false;

	round_column(&t->post, k->gross, k->paid, rows, t->mode, true);
	if (t->step != 1)
		for (size_t i = 0; i < rows; i++)
			k->paid[i] *= t->step;
	if (t->ceiling_count == 1 && t->step == 1 && !t->ceilings[0].on_cost && t->ceilings[0].when == YBI_NO_REG) {
		one_ceiling(t, s, rows, k, escape);
		return;
	}
	for (uint32_t c = 0; c < t->ceiling_count; c++)
		any = any || !t->ceilings[c].on_cost;
	for (size_t i = 0; any && i < rows; i++) {
		int64_t room = least_room(t, s, i, 0);
		/* the point where the payment stops may be no whole fen: the exact way tells it where it is asked for */
		escape[i] |= t->needs_stop && room != YBI_AMOUNT_NONE && k->gross[i] > room * whole;
		if (k->paid[i] > room)
			k->paid[i] = t->step == 1 ? room : room - room % t->step;
	}
}

static int64_t *
result_column(const struct ybi_tier_plan *t, struct ybi_scratch *s, uint32_t result)
{
	if (t->out[result] == YBI_NO_REG || !(t->held >> result & 1 || s->target[t->out[result]]))
		return NULL;
	return open_reg(s, t->out[result]);
}

static int64_t *
tier_column(const struct ybi_tier_plan *t, struct ybi_scratch *s, uint32_t result, int64_t *own)
{
	int64_t *column = result_column(t, s, result);

	return column ? column : own;
}

static void
tier_results(const struct ybi_tier_plan *t, struct ybi_scratch *s, size_t rows, const struct tier_block *k)
{
	const int64_t *restrict x = k->x, *restrict d = k->d, *restrict paid = k->paid;
	int64_t scale = t->scale, *restrict out;

#define RESULT(result, expression) \
	out = result_column(t, s, result); \
	for (size_t i = 0; out && i < rows; i++) \
		out[i] = (expression)
	RESULT(YBI_RESULT_SCOPE, x[i] - d[i]);
	if (scale == 1) {
		RESULT(YBI_RESULT_LEFT, x[i] - paid[i]);
	} else {
		RESULT(YBI_RESULT_LEFT, x[i] - paid[i] * scale);
	}
	RESULT(YBI_RESULT_ABSORBED, k->absorbed[i]);
	RESULT(YBI_RESULT_OVER, x[i] - k->absorbed[i]);
	RESULT(YBI_RESULT_SELF, k->absorbed[i] - paid[i] * scale);
	RESULT(YBI_RESULT_OWN, k->absorbed[i] - paid[i] * scale - d[i]);
	RESULT(YBI_RESULT_START, (t->when == YBI_NO_REG || s->regs[t->when][i]) ? reg_at(s, t->start, i) * scale : 0);
#undef RESULT
}

static void
run_tier(const struct ybi_plan *plan, const struct ybi_tier_plan *t, size_t rows, struct ybi_scratch *s, uint8_t *restrict escape)
{
	struct tier_block k;
	const uint32_t *restrict entry = k.none;

	if (t->shape_table != YBI_NO_TABLE) {
		const struct ybi_dense *table = &plan->tables[t->shape_table];
		entry = index_of(plan, s, table);
		for (size_t i = 0; table->bad && (s->unknown || table->bad_known) && i < rows; i++) /* a layer that is not there asks for no ratio */
			escape[i] |= table->bad[entry[i]] && (t->when == YBI_NO_REG || s->regs[t->when][i]);
	} else {
		memset(k.none, 0, rows * sizeof(k.none[0]));
	}
	k.x = tier_column(t, s, YBI_RESULT_BASE, k.own[0]);
	k.d = tier_column(t, s, YBI_RESULT_DEDUCTIBLE, k.own[1]);
	k.paid = tier_column(t, s, YBI_RESULT_PAID, k.own[2]);
	tier_start(t, s, rows, &k);
	tier_cost(t, s, rows, &k);
	tier_gross(t, rows, &k, entry, escape);
	tier_post(t, s, rows, &k, escape);
	tier_results(t, s, rows, &k);
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
		run_index(plan, &plan->tables[step->x], s, rows);
		return;
	}
	out = open_reg(s, step->out);
	a = s->regs[step->a];
	b = s->regs[step->b];
	c = s->regs[step->c];
	switch (step->op) {
	case YBI_COL_LOAD: run_load(step, &facts[step->x], rows, s, out, escape); break;
	case YBI_COL_CONST: LOOP(step->low); break;
	case YBI_COL_TABLE: run_table(plan, &plan->tables[step->x], s, rows, out, escape); break;
	case YBI_COL_ADD: LOOP(a[i] + b[i]); break;
	case YBI_COL_SUB: LOOP(a[i] - b[i]); break;
	case YBI_COL_MUL: LOOP(a[i] * b[i]); break;
	case YBI_COL_SCALE: LOOP(a[i] * step->low); break;
	case YBI_COL_MIN: LOOP(lesser(a[i], b[i])); break;
	case YBI_COL_MAX: LOOP(greater(a[i], b[i])); break;
	case YBI_COL_DIVIDE: round_column(&plan->divisors[step->x], a, out, rows, step->y, step->low == 0); break;
	case YBI_COL_LT: LOOP(a[i] < b[i]); break;
	case YBI_COL_LE: LOOP(a[i] <= b[i]); break;
	case YBI_COL_EQ: LOOP(a[i] == b[i]); break;
	case YBI_COL_NE: LOOP(a[i] != b[i]); break;
	case YBI_COL_NOT: LOOP(!a[i]); break;
	case YBI_COL_AND: LOOP(a[i] & b[i]); break;
	case YBI_COL_OR: LOOP(a[i] | b[i]); break;
	default: LOOP(a[i] ? b[i] : c[i]); break; /* YBI_COL_SELECT */
	}
}

static void
plan_run(const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s, uint8_t *escape)
{
	memset(escape, 0, rows);
	s->unknown = false;
	for (uint32_t i = 0; i < plan->axis_count; i++) {
		const struct ybi_column *column = &facts[plan->axes[i].fact];
		s->unknown = s->unknown || (!column->bytes && (!column->values || column->known));
	}
	for (uint32_t i = 0; i < plan->axis_count; i++)
		run_axis(plan, i, &facts[plan->axes[i].fact], rows, s, escape);
	for (uint32_t i = 0; i < plan->step_count; i++)
		run_step(plan, &plan->steps[i], facts, rows, s, escape);
}

YBI_FOR_EVERY_CPU(ybi_plan_run, plan_run,
                  (const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s, uint8_t *escape),
                  (plan, facts, rows, s, escape))

/* One condition of rows: a choice of those where it holds, or what stops them. */
static void
run_condition(const struct ybi_dense *table, const uint32_t *restrict index, bool choice, uint32_t number, size_t rows, uint32_t *restrict chosen,
              uint8_t *restrict escape)
{
	for (size_t i = 0; i < rows; i++) {
		bool known = !table->bad || !table->bad[index[i]], holds = table->values[index[i]] != 0;
		if (!choice) {
			escape[i] |= known && holds;
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
	for (uint32_t i = 0; i < plan->axis_count; i++)
		run_axis(plan, i, &facts[plan->axes[i].fact], rows, s, escape);
	for (uint32_t k = 0; k < plan->step_count; k++) {
		const struct ybi_dense *table = plan->steps[k].x == YBI_NO_TABLE ? NULL : &plan->tables[plan->steps[k].x];
		if (table) {
			run_index(plan, table, s, rows);
			run_condition(table, index_of(plan, s, table), k < choices, k, rows, choice, escape);
		} else if (k < choices) {
			for (size_t i = 0; i < rows; i++) {
				escape[i] |= choice[i] != UINT32_MAX;
				choice[i] = k;
			}
		}
	}
	for (size_t i = 0; i < rows; i++)
		escape[i] |= choice[i] == UINT32_MAX;
}
