/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_DICTIONARY_H
#define YIBAO_DICTIONARY_H

#include "tool.h"

/* A row of the national platform's dictionary download (interface 1901). Texts are those of the dictionary; NULL: not there. */
struct dictionary_row {
	char *type, *label, *value, *parent, *valid, *version;
	unsigned long line, column;
};

struct dictionary {
	struct dictionary_row *rows;
	size_t count, room;
};

/* Read one, JSON or tab-separated text; what is wrong is told with its place. Gives an exit code. */
int dictionary_read(const struct document *document, struct dictionary *dictionary);
void dictionary_free(struct dictionary *dictionary);

#endif
