/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "account/ledger.h"
#include "base/calendar.h"
#include "decide/receipt.h"
#include "decide/render.h"

/*
 * The bills of a person and a year worked out again in their canonical order. Everything else that the ledger has of the person is read
 * once and stays as it is, so that the result hangs on what was posted and not on when.
 */

/* What a bill, or an adjustment of one, added to a running total. */
struct used {
	char policy[65], name[80], episode[YB_LEDGER_HASH_SIZE];
	yb_day day;
	yb_fen fen;
	int64_t txn;
};

/* What something else did to the person's account. */
struct moved {
	yb_day day;
	yb_fen fen;
	int64_t txn;
};

/* A settlement of the year. */
struct bill {
	int64_t seq;
	struct ybi_posted posted;
	struct yb_transaction *was;   /* its facts */
	struct yb_transaction *net;   /* what it and its adjustments say together: amounts, funds, totals */
	struct ybi_named_list moves;  /* and moved together */
	uint32_t adjustments;
	struct ybi_arena arena;
	struct ybi_node *receipt;
	struct yb_transaction *now;   /* worked out again; NULL: it could not be */
	struct yb_transaction *change; /* the adjustment, NULL: none is needed */
	yb_outcome outcome;
	int64_t posted_as;
	yb_fen account;               /* what the change gives the person's account */
};

/* A set of documents made from texts of the ledger. */
struct loaded {
	char *names;
	struct yb_policy_set *set;
};

struct run {
	struct yb_ledger *ledger;
	struct ybi_person_row person;
	int32_t year;
	const struct yb_policy_set *current; /* NULL: by the texts kept */
	struct bill *bills;
	size_t bill_count, bill_room;
	struct used *used;
	size_t used_count, used_room;
	size_t others;                /* of them, the first so many are of bills that stay as they are */
	struct moved *moved;
	size_t moved_count, moved_room;
	struct loaded *sets;
	size_t set_count, set_room;
	struct yb_decision *decision;
	const struct bill *at;        /* the bill that is worked out */
	yb_fen taken;                 /* by bills before it, of the account */
	yb_day closed;                /* last day of what is closed */
};

/* ---- reading ---- */

static yb_status
damaged(struct yb_error **err, const char *what)
{
	return ybi_error_set(err, YB_E_CORRUPT, "the ledger is damaged: %s", what);
}

static bool
copy_column(struct ybi_query *query, int column, char *to, size_t size)
{
	size_t length;
	const char *text = ybi_query_text(query, column, &length);

	if (!text || length >= size)
		return false;
	memcpy(to, text, length + 1);
	return true;
}

static yb_status
read_used(struct run *run, struct yb_error **err)
{
	struct ybi_query *query = NULL;
	char sql[160];
	bool row = false;
	yb_status st;

	(void)snprintf(sql, sizeof(sql), "SELECT policy, name, day, episode, fen, txn FROM used WHERE person = %lld", (long long)run->person.id);
	st = ybi_query_open(run->ledger->store, sql, &query, err);
	if (st == YB_OK)
		st = ybi_query_next(query, &row, err);
	while (st == YB_OK && row) {
		struct used *u;
		if (!ybi_grow(&run->used, run->used_count, &run->used_room, sizeof(*run->used))) {
			st = ybi_error_no_memory(err);
			break;
		}
		u = &run->used[run->used_count];
		if (!copy_column(query, 0, u->policy, sizeof(u->policy)) || !copy_column(query, 1, u->name, sizeof(u->name)) ||
		    !copy_column(query, 3, u->episode, sizeof(u->episode))) {
			st = damaged(err, "a running total that none can be");
			break;
		}
		u->day = (yb_day)ybi_query_int(query, 2);
		u->fen = ybi_query_int(query, 4);
		u->txn = ybi_query_int(query, 5);
		run->used_count++;
		st = ybi_query_next(query, &row, err);
	}
	ybi_query_close(query);
	return st;
}

/* What happened to the account by business day; what was undone, and what undid it, is nothing. */
static yb_status
read_moved(struct run *run, struct yb_error **err)
{
	struct ybi_query *query = NULL;
	char sql[640];
	bool row = false;
	yb_status st;

	(void)snprintf(sql, sizeof(sql), "SELECT t.business_day, e.fen, t.seq FROM account AS a JOIN entry AS e ON e.account = a.id JOIN txn AS t ON t.seq = e.txn "
	               "WHERE a.name = 'account/' || (SELECT token FROM person WHERE id = %lld) AND t.reverses IS NULL "
	               "AND NOT EXISTS (SELECT 1 FROM txn AS r WHERE r.reverses = t.seq) "
	               "AND NOT EXISTS (SELECT 1 FROM txn AS r WHERE r.reverses = t.belongs AND t.kind = %d) ORDER BY t.business_day, t.seq",
	               (long long)run->person.id, YBI_POST_ADJUSTMENT);
	st = ybi_query_open(run->ledger->store, sql, &query, err);
	if (st == YB_OK)
		st = ybi_query_next(query, &row, err);
	while (st == YB_OK && row) {
		if (!ybi_grow(&run->moved, run->moved_count, &run->moved_room, sizeof(*run->moved))) {
			st = ybi_error_no_memory(err);
			break;
		}
		run->moved[run->moved_count++] = (struct moved) { (yb_day)ybi_query_int(query, 0), ybi_query_int(query, 1), ybi_query_int(query, 2) };
		st = ybi_query_next(query, &row, err);
	}
	ybi_query_close(query);
	return st;
}

