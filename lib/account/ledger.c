/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/ledger.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yibao/date.h>
#include <yibao/identity.h>
#include <yibao/money.h>

#include "account/record.h"
#include "base/calendar.h"
#include "base/file.h"
#include "base/memory.h"
#include "policy/archive.h"

#define KEY_TEXT_SIZE (2 * YBI_LEDGER_KEY_SIZE + 2) /* digits, newline, NUL */
#define DAYS_FROM 1000000 /* periods of days in table `sum`, above those of months */

const char ybi_chain_start[YBI_HASH_SIZE] = "0000000000000000000000000000000000000000000000000000000000000000";

/* ---- the key file ---- */

static char *
key_path(const char *path)
{
	char *name = malloc(strlen(path) + sizeof(".key"));

	if (!name)
		return NULL;
	memcpy(name, path, strlen(path));
	memcpy(name + strlen(path), ".key", sizeof(".key"));
	return name;
}

static yb_status
create_key(const char *name, struct yb_error **err)
{
	unsigned char key[YBI_LEDGER_KEY_SIZE];
	char text[KEY_TEXT_SIZE];
	yb_status st;

	randombytes_buf(key, sizeof(key));
	(void)sodium_bin2hex(text, sizeof(text), key, sizeof(key));
	text[KEY_TEXT_SIZE - 2] = '\n';
	st = ybi_store_create_file(name, text, KEY_TEXT_SIZE - 1, err);
	yb_wipe(key, sizeof(key));
	yb_wipe(text, sizeof(text));
	return st;
}

/* A ledger without its key can be read, and posted to by person number. */
static yb_status
read_key(struct yb_ledger *ledger, struct yb_error **err)
{
	char *name = key_path(ledger->path), *text = NULL;
	size_t length = 0, size = 0;
	struct stat info;
	yb_status st = YB_OK;

	if (!name)
		return ybi_error_no_memory(err);
	if (lstat(name, &info) == 0) {
		struct ybi_place place = { name, 0, 0 };
		if (!S_ISREG(info.st_mode) || (info.st_mode & (S_IRWXG | S_IRWXO)))
			st = ybi_error_at(err, YB_E_IO, &place, NULL, "the key is to be a file that only its owner may read");
		else
			st = ybi_file_read(name, KEY_TEXT_SIZE, "key", &text, &length, err);
		if (st == YB_OK && (sodium_hex2bin(ledger->key, sizeof(ledger->key), text, length, "\n", &size, NULL) != 0 || size != sizeof(ledger->key)))
			st = ybi_error_at(err, YB_E_BAD_VALUE, &place, NULL, "not a key: 64 hexadecimal digits");
		ledger->has_key = st == YB_OK;
	}
	if (text)
		yb_wipe(text, length);
	free(text);
	free(name);
	return st;
}

yb_status
ybi_ledger_hash(struct yb_ledger *ledger, const char *certno, char hash[YB_LEDGER_HASH_SIZE + 1], struct yb_error **err)
{
	unsigned char bytes[32];

	if (!ledger->has_key)
		return ybi_error_at(err, YB_E_NOT_FOUND, NULL, "certno", "the ledger's key file is not there; without it a person is told by psn_no only");
	(void)crypto_generichash(bytes, sizeof(bytes), (const unsigned char *)certno, strlen(certno), ledger->key, sizeof(ledger->key));
	hash[0] = '#';
	(void)sodium_bin2hex(hash + 1, YB_LEDGER_HASH_SIZE, bytes, sizeof(bytes));
	return YB_OK;
}

/* ---- life ---- */

yb_status
yb_ledger_create(const char *path, struct yb_error **err)
{
	char *resolved = NULL, *key = NULL;
	yb_status st;

	if (!path)
		return YB_E_INVALID;
	if (sodium_init() < 0)
		return ybi_error_set(err, YB_E_INTERNAL, "no source of random numbers");
	st = ybi_store_resolve(path, &resolved, err);
	key = st == YB_OK ? key_path(resolved) : NULL;
	if (st == YB_OK && !key)
		st = ybi_error_no_memory(err);
	if (st == YB_OK)
		st = create_key(key, err);
	if (st == YB_OK) {
		st = ybi_store_create(resolved, err);
		if (st != YB_OK)
			(void)unlink(key);
	}
	free(key);
	free(resolved);
	return st;
}

static yb_status
ledger_new(const char *path, const struct yb_ledger_options *options, struct yb_ledger **ledger, struct yb_error **err)
{
	struct yb_ledger *made;
	yb_status st;

	if (sodium_init() < 0)
		return ybi_error_set(err, YB_E_INTERNAL, "no source of random numbers");
	made = ybi_calloc(1, sizeof(*made));
	if (!made)
		return ybi_error_no_memory(err);
	if (pthread_mutex_init(&made->lock, NULL) != 0) {
		free(made);
		return ybi_error_no_memory(err);
	}
	made->owner = getpid();
	made->read_only = (options->flags & YB_LEDGER_READ) != 0;
	st = path ? ybi_store_resolve(path, &made->path, err) : YB_OK;
	if (st == YB_OK)
		st = ybi_store_open(made->path, made->read_only, options->wait_ms, &made->store, err);
	if (st == YB_OK && path)
		st = read_key(made, err);
	if (!path) {
		randombytes_buf(made->key, sizeof(made->key));
		made->has_key = true;
	}
	if (st != YB_OK) {
		yb_ledger_unref(made);
		return st;
	}
	*ledger = made;
	return YB_OK;
}

yb_status
yb_ledger_open(const char *path, const struct yb_ledger_options *options, struct yb_ledger **ledger, struct yb_error **err)
{
	struct yb_ledger_options full = YB_LEDGER_OPTIONS_INIT;
	yb_status st;

	if (!ledger)
		return YB_E_INVALID;
	*ledger = NULL;
	if (!path)
		return YB_E_INVALID;
	if (options) {
		st = ybi_options_copy(&full, sizeof(full), options, sizeof(full), err);
		if (st != YB_OK)
			return st;
	}
	if ((full.flags & ~(uint32_t)YB_LEDGER_READ) || full.reserved)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "unknown options of a ledger");
	return ledger_new(path, &full, ledger, err);
}

yb_status
yb_ledger_open_memory(struct yb_ledger **ledger, struct yb_error **err)
{
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;

	if (!ledger)
		return YB_E_INVALID;
	*ledger = NULL;
	return ledger_new(NULL, &options, ledger, err);
}

