/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef EQUAL_POPULATION_H
#define EQUAL_POPULATION_H

#include <stdbool.h>
#include <stdint.h>

#include <yibao/yibao.h>

#include "decide/decision.h"

/*
 * Persons and bills of one document, drawn from what its rules can tell apart: the facts of the document, the values at which a rule
 * changes and those beside them, and what cannot be. Rows that the document answers are looked for first, and most of what is drawn is
 * one of those with a few facts changed, so that rows do not only try how one is refused.
 */

/* ---- a fact as a program gives it ---- */

enum option { OPTION_NONE, OPTION_YEAR, OPTION_PAID_ON, OPTION_MONTHS, OPTION_ON, OPTION_ARREAR, OPTION_REPAIRED, OPTION_COUNT };

struct subject {
	char name[80];   /* as a column is asked for: an attribute of the person may be psn.NAME */
	yb_field field;  /* 0: an attribute, a total or an option */
	bool person, total;
	bool cover;      /* the cover history of the person, a list of JSON */
	uint8_t option;  /* enum option */
	uint8_t type;    /* enum ybi_type: what numbers of an attribute are */
};

/* One row through handles. */
struct single {
	struct yb_person *person;
	struct yb_claim *claim;
	struct yb_decision *decision;
	int32_t options[OPTION_COUNT];
};

void single_new(struct single *s);
void single_free(struct single *s);
void single_clear(struct single *s);
yb_status give_text(struct single *s, const struct subject *subject, const char *text);
yb_status give_number(struct single *s, const struct subject *subject, int64_t value);
enum ybi_ask ask_of(yb_question question);
/* The text of a number as the fact has it; 0 where there is none. */
size_t number_text(const struct subject *subject, int64_t value, char text[32]);
yb_status ask_single(struct single *s, const struct yb_policy_set *set, yb_question question, bool lenient);

/* ---- what is drawn ---- */

#define AXES_MOST 200

struct axis {
	struct subject s;
	uint32_t fact;       /* YBI_NO_FACT: of no rule */
	bool read;           /* a rule looks at it, or at what follows from it */
	bool coded;          /* texts, else numbers */
	bool is_twin;        /* the fact has another axis before it */
	const char **texts;
	uint32_t good, count; /* the first of them can stand there */
	uint32_t room;
	int64_t *numbers;
	uint32_t number_count;
	bool bounded;        /* the document says which numbers can stand there */
	int64_t low, high;
};

struct row {
	int64_t values[AXES_MOST]; /* numbers, or indexes of texts */
	uint8_t known[AXES_MOST];
};

#define SEEDS_MOST 96

/* A document, one question of it, and the facts that rows of it have. */
struct place {
	const struct yb_policy_set *set;
	const struct ybi_book *book;
	yb_question question;
	char label[96], region[7], scheme[16];
	struct ybi_arena arena;
	struct axis *axes;
	uint32_t axis_count;
	uint32_t roles[YBI_FIELD_MAX];     /* axis by field, UINT32_MAX: none */
	uint32_t options[OPTION_COUNT];    /* likewise by option */
	int64_t *money, *ages, *stays, *days, *years;
	uint32_t money_count, age_count, stay_count, day_count, year_count;
	struct row *seeds;                 /* rows that are answered */
	uint32_t seed_count;

	uint64_t rows, answered, refused, lacking, unsupported, bad; /* what became of them */
	uint64_t sampled, by_columns;                                /* of rows that are answered: how many were looked at, and went by columns */
};

/* Of the document that answers for a region and scheme. NULL where it has nothing to say on the question. */
struct place *place_new(const struct yb_policy_set *set, yb_question question, const char *region, const char *scheme, const char *label);
void place_free(struct place *p);
void draw_row(struct place *p, struct row *row);
/* The row of a vector; false where columns cannot say what it says. */
bool vector_row(struct place *p, const struct ybi_vector *vector, struct row *row);
/* Gives all known facts of a row; the status of the first that cannot be. */
yb_status give_row(const struct place *p, const struct row *row, struct single *s);

extern uint64_t random_state;
uint32_t below(uint32_t n);

#endif
