/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_JOB1_H
#define BENCH_JOB1_H

#include "claims.h"
#include "job.h"

/* What job 1 reads and writes, in the order of out_t. The whole bill stands where the hand-written loops have class C: as many bytes. */
#define JOB1_INPUTS  "level class ordinal cross class_a class_b basic.paid.year=paid medfee_sumamt"
#define JOB1_OUTPUTS "basic.base basic.due basic.scope hifp_pay hifmi_pay maf_pay psn_part_amt"
#define JOB1_COUNT   7

void cols_hand(size_t n, const in_t *in, const out_t *out);
void colsI_hand(size_t n, const in_t *in, const out_t *out);
void colsD_hand(size_t n, const in_t *in, const out_t *out);
void colsM_hand(size_t n, const in_t *in, const out_t *out);
void colsV_hand(size_t n, const in_t *in, const out_t *out, uint8_t *st);

struct job1_loop {
	void (*run)(size_t n, const in_t *in, const out_t *out);
	in_t in;
	out_t out;
	size_t n;
};

in_t job1_in(const struct claims *claims);
void job1_loop_run(void *loop);

#endif
