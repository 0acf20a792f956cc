/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/refund.h"

static struct ybi_value
zero(void)
{
	struct ybi_value v;

	ybi_value_set(&v, ybi_fraction_from(0));
	return v;
}

void
ybi_credit_clear(struct ybi_eval *eval, const struct ybi_refunds *refunds, const struct ybi_credit *credit)
{
	eval->answers[credit->base_answer] = eval->answers[credit->gross_answer] = eval->answers[credit->exact_answer] = zero();
	eval->answers[credit->net_answer] = eval->answers[credit->shortfall_answer] = zero();
	for (uint32_t i = 0; i < credit->less_count; i++)
		eval->answers[refunds->less[credit->first_less + i].answer] = zero();
}

static void
negative(struct ybi_obstacles *obstacles, const char *id)
{
	if (obstacles->failed == YB_OK) {
		obstacles->failed = YB_E_RULE;
		obstacles->failed_at = id;
	}
}

/* amount x factor, not below the floor; before rounding */
static void
gross_exact(struct ybi_eval *eval, const struct ybi_credit *credit, struct ybi_value *out, struct ybi_obstacles *obstacles)
{
	struct ybi_value v;
	yb_status st;

	ybi_amount(eval, credit->amount, credit->amount_clause, out, obstacles);
	if (credit->factor != YBI_NO_EXPR && out->state == YBI_KNOWN) {
		ybi_amount(eval, credit->factor, credit->clause, &v, obstacles);
		if (v.state == YBI_KNOWN) {
			st = ybi_fraction_mul(out->q, v.q, &out->q);
			if (st != YB_OK)
				ybi_value_state(out, YBI_FAILED, (uint32_t)st);
		} else {
			*out = v;
		}
	}
	if (credit->at_least != YBI_NO_EXPR && out->state == YBI_KNOWN) {
		ybi_evaluate(eval, credit->at_least, &v);
		if (v.state == YBI_KNOWN && ybi_fraction_cmp(v.q, out->q) > 0)
			*out = v;
		else if (v.state != YBI_KNOWN && v.state != YBI_NONE)
			*out = v;
	}
	if (out->state != YBI_KNOWN)
		ybi_obstacle(obstacles, out);
}

static void
take_less(struct ybi_eval *eval, const struct ybi_less *less, struct ybi_value *sum, struct ybi_obstacles *obstacles)
{
	struct ybi_value exact;
	bool unknown;

	if (!ybi_clause_applies(eval, less->when, obstacles, &unknown))
		return;
	(void)ybi_clause_trusted(eval, less->clause, obstacles);
	ybi_amount(eval, less->amount, less->clause, &exact, obstacles);
	ybi_post(&exact, less->step, less->mode, &eval->answers[less->answer]);
	ybi_obstacle(obstacles, &eval->answers[less->answer]);
	if (eval->answers[less->answer].state == YBI_KNOWN && ybi_fraction_sign(eval->answers[less->answer].q) < 0)
		negative(obstacles, less->id);
	ybi_value_add(sum, &eval->answers[less->answer]);
}

void
ybi_credit_run(struct ybi_eval *eval, const struct ybi_refunds *refunds, const struct ybi_credit *credit, struct ybi_obstacles *obstacles)
{
	struct ybi_value *gross = &eval->answers[credit->gross_answer], *net = &eval->answers[credit->net_answer], taken = zero();

	(void)ybi_clause_trusted(eval, credit->clause, obstacles);
	if (credit->base != YBI_NO_EXPR)
		ybi_amount(eval, credit->base, credit->clause, &eval->answers[credit->base_answer], obstacles);
	gross_exact(eval, credit, &eval->answers[credit->exact_answer], obstacles);
	ybi_post(&eval->answers[credit->exact_answer], credit->step, credit->mode, gross);
	ybi_obstacle(obstacles, gross);
	if (gross->state == YBI_KNOWN && ybi_fraction_sign(gross->q) < 0)
		negative(obstacles, credit->id);
	*net = *gross; /* deductions may name what is credited so far */
	for (uint32_t i = 0; i < credit->less_count; i++)
		take_less(eval, &refunds->less[credit->first_less + i], &taken, obstacles);
	if (taken.state != YBI_KNOWN) {
		*net = taken;
	} else if (net->state == YBI_KNOWN && ybi_fraction_sub(net->q, taken.q, &net->q) != YB_OK) {
		ybi_value_state(net, YBI_FAILED, YB_E_OVERFLOW);
		ybi_obstacle(obstacles, net);
	} else if (net->state == YBI_KNOWN && ybi_fraction_sign(net->q) < 0) {
		(void)ybi_fraction_sub(ybi_fraction_from(0), net->q, &eval->answers[credit->shortfall_answer].q);
		*net = zero();
	}
}
