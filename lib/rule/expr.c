/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/expr.h"

#include <string.h>

#include "base/calendar.h"
#include "rule/tier.h"

int64_t
ybi_value_whole(const struct ybi_value *value)
{
	int64_t whole = 0;

	return value->state == YBI_KNOWN && ybi_fraction_to_i64(value->q, &whole) == YB_OK ? whole : 0;
}

static void
value_int(struct ybi_value *value, int64_t integer)
{
	ybi_value_set(value, ybi_fraction_from(integer));
}

static void
value_fail(struct ybi_value *value, yb_status status)
{
	ybi_value_state(value, YBI_FAILED, (uint32_t)status);
}

/* ---- cells ---- */

static int
end_cmp(const struct ybi_value *value, int64_t end, int64_t den)
{
	struct ybi_fraction other;

	if (den == 1)
		other = ybi_fraction_from(end);
	else
		(void)ybi_fraction_make(end, den, &other);
	return ybi_fraction_cmp(value->q, other);
}

static bool
interval_holds(const struct ybi_interval *interval, int64_t den, const struct ybi_value *value)
{
	if (interval->low != INT64_MIN) {
		int c = end_cmp(value, interval->low, den);
		if (c < 0 || (c == 0 && interval->low_open))
			return false;
	}
	if (interval->high != INT64_MAX) {
		int c = end_cmp(value, interval->high, den);
		if (c > 0 || (c == 0 && interval->high_open))
			return false;
	}
	return true;
}

/* ---- what was touched ---- */

static bool
is_traced(const struct ybi_eval *eval)
{
	return eval->trace && eval->trace->rows && eval->used; /* what is evaluated for show alone marks nothing */
}

/* On which side of the ends of a cell's ranges a value lies. */
static void
trace_cell(const struct ybi_eval *eval, const struct ybi_cell *cell, const struct ybi_value *value)
{
	if (cell->any || value->state != YBI_KNOWN || cell->type == YBI_SET || cell->type == YBI_TEXT || cell->type == YBI_FLAG)
		return;
	for (uint32_t i = cell->first; i < cell->first + cell->count; i++) {
		const struct ybi_interval *interval = &eval->graph->intervals[i];
		int low = interval->low != INT64_MIN ? end_cmp(value, interval->low, cell->den) : 1;
		int high = interval->high != INT64_MAX ? end_cmp(value, interval->high, cell->den) : -1;
		bool above = low > 0 || (low == 0 && !interval->low_open), past = high > 0 || (high == 0 && interval->high_open);
		if (interval->low == interval->high) /* one value: on it, or beside it */
			eval->trace->ends[i] |= above && !past ? YBI_SIDE_HIGH : YBI_SIDE_LOW;
		else
			eval->trace->ends[i] |= (uint8_t)((above ? YBI_SIDE_HIGH : YBI_SIDE_LOW) | (past ? YBI_SIDE_HIGH : YBI_SIDE_LOW) << YBI_SIDE_SECOND);
	}
}

/* A cell of a row matters where the other cells of the row hold. */
static void
trace_table(const struct ybi_eval *eval, const struct ybi_table *table, const struct ybi_value *subjects)
{
	const struct ybi_graph *g = eval->graph;

	for (uint32_t r = 0; r < table->rows; r++) {
		uint32_t others = 0, last = UINT32_MAX;
		for (uint32_t c = 0; c < table->by_count; c++) {
			const struct ybi_cell *cell = &g->cells[g->row_cells[table->cells + r * table->by_count + c]];
			if (cell->any || (subjects[c].state == YBI_KNOWN && ybi_cell_holds(g, cell, &subjects[c])))
				continue;
			others++;
			last = c;
		}
		for (uint32_t c = 0; c < table->by_count; c++)
			if (others == 0 || (others == 1 && last == c))
				trace_cell(eval, &g->cells[g->row_cells[table->cells + r * table->by_count + c]], &subjects[c]);
	}
}

static void
trace_days(const struct ybi_eval *eval, const struct ybi_dated *dated, int64_t day)
{
	for (uint32_t i = dated->first; i < dated->first + dated->count; i++) {
		const struct ybi_dated_entry *entry = &eval->graph->dated_entries[i];
		eval->trace->days[i] |= (uint8_t)((day < entry->from ? YBI_SIDE_LOW : YBI_SIDE_HIGH) |
		                                  (day < entry->to ? YBI_SIDE_LOW : YBI_SIDE_HIGH) << YBI_SIDE_SECOND);
	}
}

