/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/teller.h"

#include <stdlib.h>
#include <string.h>

/* Numbers as text, and steps that are told in both languages at once. */

size_t
ybi_fen_to_yuan(yb_fen fen, char text[YBI_YUAN_SIZE])
{
	uint64_t magnitude = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	char digits[YBI_YUAN_SIZE];
	size_t at = sizeof(digits);

	for (size_t places = 0; magnitude || places < 3; places++) {
		if (places == 2)
			digits[--at] = '.';
		else if (places > 2 && (places - 2) % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + magnitude % 10);
		magnitude /= 10;
	}
	if (fen < 0)
		digits[--at] = '-';
	memcpy(text, digits + at, sizeof(digits) - at);
	return sizeof(digits) - at;
}

/* Fen as yuan with separators, 1,300.00; an amount that is not whole fen exactly. */
void
ybi_put_yuan(struct ybi_text *out, struct ybi_fraction fen)
{
	char text[YBI_YUAN_SIZE];
	int64_t whole;

	if (out->muted)
		return;
	if (ybi_fraction_to_i64(fen, &whole) != YB_OK) {
		struct ybi_fraction yuan;
		if (ybi_fraction_div(fen, ybi_fraction_from(100), &yuan) == YB_OK)
			ybi_fraction_print(yuan, out);
		return;
	}
	ybi_text_add(out, text, ybi_fen_to_yuan(whole, text));
}

void
ybi_put_fen(struct ybi_text *out, yb_fen fen)
{
	ybi_put_yuan(out, ybi_fraction_from(fen));
}

/* 0.85 as 85 % */
void
ybi_put_rate(struct ybi_text *out, struct ybi_fraction rate)
{
	struct ybi_fraction percent;

	if (out->muted)
		return;
	if (ybi_fraction_mul(rate, ybi_fraction_from(100), &percent) == YB_OK)
		ybi_fraction_print(percent, out);
	ybi_text_puts(out, " %");
}

void
ybi_put_label(struct ybi_text *out, const char *id, const char *zh, const char *en, yb_lang lang)
{
	const char *own = lang == YB_LANG_ZH ? zh : en;

	ybi_text_puts(out, own ? own : en ? en : zh ? zh : id);
}

/* ---- steps ---- */

static struct ybi_step *
add_step(struct ybi_steps *steps, const char *op, uint32_t clause, uint32_t layer, struct ybi_text *zh, struct ybi_text *en)
{
	struct ybi_step step = { .op = op, .clause = clause, .layer = layer };
	bool failed = zh->failed || en->failed;

	step.zh = zh->muted ? NULL : ybi_text_take(zh);
	step.en = en->muted ? NULL : ybi_text_take(en);
	*zh = (struct ybi_text){ .muted = steps->no_zh };
	*en = (struct ybi_text){ .muted = steps->no_en };
	if (failed || (!step.zh && !steps->no_zh) || (!step.en && !steps->no_en) || !ybi_grow(&steps->rows, steps->count, &steps->room, sizeof(step))) {
		free(step.zh);
		free(step.en);
		steps->failed = true;
		return NULL;
	}
	steps->rows[steps->count] = step;
	return &steps->rows[steps->count++];
}

void
ybi_set_step_amount(struct ybi_step *step, struct ybi_fraction fen)
{
	if (step && ybi_fraction_to_i64(fen, &step->amount) == YB_OK)
		step->has_amount = true;
}

struct ybi_teller
ybi_teller_of(struct yb_decision *d, struct ybi_steps *steps)
{
	return (struct ybi_teller){ .d = d, .steps = steps, .zh = { .muted = steps->no_zh }, .en = { .muted = steps->no_en } };
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

void
ybi_say(struct ybi_teller *t, const char *zh, const char *en)
{
	ybi_text_puts(&t->zh, zh);
	ybi_text_puts(&t->en, en);
}

void
ybi_say_yuan(struct ybi_teller *t, struct ybi_fraction fen)
{
	ybi_put_yuan(&t->zh, fen);
	ybi_put_yuan(&t->en, fen);
}

void
ybi_say_rate(struct ybi_teller *t, struct ybi_fraction rate)
{
	ybi_put_rate(&t->zh, rate);
	ybi_put_rate(&t->en, rate);
}

struct ybi_step *
ybi_end_step(struct ybi_teller *t, const char *op, uint32_t clause, uint32_t layer)
{
	return add_step(t->steps, op, clause, layer, &t->zh, &t->en);
}

void
ybi_say_day(struct ybi_teller *t, const struct ybi_value *day)
{
	char text[YB_DAY_TEXT_SIZE];

	yb_day_to_text((yb_day)ybi_value_whole(day), text);
	ybi_say(t, text, text);
}

void
ybi_say_label(struct ybi_teller *t, const char *id, const char *zh, const char *en)
{
	ybi_put_label(&t->zh, id, zh, en, YB_LANG_ZH);
	ybi_put_label(&t->en, id, zh, en, YB_LANG_EN);
}

void
ybi_say_duration(struct ybi_teller *t, const struct ybi_value *value, uint32_t unit)
{
	long long n = (long long)ybi_value_whole(value);

	ybi_text_printf(&t->zh, unit == YBI_DAYS ? "%lld 天" : "%lld 个月", n);
	ybi_text_printf(&t->en, unit == YBI_DAYS ? (n == 1 ? "%lld day" : "%lld days") : n == 1 ? "%lld month" : "%lld months", n);
}

void
ybi_teller_free(struct ybi_teller *t)
{
	ybi_text_free(&t->zh);
	ybi_text_free(&t->en);
}
