/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_TEXT_H
#define YBI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <yibao/types.h>

/*
 * A growing text. A zeroed struct is empty. After an allocation failed
 * `failed` stays set, further calls do nothing, and take() gives NULL: one
 * check at the end serves a whole rendering.
 */
struct ybi_text {
	char *data; /* NUL-terminated once anything was added */
	size_t length, room;
	bool failed;
	bool muted; /* nobody will read it: nothing is added */
};

/* Room for so many more bytes, so that they can be added without moving what is there. */
bool ybi_text_reserve(struct ybi_text *text, size_t extra);
/* Where so many more bytes may be written, NULL where there is no room; ybi_text_took() says up to where they were. */
char *ybi_text_room(struct ybi_text *text, size_t most);
static inline void
ybi_text_took(struct ybi_text *text, char *end)
{
	*end = '\0';
	text->length = (size_t)(end - text->data);
}

void ybi_text_add(struct ybi_text *text, const char *bytes, size_t length);
/* Here, so that the length of a text that is written out is known. */
static inline void
ybi_text_puts(struct ybi_text *text, const char *string)
{
	if (!text->muted)
		ybi_text_add(text, string, strlen(string));
}
void ybi_text_putc(struct ybi_text *text, char c);
/* As printf() does; whole numbers, texts and characters are written here, for anything else vsnprintf() is asked. */
void ybi_text_printf(struct ybi_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `count` times the character c. */
void ybi_text_fill(struct ybi_text *text, char c, size_t count);
/* The text, now the caller's (free it with free()); NULL and freed when something failed. An empty text gives "". */
char *ybi_text_take(struct ybi_text *text);
void ybi_text_free(struct ybi_text *text);
/* The same for what says something of a person. */
void ybi_text_wipe(struct ybi_text *text);
/* Empty again, in the same room; nothing failed yet. */
void ybi_text_again(struct ybi_text *text, bool muted);

/* A JSON string with its quotes; the text must be UTF-8. */
void ybi_text_json_string(struct ybi_text *text, const char *string, size_t length);

/* A member of a JSON object with its comma; `first` is cleared. A NULL text is null. */
void ybi_json_key(struct ybi_text *out, bool *first, const char *key);
void ybi_json_text(struct ybi_text *out, bool *first, const char *key, const char *value);
void ybi_json_fen(struct ybi_text *out, bool *first, const char *key, yb_fen value);

/* Offset of the first byte that is not well-formed UTF-8 (no overlong forms, surrogates, above U+10FFFF) or is NUL; length when all is well. */
size_t ybi_utf8_check(const char *text, size_t length);
/* Columns a terminal uses: 2 for CJK and full-width characters, 0 for combining marks, else 1. */
size_t ybi_utf8_width(const char *text, size_t length);

/* Optimal-string-alignment distance of two ASCII-ish names, capped: at most `limit` + 1 is returned. Names of over 64 bytes give limit + 1. */
unsigned ybi_distance(const char *a, const char *b, unsigned limit);
/* Index of the name nearest to `name` if it is near enough to be worth a hint (a third of its length, at least 1), else SIZE_MAX. */
size_t ybi_nearest(const char *name, const char *const *names, size_t count);

/* Text equality of a length-passed and a NUL-terminated string. */
bool ybi_streq_n(const char *a, size_t length, const char *b);

/* `count` digits, nine at most, as a number; -1 when there is something else. */
int32_t ybi_digits(const char *text, size_t count);
/* What looks like an identity number, its check digit right or not, or like the beginning of one: all but its first three digits become stars. */
void ybi_identity_hide(char *text, size_t length);
/* Is there a valid identity number in the text, with no digit beside it? */
bool ybi_identity_within(const char *text, size_t length);

#endif