/* A whole number: an amount, a count, a day; an atom or a flag; a mask. */
static bool
whole_holds(const struct ybi_graph *graph, const struct ybi_cell *cell, int64_t value)
{
	bool in = false;

	switch (cell->type) {
	case YBI_SET:
		in = ((uint64_t)value & cell->mask) != 0;
		break;
	case YBI_TEXT:
	case YBI_FLAG:
		for (uint32_t i = 0; i < cell->count && !in; i++)
			in = graph->atoms[cell->first + i] == (uint64_t)value;
		break;
	default:
		for (uint32_t i = 0; i < cell->count && !in; i++) {
			const struct ybi_interval *interval = &graph->intervals[cell->first + i];
			in = (interval->low == INT64_MIN || value > interval->low || (value == interval->low && !interval->low_open)) &&
				(interval->high == INT64_MAX || value < interval->high || (value == interval->high && !interval->high_open));
		}
	}
	return in != (cell->negate != 0);
}

bool
ybi_cell_holds(const struct ybi_graph *graph, const struct ybi_cell *cell, const struct ybi_value *value)
{
	bool in = false;
	int64_t integer;

	if (cell->any)
		return true;
	if (cell->den == 1 && ybi_fraction_to_i64(value->q, &integer) == YB_OK)
		return whole_holds(graph, cell, integer);
	if (cell->type != YBI_SET && cell->type != YBI_TEXT && cell->type != YBI_FLAG)
		for (uint32_t i = 0; i < cell->count && !in; i++)
			in = interval_holds(&graph->intervals[cell->first + i], cell->den, value);
	return in != (cell->negate != 0);
}

/* ---- conditions: false beats unknown in a conjunction, true in a disjunction ---- */

static bool
is_true(const struct ybi_value *value)
{
	return value->state == YBI_KNOWN && ybi_fraction_sign(value->q) != 0;
}

static bool
is_false(const struct ybi_value *value)
{
	return value->state == YBI_KNOWN && ybi_fraction_sign(value->q) == 0;
}

static void
eval_logic(struct ybi_eval *eval, const struct ybi_expr *e, struct ybi_value *out)
{
	bool and = e->op == YBI_OP_AND;
	struct ybi_value open;
	bool is_open = false;

	for (uint32_t i = 0; i < e->b; i++) {
		struct ybi_value v;
		ybi_evaluate(eval, eval->graph->args[e->a + i], &v);
		if (and ? is_false(&v) : is_true(&v)) {
			value_int(out, !and);
			return;
		}
		if (v.state != YBI_KNOWN && !is_open) {
			open = v;
			is_open = true;
		}
	}
	if (is_open)
		*out = open;
	else
		value_int(out, and);
}

static void
match(struct ybi_eval *eval, const struct ybi_cell *cell, const struct ybi_value *subject, struct ybi_value *out)
{
	if (cell->any)
		value_int(out, 1);
	else if (subject->state != YBI_KNOWN)
		*out = *subject;
	else
		value_int(out, ybi_cell_holds(eval->graph, cell, subject));
}

/* ---- tables ---- */

#define TABLE_COLUMNS 8
#define LIST_ROOM 32

static void
row_match(struct ybi_eval *eval, const struct ybi_table *table, uint32_t row, const struct ybi_value *subjects, struct ybi_value *out)
{
	const struct ybi_graph *g = eval->graph;
	const struct ybi_value *open = NULL;

	for (uint32_t c = 0; c < table->by_count; c++) {
		const struct ybi_cell *cell = &g->cells[g->row_cells[table->cells + row * table->by_count + c]];
		if (cell->any)
			continue;
		if (subjects[c].state != YBI_KNOWN) {
			open = open ? open : &subjects[c];
		} else if (!ybi_cell_holds(g, cell, &subjects[c])) {
			value_int(out, 0);
			return;
		}
	}
	if (open)
		*out = *open;
	else
		value_int(out, 1);
}

/* Two rows or exceptions that may not hold together do. */
static void
clash(struct ybi_eval *eval, uint32_t first, uint32_t second, struct ybi_value *out)
{
	value_fail(out, YB_E_OVERLAP);
	if (eval->mishap && eval->mishap->status == YB_OK) {
		eval->mishap->first = first;
		eval->mishap->second = second;
	}
}

