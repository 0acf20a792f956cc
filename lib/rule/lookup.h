/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_LOOKUP_H
#define YBI_LOOKUP_H

#include "rule/column.h"

/* The tables of a plan for a block of rows: where the facts stand on the axes, the indexes of tables from that, and what stands there. */

/* The indexes of a table, which ybi_index_run() makes. */
static inline uint16_t *
ybi_index_of(const struct ybi_plan *plan, const struct ybi_scratch *s, const struct ybi_dense *table)
{
	return s->positions + ((size_t)plan->axis_count + table->index) * YBI_BLOCK;
}

/* On every axis that an index is made from; a value that is none of its fact lets its row escape. */
void ybi_positions_run(const struct ybi_plan *plan, const struct ybi_column *facts, size_t rows, struct ybi_scratch *s, uint8_t *escape);
void ybi_index_run(const struct ybi_plan *plan, const struct ybi_dense *table, const struct ybi_column *facts, size_t rows, const struct ybi_scratch *s,
                   uint8_t *escape);
/* What `size` values have at each index. `may`: enum ybi_cpu */
void ybi_look_up(uint8_t may, const int64_t *restrict values, uint32_t size, const uint16_t *restrict index, size_t rows, int64_t *restrict out);

#endif
