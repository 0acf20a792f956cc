/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

#define APPLICATION 0x59424C47 /* "YBLG" */
#define FORMAT 1
#define WAIT_DEFAULT_MS 30000
#define POLITE_POSTS 64 /* after another writer was met */

#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

/* ---- the tables ---- */

/*
 * All that is there. The rules of the ledger stand here too, as far as a table can say them: another program that writes into the file
 * meets them. Everything but `txn`, `entry` and `document` is worked out from these, and verified against them.
 */
static const char *const schema[] = {
	/* by whom: the person number, or a keyed hash of the identity number; token is how accounts name the person, last the newest txn */
	"CREATE TABLE person (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, psn_no TEXT UNIQUE, hash TEXT UNIQUE, last INTEGER NOT NULL, "
	"CHECK (psn_no IS NOT NULL OR hash IS NOT NULL)) STRICT",
	"CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, person INTEGER REFERENCES person) STRICT",
	"CREATE TABLE txn (seq INTEGER PRIMARY KEY CHECK (seq >= 1), key TEXT NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 64), "
	"kind INTEGER NOT NULL, person INTEGER REFERENCES person, business_day INTEGER NOT NULL, posting_day INTEGER NOT NULL, "
	"reverses INTEGER UNIQUE REFERENCES txn CHECK (reverses < seq), belongs INTEGER REFERENCES txn CHECK (belongs < seq), "
	"facts TEXT NOT NULL, chain TEXT NOT NULL CHECK (length(chain) = 64)) STRICT",
	"CREATE INDEX txn_posting ON txn (posting_day)",
	"CREATE INDEX txn_person ON txn (person)",
	"CREATE INDEX txn_belongs ON txn (belongs) WHERE belongs IS NOT NULL",
	/* after: the balance of the account in the order of posting */
	"CREATE TABLE entry (account INTEGER NOT NULL REFERENCES account, txn INTEGER NOT NULL REFERENCES txn, fen INTEGER NOT NULL CHECK (fen <> 0), "
	"after INTEGER NOT NULL, PRIMARY KEY (account, txn)) STRICT, WITHOUT ROWID",
	"CREATE INDEX entry_txn ON entry (txn)",
	/* by business day: sums of months (year * 12 + month - 1) and of days (1000000 + the day's number) */
	"CREATE TABLE sum (account INTEGER NOT NULL REFERENCES account, period INTEGER NOT NULL, fen INTEGER NOT NULL, "
	"PRIMARY KEY (account, period)) STRICT, WITHOUT ROWID",
	/* what settlements add to running totals */
	"CREATE TABLE used (person INTEGER NOT NULL REFERENCES person, policy TEXT NOT NULL, name TEXT NOT NULL, day INTEGER NOT NULL, "
	"txn INTEGER NOT NULL REFERENCES txn, episode TEXT NOT NULL, fen INTEGER NOT NULL, "
	"PRIMARY KEY (person, policy, name, day, txn, episode)) STRICT, WITHOUT ROWID",
	/* texts of policy documents, by SHA-256 */
	"CREATE TABLE document (hash TEXT PRIMARY KEY NOT NULL CHECK (length(hash) = 64), text TEXT NOT NULL) STRICT",
	"CREATE TABLE closed (one INTEGER PRIMARY KEY CHECK (one = 1), through INTEGER NOT NULL) STRICT",
};

