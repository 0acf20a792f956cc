/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "population.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "policy/profile.h"

uint64_t random_state;

/* splitmix64 */
uint32_t
below(uint32_t n)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return (uint32_t)((z >> 32) * n >> 32);
}

static void *
need(void *memory)
{
	if (!memory) {
		(void)fprintf(stderr, "no memory\n");
		exit(2);
	}
	return memory;
}

/* ---- one row through handles ---- */

void
single_new(struct single *s)
{
	*s = (struct single){ 0 };
	if (yb_person_new(&s->person, NULL) != YB_OK || yb_claim_new(&s->claim, NULL) != YB_OK || yb_decision_new(&s->decision, NULL) != YB_OK)
		(void)need(NULL);
}

void
single_free(struct single *s)
{
	yb_person_unref(s->person);
	yb_claim_unref(s->claim);
	yb_decision_unref(s->decision);
}

void
single_clear(struct single *s)
{
	yb_person_clear(s->person);
	yb_claim_clear(s->claim);
	memset(s->options, 0, sizeof(s->options));
}

size_t
number_text(const struct subject *subject, int64_t value, char text[32])
{
	yb_type field = subject->field ? yb_field_get_type(subject->field) : 0;
	bool money = subject->field ? field == YB_TYPE_FEN : subject->total || subject->type == YBI_MONEY;
	bool day = subject->field ? field == YB_TYPE_DAY : subject->option ? subject->option == OPTION_PAID_ON || subject->option == OPTION_ON : subject->type == YBI_DATE;

	text[0] = '\0';
	if (money) {
		yb_fen_to_text(value, text);
	} else if (day) {
		if (value >= YBI_DAY_FIRST && value <= YBI_DAY_LAST)
			yb_day_to_text((yb_day)value, text);
	} else if (!subject->field && !subject->option && (subject->type == YBI_RATE || subject->type == YBI_NUMBER)) {
		if (value > INT64_MIN)
			(void)snprintf(text, 32, "%s%" PRId64 ".%06" PRId64, value < 0 ? "-" : "", (int64_t)(llabs(value) / 1000000), (int64_t)(llabs(value) % 1000000));
	} else {
		(void)snprintf(text, 32, "%" PRId64, value);
	}
	return strlen(text);
}

static bool
is_day_option(uint8_t option)
{
	return option == OPTION_PAID_ON || option == OPTION_ON;
}

/* By the document of a person, and entry by entry. */
static yb_status
give_cover(struct yb_person *person, const char *list)
{
	char text[1024];
	struct yb_person *read = NULL;
	const char *insutype;
	int32_t year;
	yb_day begin, end, paid_on;
	uint32_t flags;
	yb_status st;

	(void)snprintf(text, sizeof(text), "{\"yb_cover\": %s}", list);
	st = yb_person_new_from_json(text, strlen(text), NULL, &read, NULL);
	if (st == YB_OK && yb_person_get_cover(read, 0, NULL, NULL, NULL, NULL, NULL, NULL) == YB_E_NOT_FOUND)
		st = yb_person_set_cover_none(person);
	for (size_t i = 0; st == YB_OK && yb_person_get_cover(read, i, &insutype, &year, &begin, &end, &paid_on, &flags) == YB_OK; i++)
		st = year ? yb_person_add_cover_year(person, insutype, year, paid_on, flags, NULL)
		          : yb_person_add_cover_period(person, insutype, begin, end, paid_on, flags, NULL);
	yb_person_unref(read);
	return st;
}

yb_status
give_text(struct single *s, const struct subject *subject, const char *text)
{
	size_t n = strlen(text);
	const char *bare = !strncmp(subject->name, "psn.", 4) ? subject->name + 4 : subject->name;
	yb_day day;
	yb_fen fen;
	yb_status st;

	if (subject->cover)
		return give_cover(s->person, text);
	if (subject->option && is_day_option(subject->option)) {
		st = yb_day_from_text(text, n, &day);
		if (st == YB_OK && day != 0)
			s->options[subject->option] = day;
		return st == YB_OK && day == 0 ? YB_E_BAD_DATE : st;
	}
	if (subject->option) {
		s->options[subject->option] = (int32_t)strtol(text, NULL, 10);
		return n == 0 || n > 9 || strspn(text, "0123456789") != n ? YB_E_BAD_VALUE : YB_OK;
	}
	if (subject->total) {
		st = yb_fen_from_text(text, n, &fen);
		return st == YB_OK ? yb_claim_set_total(s->claim, subject->name, fen) : st;
	}
	if (!subject->field)
		return n == 0 ? YB_E_BAD_VALUE
			: subject->person ? yb_person_set_attribute(s->person, bare, text, n) : yb_claim_set_attribute(s->claim, bare, text, n);
	return subject->person ? yb_person_set_text(s->person, subject->field, text, n) : yb_claim_set_text(s->claim, subject->field, text, n);
}

static yb_status
give_field(struct single *s, const struct subject *subject, int64_t value)
{
	switch (yb_field_get_type(subject->field)) {
	case YB_TYPE_FEN:
		return subject->person ? yb_person_set_fen(s->person, subject->field, value) : yb_claim_set_fen(s->claim, subject->field, value);
	case YB_TYPE_DAY:
		if (value < INT32_MIN || value > INT32_MAX)
			return YB_E_BAD_DATE;
		return subject->person ? yb_person_set_day(s->person, subject->field, (yb_day)value) : yb_claim_set_day(s->claim, subject->field, (yb_day)value);
	default:
		return subject->person ? yb_person_set_count(s->person, subject->field, value) : yb_claim_set_count(s->claim, subject->field, value);
	}
}

/* As a number; every other one then as its text, which is the same. */
static yb_status
give_attribute(struct single *s, const struct subject *subject, int64_t value)
{
	const char *bare = !strncmp(subject->name, "psn.", 4) ? subject->name + 4 : subject->name;
	yb_type type = subject->type == YBI_MONEY ? YB_TYPE_FEN : subject->type == YBI_DATE ? YB_TYPE_DAY : subject->type == YBI_FLAG ? YB_TYPE_FLAG
		: subject->type == YBI_RATE || subject->type == YBI_NUMBER ? YB_TYPE_SCALED : YB_TYPE_COUNT;
	char text[32];
	yb_status st;

	if (subject->type == YBI_TEXT || subject->type == YBI_SET)
		return YB_E_BAD_VALUE;
	st = subject->person ? yb_person_set_attribute_value(s->person, bare, type, value) : yb_claim_set_attribute_value(s->claim, bare, type, value);
	if (st != YB_OK || value % 2 == 0)
		return st;
	(void)number_text(subject, value, text);
	return give_text(s, subject, text);
}

yb_status
give_number(struct single *s, const struct subject *subject, int64_t value)
{
	if (subject->option) {
		if (value > INT32_MAX || value < 0 || (value == 0 && is_day_option(subject->option)))
			return is_day_option(subject->option) ? YB_E_BAD_DATE : YB_E_BAD_VALUE;
		s->options[subject->option] = (int32_t)value;
		return YB_OK;
	}
	if (subject->total)
		return yb_claim_set_total(s->claim, subject->name, value);
	if (subject->field)
		return give_field(s, subject, value);
	return give_attribute(s, subject, value);
}

