/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/far.h"

#include <string.h>

#ifdef YBI_HAVE_AVX512
__attribute__((target("avx512f"))) static void
copy_lines(int64_t *to, const int64_t *from, size_t count)
{
	for (size_t i = 0; i + 8 <= count; i += 8)
		_mm512_stream_si512((__m512i *)(void *)(to + i), _mm512_loadu_si512(from + i));
}
#endif

void
ybi_copy_far(int64_t *to, const int64_t *from, size_t count)
{
	size_t begin = 0, end = 0;

#ifdef YBI_HAVE_AVX512
	begin = (YBI_CACHE_LINE - (uintptr_t)to % YBI_CACHE_LINE) % YBI_CACHE_LINE / sizeof(*to);
	if (ybi_cpu_is_wide(YBI_CPU_ALL) && begin < count) {
		end = begin + (count - begin) / 8 * 8;
		copy_lines(to + begin, from + begin, end - begin);
	}
#endif
	memcpy(to, from, (end ? begin : 0) * sizeof(*to));
	memcpy(to + end, from + end, (count - end) * sizeof(*to));
}
