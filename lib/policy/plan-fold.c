/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"

#define FULL_AXIS 200
#define SMALL_AXIS 4096

/* Zeroed memory; without it the build fails, not only the plan. */
void *
ybi_plan_grab(struct ybi_compiler *c, size_t count, size_t size)
{
	void *memory = ybi_calloc(count, size);

	if (!memory) {
		c->b->status = ybi_error_no_memory(c->b->err);
		c->failed = true;
	}
	return memory;
}

static bool
spend(struct ybi_compiler *c, uint64_t work)
{
	c->b->compile_work = work > YBI_COMPILE_WORK || c->b->compile_work + work > YBI_COMPILE_WORK ? YBI_COMPILE_WORK + 1 : c->b->compile_work + work;
	return c->b->compile_work <= YBI_COMPILE_WORK;
}

void
ybi_plan_use(struct ybi_compiler *c, uint32_t fact)
{
	for (size_t i = 0; i < c->inputs_count; i++)
		if (c->inputs[i] == fact)
			return;
	(void)YBI_PLAN_ADD(c, inputs, fact);
}

/* ---- breaks of a fact, from all that a plan may ask for ---- */

struct points {
	int64_t *v;
	size_t count, room;
};

static bool
add_point(struct ybi_compiler *c, struct points *p, int64_t value)
{
	if (!ybi_push_room(c->b, (void *)&p->v, p->count, &p->room, sizeof(*p->v)))
		return false;
	p->v[p->count++] = value;
	return true;
}

static bool
cell_points(struct ybi_compiler *c, const struct ybi_cell *cell, int64_t den, struct points *p)
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
constant_points(struct ybi_compiler *c, const struct ybi_expr *e, uint32_t fact, struct points *p)
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

/* A fact, or one to which a whole number is added: a series is looked up by it in a few years alone. */
static bool
shifted_fact(const struct ybi_book *book, uint32_t expr, uint32_t *fact, int64_t *shift)
{
	const struct ybi_expr *e = &book->exprs[expr], *constant;

	*shift = 0;
	while (e->op == YBI_OP_MEMO)
		e = &book->exprs[e->a];
	if (e->op == YBI_OP_ADD || e->op == YBI_OP_SUB) {
		constant = &book->exprs[e->b];
		if (constant->op != YBI_OP_CONST || ybi_fraction_to_i64(book->constants[constant->x], shift) != YB_OK || *shift < -9999 || *shift > 9999)
			return false;
		*shift = e->op == YBI_OP_ADD ? *shift : -*shift;
		e = &book->exprs[e->a];
	}
	*fact = e->x;
	return e->op == YBI_OP_FACT && book->facts[e->x].den == 1;
}

static bool
series_points(struct ybi_compiler *c, const struct ybi_expr *e, uint32_t fact, struct points *p)
{
	const struct ybi_series *series = &c->book->series[e->x];
	uint32_t by;
	int64_t shift;

	if (!shifted_fact(c->book, e->a, &by, &shift) || by != fact)
		return true;
	for (uint32_t i = 0; i < series->count; i++) {
		int64_t year = c->book->series_entries[series->first + i].year - shift;
		if (!add_point(c, p, year) || !add_point(c, p, year + 1))
			return false;
	}
	return true;
}

