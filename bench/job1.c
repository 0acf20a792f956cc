/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Job 1, claims in bulk: the policy document job1.yaml beside the loop that a
 * careful programmer writes (scalar.c) and the columnar limit (simd.c), and the
 * same claims as histories of persons.
 */
#include "job1.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "measure.h"
#include "parts.h"

const char *
job1_document(const struct setting *setting)
{
	static char path[4096];

	(void)snprintf(path, sizeof(path), "%s/job1.yaml", setting->folder);
	return path;
}

in_t
job1_in(const struct claims *claims)
{
	return (in_t){ claims_bytes(claims, CLAIMS_LEVEL), claims_bytes(claims, CLAIMS_CLASS), claims_bytes(claims, CLAIMS_ORDINAL),
		       claims_bytes(claims, CLAIMS_CROSS), claims_money(claims, CLAIMS_A),     claims_money(claims, CLAIMS_B),
		       claims_money(claims, CLAIMS_C),     claims_money(claims, CLAIMS_PAID) };
}

void
job1_loop_run(void *what)
{
	struct job1_loop *loop = what;

	loop->run(loop->n, &loop->in, &loop->out);
}

static uint8_t *validated;

static void
validating(size_t n, const in_t *in, const out_t *out)
{
	colsV_hand(n, in, out, validated);
}

#define LOOPS 5

void
bench_job1(const struct setting *setting)
{
	static void (*const runs[LOOPS])(size_t, const in_t *, const out_t *) = { cols_hand, colsI_hand, colsD_hand, colsM_hand, validating };
	size_t n = setting->rows ? setting->rows : 1000000, wrong;
	struct yb_policy_set *set = set_from_file(job1_document(setting));
	struct contender contenders[LOOPS + 1];
	struct job1_loop loops[LOOPS];
	struct claims claims;
	struct ask ask;
	double best, each = 1e9 / (double)n;
	out_t out;

	claims_make(&claims, n);
	outputs_make(out.o, JOB1_COUNT, n);
	validated = room(n);
	ask_claims(&ask, set, &claims, JOB1_INPUTS, JOB1_OUTPUTS, 1);
	for (int i = 0; i < LOOPS; i++) {
		loops[i] = (struct job1_loop){ runs[i], job1_in(&claims), out, n };
		contenders[i] = (struct contender){ job1_loop_run, &loops[i], 0 };
	}
	contenders[LOOPS] = (struct contender){ ask_run, &ask, 0 };
	measure(contenders, LOOPS + 1, setting->rounds ? setting->rounds : 40);
	cols_hand(n, &loops[0].in, &out);
	wrong = ask_count_wrong(&ask, out.o);
	best = contenders[1].best < contenders[2].best ? contenders[1].best : contenders[2].best;
	best = contenders[3].best < best ? contenders[3].best : best;
	printf("job 1, %zu claims, ns a claim: scalar loop %.2f; columnar loops %.2f, %.2f, %.2f, with validation %.2f; the document %.2f\n", n,
	       contenders[0].best * each, contenders[1].best * each, contenders[2].best * each, contenders[3].best * each, contenders[4].best * each,
	       contenders[LOOPS].best * each);
	verdict("job1_vs_simd", contenders[LOOPS].best / best, 2);
	verdict_none("job1_outputs_wrong", wrong);
	ask_free(&ask);
	outputs_free(out.o, JOB1_COUNT);
	room_free(validated);
	claims_free(&claims);
	yb_policy_set_unref(set);
}

/* ---- histories: the same claims as those of persons, the payments of the year carried on ---- */

struct moment {
	int64_t person;
	int32_t day;
	uint32_t row;
};

