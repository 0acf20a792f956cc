/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "account/record.h"
#include "account/verify.h"
#include "base/memory.h"

/*
 * An export into an empty ledger: what each line says is posted as if it happened now, and has to come out as the line says it did. One
 * batch holds it all, so that it is there whole or not at all.
 */

static const struct ybi_read_limits line_limits = { 64 << 20, 8000000, 18, 1 << 20, false };

struct yb_ledger_import {
	struct yb_ledger *ledger;
	char *name;
	bool open;     /* its batch is */
	bool header, begun; /* what has come: the header, a transaction */
	uint32_t line; /* that is read */
	struct ybi_head expected;
	int64_t seq;
	char chain[YBI_HASH_SIZE];
	struct yb_transaction *t;
	struct ybi_named_list told, found; /* entries of the line, and those that were made */
	struct ybi_kept_list documents;
};

/* The batch, taken or given back; every part of an import is done with the lock held. */
static yb_status
enter(struct yb_ledger_import *r, struct yb_error **err)
{
	if (r->ledger->owner != getpid())
		return ybi_error_set(err, YB_E_FORKED, "the ledger was opened before the process was forked; open it again");
	(void)pthread_mutex_lock(&r->ledger->lock);
	if (r->open && ybi_store_in_transaction(r->ledger->store))
		return YB_OK;
	(void)pthread_mutex_unlock(&r->ledger->lock);
	return ybi_error_set(err, YB_E_STATE, r->open ? "a fault has ended the import; nothing of it was kept" : "the import is over");
}

static void
close_batch(struct yb_ledger_import *r)
{
	r->open = false;
	r->ledger->batch = r->ledger->importing = r->ledger->head_known = false;
}

static yb_status
leave(struct yb_ledger_import *r, yb_status st)
{
	if (st != YB_OK) {
		ybi_store_rollback(r->ledger->store);
		ybi_ledger_forget(r->ledger);
		close_batch(r);
	}
	(void)pthread_mutex_unlock(&r->ledger->lock);
	return st;
}

static yb_status
begin(struct yb_ledger_import *r, struct yb_error **err)
{
	struct ybi_head head;
	bool row = false;
	yb_status st = yb_ledger_begin(r->ledger, err);

	if (st != YB_OK)
		return st;
	(void)pthread_mutex_lock(&r->ledger->lock);
	r->open = r->ledger->importing = true;
	st = ybi_ledger_head(r->ledger, &head, err);
	if (st == YB_OK)
		st = ybi_store_run(r->ledger->store, YBI_SQL_LAST_DOCUMENT, &row, err, "");
	ybi_store_done(r->ledger->store, YBI_SQL_LAST_DOCUMENT);
	if (st == YB_OK && (head.seq || row))
		st = ybi_error_set(err, YB_E_STATE, "the ledger is not empty");
	return leave(r, st);
}

yb_status
yb_ledger_import_new(struct yb_ledger *ledger, const char *name, struct yb_ledger_import **reader, struct yb_error **err)
{
	struct yb_ledger_import *made;
	yb_status st;

	if (!reader)
		return YB_E_INVALID;
	*reader = NULL;
	if (!ledger || !name)
		return YB_E_INVALID;
	made = ybi_calloc(1, sizeof(*made));
	if (!made)
		return ybi_error_no_memory(err);
	made->ledger = ledger;
	memcpy(made->chain, ybi_chain_start, sizeof(made->chain));
	made->name = ybi_strndup(name, strlen(name));
	st = made->name ? yb_transaction_new(&made->t, err) : ybi_error_no_memory(err);
	if (st == YB_OK)
		st = begin(made, err);
	if (st != YB_OK) {
		yb_ledger_import_unref(made);
		return st;
	}
	*reader = made;
	return YB_OK;
}

void
yb_ledger_import_unref(struct yb_ledger_import *reader)
{
	if (!reader)
		return;
	if (reader->open && reader->ledger->owner == getpid()) {
		(void)pthread_mutex_lock(&reader->ledger->lock);
		(void)leave(reader, YB_E_STATE);
	}
	yb_transaction_unref(reader->t);
	free(reader->told.rows);
	free(reader->found.rows);
	free(reader->documents.rows);
	free(reader->name);
	free(reader);
}

/* ---- what a line says ---- */

static struct ybi_place
place_of(const struct yb_ledger_import *r, const struct ybi_node *node)
{
	return (struct ybi_place) { r->name, r->line, node ? node->column : 1 };
}

