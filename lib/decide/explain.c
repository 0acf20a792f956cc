/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "decide/decision.h"
#include "decide/teller.h"

/*
 * Steps and reasons, in both languages, from what a decision holds. Nothing
 * here decides anything: the numbers are those of the results.
 */

/* ---- reasons ---- */

static const struct {
	const char *code, *zh, *en;
} reasons[] = {
	[YBI_REASON_NO_BENEFIT] = { "no_benefit", "%1 中没有适用于本次就医的待遇（医疗类别 %2，0 条规则适用）", "no benefit of %1 covers this claim (med_type %2, 0 rules apply)" },
	[YBI_REASON_TWO_BENEFITS] = { "two_benefits", "%1 中 %2 两项待遇同时适用，政策文件须注明先后", "two benefits of %1, %2, apply to this claim; the document must say which yields" },
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
	[YBI_REASON_NO_SECTION] = { "no_section", "%1 没有这一问题的规定", "%1 has no rules on this question" },
	[YBI_REASON_REFUSED] = { "refused", "%1", "%1" },
	[YBI_REASON_NO_CHARGE] = { "no_charge", "%1 中没有适用于此人的缴费项目", "no charge of %1 applies to this person" },
	[YBI_REASON_NO_CREDIT] = { "no_credit", "%1 中没有适用于此人的个人账户划入项目", "no credit of %1 applies to this person" },
	[YBI_REASON_CREDIT_BY_YEAR] = { "credit_by_year", "另有按年度划入的项目，不在本月入账", "a credit by the year applies too and is posted in another month" },
	[YBI_REASON_SHORTFALL] = { "shortfall", "%1 的扣减超过划入额，不足部分未扣", "the deductions of %1 exceed it; the rest was not taken" },
	[YBI_REASON_NOT_REFUNDABLE] = { "not_refundable", "%1 中没有可以退费的情形适用", "no case of %1 in which a contribution is given back applies" },
	[YBI_REASON_TOO_LATE] = { "too_late", "已超过申请退费的最后日期 %2", "the last day to ask for it back, %2, is past" },
	[YBI_REASON_NO_RULE] = { "no_rule", "%1 中没有适用的参保生效规则（0 条规则适用）", "no rule of %1 on the start of cover applies (0 rules apply)" },
	[YBI_REASON_TWO_RULES] = { "two_rules", "%1 中 %2 两条规则同时适用，政策文件须注明先后", "two rules of %1, %2, apply; the document must say which yields" },
	[YBI_REASON_NOT_PAID] = { "not_paid", "本年度未见缴费；以下按当日缴费推算", "nothing was paid for this cover; the dates are those of a payment on the day asked about" },
	[YBI_REASON_WAITING] = { "waiting", "尚在等待期内，%2 起享受待遇", "still waiting; cover begins on %2" },
	[YBI_REASON_COVER_ENDED] = { "cover_ended", "待遇已于 %2 终止", "cover ended on %2" },
	[YBI_REASON_NO_MONTHS] = { "no_months", "未说明缴费月数，只给出每月金额", "the number of months was not given; only the amounts a month are known" },
	[YBI_REASON_NOT_COVERED] = { "not_covered", "当日不享受待遇：%2 起生效", "not covered on that day: cover begins on %2" },
	[YBI_REASON_COVER_OPEN] = { "cover_open", "参保情况无法核实，按已参保计算", "cover on that day could not be told and is taken as given" },
	[YBI_REASON_NOT_ENCODED] = { "not_encoded", "未编入：%1", "not encoded: %1" },
	[YBI_REASON_NOT_INSURED] = { "not_insured", "%1：当日没有参保记录", "%1: the person's cover history has none on that day" },
	[YBI_REASON_WAIT_SHARE] = { "wait_share", "处于等待期，各项基金按规定比例支付，%2 起足额享受", "in a waiting period: each fund pays a share; full cover begins on %2" },
	[YBI_REASON_PAID_LATER] = { "paid_later", "当日尚未缴费", "not yet paid for on that day" },
	[YBI_REASON_WAIT_OUTLASTS] = { "wait_outlasts", "等待期结束时参保年度已满", "the wait lasts beyond the end of the cover that was paid for" },
	[YBI_REASON_REFORM] = { "reform", "%1 的规定在本年度内变动，请按月查询", "the rules of %1 change within the year; ask month by month" },
	[YBI_REASON_UNDATED] = { "undated", "部分依据没有公布日期，视为当时已公布", "some sources have no day of publication and are taken as known" },
	[YBI_REASON_ITEM_UNLISTED] = { "item_unlisted", "费用明细的项目不在所用目录内：%1", "the item of a cost line is in none of the catalogues: %1" },
	[YBI_REASON_ITEM_DIFFERS] = { "item_differs", "费用明细自报的类别或自付比例与目录不一致，以明细为准：%1", "a cost line says another class or prior share than the catalogue, and goes before it: %1" },
	[YBI_REASON_LOCAL_CODE] = { "local_code", "%1 的编码不在编码表中，规则未提及，按其他编码处理", "a code of %1 is in no code table and no rule names it; it counts as another code" },
	[YBI_REASON_CHECK_FAILED] = { "check_failed", "所给信息自相矛盾或不合规定：%1", "what was given contradicts itself or the rules: %1" },
	[YBI_REASON_CHECK_WARNING] = { "check_warning", "请核对：%1", "to be looked at: %1" },
	[YBI_REASON_CHECK_NOTE] = { "check_note", "提示：%1", "note: %1" },
	[YBI_REASON_YEAR_MISSED] = { "year_missed", "参保经历中没有所问年度，该年度按断保计算", "the year asked about is not in the cover history and counts as a gap" },
	[YBI_REASON_YEAR_ENDS] = { "year_ends", "住院跨越两个以上年度末，%1 只规定了跨一次的办法", "the stay lasts over more than one end of a medical year; %1 splits it once" },
};
_Static_assert(ARRAY_SIZE(reasons) == YBI_REASON_COUNT_, "a reason has no text");

