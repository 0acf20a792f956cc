/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/bill-reader.h"

#include <string.h>

/*
 * 支付宝, 业务明细 of a merchant: four lines that begin with #, headings, a row for each trade and refund, a line that
 * ends the list, and the totals. Values end in a TAB; a refund has negative amounts, its own number in 退款批次号 and
 * the order's in 商户订单号.
 */

enum { THEIRS, ID, KIND, TIME, ORDER, RECEIVED, REFUND_ID, FEE, COLUMNS };

static const struct ybi_heading headings[COLUMNS] = {
	[THEIRS] = { { "支付宝交易号" }, true },
	[ID] = { { "商户订单号" }, true },
	[KIND] = { { "业务类型" }, true },
	[TIME] = { { "完成时间" }, true },
	[ORDER] = { { "订单金额（元）", "订单金额(元)" }, true },
	[RECEIVED] = { { "商家实收（元）", "商家实收(元)" }, true },
	[REFUND_ID] = { { "退款批次号/请求号", "退款批次号" }, true },
	[FEE] = { { "服务费（元）", "服务费(元)" }, true },
};

/* The two lines of totals. */
static const struct {
	const char *begin, *received;
} totals[] = {
	[YBI_BILL_PAY] = { "#交易合计", "商家实收共" },
	[YBI_BILL_REFUND] = { "#退款合计", "商家实收退款共" },
};

struct alipay {
	struct ybi_bill_reader *reader;
	size_t at[COLUMNS];
	size_t columns;
	struct ybi_cells cells;
	int64_t count[2];   /* by kind */
	yb_fen received[2];
	bool told[2];       /* the total was there, and agrees */
};

/* ---- rows ---- */

static const struct ybi_cell *
cell_of(const struct alipay *a, int column)
{
	return &a->cells.cell[a->at[column]];
}

static yb_status
kind_read(const struct alipay *a, struct ybi_bill_row *row)
{
	const struct ybi_cell *kind = cell_of(a, KIND);

	if (ybi_cell_is(kind, "交易"))
		row->kind = YBI_BILL_PAY;
	else if (ybi_cell_is(kind, "退款"))
		row->kind = YBI_BILL_REFUND;
	else
		return ybi_bill_fault(a->reader, kind->text, YB_E_BAD_VALUE, "业务类型 is \"%.*s\"; expected 交易 or 退款",
		                      (int)(kind->length < 30 ? kind->length : 30), kind->text);
	return YB_OK;
}

static yb_status
names_read(const struct alipay *a, struct ybi_bill_row *row)
{
	bool pays = row->kind == YBI_BILL_PAY;
	yb_status st = ybi_cell_name(a->reader, cell_of(a, ID), "商户订单号", true, pays ? &row->id : &row->original);

	if (st == YB_OK)
		st = ybi_cell_name(a->reader, cell_of(a, THEIRS), "支付宝交易号", true, pays ? &row->theirs : &row->their_original);
	if (st == YB_OK && !pays)
		st = ybi_cell_name(a->reader, cell_of(a, REFUND_ID), "退款批次号/请求号", false, &row->id);
	return st;
}

static yb_status
amounts_read(const struct alipay *a, struct ybi_bill_row *row)
{
	yb_fen fee = 0;
	yb_status st = ybi_cell_fen(a->reader, cell_of(a, ORDER), "订单金额", &row->amount);

	if (st == YB_OK)
		st = ybi_cell_fen(a->reader, cell_of(a, RECEIVED), "商家实收", &row->settled);
	if (st == YB_OK)
		st = ybi_cell_fen(a->reader, cell_of(a, FEE), "服务费", &fee);
	if (st == YB_OK && (row->kind == YBI_BILL_PAY ? row->amount < 0 : row->amount > 0))
		st = ybi_bill_fault(a->reader, cell_of(a, ORDER)->text, YB_E_BAD_AMOUNT, "订单金额 of a %s; a 交易 is 0 or more, a 退款 0 or less",
		                    row->kind == YBI_BILL_PAY ? "交易 is below 0" : "退款 is above 0");
	row->fee = fee * 1000;
	return st;
}

static yb_status
row_read(struct alipay *a)
{
	struct ybi_bill_row *row;
	yb_status st = ybi_bill_add(a->reader, &row);

	if (st == YB_OK)
		st = ybi_bill_split(a->reader, ",", &a->cells);
	if (st == YB_OK && a->cells.count != a->columns)
		st = ybi_bill_fault(a->reader, NULL, YB_E_SYNTAX, "%zu values; the headings are %zu%s", a->cells.count, a->columns,
		                    a->cells.count > a->columns ? " (is there a comma in a name?)" : "");
	if (st == YB_OK)
		st = kind_read(a, row);
	if (st == YB_OK)
		st = ybi_cell_time(a->reader, cell_of(a, TIME), "完成时间", &row->day, &row->time);
	if (st == YB_OK)
		st = names_read(a, row);
	if (st == YB_OK)
		st = amounts_read(a, row);
	if (st == YB_OK) {
		a->count[row->kind]++;
		a->received[row->kind] += row->settled;
	}
	return st;
}

