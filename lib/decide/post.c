/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/identity.h>

#include "account/ledger.h"
#include "base/calendar.h"
#include "base/hash.h"
#include "decide/render.h"

/* A settlement with what a ledger knows, and the transaction that it becomes. */

/* ---- copies, which are told more than what was asked ---- */

static yb_status
copy_person(const struct yb_person *person, struct yb_person **copy, char **json, struct yb_error **err)
{
	yb_status st = yb_person_dup_json(person, json, err);

	return st == YB_OK ? yb_person_new_from_json(*json, strlen(*json), "person", copy, err) : st;
}

static yb_status
copy_claim(const struct yb_claim *claim, struct yb_claim **copy, char **json, struct yb_error **err)
{
	yb_status st = yb_claim_dup_json(claim, json, err);

	return st == YB_OK ? yb_claim_new_from_json(*json, strlen(*json), "claim", copy, err) : st;
}

static void
drop_text(char *text)
{
	if (text)
		yb_wipe(text, strlen(text));
	free(text);
}

static const char *
text_of(const struct ybi_record *record, yb_field field)
{
	const struct ybi_known *known = ybi_record_get(record, field);

	return known && known->known && known->text ? known->text : "";
}

/* An episode by its name, or, where that is long, by its hash. */
static void
put_episode(const char *name, char episode[YB_LEDGER_HASH_SIZE])
{
	if (strlen(name) < YB_LEDGER_HASH_SIZE)
		memcpy(episode, name, strlen(name) + 1);
	else
		ybi_hash(name, strlen(name), episode);
}

/* ---- what is known beside the bill ---- */

void
ybi_medical_year(const struct ybi_book *book, yb_day day, yb_day *from, yb_day *to)
{
	*from = ybi_day_year_start(day, book->medical_month, book->medical_day);
	if (yb_day_from_ymd(ybi_day_year(*from) + 1, book->medical_month, book->medical_day, to) != YB_OK)
		*to = YBI_DAY_LAST;
}

void
ybi_period_days(const struct ybi_book *book, enum ybi_period period, yb_day on, const char *of, yb_day *from, yb_day *to, const char **episode)
{
	int32_t year, month;

	*episode = NULL;
	*from = YBI_DAY_FIRST;
	*to = YBI_DAY_LAST;
	switch (period) {
	case YBI_PER_YEAR: ybi_medical_year(book, on, from, to); return;
	case YBI_PER_MONTH:
		if (yb_day_to_ymd(on, &year, &month, NULL) == YB_OK && yb_day_from_ymd(year, month, 1, from) == YB_OK)
			(void)yb_day_add_months(*from, 1, YB_MONTH_END_CLIP, to);
		return;
	case YBI_PER_EPISODE: *episode = of; return;
	case YBI_PER_LIFE: return;
	default: *to = *from; return; /* by the stay: nothing of earlier ones */
	}
}

struct telling {
	const struct ybi_known_year *known;
	struct yb_decision *d; /* of the bill settled without what is known: it has the book */
	struct yb_person *person;
	struct yb_claim *claim;
};

/* "basic.paid.year" is kept as "basic.paid" by day, "pool.NAME" as itself. */
static yb_status
tell_total(const struct telling *t, const struct yb_decision *of, const char *name, struct yb_error **err)
{
	bool second = !strncmp(name, "part2.", 6);
	const char *plain = name + (second ? 6 : 0), *last = strrchr(plain, '.'), *episode;
	char of_claim[YB_LEDGER_HASH_SIZE];
	enum ybi_period period = ybi_total_period(of->book, plain);
	bool pool = !strncmp(plain, "pool.", 5);
	char kept[80];
	size_t length = pool ? strlen(plain) : (size_t)(last - plain);
	yb_day from, to, on = (yb_day)of->facts[YBI_FACT_ON].value;
	yb_fen sum = 0;
	yb_status st;

	if (length >= sizeof(kept) || (second && period != YBI_PER_YEAR))
		return YB_OK;
	memcpy(kept, plain, length);
	kept[length] = '\0';
	put_episode(text_of(&t->claim->record, YB_FIELD_YB_EPISODE), of_claim);
	ybi_period_days(of->book, period, on, of_claim, &from, &to, &episode);
	if (episode ? episode[0] != '\0' : from < to)
		st = t->known->total(t->known->context, yb_decision_get_policy_id(t->d), kept, from, to, episode, &sum, err);
	else
		st = YB_OK;
	if (st != YB_OK)
		return st;
	st = yb_claim_set_total(t->claim, name, sum < 0 ? 0 : sum);
	return st == YB_OK ? YB_OK : ybi_error_at(err, st, NULL, name, "the running total %s cannot be told", name);
}

