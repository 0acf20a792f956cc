/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shapes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"
#include "measure.h"

#define BASIC  "level class ordinal cross class_a class_b medfee_sumamt "
#define PAID   "basic.paid.year=paid "
#define THREE  "basic.base basic.due basic.scope hifp_pay hifmi_pay maf_pay psn_part_amt"

const struct shape shapes[] = {
	{ "01-two-layers", loop_two_layers, BASIC PAID, "basic.base basic.due basic.scope hifp_pay hifmi_pay psn_part_amt" },
	{ "02-four-layers", loop_four_layers, BASIC PAID, "basic.base basic.due basic.scope hifp_pay hifmi_pay hifes_pay maf_pay psn_part_amt" },
	{ "03-bands-by-level", loop_bands_by_level, BASIC PAID, THREE },
	{ "04-six-bands", loop_six_bands, BASIC PAID, THREE },
	{ "05-year-deductible", loop_year_deductible, "level class cross class_a class_b medfee_sumamt basic.deductible.year=charged " PAID,
	  "basic.base basic.deductible basic.scope hifp_pay hifmi_pay maf_pay psn_part_amt" },
	{ "06-after-ratio", loop_after_ratio, BASIC PAID, "basic.base basic.due hifp_pay hifmi_pay maf_pay psn_part_amt" },
	{ "07-cost-ceiling", loop_cost_ceiling, BASIC, "basic.base basic.due basic.over hifp_pay hifmi_pay maf_pay psn_part_amt" },
	{ "08-two-caps", loop_two_caps, BASIC PAID, THREE },
	{ "09-shared-pool", loop_shared_pool, BASIC "pool.year_pool=paid", THREE },
	{ "10-bands-of-the-year", loop_bands_of_the_year, "level class ordinal class_a class_b medfee_sumamt basic.net.year=before " PAID, THREE },
	{ "11-roundings", loop_roundings, BASIC PAID, THREE },
	{ "12-ages", loop_ages, "level class years class_a class_b medfee_sumamt " PAID, THREE },
	{ "13-ordinals", loop_ordinals, BASIC PAID, THREE },
	{ "14-six-kinds", loop_six_kinds, "level kind ordinal cross class_a class_b medfee_sumamt " PAID, THREE },
	{ "15-capped-deductibles", loop_capped_deductibles, BASIC "basic.deductible.year=charged " PAID,
	  "basic.base basic.deductible basic.scope hifp_pay hifmi_pay maf_pay psn_part_amt" },
	{ "16-modified-ratios", loop_modified_ratios, BASIC "years " PAID, THREE },
	{ "17-prior-shares", loop_prior_shares, BASIC "class_c " PAID, THREE },
	{ "18-layers-under-conditions", loop_layers_under_conditions, BASIC,
	  "basic.base basic.deductible basic.scope hifp_pay hifmi_pay maf_pay psn_part_amt" },
	{ "19-wide-tables", loop_wide_tables, BASIC PAID, THREE },
	{ "20-five-layers", loop_five_layers, BASIC PAID "large.paid.year=paid serious.paid.life=life",
	  "basic.base basic.due basic.scope hifp_pay hifes_pay hifob_pay hifmi_pay maf_pay psn_part_amt" },
};

const size_t shape_count = sizeof(shapes) / sizeof(shapes[0]);

struct yb_policy_set *
shape_load(const struct shape *shape, const char *folder)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/shapes/%s.yaml", folder, shape->name);
	return set_from_file(path);
}

/* ---- job 1 with figures at random ---- */

/* Whole yuan mostly, else any fen. */
static int64_t
draw_amount(int64_t low, int64_t high)
{
	return below(4) ? between(low, high) * 100 : between(low * 100, high * 100);
}

static int64_t
draw_rate(const struct figures *f, int64_t low, int64_t high)
{
	return between(low * f->den / 100, high * f->den / 100);
}

void
figures_draw(struct figures *f, size_t number)
{
	static const int64_t dens[] = { 100, 100, 1000, 10000 };

	seed_set(UINT64_C(0xF16) + number * UINT64_C(0x5851F42D4C957F2D));
	f->den = dens[below(4)];
	f->share_b = draw_rate(f, 50, 100);
	for (int i = 0; i < 3; i++) {
		f->first[i] = draw_amount(0, 2000);
		f->later[i] = draw_amount(0, 1000);
		f->ratio[i] = draw_rate(f, 50, 100);
		f->band[i] = draw_rate(f, 20, 85);
	}
	f->less[0] = draw_rate(f, 0, 20);
	f->less[1] = draw_rate(f, 0, 50);
	f->cap = draw_amount(50000, 1000000);
	f->start[0] = draw_amount(0, 30000);
	f->start[1] = draw_amount(0, 20000);
	f->border[0] = draw_amount(1000, 100000);
	f->border[1] = f->border[0] + draw_amount(1000, 200000);
	f->more = draw_rate(f, 0, 15);
	f->aid_start = draw_amount(0, 20000);
	f->aid[0] = draw_rate(f, 0, 100);
	f->aid[1] = draw_rate(f, 0, 100);
}

