/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

#include <stdarg.h>
#include <string.h>

/* ---- the row of numbers ---- */

uint32_t
draw(struct source *s, uint32_t n)
{
	uint32_t value;

	if (s->replay) {
		value = s->at < s->count ? s->drawn[s->at] % n : 0;
		s->at++;
		return value;
	}
	s->state = s->state * 6364136223846793005u + 1442695040888963407u;
	value = (uint32_t)(s->state >> 33) % n;
	if (s->count < sizeof(s->drawn) / sizeof(s->drawn[0]))
		s->drawn[s->count++] = value;
	return value;
}

yb_fen
draw_fen(struct source *s)
{
	static const uint32_t sizes[] = { 1000, 100000, 10000000, 500000000 };
	uint32_t size = draw(s, 4), whole = draw(s, 2);
	yb_fen fen = draw(s, sizes[size]);

	return whole ? fen : fen / 100 * 100;
}

void
put(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->data + t->length, sizeof(t->data) - t->length, format, args);
	va_end(args);
	if (n > 0)
		t->length += (size_t)n < sizeof(t->data) - t->length ? (size_t)n : sizeof(t->data) - t->length - 1;
}

void
deny(struct run *run, const char *format, ...)
{
	va_list args;
	char why[600];

	va_start(args, format);
	(void)vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	if (!run->failed)
		put(&run->story, "%s\n", why);
	run->failed = true;
}

/* ---- documents ---- */

static const char *const funds[] = { "hifp_pay", "hifmi_pay", "maf_pay" };
static const char *const periods[] = { "stay", "month", "year" };
static const char *const kinds[] = { "base", "net", "deductible", "paid" };
static const char *const measures[] = { "payment", "cost", "deductible" };