static yb_status __attribute__((format(printf, 6, 7)))
fault(const struct yb_ledger_import *r, yb_status st, const struct ybi_node *node, const char *subject, struct yb_error **err, const char *format, ...)
{
	struct ybi_place place = place_of(r, node);
	va_list args;

	va_start(args, format);
	st = ybi_error_vat(err, st, YB_SEVERITY_ERROR, &place, subject, format, args);
	va_end(args);
	return st;
}

/* Findings on the text of a line become findings on the line. */
static yb_status
fault_of(const struct yb_ledger_import *r, yb_status st, struct yb_error *why, struct yb_error **err)
{
	for (const struct yb_error *e = why; e && st != YB_E_NO_MEMORY; e = yb_error_get_next(e)) {
		struct ybi_place place = { r->name, r->line, yb_error_get_column(e) ? yb_error_get_column(e) : 1 };
		if (ybi_error_at(err, yb_error_get_status(e), &place, yb_error_get_subject(e), "%s", yb_error_get_message(e)) == YB_E_NO_MEMORY)
			st = YB_E_NO_MEMORY;
	}
	yb_error_unref(why);
	return st == YB_E_NO_MEMORY ? ybi_error_no_memory(err) : st;
}

static yb_status
member(const struct yb_ledger_import *r, const struct ybi_node *root, const char *key, enum ybi_kind kind, const struct ybi_node **node,
       struct yb_error **err)
{
	*node = ybi_node_get(root, key);
	if (!*node)
		return fault(r, YB_E_MISSING_KEY, root, key, err, "the line has no \"%s\"", key);
	return (*node)->kind == kind ? YB_OK : fault(r, YB_E_BAD_VALUE, *node, key, err, "\"%s\" is %s", key, ybi_node_kind_name(*node));
}

static yb_status
member_hash(const struct yb_ledger_import *r, const struct ybi_node *root, const char *key, const char **hash, struct yb_error **err)
{
	const struct ybi_node *node;
	yb_status st = member(r, root, key, YBI_SCALAR, &node, err);

	if (st != YB_OK)
		return st;
	*hash = node->text;
	if (node->count == YBI_HASH_SIZE - 1 && strspn(node->text, "0123456789abcdef") == YBI_HASH_SIZE - 1)
		return YB_OK;
	return fault(r, YB_E_BAD_VALUE, node, key, err, "\"%s\" is no hash of 64 hexadecimal digits in lower case", key);
}

static yb_status
member_number(const struct yb_ledger_import *r, const struct ybi_node *root, const char *key, int64_t *number, struct yb_error **err)
{
	const struct ybi_node *node;
	yb_status st = member(r, root, key, YBI_SCALAR, &node, err);

	if (st != YB_OK)
		return st;
	*number = 0;
	for (uint32_t i = 0; i < node->count && *number >= 0; i++)
		*number = node->text[i] >= '0' && node->text[i] <= '9' && i < 18 ? *number * 10 + node->text[i] - '0' : -1;
	if (node->count && *number >= 0)
		return YB_OK;
	return fault(r, YB_E_BAD_VALUE, node, key, err, "\"%s\" is no number of transactions", key);
}

static yb_status
check_keys(const struct yb_ledger_import *r, const struct ybi_node *root, const char *const *keys, size_t count, struct yb_error **err)
{
	struct yb_error *why = NULL;
	yb_status st = ybi_node_check_keys(root, keys, count, NULL, 0, &why);

	return st == YB_OK ? YB_OK : fault_of(r, st, why, err);
}

/* ---- lines ---- */

static yb_status
take_header(struct yb_ledger_import *r, const struct ybi_node *root, struct yb_error **err)
{
	static const char *const keys[] = { "schema", "transactions", "head" };
	static const char family[] = "yibao-ledger/";
	const struct ybi_node *schema;
	const char *head = NULL;
	yb_status st = member(r, root, "schema", YBI_SCALAR, &schema, err);

	if (st == YB_OK && strcmp(schema->text, YBI_EXPORT_SCHEMA) != 0)
		return strncmp(schema->text, family, sizeof(family) - 1)
		       ? fault(r, YB_E_BAD_VALUE, schema, "schema", err, "not an export of a ledger: its schema is not " YBI_EXPORT_SCHEMA)
		       : fault(r, YB_E_VERSION, schema, "schema", err, "written by a later version: this one reads " YBI_EXPORT_SCHEMA);
	if (st == YB_OK)
		st = check_keys(r, root, keys, ARRAY_SIZE(keys), err);
	if (st == YB_OK)
		st = member_number(r, root, "transactions", &r->expected.seq, err);
	if (st == YB_OK)
		st = member_hash(r, root, "head", &head, err);
	if (st == YB_OK)
		memcpy(r->expected.chain, head, sizeof(r->expected.chain));
	r->header = st == YB_OK;
	return st;
}

