/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/decision.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "decide/outlook.h"
#include "decide/render.h"

yb_status
yb_decision_new(struct yb_decision **decision, struct yb_error **err)
{
	if (!decision)
		return YB_E_INVALID;
	*decision = ybi_calloc(1, sizeof(**decision));
	return *decision ? YB_OK : ybi_error_no_memory(err);
}

void
yb_decision_unref(struct yb_decision *d)
{
	if (!d)
		return;
	ybi_parts_free(d);
	yb_policy_set_unref(d->set);
	if (d->facts)
		yb_wipe(d->facts, d->fact_room * sizeof(*d->facts));
	if (d->lines)
		yb_wipe(d->lines, d->line_room * sizeof(*d->lines));
	ybi_text_wipe(&d->asked);
	ybi_steps_free(&d->steps);
	for (size_t i = 0; i < ARRAY_SIZE(d->amount_lines); i++)
		ybi_text_free(&d->amount_lines[i].text);
	for (size_t i = 0; i < ARRAY_SIZE(d->codes); i++)
		ybi_text_wipe(&d->codes[i]);
	free(d->facts);
	free(d->memo);
	free(d->results);
	free(d->answers);
	free(d->used);
	free(d->opened_used);
	free(d->missing);
	free(d->gaps);
	free(d->lines);
	if (d->item_uses)
		yb_wipe(d->item_uses, d->item_use_room * sizeof(*d->item_uses));
	free(d->item_uses);
	free(d->dues);
	if (d->single.regs)
		yb_wipe(d->single.regs, d->single.reg_room * sizeof(*d->single.regs));
	ybi_single_free(&d->single);
	ybi_identity_unref(d->again.person);
	ybi_identity_unref(d->again.claim);
	if (d->beside)
		yb_wipe(d->beside, d->beside_room * sizeof(*d->beside));
	free(d->beside);
	free(d->beside_missing);
	free(d->beside_gaps);
	yb_wipe(d, sizeof(*d));
	free(d);
}

yb_outcome
yb_decision_get_outcome(const struct yb_decision *d)
{
	return d ? d->outcome : YB_OUTCOME_NONE;
}

/* An amount of a settlement: one of the bill, or of its answer. */
static bool
is_amount(yb_field field)
{
	return (field >= YBI_AMOUNT_FIRST && field <= YB_FIELD_HOSP_PART_AMT) ||
	       (field >= YB_FIELD_ACT_PAY_DEDC && field <= YBI_AMOUNT_LAST && field != YB_FIELD_POOL_PROP_SELFPAY); /* which is a share */
}

yb_status
yb_decision_get_fen(const struct yb_decision *d, yb_field field, yb_fen *fen)
{
	if (!d || !fen || !is_amount(field))
		return YB_E_INVALID;
	if (d->outcome != YB_OUTCOME_ANSWERED || !d->known[field - YBI_AMOUNT_FIRST])
		return YB_E_UNKNOWN;
	*fen = d->amounts[field - YBI_AMOUNT_FIRST];
	return YB_OK;
}

void
ybi_put_value(struct ybi_text *out, const struct ybi_book *book, enum ybi_type type, const struct ybi_value *value)
{
	struct ybi_fraction q = value->q;
	char day[YB_DAY_TEXT_SIZE];
	int64_t whole;

	if (value->state == YBI_NONE) {
		ybi_text_puts(out, "none");
		return;
	}
	if (ybi_fraction_to_i64(q, &whole) != YB_OK)
		whole = 0;
	switch (type) {
	case YBI_MONEY:
		if (ybi_fraction_div(q, ybi_fraction_from(100), &q) == YB_OK)
			ybi_fraction_print(q, out);
		return;
	case YBI_MONTHS: case YBI_DAYS:
		ybi_fraction_print(q, out);
		ybi_text_puts(out, type == YBI_DAYS ? (whole == 1 ? " day" : " days") : whole == 1 ? " month" : " months");
		return;
	case YBI_TEXT:
		ybi_text_puts(out, whole > 0 && (size_t)whole < book->atom_names_count ? book->atom_names[whole] : "");
		return;
	case YBI_FLAG:
		ybi_text_puts(out, whole ? "yes" : "no");
		return;
	case YBI_DATE:
		yb_day_to_text((yb_day)whole, day);
		ybi_text_puts(out, day);
		return;
	default:
		ybi_fraction_print(q, out);
	}
}

yb_status
yb_decision_dup_result(struct yb_decision *d, const char *name, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };
	struct ybi_value value;
	struct yb_decision *part;
	enum ybi_type type;
	yb_field field;
	yb_fen fen;
	yb_status st;

	if (!d || !name || !text)
		return YB_E_INVALID;
	*text = NULL;
	if (d->outcome != YB_OUTCOME_ANSWERED)
		return YB_E_UNKNOWN;
	part = ybi_part_named(d, &name);
	if (part)
		return yb_decision_dup_result(part, name, text, err);
	st = ybi_decision_trace(d, err);
	if (st != YB_OK)
		return st;
	if (d->ask == YBI_ASK_REIMBURSE && yb_field_from_name(name, strlen(name), &field) == YB_OK && yb_decision_get_fen(d, field, &fen) == YB_OK) {
		*text = ybi_calloc(1, YB_FEN_TEXT_SIZE);
		if (!*text)
			return ybi_error_no_memory(err);
		yb_fen_to_text(fen, *text);
		return YB_OK;
	}
	if (!ybi_answer_find(d, name, &value, &type))
		return ybi_error_at(err, YB_E_NOT_FOUND, NULL, name, "no result \"%s\"", name);
	if (value.state == YBI_FAILED)
		return ybi_error_set(err, (yb_status)value.why, "%s", yb_status_text((yb_status)value.why, YB_LANG_EN));
	if (value.state == YBI_UNKNOWN)
		return ybi_error_at(err, YB_E_NOT_FOUND, NULL, name, "the answer has no \"%s\"", name);
	if (d->ask != YBI_ASK_REIMBURSE && type == YBI_MONEY && value.state == YBI_KNOWN && ybi_fraction_to_i64(value.q, &fen) == YB_OK) {
		char digits[YB_FEN_TEXT_SIZE];
		yb_fen_to_text(fen, digits);
		ybi_text_puts(&out, digits);
	} else {
		ybi_put_value(&out, d->book, type, &value);
	}
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}

