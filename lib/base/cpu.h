/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CPU_H
#define YBI_CPU_H

/*
 * A function over columns is made once for the baseline and once for each
 * wider instruction set, with all that it calls in its file (clang leaves
 * larger functions as they are, so its loops are wide only in part); what the
 * processor has is asked for at each call. No resolver of the loader is
 * involved, so sanitizers and other C libraries have nothing against it.
 *
 *	static void sum_rows(...) { loops }
 *	YBI_FOR_EVERY_CPU(, YBI_CPU_ALL, ybi_sum, sum_rows, (struct x *x, size_t rows), (x, rows))
 *
 * defines ybi_sum(). Gathers are slower than loads here, so none are asked for.
 */
#include <stddef.h>
#include <stdint.h>

/* What of the processor may be used: tests hold the ways against each other. */
enum ybi_cpu { YBI_CPU_ALL, YBI_CPU_AVX2, YBI_CPU_BASE };

#if defined(__x86_64__) && defined(__GNUC__) && defined(__OPTIMIZE__)
#define YBI_HAVE_AVX512
#include <immintrin.h>
#include <stdbool.h>

static inline bool
ybi_cpu_is_wide(uint8_t may)
{
	return may == YBI_CPU_ALL && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}
#endif

#define YBI_CACHE_LINE 64 /* bytes, about */

/* Asks for memory that is read soon; an address that is nobody's does no harm. */
#ifdef __GNUC__
#define YBI_FETCH(address) __builtin_prefetch((const void *)(address), 0)
#else
#define YBI_FETCH(address) ((void)(address))
#endif

/* In a loop: a value that is loaded and stored as it is, for which vectors would only be put together and taken apart again. */
#ifdef __GNUC__
#define YBI_ONE_BY_ONE(value) __asm__("" : "+r"(value))
#else
#define YBI_ONE_BY_ONE(value) ((void)0)
#endif

/* Before a loop: no row's results are another row's facts, so the compiler need not look whether columns overlap. */
#if defined(__clang__)
#define YBI_ROWS_APART _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define YBI_ROWS_APART _Pragma("GCC ivdep")
#else
#define YBI_ROWS_APART
#endif

#if defined(__x86_64__) && defined(__GNUC__) && defined(__OPTIMIZE__)
#define YBI_NO_INLINE __attribute__((noinline))
#ifdef __clang__
#define YBI_AVX512 target("avx512f,avx512dq,avx512vl,avx512bw"), min_vector_width(512)
#else
#define YBI_AVX512 target("avx512f,avx512dq,avx512vl,avx512bw,prefer-vector-width=512")
#endif
#define YBI_FOR_EVERY_CPU(scope, may, name, function, parameters, arguments) \
	__attribute__((noinline, flatten, target("avx2"))) static void function##_avx2 parameters { function arguments; } \
	__attribute__((noinline, flatten, YBI_AVX512)) static void function##_avx512 parameters { function arguments; } \
	YBI_NO_INLINE scope void name parameters \
	{ \
		if (ybi_cpu_is_wide(may)) \
			function##_avx512 arguments; \
		else if ((may) <= YBI_CPU_AVX2 && __builtin_cpu_supports("avx2")) \
			function##_avx2 arguments; \
		else \
			function arguments; \
	}
#else
#define YBI_FOR_EVERY_CPU(scope, may, name, function, parameters, arguments) \
	scope void name parameters { function arguments; }
#endif

#endif
