/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <yibao/channel.h>

#include "base/text.h"
#include "decide/render.h"

/* The answers of a fee, a refund, eligibility and rewards, as text for people and as JSON. */

/* ---- text ---- */

static void
put_row(struct ybi_text *out, int indent, const char *label, const char *value)
{
	struct ybi_text left = { 0 };
	size_t width = ybi_utf8_width(value, strlen(value));

	ybi_text_fill(&left, ' ', 2 + 2 * (size_t)indent);
	ybi_text_puts(&left, label);
	if (left.data && !left.failed)
		ybi_put_padded(out, left.data, width < 62 ? 64 - width : 2);
	else
		out->failed = true;
	ybi_text_puts(out, width < 62 ? "" : "  ");
	ybi_text_puts(out, value);
	ybi_text_putc(out, '\n');
	ybi_text_free(&left);
}

/* The text is freed. */
static void
put_text_row(struct ybi_text *out, int indent, const char *label, struct ybi_text *text)
{
	if (text->failed || !text->data)
		out->failed = true;
	else
		put_row(out, indent, label, text->data);
	ybi_text_free(text);
}

static void
put_amount(struct ybi_text *out, int indent, const char *label, const struct ybi_value *value)
{
	struct ybi_text text = { 0 };

	if (value->state != YBI_KNOWN)
		return;
	ybi_put_yuan(&text, value->q);
	put_text_row(out, indent, label, &text);
}

static void
put_label_amount(struct ybi_text *out, int indent, const char *id, const char *zh, const char *en, yb_lang lang, const struct ybi_value *value)
{
	struct ybi_text label = { 0 };

	ybi_put_label(&label, id, zh, en, lang);
	if (label.data && !label.failed)
		put_amount(out, indent, label.data, value);
	else
		out->failed = true;
	ybi_text_free(&label);
}

static void
put_day_row(struct ybi_text *out, int indent, const char *label, yb_day day)
{
	char text[YB_DAY_TEXT_SIZE];

	yb_day_to_text(day, text);
	put_row(out, indent, label, text);
}

/* A fact that was found out, as a row. */
static void
put_fact_day(struct ybi_text *out, const struct yb_decision *d, uint32_t fact, const char *label)
{
	if (d->facts[fact].given)
		put_day_row(out, 0, label, (yb_day)d->facts[fact].value);
}

static bool
charge_counts(const struct yb_decision *d, const struct ybi_charge *charge)
{
	return d->answers[charge->total_answer].state == YBI_KNOWN && ybi_fraction_sign(d->answers[charge->total_answer].q) != 0;
}

static void
put_sums(struct ybi_text *out, const struct yb_decision *d, yb_lang lang, bool due)
{
	const struct ybi_book *book = d->book;

	for (size_t i = 0; i < book->payers_count; i++) {
		const struct ybi_payer *payer = &book->payers[i];
		uint32_t sum = due ? payer->due_sum : payer->month_sum;
		bool first = true;
		for (size_t k = 0; k < i && first; k++)
			first = book->payers[k].due_sum != payer->due_sum;
		if (first && d->answers[sum].state == YBI_KNOWN && ybi_fraction_sign(d->answers[sum].q) != 0)
			put_amount(out, 1, ybi_payer_label(payer->name, lang), &d->answers[sum]);
	}
}

static void
put_window(struct ybi_text *out, const struct ybi_window *window, yb_lang lang)
{
	struct ybi_text label = { 0 };

	if (window)
		ybi_put_label(&label, window->id, window->label_zh, window->label_en, lang);
	else
		ybi_text_puts(&label, lang == YB_LANG_ZH ? "不在任何缴费期内" : "none");
	put_text_row(out, 0, lang == YB_LANG_ZH ? "缴费期" : "window", &label);
}

