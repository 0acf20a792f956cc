/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/refund.h>

#include <string.h>

#include "base/calendar.h"
#include "decide/decision.h"

/* What is credited to the account in a month or year, interest on it, and whether a contribution is given back. */

static const struct yb_refund_options defaults = YB_REFUND_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_refund_options) == 32, "options have no padding");

/* ---- credits ---- */

static bool
in_question(const struct yb_decision *d, const struct ybi_credit *credit)
{
	return credit->interest == (d->mode == YBI_REFUND_INTEREST);
}

/* A credit by the year counts in the month of its posting day. */
static bool
posted_now(const struct yb_decision *d, const struct ybi_credit *credit)
{
	int32_t year, month, day;

	if (credit->span == YBI_SPAN_ONCE && d->mode == YBI_REFUND_YEAR) /* in the first month of the year in which it applies */
		return ybi_fraction_sign(d->answers[d->book->answers_count + credit->gross_answer].q) == 0;
	if (credit->span != YBI_SPAN_YEAR || d->mode == YBI_REFUND_ALL || d->mode == YBI_REFUND_INTEREST || !d->facts[YBI_FACT_ON].given)
		return true;
	return yb_day_to_ymd((yb_day)d->facts[YBI_FACT_ON].value, &year, &month, &day) == YB_OK && month == credit->post_month;
}

/* The credits of one reference day, in order; adds to the sum. `elsewhere`: one applies, but is posted in another month. */
static void
run_credits(struct yb_decision *d, struct ybi_eval *eval, struct ybi_value *sum, uint32_t *applied, bool *elsewhere)
{
	const struct ybi_book *book = d->book;

	for (uint32_t i = 0; i < book->credits_count; i++) {
		const struct ybi_credit *credit = &book->credits[i];
		bool unknown;
		ybi_credit_clear(eval, &book->refunds, credit);
		if (!in_question(d, credit) || !ybi_clause_applies(eval, credit->when, &d->obstacles, &unknown))
			continue;
		if (!posted_now(d, credit)) {
			*elsewhere = true;
			continue;
		}
		++*applied;
		ybi_credit_run(eval, &book->refunds, credit, &d->obstacles);
		ybi_value_add(sum, &d->answers[credit->net_answer]);
	}
}

/* ---- a year, month by month ---- */

/* What the months before came to is kept beside the answers and added after each month. */
static void
add_answers(struct yb_decision *d, struct ybi_value *totals)
{
	for (size_t i = 0; i < d->book->answers_count; i++)
		if (d->book->answers[i].ask == YBI_ASK_REFUND && d->book->answers[i].type == YBI_MONEY && d->answers[i].state == YBI_KNOWN)
			ybi_value_add(&totals[i], &d->answers[i]);
}

