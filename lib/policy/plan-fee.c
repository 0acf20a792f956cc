/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

#define FEE_MOST INT64_C(1000000000000) /* of one posted amount, fen; who owes more is answered the exact way */

static void
add_guard(struct ybi_compiler *c, uint16_t reg, int64_t low, int64_t high)
{
	for (size_t i = 0; i < c->guards_count; i++)
		if (c->guards[i].reg == reg && c->guards[i].low == low && c->guards[i].high == high)
			return;
	(void)YBI_PLAN_ADD(c, guards, ((struct ybi_guard){ .reg = reg, .low = low, .high = high }));
}

/* No row that lacks a value is answered here. */
static struct ybi_operand
told(struct ybi_compiler *c, struct ybi_operand o)
{
	if (o.state == 1 && o.lack)
		add_guard(c, (uint16_t)(o.lack - 1), 0, 0);
	o.lack = 0;
	return o;
}

static void
guard(struct ybi_compiler *c, struct ybi_operand o, int64_t low, int64_t high)
{
	o = told(c, o);
	if (o.state != 1 || o.maybe_none)
		c->failed = true;
	else if (o.low < low || o.high > high)
		add_guard(c, o.reg, low, high);
}

/* What an expression comes to where the condition holds, and 0 elsewhere. */
static struct ybi_operand
amount_where(struct ybi_compiler *c, uint32_t when, uint32_t expr)
{
	struct ybi_operand o = ybi_folded(c, YBI_CASE_AMOUNT, when, expr), holds;

	if (o.state != 0 || c->failed)
		return o;
	o = ybi_operand_of(c, expr);
	if (o.maybe_none)
		return ybi_no_operand(c);
	if (when == YBI_NO_EXPR || o.state != 1)
		return told(c, o);
	holds = told(c, ybi_operand_of(c, when));
	if (holds.state != 1 || holds.maybe_none)
		return ybi_no_operand(c);
	return told(c, ybi_select(c, holds, o, ybi_constant(c, 0, 1)));
}

/* Rounded as it is posted: never below 0, nor so much that a year's sum could overflow. */
static struct ybi_operand
posted(struct ybi_compiler *c, struct ybi_operand exact, const struct ybi_charge *charge)
{
	struct ybi_operand o = exact;
	int64_t by, low, high;

	if (o.state != 1 || o.maybe_none || charge->step > FEE_MOST || __builtin_mul_overflow(o.den, charge->step, &by))
		return ybi_no_operand(c);
	if (by != 1) {
		o = ybi_divided(c, o, by, (uint32_t)charge->mode, 1);
		if (o.state == 1 && exact.low >= 0)
			o.low = 0;
		if (o.state == 1 && charge->step != 1 && (__builtin_mul_overflow(o.low, charge->step, &low) || __builtin_mul_overflow(o.high, charge->step, &high)))
			return ybi_no_operand(c);
		if (o.state == 1 && charge->step != 1)
			o = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = o.reg, .low = charge->step }, 1, low, high);
	}
	if (o.state == 1 && o.low < 0)
		o = ybi_arithmetic(c, YBI_OP_MAX, o, ybi_constant(c, -1, 1));
	if (o.state == 1 && o.high > FEE_MOST)
		o = ybi_arithmetic(c, YBI_OP_MIN, o, ybi_constant(c, FEE_MOST + 1, 1));
	guard(c, o, 0, FEE_MOST);
	if (o.state == 1) {
		o.low = o.low < 0 ? 0 : o.low;
		o.high = o.high > FEE_MOST ? FEE_MOST : o.high;
	}
	return o;
}

/* Both; a 0 that is no step of its own is left out. */
static struct ybi_operand
sum_of(struct ybi_compiler *c, struct ybi_operand a, struct ybi_operand b)
{
	if (a.state == 1 && a.low == 0 && a.high == 0 && !a.maybe_none && !a.lack)
		return b;
	if (b.state == 1 && b.low == 0 && b.high == 0 && !b.maybe_none && !b.lack)
		return a;
	return ybi_arithmetic(c, YBI_OP_ADD, a, b);
}

/* Each part posted, and the one that takes the rest. */
static void
charge_parts(struct ybi_compiler *c, const struct ybi_charge *charge)
{
	const struct ybi_payer *payers = &c->book->payers[charge->first_payer], *rest = NULL;
	struct ybi_operand parts = ybi_constant(c, 0, 1), exact_parts = parts, *answers = c->answers;

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
		struct ybi_operand left = ybi_arithmetic(c, YBI_OP_SUB, answers[charge->total_answer], parts);
		guard(c, left, 0, FEE_MOST);
		left.low = left.low < 0 ? 0 : left.low;
		answers[rest->amount] = answers[rest->exact] = left;
	} else {
		guard(c, ybi_arithmetic(c, YBI_OP_SUB, answers[charge->total_answer], parts), 0, 0);
	}
}

/* The months that the question says: where it does not, the month is answered, and the sum over months is not. */
static struct ybi_operand
months_asked(struct ybi_compiler *c, const struct ybi_charge *charge)
{
	struct ybi_operand months = ybi_loaded(c, c->book->months_fact), holds;

	if (months.state != 1 || charge->when == YBI_NO_EXPR)
		return months;
	holds = ybi_operand_of(c, charge->when);
	months.lack = holds.state == 1 ? ybi_lack_where(c, months.lack, holds.reg) : 0;
	return months;
}

static struct ybi_operand
times(struct ybi_compiler *c, struct ybi_operand amount, const struct ybi_operand *months)
{
	return months ? ybi_arithmetic(c, YBI_OP_MUL, amount, *months) : amount;
}

