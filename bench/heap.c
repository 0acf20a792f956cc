/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The malloc of the bench: it counts. Every library of the process calls it.
 * Beside a sanitizer, which has its own, and without glibc nothing is counted.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "parts.h"

static atomic_size_t calls;
static bool counting; /* else a plain malloc(): what is timed shall not pay for it */

/* Counting must not be begun while other threads run. */
void
allocations_begin(void)
{
	calls = 0;
	counting = true;
}

size_t
allocations_end(void)
{
	counting = false;
	return calls;
}

bool
allocations_counted(void)
{
	void *volatile probe;

	allocations_begin();
	probe = malloc(1);
	free(probe);
	return allocations_end() > 0;
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static inline void
count(void)
{
	if (counting)
		atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
}

void *
malloc(size_t size)
{
	count();
	return __libc_malloc(size);
}

void *
calloc(size_t number, size_t size)
{
	count();
	return __libc_calloc(number, size);
}

void *
realloc(void *memory, size_t size)
{
	count();
	return __libc_realloc(memory, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	count();
	return __libc_memalign(alignment, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
	count();
	*memory = __libc_memalign(alignment, size);
	return *memory ? 0 : ENOMEM;
}
#endif