yb_status
yb_decision_get_missing(const struct yb_decision *d, size_t index, const char **name)
{
	if (!d || !name)
		return YB_E_INVALID;
	if (d->outcome == YB_OUTCOME_INCOMPLETE && !d->book) {
		if (index >= d->lacking_count)
			return YB_E_NOT_FOUND;
		*name = d->lacking[index];
		return YB_OK;
	}
	if (d->outcome != YB_OUTCOME_INCOMPLETE && d->outcome != YB_OUTCOME_UNSUPPORTED)
		return YB_E_NOT_FOUND;
	for (uint32_t i = 0; i < d->reason_count; i++) {
		bool told = false;
		if (d->reasons[i].code != YBI_REASON_MISSING_FACT)
			continue;
		*name = ybi_missing_name(ybi_reason_of(d, &d->reasons[i]), d->reasons[i].subject);
		for (uint32_t k = 0; k < i && !told; k++) /* several facts are asked for by one name */
			told = d->reasons[k].code == YBI_REASON_MISSING_FACT &&
				!strcmp(*name, ybi_missing_name(ybi_reason_of(d, &d->reasons[k]), d->reasons[k].subject));
		if (!told && index-- == 0)
			return YB_OK;
	}
	return YB_E_NOT_FOUND;
}

yb_status
yb_decision_get_reason(struct yb_decision *d, size_t index, const char **code)
{
	yb_status st;

	if (!d || !code)
		return YB_E_INVALID;
	st = ybi_decision_trace(d, NULL);
	if (st != YB_OK)
		return st;
	if (index >= d->reason_count)
		return YB_E_NOT_FOUND;
	*code = ybi_reason_name(d->reasons[index].code);
	return YB_OK;
}

yb_status
yb_decision_dup_reason_text(struct yb_decision *d, size_t index, yb_lang lang, char **text)
{
	struct ybi_text out = { 0 };
	yb_status st;

	if (!d || !text)
		return YB_E_INVALID;
	*text = NULL;
	st = ybi_decision_trace(d, NULL);
	if (st != YB_OK)
		return st;
	if (index >= d->reason_count)
		return YB_E_NOT_FOUND;
	ybi_reason_text(d, &d->reasons[index], lang, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : YB_E_NO_MEMORY;
}

yb_confidence
yb_decision_get_confidence(struct yb_decision *d)
{
	yb_confidence lowest = 0;

	if (!d || !d->book || d->outcome == YB_OUTCOME_NONE || ybi_decision_trace(d, NULL) != YB_OK)
		return 0;
	for (size_t i = 0; d->split && i < ARRAY_SIZE(d->parts); i++)
		if (yb_decision_get_confidence(d->parts[i]) > lowest)
			lowest = yb_decision_get_confidence(d->parts[i]);
	for (uint32_t i = 0; i < d->book->clauses_count; i++)
		if (d->used[i] && d->book->clause_infos[i].confidence > lowest)
			lowest = d->book->clause_infos[i].confidence;
	return lowest;
}

const char *
yb_decision_get_policy_id(const struct yb_decision *d)
{
	return d && d->book && d->outcome != YB_OUTCOME_NONE ? d->book->document->id : "";
}

/* ---- rendering ---- */

/* A number of a step or source: four digits at most. */
static char *
write_small(char *at, size_t number)
{
	if (number >= 1000)
		*at++ = (char)('0' + number / 1000 % 10);
	if (number >= 100)
		*at++ = (char)('0' + number / 100 % 10);
	if (number >= 10)
		*at++ = (char)('0' + number / 10 % 10);
	*at++ = (char)('0' + number % 10);
	return at;
}

static void
put_two(struct ybi_text *out, const char *first, const char *second)
{
	ybi_text_puts(out, first);
	ybi_text_puts(out, second);
}

void
ybi_put_padded(struct ybi_text *out, const char *text, size_t width)
{
	size_t used = ybi_utf8_width(text, strlen(text));

	ybi_text_puts(out, text);
	if (used < width)
		ybi_text_fill(out, ' ', width - used);
}

void
ybi_put_source(struct ybi_text *out, const struct ybi_source *source, const char *article, yb_lang lang)
{
	const char *comma = lang == YB_LANG_ZH ? "，" : ", ", *own = article ? article : source->article;
	char day[YB_DAY_TEXT_SIZE];

	ybi_text_puts(out, source->issuer ? source->issuer : "");
	if (source->docno)
		put_two(out, comma, source->docno);
	if (own)
		put_two(out, " ", own);
	if (source->published != YB_DAY_NONE) {
		yb_day_to_text(source->published, day);
		put_two(out, comma, day);
	}
	if (source->url)
		put_two(out, comma, source->url);
	ybi_text_puts(out, lang == YB_LANG_ZH ? "（" : " (");
	ybi_put_confidence(out, source->confidence, lang);
	ybi_text_puts(out, lang == YB_LANG_ZH ? "）" : ")");
}

static const char *const outcome_names[] = { "none", "answered", "refused", "incomplete", "unsupported" };
static const char *const outcome_zh[] = { "无", "已算出", "按规定不予办理", "信息不全", "尚不支持" };
static const char *const settled_zh[] = { "无", "已结算", "按规定不予支付", "信息不全", "尚不支持" };
static const char *const outcome_en[] = { "none", "answered", "refused by a rule", "incomplete: facts are lacking", "unsupported: a rule is not encoded" };

static size_t
cite(struct ybi_citations *c, const struct ybi_source *source, const char *article)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->source[i] == source && (!article || (c->article[i] && !strcmp(c->article[i], article))))
			return i + 1;
	if (c->count == ARRAY_SIZE(c->source))
		return 0;
	c->source[c->count] = source;
	c->article[c->count++] = article;
	return c->count;
}

/* The numbers of a clause's sources: CITED bytes at most. */
#define CITED (8 * 8)

