/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A ledger's file changed at random, and through SQL behind the library's back: opened and verified without a crash, and what changes its
 * content is found. YB_CORRUPTIONS says how many random changes; the number of each is its seed.
 */
#include "check_fault.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "raw.h"
#include "work_ledger.h"

#define EXTRA_POSTS 30
#define PAGE 4096
#define BATCH 200 /* changes that one child tries */
#ifdef __SANITIZE_ADDRESS__ /* ten times as slow */
#define CORRUPTIONS 1000
#else
#define CORRUPTIONS 10000
#endif

/* The ledger as it was. */
struct pristine {
	char directory[200], path[300];
	struct image image;
	int book; /* file of the image */
	char *dump, *answers;
};

/* Counts that a child's end does not take away. */
struct counts {
	long tried, refused, found, harmless, missed, improper;
	char first[400];
};

static void
pristine_make(struct pristine *p)
{
	struct work work = work_ledger(LEDGER_STEPS);
	struct yb_ledger *ledger = NULL;
	yb_status st = YB_OK;

	scratch_make(p->directory);
	(void)ledger_path(p->directory, p->path);
	ck_assert_int_eq(work_run(&work, p->directory, 0, work.last, NULL), 0);
	ck_assert_int_eq(yb_ledger_open(p->path, NULL, &ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	for (int i = 0; i < EXTRA_POSTS; i++)
		ck_assert_int_eq(ledger_post(ledger, 20600 + i / 4, NULL,
		                             "{'key': 'x%d', 'kind': 'credit', 'psn_no': 'P%d', 'business_day': '2026-04-%02d', 'period': '2026-04', 'amount': '%d.50'}",
		                             i, i % 7, 1 + i % 28, 10 + i), YB_OK);
	ck_assert_int_eq(yb_ledger_commit(ledger, NULL), YB_OK);
	p->answers = ledger_answers(ledger, &st);
	ck_assert_ptr_nonnull(p->answers);
	yb_ledger_unref(ledger);
	p->dump = raw_dump(p->path);
	ck_assert_ptr_nonnull(p->dump);
	image_read(&p->image, p->directory);
	for (p->book = 0; strcmp(p->image.files[p->book].name, LEDGER_FILE) != 0; p->book++)
		continue;
}

static void
pristine_drop(struct pristine *p)
{
	image_free(&p->image);
	free(p->dump);
	free(p->answers);
	scratch_drop(p->directory);
}

static bool
proper(yb_status st)
{
	return st == YB_E_CORRUPT || st == YB_E_VERSION || st == YB_E_IO;
}

/* 1 refused, 2 found by verify, 0 nothing noticed and the answers are those that were, 3 nothing noticed and they are not, 4 an odd status. */
enum look { LOOK_SAME, LOOK_REFUSED, LOOK_FOUND, LOOK_OTHER, LOOK_ODD };

static enum look
look(const struct pristine *p, char *why, size_t room)
{
	struct yb_ledger *ledger = NULL;
	struct yb_error *err = NULL;
	yb_status st = yb_ledger_open(p->path, NULL, &ledger, &err);
	char *answers;
	bool same;

	if (st != YB_OK) {
		ledger_say(&err, why, room);
		return proper(st) ? LOOK_REFUSED : LOOK_ODD;
	}
	st = ledger_verify(ledger, why, room);
	if (st != YB_OK) {
		yb_ledger_unref(ledger);
		return proper(st) ? LOOK_FOUND : LOOK_ODD;
	}
	answers = ledger_answers(ledger, &st);
	same = answers && strcmp(answers, p->answers) == 0;
	free(answers);
	yb_ledger_unref(ledger);
	return same ? LOOK_SAME : LOOK_OTHER;
}

static bool
content_changed(const struct pristine *p)
{
	char *dump = raw_dump(p->path);
	bool changed = !dump || strcmp(dump, p->dump) != 0;

	free(dump);
	return changed;
}

static void
judge(const struct pristine *p, struct counts *counts, const char *what)
{
	char why[200] = "";
	/* The raw look comes first: opening the ledger may mend the file. */
	bool changed = content_changed(p);
	enum look seen = look(p, why, sizeof(why));
	bool missed = seen == LOOK_OTHER || (seen == LOOK_SAME && changed);

	counts->tried++;
	counts->refused += seen == LOOK_REFUSED;
	counts->found += seen == LOOK_FOUND;
	counts->harmless += seen == LOOK_SAME && !changed;
	counts->missed += missed;
	counts->improper += seen == LOOK_ODD;
	if (!missed && seen != LOOK_ODD)
		return;
	printf("%s: %s%s\n", what, seen == LOOK_OTHER ? "not found, and other answers" : missed ? "not found" : "an odd status: ", why);
	(void)fflush(stdout);
	if (counts->first[0] == '\0')
		(void)snprintf(counts->first, sizeof(counts->first), "%s: %s", what, missed ? "not found" : why);
}

/* ---- random changes ---- */

static size_t
below(uint64_t *seed, size_t n)
{
	return n ? (size_t)(random_next(seed) % n) : 0;
}

static void
swap_pages(unsigned char *bytes, size_t a, size_t b)
{
	unsigned char page[PAGE];

	memcpy(page, bytes + a * PAGE, PAGE);
	memcpy(bytes + a * PAGE, bytes + b * PAGE, PAGE);
	memcpy(bytes + b * PAGE, page, PAGE);
}

static const char *
change(struct image_file *file, uint64_t seed)
{
	size_t size = file->size, pages = size / PAGE, at = below(&seed, size), n = 1 + below(&seed, 16), a = below(&seed, pages);

	switch (below(&seed, 10)) {
	case 0: case 1: case 2:
		file->bytes[at] ^= (unsigned char)(1u << below(&seed, 8));
		return "a bit turned";
	case 3:
		file->bytes[at] = (unsigned char)random_next(&seed);
		return "a byte changed";
	case 4:
		file->bytes[below(&seed, 100)] = (unsigned char)random_next(&seed);
		return "a byte of the header changed";
	case 5:
		for (size_t i = 0; i < n && at + i < size; i++)
			file->bytes[at + i] = (unsigned char)random_next(&seed);
		return "bytes changed";
	case 6:
		swap_pages(file->bytes, a, below(&seed, pages));
		return "pages exchanged";
	case 7:
		memset(file->bytes + at / 512 * 512, 0, size - at / 512 * 512 < 512 ? size - at / 512 * 512 : 512);
		return "a sector emptied";
	case 8:
		memcpy(file->bytes + a * PAGE, file->bytes + below(&seed, pages) * PAGE, PAGE);
		return "a page over another";
	default:
		file->size = below(&seed, 2) ? at : at / PAGE * PAGE;
		return "cut off";
	}
}

static void
change_and_judge(const struct pristine *p, long number, struct counts *counts)
{
	struct image image = p->image;
	struct image_file *file = &image.files[p->book];
	char what[100];

	file->bytes = malloc(file->size);
	ck_assert_ptr_nonnull(file->bytes);
	memcpy(file->bytes, p->image.files[p->book].bytes, file->size);
	(void)snprintf(what, sizeof(what), "change %ld, %s", number, change(file, (uint64_t)number));
	image_write(&image, p->directory);
	judge(p, counts, what);
	free(file->bytes);
}

/* In a child, so that a crash or a hang is a finding and not an end. */
static void
in_child(const struct pristine *p, long from, long to, struct counts *counts)
{
	int end = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		for (long i = from; i < to; i++) {
			(void)alarm(60);
			change_and_judge(p, i, counts);
		}
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &end, 0), pid);
	if (end != 0)
		ck_abort_msg("the program ended with %x at change %ld", (unsigned)end, from + counts->tried % BATCH);
}

