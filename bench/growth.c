/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What more rows cost: nanoseconds, memory and allocations a row; and what a
 * second thread is worth.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "job1.h"
#include "job2.h"
#include "measure.h"
#include "parts.h"
#include "shapes.h"

/* ---- memory of the process ---- */

/* A line of /proc/self/status in kilobytes, or 0. */
static size_t
status_of(const char *key)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	size_t value = 0;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			value = strtoul(line + strlen(key), NULL, 10);
	if (f)
		(void)fclose(f);
	return value;
}

static void
peak_reset(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "w");

	if (f) {
		(void)fputs("5", f);
		(void)fclose(f);
	}
}

/* Bytes at the peak of a run above what there was before it: the caller's columns are there already. */
static double
peak_of(void (*run)(void *what), void *what)
{
	size_t before, after;

	peak_reset();
	before = status_of("VmRSS:");
	run(what);
	after = status_of("VmHWM:");
	return after > before ? (double)(after - before) * 1024 : 0;
}

static size_t
allocations_of(void (*run)(void *what), void *what)
{
	allocations_begin();
	run(what);
	return allocations_end();
}

/*
 * ---- 100,000 to 10,000,000 rows ----
 *
 * Linear is: the nanoseconds of a row stay. Where columns leave the cache they do not, for the simplest loop; so the document's may not grow
 * more than that loop's.
 */

struct growth {
	double loop, document; /* ns a row */
	double peak;           /* bytes, of a first run */
	size_t allocations;    /* of a later run */
};

static void
grow(struct growth *g, const struct yb_policy_set *set, size_t n, int rounds)
{
	struct claims claims;
	struct job1_loop loop;
	struct ask ask;
	struct contender contenders[2] = { { job1_loop_run, &loop, 0 }, { ask_run, &ask, 0 } };

	claims_make(&claims, n);
	loop = (struct job1_loop){ colsD_hand, job1_in(&claims), { { NULL } }, n };
	outputs_make(loop.out.o, JOB1_COUNT, n);
	ask_claims(&ask, set, &claims, JOB1_INPUTS, JOB1_OUTPUTS, 1);
	g->peak = peak_of(ask_run, &ask);
	g->allocations = allocations_of(ask_run, &ask);
	measure(contenders, 2, rounds);
	g->loop = contenders[0].best / (double)n * 1e9;
	g->document = contenders[1].best / (double)n * 1e9;
	ask_free(&ask);
	outputs_free(loop.out.o, JOB1_COUNT);
	claims_free(&claims);
}

/* Job 2's question goes another way. */
static size_t
allocations_of_persons(size_t n)
{
	int32_t *table = room((size_t)CATEGORIES * YEARS * REGIONS * sizeof(*table));
	struct yb_policy_set *set;
	struct persons persons;
	struct ask ask;
	char *document;
	size_t count;

	contributions_make(table);
	document = job2_document(table);
	set = set_from_text("job2.yaml", document);
	persons_make(&persons, n);
	ask_persons(&ask, set, &persons);
	ask_run(&ask);
	count = allocations_of(ask_run, &ask);
	ask_free(&ask);
	persons_free(&persons);
	yb_policy_set_unref(set);
	free(document);
	room_free(table);
	return count;
}

struct history_run {
	struct ask ask;
	int64_t *persons;
	int32_t *days;
};

static void
history_run(void *what)
{
	struct history_run *h = what;

	if (yb_bulk_run_histories(h->ask.bulk, 0, h->ask.n, h->persons, NULL) != YB_OK)
		stop("histories cannot be run");
}

/* Strewn rows, which must be sorted: bytes at the peak of the first run. */
static double
peak_of_histories(const struct yb_policy_set *set, size_t n)
{
	struct history_run h;
	struct claims claims;
	double peak;

	claims_make(&claims, n);
	ask_claims(&h.ask, set, &claims, "level class ordinal cross class_a class_b medfee_sumamt", JOB1_OUTPUTS, 1);
	h.persons = room(n * 8);
	h.days = room(n * 4);
	seed_set(1);
	for (size_t i = 0; i < n; i++) {
		h.persons[i] = (int64_t)below(n / 5 + 1);
		h.days[i] = (int32_t)(20454 + below(365));
	}
	if (yb_bulk_bind_numbers(h.ask.bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, h.days, NULL, NULL) != YB_OK)
		stop("days cannot be bound");
	peak = peak_of(history_run, &h);
	ask_free(&h.ask);
	room_free(h.persons);
	room_free(h.days);
	claims_free(&claims);
	return peak;
}

