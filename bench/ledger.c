/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ledger beside bare SQLite, which writes the same rows into the same tables in the same mode, in turn and in one run. The last lines are
 * `NAME VALUE GOAL ok|short`, for scripts. Both write below the folder that is given, so that they have the same disk.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <yibao/yibao.h>

#include "measure.h"

#define ROUNDS  10
#define DURABLE 40     /* posts of a round */
#define BATCH   100000 /* posts of a batch */
#define MANY    1000000
#define FEW     10000
#define PERSONS 1000
#define ASKED   2000

/* ---- the same transaction for both ---- */

#define FIRST_DAY 20454 /* 2026-01-01 */

static void
text(struct yb_transaction *t, const char *name, const char *value)
{
	if (yb_transaction_set_text(t, name, value, strlen(value)) != YB_OK)
		stop("%s", name);
}

static yb_day
day_of(int64_t seq)
{
	return FIRST_DAY + (yb_day)(seq / 4000 % 360);
}

/* A resident's contribution: the person pays through a channel, the fund gets it. */
static void
fill(struct yb_transaction *t, int64_t seq)
{
	char value[64];

	yb_transaction_clear(t);
	(void)snprintf(value, sizeof(value), "pay-2026-%09lld", (long long)seq);
	text(t, "key", value);
	text(t, "kind", "contribution");
	(void)snprintf(value, sizeof(value), "1100001000%07lld", (long long)(seq % PERSONS));
	text(t, "psn_no", value);
	text(t, "insutype", "390");
	text(t, "period", "2026");
	text(t, "channel", "wx_city");
	if (yb_transaction_set_day(t, "business_day", day_of(seq)) != YB_OK || yb_transaction_set_fen(t, "shares.person", 40000) != YB_OK)
		stop("the facts of a contribution");
}

/* ---- the library ---- */

struct library {
	struct yb_ledger *ledger;
	struct yb_transaction *t;
	int64_t seq;
};

static void
library_open(struct library *l, const char *path)
{
	memset(l, 0, sizeof(*l));
	if (yb_ledger_create(path, NULL) != YB_OK || yb_ledger_open(path, NULL, &l->ledger, NULL) != YB_OK || yb_transaction_new(&l->t, NULL) != YB_OK)
		stop("the ledger cannot be made");
}

static void
library_close(struct library *l)
{
	yb_ledger_unref(l->ledger);
	yb_transaction_unref(l->t);
}

static double
library_post(struct library *l, int64_t count)
{
	double t = 0;

	for (int64_t i = 0; i < count; i++) {
		int64_t seq;
		fill(l->t, l->seq + 1); /* what the program says is no part of the time, here or there */
		t -= now();
		if (yb_ledger_post(l->ledger, l->t, day_of(l->seq + 1), &seq, NULL, NULL) != YB_OK)
			stop("a post failed");
		t += now();
		if (seq != ++l->seq)
			stop("a number is missing");
	}
	return t;
}

/* ---- bare SQLite ---- */

enum { PERSON, ACCOUNT, TXN, ENTRY, SUM, TOUCH, BEGIN, COMMIT, STATEMENTS };

struct bare {
	sqlite3 *db;
	sqlite3_stmt *stmt[STATEMENTS];
	struct yb_transaction *t;
	int64_t seq, after;
};

static const char *const bare_sql[STATEMENTS] = {
	[PERSON] = "INSERT INTO person (id, token, psn_no, last) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING",
	[ACCOUNT] = "INSERT INTO account (id, name) VALUES (?, ?)",
	[TXN] = "INSERT INTO txn (seq, key, kind, person, business_day, posting_day, facts, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	[ENTRY] = "INSERT INTO entry (account, txn, fen, after) VALUES (?, ?, ?, ?)",
	[SUM] = "INSERT INTO sum (account, period, fen) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET fen = fen + excluded.fen",
	[TOUCH] = "UPDATE person SET last = ? WHERE id = ?",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
};

static void
bare_exec(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		stop(sqlite3_errmsg(db));
}

