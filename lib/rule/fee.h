/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_FEE_H
#define YBI_FEE_H

#include "rule/choice.h"

/*
 * A fee schedule as compiled from a document: charges in order, each a total
 * and its payers. Running it asks the expressions, rounds what is posted and
 * fills the answers; nothing is allocated.
 */

enum ybi_span { YBI_SPAN_YEAR, YBI_SPAN_MONTH, YBI_SPAN_ONCE };

#define YBI_NO_ANSWER UINT32_MAX

struct ybi_payer {
	const char *name;
	uint32_t expr;   /* YBI_NO_EXPR: takes the rest */
	uint32_t clause;
	uint32_t amount, exact, year; /* answers */
	uint32_t month_sum, due_sum;  /* answers: sums over charges for a payer of this name */
};

struct ybi_charge {
	const char *id, *label_zh, *label_en;
	uint32_t clause;
	uint32_t when, base, total, months; /* expressions or YBI_NO_EXPR; months absent: the fact of that name */
	uint32_t total_clause;
	uint32_t span;                      /* enum ybi_span */
	uint32_t first_payer, payer_count;
	uint32_t base_answer, total_answer, exact_answer, year_answer;
	int64_t step;                       /* rounding of every posted part, fen */
	yb_rounding mode;
};

struct ybi_fees {
	const struct ybi_charge *charges;
	const struct ybi_payer *payers;
	uint32_t charge_count, payer_count;
	uint32_t first_sum, sum_count;    /* answers: month.<payer> and due.<payer>, in turn, and of the totals */
	uint32_t month_total, due_total;  /* answers */
	uint32_t months_fact;
};

/* Round an amount for posting, at most YB_FEN_LIMIT either way; a value that is not known stays what it is. */
void ybi_post(const struct ybi_value *exact, int64_t step, yb_rounding mode, struct ybi_value *out);
/* `value` += `more`; a state that is not known wins. */
void ybi_value_add(struct ybi_value *value, const struct ybi_value *more);

/* Evaluate an amount; `none` is no amount, the clause has no figure for the case. Fills the obstacle when there is no value. */
void ybi_amount(struct ybi_eval *eval, uint32_t expr, uint32_t clause, struct ybi_value *out, struct ybi_obstacles *obstacles);

/* Does a charge apply? Fills the obstacle when that cannot be told. */
bool ybi_clause_applies(struct ybi_eval *eval, uint32_t when, struct ybi_obstacles *obstacles, bool *unknown);

/* Run the charges; `applied` counts those whose condition holds. */
void ybi_fees_run(struct ybi_eval *eval, const struct ybi_fees *fees, struct ybi_obstacles *obstacles, uint32_t *applied);

#endif
