/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulk/block.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* as in rule/column.c */
#endif

/*
 * What draw_sums() of decide/reimburse.c does for one bill, for a block whose
 * funds a plan worked out: hospital, account and cash, and the amounts into
 * the caller's columns. A row whose sums cannot be is left to the exact way.
 */

static const struct ybi_rows *
input_slot(const struct ybi_worker *w, uint32_t number)
{
	static const struct ybi_rows nothing;
	uint32_t i = w->bulk->roles[number];

	return i == YBI_NO_INPUT ? &nothing : &w->slots[i];
}

static bool
is_known(const struct ybi_rows *slot, size_t i)
{
	return slot->values && (!slot->known || slot->known[i]);
}

/* 0 where it is not known. */
static int64_t
amount_at(const struct ybi_rows *slot, size_t i)
{
	return is_known(slot, i) ? slot->values[i] : 0;
}

/* ---- the person's part ---- */

/* What is left of the bill after up to four layers more; the funds' sum is kept where it is asked for. Bits above 62: somewhere less than nothing. */
static inline uint64_t
take_rows(const int64_t *const paid[4], const uint32_t count, const bool more, const bool keep, const int64_t *restrict whole,
          int64_t *restrict funds, int64_t *restrict person, size_t rows)
{
	const int64_t *restrict a = paid[0], *restrict b = paid[1], *restrict c = paid[2], *restrict d = paid[3];
	uint64_t less = 0;

	YBI_ROWS_APART
	for (size_t i = 0; i < rows; i++) {
		int64_t sum = (more ? funds[i] : 0) + a[i] + (count > 1 ? b[i] : 0) + (count > 2 ? c[i] : 0) + (count > 3 ? d[i] : 0), left = whole[i] - sum;
		if (keep)
			funds[i] = sum;
		person[i] = left;
		less |= (uint64_t)left;
	}
	return less;
}

#define TAKE(layers) (keep ? take_rows(paid, layers, k > 0, true, whole, funds, person, w->count) : take_rows(paid, layers, k > 0, false, whole, funds, person, w->count))

static uint64_t
take_paid(struct ybi_worker *w, const struct ybi_benefit *benefit, const struct ybi_plan *plan, bool keep, const int64_t *whole)
{
	int64_t *funds = w->draws[YBI_DRAW_FUNDS], *person = w->person;
	uint64_t less = 0;

	keep = keep || benefit->layer_count > 4;
	for (uint32_t k = 0; k < benefit->layer_count; k += 4) {
		uint32_t count = benefit->layer_count - k < 4 ? benefit->layer_count - k : 4;
		const int64_t *paid[4] = { 0 };
		for (uint32_t n = 0; n < count; n++)
			paid[n] = ybi_plan_reg(&w->plan, plan->paid[k + n]);
		less = count == 1 ? TAKE(1) : count == 2 ? TAKE(2) : count == 3 ? TAKE(3) : TAKE(4);
	}
	return less;
}

static void
draw_person(struct ybi_worker *w, const struct ybi_benefit *benefit, const struct ybi_plan *plan, bool keep)
{
	const struct ybi_rows *total = &w->derived[YBI_FROM_TOTAL], *hospital = input_slot(w, YBI_ROLE_HOSPITAL);
	int64_t *restrict person = w->person;
	uint64_t less = take_paid(w, benefit, plan, keep, total->values ? total->values : w->zeros);

	if (!total->values) {
		memset(person, 0, w->count * sizeof(*person));
		return;
	}
	for (size_t i = 0; hospital->values && i < w->count; i++) {
		person[i] -= amount_at(hospital, i);
		less |= (uint64_t)person[i];
	}
	for (size_t i = 0; less >> 63 && i < w->count; i++)
		w->exact[i] |= person[i] < 0 && is_known(total, i);
}

/* What the account may pay of the parts of one bill, as ybi_account_may() tells it. */
static int64_t
account_may(const struct ybi_worker *w, uint32_t account, size_t i)
{
	static const struct {
		uint32_t bit, part;
	} parts[] = {
		{ YBI_ACCOUNT_SCOPE, YBI_FROM_SCOPE }, { YBI_ACCOUNT_PRIOR, YBI_FROM_PRIOR }, { YBI_ACCOUNT_OWN, YBI_FROM_OWN },
		{ YBI_ACCOUNT_OWN, YBI_FROM_OVER },
	};
	int64_t may = 0, funds = w->draws[YBI_DRAW_FUNDS][i];

	for (size_t k = 0; k < ARRAY_SIZE(parts); k++) {
		int64_t part = amount_at(&w->derived[parts[k].part], i), paid = ybi_lesser(funds, part);
		if (account & parts[k].bit)
			may += part - paid;
		funds -= paid;
	}
	return may;
}

static bool
lacks_parts(const struct ybi_worker *w, uint32_t account, size_t i)
{
	return (account & YBI_ACCOUNT_SCOPE && !is_known(&w->derived[YBI_FROM_SCOPE], i)) ||
	       (account & YBI_ACCOUNT_PRIOR && !is_known(&w->derived[YBI_FROM_PRIOR], i)) ||
	       (account & YBI_ACCOUNT_OWN && (!is_known(&w->derived[YBI_FROM_OWN], i) || !is_known(&w->derived[YBI_FROM_OVER], i)));
}

