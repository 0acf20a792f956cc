/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_VECTOR_H
#define YBI_VECTOR_H

#include "decide/decision.h"

/* A fact by name, as a document writes it; text NULL: not known. */
struct ybi_given {
	const char *name, *text;
};

/*
 * Ask a book what a vector asks, with some facts instead of the vector's. The
 * vector may be another document's; what the book has no name for is passed
 * over. The outcome stands in the decision; YB_OUTCOME_NONE after a failure.
 */
yb_status ybi_vector_ask(struct yb_decision *decision, const struct yb_policy_set *set, const struct ybi_book *book,
                         const struct ybi_vector *vector, const struct ybi_given *given, size_t count);

#endif
