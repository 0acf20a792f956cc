/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/calendar.h"
#include "base/cpu.h"
#include "bulk/block.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* as in rule/column.c */
#endif

/* ---- columns ---- */

static void
mark_all(uint8_t *marks, size_t count, const uint8_t *known)
{
	for (size_t i = 0; i < count; i++)
		marks[i] |= known ? known[i] != 0 : 1;
}

/* Is a number outside [low, high]? The bounds lie far inside the type, so the top bit of a difference tells. */
static bool
any_outside(const int64_t *restrict values, int64_t low, int64_t high, size_t count)
{
	uint64_t out = 0, least = (uint64_t)low, most = (uint64_t)high;

	for (size_t i = 0; i < count; i++)
		out |= ((uint64_t)values[i] - least) | (most - (uint64_t)values[i]);
	return out >> 63;
}

/* Numbers outside their range become 0, and where they are known the row is for the exact way: so no sum of them can overflow. */
static void
clear_outside(const int64_t *values, const uint8_t *known, int64_t low, int64_t high, size_t count, int64_t *out, uint8_t *exact)
{
	for (size_t i = 0; i < count; i++) {
		bool bad = values[i] < low || values[i] > high;
		exact[i] |= bad && (!known || known[i]);
		out[i] = bad ? 0 : values[i];
	}
}

static void
check_bytes(const int8_t *restrict values, int64_t low, int64_t high, size_t count, uint8_t *restrict exact)
{
	int8_t least = (int8_t)(low > INT8_MAX ? INT8_MAX : low), most = (int8_t)(high > INT8_MAX ? INT8_MAX : high);
	uint8_t out = 0;

	for (size_t i = 0; i < count; i++)
		out |= (uint8_t)((values[i] < least) | (values[i] > most));
	for (size_t i = 0; out && i < count; i++)
		exact[i] |= (uint8_t)((values[i] < least) | (values[i] > most));
}

static struct ybi_rows
load_number(struct ybi_worker *w, uint32_t i, const struct ybi_input *in, const struct ybi_view_input *v, const uint8_t *known)
{
	struct ybi_rows slot = { .values = w->values[i], .known = known };
	const uint8_t *at = in->values + w->first * in->width;

	if (v->direct && !w->rows && v->low <= INT8_MAX) {
		check_bytes((const int8_t *)at, v->low, v->high, w->count, w->exact);
		return (struct ybi_rows){ .bytes = at };
	}
	if (in->width == 8 && !w->rows && (uintptr_t)at % _Alignof(int64_t) == 0)
		slot.values = (const int64_t *)(const void *)at;
	else
		ybi_input_load(in, w->first, w->rows, w->count, w->values[i]);
	if (any_outside(slot.values, v->low, v->high, w->count)) {
		clear_outside(slot.values, known, v->low, v->high, w->count, w->values[i], w->exact);
		slot.values = w->values[i];
	}
	return slot;
}

/* The same text in every row; its column serves until a block is longer, or of a view where the text is another fact. */
static struct ybi_rows
load_constant(struct ybi_worker *w, uint32_t i, const struct ybi_view_input *v)
{
	int64_t *restrict out = w->values[i], value = v->map[0];
	struct ybi_filled *filled = &w->filled[i];

	if (v->states[0] == YBI_WORD_NOTHING)
		return (struct ybi_rows){ 0 };
	if (v->states[0] == YBI_WORD_EXACT)
		memset(w->exact, 1, w->count);
	if (v->idle)
		return (struct ybi_rows){ 0 };
	if (filled->value != value || filled->rows < w->count) {
		*filled = (struct ybi_filled){ .value = value, .rows = w->count };
		for (size_t k = 0; k < filled->rows; k++)
			out[k] = value;
	}
	return (struct ybi_rows){ .values = w->values[i] };
}

