/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Job 2 as a policy document, and as a question by columns.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "job2.h"
#include "measure.h"

static const char head[] =
	"language: 1\n"
	"id: 990000/310\n"
	"title: yardstick, contributions\n"
	"confidence: case\n"
	"sources:\n"
	"  job: {issuer: the benchmark itself, url: bench/README.md, confidence: case}\n"
	"attributes:\n"
	"  category: {type: count, range: 0..7, of: person}\n"
	"  since: {type: count, range: 0..10, of: person}\n"
	"  area: {type: count, range: 0..30, of: person}\n"
	"  late: {type: count, range: 0..12, of: person}\n"
	"fee:\n"
	"  source: job\n"
	"  charges:\n"
	"    - id: basic\n"
	"      payers:\n"
	"        person:\n"
	"          by: category\n"
	"          rows:\n";

char *
job2_document(const int32_t *table)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);

	if (!f)
		stop("no memory");
	(void)fputs(head, f);
	for (int c = 0; c < CATEGORIES; c++) {
		(void)fprintf(f, "            - - %d\n              - by: [since, area]\n                rows:\n", c);
		for (int y = 0; y < YEARS; y++)
			for (int r = 0; r < REGIONS; r++)
				(void)fprintf(f, "                  - [%d, %d, %d]\n", y, r, (int)table[(c * YEARS + y) * REGIONS + r] / 100);
	}
	(void)fputs("    - {id: late, payers: {person: = basic.person * 0.5% * late}}\n", f);
	if (fclose(f) != 0)
		stop("no memory");
	return text;
}

static void
bind(struct ask *ask, const char *name, const uint8_t *bytes)
{
	yb_column column;

	if (yb_bulk_input(ask->bulk, name, strlen(name), &column, NULL) != YB_OK ||
	    (bytes ? yb_bulk_bind_numbers(ask->bulk, column, YB_LAYOUT_INT8, bytes, NULL, NULL)
	           : yb_bulk_bind_text(ask->bulk, column, "2026", 4, NULL)) != YB_OK)
		stop("%s cannot be bound", name);
}

void
ask_persons(struct ask *ask, const struct yb_policy_set *set, const struct persons *persons)
{
	memset(ask, 0, sizeof(*ask));
	ask->n = persons->n;
	if (yb_bulk_new(set, YB_QUESTION_FEE, NULL, &ask->bulk, NULL) != YB_OK ||
	    yb_bulk_bind_text(ask->bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL) != YB_OK ||
	    yb_bulk_bind_text(ask->bulk, YB_FIELD_INSUTYPE, "310", 3, NULL) != YB_OK)
		stop("the question cannot be asked");
	bind(ask, "year", NULL);
	bind(ask, "category", persons->category);
	bind(ask, "since", persons->year);
	bind(ask, "area", persons->region);
	bind(ask, "late", persons->late);
	ask_outputs(ask, "due.person");
}
