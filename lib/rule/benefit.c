/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/benefit.h"

#include <string.h>

/* ---- one layer ---- */

static struct ybi_fraction
total(const struct ybi_eval *eval, uint32_t fact)
{
	return ybi_fraction_from(fact == YBI_NO_FACT ? 0 : eval->facts[fact].value);
}

static yb_status
modify_ratio(struct ybi_fraction *ratio, uint32_t kind, struct ybi_fraction k)
{
	struct ybi_fraction one = ybi_fraction_from(1), own;
	yb_status st = YB_OK;

	switch (kind) {
	case YBI_MODIFY_ADD:
		return ybi_fraction_add(*ratio, k, ratio);
	case YBI_MODIFY_TIMES:
		return ybi_fraction_mul(*ratio, k, ratio);
	case YBI_MODIFY_OWN_TIMES: /* r -> 1 - (1 - r) k */
		st = ybi_fraction_sub(one, *ratio, &own);
		if (st == YB_OK)
			st = ybi_fraction_mul(own, k, &own);
		return st == YB_OK ? ybi_fraction_sub(one, own, ratio) : st;
	case YBI_MODIFY_AT_LEAST:
		if (ybi_fraction_cmp(*ratio, k) < 0)
			*ratio = k;
		return st;
	default: /* YBI_MODIFY_AT_MOST */
		if (ybi_fraction_cmp(*ratio, k) > 0)
			*ratio = k;
		return st;
	}
}

uint32_t
ybi_layer_bands(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_layer *layer,
                struct ybi_tier_input *in, uint32_t *why)
{
	struct ybi_value list[YBI_BANDS];
	uint32_t count = 0, borders = 0, state;

	if (layer->borders != YBI_NO_EXPR) {
		state = ybi_evaluate_list(eval, layer->borders, list, YBI_BANDS - 1, &borders, why);
		if (state != YBI_KNOWN)
			return state;
		for (uint32_t i = 0; i < borders; i++)
			in->border[i] = list[i].q;
	}
	state = ybi_evaluate_list(eval, layer->ratio, list, YBI_BANDS, &count, why);
	if (state != YBI_KNOWN)
		return state;
	*why = (uint32_t)YB_E_RULE;
	if (count != borders + 1)
		return YBI_FAILED;
	for (uint32_t i = 1; i < borders; i++)
		if (ybi_fraction_cmp(in->border[i - 1], in->border[i]) >= 0)
			return YBI_FAILED;
	in->bands = count;
	in->modified = 0;
	for (uint32_t i = 0; i < count; i++)
		in->ratio[i] = list[i].q;
	for (uint32_t m = 0; m < layer->modify_count; m++) {
		const struct ybi_modify *modify = &schedule->modifies[layer->first_modify + m];
		struct ybi_value v;
		ybi_condition(eval, modify->when, &v);
		if (ybi_holds(&v))
			ybi_evaluate(eval, modify->value, &v);
		else if (v.state == YBI_KNOWN)
			continue;
		in->modified |= m < 32 ? UINT32_C(1) << m : 0;
		if (v.state != YBI_KNOWN) {
			*why = v.why;
			return v.state;
		}
		for (uint32_t i = 0; i < count; i++) {
			yb_status st = modify_ratio(&in->ratio[i], modify->kind, v.q);
			if (st != YB_OK) {
				*why = (uint32_t)st;
				return YBI_FAILED;
			}
		}
	}
	for (uint32_t i = 0; i < count; i++)
		if (ybi_fraction_sign(in->ratio[i]) < 0 || ybi_i128_cmp(in->ratio[i].num, ybi_i128_from(in->ratio[i].den)) > 0)
			return YBI_FAILED;
	return YBI_KNOWN;
}

static struct ybi_fraction
not_below_zero(struct ybi_fraction a)
{
	return ybi_fraction_sign(a) < 0 ? ybi_fraction_from(0) : a;
}

