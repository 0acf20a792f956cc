/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/bill-reader.h"

#include <string.h>

#include <yibao/date.h>

#include "base/text.h"

/*
 * 银联全渠道, the files ZM (what was traded) and ZME (what was corrected): fields of fixed width in bytes of GBK, one blank
 * between them, amounts in fen. A sign is C (credit: the merchant gets) or D (debit). Days are MMDD, without a year.
 * What is read of a line is ASCII; Chinese names stand in fields that are not.
 */

static const uint8_t zm_widths[] = { 3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13,
	                             13, 8, 32, 13, 13, 12, 2, 1, 32, 98 };
static const uint8_t zme_widths[] = { 3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135 };

/* Fields by their numbers in the specification; those of ZME that differ. */
enum {
	TRACE = 4, TIME = 5, AMOUNT = 7, QUERY = 10, ORDER = 12, FEE = 16, SETTLED = 17, TYPE = 20, ORIGINAL_QUERY = 27, ORIGINAL = 41,
	ZME_TRACE = 11, ZME_TIME = 12, ZME_FEE = 15, ZME_SETTLED = 16
};

/* txnType */
static const struct {
	char code[3];
	enum ybi_bill_kind kind;
} types[] = {
	{ "01", YBI_BILL_PAY },    { "03", YBI_BILL_PAY },    { "04", YBI_BILL_REFUND }, { "11", YBI_BILL_PAY },
	{ "13", YBI_BILL_PAY },    { "31", YBI_BILL_CANCEL }, { "32", YBI_BILL_CANCEL }, { "33", YBI_BILL_CANCEL },
};

struct unionpay {
	struct ybi_bill_reader *reader;
	struct ybi_cells cells; /* field n is cell n - 1 */
	bool error_file;        /* ZME */
	bool seen[13];          /* months of the rows */
};

/* ---- lines ---- */

/* Through the last field that is read: what follows is reserved, and an editor may have dropped its blanks. */
static size_t
line_least(const uint8_t *widths, size_t fields)
{
	size_t length = 0;

	for (size_t i = 0; i + 1 < fields; i++)
		length += widths[i] + 1u;
	return length - 1;
}

static yb_status
line_cut(struct unionpay *u, const uint8_t *widths, size_t fields)
{
	const struct ybi_bill_reader *reader = u->reader;
	size_t at = 0;

	for (size_t i = 0; i + 1 < fields; i++) {
		struct ybi_cell *cell = &u->cells.cell[i];

		*cell = (struct ybi_cell) { reader->line + at, widths[i] };
		at += widths[i];
		if (at < reader->length && reader->line[at] != ' ')
			return ybi_bill_fault(reader, reader->line + at, YB_E_SYNTAX,
			                      "no blank behind field %zu, which ends at byte %zu: fields are counted in bytes of GBK (was the file converted?)",
			                      i + 1, at);
		at++;
		while (cell->length > 0 && cell->text[cell->length - 1] == ' ')
			cell->length--;
		while (cell->length > 0 && *cell->text == ' ') {
			cell->text++;
			cell->length--;
		}
	}
	return YB_OK;
}

static yb_status
line_split(struct unionpay *u)
{
	size_t zm = line_least(zm_widths, ARRAY_SIZE(zm_widths)), zme = line_least(zme_widths, ARRAY_SIZE(zme_widths));
	size_t length = u->reader->length;

	if (length > zm + 120u || length < zme || (length < zm && length > zme + 140u))
		return ybi_bill_fault(u->reader, NULL, YB_E_SYNTAX, "a line of %zu bytes; a line of ZM has %zu (%zu without what is reserved), one of ZME %zu (%zu)",
		                      length, zm + 1 + zm_widths[ARRAY_SIZE(zm_widths) - 1], zm, zme + 1 + zme_widths[ARRAY_SIZE(zme_widths) - 1], zme);
	u->error_file = length < zm;
	return u->error_file ? line_cut(u, zme_widths, ARRAY_SIZE(zme_widths)) : line_cut(u, zm_widths, ARRAY_SIZE(zm_widths));
}

/* ---- fields ---- */