static void
put_fee(struct ybi_text *out, const struct yb_decision *d, yb_lang lang)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact *window = &d->facts[book->window_fact];
	bool zh = lang == YB_LANG_ZH, dated = false; /* the year has windows */
	uint32_t several = 0;

	for (size_t i = 0; i < book->windows_count && !dated; i++)
		dated = book->windows[i].year == d->facts[YBI_FACT_YEAR].value;
	if (dated && window->given && d->facts[book->paid_fact].given)
		put_window(out, ybi_window_of(d), lang);
	put_fact_day(out, d, book->window_start_fact, zh ? "该期缴费的待遇起算日" : "cover paid for in it counts from");
	if (d->answers[book->month_total].state == YBI_KNOWN && ybi_fraction_sign(d->answers[book->month_total].q) != 0) {
		put_amount(out, 0, zh ? "每月应缴" : "owed a month", &d->answers[book->month_total]);
		put_sums(out, d, lang, false);
	}
	put_amount(out, 0, zh ? "本年度应缴合计" : "owed in all", &d->answers[book->due_total]);
	if (d->answers[book->due_total].state == YBI_KNOWN)
		put_sums(out, d, lang, true);
	for (uint32_t i = 0; i < book->charges_count; i++)
		several += charge_counts(d, &book->charges[i]);
	if (several > 1)
		put_row(out, 0, zh ? "其中各项" : "of which", "");
	for (uint32_t i = 0; several > 1 && i < book->charges_count; i++)
		if (charge_counts(d, &book->charges[i]))
			put_label_amount(out, 1, book->charges[i].id, book->charges[i].label_zh, book->charges[i].label_en, lang,
			                 &d->answers[book->charges[i].total_answer]);
	if (d->channel_count) {
		ybi_text_puts(out, zh ? "  缴费渠道：" : "  channels: ");
		for (uint32_t i = 0; i < d->channel_count; i++) {
			const char *id = book->open_channels[d->channels[i]].id;
			const struct yb_channel *channel;
			bool known = yb_channel_find(d->set, id, strlen(id), &channel) == YB_OK;
			ybi_text_printf(out, "%s%s", i ? (zh ? "、" : ", ") : "", known ? yb_channel_get_label(channel, lang) : id);
		}
		ybi_text_putc(out, '\n');
	}
}

static void
put_credit(struct ybi_text *out, const struct yb_decision *d, yb_lang lang, const struct ybi_credit *credit)
{
	bool taken = false;

	if (ybi_fraction_sign(d->answers[credit->gross_answer].q) == 0)
		return;
	for (uint32_t i = 0; i < credit->less_count; i++)
		taken = taken || ybi_fraction_sign(d->answers[d->book->less[credit->first_less + i].answer].q) != 0;
	put_label_amount(out, 1, credit->id, credit->label_zh, credit->label_en, lang, &d->answers[credit->gross_answer]);
	for (uint32_t i = 0; i < credit->less_count; i++) {
		const struct ybi_less *less = &d->book->less[credit->first_less + i];
		struct ybi_value minus = d->answers[less->answer];
		if (ybi_fraction_sign(minus.q) == 0 || ybi_fraction_neg(minus.q, &minus.q) != YB_OK)
			continue;
		put_label_amount(out, 2, less->id, less->label_zh, less->label_en, lang, &minus);
	}
	if (taken)
		put_amount(out, 2, lang == YB_LANG_ZH ? "入账" : "posted", &d->answers[credit->net_answer]);
}

static void
put_refund(struct ybi_text *out, const struct yb_decision *d, yb_lang lang)
{
	const struct ybi_book *book = d->book;
	const struct ybi_value *repay = &d->answers[book->repay_answers];
	bool zh = lang == YB_LANG_ZH;

	if (d->mode == YBI_REFUND_CONTRIBUTION) {
		struct ybi_text share = { 0 };
		ybi_put_rate(&share, repay[YBI_REPAY_SHARE].q);
		put_text_row(out, 0, zh ? "可退比例" : "share given back", &share);
		if (repay[YBI_REPAY_UNTIL].state == YBI_KNOWN)
			put_day_row(out, 0, zh ? "最晚申请日" : "last day to ask", (yb_day)ybi_value_whole(&repay[YBI_REPAY_UNTIL]));
		put_amount(out, 0, zh ? "应退金额" : "given back", &repay[YBI_REPAY_AMOUNT]);
		return;
	}
	if (d->mode == YBI_REFUND_INTEREST)
		put_amount(out, 0, zh ? "个人账户利息" : "interest on the account", &d->answers[book->interest_sum]);
	else
		put_amount(out, 0, d->mode == YBI_REFUND_YEAR ? (zh ? "本年度划入个人账户" : "credited to the account in the year")
		                                             : zh ? "划入个人账户" : "credited to the account", &d->answers[book->credit_sum]);
	for (uint32_t i = 0; i < book->credits_count; i++)
		if (book->credits[i].interest == (d->mode == YBI_REFUND_INTEREST))
			put_credit(out, d, lang, &book->credits[i]);
	for (uint32_t i = 0; i < d->month_count; i++) {
		char label[YB_DAY_TEXT_SIZE];
		struct ybi_value amount;
		yb_day_to_text(d->month_first[i], label);
		label[7] = '\0';
		ybi_value_set(&amount, ybi_fraction_from(d->month_paid[i]));
		put_amount(out, 2, label, &amount);
	}
}