static void
collect(struct ybi_value *sum, const struct ybi_value *v, uint32_t hit, bool first)
{
	yb_status st = YB_OK;

	if (first || v->state != YBI_KNOWN) {
		*sum = *v;
		return;
	}
	if (hit == YBI_HIT_SUM)
		st = ybi_fraction_add(sum->q, v->q, &sum->q);
	else if ((ybi_fraction_cmp(v->q, sum->q) < 0) == (hit == YBI_HIT_MIN))
		sum->q = v->q;
	if (st != YB_OK)
		value_fail(sum, st);
}

/* Every value is known: which row holds, UINT32_MAX for none. */
static uint32_t
known_row(const struct ybi_graph *g, const struct ybi_table *table, const struct ybi_value *subjects)
{
	const uint32_t *cells = &g->row_cells[table->cells];

	for (uint32_t r = 0; r < table->rows; r++, cells += table->by_count) {
		uint32_t c = 0;
		while (c < table->by_count && ybi_cell_holds(g, &g->cells[cells[c]], &subjects[c]))
			c++;
		if (c == table->by_count)
			return r;
	}
	return UINT32_MAX;
}

/*
 * The row that holds. A unique table was proven to have one row at most, so a
 * row that holds decides whatever is unknown elsewhere; `first` may not jump
 * over a row that could still hold; min, max and sum need them all.
 * Returns the state; *row is set on YBI_KNOWN for unique and first, UINT32_MAX for "no row".
 */
static void
table_row(struct ybi_eval *eval, const struct ybi_table *table, struct ybi_value *open, uint32_t *row)
{
	struct ybi_value subjects[TABLE_COLUMNS];
	const struct ybi_graph *g = eval->graph;
	bool known = true;

	*row = UINT32_MAX;
	value_int(open, 0);
	for (uint32_t c = 0; c < table->by_count; c++) {
		ybi_evaluate(eval, g->args[table->by + c], &subjects[c]);
		known = known && subjects[c].state == YBI_KNOWN;
	}
	if (is_traced(eval)) {
		trace_table(eval, table, subjects);
	} else if (known) {
		*row = known_row(g, table, subjects);
		return;
	}
	for (uint32_t r = 0; r < table->rows; r++) {
		struct ybi_value v;
		row_match(eval, table, r, subjects, &v);
		if (is_true(&v)) {
			if (table->hit == YBI_HIT_FIRST && open->state != YBI_KNOWN)
				return;
			if (is_traced(eval))
				eval->trace->rows[table->values + r] = 1;
			*row = r;
			value_int(open, 0);
			return;
		}
		if (v.state != YBI_KNOWN && open->state == YBI_KNOWN)
			*open = v;
	}
}

static void
table_collect(struct ybi_eval *eval, const struct ybi_table *table, struct ybi_value *out, bool *any)
{
	struct ybi_value subjects[TABLE_COLUMNS];
	const struct ybi_graph *g = eval->graph;

	*any = false;
	for (uint32_t c = 0; c < table->by_count; c++)
		ybi_evaluate(eval, g->args[table->by + c], &subjects[c]);
	if (is_traced(eval))
		trace_table(eval, table, subjects);
	for (uint32_t r = 0; r < table->rows; r++) {
		struct ybi_value v;
		row_match(eval, table, r, subjects, &v);
		if (is_false(&v))
			continue;
		if (is_true(&v) && is_traced(eval))
			eval->trace->rows[table->values + r] = 1;
		if (is_true(&v))
			ybi_evaluate(eval, g->args[table->values + r], &v);
		if (table->hit == YBI_HIT_MIN && *any && (out->state == YBI_NONE || v.state == YBI_NONE)) { /* no limit is the greatest */
			if (out->state == YBI_NONE)
				*out = v;
		} else {
			collect(out, &v, table->hit, !*any);
		}
		*any = true;
		if (out->state != YBI_KNOWN && (out->state != YBI_NONE || table->hit != YBI_HIT_MIN))
			return;
	}
}

/* Do two rows give one value? Where one of the values is not known, `open` says why and the answer is no. */
static bool
same_values(struct ybi_eval *eval, uint32_t a, uint32_t b, struct ybi_value *open)
{
	struct ybi_value x[LIST_ROOM], y[LIST_ROOM];
	uint32_t count_x, count_y, why_x = 0, why_y = 0;
	uint32_t state = ybi_evaluate_list(eval, a, x, LIST_ROOM, &count_x, &why_x);
	uint32_t other = ybi_evaluate_list(eval, b, y, LIST_ROOM, &count_y, &why_y);

	if (state != YBI_KNOWN && state != YBI_NONE)
		ybi_value_state(open, state, why_x);
	else if (other != YBI_KNOWN && other != YBI_NONE)
		ybi_value_state(open, other, why_y);
	if (state != other)
		return false;
	if (state != YBI_KNOWN)
		return why_x == why_y;
	for (uint32_t i = 0; i < count_x && count_x == count_y; i++)
		if (ybi_fraction_cmp(x[i].q, y[i].q) != 0)
			return false;
	return count_x == count_y;
}