static void
report(const char *what, const struct counts *counts)
{
	printf("%s: %ld tried, %ld refused when opened, %ld found by verify, %ld without any content changed, %ld missed, %ld with an odd status%s%s\n", what,
	       counts->tried, counts->refused, counts->found, counts->harmless, counts->missed, counts->improper, counts->first[0] ? "; first: " : "",
	       counts->first);
	(void)fflush(stdout);
}

static struct counts *
counts_new(void)
{
	struct counts *counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(counts, MAP_FAILED);
	return counts;
}

START_TEST(every_random_change_of_content_is_found)
{
	const char *asked = getenv("YB_CORRUPTIONS");
	long count = asked ? strtol(asked, NULL, 10) : CORRUPTIONS;
	struct counts *counts = counts_new();
	struct pristine p;

	pristine_make(&p);
	for (long i = 0; i < count; i += BATCH)
		in_child(&p, i, i + BATCH < count ? i + BATCH : count, counts);
	report("random changes", counts);
	pristine_drop(&p);
	ck_assert_int_gt(counts->found + counts->refused, counts->tried / 4);
	ck_assert_int_gt(counts->harmless, 0);
	ck_assert_msg(counts->missed + counts->improper == 0, "%s", counts->first);
}
END_TEST

/* ---- changes through SQL ---- */

