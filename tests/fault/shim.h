/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thin layer between the library and the disc. Linked into a test program it stands before libc: every call that changes a file below
 * the watched directory is counted, and may be made to fail, to be the last that the process makes, or be noted down with its bytes.
 * SQLite and the library below it need no option for it. The calls of one thread only.
 */
#ifndef FAULT_SHIM_H
#define FAULT_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shim_kind {
	SHIM_WRITE,   /* bytes of a node */
	SHIM_SIZE,    /* a node was cut or made longer */
	SHIM_SYNC,    /* the node's bytes and size are on the disc from here on */
	SHIM_LINK,    /* a name now means a node */
	SHIM_UNLINK,  /* a name is gone */
	SHIM_DIRSYNC, /* the names are on the disc from here on */
	SHIM_OTHER,   /* a call that changes neither bytes nor names: chmod */
	SHIM_ACK      /* not a call: the program was told that a step is done */
};

#define SHIM_NAME 40
#define SHIM_FIRST 16

/* A node is a file whatever its name: one made anew under an old name is another. */
struct shim_event {
	enum shim_kind kind;
	int node;
	int64_t at;          /* offset, size, or what was acknowledged */
	size_t length;
	unsigned char *data;
	char name[SHIM_NAME];
	char old[SHIM_NAME]; /* of a rename: the name that goes as the new one comes */
};

struct shim_log {
	struct shim_event *events;
	size_t count, room;
	int nodes;
	char first[SHIM_FIRST][SHIM_NAME]; /* the files that were there when the log began, by node */
	bool lost; /* something happened that the log cannot hold */
};

enum shim_fault {
	SHIM_ONCE,    /* the call fails, the next ones do not */
	SHIM_STICKY,  /* it and all after it fail */
	SHIM_SHORT    /* a write stops half way, all after it fail */
};

/* Watch a directory, which must be an absolute path without links; what is in it is known from here on. Nothing fails yet. */
void shim_watch(const char *directory);
void shim_rest(void);
/* Count, fail and kill before calls that read instead of those that change. */
void shim_reads(void);
/* Call number `at`, counted from 1 at shim_watch(), fails with `error`. */
void shim_fail(long at, int error, enum shim_fault fault);
/* The process ends, as by kill -9, before call number `at`. */
void shim_kill(long at);
/* From here on calls are noted in `log`; NULL: no more. */
void shim_record(struct shim_log *log);
void shim_ack(int step);
/* Calls since shim_watch(). */
long shim_calls(void);
void shim_log_free(struct shim_log *log);

#endif
