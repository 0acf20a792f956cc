/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/outlook.h"

#include <string.h>

#define YUAN 100 /* fen */

/* ---- the next yuan ---- */

static void
move_bill(struct yb_decision *d, int64_t by)
{
	if (d->facts[YBI_FACT_TOTAL].given)
		d->facts[YBI_FACT_TOTAL].value += by;
	d->facts[YBI_FACT_SCOPE].value += by;
}

/* What the layers, or the one alone, would pay more of a bill that is one yuan larger, all of it in scope. */
struct more {
	uint32_t layer; /* of the benefit; UINT32_MAX: all */
	struct ybi_fraction fen;
};

static bool
is_asked(const struct more *more, uint32_t layer)
{
	return more->layer == UINT32_MAX || more->layer == layer;
}

/* By the plan that answered the bill; false where it does not say. */
static bool
more_by_plan(struct yb_decision *d, struct more *more)
{
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];
	const struct ybi_plan *plan = d->book->plans[d->benefit];
	const int64_t *before = d->single.exact[0], *after = d->single.exact[1];
	bool there;

	if (!d->dense || plan->tier_count != benefit->layer_count)
		return false;
	move_bill(d, YUAN);
	d->single.beside = true;
	there = ybi_single_run(plan, d->facts, &d->single);
	d->single.beside = false;
	move_bill(d, -YUAN);
	for (uint32_t i = 0; there && i < plan->tier_count; i++) {
		const struct ybi_tier_plan *tier = &plan->tiers[i];
		struct ybi_fraction part;
		if (!is_asked(more, i) || after[i] == before[i])
			continue;
		there = ybi_fraction_make(after[i] - before[i], tier->scale * tier->ratio_den, &part) == YB_OK &&
			ybi_fraction_add(more->fen, part, &more->fen) == YB_OK;
	}
	return there;
}

/* By a second run of the layers beside the first, in room of its own, so that nothing of the answer moves. */
static yb_status
more_by_run(struct yb_decision *d, struct more *more)
{
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];
	struct ybi_obstacles obstacles = { .missing = d->beside_missing, .gaps = d->beside_gaps };
	struct ybi_eval eval;
	yb_status st = YB_OK;

	memset(d->beside_missing, 0, d->book->facts_count);
	memset(d->beside_gaps, 0, d->book->clauses_count);
	ybi_results_forget(d->beside, d->book->layer_names_count, YBI_FACT_TOTAL);
	move_bill(d, YUAN);
	ybi_eval_start(d, &eval);
	eval.results = d->beside;
	eval.used = NULL;
	ybi_benefit_run(&eval, &d->book->schedule, benefit, d->beside, &obstacles);
	move_bill(d, -YUAN);
	d->stamp++; /* what was kept of the larger bill is stale */
	if (obstacles.failed != YB_OK || obstacles.missing_count || obstacles.gap_count)
		return YB_E_UNKNOWN;
	for (uint32_t i = 0; i < benefit->layer_count && st == YB_OK; i++) {
		size_t at = (size_t)d->book->layers[benefit->first_layer + i].number * YBI_RESULT_STRIDE + YBI_RESULT_EXACT;
		struct ybi_fraction part;
		if (!is_asked(more, i))
			continue;
		st = ybi_fraction_sub(d->beside[at].q, d->results[at].q, &part);
		if (st == YB_OK)
			st = ybi_fraction_add(more->fen, part, &more->fen);
	}
	return st;
}

/* Of the next yuan in scope, what layer `i` of the benefit, or all of them (UINT32_MAX), would pay. */
static void
marginal_of(struct yb_decision *d, uint32_t i, struct ybi_value *value)
{
	struct more more = { .layer = i, .fen = ybi_fraction_from(0) };
	yb_status st = YB_OK;

	if (!more_by_plan(d, &more)) {
		more.fen = ybi_fraction_from(0);
		st = more_by_run(d, &more);
	}
	if (st == YB_OK)
		st = ybi_fraction_div(more.fen, ybi_fraction_from(YUAN), &more.fen);
	if (st == YB_OK && d->share_given)
		st = ybi_fraction_mul(more.fen, d->share, &more.fen);
	if (st == YB_OK)
		ybi_value_set(value, more.fen);
	else
		ybi_value_state(value, YBI_UNKNOWN, YBI_FACT_SCOPE);
}

static bool
has_next_yuan(const struct yb_decision *d)
{
	return d->ask == YBI_ASK_REIMBURSE && d->outcome == YB_OUTCOME_ANSWERED && d->benefit != UINT32_MAX && d->facts[YBI_FACT_SCOPE].given;
}

