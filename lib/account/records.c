/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "account/history.h"
#include "account/sheet.h"
#include "base/calendar.h"
#include "base/memory.h"
#include "policy/field.h"

/*
 * Contribution records (缴费记录): what was paid for a person, what became of each payment, and which months are covered.
 */

struct records {
	struct ybi_person_row person;
	struct ybi_history history;
	yb_day from, through;
	int32_t first, last;  /* months asked about */
	const char **schemes; /* that anything was paid for, in order */
	size_t scheme_count, scheme_room;
	yb_lang lang;
};

static const struct share {
	enum ybi_told fact;
	const char *name, *zh, *en;
} shares[] = {
	{ YBI_TOLD_SHARE_PERSON, "psn_clct_amt", "个人", "person" }, { YBI_TOLD_SHARE_EMPLOYER, "emp_clct_amt", "单位", "employer" },
	{ YBI_TOLD_SHARE_FINSUBS, "finsubs_amt", "财政补助", "subsidy" }, { YBI_TOLD_SHARE_MEDAID, "yb_medaid_amt", "医疗救助", "assistance" },
	{ YBI_TOLD_SHARE_ACCOUNT, "yb_acct_amt", "个人账户", "account" }, { YBI_TOLD_SHARE_OTHER, "oth_clct_amt", "其他", "other" },
};

static yb_fen
total_of(const struct ybi_happened *row)
{
	yb_fen sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(shares); i++)
		sum += ybi_told_value(row->t, shares[i].fact); /* each within YB_FEN_LIMIT */
	return sum;
}

static const char *
clct_type_of(const struct ybi_happened *row)
{
	return row->t->facts[YBI_TOLD_CLCT_TYPE].known ? ybi_told_text(row->t, YBI_TOLD_CLCT_TYPE) : "10";
}

enum record_state { RECORD_PAID, RECORD_FAILED, RECORD_REVERSED, RECORD_REFUNDED };
static const struct { const char *name, *zh, *en; } states[] = {
	{ "paid", "已缴", "paid" }, { "failed", "扣款失败", "payment failed" }, { "reversed", "已冲正", "reversed" }, { "refunded", "已退费", "paid back" },
};

static enum record_state
state_of(const struct records *r, const struct ybi_happened *row)
{
	if (row->undone)
		return row->undone->posted.kind == YBI_POST_FAILURE ? RECORD_FAILED : RECORD_REVERSED;
	return ybi_contribution_refunded(&r->history, row) ? RECORD_REFUNDED : RECORD_PAID;
}

/* The key of the payment that was debited again after this one failed; "" there is none. */
static const char *
redebited_by(const struct records *r, const struct ybi_happened *row)
{
	const struct ybi_happened *again = row->undone ? ybi_history_child(&r->history, row->undone->posted.seq, YBI_POST_CONTRIBUTION) : NULL;

	/* one that has failed in its turn was tried all the same */
	for (size_t i = r->history.count; row->undone && !again && i-- > 0;)
		if (r->history.rows[i].posted.belongs == row->undone->posted.seq && r->history.rows[i].posted.kind == YBI_POST_CONTRIBUTION)
			again = &r->history.rows[i];
	return again ? again->posted.key : "";
}

static bool
is_request_of(const struct ybi_happened *request, const struct ybi_happened *row)
{
	return request->posted.kind == YBI_POST_REFUND_REQUEST && request->posted.belongs == row->posted.seq && !request->undone;
}

static yb_fen
refund_sum(const struct records *r, const struct ybi_happened *row, enum ybi_refund_state state)
{
	yb_fen sum = 0;

	for (size_t i = 0; i < r->history.count; i++)
		if (is_request_of(&r->history.rows[i], row) && ybi_refund_state(&r->history, &r->history.rows[i]) == state)
			sum += ybi_told_value(r->history.rows[i].t, YBI_TOLD_AMOUNT);
	return sum;
}

static bool
is_shown(const struct records *r, const struct ybi_happened *row)
{
	return row->posted.kind == YBI_POST_CONTRIBUTION && ybi_month_of(ybi_told_value(row->t, YBI_TOLD_ACCRYM_BEGN)) <= r->last &&
	       ybi_month_of(ybi_told_value(row->t, YBI_TOLD_ACCRYM_END)) >= r->first;
}

