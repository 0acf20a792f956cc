/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/single.h"

#include <stdlib.h>

#include "base/memory.h"

bool
ybi_single_room(struct ybi_single *s, size_t regs, size_t positions)
{
	return ybi_make_room(&s->regs, &s->reg_room, regs, sizeof(*s->regs)) &&
	       ybi_make_room(&s->positions, &s->position_room, positions, sizeof(*s->positions));
}

void
ybi_single_free(struct ybi_single *s)
{
	free(s->regs);
	free(s->positions);
	*s = (struct ybi_single){ 0 };
}

/* ---- tables ---- */

static uint32_t
table_index(const struct ybi_plan *plan, const struct ybi_dense *table, uint32_t *positions)
{
	uint32_t index = 0;

	for (uint32_t k = 0; k < table->axis_count; k++)
		index += positions[table->axes[k]] * table->strides[k];
	return positions[plan->axis_count + table->index] = index;
}

/* A fact that is not known is one of its own, unless a table derives it from others. False where a value is none that the fact can have. */
static bool
find_positions(const struct ybi_plan *plan, const struct ybi_fact *facts, uint32_t *positions)
{
	for (uint32_t i = 0; i < plan->axis_count; i++) {
		const struct ybi_axis *axis = &plan->axes[i];
		const struct ybi_fact *fact = &facts[axis->fact];
		positions[i] = axis->size;
		if (fact->state == YBI_KNOWN) {
			if (axis->small && (uint64_t)(fact->value - axis->breaks[0]) >= axis->small_count)
				return false;
			positions[i] = ybi_axis_position(axis, fact->value);
		} else if (axis->derive != YBI_NO_TABLE) {
			const struct ybi_dense *table = &plan->tables[axis->derive];
			uint32_t index = table_index(plan, table, positions);
			if (!table->bad || !table->bad[index])
				positions[i] = ybi_axis_position(axis, table->values[index]);
		}
	}
	return true;
}

bool
ybi_single_choose(const struct ybi_plan *plan, uint32_t choices, const struct ybi_fact *facts, struct ybi_single *s, uint32_t *choice)
{
	uint32_t found = UINT32_MAX;

	if (!find_positions(plan, facts, s->positions))
		return false;
	for (uint32_t i = 0; i < plan->step_count; i++) {
		const struct ybi_dense *table = plan->steps[i].x == YBI_NO_TABLE ? NULL : &plan->tables[plan->steps[i].x];
		uint32_t index = table ? table_index(plan, table, s->positions) : 0;
		bool known = !table || !table->bad || !table->bad[index], holds = !table || table->values[index] != 0;
		if (i >= choices) {
			if (table && known && holds)
				return false;
		} else if (!known || (holds && found != UINT32_MAX)) {
			return false;
		} else if (holds) {
			found = i;
		}
	}
	*choice = found;
	return found != UINT32_MAX;
}

/* ---- tiers ---- */

static inline int64_t
reg_at(const int64_t *regs, uint16_t reg)
{
	return reg == YBI_NO_REG ? 0 : regs[reg];
}

/* One tier on its way: what enters, the deductible, the interval of the bands; amounts in 1/scale fen. */
struct tier_row {
	bool on;
	int64_t x, d, begin, end, absorbed, gross, paid;
};

static void
tier_start(const struct ybi_tier_plan *t, const int64_t *regs, struct tier_row *k)
{
	int64_t due = ybi_greater(ybi_greater(reg_at(regs, t->due), 0) - reg_at(regs, t->charged), 0), start = reg_at(regs, t->start) * t->scale, taken;

	k->x = k->on ? ybi_greater(regs[t->base], 0) : 0;
	if (t->sum_cap != YBI_NO_REG && regs[t->sum_cap] != YBI_AMOUNT_NONE)
		due = ybi_lesser(due, ybi_greater(regs[t->sum_cap] - reg_at(regs, t->sum_charged), 0));
	k->d = ybi_lesser(due * t->scale, k->x);
	taken = t->after_ratio ? 0 : k->d;
	k->begin = t->origin_zero ? start + taken : start;
	k->end = k->begin + k->x - taken;
}

