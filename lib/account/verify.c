/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/verify.h"

#include <stdlib.h>
#include <string.h>

#include <yibao/money.h>

#include "account/report.h"
#include "base/calendar.h"
#include "base/memory.h"

/*
 * Is a ledger what its transactions make it? Every table is read once, in its own order, and held against what follows from the facts. What
 * is kept meanwhile grows with the accounts' days, the persons (one bit each) and the policy texts, not with the transactions.
 */

/* A sum of a month or a day; what an earlier round has left is free room. */
struct period {
	int64_t period;
	yb_fen fen;
	uint64_t round;
};

/* A row of table `txn` and what its facts say; texts are borrowed from the query. */
struct row {
	int64_t seq, kind, person, business_day, posting_day, reverses, belongs;
	bool has_person, has_reverses, has_belongs;
	const char *key, *facts, *chain;
	size_t key_length, facts_length, chain_length;
	const struct ybi_node *root; /* of the facts; NULL: they cannot be read */
};

struct verifier {
	struct yb_ledger *ledger;
	struct yb_ledger_report *report;
	const char *expected;   /* hash, NULL: none */
	int64_t expected_seq;
	bool expected_found;
	struct yb_transaction *t;
	struct ybi_named_list entries; /* those that are there */
	struct ybi_text text;
	char before[YBI_HASH_SIZE];
	int64_t seq, posting_day;
	/* persons in the order in which facts first named them, and who was told by number and identity number at once */
	int64_t persons;
	unsigned char *linked;
	size_t linked_room;
	int64_t used;           /* rows that there must be */
	bool any_closed;
	int64_t closed;
	struct ybi_kept_list documents;
	/* sums of one account */
	struct period *periods;
	size_t period_count, period_room;
	uint64_t round, total;
};

static void
fail_at(struct verifier *v, enum ybi_verify check, enum ybi_flaw flaw, const char *table, const char *column, int64_t number)
{
	struct ybi_verified *o = &v->report->of[check];

	if (!o->asked || o->flaw)
		return;
	o->flaw = flaw;
	o->table = table;
	o->column = column;
	o->number = number;
	v->report->failed++;
}

/* The account too, where its name is one. */
static void
fail_of(struct verifier *v, enum ybi_verify check, enum ybi_flaw flaw, const char *table, const char *column, int64_t number, const char *account,
        size_t length)
{
	struct ybi_verified *o = &v->report->of[check];
	bool first = o->asked && !o->flaw;

	fail_at(v, check, flaw, table, column, number);
	if (first && account && length < sizeof(o->account) && strlen(account) == length && ybi_account_valid(account) &&
	    ybi_utf8_check(account, length) == length)
		memcpy(o->account, account, length + 1);
}

/* Asked for, and not failed yet. */
static bool
open_check(const struct verifier *v, enum ybi_verify check)
{
	return v->report->of[check].asked && !v->report->of[check].flaw;
}

/* What is no finding on the ledger: the machine's faults. */
static bool
is_hard(yb_status st)
{
	return st == YB_E_NO_MEMORY || st == YB_E_IO || st == YB_E_BUSY || st == YB_E_FORKED || st == YB_E_INTERNAL;
}

/* The detail of an error stays inside: it may quote what was read. */
static yb_status
keep_hard(yb_status st, struct yb_error *why, struct yb_error **err)
{
	if (is_hard(st) && st != YB_E_NO_MEMORY && why)
		st = ybi_error_at(err, st, NULL, NULL, "%s", yb_error_get_message(why));
	else if (st == YB_E_NO_MEMORY)
		st = ybi_error_no_memory(err);
	yb_error_unref(why);
	return st;
}

/* A walk that the database ended: format fails, and what the walk was for. */
static void
fail_walk(struct verifier *v, uint32_t checks, const char *table)
{
	fail_at(v, YBI_VERIFY_FORMAT, YBI_FLAW_UNREADABLE, table, NULL, 0);
	for (uint32_t i = 0; i < YBI_VERIFY_COUNT_; i++)
		if (checks & (1u << i))
			fail_at(v, (enum ybi_verify)i, YBI_FLAW_UNREADABLE, table, NULL, 0);
}

#define BIT(check) (1u << (check))

/* ---- rows of a query ---- */

/* Go through the rows of a statement: `each` gives YB_OK, or a status that ends the walk. */
static yb_status
walk(struct verifier *v, const char *sql, uint32_t checks, const char *table, yb_status (*each)(struct verifier *, struct ybi_query *, struct yb_error **),
     struct yb_error **err)
{
	struct ybi_query *query = NULL;
	struct yb_error *why = NULL;
	bool row = false;
	yb_status st = ybi_query_open(v->ledger->store, sql, &query, &why);

	if (st == YB_OK)
		st = ybi_query_next(query, &row, &why);
	while (st == YB_OK && row) {
		st = each(v, query, &why);
		if (st == YB_OK) {
			yb_error_unref(why); /* of a question whose answer is a finding */
			why = NULL;
			st = ybi_query_next(query, &row, &why);
		}
	}
	ybi_query_close(query);
	if (st == YB_OK)
		return YB_OK;
	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	fail_walk(v, checks, table);
	return YB_OK;
}

/* A text column. A NULL of the table is the text "" with *null set. */
static yb_status
text_of(struct ybi_query *query, int column, const char **text, size_t *length, bool *null, struct yb_error **err)
{
	*null = ybi_query_null(query, column);
	*length = 0;
	*text = *null ? "" : ybi_query_text(query, column, length);
	return *text ? YB_OK : ybi_error_no_memory(err);
}

static yb_status
count_rows(struct verifier *v, const char *sql, int64_t *count, bool *known, struct yb_error **err)
{
	struct ybi_query *query = NULL;
	struct yb_error *why = NULL;
	bool row = false;
	yb_status st = ybi_query_open(v->ledger->store, sql, &query, &why);

	if (st == YB_OK)
		st = ybi_query_next(query, &row, &why);
	*known = st == YB_OK && row;
	*count = *known ? ybi_query_int(query, 0) : 0;
	ybi_query_close(query);
	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	return YB_OK;
}

