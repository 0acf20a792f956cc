/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/calendar.h"
#include "decide/decision.h"

/*
 * A cover history read as facts: how long the gap before the asked cover is,
 * how long cover ran without a break before it, which years were missed.
 */

yb_day
ybi_cover_year_first(const struct ybi_book *book, int32_t year)
{
	yb_day day;

	return yb_day_from_ymd(year, book->medical_month, book->medical_day, &day) == YB_OK ? day : YB_DAY_NONE;
}

/* First and last day of an entry; a running period has no last day. */
static bool
entry_days(const struct ybi_book *book, const struct ybi_cover *cover, yb_day *first, yb_day *last)
{
	if (cover->year == 0) {
		*first = cover->begin;
		*last = cover->end == YB_DAY_NONE ? YBI_DAY_LAST : cover->end;
		return true;
	}
	*first = ybi_cover_year_first(book, cover->year);
	*last = ybi_cover_year_first(book, cover->year + 1);
	if (*first == YB_DAY_NONE || *last == YB_DAY_NONE)
		return false;
	--*last;
	return true;
}

/* The scheme that a question is about: the document's, but for a worked example, which has none, the person's. */
static const char *
scheme_of(const struct yb_decision *d)
{
	const char *own = d->head[YBI_HEAD_INSUTYPE];

	return own[0] && !ybi_code_find(YB_FIELD_INSUTYPE, d->book->scheme, strlen(d->book->scheme)) ? own : d->book->scheme;
}

static bool
fact_value(const struct yb_decision *d, const char *name, int64_t *value)
{
	uint32_t fact = ybi_book_fact(d->book, name, strlen(name));

	*value = d->facts[fact].value;
	return d->facts[fact].given != 0;
}

/* The day that decides which entry is the cover asked about: that of payment, else the day asked about, else the first of the year. */
static yb_day
reference(const struct yb_decision *d)
{
	int64_t value;

	if (d->asked_on != YB_DAY_NONE)
		return d->asked_on;
	if (d->facts[d->book->paid_fact].given)
		return (yb_day)d->facts[d->book->paid_fact].value;
	return fact_value(d, "year_first", &value) ? (yb_day)value : YB_DAY_NONE;
}

const struct ybi_cover *
ybi_cover_current(const struct yb_decision *d, const struct yb_person *person)
{
	const struct ybi_fact *year = &d->facts[YBI_FACT_YEAR];
	yb_day at = reference(d);

	for (size_t i = 0; person->cover_known && i < person->cover_count; i++) {
		const struct ybi_cover *cover = &person->covers[i];
		yb_day first, last;
		if (strcmp(cover->insutype, scheme_of(d)) != 0 || !entry_days(d->book, cover, &first, &last) ||
		    (cover->admdvs[0] && d->head[YBI_HEAD_INSUPLC][0] && !ybi_same_area(d->head[YBI_HEAD_INSUPLC], cover->admdvs)))
			continue; /* cover elsewhere is what came before, not what is asked about */
		if (cover->year != 0 ? year->given && year->value == cover->year : at != YB_DAY_NONE && at >= first && at <= last)
			return cover;
	}
	return NULL;
}

/* ---- spans of cover before the asked one ---- */

struct span {
	yb_day first, last;
	const struct ybi_cover *cover;
};

#define SPANS 200

/* Entries of the past, by their last day; what runs on is cut where the asked cover begins. */
static uint32_t
past_spans(const struct yb_decision *d, const struct yb_person *person, const struct ybi_cover *current, yb_day cut, struct span *out)
{
	uint32_t n = 0;

	for (size_t i = 0; i < person->cover_count && n < SPANS; i++) {
		struct span span = { .cover = &person->covers[i] };
		uint32_t k;
		if (span.cover == current || !entry_days(d->book, span.cover, &span.first, &span.last) || span.first >= cut)
			continue;
		if (span.last >= cut && span.cover->year == 0 && span.cover->end == YB_DAY_NONE)
			span.last = cut - 1;
		for (k = n++; k > 0 && out[k - 1].last > span.last; k--)
			out[k] = out[k - 1];
		out[k] = span;
	}
	return n;
}