bool
ybi_marginal(struct yb_decision *d, const char *name, struct ybi_value *value)
{
	static const char word[] = "marginal";
	size_t length = strlen(name), word_length = sizeof(word) - 1;
	uint32_t which = UINT32_MAX;

	if (length < word_length || strcmp(name + length - word_length, word) != 0 || !has_next_yuan(d))
		return false;
	if (length > word_length) {
		const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];
		for (uint32_t i = 0; i < benefit->layer_count && name[length - word_length - 1] == '.'; i++)
			if (ybi_streq_n(name, length - word_length - 1, d->book->layers[benefit->first_layer + i].id))
				which = i;
		if (which == UINT32_MAX)
			return false;
	}
	marginal_of(d, which, value);
	return true;
}

/* ---- distances ---- */

struct change {
	yb_change kind;
	const char *subject;          /* layer, window or rule, by id */
	const char *zh, *en;          /* what it is called; NULL: its id */
	struct ybi_fraction distance; /* fen, or days */
	struct ybi_fraction ratio;    /* of the next band */
	uint32_t band;                /* number of the next band, from 1 */
};

#define CHANGES (3 * YBI_LAYERS + 4)

struct changes {
	struct change rows[CHANGES];
	size_t count;
};

static struct change *
add(struct changes *all, yb_change kind, const char *subject, struct ybi_fraction distance)
{
	struct change *row = &all->rows[all->count < CHANGES ? all->count++ : CHANGES - 1];

	*row = (struct change){ .kind = kind, .subject = subject, .distance = distance };
	return row;
}

/* The first border that lies beyond the point where the layer stands. */
static void
next_band(struct changes *all, const struct ybi_layer *layer, const struct ybi_value *r)
{
	bool whole = layer->after_ratio || layer->origin_zero;
	struct ybi_fraction point, taken = whole ? ybi_fraction_from(0) : r[YBI_RESULT_DEDUCTIBLE].q, left;
	uint32_t bands = r[YBI_RESULT_STORED].why;

	if (ybi_fraction_add(r[YBI_RESULT_START].q, r[YBI_RESULT_ABSORBED].q, &point) != YB_OK || ybi_fraction_sub(point, taken, &point) != YB_OK)
		return;
	for (uint32_t i = 0; i + 1 < bands; i++) {
		struct change *row;
		if (ybi_fraction_cmp(r[YBI_RESULT_BORDER1 + i].q, point) <= 0 || ybi_fraction_sub(r[YBI_RESULT_BORDER1 + i].q, point, &left) != YB_OK)
			continue;
		row = add(all, YB_CHANGE_BAND, layer->id, left);
		row->band = i + 2;
		row->ratio = r[YBI_RESULT_RATIO1 + i + 1].q;
		return;
	}
}

static void
to_ceiling(struct changes *all, yb_change kind, const struct ybi_layer *layer, const struct ybi_value *room, const struct ybi_value *reached)
{
	struct ybi_fraction left;

	if (room->state == YBI_KNOWN && ybi_fraction_sub(room->q, reached->q, &left) == YB_OK)
		add(all, kind, layer->id, left);
}

/* `r`: what the layer came to. */
static void
layer_changes(struct changes *all, const struct ybi_layer *layer, const struct ybi_value *r)
{
	struct ybi_fraction left;
	size_t before = all->count;

	if (r[YBI_RESULT_BASE].state != YBI_KNOWN || ybi_fraction_sign(r[YBI_RESULT_BASE].q) == 0)
		return; /* not there, or nothing came to it */
	if (ybi_fraction_cmp(r[YBI_RESULT_BASE].q, r[YBI_RESULT_OPEN].q) < 0 &&
	    ybi_fraction_sub(r[YBI_RESULT_OPEN].q, r[YBI_RESULT_BASE].q, &left) == YB_OK)
		add(all, YB_CHANGE_DEDUCTIBLE, layer->id, left);
	else if (ybi_fraction_sign(r[YBI_RESULT_OVER].q) == 0)
		next_band(all, layer, r);
	to_ceiling(all, YB_CHANGE_PAYMENT_CEILING, layer, &r[YBI_RESULT_ROOM], &r[YBI_RESULT_EXACT]);
	to_ceiling(all, YB_CHANGE_COST_CEILING, layer, &r[YBI_RESULT_COST_ROOM], &r[YBI_RESULT_ABSORBED]);
	for (size_t i = before; i < all->count; i++) {
		all->rows[i].zh = layer->label_zh ? layer->label_zh : layer->label_en;
		all->rows[i].en = layer->label_en ? layer->label_en : layer->label_zh;
	}
}