/* `any`: all rows that hold give one value. A row that could still hold does not matter if it gives the same. */
static bool
table_any(struct ybi_eval *eval, const struct ybi_table *table, uint32_t *row, struct ybi_value *out)
{
	struct ybi_value subjects[TABLE_COLUMNS], open;
	const uint32_t *values = &eval->graph->args[table->values];
	uint32_t could = UINT32_MAX;

	value_int(&open, 0);
	*row = UINT32_MAX;
	for (uint32_t c = 0; c < table->by_count; c++)
		ybi_evaluate(eval, eval->graph->args[table->by + c], &subjects[c]);
	if (is_traced(eval))
		trace_table(eval, table, subjects);
	for (uint32_t r = 0; r < table->rows; r++) {
		struct ybi_value v;
		row_match(eval, table, r, subjects, &v);
		if (is_true(&v) && is_traced(eval))
			eval->trace->rows[table->values + r] = 1;
		if (is_true(&v) && *row == UINT32_MAX) {
			*row = r;
		} else if (is_true(&v) && !same_values(eval, values[*row], values[r], &open)) {
			if (open.state != YBI_KNOWN)
				*out = open;
			else
				clash(eval, *row, r, out);
			return false;
		}
	}
	for (uint32_t r = 0; r < table->rows && could == UINT32_MAX; r++) {
		struct ybi_value v;
		row_match(eval, table, r, subjects, &v);
		if (v.state == YBI_KNOWN || (*row != UINT32_MAX && same_values(eval, values[*row], values[r], &open)))
			continue;
		*out = v;
		could = r;
	}
	return could == UINT32_MAX;
}

/* What a slot comes down to: the expression of the row, entry or exception that holds, or a state. */
static bool
choose_table(struct ybi_eval *eval, const struct ybi_table *table, uint32_t *chosen, struct ybi_value *out)
{
	uint32_t row;

	if (table->hit == YBI_HIT_ANY) {
		if (!table_any(eval, table, &row, out))
			return false;
		if (row != UINT32_MAX) {
			*chosen = eval->graph->args[table->values + row];
			return true;
		}
	} else if (table->hit >= YBI_HIT_MIN) {
		bool any;
		table_collect(eval, table, out, &any);
		if (any)
			return false;
	} else {
		struct ybi_value open;
		table_row(eval, table, &open, &row);
		if (row != UINT32_MAX) {
			*chosen = eval->graph->args[table->values + row];
			return true;
		}
		if (open.state != YBI_KNOWN) {
			*out = open;
			return false;
		}
	}
	if (table->otherwise == YBI_NO_EXPR) {
		ybi_value_state(out, YBI_UNSUPPORTED, table->clause);
		return false;
	}
	if (is_traced(eval))
		eval->trace->otherwise[table - eval->graph->tables] = 1;
	*chosen = table->otherwise;
	return true;
}

static bool
choose_dated(struct ybi_eval *eval, const struct ybi_dated *dated, uint32_t *chosen, struct ybi_value *out)
{
	const struct ybi_graph *g = eval->graph;
	const struct ybi_fact *on = &eval->facts[g->on_fact];

	if (on->state != YBI_KNOWN) {
		ybi_value_state(out, YBI_UNKNOWN, g->on_fact);
		return false;
	}
	if (is_traced(eval))
		trace_days(eval, dated, on->value);
	for (uint32_t i = 0; i < dated->count; i++) {
		const struct ybi_dated_entry *entry = &g->dated_entries[dated->first + i];
		if (on->value >= entry->from && on->value < entry->to) {
			if (is_traced(eval))
				eval->trace->entries[dated->first + i] = 1;
			*chosen = entry->value;
			return true;
		}
	}
	ybi_value_state(out, YBI_UNSUPPORTED, dated->clause);
	return false;
}

static bool
yields(const struct ybi_graph *g, const struct ybi_except *except, uint32_t held, uint32_t other)
{
	const struct ybi_exception *x = &g->exceptions[except->first + held];

	for (uint32_t i = 0; i < x->over_count; i++)
		if (g->args[x->over + i] == other)
			return true;
	return false;
}

