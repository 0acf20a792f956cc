/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/teller.h"

/*
 * How an expression comes to its value, with the numbers in place of the
 * names: `= avg_pension[2021] * 2.5%` is told as 3,320.00 × 2.5 %. Branches
 * that were not taken are left out.
 */

struct printer {
	struct ybi_teller *t;
	struct ybi_text out;
	uint32_t depth;
};

/* The row of a table that holds, when it is one. */
static uint32_t
table_row(struct ybi_eval *eval, const struct ybi_table *table)
{
	const struct ybi_graph *g = eval->graph;

	if (table->hit != YBI_HIT_UNIQUE && table->hit != YBI_HIT_FIRST)
		return YBI_NO_EXPR;
	for (uint32_t r = 0; r < table->rows; r++) {
		bool hit = true;
		for (uint32_t c = 0; c < table->by_count && hit; c++) {
			const struct ybi_cell *cell = &g->cells[g->row_cells[table->cells + r * table->by_count + c]];
			struct ybi_value v;
			if (cell->any)
				continue;
			ybi_evaluate(eval, g->args[table->by + c], &v);
			hit = v.state == YBI_KNOWN && ybi_cell_holds(g, cell, &v);
		}
		if (hit)
			return g->args[table->values + r];
	}
	return table->otherwise;
}

static uint32_t
dated_entry(const struct ybi_eval *eval, const struct ybi_dated *dated)
{
	const struct ybi_graph *g = eval->graph;
	const struct ybi_fact *on = &eval->facts[g->on_fact];

	for (uint32_t i = 0; i < dated->count && on->state == YBI_KNOWN; i++) {
		const struct ybi_dated_entry *entry = &g->dated_entries[dated->first + i];
		if (on->value >= entry->from && on->value < entry->to)
			return entry->value;
	}
	return YBI_NO_EXPR;
}

static uint32_t
exception_that_holds(struct ybi_eval *eval, const struct ybi_except *except)
{
	const struct ybi_graph *g = eval->graph;
	uint32_t found = except->otherwise, held = 0;

	for (uint32_t i = 0; i < except->count; i++) {
		struct ybi_value v;
		ybi_evaluate(eval, g->exceptions[except->first + i].when, &v);
		if (v.state == YBI_KNOWN && ybi_fraction_sign(v.q) != 0) {
			found = g->exceptions[except->first + i].value;
			held++;
		}
	}
	return held > 1 ? YBI_NO_EXPR : found; /* of several one goes before the others: told as its value */
}

/* What an expression comes to next under the facts, YBI_NO_EXPR where it is no clause, memo or choice. */
static uint32_t
step_into(struct ybi_eval *eval, uint32_t expr)
{
	const struct ybi_graph *g = eval->graph;
	const struct ybi_expr *e = &g->exprs[expr];
	struct ybi_value v;

	switch (e->op) {
	case YBI_OP_CLAUSE: case YBI_OP_MEMO:
		return e->a;
	case YBI_OP_TABLE:
		return table_row(eval, &g->tables[e->x]);
	case YBI_OP_DATED:
		return dated_entry(eval, &g->dated[e->x]);
	case YBI_OP_EXCEPT:
		return exception_that_holds(eval, &g->excepts[e->x]);
	case YBI_OP_IF:
		ybi_evaluate(eval, e->a, &v);
		return v.state != YBI_KNOWN ? YBI_NO_EXPR : ybi_fraction_sign(v.q) != 0 ? e->b : e->c;
	default:
		return YBI_NO_EXPR;
	}
}

#define STEPS 64

/* What an expression comes down to: clauses, memos and choices looked through. */
static uint32_t
look_through(struct ybi_eval *eval, uint32_t expr)
{
	for (uint32_t i = 0; i < STEPS; i++) {
		uint32_t next = step_into(eval, expr);
		if (next == YBI_NO_EXPR)
			return expr;
		expr = next;
	}
	return expr;
}

static void
put_leaf(struct printer *p, uint32_t expr)
{
	struct ybi_value v;

	ybi_evaluate(&p->t->eval, expr, &v);
	if (v.state != YBI_KNOWN)
		ybi_text_puts(&p->out, v.state == YBI_NONE ? "none" : "?");
	else if (p->t->eval.graph->exprs[expr].type == YBI_MONEY)
		ybi_put_yuan(&p->out, v.q);
	else if (p->t->eval.graph->exprs[expr].type == YBI_RATE)
		ybi_put_rate(&p->out, v.q);
	else
		ybi_put_value(&p->out, p->t->d->book, (enum ybi_type)p->t->eval.graph->exprs[expr].type, &v);
}

static bool
is_sum(uint16_t op)
{
	return op == YBI_OP_ADD || op == YBI_OP_SUB;
}

static bool
is_product(uint16_t op)
{
	return op == YBI_OP_MUL || op == YBI_OP_DIV;
}

