/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "csv.h"

/* --- characters ----------------------------------------------------------- */

/* The next byte without taking it; EOF at the end. */
static int
look(struct csv_reader *r)
{
	if (r->block_at == r->block_length) {
		r->block_length = fread(r->block, 1, sizeof(r->block), r->file);
		r->block_at = 0;
		if (r->block_length == 0)
			return EOF;
	}
	return r->block[r->block_at];
}

static int
take(struct csv_reader *r)
{
	int c = look(r);

	if (c == EOF)
		return c;
	r->block_at++;
	r->column++;
	if (c == '\n') {
		r->line++;
		r->column = 1;
	}
	return c;
}

static int
fail(struct csv_reader *r, const char *fault)
{
	r->fault = fault;
	r->fault_line = r->line;
	r->fault_column = r->column;
	return CSV_FAULT;
}

/* --- records -------------------------------------------------------------- */

static bool
grow(void *array, size_t count, size_t *room, size_t size)
{
	void **slot = array, *more;
	size_t wanted = *room ? *room * 2 : 1024;

	if (count < *room)
		return true;
	more = realloc(*slot, wanted * size);
	if (!more)
		return false;
	*slot = more;
	*room = wanted;
	return true;
}

static bool
put(struct csv_rows *rows, int c)
{
	if (!grow(&rows->text, rows->length, &rows->room, 1))
		return false;
	rows->text[rows->length++] = (char)c;
	return true;
}

/* What is between quotes, the closing one taken. */
static int
read_quoted(struct csv_reader *r, struct csv_rows *rows, size_t begun)
{
	int c;

	for (;;) {
		c = take(r);
		if (c == EOF)
			return ferror(r->file) ? CSV_IO : fail(r, "the file ends within quotes");
		if (c == '\0')
			return fail(r, "a NUL byte");
		if (c == '"' && look(r) != '"')
			return CSV_RECORD;
		if (c == '"')
			c = take(r);
		if (!put(rows, c))
			return CSV_MEMORY;
		if (rows->length - begun > CSV_RECORD_MOST)
			return fail(r, "a record of more than 1 MiB; is a quote not closed?");
	}
}

static int
read_cell(struct csv_reader *r, struct csv_rows *rows, size_t begun, bool *quoted)
{
	int c = look(r), rc;

	*quoted = c == '"';
	if (*quoted) {
		(void)take(r);
		rc = read_quoted(r, rows, begun);
		c = look(r);
		if (rc == CSV_RECORD && c != ',' && c != '\n' && c != '\r' && c != EOF)
			return fail(r, "text after the closing quote");
		return rc;
	}
	for (; c != ',' && c != '\n' && c != EOF; c = look(r)) {
		if (c == '"')
			return fail(r, "a quote within a cell that does not begin with one");
		if (c == '\0')
			return fail(r, "a NUL byte");
		(void)take(r);
		if (c == '\r' && (look(r) == '\n' || look(r) == EOF))
			return CSV_RECORD; /* the line end is taken after this */
		if (!put(rows, c))
			return CSV_MEMORY;
		if (rows->length - begun > CSV_RECORD_MOST)
			return fail(r, "a record of more than 1 MiB");
	}
	return ferror(r->file) ? CSV_IO : CSV_RECORD;
}

static bool
begin_record(struct csv_rows *rows, unsigned long line)
{
	if (!grow(&rows->first, rows->count + 1, &rows->first_room, sizeof(*rows->first)) ||
	    !grow(&rows->lines, rows->count, &rows->line_room, sizeof(*rows->lines)))
		return false;
	rows->first[rows->count] = rows->cell_count;
	rows->lines[rows->count] = line;
	return true;
}

static void
skip_mark(struct csv_reader *r)
{
	static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };

	r->line = r->column = 1;
	if (look(r) == EOF || r->block_length < sizeof(mark) || memcmp(r->block, mark, sizeof(mark)) != 0)
		return;
	r->block_at = sizeof(mark);
	r->mark = true;
}

int
csv_read(struct csv_reader *r, struct csv_rows *rows)
{
	size_t begun = rows->length;
	bool first = r->line == 0;

	if (first)
		skip_mark(r);
	if (look(r) == EOF)
		return ferror(r->file) ? CSV_IO : CSV_END;
	if (!begin_record(rows, r->line))
		return CSV_MEMORY;
	for (;;) {
		struct csv_cell cell = { .at = rows->length };
		int c, rc = read_cell(r, rows, begun, &cell.quoted);
		if (rc != CSV_RECORD)
			return rc;
		cell.length = (uint32_t)(rows->length - cell.at);
		if (!put(rows, '\0') || !grow(&rows->cells, rows->cell_count, &rows->cell_room, sizeof(*rows->cells)))
			return CSV_MEMORY;
		rows->cells[rows->cell_count++] = cell;
		c = take(r);
		if (c == ',')
			continue;
		if (c == '\r') { /* after a quoted cell */
			if (look(r) != '\n' && look(r) != EOF)
				return fail(r, "text after the closing quote");
			c = take(r);
			r->crlf = r->crlf || first;
		} else if (c == '\n' && r->block_at >= 2 && r->block[r->block_at - 2] == '\r') {
			r->crlf = r->crlf || first;
		}
		break;
	}
	rows->first[++rows->count] = rows->cell_count;
	return CSV_RECORD;
}

void
csv_clear(struct csv_rows *rows)
{
	rows->length = rows->cell_count = rows->count = 0;
}

void
csv_free(struct csv_rows *rows)
{
	free(rows->text);
	free(rows->cells);
	free(rows->first);
	free(rows->lines);
	memset(rows, 0, sizeof(*rows));
}

const char *
csv_text(const struct csv_rows *rows, const struct csv_cell *cell)
{
	return rows->text + cell->at;
}

void
csv_write(FILE *file, const char *text, size_t length, bool quoted)
{
	bool plain = !quoted || length > 0;

	for (size_t i = 0; i < length && plain; i++)
		plain = text[i] != ',' && text[i] != '"' && text[i] != '\n' && text[i] != '\r';
	if (length && (text[0] == ' ' || text[length - 1] == ' '))
		plain = false;
	if (plain) {
		fwrite(text, 1, length, file);
		return;
	}
	putc('"', file);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			putc('"', file);
		putc(text[i], file);
	}
	putc('"', file);
}
