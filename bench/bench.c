/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The yardstick job beside the hand-written loops on the same data in one run.
 * Only ratios mean anything: the machines are shared. The last lines are
 * `NAME VALUE GOAL ok|short`, for scripts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <yibao/yibao.h>

#include "base/memory.h"
#include "job.h"
#include "policy/book.h"

void cols_hand(size_t n, const in_t *in, const out_t *out);
void colsI_hand(size_t n, const in_t *in, const out_t *out);
void colsD_hand(size_t n, const in_t *in, const out_t *out);
void colsM_hand(size_t n, const in_t *in, const out_t *out);

#define ROUNDS 7

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *
room(size_t bytes)
{
	void *p = malloc(bytes + 4096);

	if (!p) {
		fprintf(stderr, "no memory\n");
		exit(1);
	}
	memset(p, 0, bytes + 4096); /* pages are there before the clock runs */
	return p;
}

/* ---- data: the generator's rows, made here so that no file is needed ---- */

static uint64_t seed;

static uint64_t
next_random(void)
{
	uint64_t z = (seed += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static uint64_t
below(uint64_t n)
{
	return next_random() % n;
}

struct data {
	uint8_t *level, *cat, *k, *x;
	int64_t *a, *b, *c, *y;
};

/* Row i depends on i alone. Bills spread over five orders of magnitude, one in a hundred very large, a few past the ceiling. */
static void
make_row(struct data *d, size_t i)
{
	uint64_t r, total;

	seed = UINT64_C(0x59696261) + i * UINT64_C(0xD1342543DE82EF95);
	r = below(100);
	d->level[i] = r < 20 ? 1 : r < 50 ? 2 : 3;
	r = below(100);
	d->cat[i] = r < 85 ? 0 : r < 97 ? 1 : 2;
	r = below(100);
	d->k[i] = r < 60 ? 1 : r < 80 ? 2 : r < 90 ? 3 : r < 96 ? 4 : 5;
	r = below(100);
	d->x[i] = r < 75 ? 0 : r < 92 ? 1 : 2;
	total = 100 + below(UINT64_C(1) << (10 + below(14)));
	if (below(100) == 0)
		total += below(300000000);
	d->a[i] = (int64_t)(total * (40 + below(35)) / 100);
	d->b[i] = (int64_t)((total - (uint64_t)d->a[i]) * (30 + below(60)) / 100);
	d->c[i] = (int64_t)total - d->a[i] - d->b[i];
	r = below(100);
	d->y[i] = r < 60 ? 0 : r < 97 ? (int64_t)below(8000000) : (int64_t)below(52000000);
}

/* ---- the library's side: a column loop over its own kernels ---- */

struct bench {
	struct yb_policy_set *set;
	const struct ybi_book *book;
	const struct ybi_plan *plan;
	struct ybi_column *columns;
	struct ybi_scratch scratch;
	uint32_t fact[8];
};

static const char *const fact_names[8] = { "level", "class", "ordinal", "cross", "class_a", "class_b", "basic.paid.year", "on" };

static void
load(struct bench *bench, const char *path)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	if (yb_policy_loader_new(&options, &loader, &err) != YB_OK || yb_policy_loader_add_file(loader, path, &err) != YB_OK ||
	    yb_policy_set_new(loader, &bench->set, &err) != YB_OK) {
		(void)yb_error_dup_text(err, &text);
		fprintf(stderr, "%s", text ? text : "cannot load the job\n");
		exit(1);
	}
	yb_policy_loader_unref(loader);
	bench->book = ybi_set_book(bench->set, "990000/310");
	bench->plan = bench->book ? bench->book->plans[0] : NULL;
	if (!bench->plan) {
		fprintf(stderr, "the job has no dense plan\n");
		exit(1);
	}
	bench->columns = ybi_calloc(bench->book->facts_count, sizeof(*bench->columns));
	for (size_t i = 0; i < 7; i++)
		bench->fact[i] = ybi_book_fact(bench->book, fact_names[i], strlen(fact_names[i]));
	if (!bench->columns || !ybi_scratch_room(&bench->scratch, bench->plan))
		exit(1);
}

/* The person's part is not the library's: medfee_sumamt less what the funds pay. */
static void
out_of_pocket(int64_t *restrict out, const in_t *in, size_t at, const int64_t *const *p, size_t rows)
{
	const int64_t *restrict a = in->a + at, *restrict b = in->b + at, *restrict c = in->c + at;
	const int64_t *restrict f1 = p[3], *restrict f2 = p[4], *restrict f3 = p[5];

	for (size_t i = 0; i < rows; i++)
		out[i] = a[i] + b[i] + c[i] - f1[i] - f2[i] - f3[i];
}

static size_t
run_library(struct bench *bench, size_t n, const in_t *in, const out_t *out)
{
	const struct ybi_plan *plan = bench->plan;
	uint8_t escape[YBI_BLOCK];
	uint16_t reg[6] = { plan->tiers[0].out[YBI_RESULT_BASE], plan->tiers[0].due, plan->tiers[0].out[YBI_RESULT_SCOPE], plan->paid[0],
		            plan->paid[1], plan->paid[2] };
	size_t escaped = 0;

	for (size_t at = 0; at < n; at += YBI_BLOCK) {
		size_t rows = n - at < YBI_BLOCK ? n - at : YBI_BLOCK;
		const int64_t *p[6];
		bench->columns[bench->fact[0]].bytes = in->level + at;
		bench->columns[bench->fact[1]].bytes = in->cat + at;
		bench->columns[bench->fact[2]].bytes = in->k + at;
		bench->columns[bench->fact[3]].bytes = in->x + at;
		bench->columns[bench->fact[4]].values = in->a + at;
		bench->columns[bench->fact[5]].values = in->b + at;
		bench->columns[bench->fact[6]].values = in->y + at;
		if (rows == YBI_BLOCK)
			for (size_t i = 0; i < 6; i++)
				bench->scratch.target[reg[i]] = out->o[i] + at;
		else
			for (size_t i = 0; i < 6; i++)
				bench->scratch.target[reg[i]] = NULL;
		ybi_plan_run(plan, bench->columns, rows, &bench->scratch, escape);
		for (size_t i = 0; i < 6; i++) {
			p[i] = ybi_plan_reg(&bench->scratch, reg[i]);
			if (rows < YBI_BLOCK)
				memcpy(out->o[i] + at, p[i], rows * sizeof(int64_t));
		}
		out_of_pocket(out->o[6] + at, in, at, p, rows);
		for (size_t i = 0; i < rows; i++)
			escaped += escape[i];
	}
	return escaped;
}

/* ---- the same by the public bulk API ---- */

/* Every input is validated; the whole bill stands where class C does, as a claim has it. */
static struct yb_bulk *
open_bulk(const struct yb_policy_set *set, const in_t *in, const int64_t *total, const out_t *out, uint8_t *outcomes)
{
	static const char *const inputs[] = { "level", "class", "ordinal", "cross", "class_a", "class_b", "basic.paid.year", "medfee_sumamt" };
	static const char *const outputs[] = { "basic.base", "basic.due", "basic.scope", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt" };
	const void *columns[] = { in->level, in->cat, in->k, in->x, in->a, in->b, in->y, total };
	struct yb_bulk *bulk = NULL;
	bool good = yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL) == YB_OK &&
		yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL) == YB_OK &&
		yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "310", 3, NULL) == YB_OK && yb_bulk_bind_outcomes(bulk, outcomes, NULL) == YB_OK;
	yb_column column;

	for (size_t i = 0; i < 8 && good; i++)
		good = yb_bulk_input(bulk, inputs[i], strlen(inputs[i]), &column, NULL) == YB_OK &&
			yb_bulk_bind_numbers(bulk, column, i < 4 ? YB_LAYOUT_INT8 : YB_LAYOUT_INT64, columns[i], NULL, NULL) == YB_OK;
	for (size_t i = 0; i < 7 && good; i++)
		good = yb_bulk_output(bulk, outputs[i], strlen(outputs[i]), &column, NULL) == YB_OK &&
			yb_bulk_bind_output(bulk, column, out->o[i], NULL, NULL) == YB_OK;
	if (!good || yb_bulk_run(bulk, 0, 0, NULL) != YB_OK) {
		fprintf(stderr, "the job cannot be bound\n");
		exit(1);
	}
	return bulk;
}

