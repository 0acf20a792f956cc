/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BLOCK_H
#define YBI_BLOCK_H

#include "base/far.h"
#include "bulk/bulk.h"

/* Up to YBI_BLOCK rows of one view at a time, and the room of the thread that takes them. */

/* A fact of the rows of a block: in 64 bits or, known throughout, in bytes; known NULL: throughout; neither: nothing is known. */
struct ybi_rows {
	const int64_t *values;
	const uint8_t *known, *bytes;
};

/* What a column of a constant holds already, in its first rows. */
struct ybi_filled {
	int64_t value;
	size_t rows;
};

/* What is drawn of the funds' payments. */
enum { YBI_DRAW_FUNDS, YBI_DRAW_PERSON, YBI_DRAW_HOSPITAL, YBI_DRAW_ACCOUNT, YBI_DRAW_SHARED, YBI_DRAW_CASH, YBI_DRAW_BALANCE, YBI_DRAW_DEDUCTIBLE,
       YBI_DRAW_SUM /* of several layers that one fund pays */, YBI_DRAW_COUNT_ };

enum ybi_asked { YBI_ASKED_FUNDS = 1, YBI_ASKED_ACCOUNT = 2, YBI_ASKED_DEDUCTIBLE = 4, YBI_ASKED_HOSPITAL = 8 };

struct ybi_walk;

struct ybi_worker {
	const struct yb_bulk *bulk;
	struct ybi_walk *walk;                       /* of histories */
	struct ybi_row_handles handles;
	struct ybi_scratch front, plan;
	struct ybi_column *columns;                  /* by fact */
	struct ybi_rows *slots;                      /* by bound column */
	int64_t (*values)[YBI_BLOCK];                /* likewise, where the caller's memory does not serve */
	struct ybi_filled *filled;                   /* likewise, of constants */
	uint8_t (*known)[YBI_BLOCK];
	int64_t (*results)[YBI_BLOCK];               /* by output */
	bool *sent;                                  /* likewise: the plan itself has written it to the caller's memory, past the caches */
	uint16_t *registers;                         /* likewise: the register that is it, of the benefit last taken */
	const struct ybi_view *taken_view;
	uint32_t taken;
	uint32_t asked;                              /* bits: the sums that somebody asks for */
	struct ybi_rows derived[YBI_FROM_COUNT_];
	_Alignas(YBI_CACHE_LINE) int64_t derived_values[YBI_FROM_COUNT_][YBI_BLOCK];
	uint8_t derived_known[YBI_FROM_COUNT_][YBI_BLOCK];
	_Alignas(YBI_CACHE_LINE) int64_t draws[YBI_DRAW_COUNT_][YBI_BLOCK];
	int64_t *person;                             /* what is left to the person: in draws, or where the caller wants it */
	uint8_t balance_known[YBI_BLOCK];
	_Alignas(YBI_CACHE_LINE) int64_t zeros[YBI_BLOCK];
	uint8_t exact[YBI_BLOCK], escape[YBI_BLOCK]; /* exact: enum ybi_stop; 0: answered here */
	bool outside;                                /* a row of the block has a day that is not covered */
	uint32_t choice[YBI_BLOCK];
	uint32_t view_of[YBI_CHUNK], list[YBI_CHUNK];
	size_t *starts;                              /* by view */

	/* the block at hand */
	const struct ybi_view *view;
	size_t first, count;
	const uint32_t *rows; /* after `first`; NULL: they follow each other */
};

yb_status ybi_worker_new(const struct yb_bulk *bulk, struct ybi_worker **worker, struct yb_error **err);
void ybi_worker_free(struct ybi_worker *worker);

/* Rows first + rows[0 ..], or first .. first + count - 1, all of one view; count <= YBI_BLOCK. */
yb_status ybi_block_run(struct ybi_worker *worker, const struct ybi_view *view, size_t first, const uint32_t *rows, size_t count);

/* ---- carry.c: what earlier rows of a person tell a block, and what its rows add ---- */
yb_status ybi_walk_new(struct ybi_worker *worker, struct yb_error **err);
void ybi_walk_free(struct ybi_worker *worker);
void ybi_carry_tell(struct ybi_worker *worker);
struct ybi_rows ybi_carry_column(const struct ybi_worker *worker, uint32_t carried);
/* Is what a benefit adds in its plan? Then has it written. */
bool ybi_carry_aim(struct ybi_worker *worker, uint32_t benefit, const struct ybi_plan *plan);
void ybi_carry_gather(struct ybi_worker *worker, uint32_t benefit, const struct ybi_plan *plan);
/* Row i of the block: answered there, or to go the exact way. */
yb_status ybi_carry_add(struct ybi_worker *worker, size_t i);
yb_status ybi_carry_exact(struct ybi_worker *worker, size_t i);

/* ---- load.c: the facts of a block; rows that only the exact way can take are marked ---- */
void ybi_block_load(struct ybi_worker *worker);
void ybi_block_derive(struct ybi_worker *worker);

/* ---- check.c ---- */
void ybi_block_check(struct ybi_worker *worker);

/* ---- owed.c: a block of a question what is owed ---- */
/* The day and the year asked about. */
void ybi_block_dates(struct ybi_worker *worker);
void ybi_block_owe(struct ybi_worker *worker);

/* The facts of the next block are asked for while a plan runs over this one. */
void ybi_block_ahead(struct ybi_worker *worker, const struct ybi_plan *plan);

/* ---- draw.c: the sums of a benefit whose plan was run ---- */
void ybi_block_draw(struct ybi_worker *worker, uint32_t benefit, bool whole, const struct ybi_plan *plan);

#endif
