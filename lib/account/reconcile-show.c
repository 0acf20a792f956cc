/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/reconcile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "base/text.h"

/* What a reconciliation found, for a reader and for a program. */

static const char *
word(yb_lang lang, const char *en, const char *zh)
{
	return lang == YB_LANG_ZH ? zh : en;
}

static const struct {
	const char *en, *zh;
} class_labels[] = {
	[YBI_MATCH_EQUAL] = { "the same on both sides", "两边一致" },
	[YBI_MATCH_DIFFERENT] = { "on both sides, different", "两边都有但不一致" },
	[YBI_MATCH_MISSING_HERE] = { "only in the bill", "仅账单有" },
	[YBI_MATCH_MISSING_THERE] = { "only in the ledger", "仅账本有" },
	[YBI_MATCH_DUPLICATE_THERE] = { "again in the bill", "账单重复" },
	[YBI_MATCH_DUPLICATE_HERE] = { "again in the ledger", "账本重复" },
	[YBI_MATCH_VOID] = { "failed, pending or undone alone", "单边失败、在途或已冲销" },
};
_Static_assert(ARRAY_SIZE(class_labels) == YBI_MATCH_CLASSES_, "a class has no label");

static const struct {
	unsigned bit;
	const char *name, *en, *zh;
} difference_labels[] = {
	{ YBI_DIFFERS_AMOUNT, "amount", "amount", "金额" },
	{ YBI_DIFFERS_FUND, "fund", "fund", "基金支付" },
	{ YBI_DIFFERS_ACCOUNT, "account", "account", "个人账户支付" },
	{ YBI_DIFFERS_COUNT, "count", "count", "笔数" },
	{ YBI_DIFFERS_DAY, "day", "day", "日期" },
	{ YBI_DIFFERS_STATE, "state", "state", "状态" },
	{ YBI_DIFFERS_ORIGINAL, "original", "the settlement it takes back is in neither", "被冲退的结算两边都没有" },
	{ YBI_DIFFERS_OVER, "over", "more is given back than was paid", "退款合计超过原支付" },
};

static const char *
kind_label(enum ybi_bill_kind kind, yb_lang lang)
{
	static const char *const zh[] = { "支付", "退款", "撤销", "差错" };

	return lang == YB_LANG_ZH ? zh[kind] : ybi_bill_kind_name(kind);
}

static const char *
state_label(enum ybi_bill_state state, yb_lang lang)
{
	static const char *const zh[] = { "完成", "处理中", "失败" };

	return lang == YB_LANG_ZH ? zh[state] : ybi_bill_state_name(state);
}

/* ---- text ---- */

static void
put_padded(struct ybi_text *out, const char *text, size_t width)
{
	size_t used = ybi_utf8_width(text, strlen(text));

	ybi_text_puts(out, text);
	if (used < width)
		ybi_text_fill(out, ' ', width - used);
}

static void
put_right(struct ybi_text *out, const char *text, size_t width)
{
	size_t used = ybi_utf8_width(text, strlen(text));

	if (used < width)
		ybi_text_fill(out, ' ', width - used);
	ybi_text_puts(out, text);
}

static void
put_count(struct ybi_text *out, int64_t count, size_t width)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, count);
	put_right(out, text, width);
}

static void
put_fen(struct ybi_text *out, yb_fen fen, size_t width)
{
	char text[YB_FEN_TEXT_SIZE];

	yb_fen_to_text(fen, text);
	put_right(out, text, width);
}

static void
put_tally(struct ybi_text *out, const struct ybi_tally *tally)
{
	put_count(out, tally->count, 8);
	put_fen(out, tally->paid, 16);
	put_fen(out, tally->returned, 16);
}

#define LABEL_WIDTH 34

