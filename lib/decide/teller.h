/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_TELLER_H
#define YBI_TELLER_H

#include "decide/render.h"

/* Tells steps, in Chinese and English side by side. */
struct ybi_teller {
	struct yb_decision *d;
	struct ybi_steps *steps;
	struct ybi_eval eval;
	struct ybi_text *zh, *en; /* of the steps */
	uint32_t first; /* layer of the benefit */
};

/* A teller that has said nothing yet. */
struct ybi_teller ybi_teller_of(struct yb_decision *decision, struct ybi_steps *steps);
static inline void
ybi_say(struct ybi_teller *teller, const char *zh, const char *en)
{
	ybi_text_puts(teller->zh, zh);
	ybi_text_puts(teller->en, en);
}

void ybi_say_yuan(struct ybi_teller *teller, struct ybi_fraction fen);
void ybi_say_rate(struct ybi_teller *teller, struct ybi_fraction rate);
void ybi_say_day(struct ybi_teller *teller, const struct ybi_value *day);
void ybi_say_duration(struct ybi_teller *teller, const struct ybi_value *value, uint32_t unit);
void ybi_say_label(struct ybi_teller *teller, const char *id, const char *zh, const char *en);
/* How an expression comes to its value, with its numbers: 3,700.00 × 3 %. Nothing where it is a plain figure. */
bool ybi_say_formula(struct ybi_teller *teller, uint32_t expr);
/* The facts by which a table chose the figure: (age 72). */
void ybi_say_choice(struct ybi_teller *teller, uint32_t expr);
/* What was said becomes a step. */
struct ybi_step *ybi_end_step(struct ybi_teller *teller, enum ybi_step_op op, uint32_t clause, uint32_t layer);
void ybi_set_step_amount(struct ybi_step *step, struct ybi_fraction fen);
void ybi_teller_free(struct ybi_teller *teller);

/* Steps of a fee, refund, eligibility or reward. */
void ybi_explain_question(struct yb_decision *decision, yb_explain level, struct ybi_steps *steps);

#endif