static yb_status
tell_totals(const struct telling *t, struct yb_error **err)
{
	const struct ybi_book *book = t->d->book;
	const struct yb_decision *first = t->d->split ? t->d->parts[0] : t->d, *second = t->d->split ? t->d->parts[1] : NULL;
	yb_status st = YB_OK;

	for (uint32_t i = 0; i < book->facts_count && st == YB_OK; i++) {
		const char *name = book->facts[i].name;
		bool of_second = !strncmp(name, "part2.", 6);
		if (book->facts[i].part == YBI_OF_TOTAL && (!of_second || second))
			st = tell_total(t, of_second ? second : first, name, err);
	}
	return st;
}

static yb_status
tell_ordinal(const struct telling *t, const struct yb_decision *of, yb_field field, struct yb_error **err)
{
	yb_day from, to;
	int64_t before = 0;
	yb_status st;

	ybi_medical_year(of->book, (yb_day)of->facts[YBI_FACT_ON].value, &from, &to);
	st = t->known->stays(t->known->context, yb_decision_get_policy_id(t->d), from, to, text_of(&t->claim->record, YB_FIELD_MDTRT_ID), &before, err);
	if (st == YB_OK)
		st = yb_claim_set_count(t->claim, field, before + 1);
	return st;
}

static yb_status
tell(const struct telling *t, struct yb_error **err)
{
	const struct yb_decision *first = t->d->split ? t->d->parts[0] : t->d;
	yb_fen balance = 0;
	yb_status st;

	if (!first->facts[YBI_FACT_ON].given)
		return YB_OK; /* without a day there is no period */
	st = tell_totals(t, err);
	if (st == YB_OK && ybi_is_stay(text_of(&t->claim->record, YB_FIELD_MED_TYPE)))
		st = tell_ordinal(t, first, YB_FIELD_YB_ADMISSION, err);
	if (st == YB_OK && t->d->split && ybi_is_stay(text_of(&t->claim->record, YB_FIELD_MED_TYPE)))
		st = tell_ordinal(t, t->d->parts[1], YB_FIELD_YB_AFTER_ADMISSION, err);
	if (st != YB_OK || !t->known->balance)
		return st;
	st = t->known->balance(t->known->context, (yb_day)first->facts[YBI_FACT_ON].value, &balance, err);
	return st == YB_OK ? yb_person_set_fen(t->person, YB_FIELD_YB_ACCOUNT_BALANCE, balance < 0 ? 0 : balance) : st;
}

yb_status
ybi_settle_told(const struct ybi_known_year *known, const struct yb_policy_set *set, struct yb_person *person, struct yb_claim *claim, uint32_t flags,
                struct yb_decision *d, struct yb_error **err)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	struct telling t = { .known = known, .d = d, .person = person, .claim = claim };
	bool told_split = false;
	yb_status st;

	options.flags = flags & ~(uint32_t)YB_SETTLE_RECEIPT;
	st = yb_settle(set, person, claim, &options, d, err); /* for the document that answers, and whether the stay has two parts */
	options.flags = flags;
	for (int pass = 0; st == YB_OK && d->book && d->outcome != YB_OUTCOME_NONE && pass < 3; pass++) {
		bool split = d->split; /* that a stay has two parts may be seen only once its ordinal is known */
		if (pass && split == told_split)
			break;
		told_split = split;
		claim->total_count = 0;
		st = tell(&t, err);
		if (st == YB_OK)
			st = yb_settle(set, person, claim, &options, d, err);
	}
	return st;
}

