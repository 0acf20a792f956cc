/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

#define FEE_MOST INT64_C(1000000000000) /* of one posted amount, fen; who owes more is answered the exact way */

static void
add_guard(struct ybi_compiler *c, uint16_t reg, int64_t low, int64_t high, enum ybi_stop stop)
{
	for (size_t i = 0; i < c->guards_count; i++)
		if (c->guards[i].reg == reg && c->guards[i].low == low && c->guards[i].high == high && c->guards[i].stop == stop)
			return;
	(void)YBI_PLAN_ADD(c, guards, ((struct ybi_guard){ .reg = reg, .stop = (uint8_t)stop, .low = low, .high = high }));
}

struct ybi_operand
ybi_told(struct ybi_compiler *c, struct ybi_operand o)
{
	if (o.state == 1 && o.lack)
		add_guard(c, (uint16_t)(o.lack - 1), 0, 0, YBI_STOP_EXACT);
	o.lack = 0;
	return o;
}

void
ybi_guard_stop(struct ybi_compiler *c, struct ybi_operand o, int64_t low, int64_t high, enum ybi_stop stop)
{
	o = ybi_told(c, o);
	if (o.state != 1 || o.maybe_none)
		c->failed = true;
	else if (o.low < low || o.high > high)
		add_guard(c, o.reg, low, high, stop);
}

void
ybi_guard(struct ybi_compiler *c, struct ybi_operand o, int64_t low, int64_t high)
{
	ybi_guard_stop(c, o, low, high, YBI_STOP_EXACT);
}

struct ybi_operand
ybi_amount_where(struct ybi_compiler *c, uint32_t when, uint32_t expr)
{
	struct ybi_operand o = ybi_folded(c, YBI_CASE_AMOUNT, when, expr), holds;

	if (o.state != 0 || c->failed)
		return o;
	o = ybi_operand_of(c, expr);
	if (o.maybe_none)
		return ybi_no_operand(c);
	if (when == YBI_NO_EXPR || o.state != 1)
		return ybi_told(c, o);
	holds = ybi_told(c, ybi_operand_of(c, when));
	if (holds.state != 1 || holds.maybe_none)
		return ybi_no_operand(c);
	return ybi_told(c, ybi_select(c, holds, o, ybi_constant(c, 0, 1)));
}

struct ybi_operand
ybi_posted(struct ybi_compiler *c, struct ybi_operand exact, int64_t step, yb_rounding mode)
{
	struct ybi_operand o = exact;
	int64_t by, low, high;

	if (o.state != 1 || o.maybe_none || step > FEE_MOST || __builtin_mul_overflow(o.den, step, &by))
		return ybi_no_operand(c);
	if (by != 1) {
		o = ybi_divided(c, o, by, (uint32_t)mode, 1);
		if (o.state == 1 && exact.low >= 0)
			o.low = 0;
		if (o.state == 1 && step != 1 && (__builtin_mul_overflow(o.low, step, &low) || __builtin_mul_overflow(o.high, step, &high)))
			return ybi_no_operand(c);
		if (o.state == 1 && step != 1)
			o = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = o.reg, .low = step }, 1, low, high);
	}
	if (o.state == 1 && o.low < 0)
		o = ybi_arithmetic(c, YBI_OP_MAX, o, ybi_constant(c, -1, 1));
	if (o.state == 1 && o.high > FEE_MOST)
		o = ybi_arithmetic(c, YBI_OP_MIN, o, ybi_constant(c, FEE_MOST + 1, 1));
	ybi_guard(c, o, 0, FEE_MOST);
	if (o.state == 1) {
		o.low = o.low < 0 ? 0 : o.low;
		o.high = o.high > FEE_MOST ? FEE_MOST : o.high;
	}
	return o;
}

