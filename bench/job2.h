/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_JOB2_H
#define BENCH_JOB2_H

#include "ask.h"

/* The contributions of contributions_make() as a fee document: a table by category, year and region, and 0.5 % a month late. free() it. */
char *job2_document(const int32_t *table);

/* What the persons owe by it: one output, `due.person`. */
void ask_persons(struct ask *ask, const struct yb_policy_set *set, const struct persons *persons);

#endif
