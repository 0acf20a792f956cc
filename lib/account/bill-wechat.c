/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/bill-reader.h"

#include <string.h>

/*
 * 微信支付, the bill of a merchant's day: headings, a row for each payment, refund and revocation, two lines of totals.
 * Every value begins with a backtick, so that a name may hold a comma. Which columns there are, and in which order,
 * hangs on the type of the bill (ALL, SUCCESS, REFUND) and on the age of the merchant's account: they are found by name.
 */

enum {
	TIME, THEIRS, ID, STATE, CURRENCY, SETTLED, COUPON, ASKED_ON, THEIR_REFUND, REFUND_ID, REFUND, COUPON_BACK, REFUND_STATE, FEE, ORDER, ASKED, COLUMNS
};

static const struct ybi_heading headings[COLUMNS] = {
	[TIME] = { { "交易时间" }, true },
	[THEIRS] = { { "微信订单号" }, true },
	[ID] = { { "商户订单号" }, true },
	[STATE] = { { "交易状态" }, true },
	[CURRENCY] = { { "货币种类" }, false },
	[SETTLED] = { { "应结订单金额", "总金额" }, true },
	[COUPON] = { { "代金券金额", "代金券或立减优惠金额", "企业红包金额" }, false },
	[ASKED_ON] = { { "退款申请时间" }, false },
	[THEIR_REFUND] = { { "微信退款单号" }, false },
	[REFUND_ID] = { { "商户退款单号" }, false },
	[REFUND] = { { "退款金额" }, false },
	[COUPON_BACK] = { { "充值券退款金额", "代金券或立减优惠退款金额", "企业红包退款金额" }, false },
	[REFUND_STATE] = { { "退款状态" }, false },
	[FEE] = { { "手续费" }, false },
	[ORDER] = { { "订单金额" }, false },
	[ASKED] = { { "申请退款金额" }, false },
};

/* The totals, each the sum of a column. */
static const struct {
	struct ybi_heading heading;
	int column; /* COLUMNS: the number of rows */
} totals[] = {
	{ { { "总交易单数" }, true }, COLUMNS },
	{ { { "应结订单总金额", "总交易额" }, true }, SETTLED },
	{ { { "退款总金额", "总退款金额" }, true }, REFUND },
	{ { { "充值券退款总金额", "总代金券或立减优惠退款金额", "总企业红包退款金额" }, false }, COUPON_BACK },
	{ { { "手续费总金额" }, true }, FEE },
	{ { { "订单总金额" }, false }, ORDER },
	{ { { "申请退款总金额" }, false }, ASKED },
};

struct wechat {
	struct ybi_bill_reader *reader;
	size_t at[COLUMNS];
	size_t columns;          /* of the bill */
	struct ybi_cells cells;
	int64_t value[COLUMNS];  /* of the amounts of the row: fen, of the fee 1/1000 fen; 0 where there is no such column */
	int64_t sums[COLUMNS];
};

static int
places(int column)
{
	return column == FEE ? 5 : column == COLUMNS ? 0 : 2;
}

/* The cells of a line; a value begins with a backtick, of which the first of the line may be lost. */
static yb_status
line_split(struct wechat *w)
{
	struct ybi_bill_reader *reader = w->reader;
	bool ticks = ybi_bill_begins(reader, "`");
	yb_status st;

	for (size_t i = 0; !ticks && i + 1 < reader->length; i++)
		ticks = reader->line[i] == ',' && reader->line[i + 1] == '`';
	st = ybi_bill_split(reader, ticks ? ",`" : ",", &w->cells);
	if (st == YB_OK && w->cells.cell[0].length > 0 && w->cells.cell[0].text[0] == '`') {
		w->cells.cell[0].text++;
		w->cells.cell[0].length--;
	}
	return st;
}

static const struct ybi_cell *
cell_of(const struct wechat *w, int column)
{
	static const struct ybi_cell none = { NULL, 0 };

	return w->at[column] == SIZE_MAX ? &none : &w->cells.cell[w->at[column]];
}

static bool
is_amount(int column)
{
	return column == SETTLED || column == COUPON || column == REFUND || column == COUPON_BACK || column == FEE || column == ORDER || column == ASKED;
}

static yb_status
amounts_read(struct wechat *w)
{
	yb_status st = YB_OK;

	for (int c = 0; c < COLUMNS && st == YB_OK; c++) {
		if (!is_amount(c) || w->at[c] == SIZE_MAX)
			continue;
		if (c == FEE)
			st = ybi_cell_number(w->reader, cell_of(w, c), 5, headings[c].names[0], &w->value[c]);
		else
			st = ybi_cell_fen(w->reader, cell_of(w, c), headings[c].names[0], &w->value[c]);
		if (st == YB_OK)
			w->sums[c] += w->value[c];
	}
	return st;
}

