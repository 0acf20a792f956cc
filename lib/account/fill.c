/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>

#include "account/cover.h"
#include "account/history.h"
#include "base/calendar.h"
#include "base/memory.h"
#include "policy/field.h"

/*
 * What questions ask of a person and a ledger knows: the balance of the account, the cover history, the months paid. Nothing that the
 * person says is changed; what the ledger says otherwise is a contradiction.
 */

struct filling {
	struct yb_person *person;
	struct ybi_person_row row;
	yb_day day;
	struct ybi_history history;
	yb_fen balance;         /* of the account, at the end of the day */
	struct yb_person *told; /* the cover history as the ledger has it */
	struct ybi_text filled; /* what was filled, | between */
};

static yb_status
contradicts(struct yb_error **err, const char *fact, const char *what)
{
	return ybi_error_at(err, YB_E_CONTRADICTION, NULL, fact, "%s: the ledger says something else%s", fact, what);
}

static void
note(struct filling *f, const char *fact)
{
	ybi_text_puts(&f->filled, f->filled.length ? "|" : "");
	ybi_text_puts(&f->filled, fact);
}

/* ---- the cover history of the ledger ---- */

static yb_day
month_first(int32_t month)
{
	yb_day day = YB_DAY_NONE;

	(void)yb_day_from_ymd(month / 12, month % 12 + 1, 1, &day);
	return day;
}

static yb_day
month_last(int32_t month)
{
	return month >= 9999 * 12 + 11 ? YBI_DAY_LAST : month_first(month + 1) - 1;
}

/* Schemes of residents are paid by the year, all others by the month. */
static bool
by_year(const char *insutype)
{
	return !strncmp(insutype, "39", 2);
}

/* Did a fund pay a bill of the scheme in these days, as far as it stands? */
static bool
fund_paid(const struct filling *f, const char *insutype, yb_day first, yb_day last)
{
	for (size_t i = 0; i < f->history.count; i++) {
		const struct ybi_happened *row = &f->history.rows[i];
		yb_fen paid = ybi_told_value(row->t, YBI_TOLD_FUND_PAY_SUMAMT);
		if (row->posted.kind != YBI_POST_SETTLEMENT || row->undone || row->posted.business_day < first || row->posted.business_day > last ||
		    strcmp(ybi_told_text(row->t, YBI_TOLD_INSUTYPE), insutype) != 0)
			continue;
		for (size_t k = i + 1; k < f->history.count; k++)
			if (f->history.rows[k].posted.kind == YBI_POST_ADJUSTMENT && f->history.rows[k].posted.belongs == row->posted.seq)
				paid += ybi_told_value(f->history.rows[k].t, YBI_TOLD_FUND_PAY_SUMAMT);
		if (paid > 0)
			return true;
	}
	return false;
}

static struct ybi_cover *
find_year(const struct yb_person *person, const char *insutype, int32_t year)
{
	for (size_t i = 0; i < person->cover_count; i++)
		if (person->covers[i].year == year && !strcmp(person->covers[i].insutype, insutype))
			return &person->covers[i];
	return NULL;
}

/* A payment from 24 months before the year to 12 months after it; one on another day is not told. */
static yb_day
payment_of(int32_t year, yb_day day)
{
	int32_t paid = ybi_day_year(day);

	return paid >= year - 2 && paid <= year + 1 ? day : YB_DAY_NONE;
}

/* The coverage years of one contribution: each begins twelve months after the one before. A year that was made up for was not covered. */
static yb_status
add_years(struct filling *f, const struct ybi_happened *row, struct yb_error **err)
{
	const char *insutype = ybi_told_text(row->t, YBI_TOLD_INSUTYPE);
	int32_t month = ybi_month_of(ybi_told_value(row->t, YBI_TOLD_ACCRYM_BEGN)), end = ybi_month_of(ybi_told_value(row->t, YBI_TOLD_ACCRYM_END));
	yb_status st = YB_OK;

	for (; month <= end && st == YB_OK; month += 12) {
		int32_t year = month / 12, last = month + 11 < end ? month + 11 : end;
		struct ybi_cover *there = find_year(f->told, insutype, year);
		yb_day paid_on = payment_of(year, row->posted.business_day);
		uint32_t flags = 0;
		if (there) { /* paid twice: the first payment counts */
			there->paid_on = paid_on != YB_DAY_NONE && (there->paid_on == YB_DAY_NONE || paid_on < there->paid_on) ? paid_on : there->paid_on;
			continue;
		}
		if (fund_paid(f, insutype, month_first(month), month_last(last)))
			flags = YB_COVER_CLAIMED;
		else if (month_last(last) <= f->day) /* in one that goes on, a fund may still pay */
			flags = YB_COVER_NOT_CLAIMED;
		st = yb_person_add_cover_year(f->told, insutype, year, paid_on, flags, err);
	}
	return st;
}