static yb_status
take_document(struct yb_ledger_import *r, const struct ybi_node *root, struct yb_error **err)
{
	static const char *const keys[] = { "document", "text" };
	struct ybi_store *store = r->ledger->store;
	const struct ybi_node *text = NULL;
	const char *hash = NULL;
	char found[YBI_HASH_SIZE];
	bool there = false;
	yb_status st = check_keys(r, root, keys, ARRAY_SIZE(keys), err);

	if (st == YB_OK && r->begun)
		return fault(r, YB_E_SYNTAX, root, "document", err, "a policy text after the first transaction");
	if (st == YB_OK)
		st = member_hash(r, root, "document", &hash, err);
	if (st == YB_OK)
		st = member(r, root, "text", YBI_SCALAR, &text, err);
	if (st != YB_OK)
		return st;
	ybi_hash(text->text, text->count, found);
	if (strcmp(hash, found) != 0)
		return fault(r, YB_E_CONTRADICTION, text, "text", err, "the text is not that of its hash");
	st = ybi_store_run(store, YBI_SQL_HAS_DOCUMENT, &there, err, "z", hash);
	ybi_store_done(store, YBI_SQL_HAS_DOCUMENT);
	if (st == YB_OK && there)
		return fault(r, YB_E_DUPLICATE, root, "document", err, "the same policy text again");
	if (st == YB_OK)
		st = ybi_store_run(store, YBI_SQL_INSERT_DOCUMENT, NULL, err, "zt", hash, text->text, (size_t)text->count);
	return st == YB_OK ? ybi_kept_add(&r->documents, hash, err) : st;
}

static yb_status
read_entries(struct yb_ledger_import *r, const struct ybi_node *map, struct yb_error **err)
{
	r->told.count = 0;
	for (uint32_t i = 0; i < map->count; i++) {
		const struct ybi_entry *entry = &map->entries[i];
		yb_fen fen = 0;
		yb_status st = YB_E_BAD_AMOUNT;
		if (entry->value->kind == YBI_SCALAR)
			st = yb_fen_from_text(entry->value->text, entry->value->count, &fen);
		if (st != YB_OK)
			return fault(r, YB_E_BAD_AMOUNT, entry->value, "entries", err, "an entry is no amount");
		st = ybi_named_add(&r->told, entry->key, strlen(entry->key), fen);
		if (st == YB_E_NO_MEMORY)
			return ybi_error_no_memory(err);
		if (st != YB_OK)
			return fault(r, st, entry->value, "entries", err, st == YB_E_LIMIT ? "more than 64 entries" : "no name of an account");
	}
	return YB_OK;
}

/* Did it come out as the line says? */
static yb_status
compare_line(struct yb_ledger_import *r, const struct ybi_node *entries, const struct ybi_node *chain, struct yb_error **err)
{
	struct ybi_head head;
	yb_status st;

	r->found.count = 0;
	st = ybi_ledger_entries(r->ledger, r->seq, &r->found, err);
	if (st == YB_OK)
		st = read_entries(r, entries, err);
	for (size_t i = 0; i < r->told.count && i < r->found.count && st == YB_OK; i++)
		if (strcmp(r->told.rows[i].name, r->found.rows[i].name) != 0 || r->told.rows[i].fen != r->found.rows[i].fen)
			return fault(r, YB_E_CONTRADICTION, entries, "entries", err, "the entries are not those that follow from the facts: %s",
			             r->found.rows[i].name);
	if (st == YB_OK && r->told.count != r->found.count)
		return fault(r, YB_E_CONTRADICTION, entries, "entries", err, "the entries are not those that follow from the facts: %zu, not %zu",
		             r->told.count, r->found.count);
	if (st == YB_OK)
		st = ybi_ledger_head(r->ledger, &head, err);
	if (st == YB_OK && strcmp(chain->text, head.chain) != 0)
		return fault(r, YB_E_CONTRADICTION, chain, "chain", err, "the hash is not that of the line and of the hash before it");
	if (st == YB_OK)
		memcpy(r->chain, head.chain, sizeof(r->chain));
	return st;
}

