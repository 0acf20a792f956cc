/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/memory.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/cpu.h"

#define ARENA_BLOCK_LEAST 4096
#define ARENA_BLOCK_MOST 65536

struct ybi_arena_block {
	struct ybi_arena_block *next;
	size_t room, used; /* of bytes[] */
	max_align_t bytes[];
};

/* Blocks grow with the arena, so that a small one stays small and a large one takes few calls; a large piece has its own. */
static struct ybi_arena_block *
arena_block_new(const struct ybi_arena *arena, size_t size)
{
	struct ybi_arena_block *block;
	size_t room = arena->used;

	if (room < ARENA_BLOCK_LEAST)
		room = ARENA_BLOCK_LEAST;
	if (room > ARENA_BLOCK_MOST)
		room = ARENA_BLOCK_MOST;
	if (size > ARENA_BLOCK_LEAST)
		room = size;
	block = calloc(1, sizeof(*block) + room);
	if (block)
		block->room = room;
	return block;
}

void *
ybi_arena_alloc(struct ybi_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct ybi_arena_block *block = arena->head;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = size ? (size + align - 1) / align * align : align;
	if (!block || block->room - block->used < size) {
		block = arena_block_new(arena, size);
		if (!block)
			return NULL;
		if (arena->head && size > ARENA_BLOCK_LEAST) {
			/* behind the head, whose free room stays in use */
			block->next = arena->head->next;
			arena->head->next = block;
		} else {
			block->next = arena->head;
			arena->head = block;
		}
	}
	memory = (unsigned char *)block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return memory;
}

char *
ybi_arena_strndup(struct ybi_arena *arena, const char *text, size_t length)
{
	char *copy = length < SIZE_MAX ? ybi_arena_alloc(arena, length + 1) : NULL;

	if (copy && length > 0)
		memcpy(copy, text, length);
	return copy;
}

void
ybi_arena_free(struct ybi_arena *arena)
{
	struct ybi_arena_block *block = arena->head;

	while (block) {
		struct ybi_arena_block *next = block->next;

		free(block);
		block = next;
	}
	arena->head = NULL;
	arena->used = 0;
}

void *
ybi_calloc(size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		return NULL;
	return calloc(count ? count : 1, size ? size : 1);
}

void *
ybi_lines_calloc(size_t count, size_t size)
{
	unsigned char *memory, *line;

	if (size > 0 && count > (SIZE_MAX - 2 * YBI_CACHE_LINE) / size)
		return NULL;
	memory = ybi_calloc(count * size + 2 * YBI_CACHE_LINE, 1);
	if (!memory)
		return NULL;
	line = memory + YBI_CACHE_LINE + (YBI_CACHE_LINE - (uintptr_t)memory % YBI_CACHE_LINE) % YBI_CACHE_LINE;
	memcpy(line - sizeof(memory), &memory, sizeof(memory)); /* where it really begins */
	return line;
}

void
ybi_lines_free(void *line)
{
	void *memory;

	if (!line)
		return;
	memcpy(&memory, (unsigned char *)line - sizeof(memory), sizeof(memory));
	free(memory);
}

char *
ybi_strndup(const char *text, size_t length)
{
	char *copy = length < SIZE_MAX ? malloc(length + 1) : NULL;

	if (!copy)
		return NULL;
	if (length > 0)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

bool
ybi_grow(void *array, size_t count, size_t *room, size_t size)
{
	void *memory;
	size_t wanted;

	if (count < *room)
		return true;
	if (count > SIZE_MAX / 2 - 8)
		return false;
	wanted = count < 8 ? 8 : count * 2;
	if (size > 0 && wanted > SIZE_MAX / size)
		return false;
	/* `array` is the address of a pointer of any type: read and write it as bytes */
	memcpy(&memory, array, sizeof(memory));
	memory = realloc(memory, size ? wanted * size : 1);
	if (!memory)
		return false;
	memcpy(array, &memory, sizeof(memory));
	*room = wanted;
	return true;
}

void
yb_free(void *memory)
{
	free(memory);
}

static bool
make_room(void *array, size_t *room, size_t count, size_t size, void *(*take)(size_t, size_t), void (*let_go)(void *))
{
	void **slot = array, *bigger;

	if (count <= *room && *slot)
		return true;
	bigger = take(count ? count : 1, size);
	if (!bigger)
		return false;
	let_go(*slot);
	*slot = bigger;
	*room = count;
	return true;
}

bool
ybi_make_room(void *array, size_t *room, size_t count, size_t size)
{
	return make_room(array, room, count, size, ybi_calloc, free);
}

bool
ybi_make_lines(void *array, size_t *room, size_t count, size_t size)
{
	return make_room(array, room, count, size, ybi_lines_calloc, ybi_lines_free);
}

void
yb_wipe(void *memory, size_t length)
{
	if (length > 0)
		sodium_memzero(memory, length);
}
