/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "decide/decision.h"
#include "decide/render.h"

/*
 * Steps and reasons, in both languages, from what a decision holds. Nothing
 * here decides anything: the numbers are those of the results.
 */

/* ---- numbers as text ---- */

/* Fen as yuan with separators, 1,300.00; an amount that is not whole fen exactly. */
void
ybi_put_yuan(struct ybi_text *out, struct ybi_fraction fen)
{
	char digits[YB_FEN_TEXT_SIZE];
	int64_t whole;
	size_t length, first;

	if (ybi_fraction_to_i64(fen, &whole) != YB_OK) {
		struct ybi_fraction yuan;
		if (ybi_fraction_div(fen, ybi_fraction_from(100), &yuan) == YB_OK)
			ybi_fraction_print(yuan, out);
		return;
	}
	yb_fen_to_text(whole, digits);
	length = strlen(digits);
	first = digits[0] == '-';
	for (size_t i = 0; i < length; i++) {
		ybi_text_putc(out, digits[i]);
		if (i >= first && i + 4 < length && (length - i - 4) % 3 == 0)
			ybi_text_putc(out, ',');
	}
}

void
ybi_put_fen(struct ybi_text *out, yb_fen fen)
{
	ybi_put_yuan(out, ybi_fraction_from(fen));
}

/* 0.85 as 85 % */
static void
put_rate(struct ybi_text *out, struct ybi_fraction rate)
{
	struct ybi_fraction percent;

	if (ybi_fraction_mul(rate, ybi_fraction_from(100), &percent) == YB_OK)
		ybi_fraction_print(percent, out);
	ybi_text_puts(out, " %");
}

/* ---- reasons ---- */

static const struct {
	const char *code, *zh, *en;
} reasons[] = {
	[YBI_REASON_NO_BENEFIT] = { "no_benefit", "%1 中没有适用于本次就医的待遇（医疗类别 %2，0 条规则适用）", "no benefit of %1 covers this claim (med_type %2, 0 rules apply)" },
	[YBI_REASON_TWO_BENEFITS] = { "two_benefits", "%1 中有两项待遇同时适用，政策文件须注明先后", "two benefits of %1 apply to this claim; the document must say which yields" },
	[YBI_REASON_MISSING_FACT] = { "missing_fact", "缺少必要信息：%1", "a fact is lacking: %1" },
	[YBI_REASON_UNSUPPORTED] = { "unsupported", "涉及尚未编入的规定：%1", "meets a rule that is not encoded: %1" },
	[YBI_REASON_LOW_CONFIDENCE] = { "low_confidence", "%1 的依据可信度低于所要求的等级（%2）", "%1 rests on a source below the asked confidence (%2)" },
	[YBI_REASON_NO_FIGURE] = { "no_figure", "%1 在此情形或此日没有可用数值", "%1 has no figure for this case or day" },
	[YBI_REASON_DAY_NOT_COVERED] = { "day_not_covered", "%1 不适用于 %2", "%1 does not cover %2" },
	[YBI_REASON_POSSIBLE_GAP] = { "possible_gap", "是否涉及未编入的规定无法判断：%1", "it cannot be told whether this is met: %1" },
	[YBI_REASON_LENIENT_GAP] = { "lenient_gap", "宽松模式：未计入尚未编入的规定：%1", "lenient: a rule that is not encoded was left out: %1" },
	[YBI_REASON_LENIENT_CONFIDENCE] = { "lenient_confidence", "宽松模式：使用了可信度较低的依据：%1", "lenient: a source of low confidence was used: %1" },
	[YBI_REASON_TOTALS_ZERO] = { "totals_zero", "未提供本年度累计数，按零计算", "the running totals of the year were not given and count as zero" },
	[YBI_REASON_CEILING] = { "ceiling", "%1 达到限额，超出部分未由其支付", "%1 reached its ceiling; what lies above was not paid by it" },
};
_Static_assert(ARRAY_SIZE(reasons) == YBI_REASON_COUNT_, "a reason has no text");

