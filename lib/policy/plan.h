/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_PLAN_H
#define YBI_PLAN_H

#include "policy/builder.h"

/*
 * An expression folds when everything it hangs on is enumerated: texts, flags,
 * sets met by a few cells, numbers that are only compared. The ends of all
 * cells and constants on a fact are the breaks of its axis, so one value of
 * each piece stands for all of it; the exact evaluator fills the table. What
 * does not fold becomes a step over columns, provided its range fits. Where
 * neither works the benefit has no plan, and the exact way serves it.
 */

#define YBI_DEN_LIMIT INT64_C(1000000)
#define YBI_VALUE_LIMIT (INT64_C(1) << 61)
/* Work that plans cost, as looks at an expression; a document beyond it keeps to the exact way. */
#define YBI_COMPILE_WORK 40000000

struct ybi_operand {
	uint8_t state; /* 0 not tried, 1 there, 2 cannot be */
	bool maybe_none;
	uint16_t reg;
	uint16_t lack; /* of a fee: a register that is 1 in rows without a value here, plus 1; 0: every row has one */
	int64_t den, low, high;
};

struct ybi_compiler {
	struct ybi_builder *b;
	struct ybi_book *book;
	struct ybi_plan *plan;
	YBI_ARRAY(struct ybi_axis, axes);
	YBI_ARRAY(struct ybi_dense, tables);
	YBI_ARRAY(struct ybi_column_step, steps);
	YBI_ARRAY(struct ybi_divisor, divisors);
	YBI_ARRAY(struct ybi_tier_plan, tiers);
	YBI_ARRAY(uint32_t, inputs);
	YBI_ARRAY(int64_t, constants);
	YBI_ARRAY(struct ybi_guard, guards);
	YBI_ARRAY(uint8_t, axis_full);
	struct ybi_operand *operands;  /* by expression */
	struct ybi_operand *results;   /* by layer number * YBI_RESULT_BAND1 + result */
	uint8_t *wanted;               /* likewise: asked for by a later expression */
	struct ybi_operand *answers;   /* of a fee, by answer; NULL else */
	uint8_t *seen;                 /* by expression: marks of one gathering */
	const uint8_t *reached;        /* likewise: what may be asked for; NULL: all */
	struct ybi_eval eval;
	struct ybi_fact *facts;
	struct ybi_memo *memo;
	uint32_t regs;
	bool holes;  /* an amount without a figure stops the row that asks for it: nothing else decides whether it is asked for */
	bool failed; /* this plan cannot be made */
};

