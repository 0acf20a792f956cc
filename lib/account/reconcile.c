/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/reconcile.h"

#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX

/* A row under one of its numbers. */
struct entry {
	const char *name;
	bool out;      /* gives back */
	yb_fen amount;
	yb_fen fund, account; /* 0 where they do not count */
	yb_day day;
	size_t index;  /* of the row; NONE: it has found its partner */
};

struct side {
	struct entry *entries;
	size_t count;
	size_t *partner; /* by row: the row of the other side, NONE for none yet */
};

struct matching {
	const struct ybi_bill *bill;
	const struct ybi_book_row *rows;
	size_t row_count;
	yb_day from, to;
	struct side there, here; /* the bill's rows, ours */
	size_t *there_original, *here_original; /* by row of the bill: what it gives back of, in the bill and of ours */
	yb_fen *given;           /* by row of the bill: what is given back of it */
	bool *there_twice, *here_twice, *here_undone; /* by row */
	struct ybi_reconciliation *result;
};

const char *
ybi_match_class_name(enum ybi_match_class class)
{
	static const char *const names[] = { "equal", "different", "missing_here", "missing_there", "duplicate_there", "duplicate_here", "void" };

	return names[class];
}

/* ---- order ---- */

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* By number and direction, then so that like stands before like. The index makes every order total. */
static int
compare_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	if (order == 0)
		order = compare_numbers(a->out, b->out);
	if (order == 0)
		order = compare_numbers(a->amount, b->amount);
	if (order == 0)
		order = compare_numbers(a->fund, b->fund);
	if (order == 0)
		order = compare_numbers(a->account, b->account);
	if (order == 0)
		order = compare_numbers(a->day, b->day);
	return order ? order : compare_numbers((int64_t)a->index, (int64_t)b->index);
}

static bool
same_group(const struct entry *a, const struct entry *b)
{
	return a->out == b->out && strcmp(a->name, b->name) == 0;
}

static size_t
group_end(const struct side *side, size_t begin)
{
	size_t end = begin + 1;

	while (end < side->count && same_group(&side->entries[begin], &side->entries[end]))
		end++;
	return end;
}

/* ---- passes ---- */

static bool
bill_row_out(const struct ybi_bill_row *row)
{
	return row->kind == YBI_BILL_ADJUST ? row->amount < 0 : row->kind != YBI_BILL_PAY;
}

static bool
book_row_out(const struct ybi_book_row *row)
{
	return row->kind == YBI_BILL_ADJUST ? row->amount < 0 : row->kind != YBI_BILL_PAY;
}

static bool
is_outside(const struct matching *m, yb_day day)
{
	return day != YB_DAY_NONE && ((m->from != YB_DAY_NONE && day < m->from) || (m->to != YB_DAY_NONE && day > m->to));
}

static void
side_add(struct side *side, size_t index, const char *name, bool out, yb_fen amount, yb_day day)
{
	if (name[0])
		side->entries[side->count++] = (struct entry) { .name = name, .out = out, .amount = amount, .day = day, .index = index };
}

static void
side_sort(struct side *side)
{
	if (side->count > 1)
		qsort(side->entries, side->count, sizeof(*side->entries), compare_entries);
}

static void
pair(struct matching *m, struct entry *there, struct entry *here)
{
	m->there.partner[there->index] = here->index;
	m->here.partner[here->index] = there->index;
	there->index = here->index = NONE;
}

/* Within a group: those of the same amount first; then, where they may differ, the rest in order. */
static void
group_pair(struct matching *m, size_t there, size_t there_end, size_t here, size_t here_end, bool loose)
{
	struct entry *a = m->there.entries, *b = m->here.entries;

	for (size_t i = there, j = here; i < there_end && j < here_end;) {
		int order = compare_numbers(a[i].amount, b[j].amount);

		if (order == 0)
			pair(m, &a[i++], &b[j++]);
		else if (order < 0)
			i++;
		else
			j++;
	}
	for (size_t i = there, j = here; loose && i < there_end && j < here_end;) {
		if (a[i].index == NONE)
			i++;
		else if (b[j].index == NONE)
			j++;
		else
			pair(m, &a[i++], &b[j++]);
	}
}

/* Pair what is under the same number on both sides. */
static void
sides_pair(struct matching *m, bool loose)
{
	size_t i = 0, j = 0;

	side_sort(&m->there);
	side_sort(&m->here);
	while (i < m->there.count && j < m->here.count) {
		struct entry a = m->there.entries[i], b = m->here.entries[j];
		int order = strcmp(a.name, b.name);

		if (order == 0)
			order = compare_numbers(a.out, b.out);
		if (order == 0) {
			size_t i_end = group_end(&m->there, i), j_end = group_end(&m->here, j);
			group_pair(m, i, i_end, j, j_end, loose);
			i = i_end;
			j = j_end;
		} else if (order < 0) {
			i++;
		} else {
			j++;
		}
	}
}