static void
put_table(struct ybi_text *out, const struct ybi_reconciliation *r, yb_lang lang)
{
	ybi_text_fill(out, ' ', LABEL_WIDTH);
	put_right(out, word(lang, "in the bill", "账单"), 40);
	put_right(out, word(lang, "in the ledger", "账本"), 40);
	ybi_text_putc(out, '\n');
	ybi_text_fill(out, ' ', LABEL_WIDTH);
	for (int side = 0; side < 2; side++) {
		put_right(out, word(lang, "number", "笔数"), 8);
		put_right(out, word(lang, "paid", "收"), 16);
		put_right(out, word(lang, "given back", "退"), 16);
	}
	ybi_text_putc(out, '\n');
	for (size_t i = 0; i < YBI_MATCH_CLASSES_; i++) {
		if (i != YBI_MATCH_EQUAL && r->bill_by[i].count == 0 && r->book_by[i].count == 0)
			continue;
		put_padded(out, word(lang, class_labels[i].en, class_labels[i].zh), LABEL_WIDTH);
		put_tally(out, &r->bill_by[i]);
		put_tally(out, &r->book_by[i]);
		ybi_text_putc(out, '\n');
	}
	put_padded(out, word(lang, "together", "合计"), LABEL_WIDTH);
	put_tally(out, &r->bill_all);
	put_tally(out, &r->book_all);
	ybi_text_putc(out, '\n');
}

static void
put_day(struct ybi_text *out, yb_day day)
{
	char text[YB_DAY_TEXT_SIZE];

	yb_day_to_text(day, text);
	ybi_text_puts(out, text);
}

/* "amount 400.00 / 380.00": what the bill says, what the ledger says. */
static void
put_pair_fen(struct ybi_text *out, yb_fen there, yb_fen here)
{
	ybi_text_putc(out, ' ');
	put_fen(out, there, 0);
	ybi_text_puts(out, " / ");
	put_fen(out, here, 0);
}

static void
put_difference(struct ybi_text *out, const struct ybi_match *match, unsigned bit, yb_lang lang)
{
	const struct ybi_bill_row *there = match->bill;
	const struct ybi_book_row *here = match->book;

	if (bit == YBI_DIFFERS_AMOUNT)
		put_pair_fen(out, there->amount, here->amount);
	if (bit == YBI_DIFFERS_FUND)
		put_pair_fen(out, there->fund, here->fund);
	if (bit == YBI_DIFFERS_ACCOUNT)
		put_pair_fen(out, there->account, here->account);
	if (bit == YBI_DIFFERS_COUNT)
		ybi_text_printf(out, " %" PRId64 " / %" PRId64, there->count, here->count);
	if (bit == YBI_DIFFERS_DAY) {
		ybi_text_putc(out, ' ');
		put_day(out, there->day);
		ybi_text_puts(out, " / ");
		put_day(out, here->day);
	}
	if (bit == YBI_DIFFERS_STATE)
		ybi_text_printf(out, " %s / %s", state_label(there->state, lang), state_label(here->state, lang));
}

/* One line on a row: where it stands, what it is, and in what the sides differ. */
static void
put_match(struct ybi_text *out, const struct ybi_match *match, yb_lang lang)
{
	const struct ybi_bill_row *there = match->bill;
	const struct ybi_book_row *here = match->book;
	yb_day day = there ? there->day : here->day;
	bool first = true;

	ybi_text_puts(out, "  ");
	put_padded(out, kind_label(there ? there->kind : here->kind, lang), 6);
	put_fen(out, there ? there->amount : here->amount, 14);
	ybi_text_puts(out, "  ");
	if (day != YB_DAY_NONE) {
		put_day(out, day);
		ybi_text_puts(out, "  ");
	}
	ybi_text_puts(out, there ? there->id[0] ? there->id : there->theirs : here->id);
	if (there)
		ybi_text_printf(out, lang == YB_LANG_ZH ? "  账单第 %u 行" : "  line %u of the bill", (unsigned)there->line);
	if (here)
		ybi_text_printf(out, word(lang, "  transaction %s", "  交易 %s"), here->key);
	for (size_t i = 0; i < ARRAY_SIZE(difference_labels); i++) {
		if (!(match->differs & difference_labels[i].bit))
			continue;
		ybi_text_puts(out, first ? word(lang, ": ", "：") : word(lang, ", ", "，"));
		first = false;
		ybi_text_puts(out, word(lang, difference_labels[i].en, difference_labels[i].zh));
		if (here && there)
			put_difference(out, match, difference_labels[i].bit, lang);
	}
	ybi_text_putc(out, '\n');
}

