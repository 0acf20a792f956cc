/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A book kept by bare SQLite, in a mode of one's choice: the harness is worth something only if it finds nothing in the modes that are said
 * to be safe and something in each of the others.
 */
#include "work_sqlite.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define ROWS 6 /* of a step */

static const struct mode {
	const char *name, *journal, *synchronous;
} modes[SQLITE_MODE_COUNT_] = {
	[SQLITE_TRUNCATE_FULL] = { "SQLite TRUNCATE+FULL", "TRUNCATE", "FULL" },
	[SQLITE_PERSIST_FULL] = { "SQLite PERSIST+FULL", "PERSIST", "FULL" },
	[SQLITE_DELETE_EXTRA] = { "SQLite DELETE+EXTRA", "DELETE", "EXTRA" },
	[SQLITE_DELETE_FULL] = { "SQLite DELETE+FULL", "DELETE", "FULL" },
	[SQLITE_DELETE_NORMAL] = { "SQLite DELETE+NORMAL", "DELETE", "NORMAL" },
	[SQLITE_TRUNCATE_OFF] = { "SQLite TRUNCATE+OFF", "TRUNCATE", "OFF" },
	[SQLITE_MEMORY_FULL] = { "SQLite MEMORY+FULL", "MEMORY", "FULL" },
	[SQLITE_OFF_FULL] = { "SQLite OFF+FULL", "OFF", "FULL" },
};

static int
run_sql(sqlite3 *db, const char *format, ...)
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

static int
open_book(const struct work *work, const char *directory, void **handle)
{
	const struct mode *mode = &modes[work->mode];
	sqlite3 *db = NULL;
	char path[PATH_MAX];
	int rc;

	(void)snprintf(path, sizeof(path), "%s/book", directory);
	rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (rc == SQLITE_OK)
		rc = run_sql(db, "PRAGMA journal_mode = %s; PRAGMA synchronous = %s", mode->journal, mode->synchronous);
	if (rc == SQLITE_OK) {
		*handle = db;
		return 0;
	}
	(void)sqlite3_close(db);
	return rc;
}

static void
close_book(void *handle)
{
	(void)sqlite3_close(handle);
}

static int
make_book(const struct work *work, const char *directory)
{
	void *db = NULL;
	int rc = open_book(work, directory, &db);

	if (rc == 0)
		rc = run_sql(db, "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS entry (step INTEGER, row INTEGER, amount INTEGER, text TEXT);"
		                 "CREATE INDEX IF NOT EXISTS by_text ON entry (text); CREATE TABLE IF NOT EXISTS total (step INTEGER, amount INTEGER);"
		                 "INSERT INTO total VALUES (0, 0); COMMIT");
	if (rc == 0)
		close_book(db);
	else if (db) {
		(void)run_sql(db, "ROLLBACK");
		close_book(db);
	}
	return rc;
}

static int
one_number(sqlite3 *db, const char *sql, int *out)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : rc;
}

static int
step_book(const struct work *work, void *handle, int step)
{
	int rc = run_sql(handle, "BEGIN IMMEDIATE"), done = 0;

	(void)work;
	if (rc == SQLITE_OK)
		rc = one_number(handle, "SELECT step FROM total", &done);
	if (rc == SQLITE_OK && done >= step) /* tried again after an error that came when all was done */
		return run_sql(handle, "ROLLBACK");
	for (int row = 0; row < ROWS && rc == SQLITE_OK; row++)
		rc = run_sql(handle, "INSERT INTO entry VALUES (%d, %d, %d, printf('%%d-%%d-%%.400c', %d, %d, 'x'))", step, row, step * 100 + row,
		             (step * 7 + row * 5) % 31, row);
	if (rc == SQLITE_OK)
		rc = run_sql(handle, "UPDATE total SET step = %d, amount = amount + (SELECT sum(amount) FROM entry WHERE step = %d)", step, step);
	if (rc == SQLITE_OK)
		rc = run_sql(handle, "COMMIT");
	if (rc != SQLITE_OK)
		(void)run_sql(handle, "ROLLBACK");
	return rc;
}

static bool
proper_status(int status)
{
	int rc = status & 0xFF;

	return rc == SQLITE_IOERR || rc == SQLITE_FULL || rc == SQLITE_CANTOPEN;
}

static int
say(char *why, size_t room, int left, const char *text)
{
	(void)snprintf(why, room, "%s", text);
	return left;
}

static int
left_of_book(const struct work *work, const char *directory, char *why, size_t room)
{
	void *db = NULL;
	int step = 0, rows = 0, ok = 0, rc, left;

	rc = open_book(work, directory, &db);
	if (rc != 0)
		return say(why, room, LEFT_BROKEN, "does not open");
	if (one_number(db, "SELECT count(*) FROM sqlite_schema", &rows) == 0 && rows == 0)
		left = -1;
	else if (one_number(db, "SELECT integrity_check = 'ok' FROM pragma_integrity_check", &ok) != 0 || !ok)
		left = say(why, room, LEFT_BROKEN, "integrity_check");
	else if (one_number(db, "SELECT step FROM total", &step) != 0)
		left = say(why, room, LEFT_HALF, "no total");
	else if (one_number(db, "SELECT count(*) FROM entry", &rows) != 0 || rows != step * ROWS ||
	         one_number(db, "SELECT (SELECT ifnull(sum(amount), 0) FROM entry) = (SELECT amount FROM total)", &ok) != 0 || !ok)
		left = say(why, room, LEFT_HALF, "rows and total differ");
	else
		left = step;
	close_book(db);
	return left;
}

struct work
work_sqlite(enum sqlite_mode mode, int last)
{
	return (struct work) {
		.name = modes[mode].name,
		.last = last,
		.mode = (int)mode,
		.make = make_book,
		.open = open_book,
		.step = step_book,
		.close = close_book,
		.proper = proper_status,
		.left = left_of_book,
	};
}
