/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_TOOL_WHATIF_H
#define YIBAO_TOOL_WHATIF_H

#include "bulk.h"

#define BY_MOST 3
#define PAYERS 4
#define MONEY_TEXT 72 /* a sum of 128 bits in yuan, with commas */

/* Rows under the law as it is and under a reform, and what is told of them. */
struct whatif {
	const struct tool *tool;
	struct yb_policy_set *before, *after;
	struct yb_whatif *sums;
	struct bulk *rows;                /* how the file is read */
	size_t weight_column;             /* SIZE_MAX: none */
	int64_t *weights;                 /* by row of a chunk */
	uint8_t *bad;
	char *words;                      /* the names of --by, cut apart */
	const char *by[BY_MOST];
	uint32_t by_count;
	const char *value_name;
	uint32_t value, payers[PAYERS];
	bool burden;                      /* the amount is what a person bears: less is a gain */
	bool histories;                   /* less and more are told of persons by the year, not of bills */
};

extern const char *const whatif_payers[PAYERS];

/* Words in the language of the tool. */
const char *whatif_word(const struct whatif *w, const char *en, const char *zh) __attribute__((format_arg(2), format_arg(3)));
struct yb_whatif_sum whatif_sum(const struct whatif *w, uint32_t group, uint32_t bin, uint32_t value, yb_whatif_figure figure);
/* Fen as yuan, 1,234.50; without commas for machines. */
void whatif_money(const struct yb_whatif_sum *fen, bool commas, char out[MONEY_TEXT]);
void whatif_fen(int64_t fen, bool commas, char out[MONEY_TEXT]);
void whatif_count(const struct yb_whatif_sum *count, bool commas, char out[MONEY_TEXT]);
/* a of b in percent with two decimals, 12.34 %; "-" where b is 0. */
void whatif_share(const struct yb_whatif_sum *a, const struct yb_whatif_sum *b, char out[MONEY_TEXT]);
/* What a group is called: names of codes, labels of nothing else. 0: all. */
void whatif_group_label(const struct whatif *w, uint32_t group, char *out, size_t room);
void whatif_bin_label(const struct whatif *w, uint32_t bin, char *out, size_t room);
const char *whatif_value_label(const struct whatif *w, const char *name);
/* Rows that are in no sum. */
uint64_t whatif_left_out(const struct whatif *w, uint32_t group, uint64_t *all);

/* whatif-svg.c */
void whatif_write_svg(const struct whatif *w, FILE *file);

#endif
