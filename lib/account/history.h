/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_HISTORY_H
#define YBI_HISTORY_H

#include "account/ledger.h"

/*
 * What was posted of a person, read at once: transactions in the order of posting with what became of them, and the months that
 * contributions cover. All within a transaction of the store.
 */

struct ybi_happened {
	struct ybi_posted posted;
	struct yb_transaction *t;
	struct ybi_named_list entries;
	const struct ybi_happened *undone; /* the reversal or the failed payment that undid it, NULL: it stands */
};

struct ybi_history {
	struct ybi_happened *rows; /* by number */
	size_t count, room;
};

/* Transactions of these kinds, and whatever undid them, up to a day; through YB_DAY_NONE: all. */
yb_status ybi_history_load(struct yb_ledger *ledger, int64_t person, uint32_t kinds, yb_axis axis, yb_day through, struct ybi_history *history,
                           struct yb_error **err);
void ybi_history_free(struct ybi_history *history);
/* The newest row of a kind that belongs to a transaction and was not undone; NULL: there is none. */
const struct ybi_happened *ybi_history_child(const struct ybi_history *history, int64_t seq, enum ybi_kind_of_transaction kind);

/* ---- contributions ---- */

#define YBI_PAID_KINDS (1u << YBI_POST_CONTRIBUTION | 1u << YBI_POST_REFUND_REQUEST | 1u << YBI_POST_REFUND | 1u << YBI_POST_REFUND_REFUSAL)

/* What a refund that was asked for has come to. */
enum ybi_refund_state { YBI_REFUND_REQUESTED, YBI_REFUND_REFUSED, YBI_REFUND_PAID };
enum ybi_refund_state ybi_refund_state(const struct ybi_history *history, const struct ybi_happened *request);
/* All that the person has paid of it was given back. */
bool ybi_contribution_refunded(const struct ybi_history *history, const struct ybi_happened *row);
/* Does it count: neither undone nor given back? */
bool ybi_contribution_stands(const struct ybi_history *history, const struct ybi_happened *row);
/* Paid later for a time that was missed: any clct_type but 10. */
bool ybi_contribution_makes_up(const struct ybi_happened *row);

/* Months, year * 12 + month - 1; runs of them in order that do not touch. */
struct ybi_run {
	int32_t first, last;
};
struct ybi_runs {
	struct ybi_run *rows;
	size_t count, room;
};
/* YYYYMM as such a month. */
int32_t ybi_month_of(int64_t yyyymm);
/* YYYYMM of such a month. */
int32_t ybi_month_told(int32_t month);
/* Months that contributions of a scheme cover and that stand; made_up says whether those that make up for a time count. */
yb_status ybi_history_months(const struct ybi_history *history, const char *insutype, bool made_up, struct ybi_runs *runs, struct yb_error **err);
/* How many of them lie from first to last. */
int64_t ybi_runs_months(const struct ybi_runs *runs, int32_t first, int32_t last);
/* In how many calendar years there are such months. */
int64_t ybi_runs_years(const struct ybi_runs *runs, int32_t first, int32_t last);

#endif
