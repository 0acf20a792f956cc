/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The dictionary download of the national platform, interface 1901: rows of
 * type, label, value, parentValue, sort, valiFlag and version. It comes as
 * JSON, the rows anywhere within the message, or as tab-separated text.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dictionary.h"

#define ROWS 200000
#define DEPTH 16
#define TEXT 255 /* bytes of one text */
#define COLUMNS 16

enum member { M_TYPE, M_LABEL, M_VALUE, M_PARENT, M_VALID, M_VERSION, M_MEMBERS };

static const char *const member_names[M_MEMBERS] = { "type", "label", "value", "parentValue", "valiFlag", "version" };

struct reading {
	struct dictionary *dictionary;
	const char *name, *at, *end, *line_start;
	unsigned long line;
	int rc; /* TOOL_OK, or what the first fault ends with */
};

static int
fault(struct reading *r, const char *at, const char *what)
{
	if (r->rc == TOOL_OK) {
		tool_fail("%s:%lu:%lu: %s", r->name, r->line, (unsigned long)(at - r->line_start) + 1, what);
		r->rc = TOOL_DOCUMENT;
	}
	return r->rc;
}

static int
no_memory(struct reading *r)
{
	if (r->rc == TOOL_OK)
		tool_fail("out of memory");
	return r->rc = TOOL_INTERNAL;
}

static void
row_free(struct dictionary_row *row)
{
	free(row->type);
	free(row->label);
	free(row->value);
	free(row->parent);
	free(row->valid);
	free(row->version);
}

void
dictionary_free(struct dictionary *dictionary)
{
	for (size_t i = 0; i < dictionary->count; i++)
		row_free(&dictionary->rows[i]);
	free(dictionary->rows);
	memset(dictionary, 0, sizeof(*dictionary));
}

static char **
row_member(struct dictionary_row *row, enum member member)
{
	char **const places[M_MEMBERS] = { &row->type, &row->label, &row->value, &row->parent, &row->valid, &row->version };

	return places[member];
}

/* Without control characters and line ends of any kind: it will stand in a line of a document. */
static bool
is_plain(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	for (; *c; c++)
		if (*c < 0x20 || *c == 0x7f || (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) || (c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0xa8 || c[2] == 0xa9)))
			return false;
	return true;
}

/* Takes the row, also when there is no room for it. */
static int
row_add(struct reading *r, const char *at, struct dictionary_row *row)
{
	struct dictionary *d = r->dictionary;

	for (enum member m = M_TYPE; m < M_MEMBERS; m++)
		if (*row_member(row, m) && !is_plain(*row_member(row, m))) {
			row_free(row);
			return fault(r, at, "a control character within a text");
		}
	if (d->count == d->room) {
		size_t room = d->room ? 2 * d->room : 256;
		struct dictionary_row *rows = d->count < ROWS ? realloc(d->rows, room * sizeof(*rows)) : NULL;
		if (!rows) {
			row_free(row);
			return d->count < ROWS ? no_memory(r) : fault(r, at, "more than 200000 rows");
		}
		d->rows = rows;
		d->room = room;
	}
	d->rows[d->count++] = *row;
	return TOOL_OK;
}

/* Number of a member by its name, M_MEMBERS when it is none that is read. */
static enum member
member_find(const char *name, size_t length)
{
	enum member m = M_TYPE;

	while (m < M_MEMBERS && (strlen(member_names[m]) != length || strncasecmp(name, member_names[m], length) != 0))
		m++;
	return m;
}

/* --- JSON ----------------------------------------------------------------- */

static void
blanks_skip(struct reading *r)
{
	for (; r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at; r->at++) {
		if (*r->at == '\n') {
			r->line++;
			r->line_start = r->at + 1;
		}
	}
}

static bool
sign_take(struct reading *r, char sign)
{
	blanks_skip(r);
	if (r->at >= r->end || *r->at != sign)
		return false;
	r->at++;
	return true;
}

static bool
hex_take(struct reading *r, unsigned long *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, r->at++) {
		const char *digits = "0123456789abcdef", *digit;
		if (r->at >= r->end || !*r->at || !(digit = strchr(digits, *r->at >= 'A' && *r->at <= 'F' ? *r->at - 'A' + 'a' : *r->at)))
			return false;
		*value = 16 * *value + (unsigned long)(digit - digits);
	}
	return true;
}

