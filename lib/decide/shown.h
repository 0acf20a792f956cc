/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_SHOWN_H
#define YBI_SHOWN_H

#include "decide/show.h"

/* A document shown in one form whatever its order and spelling, and what of the text each mark names. */

#define YBI_NO_MARK UINT32_MAX

struct ybi_shown {
	const struct yb_policy_set *set;
	const struct ybi_book *book;
	struct ybi_text text;
	struct ybi_marks marks;
	uint32_t *parent, *match; /* by mark; YBI_NO_MARK */
};

struct ybi_piece {
	const char *text;
	size_t length;
};

/* False when there is no memory; ybi_shown_free() either way. `set` and `book` are filled before. */
bool ybi_shown_make(struct ybi_shown *s, yb_day on, bool zh);
void ybi_shown_free(struct ybi_shown *s);
/* Where the text of a mark ends; the mark behind all that belongs to it. */
size_t ybi_shown_end(const struct ybi_shown *s, uint32_t mark);
uint32_t ybi_shown_block(const struct ybi_shown *s, uint32_t mark);
/* What a mark names, and what follows it, without the signs between. */
struct ybi_piece ybi_shown_key(const struct ybi_shown *s, uint32_t mark);
struct ybi_piece ybi_shown_value(const struct ybi_shown *s, uint32_t mark);
/* Its node, or the nearest around it. */
const struct ybi_node *ybi_shown_node(const struct ybi_shown *s, uint32_t mark);
void ybi_put_piece(struct ybi_text *out, struct ybi_piece span);
void ybi_shown_name(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark);
/* " · pooled fund" behind the id of a clause. */
void ybi_shown_label(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark);
/* Above a change, from the section down; a table with what its rows are compared by. */
void ybi_shown_path(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark);

#endif