/* As many rows as were met, and no more. */
static yb_status
expect_rows(struct verifier *v, enum ybi_verify check, const char *sql, int64_t expected, const char *table, struct yb_error **err)
{
	int64_t count = 0;
	bool known = false;
	yb_status st = open_check(v, check) ? count_rows(v, sql, &count, &known, err) : YB_OK;

	if (st != YB_OK || !open_check(v, check))
		return st;
	if (!known)
		fail_walk(v, BIT(check), table);
	else if (count != expected)
		fail_at(v, check, YBI_FLAW_EXTRA, table, NULL, 0);
	return YB_OK;
}

/* ---- policy texts ---- */

static int
by_hash(const void *a, const void *b)
{
	return strcmp(((const struct ybi_kept *)a)->hash, ((const struct ybi_kept *)b)->hash);
}

yb_status
ybi_kept_add(struct ybi_kept_list *list, const char *hash, struct yb_error **err)
{
	if (!ybi_grow(&list->rows, list->count, &list->room, sizeof(*list->rows)))
		return ybi_error_no_memory(err);
	list->rows[list->count] = (struct ybi_kept) { .named = false };
	memcpy(list->rows[list->count++].hash, hash, YBI_HASH_SIZE);
	return YB_OK;
}

void
ybi_kept_sort(struct ybi_kept_list *list)
{
	if (list->count)
		qsort(list->rows, list->count, sizeof(*list->rows), by_hash);
}

bool
ybi_kept_name(struct ybi_kept_list *list, const struct ybi_node *facts)
{
	const struct ybi_node *receipt = ybi_node_get(facts, "receipt"), *documents = receipt ? ybi_node_get(receipt, "documents") : NULL;
	bool all = true;

	for (uint32_t i = 0; documents && documents->kind == YBI_SEQ && i < documents->count; i++) {
		const struct ybi_node *hash = ybi_node_get(documents->items[i], "hash");
		struct ybi_kept key, *found = NULL;
		if (hash && hash->kind == YBI_SCALAR && hash->count == YBI_HASH_SIZE - 1 && list->count) {
			memcpy(key.hash, hash->text, YBI_HASH_SIZE);
			found = bsearch(&key, list->rows, list->count, sizeof(key), by_hash);
		}
		if (found)
			found->named = true;
		all = all && found;
	}
	return all;
}

const struct ybi_kept *
ybi_kept_idle(const struct ybi_kept_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!list->rows[i].named)
			return &list->rows[i];
	return NULL;
}

static yb_status
load_document(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	const char *hash, *text;
	size_t hash_length, length;
	bool no_hash, no_text;
	char found[YBI_HASH_SIZE];
	yb_status st = text_of(query, 0, &hash, &hash_length, &no_hash, err);

	if (st == YB_OK)
		st = text_of(query, 1, &text, &length, &no_text, err);
	if (st != YB_OK)
		return st;
	v->report->of[YBI_VERIFY_DOCUMENTS].rows++;
	ybi_hash(text, length, found);
	if (no_hash || no_text || hash_length != YBI_HASH_SIZE - 1 || memcmp(hash, found, hash_length) != 0) {
		fail_at(v, YBI_VERIFY_DOCUMENTS, YBI_FLAW_TEXT, "document", "text", v->report->of[YBI_VERIFY_DOCUMENTS].rows);
		return YB_OK;
	}
	return ybi_kept_add(&v->documents, found, err);
}

static yb_status
load_documents(struct verifier *v, struct yb_error **err)
{
	yb_status st = YB_OK;

	if (open_check(v, YBI_VERIFY_DOCUMENTS))
		st = walk(v, "SELECT hash, text FROM document", BIT(YBI_VERIFY_DOCUMENTS), "document", load_document, err);
	ybi_kept_sort(&v->documents);
	return st;
}

/* ---- transactions ---- */

static yb_status
read_row(struct ybi_query *query, struct row *row, struct yb_error **err)
{
	bool null;
	yb_status st;

	*row = (struct row) { .seq = ybi_query_int(query, 0), .kind = ybi_query_int(query, 2), .person = ybi_query_int(query, 3),
		              .business_day = ybi_query_int(query, 4), .posting_day = ybi_query_int(query, 5), .reverses = ybi_query_int(query, 6),
		              .belongs = ybi_query_int(query, 7), .has_person = !ybi_query_null(query, 3), .has_reverses = !ybi_query_null(query, 6),
		              .has_belongs = !ybi_query_null(query, 7) };
	st = text_of(query, 1, &row->key, &row->key_length, &null, err);
	if (st == YB_OK)
		st = text_of(query, 8, &row->facts, &row->facts_length, &null, err);
	return st == YB_OK ? text_of(query, 9, &row->chain, &row->chain_length, &null, err) : st;
}

static bool
is_day(int64_t day)
{
	return day >= YBI_DAY_FIRST && day <= YBI_DAY_LAST;
}

static void
check_chain(struct verifier *v, const struct row *row)
{
	struct ybi_verified *o = &v->report->of[YBI_VERIFY_CHAIN];
	char chain[YBI_HASH_SIZE];

	if (!open_check(v, YBI_VERIFY_CHAIN))
		return;
	o->rows++;
	if (row->seq != v->seq + 1) {
		fail_at(v, YBI_VERIFY_CHAIN, YBI_FLAW_GAP, "txn", "seq", row->seq);
		return;
	}
	if (!is_day(row->posting_day)) {
		fail_at(v, YBI_VERIFY_CHAIN, YBI_FLAW_HASH, "txn", "posting_day", row->seq);
		return;
	}
	v->text.length = 0;
	ybi_ledger_line(row->seq, (yb_day)row->posting_day, row->facts, row->facts_length, &v->entries, NULL, &v->text);
	if (v->text.failed)
		return;
	ybi_ledger_chain(v->before, &v->text, chain);
	if (row->chain_length != YBI_HASH_SIZE - 1 || memcmp(row->chain, chain, YBI_HASH_SIZE - 1) != 0) {
		fail_at(v, YBI_VERIFY_CHAIN, YBI_FLAW_HASH, "txn", "chain", row->seq);
		return;
	}
	memcpy(v->before, chain, sizeof(chain));
	v->report->head_seq = row->seq;
	if (v->expected && row->seq == v->expected_seq)
		v->expected_found = !strcmp(v->expected, chain);
}

