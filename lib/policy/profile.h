/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_PROFILE_H
#define YBI_PROFILE_H

#include "policy/book.h"

/*
 * Code profiles. A code means something only together with its field, its
 * province and a day: a profile is the province's table of codes, read from a
 * document of its own (430000/codes). What a profile does not name is national.
 */

struct ybi_code_row {
	struct ybi_code as;        /* field, code, names */
	const char *national;      /* the national code that it is, NULL: none */
	const char *atom;          /* what cells compare: `national` where the code is the very same, else a name of its own */
	const char *const *also;   /* other spellings */
	uint32_t also_count;
	yb_day from, to;           /* [from, to) */
	bool valid;                /* false: it must not be used any more */
	const struct ybi_node *node;
};

struct ybi_code_table {
	yb_field field;
	uint32_t first, count; /* into rows */
	uint32_t pad;          /* a shorter code of digits gets noughts before it; 0: none do */
	bool open;             /* other codes are left as they are */
};

#define YBI_PROFILE_PARENTS 16
#define YBI_SET_MOST 62 /* values that a set can tell apart */

struct ybi_profile {
	const char *region; /* "430000" */
	const struct ybi_document *documents[YBI_PROFILE_PARENTS + 1]; /* parents, then its own */
	uint32_t document_count;
	struct ybi_code_table *tables;
	uint32_t table_count;
	struct ybi_code_row *rows;
};

enum ybi_code_state {
	YBI_CODE_KNOWN,   /* of the profile, on that day, or national */
	YBI_CODE_OTHER,   /* of neither, in a table that leaves room for local codes */
	YBI_CODE_UNKNOWN, /* of neither */
	YBI_CODE_RETIRED, /* of the profile on other days */
	YBI_CODE_UNDATED  /* the day decides, and is not known */
};

struct ybi_found_code {
	enum ybi_code_state state;
	const struct ybi_code_row *row; /* of the profile, NULL: none */
	const struct ybi_code *name;    /* NULL: it has none */
	const char *code;               /* as the profile spells it; valid as long as the struct and the text */
	size_t length;
	const char *national;           /* NULL: none */
	const char *atom;               /* NULL: the text itself */
	char buffer[8];
};

/* Read the `codes:` of every document and tie documents to the profiles by which their codes are read; faults stay with the documents. */
yb_status ybi_profiles_read(struct ybi_document *const *documents, size_t count, yb_day known_on);
/* NULL when the set has no such profile. */
const struct ybi_profile *ybi_profile_find(struct ybi_document *const *documents, size_t count, const char *name);
/* What a code is by a profile (NULL: by the national tables) on a day (YB_DAY_NONE: not known). */
void ybi_code_look(const struct ybi_profile *profile, yb_field field, const char *text, size_t length, yb_day day, struct ybi_found_code *found);
/* The code nearest to one that is not known, NULL when none is near. */
const struct ybi_code *ybi_code_nearest(const struct ybi_profile *profile, yb_field field, const char *text, size_t length);
/* A row by its atom, NULL when the profile has none. */
const struct ybi_code_row *ybi_profile_atom(const struct ybi_profile *profile, yb_field field, const char *atom);
const struct ybi_code_table *ybi_profile_table(const struct ybi_profile *profile, yb_field field);

#endif