/* ---- what is covered ---- */

struct covered {
	struct ybi_runs all, regular;
	int32_t first, last; /* months asked about, else the first and the last that are covered; last < first: none */
};

static void
covered_free(struct covered *c)
{
	free(c->all.rows);
	free(c->regular.rows);
}

static yb_status
find_covered(const struct records *r, const char *insutype, struct covered *c, struct yb_error **err)
{
	yb_status st;

	*c = (struct covered) { .first = r->first, .last = r->last };
	st = ybi_history_months(&r->history, insutype, true, &c->all, err);
	if (st == YB_OK)
		st = ybi_history_months(&r->history, insutype, false, &c->regular, err);
	if (r->from == YB_DAY_NONE)
		c->first = c->all.count ? c->all.rows[0].first : INT32_MAX;
	if (r->through == YB_DAY_NONE)
		c->last = c->all.count ? c->all.rows[c->all.count - 1].last : INT32_MIN;
	return st;
}

static int64_t
months_made_up(const struct covered *c)
{
	return ybi_runs_months(&c->all, c->first, c->last) - ybi_runs_months(&c->regular, c->first, c->last);
}

/* The gap that begins at *from or later; false when there is none. *from is then where to look on. */
static bool
next_gap(const struct covered *c, int32_t *from, struct ybi_run *gap)
{
	int32_t at = *from;
	size_t i = 0;

	for (; i < c->all.count && c->all.rows[i].first <= at; i++)
		at = c->all.rows[i].last >= at ? c->all.rows[i].last + 1 : at;
	if (at > c->last || c->last < c->first)
		return false;
	gap->first = at;
	gap->last = i < c->all.count && c->all.rows[i].first - 1 < c->last ? c->all.rows[i].first - 1 : c->last;
	*from = gap->last + 1;
	return true;
}

/* ---- as tables ---- */

static void
put_refunds(struct ybi_text *out, const struct records *r, const struct ybi_happened *row)
{
	static const struct { enum ybi_refund_state state; const char *zh, *en; } labels[] = {
		{ YBI_REFUND_REQUESTED, "退费申请中 ", "asked back " }, { YBI_REFUND_PAID, "已退 ", "paid back " }, { YBI_REFUND_REFUSED, "退费被驳回 ", "not paid back " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
		yb_fen sum = refund_sum(r, row, labels[i].state);
		if (sum == 0)
			continue;
		ybi_text_puts(out, ybi_words(r->lang, "；", "; "));
		ybi_text_puts(out, ybi_words(r->lang, labels[i].zh, labels[i].en));
		ybi_put_grouped(out, sum);
	}
}

static void
put_state(struct ybi_sheet *table, const struct records *r, const struct ybi_happened *row)
{
	struct ybi_text text = { 0 };
	enum record_state state = state_of(r, row);
	const char *again = redebited_by(r, row);

	ybi_text_puts(&text, ybi_words(r->lang, states[state].zh, states[state].en));
	if (again[0]) {
		ybi_text_puts(&text, ybi_words(r->lang, "，重新扣款 ", ", debited again by "));
		ybi_text_puts(&text, again);
	}
	put_refunds(&text, r, row);
	table->failed = table->failed || text.failed;
	ybi_sheet_put(table, text.data ? text.data : "");
	ybi_text_free(&text);
}

static void
put_period(struct ybi_sheet *table, const struct ybi_happened *row)
{
	char begin[YBI_MONTH_SIZE], end[YBI_MONTH_SIZE];
	struct ybi_text text = { 0 };

	ybi_month_to_text(ybi_told_value(row->t, YBI_TOLD_ACCRYM_BEGN), begin);
	ybi_month_to_text(ybi_told_value(row->t, YBI_TOLD_ACCRYM_END), end);
	ybi_text_printf(&text, "%s-%s", begin, end);
	table->failed = table->failed || text.failed;
	ybi_sheet_put(table, text.data ? text.data : "");
	ybi_text_free(&text);
}

static const struct ybi_sheet_column shown_columns[] = {
	{ NULL, "费款所属期", "months", false }, { NULL, "险种", "scheme", false }, { NULL, "缴费类型", "type", false },
	{ NULL, "个人", "person", true }, { NULL, "单位", "employer", true }, { NULL, "财政补助", "subsidy", true },
	{ NULL, "医疗救助", "assistance", true }, { NULL, "个人账户", "account", true }, { NULL, "其他", "other", true },
	{ NULL, "合计", "total", true }, { NULL, "业务日", "business day", false }, { NULL, "入账日", "day of entry", false },
	{ NULL, "渠道", "channel", false }, { NULL, "税票号", "receipt", false }, { NULL, "业务号", "key", false }, { NULL, "状态", "state", false },
};

static void
shown_row(struct ybi_sheet *table, const struct records *r, const struct ybi_happened *row)
{
	put_period(table, row);
	ybi_sheet_put(table, ybi_told_text(row->t, YBI_TOLD_INSUTYPE));
	ybi_sheet_put(table, clct_type_of(row));
	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		if (ybi_told_value(row->t, shares[i].fact))
			ybi_sheet_put_fen(table, ybi_told_value(row->t, shares[i].fact), true);
		else
			ybi_sheet_skip(table, 1);
	}
	ybi_sheet_put_fen(table, total_of(row), true);
	ybi_sheet_put_day(table, row->posted.business_day);
	ybi_sheet_put_day(table, row->posted.posting_day);
	ybi_sheet_put(table, ybi_told_text(row->t, YBI_TOLD_CHANNEL));
	ybi_sheet_put(table, ybi_told_text(row->t, YBI_TOLD_ELEC_TAXRPT_NO));
	ybi_sheet_put(table, row->posted.key);
	put_state(table, r, row);
}

