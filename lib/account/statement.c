/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "account/ledger.h"
#include "account/sheet.h"
#include "base/calendar.h"
#include "base/memory.h"

/*
 * Statements (对账单): what moved an account in a period, with the balance before, after each entry and at the end, and what is still
 * pending then. That of a person has the personal account and what the family gave that was not taken yet.
 */

struct line {
	struct ybi_posted posted;
	char undoes[65]; /* the key of what it reverses */
	char person[YB_LEDGER_HASH_SIZE + 1]; /* of whom the transaction is: whose bill was paid; "" of nobody */
	yb_fen fen, after;
	struct ybi_text others, reason; /* the accounts on the other side, each on a line of its own */
};

struct sums {
	int64_t count;
	yb_fen in, out;
};

struct account {
	char name[80];
	int64_t id; /* 0: nothing has moved it */
	yb_fen opening, closing;
	struct line *lines;
	size_t count, room;
	struct sums kinds[YBI_POST_COUNT_], all;
};

struct waiting {
	struct ybi_posted posted;
	yb_fen amount;
	bool comes; /* to whom is asked about */
	struct ybi_text other, reason;
};

struct statement {
	struct yb_ledger *ledger;
	const char *of;
	struct ybi_person_row person; /* id 0: an account of nobody */
	bool whole;                   /* of a person */
	yb_axis axis;
	yb_day from, through;
	yb_lang lang;
	struct ybi_head head;
	struct account accounts[2];
	size_t account_count;
	struct waiting *waiting;
	size_t waiting_count, waiting_room;
};

static const struct { const char *zh, *en; } kinds[YBI_POST_COUNT_] = {
	[YBI_POST_OPENING] = { "期初转入", "carried in" }, [YBI_POST_CONTRIBUTION] = { "缴费", "contribution" },
	[YBI_POST_CREDIT] = { "划入", "credit" }, [YBI_POST_INTEREST] = { "利息", "interest" }, [YBI_POST_SETTLEMENT] = { "医疗结算", "settlement" },
	[YBI_POST_REVERSAL] = { "冲正", "reversal" }, [YBI_POST_FAILURE] = { "扣款失败", "failed payment" },
	[YBI_POST_AUTHORIZATION] = { "共济授权", "authorization" }, [YBI_POST_REVOCATION] = { "撤销授权", "revocation" },
	[YBI_POST_SHARE] = { "家庭共济", "family share" }, [YBI_POST_SHARE_ACCEPT] = { "共济领取", "share taken" },
	[YBI_POST_SHARE_RETURN] = { "共济退回", "share returned" }, [YBI_POST_TRANSFER_OUT] = { "转移转出", "transfer out" },
	[YBI_POST_TRANSFER_ARRIVAL] = { "转移到账", "transfer arrived" }, [YBI_POST_TRANSFER_IN] = { "转移转入", "transfer in" },
	[YBI_POST_REFUND_REQUEST] = { "退费申请", "refund asked for" }, [YBI_POST_REFUND] = { "退费", "refund" },
	[YBI_POST_REFUND_REFUSAL] = { "退费驳回", "refund refused" }, [YBI_POST_CLEARING] = { "渠道清算", "clearing" },
	[YBI_POST_ADJUSTMENT] = { "调整", "adjustment" }, [YBI_POST_CLOSING] = { "关账", "closing" },
};

static const char *
kind_label(enum ybi_kind_of_transaction kind, yb_lang lang)
{
	return ybi_words(lang, kinds[kind].zh, kinds[kind].en);
}

static yb_status
damaged(struct yb_error **err, const char *account)
{
	return ybi_error_at(err, YB_E_CORRUPT, NULL, account, "the entries of %s do not add up to its balance", account);
}

/* ---- entries ---- */

static yb_status
read_reason(const struct ybi_posted *posted, struct ybi_text *reason, yb_fen *amount, struct yb_error **err)
{
	struct yb_transaction *t = NULL;
	yb_status st = yb_transaction_new(&t, err);

	if (st == YB_OK)
		st = ybi_posted_read(posted, t, err);
	if (st == YB_OK) {
		ybi_text_puts(reason, ybi_told_text(t, YBI_TOLD_REASON));
		*amount = ybi_told_value(t, YBI_TOLD_AMOUNT);
		st = reason->failed ? ybi_error_no_memory(err) : YB_OK;
	}
	yb_transaction_unref(t);
	return st;
}

/* Where the money came from, or went to: the accounts of the transaction that moved the other way. */
static yb_status
read_others(struct statement *s, const char *account, struct line *line, struct yb_error **err)
{
	struct ybi_named_list entries = { 0 };
	yb_status st = ybi_ledger_entries(s->ledger, line->posted.seq, &entries, err);

	for (size_t i = 0; i < entries.count && st == YB_OK; i++) {
		const struct ybi_named_fen *row = &entries.rows[i];
		if (!strcmp(row->name, account) || (row->fen < 0) == (line->fen < 0))
			continue;
		ybi_text_puts(&line->others, line->others.length ? "\n" : "");
		ybi_text_puts(&line->others, row->name);
	}
	free(entries.rows);
	return st == YB_OK && line->others.failed ? ybi_error_no_memory(err) : st;
}

