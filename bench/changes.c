/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Job 1 with other figures and with other structures: nothing of the job is known to the library, so none of this may be slow. The
 * document and the hand-written loop are measured in turn on the same claims.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "job1.h"
#include "measure.h"
#include "parts.h"
#include "shapes.h"

#define OUTPUTS_MOST 9
#define CHANGES_GOAL 2.0
#define SHAPES_GOAL  3.0

struct hand {
	loop_run *run;
	const struct figures *figures; /* of loop_figures() instead */
	const struct claims *claims;
	int64_t *out[OUTPUTS_MOST];
};

static void
hand_run(void *what)
{
	struct hand *h = what;

	if (h->figures)
		loop_figures(h->claims->n, h->claims, h->out, h->figures);
	else
		h->run(h->claims->n, h->claims, h->out);
}

/* Ratio of the library to the loop, each at its best of the same rounds. */
static double
beside(struct hand *hand, struct ask *ask, int rounds, size_t *wrong, double *each)
{
	struct contender contenders[2] = { { hand_run, hand, 0 }, { ask_run, ask, 0 } };

	ask_all(ask);
	measure(contenders, 2, rounds);
	for (int k = 0; k < 2; k++)
		each[k] = contenders[k].best * 1e9 / (double)(k ? ask->span : ask->n);
	*wrong += ask_count_wrong(ask, hand->out);
	return each[1] / each[0];
}

/* Rates are in ones, tenths or hundredths of a percent. */
static int
den_index(const struct figures *f)
{
	return f->den == 100 ? 0 : f->den == 1000 ? 1 : 2;
}

/* The document of a number, to be looked at. */
static void
print_changed(size_t number)
{
	struct figures f;
	char *document;

	figures_draw(&f, number);
	document = figures_document(&f);
	(void)fputs(document, stdout);
	free(document);
}

/* With a number as argument it prints that document instead. */
void
bench_changes(const struct setting *setting)
{
	size_t n = setting->rows ? setting->rows : 1000000, wrong = 0, worst = 0;
	double ratios[CHANGES], most = 0, each[2], sum[2] = { 0, 0 }, by_den[3] = { 0, 0, 0 };
	int of_den[3] = { 0, 0, 0 };
	struct claims claims;
	struct figures f;
	struct hand hand = { NULL, &f, &claims, { NULL } };

	if (setting->argc > 0) {
		print_changed(strtoul(setting->argv[0], NULL, 10));
		return;
	}
	claims_make(&claims, n);
	outputs_make(hand.out, FIGURES_OUTPUTS, n);
	for (size_t i = 0; i < CHANGES; i++) {
		struct yb_policy_set *set;
		struct ask ask;
		char *document;
		figures_draw(&f, i);
		document = figures_document(&f);
		set = set_from_text("changed.yaml", document);
		ask_claims(&ask, set, &claims, JOB1_INPUTS, JOB1_OUTPUTS, 1);
		ratios[i] = beside(&hand, &ask, setting->rounds ? setting->rounds : 10, &wrong, each);
		sum[0] += each[0];
		sum[1] += each[1];
		by_den[den_index(&f)] += ratios[i];
		of_den[den_index(&f)]++;
		if (ratios[i] > most) {
			most = ratios[i];
			worst = i;
		}
		ask_free(&ask);
		yb_policy_set_unref(set);
		free(document);
	}
	printf("job 1 with other figures, %d times, %zu claims, ns a claim: loop with variables %.2f, document %.2f; the worst is number %zu\n", CHANGES, n,
	       sum[0] / CHANGES, sum[1] / CHANGES, worst);
	for (int k = 0; k < 3; k++)
		printf("where rates are in %s of a percent, %d times: ratio %.2f on the average\n", k == 0 ? "ones" : k == 1 ? "tenths" : "hundredths", of_den[k],
		       by_den[k] / (of_den[k] ? of_den[k] : 1));
	verdict("changes_vs_loop_median", median(ratios, CHANGES), CHANGES_GOAL);
	verdict("changes_vs_loop_worst", most, CHANGES_GOAL);
	verdict_none("changes_outputs_wrong", wrong);
	outputs_free(hand.out, FIGURES_OUTPUTS);
	claims_free(&claims);
}

/* With an argument it has only those whose names begin so. */
void
bench_shapes(const struct setting *setting)
{
	const char *only = setting->argc > 0 ? setting->argv[0] : "";
	size_t n = setting->rows ? setting->rows : 1000000, wrong = 0, ran = 0;
	double ratios[64], most = 0, each[2];
	struct claims claims;
	struct hand hand = { NULL, NULL, &claims, { NULL } };

	claims_make(&claims, n);
	outputs_make(hand.out, OUTPUTS_MOST, n);
	for (size_t i = 0; i < shape_count; i++) {
		struct yb_policy_set *set;
		struct ask ask;
		size_t before = wrong;
		if (strncmp(shapes[i].name, only, strlen(only)) != 0)
			continue;
		set = shape_load(&shapes[i], setting->folder);
		hand.run = shapes[i].run;
		ask_claims(&ask, set, &claims, shapes[i].inputs, shapes[i].outputs, 1);
		ratios[ran] = beside(&hand, &ask, setting->rounds ? setting->rounds : 14, &wrong, each);
		most = ratios[ran] > most ? ratios[ran] : most;
		printf("shape %s, ns a claim: loop %.2f, document %.2f, ratio %.2f; %zu wrong\n", shapes[i].name, each[0], each[1], ratios[ran], wrong - before);
		ran++;
		ask_free(&ask);
		yb_policy_set_unref(set);
	}
	if (ran == 0)
		stop("no shape begins with %s", only);
	verdict("shapes_vs_loop_median", median(ratios, ran), SHAPES_GOAL);
	verdict("shapes_vs_loop_worst", most, SHAPES_GOAL);
	verdict_none("shapes_outputs_wrong", wrong);
	outputs_free(hand.out, OUTPUTS_MOST);
	claims_free(&claims);
}
