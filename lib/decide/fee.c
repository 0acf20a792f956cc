/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/fee.h>

#include <string.h>

#include "decide/decision.h"

/* What is owed: the window of the day of payment, then the charges in order. */

static const struct yb_fee_options defaults = YB_FEE_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_fee_options) == 24, "options have no padding");

static void
open_channels(struct yb_decision *d, struct ybi_eval *eval)
{
	for (uint32_t i = 0; i < d->book->open_channels_count && d->channel_count < YBI_OPEN_CHANNELS; i++) {
		const struct ybi_open_channel *channel = &d->book->open_channels[i];
		struct ybi_value v;
		if (d->book->clause_infos[channel->clause].confidence > d->least)
			continue;
		ybi_condition(eval, channel->when, &v);
		if (ybi_holds(&v))
			d->channels[d->channel_count++] = i;
	}
}

yb_status
ybi_fee_bound(struct yb_decision *d, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	struct ybi_eval eval;
	uint32_t applied;
	yb_status st;

	if (ybi_question_open(d, &eval))
		return YB_OK;
	ybi_fees_run(&eval, &book->fees, &d->obstacles, &applied);
	if (ybi_question_stopped(d, err, &st))
		return st;
	if (!applied) {
		ybi_reason_add(d, YBI_REASON_NO_CHARGE, 0);
		d->outcome = YB_OUTCOME_REFUSED;
		return YB_OK;
	}
	if (d->answers[book->due_total].state != YBI_KNOWN)
		ybi_reason_add(d, YBI_REASON_NO_MONTHS, 0);
	ybi_keep_window(d, &eval);
	open_channels(d, &eval);
	ybi_question_answered(d);
	return YB_OK;
}

yb_status
yb_fee(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_fee_options *options, struct yb_decision *d, struct yb_error **err)
{
	struct yb_fee_options full = defaults;
	const struct ybi_book *book;
	yb_day day;
	yb_status st = YB_OK;

	if (!set || !person || !d)
		return YB_E_INVALID;
	d->outcome = YB_OUTCOME_NONE;
	if (options)
		st = ybi_options_copy(&full, sizeof(full), options, sizeof(defaults), err);
	if (st != YB_OK)
		return st;
	if (full.flags & ~(uint32_t)(YB_FEE_LENIENT | YB_FEE_RECEIPT))
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "fee options: an unknown flag");
	if (full.year < 0 || full.year > 9998 || full.months < 0 || full.months > 1800)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "fee options: the year lies outside 1 .. 9998, or the months outside 1 .. 1800");
	st = ybi_question_days(full.on, full.paid_on, err);
	if (st != YB_OK)
		return st;
	st = ybi_question_find(d, set, person, YBI_ASK_FEE, &book, err);
	if (st != YB_OK || !book)
		return st;
	day = full.on ? full.on : full.year ? ybi_cover_year_first(book, full.year) : YB_DAY_NONE;
	st = ybi_question_begin(d, set, book, person, YBI_ASK_FEE, (full.flags & YB_FEE_LENIENT) != 0, day, err);
	if (st != YB_OK)
		return st;
	if (full.year)
		ybi_fact_set(d, YBI_FACT_YEAR, full.year);
	if (full.on)
		ybi_fact_set(d, YBI_FACT_ON, full.on);
	if (full.paid_on)
		ybi_fact_set(d, d->book->paid_fact, full.paid_on);
	if (full.months)
		ybi_fact_set(d, d->book->months_fact, full.months);
	st = ybi_bind_derived(d, err);
	if (st == YB_OK)
		st = ybi_cover_bind(d, person, err);
	if (st == YB_OK)
		st = ybi_fee_bound(d, err);
	if (st == YB_OK)
		st = ybi_receipt_keep(d, full.flags, person, NULL, &full, err);
	if (st != YB_OK)
		d->outcome = YB_OUTCOME_NONE;
	return st;
}

yb_status
yb_fee_get_channel(const struct yb_decision *d, size_t index, const char **id)
{
	if (!d || !id)
		return YB_E_INVALID;
	if (d->outcome != YB_OUTCOME_ANSWERED || d->ask != YBI_ASK_FEE || index >= d->channel_count)
		return YB_E_NOT_FOUND;
	*id = d->book->open_channels[d->channels[index]].id;
	return YB_OK;
}
