/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/usual.h"

#include "base/cpu.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* as in column.c */
#endif

/*
 * Each number of a row is a column, so that one loop serves all figures; what
 * differs in shape are copies of the loop. `all`: base, deductible and scope
 * are asked for; `unit`: amounts are in whole fen.
 */
static inline uint64_t
usual_rows(const struct ybi_usual *u, size_t rows, const uint32_t bands, const bool origin_zero, const bool unit, const bool all)
{
	const struct ybi_tier_plan *t = u->tier;
	const int64_t *restrict base = u->base, *restrict due = u->due.at, *restrict amount = u->amount.at, *restrict used = u->used.at;
	const int64_t *restrict slope0 = u->slope[0], *restrict slope1 = u->slope[1], *restrict slope2 = u->slope[2], *restrict slope3 = u->slope[3];
	const int64_t *restrict edge1 = u->edge[1], *restrict edge2 = u->edge[2], *restrict edge3 = u->edge[3];
	int64_t *restrict paid_out = u->out[YBI_USUAL_PAID], *restrict left_out = u->out[YBI_USUAL_LEFT], *restrict x_out = u->out[YBI_USUAL_BASE];
	int64_t *restrict d_out = u->out[YBI_USUAL_DEDUCTIBLE], *restrict scope_out = u->out[YBI_USUAL_SCOPE];
	const int64_t scale = t->scale;
	const uint64_t bias = ybi_round_bias(&t->post, t->mode), high = t->post.small_high, low = t->post.small_low;
	const uint32_t shift = t->post.small_shift;
	uint64_t bits = 0;

	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		int64_t x = ybi_greater(base[i], 0), d = ybi_lesser(unit ? ybi_greater(due[i], 0) : ybi_greater(due[i], 0) * scale, x);
		int64_t begin = origin_zero ? d : 0, end = origin_zero ? x : x - d, gross = (x - d) * slope0[i], paid;
		uint64_t n;
		if (bands > 1)
			gross += (ybi_greater(end - edge1[i], 0) - (origin_zero ? ybi_greater(begin - edge1[i], 0) : 0)) * slope1[i];
		if (bands > 2)
			gross += (ybi_greater(end - edge2[i], 0) - (origin_zero ? ybi_greater(begin - edge2[i], 0) : 0)) * slope2[i];
		if (bands > 3)
			gross += (ybi_greater(end - edge3[i], 0) - (origin_zero ? ybi_greater(begin - edge3[i], 0) : 0)) * slope3[i];
		n = (uint64_t)gross + bias;
		bits |= n;
		paid = ybi_lesser((int64_t)((n * high + (n * low >> YBI_SMALL_HALF)) >> shift), ybi_greater(amount[i] - used[i], 0));
		paid_out[i] = paid;
		left_out[i] = x - (unit ? paid : paid * scale);
		if (all) {
			x_out[i] = x;
			d_out[i] = d;
			scope_out[i] = x - d;
		}
	}
	return bits;
}

#define SHAPE(bands, origin, unit, all) ((bands) * 8u + (origin) * 4u + (unit) * 2u + (all))
#define USUAL(bands, origin, unit, all) \
	case SHAPE(bands, origin, unit, all): \
		*bits = usual_rows(u, rows, bands, origin, unit, all); \
		return;
#define USUAL_BANDS(bands) USUAL(bands, 0, 0, 1) USUAL(bands, 0, 1, 0) USUAL(bands, 0, 1, 1) USUAL(bands, 1, 0, 1) USUAL(bands, 1, 1, 0) USUAL(bands, 1, 1, 1)

/* Where there is one band, it does not matter where it begins; where amounts are parts of a fen, all is written. */
static void
usual_shape(const struct ybi_usual *u, size_t rows, uint64_t *bits)
{
	const struct ybi_tier_plan *t = u->tier;

	switch (SHAPE(t->bands, t->origin_zero && t->bands > 1 ? 1u : 0u, t->scale == 1 ? 1u : 0u, u->out[YBI_USUAL_BASE] ? 1u : 0u)) {
		USUAL(1, 0, 0, 1)
		USUAL(1, 0, 1, 0)
		USUAL(1, 0, 1, 1)
		USUAL_BANDS(2)
		USUAL_BANDS(3)
		USUAL_BANDS(4)
	default:
		*bits = UINT64_MAX;
	}
}

/* By itself, since in the midst of a whole plan the processor has too few registers for so many columns. */
YBI_FOR_EVERY_CPU(static, u->may, usual_tier, usual_shape, (const struct ybi_usual *u, size_t rows, uint64_t *bits), (u, rows, bits))

