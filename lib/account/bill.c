/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/bill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "account/bill-reader.h"
#include "base/charset.h"
#include "base/text.h"

#define QUOTED 40 /* bytes of a cell that an error repeats */
#define BOM "\xef\xbb\xbf"

static const struct {
	const char *name;
	yb_status (*read)(struct ybi_bill_reader *reader);
	bool bytes; /* fields are counted in bytes: not to be decoded */
} formats[] = {
	[YBI_BILL_WECHAT] = { "wechat", ybi_bill_read_wechat, false },
	[YBI_BILL_ALIPAY] = { "alipay", ybi_bill_read_alipay, false },
	[YBI_BILL_UNIONPAY] = { "unionpay", ybi_bill_read_unionpay, true },
	[YBI_BILL_3201] = { "3201", ybi_bill_read_3201, false },
	[YBI_BILL_3202] = { "3202", ybi_bill_read_3202, false },
};
_Static_assert(ARRAY_SIZE(formats) == YBI_BILL_FORMATS_, "a format has no reader");

const char *
ybi_bill_format_name(enum ybi_bill_format format)
{
	return (unsigned)format < YBI_BILL_FORMATS_ ? formats[format].name : NULL;
}

const char *
ybi_bill_kind_name(enum ybi_bill_kind kind)
{
	static const char *const names[] = { "pay", "refund", "cancel", "adjust" };

	return names[kind];
}

const char *
ybi_bill_state_name(enum ybi_bill_state state)
{
	static const char *const names[] = { "done", "pending", "failed" };

	return names[state];
}

/* ---- faults ---- */

yb_status
ybi_bill_fault(const struct ybi_bill_reader *reader, const char *at, yb_status status, const char *format, ...)
{
	struct ybi_place place = { reader->options->name, reader->number, reader->column + 1 };
	bool bytes = formats[reader->options->format].bytes;
	va_list args;

	for (const char *p = reader->line; at && p < at; p++)
		place.column += bytes || ((unsigned char)*p & 0xC0) != 0x80;
	va_start(args, format);
	status = ybi_error_vat(reader->err, status, YB_SEVERITY_ERROR, &place, NULL, format, args);
	va_end(args);
	return status;
}

/* As much of a cell as an error repeats, whole characters. */
static int
quoted(const struct ybi_cell *cell)
{
	size_t length = cell->length;

	if (length > QUOTED)
		for (length = QUOTED; length > 0 && ((unsigned char)cell->text[length] & 0xC0) == 0x80; length--)
			;
	return (int)length;
}

/* ---- lines ---- */

yb_status
ybi_bill_next(struct ybi_bill_reader *reader, bool *more)
{
	const char *end;

	*more = reader->text < reader->end;
	if (!*more)
		return YB_OK;
	reader->number++;
	reader->line = reader->text;
	end = memchr(reader->text, '\n', (size_t)(reader->end - reader->text));
	reader->text = end ? end + 1 : reader->end;
	end = end ? end : reader->end;
	if (end > reader->line && end[-1] == '\r')
		end--;
	reader->length = (size_t)(end - reader->line);
	if (reader->length > YBI_BILL_LINE)
		return ybi_bill_fault(reader, NULL, YB_E_LIMIT, "a line of %zu bytes; at most %d are read", reader->length, YBI_BILL_LINE);
	return YB_OK;
}