static bool
attributes_identify(const struct ybi_record *record)
{
	for (size_t i = 0; i < record->attribute_count; i++) {
		char room[YBI_NUMBER_TEXT];
		size_t length;
		const char *text = ybi_attribute_text(&record->attributes[i], room, &length);
		if (ybi_identity_within(text, length))
			return true;
	}
	return false;
}

/* What is said in words of the caller's own goes into the receipt, and with it into the ledger. */
static yb_status
check_words(const struct yb_person *person, const struct yb_claim *claim, struct yb_error **err)
{
	const char *episode = text_of(&claim->record, YB_FIELD_YB_EPISODE), *psn_no = text_of(&person->record, YB_FIELD_PSN_NO), *where = NULL;

	if (ybi_identity_within(episode, strlen(episode)))
		where = "yb_episode";
	if (ybi_identity_within(psn_no, strlen(psn_no)))
		where = "psn_no";
	if (attributes_identify(&person->record) || attributes_identify(&claim->record))
		where = "yb_attributes";
	for (size_t i = 0; i < claim->line_count && !where; i++)
		where = attributes_identify(&claim->lines[i]) ? "yb_attributes" : NULL;
	return where ? ybi_error_at(err, YB_E_BAD_IDENTITY, NULL, where, "%s holds an identity number, which a ledger never writes; it goes into certno", where)
	             : YB_OK;
}

yb_status
ybi_settle_known(const struct ybi_known_year *known, const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim,
                 uint32_t flags, struct yb_decision *d, struct yb_error **err)
{
	struct yb_person *told_person = NULL;
	struct yb_claim *told_claim = NULL;
	char *person_json = NULL, *claim_json = NULL, request[YBI_HASH_SIZE], episode[YB_LEDGER_HASH_SIZE];
	yb_status st = copy_person(person, &told_person, &person_json, err);

	d->outcome = YB_OUTCOME_NONE;
	if (st == YB_OK)
		st = copy_claim(claim, &told_claim, &claim_json, err);
	if (st == YB_OK)
		put_episode(text_of(&claim->record, YB_FIELD_YB_EPISODE), episode);
	if (st == YB_OK)
		ybi_hash_two(person_json, strlen(person_json), claim_json, strlen(claim_json), request);
	if (st == YB_OK)
		st = ybi_settle_told(known, set, told_person, told_claim, flags | YB_SETTLE_RECEIPT, d, err);
	if (st == YB_OK) {
		memcpy(d->basis.request, request, sizeof(request));
		memcpy(d->basis.episode, episode, sizeof(episode));
	} else {
		d->outcome = YB_OUTCOME_NONE;
	}
	drop_text(person_json);
	drop_text(claim_json);
	yb_person_unref(told_person);
	yb_claim_unref(told_claim);
	return st;
}

/* ---- from a ledger ---- */

struct from_ledger {
	struct yb_ledger *ledger;
	struct ybi_person_row person; /* id 0: nothing was posted of it */
};

static yb_status
read_sum(struct ybi_store *store, enum ybi_sql q, yb_status st, bool row, int64_t *sum)
{
	*sum = st == YB_OK && row ? ybi_store_int(store, q, 0) : 0;
	ybi_store_done(store, q);
	return st;
}

static yb_status
ledger_total(void *context, const char *policy, const char *name, yb_day from, yb_day to, const char *episode, yb_fen *sum, struct yb_error **err)
{
	struct from_ledger *from_ledger = context;
	struct ybi_store *store = from_ledger->ledger->store;
	enum ybi_sql q = episode ? YBI_SQL_USED_EPISODE : YBI_SQL_USED_BETWEEN;
	bool row = false;
	yb_status st = episode ? ybi_store_run(store, q, &row, err, "izzz", from_ledger->person.id, policy, name, episode)
	                       : ybi_store_run(store, q, &row, err, "izzii", from_ledger->person.id, policy, name, (int64_t)from, (int64_t)to);

	return read_sum(store, q, st, row, sum);
}