static size_t
count_wrong(size_t n, const out_t *a, const out_t *b)
{
	size_t wrong = 0;

	for (size_t i = 0; i < 7; i++)
		for (size_t k = 0; k < n; k++)
			wrong += a->o[i][k] != b->o[i][k];
	return wrong;
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
	seed = 1;
	for (size_t i = 0; i < n; i++) {
		moments[i].person = (int64_t)(strewn ? below(n / 5 + 1) : i / 5);
		moments[i].day = (int32_t)(20454 + (strewn ? below(365) : i % 5 * 60)); /* days of 2026 */
		moments[i].row = (uint32_t)i;
	}
}

/* Seconds of a run. *wrong: outputs that differ from the hand-written loop's, which is told what the rows before it were paid. */
static double
run_histories(struct yb_bulk *bulk, size_t n, const in_t *in, const out_t *out, const out_t *hand, bool strewn, size_t *wrong)
{
	struct moment *moments = room(n * sizeof(*moments));
	int64_t *persons = room(n * 8), *paid = room(n * 8);
	int32_t *days = room(n * 4);
	in_t told = { in->level, in->cat, in->k, in->x, in->a, in->b, in->c, paid };
	double best = 1e9;

	make_moments(moments, n, strewn);
	for (size_t i = 0; i < n; i++) {
		persons[i] = moments[i].person;
		days[i] = moments[i].day;
	}
	if (yb_bulk_bind_numbers(bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, days, NULL, NULL) != YB_OK)
		exit(1);
	for (int r = 0; r < ROUNDS; r++) {
		double t = now();
		if (yb_bulk_run_histories(bulk, 0, n, persons, NULL) != YB_OK)
			exit(1);
		t = now() - t;
		best = t < best ? t : best;
	}
	qsort(moments, n, sizeof(*moments), by_moment);
	for (size_t i = 0; i < n; i++) {
		bool more = i && moments[i].person == moments[i - 1].person;
		paid[moments[i].row] = more ? paid[moments[i - 1].row] + out->o[3][moments[i - 1].row] : 0;
	}
	cols_hand(n, &told, hand);
	*wrong += count_wrong(n, hand, out);
	free(moments);
	free(persons);
	free(paid);
	free(days);
	return best;
}

