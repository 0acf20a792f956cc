/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_COMPILE_H
#define YBI_COMPILE_H

#include "policy/builder.h"

/*
 * From the graph to dense tables and column programs: what hangs only on
 * enumerated facts is worked out here, once, for every combination.
 */
void ybi_compile(struct ybi_builder *b);
void ybi_plans_free(struct ybi_book *book);

#endif
