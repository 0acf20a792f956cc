/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What may be on a disc after the power went: the calls of a log one after the other, and at any place between two of them an image.
 *
 * What was synced is there. Of what was not, any part may be: each 512 bytes of a write by themselves, a write without one before it, a file
 * made longer without the bytes that made it so, a name that is not yet there or not yet gone. A file's sync does not keep its name; that of
 * the directory does.
 */
#ifndef FAULT_DISC_H
#define FAULT_DISC_H

#include "shim.h"

enum image_kind {
	IMAGE_NONE,   /* nothing unsynced is there */
	IMAGE_ALL,    /* all of it: what kill -9 leaves */
	IMAGE_SUBSET, /* each call by a coin: what any order of writing leaves */
	IMAGE_TORN,   /* each 512 bytes by a coin */
	IMAGE_LATE,   /* the later half of the calls, not the earlier */
	IMAGE_JUNK,   /* as IMAGE_ALL, but where a file grew stands what was on the disc before */
	IMAGE_COUNT_
};

/* Discs, or libraries, that lie: the harness must notice each. */
enum lie {
	HONEST,
	LIE_NO_SYNC,     /* every sync is said to be done and is not (SQLite: synchronous=OFF) */
	LIE_NO_JOURNAL,  /* the journal is never written (journal_mode=OFF or MEMORY) */
	LIE_HALF_SYNC,   /* the journal's syncs are not done */
	LIE_KEPT_JOURNAL,/* the journal is never cut: what was done is undone */
	LIE_EARLY_ACK,   /* a step is acknowledged before its last call */
	LIE_COUNT_
};

/* As in a report. */
const char *lie_name(enum lie lie);
const char *image_kind_name(enum image_kind kind);

#define DISC_FILES 16

struct image {
	struct image_file {
		char name[SHIM_NAME];
		unsigned char *bytes;
		size_t size;
	} files[DISC_FILES];
	int count;
	uint64_t hash;
};

struct disc;

/* The disc before the first call of `log`: what was there then, all of it synced. */
struct disc *disc_new(const struct shim_log *log, enum lie lie, const struct image *before);
void disc_free(struct disc *disc);
/* One call on. False after the last. */
bool disc_next(struct disc *disc);
/* The greatest step acknowledged so far; -1: none. */
int disc_acked(const struct disc *disc);
/* Calls and names that are not synced. */
int disc_pending(const struct disc *disc);
void disc_image(const struct disc *disc, enum image_kind kind, uint64_t seed, struct image *out);

void image_free(struct image *image);
/* Makes the directory hold the image and nothing else. */
void image_write(const struct image *image, const char *directory);
void image_read(struct image *image, const char *directory);

uint64_t random_next(uint64_t *seed);

#endif
