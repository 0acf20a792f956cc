/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_COLUMN_H
#define YBI_COLUMN_H

#include "rule/benefit.h"
#include "rule/divide.h"

/*
 * The dense form of a benefit: what hangs only on enumerated facts was worked
 * out at load into tables, the rest is a straight program over columns of
 * 64-bit integers. It gives the bits that ybi_benefit_run() gives, for one row
 * or a million; a row it cannot hold exactly (a fact is lacking, a rule is not
 * supported, a point where a ceiling stops a band is no whole fen) escapes,
 * and is left to the exact way.
 */

#define YBI_BLOCK 1024 /* rows at a time: many enough that what a block costs by itself is little, few enough that it stays near */
#define YBI_NO_TABLE UINT32_MAX
#define YBI_NO_REG UINT16_MAX
#define YBI_AMOUNT_NONE (INT64_MAX / 4) /* "no limit" in a table of amounts */

/*
 * A column of one fact. A row is known unless `known` says 0; NULL values:
 * unknown throughout; NULL known: known throughout. A short enumerated fact
 * may be given in bytes instead, known throughout.
 */
struct ybi_column {
	const int64_t *values;
	const uint8_t *known;
	const uint8_t *bytes;
	int64_t low, high; /* all values lie there, where `checked` */
	bool checked;
};

enum ybi_axis_kind { YBI_AXIS_ATOM, YBI_AXIS_BREAKS, YBI_AXIS_SET };

/* One enumerated fact: positions 0 .. size-1, and `size` for "unknown". */
struct ybi_axis {
	uint32_t kind, fact, size;
	uint16_t *map;        /* ATOM: position by atom, map_count of them; another atom: the last position */
	uint32_t map_count;
	int64_t *breaks;      /* BREAKS: first value of each position; values below the first belong to it */
	uint64_t masks[6];    /* SET: position bit k is set when the set meets masks[k] */
	uint32_t mask_count;
	uint8_t *small;       /* BREAKS: position by value - breaks[0], where the whole range is short; small_count of them */
	uint32_t small_count;
	uint32_t derive;      /* table that gives the position where the fact was not given, or YBI_NO_TABLE */
};

#define YBI_TABLE_AXES 10

struct ybi_dense {
	uint32_t axes[YBI_TABLE_AXES], strides[YBI_TABLE_AXES], axis_count;
	uint32_t size;
	uint32_t index;       /* tables on the same axes share one column of indexes: the number of the first such table */
	int64_t *values;
	uint8_t *bad;         /* entries that have no plain value; NULL when all have */
	bool bad_known;       /* one of them lies where every fact is known */
};

enum ybi_column_op {
	YBI_COL_LOAD,   /* out = input of fact x; outside [low, high] escapes. y: where it is not known, 0 and no escape */
	YBI_COL_GIVEN,  /* the same where fact x is known, a elsewhere */
	YBI_COL_LACKS,  /* 1 where fact x is not known */
	YBI_COL_CONST,  /* out = low, constant x */
	YBI_COL_TABLE,  /* out = table x. y: where it has no value, 0 and no escape */
	YBI_COL_BAD,    /* 1 where table x has no value */
	YBI_COL_INDEX,  /* the indexes of table x */
	YBI_COL_ADD, YBI_COL_SUB, YBI_COL_MUL, YBI_COL_SCALE /* a * low */, YBI_COL_MIN, YBI_COL_MAX,
	YBI_COL_DIVIDE, /* a / divisor x, rounded by mode y; low is 0 where a is never below 0 */
	YBI_COL_SHARE,  /* (a * low + b * high) / divisor x, half up; never below 0 */
	YBI_COL_PART,   /* a * b / divisor x, half up; never below 0 */
	YBI_COL_LT, YBI_COL_LE, YBI_COL_EQ, YBI_COL_NE, YBI_COL_NOT, YBI_COL_AND, YBI_COL_OR,
	YBI_COL_SELECT, /* a ? b : c */
	YBI_COL_MONTH, YBI_COL_FIRST, /* the number of a day's month, year * 12 + month - 1; the first day of such a month */
	YBI_COL_TIER    /* layer x */
};