static void
check_order(struct verifier *v, const struct row *row)
{
	if (!open_check(v, YBI_VERIFY_ORDER))
		return;
	v->report->of[YBI_VERIFY_ORDER].rows++;
	if (row->posting_day < v->posting_day)
		fail_at(v, YBI_VERIFY_ORDER, YBI_FLAW_DAY_FALLS, "txn", "posting_day", row->seq);
	else if (row->has_reverses && (row->reverses >= row->seq || row->reverses < 1))
		fail_at(v, YBI_VERIFY_ORDER, YBI_FLAW_LATER, "txn", "reverses", row->seq);
	else if (row->has_belongs && (row->belongs >= row->seq || row->belongs < 1))
		fail_at(v, YBI_VERIFY_ORDER, YBI_FLAW_LATER, "txn", "belongs", row->seq);
}

static void
check_columns(struct verifier *v, const struct row *row, const struct ybi_posting *p, bool person_known)
{
	const struct yb_transaction *t = v->t;
	bool reverses = t->facts[YBI_TOLD_REVERSES].known, belongs = !reverses && t->facts[YBI_TOLD_BELONGS].known;
	const char *wrong = NULL, *key = ybi_told_text(t, YBI_TOLD_KEY);

	if (row->key_length != strlen(key) || memcmp(row->key, key, row->key_length) != 0)
		wrong = "key";
	else if (row->kind != ybi_told_value(t, YBI_TOLD_KIND))
		wrong = "kind";
	else if (!person_known || row->has_person != (p->person.id != 0) || (row->has_person && row->person != p->person.id))
		wrong = "person";
	else if (row->business_day != ybi_told_value(t, YBI_TOLD_BUSINESS_DAY))
		wrong = "business_day";
	else if (row->has_reverses != reverses || (reverses && row->reverses != p->linked))
		wrong = "reverses";
	else if (row->has_belongs != belongs || (belongs && row->belongs != p->linked))
		wrong = "belongs";
	if (wrong)
		fail_at(v, YBI_VERIFY_FACTS, YBI_FLAW_COLUMN, "txn", wrong, row->seq);
}

static void
check_facts(struct verifier *v, const struct row *row, const struct ybi_posting *p, bool person_known, bool lawful)
{
	if (!open_check(v, YBI_VERIFY_FACTS))
		return;
	v->text.length = 0;
	ybi_transaction_write(v->t, NULL, &v->text);
	if (v->text.failed)
		return; /* told of at the end */
	if (v->text.length != row->facts_length || memcmp(v->text.data, row->facts, row->facts_length) != 0)
		fail_at(v, YBI_VERIFY_FACTS, YBI_FLAW_CANONICAL, "txn", "facts", row->seq);
	if (!lawful)
		fail_at(v, YBI_VERIFY_FACTS, YBI_FLAW_RULE, "txn", "facts", row->seq);
	check_columns(v, row, p, person_known);
}

static bool
same_entries(const struct ybi_named_list *a, const struct ybi_named_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->rows[i].fen != b->rows[i].fen || strcmp(a->rows[i].name, b->rows[i].name) != 0)
			return false;
	return true;
}

static yb_status
check_entries(struct verifier *v, struct ybi_posting *p, bool sound, struct yb_error **err)
{
	struct yb_error *why = NULL;
	uint64_t sum = 0;
	yb_status st;

	if (!open_check(v, YBI_VERIFY_ENTRIES))
		return YB_OK;
	st = sound ? ybi_posting_entries(p, &why) : YB_E_NOT_FOUND;
	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	for (size_t i = 0; i < v->entries.count; i++)
		sum += (uint64_t)v->entries.rows[i].fen;
	v->report->of[YBI_VERIFY_ENTRIES].rows += (int64_t)v->entries.count;
	if (st != YB_OK)
		fail_at(v, YBI_VERIFY_ENTRIES, YBI_FLAW_LAW, "txn", "facts", p->seq);
	else if (!same_entries(&p->entries, &v->entries))
		fail_at(v, YBI_VERIFY_ENTRIES, YBI_FLAW_ENTRIES, "entry", NULL, p->seq);
	else if (sum != 0)
		fail_at(v, YBI_VERIFY_ENTRIES, YBI_FLAW_SUM, "entry", "fen", p->seq);
	return YB_OK;
}

/* What the accounts of a kind, or of two, have moved; sums of 64 amounts that each are below 10^12. */
static yb_fen
moved(const struct verifier *v, const char *one, const char *other)
{
	yb_fen sum = 0;

	for (size_t i = 0; i < v->entries.count; i++) {
		const char *name = v->entries.rows[i].name;
		size_t length = strcspn(name, "/");
		if (ybi_streq_n(name, length, one) || ybi_streq_n(name, length, other))
			sum = (yb_fen)((uint64_t)sum + (uint64_t)v->entries.rows[i].fen);
	}
	return sum;
}

/* The identities of the national interface, and that the accounts moved by its amounts. */
static void
check_identities(struct verifier *v, const struct row *row, bool lawful)
{
	const struct yb_transaction *t = v->t;
	int64_t kind = ybi_told_value(t, YBI_TOLD_KIND);

	if (!open_check(v, YBI_VERIFY_IDENTITIES) || (kind != YBI_POST_SETTLEMENT && kind != YBI_POST_ADJUSTMENT))
		return;
	v->report->of[YBI_VERIFY_IDENTITIES].rows++;
	if (!lawful)
		fail_at(v, YBI_VERIFY_IDENTITIES, YBI_FLAW_RULE, "txn", "facts", row->seq);
	else if (kind == YBI_POST_SETTLEMENT &&
	         (moved(v, "fund", "fund") != -ybi_told_value(t, YBI_TOLD_FUND_PAY_SUMAMT) ||
	          moved(v, "account", "account") != -ybi_told_value(t, YBI_TOLD_ACCT_PAY) ||
	          moved(v, "cash", "clearing") != -ybi_told_value(t, YBI_TOLD_PSN_CASH_PAY) ||
	          moved(v, "institution", "institution") !=
	                  ybi_told_value(t, YBI_TOLD_MEDFEE_SUMAMT) - ybi_told_value(t, YBI_TOLD_HOSP_PART_AMT)))
		fail_at(v, YBI_VERIFY_IDENTITIES, YBI_FLAW_SETTLED, "entry", "fen", row->seq);
}