static void
bill_free(struct bill *bill)
{
	ybi_posted_free(&bill->posted);
	yb_transaction_unref(bill->was);
	yb_transaction_unref(bill->net);
	yb_transaction_unref(bill->now);
	yb_transaction_unref(bill->change);
	free(bill->moves.rows);
	if (bill->receipt)
		ybi_document_wipe(&bill->arena, bill->receipt);
	else
		ybi_arena_free(&bill->arena);
}

static yb_status
add_all(struct ybi_named_list *to, const struct ybi_named_list *from, int sign, struct yb_error **err)
{
	for (size_t i = 0; i < from->count; i++) {
		yb_status st = ybi_named_add(to, from->rows[i].name, strlen(from->rows[i].name), sign * from->rows[i].fen);
		if (st == YB_E_NO_MEMORY)
			return ybi_error_no_memory(err);
		if (st != YB_OK)
			return ybi_error_at(err, st, NULL, from->rows[i].name, "the sum of %s does not fit", from->rows[i].name);
	}
	return YB_OK;
}

/* The part of a day; made when there is none. */
static struct ybi_told_part *
part_of(struct yb_transaction *t, const struct ybi_told_part *like)
{
	for (uint32_t i = 0; i < t->part_count; i++)
		if (t->parts[i].on == like->on)
			return &t->parts[i];
	if (t->part_count == ARRAY_SIZE(t->parts))
		return NULL;
	t->parts[t->part_count].on = like->on;
	memcpy(t->parts[t->part_count].episode, like->episode, sizeof(like->episode));
	t->parts[t->part_count].sums.count = 0;
	return &t->parts[t->part_count++];
}

/* Amounts, funds and totals of `from`, added to `to` or taken from it. */
static yb_status
add_transaction(struct yb_transaction *to, const struct yb_transaction *from, int sign, struct yb_error **err)
{
	yb_status st = add_all(&to->funds, &from->funds, sign, err);

	for (uint32_t i = YBI_TOLD_SETLINFO; i < YBI_TOLD_SETLINFO_END; i++) {
		to->facts[i].known = to->facts[i].known || from->facts[i].known;
		to->facts[i].value += sign * (from->facts[i].known ? from->facts[i].value : 0); /* each within YB_FEN_LIMIT */
	}
	for (uint32_t i = 0; i < from->part_count && st == YB_OK; i++) {
		struct ybi_told_part *part = part_of(to, &from->parts[i]);
		st = part ? add_all(&part->sums, &from->parts[i].sums, sign, err) : damaged(err, "a stay of three parts");
	}
	return st;
}

static yb_status
add_adjustment(struct run *run, struct bill *bill, int64_t seq, struct yb_error **err)
{
	struct ybi_posted posted;
	struct yb_transaction *t = NULL;
	yb_status st = ybi_ledger_load(run->ledger, seq, &posted, err);

	if (st == YB_OK)
		st = yb_transaction_new(&t, err);
	if (st == YB_OK)
		st = ybi_posted_read(&posted, t, err);
	if (st == YB_OK)
		st = add_transaction(bill->net, t, 1, err);
	if (st == YB_OK)
		st = ybi_ledger_entries(run->ledger, seq, &bill->moves, err);
	bill->adjustments++;
	ybi_posted_free(&posted);
	yb_transaction_unref(t);
	return st;
}

/* The bill with all that was corrected of it since; *ours is false for one that was not worked out here, or is undone. */
static yb_status
read_bill(struct run *run, int64_t seq, struct bill *bill, bool *ours, struct yb_error **err)
{
	struct ybi_named_list children = { 0 }; /* numbers, as amounts */
	enum ybi_sql q = YBI_SQL_CHILDREN;
	bool reversed = false, row = false;
	yb_status st = ybi_ledger_reversed(run->ledger, seq, &reversed, err);

	*ours = false;
	bill->seq = seq;
	if (st == YB_OK && !reversed)
		st = ybi_ledger_load(run->ledger, seq, &bill->posted, err);
	if (st != YB_OK || reversed)
		return st;
	st = yb_transaction_new(&bill->was, err);
	if (st == YB_OK)
		st = yb_transaction_new(&bill->net, err);
	if (st == YB_OK)
		st = ybi_posted_read(&bill->posted, bill->was, err);
	if (st != YB_OK || !bill->was->receipt || bill->was->part_count == 0)
		return st;
	*ours = true;
	st = add_transaction(bill->net, bill->was, 1, err);
	if (st == YB_OK)
		st = ybi_ledger_entries(run->ledger, seq, &bill->moves, err);
	if (st == YB_OK)
		st = ybi_store_run(run->ledger->store, q, &row, err, "i", seq);
	while (st == YB_OK && row) {
		char name[24];
		int64_t child = ybi_store_int(run->ledger->store, q, 0);
		(void)snprintf(name, sizeof(name), "%020lld", (long long)child);
		if (ybi_store_int(run->ledger->store, q, 1) == YBI_POST_ADJUSTMENT && ybi_named_add(&children, name, strlen(name), child) != YB_OK)
			st = ybi_error_set(err, YB_E_LIMIT, "a bill was adjusted too often");
		if (st == YB_OK)
			st = ybi_store_next(run->ledger->store, q, &row, err);
	}
	ybi_store_done(run->ledger->store, q);
	for (size_t i = 0; i < children.count && st == YB_OK; i++)
		st = add_adjustment(run, bill, children.rows[i].fen, err);
	free(children.rows);
	if (st == YB_OK)
		st = ybi_node_read(&bill->arena, "receipt", bill->was->receipt, bill->was->receipt_length, &ybi_json_limits, true, &bill->receipt, err);
	return st;
}

