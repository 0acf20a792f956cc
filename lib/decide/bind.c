/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "decide/decision.h"

yb_status
ybi_decision_prepare(struct yb_decision *d, const struct yb_policy_set *set, const struct ybi_book *book, struct yb_error **err)
{
	size_t clauses = book->clauses_count, facts = book->facts_count;

	if (!ybi_make_room(&d->facts, &d->fact_room, facts, sizeof(*d->facts)) ||
	    !ybi_make_room(&d->missing, &d->missing_room, facts, 1) ||
	    !ybi_make_room(&d->memo, &d->memo_room, book->memo_count, sizeof(*d->memo)) ||
	    !ybi_make_room(&d->answers, &d->answer_room, 2 * book->answers_count, sizeof(*d->answers)) ||
	    !ybi_make_room(&d->results, &d->result_room, book->layer_names_count * YBI_RESULT_STRIDE, sizeof(*d->results)) ||
	    !ybi_make_room(&d->beside, &d->beside_room, book->layer_names_count * YBI_RESULT_STRIDE, sizeof(*d->beside)) ||
	    !ybi_make_room(&d->beside_missing, &d->beside_missing_room, facts, 1) || !ybi_make_room(&d->beside_gaps, &d->beside_gap_room, clauses, 1) ||
	    !ybi_single_room(&d->single, book->plan_regs, book->plan_positions) ||
	    !ybi_make_room(&d->used, &d->used_room, clauses, 1) || !ybi_make_room(&d->opened_used, &d->opened_room, clauses, 1) ||
	    !ybi_make_room(&d->gaps, &d->gap_room, clauses, 1))
		return ybi_error_no_memory(err);
	if (d->set != set) {
		ybi_parts_free(d);
		/* the count is the only thing in a set that changes, and it is atomic */
		struct yb_policy_set *taken = yb_policy_set_ref((struct yb_policy_set *)(uintptr_t)set);
		yb_policy_set_unref(d->set);
		d->set = taken;
	}
	if (d->book != book)
		memset(d->memo, 0, d->memo_room * sizeof(*d->memo)); /* stamps of another book */
	d->book = d->base = book;
	d->again.valid = d->again.bound = d->again.opened = d->again.twice = false;
	d->again.number_count = d->again.total_count = 0;
	memcpy(d->facts, book->blank, facts * sizeof(*d->facts));
	memset(d->missing, 0, facts);
	memset(d->gaps, 0, clauses);
	memset(d->used, 0, clauses);
	memset(d->known, 0, sizeof(d->known));
	memset(d->amounts, 0, sizeof(d->amounts));
	d->obstacles = (struct ybi_obstacles){ .missing = d->missing, .gaps = d->gaps };
	d->outcome = YB_OUTCOME_NONE;
	d->reason_count = 0;
	d->benefit = d->choice = UINT32_MAX;
	d->ask = YBI_ASK_REIMBURSE;
	d->mode = YBI_REFUND_ALL;
	d->asked_on = d->entry_end = YB_DAY_NONE;
	d->unpaid = d->share_given = d->cover_open = d->year_missed = false;
	d->month_count = d->shorten_count = d->channel_count = d->history_count = d->reward_log.count = 0;
	for (size_t i = 0; i < book->answers_count; i++)
		ybi_value_state(&d->answers[i], YBI_UNKNOWN, YBI_FACT_ON);
	d->traced = d->dense = false;
	d->coded_count = d->local_codes = 0;
	d->codes_told[0] = d->codes_told[1] = false;
	d->has_totals = false;
	d->has_fund_share = false;
	d->line_count = 0;
	d->split = false;
	d->begin = d->end = YB_DAY_NONE;
	for (size_t i = 0; i < YBI_HEAD_COUNT_; i++)
		d->head[i][0] = '\0';
	return YB_OK;
}

void
ybi_fact_set(struct yb_decision *d, uint32_t fact, int64_t value)
{
	d->facts[fact].value = value;
	d->facts[fact].state = YBI_KNOWN;
	d->facts[fact].given = 1;
}

/* ---- texts ---- */

/* An open text that no cell names may still begin as a cell says: `C*` is a value of its own. */
static uint32_t
pattern_atom(const struct ybi_book *book, const char *text, size_t length)
{
	uint32_t best = 0;
	size_t best_length = 0;

	if (!book->has_patterns)
		return 0;
	for (uint32_t i = 1; i < book->atom_names_count; i++) {
		const char *name = book->atom_names[i];
		size_t n = strlen(name);
		if (n > 1 && name[n - 1] == '*' && n - 1 <= length && n > best_length && !strncmp(name, text, n - 1)) {
			best = i;
			best_length = n;
		}
	}
	return best;
}

