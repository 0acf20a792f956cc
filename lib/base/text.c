/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/money.h>

#include "base/memory.h"

/* And a NUL. */
bool
ybi_text_reserve(struct ybi_text *text, size_t extra)
{
	size_t need, room;
	char *data;

	if (text->failed || text->muted)
		return false;
	if (extra > SIZE_MAX / 4 || text->length > SIZE_MAX / 4) {
		text->failed = true;
		return false;
	}
	need = text->length + extra + 1;
	if (need <= text->room)
		return true;
	room = text->room < 64 ? 128 : text->room * 2;
	if (room < need)
		room = need;
	data = realloc(text->data, room);
	if (!data) {
		text->failed = true;
		return false;
	}
	text->data = data;
	text->room = room;
	return true;
}

static inline bool
has_room(const struct ybi_text *text, size_t extra)
{
	return extra < text->room - text->length && !text->muted && !text->failed;
}

/* Most pieces are a few bytes: two moves that may overlap in what they write. */
static inline void
copy(char *to, const char *from, size_t length)
{
	uint64_t first, last;
	uint32_t low, high;

	if (length > 16) {
		memcpy(to, from, length);
	} else if (length >= 8) {
		memcpy(&first, from, 8);
		memcpy(&last, from + length - 8, 8);
		memcpy(to, &first, 8);
		memcpy(to + length - 8, &last, 8);
	} else if (length >= 4) {
		memcpy(&low, from, 4);
		memcpy(&high, from + length - 4, 4);
		memcpy(to, &low, 4);
		memcpy(to + length - 4, &high, 4);
	} else {
		for (size_t i = 0; i < length; i++)
			to[i] = from[i];
	}
}

char *
ybi_text_room(struct ybi_text *text, size_t most)
{
	return has_room(text, most) || ybi_text_reserve(text, most) ? text->data + text->length : NULL;
}

