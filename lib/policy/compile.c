/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/*
 * An expression folds when everything it hangs on is enumerated: texts, flags,
 * sets met by a few cells, numbers that are only compared. The ends of all
 * cells and constants on a fact are the breaks of its axis, so one value of
 * each piece stands for all of it; the exact evaluator fills the table. What
 * does not fold becomes a step over columns, provided its range fits. Where
 * neither works the benefit has no plan, and the exact way serves it.
 */

#define FULL_AXIS 200
#define SMALL_AXIS 4096
#define DEN_LIMIT INT64_C(1000000)
#define VALUE_LIMIT (INT64_C(1) << 61)

struct operand {
	uint8_t state; /* 0 not tried, 1 there, 2 cannot be */
	bool maybe_none;
	uint16_t reg;
	int64_t den, low, high;
};

struct compiler {
	struct ybi_builder *b;
	struct ybi_book *book;
	struct ybi_plan *plan;
	YBI_ARRAY(struct ybi_axis, axes);
	YBI_ARRAY(struct ybi_dense, tables);
	YBI_ARRAY(struct ybi_column_step, steps);
	YBI_ARRAY(struct ybi_divisor, divisors);
	YBI_ARRAY(struct ybi_tier_plan, tiers);
	YBI_ARRAY(uint32_t, inputs);
	YBI_ARRAY(int64_t, constants);
	YBI_ARRAY(struct ybi_guard, guards);
	YBI_ARRAY(uint8_t, axis_full);
	struct operand *operands;  /* by expression */
	struct operand *results;   /* by layer number * YBI_RESULT_BAND1 + result */
	uint8_t *wanted;           /* likewise: asked for by a later expression */
	struct operand *answers;   /* of a fee, by answer; NULL else */
	uint8_t *seen;             /* by expression: marks of one gathering */
	struct ybi_eval eval;
	struct ybi_fact *facts;
	struct ybi_memo *memo;
	uint32_t regs;
	bool failed; /* this plan cannot be made */
};