uint32_t
ybi_bind_atom(const struct ybi_book *book, uint32_t fact, const char *text, size_t length)
{
	uint32_t atom = ybi_book_atom(book, text, length);

	return atom || book->facts[fact].domain_count ? atom : pattern_atom(book, text, length);
}

static bool
in_domain(const struct ybi_book *book, const struct ybi_fact_meta *meta, uint32_t atom, uint32_t *index)
{
	for (uint32_t i = 0; i < meta->domain_count; i++)
		if (book->domains[meta->domain + i] == atom) {
			*index = i;
			return true;
		}
	return false;
}

static yb_status
bad_value(struct yb_error **err, const char *name, const char *what)
{
	return ybi_error_at(err, YB_E_BAD_VALUE, NULL, name, "%s: %s", name, what);
}

/* ---- codes ---- */

const yb_field ybi_open_fields[3] = { YB_FIELD_MED_TYPE, YB_FIELD_PSN_TYPE, YB_FIELD_PSN_IDET_TYPE };

/* A code that no table has and no rule names: nothing follows from it, and the answer says so. */
static void
note_local(struct yb_decision *d, yb_field field)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(ybi_open_fields); i++)
		if (ybi_open_fields[i] == field)
			d->local_codes |= 1u << i;
}

static bool
is_coded(const struct ybi_fact_meta *meta)
{
	yb_type type = meta->field ? yb_field_get_type(meta->field) : 0;

	return type == YB_TYPE_CODE || type == YB_TYPE_CODES;
}

/* Never silently another code: which one it is, and which was perhaps meant. */
static yb_status
bad_code(const struct yb_decision *d, const struct ybi_fact_meta *meta, const char *text, size_t length, const struct ybi_found_code *found,
         struct yb_error **err)
{
	const struct ybi_profile *profile = ybi_profile_table(d->book->profile, meta->field) ? d->book->profile : NULL;
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];
	const struct ybi_code *near;
	char day[YB_DAY_TEXT_SIZE] = "";
	struct ybi_text out = { 0 };
	yb_status st;

	if (!err)
		return YB_E_BAD_VALUE; /* rows by the million may have it, and nobody reads why */
	near = found->state == YBI_CODE_UNKNOWN ? ybi_code_nearest(profile, meta->field, text, length) : NULL;
	if (on->given)
		yb_day_to_text((yb_day)on->value, day);
	if (found->state == YBI_CODE_UNDATED)
		ybi_text_printf(&out, "means one thing on some days and another on others; the day is needed");
	else if (found->state == YBI_CODE_RETIRED)
		ybi_text_printf(&out, "is not in use%s%s by the profile %s", day[0] ? " on " : "", day, profile ? profile->region : "national");
	else
		ybi_text_printf(&out, "is no code of the %s table", profile ? profile->region : "national");
	if (found->name && found->name->zh && found->name->zh[0])
		ybi_text_printf(&out, "; it was %s", found->name->zh);
	if (near)
		ybi_text_printf(&out, "; the nearest is \"%s\"%s%s", near->code, near->zh && near->zh[0] ? " " : "", near->zh ? near->zh : "");
	if (out.failed)
		st = ybi_error_no_memory(err);
	else
		st = ybi_error_at(err, YB_E_BAD_VALUE, NULL, meta->name, "%s: \"%.*s\" %s", meta->name, (int)(length > 40 ? 40 : length), text, out.data);
	ybi_text_free(&out);
	return st;
}

static void set_head(struct yb_decision *d, yb_field field, const char *text, size_t length);

static uint64_t
bit_of(const struct ybi_book *book, const struct ybi_fact_meta *meta, const char *atom)
{
	uint32_t index;

	return atom && in_domain(book, meta, ybi_book_atom(book, atom, strlen(atom)), &index) && index < YBI_SET_MOST ? UINT64_C(1) << index : 0;
}

/* One code: its atom for a text, its bits (its own and that of the national code that it is) for a set. */
static yb_status
look_code(struct yb_decision *d, uint32_t fact, const char *text, size_t length, int64_t *value, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact_meta *meta = &book->facts[fact];
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];
	struct ybi_found_code found;

	ybi_code_look(book->profile, meta->field, text, length, on->given ? (yb_day)on->value : YB_DAY_NONE, &found);
	if (found.state > YBI_CODE_OTHER)
		return bad_code(d, meta, text, length, &found, err);
	if (meta->type == YBI_SET) {
		*value = (int64_t)(bit_of(book, meta, found.atom) | bit_of(book, meta, found.national));
	} else {
		set_head(d, meta->field, found.code, found.length);
		*value = found.atom ? ybi_book_atom(book, found.atom, strlen(found.atom)) : ybi_book_atom(book, text, length);
	}
	if (found.state == YBI_CODE_OTHER && *value == 0)
		note_local(d, meta->field);
	return YB_OK;
}

