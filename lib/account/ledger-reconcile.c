/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/reconcile.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/money.h>

#include "account/ledger.h"
#include "account/reconcile.h"
#include "base/calendar.h"

/*
 * What the ledger has that a bill may know of. Of a channel: what moved its clearing account, and refunds asked for. Of the platform: settlements,
 * their adjustments and reversals, or their totals by scheme.
 */

/* A payment by the end of a day may be the next day's to the other side. */
#define DAYS_AROUND 1

struct yb_reconciliation {
	struct ybi_bill bill;
	struct ybi_book_row *rows;
	size_t count, room;
	struct ybi_arena arena; /* texts of the rows */
	struct ybi_reconciliation result;
	char *name;
};

/* What is collected, and from where. */
struct collecting {
	struct yb_ledger *ledger;
	struct yb_reconciliation *r;
	struct yb_transaction *told, *settled; /* facts of the row at hand; of the settlement that it is about */
	const char *of;
	yb_day from, to;
	struct yb_error **err;
};

static const struct {
	enum ybi_bill_format format;
	const char *channels; /* how the names of its channels begin; NULL: the platform's */
} formats[] = {
	[YB_BILL_WECHAT] = { YBI_BILL_WECHAT, "wx" },
	[YB_BILL_ALIPAY] = { YBI_BILL_ALIPAY, "ali" },
	[YB_BILL_UNIONPAY] = { YBI_BILL_UNIONPAY, "unionpay" },
	[YB_BILL_3201] = { YBI_BILL_3201, NULL },
	[YB_BILL_3202] = { YBI_BILL_3202, NULL },
};
_Static_assert(ARRAY_SIZE(formats) == YBI_BILL_FORMATS_ + 1, "a format is not offered");

static bool
format_valid(yb_bill_format format)
{
	return format >= 1 && (size_t)format < ARRAY_SIZE(formats);
}

yb_status
yb_bill_format_from_name(const char *name, size_t length, yb_bill_format *format)
{
	if (!name || !format)
		return YB_E_INVALID;
	for (yb_bill_format i = 1; format_valid(i); i++) {
		if (ybi_streq_n(name, length, ybi_bill_format_name(formats[i].format))) {
			*format = i;
			return YB_OK;
		}
	}
	return YB_E_NOT_FOUND;
}

const char *
yb_bill_format_get_name(yb_bill_format format)
{
	return format_valid(format) ? ybi_bill_format_name(formats[format].format) : "";
}

/* ---- rows ---- */

static const char *
keep(struct collecting *c, const char *text)
{
	return text && text[0] ? ybi_arena_strndup(&c->r->arena, text, strlen(text)) : "";
}

/* A row whose texts are still the caller's. */
static yb_status
row_add(struct collecting *c, const struct ybi_book_row *row)
{
	struct ybi_book_row *own;

	if (!ybi_grow(&c->r->rows, c->r->count, &c->r->room, sizeof(*c->r->rows)))
		return ybi_error_no_memory(c->err);
	own = &c->r->rows[c->r->count];
	*own = *row;
	own->key = keep(c, row->key);
	own->id = keep(c, row->id);
	own->theirs = keep(c, row->theirs);
	own->original = keep(c, row->original);
	own->visit = keep(c, row->visit);
	if (!own->key || !own->id || !own->theirs || !own->original || !own->visit)
		return ybi_error_no_memory(c->err);
	c->r->count++;
	return YB_OK;
}

static yb_status
facts_read(struct collecting *c, enum ybi_sql sql, int column, struct yb_transaction *t)
{
	struct ybi_posted posted = { 0 };
	const char *facts = ybi_store_text(c->ledger->store, sql, column, &posted.facts_length);

	if (!facts)
		return ybi_error_no_memory(c->err);
	posted.facts = (char *)(uintptr_t)facts; /* borrowed, only read */
	yb_transaction_clear(t);
	return ybi_posted_read(&posted, t, c->err);
}

static const char *
text_at(struct collecting *c, enum ybi_sql sql, int column)
{
	const char *text = ybi_store_null(c->ledger->store, sql, column) ? "" : ybi_store_text(c->ledger->store, sql, column, NULL);

	return text ? text : "";
}

/* ---- channels ---- */

