/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "decide/teller.h"

/* The steps of a fee, a credit, a start of cover and a reward, from the answers they left. */

static void
step(struct ybi_teller *t, enum ybi_step_op op, uint32_t clause, const struct ybi_value *amount)
{
	struct ybi_step *row = ybi_end_step(t, op, clause, UINT32_MAX);

	if (amount && amount->state == YBI_KNOWN)
		ybi_set_step_amount(row, amount->q);
}

static bool
applies(struct ybi_teller *t, uint32_t when)
{
	struct ybi_value v;

	ybi_condition(&t->eval, when, &v);
	return ybi_holds(&v);
}

/* "3,700.00 × 3 % = 111.00", and the rounding where it did something */
static void
say_worked(struct ybi_teller *t, uint32_t expr, const struct ybi_value *exact, const struct ybi_value *posted)
{
	if (ybi_say_formula(t, expr))
		ybi_say(t, " = ", " = ");
	ybi_say_yuan(t, exact->q);
	if (posted && posted->state == YBI_KNOWN && ybi_fraction_cmp(posted->q, exact->q) != 0) {
		ybi_say(t, "，舍入为 ", ", rounded to ");
		ybi_say_yuan(t, posted->q);
	}
	ybi_say_choice(t, expr);
}

/* ---- payers ---- */

static const struct {
	const char *name, *zh, *en;
} payers[] = {
	{ "person", "个人", "person" }, { "employer", "单位", "employer" }, { "finsubs", "财政补助", "treasury subsidy" },
	{ "medaid", "医疗救助", "medical aid" }, { "account", "个人账户", "personal account" }, { "pool", "统筹基金", "pooled fund" },
	{ "other", "其他", "other" }, { "total", "合计", "total" },
};

const char *
ybi_payer_label(const char *name, yb_lang lang)
{
	for (size_t i = 0; i < ARRAY_SIZE(payers); i++)
		if (!strcmp(payers[i].name, name))
			return lang == YB_LANG_ZH ? payers[i].zh : payers[i].en;
	return name;
}

/* ---- fees ---- */

static void
tell_window(struct ybi_teller *t)
{
	const struct ybi_book *book = t->d->book;
	const struct ybi_fact *window = &t->d->facts[book->window_fact], *start = &t->d->facts[book->window_start_fact];
	const struct ybi_fact *paid = &t->d->facts[book->paid_fact];
	const struct ybi_window *row = ybi_window_of(t->d);
	struct ybi_value day;
	bool dated = false; /* the year has windows */

	for (size_t i = 0; i < book->windows_count && !dated; i++)
		dated = book->windows[i].year == t->d->facts[YBI_FACT_YEAR].value;
	if (!dated || !window->given || !paid->given)
		return;
	ybi_value_set(&day, ybi_fraction_from(paid->value));
	ybi_say(t, "缴费日 ", "paid on ");
	ybi_say_day(t, &day);
	ybi_say(t, "，缴费期：", ", window: ");
	if (row)
		ybi_say_label(t, row->id, row->label_zh, row->label_en);
	else
		ybi_say(t, "不在任何缴费期内", "none");
	if (start->given) {
		ybi_value_set(&day, ybi_fraction_from(start->value));
		ybi_say(t, "，该期缴费的待遇自 ", "; cover paid for in it counts from ");
		ybi_say_day(t, &day);
	}
	step(t, YBI_STEP_WINDOW, row ? row->clause : UINT32_MAX, NULL);
}

static void
tell_payer(struct ybi_teller *t, const struct ybi_charge *charge, const struct ybi_payer *payer)
{
	const struct ybi_value *exact = &t->d->answers[payer->exact], *amount = &t->d->answers[payer->amount];

	ybi_text_puts(t->zh, ybi_payer_label(payer->name, YB_LANG_ZH));
	ybi_text_puts(t->en, ybi_payer_label(payer->name, YB_LANG_EN));
	if (payer->expr == YBI_NO_EXPR) {
		ybi_say(t, "：其余 ", ": the rest, ");
		ybi_say_yuan(t, amount->q);
	} else {
		ybi_say(t, "：", ": ");
		say_worked(t, payer->expr, exact, amount);
	}
	if (charge->span == YBI_SPAN_MONTH && t->d->answers[payer->year].state == YBI_KNOWN) {
		ybi_say(t, "（每月），共 ", " a month, in all ");
		ybi_say_yuan(t, t->d->answers[payer->year].q);
	}
	step(t, YBI_STEP_PAYER, payer->clause, amount);
}

