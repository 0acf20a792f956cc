/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

#include "base/calendar.h"

/* Days of a fee row by row: by the number of their month, year * 12 + month - 1, and the first day of one. */

#define MONTH_FIRST INT64_C(12)    /* of the year 1 */
#define MONTH_LAST  INT64_C(119999)

/* Rows with a value outside a range lack one. */
static struct ybi_operand
within(struct ybi_compiler *c, struct ybi_operand o, int64_t low, int64_t high)
{
	struct ybi_operand low_enough, high_enough, in;

	if (o.state != 1 || o.den != 1 || o.maybe_none)
		return ybi_no_operand(c);
	if (o.low >= low && o.high <= high)
		return o;
	low_enough = ybi_arithmetic(c, YBI_OP_LE, ybi_constant(c, low, 1), o);
	high_enough = ybi_arithmetic(c, YBI_OP_LE, o, ybi_constant(c, high, 1));
	in = ybi_not(c, ybi_condition_of(c, YBI_OP_AND, low_enough, high_enough));
	if (in.state != 1)
		return ybi_no_operand(c);
	o.lack = ybi_lack_either(c, o.lack, (uint16_t)(in.reg + 1));
	return o;
}

static struct ybi_operand
day_operand(struct ybi_compiler *c, uint32_t expr)
{
	return within(c, ybi_operand_of(c, expr), YBI_DAY_FIRST, YBI_DAY_LAST);
}

static struct ybi_operand
month_of(struct ybi_compiler *c, struct ybi_operand day)
{
	int64_t low = ybi_month_of_day(day.low), high = ybi_month_of_day(day.high);
	struct ybi_operand o;

	if (day.state != 1)
		return ybi_no_operand(c);
	if (day.low < YBI_DAY_FIRST || day.high > YBI_DAY_LAST) {
		low = 0;
		high = MONTH_LAST;
	}
	o = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_MONTH, .a = day.reg }, 1, low, high);
	o.lack = day.lack;
	return o;
}

static struct ybi_operand
first_of(struct ybi_compiler *c, struct ybi_operand month)
{
	int64_t low, high;
	struct ybi_operand o;

	month = within(c, month, MONTH_FIRST, MONTH_LAST);
	if (month.state != 1)
		return ybi_no_operand(c);
	low = month.low < MONTH_FIRST ? YBI_DAY_FIRST : ybi_day_of_month(month.low);
	high = month.high > MONTH_LAST ? YBI_DAY_LAST : ybi_day_of_month(month.high);
	o = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_FIRST, .a = month.reg }, 1, low < 0 ? low : 0, high > 0 ? high : 0);
	o.lack = month.lack;
	return o;
}

static struct ybi_operand
year_of(struct ybi_compiler *c, struct ybi_operand month)
{
	return ybi_divided(c, month, 12, YB_ROUND_DOWN, 1);
}

/* 1 .. 12 */
static struct ybi_operand
in_year(struct ybi_compiler *c, struct ybi_operand month)
{
	struct ybi_operand o = ybi_arithmetic(c, YBI_OP_SUB, month, ybi_arithmetic(c, YBI_OP_MUL, year_of(c, month), ybi_constant(c, 12, 1)));

	o = ybi_arithmetic(c, YBI_OP_ADD, o, ybi_constant(c, 1, 1));
	o.low = 1;
	o.high = 12;
	return o;
}

struct ybi_operand
ybi_month_asked(struct ybi_compiler *c)
{
	return in_year(c, month_of(c, within(c, ybi_loaded(c, YBI_FACT_ON), YBI_DAY_FIRST, YBI_DAY_LAST)));
}

/* Is every value of an expression the first day of a month? */
static bool
is_first(const struct ybi_book *book, uint32_t expr)
{
	const struct ybi_expr *e = &book->exprs[expr];
	int64_t day;

	switch (e->op) {
	case YBI_OP_CONST:
		return ybi_fraction_to_i64(book->constants[e->x], &day) == YB_OK && ybi_day_of_month(ybi_month_of_day(day)) == day;
	case YBI_OP_MEMO: case YBI_OP_CLAUSE:
		return is_first(book, e->a);
	case YBI_OP_IF:
		return is_first(book, e->b) && is_first(book, e->c);
	case YBI_OP_DAY_OF:
		return book->exprs[e->c].op == YBI_OP_CONST && ybi_fraction_cmp(book->constants[book->exprs[e->c].x], ybi_fraction_from(1)) == 0;
	case YBI_OP_MONTH_START: case YBI_OP_NEXT_MONTH:
		return true;
	default:
		return false;
	}
}

static struct ybi_operand
months_between(struct ybi_compiler *c, const struct ybi_expr *e)
{
	struct ybi_operand from, to;

	if (!is_first(c->book, e->a) || !is_first(c->book, e->b)) /* else days of the month count too */
		return ybi_no_operand(c);
	from = month_of(c, day_operand(c, e->a));
	to = month_of(c, day_operand(c, e->b));
	return ybi_arithmetic(c, YBI_OP_SUB, to, from);
}

struct ybi_operand
ybi_days(struct ybi_compiler *c, const struct ybi_expr *e)
{
	struct ybi_operand o;

	if (!c->answers)
		return ybi_no_operand(c);
	switch (e->op) {
	case YBI_OP_YEAR:
		return year_of(c, month_of(c, day_operand(c, e->a)));
	case YBI_OP_MONTH:
		return in_year(c, month_of(c, day_operand(c, e->a)));
	case YBI_OP_MONTH_START:
		return first_of(c, month_of(c, day_operand(c, e->a)));
	case YBI_OP_NEXT_MONTH:
		return first_of(c, ybi_arithmetic(c, YBI_OP_ADD, month_of(c, day_operand(c, e->a)), ybi_constant(c, 1, 1)));
	case YBI_OP_DAY_OF: {
		struct ybi_operand year = within(c, ybi_operand_of(c, e->a), 1, 9999), month = within(c, ybi_operand_of(c, e->b), 1, 12);
		o = ybi_arithmetic(c, YBI_OP_ADD, ybi_arithmetic(c, YBI_OP_MUL, year, ybi_constant(c, 12, 1)),
		                   ybi_arithmetic(c, YBI_OP_SUB, month, ybi_constant(c, 1, 1)));
		if (c->book->exprs[e->c].op != YBI_OP_CONST) /* which months are that long? */
			return ybi_no_operand(c);
		return ybi_arithmetic(c, YBI_OP_ADD, first_of(c, o),
		                      ybi_arithmetic(c, YBI_OP_SUB, within(c, ybi_operand_of(c, e->c), 1, 28), ybi_constant(c, 1, 1)));
	}
	case YBI_OP_DAYS_BETWEEN:
		return ybi_arithmetic(c, YBI_OP_SUB, day_operand(c, e->b), day_operand(c, e->a));
	case YBI_OP_MONTHS_BETWEEN:
		return months_between(c, e);
	default:
		return ybi_no_operand(c);
	}
}