/* A dated `none` is "nothing here": no figure on that day, which is not a figure of zero. */
static void
nothing_here(struct ybi_value *value, uint32_t clause)
{
	if (value->state == YBI_NONE)
		ybi_value_state(value, YBI_UNSUPPORTED, clause);
}

/* max(amount - used, 0) */
static yb_status
room(struct ybi_fraction amount, struct ybi_fraction used, struct ybi_fraction *out)
{
	yb_status st = ybi_fraction_sub(amount, used, out);

	*out = not_below_zero(*out);
	return st;
}

/* The layers of the same benefit that stand before one: [*first, its own place). */
static uint32_t
layers_before(const struct ybi_schedule *schedule, const struct ybi_layer *layer, uint32_t *first)
{
	uint32_t place = (uint32_t)(layer - schedule->layers);

	*first = place;
	for (uint32_t i = 0; i < schedule->benefit_count; i++)
		if (place >= schedule->benefits[i].first_layer && place < schedule->benefits[i].first_layer + schedule->benefits[i].layer_count)
			*first = schedule->benefits[i].first_layer;
	return place;
}

static void
add_result(const struct ybi_eval *eval, const struct ybi_layer *layer, uint32_t result, struct ybi_fraction *sum)
{
	const struct ybi_value *v = &eval->results[(size_t)layer->number * YBI_RESULT_STRIDE + result];

	if (v->state == YBI_KNOWN)
		(void)ybi_fraction_add(*sum, v->q, sum);
}

/* A pool is shared: what earlier layers drew on it for this very bill is used up. */
static struct ybi_fraction
drawn_on_pool(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_layer *layer, const struct ybi_ceiling *ceiling)
{
	struct ybi_fraction drawn = total(eval, ceiling->used);
	uint32_t first, place;

	if (ceiling->pool == UINT32_MAX || !eval->results)
		return drawn;
	place = layers_before(schedule, layer, &first);
	for (uint32_t i = first; i < place; i++) {
		const struct ybi_layer *before = &schedule->layers[i];
		bool draws = false;
		for (uint32_t k = 0; k < before->ceiling_count && !draws; k++) {
			const struct ybi_ceiling *other = &schedule->ceilings[before->first_ceiling + k];
			struct ybi_value v;
			if (other->pool != ceiling->pool)
				continue;
			ybi_condition(eval, other->when, &v);
			draws = ybi_holds(&v);
		}
		if (draws)
			add_result(eval, before, ceiling->on_cost ? YBI_RESULT_BASE : YBI_RESULT_PAID, &drawn);
	}
	return drawn;
}

/* The deductible still due: from what the rule names, less what was charged in its period, under the cap on the sum of the year. */
static bool
layer_deductible(struct ybi_eval *eval, const struct ybi_layer *layer, struct ybi_tier_input *in, struct ybi_value *due)
{
	struct ybi_value v;
	struct ybi_fraction left;

	ybi_value_set(due, ybi_fraction_from(0));
	in->deductible = due->q;
	if (layer->deductible == YBI_NO_EXPR)
		return true;
	if (layer->per_stay && eval->dues && eval->dues[layer->number].state == YBI_KNOWN) {
		*due = eval->dues[layer->number];
	} else {
		ybi_evaluate(eval, layer->deductible, due);
		nothing_here(due, layer->deductible_clause);
	}
	if (due->state != YBI_KNOWN)
		return false;
	due->q = not_below_zero(due->q);
	if (room(due->q, total(eval, layer->charged), &in->deductible) != YB_OK)
		goto overflow;
	if (layer->sum_cap != YBI_NO_EXPR) {
		ybi_evaluate(eval, layer->sum_cap, &v);
		if (v.state == YBI_NONE)
			return true;
		if (v.state != YBI_KNOWN) {
			*due = v;
			return false;
		}
		if (room(v.q, total(eval, layer->sum_charged), &left) != YB_OK)
			goto overflow;
		if (ybi_fraction_cmp(left, in->deductible) < 0)
			in->deductible = left;
	}
	return true;
overflow:
	ybi_value_state(due, YBI_FAILED, (uint32_t)YB_E_OVERFLOW);
	return false;
}