void
yb_ledger_unref(struct yb_ledger *ledger)
{
	if (!ledger)
		return;
	if (ledger->owner == getpid()) {
		ybi_store_close(ledger->store); /* takes an open batch back */
		(void)pthread_mutex_destroy(&ledger->lock);
	} else {
		ybi_store_abandon(ledger->store);
	}
	yb_wipe(ledger->key, sizeof(ledger->key));
	ybi_text_free(&ledger->facts);
	ybi_text_free(&ledger->line);
	free(ledger->path);
	free(ledger);
}

/* ---- in and out ---- */

yb_status
ybi_ledger_enter(struct yb_ledger *ledger, bool write, struct yb_error **err)
{
	yb_status st = YB_OK;

	if (ledger->owner != getpid()) /* the lock may be held by a thread that this process does not have */
		return ybi_error_set(err, YB_E_FORKED, "the ledger was opened before the process was forked; open it again");
	(void)pthread_mutex_lock(&ledger->lock);
	if (write && ledger->read_only)
		st = ybi_error_set(err, YB_E_STATE, "the ledger was opened to be read");
	else if (write && ledger->importing)
		st = ybi_error_set(err, YB_E_STATE, "an import is going on");
	else if (ledger->batch && !ybi_store_in_transaction(ledger->store))
		st = ybi_error_set(err, YB_E_STATE, "a fault has ended the batch; nothing of it was kept");
	else if (!ledger->batch)
		st = ybi_store_begin(ledger->store, write, err);
	else if (write)
		st = ybi_store_save(ledger->store, err);
	if (st != YB_OK)
		(void)pthread_mutex_unlock(&ledger->lock);
	return st;
}

/* What is taken back may have been met in what is not there any more. */
void
ybi_ledger_forget(struct yb_ledger *ledger)
{
	ledger->head_known = false;
	for (size_t i = 0; i < ARRAY_SIZE(ledger->met); i++)
		ledger->met[i].id = 0;
}

yb_status
ybi_ledger_leave(struct yb_ledger *ledger, bool write, yb_status st, struct yb_error **err)
{
	if (!ledger->batch) {
		if (st == YB_OK && write)
			st = ybi_store_commit(ledger->store, err);
		else
			ybi_store_rollback(ledger->store);
	} else if (write) {
		if (st == YB_OK)
			st = ybi_store_release(ledger->store, err);
		if (st != YB_OK)
			ybi_store_restore(ledger->store);
	}
	if (st != YB_OK && write)
		ybi_ledger_forget(ledger);
	(void)pthread_mutex_unlock(&ledger->lock);
	return st;
}

static yb_status
enter_batch(struct yb_ledger *ledger, bool open, struct yb_error **err)
{
	if (!ledger)
		return YB_E_INVALID;
	if (ledger->owner != getpid())
		return ybi_error_set(err, YB_E_FORKED, "the ledger was opened before the process was forked; open it again");
	(void)pthread_mutex_lock(&ledger->lock);
	if (ledger->batch == open && !ledger->read_only && !ledger->importing)
		return YB_OK;
	(void)pthread_mutex_unlock(&ledger->lock);
	if (ledger->importing)
		return ybi_error_set(err, YB_E_STATE, "an import is going on");
	return ybi_error_set(err, YB_E_STATE, ledger->read_only ? "the ledger was opened to be read" : open ? "no batch is open" : "a batch is open already");
}

yb_status
yb_ledger_begin(struct yb_ledger *ledger, struct yb_error **err)
{
	yb_status st = enter_batch(ledger, false, err);

	if (st != YB_OK)
		return st;
	st = ybi_store_begin(ledger->store, true, err);
	ledger->batch = st == YB_OK;
	(void)pthread_mutex_unlock(&ledger->lock);
	return st;
}

yb_status
yb_ledger_commit(struct yb_ledger *ledger, struct yb_error **err)
{
	yb_status st = enter_batch(ledger, true, err);

	if (st != YB_OK)
		return st;
	ledger->batch = ledger->head_known = false;
	if (!ybi_store_in_transaction(ledger->store))
		st = ybi_error_set(err, YB_E_IO, "a fault has ended the batch; nothing of it was kept");
	else
		st = ybi_store_commit(ledger->store, err);
	if (st != YB_OK)
		ybi_ledger_forget(ledger);
	(void)pthread_mutex_unlock(&ledger->lock);
	return st;
}

yb_status
yb_ledger_rollback(struct yb_ledger *ledger, struct yb_error **err)
{
	yb_status st = enter_batch(ledger, true, err);

	if (st != YB_OK)
		return st;
	ledger->batch = false;
	ybi_ledger_forget(ledger);
	ybi_store_rollback(ledger->store);
	(void)pthread_mutex_unlock(&ledger->lock);
	return YB_OK;
}

/* ---- what was posted ---- */

static yb_status
damaged(struct yb_error **err, const char *what)
{
	return ybi_error_set(err, YB_E_CORRUPT, "the ledger is damaged: %s", what);
}

yb_status
ybi_ledger_seq_of(struct yb_ledger *ledger, const char *key, int64_t *seq, struct yb_error **err)
{
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, YBI_SQL_FIND_KEY, &row, err, "z", key);

	*seq = st == YB_OK && row ? ybi_store_int(ledger->store, YBI_SQL_FIND_KEY, 0) : 0;
	ybi_store_done(ledger->store, YBI_SQL_FIND_KEY);
	return st;
}

static bool
valid_day(int64_t day)
{
	return day >= YBI_DAY_FIRST && day <= YBI_DAY_LAST;
}