/* Which numbers of either side are held against each other, the surest first. */
enum number { NUMBER_ID, NUMBER_THEIRS, NUMBER_ORIGINAL, NUMBER_VISIT };

static const struct pass {
	enum number there, here;
	bool loose; /* amounts may differ */
} by_number[] = {
	{ NUMBER_ID, NUMBER_ID, true },
	{ NUMBER_THEIRS, NUMBER_THEIRS, true },
	{ NUMBER_THEIRS, NUMBER_ID, true },
	{ NUMBER_ID, NUMBER_THEIRS, true },
}, by_original[] = {
	/* a refund without a number that both know: by what it gives back of, if the amount is the same */
	{ NUMBER_ORIGINAL, NUMBER_ORIGINAL, false },
	{ NUMBER_VISIT, NUMBER_VISIT, false },
};

/* Of the original: as we name it, where we have it. */
static const char *
bill_number(const struct matching *m, size_t i, enum number number)
{
	const struct ybi_bill_row *row = &m->bill->rows[i];

	switch (number) {
	case NUMBER_ID: return row->id;
	case NUMBER_THEIRS: return row->theirs;
	case NUMBER_VISIT: return row->visit;
	default: return m->here_original[i] == NONE ? row->original : m->rows[m->here_original[i]].id;
	}
}

static const char *
book_number(const struct ybi_book_row *row, enum number number)
{
	switch (number) {
	case NUMBER_ID: return row->id;
	case NUMBER_THEIRS: return row->theirs;
	case NUMBER_VISIT: return row->visit;
	default: return row->original;
	}
}

static void
pass_run(struct matching *m, const struct pass *pass)
{
	m->there.count = m->here.count = 0;
	for (size_t i = 0; i < m->bill->count; i++) {
		const struct ybi_bill_row *row = &m->bill->rows[i];
		if (m->there.partner[i] == NONE && !is_outside(m, row->day))
			side_add(&m->there, i, bill_number(m, i, pass->there), bill_row_out(row), row->amount, row->day);
	}
	for (size_t i = 0; i < m->row_count; i++) {
		const struct ybi_book_row *row = &m->rows[i];
		if (m->here.partner[i] == NONE)
			side_add(&m->here, i, book_number(row, pass->here), book_row_out(row), row->amount, row->day);
	}
	sides_pair(m, pass->loose);
}

/* ---- originals ---- */