yb_status
ask_single(struct single *s, const struct yb_policy_set *set, yb_question question, bool lenient)
{
	struct yb_settle_options settle = YB_SETTLE_OPTIONS_INIT;
	struct yb_fee_options fee = YB_FEE_OPTIONS_INIT;
	struct yb_refund_options refund = YB_REFUND_OPTIONS_INIT;
	struct yb_eligibility_options cover = YB_ELIGIBILITY_OPTIONS_INIT;

	fee.flags = lenient ? YB_FEE_LENIENT : 0;
	refund.flags = lenient ? YB_REFUND_LENIENT : 0;
	if (question == YB_QUESTION_FEE) {
		fee.year = s->options[OPTION_YEAR];
		fee.paid_on = s->options[OPTION_PAID_ON];
		fee.months = s->options[OPTION_MONTHS];
		fee.on = s->options[OPTION_ON];
		return yb_fee(set, s->person, &fee, s->decision, NULL);
	}
	if (question == YB_QUESTION_REFUND) {
		refund.on = s->options[OPTION_ON];
		refund.arrear_months = s->options[OPTION_ARREAR];
		return yb_refund(set, s->person, &refund, s->decision, NULL);
	}
	if (question == YB_QUESTION_ELIGIBILITY) {
		cover.flags = lenient ? YB_ELIGIBILITY_LENIENT : 0;
		cover.on = s->options[OPTION_ON];
		cover.paid_on = s->options[OPTION_PAID_ON];
		cover.year = s->options[OPTION_YEAR];
		cover.repaired = s->options[OPTION_REPAIRED];
		return yb_eligibility(set, s->person, &cover, s->decision, NULL);
	}
	settle.flags = lenient ? YB_SETTLE_LENIENT : 0;
	return yb_settle(set, s->person, s->claim, &settle, s->decision, NULL);
}

yb_status
give_row(const struct place *p, const struct row *row, struct single *s)
{
	yb_status st = YB_OK;

	single_clear(s);
	for (int named = 0; named < 2; named++) /* fields first, as a bulk has it: they say which document it is */
		for (uint32_t i = 0; i < p->axis_count && st == YB_OK; i++) {
			const struct axis *axis = &p->axes[i];
			if (!row->known[i] || (axis->s.field == 0) != (named == 1))
				continue;
			st = axis->coded ? give_text(s, &axis->s, axis->texts[row->values[i]]) : give_number(s, &axis->s, row->values[i]);
		}
	return st;
}

/* ---- values of an axis ---- */

static void
add_text(struct place *p, struct axis *axis, const char *text, size_t length)
{
	for (uint32_t i = 0; i < axis->count; i++)
		if (strlen(axis->texts[i]) == length && !memcmp(axis->texts[i], text, length))
			return;
	if (axis->count == axis->room) {
		axis->room = axis->room ? axis->room * 2 : 8;
		axis->texts = need(realloc(axis->texts, axis->room * sizeof(*axis->texts)));
	}
	axis->texts[axis->count++] = need(ybi_arena_strndup(&p->arena, text, length));
}

static void
add_to(int64_t **list, uint32_t *count, int64_t value)
{
	for (uint32_t i = 0; i < *count; i++)
		if ((*list)[i] == value)
			return;
	*list = need(realloc(*list, (*count + 1) * sizeof(**list)));
	(*list)[(*count)++] = value;
}

static void
add_around(int64_t **list, uint32_t *count, int64_t value)
{
	if (value == INT64_MIN || value == INT64_MAX)
		return;
	add_to(list, count, value);
	add_to(list, count, value - 1);
	add_to(list, count, value + 1);
}

static struct axis *
axis_of(struct place *p, uint32_t fact)
{
	for (uint32_t i = 0; i < p->axis_count; i++)
		if (p->axes[i].fact == fact && fact != YBI_NO_FACT)
			return &p->axes[i];
	return NULL;
}

static struct axis *
add_axis(struct place *p, const char *name, yb_field field, uint32_t fact)
{
	struct axis *axis;

	if (p->axis_count == AXES_MOST || strlen(name) + 5 > sizeof(axis->s.name))
		return NULL;
	axis = &p->axes[p->axis_count];
	*axis = (struct axis){ .fact = fact, .s = { .field = field } };
	(void)snprintf(axis->s.name, sizeof(axis->s.name), "%s", name);
	if (field) {
		yb_type type = yb_field_get_type(field);
		axis->s.person = yb_field_get_part(field) == YB_PART_PERSON;
		axis->coded = type == YB_TYPE_TEXT || type == YB_TYPE_CODE || type == YB_TYPE_CODES;
		p->roles[field] = p->axis_count;
	}
	p->axis_count++;
	return axis;
}

/* ---- the facts of a document ---- */

static bool
is_of_question(const struct place *p, yb_part part)
{
	return part == YB_PART_PERSON || (part == YB_PART_CLAIM && p->question == YB_QUESTION_REIMBURSE);
}

static void
add_fields(struct place *p)
{
	static const yb_field first[] = { YB_FIELD_INSUPLC_ADMDVS, YB_FIELD_INSUTYPE };
	yb_field field;

	for (size_t i = 0; i < ARRAY_SIZE(p->roles); i++)
		p->roles[i] = UINT32_MAX;
	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		(void)add_axis(p, yb_field_get_name(first[i]), first[i], p->book->field_fact[first[i]]);
	for (size_t i = 0; yb_field_at(i, &field) == YB_OK; i++)
		if (is_of_question(p, yb_field_get_part(field)) && p->roles[field] == UINT32_MAX)
			(void)add_axis(p, yb_field_get_name(field), field, p->book->field_fact[field]);
}

static void
add_options(struct place *p)
{
	static const struct { const char *name; uint8_t option; bool fee, refund, cover; } all[] = {
		{ "year", OPTION_YEAR, true, false, true }, { "paid_on", OPTION_PAID_ON, true, false, true }, { "months", OPTION_MONTHS, true, false, false },
		{ "on", OPTION_ON, true, true, true }, { "arrear_months", OPTION_ARREAR, false, true, false }, { "repaired", OPTION_REPAIRED, false, false, true },
	};

	for (size_t i = 0; i < OPTION_COUNT; i++)
		p->options[i] = UINT32_MAX;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if ((p->question == YB_QUESTION_FEE && all[i].fee) || (p->question == YB_QUESTION_REFUND && all[i].refund) ||
		    (p->question == YB_QUESTION_ELIGIBILITY && all[i].cover)) {
			struct axis *axis = add_axis(p, all[i].name, 0, YBI_NO_FACT);
			if (!axis)
				return;
			axis->s.option = all[i].option;
			axis->read = all[i].option != OPTION_REPAIRED; /* more than were missed makes a row bad */
			p->options[all[i].option] = p->axis_count - 1;
		}
}

/* The cover history: years and periods, paid in time or late, that were claimed in or not. */
static void
add_cover(struct place *p)
{
	static const char *const flags[] = { "", "", ", \"claimed\": false", ", \"claimed\": true" };
	struct axis *axis = add_axis(p, "yb_cover", 0, p->question == YB_QUESTION_ELIGIBILITY ? p->book->history_fact : YBI_NO_FACT); /* else it is seldom known */

	if (!axis)
		return;
	axis->s.person = axis->s.cover = axis->coded = true;
	axis->read = p->question == YB_QUESTION_ELIGIBILITY;
	add_text(p, axis, "[]", 2);
	for (int i = 0; i < 40; i++) {
		char text[700] = "[";
		size_t n = 1;
		int32_t first = 2018 + (int32_t)below(8);
		for (int32_t year = first; year < 2027 && n + 120 < sizeof(text); year++) {
			const char *comma = n > 1 ? ", " : "", *flag = flags[below(4)];
			if (below(4) == 0)
				continue;
			if (!strcmp(p->scheme, "390") == (below(8) != 0))
				n += (size_t)snprintf(text + n, sizeof(text) - n, "%s{\"insutype\": \"390\", \"year\": %d, \"paid_on\": \"%d-%02d-%02d\"%s}", comma, (int)year,
				                      (int)(year - (below(4) != 0)), 1 + (int)below(12), 1 + (int)below(28), flag);
			else
				n += (size_t)snprintf(text + n, sizeof(text) - n, "%s{\"insutype\": \"310\", \"begin\": \"%d-%02d-01\", \"end\": \"%d-12-%02d\"%s}", comma,
				                      (int)year, 1 + (int)below(12), (int)year, 10 + (int)below(22), flag);
		}
		(void)snprintf(text + n, sizeof(text) - n, "]");
		add_text(p, axis, text, strlen(text));
	}
}