yb_status
ybi_ledger_load(struct yb_ledger *ledger, int64_t seq, struct ybi_posted *posted, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_GET_TXN;
	struct ybi_store *store = ledger->store;
	const char *key, *facts, *chain;
	size_t key_length, chain_length;
	bool row = false;
	yb_status st = ybi_store_run(store, q, &row, err, "i", seq);

	*posted = (struct ybi_posted) { .seq = seq };
	if (st != YB_OK)
		return st;
	if (!row)
		return ybi_error_set(err, YB_E_NOT_FOUND, "there is no transaction %lld", (long long)seq);
	key = ybi_store_text(store, q, 0, &key_length);
	facts = ybi_store_text(store, q, 7, &posted->facts_length);
	chain = ybi_store_text(store, q, 8, &chain_length);
	posted->kind = (enum ybi_kind_of_transaction)ybi_store_int(store, q, 1);
	posted->person = ybi_store_int(store, q, 2);
	posted->business_day = (yb_day)ybi_store_int(store, q, 3);
	posted->posting_day = (yb_day)ybi_store_int(store, q, 4);
	posted->reverses = ybi_store_int(store, q, 5);
	posted->belongs = ybi_store_int(store, q, 6);
	if (!key || !facts || !chain)
		st = ybi_error_no_memory(err);
	else if (key_length >= sizeof(posted->key) || chain_length != sizeof(posted->chain) - 1 || !valid_day(posted->business_day) ||
	         !valid_day(posted->posting_day) || ybi_store_int(store, q, 1) <= 0 || ybi_store_int(store, q, 1) >= YBI_POST_COUNT_)
		st = damaged(err, "a transaction holds what none can");
	if (st == YB_OK) {
		memcpy(posted->key, key, key_length + 1);
		memcpy(posted->chain, chain, chain_length + 1);
		posted->facts = ybi_strndup(facts, posted->facts_length);
		st = posted->facts ? YB_OK : ybi_error_no_memory(err);
	}
	ybi_store_done(store, q);
	return st;
}

void
ybi_posted_free(struct ybi_posted *posted)
{
	free(posted->facts);
	posted->facts = NULL;
}

yb_status
ybi_posted_read(const struct ybi_posted *posted, struct yb_transaction *t, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	struct yb_error *why = NULL;
	yb_status st = ybi_node_read(&arena, posted->key, posted->facts, posted->facts_length, &ybi_json_limits, true, &root, &why);

	if (st == YB_OK)
		st = ybi_transaction_from_node(root, t, &why);
	ybi_arena_free(&arena);
	yb_error_unref(why);
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	return st == YB_OK ? YB_OK : damaged(err, "the facts of a transaction cannot be read");
}

yb_status
ybi_ledger_entries(struct yb_ledger *ledger, int64_t seq, struct ybi_named_list *entries, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_ENTRIES_OF;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, q, &row, err, "i", seq);

	while (st == YB_OK && row) {
		size_t length;
		const char *name = ybi_store_text(ledger->store, q, 0, &length);
		st = name ? ybi_named_add(entries, name, length, ybi_store_int(ledger->store, q, 1)) : YB_E_NO_MEMORY;
		if (st == YB_E_NO_MEMORY)
			st = ybi_error_no_memory(err);
		else if (st != YB_OK)
			st = damaged(err, "entries that none can have");
		else
			st = ybi_store_next(ledger->store, q, &row, err);
	}
	ybi_store_done(ledger->store, q);
	return st;
}

yb_status
ybi_ledger_child(struct yb_ledger *ledger, int64_t seq, uint32_t kinds, int64_t *child, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_CHILDREN;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, q, &row, err, "i", seq);

	*child = 0;
	while (st == YB_OK && row) {
		int64_t kind = ybi_store_int(ledger->store, q, 1);
		if (kind > 0 && kind < YBI_POST_COUNT_ && (kinds & (1u << kind)))
			*child = ybi_store_int(ledger->store, q, 0);
		st = ybi_store_next(ledger->store, q, &row, err);
	}
	ybi_store_done(ledger->store, q);
	return st;
}

yb_status
ybi_ledger_reversed(struct yb_ledger *ledger, int64_t seq, bool *reversed, struct yb_error **err)
{
	yb_status st = ybi_store_run(ledger->store, YBI_SQL_REVERSED_BY, reversed, err, "i", seq);

	ybi_store_done(ledger->store, YBI_SQL_REVERSED_BY);
	return st;
}

/* ---- persons ---- */

yb_status
ybi_ledger_find_person(struct yb_ledger *ledger, enum ybi_sql by, const char *text, struct ybi_person_row *person, struct yb_error **err)
{
	const char *token;
	size_t length;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, by, &row, err, "z", text);

	*person = (struct ybi_person_row) { 0 };
	if (st == YB_OK && row) {
		token = ybi_store_text(ledger->store, by, 1, &length);
		if (!token)
			st = ybi_error_no_memory(err);
		else if (length >= sizeof(person->token))
			st = damaged(err, "a person's name is too long");
		else
			memcpy(person->token, token, length + 1);
		person->id = ybi_store_int(ledger->store, by, 0);
		person->last = ybi_store_int(ledger->store, by, 4);
	}
	ybi_store_done(ledger->store, by);
	return st == YB_OK && !row ? YB_E_NOT_FOUND : st;
}

yb_status
ybi_ledger_person_named(struct yb_ledger *ledger, const char *name, struct ybi_person_row *person, struct yb_error **err)
{
	yb_status st = name[0] == '#' ? YB_E_NOT_FOUND : ybi_ledger_find_person(ledger, YBI_SQL_FIND_PERSON_NO, name, person, err);

	if (st == YB_E_NOT_FOUND)
		st = ybi_ledger_find_person(ledger, name[0] == '#' ? YBI_SQL_FIND_PERSON_HASH : YBI_SQL_FIND_PERSON_TOKEN, name, person, err);
	if (st == YB_E_NOT_FOUND)
		return ybi_error_at(err, YB_E_NOT_FOUND, NULL, "person", "nothing was posted of this person");
	return st;
}

/* token, number and hash; an empty text is none */
static yb_status
insert_person(struct yb_ledger *ledger, const char *psn_no, const char *hash, struct ybi_person_row *person, struct yb_error **err)
{
	const char *token = psn_no[0] ? psn_no : hash;
	bool row = false;
	yb_status st;

	st = ybi_store_run(ledger->store, YBI_SQL_INSERT_PERSON, &row, err, "zZZi", token, psn_no, hash, (int64_t)0);
	if (st == YB_OK && row)
		person->id = ybi_store_int(ledger->store, YBI_SQL_INSERT_PERSON, 0);
	ybi_store_done(ledger->store, YBI_SQL_INSERT_PERSON);
	person->last = 0;
	memcpy(person->token, token, strlen(token) + 1);
	return st;
}

/* Number and hash that were told together belong to one person from now on. */
static yb_status
link_person(struct yb_ledger *ledger, const char *psn_no, const char *hash, int64_t id, struct yb_error **err)
{
	return ybi_store_run(ledger->store, YBI_SQL_LINK_PERSON, NULL, err, "zzi", psn_no, hash, id);
}

