/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "account/ledger.h"
#include "base/memory.h"

/*
 * A ledger line by line. Nothing that was posted is ever changed, so that the lines up to the head at the beginning are the same whenever
 * they are read: the ledger is held for a line at a time.
 */

enum export_part { EXPORT_HEADER, EXPORT_DOCUMENTS, EXPORT_TRANSACTIONS, EXPORT_END };

struct yb_ledger_export {
	struct yb_ledger *ledger;
	enum export_part part;
	struct ybi_head head;
	int64_t document, documents; /* the last that was written, the last there is */
	int64_t seq;
	struct ybi_named_list entries;
	struct ybi_text line;
};

yb_status
yb_ledger_export_new(struct yb_ledger *ledger, struct yb_ledger_export **writer, struct yb_error **err)
{
	struct yb_ledger_export *made;
	bool row = false;
	yb_status st;

	if (!writer)
		return YB_E_INVALID;
	*writer = NULL;
	if (!ledger)
		return YB_E_INVALID;
	made = ybi_calloc(1, sizeof(*made));
	if (!made)
		return ybi_error_no_memory(err);
	made->ledger = ledger;
	st = ybi_ledger_enter(ledger, false, err);
	if (st == YB_OK) {
		st = ybi_ledger_head(ledger, &made->head, err);
		if (st == YB_OK)
			st = ybi_store_run(ledger->store, YBI_SQL_LAST_DOCUMENT, &row, err, "");
		made->documents = st == YB_OK && row ? ybi_store_int(ledger->store, YBI_SQL_LAST_DOCUMENT, 0) : 0;
		ybi_store_done(ledger->store, YBI_SQL_LAST_DOCUMENT);
		st = ybi_ledger_leave(ledger, false, st, err);
	}
	if (st != YB_OK) {
		free(made);
		return st;
	}
	*writer = made;
	return YB_OK;
}

void
yb_ledger_export_unref(struct yb_ledger_export *writer)
{
	if (!writer)
		return;
	free(writer->entries.rows);
	if (writer->line.data)
		yb_wipe(writer->line.data, writer->line.length);
	ybi_text_free(&writer->line);
	free(writer);
}

static void
write_header(struct yb_ledger_export *w)
{
	bool first = true;

	ybi_text_putc(&w->line, '{');
	ybi_json_text(&w->line, &first, "schema", YBI_EXPORT_SCHEMA);
	ybi_json_key(&w->line, &first, "transactions");
	ybi_text_printf(&w->line, "%lld", (long long)w->head.seq);
	ybi_json_text(&w->line, &first, "head", w->head.chain);
	ybi_text_putc(&w->line, '}');
	w->part = EXPORT_DOCUMENTS;
}

/* The next policy text; without one the transactions begin. */
static yb_status
write_document(struct yb_ledger_export *w, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_NEXT_DOCUMENT;
	struct ybi_store *store = w->ledger->store;
	const char *hash, *text;
	size_t hash_length, length;
	bool row = false, first = true;
	yb_status st = ybi_store_run(store, q, &row, err, "i", w->document);

	if (st == YB_OK && row && ybi_store_int(store, q, 0) <= w->documents) {
		hash = ybi_store_text(store, q, 1, &hash_length);
		text = ybi_store_text(store, q, 2, &length);
		if (!hash || !text)
			st = ybi_error_no_memory(err);
		else if (ybi_utf8_check(text, length) != length || ybi_utf8_check(hash, hash_length) != hash_length)
			st = ybi_error_set(err, YB_E_CORRUPT, "the ledger is damaged: a policy text is no text");
		if (st == YB_OK) {
			w->document = ybi_store_int(store, q, 0);
			ybi_text_putc(&w->line, '{');
			ybi_json_text(&w->line, &first, "document", hash);
			ybi_json_key(&w->line, &first, "text");
			ybi_text_json_string(&w->line, text, length);
			ybi_text_putc(&w->line, '}');
		}
	} else if (st == YB_OK) {
		w->part = EXPORT_TRANSACTIONS;
	}
	ybi_store_done(store, q);
	return st;
}

static yb_status
write_transaction(struct yb_ledger_export *w, struct yb_error **err)
{
	struct ybi_posted posted = { 0 };
	struct yb_error *why = NULL;
	struct ybi_head head;
	yb_status st;

	if (w->seq >= w->head.seq) {
		w->part = EXPORT_END;
		return YB_OK;
	}
	st = ybi_ledger_head(w->ledger, &head, err);
	if (st != YB_OK)
		return st;
	if (head.seq < w->head.seq)
		return ybi_error_set(err, YB_E_STATE, "the batch in which the export was begun was taken back");
	w->entries.count = 0;
	st = ybi_ledger_load(w->ledger, w->seq + 1, &posted, &why);
	if (st == YB_E_NO_MEMORY)
		ybi_error_no_memory(err);
	else if (st == YB_E_NOT_FOUND)
		st = ybi_error_set(err, YB_E_CORRUPT, "the ledger is damaged: transaction %lld is missing", (long long)w->seq + 1);
	else if (st != YB_OK && why)
		st = ybi_error_set(err, st, "%s", yb_error_get_message(why));
	yb_error_unref(why);
	if (st == YB_OK)
		st = ybi_ledger_entries(w->ledger, w->seq + 1, &w->entries, err);
	if (st == YB_OK && w->seq + 1 == w->head.seq && memcmp(posted.chain, w->head.chain, YBI_HASH_SIZE) != 0)
		st = ybi_error_set(err, YB_E_STATE, "the batch in which the export was begun was taken back");
	if (st == YB_OK)
		ybi_ledger_line(++w->seq, posted.posting_day, posted.facts, posted.facts_length, &w->entries, posted.chain, &w->line);
	ybi_posted_free(&posted);
	return st;
}

yb_status
yb_ledger_export_next(struct yb_ledger_export *writer, const char **line, size_t *length, struct yb_error **err)
{
	enum export_part part;
	int64_t document, seq;
	yb_status st;

	if (!writer || !line || !length)
		return YB_E_INVALID;
	part = writer->part;
	document = writer->document;
	seq = writer->seq;
	*line = NULL;
	*length = 0;
	st = ybi_ledger_enter(writer->ledger, false, err);
	if (st != YB_OK)
		return st;
	writer->line.length = 0;
	if (writer->part == EXPORT_HEADER)
		write_header(writer);
	else if (writer->part == EXPORT_DOCUMENTS)
		st = write_document(writer, err);
	if (st == YB_OK && writer->line.length == 0 && writer->part == EXPORT_TRANSACTIONS)
		st = write_transaction(writer, err);
	st = ybi_ledger_leave(writer->ledger, false, st, err);
	if (st == YB_OK && writer->line.failed)
		st = ybi_error_no_memory(err);
	if (st != YB_OK) { /* the same line next time */
		writer->part = part;
		writer->document = document;
		writer->seq = seq;
		ybi_text_free(&writer->line);
		return st;
	}
	if (writer->part == EXPORT_END)
		return YB_E_NOT_FOUND;
	*line = writer->line.data;
	*length = writer->line.length;
	return YB_OK;
}