static void
draw_account(struct ybi_worker *w, const struct ybi_benefit *benefit)
{
	const struct ybi_rows *use = input_slot(w, YBI_ROLE_USE), *balance = input_slot(w, YBI_ROLE_BALANCE), *family = input_slot(w, YBI_ROLE_FAMILY);
	bool all = benefit->account == (YBI_ACCOUNT_SCOPE | YBI_ACCOUNT_PRIOR | YBI_ACCOUNT_OWN);

	for (size_t i = 0; i < w->count; i++) {
		int64_t person = w->person[i], may, own = 0, shared = 0;
		if (amount_at(use, i) && is_known(&w->derived[YBI_FROM_TOTAL], i) && !w->exact[i]) {
			w->exact[i] |= !is_known(balance, i) || (!all && lacks_parts(w, benefit->account, i));
			may = all ? person : ybi_lesser(account_may(w, benefit->account, i), person);
			own = ybi_lesser(may, amount_at(balance, i));
			shared = ybi_lesser(may - own, amount_at(family, i));
		}
		w->draws[YBI_DRAW_BALANCE][i] = is_known(balance, i) ? balance->values[i] - own : 0;
		w->draws[YBI_DRAW_ACCOUNT][i] = own + shared;
		w->draws[YBI_DRAW_SHARED][i] = shared;
		w->draws[YBI_DRAW_CASH][i] = person - own - shared;
	}
}

static void
draw_deductible(struct ybi_worker *w, const struct ybi_benefit *benefit, const struct ybi_plan *plan)
{
	const int64_t *charged = ybi_plan_reg(&w->plan, plan->deductible);

	for (size_t i = 0; i < w->count; i++) {
		struct ybi_fraction q;
		yb_fen fen = 0;
		if (!w->exact[i] && (ybi_fraction_make(charged[i], plan->tiers[0].scale, &q) != YB_OK || ybi_round_fen(q, benefit, &fen) != YB_OK))
			w->exact[i] = 1;
		w->draws[YBI_DRAW_DEDUCTIBLE][i] = fen;
	}
}

/* ---- into the caller's columns ---- */

/* Rows of another benefit of the block are not touched; `whole`: there are none. */
struct sink {
	const struct ybi_worker *w;
	const struct ybi_output *output;
	uint32_t benefit;
	bool whole;
};

static void
write_slot(const struct sink *sink, const struct ybi_rows *slot)
{
	const struct ybi_worker *w = sink->w;
	const struct ybi_output *o = sink->output;
	int64_t *to = o->values + w->first;

	if (sink->whole && !w->rows && slot->values && !slot->known) {
		if (to != slot->values && w->bulk->far)
			ybi_copy_far(to, slot->values, w->count);
		else if (to != slot->values)
			memcpy(to, slot->values, w->count * sizeof(*to));
		if (o->known)
			memset(o->known + w->first, 1, w->count);
		return;
	}
	for (size_t i = 0; i < w->count; i++) {
		size_t row = w->rows ? w->rows[i] : i;
		if (!sink->whole && w->choice[i] != sink->benefit)
			continue;
		to[row] = amount_at(slot, i);
		if (o->known)
			o->known[w->first + row] = is_known(slot, i);
	}
}

static struct ybi_rows
fund_slot(struct ybi_worker *w, const struct ybi_benefit *benefit, const struct ybi_plan *plan, yb_field field)
{
	int64_t *sum = w->draws[YBI_DRAW_SUM];
	const int64_t *only = NULL;
	uint32_t payers = 0;

	for (uint32_t k = 0; k < benefit->layer_count; k++) {
		const int64_t *paid = ybi_plan_reg(&w->plan, plan->paid[k]);
		if (w->view->book->layers[benefit->first_layer + k].pays != field)
			continue;
		if (payers++ == 1)
			memcpy(sum, only, w->count * sizeof(*sum));
		for (size_t i = 0; payers > 1 && i < w->count; i++)
			sum[i] += paid[i];
		only = paid;
	}
	return (struct ybi_rows){ .values = payers == 0 ? w->zeros : payers == 1 ? only : sum };
}

/* A result of a layer: whole fen, 0 where the layer is not there, unknown where the benefit has no such layer. */
static struct ybi_rows
result_slot(struct ybi_worker *w, const struct ybi_view_result *r, size_t output)
{
	const int64_t *reg, *when;
	int64_t *out = w->results[output];
	uint8_t *known = w->derived_known[YBI_FROM_ZERO]; /* of no use for a fact that is always known */

	if (!r->there)
		return (struct ybi_rows){ 0 };
	if (r->reg == YBI_NO_REG)
		return (struct ybi_rows){ .values = w->zeros };
	reg = ybi_plan_reg(&w->plan, r->reg);
	when = r->when == YBI_NO_REG ? NULL : ybi_plan_reg(&w->plan, r->when);
	if (r->scale == 1 && !when)
		return (struct ybi_rows){ .values = reg };
	for (size_t i = 0; i < w->count; i++) {
		int64_t value = when && !when[i] ? 0 : reg[i];
		known[i] = value % r->scale == 0;
		out[i] = known[i] ? value / r->scale : 0;
	}
	return (struct ybi_rows){ .values = out, .known = known };
}

