/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/block.h"

#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* as in rule/column.c */
#endif

/* A block of rows of one view: facts, the benefit of each row, its plan, the sums. */

/* ---- room ---- */

static uint32_t
asked_by(yb_field field)
{
	if (field >= YB_FIELD_ACCT_PAY && field <= YB_FIELD_ACCT_MULAID_PAY)
		return YBI_ASKED_ACCOUNT;
	switch (field) {
	case YB_FIELD_FUND_PAY_SUMAMT: return YBI_ASKED_FUNDS;
	case YB_FIELD_ACT_PAY_DEDC: return YBI_ASKED_DEDUCTIBLE;
	case YB_FIELD_HOSP_PART_AMT: return YBI_ASKED_HOSPITAL;
	default: return 0;
	}
}

static yb_status
make_room(struct ybi_worker *w, struct yb_error **err)
{
	const struct yb_bulk *bulk = w->bulk;
	size_t facts = 1;

	for (size_t v = 0; v < bulk->views_count; v++) {
		const struct ybi_view *view = &bulk->views[v];
		if (!view->dense)
			continue;
		facts = view->book->facts_count > facts ? view->book->facts_count : facts;
		if (bulk->ask != YBI_ASK_REIMBURSE) {
			if (!ybi_scratch_room(&w->plan, ybi_owed_plan(bulk, view->book)))
				return ybi_error_no_memory(err);
			continue;
		}
		if (!ybi_scratch_room(&w->front, view->book->front))
			return ybi_error_no_memory(err);
		for (size_t i = 0; i < view->book->benefits_count; i++)
			if (view->book->plans[i] && !ybi_scratch_room(&w->plan, view->book->plans[i]))
				return ybi_error_no_memory(err);
	}
	w->columns = ybi_calloc(facts, sizeof(*w->columns));
	w->slots = ybi_calloc(bulk->inputs_count, sizeof(*w->slots));
	w->values = ybi_lines_calloc(bulk->inputs_count, sizeof(*w->values));
	w->filled = ybi_calloc(bulk->inputs_count, sizeof(*w->filled));
	w->known = ybi_calloc(bulk->inputs_count, sizeof(*w->known));
	w->results = ybi_lines_calloc(bulk->outputs_count, sizeof(*w->results));
	w->sent = ybi_calloc(bulk->outputs_count, sizeof(*w->sent));
	w->registers = ybi_calloc(bulk->outputs_count, sizeof(*w->registers));
	w->starts = ybi_calloc(bulk->views_count + 2, sizeof(*w->starts));
	if (!w->columns || !w->slots || !w->values || !w->filled || !w->known || !w->results || !w->sent || !w->registers || !w->starts)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < bulk->outputs_count; i++)
		w->asked |= asked_by(bulk->outputs[i].field);
	if (bulk->in_order && ybi_walk_new(w, err) != YB_OK)
		return YB_E_NO_MEMORY;
	return ybi_row_handles_new(&w->handles, err);
}

yb_status
ybi_worker_new(const struct yb_bulk *bulk, struct ybi_worker **out, struct yb_error **err)
{
	struct ybi_worker *w = ybi_lines_calloc(1, sizeof(*w));
	yb_status st;

	*out = NULL;
	if (!w)
		return ybi_error_no_memory(err);
	w->bulk = bulk;
	w->front.may = w->plan.may = bulk->may;
	st = make_room(w, err);
	if (st != YB_OK) {
		ybi_worker_free(w);
		return st;
	}
	*out = w;
	return YB_OK;
}

void
ybi_worker_free(struct ybi_worker *w)
{
	if (!w)
		return;
	ybi_row_handles_free(&w->handles);
	ybi_walk_free(w);
	ybi_scratch_free(&w->front);
	ybi_scratch_free(&w->plan);
	free(w->columns);
	free(w->slots);
	ybi_lines_free(w->values);
	free(w->filled);
	free(w->known);
	ybi_lines_free(w->results);
	free(w->sent);
	free(w->registers);
	free(w->starts);
	ybi_lines_free(w);
}

/* ---- the facts that plans read ---- */

static void
set_columns(struct ybi_worker *w)
{
	for (uint32_t i = 0; i < w->view->read_count; i++) {
		const struct ybi_read *read = &w->view->reads[i];
		struct ybi_rows slot = read->from == YBI_FROM_INPUT ? w->slots[read->input]
			: read->from == YBI_FROM_CARRIED ? ybi_carry_column(w, read->input) : w->derived[read->from];
		w->columns[read->fact] = (struct ybi_column){ .values = slot.values, .known = slot.known, .bytes = slot.bytes };
		if (read->from == YBI_FROM_INPUT && !w->bulk->inputs[read->input].coded) {
			w->columns[read->fact].low = w->view->inputs[read->input].low;
			w->columns[read->fact].high = w->view->inputs[read->input].high;
			w->columns[read->fact].checked = true;
		}
	}
}

