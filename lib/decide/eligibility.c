/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/eligibility.h>

#include <string.h>

#include "base/calendar.h"
#include "decide/decision.h"

/* From when cover runs: the rule that holds, its wait, and what would shorten it; rewards for continuous cover. */

static const struct yb_eligibility_options defaults = YB_ELIGIBILITY_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_eligibility_options) == 24, "options have no padding");
static const struct yb_rewards_options rewards_defaults = YB_REWARDS_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_rewards_options) == 16, "options have no padding");

/* ---- one evaluation ---- */

/* The rule that holds and what it gives, under the facts as they stand. */
static void
run_rule(struct yb_decision *d, struct ybi_eval *eval, uint32_t *rule, uint32_t *why, struct ybi_wait *wait, struct ybi_obstacles *obstacles)
{
	const struct ybi_book *book = d->book;

	*why = 0;
	*rule = !book->rules_count ? UINT32_MAX
		: ybi_choose(eval, &book->rules[0].choice, sizeof(book->rules[0]), (uint32_t)book->rules_count, book->args, book->rules_exclusive,
		             obstacles, why);
	if (*rule != UINT32_MAX && ybi_clause_trusted(eval, book->rules[*rule].clause, obstacles))
		ybi_wait_run(eval, &book->rules[*rule], book->month_end, wait, obstacles);
}

/* Last day of cover: the rule's, else that of the section, else that of the coverage year; open where there is no year. */
static void
last_day(struct yb_decision *d, struct ybi_eval *eval, const struct ybi_wait_rule *rule, struct ybi_value *until)
{
	const struct ybi_book *book = d->book;
	uint32_t said = rule->until != YBI_NO_EXPR ? rule->until : book->cover_until;
	const struct ybi_fact *year = &d->facts[YBI_FACT_YEAR];
	yb_day next = year->given ? ybi_cover_year_first(book, (int32_t)year->value + 1) : YB_DAY_NONE;


	ybi_value_state(until, YBI_NONE, 0);
	if (said != YBI_NO_EXPR) {
		ybi_evaluate(eval, said, until);
		if (until->state != YBI_NONE)
			ybi_obstacle(&d->obstacles, until);
	} else if (next != YB_DAY_NONE) {
		ybi_value_set(until, ybi_fraction_from(next - 1));
	}
	if (d->entry_end != YB_DAY_NONE && (until->state == YBI_NONE || (until->state == YBI_KNOWN && ybi_value_whole(until) > d->entry_end)))
		ybi_value_set(until, ybi_fraction_from(d->entry_end)); /* the history says that it ended before */
}

static void
tell_cover(struct yb_decision *d, struct ybi_value *answers)
{
	yb_day start = (yb_day)ybi_value_whole(&d->wait.start), on = d->asked_on;
	bool started, ended;

	if (answers[YBI_WAIT_UNTIL].state == YBI_KNOWN && ybi_value_whole(&answers[YBI_WAIT_UNTIL]) < start)
		ybi_reason_add(d, YBI_REASON_WAIT_OUTLASTS, 0);
	if (on == YB_DAY_NONE)
		return;
	started = on >= start;
	ended = answers[YBI_WAIT_UNTIL].state == YBI_KNOWN && ybi_fraction_cmp(ybi_fraction_from(on), answers[YBI_WAIT_UNTIL].q) > 0;
	ybi_value_set(&answers[YBI_WAIT_COVERED], ybi_fraction_from(started && !ended && !d->unpaid));
	if (d->unpaid)
		ybi_reason_add(d, YBI_REASON_NOT_PAID, 0);
	else if (ended)
		ybi_reason_add(d, YBI_REASON_COVER_ENDED, 0);
	else if (!started && d->facts[d->book->paid_fact].given && d->facts[d->book->paid_fact].value > on)
		ybi_reason_add(d, YBI_REASON_PAID_LATER, 0);
	else if (!started)
		ybi_reason_add(d, YBI_REASON_WAITING, d->choice);
}

