/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/block.h"

/*
 * Checks that a document asks with every bill and that refuse it: a row for
 * which one could fail goes the exact way, which tells of it. Most compare
 * facts that few rows have, and say nothing where one of them is lacking.
 */

static bool
add_fact(const struct yb_bulk *bulk, struct ybi_view *view, struct ybi_view_check *check, uint32_t fact)
{
	for (uint32_t i = 0; i < check->fact_count; i++)
		if (check->facts[i] == fact)
			return true;
	if (check->fact_count == YBI_CHECK_FACTS || view->book->facts[fact].from != YBI_NO_EXPR)
		return false;
	ybi_view_read(bulk, view, fact);
	check->facts[check->fact_count++] = fact;
	return true;
}

/* The facts of a condition, and whether it is unknown as soon as one of them is; false where that cannot be told. */
static bool
walk(const struct yb_bulk *bulk, struct ybi_view *view, struct ybi_view_check *check, uint32_t expr)
{
	const struct ybi_book *book = view->book;
	const struct ybi_expr *e = &book->exprs[expr];

	switch (e->op) {
	case YBI_OP_CONST:
		return true;
	case YBI_OP_FACT:
		return add_fact(bulk, view, check, e->x);
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE:
		return walk(bulk, view, check, e->a) && walk(bulk, view, check, e->b);
	case YBI_OP_NEG: case YBI_OP_NOT: case YBI_OP_IN: case YBI_OP_MEMO: case YBI_OP_CLAUSE:
		return walk(bulk, view, check, e->a);
	case YBI_OP_AND: case YBI_OP_OR:
		check->strict = false;
		for (uint32_t i = 0; i < e->b; i++)
			if (!walk(bulk, view, check, book->args[e->a + i]))
				return false;
		return true;
	default:
		return false;
	}
}

/* Two facts that are compared as they stand. */
static void
find_pair(const struct ybi_book *book, struct ybi_view_check *check, uint32_t expr)
{
	const struct ybi_expr *e = &book->exprs[expr], *a, *b;

	while (e->op == YBI_OP_MEMO)
		e = &book->exprs[e->a];
	if (e->op < YBI_OP_LT || e->op > YBI_OP_NE)
		return;
	a = &book->exprs[e->a];
	b = &book->exprs[e->b];
	check->pair = a->op == YBI_OP_FACT && b->op == YBI_OP_FACT && book->facts[a->x].den == book->facts[b->x].den;
	check->op = e->op;
	if (check->pair) {
		check->facts[0] = a->x;
		check->facts[1] = b->x;
	}
}

/* Does it hold, or say nothing, where no fact is known? */
static bool
passes_unasked(struct yb_bulk *bulk, const struct ybi_book *book, const struct ybi_check *check, yb_status *status, struct yb_error **err)
{
	struct yb_decision *d = bulk->probe.decision;
	struct ybi_figures figures;
	struct ybi_eval eval;
	bool holds = true;

	*status = ybi_decision_prepare(d, bulk->set, book, err);
	if (*status != YB_OK)
		return false;
	ybi_eval_start(d, &eval);
	return ybi_check_holds(&eval, &book->schedule, check, &figures, &holds) != YBI_KNOWN || holds;
}

yb_status
ybi_view_checks(struct yb_bulk *bulk, struct ybi_view *view, struct yb_error **err)
{
	const struct ybi_book *book = view->book;
	yb_status st = YB_OK;

	for (size_t i = 0; i < book->checks_count && view->dense; i++) {
		const struct ybi_check *given = &book->checks[i];
		struct ybi_view_check *check = &view->checks[view->check_count];
		if (!(given->asks & 1u << bulk->ask) || given->severity != YB_SEVERITY_ERROR)
			continue; /* a remark changes no amount */
		if (view->check_count == YBI_VIEW_CHECKS || given->kind != YBI_CHECK_HOLDS || given->layer != UINT32_MAX) {
			view->dense = false;
			break;
		}
		*check = (struct ybi_view_check){ .strict = true };
		view->dense = walk(bulk, view, check, given->expr);
		if (view->dense && given->when != YBI_NO_EXPR) { /* where the condition does not hold the check says nothing */
			view->dense = walk(bulk, view, check, given->when);
			check->strict = false;
		} else if (view->dense) {
			find_pair(book, check, given->expr);
		}
		if (view->dense && !check->strict)
			view->dense = passes_unasked(bulk, book, given, &st, err);
		view->check_count++;
	}
	return st;
}

static bool
compare(uint32_t op, int64_t a, int64_t b)
{
	return op == YBI_OP_LT ? a < b : op == YBI_OP_LE ? a <= b : op == YBI_OP_EQ ? a == b : a != b;
}

static int64_t
value_at(const struct ybi_column *column, size_t i)
{
	return column->bytes ? column->bytes[i] : column->values[i];
}

static bool
is_known(const struct ybi_column *column, size_t i)
{
	return column->bytes || (column->values && (!column->known || column->known[i]));
}

static bool
may_fail(const struct ybi_worker *w, const struct ybi_view_check *check, size_t i)
{
	uint32_t known = 0;

	for (uint32_t k = 0; k < check->fact_count; k++)
		known += is_known(&w->columns[check->facts[k]], i);
	if (!check->strict)
		return known > 0;
	if (known < check->fact_count)
		return false;
	return !check->pair || !compare(check->op, value_at(&w->columns[check->facts[0]], i), value_at(&w->columns[check->facts[1]], i));
}

void
ybi_block_check(struct ybi_worker *w)
{
	for (uint32_t k = 0; k < w->view->check_count; k++) {
		const struct ybi_view_check *check = &w->view->checks[k];
		bool there = !check->strict;
		for (uint32_t n = 0; n < check->fact_count && check->strict; n++) {
			const struct ybi_column *column = &w->columns[check->facts[n]];
			there = column->bytes || column->values; /* of a strict one all must be */
			if (!there)
				break;
		}
		for (size_t i = 0; there && i < w->count; i++)
			w->exact[i] |= may_fail(w, check, i);
	}
}