static const struct ybi_sheet_column csv_columns[] = {
	{ "key", NULL, NULL, false }, { "insutype", NULL, NULL, false }, { "accrym_begn", NULL, NULL, false }, { "accrym_end", NULL, NULL, false },
	{ "clct_type", NULL, NULL, false }, { "psn_clct_amt", NULL, NULL, true }, { "emp_clct_amt", NULL, NULL, true }, { "finsubs_amt", NULL, NULL, true },
	{ "yb_medaid_amt", NULL, NULL, true }, { "yb_acct_amt", NULL, NULL, true }, { "oth_clct_amt", NULL, NULL, true }, { "clct_sumamt", NULL, NULL, true },
	{ "channel", NULL, NULL, false }, { "elec_taxrpt_no", NULL, NULL, false }, { "business_day", NULL, NULL, false },
	{ "posting_day", NULL, NULL, false }, { "state", NULL, NULL, false }, { "redebited_by", NULL, NULL, false },
	{ "refund_requested", NULL, NULL, true }, { "refunded", NULL, NULL, true }, { "refund_refused", NULL, NULL, true },
};

static void
csv_row(struct ybi_sheet *table, const struct records *r, const struct ybi_happened *row)
{
	char month[YBI_MONTH_SIZE];

	ybi_sheet_put(table, row->posted.key);
	ybi_sheet_put(table, ybi_told_text(row->t, YBI_TOLD_INSUTYPE));
	ybi_month_to_text(ybi_told_value(row->t, YBI_TOLD_ACCRYM_BEGN), month);
	ybi_sheet_put(table, month);
	ybi_month_to_text(ybi_told_value(row->t, YBI_TOLD_ACCRYM_END), month);
	ybi_sheet_put(table, month);
	ybi_sheet_put(table, clct_type_of(row));
	for (size_t i = 0; i < ARRAY_SIZE(shares); i++)
		ybi_sheet_put_fen(table, ybi_told_value(row->t, shares[i].fact), false);
	ybi_sheet_put_fen(table, total_of(row), false);
	ybi_sheet_put(table, ybi_told_text(row->t, YBI_TOLD_CHANNEL));
	ybi_sheet_put(table, ybi_told_text(row->t, YBI_TOLD_ELEC_TAXRPT_NO));
	ybi_sheet_put_day(table, row->posted.business_day);
	ybi_sheet_put_day(table, row->posted.posting_day);
	ybi_sheet_put(table, states[state_of(r, row)].name);
	ybi_sheet_put(table, redebited_by(r, row));
	ybi_sheet_put_fen(table, refund_sum(r, row, YBI_REFUND_REQUESTED), false);
	ybi_sheet_put_fen(table, refund_sum(r, row, YBI_REFUND_PAID), false);
	ybi_sheet_put_fen(table, refund_sum(r, row, YBI_REFUND_REFUSED), false);
}