static yb_status
check_used(struct verifier *v, struct ybi_posting *p, bool sound, struct yb_error **err)
{
	struct ybi_used_list used = { 0 };
	struct ybi_store *store = v->ledger->store;
	struct yb_error *why = NULL;
	yb_status st;

	if (!open_check(v, YBI_VERIFY_USED))
		return YB_OK;
	st = sound ? ybi_posting_used(p, &used, &why) : YB_E_NOT_FOUND;
	v->used += (int64_t)used.count;
	v->report->of[YBI_VERIFY_USED].rows += (int64_t)used.count;
	for (size_t i = 0; i < used.count && st == YB_OK; i++) {
		const struct ybi_used_row *want = &used.rows[i];
		bool row = false;
		st = ybi_store_run(store, YBI_SQL_FIND_USED, &row, &why, "izziiz", p->person.id, want->policy, want->name, (int64_t)want->day, p->seq,
		                   want->episode);
		if (st == YB_OK && (!row || ybi_store_null(store, YBI_SQL_FIND_USED, 0) || ybi_store_int(store, YBI_SQL_FIND_USED, 0) != want->fen))
			fail_at(v, YBI_VERIFY_USED, YBI_FLAW_USED, "used", NULL, p->seq);
		ybi_store_done(store, YBI_SQL_FIND_USED);
	}
	free(used.rows);
	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	if (st != YB_OK)
		fail_at(v, YBI_VERIFY_USED, YBI_FLAW_USED, "used", NULL, p->seq);
	return YB_OK;
}

static void
check_closed(struct verifier *v, const struct row *row)
{
	int64_t through = ybi_told_value(v->t, YBI_TOLD_THROUGH);

	if (!open_check(v, YBI_VERIFY_CLOSED))
		return;
	v->report->of[YBI_VERIFY_CLOSED].rows++;
	if (ybi_told_value(v->t, YBI_TOLD_KIND) == YBI_POST_CLOSING) {
		v->closed = !v->any_closed || through > v->closed ? through : v->closed;
		v->any_closed = true;
	} else if (v->any_closed && ybi_told_value(v->t, YBI_TOLD_BUSINESS_DAY) <= v->closed) {
		fail_at(v, YBI_VERIFY_CLOSED, YBI_FLAW_IN_CLOSED, "txn", "business_day", row->seq);
	}
}

/* ---- persons, in the order in which they are first named ---- */

static yb_status
set_linked(struct verifier *v, int64_t id, struct yb_error **err)
{
	size_t at = (size_t)(id / 8), room = v->linked_room ? v->linked_room : 64;
	unsigned char *more;

	while (room <= at)
		room *= 2;
	if (room != v->linked_room) {
		more = realloc(v->linked, room);
		if (!more)
			return ybi_error_no_memory(err);
		memset(more + v->linked_room, 0, room - v->linked_room);
		v->linked = more;
		v->linked_room = room;
	}
	v->linked[at] = (unsigned char)(v->linked[at] | 1u << (id % 8));
	return YB_OK;
}

static bool
is_linked(const struct verifier *v, int64_t id)
{
	return id >= 0 && (size_t)(id / 8) < v->linked_room && v->linked[id / 8] & 1u << (id % 8);
}

/* A row of table `person`; YB_E_NOT_FOUND, without a message, when there is none that can be read. */
static yb_status
look_up(struct verifier *v, enum ybi_sql by, const char *text, struct ybi_person_row *person, struct yb_error **err)
{
	struct yb_error *why = NULL;
	yb_status st = ybi_ledger_find_person(v->ledger, by, text, person, &why);

	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	return st == YB_OK ? YB_OK : YB_E_NOT_FOUND;
}

/* A person that facts name: the next new one, or one that was named before. */
static yb_status
meet_person(struct verifier *v, int64_t seq, const char *psn_no, const char *hash, struct yb_error **err)
{
	struct ybi_person_row by_no = { 0 }, by_hash = { 0 }, *person = psn_no[0] ? &by_no : &by_hash;
	yb_status st = psn_no[0] ? look_up(v, YBI_SQL_FIND_PERSON_NO, psn_no, &by_no, err) : YB_OK;

	if (st == YB_OK && hash[0])
		st = look_up(v, YBI_SQL_FIND_PERSON_HASH, hash, &by_hash, err);
	if (is_hard(st))
		return st;
	if (st != YB_OK) {
		fail_at(v, YBI_VERIFY_PERSONS, YBI_FLAW_PERSON_NONE, "txn", "facts", seq);
		return YB_OK;
	}
	if (person->id < 1 || person->id > v->persons + 1 || (psn_no[0] && hash[0] && by_no.id != by_hash.id)) {
		fail_at(v, YBI_VERIFY_PERSONS, YBI_FLAW_PERSON, "person", "id", person->id);
		return YB_OK;
	}
	if (person->id == v->persons + 1) {
		v->persons++;
		if (strcmp(person->token, psn_no[0] ? psn_no : hash) != 0)
			fail_at(v, YBI_VERIFY_PERSONS, YBI_FLAW_PERSON, "person", "token", person->id);
	}
	return psn_no[0] && hash[0] ? set_linked(v, person->id, err) : YB_OK;
}

static yb_status
meet_persons(struct verifier *v, int64_t seq, struct yb_error **err)
{
	static const enum ybi_told others[] = { YBI_TOLD_MEMBER, YBI_TOLD_SHARER };
	const char *psn_no = ybi_told_text(v->t, YBI_TOLD_PSN_NO), *hash = ybi_told_text(v->t, YBI_TOLD_PSN_HASH);
	yb_status st = YB_OK;

	if (open_check(v, YBI_VERIFY_PERSONS) && (psn_no[0] || hash[0]))
		st = meet_person(v, seq, psn_no, hash, err);
	for (size_t i = 0; i < ARRAY_SIZE(others) && st == YB_OK; i++) {
		const char *name = ybi_told_text(v->t, others[i]);
		if (name[0] && name[0] != '#' && open_check(v, YBI_VERIFY_PERSONS))
			st = meet_person(v, seq, name, "", err);
	}
	return st;
}

