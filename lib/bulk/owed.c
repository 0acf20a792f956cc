/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/calendar.h"
#include "base/cpu.h"
#include "base/text.h"
#include "bulk/block.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* as in rule/column.c */
#endif

/*
 * What is owed or credited, by columns: the options that a question is asked with stand in
 * columns like facts, and the plan of the fee answers a block, or says what
 * stops a row; where that hangs on more than a plan knows, it goes the exact way.
 */

/* ---- options ---- */

bool
ybi_view_option(const struct ybi_book *book, const struct ybi_input *in, struct ybi_view_input *out)
{
	out->fact = YBI_NO_FACT; /* year and day follow from each other where one is not said */
	out->low = 1;
	switch (in->option - 1u) {
	case YBI_OPTION_YEAR:
		out->high = 9998;
		return true;
	case YBI_OPTION_MONTHS:
		out->fact = book->months_fact;
		out->high = 1800;
		return true;
	case YBI_OPTION_PAID_ON:
		out->fact = book->paid_fact;
		break;
	case YBI_OPTION_ON:
		break;
	case YBI_OPTION_ARREAR:
		out->fact = ybi_book_fact(book, "arrear_months", 13);
		out->low = 0;
		out->high = 1800;
		return true;
	default:
		return false;
	}
	out->low = YBI_DAY_FIRST;
	out->high = YBI_DAY_LAST;
	return true;
}

void
ybi_view_option_word(const struct ybi_input *in, const struct ybi_word *word, struct ybi_view_input *out, size_t at)
{
	yb_day day = YB_DAY_NONE;
	int64_t value = 0; /* no option can be that */

	if (!ybi_option_is_day(in->option - 1u))
		value = word->length > 0 && word->length <= 9 ? ybi_digits(word->text, word->length) : 0;
	else if (yb_day_from_text(word->text, word->length, &day) == YB_OK)
		value = day;
	out->states[at] = value != 0 && value >= out->low && value <= out->high ? YBI_WORD_FACT : YBI_WORD_EXACT;
	out->map[at] = out->states[at] == YBI_WORD_FACT ? value : 0;
}

static const struct ybi_input *
option_bound(const struct yb_bulk *bulk, uint32_t number)
{
	for (size_t i = 0; i < bulk->inputs_count; i++)
		if (bulk->inputs[i].option == number + 1)
			return &bulk->inputs[i];
	return NULL;
}

static const struct ybi_rows *
option(const struct ybi_worker *w, uint32_t number)
{
	static const struct ybi_rows nothing;
	const struct ybi_input *in = option_bound(w->bulk, number);

	return in ? &w->slots[in - w->bulk->inputs] : &nothing;
}

static bool
is_known(const struct ybi_rows *slot, size_t i)
{
	return slot->values && (!slot->known || slot->known[i]);
}

/* 0 cannot be said: it is no day and no number of months, and a year of that number is none. */
static void
refuse_zero(struct ybi_worker *w, const struct ybi_rows *slot)
{
	for (size_t i = 0; slot->values && i < w->count; i++)
		w->exact[i] |= slot->values[i] == 0 && is_known(slot, i);
}

/* ---- the day and the year ---- */

struct dates {
	int64_t on, year, first;
	bool has_on, has_year, has_first;
};

static void
dates_of(const struct ybi_book *book, enum ybi_ask ask, const struct ybi_rows *day, const struct ybi_rows *year, size_t i, struct dates *out)
{
	yb_day first = YB_DAY_NONE;

	*out = (struct dates){ .has_on = is_known(day, i), .has_year = is_known(year, i) };
	if (out->has_on)
		out->on = ask == YBI_ASK_REFUND ? ybi_day_of_month(ybi_month_of_day(day->values[i])) : day->values[i]; /* credits are by the month */
	out->year = out->has_year ? year->values[i]
		: out->has_on ? ybi_day_year(ybi_day_year_start((yb_day)out->on, book->medical_month, book->medical_day)) : 0;
	out->has_year = out->has_year || out->has_on;
	if (out->has_year)
		first = ybi_cover_year_first(book, (int32_t)out->year);
	out->has_first = first != YB_DAY_NONE;
	out->first = out->has_first ? first : 0;
	if (!out->has_on && out->has_first) {
		out->on = first;
		out->has_on = true;
	}
}