const char *
ybi_reason_name(uint32_t code)
{
	return code < ARRAY_SIZE(reasons) ? reasons[code].code : "";
}

/* Facts of the cover history are asked for as the history. */
static const char *const of_history[] = { "gap_years", "gap_months", "gap_start", "continuous_months", "continuous_years", "previous_insutype",
	                                  "previous_admdvs", "missed_years", "resumed" };

static const struct {
	uint32_t fact;
	const char *name;
} asked_as[] = {
	{ YBI_FACT_ON, "enddate" }, { YBI_FACT_AGE, "brdy" }, { YBI_FACT_RETIRED, "psn_type" }, { YBI_FACT_STAY_DAYS, "begndate" },
	{ YBI_FACT_OUT_OF_AREA, "mdtrtarea_admvs" }, { YBI_FACT_YEAR, "enddate" }, { YBI_FACT_SCOPE, "inscp_scp_amt" },
	{ YBI_FACT_TOTAL, "medfee_sumamt" }, { YBI_FACT_PRIOR, "preselfpay_amt" }, { YBI_FACT_OVER_LIMIT, "overlmt_selfpay" },
	{ YBI_FACT_FULLY_OWN, "fulamt_ownpay_amt" },
};

const struct yb_decision *
ybi_reason_of(const struct yb_decision *d, const struct ybi_reason *reason)
{
	return reason->part ? d->parts[reason->part - 1] : d;
}

/* Of a part of a stay: the amount is known of the whole, and lacks of this part. */
static const char *
lacking_of_part(const struct yb_decision *d, uint32_t fact)
{
	static const struct { uint32_t fact; yb_field before; } of_bill[] = {
		{ YBI_FACT_TOTAL, YB_FIELD_YB_BEFORE_MEDFEE_SUMAMT }, { YBI_FACT_FULLY_OWN, YB_FIELD_YB_BEFORE_FULAMT_OWNPAY_AMT },
		{ YBI_FACT_OVER_LIMIT, YB_FIELD_YB_BEFORE_OVERLMT_SELFPAY }, { YBI_FACT_PRIOR, YB_FIELD_YB_BEFORE_PRESELFPAY_AMT },
		{ YBI_FACT_SCOPE, YB_FIELD_YB_BEFORE_INSCP_SCP_AMT } };
	const struct ybi_book *book = d->whole->book;
	const char *name = d->book->facts[fact].name;
	size_t length = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(of_bill); i++) {
		yb_field own = YB_FIELD_MEDFEE_SUMAMT + (yb_field)i;
		if ((of_bill[i].fact == fact || d->book->field_fact[own] == fact) && d->whole->facts[of_bill[i].fact].given)
			return yb_field_get_name(of_bill[i].before);
	}
	for (uint32_t i = 0; i < book->facts_count; i++) {
		const char *own = book->facts[i].name;
		if (!strncmp(own, d->part == 1 ? "part1." : "part2.", 6) && !strncmp(own + 6, name, length + 1) &&
		    d->whole->facts[ybi_book_fact(book, name, length)].given)
			return own;
	}
	return NULL;
}