bool
ybi_bill_begins(const struct ybi_bill_reader *reader, const char *words)
{
	size_t length = strlen(words);

	return reader->length >= length && memcmp(reader->line, words, length) == 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
ybi_bill_blank(const struct ybi_bill_reader *reader)
{
	for (size_t i = 0; i < reader->length; i++)
		if (!is_blank(reader->line[i]))
			return false;
	return true;
}

/* ---- cells ---- */

static struct ybi_cell
cell_trim(const char *text, const char *end)
{
	while (text < end && is_blank(*text))
		text++;
	while (end > text && is_blank(end[-1]))
		end--;
	return (struct ybi_cell) { text, (size_t)(end - text) };
}

/* Where the cell that begins at `text` ends; NULL when its quotes do not. A cell in quotes may hold the separator. */
static const char *
cell_end(const char *text, const char *end, const char *separator, size_t size)
{
	const char *quote = text;

	while (quote < end && is_blank(*quote))
		quote++;
	if (size == 1 && quote < end && *quote == '"') {
		for (text = quote + 1; text < end && (*text != '"' || (text + 1 < end && text[1] == '"')); text++)
			text += *text == '"';
		if (text >= end)
			return NULL;
	}
	for (; text < end; text++)
		if ((size_t)(end - text) >= size && memcmp(text, separator, size) == 0)
			return text;
	return end;
}

static void
cell_unquote(struct ybi_cell *cell)
{
	if (cell->length >= 2 && cell->text[0] == '"' && cell->text[cell->length - 1] == '"') {
		cell->text++;
		cell->length -= 2;
	}
}

yb_status
ybi_bill_split(const struct ybi_bill_reader *reader, const char *separator, struct ybi_cells *cells)
{
	size_t size = strlen(separator);
	const char *at = reader->line, *end = reader->line + reader->length;

	cells->count = 0;
	for (;;) {
		const char *stop = cell_end(at, end, separator, size);

		if (!stop)
			return ybi_bill_fault(reader, at, YB_E_SYNTAX, "the quotes that begin here do not end in this line");
		if (cells->count == YBI_BILL_COLUMNS)
			return ybi_bill_fault(reader, at, YB_E_LIMIT, "more than %d columns", YBI_BILL_COLUMNS);
		cells->cell[cells->count] = cell_trim(at, stop);
		if (size == 1)
			cell_unquote(&cells->cell[cells->count]);
		cells->count++;
		if (stop == end)
			return YB_OK;
		at = stop + size;
	}
}

bool
ybi_cell_is(const struct ybi_cell *cell, const char *word)
{
	return ybi_streq_n(cell->text, cell->length, word);
}

static bool
heading_is(const struct ybi_heading *heading, const struct ybi_cell *cell)
{
	for (size_t i = 0; i < ARRAY_SIZE(heading->names) && heading->names[i]; i++)
		if (ybi_cell_is(cell, heading->names[i]))
			return true;
	return false;
}

yb_status
ybi_bill_columns(const struct ybi_bill_reader *reader, const struct ybi_cells *cells, const struct ybi_heading *headings, size_t count, size_t *columns)
{
	for (size_t h = 0; h < count; h++) {
		columns[h] = SIZE_MAX;
		for (size_t i = 0; i < cells->count; i++) {
			if (!heading_is(&headings[h], &cells->cell[i]))
				continue;
			if (columns[h] != SIZE_MAX)
				return ybi_bill_fault(reader, cells->cell[i].text, YB_E_DUPLICATE, "column \"%s\" is there twice", headings[h].names[0]);
			columns[h] = i;
		}
		if (columns[h] == SIZE_MAX && headings[h].required)
			return ybi_bill_fault(reader, NULL, YB_E_SYNTAX, "no column \"%s\" among the %zu headings of this line: is it a %s bill?",
			                      headings[h].names[0], cells->count, ybi_bill_format_name(reader->options->format));
	}
	return YB_OK;
}

/* ---- values ---- */

/* `-`? digit+ ( `.` digit* )?, the value in 10^-places; false when it is no such number or has more decimals. */
static bool
number_read(const char *text, size_t length, int places, int64_t most, int64_t *value)
{
	bool negative = length > 0 && text[0] == '-', point = false;
	int64_t sum = 0;
	int decimals = 0;
	size_t digits = 0;

	for (size_t i = negative; i < length; i++) {
		if (text[i] == '.' && !point && digits > 0) {
			point = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		digits++;
		if (point && decimals == places) { /* only noughts may follow */
			if (text[i] != '0')
				return false;
			continue;
		}
		decimals += point;
		sum = sum * 10 + (text[i] - '0');
		if (sum > most)
			return false;
	}
	for (; decimals < places; decimals++)
		sum *= 10;
	*value = negative ? -sum : sum;
	return digits > 0 && sum <= most && text[length - 1] != '.';
}

yb_status
ybi_cell_number(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, int places, const char *what, int64_t *value)
{
	if (number_read(cell->text, cell->length, places, YB_FEN_LIMIT, value))
		return YB_OK;
	if (cell->length == 0)
		return ybi_bill_fault(reader, cell->text, YB_E_BAD_AMOUNT, "%s is empty; expected a number of at most %d decimals", what, places);
	return ybi_bill_fault(reader, cell->text, YB_E_BAD_AMOUNT, "%s \"%.*s\" is not a number of at most %d decimals, or too large", what,
	                      quoted(cell), cell->text, places);
}

yb_status
ybi_cell_fen(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, const char *what, yb_fen *fen)
{
	if (number_read(cell->text, cell->length, 2, YB_FEN_LIMIT, fen))
		return YB_OK;
	if (cell->length == 0)
		return ybi_bill_fault(reader, cell->text, YB_E_BAD_AMOUNT, "%s is empty; expected an amount in yuan", what);
	return ybi_bill_fault(reader, cell->text, YB_E_BAD_AMOUNT, "%s \"%.*s\" is not an amount in yuan with at most two decimals, or too large", what,
	                      quoted(cell), cell->text);
}

/* hh:mm:ss */
static bool
clock_valid(const char *text)
{
	int32_t hour = ybi_digits(text, 2), minute = ybi_digits(text + 3, 2), second = ybi_digits(text + 6, 2);

	return text[2] == ':' && text[5] == ':' && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
}

yb_status
ybi_cell_time(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, const char *what, yb_day *day, const char **time)
{
	if (cell->length != 19 || cell->text[10] != ' ' || !clock_valid(cell->text + 11) || yb_day_from_text(cell->text, 10, day) != YB_OK)
		return ybi_bill_fault(reader, cell->text, YB_E_BAD_DATE, "%s \"%.*s\" is no time; expected YYYY-MM-DD hh:mm:ss", what, quoted(cell),
		                      cell->text);
	*time = ybi_arena_strndup(&reader->bill->arena, cell->text + 11, 8);
	return *time ? YB_OK : ybi_error_no_memory(reader->err);
}

/* 4.00123E+27: a spreadsheet took the number for a quantity, and most of its digits are gone. */
static bool
is_exponential(const struct ybi_cell *cell)
{
	const char *e = memchr(cell->text, 'E', cell->length);

	if (!e || e == cell->text || (size_t)(e - cell->text) + 2 >= cell->length || (e[1] != '+' && e[1] != '-'))
		return false;
	for (size_t i = 0; i < cell->length; i++) {
		const char *c = cell->text + i;
		if (c != e && c != e + 1 && *c != '.' && (*c < '0' || *c > '9'))
			return false;
	}
	return true;
}

yb_status
ybi_cell_name(const struct ybi_bill_reader *reader, const struct ybi_cell *cell, const char *what, bool required, const char **name)
{
	if (cell->length == 0) {
		*name = "";
		return required ? ybi_bill_fault(reader, cell->text, YB_E_SYNTAX, "%s is empty", what) : YB_OK;
	}
	if (cell->length > YBI_BILL_NAME)
		return ybi_bill_fault(reader, cell->text, YB_E_LIMIT, "%s of %zu bytes; at most %d are read", what, cell->length, YBI_BILL_NAME);
	for (size_t i = 0; i < cell->length; i++)
		if (cell->text[i] <= ' ' || cell->text[i] > '~')
			return ybi_bill_fault(reader, cell->text + i, YB_E_BAD_TEXT, "%s has a character that is no letter, digit or mark of ASCII", what);
	if (is_exponential(cell))
		return ybi_bill_fault(reader, cell->text, YB_E_BAD_VALUE,
		                      "%s \"%.*s\" was rewritten by a spreadsheet and has lost its digits; use the bill as it was downloaded", what,
		                      quoted(cell), cell->text);
	*name = ybi_arena_strndup(&reader->bill->arena, cell->text, cell->length);
	return *name ? YB_OK : ybi_error_no_memory(reader->err);
}

/* ---- rows and totals ---- */

yb_status
ybi_bill_add(const struct ybi_bill_reader *reader, struct ybi_bill_row **row)
{
	struct ybi_bill *bill = reader->bill;

	if (bill->count == YBI_BILL_ROWS)
		return ybi_bill_fault(reader, NULL, YB_E_LIMIT, "more than %d rows", YBI_BILL_ROWS);
	if (!ybi_grow(&bill->rows, bill->count, &bill->room, sizeof(*bill->rows)))
		return ybi_error_no_memory(reader->err);
	*row = &bill->rows[bill->count++];
	**row = (struct ybi_bill_row) {
		.day = YB_DAY_NONE, .time = "", .id = "", .theirs = "", .original = "", .their_original = "", .visit = "",
		.count = 1, .line = reader->number,
	};
	return YB_OK;
}

/* A count of 10^-places as a number. */
static void
number_write(int64_t value, int places, char text[32])
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit = 1;
	const char *sign = value < 0 ? "-" : "";

	for (int i = 0; i < places; i++)
		unit *= 10;
	if (places == 0)
		snprintf(text, 32, "%s%" PRIu64, sign, magnitude);
	else
		snprintf(text, 32, "%s%" PRIu64 ".%0*" PRIu64, sign, magnitude / unit, places, magnitude % unit);
}

yb_status
ybi_bill_total(const struct ybi_bill_reader *reader, const char *at, const char *what, int places, int64_t said, int64_t rows)
{
	char said_text[32], rows_text[32];

	if (said == rows)
		return YB_OK;
	number_write(said, places, said_text);
	number_write(rows, places, rows_text);
	return ybi_bill_fault(reader, at, YB_E_CONTRADICTION, "the bill says %s %s, its rows make %s", what, said_text, rows_text);
}

/* ---- the whole ---- */

/* What a file is that is no text; NULL when it may be one. */
static const char *
container(const char *text, size_t length)
{
	static const struct {
		const char *magic;
		size_t length;
		const char *what;
	} magics[] = {
		{ "PK\3\4", 4, "a ZIP archive (or an .xlsx workbook): unpack it, or save it as CSV, first" },
		{ "PK\5\6", 4, "an empty ZIP archive" },
		{ "\x1f\x8b", 2, "compressed with gzip: unpack it first" },
		{ "\xd0\xcf\x11\xe0", 4, "an Excel workbook (.xls): use the bill as it was downloaded" },
		{ "%PDF", 4, "a PDF document: use the bill as it was downloaded" },
		{ "\xff\xfe", 2, "UTF-16 text: save it as UTF-8 first" },
		{ "\xfe\xff", 2, "UTF-16 text: save it as UTF-8 first" },
		{ "Rar!", 4, "a RAR archive: unpack it first" },
		{ "7z\xbc\xaf", 4, "a 7-Zip archive: unpack it first" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (length >= magics[i].length && memcmp(text, magics[i].magic, magics[i].length) == 0)
			return magics[i].what;
	return NULL;
}

/* Is it UTF-8 with a fault rather than GBK? Chinese in GBK is never well-formed UTF-8 for as long as that. */
static bool
is_broken_utf8(const char *text, size_t good)
{
	size_t characters = 0;

	for (size_t i = 0; i < good; i++)
		characters += ((unsigned char)text[i] & 0xC0) == 0xC0;
	return characters >= 4;
}

/* The text as UTF-8 without its mark; *made is what is to be freed. */
static yb_status
text_decode(const struct ybi_bill_options *options, const char **text, size_t *length, char **made, struct yb_error **err)
{
	bool marked = *length >= 3 && memcmp(*text, BOM, 3) == 0;
	size_t good = ybi_utf8_check(*text, *length);
	struct ybi_place place;
	yb_status st = YB_OK;

	if (good < *length && (marked || (*text)[good] == '\0' || is_broken_utf8(*text, good))) {
		place = ybi_place_after(options->name, *text + (marked ? 3 : 0), good - (marked ? 3 : 0));
		if ((*text)[good] == '\0')
			return ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "a NUL byte");
		return ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "byte 0x%02x is not UTF-8", (unsigned char)(*text)[good]);
	}
	if (good < *length) {
		st = ybi_gb18030_decode(options->name, *text, *length, made, length, err);
		*text = *made;
	} else if (marked) {
		*text += 3;
		*length -= 3;
	}
	return st;
}

static yb_status
bill_read(const char *text, size_t length, const struct ybi_bill_options *options, struct ybi_bill *bill, struct yb_error **err)
{
	struct ybi_bill_reader reader = { .bill = bill, .options = options, .err = err };
	char *made = NULL;
	yb_status st = YB_OK;

	if (!formats[options->format].bytes)
		st = text_decode(options, &text, &length, &made, err);
	if (st == YB_OK) {
		reader.line = reader.text = text;
		reader.end = text + length;
		st = formats[options->format].read(&reader);
	}
	if (made) {
		yb_wipe(made, length);
		free(made);
	}
	return st;
}

yb_status
ybi_bill_read(const char *text, size_t length, const struct ybi_bill_options *options, struct ybi_bill *bill, struct yb_error **err)
{
	struct ybi_place place = { options->name, 1, 1 };
	const char *what = container(text, length);
	yb_status st;

	*bill = (struct ybi_bill) { .format = options->format, .from = YB_DAY_NONE, .to = YB_DAY_NONE };
	if (length > YBI_BILL_BYTES)
		return ybi_error_at(err, YB_E_LIMIT, &place, NULL, "%zu bytes are more than the %zu that are read of a bill", length, YBI_BILL_BYTES);
	if (what)
		return ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "this is %s", what);
	st = bill_read(text, length, options, bill, err);
	if (st != YB_OK)
		ybi_bill_free(bill);
	return st;
}

void
ybi_bill_free(struct ybi_bill *bill)
{
	ybi_arena_free(&bill->arena);
	free(bill->rows);
	bill->rows = NULL;
	bill->count = bill->room = 0;
}