static void
put(struct ybi_worker *w, uint32_t derived, size_t i, bool known, int64_t value)
{
	w->derived_known[derived][i] = known;
	w->derived_values[derived][i] = known ? value : 0;
}

static bool
is_constant(const struct ybi_worker *w, uint32_t number)
{
	const struct ybi_input *in = option_bound(w->bulk, number);

	return !in || in->constant; /* nobody says it */
}

/* Of a row that has no day where one is needed, or one that the section does not answer for. */
static uint8_t
stop_of_day(struct ybi_worker *w, const struct dates *dates)
{
	bool outside = dates->has_on && (dates->on < w->view->from || dates->on >= w->view->to);

	w->outside = w->outside || outside;
	if (dates->has_on)
		return outside ? YBI_STOP_DAY : 0;
	return w->view->from > YBI_DAY_FIRST || w->bulk->ask == YBI_ASK_REFUND; /* nothing can be credited on no day */
}

/* The same day and year for all rows, as they usually are; a section that answers for that day. */
static bool
same_dates(struct ybi_worker *w, const struct ybi_rows *day, const struct ybi_rows *year)
{
	const uint32_t needed = 1u << YBI_FROM_ON | 1u << YBI_FROM_YEAR | 1u << YBI_FROM_YEAR_FIRST;
	struct dates dates;
	uint8_t stop;

	if ((w->view->derived & needed) || w->bulk->roles[YBI_ROLE_BIRTH] != YBI_NO_INPUT || !is_constant(w, YBI_OPTION_ON) ||
	    !is_constant(w, YBI_OPTION_YEAR))
		return false;
	dates_of(w->view->book, w->bulk->ask, day, year, 0, &dates);
	stop = stop_of_day(w, &dates);
	for (size_t i = 0; stop && i < w->count; i++)
		w->exact[i] |= stop;
	return true;
}

void
ybi_block_dates(struct ybi_worker *w)
{
	static const uint32_t from[] = { YBI_FROM_ON, YBI_FROM_YEAR, YBI_FROM_YEAR_FIRST };
	const struct ybi_rows *day = option(w, YBI_OPTION_ON), *year = option(w, YBI_OPTION_YEAR), *paid = option(w, YBI_OPTION_PAID_ON), *birth;
	uint32_t input = w->bulk->roles[YBI_ROLE_BIRTH];

	for (uint32_t i = 0; i < w->bulk->inputs_count; i++)
		if (w->bulk->inputs[i].option && w->bulk->inputs[i].option != YBI_OPTION_ARREAR + 1 && !w->bulk->inputs[i].constant)
			refuse_zero(w, &w->slots[i]);
	if (same_dates(w, day, year))
		return;
	for (size_t i = 0; i < w->count; i++) {
		struct dates dates = { 0 };
		if (!w->exact[i])
			dates_of(w->view->book, w->bulk->ask, day, year, i, &dates);
		w->exact[i] |= stop_of_day(w, &dates);
		put(w, YBI_FROM_ON, i, dates.has_on, dates.on);
		put(w, YBI_FROM_YEAR, i, dates.has_year, dates.year);
		put(w, YBI_FROM_YEAR_FIRST, i, dates.has_first, dates.first);
	}
	for (size_t k = 0; k < ARRAY_SIZE(from); k++)
		w->derived[from[k]] = (struct ybi_rows){ .values = w->derived_values[from[k]], .known = w->derived_known[from[k]] };
	if (input == YBI_NO_INPUT)
		return;
	birth = &w->slots[input];
	for (size_t i = 0; i < w->count; i++)
		w->exact[i] |= is_known(birth, i) && is_known(paid, i) && paid->values[i] < birth->values[i];
}

/* ---- views ---- */

/* 0 where a row does not say it; false where it says what cannot be. */
static bool
option_of_row(const struct yb_bulk *bulk, const struct ybi_view *view, uint32_t number, size_t row, int64_t *value)
{
	const struct ybi_input *in = option_bound(bulk, number);
	const struct ybi_view_input *v;

	*value = 0;
	if (!in || !ybi_input_known(in, row))
		return true;
	v = &view->inputs[in - bulk->inputs];
	*value = ybi_input_at(in, row);
	if (in->coded) {
		if (*value < 0 || (uint64_t)*value >= in->word_count || v->states[*value] != YBI_WORD_FACT)
			return false;
		*value = v->map[*value];
	}
	return *value != 0 && *value >= v->low && *value <= v->high;
}

