/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BENEFIT_H
#define YBI_BENEFIT_H

#include "rule/choice.h"
#include "rule/tier.h"

/*
 * A benefit as compiled from a document: layers in order, each a handful of
 * expressions. Running it asks the expressions and hands numbers to the tier.
 */

enum ybi_period {
	YBI_PER_STAY, YBI_PER_VISIT, YBI_PER_MONTH, YBI_PER_YEAR, YBI_PER_EPISODE, YBI_PER_LIFE, YBI_PER_COUNT_
};

/* The running totals a layer keeps in each period. */
enum ybi_total { YBI_TOTAL_BASE, YBI_TOTAL_NET, YBI_TOTAL_DEDUCTIBLE, YBI_TOTAL_PAID, YBI_TOTAL_COUNT_ };

enum ybi_modifier { YBI_MODIFY_ADD, YBI_MODIFY_TIMES, YBI_MODIFY_OWN_TIMES, YBI_MODIFY_AT_LEAST, YBI_MODIFY_AT_MOST };

#define YBI_NO_FACT UINT32_MAX
#define YBI_LAYERS 24

struct ybi_modify {
	uint32_t when;  /* expression or YBI_NO_EXPR */
	uint32_t value;
	uint32_t kind;  /* enum ybi_modifier */
	uint32_t clause;
	const char *id;
};

struct ybi_ceiling {
	uint32_t when;   /* expression or YBI_NO_EXPR */
	uint32_t amount;
	uint32_t used;   /* fact: the running total it is held against, YBI_NO_FACT for "of this claim alone" */
	uint32_t pool;   /* index of the pool, UINT32_MAX for none */
	uint8_t on_cost; /* else on payment */
	uint32_t clause;
	const char *id;
};

struct ybi_layer {
	const char *id;
	const char *label_zh, *label_en; /* NULL when the document gives none */
	uint32_t number;       /* place of its results */
	uint32_t clause;
	uint32_t when, base;   /* when may be YBI_NO_EXPR */
	uint32_t deductible;   /* YBI_NO_EXPR: none */
	uint32_t charged;      /* fact: deductible charged earlier in its period, YBI_NO_FACT: per stay */
	uint32_t sum_cap;      /* YBI_NO_EXPR: none */
	uint32_t sum_charged;  /* fact */
	uint32_t deductible_clause;
	uint8_t after_ratio, origin_zero;
	uint8_t per_stay;      /* the deductible is one of the stay, so that of its first part holds for its second */
	uint32_t start;        /* fact: cumulative position, YBI_NO_FACT: 0 */
	uint32_t borders;      /* list expression, YBI_NO_EXPR: one band */
	uint32_t ratio;        /* list expression */
	uint32_t ratio_clause;
	uint32_t first_modify, modify_count;
	uint32_t first_ceiling, ceiling_count;
	int32_t pays;          /* yb_field of the fund */
	int64_t step;          /* rounding of the posted amount, fen */
	yb_rounding mode;
};

struct ybi_limit {
	uint32_t when, amount;
	uint32_t clause;
	const char *id;
};

#define YBI_CATALOGUES 8 /* of one benefit */

enum ybi_unlisted { YBI_UNLISTED_UNSUPPORTED, YBI_UNLISTED_OWN, YBI_UNLISTED_LINE };

enum ybi_account { YBI_ACCOUNT_SCOPE = 1, YBI_ACCOUNT_PRIOR = 2, YBI_ACCOUNT_OWN = 4 };

struct ybi_benefit {
	const char *id;
	const char *label_zh, *label_en;
	uint32_t clause;
	struct ybi_choice choice;
	uint32_t first_layer, layer_count;
	uint32_t prior;       /* expression of a line's prior share, YBI_NO_EXPR: none given */
	uint32_t first_limit, limit_count;
	uint32_t first_catalogue, catalogue_count; /* of the document's, nearest first */
	uint32_t unlisted;    /* enum ybi_unlisted: an item that is in none of them */
	bool lowest;          /* of several caps the lowest counts, else the nearest */
	uint32_t account;     /* enum ybi_account bits */
	int64_t step;         /* rounding of lines */
	yb_rounding mode;
};

/* All benefits of one document and what they are made of; borrowed. */
struct ybi_schedule {
	const struct ybi_benefit *benefits;
	const struct ybi_layer *layers;
	const struct ybi_modify *modifies;
	const struct ybi_ceiling *ceilings;
	const struct ybi_limit *limits;
	const uint32_t *args;
	uint32_t benefit_count, layer_count;
};

/*
 * Run the layers of a benefit; their results are written to `results`, the
 * same memory that eval->results points to. Where an expression has no value
 * the layer's results get its state, so that later layers name it again
 * rather than a consequence of it.
 */
void ybi_benefit_run(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_benefit *benefit,
                     struct ybi_value *results, struct ybi_obstacles *obstacles);

/* The results of so many layers have no value: the fact `why` is lacking. */
void ybi_results_forget(struct ybi_value *results, size_t layers, uint32_t why);

/*
 * What goes into a layer, and the deductible as the rule names it. False where the layer is not there (*first is a known 0) or where
 * something has no value (*first is the last of it, and all of it is among the obstacles).
 */
bool ybi_layer_input(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_layer *layer, struct ybi_tier_input *in,
                     struct ybi_value *due, struct ybi_value *first, struct ybi_obstacles *obstacles);

/* The ratios of a layer after its modifiers, and its borders. Returns a state; fills in->bands, border, ratio on YBI_KNOWN. */
uint32_t ybi_layer_bands(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_layer *layer,
                         struct ybi_tier_input *in, uint32_t *why);

#endif
