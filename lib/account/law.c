/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "account/ledger.h"
#include "base/memory.h"
#include "policy/field.h"

/*
 * What a transaction of each kind moves, and when it may be posted. The entries follow from the facts and from what the transaction hangs
 * on, so that they can be worked out again when a ledger is verified.
 */

#define NAME_SIZE sizeof(((struct ybi_named_fen *)NULL)->name)

/* ---- accounts ---- */

static const struct {
	const char *kind;
	bool named, owes;
} accounts[] = {
	{ "account", true, false }, { "pending", true, false }, { "fund", true, true }, { "clearing", true, true }, { "institution", true, true },
	{ "transit", true, false }, { "region", true, true }, { "subsidy", false, true }, { "employer", false, true }, { "medaid", false, true },
	{ "cash", false, true }, { "interest", false, true }, { "opening", false, true }, { "other", false, true },
};

static size_t
account_kind(const char *name)
{
	const char *slash = strchr(name, '/');
	size_t length = slash ? (size_t)(slash - name) : strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(accounts); i++)
		if (ybi_streq_n(name, length, accounts[i].kind) && accounts[i].named == (slash && slash[1]))
			return i;
	return ARRAY_SIZE(accounts);
}

/* Whose or which: a person as accounts name one, six digits, or any plain text. */
static bool
account_of_valid(const char *kind, const char *of)
{
	size_t length = strlen(of);

	if (!strcmp(kind, "account") || !strcmp(kind, "pending"))
		return ybi_is_person_hash(of, length) || (length <= 30 && strspn(of, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == length);
	if (!strcmp(kind, "fund") || !strcmp(kind, "transit") || !strcmp(kind, "region"))
		return length == 6 && ybi_digits(of, length) >= 0;
	for (const char *p = of; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return ybi_utf8_check(of, length) == length;
}

bool
ybi_account_valid(const char *name)
{
	size_t kind = strlen(name) < NAME_SIZE ? account_kind(name) : ARRAY_SIZE(accounts);

	if (kind == ARRAY_SIZE(accounts))
		return false;
	return !accounts[kind].named ? !strchr(name, '/') : account_of_valid(accounts[kind].kind, strchr(name, '/') + 1);
}

bool
ybi_account_may_owe(const char *name)
{
	size_t kind = account_kind(name);

	return kind < ARRAY_SIZE(accounts) && accounts[kind].owes;
}

/* ---- moving money ---- */

static yb_status
move(struct ybi_posting *p, const char *kind, const char *of, yb_fen fen, struct yb_error **err)
{
	char name[NAME_SIZE];
	yb_status st;

	if (fen == 0)
		return YB_OK;
	if (snprintf(name, sizeof(name), of ? "%s/%s" : "%s", kind, of) >= (int)sizeof(name))
		return ybi_error_at(err, YB_E_BAD_VALUE, NULL, kind, "a name too long for an account");
	st = ybi_named_add(&p->entries, name, strlen(name), fen);
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	return st == YB_OK ? YB_OK : ybi_error_at(err, st, NULL, name, st == YB_E_LIMIT ? "more than 64 accounts are moved" : "the amount does not fit");
}

static yb_status
move_two(struct ybi_posting *p, const char *from, const char *from_of, const char *to, const char *to_of, yb_fen fen, struct yb_error **err)
{
	yb_status st = move(p, from, from_of, -fen, err);

	return st == YB_OK ? move(p, to, to_of, fen, err) : st;
}

/* How accounts name a person that is not the one of the transaction. */
static yb_status
token_of(struct ybi_posting *p, const char *told, char token[YB_LEDGER_HASH_SIZE + 1], struct yb_error **err)
{
	struct ybi_person_row person;
	yb_status st = ybi_ledger_person_named(p->ledger, told, &person, err);

	if (st == YB_OK)
		memcpy(token, person.token, sizeof(person.token));
	return st;
}

static const char *
channel_of(const struct yb_transaction *t)
{
	return t->facts[YBI_TOLD_CHANNEL].known ? ybi_told_text(t, YBI_TOLD_CHANNEL) : NULL;
}

/* The fund that a contribution goes to and a credit comes from: that of the scheme, unless another is told. */
static yb_status
fund_of(const struct yb_transaction *t, char fund[8], struct yb_error **err)
{
	const char *told = ybi_told_text(t, YBI_TOLD_FUND), *scheme = ybi_told_text(t, YBI_TOLD_INSUTYPE);

	if (told[0]) {
		(void)snprintf(fund, 8, "%.6s", told);
		return YB_OK;
	}
	(void)snprintf(fund, 8, "%.3s100", scheme[0] ? scheme : "310");
	if (strlen(scheme) <= 3 && ybi_code_find(YBI_CODES_FUND, fund, strlen(fund)))
		return YB_OK;
	return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "fund", "the scheme %s has no fund of its own; \"fund\" says which", scheme);
}

static yb_status
enter_contribution(struct ybi_posting *p, struct yb_error **err)
{
	static const struct { enum ybi_told share; const char *account; } payers[] = {
		{ YBI_TOLD_SHARE_EMPLOYER, "employer" }, { YBI_TOLD_SHARE_FINSUBS, "subsidy" }, { YBI_TOLD_SHARE_MEDAID, "medaid" },
		{ YBI_TOLD_SHARE_OTHER, "other" },
	};
	const struct yb_transaction *t = p->t;
	const char *channel = channel_of(t);
	char fund[8], token[YB_LEDGER_HASH_SIZE + 1];
	yb_fen sum = ybi_told_value(t, YBI_TOLD_SHARE_PERSON) + ybi_told_value(t, YBI_TOLD_SHARE_ACCOUNT);
	yb_status st = fund_of(t, fund, err);

	if (st == YB_OK)
		st = move(p, channel ? "clearing" : "cash", channel, -ybi_told_value(t, YBI_TOLD_SHARE_PERSON), err);
	for (size_t i = 0; i < ARRAY_SIZE(payers) && st == YB_OK; i++) {
		st = move(p, payers[i].account, NULL, -ybi_told_value(t, payers[i].share), err);
		sum += ybi_told_value(t, payers[i].share);
	}
	memcpy(token, p->person.token, sizeof(p->person.token));
	if (st == YB_OK && t->facts[YBI_TOLD_SHARER].known)
		st = token_of(p, ybi_told_text(t, YBI_TOLD_SHARER), token, err);
	if (st == YB_OK)
		st = move(p, "account", token, -ybi_told_value(t, YBI_TOLD_SHARE_ACCOUNT), err);
	return st == YB_OK ? move(p, "fund", fund, sum, err) : st;
}

static yb_status
enter_credit(struct ybi_posting *p, struct yb_error **err)
{
	char fund[8];
	yb_status st = fund_of(p->t, fund, err);

	return st == YB_OK ? move_two(p, "fund", fund, "account", p->person.token, ybi_told_value(p->t, YBI_TOLD_AMOUNT), err) : st;
}

/* The fund of each of the national amounts, where the settlement does not name its funds. */
static yb_status
enter_funds(struct ybi_posting *p, struct yb_error **err)
{
	static const struct { enum ybi_told amount; const char *fund; } funds[] = {
		{ YBI_TOLD_CVLSERV_PAY, "320100" }, { YBI_TOLD_HIFES_PAY, "370100" }, { YBI_TOLD_HIFMI_PAY, "390200" }, { YBI_TOLD_HIFOB_PAY, "330100" },
		{ YBI_TOLD_MAF_PAY, "610100" }, { YBI_TOLD_OTH_PAY, "999997" },
	};
	const struct yb_transaction *t = p->t;
	char fund[8];
	yb_status st = YB_OK;

	for (size_t i = 0; i < t->funds.count && st == YB_OK; i++)
		st = move(p, "fund", t->funds.rows[i].name, -t->funds.rows[i].fen, err);
	if (t->funds.count)
		return st;
	if (ybi_told_value(t, YBI_TOLD_HIFP_PAY)) {
		st = fund_of(t, fund, err);
		if (st == YB_OK)
			st = move(p, "fund", fund, -ybi_told_value(t, YBI_TOLD_HIFP_PAY), err);
	}
	for (size_t i = 0; i < ARRAY_SIZE(funds) && st == YB_OK; i++)
		st = move(p, "fund", funds[i].fund, -ybi_told_value(t, funds[i].amount), err);
	return st;
}

static yb_status
enter_settlement(struct ybi_posting *p, struct yb_error **err)
{
	const struct yb_transaction *t = p->t;
	const char *channel = channel_of(t), *institution = ybi_told_text(t, YBI_TOLD_FIXMEDINS_CODE);
	yb_fen family = ybi_told_value(t, YBI_TOLD_ACCT_MULAID_PAY);
	char token[YB_LEDGER_HASH_SIZE + 1];
	yb_status st = enter_funds(p, err);

	if (st == YB_OK)
		st = move(p, "account", p->person.token, -(ybi_told_value(t, YBI_TOLD_ACCT_PAY) - family), err);
	if (st == YB_OK && family)
		st = token_of(p, ybi_told_text(t, YBI_TOLD_SHARER), token, err);
	if (st == YB_OK && family)
		st = move(p, "account", token, -family, err);
	if (st == YB_OK)
		st = move(p, channel ? "clearing" : "cash", channel, -ybi_told_value(t, YBI_TOLD_PSN_CASH_PAY), err);
	/* what the hospital bears itself never moves */
	return st == YB_OK ? move(p, "institution", institution[0] ? institution : "unknown",
	                          ybi_told_value(t, YBI_TOLD_MEDFEE_SUMAMT) - ybi_told_value(t, YBI_TOLD_HOSP_PART_AMT), err) : st;
}

/* Everything that the transaction and the adjustments that belong to it have moved, back. */
static yb_status
enter_reversal(struct ybi_posting *p, struct yb_error **err)
{
	struct ybi_named_list moved = { 0 };
	bool row = false;
	yb_status st = ybi_ledger_entries(p->ledger, p->linked, &moved, err);

	if (st == YB_OK)
		st = ybi_store_run(p->ledger->store, YBI_SQL_CHILDREN, &row, err, "i", p->linked);
	while (st == YB_OK && row) {
		int64_t child = ybi_store_int(p->ledger->store, YBI_SQL_CHILDREN, 0);
		if (ybi_store_int(p->ledger->store, YBI_SQL_CHILDREN, 1) == YBI_POST_ADJUSTMENT && child < p->seq)
			st = ybi_ledger_entries(p->ledger, child, &moved, err);
		if (st == YB_OK)
			st = ybi_store_next(p->ledger->store, YBI_SQL_CHILDREN, &row, err);
	}
	ybi_store_done(p->ledger->store, YBI_SQL_CHILDREN);
	for (size_t i = 0; i < moved.count && st == YB_OK; i++)
		st = move(p, moved.rows[i].name, NULL, -moved.rows[i].fen, err);
	free(moved.rows);
	return st;
}

/* What a share that waits has put aside, from the share's own entries. */
static yb_status
enter_share_end(struct ybi_posting *p, bool taken, struct yb_error **err)
{
	struct ybi_named_list moved = { 0 };
	yb_status st = ybi_ledger_entries(p->ledger, p->linked, &moved, err);

	for (size_t i = 0; i < moved.count && st == YB_OK; i++) {
		const struct ybi_named_fen *row = &moved.rows[i];
		if (row->fen > 0 && !strncmp(row->name, "pending/", 8)) {
			st = move(p, row->name, NULL, -row->fen, err);
			if (st == YB_OK && taken)
				st = move(p, "account", row->name + 8, row->fen, err);
		} else if (row->fen < 0 && !taken) {
			st = move(p, row->name, NULL, -row->fen, err);
		}
	}
	free(moved.rows);
	return st;
}

static bool
share_waits(struct ybi_posting *p, int64_t share, yb_status *st, struct yb_error **err)
{
	struct ybi_named_list moved = { 0 };
	bool waits = false;

	*st = ybi_ledger_entries(p->ledger, share, &moved, err);
	for (size_t i = 0; i < moved.count; i++)
		waits = waits || !strncmp(moved.rows[i].name, "pending/", 8);
	free(moved.rows);
	return waits;
}

static yb_status
enter_share(struct ybi_posting *p, struct yb_error **err)
{
	char token[YB_LEDGER_HASH_SIZE + 1];
	yb_status st = token_of(p, ybi_told_text(p->t, YBI_TOLD_MEMBER), token, err);

	if (st != YB_OK)
		return st;
	return move_two(p, "account", p->person.token, ybi_told_value(p->origin, YBI_TOLD_FORM) == YBI_SHARE_WALLET ? "pending" : "account", token,
	                ybi_told_value(p->t, YBI_TOLD_AMOUNT), err);
}

/* The original route: what came from an account goes back to it last. */
static yb_status
enter_refund(struct ybi_posting *p, struct yb_error **err)
{
	struct yb_transaction *paid = NULL;
	struct ybi_posted posted = { 0 };
	yb_fen amount = ybi_told_value(p->origin, YBI_TOLD_AMOUNT), own;
	char fund[8], token[YB_LEDGER_HASH_SIZE + 1];
	int64_t seq = 0;
	yb_status st = yb_transaction_new(&paid, err);

	if (st == YB_OK)
		st = ybi_ledger_seq_of(p->ledger, ybi_told_text(p->origin, YBI_TOLD_BELONGS), &seq, err);
	if (st == YB_OK)
		st = ybi_ledger_load(p->ledger, seq, &posted, err);
	if (st == YB_OK)
		st = ybi_posted_read(&posted, paid, err);
	if (st == YB_OK)
		st = fund_of(paid, fund, err);
	if (st == YB_OK) {
		own = ybi_told_value(paid, YBI_TOLD_SHARE_PERSON);
		own = amount < own ? amount : own;
		memcpy(token, p->person.token, sizeof(p->person.token));
		if (paid->facts[YBI_TOLD_SHARER].known)
			st = token_of(p, ybi_told_text(paid, YBI_TOLD_SHARER), token, err);
		if (st == YB_OK)
			st = move_two(p, "fund", fund, channel_of(paid) ? "clearing" : "cash", channel_of(paid), own, err);
		if (st == YB_OK)
			st = move_two(p, "fund", fund, "account", token, amount - own, err);
	}
	ybi_posted_free(&posted);
	yb_transaction_unref(paid);
	return st;
}

static yb_status
enter_transfer_in(struct ybi_posting *p, struct yb_error **err)
{
	yb_fen amount = ybi_told_value(p->t, YBI_TOLD_AMOUNT);

	if (p->linked) /* it left another account of this ledger */
		return move_two(p, "transit", ybi_told_text(p->origin, YBI_TOLD_REGION), "account", p->person.token, amount, err);
	return move_two(p, "region", ybi_told_text(p->t, YBI_TOLD_REGION), "account", p->person.token, amount, err);
}

static yb_status
enter_adjustment(struct ybi_posting *p, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < p->t->entries.count && st == YB_OK; i++) {
		const struct ybi_named_fen *row = &p->t->entries.rows[i];
		if (!ybi_account_valid(row->name))
			return ybi_error_at(err, YB_E_BAD_VALUE, NULL, row->name, "no name of an account");
		st = move(p, row->name, NULL, row->fen, err);
	}
	return st;
}