/* What the year comes to, and the sums over charges. */
static void
charge_year(struct ybi_compiler *c, const struct ybi_charge *charge)
{
	const struct ybi_book *book = c->book;
	struct ybi_operand months, *answers = c->answers;
	bool monthly = charge->span == YBI_SPAN_MONTH;

	if (monthly) {
		months = charge->months != YBI_NO_EXPR ? amount_where(c, charge->when, charge->months) : months_asked(c, charge);
		if (months.state != 1 || months.low < 0)
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
fee_stops(struct ybi_compiler *c)
{
	const struct ybi_book *book = c->book;

	for (size_t i = 0; i < book->refusals_count && !c->failed; i++)
		if (book->refusals[i].ask == YBI_ASK_FEE && book->refusals[i].when == YBI_NO_EXPR)
			c->failed = true;
		else if (book->refusals[i].ask == YBI_ASK_FEE)
			guard(c, ybi_operand_of(c, book->refusals[i].when), 0, 0);
	for (size_t i = 0; i < book->unsupported_count + book->other_gaps_count && !c->failed; i++) {
		const struct ybi_unsupported *gap = i < book->unsupported_count ? &book->unsupported[i] : &book->other_gaps[i - book->unsupported_count];
		struct ybi_operand o;
		if (gap->ask != YBI_ASK_FEE || gap->when == YBI_NO_EXPR)
			continue;
		o = ybi_folded(c, YBI_CASE_GAP, YBI_NO_EXPR, gap->when);
		if (o.state == 0)
			o = ybi_operand_of(c, gap->when);
		if (o.lack) { /* what cannot be told stops nobody */
			struct ybi_operand lacks = { .state = 1, .den = 1, .high = 1, .reg = (uint16_t)(o.lack - 1) };
			o.lack = 0;
			o = ybi_condition_of(c, YBI_OP_AND, o, ybi_not(c, lacks));
		}
		guard(c, o, 0, 0);
	}
}

static void
charge_clear(struct ybi_compiler *c, const struct ybi_charge *charge)
{
	struct ybi_operand zero = ybi_constant(c, 0, 1), *answers = c->answers;

	answers[charge->base_answer] = answers[charge->total_answer] = answers[charge->exact_answer] = answers[charge->year_answer] = zero;
	for (uint32_t i = 0; i < charge->payer_count; i++) {
		const struct ybi_payer *payer = &c->book->payers[charge->first_payer + i];
		answers[payer->amount] = answers[payer->exact] = answers[payer->year] = zero;
	}
}

/* The charges in order; what none of them asks for is 0. */
static void
fee_charges(struct ybi_compiler *c)
{
	const struct ybi_book *book = c->book;
	struct ybi_operand zero = ybi_constant(c, 0, 1), applied = zero;

	for (uint32_t i = 0; i < book->sum_count; i++)
		c->answers[book->first_sum + i] = zero;
	c->answers[book->month_total] = c->answers[book->due_total] = zero;
	for (size_t i = 0; i < book->charges_count && !c->failed; i++) {
		const struct ybi_charge *charge = &book->charges[i];
		struct ybi_operand holds = charge->when == YBI_NO_EXPR ? ybi_constant(c, 1, 1) : told(c, ybi_operand_of(c, charge->when));
		if (holds.state != 1 || holds.maybe_none || holds.low < 0 || holds.high > 1 || holds.den != 1)
			c->failed = true;
		if (!c->failed && book->clause_infos[charge->clause].confidence > c->b->least) { /* who would have to pay it is not answered */
			guard(c, holds, 0, 0);
			charge_clear(c, charge);
			continue;
		}
		if (!c->failed && applied.low == 0)
			applied = applied.high == 0 ? holds
				: ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_OR, .a = applied.reg, .b = holds.reg }, 1, holds.low, 1);
		c->answers[charge->base_answer] = charge->base == YBI_NO_EXPR || c->failed ? zero : amount_where(c, charge->when, charge->base);
		if (!c->failed)
			charge_parts(c, charge);
		if (!c->failed)
			charge_year(c, charge);
	}
	if (!c->failed)
		guard(c, applied, 1, 1);
}

static uint16_t
lack_of(struct ybi_operand o)
{
	return o.lack ? (uint16_t)(o.lack - 1) : YBI_NO_REG;
}

struct ybi_plan *
ybi_compile_fee(struct ybi_builder *b)
{
	const struct ybi_book *book = b->book;
	struct ybi_compiler c;
	bool good = ybi_start_plan(&c, b);

	if (good) {
		c.answers = ybi_plan_grab(&c, book->answers_count, sizeof(*c.answers));
		c.plan->answers = ybi_plan_grab(&c, book->answers_count, sizeof(*c.plan->answers));
	}
	if (good && !c.failed) {
		fee_stops(&c);
		fee_charges(&c);
	}
	for (uint32_t i = 0; good && !c.failed && i < book->answers_count; i++) {
		bool there = book->answers[i].ask == YBI_ASK_FEE && book->answers[i].type == YBI_MONEY && c.answers[i].state == 1 && !c.answers[i].maybe_none;
		c.plan->answers[i] = (struct ybi_plan_answer){ .reg = YBI_NO_REG, .lack = YBI_NO_REG, .den = 1 };
		if (there)
			c.plan->answers[i] = (struct ybi_plan_answer){ .reg = c.answers[i].reg, .lack = lack_of(c.answers[i]), .den = c.answers[i].den };
		c.plan->answer_count = i + 1;
	}
	return ybi_end_plan(&c, good && !c.failed);
}
