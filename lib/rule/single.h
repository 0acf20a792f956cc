/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_SINGLE_H
#define YBI_SINGLE_H

#include "rule/column.h"

/*
 * A plan over one row: the facts of a question. It gives the bits that
 * ybi_plan_run() gives for a block of one row, each fact known or not as its
 * state says, without what only pays for many rows.
 */
struct ybi_single {
	int64_t *regs;       /* by register */
	uint32_t *positions; /* by axis, then by table whose index it is */
	size_t reg_room, position_room;
	int64_t exact[2][YBI_LAYERS]; /* by tier: what it pays before rounding, in 1/(scale * ratio_den) fen */
	bool beside;                  /* the run is one beside another, whose exact[0] stays */
};

/* Room for plans of so many registers, and axes with tables; what stood there is gone where there was less. */
bool ybi_single_room(struct ybi_single *single, size_t regs, size_t positions);
void ybi_single_free(struct ybi_single *single);

/* False where the row needs the exact way. */
bool ybi_single_run(const struct ybi_plan *plan, const struct ybi_fact *facts, struct ybi_single *single);

/* As ybi_plan_choose(): the one choice that holds; false where none or several do, something cannot be told, or something else stops the row. */
bool ybi_single_choose(const struct ybi_plan *plan, uint32_t choices, const struct ybi_fact *facts, struct ybi_single *single, uint32_t *choice);

#endif
