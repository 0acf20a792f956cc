/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_ASK_H
#define BENCH_ASK_H

#include <yibao/yibao.h>

#include "claims.h"

/*
 * The library's side: a policy document, and a question of it by columns, all
 * through the public interface.
 */

/* Faults of a document are printed; they end the program. */
struct yb_policy_set *set_from_file(const char *path);
struct yb_policy_set *set_from_text(const char *name, const char *text);

#define ASK_OUTPUTS 12

struct ask {
	struct yb_bulk *bulk;
	size_t n;
	size_t span; /* rows of a run: all */
	size_t outputs;
	int64_t *out[ASK_OUTPUTS];
	uint8_t *outcomes;
};

/*
 * Ask what the claims are paid by document 990000/310. Inputs and outputs are
 * names with blanks between; an input is bound to the column of claims of that
 * name, or to another one: `basic.paid.year=paid`.
 */
void ask_claims(struct ask *ask, const struct yb_policy_set *set, const struct claims *claims, const char *inputs, const char *outputs,
                int32_t threads);

/* Bind outputs by names, and outcomes: what ask_claims() does at its end. */
void ask_outputs(struct ask *ask, const char *outputs);

void ask_run(void *ask); /* a span of rows */

/* Run all rows once, so that the outputs are there; where that takes long, ask_run() then runs no more than tell the time. */
void ask_all(struct ask *ask);
void ask_free(struct ask *ask);

/* Outputs that differ from the hand-written loop's, and rows that were not answered. */
size_t ask_count_wrong(const struct ask *ask, int64_t *const *hand);

/* Columns for the outputs of a hand-written loop. */
void outputs_make(int64_t **out, size_t count, size_t n);
void outputs_free(int64_t **out, size_t count);

#endif