static bool
layer_ceilings(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_layer *layer, struct ybi_tier_input *in,
               struct ybi_value *bad)
{
	in->has_payment_room = in->has_cost_room = false;
	for (uint32_t i = 0; i < layer->ceiling_count; i++) {
		const struct ybi_ceiling *ceiling = &schedule->ceilings[layer->first_ceiling + i];
		struct ybi_fraction free_, *least = ceiling->on_cost ? &in->cost_room : &in->payment_room;
		bool *has = ceiling->on_cost ? &in->has_cost_room : &in->has_payment_room;
		struct ybi_value v;

		ybi_condition(eval, ceiling->when, &v);
		if (ybi_holds(&v))
			ybi_evaluate(eval, ceiling->amount, &v);
		else if (v.state == YBI_KNOWN)
			continue;
		if (v.state == YBI_NONE)
			continue;
		if (v.state == YBI_KNOWN && room(v.q, drawn_on_pool(eval, schedule, layer, ceiling), &free_) != YB_OK)
			ybi_value_state(&v, YBI_FAILED, (uint32_t)YB_E_OVERFLOW);
		if (v.state != YBI_KNOWN) {
			*bad = v;
			return false;
		}
		if (!*has || ybi_fraction_cmp(free_, *least) < 0)
			*least = free_;
		*has = true;
	}
	return true;
}

/* The same for every result. */
static void
fill(struct ybi_value *results, const struct ybi_value *with)
{
	for (uint32_t i = 0; i < YBI_RESULT_BAND1; i++)
		results[i] = *with;
	results[YBI_RESULT_STORED].why = 0;
	results[YBI_RESULT_BEYOND] = *with;
}

void
ybi_results_forget(struct ybi_value *results, size_t layers, uint32_t why)
{
	struct ybi_value none;

	ybi_value_state(&none, YBI_UNKNOWN, why);
	for (size_t i = 0; i < layers; i++)
		fill(results + i * YBI_RESULT_STRIDE, &none);
}

static void
write_results(struct ybi_value *r, const struct ybi_tier_input *in, const struct ybi_tier_output *out, const struct ybi_value *due)
{
	ybi_value_set(&r[YBI_RESULT_BASE], out->base);
	ybi_value_set(&r[YBI_RESULT_DEDUCTIBLE], out->deductible);
	ybi_value_set(&r[YBI_RESULT_SCOPE], out->scope);
	ybi_value_set(&r[YBI_RESULT_ABSORBED], out->absorbed);
	ybi_value_set(&r[YBI_RESULT_OVER], out->over);
	ybi_value_set(&r[YBI_RESULT_PAID], out->paid);
	ybi_value_set(&r[YBI_RESULT_EXACT], out->exact);
	ybi_value_set(&r[YBI_RESULT_UNCAPPED], out->uncapped);
	ybi_value_set(&r[YBI_RESULT_SELF], out->self);
	ybi_value_set(&r[YBI_RESULT_OWN], out->own);
	ybi_value_set(&r[YBI_RESULT_LEFT], out->left);
	ybi_value_set(&r[YBI_RESULT_START], in->start);
	ybi_value_set(&r[YBI_RESULT_OPEN], in->deductible);
	r[YBI_RESULT_DUE] = *due;
	if (in->has_payment_room)
		ybi_value_set(&r[YBI_RESULT_ROOM], in->payment_room);
	else
		ybi_value_state(&r[YBI_RESULT_ROOM], YBI_NONE, 0);
	if (in->has_cost_room)
		ybi_value_set(&r[YBI_RESULT_COST_ROOM], in->cost_room);
	else
		ybi_value_state(&r[YBI_RESULT_COST_ROOM], YBI_NONE, 0);
	ybi_value_set(&r[YBI_RESULT_BANDS], ybi_fraction_from(in->bands));
	for (uint32_t i = 0; i < in->bands; i++) {
		ybi_value_set(&r[YBI_RESULT_BAND1 + i], out->band[i]);
		ybi_value_set(&r[YBI_RESULT_RATIO1 + i], in->ratio[i]);
	}
	for (uint32_t i = 0; i + 1 < in->bands; i++)
		ybi_value_set(&r[YBI_RESULT_BORDER1 + i], in->border[i]);
	r[YBI_RESULT_STORED].why = in->bands;
	r[YBI_RESULT_MODIFIED].why = in->modified;
	ybi_value_set(&r[YBI_RESULT_BEYOND], ybi_fraction_from(0));
}