static bool
choose_except(struct ybi_eval *eval, const struct ybi_except *except, uint32_t *chosen, struct ybi_value *out)
{
	const struct ybi_graph *g = eval->graph;
	uint64_t holds = 0, open = 0;
	uint32_t left = UINT32_MAX;

	*chosen = except->otherwise;
	for (uint32_t i = 0; i < except->count; i++) {
		struct ybi_value v;
		ybi_evaluate(eval, g->exceptions[except->first + i].when, &v);
		if (v.state != YBI_KNOWN) {
			open |= UINT64_C(1) << i;
			if (!(open & (open - 1))) /* the first one tells what is lacking */
				*out = v;
		} else if (is_true(&v)) {
			holds |= UINT64_C(1) << i;
		}
	}
	for (uint32_t i = 0; i < except->count; i++) {
		bool beaten = ((holds | open) >> i & 1) == 0;
		for (uint32_t k = 0; k < except->count && !beaten; k++)
			beaten = (holds >> k & 1) != 0 && yields(g, except, k, i);
		if (!beaten && (open >> i & 1) != 0) /* it could still decide */
			return false;
		if (beaten)
			continue;
		if (left != UINT32_MAX) {
			clash(eval, left, i, out);
			return false;
		}
		*chosen = g->exceptions[except->first + i].value;
		left = i;
		if (is_traced(eval))
			eval->trace->exceptions[except->first + i] = 1;
	}
	if (left == UINT32_MAX && is_traced(eval))
		eval->trace->defaults[except - g->excepts] = 1;
	return true;
}

/* Is this op a choice between expressions? Then *chosen is the one, or `out` says why there is none. */
static bool
choose(struct ybi_eval *eval, const struct ybi_expr *e, uint32_t *chosen, struct ybi_value *out)
{
	const struct ybi_graph *g = eval->graph;

	switch (e->op) {
	case YBI_OP_TABLE:
		return choose_table(eval, &g->tables[e->x], chosen, out);
	case YBI_OP_DATED:
		return choose_dated(eval, &g->dated[e->x], chosen, out);
	case YBI_OP_EXCEPT:
		return choose_except(eval, &g->excepts[e->x], chosen, out);
	default: { /* YBI_OP_IF */
		struct ybi_value v;
		ybi_evaluate(eval, e->a, &v);
		if (v.state != YBI_KNOWN) {
			*out = v;
			return false;
		}
		*chosen = is_true(&v) ? e->b : e->c;
		return true;
	}
	}
}

bool
ybi_chosen(struct ybi_eval *eval, uint32_t expr, uint32_t *chosen, struct ybi_value *out)
{
	return choose(eval, &eval->graph->exprs[expr], chosen, out);
}

/* Marks a clause as used; false when it is weaker than the question allows. */
static bool
use_clause(struct ybi_eval *eval, uint32_t clause, struct ybi_value *out)
{
	if (eval->used)
		eval->used[clause] = 1;
	if (eval->graph->clauses[clause].confidence > eval->least_confidence) {
		ybi_value_state(out, YBI_UNSUPPORTED, clause);
		return false;
	}
	return true;
}

/* ---- arithmetic ---- */

static void
eval_binary(uint16_t op, const struct ybi_value *a, const struct ybi_value *b, struct ybi_value *out)
{
	yb_status st = YB_OK;

	if (a->state != YBI_KNOWN || b->state != YBI_KNOWN) {
		*out = a->state != YBI_KNOWN ? *a : *b;
		return;
	}
	ybi_value_set(out, a->q);
	switch (op) {
	case YBI_OP_ADD: st = ybi_fraction_add(a->q, b->q, &out->q); break;
	case YBI_OP_SUB: st = ybi_fraction_sub(a->q, b->q, &out->q); break;
	case YBI_OP_MUL: st = ybi_fraction_mul(a->q, b->q, &out->q); break;
	case YBI_OP_DIV: st = ybi_fraction_div(a->q, b->q, &out->q); break;
	case YBI_OP_LT: value_int(out, ybi_fraction_cmp(a->q, b->q) < 0); break;
	case YBI_OP_LE: value_int(out, ybi_fraction_cmp(a->q, b->q) <= 0); break;
	case YBI_OP_EQ: value_int(out, ybi_fraction_cmp(a->q, b->q) == 0); break;
	default: value_int(out, ybi_fraction_cmp(a->q, b->q) != 0); break; /* YBI_OP_NE */
	}
	if (st != YB_OK)
		value_fail(out, st);
}

