/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- reading ---- */

#define UNDOING (1u << YBI_POST_REVERSAL | 1u << YBI_POST_FAILURE)

void
ybi_history_free(struct ybi_history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		ybi_posted_free(&history->rows[i].posted);
		yb_transaction_unref(history->rows[i].t);
		free(history->rows[i].entries.rows);
	}
	free(history->rows);
	*history = (struct ybi_history) { 0 };
}

/* The numbers first: while they are read, nothing else may be. */
static yb_status
find_rows(struct yb_ledger *ledger, int64_t person, uint32_t kinds, yb_axis axis, yb_day through, struct ybi_history *history, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_TXNS_OF_PERSON;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, q, &row, err, "i", person);

	while (st == YB_OK && row) {
		int64_t kind = ybi_store_int(ledger->store, q, 1), day = ybi_store_int(ledger->store, q, axis == YB_AXIS_POSTING ? 3 : 2);
		if (kind > 0 && kind < YBI_POST_COUNT_ && ((kinds | UNDOING) >> kind & 1) && (through == YB_DAY_NONE || day <= through)) {
			if (!ybi_grow(&history->rows, history->count, &history->room, sizeof(*history->rows))) {
				st = ybi_error_no_memory(err);
				break;
			}
			history->rows[history->count++] = (struct ybi_happened) { .posted = { .seq = ybi_store_int(ledger->store, q, 0) } };
		}
		st = ybi_store_next(ledger->store, q, &row, err);
	}
	ybi_store_done(ledger->store, q);
	return st;
}

static int
by_seq(const void *a, const void *b)
{
	int64_t one = ((const struct ybi_happened *)a)->posted.seq, other = ((const struct ybi_happened *)b)->posted.seq;

	return (one > other) - (one < other);
}

static struct ybi_happened *
find_row(const struct ybi_history *history, int64_t seq)
{
	struct ybi_happened key = { .posted = { .seq = seq } };

	return history->count ? bsearch(&key, history->rows, history->count, sizeof(key), by_seq) : NULL;
}

yb_status
ybi_history_load(struct yb_ledger *ledger, int64_t person, uint32_t kinds, yb_axis axis, yb_day through, struct ybi_history *history,
                 struct yb_error **err)
{
	yb_status st = find_rows(ledger, person, kinds, axis, through, history, err);

	for (size_t i = 0; i < history->count && st == YB_OK; i++) {
		struct ybi_happened *row = &history->rows[i];
		st = ybi_ledger_load(ledger, row->posted.seq, &row->posted, err);
		if (st == YB_OK)
			st = yb_transaction_new(&row->t, err);
		if (st == YB_OK)
			st = ybi_posted_read(&row->posted, row->t, err);
		if (st == YB_OK)
			st = ybi_ledger_entries(ledger, row->posted.seq, &row->entries, err);
	}
	for (size_t i = 0; i < history->count && st == YB_OK; i++) {
		struct ybi_happened *undone = history->rows[i].posted.reverses ? find_row(history, history->rows[i].posted.reverses) : NULL;
		if (undone)
			undone->undone = &history->rows[i];
	}
	return st;
}

const struct ybi_happened *
ybi_history_child(const struct ybi_history *history, int64_t seq, enum ybi_kind_of_transaction kind)
{
	for (size_t i = history->count; i-- > 0;) {
		const struct ybi_happened *row = &history->rows[i];
		if (row->posted.belongs == seq && row->posted.kind == kind && !row->undone)
			return row;
	}
	return NULL;
}

/* ---- contributions ---- */

enum ybi_refund_state
ybi_refund_state(const struct ybi_history *history, const struct ybi_happened *request)
{
	if (ybi_history_child(history, request->posted.seq, YBI_POST_REFUND))
		return YBI_REFUND_PAID;
	return ybi_history_child(history, request->posted.seq, YBI_POST_REFUND_REFUSAL) ? YBI_REFUND_REFUSED : YBI_REFUND_REQUESTED;
}