static const char *const statements[YBI_SQL_COUNT_] = {
	[YBI_SQL_INSERT_TXN] = "INSERT INTO txn (seq, key, kind, person, business_day, posting_day, reverses, belongs, facts, chain) "
	                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[YBI_SQL_FIND_KEY] = "SELECT seq FROM txn WHERE key = ?",
	[YBI_SQL_GET_TXN] = "SELECT key, kind, person, business_day, posting_day, reverses, belongs, facts, chain FROM txn WHERE seq = ?",
	[YBI_SQL_LAST_TXN] = "SELECT seq, posting_day, chain FROM txn ORDER BY seq DESC LIMIT 1",
	[YBI_SQL_LAST_BY_POSTING] = "SELECT seq FROM txn WHERE posting_day <= ? ORDER BY posting_day DESC, seq DESC LIMIT 1",
	[YBI_SQL_REVERSED_BY] = "SELECT seq FROM txn WHERE reverses = ?",
	[YBI_SQL_CHILDREN] = "SELECT seq, kind, facts FROM txn AS t WHERE belongs = ? AND NOT EXISTS (SELECT 1 FROM txn AS r WHERE r.reverses = t.seq) "
	                     "ORDER BY seq",
	[YBI_SQL_ALL_TXNS] = "SELECT seq, key, kind, person, business_day, posting_day, reverses, belongs, facts, chain FROM txn WHERE seq > ? ORDER BY seq",
	[YBI_SQL_TXNS_OF_PERSON] = "SELECT seq, kind, business_day, posting_day, facts FROM txn WHERE person = ? ORDER BY seq",
	[YBI_SQL_INSERT_ENTRY] = "INSERT INTO entry (account, txn, fen, after) VALUES (?, ?, ?, ?)",
	[YBI_SQL_ENTRIES_OF] = "SELECT a.name, e.fen, a.id FROM entry AS e JOIN account AS a ON a.id = e.account WHERE e.txn = ? ORDER BY a.name",
	[YBI_SQL_LAST_ENTRY] = "SELECT after, txn FROM entry WHERE account = ? ORDER BY txn DESC LIMIT 1",
	[YBI_SQL_LAST_ENTRY_BY] = "SELECT after FROM entry WHERE account = ? AND txn <= ? ORDER BY txn DESC LIMIT 1",
	[YBI_SQL_FIND_ACCOUNT] = "SELECT id FROM account WHERE name = ?",
	[YBI_SQL_INSERT_ACCOUNT] = "INSERT INTO account (name, person) VALUES (?, ?) RETURNING id",
	[YBI_SQL_ADD_SUM] = "INSERT INTO sum (account, period, fen) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET fen = fen + excluded.fen",
	[YBI_SQL_SUM_MONTHS] = "SELECT sum(fen) FROM sum WHERE account = ? AND period < ?",
	[YBI_SQL_SUM_DAYS] = "SELECT sum(fen) FROM sum WHERE account = ? AND period >= ? AND period <= ?",
	[YBI_SQL_FIND_PERSON_NO] = "SELECT id, token, psn_no, hash, last FROM person WHERE psn_no = ?",
	[YBI_SQL_FIND_PERSON_HASH] = "SELECT id, token, psn_no, hash, last FROM person WHERE hash = ?",
	[YBI_SQL_FIND_PERSON_TOKEN] = "SELECT id, token, psn_no, hash, last FROM person WHERE token = ?",
	[YBI_SQL_GET_PERSON] = "SELECT id, token, psn_no, hash, last FROM person WHERE id = ?",
	[YBI_SQL_INSERT_PERSON] = "INSERT INTO person (token, psn_no, hash, last) VALUES (?, ?, ?, ?) RETURNING id",
	[YBI_SQL_LINK_PERSON] = "UPDATE person SET psn_no = coalesce(psn_no, ?), hash = coalesce(hash, ?) WHERE id = ?",
	[YBI_SQL_TOUCH_PERSON] = "UPDATE person SET last = ? WHERE id = ?",
	[YBI_SQL_LAST_OF_PERSON] = "SELECT seq FROM txn WHERE person = ? ORDER BY seq DESC LIMIT 1",
	[YBI_SQL_SUMS_OF] = "SELECT period, fen FROM sum WHERE account = ?",
	[YBI_SQL_FIND_USED] = "SELECT fen FROM used WHERE person = ? AND policy = ? AND name = ? AND day = ? AND txn = ? AND episode = ?",
	[YBI_SQL_INSERT_USED] = "INSERT INTO used (person, policy, name, day, txn, episode, fen) VALUES (?, ?, ?, ?, ?, ?, ?)",
	[YBI_SQL_USED_BETWEEN] = "SELECT coalesce(sum(fen), 0) FROM used WHERE person = ? AND policy = ? AND name = ? AND day >= ? AND day < ?",
	[YBI_SQL_USED_EPISODE] = "SELECT coalesce(sum(fen), 0) FROM used WHERE person = ? AND policy = ? AND name = ? AND episode = ?",
	[YBI_SQL_COUNT_USED] = "SELECT count(*) FROM (SELECT 1 FROM used WHERE person = ? AND policy = ? AND name = ? AND day >= ? AND day < ? "
	                      "AND episode <> ? GROUP BY episode HAVING sum(fen) > 0)",
	[YBI_SQL_INSERT_DOCUMENT] = "INSERT INTO document (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
	[YBI_SQL_HAS_DOCUMENT] = "SELECT 1 FROM document WHERE hash = ?",
	[YBI_SQL_GET_DOCUMENT] = "SELECT text FROM document WHERE hash = ?",
	[YBI_SQL_NEXT_DOCUMENT] = "SELECT rowid, hash, text FROM document WHERE rowid > ? ORDER BY rowid LIMIT 1",
	[YBI_SQL_LAST_DOCUMENT] = "SELECT rowid FROM document ORDER BY rowid DESC LIMIT 1",
	[YBI_SQL_ALL_DOCUMENTS] = "SELECT hash, text FROM document ORDER BY hash",
	/* what moved the clearing accounts of names from ?1 to before ?2: also what it hangs on, what that hangs on, and the kind that undid it */
	[YBI_SQL_OF_CHANNEL] = "SELECT t.key, t.kind, t.business_day, -e.fen, t.facts, r.key, o.key, (SELECT x.kind FROM txn AS x WHERE x.reverses = t.seq) "
	                       "FROM account AS a JOIN entry AS e ON e.account = a.id JOIN txn AS t ON t.seq = e.txn "
	                       "LEFT JOIN txn AS r ON r.seq = coalesce(t.reverses, t.belongs) LEFT JOIN txn AS o ON o.seq = r.belongs "
	                       "WHERE a.name >= ?1 AND a.name < ?2 AND t.business_day BETWEEN ?3 AND ?4 ORDER BY t.seq, a.name",
	/* requests (kind ?4) to give back what moved them, neither done nor refused nor reversed */
	[YBI_SQL_ASKED_OF_CHANNEL] = "SELECT t.key, t.business_day, -e.fen, t.facts, c.key FROM account AS a JOIN entry AS e ON e.account = a.id "
	                             "JOIN txn AS c ON c.seq = e.txn JOIN txn AS t ON t.belongs = c.seq "
	                             "WHERE a.name >= ?1 AND a.name < ?2 AND t.business_day <= ?3 AND t.kind = ?4 "
	                             "AND NOT EXISTS (SELECT 1 FROM txn AS x WHERE x.reverses = t.seq) AND NOT EXISTS (SELECT 1 FROM txn AS d "
	                             "WHERE d.belongs = t.seq AND NOT EXISTS (SELECT 1 FROM txn AS x WHERE x.reverses = d.seq)) ORDER BY t.seq",
	/* settlements (kind ?3), their adjustments (?4), and their reversals (?5), which take back the adjustments before them */
	[YBI_SQL_SETTLEMENTS] = "SELECT key, kind, business_day, facts, facts FROM txn WHERE kind = ?3 AND business_day BETWEEN ?1 AND ?2 "
	                        "UNION ALL SELECT t.key, t.kind, t.business_day, t.facts, s.facts FROM txn AS t JOIN txn AS s ON s.seq = t.belongs "
	                        "WHERE t.kind = ?4 AND t.business_day BETWEEN ?1 AND ?2 "
	                        "UNION ALL SELECT t.key, t.kind, t.business_day, s.facts, s.facts FROM txn AS t JOIN txn AS s ON s.seq = t.reverses "
	                        "WHERE t.kind = ?5 AND s.kind = ?3 AND t.business_day BETWEEN ?1 AND ?2 "
	                        "UNION ALL SELECT t.key, t.kind, t.business_day, d.facts, s.facts FROM txn AS t JOIN txn AS s ON s.seq = t.reverses "
	                        "JOIN txn AS d ON d.belongs = s.seq WHERE t.kind = ?5 AND s.kind = ?3 AND d.kind = ?4 AND d.seq < t.seq "
	                        "AND t.business_day BETWEEN ?1 AND ?2 ORDER BY 3, 1, 4",
	[YBI_SQL_CLOSED] = "SELECT through FROM closed",
	[YBI_SQL_SAVE] = "SAVEPOINT post",
	[YBI_SQL_ROLLBACK] = "ROLLBACK",
	[YBI_SQL_RELEASE] = "RELEASE post",
	[YBI_SQL_CLOSE] = "INSERT INTO closed (one, through) VALUES (1, ?) ON CONFLICT DO UPDATE SET through = max(through, excluded.through)",
};

