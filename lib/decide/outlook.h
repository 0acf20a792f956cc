/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_OUTLOOK_H
#define YBI_OUTLOOK_H

#include "decide/render.h"

/* What would change an answer, and what the next yuan would bring. */

/* The text and the JSON members "marginal" and "changes"; nothing where there is nothing to say. */
void ybi_put_outlook(struct ybi_text *out, struct yb_decision *decision, yb_lang lang);
void ybi_json_outlook(struct ybi_text *out, bool *first, struct yb_decision *decision);
/*
 * "marginal" and "<layer>.marginal" of a settlement: what of one more yuan in scope the funds pay, exactly, before rounding. False for
 * another name; the value is unknown where the next yuan cannot be told.
 */
bool ybi_marginal(struct yb_decision *decision, const char *name, struct ybi_value *value);

#endif