bool
ybi_contribution_refunded(const struct ybi_history *history, const struct ybi_happened *row)
{
	yb_fen paid = ybi_told_value(row->t, YBI_TOLD_SHARE_PERSON) + ybi_told_value(row->t, YBI_TOLD_SHARE_ACCOUNT), back = 0;

	for (size_t i = 0; i < history->count; i++) {
		const struct ybi_happened *request = &history->rows[i];
		if (request->posted.kind == YBI_POST_REFUND_REQUEST && request->posted.belongs == row->posted.seq && !request->undone &&
		    ybi_refund_state(history, request) == YBI_REFUND_PAID)
			back += ybi_told_value(request->t, YBI_TOLD_AMOUNT);
	}
	return back > 0 && back >= paid;
}

bool
ybi_contribution_stands(const struct ybi_history *history, const struct ybi_happened *row)
{
	return row->posted.kind == YBI_POST_CONTRIBUTION && !row->undone && !ybi_contribution_refunded(history, row);
}

bool
ybi_contribution_makes_up(const struct ybi_happened *row)
{
	return row->t->facts[YBI_TOLD_CLCT_TYPE].known && strcmp(ybi_told_text(row->t, YBI_TOLD_CLCT_TYPE), "10") != 0;
}

/* ---- months ---- */

int32_t
ybi_month_of(int64_t yyyymm)
{
	return (int32_t)(yyyymm / 100 * 12 + yyyymm % 100 - 1);
}

int32_t
ybi_month_told(int32_t month)
{
	return month / 12 * 100 + month % 12 + 1;
}

static int
by_first(const void *a, const void *b)
{
	const struct ybi_run *one = a, *other = b;

	return one->first != other->first ? (one->first > other->first) - (one->first < other->first) : (one->last > other->last) - (one->last < other->last);
}

/* In order, and what touches made one. */
static void
merge(struct ybi_runs *runs)
{
	size_t kept = 0;

	if (runs->count > 1)
		qsort(runs->rows, runs->count, sizeof(*runs->rows), by_first);
	for (size_t i = 0; i < runs->count; i++) {
		struct ybi_run *before = kept ? &runs->rows[kept - 1] : NULL;
		if (before && runs->rows[i].first <= before->last + 1)
			before->last = runs->rows[i].last > before->last ? runs->rows[i].last : before->last;
		else
			runs->rows[kept++] = runs->rows[i];
	}
	runs->count = kept;
}

yb_status
ybi_history_months(const struct ybi_history *history, const char *insutype, bool made_up, struct ybi_runs *runs, struct yb_error **err)
{
	for (size_t i = 0; i < history->count; i++) {
		const struct ybi_happened *row = &history->rows[i];
		if (!ybi_contribution_stands(history, row) || strcmp(ybi_told_text(row->t, YBI_TOLD_INSUTYPE), insutype) != 0 ||
		    (!made_up && ybi_contribution_makes_up(row)))
			continue;
		if (!ybi_grow(&runs->rows, runs->count, &runs->room, sizeof(*runs->rows)))
			return ybi_error_no_memory(err);
		runs->rows[runs->count++] = (struct ybi_run) { ybi_month_of(ybi_told_value(row->t, YBI_TOLD_ACCRYM_BEGN)),
			                                          ybi_month_of(ybi_told_value(row->t, YBI_TOLD_ACCRYM_END)) };
	}
	merge(runs);
	return YB_OK;
}

int64_t
ybi_runs_months(const struct ybi_runs *runs, int32_t first, int32_t last)
{
	int64_t months = 0;

	for (size_t i = 0; i < runs->count; i++) {
		int32_t a = runs->rows[i].first > first ? runs->rows[i].first : first, b = runs->rows[i].last < last ? runs->rows[i].last : last;
		months += a <= b ? b - a + 1 : 0;
	}
	return months;
}

int64_t
ybi_runs_years(const struct ybi_runs *runs, int32_t first, int32_t last)
{
	int64_t years = 0;
	int32_t counted = -1; /* the last year that was */

	for (size_t i = 0; i < runs->count; i++) {
		int32_t a = runs->rows[i].first > first ? runs->rows[i].first : first, b = runs->rows[i].last < last ? runs->rows[i].last : last;
		if (a > b)
			continue;
		a = a / 12 > counted ? a / 12 : counted + 1;
		years += b / 12 >= a ? b / 12 - a + 1 : 0;
		counted = b / 12;
	}
	return years;
}