/* Of a table that a province may add to: without a profile only national codes can be told, and local ones where the table is open. */
static yb_status
check_code(struct yb_decision *d, uint32_t fact, const char *text, size_t length, int64_t atom, struct yb_error **err)
{
	const struct ybi_fact_meta *meta = &d->book->facts[fact];
	struct ybi_found_code found;
	uint32_t index;

	if (in_domain(d->book, meta, (uint32_t)atom, &index))
		return YB_OK;
	if (ybi_code_open(meta->field) && length >= 2) {
		if (atom == 0)
			note_local(d, meta->field);
		return YB_OK;
	}
	ybi_code_look(NULL, meta->field, text, length, YB_DAY_NONE, &found);
	return found.state > YBI_CODE_OTHER ? bad_code(d, meta, text, length, &found, err) : YB_OK;
}

yb_status
ybi_bind_code(struct yb_decision *d, uint32_t fact, const char *text, size_t length, struct yb_error **err)
{
	int64_t value = 0, all = 0;
	yb_status st = YB_OK;

	if (!d->book->profile && d->book->facts[fact].type == YBI_TEXT) {
		all = ybi_book_atom(d->book, text, length);
		st = check_code(d, fact, text, length, all, err);
		length = 0;
	}
	for (size_t at = 0; at < length && st == YB_OK;) {
		const char *bar = memchr(text + at, '|', length - at);
		size_t end = bar ? (size_t)(bar - text) : length;
		st = look_code(d, fact, text + at, end - at, &value, err);
		all = st == YB_OK ? all | value : all;
		at = end + 1;
	}
	if (st == YB_OK)
		ybi_fact_set(d, fact, all);
	return st;
}

/* Under a profile a code waits for the reference day. */
static yb_status
keep_code(struct yb_decision *d, uint32_t fact, const char *text, size_t length, struct yb_error **err)
{
	uint32_t i = 0;

	while (i < d->coded_count && d->coded[i].fact != fact)
		i++;
	if (i == YBI_CODED || length >= sizeof(d->coded[i].text))
		return bad_value(err, d->book->facts[fact].name, "too many codes");
	d->coded[i].fact = fact;
	d->coded[i].length = (uint32_t)length;
	memcpy(d->coded[i].text, text, length);
	d->coded[i].text[length] = '\0';
	d->coded_count += i == d->coded_count;
	ybi_fact_set(d, fact, 0);
	return YB_OK;
}

static yb_status
resolve_codes(struct yb_decision *d, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (uint32_t i = 0; i < d->coded_count && st == YB_OK; i++)
		st = ybi_bind_code(d, d->coded[i].fact, d->coded[i].text, d->coded[i].length, err);
	return st;
}

void
ybi_code_of(const struct yb_decision *d, yb_field field, const char *code, struct ybi_found_code *found)
{
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];

	ybi_code_look(d->book->profile, field, code, strlen(code), on->given ? (yb_day)on->value : YB_DAY_NONE, found);
}

bool
ybi_code_is(const struct yb_decision *d, yb_field field, const char *national)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact *fact = &d->facts[book->field_fact[field]];
	const struct ybi_code_row *row;

	if (!fact->given)
		return false;
	if (fact->value == (int64_t)ybi_book_atom(book, national, strlen(national)))
		return true;
	row = fact->value > 0 && (uint64_t)fact->value < book->atom_names_count ? ybi_profile_atom(book->profile, field, book->atom_names[fact->value]) : NULL;
	return row && row->national && !strcmp(row->national, national);
}

static yb_status
bind_set(struct yb_decision *d, uint32_t fact, const char *text, size_t length, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact_meta *meta = &book->facts[fact];
	uint64_t mask = 0;
	uint32_t index;

	for (size_t at = 0; at < length;) {
		size_t n = 0;
		while (at + n < length && text[at + n] != '|')
			n++;
		if (in_domain(book, meta, ybi_book_atom(book, text + at, n), &index) && index < 62)
			mask |= UINT64_C(1) << index;
		else if (meta->closed)
			return bad_value(err, meta->name, "not one of the declared values");
		else if (meta->field && n < 2)
			return bad_value(err, meta->name, "a code of one letter is none of the national table");
		else if (meta->field)
			note_local(d, meta->field);
		at += n + 1;
	}
	ybi_fact_set(d, fact, (int64_t)mask);
	return YB_OK;
}