static bool
year_covered(const struct ybi_book *book, const struct span *spans, uint32_t count, int32_t year)
{
	yb_day first = ybi_cover_year_first(book, year), next = ybi_cover_year_first(book, year + 1);

	for (uint32_t i = 0; i < count; i++)
		if (spans[i].first < next && spans[i].last >= first)
			return true;
	return false;
}

static int32_t
whole_months(yb_day from, yb_day to)
{
	int32_t months;

	return to > from && yb_day_months_between(from, to, &months) == YB_OK ? months : 0;
}

/* Months of cover up to `end` (excluded) without a break of more than the document lets pass. */
static int32_t
continuous_months(const struct ybi_book *book, const struct span *spans, uint32_t count, yb_day end)
{
	yb_day first = count ? spans[count - 1].first : end, last = end, limit;
	int32_t months = 0;

	for (uint32_t i = count ? count - 1 : 0; i-- > 0;) {
		yb_day next = spans[i].last + 1;
		if (next < first) { /* each stretch has its own whole months */
			if (book->break_at_most == 0 || yb_day_add_months(next, book->break_at_most, book->month_end, &limit) != YB_OK || first > limit)
				break;
			months += whole_months(first, last);
			last = next;
		}
		if (spans[i].first < first)
			first = spans[i].first;
	}
	return months + whole_months(first, last);
}

static void
set_fact(struct yb_decision *d, const char *name, int64_t value)
{
	uint32_t fact = ybi_book_fact(d->book, name, strlen(name));

	if (d->facts[fact].given != 1)
		d->facts[fact] = (struct ybi_fact){ .value = value, .state = YBI_KNOWN, .given = 2 };
}

static void
clear_fact(struct yb_decision *d, const char *name)
{
	uint32_t fact = ybi_book_fact(d->book, name, strlen(name));

	if (d->facts[fact].given == 2)
		d->facts[fact] = (struct ybi_fact){ .state = YBI_UNKNOWN };
}

static void
bind_years(struct yb_decision *d, const struct span *spans, uint32_t count, int32_t year, bool has_birth, yb_day birth)
{
	const struct ybi_book *book = d->book;
	int32_t earliest = book->gaps_from, first_covered = 0, gap = 0, run = 0, missed = 0;

	for (uint32_t i = 0; i < count; i++) {
		int32_t y = ybi_day_year(ybi_day_year_start(spans[i].first, book->medical_month, book->medical_day));
		if (!first_covered || y < first_covered)
			first_covered = y;
	}
	if (first_covered >= year)
		first_covered = 0; /* not covered before the year asked about */
	if (first_covered && earliest < first_covered)
		earliest = first_covered;
	if (!first_covered && has_birth) { /* a child cannot have missed the years before its birth */
		int32_t born = ybi_day_year(ybi_day_year_start(birth, book->medical_month, book->medical_day));
		if (!earliest && born + 1 >= year)
			earliest = year;
		else if (earliest && earliest <= born)
			earliest = born + 1;
	}
	if (!earliest)
		return; /* never covered before, and the document does not say from when years count */
	while (year - 1 - gap >= earliest && !year_covered(book, spans, count, year - 1 - gap))
		gap++;
	while (first_covered && year - 1 - run >= first_covered && year_covered(book, spans, count, year - 1 - run))
		run++;
	for (int32_t y = earliest; y < year; y++)
		missed += !year_covered(book, spans, count, y);
	set_fact(d, "gap_years", gap);
	set_fact(d, "continuous_years", run);
	set_fact(d, "missed_years", missed);
}

