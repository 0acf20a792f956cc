/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/bulk.h"

#include <stdlib.h>
#include <string.h>

#include <yibao/identity.h>

#include "base/calendar.h"
#include "bulk/history.h"

/* What bound columns are in each document that may answer: worked out once, before rows are run. */

#define PAIRS_MOST (1u << 22)

static const yb_field role_fields[YBI_ROLE_COUNT_] = {
	[YBI_ROLE_REGION] = YB_FIELD_INSUPLC_ADMDVS, [YBI_ROLE_SCHEME] = YB_FIELD_INSUTYPE, [YBI_ROLE_BEGIN] = YB_FIELD_BEGNDATE,
	[YBI_ROLE_END] = YB_FIELD_ENDDATE, [YBI_ROLE_BIRTH] = YB_FIELD_BRDY, [YBI_ROLE_PSN_TYPE] = YB_FIELD_PSN_TYPE,
	[YBI_ROLE_PLACE] = YB_FIELD_MDTRTAREA_ADMVS, [YBI_ROLE_TOTAL] = YB_FIELD_MEDFEE_SUMAMT, [YBI_ROLE_OWN] = YB_FIELD_FULAMT_OWNPAY_AMT,
	[YBI_ROLE_OVER] = YB_FIELD_OVERLMT_SELFPAY, [YBI_ROLE_PRIOR] = YB_FIELD_PRESELFPAY_AMT, [YBI_ROLE_SCOPE] = YB_FIELD_INSCP_SCP_AMT,
	[YBI_ROLE_HOSPITAL] = YB_FIELD_HOSP_PART_AMT, [YBI_ROLE_USE] = YB_FIELD_YB_USE_ACCOUNT, [YBI_ROLE_BALANCE] = YB_FIELD_YB_ACCOUNT_BALANCE,
	[YBI_ROLE_FAMILY] = YB_FIELD_YB_FAMILY_BALANCE,
};

static void *
grab(struct yb_bulk *bulk, size_t count, size_t size, struct yb_error **err)
{
	void *memory = count > SIZE_MAX / 2 / (size ? size : 1) ? NULL : ybi_arena_alloc(&bulk->arena, count * size);

	if (!memory)
		(void)ybi_error_no_memory(err);
	return memory;
}

/* ---- texts ---- */

static bool
is_coded(yb_field field)
{
	yb_type type = field ? yb_field_get_type(field) : 0;

	return type == YB_TYPE_CODE || type == YB_TYPE_CODES;
}

/* Under a profile a code may be one thing on some days and another, or none, on others. */
static bool
hangs_on_day(const struct ybi_book *book, const struct ybi_input *in, const struct ybi_word *word)
{
	for (size_t at = 0; book->profile && is_coded(in->field) && at < word->length;) {
		const char *bar = memchr(word->text + at, '|', word->length - at);
		size_t end = bar ? (size_t)(bar - word->text) : word->length;
		struct ybi_found_code found;
		ybi_code_look(book->profile, in->field, word->text + at, end - at, YB_DAY_NONE, &found);
		if (found.state > YBI_CODE_OTHER || (found.row && (found.row->from > YBI_DAY_FIRST || found.row->to <= YBI_DAY_LAST)))
			return true;
		at = end + 1;
	}
	return false;
}

static bool
is_read(const struct ybi_view *view, uint32_t fact)
{
	for (uint32_t i = 0; i < view->read_count; i++)
		if (view->reads[i].fact == fact)
			return true;
	return false;
}

/* A text that no rule compares: only whether it may stand there. */
static bool
is_idle(const struct ybi_book *book, const struct ybi_view *view, const struct ybi_input *in, uint32_t fact)
{
	if (!in->field || is_coded(in->field) || book->facts[fact].type != YBI_TEXT || book->facts[fact].domain_count)
		return false;
	return !is_read(view, fact);
}

/* Binds one text as a question does, and looks what came of it. */
static yb_status
probe_word(struct yb_bulk *bulk, const struct ybi_book *book, const struct ybi_input *in, const struct ybi_word *word, uint32_t fact,
           struct ybi_view_input *out, size_t at, struct yb_error **err)
{
	struct yb_decision *d = bulk->probe.decision;
	yb_status st = ybi_decision_prepare(d, bulk->set, book, err);