yb_status
ybi_eligibility_bound(struct yb_decision *d, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	struct ybi_value *answers = &d->answers[book->wait_answers];
	struct ybi_eval eval;
	uint32_t why;
	yb_status st;

	if (ybi_question_open(d, &eval))
		return YB_OK;
	run_rule(d, &eval, &d->choice, &why, &d->wait, &d->obstacles);
	if (d->choice != UINT32_MAX)
		last_day(d, &eval, &book->rules[d->choice], &answers[YBI_WAIT_UNTIL]);
	if (ybi_question_stopped(d, err, &st))
		return st;
	if (d->choice == UINT32_MAX) {
		ybi_reason_add(d, ybi_is_two(why) ? YBI_REASON_TWO_RULES : YBI_REASON_NO_RULE, why >> 8);
		d->outcome = YB_OUTCOME_UNSUPPORTED;
		return YB_OK;
	}
	d->used[book->rules[d->choice].clause] = 1;
	ybi_value_set(&answers[YBI_WAIT_RULE], ybi_fraction_from(ybi_book_atom(book, book->rules[d->choice].id, strlen(book->rules[d->choice].id))));
	answers[YBI_WAIT_ANCHOR] = d->wait.anchor;
	answers[YBI_WAIT_WAIT] = d->wait.wait;
	answers[YBI_WAIT_START] = d->wait.start;
	answers[YBI_WAIT_DURING] = d->wait.during;
	ybi_keep_window(d, &eval);
	tell_cover(d, answers);
	ybi_question_answered(d);
	return YB_OK;
}

/* ---- what would shorten it ---- */

/* The start of cover if the facts were a little different; YB_DAY_NONE where that cannot be told. */
static yb_day
start_if(struct yb_decision *d, uint32_t *rule)
{
	struct ybi_obstacles obstacles = { .missing = d->missing, .gaps = d->gaps };
	struct ybi_eval eval;
	struct ybi_wait wait;
	uint32_t why;
	bool clean;

	ybi_eval_start(d, &eval);
	eval.used = NULL;
	run_rule(d, &eval, rule, &why, &wait, &obstacles);
	clean = obstacles.failed == YB_OK && !obstacles.gap_count && !obstacles.missing_count;
	if (!clean) { /* nothing stood in the way of the answer itself, so these are clear again */
		memset(d->missing, 0, d->book->facts_count);
		memset(d->gaps, 0, d->book->clauses_count);
	}
	return clean && *rule != UINT32_MAX ? (yb_day)ybi_value_whole(&wait.start) : YB_DAY_NONE;
}

static void
add_shorten(struct yb_decision *d, struct ybi_shorten row)
{
	for (uint32_t i = 0; i < d->shorten_count; i++)
		if (d->shorten[i].kind == row.kind && d->shorten[i].years == row.years && d->shorten[i].paid_on == row.paid_on)
			return;
	if (d->shorten_count < YBI_SHORTENS)
		d->shorten[d->shorten_count++] = row;
}