static void
tell_charge(struct ybi_teller *t, const struct ybi_charge *charge, yb_explain level)
{
	struct yb_decision *d = t->d;
	const struct ybi_value *total = &d->answers[charge->total_answer];

	ybi_say_label(t, charge->id, charge->label_zh, charge->label_en);
	if (charge->base != YBI_NO_EXPR && level == YB_EXPLAIN_FULL) {
		ybi_say(t, "：缴费基数 ", ": base ");
		say_worked(t, charge->base, &d->answers[charge->base_answer], NULL);
		step(t, YBI_STEP_CHARGE, charge->clause, &d->answers[charge->base_answer]);
	} else if (level == YB_EXPLAIN_FULL) {
		step(t, YBI_STEP_CHARGE, charge->clause, NULL);
	}
	if (level != YB_EXPLAIN_FULL) {
		ybi_say(t, charge->span == YBI_SPAN_MONTH ? "：每月 " : "：", charge->span == YBI_SPAN_MONTH ? ": a month " : ": ");
		ybi_say_yuan(t, total->q);
		step(t, YBI_STEP_CHARGE, charge->clause, total);
		return;
	}
	if (charge->total != YBI_NO_EXPR) {
		ybi_say(t, "总额 ", "total ");
		say_worked(t, charge->total, &d->answers[charge->exact_answer], total);
		step(t, YBI_STEP_TOTAL, charge->total_clause, total);
	}
	for (uint32_t i = 0; i < charge->payer_count; i++)
		tell_payer(t, charge, &d->book->payers[charge->first_payer + i]);
}

/* ---- credits ---- */

static void
tell_limits(struct ybi_teller *t, const struct ybi_credit *credit)
{
	struct ybi_value v;

	if (credit->factor != YBI_NO_EXPR) {
		ybi_evaluate(&t->eval, credit->factor, &v);
		if (v.state == YBI_KNOWN && ybi_fraction_cmp(v.q, ybi_fraction_from(1)) != 0) {
			ybi_say(t, "，乘以 ", ", times ");
			ybi_say_rate(t, v.q);
		}
	}
	if (credit->at_least != YBI_NO_EXPR) {
		ybi_evaluate(&t->eval, credit->at_least, &v);
		if (v.state == YBI_KNOWN) {
			ybi_say(t, "，不低于 ", ", at least ");
			ybi_say_yuan(t, v.q);
		}
	}
}

static void
tell_credit(struct ybi_teller *t, const struct ybi_credit *credit, yb_explain level)
{
	struct yb_decision *d = t->d;
	const struct ybi_value *gross = &d->answers[credit->gross_answer], *exact = &d->answers[credit->exact_answer];
	struct ybi_value amount;

	if (credit->base != YBI_NO_EXPR && level == YB_EXPLAIN_FULL) {
		ybi_say(t, "基数 ", "base ");
		say_worked(t, credit->base, &d->answers[credit->base_answer], NULL);
		step(t, YBI_STEP_BASE, credit->clause, &d->answers[credit->base_answer]);
	}
	ybi_evaluate(&t->eval, credit->amount, &amount);
	ybi_say_label(t, credit->id, credit->label_zh, credit->label_en);
	ybi_say(t, "：", ": ");
	if (amount.state == YBI_KNOWN)
		say_worked(t, credit->amount, &amount, NULL);
	tell_limits(t, credit);
	if (ybi_fraction_cmp(gross->q, amount.q) != 0 || ybi_fraction_cmp(gross->q, exact->q) != 0) {
		ybi_say(t, "，计 ", ", comes to ");
		ybi_say_yuan(t, gross->q);
	}
	step(t, YBI_STEP_CREDIT, credit->amount_clause, gross);
	for (uint32_t i = 0; i < credit->less_count; i++) {
		const struct ybi_less *less = &d->book->less[credit->first_less + i];
		const struct ybi_value *taken = &d->answers[less->answer];
		struct ybi_value whole;
		if (!applies(t, less->when))
			continue;
		ybi_evaluate(&t->eval, less->amount, &whole);
		ybi_say(t, "减 ", "less ");
		ybi_say_label(t, less->id, less->label_zh, less->label_en);
		ybi_say(t, "：", ": ");
		say_worked(t, less->amount, &whole, taken);
		step(t, YBI_STEP_LESS, less->clause, taken);
	}
	if (credit->less_count) {
		ybi_say(t, "入账 ", "posted ");
		ybi_say_yuan(t, d->answers[credit->net_answer].q);
		step(t, YBI_STEP_NET, UINT32_MAX, &d->answers[credit->net_answer]);
	}
}