static yb_status
state_read(const struct wechat *w, struct ybi_bill_row *row)
{
	const struct ybi_cell *state = cell_of(w, STATE), *refund = cell_of(w, REFUND_STATE);

	if (ybi_cell_is(state, "SUCCESS"))
		row->kind = YBI_BILL_PAY;
	else if (ybi_cell_is(state, "REFUND"))
		row->kind = YBI_BILL_REFUND;
	else if (ybi_cell_is(state, "REVOKED"))
		row->kind = YBI_BILL_CANCEL;
	else
		return ybi_bill_fault(w->reader, state->text, YB_E_BAD_VALUE, "交易状态 is \"%.*s\"; expected SUCCESS, REFUND or REVOKED",
		                      (int)(state->length < 20 ? state->length : 20), state->text);
	if (row->kind == YBI_BILL_PAY || ybi_cell_is(refund, "SUCCESS"))
		row->state = YBI_BILL_DONE;
	else if (refund->length == 0 || ybi_cell_is(refund, "PROCESSING"))
		row->state = row->kind == YBI_BILL_CANCEL ? YBI_BILL_DONE : YBI_BILL_PENDING;
	else if (ybi_cell_is(refund, "FAIL") || ybi_cell_is(refund, "CHANGE"))
		row->state = YBI_BILL_FAILED;
	else
		return ybi_bill_fault(w->reader, refund->text, YB_E_BAD_VALUE, "退款状态 is \"%.*s\"; expected SUCCESS, PROCESSING, FAIL or CHANGE",
		                      (int)(refund->length < 20 ? refund->length : 20), refund->text);
	return YB_OK;
}

/* Numbers of a refund; a bill writes 0 where there is none. */
static yb_status
refund_name(const struct wechat *w, int column, bool required, const char **name)
{
	const struct ybi_cell *cell = cell_of(w, column);

	if (!ybi_cell_is(cell, "0"))
		return ybi_cell_name(w->reader, cell, headings[column].names[0], required, name);
	if (required)
		return ybi_bill_fault(w->reader, cell->text, YB_E_SYNTAX, "%s of a refund is 0", headings[column].names[0]);
	return YB_OK;
}

/* A payment is named by its order; what gives back by its own number, and the order is what it gives back of. */
static yb_status
names_read(const struct wechat *w, struct ybi_bill_row *row)
{
	bool pays = row->kind == YBI_BILL_PAY, refunds = row->kind == YBI_BILL_REFUND;
	yb_status st = ybi_cell_name(w->reader, cell_of(w, ID), "商户订单号", true, pays ? &row->id : &row->original);

	if (st == YB_OK)
		st = ybi_cell_name(w->reader, cell_of(w, THEIRS), "微信订单号", true, pays ? &row->theirs : &row->their_original);
	if (st == YB_OK && !pays)
		st = refund_name(w, REFUND_ID, refunds, &row->id);
	if (st == YB_OK && !pays)
		st = refund_name(w, THEIR_REFUND, refunds, &row->theirs);
	return st;
}

/* What moved: of a payment the order, before coupons that the merchant bears; of a refund what was asked for. */
static void
amounts_take(const struct wechat *w, struct ybi_bill_row *row)
{
	bool order = w->at[ORDER] != SIZE_MAX, asked = w->at[ASKED] != SIZE_MAX;

	if (row->kind == YBI_BILL_PAY) {
		row->amount = order ? w->value[ORDER] : w->value[SETTLED];
		row->settled = w->value[SETTLED];
	} else {
		row->amount = -(asked ? w->value[ASKED] : w->value[REFUND]);
		row->settled = -w->value[REFUND];
	}
	row->fee = w->value[FEE];
}

static yb_status
amounts_check(const struct wechat *w, const struct ybi_bill_row *row)
{
	bool pays = row->kind == YBI_BILL_PAY;
	int first = pays ? ORDER : ASKED, column = w->at[first] != SIZE_MAX ? first : pays ? SETTLED : REFUND;

	if (pays ? row->amount >= 0 : row->amount <= 0)
		return YB_OK;
	return ybi_bill_fault(w->reader, cell_of(w, column)->text, YB_E_BAD_AMOUNT, "%s is below 0; expected 0 or more", headings[column].names[0]);
}

static yb_status
row_read(struct wechat *w)
{
	const struct ybi_cell *currency = cell_of(w, CURRENCY);
	struct ybi_bill_row *row;
	bool asked_on;
	yb_status st = ybi_bill_add(w->reader, &row);

	if (st == YB_OK)
		st = line_split(w);
	if (st == YB_OK && w->cells.count != w->columns)
		return ybi_bill_fault(w->reader, NULL, YB_E_SYNTAX, "%zu values; the headings are %zu", w->cells.count, w->columns);
	if (st == YB_OK && currency->length > 0 && !ybi_cell_is(currency, "CNY"))
		return ybi_bill_fault(w->reader, currency->text, YB_E_BAD_VALUE, "货币种类 is not CNY");
	if (st == YB_OK)
		st = state_read(w, row);
	if (st != YB_OK)
		return st;
	/* the time of the bill is that of the payment where the refund has one of its own */
	asked_on = row->kind != YBI_BILL_PAY && cell_of(w, ASKED_ON)->length > 0;
	st = ybi_cell_time(w->reader, cell_of(w, asked_on ? ASKED_ON : TIME), headings[asked_on ? ASKED_ON : TIME].names[0], &row->day, &row->time);
	if (st == YB_OK)
		st = names_read(w, row);
	if (st == YB_OK)
		st = amounts_read(w);
	if (st != YB_OK)
		return st;
	amounts_take(w, row);
	return amounts_check(w, row);
}

