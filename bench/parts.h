/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_PARTS_H
#define BENCH_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a part of the bench is told. */
struct setting {
	const char *folder;   /* bench/ of the sources */
	const char *policies; /* the shipped documents */
	size_t rows;          /* 0: as many as the part likes */
	int rounds;           /* 0: likewise */
	int argc;             /* what stood after the name of the part */
	char **argv;
};

const char *job1_document(const struct setting *setting); /* path; static */

void bench_job1(const struct setting *setting);
void bench_histories(const struct setting *setting);
void bench_changes(const struct setting *setting);
void bench_shapes(const struct setting *setting);
void bench_job2(const struct setting *setting);
void bench_job3(const struct setting *setting);
void bench_growth(const struct setting *setting);
void bench_answer(const struct setting *setting);
void bench_start(const struct setting *setting);
void bench_threads(const struct setting *setting);
void bench_data(const struct setting *setting);

/* How often memory is asked of malloc() and its like between the two; whether that can be counted. */
void allocations_begin(void);
size_t allocations_end(void);
bool allocations_counted(void);

#endif
