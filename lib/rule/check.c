/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/check.h"

/* Does a condition hold? YBI_NONE where it does not, its state where it cannot be told. */
static uint32_t
applies(struct ybi_eval *eval, uint32_t when)
{
	struct ybi_value v;

	ybi_condition(eval, when, &v);
	return v.state == YBI_KNOWN && !ybi_holds(&v) ? YBI_NONE : v.state;
}

static uint32_t
add_figures(struct ybi_eval *eval, uint32_t expr, struct ybi_figures *figures)
{
	struct ybi_value list[YBI_CHECK_FIGURES];
	uint32_t count = 0, why, state = ybi_evaluate_list(eval, expr, list, YBI_CHECK_FIGURES - figures->count, &count, &why);

	for (uint32_t i = 0; i < count && state == YBI_KNOWN; i++) {
		if (list[i].state != YBI_KNOWN)
			return list[i].state;
		figures->q[figures->count++] = list[i].q;
	}
	return state;
}

uint32_t
ybi_check_figures(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_check *check, struct ybi_figures *figures)
{
	const struct ybi_layer *layer = check->layer != UINT32_MAX ? &schedule->layers[check->layer] : NULL;
	struct ybi_tier_input in;
	uint32_t why, state = applies(eval, check->when);

	figures->count = 0;
	if (state == YBI_KNOWN && layer)
		state = applies(eval, schedule->benefits[check->benefit].choice.when);
	if (state == YBI_KNOWN && layer)
		state = applies(eval, layer->when);
	if (state != YBI_KNOWN)
		return state;
	if (check->ratios) {
		state = ybi_layer_bands(eval, schedule, layer, &in, &why);
		for (uint32_t i = 0; state == YBI_KNOWN && i < in.bands; i++)
			figures->q[figures->count++] = in.ratio[i];
	}
	for (uint32_t i = 0; i < check->count && state == YBI_KNOWN; i++)
		state = add_figures(eval, schedule->args[check->first + i], figures);
	return state;
}

static bool
ordered(const struct ybi_figures *figures, int sign)
{
	for (uint32_t i = 1; i < figures->count; i++)
		if (ybi_fraction_cmp(figures->q[i], figures->q[i - 1]) * sign < 0)
			return false;
	return true;
}

static uint32_t
adds_up(struct ybi_eval *eval, const struct ybi_check *check, const struct ybi_figures *figures, bool *holds)
{
	struct ybi_fraction sum = ybi_fraction_from(0);
	struct ybi_value wanted;

	for (uint32_t i = 0; i < figures->count; i++)
		if (ybi_fraction_add(sum, figures->q[i], &sum) != YB_OK)
			return YBI_FAILED;
	ybi_evaluate(eval, check->expr, &wanted);
	*holds = wanted.state == YBI_KNOWN && ybi_fraction_cmp(sum, wanted.q) == 0;
	return wanted.state;
}

uint32_t
ybi_check_holds(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_check *check, struct ybi_figures *figures, bool *holds)
{
	uint32_t state = ybi_check_figures(eval, schedule, check, figures);
	struct ybi_value v;

	if (state != YBI_KNOWN)
		return state;
	switch (check->kind) {
	case YBI_CHECK_HOLDS:
		ybi_evaluate(eval, check->expr, &v);
		*holds = ybi_holds(&v);
		return v.state;
	case YBI_CHECK_RISING:
		*holds = ordered(figures, 1);
		return YBI_KNOWN;
	case YBI_CHECK_FALLING:
		*holds = ordered(figures, -1);
		return YBI_KNOWN;
	case YBI_CHECK_SUM:
		return adds_up(eval, check, figures, holds);
	default:
		*holds = true;
		for (uint32_t i = 0; i < figures->count; i++) {
			ybi_value_set(&v, figures->q[i]);
			*holds = *holds && ybi_cell_holds(eval->graph, &eval->graph->cells[check->cell], &v);
		}
		return YBI_KNOWN;
	}
}