/*
 * How the credit of one month of a year comes about. The answers hold the sums
 * of the year, so the figures are asked again as of the month's first day.
 */
static void
tell_month(struct ybi_teller *t, yb_day first)
{
	struct yb_decision *d = t->d;
	const struct ybi_fact *birth = &d->facts[d->book->field_fact[YB_FIELD_BRDY]];
	struct ybi_fact on = d->facts[YBI_FACT_ON], age = d->facts[YBI_FACT_AGE];
	struct ybi_value v;
	int32_t years;

	ybi_fact_set(d, YBI_FACT_ON, first);
	if (birth->given && yb_day_age((yb_day)birth->value, first, &years) == YB_OK)
		ybi_fact_set(d, YBI_FACT_AGE, years);
	ybi_eval_start(d, &t->eval);
	t->eval.used = NULL;
	for (uint32_t i = 0; i < d->book->credits_count; i++) {
		const struct ybi_credit *credit = &d->book->credits[i];
		if (credit->interest || credit->span == YBI_SPAN_YEAR || !applies(t, credit->when))
			continue;
		ybi_evaluate(&t->eval, credit->amount, &v);
		if (v.state != YBI_KNOWN)
			continue;
		ybi_say_label(t, credit->id, credit->label_zh, credit->label_en);
		ybi_say(t, "：", ": ");
		say_worked(t, credit->amount, &v, NULL);
		tell_limits(t, credit);
		step(t, YBI_STEP_PAYER, credit->amount_clause, &v);
		for (uint32_t k = 0; k < credit->less_count; k++) {
			const struct ybi_less *less = &d->book->less[credit->first_less + k];
			if (!applies(t, less->when))
				continue;
			ybi_evaluate(&t->eval, less->amount, &v);
			ybi_say(t, "减 ", "less ");
			ybi_say_label(t, less->id, less->label_zh, less->label_en);
			ybi_say(t, "：", ": ");
			if (v.state == YBI_KNOWN)
				say_worked(t, less->amount, &v, NULL);
			step(t, YBI_STEP_LESS, less->clause, &v);
		}
	}
	d->facts[YBI_FACT_ON] = on;
	d->facts[YBI_FACT_AGE] = age;
	ybi_eval_start(d, &t->eval);
	t->eval.used = NULL;
}

/* A year: runs of months in which the same was posted. */
static void
tell_months(struct ybi_teller *t, yb_explain level)
{
	const struct yb_decision *d = t->d;

	for (uint32_t i = 0; i < d->month_count;) {
		uint32_t end = i + 1;
		struct ybi_value day, amount;
		while (end < d->month_count && d->month_paid[end] == d->month_paid[i])
			end++;
		ybi_value_set(&day, ybi_fraction_from(d->month_first[i]));
		ybi_value_set(&amount, ybi_fraction_from(d->month_paid[i]));
		ybi_say(t, "自 ", "from ");
		ybi_say_day(t, &day);
		ybi_text_printf(t->zh, "，%u 个月，每月 ", (unsigned)(end - i));
		ybi_text_printf(t->en, ", %u month%s, each ", (unsigned)(end - i), end - i == 1 ? "" : "s");
		ybi_say_yuan(t, amount.q);
		step(t, YBI_STEP_MONTHS, UINT32_MAX, &amount);
		if (d->month_paid[i] && level == YB_EXPLAIN_FULL)
			tell_month(t, d->month_first[i]);
		i = end;
	}
}