static void
put_fen(struct text *t, yb_fen fen)
{
	put(t, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
}

static void
make_round(struct run *run, struct document *made, int needs)
{
	static const char *const steps[] = { "fen", "jiao", "yuan" };
	static const char *const modes[] = { "half_up", "half_even", "down", "up" };
	static const yb_fen fen[] = { 1, 10, 100 };
	uint32_t step = needs & FEN ? 0 : draw(run->source, 3), mode = needs & FEN ? 0 : draw(run->source, 4);

	made->step = fen[step];
	put(&run->document, "round: %s %s\n", steps[step], modes[mode]);
}

static void
make_pools(struct run *run, struct document *made)
{
	struct text *t = &run->document;

	made->pool_count = (int)draw(run->source, 3);
	if (made->pool_count == 0)
		return;
	put(t, "  pools: {");
	for (int i = 0; i < made->pool_count; i++) {
		made->pool_on[i] = (int)draw(run->source, 3);
		put(t, "%sp%d: {on: %s, per: year}", i ? ", " : "", i, measures[made->pool_on[i]]);
	}
	put(t, "}\n");
}

static void
make_account(struct run *run, struct document *made)
{
	uint32_t pays = draw(run->source, 8);

	made->pays_scope = made->pays_prior = made->pays_own = true;
	if (pays == 0)
		return;
	made->pays_scope = pays & 1;
	made->pays_prior = pays & 2;
	made->pays_own = pays & 4;
	put(&run->document, "  account: {pays: [%s%s%s], after: layers}\n", made->pays_scope ? "scope" : "",
	    made->pays_prior ? (pays & 1 ? ", prior" : "prior") : "", made->pays_own ? (pays & 3 ? ", own" : "own") : "");
}

static void
make_base(struct run *run, int layer)
{
	static const char *const of[] = { "self", "left", "over", "own" };
	struct text *t = &run->document;
	uint32_t which = draw(run->source, 7);

	if (layer == 0) {
		if (which == 1)
			put(t, "          base: = scope + prior\n");
		else if (which == 2)
			put(t, "          base: \"= max(scope - 100, 0)\"\n");
		return;
	}
	if (which < 4)
		put(t, "          base: = l%d.%s\n", layer - 1, of[which]);
	else if (which == 4)
		put(t, "          base: = l%d.self + prior\n", layer - 1);
	else if (which == 5)
		put(t, "          base: = l%d.left - l%d.over / 2\n", layer - 1, layer - 1);
}

static void
make_deductible(struct run *run, struct document *made, struct layer *layer, int needs)
{
	struct text *t = &run->document;
	struct source *s = run->source;
	uint32_t form = draw(s, 5);
	enum period per = needs & ADDITIVE ? PER_YEAR : (enum period)draw(s, 3);

	layer->deductible_pool = -1;
	if (form == 0)
		return;
	put(t, "          deductible: {amount: ");
	put_fen(t, draw_fen(s) / 10);
	for (int i = 0; i < made->pool_count && form == 4; i++)
		if (made->pool_on[i] == 2 && layer->deductible_pool < 0)
			layer->deductible_pool = i;
	if (layer->deductible_pool >= 0)
		put(t, ", pool: p%d", layer->deductible_pool);
	else if (per != PER_STAY)
		layer->keeps[TOTAL_DEDUCTIBLE][per] = true;
	put(t, ", per: %s", layer->deductible_pool >= 0 ? "year" : periods[per]);
	if (form == 2 && !(needs & ADDITIVE))
		put(t, ", order: after_ratio");
	if (form == 3) {
		put(t, ", sum_cap: ");
		put_fen(t, draw_fen(s) / 5);
		layer->keeps[TOTAL_DEDUCTIBLE][PER_YEAR] = true;
	}
	put(t, "}\n");
}

static void
put_ratio(struct run *run, int needs)
{
	uint32_t form = needs & SIMPLE_RATES ? 0 : draw(run->source, 3), tenths = draw(run->source, 901);

	if (form == 0)
		put(&run->document, "%u.%u%%", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
	else if (form == 1)
		put(&run->document, "%u/%u", (unsigned)(tenths % 7), 9);
	else
		put(&run->document, "%u.%04u%%", (unsigned)(tenths % 90), (unsigned)(tenths * 11 % 10000));
}

static void
make_bands(struct run *run, struct layer *layer, int needs)
{
	struct text *t = &run->document;
	struct source *s = run->source;
	uint32_t borders = draw(s, 4);
	yb_fen at = 0;
	enum period over = needs & ADDITIVE ? PER_YEAR : (enum period)draw(s, 3);
	bool origin = draw(s, 2) != 0;

	if (borders == 0) {
		put(t, "          ratio: ");
		put_ratio(run, needs);
		put(t, "\n");
		return;
	}
	put(t, "          bands: {over: %s, origin: %s, borders: [", periods[over], origin ? "deductible" : "zero");
	for (uint32_t i = 0; i < borders; i++) {
		at += 1 + draw_fen(s);
		put(t, i ? ", " : "");
		put_fen(t, at);
	}
	put(t, "], ratio: [");
	for (uint32_t i = 0; i <= borders; i++) {
		put(t, i ? ", " : "");
		put_ratio(run, needs);
	}
	put(t, "]}\n");
	if (over != PER_STAY)
		layer->keeps[origin ? TOTAL_NET : TOTAL_BASE][over] = true;
}

static void
make_modifiers(struct run *run, struct layer *layer)
{
	static const char *const names[] = { "add", "times", "own_times", "at_least", "at_most" };
	struct text *t = &run->document;
	uint32_t count = draw(run->source, 4);
	bool added = false;

	if (count == 0)
		return;
	layer->modified = true;
	put(t, "          modify: [");
	for (uint32_t i = 0; i < count; i++) {
		uint32_t which = draw(run->source, 5), percent = draw(run->source, 101);
		if (which == 0 && (added || i)) /* once and first, so that no ratio comes above 1 */
			which = 1;
		added = added || which == 0;
		put(t, "%s{id: m%u, %s%s: %u%%}", i ? ", " : "", (unsigned)i, draw(run->source, 2) ? "when: {retired: yes}, " : "", names[which],
		    (unsigned)(which == 0 ? percent % 11 : percent));
	}
	put(t, "]\n");
}

static void
make_ceilings(struct run *run, struct document *made, struct layer *layer, int needs)
{
	struct text *t = &run->document;
	struct source *s = run->source;
	uint32_t count = draw(s, 4);

	layer->ceiling_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct ceiling c = { .on_cost = draw(s, 2) != 0, .per = (enum period)draw(s, 3), .pool = -1 };
		uint32_t pool = draw(s, 3);
		c.amount = draw_fen(s);
		if (needs & NO_PAYMENT_CEILINGS)
			continue;
		if (needs & ADDITIVE) { /* what a ceiling cuts is lost only once when both bills draw on one year */
			c.on_cost = false;
			c.per = PER_YEAR;
		}
		if (pool && (int)pool <= made->pool_count && made->pool_on[pool - 1] != 2 && !(needs & ADDITIVE)) {
			c.pool = (int)pool - 1;
			c.on_cost = made->pool_on[c.pool] == 1;
		}
		put(t, "%s{id: c%u, on: %s, ", layer->ceiling_count ? ", " : "          ceilings: [", (unsigned)i, measures[c.on_cost]);
		if (c.pool >= 0)
			put(t, "pool: p%d, amount: ", c.pool);
		else
			put(t, "per: %s, amount: ", periods[c.per]);
		put_fen(t, c.amount);
		put(t, "}");
		if (c.pool < 0 && c.per != PER_STAY)
			layer->keeps[c.on_cost ? TOTAL_BASE : TOTAL_PAID][c.per] = true;
		layer->ceilings[layer->ceiling_count++] = c;
	}
	if (layer->ceiling_count)
		put(t, "]\n");
}

void
make_document(struct run *run, struct document *made, int needs)
{
	struct text *t = &run->document;

	memset(made, 0, sizeof(*made));
	put(t, "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n");
	make_round(run, made, needs);
	put(t, "reimburse:\n  source: a\n");
	make_pools(run, made);
	make_account(run, made);
	made->layer_count = needs & ONE_LAYER ? 1 : 1 + (int)draw(run->source, 3);
	put(t, "  benefits:\n    - id: b\n      layers:\n");
	for (int i = 0; i < made->layer_count; i++) {
		struct layer *layer = &made->layers[i];
		layer->fund = (int)draw(run->source, 3);
		put(t, "        - id: l%d\n          pays: %s\n", i, funds[layer->fund]);
		if (!(needs & ADDITIVE))
			make_base(run, i);
		make_deductible(run, made, layer, needs);
		make_bands(run, layer, needs);
		make_modifiers(run, layer);
		make_ceilings(run, made, layer, needs);
	}
}

struct yb_policy_set *
load(struct run *run)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	st = yb_policy_loader_new(&options, &loader, NULL);
	if (st == YB_OK)
		st = yb_policy_loader_add_buffer(loader, "random.yaml", run->document.data, run->document.length, NULL);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, &set, &err);
	if (st != YB_OK)
		deny(run, "the document is refused: %u:%u: %s", err ? (unsigned)yb_error_get_line(err) : 0, err ? (unsigned)yb_error_get_column(err) : 0,
		     err ? yb_error_get_message(err) : yb_status_name(st));
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	return set;
}