/* The newest transaction that moved an account of the name. */
static yb_status
last_of_account(struct verifier *v, const char *kind, const char *token, int64_t *last, struct yb_error **err)
{
	struct ybi_store *store = v->ledger->store;
	char name[96] = "";
	int64_t account = 0, txn = 0;
	bool row = false;
	yb_status st;

	memcpy(name, kind, strlen(kind));
	memcpy(name + strlen(kind), token, strlen(token) + 1);
	st = ybi_store_run(store, YBI_SQL_FIND_ACCOUNT, &row, err, "z", name);
	account = st == YB_OK && row ? ybi_store_int(store, YBI_SQL_FIND_ACCOUNT, 0) : 0;
	ybi_store_done(store, YBI_SQL_FIND_ACCOUNT);
	if (st != YB_OK || !row)
		return st;
	st = ybi_store_run(store, YBI_SQL_LAST_ENTRY, &row, err, "i", account);
	txn = st == YB_OK && row ? ybi_store_int(store, YBI_SQL_LAST_ENTRY, 1) : 0;
	ybi_store_done(store, YBI_SQL_LAST_ENTRY);
	*last = txn > *last ? txn : *last;
	return st;
}

static yb_status
last_of_person(struct verifier *v, int64_t id, const char *token, int64_t *last, struct yb_error **err)
{
	struct ybi_store *store = v->ledger->store;
	bool row = false;
	yb_status st = ybi_store_run(store, YBI_SQL_LAST_OF_PERSON, &row, err, "i", id);

	*last = st == YB_OK && row ? ybi_store_int(store, YBI_SQL_LAST_OF_PERSON, 0) : 0;
	ybi_store_done(store, YBI_SQL_LAST_OF_PERSON);
	if (st == YB_OK)
		st = last_of_account(v, "account/", token, last, err);
	return st == YB_OK ? last_of_account(v, "pending/", token, last, err) : st;
}

static yb_status
check_person(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	const char *token, *psn_no, *hash, *wrong = NULL;
	size_t token_length, no_length, hash_length;
	bool no_token, no_number, no_hash;
	int64_t id = ybi_query_int(query, 0), last = 0;
	yb_status st = text_of(query, 1, &token, &token_length, &no_token, err);

	if (st == YB_OK)
		st = text_of(query, 2, &psn_no, &no_length, &no_number, err);
	if (st == YB_OK)
		st = text_of(query, 3, &hash, &hash_length, &no_hash, err);
	if (st != YB_OK || !open_check(v, YBI_VERIFY_PERSONS))
		return st;
	v->report->of[YBI_VERIFY_PERSONS].rows++;
	if (no_token || token_length >= YB_LEDGER_HASH_SIZE + 1 || strlen(token) != token_length)
		wrong = "token";
	else if (!no_number && (no_length != strlen(psn_no) || (no_hash && strcmp(token, psn_no) != 0)))
		wrong = "psn_no";
	else if (!no_hash && (hash_length != strlen(hash) || (no_number && strcmp(token, hash) != 0)))
		wrong = "hash";
	else if ((no_number && no_hash) || (!no_number && !no_hash && !is_linked(v, id)))
		wrong = "hash"; /* nothing has told both at once */
	if (wrong) {
		fail_at(v, YBI_VERIFY_PERSONS, YBI_FLAW_PERSON, "person", wrong, id);
		return YB_OK;
	}
	st = last_of_person(v, id, token, &last, err);
	if (st == YB_OK && last != ybi_query_int(query, 4))
		fail_at(v, YBI_VERIFY_PERSONS, YBI_FLAW_LAST, "person", "last", id);
	return st;
}

/* ---- all that one transaction says ---- */

#define OF_FACTS (BIT(YBI_VERIFY_FACTS) | BIT(YBI_VERIFY_ENTRIES) | BIT(YBI_VERIFY_IDENTITIES) | BIT(YBI_VERIFY_PERSONS) | \
                  BIT(YBI_VERIFY_USED) | BIT(YBI_VERIFY_DOCUMENTS) | BIT(YBI_VERIFY_CLOSED))
#define OF_TXN (OF_FACTS | BIT(YBI_VERIFY_CHAIN) | BIT(YBI_VERIFY_ORDER))

static bool
any_open(const struct verifier *v, uint32_t checks)
{
	for (uint32_t i = 0; i < YBI_VERIFY_COUNT_; i++)
		if ((checks & BIT(i)) && open_check(v, (enum ybi_verify)i))
			return true;
	return false;
}

/* Of a transaction that was read: its person is there, what it hangs on as well, and it says what its kind needs. */
struct told {
	bool person, linked, lawful;
};

/* A status that is a finding, or the machine's fault. */
static yb_status
as_finding(yb_status st, bool *well, struct yb_error *why, struct yb_error **err)
{
	*well = st == YB_OK;
	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	return YB_OK;
}

static yb_status
prepare(struct verifier *v, struct ybi_posting *p, struct told *told, struct yb_error **err)
{
	struct yb_error *why = NULL;
	yb_status st = ybi_ledger_person_of(v->ledger, v->t, NULL, false, &p->person, &why);

	st = as_finding(st, &told->person, why, err);
	if (st == YB_OK) {
		why = NULL;
		st = ybi_transaction_check(v->t, &why);
		st = as_finding(st, &told->lawful, why, err);
	}
	if (st == YB_OK) {
		why = NULL;
		st = ybi_posting_link(p, &why);
		st = as_finding(st, &told->linked, why, err);
	}
	return st;
}