static const struct ybi_cell *
field(const struct unionpay *u, int number)
{
	return &u->cells.cell[number - 1];
}

/* Digits only, a count of fen. */
static yb_status
fen_read(const struct unionpay *u, const struct ybi_cell *cell, const char *what, yb_fen *fen)
{
	for (size_t i = 0; i < cell->length; i++)
		if (cell->text[i] < '0' || cell->text[i] > '9')
			return ybi_bill_fault(u->reader, cell->text + i, YB_E_BAD_AMOUNT, "%s is not a count of fen in digits", what);
	return ybi_cell_number(u->reader, cell, 0, what, fen);
}

/* C or D and a count of fen; an empty one is 0 where it may be. */
static yb_status
signed_read(const struct unionpay *u, int number, const char *what, bool required, yb_fen *fen)
{
	struct ybi_cell cell = *field(u, number);
	bool debit = cell.length > 0 && cell.text[0] == 'D';
	yb_status st;

	*fen = 0;
	if (cell.length == 0 && !required)
		return YB_OK;
	if (cell.length == 0 || (!debit && cell.text[0] != 'C'))
		return ybi_bill_fault(u->reader, cell.text, YB_E_BAD_AMOUNT, "%s begins with no C (credit) or D (debit)", what);
	cell.text++;
	cell.length--;
	st = fen_read(u, &cell, what, fen);
	if (debit)
		*fen = -*fen;
	return st;
}

/* MMDDhhmmss of a leap year, so that 29 February is left for the year to decide. */
static yb_status
time_read(struct unionpay *u, struct ybi_bill_row *row)
{
	const struct ybi_cell *cell = field(u, TIME);
	const char *t = cell->text;
	int32_t month = cell->length == 10 ? ybi_digits(t, 2) : -1, day = month > 0 ? ybi_digits(t + 2, 2) : -1;
	char clock[8];

	if (day < 0 || yb_day_from_ymd(2000, month, day, &row->day) != YB_OK || ybi_digits(t + 4, 2) < 0 || ybi_digits(t + 4, 2) > 23 ||
	    ybi_digits(t + 6, 2) < 0 || ybi_digits(t + 6, 2) > 59 || ybi_digits(t + 8, 2) < 0 || ybi_digits(t + 8, 2) > 60)
		return ybi_bill_fault(u->reader, t, YB_E_BAD_DATE, "交易传输时间 is no time; expected MMDDhhmmss");
	memcpy(clock, "00:00:00", 8);
	memcpy(clock, t + 4, 2);
	memcpy(clock + 3, t + 6, 2);
	memcpy(clock + 6, t + 8, 2);
	row->time = ybi_arena_strndup(&u->reader->bill->arena, clock, 8);
	if (!row->time)
		return ybi_error_no_memory(u->reader->err);
	u->seen[month] = true;
	return YB_OK;
}

/* The kind by the type of the transaction; the sign of what is settled must be that of the kind. */
static yb_status
kind_read(const struct unionpay *u, struct ybi_bill_row *row, bool debit)
{
	const struct ybi_cell *type = field(u, TYPE);

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!ybi_cell_is(type, types[i].code))
			continue;
		row->kind = types[i].kind;
		if (debit != (row->kind != YBI_BILL_PAY))
			return ybi_bill_fault(u->reader, field(u, SETTLED)->text, YB_E_CONTRADICTION, "结算金额 is a %s; of 交易类型 %s a %s is expected",
			                      debit ? "debit (D)" : "credit (C)", types[i].code, debit ? "credit (C)" : "debit (D)");
		return YB_OK;
	}
	return ybi_bill_fault(u->reader, type->text, YB_E_BAD_VALUE, "交易类型 \"%.*s\"; expected 01, 03, 04, 11, 13, 31, 32 or 33", (int)type->length,
	                      type->text);
}