static void
put_shorten(struct ybi_text *out, const struct yb_decision *d, yb_lang lang)
{
	bool zh = lang == YB_LANG_ZH;

	if (d->shorten_count)
		ybi_text_puts(out, zh ? "  可以提前的办法\n" : "  what would let it begin earlier\n");
	for (uint32_t i = 0; i < d->shorten_count; i++) {
		const struct ybi_shorten *row = &d->shorten[i];
		char start[YB_DAY_TEXT_SIZE], paid[YB_DAY_TEXT_SIZE];
		yb_day_to_text(row->start, start);
		if (row->kind == YB_SHORTEN_REPAIR) {
			ybi_text_printf(out, zh ? "    缴费修复 %d 年" : "    paying for %d missed year%s", (int)row->years, row->years == 1 ? "" : "s");
			if (row->price >= 0) {
				ybi_text_puts(out, zh ? "，费用 " : ", which costs ");
				ybi_put_fen(out, row->price);
			}
		} else {
			yb_day_to_text(row->paid_on, paid);
			ybi_text_printf(out, zh ? "    不晚于 %s 缴费" : "    having paid by %s", paid);
		}
		if (row->kind == YB_SHORTEN_REPAIR)
			ybi_text_printf(out, zh ? "：%s 起\n" : ": from %s\n", start);
		else
			ybi_text_printf(out, zh ? "：最晚 %s 起\n" : ": from %s at the latest\n", start);
	}
}

static void
put_eligibility(struct ybi_text *out, const struct yb_decision *d, yb_lang lang)
{
	const struct ybi_value *answers = &d->answers[d->book->wait_answers];
	const struct ybi_wait_rule *rule = &d->book->rules[d->choice];
	long long length = (long long)ybi_value_whole(&answers[YBI_WAIT_WAIT]);
	bool zh = lang == YB_LANG_ZH;
	struct ybi_text wait = { 0 };

	if (answers[YBI_WAIT_COVERED].state == YBI_KNOWN) {
		put_day_row(out, 0, zh ? "查询日" : "asked about", d->asked_on);
		put_row(out, 0, zh ? "当日是否享受待遇" : "covered on that day",
		        ybi_value_whole(&answers[YBI_WAIT_COVERED]) ? (zh ? "是" : "yes") : zh ? "否" : "no");
	}
	put_day_row(out, 0, zh ? "待遇开始日" : "cover begins", (yb_day)ybi_value_whole(&answers[YBI_WAIT_START]));
	if (answers[YBI_WAIT_UNTIL].state == YBI_KNOWN)
		put_day_row(out, 0, zh ? "待遇截止日" : "cover ends", (yb_day)ybi_value_whole(&answers[YBI_WAIT_UNTIL]));
	if (length == 0)
		ybi_text_puts(&wait, zh ? "无" : "none");
	else if (zh)
		ybi_text_printf(&wait, rule->unit == YBI_DAYS ? "%lld 天" : "%lld 个月", length);
	else
		ybi_text_printf(&wait, "%lld %s%s", length, rule->unit == YBI_DAYS ? "day" : "month", length == 1 ? "" : "s");
	put_text_row(out, 0, zh ? "等待期" : "waiting period", &wait);
	put_shorten(out, d, lang);
}

static void
put_rewards(struct ybi_text *out, const struct yb_decision *d, yb_lang lang)
{
	const struct ybi_book *book = d->book;
	struct ybi_value v;

	ybi_value_set(&v, ybi_fraction_from(d->facts[ybi_book_fact(book, "reward.total", 12)].value));
	put_amount(out, 0, lang == YB_LANG_ZH ? "大病保险限额提高" : "ceiling of serious-illness insurance raised by", &v);
	for (uint32_t i = 0; i < book->rewards_count; i++) {
		ybi_value_set(&v, ybi_fraction_from(d->facts[book->rewards[i].fact].value));
		put_label_amount(out, 1, book->rewards[i].id, book->rewards[i].label_zh, book->rewards[i].label_en, lang, &v);
	}
}

