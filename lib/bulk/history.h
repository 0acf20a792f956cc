/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BULK_HISTORY_H
#define YBI_BULK_HISTORY_H

#include "bulk/block.h"

/*
 * Rows of a person in their order. Many persons are walked at once, one row of
 * each at a time, so that a block has rows of as many persons; what the rows of
 * one come to is kept in its lane and told to its next one.
 */

#define YBI_LANES 1024

/* A total that a policy asks for, kept as "basic.paid" or "pool.NAME". */
struct ybi_kept {
	const char *name, *asked; /* the latter as a total of some period */
};

/* Documents of one id: a book and what overlays make of it. */
struct ybi_policy {
	const char *id;
	struct ybi_kept *kept;
	uint32_t kept_count;
	const struct ybi_book **years; /* one for each day on which a medical year begins */
	uint32_t year_count;
	bool asks[YBI_PER_COUNT_];     /* periods */
	bool ordinal;                  /* which stay of the year it is */
};

/* A column of texts in ranks: the same for the same text, 0 for none. */
struct ybi_ranks {
	const struct ybi_input *input;
	uint32_t *of;
	uint32_t *words, count; /* by rank, from 1: a word that has it, where other batches are told; how many */
};

/* A row in order. */
struct ybi_row_item {
	uint64_t key;
	uint32_t row;
};

struct ybi_bulk_history {
	/* as long as the bindings stay */
	struct ybi_policy *policies;
	uint32_t policy_count, kept_most, carried_most, layers_most;
	struct ybi_ranks person, stay, episode;
	const struct ybi_input *kind; /* med_type */
	uint8_t *kind_stays;          /* by text: is it a stay? */
	const struct ybi_input *days[2];
	yb_day *word_days[2];         /* of days given as texts */

	/* of a run */
	const int64_t *persons;
	size_t first, count;
	struct ybi_row_item *items, *spare;
	size_t room;
	uint32_t *starts; /* of each person among the items, and the end */
	size_t start_room, person_count;
	struct ybi_left **left; /* by person: what rows of batches before came to, NULL for nothing; NULL: there are no others */
	uint32_t left_from;     /* from this person on those of this run are added to it */
};

/* The last day of a row, or its first where that is not known; `by_begin`: the other way round. YB_DAY_NONE: neither. */
yb_day ybi_bulk_history_day(const struct ybi_bulk_history *history, size_t row, bool by_begin);
/* One row, its text's rank. */
uint32_t ybi_rank_at(const struct ybi_ranks *ranks, size_t row);
/* The text of a rank. */
const char *ybi_rank_text(const struct ybi_ranks *ranks, uint32_t rank);
/* Is the row a stay in hospital? */
bool ybi_bulk_history_stays(const struct ybi_bulk_history *history, size_t row);

/* What earlier rows of one person come to, by policy and days; open addressing. */
struct ybi_lane {
	uint32_t at, end;     /* items that are left */
	uint32_t person;
	bool goes_on;         /* later batches may have more rows of the person */
	uint32_t generation;  /* of this person: entries of others are free */
	uint32_t room, live;
	yb_fen taken;         /* from the account */
	unsigned char *table;
};

struct ybi_walk {
	const struct ybi_bulk_history *history;
	struct ybi_lane lanes[YBI_LANES];
	uint32_t active, most;
	const struct ybi_book *year_of;  /* whose medical year the last was */
	yb_day year_from, year_to;
	size_t stride;                   /* bytes of an entry of a lane */
	uint32_t next, next_end;         /* persons taken and not begun */

	/* the block at hand */
	uint32_t rows[YBI_BLOCK], lane_of[YBI_BLOCK];
	int64_t (*told)[YBI_BLOCK];      /* by what the view carries */
	uint8_t ordinal_known[YBI_BLOCK];
	int64_t (*added)[YBI_BLOCK];     /* by what the policy keeps */
	int64_t (*bases)[YBI_BLOCK], (*deductibles)[YBI_BLOCK]; /* by layer */
	int64_t taken[YBI_BLOCK];
	yb_fen *sums;                    /* of one row */
};

/* What the rows of a person came to, without reference to the batch they were in. */
struct ybi_left {
	size_t size;
	yb_fen taken;
	yb_day day;           /* of the last row that has one; YB_DAY_NONE: none has */
	const char *stay;     /* its mdtrt_id; "": none */
	bool undated;         /* a row without a day was answered, and comes after all others */
	uint32_t count;
	int64_t *sums;        /* of the entries, one after the other */
	struct ybi_left_entry {
		uint32_t policy;
		yb_day from, to;
		const char *id; /* mdtrt_id or, without days, yb_episode; NULL: all of the days */
	} entries[];
};

/* ---- persons.c: persons whose rows come in several batches ---- */
struct ybi_persons;
/* `strewn`: anybody may come again; else the last one of a batch, in the order of psn_no. NULL: no memory. */
struct ybi_persons *ybi_persons_new(bool strewn);
void ybi_persons_free(struct ybi_persons *persons);
/* Before and after rows in order are run; not after a run that failed, with which they end. */
yb_status ybi_persons_begin(struct ybi_persons *persons, struct ybi_bulk_history *history, struct yb_error **err);
void ybi_persons_end(struct ybi_persons *persons, struct ybi_bulk_history *history);

/* ---- history.c ---- */
yb_status ybi_bulk_history_prepare(struct yb_bulk *bulk, struct yb_error **err);
void ybi_bulk_history_free(struct yb_bulk *bulk);

/* ---- carry.c ---- */
yb_status ybi_bulk_history_policies(struct yb_bulk *bulk, struct yb_error **err);
/* What a view carries and adds. */
yb_status ybi_bulk_history_view(struct yb_bulk *bulk, struct ybi_view *view, struct yb_error **err);
/* Is a fact told by earlier rows? Then its number among those that the view carries. */
bool ybi_bulk_history_reads(const struct yb_bulk *bulk, struct ybi_view *view, uint32_t fact, uint32_t *number);
void ybi_lane_begin(struct ybi_lane *lane);
/* What is left of batches before, in a lane that has begun; false: no memory. */
bool ybi_lane_resume(struct ybi_walk *walk, struct ybi_lane *lane, const struct ybi_left *left);
/* What a lane whose rows are all done came to, what was left before within it; NULL: no memory. */
struct ybi_left *ybi_lane_leave(const struct yb_bulk *bulk, const struct ybi_walk *walk, const struct ybi_lane *lane, const struct ybi_left *had);
void ybi_left_free(struct ybi_left *left);

#endif