/* Of a layer that may not be there, facts that are lacking are named; a figure that is open stops nothing yet. */
static void
meet(struct ybi_obstacles *obstacles, const struct ybi_value *value, bool there, struct ybi_value *first)
{
	if (there || value->state == YBI_UNKNOWN)
		ybi_obstacle(obstacles, value);
	if (there)
		*first = *value;
}

/* Every expression of a layer is asked even after one had no value, so that all that is lacking is named at once. */
bool
ybi_layer_input(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_layer *layer, struct ybi_tier_input *in,
                struct ybi_value *due, struct ybi_value *first, struct ybi_obstacles *obstacles)
{
	struct ybi_value v, bad;
	uint32_t state, why = 0;
	bool there;

	ybi_condition(eval, layer->when, &v);
	*first = v;
	if (v.state == YBI_KNOWN && !ybi_holds(&v))
		return false;
	there = v.state == YBI_KNOWN;
	if (!there)
		ybi_obstacle(obstacles, &v);
	ybi_evaluate(eval, layer->base, &v);
	nothing_here(&v, layer->clause);
	if (v.state != YBI_KNOWN)
		meet(obstacles, &v, there, first);
	in->base = v.q;
	if (!layer_deductible(eval, layer, in, due))
		meet(obstacles, due, there, first);
	state = ybi_layer_bands(eval, schedule, layer, in, &why);
	if (state != YBI_KNOWN) {
		ybi_value_state(&bad, state, why);
		nothing_here(&bad, layer->ratio_clause);
		meet(obstacles, &bad, there, first);
	}
	if (!layer_ceilings(eval, schedule, layer, in, &bad))
		meet(obstacles, &bad, there, first);
	in->start = total(eval, layer->start);
	in->origin_zero = layer->origin_zero != 0;
	in->after_ratio = layer->after_ratio != 0;
	in->step = ybi_fraction_from(layer->step);
	in->mode = layer->mode;
	return first->state == YBI_KNOWN;
}

static void
run_layer(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_layer *layer, struct ybi_value *results,
          struct ybi_obstacles *obstacles)
{
	struct ybi_tier_input in;
	struct ybi_tier_output out;
	struct ybi_value due, first;
	yb_status st;

	if (!ybi_layer_input(eval, schedule, layer, &in, &due, &first, obstacles)) {
		fill(results, &first); /* zeros, where the layer is not there */
		return;
	}
	st = ybi_tier_pay(&in, &out);
	if (st != YB_OK) {
		ybi_value_state(&first, YBI_FAILED, (uint32_t)st);
		ybi_obstacle(obstacles, &first);
		fill(results, &first);
		return;
	}
	write_results(results, &in, &out, &due);
}

void
ybi_benefit_run(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_benefit *benefit,
                struct ybi_value *results, struct ybi_obstacles *obstacles)
{
	for (uint32_t i = 0; i < benefit->layer_count; i++) {
		const struct ybi_layer *layer = &schedule->layers[benefit->first_layer + i];
		run_layer(eval, schedule, layer, results + (size_t)layer->number * YBI_RESULT_STRIDE, obstacles);
	}
}
