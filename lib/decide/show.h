/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_SHOW_H
#define YBI_SHOW_H

#include "decide/render.h"

/*
 * A document for a reader, section by section. Figures are printed from the
 * tree as they are written, so that they can be checked against the document;
 * what the section means is told from the book.
 */

#define YBI_SHOWN_CODES 512

/* A heading, label or row of what is shown: [at, key_end) of the text names it, what follows up to the next mark is its value. */
struct ybi_mark {
	size_t at, key_end;
	uint32_t depth; /* columns: it belongs to the last one before it that has fewer */
	uint32_t flags; /* YBI_MARK_ */
	const struct ybi_node *node;
	const char *id; /* tells apart what has the same words; NULL */
	yb_day end;     /* of the last entry of a dated list: the day behind its last one; YB_DAY_NONE: no such entry, or open */
};

enum {
	YBI_MARK_ORDERED = 1, /* what belongs to it has a meaning by its order */
	YBI_MARK_TABLE = 2,   /* its value tells what its rows are compared by */
	YBI_MARK_FIGURE = 4   /* a figure stands in its value */
};

struct ybi_marks {
	struct ybi_mark *rows;
	size_t count, room;
};

struct ybi_shower {
	struct ybi_text *out;
	const struct yb_policy_set *set;
	const struct ybi_book *book;
	yb_day on; /* YB_DAY_NONE: all days */
	bool zh;
	bool *named; /* by fact: it stands in a condition or formula that was printed; NULL when nobody asks */
	const struct ybi_code *codes[YBI_SHOWN_CODES]; /* codes that were printed */
	size_t code_count;
	struct ybi_marks *marks; /* NULL: for a reader; else in one form whatever the order and spelling, to be compared */
};

/* ---- show.c ---- */
/* A document in one form with its marks: equal texts mean the same. The caller frees the marks' rows. */
void ybi_show_compared(struct ybi_shower *s);

/* ---- show-slot.c: pieces ---- */
/* What is printed next belongs to a mark; its key ends where the text then is. Nothing for a reader. */
void ybi_show_mark(struct ybi_shower *s, size_t depth, const struct ybi_node *node, const char *id);
void ybi_show_key_end(struct ybi_shower *s);
/* The line that was begun stands for a clause: its mapping, and its id or NULL where the mapping has it. */
void ybi_show_name(struct ybi_shower *s, const struct ybi_node *map, const char *id);
void ybi_show_flag(struct ybi_shower *s, uint32_t flag);
/* Keys of a mapping that its section does not show, when documents are compared; `shown` is a list with a blank around each word. */
void ybi_show_rest(struct ybi_shower *s, const struct ybi_node *map, size_t indent, const char *shown);
/* "fee", "refund" ... as a heading of a section, and whether it holds on the day. */
bool ybi_show_section(struct ybi_shower *s, enum ybi_ask ask, const char *zh, const char *en);
/* A heading after an empty line. */
void ybi_show_heading(struct ybi_shower *s, size_t indent, const char *zh, const char *en);
/* The id and the label on a line, after an empty one. */
void ybi_show_title(struct ybi_shower *s, size_t indent, const char *id, const char *zh, const char *en);
/* A label with what follows it in one column. */
void ybi_show_line(struct ybi_shower *s, size_t indent, const char *zh, const char *en);
/* A node on one line, as it is written. */
void ybi_show_flat(struct ybi_shower *s, const struct ybi_node *node);
/* "from 2026-01-01 through 2026-12-31"; false when no day is stated. */
bool ybi_show_days(struct ybi_shower *s, const struct ybi_node *node);
/* Days and condition of a clause, on a line of their own; nothing where it always holds. */
void ybi_show_when(struct ybi_shower *s, const struct ybi_node *map, size_t indent);
/* A condition on a line of its own. */
void ybi_show_condition(struct ybi_shower *s, const struct ybi_node *when, size_t indent);
/* Days and condition without a line, in brackets. */
void ybi_show_brackets(struct ybi_shower *s, const struct ybi_node *map);
/* A slot with its newline; figures carry the unit of their type. */
void ybi_show_slot(struct ybi_shower *s, const struct ybi_node *node, enum ybi_type type, size_t indent);
/* The slot of a key with its label; nothing when it is not there. */
void ybi_show_part(struct ybi_shower *s, const struct ybi_node *map, const char *key, enum ybi_type type, size_t indent, const char *zh, const char *en);
/* The tags of the sources, their articles and how far they are to be trusted. */
void ybi_show_sources(struct ybi_shower *s, uint32_t clause, size_t indent);
void ybi_show_round(struct ybi_shower *s, int64_t step, yb_rounding mode, size_t indent);
/* Ids that a clause goes before. */
void ybi_show_over(struct ybi_shower *s, const struct ybi_node *map, size_t indent);
void ybi_show_refusals(struct ybi_shower *s, enum ybi_ask ask);
/* Is the entry in force on the day that is asked for? */
bool ybi_show_holds(const struct ybi_shower *s, const struct ybi_node *entry);
/* Facts and codes that conditions and formulas named. */
void ybi_show_facts(struct ybi_shower *s);

/* The sources that a figure rests on: those of the nearest `source:` around it. */
size_t ybi_sources_of(const struct ybi_node *node, const struct ybi_source *sources[8], const char *articles[8]);
void ybi_put_source_of(struct ybi_text *out, const struct ybi_node *node, yb_lang lang);

/* ---- sections ---- */
void ybi_show_fee(struct ybi_shower *s);
void ybi_show_refund(struct ybi_shower *s);
void ybi_show_eligibility(struct ybi_shower *s);
void ybi_show_reimburse(struct ybi_shower *s);
void ybi_show_catalogue(struct ybi_shower *s);
void ybi_show_codes(struct ybi_shower *s); /* a document of codes: code.c */

#endif
