/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <string.h>

#include "tool.h"

/* The next character of UTF-8 that the library has checked; *text is moved past it. */
static uint32_t
next_character(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	uint32_t c = at[0];
	size_t more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

	if (more > 0)
		c &= 0x3fu >> more;
	*text += 1;
	for (; more > 0 && (**text & 0xc0) == 0x80; more--, *text += 1)
		c = c << 6 | ((unsigned char)**text & 0x3fu);
	return c;
}

/* What a terminal would take for a command (of 7 or 8 bits) or a line end becomes a blank, bytes that are no UTF-8 a question mark. */
void
tool_clean(char *text)
{
	size_t bytes;

	for (unsigned char *c = (unsigned char *)text; *c; c += bytes) {
		size_t more = c[0] >= 0xf0 ? 3 : c[0] >= 0xe0 ? 2 : c[0] >= 0xc0 ? 1 : 0;
		for (bytes = 1; bytes <= more && (c[bytes] & 0xc0) == 0x80; bytes++)
			;
		if (c[0] < 0x20 || c[0] == 0x7f)
			c[0] = ' ';
		else if (bytes <= more || (c[0] >= 0x80 && c[0] < 0xc0))
			memset(c, '?', bytes);
		else if (c[0] == 0xc2 && c[1] < 0xa0)
			memset(c, ' ', bytes);
	}
}

static const struct {
	uint32_t first, last;
} wide_ranges[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x20000, 0x3fffd },
};

/* Columns of a terminal: a Chinese character takes two. */
size_t
tool_width(const char *text)
{
	size_t width = 0;

	while (*text) {
		uint32_t c = next_character(&text);

		width++;
		for (size_t i = 0; i < sizeof(wide_ranges) / sizeof(wide_ranges[0]); i++)
			if (c >= wide_ranges[i].first && c <= wide_ranges[i].last)
				width++;
	}
	return width;
}

#define PLACE_WIDTH 100 /* of a line that is shown; of a longer one a part */
#define PLACE_BEFORE 70 /* of it at most before the mark */

/* A line of a document on standard error, and a caret under the character of that column. */
void
tool_print_place(const struct document *document, unsigned long line, unsigned long column)
{
	const char *at = document->text, *end = document->text + document->length;
	unsigned long first = column > PLACE_BEFORE ? column - PLACE_BEFORE : 1, number = 1;
	size_t before = 0;

	for (; line > 1 && at < end; line--)
		while (at < end && *at++ != '\n')
			;
	if (line > 1 || column == 0)
		return;
	fputs(first > 1 ? "    …" : "    ", stderr);
	while (at < end && *at != '\n' && *at != '\r' && number < first + PLACE_WIDTH) {
		const char *from = at;
		size_t bytes = (unsigned char)*at >= 0xf0 ? 4 : (unsigned char)*at >= 0xe0 ? 3 : (unsigned char)*at >= 0xc0 ? 2 : 1;
		char one[5] = { 0 };

		if (bytes > (size_t)(end - from))
			break;
		memcpy(one, from, bytes);
		if ((unsigned char)one[0] < 0x20 || one[0] == 0x7f) /* a tab as well: the caret counts it as one */
			one[0] = ' ';
		at += bytes;
		if (number >= first)
			fputs(one, stderr);
		if (number >= first && number < column)
			before += tool_width(one);
		number++;
	}
	fputs(at < end && *at != '\n' && *at != '\r' ? "…\n" : "\n", stderr);
	fprintf(stderr, "    %*s^\n", (int)(before + (first > 1 ? 1 : 0) + (column > number ? 1 : 0)), "");
}

void
tool_pad(const char *text, size_t width)
{
	fputs(text, stdout);
	for (size_t w = tool_width(text); w < width; w++)
		putchar(' ');
}

void
tool_json_text(const char *text)
{
	tool_json_part(text, strlen(text));
}

void
tool_json_part(const char *text, size_t length)
{
	putchar('"');
	for (const char *end = text + length; text < end; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c == '\n')
			fputs("\\n", stdout);
		else if (c < 0x20 || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

/* One finding, without those that follow it. */
void
tool_json_finding(const struct yb_error *error)
{
	static const char *const words[] = { "error", "warning", "note" };
	yb_severity severity = yb_error_get_severity(error);

	fputs("{\"severity\": ", stdout);
	tool_json_text(severity >= YB_SEVERITY_ERROR && severity <= YB_SEVERITY_NOTE ? words[severity] : "error");
	fputs(", \"status\": ", stdout);
	tool_json_text(yb_status_name(yb_error_get_status(error)));
	fputs(", \"file\": ", stdout);
	tool_json_text(yb_error_get_source_name(error));
	printf(", \"line\": %lu, \"column\": %lu, \"message\": ", (unsigned long)yb_error_get_line(error),
	       (unsigned long)yb_error_get_column(error));
	tool_json_text(yb_error_get_message(error));
	putchar('}');
}

/* Letters to insert, delete or exchange to make one word of the other; for words of at most 31 bytes. */
size_t
tool_distance(const char *a, const char *b)
{
	size_t row[32], n = strlen(b);

	if (strlen(a) > 31 || n > 31)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t least = corner + (a[i] != b[j]);

			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (row[j + 1] + 1 < least)
				least = row[j + 1] + 1;
			corner = row[j + 1];
			row[j + 1] = least;
		}
	}
	return row[n];
}
