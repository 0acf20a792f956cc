/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/*
 * What can be proven about a document at load: no two rows, exceptions or
 * benefits hold together, no person falls through a table, nothing depends on
 * itself, no amount outgrows the exact range.
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
	for (size_t i = 0; i < axis->count; i++)
		if (axis->points[i] == point)
			return true;
	if (!ybi_grow(&axis->points, axis->count, &axis->room, sizeof(*axis->points)))
		return false;
	axis->points[axis->count++] = point;
	return true;
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
	if (axis->type == YBI_SET) {
		const struct ybi_fact_meta *meta = &book->facts[domain];
		bool ok = axis_add(axis, 0);
		for (uint32_t i = 0; i < meta->domain_count && i < 63; i++)
			ok = axis_add(axis, (int64_t)(UINT64_C(1) << i)) && ok;
		return ok;
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

/* A point as a person would write it. */
static void
print_point(struct ybi_text *out, const struct ybi_book *book, const struct axis *axis, int64_t point)
{
	char text[YB_FEN_TEXT_SIZE], day[YB_DAY_TEXT_SIZE];

	ybi_text_printf(out, "%s%s ", out->length ? ", " : "", axis->name);
	if (point == INT64_MIN) {
		ybi_text_puts(out, "the lowest");
		return;
	}
	switch (axis->type) {
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
		for (uint32_t i = 0; axis->fact != YBI_NO_FACT && i < book->facts[axis->fact].domain_count && i < 63; i++)
			if (point == (int64_t)(UINT64_C(1) << i)) {
				ybi_text_puts(out, book->atom_names[book->domains[book->facts[axis->fact].domain + i]]);
				return;
			}
		ybi_text_puts(out, "empty");
		return;
	case YBI_RATE:
	case YBI_NUMBER:
		ybi_text_printf(out, "%lld/1000000", (long long)point);
		return;
	default:
		ybi_text_printf(out, "%lld", (long long)point);
	}
}

/* A point that both cells hold; false when there is none. */
static bool
cells_meet(const struct ybi_book *book, struct axis *axis, const struct ybi_cell *a, const struct ybi_cell *b, int64_t *point)
{
	if (axis->type == YBI_SET) { /* a set may hold one of each */
		for (size_t i = 0; i < axis->count; i++)
			for (size_t k = i; k < axis->count; k++) {
				*point = axis->points[i] | axis->points[k];
				if (cell_has(book, a, *point) && cell_has(book, b, *point))
					return true;
			}
		return false;
	}
	for (size_t i = 0; i < axis->count; i++)
		if (cell_has(book, a, axis->points[i]) && cell_has(book, b, axis->points[i])) {
			*point = axis->points[i];
			return true;
		}
	return false;
}

/* ---- tables ---- */

struct cover {
	const struct ybi_book *book;
	const struct ybi_table *table;
	struct axis axes[8];
	int64_t point[8];
	size_t steps;
};

/* Is there a point that no row of `alive` holds, from this column on? */
static bool
find_hole(struct cover *c, uint32_t column, const uint16_t *alive, size_t count)
{
	const struct ybi_book *book = c->book;
	uint16_t next[512];

	if (column == c->table->by_count)
		return count == 0;
	if (count == 0) {
		for (uint32_t k = column; k < c->table->by_count; k++)
			c->point[k] = c->axes[k].count ? c->axes[k].points[0] : 0;
		return true;
	}
	for (size_t p = 0; p < c->axes[column].count; p++) {
		size_t n = 0;
		if (++c->steps > 2000000)
			return false;
		if (c->axes[column].type == YBI_TEXT && c->axes[column].points[p] == 0 && c->axes[column].count > 1)
			continue; /* an open text that no row names is answered as unsupported, like any case without a figure */
		c->point[column] = c->axes[column].points[p];
		for (size_t i = 0; i < count; i++)
			if (cell_has(book, &book->cells[book->row_cells[c->table->cells + alive[i] * c->table->by_count + column]], c->point[column]))
				next[n++] = alive[i];
		if (find_hole(c, column + 1, next, n))
			return true;
	}
	return false;
}