#ifdef YBI_HAVE_AVX512

/*
 * The same, sixteen rows at a time, with the entries of a small table from
 * registers, so that no column of them is written and read again, and with
 * results that go past the caches while the next rows are worked out.
 */

#define LOOKED_UP 16 /* entries that two registers hold */
#define LANES 8
#define WIDE __attribute__((always_inline, target("avx512f,avx512dq,avx512bw,avx512vl"))) static inline

struct entries {
	__m512i low, high;
};

WIDE struct entries
wide_entries(const int64_t *table, uint32_t count)
{
	uint32_t low = count < LANES ? count : LANES, high = count - low;

	return (struct entries){ _mm512_maskz_loadu_epi64((__mmask8)((1u << low) - 1), table),
		                 _mm512_maskz_loadu_epi64((__mmask8)((1u << high) - 1), table + low) };
}

WIDE __m512i
wide_look_up(const struct entries *entries, __m512i at)
{
	return _mm512_permutex2var_epi64(entries->low, at, entries->high);
}

/* What does not change from row to row, in registers as far as there are. */
struct wide {
	const int64_t *base, *due, *amount, *used;
	size_t due_mask, amount_mask, used_mask; /* 0: the same in every row */
	const uint16_t *entry;
	int64_t *out[YBI_USUAL_COUNT_], *far[YBI_USUAL_COUNT_];
	struct entries slope[YBI_TIER_USUAL], edge[YBI_TIER_USUAL];
	__m512i scale, bias, high, low;
	__m128i shift;
	bool unit;
};

WIDE __m512i
wide_load(const int64_t *at, size_t i, __mmask8 here, const bool whole)
{
	return whole ? _mm512_loadu_si512(at + i) : _mm512_maskz_loadu_epi64(here, at + i);
}

WIDE void
wide_put(const struct wide *w, enum ybi_usual_result result, size_t i, __mmask8 here, const bool whole, __m512i value)
{
	if (w->out[result]) {
		if (whole)
			_mm512_storeu_si512(w->out[result] + i, value);
		else
			_mm512_mask_storeu_epi64(w->out[result] + i, here, value);
	}
	if (w->far[result]) {
		if (whole)
			_mm512_stream_si512((__m512i *)(void *)(w->far[result] + i), value);
		else
			_mm512_mask_storeu_epi64(w->far[result] + i, here, value);
	}
}

/* Eight rows, or those of `here`; what was divided, to see whether it was small. */
WIDE __m512i
wide_step(const struct wide *w, size_t i, __mmask8 here, const bool whole, const uint32_t bands, const bool origin_zero, const bool all)
{
	const __m512i zero = _mm512_setzero_si512();
	__m512i at = _mm512_cvtepu16_epi64(whole ? _mm_loadu_si128((const __m128i *)(const void *)(w->entry + i)) : _mm_maskz_loadu_epi16(here, w->entry + i));
	__m512i x = _mm512_max_epi64(wide_load(w->base, i, here, whole), zero);
	__m512i d = _mm512_max_epi64(wide_load(w->due, i & w->due_mask, here, whole), zero);
	__m512i room = _mm512_sub_epi64(wide_load(w->amount, i & w->amount_mask, here, whole), wide_load(w->used, i & w->used_mask, here, whole));
	__m512i over, gross, n, paid;

	d = _mm512_min_epi64(w->unit ? d : _mm512_mullo_epi64(d, w->scale), x);
	over = _mm512_sub_epi64(x, d);
	gross = _mm512_mullo_epi64(over, wide_look_up(&w->slope[0], at));
	for (uint32_t b = 1; b < bands; b++) {
		__m512i edge = wide_look_up(&w->edge[b], at), part = _mm512_max_epi64(_mm512_sub_epi64(origin_zero ? x : over, edge), zero);
		if (origin_zero)
			part = _mm512_sub_epi64(part, _mm512_max_epi64(_mm512_sub_epi64(d, edge), zero));
		gross = _mm512_add_epi64(gross, _mm512_mullo_epi64(part, wide_look_up(&w->slope[b], at)));
	}
	n = _mm512_add_epi64(gross, w->bias);
	paid = _mm512_srl_epi64(_mm512_add_epi64(_mm512_mullo_epi64(n, w->high), _mm512_srli_epi64(_mm512_mullo_epi64(n, w->low), YBI_SMALL_HALF)), w->shift);
	paid = _mm512_min_epi64(paid, _mm512_max_epi64(room, zero));
	wide_put(w, YBI_USUAL_PAID, i, here, whole, paid);
	wide_put(w, YBI_USUAL_LEFT, i, here, whole, _mm512_sub_epi64(x, w->unit ? paid : _mm512_mullo_epi64(paid, w->scale)));
	if (all) {
		wide_put(w, YBI_USUAL_BASE, i, here, whole, x);
		wide_put(w, YBI_USUAL_DEDUCTIBLE, i, here, whole, d);
		wide_put(w, YBI_USUAL_SCOPE, i, here, whole, over);
	}
	return n;
}