/* Out of memory fails the build; anything else only leaves the plan out. */
#define ADD(c, array, element) \
	(ybi_push_room((c)->b, (void *)&(c)->array, (c)->array##_count, &(c)->array##_room, sizeof(*(c)->array)) \
	         ? ((c)->array[(c)->array##_count++] = (element), true) : ((c)->failed = true, false))

/* Zeroed memory; without it the build fails, not only the plan. */
static void *
grab(struct compiler *c, size_t count, size_t size)
{
	void *memory = ybi_calloc(count, size);

	if (!memory) {
		c->b->status = ybi_error_no_memory(c->b->err);
		c->failed = true;
	}
	return memory;
}

/* Work that plans cost, as looks at an expression; a document beyond it keeps to the exact way. */
#define COMPILE_WORK 40000000

static bool
spend(struct compiler *c, uint64_t work)
{
	c->b->compile_work = work > COMPILE_WORK || c->b->compile_work + work > COMPILE_WORK ? COMPILE_WORK + 1 : c->b->compile_work + work;
	return c->b->compile_work <= COMPILE_WORK;
}

static void
use_input(struct compiler *c, uint32_t fact)
{
	for (size_t i = 0; i < c->inputs_count; i++)
		if (c->inputs[i] == fact)
			return;
	(void)ADD(c, inputs, fact);
}

/* ---- breaks of a fact, from the whole document ---- */

struct points {
	int64_t *v;
	size_t count, room;
};

static bool
add_point(struct compiler *c, struct points *p, int64_t value)
{
	if (!ybi_push_room(c->b, (void *)&p->v, p->count, &p->room, sizeof(*p->v)))
		return false;
	p->v[p->count++] = value;
	return true;
}

static bool
cell_points(struct compiler *c, const struct ybi_cell *cell, int64_t den, struct points *p)
{
	if (cell->any)
		return true;
	if (cell->type == YBI_SET)
		return add_point(c, p, (int64_t)cell->mask);
	for (uint32_t i = 0; i < cell->count; i++) {
		const struct ybi_interval *interval;
		if (cell->type == YBI_TEXT || cell->type == YBI_FLAG) {
			if (!add_point(c, p, c->book->atoms[cell->first + i]))
				return false;
			continue;
		}
		interval = &c->book->intervals[cell->first + i];
		if (cell->den != den)
			return false;
		if (interval->low != INT64_MIN && !add_point(c, p, interval->low + interval->low_open))
			return false;
		if (interval->high != INT64_MAX && !add_point(c, p, interval->high + !interval->high_open))
			return false;
	}
	return true;
}

/* A comparison of the fact with a constant cuts it at the constant and just above. */
static bool
constant_points(struct compiler *c, const struct ybi_expr *e, uint32_t fact, struct points *p)
{
	const struct ybi_expr *a = &c->book->exprs[e->a], *b = &c->book->exprs[e->b], *constant;
	struct ybi_fraction q;
	int64_t value;

	if (a->op == YBI_OP_FACT && a->x == fact && b->op == YBI_OP_CONST)
		constant = b;
	else if (b->op == YBI_OP_FACT && b->x == fact && a->op == YBI_OP_CONST)
		constant = a;
	else
		return true;
	if (ybi_fraction_mul(c->book->constants[constant->x], ybi_fraction_from(c->book->facts[fact].den), &q) != YB_OK ||
	    ybi_fraction_floor(q, &q) != YB_OK || ybi_fraction_to_i64(q, &value) != YB_OK)
		return false;
	return add_point(c, p, value) && add_point(c, p, value + 1);
}

static bool
fact_points(struct compiler *c, uint32_t fact, struct points *p)
{
	const struct ybi_book *book = c->book;
	int64_t den = book->facts[fact].den;

	for (size_t i = 0; i < book->exprs_count; i++) {
		const struct ybi_expr *e = &book->exprs[i];
		if (e->op == YBI_OP_IN && book->exprs[e->a].op == YBI_OP_FACT && book->exprs[e->a].x == fact) {
			if (!cell_points(c, &book->cells[e->x], den, p))
				return false;
		} else if (e->op >= YBI_OP_LT && e->op <= YBI_OP_NE) {
			if (!constant_points(c, e, fact, p))
				return false;
		} else if (e->op == YBI_OP_TABLE) {
			const struct ybi_table *t = &book->tables[e->x];
			for (uint32_t k = 0; k < t->by_count; k++) {
				const struct ybi_expr *by = &book->exprs[book->args[t->by + k]];
				if (by->op != YBI_OP_FACT || by->x != fact)
					continue;
				for (uint32_t r = 0; r < t->rows; r++)
					if (!cell_points(c, &book->cells[book->row_cells[t->cells + r * t->by_count + k]], den, p))
						return false;
			}
		} else if (e->op == YBI_OP_DATED && fact == YBI_FACT_ON) {
			for (uint32_t k = 0; k < book->dated[e->x].count; k++) {
				const struct ybi_dated_entry *entry = &book->dated_entries[book->dated[e->x].first + k];
				if (!add_point(c, p, entry->from) || !add_point(c, p, entry->to))
					return false;
			}
		}
	}
	return true;
}

/* ---- axes ---- */

static bool
atom_axis(struct compiler *c, const struct ybi_fact_meta *meta, struct points *p, struct ybi_axis *axis)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < meta->domain_count; i++)
		if (!add_point(c, p, c->book->domains[meta->domain + i]))
			return false;
	p->count = ybi_sort_unique(p->v, p->count);
	if (p->count > YBI_TABLE_CELLS)
		return false;
	axis->kind = YBI_AXIS_ATOM;
	axis->map_count = (uint32_t)c->book->atom_names_count;
	axis->map = grab(c, axis->map_count, sizeof(*axis->map));
	axis->breaks = grab(c, p->count + 1, sizeof(*axis->breaks)); /* the atom of each position */
	if (!axis->map || !axis->breaks)
		return false;
	for (uint32_t i = 0; i < axis->map_count; i++)
		axis->map[i] = (uint16_t)p->count;
	for (size_t i = 0; i < p->count; i++)
		if (p->v[i] > 0 && (uint64_t)p->v[i] < axis->map_count) {
			axis->breaks[n] = p->v[i];
			axis->map[p->v[i]] = (uint16_t)n++;
		}
	for (uint32_t i = 0; i < axis->map_count; i++)
		if (axis->map[i] == p->count)
			axis->map[i] = (uint16_t)n;
	axis->size = n + 1; /* and any other text */
	return true;
}

static bool
set_axis(struct points *p, struct ybi_axis *axis)
{
	p->count = ybi_sort_unique(p->v, p->count);
	axis->kind = YBI_AXIS_SET;
	if (p->count > ARRAY_SIZE(axis->masks))
		return false;
	for (size_t i = 0; i < p->count; i++)
		axis->masks[i] = (uint64_t)p->v[i];
	axis->mask_count = (uint32_t)p->count;
	axis->size = 1u << p->count;
	return true;
}

static bool
break_axis(struct compiler *c, const struct ybi_fact_meta *meta, struct points *p, bool full, struct ybi_axis *axis)
{
	int64_t low = meta->bounded ? meta->low : -YB_FEN_LIMIT, high = meta->bounded ? meta->high : YB_FEN_LIMIT;
	size_t n = 0;

	axis->kind = YBI_AXIS_BREAKS;
	if (full) {
		if (high - low >= FULL_AXIS)
			return false;
		p->count = 0;
		for (int64_t v = low; v <= high; v++)
			if (!add_point(c, p, v))
				return false;
	}
	if (!add_point(c, p, low) || (meta->type == YBI_FLAG && !add_point(c, p, 1)))
		return false;
	p->count = ybi_sort_unique(p->v, p->count);
	axis->breaks = grab(c, p->count, sizeof(*axis->breaks));
	if (!axis->breaks)
		return false;
	for (size_t i = 0; i < p->count; i++)
		if (p->v[i] >= low && p->v[i] <= high)
			axis->breaks[n++] = p->v[i];
	axis->size = (uint32_t)n;
	if (n > 0 && n < 256 && axis->breaks[0] == low && high - low < SMALL_AXIS) {
		axis->small_count = (uint32_t)(high - low + 1);
		axis->small = grab(c, axis->small_count, 1);
		for (int64_t v = low; axis->small && v <= high; v++)
			for (size_t i = 1; i < n; i++)
				axis->small[v - low] = (uint8_t)(axis->small[v - low] + (v >= axis->breaks[i]));
		return axis->small != NULL;
	}
	return n > 0;
}

static uint32_t fold(struct compiler *c, uint32_t expr, int64_t *den, int64_t *low, int64_t *high, bool *none);

/* The axis of a fact; `full`: every value of its range on its own. UINT32_MAX when there can be none. */
static uint32_t
axis_of(struct compiler *c, uint32_t fact, bool full)
{
	const struct ybi_fact_meta *meta = &c->book->facts[fact];
	struct ybi_axis axis = { .fact = fact, .derive = YBI_NO_TABLE };
	struct points p = { 0 };
	bool ok;

	full = full && meta->type != YBI_TEXT && meta->type != YBI_SET && meta->type != YBI_FLAG;
	for (uint32_t i = 0; i < c->axes_count; i++)
		if (c->axes[i].fact == fact && c->axis_full[i] == full)
			return i;
	ok = spend(c, c->book->exprs_count) && fact_points(c, fact, &p) && spend(c, p.count);
	if (ok && meta->type == YBI_TEXT)
		ok = atom_axis(c, meta, &p, &axis);
	else if (ok && meta->type == YBI_SET)
		ok = set_axis(&p, &axis);
	else if (ok)
		ok = break_axis(c, meta, &p, full, &axis);
	free(p.v);
	if (ok && meta->from != YBI_NO_EXPR) {
		int64_t den = 1, low, high;
		bool none;
		axis.derive = fold(c, meta->from, &den, &low, &high, &none);
		ok = axis.derive != YBI_NO_TABLE && den == meta->den && !none;
	}
	if (!ok || !ADD(c, axes, axis)) {
		free(axis.map);
		free(axis.breaks);
		free(axis.small);
		return UINT32_MAX;
	}
	if (!ADD(c, axis_full, (uint8_t)full))
		return UINT32_MAX;
	use_input(c, fact);
	return (uint32_t)c->axes_count - 1;
}

/* The fact's value at a position; false where no value stands there. */
static bool
value_at(const struct ybi_axis *axis, uint32_t position, int64_t *value)
{
	uint64_t in = ~UINT64_C(0) >> 2, out = 0;

	if (axis->kind != YBI_AXIS_SET) {
		*value = axis->kind == YBI_AXIS_ATOM && position + 1 == axis->size ? 0 : axis->breaks[position];
		return true;
	}
	/* a set that meets exactly the cells of this position: of each, members that no other cell has */
	*value = 0;
	for (uint32_t k = 0; k < axis->mask_count; k++)
		if (!(position >> k & 1))
			out |= axis->masks[k];
	in &= ~out;
	for (uint32_t k = 0; k < axis->mask_count; k++)
		if (position >> k & 1) {
			if (!(axis->masks[k] & in))
				return false;
			*value |= (int64_t)(axis->masks[k] & in);
		}
	return true;
}

/* ---- folding ---- */

struct gather {
	struct compiler *c;
	uint32_t axes[YBI_TABLE_AXES], count;
	uint64_t weight; /* of one evaluation */
	bool one_row;    /* of a table one row's value is weighed */
	bool ok;
};

static void gather(struct gather *g, uint32_t expr, bool compared);

static void
gather_fact(struct gather *g, uint32_t fact, bool compared)
{
	const struct ybi_fact_meta *meta = &g->c->book->facts[fact];
	uint32_t axis;

	if (meta->part == YBI_OF_LINE || meta->part == YBI_OF_SETTLEMENT || meta->part == YBI_OF_TOTAL || meta->part == YBI_OF_KIND ||
	    (meta->part == YBI_OF_DERIVED && meta->type == YBI_MONEY)) {
		g->ok = false;
		return;
	}
	if (!compared && (meta->type == YBI_SET || (meta->type == YBI_TEXT && !meta->closed))) {
		g->ok = false; /* the value itself is handed on, and the axis only tells some values apart */
		return;
	}
	axis = axis_of(g->c, fact, !compared);
	for (uint32_t i = 0; i < g->count; i++)
		if (g->axes[i] == axis)
			return;
	if (axis == UINT32_MAX || g->count == YBI_TABLE_AXES)
		g->ok = false;
	else
		g->axes[g->count++] = axis;
}

static void
gather_table(struct gather *g, const struct ybi_table *t)
{
	const struct ybi_book *book = g->c->book;
	const uint32_t *args = book->args;
	uint64_t before, most;

	for (uint32_t i = 0; i < t->rows * t->by_count; i++)
		g->weight += 1 + book->cells[book->row_cells[t->cells + i]].count;
	for (uint32_t i = 0; i < t->by_count; i++)
		gather(g, args[t->by + i], true);
	before = most = g->weight;
	for (uint32_t i = 0; i < t->rows; i++) {
		gather(g, args[t->values + i], false);
		most = g->weight > most ? g->weight : most;
		g->weight = g->one_row ? before : g->weight;
	}
	g->weight = most;
	if (t->otherwise != YBI_NO_EXPR)
		gather(g, t->otherwise, false);
}

/* Which axes an expression hangs on; `compared`: its value is only held against cells or constants. */
static void
gather(struct gather *g, uint32_t expr, bool compared)
{
	const struct ybi_book *book = g->c->book;
	const struct ybi_expr *e = &book->exprs[expr];

	if (!g->ok || (g->c->seen[expr] && e->op != YBI_OP_FACT))
		return;
	g->c->seen[expr] = 1;
	g->weight++;
	switch (e->op) {
	case YBI_OP_CONST: case YBI_OP_NONE: case YBI_OP_GAP:
		return;
	case YBI_OP_FACT:
		gather_fact(g, e->x, compared);
		return;
	case YBI_OP_RESULT: case YBI_OP_ANSWER:
		g->ok = false;
		return;
	case YBI_OP_IN:
		g->weight += book->cells[e->x].count;
		gather(g, e->a, book->exprs[e->a].op == YBI_OP_FACT);
		return;
	case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE: {
		bool plain = book->exprs[e->a].op == YBI_OP_CONST || book->exprs[e->b].op == YBI_OP_CONST;
		gather(g, e->a, plain && book->exprs[e->a].op == YBI_OP_FACT);
		gather(g, e->b, plain && book->exprs[e->b].op == YBI_OP_FACT);
		return;
	}
	case YBI_OP_LIST: case YBI_OP_MIN: case YBI_OP_MAX: case YBI_OP_AND: case YBI_OP_OR:
		for (uint32_t i = 0; i < e->b; i++)
			gather(g, book->args[e->a + i], false);
		return;
	case YBI_OP_TABLE:
		gather_table(g, &book->tables[e->x]);
		return;
	case YBI_OP_DATED:
		gather_fact(g, YBI_FACT_ON, true);
		g->weight += book->dated[e->x].count;
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			gather(g, book->dated_entries[book->dated[e->x].first + i].value, false);
		return;
	case YBI_OP_EXCEPT: {
		const struct ybi_except *x = &book->excepts[e->x];
		gather(g, x->otherwise, false);
		for (uint32_t i = 0; i < x->count; i++) {
			if (book->exceptions[x->first + i].when != YBI_NO_EXPR)
				gather(g, book->exceptions[x->first + i].when, false);
			gather(g, book->exceptions[x->first + i].value, false);
		}
		return;
	}
	case YBI_OP_SERIES:
		gather(g, e->a, false);
		for (uint32_t i = 0; i < book->series[e->x].count; i++)
			gather(g, book->series_entries[book->series[e->x].first + i].value, false);
		return;
	default:
		if (e->a != YBI_NO_EXPR)
			gather(g, e->a, false);
		if (e->b != YBI_NO_EXPR)
			gather(g, e->b, false);
		if (e->c != YBI_NO_EXPR)
			gather(g, e->c, false);
	}
}

static bool
start_gather(struct gather *g, struct compiler *c)
{
	*g = (struct gather){ .c = c, .ok = !c->failed };
	memset(c->seen, 0, c->book->exprs_count);
	return g->ok;
}

static bool
lay_out(struct gather *g, struct ybi_dense *table)
{
	uint64_t size = 1;

	*table = (struct ybi_dense){ .axis_count = g->count };
	for (uint32_t i = 0; i < g->count; i++) {
		table->axes[i] = g->axes[i];
		table->strides[i] = (uint32_t)size;
		size *= g->c->axes[g->axes[i]].size + 1;
		if (size > YBI_TABLE_CELLS)
			return false;
	}
	table->size = (uint32_t)size;
	if (!spend(g->c, 2 * size * g->weight + g->c->book->facts_count))
		return false;
	for (size_t i = 0; i < g->c->book->facts_count; i++)
		g->c->facts[i] = (struct ybi_fact){ .state = YBI_UNKNOWN };
	table->values = grab(g->c, size, sizeof(*table->values));
	table->bad = grab(g->c, size, 1);
	return table->values && table->bad;
}

static void
drop_table(struct ybi_dense *table)
{
	free(table->values);
	free(table->bad);
}

/* Sets the facts of one entry, all others being unknown since lay_out(); false where the entry can never be met. */
static bool
enter(struct compiler *c, const struct ybi_dense *table, uint32_t index)
{
	for (uint32_t k = 0; k < table->axis_count; k++)
		c->facts[c->axes[table->axes[k]].fact] = (struct ybi_fact){ .state = YBI_UNKNOWN };
	for (uint32_t k = 0; k < table->axis_count; k++) {
		const struct ybi_axis *axis = &c->axes[table->axes[k]];
		uint32_t position = index / table->strides[k] % (axis->size + 1);
		struct ybi_fact *fact = &c->facts[axis->fact];
		int64_t value = 0;
		if (fact->given && position != axis->size) /* two axes on one fact: both must agree */
			return false;
		fact->given = 1;
		if (position == axis->size)
			continue;
		if (!value_at(axis, position, &value))
			return false;
		fact->state = YBI_KNOWN;
		fact->value = value;
	}
	c->eval.stamp++;
	return true;
}

static bool
same_fact_twice(const struct gather *g)
{
	for (uint32_t i = 0; i < g->count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (g->c->axes[g->axes[i]].fact == g->c->axes[g->axes[k]].fact)
				return true;
	return false;
}

static int64_t
common(int64_t a, int64_t b)
{
	int64_t x = a, y = b;

	while (y) {
		int64_t t = x % y;
		x = y;
		y = t;
	}
	return a / x > DEN_LIMIT / b ? 0 : a / x * b;
}

/* Tables on the same axes share one index. */
static bool
add_table(struct compiler *c, struct ybi_dense table)
{
	table.index = (uint32_t)c->tables_count;
	for (uint32_t i = 0; table.bad && i < table.size && !table.bad_known; i++) {
		bool known = table.bad[i] != 0;
		for (uint32_t k = 0; k < table.axis_count && known; k++)
			known = i / table.strides[k] % (c->axes[table.axes[k]].size + 1) != c->axes[table.axes[k]].size;
		table.bad_known = known;
	}
	for (uint32_t i = 0; i < c->tables_count; i++)
		if (c->tables[i].axis_count == table.axis_count &&
		    !memcmp(c->tables[i].axes, table.axes, table.axis_count * sizeof(table.axes[0]))) {
			table.index = c->tables[i].index;
			break;
		}
	return ADD(c, tables, table);
}

/* The step that works out a table's index, once before its first use. */
static bool
index_step(struct compiler *c, uint32_t table)
{
	for (size_t i = 0; i < c->steps_count; i++)
		if (c->steps[i].op == YBI_COL_INDEX && c->tables[c->steps[i].x].index == c->tables[table].index)
			return true;
	return ADD(c, steps, ((struct ybi_column_step){ .op = YBI_COL_INDEX, .x = table }));
}

/* What stands for an entry whose facts are set. */
enum case_kind {
	CASE_PLAIN,  /* the value */
	CASE_AMOUNT, /* 0 where the condition does not hold; a limit that there is none of is no amount */
	CASE_GAP     /* 0 where it has no value: what cannot be told stops nobody */
};

static void
evaluate_case(struct compiler *c, enum case_kind kind, uint32_t when, uint32_t expr, struct ybi_value *v)
{
	if (when != YBI_NO_EXPR) {
		ybi_evaluate(&c->eval, when, v);
		if (v->state != YBI_KNOWN || ybi_fraction_sign(v->q) == 0)
			return; /* unknown, or the 0 that it is */
	}
	ybi_evaluate(&c->eval, expr, v);
	if (kind == CASE_AMOUNT && v->state == YBI_NONE)
		ybi_value_state(v, YBI_UNKNOWN, 0);
	if (kind == CASE_GAP && v->state != YBI_KNOWN)
		ybi_value_set(v, ybi_fraction_from(0));
}

/* A folded expression, perhaps under a condition, as a table of numerators over *den; YBI_NO_TABLE when it does not fold. */
static uint32_t
fold_case(struct compiler *c, enum case_kind kind, uint32_t when, uint32_t expr, int64_t *den, int64_t *low, int64_t *high, bool *none)
{
	struct gather g;
	struct ybi_dense table;
	uint8_t *outer = c->seen; /* an axis may fold its derivation while another gathering is under way */
	bool any = false, bad = false;

	c->seen = grab(c, c->book->exprs_count, 1);
	if (!c->seen || !start_gather(&g, c)) {
		free(c->seen);
		c->seen = outer;
		return YBI_NO_TABLE;
	}
	g.one_row = kind != CASE_PLAIN;
	if (when != YBI_NO_EXPR)
		gather(&g, when, false);
	gather(&g, expr, false);
	free(c->seen);
	c->seen = outer;
	if (!g.ok || same_fact_twice(&g))
		return YBI_NO_TABLE;
	*den = 1;
	*low = *high = 0;
	*none = false;
	if (!lay_out(&g, &table))
		goto drop;
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < table.size; i++) {
			struct ybi_value v;
			struct ybi_fraction q;
			ybi_value_state(&v, YBI_FAILED, 0);
			if (enter(c, &table, i))
				evaluate_case(c, kind, when, expr, &v);
			if (pass == 0 && v.state == YBI_KNOWN) {
				*den = common(*den, v.q.den);
				if (*den == 0)
					goto drop;
			} else if (pass == 1 && v.state == YBI_KNOWN) {
				if (ybi_fraction_mul(v.q, ybi_fraction_from(*den), &q) != YB_OK || ybi_fraction_to_i64(q, &table.values[i]) != YB_OK ||
				    table.values[i] > VALUE_LIMIT || table.values[i] < -VALUE_LIMIT)
					goto drop;
				*low = !any || table.values[i] < *low ? table.values[i] : *low;
				*high = !any || table.values[i] > *high ? table.values[i] : *high;
				any = true;
			} else if (pass == 1 && v.state == YBI_NONE) {
				table.values[i] = YBI_AMOUNT_NONE;
				*none = true;
			} else if (pass == 1) {
				table.bad[i] = 1;
				bad = true;
			}
		}
	if (!bad) {
		free(table.bad);
		table.bad = NULL;
	}
	if (!add_table(c, table))
		goto drop;
	return (uint32_t)c->tables_count - 1;
drop:
	drop_table(&table);
	return YBI_NO_TABLE;
}

static uint32_t
fold(struct compiler *c, uint32_t expr, int64_t *den, int64_t *low, int64_t *high, bool *none)
{
	return fold_case(c, CASE_PLAIN, YBI_NO_EXPR, expr, den, low, high, none);
}

/* ---- operands ---- */

static struct operand
no_operand(struct compiler *c)
{
	c->failed = true;
	return (struct operand){ .state = 2 };
}

static struct operand
emit(struct compiler *c, struct ybi_column_step step, int64_t den, int64_t low, int64_t high)
{
	struct operand o = { .state = 1, .den = den, .low = low, .high = high };

	if (c->regs >= 1000 || low < -VALUE_LIMIT || high > VALUE_LIMIT)
		return no_operand(c);
	o.reg = step.out = (uint16_t)c->regs++;
	if (!ADD(c, steps, step))
		return no_operand(c);
	return o;
}

/* The number of a value that stands in a column of its own throughout. */
static uint32_t
constant_number(struct compiler *c, int64_t value)
{
	for (uint32_t i = 0; i < c->constants_count; i++)
		if (c->constants[i] == value)
			return i;
	return ADD(c, constants, value) ? (uint32_t)c->constants_count - 1 : 0;
}

static struct operand
constant_or_none(struct compiler *c, int64_t value, int64_t den, bool none)
{
	struct operand o = emit(c, (struct ybi_column_step){ .op = YBI_COL_CONST, .x = constant_number(c, value), .low = value }, den,
	                        none ? 0 : value, none ? 0 : value);

	o.maybe_none = none;
	return o;
}

static struct operand
constant(struct compiler *c, int64_t value, int64_t den)
{
	return constant_or_none(c, value, den, false);
}

/* The same value over a larger denominator. */
static struct operand
rescale(struct compiler *c, struct operand o, int64_t den)
{
	int64_t factor, low, high;

	if (o.state != 1 || o.den == den)
		return o;
	if (den % o.den || o.maybe_none)
		return no_operand(c);
	factor = den / o.den;
	if (__builtin_mul_overflow(o.low, factor, &low) || __builtin_mul_overflow(o.high, factor, &high))
		return no_operand(c);
	return emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = o.reg, .low = factor }, den, low, high);
}