static size_t
utf8_put(char *out, unsigned long c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* After a backslash: one character of `out`, 0 after a fault. */
static size_t
escape_take(struct reading *r, char *out)
{
	static const char plain[] = "\"\\/", letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *start = r->at - 1, *found;
	unsigned long c, low;
	char sign = r->at < r->end ? *r->at++ : '\0';

	if (sign && strchr(plain, sign)) {
		*out = sign;
		return 1;
	}
	if (sign && (found = strchr(letters, sign))) {
		*out = meant[found - letters];
		return 1;
	}
	if (sign != 'u' || !hex_take(r, &c)) {
		fault(r, start, "an escape that JSON does not have");
		return 0;
	}
	if (c >= 0xd800 && c < 0xdc00 && r->end - r->at > 1 && r->at[0] == '\\' && r->at[1] == 'u') {
		r->at += 2;
		if (hex_take(r, &low) && low >= 0xdc00 && low < 0xe000)
			return utf8_put(out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
		c = 0xd800;
	}
	if (c == 0 || (c >= 0xd800 && c < 0xe000)) {
		fault(r, start, "an escape that is no character");
		return 0;
	}
	return utf8_put(out, c);
}

/* A string after its quote, into `out` of TEXT + 5 bytes; longer ones that nobody keeps are read over. */
static int
string_read(struct reading *r, char *out, size_t *length, bool kept)
{
	const char *start = r->at - 1;
	char piece[4];

	*length = 0;
	while (r->at < r->end && *r->at != '"') {
		size_t n = 1;
		if ((unsigned char)*r->at < 0x20)
			return fault(r, r->at, "a control character within a text");
		if (*r->at == '\\') {
			r->at++;
			n = escape_take(r, piece);
			if (n == 0)
				return r->rc;
		} else {
			piece[0] = *r->at++;
		}
		if (*length + n > TEXT && kept)
			return fault(r, start, "a text of more than 255 bytes");
		if (*length + n <= TEXT)
			memcpy(out + *length, piece, n);
		*length += *length + n <= TEXT ? n : 0;
	}
	if (r->at >= r->end)
		return fault(r, start, "a text that does not end");
	r->at++;
	out[*length] = '\0';
	return TOOL_OK;
}

static int value_read(struct reading *r, unsigned depth, char *out, size_t *length, bool *scalar, bool kept);

/* The row that an object is, when it has a type and a value. */
static int
object_read(struct reading *r, unsigned depth)
{
	const char *start = r->at - 1;
	struct dictionary_row row = { .line = r->line, .column = (unsigned long)(start - r->line_start) + 1 };
	bool more = !sign_take(r, '}');

	while (more && r->rc == TOOL_OK) {
		char key[TEXT + 5], text[TEXT + 5];
		size_t length = 0;
		bool scalar = false;
		enum member member;

		blanks_skip(r);
		if (!sign_take(r, '"')) {
			fault(r, r->at, "expected a key in quotes");
			break;
		}
		if (string_read(r, key, &length, false) != TOOL_OK)
			break;
		member = member_find(key, length);
		if (!sign_take(r, ':')) {
			fault(r, r->at, "expected a colon after a key");
			break;
		}
		if (value_read(r, depth + 1, text, &length, &scalar, member < M_MEMBERS) != TOOL_OK)
			break;
		if (member < M_MEMBERS && scalar) {
			char **place = row_member(&row, member);
			free(*place);
			*place = strdup(text);
			if (!*place)
				no_memory(r);
		}
		more = sign_take(r, ',');
		if (!more && !sign_take(r, '}'))
			fault(r, r->at, "expected a comma or } after a member");
	}
	if (r->rc == TOOL_OK && row.type && row.value)
		return row_add(r, start, &row);
	if (r->rc == TOOL_OK && row.label && (row.type || row.value))
		fault(r, start, row.type ? "a row without a value" : "a row without a type");
	row_free(&row);
	return r->rc;
}

static int
list_read(struct reading *r, unsigned depth)
{
	char text[TEXT + 5];
	size_t length;
	bool scalar, more = !sign_take(r, ']');

	while (more && value_read(r, depth + 1, text, &length, &scalar, false) == TOOL_OK) {
		more = sign_take(r, ',');
		if (!more && !sign_take(r, ']'))
			fault(r, r->at, "expected a comma or ] in a list");
	}
	return r->rc;
}

/* Any value; a text, number or word goes to `out`, null is none. */
static int
value_read(struct reading *r, unsigned depth, char *out, size_t *length, bool *scalar, bool kept)
{
	const char *start;

	*scalar = false;
	*length = 0;
	if (depth > DEPTH)
		return fault(r, r->at, "nested too deep");
	if (sign_take(r, '{'))
		return object_read(r, depth);
	if (sign_take(r, '['))
		return list_read(r, depth);
	*scalar = true;
	if (sign_take(r, '"'))
		return string_read(r, out, length, kept);
	start = r->at;
	while (r->at < r->end && *r->at && strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE", *r->at))
		r->at++;
	*length = (size_t)(r->at - start);
	if (*length == 0 || *length > 40)
		return fault(r, start, "expected a value");
	memcpy(out, start, *length);
	out[*length] = '\0';
	*scalar = strcmp(out, "null") != 0;
	return TOOL_OK;
}

static int
json_read(struct reading *r)
{
	char text[TEXT + 5];
	size_t length;
	bool scalar;

	if (value_read(r, 0, text, &length, &scalar, false) != TOOL_OK)
		return r->rc;
	blanks_skip(r);
	return r->at < r->end ? fault(r, r->at, "something after the end") : TOOL_OK;
}

/* --- tab-separated text --------------------------------------------------- */

struct cell {
	const char *text;
	size_t length;
};

/* The cells of a line; how many there are. */
static size_t
line_cut(const char *start, const char *end, struct cell *cells)
{
	size_t count = 0;

	for (const char *at = start; count < COLUMNS; count++) {
		const char *tab = memchr(at, '\t', (size_t)(end - at));
		cells[count] = (struct cell){ at, (size_t)((tab ? tab : end) - at) };
		if (!tab)
			return count + 1;
		at = tab + 1;
	}
	return count;
}

/* A heading says where each member stands; without one they stand as the interface lists them, and the version last. */
static bool
heading_read(const struct cell *cells, size_t count, size_t *columns)
{
	size_t found[M_MEMBERS];

	for (enum member m = M_TYPE; m < M_MEMBERS; m++)
		found[m] = COLUMNS;
	for (size_t i = 0; i < count; i++) {
		enum member m = member_find(cells[i].text, cells[i].length);
		if (m < M_MEMBERS)
			found[m] = i;
	}
	if (found[M_TYPE] == COLUMNS || found[M_VALUE] == COLUMNS)
		return false;
	memcpy(columns, found, sizeof(found));
	return true;
}

static int
cells_read(struct reading *r, const struct cell *cells, size_t count, const size_t *columns)
{
	struct dictionary_row row = { .line = r->line, .column = 1 };

	for (enum member m = M_TYPE; m < M_MEMBERS; m++) {
		const struct cell *cell = &cells[columns[m] < count ? columns[m] : 0];
		if (columns[m] >= count || cell->length == 0 || (cell->length == 4 && memcmp(cell->text, "null", 4) == 0))
			continue;
		if (cell->length > TEXT)
			fault(r, cell->text, "a text of more than 255 bytes");
		if (r->rc == TOOL_OK && !(*row_member(&row, m) = strndup(cell->text, cell->length)))
			no_memory(r);
	}
	if (r->rc == TOOL_OK && row.type && row.value)
		return row_add(r, r->line_start, &row);
	if (r->rc == TOOL_OK)
		fault(r, r->line_start, row.type ? "a row without a value" : "a row without a type; expected type, label, value, parentValue, sort, valiFlag, version");
	row_free(&row);
	return r->rc;
}

static int
text_read(struct reading *r)
{
	size_t columns[M_MEMBERS] = { 0, 1, 2, 3, 5, 6 };
	bool heading = false;

	for (; r->at < r->end && r->rc == TOOL_OK; r->line++) {
		const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at)), *end = newline ? newline : r->end;
		struct cell cells[COLUMNS];
		size_t count;

		r->line_start = r->at;
		if (end > r->at && end[-1] == '\r')
			end--;
		count = line_cut(r->at, end, cells);
		r->at = newline ? newline + 1 : r->end;
		if (end == r->line_start)
			continue;
		if (r->dictionary->count == 0 && !heading) {
			heading = true;
			if (heading_read(cells, count, columns))
				continue;
			columns[M_VERSION] = count > 6 ? count - 1 : COLUMNS;
		}
		cells_read(r, cells, count, columns);
	}
	return r->rc;
}

int
dictionary_read(const struct document *document, struct dictionary *dictionary)
{
	static const char nothing[] = "no rows; expected the output of interface 1901, as JSON or tab-separated";
	struct reading r = { .dictionary = dictionary, .name = document->name, .at = document->text, .end = document->text + document->length,
		             .line_start = document->text, .line = 1 };

	if (document->length == 0)
		return fault(&r, r.line_start, nothing);
	if (document->length >= 3 && memcmp(document->text, "\xef\xbb\xbf", 3) == 0)
		r.line_start = r.at = document->text + 3;
	blanks_skip(&r);
	if (r.at < r.end && (*r.at == '{' || *r.at == '[')) {
		json_read(&r);
	} else {
		r.at = r.line_start;
		text_read(&r);
	}
	return r.rc == TOOL_OK && dictionary->count == 0 ? fault(&r, r.line_start, nothing) : r.rc;
}
