/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/lookup.h"

#include <string.h>

#include "base/cpu.h"
#include "base/memory.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* the loops below are what vectorising is for */
#endif

/* From facts to positions on axes, from those to indexes of tables, and from indexes to what stands in a table. */

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

static void
run_index(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_scratch *s, size_t rows)
{
	uint16_t *restrict index = ybi_index_of(plan, s, table);

	if (table->axis_count == 0)
		memset(index, 0, rows * sizeof(*index));
	for (uint32_t k = 0; k < table->axis_count; k++) {
		const uint16_t *restrict position = s->positions + (size_t)table->axes[k] * YBI_BLOCK;
		uint16_t stride = (uint16_t)table->strides[k];
		if (k == 0) /* the first stride is 1 */
			memcpy(index, position, rows * sizeof(*index));
		else
			for (size_t i = 0; i < rows; i++)
				index[i] = (uint16_t)(index[i] + position[i] * stride); /* a table has fewer entries than that */
	}
}

/* ---- indexes straight from bytes ---- */

#define BYTES_JOINED 4 /* columns of one index, at most */

/* Every value of the range is a position of its own. */
static bool
is_plain(const struct ybi_axis *axis)
{
	return axis->kind == YBI_AXIS_BREAKS && axis->small && axis->size == axis->small_count && axis->breaks[0] >= 0 && axis->breaks[0] < 256;
}

static bool
is_joined(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_column *facts)
{
	bool joined = table->axis_count > 0 && table->axis_count <= BYTES_JOINED;

	for (uint32_t k = 0; joined && k < table->axis_count; k++) {
		const struct ybi_axis *axis = &plan->axes[table->axes[k]];
		joined = facts[axis->fact].bytes && is_plain(axis);
	}
	return joined;
}

/* Of one axis: its bytes, their first value, the last position and the stride. */
struct byte_axis {
	const uint8_t *bytes;
	uint16_t first, last, stride;
};

static inline uint16_t
join_bytes(const struct byte_axis *given, const uint32_t count, size_t rows, uint16_t *restrict index)
{
	const struct byte_axis a = given[0], b = given[1], c = given[2], d = given[3];
	uint16_t outside = 0;

	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		uint16_t at = (uint16_t)(a.bytes[i] - a.first), next, sum = at > a.last ? a.last : at;
		outside |= at > a.last;
#define JOIN(number, axis) \
		next = count > (number) ? (uint16_t)((axis).bytes[i] - (axis).first) : 0; \
		outside |= next > (axis).last; \
		sum = (uint16_t)(sum + (next > (axis).last ? (axis).last : next) * (axis).stride)
		JOIN(1, b);
		JOIN(2, c);
		JOIN(3, d);
#undef JOIN
		index[i] = sum;
	}
	return outside;
}

/* A value outside its range is no value of the fact. */
static void
run_joined(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_column *facts, const struct ybi_scratch *s, size_t rows,
           uint8_t *restrict escape)
{
	struct byte_axis axes[BYTES_JOINED] = { 0 };
	uint16_t *index = ybi_index_of(plan, s, table), outside;

	for (uint32_t k = 0; k < table->axis_count; k++) {
		const struct ybi_axis *axis = &plan->axes[table->axes[k]];
		axes[k] = (struct byte_axis){ facts[axis->fact].bytes, (uint16_t)axis->breaks[0], (uint16_t)(axis->size - 1), (uint16_t)table->strides[k] };
	}
	switch (table->axis_count) {
	case 1: outside = join_bytes(axes, 1, rows, index); break;
	case 2: outside = join_bytes(axes, 2, rows, index); break;
	case 3: outside = join_bytes(axes, 3, rows, index); break;
	default: outside = join_bytes(axes, BYTES_JOINED, rows, index); break;
	}
	for (uint32_t k = 0; outside && k < table->axis_count; k++)
		for (size_t i = 0; i < rows; i++)
			escape[i] |= (uint16_t)(axes[k].bytes[i] - axes[k].first) > axes[k].last;
}

/* ---- positions ---- */