static bool
level(struct compiler *c, struct operand *a, struct operand *b)
{
	int64_t den;

	if (a->state != 1 || b->state != 1 || a->maybe_none || b->maybe_none)
		return false;
	den = common(a->den, b->den);
	if (den == 0)
		return false;
	*a = rescale(c, *a, den);
	*b = rescale(c, *b, den);
	return a->state == 1 && b->state == 1;
}

static struct operand operand(struct compiler *c, uint32_t expr);

static struct operand
arithmetic(struct compiler *c, uint16_t op, struct operand a, struct operand b)
{
	struct ybi_column_step step = { 0 };
	int64_t low, high, corner[4];

	if (op == YBI_OP_MUL) {
		int64_t den;
		if (a.state != 1 || b.state != 1 || a.maybe_none || b.maybe_none || __builtin_mul_overflow(a.den, b.den, &den) || den > DEN_LIMIT ||
		    __builtin_mul_overflow(a.low, b.low, &corner[0]) || __builtin_mul_overflow(a.low, b.high, &corner[1]) ||
		    __builtin_mul_overflow(a.high, b.low, &corner[2]) || __builtin_mul_overflow(a.high, b.high, &corner[3]))
			return no_operand(c);
		low = high = corner[0];
		for (int i = 1; i < 4; i++) {
			low = corner[i] < low ? corner[i] : low;
			high = corner[i] > high ? corner[i] : high;
		}
		if (c->answers && b.low == 1 && b.high == 1) /* of a share: the denominator says it */
			return (struct operand){ .state = 1, .reg = a.reg, .den = den, .low = low, .high = high };
		if (b.low == b.high || a.low == a.high) /* by a constant */
			step = (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = b.low == b.high ? a.reg : b.reg, .low = b.low == b.high ? b.low : a.low };
		else
			step = (struct ybi_column_step){ .op = YBI_COL_MUL, .a = a.reg, .b = b.reg };
		return emit(c, step, den, low, high);
	}
	if (!level(c, &a, &b))
		return no_operand(c);
	step.a = a.reg;
	step.b = b.reg;
	switch (op) {
	case YBI_OP_ADD:
		step.op = YBI_COL_ADD;
		return emit(c, step, a.den, a.low + b.low, a.high + b.high);
	case YBI_OP_SUB:
		step.op = YBI_COL_SUB;
		return emit(c, step, a.den, a.low - b.high, a.high - b.low);
	case YBI_OP_MIN:
		step.op = YBI_COL_MIN;
		return emit(c, step, a.den, a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high);
	case YBI_OP_MAX:
		step.op = YBI_COL_MAX;
		return emit(c, step, a.den, a.low > b.low ? a.low : b.low, a.high > b.high ? a.high : b.high);
	default:
		step.op = op == YBI_OP_LT ? YBI_COL_LT : op == YBI_OP_LE ? YBI_COL_LE : op == YBI_OP_EQ ? YBI_COL_EQ : YBI_COL_NE;
		return emit(c, step, 1, 0, 1);
	}
}