static char *
write_citations(char *at, const struct ybi_book *book, uint32_t clause, struct ybi_citations *c)
{
	const struct ybi_clause *cited = &book->clauses[clause];

	for (uint32_t i = 0; i < cited->source_count; i++) {
		size_t n = cite(c, cited->sources[i], cited->articles[i]);
		if (!n)
			continue;
		*at++ = ' ';
		*at++ = '[';
		at = write_small(at, n);
		*at++ = ']';
	}
	return at;
}

void
ybi_put_citations(struct ybi_text *out, const struct ybi_book *book, uint32_t clause, struct ybi_citations *c)
{
	char *at = clause == UINT32_MAX ? NULL : ybi_text_room(out, CITED);

	if (at)
		ybi_text_took(out, write_citations(at, book, clause, c));
}

void
ybi_put_sources(struct ybi_text *out, const struct ybi_citations *c, yb_lang lang)
{
	if (c->count)
		ybi_text_puts(out, lang == YB_LANG_ZH ? "\n依据\n" : "\nSources\n");
	for (size_t i = 0; i < c->count; i++) {
		char number[8], *end = write_small(number, i + 1);
		ybi_text_puts(out, "  [");
		ybi_text_add(out, number, (size_t)(end - number));
		ybi_text_puts(out, "] ");
		ybi_put_source(out, c->source[i], c->article[i], lang);
		ybi_text_putc(out, '\n');
	}
}

struct row {
	yb_field field;
	int indent;
};

static const struct row text_rows[] = {
	{ YB_FIELD_MEDFEE_SUMAMT, 0 }, { YB_FIELD_FULAMT_OWNPAY_AMT, 1 }, { YB_FIELD_OVERLMT_SELFPAY, 1 }, { YB_FIELD_PRESELFPAY_AMT, 1 },
	{ YB_FIELD_INSCP_SCP_AMT, 1 }, { YB_FIELD_ACT_PAY_DEDC, 2 }, { YB_FIELD_FUND_PAY_SUMAMT, 0 }, { YB_FIELD_HIFP_PAY, 1 },
	{ YB_FIELD_CVLSERV_PAY, 1 }, { YB_FIELD_HIFES_PAY, 1 }, { YB_FIELD_HIFMI_PAY, 1 }, { YB_FIELD_HIFOB_PAY, 1 }, { YB_FIELD_MAF_PAY, 1 },
	{ YB_FIELD_OTH_PAY, 1 }, { YB_FIELD_HOSP_PART_AMT, 0 }, { YB_FIELD_PSN_PART_AMT, 0 }, { YB_FIELD_ACCT_PAY, 1 }, { YB_FIELD_ACCT_MULAID_PAY, 2 }, { YB_FIELD_PSN_CASH_PAY, 1 },
	{ YB_FIELD_BALC, 0 },
};

static bool
shown(yb_field field, yb_fen fen)
{
	/* a fund or share of nothing is left out of the text; the sums always stand */
	bool may_hide = (field >= YB_FIELD_HIFP_PAY && field <= YB_FIELD_OTH_PAY) || field == YB_FIELD_HOSP_PART_AMT ||
		field == YB_FIELD_OVERLMT_SELFPAY || field == YB_FIELD_ACCT_MULAID_PAY || field == YB_FIELD_ACT_PAY_DEDC;

	return fen != 0 || !may_hide;
}

/* After a label that began at `before`: the amount, in a column of its own. */
static void
put_amount(struct ybi_text *out, size_t before, yb_fen fen)
{
	size_t used = out->length > before ? ybi_utf8_width(out->data + before, out->length - before) : 0;
	char text[YBI_YUAN_SIZE];
	size_t length = ybi_fen_to_yuan(fen, text);

	ybi_text_fill(out, ' ', (used < 46 ? 46 - used : 0) + (length < 18 ? 18 - length : 0));
	ybi_text_add(out, text, length);
}

/* What the funds pay of each part of a stay. */
static void
put_parts(struct ybi_text *out, const struct yb_decision *d, bool zh)
{
	for (size_t i = 0; i < ARRAY_SIZE(d->parts); i++) {
		const struct yb_decision *part = d->parts[i];
		char from[YB_DAY_TEXT_SIZE], to[YB_DAY_TEXT_SIZE];
		size_t before = out->length;
		yb_fen fen = 0;
		yb_day_to_text(part->part_first, from);
		yb_day_to_text(part->part_last, to);
		(void)yb_decision_get_fen(part, YB_FIELD_FUND_PAY_SUMAMT, &fen);
		ybi_text_printf(out, zh ? "    其中 %s 至 %s" : "    of it %s to %s", from, to);
		put_amount(out, before, fen);
		ybi_text_printf(out, "  part%d.fund_pay_sumamt\n", part->part);
	}
}

_Static_assert(ARRAY_SIZE(text_rows) == YBI_AMOUNT_LINES, "a line for each row");

#define AMOUNT_WIDTH 18

/* The lines of the amounts, all but the amounts: blanks stand in their place. They are the same for every answer. */
static void
write_lines(struct ybi_amount_lines *lines, yb_lang lang)
{
	for (size_t i = 0; i < ARRAY_SIZE(text_rows); i++) {
		const char *label = yb_field_get_label(text_rows[i].field, lang);
		size_t indent = 2 + 2 * (size_t)text_rows[i].indent, used = indent + ybi_utf8_width(label, strlen(label));
		lines->rows[i].begin = (uint32_t)lines->text.length;
		ybi_text_fill(&lines->text, ' ', indent);
		ybi_text_puts(&lines->text, label);
		ybi_text_fill(&lines->text, ' ', (used < 46 ? 46 - used : 0) + AMOUNT_WIDTH);
		lines->rows[i].amount = (uint32_t)lines->text.length;
		put_two(&lines->text, "  ", yb_field_get_name(text_rows[i].field));
		ybi_text_putc(&lines->text, '\n');
		lines->rows[i].end = (uint32_t)lines->text.length;
	}
}