static size_t
difference(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

void
bench_growth(const struct setting *setting)
{
	static const size_t sizes[3] = { 100000, 1000000, 10000000 };
	struct yb_policy_set *set = set_from_file(job1_document(setting));
	struct growth g[3];

	for (int i = 0; i < 3; i++) {
		grow(&g[i], set, sizes[i], setting->rounds ? setting->rounds : i == 0 ? 50 : i == 1 ? 10 : 5);
		printf("growth, %zu claims: columnar loop %.2f ns a claim, the document %.2f; %.0f bytes at the peak, %zu allocations\n", sizes[i], g[i].loop,
		       g[i].document, g[i].peak, g[i].allocations);
	}
	for (int i = 1; i < 3; i++) {
		double loop = g[i].loop / g[i - 1].loop;
		verdict(i == 1 ? "growth_ns_1e6_vs_1e5" : "growth_ns_1e7_vs_1e6", g[i].document / g[i - 1].document, loop > 1.1 ? loop : 1.1);
	}
	verdict("memory_bytes_per_row", g[2].peak / (double)sizes[2], 0.1);
	verdict("memory_bytes_per_row_histories", peak_of_histories(set, sizes[1]) / (double)sizes[1], 40);
	if (allocations_counted()) {
		verdict_none("allocations_1e6_rows_less_1e5", difference(g[1].allocations, g[0].allocations));
		verdict_none("allocations_1e7_rows_less_1e6", difference(g[2].allocations, g[1].allocations));
		verdict_none("allocations_job2_1e5_rows_less_1e4", difference(allocations_of_persons(100000), allocations_of_persons(10000)));
	} else {
		printf("allocations are not counted in this build\n");
	}
	yb_policy_set_unref(set);
}

/* ---- two threads ---- */

/* Work without memory: what two threads can be worth on this machine at this moment. */
static void *
spin(void *what)
{
	volatile uint64_t *sink = what;
	uint64_t z = 1;

	for (int i = 0; i < 1000000; i++)
		z = z * UINT64_C(6364136223846793005) + 1442695040888963407U;
	*sink = z;
	return NULL;
}

static void
spin_one(void *what)
{
	uint64_t *sinks = what;

	(void)spin(&sinks[0]);
	(void)spin(&sinks[8]);
}

static void
spin_two(void *what)
{
	uint64_t *sinks = what;
	pthread_t other;

	if (pthread_create(&other, NULL, spin, &sinks[0]) != 0)
		stop("no thread");
	(void)spin(&sinks[8]);
	(void)pthread_join(other, NULL);
}

/* One thread and two over the same rows, in turn with arithmetic. */
static size_t
compare_threads(const struct setting *setting, const char *what, const char *name, const struct yb_policy_set *set, const struct shape *shape,
                const char *outputs, size_t n, int rounds)
{
	struct claims claims;
	struct ask one, two;
	uint64_t sinks[16];
	struct contender contenders[4] = { { ask_run, &one, 0 }, { ask_run, &two, 0 }, { spin_one, sinks, 0 }, { spin_two, sinks, 0 } };
	size_t wrong;

	claims_make(&claims, n);
	ask_claims(&one, set, &claims, shape->inputs, outputs, 1);
	ask_claims(&two, set, &claims, shape->inputs, outputs, 2);
	measure_clock(contenders, 4, setting->rounds ? setting->rounds : rounds);
	wrong = ask_count_wrong(&two, one.out);
	printf("threads, shape %s, %zu claims %s, ns a claim: one %.2f, two %.2f; arithmetic alone is %.2f times as fast with two\n", shape->name, n, what,
	       contenders[0].best / (double)n * 1e9, contenders[1].best / (double)n * 1e9, contenders[2].best / contenders[3].best);
	verdict_least(name, contenders[0].best / contenders[1].best, 1.8);
	ask_free(&one);
	ask_free(&two);
	claims_free(&claims);
	return wrong;
}

/*
 * The five layers of shape 20, of which one answer is asked: so it is work for processors more than for memory, and waking one of them is
 * little of the two milliseconds (at nine answers a row the memory is what two threads share). Then the long way, which is work for the
 * processor alone, on fewer rows: what a band comes to is in no plan.
 */
void
bench_threads(const struct setting *setting)
{
	const struct shape *shape = &shapes[shape_count - 1];
	struct yb_policy_set *set = shape_load(shape, setting->folder);
	size_t wrong, n = setting->rows ? setting->rows : 300000;

	wrong = compare_threads(setting, "by columns", "two_threads_vs_one", set, shape, "psn_part_amt", n, 300);
	wrong += compare_threads(setting, "the long way", "two_threads_vs_one_long_way", set, shape, "psn_part_amt basic.band1", n < 2000 ? n : 2000, 200);
	verdict_none("two_threads_outputs_wrong", wrong);
	yb_policy_set_unref(set);
}