static void
fill_rows(struct ybi_sheet *table, const struct records *r, void (*put)(struct ybi_sheet *, const struct records *, const struct ybi_happened *))
{
	for (size_t i = 0; i < r->history.count; i++)
		if (is_shown(r, &r->history.rows[i]))
			put(table, r, &r->history.rows[i]);
}

static const struct ybi_sheet_column covered_columns[] = {
	{ NULL, "险种", "scheme", false }, { NULL, "缴费月数", "months", true }, { NULL, "其中补缴", "made up", true }, { NULL, "缴费年数", "years", true },
	{ NULL, "中断", "gaps", false },
};

static yb_status
fill_covered(struct ybi_sheet *table, const struct records *r, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < r->scheme_count && st == YB_OK; i++) {
		const struct ybi_code *code = ybi_code_find(YB_FIELD_INSUTYPE, r->schemes[i], strlen(r->schemes[i]));
		struct ybi_text name = { 0 }, gaps = { 0 };
		struct ybi_run gap;
		struct covered c;
		int32_t at;
		st = find_covered(r, r->schemes[i], &c, err);
		ybi_text_puts(&name, r->schemes[i]);
		ybi_text_putc(&name, ' ');
		ybi_text_puts(&name, code ? ybi_words(r->lang, code->zh, code->en) : "");
		at = c.first;
		while (st == YB_OK && next_gap(&c, &at, &gap))
			ybi_text_printf(&gaps, "%s%06d-%06d", gaps.length ? ", " : "", (int)ybi_month_told(gap.first), (int)ybi_month_told(gap.last));
		ybi_sheet_put(table, name.data ? name.data : "");
		ybi_sheet_put_count(table, ybi_runs_months(&c.all, c.first, c.last));
		ybi_sheet_put_count(table, months_made_up(&c));
		ybi_sheet_put_count(table, ybi_runs_years(&c.all, c.first, c.last));
		ybi_sheet_put(table, gaps.data ? gaps.data : ybi_words(r->lang, "无", "none"));
		table->failed = table->failed || name.failed || gaps.failed;
		ybi_text_free(&name);
		ybi_text_free(&gaps);
		covered_free(&c);
	}
	return st;
}

static yb_status
text_document(const struct records *r, struct ybi_text *out, struct yb_error **err)
{
	struct ybi_sheet rows = { .columns = shown_columns, .width = ARRAY_SIZE(shown_columns) };
	struct ybi_sheet sums = { .columns = covered_columns, .width = ARRAY_SIZE(covered_columns) };
	yb_status st;

	ybi_text_printf(out, "%s  %s\n\n", ybi_words(r->lang, "缴费记录", "Contribution records"), r->person.token);
	fill_rows(&rows, r, shown_row);
	ybi_sheet_text(&rows, r->lang, out);
	ybi_text_putc(out, '\n');
	st = fill_covered(&sums, r, err);
	if (st == YB_OK)
		ybi_sheet_text(&sums, r->lang, out);
	ybi_sheet_free(&rows);
	ybi_sheet_free(&sums);
	return st;
}

/* ---- as JSON ---- */

static void
json_month(struct ybi_text *out, bool *first, const char *key, int64_t yyyymm)
{
	char text[YBI_MONTH_SIZE];

	ybi_month_to_text(yyyymm, text);
	ybi_json_text(out, first, key, text);
}