/* The positions of a column whose every row is known; a value outside a short range is no value of the fact. */
static void
known_positions(const struct ybi_axis *axis, const int64_t *restrict values, uint16_t *restrict out, size_t rows, uint8_t *restrict escape)
{
	if (axis->kind == YBI_AXIS_ATOM) {
		for (size_t i = 0; i < rows; i++)
			out[i] = (uint64_t)values[i] < axis->map_count ? axis->map[values[i]] : (uint16_t)(axis->size - 1);
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
			out[i] = (uint16_t)position_of(axis, values[i]);
	}
}

#define FEW_PIECES 6 /* so many comparisons are faster than a look-up */

/* The same from bytes. A short range lies in 32 bits. */
static void
byte_positions(const struct ybi_axis *axis, const uint8_t *restrict bytes, uint16_t *restrict out, size_t rows, uint8_t *restrict escape)
{
	if (is_plain(axis)) {
		uint16_t first = (uint16_t)axis->breaks[0], last = (uint16_t)(axis->size - 1), outside = 0;
		for (size_t i = 0; i < rows; i++) {
			uint16_t at = (uint16_t)(bytes[i] - first);
			outside |= at > last;
			out[i] = at > last ? last : at;
		}
		for (size_t i = 0; outside && i < rows; i++)
			escape[i] |= (uint16_t)(bytes[i] - first) > last;
		return;
	}
	if (axis->kind == YBI_AXIS_BREAKS && axis->small && axis->size <= FEW_PIECES) {
		int32_t low = (int32_t)axis->breaks[0], high = low + (int32_t)axis->small_count - 1;
		uint8_t least = (uint8_t)(low < 0 ? 0 : low), most = (uint8_t)(high > 255 ? 255 : high), outside = high < 0 || low > 255;
		for (size_t i = 0; i < rows; i++)
			out[i] = 0;
		for (uint32_t b = 1; b < axis->size; b++) {
			int32_t edge = (int32_t)axis->breaks[b];
			uint8_t at = (uint8_t)(edge < 0 ? 0 : edge);
			for (size_t i = 0; edge <= 255 && i < rows; i++)
				out[i] = (uint16_t)(out[i] + (bytes[i] >= at));
		}
		for (size_t i = 0; i < rows; i++)
			outside |= (uint8_t)((bytes[i] < least) | (bytes[i] > most));
		for (size_t i = 0; outside && i < rows; i++)
			escape[i] |= ((int32_t)bytes[i] < low) | ((int32_t)bytes[i] > high);
		return;
	}
	for (size_t i = 0; i < rows; i++) {
		if (axis->kind == YBI_AXIS_BREAKS && axis->small)
			escape[i] |= (uint64_t)((int64_t)bytes[i] - axis->breaks[0]) >= axis->small_count;
		out[i] = (uint16_t)position_of(axis, bytes[i]);
	}
}

static void
run_axis(const struct ybi_plan *plan, uint32_t number, const struct ybi_column *column, size_t rows, struct ybi_scratch *s, uint8_t *escape)
{
	const struct ybi_axis *axis = &plan->axes[number];
	uint16_t *out = s->positions + (size_t)number * YBI_BLOCK;

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
		const uint16_t *index = ybi_index_of(plan, s, table);
		run_index(plan, table, s, rows);
		for (size_t i = 0; i < rows; i++)
			out[i] = (uint16_t)(table->bad && table->bad[index[i]] ? axis->size : position_of(axis, table->values[index[i]]));
	} else {
		for (size_t i = 0; i < rows; i++)
			out[i] = (uint16_t)axis->size;
	}
	if (column->values)
		for (size_t i = 0; i < rows; i++)
			if (column->known[i])
				out[i] = (uint16_t)position_of(axis, column->values[i]);
}

static bool
is_on(const struct ybi_dense *table, uint32_t axis)
{
	bool on = false;

	for (uint32_t k = 0; k < table->axis_count; k++)
		on = on || table->axes[k] == axis;
	return on;
}

