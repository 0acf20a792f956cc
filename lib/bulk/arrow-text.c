/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/arrow.h"

#include <stdlib.h>
#include <string.h>

/* Texts of a column, and dictionaries of texts: each different one once, rows by its number. */

#define TEXTS_MOST (1u << 24)
#define TEXT_MOST (1u << 20)

/* ---- where texts lie ---- */

enum ybi_text_form
ybi_text_form(const char *format)
{
	return !strcmp(format, "u") ? YBI_TEXT_SHORT : !strcmp(format, "U") ? YBI_TEXT_LARGE : !strcmp(format, "vu") ? YBI_TEXT_VIEW : YBI_NO_TEXT;
}

/* Of views: the bitmap, the views, buffers of bytes, and how long each of these is. */
#define VIEW 16       /* bytes of a view */
#define VIEW_SHORT 12 /* so many bytes of text stand in it */
#define VIEW_EXTRA 3  /* buffers that are there without any of bytes */

static const char *
view_shape(const struct ArrowArray *a, int64_t least)
{
	struct ArrowArray fixed = *a;
	const uint8_t *lengths;

	fixed.n_buffers = 2;
	if (a->n_buffers < VIEW_EXTRA || a->n_buffers > INT32_MAX || !a->buffers)
		return "another number of buffers than its type has";
	lengths = a->buffers[a->n_buffers - 1];
	if (a->n_buffers > VIEW_EXTRA && !lengths)
		return "a buffer is missing";
	for (int64_t i = 0; i < a->n_buffers - VIEW_EXTRA; i++) {
		int64_t length;
		memcpy(&length, lengths + 8 * i, 8);
		if (length < 0 || (length > 0 && !a->buffers[2 + i]))
			return "a buffer is missing";
	}
	return ybi_arrow_shape(&fixed, 2, least);
}

const char *
ybi_text_shape(const struct ArrowArray *a, enum ybi_text_form form, int64_t least)
{
	return form == YBI_TEXT_VIEW ? view_shape(a, least) : ybi_arrow_shape(a, 3, least);
}

static bool
view_at(const struct ArrowArray *a, int64_t i, const char **text, size_t *length)
{
	const uint8_t *view = (const uint8_t *)a->buffers[1] + VIEW * i;
	int32_t bytes, place[2]; /* which buffer, and where in it */
	int64_t room;

	memcpy(&bytes, view, sizeof(bytes));
	if (bytes < 0)
		return false;
	*length = (size_t)bytes;
	*text = (const char *)view + 4;
	if (bytes <= VIEW_SHORT)
		return true;
	memcpy(place, view + 8, sizeof(place));
	if (place[0] < 0 || place[0] >= a->n_buffers - VIEW_EXTRA || place[1] < 0)
		return false;
	memcpy(&room, (const uint8_t *)a->buffers[a->n_buffers - 1] + 8 * (int64_t)place[0], sizeof(room));
	*text = (const char *)a->buffers[2 + place[0]] + place[1];
	return (int64_t)place[1] + bytes <= room;
}

/* Where text i lies; false when its offsets cannot be. */
static bool
text_at(const struct ArrowArray *a, enum ybi_text_form form, int64_t i, const char **text, size_t *length)
{
	const uint8_t *offsets = a->buffers[1];
	int64_t from, to;

	if (form == YBI_TEXT_VIEW)
		return view_at(a, i, text, length);
	if (form == YBI_TEXT_LARGE) {
		memcpy(&from, offsets + 8 * i, 8);
		memcpy(&to, offsets + 8 * (i + 1), 8);
	} else {
		int32_t f, t;
		memcpy(&f, offsets + 4 * i, 4);
		memcpy(&t, offsets + 4 * (i + 1), 4);
		from = f;
		to = t;
	}
	if (from < 0 || to < from || (to > from && !a->buffers[2]))
		return false;
	*text = to > from ? (const char *)a->buffers[2] + from : "";
	*length = (size_t)(to - from);
	return true;
}

/* ---- each once ---- */

/* Open addressing over numbers + 1. */
struct words {
	const char **texts;
	size_t *lengths;
	uint32_t *slots;
	size_t count, room, mask;
};

static void
words_free(struct words *w)
{
	free(w->texts);
	free(w->lengths);
	free(w->slots);
}

static size_t
word_hash(const char *text, size_t length)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

static bool
words_grow(struct words *w)
{
	size_t room = w->room ? w->room * 2 : 256;
	uint32_t *slots = ybi_calloc(2 * room, sizeof(*slots));
	const char **texts = realloc(w->texts, room * sizeof(*texts));
	size_t *lengths;

	if (texts)
		w->texts = texts;
	lengths = realloc(w->lengths, room * sizeof(*lengths));
	if (lengths)
		w->lengths = lengths;
	if (!slots || !texts || !lengths) {
		free(slots);
		return false;
	}
	free(w->slots);
	w->slots = slots;
	w->room = room;
	w->mask = 2 * room - 1;
	for (size_t i = 0; i < w->count; i++) {
		size_t at = word_hash(w->texts[i], w->lengths[i]) & w->mask;
		while (slots[at])
			at = (at + 1) & w->mask;
		slots[at] = (uint32_t)i + 1;
	}
	return true;
}

