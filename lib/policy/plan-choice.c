/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

/*
 * Choices that do not fold, made row by row. Of a fee: what holds is worked out
 * for every row, and the value of each branch too. A row in which a branch that
 * counts has no value lacks one; so does a row in which a condition cannot be
 * told that the exact way might do without. Of a bill, whose rows lack nothing
 * but go the exact way, which branch holds has to fold.
 */

#define CELLS_MOST 96 /* of a table; a longer one folds, or is left to the exact way */

static struct ybi_operand
is_atom(struct ybi_compiler *c, struct ybi_operand o, int64_t atom)
{
	return ybi_arithmetic(c, YBI_OP_EQ, o, ybi_constant(c, atom, 1));
}

static struct ybi_operand
in_interval(struct ybi_compiler *c, struct ybi_operand o, const struct ybi_interval *interval, int64_t den)
{
	struct ybi_operand above = ybi_constant(c, 1, 1), below = above;

	if (interval->low == interval->high && !interval->low_open && !interval->high_open)
		return ybi_arithmetic(c, YBI_OP_EQ, o, ybi_constant(c, interval->low, den));
	if (interval->low != INT64_MIN)
		above = ybi_arithmetic(c, interval->low_open ? YBI_OP_LT : YBI_OP_LE, ybi_constant(c, interval->low, den), o);
	if (interval->high != INT64_MAX)
		below = ybi_arithmetic(c, interval->high_open ? YBI_OP_LT : YBI_OP_LE, o, ybi_constant(c, interval->high, den));
	return ybi_condition_of(c, YBI_OP_AND, above, below);
}

/* Does a set meet the cell's? */
static struct ybi_operand
meets(struct ybi_compiler *c, struct ybi_operand o, uint64_t mask)
{
	struct ybi_operand members = ybi_constant(c, (int64_t)mask, 1);

	if (members.state != 1)
		return members;
	members = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_AND, .a = o.reg, .b = members.reg }, 1, 0, members.high);
	return ybi_arithmetic(c, YBI_OP_NE, members, ybi_constant(c, 0, 1));
}

static struct ybi_operand
in_cell(struct ybi_compiler *c, struct ybi_operand o, const struct ybi_cell *cell)
{
	struct ybi_operand in = ybi_constant(c, 0, 1);
	uint16_t lack = o.lack;
	bool plain = cell->type == YBI_TEXT || cell->type == YBI_FLAG;

	if (cell->any)
		return ybi_constant(c, 1, 1);
	if (o.state != 1 || o.maybe_none || ((plain || cell->type == YBI_SET) && o.den != 1))
		return ybi_no_operand(c);
	o.lack = 0;
	if (cell->type == YBI_SET)
		in = meets(c, o, cell->mask);
	for (uint32_t i = 0; i < cell->count && cell->type != YBI_SET && in.state == 1; i++)
		in = ybi_condition_of(c, YBI_OP_OR, in, plain ? is_atom(c, o, c->book->atoms[cell->first + i])
		                                              : in_interval(c, o, &c->book->intervals[cell->first + i], cell->den));
	if (cell->negate)
		in = ybi_not(c, in);
	in.lack = lack;
	return in;
}

static struct ybi_operand
row_holds(struct ybi_compiler *c, const struct ybi_table *table, uint32_t row)
{
	const struct ybi_book *book = c->book;
	struct ybi_operand holds = ybi_constant(c, 1, 1);

	for (uint32_t k = 0; k < table->by_count && holds.state == 1; k++) {
		const struct ybi_cell *cell = &book->cells[book->row_cells[table->cells + row * table->by_count + k]];
		struct ybi_operand subject = cell->any ? ybi_constant(c, 1, 1) : ybi_operand_of(c, book->args[table->by + k]);
		holds = ybi_condition_of(c, YBI_OP_AND, holds, in_cell(c, subject, cell));
	}
	return holds;
}

/* The least or greatest value of the rows that hold, or their sum. */
static struct ybi_operand
collected_rows(struct ybi_compiler *c, const struct ybi_table *table)
{
	const uint32_t *values = &c->book->args[table->values];
	struct ybi_operand o = ybi_constant(c, 0, 1), any = o;

	for (uint32_t r = 0; r < table->rows && o.state == 1; r++) {
		struct ybi_operand holds = row_holds(c, table, r), value = ybi_operand_of(c, values[r]), both;
		uint16_t op = table->hit == YBI_HIT_SUM ? YBI_OP_ADD : table->hit == YBI_HIT_MIN ? YBI_OP_MIN : YBI_OP_MAX;
		both = ybi_select(c, any, ybi_arithmetic(c, op, o, value), value);
		o = ybi_select(c, holds, both, o);
		any = ybi_condition_of(c, YBI_OP_OR, any, holds);
	}
	return ybi_select(c, any, o, table->otherwise == YBI_NO_EXPR ? ybi_nothing(c) : ybi_operand_of(c, table->otherwise));
}

/* The first row that holds: of a table of which one row holds at most, that one. */
static struct ybi_operand
chosen_row(struct ybi_compiler *c, const struct ybi_table *table)
{
	struct ybi_operand o;

	if (table->hit == YBI_HIT_ANY || table->rows > CELLS_MOST / table->by_count)
		return ybi_no_operand(c);
	if (table->hit >= YBI_HIT_MIN)
		return collected_rows(c, table);
	o = table->otherwise == YBI_NO_EXPR ? ybi_nothing(c) : ybi_operand_of(c, table->otherwise);
	for (uint32_t r = table->rows; r-- > 0 && o.state == 1;)
		o = ybi_select(c, row_holds(c, table, r), ybi_operand_of(c, c->book->args[table->values + r]), o);
	return o;
}