/* ---- one claim through reused handles ---- */

static void
text(struct yb_person *person, struct yb_claim *claim, yb_field field, const char *value)
{
	yb_status st = person ? yb_person_set_text(person, field, value, strlen(value)) : yb_claim_set_text(claim, field, value, strlen(value));

	if (st != YB_OK)
		exit(1);
}

static double
one_claim(const struct yb_policy_set *set, size_t rounds, bool explain)
{
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	double best = 1e9;

	if (yb_person_new(&person, NULL) != YB_OK || yb_claim_new(&claim, NULL) != YB_OK || yb_decision_new(&decision, NULL) != YB_OK)
		exit(1);
	text(person, NULL, YB_FIELD_INSUTYPE, "310");
	text(person, NULL, YB_FIELD_PSN_TYPE, "1101");
	text(person, NULL, YB_FIELD_INSUPLC_ADMDVS, "110000");
	text(person, NULL, YB_FIELD_PSN_IDET_TYPE, "");
	text(person, NULL, YB_FIELD_CVLSERV_FLAG, "0");
	text(NULL, claim, YB_FIELD_MDTRTAREA_ADMVS, "110000");
	text(NULL, claim, YB_FIELD_MED_TYPE, "21");
	text(NULL, claim, YB_FIELD_HOSP_LV, "02");
	text(NULL, claim, YB_FIELD_BEGNDATE, "2026-03-01");
	text(NULL, claim, YB_FIELD_ENDDATE, "2026-03-09");
	for (int r = 0; r < ROUNDS; r++) {
		double t = now();
		for (size_t i = 0; i < rounds; i++) {
			yb_fen bill = 100000 + (yb_fen)(i * 37 % 20000000), fund;
			(void)yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, (int64_t)(1 + i % 3));
			(void)yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, bill);
			(void)yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, 0);
			(void)yb_claim_set_fen(claim, YB_FIELD_OVERLMT_SELFPAY, 0);
			(void)yb_claim_set_fen(claim, YB_FIELD_PRESELFPAY_AMT, 0);
			if (yb_settle(set, person, claim, NULL, decision, NULL) != YB_OK || yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fund) != YB_OK)
				exit(1);
			if (explain) {
				char *told = NULL;
				if (yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_EN, YB_EXPLAIN_FULL, &told, NULL) != YB_OK)
					exit(1);
				yb_free(told);
			}
		}
		t = (now() - t) / (double)rounds * 1e9;
		best = t < best ? t : best;
	}
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_decision_unref(decision);
	return best;
}

static double
load_all(const char *directory, struct yb_policy_set **set)
{
	double best = 1e9;

	for (int r = 0; r < ROUNDS; r++) {
		struct yb_policy_loader *loader = NULL;
		double t = now();
		yb_policy_set_unref(*set);
		*set = NULL;
		if (yb_policy_loader_new(NULL, &loader, NULL) != YB_OK || yb_policy_loader_add_directory(loader, directory, NULL) != YB_OK ||
		    yb_policy_set_new(loader, set, NULL) != YB_OK)
			exit(1);
		yb_policy_loader_unref(loader);
		t = (now() - t) * 1e3;
		best = t < best ? t : best;
	}
	return best;
}

static void
verdict(const char *name, double value, double goal)
{
	printf("%s %.2f %.2f %s\n", name, value, goal, value <= goal ? "ok" : "short");
}