/* ---- documents ---- */

static const char *
member(const struct ybi_node *map, const char *key)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	return node && node->kind == YBI_SCALAR ? node->text : "";
}

static yb_status
add_texts(struct run *run, const struct ybi_node *documents, struct yb_policy_archive *archive, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (uint32_t i = 0; i < documents->count && st == YB_OK; i++) {
		bool row = false;
		st = ybi_store_run(run->ledger->store, YBI_SQL_GET_DOCUMENT, &row, err, "z", member(documents->items[i], "hash"));
		if (st == YB_OK && row) {
			size_t length;
			const char *text = ybi_store_text(run->ledger->store, YBI_SQL_GET_DOCUMENT, 0, &length);
			st = text ? yb_policy_archive_add_text(archive, text, length, err) : ybi_error_no_memory(err);
		}
		ybi_store_done(run->ledger->store, YBI_SQL_GET_DOCUMENT);
	}
	return st;
}

static yb_status
load_documents(struct run *run, const struct bill *bill, const char *names, struct yb_error **err)
{
	struct yb_policy_archive *archive = NULL;
	struct loaded made = { 0 };
	yb_status st = yb_policy_archive_new(NULL, 0, &archive, err);

	if (st == YB_OK)
		st = add_texts(run, ybi_node_get(bill->receipt, "documents"), archive, err);
	if (st == YB_OK)
		st = ybi_receipt_set(archive, bill->receipt, &made.set, err);
	if (st == YB_OK && (!ybi_grow(&run->sets, run->set_count, &run->set_room, sizeof(*run->sets)) || !(made.names = ybi_strndup(names, strlen(names)))))
		st = ybi_error_no_memory(err);
	if (st == YB_OK)
		run->sets[run->set_count++] = made;
	else
		yb_policy_set_unref(made.set);
	yb_policy_archive_unref(archive);
	return st;
}

/* The documents that the bill was settled by; those of one year are mostly the same. */
static yb_status
documents_of(struct run *run, const struct bill *bill, const struct yb_policy_set **set, struct yb_error **err)
{
	const struct ybi_node *documents = ybi_node_get(bill->receipt, "documents");
	struct ybi_text names = { 0 };
	yb_status st = YB_OK;

	*set = NULL;
	if (!documents || documents->kind != YBI_SEQ)
		return damaged(err, "a receipt without documents");
	ybi_text_printf(&names, "%s %s", member(bill->receipt, "known_on"), member(bill->receipt, "confidence"));
	for (uint32_t i = 0; i < documents->count; i++)
		ybi_text_printf(&names, " %s", member(documents->items[i], "hash"));
	if (names.failed)
		st = ybi_error_no_memory(err);
	for (size_t i = 0; i < run->set_count && st == YB_OK && !*set; i++)
		*set = !strcmp(run->sets[i].names, names.data) ? run->sets[i].set : NULL;
	if (st == YB_OK && !*set) {
		st = load_documents(run, bill, names.data, err);
		if (st == YB_OK)
			*set = run->sets[run->set_count - 1].set;
	}
	ybi_text_free(&names);
	return st;
}

/* ---- what is known beside a bill ---- */

/* The bill that a transaction is, or belongs to; NULL: none of the year. */
static const struct bill *
bill_of(const struct run *run, int64_t txn)
{
	for (size_t i = 0; i < run->bill_count; i++)
		if (run->bills[i].seq == txn)
			return &run->bills[i];
	return NULL;
}

/* Of bills that stay as they are, those of later days come after this one: they count for nothing, however long a period is. */
static bool
is_before(const struct run *run, size_t index)
{
	return index >= run->others || run->used[index].day <= run->at->was->parts[0].on;
}