struct ybi_column_step {
	uint16_t op, out, a, b, c;
	uint32_t x, y;
	int64_t low, high;
};

enum { YBI_HELD_ZERO, YBI_HELD_NONE /* YBI_AMOUNT_NONE */ };

#define YBI_TABLE_CELLS 20000 /* of one table, at most; they are counted in 16 bits */
#define YBI_TIER_CEILINGS 6
#define YBI_TIER_USUAL 4 /* bands of a usual tier, at most */
#define YBI_TIER_HELD 12 /* bands of which it is known whether all entries have the same */

struct ybi_tier_plan {
	uint16_t when, base, due, sum_cap;   /* registers, YBI_NO_REG where absent */
	uint16_t charged, sum_charged, start;
	uint32_t shape_table;                /* its axes choose borders and ratios; YBI_NO_TABLE: there is one set */
	uint32_t entries;                    /* of that table, 1 without */
	uint32_t bands;                      /* the most of any entry */
	int64_t *slope;                      /* band * entries + entry: ratio of the first band, then what each adds to the one before */
	int64_t *edge;                       /* likewise: where it begins, in 1/scale fen */
	uint32_t slope_held[YBI_TIER_HELD], edge_held[YBI_TIER_HELD]; /* the constant that a band has in every entry, or YBI_NO_TABLE */
	uint32_t ceiling_count;
	struct {
		uint16_t amount, used, when;
		uint8_t on_cost;
	} ceilings[YBI_TIER_CEILINGS];
	int64_t scale;      /* amounts are in 1/scale fen */
	int64_t ratio_den;
	int64_t step;       /* of the posted amount, fen */
	struct ybi_divisor post; /* scale * ratio_den * step */
	struct ybi_divisor cut;  /* step */
	uint32_t mode;
	uint8_t origin_zero, after_ratio, needs_stop;
	uint8_t usual;                  /* few bands, rounded to the fen, not to even, no ceiling on costs, nothing charged after the ratio */
	uint16_t out[YBI_RESULT_BAND1]; /* registers of results; amounts in 1/scale fen, paid in fen */
	uint32_t read;                  /* bits: results that later layers and formulas ask for */
	uint32_t held;                  /* bits: results that are always written; of others only those that have a target */
};

/* Why a row is not answered, as bits: of several the first counts. */
enum ybi_stop {
	YBI_STOP_EXACT = 1,   /* it may be, the exact way knows */
	YBI_STOP_DAY = 2,     /* the day asked about is not covered */
	YBI_STOP_REFUSED = 4, /* a rule says no */
	YBI_STOP_GAP = 8,     /* a declared gap holds */
	YBI_STOP_NONE = 16,   /* nothing is owed, or credited, at all; no benefit is for such a bill */
	YBI_STOP_SURE = 32    /* beside the day: whatever else may be wrong is not asked for */
};

static inline bool
ybi_stop_is_exact(uint8_t stop)
{
	return (stop & (YBI_STOP_EXACT | YBI_STOP_SURE)) == YBI_STOP_EXACT;
}

/* What a register holds in a row that the plan answers. */
struct ybi_guard {
	uint16_t reg;
	uint8_t stop; /* what comes of other rows */
	int64_t low, high;
};

/* Of a fee: an answer, in 1/den fen. */
struct ybi_plan_answer {
	uint16_t reg;  /* YBI_NO_REG: not there */
	uint16_t lack; /* 1 where a row has no such answer; YBI_NO_REG: each has one */
	int64_t den;
};

struct ybi_plan {
	struct ybi_axis *axes;
	uint32_t axis_count;
	struct ybi_dense *tables;
	uint32_t table_count;
	struct ybi_column_step *steps;
	uint32_t step_count;
	struct ybi_divisor *divisors;
	uint32_t divisor_count;
	struct ybi_tier_plan *tiers;
	uint32_t tier_count;
	int64_t *constants;   /* the first two are those of every plan */
	uint32_t constant_count;
	uint32_t regs;
	uint16_t *slot;       /* by register: where it lies, when it is written to no caller's memory; slots of them */
	uint32_t slots;
	uint32_t *inputs;     /* facts that are read, input_count of them */
	uint32_t input_count;
	uint16_t *paid;       /* by layer of the benefit: register of what it pays */
	uint16_t deductible;  /* register of the first layer's deductible */
	struct ybi_plan_answer *answers; /* of a fee, by answer */
	uint32_t answer_count;
	struct ybi_guard *guards; /* of a fee: whoever runs it lets other rows escape */
	uint32_t guard_count;
};

