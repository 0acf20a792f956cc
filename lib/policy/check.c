/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/*
 * What can be proven about conditions at load: no two rows, exceptions or
 * benefits hold together, and no person falls through a table.
 *
 * A column is a set of integers (atoms, days, fen, counts). The ends of all
 * cells cut it into segments in which every cell is constant, so its first
 * points stand for all of it.
 */

struct axis {
	enum ybi_type type;
	const char *name;
	uint32_t fact;        /* YBI_NO_FACT for a computed column */
	int64_t low, high;
	int64_t *points;
	size_t count, room;
};

static bool
axis_add(struct axis *axis, int64_t point)
{
	if (point < axis->low || point > axis->high)
		return true;
	if (!ybi_grow(&axis->points, axis->count, &axis->room, sizeof(*axis->points)))
		return false;
	axis->points[axis->count++] = point;
	return true;
}

/* One value of a heap down to its place. */
static void
sift(int64_t *values, size_t at, size_t count)
{
	int64_t value = values[at];

	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && values[child + 1] > values[child])
			child++;
		if (values[child] <= value)
			break;
		values[at] = values[child];
	}
	values[at] = value;
}

/* In place, where qsort() may ask for memory. */
size_t
ybi_sort_unique(int64_t *values, size_t count)
{
	size_t n = 0;

	for (size_t i = count / 2; i-- > 0;)
		sift(values, i, count);
	for (size_t end = count; end-- > 1;) {
		int64_t most = values[0];
		values[0] = values[end];
		values[end] = most;
		sift(values, 0, end);
	}
	for (size_t i = 0; i < count; i++)
		if (n == 0 || values[i] != values[n - 1])
			values[n++] = values[i];
	return n;
}

static void
axis_sort(struct axis *axis)
{
	axis->count = ybi_sort_unique(axis->points, axis->count);
}

