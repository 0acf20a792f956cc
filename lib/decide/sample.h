/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_SAMPLE_H
#define YBI_SAMPLE_H

#include "base/text.h"
#include "decide/decision.h"

/*
 * Two books asked the same: the persons and claims of the vectors of both, and
 * a population made from the values at which the rules of either change. The
 * same books, number and seed give the same population.
 */

struct ybi_sample_side {
	const struct yb_policy_set *set;
	const struct ybi_book *book;
};

/* A case whose answers differ. */
struct ybi_sampled_case {
	struct ybi_text facts;         /* psn_type 1101, age 60 */
	struct ybi_text what;          /* the result that differs, or "" where the outcomes do */
	struct ybi_text before, after; /* it, or the outcome */
	int64_t by;                    /* of the headline result; 0 where it is the same or there is none */
};

#define YBI_EXAMPLES 100

/* What became of the cases of one question. */
struct ybi_sampled {
	size_t asked, answered, changed; /* answered: by both */
	const char *headline;            /* the result that is summed */
	bool days;                       /* it is a day, else money */
	int64_t sum;                     /* of after - before, of those answered by both; money only */
	struct ybi_sampled_case rise, fall, examples[YBI_EXAMPLES];
	size_t example_count;
};

/* Fills one row a question; false when there is no memory. The rows are freed with ybi_sampled_free() either way. */
bool ybi_sample(const struct ybi_sample_side sides[2], uint32_t cases, uint32_t examples, uint32_t seed, struct ybi_sampled rows[YBI_ASK_COUNT_]);
void ybi_sampled_free(struct ybi_sampled rows[YBI_ASK_COUNT_]);

#endif
