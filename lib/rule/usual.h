/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_USUAL_H
#define YBI_USUAL_H

#include "rule/column.h"

/*
 * The usual tier over columns, in one pass: up to four bands on the cost above
 * the deductible or on the whole, rounded to the fen, payments cut off by one
 * room.
 */

/* A number of each row. */
struct ybi_spread {
	const int64_t *at;
	bool same; /* the same in every row */
};

enum ybi_usual_result { YBI_USUAL_BASE, YBI_USUAL_DEDUCTIBLE, YBI_USUAL_SCOPE, YBI_USUAL_PAID, YBI_USUAL_LEFT, YBI_USUAL_COUNT_ };

struct ybi_usual {
	const struct ybi_tier_plan *tier;
	const int64_t *base;            /* in 1/scale fen */
	struct ybi_spread due, amount, used; /* the deductible; the ceiling, and what counts towards it; fen */
	const uint16_t *entry;          /* which borders and ratios a row has */
	/* the same by row; of no matter where the entries are looked up on the way */
	const int64_t *slope[YBI_TIER_USUAL], *edge[YBI_TIER_USUAL];
	int64_t *out[YBI_USUAL_COUNT_]; /* of the first three, NULL: nobody asks for it */
	int64_t *far[YBI_USUAL_COUNT_]; /* where it is written too, past the caches, or NULL; only where the entries are looked up on the way */
	uint8_t may;                    /* enum ybi_cpu */
};

/* Are the entries of a table looked up on the way? */
bool ybi_usual_looks_up(const struct ybi_tier_plan *tier, uint8_t may);
/* Any bit above the small division's: somewhere the amounts are too large, and what was written is of no use. */
uint64_t ybi_usual_run(const struct ybi_usual *usual, size_t rows);

#endif