static void
json_refunds(const struct records *r, const struct ybi_happened *row, struct ybi_text *out, bool *first)
{
	static const char *const names[] = { "requested", "refused", "refunded" };
	size_t count = 0;

	for (size_t i = 0; i < r->history.count; i++) {
		const struct ybi_happened *request = &r->history.rows[i];
		bool inner = true;
		if (!is_request_of(request, row))
			continue;
		if (count++ == 0)
			ybi_json_key(out, first, "refunds");
		ybi_text_puts(out, count == 1 ? "[{" : ", {");
		ybi_json_text(out, &inner, "key", request->posted.key);
		ybi_json_text(out, &inner, "state", names[ybi_refund_state(&r->history, request)]);
		ybi_json_fen(out, &inner, "amount", ybi_told_value(request->t, YBI_TOLD_AMOUNT));
		ybi_json_day(out, &inner, "business_day", request->posted.business_day);
		ybi_json_text(out, &inner, "reason", ybi_told_text(request->t, YBI_TOLD_REASON));
		ybi_text_putc(out, '}');
	}
	if (count)
		ybi_text_putc(out, ']');
}

static void
json_record(const struct records *r, const struct ybi_happened *row, struct ybi_text *out)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "key", row->posted.key);
	ybi_json_number(out, &first, "seq", row->posted.seq);
	ybi_json_text(out, &first, "insutype", ybi_told_text(row->t, YBI_TOLD_INSUTYPE));
	json_month(out, &first, "accrym_begn", ybi_told_value(row->t, YBI_TOLD_ACCRYM_BEGN));
	json_month(out, &first, "accrym_end", ybi_told_value(row->t, YBI_TOLD_ACCRYM_END));
	ybi_json_text(out, &first, "clct_type", clct_type_of(row));
	for (size_t i = 0; i < ARRAY_SIZE(shares); i++)
		if (ybi_told_value(row->t, shares[i].fact))
			ybi_json_fen(out, &first, shares[i].name, ybi_told_value(row->t, shares[i].fact));
	ybi_json_fen(out, &first, "clct_sumamt", total_of(row));
	if (row->t->facts[YBI_TOLD_CHANNEL].known)
		ybi_json_text(out, &first, "channel", ybi_told_text(row->t, YBI_TOLD_CHANNEL));
	if (row->t->facts[YBI_TOLD_ELEC_TAXRPT_NO].known)
		ybi_json_text(out, &first, "elec_taxrpt_no", ybi_told_text(row->t, YBI_TOLD_ELEC_TAXRPT_NO));
	ybi_json_day(out, &first, "business_day", row->posted.business_day);
	ybi_json_day(out, &first, "posting_day", row->posted.posting_day);
	ybi_json_text(out, &first, "state", states[state_of(r, row)].name);
	if (row->undone)
		ybi_json_text(out, &first, "undone_by", row->undone->posted.key);
	if (redebited_by(r, row)[0])
		ybi_json_text(out, &first, "redebited_by", redebited_by(r, row));
	json_refunds(r, row, out, &first);
	ybi_text_putc(out, '}');
}

static yb_status
json_covered(const struct records *r, const char *insutype, struct ybi_text *out, struct yb_error **err)
{
	bool first = true, next = false;
	struct ybi_run gap;
	struct covered c;
	yb_status st = find_covered(r, insutype, &c, err);
	int32_t at = c.first;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "insutype", insutype);
	ybi_json_number(out, &first, "months", ybi_runs_months(&c.all, c.first, c.last));
	ybi_json_number(out, &first, "made_up", months_made_up(&c));
	ybi_json_number(out, &first, "years", ybi_runs_years(&c.all, c.first, c.last));
	ybi_json_key(out, &first, "gaps");
	ybi_text_putc(out, '[');
	while (st == YB_OK && next_gap(&c, &at, &gap)) {
		bool inner = true;
		ybi_text_puts(out, next ? ", {" : "{");
		next = true;
		json_month(out, &inner, "first", ybi_month_told(gap.first));
		json_month(out, &inner, "last", ybi_month_told(gap.last));
		ybi_json_number(out, &inner, "months", gap.last - gap.first + 1);
		ybi_text_putc(out, '}');
	}
	ybi_text_puts(out, "]}");
	covered_free(&c);
	return st;
}