/* ---- totals ---- */

/* The number between two words of the line, "交易合计：" 6 "笔"; an empty cell when it is not there. */
static struct ybi_cell
number_between(const struct ybi_bill_reader *reader, const char *before, const char *after)
{
	size_t first = strlen(before), last = strlen(after);
	struct ybi_cell cell = { reader->line, 0 };

	for (size_t i = 0; i + first <= reader->length; i++) {
		if (memcmp(reader->line + i, before, first) != 0)
			continue;
		cell.text = reader->line + i + first;
		for (size_t end = i + first; end + last <= reader->length; end++) {
			if (memcmp(reader->line + end, after, last) == 0) {
				cell.length = (size_t)(reader->line + end - cell.text);
				break;
			}
		}
		break;
	}
	return cell;
}

static yb_status
total_read(struct alipay *a, enum ybi_bill_kind kind)
{
	struct ybi_cell count = number_between(a->reader, "合计：", "笔"), received = number_between(a->reader, totals[kind].received, "元");
	int64_t said = 0;
	yb_fen fen = 0;
	yb_status st;

	if (count.length == 0)
		count = number_between(a->reader, "合计:", "笔");
	st = ybi_cell_number(a->reader, &count, 0, totals[kind].begin + 1, &said);
	if (st == YB_OK)
		st = ybi_cell_fen(a->reader, &received, totals[kind].received, &fen);
	if (st == YB_OK)
		st = ybi_bill_total(a->reader, count.text, totals[kind].begin + 1, 0, said, a->count[kind]);
	if (st == YB_OK)
		st = ybi_bill_total(a->reader, received.text, totals[kind].received, 2, fen, a->received[kind]);
	a->told[kind] = true;
	return st;
}

/* Behind the line that ends the list. */
static yb_status
end_read(struct alipay *a)
{
	yb_status st;
	bool more;

	while ((st = ybi_bill_next(a->reader, &more)) == YB_OK && more) {
		for (enum ybi_bill_kind kind = YBI_BILL_PAY; kind <= YBI_BILL_REFUND && st == YB_OK; kind++)
			if (ybi_bill_begins(a->reader, totals[kind].begin))
				st = total_read(a, kind);
		if (st == YB_OK && !ybi_bill_begins(a->reader, "#") && !ybi_bill_blank(a->reader))
			st = ybi_bill_fault(a->reader, NULL, YB_E_SYNTAX, "text after the end of the list");
		if (st != YB_OK)
			return st;
	}
	for (enum ybi_bill_kind kind = YBI_BILL_PAY; kind <= YBI_BILL_REFUND && st == YB_OK; kind++)
		if (!a->told[kind])
			st = ybi_bill_fault(a->reader, NULL, YB_E_SYNTAX, "the bill ends without its total %s: it was cut off", totals[kind].begin);
	return st;
}

/* ---- the whole ---- */

static bool
line_holds(const struct ybi_bill_reader *reader, const char *words)
{
	size_t length = strlen(words);

	for (size_t i = 0; i + length <= reader->length; i++)
		if (memcmp(reader->line + i, words, length) == 0)
			return true;
	return false;
}

/* The lines before the headings, and these. */
static yb_status
head_read(struct alipay *a)
{
	bool more;
	yb_status st = ybi_bill_next(a->reader, &more);

	if (st == YB_OK && more && ybi_bill_begins(a->reader, "#") && line_holds(a->reader, "汇总"))
		return ybi_bill_fault(a->reader, NULL, YB_E_SYNTAX, "this is the summary (业务汇总); the details (业务明细) are wanted");
	while (st == YB_OK && more && (ybi_bill_begins(a->reader, "#") || ybi_bill_blank(a->reader)))
		st = ybi_bill_next(a->reader, &more);
	if (st == YB_OK && !more)
		st = ybi_bill_fault(a->reader, NULL, YB_E_SYNTAX, "no headings; a bill has the line 支付宝交易号,商户订单号,业务类型…");
	if (st == YB_OK)
		st = ybi_bill_split(a->reader, ",", &a->cells);
	if (st == YB_OK)
		st = ybi_bill_columns(a->reader, &a->cells, headings, COLUMNS, a->at);
	a->columns = a->cells.count;
	return st;
}

yb_status
ybi_bill_read_alipay(struct ybi_bill_reader *reader)
{
	struct alipay a = { .reader = reader };
	bool more;
	yb_status st = head_read(&a);

	while (st == YB_OK && (st = ybi_bill_next(reader, &more)) == YB_OK && more) {
		if (ybi_bill_begins(reader, "#") && line_holds(reader, "列表结束"))
			return end_read(&a);
		if (ybi_bill_begins(reader, "#"))
			st = ybi_bill_fault(reader, NULL, YB_E_SYNTAX, "a line of # within the list; expected a row, or the end 业务明细列表结束");
		else if (!ybi_bill_blank(reader))
			st = row_read(&a);
	}
	if (st == YB_OK)
		st = ybi_bill_fault(reader, NULL, YB_E_SYNTAX, "the bill ends without the end of its list (业务明细列表结束): it was cut off");
	return st;
}
