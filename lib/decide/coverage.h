/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_COVERAGE_H
#define YBI_COVERAGE_H

#include "base/text.h"
#include "decide/decision.h"

/* What of a book its vectors touch: clauses, rows and entries that held, edges on both sides of which one stood. */

struct ybi_coverage {
	const struct ybi_book *book;
	struct ybi_trace trace;
	uint8_t *clauses; /* by clause, set to 1: it applied */
	uint8_t *layers;  /* layer * YBI_LAYER_EDGES + edge: sides */
	uint8_t sections[YBI_ASK_COUNT_]; /* days in force: sides of the first day and of the end */
};

#define YBI_LAYER_EDGES 64 /* the deductible, then the borders, then the ceilings */

/* False when there is no memory; ybi_coverage_free() either way. */
bool ybi_coverage_init(struct ybi_coverage *coverage, const struct ybi_book *book);
void ybi_coverage_free(struct ybi_coverage *coverage);
/* The question of a vector was asked, with the trace. */
void ybi_coverage_note(struct ybi_coverage *coverage, struct yb_decision *decision);
void ybi_coverage_render(const struct ybi_coverage *coverage, size_t vectors, yb_format format, yb_lang lang, struct ybi_text *out);

#endif
