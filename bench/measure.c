/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

void
stop(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vfprintf(stderr, format, list);
	va_end(list);
	(void)fputc('\n', stderr);
	exit(1);
}

static double
read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double
now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

double
busy(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

#define STAGGER 320
#define PAGE    4096

/* The page before the memory remembers how much was mapped and where it begins. */
void *
room(size_t bytes)
{
	static unsigned count;
	size_t offset = PAGE + (size_t)(count++ % 12) * STAGGER, whole = bytes + PAGE + offset;
	unsigned char *memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t told[2] = { whole, offset };

	if (memory == MAP_FAILED)
		stop("no memory");
	memset(memory, 0, whole);
	memcpy(memory + offset - sizeof(told), told, sizeof(told));
	return memory + offset;
}

void
room_free(void *memory)
{
	unsigned char *p = memory;
	size_t told[2];

	if (!p)
		return;
	memcpy(told, p - sizeof(told), sizeof(told));
	(void)munmap(p - told[1], told[0]);
}

static uint64_t seed;

void
seed_set(uint64_t value)
{
	seed = value;
}

uint64_t
next_random(void)
{
	uint64_t z = (seed += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint64_t
below(uint64_t n)
{
	return next_random() % n;
}

int64_t
between(int64_t low, int64_t high)
{
	return low + (int64_t)below((uint64_t)(high - low) + 1);
}

double
uniform(void)
{
	return (double)(next_random() >> 11) * 0x1p-53;
}

static void
measure_by(double (*seconds)(void), struct contender *contenders, size_t count, int rounds)
{
	for (size_t i = 0; i < count; i++)
		contenders[i].best = 1e9;
	for (int r = 0; r < rounds; r++)
		for (size_t i = 0; i < count; i++) {
			double t = seconds();
			contenders[i].run(contenders[i].what);
			t = seconds() - t;
			if (t < contenders[i].best)
				contenders[i].best = t;
		}
}

void
measure(struct contender *contenders, size_t count, int rounds)
{
	measure_by(busy, contenders, count, rounds);
}

void
measure_clock(struct contender *contenders, size_t count, int rounds)
{
	measure_by(now, contenders, count, rounds);
}

void
verdict(const char *name, double value, double goal)
{
	printf("%s %.2f %.2f %s\n", name, value, goal, value <= goal ? "ok" : "short");
	(void)fflush(stdout);
}

void
verdict_least(const char *name, double value, double goal)
{
	printf("%s %.2f %.2f %s\n", name, value, goal, value >= goal ? "ok" : "short");
	(void)fflush(stdout);
}

void
verdict_none(const char *name, size_t value)
{
	printf("%s %zu 0 %s\n", name, value, value == 0 ? "ok" : "short");
	(void)fflush(stdout);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}