static yb_status
read_person(struct statement *s, struct line *line, struct yb_error **err)
{
	enum ybi_sql q = YBI_SQL_GET_PERSON;
	bool row = false;
	yb_status st = ybi_store_run(s->ledger->store, q, &row, err, "i", line->posted.person);

	if (st == YB_OK && row) {
		size_t length;
		const char *token = ybi_store_text(s->ledger->store, q, 1, &length);
		if (!token)
			st = ybi_error_no_memory(err);
		else if (length < sizeof(line->person))
			memcpy(line->person, token, length + 1);
	}
	ybi_store_done(s->ledger->store, q);
	return st;
}

static yb_status
read_line(struct statement *s, struct account *a, struct line *line, struct yb_error **err)
{
	yb_fen ignored;
	yb_status st = ybi_ledger_load(s->ledger, line->posted.seq, &line->posted, err);

	if (st == YB_OK && line->posted.person)
		st = read_person(s, line, err);
	if (st == YB_OK)
		st = read_reason(&line->posted, &line->reason, &ignored, err);
	if (st == YB_OK)
		st = read_others(s, a->name, line, err);
	if (st == YB_OK && line->posted.reverses) {
		struct ybi_posted undone = { 0 };
		st = ybi_ledger_load(s->ledger, line->posted.reverses, &undone, err);
		memcpy(line->undoes, undone.key, sizeof(undone.key));
		ybi_posted_free(&undone);
	}
	return st;
}

static yb_status
find_lines(struct statement *s, struct account *a, struct yb_error **err)
{
	const char *day = s->axis == YB_AXIS_POSTING ? "posting_day" : "business_day";
	int64_t from = s->from == YB_DAY_NONE ? INT32_MIN : s->from, through = s->through == YB_DAY_NONE ? INT32_MAX : s->through;
	struct ybi_query *query = NULL;
	char sql[320];
	bool row = false;
	yb_status st;

	(void)snprintf(sql, sizeof(sql), "SELECT e.txn, e.fen FROM entry AS e JOIN txn AS t ON t.seq = e.txn WHERE e.account = %lld AND t.%s >= %lld "
	               "AND t.%s <= %lld ORDER BY t.%s, e.txn", (long long)a->id, day, (long long)from, day, (long long)through, day);
	st = ybi_query_open(s->ledger->store, sql, &query, err);
	if (st == YB_OK)
		st = ybi_query_next(query, &row, err);
	while (st == YB_OK && row) {
		if (!ybi_grow(&a->lines, a->count, &a->room, sizeof(*a->lines))) {
			st = ybi_error_no_memory(err);
			break;
		}
		a->lines[a->count++] = (struct line) { .posted = { .seq = ybi_query_int(query, 0) }, .fen = ybi_query_int(query, 1) };
		st = ybi_query_next(query, &row, err);
	}
	ybi_query_close(query);
	for (size_t i = 0; i < a->count && st == YB_OK; i++)
		st = read_line(s, a, &a->lines[i], err);
	return st;
}

static yb_status
add_sum(struct sums *sums, yb_fen fen)
{
	sums->count++;
	return yb_fen_add(fen > 0 ? sums->in : sums->out, fen > 0 ? fen : -fen, fen > 0 ? &sums->in : &sums->out);
}

/* The balance after each entry, and the sums; what they come to must be the balance that the ledger has. */
static yb_status
add_up(struct account *a, struct yb_error **err)
{
	yb_fen balance = a->opening;
	yb_status st = YB_OK;

	for (size_t i = 0; i < a->count && st == YB_OK; i++) {
		struct line *line = &a->lines[i];
		st = yb_fen_add(balance, line->fen, &balance);
		line->after = balance;
		if (st == YB_OK)
			st = add_sum(&a->kinds[line->posted.kind], line->fen);
		if (st == YB_OK)
			st = add_sum(&a->all, line->fen);
	}
	return st == YB_OK && balance == a->closing ? YB_OK : damaged(err, a->name);
}

