/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_TALLY_H
#define YBI_TALLY_H

#include <yibao/error.h>
#include <yibao/whatif.h>

#include "base/memory.h"
#include "base/wide.h"

/*
 * Rows with two values of each amount, before and after, added up by group and
 * by class of cost. Knows nothing of policies: numbers in, sums out. Every sum
 * is of 128 bits and exact; one bound of all of them is kept, and where it
 * would overflow nothing is given, for any number of threads. Falls, rises and
 * quantiles are of rows, or of persons: then of what a person's rows in the
 * group and class come to together, each of which has the same weight.
 */

#define YBI_TALLY_VALUES 16
#define YBI_TALLY_GROUPS 65536
#define YBI_TALLY_BINS 1000
#define YBI_NOT_KNOWN INT64_MIN

/* A row that is answered on both sides. */
struct ybi_tally_row {
	uint32_t group;
	uint32_t person;      /* whose it is in which year, where falls and rises are of persons */
	int64_t cost, weight; /* YBI_NOT_KNOWN; 0 or more */
};

/* Of one amount in one group and one class of cost. */
struct ybi_tally_cell {
	uint64_t rows, fall_rows, rise_rows, unknown_rows;
	uint64_t persons;
	ybi_i128 weight, fall_weight, rise_weight, unknown_weight, person_weight;
	ybi_i128 cost, before, after, fall_by, rise_by;
};

struct ybi_tally {
	uint32_t value_count, group_count;
	bool by_person;          /* a fall or rise, and a quantile, is of what the rows of a person come to */
	uint32_t person_count;
	size_t count, room;
	struct ybi_tally_row *rows;
	int64_t *amounts;        /* by row, value, side */

	uint32_t bin_wish;       /* so many classes of as much weight each; 0: by `edges` */
	int64_t *edges;          /* a class goes up to here, the last has no edge */
	uint32_t edge_count;

	/* made by ybi_tally_finish() */
	bool done;
	int64_t *bins;           /* upper ends */
	uint32_t bin_count;
	struct ybi_tally_cell *cells;  /* by group + 1, bin + 1, value; 0 stands for all */
	size_t *starts, *order;  /* rows by group */

	/* values of one question for quantiles, sorted */
	struct ybi_weighed *sorted;
	size_t sorted_count;
	uint32_t sorted_group, sorted_value;
	int32_t sorted_side;     /* 0: nothing is */
};

struct ybi_weighed {
	int64_t value, weight;
	uint32_t person;
};

bool ybi_tally_reserve(struct ybi_tally *tally, size_t more);
/* There is room for it. amounts: by value, side. */
void ybi_tally_add(struct ybi_tally *tally, const struct ybi_tally_row *row, const int64_t *amounts);
yb_status ybi_tally_finish(struct ybi_tally *tally, int32_t threads, struct yb_error **err);
/* group and bin from 1, 0: all. */
const struct ybi_tally_cell *ybi_tally_cell(const struct ybi_tally *tally, uint32_t group, uint32_t bin, uint32_t value);
/* side: a yb_whatif_side; by nearest rank; YB_E_NOT_FOUND where nothing has a weight. */
yb_status ybi_tally_quantile(struct ybi_tally *tally, uint32_t group, uint32_t value, int32_t side, int32_t ppm, int64_t *out);
/* What was made is not that of all rows any more. */
void ybi_tally_forget(struct ybi_tally *tally);
void ybi_tally_free(struct ybi_tally *tally);

#endif