struct ybi_store {
	sqlite3 *db;
	sqlite3_stmt *prepared[YBI_SQL_COUNT_];
	char *path; /* NULL: in memory */
	int64_t wait_us, waited_us;
	int polite; /* posts */
	bool read_only;
	bool doomed; /* a transaction that could not be taken back yet: nothing of it is ever committed */
};

struct ybi_query {
	struct ybi_store *store;
	sqlite3_stmt *prepared;
};

/* ---- faults ---- */

/* What the database says is never shown: it may quote what it read. */
static yb_status
fault(const struct ybi_store *store, int code, struct yb_error **err)
{
	struct ybi_place place = { store && store->path ? store->path : "the ledger in memory", 0, 0 };

	switch (code & 0xff) {
	case SQLITE_NOMEM: return ybi_error_no_memory(err);
	case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_PROTOCOL:
		return ybi_error_at(err, YB_E_BUSY, &place, NULL, "another process has kept the ledger for too long");
	case SQLITE_FULL: return ybi_error_at(err, YB_E_IO, &place, NULL, "cannot be written: the disk is full");
	case SQLITE_READONLY: return ybi_error_at(err, YB_E_IO, &place, NULL, "may not be written");
	case SQLITE_IOERR: return ybi_error_at(err, YB_E_IO, &place, NULL, "cannot be read or written (error %d of the database)", code);
	case SQLITE_CANTOPEN: case SQLITE_PERM: case SQLITE_AUTH:
		return ybi_error_at(err, YB_E_IO, &place, NULL, "cannot be opened");
	case SQLITE_TOOBIG: return ybi_error_at(err, YB_E_LIMIT, &place, NULL, "more than a row may hold");
	case SQLITE_NOTADB: return ybi_error_at(err, YB_E_CORRUPT, &place, NULL, "not a ledger");
	default: return ybi_error_at(err, YB_E_CORRUPT, &place, NULL, "the ledger is damaged (error %d of the database)", code);
	}
}