/* The exception that holds; where two do, only the exact way knows which one yields. */
static struct ybi_operand
chosen_exception(struct ybi_compiler *c, const struct ybi_except *except)
{
	const struct ybi_exception *x = &c->book->exceptions[except->first];
	struct ybi_operand o = ybi_operand_of(c, except->otherwise), held = ybi_constant(c, 0, 1);

	for (uint32_t i = 0; i < except->count && o.state == 1 && held.state == 1; i++) {
		struct ybi_operand when = x[i].when == YBI_NO_EXPR ? ybi_no_operand(c) : ybi_operand_of(c, x[i].when);
		struct ybi_operand both = ybi_condition_of(c, YBI_OP_AND, held, when);
		o = ybi_select(c, when, ybi_operand_of(c, x[i].value), o);
		if (o.state == 1 && both.state == 1 && both.high > 0) {
			o.lack = ybi_lack_either(c, o.lack, both.lack);
			o.lack = ybi_lack_either(c, o.lack, (uint16_t)(both.reg + 1));
		}
		held = ybi_condition_of(c, YBI_OP_OR, held, when);
	}
	return o;
}

static struct ybi_operand
chosen_entry(struct ybi_compiler *c, const struct ybi_dated *dated)
{
	struct ybi_operand on = ybi_loaded(c, YBI_FACT_ON), o = ybi_nothing(c);

	for (uint32_t i = dated->count; i-- > 0 && o.state == 1;) {
		const struct ybi_dated_entry *entry = &c->book->dated_entries[dated->first + i];
		struct ybi_interval days = { .low = entry->from, .high = entry->to, .high_open = 1 };
		o = ybi_select(c, in_interval(c, on, &days, 1), ybi_operand_of(c, entry->value), o);
	}
	return o;
}

static struct ybi_operand
chosen_year(struct ybi_compiler *c, const struct ybi_series *series, struct ybi_operand year)
{
	struct ybi_operand o = ybi_nothing(c);

	for (uint32_t i = 0; i < series->count && o.state == 1; i++) {
		const struct ybi_series_entry *entry = &c->book->series_entries[series->first + i];
		o = ybi_select(c, ybi_arithmetic(c, YBI_OP_EQ, year, ybi_constant(c, entry->year, 1)), ybi_operand_of(c, entry->value), o);
	}
	return o;
}

uint32_t
ybi_branch(const struct ybi_book *book, const struct ybi_expr *e, uint32_t number)
{
	const struct ybi_table *table;
	const struct ybi_except *except;

	switch (e->op) {
	case YBI_OP_TABLE:
		table = &book->tables[e->x];
		return number < table->rows ? book->args[table->values + number] : number == table->rows ? table->otherwise : YBI_NO_EXPR;
	case YBI_OP_DATED:
		return number < book->dated[e->x].count ? book->dated_entries[book->dated[e->x].first + number].value : YBI_NO_EXPR;
	case YBI_OP_EXCEPT:
		except = &book->excepts[e->x];
		return number == 0 ? except->otherwise : number <= except->count ? book->exceptions[except->first + number - 1].value : YBI_NO_EXPR;
	default:
		return YBI_NO_EXPR;
	}
}

/* What the branch comes to that holds; those that none of the cases leads to are left out. */
static struct ybi_operand
chosen_branch(struct ybi_compiler *c, const struct ybi_expr *e)
{
	struct ybi_operand which = ybi_folded(c, YBI_CASE_BRANCH, YBI_NO_EXPR, (uint32_t)(e - c->book->exprs)), o;

	if (which.state != 1 || which.maybe_none || which.high >= CELLS_MOST)
		return ybi_no_operand(c);
	o = ybi_operand_of(c, ybi_branch(c->book, e, (uint32_t)which.high));
	if (which.low + 1 == which.high && which.low == 0)
		return ybi_select(c, which, o, ybi_operand_of(c, ybi_branch(c->book, e, 0)));
	for (int64_t k = which.low; k < which.high && o.state == 1; k++)
		o = ybi_select(c, ybi_arithmetic(c, YBI_OP_EQ, which, ybi_constant(c, k, 1)), ybi_operand_of(c, ybi_branch(c->book, e, (uint32_t)k)), o);
	return o;
}

struct ybi_operand
ybi_choice(struct ybi_compiler *c, const struct ybi_expr *e)
{
	const struct ybi_book *book = c->book;

	if (!c->answers)
		return chosen_branch(c, e);
	switch (e->op) {
	case YBI_OP_IN:
		return book->cells[e->x].any ? ybi_constant(c, 1, 1) : in_cell(c, ybi_operand_of(c, e->a), &book->cells[e->x]);
	case YBI_OP_TABLE:
		return chosen_row(c, &book->tables[e->x]);
	case YBI_OP_EXCEPT:
		return chosen_exception(c, &book->excepts[e->x]);
	case YBI_OP_SERIES:
		return book->series[e->x].count > CELLS_MOST ? ybi_no_operand(c) : chosen_year(c, &book->series[e->x], ybi_operand_of(c, e->a));
	default: /* YBI_OP_DATED */
		return book->dated[e->x].count > CELLS_MOST ? ybi_no_operand(c) : chosen_entry(c, &book->dated[e->x]);
	}
}