	yb_person_clear(bulk->probe.person);
	yb_claim_clear(bulk->probe.claim);
	if (st == YB_OK)
		st = ybi_input_set(in, NULL, word, 0, &bulk->probe, NULL);
	if (st == YB_OK)
		st = ybi_bind_person(d, bulk->probe.person, NULL);
	if (st == YB_OK)
		st = ybi_bind(d, bulk->probe.person, bulk->probe.claim, NULL);
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	out->states[at] = st != YB_OK || hangs_on_day(book, in, word) ? YBI_WORD_EXACT : d->facts[fact].given ? YBI_WORD_FACT : YBI_WORD_NOTHING;
	out->map[at] = d->facts[fact].value;
	if (out->retired)
		out->retired[at] = d->facts[YBI_FACT_RETIRED].given && d->facts[YBI_FACT_RETIRED].value;
	return YB_OK;
}

static void
look_word(const struct ybi_input *in, const struct ybi_word *word, struct ybi_view_input *out, size_t at)
{
	struct ybi_reading reading;

	if (in->total) {
		bool good = yb_fen_from_text(word->text, word->length, &out->map[at]) == YB_OK && out->map[at] >= 0 && out->map[at] <= YB_FEN_LIMIT;
		out->states[at] = good ? YBI_WORD_FACT : YBI_WORD_EXACT;
		return;
	}
	out->states[at] = ybi_value_read(in->of_person ? YB_PART_PERSON : YB_PART_CLAIM, in->field, word->text, word->length, &reading) == YB_OK
		? YBI_WORD_FACT : YBI_WORD_EXACT;
	if (out->place)
		out->place[at] = out->states[at] == YBI_WORD_FACT ? ybi_digits(word->text, 4) : -1;
}

static yb_status
view_words(struct yb_bulk *bulk, struct ybi_view *view, const struct ybi_input *in, struct ybi_view_input *out, struct yb_error **err)
{
	size_t n = in->word_count;
	bool region = in->field == YB_FIELD_INSUPLC_ADMDVS || in->field == YB_FIELD_MDTRTAREA_ADMVS;
	bool idle = in->total || (!in->option && is_idle(view->book, view, in, out->fact));
	yb_status st = YB_OK;

	out->map = grab(bulk, n, sizeof(*out->map), err);
	out->states = grab(bulk, n, 1, err);
	out->retired = in->field == YB_FIELD_PSN_TYPE ? grab(bulk, n, 1, err) : NULL;
	out->place = region ? grab(bulk, n, sizeof(*out->place), err) : NULL;
	if (!out->map || !out->states || (in->field == YB_FIELD_PSN_TYPE && !out->retired) || (region && !out->place))
		return YB_E_NO_MEMORY;
	for (size_t i = 0; in->option && i < n; i++)
		ybi_view_option_word(in, &in->words[i], out, i);
	for (size_t i = 0; i < n && st == YB_OK && !in->option; i++) {
		if (idle || region)
			look_word(in, &in->words[i], out, i);
		if (!idle)
			st = probe_word(bulk, view->book, in, &in->words[i], out->fact, out, i, err);
	}
	return st;
}

/* ---- numbers ---- */

static void
field_range(const struct ybi_input *in, struct ybi_view_input *out)
{
	struct ybi_reading reading;
	yb_part part = in->of_person ? YB_PART_PERSON : YB_PART_CLAIM;
	unsigned count = 1u << YB_TYPE_COUNT;

	switch (yb_field_get_type(in->field)) {
	case YB_TYPE_DAY:
		out->low = YBI_DAY_FIRST;
		out->high = YBI_DAY_LAST;
		break;
	case YB_TYPE_FLAG:
		out->high = 1;
		break;
	case YB_TYPE_COUNT: /* an ordinal begins at 1 and has four digits */
		out->low = ybi_value_take(part, in->field, count, 0, &reading) == YB_OK ? 0 : 1;
		out->high = ybi_value_take(part, in->field, count, INT32_MAX, &reading) == YB_OK ? INT32_MAX : 9999;
		break;
	default:
		out->high = YB_FEN_LIMIT;
	}
}

