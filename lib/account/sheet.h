/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_SHEET_H
#define YBI_SHEET_H

#include <yibao/policy.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

/*
 * A table that a ledger's answers are shown as: aligned text, CSV or HTML. Keys and reasons in it were written by strangers: none of them
 * ends a cell, an element or a line, is taken for a formula, or moves a terminal's cursor.
 */

struct ybi_sheet_column {
	const char *name;    /* in CSV */
	const char *zh, *en; /* headings */
	bool number;         /* amounts and counts of ours: to the right, and never taken for a formula */
};

struct ybi_sheet {
	const struct ybi_sheet_column *columns;
	size_t width;        /* columns */
	const char **cells;  /* row by row */
	size_t count, room;
	struct ybi_arena arena;
	bool failed;         /* no memory; stays set */
};

/* The next cell, copied; the row goes on until it has one of each column. */
void ybi_sheet_put(struct ybi_sheet *table, const char *text);
void ybi_sheet_put_fen(struct ybi_sheet *table, yb_fen fen, bool grouped);
void ybi_sheet_put_count(struct ybi_sheet *table, int64_t count);
void ybi_sheet_put_day(struct ybi_sheet *table, yb_day day);
/* Cells that say nothing. */
void ybi_sheet_skip(struct ybi_sheet *table, size_t cells);
void ybi_sheet_free(struct ybi_sheet *table);

void ybi_sheet_text(const struct ybi_sheet *table, yb_lang lang, struct ybi_text *out);
/* RFC 4180, with a line of names. */
void ybi_sheet_csv(const struct ybi_sheet *table, struct ybi_text *out);
void ybi_sheet_html(const struct ybi_sheet *table, yb_lang lang, struct ybi_text *out);

/* A text as a terminal and a page may have it: what would steer them is shown as U+FFFD. */
void ybi_put_shown(struct ybi_text *out, const char *text);
/* The same for HTML, as text or within quotes. */
void ybi_put_html(struct ybi_text *out, const char *text);
/* An amount with thousands separators. */
void ybi_put_grouped(struct ybi_text *out, yb_fen fen);
/* The page around what is shown: up to the heading, and its end. */
void ybi_html_begin(struct ybi_text *out, const char *title, yb_lang lang);
void ybi_html_end(struct ybi_text *out);

/* Members of a JSON object; YB_DAY_NONE is null. */
void ybi_json_day(struct ybi_text *out, bool *first, const char *key, yb_day day);
void ybi_json_number(struct ybi_text *out, bool *first, const char *key, int64_t number);
#define YBI_MONTH_SIZE 7
/* A month 1 .. 999912 as YYYYMM. */
void ybi_month_to_text(int64_t yyyymm, char text[YBI_MONTH_SIZE]);
/* Two days of which either may be YB_DAY_NONE: days that are, and in order. */
yb_status ybi_period_check(yb_day from, yb_day through, struct yb_error **err);

/* What an account is called, "fund/310100" and what that is. */
void ybi_account_label(const char *name, yb_lang lang, struct ybi_text *out);
/* Words in one of two languages. */
static inline const char *
ybi_words(yb_lang lang, const char *zh, const char *en)
{
	return lang == YB_LANG_ZH ? zh : en;
}
/* Which formats a renderer has, 1 << YB_FORMAT_x. */
static inline bool
ybi_format_in(yb_format format, unsigned formats)
{
	return format >= YB_FORMAT_TEXT && format <= YB_FORMAT_HTML && (formats >> format & 1);
}

#endif
