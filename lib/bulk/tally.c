/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/tally.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define CELLS_MOST (1u << 22) /* of all threads together; more threads than fit are not used */

/* ---- rows ---- */

static bool
resize(void *array, size_t count, size_t size)
{
	void **slot = array, *more;

	if (count == 0 || count > SIZE_MAX / size)
		return false;
	more = realloc(*slot, count * size);
	if (more)
		*slot = more;
	return more != NULL;
}

bool
ybi_tally_reserve(struct ybi_tally *tally, size_t more)
{
	size_t room = tally->room * 2, pair = 2 * (size_t)tally->value_count;

	if (more <= tally->room - tally->count)
		return true;
	if (more > SIZE_MAX / 64 - tally->count)
		return false;
	if (room < tally->count + more)
		room = tally->count + more;
	if (!resize(&tally->rows, room, sizeof(*tally->rows)) || !resize(&tally->amounts, room, pair * sizeof(*tally->amounts)))
		return false;
	tally->room = room;
	return true;
}

void
ybi_tally_add(struct ybi_tally *tally, const struct ybi_tally_row *row, const int64_t *amounts)
{
	memcpy(tally->amounts + tally->count * 2 * tally->value_count, amounts, 2 * tally->value_count * sizeof(*amounts));
	tally->rows[tally->count++] = *row;
}

void
ybi_tally_forget(struct ybi_tally *tally)
{
	free(tally->bins);
	free(tally->cells);
	free(tally->starts);
	free(tally->order);
	free(tally->sorted);
	tally->bins = NULL;
	tally->cells = NULL;
	tally->starts = tally->order = NULL;
	tally->sorted = NULL;
	tally->sorted_side = 0;
	tally->bin_count = 0;
	tally->done = false;
}

void
ybi_tally_free(struct ybi_tally *tally)
{
	ybi_tally_forget(tally);
	if (tally->rows)
		yb_wipe(tally->rows, tally->room * sizeof(*tally->rows));
	if (tally->amounts)
		yb_wipe(tally->amounts, tally->room * 2 * tally->value_count * sizeof(*tally->amounts));
	free(tally->rows);
	free(tally->amounts);
	free(tally->edges);
	memset(tally, 0, sizeof(*tally));
}

/* ---- quantiles ---- */

static int
by_value(const void *a, const void *b)
{
	int64_t x = ((const struct ybi_weighed *)a)->value, y = ((const struct ybi_weighed *)b)->value;

	return (x > y) - (x < y);
}

/* The share of a total weight, rounded up, at least 1; weights are 63 bits and rows fewer than 2^40, so nothing overflows. */
static ybi_i128
rank_of(ybi_i128 total, int32_t part, int32_t whole)
{
	ybi_i128 rank = ybi_i128_from(0), rest;

	(void)ybi_i128_mul(total, ybi_i128_from(part), &rank);
	(void)ybi_i128_divmod(rank, ybi_i128_from(whole), &rank, &rest);
	if (ybi_i128_sign(rest) > 0 || ybi_i128_sign(rank) == 0)
		(void)ybi_i128_add(rank, ybi_i128_from(1), &rank);
	return rank;
}

static ybi_i128
total_weight(const struct ybi_weighed *list, size_t count)
{
	ybi_i128 total = ybi_i128_from(0);

	for (size_t i = 0; i < count; i++)
		(void)ybi_i128_add(total, ybi_i128_from(list[i].weight), &total);
	return total;
}

/* Of a sorted list with some weight. */
static int64_t
quantile_of(const struct ybi_weighed *list, size_t count, int32_t part, int32_t whole)
{
	ybi_i128 rank = rank_of(total_weight(list, count), part, whole), sum = ybi_i128_from(0);
	size_t i;

	for (i = 0; i + 1 < count; i++) {
		(void)ybi_i128_add(sum, ybi_i128_from(list[i].weight), &sum);
		if (ybi_i128_cmp(sum, rank) >= 0)
			break;
	}
	return list[i].value;
}