/* Numbers of an attribute, rates in the measure that facts of rates have: false where they have to become texts first. */
static bool
attribute_range(const struct ybi_fact_meta *meta, struct ybi_view_input *out)
{
	int64_t den = meta->type == YBI_RATE || meta->type == YBI_NUMBER ? YB_PPM_ONE : 1;

	out->high = INT32_MAX;
	switch (meta->type) {
	case YBI_MONEY:
		out->high = YB_FEN_LIMIT;
		break;
	case YBI_FLAG:
		out->high = 1;
		break;
	case YBI_DATE:
		out->low = YBI_DAY_FIRST;
		out->high = YBI_DAY_LAST;
		break;
	case YBI_COUNT: case YBI_DAYS: case YBI_MONTHS: case YBI_RATE: case YBI_NUMBER:
		break;
	default:
		return false;
	}
	if (meta->bounded && meta->low > out->low)
		out->low = meta->low;
	if (meta->bounded && meta->high < out->high)
		out->high = meta->high;
	return meta->den == den;
}

/* ---- columns ---- */

static uint32_t
fact_of(const struct ybi_book *book, const struct ybi_input *in)
{
	return in->field ? book->field_fact[in->field] : ybi_book_fact(book, in->name, strlen(in->name));
}

static bool
is_role(const struct yb_bulk *bulk, uint32_t input)
{
	for (size_t i = 0; i < YBI_ROLE_COUNT_; i++)
		if (bulk->roles[i] == input)
			return true;
	return false;
}

/* A fact of the history, said like an attribute: a row with a history goes the exact way, and nothing else of the question is it. */
static bool
is_history(const struct ybi_fact_meta *meta)
{
	static const char *const others[] = { "year_first", "paid_on", "window_start", "months", "have_months", "arrear_months" };

	if (meta->part != YBI_OF_COVER || meta->from != YBI_NO_EXPR || (meta->type != YBI_COUNT && meta->type != YBI_MONEY && meta->type != YBI_DATE))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcmp(meta->name, others[i]))
			return false;
	return true;
}

/* Which fact a column is, and whether that is a plain fact of the person, the bill, the history or running totals. */
static void
view_fact(const struct yb_bulk *bulk, struct ybi_view *view, uint32_t i)
{
	const struct ybi_book *book = view->book;
	const struct ybi_input *in = &bulk->inputs[i];
	struct ybi_view_input *out = &view->inputs[i];
	const struct ybi_fact_meta *meta;

	if (in->cover) { /* the exact way reads histories */
		out->fact = YBI_NO_FACT;
		out->foreign = true;
		return;
	}
	if (in->option) {
		out->foreign = !ybi_view_option(book, in, out);
		return;
	}
	out->fact = fact_of(book, in);
	meta = out->fact == YBI_NO_FACT ? NULL : &book->facts[out->fact];
	if (in->total)
		out->foreign = meta ? meta->part != YBI_OF_TOTAL : !ybi_total_known(book, in->name);
	else
		out->foreign = !meta || (meta->part > YBI_OF_CLAIM && !is_history(meta)) || meta->series || in->field == YB_FIELD_CERTNO || (!in->field && meta->field);
	for (uint32_t k = 0; k < i && !out->foreign && out->fact != YBI_NO_FACT; k++) /* of the person and of the bill: the exact way knows which counts */
		out->foreign = view->inputs[k].fact == out->fact;
	if (out->foreign)
		out->fact = YBI_NO_FACT;
}

static yb_status
view_input(struct yb_bulk *bulk, struct ybi_view *view, uint32_t i, struct yb_error **err)
{
	const struct ybi_input *in = &bulk->inputs[i];
	struct ybi_view_input *out = &view->inputs[i];

	if (out->foreign)
		return YB_OK;
	out->idle = !in->option && !is_read(view, out->fact) && (!is_role(bulk, i) || in->field == YB_FIELD_INSUPLC_ADMDVS || in->field == YB_FIELD_INSUTYPE);
	if (in->coded)
		return view_words(bulk, view, in, out, err);
	if (in->option)
		return YB_OK;
	if (in->total)
		out->high = YB_FEN_LIMIT;
	else if (in->field)
		field_range(in, out);
	else
		out->foreign = !attribute_range(&view->book->facts[out->fact], out);
	out->direct = in->width == 1 && !in->known && out->low >= 0 && !in->total && !is_role(bulk, i);
	return YB_OK;
}