static yb_status
run_year(struct yb_decision *d, struct ybi_value *sum, uint32_t *applied, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	yb_day first = ybi_day_year_start((yb_day)d->facts[YBI_FACT_ON].value, book->medical_month, book->medical_day);
	static const uint32_t moving[] = { YBI_FACT_AGE };
	struct ybi_value *totals = &d->answers[book->answers_count];
	bool age_given = d->facts[YBI_FACT_AGE].given && !d->facts[book->field_fact[YB_FIELD_BRDY]].given, elsewhere = false;
	uint32_t refused = 0;
	yb_status st = YB_OK;

	for (size_t i = 0; st == YB_OK && i < book->answers_count; i++)
		ybi_value_set(&totals[i], ybi_fraction_from(0));
	for (int32_t m = 0; m < 12 && st == YB_OK; m++) { /* a year that is covered in part, or by two laws, is no year */
		const struct ybi_document *aside;
		yb_day day;
		bool covered = true;
		st = yb_day_add_months(first, m, YB_MONTH_END_CLIP, &day);
		if (st == YB_OK)
			covered = ybi_question_covers(d, day);
		if (st == YB_OK && (!covered || ybi_book_on(d->base, day, &aside) != d->book)) {
			ybi_fact_set(d, YBI_FACT_ON, day);
			ybi_reason_add(d, covered ? YBI_REASON_REFORM : YBI_REASON_DAY_NOT_COVERED, 0);
			d->outcome = YB_OUTCOME_UNSUPPORTED;
			return YB_OK;
		}
	}
	for (int32_t m = 0; m < 12 && st == YB_OK; m++) {
		struct ybi_eval eval;
		struct ybi_value month;
		int64_t fen = 0;
		ybi_value_set(&month, ybi_fraction_from(0));
		st = yb_day_add_months(first, m, YB_MONTH_END_CLIP, &d->month_first[m]);
		for (size_t i = 0; i < ARRAY_SIZE(moving) && !age_given; i++)
			d->facts[moving[i]] = (struct ybi_fact){ .state = YBI_UNKNOWN };
		ybi_fact_set(d, YBI_FACT_ON, d->month_first[m]);
		if (st == YB_OK)
			st = ybi_bind_derived(d, err);
		if (st != YB_OK)
			break;
		ybi_eval_start(d, &eval);
		if (ybi_question_faulty(d, &eval) || ybi_question_refused(d, &eval)) {
			refused++;
			for (uint32_t i = 0; i < book->credits_count; i++)
				ybi_credit_clear(&eval, &book->refunds, &book->credits[i]);
		} else {
			ybi_question_gaps(d, &eval);
			run_credits(d, &eval, &month, applied, &elsewhere);
		}
		if (month.state == YBI_KNOWN)
			(void)ybi_fraction_to_i64(month.q, &fen);
		d->month_paid[m] = fen;
		ybi_value_add(sum, &month);
		add_answers(d, totals);
	}
	for (uint32_t i = 0; st == YB_OK && i < book->credits_count; i++) { /* the base is no sum */
		uint32_t base = book->credits[i].base_answer;
		totals[base] = d->answers[base];
	}
	for (size_t i = 0; st == YB_OK && i < book->answers_count; i++)
		if (book->answers[i].ask == YBI_ASK_REFUND && book->answers[i].type == YBI_MONEY)
			d->answers[i] = totals[i];
	d->month_count = st == YB_OK ? 12 : 0;
	if (refused == 12)
		d->outcome = YB_OUTCOME_REFUSED;
	ybi_fact_set(d, YBI_FACT_ON, first); /* the year is told by its first day */
	return st;
}

static void
tell_shortfalls(struct yb_decision *d)
{
	for (uint32_t i = 0; i < d->book->credits_count; i++)
		if (d->answers[d->book->credits[i].shortfall_answer].state == YBI_KNOWN &&
		    ybi_fraction_sign(d->answers[d->book->credits[i].shortfall_answer].q) > 0)
			ybi_reason_add(d, YBI_REASON_SHORTFALL, i);
}

static yb_status
credits_bound(struct yb_decision *d, struct ybi_eval *eval, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	uint32_t sum_answer = d->mode == YBI_REFUND_INTEREST ? book->interest_sum : book->credit_sum, applied = 0;
	struct ybi_value sum;
	bool elsewhere = false;
	yb_status st = YB_OK;

	ybi_value_set(&sum, ybi_fraction_from(0));
	if (d->mode == YBI_REFUND_YEAR)
		st = run_year(d, &sum, &applied, err);
	else
		run_credits(d, eval, &sum, &applied, &elsewhere);
	if (st != YB_OK || d->outcome != YB_OUTCOME_NONE || ybi_question_stopped(d, err, &st))
		return st;
	if (!applied && !elsewhere) {
		ybi_reason_add(d, YBI_REASON_NO_CREDIT, 0);
		d->outcome = YB_OUTCOME_REFUSED;
		return YB_OK;
	}
	d->answers[sum_answer] = sum;
	if (elsewhere)
		ybi_reason_add(d, YBI_REASON_CREDIT_BY_YEAR, 0);
	tell_shortfalls(d);
	ybi_question_answered(d);
	return YB_OK;
}

/* ---- is a contribution given back? ---- */

