/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FAULT_HARNESS_H
#define FAULT_HARNESS_H

#include "disc.h"
#include "work.h"

struct tally {
	long points;  /* calls at which something was made to go wrong */
	long states;  /* what was left, each time */
	long images;  /* of those, different ones */
	long lost;    /* an acknowledged step is not there */
	long half;    /* part of a step is there */
	long broken;  /* does not open, or does not verify */
	long improper;/* a status that does not tell what happened; a program that ended; a second try that fails */
	char first[400]; /* the first of those, in words */
};

/* A folder of our own, in memory where there is such a file system. */
void scratch_make(char path[200]);
void scratch_drop(const char *path);

/* Does the steps `from` .. `to`, telling shim and `acked` of each that is done. 0, or the status that stopped it. */
int work_run(const struct work *work, const char *directory, int from, int to, volatile int *acked);

/* 1, or, where programs run slowly (YB_SLOW is set, as under valgrind or sanitizers), the distance of the calls that are tried. */
long every(void);

/* The work from step `from` on: every call of it fails, each in every way. */
void try_faults(const struct work *work, int from, struct tally *tally);
/* Every read of a file fails instead. */
void try_reads(const struct work *work, int from, struct tally *tally);
/* The process ends before every call; then once more while the next one opens what was left. */
void try_kills(const struct work *work, int from, struct tally *tally);
/* The power goes before every call; `draws` images of each kind that has a coin. */
void try_power(const struct work *work, int from, enum lie lie, int draws, struct tally *tally);

bool tally_clean(const struct tally *tally);
void tally_print(const char *what, const struct work *work, const struct tally *tally);

#endif
