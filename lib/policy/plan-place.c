/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

#include <stdlib.h>
#include <string.h>

/* ---- shares ---- */

static uint32_t
uses_of(const struct ybi_compiler *c, uint16_t reg)
{
	uint32_t uses = 0;

	for (size_t i = 0; i < c->steps_count; i++) {
		const struct ybi_column_step *step = &c->steps[i];
		const uint16_t regs[] = { step->a, step->b, step->c };
		for (uint32_t k = 0; k < ybi_step_reads(step->op); k++)
			uses += regs[k] == reg;
	}
	for (size_t i = 0; i < c->tiers_count; i++) {
		const struct ybi_tier_plan *t = &c->tiers[i];
		const uint16_t regs[] = { t->when, t->base, t->due, t->sum_cap, t->charged, t->sum_charged, t->start };
		for (size_t k = 0; k < ARRAY_SIZE(regs); k++)
			uses += regs[k] == reg;
		for (uint32_t k = 0; k < t->ceiling_count; k++)
			uses += (uint32_t)((t->ceilings[k].amount == reg) + (t->ceilings[k].used == reg) + (t->ceilings[k].when == reg));
	}
	for (size_t i = 0; i < c->guards_count; i++)
		uses += 2u * (c->guards[i].reg == reg);
	for (uint32_t i = 0; i < c->plan->answer_count; i++)
		uses += 2u * (c->plan->answers[i].reg == reg);
	return uses;
}

/* The step that makes a register; NULL: there is none, or other steps than the one before which it is asked for want the register too. */
static struct ybi_column_step *
source_of(struct ybi_compiler *c, uint16_t reg, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		struct ybi_column_step *step = &c->steps[i];
		if (step->op != YBI_COL_TIER && step->op != YBI_COL_INDEX && step->out == reg)
			return c->plan->answers || uses_of(c, reg) == 1 ? step : NULL;
	}
	return NULL;
}

/* A step whose result is read by nobody now. Of a fee it may be asked for; where it is not, the step is idle. */
static void
leave(const struct ybi_compiler *c, struct ybi_column_step *step)
{
	if (!c->plan->answers)
		step->out = YBI_NO_REG;
}

/* One side of a sum: the register and what it is multiplied by. */
static void
take_side(struct ybi_compiler *c, size_t before, uint16_t *reg, int64_t *factor)
{
	struct ybi_column_step *step = source_of(c, *reg, before);

	if (!step || step->op != YBI_COL_SCALE)
		return;
	*reg = step->a;
	*factor *= step->low;
	leave(c, step);
}

/* A rounded product or share of one amount, of which a fee has many: what is rounded is an answer of its own, and seldom asked for. */
static void
join_product(struct ybi_column_step *divide, const struct ybi_column_step *product)
{
	if (product->op == YBI_COL_MUL)
		*divide = (struct ybi_column_step){ .op = YBI_COL_PART, .out = divide->out, .a = product->a, .b = product->b, .x = divide->x };
	else if (product->op == YBI_COL_SCALE)
		*divide = (struct ybi_column_step){ .op = YBI_COL_SHARE, .out = divide->out, .a = product->a, .b = product->a, .x = divide->x,
		                                    .low = product->low };
}

/* Shares of two amounts that are added and rounded, the usual base of a layer, are one step. */
void
ybi_join_shares(struct ybi_compiler *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->steps_count; i++) {
		struct ybi_column_step *divide = &c->steps[i], *source = NULL;
		struct ybi_column_step share = { .op = YBI_COL_SHARE, .out = divide->out, .x = divide->x, .low = 1, .high = 1 };
		if (divide->op == YBI_COL_DIVIDE && divide->low == 0 && divide->y == YB_ROUND_HALF_UP)
			source = source_of(c, divide->a, i);
		if (source && c->plan->answers)
			join_product(divide, source);
		if (!source || (source->op != YBI_COL_ADD && source->op != YBI_COL_SUB))
			continue;
		share.a = source->a;
		share.b = source->b;
		share.high = source->op == YBI_COL_SUB ? -1 : 1;
		leave(c, source);
		take_side(c, i, &share.a, &share.low);
		take_side(c, i, &share.b, &share.high);
		*divide = share;
	}
	for (size_t i = 0; i < c->steps_count; i++)
		if (c->steps[i].out != YBI_NO_REG)
			c->steps[kept++] = c->steps[i];
	c->steps_count = kept;
}

/* ---- where registers lie ---- */

struct places {
	uint32_t *last;      /* by register: the last step that reads it */
	uint16_t *slot;      /* by register */
	uint16_t *free;      /* slots that nobody needs any more, the warmest last */
	uint32_t free_count, slots;
};