/* A text among the facts of a transaction, "" when it is not there. Most have none: then nothing is read. */
static yb_status
number_told(struct collecting *c, enum ybi_sql sql, int column, enum ybi_told fact, const char *name, const char **text)
{
	const char *facts = ybi_store_text(c->ledger->store, sql, column, NULL);
	yb_status st = YB_OK;

	*text = "";
	if (!facts)
		return ybi_error_no_memory(c->err);
	if (strstr(facts, name)) {
		st = facts_read(c, sql, column, c->told);
		*text = ybi_told_text(c->told, fact);
	}
	return st;
}

/* One row of YBI_SQL_OF_CHANNEL. */
static yb_status
channel_row(struct collecting *c)
{
	enum ybi_sql q = YBI_SQL_OF_CHANNEL;
	struct ybi_store *store = c->ledger->store;
	struct ybi_book_row row = { .theirs = "", .original = "", .visit = "", .count = 1 };
	yb_status st = YB_OK;

	switch (ybi_store_int(store, q, 1)) {
	case YBI_POST_CONTRIBUTION: st = number_told(c, q, 4, YBI_TOLD_ELEC_TAXRPT_NO, "\"elec_taxrpt_no\"", &row.theirs); break;
	case YBI_POST_SETTLEMENT: st = number_told(c, q, 4, YBI_TOLD_SETL_ID, "\"setl_id\"", &row.theirs); break;
	case YBI_POST_REFUND:
		row.kind = YBI_BILL_REFUND;
		row.original = text_at(c, q, 6); /* of the contribution that was asked back */
		break;
	case YBI_POST_REVERSAL:
		row.kind = YBI_BILL_CANCEL;
		row.original = text_at(c, q, 5);
		break;
	case YBI_POST_ADJUSTMENT:
		row.kind = YBI_BILL_ADJUST;
		row.original = text_at(c, q, 5);
		break;
	default: return YB_OK; /* the channel's own clearing; a failure, which is told of what failed */
	}
	if (ybi_store_int(store, q, 7) == YBI_POST_FAILURE)
		row.state = YBI_BILL_FAILED;
	row.key = row.id = text_at(c, q, 0);
	row.day = (yb_day)ybi_store_int(store, q, 2);
	row.amount = ybi_store_int(store, q, 3);
	return st == YB_OK ? row_add(c, &row) : st;
}

/* A refund that was asked for: pending. What was paid from an account goes back there, not through the channel. */
static yb_status
asked_row(struct collecting *c)
{
	enum ybi_sql q = YBI_SQL_ASKED_OF_CHANNEL;
	struct ybi_store *store = c->ledger->store;
	struct ybi_book_row row = { .kind = YBI_BILL_REFUND, .state = YBI_BILL_PENDING, .theirs = "", .visit = "", .count = 1 };
	yb_fen paid = ybi_store_int(store, q, 2), asked;
	yb_status st = facts_read(c, q, 3, c->told);

	if (st != YB_OK)
		return st;
	asked = ybi_told_value(c->told, YBI_TOLD_AMOUNT);
	row.key = row.id = text_at(c, q, 0);
	row.original = text_at(c, q, 4);
	row.day = (yb_day)ybi_store_int(store, q, 1);
	row.amount = -(asked < paid ? asked : paid);
	return row_add(c, &row);
}

/* Every row of a statement that was begun. */
static yb_status
rows_take(struct collecting *c, enum ybi_sql sql, yb_status (*take)(struct collecting *c), yb_status st, bool row)
{
	while (st == YB_OK && row) {
		st = take(c);
		if (st == YB_OK)
			st = ybi_store_next(c->ledger->store, sql, &row, c->err);
	}
	ybi_store_done(c->ledger->store, sql);
	return st;
}

/* The names of accounts, from the first to before the second: no name has a control character. */
static yb_status
channel_names(const struct collecting *c, const char *begin, char first[96], char last[96])
{
	size_t length = strlen(c->of ? c->of : begin);

	if (length == 0 || length > 64)
		return ybi_error_set(c->err, YB_E_INVALID, "a channel has a name of 1 to 64 bytes");
	(void)snprintf(first, 96, "clearing/%.64s", c->of ? c->of : begin);
	length = strlen(first);
	memcpy(last, first, length + 1);
	if (c->of)
		memcpy(last + length, "\x01", 2);
	else
		last[length - 1]++; /* the next text that does not begin so */
	return YB_OK;
}