const char *
ybi_missing_name(const struct yb_decision *d, uint32_t fact)
{
	const struct ybi_book *book = d->book;
	const char *of_part = d->part ? lacking_of_part(d, fact) : NULL;
	enum ybi_ask ask = d->ask;

	if (of_part)
		return of_part;
	if (ask != YBI_ASK_REIMBURSE && (fact == YBI_FACT_ON || fact == YBI_FACT_YEAR))
		return book->facts[fact].name;
	if (fact == YBI_FACT_OUT_OF_AREA && d->head[YBI_HEAD_MDTRTAREA][0])
		return "insuplc_admdvs"; /* of the two regions it is the other one */
	for (size_t i = 0; i < ARRAY_SIZE(asked_as); i++)
		if (asked_as[i].fact == fact)
			return asked_as[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(of_history); i++)
		if (!strcmp(book->facts[fact].name, of_history[i]))
			return "yb_cover";
	if (!strcmp(book->facts[fact].name, "have_months"))
		return "yb_paid_months";
	return book->facts[fact].name;
}

static const char *
layer_label(const struct ybi_layer *layer, yb_lang lang)
{
	const char *own = lang == YB_LANG_ZH ? layer->label_zh : layer->label_en;

	return own ? own : layer->label_en && lang == YB_LANG_EN ? layer->label_en : yb_field_get_label(layer->pays, lang);
}

/* What a document calls the thing that a node declares, NULL where it has no words for it. */
static const char *
node_label(const struct ybi_node *node, yb_lang lang)
{
	const struct ybi_node *label = ybi_node_get(ybi_node_get(node, "label"), lang == YB_LANG_ZH ? "zh" : "en");

	return label && label->kind == YBI_SCALAR ? label->text : NULL;
}

/* An attribute that a document declares: where it is given, what it is called, what it may be. */
static void
put_attribute_label(struct ybi_text *out, const struct ybi_book *book, const struct ybi_fact_meta *meta, yb_lang lang)
{
	const char *label = node_label(meta->node, lang);

	if (!meta->node || (meta->part != YBI_OF_PERSON && meta->part != YBI_OF_CLAIM))
		return;
	ybi_text_puts(out, lang == YB_LANG_ZH ? "（yb_attributes" : " (yb_attributes");
	if (label)
		ybi_text_printf(out, lang == YB_LANG_ZH ? "，%s" : "; %s", label);
	for (uint32_t i = 0; i < meta->domain_count; i++)
		ybi_text_printf(out, "%s%s", i ? ", " : lang == YB_LANG_ZH ? "：" : ": ", book->atom_names[book->domains[meta->domain + i]]);
	if (meta->type == YBI_FLAG)
		ybi_text_puts(out, lang == YB_LANG_ZH ? "：yes, no" : ": yes, no");
	ybi_text_puts(out, lang == YB_LANG_ZH ? "）" : ")");
}

static void
put_clause(struct ybi_text *out, const struct ybi_clause *clause, yb_lang lang)
{
	const char *label = node_label(clause->node, lang);

	if (label)
		ybi_text_printf(out, lang == YB_LANG_ZH ? "%s（%s）" : "%s (%s)", label, clause->id);
	else
		ybi_text_puts(out, clause->id);
}