/* Each further year repaired, as long as it helps. */
static void
try_repairs(struct yb_decision *d, yb_day start)
{
	const struct ybi_book *book = d->book;
	uint32_t fact = ybi_book_fact(book, "repaired", 8), gaps = ybi_book_fact(book, "gap_years", 9), rule;
	struct ybi_fact kept = d->facts[fact];
	const struct ybi_fact *paid = &d->facts[book->paid_fact];
	yb_day best = start;

	if (!d->facts[gaps].given || book->rules[d->choice].repair == YBI_NO_EXPR)
		return;
	for (int64_t k = kept.value + 1; k <= d->facts[gaps].value && k <= kept.value + YBI_SHORTENS / 2; k++) {
		struct ybi_shorten row = { .kind = YB_SHORTEN_REPAIR, .years = (int32_t)(k - kept.value), .price = -1,
			                   .paid_on = paid->given && !d->unpaid ? (yb_day)paid->value : YB_DAY_NONE };
		ybi_fact_set(d, fact, k);
		row.start = start_if(d, &rule);
		if (row.start == YB_DAY_NONE || row.start >= best)
			continue;
		best = row.start;
		if (book->rules[rule].price != YBI_NO_EXPR) {
			struct ybi_eval eval;
			struct ybi_value price, posted;
			ybi_eval_start(d, &eval);
			eval.used = NULL;
			ybi_evaluate(&eval, book->rules[rule].price, &price);
			ybi_post(&price, book->round_step, book->round_mode, &posted);
			if (posted.state == YBI_KNOWN && ybi_fraction_mul(posted.q, ybi_fraction_from(row.years), &posted.q) == YB_OK)
				(void)ybi_fraction_to_i64(posted.q, &row.price);
		}
		add_shorten(d, row);
	}
	d->facts[fact] = kept;
}

/* The last day on which a window was open, which may be open on some days of each month only. */
static yb_day
last_open_day(const struct ybi_window *window)
{
	for (yb_day day = window->to - 1; day >= window->from && day >= window->to - 62; day--) {
		int32_t year, month, mday;
		if (yb_day_to_ymd(day, &year, &month, &mday) == YB_OK && mday >= window->first_day && mday <= window->last_day)
			return day;
	}
	return YB_DAY_NONE;
}

/* Is it the window that holds, as the facts stand? */
static bool
falls_into(struct yb_decision *d, const struct ybi_window *window)
{
	const struct ybi_book *book = d->book;
	struct ybi_eval eval;
	struct ybi_value v;

	ybi_eval_start(d, &eval);
	eval.used = NULL;
	ybi_evaluate(&eval, book->facts[book->window_fact].from, &v);
	return v.state == YBI_KNOWN && !strcmp(book->atom_names[ybi_value_whole(&v)], window->id);
}

/* Had it been paid by the last day of an earlier window of the year. */
static void
try_windows(struct yb_decision *d, const struct yb_person *person, yb_day start)
{
	const struct ybi_book *book = d->book;
	struct ybi_fact kept = d->facts[book->paid_fact], kept_on = d->facts[YBI_FACT_ON];
	struct ybi_eval eval;
	uint32_t rule;

	if (!kept.given || !d->facts[YBI_FACT_YEAR].given)
		return;
	ybi_drop_window(d);
	for (size_t i = 0; i < book->windows_count; i++) {
		const struct ybi_window *window = &book->windows[i];
		struct ybi_shorten row = { .kind = YB_SHORTEN_EARLIER, .price = -1, .paid_on = last_open_day(window) };
		if (window->year != d->facts[YBI_FACT_YEAR].value || window->to > kept.value || row.paid_on == YB_DAY_NONE)
			continue;
		ybi_fact_set(d, book->paid_fact, row.paid_on);
		if (kept_on.value == kept.value)
			ybi_fact_set(d, YBI_FACT_ON, row.paid_on);
		if (ybi_cover_bind(d, person, NULL) != YB_OK)
			continue;
		if (!falls_into(d, window))
			continue; /* a window of other persons */
		row.start = start_if(d, &rule);
		if (row.start != YB_DAY_NONE && row.start < start)
			add_shorten(d, row);
	}
	d->facts[book->paid_fact] = kept;
	d->facts[YBI_FACT_ON] = kept_on;
	(void)ybi_cover_bind(d, person, NULL);
	ybi_eval_start(d, &eval);
	eval.used = NULL;
	ybi_keep_window(d, &eval);
}

/* ---- the question ---- */