static void
check_rows_apart(struct ybi_builder *b, struct cover *c, const struct ybi_node *const *rows)
{
	const struct ybi_book *book = c->book;

	for (uint32_t i = 0; i < c->table->rows; i++)
		for (uint32_t k = i + 1; k < c->table->rows; k++) {
			struct ybi_text text = { 0 };
			bool meet = true;
			for (uint32_t col = 0; col < c->table->by_count && meet; col++)
				meet = cells_meet(book, &c->axes[col], &book->cells[book->row_cells[c->table->cells + i * c->table->by_count + col]],
				                  &book->cells[book->row_cells[c->table->cells + k * c->table->by_count + col]], &c->point[col]);
			if (!meet)
				continue;
			for (uint32_t col = 0; col < c->table->by_count; col++)
				print_point(&text, book, &c->axes[col], c->point[col]);
			ybi_fault(b, YB_E_OVERLAP, rows[k], "rows", "this row and the one in line %u both hold for %s", (unsigned)rows[i]->line,
			          text.data ? text.data : "…");
			ybi_text_free(&text);
			return;
		}
}

void
ybi_check_table(struct ybi_builder *b, uint32_t number, const struct ybi_node *node, const struct ybi_node *const *rows, bool whole)
{
	const struct ybi_book *book = b->book;
	struct cover c = { .book = book, .table = &book->tables[number] };
	uint16_t alive[512];
	bool ok = true;

	for (uint32_t col = 0; col < c.table->by_count; col++) {
		ok = axis_start(&c.axes[col], book, book->args[c.table->by + col]) && ok;
		for (uint32_t r = 0; r < c.table->rows; r++)
			ok = axis_cut(&c.axes[col], book, &book->cells[book->row_cells[c.table->cells + r * c.table->by_count + col]]) && ok;
	}
	for (uint32_t r = 0; r < c.table->rows; r++)
		alive[r] = (uint16_t)r;
	if (!ok) {
		b->status = ybi_error_no_memory(b->err);
	} else {
		if (c.table->hit == YBI_HIT_UNIQUE)
			check_rows_apart(b, &c, rows);
		if (whole && c.table->otherwise == YBI_NO_EXPR && find_hole(&c, 0, alive, c.table->rows)) {
			struct ybi_text text = { 0 };
			for (uint32_t col = 0; col < c.table->by_count; col++)
				print_point(&text, book, &c.axes[col], c.point[col]);
			ybi_fault(b, YB_E_GAP, node, "rows", "no row holds for %s; give one, or `else:`", text.data ? text.data : "…");
			ybi_text_free(&text);
		} else if (c.steps > 2000000) {
			ybi_warn(b, node, "rows", "the table is too large to prove that no case falls through");
		}
	}
	for (uint32_t col = 0; col < c.table->by_count; col++)
		free(c.axes[col].points);
}

/* ---- conditions that may hold together ---- */

#define BOX_CELLS 24
#define BOXES 64

struct box {
	uint32_t subject[BOX_CELLS], cell[BOX_CELLS];
	uint32_t count;
};

struct boxes {
	struct box box[BOXES];
	uint32_t count;
	bool open; /* a formula: nothing can be proven */
};

static bool
conjoin(struct box *out, const struct box *a, const struct box *b)
{
	*out = *a;
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
		struct boxes *part = ybi_calloc(1, sizeof(*part)), *all = ybi_calloc(1, sizeof(*all));
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
					out->box[out->count++] = part->box[k];
				continue;
			}
			all->count = 0;
			all->open = false;
			for (uint32_t x = 0; x < out->count && !out->open; x++)
				for (uint32_t k = 0; k < part->count && !out->open; k++)
					out->open = all->count == BOXES || !conjoin(&all->box[all->count++], &out->box[x], &part->box[k]);
			*out = *(out->open ? out : all);
		}
		free(part);
		free(all);
	} else {
		out->open = true;
	}
}