static yb_status
bind_atom(struct yb_decision *d, uint32_t fact, const char *text, size_t length, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact_meta *meta = &book->facts[fact];
	uint32_t atom = ybi_book_atom(book, text, length), index;

	if (meta->closed && !in_domain(book, meta, atom, &index)) {
		struct ybi_text known = { 0 };
		yb_status st;
		if (!err)
			return YB_E_BAD_VALUE;
		for (uint32_t i = 0; i < meta->domain_count; i++)
			ybi_text_printf(&known, "%s%s", i ? ", " : "", book->atom_names[book->domains[meta->domain + i]]);
		st = ybi_error_at(err, YB_E_BAD_VALUE, NULL, meta->name, "%s: \"%.*s\" is not one of %s", meta->name,
		                  (int)(length > 40 ? 40 : length), text, known.data ? known.data : "its values");
		ybi_text_free(&known);
		return st;
	}
	if (atom == 0 && !meta->closed)
		atom = pattern_atom(book, text, length);
	ybi_fact_set(d, fact, atom);
	return YB_OK;
}

static yb_status
bind_number(struct yb_decision *d, uint32_t fact, const char *text, size_t length, struct yb_error **err)
{
	const struct ybi_fact_meta *meta = &d->book->facts[fact];
	struct ybi_fraction q;
	enum ybi_type unit;
	int64_t value = 0;
	int32_t plain = -1; /* a number of a few digits, and nothing else */
	yb_status st;

	switch (meta->type) {
	case YBI_MONEY:
		st = meta->den == 1 ? yb_fen_from_text(text, length, &value) : YB_E_BAD_VALUE;
		if (st == YB_OK && (value < 0 || value > YB_FEN_LIMIT))
			st = YB_E_BAD_AMOUNT;
		break;
	case YBI_RATE:
		st = ybi_fraction_from_text(text, length, 6, true, false, &q);
		break;
	case YBI_NUMBER:
		st = ybi_fraction_from_text(text, length, 6, false, false, &q);
		break;
	case YBI_DAYS:
	case YBI_MONTHS:
		st = ybi_duration_from(text, length, &unit, &q) ? unit == meta->type ? YB_OK : YB_E_UNIT
		                                                : ybi_fraction_from_text(text, length, 0, false, false, &q);
		break;
	default:
		plain = length > 0 && length <= 9 && meta->den == 1 ? ybi_digits(text, length) : -1;
		st = plain >= 0 ? YB_OK : ybi_fraction_from_text(text, length, 0, false, false, &q);
	}
	if (plain >= 0) {
		value = plain;
	} else if (st == YB_OK && meta->type != YBI_MONEY) {
		st = ybi_fraction_mul(q, ybi_fraction_from(meta->den), &q);
		if (st == YB_OK)
			st = ybi_fraction_to_i64(q, &value);
	}
	if (st == YB_OK && meta->bounded && (value < meta->low || value > meta->high))
		return bad_value(err, meta->name, "outside its range");
	if (st != YB_OK)
		return ybi_error_at(err, meta->type == YBI_MONEY ? YB_E_BAD_AMOUNT : YB_E_BAD_VALUE, NULL, meta->name, "%s: cannot be read as %s",
		                    meta->name, meta->type == YBI_MONEY ? "money" : meta->type == YBI_RATE ? "a rate" : meta->type == YBI_DAYS ? "days"
		                    : meta->type == YBI_MONTHS ? "months" : "a number");
	ybi_fact_set(d, fact, value);
	return YB_OK;
}

/* The header fields are repeated in the answer as they were given. */
static const uint8_t heads[YBI_FIELD_MAX] = { /* place + 1 */
	[YB_FIELD_PSN_NO] = YBI_HEAD_PSN_NO + 1, [YB_FIELD_INSUTYPE] = YBI_HEAD_INSUTYPE + 1, [YB_FIELD_PSN_TYPE] = YBI_HEAD_PSN_TYPE + 1,
	[YB_FIELD_CVLSERV_FLAG] = YBI_HEAD_CVLSERV_FLAG + 1, [YB_FIELD_INSUPLC_ADMDVS] = YBI_HEAD_INSUPLC + 1,
	[YB_FIELD_MDTRT_ID] = YBI_HEAD_MDTRT_ID + 1, [YB_FIELD_FIXMEDINS_CODE] = YBI_HEAD_FIXMEDINS + 1, [YB_FIELD_HOSP_LV] = YBI_HEAD_HOSP_LV + 1,
	[YB_FIELD_MED_TYPE] = YBI_HEAD_MED_TYPE + 1, [YB_FIELD_MDTRTAREA_ADMVS] = YBI_HEAD_MDTRTAREA + 1,
};

static void
set_head(struct yb_decision *d, yb_field field, const char *text, size_t length)
{
	char *head = heads[field] ? d->head[heads[field] - 1] : NULL;

	if (!head || length >= YBI_HEAD_SIZE)
		return;
	memcpy(head, text, length);
	head[length] = '\0';
}