/* The least or greatest; `none` stands for no limit and is passed over. */
static void
eval_extreme(struct ybi_eval *eval, const struct ybi_expr *e, struct ybi_value *out)
{
	bool first = true;

	ybi_value_state(out, YBI_NONE, 0);
	for (uint32_t i = 0; i < e->b; i++) {
		struct ybi_value v;
		ybi_evaluate(eval, eval->graph->args[e->a + i], &v);
		if (v.state == YBI_NONE)
			continue;
		collect(out, &v, e->op == YBI_OP_MIN ? YBI_HIT_MIN : YBI_HIT_MAX, first);
		if (out->state != YBI_KNOWN)
			return;
		first = false;
	}
}

static void
eval_unary(struct ybi_eval *eval, const struct ybi_expr *e, struct ybi_value *out)
{
	yb_status st;

	ybi_evaluate(eval, e->a, out);
	if (out->state != YBI_KNOWN)
		return;
	switch (e->op) {
	case YBI_OP_NEG: st = ybi_fraction_neg(out->q, &out->q); break;
	case YBI_OP_FLOOR: st = ybi_fraction_floor(out->q, &out->q); break;
	case YBI_OP_CEIL: st = ybi_fraction_ceil(out->q, &out->q); break;
	case YBI_OP_NOT:
		value_int(out, is_false(out));
		return;
	default: /* YBI_OP_ROUND */
		st = ybi_fraction_round(out->q, eval->graph->constants[e->x], (yb_rounding)e->y, &out->q);
	}
	if (st != YB_OK)
		value_fail(out, st);
}

static void
eval_series(struct ybi_eval *eval, const struct ybi_expr *e, struct ybi_value *out)
{
	const struct ybi_series *series = &eval->graph->series[e->x];
	struct ybi_value year;

	ybi_evaluate(eval, e->a, &year);
	if (year.state != YBI_KNOWN) {
		*out = year;
		return;
	}
	for (uint32_t i = 0; i < series->count; i++) {
		const struct ybi_series_entry *entry = &eval->graph->series_entries[series->first + i];
		if (ybi_fraction_cmp(year.q, ybi_fraction_from(entry->year)) == 0) {
			if (is_traced(eval))
				eval->trace->series[series->first + i] = 1;
			ybi_evaluate(eval, entry->value, out);
			return;
		}
	}
	ybi_value_state(out, YBI_UNKNOWN, series->fact);
}

/* ---- calendar ---- */

static bool
day_of(const struct ybi_value *value, yb_day *day)
{
	int64_t integer;

	if (ybi_fraction_to_i64(value->q, &integer) != YB_OK || integer < YBI_DAY_FIRST || integer > YBI_DAY_LAST)
		return false;
	*day = (yb_day)integer;
	return true;
}

static yb_status
one_day(const struct ybi_graph *g, uint16_t op, yb_day day, int64_t *out)
{
	int32_t year, month;
	yb_day result = 0;
	yb_status st = yb_day_to_ymd(day, &year, &month, NULL);

	if (st != YB_OK)
		return st;
	switch (op) {
	case YBI_OP_YEAR:
		*out = year;
		return YB_OK;
	case YBI_OP_MONTH:
		*out = month;
		return YB_OK;
	case YBI_OP_MONTH_START:
		st = yb_day_from_ymd(year, month, 1, &result);
		break;
	case YBI_OP_NEXT_MONTH:
		st = month == 12 ? yb_day_from_ymd(year + 1, 1, 1, &result) : yb_day_from_ymd(year, month + 1, 1, &result);
		break;
	default: /* YBI_OP_YEAR_START */
		result = ybi_day_year_start(day, g->medical_month, g->medical_day);
	}
	*out = result;
	return st;
}

static yb_status
two_days(uint16_t op, yb_day a, yb_day b, int64_t *out)
{
	int32_t months;
	yb_status st;

	if (op == YBI_OP_DAYS_BETWEEN) {
		*out = (int64_t)b - a;
		return YB_OK;
	}
	st = yb_day_months_between(a, b, &months);
	*out = op == YBI_OP_YEARS_BETWEEN ? months / 12 : months;
	return st;
}