const char *
ybi_reason_name(uint32_t code)
{
	return code < ARRAY_SIZE(reasons) ? reasons[code].code : "";
}

static const struct {
	uint32_t fact;
	const char *name;
} asked_as[] = {
	{ YBI_FACT_ON, "enddate" }, { YBI_FACT_AGE, "brdy" }, { YBI_FACT_RETIRED, "psn_type" }, { YBI_FACT_STAY_DAYS, "begndate" },
	{ YBI_FACT_OUT_OF_AREA, "mdtrtarea_admvs" }, { YBI_FACT_YEAR, "enddate" }, { YBI_FACT_SCOPE, "inscp_scp_amt" },
	{ YBI_FACT_TOTAL, "medfee_sumamt" }, { YBI_FACT_PRIOR, "preselfpay_amt" }, { YBI_FACT_OVER_LIMIT, "overlmt_selfpay" },
	{ YBI_FACT_FULLY_OWN, "fulamt_ownpay_amt" },
};

const char *
ybi_missing_name(const struct ybi_book *book, uint32_t fact)
{
	for (size_t i = 0; i < ARRAY_SIZE(asked_as); i++)
		if (asked_as[i].fact == fact)
			return asked_as[i].name;
	return book->facts[fact].name;
}

static const char *
layer_label(const struct ybi_layer *layer, yb_lang lang)
{
	const char *own = lang == YB_LANG_ZH ? layer->label_zh : layer->label_en;

	return own ? own : layer->label_en && lang == YB_LANG_EN ? layer->label_en : yb_field_get_label(layer->pays, lang);
}

static void
put_subject(const struct yb_decision *d, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out)
{
	const struct ybi_book *book = d->book;

	switch (reason->code) {
	case YBI_REASON_MISSING_FACT: {
		const char *name = ybi_missing_name(book, reason->subject);
		yb_field field;
		ybi_text_puts(out, name);
		if (yb_field_from_name(name, strlen(name), &field) == YB_OK)
			ybi_text_printf(out, lang == YB_LANG_ZH ? "（%s）" : " (%s)", yb_field_get_label(field, lang));
		return;
	}
	case YBI_REASON_UNSUPPORTED: case YBI_REASON_POSSIBLE_GAP: case YBI_REASON_LENIENT_GAP:
		ybi_text_puts(out, book->clauses[reason->subject].text);
		return;
	case YBI_REASON_LOW_CONFIDENCE: case YBI_REASON_NO_FIGURE: case YBI_REASON_LENIENT_CONFIDENCE:
		ybi_text_puts(out, book->clauses[reason->subject].id);
		return;
	case YBI_REASON_CEILING:
		ybi_text_puts(out, layer_label(&book->layers[reason->subject], lang));
		return;
	default:
		ybi_text_puts(out, book->document->id);
	}
}

static void
put_second(const struct yb_decision *d, const struct ybi_reason *reason, struct ybi_text *out)
{
	char day[YB_DAY_TEXT_SIZE];

	if (reason->code == YBI_REASON_NO_BENEFIT) {
		ybi_text_puts(out, d->head[YBI_HEAD_MED_TYPE][0] ? d->head[YBI_HEAD_MED_TYPE] : "?");
	} else if (reason->code == YBI_REASON_LOW_CONFIDENCE) {
		ybi_text_puts(out, ybi_confidence_name(d->book->clauses[reason->subject].confidence));
	} else if (reason->code == YBI_REASON_DAY_NOT_COVERED) {
		yb_day_to_text((yb_day)d->facts[YBI_FACT_ON].value, day);
		ybi_text_puts(out, day);
	}
}

void
ybi_reason_text(const struct yb_decision *d, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out)
{
	const char *p = lang == YB_LANG_ZH ? reasons[reason->code].zh : reasons[reason->code].en;

	for (; *p; p++) {
		if (*p != '%') {
			ybi_text_putc(out, *p);
			continue;
		}
		p++;
		if (*p == '1')
			put_subject(d, reason, lang, out);
		else
			put_second(d, reason, out);
	}
}