static struct ybi_rows
load_text(struct ybi_worker *w, uint32_t i, const struct ybi_input *in, const struct ybi_view_input *v, const uint8_t *known)
{
	int64_t *restrict out = w->values[i];
	uint8_t state = 0;

	ybi_input_load(in, w->first, w->rows, w->count, out);
	for (size_t k = 0; k < w->count; k++) {
		uint64_t code = (uint64_t)out[k];
		if (known && !known[k]) {
			out[k] = 0;
		} else if (code >= in->word_count) {
			w->exact[k] = 1;
			out[k] = 0;
		} else {
			state |= v->states[code];
			out[k] = v->map[code];
		}
	}
	if (!state)
		return (struct ybi_rows){ .values = out, .known = known };
	ybi_input_load(in, w->first, w->rows, w->count, w->zeros); /* some text is no plain fact: look again */
	for (size_t k = 0; k < w->count; k++) {
		uint64_t code = (uint64_t)w->zeros[k];
		bool there = (!known || known[k]) && code < in->word_count;
		w->exact[k] |= there && v->states[code] == YBI_WORD_EXACT;
		w->known[i][k] = there && v->states[code] == YBI_WORD_FACT;
	}
	memset(w->zeros, 0, sizeof(w->zeros));
	return (struct ybi_rows){ .values = out, .known = w->known[i] };
}

/* A running total, or a number of months in arrears, that is not given counts as zero, as a question has it. */
static struct ybi_rows
zero_unknown(struct ybi_worker *w, uint32_t i, struct ybi_rows rows)
{
	if (!rows.known)
		return rows;
	for (size_t k = 0; k < w->count; k++)
		w->values[i][k] = rows.known[k] ? rows.values[k] : 0;
	return (struct ybi_rows){ .values = w->values[i] };
}

static void
block_load(struct ybi_worker *w)
{
	const struct yb_bulk *bulk = w->bulk;

	for (uint32_t i = 0; i < bulk->inputs_count; i++) {
		const struct ybi_input *in = &bulk->inputs[i];
		const struct ybi_view_input *v = &w->view->inputs[i];
		bool some = ybi_input_load_known(in, w->first, w->rows, w->count, w->known[i]);
		const uint8_t *known = some ? w->known[i] : NULL;
		struct ybi_rows slot = { 0 };
		if (v->foreign)
			mark_all(w->exact, w->count, known);
		else if (in->constant)
			slot = load_constant(w, i, v);
		else if (in->coded)
			slot = load_text(w, i, in, v, known);
		else
			slot = load_number(w, i, in, v, known);
		if ((in->total || in->option == YBI_OPTION_ARREAR + 1) && slot.values)
			slot = zero_unknown(w, i, slot);
		w->slots[i].values = slot.values; /* one by one: a whole put together just now would wait for all that was written before */
		w->slots[i].known = slot.known;
		w->slots[i].bytes = slot.bytes;
	}
}

YBI_FOR_EVERY_CPU(, w->bulk->may, ybi_block_load, block_load, (struct ybi_worker *w), (w))

/* ---- what follows from them ---- */

static struct ybi_rows
role(const struct ybi_worker *w, uint32_t number)
{
	uint32_t i = w->bulk->roles[number];

	return i == YBI_NO_INPUT ? (struct ybi_rows){ 0 } : w->slots[i];
}

static bool
is_known(const struct ybi_rows *slot, size_t i)
{
	return slot->values && (!slot->known || slot->known[i]);
}

static bool
is_read(const struct ybi_worker *w, uint32_t derived)
{
	return w->view->derived >> derived & 1;
}

static void
put(struct ybi_worker *w, uint32_t derived, size_t i, bool known, int64_t value)
{
	w->derived_known[derived][i] = known;
	w->derived_values[derived][i] = known ? value : 0;
}

static void
have(struct ybi_worker *w, uint32_t derived)
{
	w->derived[derived] = (struct ybi_rows){ .values = w->derived_values[derived], .known = w->derived_known[derived] };
}

