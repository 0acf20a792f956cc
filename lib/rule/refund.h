/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_REFUND_H
#define YBI_REFUND_H

#include "rule/fee.h"

/*
 * Credits to the personal account as compiled from a document: an amount, a
 * factor, a floor, one rounding, and the deductions taken before posting.
 */

struct ybi_less {
	const char *id, *label_zh, *label_en;
	uint32_t clause;
	uint32_t when, amount; /* when may be YBI_NO_EXPR */
	uint32_t answer;
	int64_t step;
	yb_rounding mode;
};

struct ybi_credit {
	const char *id, *label_zh, *label_en;
	uint32_t clause;
	uint32_t when, base, amount, factor, at_least; /* all but the amount may be YBI_NO_EXPR */
	uint32_t amount_clause;
	uint32_t span;                    /* enum ybi_span */
	int32_t post_month, post_day;     /* a credit by the year is posted on this day */
	uint32_t first_less, less_count;
	uint32_t base_answer, gross_answer, exact_answer, net_answer, shortfall_answer;
	bool interest;                    /* asked on the day of settlement, by itself */
	int64_t step;
	yb_rounding mode;
};

/* May a contribution be asked back? Exactly one holds, or none: then it may not. */
struct ybi_repay {
	const char *id, *label_zh, *label_en;
	uint32_t clause;
	struct ybi_choice choice;
	uint32_t until, share; /* YBI_NO_EXPR: no last day; all of it */
};

struct ybi_refunds {
	const struct ybi_credit *credits;
	const struct ybi_less *less;
	uint32_t credit_count;
};

/* Zeros: the credit does not apply. */
void ybi_credit_clear(struct ybi_eval *eval, const struct ybi_refunds *refunds, const struct ybi_credit *credit);
/* Work out one credit whose condition holds. */
void ybi_credit_run(struct ybi_eval *eval, const struct ybi_refunds *refunds, const struct ybi_credit *credit,
                    struct ybi_obstacles *obstacles);

#endif