/* Can all cells of two boxes hold at once? `text` tells for whom. */
static bool
boxes_meet(struct ybi_builder *builder, const struct box *a, const struct box *b, struct ybi_text *text, bool *decided)
{
	const struct ybi_book *book = builder->book;
	struct box both;

	if (!conjoin(&both, a, b)) { /* too many cells to look at: nothing is proven */
		*decided = false;
		return false;
	}
	for (uint32_t i = 0; i < both.count; i++) {
		struct axis axis = { 0 };
		uint32_t fact = book->exprs[both.subject[i]].x;
		bool seen = false, found = false, ok;
		for (uint32_t k = 0; k < i && !seen; k++)
			seen = book->exprs[both.subject[k]].x == fact;
		if (seen)
			continue;
		ok = axis_start(&axis, book, both.subject[i]);
		for (uint32_t k = i; k < both.count; k++)
			if (book->exprs[both.subject[k]].x == fact)
				ok = axis_cut(&axis, book, &book->cells[both.cell[k]]) && ok;
		if (axis.type == YBI_SET) { /* pairs and the full set as well */
			size_t singles = axis.count;
			for (size_t x = 1; x < singles && ok; x++)
				for (size_t y = x + 1; y < singles && ok; y++)
					ok = axis_add(&axis, axis.points[x] | axis.points[y]);
		}
		for (size_t p = 0; p < axis.count && !found; p++) {
			found = true;
			for (uint32_t k = i; k < both.count && found; k++)
				if (book->exprs[both.subject[k]].x == fact)
					found = cell_has(book, &book->cells[both.cell[k]], axis.points[p]);
			if (found)
				print_point(text, book, &axis, axis.points[p]);
		}
		free(axis.points);
		if (!ok || text->failed)
			builder->status = ybi_error_no_memory(builder->err);
		if (!found || !ok)
			return false;
	}
	return true;
}

/* Can both hold? `decided` is false where a formula keeps that from being told. */
bool
ybi_conditions_meet(struct ybi_builder *b, uint32_t a, uint32_t c, struct ybi_text *text, bool *decided)
{
	struct boxes *x = ybi_calloc(1, sizeof(*x)), *y = ybi_calloc(1, sizeof(*y));
	bool meet = false;

	if (!x || !y) {
		b->status = ybi_error_no_memory(b->err);
	} else {
		make_boxes(b, a, x);
		make_boxes(b, c, y);
		*decided = !x->open && !y->open;
		if (!x->open && !y->open)
			for (uint32_t i = 0; i < x->count && !meet; i++)
				for (uint32_t k = 0; k < y->count && !meet; k++) {
					ybi_text_free(text);
					meet = boxes_meet(b, &x->box[i], &y->box[k], text, decided);
				}
	}
	free(x);
	free(y);
	return meet;
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

	for (uint32_t i = 0; i < except->count; i++)
		for (uint32_t k = i + 1; k < except->count; k++) {
			const struct ybi_exception *x = &b->book->exceptions[except->first + i], *y = &b->book->exceptions[except->first + k];
			struct ybi_text text = { 0 };
			bool decided;
			if (!listed(b->book, x->over, x->over_count, k) && !listed(b->book, y->over, y->over_count, i) &&
			    ybi_conditions_meet(b, x->when, y->when, &text, &decided))
				ybi_fault(b, YB_E_OVERLAP, whens[k], labels[k], "exceptions \"%s\" and \"%s\" both hold for %s; one says `over:` the other",
				          labels[i], labels[k], text.data && text.length ? text.data : "everybody");
			ybi_text_free(&text);
		}
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
	bool exclusive = true;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct ybi_node *over = ybi_node_get(list->items[i], "over");
		if (over && !link_over(b, ybi_choice_at(first, stride, i), over, list, what))
			return false;
	}
	for (uint32_t i = 0; i < list->count; i++)
		for (uint32_t k = i + 1; k < list->count; k++) {
			const struct ybi_choice *x = ybi_choice_at(first, stride, i), *y = ybi_choice_at(first, stride, k);
			struct ybi_text text = { 0 };
			bool decided = true;
			if (!listed(b->book, x->first_over, x->over_count, k) && !listed(b->book, y->first_over, y->over_count, i)) {
				if (ybi_conditions_meet(b, x->when, y->when, &text, &decided))
					ybi_fault(b, YB_E_OVERLAP, list->items[k], ybi_node_get(list->items[k], "id")->text,
					          "%ss \"%s\" and \"%s\" both hold for %s; one says `over:` the other", what,
					          ybi_node_get(list->items[i], "id")->text, ybi_node_get(list->items[k], "id")->text,
					          text.data && text.length ? text.data : ybi_format(b, "every %s", subject));
				exclusive = exclusive && decided;
			}
			ybi_text_free(&text);
		}
	return exclusive;
}