/* ---- what plans read ---- */

static uint32_t
derived_from(const struct ybi_book *book, enum ybi_ask ask, uint32_t fact)
{
	static const uint32_t standard[YBI_FACT_STANDARD_] = {
		[YBI_FACT_ON] = YBI_FROM_ON, [YBI_FACT_AGE] = YBI_FROM_AGE, [YBI_FACT_RETIRED] = YBI_FROM_RETIRED, [YBI_FACT_STAY_DAYS] = YBI_FROM_STAY,
		[YBI_FACT_OUT_OF_AREA] = YBI_FROM_AREA, [YBI_FACT_YEAR] = YBI_FROM_YEAR, [YBI_FACT_SCOPE] = YBI_FROM_SCOPE,
		[YBI_FACT_TOTAL] = YBI_FROM_TOTAL, [YBI_FACT_PRIOR] = YBI_FROM_PRIOR, [YBI_FACT_OVER_LIMIT] = YBI_FROM_OVER,
		[YBI_FACT_FULLY_OWN] = YBI_FROM_OWN,
	};

	if (fact < YBI_FACT_STANDARD_)
		return standard[fact];
	if (!strcmp(book->facts[fact].name, "year_first"))
		return YBI_FROM_YEAR_FIRST;
	if (ask == YBI_ASK_REFUND && !strcmp(book->facts[fact].name, "arrear_months"))
		return YBI_FROM_ZERO;
	return book->facts[fact].part == YBI_OF_TOTAL || book->facts[fact].part == YBI_OF_KIND ? YBI_FROM_ZERO : YBI_FROM_NOTHING;
}

void
ybi_view_read(const struct yb_bulk *bulk, struct ybi_view *view, uint32_t fact)
{
	const struct ybi_book *book = view->book;
	struct ybi_read read = { .fact = fact, .from = derived_from(book, bulk->ask, fact) };
	bool months = !strcmp(book->facts[fact].name, "have_months");

	for (uint32_t i = 0; i < view->read_count; i++)
		if (view->reads[i].fact == fact)
			return;
	if (bulk->in_order && ybi_bulk_history_reads(bulk, view, fact, &read.input))
		read.from = YBI_FROM_CARRIED;
	for (uint32_t i = 0; i < bulk->inputs_count; i++)
		if (view->inputs[i].fact == fact || (months && bulk->inputs[i].field == YB_FIELD_YB_PAID_MONTHS))
			read = (struct ybi_read){ .fact = fact, .from = YBI_FROM_INPUT, .input = i };
	view->derived |= 1u << read.from;
	view->reads[view->read_count++] = read;
}

static void
read_plan(const struct yb_bulk *bulk, struct ybi_view *view, const struct ybi_plan *plan)
{
	for (uint32_t i = 0; plan && i < plan->input_count; i++)
		ybi_view_read(bulk, view, plan->inputs[i]);
}

static struct ybi_view_result
find_result(const struct ybi_book *book, const struct ybi_benefit *benefit, const struct ybi_plan *plan, const char *name)
{
	struct ybi_view_result found = { .reg = YBI_NO_REG, .when = YBI_NO_REG, .scale = 1 };
	uint32_t place = ybi_book_result(book, name, strlen(name)), result = place % YBI_RESULT_STRIDE;

	for (uint32_t i = 0; place != UINT32_MAX && plan && i < benefit->layer_count; i++) {
		const struct ybi_tier_plan *tier = &plan->tiers[i];
		if (book->layers[benefit->first_layer + i].number != place / YBI_RESULT_STRIDE)
			continue;
		found.there = true;
		found.when = tier->when;
		if (result == YBI_RESULT_DUE) {
			found.reg = tier->due;
		} else if (result < YBI_RESULT_BAND1 && tier->out[result] != YBI_NO_REG) {
			found.reg = tier->out[result];
			found.scale = result == YBI_RESULT_PAID ? 1 : tier->scale;
		} else {
			found.wide = true;
		}
	}
	return found;
}