/* ---- funds ---- */

const char *
ybi_fund_code(const char *scheme, yb_field fund)
{
	bool residents = !strcmp(scheme, "390");

	switch (fund) {
	case YB_FIELD_HIFP_PAY: return residents ? "390100" : "310100";
	case YB_FIELD_CVLSERV_PAY: return "320100";
	case YB_FIELD_HIFES_PAY: return "370100";
	case YB_FIELD_HIFMI_PAY: return "390200";
	case YB_FIELD_HIFOB_PAY: return "330100";
	case YB_FIELD_MAF_PAY: return "610100";
	default: return "999997";
	}
}

/* ---- steps ---- */

static struct ybi_step *
add_step(struct ybi_steps *steps, const char *op, uint32_t clause, uint32_t layer, struct ybi_text *zh, struct ybi_text *en)
{
	struct ybi_step step = { .op = op, .clause = clause, .layer = layer };

	step.zh = ybi_text_take(zh);
	step.en = ybi_text_take(en);
	*zh = *en = (struct ybi_text){ 0 };
	if (!step.zh || !step.en || !ybi_grow(&steps->rows, steps->count, &steps->room, sizeof(step))) {
		free(step.zh);
		free(step.en);
		steps->failed = true;
		return NULL;
	}
	steps->rows[steps->count] = step;
	return &steps->rows[steps->count++];
}

static void
set_step_amount(struct ybi_step *step, struct ybi_fraction fen)
{
	if (step && ybi_fraction_to_i64(fen, &step->amount) == YB_OK)
		step->has_amount = true;
}

void
ybi_steps_free(struct ybi_steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		free(steps->rows[i].zh);
		free(steps->rows[i].en);
	}
	free(steps->rows);
	*steps = (struct ybi_steps){ 0 };
}

struct teller {
	struct yb_decision *d;
	struct ybi_steps *steps;
	struct ybi_eval eval;
	struct ybi_text zh, en;
	uint32_t first; /* layer of the benefit */
};

static void
say(struct teller *t, const char *zh, const char *en)
{
	ybi_text_puts(&t->zh, zh);
	ybi_text_puts(&t->en, en);
}

static void
say_yuan(struct teller *t, struct ybi_fraction fen)
{
	ybi_put_yuan(&t->zh, fen);
	ybi_put_yuan(&t->en, fen);
}

static void
say_rate(struct teller *t, struct ybi_fraction rate)
{
	put_rate(&t->zh, rate);
	put_rate(&t->en, rate);
}

static struct ybi_step *
end_step(struct teller *t, const char *op, uint32_t clause, uint32_t layer)
{
	return add_step(t->steps, op, clause, layer, &t->zh, &t->en);
}

static void
tell_deductible(struct teller *t, const struct ybi_layer *layer, uint32_t number, const struct ybi_value *r)
{
	if (layer->deductible == YBI_NO_EXPR)
		return;
	say(t, "起付标准 ", "deductible ");
	say_yuan(t, r[YBI_RESULT_DUE].q);
	if (ybi_fraction_cmp(r[YBI_RESULT_DUE].q, r[YBI_RESULT_DEDUCTIBLE].q) != 0) {
		say(t, "，本次计 ", ", charged now ");
		say_yuan(t, r[YBI_RESULT_DEDUCTIBLE].q);
	}
	set_step_amount(end_step(t, "deductible", layer->deductible_clause, number), r[YBI_RESULT_DEDUCTIBLE].q);
}