static yb_status
run_total(void *context, const char *policy, const char *name, yb_day from, yb_day to, const char *episode, yb_fen *sum, struct yb_error **err)
{
	struct run *run = context;

	*sum = 0;
	(void)err;
	for (size_t i = 0; i < run->used_count; i++) {
		const struct used *u = &run->used[i];
		if (is_before(run, i) && !strcmp(u->policy, policy) && !strcmp(u->name, name) && (episode ? !strcmp(u->episode, episode) : u->day >= from && u->day < to))
			*sum += u->fen;
	}
	return YB_OK;
}

static yb_status
run_stays(void *context, const char *policy, yb_day from, yb_day to, const char *mdtrt_id, int64_t *count, struct yb_error **err)
{
	struct run *run = context;

	*count = 0;
	(void)err;
	for (size_t i = 0; i < run->used_count; i++) {
		const struct used *u = &run->used[i];
		int64_t sum = 0;
		bool first = true;
		if (strcmp(u->name, "yb_admission") || strcmp(u->policy, policy) || !strcmp(u->episode, mdtrt_id) || u->day < from || u->day >= to)
			continue;
		for (size_t k = 0; k < run->used_count; k++) { /* each stay once, and none that is undone */
			const struct used *v = &run->used[k];
			if (strcmp(v->name, "yb_admission") || strcmp(v->policy, policy) || strcmp(v->episode, u->episode) || v->day < from || v->day >= to)
				continue;
			first = first && k >= i;
			sum += v->fen;
		}
		*count += first && sum > 0;
	}
	return YB_OK;
}

/* What the account has on the day and nobody has taken since, less what bills before this one take. */
static yb_status
run_balance(void *context, yb_day on, yb_fen *fen, struct yb_error **err)
{
	struct run *run = context;
	yb_day day = run->at->posted.business_day > on ? run->at->posted.business_day : on;
	yb_fen balance = 0, least = 0;
	bool reached = false;

	(void)err;
	for (size_t i = 0; i < run->moved_count; i++) {
		if (run->moved[i].day > day && !reached) {
			least = balance;
			reached = true;
		}
		balance += run->moved[i].fen;
		if (reached && balance < least)
			least = balance;
	}
	if (!reached)
		least = balance;
	*fen = least - run->taken;
	return YB_OK;
}

/* ---- working out again ---- */

static int
by_order(const void *a, const void *b)
{
	const struct bill *one = a, *other = b;
	int c;

	if (one->posted.business_day != other->posted.business_day)
		return one->posted.business_day < other->posted.business_day ? -1 : 1;
	c = strcmp(ybi_told_text(one->was, YBI_TOLD_MDTRT_ID), ybi_told_text(other->was, YBI_TOLD_MDTRT_ID));
	return c ? c : one->seq < other->seq ? -1 : one->seq > other->seq;
}

/* The person and the bill of a receipt, without what the ledger told. */
static yb_status
asked_of(const struct bill *bill, struct yb_person **person, struct yb_claim **claim, bool *lenient, struct yb_error **err)
{
	const struct ybi_node *person_node = ybi_node_get(bill->receipt, "person"), *claim_node = ybi_node_get(bill->receipt, "claim");
	yb_status st;

	if (!person_node || !claim_node)
		return damaged(err, "a receipt without its facts");
	st = ybi_person_from_node(person_node, person, err);
	if (st == YB_OK)
		st = ybi_claim_from_node(claim_node, claim, err);
	if (st != YB_OK)
		return st == YB_E_NO_MEMORY ? st : YB_E_CORRUPT;
	(void)yb_person_unset(*person, YB_FIELD_YB_ACCOUNT_BALANCE);
	(void)yb_claim_unset(*claim, YB_FIELD_YB_ADMISSION);
	(void)yb_claim_unset(*claim, YB_FIELD_YB_AFTER_ADMISSION);
	(*claim)->total_count = 0;
	*lenient = !strcmp(member(ybi_node_get(bill->receipt, "options"), "lenient"), "true");
	return YB_OK;
}

/* By the documents that the bill was settled by, or by the present ones where these are asked for. */
static yb_status
settle_again(struct run *run, struct bill *bill, const struct yb_policy_set *set, struct yb_error **err)
{
	struct ybi_known_year known = { run, run_total, run_stays, run_balance };
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	bool lenient = false;
	yb_status st = set ? YB_OK : documents_of(run, bill, &set, err);

	run->at = bill;
	if (st == YB_OK)
		st = asked_of(bill, &person, &claim, &lenient, err);
	if (st == YB_OK)
		st = ybi_settle_known(&known, set, person, claim, lenient ? YB_SETTLE_LENIENT : 0, run->decision, err);
	if (st == YB_OK)
		bill->outcome = run->decision->outcome;
	yb_person_unref(person);
	yb_claim_unref(claim);
	return st;
}

/* Is it of the medical year asked for, by its own document? */
static yb_status
is_of_year(struct run *run, struct bill *bill, bool *of_year, struct yb_error **err)
{
	yb_day from, to;
	yb_status st = settle_again(run, bill, NULL, err);

	*of_year = false;
	if (st == YB_OK && run->decision->book) {
		ybi_medical_year(run->decision->book, bill->was->parts[0].on, &from, &to);
		*of_year = ybi_day_year(from) == run->year;
	}
	return st;
}