yb_status
ybi_bind_text(struct yb_decision *d, uint32_t fact, const char *text, size_t length, struct yb_error **err)
{
	const struct ybi_fact_meta *meta = &d->book->facts[fact];
	yb_day day;

	if (meta->field)
		set_head(d, meta->field, text, length);
	if (ybi_code_unstated(meta->field, text, length))
		return YB_OK;
	if (d->book->profile && is_coded(meta) && meta->part != YBI_OF_LINE)
		return keep_code(d, fact, text, length, err);
	switch (meta->type) {
	case YBI_TEXT:
		return bind_atom(d, fact, text, length, err);
	case YBI_SET:
		return bind_set(d, fact, text, length, err);
	case YBI_FLAG:
		if (ybi_streq_n(text, length, "yes") || ybi_streq_n(text, length, "1") || ybi_streq_n(text, length, "true"))
			ybi_fact_set(d, fact, 1);
		else if (ybi_streq_n(text, length, "no") || ybi_streq_n(text, length, "0") || ybi_streq_n(text, length, "false"))
			ybi_fact_set(d, fact, 0);
		else
			return bad_value(err, meta->name, "expected yes or no");
		return YB_OK;
	case YBI_DATE:
		if (yb_day_from_text(text, length, &day) != YB_OK)
			return ybi_error_at(err, YB_E_BAD_DATE, NULL, meta->name, "%s: an invalid date, \"%.*s\" does not exist", meta->name, (int)(length > 40 ? 40 : length), text);
		if (meta->bounded && (day < meta->low || day > meta->high))
			return bad_value(err, meta->name, "outside its range");
		ybi_fact_set(d, fact, day);
		return YB_OK;
	default:
		return bind_number(d, fact, text, length, err);
	}
}

/* ---- attributes ---- */

yb_type
ybi_number_type(enum ybi_type type)
{
	switch (type) {
	case YBI_MONEY:
		return YB_TYPE_FEN;
	case YBI_DATE:
		return YB_TYPE_DAY;
	case YBI_FLAG:
		return YB_TYPE_FLAG;
	case YBI_RATE:
	case YBI_NUMBER:
		return YB_TYPE_SCALED;
	case YBI_TEXT:
	case YBI_SET:
		return 0;
	default:
		return YB_TYPE_COUNT;
	}
}

/* Numbers of the fact's own type and measure need no text. */
static struct ybi_bound_attribute
direct(const struct ybi_book *book, uint32_t fact)
{
	const struct ybi_fact_meta *meta = &book->facts[fact];
	struct ybi_bound_attribute bound = { fact, ybi_number_type((enum ybi_type)meta->type), meta->bounded ? meta->low : INT64_MIN,
		                             meta->bounded ? meta->high : INT64_MAX };

	if (meta->field || !bound.type || bound.type == YB_TYPE_SCALED || meta->den != 1)
		bound.type = -1;
	return bound;
}

static bool
bind_direct(struct yb_decision *d, const struct ybi_bound_attribute *bound, const struct ybi_attribute *a)
{
	if (a->type != bound->type || a->value < bound->low || a->value > bound->high)
		return false;
	ybi_fact_set(d, bound->fact, a->value);
	return true;
}

yb_status
ybi_bind_attribute(struct yb_decision *d, uint32_t fact, const struct ybi_attribute *a, struct yb_error **err)
{
	struct ybi_bound_attribute bound = direct(d->book, fact);
	char room[YBI_NUMBER_TEXT];
	const char *text;
	size_t length;

	if (bind_direct(d, &bound, a))
		return YB_OK;
	text = ybi_attribute_text(a, room, &length);
	return ybi_bind_text(d, fact, text, length, err);
}

/* ---- records ---- */

static yb_status
bind_record(struct yb_decision *d, const struct ybi_record *record, struct yb_error **err)
{
	const struct ybi_book *book = d->book;

	for (uint32_t i = 0; i < record->count; i++) {
		const struct ybi_known *known = &record->slots[i];
		uint32_t fact;
		yb_status st;
		if (!known->known || (known->text && ybi_code_unstated(record->first + (yb_field)i, known->text, known->length)))
			continue;
		fact = book->field_fact[record->first + (yb_field)i];
		if (book->profile && is_coded(&book->facts[fact])) {
			st = keep_code(d, fact, known->text, known->length, err);
			if (st != YB_OK)
				return st;
		} else if (book->facts[fact].type == YBI_TEXT) {
			uint32_t atom = ybi_book_atom(book, known->text, known->length); /* a code no rule names is "another" */
			set_head(d, book->facts[fact].field, known->text, known->length);
			st = book->facts[fact].domain_count ? check_code(d, fact, known->text, known->length, atom, err) : YB_OK;
			if (st != YB_OK)
				return st;
			ybi_fact_set(d, fact, ybi_bind_atom(book, fact, known->text, known->length));
		} else if (book->facts[fact].type == YBI_SET) {
			st = bind_set(d, fact, known->text, known->length, err);
			if (st != YB_OK)
				return st;
		} else {
			ybi_fact_set(d, fact, known->value);
			if (record->part == YB_PART_CLAIM)
				d->again.numbers[d->again.number_count++] = (struct ybi_bound_number){ i, fact };
		}
	}
	return YB_OK;
}

