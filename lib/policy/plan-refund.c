/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

/* What is credited in the month of a day, as ybi_credit_run() does it. */

/* The greater of an amount and a floor, where there is one. */
static struct ybi_operand
at_least(struct ybi_compiler *c, const struct ybi_credit *credit, struct ybi_operand amount)
{
	if (credit->at_least == YBI_NO_EXPR)
		return amount;
	return ybi_arithmetic(c, YBI_OP_MAX, amount, ybi_amount_where(c, credit->when, credit->at_least));
}

static struct ybi_operand
gross_exact(struct ybi_compiler *c, const struct ybi_credit *credit)
{
	struct ybi_operand o = ybi_amount_where(c, credit->when, credit->amount);

	if (credit->factor != YBI_NO_EXPR)
		o = ybi_arithmetic(c, YBI_OP_MUL, o, ybi_amount_where(c, credit->when, credit->factor));
	return at_least(c, credit, o);
}

/* What is taken before posting; a deduction cannot name what is credited so far, which changes. */
static struct ybi_operand
taken_of(struct ybi_compiler *c, const struct ybi_credit *credit, struct ybi_operand holds)
{
	struct ybi_operand sum = ybi_constant(c, 0, 1), zero = sum;

	for (uint32_t i = 0; i < credit->less_count && !c->failed; i++) {
		const struct ybi_less *less = &c->book->less[credit->first_less + i];
		struct ybi_operand when, amount;
		bool weak = c->book->clause_infos[less->clause].confidence > c->b->least;
		c->answers[less->answer] = zero;
		when = less->when == YBI_NO_EXPR ? ybi_constant(c, 1, 1) : ybi_operand_of(c, less->when);
		when = ybi_condition_of(c, YBI_OP_AND, holds, when);
		if (when.state != 1) {
			c->failed = true;
			return sum;
		}
		when = ybi_told(c, when);
		if (weak) {
			ybi_guard(c, when, 0, 0);
			continue;
		}
		amount = ybi_told(c, ybi_select(c, when, ybi_operand_of(c, less->amount), zero));
		c->answers[less->answer] = ybi_posted(c, amount, less->step, less->mode);
		sum = ybi_sum_of(c, sum, c->answers[less->answer]);
	}
	return sum;
}

static void
credit_clear(struct ybi_compiler *c, const struct ybi_credit *credit)
{
	struct ybi_operand zero = ybi_constant(c, 0, 1), *answers = c->answers;

	answers[credit->base_answer] = answers[credit->gross_answer] = answers[credit->exact_answer] = zero;
	answers[credit->net_answer] = answers[credit->shortfall_answer] = zero;
	for (uint32_t i = 0; i < credit->less_count; i++)
		answers[c->book->less[credit->first_less + i].answer] = zero;
}

/* A credit by the year is one of the month it is posted in; elsewhere it applies, and nothing is credited. */
static struct ybi_operand
posted_now(struct ybi_compiler *c, const struct ybi_credit *credit)
{
	if (credit->span != YBI_SPAN_YEAR)
		return ybi_constant(c, 1, 1);
	return ybi_told(c, ybi_arithmetic(c, YBI_OP_EQ, ybi_month_asked(c), ybi_constant(c, credit->post_month, 1)));
}

static void
credit_parts(struct ybi_compiler *c, const struct ybi_credit *credit, struct ybi_operand holds)
{
	struct ybi_operand zero = ybi_constant(c, 0, 1), *answers = c->answers, now = posted_now(c, credit), taken, gross;

	holds = ybi_condition_of(c, YBI_OP_AND, holds, now);
	if (credit->base != YBI_NO_EXPR)
		answers[credit->base_answer] = ybi_select(c, now, ybi_amount_where(c, credit->when, credit->base), zero);
	answers[credit->exact_answer] = ybi_select(c, now, gross_exact(c, credit), zero);
	answers[credit->gross_answer] = gross = ybi_posted(c, answers[credit->exact_answer], credit->step, credit->mode);
	answers[credit->net_answer].state = 2;
	taken = taken_of(c, credit, holds);
	if (c->failed)
		return;
	answers[credit->net_answer] = gross;
	if (credit->less_count == 0)
		return;
	answers[credit->net_answer] = ybi_arithmetic(c, YBI_OP_MAX, ybi_arithmetic(c, YBI_OP_SUB, gross, taken), zero);
	answers[credit->shortfall_answer] = ybi_arithmetic(c, YBI_OP_MAX, ybi_arithmetic(c, YBI_OP_SUB, taken, gross), zero);
}

/* The credits of a month in order. */
static void
credits(struct ybi_compiler *c)
{
	const struct ybi_book *book = c->book;
	struct ybi_operand sum = ybi_constant(c, 0, 1), applied = sum;

	for (uint32_t i = 0; i < YBI_REPAY_AMOUNT + 1; i++)
		c->answers[book->repay_answers + i] = ybi_nothing(c);
	c->answers[book->interest_sum] = ybi_nothing(c);
	for (size_t i = 0; i < book->credits_count && !c->failed; i++) {
		const struct ybi_credit *credit = &book->credits[i];
		struct ybi_operand holds;
		bool weak;
		credit_clear(c, credit);
		if (credit->interest)
			continue;
		holds = ybi_clause_where(c, credit->when, credit->clause, &weak);
		if (weak || c->failed)
			continue;
		applied = ybi_condition_of(c, YBI_OP_OR, applied, holds);
		c->holes = credit->span != YBI_SPAN_YEAR; /* in other months its amounts are not asked for */
		credit_parts(c, credit, holds);
		if (!c->failed)
			sum = ybi_sum_of(c, sum, c->answers[credit->net_answer]);
	}
	if (!c->failed) {
		ybi_guard_stop(c, applied, 1, 1, YBI_STOP_NONE);
		c->answers[book->credit_sum] = sum;
	}
}

struct ybi_plan *
ybi_compile_refund(struct ybi_builder *b)
{
	return ybi_compile_answers(b, YBI_ASK_REFUND, credits);
}
