/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CHARSET_H
#define YBI_CHARSET_H

#include "base/error.h"

/*
 * A text in GB18030, of which GBK and GB 2312 are parts, as UTF-8; NUL-terminated, free it with free().
 * The conversion is that of the C library's iconv(). Bytes that are no character, and NUL, are refused
 * with line and column in `name`; nothing is replaced.
 */
yb_status ybi_gb18030_decode(const char *name, const char *text, size_t length, char **out, size_t *out_length, struct yb_error **err);

/* The place behind a text: the line and the column, in characters, at which its next one would stand. */
struct ybi_place ybi_place_after(const char *name, const char *utf8, size_t length);

#endif