static yb_status
check_told(struct verifier *v, const struct row *row, struct yb_error **err)
{
	struct ybi_posting p = { .ledger = v->ledger, .t = v->t, .kind = (enum ybi_kind_of_transaction)ybi_told_value(v->t, YBI_TOLD_KIND), .seq = row->seq };
	struct told told = { .linked = false };
	yb_status st = prepare(v, &p, &told, err);
	bool sound = told.linked && told.person && told.lawful; /* the law asks for what the kind needs */

	if (st == YB_OK) {
		v->report->of[YBI_VERIFY_FACTS].rows++;
		check_facts(v, row, &p, told.person, told.lawful);
		st = check_entries(v, &p, sound, err);
	}
	if (st == YB_OK) {
		check_identities(v, row, told.lawful);
		st = meet_persons(v, row->seq, err);
	}
	if (st == YB_OK) {
		st = check_used(v, &p, sound, err);
		check_closed(v, row);
	}
	if (st == YB_OK && open_check(v, YBI_VERIFY_DOCUMENTS) && !ybi_kept_name(&v->documents, row->root))
		fail_at(v, YBI_VERIFY_DOCUMENTS, YBI_FLAW_TEXT_NONE, "document", NULL, row->seq);
	ybi_posting_free(&p);
	return st;
}

static yb_status
check_readable(struct verifier *v, struct row *row, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	struct yb_error *why = NULL;
	yb_status st = ybi_node_read(&arena, "facts", row->facts, row->facts_length, &ybi_json_limits, true, &root, &why);

	yb_transaction_clear(v->t);
	if (st == YB_OK)
		st = ybi_transaction_from_node(root, v->t, &why);
	row->root = root;
	if (st == YB_OK) {
		yb_error_unref(why);
		st = check_told(v, row, err);
	} else if (is_hard(st)) {
		st = keep_hard(st, why, err);
	} else {
		yb_error_unref(why);
		for (uint32_t i = 0; i < YBI_VERIFY_COUNT_; i++)
			if (OF_FACTS & BIT(i))
				fail_at(v, (enum ybi_verify)i, YBI_FLAW_FACTS, "txn", "facts", row->seq);
		st = YB_OK;
	}
	ybi_arena_free(&arena);
	return st;
}

static yb_status
check_txn(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	struct yb_error *why = NULL;
	struct row row;
	yb_status st = read_row(query, &row, err);

	v->entries.count = 0;
	if (st == YB_OK && any_open(v, BIT(YBI_VERIFY_CHAIN) | BIT(YBI_VERIFY_ENTRIES) | BIT(YBI_VERIFY_IDENTITIES))) {
		st = ybi_ledger_entries(v->ledger, row.seq, &v->entries, &why);
		if (is_hard(st))
			return keep_hard(st, why, err);
		yb_error_unref(why);
		if (st != YB_OK) {
			fail_at(v, YBI_VERIFY_CHAIN, YBI_FLAW_HASH, "entry", NULL, row.seq);
			fail_at(v, YBI_VERIFY_ENTRIES, YBI_FLAW_ENTRIES, "entry", NULL, row.seq);
			fail_at(v, YBI_VERIFY_IDENTITIES, YBI_FLAW_SETTLED, "entry", NULL, row.seq);
			st = YB_OK;
		}
	}
	if (st != YB_OK)
		return st;
	check_chain(v, &row);
	check_order(v, &row);
	if (any_open(v, OF_FACTS))
		st = check_readable(v, &row, err);
	v->seq = row.seq;
	v->posting_day = row.posting_day;
	return st == YB_OK && v->text.failed ? ybi_error_no_memory(err) : st;
}

static yb_status
check_reversed_twice(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	(void)err;
	fail_at(v, YBI_VERIFY_ORDER, YBI_FLAW_TWICE, "txn", "reverses", ybi_query_int(query, 0));
	return YB_OK;
}

static yb_status
check_closed_row(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	(void)err;
	if (!v->any_closed || ybi_query_int(query, 0) != 1 || ybi_query_int(query, 1) != v->closed)
		fail_at(v, YBI_VERIFY_CLOSED, YBI_FLAW_CLOSED, "closed", "through", 0);
	return YB_OK;
}

/* What is left to be asked when all transactions were met. */
static yb_status
check_remains(struct verifier *v, struct yb_error **err)
{
	yb_status st = YB_OK;

	if (v->expected && !v->expected_found)
		fail_at(v, YBI_VERIFY_CHAIN, YBI_FLAW_HEAD, "txn", "chain", v->expected_seq);
	if (open_check(v, YBI_VERIFY_ORDER))
		st = walk(v, "SELECT reverses FROM txn WHERE reverses IS NOT NULL GROUP BY reverses HAVING count(*) > 1 LIMIT 1", BIT(YBI_VERIFY_ORDER), "txn",
		          check_reversed_twice, err);
	if (st == YB_OK)
		st = expect_rows(v, YBI_VERIFY_PERSONS, "SELECT count(*) FROM person", v->persons, "person", err);
	if (st == YB_OK && open_check(v, YBI_VERIFY_PERSONS))
		st = walk(v, "SELECT id, token, psn_no, hash, last FROM person ORDER BY id", BIT(YBI_VERIFY_PERSONS), "person", check_person, err);
	if (st == YB_OK)
		st = expect_rows(v, YBI_VERIFY_USED, "SELECT count(*) FROM used", v->used, "used", err);
	if (st == YB_OK && ybi_kept_idle(&v->documents))
		fail_at(v, YBI_VERIFY_DOCUMENTS, YBI_FLAW_EXTRA, "document", NULL, 0);
	if (st == YB_OK && open_check(v, YBI_VERIFY_CLOSED))
		st = walk(v, "SELECT one, through FROM closed", BIT(YBI_VERIFY_CLOSED), "closed", check_closed_row, err);
	return st == YB_OK ? expect_rows(v, YBI_VERIFY_CLOSED, "SELECT count(*) FROM closed", v->any_closed, "closed", err) : st;
}

static yb_status
check_transactions(struct verifier *v, struct yb_error **err)
{
	yb_status st;

	if (!any_open(v, OF_TXN))
		return YB_OK;
	v->posting_day = INT64_MIN;
	v->expected_found = v->expected && v->expected_seq == 0 && !strcmp(v->expected, ybi_chain_start);
	st = load_documents(v, err);
	if (st == YB_OK)
		st = walk(v, "SELECT seq, key, kind, person, business_day, posting_day, reverses, belongs, facts, chain FROM txn ORDER BY seq", OF_TXN, "txn",
		          check_txn, err);
	return st == YB_OK ? check_remains(v, err) : st;
}

/* ---- accounts and their balances ---- */

