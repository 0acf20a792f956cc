/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/fee.h"

void
ybi_post(const struct ybi_value *exact, int64_t step, yb_rounding mode, struct ybi_value *out)
{
	yb_status st;

	*out = *exact;
	if (exact->state != YBI_KNOWN)
		return;
	st = ybi_fraction_round(exact->q, ybi_fraction_from(step), mode, &out->q);
	if (st == YB_OK && (ybi_fraction_cmp(out->q, ybi_fraction_from(YB_FEN_LIMIT)) > 0 || ybi_fraction_cmp(out->q, ybi_fraction_from(-YB_FEN_LIMIT)) < 0))
		st = YB_E_OVERFLOW;
	if (st != YB_OK)
		ybi_value_state(out, YBI_FAILED, (uint32_t)st);
}

void
ybi_value_add(struct ybi_value *value, const struct ybi_value *more)
{
	yb_status st;

	if (value->state != YBI_KNOWN)
		return;
	if (more->state != YBI_KNOWN) {
		*value = *more;
		return;
	}
	st = ybi_fraction_add(value->q, more->q, &value->q);
	if (st != YB_OK)
		ybi_value_state(value, YBI_FAILED, (uint32_t)st);
}

bool
ybi_clause_applies(struct ybi_eval *eval, uint32_t when, struct ybi_obstacles *obstacles, bool *unknown)
{
	struct ybi_value v;

	ybi_condition(eval, when, &v);
	*unknown = v.state != YBI_KNOWN;
	if (*unknown)
		ybi_obstacle(obstacles, &v);
	return ybi_holds(&v);
}

static struct ybi_value
zero(void)
{
	struct ybi_value v;

	ybi_value_set(&v, ybi_fraction_from(0));
	return v;
}

/* The parts do not make the total: a fault of the document that only these facts show. */
static void
misfit(struct ybi_obstacles *obstacles, const struct ybi_charge *charge)
{
	if (obstacles->failed == YB_OK) {
		obstacles->failed = YB_E_RULE;
		obstacles->failed_at = charge->id;
	}
}

void
ybi_amount(struct ybi_eval *eval, uint32_t expr, uint32_t clause, struct ybi_value *out, struct ybi_obstacles *obstacles)
{
	ybi_evaluate(eval, expr, out);
	if (out->state == YBI_NONE)
		ybi_value_state(out, YBI_UNSUPPORTED, clause);
	if (out->state != YBI_KNOWN)
		ybi_obstacle(obstacles, out);
}

static void
charge_clear(struct ybi_eval *eval, const struct ybi_fees *fees, const struct ybi_charge *charge)
{
	eval->answers[charge->base_answer] = eval->answers[charge->total_answer] = zero();
	eval->answers[charge->exact_answer] = eval->answers[charge->year_answer] = zero();
	for (uint32_t i = 0; i < charge->payer_count; i++) {
		const struct ybi_payer *payer = &fees->payers[charge->first_payer + i];
		eval->answers[payer->amount] = eval->answers[payer->exact] = eval->answers[payer->year] = zero();
	}
}

/* Each part rounded, and the one that takes the rest of the rounded total. */
static void
charge_parts(struct ybi_eval *eval, const struct ybi_fees *fees, const struct ybi_charge *charge, struct ybi_obstacles *obstacles)
{
	struct ybi_value *total = &eval->answers[charge->total_answer], *exact_total = &eval->answers[charge->exact_answer];
	struct ybi_value parts = zero(), exact_parts = zero();
	const struct ybi_payer *rest = NULL;

	if (charge->total != YBI_NO_EXPR) {
		ybi_amount(eval, charge->total, charge->total_clause, exact_total, obstacles);
		ybi_post(exact_total, charge->step, charge->mode, total);
		ybi_obstacle(obstacles, total);
	}
	for (uint32_t i = 0; i < charge->payer_count; i++) {
		const struct ybi_payer *payer = &fees->payers[charge->first_payer + i];
		if (payer->expr == YBI_NO_EXPR) {
			rest = payer;
			continue;
		}
		ybi_amount(eval, payer->expr, payer->clause, &eval->answers[payer->exact], obstacles);
		ybi_post(&eval->answers[payer->exact], charge->step, charge->mode, &eval->answers[payer->amount]);
		ybi_obstacle(obstacles, &eval->answers[payer->amount]);
		if (eval->answers[payer->amount].state == YBI_KNOWN && ybi_fraction_sign(eval->answers[payer->amount].q) < 0)
			misfit(obstacles, charge);
		ybi_value_add(&parts, &eval->answers[payer->amount]);
		ybi_value_add(&exact_parts, &eval->answers[payer->exact]);
	}
	if (charge->total == YBI_NO_EXPR) {
		*total = parts;
		*exact_total = exact_parts;
	} else if (rest) {
		struct ybi_value left = *total;
		if (parts.state != YBI_KNOWN)
			left = parts;
		else if (left.state == YBI_KNOWN && ybi_fraction_sub(left.q, parts.q, &left.q) != YB_OK)
			ybi_value_state(&left, YBI_FAILED, YB_E_OVERFLOW);
		if (left.state == YBI_KNOWN && ybi_fraction_sign(left.q) < 0)
			misfit(obstacles, charge);
		eval->answers[rest->amount] = eval->answers[rest->exact] = left;
	} else if (total->state == YBI_KNOWN && parts.state == YBI_KNOWN && ybi_fraction_cmp(total->q, parts.q) != 0) {
		misfit(obstacles, charge);
	}
}

