/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_FAR_H
#define YBI_FAR_H

#include <stdbool.h>

#include "base/cpu.h"

/* Memory that is not read again soon is written past the caches, where the processor can, so that its lines are not fetched first. */

/* May whole lines be written there as they come? */
static inline bool
ybi_is_far(const void *to)
{
	return (uintptr_t)to % YBI_CACHE_LINE == 0;
}

void ybi_copy_far(int64_t *to, const int64_t *from, size_t count);

/* After stores past the caches, before another thread may look. */
static inline void
ybi_copied_far(void)
{
#ifdef YBI_HAVE_AVX512
	_mm_sfence();
#endif
}

#endif