static void
put_matches(struct ybi_text *out, const struct ybi_reconciliation *r, enum ybi_match_class class, yb_lang lang)
{
	bool any = false;

	for (size_t i = 0; i < r->count; i++) {
		if (r->matches[i].class != class)
			continue;
		if (!any)
			ybi_text_printf(out, "\n%s\n", word(lang, class_labels[class].en, class_labels[class].zh));
		any = true;
		put_match(out, &r->matches[i], lang);
	}
}

static void
put_refunds(struct ybi_text *out, const struct ybi_reconciliation *r, yb_lang lang)
{
	size_t refunds = 0, in_bill = 0, in_book = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct ybi_match *match = &r->matches[i];
		if (!match->bill || match->bill->amount >= 0)
			continue;
		refunds++;
		in_bill += match->bill_original != NULL;
		in_book += !match->bill_original && match->book_original;
	}
	if (refunds > 0)
		ybi_text_printf(out, word(lang, "\n%zu refunds: %zu of payments in the bill, %zu of earlier ones in the ledger, %zu of others\n",
		                          "\n退款 %zu 笔：原支付在本账单的 %zu 笔，在账本的 %zu 笔，其余 %zu 笔\n"),
		                refunds, in_bill, in_book, refunds - in_bill - in_book);
}

/* A count of 1/1000 fen in yuan, five decimals. */
static void
put_fee(struct ybi_text *out, int64_t fee)
{
	uint64_t magnitude = fee < 0 ? 0 - (uint64_t)fee : (uint64_t)fee;

	ybi_text_printf(out, "%s%" PRIu64 ".%05u", fee < 0 ? "-" : "", magnitude / 100000, (unsigned)(magnitude % 100000));
}

static void
put_days(struct ybi_text *out, const struct ybi_reconciliation *r)
{
	if (r->from == YB_DAY_NONE && r->to == YB_DAY_NONE)
		return;
	ybi_text_putc(out, ' ');
	if (r->from != YB_DAY_NONE)
		put_day(out, r->from);
	ybi_text_puts(out, " .. ");
	if (r->to != YB_DAY_NONE)
		put_day(out, r->to);
}

void
ybi_reconciliation_text(const struct ybi_reconciliation *result, const char *name, yb_lang lang, struct ybi_text *out)
{
	ybi_text_printf(out, word(lang, "%s bill %s", "%s 账单 %s"), ybi_bill_format_name(result->bill->format), name);
	put_days(out, result);
	ybi_text_printf(out, "\n%s\n\n", ybi_reconciliation_agrees(result) ? word(lang, "Both sides agree.", "两边相符。") :
	                                                                     word(lang, "The sides do not agree.", "两边不符。"));
	put_table(out, result, lang);
	if (result->bill_outside.count > 0)
		ybi_text_printf(out, word(lang, "%" PRId64 " rows of the bill are of other days\n", "账单中另有 %" PRId64 " 笔不在此期间\n"),
		                result->bill_outside.count);
	for (int class = YBI_MATCH_DIFFERENT; class < YBI_MATCH_CLASSES_; class++)
		put_matches(out, result, (enum ybi_match_class)class, lang);
	put_refunds(out, result, lang);
	if (result->fee != 0) {
		ybi_text_puts(out, word(lang, "\nfees of the bill ", "\n账单手续费 "));
		put_fee(out, result->fee);
		ybi_text_putc(out, '\n');
	}
}