/* The same attribute of the person where it is one of the bill, or the other way round: a row may have both. */
static void
add_twin(struct place *p, const struct axis *axis)
{
	struct axis *twin = p->axis_count < AXES_MOST ? &p->axes[p->axis_count++] : NULL;

	if (!twin)
		return;
	*twin = *axis;
	twin->s.person = !axis->s.person;
	if (axis->s.person)
		memmove(twin->s.name, twin->s.name + 4, strlen(twin->s.name) - 3);
	else
		(void)snprintf(twin->s.name, sizeof(twin->s.name), "psn.%.70s", axis->s.name);
	twin->coded = axis->coded;
	twin->is_twin = true;
}

/* A fact of the history that may be said like an attribute. */
static bool
is_history(const struct ybi_fact_meta *meta)
{
	return meta->part == YBI_OF_COVER && meta->from == YBI_NO_EXPR && (meta->type == YBI_COUNT || meta->type == YBI_MONEY) && !meta->series &&
		strcmp(meta->name, "months") != 0 && strcmp(meta->name, "have_months") != 0 && strcmp(meta->name, "arrear_months") != 0;
}

static void
add_named(struct place *p)
{
	const struct ybi_book *book = p->book;

	for (uint32_t i = 0; i < book->facts_count; i++) {
		const struct ybi_fact_meta *meta = &book->facts[i];
		bool attribute = (meta->node && !meta->field && !meta->series && (meta->part == YBI_OF_PERSON || meta->part == YBI_OF_CLAIM)) || is_history(meta);
		bool total = meta->part == YBI_OF_TOTAL && p->question == YB_QUESTION_REIMBURSE;
		struct axis *axis = attribute || total ? add_axis(p, meta->name, 0, i) : NULL;
		if (!axis)
			continue;
		axis->s.total = total;
		axis->s.type = (uint8_t)meta->type;
		axis->s.person = !total && (p->question != YB_QUESTION_REIMBURSE || below(3) == 0);
		axis->coded = attribute && (meta->type == YBI_TEXT || meta->type == YBI_SET);
		axis->bounded = meta->bounded && meta->den == 1;
		axis->low = meta->low;
		axis->high = meta->high;
		if (axis->s.person && p->question == YB_QUESTION_REIMBURSE)
			(void)snprintf(axis->s.name, sizeof(axis->s.name), "psn.%s", meta->name);
		else
			(void)snprintf(axis->s.name, sizeof(axis->s.name), "%s", meta->name);
		if (attribute && p->question == YB_QUESTION_REIMBURSE && below(4) == 0 && strlen(meta->name) < 60)
			add_twin(p, axis);
	}
	for (size_t i = 0; p->question == YB_QUESTION_REIMBURSE && i < book->layer_names_count; i++) { /* one that no rule asks for */
		char name[80];
		if (snprintf(name, sizeof(name), "%s.net.visit", book->layer_names[i]) < 70 && ybi_book_fact(book, name, strlen(name)) == YBI_NO_FACT) {
			struct axis *axis = add_axis(p, name, 0, YBI_NO_FACT);
			if (axis)
				axis->s.total = true;
			break;
		}
	}
}

/* Which fact of a program follows which of the rules. */
static void
mark_read(struct place *p, uint32_t fact)
{
	static const yb_field of[YBI_FACT_STANDARD_][2] = {
		[YBI_FACT_ON] = { YB_FIELD_ENDDATE, YB_FIELD_BEGNDATE }, [YBI_FACT_AGE] = { YB_FIELD_BRDY }, [YBI_FACT_RETIRED] = { YB_FIELD_PSN_TYPE },
		[YBI_FACT_STAY_DAYS] = { YB_FIELD_BEGNDATE, YB_FIELD_ENDDATE }, [YBI_FACT_OUT_OF_AREA] = { YB_FIELD_MDTRTAREA_ADMVS },
	};
	struct axis *axis = axis_of(p, fact);

	if (axis)
		axis->read = true;
	for (size_t i = 0; fact < YBI_FACT_STANDARD_ && i < 2; i++)
		if (of[fact][i] && p->roles[of[fact][i]] != UINT32_MAX)
			p->axes[p->roles[of[fact][i]]].read = true;
}

/* ---- where the rules change ---- */

static uint32_t
fact_below(const struct ybi_book *book, uint32_t expr)
{
	while (expr != YBI_NO_EXPR && (book->exprs[expr].op == YBI_OP_MEMO || book->exprs[expr].op == YBI_OP_CLAUSE))
		expr = book->exprs[expr].a;
	return expr != YBI_NO_EXPR && book->exprs[expr].op == YBI_OP_FACT ? book->exprs[expr].x : YBI_NO_FACT;
}

/* The axis of this place for a fact of a book (an overlay's counts its own). */
static struct axis *
axis_in(struct place *p, const struct ybi_book *book, uint32_t fact)
{
	return axis_of(p, book == p->book ? fact : ybi_book_fact(p->book, book->facts[fact].name, strlen(book->facts[fact].name)));
}

static void
add_edge(struct place *p, const struct ybi_book *book, uint32_t fact, int64_t end)
{
	struct axis *axis;

	if (end == INT64_MIN || end == INT64_MAX || fact == YBI_NO_FACT)
		return;
	switch (fact) {
	case YBI_FACT_AGE: add_around(&p->ages, &p->age_count, end); return;
	case YBI_FACT_STAY_DAYS: add_around(&p->stays, &p->stay_count, end); return;
	case YBI_FACT_ON: add_around(&p->days, &p->day_count, end); return;
	case YBI_FACT_YEAR: add_around(&p->years, &p->year_count, end); return;
	case YBI_FACT_SCOPE: case YBI_FACT_TOTAL: case YBI_FACT_PRIOR: case YBI_FACT_OVER_LIMIT: case YBI_FACT_FULLY_OWN:
		add_around(&p->money, &p->money_count, end);
		return;
	default:
		axis = axis_in(p, book, fact);
		if (axis && !axis->coded)
			add_around(&axis->numbers, &axis->number_count, end);
	}
}

/* `13*`: codes that begin so, and one that the tables do not have. */
static void
add_atom(struct place *p, struct axis *axis, const char *name)
{
	size_t length = strlen(name), count = 0;
	const struct ybi_code *codes = axis && axis->s.field ? ybi_codes(axis->s.field, &count) : NULL;
	char longer[300];

	if (!axis || !axis->coded || length > 250)
		return;
	if (!length || name[length - 1] != '*') {
		add_text(p, axis, name, length);
		return;
	}
	add_text(p, axis, name, length - 1);
	add_text(p, axis, longer, (size_t)snprintf(longer, sizeof(longer), "%.*s1", (int)(length - 1), name));
	for (size_t i = 0; i < count; i++)
		if (!strncmp(codes[i].code, name, length - 1))
			add_text(p, axis, codes[i].code, strlen(codes[i].code));
}

static void
add_cell(struct place *p, const struct ybi_book *book, uint32_t fact, const struct ybi_cell *cell)
{
	const struct ybi_fact_meta *meta = fact != YBI_NO_FACT ? &book->facts[fact] : NULL;

	if (cell->any || !meta)
		return;
	for (uint32_t i = 0; i < cell->count; i++)
		if (cell->type == YBI_TEXT) {
			add_atom(p, axis_in(p, book, fact), book->atom_names[book->atoms[cell->first + i]]);
		} else if (cell->type != YBI_FLAG && cell->type != YBI_SET && cell->den) {
			int64_t unit = meta->type == YBI_RATE || meta->type == YBI_NUMBER ? 1000000 : 1;
			const struct ybi_interval *in = &book->intervals[cell->first + i];
			add_edge(p, book, fact, in->low == INT64_MIN ? in->low : in->low * unit / cell->den);
			add_edge(p, book, fact, in->high == INT64_MAX ? in->high : in->high * unit / cell->den);
		}
	if (cell->type == YBI_SET)
		for (uint32_t i = 0; i < meta->domain_count && i < 64; i++)
			if (cell->mask >> i & 1)
				add_atom(p, axis_in(p, book, fact), book->atom_names[book->domains[meta->domain + i]]);
}