/* ---- what an expression is made of ---- */

typedef bool (*visit)(void *user, uint32_t child);

static bool
each_child(const struct ybi_book *book, uint32_t expr, visit fn, void *user)
{
	const struct ybi_expr *e = &book->exprs[expr];

	switch (e->op) {
	case YBI_OP_CONST: case YBI_OP_NONE: case YBI_OP_RESULT: case YBI_OP_ANSWER: case YBI_OP_GAP:
		return true;
	case YBI_OP_FACT:
		return book->facts[e->x].from == YBI_NO_EXPR || fn(user, book->facts[e->x].from);
	case YBI_OP_LIST: case YBI_OP_MIN: case YBI_OP_MAX: case YBI_OP_AND: case YBI_OP_OR:
		for (uint32_t i = 0; i < e->b; i++)
			if (!fn(user, book->args[e->a + i]))
				return false;
		return true;
	case YBI_OP_TABLE: {
		const struct ybi_table *t = &book->tables[e->x];
		for (uint32_t i = 0; i < t->by_count; i++)
			if (!fn(user, book->args[t->by + i]))
				return false;
		for (uint32_t i = 0; i < t->rows; i++)
			if (!fn(user, book->args[t->values + i]))
				return false;
		return t->otherwise == YBI_NO_EXPR || fn(user, t->otherwise);
	}
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			if (!fn(user, book->dated_entries[book->dated[e->x].first + i].value))
				return false;
		return true;
	case YBI_OP_EXCEPT: {
		const struct ybi_except *x = &book->excepts[e->x];
		for (uint32_t i = 0; i < x->count; i++)
			if (!fn(user, book->exceptions[x->first + i].when) || !fn(user, book->exceptions[x->first + i].value))
				return false;
		return fn(user, x->otherwise);
	}
	case YBI_OP_SERIES:
		for (uint32_t i = 0; i < book->series[e->x].count; i++)
			if (!fn(user, book->series_entries[book->series[e->x].first + i].value))
				return false;
		return fn(user, e->a);
	default:
		return (e->a == YBI_NO_EXPR || fn(user, e->a)) && (e->b == YBI_NO_EXPR || fn(user, e->b)) &&
		       (e->c == YBI_NO_EXPR || fn(user, e->c));
	}
}

/* ---- cycles and depth ---- */

struct walk {
	struct ybi_builder *b;
	uint8_t *colour; /* 0 new, 1 open, 2 done */
	uint32_t depth;
};

static bool
walk_expr(void *user, uint32_t expr)
{
	struct walk *w = user;
	const struct ybi_book *book = w->b->book;
	const struct ybi_expr *e = &book->exprs[expr];
	struct ybi_node node = { 0 };
	bool ok;

	if (w->colour[expr] == 2)
		return true;
	node.file = book->expr_place[expr].name;
	node.line = book->expr_place[expr].line;
	node.column = book->expr_place[expr].column;
	if (w->colour[expr] == 1) {
		const char *name = e->op == YBI_OP_FACT ? book->facts[e->x].name : "a value";
		ybi_fault(w->b, YB_E_CYCLE, &node, name, "%s depends on itself", name);
		return false;
	}
	if (w->depth >= 300) {
		ybi_fault(w->b, YB_E_LIMIT, &node, NULL, "values that stand on values, more than 300 deep");
		return false;
	}
	w->colour[expr] = 1;
	w->depth++;
	ok = each_child(book, expr, walk_expr, w);
	w->depth--;
	w->colour[expr] = 2;
	return ok;
}

void
ybi_check_cycles(struct ybi_builder *b)
{
	struct walk w = { .b = b, .colour = ybi_calloc(b->book->exprs_count, 1) };

	if (!w.colour) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	for (uint32_t i = 0; i < b->book->exprs_count; i++)
		if (!walk_expr(&w, i))
			break;
	free(w.colour);
}

/* ---- bounds of amounts ---- */