static bool
fact_points(struct ybi_compiler *c, uint32_t fact, struct points *p)
{
	const struct ybi_book *book = c->book;
	int64_t den = book->facts[fact].den;

	for (size_t i = 0; i < book->exprs_count; i++) {
		const struct ybi_expr *e = &book->exprs[i];
		if (c->reached && !c->reached[i])
			continue; /* other questions cut it elsewhere */
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
		} else if (e->op == YBI_OP_SERIES) {
			if (!series_points(c, e, fact, p))
				return false;
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
atom_axis(struct ybi_compiler *c, const struct ybi_fact_meta *meta, struct points *p, struct ybi_axis *axis)
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
	axis->map = ybi_plan_grab(c, axis->map_count, sizeof(*axis->map));
	axis->breaks = ybi_plan_grab(c, p->count + 1, sizeof(*axis->breaks)); /* the atom of each position */
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
break_axis(struct ybi_compiler *c, const struct ybi_fact_meta *meta, struct points *p, bool full, struct ybi_axis *axis)
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
	axis->breaks = ybi_plan_grab(c, p->count, sizeof(*axis->breaks));
	if (!axis->breaks)
		return false;
	for (size_t i = 0; i < p->count; i++)
		if (p->v[i] >= low && p->v[i] <= high)
			axis->breaks[n++] = p->v[i];
	axis->size = (uint32_t)n;
	if (n > 0 && n < 256 && axis->breaks[0] == low && high - low < SMALL_AXIS) {
		axis->small_count = (uint32_t)(high - low + 1);
		axis->small = ybi_plan_grab(c, axis->small_count, 1);
		for (int64_t v = low; axis->small && v <= high; v++)
			for (size_t i = 1; i < n; i++)
				axis->small[v - low] = (uint8_t)(axis->small[v - low] + (v >= axis->breaks[i]));
		return axis->small != NULL;
	}
	return n > 0;
}

/* The axis of a fact; `full`: every value of its range on its own. UINT32_MAX when there can be none. */
static uint32_t
axis_of(struct ybi_compiler *c, uint32_t fact, bool full)
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
		axis.derive = ybi_fold(c, meta->from, &den, &low, &high, &none);
		ok = axis.derive != YBI_NO_TABLE && den == meta->den && !none;
	}
	if (!ok || !YBI_PLAN_ADD(c, axes, axis)) {
		free(axis.map);
		free(axis.breaks);
		free(axis.small);
		return UINT32_MAX;
	}
	if (!YBI_PLAN_ADD(c, axis_full, (uint8_t)full))
		return UINT32_MAX;
	ybi_plan_use(c, fact);
	return (uint32_t)c->axes_count - 1;
}

/* The fact's value at a position; false where no value stands there. */
bool
ybi_axis_value(const struct ybi_axis *axis, uint32_t position, int64_t *value)
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

static void
gather_fact(struct ybi_gather *g, uint32_t fact, enum ybi_sight sight)
{
	const struct ybi_fact_meta *meta = &g->c->book->facts[fact];
	uint32_t axis, i = 0;

	if (g->marks) {
		if (meta->from != YBI_NO_EXPR)
			ybi_gather(g, meta->from, YBI_SIGHT_VALUE);
		return;
	}
	if (meta->part == YBI_OF_LINE || meta->part == YBI_OF_SETTLEMENT || meta->part == YBI_OF_TOTAL || meta->part == YBI_OF_KIND ||
	    (meta->part == YBI_OF_DERIVED && meta->type == YBI_MONEY)) {
		g->ok = false;
		return;
	}
	if (sight == YBI_SIGHT_VALUE && (meta->type == YBI_SET || (meta->type == YBI_TEXT && !meta->closed))) {
		g->ok = false; /* the value itself is handed on, and the axis only tells some values apart */
		return;
	}
	axis = axis_of(g->c, fact, sight == YBI_SIGHT_VALUE);
	while (i < g->count && g->axes[i] != axis)
		i++;
	if (axis == UINT32_MAX || i == YBI_TABLE_AXES) {
		g->ok = false;
		return;
	}
	if (i == g->count) {
		g->whole[i] = false;
		g->axes[g->count++] = axis;
	}
	g->whole[i] = g->whole[i] || sight != YBI_SIGHT_CELLS;
}

/* A fact that was gathered is held against a cell. */
static void
add_look(struct ybi_gather *g, uint32_t fact, uint32_t cell)
{
	for (uint32_t i = 0; i < g->count; i++) {
		if (g->c->axes[g->axes[i]].fact != fact || g->whole[i])
			continue;
		if (g->look_count == YBI_LOOKS)
			g->whole[i] = true;
		else
			g->looks[g->look_count++] = (struct ybi_look){ i, cell };
	}
}

/* An expression that is held against cells, of each row or the one. */
static void
gather_held(struct ybi_gather *g, uint32_t expr, const uint32_t *cells, uint32_t stride, uint32_t count)
{
	const struct ybi_expr *e = &g->c->book->exprs[expr];

	ybi_gather(g, expr, e->op == YBI_OP_FACT ? YBI_SIGHT_CELLS : YBI_SIGHT_VALUE);
	for (uint32_t i = 0; i < count && g->ok && e->op == YBI_OP_FACT; i++)
		add_look(g, e->x, cells[i * stride]);
}

/* What tells which of its rows hold. */
static void
gather_rows(struct ybi_gather *g, const struct ybi_table *t)
{
	const struct ybi_book *book = g->c->book;

	for (uint32_t i = 0; i < t->rows * t->by_count; i++)
		g->weight += 1 + book->cells[book->row_cells[t->cells + i]].count;
	for (uint32_t i = 0; i < t->by_count; i++)
		gather_held(g, book->args[t->by + i], &book->row_cells[t->cells + i], t->by_count, t->rows);
}