static void
put_line(struct ybi_text *out, const struct ybi_amount_lines *lines, size_t i, yb_fen fen)
{
	size_t before = lines->rows[i].amount - lines->rows[i].begin, after = lines->rows[i].end - lines->rows[i].amount, length;
	const char *line = lines->text.data + lines->rows[i].begin;
	char text[YBI_YUAN_SIZE], *at = ybi_text_room(out, before + sizeof(text) + after);

	if (!at)
		return;
	length = ybi_fen_to_yuan(fen, text);
	memcpy(at, line, before);
	at += before - (length < AMOUNT_WIDTH ? length : AMOUNT_WIDTH);
	memcpy(at, text, length);
	memcpy(at + length, line + before, after);
	ybi_text_took(out, at + length + after);
}

static void
put_amounts(struct ybi_text *out, struct yb_decision *d, yb_lang lang)
{
	struct ybi_amount_lines *lines = &d->amount_lines[lang == YB_LANG_ZH];

	if (!lines->text.length)
		write_lines(lines, lang);
	if (lines->text.failed) {
		ybi_text_free(&lines->text);
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(text_rows); i++) {
		size_t place = (size_t)(text_rows[i].field - YBI_AMOUNT_FIRST);
		if (!d->known[place] || !shown(text_rows[i].field, d->amounts[place]))
			continue;
		put_line(out, lines, i, d->amounts[place]);
		if (d->split && text_rows[i].field == YB_FIELD_FUND_PAY_SUMAMT)
			put_parts(out, d, lang == YB_LANG_ZH);
	}
}

uint32_t
ybi_reason_clause(const struct yb_decision *whole, const struct ybi_reason *reason)
{
	const struct yb_decision *d = ybi_reason_of(whole, reason);

	switch (reason->code) {
	case YBI_REASON_UNSUPPORTED: case YBI_REASON_POSSIBLE_GAP: case YBI_REASON_LENIENT_GAP: case YBI_REASON_LOW_CONFIDENCE: case YBI_REASON_NO_FIGURE:
	case YBI_REASON_NOT_ENCODED:
		return reason->subject;
	case YBI_REASON_REFUSED:
		return d->book->refusals[reason->subject].clause;
	case YBI_REASON_CHECK_FAILED: case YBI_REASON_CHECK_WARNING: case YBI_REASON_CHECK_NOTE:
		return d->book->checks[reason->subject].clause;
	case YBI_REASON_TOO_LATE:
		return d->book->repays[reason->subject].clause;
	case YBI_REASON_WAITING: case YBI_REASON_NOT_COVERED: case YBI_REASON_WAIT_SHARE:
		return d->book->rules[d->choice].clause;
	default:
		return UINT32_MAX;
	}
}

static void
put_reasons(struct ybi_text *out, const struct yb_decision *d, yb_lang lang, struct ybi_citations *c)
{
	if (d->reason_count)
		ybi_text_puts(out, lang == YB_LANG_ZH ? "\n说明\n" : "\nRemarks\n");
	for (uint32_t i = 0; i < d->reason_count; i++) {
		ybi_text_puts(out, "  - ");
		ybi_reason_text(d, &d->reasons[i], lang, out);
		ybi_put_citations(out, ybi_reason_of(d, &d->reasons[i])->book, ybi_reason_clause(d, &d->reasons[i]), c);
		ybi_text_putc(out, '\n');
	}
}

/* The book whose clause and layer a step names. */
static const struct ybi_book *
step_book(const struct yb_decision *d, const struct ybi_step *step)
{
	return step->part ? d->parts[step->part - 1]->book : d->book;
}

static const char *const step_names[] = {
	[YBI_STEP_PART] = "part", [YBI_STEP_BENEFIT] = "benefit", [YBI_STEP_BASE] = "base", [YBI_STEP_DEDUCTIBLE] = "deductible",
	[YBI_STEP_MODIFY] = "modify", [YBI_STEP_BAND] = "band", [YBI_STEP_CEILING] = "ceiling", [YBI_STEP_PAID] = "paid", [YBI_STEP_PERSON] = "person",
	[YBI_STEP_WINDOW] = "window", [YBI_STEP_CHARGE] = "charge", [YBI_STEP_TOTAL] = "total", [YBI_STEP_PAYER] = "payer",
	[YBI_STEP_CREDIT] = "credit", [YBI_STEP_LESS] = "less", [YBI_STEP_NET] = "net", [YBI_STEP_MONTHS] = "months", [YBI_STEP_REPAY] = "repay",
	[YBI_STEP_GAP] = "gap", [YBI_STEP_RULE] = "rule", [YBI_STEP_WAIT] = "wait", [YBI_STEP_START] = "start", [YBI_STEP_REWARD] = "reward",
};
_Static_assert(ARRAY_SIZE(step_names) == YBI_STEP_COUNT_, "a step has no name");

/* Does a step begin something, and so have a number? Others are part of what was begun. */
static bool
begins(const struct yb_decision *d, const struct ybi_step *step, const struct ybi_step *before)
{
	if (d->ask != YBI_ASK_REIMBURSE)
		return step->op != YBI_STEP_PAYER && step->op != YBI_STEP_LESS && step->op != YBI_STEP_TOTAL && step->op != YBI_STEP_NET;
	if (step->op == YBI_STEP_PAID) /* a layer of which only that is told */
		return before && before->op != YBI_STEP_BASE && before->layer != step->layer;
	return step->op == YBI_STEP_PART || step->op == YBI_STEP_BENEFIT || step->op == YBI_STEP_BASE || step->op == YBI_STEP_PERSON;
}

/* A step on a line of its own: with its number, or 0, below what it is part of. */
static void
put_step(struct ybi_text *out, const struct yb_decision *d, const struct ybi_step *step, size_t number, const char *text, size_t length,
         struct ybi_citations *c)
{
	char *at = ybi_text_room(out, 16 + length + CITED);

	if (!at)
		return;
	if (number) {
		memcpy(at, "  ", 2);
		at = write_small(at + 2, number);
		*at++ = '.';
		*at++ = ' ';
	} else {
		memcpy(at, "     ", 5);
		at += 5;
	}
	memcpy(at, text, length);
	at += length;
	if (step->op != YBI_STEP_BAND && step->clause != UINT32_MAX)
		at = write_citations(at, step_book(d, step), step->clause, c);
	*at++ = '\n';
	ybi_text_took(out, at);
}