/* What hangs on the whole bill is known where that is. */
static struct ybi_rows
drawn(const struct ybi_worker *w, uint32_t draw)
{
	const struct ybi_rows *total = &w->derived[YBI_FROM_TOTAL];

	return (struct ybi_rows){ .values = total->values ? w->draws[draw] : NULL, .known = total->known };
}

static struct ybi_rows
balance_slot(struct ybi_worker *w)
{
	const struct ybi_rows *balance = input_slot(w, YBI_ROLE_BALANCE);

	for (size_t i = 0; i < w->count; i++)
		w->balance_known[i] = is_known(balance, i) && is_known(&w->derived[YBI_FROM_TOTAL], i);
	return (struct ybi_rows){ .values = w->draws[YBI_DRAW_BALANCE], .known = w->balance_known };
}

static struct ybi_rows
amount_slot(struct ybi_worker *w, const struct ybi_benefit *benefit, const struct ybi_plan *plan, yb_field field)
{
	switch (field) {
	case YB_FIELD_MEDFEE_SUMAMT: return w->derived[YBI_FROM_TOTAL];
	case YB_FIELD_FULAMT_OWNPAY_AMT: return w->derived[YBI_FROM_OWN];
	case YB_FIELD_OVERLMT_SELFPAY: return w->derived[YBI_FROM_OVER];
	case YB_FIELD_PRESELFPAY_AMT: return w->derived[YBI_FROM_PRIOR];
	case YB_FIELD_INSCP_SCP_AMT: return w->derived[YBI_FROM_SCOPE];
	case YB_FIELD_HOSP_PART_AMT: return drawn(w, YBI_DRAW_HOSPITAL);
	case YB_FIELD_ACT_PAY_DEDC: return (struct ybi_rows){ .values = w->draws[YBI_DRAW_DEDUCTIBLE] };
	case YB_FIELD_FUND_PAY_SUMAMT: return (struct ybi_rows){ .values = w->draws[YBI_DRAW_FUNDS] };
	case YB_FIELD_PSN_PART_AMT:
		return (struct ybi_rows){ .values = w->derived[YBI_FROM_TOTAL].values ? w->person : NULL, .known = w->derived[YBI_FROM_TOTAL].known };
	case YB_FIELD_ACCT_PAY: return drawn(w, YBI_DRAW_ACCOUNT);
	case YB_FIELD_ACCT_MULAID_PAY: return drawn(w, YBI_DRAW_SHARED);
	case YB_FIELD_PSN_CASH_PAY: return drawn(w, YBI_DRAW_CASH);
	case YB_FIELD_BALC: return balance_slot(w);
	default: return fund_slot(w, benefit, plan, field);
	}
}

static void
block_draw(struct ybi_worker *w, uint32_t number, bool whole, const struct ybi_plan *plan)
{
	const struct ybi_benefit *benefit = &w->view->book->benefits[number];
	struct sink sink = { .w = w, .benefit = number, .whole = whole };
	bool account;

	w->person = w->draws[YBI_DRAW_PERSON];
	for (size_t i = 0; whole && !w->rows && !w->bulk->far && i < w->bulk->outputs_count; i++)
		if (w->bulk->outputs[i].field == YB_FIELD_PSN_PART_AMT)
			w->person = w->bulk->outputs[i].values + w->first;
	account = input_slot(w, YBI_ROLE_USE)->values || w->asked & YBI_ASKED_ACCOUNT;
	draw_person(w, benefit, plan, account || w->asked & YBI_ASKED_FUNDS);
	if (account)
		draw_account(w, benefit);
	if (w->asked & YBI_ASKED_DEDUCTIBLE)
		draw_deductible(w, benefit, plan);
	if (w->asked & YBI_ASKED_HOSPITAL)
		for (size_t i = 0; i < w->count; i++)
			w->draws[YBI_DRAW_HOSPITAL][i] = amount_at(input_slot(w, YBI_ROLE_HOSPITAL), i);
	for (size_t i = 0; i < w->bulk->outputs_count; i++) {
		struct ybi_rows slot;
		sink.output = &w->bulk->outputs[i];
		if (w->sent[i]) {
			if (sink.output->known)
				memset(sink.output->known + w->first, 1, w->count);
			continue;
		}
		if (sink.output->field)
			slot = amount_slot(w, benefit, plan, sink.output->field);
		else
			slot = result_slot(w, &w->view->results[number * w->bulk->outputs_count + i], i);
		write_slot(&sink, &slot);
	}
}

YBI_FOR_EVERY_CPU(, w->bulk->may, ybi_block_draw, block_draw, (struct ybi_worker *w, uint32_t number, bool whole, const struct ybi_plan *plan), (w, number, whole, plan))