static yb_status
ledger_stays(void *context, const char *policy, yb_day from, yb_day to, const char *mdtrt_id, int64_t *count, struct yb_error **err)
{
	struct from_ledger *from_ledger = context;
	enum ybi_sql q = YBI_SQL_COUNT_USED;
	bool row = false;
	yb_status st = ybi_store_run(from_ledger->ledger->store, q, &row, err, "izziiz", from_ledger->person.id, policy, "yb_admission", (int64_t)from,
	                             (int64_t)to, mdtrt_id);

	return read_sum(from_ledger->ledger->store, q, st, row, count);
}

static yb_status
ledger_balance(void *context, yb_day on, yb_fen *fen, struct yb_error **err)
{
	struct from_ledger *from_ledger = context;

	(void)on; /* what it has now, whenever the bill was: it can give no more */
	*fen = 0;
	return from_ledger->person.id ? ybi_ledger_person_balance(from_ledger->ledger, from_ledger->person.token, fen, err) : YB_OK;
}

/* Nothing that the ledger is to say was said. */
static yb_status
check_unsaid(const struct yb_person *person, const struct yb_claim *claim, struct yb_error **err)
{
	const yb_field fields[] = { YB_FIELD_YB_ADMISSION, YB_FIELD_YB_AFTER_ADMISSION };

	if (ybi_record_get(&person->record, YB_FIELD_YB_ACCOUNT_BALANCE)->known)
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "yb_account_balance", "the ledger says what the account has");
	if (claim->total_count)
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "yb_totals", "the ledger says the running totals of the year");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (ybi_record_get(&claim->record, fields[i])->known)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, yb_field_get_name(fields[i]), "the ledger says which stay of the year it is");
	return YB_OK;
}

/* The person of the ledger, as a transaction of it would find it. */
static yb_status
find_person(struct yb_ledger *ledger, const struct yb_person *person, struct ybi_person_row *row, char hash[YB_LEDGER_HASH_SIZE + 1],
            struct yb_error **err)
{
	const char *psn_no = text_of(&person->record, YB_FIELD_PSN_NO), *certno = text_of(&person->record, YB_FIELD_CERTNO);
	char number[YB_IDENTITY_TEXT_SIZE];
	struct yb_transaction *t = NULL;
	yb_status st = YB_OK;

	hash[0] = '\0';
	if (!psn_no[0] && !certno[0])
		return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "psn_no", "a ledger knows no bill of nobody: psn_no or certno");
	if (certno[0]) {
		st = yb_identity_check(certno, strlen(certno), NULL, NULL, number);
		if (st == YB_OK)
			st = ybi_ledger_hash(ledger, number, hash, err);
		yb_wipe(number, sizeof(number));
	}
	if (st == YB_OK)
		st = yb_transaction_new(&t, err);
	if (st == YB_OK && psn_no[0] && (st = yb_transaction_set_text(t, "psn_no", psn_no, strlen(psn_no))) != YB_OK)
		st = ybi_error_at(err, st, NULL, "psn_no", "not a person number that a ledger takes: 1 to 30 letters and digits");
	if (st == YB_OK)
		st = ybi_ledger_person_of(ledger, t, hash[0] ? hash : NULL, false, row, err);
	yb_transaction_unref(t);
	return st == YB_E_NOT_FOUND ? YB_OK : st;
}