/* The year asked about: said, else that of the day asked about, else of the window that the payment falls into. */
static void
find_year(struct yb_decision *d, const struct yb_eligibility_options *full)
{
	const struct ybi_book *book = d->book;
	int32_t year = full->year;

	if (!year && full->on)
		year = ybi_day_year(ybi_day_year_start(full->on, book->medical_month, book->medical_day));
	for (size_t i = 0; !full->year && !full->on && full->paid_on && i < book->windows_count; i++) { /* of several years the latest */
		int32_t ahead = book->windows[i].year - ybi_day_year(full->paid_on); /* a window without a first or last day is not open for ever */
		if (full->paid_on >= book->windows[i].from && full->paid_on < book->windows[i].to && ahead >= 0 && ahead <= 1 && book->windows[i].year > year)
			year = book->windows[i].year;
	}
	if (!year && full->paid_on)
		year = ybi_day_year(ybi_day_year_start(full->paid_on, book->medical_month, book->medical_day));
	if (year)
		ybi_fact_set(d, YBI_FACT_YEAR, year);
}

/* The payment that the history has for the cover, and where that cover ends; YB_DAY_NONE: it does not say. */
static yb_day
payment_of(struct yb_decision *d, const struct ybi_cover *cover)
{
	bool period = cover->year == 0;

	if (period)
		d->entry_end = cover->end;
	return cover->paid_on != YB_DAY_NONE ? cover->paid_on : period ? cover->begin : YB_DAY_NONE;
}

/* The payment: said, else as the history has it, else as if it were made on the day asked about. */
static void
find_payment(struct yb_decision *d, const struct yb_person *person, const struct yb_eligibility_options *full)
{
	const struct ybi_cover *current = ybi_cover_current(d, person);
	yb_day paid = full->paid_on ? full->paid_on : YB_DAY_NONE;

	if (paid == YB_DAY_NONE && current)
		paid = payment_of(d, current);
	if (paid == YB_DAY_NONE && !current && person->cover_known && full->on) {
		d->unpaid = true;
		paid = full->on;
	}
	if (paid != YB_DAY_NONE)
		ybi_fact_set(d, d->book->paid_fact, paid);
}

static yb_status
bind_question(struct yb_decision *d, const struct yb_person *person, const struct yb_eligibility_options *full, struct yb_error **err)
{
	const struct ybi_fact *missed, *birth;
	yb_status st;

	d->asked_on = full->on ? full->on : YB_DAY_NONE;
	find_year(d, full);
	find_payment(d, person, full);
	ybi_fact_set(d, ybi_book_fact(d->book, "repaired", 8), full->repaired);
	st = ybi_bind_derived(d, err);
	if (st == YB_OK)
		st = ybi_cover_bind(d, person, err);
	birth = &d->facts[d->book->field_fact[YB_FIELD_BRDY]];
	if (st == YB_OK && full->on && birth->given && full->on < birth->value)
		st = ybi_error_at(err, YB_E_CONTRADICTION, NULL, "brdy", "asked about a day before birth");
	missed = &d->facts[ybi_book_fact(d->book, "gap_years", 9)];
	if (st == YB_OK && missed->given && full->repaired > missed->value)
		st = ybi_error_at(err, YB_E_CONTRADICTION, NULL, "repaired", "%d years repaired, %d were missed that count", (int)full->repaired, (int)missed->value);
	return st;
}

static yb_status
check_options(const struct yb_eligibility_options *options, struct yb_eligibility_options *full, struct yb_error **err)
{
	yb_status st = YB_OK;

	*full = defaults;
	if (options)
		st = ybi_options_copy(full, sizeof(*full), options, sizeof(defaults), err);
	if (st == YB_OK && full->flags & ~(uint32_t)(YB_ELIGIBILITY_LENIENT | YB_ELIGIBILITY_RECEIPT))
		st = ybi_error_set(err, YB_E_BAD_OPTIONS, "eligibility options: an unknown flag");
	if (st == YB_OK && (full->year < 0 || full->year > 9998 || full->repaired < 0 || full->repaired > 150))
		st = ybi_error_set(err, YB_E_BAD_OPTIONS, "eligibility options: a year or number of years that cannot be");
	return st == YB_OK ? ybi_question_days(full->on, full->paid_on, err) : st;
}