/* ---- JSON ---- */

static void
json_count(struct ybi_text *out, bool *first, const char *key, int64_t value)
{
	ybi_json_key(out, first, key);
	ybi_text_printf(out, "%" PRId64, value);
}

static void
json_day(struct ybi_text *out, bool *first, const char *key, yb_day day)
{
	char text[YB_DAY_TEXT_SIZE];

	yb_day_to_text(day, text);
	ybi_json_text(out, first, key, day == YB_DAY_NONE ? NULL : text);
}

static void
json_tally(struct ybi_text *out, bool *first, const char *key, const struct ybi_tally *tally)
{
	bool inner = true;

	ybi_json_key(out, first, key);
	ybi_text_putc(out, '{');
	json_count(out, &inner, "count", tally->count);
	ybi_json_fen(out, &inner, "paid", tally->paid);
	ybi_json_fen(out, &inner, "given_back", tally->returned);
	ybi_text_putc(out, '}');
}

static void
json_side(struct ybi_text *out, bool *first, const char *key, const struct ybi_tally *all, const struct ybi_tally *by)
{
	bool inner = true;

	ybi_json_key(out, first, key);
	ybi_text_putc(out, '{');
	json_tally(out, &inner, "all", all);
	for (size_t i = 0; i < YBI_MATCH_CLASSES_; i++)
		if (i == YBI_MATCH_EQUAL || by[i].count != 0)
			json_tally(out, &inner, ybi_match_class_name((enum ybi_match_class)i), &by[i]);
	ybi_text_putc(out, '}');
}

static void
json_there(struct ybi_text *out, const struct ybi_bill_row *row, enum ybi_bill_format format)
{
	bool first = true, platform = format == YBI_BILL_3201 || format == YBI_BILL_3202;

	ybi_text_putc(out, '{');
	json_count(out, &first, "line", row->line);
	ybi_json_text(out, &first, "kind", ybi_bill_kind_name(row->kind));
	ybi_json_text(out, &first, "state", ybi_bill_state_name(row->state));
	ybi_json_text(out, &first, "id", row->id);
	if (row->theirs[0])
		ybi_json_text(out, &first, "channel_id", row->theirs);
	if (row->visit[0])
		ybi_json_text(out, &first, "mdtrt_id", row->visit);
	if (row->original[0] || row->their_original[0])
		ybi_json_text(out, &first, "original", row->original[0] ? row->original : row->their_original);
	if (row->day != YB_DAY_NONE)
		json_day(out, &first, "day", row->day);
	if (row->time[0])
		ybi_json_text(out, &first, "time", row->time);
	ybi_json_fen(out, &first, "amount", row->amount);
	if (row->settled != row->amount)
		ybi_json_fen(out, &first, "settled", row->settled);
	if (platform) {
		ybi_json_fen(out, &first, "fund", row->fund);
		ybi_json_fen(out, &first, "account", row->account);
	}
	if (row->count != 1)
		json_count(out, &first, "count", row->count);
	ybi_text_putc(out, '}');
}

static void
json_here(struct ybi_text *out, const struct ybi_book_row *row, enum ybi_bill_format format)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "key", row->key);
	ybi_json_text(out, &first, "kind", ybi_bill_kind_name(row->kind));
	ybi_json_text(out, &first, "state", ybi_bill_state_name(row->state));
	ybi_json_text(out, &first, "id", row->id);
	if (row->day != YB_DAY_NONE)
		json_day(out, &first, "day", row->day);
	ybi_json_fen(out, &first, "amount", row->amount);
	if (format == YBI_BILL_3201 || format == YBI_BILL_3202) {
		ybi_json_fen(out, &first, "fund", row->fund);
		ybi_json_fen(out, &first, "account", row->account);
	}
	if (row->count != 1)
		json_count(out, &first, "count", row->count);
	ybi_text_putc(out, '}');
}

