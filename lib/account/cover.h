/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_COVER_H
#define YBI_COVER_H

#include "account/record.h"

#define YBI_COVERS 200 /* entries of one history */

/* Wipe the history; it is unknown then, and its memory is kept. */
void ybi_cover_clear(struct yb_person *person);
void ybi_cover_free(struct yb_person *person);
/* Does the history hold anything from before this birth date? */
bool ybi_cover_precedes(const struct yb_person *person, yb_day birth);
/* The key yb_cover of a person document. */
void ybi_cover_read(struct yb_person *person, const struct ybi_entry *entry, struct ybi_findings *findings);
/* Such a list alone; what is told of it begins with `name`. */
yb_status ybi_cover_from_text(struct yb_person *person, const char *name, const char *text, size_t length, struct yb_error **err);
/* It as a member of an object that is begun, by time; nothing when the history is not known. */
void ybi_cover_write(const struct yb_person *person, struct ybi_text *out, bool *first);

#endif