/* What the year comes to: a monthly charge is rounded first, then multiplied. */
static void
times_months(const struct ybi_value *amount, const struct ybi_value *months, struct ybi_value *out)
{
	yb_status st;

	*out = months->state == YBI_KNOWN ? *amount : *months;
	if (out->state != YBI_KNOWN)
		return;
	st = ybi_fraction_mul(amount->q, months->q, &out->q);
	if (st != YB_OK)
		ybi_value_state(out, YBI_FAILED, (uint32_t)st);
}

static void
charge_year(struct ybi_eval *eval, const struct ybi_fees *fees, const struct ybi_charge *charge, struct ybi_obstacles *obstacles)
{
	struct ybi_value months;

	ybi_value_set(&months, ybi_fraction_from(1));
	if (charge->span == YBI_SPAN_MONTH && charge->months != YBI_NO_EXPR) {
		ybi_evaluate(eval, charge->months, &months);
		if (months.state == YBI_NONE)
			ybi_value_state(&months, YBI_UNSUPPORTED, charge->clause);
		if (months.state != YBI_KNOWN)
			ybi_obstacle(obstacles, &months);
		else if (ybi_fraction_sign(months.q) < 0)
			misfit(obstacles, charge);
	} else if (charge->span == YBI_SPAN_MONTH) {
		const struct ybi_fact *fact = &eval->facts[fees->months_fact];
		if (fact->state == YBI_KNOWN)
			ybi_value_set(&months, ybi_fraction_from(fact->value));
		else
			ybi_value_state(&months, YBI_UNKNOWN, fees->months_fact); /* the month is answered, the sum over months is not */
	}
	times_months(&eval->answers[charge->total_answer], &months, &eval->answers[charge->year_answer]);
	for (uint32_t i = 0; i < charge->payer_count; i++) {
		const struct ybi_payer *payer = &fees->payers[charge->first_payer + i];
		times_months(&eval->answers[payer->amount], &months, &eval->answers[payer->year]);
		if (charge->span == YBI_SPAN_MONTH)
			ybi_value_add(&eval->answers[payer->month_sum], &eval->answers[payer->amount]);
		ybi_value_add(&eval->answers[payer->due_sum], &eval->answers[payer->year]);
	}
	if (charge->span == YBI_SPAN_MONTH)
		ybi_value_add(&eval->answers[fees->month_total], &eval->answers[charge->total_answer]);
	ybi_value_add(&eval->answers[fees->due_total], &eval->answers[charge->year_answer]);
}

void
ybi_fees_run(struct ybi_eval *eval, const struct ybi_fees *fees, struct ybi_obstacles *obstacles, uint32_t *applied)
{
	*applied = 0;
	for (uint32_t i = 0; i < fees->sum_count; i++)
		eval->answers[fees->first_sum + i] = zero();
	for (uint32_t i = 0; i < fees->charge_count; i++) {
		const struct ybi_charge *charge = &fees->charges[i];
		bool unknown;
		charge_clear(eval, fees, charge);
		if (!ybi_clause_applies(eval, charge->when, obstacles, &unknown))
			continue;
		++*applied;
		(void)ybi_clause_trusted(eval, charge->clause, obstacles);
		if (charge->base != YBI_NO_EXPR)
			ybi_amount(eval, charge->base, charge->clause, &eval->answers[charge->base_answer], obstacles);
		charge_parts(eval, fees, charge, obstacles);
		charge_year(eval, fees, charge, obstacles);
	}
}