/* Months of a scheme, those made up for among them, as periods without a gap. */
static yb_status
add_periods(struct filling *f, const char *insutype, struct yb_error **err)
{
	struct ybi_runs runs = { 0 };
	yb_status st = ybi_history_months(&f->history, insutype, true, &runs, err);

	for (size_t i = 0; i < runs.count && st == YB_OK; i++)
		st = yb_person_add_cover_period(f->told, insutype, month_first(runs.rows[i].first), month_last(runs.rows[i].last), YB_DAY_NONE, 0, err);
	free(runs.rows);
	return st;
}

static bool
has_scheme(const struct yb_person *person, const char *insutype)
{
	for (size_t i = 0; i < person->cover_count; i++)
		if (!strcmp(person->covers[i].insutype, insutype))
			return true;
	return false;
}

static yb_status
tell_cover(struct filling *f, struct yb_error **err)
{
	const struct ybi_known *birth = ybi_record_get(&f->person->record, YB_FIELD_BRDY);
	yb_status st = yb_person_new(&f->told, err);

	if (st == YB_OK && birth->known)
		st = yb_person_set_day(f->told, YB_FIELD_BRDY, (yb_day)birth->value);
	for (size_t i = 0; i < f->history.count && st == YB_OK; i++) {
		const struct ybi_happened *row = &f->history.rows[i];
		const char *insutype = ybi_told_text(row->t, YBI_TOLD_INSUTYPE);
		if (!ybi_contribution_stands(&f->history, row) || !ybi_code_find(YB_FIELD_INSUTYPE, insutype, strlen(insutype)))
			continue;
		if (!by_year(insutype) && !has_scheme(f->told, insutype))
			st = add_periods(f, insutype, err);
		else if (by_year(insutype) && !ybi_contribution_makes_up(row))
			st = add_years(f, row, err);
	}
	return st;
}

/* ---- what the person says already ---- */

/* Is every day of a period within periods of the scheme? */
static bool
says_period(const struct yb_person *person, const struct ybi_cover *told)
{
	yb_day at = told->begin;

	for (size_t i = 0; i < person->cover_count; i++) { /* by time */
		const struct ybi_cover *cover = &person->covers[i];
		if (cover->year != 0 || strcmp(cover->insutype, told->insutype) != 0 || cover->begin > at)
			continue;
		if (cover->end == YB_DAY_NONE || cover->end >= told->end)
			return true;
		at = cover->end >= at ? cover->end + 1 : at;
	}
	return false;
}

static yb_status
check_cover(const struct filling *f, struct yb_error **err)
{
	for (size_t i = 0; i < f->told->cover_count; i++) {
		const struct ybi_cover *told = &f->told->covers[i], *said = told->year ? find_year(f->person, told->insutype, told->year) : NULL;
		char what[80];
		if (told->year)
			(void)snprintf(what, sizeof(what), " of coverage year %d of %s", (int)told->year, told->insutype);
		else
			(void)snprintf(what, sizeof(what), " of a period of %s", told->insutype);
		if (told->year ? !said : !says_period(f->person, told))
			return contradicts(err, "yb_cover", what);
		if (!told->year)
			continue;
		if (said->paid_on != YB_DAY_NONE && told->paid_on != YB_DAY_NONE && said->paid_on != told->paid_on)
			return contradicts(err, "paid_on", what);
		if (said->claimed && told->claimed && said->claimed != told->claimed)
			return contradicts(err, "claimed", what);
	}
	return YB_OK;
}

static yb_status
check_said(const struct filling *f, int64_t months, struct yb_error **err)
{
	const struct ybi_known *balance = ybi_record_get(&f->person->record, YB_FIELD_YB_ACCOUNT_BALANCE);
	const struct ybi_known *paid = ybi_record_get(&f->person->record, YB_FIELD_YB_PAID_MONTHS);

	if (balance->known && balance->value != f->balance)
		return contradicts(err, "yb_account_balance", "");
	if (paid->known && paid->value < months)
		return contradicts(err, "yb_paid_months", "");
	return f->person->cover_known ? check_cover(f, err) : YB_OK;
}

/* ---- filling: nothing here can fail but for memory, and that before anything is changed ---- */

static void
fill_cover(struct filling *f)
{
	struct yb_person *person = f->person, *told = f->told;
	bool changed = false;

	if (!person->cover_known && told->cover_count == 0)
		return; /* a ledger without contributions does not know that there was no cover */
	if (!person->cover_known) {
		struct ybi_cover *covers = person->covers;
		size_t room = person->cover_room;
		person->covers = told->covers;
		person->cover_count = told->cover_count;
		person->cover_room = told->cover_room;
		person->cover_known = true;
		told->covers = covers; /* wiped already; freed with it */
		told->cover_room = room;
		told->cover_count = 0;
		note(f, "yb_cover");
		return;
	}
	for (size_t i = 0; i < told->cover_count; i++) {
		const struct ybi_cover *row = &told->covers[i];
		struct ybi_cover *said = row->year ? find_year(person, row->insutype, row->year) : NULL;
		if (said && said->paid_on == YB_DAY_NONE && row->paid_on != YB_DAY_NONE) {
			said->paid_on = row->paid_on;
			changed = true;
		}
		if (said && !said->claimed && row->claimed) {
			said->claimed = row->claimed;
			changed = true;
		}
	}
	if (changed)
		note(f, "yb_cover");
}