int
main(int argc, char **argv)
{
	size_t n = argc > 3 ? (size_t)strtoul(argv[3], NULL, 10) : 1000000, wrong, escaped = 0, unanswered = 0;
	const char *job = argc > 1 ? argv[1] : "bench/job1.yaml", *policies = argc > 2 ? argv[2] : "policies";
	struct bench bench = { .set = NULL };
	struct yb_policy_set *set = NULL;
	struct data d = { room(n), room(n), room(n), room(n), room(n * 8), room(n * 8), room(n * 8), room(n * 8) };
	in_t in = { d.level, d.cat, d.k, d.x, d.a, d.b, d.c, d.y };
	out_t hand, ours, bulks;
	double best[6] = { 1e9, 1e9, 1e9, 1e9, 1e9, 1e9 }, simd, loading, single, told;
	int64_t *total = room(n * 8);
	uint8_t *outcomes = room(n);
	struct yb_bulk *bulk;
	yb_column carried;
	double histories[2];
	size_t history_wrong = 0;
	void (*const loops[4])(size_t, const in_t *, const out_t *) = { cols_hand, colsI_hand, colsD_hand, colsM_hand };

	for (size_t i = 0; i < 7; i++) {
		hand.o[i] = room(n * 8);
		ours.o[i] = room(n * 8);
		bulks.o[i] = room(n * 8);
	}
	for (size_t i = 0; i < n; i++)
		make_row(&d, i);
	load(&bench, job);
	for (size_t i = 0; i < n; i++)
		total[i] = d.a[i] + d.b[i] + d.c[i];
	bulk = open_bulk(bench.set, &in, total, &bulks, outcomes);
	for (int r = 0; r < ROUNDS; r++) { /* in turn, so that a slow moment hits all */
		for (int k = 0; k < 4; k++) {
			double t = now();
			loops[k](n, &in, &hand);
			t = now() - t;
			best[k] = t < best[k] ? t : best[k];
		}
		double t = now();
		escaped = run_library(&bench, n, &in, &ours);
		t = now() - t;
		best[4] = t < best[4] ? t : best[4];
		t = now();
		if (yb_bulk_run(bulk, 0, n, NULL) != YB_OK)
			exit(1);
		t = now() - t;
		best[5] = t < best[5] ? t : best[5];
	}
	cols_hand(n, &in, &hand);
	wrong = count_wrong(n, &hand, &ours);
	for (size_t i = 0; i < n; i++)
		unanswered += outcomes[i] != YB_OUTCOME_ANSWERED;
	simd = best[1] < best[2] ? best[1] : best[2];
	simd = best[3] < simd ? best[3] : simd;
	printf("%zu claims, nanoseconds a claim: scalar loop %.1f, best columnar loop %.1f, kernels %.1f, bulk API %.1f; %zu outputs differ, %zu rows escaped\n", n,
	       best[0] / (double)n * 1e9, simd / (double)n * 1e9, best[4] / (double)n * 1e9, best[5] / (double)n * 1e9, wrong, escaped);
	unanswered += count_wrong(n, &hand, &bulks);
	if (yb_bulk_input(bulk, "basic.paid.year", 15, &carried, NULL) != YB_OK || yb_bulk_bind_text(bulk, carried, NULL, 0, NULL) != YB_OK)
		exit(1);
	for (int strewn = 0; strewn < 2; strewn++)
		histories[strewn] = run_histories(bulk, n, &in, &bulks, &hand, strewn, &history_wrong);
	printf("as histories, nanoseconds a claim: in order %.1f, strewn %.1f (million claims a second: %.1f, %.1f); %zu outputs differ\n",
	       histories[0] / (double)n * 1e9, histories[1] / (double)n * 1e9, (double)n / histories[0] / 1e6, (double)n / histories[1] / 1e6, history_wrong);
	loading = load_all(policies, &set);
	single = one_claim(set, 20000, false);
	told = one_claim(set, 2000, true);
	printf("one claim through reused handles: amounts %.0f ns, full explanation %.0f ns; every shipped document loads in %.2f ms\n", single, told,
	       loading);
	verdict("job1_columns_vs_simd", best[4] / simd, 6.0);
	verdict("bulk_job1_vs_simd", best[5] / simd, 2.0);
	verdict("bulk_job1_outputs_wrong", (double)unanswered, 0.0);
	verdict("bulk_histories_vs_bulk", histories[0] / best[5], 8.0);
	verdict("bulk_histories_strewn_vs_bulk", histories[1] / best[5], 20.0);
	verdict("bulk_histories_outputs_wrong", (double)history_wrong, 0.0);
	verdict("job1_outputs_wrong", (double)(wrong + escaped), 0.0);
	verdict("job3_amounts_us", single / 1e3, 1.0);
	verdict("load_all_documents_ms", loading, 50.0);
	yb_policy_set_unref(set);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(bench.set);
	return 0;
}