bool
ybi_owed_day(const struct yb_bulk *bulk, const struct ybi_view *view, size_t row, yb_day *day)
{
	int64_t on, year;

	*day = YB_DAY_NONE;
	if (!option_of_row(bulk, view, YBI_OPTION_ON, row, &on) || !option_of_row(bulk, view, YBI_OPTION_YEAR, row, &year))
		return false;
	if (on)
		*day = (yb_day)(bulk->ask == YBI_ASK_REFUND ? ybi_day_of_month(ybi_month_of_day(on)) : on);
	else if (year)
		*day = ybi_cover_year_first(view->book, (int32_t)year);
	return true;
}

bool
ybi_owed_one_day(const struct yb_bulk *bulk)
{
	const struct ybi_input *on = option_bound(bulk, YBI_OPTION_ON), *year = option_bound(bulk, YBI_OPTION_YEAR);

	return (!on || on->constant) && (!year || year->constant);
}

const struct ybi_plan *
ybi_owed_plan(const struct yb_bulk *bulk, const struct ybi_book *book)
{
	return bulk->ask == YBI_ASK_FEE ? book->fee_plan : bulk->ask == YBI_ASK_REFUND ? book->refund_plan : NULL;
}

bool
ybi_view_owes(const struct yb_bulk *bulk, const struct ybi_book *book)
{
	return ybi_owed_plan(bulk, book) && (book->sections & 1u << bulk->ask);
}

struct ybi_view_result
ybi_view_owed(const struct yb_bulk *bulk, const struct ybi_book *book, const struct ybi_output *output)
{
	struct ybi_view_result found = { .reg = YBI_NO_REG, .when = YBI_NO_REG, .lack = YBI_NO_REG, .scale = 1, .wide = true };
	size_t length = output->field ? 0 : strlen(output->name);
	uint32_t answer = output->field ? YBI_NO_ANSWER : ybi_book_answer(book, bulk->ask, output->name, length);
	const struct ybi_plan *plan = ybi_owed_plan(bulk, book);

	if (answer != YBI_NO_ANSWER && answer < plan->answer_count && plan->answers[answer].reg != YBI_NO_REG) {
		found.reg = plan->answers[answer].reg;
		found.lack = plan->answers[answer].lack;
		found.scale = plan->answers[answer].den;
		found.there = true;
		found.wide = false;
	} else if (!output->field && answer == YBI_NO_ANSWER && ybi_book_fact(book, output->name, length) == YBI_NO_FACT) {
		found.wide = false; /* of another question or document: here nothing is called that */
	}
	return found;
}

/* ---- the block ---- */

/* What no row of the block lacks. */
static bool
is_nowhere(const struct ybi_worker *w, const int64_t *values)
{
	return values == w->plan.held + (size_t)YBI_HELD_ZERO * YBI_BLOCK;
}

static void
run_guard(struct ybi_worker *w, const struct ybi_guard *guard)
{
	const int64_t *restrict values = ybi_plan_reg(&w->plan, guard->reg);
	uint8_t *restrict exact = w->exact;
	int64_t low = guard->low, high = guard->high;
	uint8_t stop = guard->stop;

	if ((is_nowhere(w, values) && low <= 0 && high >= 0) || (stop == YBI_STOP_GAP && w->bulk->flags & YB_BULK_LENIENT)) /* a gap then is a remark */
		return;
	for (size_t i = 0; i < w->count; i++)
		exact[i] |= (uint8_t)(stop * ((values[i] < low) | (values[i] > high)));
}

/* Parts of a fen are no answer in a column. */
static void
give_parts(struct ybi_worker *w, const struct ybi_output *out, const int64_t *values, int64_t scale)
{
	for (size_t i = 0; i < w->count; i++) {
		size_t row = w->first + (w->rows ? w->rows[i] : i);
		bool whole = values && values[i] % scale == 0;
		out->values[row] = whole ? values[i] / scale : 0;
		if (out->known)
			out->known[row] = whole;
	}
}