static void
add_comparison(struct place *p, const struct ybi_book *book, const struct ybi_expr *e)
{
	for (int turn = 0; turn < 2; turn++) {
		uint32_t fact = fact_below(book, turn ? e->b : e->a);
		const struct ybi_expr *other = &book->exprs[turn ? e->a : e->b];
		int64_t whole;
		if (fact == YBI_NO_FACT || other->op != YBI_OP_CONST || ybi_fraction_to_i64(book->constants[other->x], &whole) != YB_OK)
			continue;
		if (book->facts[fact].type == YBI_TEXT && whole > 0 && (size_t)whole < book->atom_names_count)
			add_atom(p, axis_in(p, book, fact), book->atom_names[whole]);
		else if (book->facts[fact].type != YBI_TEXT && book->facts[fact].type != YBI_FLAG && book->facts[fact].type != YBI_SET)
			add_edge(p, book, fact, whole);
	}
}

static void
add_expr(struct place *p, const struct ybi_book *book, const struct ybi_expr *e)
{
	const struct ybi_table *table;
	int64_t fen;

	switch (e->op) {
	case YBI_OP_FACT:
		if (p->question != YB_QUESTION_REIMBURSE) /* of bills the plans say it better */
			mark_read(p, e->x);
		return;
	case YBI_OP_IN:
		add_cell(p, book, fact_below(book, e->a), &book->cells[e->x]);
		return;
	case YBI_OP_TABLE:
		table = &book->tables[e->x];
		for (uint32_t i = 0; i < table->rows * table->by_count; i++)
			add_cell(p, book, fact_below(book, book->args[table->by + i % table->by_count]), &book->cells[book->row_cells[table->cells + i]]);
		return;
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			add_around(&p->days, &p->day_count, book->dated_entries[book->dated[e->x].first + i].from);
		return;
	case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE:
		add_comparison(p, book, e);
		return;
	case YBI_OP_CONST:
		if (e->type == YBI_MONEY && ybi_fraction_to_i64(book->constants[e->x], &fen) == YB_OK && fen > 0 && fen < YB_FEN_LIMIT && p->money_count < 600)
			add_around(&p->money, &p->money_count, fen);
		return;
	default:
		return;
	}
}

/* What the plans of a document read; of a benefit without one it turns out when a row lacks it. */
static void
read_plan(struct place *p, const struct ybi_book *book, const struct ybi_plan *plan)
{
	for (uint32_t i = 0; plan && i < plan->input_count; i++) {
		struct axis *axis = axis_in(p, book, plan->inputs[i]);
		if (axis)
			axis->read = true;
		else if (plan->inputs[i] < YBI_FACT_STANDARD_)
			mark_read(p, plan->inputs[i]);
	}
}

/* And what its checks compare. */
static void
read_check(struct place *p, const struct ybi_book *book, uint32_t expr)
{
	const struct ybi_expr *e = &book->exprs[expr];

	switch (e->op) {
	case YBI_OP_FACT:
		if (axis_in(p, book, e->x))
			axis_in(p, book, e->x)->read = true;
		return;
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE:
		read_check(p, book, e->a);
		read_check(p, book, e->b);
		return;
	case YBI_OP_NEG: case YBI_OP_NOT: case YBI_OP_IN: case YBI_OP_MEMO: case YBI_OP_CLAUSE:
		read_check(p, book, e->a);
		return;
	case YBI_OP_AND: case YBI_OP_OR:
		for (uint32_t i = 0; i < e->b; i++)
			read_check(p, book, book->args[e->a + i]);
		return;
	default:
		return;
	}
}

static void
collect(struct place *p, const struct ybi_book *book)
{
	for (size_t i = 0; p->question == YB_QUESTION_REIMBURSE && i < book->checks_count; i++) {
		if (book->checks[i].kind == YBI_CHECK_HOLDS && book->checks[i].asks & 1u << YBI_ASK_REIMBURSE && book->checks[i].expr != YBI_NO_EXPR)
			read_check(p, book, book->checks[i].expr);
	}
	if (p->question == YB_QUESTION_REIMBURSE) {
		read_plan(p, book, book->front);
		for (size_t i = 0; book->plans && i < book->benefits_count; i++)
			read_plan(p, book, book->plans[i]);
	}
	for (uint32_t i = 0; i < book->rule_exprs; i++)
		add_expr(p, book, &book->exprs[i]);
	for (size_t i = 0; i < book->windows_count; i++) {
		add_to(&p->years, &p->year_count, book->windows[i].year);
		if (p->options[OPTION_PAID_ON] != UINT32_MAX) {
			struct axis *axis = &p->axes[p->options[OPTION_PAID_ON]];
			add_around(&axis->numbers, &axis->number_count, book->windows[i].from);
			add_around(&axis->numbers, &axis->number_count, book->windows[i].to);
		}
	}
	for (uint32_t i = 0; i < book->facts_count; i++) {
		const struct ybi_fact_meta *meta = &book->facts[i];
		struct axis *axis = axis_in(p, book, i);
		for (uint32_t k = 0; axis && axis->coded && k < meta->domain_count; k++)
			add_atom(p, axis, book->atom_names[book->domains[meta->domain + k]]);
		if (axis && !axis->coded && meta->bounded) {
			add_edge(p, book, i, meta->low);
			add_edge(p, book, i, meta->high);
		}
	}
}

/* Codes of the national tables and of the profile, retired ones too. */
static void
add_codes(struct place *p, struct axis *axis)
{
	const struct ybi_code_table *table = p->book->profile ? ybi_profile_table(p->book->profile, axis->s.field) : NULL;
	size_t count = 0;
	const struct ybi_code *codes = ybi_codes(axis->s.field, &count);

	for (size_t i = 0; i < count; i++)
		add_text(p, axis, codes[i].code, strlen(codes[i].code));
	for (uint32_t i = 0; table && i < table->count; i++) {
		const struct ybi_code_row *row = &p->book->profile->rows[table->first + i];
		add_text(p, axis, row->as.code, strlen(row->as.code));
		for (uint32_t k = 0; k < row->also_count; k++)
			add_text(p, axis, row->also[k], strlen(row->also[k]));
	}
}

static void
add_odd_texts(struct place *p, struct axis *axis)
{
	static const char *const odd[] = { "x", "777", "", "1 2", "\xe7\x94\xb2", "99999999999999999999", "9" };
	char other[16];
	uint32_t plain = axis->count;

	if (axis->s.field && yb_field_get_type(axis->s.field) == YB_TYPE_CODES)
		for (uint32_t i = 0; i + 1 < plain && i < 12; i++) {
			char both[128];
			uint32_t k = below(plain);
			if (strlen(axis->texts[i]) + strlen(axis->texts[k]) < sizeof(both) - 2 && axis->texts[i][0] && axis->texts[k][0])
				add_text(p, axis, both, (size_t)snprintf(both, sizeof(both), "%.60s|%.60s", axis->texts[i], axis->texts[k]));
		}
	if (axis->s.field == YB_FIELD_MDTRTAREA_ADMVS) {
		add_text(p, axis, p->region, 6);
		add_text(p, axis, other, (size_t)snprintf(other, sizeof(other), "%.4s06", p->region));
		add_text(p, axis, other, (size_t)snprintf(other, sizeof(other), "%.2s9900", p->region));
		add_text(p, axis, "110000", 6);
		add_text(p, axis, "650100", 6);
	}
	if (axis->s.field == YB_FIELD_CERTNO) {
		add_text(p, axis, "11010519491231002X", 18);
		add_text(p, axis, "440524188001010014", 18);
	}
	if (axis->s.field == YB_FIELD_INSUPLC_ADMDVS || axis->s.field == YB_FIELD_INSUTYPE)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		add_text(p, axis, odd[i], strlen(odd[i]));
}