static yb_status
post_facts(struct yb_ledger_import *r, const struct ybi_node *facts, yb_day day, struct yb_error **err)
{
	struct yb_error *why = NULL;
	int64_t seq = 0;
	int32_t existed = 0;
	yb_status st;

	yb_transaction_clear(r->t);
	st = ybi_transaction_from_node(facts, r->t, &why);
	if (st == YB_OK && r->t->facts[YBI_TOLD_CERTNO].known)
		st = ybi_error_at(&why, YB_E_BAD_IDENTITY, NULL, "certno", "an export holds no identity number");
	if (st == YB_OK)
		st = ybi_transaction_check(r->t, &why);
	if (st == YB_OK)
		st = ybi_ledger_post(r->ledger, r->t, day, &seq, &existed, &why);
	if (st != YB_OK)
		return fault_of(r, st, why, err);
	if (existed)
		return fault(r, YB_E_DUPLICATE, facts, "key", err, "the key was posted before");
	(void)ybi_kept_name(&r->documents, facts); /* that all are there was asked when it was posted */
	r->seq = seq;
	return YB_OK;
}

static yb_status
take_transaction(struct yb_ledger_import *r, const struct ybi_node *root, struct yb_error **err)
{
	static const char *const keys[] = { "seq", "posting_day", "facts", "entries", "chain" };
	const struct ybi_node *day_node = NULL, *facts = NULL, *entries = NULL, *chain = NULL;
	int64_t seq = 0;
	yb_day day = 0;
	yb_status st = check_keys(r, root, keys, ARRAY_SIZE(keys), err);

	if (!r->begun)
		ybi_kept_sort(&r->documents);
	r->begun = true;
	if (st == YB_OK)
		st = member_number(r, root, "seq", &seq, err);
	if (st == YB_OK && (seq != r->seq + 1 || seq > r->expected.seq))
		return fault(r, YB_E_CONTRADICTION, root, "seq", err, "transaction %lld where %lld of %lld is due", (long long)seq, (long long)r->seq + 1,
		             (long long)r->expected.seq);
	if (st == YB_OK)
		st = member(r, root, "posting_day", YBI_SCALAR, &day_node, err);
	if (st == YB_OK && yb_day_from_text(day_node->text, day_node->count, &day) != YB_OK)
		return fault(r, YB_E_BAD_DATE, day_node, "posting_day", err, "\"posting_day\" is no day");
	if (st == YB_OK)
		st = member(r, root, "facts", YBI_MAP, &facts, err);
	if (st == YB_OK)
		st = member(r, root, "entries", YBI_MAP, &entries, err);
	if (st == YB_OK)
		st = member(r, root, "chain", YBI_SCALAR, &chain, err);
	if (st == YB_OK)
		st = post_facts(r, facts, day, err);
	return st == YB_OK ? compare_line(r, entries, chain, err) : st;
}

yb_status
yb_ledger_import_line(struct yb_ledger_import *reader, const char *line, size_t length, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	struct yb_error *why = NULL;
	yb_status st;

	if (!reader || !line)
		return YB_E_INVALID;
	st = enter(reader, err);
	if (st != YB_OK)
		return st;
	reader->line += reader->line < UINT32_MAX;
	st = ybi_node_read(&arena, reader->name, line, length, &line_limits, true, &root, &why);
	if (st != YB_OK)
		st = fault_of(reader, st, why, err);
	else if (!reader->header)
		st = take_header(reader, root, err);
	else if (ybi_node_get(root, "document"))
		st = take_document(reader, root, err);
	else
		st = take_transaction(reader, root, err);
	ybi_document_wipe(&arena, root);
	return leave(reader, st);
}

yb_status
yb_ledger_import_finish(struct yb_ledger_import *reader, struct yb_error **err)
{
	yb_status st;

	if (!reader)
		return YB_E_INVALID;
	st = enter(reader, err);
	if (st != YB_OK)
		return st;
	if (!reader->header)
		st = fault(reader, YB_E_SYNTAX, NULL, NULL, err, "an export without its first line");
	else if (reader->seq != reader->expected.seq)
		st = fault(reader, YB_E_CONTRADICTION, NULL, "transactions", err, "the export ends after transaction %lld of %lld", (long long)reader->seq,
		           (long long)reader->expected.seq);
	else if (strcmp(reader->chain, reader->expected.chain) != 0)
		st = fault(reader, YB_E_CONTRADICTION, NULL, "head", err, "the head of the first line is not that of the chain");
	else if (ybi_kept_idle(&reader->documents))
		st = fault(reader, YB_E_CONTRADICTION, NULL, "document", err, "no receipt names the policy text %s", ybi_kept_idle(&reader->documents)->hash);
	else
		st = ybi_store_commit(reader->ledger->store, err);
	if (st == YB_OK)
		close_batch(reader);
	return leave(reader, st);
}
