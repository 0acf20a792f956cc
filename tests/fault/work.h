/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done to a ledger while the disc, the power or the process fails, and how one sees afterwards what is left of it. */
#ifndef FAULT_WORK_H
#define FAULT_WORK_H

#include <stdbool.h>
#include <stddef.h>

enum {
	LEFT_BROKEN = -2, /* cannot be opened, or does not verify */
	LEFT_HALF = -3    /* opens, but holds what no number of whole steps leaves */
};

/* Step 0 makes the ledger, steps 1 .. last post. Every step is the same whenever it is done. */
struct work {
	const char *name;
	int last;
	int mode; /* the work's own */
	/* Each gives 0, or what went wrong as the work's own number. */
	int (*make)(const struct work *work, const char *directory);
	int (*open)(const struct work *work, const char *directory, void **handle);
	int (*step)(const struct work *work, void *handle, int step);
	void (*close)(void *handle);
	/* Whether a program may be told this when a disc fails. */
	bool (*proper)(int status);
	bool (*proper_read)(int status); /* when what fails is reading; NULL: as above */
	/* The last step whose whole work is there; -1: not even a ledger; LEFT_…, and why. */
	int (*left)(const struct work *work, const char *directory, char *why, size_t room);
};

#endif