/* How many points lie below. */
static size_t
axis_below(const struct axis *axis, int64_t point)
{
	size_t low = 0, high = axis->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (axis->points[middle] < point)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* An interval as closed integers. */
static void
closed(const struct ybi_interval *interval, int64_t *low, int64_t *high)
{
	*low = interval->low == INT64_MIN ? INT64_MIN : interval->low + interval->low_open;
	*high = interval->high == INT64_MAX ? INT64_MAX : interval->high - interval->high_open;
}

static bool
cell_has(const struct ybi_book *book, const struct ybi_cell *cell, int64_t point)
{
	bool in = false;

	if (cell->any)
		return true;
	if (cell->type == YBI_SET) {
		in = ((uint64_t)point & cell->mask) != 0;
	} else if (cell->type == YBI_TEXT || cell->type == YBI_FLAG) {
		for (uint32_t i = 0; i < cell->count && !in; i++)
			in = book->atoms[cell->first + i] == (uint64_t)point;
	} else {
		for (uint32_t i = 0; i < cell->count && !in; i++) {
			int64_t low, high;
			closed(&book->intervals[cell->first + i], &low, &high);
			in = point >= low && point <= high;
		}
	}
	return in != (cell->negate != 0);
}

/* The points that are there before a cell cuts; an axis may be used again. */
static bool
axis_start(struct axis *axis, const struct ybi_book *book, uint32_t expr)
{
	const struct ybi_expr *e = &book->exprs[expr];
	uint32_t domain = book->expr_domain[expr];

	axis->type = (enum ybi_type)e->type;
	axis->fact = e->op == YBI_OP_FACT ? e->x : YBI_NO_FACT;
	axis->name = axis->fact != YBI_NO_FACT ? book->facts[axis->fact].name : domain != YBI_NO_FACT ? book->facts[domain].name : "the column";
	axis->low = INT64_MIN;
	axis->high = INT64_MAX;
	axis->count = 0;
	if (axis->type == YBI_SET) { /* sets are asked by their masks */
		return true;
	}
	if (axis->type == YBI_FLAG)
		return axis_add(axis, 0) && axis_add(axis, 1);
	if (axis->type == YBI_TEXT) {
		bool ok = true;
		if (domain != YBI_NO_FACT)
			for (uint32_t i = 0; i < book->facts[domain].domain_count; i++)
				ok = axis_add(axis, book->domains[book->facts[domain].domain + i]) && ok;
		if (domain == YBI_NO_FACT || !book->facts[domain].domain_count)
			ok = axis_add(axis, 0) && ok; /* a text that no cell names */
		return ok;
	}
	if (axis->fact != YBI_NO_FACT && book->facts[axis->fact].bounded) {
		axis->low = book->facts[axis->fact].low;
		axis->high = book->facts[axis->fact].high;
		return axis_add(axis, axis->low);
	}
	return axis_add(axis, INT64_MIN);
}

static bool
axis_cut(struct axis *axis, const struct ybi_book *book, const struct ybi_cell *cell)
{
	bool ok = true;

	if (cell->any || cell->type == YBI_SET || cell->type == YBI_FLAG)
		return true;
	for (uint32_t i = 0; i < cell->count; i++) {
		int64_t low, high;
		if (cell->type == YBI_TEXT) {
			ok = axis_add(axis, book->atoms[cell->first + i]) && ok;
			continue;
		}
		closed(&book->intervals[cell->first + i], &low, &high);
		if (low != INT64_MIN)
			ok = axis_add(axis, low) && ok;
		if (high != INT64_MAX)
			ok = axis_add(axis, high + 1) && ok;
	}
	return ok;
}

/* The fact that a set's members belong to. */
static const struct ybi_fact_meta *
set_domain(const struct ybi_book *book, uint32_t expr)
{
	uint32_t domain = book->expr_domain[expr];

	return domain == YBI_NO_FACT ? NULL : &book->facts[domain];
}

static void
print_set(struct ybi_text *out, const struct ybi_book *book, uint32_t fact, uint64_t set)
{
	const struct ybi_fact_meta *meta = fact != YBI_NO_FACT ? &book->facts[fact] : NULL;
	bool first = true;

	for (uint32_t i = 0; meta && i < meta->domain_count && i < 63; i++)
		if (set >> i & 1) {
			ybi_text_printf(out, "%s%s", first ? "" : " with ", book->atom_names[book->domains[meta->domain + i]]);
			first = false;
		}
	if (first)
		ybi_text_puts(out, "empty");
}

void
ybi_put_point(struct ybi_text *out, const struct ybi_book *book, const char *name, enum ybi_type type, uint32_t fact, int64_t point)
{
	char text[YB_FEN_TEXT_SIZE], day[YB_DAY_TEXT_SIZE];

	ybi_text_printf(out, "%s%s ", out->length ? ", " : "", name);
	if (point == INT64_MIN) {
		ybi_text_puts(out, "the lowest");
		return;
	}
	switch (type) {
	case YBI_TEXT:
		ybi_text_puts(out, point ? book->atom_names[point] : "another text");
		return;
	case YBI_FLAG:
		ybi_text_puts(out, point ? "yes" : "no");
		return;
	case YBI_MONEY:
		yb_fen_to_text(point, text);
		ybi_text_puts(out, text);
		return;
	case YBI_DATE:
		yb_day_to_text((yb_day)point, day);
		ybi_text_puts(out, day);
		return;
	case YBI_SET:
		print_set(out, book, fact, (uint64_t)point);
		return;
	case YBI_RATE:
	case YBI_NUMBER:
		ybi_text_printf(out, "%lld/1000000", (long long)point);
		return;
	default:
		ybi_text_printf(out, "%lld", (long long)point);
	}
}

/* A point as a person would write it. */
static void
print_point(struct ybi_text *out, const struct ybi_book *book, const struct axis *axis, int64_t point)
{
	ybi_put_point(out, book, axis->name, axis->type, axis->fact, point);
}

/*
 * A set that has a member of every mask in `meet` and none of those in `avoid`: the largest that avoids is the one to look at, and a small
 * one is told. False when there is none.
 */
static bool
find_set(uint64_t all, const uint64_t *meet, size_t count, uint64_t avoid, int64_t *set)
{
	uint64_t common = all & ~avoid, told = 0;

	for (size_t i = 0; i < count; i++) {
		if (!(meet[i] & all & ~avoid))
			return false;
		common &= meet[i];
		told |= (meet[i] & all & ~avoid) & (~(meet[i] & all & ~avoid) + 1);
	}
	*set = (int64_t)(count == 0 ? 0 : common ? common & (~common + 1) : told);
	return true;
}

static uint64_t
all_members(const struct ybi_fact_meta *meta)
{
	uint32_t count = meta && meta->domain_count < 63 ? meta->domain_count : meta ? 63 : 0;

	return (UINT64_C(1) << count) - 1;
}

/* ---- tables ---- */

struct span {
	uint32_t low, high; /* positions of points, both in it */
};

/* One column: its points, and for each row which of them its cell has. */
struct column {
	struct axis axis;
	const struct ybi_fact_meta *set; /* of a column of sets, else NULL */
	struct span *spans;
	size_t spans_count, spans_room;
	uint32_t first[513]; /* spans of row r: first[r] .. first[r + 1] */
	int64_t told;      /* a point of the finding */
};

static const struct ybi_cell *
table_cell(const struct ybi_book *book, const struct ybi_table *table, uint32_t row, uint32_t column)
{
	return &book->cells[book->row_cells[table->cells + row * table->by_count + column]];
}

static int
compare_spans(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static bool
push_span(struct column *column, size_t low, size_t high)
{
	if (!ybi_grow(&column->spans, column->spans_count, &column->spans_room, sizeof(*column->spans)))
		return false;
	column->spans[column->spans_count++] = (struct span){ (uint32_t)low, (uint32_t)high };
	return true;
}

/* Spans from `first` on: in order, joined where they touch. */
static void
join_spans(struct column *column, size_t first)
{
	size_t n = first;

	if (column->spans_count - first > 1)
		qsort(column->spans + first, column->spans_count - first, sizeof(*column->spans), compare_spans);
	for (size_t i = first; i < column->spans_count; i++)
		if (n > first && column->spans[i].low <= column->spans[n - 1].high + 1)
			column->spans[n - 1].high = column->spans[i].high > column->spans[n - 1].high ? column->spans[i].high : column->spans[n - 1].high;
		else
			column->spans[n++] = column->spans[i];
	column->spans_count = n;
}

/* What lies between the spans from `first` on. */
static bool
turn_spans(struct column *column, size_t first)
{
	size_t count = column->spans_count, from = 0;

	for (size_t i = first; i < count; i++) {
		struct span span = column->spans[i];
		if (span.low > from && !push_span(column, from, span.low - 1))
			return false;
		from = (size_t)span.high + 1;
	}
	if (from < column->axis.count && !push_span(column, from, column->axis.count - 1))
		return false;
	memmove(column->spans + first, column->spans + count, (column->spans_count - count) * sizeof(*column->spans));
	column->spans_count -= count - first;
	return true;
}

static bool
cell_spans(struct column *column, const struct ybi_book *book, const struct ybi_cell *cell)
{
	const struct axis *axis = &column->axis;
	size_t first = column->spans_count;

	if (axis->count == 0)
		return true;
	if (cell->any)
		return push_span(column, 0, axis->count - 1);
	for (uint32_t i = 0; i < cell->count; i++) {
		int64_t low, high;
		size_t from, to;
		if (cell->type == YBI_TEXT || cell->type == YBI_FLAG)
			low = high = book->atoms[cell->first + i];
		else
			closed(&book->intervals[cell->first + i], &low, &high);
		from = axis_below(axis, low);
		to = high == INT64_MAX ? axis->count : axis_below(axis, high + 1);
		if (from < to && !push_span(column, from, to - 1))
			return false;
	}
	join_spans(column, first);
	return !cell->negate || turn_spans(column, first);
}

static bool
make_column(struct column *column, const struct ybi_book *book, const struct ybi_table *table, uint32_t number)
{
	uint32_t expr = book->args[table->by + number];
	bool ok = axis_start(&column->axis, book, expr);

	if (column->axis.type == YBI_SET) {
		column->set = set_domain(book, expr);
		return ok;
	}
	for (uint32_t r = 0; r < table->rows; r++)
		ok = axis_cut(&column->axis, book, table_cell(book, table, r, number)) && ok;
	axis_sort(&column->axis);
	for (uint32_t r = 0; r < table->rows && ok; r++) {
		column->first[r] = (uint32_t)column->spans_count;
		ok = cell_spans(column, book, table_cell(book, table, r, number));
	}
	column->first[table->rows] = (uint32_t)column->spans_count;
	return ok;
}

/* Has the column a point that both rows hold? */
static bool
rows_meet(struct column *column, const struct ybi_book *book, const struct ybi_table *table, uint32_t number, uint32_t a, uint32_t b)
{
	size_t i = column->first[a], k = column->first[b];

	if (column->axis.type == YBI_SET) {
		const struct ybi_cell *cells[2] = { table_cell(book, table, a, number), table_cell(book, table, b, number) };
		uint64_t meet[2], avoid = 0;
		size_t count = 0;
		for (int c = 0; c < 2; c++)
			if (!cells[c]->any && cells[c]->negate)
				avoid |= cells[c]->mask;
			else if (!cells[c]->any)
				meet[count++] = cells[c]->mask;
		return find_set(all_members(column->set), meet, count, avoid, &column->told);
	}
	while (i < column->first[a + 1] && k < column->first[b + 1]) {
		const struct span *x = &column->spans[i], *y = &column->spans[k];
		if (x->high < y->low) {
			i++;
		} else if (y->high < x->low) {
			k++;
		} else {
			column->told = column->axis.points[x->low > y->low ? x->low : y->low];
			return true;
		}
	}
	return false;
}

struct proof {
	const struct ybi_book *book;
	const struct ybi_table *table;
	struct column columns[]; /* of the table */
};

/* Are two values figures that differ? What hangs on facts is compared when it is asked. */
static bool
differ(const struct ybi_book *book, uint32_t a, uint32_t b)
{
	const struct ybi_expr *x = &book->exprs[a], *y = &book->exprs[b];

	while (x->op == YBI_OP_CLAUSE || x->op == YBI_OP_MEMO)
		x = &book->exprs[x->a];
	while (y->op == YBI_OP_CLAUSE || y->op == YBI_OP_MEMO)
		y = &book->exprs[y->a];
	if (x->op == YBI_OP_LIST && y->op == YBI_OP_LIST) {
		bool other = x->b != y->b;
		for (uint32_t i = 0; i < x->b && !other; i++)
			other = differ(book, book->args[x->a + i], book->args[y->a + i]);
		return other;
	}
	if (x->op == YBI_OP_CONST && y->op == YBI_OP_CONST)
		return ybi_fraction_cmp(book->constants[x->x], book->constants[y->x]) != 0;
	return (x->op == YBI_OP_NONE && y->op == YBI_OP_CONST) || (x->op == YBI_OP_CONST && y->op == YBI_OP_NONE);
}


static void
tell_case(struct ybi_text *text, const struct proof *proof)
{
	for (uint32_t col = 0; col < proof->table->by_count; col++)
		print_point(text, proof->book, &proof->columns[col].axis, proof->columns[col].told);
}

static void
check_rows_apart(struct ybi_builder *b, struct proof *proof, const struct ybi_node *const *rows)
{
	const struct ybi_table *table = proof->table;

	for (uint32_t i = 0; i < table->rows; i++)
		for (uint32_t k = i + 1; k < table->rows; k++) {
			struct ybi_text text = { 0 };
			bool meet = true;
			for (uint32_t col = 0; col < table->by_count && meet; col++)
				meet = rows_meet(&proof->columns[col], proof->book, table, col, i, k);
			if (!meet || (table->hit == YBI_HIT_ANY && !differ(proof->book, proof->book->args[table->values + i], proof->book->args[table->values + k])))
				continue;
			tell_case(&text, proof);
			ybi_fault(b, YB_E_OVERLAP, rows[k], "rows", "this row and the one in line %u both hold for %s%s", (unsigned)rows[i]->line,
			          text.data ? text.data : "…", table->hit == YBI_HIT_ANY ? " and give different values" : "");
			ybi_text_free(&text);
			return;
		}
}

/* ---- does some row hold in every case? ---- */

#define ROW_WORDS 8        /* 512 rows */
#define COVER_POINTS 20000 /* of one column, beyond which nothing is proven */
#define COVER_STEPS 2000000
#define COVER_ALL 6000000  /* of all tables of a document together */

struct rows {
	uint64_t bits[ROW_WORDS];
};

/* Points that the same rows hold are one class; told by its first point. */
struct class {
	struct rows rows;
	int64_t point;
};

struct cover {
	struct proof *proof;
	struct class *classes[8];
	size_t counts[8];
	uint32_t words;
	size_t steps, limit;
};

static bool
within(const struct rows *a, const struct rows *b, uint32_t words)
{
	for (uint32_t w = 0; w < words; w++)
		if (a->bits[w] & ~b->bits[w])
			return false;
	return true;
}

/* Members of a set that are worth looking at: none, each, each two, all, and all but those of each cell. */
static bool
set_points(struct column *column, const struct ybi_book *book, const struct ybi_table *table, uint32_t number)
{
	uint64_t all = all_members(column->set), rest = all;
	bool ok = axis_add(&column->axis, 0) && axis_add(&column->axis, (int64_t)all);

	for (uint64_t x = 1; x && x <= all; x <<= 1)
		for (uint64_t y = x; y && y <= all; y <<= 1)
			ok = axis_add(&column->axis, (int64_t)(x | y)) && ok;
	for (uint32_t r = 0; r < table->rows; r++) {
		const struct ybi_cell *cell = table_cell(book, table, r, number);
		if (cell->any)
			continue;
		ok = axis_add(&column->axis, (int64_t)(all & ~cell->mask)) && ok;
		if (!cell->negate)
			rest &= ~cell->mask;
	}
	ok = axis_add(&column->axis, (int64_t)rest) && ok;
	axis_sort(&column->axis);
	return ok;
}

/* The classes of a column, in the order of their points; those that hold more rows than another need no look. */
static bool
make_classes(struct cover *c, uint32_t number)
{
	const struct proof *proof = c->proof;
	struct column *column = &c->proof->columns[number];
	struct class *classes;
	size_t n = 0;

	if (column->axis.type == YBI_SET && !set_points(column, proof->book, proof->table, number))
		return false;
	c->classes[number] = classes = ybi_calloc(column->axis.count, sizeof(*classes));
	if (!classes)
		return false;
	for (size_t p = 0; p < column->axis.count; p++)
		classes[p].point = column->axis.points[p];
	for (uint32_t r = 0; r < proof->table->rows; r++)
		if (column->axis.type == YBI_SET) {
			for (size_t p = 0; p < column->axis.count; p++)
				if (cell_has(proof->book, table_cell(proof->book, proof->table, r, number), classes[p].point))
					classes[p].rows.bits[r / 64] |= UINT64_C(1) << r % 64;
		} else {
			for (size_t s = column->first[r]; s < column->first[r + 1]; s++)
				for (size_t p = column->spans[s].low; p <= column->spans[s].high; p++)
					classes[p].rows.bits[r / 64] |= UINT64_C(1) << r % 64;
		}
	for (size_t p = 0; p < column->axis.count; p++) {
		bool covered = false;
		/* an open text that no row names is answered as unsupported, like any case without a figure */
		if (column->axis.type == YBI_TEXT && classes[p].point == 0 && column->axis.count > 1)
			continue;
		for (size_t k = 0; k < n && k < 64 && !covered; k++)
			covered = within(&classes[k].rows, &classes[p].rows, c->words);
		if (!covered)
			classes[n++] = classes[p];
	}
	c->counts[number] = n;
	return true;
}

/* Is there a case that no row of `alive` holds, from this column on? */
static bool
find_hole(struct cover *c, uint32_t number, const struct rows *alive)
{
	struct rows next = { 0 }, none = { 0 };

	if (within(alive, &none, c->words)) {
		for (uint32_t k = number; k < c->proof->table->by_count; k++)
			c->proof->columns[k].told = c->counts[k] ? c->classes[k][0].point : 0;
		return true;
	}
	if (number == c->proof->table->by_count)
		return false;
	for (size_t p = 0; p < c->counts[number]; p++) {
		if (++c->steps > c->limit)
			return false;
		c->proof->columns[number].told = c->classes[number][p].point;
		for (uint32_t w = 0; w < c->words; w++)
			next.bits[w] = alive->bits[w] & c->classes[number][p].rows.bits[w];
		if (find_hole(c, number + 1, &next))
			return true;
	}
	return false;
}

static void
check_cover(struct ybi_builder *b, struct proof *proof, const struct ybi_node *node)
{
	struct cover c = { .proof = proof, .words = (proof->table->rows + 63) / 64 };
	struct rows alive = { 0 };
	bool ok = true, large = false;

	c.limit = b->cover_steps < COVER_ALL ? COVER_ALL - b->cover_steps : 0;
	c.limit = c.limit > COVER_STEPS ? COVER_STEPS : c.limit;
	for (uint32_t col = 0; col < proof->table->by_count; col++)
		large = large || proof->columns[col].axis.count > COVER_POINTS;
	for (uint32_t col = 0; col < proof->table->by_count && ok && !large; col++)
		ok = make_classes(&c, col);
	for (uint32_t r = 0; r < proof->table->rows; r++)
		alive.bits[r / 64] |= UINT64_C(1) << r % 64;
	if (!ok) {
		b->status = ybi_error_no_memory(b->err);
	} else if (!large && find_hole(&c, 0, &alive)) {
		struct ybi_text text = { 0 };
		tell_case(&text, proof);
		ybi_fault(b, YB_E_GAP, node, "rows", "no row holds for %s; give one, or `else:`", text.data ? text.data : "…");
		ybi_text_free(&text);
	} else if (large || c.steps > c.limit) {
		ybi_warn(b, node, "rows", "the table is too large to prove that no case falls through");
	}
	b->cover_steps += c.steps;
	for (uint32_t col = 0; col < proof->table->by_count; col++)
		free(c.classes[col]);
}

void
ybi_check_table(struct ybi_builder *b, uint32_t number, const struct ybi_node *node, const struct ybi_node *const *rows, bool whole)
{
	uint32_t by_count = b->book->tables[number].by_count;
	struct proof *proof = ybi_calloc(1, sizeof(*proof) + by_count * sizeof(proof->columns[0]));
	bool ok = proof != NULL;

	ybi_expand_prefixes(b);
	if (ok) {
		proof->book = b->book;
		proof->table = &b->book->tables[number];
	}
	for (uint32_t col = 0; ok && col < proof->table->by_count; col++)
		ok = make_column(&proof->columns[col], b->book, proof->table, col);
	if (!ok)
		b->status = ybi_error_no_memory(b->err);
	if (ok && (proof->table->hit == YBI_HIT_UNIQUE || proof->table->hit == YBI_HIT_ANY))
		check_rows_apart(b, proof, rows);
	if (ok && whole && proof->table->otherwise == YBI_NO_EXPR)
		check_cover(b, proof, node);
	for (uint32_t col = 0; proof && col < by_count; col++) {
		free(proof->columns[col].axis.points);
		free(proof->columns[col].spans);
	}
	free(proof);
}

/* ---- conditions that may hold together ---- */

#define BOX_CELLS 24
#define BOXES 64
#define MEET_WORK 20000000 /* looks at a cell, of all conditions of a document together */

struct box {
	uint32_t subject[BOX_CELLS], cell[BOX_CELLS];
	uint32_t count;
};

struct boxes {
	uint32_t count;
	bool open; /* a formula: nothing can be proven */
	struct box box[BOXES]; /* those after `count` have no content */
};

static struct boxes *
empty_boxes(void)
{
	struct boxes *boxes = malloc(sizeof(*boxes));

	if (boxes) {
		boxes->count = 0;
		boxes->open = false;
	}
	return boxes;
}

static void
copy_box(struct box *out, const struct box *box)
{
	memcpy(out->subject, box->subject, box->count * sizeof(box->subject[0]));
	memcpy(out->cell, box->cell, box->count * sizeof(box->cell[0]));
	out->count = box->count;
}

static bool
conjoin(struct box *out, const struct box *a, const struct box *b)
{
	copy_box(out, a);
	for (uint32_t i = 0; i < b->count; i++) {
		if (out->count == BOX_CELLS)
			return false;
		out->subject[out->count] = b->subject[i];
		out->cell[out->count++] = b->cell[i];
	}
	return true;
}

/* A condition as alternatives of cells that must all hold. */
static void
make_boxes(struct ybi_builder *builder, uint32_t when, struct boxes *out)
{
	const struct ybi_book *book = builder->book;
	const struct ybi_expr *e = when == YBI_NO_EXPR ? NULL : &book->exprs[when];

	out->count = 0;
	out->open = false;
	if (!e) {
		out->box[0].count = 0;
		out->count = 1;
	} else if (e->op == YBI_OP_IN && book->exprs[e->a].op == YBI_OP_FACT) {
		out->box[0].count = 1;
		out->box[0].subject[0] = e->a;
		out->box[0].cell[0] = e->x;
		out->count = 1;
	} else if (e->op == YBI_OP_OR || e->op == YBI_OP_AND) {
		struct boxes *part = empty_boxes(), *all = empty_boxes();
		out->open = !part || !all;
		if (out->open)
			builder->status = ybi_error_no_memory(builder->err);
		for (uint32_t i = 0; i < e->b && !out->open; i++) {
			make_boxes(builder, book->args[e->a + i], part);
			out->open = part->open;
			if (e->op == YBI_OP_OR || i == 0) {
				if (out->count + part->count > BOXES)
					out->open = true;
				for (uint32_t k = 0; k < part->count && !out->open; k++)
					copy_box(&out->box[out->count++], &part->box[k]);
				continue;
			}
			all->count = 0;
			all->open = false;
			for (uint32_t x = 0; x < out->count && !out->open; x++)
				for (uint32_t k = 0; k < part->count && !out->open; k++)
					out->open = all->count == BOXES || !conjoin(&all->box[all->count++], &out->box[x], &part->box[k]);
			for (uint32_t k = 0; k < all->count && !out->open; k++)
				copy_box(&out->box[k], &all->box[k]);
			out->count = out->open ? out->count : all->count;
		}
		free(part);
		free(all);
	} else {
		out->open = true;
	}
}

/* The boxes of a condition; NULL when there is no memory. */
static struct boxes *
new_boxes(struct ybi_builder *b, uint32_t when)
{
	struct boxes *boxes = empty_boxes();

	if (boxes)
		make_boxes(b, when, boxes);
	else
		b->status = ybi_error_no_memory(b->err);
	return boxes;
}

/* Can all cells of a box on one fact, from number `from` on, hold at once? */
static bool
fact_holds(struct ybi_builder *builder, struct axis *axis, const struct box *box, uint32_t from, int64_t *point)
{
	const struct ybi_book *book = builder->book;
	uint32_t fact = book->exprs[box->subject[from]].x, cells[BOX_CELLS], count = 0;
	uint64_t meet[BOX_CELLS], avoid = 0;
	size_t meets = 0;
	bool found = false, ok;

	for (uint32_t k = from; k < box->count; k++)
		if (book->exprs[box->subject[k]].x == fact)
			cells[count++] = box->cell[k];
	ok = axis_start(axis, book, box->subject[from]);
	if (axis->type == YBI_SET) {
		for (uint32_t k = 0; k < count; k++) {
			const struct ybi_cell *cell = &book->cells[cells[k]];
			if (!cell->any && cell->negate)
				avoid |= cell->mask;
			else if (!cell->any)
				meet[meets++] = cell->mask;
		}
		builder->meet_work += count;
		return find_set(all_members(set_domain(book, box->subject[from])), meet, meets, avoid, point);
	}
	for (uint32_t k = 0; k < count; k++) {
		ok = axis_cut(axis, book, &book->cells[cells[k]]) && ok;
		builder->meet_work += book->cells[cells[k]].count;
	}
	axis_sort(axis);
	for (size_t p = 0; p < axis->count && !found && builder->meet_work <= MEET_WORK; p++) {
		found = true;
		*point = axis->points[p];
		for (uint32_t k = 0; k < count && found; k++) {
			found = cell_has(book, &book->cells[cells[k]], *point);
			builder->meet_work += 1 + book->cells[cells[k]].count;
		}
	}
	if (!ok)
		builder->status = ybi_error_no_memory(builder->err);
	return found && ok;
}

/* Can all cells of two boxes hold at once? `text` tells for whom. */
static bool
boxes_meet(struct ybi_builder *builder, struct axis *axis, const struct box *a, const struct box *b, struct ybi_text *text, bool *decided)
{
	const struct ybi_book *book = builder->book;
	struct box both;

	if (!conjoin(&both, a, b) || builder->meet_work > MEET_WORK) { /* too many cells to look at: nothing is proven */
		*decided = false;
		return false;
	}
	for (uint32_t i = 0; i < both.count; i++) {
		uint32_t fact = book->exprs[both.subject[i]].x;
		int64_t point = 0;
		bool seen = false;
		for (uint32_t k = 0; k < i && !seen; k++)
			seen = book->exprs[both.subject[k]].x == fact;
		if (seen)
			continue;
		if (!fact_holds(builder, axis, &both, i, &point)) {
			*decided = *decided && builder->meet_work <= MEET_WORK;
			return false;
		}
		print_point(text, book, axis, point);
		if (text->failed)
			builder->status = ybi_error_no_memory(builder->err);
	}
	return true;
}

static bool
conditions_meet(struct ybi_builder *b, const struct boxes *x, const struct boxes *y, struct ybi_text *text, bool *decided)
{
	struct axis axis = { 0 };
	bool meet = false;

	*decided = x && y && !x->open && !y->open;
	if (*decided)
		for (uint32_t i = 0; i < x->count && !meet; i++)
			for (uint32_t k = 0; k < y->count && !meet; k++) {
				ybi_text_free(text);
				meet = boxes_meet(b, &axis, &x->box[i], &y->box[k], text, decided);
			}
	free(axis.points);
	return meet;
}

/* Can both hold? `decided` is false where a formula keeps that from being told. */
bool
ybi_conditions_meet(struct ybi_builder *b, uint32_t a, uint32_t c, struct ybi_text *text, bool *decided)
{
	struct boxes *x = new_boxes(b, a), *y = new_boxes(b, c);
	bool meet = conditions_meet(b, x, y, text, decided);

	free(x);
	free(y);
	return meet;
}

/* A warning, once, where the conditions of a list are more than can be looked at. */
static void
warn_undecided(struct ybi_builder *b, const struct ybi_node *node)
{
	if (b->meet_work > MEET_WORK && !b->meet_told)
		ybi_warn(b, node, "when", "the conditions are too many to prove that no two of them hold together");
	b->meet_told = b->meet_told || b->meet_work > MEET_WORK;
}

static bool
listed(const struct ybi_book *book, uint32_t first, uint32_t count, uint32_t number)
{
	for (uint32_t i = 0; i < count; i++)
		if (book->args[first + i] == number)
			return true;
	return false;
}

void
ybi_check_exceptions(struct ybi_builder *b, uint32_t number, const struct ybi_node *const *whens, const char *const *labels)
{
	const struct ybi_except *except = &b->book->excepts[number];
	struct boxes *boxes[64] = { NULL };

	ybi_expand_prefixes(b);
	for (uint32_t i = 0; i < except->count; i++)
		boxes[i] = new_boxes(b, b->book->exceptions[except->first + i].when);
	for (uint32_t i = 0; i < except->count; i++)
		for (uint32_t k = i + 1; k < except->count; k++) {
			const struct ybi_exception *x = &b->book->exceptions[except->first + i], *y = &b->book->exceptions[except->first + k];
			struct ybi_text text = { 0 };
			bool decided;
			if (!listed(b->book, x->over, x->over_count, k) && !listed(b->book, y->over, y->over_count, i) &&
			    conditions_meet(b, boxes[i], boxes[k], &text, &decided))
				ybi_fault(b, YB_E_OVERLAP, whens[k], labels[k], "exceptions \"%s\" and \"%s\" both hold for %s; one says `over:` the other",
				          labels[i], labels[k], text.data && text.length ? text.data : "everybody");
			ybi_text_free(&text);
		}
	warn_undecided(b, whens[0]);
	for (uint32_t i = 0; i < except->count; i++)
		free(boxes[i]);
}

/* `over:` names others of the list. */
static bool
link_over(struct ybi_builder *b, struct ybi_choice *choice, const struct ybi_node *over, const struct ybi_node *list, const char *what)
{
	uint32_t count = over->kind == YBI_SEQ ? over->count : 1, first = (uint32_t)b->book->args_count, linked = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct ybi_node *name = over->kind == YBI_SEQ ? over->items[i] : over;
		uint32_t k = 0;
		while (k < list->count && !(name->kind == YBI_SCALAR && ybi_node_is(ybi_node_get(list->items[k], "id"), name->text)))
			k++;
		if (k == list->count) {
			ybi_fault(b, YB_E_UNKNOWN_NAME, name, "over", "no %s \"%.40s\"", what, name->kind == YBI_SCALAR ? name->text : "…");
			return false;
		}
		if (!YBI_PUSH(b, args, k))
			return false;
		linked++;
	}
	choice->first_over = first;
	choice->over_count = linked;
	return true;
}

bool
ybi_check_choices(struct ybi_builder *b, struct ybi_choice *first, size_t stride, const struct ybi_node *list, const char *what, const char *subject)
{
	struct boxes **boxes;
	bool exclusive = true;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct ybi_node *over = ybi_node_get(list->items[i], "over");
		if (over && !link_over(b, ybi_choice_at(first, stride, i), over, list, what))
			return false;
	}
	boxes = ybi_calloc(list->count, sizeof(*boxes));
	if (!boxes) {
		b->status = ybi_error_no_memory(b->err);
		return false;
	}
	ybi_expand_prefixes(b);
	for (uint32_t i = 0; i < list->count; i++)
		boxes[i] = new_boxes(b, ybi_choice_at(first, stride, i)->when);
	for (uint32_t i = 0; i < list->count; i++)
		for (uint32_t k = i + 1; k < list->count; k++) {
			const struct ybi_choice *x = ybi_choice_at(first, stride, i), *y = ybi_choice_at(first, stride, k);
			struct ybi_text text = { 0 };
			bool decided = true;
			if (!listed(b->book, x->first_over, x->over_count, k) && !listed(b->book, y->first_over, y->over_count, i)) {
				if (conditions_meet(b, boxes[i], boxes[k], &text, &decided))
					ybi_fault(b, YB_E_OVERLAP, list->items[k], ybi_node_get(list->items[k], "id")->text,
					          "%ss \"%s\" and \"%s\" both hold for %s; one says `over:` the other", what,
					          ybi_node_get(list->items[i], "id")->text, ybi_node_get(list->items[k], "id")->text,
					          text.data && text.length ? text.data : ybi_format(b, "every %s", subject));
				exclusive = exclusive && decided;
			}
			ybi_text_free(&text);
		}
	warn_undecided(b, list);
	for (uint32_t i = 0; i < list->count; i++)
		free(boxes[i]);
	free(boxes);
	return exclusive;
}