static yb_status
check_account(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	struct ybi_store *store = v->ledger->store;
	struct ybi_person_row person = { 0 };
	int64_t id = ybi_query_int(query, 0);
	const char *name;
	size_t length;
	bool null, moves = false, of_person;
	yb_status st = text_of(query, 1, &name, &length, &null, err);

	if (st != YB_OK || !open_check(v, YBI_VERIFY_ACCOUNTS))
		return st;
	v->report->of[YBI_VERIFY_ACCOUNTS].rows++;
	if (null || strlen(name) != length || !ybi_account_valid(name)) {
		fail_at(v, YBI_VERIFY_ACCOUNTS, YBI_FLAW_ACCOUNT_NAME, "account", "name", id);
		return YB_OK;
	}
	of_person = !strncmp(name, "account/", 8) || !strncmp(name, "pending/", 8);
	st = of_person ? look_up(v, YBI_SQL_FIND_PERSON_TOKEN, name + 8, &person, err) : YB_OK;
	if (is_hard(st))
		return st;
	if (st != YB_OK || of_person == ybi_query_null(query, 2) || (of_person && person.id != ybi_query_int(query, 2)))
		fail_of(v, YBI_VERIFY_ACCOUNTS, YBI_FLAW_ACCOUNT_PERSON, "account", "person", id, name, length);
	st = ybi_store_run(store, YBI_SQL_LAST_ENTRY, &moves, err, "i", id);
	ybi_store_done(store, YBI_SQL_LAST_ENTRY);
	if (st == YB_OK && !moves)
		fail_of(v, YBI_VERIFY_ACCOUNTS, YBI_FLAW_IDLE, "account", NULL, id, name, length);
	return st;
}

/* The place of a period in the table of sums, which has room. */
static struct period *
find_period(struct verifier *v, int64_t period)
{
	size_t at = (size_t)((uint64_t)period * 0x9E3779B97F4A7C15u >> 20) & (v->period_room - 1);

	while (v->periods[at].round == v->round && v->periods[at].period != period)
		at = (at + 1) & (v->period_room - 1);
	return &v->periods[at];
}

static yb_status
make_room(struct verifier *v, struct yb_error **err)
{
	struct period *old = v->periods;
	size_t room = v->period_room;

	if (v->period_count * 2 < room)
		return YB_OK;
	v->periods = ybi_calloc(room ? room * 2 : 256, sizeof(*v->periods));
	if (!v->periods) {
		v->periods = old;
		return ybi_error_no_memory(err);
	}
	v->period_room = room ? room * 2 : 256;
	for (size_t i = 0; i < room; i++)
		if (old[i].round == v->round)
			*find_period(v, old[i].period) = old[i];
	free(old);
	return YB_OK;
}

static yb_status
add_period(struct verifier *v, int64_t period, yb_fen fen, struct yb_error **err)
{
	yb_status st = make_room(v, err);
	struct period *p;

	if (st != YB_OK)
		return st;
	p = find_period(v, period);
	if (p->round != v->round) {
		*p = (struct period) { .period = period, .round = v->round };
		v->period_count++;
	}
	p->fen = (yb_fen)((uint64_t)p->fen + (uint64_t)fen); /* what does not fit was refused when it was posted, and differs now */
	return YB_OK;
}

/* Entries in the order of accounts; what is known of the one that is being read. */
struct fold {
	struct verifier *v;
	bool any;
	int64_t account, sums;
	yb_fen balance;
};

static yb_status
end_account(struct fold *f, struct yb_error **err)
{
	struct verifier *v = f->v;
	struct ybi_store *store = v->ledger->store;
	size_t met = 0;
	bool row = false, wrong = false;
	yb_status st = f->any ? ybi_store_run(store, YBI_SQL_SUMS_OF, &row, err, "i", f->account) : YB_OK;

	while (st == YB_OK && row) {
		const struct period *p = find_period(v, ybi_store_int(store, YBI_SQL_SUMS_OF, 0));
		wrong = wrong || p->round != v->round || ybi_store_null(store, YBI_SQL_SUMS_OF, 1) || p->fen != ybi_store_int(store, YBI_SQL_SUMS_OF, 1);
		met++;
		st = ybi_store_next(store, YBI_SQL_SUMS_OF, &row, err);
	}
	if (f->any)
		ybi_store_done(store, YBI_SQL_SUMS_OF);
	if (st == YB_OK && (wrong || met != v->period_count))
		fail_at(v, YBI_VERIFY_BALANCES, YBI_FLAW_PERIOD, "sum", "fen", f->account);
	f->sums += (int64_t)met;
	v->period_count = 0;
	v->round++;
	return st;
}

static yb_status
fold_entry(struct fold *f, struct ybi_query *query, struct yb_error **err)
{
	struct verifier *v = f->v;
	int64_t account = ybi_query_int(query, 0), txn = ybi_query_int(query, 1), after = ybi_query_int(query, 3), day = ybi_query_int(query, 4);
	yb_fen fen = ybi_query_int(query, 2);
	const char *name;
	size_t length;
	bool null;
	yb_status st = text_of(query, 5, &name, &length, &null, err);

	v->report->of[YBI_VERIFY_BALANCES].rows++;
	if (st == YB_OK && (!f->any || account != f->account)) {
		st = end_account(f, err);
		f->any = true;
		f->account = account;
		f->balance = 0;
	}
	if (st != YB_OK)
		return st;
	if (yb_fen_add(f->balance, fen, &f->balance) != YB_OK || f->balance != after)
		fail_of(v, YBI_VERIFY_BALANCES, YBI_FLAW_AFTER, "entry", "after", txn, name, length);
	else if (after < 0 && !null && !ybi_account_may_owe(name))
		fail_of(v, YBI_VERIFY_BALANCES, YBI_FLAW_BELOW, "entry", "after", txn, name, length);
	f->balance = after;
	if (ybi_query_null(query, 4) || !is_day(day)) {
		fail_of(v, YBI_VERIFY_BALANCES, YBI_FLAW_PERIOD, "entry", "txn", txn, name, length);
		return YB_OK;
	}
	st = add_period(v, ybi_period_of_month((yb_day)day), fen, err);
	return st == YB_OK ? add_period(v, ybi_period_of_day((yb_day)day), fen, err) : st;
}