/* ---- one benefit ---- */

/* Of an output: the register that is it, in whole fen, or YBI_NO_REG: what one layer alone pays to a fund, or a result. */
static uint16_t
register_of(const struct ybi_worker *w, uint32_t number, size_t output, const struct ybi_plan *plan)
{
	const struct ybi_benefit *benefit = &w->view->book->benefits[number];
	const struct ybi_layer *layers = &w->view->book->layers[benefit->first_layer];
	const struct ybi_view_result *r = &w->view->results[number * w->bulk->outputs_count + output];
	yb_field field = w->bulk->outputs[output].field;
	uint16_t reg = YBI_NO_REG;
	uint32_t payers = 0;

	if (!field)
		return r->there && r->scale == 1 && r->when == YBI_NO_REG ? r->reg : YBI_NO_REG;
	for (uint32_t k = 0; k < benefit->layer_count; k++)
		if (layers[k].pays == field) {
			reg = plan->paid[k];
			payers++;
		}
	return payers == 1 ? reg : YBI_NO_REG;
}

/* Where the plan writes what is asked for: where the caller wants it, if it may, or here. */
static void
aim(struct ybi_worker *w, uint32_t number, bool direct, const struct ybi_plan *plan)
{
	struct ybi_scratch *s = &w->plan;

	if (w->taken_view != w->view || w->taken != number)
		for (size_t o = 0; o < w->bulk->outputs_count; o++)
			w->registers[o] = register_of(w, number, o, plan);
	w->taken_view = w->view;
	w->taken = number;
	for (size_t o = 0; o < w->bulk->outputs_count; o++) {
		const struct ybi_output *out = &w->bulk->outputs[o];
		const struct ybi_view_result *r = &w->view->results[number * w->bulk->outputs_count + o];
		int64_t *to = out->values + w->first;
		uint16_t reg = direct ? w->registers[o] : YBI_NO_REG;
		w->sent[o] = reg != YBI_NO_REG && w->bulk->far && !s->far[reg];
		if (w->sent[o])
			s->far[reg] = to;
		else if (reg != YBI_NO_REG && !w->bulk->far && (out->field || !s->target[reg]))
			s->target[reg] = to;
		else if (!out->field && r->there && r->reg != YBI_NO_REG && !s->target[r->reg])
			s->target[r->reg] = w->results[o];
		if (out->field == YB_FIELD_ACT_PAY_DEDC && !s->target[plan->deductible])
			s->target[plan->deductible] = w->results[o]; /* it is asked for, which makes it worth working out */
	}
}

static bool
needs_exact(const struct ybi_worker *w, uint32_t number)
{
	for (size_t o = 0; o < w->bulk->outputs_count; o++)
		if (!w->bulk->outputs[o].field && w->view->results[number * w->bulk->outputs_count + o].wide)
			return true;
	return false;
}

static void
mark_benefit(struct ybi_worker *w, uint32_t number, const uint8_t *marks)
{
	for (size_t i = 0; i < w->count; i++)
		w->exact[i] |= w->choice[i] == number && (!marks || marks[i]);
}

void
ybi_block_ahead(struct ybi_worker *w, const struct ybi_plan *plan)
{
	struct ybi_scratch *s = &w->plan;

	s->ahead_count = 0;
	for (size_t i = 0; w->bulk->far && !w->rows && i < w->bulk->inputs_count && s->ahead_count < YBI_AHEAD; i++) {
		const struct ybi_input *in = &w->bulk->inputs[i];
		struct ybi_ahead ahead = { .at = (uintptr_t)in->values + (w->first + w->count) * in->width };
		ahead.end = ahead.at + (size_t)YBI_BLOCK * in->width;
		ahead.share = (ahead.end - ahead.at) / plan->step_count / YBI_CACHE_LINE * YBI_CACHE_LINE + YBI_CACHE_LINE;
		if (in->width > 0)
			s->ahead[s->ahead_count++] = ahead;
	}
	for (size_t i = 0; w->bulk->far && !w->rows && i < w->bulk->outputs_count; i++) /* the page is looked up, no more */
		YBI_FETCH((uintptr_t)(w->bulk->outputs[i].values + w->first + w->count + YBI_BLOCK - 1));
}

