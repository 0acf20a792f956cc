/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/bill-reader.h"

#include <string.h>

#include <yibao/date.h>

#include "base/text.h"
#include "policy/node.h"

/*
 * What the medical insurance platform says of settlements: 3202, single ones in a text of TAB separated values, and
 * 3201, the totals of a period as a JSON message. The names are those of the national interface.
 */

/* ---- 3202 ---- */

enum { SETL_ID, MDTRT_ID, PSN_NO, MEDFEE, FUND, ACCT, REFD, COLUMNS };

static const struct ybi_heading headings[COLUMNS] = {
	[SETL_ID] = { { "setl_id" }, true },
	[MDTRT_ID] = { { "mdtrt_id" }, true },
	[PSN_NO] = { { "psn_no" }, true },
	[MEDFEE] = { { "medfee_sumamt" }, true },
	[FUND] = { { "fund_pay_sumamt" }, true },
	[ACCT] = { { "acct_pay" }, true },
	[REFD] = { { "refd_setl_flag" }, true },
};

struct platform {
	struct ybi_bill_reader *reader;
	size_t at[COLUMNS];
	size_t columns;
	struct ybi_cells cells;
};

/* A value; "null" is how the platform writes one that is not there, and all of these must be. */
static yb_status
cell_take(const struct platform *p, int column, const struct ybi_cell **cell)
{
	*cell = &p->cells.cell[p->at[column]];
	if ((*cell)->length == 0 || ybi_cell_is(*cell, "null"))
		return ybi_bill_fault(p->reader, (*cell)->text, YB_E_SYNTAX, "%s is missing", headings[column].names[0]);
	return YB_OK;
}

static yb_status
name_read(const struct platform *p, int column, const char **name)
{
	const struct ybi_cell *cell;
	yb_status st = cell_take(p, column, &cell);

	return st == YB_OK ? ybi_cell_name(p->reader, cell, headings[column].names[0], true, name) : st;
}

static yb_status
fen_read(const struct platform *p, int column, yb_fen *fen)
{
	const struct ybi_cell *cell;
	yb_status st = cell_take(p, column, &cell);

	return st == YB_OK ? ybi_cell_fen(p->reader, cell, headings[column].names[0], fen) : st;
}

/* A refund is a settlement of its own with negative amounts; the one it takes back keeps its row. */
static yb_status
kind_read(const struct platform *p, struct ybi_bill_row *row)
{
	const struct ybi_cell *flag;
	bool negative = row->amount < 0 || row->fund < 0 || row->account < 0;
	yb_status st = cell_take(p, REFD, &flag);

	if (st != YB_OK)
		return st;
	if (!ybi_cell_is(flag, "0") && !ybi_cell_is(flag, "1"))
		return ybi_bill_fault(p->reader, flag->text, YB_E_BAD_VALUE, "refd_setl_flag is \"%.*s\"; expected 0 or 1",
		                      (int)(flag->length < 20 ? flag->length : 20), flag->text);
	if (negative && ybi_cell_is(flag, "0"))
		return ybi_bill_fault(p->reader, flag->text, YB_E_CONTRADICTION, "refd_setl_flag is 0, but an amount is below 0");
	if (negative && (row->amount > 0 || row->fund > 0 || row->account > 0))
		return ybi_bill_fault(p->reader, p->cells.cell[p->at[MEDFEE]].text, YB_E_CONTRADICTION, "amounts above and below 0 in one settlement");
	row->kind = negative ? YBI_BILL_REFUND : YBI_BILL_PAY;
	return YB_OK;
}

static yb_status
settlement_read(struct platform *p)
{
	struct ybi_bill_row *row;
	const struct ybi_cell *person; /* must be there, but is not kept: nothing hangs on who it was */
	yb_status st;

	if (p->cells.count != p->columns)
		return ybi_bill_fault(p->reader, NULL, YB_E_SYNTAX, "%zu values; expected %zu, separated by TAB: setl_id, mdtrt_id, psn_no …", p->cells.count,
		                      p->columns);
	st = ybi_bill_add(p->reader, &row);
	if (st == YB_OK)
		st = name_read(p, SETL_ID, &row->id);
	if (st == YB_OK)
		st = name_read(p, MDTRT_ID, &row->visit);
	if (st == YB_OK)
		st = cell_take(p, PSN_NO, &person);
	if (st == YB_OK)
		st = fen_read(p, MEDFEE, &row->amount);
	if (st == YB_OK)
		st = fen_read(p, FUND, &row->fund);
	if (st == YB_OK)
		st = fen_read(p, ACCT, &row->account);
	if (st == YB_OK)
		st = kind_read(p, row);
	if (st == YB_OK)
		row->settled = row->amount;
	return st;
}