/* Texts that can stand there go first. */
static void
sort_texts(struct place *p, struct axis *axis, struct single *s)
{
	struct subject where = { .field = YB_FIELD_INSUPLC_ADMDVS, .person = true }, scheme = { .field = YB_FIELD_INSUTYPE, .person = true };

	for (uint32_t i = 0; i < axis->count; i++) {
		yb_status st;
		single_clear(s);
		(void)give_text(s, &where, p->region);
		(void)give_text(s, &scheme, p->scheme);
		if (p->question == YB_QUESTION_FEE)
			s->options[OPTION_YEAR] = 2025;
		s->options[OPTION_ON] = 20300;
		if (p->question == YB_QUESTION_REIMBURSE)
			(void)yb_claim_set_day(s->claim, YB_FIELD_ENDDATE, 20300);
		st = give_text(s, &axis->s, axis->texts[i]);
		if (st == YB_OK && ask_single(s, p->set, p->question, false) == YB_OK) {
			const char *good = axis->texts[i];
			axis->texts[i] = axis->texts[axis->good];
			axis->texts[axis->good++] = good;
		}
	}
	if (axis->good == 0 && axis->count)
		axis->good = 1;
}

/* ---- drawing ---- */

static int64_t
one_of(const int64_t *list, uint32_t count, int64_t otherwise)
{
	return count ? list[below(count)] : otherwise;
}

/* An amount of the rules, or two together, or of any size. */
static int64_t
draw_fen(const struct place *p)
{
	int64_t fen;

	switch (below(8)) {
	case 0: case 1: case 2:
		fen = one_of(p->money, p->money_count, 100000);
		return below(3) ? fen : fen + one_of(p->money, p->money_count, 1);
	case 3:
		return (int64_t)below(2000) * 10000;
	default:
		return (int64_t)below(1u << (6 + below(23)));
	}
}

/* What no row should have, or seldom. */
static int64_t
draw_odd(void)
{
	static const int64_t odd[] = { 0, -1, INT64_MAX, INT64_MIN, YB_FEN_LIMIT, YB_FEN_LIMIT + 1, INT32_MAX, (int64_t)INT32_MAX + 1, INT32_MIN, 127, 128, -128,
		32767, 2932896, 2932897, -719162, -719163, 9999, 10000, 1 };

	return odd[below(ARRAY_SIZE(odd))];
}

static yb_day
draw_day(const struct place *p)
{
	int64_t day = one_of(p->days, p->day_count, 20300);

	return (yb_day)(p->day_count && below(2) && day > 14000 && day < 25000 ? day : 18500 + below(2700));
}

static bool
has(const struct place *p, const struct row *row, yb_field field)
{
	return p->roles[field] != UINT32_MAX && row->known[p->roles[field]];
}

static void
put_field(const struct place *p, struct row *row, yb_field field, int64_t value)
{
	if (p->roles[field] == UINT32_MAX)
		return;
	row->values[p->roles[field]] = value;
	row->known[p->roles[field]] = 1;
}

static int64_t
day_asked(const struct place *p, const struct row *row)
{
	yb_field field = p->book->year_by_begin ? YB_FIELD_BEGNDATE : YB_FIELD_ENDDATE;

	if (p->question == YB_QUESTION_REIMBURSE)
		return has(p, row, field) ? row->values[p->roles[field]] : 20300;
	if (row->known[p->options[OPTION_ON]])
		return row->values[p->options[OPTION_ON]];
	if (p->question == YB_QUESTION_FEE && row->known[p->options[OPTION_YEAR]] && row->values[p->options[OPTION_YEAR]] > 1900 &&
	    row->values[p->options[OPTION_YEAR]] < 2100)
		return (row->values[p->options[OPTION_YEAR]] - 1970) * 365 + (row->values[p->options[OPTION_YEAR]] - 1969) / 4;
	return 20300;
}

/* Somebody of an age at which a rule changes, on the birthday or beside it; or of any. */
static void
draw_birth(const struct place *p, struct row *row)
{
	int64_t on = day_asked(p, row), age = below(2) ? one_of(p->ages, p->age_count, 60) : (int64_t)below(100);
	yb_day birth = 0;

	if (on < 10000 || on > 40000 || age < 0 || age > 160 || yb_day_add_months((yb_day)on, (int32_t)(-12 * age), YB_MONTH_END_CLIP, &birth) != YB_OK)
		birth = (yb_day)below(20000) - 8000;
	birth -= below(2) ? (yb_day)below(3) - 1 : (yb_day)below(365);
	put_field(p, row, YB_FIELD_BRDY, birth);
}

static void
draw_stay(const struct place *p, struct row *row, yb_day end)
{
	int64_t days = below(3) == 0 ? one_of(p->stays, p->stay_count, 1) : (int64_t)below(below(4) ? 20 : 60);

	put_field(p, row, YB_FIELD_ENDDATE, end);
	put_field(p, row, YB_FIELD_BEGNDATE, end - (days < 0 || days > 500 ? 0 : days));
	if (below(100) == 0)
		put_field(p, row, YB_FIELD_BEGNDATE, end + 1);
}

static void
forget(const struct place *p, struct row *row, yb_field field)
{
	if (p->roles[field] != UINT32_MAX)
		row->known[p->roles[field]] = 0;
}

static const yb_field buckets[] = { YB_FIELD_FULAMT_OWNPAY_AMT, YB_FIELD_OVERLMT_SELFPAY, YB_FIELD_PRESELFPAY_AMT, YB_FIELD_INSCP_SCP_AMT };

/* A bill whose parts add up, mostly; one part or the total may follow from the others, or not be known. */
static void
draw_bill(const struct place *p, struct row *row)
{
	int64_t scope = draw_fen(p), prior = below(3) ? 0 : below(2) ? scope / 10 : draw_fen(p), own = below(3) ? 0 : draw_fen(p), over = below(6) ? 0 : draw_fen(p);
	uint32_t how = below(100);

	if (below(40) == 0)
		scope = 0;
	put_field(p, row, YB_FIELD_MEDFEE_SUMAMT, scope + prior + own + over);
	put_field(p, row, YB_FIELD_INSCP_SCP_AMT, scope);
	put_field(p, row, YB_FIELD_PRESELFPAY_AMT, prior);
	put_field(p, row, YB_FIELD_FULAMT_OWNPAY_AMT, own);
	put_field(p, row, YB_FIELD_OVERLMT_SELFPAY, over);
	if (how < 18)
		forget(p, row, buckets[below(4)]);
	else if (how < 26)
		forget(p, row, YB_FIELD_MEDFEE_SUMAMT);
	else if (how == 26)
		forget(p, row, buckets[below(4)]), forget(p, row, buckets[below(4)]);
	else if (how == 27)
		put_field(p, row, buckets[below(4)], draw_fen(p));
	else if (how == 28)
		put_field(p, row, below(2) ? YB_FIELD_MEDFEE_SUMAMT : buckets[below(4)], draw_odd());
	if (below(12) == 0)
		put_field(p, row, YB_FIELD_HOSP_PART_AMT, below(8) ? draw_fen(p) / 64 : draw_fen(p));
	else if (below(3) == 0)
		forget(p, row, YB_FIELD_HOSP_PART_AMT);
	if (below(3) == 0) {
		put_field(p, row, YB_FIELD_YB_USE_ACCOUNT, below(4) != 0);
		put_field(p, row, YB_FIELD_YB_ACCOUNT_BALANCE, draw_fen(p));
	}
	if (below(12) == 0)
		put_field(p, row, YB_FIELD_YB_FAMILY_BALANCE, draw_fen(p));
}

static bool
is_bucket(yb_field field)
{
	return field >= YB_FIELD_MEDFEE_SUMAMT && field <= YB_FIELD_INSCP_SCP_AMT;
}