static void
read_until(struct places *p, uint16_t reg, uint32_t step)
{
	if (reg != YBI_NO_REG)
		p->last[reg] = step;
}

static void
tier_reads(struct places *p, const struct ybi_tier_plan *t, uint32_t step)
{
	const uint16_t regs[] = { t->base, t->due, t->sum_cap, t->charged, t->sum_charged, t->start };

	for (size_t k = 0; k < ARRAY_SIZE(regs); k++)
		read_until(p, regs[k], step);
	for (uint32_t k = 0; k < t->ceiling_count; k++) {
		read_until(p, t->ceilings[k].amount, step);
		read_until(p, t->ceilings[k].used, step);
		read_until(p, t->ceilings[k].when, step);
	}
}

/* Registers that are read when the run is over lie where nobody else writes. */
static void
find_last(const struct ybi_compiler *c, struct places *p)
{
	for (uint32_t i = 0; i < c->steps_count; i++) {
		const struct ybi_column_step *step = &c->steps[i];
		const uint16_t regs[] = { step->a, step->b, step->c };
		for (uint32_t k = 0; k < ybi_step_reads(step->op); k++)
			read_until(p, regs[k], i);
		if (step->op == YBI_COL_TIER)
			tier_reads(p, &c->tiers[step->x], i);
	}
	for (uint32_t i = 0; i < c->tiers_count; i++) {
		read_until(p, c->tiers[i].when, UINT32_MAX);
		read_until(p, c->tiers[i].out[YBI_RESULT_PAID], UINT32_MAX);
	}
	if (c->tiers_count > 0)
		read_until(p, c->tiers[0].out[YBI_RESULT_DEDUCTIBLE], UINT32_MAX);
	for (uint32_t i = 0; i < c->guards_count; i++)
		read_until(p, c->guards[i].reg, UINT32_MAX);
	for (uint32_t i = 0; i < c->plan->answer_count; i++) {
		read_until(p, c->plan->answers[i].reg, UINT32_MAX);
		read_until(p, c->plan->answers[i].lack, UINT32_MAX);
	}
}

static void
take_slot(struct places *p, uint16_t reg)
{
	p->slot[reg] = p->free_count > 0 ? p->free[--p->free_count] : (uint16_t)p->slots++;
}

/* Of one step: places for what it writes, then those are free that it read for the last time. */
static void
place_step(const struct ybi_compiler *c, struct places *p, uint32_t number)
{
	const struct ybi_column_step *step = &c->steps[number];
	uint16_t outs[YBI_RESULT_BAND1];
	uint32_t count = 0;

	if (step->op == YBI_COL_TIER) {
		for (uint32_t i = 0; i < YBI_RESULT_BAND1; i++)
			if (c->tiers[step->x].out[i] != YBI_NO_REG)
				outs[count++] = c->tiers[step->x].out[i];
	} else if (step->op != YBI_COL_INDEX && step->op != YBI_COL_CONST) {
		outs[count++] = step->out;
	}
	for (uint32_t i = 0; i < count; i++)
		take_slot(p, outs[i]);
	for (uint32_t i = 0; i < count; i++)
		if (p->last[outs[i]] == 0)
			p->free[p->free_count++] = p->slot[outs[i]];
	for (uint32_t reg = 0; reg < c->regs; reg++)
		if (p->last[reg] == number && number > 0 && p->slot[reg] != YBI_NO_REG)
			p->free[p->free_count++] = p->slot[reg];
}

/* Registers share memory when the one is not needed before the other is written: a block's few places stay in the nearest cache. */
void
ybi_place_registers(struct ybi_compiler *c)
{
	struct places p = { .last = ybi_plan_grab(c, (size_t)c->regs + 1, sizeof(*p.last)) };

	p.slot = ybi_plan_grab(c, (size_t)c->regs + 1, sizeof(*p.slot));
	p.free = ybi_plan_grab(c, (size_t)c->regs + 1, sizeof(*p.free));
	if (p.last && p.slot && p.free) {
		memset(p.slot, 0xff, ((size_t)c->regs + 1) * sizeof(*p.slot));
		find_last(c, &p);
		for (uint32_t i = 0; i < c->steps_count; i++)
			place_step(c, &p, i);
		for (uint32_t reg = 0; reg < c->regs; reg++)
			if (p.slot[reg] == YBI_NO_REG)
				p.slot[reg] = (uint16_t)p.slots; /* constants, which are written only where somebody wants to have them */
		c->plan->slots = p.slots + 1;
	}
	c->plan->slot = p.slot;
	free(p.last);
	free(p.free);
}
