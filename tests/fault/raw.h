/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger's file seen without the library, through SQLite alone. */
#ifndef FAULT_RAW_H
#define FAULT_RAW_H

#include <sqlite3.h>
#include <stdbool.h>

/* Opened so that nothing that is in the file stands in the way: no triggers, no checks, no foreign keys. */
sqlite3 *raw_open(const char *path, bool write);
/* SQLITE_OK or what it says. */
int raw_run(sqlite3 *db, const char *format, ...);
/* Everything: the tables and how they were made, every row with its types, the numbers of the header. NULL where it cannot be read. Free it. */
char *raw_dump(const char *path);

/*
 * Does the book add up? Worked out here in SQL and not by the library: the entries of a transaction make nothing, numbers have no gap, every
 * balance is the fold of the entries before it, sums by day and month are those of the entries, and pages are in order. NULL, or what is not.
 */
const char *raw_fold(const char *path);

/* Each column of each table: its table, its name, its place. False after the last. */
struct raw_columns {
	sqlite3 *db;
	sqlite3_stmt *stmt;
	const char *table, *column;
};
void raw_columns_begin(struct raw_columns *columns, sqlite3 *db);
bool raw_columns_next(struct raw_columns *columns);

#endif