static int64_t
draw_number(struct place *p, const struct axis *axis)
{
	yb_type type = axis->s.field ? yb_field_get_type(axis->s.field) : 0;

	if (type == YB_TYPE_FLAG || (!axis->s.field && !axis->s.total && !axis->s.option && axis->s.type == YBI_FLAG))
		return below(2);
	if (axis->s.option == OPTION_YEAR)
		return below(4) ? one_of(p->years, p->year_count, 2025) : 2018 + (int64_t)below(10);
	if (axis->s.option == OPTION_REPAIRED)
		return below(3);
	if (axis->s.option == OPTION_MONTHS || axis->s.option == OPTION_ARREAR)
		return 1 + (int64_t)below(below(3) ? 12 : 240);
	if (axis->number_count && below(4)) {
		int64_t value = one_of(axis->numbers, axis->number_count, 0);
		if (axis->bounded ? value >= axis->low && value <= axis->high : value >= 0 || type == YB_TYPE_DAY)
			return value;
	}
	if (axis->bounded && axis->high - axis->low < INT32_MAX)
		return axis->low + (int64_t)below((uint32_t)(axis->high - axis->low + 1));
	if (type == YB_TYPE_FEN || axis->s.total || (!axis->s.field && !axis->s.option && axis->s.type == YBI_MONEY))
		return axis->s.total && below(2) ? draw_fen(p) / 8 : draw_fen(p);
	if (type == YB_TYPE_DAY || axis->s.option || (!axis->s.field && axis->s.type == YBI_DATE))
		return draw_day(p) - (below(3) ? 0 : (int64_t)below(4000));
	if (axis->s.field == YB_FIELD_YB_ADMISSION || axis->s.field == YB_FIELD_YB_AFTER_ADMISSION)
		return 1 + (int64_t)below(4);
	if (!axis->s.field && (axis->s.type == YBI_RATE || axis->s.type == YBI_NUMBER))
		return (int64_t)below(1000001);
	return (int64_t)below(below(2) ? 13 : 480);
}

static bool
is_day(const struct axis *axis)
{
	return axis->s.field ? yb_field_get_type(axis->s.field) == YB_TYPE_DAY : !axis->s.option && !axis->s.total && axis->s.type == YBI_DATE;
}

/* Checks compare days with each other: one that the row has, or a day before or after it. */
static int64_t
beside_a_day(const struct place *p, const struct row *row)
{
	static const yb_field fields[] = { YB_FIELD_ENDDATE, YB_FIELD_BEGNDATE, YB_FIELD_BRDY };
	yb_field field = fields[below(3)];

	return (has(p, row, field) ? row->values[p->roles[field]] : 20300) + (int64_t)below(3) - 1;
}

/* A value that can stand there. */
static void
draw_axis(struct place *p, struct row *row, uint32_t i)
{
	struct axis *axis = &p->axes[i];

	row->known[i] = 1;
	if (is_bucket(axis->s.field))
		draw_bill(p, row);
	else if (axis->s.field == YB_FIELD_ENDDATE || axis->s.field == YB_FIELD_BEGNDATE)
		draw_stay(p, row, draw_day(p));
	else if (axis->s.field == YB_FIELD_BRDY)
		draw_birth(p, row);
	else if (axis->s.field == YB_FIELD_MDTRTAREA_ADMVS && below(2))
		row->values[i] = 0;
	else if (axis->coded && axis->count == 0)
		row->known[i] = 0;
	else if (is_day(axis) && below(4) == 0)
		row->values[i] = beside_a_day(p, row);
	else
		row->values[i] = axis->coded ? (int64_t)below(axis->good) : draw_number(p, axis);
}

/* One that cannot, or nothing. */
static void
spoil(struct place *p, struct row *row, uint32_t i)
{
	struct axis *axis = &p->axes[i];

	row->known[i] = below(2) == 0;
	if (!row->known[i])
		return;
	if (axis->coded)
		row->values[i] = axis->count > axis->good ? axis->good + below(axis->count - axis->good) : 0;
	else if (axis->number_count && below(2))
		row->values[i] = axis->numbers[below(axis->number_count)]; /* one beside a border may lie outside */
	else
		row->values[i] = axis->s.option ? 1 + (int64_t)below(9998) : draw_odd();
	row->known[i] = !axis->coded || axis->count > 0;
}

static void
draw_any(struct place *p, struct row *row)
{
	memset(row->known, 0, sizeof(row->known));
	for (uint32_t i = 0; i < p->axis_count; i++)
		if (i < 2 || (p->axes[i].read && !is_bucket(p->axes[i].s.field) && below(10)))
			draw_axis(p, row, i);
	row->values[0] = row->values[1] = 0;
	if (p->question == YB_QUESTION_REIMBURSE) {
		draw_stay(p, row, draw_day(p));
		draw_bill(p, row);
	}
	draw_birth(p, row);
}

/* An axis that rules read, mostly. */
static uint32_t
draw_which(const struct place *p)
{
	for (int tries = 0; tries < 40; tries++) {
		uint32_t i = below(p->axis_count);
		if (i > 1 && (p->axes[i].read || below(30) == 0))
			return i;
	}
	return p->axis_count > 2 ? 2 : 0;
}

void
draw_row(struct place *p, struct row *row)
{
	uint32_t how = below(100), changes = below(3);

	if (!p->seed_count || how >= 92) {
		draw_any(p, row);
		return;
	}
	*row = p->seeds[below(p->seed_count)];
	for (uint32_t i = 0; i < changes; i++)
		draw_axis(p, row, draw_which(p));
	if (p->question == YB_QUESTION_REIMBURSE && below(5))
		draw_bill(p, row);
	if (how >= 84)
		spoil(p, row, below(10) ? draw_which(p) : below(p->axis_count));
	if (p->axes[0].count > 1 && below(10) == 0)
		row->values[0] = below(below(50) ? p->axes[0].good : p->axes[0].count);
}

/* ---- rows that are answered ---- */

/* Gives what the answer lacks; false when there is nothing to give. */
static bool
fill(struct place *p, struct row *row, const struct yb_decision *d)
{
	static const yb_field of[YBI_FACT_STANDARD_] = {
		[YBI_FACT_ON] = YB_FIELD_ENDDATE, [YBI_FACT_AGE] = YB_FIELD_BRDY, [YBI_FACT_RETIRED] = YB_FIELD_PSN_TYPE, [YBI_FACT_STAY_DAYS] = YB_FIELD_BEGNDATE,
		[YBI_FACT_OUT_OF_AREA] = YB_FIELD_MDTRTAREA_ADMVS, [YBI_FACT_YEAR] = YB_FIELD_ENDDATE, [YBI_FACT_SCOPE] = YB_FIELD_INSCP_SCP_AMT,
		[YBI_FACT_TOTAL] = YB_FIELD_MEDFEE_SUMAMT, [YBI_FACT_PRIOR] = YB_FIELD_PRESELFPAY_AMT, [YBI_FACT_OVER_LIMIT] = YB_FIELD_OVERLMT_SELFPAY,
		[YBI_FACT_FULLY_OWN] = YB_FIELD_FULAMT_OWNPAY_AMT,
	};
	bool any = false;

	for (uint32_t f = 0; d->book && f < d->book->facts_count; f++) {
		uint32_t i = UINT32_MAX;
		if (!d->missing[f])
			continue;
		for (uint32_t k = 0; k < p->axis_count; k++)
			if (p->axes[k].fact == f)
				i = k;
		if (f < YBI_FACT_STANDARD_)
			i = p->roles[of[f]];
		for (uint32_t o = 1; o < OPTION_COUNT; o++)
			if (p->options[o] != UINT32_MAX && !row->known[p->options[o]] && (f == p->book->paid_fact || f == p->book->months_fact || f == p->book->window_fact)) {
				draw_axis(p, row, p->options[o]);
				any = true;
			}
		if (i == UINT32_MAX)
			continue;
		draw_axis(p, row, i);
		p->axes[i].read = true;
		any = true;
	}
	return any;
}