/* x / by to a whole number; `by` up to 2^40 and x below 2^61 keep the division exact. */
static struct operand
divided(struct compiler *c, struct operand a, int64_t by, uint32_t mode, int64_t den)
{
	struct operand o;

	if (a.state != 1 || a.maybe_none || by < 1 || by > INT64_C(1) << 40 || a.low < -(VALUE_LIMIT >> 1) || a.high > VALUE_LIMIT >> 1)
		return no_operand(c);
	o = emit(c, (struct ybi_column_step){ .op = YBI_COL_DIVIDE, .a = a.reg, .x = (uint32_t)c->divisors_count, .y = mode, .low = a.low < 0 }, den,
	         a.low / by - 1, a.high / by + 1);
	if (o.state == 1 && !ADD(c, divisors, ybi_divisor_make(by)))
		return no_operand(c);
	return o;
}

static struct operand
rounded(struct compiler *c, const struct ybi_expr *e)
{
	struct operand a = operand(c, e->a);
	struct ybi_fraction step = c->book->constants[e->x];
	int64_t num, by;
	struct operand q;

	/* round to multiples of num/den: floor-like division of a * den by a.den * num, then times num over den */
	if (a.state != 1 || ybi_fraction_to_i64((struct ybi_fraction){ step.num, 1 }, &num) != YB_OK || num <= 0)
		return no_operand(c);
	if (step.den != 1) {
		int64_t low, high;
		if (__builtin_mul_overflow(a.low, step.den, &low) || __builtin_mul_overflow(a.high, step.den, &high))
			return no_operand(c);
		a = emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = a.reg, .low = step.den }, a.den, low, high);
	}
	if (a.state != 1 || __builtin_mul_overflow(a.den, num, &by))
		return no_operand(c);
	q = divided(c, a, by, e->y, step.den);
	if (q.state == 1 && num != 1)
		q = emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = q.reg, .low = num }, step.den, q.low * num, q.high * num);
	return q;
}

static struct operand
chosen(struct compiler *c, const struct ybi_expr *e)
{
	struct operand when = operand(c, e->a), a = operand(c, e->b), b = operand(c, e->c);

	if (when.state != 1 || !level(c, &a, &b))
		return no_operand(c);
	return emit(c, (struct ybi_column_step){ .op = YBI_COL_SELECT, .a = when.reg, .b = a.reg, .c = b.reg }, a.den,
	            a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high);
}

static struct operand
chained(struct compiler *c, const struct ybi_expr *e)
{
	struct operand o = operand(c, c->book->args[e->a]);

	for (uint32_t i = 1; i < e->b && o.state == 1; i++) {
		struct operand next = operand(c, c->book->args[e->a + i]);
		if (e->op == YBI_OP_AND || e->op == YBI_OP_OR)
			o = next.state != 1 ? no_operand(c)
			    : emit(c, (struct ybi_column_step){ .op = e->op == YBI_OP_AND ? YBI_COL_AND : YBI_COL_OR, .a = o.reg, .b = next.reg }, 1, 0, 1);
		else
			o = arithmetic(c, e->op, o, next);
	}
	return o;
}

static struct operand
loaded(struct compiler *c, uint32_t fact)
{
	const struct ybi_fact_meta *meta = &c->book->facts[fact];
	int64_t low = meta->bounded ? meta->low : 0, high = meta->bounded ? meta->high : meta->type == YBI_MONEY ? YB_FEN_LIMIT : 2147483647;

	if (meta->from != YBI_NO_EXPR || meta->type == YBI_TEXT || meta->type == YBI_SET || meta->part == YBI_OF_LINE ||
	    meta->part == YBI_OF_SETTLEMENT)
		return no_operand(c);
	use_input(c, fact);
	return emit(c, (struct ybi_column_step){ .op = YBI_COL_LOAD, .x = fact, .low = low, .high = high }, meta->den, low, high);
}

static bool
is_number(const struct ybi_fact_meta *meta)
{
	return meta->from == YBI_NO_EXPR && meta->bounded && (meta->part == YBI_OF_PERSON || meta->part == YBI_OF_COVER) &&
		(meta->type == YBI_COUNT || meta->type == YBI_MONEY || meta->type == YBI_MONTHS || meta->type == YBI_DAYS);
}

static bool
is_sum(const struct ybi_book *book, uint32_t answer)
{
	return (answer >= book->first_sum && answer < book->first_sum + book->sum_count) || answer == book->month_total || answer == book->due_total;
}

/* An expression that folds; state 0: it does not. */
static struct operand
folded(struct compiler *c, enum case_kind kind, uint32_t when, uint32_t expr)
{
	int64_t den, low, high;
	bool none;
	uint32_t table = fold_case(c, kind, when, expr, &den, &low, &high, &none);
	struct operand o = { 0 };

	if (table == YBI_NO_TABLE)
		return o;
	if (c->tables[table].size == 1 && !c->tables[table].bad)
		return constant_or_none(c, c->tables[table].values[0], den, none);
	if (!index_step(c, table))
		return no_operand(c);
	o = emit(c, (struct ybi_column_step){ .op = YBI_COL_TABLE, .x = table }, den, low, high);
	o.maybe_none = none;
	return o;
}

static struct operand
computed(struct compiler *c, uint32_t expr)
{
	const struct ybi_expr *e = &c->book->exprs[expr];
	bool plain = c->answers && e->op == YBI_OP_FACT && is_number(&c->book->facts[e->x]); /* as it stands, it is nearer than in a table */
	struct operand table = plain ? loaded(c, e->x) : folded(c, CASE_PLAIN, YBI_NO_EXPR, expr);

	if (table.state != 0)
		return table;
	switch (e->op) {
	case YBI_OP_FACT:
		return loaded(c, e->x);
	case YBI_OP_RESULT:
		if (e->y >= YBI_RESULT_BAND1 || c->results[e->x * YBI_RESULT_BAND1 + e->y].state != 1)
			return no_operand(c);
		return c->results[e->x * YBI_RESULT_BAND1 + e->y];
	case YBI_OP_ANSWER: /* a sum grows from charge to charge */
		if (!c->answers || is_sum(c->book, e->x) || c->answers[e->x].state != 1)
			return no_operand(c);
		return c->answers[e->x];
	case YBI_OP_MEMO:
		return operand(c, e->a);
	case YBI_OP_CLAUSE:
		return c->book->clause_infos[e->x].confidence > c->b->least ? no_operand(c) : operand(c, e->a);
	case YBI_OP_NEG:
		return arithmetic(c, YBI_OP_SUB, constant(c, 0, 1), operand(c, e->a));
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE:
		return arithmetic(c, e->op, operand(c, e->a), operand(c, e->b));
	case YBI_OP_DIV: { /* by a constant: times its reciprocal */
		struct ybi_fraction r;
		int64_t num;
		if (c->book->exprs[e->b].op != YBI_OP_CONST ||
		    ybi_fraction_div(ybi_fraction_from(1), c->book->constants[c->book->exprs[e->b].x], &r) != YB_OK ||
		    ybi_fraction_to_i64((struct ybi_fraction){ r.num, 1 }, &num) != YB_OK)
			return no_operand(c);
		return arithmetic(c, YBI_OP_MUL, operand(c, e->a), constant(c, num, r.den));
	}
	case YBI_OP_MIN: case YBI_OP_MAX: case YBI_OP_AND: case YBI_OP_OR:
		return chained(c, e);
	case YBI_OP_NOT: {
		struct operand a = operand(c, e->a);
		return a.state == 1 ? emit(c, (struct ybi_column_step){ .op = YBI_COL_NOT, .a = a.reg }, 1, 0, 1) : a;
	}
	case YBI_OP_ROUND:
		return rounded(c, e);
	case YBI_OP_IF:
		return chosen(c, e);
	default:
		return no_operand(c);
	}
}

static struct operand
operand(struct compiler *c, uint32_t expr)
{
	if (c->failed)
		return (struct operand){ .state = 2 };
	if (c->operands[expr].state == 0)
		c->operands[expr] = computed(c, expr);
	return c->operands[expr];
}

/* ---- layers ---- */

static uint16_t
reg_of(struct compiler *c, uint32_t expr, int64_t den)
{
	struct operand o;

	if (expr == YBI_NO_EXPR)
		return YBI_NO_REG;
	o = operand(c, expr);
	if (o.state == 1 && o.maybe_none && o.den != den)
		o = no_operand(c);
	o = rescale(c, o, den);
	return o.state == 1 ? o.reg : YBI_NO_REG;
}

static uint16_t
total_reg(struct compiler *c, uint32_t fact)
{
	return fact == YBI_NO_FACT ? YBI_NO_REG : loaded(c, fact).reg;
}

/* What counts towards a ceiling: its total, and where it is that of a pool, what earlier layers of this very bill drew on it. */
static uint16_t
drawn_reg(struct compiler *c, const struct ybi_layer *layer, const struct ybi_ceiling *ceiling)
{
	struct operand drawn = { 0 };

	if (ceiling->used != YBI_NO_FACT)
		drawn = loaded(c, ceiling->used);
	for (uint32_t k = 0; ceiling->pool != UINT32_MAX && k < c->tiers_count && !c->failed; k++) {
		const struct ybi_layer *before = layer - c->tiers_count + k;
		struct operand paid = c->results[before->number * YBI_RESULT_BAND1 + YBI_RESULT_PAID];
		for (uint32_t i = 0; i < before->ceiling_count; i++) {
			const struct ybi_ceiling *other = &c->book->ceilings[before->first_ceiling + i];
			if (other->pool != ceiling->pool)
				continue;
			if (ceiling->on_cost || other->when != YBI_NO_EXPR) {
				c->failed = true; /* what the earlier layer drew is told in its own measure, or hangs on a condition */
				break;
			}
			drawn = drawn.state ? arithmetic(c, YBI_OP_ADD, drawn, paid) : paid;
			break;
		}
	}
	return drawn.state == 1 ? drawn.reg : YBI_NO_REG;
}

static void
tier_free(struct ybi_tier_plan *tier)
{
	free(tier->slope);
	free(tier->edge);
}