static void
put_steps(struct ybi_text *out, const struct yb_decision *d, const struct ybi_steps *steps, yb_lang lang, struct ybi_citations *c)
{
	size_t number = 0, length;

	if (steps->count)
		ybi_text_puts(out, lang == YB_LANG_ZH ? "\n计算过程\n" : "\nHow\n");
	for (size_t i = 0; i < steps->count; i++) {
		const struct ybi_step *step = &steps->rows[i];
		const char *text = ybi_step_text(steps, i, lang, &length);
		bool numbered = begins(d, step, i ? step - 1 : NULL);
		number += numbered;
		put_step(out, d, step, numbered ? number : 0, text, length, c);
	}
}

/* Every obstacle is a source that is too weak: the rule is encoded, but not trusted enough. */
static bool
only_weak(const struct yb_decision *d)
{
	bool weak = false;

	for (uint32_t i = 0; d->outcome == YB_OUTCOME_UNSUPPORTED && i < d->reason_count; i++) {
		if (d->reasons[i].code == YBI_REASON_UNSUPPORTED || d->reasons[i].code == YBI_REASON_NO_FIGURE ||
		    d->reasons[i].code == YBI_REASON_DAY_NOT_COVERED || d->reasons[i].code == YBI_REASON_TWO_BENEFITS ||
		    d->reasons[i].code == YBI_REASON_NO_SECTION || d->reasons[i].code == YBI_REASON_TWO_RULES || d->reasons[i].code == YBI_REASON_NO_RULE)
			return false;
		weak = weak || d->reasons[i].code == YBI_REASON_LOW_CONFIDENCE;
	}
	return weak;
}

/* The only obstacle is that no document speaks of the question or the day. */
static bool
says_nothing(const struct yb_decision *d)
{
	bool silent = false;

	for (uint32_t i = 0; d->outcome == YB_OUTCOME_UNSUPPORTED && i < d->reason_count; i++) {
		if (d->reasons[i].code == YBI_REASON_UNSUPPORTED || d->reasons[i].code == YBI_REASON_NO_FIGURE ||
		    d->reasons[i].code == YBI_REASON_LOW_CONFIDENCE)
			return false;
		silent = silent || d->reasons[i].code == YBI_REASON_NO_SECTION || d->reasons[i].code == YBI_REASON_DAY_NOT_COVERED;
	}
	return silent;
}

/* A year that does not begin on 1 January says when it does. */
static void
put_medical_year(struct ybi_text *out, const struct ybi_book *book, int32_t year, bool zh)
{
	yb_day first = ybi_cover_year_first(book, year), next = ybi_cover_year_first(book, year + 1);
	char from[YB_DAY_TEXT_SIZE], through[YB_DAY_TEXT_SIZE];

	if ((book->medical_month == 1 && book->medical_day == 1) || first == YB_DAY_NONE || next == YB_DAY_NONE)
		return;
	yb_day_to_text(first, from);
	yb_day_to_text(next - 1, through);
	ybi_text_printf(out, zh ? "（%s 至 %s）" : " (%s to %s)", from, through);
}

/* What was asked: the question, and the day, month or year it was asked for. */
static void
put_question(struct ybi_text *out, const struct yb_decision *d, bool zh)
{
	static const char *const names[][2] = {
		[YBI_ASK_FEE] = { "contribution", "缴费" }, [YBI_ASK_REFUND] = { "account credit", "个人账户划入" },
		[YBI_ASK_ELIGIBILITY] = { "cover", "参保待遇" }, [YBI_ASK_REWARDS] = { "rewards", "参保激励" }, [YBI_ASK_REIMBURSE] = { "", "" },
	};
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON], *year = &d->facts[YBI_FACT_YEAR];
	bool by_year = d->ask == YBI_ASK_FEE || d->ask == YBI_ASK_ELIGIBILITY || d->ask == YBI_ASK_REWARDS || d->mode == YBI_REFUND_YEAR;
	char day[YB_DAY_TEXT_SIZE];

	if (d->ask == YBI_ASK_REFUND && d->mode == YBI_REFUND_INTEREST)
		ybi_text_puts(out, zh ? " · 个人账户利息" : " · interest on the account");
	else if (d->ask == YBI_ASK_REFUND && d->mode == YBI_REFUND_CONTRIBUTION)
		ybi_text_puts(out, zh ? " · 退费" : " · repayment of a contribution");
	else if (d->ask != YBI_ASK_REIMBURSE)
		ybi_text_printf(out, " · %s", names[d->ask][zh]);
	if (by_year && year->given) {
		ybi_text_printf(out, zh ? " · %lld 年度" : " · %lld", (long long)year->value);
		put_medical_year(out, d->book, (int32_t)year->value, zh);
	} else if (on->given) {
		yb_day_to_text((yb_day)on->value, day);
		if (d->ask == YBI_ASK_REFUND && d->mode == YBI_REFUND_MONTH)
			day[7] = '\0';
		put_two(out, " · ", day);
	}
}

/* The benefit of the answer: of both parts where they have one and the same. */
static const struct ybi_benefit *
shown_benefit(const struct yb_decision *d)
{
	const struct yb_decision *a = d->split ? d->parts[0] : d;

	if (a->benefit == UINT32_MAX || (d->split && (d->parts[1]->book != a->book || d->parts[1]->benefit != a->benefit)))
		return NULL;
	return &a->book->benefits[a->benefit];
}

