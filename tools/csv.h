/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_CSV_H
#define YIBAO_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Comma-separated values as RFC 4180 has them: quotes, quotes doubled within
 * them, commas and line ends within quotes, CRLF or LF, a byte order mark.
 */

#define CSV_RECORD_MOST (1u << 20) /* bytes of one record */

struct csv_cell {
	size_t at; /* into text of the rows */
	uint32_t length;
	bool quoted;
};

/* Records as they were read, one after the other. */
struct csv_rows {
	char *text; /* cells, each with a NUL after it */
	size_t length, room;
	struct csv_cell *cells;
	size_t cell_count, cell_room;
	size_t *first; /* by record: its first cell; and where the next would begin */
	unsigned long *lines; /* by record: where it begins in the file */
	size_t count, first_room, line_room;
};

struct csv_reader {
	FILE *file;
	unsigned char block[1 << 16];
	size_t block_length, block_at;
	unsigned long line, column; /* of the next character, from 1 */
	bool mark, crlf;            /* there was a byte order mark; lines end in CRLF */
	const char *fault;          /* what is wrong, and where */
	unsigned long fault_line, fault_column;
};

enum { CSV_END, CSV_RECORD, CSV_FAULT, CSV_IO, CSV_MEMORY };

/* One record more at the end of the rows. */
int csv_read(struct csv_reader *reader, struct csv_rows *rows);
/* Forget the records; the memory is kept. */
void csv_clear(struct csv_rows *rows);
void csv_free(struct csv_rows *rows);
const char *csv_text(const struct csv_rows *rows, const struct csv_cell *cell);

/* A cell, in quotes where it needs them. */
void csv_write(FILE *file, const char *text, size_t length, bool quoted);

#endif