/* One entry's borders and ratios as slopes that add up, over tier->ratio_den. */
static bool
lay_slopes(struct ybi_tier_plan *tier, const struct ybi_tier_input *in, uint32_t entry)
{
	int64_t before = 0;

	for (uint32_t n = 0; n < in->bands; n++) {
		struct ybi_fraction q = in->ratio[n];
		size_t at = (size_t)n * tier->entries + entry;
		int64_t ratio;
		if (ybi_fraction_mul(q, ybi_fraction_from(tier->ratio_den), &q) != YB_OK || ybi_fraction_to_i64(q, &ratio) != YB_OK)
			return false;
		tier->slope[at] = ratio - before;
		before = ratio;
		if (n == 0)
			continue;
		if (ybi_fraction_mul(in->border[n - 1], ybi_fraction_from(tier->scale), &q) != YB_OK ||
		    ybi_fraction_to_i64(q, &tier->edge[at]) != YB_OK || tier->edge[at] > VALUE_LIMIT)
			return false;
	}
	return true;
}

static bool
gather_shapes(struct compiler *c, const struct ybi_layer *layer, struct gather *g)
{
	if (!start_gather(g, c))
		return false;
	if (layer->borders != YBI_NO_EXPR)
		gather(g, layer->borders, false);
	gather(g, layer->ratio, false);
	for (uint32_t i = 0; i < layer->modify_count; i++) {
		const struct ybi_modify *modify = &c->book->modifies[layer->first_modify + i];
		if (modify->when != YBI_NO_EXPR)
			gather(g, modify->when, false);
		gather(g, modify->value, false);
	}
	return g->ok && !same_fact_twice(g);
}

/* Borders and ratios for every combination of what they hang on: once to find their measure, once to write them down. */
static bool
fill_shapes(struct compiler *c, const struct ybi_layer *layer, struct ybi_tier_plan *tier, struct ybi_dense *table, struct ybi_tier_input *in,
            bool *bad)
{
	tier->ratio_den = 1;
	tier->bands = 1;
	tier->entries = table->size;
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < table->size; i++) {
			uint32_t why, state = YBI_FAILED;
			if (enter(c, table, i))
				state = ybi_layer_bands(&c->eval, &c->book->schedule, layer, in, &why);
			if (state != YBI_KNOWN) {
				table->bad[i] = 1;
				*bad = true;
				continue;
			}
			if (in->bands > tier->bands)
				tier->bands = in->bands;
			for (uint32_t n = 0; pass == 0 && n < in->bands; n++) {
				tier->ratio_den = common(tier->ratio_den, in->ratio[n].den);
				if (tier->ratio_den == 0)
					return false;
			}
			if (pass == 1 && !lay_slopes(tier, in, i))
				return false;
		}
		if (pass == 0) {
			tier->slope = grab(c, (size_t)tier->bands * tier->entries, sizeof(*tier->slope));
			tier->edge = grab(c, (size_t)tier->bands * tier->entries, sizeof(*tier->edge));
			if (!tier->slope || !tier->edge)
				return false;
		}
	}
	return true;
}

/* The constant that a band has in every entry that has a value; an entry with fewer bands has slope 0 there. */
static uint32_t
same_number(struct compiler *c, const int64_t *numbers, uint32_t entries, const uint8_t *bad)
{
	uint32_t first = 0;

	while (bad && first < entries && bad[first])
		first++;
	if (first == entries)
		return YBI_NO_TABLE;
	for (uint32_t i = first; i < entries; i++)
		if (!(bad && bad[i]) && numbers[i] != numbers[first])
			return YBI_NO_TABLE;
	return constant_number(c, numbers[first]);
}

static void
mark_same(struct compiler *c, struct ybi_tier_plan *tier, const uint8_t *bad)
{
	for (uint32_t b = 0; b < tier->bands && b < YBI_TIER_HELD; b++) {
		size_t at = (size_t)b * tier->entries;
		tier->slope_held[b] = same_number(c, tier->slope + at, tier->entries, bad);
		tier->edge_held[b] = same_number(c, tier->edge + at, tier->entries, bad);
	}
}

static bool
layer_shapes(struct compiler *c, const struct ybi_layer *layer, struct ybi_tier_plan *tier)
{
	struct gather g;
	struct ybi_dense table;
	struct ybi_tier_input *in;
	bool bad = false, ok;

	if (!gather_shapes(c, layer, &g))
		return false;
	in = grab(c, 1, sizeof(*in));
	ok = lay_out(&g, &table) && in && fill_shapes(c, layer, tier, &table, in, &bad);
	free(in);
	if (ok)
		mark_same(c, tier, table.bad);
	if (!ok || (table.size == 1 && !bad)) { /* one set for all needs no table */
		drop_table(&table);
		return ok;
	}
	if (!bad) {
		free(table.bad);
		table.bad = NULL;
	}
	tier->shape_table = (uint32_t)c->tables_count;
	if (!add_table(c, table)) {
		drop_table(&table);
		return false;
	}
	return index_step(c, tier->shape_table);
}

/* The case of an entry, as a person would name it. */
static void
put_case(struct compiler *c, const struct ybi_dense *table, uint32_t index, struct ybi_text *out)
{
	for (uint32_t k = 0; k < table->axis_count; k++) {
		const struct ybi_axis *axis = &c->axes[table->axes[k]];
		const struct ybi_fact_meta *meta = &c->book->facts[axis->fact];
		uint32_t position = index / table->strides[k] % (axis->size + 1);
		char day[YB_DAY_TEXT_SIZE];
		int64_t value;
		if (position == axis->size || !value_at(axis, position, &value))
			continue;
		ybi_text_printf(out, "%s%s ", out->length ? ", " : "", meta->name);
		if (meta->type == YBI_TEXT)
			ybi_text_puts(out, value ? c->book->atom_names[value] : "another text");
		else if (meta->type == YBI_FLAG)
			ybi_text_puts(out, value ? "yes" : "no");
		else if (meta->type == YBI_DATE) {
			yb_day_to_text((yb_day)value, day);
			ybi_text_puts(out, day);
		} else if (meta->type == YBI_MONEY) {
			char yuan[YB_FEN_TEXT_SIZE];
			yb_fen_to_text(value, yuan);
			ybi_text_puts(out, yuan);
		} else
			ybi_text_printf(out, "%lld", (long long)value);
	}
}

static struct ybi_node
place_of(const struct compiler *c, uint32_t expr)
{
	const struct ybi_place *place = &c->book->expr_place[expr];

	return (struct ybi_node){ .file = place->name, .line = place->line, .column = place->column };
}

/* What is wrong with the shape of the case whose facts are set. */
static void
tell_shape(struct compiler *c, const struct ybi_layer *layer, const char *joint, const char *named)
{
	struct ybi_value ratio[YBI_BANDS], border[YBI_BANDS];
	struct ybi_node ratios = place_of(c, layer->ratio), borders = ratios, modify = ratios;
	uint32_t n = 0, m = 0, why;

	(void)ybi_evaluate_list(&c->eval, layer->ratio, ratio, YBI_BANDS, &n, &why);
	if (layer->borders != YBI_NO_EXPR) {
		borders = place_of(c, layer->borders);
		(void)ybi_evaluate_list(&c->eval, layer->borders, border, YBI_BANDS - 1, &m, &why);
	}
	if (n != m + 1) {
		ybi_fault(c->b, YB_E_RULE, &ratios, layer->id, "%u ratios for %u borders; one more ratio than borders is needed%s%s", (unsigned)n,
		          (unsigned)m, joint, named);
		return;
	}
	for (uint32_t i = 1; i < m; i++)
		if (ybi_fraction_cmp(border[i - 1].q, border[i].q) >= 0) {
			ybi_fault(c->b, YB_E_RULE, &borders, layer->id, "border %u does not lie above border %u%s%s", (unsigned)i + 1, (unsigned)i, joint,
			          named);
			return;
		}
	for (uint32_t i = 0; i < n; i++)
		if (ybi_fraction_sign(ratio[i].q) < 0 || ybi_fraction_cmp(ratio[i].q, ybi_fraction_from(1)) > 0) {
			ybi_fault(c->b, YB_E_RULE, &ratios, layer->id, "ratio %u lies outside 0..1%s%s", (unsigned)i + 1, joint, named);
			return;
		}
	if (layer->modify_count)
		modify = place_of(c, c->book->modifies[layer->first_modify].value);
	ybi_fault(c->b, YB_E_RULE, &modify, layer->id, "a ratio lies outside 0..1 after its modifiers%s%s", joint, named);
}

/*
 * Borders that fall, a wrong number of ratios or a ratio outside 0..1 in any
 * case that can be met: found here, for every combination of what they hang on.
 */
static void
prove_shapes(struct compiler *c, const struct ybi_layer *layer)
{
	struct gather g;
	struct ybi_dense table = { 0 };
	struct ybi_tier_input *in = grab(c, 1, sizeof(*in));
	int32_t least = c->eval.least_confidence;

	bool whole = in && gather_shapes(c, layer, &g);

	/* a formula over an age is only held to the range where it is asked: nobody is 150 */
	for (uint32_t i = 0; whole && i < g.count; i++)
		whole = !c->axis_full[g.axes[i]];
	if (whole && lay_out(&g, &table)) {
		c->eval.least_confidence = YB_CONFIDENCE_CASE; /* also what this set does not trust */
		for (uint32_t i = 0; i < table.size; i++) {
			struct ybi_text text = { 0 };
			uint32_t why = 0;
			if (!enter(c, &table, i) || ybi_layer_bands(&c->eval, &c->book->schedule, layer, in, &why) != YBI_FAILED || why != (uint32_t)YB_E_RULE)
				continue;
			put_case(c, &table, i, &text);
			tell_shape(c, layer, text.length ? " for " : "", text.data ? text.data : "");
			ybi_text_free(&text);
			break;
		}
		c->eval.least_confidence = least;
	}
	drop_table(&table);
	free(in);
}

