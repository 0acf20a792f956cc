/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_MEMORY_H
#define YBI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <yibao/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Blocks that are freed together. A zeroed struct is an empty arena. */
struct ybi_arena {
	struct ybi_arena_block *head;
	size_t used; /* bytes handed out, for caps */
};

/* Zeroed memory aligned for any type; NULL when there is none. size 0 gives a valid pointer. */
void *ybi_arena_alloc(struct ybi_arena *arena, size_t size);
/* A NUL-terminated copy of length bytes. */
char *ybi_arena_strndup(struct ybi_arena *arena, const char *text, size_t length);
void ybi_arena_free(struct ybi_arena *arena);

/* calloc with an overflow check; count 0 gives a valid pointer. */
void *ybi_calloc(size_t count, size_t size);
/* Likewise, and it begins at a line of the caches, so that wide loads and stores cross none; let go by ybi_lines_free(), which takes NULL. */
void *ybi_lines_calloc(size_t count, size_t size);
void ybi_lines_free(void *memory);
char *ybi_strndup(const char *text, size_t length);
/*
 * Make room for one more element in a malloc'ed array: *array has *count
 * elements of `size` bytes and room for *room. false when there is no memory;
 * nothing changed then.
 */
bool ybi_grow(void *array, size_t count, size_t *room, size_t size);
/*
 * Make room for `count` elements in a malloc'ed array whose content nobody needs: where it has less it is replaced by zeros. false when
 * there is no memory; nothing changed then.
 */
bool ybi_make_room(void *array, size_t *room, size_t count, size_t size);
/* Likewise, of an array of ybi_lines_calloc(). */
bool ybi_make_lines(void *array, size_t *room, size_t count, size_t size);

#endif