yb_status
ybi_ledger_person_of(struct yb_ledger *ledger, const struct yb_transaction *t, const char *hash, bool make, struct ybi_person_row *person,
                     struct yb_error **err)
{
	const char *psn_no = ybi_told_text(t, YBI_TOLD_PSN_NO), *told = hash ? hash : ybi_told_text(t, YBI_TOLD_PSN_HASH);
	struct ybi_person_row by_hash = { 0 };
	bool by_no_known, by_hash_known;
	yb_status st;

	*person = (struct ybi_person_row) { 0 };
	if (!psn_no[0] && !told[0])
		return YB_OK;
	st = psn_no[0] ? ybi_ledger_find_person(ledger, YBI_SQL_FIND_PERSON_NO, psn_no, person, err) : YB_E_NOT_FOUND;
	if (st != YB_OK && st != YB_E_NOT_FOUND)
		return st;
	by_no_known = st == YB_OK;
	st = told[0] ? ybi_ledger_find_person(ledger, YBI_SQL_FIND_PERSON_HASH, told, &by_hash, err) : YB_E_NOT_FOUND;
	if (st != YB_OK && st != YB_E_NOT_FOUND)
		return st;
	by_hash_known = st == YB_OK;
	if (by_no_known && by_hash_known && person->id != by_hash.id)
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "psn_no", "the person number and the identity number are of two persons");
	if (by_hash_known)
		*person = by_hash;
	if (!by_no_known && !by_hash_known)
		return make ? insert_person(ledger, psn_no, told, person, err) : YB_E_NOT_FOUND;
	if (by_no_known == by_hash_known || !psn_no[0] || !told[0] || !make)
		return YB_OK;
	st = link_person(ledger, psn_no, told, person->id, err);
	if (st == YB_OK) { /* one that had another number or hash already keeps it: the new one is of somebody else */
		st = ybi_ledger_find_person(ledger, by_no_known ? YBI_SQL_FIND_PERSON_HASH : YBI_SQL_FIND_PERSON_NO, by_no_known ? told : psn_no, &by_hash, err);
		if (st == YB_E_NOT_FOUND)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "psn_no", "the person number and the identity number are of two persons");
	}
	return st;
}

/* Members of the family that the facts name. */
static yb_status
make_others(struct yb_ledger *ledger, const struct yb_transaction *t, struct yb_error **err)
{
	static const enum ybi_told others[] = { YBI_TOLD_MEMBER, YBI_TOLD_SHARER };
	yb_status st = YB_OK;

	for (size_t i = 0; i < ARRAY_SIZE(others) && st == YB_OK; i++) {
		const char *name = ybi_told_text(t, others[i]);
		struct ybi_person_row person;
		if (!name[0] || name[0] == '#')
			continue;
		st = ybi_ledger_find_person(ledger, YBI_SQL_FIND_PERSON_NO, name, &person, err);
		if (st == YB_E_NOT_FOUND)
			st = insert_person(ledger, name, "", &person, err);
	}
	return st;
}

/* ---- lines and their chain ---- */

void
ybi_ledger_line(int64_t seq, yb_day posting_day, const char *facts, size_t length, const struct ybi_named_list *entries, const char *chain,
                struct ybi_text *out)
{
	char day[YB_DAY_TEXT_SIZE];
	bool first = true, inner = true;

	yb_day_to_text(posting_day, day);
	ybi_text_putc(out, '{');
	ybi_json_key(out, &first, "seq");
	ybi_text_printf(out, "%lld", (long long)seq);
	ybi_json_text(out, &first, "posting_day", day);
	ybi_json_key(out, &first, "facts");
	ybi_text_add(out, facts, length);
	ybi_json_key(out, &first, "entries");
	ybi_text_putc(out, '{');
	for (size_t i = 0; i < entries->count; i++)
		ybi_json_fen(out, &inner, entries->rows[i].name, entries->rows[i].fen);
	ybi_text_putc(out, '}');
	if (chain)
		ybi_json_text(out, &first, "chain", chain);
	ybi_text_putc(out, '}');
}

void
ybi_ledger_chain(const char *before, const struct ybi_text *line, char chain[YBI_HASH_SIZE])
{
	ybi_hash_two(before, YBI_HASH_SIZE - 1, line->data, line->length, chain);
}

/* ---- posting ---- */

int64_t
ybi_period_of_month(yb_day day)
{
	int32_t year = 0, month = 1;

	(void)yb_day_to_ymd(day, &year, &month, NULL);
	return (int64_t)year * 12 + month - 1;
}

int64_t
ybi_period_of_day(yb_day day)
{
	return DAYS_FROM + (int64_t)day - YBI_DAY_FIRST;
}

yb_status
ybi_ledger_head(struct yb_ledger *ledger, struct ybi_head *head, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_LAST_TXN;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, q, &row, err, "");

	*head = (struct ybi_head) { .posting_day = YBI_DAY_FIRST };
	memcpy(head->chain, ybi_chain_start, sizeof(head->chain));
	if (st == YB_OK && row) {
		size_t length;
		const char *chain = ybi_store_text(ledger->store, q, 2, &length);
		head->seq = ybi_store_int(ledger->store, q, 0);
		head->posting_day = (yb_day)ybi_store_int(ledger->store, q, 1);
		if (!chain)
			st = ybi_error_no_memory(err);
		else if (length != YBI_HASH_SIZE - 1)
			st = damaged(err, "a hash that is none");
		else
			memcpy(head->chain, chain, length + 1);
	}
	ybi_store_done(ledger->store, q);
	return st;
}

/* The head with what is closed; within a batch they are known from the post before. */
static yb_status
head_to_post(struct yb_ledger *ledger, struct ybi_head *head, struct yb_error **err)
{
	bool row = false;
	yb_status st;

	if (ledger->batch && ledger->head_known) {
		*head = ledger->head;
		return YB_OK;
	}
	st = ybi_ledger_head(ledger, head, err);
	if (st == YB_OK)
		st = ybi_store_run(ledger->store, YBI_SQL_CLOSED, &row, err, "");
	if (st == YB_OK && row) {
		head->any_closed = true;
		head->closed = ybi_store_int(ledger->store, YBI_SQL_CLOSED, 0);
	}
	ybi_store_done(ledger->store, YBI_SQL_CLOSED);
	return st;
}

