/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Job 2, what persons owe: looked up by category, year and region, and 0.5 % more for each month late, half up. The document is made of the
 * table that the loops look up.
 */
#include "job2.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "measure.h"
#include "parts.h"

void ass_hand(size_t n, const pin_t *p, const int32_t *tab, int64_t *out);
void assV_hand(size_t n, const pin_t *p, const int32_t *tab, int64_t *out);

#define TABLE ((size_t)CATEGORIES * YEARS * REGIONS)

struct job2_loop {
	void (*run)(size_t n, const pin_t *p, const int32_t *table, int64_t *out);
	pin_t in;
	const int32_t *table;
	int64_t *out;
	size_t n;
};

static void
job2_loop_run(void *what)
{
	struct job2_loop *l = what;

	l->run(l->n, &l->in, l->table, l->out);
}

/* With the argument `document` it prints that instead. */
void
bench_job2(const struct setting *setting)
{
	size_t n = setting->rows ? setting->rows : 1000000;
	int32_t *table = room(TABLE * sizeof(*table));
	struct persons persons;
	struct yb_policy_set *set;
	struct job2_loop loops[2];
	struct contender contenders[3];
	struct ask ask;
	double each = 1e9 / (double)n, document_row;
	char *document;

	contributions_make(table);
	document = job2_document(table);
	if (setting->argc > 0 && !strcmp(setting->argv[0], "document")) {
		(void)fputs(document, stdout);
		return;
	}
	set = set_from_text("job2.yaml", document);
	persons_make(&persons, n);
	ask_persons(&ask, set, &persons);
	for (int i = 0; i < 2; i++) {
		loops[i] = (struct job2_loop){ i ? assV_hand : ass_hand, { persons.category, persons.year, persons.region, persons.late }, table, room(n * 8), n };
		contenders[i] = (struct contender){ job2_loop_run, &loops[i], 0 };
	}
	contenders[2] = (struct contender){ ask_run, &ask, 0 };
	ask_all(&ask);
	measure(contenders, 3, setting->rounds ? setting->rounds : 20);
	document_row = contenders[2].best / (double)ask.span;
	printf("job 2, %zu persons, ns a person: scalar loop %.2f, columnar loop %.2f, the document %.2f\n", n, contenders[0].best * each,
	       contenders[1].best * each, document_row * 1e9);
	verdict("job2_vs_columnar", document_row / contenders[1].best * (double)n, 2);
	verdict_none("job2_outputs_wrong", ask_count_wrong(&ask, &loops[0].out) + ask_count_wrong(&ask, &loops[1].out));
	ask_free(&ask);
	yb_policy_set_unref(set);
	free(document);
	persons_free(&persons);
	for (int i = 0; i < 2; i++)
		room_free(loops[i].out);
	room_free(table);
}
