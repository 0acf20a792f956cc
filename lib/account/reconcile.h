/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_RECONCILE_H
#define YBI_RECONCILE_H

#include "account/bill.h"

/*
 * A bill held against what we have ourselves: every row of the one finds at most one of the other, and what is left
 * over is told. The tallies of the classes add up to those of either side.
 */

/* What we have: a transaction of the channel, or of the platform's settlements. */
struct ybi_book_row {
	const char *key;       /* of the transaction, for people */
	const char *id;        /* the number under which the channel knows it: order, receipt, setl_id; "" for none */
	const char *theirs;    /* another such number, or "" */
	const char *original;  /* of what gives back: the number of what was paid, or "" */
	const char *visit;     /* mdtrt_id where the settlement has no number of its own, or "" */
	enum ybi_bill_kind kind;
	enum ybi_bill_state state;
	yb_day day;
	yb_fen amount;         /* above 0 paid, below 0 given back */
	yb_fen fund, account;  /* of settlements */
	int64_t count;         /* transactions it stands for */
};

enum ybi_match_class {
	YBI_MATCH_EQUAL,
	YBI_MATCH_DIFFERENT,
	YBI_MATCH_MISSING_HERE,    /* the bill has it, we do not */
	YBI_MATCH_MISSING_THERE,   /* we have it, the bill does not */
	YBI_MATCH_DUPLICATE_THERE, /* the bill has it once more than we do */
	YBI_MATCH_DUPLICATE_HERE,
	YBI_MATCH_VOID,            /* failed, pending or undone on one side, and the other has none: nothing moved */
	YBI_MATCH_CLASSES_
};

/* In what a pair differs. */
enum {
	YBI_DIFFERS_AMOUNT = 1 << 0,
	YBI_DIFFERS_DAY = 1 << 1,
	YBI_DIFFERS_STATE = 1 << 2,
	YBI_DIFFERS_FUND = 1 << 3,
	YBI_DIFFERS_ACCOUNT = 1 << 4,
	YBI_DIFFERS_COUNT = 1 << 5,
	YBI_DIFFERS_ORIGINAL = 1 << 6, /* a refund of the platform without the settlement that it takes back */
	YBI_DIFFERS_OVER = 1 << 7      /* more is given back of a payment than was paid */
};

struct ybi_match {
	enum ybi_match_class class;
	unsigned differs;
	const struct ybi_bill_row *bill; /* NULL: the bill has none */
	const struct ybi_book_row *book; /* NULL: we have none */
	/* of what gives back: what it gives back of, where it is known; NULL otherwise */
	const struct ybi_bill_row *bill_original;
	const struct ybi_book_row *book_original;
};

struct ybi_tally {
	int64_t count;
	yb_fen paid, returned; /* 0 or more; 0 or less */
};

struct ybi_reconciliation {
	const struct ybi_bill *bill;
	yb_day from, to;         /* the days compared, YB_DAY_NONE: not bounded */
	struct ybi_match *matches; /* the bill's rows in its order, then what only we have by day */
	size_t count;
	struct ybi_tally bill_all, book_all, bill_outside; /* outside: rows of the bill that are of other days */
	struct ybi_tally bill_by[YBI_MATCH_CLASSES_], book_by[YBI_MATCH_CLASSES_];
	int64_t fee;             /* of the bill's rows compared, 1/1000 fen, as the bill signs it */
};

/*
 * The bill and the rows outlive the result. Rows of ours of other days are there to be found by rows of the bill: they do not count where
 * they are not. On a failure nothing is held.
 */
yb_status ybi_reconcile(const struct ybi_bill *bill, const struct ybi_book_row *rows, size_t count, yb_day from, yb_day to,
                        struct ybi_reconciliation *result, struct yb_error **err);
void ybi_reconciliation_free(struct ybi_reconciliation *result);
bool ybi_reconciliation_agrees(const struct ybi_reconciliation *result);

/* "missing_here" */
const char *ybi_match_class_name(enum ybi_match_class class);

struct ybi_text;
void ybi_reconciliation_text(const struct ybi_reconciliation *result, const char *name, yb_lang lang, struct ybi_text *out);
/* yibao-reconcile/1 */
void ybi_reconciliation_json(const struct ybi_reconciliation *result, const char *name, struct ybi_text *out);

#endif