static void
layer_results(struct compiler *c, const struct ybi_layer *layer, struct ybi_tier_plan *tier, int64_t high)
{
	static const uint8_t held[] = { YBI_RESULT_BASE, YBI_RESULT_DEDUCTIBLE, YBI_RESULT_SCOPE, YBI_RESULT_PAID, YBI_RESULT_LEFT,
		                        YBI_RESULT_ABSORBED, YBI_RESULT_OVER, YBI_RESULT_SELF, YBI_RESULT_OWN, YBI_RESULT_START };

	for (uint32_t i = 0; i < YBI_RESULT_BAND1; i++)
		tier->out[i] = YBI_NO_REG;
	for (size_t i = 0; i < ARRAY_SIZE(held); i++) {
		uint32_t place = layer->number * YBI_RESULT_BAND1 + held[i];
		bool stops = held[i] == YBI_RESULT_ABSORBED || held[i] == YBI_RESULT_OVER || held[i] == YBI_RESULT_SELF || held[i] == YBI_RESULT_OWN;
		bool asked = c->wanted[place] || held[i] == YBI_RESULT_PAID || (held[i] == YBI_RESULT_DEDUCTIBLE && c->tiers_count == 0);
		if (!asked && (stops || held[i] == YBI_RESULT_START))
			continue;
		tier->out[held[i]] = (uint16_t)c->regs++; /* the cheap ones have a place although nobody asks: columns of answers may */
		tier->held |= (uint32_t)asked << held[i];
		tier->read |= (uint32_t)(c->wanted[place] != 0) << held[i];
		tier->needs_stop |= stops;
		c->results[place] = (struct operand){ .state = 1, .reg = tier->out[held[i]], .den = held[i] == YBI_RESULT_PAID ? 1 : tier->scale,
			                              .low = 0, .high = held[i] == YBI_RESULT_PAID ? high / tier->scale + 1 : high };
		if (held[i] == YBI_RESULT_START)
			c->results[place].high = YB_FEN_LIMIT * tier->scale;
		if (held[i] == YBI_RESULT_OWN || held[i] == YBI_RESULT_LEFT || held[i] == YBI_RESULT_SELF)
			c->results[place].low = -100 * tier->scale; /* rounding up may pay a little more than the cost */
	}
}

static bool
fits(int64_t high, int64_t start, int64_t ratio_den)
{
	int64_t sum, gross;

	return !__builtin_add_overflow(high, start, &sum) && !__builtin_mul_overflow(sum, ratio_den, &gross) && gross < VALUE_LIMIT >> 1;
}

static bool
compile_layer(struct compiler *c, const struct ybi_layer *layer)
{
	const struct ybi_book *book = c->book;
	struct ybi_tier_plan tier = { .when = YBI_NO_REG, .shape_table = YBI_NO_TABLE, .step = layer->step, .mode = (uint32_t)layer->mode,
		                      .origin_zero = layer->origin_zero, .after_ratio = layer->after_ratio };
	struct operand base = operand(c, layer->base);
	int64_t whole;

	if (base.state != 1 || base.maybe_none || layer->ceiling_count > YBI_TIER_CEILINGS)
		return false;
	tier.scale = base.den;
	tier.base = base.reg;
	tier.when = reg_of(c, layer->when, 1);
	tier.due = reg_of(c, layer->deductible, 1);
	tier.sum_cap = reg_of(c, layer->sum_cap, 1);
	tier.charged = total_reg(c, layer->charged);
	tier.sum_charged = total_reg(c, layer->sum_charged);
	tier.start = total_reg(c, layer->start);
	if (layer->deductible != YBI_NO_EXPR && c->operands[layer->deductible].maybe_none)
		return false;
	for (uint32_t i = 0; i < layer->ceiling_count; i++) {
		const struct ybi_ceiling *ceiling = &book->ceilings[layer->first_ceiling + i];
		tier.ceilings[i].amount = reg_of(c, ceiling->amount, 1);
		tier.ceilings[i].used = drawn_reg(c, layer, ceiling);
		tier.ceilings[i].when = reg_of(c, ceiling->when, 1);
		tier.ceilings[i].on_cost = ceiling->on_cost;
	}
	tier.ceiling_count = layer->ceiling_count;
	if (c->failed || !layer_shapes(c, layer, &tier)) {
		tier_free(&tier);
		return false;
	}
	if (__builtin_mul_overflow(tier.scale, tier.ratio_den, &whole) || __builtin_mul_overflow(whole, tier.step, &whole) ||
	    whole > INT64_C(1) << 40 || base.high > INT64_MAX / 8 || !fits(base.high, YB_FEN_LIMIT * tier.scale, tier.ratio_den) ||
	    !fits(YB_FEN_LIMIT, YB_FEN_LIMIT, tier.scale * tier.ratio_den)) {
		tier_free(&tier);
		return false;
	}
	tier.post = ybi_divisor_make(whole);
	tier.cut = ybi_divisor_make(tier.step);
	tier.usual = !tier.after_ratio && tier.start == YBI_NO_REG && tier.step == 1 && tier.mode != YB_ROUND_HALF_EVEN && tier.bands <= YBI_TIER_USUAL;
	for (uint32_t i = 0; i < tier.ceiling_count; i++)
		tier.usual = tier.usual && !tier.ceilings[i].on_cost;
	layer_results(c, layer, &tier, base.high > 0 ? base.high : 0);
	if (!ADD(c, tiers, tier)) {
		tier_free(&tier);
		return false;
	}
	return ADD(c, steps, ((struct ybi_column_step){ .op = YBI_COL_TIER, .x = (uint32_t)c->tiers_count - 1 }));
}

/* ---- plans ---- */

static void
plan_free(struct ybi_plan *plan)
{
	if (!plan)
		return;
	for (uint32_t i = 0; i < plan->axis_count; i++) {
		free(plan->axes[i].map);
		free(plan->axes[i].breaks);
		free(plan->axes[i].small);
	}
	for (uint32_t i = 0; i < plan->table_count; i++)
		drop_table(&plan->tables[i]);
	for (uint32_t i = 0; i < plan->tier_count; i++)
		tier_free(&plan->tiers[i]);
	free(plan->axes);
	free(plan->tables);
	free(plan->steps);
	free(plan->divisors);
	free(plan->tiers);
	free(plan->inputs);
	free(plan->constants);
	free(plan->slot);
	free(plan->paid);
	free(plan->answers);
	free(plan->guards);
	free(plan);
}

static bool
start_plan(struct compiler *c, struct ybi_builder *b)
{
	struct ybi_book *book = b->book;

	*c = (struct compiler){ .b = b, .book = book };
	c->plan = ybi_calloc(1, sizeof(*c->plan));
	c->operands = ybi_calloc(book->exprs_count, sizeof(*c->operands));
	c->results = ybi_calloc(book->layer_names_count * YBI_RESULT_BAND1, sizeof(*c->results));
	c->wanted = ybi_calloc(book->layer_names_count * YBI_RESULT_BAND1, 1);
	c->seen = ybi_calloc(book->exprs_count, 1);
	c->facts = ybi_calloc(book->facts_count, sizeof(*c->facts));
	c->memo = ybi_calloc(book->memo_count, sizeof(*c->memo));
	if (!c->plan || !c->operands || !c->results || !c->wanted || !c->seen || !c->facts || !c->memo) {
		b->status = ybi_error_no_memory(b->err);
		return false;
	}
	c->eval = (struct ybi_eval){ .graph = &book->graph, .facts = c->facts, .memo = c->memo, .least_confidence = b->least };
	return ADD(c, constants, 0) && ADD(c, constants, YBI_AMOUNT_NONE);
}

/* ---- shares ---- */

static uint32_t
registers_read(uint16_t op)
{
	switch (op) {
	case YBI_COL_LOAD: case YBI_COL_CONST: case YBI_COL_TABLE: case YBI_COL_INDEX: case YBI_COL_TIER: return 0;
	case YBI_COL_SCALE: case YBI_COL_DIVIDE: case YBI_COL_NOT: return 1;
	case YBI_COL_SELECT: return 3;
	default: return 2;
	}
}

static uint32_t
uses_of(const struct compiler *c, uint16_t reg)
{
	uint32_t uses = 0;

	for (size_t i = 0; i < c->steps_count; i++) {
		const struct ybi_column_step *step = &c->steps[i];
		const uint16_t regs[] = { step->a, step->b, step->c };
		for (uint32_t k = 0; k < registers_read(step->op); k++)
			uses += regs[k] == reg;
	}
	for (size_t i = 0; i < c->tiers_count; i++) {
		const struct ybi_tier_plan *t = &c->tiers[i];
		const uint16_t regs[] = { t->when, t->base, t->due, t->sum_cap, t->charged, t->sum_charged, t->start };
		for (size_t k = 0; k < ARRAY_SIZE(regs); k++)
			uses += regs[k] == reg;
		for (uint32_t k = 0; k < t->ceiling_count; k++)
			uses += (uint32_t)((t->ceilings[k].amount == reg) + (t->ceilings[k].used == reg) + (t->ceilings[k].when == reg));
	}
	for (size_t i = 0; i < c->guards_count; i++)
		uses += 2u * (c->guards[i].reg == reg);
	for (uint32_t i = 0; i < c->plan->answer_count; i++)
		uses += 2u * (c->plan->answers[i].reg == reg);
	return uses;
}

/* The step that alone makes a register which one step alone reads; NULL: there is none. */
static struct ybi_column_step *
only_source(struct compiler *c, uint16_t reg, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		struct ybi_column_step *step = &c->steps[i];
		if (step->op != YBI_COL_TIER && step->op != YBI_COL_INDEX && step->out == reg)
			return uses_of(c, reg) == 1 ? step : NULL;
	}
	return NULL;
}

/* One side of a sum: the register and what it is multiplied by. A step that this makes idle has no result any more. */
static void
take_side(struct compiler *c, size_t before, uint16_t *reg, int64_t *factor)
{
	struct ybi_column_step *step = only_source(c, *reg, before);

	if (!step || step->op != YBI_COL_SCALE)
		return;
	*reg = step->a;
	*factor *= step->low;
	step->out = YBI_NO_REG;
}

/* Shares of two amounts that are added and rounded, the usual base of a layer, are one step. */
static void
join_shares(struct compiler *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->steps_count; i++) {
		struct ybi_column_step *divide = &c->steps[i], *sum = NULL;
		struct ybi_column_step share = { .op = YBI_COL_SHARE, .out = divide->out, .x = divide->x, .low = 1, .high = 1 };
		if (divide->op == YBI_COL_DIVIDE && divide->low == 0 && divide->y == YB_ROUND_HALF_UP)
			sum = only_source(c, divide->a, i);
		if (!sum || (sum->op != YBI_COL_ADD && sum->op != YBI_COL_SUB))
			continue;
		share.a = sum->a;
		share.b = sum->b;
		share.high = sum->op == YBI_COL_SUB ? -1 : 1;
		sum->out = YBI_NO_REG;
		take_side(c, i, &share.a, &share.low);
		take_side(c, i, &share.b, &share.high);
		*divide = share;
	}
	for (size_t i = 0; i < c->steps_count; i++)
		if (c->steps[i].out != YBI_NO_REG)
			c->steps[kept++] = c->steps[i];
	c->steps_count = kept;
}