yb_status
ybi_posting_entries(struct ybi_posting *p, struct yb_error **err)
{
	const char *person = p->person.token;
	yb_fen amount = ybi_told_value(p->t, YBI_TOLD_AMOUNT), sum = 0;
	yb_status st = YB_OK;

	p->entries.count = 0;
	switch (p->kind) {
	case YBI_POST_OPENING: st = move_two(p, "opening", NULL, "account", person, amount, err); break;
	case YBI_POST_CONTRIBUTION: st = enter_contribution(p, err); break;
	case YBI_POST_CREDIT: st = enter_credit(p, err); break;
	case YBI_POST_INTEREST: st = move_two(p, "interest", NULL, "account", person, amount, err); break;
	case YBI_POST_SETTLEMENT: st = enter_settlement(p, err); break;
	case YBI_POST_REVERSAL: case YBI_POST_FAILURE: st = enter_reversal(p, err); break;
	case YBI_POST_SHARE: st = enter_share(p, err); break;
	case YBI_POST_SHARE_ACCEPT: st = enter_share_end(p, true, err); break;
	case YBI_POST_SHARE_RETURN: st = enter_share_end(p, false, err); break;
	case YBI_POST_TRANSFER_OUT: st = move_two(p, "account", person, "transit", ybi_told_text(p->t, YBI_TOLD_REGION), amount, err); break;
	case YBI_POST_TRANSFER_ARRIVAL:
		st = move_two(p, "transit", ybi_told_text(p->origin, YBI_TOLD_REGION), "region", ybi_told_text(p->origin, YBI_TOLD_REGION),
		              ybi_told_value(p->origin, YBI_TOLD_AMOUNT), err);
		break;
	case YBI_POST_TRANSFER_IN: st = enter_transfer_in(p, err); break;
	case YBI_POST_REFUND: st = enter_refund(p, err); break;
	case YBI_POST_CLEARING: st = move_two(p, "cash", NULL, "clearing", ybi_told_text(p->t, YBI_TOLD_CHANNEL), amount, err); break;
	case YBI_POST_ADJUSTMENT: st = enter_adjustment(p, err); break;
	default: break; /* words only: no money moves */
	}
	for (size_t i = 0; i < p->entries.count && st == YB_OK; i++)
		st = yb_fen_add(sum, p->entries.rows[i].fen, &sum);
	ybi_named_drop_nothings(&p->entries);
	if (st == YB_OK && sum != 0)
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "entries", "the entries do not add up to nothing");
	return st;
}

