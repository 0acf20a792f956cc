/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "raw.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sqlite3 *
raw_open(const char *path, bool write)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		(void)sqlite3_close(db);
		return NULL;
	}
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	(void)raw_run(db, "PRAGMA ignore_check_constraints = 1; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
	return db;
}

int
raw_run(sqlite3 *db, const char *format, ...)
{
	va_list rest;
	char *sql;
	int rc;

	va_start(rest, format);
	sql = sqlite3_vmprintf(format, rest);
	va_end(rest);
	rc = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return rc;
}

/* Rows of a query, each value with its type, into a string of SQLite's. */
static bool
add_rows(sqlite3 *db, sqlite3_str *out, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(stmt);
		for (int i = 0; rc == SQLITE_ROW && i < sqlite3_column_count(stmt); i++) {
			const unsigned char *bytes;
			int type = sqlite3_column_type(stmt, i), n;
			if (type == SQLITE_INTEGER) {
				sqlite3_str_appendf(out, "i%lld ", sqlite3_column_int64(stmt, i));
				continue;
			}
			bytes = sqlite3_column_blob(stmt, i);
			n = sqlite3_column_bytes(stmt, i);
			sqlite3_str_appendf(out, "%d:%d:", type, n);
			for (int k = 0; k < n; k++)
				sqlite3_str_appendf(out, "%02x", bytes[k]);
		}
		sqlite3_str_appendchar(out, 1, '\n');
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE;
}

static bool
add_tables(sqlite3 *db, sqlite3_str *out)
{
	sqlite3_stmt *stmt = NULL;
	bool fine = sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", -1, &stmt, NULL) == SQLITE_OK;
	int rc = SQLITE_DONE;

	while (fine && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		/* From the table itself and not from an index that has all its columns. */
		char *sql = name ? sqlite3_mprintf("SELECT * FROM \"%w\" NOT INDEXED", name) : NULL;
		sqlite3_str_appendf(out, "%s\n", name ? name : "?");
		fine = sql && add_rows(db, out, sql);
		sqlite3_free(sql);
	}
	(void)sqlite3_finalize(stmt);
	return fine && rc == SQLITE_DONE;
}

char *
raw_dump(const char *path)
{
	sqlite3 *db = raw_open(path, false);
	sqlite3_str *out;
	char *text, *copy = NULL;
	bool fine;

	if (!db)
		return NULL;
	out = sqlite3_str_new(db);
	fine = add_rows(db, out, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name") &&
	       add_rows(db, out, "SELECT user_version, application_id FROM pragma_user_version, pragma_application_id") && add_tables(db, out);
	text = sqlite3_str_finish(out);
	if (fine && text)
		copy = strdup(text);
	sqlite3_free(text);
	(void)sqlite3_close(db);
	return copy;
}

/* What each query gives is a fault. A day in table sum is 1000000 + its number from 0001-01-01, which is 719162 before 1970-01-01. */
static const struct {
	const char *what, *sql;
} folds[] = {
	{ "integrity_check", "SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok'" },
	{ "foreign_key_check", "SELECT 1 FROM pragma_foreign_key_check" },
	{ "the entries of a transaction do not make nothing", "SELECT txn FROM entry GROUP BY txn HAVING sum(fen) <> 0" },
	{ "a number is missing", "SELECT 1 FROM (SELECT count(*) AS n, max(seq) AS last, min(seq) AS first FROM txn) WHERE n > 0 AND (n <> last OR first <> 1)" },
	{ "a balance is not the fold of the entries before it",
	  "SELECT 1 FROM (SELECT after, sum(fen) OVER (PARTITION BY account ORDER BY txn) AS fold FROM entry) WHERE after <> fold" },
	{ "sums by day are not those of the entries",
	  "SELECT e.account, 1719162 + t.business_day AS period, sum(e.fen) AS fen FROM entry e JOIN txn t ON t.seq = e.txn GROUP BY 1, 2 HAVING sum(e.fen) <> 0"
	  " EXCEPT SELECT account, period, fen FROM sum" },
	{ "sums by day and month are not alike",
	  "SELECT account FROM sum GROUP BY account HAVING sum(iif(period >= 1000000, fen, 0)) <> sum(iif(period < 1000000, fen, 0))" },
	{ "there are sums of days without an entry",
	  "SELECT account, period - 1719162 FROM sum WHERE period >= 1000000 AND fen <> 0 EXCEPT "
	  "SELECT e.account, t.business_day FROM entry e JOIN txn t ON t.seq = e.txn" },
};

const char *
raw_fold(const char *path)
{
	sqlite3 *db = raw_open(path, false);
	const char *fault = db ? NULL : "cannot be opened";

	for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]) && !fault; i++) {
		sqlite3_stmt *stmt = NULL;
		if (sqlite3_prepare_v2(db, folds[i].sql, -1, &stmt, NULL) != SQLITE_OK || sqlite3_step(stmt) != SQLITE_DONE)
			fault = folds[i].what;
		(void)sqlite3_finalize(stmt);
	}
	(void)sqlite3_close(db);
	return fault;
}

void
raw_columns_begin(struct raw_columns *columns, sqlite3 *db)
{
	columns->db = db;
	if (sqlite3_prepare_v2(db, "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'"
	                           " AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid", -1, &columns->stmt, NULL) != SQLITE_OK)
		abort();
}

bool
raw_columns_next(struct raw_columns *columns)
{
	if (sqlite3_step(columns->stmt) != SQLITE_ROW) {
		(void)sqlite3_finalize(columns->stmt);
		return false;
	}
	columns->table = (const char *)sqlite3_column_text(columns->stmt, 0);
	columns->column = (const char *)sqlite3_column_text(columns->stmt, 1);
	return true;
}
