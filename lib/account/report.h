/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_ACCOUNT_REPORT_H
#define YBI_ACCOUNT_REPORT_H

#include "account/ledger.h"

/* What a verification is asked, and what it finds: of each check the first flaw. */

enum ybi_verify {
	YBI_VERIFY_FORMAT, YBI_VERIFY_SCHEMA, YBI_VERIFY_CHAIN, YBI_VERIFY_ORDER, YBI_VERIFY_FACTS, YBI_VERIFY_ENTRIES, YBI_VERIFY_IDENTITIES,
	YBI_VERIFY_BALANCES, YBI_VERIFY_ACCOUNTS, YBI_VERIFY_PERSONS, YBI_VERIFY_USED, YBI_VERIFY_DOCUMENTS, YBI_VERIFY_CLOSED, YBI_VERIFY_ORPHANS,
	YBI_VERIFY_COUNT_
};

enum ybi_flaw {
	YBI_FLAW_NONE, YBI_FLAW_PAGES, YBI_FLAW_UNREADABLE, YBI_FLAW_TABLES, YBI_FLAW_GAP, YBI_FLAW_HASH, YBI_FLAW_HEAD, YBI_FLAW_DAY_FALLS,
	YBI_FLAW_LATER, YBI_FLAW_TWICE, YBI_FLAW_FACTS, YBI_FLAW_CANONICAL, YBI_FLAW_RULE, YBI_FLAW_COLUMN, YBI_FLAW_LAW, YBI_FLAW_ENTRIES,
	YBI_FLAW_SUM, YBI_FLAW_SETTLED, YBI_FLAW_TRIAL, YBI_FLAW_AFTER, YBI_FLAW_BELOW, YBI_FLAW_PERIOD, YBI_FLAW_EXTRA, YBI_FLAW_ACCOUNT_NAME,
	YBI_FLAW_ACCOUNT_PERSON, YBI_FLAW_IDLE, YBI_FLAW_PERSON_NONE, YBI_FLAW_PERSON, YBI_FLAW_LAST, YBI_FLAW_USED, YBI_FLAW_TEXT,
	YBI_FLAW_TEXT_NONE, YBI_FLAW_IN_CLOSED, YBI_FLAW_CLOSED, YBI_FLAW_ORPHAN, YBI_FLAW_COUNT_
};

struct ybi_verified {
	bool asked;
	enum ybi_flaw flaw; /* the first */
	int64_t rows;   /* looked at */
	const char *table, *column; /* static */
	int64_t number; /* of the transaction or row, 0: none */
	char account[80];
};

struct yb_ledger_report {
	struct ybi_verified of[YBI_VERIFY_COUNT_];
	enum ybi_verify asked[YBI_VERIFY_COUNT_]; /* those asked for, in order */
	size_t count, failed;
	int64_t head_seq;
	char head[YBI_HASH_SIZE];
};

/* `checks` as "chain,balances"; NULL or "": all. */
yb_status ybi_report_new(const char *checks, const char *head_hash, struct yb_ledger_report **report, struct yb_error **err);

#endif