/* Not where only indexes are on the axis that are made straight from bytes. */
static bool
needs_positions(const struct ybi_plan *plan, uint32_t axis, const struct ybi_column *facts, const struct ybi_scratch *s)
{
	bool joined = false;

	if (!facts[plan->axes[axis].fact].bytes)
		return true;
	for (uint32_t i = 0; i < plan->axis_count; i++)
		if (plan->axes[i].derive != YBI_NO_TABLE && is_on(&plan->tables[plan->axes[i].derive], axis))
			return true;
	for (uint32_t i = 0; i < plan->step_count; i++) {
		const struct ybi_column_step *step = &plan->steps[i];
		if (step->op != YBI_COL_INDEX || (s->idle && s->idle[i]) || !is_on(&plan->tables[step->x], axis))
			continue;
		if (!is_joined(plan, &plan->tables[step->x], facts))
			return true;
		joined = true;
	}
	return !joined;
}

static void
run_positions(const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s, uint8_t *escape)
{
	for (uint32_t i = 0; i < plan->axis_count; i++)
		if (needs_positions(plan, i, facts, s))
			run_axis(plan, i, &facts[plan->axes[i].fact], rows, s, escape);
}

YBI_FOR_EVERY_CPU(, s->may, ybi_positions_run, run_positions,
                  (const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s, uint8_t *escape),
                  (plan, facts, rows, s, escape))

static void
index_run(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_column *facts, size_t rows, const struct ybi_scratch *s,
          uint8_t *escape)
{
	if (is_joined(plan, table, facts))
		run_joined(plan, table, facts, s, rows, escape);
	else
		run_index(plan, table, s, rows);
}

YBI_FOR_EVERY_CPU(, s->may, ybi_index_run, index_run,
                  (const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_column *facts, size_t rows, const struct ybi_scratch *s,
                   uint8_t *escape),
                  (plan, table, facts, rows, s, escape))

/* ---- tables ---- */

#ifdef YBI_HAVE_AVX512
#define PERMUTED 64 /* entries that eight registers hold */

/* A table of one to eight registers. */
__attribute__((target("avx512f,avx512bw,avx512vl"))) static inline void
permute_rows(const __m512i *table, const int registers, const uint16_t *index, size_t rows, int64_t *out)
{
	for (size_t i = 0; i < rows; i += 8) {
		__mmask8 here = (__mmask8)(rows - i >= 8 ? 0xff : (1u << (rows - i)) - 1);
		__m512i at = _mm512_cvtepu16_epi64(here == 0xff ? _mm_loadu_si128((const __m128i *)(const void *)(index + i)) : _mm_maskz_loadu_epi16(here, index + i));
		__m512i v;
		if (registers == 1) {
			v = _mm512_permutexvar_epi64(at, table[0]);
		} else {
			v = _mm512_permutex2var_epi64(table[0], at, table[1]);
			for (int r = 2; r < registers; r += 2)
				v = _mm512_mask_mov_epi64(v, _mm512_cmpge_epi64_mask(at, _mm512_set1_epi64(r * 8)),
				                          _mm512_permutex2var_epi64(table[r], at, table[r + 1]));
		}
		if (here == 0xff)
			_mm512_storeu_si512(out + i, v);
		else
			_mm512_mask_storeu_epi64(out + i, here, v);
	}
}

/* Likewise of up to 64 entries of 32 bits, of which a register holds twice as many. */
__attribute__((target("avx512f,avx512bw,avx512vl"))) static inline void
permute_narrow_rows(const __m512i *table, const int registers, const uint16_t *index, size_t rows, int64_t *out)
{
	for (size_t i = 0; i < rows; i += 16) {
		__mmask16 here = (__mmask16)(rows - i >= 16 ? 0xffff : (1u << (rows - i)) - 1);
		__m512i at = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(here, index + i)), v;
		if (registers == 1) {
			v = _mm512_permutexvar_epi32(at, table[0]);
		} else {
			v = _mm512_permutex2var_epi32(table[0], at, table[1]);
			if (registers > 2)
				v = _mm512_mask_mov_epi32(v, _mm512_cmpge_epi32_mask(at, _mm512_set1_epi32(32)), _mm512_permutex2var_epi32(table[2], at, table[3]));
		}
		if (here == 0xffff) {
			_mm512_storeu_si512(out + i, _mm512_cvtepi32_epi64(_mm512_castsi512_si256(v)));
			_mm512_storeu_si512(out + i + 8, _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(v, 1)));
		} else {
			_mm512_mask_storeu_epi64(out + i, (__mmask8)here, _mm512_cvtepi32_epi64(_mm512_castsi512_si256(v)));
			_mm512_mask_storeu_epi64(out + i + 8, (__mmask8)(here >> 8), _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(v, 1)));
		}
	}
}

