/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/compile.h"

#include <stdlib.h>

#include "policy/plan.h"

static void
plan_free(struct ybi_plan *plan)
{
	if (!plan)
		return;
	for (uint32_t i = 0; i < plan->axis_count; i++) {
		free(plan->axes[i].map);
		free(plan->axes[i].breaks);
		free(plan->axes[i].small);
	}
	for (uint32_t i = 0; i < plan->table_count; i++)
		ybi_dense_free(&plan->tables[i]);
	for (uint32_t i = 0; i < plan->tier_count; i++)
		ybi_tier_plan_free(&plan->tiers[i]);
	free(plan->axes);
	free(plan->tables);
	free(plan->steps);
	free(plan->divisors);
	free(plan->tiers);
	free(plan->inputs);
	free(plan->constants);
	free(plan->slot);
	free(plan->paid);
	free(plan->answers);
	free(plan->guards);
	free(plan);
}

bool
ybi_start_plan(struct ybi_compiler *c, struct ybi_builder *b)
{
	struct ybi_book *book = b->book;

	*c = (struct ybi_compiler){ .b = b, .book = book };
	c->plan = ybi_calloc(1, sizeof(*c->plan));
	c->operands = ybi_calloc(book->exprs_count, sizeof(*c->operands));
	c->results = ybi_calloc(book->layer_names_count * YBI_RESULT_BAND1, sizeof(*c->results));
	c->wanted = ybi_calloc(book->layer_names_count * YBI_RESULT_BAND1, 1);
	c->seen = ybi_calloc(book->exprs_count, 1);
	c->facts = ybi_calloc(book->facts_count, sizeof(*c->facts));
	c->memo = ybi_calloc(book->memo_count, sizeof(*c->memo));
	if (!c->plan || !c->operands || !c->results || !c->wanted || !c->seen || !c->facts || !c->memo) {
		b->status = ybi_error_no_memory(b->err);
		return false;
	}
	c->eval = (struct ybi_eval){ .graph = &book->graph, .facts = c->facts, .memo = c->memo, .least_confidence = b->least };
	return YBI_PLAN_ADD(c, constants, 0) && YBI_PLAN_ADD(c, constants, YBI_AMOUNT_NONE);
}

/* Hands the arrays over to the plan, or drops everything. */
struct ybi_plan *
ybi_end_plan(struct ybi_compiler *c, bool good)
{
	struct ybi_plan *plan = c->plan;

	free(c->operands);
	free(c->results);
	free(c->wanted);
	free(c->answers);
	free(c->seen);
	free(c->facts);
	free(c->memo);
	free(c->axis_full);
	if (!plan)
		return NULL;
	if (good) {
		ybi_join_shares(c);
		ybi_place_registers(c);
		good = !c->failed;
	}
	plan->axes = c->axes;
	plan->axis_count = (uint32_t)c->axes_count;
	plan->tables = c->tables;
	plan->table_count = (uint32_t)c->tables_count;
	plan->steps = c->steps;
	plan->step_count = (uint32_t)c->steps_count;
	plan->divisors = c->divisors;
	plan->divisor_count = (uint32_t)c->divisors_count;
	plan->tiers = c->tiers;
	plan->tier_count = (uint32_t)c->tiers_count;
	plan->inputs = c->inputs;
	plan->input_count = (uint32_t)c->inputs_count;
	plan->constants = c->constants;
	plan->constant_count = (uint32_t)c->constants_count;
	plan->guards = c->guards;
	plan->guard_count = (uint32_t)c->guards_count;
	plan->regs = c->regs;
	if (good)
		return plan;
	plan_free(plan);
	return NULL;
}

/* Which results later expressions ask for: everything the document names, whichever benefit it is in. */
static void
mark_wanted(struct ybi_compiler *c)
{
	for (size_t i = 0; i < c->book->exprs_count; i++) {
		const struct ybi_expr *e = &c->book->exprs[i];
		if (e->op == YBI_OP_RESULT && e->y < YBI_RESULT_BAND1)
			c->wanted[e->x * YBI_RESULT_BAND1 + e->y] = 1;
	}
}

static void
mark(struct ybi_gather *g, uint32_t expr)
{
	if (expr != YBI_NO_EXPR)
		ybi_gather(g, expr, YBI_SIGHT_VALUE);
}

static void
mark_layer(struct ybi_gather *g, const struct ybi_layer *layer)
{
	const struct ybi_book *book = g->c->book;
	const uint32_t exprs[] = { layer->when, layer->base, layer->deductible, layer->sum_cap, layer->borders, layer->ratio };

	for (size_t i = 0; i < ARRAY_SIZE(exprs); i++)
		mark(g, exprs[i]);
	for (uint32_t i = 0; i < layer->modify_count; i++) {
		mark(g, book->modifies[layer->first_modify + i].when);
		mark(g, book->modifies[layer->first_modify + i].value);
	}
	for (uint32_t i = 0; i < layer->ceiling_count; i++) {
		mark(g, book->schedule.ceilings[layer->first_ceiling + i].when);
		mark(g, book->schedule.ceilings[layer->first_ceiling + i].amount);
	}
}

/*
 * By expression: does a bill ask for it? What only the other questions ask for would cut the axes of facts into more pieces than a bill
 * needs, and a set of codes into more than an axis may have. NULL: no memory.
 */