static void
tell_repay(struct ybi_teller *t)
{
	struct yb_decision *d = t->d;
	const struct ybi_repay *repay = &d->book->repays[d->choice];
	const struct ybi_value *answers = &d->answers[d->book->repay_answers];

	ybi_say(t, "可以退费：", "may be asked back: ");
	ybi_say_label(t, repay->id, repay->label_zh, repay->label_en);
	ybi_say(t, "，比例 ", ", share ");
	ybi_say_rate(t, answers[YBI_REPAY_SHARE].q);
	if (answers[YBI_REPAY_UNTIL].state == YBI_KNOWN) {
		ybi_say(t, "，最晚 ", ", until ");
		ybi_say_day(t, &answers[YBI_REPAY_UNTIL]);
	}
	step(t, YBI_STEP_REPAY, repay->clause, &answers[YBI_REPAY_AMOUNT]);
}

static void
tell_refund(struct ybi_teller *t, yb_explain level)
{
	const struct ybi_book *book = t->d->book;

	if (t->d->mode == YBI_REFUND_CONTRIBUTION) {
		tell_repay(t);
		return;
	}
	if (t->d->mode == YBI_REFUND_YEAR)
		tell_months(t, level);
	for (uint32_t i = 0; i < book->credits_count && t->d->mode != YBI_REFUND_YEAR; i++) {
		const struct ybi_credit *credit = &book->credits[i];
		if (credit->interest == (t->d->mode == YBI_REFUND_INTEREST) && applies(t, credit->when) &&
		    ybi_fraction_sign(t->d->answers[credit->exact_answer].q) != 0)
			tell_credit(t, credit, level);
	}
}

/* ---- eligibility ---- */

static void
tell_gap(struct ybi_teller *t)
{
	const struct yb_decision *d = t->d;
	const struct ybi_fact *months = &d->facts[ybi_book_fact(d->book, "gap_months", 10)];
	const struct ybi_fact *years = &d->facts[ybi_book_fact(d->book, "gap_years", 9)], *from = &d->facts[ybi_book_fact(d->book, "gap_start", 9)];
	struct ybi_value day;

	if (!years->given)
		return;
	if (years->value == 0 && months->given && months->value > 0) {
		ybi_text_printf(t->zh, "此前中断参保 %lld 个月", (long long)months->value);
		ybi_text_printf(t->en, "a gap of %lld month%s before", (long long)months->value, months->value == 1 ? "" : "s");
	} else {
		ybi_text_printf(t->zh, "此前连续断保 %lld 年", (long long)years->value);
		ybi_text_printf(t->en, "%lld missed year%s before", (long long)years->value, years->value == 1 ? "" : "s");
		if (d->book->gaps_from) {
			ybi_text_printf(t->zh, "（自 %d 年度起计）", (int)d->book->gaps_from);
			ybi_text_printf(t->en, " (counted from %d)", (int)d->book->gaps_from);
		}
	}
	if (from->given) {
		ybi_value_set(&day, ybi_fraction_from(from->value - 1));
		ybi_say(t, "，上次参保至 ", ", covered last until ");
		ybi_say_day(t, &day);
	}
	step(t, YBI_STEP_GAP, UINT32_MAX, NULL);
}

static void
say_part(struct ybi_teller *t, const struct ybi_value *part, uint32_t unit, const char *zh, const char *en)
{
	if (part->state != YBI_KNOWN || ybi_fraction_sign(part->q) == 0)
		return;
	ybi_say(t, zh, en);
	ybi_say_duration(t, part, unit);
}