void
ybi_put_question(struct ybi_text *out, const struct yb_decision *d, yb_lang lang)
{
	switch (d->ask) {
	case YBI_ASK_FEE:
		put_fee(out, d, lang);
		break;
	case YBI_ASK_REFUND:
		put_refund(out, d, lang);
		break;
	case YBI_ASK_ELIGIBILITY:
		put_eligibility(out, d, lang);
		break;
	default:
		put_rewards(out, d, lang);
	}
}

/* ---- JSON ---- */

static void
json_value(struct ybi_text *out, bool *first, const char *key, const struct yb_decision *d, enum ybi_type type, const struct ybi_value *value)
{
	struct ybi_text text = { 0 };
	int64_t fen;

	if (value->state == YBI_NONE || value->state != YBI_KNOWN) {
		ybi_json_text(out, first, key, NULL);
		return;
	}
	if (type == YBI_MONEY && ybi_fraction_to_i64(value->q, &fen) == YB_OK) {
		ybi_json_fen(out, first, key, fen);
		return;
	}
	if (type == YBI_FLAG || type == YBI_COUNT) {
		ybi_json_key(out, first, key);
		if (type == YBI_FLAG)
			ybi_text_puts(out, ybi_value_whole(value) ? "true" : "false");
		else
			ybi_text_printf(out, "%lld", (long long)ybi_value_whole(value));
		return;
	}
	ybi_put_value(&text, d->book, type, value);
	if (text.failed)
		out->failed = true;
	ybi_json_text(out, first, key, text.data ? text.data : "");
	ybi_text_free(&text);
}

static void
json_answer(struct ybi_text *out, bool *first, const char *key, const struct yb_decision *d, uint32_t answer)
{
	json_value(out, first, key, d, (enum ybi_type)d->book->answers[answer].type, &d->answers[answer]);
}

static void
json_fact(struct ybi_text *out, bool *first, const char *name, const struct yb_decision *d)
{
	uint32_t fact = ybi_book_fact(d->book, name, strlen(name));
	struct ybi_value value;

	if (!d->facts[fact].given)
		return;
	ybi_value_set(&value, ybi_fraction_from(d->facts[fact].value));
	json_value(out, first, name, d, (enum ybi_type)d->book->facts[fact].type, &value);
}

static void
json_labels(struct ybi_text *out, bool *first, const char *id, const char *zh, const char *en)
{
	ybi_json_text(out, first, "id", id);
	if (zh)
		ybi_json_text(out, first, "zh", zh);
	if (en)
		ybi_json_text(out, first, "en", en);
}

static const char *const spans[] = { "year", "month", "once" };

static void
json_charge(struct ybi_text *out, const struct yb_decision *d, const struct ybi_charge *charge)
{
	bool first = true, inner = true;

	ybi_text_puts(out, "{");
	json_labels(out, &first, charge->id, charge->label_zh, charge->label_en);
	ybi_json_text(out, &first, "period", spans[charge->span]);
	if (charge->base != YBI_NO_EXPR)
		json_answer(out, &first, "base", d, charge->base_answer);
	json_answer(out, &first, "total", d, charge->total_answer);
	ybi_json_key(out, &first, "payers");
	ybi_text_puts(out, "{");
	for (uint32_t i = 0; i < charge->payer_count; i++)
		json_answer(out, &inner, d->book->payers[charge->first_payer + i].name, d, d->book->payers[charge->first_payer + i].amount);
	ybi_text_puts(out, "}");
	json_answer(out, &first, "year", d, charge->year_answer);
	ybi_text_puts(out, "}");
}

static void
json_sums(struct ybi_text *out, bool *first, const char *key, const struct yb_decision *d, bool due)
{
	const struct ybi_book *book = d->book;
	bool inner = true;

	ybi_json_key(out, first, key);
	ybi_text_puts(out, "{");
	for (size_t i = 0; i < book->payers_count; i++) {
		bool seen = false;
		for (size_t k = 0; k < i && !seen; k++)
			seen = book->payers[k].due_sum == book->payers[i].due_sum;
		if (!seen)
			json_answer(out, &inner, book->payers[i].name, d, due ? book->payers[i].due_sum : book->payers[i].month_sum);
	}
	json_answer(out, &inner, "total", d, due ? book->due_total : book->month_total);
	ybi_text_puts(out, "}");
}

