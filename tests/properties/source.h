/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROPERTIES_SOURCE_H
#define PROPERTIES_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <yibao/yibao.h>

/*
 * Everything random is drawn from one row of numbers, and 0 is always the
 * simplest choice: a case is the row, and whatever makes the row shorter or
 * its numbers smaller makes the document and the claims simpler. So shrinking
 * knows nothing of documents.
 */
struct source {
	uint32_t drawn[2000];
	size_t count, at;
	uint64_t state;
	bool replay; /* `drawn` is read, not written */
};

/* A number below n. */
uint32_t draw(struct source *s, uint32_t n);
/* Fen, from nothing to a few million yuan; small and round ones are frequent. */
yb_fen draw_fen(struct source *s);

struct text {
	char data[20000];
	size_t length;
};

void put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One run of a property: what was made, and what did not hold. */
struct run {
	struct source *source;
	struct text document, story; /* the story: claims and what was found */
	bool failed, useless;        /* useless: the case says nothing */
	yb_fen lie;                  /* added to what is observed, to see that the property notices */
};

/* Says why it does not hold; the first reason stays. */
void deny(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define EXPECT(run, condition, ...) ((condition) ? (void)0 : deny(run, __VA_ARGS__))

typedef void property(struct run *run);

/* ---- model.c: random documents and claims ---- */

enum period { PER_STAY, PER_MONTH, PER_YEAR };
enum total_kind { TOTAL_BASE, TOTAL_NET, TOTAL_DEDUCTIBLE, TOTAL_PAID };

struct ceiling {
	bool on_cost;
	enum period per;
	int pool; /* -1: none */
	yb_fen amount;
};

struct layer {
	int fund;
	struct ceiling ceilings[3];
	int ceiling_count;
	int deductible_pool; /* -1: none */
	bool keeps[4][3];    /* total_kind, period: the document has such a total */
	bool modified;
};

struct document {
	struct layer layers[3];
	int layer_count, pool_count;
	int pool_on[2]; /* 0 payment, 1 cost, 2 deductible */
	yb_fen step;
	bool pays_scope, pays_prior, pays_own; /* what the account may pay */
};

/* What a property needs of the document. */
enum { ONE_LAYER = 1, ADDITIVE = 2, NO_PAYMENT_CEILINGS = 4, FEN = 8, SIMPLE_RATES = 16 };

struct claim {
	yb_fen scope, prior, own, over, balance;
	bool use_account, retired;
};

struct carried {
	yb_fen totals[3][4][3], pools[2];
};

void make_document(struct run *run, struct document *made, int needs);
void make_claim(struct run *run, struct claim *claim);
/* A set of the document; NULL marks the run as failed. */
struct yb_policy_set *load(struct run *run);
struct yb_person *fill_person(const struct claim *claim);
void person_json(struct text *out, const struct claim *claim);
struct yb_claim *fill_claim(const struct document *made, const struct claim *claim, const struct carried *carried);
void claim_json(struct text *out, const struct document *made, const struct claim *claim, const struct carried *carried);
/* Settles and answers; NULL after a failure. */
struct yb_decision *settle(struct run *run, const struct yb_policy_set *set, const struct document *made, const struct claim *claim,
                           const struct carried *carried);
/* A named result in fen, rounded down where it is no whole number. */
yb_fen result(struct run *run, struct yb_decision *d, int layer, const char *name);
/* The same in thousand-millionths of a yuan; false where it does not end. */
bool exact(struct yb_decision *d, int layer, const char *name, int64_t *value);
yb_fen amount(const struct yb_decision *d, yb_field field);
/* Adds what a bill used to the totals. */
void carry(struct run *run, struct yb_decision *d, const struct document *made, struct carried *carried);

#endif