static yb_status
channel_collect(struct collecting *c, const char *begin)
{
	struct ybi_store *store = c->ledger->store;
	char first[96], last[96];
	bool row = false;
	yb_status st = channel_names(c, begin, first, last);

	if (st != YB_OK)
		return st;
	st = ybi_store_run(store, YBI_SQL_OF_CHANNEL, &row, c->err, "zzii", first, last, (int64_t)c->from - DAYS_AROUND, (int64_t)c->to + DAYS_AROUND);
	st = rows_take(c, YBI_SQL_OF_CHANNEL, channel_row, st, row);
	if (st != YB_OK)
		return st;
	row = false;
	st = ybi_store_run(store, YBI_SQL_ASKED_OF_CHANNEL, &row, c->err, "zzii", first, last, (int64_t)c->to + DAYS_AROUND, (int64_t)YBI_POST_REFUND_REQUEST);
	return rows_take(c, YBI_SQL_ASKED_OF_CHANNEL, asked_row, st, row);
}

/* ---- the platform ---- */

/* One row of YBI_SQL_SETTLEMENTS. */
static yb_status
settlement_row(struct collecting *c)
{
	enum ybi_sql q = YBI_SQL_SETTLEMENTS;
	struct ybi_store *store = c->ledger->store;
	int64_t kind = ybi_store_int(store, q, 1), sign = kind == YBI_POST_REVERSAL ? -1 : 1;
	struct ybi_book_row row = { .theirs = "", .original = "", .visit = "", .count = 1 };
	const char *own, *visit;
	bool settles; /* of a settlement, not of an adjustment */
	yb_status st = facts_read(c, q, 3, c->told);

	if (st == YB_OK)
		st = facts_read(c, q, 4, c->settled);
	if (st != YB_OK || (c->of && strcmp(c->of, ybi_told_text(c->settled, YBI_TOLD_FIXMEDINS_CODE)) != 0))
		return st;
	settles = ybi_told_value(c->told, YBI_TOLD_KIND) == YBI_POST_SETTLEMENT;
	own = ybi_told_text(c->settled, YBI_TOLD_SETL_ID);
	visit = ybi_told_text(c->settled, YBI_TOLD_MDTRT_ID);
	if (!own[0])
		own = ybi_told_text(c->settled, YBI_TOLD_KEY);
	row.key = row.id = text_at(c, q, 0);
	row.day = (yb_day)ybi_store_int(store, q, 2);
	row.amount = sign * ybi_told_value(c->told, YBI_TOLD_MEDFEE_SUMAMT);
	row.fund = sign * ybi_told_value(c->told, YBI_TOLD_FUND_PAY_SUMAMT);
	row.account = sign * ybi_told_value(c->told, YBI_TOLD_ACCT_PAY);
	if (kind == YBI_POST_SETTLEMENT) {
		row.id = own;
		row.visit = c->settled->facts[YBI_TOLD_SETL_ID].known ? "" : visit;
	} else if (settles) {
		row.kind = YBI_BILL_CANCEL;
		row.original = row.theirs = own; /* some regions give the refund the number of the settlement */
		row.visit = visit;
	} else if (kind == YBI_POST_ADJUSTMENT) {
		row.kind = YBI_BILL_ADJUST;
	} else { /* of an adjustment that went with its settlement */
		row.kind = YBI_BILL_CANCEL;
		row.id = "";
		row.original = ybi_told_text(c->told, YBI_TOLD_KEY);
	}
	if (!settles && row.amount == 0 && row.fund == 0 && row.account == 0)
		return YB_OK; /* nothing that the platform tells */
	return row_add(c, &row);
}

/* One row of YBI_SQL_SETTLEMENTS, added to the total of its scheme. */
static yb_status
total_row(struct collecting *c)
{
	struct yb_reconciliation *r = c->r;
	struct ybi_book_row one, *total = NULL;
	size_t before = r->count;
	const char *scheme;
	yb_status st = settlement_row(c);

	if (st != YB_OK || r->count == before)
		return st;
	one = r->rows[--r->count];
	scheme = ybi_told_text(c->settled, YBI_TOLD_INSUTYPE);
	for (size_t i = 0; i < r->count && !total; i++)
		if (strcmp(r->rows[i].id, scheme) == 0)
			total = &r->rows[i];
	if (!total) {
		struct ybi_book_row row = { .key = scheme, .id = scheme, .theirs = "", .original = "", .visit = "", .day = c->to };
		st = row_add(c, &row);
		if (st != YB_OK)
			return st;
		total = &r->rows[r->count - 1];
	}
	if (yb_fen_add(total->amount, one.amount, &total->amount) != YB_OK || yb_fen_add(total->fund, one.fund, &total->fund) != YB_OK ||
	    yb_fen_add(total->account, one.account, &total->account) != YB_OK)
		return ybi_error_set(c->err, YB_E_OVERFLOW, "the total of a scheme does not fit");
	total->count += ybi_told_value(c->told, YBI_TOLD_KIND) == YBI_POST_SETTLEMENT; /* and not an adjustment of one */
	return YB_OK;
}