static void
put_subject(const struct yb_decision *d, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out)
{
	const struct ybi_book *book = d->book;

	switch (reason->code) {
	case YBI_REASON_MISSING_FACT: {
		const char *name = ybi_missing_name(d, reason->subject);
		yb_field field;
		ybi_text_puts(out, name);
		if (yb_field_from_name(name, strlen(name), &field) == YB_OK)
			ybi_text_printf(out, lang == YB_LANG_ZH ? "（%s）" : " (%s)", yb_field_get_label(field, lang));
		else
			put_attribute_label(out, book, &book->facts[reason->subject], lang);
		return;
	}
	case YBI_REASON_UNSUPPORTED: case YBI_REASON_POSSIBLE_GAP: case YBI_REASON_LENIENT_GAP: case YBI_REASON_NOT_ENCODED:
		ybi_text_puts(out, book->clauses[reason->subject].text);
		if (reason->lacking)
			ybi_text_printf(out, lang == YB_LANG_ZH ? "（缺少 %s）" : " (for want of %s)", ybi_missing_name(d, reason->lacking - 1));
		return;
	case YBI_REASON_LOW_CONFIDENCE: case YBI_REASON_NO_FIGURE: case YBI_REASON_LENIENT_CONFIDENCE:
		put_clause(out, &book->clauses[reason->subject], lang);
		return;
	case YBI_REASON_REFUSED:
		ybi_text_puts(out, lang == YB_LANG_ZH ? book->refusals[reason->subject].zh : book->refusals[reason->subject].en);
		return;
	case YBI_REASON_SHORTFALL:
		ybi_put_label(out, book->credits[reason->subject].id, book->credits[reason->subject].label_zh, book->credits[reason->subject].label_en, lang);
		return;
	case YBI_REASON_LOCAL_CODE:
		ybi_text_puts(out, book->facts[reason->subject].name);
		return;
	case YBI_REASON_CHECK_FAILED: case YBI_REASON_CHECK_WARNING: case YBI_REASON_CHECK_NOTE:
		ybi_text_printf(out, lang == YB_LANG_ZH ? "%s（%s）" : "%s (%s)", lang == YB_LANG_ZH ? book->checks[reason->subject].zh : book->checks[reason->subject].en,
		                book->checks[reason->subject].id);
		return;
	case YBI_REASON_ITEM_UNLISTED: case YBI_REASON_ITEM_DIFFERS:
		ybi_text_printf(out, "feedetl[%u]", (unsigned)reason->subject);
		return;
	case YBI_REASON_CEILING:
		ybi_text_puts(out, layer_label(&book->layers[reason->subject], lang));
		return;
	default:
		ybi_text_puts(out, book->document->id);
	}
}

/* Two rules or benefits, by their ids. */
static void
put_two(const struct yb_decision *d, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out)
{
	const struct ybi_book *book = d->book;

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t number = reason->subject >> (8 * i) & 255;
		const char *id = reason->code == YBI_REASON_TWO_BENEFITS ? book->benefits[number].id : d->ask == YBI_ASK_REFUND ? book->repays[number].id
		               : book->rules[number].id;
		ybi_text_printf(out, "%s\"%s\"", i == 0 ? "" : lang == YB_LANG_ZH ? " 与 " : " and ", id);
	}
}

static void
put_second(const struct yb_decision *d, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out)
{
	char day[YB_DAY_TEXT_SIZE];

	if (reason->code == YBI_REASON_TWO_RULES || reason->code == YBI_REASON_TWO_BENEFITS) {
		put_two(d, reason, lang, out);
	} else if (reason->code == YBI_REASON_NO_BENEFIT) {
		ybi_text_puts(out, d->head[YBI_HEAD_MED_TYPE][0] ? d->head[YBI_HEAD_MED_TYPE] : "?");
	} else if (reason->code == YBI_REASON_LOW_CONFIDENCE) {
		ybi_put_confidence(out, d->book->clauses[reason->subject].confidence, lang);
	} else if (reason->code == YBI_REASON_WAITING || reason->code == YBI_REASON_NOT_COVERED || reason->code == YBI_REASON_WAIT_SHARE) {
		yb_day_to_text((yb_day)ybi_value_whole(&d->wait.start), day);
		ybi_text_puts(out, day);
	} else if (reason->code == YBI_REASON_COVER_ENDED || reason->code == YBI_REASON_TOO_LATE) {
		uint32_t answer = reason->code == YBI_REASON_TOO_LATE ? d->book->repay_answers + YBI_REPAY_UNTIL : d->book->wait_answers + YBI_WAIT_UNTIL;
		yb_day_to_text((yb_day)ybi_value_whole(&d->answers[answer]), day);
		ybi_text_puts(out, day);
	} else if (reason->code == YBI_REASON_DAY_NOT_COVERED) {
		yb_day_to_text((yb_day)d->facts[YBI_FACT_ON].value, day);
		ybi_text_puts(out, day);
	}
}

