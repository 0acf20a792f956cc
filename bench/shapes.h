/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include <yibao/yibao.h>

#include "claims.h"
#include "loops.h"

/* A structure that differs from job 1: its document in bench/shapes/, the loop written for it, and what both read and write. */
struct shape {
	const char *name;
	loop_run *run;
	const char *inputs, *outputs;
};

extern const struct shape shapes[];
extern const size_t shape_count;

struct yb_policy_set *shape_load(const struct shape *shape, const char *folder);

#define CHANGES 100

/* Figures of job 1 at random, and the document that has them. The same for the same number. */
void figures_draw(struct figures *f, size_t number);
char *figures_document(const struct figures *f); /* free() it */

#define FIGURES_OUTPUTS 7

#endif