static yb_status
read_account(struct statement *s, const char *name, struct yb_error **err)
{
	struct account *a = &s->accounts[s->account_count++];
	bool row = false;
	yb_status st;

	(void)snprintf(a->name, sizeof(a->name), "%s", name);
	st = ybi_store_run(s->ledger->store, YBI_SQL_FIND_ACCOUNT, &row, err, "z", name);
	a->id = st == YB_OK && row ? ybi_store_int(s->ledger->store, YBI_SQL_FIND_ACCOUNT, 0) : 0;
	ybi_store_done(s->ledger->store, YBI_SQL_FIND_ACCOUNT);
	if (st == YB_OK && s->from != YB_DAY_NONE && s->from > YBI_DAY_FIRST)
		st = ybi_ledger_balance(s->ledger, name, s->axis, s->from - 1, &a->opening, err);
	if (st == YB_OK)
		st = ybi_ledger_balance(s->ledger, name, s->axis, s->through, &a->closing, err);
	if (st == YB_OK && a->id)
		st = find_lines(s, a, err);
	return st == YB_OK ? add_up(a, err) : st;
}

/* ---- what is pending ---- */

/* From the entries: what was put aside, for whom or on the way where, and from whom. */
static yb_status
read_aside(struct statement *s, struct waiting *w, bool *aside, struct yb_error **err)
{
	struct ybi_named_list entries = { 0 };
	yb_status st = ybi_ledger_entries(s->ledger, w->posted.seq, &entries, err);
	const char *to = "", *from = "";

	for (size_t i = 0; i < entries.count; i++) {
		if (!strncmp(entries.rows[i].name, "pending/", 8) || !strncmp(entries.rows[i].name, "transit/", 8))
			to = entries.rows[i].name;
		else if (entries.rows[i].fen < 0)
			from = entries.rows[i].name;
	}
	*aside = to[0] != '\0';
	w->comes = s->person.id && !strncmp(to, "pending/", 8) && !strcmp(to + 8, s->person.token);
	if (st == YB_OK)
		ybi_text_puts(&w->other, w->comes || (!s->person.id && to[0]) ? from : to);
	free(entries.rows);
	return st == YB_OK && w->other.failed ? ybi_error_no_memory(err) : st;
}

static void
waiting_free(struct waiting *w)
{
	ybi_posted_free(&w->posted);
	ybi_text_free(&w->other);
	ybi_text_free(&w->reason);
}

static yb_status
read_waiting(struct statement *s, struct yb_error **err)
{
	size_t kept = 0;
	yb_status st = YB_OK;

	for (size_t i = 0; i < s->waiting_count; i++) {
		struct waiting *w = &s->waiting[i];
		bool aside = false;
		if (st == YB_OK)
			st = ybi_ledger_load(s->ledger, w->posted.seq, &w->posted, err);
		if (st == YB_OK)
			st = read_reason(&w->posted, &w->reason, &w->amount, err);
		if (st == YB_OK)
			st = read_aside(s, w, &aside, err);
		if (st == YB_OK && !aside && w->posted.kind != YBI_POST_REFUND_REQUEST) { /* given at once */
			waiting_free(w);
			continue;
		}
		s->waiting[kept++] = *w;
	}
	s->waiting_count = kept;
	return st;
}

/* Shares that wait, transfers on their way, refunds asked for: that nothing had ended by the end of the period. */
static yb_status
find_waiting(struct statement *s, struct yb_error **err)
{
	const char *day = s->axis == YB_AXIS_POSTING ? "posting_day" : "business_day";
	const struct account *last = &s->accounts[s->account_count - 1]; /* of a person: what was given and not taken */
	long long through = s->through == YB_DAY_NONE ? INT32_MAX : s->through;
	struct ybi_query *query = NULL;
	char sql[800];
	bool row = false;
	yb_status st;

	if (!s->person.id && strncmp(last->name, "transit/", 8) != 0)
		return YB_OK; /* nothing waits in an account of nobody */
	(void)snprintf(sql, sizeof(sql), "SELECT t.seq FROM txn AS t WHERE t.kind IN (%d, %d, %d) AND t.%s <= %lld AND (t.person = %lld OR t.seq IN "
	               "(SELECT txn FROM entry WHERE account = %lld AND fen > 0)) AND NOT EXISTS (SELECT 1 FROM txn AS r WHERE r.reverses = t.seq "
	               "AND r.%s <= %lld) AND NOT EXISTS (SELECT 1 FROM txn AS c WHERE c.belongs = t.seq AND c.%s <= %lld AND NOT EXISTS "
	               "(SELECT 1 FROM txn AS u WHERE u.reverses = c.seq AND u.%s <= %lld)) ORDER BY t.seq",
	               YBI_POST_SHARE, YBI_POST_TRANSFER_OUT, YBI_POST_REFUND_REQUEST, day, through, (long long)s->person.id, (long long)last->id,
	               day, through, day, through, day, through);
	st = ybi_query_open(s->ledger->store, sql, &query, err);
	if (st == YB_OK)
		st = ybi_query_next(query, &row, err);
	while (st == YB_OK && row) {
		if (!ybi_grow(&s->waiting, s->waiting_count, &s->waiting_room, sizeof(*s->waiting))) {
			st = ybi_error_no_memory(err);
			break;
		}
		s->waiting[s->waiting_count++] = (struct waiting) { .posted = { .seq = ybi_query_int(query, 0) } };
		st = ybi_query_next(query, &row, err);
	}
	ybi_query_close(query);
	return st == YB_OK ? read_waiting(s, err) : st;
}