/* yuan to fen: a bare number that took the unit of its place */
static bool
is_unit_factor(const struct ybi_graph *g, const struct ybi_expr *e)
{
	return e->op == YBI_OP_MUL && e->type == YBI_MONEY && g->exprs[e->a].type == YBI_NUMBER && g->exprs[e->b].op == YBI_OP_CONST &&
	       g->exprs[e->b].type == YBI_NUMBER && ybi_fraction_cmp(g->constants[g->exprs[e->b].x], ybi_fraction_from(100)) == 0;
}

static void put(struct printer *p, uint32_t expr, int tight);

static void
put_call(struct printer *p, const char *name, const struct ybi_expr *e)
{
	const struct ybi_graph *g = p->t->eval.graph;

	ybi_text_printf(&p->out, "%s(", name);
	if (e->op == YBI_OP_MIN || e->op == YBI_OP_MAX) {
		for (uint32_t i = 0; i < e->b; i++) {
			ybi_text_puts(&p->out, i ? ", " : "");
			put(p, g->args[e->a + i], 0);
		}
	} else {
		put(p, e->a, 0);
	}
	ybi_text_putc(&p->out, ')');
}

/* `tight`: 0 anything may stand bare, 1 no sum, 2 no sum or product */
static void
put(struct printer *p, uint32_t expr, int tight)
{
	const struct ybi_graph *g = p->t->eval.graph;
	uint32_t at = look_through(&p->t->eval, expr);
	const struct ybi_expr *e = &g->exprs[at];
	bool brackets;

	if (p->depth > 12) {
		put_leaf(p, at);
		return;
	}
	p->depth++;
	switch (e->op) {
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_DIV:
		if (is_unit_factor(g, e)) {
			put_leaf(p, at);
			break;
		}
		brackets = (tight > 0 && is_sum(e->op)) || (tight > 1 && is_product(e->op));
		ybi_text_puts(&p->out, brackets ? "(" : "");
		put(p, e->a, is_product(e->op) ? 1 : 0);
		ybi_text_puts(&p->out, e->op == YBI_OP_ADD ? " + " : e->op == YBI_OP_SUB ? " - " : e->op == YBI_OP_MUL ? " × " : " ÷ ");
		put(p, e->b, e->op == YBI_OP_DIV ? 2 : e->op == YBI_OP_ADD ? 0 : 1);
		ybi_text_puts(&p->out, brackets ? ")" : "");
		break;
	case YBI_OP_MIN:
		put_call(p, "min", e);
		break;
	case YBI_OP_MAX:
		put_call(p, "max", e);
		break;
	case YBI_OP_ROUND:
		put_call(p, "round", e);
		break;
	case YBI_OP_FLOOR:
		put_call(p, "floor", e);
		break;
	case YBI_OP_CEIL:
		put_call(p, "ceil", e);
		break;
	default:
		put_leaf(p, at);
	}
	p->depth--;
}

bool
ybi_say_formula(struct ybi_teller *t, uint32_t expr)
{
	struct printer p = { .t = t };
	uint16_t op;

	if (expr == YBI_NO_EXPR)
		return false;
	op = t->eval.graph->exprs[look_through(&t->eval, expr)].op;
	if (!is_sum(op) && !is_product(op) && op != YBI_OP_MIN && op != YBI_OP_MAX && op != YBI_OP_ROUND && op != YBI_OP_FLOOR && op != YBI_OP_CEIL)
		return false;
	if (is_unit_factor(t->eval.graph, &t->eval.graph->exprs[look_through(&t->eval, expr)]))
		return false;
	put(&p, expr, 0);
	if (p.out.failed)
		t->zh->failed = true;
	else if (p.out.data)
		ybi_say(t, p.out.data, p.out.data);
	ybi_text_free(&p.out);
	return true;
}

/* The facts by which a table chose the figure: (age 72). */
void
ybi_say_choice(struct ybi_teller *t, uint32_t expr)
{
	const struct ybi_graph *g = t->eval.graph;
	bool any = false;

	for (uint32_t i = 0; i < STEPS && expr != YBI_NO_EXPR; i++) {
		const struct ybi_expr *e = &g->exprs[expr];
		for (uint32_t c = 0; e->op == YBI_OP_TABLE && c < g->tables[e->x].by_count; c++) {
			const struct ybi_expr *by = &g->exprs[g->args[g->tables[e->x].by + c]];
			struct ybi_text value = { 0 };
			struct ybi_value v;
			if (by->op != YBI_OP_FACT)
				continue;
			ybi_evaluate(&t->eval, g->args[g->tables[e->x].by + c], &v);
			if (v.state != YBI_KNOWN || by->type == YBI_SET)
				continue;
			ybi_put_value(&value, t->d->book, (enum ybi_type)by->type, &v);
			ybi_say(t, any ? "，" : "（", any ? ", " : " (");
			ybi_text_printf(t->zh, "%s %s", t->d->book->facts[by->x].name, value.data ? value.data : "");
			ybi_text_printf(t->en, "%s %s", t->d->book->facts[by->x].name, value.data ? value.data : "");
			if (value.failed)
				t->zh->failed = true;
			ybi_text_free(&value);
			any = true;
		}
		expr = step_into(&t->eval, expr);
	}
	if (any)
		ybi_say(t, "）", ")");
}
