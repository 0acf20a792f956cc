/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CHANNEL_H
#define YBI_CHANNEL_H

#include <yibao/channel.h>

/* A channel as its document says it. Texts are in both languages and borrowed from the document. */

#define YBI_CHANNEL_ACTIONS YB_CHANNEL_ACTION_CONSULT
#define YBI_CHANNEL_KINDS YB_CHANNEL_KIND_EMPLOYER
#define YBI_CHANNEL_ABILITIES YB_CHANNEL_ABILITY_PRINT

struct ybi_pair {
	const char *text[2]; /* by yb_lang; NULL: absent */
};

struct ybi_pairs {
	struct ybi_pair *rows;
	uint32_t count;
};

struct ybi_book;

struct yb_channel {
	const struct ybi_book *book;
	const char *id;
	const char **regions;
	uint32_t region_count;
	uint32_t clause; /* what it rests on */
	uint32_t order;  /* in its set */
	yb_channel_kind kind;
	struct ybi_pair label, operator, location, caveat;
	struct ybi_pairs inputs;
	struct ybi_pairs steps[YBI_CHANNEL_ACTIONS]; /* by action - 1 */
	uint8_t can[YBI_CHANNEL_ACTIONS];            /* yb_channel_ability */
};

/* What holds of every channel of a document. */
struct ybi_channel_note {
	const char *id;
	struct ybi_pair text;
	uint32_t about; /* a bit for each action - 1 */
	uint32_t clause;
};

#endif
