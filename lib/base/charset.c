/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct ybi_place
ybi_place_after(const char *name, const char *utf8, size_t length)
{
	struct ybi_place place = { name, 1, 1 };

	for (size_t i = 0; i < length; i++) {
		place.column += ((unsigned char)utf8[i] & 0xC0) != 0x80;
		if (utf8[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	return place;
}

/* A character of one byte stays one, of two becomes at most three, of four at most four: half as much again, and a NUL. */
static char *
decoded_alloc(size_t length, size_t *room)
{
	if (length > SIZE_MAX / 4)
		return NULL;
	*room = length + length / 2 + 4;
	return malloc(*room + 1);
}

static yb_status
open_failed(struct yb_error **err)
{
	if (errno == ENOMEM)
		return ybi_error_no_memory(err);
	return ybi_error_set(err, YB_E_BAD_TEXT, "the C library of this system cannot convert GB18030 (on Fedora the package glibc-gconv-extra does)");
}

/* `done` bytes were read and became `out`. */
static yb_status
bytes_refused(const char *name, const char *text, size_t done, const char *out, size_t out_length, struct yb_error **err)
{
	struct ybi_place place = ybi_place_after(name, out, out_length);

	return ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "byte 0x%02x is neither UTF-8 nor GBK (GB18030)", (unsigned char)text[done]);
}

static yb_status
decode(iconv_t cd, const char *name, const char *text, size_t length, char **out, size_t *out_length, struct yb_error **err)
{
	size_t room, left, rest = length, good;
	char *buffer = decoded_alloc(length, &room), *to = buffer;
	char *from = (char *)(uintptr_t)text; /* iconv() reads only, though its prototype does not say so */
	yb_status st = YB_OK;

	if (!buffer)
		return ybi_error_no_memory(err);
	left = room;
	if (iconv(cd, &from, &rest, &to, &left) == (size_t)-1)
		st = bytes_refused(name, text, length - rest, buffer, room - left, err);
	good = st == YB_OK ? ybi_utf8_check(buffer, room - left) : room - left;
	if (good < room - left) {
		struct ybi_place place = ybi_place_after(name, buffer, good);

		st = ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "a NUL byte");
	}
	if (st != YB_OK) {
		free(buffer);
		return st;
	}
	*to = '\0';
	*out = buffer;
	*out_length = room - left;
	return YB_OK;
}

yb_status
ybi_gb18030_decode(const char *name, const char *text, size_t length, char **out, size_t *out_length, struct yb_error **err)
{
	iconv_t cd = iconv_open("UTF-8", "GB18030");
	yb_status st;

	*out = NULL;
	if (cd == (iconv_t)-1)
		return open_failed(err);
	st = decode(cd, name, text, length, out, out_length, err);
	iconv_close(cd);
	return st;
}
