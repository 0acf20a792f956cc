/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CHECK_H
#define YBI_CHECK_H

#include "rule/benefit.h"

/*
 * A statement about figures or facts that a document makes of itself: a
 * condition, an order, a sum, a range. Proven at load, or asked with a question.
 */

#define YBI_CHECKS 256 /* of one document */
#define YBI_CHECK_NEEDS 4

enum ybi_check_kind { YBI_CHECK_HOLDS, YBI_CHECK_RISING, YBI_CHECK_FALLING, YBI_CHECK_SUM, YBI_CHECK_BETWEEN };

struct ybi_check {
	const char *id, *zh, *en;
	uint32_t clause, when;   /* when may be YBI_NO_EXPR */
	uint32_t kind;           /* enum ybi_check_kind */
	uint32_t severity;       /* yb_severity */
	uint32_t asks;           /* bits of enum ybi_ask; 0: proven at load */
	uint32_t expr;           /* HOLDS: the condition; SUM: what the figures add up to */
	uint32_t cell;           /* BETWEEN */
	uint32_t first, count;   /* args[]: the figures; a list counts as its elements */
	uint32_t benefit, layer; /* of which a figure is: it must hold; UINT32_MAX: none */
	bool ratios;             /* the figures are the ratios of the layer, as modified */
	uint32_t along;          /* fact through whose values the figures are followed, YBI_NO_FACT: none */
	uint32_t first_along, along_count; /* args[]: those values, in order */
	const struct ybi_node *node;       /* of the figures or the condition */
	uint32_t needs[YBI_CHECK_NEEDS], need_count; /* facts: where one of them is lacking the check says nothing */
};

#define YBI_CHECK_FIGURES 64

struct ybi_figures {
	struct ybi_fraction q[YBI_CHECK_FIGURES];
	uint32_t count;
};

/* The figures; YBI_KNOWN, or why there are none: YBI_NONE where the check does not apply. */
uint32_t ybi_check_figures(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_check *check,
                           struct ybi_figures *figures);
/* Is it true of the figures by themselves? A state; `holds` is set on YBI_KNOWN. */
uint32_t ybi_check_holds(struct ybi_eval *eval, const struct ybi_schedule *schedule, const struct ybi_check *check,
                         struct ybi_figures *figures, bool *holds);

#endif