/* Memory that is read soon: it is asked for between the steps of a plan, `share` bytes each time, so that no step waits for it. */
struct ybi_ahead {
	uintptr_t at, end, share;
};

#define YBI_AHEAD 32

/* Room for one block of one plan. */
struct ybi_scratch {
	struct ybi_ahead ahead[YBI_AHEAD]; /* set before a run, ahead_count of them */
	uint32_t ahead_count;
	int64_t *held;        /* the constants of a plan in columns, held_rows of each */
	const struct ybi_plan *held_plan; /* which must live as long as this, or NULL */
	size_t held_rows, held_room;
	int64_t *work;        /* columns for the tier at hand */
	size_t work_room;
	int64_t *store;       /* plan->slots * YBI_BLOCK */
	int64_t **target;     /* by register: a caller's memory of YBI_BLOCK rows to write it to, or NULL; set before a run */
	const uint8_t *idle;  /* by step: nobody reads what it makes (ybi_plan_idle()); NULL: all steps count. Set before a run */
	int64_t **far;        /* by register: a caller's memory to write it to as well, past the caches, or NULL; set before a run */
	const int64_t **regs; /* where each register stands: in store, or in a caller's column */
	uint16_t *positions;  /* by axis, then by table whose index it is: * YBI_BLOCK */
	size_t store_room, target_room, far_room, reg_room, position_room;
	uint8_t may;          /* enum ybi_cpu; 0: all that is there */
	bool unknown;         /* a row of this run may lack a fact */
};

/* How many registers a step reads, of a, b and c in this order. */
uint32_t ybi_step_reads(uint16_t op);
/*
 * Of a plan without layers: idle[i] becomes 1 for a step whose result leads to no register that is `wanted` and to no guard. Such a step is
 * left out but for rows that it lets escape. Registers that lead to those wanted become so, too.
 */
void ybi_plan_idle(const struct ybi_plan *plan, uint8_t *wanted, uint8_t *idle);
static inline int64_t
ybi_lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t
ybi_greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

bool ybi_scratch_room(struct ybi_scratch *scratch, const struct ybi_plan *plan);
void ybi_scratch_free(struct ybi_scratch *scratch);

/* 0 where there is no such day or month. */
int64_t ybi_month_of_day(int64_t day);
int64_t ybi_day_of_month(int64_t month);
/* Where on its axis a known value stands. */
uint32_t ybi_axis_position(const struct ybi_axis *axis, int64_t value);

/*
 * Run a plan over `rows` <= YBI_BLOCK rows. `facts` has a column for every
 * fact of the document; escape[i] becomes 1 for a row that needs the exact
 * way, and stays as it is for the others. The results stand in scratch: ybi_plan_reg() tells what was written to
 * a target, what each layer pays and whether it is there, and the deductible
 * of the first; the places of other registers are used again in the same run.
 */
void ybi_plan_run(const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *scratch, uint8_t *escape);
static inline const int64_t *
ybi_plan_reg(const struct ybi_scratch *scratch, uint16_t reg)
{
	return scratch->regs[reg];
}

/*
 * Of a plan that is tables of conditions alone, one a step, `choices` of them to choose from and then those that stop a row: the choice of
 * each row; escape[i] gets the bits of enum ybi_stop: of a gap, of no choice that holds, or YBI_STOP_EXACT where several do or something cannot
 * be told.
 */
void ybi_plan_choose(const struct ybi_plan *plan, uint32_t choices, const struct ybi_column *facts, size_t rows, struct ybi_scratch *scratch,
                     uint32_t *choice, uint8_t *escape);

#endif