struct ybi_operand
ybi_sum_of(struct ybi_compiler *c, struct ybi_operand a, struct ybi_operand b)
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
		answers[charge->exact_answer] = ybi_amount_where(c, charge->when, charge->total);
		answers[charge->total_answer] = ybi_posted(c, answers[charge->exact_answer], charge->step, charge->mode);
	}
	for (uint32_t i = 0; i < charge->payer_count && !c->failed; i++) {
		const struct ybi_payer *payer = &payers[i];
		if (payer->expr == YBI_NO_EXPR) {
			rest = payer;
			continue;
		}
		answers[payer->exact] = ybi_amount_where(c, charge->when, payer->expr);
		answers[payer->amount] = ybi_posted(c, answers[payer->exact], charge->step, charge->mode);
		parts = ybi_sum_of(c, parts, answers[payer->amount]);
		exact_parts = ybi_sum_of(c, exact_parts, answers[payer->exact]);
	}
	if (c->failed)
		return;
	if (charge->total == YBI_NO_EXPR) {
		answers[charge->total_answer] = parts;
		answers[charge->exact_answer] = exact_parts;
	} else if (rest) {
		struct ybi_operand left = ybi_arithmetic(c, YBI_OP_SUB, answers[charge->total_answer], parts);
		ybi_guard(c, left, 0, FEE_MOST);
		left.low = left.low < 0 ? 0 : left.low;
		answers[rest->amount] = answers[rest->exact] = left;
	} else {
		ybi_guard(c, ybi_arithmetic(c, YBI_OP_SUB, answers[charge->total_answer], parts), 0, 0);
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
		months = charge->months != YBI_NO_EXPR ? ybi_amount_where(c, charge->when, charge->months) : months_asked(c, charge);
		if (months.state != 1 || months.low < 0)
			ybi_guard(c, months, 0, INT64_MAX);
		if (months.state == 1 && months.low < 0)
			c->failed = true; /* how low a product would get is of no interest */
	}
	answers[charge->year_answer] = times(c, answers[charge->total_answer], monthly ? &months : NULL);
	for (uint32_t i = 0; i < charge->payer_count && !c->failed; i++) {
		const struct ybi_payer *payer = &book->payers[charge->first_payer + i];
		answers[payer->year] = times(c, answers[payer->amount], monthly ? &months : NULL);
		if (monthly)
			answers[payer->month_sum] = ybi_sum_of(c, answers[payer->month_sum], answers[payer->amount]);
		answers[payer->due_sum] = ybi_sum_of(c, answers[payer->due_sum], answers[payer->year]);
	}
	if (monthly && !c->failed)
		answers[book->month_total] = ybi_sum_of(c, answers[book->month_total], answers[charge->total_answer]);
	if (!c->failed)
		answers[book->due_total] = ybi_sum_of(c, answers[book->due_total], answers[charge->year_answer]);
}