/* ---- running totals ---- */

static yb_status
add_used(struct ybi_used_list *used, const char *policy, const char *name, yb_day day, const char *episode, yb_fen fen, struct yb_error **err)
{
	struct ybi_used_row *row;

	for (size_t i = 0; i < used->count; i++) {
		row = &used->rows[i];
		if (row->day == day && !strcmp(row->name, name) && !strcmp(row->policy, policy) && !strcmp(row->episode, episode))
			return yb_fen_add(row->fen, fen, &row->fen) == YB_OK ? YB_OK : ybi_error_at(err, YB_E_OVERFLOW, NULL, name, "the total does not fit");
	}
	if (!ybi_grow(&used->rows, used->count, &used->room, sizeof(*used->rows)))
		return ybi_error_no_memory(err);
	row = &used->rows[used->count++];
	*row = (struct ybi_used_row) { .day = day, .fen = fen };
	(void)snprintf(row->policy, sizeof(row->policy), "%s", policy);
	(void)snprintf(row->name, sizeof(row->name), "%s", name);
	(void)snprintf(row->episode, sizeof(row->episode), "%s", episode);
	return YB_OK;
}

/* A stay in hospital: med_type 21 to 24 and what provinces made of them, 52. */
bool
ybi_is_stay(const char *med_type)
{
	return med_type[0] == '2' || !strcmp(med_type, "52");
}