static uint8_t *
reach(struct ybi_builder *b)
{
	const struct ybi_book *book = b->book;
	struct ybi_compiler c = { .b = b, .book = b->book };
	struct ybi_gather g = { .c = &c, .ok = true, .marks = true };

	c.seen = ybi_calloc(book->exprs_count, 1);
	if (!c.seen) {
		b->status = ybi_error_no_memory(b->err);
		return NULL;
	}
	for (size_t i = 0; i < book->benefits_count; i++)
		mark(&g, book->benefits[i].choice.when);
	for (size_t i = 0; i < book->unsupported_count; i++)
		mark(&g, book->unsupported[i].when);
	for (size_t i = 0; i < book->layers_count; i++)
		mark_layer(&g, &book->layers[i]);
	return c.seen;
}

static struct ybi_plan *
compile_benefit(struct ybi_builder *b, const struct ybi_benefit *benefit, const uint8_t *reached)
{
	struct ybi_compiler c;
	bool good = ybi_start_plan(&c, b);

	c.reached = reached;
	if (good)
		mark_wanted(&c);
	for (uint32_t i = 0; i < benefit->layer_count && good; i++)
		ybi_prove_shapes(&c, &b->book->layers[benefit->first_layer + i]);
	for (uint32_t i = 0; i < benefit->layer_count && good; i++)
		good = ybi_compile_layer(&c, &b->book->layers[benefit->first_layer + i]) && !c.failed;
	if (good) {
		c.plan->paid = ybi_plan_grab(&c, benefit->layer_count, sizeof(*c.plan->paid));
		good = c.plan->paid != NULL;
		for (uint32_t i = 0; i < benefit->layer_count && good; i++)
			c.plan->paid[i] = c.tiers[i].out[YBI_RESULT_PAID];
		if (good)
			c.plan->deductible = c.tiers[0].out[YBI_RESULT_DEDUCTIBLE];
	}
	return ybi_end_plan(&c, good);
}

/* The conditions of benefits and gaps, each a small table of its own. */
static struct ybi_plan *
compile_front(struct ybi_builder *b, const uint8_t *reached)
{
	struct ybi_book *book = b->book;
	struct ybi_compiler c;
	bool good = ybi_start_plan(&c, b);

	c.reached = reached;
	for (uint32_t i = 0; i < book->benefits_count + book->unsupported_count && good; i++) {
		uint32_t when = i < book->benefits_count ? book->benefits[i].choice.when : book->unsupported[i - book->benefits_count].when;
		int64_t den, low, high;
		bool none;
		uint32_t table = when == YBI_NO_EXPR ? YBI_NO_TABLE : ybi_fold(&c, when, &den, &low, &high, &none);
		if (when != YBI_NO_EXPR && table == YBI_NO_TABLE)
			good = false;
		if (good)
			good = YBI_PLAN_ADD(&c, steps, ((struct ybi_column_step){ .op = YBI_COL_TABLE, .x = table }));
	}
	return ybi_end_plan(&c, good);
}

static void
count_room(struct ybi_book *book, const struct ybi_plan *plan)
{
	size_t regs = plan ? (size_t)plan->regs + 1 : 1, positions = plan ? (size_t)plan->axis_count + plan->table_count + 1 : 1;

	book->plan_regs = regs > book->plan_regs ? regs : book->plan_regs;
	book->plan_positions = positions > book->plan_positions ? positions : book->plan_positions;
}

static void
compile_benefits(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;
	uint8_t *reached;

	book->plans = ybi_calloc(book->benefits_count, sizeof(struct ybi_plan *));
	if (!book->plans) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	reached = reach(b);
	for (uint32_t i = 0; i < book->benefits_count && b->status == YB_OK; i++)
		book->plans[i] = compile_benefit(b, &book->benefits[i], reached);
	if (b->status == YB_OK)
		book->front = compile_front(b, reached);
	free(reached);
	for (uint32_t i = 0; i < book->benefits_count; i++)
		count_room(book, book->plans[i]);
	count_room(book, book->front);
	for (uint32_t i = 0; book->front && i < book->front->input_count; i++)
		book->front_moves = book->front_moves || ybi_fact_moves(book, book->front->inputs[i]);
	if (b->compile_work > YBI_COMPILE_WORK)
		ybi_warn(b, book->document->root, "reimburse", "too many cases to work out beforehand: bills are settled the slow way, and not every ratio is proven to lie between 0 and 1");
}

void
ybi_compile(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;

	if (book->benefits_count)
		compile_benefits(b);
	b->compile_work = YBI_COMPILE_WORK - YBI_FEE_WORK;
	if (b->status == YB_OK && book->charges_count)
		book->fee_plan = ybi_compile_fee(b);
	b->compile_work = YBI_COMPILE_WORK - YBI_FEE_WORK;
	if (b->status == YB_OK && book->credits_count)
		book->refund_plan = ybi_compile_refund(b);
}

void
ybi_plans_free(struct ybi_book *book)
{
	for (size_t i = 0; book->plans && i < book->benefits_count; i++)
		plan_free(book->plans[i]);
	free(book->plans);
	plan_free(book->fee_plan);
	plan_free(book->refund_plan);
	plan_free(book->front);
}