/* Out of memory fails the build; anything else only leaves the plan out. */
#define YBI_PLAN_ADD(c, array, element) \
	(ybi_push_room((c)->b, (void *)&(c)->array, (c)->array##_count, &(c)->array##_room, sizeof(*(c)->array)) \
	         ? ((c)->array[(c)->array##_count++] = (element), true) : ((c)->failed = true, false))

/* ---- compile.c: the whole ---- */

bool ybi_start_plan(struct ybi_compiler *c, struct ybi_builder *b);
struct ybi_plan *ybi_end_plan(struct ybi_compiler *c, bool good);

/* ---- plan-fold.c: what hangs on enumerated facts alone ---- */

/* How a fact is looked at. */
enum ybi_sight {
	YBI_SIGHT_VALUE,    /* its value counts */
	YBI_SIGHT_COMPARED, /* only on which side of a break it lies */
	YBI_SIGHT_CELLS     /* only in which cells; whoever says so adds them */
};

#define YBI_LOOKS 256

struct ybi_gather {
	struct ybi_compiler *c;
	uint32_t axes[YBI_TABLE_AXES], count;
	bool whole[YBI_TABLE_AXES]; /* of an axis: looked at in other ways than by cells */
	struct ybi_look { uint32_t axis, cell; } looks[YBI_LOOKS]; /* number of an axis in axes[] */
	uint32_t look_count;
	uint64_t weight; /* of one evaluation */
	bool one_row;    /* of a table one row's value is weighed */
	bool marks;      /* no axes: only what is seen counts, derivations of facts with it */
	bool ok;
};

/* What stands for an entry whose facts are set. */
enum ybi_case {
	YBI_CASE_PLAIN,  /* the value */
	YBI_CASE_AMOUNT, /* 0 where the condition does not hold; a limit that there is none of is no amount */
	YBI_CASE_GAP,    /* 0 where it has no value: what cannot be told stops nobody */
	YBI_CASE_BRANCH  /* the number of the branch that holds, ybi_branch(), whatever it is worth */
};

void *ybi_plan_grab(struct ybi_compiler *c, size_t count, size_t size);
void ybi_plan_use(struct ybi_compiler *c, uint32_t fact);
bool ybi_axis_value(const struct ybi_axis *axis, uint32_t position, int64_t *value);
bool ybi_start_gather(struct ybi_gather *g, struct ybi_compiler *c);
void ybi_gather(struct ybi_gather *g, uint32_t expr, enum ybi_sight sight);
bool ybi_same_fact_twice(const struct ybi_gather *g);
bool ybi_lay_out_table(struct ybi_gather *g, struct ybi_dense *table);
bool ybi_enter_case(struct ybi_compiler *c, const struct ybi_dense *table, uint32_t index);
bool ybi_add_table(struct ybi_compiler *c, struct ybi_dense table);
bool ybi_index_step(struct ybi_compiler *c, uint32_t table);
void ybi_dense_free(struct ybi_dense *table);
int64_t ybi_common_den(int64_t a, int64_t b);
uint32_t ybi_fold(struct ybi_compiler *c, uint32_t expr, int64_t *den, int64_t *low, int64_t *high, bool *none);
uint32_t ybi_fold_case(struct ybi_compiler *c, enum ybi_case kind, uint32_t when, uint32_t expr, int64_t *den, int64_t *low, int64_t *high,
                       bool *none);

/* ---- plan-step.c: what is worked out row by row ---- */

struct ybi_operand ybi_no_operand(struct ybi_compiler *c);
struct ybi_operand ybi_emit(struct ybi_compiler *c, struct ybi_column_step step, int64_t den, int64_t low, int64_t high);
uint32_t ybi_constant_number(struct ybi_compiler *c, int64_t value);
struct ybi_operand ybi_constant(struct ybi_compiler *c, int64_t value, int64_t den);
struct ybi_operand ybi_loaded(struct ybi_compiler *c, uint32_t fact);
struct ybi_operand ybi_folded(struct ybi_compiler *c, enum ybi_case kind, uint32_t when, uint32_t expr);
struct ybi_operand ybi_operand_of(struct ybi_compiler *c, uint32_t expr);
struct ybi_operand ybi_rescale(struct ybi_compiler *c, struct ybi_operand o, int64_t den);
bool ybi_level(struct ybi_compiler *c, struct ybi_operand *a, struct ybi_operand *b);
struct ybi_operand ybi_arithmetic(struct ybi_compiler *c, uint16_t op, struct ybi_operand a, struct ybi_operand b);
struct ybi_operand ybi_divided(struct ybi_compiler *c, struct ybi_operand a, int64_t by, uint32_t mode, int64_t den);

struct ybi_operand ybi_condition_of(struct ybi_compiler *c, uint16_t op, struct ybi_operand a, struct ybi_operand b);
struct ybi_operand ybi_select(struct ybi_compiler *c, struct ybi_operand when, struct ybi_operand a, struct ybi_operand b);
struct ybi_operand ybi_not(struct ybi_compiler *c, struct ybi_operand a);
struct ybi_operand ybi_nothing(struct ybi_compiler *c);
/* Rows that lack either; and those of `lack` where a condition holds. */
uint16_t ybi_lack_either(struct ybi_compiler *c, uint16_t a, uint16_t b);
uint16_t ybi_lack_where(struct ybi_compiler *c, uint16_t lack, uint16_t condition);

/* ---- plan-choice.c: choices that are made row by row ---- */

/* Of a bill the branch folds, and what each comes to is worked out row by row. */
struct ybi_operand ybi_choice(struct ybi_compiler *c, const struct ybi_expr *e);
/* A branch of a choice, from 0; YBI_NO_EXPR past the last one, and where there is none. */
uint32_t ybi_branch(const struct ybi_book *book, const struct ybi_expr *e, uint32_t number);

/* ---- plan-day.c: days of a fee row by row ---- */

struct ybi_operand ybi_days(struct ybi_compiler *c, const struct ybi_expr *e);
/* The month of the day asked about, from 1. */
struct ybi_operand ybi_month_asked(struct ybi_compiler *c);

/* ---- plan-tier.c: layers ---- */

bool ybi_compile_layer(struct ybi_compiler *c, const struct ybi_layer *layer);
void ybi_prove_shapes(struct ybi_compiler *c, const struct ybi_layer *layer);
void ybi_tier_plan_free(struct ybi_tier_plan *tier);

/* ---- plan-fee.c: what is owed ---- */

#define YBI_FEE_WORK 20000000 /* of that which plans may cost */
struct ybi_plan *ybi_compile_fee(struct ybi_builder *b);
/* The plan of a question with named answers; `work` fills c->answers. */
struct ybi_plan *ybi_compile_answers(struct ybi_builder *b, enum ybi_ask ask, void (*work)(struct ybi_compiler *c));

/* No row that lacks a value is answered by the plan. */
struct ybi_operand ybi_told(struct ybi_compiler *c, struct ybi_operand o);
/* Nor one in which it lies elsewhere. */
void ybi_guard(struct ybi_compiler *c, struct ybi_operand o, int64_t low, int64_t high);
/* Or where it lies elsewhere, that is why; enum ybi_stop. */
void ybi_guard_stop(struct ybi_compiler *c, struct ybi_operand o, int64_t low, int64_t high, enum ybi_stop stop);
/* Conditions under which a question is not answered: a refusal, and one that cannot be told; a declared gap that holds. */
void ybi_plan_stops(struct ybi_compiler *c, enum ybi_ask ask);
/* Where a clause holds; one that is weaker than may be asked for answers nobody. */
struct ybi_operand ybi_clause_where(struct ybi_compiler *c, uint32_t when, uint32_t clause, bool *weak);
/* What an expression comes to where the condition holds, and 0 elsewhere. */
struct ybi_operand ybi_amount_where(struct ybi_compiler *c, uint32_t when, uint32_t expr);
/* Rounded as it is posted: never below 0, nor so much that a year's sum could overflow. */
struct ybi_operand ybi_posted(struct ybi_compiler *c, struct ybi_operand exact, int64_t step, yb_rounding mode);
/* Both; a 0 that is no step of its own is left out. */
struct ybi_operand ybi_sum_of(struct ybi_compiler *c, struct ybi_operand a, struct ybi_operand b);

/* ---- plan-refund.c: what is credited in a month ---- */

struct ybi_plan *ybi_compile_refund(struct ybi_builder *b);

/* ---- plan-place.c: steps joined, registers placed ---- */

void ybi_join_shares(struct ybi_compiler *c);
void ybi_place_registers(struct ybi_compiler *c);

#endif