/* What leads to no answer that is bound need not be worked out. */
static yb_status
find_idle(struct yb_bulk *bulk, struct ybi_view *view, const struct ybi_plan *plan, struct yb_error **err)
{
	uint8_t *wanted = grab(bulk, plan->regs, 1, err);

	view->idle = grab(bulk, plan->step_count, 1, err);
	if (!wanted || !view->idle)
		return YB_E_NO_MEMORY;
	for (size_t o = 0; o < bulk->outputs_count; o++) {
		if (view->results[o].there)
			wanted[view->results[o].reg] = 1;
		if (view->results[o].there && view->results[o].lack != YBI_NO_REG)
			wanted[view->results[o].lack] = 1;
	}
	ybi_plan_idle(plan, wanted, view->idle);
	return YB_OK;
}

/* ---- views ---- */

/* Does a plan say all that the exact way would, but for rows that escape? What a strict question answers a lenient one answers no otherwise. */
static bool
may_be_dense(const struct yb_bulk *bulk, const struct ybi_book *book)
{
	bool dense = book->front && book->plans && bulk->ask == YBI_ASK_REIMBURSE && (book->sections & 1u << YBI_ASK_REIMBURSE);

	for (size_t i = 0; i < book->refusals_count; i++)
		dense = dense && book->refusals[i].ask != YBI_ASK_REIMBURSE;
	return dense;
}

static yb_status
fill_view(struct yb_bulk *bulk, struct ybi_view *view, struct yb_error **err)
{
	const struct ybi_book *book = view->book;
	bool owed = bulk->ask != YBI_ASK_REIMBURSE;
	size_t benefits = owed ? 1 : book->benefits_count;
	yb_status st = YB_OK;

	view->inputs = grab(bulk, bulk->inputs_count, sizeof(*view->inputs), err);
	view->reads = grab(bulk, book->facts_count, sizeof(*view->reads), err);
	view->results = grab(bulk, benefits * bulk->outputs_count, sizeof(*view->results), err);
	if (!view->inputs || !view->reads || !view->results)
		return YB_E_NO_MEMORY;
	if (bulk->in_order)
		st = ybi_bulk_history_view(bulk, view, err);
	if (st != YB_OK)
		return st;
	for (uint32_t i = 0; i < bulk->inputs_count; i++)
		view_fact(bulk, view, i);
	read_plan(bulk, view, owed ? ybi_owed_plan(bulk, book) : book->front);
	for (size_t i = 0; !owed && i < book->benefits_count; i++)
		read_plan(bulk, view, book->plans[i]);
	st = ybi_view_checks(bulk, view, err);
	for (uint32_t i = 0; i < bulk->inputs_count && st == YB_OK; i++)
		st = view_input(bulk, view, i, err);
	for (size_t o = 0; owed && o < bulk->outputs_count; o++)
		view->results[o] = ybi_view_owed(bulk, book, &bulk->outputs[o]);
	if (owed && st == YB_OK)
		st = find_idle(bulk, view, ybi_owed_plan(bulk, book), err);
	for (size_t b = 0; !owed && b < book->benefits_count; b++)
		for (size_t o = 0; o < bulk->outputs_count; o++)
			if (!bulk->outputs[o].field)
				view->results[b * bulk->outputs_count + o] = find_result(book, &book->benefits[b], book->plans[b], bulk->outputs[o].name);
	view->area[0] = ybi_book_atom(book, "none", 4);
	view->area[1] = ybi_book_atom(book, "province", 8);
	view->area[2] = ybi_book_atom(book, "cross", 5);
	view->front = book->benefits_count != 1;
	for (uint32_t i = 0; !owed && i < book->front->step_count; i++)
		view->front = view->front || book->front->steps[i].x != YBI_NO_TABLE;
	return st;
}

static yb_status
add_view(struct yb_bulk *bulk, const struct ybi_book *book, struct yb_error **err)
{
	struct ybi_view view = { .book = book };

	if (book) {
		bool own = book->section_days[bulk->ask].given;
		view.dense = bulk->ask != YBI_ASK_REIMBURSE ? ybi_view_owes(bulk, book) : may_be_dense(bulk, book);
		view.from = own ? book->section_days[bulk->ask].from : book->from;
		view.to = own ? book->section_days[bulk->ask].to : book->to;
	}
	if (!ybi_grow(&bulk->views, bulk->views_count, &bulk->views_room, sizeof(*bulk->views)))
		return ybi_error_no_memory(err);
	bulk->views[bulk->views_count++] = view;
	return view.dense ? fill_view(bulk, &bulk->views[bulk->views_count - 1], err) : YB_OK;
}