static yb_status
remember(struct run *run, const struct bill *bill, const struct yb_transaction *t, struct yb_error **err)
{
	for (uint32_t i = 0; i < t->part_count; i++) {
		const struct ybi_told_part *part = &t->parts[i];
		bool stay = ybi_is_stay(ybi_told_text(bill->was, YBI_TOLD_MED_TYPE));
		for (size_t k = 0; k < part->sums.count + stay; k++) {
			struct used u = { .day = part->on, .txn = bill->seq, .fen = 1 };
			if (!ybi_grow(&run->used, run->used_count, &run->used_room, sizeof(*run->used)))
				return ybi_error_no_memory(err);
			(void)snprintf(u.policy, sizeof(u.policy), "%s", ybi_told_text(t->facts[YBI_TOLD_POLICY].known ? t : bill->was, YBI_TOLD_POLICY));
			if (k < part->sums.count) {
				memcpy(u.name, part->sums.rows[k].name, sizeof(u.name));
				memcpy(u.episode, part->episode, sizeof(u.episode));
				u.fen = part->sums.rows[k].fen;
			} else {
				memcpy(u.name, "yb_admission", sizeof("yb_admission"));
				(void)snprintf(u.episode, sizeof(u.episode), "%s", ybi_told_text(bill->was, YBI_TOLD_MDTRT_ID));
			}
			run->used[run->used_count++] = u;
		}
	}
	return YB_OK;
}

/* The facts of the bill as it is now, and the accounts that it would move. */
static yb_status
transaction_now(struct run *run, struct bill *bill, struct ybi_named_list *moves, struct yb_error **err)
{
	static const enum ybi_told kept[] = { YBI_TOLD_CHANNEL, YBI_TOLD_SHARER, YBI_TOLD_FIXMEDINS_CODE, YBI_TOLD_INSUTYPE };
	struct ybi_posting p = { .ledger = run->ledger, .kind = YBI_POST_SETTLEMENT, .seq = INT64_MAX, .person = run->person };
	yb_status st = yb_transaction_new(&bill->now, err);

	if (st == YB_OK)
		st = yb_transaction_set_text(bill->now, "kind", "settlement", 10);
	for (size_t i = 0; i < ARRAY_SIZE(kept) && st == YB_OK; i++) {
		const char *text = ybi_told_text(bill->was, kept[i]);
		if (text[0])
			st = yb_transaction_set_text(bill->now, ybi_told_name(kept[i]), text, strlen(text));
	}
	if (st != YB_OK)
		return ybi_error_no_memory(err);
	st = ybi_transaction_settle(bill->now, run->decision, err);
	p.t = bill->now;
	if (st == YB_OK)
		st = ybi_posting_entries(&p, err);
	if (st == YB_OK)
		st = add_all(moves, &p.entries, 1, err);
	ybi_posting_free(&p);
	return st;
}

static bool
says_nothing(const struct yb_transaction *t)
{
	bool nothing = t->entries.count == 0 && t->funds.count == 0;

	for (uint32_t i = YBI_TOLD_SETLINFO; i < YBI_TOLD_SETLINFO_END; i++)
		nothing = nothing && t->facts[i].value == 0;
	for (uint32_t i = 0; i < t->part_count; i++)
		nothing = nothing && t->parts[i].sums.count == 0;
	return nothing;
}

/* The running total, ordinal or balance that another order of bills has changed; "" when none has. */
static void
reason_of(const struct run *run, const struct bill *bill, char reason[200])
{
	static const char *const facts[] = { "yb_admission", "yb_after_admission" };
	struct ybi_arena arena = { 0 };
	struct ybi_node *now = NULL;
	const struct ybi_node *was_claim = ybi_node_get(bill->receipt, "claim"), *now_claim, *was_totals, *now_totals;

	(void)snprintf(reason, 200, run->current ? "settled by the present documents" : "worked out again in the order of the bills");
	if (ybi_node_read(&arena, "receipt", bill->now->receipt, bill->now->receipt_length, &ybi_json_limits, true, &now, NULL) == YB_OK) {
		now_claim = ybi_node_get(now, "claim");
		was_totals = ybi_node_get(was_claim, "yb_totals");
		now_totals = ybi_node_get(now_claim, "yb_totals");
		for (uint32_t i = 0; now_totals && i < now_totals->count; i++) {
			const char *name = now_totals->entries[i].key, *was = member(was_totals, name), *is = now_totals->entries[i].value->text;
			if (strcmp(was, is)) {
				(void)snprintf(reason, 200, "%.60s is %.24s, was %.24s", name, is, was[0] ? was : "not told");
				break;
			}
		}
		for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
			if (strcmp(member(was_claim, facts[i]), member(now_claim, facts[i])))
				(void)snprintf(reason, 200, "%s is %.12s, was %.12s", facts[i], member(now_claim, facts[i]), member(was_claim, facts[i]));
	}
	ybi_document_wipe(&arena, now);
}