/* A text that grows; `%` of amounts and rates is written by yuan() and rate(). */
struct text {
	char *at;
	size_t length, room;
};

static void __attribute__((format(printf, 2, 3)))
put(struct text *t, const char *format, ...)
{
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(t->at + t->length, t->room - t->length, format, list);
	va_end(list);
	if (length < 0 || (size_t)length >= t->room - t->length)
		stop("the document is too long");
	t->length += (size_t)length;
}

struct word {
	char text[32];
};

static struct word
yuan(int64_t fen)
{
	struct word w;

	(void)snprintf(w.text, sizeof(w.text), "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
	return w;
}

static struct word
rate(const struct figures *f, int64_t value)
{
	struct word w;
	int digits = f->den == 100 ? 0 : f->den == 1000 ? 1 : 2;

	if (digits == 0)
		(void)snprintf(w.text, sizeof(w.text), "%d%%", (int)value);
	else
		(void)snprintf(w.text, sizeof(w.text), "%d.%0*d%%", (int)(value * 100 / f->den), digits, (int)(value % (f->den / 100)));
	return w;
}

static void
put_basic(struct text *t, const struct figures *f)
{
	put(t, "        - id: basic\n          pays: hifp_pay\n          base: \"= round(class_a + class_b * %s, fen)\"\n", rate(f, f->share_b).text);
	put(t, "          deductible:\n            by: [class, level, ordinal]\n            rows:\n              - [2, any, any, 0]\n");
	for (int i = 0; i < 3; i++)
		put(t, "              - [0..1, %d, 1, %s]\n              - [0..1, %d, 2.., %s]\n", i + 1, yuan(f->first[i]).text, i + 1,
		    yuan(f->later[i]).text);
	put(t, "          ratio: {by: level, rows: [[1, %s], [2, %s], [3, %s]]}\n", rate(f, f->ratio[0]).text, rate(f, f->ratio[1]).text,
	    rate(f, f->ratio[2]).text);
	put(t, "          modify:\n            - {id: referred, when: {cross: 1}, add: -%s}\n            - {id: unreferred, when: {cross: 2}, add: -%s}\n",
	    rate(f, f->less[0]).text, rate(f, f->less[1]).text);
	put(t, "          ceilings: [{id: year, on: payment, per: year, amount: %s}]\n", yuan(f->cap).text);
}

static void
put_others(struct text *t, const struct figures *f)
{
	put(t, "        - id: serious\n          pays: hifmi_pay\n          base: = basic.left\n");
	put(t, "          deductible: {by: class, rows: [[0, %s], [1.., %s]]}\n", yuan(f->start[0]).text, yuan(f->start[1]).text);
	put(t, "          bands: {origin: deductible, borders: [%s, %s], ratio: [%s, %s, %s]}\n", yuan(f->border[0]).text, yuan(f->border[1]).text,
	    rate(f, f->band[0]).text, rate(f, f->band[1]).text, rate(f, f->band[2]).text);
	put(t, "          modify: [{id: poor, when: {class: 1..}, add: %s}]\n", rate(f, f->more).text);
	put(t, "        - id: aid\n          pays: maf_pay\n          base: = serious.left\n");
	put(t, "          deductible: {by: class, rows: [[1, %s], [0, 0], [2, 0]]}\n", yuan(f->aid_start).text);
	put(t, "          ratio: {by: class, rows: [[0, 0%%], [1, %s], [2, %s]]}\n", rate(f, f->aid[0]).text, rate(f, f->aid[1]).text);
}

char *
figures_document(const struct figures *f)
{
	struct text t = { malloc(8192), 0, 8192 };

	if (!t.at)
		stop("no memory");
	put(&t, "language: 1\nid: 990000/310\ntitle: yardstick with other figures\nconfidence: case\n"
	        "sources:\n  job: {issuer: the benchmark itself, url: bench/README.md, confidence: case}\nattributes:\n");
	put(&t, "  level: {type: count, range: 1..3, of: claim}\n  class: {type: count, range: 0..2, of: person}\n"
	        "  ordinal: {type: count, range: 1..5, of: claim}\n  cross: {type: count, range: 0..2, of: claim}\n"
	        "  class_a: {type: money, of: claim}\n  class_b: {type: money, of: claim}\n");
	put(&t, "reimburse:\n  source: job\n  benefits:\n    - id: inpatient\n      layers:\n");
	put_basic(&t, f);
	put_others(&t, f);
	return t.at;
}