void
ybi_reason_text(const struct yb_decision *whole, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out)
{
	static const char *const parts[][2] = { { "first part of the stay: ", "住院前段：" }, { "second part of the stay: ", "住院后段：" } };
	const struct yb_decision *d = ybi_reason_of(whole, reason);
	const char *p = lang == YB_LANG_ZH ? reasons[reason->code].zh : reasons[reason->code].en;

	if (reason->part && !reason->both)
		ybi_text_puts(out, parts[reason->part - 1][lang == YB_LANG_ZH]);
	for (; *p; p++) {
		size_t plain = strcspn(p, "%");
		ybi_text_add(out, p, plain);
		p += plain;
		if (!*p)
			break;
		p++;
		if (*p == '1')
			put_subject(d, reason, lang, out);
		else
			put_second(d, reason, lang, out);
	}
}

/* ---- steps ---- */

static void
tell_deductible(struct ybi_teller *t, const struct ybi_layer *layer, uint32_t number, const struct ybi_value *r)
{
	if (layer->deductible == YBI_NO_EXPR)
		return;
	ybi_say(t, "起付标准 ", "deductible ");
	ybi_say_yuan(t, r[YBI_RESULT_DUE].q);
	if (ybi_fraction_cmp(r[YBI_RESULT_DUE].q, r[YBI_RESULT_DEDUCTIBLE].q) != 0) {
		ybi_say(t, "，本次计 ", ", charged now ");
		ybi_say_yuan(t, r[YBI_RESULT_DEDUCTIBLE].q);
	}
	ybi_set_step_amount(ybi_end_step(t, YBI_STEP_DEDUCTIBLE, layer->deductible_clause, number), r[YBI_RESULT_DEDUCTIBLE].q);
}

static void
tell_modifiers(struct ybi_teller *t, const struct ybi_layer *layer, uint32_t number, const struct ybi_value *r)
{
	static const struct { const char *zh, *en; } words[] = {
		{ "支付比例增减 ", "ratio changed by " }, { "支付比例乘以 ", "ratio times " }, { "个人自付部分乘以 ", "own share times " },
		{ "支付比例不低于 ", "ratio at least " }, { "支付比例不高于 ", "ratio at most " } };

	for (uint32_t i = 0; i < layer->modify_count; i++) {
		const struct ybi_modify *modify = &t->d->book->modifies[layer->first_modify + i];
		struct ybi_value v;
		if (i < 32) {
			ybi_value_set(&v, ybi_fraction_from(r[YBI_RESULT_MODIFIED].why >> i & 1));
		} else {
			ybi_condition(&t->eval, modify->when, &v);
		}
		if (!ybi_holds(&v))
			continue;
		ybi_evaluate(&t->eval, modify->value, &v);
		if (v.state != YBI_KNOWN)
			continue;
		ybi_say(t, words[modify->kind].zh, words[modify->kind].en);
		ybi_say_rate(t, v.q);
		if (modify->id[0]) {
			ybi_say(t, "（", " (");
			ybi_say(t, modify->id, modify->id);
			ybi_say(t, "）", ")");
		}
		(void)ybi_end_step(t, YBI_STEP_MODIFY, modify->clause, number);
	}
}

