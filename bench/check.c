/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The correct side of the bench, for make check: job 1 and 2, job 1 with figures
 * at random and with other structures, by the public bulk API and by loops written by
 * hand, on a few rows. Every output of every row must be equal. No clock.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"
#include "job1.h"
#include "job2.h"
#include "measure.h"
#include "shapes.h"

#define ROWS         2003 /* the last block is not full */
#define OUTPUTS_MOST 9
#define PATH         4096

static size_t
compare(struct ask *ask, int64_t *const *out, const char *what, size_t number)
{
	size_t wrong;

	ask_run(ask);
	wrong = ask_count_wrong(ask, out);
	if (wrong)
		printf("%s %zu: %zu outputs differ\n", what, number, wrong);
	return wrong;
}

static size_t
check_changes(const struct claims *claims, int64_t *const *out)
{
	size_t wrong = 0;

	for (size_t i = 0; i < CHANGES; i++) {
		struct yb_policy_set *set;
		struct figures f;
		struct ask ask;
		char *document;
		figures_draw(&f, i);
		document = figures_document(&f);
		set = set_from_text("changed.yaml", document);
		ask_claims(&ask, set, claims, JOB1_INPUTS, JOB1_OUTPUTS, 1);
		loop_figures(claims->n, claims, out, &f);
		wrong += compare(&ask, out, "figures number", i);
		ask_free(&ask);
		yb_policy_set_unref(set);
		free(document);
	}
	return wrong;
}

static size_t
check_shapes(const struct claims *claims, int64_t *const *out, const char *folder)
{
	size_t wrong = 0;

	for (size_t i = 0; i < shape_count; i++) {
		struct yb_policy_set *set = shape_load(&shapes[i], folder);
		struct ask ask;
		ask_claims(&ask, set, claims, shapes[i].inputs, shapes[i].outputs, i % 2 ? 2 : 1);
		shapes[i].run(claims->n, claims, out);
		wrong += compare(&ask, out, shapes[i].name, i + 1);
		ask_free(&ask);
		yb_policy_set_unref(set);
	}
	return wrong;
}

/* The figures of job1.yaml. */
static size_t
check_job1(const struct claims *claims, int64_t *const *out, const char *folder)
{
	static const struct figures f = { .den = 100, .share_b = 90, .first = { 10000, 30000, 80000 }, .later = { 5000, 15000, 40000 },
		                          .ratio = { 85, 75, 65 }, .less = { 10, 20 }, .cap = 50000000, .start = { 1500000, 750000 },
		                          .border = { 10000000, 20000000 }, .band = { 60, 65, 70 }, .more = 5, .aid_start = 500000, .aid = { 70, 90 } };
	struct yb_policy_set *set;
	struct ask ask;
	char path[PATH + 16];
	size_t wrong;

	(void)snprintf(path, sizeof(path), "%s/job1.yaml", folder);
	set = set_from_file(path);
	ask_claims(&ask, set, claims, JOB1_INPUTS, JOB1_OUTPUTS, 1);
	loop_figures(claims->n, claims, out, &f);
	wrong = compare(&ask, out, "job", 1);
	ask_free(&ask);
	yb_policy_set_unref(set);
	return wrong;
}

static size_t
check_job2(int64_t *const *out)
{
	int32_t table[CATEGORIES * YEARS * REGIONS];
	struct persons p;
	struct yb_policy_set *set;
	struct ask ask;
	char *document;
	size_t wrong;

	contributions_make(table);
	document = job2_document(table);
	set = set_from_text("job2.yaml", document);
	persons_make(&p, ROWS);
	ask_persons(&ask, set, &p);
	for (size_t i = 0; i < ROWS; i++) {
		int64_t owed = table[(p.category[i] * YEARS + p.year[i]) * REGIONS + p.region[i]];
		out[0][i] = owed + (owed * p.late[i] * 5 + 500) / 1000;
	}
	wrong = compare(&ask, out, "job", 2);
	ask_free(&ask);
	persons_free(&p);
	yb_policy_set_unref(set);
	free(document);
	return wrong;
}

int
main(void)
{
	const char *sources = getenv("YB_SRCDIR");
	int64_t *out[OUTPUTS_MOST];
	struct claims claims;
	char folder[PATH];
	size_t wrong;

	(void)snprintf(folder, sizeof(folder), "%s/bench", sources ? sources : ".");
	claims_make(&claims, ROWS);
	outputs_make(out, OUTPUTS_MOST, ROWS);
	wrong = check_job1(&claims, out, folder) + check_job2(out) + check_changes(&claims, out) + check_shapes(&claims, out, folder);
	outputs_free(out, OUTPUTS_MOST);
	claims_free(&claims);
	printf("two jobs, %d sets of figures and %zu structures on %d rows: %zu outputs differ\n", CHANGES, shape_count, ROWS, wrong);
	return wrong != 0;
}