static const char *
waiting_label(const struct waiting *w, yb_lang lang)
{
	switch (w->posted.kind) {
	case YBI_POST_SHARE:
		return w->comes ? ybi_words(lang, "家庭共济待领取", "family share to be taken") : ybi_words(lang, "家庭共济待对方领取", "family share not taken yet");
	case YBI_POST_TRANSFER_OUT: return ybi_words(lang, "转移在途", "transfer on its way");
	default: return ybi_words(lang, "退费申请中", "refund asked for");
	}
}

/* ---- reading ---- */

static void
statement_free(struct statement *s)
{
	for (size_t i = 0; i < s->account_count; i++) {
		struct account *a = &s->accounts[i];
		for (size_t k = 0; k < a->count; k++) {
			ybi_posted_free(&a->lines[k].posted);
			ybi_text_free(&a->lines[k].others);
			ybi_text_free(&a->lines[k].reason);
		}
		free(a->lines);
	}
	for (size_t i = 0; i < s->waiting_count; i++)
		waiting_free(&s->waiting[i]);
	free(s->waiting);
}

/* Whose account it is; a person of whom nothing was posted has none. */
static yb_status
find_owner(struct statement *s, struct yb_error **err)
{
	yb_status st;

	if (!s->whole && strncmp(s->of, "account/", 8) != 0 && strncmp(s->of, "pending/", 8) != 0)
		return YB_OK;
	st = ybi_ledger_person_named(s->ledger, s->whole ? s->of : s->of + 8, &s->person, s->whole ? err : NULL);
	return st == YB_E_NOT_FOUND && !s->whole ? YB_OK : st;
}

static yb_status
read_statement(struct statement *s, struct yb_error **err)
{
	char name[80];
	yb_status st = ybi_ledger_head(s->ledger, &s->head, err);

	if (st == YB_OK)
		st = find_owner(s, err);
	if (st == YB_OK && !s->whole)
		st = read_account(s, s->of, err);
	if (st == YB_OK && s->whole) {
		(void)snprintf(name, sizeof(name), "account/%s", s->person.token);
		st = read_account(s, name, err);
	}
	if (st == YB_OK && s->whole) {
		(void)snprintf(name, sizeof(name), "pending/%s", s->person.token);
		st = read_account(s, name, err);
	}
	return st == YB_OK ? find_waiting(s, err) : st;
}

/* Is there anything to be shown of it? What was put aside is not shown of a person to whom nothing was. */
static bool
is_empty(const struct statement *s, const struct account *a)
{
	return a != s->accounts && a->count == 0 && a->opening == 0;
}

/* ---- as tables ---- */

static void
put_others(struct ybi_sheet *table, const struct line *line, yb_lang lang)
{
	const char *name = line->others.data ? line->others.data : "";
	struct ybi_text text = { 0 };

	while (*name) {
		char one[80];
		size_t length = strcspn(name, "\n");
		(void)snprintf(one, sizeof(one), "%.*s", (int)length, name);
		ybi_text_puts(&text, text.length ? ybi_words(lang, "、", ", ") : "");
		ybi_account_label(one, lang, &text);
		name += length + (name[length] == '\n');
	}
	table->failed = table->failed || text.failed;
	ybi_sheet_put(table, text.data ? text.data : "");
	ybi_text_free(&text);
}

/* What it was, and of whom when that is not whose account it is. */
static void
put_kind(struct ybi_sheet *table, const struct account *a, const struct line *line, yb_lang lang)
{
	const char *slash = strchr(a->name, '/');
	struct ybi_text text = { 0 };

	ybi_text_puts(&text, kind_label(line->posted.kind, lang));
	if (line->undoes[0]) {
		ybi_text_puts(&text, ybi_words(lang, "：", " of "));
		ybi_text_puts(&text, line->undoes);
	}
	if (line->person[0] && (!slash || strcmp(slash + 1, line->person) != 0))
		ybi_text_printf(&text, " (%s)", line->person);
	table->failed = table->failed || text.failed;
	ybi_sheet_put(table, text.data ? text.data : "");
	ybi_text_free(&text);
}

static const struct ybi_sheet_column line_columns[] = {
	{ NULL, "业务日", "business day", false }, { NULL, "入账日", "day of entry", false }, { NULL, "摘要", "what", false },
	{ NULL, "对方", "from or to", false }, { NULL, "收入", "in", true }, { NULL, "支出", "out", true }, { NULL, "余额", "balance", true },
	{ NULL, "业务号", "key", false }, { NULL, "备注", "remark", false },
};