/* What a row has on a side; false where that is not known. A change of two amounts below 2^62 fits. */
static bool
amount_on(const struct ybi_tally *tally, size_t row, uint32_t value, int32_t side, int64_t *out)
{
	const int64_t *pair = tally->amounts + (row * tally->value_count + value) * 2;

	if (pair[0] == YBI_NOT_KNOWN || pair[1] == YBI_NOT_KNOWN)
		return false;
	if (side != YB_WHATIF_CHANGE) {
		*out = pair[side == YB_WHATIF_AFTER];
		return true;
	}
	*out = (int64_t)((uint64_t)pair[1] - (uint64_t)pair[0]);
	if ((pair[0] < 0) != (pair[1] < 0) && (*out < 0) != (pair[1] < 0)) /* no amount of money is that large */
		*out = pair[1] < 0 ? INT64_MIN : INT64_MAX;
	return true;
}

static int
by_person(const void *a, const void *b)
{
	uint32_t x = ((const struct ybi_weighed *)a)->person, y = ((const struct ybi_weighed *)b)->person;

	return (x > y) - (x < y);
}

/* The rows of a person into one; that the sums fit was seen when all was added up. */
static size_t
join_persons(struct ybi_weighed *list, size_t count)
{
	size_t n = 0;

	qsort(list, count, sizeof(*list), by_person);
	for (size_t i = 0; i < count; i++)
		if (n > 0 && list[n - 1].person == list[i].person)
			list[n - 1].value += list[i].value;
		else
			list[n++] = list[i];
	return n;
}

static bool
sort_values(struct ybi_tally *tally, uint32_t group, uint32_t value, int32_t side)
{
	size_t first = group ? tally->starts[group - 1] : 0, end = group ? tally->starts[group] : tally->count;
	struct ybi_weighed *list = ybi_calloc(end - first, sizeof(*list));
	size_t n = 0;

	if (!list)
		return false;
	for (size_t i = first; i < end; i++) {
		size_t row = tally->order[i];
		if (!tally->rows[row].weight || !amount_on(tally, row, value, side, &list[n].value))
			continue;
		list[n].person = tally->rows[row].person;
		list[n++].weight = tally->rows[row].weight;
	}
	if (tally->by_person)
		n = join_persons(list, n);
	qsort(list, n, sizeof(*list), by_value);
	free(tally->sorted);
	tally->sorted = list;
	tally->sorted_count = n;
	tally->sorted_group = group;
	tally->sorted_value = value;
	tally->sorted_side = side;
	return true;
}

yb_status
ybi_tally_quantile(struct ybi_tally *tally, uint32_t group, uint32_t value, int32_t side, int32_t ppm, int64_t *out)
{
	if ((tally->sorted_side != side || tally->sorted_group != group || tally->sorted_value != value) && !sort_values(tally, group, value, side))
		return YB_E_NO_MEMORY;
	if (tally->sorted_count == 0)
		return YB_E_NOT_FOUND;
	*out = quantile_of(tally->sorted, tally->sorted_count, ppm, 1000000);
	return YB_OK;
}

/* ---- classes of cost ---- */

static bool
even_bins(struct ybi_tally *tally)
{
	struct ybi_weighed *list = ybi_calloc(tally->count, sizeof(*list));
	size_t n = 0;

	if (!list)
		return false;
	for (size_t i = 0; i < tally->count; i++)
		if (tally->rows[i].cost != YBI_NOT_KNOWN && tally->rows[i].weight)
			list[n++] = (struct ybi_weighed){ .value = tally->rows[i].cost, .weight = tally->rows[i].weight };
	qsort(list, n, sizeof(*list), by_value);
	for (uint32_t k = 1; n > 0 && k <= tally->bin_wish; k++) {
		int64_t edge = quantile_of(list, n, (int32_t)k, (int32_t)tally->bin_wish);
		if (tally->bin_count == 0 || edge > tally->bins[tally->bin_count - 1])
			tally->bins[tally->bin_count++] = edge;
	}
	free(list);
	return true;
}