/* By a number: the first entry of that name, NONE when there is none. */
static size_t
find_entry(const struct side *side, const char *name)
{
	size_t low = 0, high = side->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(side->entries[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return name[0] && low < side->count && strcmp(side->entries[low].name, name) == 0 ? low : NONE;
}

static void
index_bill(struct matching *m, enum number number)
{
	m->there.count = 0;
	for (size_t i = 0; i < m->bill->count; i++) {
		const struct ybi_bill_row *row = &m->bill->rows[i];
		if (!bill_row_out(row))
			side_add(&m->there, i, bill_number(m, i, number), false, row->amount, row->day);
	}
	side_sort(&m->there);
}

static void
index_book(struct matching *m, enum number number)
{
	m->here.count = 0;
	for (size_t i = 0; i < m->row_count; i++)
		if (!book_row_out(&m->rows[i]))
			side_add(&m->here, i, book_number(&m->rows[i], number), false, m->rows[i].amount, m->rows[i].day);
	side_sort(&m->here);
}

static size_t
entry_row(const struct side *side, size_t entry)
{
	return entry == NONE ? NONE : side->entries[entry].index;
}

/* By the number of the order, ours or the channel's. */
static void
orders_find(struct matching *m, enum number number)
{
	index_bill(m, number);
	for (size_t i = 0; i < m->bill->count; i++) {
		const struct ybi_bill_row *row = &m->bill->rows[i];
		if (bill_row_out(row) && m->there_original[i] == NONE)
			m->there_original[i] = entry_row(&m->there, find_entry(&m->there, number == NUMBER_ID ? row->original : row->their_original));
	}
}

/* The next entries of both sides, from *i and *j on, that are alike in all but the row: what is given back stands with its signs turned. */
static bool
mirror_next(const struct matching *m, size_t *i, size_t *j)
{
	while (*i < m->there.count && *j < m->here.count) {
		struct entry a = m->there.entries[*i], b = m->here.entries[*j];
		int order;

		a.index = b.index = 0;
		order = compare_entries(&a, &b);
		if (order == 0)
			return true;
		*i += order < 0;
		*j += order > 0;
	}
	return false;
}

/* Of the platform: each refund takes back a whole settlement of the same visit. */
static void
visits_find(struct matching *m)
{
	m->there.count = m->here.count = 0;
	for (size_t i = 0; i < m->bill->count; i++) {
		const struct ybi_bill_row *row = &m->bill->rows[i];
		bool out = bill_row_out(row);
		struct side *side = out ? &m->here : &m->there;
		int64_t sign = out ? -1 : 1;

		if (row->visit[0])
			side->entries[side->count++] = (struct entry) { row->visit, false, sign * row->amount, sign * row->fund, sign * row->account, 0, i };
	}
	side_sort(&m->there);
	side_sort(&m->here);
	for (size_t i = 0, j = 0; mirror_next(m, &i, &j); i++, j++)
		m->there_original[m->here.entries[j].index] = m->there.entries[i].index;
}

/* Of ours: the partner of what the bill gives back of, else what has the number that the bill names. */
static void
book_originals_find(struct matching *m)
{
	for (size_t i = 0; i < m->bill->count; i++)
		if (m->there_original[i] != NONE)
			m->here_original[i] = m->there.partner[m->there_original[i]];
	for (int number = NUMBER_ID; number <= NUMBER_THEIRS; number++) {
		index_book(m, (enum number)number);
		for (size_t i = 0; i < m->bill->count; i++) {
			const struct ybi_bill_row *row = &m->bill->rows[i];
			if (bill_row_out(row) && m->here_original[i] == NONE)
				m->here_original[i] = entry_row(&m->here, find_entry(&m->here, row->original));
			if (bill_row_out(row) && m->here_original[i] == NONE)
				m->here_original[i] = entry_row(&m->here, find_entry(&m->here, row->their_original));
		}
	}
}

/* For each row that gives back: of which payment, in the bill and of ours. */
static void
originals_find(struct matching *m)
{
	if (m->bill->format == YBI_BILL_3202) {
		visits_find(m);
	} else {
		orders_find(m, NUMBER_ID);
		orders_find(m, NUMBER_THEIRS);
	}
	for (size_t i = 0; i < m->bill->count; i++)
		if (m->there_original[i] != NONE && m->bill->rows[i].state != YBI_BILL_FAILED)
			m->given[m->there_original[i]] -= m->bill->rows[i].amount;
	book_originals_find(m);
}

/* What we have undone ourselves, and the bill has neither. */
static void
undone_find(struct matching *m)
{
	m->there.count = m->here.count = 0;
	for (size_t i = 0; i < m->row_count; i++) {
		const struct ybi_book_row *row = &m->rows[i];
		bool cancels = row->kind == YBI_BILL_CANCEL;
		struct side *side = cancels ? &m->here : &m->there;
		int64_t sign = cancels ? -1 : 1;

		if (m->here.partner[i] == NONE)
			side->entries[side->count++] = (struct entry) { cancels ? row->original : row->id, false, sign * row->amount, sign * row->fund,
				                                        sign * row->account, 0, i };
	}
	side_sort(&m->there);
	side_sort(&m->here);
	for (size_t i = 0, j = 0; mirror_next(m, &i, &j); i++, j++)
		m->here_undone[m->there.entries[i].index] = m->here_undone[m->here.entries[j].index] = true;
}

/* ---- classes ---- */

/* A refund of WeChat is dated by the day it was asked for, and never told as done: we may have it later, and done. */
static unsigned
pair_differs(const struct matching *m, const struct ybi_bill_row *there, const struct ybi_book_row *here)
{
	bool asked = m->bill->format == YBI_BILL_WECHAT && there->kind != YBI_BILL_PAY && here->day > there->day;
	unsigned differs = 0;

	if (there->amount != here->amount)
		differs |= YBI_DIFFERS_AMOUNT;
	if (there->day != YB_DAY_NONE && here->day != YB_DAY_NONE && there->day != here->day && !asked)
		differs |= YBI_DIFFERS_DAY;
	if ((there->state == YBI_BILL_FAILED) != (here->state == YBI_BILL_FAILED) || (there->state == YBI_BILL_DONE && here->state == YBI_BILL_PENDING))
		differs |= YBI_DIFFERS_STATE;
	if (m->bill->format == YBI_BILL_3201 || m->bill->format == YBI_BILL_3202) {
		if (there->fund != here->fund)
			differs |= YBI_DIFFERS_FUND;
		if (there->account != here->account)
			differs |= YBI_DIFFERS_ACCOUNT;
		if (there->count != here->count)
			differs |= YBI_DIFFERS_COUNT;
	}
	return differs;
}

static unsigned
original_differs(const struct matching *m, size_t i)
{
	const struct ybi_bill_row *row = &m->bill->rows[i];
	size_t original = m->there_original[i];

	if (!bill_row_out(row))
		return 0;
	if (original == NONE)
		return m->bill->format == YBI_BILL_3202 && m->here_original[i] == NONE ? YBI_DIFFERS_ORIGINAL : 0;
	return m->given[original] > m->bill->rows[original].amount ? YBI_DIFFERS_OVER : 0;
}

static void
tally_add(struct ybi_tally *tally, int64_t count, yb_fen amount)
{
	tally->count += count;
	if (amount >= 0)
		tally->paid += amount;
	else
		tally->returned += amount;
}

/* Rows of a side that have the number of another row before them, and no partner. */
static void
duplicates_mark(struct side *side, bool *duplicate)
{
	side_sort(side);
	for (size_t i = 0, end; i < side->count; i = end) {
		bool first = true;

		end = group_end(side, i);
		for (size_t k = i; k < end; k++)
			first = first && side->partner[side->entries[k].index] == NONE;
		for (size_t k = i; k < end; k++) {
			size_t row = side->entries[k].index;
			if (side->partner[row] != NONE)
				continue;
			duplicate[row] = !first;
			first = false;
		}
	}
}

static void
there_put(struct matching *m, size_t i)
{
	struct ybi_reconciliation *r = m->result;
	const struct ybi_bill_row *row = &m->bill->rows[i];
	struct ybi_match *match = &r->matches[r->count++];
	size_t partner = m->there.partner[i];

	*match = (struct ybi_match) { .bill = row, .differs = original_differs(m, i) };
	if (m->there_original[i] != NONE)
		match->bill_original = &m->bill->rows[m->there_original[i]];
	if (m->here_original[i] != NONE)
		match->book_original = &m->rows[m->here_original[i]];
	if (partner == NONE && row->state == YBI_BILL_FAILED) {
		match->class = YBI_MATCH_VOID;
	} else if (partner == NONE) {
		match->class = m->there_twice[i] ? YBI_MATCH_DUPLICATE_THERE : YBI_MATCH_MISSING_HERE;
	} else {
		match->book = &m->rows[partner];
		match->differs |= pair_differs(m, row, match->book);
		match->class = match->differs ? YBI_MATCH_DIFFERENT : YBI_MATCH_EQUAL;
		tally_add(&r->book_by[match->class], match->book->count, match->book->amount);
		tally_add(&r->book_all, match->book->count, match->book->amount);
	}
	tally_add(&r->bill_by[match->class], row->count, row->amount);
	tally_add(&r->bill_all, row->count, row->amount);
	r->fee += row->fee;
}

static void
here_put(struct matching *m, size_t i)
{
	struct ybi_reconciliation *r = m->result;
	const struct ybi_book_row *row = &m->rows[i];
	struct ybi_match *match = &r->matches[r->count++];

	*match = (struct ybi_match) { .book = row, .class = YBI_MATCH_MISSING_THERE };
	if (row->state != YBI_BILL_DONE || m->here_undone[i])
		match->class = YBI_MATCH_VOID;
	else if (m->here_twice[i])
		match->class = YBI_MATCH_DUPLICATE_HERE;
	tally_add(&r->book_by[match->class], row->count, row->amount);
	tally_add(&r->book_all, row->count, row->amount);
}

static int
compare_left(const void *left, const void *right)
{
	const struct ybi_match *a = left, *b = right;
	int order = compare_numbers(a->book->day, b->book->day);

	if (order == 0)
		order = strcmp(a->book->id, b->book->id);
	return order ? order : compare_numbers(a->book - b->book, 0);
}

static void
classes_set(struct matching *m)
{
	struct ybi_reconciliation *r = m->result;
	size_t left;

	m->there.count = m->here.count = 0;
	for (size_t i = 0; i < m->bill->count; i++)
		if (!is_outside(m, m->bill->rows[i].day))
			side_add(&m->there, i, m->bill->rows[i].id, bill_row_out(&m->bill->rows[i]), 0, 0);
	for (size_t i = 0; i < m->row_count; i++)
		if (m->here.partner[i] != NONE || !is_outside(m, m->rows[i].day))
			side_add(&m->here, i, m->rows[i].id, book_row_out(&m->rows[i]), 0, 0);
	duplicates_mark(&m->there, m->there_twice);
	duplicates_mark(&m->here, m->here_twice);
	for (size_t i = 0; i < m->bill->count; i++)
		if (is_outside(m, m->bill->rows[i].day))
			tally_add(&r->bill_outside, m->bill->rows[i].count, m->bill->rows[i].amount);
		else
			there_put(m, i);
	left = r->count;
	for (size_t i = 0; i < m->row_count; i++)
		if (m->here.partner[i] == NONE && !is_outside(m, m->rows[i].day))
			here_put(m, i);
	if (r->count > left)
		qsort(r->matches + left, r->count - left, sizeof(*r->matches), compare_left);
}

/* ---- the whole ---- */

static bool
tallies_add_up(const struct ybi_tally *all, const struct ybi_tally *by)
{
	struct ybi_tally sum = { 0 };

	for (size_t i = 0; i < YBI_MATCH_CLASSES_; i++) {
		sum.count += by[i].count;
		sum.paid += by[i].paid;
		sum.returned += by[i].returned;
	}
	return sum.count == all->count && sum.paid == all->paid && sum.returned == all->returned;
}

static size_t *
indexes_alloc(size_t count)
{
	size_t *indexes = ybi_calloc(count, sizeof(*indexes));

	for (size_t i = 0; indexes && i < count; i++)
		indexes[i] = NONE;
	return indexes;
}

static yb_status
matching_run(struct matching *m, struct yb_error **err)
{
	if (!m->there.entries || !m->here.entries || !m->there.partner || !m->here.partner || !m->there_original || !m->here_original || !m->given ||
	    !m->there_twice || !m->here_twice || !m->here_undone || !m->result->matches)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < ARRAY_SIZE(by_number); i++)
		pass_run(m, &by_number[i]);
	originals_find(m);
	for (size_t i = 0; i < ARRAY_SIZE(by_original); i++)
		pass_run(m, &by_original[i]);
	undone_find(m);
	classes_set(m);
	if (!tallies_add_up(&m->result->bill_all, m->result->bill_by) || !tallies_add_up(&m->result->book_all, m->result->book_by))
		return ybi_error_set(err, YB_E_INTERNAL, "the classes of a reconciliation do not add up to its sides");
	return YB_OK;
}

static void
matching_free(struct matching *m)
{
	free(m->there.entries);
	free(m->here.entries);
	free(m->there.partner);
	free(m->here.partner);
	free(m->there_original);
	free(m->here_original);
	free(m->given);
	free(m->there_twice);
	free(m->here_twice);
	free(m->here_undone);
}

yb_status
ybi_reconcile(const struct ybi_bill *bill, const struct ybi_book_row *rows, size_t count, yb_day from, yb_day to,
              struct ybi_reconciliation *result, struct yb_error **err)
{
	struct matching m = { .bill = bill, .rows = rows, .row_count = count, .from = from, .to = to, .result = result };
	size_t most = bill->count > count ? bill->count : count; /* the rows of one side are held against each other, too */
	yb_status st;

	*result = (struct ybi_reconciliation) { .bill = bill, .from = from, .to = to };
	m.there.entries = ybi_calloc(most, sizeof(*m.there.entries));
	m.here.entries = ybi_calloc(most, sizeof(*m.here.entries));
	m.there.partner = indexes_alloc(bill->count);
	m.here.partner = indexes_alloc(count);
	m.there_original = indexes_alloc(bill->count);
	m.here_original = indexes_alloc(bill->count);
	m.given = ybi_calloc(bill->count, sizeof(*m.given));
	m.there_twice = ybi_calloc(bill->count, sizeof(bool));
	m.here_twice = ybi_calloc(count, sizeof(bool));
	m.here_undone = ybi_calloc(count, sizeof(bool));
	result->matches = ybi_calloc(bill->count + count, sizeof(*result->matches));
	st = matching_run(&m, err);
	matching_free(&m);
	if (st != YB_OK)
		ybi_reconciliation_free(result);
	return st;
}

void
ybi_reconciliation_free(struct ybi_reconciliation *result)
{
	free(result->matches);
	result->matches = NULL;
	result->count = 0;
}

bool
ybi_reconciliation_agrees(const struct ybi_reconciliation *result)
{
	for (size_t i = 0; i < result->count; i++)
		if (result->matches[i].class != YBI_MATCH_EQUAL && result->matches[i].class != YBI_MATCH_VOID)
			return false;
	return true;
}