static yb_status
bind_attributes(struct yb_decision *d, const struct ybi_record *record, struct yb_error **err)
{
	struct ybi_bound_attribute *bound = d->again.attributes[record->part == YB_PART_CLAIM];

	for (size_t i = 0; i < record->attribute_count; i++) {
		const struct ybi_attribute *a = &record->attributes[i];
		uint32_t fact = ybi_book_fact(d->book, a->name, strlen(a->name));
		yb_status st;
		if (fact == YBI_NO_FACT)
			return ybi_error_at(err, YB_E_BAD_VALUE, NULL, a->name, "%s has no attribute \"%s\"", d->book->document->id, a->name);
		if (d->book->facts[fact].part == YBI_OF_SETTLEMENT || d->book->facts[fact].field)
			return ybi_error_at(err, YB_E_BAD_VALUE, NULL, a->name, "\"%s\" is a field, not an attribute", a->name);
		d->again.twice = d->again.twice || d->facts[fact].given;
		st = ybi_bind_attribute(d, fact, a, err);
		if (st != YB_OK)
			return st;
		bound[i] = direct(d->book, fact);
		if (d->book->fact_infos[fact].moves != YBI_MOVES_WORD)
			bound[i].type = -1;
	}
	return YB_OK;
}

/* Other values of the same attributes; false where all is to be bound anew: one cannot be, or other facts follow from it while the question is bound. */
static bool
reword_attributes(struct yb_decision *d, const struct ybi_record *record, uint64_t words)
{
	const struct ybi_bound_attribute *bound = d->again.attributes[record->part == YB_PART_CLAIM];

	for (size_t i = 0; i < record->attribute_count; i++) {
		const struct ybi_attribute *a = &record->attributes[i];
		if ((a->words <= words && !d->again.twice) || bind_direct(d, &bound[i], a))
			continue;
		if (d->book->fact_infos[bound[i].fact].moves != YBI_MOVES_WORD || ybi_bind_attribute(d, bound[i].fact, a, NULL) != YB_OK)
			return false;
	}
	return true;
}

bool
ybi_total_known(const struct ybi_book *book, const char *name)
{
	static const char *const kinds[] = { "base", "net", "deductible", "paid" };
	static const char *const periods[] = { "stay", "visit", "month", "year", "episode", "life" };
	bool of_part = book->year_by_split && !strncmp(name, "part2.", 6), layer = false, kind = false, period = false;
	const char *first, *second;

	name += of_part ? 6 : 0;
	first = strchr(name, '.');
	second = first ? strchr(first + 1, '.') : NULL;
	if (!second)
		return false;
	for (size_t i = 0; i < book->layer_names_count; i++)
		layer = layer || ybi_streq_n(name, (size_t)(first - name), book->layer_names[i]);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		kind = kind || ybi_streq_n(first + 1, (size_t)(second - first - 1), kinds[i]);
	for (size_t i = 0; i < ARRAY_SIZE(periods); i++)
		period = period || !strcmp(second + 1, periods[i]);
	if (of_part) /* those of another period go on from the first part */
		period = second && (!strcmp(second, ".year") || !strcmp(second, ".month"));
	return layer && kind && period;
}

static yb_status
bind_totals(struct yb_decision *d, const struct yb_claim *claim, struct yb_error **err)
{
	d->has_totals = claim->total_count > 0;
	for (size_t i = 0; i < claim->total_count; i++) {
		const char *name = claim->totals[i].name;
		uint32_t fact = ybi_book_fact(d->book, name, strlen(name));
		if (fact != YBI_NO_FACT && d->book->facts[fact].part != YBI_OF_TOTAL)
			fact = YBI_NO_FACT;
		d->again.totals[d->again.total_count++] = fact;
		if (fact != YBI_NO_FACT)
			ybi_fact_set(d, fact, claim->totals[i].fen);
		else if (!ybi_total_known(d->book, name))
			return ybi_error_at(err, YB_E_BAD_VALUE, NULL, name, "%s keeps no total \"%s\"", d->book->document->id, name);
	}
	return YB_OK;
}

yb_status
ybi_bind_person(struct yb_decision *d, const struct yb_person *person, struct yb_error **err)
{
	yb_status st = bind_record(d, &person->record, err);

	return st == YB_OK ? bind_attributes(d, &person->record, err) : st;
}

yb_status
ybi_bind(struct yb_decision *d, const struct yb_person *person, const struct yb_claim *claim, struct yb_error **err)
{
	yb_status st = bind_record(d, &claim->record, err);

	if (st == YB_OK)
		st = bind_attributes(d, &claim->record, err);
	if (st == YB_OK)
		st = bind_totals(d, claim, err);
	if (st == YB_OK)
		st = ybi_bind_derived(d, err);
	return st == YB_OK && person->cover_known ? ybi_cover_bind(d, person, err) : st;
}