__attribute__((target("avx512f,avx512bw,avx512vl"))) static inline void
permute_some(const __m512i *table, const int registers, bool narrow, const uint16_t *index, size_t rows, int64_t *out)
{
	if (narrow)
		permute_narrow_rows(table, registers, index, rows, out);
	else
		permute_rows(table, registers, index, rows, out);
}

/* A table of up to 64 entries from registers; of entries that fit in 32 bits from half as many. */
__attribute__((target("avx512f,avx512bw,avx512vl"))) static void
permute(const int64_t *values, uint32_t size, const uint16_t *index, size_t rows, int64_t *out)
{
	__m512i table[8], halves[4], wide = _mm512_setzero_si512();
	uint32_t registers = (size + 7) / 8;
	bool narrow;

	for (uint32_t r = 0; r < ARRAY_SIZE(table); r++) {
		uint32_t left = size > r * 8 ? size - r * 8 : 0;
		table[r] = _mm512_maskz_loadu_epi64((__mmask8)(left >= 8 ? 0xff : (1u << left) - 1), values + (left ? r * 8 : 0));
		wide = _mm512_or_si512(wide, _mm512_xor_si512(table[r], _mm512_srai_epi64(table[r], 63)));
	}
	narrow = registers > 1 && (uint64_t)_mm512_reduce_or_epi64(wide) <= INT32_MAX;
	for (uint32_t r = 0; narrow && r < ARRAY_SIZE(halves); r++)
		halves[r] = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(table[2 * r])), _mm512_cvtepi64_epi32(table[2 * r + 1]), 1);
	registers = narrow ? (registers + 1) / 2 : registers;
	if (registers == 1)
		permute_some(narrow ? halves : table, 1, narrow, index, rows, out);
	else if (registers == 2)
		permute_some(narrow ? halves : table, 2, narrow, index, rows, out);
	else if (registers <= 4)
		permute_some(narrow ? halves : table, 4, narrow, index, rows, out);
	else
		permute_rows(table, 8, index, rows, out);
}
#endif

#define FEW_ENTRIES 4
#define FOUR ((size_t)4)

/* A small table from registers, where the processor can; of up to four entries by comparisons, which vectorise; else by loads (gathers are slower). */
static void
look_up(uint8_t may, const int64_t *restrict values, uint32_t size, const uint16_t *restrict index, size_t rows, int64_t *restrict out)
{
	size_t done = 0;

	(void)may;
#ifdef YBI_HAVE_AVX512
	if (size <= PERMUTED && ybi_cpu_is_wide(may)) {
		permute(values, size, index, rows, out);
		return;
	}
#endif
	if (size <= FEW_ENTRIES) {
		int64_t zero = values[0], one = values[size > 1 ? 1 : 0], two = values[size > 2 ? 2 : 0], three = values[size > 3 ? 3 : 0];
		for (size_t i = 0; i < rows; i++) {
			int64_t at = index[i], v = at == 1 ? one : zero;
			v = at == 2 ? two : v;
			out[i] = at == 3 ? three : v;
		}
		return;
	}
	for (; rows - done >= FOUR; done += FOUR) { /* as loads are what it waits for, four indexes are one */
		uint64_t at;
		memcpy(&at, index + done, sizeof(at));
		for (size_t i = done; i < done + FOUR; i++, at >>= 16) {
			int64_t v = values[at & 0xffff];
			YBI_ONE_BY_ONE(v);
			out[i] = v;
		}
	}
	for (size_t i = done; i < rows; i++) {
		int64_t v = values[index[i]];
		YBI_ONE_BY_ONE(v);
		out[i] = v;
	}
}

YBI_FOR_EVERY_CPU(, may, ybi_look_up, look_up,
                  (uint8_t may, const int64_t *restrict values, uint32_t size, const uint16_t *restrict index, size_t rows, int64_t *restrict out),
                  (may, values, size, index, rows, out))