/* A line that only tells a balance. */
static void
put_balance(struct ybi_sheet *table, const char *what, yb_fen fen)
{
	ybi_sheet_skip(table, 2);
	ybi_sheet_put(table, what);
	ybi_sheet_skip(table, 3);
	ybi_sheet_put_fen(table, fen, true);
	ybi_sheet_skip(table, 2);
}

static void
fill_lines(struct ybi_sheet *table, const struct statement *s, const struct account *a)
{
	put_balance(table, ybi_words(s->lang, "期初余额", "opening balance"), a->opening);
	for (size_t i = 0; i < a->count; i++) {
		const struct line *line = &a->lines[i];
		ybi_sheet_put_day(table, line->posted.business_day);
		ybi_sheet_put_day(table, line->posted.posting_day);
		put_kind(table, a, line, s->lang);
		put_others(table, line, s->lang);
		if (line->fen < 0)
			ybi_sheet_skip(table, 1);
		ybi_sheet_put_fen(table, line->fen < 0 ? -line->fen : line->fen, true);
		if (line->fen > 0)
			ybi_sheet_skip(table, 1);
		ybi_sheet_put_fen(table, line->after, true);
		ybi_sheet_put(table, line->posted.key);
		ybi_sheet_put(table, line->reason.data ? line->reason.data : "");
	}
	put_balance(table, ybi_words(s->lang, "期末余额", "closing balance"), a->closing);
}

static const struct ybi_sheet_column sum_columns[] = {
	{ NULL, "摘要", "what", false }, { NULL, "笔数", "entries", true }, { NULL, "收入", "in", true }, { NULL, "支出", "out", true },
};

static void
put_sums(struct ybi_sheet *table, const char *what, const struct sums *sums)
{
	ybi_sheet_put(table, what);
	ybi_sheet_put_count(table, sums->count);
	ybi_sheet_put_fen(table, sums->in, true);
	ybi_sheet_put_fen(table, sums->out, true);
}

static void
fill_sums(struct ybi_sheet *table, const struct statement *s, const struct account *a)
{
	for (uint32_t k = 0; k < YBI_POST_COUNT_; k++)
		if (a->kinds[k].count)
			put_sums(table, kind_label((enum ybi_kind_of_transaction)k, s->lang), &a->kinds[k]);
	put_sums(table, ybi_words(s->lang, "合计", "all"), &a->all);
}

static const struct ybi_sheet_column waiting_columns[] = {
	{ NULL, "业务日", "business day", false }, { NULL, "入账日", "day of entry", false }, { NULL, "状态", "state", false },
	{ NULL, "对方", "from or to", false }, { NULL, "金额", "amount", true }, { NULL, "业务号", "key", false }, { NULL, "备注", "remark", false },
};

static void
fill_waiting(struct ybi_sheet *table, const struct statement *s)
{
	for (size_t i = 0; i < s->waiting_count; i++) {
		const struct waiting *w = &s->waiting[i];
		struct ybi_text other = { 0 };
		if (w->other.length)
			ybi_account_label(w->other.data, s->lang, &other);
		ybi_sheet_put_day(table, w->posted.business_day);
		ybi_sheet_put_day(table, w->posted.posting_day);
		ybi_sheet_put(table, waiting_label(w, s->lang));
		ybi_sheet_put(table, other.data ? other.data : "");
		ybi_sheet_put_fen(table, w->amount, true);
		ybi_sheet_put(table, w->posted.key);
		ybi_sheet_put(table, w->reason.data ? w->reason.data : "");
		table->failed = table->failed || other.failed;
		ybi_text_free(&other);
	}
}

/* ---- as text and as a page ---- */

static const char *
title(const struct statement *s)
{
	return s->whole ? ybi_words(s->lang, "医疗保险个人账户对账单", "Statement of a personal account of medical insurance")
	                : ybi_words(s->lang, "医疗保险账户对账单", "Statement of an account of medical insurance");
}

static void
put_of(const struct statement *s, struct ybi_text *out)
{
	if (s->whole)
		ybi_text_puts(out, s->person.token);
	else
		ybi_account_label(s->of, s->lang, out);
}

static void
put_period(const struct statement *s, struct ybi_text *out)
{
	char from[YB_DAY_TEXT_SIZE], through[YB_DAY_TEXT_SIZE];

	yb_day_to_text(s->from, from);
	yb_day_to_text(s->through, through);
	ybi_text_puts(out, s->from == YB_DAY_NONE ? ybi_words(s->lang, "最初", "the beginning") : from);
	ybi_text_puts(out, ybi_words(s->lang, " 至 ", " to "));
	ybi_text_puts(out, s->through == YB_DAY_NONE ? ybi_words(s->lang, "最近", "the last entry") : through);
	ybi_text_puts(out, s->axis == YB_AXIS_BUSINESS ? ybi_words(s->lang, "（按业务日）", " by business day") : ybi_words(s->lang, "（按入账日）", " by day of entry"));
}