static bool
make_bins(struct ybi_tally *tally)
{
	tally->bins = ybi_calloc((size_t)tally->bin_wish + tally->edge_count + 1, sizeof(*tally->bins));
	if (!tally->bins)
		return false;
	if (tally->bin_wish)
		return even_bins(tally);
	if (tally->edge_count == 0)
		return true;
	memcpy(tally->bins, tally->edges, tally->edge_count * sizeof(*tally->bins));
	tally->bins[tally->edge_count] = INT64_MAX;
	tally->bin_count = tally->edge_count + 1;
	return true;
}

/* From 1; 0 where the cost is not known, or above all of a row without weight. */
static uint32_t
bin_of(const struct ybi_tally *tally, int64_t cost)
{
	uint32_t low = 0, high = tally->bin_count;

	if (cost == YBI_NOT_KNOWN)
		return 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (tally->bins[middle] < cost)
			low = middle + 1;
		else
			high = middle;
	}
	return low < tally->bin_count ? low + 1 : 0;
}

/* ---- rows by group ---- */

static bool
order_rows(struct ybi_tally *tally)
{
	tally->starts = ybi_calloc((size_t)tally->group_count + 2, sizeof(*tally->starts));
	tally->order = ybi_calloc(tally->count, sizeof(*tally->order));
	if (!tally->starts || !tally->order)
		return false;
	for (size_t i = 0; i < tally->count; i++)
		tally->starts[tally->rows[i].group + 2]++;
	for (uint32_t g = 0; g < tally->group_count; g++)
		tally->starts[g + 2] += tally->starts[g + 1];
	for (size_t i = 0; i < tally->count; i++)
		tally->order[tally->starts[tally->rows[i].group + 1]++] = i; /* the starts move to where they belong */
	return true;
}

/* ---- sums ---- */

static ybi_i128
magnitude(int64_t value)
{
	ybi_i128 wide = ybi_i128_from(value);

	if (value < 0)
		(void)ybi_i128_sub(ybi_i128_from(0), wide, &wide);
	return wide;
}

/* A range of rows. */
struct part {
	const struct ybi_tally *tally;
	size_t first, end;
	struct ybi_tally_cell *cells;
	ybi_i128 bound;   /* of every sum, for it has all magnitudes in it */
	bool overflow;
	pthread_t thread;
	bool started;
};

static void
add_product(ybi_i128 *sum, ybi_i128 amount, int64_t weight, bool *overflow)
{
	ybi_i128 product;

	if (!ybi_i128_mul(amount, ybi_i128_from(weight), &product) || !ybi_i128_add(*sum, product, sum))
		*overflow = true;
}

static void
bind_sums(struct part *part, const struct ybi_tally_row *row, const int64_t *pair)
{
	ybi_i128 all = ybi_i128_from(0);

	if (row->cost != YBI_NOT_KNOWN)
		all = magnitude(row->cost);
	(void)ybi_i128_add(all, magnitude(pair[0]), &all);
	(void)ybi_i128_add(all, magnitude(pair[1]), &all);
	add_product(&part->bound, all, row->weight, &part->overflow);
}

static void
add_change(struct ybi_tally_cell *cell, int64_t weight, const int64_t *pair, bool *overflow)
{
	ybi_i128 change;

	cell->persons++;
	(void)ybi_i128_add(cell->person_weight, ybi_i128_from(weight), &cell->person_weight);
	(void)ybi_i128_sub(ybi_i128_from(pair[1]), ybi_i128_from(pair[0]), &change);
	if (ybi_i128_sign(change) > 0) {
		cell->rise_rows++;
		(void)ybi_i128_add(cell->rise_weight, ybi_i128_from(weight), &cell->rise_weight);
		add_product(&cell->rise_by, change, weight, overflow);
	} else if (ybi_i128_sign(change) < 0) {
		cell->fall_rows++;
		(void)ybi_i128_add(cell->fall_weight, ybi_i128_from(weight), &cell->fall_weight);
		(void)ybi_i128_sub(ybi_i128_from(0), change, &change);
		add_product(&cell->fall_by, change, weight, overflow);
	}
}