/* Was the key posted before? With a settlement that was worked out here, what counts is what was asked, not what came of it. */
static yb_status
compare_facts(struct yb_ledger *ledger, const struct yb_transaction *t, int64_t seq, struct yb_error **err)
{
	struct ybi_posted posted;
	struct yb_transaction *had = NULL;
	bool same;
	yb_status st = ybi_ledger_load(ledger, seq, &posted, err);

	if (st != YB_OK)
		return st;
	same = posted.facts_length == ledger->facts.length && !memcmp(posted.facts, ledger->facts.data, posted.facts_length);
	if (!same && t->facts[YBI_TOLD_REQUEST].known && posted.kind == YBI_POST_SETTLEMENT) {
		st = yb_transaction_new(&had, err);
		if (st == YB_OK)
			st = ybi_posted_read(&posted, had, err);
		same = st == YB_OK && !strcmp(ybi_told_text(had, YBI_TOLD_REQUEST), ybi_told_text(t, YBI_TOLD_REQUEST));
		yb_transaction_unref(had);
	}
	ybi_posted_free(&posted);
	if (st == YB_OK && !same)
		return ybi_error_at(err, YB_E_OTHER_FACTS, NULL, "key", "%s was posted before with other facts", ybi_told_text(t, YBI_TOLD_KEY));
	return st;
}

static yb_status
check_days(const struct ybi_posting *p, yb_day posting_day, const struct ybi_head *head, struct yb_error **err)
{
	if (posting_day < head->posting_day) {
		char day[YB_DAY_TEXT_SIZE];
		yb_day_to_text(head->posting_day, day);
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "posting_day", "the day of entry is before %s, that of the transaction posted last", day);
	}
	if (head->any_closed && p->kind != YBI_POST_CLOSING && ybi_told_value(p->t, YBI_TOLD_BUSINESS_DAY) <= head->closed)
		return ybi_error_at(err, YB_E_CLOSED, NULL, "business_day", "the day lies in a period that was closed");
	return YB_OK;
}

static struct ybi_account_met *
account_met(struct yb_ledger *ledger, const char *name)
{
	uint32_t hash = 5381;

	for (const char *c = name; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	return &ledger->met[hash % YBI_ACCOUNTS_MET];
}

static void
meet_account(struct ybi_account_met *met, const char *name, int64_t id)
{
	if (strlen(name) >= sizeof(met->name))
		return;
	memcpy(met->name, name, strlen(name) + 1);
	met->id = id;
}

static yb_status
account_id(struct yb_ledger *ledger, const char *name, int64_t *id, struct yb_error **err)
{
	const char *slash = strchr(name, '/');
	struct ybi_person_row person = { 0 };
	struct ybi_account_met *met = account_met(ledger, name);
	bool row = false;
	yb_status st;

	if (met->id && !strcmp(met->name, name)) {
		*id = met->id;
		return YB_OK;
	}
	st = ybi_store_run(ledger->store, YBI_SQL_FIND_ACCOUNT, &row, err, "z", name);
	if (st == YB_OK && row)
		*id = ybi_store_int(ledger->store, YBI_SQL_FIND_ACCOUNT, 0);
	ybi_store_done(ledger->store, YBI_SQL_FIND_ACCOUNT);
	if (st == YB_OK && row)
		meet_account(met, name, *id);
	if (st != YB_OK || row)
		return st;
	if (slash && (!strncmp(name, "account/", 8) || !strncmp(name, "pending/", 8))) {
		st = ybi_ledger_find_person(ledger, YBI_SQL_FIND_PERSON_TOKEN, slash + 1, &person, err);
		if (st == YB_E_NOT_FOUND)
			return ybi_error_at(err, YB_E_NOT_FOUND, NULL, "person", "an account of nobody");
		if (st != YB_OK)
			return st;
	}
	st = ybi_store_run(ledger->store, YBI_SQL_INSERT_ACCOUNT, &row, err, "zI", name, person.id);
	if (st == YB_OK && row)
		*id = ybi_store_int(ledger->store, YBI_SQL_INSERT_ACCOUNT, 0);
	ybi_store_done(ledger->store, YBI_SQL_INSERT_ACCOUNT);
	if (st == YB_OK)
		meet_account(met, name, *id);
	return st;
}

static yb_status
last_balance(struct yb_ledger *ledger, int64_t account, int64_t by, yb_fen *fen, struct yb_error **err)
{
	enum ybi_sql q = by < 0 ? YBI_SQL_LAST_ENTRY : YBI_SQL_LAST_ENTRY_BY;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, q, &row, err, by < 0 ? "i" : "ii", account, by);

	*fen = st == YB_OK && row ? ybi_store_int(ledger->store, q, 0) : 0;
	ybi_store_done(ledger->store, q);
	return st;
}

yb_status
ybi_ledger_person_balance(struct yb_ledger *ledger, const char *token, yb_fen *fen, struct yb_error **err)
{
	char name[sizeof("account/") + YB_LEDGER_HASH_SIZE];
	bool row = false;
	yb_status st;

	(void)snprintf(name, sizeof(name), "account/%s", token);
	*fen = 0;
	st = ybi_store_run(ledger->store, YBI_SQL_FIND_ACCOUNT, &row, err, "z", name);
	if (st == YB_OK && row) {
		int64_t id = ybi_store_int(ledger->store, YBI_SQL_FIND_ACCOUNT, 0);
		st = last_balance(ledger, id, -1, fen, err);
	}
	ybi_store_done(ledger->store, YBI_SQL_FIND_ACCOUNT);
	return st;
}

/* Whose account it is is not for an error to tell. */
static bool
of_person(const char *name)
{
	return !strncmp(name, "account/", 8) || !strncmp(name, "pending/", 8);
}

static yb_status
overdrawn(struct yb_error **err, const char *name, yb_fen had)
{
	char text[YB_FEN_TEXT_SIZE];

	yb_fen_to_text(had, text);
	return ybi_error_at(err, YB_E_OVERDRAWN, NULL, of_person(name) ? "account" : name, "%s has %s, which is less than is taken from it",
	                    of_person(name) ? "the account" : name, text);
}