/* The least room under the ceilings of one kind. */
static int64_t
least_room(const struct ybi_tier_plan *t, const int64_t *regs, uint8_t on_cost)
{
	int64_t least = YBI_AMOUNT_NONE;

	for (uint32_t i = 0; i < t->ceiling_count; i++) {
		int64_t amount = regs[t->ceilings[i].amount];
		if (t->ceilings[i].on_cost == on_cost && amount != YBI_AMOUNT_NONE && (t->ceilings[i].when == YBI_NO_REG || regs[t->ceilings[i].when]))
			least = ybi_lesser(least, ybi_greater(amount - reg_at(regs, t->ceilings[i].used), 0));
	}
	return least;
}

static void
tier_cost(const struct ybi_tier_plan *t, const int64_t *regs, struct tier_row *k)
{
	int64_t taken = t->after_ratio ? 0 : k->d, room, stop;

	k->absorbed = k->end - k->begin + taken;
	if (!t->ceiling_count)
		return;
	room = least_room(t, regs, 1);
	if (room == YBI_AMOUNT_NONE)
		return;
	stop = k->begin + room * t->scale - taken;
	if (stop < k->end) {
		k->end = ybi_greater(stop, k->begin);
		k->absorbed = ybi_lesser(k->end - k->begin + taken, room * t->scale);
	}
}

/* The bands as a sum of slopes, see any_gross() of the columns; false where the deductible takes more than the ratios gave. */
static bool
tier_gross(const struct ybi_tier_plan *t, uint32_t entry, struct tier_row *k)
{
	k->gross = (k->end - k->begin) * t->slope[entry];
	for (uint32_t b = 1; b < t->bands; b++) {
		int64_t edge = t->edge[b * t->entries + entry];
		k->gross += (ybi_greater(k->end - edge, 0) - ybi_greater(k->begin - edge, 0)) * t->slope[b * t->entries + entry];
	}
	if (!t->after_ratio)
		return true;
	k->gross -= k->d * t->ratio_den;
	return k->gross >= 0;
}

/* False where a ceiling stops the payment at a point that only the exact way tells. */
static bool
tier_post(const struct ybi_tier_plan *t, const int64_t *regs, struct tier_row *k, int64_t *exact)
{
	int64_t room, most;

	k->paid = ybi_divide_round(&t->post, k->gross, t->mode) * t->step;
	*exact = k->gross;
	if (!t->ceiling_count)
		return true;
	room = least_room(t, regs, 0);
	if (room == YBI_AMOUNT_NONE)
		return true;
	if (!__builtin_mul_overflow(room, t->scale * t->ratio_den, &most) && k->gross > most) {
		if (t->needs_stop)
			return false;
		*exact = most;
	}
	if (k->paid > room)
		k->paid = t->step == 1 ? room : room - room % t->step;
	return true;
}

static void
put_result(const struct ybi_tier_plan *t, int64_t *regs, uint32_t result, int64_t value)
{
	if (t->held >> result & 1 && t->out[result] != YBI_NO_REG)
		regs[t->out[result]] = value;
}

static bool
run_tier(const struct ybi_plan *plan, const struct ybi_tier_plan *t, struct ybi_single *s)
{
	int64_t *regs = s->regs;
	struct tier_row k;
	uint32_t entry = 0;

	k.on = t->when == YBI_NO_REG || regs[t->when];
	if (t->shape_table != YBI_NO_TABLE) {
		const struct ybi_dense *table = &plan->tables[t->shape_table];
		entry = s->positions[plan->axis_count + table->index];
		if (k.on && table->bad && table->bad[entry])
			return false; /* a layer that is not there asks for no ratio */
	}
	tier_start(t, regs, &k);
	tier_cost(t, regs, &k);
	if (!tier_gross(t, entry, &k) || !tier_post(t, regs, &k, &s->exact[s->beside][t - plan->tiers]))
		return false;
	put_result(t, regs, YBI_RESULT_BASE, k.x);
	put_result(t, regs, YBI_RESULT_DEDUCTIBLE, k.d);
	put_result(t, regs, YBI_RESULT_SCOPE, k.x - k.d);
	put_result(t, regs, YBI_RESULT_PAID, k.paid);
	put_result(t, regs, YBI_RESULT_LEFT, k.x - k.paid * t->scale);
	put_result(t, regs, YBI_RESULT_ABSORBED, k.absorbed);
	put_result(t, regs, YBI_RESULT_OVER, k.x - k.absorbed);
	put_result(t, regs, YBI_RESULT_SELF, k.absorbed - k.paid * t->scale);
	put_result(t, regs, YBI_RESULT_OWN, k.absorbed - k.paid * t->scale - k.d);
	put_result(t, regs, YBI_RESULT_START, k.on ? reg_at(regs, t->start) * t->scale : 0);
	return true;
}