/* The first line may be headings; without them the order is that of the specification. */
static yb_status
first_read(struct platform *p, bool *done)
{
	*done = false;
	for (size_t h = 0; h < COLUMNS; h++)
		for (size_t i = 0; i < p->cells.count; i++)
			*done = *done || ybi_cell_is(&p->cells.cell[i], headings[h].names[0]);
	if (*done) {
		p->columns = p->cells.count;
		return ybi_bill_columns(p->reader, &p->cells, headings, COLUMNS, p->at);
	}
	p->columns = COLUMNS;
	for (size_t h = 0; h < COLUMNS; h++)
		p->at[h] = h;
	return YB_OK;
}

yb_status
ybi_bill_read_3202(struct ybi_bill_reader *reader)
{
	struct platform p = { .reader = reader };
	bool more, done;
	yb_status st = YB_OK;

	while (st == YB_OK && (st = ybi_bill_next(reader, &more)) == YB_OK && more) {
		if (ybi_bill_blank(reader))
			continue;
		st = ybi_bill_split(reader, "\t", &p.cells);
		done = false;
		if (st == YB_OK && p.columns == 0)
			st = first_read(&p, &done);
		if (st == YB_OK && !done)
			st = settlement_read(&p);
	}
	return st;
}

/* ---- 3201 ---- */

#define TOTALS 64 /* schemes and kinds of clearing together */

static yb_status
node_fault(const struct ybi_bill_reader *reader, const struct ybi_node *node, yb_status status, const char *key, const char *why)
{
	struct ybi_place place = ybi_node_place(node);

	return ybi_error_at(reader->err, status, &place, key, "%s %s", key, why);
}

/* The scalar of a key, which must be there. */
static yb_status
member(const struct ybi_bill_reader *reader, const struct ybi_node *map, const char *key, const struct ybi_node **node)
{
	*node = ybi_node_get(map, key);
	if (!*node)
		return node_fault(reader, map, YB_E_MISSING_KEY, key, "is missing");
	if ((*node)->kind != YBI_SCALAR || (*node)->count == 0)
		return node_fault(reader, *node, YB_E_BAD_VALUE, key, "is no text or number");
	return YB_OK;
}

/* The cell functions tell places by the line: let that be the scalar. */
static struct ybi_bill_reader
reader_at(const struct ybi_bill_reader *reader, const struct ybi_node *node)
{
	struct ybi_bill_reader at = *reader;

	at.line = node->text;
	at.length = node->count;
	at.number = node->line;
	at.column = node->column - node->plain; /* behind a quote */
	return at;
}

static yb_status
member_number(const struct ybi_bill_reader *reader, const struct ybi_node *map, const char *key, int places, int64_t *value)
{
	const struct ybi_node *node;
	yb_status st = member(reader, map, key, &node);

	if (st == YB_OK) {
		struct ybi_bill_reader at = reader_at(reader, node);
		struct ybi_cell cell = { node->text, node->count };

		st = places == 2 ? ybi_cell_fen(&at, &cell, key, value) : ybi_cell_number(&at, &cell, places, key, value);
	}
	return st;
}

static yb_status
member_day(const struct ybi_bill_reader *reader, const struct ybi_node *map, const char *key, yb_day *day)
{
	const struct ybi_node *node;
	yb_status st = member(reader, map, key, &node);

	/* some write the time of day behind it */
	if (st == YB_OK && (node->count < 10 || (node->count > 10 && node->text[10] != ' ') || yb_day_from_text(node->text, 10, day) != YB_OK))
		st = node_fault(reader, node, YB_E_BAD_DATE, key, "is no day; expected YYYY-MM-DD");
	return st;
}

