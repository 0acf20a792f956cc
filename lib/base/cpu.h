/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CPU_H
#define YBI_CPU_H

/*
 * A function over columns is made once for the baseline and once for each
 * wider instruction set, with all that it calls in its file; what the
 * processor has is asked for at each call. No resolver of the loader is
 * involved, so sanitizers and other C libraries have nothing against it.
 *
 *	static void sum_rows(...) { loops }
 *	YBI_FOR_EVERY_CPU(ybi_sum, sum_rows, (struct x *x, size_t rows), (x, rows))
 *
 * defines ybi_sum(). Gathers are slower than loads here, so none are asked for.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#define YBI_FOR_EVERY_CPU(name, function, parameters, arguments) \
	__attribute__((flatten, target("avx2"))) static void function##_avx2 parameters { function arguments; } \
	__attribute__((flatten, target("avx512f,avx512dq,avx512vl,avx512bw,prefer-vector-width=512"))) static void function##_avx512 parameters { function arguments; } \
	void name parameters \
	{ \
		if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) \
			function##_avx512 arguments; \
		else if (__builtin_cpu_supports("avx2")) \
			function##_avx2 arguments; \
		else \
			function arguments; \
	}
#else
#define YBI_FOR_EVERY_CPU(name, function, parameters, arguments) \
	void name parameters { function arguments; }
#endif

#endif