static void
render_text(struct ybi_text *out, struct yb_decision *d, yb_lang lang, const struct ybi_steps *steps, yb_explain explain)
{
	const struct ybi_document *document = d->book ? d->book->document : NULL;
	const struct ybi_benefit *benefit = document ? shown_benefit(d) : NULL;
	struct ybi_citations c;
	bool zh = lang == YB_LANG_ZH;
	yb_confidence weakest;

	c.count = 0;
	if (document) {
		ybi_text_puts(out, zh && document->title_zh ? document->title_zh : document->title);
		put_two(out, zh ? "（" : " (", document->id);
		ybi_text_puts(out, zh ? "）" : ")");
		if (benefit)
			put_two(out, " · ", zh && benefit->label_zh ? benefit->label_zh : benefit->label_en ? benefit->label_en : benefit->id);
		put_question(out, d, zh);
		if (d->set->known_on) {
			char day[YB_DAY_TEXT_SIZE];
			yb_day_to_text(d->set->known_on, day);
			ybi_text_printf(out, zh ? " · 按 %s 前公布的规定" : " · the law as published by %s", day);
		}
		ybi_text_putc(out, '\n');
	}
	put_two(out, zh ? "结果：" : "Outcome: ",
	        only_weak(d) ? (zh ? "依据可信度不足" : "unsupported: the sources are weaker than asked for")
	        : says_nothing(d) ? (zh ? "政策文件未规定" : "unsupported: the documents say nothing on it") : (zh ? (d->ask == YBI_ASK_REIMBURSE ? settled_zh : outcome_zh) : outcome_en)[d->outcome]);
	weakest = d->outcome == YB_OUTCOME_ANSWERED ? yb_decision_get_confidence(d) : 0;
	if (weakest) {
		ybi_text_puts(out, zh ? "（最低依据可信度：" : " (weakest source used: ");
		ybi_put_confidence(out, weakest, lang);
		ybi_text_puts(out, zh ? "）" : ")");
	}
	ybi_text_puts(out, "\n");
	if (!d->book)
		for (uint32_t i = 0; i < d->lacking_count; i++)
			ybi_text_printf(out, zh ? "  - 缺少必要信息：%s\n" : "  - a fact is lacking: %s\n", d->lacking[i]);
	if (d->book && d->ask == YBI_ASK_REIMBURSE)
		ybi_put_codes(out, d, lang);
	if (d->outcome == YB_OUTCOME_ANSWERED) {
		ybi_text_putc(out, '\n');
		if (d->ask == YBI_ASK_REIMBURSE)
			put_amounts(out, d, lang);
		else
			ybi_put_question(out, d, lang);
	}
	put_steps(out, d, steps, lang, &c);
	if (explain == YB_EXPLAIN_FULL)
		ybi_put_outlook(out, d, lang);
	put_reasons(out, d, lang, &c);
	ybi_put_sources(out, &c, lang);
}

/* ---- JSON ---- */

static const char *const head_names[] = {
	[YBI_HEAD_PSN_NO] = "psn_no", [YBI_HEAD_MDTRT_ID] = "mdtrt_id", [YBI_HEAD_INSUTYPE] = "insutype", [YBI_HEAD_PSN_TYPE] = "psn_type",
	[YBI_HEAD_CVLSERV_FLAG] = "cvlserv_flag", [YBI_HEAD_INSUPLC] = "insuplc_admdvs", [YBI_HEAD_FIXMEDINS] = "fixmedins_code",
	[YBI_HEAD_HOSP_LV] = "hosp_lv", [YBI_HEAD_MED_TYPE] = "med_type", [YBI_HEAD_MDTRTAREA] = "mdtrtarea_admvs",
};

static void
json_scaled(struct ybi_text *out, bool *first, const char *key, int64_t value)
{
	ybi_json_key(out, first, key);
	ybi_text_printf(out, "\"%lld.%04lld\"", (long long)(value / 10000), (long long)(value % 10000));
}

/* Of a stay in two parts: drawn of the whole alone. */
static bool
paid_once(yb_field field)
{
	return field == YB_FIELD_HOSP_PART_AMT || field >= YB_FIELD_PSN_PART_AMT;
}

static void
json_day(struct ybi_text *out, bool *first, const char *key, yb_day value)
{
	char day[YB_DAY_TEXT_SIZE];

	if (value == YB_DAY_NONE)
		return;
	yb_day_to_text(value, day);
	ybi_json_text(out, first, key, day);
}

static void
json_setlinfo(struct ybi_text *out, const struct yb_decision *d)
{
	bool first = true;

	ybi_text_puts(out, "{");
	for (size_t i = 0; !d->part && i < ARRAY_SIZE(head_names); i++)
		if (d->head[i][0])
			ybi_json_text(out, &first, head_names[i], d->head[i]);
	json_day(out, &first, "begndate", d->part ? d->part_first : d->begin);
	json_day(out, &first, "enddate", d->part ? d->part_last : d->end);
	if (d->facts[YBI_FACT_YEAR].given) {
		ybi_json_key(out, &first, "year");
		ybi_text_printf(out, "\"%lld\"", (long long)d->facts[YBI_FACT_YEAR].value);
	}
	for (yb_field f = YBI_AMOUNT_FIRST; f <= YBI_AMOUNT_LAST; f++) {
		yb_fen fen;
		if (f == YB_FIELD_POOL_PROP_SELFPAY && d->has_fund_share)
			json_scaled(out, &first, "pool_prop_selfpay", d->fund_share);
		else if (is_amount(f) && !(d->part && paid_once(f))) {
			if (yb_decision_get_fen(d, f, &fen) == YB_OK)
				ybi_json_fen(out, &first, yb_field_get_name(f), fen);
			else
				ybi_json_text(out, &first, yb_field_get_name(f), NULL);
		}
	}
	ybi_text_puts(out, "}");
}

