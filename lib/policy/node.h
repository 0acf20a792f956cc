/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_NODE_H
#define YBI_NODE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"

/*
 * Text to a tree of nodes: YAML for policies, JSON (which is flow YAML) for
 * persons and claims. Read through libyaml's events under caps of our own; no
 * anchors, aliases, tags, merge keys or second documents; keys are plain
 * strings, each once. Every scalar stays text; its place decides how it is read.
 */

enum ybi_kind { YBI_SCALAR, YBI_MAP, YBI_SEQ };

struct ybi_sources;
struct ybi_node;

struct ybi_entry {
	const char *key;
	uint32_t line, column;
	struct ybi_node *value;
	uint32_t start; /* ybi_key_start() of the key */
};

/* The first bytes of a key as a number: where these differ, the keys do. */
static inline uint32_t
ybi_key_start(const char *key)
{
	uint32_t start = 0;

	for (int i = 0; i < 4 && key[i]; i++)
		start |= (uint32_t)(unsigned char)key[i] << 8 * i;
	return start;
}

struct ybi_node {
	uint8_t kind;
	bool plain;          /* a scalar without quotes */
	uint32_t line, column;
	uint32_t count;      /* entries, items, or bytes of text */
	const char *text;    /* scalar, NUL-terminated */
	const char *raw;     /* of a formula: where it begins in the text that was read; NULL for JSON */
	struct ybi_entry *entries;
	struct ybi_node **items;
	const char *file;    /* name of the text it stands in */
	struct ybi_sources *sources;   /* of its document, for policies */
	const struct ybi_node *source; /* the nearest `source:` around it */
	const struct ybi_node *confidence; /* the nearest `confidence:` around it */
};

struct ybi_read_limits {
	size_t bytes, nodes;
	unsigned depth;
	size_t scalar; /* bytes of one text */
	bool any;      /* the whole may be anything, else a mapping */
};

extern const struct ybi_read_limits ybi_policy_limits, ybi_json_limits;

#define YBI_FINDINGS 50 /* told of one text */

/* Read a text; `name` must outlive the arena, and so must the text of a policy. */
yb_status ybi_node_read(struct ybi_arena *arena, const char *name, const char *text, size_t length, const struct ybi_read_limits *limits,
                        bool json, struct ybi_node **root, struct yb_error **err);

/* The value of a key, NULL when absent or when `map` is no map. */
struct ybi_node *ybi_node_get(const struct ybi_node *map, const char *key);
struct ybi_place ybi_node_place(const struct ybi_node *node);
/* The place of a byte of a scalar's text, in a formula also across lines and quotes. A cursor begins as zeros. */
struct ybi_cursor {
	size_t at, raw;
	uint32_t line, column;
};
struct ybi_place ybi_node_place_in(const struct ybi_node *node, size_t offset, struct ybi_cursor *cursor);
bool ybi_node_is(const struct ybi_node *node, const char *text);
/* A formula whose brackets are still open: YAML ended it in flow style, and went on with the rest as a key. */
bool ybi_node_is_torn(const struct ybi_node *node);
/* "a mapping", "a list", "text" */
const char *ybi_node_kind_name(const struct ybi_node *node);

/*
 * Refuse every key of `map` that is not in the list, with the nearest name.
 * `extra` is a second list that may be NULL.
 */
yb_status ybi_node_check_keys(const struct ybi_node *map, const char *const *keys, size_t count, const char *const *extra, size_t extra_count,
                              struct yb_error **err);

struct ybi_text;
/* A JSON document, or a part of one, as our own writer writes it. */
void ybi_node_write(const struct ybi_node *node, struct ybi_text *out);

#endif