yb_status
yb_ledger_settle(struct yb_ledger *ledger, const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim,
                 const struct yb_settle_options *options, struct yb_decision *decision, struct yb_error **err)
{
	struct yb_settle_options full = YB_SETTLE_OPTIONS_INIT;
	struct from_ledger from = { .ledger = ledger };
	struct ybi_known_year known = { &from, ledger_total, ledger_stays, ledger_balance };
	char hash[YB_LEDGER_HASH_SIZE + 1];
	yb_status st;

	if (!ledger || !set || !person || !claim || !decision)
		return YB_E_INVALID;
	decision->outcome = YB_OUTCOME_NONE;
	if (options) {
		st = ybi_options_copy(&full, sizeof(full), options, sizeof(full), err);
		if (st != YB_OK)
			return st;
	}
	if (full.flags & ~(uint32_t)(YB_SETTLE_LENIENT | YB_SETTLE_RECEIPT))
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "settle options: an unknown flag");
	st = check_unsaid(person, claim, err);
	if (st == YB_OK)
		st = check_words(person, claim, err);
	if (st == YB_OK)
		st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = find_person(ledger, person, &from.person, hash, err);
	if (st == YB_OK)
		st = ybi_settle_known(&known, set, person, claim, full.flags, decision, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st != YB_OK)
		return st;
	decision->basis.there = true;
	decision->basis.position = from.person.last;
	memcpy(decision->basis.hash, hash, sizeof(hash));
	return YB_OK;
}

/* ---- to a transaction ---- */

static yb_status
put_text(struct yb_transaction *t, const char *name, const char *text, struct yb_error **err)
{
	yb_status st = text[0] ? yb_transaction_set_text(t, name, text, strlen(text)) : YB_OK;

	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	return st == YB_OK ? YB_OK : ybi_error_at(err, st, NULL, name, "%s is not what a ledger takes", name);
}

static yb_status
put_fen(struct yb_transaction *t, const char *name, yb_fen fen, struct yb_error **err)
{
	yb_status st = yb_transaction_set_fen(t, name, fen);

	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	return st == YB_OK ? YB_OK : ybi_error_at(err, st, NULL, name, "%s is not what a ledger takes", name);
}

/* The national amounts that are known, and what each fund paid. */
static yb_status
put_amounts(struct yb_transaction *t, const struct yb_decision *d, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (uint32_t i = YBI_TOLD_SETLINFO; i < YBI_TOLD_SETLINFO_END && st == YB_OK; i++) {
		const char *name = ybi_told_name((enum ybi_told)i), *field_name = strchr(name, '.') + 1;
		yb_field field;
		yb_fen fen;
		if (yb_field_from_name(field_name, strlen(field_name), &field) != YB_OK || yb_decision_get_fen(d, field, &fen) != YB_OK)
			continue;
		st = put_fen(t, name, fen, err);
		if (st == YB_OK && fen && i >= YBI_TOLD_HIFP_PAY && i <= YBI_TOLD_OTH_PAY) {
			const char *code = ybi_fund_of(d, field)->code;
			st = ybi_named_add(&t->funds, code, strlen(code), fen);
			if (st != YB_OK)
				st = st == YB_E_NO_MEMORY ? ybi_error_no_memory(err) : ybi_error_at(err, st, NULL, "funds", "a fund that a ledger does not take");
		}
	}
	return st;
}

/* What one bill adds to running totals, by the layers and pools of its document. */
static yb_status
put_part(struct yb_transaction *t, struct yb_decision *d, const char *episode, struct yb_error **err)
{
	static const char *const measures[] = { "base", "net", "deductible", "paid" };
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];
	struct ybi_told_part *part = &t->parts[t->part_count++];
	char name[80], asked[96];
	yb_status st = YB_OK;

	part->on = (yb_day)d->facts[YBI_FACT_ON].value;
	part->sums.count = 0;
	memcpy(part->episode, episode, strlen(episode) + 1);
	for (uint32_t i = 0; i < benefit->layer_count * ARRAY_SIZE(measures) && st == YB_OK; i++) {
		const char *layer = d->book->layers[benefit->first_layer + i / ARRAY_SIZE(measures)].id;
		int length = snprintf(name, sizeof(name), "%s.%s", layer, measures[i % ARRAY_SIZE(measures)]);
		if (length >= (int)sizeof(name))
			continue;
		(void)snprintf(asked, sizeof(asked), "%s.year", name); /* the same in any period */
		yb_fen added = ybi_total_added(d, asked);
		if (added)
			st = ybi_named_add(&part->sums, name, (size_t)length, added);
	}
	for (size_t i = 0; i < d->book->pools_count && st == YB_OK; i++) {
		int length = snprintf(name, sizeof(name), "pool.%s", d->book->pools[i].name);
		yb_fen added = length < (int)sizeof(name) ? ybi_total_added(d, name) : 0;
		if (added)
			st = ybi_named_add(&part->sums, name, (size_t)length, added);
	}
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	return st == YB_OK ? YB_OK : ybi_error_at(err, st, NULL, "totals", "more running totals than a ledger takes");
}