/* Other values for a column, until one is taken. */
static const char *const other_values[] = {
	"CASE typeof(\"%w\") WHEN 'integer' THEN \"%w\" + 1 WHEN 'text' THEN \"%w\" || 'x' WHEN 'blob' THEN CAST(\"%w\" || x'01' AS BLOB) ELSE 1 END",
	"CASE typeof(\"%w\") WHEN 'integer' THEN \"%w\" + 1000003 WHEN 'text' THEN substr(\"%w\", 2) WHEN 'blob' THEN substr(\"%w\", 2) ELSE 'x' END",
	"CASE typeof(\"%w\") WHEN 'integer' THEN -1 - \"%w\" ELSE substr(\"%w\" || \"%w\", 1, length(\"%w\")) END",
	"NULL",
};

/* One row, the first or the last, of one column gets another value. False where none is taken, or the table is empty. */
static bool
change_value(sqlite3 *db, const char *table, const char *column, bool last, size_t value)
{
	char *expression = sqlite3_mprintf(other_values[value], column, column, column, column, column);
	char *key = sqlite3_mprintf("SELECT %s(rowid) FROM \"%w\"", last ? "max" : "min", table);
	int rc = raw_run(db, "UPDATE \"%w\" SET \"%w\" = %s WHERE rowid = (%s)", table, column, expression, key);

	if (rc == SQLITE_ERROR) /* no rowid: the first row by its own key */
		rc = raw_run(db, "UPDATE \"%w\" SET \"%w\" = %s WHERE \"%w\" = (SELECT %s(\"%w\") FROM \"%w\")", table, column, expression, column,
		             last ? "max" : "min", column, table);
	sqlite3_free(expression);
	sqlite3_free(key);
	return rc == SQLITE_OK && sqlite3_changes(db) > 0;
}

/* Number of columns tried. */
static int
change_columns(const struct pristine *p, bool last, struct counts *counts, int *unchanged)
{
	sqlite3 *names;
	struct raw_columns columns;
	char what[200], list[100][2][64];
	int count = 0;

	image_write(&p->image, p->directory);
	names = raw_open(p->path, false);
	raw_columns_begin(&columns, names);
	while (raw_columns_next(&columns)) {
		ck_assert_int_lt(count, 100);
		(void)snprintf(list[count][0], 64, "%s", columns.table);
		(void)snprintf(list[count++][1], 64, "%s", columns.column);
	}
	(void)sqlite3_close(names);
	for (int i = 0; i < count; i++) {
		bool taken = false;
		for (size_t v = 0; v < sizeof(other_values) / sizeof(other_values[0]); v++) {
			sqlite3 *db;
			image_write(&p->image, p->directory);
			db = raw_open(p->path, true);
			ck_assert_ptr_nonnull(db);
			bool done = change_value(db, list[i][0], list[i][1], last, v);
			(void)sqlite3_close(db);
			if (!done || !content_changed(p))
				continue;
			taken = true;
			(void)snprintf(what, sizeof(what), "%.63s.%.63s of the %s row, value %zu", list[i][0], list[i][1], last ? "last" : "first", v);
			judge(p, counts, what);
		}
		if (!taken) {
			printf("no row to change in %s.%s\n", list[i][0], list[i][1]);
			(*unchanged)++;
		}
	}
	return count;
}

START_TEST(every_column_of_every_table_is_covered_by_verify)
{
	struct counts *counts = counts_new();
	int columns, unchanged = 0;
	struct pristine p;

	pristine_make(&p);
	columns = change_columns(&p, false, counts, &unchanged);
	(void)change_columns(&p, true, counts, &unchanged);
	printf("%d columns, of the first and the last row: ", columns);
	report("changes by SQL", counts);
	pristine_drop(&p);
	ck_assert_int_gt(columns, 10);
	ck_assert_int_eq(counts->harmless, 0);
	ck_assert_msg(counts->missed + counts->improper == 0, "%s", counts->first);
}
END_TEST

