/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/choice.h"

void
ybi_obstacle(struct ybi_obstacles *obstacles, const struct ybi_value *value)
{
	if (value->state == YBI_UNKNOWN && !obstacles->missing[value->why]) {
		obstacles->missing[value->why] = 1;
		obstacles->missing_count++;
	} else if (value->state == YBI_UNSUPPORTED && !obstacles->gaps[value->why]) {
		obstacles->gaps[value->why] = 1;
		obstacles->gap_count++;
	} else if (value->state == YBI_FAILED && obstacles->failed == YB_OK) {
		obstacles->failed = (yb_status)value->why;
	}
}

void
ybi_condition(struct ybi_eval *eval, uint32_t when, struct ybi_value *out)
{
	if (when == YBI_NO_EXPR)
		ybi_value_set(out, ybi_fraction_from(1));
	else
		ybi_evaluate(eval, when, out);
}

bool
ybi_holds(const struct ybi_value *value)
{
	return value->state == YBI_KNOWN && ybi_fraction_sign(value->q) != 0;
}

bool
ybi_clause_trusted(struct ybi_eval *eval, uint32_t clause, struct ybi_obstacles *obstacles)
{
	struct ybi_value v;

	if (eval->used)
		eval->used[clause] = 1;
	if (eval->graph->clauses[clause].confidence <= eval->least_confidence)
		return true;
	ybi_value_state(&v, YBI_UNSUPPORTED, clause);
	ybi_obstacle(obstacles, &v);
	return false;
}

static bool
beats(const struct ybi_choice *winner, const uint32_t *args, uint32_t loser)
{
	for (uint32_t i = 0; i < winner->over_count; i++)
		if (args[winner->first_over + i] == loser)
			return true;
	return false;
}

uint32_t
ybi_choose(struct ybi_eval *eval, const struct ybi_choice *first, size_t stride, uint32_t count, const uint32_t *args, bool exclusive,
           struct ybi_obstacles *obstacles, uint32_t *reason)
{
	enum { NO, YES, OPEN } state[YBI_CHOICES];
	struct ybi_value open;
	uint32_t found = UINT32_MAX;
	bool is_open = false;

	for (uint32_t i = 0; i < count; i++) {
		struct ybi_value v;
		ybi_condition(eval, ybi_choice_at(first, stride, i)->when, &v);
		state[i] = v.state != YBI_KNOWN ? OPEN : ybi_holds(&v) ? YES : NO;
		if (state[i] == OPEN && !is_open) {
			open = v;
			is_open = true;
		}
	}
	*reason = 0;
	for (uint32_t i = 0; i < count; i++) {
		bool beaten = state[i] != YES;
		for (uint32_t k = 0; k < count && !beaten; k++)
			beaten = state[k] == YES && beats(ybi_choice_at(first, stride, k), args, i);
		if (beaten)
			continue;
		if (found != UINT32_MAX) {
			*reason = ybi_two(found, i);
			for (uint32_t k = 0; k < count; k++) { /* one that is not known may go before both */
				const struct ybi_choice *other = ybi_choice_at(first, stride, k);
				if (state[k] != OPEN || (!beats(other, args, found) && !beats(other, args, i)))
					continue;
				ybi_condition(eval, other->when, &open);
				ybi_obstacle(obstacles, &open);
				*reason = 1;
			}
			return UINT32_MAX;
		}
		found = i;
	}
	if (is_open) {
		bool decided = found != UINT32_MAX;
		for (uint32_t k = 0; k < count && decided; k++) {
			const struct ybi_choice *other = ybi_choice_at(first, stride, k);
			bool yields = exclusive; /* to any that holds, though that one yields in its turn */
			for (uint32_t j = 0; j < count && !yields; j++)
				yields = state[j] == YES && beats(ybi_choice_at(first, stride, j), args, k);
			decided = state[k] != OPEN || (yields && !beats(other, args, found));
			if (!decided)
				ybi_condition(eval, other->when, &open);
		}
		if (!decided) {
			ybi_obstacle(obstacles, &open);
			*reason = 1;
			return UINT32_MAX;
		}
	}
	return found;
}