static void
bill_changes(struct changes *all, const struct yb_decision *d)
{
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];

	for (uint32_t i = 0; i < benefit->layer_count; i++) {
		const struct ybi_layer *layer = &d->book->layers[benefit->first_layer + i];
		layer_changes(all, layer, &d->results[(size_t)layer->number * YBI_RESULT_STRIDE]);
	}
}

static void
add_days(struct changes *all, yb_change kind, const char *subject, const char *zh, const char *en, int64_t days)
{
	struct change *row = add(all, kind, subject, ybi_fraction_from(days));

	row->zh = zh ? zh : en;
	row->en = en ? en : zh;
}

static void
day_changes(struct changes *all, const struct yb_decision *d)
{
	const struct ybi_fact *paid = &d->facts[d->book->paid_fact];
	const struct ybi_window *window = ybi_window_of(d);

	if (window && paid->given)
		add_days(all, YB_CHANGE_WINDOW, window->id, window->label_zh, window->label_en, (int64_t)window->to - 1 - paid->value);
	if (d->ask == YBI_ASK_ELIGIBILITY && d->choice != UINT32_MAX && d->asked_on != YB_DAY_NONE && d->wait.start.state == YBI_KNOWN) {
		const struct ybi_wait_rule *rule = &d->book->rules[d->choice];
		const struct ybi_value *until = &d->answers[d->book->wait_answers + YBI_WAIT_UNTIL];
		int64_t start = ybi_value_whole(&d->wait.start);
		if (start > d->asked_on)
			add_days(all, YB_CHANGE_WAIT, rule->id, rule->label_zh, rule->label_en, start - d->asked_on);
		else if (until->state == YBI_KNOWN && ybi_value_whole(until) >= d->asked_on)
			add_days(all, YB_CHANGE_COVER_END, rule->id, rule->label_zh, rule->label_en, ybi_value_whole(until) - d->asked_on);
	}
}

static void
find_changes(struct changes *all, struct yb_decision *d)
{
	all->count = 0;
	if (d->outcome != YB_OUTCOME_ANSWERED)
		return;
	if (d->ask != YBI_ASK_REIMBURSE)
		day_changes(all, d);
	else if (d->benefit != UINT32_MAX)
		bill_changes(all, d);
}

static bool
in_days(yb_change kind)
{
	return kind >= YB_CHANGE_WINDOW;
}

yb_status
yb_decision_get_change(struct yb_decision *d, size_t index, yb_change *kind, const char **subject, int64_t *distance, yb_result *unit)
{
	struct changes all;
	struct ybi_fraction whole;
	const struct change *row;
	yb_status st;

	if (!d || !kind || !subject || !distance)
		return YB_E_INVALID;
	st = ybi_decision_trace(d, NULL);
	if (st != YB_OK)
		return st;
	find_changes(&all, d);
	if (index >= all.count)
		return YB_E_NOT_FOUND;
	row = &all.rows[index];
	st = ybi_fraction_round(row->distance, ybi_fraction_from(1), YB_ROUND_UP, &whole);
	if (st == YB_OK)
		st = ybi_fraction_to_i64(whole, distance);
	if (st != YB_OK)
		return st;
	*kind = row->kind;
	*subject = row->subject;
	if (unit)
		*unit = in_days(row->kind) ? YB_RESULT_DAYS : YB_RESULT_FEN;
	return YB_OK;
}

/* ---- telling ---- */