static void
add_pair(struct part *part, struct ybi_tally_cell *cell, const struct ybi_tally_row *row, const int64_t *pair)
{
	ybi_i128 weight = ybi_i128_from(row->weight);

	if (pair[0] == YBI_NOT_KNOWN || pair[1] == YBI_NOT_KNOWN) {
		cell->unknown_rows++;
		(void)ybi_i128_add(cell->unknown_weight, weight, &cell->unknown_weight);
		return;
	}
	bind_sums(part, row, pair);
	cell->rows++;
	(void)ybi_i128_add(cell->weight, weight, &cell->weight);
	if (row->cost != YBI_NOT_KNOWN)
		add_product(&cell->cost, ybi_i128_from(row->cost), row->weight, &part->overflow);
	add_product(&cell->before, ybi_i128_from(pair[0]), row->weight, &part->overflow);
	add_product(&cell->after, ybi_i128_from(pair[1]), row->weight, &part->overflow);
	if (!part->tally->by_person)
		add_change(cell, row->weight, pair, &part->overflow);
}

static size_t
cell_number(const struct ybi_tally *tally, uint32_t group, uint32_t bin, uint32_t value)
{
	return ((size_t)group * (tally->bin_count + 1) + bin) * tally->value_count + value;
}

static void *
add_rows(void *context)
{
	struct part *part = context;
	const struct ybi_tally *tally = part->tally;

	for (size_t i = part->first; i < part->end && !part->overflow; i++) {
		const struct ybi_tally_row *row = &tally->rows[i];
		size_t at = cell_number(tally, row->group + 1, bin_of(tally, row->cost), 0);
		for (uint32_t v = 0; v < tally->value_count; v++)
			add_pair(part, &part->cells[at + v], row, tally->amounts + (i * tally->value_count + v) * 2);
	}
	return NULL;
}

static void
add_cell(struct ybi_tally_cell *to, const struct ybi_tally_cell *from)
{
	ybi_i128 *const sums[] = { &to->weight, &to->fall_weight, &to->rise_weight, &to->unknown_weight, &to->person_weight, &to->cost, &to->before,
		                   &to->after, &to->fall_by, &to->rise_by };
	const ybi_i128 more[] = { from->weight, from->fall_weight, from->rise_weight, from->unknown_weight, from->person_weight, from->cost, from->before,
		                  from->after, from->fall_by, from->rise_by };

	to->rows += from->rows;
	to->persons += from->persons;
	to->fall_rows += from->fall_rows;
	to->rise_rows += from->rise_rows;
	to->unknown_rows += from->unknown_rows;
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++)
		(void)ybi_i128_add(*sums[i], more[i], sums[i]); /* the bound fits, so does every sum */
}

/* Groups into all groups, classes of cost into all costs. Cells of bin 0 hold rows of unknown cost until now. */
static void
add_margins(struct ybi_tally *tally)
{
	for (uint32_t g = 1; g <= tally->group_count; g++)
		for (uint32_t b = 0; b <= tally->bin_count; b++)
			for (uint32_t v = 0; v < tally->value_count; v++)
				add_cell(&tally->cells[cell_number(tally, 0, b, v)], &tally->cells[cell_number(tally, g, b, v)]);
	for (uint32_t g = 0; g <= tally->group_count; g++)
		for (uint32_t b = 1; b <= tally->bin_count; b++)
			for (uint32_t v = 0; v < tally->value_count; v++)
				add_cell(&tally->cells[cell_number(tally, g, 0, v)], &tally->cells[cell_number(tally, g, b, v)]);
}