static void
json_differs(struct ybi_text *out, bool *first, unsigned differs)
{
	bool inner = true;

	ybi_json_key(out, first, "differs");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < ARRAY_SIZE(difference_labels); i++) {
		if (!(differs & difference_labels[i].bit))
			continue;
		ybi_text_printf(out, "%s\"%s\"", inner ? "" : ", ", difference_labels[i].name);
		inner = false;
	}
	ybi_text_putc(out, ']');
}

static void
json_match(struct ybi_text *out, const struct ybi_match *match, enum ybi_bill_format format)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "class", ybi_match_class_name(match->class));
	if (match->bill) {
		ybi_json_key(out, &first, "bill");
		json_there(out, match->bill, format);
	}
	if (match->book) {
		ybi_json_key(out, &first, "ledger");
		json_here(out, match->book, format);
	}
	if (match->differs)
		json_differs(out, &first, match->differs);
	ybi_text_putc(out, '}');
}

/* The rows that do not agree. */
static void
json_differences(struct ybi_text *out, bool *first, const struct ybi_reconciliation *r)
{
	bool inner = true;

	ybi_json_key(out, first, "differences");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		if (r->matches[i].class == YBI_MATCH_EQUAL)
			continue;
		ybi_text_puts(out, inner ? "\n    " : ",\n    ");
		inner = false;
		json_match(out, &r->matches[i], r->bill->format);
	}
	ybi_text_puts(out, inner ? "]" : "\n  ]");
}

/* What gives back, and of what. */
static void
json_refunds(struct ybi_text *out, bool *first, const struct ybi_reconciliation *r)
{
	bool inner = true;

	ybi_json_key(out, first, "refunds");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		const struct ybi_match *match = &r->matches[i];
		bool member = true;
		if (!match->bill || match->bill->amount >= 0)
			continue;
		ybi_text_puts(out, inner ? "\n    {" : ",\n    {");
		inner = false;
		json_count(out, &member, "line", match->bill->line);
		ybi_json_text(out, &member, "id", match->bill->id);
		ybi_json_fen(out, &member, "amount", match->bill->amount);
		if (match->bill_original)
			json_count(out, &member, "original_line", match->bill_original->line);
		if (match->book_original)
			ybi_json_text(out, &member, "original_key", match->book_original->key);
		ybi_text_putc(out, '}');
	}
	ybi_text_puts(out, inner ? "]" : "\n  ]");
}

void
ybi_reconciliation_json(const struct ybi_reconciliation *result, const char *name, struct ybi_text *out)
{
	bool first = true;

	ybi_text_puts(out, "{");
	ybi_json_text(out, &first, "schema", "yibao-reconcile/1");
	ybi_json_text(out, &first, "format", ybi_bill_format_name(result->bill->format));
	ybi_json_text(out, &first, "bill_name", name);
	json_day(out, &first, "from", result->from);
	json_day(out, &first, "to", result->to);
	ybi_json_key(out, &first, "agrees");
	ybi_text_puts(out, ybi_reconciliation_agrees(result) ? "true" : "false");
	ybi_text_puts(out, ",\n  ");
	first = true;
	json_side(out, &first, "bill", &result->bill_all, result->bill_by);
	ybi_text_puts(out, ",\n  ");
	first = true;
	json_side(out, &first, "ledger", &result->book_all, result->book_by);
	json_tally(out, &first, "bill_other_days", &result->bill_outside);
	ybi_json_key(out, &first, "bill_fees");
	ybi_text_putc(out, '"');
	put_fee(out, result->fee);
	ybi_text_puts(out, "\",\n  ");
	first = true;
	json_differences(out, &first, result);
	ybi_text_puts(out, ",\n  ");
	first = true;
	json_refunds(out, &first, result);
	ybi_text_puts(out, "}\n");
}