/* The values of the totals, under their headings `at`. */
static yb_status
totals_check(struct wechat *w, const size_t *at)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < ARRAY_SIZE(totals) && st == YB_OK; i++) {
		const struct ybi_cell *cell;
		int64_t said;

		if (at[i] == SIZE_MAX)
			continue;
		if (at[i] >= w->cells.count)
			return ybi_bill_fault(w->reader, NULL, YB_E_SYNTAX, "no value for %s", totals[i].heading.names[0]);
		cell = &w->cells.cell[at[i]];
		st = ybi_cell_number(w->reader, cell, places(totals[i].column), totals[i].heading.names[0], &said);
		if (st == YB_OK)
			st = ybi_bill_total(w->reader, cell->text, totals[i].heading.names[0], places(totals[i].column), said,
			                    totals[i].column == COLUMNS ? (int64_t)w->reader->bill->count : w->sums[totals[i].column]);
	}
	return st;
}

/* From the headings of the totals, which are the line, to the end. */
static yb_status
totals_read(struct wechat *w)
{
	struct ybi_heading wanted[ARRAY_SIZE(totals)];
	size_t at[ARRAY_SIZE(totals)];
	bool more;
	yb_status st = line_split(w);

	for (size_t i = 0; i < ARRAY_SIZE(totals); i++)
		wanted[i] = totals[i].heading;
	if (st == YB_OK)
		st = ybi_bill_columns(w->reader, &w->cells, wanted, ARRAY_SIZE(totals), at);
	if (st == YB_OK)
		st = ybi_bill_next(w->reader, &more);
	if (st == YB_OK && !more)
		st = ybi_bill_fault(w->reader, NULL, YB_E_SYNTAX, "the bill ends without the values of its totals");
	if (st == YB_OK)
		st = line_split(w);
	if (st == YB_OK)
		st = totals_check(w, at);
	while (st == YB_OK && (st = ybi_bill_next(w->reader, &more)) == YB_OK && more)
		if (!ybi_bill_blank(w->reader))
			st = ybi_bill_fault(w->reader, NULL, YB_E_SYNTAX, "text after the totals, which end a bill");
	return st;
}

static yb_status
headings_read(struct wechat *w)
{
	yb_status st = line_split(w);

	for (size_t i = 0; st == YB_OK && i < w->cells.count; i++)
		if (w->cells.cell[i].length > 0 && w->cells.cell[i].text[0] == '`') {
			w->cells.cell[i].text++;
			w->cells.cell[i].length--;
		}
	if (st == YB_OK)
		st = ybi_bill_columns(w->reader, &w->cells, headings, COLUMNS, w->at);
	w->columns = w->cells.count;
	return st;
}

/* A day without business has no bill but an answer that says so. */
static bool
is_no_bill(const struct ybi_bill_reader *reader)
{
	static const char *const words[] = { "No Bill Exist", "NO_STATEMENT_EXIST", "NO_BILL_EXIST" };
	static const char heading[] = "交易时间";
	size_t length = (size_t)(reader->end - reader->text);

	if (length >= sizeof(heading) && memcmp(reader->text + (reader->text[0] == '`'), heading, sizeof(heading) - 1) == 0)
		return false;
	for (size_t i = 0; length < 2048 && i < ARRAY_SIZE(words); i++)
		for (size_t at = 0; at + strlen(words[i]) <= length; at++)
			if (memcmp(reader->text + at, words[i], strlen(words[i])) == 0)
				return true;
	return false;
}

yb_status
ybi_bill_read_wechat(struct ybi_bill_reader *reader)
{
	struct wechat w = { .reader = reader };
	bool more;
	yb_status st;

	if (is_no_bill(reader))
		return YB_OK;
	st = ybi_bill_next(reader, &more);
	if (st == YB_OK && !more)
		return ybi_bill_fault(reader, NULL, YB_E_SYNTAX, "an empty file; of a day without business the bill says \"No Bill Exist\"");
	if (st == YB_OK && ybi_bill_begins(reader, "<"))
		return ybi_bill_fault(reader, NULL, YB_E_SYNTAX, "this is an answer in XML, not a bill");
	if (st == YB_OK)
		st = headings_read(&w);
	while (st == YB_OK && (st = ybi_bill_next(reader, &more)) == YB_OK && more) {
		if (ybi_bill_begins(reader, "总交易单数") || ybi_bill_begins(reader, "`总交易单数"))
			return totals_read(&w);
		if (!ybi_bill_blank(reader))
			st = row_read(&w);
	}
	if (st == YB_OK)
		st = ybi_bill_fault(reader, NULL, YB_E_SYNTAX, "the bill ends without its totals (总交易单数): it was cut off");
	return st;
}