/* What a settlement or an adjustment says, `sign` times. */
static yb_status
add_parts(const struct yb_transaction *t, int sign, struct ybi_used_list *used, struct yb_error **err)
{
	bool stays = ybi_told_value(t, YBI_TOLD_KIND) == YBI_POST_SETTLEMENT && ybi_is_stay(ybi_told_text(t, YBI_TOLD_MED_TYPE));
	const char *policy = ybi_told_text(t, YBI_TOLD_POLICY);
	yb_status st = YB_OK;

	for (uint32_t i = 0; i < t->part_count && st == YB_OK; i++) {
		const struct ybi_told_part *part = &t->parts[i];
		for (size_t k = 0; k < part->sums.count && st == YB_OK; k++)
			st = add_used(used, policy, part->sums.rows[k].name, part->on, part->episode, sign * part->sums.rows[k].fen, err);
		if (st == YB_OK && stays)
			st = add_used(used, policy, "yb_admission", part->on, ybi_told_text(t, YBI_TOLD_MDTRT_ID), sign, err);
	}
	return st;
}

static yb_status
add_adjustment_back(struct ybi_posting *p, int64_t seq, struct ybi_used_list *used, struct yb_error **err)
{
	struct ybi_posted posted = { 0 };
	struct yb_transaction *t = NULL;
	yb_status st = ybi_ledger_load(p->ledger, seq, &posted, err);

	if (st == YB_OK)
		st = yb_transaction_new(&t, err);
	if (st == YB_OK)
		st = ybi_posted_read(&posted, t, err);
	if (st == YB_OK)
		st = add_parts(t, -1, used, err);
	yb_transaction_unref(t);
	ybi_posted_free(&posted);
	return st;
}

/* What the settlement that is reversed, and its adjustments, have added is taken away again. */
static yb_status
add_back(struct ybi_posting *p, struct ybi_used_list *used, struct yb_error **err)
{
	struct ybi_store *store = p->ledger->store;
	bool row = false;
	yb_status st = add_parts(p->origin, -1, used, err);

	if (st == YB_OK)
		st = ybi_store_run(store, YBI_SQL_CHILDREN, &row, err, "i", p->linked);
	while (st == YB_OK && row) {
		int64_t child = ybi_store_int(store, YBI_SQL_CHILDREN, 0);
		if (ybi_store_int(store, YBI_SQL_CHILDREN, 1) == YBI_POST_ADJUSTMENT && child < p->seq)
			st = add_adjustment_back(p, child, used, err);
		if (st == YB_OK)
			st = ybi_store_next(store, YBI_SQL_CHILDREN, &row, err);
	}
	ybi_store_done(store, YBI_SQL_CHILDREN);
	return st;
}

yb_status
ybi_posting_used(struct ybi_posting *p, struct ybi_used_list *used, struct yb_error **err)
{
	size_t kept = 0;
	yb_status st = YB_OK;

	if (p->kind == YBI_POST_SETTLEMENT || p->kind == YBI_POST_ADJUSTMENT)
		st = add_parts(p->t, 1, used, err);
	else if (p->kind == YBI_POST_REVERSAL && p->posted.kind == YBI_POST_SETTLEMENT)
		st = add_back(p, used, err);
	for (size_t i = 0; i < used->count; i++)
		if (used->rows[i].fen)
			used->rows[kept++] = used->rows[i];
	used->count = kept;
	return st;
}

/* ---- what it hangs on ---- */

void
ybi_posting_free(struct ybi_posting *p)
{
	ybi_posted_free(&p->posted);
	yb_transaction_unref(p->origin);
	p->origin = NULL;
	free(p->entries.rows);
	p->entries = (struct ybi_named_list) { 0 };
}

yb_status
ybi_posting_link(struct ybi_posting *p, struct yb_error **err)
{
	enum ybi_told by = p->t->facts[YBI_TOLD_REVERSES].known ? YBI_TOLD_REVERSES : YBI_TOLD_BELONGS;
	yb_status st;

	p->linked = 0;
	if (!p->t->facts[by].known)
		return YB_OK;
	st = ybi_ledger_seq_of(p->ledger, ybi_told_text(p->t, by), &p->linked, err);
	if (st == YB_OK && (p->linked == 0 || p->linked >= p->seq))
		return ybi_error_at(err, YB_E_NOT_FOUND, NULL, ybi_told_name(by), "nothing of the key \"%s\" was posted", ybi_told_text(p->t, by));
	if (st == YB_OK)
		st = ybi_ledger_load(p->ledger, p->linked, &p->posted, err);
	if (st == YB_OK)
		st = yb_transaction_new(&p->origin, err);
	return st == YB_OK ? ybi_posted_read(&p->posted, p->origin, err) : st;
}

