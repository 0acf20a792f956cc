/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/teller.h"

#include <stdlib.h>
#include <string.h>

/* Numbers as text, and steps that are told in both languages at once. */

static const char pairs[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869"
	"707172737475767778798081828384858687888990919293949596979899";
_Static_assert(sizeof(pairs) == 201, "a pair of digits for each number below a hundred");

size_t
ybi_fen_to_yuan(yb_fen fen, char text[YBI_YUAN_SIZE])
{
	uint64_t magnitude = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen, yuan = magnitude / 100;
	char digits[YBI_YUAN_SIZE];
	size_t at = sizeof(digits) - 3;

	digits[at] = '.';
	memcpy(digits + at + 1, pairs + 2 * (magnitude % 100), 2);
	while (yuan >= 1000) {
		uint64_t left = yuan / 1000;
		unsigned group = (unsigned)(yuan - left * 1000), hundreds = group / 100;
		at -= 4;
		digits[at] = ',';
		digits[at + 1] = (char)('0' + hundreds);
		memcpy(digits + at + 2, pairs + 2 * (group - hundreds * 100), 2);
		yuan = left;
	}
	if (yuan >= 10) {
		at -= 2;
		memcpy(digits + at, pairs + 2 * (yuan % 100), 2);
		yuan /= 100;
	}
	if (yuan || digits[at] == '.')
		digits[--at] = (char)('0' + yuan);
	if (fen < 0)
		digits[--at] = '-';
	memcpy(text, digits + at, sizeof(digits) - at);
	return sizeof(digits) - at;
}

/* An amount that is not whole fen, as ybi_fraction_print() has it; false where that is no finite decimal, or a long one. */
static bool
put_parts_of_fen(struct ybi_text *out, struct ybi_fraction fen)
{
	unsigned decimals = ybi_fraction_decimals(fen.den);
	char digits[32];
	size_t at = sizeof(digits);
	uint64_t magnitude;
	int64_t scaled;

	if (decimals > 12 || !ybi_i128_to_i64(fen.num, &scaled) || __builtin_mul_overflow(scaled, ybi_power_of_ten(decimals) / fen.den, &scaled))
		return false;
	magnitude = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
	decimals += 2;
	for (unsigned places = 0; magnitude || places <= decimals; places++, magnitude /= 10) {
		if (places == decimals)
			digits[--at] = '.';
		digits[--at] = (char)('0' + magnitude % 10);
	}
	if (scaled < 0)
		digits[--at] = '-';
	ybi_text_add(out, digits + at, sizeof(digits) - at);
	return true;
}

/* Fen as yuan with separators, 1,300.00; an amount that is not whole fen exactly. */
void
ybi_put_yuan(struct ybi_text *out, struct ybi_fraction fen)
{
	int64_t whole;
	char *at;

	if (out->muted)
		return;
	if (ybi_fraction_to_i64(fen, &whole) != YB_OK) {
		struct ybi_fraction yuan;
		if ((fen.den == 1 || !put_parts_of_fen(out, fen)) && ybi_fraction_div(fen, ybi_fraction_from(100), &yuan) == YB_OK)
			ybi_fraction_print(yuan, out);
		return;
	}
	at = ybi_text_room(out, YBI_YUAN_SIZE);
	if (at)
		ybi_text_took(out, at + ybi_fen_to_yuan(whole, at));
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
	int64_t num;

	if (out->muted)
		return;
	if (100 % rate.den == 0 && ybi_i128_to_i64(rate.num, &num) && num >= 0 && num <= rate.den) { /* whole percent of something */
		char digits[] = "100";
		unsigned whole = (unsigned)(num * (100 / rate.den)), from = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
		digits[1] = (char)('0' + whole / 10 % 10);
		digits[2] = (char)('0' + whole % 10);
		ybi_text_puts(out, digits + from);
	} else if (ybi_fraction_mul(rate, ybi_fraction_from(100), &percent) == YB_OK)
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

void
ybi_steps_begin(struct ybi_steps *steps, bool zh, bool en)
{
	steps->count = 0;
	steps->failed = false;
	ybi_text_again(&steps->zh, !zh);
	ybi_text_again(&steps->en, !en);
	steps->open_zh = steps->open_en = 0;
}

const char *
ybi_step_text(const struct ybi_steps *steps, size_t index, yb_lang lang, size_t *length)
{
	const struct ybi_step *step = &steps->rows[index], *next = index + 1 < steps->count ? step + 1 : NULL;
	bool zh = lang == YB_LANG_ZH;
	size_t begin = zh ? step->zh : step->en, end = zh ? (next ? next->zh : steps->open_zh) : next ? next->en : steps->open_en;

	*length = end - begin - 1;
	return (zh ? steps->zh.data : steps->en.data) + begin;
}

/* What was said and did not become a step is taken back. */
static void
take_back(struct ybi_steps *steps)
{
	steps->zh.length = steps->open_zh;
	steps->en.length = steps->open_en;
}

struct ybi_step *
ybi_end_step(struct ybi_teller *t, enum ybi_step_op op, uint32_t clause, uint32_t layer)
{
	struct ybi_steps *steps = t->steps;
	struct ybi_step *step;

	if (!steps->zh.muted)
		ybi_text_putc(&steps->zh, '\0');
	if (!steps->en.muted)
		ybi_text_putc(&steps->en, '\0');
	if (steps->zh.failed || steps->en.failed || !ybi_grow(&steps->rows, steps->count, &steps->room, sizeof(*step))) {
		take_back(steps);
		steps->failed = true;
		return NULL;
	}
	step = &steps->rows[steps->count++];
	*step = (struct ybi_step){ .op = op, .clause = clause, .layer = layer, .zh = steps->open_zh, .en = steps->open_en };
	steps->open_zh = steps->zh.length;
	steps->open_en = steps->en.length;
	return step;
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
	return (struct ybi_teller){ .d = d, .steps = steps, .zh = &steps->zh, .en = &steps->en };
}

void
ybi_steps_free(struct ybi_steps *steps)
{
	ybi_text_wipe(&steps->zh);
	ybi_text_wipe(&steps->en);
	free(steps->rows);
	*steps = (struct ybi_steps){ 0 };
}

void
ybi_say_yuan(struct ybi_teller *t, struct ybi_fraction fen)
{
	ybi_put_yuan(t->zh, fen);
	ybi_put_yuan(t->en, fen);
}

void
ybi_say_rate(struct ybi_teller *t, struct ybi_fraction rate)
{
	ybi_put_rate(t->zh, rate);
	ybi_put_rate(t->en, rate);
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
	ybi_put_label(t->zh, id, zh, en, YB_LANG_ZH);
	ybi_put_label(t->en, id, zh, en, YB_LANG_EN);
}

void
ybi_say_duration(struct ybi_teller *t, const struct ybi_value *value, uint32_t unit)
{
	long long n = (long long)ybi_value_whole(value);

	ybi_text_printf(t->zh, unit == YBI_DAYS ? "%lld 天" : "%lld 个月", n);
	ybi_text_printf(t->en, unit == YBI_DAYS ? (n == 1 ? "%lld day" : "%lld days") : n == 1 ? "%lld month" : "%lld months", n);
}

void
ybi_teller_free(struct ybi_teller *t)
{
	take_back(t->steps);
}