static yb_status
check_balances(struct verifier *v, struct yb_error **err)
{
	struct fold f = { .v = v };
	struct ybi_query *query = NULL;
	struct yb_error *why = NULL;
	bool row = false;
	yb_status st;

	if (!open_check(v, YBI_VERIFY_BALANCES))
		return YB_OK;
	v->round = 1;
	st = ybi_query_open(v->ledger->store, "SELECT e.account, e.txn, e.fen, e.after, t.business_day, a.name FROM entry AS e "
	                    "LEFT JOIN txn AS t ON t.seq = e.txn LEFT JOIN account AS a ON a.id = e.account ORDER BY e.account, e.txn", &query, &why);
	if (st == YB_OK)
		st = ybi_query_next(query, &row, &why);
	while (st == YB_OK && row && open_check(v, YBI_VERIFY_BALANCES)) {
		st = fold_entry(&f, query, &why);
		if (st == YB_OK)
			st = ybi_query_next(query, &row, &why);
	}
	if (st == YB_OK && open_check(v, YBI_VERIFY_BALANCES))
		st = end_account(&f, &why);
	ybi_query_close(query);
	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	if (st != YB_OK)
		fail_walk(v, BIT(YBI_VERIFY_BALANCES), "entry");
	return expect_rows(v, YBI_VERIFY_BALANCES, "SELECT count(*) FROM sum", f.sums, "sum", err);
}

/* ---- the rest ---- */

static yb_status
add_trial(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	(void)err;
	v->total += (uint64_t)ybi_query_int(query, 0);
	return YB_OK;
}

/* All that was ever moved, together. */
static yb_status
check_trial(struct verifier *v, struct yb_error **err)
{
	yb_status st;

	if (!open_check(v, YBI_VERIFY_IDENTITIES))
		return YB_OK;
	st = walk(v, "SELECT fen FROM entry", BIT(YBI_VERIFY_IDENTITIES), "entry", add_trial, err);
	if (st == YB_OK && v->total != 0)
		fail_at(v, YBI_VERIFY_IDENTITIES, YBI_FLAW_TRIAL, "entry", "fen", 0);
	return st;
}

static yb_status
check_orphan(struct verifier *v, struct ybi_query *query, struct yb_error **err)
{
	static const char *const tables[] = { "account", "txn", "entry", "sum", "used" };
	const char *found = ybi_query_text(query, 0, NULL), *table = "another table";

	if (!found)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (!strcmp(found, tables[i]))
			table = tables[i];
	fail_at(v, YBI_VERIFY_ORPHANS, YBI_FLAW_ORPHAN, table, NULL, ybi_query_int(query, 1)); /* 0 where a table has no numbers */
	return YB_OK;
}

/* A part of the database's own judgement: sound, or not. */
static yb_status
check_store(struct verifier *v, enum ybi_verify check, enum ybi_flaw flaw, yb_status (*judge)(struct ybi_store *, struct yb_error **),
            struct yb_error **err)
{
	struct yb_error *why = NULL;
	yb_status st;

	if (!open_check(v, check))
		return YB_OK;
	st = judge(v->ledger->store, &why);
	if (is_hard(st))
		return keep_hard(st, why, err);
	yb_error_unref(why);
	if (st != YB_OK)
		fail_at(v, check, flaw, NULL, NULL, 0);
	return YB_OK;
}

static yb_status
check_all(struct verifier *v, struct yb_error **err)
{
	yb_status st = check_store(v, YBI_VERIFY_FORMAT, YBI_FLAW_PAGES, ybi_store_check_pages, err);

	if (st == YB_OK)
		st = check_store(v, YBI_VERIFY_SCHEMA, YBI_FLAW_TABLES, ybi_store_check_format, err);
	if (st == YB_OK)
		st = check_transactions(v, err);
	if (st == YB_OK)
		st = check_trial(v, err);
	if (st == YB_OK)
		st = check_balances(v, err);
	if (st == YB_OK && open_check(v, YBI_VERIFY_ACCOUNTS))
		st = walk(v, "SELECT id, name, person FROM account ORDER BY id", BIT(YBI_VERIFY_ACCOUNTS), "account", check_account, err);
	if (st == YB_OK && open_check(v, YBI_VERIFY_ORPHANS))
		st = walk(v, "PRAGMA foreign_key_check", BIT(YBI_VERIFY_ORPHANS), NULL, check_orphan, err);
	return st;
}

/* ---- asking ---- */

static yb_status
run(struct yb_ledger *ledger, int64_t head_seq, const char *head_hash, struct yb_ledger_report *report, struct yb_error **err)
{
	struct verifier v = { .ledger = ledger, .report = report, .expected = head_hash, .expected_seq = head_seq };
	yb_status st = yb_transaction_new(&v.t, err);

	memcpy(v.before, ybi_chain_start, sizeof(v.before));
	if (st == YB_OK)
		st = ybi_ledger_enter(ledger, false, err);
	if (st == YB_OK) {
		st = check_all(&v, err);
		st = ybi_ledger_leave(ledger, false, st, err);
	}
	memcpy(report->head, v.before, sizeof(report->head));
	yb_transaction_unref(v.t);
	ybi_text_free(&v.text);
	free(v.entries.rows);
	free(v.linked);
	free(v.documents.rows);
	free(v.periods);
	return st;
}

yb_status
yb_ledger_verify(struct yb_ledger *ledger, const char *checks, int64_t head_seq, const char *head_hash, struct yb_ledger_report **report,
                 struct yb_error **err)
{
	yb_status st;

	if (!report)
		return YB_E_INVALID;
	*report = NULL;
	if (!ledger)
		return YB_E_INVALID;
	if (head_hash && (head_seq < 0 || strlen(head_hash) != YBI_HASH_SIZE - 1 || strspn(head_hash, "0123456789abcdef") != YBI_HASH_SIZE - 1))
		return ybi_error_at(err, YB_E_BAD_VALUE, NULL, "head_hash", "a head is a number and a hash of 64 hexadecimal digits in lower case");
	st = ybi_report_new(checks, head_hash, report, err);
	if (st == YB_OK)
		st = run(ledger, head_seq, head_hash, *report, err);
	if (st != YB_OK) {
		yb_ledger_report_unref(*report);
		*report = NULL;
	}
	return st;
}
