/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_STORE_H
#define YBI_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Tables on the disk or in memory: the one file that knows the database. A store is opened hardened, refuses what it did not make, and
 * waits for other processes in a way that starves none. Statements are named by number and prepared once.
 */

struct ybi_store;

/* Make the file of a store; nothing is left of one that cannot be made. */
yb_status ybi_store_create(const char *path, struct yb_error **err);
/* path NULL: in memory. wait_ms: how long to wait for another process. */
yb_status ybi_store_open(const char *path, bool read_only, int32_t wait_ms, struct ybi_store **store, struct yb_error **err);
void ybi_store_close(struct ybi_store *store);
/* Free a store that belongs to the parent process, without touching its files. */
void ybi_store_abandon(struct ybi_store *store);

/* The directory of a path as it really is, and the name in it: "/data/x.ledger". Free it. */
yb_status ybi_store_resolve(const char *path, char **resolved, struct yb_error **err);
/* A new file of this content, for its owner alone and on the disk when this returns. */
yb_status ybi_store_create_file(const char *path, const char *text, size_t length, struct yb_error **err);

/* A transaction of the database: all or nothing. Within one, a savepoint may be set and taken back. */
yb_status ybi_store_begin(struct ybi_store *store, bool write, struct yb_error **err);
yb_status ybi_store_commit(struct ybi_store *store, struct yb_error **err);
void ybi_store_rollback(struct ybi_store *store);
yb_status ybi_store_save(struct ybi_store *store, struct yb_error **err);
yb_status ybi_store_release(struct ybi_store *store, struct yb_error **err);
void ybi_store_restore(struct ybi_store *store);
/* false: a fault has ended it, and nothing of it is kept. */
bool ybi_store_in_transaction(const struct ybi_store *store);

/* Somebody else has written since this store did: it is polite for a while. */
void ybi_store_contended(struct ybi_store *store);

/* ---- statements ---- */

enum ybi_sql {
	/* transactions */
	YBI_SQL_INSERT_TXN, YBI_SQL_FIND_KEY, YBI_SQL_GET_TXN, YBI_SQL_LAST_TXN, YBI_SQL_LAST_BY_POSTING, YBI_SQL_REVERSED_BY, YBI_SQL_CHILDREN,
	YBI_SQL_ALL_TXNS, YBI_SQL_TXNS_OF_PERSON,
	/* entries, accounts, sums */
	YBI_SQL_INSERT_ENTRY, YBI_SQL_ENTRIES_OF, YBI_SQL_LAST_ENTRY, YBI_SQL_LAST_ENTRY_BY, YBI_SQL_FIND_ACCOUNT, YBI_SQL_INSERT_ACCOUNT,
	YBI_SQL_ADD_SUM, YBI_SQL_SUM_MONTHS, YBI_SQL_SUM_DAYS, YBI_SQL_SUMS_OF,
	/* persons */
	YBI_SQL_FIND_PERSON_NO, YBI_SQL_FIND_PERSON_HASH, YBI_SQL_FIND_PERSON_TOKEN, YBI_SQL_GET_PERSON, YBI_SQL_INSERT_PERSON,
	YBI_SQL_LINK_PERSON, YBI_SQL_TOUCH_PERSON, YBI_SQL_LAST_OF_PERSON,
	/* settlements */
	YBI_SQL_INSERT_USED, YBI_SQL_FIND_USED, YBI_SQL_USED_BETWEEN, YBI_SQL_USED_EPISODE, YBI_SQL_COUNT_USED, YBI_SQL_INSERT_DOCUMENT, YBI_SQL_HAS_DOCUMENT,
	YBI_SQL_GET_DOCUMENT, YBI_SQL_ALL_DOCUMENTS, YBI_SQL_NEXT_DOCUMENT, YBI_SQL_LAST_DOCUMENT,
	/* what a bill is held against */
	YBI_SQL_OF_CHANNEL, YBI_SQL_ASKED_OF_CHANNEL, YBI_SQL_SETTLEMENTS,
	/* periods */
	YBI_SQL_CLOSED, YBI_SQL_CLOSE,
	/* of a batch */
	YBI_SQL_SAVE, YBI_SQL_RELEASE, YBI_SQL_ROLLBACK,
	YBI_SQL_COUNT_
};

/*
 * Run a statement: `types` has a letter for each value, i an int64_t, t a text and its length (size_t), z a text that ends with NUL;
 * I and Z give NULL for 0 and "". *row says whether there is a row; then the columns can be read, and ybi_store_next() goes on. A
 * statement that may give rows is ended with ybi_store_done().
 */
yb_status ybi_store_run(struct ybi_store *store, enum ybi_sql sql, bool *row, struct yb_error **err, const char *types, ...);
yb_status ybi_store_next(struct ybi_store *store, enum ybi_sql sql, bool *row, struct yb_error **err);
void ybi_store_done(struct ybi_store *store, enum ybi_sql sql);

int64_t ybi_store_int(struct ybi_store *store, enum ybi_sql sql, int column);
bool ybi_store_null(struct ybi_store *store, enum ybi_sql sql, int column);
/* Borrowed until the statement goes on; NULL for no memory; "" of a NULL. */
const char *ybi_store_text(struct ybi_store *store, enum ybi_sql sql, int column, size_t *length);

/* A statement of its own, for checks that read whole tables: prepared anew each time. */
struct ybi_query;
yb_status ybi_query_open(struct ybi_store *store, const char *text, struct ybi_query **query, struct yb_error **err);
yb_status ybi_query_next(struct ybi_query *query, bool *row, struct yb_error **err);
int64_t ybi_query_int(struct ybi_query *query, int column);
bool ybi_query_null(struct ybi_query *query, int column);
bool ybi_query_is_int(struct ybi_query *query, int column);
const char *ybi_query_text(struct ybi_query *query, int column, size_t *length);
void ybi_query_close(struct ybi_query *query);

/* Are format and tables what they were made as? The first thing that is not is the error. */
yb_status ybi_store_check_format(struct ybi_store *store, struct yb_error **err);
/* Does the database find its pages in order? */
yb_status ybi_store_check_pages(struct ybi_store *store, struct yb_error **err);

#endif