static void
gather_table(struct ybi_gather *g, const struct ybi_table *t)
{
	const uint32_t *args = g->c->book->args;
	uint64_t before, most;

	gather_rows(g, t);
	before = most = g->weight;
	for (uint32_t i = 0; i < t->rows; i++) {
		ybi_gather(g, args[t->values + i], YBI_SIGHT_VALUE);
		most = g->weight > most ? g->weight : most;
		g->weight = g->one_row ? before : g->weight;
	}
	g->weight = most;
	if (t->otherwise != YBI_NO_EXPR)
		ybi_gather(g, t->otherwise, YBI_SIGHT_VALUE);
}

/* Which axes an expression hangs on; `sight`: how its value is looked at. */
void
ybi_gather(struct ybi_gather *g, uint32_t expr, enum ybi_sight sight)
{
	const struct ybi_book *book = g->c->book;
	const struct ybi_expr *e = &book->exprs[expr];
	uint32_t fact;
	int64_t shift;

	if (!g->ok || (g->c->seen[expr] && (g->marks || e->op != YBI_OP_FACT)))
		return;
	if (g->c->reached && !g->c->reached[expr]) {
		g->ok = false; /* the breaks of its facts are not known */
		return;
	}
	g->c->seen[expr] = 1;
	g->weight++;
	switch (e->op) {
	case YBI_OP_CONST: case YBI_OP_NONE: case YBI_OP_GAP:
		return;
	case YBI_OP_FACT:
		gather_fact(g, e->x, sight);
		return;
	case YBI_OP_RESULT: case YBI_OP_ANSWER:
		g->ok = g->marks; /* a result's own expressions are marked with its layer */
		return;
	case YBI_OP_IN:
		g->weight += book->cells[e->x].count;
		gather_held(g, e->a, &e->x, 0, 1);
		return;
	case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE: {
		bool plain = book->exprs[e->a].op == YBI_OP_CONST || book->exprs[e->b].op == YBI_OP_CONST;
		ybi_gather(g, e->a, plain && book->exprs[e->a].op == YBI_OP_FACT ? YBI_SIGHT_COMPARED : YBI_SIGHT_VALUE);
		ybi_gather(g, e->b, plain && book->exprs[e->b].op == YBI_OP_FACT ? YBI_SIGHT_COMPARED : YBI_SIGHT_VALUE);
		return;
	}
	case YBI_OP_LIST: case YBI_OP_MIN: case YBI_OP_MAX: case YBI_OP_AND: case YBI_OP_OR:
		for (uint32_t i = 0; i < e->b; i++)
			ybi_gather(g, book->args[e->a + i], YBI_SIGHT_VALUE);
		return;
	case YBI_OP_TABLE:
		gather_table(g, &book->tables[e->x]);
		return;
	case YBI_OP_DATED:
		gather_fact(g, YBI_FACT_ON, YBI_SIGHT_COMPARED);
		g->weight += book->dated[e->x].count;
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			ybi_gather(g, book->dated_entries[book->dated[e->x].first + i].value, YBI_SIGHT_VALUE);
		return;
	case YBI_OP_EXCEPT: {
		const struct ybi_except *x = &book->excepts[e->x];
		ybi_gather(g, x->otherwise, YBI_SIGHT_VALUE);
		for (uint32_t i = 0; i < x->count; i++) {
			if (book->exceptions[x->first + i].when != YBI_NO_EXPR)
				ybi_gather(g, book->exceptions[x->first + i].when, YBI_SIGHT_VALUE);
			ybi_gather(g, book->exceptions[x->first + i].value, YBI_SIGHT_VALUE);
		}
		return;
	}
	case YBI_OP_SERIES:
		if (shifted_fact(book, e->a, &fact, &shift))
			gather_fact(g, fact, YBI_SIGHT_COMPARED);
		else
			ybi_gather(g, e->a, YBI_SIGHT_VALUE);
		for (uint32_t i = 0; i < book->series[e->x].count; i++)
			ybi_gather(g, book->series_entries[book->series[e->x].first + i].value, YBI_SIGHT_VALUE);
		return;
	default:
		if (e->a != YBI_NO_EXPR)
			ybi_gather(g, e->a, YBI_SIGHT_VALUE);
		if (e->b != YBI_NO_EXPR)
			ybi_gather(g, e->b, YBI_SIGHT_VALUE);
		if (e->c != YBI_NO_EXPR)
			ybi_gather(g, e->c, YBI_SIGHT_VALUE);
	}
}