static void
give(struct ybi_worker *w, const struct ybi_output *out, const struct ybi_view_result *r)
{
	const int64_t *values = r->there ? ybi_plan_reg(&w->plan, r->reg) : NULL;

	if (!values || r->scale != 1) {
		give_parts(w, out, values, r->scale);
		return;
	}
	if (w->rows) {
		for (size_t i = 0; i < w->count; i++)
			out->values[w->first + w->rows[i]] = values[i];
		for (size_t i = 0; out->known && i < w->count; i++)
			out->known[w->first + w->rows[i]] = 1;
		return;
	}
	if (w->bulk->far && values != out->values + w->first)
		ybi_copy_far(out->values + w->first, values, w->count);
	else if (values != out->values + w->first)
		memcpy(out->values + w->first, values, w->count * sizeof(*values));
	if (out->known)
		memset(out->known + w->first, 1, w->count);
}

/*
 * Answers in whole fen are written where the caller wants them. Where that lies beyond the caches, it is asked for a block before, as facts are:
 * so few columns are sooner written by way of the caches than past them.
 */
static void
aim(struct ybi_worker *w, const struct ybi_plan *plan)
{
	const struct yb_bulk *bulk = w->bulk;
	struct ybi_scratch *s = &w->plan;

	ybi_block_ahead(w, plan);
	for (size_t o = 0; o < bulk->outputs_count && !w->rows; o++) {
		const struct ybi_view_result *r = &w->view->results[o];
		int64_t *to = bulk->outputs[o].values + w->first;
		struct ybi_ahead ahead = { .at = (uintptr_t)(to + w->count), .end = (uintptr_t)(to + w->count + YBI_BLOCK) };
		if (!r->there || r->scale != 1 || s->target[r->reg])
			continue;
		s->target[r->reg] = to;
		ahead.share = (ahead.end - ahead.at) / plan->step_count / YBI_CACHE_LINE * YBI_CACHE_LINE + YBI_CACHE_LINE;
		if (bulk->far && s->ahead_count < YBI_AHEAD)
			s->ahead[s->ahead_count++] = ahead;
	}
}

/* Rows that have no such answer: what a year comes to where nobody says how many months it is. */
static void
take_back(struct ybi_worker *w, const struct ybi_output *out, const int64_t *lacks)
{
	for (size_t i = 0; !is_nowhere(w, lacks) && i < w->count; i++) {
		size_t row = w->first + (w->rows ? w->rows[i] : i);
		out->values[row] = lacks[i] ? 0 : out->values[row];
		if (out->known)
			out->known[row] = out->known[row] && !lacks[i];
	}
}

static void
block_owe(struct ybi_worker *w)
{
	const struct yb_bulk *bulk = w->bulk;
	const struct ybi_plan *plan = ybi_owed_plan(bulk, w->view->book);

	for (size_t o = 0; o < bulk->outputs_count; o++)
		if (w->view->results[o].wide) {
			memset(w->exact, 1, w->count);
			return;
		}
	aim(w, plan);
	w->plan.idle = w->view->idle;
	ybi_plan_run(plan, w->columns, w->count, &w->plan, w->exact);
	for (size_t i = 0; bulk->flags & YB_BULK_LENIENT && i < w->count; i++)
		w->exact[i] |= w->exact[i] & YBI_STOP_GAP ? YBI_STOP_EXACT : 0; /* a figure of a weak source may stand there for a lenient question */
	for (uint32_t i = 0; i < plan->guard_count; i++)
		run_guard(w, &plan->guards[i]);
	for (size_t o = 0; o < bulk->outputs_count; o++) {
		const struct ybi_view_result *r = &w->view->results[o];
		give(w, &bulk->outputs[o], r);
		if (r->there && r->lack != YBI_NO_REG)
			take_back(w, &bulk->outputs[o], ybi_plan_reg(&w->plan, r->lack));
	}
	memset(w->plan.target, 0, plan->regs * sizeof(*w->plan.target));
}

YBI_FOR_EVERY_CPU(, w->bulk->may, ybi_block_owe, block_owe, (struct ybi_worker *w), (w))