static void
json_fund_rows(struct ybi_text *out, const struct yb_decision *d, bool *first_row)
{
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];

	for (uint32_t i = 0; i < benefit->layer_count; i++) {
		const struct ybi_layer *layer = &d->book->layers[benefit->first_layer + i];
		const struct ybi_value *r = &d->results[(size_t)layer->number * YBI_RESULT_STRIDE];
		bool first = true;
		int64_t paid, base, room;
		if (ybi_fraction_to_i64(r[YBI_RESULT_PAID].q, &paid) != YB_OK)
			continue;
		ybi_text_puts(out, *first_row ? "{" : ", {");
		*first_row = false;
		ybi_json_text(out, &first, "fund_pay_type", ybi_fund_of(d, layer->pays)->code);
		ybi_json_text(out, &first, "fund_pay_type_name", ybi_fund_of(d, layer->pays)->zh);
		ybi_json_text(out, &first, "yb_layer", layer->id);
		if (d->part) {
			ybi_json_key(out, &first, "yb_part");
			ybi_text_printf(out, "%d", d->part);
		}
		if (ybi_fraction_to_i64(r[YBI_RESULT_BASE].q, &base) == YB_OK)
			ybi_json_fen(out, &first, "inscp_scp_amt", base);
		if (r[YBI_RESULT_ROOM].state == YBI_KNOWN && ybi_fraction_to_i64(r[YBI_RESULT_ROOM].q, &room) == YB_OK)
			ybi_json_fen(out, &first, "crt_payb_lmt_amt", room);
		else
			ybi_json_text(out, &first, "crt_payb_lmt_amt", NULL);
		ybi_json_fen(out, &first, "fund_payamt", paid);
		ybi_text_puts(out, "}");
	}
}

static void
json_setldetail(struct ybi_text *out, const struct yb_decision *d)
{
	bool first_row = true;

	ybi_text_puts(out, "[");
	if (!d->split)
		json_fund_rows(out, d, &first_row);
	for (size_t i = 0; d->split && i < ARRAY_SIZE(d->parts); i++)
		if (d->parts[i]->outcome == YB_OUTCOME_ANSWERED)
			json_fund_rows(out, d->parts[i], &first_row);
	ybi_text_puts(out, "]");
}

/* Which rows of catalogues made the line what it is. */
static void
json_items(struct ybi_text *out, bool *first, const struct ybi_book *book, const struct ybi_line *line)
{
	static const char *const names[] = { [YBI_ITEM_CLASS] = "chrgitm_lv", [YBI_ITEM_SHARE] = "selfpay_prop", [YBI_ITEM_PRICE] = "pric_uplmt_amt",
		                             [YBI_ITEM_LIMIT] = "limit" };
	bool any = false;

	for (size_t i = 0; i < YBI_ITEM_ROLES_; i++) {
		const struct ybi_item *item = line->items[i].item;
		bool inner = true;
		if (!item)
			continue;
		if (!any)
			ybi_json_key(out, first, "yb_catalogue");
		ybi_text_puts(out, any ? ", {" : "[{");
		any = true;
		ybi_json_text(out, &inner, "by", names[i]);
		ybi_json_text(out, &inner, "code", item->code);
		ybi_json_key(out, &inner, "line");
		ybi_text_printf(out, "%u", (unsigned)item->node->line);
		ybi_json_clause(out, &inner, book, line->items[i].clause);
		ybi_text_putc(out, '}');
	}
	if (any)
		ybi_text_putc(out, ']');
}

static void
json_lines(struct ybi_text *out, const struct yb_decision *d)
{
	ybi_text_puts(out, "[");
	for (size_t i = 0; i < d->line_count; i++) {
		const struct ybi_line *line = &d->lines[i];
		struct ybi_fraction share = line->share;
		bool first = true;
		int64_t prop;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &first, "feedetl_sn", line->feedetl_sn);
		ybi_json_fen(out, &first, "det_item_fee_sumamt", line->amount);
		if (ybi_fraction_mul(share, ybi_fraction_from(10000), &share) == YB_OK && ybi_fraction_to_i64(share, &prop) == YB_OK)
			json_scaled(out, &first, "selfpay_prop", prop);
		ybi_json_fen(out, &first, "fulamt_ownpay_amt", line->own);
		ybi_json_fen(out, &first, "overlmt_amt", line->over);
		ybi_json_fen(out, &first, "preselfpay_amt", line->prior);
		ybi_json_fen(out, &first, "inscp_scp_amt", line->scope);
		json_items(out, &first, line->book, line);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]");
}

void
ybi_json_clause(struct ybi_text *out, bool *first, const struct ybi_book *book, uint32_t clause)
{
	if (clause == UINT32_MAX)
		return;
	ybi_json_text(out, first, "clause", book->clauses[clause].id);
	ybi_json_key(out, first, "source");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < book->clauses[clause].source_count; i++) {
		const struct ybi_source *source = book->clauses[clause].sources[i];
		char day[YB_DAY_TEXT_SIZE];
		bool inner = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &inner, "issuer", source->issuer);
		if (source->docno)
			ybi_json_text(out, &inner, "docno", source->docno);
		if (book->clauses[clause].articles[i] || source->article)
			ybi_json_text(out, &inner, "article", book->clauses[clause].articles[i] ? book->clauses[clause].articles[i] : source->article);
		if (source->published != YB_DAY_NONE) {
			yb_day_to_text(source->published, day);
			ybi_json_text(out, &inner, "published", day);
		}
		if (source->url)
			ybi_json_text(out, &inner, "url", source->url);
		ybi_json_text(out, &inner, "confidence", ybi_confidence_name(source->confidence));
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]");
}

static void
json_parts(struct ybi_text *out, const struct yb_decision *d)
{
	ybi_text_puts(out, "[");
	for (size_t i = 0; i < ARRAY_SIZE(d->parts); i++) {
		const struct yb_decision *part = d->parts[i];
		bool first = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &first, "outcome", outcome_names[part->outcome]);
		if (part->benefit != UINT32_MAX)
			ybi_json_text(out, &first, "yb_benefit", part->book->benefits[part->benefit].id);
		ybi_json_key(out, &first, "setlinfo");
		json_setlinfo(out, part);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]");
}

static void
json_reasons(struct ybi_text *out, struct yb_decision *d)
{
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < d->reason_count; i++) {
		const struct ybi_reason *reason = &d->reasons[i];
		bool first = true;
		char *zh = NULL, *en = NULL;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &first, "code", ybi_reason_name(reason->code));
		if (yb_decision_dup_reason_text(d, i, YB_LANG_ZH, &zh) != YB_OK || yb_decision_dup_reason_text(d, i, YB_LANG_EN, &en) != YB_OK)
			out->failed = true;
		ybi_json_text(out, &first, "zh", zh);
		ybi_json_text(out, &first, "en", en);
		if (reason->part && !reason->both) {
			ybi_json_key(out, &first, "yb_part");
			ybi_text_printf(out, "%d", reason->part);
		}
		ybi_json_clause(out, &first, ybi_reason_of(d, reason)->book, ybi_reason_clause(d, reason));
		ybi_text_puts(out, "}");
		free(zh);
		free(en);
	}
	ybi_text_puts(out, "]");
}

