/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/shown.h"

#include <stdlib.h>
#include <string.h>

/* A document as it is shown, in pieces. */

size_t
ybi_shown_end(const struct ybi_shown *s, uint32_t i)
{
	return i + 1 < s->marks.count ? s->marks.rows[i + 1].at : s->text.length;
}

static struct ybi_piece
trimmed(const struct ybi_shown *s, size_t from, size_t to)
{
	const char *text = s->text.data;

	while (from < to && strchr(" \n", text[from]))
		from++;
	while (to > from && strchr(" \n", text[to - 1]))
		to--;
	return (struct ybi_piece){ text + from, to - from };
}

struct ybi_piece
ybi_shown_key(const struct ybi_shown *s, uint32_t i)
{
	size_t end = ybi_shown_end(s, i), key = s->marks.rows[i].key_end;

	return trimmed(s, s->marks.rows[i].at, key < end ? key : end);
}

struct ybi_piece
ybi_shown_value(const struct ybi_shown *s, uint32_t i)
{
	static const char *const leading[] = { "→", "·", "：", ":" };
	size_t end = ybi_shown_end(s, i), key = s->marks.rows[i].key_end;
	struct ybi_piece v = trimmed(s, key < end ? key : end, end);

	for (size_t k = 0; k < ARRAY_SIZE(leading); k++) {
		size_t n = strlen(leading[k]);
		if (v.length < n || strncmp(v.text, leading[k], n) != 0)
			continue;
		v.text += n;
		v.length -= n;
		while (v.length && *v.text == ' ') {
			v.text++;
			v.length--;
		}
	}
	return v;
}

/* The mark and all that belongs to it end before this one. */
uint32_t
ybi_shown_block(const struct ybi_shown *s, uint32_t i)
{
	uint32_t end = i + 1;

	while (end < s->marks.count && s->marks.rows[end].depth > s->marks.rows[i].depth)
		end++;
	return end;
}

bool
ybi_shown_make(struct ybi_shown *s, yb_day on, bool zh)
{
	struct ybi_shower shower = { .out = &s->text, .set = s->set, .book = s->book, .on = on, .zh = zh, .marks = &s->marks };

	ybi_show_compared(&shower);
	if (s->text.failed)
		return false;
	s->parent = ybi_calloc(s->marks.count, sizeof(*s->parent));
	s->match = ybi_calloc(s->marks.count, sizeof(*s->match));
	if (!s->parent || !s->match)
		return false;
	for (uint32_t i = 0; i < s->marks.count; i++) {
		uint32_t p = i ? i - 1 : YBI_NO_MARK;
		while (p != YBI_NO_MARK && s->marks.rows[p].depth >= s->marks.rows[i].depth)
			p = s->parent[p];
		s->parent[i] = p;
		s->match[i] = YBI_NO_MARK;
	}
	return true;
}

void
ybi_shown_free(struct ybi_shown *s)
{
	ybi_text_free(&s->text);
	free(s->marks.rows);
	free(s->parent);
	free(s->match);
}

const struct ybi_node *
ybi_shown_node(const struct ybi_shown *s, uint32_t mark)
{
	while (mark != YBI_NO_MARK && !s->marks.rows[mark].node)
		mark = s->parent[mark];
	return mark == YBI_NO_MARK ? NULL : s->marks.rows[mark].node;
}

void
ybi_put_piece(struct ybi_text *out, struct ybi_piece span)
{
	ybi_text_add(out, span.text, span.length);
}

void
ybi_shown_name(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark)
{
	struct ybi_piece key = ybi_shown_key(s, mark);
	const char *id = s->marks.rows[mark].id;

	ybi_put_piece(out, key);
	if (id && !(strlen(id) == key.length && !memcmp(id, key.text, key.length)))
		ybi_text_printf(out, "%s%s", key.length ? " " : "", id);
}

/* " · pooled fund" behind the id of a clause. */
void
ybi_shown_label(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark)
{
	static const char dot[] = " · ", arrow[] = "  →";
	const char *at = s->text.data + s->marks.rows[mark].key_end, *cut;
	size_t length = strcspn(at, "\n");

	if (s->marks.rows[mark].key_end >= ybi_shown_end(s, mark) || strncmp(at, dot, strlen(dot)) != 0)
		return;
	cut = strstr(at, arrow);
	ybi_text_add(out, at, cut && cut < at + length ? (size_t)(cut - at) : length);
}

/* Above a change, from the section down; a table with what its rows are compared by. */
void
ybi_shown_path(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark)
{
	if (mark == YBI_NO_MARK)
		return;
	ybi_shown_path(out, s, s->parent[mark]);
	if (s->parent[mark] != YBI_NO_MARK)
		ybi_text_puts(out, " › ");
	ybi_shown_name(out, s, mark);
	ybi_shown_label(out, s, mark);
	if (s->marks.rows[mark].flags & YBI_MARK_TABLE) {
		ybi_text_putc(out, ' ');
		ybi_put_piece(out, ybi_shown_value(s, mark));
	}
}