static void
run_benefit(struct ybi_worker *w, uint32_t number, bool whole)
{
	const struct ybi_plan *plan = w->view->book->plans[number];

	if (!plan || needs_exact(w, number)) {
		mark_benefit(w, number, NULL);
		return;
	}
	aim(w, number, whole && !w->rows, plan);
	ybi_block_ahead(w, plan);
	if (w->bulk->in_order && !ybi_carry_aim(w, number, plan))
		mark_benefit(w, number, NULL);
	if (!whole)
		memset(w->escape, 0, w->count);
	ybi_plan_run(plan, w->columns, w->count, &w->plan, whole ? w->exact : w->escape);
	if (!whole)
		mark_benefit(w, number, w->escape);
	ybi_block_draw(w, number, whole, plan);
	if (w->bulk->in_order)
		ybi_carry_gather(w, number, plan);
	memset(w->plan.target, 0, plan->regs * sizeof(*w->plan.target));
	memset(w->plan.far, 0, plan->regs * sizeof(*w->plan.far));
}

/* ---- the block ---- */

/* Every row's benefit; true when all that are answered here have the first row's. */
static bool
choose(struct ybi_worker *w)
{
	const struct ybi_book *book = w->view->book;
	bool same = true;

	if (!w->view->front) {
		memset(w->choice, 0, w->count * sizeof(*w->choice));
		return true;
	}
	ybi_plan_choose(book->front, (uint32_t)book->benefits_count, w->columns, w->count, &w->front, w->choice, w->exact);
	for (size_t i = 0; w->bulk->flags & YB_BULK_LENIENT && i < w->count; i++)
		w->exact[i] &= (uint8_t)~YBI_STOP_GAP; /* it is a remark then */
	for (size_t i = 0; i < w->count; i++)
		same = same && w->choice[i] == w->choice[0];
	return same && w->choice[0] < book->benefits_count;
}

static void
run_choices(struct ybi_worker *w, bool same)
{
	for (uint32_t b = 0; b < w->view->book->benefits_count; b++) {
		bool any = false;
		for (size_t i = 0; i < w->count && !any; i++)
			any = w->choice[i] == b && !(w->exact[i] & YBI_STOP_EXACT); /* stopped by a gap: nothing else may be wrong with it */
		if (any)
			run_benefit(w, b, same);
	}
}

/* A row of which it is known that there is no answer. */
static void
write_stopped(const struct yb_bulk *bulk, size_t row, uint8_t stop)
{
	bool unsupported = stop & YBI_STOP_DAY || (stop & YBI_STOP_GAP && !(stop & YBI_STOP_REFUSED));

	for (size_t o = 0; o < bulk->outputs_count; o++) {
		bulk->outputs[o].values[row] = 0;
		if (bulk->outputs[o].known)
			bulk->outputs[o].known[row] = 0;
	}
	if (bulk->outcomes)
		bulk->outcomes[row] = unsupported ? YB_OUTCOME_UNSUPPORTED : YB_OUTCOME_REFUSED;
	if (bulk->statuses)
		bulk->statuses[row] = YB_OK;
}

yb_status
ybi_block_run(struct ybi_worker *w, const struct ybi_view *view, size_t first, const uint32_t *rows, size_t count)
{
	const struct yb_bulk *bulk = w->bulk;
	yb_status st = YB_OK;
	uint8_t any = 0;

	_Static_assert(YB_OK == 0, "statuses are cleared");
	w->view = view;
	w->first = first;
	w->count = count;
	w->rows = rows;
	w->outside = false;
	memset(w->exact, 0, count);
	ybi_block_load(w);
	if (bulk->in_order)
		ybi_carry_tell(w);
	ybi_block_derive(w);
	for (size_t i = 0; w->outside && i < count; i++) /* with facts that can be, it is asked for first */
		w->exact[i] |= (w->exact[i] & (YBI_STOP_DAY | YBI_STOP_EXACT)) == YBI_STOP_DAY ? YBI_STOP_SURE : 0;
	set_columns(w);
	ybi_block_check(w);
	if (bulk->ask != YBI_ASK_REIMBURSE)
		ybi_block_owe(w);
	else
		run_choices(w, choose(w));
	for (size_t i = 0; i < count; i++)
		any |= w->exact[i];
	if (!rows && !any) {
		if (bulk->outcomes)
			memset(bulk->outcomes + first, YB_OUTCOME_ANSWERED, count);
		if (bulk->statuses)
			memset(bulk->statuses + first, 0, count * sizeof(*bulk->statuses));
		return YB_OK;
	}
	for (size_t i = 0; i < count && st == YB_OK; i++) {
		size_t row = first + (rows ? rows[i] : i);
		if (w->exact[i] && !ybi_stop_is_exact(w->exact[i])) {
			write_stopped(bulk, row, w->exact[i]);
			continue;
		}
		if (w->exact[i]) {
			st = bulk->in_order ? ybi_carry_exact(w, i) : ybi_row_run(bulk, row, &w->handles);
			continue;
		}
		if (bulk->in_order)
			st = ybi_carry_add(w, i);
		if (bulk->outcomes)
			bulk->outcomes[row] = YB_OUTCOME_ANSWERED;
		if (bulk->statuses)
			bulk->statuses[row] = YB_OK;
	}
	return st;
}
