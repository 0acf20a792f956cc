/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_FIELD_H
#define YBI_FIELD_H

#include <stdbool.h>

#include <yibao/field.h>

/* A code of a national code table. */
struct ybi_code {
	yb_field field;
	const char *code, *zh, *en;
};

/* The rows of a field's table: the first one and how many; NULL when the field has none. */
const struct ybi_code *ybi_codes(yb_field field, size_t *count);
/* One code, NULL when it is not in the table. */
const struct ybi_code *ybi_code_find(yb_field field, const char *code, size_t length);
/* Can a code that is not in the table be a local extension (two to six digits)? */
bool ybi_code_open(yb_field field);
/* Names of the keys a person or claim document may have: fills at most `room`, returns how many. */
size_t ybi_field_names(yb_part part, const char **names, size_t room);

#define YBI_FIELD_MAX 128 /* every field number is below */

#endif