/* What is to be posted so that the bill stands as it is now. */
static yb_status
change_of(struct run *run, struct bill *bill, const struct ybi_named_list *moves, struct yb_error **err)
{
	char key[65], reason[200], account[80];
	const char *psn_no = ybi_told_text(bill->was, YBI_TOLD_PSN_NO), *hash = ybi_told_text(bill->was, YBI_TOLD_PSN_HASH);
	struct yb_transaction *t;
	const struct ybi_named_fen *own;
	yb_status st = yb_transaction_new(&bill->change, err);

	if (st != YB_OK)
		return st;
	t = bill->change;
	st = add_transaction(t, bill->now, 1, err);
	if (st == YB_OK)
		st = add_transaction(t, bill->net, -1, err);
	if (st == YB_OK)
		st = add_all(&t->entries, moves, 1, err);
	if (st == YB_OK)
		st = add_all(&t->entries, &bill->moves, -1, err);
	if (st != YB_OK)
		return st;
	ybi_named_drop_nothings(&t->entries);
	ybi_named_drop_nothings(&t->funds);
	for (uint32_t i = 0; i < t->part_count; i++)
		ybi_named_drop_nothings(&t->parts[i].sums);
	if (says_nothing(t)) {
		yb_transaction_unref(t);
		bill->change = NULL;
		return YB_OK;
	}
	for (uint32_t i = YBI_TOLD_SETLINFO; i < YBI_TOLD_SETLINFO_END; i++)
		t->facts[i].known = t->facts[i].value != 0;
	(void)snprintf(account, sizeof(account), "account/%s", run->person.token);
	own = ybi_named_find(&t->entries, account);
	bill->account = own ? own->fen : 0;
	(void)snprintf(key, sizeof(key), "adjust:%lld:%u", (long long)bill->seq, (unsigned)bill->adjustments + 1);
	reason_of(run, bill, reason);
	st = yb_transaction_set_text(t, "key", key, strlen(key));
	if (st == YB_OK)
		st = yb_transaction_set_text(t, "kind", "adjustment", 10);
	if (st == YB_OK && psn_no[0])
		st = yb_transaction_set_text(t, "psn_no", psn_no, strlen(psn_no));
	if (st == YB_OK && hash[0])
		st = yb_transaction_set_text(t, "psn_hash", hash, strlen(hash));
	if (st == YB_OK)
		st = yb_transaction_set_text(t, "belongs", bill->posted.key, strlen(bill->posted.key));
	if (st == YB_OK)
		st = yb_transaction_set_text(t, "reason", reason, strlen(reason));
	if (st == YB_OK)
		st = yb_transaction_set_text(t, "policy", ybi_told_text(bill->now, YBI_TOLD_POLICY), strlen(ybi_told_text(bill->now, YBI_TOLD_POLICY)));
	if (st == YB_OK)
		st = yb_transaction_set_day(t, "business_day", bill->posted.business_day > run->closed ? bill->posted.business_day : run->closed + 1);
	if (st == YB_OK)
		st = ybi_transaction_set_receipt(t, bill->now->receipt, bill->now->receipt_length);
	if (st != YB_OK)
		return st == YB_E_NO_MEMORY ? ybi_error_no_memory(err) : ybi_error_at(err, st, NULL, key, "the adjustment cannot be told");
	t->set = yb_policy_set_ref(bill->now->set);
	t->base = bill->now->base;
	return YB_OK;
}

/* What the bill takes from the person's own account, as it stands. */
static yb_fen
taken_by(const struct yb_transaction *t)
{
	return ybi_told_value(t, YBI_TOLD_ACCT_PAY) - ybi_told_value(t, YBI_TOLD_ACCT_MULAID_PAY);
}

static yb_status
work_out(struct run *run, struct bill *bill, struct yb_error **err)
{
	struct ybi_named_list moves = { 0 };
	yb_status st = settle_again(run, bill, run->current, err);

	if (st == YB_OK && bill->outcome == YB_OUTCOME_ANSWERED) {
		st = transaction_now(run, bill, &moves, err);
		if (st == YB_OK)
			st = change_of(run, bill, &moves, err);
	}
	if (st == YB_OK) {
		const struct yb_transaction *stands = bill->now ? bill->now : bill->net;
		run->taken += taken_by(stands);
		st = remember(run, bill, stands, err);
	}
	free(moves.rows);
	return st;
}

/* ---- the bills of the year ---- */

static yb_status
numbers_of(struct run *run, int64_t **numbers, size_t *count, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_TXNS_OF_PERSON;
	size_t room = 0;
	bool row = false;
	yb_status st = ybi_store_run(run->ledger->store, q, &row, err, "i", run->person.id);

	while (st == YB_OK && row) {
		if (ybi_store_int(run->ledger->store, q, 1) == YBI_POST_SETTLEMENT) {
			if (!ybi_grow(numbers, *count, &room, sizeof(**numbers))) {
				st = ybi_error_no_memory(err);
				break;
			}
			(*numbers)[(*count)++] = ybi_store_int(run->ledger->store, q, 0);
		}
		st = ybi_store_next(run->ledger->store, q, &row, err);
	}
	ybi_store_done(run->ledger->store, q);
	return st;
}