static yb_status
wrong_state(struct yb_error **err, const struct ybi_posting *p, const char *what)
{
	return ybi_error_at(err, YB_E_STATE, NULL, p->posted.key, "%s %s", p->posted.key, what);
}

#define BIT(kind) (1u << (kind))

/* What each kind hangs on, whose person it shares, and what may have happened to that only once. */
static const struct {
	uint32_t on;     /* kinds it may hang on; 0: any */
	bool same;       /* the same person */
	uint32_t once;   /* kinds of which only one may belong to it */
} hangs[YBI_POST_COUNT_] = {
	[YBI_POST_CONTRIBUTION] = { BIT(YBI_POST_FAILURE), true, BIT(YBI_POST_CONTRIBUTION) },
	[YBI_POST_REVERSAL] = { 0, true, 0 },
	[YBI_POST_FAILURE] = { BIT(YBI_POST_CONTRIBUTION), true, 0 },
	[YBI_POST_REVOCATION] = { BIT(YBI_POST_AUTHORIZATION), true, BIT(YBI_POST_REVOCATION) },
	[YBI_POST_SHARE] = { BIT(YBI_POST_AUTHORIZATION), true, 0 },
	[YBI_POST_SHARE_ACCEPT] = { BIT(YBI_POST_SHARE), false, BIT(YBI_POST_SHARE_ACCEPT) | BIT(YBI_POST_SHARE_RETURN) },
	[YBI_POST_SHARE_RETURN] = { BIT(YBI_POST_SHARE), true, BIT(YBI_POST_SHARE_ACCEPT) | BIT(YBI_POST_SHARE_RETURN) },
	[YBI_POST_TRANSFER_ARRIVAL] = { BIT(YBI_POST_TRANSFER_OUT), true, BIT(YBI_POST_TRANSFER_ARRIVAL) | BIT(YBI_POST_TRANSFER_IN) },
	[YBI_POST_TRANSFER_IN] = { BIT(YBI_POST_TRANSFER_OUT), false, BIT(YBI_POST_TRANSFER_ARRIVAL) | BIT(YBI_POST_TRANSFER_IN) },
	[YBI_POST_REFUND_REQUEST] = { BIT(YBI_POST_CONTRIBUTION), true, 0 },
	[YBI_POST_REFUND] = { BIT(YBI_POST_REFUND_REQUEST), true, BIT(YBI_POST_REFUND) | BIT(YBI_POST_REFUND_REFUSAL) },
	[YBI_POST_REFUND_REFUSAL] = { BIT(YBI_POST_REFUND_REQUEST), true, BIT(YBI_POST_REFUND) | BIT(YBI_POST_REFUND_REFUSAL) },
	[YBI_POST_ADJUSTMENT] = { BIT(YBI_POST_SETTLEMENT), true, 0 },
};

/* ---- the family ---- */

/* An authorization in force on a day: not over, not taken back by then. */
static yb_status
authorization_holds(struct ybi_posting *p, int64_t seq, const struct yb_transaction *authorization, yb_day day, bool *holds, struct yb_error **err)
{
	int64_t revoked = 0;
	yb_status st = ybi_ledger_child(p->ledger, seq, BIT(YBI_POST_REVOCATION), &revoked, err);

	*holds = day >= ybi_told_value(authorization, YBI_TOLD_FROM) &&
	         (!authorization->facts[YBI_TOLD_THROUGH].known || day <= ybi_told_value(authorization, YBI_TOLD_THROUGH));
	if (st == YB_OK && revoked) {
		struct ybi_posted posted = { 0 };
		st = ybi_ledger_load(p->ledger, revoked, &posted, err);
		*holds = *holds && day < posted.business_day;
		ybi_posted_free(&posted);
	}
	if (st == YB_OK) {
		bool reversed = false;
		st = ybi_ledger_reversed(p->ledger, seq, &reversed, err);
		*holds = *holds && !reversed;
	}
	return st;
}

struct ybi_shares_so_far {
	yb_fen day, year;
	int64_t count;
};

/* Transactions that hang on another, or are of a person, by kind and number. */
struct ybi_seqs {
	struct { int64_t seq; } *rows;
	size_t count, room;
};

static yb_status
list_seqs(struct ybi_posting *p, enum ybi_sql sql, int64_t of, uint32_t kinds, struct ybi_seqs *list, struct yb_error **err)
{
	struct ybi_store *store = p->ledger->store;
	bool row = false;
	yb_status st = ybi_store_run(store, sql, &row, err, "i", of);

	while (st == YB_OK && row) {
		int64_t kind = ybi_store_int(store, sql, 1);
		if (kind > 0 && kind < YBI_POST_COUNT_ && (kinds & BIT(kind))) {
			if (!ybi_grow(&list->rows, list->count, &list->room, sizeof(*list->rows))) {
				st = ybi_error_no_memory(err);
				break;
			}
			list->rows[list->count++].seq = ybi_store_int(store, sql, 0);
		}
		st = ybi_store_next(store, sql, &row, err);
	}
	ybi_store_done(store, sql);
	return st;
}

/* A transaction that was posted, and its facts. */
static yb_status
load_facts(struct ybi_posting *p, int64_t seq, struct ybi_posted *posted, struct yb_transaction **t, struct yb_error **err)
{
	yb_status st = ybi_ledger_load(p->ledger, seq, posted, err);

	if (st == YB_OK)
		st = yb_transaction_new(t, err);
	return st == YB_OK ? ybi_posted_read(posted, *t, err) : st;
}