static yb_status
write_entry(struct yb_ledger *ledger, int64_t seq, yb_day business_day, const struct ybi_named_fen *entry, struct yb_error **err)
{
	int64_t account = 0;
	yb_fen had = 0, after = 0;
	yb_status st = account_id(ledger, entry->name, &account, err);

	if (st == YB_OK)
		st = last_balance(ledger, account, -1, &had, err);
	if (st == YB_OK && yb_fen_add(had, entry->fen, &after) != YB_OK)
		st = ybi_error_at(err, YB_E_OVERFLOW, NULL, of_person(entry->name) ? "account" : entry->name, "the balance does not fit");
	if (st == YB_OK && after < 0 && entry->fen < 0 && !ybi_account_may_owe(entry->name))
		st = overdrawn(err, entry->name, had);
	if (st == YB_OK)
		st = ybi_store_run(ledger->store, YBI_SQL_INSERT_ENTRY, NULL, err, "iiii", account, seq, entry->fen, after);
	if (st == YB_OK)
		st = ybi_store_run(ledger->store, YBI_SQL_ADD_SUM, NULL, err, "iii", account, ybi_period_of_month(business_day), entry->fen);
	if (st == YB_OK)
		st = ybi_store_run(ledger->store, YBI_SQL_ADD_SUM, NULL, err, "iii", account, ybi_period_of_day(business_day), entry->fen);
	return st;
}

/* Whoever's account was moved has moved on: what was worked out before is stale. */
static yb_status
touch_persons(struct yb_ledger *ledger, const struct ybi_posting *p, struct yb_error **err)
{
	yb_status st = p->person.id ? ybi_store_run(ledger->store, YBI_SQL_TOUCH_PERSON, NULL, err, "ii", p->seq, p->person.id) : YB_OK;

	for (size_t i = 0; i < p->entries.count && st == YB_OK; i++) {
		const char *name = p->entries.rows[i].name;
		struct ybi_person_row person;
		if ((strncmp(name, "account/", 8) && strncmp(name, "pending/", 8)) || !strcmp(name + 8, p->person.token))
			continue;
		st = ybi_ledger_find_person(ledger, YBI_SQL_FIND_PERSON_TOKEN, name + 8, &person, err);
		if (st == YB_OK)
			st = ybi_store_run(ledger->store, YBI_SQL_TOUCH_PERSON, NULL, err, "ii", p->seq, person.id);
	}
	return st;
}

static yb_status
write_used(struct yb_ledger *ledger, struct ybi_posting *p, struct yb_error **err)
{
	struct ybi_used_list used = { 0 };
	yb_status st = ybi_posting_used(p, &used, err);

	for (size_t i = 0; i < used.count && st == YB_OK; i++) {
		const struct ybi_used_row *row = &used.rows[i];
		st = ybi_store_run(ledger->store, YBI_SQL_INSERT_USED, NULL, err, "izziizi", p->person.id, row->policy, row->name, (int64_t)row->day, p->seq,
		                   row->episode, row->fen);
	}
	free(used.rows);
	return st;
}

static yb_status
insert_txn(struct yb_ledger *ledger, const struct ybi_posting *p, yb_day posting_day, const char *chain, struct yb_error **err)
{
	const struct yb_transaction *t = p->t;
	int64_t reverses = t->facts[YBI_TOLD_REVERSES].known ? p->linked : 0, belongs = reverses ? 0 : p->linked;

	return ybi_store_run(ledger->store, YBI_SQL_INSERT_TXN, NULL, err, "iziIiiIItz", p->seq, ybi_told_text(t, YBI_TOLD_KEY), (int64_t)p->kind,
	                     p->person.id, ybi_told_value(t, YBI_TOLD_BUSINESS_DAY), (int64_t)posting_day, reverses, belongs, ledger->facts.data,
	                     ledger->facts.length, chain);
}

/* Of a receipt that somebody else wrote, the texts must be there. */
static yb_status
check_documents(struct yb_ledger *ledger, const struct yb_transaction *t, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *receipt = NULL;
	const struct ybi_node *documents;
	yb_status st = ybi_node_read(&arena, "receipt", t->receipt, t->receipt_length, &ybi_json_limits, true, &receipt, err);

	documents = st == YB_OK ? ybi_node_get(receipt, "documents") : NULL;
	for (uint32_t i = 0; st == YB_OK && documents && documents->kind == YBI_SEQ && i < documents->count; i++) {
		const struct ybi_node *hash = ybi_node_get(documents->items[i], "hash");
		bool there = false;
		if (hash && hash->kind == YBI_SCALAR)
			st = ybi_store_run(ledger->store, YBI_SQL_HAS_DOCUMENT, &there, err, "t", hash->text, (size_t)hash->count);
		ybi_store_done(ledger->store, YBI_SQL_HAS_DOCUMENT);
		if (st == YB_OK && !there)
			st = ybi_error_at(err, YB_E_NOT_FOUND, NULL, "receipt", "the ledger does not have the text of document %u that the receipt names",
			                  (unsigned)i + 1);
	}
	ybi_document_wipe(&arena, receipt);
	return st;
}

/* The texts of the documents that a settlement rests on, by their hash; most are there already. */
static yb_status
write_documents(struct yb_ledger *ledger, const struct yb_transaction *t, struct yb_error **err)
{
	yb_status st = YB_OK;

	if (!t->set)
		return t->receipt ? check_documents(ledger, t, err) : YB_OK;
	for (size_t i = 0; i < t->set->document_count && st == YB_OK; i++) {
		const struct ybi_document *document = t->set->documents[i];
		bool there = false;
		if (!ybi_rests_on(t->base, document))
			continue;
		st = ybi_store_run(ledger->store, YBI_SQL_HAS_DOCUMENT, &there, err, "z", document->hash);
		ybi_store_done(ledger->store, YBI_SQL_HAS_DOCUMENT);
		if (st == YB_OK && !there)
			st = ybi_store_run(ledger->store, YBI_SQL_INSERT_DOCUMENT, NULL, err, "zt", document->hash, document->text, document->length);
	}
	return st;
}