static void
json_fee(struct ybi_text *out, const struct yb_decision *d)
{
	const struct ybi_book *book = d->book;
	bool first = true, comma = false;

	ybi_text_puts(out, "{");
	json_fact(out, &first, "year", d);
	json_fact(out, &first, "paid_on", d);
	if (d->facts[book->paid_fact].given) {
		const struct ybi_window *window = ybi_window_of(d);
		json_fact(out, &first, "window", d);
		json_fact(out, &first, "window_start", d);
		if (window && window->notice) {
			ybi_json_key(out, &first, "notice_year");
			ybi_text_printf(out, "%d", (int)window->notice);
		}
	}
	json_fact(out, &first, "months", d);
	ybi_json_key(out, &first, "charges");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < book->charges_count; i++)
		if (charge_counts(d, &book->charges[i])) {
			ybi_text_puts(out, comma ? ", " : "");
			json_charge(out, d, &book->charges[i]);
			comma = true;
		}
	ybi_text_puts(out, "]");
	json_sums(out, &first, "month", d, false);
	json_sums(out, &first, "due", d, true);
	ybi_json_key(out, &first, "channels");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < d->channel_count; i++) {
		const char *id = book->open_channels[d->channels[i]].id;
		ybi_text_puts(out, i ? ", " : "");
		ybi_text_json_string(out, id, strlen(id));
	}
	ybi_text_puts(out, "]}");
}

static void
json_credit(struct ybi_text *out, const struct yb_decision *d, const struct ybi_credit *credit)
{
	bool first = true;

	ybi_text_puts(out, "{");
	json_labels(out, &first, credit->id, credit->label_zh, credit->label_en);
	ybi_json_text(out, &first, "period", spans[credit->span]);
	if (credit->base != YBI_NO_EXPR)
		json_answer(out, &first, "base", d, credit->base_answer);
	json_answer(out, &first, "gross", d, credit->gross_answer);
	ybi_json_key(out, &first, "less");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < credit->less_count; i++) {
		const struct ybi_less *less = &d->book->less[credit->first_less + i];
		bool inner = true;
		ybi_text_puts(out, i ? ", {" : "{");
		json_labels(out, &inner, less->id, less->label_zh, less->label_en);
		json_answer(out, &inner, "amount", d, less->answer);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]");
	json_answer(out, &first, "net", d, credit->net_answer);
	json_answer(out, &first, "shortfall", d, credit->shortfall_answer);
	ybi_text_puts(out, "}");
}

static void
json_refund(struct ybi_text *out, const struct yb_decision *d)
{
	const struct ybi_book *book = d->book;
	bool first = true, comma = false;

	ybi_text_puts(out, "{");
	json_fact(out, &first, "on", d);
	json_fact(out, &first, "year", d);
	if (d->mode == YBI_REFUND_CONTRIBUTION) {
		json_fact(out, &first, "paid_on", d);
		for (uint32_t i = YBI_REPAY_FLAG; i <= YBI_REPAY_AMOUNT; i++)
			json_answer(out, &first, i == YBI_REPAY_FLAG ? "refundable" : strchr(book->answers[book->repay_answers + i].name, '.') + 1, d,
			            book->repay_answers + i);
		ybi_text_puts(out, "}");
		return;
	}
	json_answer(out, &first, d->mode == YBI_REFUND_INTEREST ? "interest" : "credit", d,
	            d->mode == YBI_REFUND_INTEREST ? book->interest_sum : book->credit_sum);
	ybi_json_key(out, &first, "credits");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < book->credits_count; i++)
		if (ybi_fraction_sign(d->answers[book->credits[i].gross_answer].q) != 0) {
			ybi_text_puts(out, comma ? ", " : "");
			json_credit(out, d, &book->credits[i]);
			comma = true;
		}
	ybi_text_puts(out, "]");
	if (d->month_count) {
		ybi_json_key(out, &first, "months");
		ybi_text_puts(out, "[");
		for (uint32_t i = 0; i < d->month_count; i++) {
			char day[YB_DAY_TEXT_SIZE];
			bool inner = true;
			yb_day_to_text(d->month_first[i], day);
			day[7] = '\0';
			ybi_text_puts(out, i ? ", {" : "{");
			ybi_json_text(out, &inner, "month", day);
			ybi_json_fen(out, &inner, "amount", d->month_paid[i]);
			ybi_text_puts(out, "}");
		}
		ybi_text_puts(out, "]");
	}
	ybi_text_puts(out, "}");
}