static yb_status
amounts_read(const struct unionpay *u, struct ybi_bill_row *row)
{
	yb_fen amount = 0, fee = 0;
	yb_status st = fen_read(u, field(u, AMOUNT), "交易金额", &amount);

	if (st == YB_OK)
		st = signed_read(u, u->error_file ? ZME_FEE : FEE, "商户手续费", false, &fee);
	if (st == YB_OK)
		st = signed_read(u, u->error_file ? ZME_SETTLED : SETTLED, "结算金额", true, &row->settled);
	if (st == YB_OK)
		row->fee = fee * 1000;
	row->amount = amount;
	return st;
}

/* A correction names what it corrects by its trace number and time. */
static yb_status
correction_read(struct unionpay *u, struct ybi_bill_row *row)
{
	yb_status st = ybi_cell_name(u->reader, field(u, TRACE), "系统跟踪号", true, &row->theirs);

	row->kind = YBI_BILL_ADJUST;
	if (st == YB_OK)
		st = ybi_cell_name(u->reader, field(u, ZME_TRACE), "上一笔交易的系统跟踪号", false, &row->their_original);
	return st;
}

static yb_status
names_read(struct unionpay *u, struct ybi_bill_row *row)
{
	bool pays = row->kind == YBI_BILL_PAY;
	yb_status st = ybi_cell_name(u->reader, field(u, ORDER), "商户订单号", true, &row->id);

	if (st == YB_OK)
		st = ybi_cell_name(u->reader, field(u, QUERY), "查询流水号", true, &row->theirs);
	if (st == YB_OK && !pays)
		st = ybi_cell_name(u->reader, field(u, ORIGINAL), "原始交易订单号", false, &row->original);
	if (st == YB_OK && !pays)
		st = ybi_cell_name(u->reader, field(u, ORIGINAL_QUERY), "原交易查询流水号", false, &row->their_original);
	if (st == YB_OK && !pays && !row->original[0] && !row->their_original[0])
		st = ybi_bill_fault(u->reader, field(u, ORIGINAL)->text, YB_E_SYNTAX, "a %s names no original: fields 27 and 41 are blank",
		                    ybi_bill_kind_name(row->kind));
	return st;
}

static yb_status
row_read(struct unionpay *u)
{
	struct ybi_bill_row *row;
	bool debit;
	yb_status st = ybi_bill_add(u->reader, &row);

	if (st == YB_OK)
		st = line_split(u);
	if (st == YB_OK)
		st = time_read(u, row);
	if (st == YB_OK)
		st = amounts_read(u, row);
	if (st != YB_OK)
		return st;
	debit = field(u, u->error_file ? ZME_SETTLED : SETTLED)->text[0] == 'D';
	if (debit)
		row->amount = -row->amount;
	if (u->error_file)
		return correction_read(u, row);
	st = kind_read(u, row, debit);
	return st == YB_OK ? names_read(u, row) : st;
}

/* ---- years ---- */

/* The year is that of the last row; where the bill crosses its begin, the rows of December are of the year before. */
static yb_status
years_set(struct unionpay *u)
{
	struct ybi_bill *bill = u->reader->bill;
	int32_t year, month, day;

	for (size_t i = 0; i < bill->count; i++) {
		struct ybi_bill_row *row = &bill->rows[i];

		(void)yb_day_to_ymd(row->day, NULL, &month, &day);
		year = u->reader->options->year - (month == 12 && u->seen[1]);
		if (yb_day_from_ymd(year, month, day, &row->day) == YB_OK)
			continue;
		u->reader->number = row->line;
		return ybi_bill_fault(u->reader, NULL, YB_E_BAD_DATE, "%d has no %d-%02d", (int)year, (int)month, (int)day);
	}
	return YB_OK;
}

yb_status
ybi_bill_read_unionpay(struct ybi_bill_reader *reader)
{
	struct unionpay u = { .reader = reader };
	yb_status st = YB_OK;
	bool more;

	if (reader->options->year < 1 || reader->options->year > 9999)
		return ybi_error_set(reader->err, YB_E_INVALID, "the days of a UnionPay bill have no year: say which year it is of");
	while (st == YB_OK && (st = ybi_bill_next(reader, &more)) == YB_OK && more)
		if (!ybi_bill_blank(reader))
			st = row_read(&u);
	return st == YB_OK ? years_set(&u) : st;
}