static yb_status
join_parts(struct ybi_tally *tally, struct part *parts, int32_t count, size_t cells, struct yb_error **err)
{
	ybi_i128 bound = ybi_i128_from(0);
	bool overflow = false;

	for (int32_t i = 0; i < count; i++)
		overflow = overflow || parts[i].overflow || !ybi_i128_add(bound, parts[i].bound, &bound);
	if (overflow)
		return ybi_error_set(err, YB_E_OVERFLOW, "the sum of all amounts does not fit 127 bits");
	for (int32_t i = 1; i < count; i++)
		for (size_t k = 0; k < cells; k++)
			add_cell(&parts[0].cells[k], &parts[i].cells[k]);
	tally->cells = parts[0].cells;
	parts[0].cells = NULL;
	add_margins(tally);
	return YB_OK;
}

static yb_status
add_up(struct ybi_tally *tally, int32_t threads, struct yb_error **err)
{
	size_t cells = cell_number(tally, tally->group_count + 1, 0, 0), each;
	struct part parts[256] = { { 0 } };
	yb_status st = YB_OK;

	while (threads > 1 && ((size_t)threads * cells > CELLS_MOST || tally->count / (size_t)threads < 1024))
		threads--;
	each = tally->count / (size_t)threads;
	for (int32_t i = 0; i < threads && st == YB_OK; i++) {
		parts[i] = (struct part){ .tally = tally, .first = (size_t)i * each, .end = i + 1 < threads ? ((size_t)i + 1) * each : tally->count,
			                  .cells = ybi_calloc(cells, sizeof(*parts[i].cells)) };
		if (!parts[i].cells)
			st = ybi_error_no_memory(err);
	}
	for (int32_t i = 1; i < threads && st == YB_OK; i++)
		parts[i].started = pthread_create(&parts[i].thread, NULL, add_rows, &parts[i]) == 0;
	for (int32_t i = 0; i < threads && st == YB_OK; i++) {
		if (parts[i].started)
			(void)pthread_join(parts[i].thread, NULL);
		else
			(void)add_rows(&parts[i]);
	}
	if (st == YB_OK)
		st = join_parts(tally, parts, threads, cells, err);
	for (int32_t i = 0; i < threads; i++)
		free(parts[i].cells);
	return st;
}

/* ---- persons ---- */

/* A row of the person at hand: the cell it lies in. */
struct own_row {
	uint32_t group, bin;
	size_t row;
};

static int
by_group(const void *a, const void *b)
{
	const struct own_row *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->bin > y->bin) - (x->bin < y->bin);
}

static int
by_bin(const void *a, const void *b)
{
	uint32_t x = ((const struct own_row *)a)->bin, y = ((const struct own_row *)b)->bin;

	return (x > y) - (x < y);
}

/* What the rows of a person that lie in a cell come to. */
static void
add_person(struct part *part, uint32_t group, uint32_t bin, const struct own_row *rows, size_t count)
{
	const struct ybi_tally *tally = part->tally;
	int64_t weight = tally->rows[rows[0].row].weight;

	for (uint32_t v = 0; v < tally->value_count; v++) {
		int64_t sums[2] = { 0, 0 };
		bool known = false;
		for (size_t i = 0; i < count; i++) {
			const int64_t *pair = tally->amounts + (rows[i].row * tally->value_count + v) * 2;
			if (pair[0] == YBI_NOT_KNOWN || pair[1] == YBI_NOT_KNOWN)
				continue;
			known = true;
			for (int side = 0; side < 2; side++)
				if (__builtin_add_overflow(sums[side], pair[side], &sums[side]) || sums[side] > INT64_MAX / 2 || sums[side] < INT64_MIN / 2)
					part->overflow = true; /* a change of them has to fit too */
		}
		if (known && !part->overflow)
			add_change(&part->cells[cell_number(tally, group, bin, v)], weight, sums, &part->overflow);
	}
}