static yb_status
json_document(const struct records *r, struct ybi_text *out, struct yb_error **err)
{
	bool first = true, next = false;
	yb_status st = YB_OK;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-records/1");
	ybi_json_text(out, &first, "person", r->person.token);
	ybi_json_day(out, &first, "from", r->from);
	ybi_json_day(out, &first, "through", r->through);
	ybi_json_key(out, &first, "records");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < r->history.count; i++) {
		if (!is_shown(r, &r->history.rows[i]))
			continue;
		ybi_text_puts(out, next ? ",\n" : "\n");
		next = true;
		json_record(r, &r->history.rows[i], out);
	}
	ybi_text_putc(out, ']');
	ybi_json_key(out, &first, "covered");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < r->scheme_count && st == YB_OK; i++) {
		ybi_text_puts(out, i ? ",\n" : "\n");
		st = json_covered(r, r->schemes[i], out, err);
	}
	ybi_text_puts(out, "]}\n");
	return st;
}

/* ---- asking ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static yb_status
find_schemes(struct records *r, struct yb_error **err)
{
	for (size_t i = 0; i < r->history.count; i++) {
		const char *insutype = ybi_told_text(r->history.rows[i].t, YBI_TOLD_INSUTYPE);
		bool had = r->history.rows[i].posted.kind != YBI_POST_CONTRIBUTION;
		for (size_t k = 0; k < r->scheme_count && !had; k++)
			had = !strcmp(r->schemes[k], insutype);
		if (had)
			continue;
		if (!ybi_grow(&r->schemes, r->scheme_count, &r->scheme_room, sizeof(*r->schemes)))
			return ybi_error_no_memory(err);
		r->schemes[r->scheme_count++] = insutype;
	}
	if (r->scheme_count > 1)
		qsort(r->schemes, r->scheme_count, sizeof(*r->schemes), by_text);
	return YB_OK;
}

static yb_status
render(const struct records *r, yb_format format, struct ybi_text *out, struct yb_error **err)
{
	struct ybi_sheet table = { .columns = csv_columns, .width = ARRAY_SIZE(csv_columns) };

	if (format == YB_FORMAT_JSON)
		return json_document(r, out, err);
	if (format == YB_FORMAT_TEXT)
		return text_document(r, out, err);
	fill_rows(&table, r, csv_row);
	ybi_sheet_csv(&table, out);
	ybi_sheet_free(&table);
	return YB_OK;
}

yb_status
yb_ledger_render_records(struct yb_ledger *ledger, const char *person, yb_day from, yb_day through, yb_format format, yb_lang lang, char **text,
                         struct yb_error **err)
{
	struct records r = { .from = from, .through = through, .first = INT32_MIN, .last = INT32_MAX, .lang = lang };
	struct ybi_text out = { 0 };
	yb_status st;

	if (!text)
		return YB_E_INVALID;
	*text = NULL;
	if (!ledger || !person || !ybi_format_in(format, 1u << YB_FORMAT_TEXT | 1u << YB_FORMAT_JSON | 1u << YB_FORMAT_CSV))
		return YB_E_INVALID;
	st = ybi_period_check(from, through, err);
	if (st == YB_OK)
		st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	if (from != YB_DAY_NONE)
		r.first = (int32_t)ybi_period_of_month(from);
	if (through != YB_DAY_NONE)
		r.last = (int32_t)ybi_period_of_month(through);
	st = ybi_ledger_person_named(ledger, person, &r.person, err);
	if (st == YB_OK)
		st = ybi_history_load(ledger, r.person.id, YBI_PAID_KINDS, YB_AXIS_BUSINESS, YB_DAY_NONE, &r.history, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st == YB_OK)
		st = find_schemes(&r, err);
	if (st == YB_OK)
		st = render(&r, format, &out, err);
	free(r.schemes);
	ybi_history_free(&r.history);
	if (st == YB_OK && !(*text = ybi_text_take(&out)))
		st = ybi_error_no_memory(err);
	ybi_text_free(&out);
	return st;
}