static void
tell_wait(struct ybi_teller *t, yb_explain level)
{
	struct yb_decision *d = t->d;
	const struct ybi_wait_rule *rule = &d->book->rules[d->choice];
	struct ybi_value repair = d->wait.repair; /* what of it took effect */

	if (ybi_fraction_cmp(repair.q, d->wait.variable.q) > 0)
		repair = d->wait.variable;
	if (level == YB_EXPLAIN_FULL) {
		tell_window(t);
		tell_gap(t);
	}
	ybi_say(t, "适用规则：", "rule: ");
	ybi_say_label(t, rule->id, rule->label_zh, rule->label_en);
	step(t, YBI_STEP_RULE, rule->clause, NULL);
	if (level == YB_EXPLAIN_FULL) {
		ybi_say(t, "从 ", "counted from ");
		ybi_say_day(t, &d->wait.anchor);
		ybi_say(t, " 起算", "");
		if (ybi_fraction_sign(d->wait.wait.q) != 0) {
			ybi_say(t, "，等待 ", ", a wait of ");
			ybi_say_duration(t, &d->wait.wait, rule->unit);
			say_part(t, &d->wait.fixed, rule->unit, "：固定 ", ": fixed ");
			say_part(t, &d->wait.variable, rule->unit, "，变动 ", ", variable ");
			say_part(t, &repair, rule->unit, "，修复减 ", ", less by repair ");
			if (ybi_fraction_sign(d->wait.repair.q) > 0 && ybi_fraction_cmp(d->wait.repair.q, repair.q) > 0)
				ybi_say(t, "（修复不缩短固定等待期）", " (repair does not shorten the fixed wait)");
			if (d->wait.floored)
				say_part(t, &d->wait.floor, rule->unit, "，不少于 ", ", at least ");
			if (d->wait.capped)
				say_part(t, &d->wait.cap, rule->unit, "，不超过 ", ", at most ");
		} else {
			ybi_say(t, "，无等待期", ", no wait");
		}
		step(t, YBI_STEP_WAIT, rule->clause, NULL);
	}
	ybi_say(t, "待遇自 ", "cover begins on ");
	ybi_say_day(t, &d->wait.start);
	ybi_say(t, " 起", "");
	if (d->wait.during.state == YBI_KNOWN && ybi_fraction_sign(d->wait.during.q) != 0) {
		ybi_say(t, "；等待期内按 ", "; while waiting each payment is made at ");
		ybi_say_rate(t, d->wait.during.q);
		ybi_say(t, " 支付", "");
	}
	step(t, YBI_STEP_START, rule->clause, NULL);
}

static void
tell_rewards(struct ybi_teller *t)
{
	const struct yb_decision *d = t->d;

	for (uint32_t i = 0; i < d->reward_log.count && i < YBI_REWARD_EVENTS; i++) {
		const struct ybi_reward_event *event = &d->reward_log.rows[i];
		const struct ybi_reward *reward = &d->book->rewards[event->reward];
		struct ybi_value after;
		ybi_value_set(&after, ybi_fraction_from(event->after));
		ybi_text_printf(t->zh, "%d 年 ", (int)event->year);
		ybi_text_printf(t->en, "%d: ", (int)event->year);
		ybi_say_label(t, reward->id, reward->label_zh, reward->label_en);
		ybi_say(t, "：", " ");
		ybi_say_yuan(t, ybi_fraction_from(event->before));
		ybi_say(t, " → ", " → ");
		ybi_say_yuan(t, ybi_fraction_from(event->after));
		step(t, YBI_STEP_REWARD, reward->clause, &after);
	}
}

void
ybi_explain_question(struct yb_decision *d, yb_explain level, struct ybi_steps *steps)
{
	struct ybi_teller t = ybi_teller_of(d, steps);

	ybi_eval_start(d, &t.eval);
	t.eval.used = NULL;
	switch (d->ask) {
	case YBI_ASK_FEE:
		tell_window(&t);
		for (uint32_t i = 0; i < d->book->charges_count; i++)
			if (applies(&t, d->book->charges[i].when))
				tell_charge(&t, &d->book->charges[i], level);
		break;
	case YBI_ASK_REFUND:
		tell_refund(&t, level);
		break;
	case YBI_ASK_ELIGIBILITY:
		tell_wait(&t, level);
		break;
	default:
		tell_rewards(&t);
	}
	ybi_teller_free(&t);
}