static void
count_given(struct ybi_shares_so_far *sum, yb_day day, yb_day on, yb_fen amount)
{
	int32_t year = 0, other = 0;

	(void)yb_day_to_ymd(day, &year, NULL, NULL);
	(void)yb_day_to_ymd(on, &other, NULL, NULL);
	sum->day += on == day ? amount : 0;
	sum->count += on == day;
	sum->year += other == year ? amount : 0;
}

/* Sums given by an authorization on a day and in its year; one that came back does not count, but was one of the day. */
static yb_status
count_shares(struct ybi_posting *p, int64_t authorization, yb_day day, struct ybi_shares_so_far *sum, struct yb_error **err)
{
	struct ybi_seqs shares = { 0 };
	yb_status st = list_seqs(p, YBI_SQL_CHILDREN, authorization, BIT(YBI_POST_SHARE), &shares, err);

	for (size_t i = 0; i < shares.count && st == YB_OK; i++) {
		struct ybi_posted posted = { 0 };
		struct yb_transaction *t = NULL;
		int64_t back = 0;
		st = load_facts(p, shares.rows[i].seq, &posted, &t, err);
		if (st == YB_OK)
			st = ybi_ledger_child(p->ledger, shares.rows[i].seq, BIT(YBI_POST_SHARE_RETURN), &back, err);
		if (st == YB_OK)
			count_given(sum, day, posted.business_day, back ? 0 : ybi_told_value(t, YBI_TOLD_AMOUNT));
		yb_transaction_unref(t);
		ybi_posted_free(&posted);
	}
	free(shares.rows);
	return st;
}

/* What the adjustments of a bill have changed of the family's part of it. */
static yb_status
count_adjustments(struct ybi_posting *p, int64_t bill, yb_fen *family, struct yb_error **err)
{
	struct ybi_seqs found = { 0 };
	yb_status st = list_seqs(p, YBI_SQL_CHILDREN, bill, BIT(YBI_POST_ADJUSTMENT), &found, err);

	for (size_t i = 0; i < found.count && st == YB_OK; i++) {
		struct ybi_posted posted = { 0 };
		struct yb_transaction *t = NULL;
		st = load_facts(p, found.rows[i].seq, &posted, &t, err);
		if (st == YB_OK)
			*family += ybi_told_value(t, YBI_TOLD_ACCT_MULAID_PAY);
		yb_transaction_unref(t);
		ybi_posted_free(&posted);
	}
	free(found.rows);
	return st;
}

/* Bills and contributions of the member that the sharer's account has paid, unless they were undone. */
static yb_status
count_paid(struct ybi_posting *p, const struct ybi_person_row *sharer, const struct ybi_person_row *member, yb_day day, struct ybi_shares_so_far *sum,
           struct yb_error **err)
{
	struct ybi_seqs found = { 0 };
	yb_status st = list_seqs(p, YBI_SQL_TXNS_OF_PERSON, member->id, BIT(YBI_POST_SETTLEMENT) | BIT(YBI_POST_CONTRIBUTION), &found, err);

	for (size_t i = 0; i < found.count && st == YB_OK; i++) {
		struct ybi_person_row payer = { 0 };
		struct ybi_posted posted = { 0 };
		struct yb_transaction *t = NULL;
		bool reversed = false;
		yb_fen amount;
		st = load_facts(p, found.rows[i].seq, &posted, &t, err);
		if (st == YB_OK && t->facts[YBI_TOLD_SHARER].known) {
			st = ybi_ledger_person_named(p->ledger, ybi_told_text(t, YBI_TOLD_SHARER), &payer, err);
			if (st == YB_OK)
				st = ybi_ledger_reversed(p->ledger, posted.seq, &reversed, err);
			amount = ybi_told_value(t, posted.kind == YBI_POST_SETTLEMENT ? YBI_TOLD_ACCT_MULAID_PAY : YBI_TOLD_SHARE_ACCOUNT);
			if (st == YB_OK && posted.kind == YBI_POST_SETTLEMENT)
				st = count_adjustments(p, posted.seq, &amount, err);
			if (st == YB_OK && payer.id == sharer->id && !reversed)
				count_given(sum, day, posted.business_day, amount);
		}
		yb_transaction_unref(t);
		ybi_posted_free(&posted);
	}
	free(found.rows);
	return st;
}

static yb_status
above(struct yb_error **err, const struct yb_transaction *authorization, enum ybi_told limit, yb_fen amount)
{
	char most[YB_FEN_TEXT_SIZE];

	if (!authorization->facts[limit].known || amount <= ybi_told_value(authorization, limit))
		return YB_OK;
	yb_fen_to_text(ybi_told_value(authorization, limit), most);
	return ybi_error_at(err, YB_E_NOT_ALLOWED, NULL, ybi_told_name(limit), "more than the authorization allows: %s is %s", ybi_told_name(limit), most);
}

static yb_status
same_member(struct ybi_posting *p, struct yb_error **err)
{
	char told[YB_LEDGER_HASH_SIZE + 1], allowed[YB_LEDGER_HASH_SIZE + 1];
	yb_status st = token_of(p, ybi_told_text(p->t, YBI_TOLD_MEMBER), told, err);

	if (st == YB_OK)
		st = token_of(p, ybi_told_text(p->origin, YBI_TOLD_MEMBER), allowed, err);
	if (st == YB_OK && strcmp(told, allowed) != 0)
		return ybi_error_at(err, YB_E_NOT_ALLOWED, NULL, "member", "the authorization is for another member of the family");
	return st;
}