/* ---- the same question, with other numbers ---- */

static void
remember(struct ybi_identity **slot, struct ybi_identity *identity)
{
	if (*slot == identity)
		return;
	ybi_identity_unref(*slot);
	*slot = ybi_identity_ref(identity);
}

void
ybi_bind_keep(struct yb_decision *d, const struct yb_person *person, const struct yb_claim *claim, uint32_t flags)
{
	struct ybi_again *again = &d->again;

	again->valid = !person->cover_known && !claim->line_count;
	again->set = d->set;
	remember(&again->person, person->record.identity);
	again->person_shape = person->record.shape;
	remember(&again->claim, claim->record.identity);
	again->claim_shape = claim->record.shape;
	again->person_words = person->record.words;
	again->claim_words = claim->record.words;
	again->flags = flags;
}

/* What the exact way found beside the amounts: reasons, and amounts as facts. */
static void
drop_trace(struct yb_decision *d)
{
	const struct ybi_book *book = d->book;

	for (yb_field f = YBI_AMOUNT_FIRST; f <= YBI_AMOUNT_LAST; f++)
		if (d->known[f - YBI_AMOUNT_FIRST] || (f == YB_FIELD_POOL_PROP_SELFPAY && d->has_fund_share))
			d->facts[book->field_fact[f]] = book->blank[book->field_fact[f]];
	d->reason_count = 0;
	d->has_fund_share = d->traced = false;
}

bool
ybi_bind_again(struct yb_decision *d, const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim, uint32_t flags)
{
	struct ybi_again *again = &d->again;

	if (!again->valid || again->set != set || again->person != person->record.identity || again->person_shape != person->record.shape ||
	    again->claim != claim->record.identity || again->claim_shape != claim->record.shape || again->flags != flags || person->cover_known ||
	    claim->line_count || claim->total_count != again->total_count)
		return false;
	again->valid = false;
	again->bound = again->person_words == person->record.words && again->claim_words == claim->record.words;
	d->dense = false;
	if (d->traced)
		drop_trace(d);
	if (!again->bound && (!reword_attributes(d, &person->record, again->person_words) || !reword_attributes(d, &claim->record, again->claim_words)))
		return false;
	again->opened = again->opened && (again->bound || !again->opened_words);
	for (uint32_t i = 0; i < again->number_count; i++)
		ybi_fact_set(d, again->numbers[i].fact, claim->record.slots[again->numbers[i].slot].value);
	for (uint32_t i = 0; i < again->total_count; i++)
		if (again->totals[i] != YBI_NO_FACT)
			d->facts[again->totals[i]].value = claim->totals[i].fen;
	for (uint32_t fact = YBI_FACT_SCOPE; fact <= YBI_FACT_FULLY_OWN; fact++) /* these are drawn from the bill's buckets */
		d->facts[fact] = d->book->blank[fact];
	d->asked.length = 0; /* amounts are drawn anew: which are known hangs on which facts are given, and that is as before */
	d->basis.there = false;
	return true;
}

/* ---- derived facts ---- */

static const struct ybi_fact *
field_of(const struct yb_decision *d, yb_field field)
{
	return &d->facts[d->book->field_fact[field]];
}

static const char *const areas[] = { [YBI_AREA_NONE] = "none", [YBI_AREA_PROVINCE] = "province", [YBI_AREA_CROSS] = "cross" };

/* One pooling area is a city, or a municipality (北京 天津 上海 重庆) as a whole. */
enum ybi_area
ybi_area_between(int32_t insured, int32_t treated)
{
	int32_t province = insured / 100;
	bool municipality = province == 11 || province == 12 || province == 31 || province == 50;

	if (province != treated / 100)
		return YBI_AREA_CROSS;
	return municipality || insured == treated ? YBI_AREA_NONE : YBI_AREA_PROVINCE;
}

static enum ybi_area
area(const char *insured, const char *treated)
{
	return ybi_area_between(ybi_digits(insured, 4), ybi_digits(treated, 4));
}

bool
ybi_same_area(const char *insured, const char *other)
{
	return area(insured, other) == YBI_AREA_NONE;
}

/*
 * The reference day: of a bill its discharge, of a fee the first day of the
 * coverage year, of eligibility the payment. The year follows from it, or it
 * from the year.
 */
