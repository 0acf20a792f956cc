/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What all parts of the bench share: the clock, memory, random numbers, rounds
 * in turn, and the closing lines. The machines are shared, so contenders run
 * in turn, the best round of each counts, and only ratios mean anything.
 */

/* End the program: something that must work did not. */
_Noreturn void stop(const char *format, ...) __attribute__((format(printf, 1, 2)));

double now(void); /* seconds */
double busy(void); /* seconds of processor time of this process */

/* Memory that is there before the clock runs; each starts at another place of a page, lest columns collide in the cache. Given back by room_free(). */
void *room(size_t bytes);
void room_free(void *memory);

void seed_set(uint64_t seed);
uint64_t next_random(void);
uint64_t below(uint64_t n);
int64_t between(int64_t low, int64_t high); /* both in */
double uniform(void);

typedef void contender_run(void *what);

struct contender {
	contender_run *run;
	void *what;
	double best; /* seconds, of the best round */
};

/* Run each once a round, in turn, by processor time: what others take of the machine meanwhile is no part of it. */
void measure(struct contender *contenders, size_t count, int rounds);

/* The same by the clock, for what is done by several threads or processes. */
void measure_clock(struct contender *contenders, size_t count, int rounds);

/* The closing line of a figure that should not be above its goal; of one that should not be below it; of a number that must be 0. */
void verdict(const char *name, double value, double goal);
void verdict_least(const char *name, double value, double goal);
void verdict_none(const char *name, size_t value);

/* Sorts the ratios. */
double median(double *values, size_t count);

#endif