static void
put_position(const struct statement *s, struct ybi_text *out)
{
	if (s->lang == YB_LANG_ZH)
		ybi_text_printf(out, "账本第 %lld 笔，校验 %s", (long long)s->head.seq, s->head.chain);
	else
		ybi_text_printf(out, "ledger at transaction %lld, hash %s", (long long)s->head.seq, s->head.chain);
}

typedef void table_renderer(const struct ybi_sheet *table, yb_lang lang, struct ybi_text *out);
typedef void heading_writer(const char *text, struct ybi_text *out);

static void
text_heading(const char *text, struct ybi_text *out)
{
	ybi_text_putc(out, '\n');
	ybi_put_shown(out, text);
	ybi_text_puts(out, "\n\n");
}

static void
html_heading(const char *text, struct ybi_text *out)
{
	ybi_text_puts(out, "<h2>");
	ybi_put_html(out, text);
	ybi_text_puts(out, "</h2>\n");
}

static void
put_table(struct ybi_sheet *table, table_renderer *render, yb_lang lang, struct ybi_text *out)
{
	render(table, lang, out);
	ybi_sheet_free(table);
}

static void
put_body(const struct statement *s, table_renderer *render, heading_writer *heading, struct ybi_text *out)
{
	for (size_t i = 0; i < s->account_count; i++) {
		struct ybi_sheet lines = { .columns = line_columns, .width = ARRAY_SIZE(line_columns) };
		struct ybi_sheet sums = { .columns = sum_columns, .width = ARRAY_SIZE(sum_columns) };
		struct ybi_text label = { 0 };
		if (is_empty(s, &s->accounts[i]))
			continue;
		ybi_account_label(s->accounts[i].name, s->lang, &label);
		heading(label.data ? label.data : "", out);
		out->failed = out->failed || label.failed;
		ybi_text_free(&label);
		fill_lines(&lines, s, &s->accounts[i]);
		put_table(&lines, render, s->lang, out);
		heading(ybi_words(s->lang, "分类合计", "Sums by kind"), out);
		fill_sums(&sums, s, &s->accounts[i]);
		put_table(&sums, render, s->lang, out);
	}
	if (s->waiting_count) {
		struct ybi_sheet table = { .columns = waiting_columns, .width = ARRAY_SIZE(waiting_columns) };
		heading(ybi_words(s->lang, "未完成事项", "Pending"), out);
		fill_waiting(&table, s);
		put_table(&table, render, s->lang, out);
	}
}

static void
text_document(const struct statement *s, struct ybi_text *out)
{
	struct ybi_text of = { 0 };

	put_of(s, &of);
	ybi_text_puts(out, title(s));
	ybi_text_putc(out, '\n');
	ybi_put_shown(out, of.data ? of.data : "");
	ybi_text_putc(out, '\n');
	put_period(s, out);
	ybi_text_putc(out, '\n');
	put_body(s, ybi_sheet_text, text_heading, out);
	ybi_text_putc(out, '\n');
	put_position(s, out);
	ybi_text_putc(out, '\n');
	out->failed = out->failed || of.failed;
	ybi_text_free(&of);
}

static void
html_fact(const char *name, struct ybi_text *value, struct ybi_text *out)
{
	ybi_text_puts(out, "<dt>");
	ybi_put_html(out, name);
	ybi_text_puts(out, "</dt><dd>");
	ybi_put_html(out, value->data ? value->data : "");
	ybi_text_puts(out, "</dd>\n");
	out->failed = out->failed || value->failed;
	ybi_text_free(value);
}

static void
html_document(const struct statement *s, struct ybi_text *out)
{
	struct ybi_text value = { 0 };

	ybi_html_begin(out, title(s), s->lang);
	ybi_text_puts(out, "<dl>\n");
	put_of(s, &value);
	html_fact(s->whole ? ybi_words(s->lang, "人员编号", "person") : ybi_words(s->lang, "账户", "account"), &value, out);
	put_period(s, &value);
	html_fact(ybi_words(s->lang, "期间", "period"), &value, out);
	ybi_put_grouped(&value, s->accounts[0].opening);
	html_fact(ybi_words(s->lang, "期初余额", "opening balance"), &value, out);
	ybi_put_grouped(&value, s->accounts[0].all.in);
	html_fact(ybi_words(s->lang, "收入合计", "in"), &value, out);
	ybi_put_grouped(&value, s->accounts[0].all.out);
	html_fact(ybi_words(s->lang, "支出合计", "out"), &value, out);
	ybi_put_grouped(&value, s->accounts[0].closing);
	html_fact(ybi_words(s->lang, "期末余额", "closing balance"), &value, out);
	ybi_text_puts(out, "</dl>\n");
	put_body(s, ybi_sheet_html, html_heading, out);
	ybi_text_puts(out, "<footer>");
	put_position(s, &value);
	ybi_put_html(out, value.data ? value.data : "");
	out->failed = out->failed || value.failed;
	ybi_text_free(&value);
	ybi_text_puts(out, "</footer>\n");
	ybi_html_end(out);
}

