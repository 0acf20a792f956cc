/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TEST_JSON_H
#define TEST_JSON_H

#include <check.h>
#include <stdbool.h>
#include <string.h>

/* Past one JSON value, NULL where it is none; strings are told from their quotes alone. */
static inline const char *
skip_json(const char *p, int depth)
{
	bool keyed = *p == '{';
	char end = keyed ? '}' : ']';

	if (*p == '"') {
		for (p++; *p && *p != '"'; p++)
			p += *p == '\\' && p[1];
		return *p ? p + 1 : NULL;
	}
	if (!strncmp(p, "null", 4))
		return p + 4;
	if (strspn(p, "-0123456789"))
		return p + strspn(p, "-0123456789.");
	if ((*p != '{' && *p != '[') || depth > 30)
		return NULL;
	p += 1 + strspn(p + 1, " \n");
	if (*p == end)
		return p + 1;
	for (;;) {
		p = !keyed || *p == '"' ? skip_json(p, depth + 1) : NULL;
		if (p && keyed)
			p = *p == ':' ? skip_json(p + 1 + strspn(p + 1, " \n"), depth + 1) : NULL;
		if (!p)
			return NULL;
		p += strspn(p, " \n");
		if (*p == end)
			return p + 1;
		if (*p++ != ',')
			return NULL;
		p += strspn(p, " \n");
	}
}

static inline void
expect_json(const char *text)
{
	const char *end = skip_json(text, 0);

	ck_assert_msg(end && !strcmp(end, "\n"), "not JSON: %.200s", text);
}

#endif