/* ---- where registers lie ---- */

struct places {
	uint32_t *last;      /* by register: the last step that reads it */
	uint16_t *slot;      /* by register */
	uint16_t *free;      /* slots that nobody needs any more, the warmest last */
	uint32_t free_count, slots;
};

static void
read_until(struct places *p, uint16_t reg, uint32_t step)
{
	if (reg != YBI_NO_REG)
		p->last[reg] = step;
}

static void
tier_reads(struct places *p, const struct ybi_tier_plan *t, uint32_t step)
{
	const uint16_t regs[] = { t->base, t->due, t->sum_cap, t->charged, t->sum_charged, t->start };

	for (size_t k = 0; k < ARRAY_SIZE(regs); k++)
		read_until(p, regs[k], step);
	for (uint32_t k = 0; k < t->ceiling_count; k++) {
		read_until(p, t->ceilings[k].amount, step);
		read_until(p, t->ceilings[k].used, step);
		read_until(p, t->ceilings[k].when, step);
	}
}

/* Registers that are read when the run is over lie where nobody else writes. */
static void
find_last(const struct compiler *c, struct places *p)
{
	for (uint32_t i = 0; i < c->steps_count; i++) {
		const struct ybi_column_step *step = &c->steps[i];
		const uint16_t regs[] = { step->a, step->b, step->c };
		for (uint32_t k = 0; k < registers_read(step->op); k++)
			read_until(p, regs[k], i);
		if (step->op == YBI_COL_TIER)
			tier_reads(p, &c->tiers[step->x], i);
	}
	for (uint32_t i = 0; i < c->tiers_count; i++) {
		read_until(p, c->tiers[i].when, UINT32_MAX);
		read_until(p, c->tiers[i].out[YBI_RESULT_PAID], UINT32_MAX);
	}
	if (c->tiers_count > 0)
		read_until(p, c->tiers[0].out[YBI_RESULT_DEDUCTIBLE], UINT32_MAX);
	for (uint32_t i = 0; i < c->guards_count; i++)
		read_until(p, c->guards[i].reg, UINT32_MAX);
	for (uint32_t i = 0; i < c->plan->answer_count; i++)
		read_until(p, c->plan->answers[i].reg, UINT32_MAX);
}

static void
take_slot(struct places *p, uint16_t reg)
{
	p->slot[reg] = p->free_count > 0 ? p->free[--p->free_count] : (uint16_t)p->slots++;
}

/* Of one step: places for what it writes, then those are free that it read for the last time. */
static void
place_step(const struct compiler *c, struct places *p, uint32_t number)
{
	const struct ybi_column_step *step = &c->steps[number];
	uint16_t outs[YBI_RESULT_BAND1];
	uint32_t count = 0;

	if (step->op == YBI_COL_TIER) {
		for (uint32_t i = 0; i < YBI_RESULT_BAND1; i++)
			if (c->tiers[step->x].out[i] != YBI_NO_REG)
				outs[count++] = c->tiers[step->x].out[i];
	} else if (step->op != YBI_COL_INDEX && step->op != YBI_COL_CONST) {
		outs[count++] = step->out;
	}
	for (uint32_t i = 0; i < count; i++)
		take_slot(p, outs[i]);
	for (uint32_t i = 0; i < count; i++)
		if (p->last[outs[i]] == 0)
			p->free[p->free_count++] = p->slot[outs[i]];
	for (uint32_t reg = 0; reg < c->regs; reg++)
		if (p->last[reg] == number && number > 0 && p->slot[reg] != YBI_NO_REG)
			p->free[p->free_count++] = p->slot[reg];
}

/* Registers share memory when the one is not needed before the other is written: a block's few places stay in the nearest cache. */
static void
place_registers(struct compiler *c)
{
	struct places p = { .last = grab(c, (size_t)c->regs + 1, sizeof(*p.last)) };

	p.slot = grab(c, (size_t)c->regs + 1, sizeof(*p.slot));
	p.free = grab(c, (size_t)c->regs + 1, sizeof(*p.free));
	if (p.last && p.slot && p.free) {
		memset(p.slot, 0xff, ((size_t)c->regs + 1) * sizeof(*p.slot));
		find_last(c, &p);
		for (uint32_t i = 0; i < c->steps_count; i++)
			place_step(c, &p, i);
		for (uint32_t reg = 0; reg < c->regs; reg++)
			if (p.slot[reg] == YBI_NO_REG)
				p.slot[reg] = (uint16_t)p.slots; /* constants, which are written only where somebody wants to have them */
		c->plan->slots = p.slots + 1;
	}
	c->plan->slot = p.slot;
	free(p.last);
	free(p.free);
}

/* Hands the arrays over to the plan, or drops everything. */
static struct ybi_plan *
end_plan(struct compiler *c, bool good)
{
	struct ybi_plan *plan = c->plan;

	free(c->operands);
	free(c->results);
	free(c->wanted);
	free(c->answers);
	free(c->seen);
	free(c->facts);
	free(c->memo);
	free(c->axis_full);
	if (!plan)
		return NULL;
	if (good) {
		join_shares(c);
		place_registers(c);
		good = !c->failed;
	}
	plan->axes = c->axes;
	plan->axis_count = (uint32_t)c->axes_count;
	plan->tables = c->tables;
	plan->table_count = (uint32_t)c->tables_count;
	plan->steps = c->steps;
	plan->step_count = (uint32_t)c->steps_count;
	plan->divisors = c->divisors;
	plan->divisor_count = (uint32_t)c->divisors_count;
	plan->tiers = c->tiers;
	plan->tier_count = (uint32_t)c->tiers_count;
	plan->inputs = c->inputs;
	plan->input_count = (uint32_t)c->inputs_count;
	plan->constants = c->constants;
	plan->constant_count = (uint32_t)c->constants_count;
	plan->guards = c->guards;
	plan->guard_count = (uint32_t)c->guards_count;
	plan->regs = c->regs;
	if (good)
		return plan;
	plan_free(plan);
	return NULL;
}

/* Which results later expressions ask for: everything the document names, whichever benefit it is in. */
static void
mark_wanted(struct compiler *c)
{
	for (size_t i = 0; i < c->book->exprs_count; i++) {
		const struct ybi_expr *e = &c->book->exprs[i];
		if (e->op == YBI_OP_RESULT && e->y < YBI_RESULT_BAND1)
			c->wanted[e->x * YBI_RESULT_BAND1 + e->y] = 1;
	}
}

static struct ybi_plan *
compile_benefit(struct ybi_builder *b, const struct ybi_benefit *benefit)
{
	struct compiler c;
	bool good = start_plan(&c, b);

	if (good)
		mark_wanted(&c);
	for (uint32_t i = 0; i < benefit->layer_count && good; i++)
		prove_shapes(&c, &b->book->layers[benefit->first_layer + i]);
	for (uint32_t i = 0; i < benefit->layer_count && good; i++)
		good = compile_layer(&c, &b->book->layers[benefit->first_layer + i]) && !c.failed;
	if (good) {
		c.plan->paid = grab(&c, benefit->layer_count, sizeof(*c.plan->paid));
		good = c.plan->paid != NULL;
		for (uint32_t i = 0; i < benefit->layer_count && good; i++)
			c.plan->paid[i] = c.tiers[i].out[YBI_RESULT_PAID];
		if (good)
			c.plan->deductible = c.tiers[0].out[YBI_RESULT_DEDUCTIBLE];
	}
	return end_plan(&c, good);
}

/* The conditions of benefits and gaps, each a small table of its own. */
static struct ybi_plan *
compile_front(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;
	struct compiler c;
	bool good = start_plan(&c, b);

	for (uint32_t i = 0; i < book->benefits_count + book->unsupported_count && good; i++) {
		uint32_t when = i < book->benefits_count ? book->benefits[i].choice.when : book->unsupported[i - book->benefits_count].when;
		int64_t den, low, high;
		bool none;
		uint32_t table = when == YBI_NO_EXPR ? YBI_NO_TABLE : fold(&c, when, &den, &low, &high, &none);
		if (when != YBI_NO_EXPR && table == YBI_NO_TABLE)
			good = false;
		if (good)
			good = ADD(&c, steps, ((struct ybi_column_step){ .op = YBI_COL_TABLE, .x = table }));
	}
	return end_plan(&c, good);
}

/* ---- what is owed ---- */

#define FEE_WORK 20000000 /* of that which plans may cost */
#define FEE_MOST INT64_C(1000000000000) /* of one posted amount, fen; who owes more is answered the exact way */

static void
guard(struct compiler *c, struct operand o, int64_t low, int64_t high)
{
	if (o.state != 1 || o.maybe_none)
		c->failed = true;
	else if (o.low < low || o.high > high)
		(void)ADD(c, guards, ((struct ybi_guard){ .reg = o.reg, .low = low, .high = high }));
}

/* What an expression comes to where the condition holds, and 0 elsewhere. */
static struct operand
amount_where(struct compiler *c, uint32_t when, uint32_t expr)
{
	struct operand o = folded(c, CASE_AMOUNT, when, expr), holds, zero;

	if (o.state != 0 || c->failed)
		return o;
	o = operand(c, expr);
	if (o.maybe_none)
		return no_operand(c);
	if (when == YBI_NO_EXPR || o.state != 1)
		return o;
	holds = operand(c, when);
	zero = constant(c, 0, 1);
	if (holds.state != 1 || holds.maybe_none || !level(c, &o, &zero))
		return no_operand(c);
	return emit(c, (struct ybi_column_step){ .op = YBI_COL_SELECT, .a = holds.reg, .b = o.reg, .c = zero.reg }, o.den, o.low < 0 ? o.low : 0,
	            o.high > 0 ? o.high : 0);
}