/* Whole rows: gone, doubled, exchanged; and what is no row. */
static const char *const table_changes[] = {
	"DELETE FROM \"%w\" WHERE rowid = (SELECT min(rowid) FROM \"%w\")",
	"DELETE FROM \"%w\" WHERE rowid = (SELECT max(rowid) FROM \"%w\")",
	"DELETE FROM \"%w\" WHERE rowid = (SELECT rowid FROM \"%w\" ORDER BY rowid LIMIT 1 OFFSET 3)",
	"DELETE FROM \"%w\"",
	"UPDATE OR IGNORE \"%w\" SET rowid = rowid + 1000 WHERE rowid = (SELECT max(rowid) FROM \"%w\")",
};

static const char *const file_changes[] = {
	"PRAGMA user_version = 2147483647", "PRAGMA user_version = 0", "PRAGMA application_id = 1", "CREATE TABLE more (a)", "CREATE VIEW seen AS SELECT 1 AS a",
	"CREATE TABLE sqlite_like (a); CREATE TRIGGER planted AFTER INSERT ON sqlite_like BEGIN SELECT 1; END", "ANALYZE",
	"PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM",
	"PRAGMA auto_vacuum = 1; VACUUM", "PRAGMA encoding = 'UTF-16'; VACUUM", "VACUUM",
};

static int
list_names(const struct pristine *p, const char *sql, char names[100][64])
{
	sqlite3 *db = raw_open(p->path, false);
	sqlite3_stmt *stmt = NULL;
	int count = 0;

	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW && count < 100)
		(void)snprintf(names[count++], 64, "%s", (const char *)sqlite3_column_text(stmt, 0));
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return count;
}

/* Runs it on the pristine file; false where SQLite will not, or it changes nothing. */
static bool
changed_by(const struct pristine *p, const char *sql, const char *name)
{
	sqlite3 *db;
	int rc;

	image_write(&p->image, p->directory);
	db = raw_open(p->path, true);
	ck_assert_ptr_nonnull(db);
	rc = raw_run(db, sql, name, name, name);
	(void)sqlite3_close(db);
	return rc == SQLITE_OK && content_changed(p);
}

START_TEST(rows_and_tables_that_come_or_go_are_found)
{
	struct counts *counts = counts_new();
	struct pristine p;
	char names[100][64], what[200];
	int tables, others;

	pristine_make(&p);
	tables = list_names(&p, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'", names);
	for (int t = 0; t < tables; t++)
		for (size_t i = 0; i < sizeof(table_changes) / sizeof(table_changes[0]); i++)
			if (changed_by(&p, table_changes[i], names[t])) {
				(void)snprintf(what, sizeof(what), "%.63s: %.100s", names[t], table_changes[i]);
				judge(&p, counts, what);
			}
	for (int t = 0; t < tables; t++)
		if (changed_by(&p, "CREATE TRIGGER planted AFTER INSERT ON \"%w\" BEGIN SELECT 1; END", names[t]))
			judge(&p, counts, "a planted trigger");
	others = list_names(&p, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL", names);
	for (int i = 0; i < others; i++)
		if (changed_by(&p, "DROP INDEX \"%w\"", names[i]))
			judge(&p, counts, names[i]);
	for (size_t i = 0; i < sizeof(file_changes) / sizeof(file_changes[0]); i++) {
		(void)changed_by(&p, file_changes[i], "");
		judge(&p, counts, file_changes[i]);
	}
	printf("%d tables, %d indexes: ", tables, others);
	report("rows and tables", counts);
	pristine_drop(&p);
	ck_assert_int_gt(tables, 2);
	ck_assert_msg(counts->missed + counts->improper == 0, "%s", counts->first);
}
END_TEST

Suite *
tamper_suite(void)
{
	Suite *suite = suite_create("tamper");
	TCase *tcase = tcase_create("tamper");

	tcase_set_timeout(tcase, FAULT_TIMEOUT);
	tcase_add_test(tcase, every_random_change_of_content_is_found);
	tcase_add_test(tcase, every_column_of_every_table_is_covered_by_verify);
	tcase_add_test(tcase, rows_and_tables_that_come_or_go_are_found);
	suite_add_tcase(suite, tcase);
	return suite;
}