/* ---- steps ---- */

/* `otherwise`: the value where the fact is not known; NULL: that is none. */
static bool
load(const struct ybi_column_step *step, const struct ybi_fact *fact, const int64_t *otherwise, int64_t *out)
{
	if (fact->state != YBI_KNOWN) {
		*out = otherwise ? *otherwise : 0;
		return otherwise != NULL;
	}
	*out = fact->value;
	return fact->value >= step->low && fact->value <= step->high;
}

static bool
is_bad(const struct ybi_plan *plan, const struct ybi_dense *table, const uint32_t *positions)
{
	return table->bad && table->bad[positions[plan->axis_count + table->index]];
}

static int64_t
look_up(const struct ybi_plan *plan, const struct ybi_dense *table, const uint32_t *positions)
{
	return table->values[positions[plan->axis_count + table->index]];
}

bool
ybi_single_run(const struct ybi_plan *plan, const struct ybi_fact *facts, struct ybi_single *s)
{
	static const int64_t zero;
	int64_t *regs = s->regs;

	if (!find_positions(plan, facts, s->positions))
		return false;
	for (uint32_t i = 0; i < plan->step_count; i++) {
		const struct ybi_column_step *step = &plan->steps[i];
		int64_t *out = &regs[step->out];
		const int64_t *a = &regs[step->a], *b = &regs[step->b];
		bool fits = true;
		switch (step->op) {
		case YBI_COL_LOAD: fits = load(step, &facts[step->x], step->y ? &zero : NULL, out); break;
		case YBI_COL_GIVEN: fits = load(step, &facts[step->x], a, out); break;
		case YBI_COL_LACKS: *out = facts[step->x].state != YBI_KNOWN; break;
		case YBI_COL_CONST: *out = step->low; break;
		case YBI_COL_TABLE:
			*out = look_up(plan, &plan->tables[step->x], s->positions);
			fits = step->y || !is_bad(plan, &plan->tables[step->x], s->positions);
			break;
		case YBI_COL_BAD: *out = is_bad(plan, &plan->tables[step->x], s->positions); break;
		case YBI_COL_INDEX: (void)table_index(plan, &plan->tables[step->x], s->positions); break;
		case YBI_COL_ADD: *out = *a + *b; break;
		case YBI_COL_SUB: *out = *a - *b; break;
		case YBI_COL_MUL: *out = *a * *b; break;
		case YBI_COL_SCALE: *out = *a * step->low; break;
		case YBI_COL_MIN: *out = ybi_lesser(*a, *b); break;
		case YBI_COL_MAX: *out = ybi_greater(*a, *b); break;
		case YBI_COL_DIVIDE: *out = ybi_divide_round(&plan->divisors[step->x], *a, step->y); break;
		case YBI_COL_SHARE: *out = ybi_divide_round(&plan->divisors[step->x], *a * step->low + *b * step->high, YB_ROUND_HALF_UP); break;
		case YBI_COL_PART: *out = ybi_divide_round(&plan->divisors[step->x], *a * *b, YB_ROUND_HALF_UP); break;
		case YBI_COL_LT: *out = *a < *b; break;
		case YBI_COL_LE: *out = *a <= *b; break;
		case YBI_COL_EQ: *out = *a == *b; break;
		case YBI_COL_NE: *out = *a != *b; break;
		case YBI_COL_NOT: *out = !*a; break;
		case YBI_COL_AND: *out = *a & *b; break;
		case YBI_COL_OR: *out = *a | *b; break;
		case YBI_COL_SELECT: *out = *a ? *b : regs[step->c]; break;
		case YBI_COL_MONTH: *out = ybi_month_of_day(*a); break;
		case YBI_COL_FIRST: *out = ybi_day_of_month(*a); break;
		case YBI_COL_TIER: fits = run_tier(plan, &plan->tiers[step->x], s); break;
		default: fits = false;
		}
		if (!fits)
			return false;
	}
	return true;
}