static int
by_moment(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* About five claims of each person, in order or strewn over the columns. */
static void
make_moments(struct moment *moments, size_t n, bool strewn)
{
	seed_set(1);
	for (size_t i = 0; i < n; i++) {
		moments[i].person = (int64_t)(strewn ? below(n / 5 + 1) : i / 5);
		moments[i].day = (int32_t)(20454 + (strewn ? below(365) : i % 5 * 60)); /* days of 2026 */
		moments[i].row = (uint32_t)i;
	}
}

struct histories {
	struct ask ask;
	int64_t *persons, *paid;
	int32_t *days;
	struct moment *moments;
};

static void
histories_run(void *what)
{
	struct histories *h = what;

	if (yb_bulk_run_histories(h->ask.bulk, 0, h->ask.n, h->persons, NULL) != YB_OK)
		stop("histories cannot be run");
}

static void
histories_make(struct histories *h, size_t n, bool strewn)
{
	h->moments = room(n * sizeof(*h->moments));
	h->persons = room(n * 8);
	h->paid = room(n * 8);
	h->days = room(n * 4);
	make_moments(h->moments, n, strewn);
	for (size_t i = 0; i < n; i++) {
		h->persons[i] = h->moments[i].person;
		h->days[i] = h->moments[i].day;
	}
	if (yb_bulk_bind_numbers(h->ask.bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, h->days, NULL, NULL) != YB_OK)
		stop("days cannot be bound");
}

static void
histories_free(struct histories *h)
{
	room_free(h->moments);
	room_free(h->persons);
	room_free(h->paid);
	room_free(h->days);
}

/* The hand-written loop is told what the rows before each were paid. */
static size_t
histories_wrong(struct histories *h, const struct claims *claims, const out_t *out)
{
	in_t told = job1_in(claims);
	size_t n = claims->n;

	qsort(h->moments, n, sizeof(*h->moments), by_moment);
	for (size_t i = 0; i < n; i++) {
		const struct moment *m = &h->moments[i];
		bool more = i && m->person == m[-1].person;
		h->paid[m->row] = more ? h->paid[m[-1].row] + h->ask.out[3][m[-1].row] : 0;
	}
	told.y = h->paid;
	cols_hand(n, &told, out);
	return ask_count_wrong(&h->ask, out->o);
}

#define HISTORY_INPUTS "level class ordinal cross class_a class_b medfee_sumamt"

void
bench_histories(const struct setting *setting)
{
	static const char *const names[2] = { "histories_vs_scalar", "histories_strewn_vs_scalar" };
	static const double goals[2] = { 8, 20 }; /* the project's own */
	size_t n = setting->rows ? setting->rows : 1000000, wrong = 0;
	struct yb_policy_set *set = set_from_file(job1_document(setting));
	struct histories h;
	struct claims claims;
	struct ask alone;
	out_t out;

	claims_make(&claims, n);
	outputs_make(out.o, JOB1_COUNT, n);
	ask_claims(&alone, set, &claims, JOB1_INPUTS, JOB1_OUTPUTS, 1);
	ask_claims(&h.ask, set, &claims, HISTORY_INPUTS, JOB1_OUTPUTS, 1);
	for (int strewn = 0; strewn < 2; strewn++) {
		struct job1_loop loop = { cols_hand, job1_in(&claims), out, n };
		struct contender contenders[3] = { { job1_loop_run, &loop, 0 }, { histories_run, &h, 0 }, { ask_run, &alone, 0 } };
		histories_make(&h, n, strewn);
		measure(contenders, 3, setting->rounds ? setting->rounds : 5);
		wrong += histories_wrong(&h, &claims, &out);
		printf("as histories %s, ns a claim: %.1f; rows alone %.1f, scalar loop %.1f\n", strewn ? "strewn" : "in order", contenders[1].best / (double)n * 1e9,
		       contenders[2].best / (double)n * 1e9, contenders[0].best / (double)n * 1e9);
		verdict(names[strewn], contenders[1].best / contenders[0].best, goals[strewn]);
		histories_free(&h);
	}
	verdict_none("histories_outputs_wrong", wrong);
	ask_free(&h.ask);
	ask_free(&alone);
	outputs_free(out.o, JOB1_COUNT);
	claims_free(&claims);
	yb_policy_set_unref(set);
}