static void
tell_bands(struct ybi_teller *t, const struct ybi_layer *layer, uint32_t number, const struct ybi_value *r)
{
	int64_t bands = 0;

	(void)ybi_fraction_to_i64(r[YBI_RESULT_BANDS].q, &bands);
	for (int64_t i = 0; i < bands; i++) {
		struct ybi_fraction paid = r[YBI_RESULT_BAND1 + i].q, ratio = r[YBI_RESULT_RATIO1 + i].q, part;
		if (ybi_fraction_sign(paid) == 0 || ybi_fraction_div(paid, ratio, &part) != YB_OK)
			continue;
		if (bands > 1) {
			ybi_text_printf(t->zh, "第 %d 段 ", (int)i + 1);
			ybi_text_printf(t->en, "band %d: ", (int)i + 1);
		}
		ybi_say_yuan(t, part);
		ybi_say(t, " × ", " × ");
		ybi_say_rate(t, ratio);
		ybi_say(t, " = ", " = ");
		ybi_say_yuan(t, paid);
		ybi_set_step_amount(ybi_end_step(t, YBI_STEP_BAND, layer->ratio_clause, number), paid);
	}
}

static void
tell_ceiling(struct ybi_teller *t, const struct ybi_layer *layer, uint32_t number, const struct ybi_value *r)
{
	const struct ybi_schedule *schedule = &t->d->book->schedule;

	if (ybi_fraction_sign(r[YBI_RESULT_OVER].q) <= 0 || layer->ceiling_count == 0)
		return;
	ybi_say(t, "达到限额：", "ceiling reached: ");
	if (r[YBI_RESULT_ROOM].state == YBI_KNOWN) {
		ybi_say(t, "剩余额度 ", "room ");
		ybi_say_yuan(t, r[YBI_RESULT_ROOM].q);
		ybi_say(t, "，", ", ");
	}
	ybi_say_yuan(t, r[YBI_RESULT_OVER].q);
	ybi_say(t, " 超出限额", " lies above");
	ybi_set_step_amount(ybi_end_step(t, YBI_STEP_CEILING, schedule->ceilings[layer->first_ceiling].clause, number), r[YBI_RESULT_OVER].q);
}

static void
say_layer(struct ybi_teller *t, const struct ybi_layer *layer)
{
	ybi_text_puts(t->zh, layer_label(layer, YB_LANG_ZH));
	ybi_text_puts(t->en, layer_label(layer, YB_LANG_EN));
}

static void
tell_layer(struct ybi_teller *t, const struct ybi_layer *layer, uint32_t number, yb_explain level)
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
		say_layer(t, layer);
		ybi_say(t, "：计算基数 ", ": base ");
		ybi_say_yuan(t, r[YBI_RESULT_BASE].q);
		if (ybi_fraction_sign(r[YBI_RESULT_START].q) > 0) {
			ybi_say(t, "，累计起点 ", ", counted on from ");
			ybi_say_yuan(t, r[YBI_RESULT_START].q);
		}
		ybi_set_step_amount(ybi_end_step(t, YBI_STEP_BASE, layer->clause, number), r[YBI_RESULT_BASE].q);
		tell_deductible(t, layer, number, r);
		tell_modifiers(t, layer, number, r);
		tell_bands(t, layer, number, r);
		tell_ceiling(t, layer, number, r);
	}
	say_layer(t, layer);
	ybi_say(t, "支付 ", " pays ");
	ybi_say_yuan(t, r[YBI_RESULT_PAID].q);
	if (ybi_fraction_cmp(r[YBI_RESULT_PAID].q, r[YBI_RESULT_EXACT].q) != 0) {
		ybi_say(t, "（舍入前 ", " (before rounding ");
		ybi_say_yuan(t, r[YBI_RESULT_EXACT].q);
		ybi_say(t, "）", ")");
	} else if (level == YB_EXPLAIN_SUMMARY) {
		ybi_say(t, "：", " of ");
		ybi_say_yuan(t, r[YBI_RESULT_BASE].q);
		if (ybi_fraction_sign(r[YBI_RESULT_DEDUCTIBLE].q) > 0) {
			ybi_say(t, " 减起付标准 ", " after a deductible of ");
			ybi_say_yuan(t, r[YBI_RESULT_DEDUCTIBLE].q);
		}
	}
	ybi_set_step_amount(ybi_end_step(t, YBI_STEP_PAID, layer->ratio_clause, number), r[YBI_RESULT_PAID].q);
}