WIDE uint64_t
wide_rows(const struct wide *w, size_t rows, const uint32_t bands, const bool origin_zero, const bool all)
{
	__m512i bits = _mm512_setzero_si512();
	size_t i = 0;

	for (; i + 2 * LANES <= rows; i += 2 * LANES) {
		bits = _mm512_or_si512(bits, wide_step(w, i, 0xff, true, bands, origin_zero, all));
		bits = _mm512_or_si512(bits, wide_step(w, i + LANES, 0xff, true, bands, origin_zero, all));
	}
	for (; i < rows; i += LANES) {
		__mmask8 here = (__mmask8)(rows - i >= LANES ? 0xff : (1u << (rows - i)) - 1);
		bits = _mm512_or_si512(bits, _mm512_maskz_mov_epi64(here, wide_step(w, i, here, false, bands, origin_zero, all)));
	}
	return (uint64_t)_mm512_reduce_or_epi64(bits);
}

#define WIDE_SHAPE(bands, origin, all) ((bands) * 4u + (origin) * 2u + (all))
#define WIDE_BANDS(bands, origin) \
	case WIDE_SHAPE(bands, origin, 0): return wide_rows(&w, rows, bands, origin, false); \
	case WIDE_SHAPE(bands, origin, 1): return wide_rows(&w, rows, bands, origin, true);

__attribute__((noinline, target("avx512f,avx512dq,avx512bw,avx512vl"))) static uint64_t
wide_tier(const struct ybi_usual *u, size_t rows)
{
	const struct ybi_tier_plan *t = u->tier;
	struct wide w;
	bool all = false;

	w.base = u->base;
	w.due = u->due.at;
	w.amount = u->amount.at;
	w.used = u->used.at;
	w.due_mask = u->due.same ? 0 : SIZE_MAX;
	w.amount_mask = u->amount.same ? 0 : SIZE_MAX;
	w.used_mask = u->used.same ? 0 : SIZE_MAX;
	w.entry = u->entry;
	w.scale = _mm512_set1_epi64(t->scale);
	w.bias = _mm512_set1_epi64((int64_t)ybi_round_bias(&t->post, t->mode));
	w.high = _mm512_set1_epi64((int64_t)t->post.small_high);
	w.low = _mm512_set1_epi64((int64_t)t->post.small_low);
	w.shift = _mm_cvtsi32_si128((int)t->post.small_shift);
	w.unit = t->scale == 1;
	for (uint32_t r = 0; r < YBI_USUAL_COUNT_; r++) {
		w.out[r] = u->out[r];
		w.far[r] = u->far[r];
	}
	for (uint32_t b = 0; b < t->bands; b++) {
		w.slope[b] = wide_entries(t->slope + (size_t)b * t->entries, t->entries);
		w.edge[b] = wide_entries(t->edge + (size_t)b * t->entries, t->entries);
	}
	for (uint32_t r = 0; r < YBI_USUAL_PAID; r++)
		all = all || w.out[r] || w.far[r];
	switch (WIDE_SHAPE(t->bands, t->origin_zero && t->bands > 1 ? 1u : 0u, all ? 1u : 0u)) {
		WIDE_BANDS(1, 0)
		WIDE_BANDS(2, 0)
		WIDE_BANDS(2, 1)
		WIDE_BANDS(3, 0)
		WIDE_BANDS(3, 1)
		WIDE_BANDS(4, 0)
		WIDE_BANDS(4, 1)
	default: return UINT64_MAX;
	}
}
#endif

bool
ybi_usual_looks_up(const struct ybi_tier_plan *tier, uint8_t may)
{
#ifdef YBI_HAVE_AVX512
	return tier->entries <= LOOKED_UP && ybi_cpu_is_wide(may);
#else
	(void)tier;
	(void)may;
	return false;
#endif
}

uint64_t
ybi_usual_run(const struct ybi_usual *u, size_t rows)
{
	uint64_t bits;

#ifdef YBI_HAVE_AVX512
	if (ybi_usual_looks_up(u->tier, u->may))
		return wide_tier(u, rows);
#endif
	usual_tier(u, rows, &bits);
	return bits;
}