/* Is an amount within what an authorization allows, with all that it was used for before? */
static yb_status
within_limits(struct ybi_posting *p, int64_t seq, const struct yb_transaction *authorization, const struct ybi_person_row *sharer,
              const struct ybi_person_row *member, yb_fen amount, struct yb_error **err)
{
	yb_day day = (yb_day)ybi_told_value(p->t, YBI_TOLD_BUSINESS_DAY);
	const struct ybi_told_value *count = &authorization->facts[YBI_TOLD_LIMIT_COUNT];
	struct ybi_shares_so_far sum = { 0 };
	bool limited = count->known;
	yb_status st = YB_OK;

	for (uint32_t i = YBI_TOLD_LIMIT_EACH; i <= YBI_TOLD_LIMIT_YEAR; i++)
		limited = limited || authorization->facts[i].known;
	if (!limited)
		return YB_OK;
	st = count_shares(p, seq, day, &sum, err);
	if (st == YB_OK)
		st = count_paid(p, sharer, member, day, &sum, err);
	if (st == YB_OK)
		st = above(err, authorization, YBI_TOLD_LIMIT_EACH, amount);
	if (st == YB_OK)
		st = above(err, authorization, YBI_TOLD_LIMIT_DAY, sum.day + amount);
	if (st == YB_OK)
		st = above(err, authorization, YBI_TOLD_LIMIT_YEAR, sum.year + amount);
	if (st == YB_OK && count->known && sum.count >= count->value)
		return ybi_error_at(err, YB_E_NOT_ALLOWED, NULL, "limit.count", "more than the authorization allows: %lld a day", (long long)count->value);
	return st;
}

static yb_status
allow_share(struct ybi_posting *p, struct yb_error **err)
{
	yb_day day = (yb_day)ybi_told_value(p->t, YBI_TOLD_BUSINESS_DAY);
	struct ybi_person_row member = { 0 };
	bool holds = false;
	yb_status st;

	if (ybi_told_value(p->origin, YBI_TOLD_FORM) == YBI_SHARE_POOL)
		return ybi_error_at(err, YB_E_NOT_ALLOWED, NULL, "form", "the authorization lets bills be paid; it gives no sum to the member");
	st = same_member(p, err);
	if (st == YB_OK)
		st = authorization_holds(p, p->linked, p->origin, day, &holds, err);
	if (st == YB_OK && !holds)
		return ybi_error_at(err, YB_E_NOT_ALLOWED, NULL, p->posted.key, "the authorization %s is not in force on the day", p->posted.key);
	if (st == YB_OK)
		st = ybi_ledger_person_named(p->ledger, ybi_told_text(p->t, YBI_TOLD_MEMBER), &member, err);
	return st == YB_OK ? within_limits(p, p->linked, p->origin, &p->person, &member, ybi_told_value(p->t, YBI_TOLD_AMOUNT), err) : st;
}

/* May this authorization of the sharer pay? A bill wants the form "pool", a contribution any. */
static yb_status
try_authorization(struct ybi_posting *p, int64_t seq, const struct ybi_person_row *sharer, bool *holds, struct yb_error **err)
{
	yb_day day = (yb_day)ybi_told_value(p->t, YBI_TOLD_BUSINESS_DAY);
	char token[YB_LEDGER_HASH_SIZE + 1] = "";
	struct ybi_posted posted = { 0 };
	struct yb_transaction *t = NULL;
	yb_status st = load_facts(p, seq, &posted, &t, err);

	*holds = false;
	if (st == YB_OK)
		st = token_of(p, ybi_told_text(t, YBI_TOLD_MEMBER), token, err);
	if (st == YB_OK && !strcmp(token, p->person.token) &&
	    (p->kind != YBI_POST_SETTLEMENT || ybi_told_value(t, YBI_TOLD_FORM) == YBI_SHARE_POOL))
		st = authorization_holds(p, seq, t, day, holds, err);
	if (st == YB_OK && *holds)
		st = within_limits(p, seq, t, sharer, &p->person,
		                   ybi_told_value(p->t, p->kind == YBI_POST_SETTLEMENT ? YBI_TOLD_ACCT_MULAID_PAY : YBI_TOLD_SHARE_ACCOUNT), err);
	yb_transaction_unref(t);
	ybi_posted_free(&posted);
	return st;
}

/* Somebody else's account pays: that person has authorized it. Of several authorizations one that allows it is enough. */
static yb_status
allow_sharer(struct ybi_posting *p, struct yb_error **err)
{
	struct ybi_person_row sharer = { 0 };
	struct ybi_seqs found = { 0 };
	struct yb_error *why = NULL;
	bool holds = false, above_limit = false;
	yb_status st = ybi_ledger_person_named(p->ledger, ybi_told_text(p->t, YBI_TOLD_SHARER), &sharer, err);

	if (st == YB_OK && sharer.id == p->person.id)
		return YB_OK;
	if (st == YB_OK)
		st = list_seqs(p, YBI_SQL_TXNS_OF_PERSON, sharer.id, BIT(YBI_POST_AUTHORIZATION), &found, err);
	for (size_t i = 0; i < found.count && st == YB_OK && !holds; i++) {
		yb_error_unref(why);
		why = NULL;
		st = try_authorization(p, found.rows[i].seq, &sharer, &holds, &why);
		if (st == YB_E_NOT_ALLOWED || st == YB_E_NOT_FOUND) { /* above its limits; for somebody who is not in the ledger */
			above_limit = above_limit || st == YB_E_NOT_ALLOWED;
			holds = false;
			st = YB_OK;
		}
	}
	free(found.rows);
	yb_error_unref(why);
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	if (st != YB_OK)
		return ybi_error_at(err, st, NULL, "sharer", "the authorizations of the sharer cannot be read");
	if (!holds)
		return ybi_error_at(err, YB_E_NOT_ALLOWED, NULL, "sharer", above_limit ? "more than the authorization of the sharer allows"
		                                                               : "no authorization of the sharer for this person is in force on the day");
	return YB_OK;
}

/* ---- refunds ---- */