/* Which axes the choice of a branch hangs on. */
static void
gather_choice(struct ybi_gather *g, const struct ybi_expr *e)
{
	const struct ybi_book *book = g->c->book;
	const struct ybi_except *x;

	switch (e->op) {
	case YBI_OP_TABLE:
		g->ok = g->ok && (book->tables[e->x].hit == YBI_HIT_UNIQUE || book->tables[e->x].hit == YBI_HIT_FIRST); /* else their values count */
		if (g->ok)
			gather_rows(g, &book->tables[e->x]);
		return;
	case YBI_OP_DATED:
		gather_fact(g, YBI_FACT_ON, YBI_SIGHT_COMPARED);
		g->weight += book->dated[e->x].count;
		return;
	case YBI_OP_EXCEPT:
		x = &book->excepts[e->x];
		for (uint32_t i = 0; i < x->count; i++)
			ybi_gather(g, book->exceptions[x->first + i].when, YBI_SIGHT_VALUE);
		return;
	default:
		g->ok = false;
	}
}

bool
ybi_start_gather(struct ybi_gather *g, struct ybi_compiler *c)
{
	*g = (struct ybi_gather){ .c = c, .ok = !c->failed };
	memset(c->seen, 0, c->book->exprs_count);
	return g->ok;
}

bool
ybi_lay_out_table(struct ybi_gather *g, struct ybi_dense *table)
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
	table->values = ybi_plan_grab(g->c, size, sizeof(*table->values));
	table->bad = ybi_plan_grab(g->c, size, 1);
	return table->values && table->bad;
}

void
ybi_dense_free(struct ybi_dense *table)
{
	free(table->values);
	free(table->bad);
}

/* Sets the facts of one entry, all others being unknown since ybi_lay_out_table(); false where the entry can never be met. */
bool
ybi_enter_case(struct ybi_compiler *c, const struct ybi_dense *table, uint32_t index)
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
		if (!ybi_axis_value(axis, position, &value))
			return false;
		fact->state = YBI_KNOWN;
		fact->value = value;
	}
	c->eval.stamp++;
	return true;
}

bool
ybi_same_fact_twice(const struct ybi_gather *g)
{
	for (uint32_t i = 0; i < g->count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (g->c->axes[g->axes[i]].fact == g->c->axes[g->axes[k]].fact)
				return true;
	return false;
}

int64_t
ybi_common_den(int64_t a, int64_t b)
{
	int64_t x = a, y = b;

	while (y) {
		int64_t t = x % y;
		x = y;
		y = t;
	}
	return a / x > YBI_DEN_LIMIT / b ? 0 : a / x * b;
}

/* Tables on the same axes share one index. */
bool
ybi_add_table(struct ybi_compiler *c, struct ybi_dense table)
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
	return YBI_PLAN_ADD(c, tables, table);
}

/* The step that works out a table's index, once before its first use. */
bool
ybi_index_step(struct ybi_compiler *c, uint32_t table)
{
	for (size_t i = 0; i < c->steps_count; i++)
		if (c->steps[i].op == YBI_COL_INDEX && c->tables[c->steps[i].x].index == c->tables[table].index)
			return true;
	return YBI_PLAN_ADD(c, steps, ((struct ybi_column_step){ .op = YBI_COL_INDEX, .x = table }));
}

static void
evaluate_branch(struct ybi_compiler *c, uint32_t expr, struct ybi_value *v)
{
	uint32_t chosen, number = 0, branch;

	if (!ybi_chosen(&c->eval, expr, &chosen, v)) {
		ybi_value_state(v, YBI_UNKNOWN, 0);
		return;
	}
	while ((branch = ybi_branch(c->book, &c->book->exprs[expr], number)) != chosen && branch != YBI_NO_EXPR)
		number++;
	ybi_value_set(v, ybi_fraction_from(number));
}

