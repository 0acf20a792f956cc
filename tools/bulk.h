/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_TOOL_BULK_H
#define YIBAO_TOOL_BULK_H

#include <time.h>

#include "csv.h"
#include "tool.h"

/*
 * A CSV file of bills or persons, read a chunk at a time into columns that are bound to a
 * bulk; histories take the whole file as one. Who fails has told why and set rc.
 */

#define BULK_CHUNK 16384
#define BULK_COLUMNS 512

/* Texts of a column, each once, by an open hash. */
struct bulk_texts {
	const char **list;
	size_t count, room;
	uint32_t *slots; /* number + 1 */
	size_t mask;
	bool grown;      /* more than were bound */
};

struct bulk_column {
	const char *name;
	yb_column column; /* -1: no fact; it is kept, or */
	bool weight;      /* what --weight names */
	yb_field field;   /* 0: an attribute or total */
	bool bound, text, total, set;
	int64_t *values;  /* or numbers of texts */
	uint8_t *known;
	struct bulk_texts texts;
};

/* A file that takes its name when it is whole; what is there and is no file is written in place. */
struct bulk_sink {
	FILE *file;
	char *path; /* links followed */
	char *part;
	bool in_place;
	bool torn;   /* not all that was written came through */
	size_t rows;
};

#define BULK_NEEDS 3
#define BULK_KINDS 2
#define BULK_CELL_SIZE 32

/* What rows are asked. */
struct bulk_question {
	const char *word; /* of the command */
	yb_question question;
	const char *needs[BULK_NEEDS]; /* columns of which a row has at least one */
	const char *kinds[BULK_KINDS]; /* answers that are written where nobody names any: these, and those that begin so with a dot; "": all */
};

struct bulk_output {
	const struct yb_bulk *bulk;
	yb_column column;
	const char *name;
	yb_result unit;
	int64_t *values;
	uint8_t *known;
};

struct bulk {
	const struct tool *tool;
	const struct bulk_question *question;
	struct yb_policy_set *set;
	struct yb_bulk *bulk;
	struct yb_person *person; /* through which cells are read */
	struct yb_claim *claim;
	struct yb_decision *decision;
	struct csv_reader reader;
	struct csv_rows header, rows;
	struct bulk_column columns[BULK_COLUMNS];
	size_t column_count;
	struct bulk_output *outputs;
	size_t output_count, output_room;
	size_t room;              /* rows that a chunk may have */
	uint8_t *outcomes;
	yb_status *statuses;
	size_t *bad_cell; /* by row: number of the first cell that cannot be read + 1; SIZE_MAX: another number of cells */
	yb_status *cell_status;
	struct bulk_sink out, rejects;
	struct timespec told;     /* when the line of progress was written last */
	size_t done, counts[6];   /* rows; by outcome, 5: bad */
	int rc;
};

bool bulk_no_memory(struct bulk *b);
/* The file, and what its cells are read through; then its first line, and what --set gives. */
bool bulk_open_input(struct bulk *b);
bool bulk_read_header(struct bulk *b);
bool bulk_bind_same(struct bulk *b);
/* By the file; by the file or --set. */
bool bulk_is_given(const struct bulk *b, yb_column column);
bool bulk_has(const struct bulk *b, yb_column column);
bool bulk_check_needs(struct bulk *b);
bool bulk_read_chunk(struct bulk *b, bool *end);
/* Of histories, whose rows are read with the header. */
bool bulk_read_cells(struct bulk *b);
bool bulk_bind_columns(struct bulk *b, bool first);
void bulk_tell_progress(const struct bulk *b, bool end);
/* Of yb_bulk_set_progress(), for a bulk; rows are counted twice where both sides of a reform have them. */
int32_t bulk_listen(void *b, uint64_t done, uint64_t count);
void bulk_close(struct bulk *b);

/* ---- bulk-answers.c ---- */
const struct bulk_question *bulk_question_find(const char *word);
/* --year, --on and such: the same for every row. Then: is it said of rows when? */
bool bulk_bind_said(struct bulk *b);
bool bulk_check_when(struct bulk *b);
/* The answers that --answers names, or the usual ones, but for what the file has itself. */
bool bulk_bind_outputs(struct bulk *b);
const char *bulk_unit_word(yb_result unit, yb_lang lang);
/* A cell, empty where the answer is not known. */
void bulk_write_output(FILE *file, const struct bulk_output *output, size_t row);

/* What `option` names is not what -o does. */
bool bulk_check_sinks(struct bulk *b, const char *out, const char *option, const char *path);
/* From the first one on a signal lets files that are not whole go before it ends the tool. */
bool bulk_sink_open(struct bulk *b, struct bulk_sink *sink, const char *path);
/* Whole, or not there. */
void bulk_sink_close(struct bulk *b, struct bulk_sink *sink, bool good);

#endif