yb_status
yb_eligibility(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_eligibility_options *options,
               struct yb_decision *d, struct yb_error **err)
{
	struct yb_eligibility_options full;
	const struct ybi_book *book;
	yb_day day;
	yb_status st;

	if (!set || !person || !d)
		return YB_E_INVALID;
	d->outcome = YB_OUTCOME_NONE;
	st = check_options(options, &full, err);
	if (st != YB_OK)
		return st;
	st = ybi_question_find(d, set, person, YBI_ASK_ELIGIBILITY, &book, err);
	if (st != YB_OK || !book)
		return st;
	day = full.paid_on ? full.paid_on : full.on ? full.on : full.year ? ybi_cover_year_first(book, full.year) : YB_DAY_NONE;
	st = ybi_question_begin(d, set, book, person, YBI_ASK_ELIGIBILITY, (full.flags & YB_ELIGIBILITY_LENIENT) != 0, day, err);
	if (st != YB_OK)
		return st;
	st = bind_question(d, person, &full, err);
	if (st == YB_OK && !d->facts[YBI_FACT_YEAR].given) { /* neither a day nor a year: nothing can be asked */
		struct ybi_value v;
		ybi_value_state(&v, YBI_UNKNOWN, YBI_FACT_YEAR);
		ybi_obstacle(&d->obstacles, &v);
	}
	if (st == YB_OK)
		st = ybi_eligibility_bound(d, err);
	if (st == YB_OK && d->outcome == YB_OUTCOME_ANSWERED) {
		yb_day start = (yb_day)ybi_value_whole(&d->wait.start);
		try_repairs(d, start);
		try_windows(d, person, start);
	}
	if (st == YB_OK)
		st = ybi_receipt_keep(d, full.flags, person, NULL, &full, err);
	if (st != YB_OK)
		d->outcome = YB_OUTCOME_NONE;
	return st;
}

yb_status
yb_eligibility_get_shorten(const struct yb_decision *d, size_t index, yb_shorten *kind, int32_t *years, yb_fen *price, yb_day *paid_on, yb_day *start)
{
	const struct ybi_shorten *row;

	if (!d || !kind || !years || !price || !paid_on || !start)
		return YB_E_INVALID;
	if (d->outcome != YB_OUTCOME_ANSWERED || d->ask != YBI_ASK_ELIGIBILITY || index >= d->shorten_count)
		return YB_E_NOT_FOUND;
	row = &d->shorten[index];
	*kind = row->kind;
	*years = row->years;
	*price = row->price;
	*paid_on = row->paid_on;
	*start = row->start;
	return YB_OK;
}

/* ---- rewards ---- */

/* What all rewards come to; what lapses cost is taken off. */
static void
sum_rewards(struct yb_decision *d)
{
	const struct ybi_book *book = d->book;
	int64_t total = 0;

	for (uint32_t i = 0; i < book->rewards_count; i++)
		total += book->rewards[i].kind == YBI_REWARD_LAPSE ? -d->facts[book->rewards[i].fact].value : d->facts[book->rewards[i].fact].value;
	ybi_fact_set(d, ybi_book_fact(book, "reward.total", 12), total);
}

yb_status
ybi_rewards_bound(struct yb_decision *d, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	struct ybi_eval eval;
	yb_status st;

	if (ybi_question_open(d, &eval))
		return YB_OK;
	if (!book->rewards_count) {
		ybi_reason_add(d, YBI_REASON_NO_SECTION, 0);
		d->outcome = YB_OUTCOME_UNSUPPORTED;
		return YB_OK;
	}
	ybi_rewards_run(&eval, d->facts, book->rewards, (uint32_t)book->rewards_count, d->history, d->history_count, book->claims_fact,
	                &d->obstacles, &d->reward_log);
	d->stamp = eval.stamp;
	if (ybi_question_stopped(d, err, &st))
		return st;
	for (uint32_t i = 0; i < book->rewards_count; i++)
		d->used[book->rewards[i].clause] = 1;
	sum_rewards(d);
	ybi_question_answered(d);
	return YB_OK;
}