/* A short random sleep, so that whoever waits meets the moment between two writes of another soon, whichever of them came first. */
static int
wait_busy(void *context, int count)
{
	struct ybi_store *store = context;
	int64_t us = 50 + (int64_t)randombytes_uniform(count < 20 ? 50 + (uint32_t)count * 25 : 550);

	if (store->waited_us >= store->wait_us)
		return 0;
	store->waited_us += us;
	(void)usleep((useconds_t)us);
	return 1;
}

/* ---- files ---- */

static yb_status
path_fault(const char *path, const char *what, struct yb_error **err)
{
	struct ybi_place place = { path, 0, 0 };

	return ybi_error_at(err, YB_E_IO, &place, NULL, "%s", what);
}

/* In a directory that others may write to, they could put another file in its place. */
static yb_status
check_directory(const char *path, const char *directory, struct yb_error **err)
{
	struct stat info;

	if (stat(directory, &info) != 0)
		return ybi_file_fault(path, errno, err);
	if (!S_ISDIR(info.st_mode))
		return path_fault(path, "its directory is no directory", err);
	if ((info.st_mode & (S_IWGRP | S_IWOTH)) && !(info.st_mode & S_ISVTX))
		return path_fault(path, "others may write to its directory", err);
	return YB_OK;
}

yb_status
ybi_store_resolve(const char *path, char **resolved, struct yb_error **err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *directory = NULL, *real = NULL;
	yb_status st;

	*resolved = NULL;
	if (!name[0] || !strcmp(name, ".") || !strcmp(name, ".."))
		return path_fault(path, "no name of a file", err);
	if (!slash && (name[0] == ':' || !strncmp(name, "file:", 5)))
		return path_fault(path, "no name of a file; for a file of that name write ./ before it", err);
	directory = slash ? ybi_strndup(path, slash == path ? 1 : (size_t)(slash - path)) : ybi_strndup(".", 1);
	if (!directory)
		return ybi_error_no_memory(err);
	real = realpath(directory, NULL);
	if (!real) {
		st = ybi_file_fault(path, errno, err);
	} else {
		st = check_directory(path, real, err);
		if (st == YB_OK && !(*resolved = ybi_file_join(real, name)))
			st = ybi_error_no_memory(err);
	}
	free(real);
	free(directory);
	return st;
}

static bool
put_bytes(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, text, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		text += put;
		length -= (size_t)put;
	}
	return true;
}

/* What a directory lists is on the disk only once it was synced itself. */
static yb_status
sync_directory_of(const char *path, struct yb_error **err)
{
	char *directory = ybi_strndup(path, (size_t)(strrchr(path, '/') - path) + 1);
	int fd = directory ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	if (!directory)
		return ybi_error_no_memory(err);
	free(directory);
	return synced ? YB_OK : path_fault(path, "cannot be written", err);
}

yb_status
ybi_store_create_file(const char *path, const char *text, size_t length, struct yb_error **err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool done;
	yb_status st;

	if (fd < 0 && (errno == EEXIST || errno == ELOOP))
		return path_fault(path, "there is such a file already", err);
	if (fd < 0)
		return errno == ENOMEM ? ybi_error_no_memory(err) : path_fault(path, errno == EACCES || errno == EROFS ? "may not be made" : "cannot be made", err);
	done = fchmod(fd, 0600) == 0 && put_bytes(fd, text, length) && fsync(fd) == 0;
	done = close(fd) == 0 && done;
	st = done ? sync_directory_of(path, err) : path_fault(path, "cannot be written", err);
	if (st != YB_OK)
		(void)unlink(path);
	return st;
}

/* ---- opening ---- */

static yb_status
execute(struct ybi_store *store, const char *sql, struct yb_error **err)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? YB_OK : fault(store, code, err);
}