static yb_status
repay_bound(struct yb_decision *d, struct ybi_eval *eval, yb_fen paid, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	struct ybi_value *answers = &d->answers[book->repay_answers], until, share;
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];
	const struct ybi_repay *repay;
	uint32_t why = 0;
	yb_status st;

	if (!book->repays_count) {
		ybi_reason_add(d, YBI_REASON_NO_SECTION, 0);
		d->outcome = YB_OUTCOME_UNSUPPORTED;
		return YB_OK;
	}
	d->choice = ybi_choose(eval, &book->repays[0].choice, sizeof(book->repays[0]), (uint32_t)book->repays_count, book->args, book->repays_exclusive,
	                       &d->obstacles, &why);
	if (ybi_question_stopped(d, err, &st))
		return st;
	if (d->choice == UINT32_MAX) {
		ybi_reason_add(d, ybi_is_two(why) ? YBI_REASON_TWO_RULES : YBI_REASON_NOT_REFUNDABLE, why >> 8);
		d->outcome = ybi_is_two(why) ? YB_OUTCOME_UNSUPPORTED : YB_OUTCOME_REFUSED;
		return YB_OK;
	}
	repay = &book->repays[d->choice];
	if (book->clause_infos[repay->clause].confidence > d->least)
		ybi_value_state(&share, YBI_UNSUPPORTED, repay->clause);
	else
		ybi_value_set(&share, ybi_fraction_from(1));
	d->used[repay->clause] = 1;
	ybi_value_state(&until, YBI_NONE, 0);
	if (repay->until != YBI_NO_EXPR)
		ybi_evaluate(eval, repay->until, &until);
	if (repay->share != YBI_NO_EXPR && share.state == YBI_KNOWN)
		ybi_evaluate(eval, repay->share, &share);
	if (until.state != YBI_NONE)
		ybi_obstacle(&d->obstacles, &until);
	ybi_obstacle(&d->obstacles, &share);
	if (until.state == YBI_KNOWN && !on->given) {
		struct ybi_value v;
		ybi_value_state(&v, YBI_UNKNOWN, YBI_FACT_ON);
		ybi_obstacle(&d->obstacles, &v);
	}
	if (ybi_question_stopped(d, err, &st))
		return st;
	ybi_value_set(&answers[YBI_REPAY_RULE], ybi_fraction_from(ybi_book_atom(book, repay->id, strlen(repay->id))));
	answers[YBI_REPAY_UNTIL] = until;
	if (until.state == YBI_KNOWN && ybi_fraction_cmp(ybi_fraction_from(on->value), until.q) > 0) {
		ybi_reason_add(d, YBI_REASON_TOO_LATE, d->choice);
		d->outcome = YB_OUTCOME_REFUSED;
		return YB_OK;
	}
	if (ybi_fraction_sign(share.q) < 0 || ybi_fraction_cmp(share.q, ybi_fraction_from(1)) > 0)
		return ybi_error_at(err, YB_E_RULE, NULL, repay->id, "%s, %s: a share outside 0..1", book->document->id, repay->id);
	ybi_value_set(&answers[YBI_REPAY_FLAG], ybi_fraction_from(1));
	answers[YBI_REPAY_SHARE] = share;
	if (paid > 0) {
		struct ybi_value exact = share;
		if (ybi_fraction_mul(exact.q, ybi_fraction_from(paid), &exact.q) != YB_OK)
			return ybi_error_at(err, YB_E_OVERFLOW, NULL, repay->id, "the amount to be given back does not fit");
		ybi_post(&exact, book->round_step, book->round_mode, &answers[YBI_REPAY_AMOUNT]);
	}
	ybi_question_answered(d);
	return YB_OK;
}

yb_status
ybi_refund_bound(struct yb_decision *d, enum ybi_refund_mode mode, yb_fen paid, struct yb_error **err)
{
	struct ybi_eval eval;

	d->mode = mode;
	if (ybi_question_open(d, &eval))
		return YB_OK;
	return mode == YBI_REFUND_CONTRIBUTION ? repay_bound(d, &eval, paid, err) : credits_bound(d, &eval, err);
}

/* ---- the question ---- */