yb_status
yb_rewards(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_rewards_options *options, struct yb_decision *d,
           struct yb_error **err)
{
	struct yb_rewards_options full = rewards_defaults;
	const struct ybi_book *book;
	yb_status st = YB_OK;

	if (!set || !person || !d)
		return YB_E_INVALID;
	d->outcome = YB_OUTCOME_NONE;
	if (options)
		st = ybi_options_copy(&full, sizeof(full), options, sizeof(rewards_defaults), err);
	if (st != YB_OK)
		return st;
	if (full.flags & ~(uint32_t)(YB_ELIGIBILITY_LENIENT | YB_ELIGIBILITY_RECEIPT) || full.year < 0 || full.year > 9998 || full.reserved)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "rewards options: an unknown flag, or a year that cannot be");
	st = ybi_question_find(d, set, person, YBI_ASK_REWARDS, &book, err);
	if (st != YB_OK || !book)
		return st;
	st = ybi_question_begin(d, set, book, person, YBI_ASK_REWARDS, (full.flags & YB_ELIGIBILITY_LENIENT) != 0,
	                        full.year ? ybi_cover_year_first(book, full.year) : YB_DAY_NONE, err);
	if (st != YB_OK)
		return st;
	if (full.year)
		ybi_fact_set(d, YBI_FACT_YEAR, full.year);
	st = ybi_bind_derived(d, err);
	if (st == YB_OK)
		st = ybi_cover_bind(d, person, err);
	if (st == YB_OK && (!full.year || !ybi_cover_years(d, person, full.year))) {
		struct ybi_value v;
		ybi_value_state(&v, YBI_UNKNOWN, full.year ? d->book->history_fact : (uint32_t)YBI_FACT_YEAR);
		ybi_obstacle(&d->obstacles, &v);
	}
	if (st == YB_OK)
		st = ybi_rewards_bound(d, err);
	if (st == YB_OK)
		st = ybi_receipt_keep(d, full.flags, person, NULL, &full, err);
	if (st != YB_OK)
		d->outcome = YB_OUTCOME_NONE;
	return st;
}

/* ---- cover on the day of a bill ---- */

/* The rewards of the year, where the history tells them: they may raise a ceiling. */
static void
bind_rewards(struct yb_decision *d, const struct yb_person *person)
{
	const struct ybi_book *book = d->book;
	struct ybi_obstacles obstacles = { .missing = d->missing, .gaps = d->gaps };
	struct ybi_eval eval;

	if (!book->rewards_count || !d->facts[YBI_FACT_YEAR].given || d->facts[ybi_book_fact(book, "reward.total", 12)].given ||
	    !ybi_cover_years(d, person, (int32_t)d->facts[YBI_FACT_YEAR].value))
		return;
	ybi_eval_start(d, &eval);
	eval.used = NULL;
	ybi_rewards_run(&eval, d->facts, book->rewards, (uint32_t)book->rewards_count, d->history, d->history_count, book->claims_fact, &obstacles,
	                &d->reward_log);
	d->stamp = eval.stamp;
	if (obstacles.failed == YB_OK && !obstacles.missing_count && !obstacles.gap_count) {
		sum_rewards(d);
		return;
	}
	for (uint32_t i = 0; i < book->rewards_count; i++)
		d->facts[book->rewards[i].fact] = (struct ybi_fact){ .state = YBI_UNKNOWN };
	memset(d->missing, 0, book->facts_count);
	memset(d->gaps, 0, book->clauses_count);
}

static void
refuse_bill(struct yb_decision *d, uint32_t code)
{
	if (d->choice != UINT32_MAX)
		d->used[d->book->rules[d->choice].clause] = 1;
	ybi_reason_add(d, code, d->choice);
	d->outcome = YB_OUTCOME_REFUSED;
}