/* The tables of a ledger that was just made. */
static void
bare_tables(sqlite3 *db, const char *ledger)
{
	sqlite3 *from = NULL;
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_open_v2(ledger, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(from, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", -1, &stmt, NULL) != SQLITE_OK)
		stop("the tables of the ledger cannot be read");
	while (sqlite3_step(stmt) == SQLITE_ROW)
		bare_exec(db, (const char *)sqlite3_column_text(stmt, 0));
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(from);
}

static void
bare_step(struct bare *b, int statement)
{
	if (sqlite3_step(b->stmt[statement]) != SQLITE_DONE || sqlite3_reset(b->stmt[statement]) != SQLITE_OK)
		stop(sqlite3_errmsg(b->db));
}

static void
bare_open(struct bare *b, const char *path, const char *ledger)
{
	memset(b, 0, sizeof(*b));
	if (sqlite3_open_v2(path, &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    yb_transaction_new(&b->t, NULL) != YB_OK)
		stop("the database cannot be made");
	bare_exec(b->db, "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON");
	bare_tables(b->db, ledger);
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(b->db, bare_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &b->stmt[i], NULL) != SQLITE_OK)
			stop(sqlite3_errmsg(b->db));
	for (int i = 0; i < 2; i++) {
		(void)sqlite3_bind_int(b->stmt[ACCOUNT], 1, i + 1);
		(void)sqlite3_bind_text(b->stmt[ACCOUNT], 2, i ? "clearing/wx_city" : "fund/390100", -1, SQLITE_STATIC);
		bare_step(b, ACCOUNT);
	}
}

static void
bare_close(struct bare *b)
{
	for (int i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(b->stmt[i]);
	(void)sqlite3_close(b->db);
	yb_transaction_unref(b->t);
}

static void
bare_numbers(struct bare *b, int statement, int count, const int64_t *numbers)
{
	for (int i = 0; i < count; i++)
		(void)sqlite3_bind_int64(b->stmt[statement], i + 1, numbers[i]);
	bare_step(b, statement);
}

/* A person that is new, the transaction, its entries and their sums by month and day. */
static void
bare_rows(struct bare *b, int64_t seq, const char *key, const char *psn_no, const char *facts)
{
	static const char chain[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	sqlite3_stmt *txn = b->stmt[TXN];
	int64_t person = 1 + seq % PERSONS, fen = 40000, day = day_of(seq), month = 2026 * 12 + (day - FIRST_DAY) / 31;

	(void)sqlite3_bind_int64(b->stmt[PERSON], 1, person);
	(void)sqlite3_bind_text(b->stmt[PERSON], 2, psn_no, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(b->stmt[PERSON], 3, psn_no, -1, SQLITE_STATIC);
	bare_step(b, PERSON);
	(void)sqlite3_bind_int64(txn, 1, seq);
	(void)sqlite3_bind_text(txn, 2, key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(txn, 3, 2);
	(void)sqlite3_bind_int64(txn, 4, person);
	(void)sqlite3_bind_int64(txn, 5, day);
	(void)sqlite3_bind_int64(txn, 6, day);
	(void)sqlite3_bind_text(txn, 7, facts, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(txn, 8, chain, -1, SQLITE_STATIC);
	bare_step(b, TXN);
	b->after += fen;
	for (int i = 0; i < 2; i++) {
		int64_t sign = i ? -1 : 1;
		bare_numbers(b, ENTRY, 4, (const int64_t[]) { i + 1, seq, sign * fen, sign * b->after });
		bare_numbers(b, SUM, 3, (const int64_t[]) { i + 1, month, sign * fen });
		bare_numbers(b, SUM, 3, (const int64_t[]) { i + 1, 1000000 + day, sign * fen });
	}
	bare_numbers(b, TOUCH, 2, (const int64_t[]) { seq, person });
}

static double
bare_post(struct bare *b, int64_t count, int durable)
{
	double t = 0;

	for (int64_t i = 0; i < count; i++) {
		int64_t seq = ++b->seq;
		char key[64], psn_no[64], *facts = NULL;
		fill(b->t, seq);
		(void)snprintf(key, sizeof(key), "pay-2026-%09lld", (long long)seq);
		(void)snprintf(psn_no, sizeof(psn_no), "1100001000%07lld", (long long)(seq % PERSONS));
		if (yb_transaction_dup_json(b->t, &facts, NULL) != YB_OK)
			stop("no memory");
		t -= now();
		if (durable)
			bare_step(b, BEGIN);
		bare_rows(b, seq, key, psn_no, facts);
		if (durable)
			bare_step(b, COMMIT);
		t += now();
		yb_free(facts);
	}
	return t;
}

/* ---- the three questions ---- */

struct place {
	char ledger[300], key[300], bare[300], journals[2][300];
};

static void
place_clear(const struct place *p)
{
	(void)unlink(p->ledger);
	(void)unlink(p->key);
	(void)unlink(p->bare);
	(void)unlink(p->journals[0]);
	(void)unlink(p->journals[1]);
}

static void
place_name(struct place *p, const char *directory)
{
	(void)snprintf(p->ledger, sizeof(p->ledger), "%s/ledger", directory);
	(void)snprintf(p->key, sizeof(p->key), "%s/ledger.key", directory);
	(void)snprintf(p->bare, sizeof(p->bare), "%s/bare", directory);
	(void)snprintf(p->journals[0], sizeof(p->journals[0]), "%s/ledger-journal", directory);
	(void)snprintf(p->journals[1], sizeof(p->journals[1]), "%s/bare-journal", directory);
}

static double
durable(const struct place *p)
{
	struct library l;
	struct bare b;
	double ours = 0, theirs = 0;

	library_open(&l, p->ledger);
	bare_open(&b, p->bare, p->ledger);
	for (int r = 0; r < ROUNDS; r++) { /* in turn, so that a slow moment hits both */
		ours += library_post(&l, DURABLE);
		theirs += bare_post(&b, DURABLE, 1);
	}
	library_close(&l);
	bare_close(&b);
	place_clear(p);
	printf("durable posts a second: library %.0f, bare SQLite %.0f\n", ROUNDS * DURABLE / ours, ROUNDS * DURABLE / theirs);
	return ours / theirs;
}

static double
batch(const struct place *p)
{
	struct library l;
	struct bare b;
	double ours = 0, theirs = 0;

	library_open(&l, p->ledger);
	bare_open(&b, p->bare, p->ledger);
	if (yb_ledger_begin(l.ledger, NULL) != YB_OK)
		stop("no batch");
	bare_step(&b, BEGIN);
	for (int r = 0; r < ROUNDS; r++) {
		ours += library_post(&l, BATCH / ROUNDS);
		theirs += bare_post(&b, BATCH / ROUNDS, 0);
	}
	ours -= now();
	if (yb_ledger_commit(l.ledger, NULL) != YB_OK)
		stop("no commit");
	ours += now();
	theirs -= now();
	bare_step(&b, COMMIT);
	theirs += now();
	library_close(&l);
	bare_close(&b);
	place_clear(p);
	printf("posts of one batch a second: library %.0f, bare SQLite %.0f\n", BATCH / ours, BATCH / theirs);
	return ours / theirs;
}

/* Seconds of one question, of all the days and both axes that the ledger has. */
static double
ask(struct yb_ledger *ledger)
{
	double best = 1e9;

	for (int r = 0; r < 3; r++) {
		double t = now();
		for (int i = 0; i < ASKED; i++) {
			yb_fen fen;
			if (yb_ledger_get_balance(ledger, "fund/390100", i % 2 ? YB_AXIS_POSTING : YB_AXIS_BUSINESS, FIRST_DAY + i * 7 % 360, &fen, NULL) != YB_OK)
				stop("no balance");
		}
		t = (now() - t) / ASKED;
		best = t < best ? t : best;
	}
	return best;
}

static void
post_in_batches(struct library *l, int64_t count)
{
	while (l->seq < count) {
		int64_t more = count - l->seq < BATCH ? count - l->seq : BATCH;
		if (yb_ledger_begin(l->ledger, NULL) != YB_OK)
			stop("no batch");
		(void)library_post(l, more);
		if (yb_ledger_commit(l->ledger, NULL) != YB_OK)
			stop("no commit");
	}
}

static double
growth(const struct place *p, int64_t many)
{
	struct library l;
	double small, large;

	library_open(&l, p->ledger);
	post_in_batches(&l, FEW);
	small = ask(l.ledger);
	post_in_batches(&l, many);
	large = ask(l.ledger);
	library_close(&l);
	place_clear(p);
	printf("balance of a fund on a day: %.1f us at %d entries, %.1f us at %lld\n", small * 1e6, FEW, large * 1e6, (long long)many);
	return large / small;
}

int
main(int argc, char **argv)
{
	char directory[200];
	struct place place;
	double single, together, grown;

	(void)snprintf(directory, sizeof(directory), "%s/bench-XXXXXX", argc > 1 ? argv[1] : ".");
	if (!mkdtemp(directory))
		stop("the folder cannot be made");
	place_name(&place, directory);
	single = durable(&place);
	together = batch(&place);
	grown = growth(&place, argc > 2 ? atoll(argv[2]) : MANY);
	(void)rmdir(directory);
	verdict("ledger_durable_vs_sqlite", single, 2.0);
	verdict("ledger_batch_vs_sqlite", together, 2.0);
	verdict("ledger_balance_growth", grown, 3.0);
	return 0;
}