/* The days of the stay: in order, in the days that the document answers for, in one medical year where it splits a stay. */
static void
derive_days(struct ybi_worker *w)
{
	const struct ybi_book *book = w->view->book;
	const struct ybi_rows begin = role(w, YBI_ROLE_BEGIN), end = role(w, YBI_ROLE_END), on = book->year_by_begin ? begin : end;
	int64_t from = w->view->from, to = w->view->to;

	w->derived[YBI_FROM_ON] = on;
	if (!begin.values && !end.values) {
		if (from > YBI_DAY_FIRST || book->year_by_split)
			memset(w->exact, 1, w->count);
		return;
	}
	for (size_t i = 0; i < w->count; i++) {
		bool begun = is_known(&begin, i), ended = is_known(&end, i);
		w->exact[i] |= begun && ended && end.values[i] < begin.values[i];
		if (is_known(&on, i) && (on.values[i] < from || on.values[i] >= to)) {
			w->exact[i] |= book->year_by_split ? YBI_STOP_EXACT : YBI_STOP_DAY; /* each part of a stay has its day */
			w->outside = true;
		}
		w->exact[i] |= !is_known(&on, i) && from > YBI_DAY_FIRST;
		if (book->year_by_split && !w->exact[i]) /* a day that is not known is asked for */
			w->exact[i] = !begun || !ended || ybi_day_year_start((yb_day)begin.values[i], book->medical_month, book->medical_day) !=
				ybi_day_year_start((yb_day)end.values[i], book->medical_month, book->medical_day);
		if (is_read(w, YBI_FROM_STAY))
			put(w, YBI_FROM_STAY, i, begun && ended, !begun || !ended ? 0 : end.values[i] == begin.values[i] ? 1 : end.values[i] - begin.values[i]);
	}
	if (is_read(w, YBI_FROM_STAY))
		have(w, YBI_FROM_STAY);
}

static void
derive_year(struct ybi_worker *w)
{
	const struct ybi_book *book = w->view->book;
	const struct ybi_rows *on = &w->derived[YBI_FROM_ON];
	int64_t last_day = 0, last_year = 0, last_first = 0;
	bool any = false;

	if (!is_read(w, YBI_FROM_YEAR) && !is_read(w, YBI_FROM_YEAR_FIRST))
		return;
	for (size_t i = 0; i < w->count; i++) {
		bool known = is_known(on, i) && !(w->exact[i] & YBI_STOP_EXACT);
		if (known && (!any || on->values[i] != last_day)) {
			last_day = on->values[i];
			last_year = ybi_day_year(ybi_day_year_start((yb_day)last_day, book->medical_month, book->medical_day));
			last_first = ybi_cover_year_first(book, (int32_t)last_year);
			any = true;
		}
		put(w, YBI_FROM_YEAR, i, known, last_year);
		put(w, YBI_FROM_YEAR_FIRST, i, known && last_first != YB_DAY_NONE, last_first);
	}
	have(w, YBI_FROM_YEAR);
	have(w, YBI_FROM_YEAR_FIRST);
}

/* Born in the coverage year that a fee is asked for, after its first day; as born_within_year() of a question has it. */
static bool
is_newborn(const struct ybi_worker *w, size_t i, yb_day birth)
{
	const struct ybi_rows *year = &w->derived[YBI_FROM_YEAR];
	yb_day next = w->bulk->ask == YBI_ASK_FEE && is_known(year, i) ? ybi_cover_year_first(w->view->book, (int32_t)year->values[i] + 1) : YB_DAY_NONE;

	return next != YB_DAY_NONE && birth < next;
}

/* Else nobody is born after the day asked about, or 150 years before it. */
static void
derive_age(struct ybi_worker *w)
{
	const struct ybi_rows *on = &w->derived[YBI_FROM_ON], birth = role(w, YBI_ROLE_BIRTH);

	for (size_t i = 0; birth.values && i < w->count; i++) {
		bool known = is_known(on, i) && is_known(&birth, i) && !(w->exact[i] & YBI_STOP_EXACT);
		int32_t years = 0;
		if (known && birth.values[i] > on->values[i])
			w->exact[i] |= !is_newborn(w, i, (yb_day)birth.values[i]);
		else if (known && (yb_day_age((yb_day)birth.values[i], (yb_day)on->values[i], &years) != YB_OK || years > 150))
			w->exact[i] |= YBI_STOP_EXACT;
		put(w, YBI_FROM_AGE, i, known && !(w->exact[i] & YBI_STOP_EXACT), years);
	}
	if (birth.values)
		have(w, YBI_FROM_AGE);
}

/* The index that each row has into the texts of a column; SIZE_MAX where it has none. */
static size_t
text_at(const struct ybi_worker *w, uint32_t input, size_t i)
{
	const struct ybi_input *in = &w->bulk->inputs[input];
	size_t row = w->first + (w->rows ? w->rows[i] : i);
	int64_t code = ybi_input_at(in, row);

	return ybi_input_known(in, row) && code >= 0 && (uint64_t)code < in->word_count ? (size_t)code : SIZE_MAX;
}