static void
tell_share(struct ybi_teller *t)
{
	struct yb_decision *d = t->d;
	yb_fen funds = 0;

	if (!d->share_given)
		return;
	(void)yb_decision_get_fen(d, YB_FIELD_FUND_PAY_SUMAMT, &funds);
	ybi_say(t, "处于等待期，每项基金支付乘以 ", "in a waiting period: each fund's payment times ");
	ybi_say_rate(t, d->share);
	ybi_say(t, "，共 ", ", in all ");
	ybi_say_yuan(t, ybi_fraction_from(funds));
	ybi_set_step_amount(ybi_end_step(t, YBI_STEP_PERSON, d->choice == UINT32_MAX ? UINT32_MAX : d->book->rules[d->choice].clause, UINT32_MAX),
	                    ybi_fraction_from(funds));
}

static void
tell_part(struct ybi_teller *t)
{
	struct ybi_value day;

	ybi_say(t, t->d->part == 1 ? "住院前段：" : "住院后段：", t->d->part == 1 ? "first part of the stay: " : "second part of the stay: ");
	ybi_value_set(&day, ybi_fraction_from(t->d->part_first));
	ybi_say_day(t, &day);
	ybi_say(t, " 至 ", " to ");
	ybi_value_set(&day, ybi_fraction_from(t->d->part_last));
	ybi_say_day(t, &day);
	(void)ybi_end_step(t, YBI_STEP_PART, UINT32_MAX, UINT32_MAX);
}

static void
tell_rest(struct ybi_teller *t)
{
	struct yb_decision *d = t->d;
	yb_fen cash, account, person;

	if (yb_decision_get_fen(d, YB_FIELD_PSN_PART_AMT, &person) != YB_OK)
		return;
	(void)yb_decision_get_fen(d, YB_FIELD_ACCT_PAY, &account);
	(void)yb_decision_get_fen(d, YB_FIELD_PSN_CASH_PAY, &cash);
	ybi_say(t, "个人负担 ", "the person bears ");
	ybi_say_yuan(t, ybi_fraction_from(person));
	ybi_say(t, "：个人账户 ", ": from the account ");
	ybi_say_yuan(t, ybi_fraction_from(account));
	ybi_say(t, "，现金 ", ", in cash ");
	ybi_say_yuan(t, ybi_fraction_from(cash));
	ybi_set_step_amount(ybi_end_step(t, YBI_STEP_PERSON, UINT32_MAX, UINT32_MAX), ybi_fraction_from(person));
}

/* The steps of one settlement, or of one part of it, up to what is left to the person. */
static void
tell_bill(struct yb_decision *d, yb_explain level, struct ybi_steps *steps)
{
	struct ybi_teller t = ybi_teller_of(d, steps);
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];
	size_t first = steps->count;

	t.first = benefit->first_layer;
	ybi_eval_start(d, &t.eval);
	t.eval.used = NULL;
	if (d->part)
		tell_part(&t);
	ybi_say(&t, "适用待遇：", "benefit: ");
	ybi_say(&t, benefit->label_zh ? benefit->label_zh : benefit->id, benefit->label_en ? benefit->label_en : benefit->id);
	(void)ybi_end_step(&t, YBI_STEP_BENEFIT, benefit->clause, UINT32_MAX);
	for (uint32_t i = 0; i < benefit->layer_count; i++)
		tell_layer(&t, &d->book->layers[benefit->first_layer + i], benefit->first_layer + i, level);
	tell_share(&t);
	if (!d->part)
		tell_rest(&t);
	for (size_t i = first; i < steps->count; i++)
		steps->rows[i].part = d->part;
	ybi_teller_free(&t);
}

void
ybi_explain(struct yb_decision *d, yb_explain level, struct ybi_steps *steps)
{
	struct ybi_teller rest = ybi_teller_of(d, steps);

	if (level == YB_EXPLAIN_NONE || d->outcome != YB_OUTCOME_ANSWERED)
		return;
	if (d->ask != YBI_ASK_REIMBURSE) {
		ybi_explain_question(d, level, steps);
		return;
	}
	if (!d->split) {
		if (d->benefit != UINT32_MAX)
			tell_bill(d, level, steps);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(d->parts); i++)
		if (d->parts[i]->outcome == YB_OUTCOME_ANSWERED)
			tell_bill(d->parts[i], level, steps);
	tell_rest(&rest);
	ybi_teller_free(&rest);
}