void
ybi_plan_stops(struct ybi_compiler *c, enum ybi_ask ask)
{
	const struct ybi_book *book = c->book;

	for (size_t i = 0; i < book->refusals_count && !c->failed; i++) {
		bool weak = book->clause_infos[book->refusals[i].clause].confidence > c->b->least;
		if (book->refusals[i].ask == ask && book->refusals[i].when == YBI_NO_EXPR)
			c->failed = true;
		else if (book->refusals[i].ask == ask)
			ybi_guard_stop(c, ybi_operand_of(c, book->refusals[i].when), 0, 0, weak ? YBI_STOP_EXACT : YBI_STOP_REFUSED);
	}
	for (size_t i = 0; i < book->unsupported_count + book->other_gaps_count && !c->failed; i++) {
		const struct ybi_unsupported *gap = i < book->unsupported_count ? &book->unsupported[i] : &book->other_gaps[i - book->unsupported_count];
		struct ybi_operand o;
		if (gap->ask != ask || (ask == YBI_ASK_REFUND && gap->part != YBI_PART_CREDIT) || gap->when == YBI_NO_EXPR)
			continue;
		o = ybi_folded(c, YBI_CASE_GAP, YBI_NO_EXPR, gap->when);
		if (o.state == 0)
			o = ybi_operand_of(c, gap->when);
		if (o.lack) { /* what cannot be told stops nobody */
			struct ybi_operand lacks = { .state = 1, .den = 1, .high = 1, .reg = (uint16_t)(o.lack - 1) };
			o.lack = 0;
			o = ybi_condition_of(c, YBI_OP_AND, o, ybi_not(c, lacks));
		}
		ybi_guard_stop(c, o, 0, 0, YBI_STOP_GAP);
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

struct ybi_operand
ybi_clause_where(struct ybi_compiler *c, uint32_t when, uint32_t clause, bool *weak)
{
	struct ybi_operand holds = when == YBI_NO_EXPR ? ybi_constant(c, 1, 1) : ybi_told(c, ybi_operand_of(c, when));

	*weak = c->book->clause_infos[clause].confidence > c->b->least;
	if (holds.state != 1 || holds.maybe_none || holds.low < 0 || holds.high > 1 || holds.den != 1)
		c->failed = true;
	else if (*weak)
		ybi_guard(c, holds, 0, 0);
	return holds;
}

/* The charges in order; what none of them asks for is 0. */
static void
fee_charges(struct ybi_compiler *c)
{
	const struct ybi_book *book = c->book;
	struct ybi_operand zero = ybi_constant(c, 0, 1), applied = zero;

	c->holes = true;
	for (uint32_t i = 0; i < book->sum_count; i++)
		c->answers[book->first_sum + i] = zero;
	c->answers[book->month_total] = c->answers[book->due_total] = zero;
	for (size_t i = 0; i < book->charges_count && !c->failed; i++) {
		const struct ybi_charge *charge = &book->charges[i];
		bool weak;
		struct ybi_operand holds = ybi_clause_where(c, charge->when, charge->clause, &weak);
		charge_clear(c, charge);
		if (weak || c->failed)
			continue;
		applied = ybi_condition_of(c, YBI_OP_OR, applied, holds);
		if (charge->base != YBI_NO_EXPR)
			c->answers[charge->base_answer] = ybi_amount_where(c, charge->when, charge->base);
		if (!c->failed)
			charge_parts(c, charge);
		if (!c->failed)
			charge_year(c, charge);
	}
	if (!c->failed)
		ybi_guard_stop(c, applied, 1, 1, YBI_STOP_NONE);
}

static uint16_t
lack_of(struct ybi_operand o)
{
	return o.lack ? (uint16_t)(o.lack - 1) : YBI_NO_REG;
}

struct ybi_plan *
ybi_compile_answers(struct ybi_builder *b, enum ybi_ask ask, void (*work)(struct ybi_compiler *c))
{
	const struct ybi_book *book = b->book;
	struct ybi_compiler c;
	bool good = ybi_start_plan(&c, b);

	if (good) {
		c.answers = ybi_plan_grab(&c, book->answers_count, sizeof(*c.answers));
		c.plan->answers = ybi_plan_grab(&c, book->answers_count, sizeof(*c.plan->answers));
	}
	if (good && !c.failed) {
		ybi_plan_stops(&c, ask);
		work(&c);
	}
	for (uint32_t i = 0; good && !c.failed && i < book->answers_count; i++) {
		bool there = book->answers[i].ask == ask && book->answers[i].type == YBI_MONEY && c.answers[i].state == 1 && !c.answers[i].maybe_none;
		c.plan->answers[i] = (struct ybi_plan_answer){ .reg = YBI_NO_REG, .lack = YBI_NO_REG, .den = 1 };
		if (there)
			c.plan->answers[i] = (struct ybi_plan_answer){ .reg = c.answers[i].reg, .lack = lack_of(c.answers[i]), .den = c.answers[i].den };
		c.plan->answer_count = i + 1;
	}
	return ybi_end_plan(&c, good && !c.failed);
}

struct ybi_plan *
ybi_compile_fee(struct ybi_builder *b)
{
	return ybi_compile_answers(b, YBI_ASK_FEE, fee_charges);
}
