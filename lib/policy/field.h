/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_FIELD_H
#define YBI_FIELD_H

#include <stdbool.h>

#include <yibao/field.h>

/* A code of a code table. */
struct ybi_code {
	yb_field field;
	const char *code, *zh, *en;
	bool local; /* not national: of one province, or of several with different meanings */
};

/* The rows of a field's table: the first one and how many; NULL when the field has none. */
const struct ybi_code *ybi_codes(yb_field field, size_t *count);
/* One code, NULL when it is not in the table. */
const struct ybi_code *ybi_code_find(yb_field field, const char *code, size_t length);
/* The same, but no local code. */
const struct ybi_code *ybi_code_national(yb_field field, const char *code, size_t length);
/* Does a code say that the fact is not known: a sex that is unknown or not stated? */
bool ybi_code_unstated(yb_field field, const char *code, size_t length);
/* Can a code that is not in the table be a local extension (two to six digits)? */
bool ybi_code_open(yb_field field);
/* Is it a table that no province changes? Its codes are checked where a person or claim is read. */
bool ybi_code_fixed(yb_field field);
/* The table of a name, "med_type" or "fund_pay_type"; 0 when there is none. */
yb_field ybi_codes_from_name(const char *name, size_t length);
const char *ybi_codes_name(yb_field table);
/* Tables in order, then 0. */
yb_field ybi_codes_at(size_t index);
/* Names of the keys a person or claim document may have: fills at most `room`, returns how many. */
size_t ybi_field_names(yb_part part, const char **names, size_t room);

#define YBI_FIELD_MAX 128 /* every field number is below */
#define YBI_CODES_FUND 127 /* the table of funds, fund_pay_type: no field of a person or bill */

#endif
