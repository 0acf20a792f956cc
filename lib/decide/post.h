/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_POST_H
#define YBI_POST_H

#include <yibao/post.h>
#include <yibao/receipt.h>

#include "decide/decision.h"

/* What is known of a person's money beside one bill, wherever it is known from. */
struct ybi_known_year {
	void *context;
	/* What earlier bills added to a total, on days of [from, to), or of an episode when that is not NULL. */
	yb_status (*total)(void *context, const char *policy, const char *name, yb_day from, yb_day to, const char *episode, yb_fen *sum,
	                   struct yb_error **err);
	/* Stays of those days other than this one. */
	yb_status (*stays)(void *context, const char *policy, yb_day from, yb_day to, const char *mdtrt_id, int64_t *count, struct yb_error **err);
	/* NULL: what the person says of the account stands */
	yb_status (*balance)(void *context, yb_day on, yb_fen *fen, struct yb_error **err);
};

/* Settle with what is known, which is set on the person and the claim; nothing is allocated once these have had as much. */
yb_status ybi_settle_told(const struct ybi_known_year *known, const struct yb_policy_set *set, struct yb_person *person, struct yb_claim *claim,
                          uint32_t flags, struct yb_decision *decision, struct yb_error **err);
/* Settle with what is known; person and claim say nothing of it, and stay as they are. The answer keeps its receipt. */
yb_status ybi_settle_known(const struct ybi_known_year *known, const struct yb_policy_set *set, const struct yb_person *person,
                           const struct yb_claim *claim, uint32_t flags, struct yb_decision *decision, struct yb_error **err);
/* Amounts, funds, totals, receipt and policy texts of an answered settlement. */
yb_status ybi_transaction_settle(struct yb_transaction *transaction, struct yb_decision *decision, struct yb_error **err);
/* The medical year of a day: its first day, and the first of the next. */
void ybi_medical_year(const struct ybi_book *book, yb_day day, yb_day *from, yb_day *to);
/* The days of [from, to) that a total of this period is over; an episode, which is `of`, in *episode. */
void ybi_period_days(const struct ybi_book *book, enum ybi_period period, yb_day on, const char *of, yb_day *from, yb_day *to, const char **episode);
/* The documents that a receipt names, as a set; *set stays NULL when one is lacking or cannot be read. verify.c */
yb_status ybi_receipt_set(struct yb_policy_archive *archive, const struct ybi_node *receipt, struct yb_policy_set **set, struct yb_error **err);

#endif