void
ybi_text_add(struct ybi_text *text, const char *bytes, size_t length)
{
	if (!has_room(text, length) && !ybi_text_reserve(text, length))
		return;
	copy(text->data + text->length, bytes, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void
ybi_text_putc(struct ybi_text *text, char c)
{
	if (!has_room(text, 1) && !ybi_text_reserve(text, 1))
		return;
	text->data[text->length++] = c;
	text->data[text->length] = '\0';
}

/* ---- printf ---- */

/* A conversion, as far as it is written here. */
struct conversion {
	bool left, zero;
	int width, precision; /* precision < 0: none */
	int longs;            /* of a number: l counts one, ll two, z three; h is none */
	char kind;
};

struct arguments {
	va_list list;
};

static int
read_digits(const char **at)
{
	int value = 0;

	while (**at >= '0' && **at <= '9' && value < 1000)
		value = value * 10 + (*(*at)++ - '0');
	return value;
}

/* From behind the `%`; false for what is left to the C library. */
static bool
read_conversion(const char **at, struct arguments *args, struct conversion *c)
{
	*c = (struct conversion) { .precision = -1 };
	for (; **at == '-' || **at == '0'; (*at)++) {
		c->left = c->left || **at == '-';
		c->zero = c->zero || **at == '0';
	}
	if (**at == '*') {
		c->width = va_arg(args->list, int);
		(*at)++;
	} else {
		c->width = read_digits(at);
	}
	if (**at == '.') {
		(*at)++;
		if (**at == '*') {
			c->precision = va_arg(args->list, int);
			(*at)++;
		} else {
			c->precision = read_digits(at);
		}
	}
	for (; **at == 'l'; (*at)++)
		c->longs++;
	if (**at == 'z') {
		c->longs = 3;
		(*at)++;
	}
	c->kind = *(*at)++;
	switch (c->kind) {
	case 's': case '%':
		return c->width >= 0;
	case 'd': case 'u': case 'c': case 'x':
		return c->width >= 0 && c->precision < 0;
	default:
		return false;
	}
}

static void
put_field(struct ybi_text *text, const struct conversion *c, const char *bytes, size_t length)
{
	size_t fill = (size_t)c->width > length ? (size_t)c->width - length : 0;

	if (!c->left && fill)
		ybi_text_fill(text, ' ', fill);
	ybi_text_add(text, bytes, length);
	if (c->left && fill)
		ybi_text_fill(text, ' ', fill);
}

static void
put_number(struct ybi_text *text, const struct conversion *c, uint64_t magnitude, bool negative)
{
	char digits[24];
	size_t at = sizeof(digits), length;
	unsigned base = c->kind == 'x' ? 16 : 10;

	do
		digits[--at] = "0123456789abcdef"[magnitude % base];
	while (magnitude /= base);
	length = sizeof(digits) - at + negative;
	if (c->zero && !c->left && (size_t)c->width > length) {
		ybi_text_add(text, "-", negative);
		ybi_text_fill(text, '0', (size_t)c->width - length);
		ybi_text_add(text, digits + at, length - negative);
		return;
	}
	if (negative)
		digits[--at] = '-';
	put_field(text, c, digits + at, length);
}

static void
put_argument(struct ybi_text *text, const struct conversion *c, struct arguments *args)
{
	const char *string;
	uint64_t magnitude;
	int64_t value;
	char one;

	switch (c->kind) {
	case '%':
		ybi_text_add(text, "%", 1);
		return;
	case 'c':
		one = (char)va_arg(args->list, int);
		put_field(text, c, &one, 1);
		return;
	case 's':
		string = va_arg(args->list, const char *);
		string = string ? string : "(null)";
		put_field(text, c, string, c->precision < 0 ? strlen(string) : strnlen(string, (size_t)c->precision));
		return;
	case 'd':
		value = c->longs == 0 ? va_arg(args->list, int) : c->longs == 1 ? va_arg(args->list, long)
			: c->longs == 2 ? va_arg(args->list, long long) : (int64_t)va_arg(args->list, size_t);
		put_number(text, c, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
		return;
	default:
		magnitude = c->longs == 0 ? va_arg(args->list, unsigned) : c->longs == 1 ? va_arg(args->list, unsigned long)
			: c->longs == 2 ? va_arg(args->list, unsigned long long) : va_arg(args->list, size_t);
		put_number(text, c, magnitude, false);
	}
}

/* False, with something added, where a conversion is not written here. */
static bool
put_format(struct ybi_text *text, const char *format, struct arguments *args)
{
	while (*format) {
		const char *percent = strchr(format, '%');
		struct conversion c;
		size_t plain = percent ? (size_t)(percent - format) : strlen(format);
		if (plain)
			ybi_text_add(text, format, plain);
		format += plain;
		if (!percent)
			break;
		format++;
		if (!read_conversion(&format, args, &c))
			return false;
		put_argument(text, &c, args);
	}
	return true;
}

static void
put_by_library(struct ybi_text *text, const char *format, va_list args)
{
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) {
		text->failed = true;
	} else if (ybi_text_reserve(text, (size_t)length)) {
		vsnprintf(text->data + text->length, (size_t)length + 1, format, args);
		text->length += (size_t)length;
	}
}

void
ybi_text_printf(struct ybi_text *text, const char *format, ...)
{
	size_t before = text->length;
	struct arguments args;
	va_list again;

	if (text->muted)
		return;
	va_start(args.list, format);
	va_copy(again, args.list);
	if (!put_format(text, format, &args)) {
		text->length = before;
		put_by_library(text, format, again);
	}
	va_end(again);
	va_end(args.list);
}

void
ybi_text_fill(struct ybi_text *text, char c, size_t count)
{
	if (!has_room(text, count) && !ybi_text_reserve(text, count))
		return;
	memset(text->data + text->length, c, count);
	text->length += count;
	text->data[text->length] = '\0';
}

char *
ybi_text_take(struct ybi_text *text)
{
	char *data;

	ybi_text_add(text, "", 0); /* so that an empty text has its NUL */
	if (text->failed) {
		ybi_text_free(text);
		text->failed = true;
		return NULL;
	}
	data = text->data;
	*text = (struct ybi_text) { 0 };
	return data;
}

void
ybi_text_free(struct ybi_text *text)
{
	free(text->data);
	*text = (struct ybi_text) { 0 };
}

void
ybi_text_wipe(struct ybi_text *text)
{
	if (text->data)
		yb_wipe(text->data, text->room);
	ybi_text_free(text);
}

void
ybi_text_again(struct ybi_text *text, bool muted)
{
	text->length = 0;
	text->failed = false;
	text->muted = muted;
}

static void
json_escape(struct ybi_text *text, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
	size_t length = 2;

	switch (c) {
	case '"':
	case '\\':
		escape[1] = (char)c;
		break;
	case '\b':
		escape[1] = 'b';
		break;
	case '\f':
		escape[1] = 'f';
		break;
	case '\n':
		escape[1] = 'n';
		break;
	case '\r':
		escape[1] = 'r';
		break;
	case '\t':
		escape[1] = 't';
		break;
	default:
		length = 6;
		break;
	}
	ybi_text_add(text, escape, length);
}

/*
 * Bytes of a character that a reader of YAML, which JSON is read as here, refuses, or takes for an end of line: DEL, C1, U+2028, U+2029,
 * U+FEFF, U+FFFE, U+FFFF; its number in *code. 0: none of them.
 */
static size_t
json_unreadable(const char *string, size_t length, unsigned *code)
{
	const unsigned char *c = (const unsigned char *)string;

	*code = c[0];
	if (c[0] == 0x7f)
		return 1;
	if (length >= 2 && c[0] == 0xc2 && c[1] < 0xa0) {
		*code = c[1];
		return 2;
	}
	if (length < 3 || (c[0] != 0xe2 && c[0] != 0xef))
		return 0;
	*code = (c[0] & 15u) << 12 | (c[1] & 63u) << 6 | (c[2] & 63u);
	return *code == 0x2028 || *code == 0x2029 || *code == 0xfeff || *code == 0xfffe || *code == 0xffff ? 3 : 0;
}

void
ybi_text_json_string(struct ybi_text *text, const char *string, size_t length)
{
	size_t plain = 0;

	ybi_text_putc(text, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)string[i];
		unsigned code = 0;
		size_t odd = c >= 0x7f ? json_unreadable(string + i, length - i, &code) : 0;

		if (!odd && c >= 0x20 && c != '"' && c != '\\')
			continue;
		ybi_text_add(text, string + plain, i - plain);
		if (odd)
			ybi_text_printf(text, "\\u%04x", code);
		else
			json_escape(text, c);
		i += odd ? odd - 1 : 0;
		plain = i + 1;
	}
	if (plain < length)
		ybi_text_add(text, string + plain, length - plain);
	ybi_text_putc(text, '"');
}

void
ybi_json_key(struct ybi_text *out, bool *first, const char *key)
{
	if (!*first)
		ybi_text_puts(out, ", ");
	*first = false;
	ybi_text_json_string(out, key, strlen(key));
	ybi_text_puts(out, ": ");
}

void
ybi_json_text(struct ybi_text *out, bool *first, const char *key, const char *value)
{
	ybi_json_key(out, first, key);
	if (value)
		ybi_text_json_string(out, value, strlen(value));
	else
		ybi_text_puts(out, "null");
}

void
ybi_json_fen(struct ybi_text *out, bool *first, const char *key, yb_fen value)
{
	char text[YB_FEN_TEXT_SIZE];

	yb_fen_to_text(value, text);
	ybi_json_text(out, first, key, text);
}

/* Decode one character; gives its length in bytes, 0 when it is not well formed. U+0000 is decoded. */
static size_t
utf8_decode(const char *text, size_t length, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)text[0];
	size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
	uint32_t value;

	if (size == 0 || size > length)
		return 0;
	value = size == 1 ? first : first & (0x7fU >> size);
	for (size_t i = 1; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (c & 0x3f);
	}
	if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code = value;
	return size;
}