/* ---- claims ---- */

void
make_claim(struct run *run, struct claim *claim)
{
	struct source *s = run->source;

	*claim = (struct claim){ .scope = draw_fen(s) };
	if (draw(s, 2)) {
		claim->prior = draw_fen(s) / 10;
		claim->own = draw_fen(s) / 10;
		claim->over = draw_fen(s) / 100;
	}
	claim->use_account = draw(s, 2) != 0;
	claim->balance = claim->use_account ? draw_fen(s) / 10 : 0;
	claim->retired = draw(s, 2) != 0;
}

struct yb_person *
fill_person(const struct claim *claim)
{
	struct yb_person *person = NULL;

	if (yb_person_new(&person, NULL) != YB_OK || yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "990000", 6) != YB_OK ||
	    yb_person_set_text(person, YB_FIELD_INSUTYPE, "310", 3) != YB_OK ||
	    yb_person_set_text(person, YB_FIELD_PSN_TYPE, claim->retired ? "1201" : "1101", 4) != YB_OK ||
	    yb_person_set_fen(person, YB_FIELD_YB_ACCOUNT_BALANCE, claim->balance) != YB_OK)
		abort();
	return person;
}

void
person_json(struct text *t, const struct claim *claim)
{
	put(t, "{\"insuplc_admdvs\": \"990000\", \"insutype\": \"310\", \"psn_type\": \"%s\", \"yb_account_balance\": ", claim->retired ? "1201" : "1101");
	put_fen(t, claim->balance);
	put(t, "}");
}

