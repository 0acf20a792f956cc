/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_READER_H
#define YBI_READER_H

#include "policy/node.h"

/*
 * The tree while it grows, whoever finds the parts in the text: libyaml
 * (node.c), or the reader of plain texts (plain.c).
 */

#define YBI_DEPTH_MOST 24

struct ybi_mark {
	uint32_t line, column; /* from 1 */
};

struct ybi_reader_child {
	struct ybi_node *node;
	const char *key; /* of a mapping's entry */
	struct ybi_mark key_at;
};

struct ybi_reader_frame {
	struct ybi_node *node;
	size_t first; /* its children so far start here in `children` */
	const char *key;
	struct ybi_mark key_at;
};

struct ybi_reader {
	struct ybi_arena *arena;
	const char *name;
	const struct ybi_read_limits *limits;
	struct yb_error **err;
	struct ybi_reader_frame frames[YBI_DEPTH_MOST];
	unsigned depth;
	struct ybi_reader_child *children;
	size_t child_count, child_room;
	size_t nodes;
	struct ybi_node *root;
};

/* Text in the arena, NUL-terminated. */
struct ybi_word {
	const char *text, *raw; /* raw: of a formula, where it begins in the text that was read */
	size_t length;
	struct ybi_mark at;
	bool plain; /* without quotes */
};

yb_status ybi_reader_fault(struct ybi_reader *reader, yb_status status, struct ybi_mark at, const char *message);
/* The parts in the order of the text; a scalar is a key where a mapping waits for one. */
yb_status ybi_reader_open(struct ybi_reader *reader, enum ybi_kind kind, struct ybi_mark at);
yb_status ybi_reader_close(struct ybi_reader *reader);
yb_status ybi_reader_scalar(struct ybi_reader *reader, const struct ybi_word *word);

/*
 * Reads a text of which every character is where any reader of YAML finds the same: no escapes, tabs, anchors, directives, empty values
 * or other rarities. YB_E_SYNTAX: not this one, which says nothing about it; libyaml reads it then and finds what is wrong with it, if
 * anything is. The text is UTF-8 without NUL and ends in one; the reader has no `err`, and its arena nothing that is kept then.
 */
yb_status ybi_plain_read(struct ybi_reader *reader, const char *text, size_t length);
/* Reads by libyaml alone; tests hold the other way against it. */
yb_status ybi_node_read_slowly(struct ybi_arena *arena, const char *name, const char *text, size_t length, const struct ybi_read_limits *limits,
                               struct ybi_node **root, struct yb_error **err);

#endif