/* No more than the person has paid is asked back, all requests that were not refused together. */
static yb_status
allow_refund_request(struct ybi_posting *p, struct yb_error **err)
{
	yb_fen paid = ybi_told_value(p->origin, YBI_TOLD_SHARE_PERSON) + ybi_told_value(p->origin, YBI_TOLD_SHARE_ACCOUNT);
	yb_fen asked = ybi_told_value(p->t, YBI_TOLD_AMOUNT);
	struct ybi_seqs found = { 0 };
	yb_status st;

	if (p->t->facts[YBI_TOLD_CUTOFF].known && ybi_told_value(p->t, YBI_TOLD_BUSINESS_DAY) > ybi_told_value(p->t, YBI_TOLD_CUTOFF))
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "cutoff", "the request comes after its cutoff");
	st = list_seqs(p, YBI_SQL_CHILDREN, p->linked, BIT(YBI_POST_REFUND_REQUEST), &found, err);
	for (size_t i = 0; i < found.count && st == YB_OK; i++) {
		struct ybi_posted posted = { 0 };
		struct yb_transaction *t = NULL;
		int64_t refused = 0;
		st = load_facts(p, found.rows[i].seq, &posted, &t, err);
		if (st == YB_OK)
			st = ybi_ledger_child(p->ledger, found.rows[i].seq, BIT(YBI_POST_REFUND_REFUSAL), &refused, err);
		if (st == YB_OK && !refused)
			asked += ybi_told_value(t, YBI_TOLD_AMOUNT);
		yb_transaction_unref(t);
		ybi_posted_free(&posted);
	}
	free(found.rows);
	if (st == YB_OK && asked > paid) {
		char most[YB_FEN_TEXT_SIZE];
		yb_fen_to_text(paid, most);
		return ybi_error_at(err, YB_E_NOT_ALLOWED, NULL, "amount", "more is asked back than the person has paid, %s", most);
	}
	return st;
}

/* ---- may it be posted? ---- */

/* What was taken further is undone from its end. */
static yb_status
allow_reversal(struct ybi_posting *p, struct yb_error **err)
{
	const uint32_t fixed = BIT(YBI_POST_REVERSAL) | BIT(YBI_POST_FAILURE) | BIT(YBI_POST_ADJUSTMENT) | BIT(YBI_POST_CLOSING);
	int64_t child = 0;
	yb_status st;

	if (fixed & BIT(p->posted.kind))
		return wrong_state(err, p, p->posted.kind == YBI_POST_ADJUSTMENT ? "is an adjustment: it goes with its settlement"
		                                                                   : "cannot be reversed; post the transaction again");
	st = ybi_ledger_child(p->ledger, p->linked, ~(BIT(YBI_POST_ADJUSTMENT) | BIT(YBI_POST_REFUND_REFUSAL)), &child, err);
	if (st == YB_OK && child)
		return wrong_state(err, p, "has others that belong to it; reverse those first");
	return st;
}

static yb_status
check_link(struct ybi_posting *p, struct yb_error **err)
{
	bool reversed = false;
	int64_t done = 0;
	yb_status st = YB_OK;

	if (hangs[p->kind].on && !(hangs[p->kind].on & BIT(p->posted.kind)))
		return ybi_error_at(err, YB_E_STATE, NULL, p->posted.key, "%s is of kind %s, to which no %s belongs", p->posted.key,
		                    ybi_post_name(p->posted.kind), ybi_post_name(p->kind));
	if (hangs[p->kind].same && p->posted.person && !p->person.id)
		return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "psn_no", "%s is of a person: psn_no or certno", p->posted.key);
	if (hangs[p->kind].same && p->posted.person != p->person.id)
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "psn_no", "%s is of another person", p->posted.key);
	if (ybi_told_value(p->t, YBI_TOLD_BUSINESS_DAY) < p->posted.business_day)
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "business_day", "the day is before that of %s", p->posted.key);
	st = ybi_ledger_reversed(p->ledger, p->linked, &reversed, err);
	if (st == YB_OK && reversed)
		return wrong_state(err, p, "is reversed");
	if (st == YB_OK && hangs[p->kind].once)
		st = ybi_ledger_child(p->ledger, p->linked, hangs[p->kind].once, &done, err);
	return st == YB_OK && done ? wrong_state(err, p, "is done, refused, taken or returned already") : st;
}

static yb_status
allow_share_end(struct ybi_posting *p, struct yb_error **err)
{
	char member[YB_LEDGER_HASH_SIZE + 1];
	yb_status st = YB_OK;

	if (!share_waits(p, p->linked, &st, err) && st == YB_OK)
		return wrong_state(err, p, "was given at once: there is nothing to take or return");
	if (st == YB_OK && p->kind == YBI_POST_SHARE_ACCEPT) {
		st = token_of(p, ybi_told_text(p->origin, YBI_TOLD_MEMBER), member, err);
		if (st == YB_OK && strcmp(member, p->person.token) != 0)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "psn_no", "%s is for another person", p->posted.key);
	}
	return st;
}

yb_status
ybi_posting_allowed(struct ybi_posting *p, struct yb_error **err)
{
	yb_status st = p->linked ? check_link(p, err) : YB_OK;

	if (st != YB_OK)
		return st;
	switch (p->kind) {
	case YBI_POST_REVERSAL: case YBI_POST_FAILURE: return allow_reversal(p, err);
	case YBI_POST_SHARE: return allow_share(p, err);
	case YBI_POST_SHARE_ACCEPT: case YBI_POST_SHARE_RETURN: return allow_share_end(p, err);
	case YBI_POST_REFUND_REQUEST: return allow_refund_request(p, err);
	case YBI_POST_CONTRIBUTION: case YBI_POST_SETTLEMENT:
		return p->t->facts[YBI_TOLD_SHARER].known ? allow_sharer(p, err) : YB_OK;
	case YBI_POST_TRANSFER_IN:
		if (p->linked && ybi_told_value(p->t, YBI_TOLD_AMOUNT) != ybi_told_value(p->origin, YBI_TOLD_AMOUNT))
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "amount", "not the amount that left, %s", p->posted.key);
		return YB_OK;
	default: return YB_OK;
	}
}