/* What a database may do by itself is switched off before anything of it is read. */
static yb_status
harden(struct ybi_store *store, struct yb_error **err)
{
	static const struct { int option, value; } options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 }, { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 }, { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_ENABLE_FKEY, 1 }, { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0 }, { SQLITE_DBCONFIG_DQS_DML, 0 }, { SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
	};
	static const struct { int limit, value; } limits[] = {
		{ SQLITE_LIMIT_LENGTH, 64 << 20 }, { SQLITE_LIMIT_SQL_LENGTH, 16384 }, { SQLITE_LIMIT_COLUMN, 64 }, { SQLITE_LIMIT_EXPR_DEPTH, 64 },
		{ SQLITE_LIMIT_ATTACHED, 0 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 1 }, { SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	int code = SQLITE_OK;

	for (size_t i = 0; i < ARRAY_SIZE(options) && code == SQLITE_OK; i++)
		code = sqlite3_db_config(store->db, options[i].option, options[i].value, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		(void)sqlite3_limit(store->db, limits[i].limit, limits[i].value);
	if (code == SQLITE_OK)
		code = sqlite3_busy_handler(store->db, wait_busy, store);
	return code == SQLITE_OK ? YB_OK : fault(store, code, err);
}

/*
 * TRUNCATE with FULL: of the modes of a rollback journal the fastest that loses nothing acknowledged when the power fails. DELETE with
 * FULL does, and WAL had a race until 3.51.3.
 */
static yb_status
set_modes(struct ybi_store *store, struct yb_error **err)
{
	yb_status st = execute(store, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON", err);

	if (st != YB_OK || store->read_only)
		return st;
	return execute(store, "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON", err);
}

static yb_status
read_number(struct ybi_store *store, const char *sql, int64_t *number, struct yb_error **err)
{
	sqlite3_stmt *prepared = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &prepared, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(prepared);
	if (code == SQLITE_ROW)
		*number = sqlite3_column_int64(prepared, 0);
	(void)sqlite3_finalize(prepared);
	return code == SQLITE_ROW ? YB_OK : fault(store, code, err);
}

static yb_status check_schema(struct ybi_store *store, struct yb_error **err);

yb_status
ybi_store_check_format(struct ybi_store *store, struct yb_error **err)
{
	struct ybi_place place = { store->path, 0, 0 };
	int64_t application = 0, format = 0;
	yb_status st = read_number(store, "PRAGMA application_id", &application, err);

	if (st == YB_OK)
		st = read_number(store, "PRAGMA user_version", &format, err);
	if (st != YB_OK)
		return st;
	if (application != APPLICATION)
		return ybi_error_at(err, YB_E_CORRUPT, &place, NULL, "not a ledger");
	if (format > FORMAT)
		return ybi_error_at(err, YB_E_VERSION, &place, NULL, "made by a later version: its format is %lld, this version reads up to %d",
		                    (long long)format, FORMAT);
	return format == FORMAT ? check_schema(store, err)
	                        : ybi_error_at(err, YB_E_CORRUPT, &place, NULL, "a ledger has no format %lld", (long long)format);
}

static yb_status
make_tables(struct ybi_store *store, struct yb_error **err)
{
	yb_status st = execute(store, "BEGIN IMMEDIATE", err);

	for (size_t i = 0; i < ARRAY_SIZE(schema) && st == YB_OK; i++)
		st = execute(store, schema[i], err);
	if (st == YB_OK)
		st = execute(store, "PRAGMA application_id = " TEXT_OF(APPLICATION) "; PRAGMA user_version = " TEXT_OF(FORMAT) "; COMMIT", err);
	return st;
}

static yb_status
open_database(const char *path, bool read_only, int32_t wait_ms, struct ybi_store **store, struct yb_error **err)
{
	struct ybi_store *made;
	int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, code;
	yb_status st;

	*store = NULL;
	if (sqlite3_libversion_number() < 3037000)
		return ybi_error_set(err, YB_E_VERSION, "SQLite %s is too old for a ledger; 3.37 is needed", sqlite3_libversion());
	made = ybi_calloc(1, sizeof(*made));
	if (!made)
		return ybi_error_no_memory(err);
	made->read_only = read_only;
	made->wait_us = wait_ms < 0 ? 0 : (int64_t)(wait_ms ? wait_ms : WAIT_DEFAULT_MS) * 1000;
	made->path = path ? ybi_strndup(path, strlen(path)) : NULL;
	if (path && !made->path) {
		free(made);
		return ybi_error_no_memory(err);
	}
	/* an absolute path is never an URI, whatever the database was compiled with */
	code = sqlite3_open_v2(path ? path : ":memory:", &made->db,
	                       (path ? flags | SQLITE_OPEN_NOFOLLOW : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	                       NULL);
	st = code == SQLITE_OK ? harden(made, err) : fault(made, code, err);
	if (st == YB_OK)
		st = set_modes(made, err);
	if (st == YB_OK) { /* ready for when there is no memory to make it ready */
		code = sqlite3_prepare_v3(made->db, statements[YBI_SQL_ROLLBACK], -1, SQLITE_PREPARE_PERSISTENT, &made->prepared[YBI_SQL_ROLLBACK], NULL);
		st = code == SQLITE_OK ? YB_OK : fault(made, code, err);
	}
	if (st != YB_OK) {
		ybi_store_close(made);
		return st;
	}
	*store = made;
	return YB_OK;
}

/*
 * The journal is taken away by the database, which holds its lock then: another process may open the ledger as soon as it is one, and a
 * journal that it has begun to write must stay. DELETE loses nothing with EXTRA, which syncs the directory too.
 */
yb_status
ybi_store_create(const char *path, struct yb_error **err)
{
	struct ybi_store *store = NULL;
	char *journal = malloc(strlen(path) + sizeof("-journal"));
	yb_status st = journal ? ybi_store_create_file(path, "", 0, err) : ybi_error_no_memory(err);

	if (st != YB_OK) {
		free(journal);
		return st;
	}
	memcpy(journal, path, strlen(path));
	memcpy(journal + strlen(path), "-journal", sizeof("-journal"));
	st = open_database(path, false, -1, &store, err);
	if (st == YB_OK)
		st = execute(store, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA", err);
	if (st == YB_OK)
		st = make_tables(store, err);
	ybi_store_close(store);
	if (st != YB_OK) {
		(void)unlink(path);
		(void)unlink(journal);
	}
	free(journal);
	return st;
}

static yb_status
check_file(const char *path, struct yb_error **err)
{
	struct stat info;

	if (lstat(path, &info) != 0)
		return ybi_file_fault(path, errno, err);
	if (S_ISLNK(info.st_mode))
		return path_fault(path, "a symbolic link, not a file", err);
	return S_ISREG(info.st_mode) ? YB_OK : path_fault(path, S_ISDIR(info.st_mode) ? "a directory, not a file" : "not a regular file", err);
}

yb_status
ybi_store_open(const char *path, bool read_only, int32_t wait_ms, struct ybi_store **store, struct yb_error **err)
{
	yb_status st = path ? check_file(path, err) : YB_OK;

	*store = NULL;
	if (st == YB_OK)
		st = open_database(path, read_only, wait_ms, store, err);
	if (st == YB_OK)
		st = path ? ybi_store_check_format(*store, err) : make_tables(*store, err);
	if (st != YB_OK) {
		ybi_store_close(*store);
		*store = NULL;
	}
	return st;
}

static void
forget_statements(struct ybi_store *store)
{
	for (size_t i = 0; i < ARRAY_SIZE(store->prepared); i++) {
		(void)sqlite3_finalize(store->prepared[i]);
		store->prepared[i] = NULL;
	}
}

void
ybi_store_close(struct ybi_store *store)
{
	if (!store)
		return;
	forget_statements(store);
	(void)sqlite3_close(store->db);
	free(store->path);
	free(store);
}

void
ybi_store_abandon(struct ybi_store *store)
{
	if (!store)
		return;
	free(store->path); /* the database is the parent's: to close it here would drop the parent's locks */
	free(store);
}

/* ---- transactions ---- */

yb_status
ybi_store_begin(struct ybi_store *store, bool write, struct yb_error **err)
{
	store->waited_us = 0;
	if (store->doomed)
		ybi_store_rollback(store);
	if (store->doomed)
		return ybi_error_no_memory(err);
	return execute(store, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

yb_status
ybi_store_commit(struct ybi_store *store, struct yb_error **err)
{
	yb_status st;

	store->waited_us = 0;
	st = execute(store, "COMMIT", err);
	if (st != YB_OK)
		ybi_store_rollback(store);
	if (st == YB_OK && store->polite > 0) {
		store->polite--;
		(void)usleep(50 + randombytes_uniform(600));
	}
	return st;
}

void
ybi_store_rollback(struct ybi_store *store)
{
	for (size_t i = 0; i < ARRAY_SIZE(store->prepared); i++)
		(void)sqlite3_reset(store->prepared[i]);
	if (!sqlite3_get_autocommit(store->db))
		(void)sqlite3_step(store->prepared[YBI_SQL_ROLLBACK]);
	(void)sqlite3_reset(store->prepared[YBI_SQL_ROLLBACK]);
	store->doomed = !sqlite3_get_autocommit(store->db); /* for that, too, memory may be lacking */
}

yb_status
ybi_store_save(struct ybi_store *store, struct yb_error **err)
{
	return ybi_store_run(store, YBI_SQL_SAVE, NULL, err, "");
}

yb_status
ybi_store_release(struct ybi_store *store, struct yb_error **err)
{
	return ybi_store_run(store, YBI_SQL_RELEASE, NULL, err, "");
}

void
ybi_store_restore(struct ybi_store *store)
{
	for (size_t i = 0; i < ARRAY_SIZE(store->prepared); i++)
		(void)sqlite3_reset(store->prepared[i]);
	if (sqlite3_exec(store->db, "ROLLBACK TO post; RELEASE post", NULL, NULL, NULL) != SQLITE_OK)
		ybi_store_rollback(store); /* a fault that ended the transaction: nothing of it is kept */
}

bool
ybi_store_in_transaction(const struct ybi_store *store)
{
	return !store->doomed && !sqlite3_get_autocommit(store->db);
}

void
ybi_store_contended(struct ybi_store *store)
{
	store->polite = POLITE_POSTS;
}

/* ---- statements ---- */

static int
bind_values(sqlite3_stmt *prepared, const char *types, va_list args)
{
	int code = SQLITE_OK;

	for (int i = 1; types[i - 1] && code == SQLITE_OK; i++) {
		const char *text;
		size_t length;
		int64_t number;
		switch (types[i - 1]) {
		case 'i': case 'I':
			number = va_arg(args, int64_t);
			code = types[i - 1] == 'I' && !number ? sqlite3_bind_null(prepared, i) : sqlite3_bind_int64(prepared, i, number);
			break;
		case 'z': case 'Z':
			text = va_arg(args, const char *);
			code = types[i - 1] == 'Z' && !text[0] ? sqlite3_bind_null(prepared, i) : sqlite3_bind_text(prepared, i, text, -1, SQLITE_STATIC);
			break;
		default:
			text = va_arg(args, const char *);
			length = va_arg(args, size_t);
			code = sqlite3_bind_text64(prepared, i, text, length, SQLITE_STATIC, SQLITE_UTF8);
		}
	}
	return code;
}

static yb_status
step(struct ybi_store *store, sqlite3_stmt *prepared, bool *row, struct yb_error **err)
{
	int code = sqlite3_step(prepared);

	*row = code == SQLITE_ROW;
	if (code == SQLITE_ROW)
		return YB_OK;
	(void)sqlite3_reset(prepared);
	return code == SQLITE_DONE ? YB_OK : fault(store, code, err);
}

yb_status
ybi_store_run(struct ybi_store *store, enum ybi_sql sql, bool *row, struct yb_error **err, const char *types, ...)
{
	sqlite3_stmt **prepared = &store->prepared[sql];
	bool found = false;
	va_list args;
	int code = SQLITE_OK;
	yb_status st;

	if (row)
		*row = false;
	if (!*prepared)
		code = sqlite3_prepare_v3(store->db, statements[sql], -1, SQLITE_PREPARE_PERSISTENT, prepared, NULL);
	if (code == SQLITE_OK) {
		va_start(args, types);
		code = bind_values(*prepared, types, args);
		va_end(args);
	}
	if (code != SQLITE_OK)
		return fault(store, code, err);
	st = step(store, *prepared, &found, err);
	if (row)
		*row = found;
	else if (found)
		(void)sqlite3_reset(*prepared);
	return st;
}

yb_status
ybi_store_next(struct ybi_store *store, enum ybi_sql sql, bool *row, struct yb_error **err)
{
	return step(store, store->prepared[sql], row, err);
}

void
ybi_store_done(struct ybi_store *store, enum ybi_sql sql)
{
	(void)sqlite3_reset(store->prepared[sql]);
}

int64_t
ybi_store_int(struct ybi_store *store, enum ybi_sql sql, int column)
{
	return sqlite3_column_int64(store->prepared[sql], column);
}

bool
ybi_store_null(struct ybi_store *store, enum ybi_sql sql, int column)
{
	return sqlite3_column_type(store->prepared[sql], column) == SQLITE_NULL;
}

/* A damaged row may have NULL where the table allows none: that is no text, and no lack of memory. */
static const char *
column_text(sqlite3_stmt *prepared, int column, size_t *length)
{
	bool none = sqlite3_column_type(prepared, column) == SQLITE_NULL;
	const char *text = none ? "" : (const char *)sqlite3_column_text(prepared, column);

	if (length)
		*length = text && !none ? (size_t)sqlite3_column_bytes(prepared, column) : 0;
	return text;
}

const char *
ybi_store_text(struct ybi_store *store, enum ybi_sql sql, int column, size_t *length)
{
	return column_text(store->prepared[sql], column, length);
}

/* ---- checks ---- */

yb_status
ybi_query_open(struct ybi_store *store, const char *text, struct ybi_query **query, struct yb_error **err)
{
	int code;

	*query = ybi_calloc(1, sizeof(**query));
	if (!*query)
		return ybi_error_no_memory(err);
	(*query)->store = store;
	code = sqlite3_prepare_v2(store->db, text, -1, &(*query)->prepared, NULL);
	if (code == SQLITE_OK)
		return YB_OK;
	free(*query);
	*query = NULL;
	return fault(store, code, err);
}

yb_status
ybi_query_next(struct ybi_query *query, bool *row, struct yb_error **err)
{
	return step(query->store, query->prepared, row, err);
}

int64_t
ybi_query_int(struct ybi_query *query, int column)
{
	return sqlite3_column_int64(query->prepared, column);
}

bool
ybi_query_null(struct ybi_query *query, int column)
{
	return sqlite3_column_type(query->prepared, column) == SQLITE_NULL;
}

bool
ybi_query_is_int(struct ybi_query *query, int column)
{
	return sqlite3_column_type(query->prepared, column) == SQLITE_INTEGER;
}

const char *
ybi_query_text(struct ybi_query *query, int column, size_t *length)
{
	return column_text(query->prepared, column, length);
}

void
ybi_query_close(struct ybi_query *query)
{
	if (!query)
		return;
	(void)sqlite3_finalize(query->prepared);
	free(query);
}

/* Text of a column to its end, "" for what is none: a number, bytes, a text with a NUL in it. */
static const char *
name_in(struct ybi_query *query, int column, bool *no_memory)
{
	bool is_text = sqlite3_column_type(query->prepared, column) == SQLITE_TEXT;
	size_t length = 0;
	const char *text = is_text ? ybi_query_text(query, column, &length) : NULL;

	*no_memory = *no_memory || (is_text && !text);
	return text && strlen(text) == length ? text : "";
}

/* "CREATE TABLE txn (…": is it the table of that name? */
static bool
makes_table(const char *sql, const char *name)
{
	static const char before[] = "CREATE TABLE ";
	size_t length = strlen(name);

	return !strncmp(sql, before, sizeof(before) - 1) && !strncmp(sql + sizeof(before) - 1, name, length) && sql[sizeof(before) - 1 + length] == ' ';
}

/* "CREATE INDEX txn_posting ON txn (…" */
static bool
makes_index(const char *sql, const char *name, const char *table)
{
	char begin[160];
	int length = snprintf(begin, sizeof(begin), "CREATE INDEX %s ON %s (", name, table);

	return length > 0 && (size_t)length < sizeof(begin) && !strncmp(sql, begin, (size_t)length);
}

/* An index that a table has of itself, for what must be unique in it: it has no text, and its name says whose it is. */
static bool
is_own_index(const char *type, const char *name, const char *table)
{
	char begin[160];
	int length = snprintf(begin, sizeof(begin), "sqlite_autoindex_%s_", table);
	bool ours = false;

	for (size_t i = 0; i < ARRAY_SIZE(schema); i++)
		ours = ours || (table[0] && makes_table(schema[i], table));
	return ours && !strcmp(type, "index") && length > 0 && (size_t)length < sizeof(begin) && !strncmp(name, begin, (size_t)length) &&
	       name[length] >= '1' && name[length] <= '9' && !name[length + 1];
}

/* The number of a row's statement among ours, with the row's other columns saying what it says; -1: none. */
static int
statement_of(const char *type, const char *name, const char *table, const char *sql)
{
	for (size_t i = 0; i < ARRAY_SIZE(schema); i++) {
		if (strcmp(sql, schema[i]) != 0)
			continue;
		if (!strcmp(type, "table"))
			return name[0] && !strcmp(name, table) && makes_table(sql, name) ? (int)i : -1;
		return !strcmp(type, "index") && makes_index(sql, name, table) ? (int)i : -1;
	}
	return -1;
}

/* Our tables and their indexes, each as it was made, and nothing else: no view, no trigger. */
static yb_status
check_schema(struct ybi_store *store, struct yb_error **err)
{
	struct ybi_place place = { store->path, 0, 0 };
	struct ybi_query *query = NULL;
	uint32_t found = 0;
	bool row = false, foreign = false, no_memory = false;
	yb_status st = ybi_query_open(store, "SELECT type, name, tbl_name, sql FROM sqlite_schema", &query, err);

	_Static_assert(ARRAY_SIZE(schema) < 32, "a bit for each statement");
	if (st == YB_OK)
		st = ybi_query_next(query, &row, err);
	while (st == YB_OK && row && !foreign) {
		const char *type = name_in(query, 0, &no_memory), *name = name_in(query, 1, &no_memory), *table = name_in(query, 2, &no_memory);
		bool bare = ybi_query_null(query, 3);
		int at = bare ? -1 : statement_of(type, name, table, name_in(query, 3, &no_memory));
		foreign = bare ? !is_own_index(type, name, table) : at < 0 || (found & (1u << at));
		if (at >= 0)
			found |= 1u << at;
		if (!foreign)
			st = ybi_query_next(query, &row, err);
	}
	ybi_query_close(query);
	if (no_memory)
		return ybi_error_no_memory(err);
	if (st == YB_OK && foreign)
		return ybi_error_at(err, YB_E_CORRUPT, &place, NULL, "the ledger has a table, view, index or trigger that it was not made with");
	if (st == YB_OK && found != (1u << ARRAY_SIZE(schema)) - 1)
		return ybi_error_at(err, YB_E_CORRUPT, &place, NULL, "the ledger lacks tables or indexes that it was made with");
	return st;
}

yb_status
ybi_store_check_pages(struct ybi_store *store, struct yb_error **err)
{
	struct ybi_place place = { store->path ? store->path : "the ledger in memory", 0, 0 };
	struct ybi_query *query = NULL;
	bool row = false, sound = false;
	yb_status st = ybi_query_open(store, "PRAGMA integrity_check(1)", &query, err);

	if (st == YB_OK)
		st = ybi_query_next(query, &row, err);
	if (st == YB_OK && row) {
		const char *text = ybi_query_text(query, 0, NULL);
		sound = text && !strcmp(text, "ok");
	}
	ybi_query_close(query);
	if (st == YB_OK && !sound)
		st = ybi_error_at(err, YB_E_CORRUPT, &place, NULL, "the pages of the file are not in order");
	return st;
}