static void
evaluate_case(struct ybi_compiler *c, enum ybi_case kind, uint32_t when, uint32_t expr, struct ybi_value *v)
{
	if (kind == YBI_CASE_BRANCH) {
		evaluate_branch(c, expr, v);
		return;
	}
	if (when != YBI_NO_EXPR) {
		ybi_evaluate(&c->eval, when, v);
		if (v->state != YBI_KNOWN || ybi_fraction_sign(v->q) == 0)
			return; /* unknown, or the 0 that it is */
	}
	ybi_evaluate(&c->eval, expr, v);
	if (kind == YBI_CASE_AMOUNT && v->state == YBI_NONE)
		ybi_value_state(v, YBI_UNKNOWN, 0);
	if (kind == YBI_CASE_GAP && v->state != YBI_KNOWN)
		ybi_value_set(v, ybi_fraction_from(0));
}

/* ---- filling a table ---- */

#define NO_NUMBER UINT32_MAX
#define ALIKE_MOST 256

/* Entries before they have one denominator. */
struct entries {
	struct ybi_compiler *c;
	const struct ybi_gather *g;
	struct ybi_dense *table;
	uint32_t *dens; /* by entry: of its value, or NO_NUMBER */
	int64_t den;    /* of all so far */
	bool none, bad;
};

/* In which of the cells that are looked at a value lies. */
struct sides {
	uint64_t bits[YBI_LOOKS / 64];
};

static void
find_sides(const struct ybi_gather *g, uint32_t k, int64_t number, struct sides *sides)
{
	const struct ybi_book *book = g->c->book;
	struct ybi_value value;

	*sides = (struct sides){ { 0 } };
	ybi_value_set(&value, ybi_fraction_from(number));
	if (book->facts[g->c->axes[g->axes[k]].fact].den != 1)
		(void)ybi_fraction_make(number, book->facts[g->c->axes[g->axes[k]].fact].den, &value.q);
	for (uint32_t i = 0; i < g->look_count; i++)
		if (g->looks[i].axis == k && ybi_cell_holds(&book->graph, &book->cells[g->looks[i].cell], &value))
			sides->bits[i / 64] |= UINT64_C(1) << i % 64;
}

/*
 * An axis tells apart whatever the document does; an expression may look at less of it. Of each position: how far back the first is that
 * lies in the same cells of those that are looked at, in entries.
 */
static void
find_alike(const struct ybi_gather *g, const struct ybi_dense *table, uint32_t k, uint32_t *back)
{
	const struct ybi_axis *axis = &g->c->axes[g->axes[k]];
	struct sides sides[ALIKE_MOST];
	bool known[ALIKE_MOST];
	int64_t value;

	for (uint32_t p = 0; p < axis->size && p < ALIKE_MOST && !g->whole[k]; p++) {
		known[p] = ybi_axis_value(axis, p, &value); /* else no fact ever stands there */
		if (!known[p])
			continue;
		find_sides(g, k, value, &sides[p]);
		for (uint32_t q = 0; q < p && !back[p]; q++)
			if (known[q] && !memcmp(&sides[p], &sides[q], sizeof(sides[p])))
				back[p] = (p - q) * table->strides[k];
	}
}

/* false: the values have no common measure. */
static bool
take_entry(struct entries *t, uint32_t entry, enum ybi_case kind, uint32_t when, uint32_t expr)
{
	struct ybi_compiler *c = t->c;
	struct ybi_value v;

	t->dens[entry] = NO_NUMBER;
	ybi_value_state(&v, YBI_FAILED, 0);
	if (ybi_enter_case(c, t->table, entry))
		evaluate_case(c, kind, when, expr, &v);
	if (v.state == YBI_NONE) {
		t->none = true;
		t->table->values[entry] = YBI_AMOUNT_NONE;
		return true;
	}
	if (v.state != YBI_KNOWN) {
		t->bad = true;
		t->table->bad[entry] = c->holes && kind == YBI_CASE_AMOUNT && v.state == YBI_UNSUPPORTED ? YBI_STOP_GAP : YBI_STOP_EXACT;
		return true;
	}
	t->den = ybi_common_den(t->den, v.q.den);
	if (t->den == 0 || ybi_fraction_to_i64((struct ybi_fraction){ v.q.num, 1 }, &t->table->values[entry]) != YB_OK)
		return false;
	t->dens[entry] = (uint32_t)v.q.den;
	return true;
}