static yb_status
read_options(const struct yb_refund_options *options, struct yb_refund_options *full, enum ybi_refund_mode *mode, struct yb_error **err)
{
	const uint32_t modes = YB_REFUND_YEAR | YB_REFUND_INTEREST | YB_REFUND_CONTRIBUTION;
	yb_status st = YB_OK;
	uint32_t asked;

	*full = defaults;
	if (options)
		st = ybi_options_copy(full, sizeof(*full), options, sizeof(defaults), err);
	if (st != YB_OK)
		return st;
	asked = full->flags & modes;
	if (full->flags & ~(modes | YB_REFUND_LENIENT | YB_REFUND_RECEIPT) || (asked & (asked - 1)))
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "refund options: an unknown flag, or two that exclude each other");
	if (full->arrear_months < 0 || full->arrear_months > 1800 || full->year < 0 || full->year > 9998)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "refund options: a year or number of months that cannot be");
	if (full->paid < 0 || full->paid > YB_FEN_LIMIT)
		return ybi_error_set(err, YB_E_BAD_AMOUNT, "refund options: the amount paid is negative or too large");
	*mode = asked == YB_REFUND_YEAR ? YBI_REFUND_YEAR : asked == YB_REFUND_INTEREST ? YBI_REFUND_INTEREST
	      : asked == YB_REFUND_CONTRIBUTION ? YBI_REFUND_CONTRIBUTION : YBI_REFUND_MONTH;
	return ybi_question_days(full->on, full->paid_on, err);
}

static yb_day
month_start(yb_day day)
{
	int32_t year, month, mday;
	yb_day first = day;

	if (yb_day_to_ymd(day, &year, &month, &mday) == YB_OK)
		(void)yb_day_from_ymd(year, month, 1, &first);
	return first;
}

yb_status
yb_refund(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_refund_options *options, struct yb_decision *d,
          struct yb_error **err)
{
	struct yb_refund_options full;
	enum ybi_refund_mode mode = YBI_REFUND_MONTH;
	const struct ybi_book *book;
	yb_day day;
	yb_status st;

	if (!set || !person || !d)
		return YB_E_INVALID;
	d->outcome = YB_OUTCOME_NONE;
	st = read_options(options, &full, &mode, err);
	if (st != YB_OK)
		return st;
	st = ybi_question_find(d, set, person, YBI_ASK_REFUND, &book, err);
	if (st != YB_OK || !book)
		return st;
	day = !full.on ? YB_DAY_NONE : mode == YBI_REFUND_MONTH ? month_start(full.on)
	    : mode == YBI_REFUND_YEAR ? ybi_day_year_start(full.on, book->medical_month, book->medical_day) : full.on;
	st = ybi_question_begin(d, set, book, person, YBI_ASK_REFUND, (full.flags & YB_REFUND_LENIENT) != 0, day, err);
	if (st != YB_OK)
		return st;
	if (full.on)
		ybi_fact_set(d, YBI_FACT_ON, mode == YBI_REFUND_MONTH ? month_start(full.on) : full.on);
	if (full.year)
		ybi_fact_set(d, YBI_FACT_YEAR, full.year);
	if (full.paid_on)
		ybi_fact_set(d, d->book->paid_fact, full.paid_on);
	ybi_fact_set(d, ybi_book_fact(d->book, "arrear_months", 13), full.arrear_months);
	st = ybi_bind_derived(d, err);
	if (st == YB_OK && mode == YBI_REFUND_CONTRIBUTION && full.on && full.paid_on > full.on)
		st = ybi_error_at(err, YB_E_CONTRADICTION, NULL, "paid_on", "asked back before it was paid");
	if (st == YB_OK)
		st = ybi_cover_bind(d, person, err);
	d->mode = mode;
	if (st == YB_OK && !full.on) {
		struct ybi_value v; /* nothing can be credited on no day */
		ybi_value_state(&v, YBI_UNKNOWN, YBI_FACT_ON);
		ybi_obstacle(&d->obstacles, &v);
		mode = mode == YBI_REFUND_YEAR ? YBI_REFUND_MONTH : mode;
	}
	if (st == YB_OK)
		st = ybi_refund_bound(d, mode, full.paid, err);
	if (st == YB_OK)
		st = ybi_receipt_keep(d, full.flags, person, NULL, &full, err);
	if (st != YB_OK)
		d->outcome = YB_OUTCOME_NONE;
	return st;
}

yb_status
yb_refund_get_month(const struct yb_decision *d, size_t index, yb_day *first, yb_fen *fen)
{
	if (!d || !first || !fen)
		return YB_E_INVALID;
	if (d->outcome != YB_OUTCOME_ANSWERED || d->ask != YBI_ASK_REFUND || index >= d->month_count)
		return YB_E_NOT_FOUND;
	*first = d->month_first[index];
	*fen = d->month_paid[index];
	return YB_OK;
}
