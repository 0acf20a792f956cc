/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/column.h"

/* Which steps of a plan somebody has something of. */

uint32_t
ybi_step_reads(uint16_t op)
{
	switch (op) {
	case YBI_COL_LOAD: case YBI_COL_LACKS: case YBI_COL_CONST: case YBI_COL_TABLE: case YBI_COL_BAD: case YBI_COL_INDEX: case YBI_COL_TIER: return 0;
	case YBI_COL_GIVEN: case YBI_COL_SCALE: case YBI_COL_DIVIDE: case YBI_COL_NOT: case YBI_COL_MONTH: case YBI_COL_FIRST: return 1;
	case YBI_COL_SELECT: return 3;
	default: return 2;
	}
}

/* A table that is looked up for its value, or to see whether it has one. */
static bool
is_indexed(const struct ybi_plan *plan, const uint8_t *idle, uint32_t index)
{
	for (uint32_t i = 0; i < plan->step_count; i++) {
		const struct ybi_column_step *step = &plan->steps[i];
		bool looks = step->op == YBI_COL_TABLE || step->op == YBI_COL_BAD;
		if (looks && plan->tables[step->x].index == index && (!idle[i] || (step->op == YBI_COL_TABLE && plan->tables[step->x].bad && !step->y)))
			return true;
	}
	return false;
}

void
ybi_plan_idle(const struct ybi_plan *plan, uint8_t *wanted, uint8_t *idle)
{
	for (uint32_t i = 0; i < plan->guard_count; i++)
		wanted[plan->guards[i].reg] = 1;
	for (uint32_t i = plan->step_count; i-- > 0;) {
		const struct ybi_column_step *step = &plan->steps[i];
		const uint16_t regs[] = { step->a, step->b, step->c };
		idle[i] = step->op != YBI_COL_LOAD && step->op != YBI_COL_INDEX && !wanted[step->out];
		for (uint32_t k = 0; !idle[i] && k < ybi_step_reads(step->op); k++)
			wanted[regs[k]] = 1;
	}
	for (uint32_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].op == YBI_COL_INDEX)
			idle[i] = !is_indexed(plan, idle, plan->tables[plan->steps[i].x].index);
}