static yb_status
fill(struct filling *f, int64_t months, bool monthly, struct yb_error **err)
{
	bool balance = !ybi_record_get(&f->person->record, YB_FIELD_YB_ACCOUNT_BALANCE)->known && f->balance >= 0;
	bool paid = !ybi_record_get(&f->person->record, YB_FIELD_YB_PAID_MONTHS)->known && monthly;

	ybi_text_fill(&f->filled, ' ', 64); /* room for the names of all */
	if (f->filled.failed)
		return ybi_error_no_memory(err);
	f->filled.length = 0;
	if (balance) {
		(void)yb_person_set_fen(f->person, YB_FIELD_YB_ACCOUNT_BALANCE, f->balance);
		note(f, "yb_account_balance");
	}
	if (paid) {
		(void)yb_person_set_count(f->person, YB_FIELD_YB_PAID_MONTHS, months);
		note(f, "yb_paid_months");
	}
	fill_cover(f);
	f->filled.data[f->filled.length] = '\0';
	return YB_OK;
}

/* ---- asking ---- */

static const char *
text_of(const struct yb_person *person, yb_field field)
{
	const struct ybi_known *known = ybi_record_get(&person->record, field);

	return known->known ? known->text : NULL;
}

static yb_status
read_ledger(struct filling *f, struct yb_ledger *ledger, struct yb_error **err)
{
	const uint32_t kinds = YBI_PAID_KINDS | 1u << YBI_POST_SETTLEMENT | 1u << YBI_POST_ADJUSTMENT;
	char account[sizeof("account/") + YB_LEDGER_HASH_SIZE];
	yb_status st = ybi_ledger_enter(ledger, false, err);

	if (st != YB_OK)
		return st;
	st = ybi_ledger_look_person(ledger, text_of(f->person, YB_FIELD_PSN_NO), text_of(f->person, YB_FIELD_CERTNO), &f->row, err);
	if (st == YB_OK)
		st = ybi_history_load(ledger, f->row.id, kinds, YB_AXIS_BUSINESS, f->day, &f->history, err);
	if (st == YB_OK) {
		(void)snprintf(account, sizeof(account), "account/%s", f->row.token);
		st = ybi_ledger_balance(ledger, account, YB_AXIS_BUSINESS, f->day, &f->balance, err);
	}
	return ybi_ledger_leave(ledger, false, st, err);
}

/* Months of the person's scheme up to that of the day; a scheme that is paid by the year has none. */
static yb_status
count_months(const struct filling *f, int64_t *months, bool *monthly, struct yb_error **err)
{
	const char *insutype = text_of(f->person, YB_FIELD_INSUTYPE);
	struct ybi_runs runs = { 0 };
	yb_status st;

	*months = 0;
	*monthly = insutype && !by_year(insutype);
	if (!*monthly)
		return YB_OK;
	st = ybi_history_months(&f->history, insutype, true, &runs, err);
	if (st == YB_OK)
		*months = ybi_runs_months(&runs, 0, (int32_t)ybi_period_of_month(f->day));
	free(runs.rows);
	return st;
}

yb_status
yb_ledger_fill_person(struct yb_ledger *ledger, struct yb_person *person, yb_day day, char **filled, struct yb_error **err)
{
	struct filling f = { .person = person, .day = day };
	bool monthly = false;
	int64_t months = 0;
	yb_status st;

	if (filled)
		*filled = NULL;
	if (!ledger || !person)
		return YB_E_INVALID;
	if (!ybi_day_valid(day))
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "day", "no day of the years 1 to 9999");
	if (!text_of(person, YB_FIELD_PSN_NO) && !text_of(person, YB_FIELD_CERTNO))
		return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "psn_no", "a ledger knows a person by psn_no or certno");
	st = read_ledger(&f, ledger, err);
	if (st == YB_OK)
		st = tell_cover(&f, err);
	if (st == YB_OK)
		st = count_months(&f, &months, &monthly, err);
	if (st == YB_OK)
		st = check_said(&f, months, err);
	if (st == YB_OK)
		st = fill(&f, months, monthly, err);
	if (st == YB_OK && filled) {
		*filled = f.filled.data;
		f.filled = (struct ybi_text) { 0 };
	}
	ybi_text_free(&f.filled);
	ybi_history_free(&f.history);
	yb_person_unref(f.told);
	return st;
}