/* Rows next to each other that lie in one cell; those of unknown cost lie in no class. */
static void
add_runs(struct part *part, const struct own_row *rows, size_t count, bool groups, bool bins)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && (!groups || rows[end].group == rows[i].group) && (!bins || rows[end].bin == rows[i].bin);)
			end++;
		if (!bins || rows[i].bin)
			add_person(part, groups ? rows[i].group : 0, bins ? rows[i].bin : 0, rows + i, end - i);
	}
}

static void
add_own(struct part *part, struct own_row *rows, size_t count)
{
	if (count > 1)
		qsort(rows, count, sizeof(*rows), by_group);
	add_runs(part, rows, count, false, false);
	add_runs(part, rows, count, true, false);
	if (part->tally->bin_count == 0)
		return;
	add_runs(part, rows, count, true, true);
	if (count > 1)
		qsort(rows, count, sizeof(*rows), by_bin);
	add_runs(part, rows, count, false, true);
}

/* Rows by person: where the rows of each begin, and the most that one has. */
static size_t
list_persons(const struct ybi_tally *tally, size_t *starts, size_t *order)
{
	size_t most = 0;

	for (size_t i = 0; i < tally->count; i++)
		starts[tally->rows[i].person + 2]++;
	for (size_t p = 2; p < (size_t)tally->person_count + 2; p++) {
		most = starts[p] > most ? starts[p] : most;
		starts[p] += starts[p - 1];
	}
	for (size_t i = 0; i < tally->count; i++)
		order[starts[tally->rows[i].person + 1]++] = i; /* the starts move to where they belong */
	return most;
}

static yb_status
add_persons(struct ybi_tally *tally, struct yb_error **err)
{
	struct part part = { .tally = tally, .cells = tally->cells };
	size_t *starts = ybi_calloc((size_t)tally->person_count + 2, sizeof(*starts)), *order = ybi_calloc(tally->count, sizeof(*order)), most = 0;
	struct own_row *own = NULL;
	yb_status st = YB_OK;

	if (starts && order) {
		most = list_persons(tally, starts, order);
		own = ybi_calloc(most, sizeof(*own));
	}
	for (size_t p = 0; own && p < tally->person_count && !part.overflow; p++) {
		size_t n = 0;
		for (size_t i = starts[p]; i < starts[p + 1]; i++, n++)
			own[n] = (struct own_row){ tally->rows[order[i]].group + 1, bin_of(tally, tally->rows[order[i]].cost), order[i] };
		if (n)
			add_own(&part, own, n);
	}
	if (!own)
		st = ybi_error_no_memory(err);
	else if (part.overflow)
		st = ybi_error_set(err, YB_E_OVERFLOW, "what the rows of a person come to does not fit");
	free(starts);
	free(order);
	free(own);
	return st;
}

yb_status
ybi_tally_finish(struct ybi_tally *tally, int32_t threads, struct yb_error **err)
{
	yb_status st = YB_OK;

	ybi_tally_forget(tally);
	if (!order_rows(tally) || !make_bins(tally))
		st = ybi_error_no_memory(err);
	if (st == YB_OK)
		st = add_up(tally, threads, err);
	if (st == YB_OK && tally->by_person)
		st = add_persons(tally, err);
	if (st != YB_OK)
		ybi_tally_forget(tally);
	tally->done = st == YB_OK;
	return st;
}

const struct ybi_tally_cell *
ybi_tally_cell(const struct ybi_tally *tally, uint32_t group, uint32_t bin, uint32_t value)
{
	if (!tally->done || group > tally->group_count || bin > tally->bin_count || value >= tally->value_count)
		return NULL;
	return &tally->cells[cell_number(tally, group, bin, value)];
}