static yb_status
read_bills(struct run *run, struct yb_error **err)
{
	int64_t *numbers = NULL;
	size_t count = 0;
	yb_status st = numbers_of(run, &numbers, &count, err);

	for (size_t i = 0; i < count && st == YB_OK; i++) {
		struct bill bill = { 0 };
		bool ours = false, of_year = false;
		st = read_bill(run, numbers[i], &bill, &ours, err);
		if (st == YB_OK && ours)
			st = is_of_year(run, &bill, &of_year, err);
		if (st == YB_OK && ours && of_year && !ybi_grow(&run->bills, run->bill_count, &run->bill_room, sizeof(*run->bills)))
			st = ybi_error_no_memory(err);
		if (st == YB_OK && ours && of_year)
			run->bills[run->bill_count++] = bill;
		else
			bill_free(&bill);
	}
	free(numbers);
	return st;
}

/* Is it a bill of the year, or an adjustment of one? */
static yb_status
of_bills(struct run *run, int64_t txn, bool *ours, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_GET_TXN;
	bool row = false;
	yb_status st;

	*ours = bill_of(run, txn) != NULL;
	if (*ours)
		return YB_OK;
	st = ybi_store_run(run->ledger->store, q, &row, err, "i", txn);
	if (st == YB_OK && row && ybi_store_int(run->ledger->store, q, 1) == YBI_POST_ADJUSTMENT)
		*ours = bill_of(run, ybi_store_int(run->ledger->store, q, 6)) != NULL;
	ybi_store_done(run->ledger->store, q);
	return st;
}

/* Forget what the bills of the year and their adjustments did: it is worked out anew. */
static yb_status
forget_bills(struct run *run, struct yb_error **err)
{
	size_t used = 0, moved = 0;
	bool ours = false;
	yb_status st = YB_OK;

	for (size_t i = 0; i < run->used_count && st == YB_OK; i++) {
		st = of_bills(run, run->used[i].txn, &ours, err);
		if (!ours)
			run->used[used++] = run->used[i];
	}
	for (size_t i = 0; i < run->moved_count && st == YB_OK; i++) {
		st = of_bills(run, run->moved[i].txn, &ours, err);
		if (!ours)
			run->moved[moved++] = run->moved[i];
	}
	run->used_count = run->others = used;
	run->moved_count = moved;
	return st;
}

static yb_status
post_changes(struct run *run, yb_day posting_day, int32_t *adjusted, struct yb_error **err)
{
	yb_status st = YB_OK;

	/* what gives to the account goes first, so that it is never short on the way */
	for (int giving = 1; giving >= 0; giving--) {
		for (size_t i = 0; i < run->bill_count && st == YB_OK; i++) {
			struct bill *bill = &run->bills[i];
			int32_t existed = 0;
			if (!bill->change || (bill->account > 0) != (giving == 1))
				continue;
			st = ybi_transaction_check(bill->change, err);
			if (st == YB_OK)
				st = ybi_ledger_post(run->ledger, bill->change, posting_day, &bill->posted_as, &existed, err);
			*adjusted += 1;
		}
	}
	return st;
}

/* ---- the report ---- */

static const char *const outcome_names[] = { "none", "answered", "refused", "incomplete", "unsupported" };

static void
report_json(struct ybi_text *out, const struct run *run)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-resettle/1");
	ybi_json_text(out, &first, "person", run->person.token);
	ybi_json_key(out, &first, "year");
	ybi_text_printf(out, "%d", (int)run->year);
	ybi_json_text(out, &first, "policy", run->current ? "current" : "archived");
	ybi_json_key(out, &first, "settlements");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < run->bill_count; i++) {
		const struct bill *bill = &run->bills[i];
		char day[YB_DAY_TEXT_SIZE];
		bool inner = true, none = true;
		yb_day_to_text(bill->posted.business_day, day);
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &inner, "key", bill->posted.key);
		ybi_json_key(out, &inner, "seq");
		ybi_text_printf(out, "%lld", (long long)bill->seq);
		ybi_json_text(out, &inner, "business_day", day);
		ybi_json_text(out, &inner, "outcome", outcome_names[bill->outcome]);
		ybi_json_key(out, &inner, "adjustment");
		if (!bill->change) {
			ybi_text_puts(out, "null}");
			continue;
		}
		ybi_text_printf(out, "%lld", (long long)bill->posted_as);
		ybi_json_text(out, &inner, "reason", ybi_told_text(bill->change, YBI_TOLD_REASON));
		ybi_json_key(out, &inner, "entries");
		ybi_text_putc(out, '{');
		for (size_t k = 0; k < bill->change->entries.count; k++)
			ybi_json_fen(out, &none, bill->change->entries.rows[k].name, bill->change->entries.rows[k].fen);
		ybi_text_puts(out, "}}");
	}
	ybi_text_puts(out, "]}\n");
}