static void
eval_calendar(struct ybi_eval *eval, const struct ybi_expr *e, struct ybi_value *out)
{
	const struct ybi_graph *g = eval->graph;
	struct ybi_value a, b, c;
	yb_day da = 0, db = 0;
	int64_t result = 0, n = 0;
	yb_status st = YB_OK;

	value_int(&b, 0);
	value_int(&c, 0);
	ybi_evaluate(eval, e->a, &a);
	if (e->b != YBI_NO_EXPR)
		ybi_evaluate(eval, e->b, &b);
	if (e->c != YBI_NO_EXPR)
		ybi_evaluate(eval, e->c, &c);
	if (a.state != YBI_KNOWN || b.state != YBI_KNOWN || c.state != YBI_KNOWN) {
		*out = a.state != YBI_KNOWN ? a : b.state != YBI_KNOWN ? b : c;
		return;
	}
	switch (e->op) {
	case YBI_OP_DAY_OF: {
		int64_t y, m, d;
		if (ybi_fraction_to_i64(a.q, &y) != YB_OK || ybi_fraction_to_i64(b.q, &m) != YB_OK ||
		    ybi_fraction_to_i64(c.q, &d) != YB_OK || y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31)
			st = YB_E_BAD_DATE;
		else
			st = yb_day_from_ymd((int32_t)y, (int32_t)m, (int32_t)d, &da);
		result = da;
		break;
	}
	case YBI_OP_ADD_DAYS:
	case YBI_OP_ADD_MONTHS:
		if (!day_of(&a, &da) || ybi_fraction_to_i64(b.q, &n) != YB_OK || n < -4000000 || n > 4000000)
			st = YB_E_BAD_DATE;
		else if (e->op == YBI_OP_ADD_DAYS)
			db = (yb_day)(da + n);
		else
			st = yb_day_add_months(da, (int32_t)n, (yb_month_end)e->x, &db);
		if (st == YB_OK && !ybi_day_valid(db))
			st = YB_E_BAD_DATE;
		result = db;
		break;
	case YBI_OP_MONTHS_BETWEEN:
	case YBI_OP_YEARS_BETWEEN:
	case YBI_OP_DAYS_BETWEEN:
		st = day_of(&a, &da) && day_of(&b, &db) ? two_days(e->op, da, db, &result) : YB_E_BAD_DATE;
		break;
	default:
		st = day_of(&a, &da) ? one_day(g, e->op, da, &result) : YB_E_BAD_DATE;
	}
	if (st != YB_OK)
		value_fail(out, st);
	else
		value_int(out, result);
}

/* ---- leaves ---- */

static void
eval_memo(struct ybi_eval *eval, uint32_t slot, uint32_t expr, struct ybi_value *out)
{
	struct ybi_memo *memo = &eval->memo[slot];

	if (memo->stamp != eval->stamp) {
		ybi_evaluate(eval, expr, out);
		memo->value = *out;
		memo->stamp = eval->stamp;
		return;
	}
	*out = memo->value;
}

static void
eval_fact(struct ybi_eval *eval, uint32_t number, struct ybi_value *out)
{
	const struct ybi_fact *fact = &eval->facts[number];
	const struct ybi_fact_info *info = &eval->graph->facts[number];

	eval->moved |= info->moves; /* a derived one is read by what it follows from, too */
	if (eval->trace && eval->trace->facts)
		eval->trace->facts[number] = 1;
	if (!fact->given && info->from != YBI_NO_EXPR) {
		eval_memo(eval, info->memo, info->from, out);
		if (out->state == YBI_UNKNOWN && eval->graph->facts[out->why].series)
			out->why = number; /* the fact can be given, the series cannot */
		return;
	}
	if (fact->state != YBI_KNOWN) {
		ybi_value_state(out, YBI_UNKNOWN, number);
		return;
	}
	ybi_value_set(out, ybi_fraction_from(fact->value));
	if (info->den != 1)
		(void)ybi_fraction_make(fact->value, info->den, &out->q);
}

#define EVAL_DEPTH 400

