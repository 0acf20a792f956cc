/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BILL_READER_H
#define YBI_BILL_READER_H

#include "account/bill.h"

/* What the formats share: lines, cells, columns by their headings, values. Every reading ends at the first fault. */

struct ybi_bill_reader {
	struct ybi_bill *bill;
	const struct ybi_bill_options *options;
	const char *text, *end; /* what is left of the text */
	const char *line;       /* the current one, without its end */
	size_t length;
	uint32_t number;        /* of it, from 1 */
	uint32_t column;        /* at which it begins, from 0 */
	struct yb_error **err;
};

struct ybi_cell {
	const char *text; /* not NUL-terminated */
	size_t length;
};

/* A line in cells. */
struct ybi_cells {
	struct ybi_cell cell[YBI_BILL_COLUMNS];
	size_t count;
};

/* A column that is looked for: its spellings, and whether a bill must have it. */
struct ybi_heading {
	const char *names[4];
	bool required;
};

/* The next line; *more is false at the end. A line that is too long is refused. */
yb_status ybi_bill_next(struct ybi_bill_reader *reader, bool *more);
/* Does the line begin so? */
bool ybi_bill_begins(const struct ybi_bill_reader *reader, const char *words);
bool ybi_bill_blank(const struct ybi_bill_reader *reader);

/* A fault at a place of the line, or at its begin where `at` is NULL. */
yb_status ybi_bill_fault(const struct ybi_bill_reader *reader, const char *at, yb_status status, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Split at each `separator`; blanks and TABs around a cell do not count. */
yb_status ybi_bill_split(const struct ybi_bill_reader *reader, const char *separator, struct ybi_cells *cells);
/* Which cell each heading is, SIZE_MAX for none. A required one that is missing, and one given twice, are refused. */
yb_status ybi_bill_columns(const struct ybi_bill_reader *reader, const struct ybi_cells *cells, const struct ybi_heading *headings, size_t count,
                           size_t *columns);

bool ybi_cell_is(const struct ybi_cell *cell, const char *word);
/* A number of at most `places` decimals, as a count of its last one; noughts may follow. `what` names it in errors. */
yb_status ybi_cell_number(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, int places, const char *what, int64_t *value);
yb_status ybi_cell_fen(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, const char *what, yb_fen *fen);
/* "2026-07-31 10:20:30" */
yb_status ybi_cell_time(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, const char *what, yb_day *day, const char **time);
/* A number that names something, kept with the bill; an empty one is "" or, when it must be there, refused. */
yb_status ybi_cell_name(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, const char *what, bool required, const char **name);

/* A row of the bill, zeroed but for empty texts, no day, count 1 and the line. */
yb_status ybi_bill_add(const struct ybi_bill_reader *reader, struct ybi_bill_row **row);
/* Refuse what a total of the bill says when the rows say otherwise. `places` decimals. */
yb_status ybi_bill_total(const struct ybi_bill_reader *reader, const char *at, const char *what, int places, int64_t said, int64_t rows);

/* bill-wechat.c, bill-alipay.c, bill-unionpay.c, bill-platform.c */
yb_status ybi_bill_read_wechat(struct ybi_bill_reader *reader);
yb_status ybi_bill_read_alipay(struct ybi_bill_reader *reader);
yb_status ybi_bill_read_unionpay(struct ybi_bill_reader *reader);
yb_status ybi_bill_read_3201(struct ybi_bill_reader *reader);
yb_status ybi_bill_read_3202(struct ybi_bill_reader *reader);

#endif