typedef void total_fn(void *user, const char *name, yb_fen fen);

/* Every total that the document has. */
static void
each_total(const struct document *made, const struct carried *carried, total_fn *fn, void *user)
{
	char name[64];

	for (int l = 0; l < made->layer_count; l++)
		for (int kind = 0; kind < 4; kind++)
			for (int per = PER_MONTH; per <= PER_YEAR; per++)
				if (made->layers[l].keeps[kind][per]) {
					(void)snprintf(name, sizeof(name), "l%d.%s.%s", l, kinds[kind], periods[per]);
					fn(user, name, carried->totals[l][kind][per]);
				}
	for (int p = 0; p < made->pool_count; p++) {
		(void)snprintf(name, sizeof(name), "pool.p%d", p);
		fn(user, name, carried->pools[p]);
	}
}

static void
set_total(void *user, const char *name, yb_fen fen)
{
	(void)yb_claim_set_total(user, name, fen > YB_FEN_LIMIT ? YB_FEN_LIMIT : fen);
}

struct yb_claim *
fill_claim(const struct document *made, const struct claim *claim, const struct carried *carried)
{
	struct yb_claim *out = NULL;

	if (yb_claim_new(&out, NULL) != YB_OK)
		abort();
	(void)yb_claim_set_text(out, YB_FIELD_MED_TYPE, "21", 2);
	(void)yb_claim_set_text(out, YB_FIELD_ENDDATE, "2026-05-09", 10);
	(void)yb_claim_set_fen(out, YB_FIELD_MEDFEE_SUMAMT, claim->scope + claim->prior + claim->own + claim->over);
	(void)yb_claim_set_fen(out, YB_FIELD_INSCP_SCP_AMT, claim->scope);
	(void)yb_claim_set_fen(out, YB_FIELD_PRESELFPAY_AMT, claim->prior);
	(void)yb_claim_set_fen(out, YB_FIELD_FULAMT_OWNPAY_AMT, claim->own);
	(void)yb_claim_set_fen(out, YB_FIELD_OVERLMT_SELFPAY, claim->over);
	(void)yb_claim_set_count(out, YB_FIELD_YB_USE_ACCOUNT, claim->use_account);
	each_total(made, carried, set_total, out);
	return out;
}

static void
put_total(void *user, const char *name, yb_fen fen)
{
	struct text *t = user;

	put(t, "%s\"%s\": ", t->data[t->length - 1] == '{' ? "" : ", ", name);
	put_fen(t, fen > YB_FEN_LIMIT ? YB_FEN_LIMIT : fen);
}

static void
put_field(struct text *t, const char *name, yb_fen fen)
{
	put(t, ", \"%s\": ", name);
	put_fen(t, fen);
}

void
claim_json(struct text *t, const struct document *made, const struct claim *claim, const struct carried *carried)
{
	put(t, "{\"med_type\": \"21\", \"enddate\": \"2026-05-09\"");
	put_field(t, "medfee_sumamt", claim->scope + claim->prior + claim->own + claim->over);
	put_field(t, "inscp_scp_amt", claim->scope);
	put_field(t, "preselfpay_amt", claim->prior);
	put_field(t, "fulamt_ownpay_amt", claim->own);
	put_field(t, "overlmt_selfpay", claim->over);
	put(t, ", \"yb_use_account\": %s, \"yb_totals\": {", claim->use_account ? "true" : "false");
	each_total(made, carried, put_total, t);
	put(t, "}}");
}