static void
derive_retired(struct ybi_worker *w)
{
	uint32_t input = w->bulk->roles[YBI_ROLE_PSN_TYPE];

	if (!is_read(w, YBI_FROM_RETIRED) || input == YBI_NO_INPUT)
		return;
	for (size_t i = 0; i < w->count; i++) {
		size_t code = text_at(w, input, i);
		put(w, YBI_FROM_RETIRED, i, code != SIZE_MAX, code == SIZE_MAX ? 0 : w->view->inputs[input].retired[code]);
	}
	have(w, YBI_FROM_RETIRED);
}

static void
derive_area(struct ybi_worker *w)
{
	uint32_t region = w->bulk->roles[YBI_ROLE_REGION], place = w->bulk->roles[YBI_ROLE_PLACE];

	if (!is_read(w, YBI_FROM_AREA) || region == YBI_NO_INPUT || place == YBI_NO_INPUT)
		return;
	for (size_t i = 0; i < w->count; i++) {
		size_t r = text_at(w, region, i), p = text_at(w, place, i);
		int32_t from = r == SIZE_MAX ? -1 : w->view->inputs[region].place[r], to = p == SIZE_MAX ? -1 : w->view->inputs[place].place[p];
		put(w, YBI_FROM_AREA, i, from >= 0 && to >= 0, from < 0 || to < 0 ? 0 : w->view->area[ybi_area_between(from, to)]);
	}
	have(w, YBI_FROM_AREA);
}

/* ---- the bill ---- */

#define BUCKETS 4

/* One row's bill is the sum of its four parts; one of the five that is not given follows from the others. */
static void
balance_row(struct ybi_worker *w, const struct ybi_rows total, const struct ybi_rows parts[BUCKETS], size_t i)
{
	int64_t sum = 0;
	uint32_t open = 0, lacking = 0;
	bool has_total = is_known(&total, i);

	for (uint32_t k = 0; k < BUCKETS; k++) {
		bool known = is_known(&parts[k], i);
		put(w, YBI_FROM_OWN + k, i, known, known ? parts[k].values[i] : 0);
		if (known)
			sum += parts[k].values[i];
		open += !known;
		lacking = known ? lacking : k;
	}
	w->exact[i] |= sum > YB_FEN_LIMIT || (has_total && (sum > total.values[i] || (open == 0 && sum != total.values[i])));
	put(w, YBI_FROM_TOTAL, i, has_total || open == 0, has_total ? total.values[i] : sum);
	if (has_total && open == 1)
		put(w, YBI_FROM_OWN + lacking, i, true, total.values[i] - sum);
}

static void
derive_bill(struct ybi_worker *w)
{
	const struct ybi_rows total = role(w, YBI_ROLE_TOTAL);
	struct ybi_rows parts[BUCKETS];
	bool none = true;

	_Static_assert(YBI_FROM_OVER == YBI_FROM_OWN + 1 && YBI_FROM_PRIOR == YBI_FROM_OWN + 2 && YBI_FROM_SCOPE == YBI_FROM_OWN + 3,
	               "the parts of a bill follow each other");
	for (uint32_t k = 0; k < BUCKETS; k++) {
		parts[k] = role(w, YBI_ROLE_OWN + k);
		none = none && !parts[k].values;
	}
	if (none) { /* nothing to add up */
		w->derived[YBI_FROM_TOTAL] = total;
		return;
	}
	for (size_t i = 0; i < w->count; i++)
		balance_row(w, total, parts, i);
	for (uint32_t k = YBI_FROM_TOTAL; k <= YBI_FROM_SCOPE; k++)
		have(w, k);
}

static void
block_derive(struct ybi_worker *w)
{
	for (uint32_t i = 0; i < YBI_FROM_COUNT_; i++)
		w->derived[i] = (struct ybi_rows){ 0 };
	w->derived[YBI_FROM_ZERO] = (struct ybi_rows){ .values = w->zeros };
	if (w->bulk->ask != YBI_ASK_REIMBURSE) {
		ybi_block_dates(w);
	} else {
		derive_days(w);
		derive_year(w);
	}
	derive_age(w);
	derive_retired(w);
	derive_area(w);
	derive_bill(w);
}

YBI_FOR_EVERY_CPU(, w->bulk->may, ybi_block_derive, block_derive, (struct ybi_worker *w), (w))