/* Rounded as it is posted: never below 0, nor so much that a year's sum could overflow. */
static struct operand
posted(struct compiler *c, struct operand exact, const struct ybi_charge *charge)
{
	struct operand o = exact;
	int64_t by, low, high;

	if (o.state != 1 || o.maybe_none || charge->step > FEE_MOST || __builtin_mul_overflow(o.den, charge->step, &by))
		return no_operand(c);
	if (by != 1) {
		o = divided(c, o, by, (uint32_t)charge->mode, 1);
		if (o.state == 1 && exact.low >= 0)
			o.low = 0;
		if (o.state == 1 && charge->step != 1 && (__builtin_mul_overflow(o.low, charge->step, &low) || __builtin_mul_overflow(o.high, charge->step, &high)))
			return no_operand(c);
		if (o.state == 1 && charge->step != 1)
			o = emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = o.reg, .low = charge->step }, 1, low, high);
	}
	if (o.state == 1 && o.low < 0)
		o = arithmetic(c, YBI_OP_MAX, o, constant(c, -1, 1));
	if (o.state == 1 && o.high > FEE_MOST)
		o = arithmetic(c, YBI_OP_MIN, o, constant(c, FEE_MOST + 1, 1));
	guard(c, o, 0, FEE_MOST);
	if (o.state == 1) {
		o.low = o.low < 0 ? 0 : o.low;
		o.high = o.high > FEE_MOST ? FEE_MOST : o.high;
	}
	return o;
}

/* Both; a 0 that is no step of its own is left out. */
static struct operand
sum_of(struct compiler *c, struct operand a, struct operand b)
{
	if (a.state == 1 && a.low == 0 && a.high == 0 && !a.maybe_none)
		return b;
	if (b.state == 1 && b.low == 0 && b.high == 0 && !b.maybe_none)
		return a;
	return arithmetic(c, YBI_OP_ADD, a, b);
}

/* Each part posted, and the one that takes the rest. */
static void
charge_parts(struct compiler *c, const struct ybi_charge *charge)
{
	const struct ybi_payer *payers = &c->book->payers[charge->first_payer], *rest = NULL;
	struct operand parts = constant(c, 0, 1), exact_parts = parts, *answers = c->answers;

	if (charge->total != YBI_NO_EXPR) {
		answers[charge->exact_answer] = amount_where(c, charge->when, charge->total);
		answers[charge->total_answer] = posted(c, answers[charge->exact_answer], charge);
	}
	for (uint32_t i = 0; i < charge->payer_count && !c->failed; i++) {
		const struct ybi_payer *payer = &payers[i];
		if (payer->expr == YBI_NO_EXPR) {
			rest = payer;
			continue;
		}
		answers[payer->exact] = amount_where(c, charge->when, payer->expr);
		answers[payer->amount] = posted(c, answers[payer->exact], charge);
		parts = sum_of(c, parts, answers[payer->amount]);
		exact_parts = sum_of(c, exact_parts, answers[payer->exact]);
	}
	if (c->failed)
		return;
	if (charge->total == YBI_NO_EXPR) {
		answers[charge->total_answer] = parts;
		answers[charge->exact_answer] = exact_parts;
	} else if (rest) {
		struct operand left = arithmetic(c, YBI_OP_SUB, answers[charge->total_answer], parts);
		guard(c, left, 0, FEE_MOST);
		left.low = left.low < 0 ? 0 : left.low;
		answers[rest->amount] = answers[rest->exact] = left;
	} else {
		guard(c, arithmetic(c, YBI_OP_SUB, answers[charge->total_answer], parts), 0, 0);
	}
}

static struct operand
times(struct compiler *c, struct operand amount, const struct operand *months)
{
	return months ? arithmetic(c, YBI_OP_MUL, amount, *months) : amount;
}

/* What the year comes to, and the sums over charges. */
static void
charge_year(struct compiler *c, const struct ybi_charge *charge)
{
	const struct ybi_book *book = c->book;
	struct operand months, *answers = c->answers;
	bool monthly = charge->span == YBI_SPAN_MONTH;

	if (monthly) {
		months = charge->months != YBI_NO_EXPR ? amount_where(c, charge->when, charge->months) : loaded(c, book->months_fact);
		guard(c, months, 0, INT64_MAX);
		if (months.state == 1 && months.low < 0)
			c->failed = true; /* how low a product would get is of no interest */
	}
	answers[charge->year_answer] = times(c, answers[charge->total_answer], monthly ? &months : NULL);
	for (uint32_t i = 0; i < charge->payer_count && !c->failed; i++) {
		const struct ybi_payer *payer = &book->payers[charge->first_payer + i];
		answers[payer->year] = times(c, answers[payer->amount], monthly ? &months : NULL);
		if (monthly)
			answers[payer->month_sum] = sum_of(c, answers[payer->month_sum], answers[payer->amount]);
		answers[payer->due_sum] = sum_of(c, answers[payer->due_sum], answers[payer->year]);
	}
	if (monthly && !c->failed)
		answers[book->month_total] = sum_of(c, answers[book->month_total], answers[charge->total_answer]);
	if (!c->failed)
		answers[book->due_total] = sum_of(c, answers[book->due_total], answers[charge->year_answer]);
}

/* Conditions under which a question is not answered: a refusal, and one that cannot be told; a declared gap that holds. */
static void
fee_stops(struct compiler *c)
{
	const struct ybi_book *book = c->book;

	for (size_t i = 0; i < book->refusals_count && !c->failed; i++)
		if (book->refusals[i].ask == YBI_ASK_FEE && book->refusals[i].when == YBI_NO_EXPR)
			c->failed = true;
		else if (book->refusals[i].ask == YBI_ASK_FEE)
			guard(c, operand(c, book->refusals[i].when), 0, 0);
	for (size_t i = 0; i < book->unsupported_count + book->other_gaps_count && !c->failed; i++) {
		const struct ybi_unsupported *gap = i < book->unsupported_count ? &book->unsupported[i] : &book->other_gaps[i - book->unsupported_count];
		struct operand o;
		if (gap->ask != YBI_ASK_FEE || gap->when == YBI_NO_EXPR)
			continue;
		o = folded(c, CASE_GAP, YBI_NO_EXPR, gap->when);
		guard(c, o.state ? o : operand(c, gap->when), 0, 0);
	}
}

/* The charges in order; what none of them asks for is 0. */
static void
fee_charges(struct compiler *c)
{
	const struct ybi_book *book = c->book;
	struct operand zero = constant(c, 0, 1), applied = zero;

	for (uint32_t i = 0; i < book->sum_count; i++)
		c->answers[book->first_sum + i] = zero;
	c->answers[book->month_total] = c->answers[book->due_total] = zero;
	for (size_t i = 0; i < book->charges_count && !c->failed; i++) {
		const struct ybi_charge *charge = &book->charges[i];
		struct operand holds = charge->when == YBI_NO_EXPR ? constant(c, 1, 1) : operand(c, charge->when);
		if (holds.state != 1 || holds.maybe_none || holds.low < 0 || holds.high > 1 || holds.den != 1 ||
		    book->clause_infos[charge->clause].confidence > c->b->least)
			c->failed = true;
		if (!c->failed && applied.low == 0)
			applied = applied.high == 0 ? holds
				: emit(c, (struct ybi_column_step){ .op = YBI_COL_OR, .a = applied.reg, .b = holds.reg }, 1, holds.low, 1);
		c->answers[charge->base_answer] = charge->base == YBI_NO_EXPR || c->failed ? zero : amount_where(c, charge->when, charge->base);
		if (!c->failed)
			charge_parts(c, charge);
		if (!c->failed)
			charge_year(c, charge);
	}
	if (!c->failed)
		guard(c, applied, 1, 1);
}

static struct ybi_plan *
compile_fee(struct ybi_builder *b)
{
	const struct ybi_book *book = b->book;
	struct compiler c;
	bool good = start_plan(&c, b);

	if (good) {
		c.answers = grab(&c, book->answers_count, sizeof(*c.answers));
		c.plan->answers = grab(&c, book->answers_count, sizeof(*c.plan->answers));
	}
	if (good && !c.failed) {
		fee_stops(&c);
		fee_charges(&c);
	}
	for (uint32_t i = 0; good && !c.failed && i < book->answers_count; i++) {
		bool there = book->answers[i].ask == YBI_ASK_FEE && book->answers[i].type == YBI_MONEY && c.answers[i].state == 1 && !c.answers[i].maybe_none;
		c.plan->answers[i] = (struct ybi_plan_answer){ .reg = there ? c.answers[i].reg : YBI_NO_REG, .den = there ? c.answers[i].den : 1 };
		c.plan->answer_count = i + 1;
	}
	return end_plan(&c, good && !c.failed);
}

static void
count_room(struct ybi_book *book, const struct ybi_plan *plan)
{
	size_t regs = plan ? (size_t)plan->regs + 1 : 1, positions = plan ? (size_t)plan->axis_count + plan->table_count + 1 : 1;

	book->plan_regs = regs > book->plan_regs ? regs : book->plan_regs;
	book->plan_positions = positions > book->plan_positions ? positions : book->plan_positions;
}

static void
compile_benefits(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;

	book->plans = ybi_calloc(book->benefits_count, sizeof(struct ybi_plan *));
	if (!book->plans) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	for (uint32_t i = 0; i < book->benefits_count && b->status == YB_OK; i++)
		book->plans[i] = compile_benefit(b, &book->benefits[i]);
	if (b->status == YB_OK)
		book->front = compile_front(b);
	for (uint32_t i = 0; i < book->benefits_count; i++)
		count_room(book, book->plans[i]);
	count_room(book, book->front);
	for (uint32_t i = 0; book->front && i < book->front->input_count; i++)
		book->front_moves = book->front_moves || ybi_fact_moves(book, book->front->inputs[i]);
	if (b->compile_work > COMPILE_WORK)
		ybi_warn(b, book->document->root, "reimburse", "too many cases to work out beforehand: bills are settled the slow way, and not every ratio is proven to lie between 0 and 1");
}

void
ybi_compile(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;

	if (book->benefits_count)
		compile_benefits(b);
	if (b->status != YB_OK || !book->charges_count)
		return;
	b->compile_work = COMPILE_WORK - FEE_WORK;
	book->fee_plan = compile_fee(b);
}

void
ybi_plans_free(struct ybi_book *book)
{
	for (size_t i = 0; book->plans && i < book->benefits_count; i++)
		plan_free(book->plans[i]);
	free(book->plans);
	plan_free(book->fee_plan);
	plan_free(book->front);
}