struct yb_decision *
settle(struct run *run, const struct yb_policy_set *set, const struct document *made, const struct claim *claim, const struct carried *carried)
{
	struct yb_decision *d = NULL;
	struct yb_error *err = NULL;
	struct yb_person *person = fill_person(claim);
	struct yb_claim *bill = fill_claim(made, claim, carried);
	yb_status st;

	put(&run->story, "person: ");
	person_json(&run->story, claim);
	put(&run->story, "\nclaim: ");
	claim_json(&run->story, made, claim, carried);
	put(&run->story, "\n");
	if (yb_decision_new(&d, NULL) != YB_OK)
		abort();
	st = yb_settle(set, person, bill, NULL, d, &err);
	/* layers that pay one cost twice, or round it up, would pay more than the bill; fractions of fractions may not fit */
	if (st == YB_E_CONTRADICTION || st == YB_E_OVERFLOW) {
		run->useless = true;
		yb_decision_unref(d);
		d = NULL;
	} else if (st != YB_OK || yb_decision_get_outcome(d) != YB_OUTCOME_ANSWERED) {
		deny(run, "it is not answered: %s, outcome %d: %s", yb_status_name(st), (int)yb_decision_get_outcome(d), err ? yb_error_get_message(err) : "");
		yb_decision_unref(d);
		d = NULL;
	}
	yb_error_unref(err);
	yb_claim_unref(bill);
	yb_person_unref(person);
	return d;
}

/* ---- answers ---- */

/* "12.345", "7", "n/d": thousand-millionths of a yuan, rounded down; `whole` tells whether nothing was cut. */
static int64_t
parse(const char *text, bool *whole)
{
	const char *slash = strchr(text, '/'), *point = strchr(text, '.');
	int64_t value, scale = 1000000000;

	if (*text == '-')
		return -parse(text + 1, whole);
	value = strtoll(text, NULL, 10);
	*whole = true;
	if (slash) {
		long double n = (long double)value * 1e9L / (long double)strtoll(slash + 1, NULL, 10);
		*whole = false;
		return (int64_t)n;
	}
	value *= scale;
	for (const char *p = point ? point + 1 : ""; *p; p++) {
		scale /= 10;
		value += scale * (*p - '0');
		*whole = *whole && scale > 0;
	}
	return value;
}

bool
exact(struct yb_decision *d, int layer, const char *name, int64_t *value)
{
	char full[64];
	char *text = NULL;
	bool whole;

	(void)snprintf(full, sizeof(full), "l%d.%s", layer, name);
	if (yb_decision_dup_result(d, full, &text, NULL) != YB_OK)
		return false;
	*value = parse(text, &whole);
	yb_free(text);
	return whole;
}

yb_fen
result(struct run *run, struct yb_decision *d, int layer, const char *name)
{
	char full[64];
	int64_t value = 0;
	yb_status st;

	(void)snprintf(full, sizeof(full), "l%d.%s", layer, name);
	st = yb_decision_get_result(d, full, &value, NULL);
	if (st == YB_E_BAD_VALUE) {
		(void)exact(d, layer, name, &value);
		return value / 10000000;
	}
	EXPECT(run, st == YB_OK, "%s: %s", full, yb_status_name(st));
	return value;
}

yb_fen
amount(const struct yb_decision *d, yb_field field)
{
	yb_fen fen = 0;

	(void)yb_decision_get_fen(d, field, &fen);
	return fen;
}

void
carry(struct run *run, struct yb_decision *d, const struct document *made, struct carried *carried)
{
	static const char *const names[] = { "base", "scope", "deductible", "paid" };

	for (int l = 0; l < made->layer_count; l++) {
		const struct layer *layer = &made->layers[l];
		bool drawn[2] = { false, false };
		for (int kind = 0; kind < 4; kind++)
			for (int per = 0; per < 3; per++)
				carried->totals[l][kind][per] += result(run, d, l, names[kind]);
		for (int i = 0; i < layer->ceiling_count; i++)
			if (layer->ceilings[i].pool >= 0 && !drawn[layer->ceilings[i].pool]) {
				carried->pools[layer->ceilings[i].pool] += result(run, d, l, layer->ceilings[i].on_cost ? "base" : "paid");
				drawn[layer->ceilings[i].pool] = true;
			}
		if (layer->deductible_pool >= 0)
			carried->pools[layer->deductible_pool] += result(run, d, l, "deductible");
	}
}
