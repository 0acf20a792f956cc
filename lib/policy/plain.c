/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/reader.h"

#include <string.h>

/*
 * Plain texts. Whoever writes a policy uses a small part of YAML, and that part is read in one pass over the text: block mappings and
 * lists, flow collections, scalars with and without quotes over several lines, folded and literal texts, comments. Where anything
 * else stands, or anything that could be meant in two ways, this reader gives up and libyaml reads the text from its beginning.
 *
 * Scalars are not copied one by one: the arena has one copy of the text, in which each scalar ends in a NUL where a delimiter stood.
 * Folding makes a scalar shorter, never longer.
 */

#define KEY_BYTES_MOST 1000 /* YAML reads a key of up to 1,024 characters */

struct spot {
	const char *at;
	const char *counted; /* a place of this line, before which `column` characters stand */
	uint32_t line, column; /* line from 1, column from 0 */
};

struct scan {
	struct ybi_reader *reader;
	const char *text;
	char *copy;
	struct spot now;
	bool no_memory;
};

/* ---- characters ---- */

enum { BLANK = 1, STARTS = 2, STARTS_AFTER_DASH = 4, ENDS_IN_BLOCK = 8, ENDS_IN_FLOW = 16 };

#define E (BLANK | ENDS_IN_BLOCK | ENDS_IN_FLOW)
#define C (ENDS_IN_BLOCK | ENDS_IN_FLOW)
#define F ENDS_IN_FLOW
#define S STARTS
#define W (STARTS | STARTS_AFTER_DASH)

/*
 * A scalar without quotes starts with a letter, a digit or one of a few signs, and may end where a blank, a colon or, in flow, a bracket, a
 * comma or a question mark stands (what that means there has changed over time).
 */