yb_status
ybi_cover_bind(struct yb_decision *d, const struct yb_person *person, struct yb_error **err)
{
	static const char *const derived[] = { "gap_years", "gap_months", "gap_start", "continuous_months", "continuous_years", "missed_years",
		                               "previous_insutype", "previous_admdvs", "resumed" };
	const struct ybi_book *book = d->book;
	const struct ybi_fact *year = &d->facts[YBI_FACT_YEAR], *paid = &d->facts[book->paid_fact], *birth = &d->facts[book->field_fact[YB_FIELD_BRDY]];
	const struct ybi_cover *current;
	struct span spans[SPANS];
	yb_day cut = YB_DAY_NONE, first, last;
	uint32_t count;

	for (size_t i = 0; i < ARRAY_SIZE(derived); i++)
		clear_fact(d, derived[i]);
	if (paid->given && birth->given && paid->value < birth->value)
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "paid_on", "paid before birth");
	if (!person || !person->cover_known)
		return YB_OK;
	current = ybi_cover_current(d, person);
	if (current && entry_days(book, current, &first, &last))
		cut = first;
	else if (year->given)
		cut = paid->given && paid->value > ybi_cover_year_first(book, (int32_t)year->value) ? (yb_day)paid->value
		                                                                                   : ybi_cover_year_first(book, (int32_t)year->value);
	else if (paid->given)
		cut = (yb_day)paid->value;
	if (cut == YB_DAY_NONE)
		return YB_OK;
	if (d->ask == YBI_ASK_REIMBURSE) { /* up to the day of the bill, the running cover with it */
		current = NULL;
		cut = d->facts[YBI_FACT_ON].given ? (yb_day)d->facts[YBI_FACT_ON].value + 1 : cut;
	}
	count = past_spans(d, person, current, cut, spans);
	if (year->given)
		bind_years(d, spans, count, (int32_t)year->value, birth->given != 0, (yb_day)birth->value);
	if (count) {
		const struct span *latest = &spans[count - 1];
		yb_day gap_start = latest->last + 1 < cut ? latest->last + 1 : cut, until = paid->given ? (yb_day)paid->value : cut;
		set_fact(d, "gap_start", gap_start);
		set_fact(d, "gap_months", whole_months(gap_start, until));
		set_fact(d, "continuous_months", continuous_months(book, spans, count, gap_start));
		set_fact(d, "previous_insutype", ybi_book_atom(book, latest->cover->insutype, strlen(latest->cover->insutype)));
		if (latest->cover->admdvs[0])
			set_fact(d, "previous_admdvs", ybi_bind_atom(book, ybi_book_fact(book, "previous_admdvs", 15), latest->cover->admdvs, strlen(latest->cover->admdvs)));
		if (current && current->year == 0 && current->begin > gap_start)
			set_fact(d, "resumed", current->begin);
	} else { /* never covered: no scheme was the previous one */
		set_fact(d, "continuous_months", 0);
		set_fact(d, "previous_insutype", 0);
		set_fact(d, "previous_admdvs", 0);
	}
	return YB_OK;
}

/* ---- years, for rewards ---- */

/* Of two covers in one year: yes beats not known, which beats no. */
static uint8_t
joined(uint8_t a, uint8_t b)
{
	return a == 2 || b == 2 ? 2 : a == 0 || b == 0 ? 0 : 1;
}

/* A year under the other scheme is neither a year of this one nor a gap, and is left out. */
bool
ybi_cover_years(struct yb_decision *d, const struct yb_person *person, int32_t year)
{
	const struct ybi_book *book = d->book;
	int32_t first_year = 0;

	d->history_count = 0;
	if (!person->cover_known)
		return false;
	for (size_t i = 0; i < person->cover_count; i++) {
		yb_day first, last;
		if (!strcmp(person->covers[i].insutype, scheme_of(d)) && entry_days(book, &person->covers[i], &first, &last)) {
			int32_t y = ybi_day_year(ybi_day_year_start(first, book->medical_month, book->medical_day));
			if (!first_year || y < first_year)
				first_year = y;
		}
	}
	d->year_missed = false;
	if (first_year && first_year < book->rewards_from)
		first_year = book->rewards_from;
	for (int32_t y = first_year; first_year && y <= year && d->history_count < YBI_HISTORY; y++) {
		struct ybi_reward_year row = { .year = y, .current = y == year };
		yb_day from = ybi_cover_year_first(book, y), next = ybi_cover_year_first(book, y + 1);
		bool other = false;
		for (size_t i = 0; i < person->cover_count; i++) {
			const struct ybi_cover *cover = &person->covers[i];
			yb_day first, last;
			if (!entry_days(book, cover, &first, &last) || first >= next || last < from)
				continue;
			if (strcmp(cover->insutype, scheme_of(d)) != 0) {
				other = true;
				continue;
			}
			row.claimed = row.enrolled ? joined(row.claimed, cover->claimed) : cover->claimed;
			row.used = row.enrolled ? joined(row.used, cover->used) : cover->used;
			row.enrolled = true;
		}
		if (row.current && !row.enrolled && !other)
			d->year_missed = true;
		if (row.enrolled || !other)
			d->history[d->history_count++] = row;
	}
	return true;
}