static void
put_change(struct ybi_text *out, const struct change *row, yb_lang lang)
{
	static const char *const words[][2] = { /* what is called, the distance, the band */
		[YB_CHANGE_DEDUCTIBLE] = { "%1: %2 more until the deductible is met", "%1：再有 %2 元达到起付标准" },
		[YB_CHANGE_BAND] = { "%1: %2 more until band %3", "%1：再有 %2 元进入第 %3 段" },
		[YB_CHANGE_PAYMENT_CEILING] = { "%1: %2 more may be paid under its ceiling", "%1：支付限额尚余 %2 元" },
		[YB_CHANGE_COST_CEILING] = { "%1: %2 more of cost lies under its ceiling", "%1：费用限额尚余 %2 元" },
		[YB_CHANGE_WINDOW] = { "%1: the window is open for %2 more days after the day of payment", "%1：自缴费之日起还开放 %2 天" },
		[YB_CHANGE_WAIT] = { "%1: cover begins in %2 days", "%1：再过 %2 天开始享受待遇" },
		[YB_CHANGE_COVER_END] = { "%1: cover runs for %2 more days", "%1：待遇还有 %2 天" },
	};
	const char *name = lang == YB_LANG_ZH ? row->zh : row->en;

	for (const char *p = words[row->kind][lang == YB_LANG_ZH]; *p; p++) {
		size_t plain = strcspn(p, "%");
		ybi_text_add(out, p, plain);
		p += plain;
		if (!*p)
			break;
		p++;
		if (*p == '1')
			ybi_text_puts(out, name ? name : row->subject);
		else if (*p == '3')
			ybi_text_printf(out, "%u", (unsigned)row->band);
		else if (in_days(row->kind))
			ybi_fraction_print(row->distance, out);
		else
			ybi_put_yuan(out, row->distance);
	}
	if (row->kind == YB_CHANGE_BAND) {
		ybi_text_puts(out, lang == YB_LANG_ZH ? "（" : " (");
		ybi_put_rate(out, row->ratio);
		ybi_text_puts(out, lang == YB_LANG_ZH ? "）" : ")");
	}
}

static bool
next_yuan(struct yb_decision *d, struct ybi_value *value)
{
	if (!has_next_yuan(d))
		return false;
	marginal_of(d, UINT32_MAX, value);
	return value->state == YBI_KNOWN;
}

void
ybi_put_outlook(struct ybi_text *out, struct yb_decision *d, yb_lang lang)
{
	struct changes all;
	struct ybi_value next;
	bool known = next_yuan(d, &next), zh = lang == YB_LANG_ZH;

	find_changes(&all, d);
	if (known || all.count)
		ybi_text_puts(out, zh ? "\n什么会改变结果\n" : "\nWhat would change it\n");
	if (known) {
		ybi_text_puts(out, zh ? "  - 政策范围内再增加 1 元，基金支付其中 " : "  - of the next yuan in scope the funds pay ");
		ybi_put_rate(out, next.q);
		ybi_text_putc(out, '\n');
	}
	for (size_t i = 0; i < all.count; i++) {
		ybi_text_puts(out, "  - ");
		put_change(out, &all.rows[i], lang);
		ybi_text_putc(out, '\n');
	}
}

void
ybi_json_outlook(struct ybi_text *out, bool *first, struct yb_decision *d)
{
	static const char *const kinds[] = { "", "deductible", "band", "payment_ceiling", "cost_ceiling", "window", "wait", "cover_end" };
	struct changes all;
	struct ybi_value next;

	if (next_yuan(d, &next)) {
		struct ybi_text text = { 0 };
		ybi_put_value(&text, d->book, YBI_RATE, &next);
		out->failed = out->failed || text.failed;
		if (!text.failed)
			ybi_json_text(out, first, "marginal", text.data);
		ybi_text_free(&text);
	}
	find_changes(&all, d);
	ybi_json_key(out, first, "changes");
	ybi_text_puts(out, "[");
	for (size_t i = 0; i < all.count; i++) {
		struct change *row = &all.rows[i];
		struct ybi_text text[3] = { { 0 } };
		struct ybi_value distance;
		yb_fen fen;
		bool none = true;
		ybi_value_set(&distance, row->distance);
		put_change(&text[1], row, YB_LANG_ZH);
		put_change(&text[2], row, YB_LANG_EN);
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &none, "kind", kinds[row->kind]);
		ybi_json_text(out, &none, "subject", row->subject);
		if (in_days(row->kind)) {
			ybi_json_key(out, &none, "days");
			ybi_fraction_print(row->distance, out);
		} else if (ybi_fraction_to_i64(row->distance, &fen) == YB_OK) {
			ybi_json_fen(out, &none, "amount", fen);
		} else { /* a border that lies at no whole fen */
			ybi_put_value(&text[0], d->book, YBI_MONEY, &distance);
			ybi_json_text(out, &none, "amount", text[0].data);
		}
		if (row->kind == YB_CHANGE_BAND) {
			ybi_json_key(out, &none, "band");
			ybi_text_printf(out, "%u", (unsigned)row->band);
		}
		ybi_json_text(out, &none, "zh", text[1].data);
		ybi_json_text(out, &none, "en", text[2].data);
		ybi_text_puts(out, "}");
		for (size_t k = 0; k < ARRAY_SIZE(text); k++) {
			out->failed = out->failed || text[k].failed;
			ybi_text_free(&text[k]);
		}
	}
	ybi_text_puts(out, "]");
}
