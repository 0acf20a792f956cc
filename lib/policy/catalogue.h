/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CATALOGUE_H
#define YBI_CATALOGUE_H

#include <yibao/field.h>

#include "base/fraction.h"
#include "policy/node.h"

/*
 * Price lists: what a catalogue says of an item, by days and hospital level.
 * Rows of one item stand together, in order of time; a hash finds the first.
 */

/* One unit of the item holds `count` of another one. */
struct ybi_pack {
	const char *unit;
	struct ybi_fraction count;
};

#define YBI_PACKS 4

/* What a row says; a column that is not there, or a cell `~`, says nothing. */
enum ybi_says { YBI_SAYS_CLASS = 1, YBI_SAYS_SHARE = 2, YBI_SAYS_PRICE = 4, YBI_SAYS_LIMIT = 8, YBI_SAYS_KIND = 16 };

struct ybi_item {
	const char *code;
	yb_day from, to;      /* [from, to) */
	uint32_t levels;      /* bit i: the i-th code of hosp_lv */
	uint32_t group;       /* of the catalogue: what it rests on */
	uint32_t says;        /* enum ybi_says */
	uint32_t item_class;  /* the i-th code of chrgitm_lv */
	int64_t share;        /* prior share, 1/10000 */
	int64_t price;        /* cap on the price of a unit, fen with four more decimals; -1: `none` */
	yb_fen limit;         /* in a stay or a day; -1: no limit by amount */
	int64_t limit_count;  /* units with four decimals; -1: no limit by count */
	bool per_day;
	const char *kind, *unit; /* NULL: not said */
	const struct ybi_pack *packs;
	uint32_t pack_count;
	const struct ybi_node *node;
};

/* Rows of one document that rest on the same source. */
struct ybi_item_group {
	const struct ybi_node *node;
	const char *document; /* id */
};

struct ybi_catalogue {
	const char *id;
	yb_day from, to;      /* the days on which it and its parts answer: [from, to) */
	yb_field key;         /* the code of a line that its rows name */
	struct ybi_item *items;
	uint32_t item_count;
	struct ybi_item_group *groups;
	uint32_t group_count;
	uint32_t *hash;       /* 0 empty, else number of the first row of a code + 1 */
	uint32_t mask;
};

#define YBI_EVERY_LEVEL UINT32_MAX

/* The rows of a code; `count` is 0 when there is none. */
const struct ybi_item *ybi_catalogue_find(const struct ybi_catalogue *catalogue, const char *code, size_t length, uint32_t *count);

#endif