/* "390/21": what a total is of. */
static yb_status
total_name(const struct ybi_bill_reader *reader, const struct ybi_node *map, const char **name)
{
	const struct ybi_node *insutype, *clearing;
	struct ybi_text text = { 0 };
	yb_status st = member(reader, map, "insutype", &insutype);

	if (st == YB_OK)
		st = member(reader, map, "clr_type", &clearing);
	if (st != YB_OK)
		return st;
	if (insutype->count > 6 || clearing->count > 6)
		return node_fault(reader, insutype->count > 6 ? insutype : clearing, YB_E_BAD_VALUE, insutype->count > 6 ? "insutype" : "clr_type",
		                  "has more than 6 characters");
	ybi_text_printf(&text, "%s/%s", insutype->text, clearing->text);
	*name = text.failed ? NULL : ybi_arena_strndup(&reader->bill->arena, text.data, text.length);
	ybi_text_free(&text);
	return *name ? YB_OK : ybi_error_no_memory(reader->err);
}

static yb_status
total_read(struct ybi_bill_reader *reader, const struct ybi_node *map)
{
	struct ybi_bill *bill = reader->bill;
	struct ybi_bill_row *row;
	yb_day from = YB_DAY_NONE, to = YB_DAY_NONE;
	yb_status st;

	if (map->kind != YBI_MAP)
		return node_fault(reader, map, YB_E_SYNTAX, "data", "is no mapping");
	if (bill->count == TOTALS)
		return node_fault(reader, map, YB_E_LIMIT, "data", "has too many totals");
	reader->number = map->line;
	st = ybi_bill_add(reader, &row);
	if (st == YB_OK)
		st = total_name(reader, map, &row->id);
	for (size_t i = 0; i + 1 < bill->count && st == YB_OK; i++)
		if (strcmp(bill->rows[i].id, row->id) == 0)
			st = node_fault(reader, map, YB_E_DUPLICATE, "insutype", "and clr_type are those of a total before");
	if (st == YB_OK)
		st = member_day(reader, map, "stmt_begndate", &from);
	if (st == YB_OK)
		st = member_day(reader, map, "stmt_enddate", &to);
	if (st == YB_OK && from > to)
		st = node_fault(reader, map, YB_E_BAD_DATE, "stmt_begndate", "is after stmt_enddate");
	if (st == YB_OK && bill->from != YB_DAY_NONE && (bill->from != from || bill->to != to))
		st = node_fault(reader, map, YB_E_CONTRADICTION, "stmt_begndate", "and stmt_enddate are not those of the totals before");
	bill->from = from;
	bill->to = to;
	if (st == YB_OK)
		st = member_number(reader, map, "medfee_sumamt", 2, &row->amount);
	if (st == YB_OK)
		st = member_number(reader, map, "fund_pay_sumamt", 2, &row->fund);
	if (st == YB_OK)
		st = member_number(reader, map, "acct_pay", 2, &row->account);
	if (st == YB_OK)
		st = member_number(reader, map, "fixmedins_setl_cnt", 0, &row->count);
	if (st == YB_OK)
		row->settled = row->amount;
	return st;
}

/* The message, its input, or the data in it; the data may be a list. */
static const struct ybi_node *
data_of(const struct ybi_node *root)
{
	const struct ybi_node *input = ybi_node_get(root, "input"), *data = ybi_node_get(input ? input : root, "data");

	return data ? data : input ? input : root;
}

yb_status
ybi_bill_read_3201(struct ybi_bill_reader *reader)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root;
	const struct ybi_node *data;
	yb_status st = ybi_node_read(&arena, reader->options->name, reader->text, (size_t)(reader->end - reader->text), &ybi_json_limits, true, &root,
	                             reader->err);

	if (st == YB_OK) {
		data = data_of(root);
		if (data->kind != YBI_SEQ)
			st = total_read(reader, data);
		else
			for (uint32_t i = 0; i < data->count && st == YB_OK; i++)
				st = total_read(reader, data->items[i]);
	}
	ybi_arena_free(&arena);
	return st;
}