static bool
word_number(struct words *w, const char *text, size_t length, uint32_t *number)
{
	size_t at;

	if (w->count == w->room && !words_grow(w))
		return false;
	for (at = word_hash(text, length) & w->mask; w->slots[at]; at = (at + 1) & w->mask) {
		*number = w->slots[at] - 1;
		if (w->lengths[*number] == length && !memcmp(w->texts[*number], text, length))
			return true;
	}
	w->texts[w->count] = text;
	w->lengths[w->count] = length;
	*number = (uint32_t)w->count++;
	w->slots[at] = *number + 1;
	return true;
}

static yb_status
number_texts(struct ybi_taking *c, enum ybi_text_form form, struct words *words, int32_t *codes)
{
	const uint8_t *known = ybi_arrow_validity(c->array);
	uint32_t number;

	for (int64_t i = 0; i < c->rows; i++) {
		const char *text;
		size_t length;
		if (known && !ybi_arrow_bit(known, c->first + i))
			continue;
		if (!text_at(c->array, form, c->first + i, &text, &length))
			return ybi_taking_fault(c, YB_E_SYNTAX, "offsets of texts that cannot be");
		if (length > TEXT_MOST || words->count == TEXTS_MOST)
			return ybi_taking_fault(c, YB_E_LIMIT, "a text of more than 1 MiB, or more than 16,777,216 different ones");
		if (!word_number(words, text, length, &number))
			return ybi_error_no_memory(c->err);
		codes[i] = (int32_t)number;
	}
	return YB_OK;
}

static yb_status
bind_words(struct ybi_taking *c, const struct words *words)
{
	static const char *const none[] = { "" };
	static const size_t zero[] = { 0 };

	c->input.coded = true;
	return ybi_bulk_bind(c->bulk, &c->input, words->count ? words->texts : none, words->count ? words->lengths : zero, words->count, c->err);
}

yb_status
ybi_take_texts(struct ybi_taking *c, enum ybi_text_form form)
{
	struct words words = { 0 };
	int32_t *codes = ybi_taking_grab(c, (size_t)c->rows, sizeof(*codes));
	yb_status st = codes ? number_texts(c, form, &words, codes) : YB_E_NO_MEMORY;

	ybi_taking_known(c);
	c->input.width = sizeof(*codes);
	c->input.values = (const uint8_t *)codes;
	if (st == YB_OK)
		st = bind_words(c, &words);
	words_free(&words);
	return st;
}

/* An index of a text that is null: the fact is not known. */
static yb_status
hide_null_texts(struct ybi_taking *c)
{
	const struct ArrowArray *d = c->array->dictionary;
	const uint8_t *nulls = ybi_arrow_validity(d);
	uint8_t *known;

	if (!nulls)
		return YB_OK;
	known = ybi_taking_grab(c, (size_t)c->rows, 1);
	if (!known)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++) {
		int64_t code = ybi_input_at(&c->input, (size_t)i);
		known[i] = ybi_input_known(&c->input, (size_t)i) && (code < 0 || code >= d->length || ybi_arrow_bit(nulls, d->offset + code));
	}
	c->input.known = known;
	c->input.bits = false;
	c->input.known_first = 0;
	return YB_OK;
}

yb_status
ybi_take_dictionary(struct ybi_taking *c)
{
	const struct ArrowArray *d = c->array->dictionary;
	const char *format = c->schema->dictionary->format, *why;
	struct words words = { 0 };
	bool sign = false;
	enum ybi_text_form form = format ? ybi_text_form(format) : YBI_NO_TEXT;
	uint32_t width = ybi_integer_width(c->schema->format, &sign);
	yb_status st;

	if (!d)
		return ybi_taking_fault(c, YB_E_SYNTAX, "a dictionary type without a dictionary");
	if (!form)
		return ybi_taking_fault(c, YB_E_UNIT, "a dictionary of something else than texts");
	why = ybi_text_shape(d, form, 0);
	if (why || d->n_children != 0 || d->dictionary)
		return ybi_taking_fault(c, YB_E_SYNTAX, why ? why : "a dictionary within a dictionary");
	if (d->length > TEXTS_MOST)
		return ybi_taking_fault(c, YB_E_LIMIT, "more than 16,777,216 texts");
	words.texts = ybi_calloc((size_t)d->length, sizeof(*words.texts));
	words.lengths = ybi_calloc((size_t)d->length, sizeof(*words.lengths));
	st = words.texts && words.lengths ? ybi_take_integers(c, width, sign) : ybi_error_no_memory(c->err);
	if (st == YB_OK)
		st = hide_null_texts(c);
	for (int64_t i = 0; i < d->length && st == YB_OK; i++) {
		words.texts[i] = "";
		if (ybi_arrow_validity(d) && !ybi_arrow_bit(ybi_arrow_validity(d), d->offset + i))
			continue;
		if (!text_at(d, form, d->offset + i, &words.texts[i], &words.lengths[i]))
			st = ybi_taking_fault(c, YB_E_SYNTAX, "offsets of texts that cannot be");
		else if (words.lengths[i] > TEXT_MOST)
			st = ybi_taking_fault(c, YB_E_LIMIT, "a text of more than 1 MiB");
	}
	words.count = (size_t)d->length;
	if (st == YB_OK)
		st = bind_words(c, &words);
	words_free(&words);
	return st;
}