static void
json_shorten(struct ybi_text *out, const struct ybi_shorten *row)
{
	char day[YB_DAY_TEXT_SIZE];
	bool first = true;

	ybi_text_puts(out, "{");
	ybi_json_text(out, &first, "kind", row->kind == YB_SHORTEN_REPAIR ? "repair" : "earlier");
	if (row->kind == YB_SHORTEN_REPAIR) {
		ybi_json_key(out, &first, "years");
		ybi_text_printf(out, "%d", (int)row->years);
		if (row->price >= 0)
			ybi_json_fen(out, &first, "price", row->price);
		else
			ybi_json_text(out, &first, "price", NULL);
	}
	if (row->paid_on != YB_DAY_NONE) {
		yb_day_to_text(row->paid_on, day);
		ybi_json_text(out, &first, "paid_on", day);
	}
	yb_day_to_text(row->start, day);
	ybi_json_text(out, &first, "start", day);
	ybi_text_puts(out, "}");
}

static void
json_eligibility(struct ybi_text *out, const struct yb_decision *d)
{
	static const char *const facts[] = { "year", "paid_on", "repaired", "gap_years", "gap_months", "gap_start", "continuous_months",
		                             "continuous_years", "previous_insutype" };
	const struct ybi_book *book = d->book;
	char day[YB_DAY_TEXT_SIZE];
	bool first = true;

	ybi_text_puts(out, "{");
	if (d->asked_on != YB_DAY_NONE) {
		yb_day_to_text(d->asked_on, day);
		ybi_json_text(out, &first, "on", day);
	}
	for (uint32_t i = YBI_WAIT_COVERED; i <= YBI_WAIT_DURING; i++) {
		enum ybi_type type = i == YBI_WAIT_WAIT ? (enum ybi_type)book->rules[d->choice].unit : (enum ybi_type)book->answers[book->wait_answers + i].type;
		json_value(out, &first, book->answers[book->wait_answers + i].name, d, type, &d->answers[book->wait_answers + i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (strcmp(facts[i], "paid_on") != 0 || !d->unpaid)
			json_fact(out, &first, facts[i], d);
	ybi_json_key(out, &first, "paid");
	ybi_text_puts(out, d->unpaid ? "false" : "true");
	ybi_json_key(out, &first, "shorten");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < d->shorten_count; i++) {
		ybi_text_puts(out, i ? ", " : "");
		json_shorten(out, &d->shorten[i]);
	}
	ybi_text_puts(out, "]}");
}

static void
json_rewards(struct ybi_text *out, const struct yb_decision *d)
{
	const struct ybi_book *book = d->book;
	bool first = true, inner = true;

	ybi_text_puts(out, "{");
	json_fact(out, &first, "year", d);
	ybi_json_fen(out, &first, "total", d->facts[ybi_book_fact(book, "reward.total", 12)].value);
	ybi_json_key(out, &first, "balances");
	ybi_text_puts(out, "{");
	for (uint32_t i = 0; i < book->rewards_count; i++)
		ybi_json_fen(out, &inner, book->rewards[i].id, d->facts[book->rewards[i].fact].value);
	ybi_text_puts(out, "}");
	ybi_json_key(out, &first, "events");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < d->reward_log.count && i < YBI_REWARD_EVENTS; i++) {
		const struct ybi_reward_event *event = &d->reward_log.rows[i];
		bool row = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_key(out, &row, "year");
		ybi_text_printf(out, "%d", (int)event->year);
		ybi_json_text(out, &row, "id", book->rewards[event->reward].id);
		ybi_json_fen(out, &row, "before", event->before);
		ybi_json_fen(out, &row, "after", event->after);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]}");
}

void
ybi_json_question(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	static const char *const keys[] = { "fee", "credit", "eligibility", "rewards" };

	ybi_json_key(out, first, keys[d->ask]);
	switch (d->ask) {
	case YBI_ASK_FEE:
		json_fee(out, d);
		break;
	case YBI_ASK_REFUND:
		json_refund(out, d);
		break;
	case YBI_ASK_ELIGIBILITY:
		json_eligibility(out, d);
		break;
	default:
		json_rewards(out, d);
	}
}
