/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#include "claims.h"

/*
 * Hand-written columnar loops: what a careful programmer writes for one
 * structure. Outputs in the order of the names that bench/shapes.c has for it.
 */
typedef void loop_run(size_t n, const struct claims *in, int64_t *const *out);

loop_run loop_two_layers, loop_four_layers, loop_bands_by_level, loop_six_bands, loop_year_deductible, loop_after_ratio, loop_cost_ceiling,
	loop_two_caps, loop_shared_pool, loop_bands_of_the_year, loop_roundings, loop_ages, loop_ordinals, loop_six_kinds, loop_capped_deductibles,
	loop_modified_ratios, loop_prior_shares, loop_layers_under_conditions, loop_wide_tables, loop_five_layers;

/* Who compiled them. */
const char *loop_compiler(void);

/* ---- job 1 with other numbers ---- */

/* Rates are in 1/den. */
struct figures {
	int64_t den;
	int64_t share_b;
	int64_t first[3], later[3];       /* deductible by level */
	int64_t ratio[3], less[2];        /* by level; by cross from 1 */
	int64_t cap;
	int64_t start[2];                 /* of the serious layer: class 0, others */
	int64_t border[2], band[3], more; /* more: from class 1 on */
	int64_t aid_start, aid[2];        /* of class 1; by class from 1 */
};

/* The columnar loop with its figures as variables. */
void loop_figures(size_t n, const struct claims *in, int64_t *const *out, const struct figures *f);

#endif