static void
evaluate(struct ybi_eval *eval, const struct ybi_expr *e, struct ybi_value *out)
{
	uint32_t chosen;

	switch (e->op) {
	case YBI_OP_CONST:
		ybi_value_set(out, eval->graph->constants[e->x]);
		return;
	case YBI_OP_NONE:
		ybi_value_state(out, YBI_NONE, 0);
		return;
	case YBI_OP_FACT:
		eval_fact(eval, e->x, out);
		return;
	case YBI_OP_RESULT:
		eval->moved |= YBI_MOVES_NUMBER;
		ybi_result_get(&eval->results[e->x * YBI_RESULT_STRIDE], e->y, out);
		return;
	case YBI_OP_ANSWER:
		*out = eval->answers[e->x];
		return;
	case YBI_OP_MEMO:
		eval_memo(eval, e->x, e->a, out);
		return;
	case YBI_OP_CLAUSE:
		if (use_clause(eval, e->x, out))
			ybi_evaluate(eval, e->a, out);
		return;
	case YBI_OP_GAP:
		ybi_value_state(out, YBI_UNSUPPORTED, e->x);
		return;
	case YBI_OP_LIST:
		value_fail(out, YB_E_UNIT);
		return;
	case YBI_OP_NEG: case YBI_OP_FLOOR: case YBI_OP_CEIL: case YBI_OP_ROUND: case YBI_OP_NOT:
		eval_unary(eval, e, out);
		return;
	case YBI_OP_MIN: case YBI_OP_MAX:
		eval_extreme(eval, e, out);
		return;
	case YBI_OP_SERIES:
		eval_series(eval, e, out);
		return;
	case YBI_OP_AND: case YBI_OP_OR:
		eval_logic(eval, e, out);
		return;
	case YBI_OP_IN: {
		struct ybi_value subject;
		const struct ybi_cell *cell = &eval->graph->cells[e->x];
		ybi_value_state(&subject, YBI_NONE, 0);
		if (!cell->any)
			ybi_evaluate(eval, e->a, &subject);
		if (is_traced(eval))
			trace_cell(eval, cell, &subject);
		match(eval, cell, &subject, out);
		return;
	}
	case YBI_OP_TABLE: case YBI_OP_DATED: case YBI_OP_EXCEPT: case YBI_OP_IF:
		if (choose(eval, e, &chosen, out))
			ybi_evaluate(eval, chosen, out);
		return;
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_DIV:
	case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE: {
		struct ybi_value a, b;
		ybi_evaluate(eval, e->a, &a);
		ybi_evaluate(eval, e->b, &b);
		eval_binary(e->op, &a, &b, out);
		if ((e->op == YBI_OP_LT || e->op == YBI_OP_LE) && out->state == YBI_KNOWN && is_traced(eval))
			eval->trace->comparisons[e - eval->graph->exprs] |= is_true(out) ? YBI_SIDE_LOW : YBI_SIDE_HIGH;
		return;
	}
	default:
		eval_calendar(eval, e, out);
	}
}

/* The innermost expression that fails is the first to come here. */
static void
note_mishap(struct ybi_eval *eval, uint32_t expr, const struct ybi_value *value)
{
	if (value->state != YBI_FAILED || !eval->mishap || eval->mishap->status != YB_OK)
		return;
	eval->mishap->status = (yb_status)value->why;
	eval->mishap->expr = expr;
}

void
ybi_evaluate(struct ybi_eval *eval, uint32_t expr, struct ybi_value *out)
{
	/* The loader bounds the depth; this guards the stack against a loader that does not. */
	if (eval->depth >= EVAL_DEPTH) {
		value_fail(out, YB_E_LIMIT);
		return;
	}
	eval->depth++;
	evaluate(eval, &eval->graph->exprs[expr], out);
	eval->depth--;
	note_mishap(eval, expr, out);
}

uint32_t
ybi_evaluate_list(struct ybi_eval *eval, uint32_t expr, struct ybi_value *out, uint32_t room, uint32_t *count, uint32_t *why)
{
	const struct ybi_graph *g = eval->graph;
	struct ybi_value v;

	for (;;) {
		const struct ybi_expr *e = &g->exprs[expr];
		if (e->op == YBI_OP_MEMO) {
			expr = e->a;
		} else if (e->op == YBI_OP_CLAUSE) {
			if (!use_clause(eval, e->x, &v))
				break;
			expr = e->a;
		} else if (e->op == YBI_OP_TABLE || e->op == YBI_OP_DATED || e->op == YBI_OP_EXCEPT || e->op == YBI_OP_IF) {
			if (!choose(eval, e, &expr, &v)) {
				if (v.state == YBI_KNOWN) { /* min, max, sum gave one number */
					*count = 1;
					out[0] = v;
					return YBI_KNOWN;
				}
				break;
			}
		} else if (e->op == YBI_OP_LIST) {
			if (e->b > room) {
				value_fail(&v, YB_E_LIMIT);
				break;
			}
			*count = e->b;
			for (uint32_t i = 0; i < e->b; i++) {
				ybi_evaluate(eval, g->args[e->a + i], &out[i]);
				if (out[i].state != YBI_KNOWN) {
					*why = out[i].why;
					return out[i].state;
				}
			}
			return YBI_KNOWN;
		} else {
			ybi_evaluate(eval, expr, &out[0]);
			*count = 1;
			*why = out[0].why;
			return out[0].state;
		}
	}
	note_mishap(eval, expr, &v);
	*count = 0;
	*why = v.why;
	return v.state;
}