static void
json_steps(struct ybi_text *out, const struct yb_decision *d, const struct ybi_steps *steps)
{
	size_t length;

	ybi_text_puts(out, "[");
	for (size_t i = 0; i < steps->count; i++) {
		const struct ybi_step *step = &steps->rows[i];
		bool first = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &first, "op", step_names[step->op]);
		if (step->layer != UINT32_MAX)
			ybi_json_text(out, &first, "layer", step_book(d, step)->layers[step->layer].id);
		if (step->part) {
			ybi_json_key(out, &first, "yb_part");
			ybi_text_printf(out, "%d", step->part);
		}
		ybi_json_text(out, &first, "zh", ybi_step_text(steps, i, YB_LANG_ZH, &length));
		ybi_json_text(out, &first, "en", ybi_step_text(steps, i, YB_LANG_EN, &length));
		if (step->has_amount)
			ybi_json_fen(out, &first, "amount", step->amount);
		ybi_json_clause(out, &first, step_book(d, step), step->clause);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]");
}

static void
json_policy(struct ybi_text *out, const struct yb_decision *d)
{
	const struct ybi_document *document = d->book->document;
	bool first = true;

	ybi_text_puts(out, "{");
	ybi_json_text(out, &first, "id", document->id);
	ybi_json_text(out, &first, "title", document->title);
	if (document->title_zh)
		ybi_json_text(out, &first, "title_zh", document->title_zh);
	ybi_json_text(out, &first, "version", "1");
	ybi_json_text(out, &first, "hash", document->hash);
	if (d->set->known_on) {
		char day[YB_DAY_TEXT_SIZE];
		yb_day_to_text(d->set->known_on, day);
		ybi_json_text(out, &first, "known_on", day);
	}
	ybi_json_key(out, &first, "closure");
	ybi_text_puts(out, "[");
	for (size_t i = 0; i < d->book->closure_count; i++) {
		bool inner = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &inner, "id", d->book->closure[i]->id);
		ybi_json_text(out, &inner, "hash", d->book->closure[i]->hash);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]}");
}

static void
render_json(struct ybi_text *out, struct yb_decision *d, const struct ybi_steps *steps, yb_explain explain)
{
	bool first = true, comma = true;
	const char *name;

	ybi_text_puts(out, "{");
	ybi_json_text(out, &first, "schema", "yibao-decision/1");
	ybi_json_text(out, &first, "question", ybi_section_name(d->ask));
	ybi_json_text(out, &first, "outcome", outcome_names[d->outcome]);
	ybi_json_key(out, &first, "missing");
	ybi_text_puts(out, "[");
	for (size_t i = 0; yb_decision_get_missing(d, i, &name) == YB_OK; i++) {
		ybi_text_puts(out, comma ? "" : ", ");
		ybi_text_json_string(out, name, strlen(name));
		comma = false;
	}
	ybi_text_puts(out, "]");
	if (!d->book) {
		ybi_text_puts(out, ", \"reasons\": []}\n");
		return;
	}
	ybi_json_text(out, &first, "confidence", yb_decision_get_confidence(d) ? ybi_confidence_name(yb_decision_get_confidence(d)) : NULL);
	ybi_json_key(out, &first, "policy");
	json_policy(out, d);
	if (shown_benefit(d))
		ybi_json_text(out, &first, "yb_benefit", shown_benefit(d)->id);
	ybi_json_codes(out, &first, d);
	if (d->outcome == YB_OUTCOME_ANSWERED && d->ask != YBI_ASK_REIMBURSE) {
		ybi_json_question(out, &first, d);
	} else if (d->outcome == YB_OUTCOME_ANSWERED) {
		ybi_json_key(out, &first, "setlinfo");
		json_setlinfo(out, d);
		ybi_json_key(out, &first, "setldetail");
		json_setldetail(out, d);
		ybi_json_key(out, &first, "detlcutinfo");
		json_lines(out, d);
		if (d->split) {
			ybi_json_key(out, &first, "yb_parts");
			json_parts(out, d);
		}
	}
	ybi_json_key(out, &first, "reasons");
	json_reasons(out, d);
	if (explain != YB_EXPLAIN_NONE) {
		ybi_json_key(out, &first, "steps");
		json_steps(out, d, steps);
		ybi_json_outlook(out, &first, d);
	}
	if (d->asked.length) {
		ybi_json_key(out, &first, "receipt");
		(void)ybi_receipt_write(d, out);
	}
	ybi_text_puts(out, "}\n");
}

#define RENDERED 2000 /* bytes of most explanations */

yb_status
yb_decision_render(struct yb_decision *d, yb_format format, yb_lang lang, yb_explain explain, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };
	yb_status st;

	if (!d || !text || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON || explain < YB_EXPLAIN_NONE || explain > YB_EXPLAIN_FULL)
		return YB_E_INVALID;
	*text = NULL;
	if (d->outcome == YB_OUTCOME_NONE)
		return ybi_error_set(err, YB_E_UNKNOWN, "no question was answered yet");
	st = ybi_decision_trace(d, err);
	if (st != YB_OK)
		return st;
	ybi_steps_begin(&d->steps, format == YB_FORMAT_JSON || lang == YB_LANG_ZH, format == YB_FORMAT_JSON || lang != YB_LANG_ZH);
	ybi_explain(d, explain, &d->steps);
	(void)ybi_text_reserve(&out, d->rendered > RENDERED ? d->rendered : RENDERED);
	if (format == YB_FORMAT_JSON)
		render_json(&out, d, &d->steps, explain);
	else
		render_text(&out, d, lang, &d->steps, explain);
	if (d->steps.failed)
		out.failed = true;
	d->rendered = out.length + out.length / 8;
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