static void
tell_modifiers(struct teller *t, const struct ybi_layer *layer, uint32_t number)
{
	static const struct { const char *zh, *en; } words[] = {
		{ "支付比例增减 ", "ratio changed by " }, { "支付比例乘以 ", "ratio times " }, { "个人自付部分乘以 ", "own share times " },
		{ "支付比例不低于 ", "ratio at least " }, { "支付比例不高于 ", "ratio at most " } };

	for (uint32_t i = 0; i < layer->modify_count; i++) {
		const struct ybi_modify *modify = &t->d->book->modifies[layer->first_modify + i];
		struct ybi_value v;
		ybi_value_set(&v, ybi_fraction_from(1));
		if (modify->when != YBI_NO_EXPR)
			ybi_evaluate(&t->eval, modify->when, &v);
		if (v.state != YBI_KNOWN || ybi_fraction_sign(v.q) == 0)
			continue;
		ybi_evaluate(&t->eval, modify->value, &v);
		if (v.state != YBI_KNOWN)
			continue;
		say(t, words[modify->kind].zh, words[modify->kind].en);
		say_rate(t, v.q);
		if (modify->id[0]) {
			ybi_text_printf(&t->zh, "（%s）", modify->id);
			ybi_text_printf(&t->en, " (%s)", modify->id);
		}
		(void)end_step(t, "modify", modify->clause, number);
	}
}

static void
tell_bands(struct teller *t, const struct ybi_layer *layer, uint32_t number, const struct ybi_value *r)
{
	int64_t bands = 0;

	(void)ybi_fraction_to_i64(r[YBI_RESULT_BANDS].q, &bands);
	for (int64_t i = 0; i < bands; i++) {
		struct ybi_fraction paid = r[YBI_RESULT_BAND1 + i].q, ratio = r[YBI_RESULT_RATIO1 + i].q, part;
		if (ybi_fraction_sign(paid) == 0 || ybi_fraction_div(paid, ratio, &part) != YB_OK)
			continue;
		if (bands > 1) {
			ybi_text_printf(&t->zh, "第 %d 段 ", (int)i + 1);
			ybi_text_printf(&t->en, "band %d: ", (int)i + 1);
		}
		say_yuan(t, part);
		say(t, " × ", " × ");
		say_rate(t, ratio);
		say(t, " = ", " = ");
		say_yuan(t, paid);
		set_step_amount(end_step(t, "band", layer->ratio_clause, number), paid);
	}
}

static void
tell_ceiling(struct teller *t, const struct ybi_layer *layer, uint32_t number, const struct ybi_value *r)
{
	const struct ybi_schedule *schedule = &t->d->book->schedule;

	if (ybi_fraction_sign(r[YBI_RESULT_OVER].q) <= 0 || layer->ceiling_count == 0)
		return;
	say(t, "达到限额：", "ceiling reached: ");
	if (r[YBI_RESULT_ROOM].state == YBI_KNOWN) {
		say(t, "剩余额度 ", "room ");
		say_yuan(t, r[YBI_RESULT_ROOM].q);
		say(t, "，", ", ");
	}
	say_yuan(t, r[YBI_RESULT_OVER].q);
	say(t, " 超出限额", " lies above");
	set_step_amount(end_step(t, "ceiling", schedule->ceilings[layer->first_ceiling].clause, number), r[YBI_RESULT_OVER].q);
}