#define BOUND (INT64_C(1) << 53)

/* [low, high], saturated far above what any amount may be: a bound is only ever asked whether it is small. */
struct range {
	struct ybi_fraction low, high;
	bool known, open; /* open: no bound could be found */
};

struct bounds {
	struct ybi_builder *b;
	struct range *ranges; /* by expression */
	struct range *bases;  /* by layer number: the largest base */
};

static struct range
range_of(struct ybi_fraction low, struct ybi_fraction high)
{
	return (struct range){ low, high, true, false };
}

static struct range
open_range(void)
{
	return (struct range){ ybi_fraction_from(0), ybi_fraction_from(0), true, true };
}

static struct range get_range(struct bounds *s, uint32_t expr);

static struct range
join(struct range a, struct range b)
{
	if (a.open || b.open)
		return open_range();
	if (ybi_fraction_cmp(b.low, a.low) < 0)
		a.low = b.low;
	if (ybi_fraction_cmp(b.high, a.high) > 0)
		a.high = b.high;
	return a;
}

static struct range
corners(uint16_t op, struct range a, struct range b)
{
	struct ybi_fraction ends_a[2] = { a.low, a.high }, ends_b[2] = { b.low, b.high }, v;
	struct range out = open_range();

	if (a.open || b.open)
		return out;
	if (op == YBI_OP_DIV && ybi_fraction_sign(b.low) <= 0 && ybi_fraction_sign(b.high) >= 0)
		return out;
	for (int i = 0; i < 4; i++) {
		yb_status st = op == YBI_OP_ADD ? ybi_fraction_add(ends_a[i & 1], ends_b[i >> 1], &v)
		             : op == YBI_OP_SUB ? ybi_fraction_sub(ends_a[i & 1], ends_b[i >> 1], &v)
		             : op == YBI_OP_MUL ? ybi_fraction_mul(ends_a[i & 1], ends_b[i >> 1], &v)
		                                : ybi_fraction_div(ends_a[i & 1], ends_b[i >> 1], &v);
		if (st != YB_OK)
			return open_range();
		out = out.open ? range_of(v, v) : join(out, range_of(v, v));
	}
	return out;
}

static struct range
extreme_range(struct bounds *s, const struct ybi_expr *e)
{
	struct range out = open_range();
	bool any = false;

	/* min is below every argument that is bounded; max needs them all */
	for (uint32_t i = 0; i < e->b; i++) {
		uint32_t arg = s->b->book->args[e->a + i];
		struct range r = get_range(s, arg);
		if (s->b->book->exprs[arg].op == YBI_OP_NONE)
			continue;
		if (r.open)
			return r;
		if (!any)
			out = r;
		else if (e->op == YBI_OP_MIN) {
			if (ybi_fraction_cmp(r.low, out.low) < 0)
				out.low = r.low;
			if (ybi_fraction_cmp(r.high, out.high) < 0)
				out.high = r.high;
		} else {
			if (ybi_fraction_cmp(r.low, out.low) > 0)
				out.low = r.low;
			if (ybi_fraction_cmp(r.high, out.high) > 0)
				out.high = r.high;
		}
		any = true;
	}
	return out;
}

struct joined {
	struct bounds *s;
	struct range range;
	bool any;
};

static bool
join_child(struct joined *j, uint32_t child)
{
	const struct ybi_expr *e = &j->s->b->book->exprs[child];
	struct range r;

	if (e->op == YBI_OP_NONE || e->op == YBI_OP_GAP)
		return true;
	r = get_range(j->s, child);
	j->range = j->any ? join(j->range, r) : r;
	j->any = true;
	return true;
}