/* A book and, right after it, what overlays make of it. */
static yb_status
view_of(struct yb_bulk *bulk, const struct ybi_book *book, uint32_t *number, struct yb_error **err)
{
	yb_status st;

	for (size_t i = 0; i < bulk->views_count; i++)
		if (bulk->views[i].book == book) {
			*number = (uint32_t)i + 1;
			return YB_OK;
		}
	*number = (uint32_t)bulk->views_count + 1;
	st = add_view(bulk, book, err);
	for (size_t i = 0; i < book->variant_count && st == YB_OK; i++)
		st = add_view(bulk, book->variants[i].book, err);
	return st;
}

uint32_t
ybi_bulk_view_on(const struct yb_bulk *bulk, uint32_t view, yb_day day)
{
	const struct ybi_book *book = bulk->views[view].book;

	for (size_t i = 0; day != YB_DAY_NONE && i < book->variant_count; i++)
		if (day >= book->variants[i].from && day < book->variants[i].to)
			return book->variants[i].book ? view + 1 + (uint32_t)i : UINT32_MAX;
	return view;
}

static bool
is_region(const struct ybi_word *word)
{
	return yb_admdvs_check(word->text, word->length) == YB_OK;
}

static yb_status
pair_views(struct yb_bulk *bulk, struct yb_error **err)
{
	uint32_t region = bulk->roles[YBI_ROLE_REGION], scheme = bulk->roles[YBI_ROLE_SCHEME];
	const struct ybi_input *r = region == YBI_NO_INPUT ? NULL : &bulk->inputs[region], *s = scheme == YBI_NO_INPUT ? NULL : &bulk->inputs[scheme];
	yb_status st = YB_OK;

	bulk->pairs = NULL;
	bulk->pair_count = 0;
	if (!r || !s || r->word_count > PAIRS_MOST / (s->word_count + 1))
		return YB_OK; /* all go the exact way, which says what is lacking */
	bulk->pairs = grab(bulk, r->word_count * s->word_count, sizeof(*bulk->pairs), err);
	if (!bulk->pairs)
		return YB_E_NO_MEMORY;
	bulk->pair_count = r->word_count * s->word_count;
	for (size_t i = 0; i < bulk->pair_count && st == YB_OK; i++) {
		const struct ybi_word *at = &r->words[i / s->word_count], *in = &s->words[i % s->word_count];
		const struct ybi_document *aside;
		const struct ybi_book *book = is_region(at) ? ybi_set_find(bulk->set, at->text, in->text, bulk->ask, &aside) : NULL;
		if (book)
			st = view_of(bulk, book, &bulk->pairs[i], err);
	}
	return st;
}

void
ybi_bulk_forget(struct yb_bulk *bulk)
{
	bulk->ready = false;
	bulk->pairs = NULL;
	bulk->pair_count = 0;
	bulk->views_count = 0;
	ybi_arena_free(&bulk->arena);
	bulk->arena = (struct ybi_arena){ 0 };
}

yb_status
ybi_bulk_prepare(struct yb_bulk *bulk, struct yb_error **err)
{
	yb_status st;

	if (bulk->ready)
		return YB_OK;
	ybi_bulk_forget(bulk);
	for (size_t i = 0; i < YBI_ROLE_COUNT_; i++) {
		bulk->roles[i] = YBI_NO_INPUT;
		for (uint32_t k = 0; k < bulk->inputs_count; k++)
			if (bulk->inputs[k].field == role_fields[i])
				bulk->roles[i] = k;
	}
	st = ybi_row_handles_new(&bulk->probe, err);
	if (st == YB_OK && bulk->in_order)
		st = ybi_bulk_history_prepare(bulk, err);
	if (st == YB_OK)
		st = pair_views(bulk, err);
	if (st == YB_OK)
		st = ybi_workers_new(bulk, err);
	bulk->ready = st == YB_OK;
	return st;
}