static void
report_text(struct ybi_text *out, const struct run *run, bool zh)
{
	int32_t count = 0;

	for (size_t i = 0; i < run->bill_count; i++) {
		const struct bill *bill = &run->bills[i];
		char day[YB_DAY_TEXT_SIZE];
		yb_day_to_text(bill->posted.business_day, day);
		ybi_text_printf(out, "%s  %s  ", day, bill->posted.key);
		if (bill->outcome != YB_OUTCOME_ANSWERED)
			ybi_text_printf(out, zh ? "不能重新计算（%s），保持原样\n" : "cannot be worked out again (%s); left as it is\n", outcome_names[bill->outcome]);
		else if (!bill->change)
			ybi_text_puts(out, zh ? "不变\n" : "stands\n");
		else
			ybi_text_printf(out, zh ? "已调整，第 %lld 笔：%s\n" : "adjusted by %lld: %s\n", (long long)bill->posted_as,
			                ybi_told_text(bill->change, YBI_TOLD_REASON));
		for (size_t k = 0; bill->change && k < bill->change->entries.count; k++) {
			const struct ybi_named_fen *row = &bill->change->entries.rows[k];
			char fen[YB_FEN_TEXT_SIZE];
			yb_fen_to_text(row->fen, fen);
			ybi_text_printf(out, "    %-32s %16s\n", row->name, fen);
		}
		count += bill->change != NULL;
	}
	if (zh)
		ybi_text_printf(out, "%d 年度：结算 %zu 笔，调整 %d 笔\n", (int)run->year, run->bill_count, (int)count);
	else
		ybi_text_printf(out, "year %d: %zu settlements, %d adjusted\n", (int)run->year, run->bill_count, (int)count);
}

/* ---- the whole ---- */

static yb_status
read_closed(struct run *run, struct yb_error **err)
{
	bool row = false;
	yb_status st = ybi_store_run(run->ledger->store, YBI_SQL_CLOSED, &row, err, "");

	run->closed = st == YB_OK && row ? (yb_day)ybi_store_int(run->ledger->store, YBI_SQL_CLOSED, 0) : YBI_DAY_FIRST - 1;
	ybi_store_done(run->ledger->store, YBI_SQL_CLOSED);
	return st;
}

static yb_status
resettle(struct run *run, const char *person, yb_day posting_day, int32_t *adjusted, struct yb_error **err)
{
	yb_status st = ybi_ledger_person_named(run->ledger, person, &run->person, err);

	if (st == YB_OK)
		st = read_closed(run, err);
	if (st == YB_OK)
		st = read_bills(run, err);
	if (st == YB_OK)
		st = read_used(run, err);
	if (st == YB_OK)
		st = read_moved(run, err);
	if (st == YB_OK)
		st = forget_bills(run, err);
	if (st == YB_OK && run->bill_count)
		qsort(run->bills, run->bill_count, sizeof(*run->bills), by_order);
	for (size_t i = 0; i < run->bill_count && st == YB_OK; i++)
		st = work_out(run, &run->bills[i], err);
	return st == YB_OK ? post_changes(run, posting_day, adjusted, err) : st;
}

static void
run_free(struct run *run)
{
	for (size_t i = 0; i < run->bill_count; i++)
		bill_free(&run->bills[i]);
	for (size_t i = 0; i < run->set_count; i++) {
		free(run->sets[i].names);
		yb_policy_set_unref(run->sets[i].set);
	}
	free(run->bills);
	free(run->used);
	free(run->moved);
	free(run->sets);
	yb_decision_unref(run->decision);
}

yb_status
yb_ledger_resettle(struct yb_ledger *ledger, const char *person, int32_t year, const struct yb_policy_set *set, yb_day posting_day,
                   yb_format format, yb_lang lang, int32_t *adjusted, char **report, struct yb_error **err)
{
	struct run run = { .ledger = ledger, .year = year, .current = set };
	struct ybi_text out = { 0 };
	int32_t count = 0;
	yb_status st;

	if (!ledger || !person || !report || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	*report = NULL;
	if (!ybi_day_valid(posting_day))
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "posting_day", "no day of the years 1 to 9999");
	st = yb_decision_new(&run.decision, err);
	if (st == YB_OK)
		st = ybi_ledger_enter(ledger, true, err);
	if (st != YB_OK) {
		yb_decision_unref(run.decision);
		return st;
	}
	st = resettle(&run, person, posting_day, &count, err);
	if (st == YB_OK) {
		if (format == YB_FORMAT_JSON)
			report_json(&out, &run);
		else
			report_text(&out, &run, lang == YB_LANG_ZH);
		*report = ybi_text_take(&out);
		st = *report ? YB_OK : ybi_error_no_memory(err);
	}
	st = ybi_ledger_leave(ledger, true, st, err);
	if (st != YB_OK) {
		free(*report);
		*report = NULL;
	} else if (adjusted) {
		*adjusted = count;
	}
	run_free(&run);
	return st;
}