static yb_status
write_posting(struct yb_ledger *ledger, struct ybi_posting *p, yb_day posting_day, struct ybi_head *head, struct yb_error **err)
{
	char chain[YBI_HASH_SIZE];
	yb_day day = (yb_day)ybi_told_value(p->t, YBI_TOLD_BUSINESS_DAY);
	yb_status st;

	ledger->line.length = 0;
	ybi_ledger_line(p->seq, posting_day, ledger->facts.data, ledger->facts.length, &p->entries, NULL, &ledger->line);
	if (ledger->line.failed) {
		ybi_text_free(&ledger->line);
		return ybi_error_no_memory(err);
	}
	ybi_ledger_chain(head->chain, &ledger->line, chain);
	st = insert_txn(ledger, p, posting_day, chain, err);
	for (size_t i = 0; i < p->entries.count && st == YB_OK; i++)
		st = write_entry(ledger, p->seq, day, &p->entries.rows[i], err);
	if (st == YB_OK)
		st = touch_persons(ledger, p, err);
	if (st == YB_OK)
		st = write_used(ledger, p, err);
	if (st == YB_OK)
		st = write_documents(ledger, p->t, err);
	if (st == YB_OK && p->kind == YBI_POST_CLOSING)
		st = ybi_store_run(ledger->store, YBI_SQL_CLOSE, NULL, err, "i", ybi_told_value(p->t, YBI_TOLD_THROUGH));
	head->seq = p->seq;
	head->posting_day = posting_day;
	memcpy(head->chain, chain, sizeof(chain));
	if (p->kind == YBI_POST_CLOSING && (!head->any_closed || head->closed < ybi_told_value(p->t, YBI_TOLD_THROUGH)))
		head->closed = ybi_told_value(p->t, YBI_TOLD_THROUGH);
	head->any_closed = head->any_closed || p->kind == YBI_POST_CLOSING;
	return st;
}

/* The facts as they are kept, with the hash in place of an identity number. */
static yb_status
write_facts(struct yb_ledger *ledger, const struct yb_transaction *t, const char **hash, char room[YB_LEDGER_HASH_SIZE + 1], struct yb_error **err)
{
	yb_status st = YB_OK;

	*hash = NULL;
	if (t->facts[YBI_TOLD_CERTNO].known) {
		st = ybi_ledger_hash(ledger, ybi_told_text(t, YBI_TOLD_CERTNO), room, err);
		*hash = room;
		if (st == YB_OK && t->facts[YBI_TOLD_PSN_HASH].known && strcmp(room, ybi_told_text(t, YBI_TOLD_PSN_HASH)) != 0)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "psn_hash", "not the hash of the identity number");
	}
	if (st != YB_OK)
		return st;
	ledger->facts.length = 0;
	ybi_transaction_write(t, *hash, &ledger->facts);
	if (!ledger->facts.failed)
		return YB_OK;
	ybi_text_free(&ledger->facts);
	return ybi_error_no_memory(err);
}

yb_status
ybi_ledger_post(struct yb_ledger *ledger, const struct yb_transaction *t, yb_day posting_day, int64_t *seq, int32_t *existed, struct yb_error **err)
{
	struct ybi_posting p = { .ledger = ledger, .t = t, .kind = (enum ybi_kind_of_transaction)ybi_told_value(t, YBI_TOLD_KIND) };
	char room[YB_LEDGER_HASH_SIZE + 1];
	const char *hash;
	struct ybi_head head;
	int64_t before;
	yb_status st = write_facts(ledger, t, &hash, room, err);

	*existed = 0;
	if (st == YB_OK)
		st = ybi_ledger_seq_of(ledger, ybi_told_text(t, YBI_TOLD_KEY), seq, err);
	if (st == YB_OK && *seq) {
		*existed = 1;
		return compare_facts(ledger, t, *seq, err);
	}
	if (st == YB_OK)
		st = head_to_post(ledger, &head, err);
	if (st != YB_OK)
		return st;
	before = head.seq;
	p.seq = before + 1;
	st = check_days(&p, posting_day, &head, err);
	if (st == YB_OK)
		st = ybi_ledger_person_of(ledger, t, hash, true, &p.person, err);
	if (st == YB_OK && t->positioned && t->position != p.person.last)
		st = ybi_error_at(err, YB_E_STALE, NULL, ybi_told_text(t, YBI_TOLD_KEY), "something else was posted of the person since it was worked out");
	if (st == YB_OK)
		st = make_others(ledger, t, err);
	if (st == YB_OK)
		st = ybi_posting_link(&p, err);
	if (st == YB_OK)
		st = ybi_posting_allowed(&p, err);
	if (st == YB_OK)
		st = ybi_posting_entries(&p, err);
	if (st == YB_OK)
		st = write_posting(ledger, &p, posting_day, &head, err);
	ybi_posting_free(&p);
	if (st == YB_OK) {
		ledger->head = head;
		ledger->head_known = ledger->batch;
		if (before != ledger->last && ledger->last) /* somebody else is writing */
			ybi_store_contended(ledger->store);
		ledger->last = p.seq;
		*seq = p.seq;
	}
	return st;
}

yb_status
yb_ledger_post(struct yb_ledger *ledger, const struct yb_transaction *t, yb_day posting_day, int64_t *seq, int32_t *existed, struct yb_error **err)
{
	int32_t before = 0;
	int64_t number = 0;
	yb_status st;

	if (!ledger || !t || !seq)
		return YB_E_INVALID;
	if (!ybi_day_valid(posting_day))
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "posting_day", "no day of the years 1 to 9999");
	st = ybi_transaction_check(t, err);
	if (st == YB_OK)
		st = ybi_ledger_enter(ledger, true, err);
	if (st != YB_OK)
		return st;
	st = ybi_ledger_post(ledger, t, posting_day, &number, &before, err);
	st = ybi_ledger_leave(ledger, true, st, err);
	if (st != YB_OK)
		return st;
	*seq = number;
	if (existed)
		*existed = before;
	return YB_OK;
}

/* ---- questions ---- */

yb_status
yb_ledger_get_head(struct yb_ledger *ledger, int64_t *seq, char hash[YB_LEDGER_HASH_SIZE], struct yb_error **err)
{
	struct ybi_head head;
	yb_status st;

	if (!ledger || !seq)
		return YB_E_INVALID;
	st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = ybi_ledger_head(ledger, &head, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st != YB_OK)
		return st;
	*seq = head.seq;
	if (hash)
		memcpy(hash, head.chain, sizeof(head.chain));
	return YB_OK;
}