static yb_status
platform_collect(struct collecting *c, bool totals)
{
	int64_t around = totals ? 0 : DAYS_AROUND;
	bool row = false;
	yb_status st = ybi_store_run(c->ledger->store, YBI_SQL_SETTLEMENTS, &row, c->err, "iiiii", c->from - around, c->to + around,
	                             (int64_t)YBI_POST_SETTLEMENT, (int64_t)YBI_POST_ADJUSTMENT, (int64_t)YBI_POST_REVERSAL);

	return rows_take(c, YBI_SQL_SETTLEMENTS, totals ? total_row : settlement_row, st, row);
}

/* The bill's totals by scheme: "390/11" and "390/21" become "390". The ledger does not keep the kind of clearing. */
static yb_status
schemes_join(struct ybi_bill *bill, struct yb_error **err)
{
	size_t kept = 0;

	for (size_t i = 0; i < bill->count; i++) {
		struct ybi_bill_row *row = &bill->rows[i], *total = NULL;
		const char *slash = strchr(row->id, '/');
		size_t length = slash ? (size_t)(slash - row->id) : strlen(row->id);

		if (row->count == 0 && row->amount == 0 && row->fund == 0 && row->account == 0)
			continue; /* nothing was settled */
		for (size_t k = 0; k < kept && !total; k++)
			if (ybi_streq_n(row->id, length, bill->rows[k].id))
				total = &bill->rows[k];
		if (total) {
			total->amount += row->amount;
			total->settled += row->settled;
			total->fund += row->fund;
			total->account += row->account;
			total->count += row->count;
			continue;
		}
		bill->rows[kept] = *row;
		bill->rows[kept].id = ybi_arena_strndup(&bill->arena, row->id, length);
		if (!bill->rows[kept++].id)
			return ybi_error_no_memory(err);
	}
	bill->count = kept;
	return YB_OK;
}

/* ---- the whole ---- */

/* The days of the options, else those of the bill. */
static yb_status
days_set(struct collecting *c, const struct yb_reconcile_options *options)
{
	const struct ybi_bill *bill = &c->r->bill;

	c->from = bill->from;
	c->to = bill->to;
	for (size_t i = 0; i < bill->count; i++) {
		yb_day day = bill->rows[i].day;
		if (day == YB_DAY_NONE)
			continue;
		c->from = c->from == YB_DAY_NONE || day < c->from ? day : c->from;
		c->to = c->to == YB_DAY_NONE || day > c->to ? day : c->to;
	}
	c->from = options->from ? options->from : c->from;
	c->to = options->to ? options->to : c->to;
	if (c->from == YB_DAY_NONE || c->to == YB_DAY_NONE)
		return ybi_error_set(c->err, YB_E_INVALID, "the bill %s names no days: say from which day to which it is", c->r->name);
	if (!ybi_day_valid(c->from) || !ybi_day_valid(c->to) || c->from > c->to)
		return ybi_error_set(c->err, YB_E_INVALID, "the first day is after the last, or there is no such day");
	return YB_OK;
}

static yb_status
collect(struct collecting *c, yb_bill_format format)
{
	yb_status st = yb_transaction_new(&c->told, c->err);

	if (st == YB_OK)
		st = yb_transaction_new(&c->settled, c->err);
	if (st == YB_OK)
		st = ybi_ledger_enter(c->ledger, false, c->err);
	if (st == YB_OK) {
		st = formats[format].channels ? channel_collect(c, formats[format].channels) : platform_collect(c, format == YB_BILL_3201);
		st = ybi_ledger_leave(c->ledger, false, st, c->err);
	}
	yb_transaction_unref(c->told);
	yb_transaction_unref(c->settled);
	return st;
}

static yb_status
options_read(struct yb_reconcile_options *full, const struct yb_reconcile_options *options, struct yb_error **err)
{
	yb_status st;

	*full = (struct yb_reconcile_options) YB_RECONCILE_OPTIONS_INIT;
	st = ybi_options_copy(full, sizeof(*full), options, sizeof(*full), err);
	if (st == YB_OK && (full->flags || full->reserved))
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "flags or reserved of the options are not 0");
	return st;
}