/* ---- as CSV ---- */

static const struct ybi_sheet_column csv_columns[] = {
	{ "record", NULL, NULL, false }, { "account", NULL, NULL, false }, { "seq", NULL, NULL, true }, { "business_day", NULL, NULL, false },
	{ "posting_day", NULL, NULL, false }, { "kind", NULL, NULL, false }, { "key", NULL, NULL, false }, { "undoes", NULL, NULL, false },
	{ "person", NULL, NULL, false }, { "counterpart", NULL, NULL, false }, { "amount", NULL, NULL, true }, { "balance", NULL, NULL, true },
	{ "reason", NULL, NULL, false },
};

static void
csv_posted(struct ybi_sheet *table, const struct ybi_posted *posted)
{
	ybi_sheet_put_count(table, posted->seq);
	ybi_sheet_put_day(table, posted->business_day);
	ybi_sheet_put_day(table, posted->posting_day);
	ybi_sheet_put(table, ybi_post_name(posted->kind));
	ybi_sheet_put(table, posted->key);
}

static void
csv_balance(struct ybi_sheet *table, const char *record, const struct account *a, yb_fen fen)
{
	ybi_sheet_put(table, record);
	ybi_sheet_put(table, a->name);
	ybi_sheet_skip(table, 9);
	ybi_sheet_put_fen(table, fen, false);
	ybi_sheet_skip(table, 1);
}

static void
csv_others(struct ybi_sheet *sheet, const struct line *line)
{
	struct ybi_text text = { 0 };

	ybi_text_add(&text, line->others.data ? line->others.data : "", line->others.length);
	for (size_t i = 0; i < text.length; i++)
		text.data[i] = text.data[i] == '\n' ? '|' : text.data[i];
	sheet->failed = sheet->failed || text.failed;
	ybi_sheet_put(sheet, text.data ? text.data : "");
	ybi_text_free(&text);
}

static void
csv_document(const struct statement *s, struct ybi_text *out)
{
	struct ybi_sheet table = { .columns = csv_columns, .width = ARRAY_SIZE(csv_columns) };

	for (size_t i = 0; i < s->account_count; i++) {
		const struct account *a = &s->accounts[i];
		if (is_empty(s, a))
			continue;
		csv_balance(&table, "opening", a, a->opening);
		for (size_t k = 0; k < a->count; k++) {
			const struct line *line = &a->lines[k];
			ybi_sheet_put(&table, "entry");
			ybi_sheet_put(&table, a->name);
			csv_posted(&table, &line->posted);
			ybi_sheet_put(&table, line->undoes);
			ybi_sheet_put(&table, line->person);
			csv_others(&table, line);
			ybi_sheet_put_fen(&table, line->fen, false);
			ybi_sheet_put_fen(&table, line->after, false);
			ybi_sheet_put(&table, line->reason.data ? line->reason.data : "");
		}
		csv_balance(&table, "closing", a, a->closing);
	}
	for (size_t i = 0; i < s->waiting_count; i++) {
		const struct waiting *w = &s->waiting[i];
		ybi_sheet_put(&table, "pending");
		ybi_sheet_skip(&table, 1);
		csv_posted(&table, &w->posted);
		ybi_sheet_skip(&table, 2);
		ybi_sheet_put(&table, w->other.data ? w->other.data : "");
		ybi_sheet_put_fen(&table, w->amount, false);
		ybi_sheet_skip(&table, 1);
		ybi_sheet_put(&table, w->reason.data ? w->reason.data : "");
	}
	ybi_sheet_csv(&table, out);
	ybi_sheet_free(&table);
}

/* ---- as JSON ---- */

static void
json_posted(struct ybi_text *out, bool *first, const struct ybi_posted *posted)
{
	ybi_json_number(out, first, "seq", posted->seq);
	ybi_json_day(out, first, "business_day", posted->business_day);
	ybi_json_day(out, first, "posting_day", posted->posting_day);
	ybi_json_text(out, first, "kind", ybi_post_name(posted->kind));
	ybi_json_text(out, first, "key", posted->key);
}

static void
json_line(const struct line *line, struct ybi_text *out)
{
	const char *name = line->others.data ? line->others.data : "";
	bool first = true;

	ybi_text_putc(out, '{');
	json_posted(out, &first, &line->posted);
	if (line->undoes[0])
		ybi_json_text(out, &first, "undoes", line->undoes);
	if (line->person[0])
		ybi_json_text(out, &first, "person", line->person);
	ybi_json_key(out, &first, "counterpart");
	ybi_text_putc(out, '[');
	while (*name) {
		size_t length = strcspn(name, "\n");
		ybi_text_json_string(out, name, length);
		name += length + (name[length] == '\n');
		ybi_text_puts(out, *name ? ", " : "");
	}
	ybi_text_putc(out, ']');
	ybi_json_fen(out, &first, "amount", line->fen);
	ybi_json_fen(out, &first, "balance", line->after);
	if (line->reason.length)
		ybi_json_text(out, &first, "reason", line->reason.data);
	ybi_text_putc(out, '}');
}