static void
find_seed(struct place *p, struct single *s, struct row *row)
{
	for (int step = 0; step < 30; step++) {
		yb_status st = give_row(p, row, s);
		if (st == YB_OK)
			st = ask_single(s, p->set, p->question, false);
		if (st == YB_OK && yb_decision_get_outcome(s->decision) == YB_OUTCOME_ANSWERED) {
			if (p->seed_count < SEEDS_MOST)
				p->seeds[p->seed_count++] = *row;
			else
				p->seeds[below(SEEDS_MOST)] = *row;
			return;
		}
		if (st == YB_OK && yb_decision_get_outcome(s->decision) == YB_OUTCOME_INCOMPLETE && fill(p, row, s->decision))
			continue;
		for (uint32_t i = 1 + below(4); i > 0; i--)
			draw_axis(p, row, draw_which(p));
		if (below(4) == 0)
			draw_any(p, row);
		if (p->question == YB_QUESTION_REIMBURSE)
			draw_bill(p, row);
	}
}

static void
find_seeds(struct place *p, struct single *s)
{
	static struct row row;

	for (size_t i = 0; i < p->book->vectors_count; i++)
		if (vector_row(p, &p->book->vectors[i], &row))
			find_seed(p, s, &row);
	for (int i = 0; i < 240; i++) {
		draw_any(p, &row);
		find_seed(p, s, &row);
	}
}

/* ---- vectors ---- */

static const struct { const char *name; yb_field field; } derived_fields[] = {
	{ "scope", YB_FIELD_INSCP_SCP_AMT }, { "total", YB_FIELD_MEDFEE_SUMAMT }, { "prior", YB_FIELD_PRESELFPAY_AMT },
	{ "over_limit", YB_FIELD_OVERLMT_SELFPAY }, { "fully_own", YB_FIELD_FULAMT_OWNPAY_AMT }, { "acct_used_flag", YB_FIELD_YB_USE_ACCOUNT },
};

static bool
set_axis(struct place *p, struct row *row, uint32_t i, const char *text, size_t length)
{
	struct axis *axis = &p->axes[i];
	yb_type type = axis->s.field ? yb_field_get_type(axis->s.field) : 0;
	int64_t *value = &row->values[i];
	struct ybi_fraction q;
	yb_day day;

	row->known[i] = 1;
	if (axis->coded) {
		for (*value = 0; *value < axis->count; ++*value)
			if (strlen(axis->texts[*value]) == length && !memcmp(axis->texts[*value], text, length))
				return true;
		add_text(p, axis, text, length); /* after the good ones */
		return true;
	}
	if (type == YB_TYPE_FEN || axis->s.total || (!axis->s.field && !axis->s.option && axis->s.type == YBI_MONEY))
		return yb_fen_from_text(text, length, value) == YB_OK;
	if (type == YB_TYPE_DAY || axis->s.option == OPTION_ON || axis->s.option == OPTION_PAID_ON || (!axis->s.field && !axis->s.option && axis->s.type == YBI_DATE)) {
		if (yb_day_from_text(text, length, &day) != YB_OK)
			return false;
		*value = day;
		return true;
	}
	if (!strncmp(text, "yes", length) || !strncmp(text, "no", length)) {
		*value = text[0] == 'y';
		return true;
	}
	if (ybi_fraction_from_text(text, length, 6, true, false, &q) != YB_OK)
		return false;
	if (!axis->s.field && !axis->s.option && (axis->s.type == YBI_RATE || axis->s.type == YBI_NUMBER))
		return ybi_fraction_mul(q, ybi_fraction_from(1000000), &q) == YB_OK && ybi_fraction_to_i64(q, value) == YB_OK;
	return ybi_fraction_to_i64(q, value) == YB_OK;
}

static bool
set_derived(struct place *p, struct row *row, const char *name, const char *text, size_t length)
{
	int64_t number = strtoll(text, NULL, 10);
	yb_day day;

	for (size_t i = 0; i < ARRAY_SIZE(derived_fields); i++)
		if (!strcmp(name, derived_fields[i].name) && p->roles[derived_fields[i].field] != UINT32_MAX)
			return set_axis(p, row, p->roles[derived_fields[i].field], text, length);
	if (!strcmp(name, "on") && p->question == YB_QUESTION_REIMBURSE)
		return set_axis(p, row, p->roles[p->book->year_by_begin ? YB_FIELD_BEGNDATE : YB_FIELD_ENDDATE], text, length);
	if (!strcmp(name, "age") && !has(p, row, YB_FIELD_BRDY) && number < 150 &&
	    yb_day_add_months((yb_day)day_asked(p, row), (int32_t)(-12 * number), YB_MONTH_END_CLIP, &day) == YB_OK) {
		put_field(p, row, YB_FIELD_BRDY, day - 40); /* so old on the first of the month too, which a credit looks at */
		return true;
	}
	if (!strcmp(name, "out_of_area") && p->roles[YB_FIELD_MDTRTAREA_ADMVS] != UINT32_MAX) {
		char place[8];
		(void)snprintf(place, sizeof(place), "%.2s%s", !strcmp(text, "cross") ? (!strncmp(p->region, "65", 2) ? "11" : "65") : p->region,
		               !strcmp(text, "none") ? p->region + 2 : "9900");
		return set_axis(p, row, p->roles[YB_FIELD_MDTRTAREA_ADMVS], place, 6);
	}
	if (!strcmp(name, "retired") && p->roles[YB_FIELD_PSN_TYPE] != UINT32_MAX && !has(p, row, YB_FIELD_PSN_TYPE))
		return set_axis(p, row, p->roles[YB_FIELD_PSN_TYPE], text[0] == 'y' ? "1201" : "1101", 4);
	return false;
}

static bool
set_by_name(struct place *p, struct row *row, const char *name, const struct ybi_node *node)
{
	char joined[256] = "";
	size_t n = 0;

	if (node->kind == YBI_SEQ) {
		for (uint32_t i = 0; i < node->count; i++) {
			if (node->items[i]->kind != YBI_SCALAR || n + node->items[i]->count + 2 > sizeof(joined))
				return false;
			n += (size_t)snprintf(joined + n, sizeof(joined) - n, "%s%s", i ? "|" : "", node->items[i]->text);
		}
	} else if (node->kind != YBI_SCALAR || node->count >= sizeof(joined)) {
		return false;
	} else {
		if (node->plain && ybi_node_is(node, "null"))
			return true;
		memcpy(joined, node->text, node->count + 1);
		n = node->count;
	}
	for (uint32_t i = 0; i < p->axis_count; i++) {
		const char *own = p->axes[i].s.name;
		if (!strcmp(!strncmp(own, "psn.", 4) ? own + 4 : own, name))
			return set_axis(p, row, i, joined, n);
	}
	if (p->question == YB_QUESTION_REIMBURSE && strchr(name, '.') && ybi_total_known(p->book, name)) { /* one that no rule asks for */
		struct axis *axis = add_axis(p, name, 0, YBI_NO_FACT);
		if (!axis)
			return false;
		axis->s.total = true;
		return set_axis(p, row, p->axis_count - 1, joined, n);
	}
	return set_derived(p, row, name, joined, n);
}

static bool
set_part(struct place *p, struct row *row, const struct ybi_node *part)
{
	for (uint32_t i = 0; part && part->kind == YBI_MAP && i < part->count; i++) {
		const char *key = part->entries[i].key;
		const struct ybi_node *value = part->entries[i].value;
		if (!strcmp(key, "yb_totals") || !strcmp(key, "yb_attributes") ? !set_part(p, row, value) : !set_by_name(p, row, key, value))
			return false;
	}
	return true;
}