static void
tell_layer(struct teller *t, const struct ybi_layer *layer, uint32_t number, yb_explain level)
{
	const struct ybi_value *r = &t->d->results[(size_t)layer->number * YBI_RESULT_STRIDE];
	struct ybi_value v;

	if (layer->when != YBI_NO_EXPR) {
		ybi_evaluate(&t->eval, layer->when, &v);
		if (v.state == YBI_KNOWN && ybi_fraction_sign(v.q) == 0)
			return;
	}
	if (r[YBI_RESULT_PAID].state != YBI_KNOWN || (ybi_fraction_sign(r[YBI_RESULT_BASE].q) == 0 && number > t->first))
		return; /* a later layer to which nothing came */
	if (level == YB_EXPLAIN_FULL) {
		ybi_text_printf(&t->zh, "%s：计算基数 ", layer_label(layer, YB_LANG_ZH));
		ybi_text_printf(&t->en, "%s: base ", layer_label(layer, YB_LANG_EN));
		say_yuan(t, r[YBI_RESULT_BASE].q);
		if (ybi_fraction_sign(r[YBI_RESULT_START].q) > 0) {
			say(t, "，累计起点 ", ", counted on from ");
			say_yuan(t, r[YBI_RESULT_START].q);
		}
		set_step_amount(end_step(t, "base", layer->clause, number), r[YBI_RESULT_BASE].q);
		tell_deductible(t, layer, number, r);
		tell_modifiers(t, layer, number);
		tell_bands(t, layer, number, r);
		tell_ceiling(t, layer, number, r);
	}
	ybi_text_printf(&t->zh, "%s支付 ", layer_label(layer, YB_LANG_ZH));
	ybi_text_printf(&t->en, "%s pays ", layer_label(layer, YB_LANG_EN));
	say_yuan(t, r[YBI_RESULT_PAID].q);
	if (ybi_fraction_cmp(r[YBI_RESULT_PAID].q, r[YBI_RESULT_EXACT].q) != 0) {
		say(t, "（舍入前 ", " (before rounding ");
		say_yuan(t, r[YBI_RESULT_EXACT].q);
		say(t, "）", ")");
	} else if (level == YB_EXPLAIN_SUMMARY) {
		say(t, "：", " of ");
		say_yuan(t, r[YBI_RESULT_BASE].q);
		if (ybi_fraction_sign(r[YBI_RESULT_DEDUCTIBLE].q) > 0) {
			say(t, " 减起付标准 ", " after a deductible of ");
			say_yuan(t, r[YBI_RESULT_DEDUCTIBLE].q);
		}
	}
	set_step_amount(end_step(t, "paid", layer->ratio_clause, number), r[YBI_RESULT_PAID].q);
}

static void
tell_rest(struct teller *t)
{
	struct yb_decision *d = t->d;
	yb_fen cash, account, person;

	if (yb_decision_get_fen(d, YB_FIELD_PSN_PART_AMT, &person) != YB_OK)
		return;
	(void)yb_decision_get_fen(d, YB_FIELD_ACCT_PAY, &account);
	(void)yb_decision_get_fen(d, YB_FIELD_PSN_CASH_PAY, &cash);
	say(t, "个人负担 ", "the person bears ");
	say_yuan(t, ybi_fraction_from(person));
	say(t, "：个人账户 ", ": from the account ");
	say_yuan(t, ybi_fraction_from(account));
	say(t, "，现金 ", ", in cash ");
	say_yuan(t, ybi_fraction_from(cash));
	set_step_amount(end_step(t, "person", UINT32_MAX, UINT32_MAX), ybi_fraction_from(person));
}

void
ybi_explain(struct yb_decision *d, yb_explain level, struct ybi_steps *steps)
{
	struct teller t = { .d = d, .steps = steps };
	const struct ybi_benefit *benefit;

	if (level == YB_EXPLAIN_NONE || d->outcome != YB_OUTCOME_ANSWERED || d->benefit == UINT32_MAX)
		return;
	benefit = &d->book->benefits[d->benefit];
	t.first = benefit->first_layer;
	ybi_eval_start(d, &t.eval);
	t.eval.used = NULL;
	ybi_text_printf(&t.zh, "适用待遇：%s", benefit->label_zh ? benefit->label_zh : benefit->id);
	ybi_text_printf(&t.en, "benefit: %s", benefit->label_en ? benefit->label_en : benefit->id);
	(void)end_step(&t, "benefit", benefit->clause, UINT32_MAX);
	for (uint32_t i = 0; i < benefit->layer_count; i++)
		tell_layer(&t, &d->book->layers[benefit->first_layer + i], benefit->first_layer + i, level);
	tell_rest(&t);
	ybi_text_free(&t.zh);
	ybi_text_free(&t.en);
}