static void
json_sums(struct ybi_text *out, bool *first, const char *name, const struct sums *sums)
{
	bool inner = true;

	ybi_json_key(out, first, name);
	ybi_text_putc(out, '{');
	ybi_json_number(out, &inner, "count", sums->count);
	ybi_json_fen(out, &inner, "in", sums->in);
	ybi_json_fen(out, &inner, "out", sums->out);
	ybi_text_putc(out, '}');
}

static void
json_account(const struct account *a, struct ybi_text *out)
{
	bool first = true, inner = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "account", a->name);
	ybi_json_fen(out, &first, "opening", a->opening);
	ybi_json_key(out, &first, "entries");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < a->count; i++) {
		ybi_text_puts(out, i ? ",\n" : "\n");
		json_line(&a->lines[i], out);
	}
	ybi_text_putc(out, ']');
	ybi_json_fen(out, &first, "closing", a->closing);
	ybi_json_key(out, &first, "sums");
	ybi_text_putc(out, '{');
	for (uint32_t k = 0; k < YBI_POST_COUNT_; k++)
		if (a->kinds[k].count)
			json_sums(out, &inner, ybi_post_name((enum ybi_kind_of_transaction)k), &a->kinds[k]);
	ybi_text_putc(out, '}');
	json_sums(out, &first, "all", &a->all);
	ybi_text_putc(out, '}');
}

static void
json_waiting(const struct waiting *w, struct ybi_text *out)
{
	bool first = true;

	ybi_text_putc(out, '{');
	json_posted(out, &first, &w->posted);
	ybi_json_fen(out, &first, "amount", w->amount);
	ybi_json_text(out, &first, w->comes ? "from" : "to", w->other.length ? w->other.data : NULL);
	if (w->reason.length)
		ybi_json_text(out, &first, "reason", w->reason.data);
	ybi_text_putc(out, '}');
}

static void
json_document(const struct statement *s, struct ybi_text *out)
{
	bool first = true;
	size_t shown = 0;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-statement/1");
	ybi_json_text(out, &first, s->whole ? "person" : "account", s->whole ? s->person.token : s->of);
	ybi_json_text(out, &first, "axis", s->axis == YB_AXIS_BUSINESS ? "business" : "posting");
	ybi_json_day(out, &first, "from", s->from);
	ybi_json_day(out, &first, "through", s->through);
	ybi_json_number(out, &first, "seq", s->head.seq);
	ybi_json_text(out, &first, "chain", s->head.chain);
	ybi_json_key(out, &first, "accounts");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < s->account_count; i++) {
		if (is_empty(s, &s->accounts[i]))
			continue;
		ybi_text_puts(out, shown++ ? ",\n" : "\n");
		json_account(&s->accounts[i], out);
	}
	ybi_text_putc(out, ']');
	ybi_json_key(out, &first, "pending");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < s->waiting_count; i++) {
		ybi_text_puts(out, i ? ",\n" : "\n");
		json_waiting(&s->waiting[i], out);
	}
	ybi_text_puts(out, "]}\n");
}

/* ---- asking ---- */

static void
render(const struct statement *s, yb_format format, struct ybi_text *out)
{
	switch (format) {
	case YB_FORMAT_JSON: json_document(s, out); return;
	case YB_FORMAT_CSV: csv_document(s, out); return;
	case YB_FORMAT_HTML: html_document(s, out); return;
	default: text_document(s, out); return;
	}
}

yb_status
yb_ledger_render_statement(struct yb_ledger *ledger, const char *of, yb_axis axis, yb_day from, yb_day through, yb_format format, yb_lang lang,
                           char **text, struct yb_error **err)
{
	struct statement s = { .ledger = ledger, .of = of, .axis = axis, .from = from, .through = through, .lang = lang };
	struct ybi_text out = { 0 };
	yb_status st;

	if (!text)
		return YB_E_INVALID;
	*text = NULL;
	if (!ledger || !of || (axis != YB_AXIS_BUSINESS && axis != YB_AXIS_POSTING) || format < YB_FORMAT_TEXT || format > YB_FORMAT_HTML)
		return YB_E_INVALID;
	s.whole = !ybi_account_valid(of);
	st = ybi_period_check(from, through, err);
	if (st == YB_OK)
		st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = read_statement(&s, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st == YB_OK) {
		render(&s, format, &out);
		*text = ybi_text_take(&out);
		st = *text ? YB_OK : ybi_error_no_memory(err);
	}
	statement_free(&s);
	return st;
}