enum ybi_ask
ask_of(yb_question question)
{
	return question == YB_QUESTION_FEE ? YBI_ASK_FEE : question == YB_QUESTION_REFUND ? YBI_ASK_REFUND
		: question == YB_QUESTION_ELIGIBILITY ? YBI_ASK_ELIGIBILITY : YBI_ASK_REIMBURSE;
}

/* A bill of which only the policy's scope is told has no other part. */
static void
complete_bill(const struct place *p, struct row *row)
{
	int64_t sum = 0;

	if (!has(p, row, YB_FIELD_INSCP_SCP_AMT) || has(p, row, YB_FIELD_MEDFEE_SUMAMT))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(buckets); i++) {
		if (!has(p, row, buckets[i]))
			put_field(p, row, buckets[i], 0);
		sum += row->values[p->roles[buckets[i]]];
	}
	put_field(p, row, YB_FIELD_MEDFEE_SUMAMT, sum);
}

bool
vector_row(struct place *p, const struct ybi_vector *vector, struct row *row)
{
	static const char *const tops[] = { "on", "year", "paid_on", "months", "arrear_months" };
	static const char *const parts[] = { "person", "claim", "facts" };
	static const char *const others[] = { "interest", "refundable", "repaired", "lenient", "solve" };

	memset(row->known, 0, sizeof(row->known));
	row->values[0] = row->values[1] = 0;
	row->known[0] = row->known[1] = 1;
	if (vector->ask != (uint32_t)ask_of(p->question) || vector->solve_layer || p->question == YB_QUESTION_ELIGIBILITY) /* which tells facts of histories */
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (ybi_node_get(vector->node, others[i]))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(tops); i++) {
		const struct ybi_node *node = ybi_node_get(vector->node, tops[i]);
		if (node && !set_by_name(p, row, tops[i], node))
			return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!set_part(p, row, ybi_node_get(vector->node, parts[i])))
			return false;
	complete_bill(p, row);
	return true;
}

/* ---- a document ---- */

static void
add_regions(struct place *p, const struct yb_policy_set *set)
{
	const struct ybi_document *aside;
	struct axis *axis = &p->axes[0];
	char near[8];

	add_text(p, axis, p->region, 6);
	(void)snprintf(near, sizeof(near), "%.4s06", p->region);
	if (ybi_set_find(set, near, p->scheme, ask_of(p->question), &aside) == p->book)
		add_text(p, axis, near, 6);
	(void)snprintf(near, sizeof(near), "%.2s9800", p->region);
	if (ybi_set_find(set, near, p->scheme, ask_of(p->question), &aside) == p->book)
		add_text(p, axis, near, 6);
	axis->good = axis->count;
	add_text(p, axis, "99", 2);
	add_text(p, axis, "998800", 6);
	add_text(p, &p->axes[1], p->scheme, strlen(p->scheme));
	p->axes[1].good = 1;
	add_text(p, &p->axes[1], "999", 3);
	p->axes[0].read = p->axes[1].read = true;
}

static void
copy_values(struct place *p, struct axis *twin, const struct axis *from)
{
	for (uint32_t i = 0; from && from->coded && i < from->count; i++)
		add_text(p, twin, from->texts[i], strlen(from->texts[i]));
	twin->good = from && twin->count == from->count ? from->good : 0;
	for (uint32_t i = 0; from && !from->coded && i < from->number_count; i++)
		add_to(&twin->numbers, &twin->number_count, from->numbers[i]);
	if (twin->good == 0 && twin->count)
		twin->good = 1;
}

static void
add_edges(struct place *p)
{
	static const int64_t ages[] = { 0, 1, 18, 45, 60, 70, 149, 150, 151 };
	enum ybi_ask ask = ask_of(p->question);

	add_around(&p->days, &p->day_count, p->book->from > YBI_DAY_FIRST ? p->book->from : 20089);
	add_around(&p->days, &p->day_count, p->book->to < YBI_DAY_LAST ? p->book->to : 20454);
	if (p->book->section_days[ask].given) {
		add_around(&p->days, &p->day_count, p->book->section_days[ask].from);
		add_around(&p->days, &p->day_count, p->book->section_days[ask].to);
	}
	for (size_t i = 0; i < p->book->variant_count; i++) {
		add_around(&p->days, &p->day_count, p->book->variants[i].from);
		add_around(&p->days, &p->day_count, p->book->variants[i].to);
	}
	for (size_t i = 0; i < ARRAY_SIZE(ages); i++)
		add_to(&p->ages, &p->age_count, ages[i]);
	if (p->year_count == 0)
		for (int32_t year = 2023; year < 2027; year++)
			add_to(&p->years, &p->year_count, year);
}

struct place *
place_new(const struct yb_policy_set *set, yb_question question, const char *region, const char *scheme, const char *label)
{
	const struct ybi_document *aside;
	const struct ybi_book *book = ybi_set_find(set, region, scheme, ask_of(question), &aside);
	struct place *p;
	struct single s;

	if (!book || !(book->sections & 1u << ask_of(question)))
		return NULL;
	p = need(calloc(1, sizeof(*p)));
	p->axes = need(calloc(AXES_MOST, sizeof(*p->axes)));
	p->seeds = need(calloc(SEEDS_MOST, sizeof(*p->seeds)));
	p->set = set;
	p->book = book;
	p->question = question;
	(void)snprintf(p->label, sizeof(p->label), "%s %s", label, question == YB_QUESTION_FEE ? "fee" : question == YB_QUESTION_REFUND ? "refund"
	               : question == YB_QUESTION_ELIGIBILITY ? "eligibility" : "reimburse");
	(void)snprintf(p->region, sizeof(p->region), "%.6s", region);
	(void)snprintf(p->scheme, sizeof(p->scheme), "%.15s", scheme);
	add_fields(p);
	add_options(p);
	if (question != YB_QUESTION_REIMBURSE || below(8) == 0) /* with it a bill goes the exact way */
		add_cover(p);
	add_named(p);
	add_regions(p, set);
	collect(p, book);
	for (size_t i = 0; i < book->variant_count; i++)
		if (book->variants[i].book)
			collect(p, book->variants[i].book);
	for (yb_field field = 1; field < YBI_FIELD_MAX; field++) /* what the way to an answer needs beside what rules read */
		if (p->roles[field] != UINT32_MAX && (is_bucket(field) || field == YB_FIELD_BRDY || field == YB_FIELD_BEGNDATE || field == YB_FIELD_ENDDATE ||
		    field == YB_FIELD_HOSP_PART_AMT || field == YB_FIELD_YB_USE_ACCOUNT || field == YB_FIELD_YB_ACCOUNT_BALANCE || field == YB_FIELD_YB_FAMILY_BALANCE))
			p->axes[p->roles[field]].read = true;
	add_edges(p);
	single_new(&s);
	for (uint32_t i = 2; i < p->axis_count; i++)
		if (p->axes[i].coded && !p->axes[i].is_twin) {
			if (p->axes[i].s.field == YB_FIELD_MDTRTAREA_ADMVS)
				add_text(p, &p->axes[i], p->region, 6);
			if (p->axes[i].s.field)
				add_codes(p, &p->axes[i]);
			add_odd_texts(p, &p->axes[i]);
			sort_texts(p, &p->axes[i], &s);
		}
	for (uint32_t i = 2; i < p->axis_count; i++)
		if (p->axes[i].is_twin)
			copy_values(p, &p->axes[i], axis_of(p, p->axes[i].fact));
	find_seeds(p, &s);
	single_free(&s);
	return p;
}

void
place_free(struct place *p)
{
	if (!p)
		return;
	for (uint32_t i = 0; i < p->axis_count; i++) {
		free(p->axes[i].texts);
		free(p->axes[i].numbers);
	}
	free(p->axes);
	free(p->seeds);
	free(p->money);
	free(p->ages);
	free(p->stays);
	free(p->days);
	free(p->years);
	ybi_arena_free(&p->arena);
	free(p);
}