size_t
ybi_utf8_check(const char *text, size_t length)
{
	static const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
	size_t at = 0;

	while (at < length) {
		uint32_t code;
		size_t size;
		uint64_t eight;

		/* eight at once of ASCII, none of them NUL */
		while (length - at >= sizeof(eight) && (memcpy(&eight, text + at, sizeof(eight)), ((eight | (eight - ones)) & tops) == 0))
			at += sizeof(eight);
		if (at == length)
			break;
		size = utf8_decode(text + at, length - at, &code);

		if (size == 0 || code == 0)
			break;
		at += size;
	}
	return at;
}

struct code_range {
	uint32_t first, last;
};

static const struct code_range combining[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x0610, 0x061a }, { 0x064b, 0x065f },
	{ 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x0f71, 0x0f7e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x200b, 0x200f }, { 0x20d0, 0x20ff }, { 0x302a, 0x302d }, { 0x3099, 0x309a }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0xe0100, 0xe01ef },
};

static const struct code_range full_width[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff }, { 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

static bool
code_in(uint32_t code, const struct code_range *ranges, size_t count)
{
	for (size_t i = 0; i < count && code >= ranges[i].first; i++) {
		if (code <= ranges[i].last)
			return true;
	}
	return false;
}

size_t
ybi_utf8_width(const char *text, size_t length)
{
	size_t width = 0;

	for (size_t at = 0; at < length;) {
		uint32_t code = 0;
		uint64_t eight;
		size_t size;

		if (length - at >= sizeof(eight)) {
			memcpy(&eight, text + at, sizeof(eight));
			if (!(eight & UINT64_C(0x8080808080808080))) { /* plain ASCII */
				width += sizeof(eight);
				at += sizeof(eight);
				continue;
			}
		}
		if ((unsigned char)text[at] < 0x80) {
			width++;
			at++;
			continue;
		}
		size = utf8_decode(text + at, length - at, &code);
		if (code_in(code, combining, ARRAY_SIZE(combining)))
			width += 0;
		else if (code_in(code, full_width, ARRAY_SIZE(full_width)))
			width += 2;
		else
			width += 1;
		at += size ? size : 1; /* a byte that is no character shows as one column */
	}
	return width;
}

#define DISTANCE_LONGEST 64

static unsigned
least_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned
ybi_distance(const char *a, const char *b, unsigned limit)
{
	unsigned rows[3][DISTANCE_LONGEST + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];
	size_t length_a = strlen(a), length_b = strlen(b);
	unsigned over = limit < UINT_MAX ? limit + 1 : limit;

	if (length_a > DISTANCE_LONGEST || length_b > DISTANCE_LONGEST)
		return over;
	for (size_t j = 0; j <= length_b; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= length_a; i++) {
		unsigned *spare = before;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= length_b; j++) {
			unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);

			best = least_of(best, least_of(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = least_of(best, before[j - 2] + 1);
			now[j] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return least_of(last[length_b], over);
}

size_t
ybi_nearest(const char *name, const char *const *names, size_t count)
{
	size_t length = strlen(name), nearest = SIZE_MAX;
	unsigned limit;

	if (length > DISTANCE_LONGEST)
		return SIZE_MAX;
	limit = length < 6 ? 1 : (unsigned)(length / 3);
	for (size_t i = 0; i < count; i++) {
		unsigned distance = ybi_distance(name, names[i], limit);

		if (distance > limit)
			continue;
		nearest = i;
		if (distance == 0)
			break;
		limit = distance - 1; /* from here on only a nearer one counts */
	}
	return nearest;
}

bool
ybi_streq_n(const char *a, size_t length, const char *b)
{
	return length == 0 ? *b == '\0' : *a == *b && strlen(b) == length && memcmp(a, b, length) == 0;
}

int32_t
ybi_digits(const char *text, size_t count)
{
	int32_t value = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}