yb_status
yb_ledger_find(struct yb_ledger *ledger, const char *key, int64_t *seq, struct yb_error **err)
{
	int64_t found = 0;
	yb_status st;

	if (!ledger || !key || !seq)
		return YB_E_INVALID;
	st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = ybi_ledger_seq_of(ledger, key, &found, err);
	if (st == YB_OK && !found)
		st = ybi_error_at(err, YB_E_NOT_FOUND, NULL, "key", "nothing of that key was posted");
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st == YB_OK)
		*seq = found;
	return st;
}

yb_status
yb_ledger_dup_transaction(struct yb_ledger *ledger, int64_t seq, char **text, struct yb_error **err)
{
	struct ybi_named_list entries = { 0 };
	struct ybi_posted posted = { 0 };
	struct ybi_text out = { 0 };
	yb_status st;

	if (!ledger || !text)
		return YB_E_INVALID;
	*text = NULL;
	st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = ybi_ledger_load(ledger, seq, &posted, err);
	if (st == YB_OK)
		st = ybi_ledger_entries(ledger, seq, &entries, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st == YB_OK) {
		ybi_ledger_line(seq, posted.posting_day, posted.facts, posted.facts_length, &entries, posted.chain, &out);
		*text = ybi_text_take(&out);
		st = *text ? YB_OK : ybi_error_no_memory(err);
	}
	ybi_posted_free(&posted);
	free(entries.rows);
	return st;
}

yb_status
ybi_ledger_look_person(struct yb_ledger *ledger, const char *psn_no, const char *certno, struct ybi_person_row *person, struct yb_error **err)
{
	struct yb_transaction *t = NULL;
	char hash[YB_LEDGER_HASH_SIZE + 1];
	yb_status st = yb_transaction_new(&t, err);

	if (st == YB_OK && psn_no)
		st = yb_transaction_set_text(t, "psn_no", psn_no, strlen(psn_no));
	if (st == YB_OK && certno)
		st = yb_transaction_set_text(t, "certno", certno, strlen(certno));
	if (st != YB_OK)
		st = ybi_error_at(err, st, NULL, "person", "not a person number or identity number");
	else if (certno)
		st = ybi_ledger_hash(ledger, ybi_told_text(t, YBI_TOLD_CERTNO), hash, err);
	if (st == YB_OK) {
		st = ybi_ledger_person_of(ledger, t, certno ? hash : NULL, false, person, err);
		if (st == YB_E_NOT_FOUND)
			st = ybi_error_at(err, st, NULL, "person", "nothing was posted of this person");
	}
	yb_transaction_unref(t);
	return st;
}

yb_status
yb_ledger_dup_person(struct yb_ledger *ledger, const char *psn_no, const char *certno, char **person, struct yb_error **err)
{
	struct ybi_person_row row = { 0 };
	yb_status st;

	if (!ledger || !person || (!psn_no && !certno))
		return YB_E_INVALID;
	*person = NULL;
	st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = ybi_ledger_look_person(ledger, psn_no, certno, &row, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st != YB_OK)
		return st;
	*person = ybi_strndup(row.token, strlen(row.token));
	return *person ? YB_OK : ybi_error_no_memory(err);
}

static yb_status
sum_of(struct yb_ledger *ledger, enum ybi_sql q, const char *types, int64_t account, int64_t from, int64_t to, yb_fen *fen, struct yb_error **err)
{
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, q, &row, err, types, account, from, to);

	*fen = st == YB_OK && row ? ybi_store_int(ledger->store, q, 0) : 0; /* of no rows: 0 */
	ybi_store_done(ledger->store, q);
	return st;
}

static yb_status
balance_by_business(struct yb_ledger *ledger, int64_t account, yb_day day, yb_fen *fen, struct yb_error **err)
{
	int32_t mday = 1;
	yb_fen months = 0, days = 0;
	yb_status st = sum_of(ledger, YBI_SQL_SUM_MONTHS, "ii", account, ybi_period_of_month(day), 0, &months, err);

	(void)yb_day_to_ymd(day, NULL, NULL, &mday);
	if (st == YB_OK)
		st = sum_of(ledger, YBI_SQL_SUM_DAYS, "iii", account, ybi_period_of_day(day) - mday + 1, ybi_period_of_day(day), &days, err);
	return st == YB_OK && yb_fen_add(months, days, fen) != YB_OK ? damaged(err, "a balance that does not fit") : st;
}

static yb_status
balance_by_posting(struct yb_ledger *ledger, int64_t account, yb_day day, yb_fen *fen, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_LAST_BY_POSTING;
	int64_t seq = 0;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, q, &row, err, "i", (int64_t)day);

	if (st == YB_OK && row)
		seq = ybi_store_int(ledger->store, q, 0);
	ybi_store_done(ledger->store, q);
	return st == YB_OK ? last_balance(ledger, account, seq, fen, err) : st;
}

yb_status
ybi_ledger_balance(struct yb_ledger *ledger, const char *account, yb_axis axis, yb_day day, yb_fen *fen, struct yb_error **err)
{
	int64_t id = 0;
	bool row = false;
	yb_status st = ybi_store_run(ledger->store, YBI_SQL_FIND_ACCOUNT, &row, err, "z", account);

	*fen = 0;
	if (st == YB_OK && row)
		id = ybi_store_int(ledger->store, YBI_SQL_FIND_ACCOUNT, 0);
	ybi_store_done(ledger->store, YBI_SQL_FIND_ACCOUNT);
	if (st != YB_OK || !row)
		return st;
	if (day == YB_DAY_NONE)
		return last_balance(ledger, id, -1, fen, err);
	return axis == YB_AXIS_BUSINESS ? balance_by_business(ledger, id, day, fen, err) : balance_by_posting(ledger, id, day, fen, err);
}

yb_status
yb_ledger_get_balance(struct yb_ledger *ledger, const char *account, yb_axis axis, yb_day day, yb_fen *fen, struct yb_error **err)
{
	yb_fen found = 0;
	yb_status st;

	if (!ledger || !account || !fen || (axis != YB_AXIS_BUSINESS && axis != YB_AXIS_POSTING))
		return YB_E_INVALID;
	if (!ybi_account_valid(account))
		return ybi_error_at(err, YB_E_BAD_VALUE, NULL, "account", "not the name of an account");
	if (day != YB_DAY_NONE && !ybi_day_valid(day))
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "day", "no day of the years 1 to 9999");
	st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = ybi_ledger_balance(ledger, account, axis, day, &found, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st == YB_OK)
		*fen = found;
	return st;
}