static void
reference_day(struct yb_decision *d)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON], *year = &d->facts[YBI_FACT_YEAR], *paid = &d->facts[book->paid_fact];
	const struct ybi_fact *stay = field_of(d, book->year_by_begin ? YB_FIELD_BEGNDATE : YB_FIELD_ENDDATE);
	uint32_t first = book->year_first_fact, have = book->have_fact;
	yb_day day = year->given ? ybi_cover_year_first(book, (int32_t)year->value) : YB_DAY_NONE;

	if (d->ask == YBI_ASK_REIMBURSE && !on->given && stay->given)
		ybi_fact_set(d, YBI_FACT_ON, stay->value);
	if (d->ask == YBI_ASK_ELIGIBILITY && !on->given && paid->given)
		ybi_fact_set(d, YBI_FACT_ON, paid->value);
	if ((d->ask == YBI_ASK_FEE || d->ask == YBI_ASK_REWARDS || d->ask == YBI_ASK_ELIGIBILITY) && !on->given && day != YB_DAY_NONE)
		ybi_fact_set(d, YBI_FACT_ON, day);
	if (on->given && !year->given)
		ybi_fact_set(d, YBI_FACT_YEAR, ybi_day_year(ybi_day_year_start((yb_day)on->value, book->medical_month, book->medical_day)));
	if (year->given && !d->facts[first].given) {
		day = ybi_cover_year_first(book, (int32_t)year->value);
		if (day != YB_DAY_NONE)
			ybi_fact_set(d, first, day);
	}
	if (field_of(d, YB_FIELD_YB_PAID_MONTHS)->given && !d->facts[have].given)
		ybi_fact_set(d, have, field_of(d, YB_FIELD_YB_PAID_MONTHS)->value);
}

/* Born in the coverage year asked about, perhaps after its first day: nothing is wrong with that. */
static bool
born_within_year(const struct yb_decision *d)
{
	const struct ybi_fact *year = &d->facts[YBI_FACT_YEAR], *birth = field_of(d, YB_FIELD_BRDY);
	yb_day next = year->given ? ybi_cover_year_first(d->book, (int32_t)year->value + 1) : YB_DAY_NONE;

	return (d->ask == YBI_ASK_FEE || d->ask == YBI_ASK_ELIGIBILITY || d->ask == YBI_ASK_REWARDS) && next != YB_DAY_NONE && birth->value < next;
}

yb_status
ybi_bind_derived(struct yb_decision *d, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact *begin = field_of(d, YB_FIELD_BEGNDATE), *end = field_of(d, YB_FIELD_ENDDATE), *birth = field_of(d, YB_FIELD_BRDY);
	const struct ybi_fact *psn_type = field_of(d, YB_FIELD_PSN_TYPE), *on = &d->facts[YBI_FACT_ON];
	yb_status st;

	if (d->part)
		ybi_bind_part(d);
	if (begin->given)
		d->begin = (yb_day)begin->value;
	if (end->given)
		d->end = (yb_day)end->value;
	if (begin->given && end->given) {
		if (end->value < begin->value)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "enddate", "the stay ends before it begins");
		if (!d->facts[YBI_FACT_STAY_DAYS].given)
			ybi_fact_set(d, YBI_FACT_STAY_DAYS, end->value == begin->value ? 1 : end->value - begin->value);
	}
	reference_day(d);
	st = resolve_codes(d, err);
	if (st != YB_OK)
		return st;
	if (on->given && birth->given && !d->facts[YBI_FACT_AGE].given && born_within_year(d) && on->value < birth->value)
		ybi_fact_set(d, YBI_FACT_AGE, 0); /* born after the first day of the year asked about */
	if (on->given && birth->given && !d->facts[YBI_FACT_AGE].given) {
		int32_t years;
		if (yb_day_age((yb_day)birth->value, (yb_day)on->value, &years) != YB_OK)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "brdy", "born after the day asked about");
		if (years > 150)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "brdy", "more than 150 years old on the day asked about");
		ybi_fact_set(d, YBI_FACT_AGE, years);
	}
	if (psn_type->given && !d->facts[YBI_FACT_RETIRED].given) {
		const char *code = d->head[YBI_HEAD_PSN_TYPE];
		struct ybi_found_code found;
		if (book->profile) {
			ybi_code_of(d, YB_FIELD_PSN_TYPE, code, &found);
			code = found.national ? found.national : found.row ? "" : code;
		}
		ybi_fact_set(d, YBI_FACT_RETIRED, !strncmp(code, "12", 2) || !strncmp(code, "13", 2));
	}
	if (d->head[YBI_HEAD_INSUPLC][0] && d->head[YBI_HEAD_MDTRTAREA][0] && !d->facts[YBI_FACT_OUT_OF_AREA].given) {
		const char *word = areas[area(d->head[YBI_HEAD_INSUPLC], d->head[YBI_HEAD_MDTRTAREA])];
		ybi_fact_set(d, YBI_FACT_OUT_OF_AREA, ybi_book_atom(book, word, strlen(word)));
	}
	return YB_OK;
}