/* Every entry, or the one before it that is like it; `back` by axis and position, one axis after the other. */
static bool
take_entries(struct entries *t, const uint32_t *back, enum ybi_case kind, uint32_t when, uint32_t expr)
{
	struct ybi_dense *table = t->table;
	uint32_t at[YBI_TABLE_AXES] = { 0 };

	for (uint32_t i = 0; i < table->size; i++) {
		const uint32_t *of_axis = back;
		uint32_t like = i;
		for (uint32_t k = 0; k < table->axis_count; of_axis += t->c->axes[table->axes[k++]].size + 1)
			like -= of_axis[at[k]];
		if (like == i && !take_entry(t, i, kind, when, expr))
			return false;
		table->values[i] = table->values[like];
		table->bad[i] = table->bad[like];
		t->dens[i] = t->dens[like];
		for (uint32_t k = 0; k < table->axis_count && ++at[k] > t->c->axes[table->axes[k]].size; k++)
			at[k] = 0;
	}
	return true;
}

/* All over one denominator, and their range; false where one is too large. */
static bool
level_entries(const struct entries *t, int64_t *low, int64_t *high)
{
	bool any = false;

	*low = *high = 0;
	for (uint32_t i = 0; i < t->table->size; i++) {
		int64_t *value = &t->table->values[i];
		if (t->dens[i] == NO_NUMBER)
			continue;
		if (__builtin_mul_overflow(*value, t->den / t->dens[i], value) || *value > YBI_VALUE_LIMIT || *value < -YBI_VALUE_LIMIT)
			return false;
		*low = !any || *value < *low ? *value : *low;
		*high = !any || *value > *high ? *value : *high;
		any = true;
	}
	return true;
}

static bool
fill_table(struct entries *t, enum ybi_case kind, uint32_t when, uint32_t expr, int64_t *low, int64_t *high)
{
	struct ybi_compiler *c = t->c;
	uint32_t *back, *of_axis, positions = 0;
	bool ok;

	for (uint32_t k = 0; k < t->table->axis_count; k++)
		positions += c->axes[t->table->axes[k]].size + 1;
	t->dens = ybi_plan_grab(c, t->table->size, sizeof(*t->dens));
	of_axis = back = ybi_plan_grab(c, positions, sizeof(*back));
	ok = t->dens && back;
	for (uint32_t k = 0; k < t->table->axis_count && ok; of_axis += c->axes[t->table->axes[k++]].size + 1)
		find_alike(t->g, t->table, k, of_axis);
	ok = ok && take_entries(t, back, kind, when, expr) && level_entries(t, low, high);
	free(t->dens);
	free(back);
	return ok;
}

/* A folded expression, perhaps under a condition, as a table of numerators over *den; YBI_NO_TABLE when it does not fold. */
uint32_t
ybi_fold_case(struct ybi_compiler *c, enum ybi_case kind, uint32_t when, uint32_t expr, int64_t *den, int64_t *low, int64_t *high, bool *none)
{
	struct ybi_gather g;
	struct ybi_dense table;
	struct entries t = { .c = c, .g = &g, .table = &table, .den = 1 };
	uint8_t *outer = c->seen; /* an axis may fold its derivation while another gathering is under way */

	c->seen = ybi_plan_grab(c, c->book->exprs_count, 1);
	if (!c->seen || !ybi_start_gather(&g, c)) {
		free(c->seen);
		c->seen = outer;
		return YBI_NO_TABLE;
	}
	g.one_row = kind != YBI_CASE_PLAIN;
	if (when != YBI_NO_EXPR)
		ybi_gather(&g, when, YBI_SIGHT_VALUE);
	if (kind == YBI_CASE_BRANCH)
		gather_choice(&g, &c->book->exprs[expr]);
	else
		ybi_gather(&g, expr, YBI_SIGHT_VALUE);
	free(c->seen);
	c->seen = outer;
	if (!g.ok || ybi_same_fact_twice(&g))
		return YBI_NO_TABLE;
	if (!ybi_lay_out_table(&g, &table) || !fill_table(&t, kind, when, expr, low, high))
		goto drop;
	*den = t.den;
	*none = t.none;
	if (!t.bad) {
		free(table.bad);
		table.bad = NULL;
	}
	if (!ybi_add_table(c, table))
		goto drop;
	return (uint32_t)c->tables_count - 1;
drop:
	ybi_dense_free(&table);
	return YBI_NO_TABLE;
}

uint32_t
ybi_fold(struct ybi_compiler *c, uint32_t expr, int64_t *den, int64_t *low, int64_t *high, bool *none)
{
	return ybi_fold_case(c, YBI_CASE_PLAIN, YBI_NO_EXPR, expr, den, low, high, none);
}