static const uint8_t ascii_kinds[128] = {
	E, 0, 0, 0, 0, 0, 0, 0, 0, 0, E, 0, 0, 0, 0, 0, /* NUL, line feed */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	E, 0, 0, 0, S, 0, 0, 0, S, S, 0, S, F, 0, W, S, /*   ! " # $ % & ' ( ) * + , - . / */
	W, W, W, W, W, W, W, W, W, W, C, 0, S, S, 0, F, /* 0 .. 9 : ; < = > ? */
	0, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* @ A .. O */
	W, W, W, W, W, W, W, W, W, W, W, F, 0, F, 0, W, /* P .. Z [ \ ] ^ _ */
	0, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* ` a .. o */
	W, W, W, W, W, W, W, W, W, W, W, F, 0, F, S, 0, /* p .. z { | } ~ */
};

#undef E
#undef C
#undef F
#undef S

static unsigned
kind_of(char c)
{
	return (unsigned char)c & 0x80 ? W : ascii_kinds[(unsigned char)c];
}

#undef W

static bool
is_blank(char c)
{
	return (kind_of(c) & BLANK) != 0;
}

/*
 * No control characters but line feeds, nothing that YAML takes for the end of a line or does not print, and no line that begins or ends
 * a document.
 */
static bool
plain_bytes(const char *text, size_t length)
{
	static const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
	const unsigned char *p = (const unsigned char *)text, *end = p + length;
	bool begins = true;
	uint64_t eight;

	while (p < end) {
		/* eight at once of printed ASCII: the top bit stays unset where 0x20 is taken away, and where 1 is added */
		if (!begins && end - p >= (ptrdiff_t)sizeof(eight) &&
		    (memcpy(&eight, p, sizeof(eight)), ((eight | (eight - 0x20 * ones) | (eight + ones)) & tops) == 0)) {
			p += sizeof(eight);
			continue;
		}
		if (begins && (*p == '-' || *p == '.') && p[1] == *p && p[2] == *p)
			return false;
		begins = *p == '\n';
		if (*p < ' ' ? *p != '\n' : *p >= 0x7F)
			if (*p < 0x80 || (*p == 0xC2 && p[1] < 0xA0) || (*p == 0xE2 && p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9)) ||
			    (*p == 0xEF && p[1] == 0xBF && p[2] >= 0xBE))
				return false;
		p++;
	}
	return true;
}

/* ---- moving ---- */

static uint32_t
column(struct scan *s)
{
	for (; s->now.counted < s->now.at; s->now.counted++)
		s->now.column += ((unsigned char)*s->now.counted & 0xC0) != 0x80;
	return s->now.column;
}

static struct ybi_mark
mark(struct scan *s)
{
	return (struct ybi_mark){ s->now.line, column(s) + 1 };
}

static void
next_line(struct scan *s)
{
	s->now.counted = ++s->now.at;
	s->now.column = 0;
	s->now.line++;
}

/* Over blanks and line ends; how many line ends. */
static size_t
over_blanks(struct scan *s)
{
	for (size_t ends = 0;; ends++) {
		while (*s->now.at == ' ')
			s->now.at++;
		if (*s->now.at != '\n')
			return ends;
		next_line(s);
	}
}

static const char *
end_of_line(const char *at)
{
	const char *end = strchr(at, '\n');

	return end ? end : at + strlen(at);
}

/* Over comments too; false where a comment begins at once after something else. */
static bool
to_token(struct scan *s)
{
	for (;;) {
		(void)over_blanks(s);
		if (*s->now.at != '#')
			return true;
		if (s->now.at > s->text && !is_blank(s->now.at[-1]))
			return false;
		s->now.at = end_of_line(s->now.at);
	}
}

/* To the next token, which must begin a line, or to the end. */
static bool
to_line(struct scan *s)
{
	uint32_t line = s->now.line;

	return to_token(s) && (s->now.line > line || !*s->now.at);
}

/* ---- scalars ---- */

static char *
place_in_copy(const struct scan *s, const char *at)
{
	return s->copy + (at - s->text);
}

static char *
append(const struct scan *s, char *to, const char *from, const char *end)
{
	size_t length = (size_t)(end - from);

	if (to != place_in_copy(s, from))
		memcpy(to, from, length);
	return to + length;
}

/* One line end is a space, more are one less. */
static char *
fold(char *to, size_t ends)
{
	if (ends == 1)
		*to++ = ' ';
	while (ends-- > 1)
		*to++ = '\n';
	return to;
}

static void
begin_word(struct scan *s, struct ybi_word *word, bool plain)
{
	*word = (struct ybi_word){ .raw = s->now.at, .at = mark(s), .plain = plain };
}

static bool
end_word(struct ybi_word *word, char *to)
{
	*to = '\0';
	word->length = (size_t)(to - word->text);
	if (word->text[0] != '=') /* only where formulas stand is asked for */
		word->raw = NULL;
	return true;
}

/* Where characters end that need no second look: at a blank, or at what may end the scalar. NULL: a colon that flow reads in its own way. */
static const char *
end_of_run(const char *p, unsigned ends)
{
	for (;; p++) {
		while (!(kind_of(*p) & ends))
			p++;
		if (*p != ':' || is_blank(p[1]))
			return p;
		if (kind_of(p[1]) & ends)
			return NULL;
	}
}

static bool
read_plain(struct scan *s, unsigned ends, int64_t indent, struct ybi_word *word)
{
	char *to = place_in_copy(s, s->now.at);
	struct spot end;

	begin_word(s, word, true);
	word->text = to;
	for (;;) {
		const char *p = end_of_run(s->now.at, ends);
		size_t lines;
		if (!p)
			return false;
		to = append(s, to, s->now.at, p);
		s->now.at = p;
		end = s->now;
		lines = over_blanks(s);
		if (s->now.at == p || *s->now.at == '#' || *s->now.at == '\0' || (*s->now.at == ':' && is_blank(s->now.at[1])) ||
		    (*s->now.at != ':' && kind_of(*s->now.at) & ends))
			break;
		if (lines && ends == ENDS_IN_FLOW && column(s) < indent)
			return false;
		if (lines && ends == ENDS_IN_BLOCK && column(s) <= indent)
			break;
		to = lines ? fold(to, lines) : append(s, to, p, s->now.at);
	}
	s->now = end;
	return end_word(word, to);
}

static bool
read_quoted(struct scan *s, int64_t indent, struct ybi_word *word)
{
	const char quote = *s->now.at, stops[] = { quote, '\\', '\n', '\0' };
	char *to;

	begin_word(s, word, false);
	s->now.at++;
	word->text = to = place_in_copy(s, s->now.at);
	for (;;) {
		const char *p = s->now.at + strcspn(s->now.at, stops), *end = p;
		if (*p == quote) {
			to = append(s, to, s->now.at, p);
			s->now.at = p + 1;
			return *s->now.at != quote && end_word(word, to);
		}
		if (*p != '\n')
			return false;
		while (end > s->now.at && end[-1] == ' ')
			end--;
		to = append(s, to, s->now.at, end);
		s->now.at = p;
		to = fold(to, over_blanks(s));
		if (column(s) <= indent)
			return false;
	}
}

/* After `>` or `|`: to the first line, whose indentation is that of the text; 0 where it is not plain. */
static size_t
block_width(struct scan *s, int64_t indent, bool *strip)
{
	size_t width;

	s->now.at++;
	*strip = *s->now.at == '-';
	s->now.at += *strip;
	s->now.at += strspn(s->now.at, " ");
	if (*s->now.at != '\n')
		return 0;
	next_line(s);
	width = strspn(s->now.at, " ");
	return is_blank(s->now.at[width]) || (int64_t)width <= indent ? 0 : width;
}

static bool
read_block_scalar(struct scan *s, int64_t indent, struct ybi_word *word)
{
	bool literal = *s->now.at == '|', strip;
	size_t width, spaces, lines;
	char *to;

	begin_word(s, word, false);
	width = block_width(s, indent, &strip);
	if (!width)
		return false;
	word->text = to = place_in_copy(s, s->now.at + width);
	for (;;) {
		const char *p = s->now.at + width, *end = end_of_line(p);
		to = append(s, to, p, end);
		s->now.at = end;
		for (lines = 0, spaces = 0; *s->now.at == '\n'; lines++) {
			next_line(s);
			spaces = strspn(s->now.at, " ");
			if (spaces > width) /* such lines are not folded */
				return false;
			if (s->now.at[spaces] != '\n') {
				lines++;
				break;
			}
			s->now.at += spaces;
		}
		if (lines == 0 || spaces < width || s->now.at[spaces] == '\0')
			break;
		if (!literal)
			to = fold(to, lines);
		else
			while (lines--)
				*to++ = '\n';
	}
	if (lines && !strip)
		*to++ = '\n';
	return end_word(word, to);
}

static bool
read_word(struct scan *s, unsigned ends, int64_t indent, struct ybi_word *word)
{
	const char *p = s->now.at;

	if (*p == '"' || *p == '\'')
		return read_quoted(s, indent, word);
	if (kind_of(*p) & STARTS || (*p == '-' && kind_of(p[1]) & STARTS_AFTER_DASH))
		return read_plain(s, ends, indent, word);
	return false;
}

/* Is the word that was just read a key? */
static bool
is_key(const struct scan *s, const struct ybi_word *word)
{
	return *s->now.at == ':' && is_blank(s->now.at[1]) && word->at.line == s->now.line && word->length <= KEY_BYTES_MOST;
}

/* ---- the tree ---- */

static bool
taken(struct scan *s, yb_status st)
{
	s->no_memory = s->no_memory || st == YB_E_NO_MEMORY;
	return st == YB_OK;
}

static bool
put(struct scan *s, const struct ybi_word *word)
{
	return taken(s, ybi_reader_scalar(s->reader, word));
}

/* Inside brackets; no line goes on left of the block around them. */
static bool
to_token_in_flow(struct scan *s, int64_t indent)
{
	return to_token(s) && column(s) >= indent;
}

static bool
read_flow(struct scan *s, int64_t indent)
{
	bool map = *s->now.at == '{';
	const char close = map ? '}' : ']';
	struct ybi_word word;

	if (!taken(s, ybi_reader_open(s->reader, map ? YBI_MAP : YBI_SEQ, mark(s))))
		return false;
	s->now.at++;
	if (!to_token_in_flow(s, indent))
		return false;
	for (bool more = *s->now.at != close; more; s->now.at += more) {
		if (!to_token_in_flow(s, indent))
			return false;
		if (map) {
			if (!read_word(s, ENDS_IN_FLOW, indent, &word) || !is_key(s, &word) || !put(s, &word))
				return false;
			s->now.at++;
			if (!to_token_in_flow(s, indent))
				return false;
		}
		if (*s->now.at == '{' || *s->now.at == '[' ? !read_flow(s, indent) : !read_word(s, ENDS_IN_FLOW, indent, &word) || !put(s, &word))
			return false;
		if (!to_token_in_flow(s, indent))
			return false;
		more = *s->now.at == ',';
		if (!more && *s->now.at != close)
			return false;
	}
	s->now.at++;
	return taken(s, ybi_reader_close(s->reader));
}

static bool
at_item(const struct scan *s)
{
	return *s->now.at == '-' && is_blank(s->now.at[1]);
}

static bool read_node(struct scan *s, int64_t indent, bool opens);

/* Items at a column, up to a line that begins left of it; the list of a key may stand in the column of the key. */
static bool
read_list(struct scan *s, uint32_t at, bool below_key)
{
	if (!taken(s, ybi_reader_open(s->reader, YBI_SEQ, mark(s))))
		return false;
	do {
		s->now.at++;
		if (!to_token(s) || column(s) <= at || !read_node(s, at, true))
			return false;
	} while (*s->now.at && column(s) == at && at_item(s));
	if (*s->now.at && column(s) >= at && !(below_key && column(s) == at))
		return false;
	return taken(s, ybi_reader_close(s->reader));
}

static bool
read_value(struct scan *s, uint32_t at)
{
	uint32_t line = s->now.line;

	s->now.at++;
	if (!to_token(s))
		return false;
	if (s->now.line == line)
		return read_node(s, at, false);
	if (column(s) == at && at_item(s))
		return read_list(s, at, true);
	return column(s) > at && read_node(s, at, true);
}

/* Entries at a column, of which the first key was read. */
static bool
read_mapping(struct scan *s, struct ybi_word *key)
{
	uint32_t at = key->at.column - 1;

	if (!taken(s, ybi_reader_open(s->reader, YBI_MAP, key->at)))
		return false;
	for (;;) {
		if (!put(s, key) || !read_value(s, at))
			return false;
		if (!*s->now.at || column(s) < at)
			return taken(s, ybi_reader_close(s->reader));
		if (column(s) > at || !read_word(s, ENDS_IN_BLOCK, at, key) || !is_key(s, key))
			return false;
	}
}

/* What stands in a block that begins at column `indent`, and on to the next line with a token. `opens`: a block may begin here. */
static bool
read_node(struct scan *s, int64_t indent, bool opens)
{
	struct ybi_word word;

	if (at_item(s))
		return opens && read_list(s, column(s), false);
	if (*s->now.at == '{' || *s->now.at == '[')
		return read_flow(s, indent) && to_line(s);
	if (*s->now.at == '>' || *s->now.at == '|')
		return read_block_scalar(s, indent, &word) && put(s, &word) && to_token(s);
	if (!read_word(s, ENDS_IN_BLOCK, indent, &word))
		return false;
	if (is_key(s, &word))
		return opens && read_mapping(s, &word);
	return put(s, &word) && to_line(s);
}

yb_status
ybi_plain_read(struct ybi_reader *reader, const char *text, size_t length)
{
	struct scan s = { .reader = reader, .text = text, .now = { text, text, 1, 0 } };

	if (!plain_bytes(text, length))
		return YB_E_SYNTAX;
	s.copy = ybi_arena_strndup(reader->arena, text, length);
	if (!s.copy)
		return YB_E_NO_MEMORY;
	if (to_token(&s) && read_node(&s, -1, true) && !*s.now.at)
		return YB_OK;
	return s.no_memory ? YB_E_NO_MEMORY : YB_E_SYNTAX;
}