static struct range
choice_range(struct bounds *s, const struct ybi_expr *e)
{
	const struct ybi_book *book = s->b->book;
	struct joined j = { .s = s, .range = range_of(ybi_fraction_from(0), ybi_fraction_from(0)) };

	switch (e->op) {
	case YBI_OP_TABLE: {
		const struct ybi_table *t = &book->tables[e->x];
		for (uint32_t i = 0; i < t->rows; i++)
			join_child(&j, book->args[t->values + i]);
		if (t->otherwise != YBI_NO_EXPR)
			join_child(&j, t->otherwise);
		if (t->hit == YBI_HIT_SUM && j.any)
			j.range = corners(YBI_OP_MUL, j.range, range_of(ybi_fraction_from(0), ybi_fraction_from(t->rows)));
		break;
	}
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			join_child(&j, book->dated_entries[book->dated[e->x].first + i].value);
		break;
	case YBI_OP_EXCEPT:
		for (uint32_t i = 0; i < book->excepts[e->x].count; i++)
			join_child(&j, book->exceptions[book->excepts[e->x].first + i].value);
		join_child(&j, book->excepts[e->x].otherwise);
		break;
	case YBI_OP_LIST:
		for (uint32_t i = 0; i < e->b; i++)
			join_child(&j, book->args[e->a + i]);
		break;
	case YBI_OP_SERIES:
		for (uint32_t i = 0; i < book->series[e->x].count; i++)
			join_child(&j, book->series_entries[book->series[e->x].first + i].value);
		break;
	default: /* YBI_OP_IF */
		join_child(&j, e->b);
		join_child(&j, e->c);
	}
	return j.range;
}

static struct range
fact_range(struct bounds *s, uint32_t fact)
{
	const struct ybi_fact_meta *meta = &s->b->book->facts[fact];
	struct ybi_fraction low, high;

	if (meta->from != YBI_NO_EXPR && meta->type != YBI_TEXT && meta->type != YBI_SET)
		return get_range(s, meta->from);
	if (!meta->bounded)
		return meta->type == YBI_MONEY ? range_of(ybi_fraction_from(0), ybi_fraction_from(YB_FEN_LIMIT))
		     : meta->type == YBI_RATE  ? range_of(ybi_fraction_from(0), ybi_fraction_from(1))
		                               : range_of(ybi_fraction_from(0), ybi_fraction_from(2147483647));
	if (ybi_fraction_make(meta->low, meta->den, &low) != YB_OK || ybi_fraction_make(meta->high, meta->den, &high) != YB_OK)
		return open_range();
	return range_of(low, high);
}

static struct range
unit_range(void)
{
	return range_of(ybi_fraction_from(-1), ybi_fraction_from(1));
}

static struct range
compute_range(struct bounds *s, uint32_t expr)
{
	const struct ybi_book *book = s->b->book;
	const struct ybi_expr *e = &book->exprs[expr];
	struct range r;

	switch (e->op) {
	case YBI_OP_CONST:
		return range_of(book->constants[e->x], book->constants[e->x]);
	case YBI_OP_FACT:
		return fact_range(s, e->x);
	case YBI_OP_RESULT:
		if (e->y >= YBI_RESULT_RATIO1)
			return range_of(ybi_fraction_from(0), ybi_fraction_from(1));
		if (e->y == YBI_RESULT_START || e->y == YBI_RESULT_ROOM || e->y == YBI_RESULT_DUE)
			return range_of(ybi_fraction_from(0), ybi_fraction_from(YB_FEN_LIMIT));
		return s->bases[e->x].known ? s->bases[e->x] : open_range();
	case YBI_OP_ANSWER: /* what is posted is held to this when it is worked out */
		return e->type == YBI_MONEY ? range_of(ybi_fraction_from(-YB_FEN_LIMIT), ybi_fraction_from(YB_FEN_LIMIT)) : range_of(ybi_fraction_from(0), ybi_fraction_from(4000000));
	case YBI_OP_MEMO: case YBI_OP_CLAUSE: case YBI_OP_FLOOR: case YBI_OP_CEIL:
		r = get_range(s, e->a);
		return e->op == YBI_OP_FLOOR || e->op == YBI_OP_CEIL ? corners(YBI_OP_ADD, r, unit_range()) : r;
	case YBI_OP_ROUND:
		r = get_range(s, e->a);
		return corners(YBI_OP_ADD, r, corners(YBI_OP_MUL, unit_range(), range_of(book->constants[e->x], book->constants[e->x])));
	case YBI_OP_NEG:
		return corners(YBI_OP_SUB, range_of(ybi_fraction_from(0), ybi_fraction_from(0)), get_range(s, e->a));
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_DIV:
		return corners(e->op, get_range(s, e->a), get_range(s, e->b));
	case YBI_OP_MIN: case YBI_OP_MAX:
		return extreme_range(s, e);
	case YBI_OP_TABLE: case YBI_OP_DATED: case YBI_OP_EXCEPT: case YBI_OP_LIST: case YBI_OP_SERIES: case YBI_OP_IF:
		return choice_range(s, e);
	case YBI_OP_YEAR:
		return range_of(ybi_fraction_from(1), ybi_fraction_from(9999));
	case YBI_OP_MONTH:
		return range_of(ybi_fraction_from(1), ybi_fraction_from(12));
	case YBI_OP_MONTHS_BETWEEN: case YBI_OP_YEARS_BETWEEN: case YBI_OP_DAYS_BETWEEN:
		return range_of(ybi_fraction_from(-4000000), ybi_fraction_from(4000000));
	default: /* flags, days, nothing */
		return range_of(ybi_fraction_from(0), ybi_fraction_from(4000000));
	}
}