static yb_status
reconcile(struct yb_reconciliation *r, struct yb_ledger *ledger, yb_bill_format format, const char *text, size_t length, const char *of,
          const struct yb_reconcile_options *options, struct yb_error **err)
{
	struct ybi_bill_options bill = { r->name, formats[format].format, options->year };
	struct collecting c = { .ledger = ledger, .r = r, .of = of, .err = err };
	yb_status st = ybi_bill_read(text, length, &bill, &r->bill, err);

	if (st == YB_OK && format == YB_BILL_3201)
		st = schemes_join(&r->bill, err);
	if (st == YB_OK)
		st = days_set(&c, options);
	if (st == YB_OK)
		st = collect(&c, format);
	return st == YB_OK ? ybi_reconcile(&r->bill, r->rows, r->count, c.from, c.to, &r->result, err) : st;
}

yb_status
yb_ledger_reconcile(struct yb_ledger *ledger, yb_bill_format format, const char *text, size_t length, const char *name, const char *of,
                    const struct yb_reconcile_options *options, struct yb_reconciliation **reconciliation, struct yb_error **err)
{
	struct yb_reconcile_options full;
	struct yb_reconciliation *r;
	yb_status st;

	if (!reconciliation)
		return YB_E_INVALID;
	*reconciliation = NULL;
	if (!ledger || !format_valid(format) || !text || !name)
		return YB_E_INVALID;
	st = options_read(&full, options, err);
	if (st != YB_OK)
		return st;
	r = ybi_calloc(1, sizeof(*r));
	if (!r)
		return ybi_error_no_memory(err);
	r->name = ybi_strndup(name, strlen(name));
	st = r->name ? reconcile(r, ledger, format, text, length, of, &full, err) : ybi_error_no_memory(err);
	if (st != YB_OK) {
		yb_reconciliation_unref(r);
		return st;
	}
	*reconciliation = r;
	return YB_OK;
}

void
yb_reconciliation_unref(struct yb_reconciliation *reconciliation)
{
	if (!reconciliation)
		return;
	ybi_reconciliation_free(&reconciliation->result);
	ybi_bill_free(&reconciliation->bill);
	ybi_arena_free(&reconciliation->arena);
	free(reconciliation->rows);
	free(reconciliation->name);
	free(reconciliation);
}

/* ---- answers ---- */

int32_t
yb_reconciliation_agrees(const struct yb_reconciliation *reconciliation)
{
	return reconciliation && ybi_reconciliation_agrees(&reconciliation->result);
}

yb_status
yb_reconciliation_get_tally(const struct yb_reconciliation *reconciliation, yb_side side, yb_match match, int64_t *count, yb_fen *paid, yb_fen *returned)
{
	const struct ybi_tally *tally;

	if (!reconciliation || (side != YB_SIDE_BILL && side != YB_SIDE_LEDGER) || match < YB_MATCH_ALL || match > YBI_MATCH_CLASSES_)
		return YB_E_INVALID;
	if (match == YB_MATCH_ALL)
		tally = side == YB_SIDE_BILL ? &reconciliation->result.bill_all : &reconciliation->result.book_all;
	else
		tally = side == YB_SIDE_BILL ? &reconciliation->result.bill_by[match - 1] : &reconciliation->result.book_by[match - 1];
	if (count)
		*count = tally->count;
	if (paid)
		*paid = tally->paid;
	if (returned)
		*returned = tally->returned;
	return YB_OK;
}
_Static_assert(YB_MATCH_VOID == YBI_MATCH_VOID + 1 && YBI_MATCH_VOID + 1 == YBI_MATCH_CLASSES_ && YB_MATCH_DUPLICATE_HERE == YBI_MATCH_DUPLICATE_HERE + 1,
               "the classes are those of the header, from 1");

yb_status
yb_reconciliation_render(const struct yb_reconciliation *reconciliation, yb_format format, yb_lang lang, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };

	if (!reconciliation || !text || (format != YB_FORMAT_TEXT && format != YB_FORMAT_JSON))
		return YB_E_INVALID;
	if (format == YB_FORMAT_TEXT)
		ybi_reconciliation_text(&reconciliation->result, reconciliation->name, lang, &out);
	else
		ybi_reconciliation_json(&reconciliation->result, reconciliation->name, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
