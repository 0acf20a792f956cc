/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_TIER_H
#define YBI_TIER_H

#include "rule/expr.h"

/*
 * One layer of cover: a piecewise-linear function of a cumulative amount. A
 * claim gets the difference of that function at two cumulatives, after a
 * deductible and under ceilings. Numbers in, numbers out.
 */

#define YBI_BANDS 32

/* What a layer leaves behind; the names of the policy language are in policy/names.c. */
enum ybi_result {
	YBI_RESULT_BASE,       /* x */
	YBI_RESULT_DEDUCTIBLE, /* what of it was charged */
	YBI_RESULT_SCOPE,      /* x - deductible */
	YBI_RESULT_ABSORBED,   /* the cost dealt with, up to where the layer stopped */
	YBI_RESULT_OVER,       /* x - absorbed */
	YBI_RESULT_PAID,       /* posted, rounded */
	YBI_RESULT_EXACT,      /* paid before rounding */
	YBI_RESULT_UNCAPPED,   /* before payment ceilings */
	YBI_RESULT_SELF,       /* absorbed - paid */
	YBI_RESULT_OWN,        /* the same without the deductible */
	YBI_RESULT_LEFT,       /* x - paid */
	YBI_RESULT_START,      /* cumulative position before this claim */
	YBI_RESULT_ROOM,       /* least payment room before this claim, or none */
	YBI_RESULT_DUE,        /* the deductible as the rule names it, before what was charged earlier */
	YBI_RESULT_BANDS,      /* number of bands */
	YBI_RESULT_BAND1,      /* exact payment of each band */
	YBI_RESULT_RATIO1 = YBI_RESULT_BAND1 + YBI_BANDS,
	YBI_RESULT_NAMED_ = YBI_RESULT_RATIO1 + YBI_BANDS,

	/* What has no name: whoever tells what would change the answer asks for it. */
	YBI_RESULT_OPEN = YBI_RESULT_NAMED_, /* the deductible still due from this claim, of which no more is charged than there is */
	YBI_RESULT_COST_ROOM,  /* least room for costs before this claim, or none */
	YBI_RESULT_BORDER1,    /* borders of the bands, one fewer than there are bands */
	YBI_RESULT_STORED = YBI_RESULT_BORDER1 + YBI_BANDS - 1, /* its `why`: how many bands stand in the places above */
	YBI_RESULT_MODIFIED,   /* its `why`: bits, the first modifiers of the layer that held */
	YBI_RESULT_BEYOND,     /* what the places of further bands are worth */
	YBI_RESULT_COUNT_
};

/* A result by its number. Of bands, read no other way: places of those that a layer does not have are left as they were. */
static inline void
ybi_result_get(const struct ybi_value *results, uint32_t result, struct ybi_value *out)
{
	bool band = result >= YBI_RESULT_BAND1 && result < YBI_RESULT_NAMED_;

	*out = results[band && (result - YBI_RESULT_BAND1) % YBI_BANDS >= results[YBI_RESULT_STORED].why ? YBI_RESULT_BEYOND : result];
}

struct ybi_tier_input {
	struct ybi_fraction base;       /* below 0 counts as 0 */
	struct ybi_fraction deductible; /* still due from this claim, >= 0 */
	struct ybi_fraction start;      /* cumulative position c */
	struct ybi_fraction payment_room, cost_room; /* >= 0, where has_ is set */
	bool has_payment_room, has_cost_room;
	bool origin_zero; /* band borders count from the first yuan, else after the deductible */
	bool after_ratio; /* the ratio first, the deductible after */
	uint32_t bands;   /* 1 .. YBI_BANDS */
	uint32_t modified; /* bits: which of the first 32 modifiers held */
	struct ybi_fraction border[YBI_BANDS - 1]; /* strictly rising */
	struct ybi_fraction ratio[YBI_BANDS];      /* 0 .. 1 */
	struct ybi_fraction step; /* rounding of the posted amount, in fen */
	yb_rounding mode;
};

struct ybi_tier_output {
	struct ybi_fraction base, deductible, scope, absorbed, over, paid, exact, uncapped, self, own, left;
	struct ybi_fraction band[YBI_BANDS];
};

/* YB_OK or YB_E_OVERFLOW; `out` is filled only on YB_OK. */
yb_status ybi_tier_pay(const struct ybi_tier_input *in, struct ybi_tier_output *out);

#endif