static struct range
get_range(struct bounds *s, uint32_t expr)
{
	if (!s->ranges[expr].known)
		s->ranges[expr] = compute_range(s, expr);
	return s->ranges[expr];
}

static bool
small(struct range r)
{
	return !r.open && ybi_fraction_cmp(r.high, ybi_fraction_from(BOUND)) <= 0 && ybi_fraction_cmp(r.low, ybi_fraction_from(-BOUND)) >= 0;
}

static void
check_amount(struct bounds *s, uint32_t expr, const char *what)
{
	struct range r;
	struct ybi_node node = { 0 };
	const struct ybi_book *book = s->b->book;

	if (expr == YBI_NO_EXPR)
		return;
	r = get_range(s, expr);
	node.file = book->expr_place[expr].name;
	node.line = book->expr_place[expr].line;
	node.column = book->expr_place[expr].column;
	if (!small(r))
		ybi_fault(s->b, YB_E_BOUND, &node, what, "%s may outgrow 2^53 fen, or no bound can be found for it", what);
	else if (ybi_fraction_sign(r.high) < 0)
		ybi_fault(s->b, YB_E_RULE, &node, what, "%s is always below zero", what);
}

void
ybi_check_bounds(struct ybi_builder *b)
{
	const struct ybi_book *book = b->book;
	struct bounds s = { .b = b, .ranges = ybi_calloc(book->exprs_count, sizeof(*s.ranges)),
		            .bases = ybi_calloc(book->layer_names_count, sizeof(*s.bases)) };

	if (!s.ranges || !s.bases) {
		b->status = ybi_error_no_memory(b->err);
	} else {
		for (uint32_t i = 0; i < book->layers_count; i++) {
			const struct ybi_layer *layer = &book->layers[i];
			struct range base = get_range(&s, layer->base);
			struct range *known = &s.bases[layer->number];
			if (base.open || ybi_fraction_sign(base.low) < 0)
				base.low = ybi_fraction_from(0);
			*known = known->known ? join(*known, base) : base;
			check_amount(&s, layer->base, "the base");
			check_amount(&s, layer->deductible, "the deductible");
			check_amount(&s, layer->sum_cap, "the cap");
			for (uint32_t k = 0; k < layer->ceiling_count; k++)
				check_amount(&s, book->ceilings[layer->first_ceiling + k].amount, "the ceiling");
		}
		for (uint32_t i = 0; i < book->charges_count; i++) {
			check_amount(&s, book->charges[i].base, "the base");
			check_amount(&s, book->charges[i].total, "the total");
		}
		for (uint32_t i = 0; i < book->payers_count; i++)
			check_amount(&s, book->payers[i].expr, "the part of a payer");
		for (uint32_t i = 0; i < book->credits_count; i++) {
			check_amount(&s, book->credits[i].base, "the base");
			check_amount(&s, book->credits[i].amount, "the amount");
			check_amount(&s, book->credits[i].at_least, "the floor");
		}
		for (uint32_t i = 0; i < book->less_count; i++)
			check_amount(&s, book->less[i].amount, "the deduction");
		for (uint32_t i = 0; i < book->rewards_count; i++)
			check_amount(&s, book->rewards[i].step, "the step");
	}
	free(s.ranges);
	free(s.bases);
}