static yb_status
put_receipt(struct yb_transaction *t, struct yb_decision *d, struct yb_error **err)
{
	struct ybi_text out = { 0 };
	yb_status st = YB_OK;

	if (!ybi_receipt_write(d, &out))
		st = ybi_error_set(err, YB_E_STALE, "the decision has no receipt");
	else if (out.failed || ybi_transaction_set_receipt(t, out.data, out.length) != YB_OK)
		st = ybi_error_no_memory(err);
	ybi_text_free(&out);
	return st;
}

yb_status
ybi_transaction_settle(struct yb_transaction *t, struct yb_decision *d, struct yb_error **err)
{
	yb_status st = ybi_decision_trace(d, err);

	t->funds.count = 0;
	t->part_count = 0;
	if (st == YB_OK)
		st = put_amounts(t, d, err);
	for (size_t i = 0; st == YB_OK && i < (d->split ? ARRAY_SIZE(d->parts) : 1); i++) {
		struct yb_decision *part = d->split ? d->parts[i] : d;
		if (part->outcome == YB_OUTCOME_ANSWERED)
			st = put_part(t, part, d->basis.episode, err);
	}
	if (st == YB_OK)
		st = put_receipt(t, d, err);
	if (st == YB_OK) {
		yb_policy_set_unref(t->set);
		t->set = yb_policy_set_ref(d->set);
		t->base = d->base;
		st = put_text(t, "policy", yb_decision_get_policy_id(d), err);
	}
	if (st == YB_OK)
		st = put_text(t, "med_type", d->head[YBI_HEAD_MED_TYPE], err);
	return st;
}

yb_status
yb_transaction_set_decision(struct yb_transaction *t, struct yb_decision *d, struct yb_error **err)
{
	static const struct { const char *name; int head; } heads[] = {
		{ "psn_no", YBI_HEAD_PSN_NO }, { "insutype", YBI_HEAD_INSUTYPE }, { "fixmedins_code", YBI_HEAD_FIXMEDINS }, { "mdtrt_id", YBI_HEAD_MDTRT_ID },
	};
	yb_status st;

	if (!t || !d)
		return YB_E_INVALID;
	if (d->ask != YBI_ASK_REIMBURSE || d->outcome != YB_OUTCOME_ANSWERED)
		return ybi_error_set(err, YB_E_STATE, "only an answered settlement is posted");
	if (!d->basis.there)
		return ybi_error_set(err, YB_E_STALE, "the settlement was not worked out with what a ledger knows");
	st = put_text(t, "kind", "settlement", err);
	for (size_t i = 0; i < ARRAY_SIZE(heads) && st == YB_OK; i++)
		st = put_text(t, heads[i].name, d->head[heads[i].head], err);
	if (st == YB_OK)
		st = put_text(t, "psn_hash", d->basis.hash, err);
	if (st == YB_OK)
		st = put_text(t, "request", d->basis.request, err);
	if (st == YB_OK && !t->facts[YBI_TOLD_BUSINESS_DAY].known && (d->end != YB_DAY_NONE || d->facts[YBI_FACT_ON].given))
		st = yb_transaction_set_day(t, "business_day", d->end != YB_DAY_NONE ? d->end : (yb_day)d->facts[YBI_FACT_ON].value);
	if (st == YB_OK)
		st = ybi_transaction_settle(t, d, err);
	t->positioned = st == YB_OK;
	t->position = d->basis.position;
	return st;
}