/* The rule of the payment that the cover rests on, as it stood on the day of that payment. */
static void
judge_bill(struct yb_decision *d, yb_day on)
{
	struct ybi_obstacles obstacles = { .missing = d->missing, .gaps = d->gaps };
	const struct ybi_book *book = d->book;
	struct ybi_value until;
	struct ybi_eval eval;
	uint32_t why, refusal;

	memset(d->used, 0, book->clauses_count);
	ybi_eval_start(d, &eval);
	refusal = ybi_refusal_of(d, &eval, YBI_ASK_ELIGIBILITY, &obstacles);
	if (refusal != UINT32_MAX) {
		d->used[book->refusals[refusal].clause] = 1;
		ybi_reason_add(d, YBI_REASON_REFUSED, refusal);
		d->outcome = YB_OUTCOME_REFUSED;
		return;
	}
	run_rule(d, &eval, &d->choice, &why, &d->wait, &obstacles);
	if (d->choice != UINT32_MAX)
		last_day(d, &eval, &book->rules[d->choice], &until);
	if (d->choice == UINT32_MAX || obstacles.failed != YB_OK || obstacles.missing_count || obstacles.gap_count || d->obstacles.missing_count ||
	    d->obstacles.gap_count) {
		memset(d->missing, 0, book->facts_count);
		memset(d->gaps, 0, book->clauses_count);
		d->obstacles = (struct ybi_obstacles){ .missing = d->missing, .gaps = d->gaps };
		d->cover_open = true;
		return;
	}
	d->answers[book->wait_answers + YBI_WAIT_UNTIL] = until;
	if (until.state == YBI_KNOWN && on > ybi_value_whole(&until)) {
		refuse_bill(d, YBI_REASON_COVER_ENDED);
	} else if (on < ybi_value_whole(&d->wait.start)) {
		d->share_given = ybi_fraction_sign(d->wait.during.q) > 0 && on >= ybi_value_whole(&d->wait.anchor);
		d->share = d->wait.during.q;
		if (!d->share_given)
			refuse_bill(d, YBI_REASON_NOT_COVERED);
	}
}

yb_status
ybi_cover_of_bill(struct yb_decision *d, const struct yb_person *person, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	struct ybi_fact on = d->facts[YBI_FACT_ON], age = d->facts[YBI_FACT_AGE], paid = d->facts[book->paid_fact];
	const struct ybi_cover *current;
	yb_day recorded;
	yb_status st;

	if (!person->cover_known || !on.given)
		return YB_OK;
	bind_rewards(d, person);
	if (!book->rules_count)
		return YB_OK;
	d->ask = YBI_ASK_ELIGIBILITY;
	d->asked_on = (yb_day)on.value;
	if (!d->facts[ybi_book_fact(book, "repaired", 8)].given)
		ybi_fact_set(d, ybi_book_fact(book, "repaired", 8), 0);
	current = ybi_cover_current(d, person);
	if (!current && !paid.given) {
		d->ask = YBI_ASK_REIMBURSE;
		refuse_bill(d, YBI_REASON_NOT_INSURED);
		return YB_OK;
	}
	recorded = current ? payment_of(d, current) : YB_DAY_NONE;
	if (!paid.given && recorded != YB_DAY_NONE)
		ybi_fact_set(d, book->paid_fact, recorded);
	if (d->facts[book->paid_fact].given)
		ybi_fact_set(d, YBI_FACT_ON, d->facts[book->paid_fact].value);
	st = ybi_cover_bind(d, person, err);
	if (st == YB_OK)
		judge_bill(d, (yb_day)on.value);
	d->facts[YBI_FACT_ON] = on;
	d->facts[YBI_FACT_AGE] = age;
	d->facts[book->paid_fact] = paid;
	ybi_drop_window(d);
	d->ask = YBI_ASK_REIMBURSE;
	return st == YB_OK ? ybi_cover_bind(d, person, err) : st;
}
