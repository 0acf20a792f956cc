/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *bulk_suite(void);

/*
 * Rows in columns are answered as yb_settle() answers them one by one. Random
 * rows over every shipped document; YB_BULK_ROWS=N asks for more of each.
 */

/* ---- random columns ---- */

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	return ask_random(&seed) % n;
}

#define ROWS_MOST 20000
#define COLUMNS_MOST 96

/* A column as the test knows it: the texts or numbers, and what is bound. */
struct column {
	yb_column column;
	char name[64];
	yb_field field; /* 0: an attribute or total */
	bool total, texts_only;
	const char *const *texts;
	uint32_t text_count;
	int64_t *numbers; /* or indexes of texts */
	uint8_t *known;
	void *bound;
	uint8_t *bound_known;
};

struct table {
	struct column columns[COLUMNS_MOST];
	int count;
	size_t rows;
};

static const char *const schemes[] = { "310", "390", "310", "390", "340" };
static const char *const persons[] = { "1101", "1201", "1101", "1201", "1102", "1101", "14", "1501", "1300", "1401", "160101", "x" };
static const char *const identities[] = { "", "", "", "", "", "99", "99", "2101", "01|02", "2201|99", "31" };
static const char *const flags[] = { "0", "0", "0", "0", "0", "0", "0", "0", "0", "1" };
static const char *const sexes[] = { "1", "2", "9" };
static const char *const kinds[] = { "11", "11", "11", "14", "21", "21", "21", "21", "21", "21", "9901", "22", "41", "51", "12", "9903", "990101", "777" };
static const char *const levels[] = { "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "2" };
static const char *const referrals[] = { "1", "2", "3" };
static const char *const words[] = { "yes", "no", "L1", "L2", "L3", "1", "2", "3", "0", "100.00", "2500.00", "50%", "2020-01-01", "A", "B", "grade1", "none" };
static const char *const places[] = { "110000", "310000", "420100", "420106", "430100", "440300", "500000", "350200", "130100", "650100", "99" };
static const char *const residents[] = { "14", "1401", "1501", "1501", "1502" };
static char home[7];
static const char *const homes[] = { home, home, home, home, home, home, "110000", "420106", "650100" };
static const char *const amounts[] = { "0", "123.45", "10000.00", "-1", "7.123" };

static const struct {
	const char *name;
	const char *const *texts;
	int count, odd, lacking;
} coded[] = {
	{ "psn_idet_type", identities, COUNT(identities), 0, 2 }, { "cvlserv_flag", flags, COUNT(flags), 0, 2 },
	{ "gend", sexes, COUNT(sexes), 0, 5 }, { "med_type", kinds, COUNT(kinds), 3, 2 }, { "hosp_lv", levels, COUNT(levels), 0, 2 },
	{ "refl_type", referrals, COUNT(referrals), 0, 5 }, { "overlmt_selfpay", amounts, COUNT(amounts), 4, 95 },
};

static const char *const days[] = { "brdy", "begndate", "enddate" };
static const char *const counts[] = { "yb_admission", "yb_filed", "yb_use_account", "yb_flexible", "yb_newborn_enrolled", "yb_paid_months" };
static const char *const bills[] = { "medfee_sumamt", "fulamt_ownpay_amt", "preselfpay_amt", "inscp_scp_amt", "hosp_part_amt", "yb_account_balance",
	                             "yb_family_balance" };

static struct column *
add_column(struct table *t, struct yb_bulk *bulk, const char *name)
{
	struct column *c = &t->columns[t->count];

	if (t->count == COLUMNS_MOST || yb_bulk_input(bulk, name, strlen(name), &c->column, NULL) != YB_OK)
		return NULL;
	t->count++;
	(void)snprintf(c->name, sizeof(c->name), "%s", name);
	if (yb_field_from_name(name, strlen(name), &c->field) != YB_OK)
		c->field = 0;
	c->total = !c->field && strchr(name, '.');
	c->numbers = calloc(t->rows, sizeof(*c->numbers));
	c->known = calloc(t->rows, 1);
	ck_assert_ptr_nonnull(c->numbers);
	ck_assert_ptr_nonnull(c->known);
	return c;
}

/* Of the texts, the last ones (`odd` of them) are rare: they make rows bad. */
static int64_t
pick(uint32_t count, uint32_t odd)
{
	if (below(3000) == 0)
		return (int64_t)count + 3; /* the index of no text */
	return odd && below(150) == 0 ? (int64_t)(count - odd + below(odd)) : (int64_t)below(count - odd);
}

/* `lacking` of a hundred are not known. */
static void
fill_known(const struct table *t, struct column *c, uint32_t lacking)
{
	for (size_t i = 0; i < t->rows; i++)
		c->known[i] = below(100) >= lacking;
}

static void
add_texts(struct table *t, struct yb_bulk *bulk, const char *name, const char *const *texts, uint32_t count, uint32_t odd, uint32_t lacking)
{
	struct column *c = add_column(t, bulk, name);

	if (!c)
		return;
	c->texts = texts;
	c->text_count = count;
	for (size_t i = 0; i < t->rows; i++)
		c->numbers[i] = pick(count, odd);
	fill_known(t, c, lacking);
}

/* Bills spread over several orders of magnitude, a few negative or out of reach. */
static int64_t
random_fen(void)
{
	int64_t fen = (int64_t)below(1u << (8 + below(20))) * (below(20) == 0 ? 97 : 1);

	return below(4000) == 0 ? -fen - 1 : below(4000) == 0 ? INT64_MAX - fen : fen;
}

static void
add_bill(struct table *t, struct yb_bulk *bulk)
{
	int first = t->count;
	uint32_t lacking = below(2) ? 0 : 15;

	for (int i = 0; i < COUNT(bills); i++) {
		struct column *c = add_column(t, bulk, bills[i]);
		for (size_t k = 0; k < t->rows; k++)
			c->numbers[k] = i == 4 ? (below(10) ? 0 : random_fen() / 64) : random_fen() / (i == 1 || i == 2 ? 8 : 1);
		fill_known(t, c, i == 4 ? 90 : i >= 5 ? 30 : lacking);
	}
	for (size_t k = 0; k < t->rows; k++) /* of most rows the parts add up; what lies above caps has its own column, and is often not known */
		if (below(10) && t->columns[first + 1].numbers[k] > 0 && t->columns[first + 2].numbers[k] > 0 && t->columns[first + 3].numbers[k] > 0 &&
		    t->columns[first + 3].numbers[k] < INT64_MAX / 2 && t->columns[first + 1].numbers[k] < INT64_MAX / 4 &&
		    t->columns[first + 2].numbers[k] < INT64_MAX / 4)
			t->columns[first].numbers[k] = t->columns[first + 1].numbers[k] + t->columns[first + 2].numbers[k] + t->columns[first + 3].numbers[k];
}

static void
add_counts(struct table *t, struct yb_bulk *bulk)
{
	for (int i = 0; i < COUNT(days); i++) {
		struct column *c = add_column(t, bulk, days[i]);
		for (size_t k = 0; k < t->rows; k++)
			c->numbers[k] = i == 0 ? (int64_t)below(33000) - 16000 : 19900 + below(800) + (below(1000) == 0 ? 4000000 : 0);
		for (size_t k = 0; i == 2 && k < t->rows; k++)
			if (below(20))
				c->numbers[k] = t->columns[t->count - 2].numbers[k] + below(30);
		fill_known(t, c, i == 2 ? 2 : 10);
	}
	for (int i = 0; i < COUNT(counts); i++) {
		struct column *c = add_column(t, bulk, counts[i]);
		for (size_t k = 0; k < t->rows; k++)
			c->numbers[k] = i == 0 ? 1 + below(4) - (below(500) == 0) : i == 5 ? below(400) : below(2) + (below(2000) == 0 ? 7 : 0);
		fill_known(t, c, 5);
	}
}

/* Which words an attribute of a document may have, the others after them; how many they are. */
static uint32_t
sort_words(struct yb_bulk *bulk, const char *name, const char **sorted)
{
	uint32_t good = 0, bad = COUNT(words);
	struct yb_decision *d = NULL;
	yb_column column;

	ck_assert_int_eq(yb_decision_new(&d, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_input(bulk, name, strlen(name), &column, NULL), YB_OK);
	for (int i = 0; i < COUNT(words); i++) {
		ck_assert_int_eq(yb_bulk_bind_text(bulk, column, words[i], strlen(words[i]), NULL), YB_OK);
		if (yb_bulk_answer(bulk, 0, d, NULL) == YB_OK)
			sorted[good++] = words[i];
		else
			sorted[--bad] = words[i];
	}
	ck_assert_int_eq(yb_bulk_bind_text(bulk, column, NULL, 0, NULL), YB_OK);
	yb_decision_unref(d);
	return good;
}

/* The attributes and running totals of the documents; `id`: of that one, NULL: seldom any, as they make rows of others bad. */
static void
add_named(struct table *t, struct yb_bulk *bulk, const char *id)
{
	static const char *sorted[COLUMNS_MOST][COUNT(words)];
	yb_column column;

	if (id) {
		ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, id, 6, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, id + 7, 3, NULL), YB_OK);
	}
	for (size_t i = 0; yb_bulk_input_at(bulk, i, &column, NULL) == YB_OK; i++) {
		const char *name = yb_bulk_get_name(bulk, column);
		struct column *c;
		yb_field field;
		uint32_t good;
		if (yb_field_from_name(name, strlen(name), &field) == YB_OK || !strcmp(name, "yb_cover") || t->count >= COLUMNS_MOST - 1)
			continue;
		if (!strchr(name, '.')) {
			good = id ? sort_words(bulk, name, sorted[t->count]) : 1;
			if (good)
				add_texts(t, bulk, name, id ? sorted[t->count] : words, COUNT(words), COUNT(words) - good, id ? 10 : 99);
			continue;
		}
		if (id && yb_bulk_bind_text(bulk, column, "0", 1, NULL) == YB_OK) {
			struct yb_decision *d = NULL;
			bool there;
			ck_assert_int_eq(yb_decision_new(&d, NULL), YB_OK);
			there = yb_bulk_answer(bulk, 0, d, NULL) == YB_OK;
			yb_decision_unref(d);
			ck_assert_int_eq(yb_bulk_bind_text(bulk, column, NULL, 0, NULL), YB_OK);
			if (!there)
				continue;
		}
		c = add_column(t, bulk, name);
		for (size_t k = 0; k < t->rows; k++)
			c->numbers[k] = random_fen() / 16;
		fill_known(t, c, id ? 40 : 99);
	}
}

/* ---- binding, in every layout ---- */

static void
pack(const struct table *t, struct column *c, yb_layout layout)
{
	static const size_t widths[] = { 0, 1, 2, 4, 8 };
	uint8_t *bytes = calloc(t->rows, widths[layout]);

	ck_assert_ptr_nonnull(bytes);
	for (size_t i = 0; i < t->rows; i++) {
		int8_t b = (int8_t)c->numbers[i];
		int16_t h = (int16_t)c->numbers[i];
		int32_t w = (int32_t)c->numbers[i];
		const void *from = layout == YB_LAYOUT_INT8 ? (void *)&b : layout == YB_LAYOUT_INT16 ? (void *)&h : layout == YB_LAYOUT_INT32 ? (void *)&w : (void *)&c->numbers[i];
		memcpy(bytes + i * widths[layout], from, widths[layout]);
		c->numbers[i] = layout == YB_LAYOUT_INT8 ? b : layout == YB_LAYOUT_INT16 ? h : layout == YB_LAYOUT_INT32 ? w : c->numbers[i];
	}
	c->bound = bytes;
}

static yb_layout
pack_known(const struct table *t, struct column *c)
{
	bool all = true;

	for (size_t i = 0; i < t->rows; i++)
		all = all && c->known[i];
	if (all)
		return 0;
	c->bound_known = calloc(t->rows, 1);
	ck_assert_ptr_nonnull(c->bound_known);
	if (below(2)) {
		memcpy(c->bound_known, c->known, t->rows);
		return 0;
	}
	for (size_t i = 0; i < t->rows; i++)
		c->bound_known[i / 8] |= (uint8_t)(c->known[i] << i % 8);
	return YB_LAYOUT_BITS;
}

static void
bind_table(struct yb_bulk *bulk, struct table *t)
{
	for (int i = 0; i < t->count; i++) {
		struct column *c = &t->columns[i];
		bool small = true, medium = true;
		yb_layout layout, bits = pack_known(t, c);
		for (size_t k = 0; k < t->rows; k++) {
			small = small && c->numbers[k] >= INT8_MIN && c->numbers[k] <= INT8_MAX;
			medium = medium && c->numbers[k] >= INT32_MIN && c->numbers[k] <= INT32_MAX;
		}
		layout = small ? YB_LAYOUT_INT8 + (yb_layout)below(4) : medium ? YB_LAYOUT_INT32 + (yb_layout)below(2) : YB_LAYOUT_INT64;
		pack(t, c, layout);
		if (c->texts)
			ck_assert_int_eq(yb_bulk_bind_codes(bulk, c->column, layout + bits, c->bound, c->bound_known, c->texts, c->text_count, NULL), YB_OK);
		else
			ck_assert_int_eq(yb_bulk_bind_numbers(bulk, c->column, layout + bits, c->bound, c->bound_known, NULL), YB_OK);
	}
}

static void
drop_table(struct table *t)
{
	for (int i = 0; i < t->count; i++) {
		free(t->columns[i].numbers);
		free(t->columns[i].known);
		free(t->columns[i].bound);
		free(t->columns[i].bound_known);
	}
	memset(t, 0, sizeof(*t));
}

/* ---- the same by setters ---- */

struct single {
	struct yb_person *person;
	struct yb_claim *claim;
	struct yb_decision *decision;
};

/* Histories; the last ones cannot be, or not of everybody. */
static const char *const covers[] = {
	"[]", "[{\"insutype\": \"390\", \"year\": 2024, \"paid_on\": \"2023-11-02\"}]", "[{\"insutype\": \"390\", \"year\": 2025}, {\"insutype\": \"390\", \"year\": 2024}]",
	"[{\"insutype\": \"390\", \"year\": 2022, \"paid_on\": \"2021-12-03\", \"claimed\": false}, {\"insutype\": \"390\", \"year\": 2023, \"claimed\": true}]",
	"[{\"insutype\": \"310\", \"begin\": \"2019-07-01\", \"end\": \"2025-03-31\"}]", "[{\"insutype\": \"310\", \"begin\": \"2025-11-01\", \"end\": null}]",
	"[{\"insutype\": \"310\", \"begin\": \"2021-01-01\", \"end\": \"2023-06-30\", \"admdvs\": \"110000\"}, {\"insutype\": \"310\", \"begin\": \"2024-01-01\"}]",
	"[{\"insutype\": \"390\", \"year\": 2026, \"paid_on\": \"2025-11-20\"}, {\"insutype\": \"390\", \"year\": 2025, \"paid_on\": \"2024-11-20\"}]", " [ ] ",
	"[{\"insutype\": \"390\", \"year\": 2026, \"paid_on\": \"2026-03-02\"}]", "[{\"insutype\": \"340\", \"begin\": \"2010-01-01\"}]",
	"[{\"insutype\": \"390\", \"year\": 1998}]", "[{\"insutype\": \"390\", \"year\": 1997}]", "{}", "", "null", "[", "[{\"insutype\": \"390\", \"yaer\": 2024}]",
	"[{\"insutype\": \"390\", \"year\": 2024}, {\"insutype\": \"390\", \"year\": 2024}]", "[1]", "[{\"insutype\": \"310\", \"begin\": \"2025-02-01\", \"end\": \"2025-01-01\"}]",
};

/* By the document of a person, and entry by entry. */
static yb_status
set_cover(struct yb_person *person, const char *list)
{
	char text[512];
	struct yb_person *read = NULL;
	const char *insutype;
	int32_t year;
	yb_day begin, end, paid_on;
	uint32_t cover_flags;
	yb_status st;

	(void)snprintf(text, sizeof(text), "{\"yb_cover\": %s}", list);
	st = yb_person_new_from_json(text, strlen(text), NULL, &read, NULL);
	if (st == YB_OK && yb_person_get_cover(read, 0, NULL, NULL, NULL, NULL, NULL, NULL) == YB_E_NOT_FOUND)
		st = yb_person_set_cover_none(person);
	for (size_t i = 0; st == YB_OK && yb_person_get_cover(read, i, &insutype, &year, &begin, &end, &paid_on, &cover_flags) == YB_OK; i++)
		st = year ? yb_person_add_cover_year(person, insutype, year, paid_on, cover_flags, NULL)
		          : yb_person_add_cover_period(person, insutype, begin, end, paid_on, cover_flags, NULL);
	if (st == YB_OK && strstr(list, "admdvs"))
		st = yb_person_set_cover_region(person, 0, "110000", 6);
	yb_person_unref(read);
	return st;
}

static yb_status
set_text(const struct single *s, const struct column *c, const char *text)
{
	size_t n = strlen(text);

	if (!strcmp(c->name, "yb_cover"))
		return set_cover(s->person, text);
	if (!c->field)
		return yb_claim_set_attribute(s->claim, c->name, text, n);
	return yb_field_get_part(c->field) == YB_PART_PERSON ? yb_person_set_text(s->person, c->field, text, n)
	                                                     : yb_claim_set_text(s->claim, c->field, text, n);
}

static yb_status
set_number(const struct single *s, const struct column *c, int64_t value)
{
	bool person = yb_field_get_part(c->field) == YB_PART_PERSON;

	if (c->total)
		return yb_claim_set_total(s->claim, c->name, value);
	switch (yb_field_get_type(c->field)) {
	case YB_TYPE_FEN:
		return person ? yb_person_set_fen(s->person, c->field, value) : yb_claim_set_fen(s->claim, c->field, value);
	case YB_TYPE_DAY:
		return person ? yb_person_set_day(s->person, c->field, (yb_day)value) : yb_claim_set_day(s->claim, c->field, (yb_day)value);
	default:
		return person ? yb_person_set_count(s->person, c->field, value) : yb_claim_set_count(s->claim, c->field, value);
	}
}

static yb_status
ask_row(const struct yb_policy_set *set, const struct single *s, const struct table *t, size_t row)
{
	yb_status st = YB_OK;

	yb_person_clear(s->person);
	yb_claim_clear(s->claim);
	for (int i = 0; i < t->count && st == YB_OK; i++) {
		const struct column *c = &t->columns[i];
		if (!c->known[row])
			continue;
		if (c->texts)
			st = c->numbers[row] < 0 || c->numbers[row] >= c->text_count ? YB_E_BAD_VALUE : set_text(s, c, c->texts[c->numbers[row]]);
		else
			st = set_number(s, c, c->numbers[row]);
	}
	return st == YB_OK ? yb_settle(set, s->person, s->claim, NULL, s->decision, NULL) : st;
}

/* ---- outputs ---- */

static const char *const results[] = { "basic.base", "basic.deductible", "basic.scope", "basic.paid", "basic.left", "basic.due", "basic.over", "serious.base",
	                               "serious.deductible", "supplement.base", "mutual_aid.paid" };

struct output {
	yb_column column;
	const char *name;
	yb_field field; /* 0: a result */
	int64_t *values;
	uint8_t *known;
};

static struct output outputs[64];
static int output_count;
static uint8_t *outcomes;
static yb_status *statuses;

static void
add_output(struct yb_bulk *bulk, yb_column column, yb_field field, const char *name, size_t rows)
{
	struct output *o = &outputs[output_count++];

	*o = (struct output){ .column = column, .name = name, .field = field, .values = malloc(rows * sizeof(int64_t)), .known = below(4) ? malloc(rows) : NULL };
	ck_assert_ptr_nonnull(o->values);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, column, o->values, o->known, NULL), YB_OK);
}

static void
bind_outputs(struct yb_bulk *bulk, size_t rows)
{
	yb_column column;

	output_count = 0;
	for (size_t i = 0; yb_bulk_output_at(bulk, i, &column) == YB_OK; i++)
		add_output(bulk, column, column, yb_field_get_name(column), rows);
	for (int i = 0; i < COUNT(results); i++)
		if (below(3) && yb_bulk_output(bulk, results[i], strlen(results[i]), &column, NULL) == YB_OK && (strcmp(results[i], "basic.over") || !below(4)))
			add_output(bulk, column, 0, results[i], rows);
	outcomes = malloc(rows);
	statuses = malloc(rows * sizeof(*statuses));
	ck_assert_ptr_nonnull(outcomes);
	ck_assert_ptr_nonnull(statuses);
	memset(outcomes, 77, rows);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcomes, statuses), YB_OK);
}

static void
drop_outputs(void)
{
	for (int i = 0; i < output_count; i++) {
		free(outputs[i].values);
		free(outputs[i].known);
	}
	free(outcomes);
	free(statuses);
}

static void
compare_row(const struct single *s, yb_status st, size_t row, const char *which)
{
	ck_assert_msg(statuses[row] == st, "%s, row %zu: %s by columns, %s alone", which, row, yb_status_name(statuses[row]), yb_status_name(st));
	ck_assert_msg(outcomes[row] == (st == YB_OK ? (uint8_t)yb_decision_get_outcome(s->decision) : YB_ROW_BAD), "%s, row %zu: outcome %u", which, row,
	              outcomes[row]);
	for (int i = 0; i < output_count; i++) {
		const struct output *o = &outputs[i];
		int64_t value = 0;
		yb_status got = st != YB_OK ? st : o->field ? yb_decision_get_fen(s->decision, o->field, &value)
			: yb_decision_get_result(s->decision, o->name, &value, NULL);
		ck_assert_msg(o->values[row] == (got == YB_OK ? value : 0), "%s, row %zu: %s is %lld by columns, %lld alone", which, row, o->name,
		              (long long)o->values[row], got == YB_OK ? (long long)value : 0LL);
		if (o->known)
			ck_assert_msg(o->known[row] == (got == YB_OK), "%s, row %zu: %s is %sknown by columns", which, row, o->name, o->known[row] ? "" : "not ");
	}
}

static size_t answered;

static void
compare_all(const struct yb_policy_set *set, struct table *t, const char *which)
{
	struct single s = { 0 };

	ck_assert_int_eq(yb_person_new(&s.person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&s.claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&s.decision, NULL), YB_OK);
	for (size_t row = 0; row < t->rows; row++) {
		yb_status st = ask_row(set, &s, t, row);
		compare_row(&s, st, row, which);
		answered += st == YB_OK && yb_decision_get_outcome(s.decision) == YB_OUTCOME_ANSWERED;
	}
	yb_person_unref(s.person);
	yb_claim_unref(s.claim);
	yb_decision_unref(s.decision);
}

static size_t
rows_wanted(size_t usual)
{
	const char *more = getenv("YB_BULK_ROWS");
	size_t n = more ? (size_t)strtoul(more, NULL, 10) : getenv("YB_SLOW") ? usual / 8 : usual;

	return n < 1 ? 1 : n > ROWS_MOST ? ROWS_MOST : n;
}

static struct yb_bulk *
new_bulk(const struct yb_policy_set *set, int32_t threads)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_bulk *bulk = NULL;

	options.threads = threads;
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &bulk, NULL), YB_OK);
	return bulk;
}

static void
fill_table(struct table *t, struct yb_bulk *bulk, const char *const *regions, uint32_t region_count, const char *const *kinds_of, uint32_t scheme_count, const char *id)
{
	add_texts(t, bulk, "insuplc_admdvs", regions, region_count, region_count > 1, region_count > 1 ? 1 : 0);
	add_texts(t, bulk, "insutype", kinds_of, scheme_count, scheme_count > 1, region_count > 1 ? 1 : 0);
	for (int i = 0; i < COUNT(coded); i++)
		add_texts(t, bulk, coded[i].name, coded[i].texts, (uint32_t)coded[i].count, (uint32_t)coded[i].odd, (uint32_t)coded[i].lacking);
	if (id) { /* mostly treated at home; residents are residents */
		add_texts(t, bulk, "mdtrtarea_admvs", homes, COUNT(homes), 0, 4);
		(void)snprintf(home, sizeof(home), "%.6s", id);
		add_texts(t, bulk, "psn_type", id[8] == '1' ? persons : residents, id[8] == '1' ? 6 : COUNT(residents), 0, 2);
	} else {
		add_texts(t, bulk, "mdtrtarea_admvs", places, COUNT(places), 1, 5);
		add_texts(t, bulk, "psn_type", persons, COUNT(persons), 2, 2);
	}
	add_bill(t, bulk);
	add_counts(t, bulk);
	add_texts(t, bulk, "yb_cover", covers, COUNT(covers), 8, 94);
	add_named(t, bulk, id);
}

/* ---- every document ---- */

static struct yb_policy_set *shipped; /* whatever their sources are worth, so that rows are answered */

static void
load_shipped(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	const char *top = getenv("YB_SRCDIR");
	char path[4096];

	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/policies", top ? top : "."), (int)sizeof(path));
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &shipped, NULL), YB_OK);
	yb_policy_loader_unref(loader);
}

static void
drop_shipped(void)
{
	yb_policy_set_unref(shipped);
	shipped = NULL;
}

static char ids[256][32];
static int id_count;

static struct yb_bulk *new_bulk(const struct yb_policy_set *set, int32_t threads);

/* Has the document rules on bills? */
static bool
settles(const char *id)
{
	struct yb_bulk *bulk = new_bulk(shipped, 1);
	struct yb_decision *d = NULL;
	const char *reason = "";
	bool silent;

	ck_assert_int_eq(yb_decision_new(&d, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, id, 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, id + 7, 3, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_answer(bulk, 0, d, NULL), YB_OK);
	silent = yb_decision_get_outcome(d) == YB_OUTCOME_UNSUPPORTED && yb_decision_get_reason(d, 0, &reason) == YB_OK && !strcmp(reason, "no_section");
	yb_decision_unref(d);
	yb_bulk_unref(bulk);
	return !silent;
}

static void
load_ids(void)
{
	load_shipped();
	for (size_t i = 0; i < yb_policy_set_get_count(shipped) && id_count < COUNT(ids); i++) {
		const char *id = yb_policy_set_get_id(shipped, i);
		if (strlen(id) == 10 && id[6] == '/' && id[0] != '0' && settles(id))
			(void)snprintf(ids[id_count++], sizeof(ids[0]), "%s", id);
	}
}

START_TEST(rows_of_each_document_are_answered_as_alone)
{
	size_t rows = 0;

	answered = 0;
	for (int i = 0; i < id_count; i++) {
		struct table t = { .rows = rows_wanted(1500) };
		struct yb_bulk *bulk = new_bulk(shipped, 1);
		char region[7], scheme[4];
		const char *regions[] = { region }, *kinds_of[] = { scheme };
		seed = 4711u + (uint32_t)i * 97;
		(void)snprintf(region, sizeof(region), "%.6s", ids[i]);
		(void)snprintf(scheme, sizeof(scheme), "%.3s", ids[i] + 7);
		fill_table(&t, bulk, regions, 1, kinds_of, 1, ids[i]);
		bind_table(bulk, &t);
		if (i % 2) { /* as constants */
			ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, region, 6, NULL), YB_OK);
			ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, scheme, 3, NULL), YB_OK);
			for (size_t k = 0; k < t.rows; k++)
				t.columns[0].known[k] = t.columns[1].known[k] = 1, t.columns[0].numbers[k] = t.columns[1].numbers[k] = 0;
		}
		bind_outputs(bulk, t.rows);
		ck_assert_int_eq(yb_bulk_run(bulk, 0, t.rows, NULL), YB_OK);
		compare_all(shipped, &t, ids[i]);
		yb_bulk_unref(bulk);
		drop_outputs();
		rows += t.rows;
		drop_table(&t);
	}
	ck_assert_uint_gt(answered, rows / 20); /* else the rows try little */
}
END_TEST

static const char *regions_of[260];

static uint32_t
list_regions(void)
{
	static char texts[256][7];
	uint32_t n = 0;

	for (int i = 0; i < id_count; i++) {
		(void)snprintf(texts[i], sizeof(texts[0]), "%.6s", ids[i]);
		regions_of[n++] = texts[i];
	}
	regions_of[n++] = "420106";
	regions_of[n++] = "650100";
	regions_of[n++] = "99";
	return n;
}

/* One region and scheme a row, by any number of threads, in ranges of any size. */
START_TEST(mixed_rows_are_answered_as_alone)
{
	static const int32_t threads[] = { 1, 2, 7 };
	struct table t = { .rows = rows_wanted(9000) };
	struct yb_bulk *bulk = new_bulk(shipped, threads[_i]);
	uint32_t n = list_regions();

	seed = 2026;
	fill_table(&t, bulk, regions_of, n, schemes, COUNT(schemes), NULL);
	bind_table(bulk, &t);
	bind_outputs(bulk, t.rows);
	if (_i == 1)
		for (size_t at = 0, step = 1; at < t.rows; at += step, step = step * 3 % 5003 + 1)
			ck_assert_int_eq(yb_bulk_run(bulk, at, at + step < t.rows ? step : t.rows - at, NULL), YB_OK);
	else
		ck_assert_int_eq(yb_bulk_run(bulk, 0, t.rows, NULL), YB_OK);
	answered = 0;
	compare_all(shipped, &t, "mixed");
	ck_assert_uint_gt(answered, t.rows / 80);
	yb_bulk_unref(bulk);
	drop_outputs();
	drop_table(&t);
}
END_TEST

/* ---- the questions about a person ---- */

static yb_status
set_field(const struct single *s, const struct column *c, size_t row)
{
	if (!c->texts)
		return set_number(s, c, c->numbers[row]);
	return c->numbers[row] < c->text_count ? set_text(s, c, c->texts[c->numbers[row]]) : YB_E_BAD_VALUE;
}

static yb_status
ask_of_person(yb_question question, const struct single *s, const struct table *t, size_t row)
{
	struct yb_fee_options fee = YB_FEE_OPTIONS_INIT;
	struct yb_refund_options refund = YB_REFUND_OPTIONS_INIT;
	yb_status st = YB_OK;

	yb_person_clear(s->person);
	for (int i = 0; i < t->count && st == YB_OK; i++) {
		const struct column *c = &t->columns[i];
		int32_t value = (int32_t)c->numbers[row];
		if (!c->known[row])
			continue;
		if (c->field)
			st = set_field(s, c, row);
		else if (!strcmp(c->name, "year"))
			fee.year = value;
		else if (!strcmp(c->name, "paid_on"))
			fee.paid_on = value;
		else if (!strcmp(c->name, "months"))
			fee.months = value;
		else if (!strcmp(c->name, "on"))
			fee.on = refund.on = value;
		else if (!strcmp(c->name, "yb_cover"))
			st = c->numbers[row] < c->text_count ? set_cover(s->person, c->texts[c->numbers[row]]) : YB_E_BAD_VALUE;
	}
	if (st != YB_OK)
		return st;
	return question == YB_QUESTION_FEE ? yb_fee(shipped, s->person, &fee, s->decision, NULL)
	                                   : yb_refund(shipped, s->person, &refund, s->decision, NULL);
}

static void
add_days(struct table *t, struct yb_bulk *bulk, const char *name, int64_t first, uint32_t span, uint32_t lacking)
{
	struct column *c = add_column(t, bulk, name);

	for (size_t k = 0; c && k < t->rows; k++)
		c->numbers[k] = first + below(span);
	if (c)
		fill_known(t, c, lacking);
}

/* A few days that cannot be, whether a document answers or not. */
static void
stray(struct table *t)
{
	static const int64_t strays[] = { -719163, 2932897, INT32_MIN, INT32_MAX };
	struct column *c = &t->columns[t->count - 1];

	for (size_t k = 0; k < t->rows; k++)
		if (below(100) == 0)
			c->numbers[k] = strays[below(COUNT(strays))];
}

static void
fill_persons(struct table *t, struct yb_bulk *bulk, yb_question question, const char *const *regions, uint32_t region_count)
{
	add_texts(t, bulk, "insuplc_admdvs", regions, region_count, 0, 1);
	add_texts(t, bulk, "insutype", schemes, 4, 0, 1);
	add_texts(t, bulk, "psn_type", persons, COUNT(persons), 1, 5);
	add_texts(t, bulk, "psn_idet_type", identities, COUNT(identities), 0, 5);
	add_texts(t, bulk, "gend", sexes, COUNT(sexes), 0, 5);
	add_days(t, bulk, "brdy", -16000, 33000, 5);
	add_days(t, bulk, "yb_flexible", 0, 2, 10);
	add_days(t, bulk, "yb_wage_base", 300000, 900000, 10);
	add_days(t, bulk, "on", 20000, 700, question == YB_QUESTION_FEE ? 90 : 5);
	stray(t);
	if (question == YB_QUESTION_FEE) {
		add_days(t, bulk, "year", 2024, 4, 3);
		add_days(t, bulk, "paid_on", 19900, 800, 30);
		stray(t);
	}
	if (question == YB_QUESTION_FEE)
		add_days(t, bulk, "months", 1, 13, 40);
	add_texts(t, bulk, "yb_cover", covers, COUNT(covers), 8, 70);
}

/* All named results, of persons of all regions. */
START_TEST(questions_about_persons_are_answered_as_alone)
{
	static const yb_question questions[] = { YB_QUESTION_FEE, YB_QUESTION_REFUND };
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct table t = { .rows = rows_wanted(4000) };
	struct yb_bulk *bulk = NULL;
	struct single s = { 0 };
	yb_column column;
	uint32_t n = list_regions();

	seed = 99;
	options.threads = 2;
	ck_assert_int_eq(yb_bulk_new(shipped, questions[_i], &options, &bulk, NULL), YB_OK);
	fill_persons(&t, bulk, questions[_i], regions_of, n - 1);
	bind_table(bulk, &t);
	output_count = 0;
	for (size_t i = 0; yb_bulk_output_at(bulk, i, &column) == YB_OK && i < 60; i++)
		add_output(bulk, column, 0, yb_bulk_get_name(bulk, column), t.rows);
	ck_assert_int_gt(output_count, 2);
	outcomes = malloc(t.rows);
	statuses = malloc(t.rows * sizeof(*statuses));
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcomes, statuses), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, t.rows, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new(&s.person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&s.claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&s.decision, NULL), YB_OK);
	answered = 0;
	for (size_t row = 0; row < t.rows; row++) {
		yb_status st = ask_of_person(questions[_i], &s, &t, row);
		compare_row(&s, st, row, "persons");
		answered += st == YB_OK && yb_decision_get_outcome(s.decision) == YB_OUTCOME_ANSWERED;
	}
	ck_assert_uint_gt(answered, t.rows / 40);
	ck_assert_int_eq(yb_bulk_input(bulk, "medfee_sumamt", 13, &column, NULL), YB_E_NOT_FOUND); /* of a bill */
	ck_assert_int_eq(yb_bulk_output(bulk, "hifp_pay", 8, &column, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, 2, (int64_t[]){ 1, 2 }, NULL), YB_E_INVALID);
	yb_person_unref(s.person);
	yb_claim_unref(s.claim);
	yb_decision_unref(s.decision);
	yb_bulk_unref(bulk);
	drop_outputs();
	drop_table(&t);
}
END_TEST

/* ---- eligibility ---- */

static yb_status
ask_cover(const struct single *s, const struct table *t, size_t row)
{
	struct yb_eligibility_options o = YB_ELIGIBILITY_OPTIONS_INIT;
	const struct column *cover = NULL;
	yb_status st = YB_OK;

	yb_person_clear(s->person);
	for (int i = 0; i < t->count && st == YB_OK; i++) {
		const struct column *c = &t->columns[i];
		int32_t value = (int32_t)c->numbers[row];
		if (!c->known[row])
			continue;
		if (c->field)
			st = set_field(s, c, row);
		else if (!strcmp(c->name, "yb_cover"))
			cover = c;
		else if (!strcmp(c->name, "special_group"))
			st = c->numbers[row] < c->text_count ? yb_person_set_attribute(s->person, c->name, c->texts[c->numbers[row]], strlen(c->texts[c->numbers[row]]))
			                                     : YB_E_BAD_VALUE;
		else if (!strcmp(c->name, "year"))
			o.year = value;
		else if (!strcmp(c->name, "repaired"))
			o.repaired = value;
		else if (!strcmp(c->name, "paid_on"))
			o.paid_on = value;
		else
			o.on = value;
	}
	if (st == YB_OK && cover)
		st = cover->numbers[row] < cover->text_count ? set_cover(s->person, cover->texts[cover->numbers[row]]) : YB_E_BAD_VALUE;
	return st == YB_OK ? yb_eligibility(shipped, s->person, &o, s->decision, NULL) : st;
}

/* Whether nothing was paid is told by a reason. */
static bool
is_paid(struct yb_decision *d)
{
	const char *code;

	for (size_t i = 0; yb_decision_get_reason(d, i, &code) == YB_OK; i++)
		if (!strcmp(code, "not_paid"))
			return false;
	return true;
}

/* What an output has for a row, as the question has it: a wait in its unit, a text as its word. */
static void
compare_cover(const struct single *s, yb_status st, const struct yb_bulk *bulk, size_t row)
{
	ck_assert_msg(statuses[row] == st, "row %zu: %s by columns, %s alone", row, yb_status_name(statuses[row]), yb_status_name(st));
	ck_assert_int_eq(outcomes[row], st == YB_OK ? yb_decision_get_outcome(s->decision) : YB_ROW_BAD);
	for (int i = 0; i < output_count; i++) {
		const struct output *o = &outputs[i];
		bool wait = !strncmp(o->name, "wait.", 5), known;
		int64_t value = 0;
		yb_result unit = 0, wanted = yb_bulk_get_unit(bulk, o->column);
		char *text = NULL;
		known = st == YB_OK && yb_decision_get_result(s->decision, wait ? "wait" : strcmp(o->name, "paid") ? o->name : "rule", &value, &unit) == YB_OK;
		if (known && !strcmp(o->name, "paid")) {
			value = is_paid(s->decision);
			unit = YB_RESULT_FLAG;
		}
		if (known && wait)
			known = unit == wanted;
		else if (known)
			ck_assert_int_eq(unit, wanted);
		if (known && unit == YB_RESULT_TEXT) {
			ck_assert_int_eq(yb_decision_dup_result(s->decision, o->name, &text, NULL), YB_OK);
			known = o->known[row] || (text[0] && strcmp(text, "none") != 0); /* a scheme that no rule names has no word */
			ck_assert_msg(!o->known[row] || !strcmp(yb_bulk_get_word(bulk, o->column, o->values[row]), text), "row %zu: %s is %s alone", row, o->name, text);
			value = o->values[row];
			yb_free(text);
		}
		ck_assert_msg(o->known[row] == known, "row %zu: %s is %sknown by columns", row, o->name, o->known[row] ? "" : "not ");
		ck_assert_msg(o->values[row] == (known ? value : 0), "row %zu: %s is %lld by columns, %lld alone", row, o->name, (long long)o->values[row], (long long)value);
	}
}

static void
fill_covers(struct table *t, struct yb_bulk *bulk, const char *const *regions, uint32_t region_count)
{
	static const char *const groups[] = { "no", "no", "yes", "x" };

	add_texts(t, bulk, "insuplc_admdvs", regions, region_count, 0, 1);
	add_texts(t, bulk, "insutype", schemes, 4, 0, 1);
	add_texts(t, bulk, "yb_cover", covers, COUNT(covers), 8, 4);
	add_texts(t, bulk, "psn_type", persons, COUNT(persons) - 1, 1, 2);
	add_texts(t, bulk, "psn_idet_type", identities, COUNT(identities), 0, 2);
	add_texts(t, bulk, "special_group", groups, COUNT(groups), 1, 4);
	add_days(t, bulk, "brdy", -9000, 22000, 5);
	add_days(t, bulk, "yb_flexible", 0, 2, 10);
	add_days(t, bulk, "on", 20300, 600, 30);
	stray(t);
	add_days(t, bulk, "paid_on", 20100, 700, 50);
	stray(t);
	add_days(t, bulk, "year", 2024, 4, 50);
	add_days(t, bulk, "repaired", 0, 3, 80);
}

START_TEST(cover_is_answered_as_alone)
{
	static const int32_t threads[] = { 1, 2, 7 };
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct table t = { .rows = rows_wanted(4000) };
	struct yb_bulk *bulk = NULL;
	struct single s = { 0 };
	yb_column column;
	uint32_t n = list_regions();
	size_t rules = 0;

	seed = 7;
	options.threads = threads[_i];
	ck_assert_int_eq(yb_bulk_new(shipped, YB_QUESTION_ELIGIBILITY, &options, &bulk, NULL), YB_OK);
	fill_covers(&t, bulk, regions_of, n);
	bind_table(bulk, &t);
	output_count = 0;
	for (size_t i = 0; yb_bulk_output_at(bulk, i, &column) == YB_OK; i++)
		do
			add_output(bulk, column, 0, yb_bulk_get_name(bulk, column), t.rows);
		while (!outputs[output_count - 1].known && (free(outputs[--output_count].values), true));
	ck_assert_int_eq(output_count, 18);
	outcomes = malloc(t.rows);
	statuses = malloc(t.rows * sizeof(*statuses));
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcomes, statuses), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, t.rows, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new(&s.person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&s.claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&s.decision, NULL), YB_OK);
	answered = 0;
	for (size_t row = 0; row < t.rows; row++) {
		yb_status st = ask_cover(&s, &t, row);
		compare_cover(&s, st, bulk, row);
		answered += st == YB_OK && yb_decision_get_outcome(s.decision) == YB_OUTCOME_ANSWERED;
		rules += outputs[1].known[row];
	}
	ck_assert_uint_gt(answered, t.rows / 20);
	ck_assert_uint_eq(rules, answered); /* exactly one holds */
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, 2, (int64_t[]){ 1, 2 }, NULL), YB_E_INVALID);
	yb_person_unref(s.person);
	yb_claim_unref(s.claim);
	yb_decision_unref(s.decision);
	yb_bulk_unref(bulk);
	drop_outputs();
	drop_table(&t);
}
END_TEST

/* ---- a document of our own ---- */

#define DOC "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"attributes:\n  level: {type: count, range: 1..3, of: claim}\n  poor: {type: flag, of: person}\n  wage: {type: money, of: person}\n" \
	"  since: {type: date, of: person}\n  share: {type: rate, of: claim}\n" \
	"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n        - id: basic\n          pays: hifp_pay\n" \
	"          deductible: {by: level, rows: [[1, 100], [2.., 300]]}\n          ratio: {by: poor, rows: [[yes, 90%], [no, 70%]]}\n" \
	"          ceilings: [{id: year, on: payment, per: year, amount: \"= wage * 6\"}]\n"

static const int8_t doc_level[] = { 1, 2, 3, 4, 1, 1 };
static const uint8_t doc_known[] = { 1, 1, 1, 1, 0, 1 };
static const int8_t doc_poor[] = { 1, 0, 0, 0, 0, 2 };
static const int64_t doc_wage[] = { 500000, 500000, 1000, 500000, 500000, 500000 };
static const int64_t doc_total[] = { 100000, 100000, 1000000, 100000, 100000, 100000 };
static const int64_t doc_used[] = { 0, 0, 2000, 0, 0, 0 };

static yb_column
input(struct yb_bulk *bulk, const char *name)
{
	yb_column column = 0;

	ck_assert_msg(yb_bulk_input(bulk, name, strlen(name), &column, NULL) == YB_OK, "no input %s", name);
	return column;
}

static void
bind_doc_bills(struct yb_bulk *bulk)
{
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "310", 3, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_FULAMT_OWNPAY_AMT, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_OVERLMT_SELFPAY, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_PRESELFPAY_AMT, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, doc_total, NULL, NULL), YB_OK);
}

static void
bind_doc(struct yb_bulk *bulk)
{
	bind_doc_bills(bulk);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "level"), YB_LAYOUT_INT8, doc_level, doc_known, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "poor"), YB_LAYOUT_INT8, doc_poor, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "psn.wage"), YB_LAYOUT_INT64, doc_wage, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "basic.paid.year"), YB_LAYOUT_INT64, doc_used, NULL, NULL), YB_OK);
}

/* 1,000.00 at level 1, poor: 900 x 90 % = 810.00; at level 2: 700 x 70 % = 490.00; at level 3 under 60.00 - 20.00 of the year. */
START_TEST(a_bad_row_leaves_its_neighbours_alone)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_bulk *bulk = new_bulk(set, 1);
	int64_t fund[6], scope[6];
	uint8_t outcome[6], known[6];
	yb_status status[6];
	yb_column column;

	bind_doc(bulk);
	ck_assert_int_eq(yb_bulk_output(bulk, "basic.scope", 11, &column, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, column, scope, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_HIFP_PAY, fund, known, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcome, status), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK);
	ck_assert_int_eq(fund[0], 81000);
	ck_assert_int_eq(scope[0], 90000);
	ck_assert_int_eq(fund[1], 49000);
	ck_assert_int_eq(fund[2], 4000);
	ck_assert_int_eq(outcome[2], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(outcome[3], YB_ROW_BAD);
	ck_assert_int_eq(status[3], YB_E_BAD_VALUE);
	ck_assert_int_eq(fund[3], 0);
	ck_assert_int_eq(known[3], 0);
	ck_assert_int_eq(outcome[4], YB_OUTCOME_INCOMPLETE);
	ck_assert_int_eq(status[4], YB_OK);
	ck_assert_int_eq(outcome[5], YB_ROW_BAD);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

/* -1 is no wage whichever its width, though 255 and 4,294,967,295 fen are: rows that follow each other, and rows among others of another document. */
START_TEST(a_number_below_zero_is_one_in_every_layout)
{
	static const char wide[] = "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"attributes: {wage: {type: money, of: person}}\n"
		"reimburse: {source: a, benefits: [{id: stay, layers: [{id: basic, pays: hifp_pay, ratio: 50%}]}]}\n";
	static const int8_t of_8[] = { 1, 2, -1, INT8_MIN, INT8_MAX, 0 };
	static const int16_t of_16[] = { 1, 2, -1, INT16_MIN, INT16_MAX, 0 };
	static const int32_t of_32[] = { 1, 2, -1, INT32_MIN, INT32_MAX, 0 };
	static const int64_t of_64[] = { 1, 2, -1, INT64_MIN, INT32_MAX, 0 };
	static const struct { yb_layout layout; const void *values; } columns[] = {
		{ YB_LAYOUT_INT8, of_8 }, { YB_LAYOUT_INT16, of_16 }, { YB_LAYOUT_INT32, of_32 }, { YB_LAYOUT_INT64, of_64 },
	};
	static const char *const regions[] = { "990000", "980000" };
	static const int8_t region[] = { 0, 0, 0, 0, 0, 0 }, mixed[] = { 0, 1, 0, 0, 0, 1 };
	struct yb_policy_set *set = ask_load(wide);
	struct yb_bulk *bulk = new_bulk(set, 1);
	uint8_t outcome[6];
	yb_status status[6];

	bind_doc_bills(bulk);
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_INSUPLC_ADMDVS, YB_LAYOUT_INT8, _i % 2 ? mixed : region, NULL, regions, 2, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "psn.wage"), columns[_i / 2].layout, columns[_i / 2].values, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcome, status), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK);
	for (int i = 0; i < 6; i++) {
		bool bad = i == 2 || i == 3, foreign = _i % 2 && mixed[i];
		ck_assert_msg(status[i] == (bad ? YB_E_BAD_AMOUNT : foreign ? YB_E_NO_POLICY : YB_OK), "row %d: %s", i, yb_status_name(status[i]));
		ck_assert_int_eq(outcome[i], bad || foreign ? YB_ROW_BAD : YB_OUTCOME_ANSWERED);
	}
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- runs over more memory than caches hold, which write past them ---- */

#define LONG_ROWS 130001
#define LONG_OUTPUTS 9
#define LONG_DOC DOC \
	"        - id: more\n          pays: hifmi_pay\n          base: = basic.left\n          deductible: {by: poor, rows: [[yes, 50], [no, 120]]}\n" \
	"          bands: {origin: deductible, borders: [200], ratio: [50%, 60%]}\n"

static const char *const long_outputs[LONG_OUTPUTS] = { "basic.base", "basic.due", "basic.scope", "basic.left", "more.scope", "hifp_pay", "hifmi_pay",
	                                                "psn_part_amt", "basic.scope" };

struct long_run {
	int8_t *level, *poor;
	int64_t *wage, *total, *used, *out[LONG_OUTPUTS];
	uint8_t *known, *outcomes;
};

static void *
long_column(size_t size)
{
	void *p = calloc(LONG_ROWS + 64, size);

	ck_assert_ptr_nonnull(p);
	return p;
}

static void
make_long(struct long_run *run)
{
	run->level = long_column(1);
	run->poor = long_column(1);
	run->wage = long_column(8);
	run->total = long_column(8);
	run->used = long_column(8);
	run->known = long_column(1);
	run->outcomes = long_column(1);
	for (int o = 0; o < LONG_OUTPUTS; o++)
		run->out[o] = long_column(8);
	seed = 7;
	for (size_t i = 0; i < LONG_ROWS; i++) {
		run->level[i] = (int8_t)(below(5000) ? 1 + below(3) : 0); /* some that are no level */
		run->poor[i] = (int8_t)below(2);
		run->wage[i] = (int64_t)below(900000);
		run->total[i] = (int64_t)below(1u << below(27));
		run->used[i] = (int64_t)below(1000000);
	}
}

static void
drop_long(struct long_run *run)
{
	free(run->level);
	free(run->poor);
	free(run->wage);
	free(run->total);
	free(run->used);
	free(run->known);
	free(run->outcomes);
	for (int o = 0; o < LONG_OUTPUTS; o++)
		free(run->out[o]);
}

/* Outputs that begin `skip` elements into their memory, so at every place of a line of the caches. */
static void
run_long(const struct yb_policy_set *set, struct long_run *run, size_t skip, size_t piece)
{
	struct yb_bulk *bulk = new_bulk(set, 1);

	bind_doc(bulk);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "level"), YB_LAYOUT_INT8, run->level, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "poor"), YB_LAYOUT_INT8, run->poor, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "psn.wage"), YB_LAYOUT_INT64, run->wage, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, run->total, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "basic.paid.year"), YB_LAYOUT_INT64, run->used, NULL, NULL), YB_OK);
	for (int o = 0; o < LONG_OUTPUTS; o++) {
		yb_column column;
		memset(run->out[o], 0x55, (LONG_ROWS + 64) * sizeof(int64_t));
		ck_assert_int_eq(yb_bulk_output(bulk, long_outputs[o], strlen(long_outputs[o]), &column, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_bind_output(bulk, column, run->out[o] + (skip + (size_t)o) % 9, o == 5 ? run->known : NULL, NULL), YB_OK);
	}
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, run->outcomes, NULL), YB_OK);
	for (size_t first = 0; first < LONG_ROWS; first += piece)
		ck_assert_int_eq(yb_bulk_run(bulk, first, LONG_ROWS - first < piece ? LONG_ROWS - first : piece, NULL), YB_OK);
	yb_bulk_unref(bulk);
}

START_TEST(a_long_run_gives_what_short_ones_give)
{
	struct yb_policy_set *set = ask_load(LONG_DOC);
	struct long_run whole = { 0 }, pieces = { 0 };
	size_t bad = 0;

	make_long(&whole);
	make_long(&pieces);
	run_long(set, &pieces, 0, 999);
	for (size_t i = 0; i < LONG_ROWS; i++)
		bad += pieces.outcomes[i] == YB_ROW_BAD;
	ck_assert_uint_gt(bad, 0);
	for (size_t skip = 0; skip < 9; skip += 4) {
		run_long(set, &whole, skip, LONG_ROWS);
		for (int o = 0; o < LONG_OUTPUTS; o++) {
			const int64_t *out = whole.out[o] + (skip + (size_t)o) % 9;
			ck_assert_mem_eq(out, pieces.out[o] + (size_t)o % 9, LONG_ROWS * sizeof(*out));
			ck_assert_int_eq(out[LONG_ROWS], INT64_C(0x5555555555555555)); /* nothing is written behind the last row */
		}
		ck_assert_mem_eq(whole.known, pieces.known, LONG_ROWS);
		ck_assert_mem_eq(whole.outcomes, pieces.outcomes, LONG_ROWS);
	}
	drop_long(&whole);
	drop_long(&pieces);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_row_tells_why)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_bulk *bulk = new_bulk(set, 1);
	struct yb_decision *d = NULL;
	struct yb_error *err = NULL;
	const char *missing;

	bind_doc(bulk);
	ck_assert_int_eq(yb_decision_new(&d, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_answer(bulk, 4, d, &err), YB_OK);
	ck_assert_int_eq(yb_decision_get_missing(d, 0, &missing), YB_OK);
	ck_assert_str_eq(missing, "level");
	ck_assert_int_eq(yb_bulk_answer(bulk, 3, d, &err), YB_E_BAD_VALUE);
	ck_assert_str_eq(yb_error_get_message(err), "level: outside its range");
	ck_assert_int_eq(yb_decision_get_outcome(d), YB_OUTCOME_NONE);
	yb_error_unref(err);
	yb_decision_unref(d);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(columns_can_be_listed)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_bulk *bulk = new_bulk(set, 1);
	yb_column column;
	yb_need need;
	int found = 0;

	for (size_t i = 0; yb_bulk_input_at(bulk, i, &column, &need) == YB_OK; i++) {
		const char *name = yb_bulk_get_name(bulk, column);
		yb_column same;
		ck_assert_int_eq(yb_bulk_input(bulk, name, strlen(name), &same, NULL), YB_OK);
		ck_assert_int_eq(column, same);
		if (!strcmp(name, "insutype"))
			found += need == YB_NEED_ALWAYS;
		else if (!strcmp(name, "level") || !strcmp(name, "poor") || !strcmp(name, "wage") || !strcmp(name, "basic.paid.year") || !strcmp(name, "medfee_sumamt"))
			found += need == YB_NEED_ASKED;
		else if (!strcmp(name, "share") || !strcmp(name, "hosp_lv") || !strcmp(name, "psn_no"))
			found += need == YB_NEED_NONE;
	}
	ck_assert_int_eq(found, 9);
	ck_assert_int_eq(yb_bulk_output_at(bulk, 0, &column), YB_OK);
	ck_assert_str_eq(yb_bulk_get_name(bulk, column), "medfee_sumamt");
	ck_assert_int_eq(yb_bulk_output_at(bulk, 99, &column), YB_E_NOT_FOUND);
	ck_assert_str_eq(yb_bulk_get_name(bulk, 4711), "");
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(an_unknown_column_is_refused_with_the_nearest)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_bulk *bulk = new_bulk(set, 1);
	struct yb_error *err = NULL;
	yb_column column;

	ck_assert_int_eq(yb_bulk_input(bulk, "hosp_lvl", 8, &column, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "\"hosp_lv\""));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_bulk_input(bulk, "levle", 5, &column, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "\"level\""));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_bulk_output(bulk, "hifp_pai", 8, &column, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "\"hifp_pay\""));
	yb_error_unref(err);
	ck_assert_int_eq(yb_bulk_input(bulk, "hifp_pay", 8, &column, NULL), YB_E_NOT_FOUND); /* an answer */
	ck_assert_int_eq(yb_bulk_input(bulk, "cnt", 3, &column, NULL), YB_E_NOT_FOUND);      /* of a cost line */
	ck_assert_int_eq(yb_bulk_input(bulk, "", 0, &column, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_bulk_input(bulk, "basic.paid.fortnight", 20, &column, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_bulk_input(bulk, "basic.base.life", 15, &column, NULL), YB_OK); /* no rule asks for it */
	ck_assert_int_eq(yb_bulk_output(bulk, "basic.ratio1", 12, &column, NULL), YB_E_NOT_FOUND); /* no money */
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

/* One text or a dictionary of one: the same limit, and below it the rows are bad that have what no field takes. */
static void
bind_long_texts(struct yb_bulk *bulk, const uint8_t *outcome)
{
	static const int8_t first[6];
	size_t most = (size_t)1 << 20;
	char *text = malloc(most + 2);
	const char *const texts[] = { text };

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', most + 1);
	text[most + 1] = '\0';
	for (int i = 0; i < 2; i++, text[most] = '\0') {
		yb_status wanted = i ? YB_OK : YB_E_LIMIT;
		struct yb_error *err = NULL;
		ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_MDTRT_ID, text, strlen(text), &err), wanted);
		ck_assert(i || !strcmp(yb_error_get_subject(err), "mdtrt_id"));
		ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK);
		ck_assert_int_eq(outcome[5], i ? YB_ROW_BAD : YB_OUTCOME_INCOMPLETE);
		ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_MDTRT_ID, YB_LAYOUT_INT8, first, NULL, texts, 1, NULL), wanted);
		ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK);
		ck_assert_int_eq(outcome[5], i ? YB_ROW_BAD : YB_OUTCOME_INCOMPLETE);
		yb_error_unref(err);
	}
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_MDTRT_ID, NULL, 0, NULL), YB_OK);
	free(text);
}

START_TEST(bindings_are_checked)
{
	static const char *const texts[] = { "02", NULL };
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_bulk *bulk = new_bulk(set, 1), *other = NULL;
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	uint8_t outcome[6];

	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_HOSP_LV, YB_LAYOUT_INT8, doc_level, NULL, NULL), YB_E_UNIT);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_HIFP_PAY, YB_LAYOUT_INT8, doc_level, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, 9, doc_level, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT8, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_HOSP_LV, YB_LAYOUT_INT8, doc_level, NULL, texts, 2, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_HOSP_LV, (int64_t[6]){ 0 }, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_E_INVALID); /* nothing to write to */
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcome, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK); /* nothing known: every row is incomplete */
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(outcome[i], YB_OUTCOME_INCOMPLETE);
	ck_assert_int_eq(yb_bulk_run(bulk, SIZE_MAX, 2, NULL), YB_E_INVALID);
	bind_long_texts(bulk, outcome);
	bind_doc(bulk);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK);
	ck_assert_int_eq(outcome[0], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, NULL, 0, NULL), YB_OK); /* forgotten again */
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK);
	ck_assert_int_eq(outcome[0], YB_OUTCOME_INCOMPLETE);
	options.flags = 64;
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &other, NULL), YB_E_BAD_OPTIONS);
	options.flags = 0;
	options.threads = 257;
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &other, NULL), YB_E_BAD_OPTIONS);
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REWARDS, NULL, &other, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_new(NULL, YB_QUESTION_REIMBURSE, NULL, &other, NULL), YB_E_INVALID);
	ck_assert_ptr_null(other);
	yb_bulk_unref(NULL);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

#define COVERED "language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"eligibility: {source: a, rules: [{id: late, count_from: = paid_on, fixed: 90 days}]}\nfee: {source: a, charges: [{id: b, payers: {person: 5}}]}\n"

/* The column of histories is one of texts, the same by either name, and tells what is wrong with one. Words are those of their column alone. */
START_TEST(a_history_is_a_text)
{
	static const char *const lists[] = { "[{\"insutype\": \"390\", \"yaer\": 2024}]" };
	const int8_t index[] = { 0, 1 };
	struct yb_policy_set *set = ask_load(COVERED);
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	struct yb_bulk *bulk = NULL;
	yb_column cover, same, rule, start;
	yb_need need = 0;
	uint8_t outcome[2];
	yb_status status[2];
	int found = 0;

	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_ELIGIBILITY, NULL, &bulk, NULL), YB_OK);
	cover = input(bulk, "yb_cover");
	ck_assert_int_eq(input(bulk, "psn.yb_cover"), cover);
	for (size_t i = 0; yb_bulk_input_at(bulk, i, &same, &need) == YB_OK; i++)
		found += same == cover && need == YB_NEED_ASKED;
	ck_assert_int_eq(found, 1);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, cover, YB_LAYOUT_INT8, index, NULL, &err), YB_E_UNIT);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "yb_cover is a list of JSON"));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, cover, YB_LAYOUT_INT8, index, NULL, lists, 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "390", 3, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcome, status), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 2, NULL), YB_OK);
	ck_assert_int_eq(status[0], YB_E_UNKNOWN_KEY);
	ck_assert_int_eq(status[1], YB_E_BAD_VALUE); /* the index of no text */
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_answer(bulk, 0, decision, &err), YB_E_UNKNOWN_KEY);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "did you mean \"year\"?"));
	ck_assert_str_eq(yb_error_get_source_name(err), "yb_cover");
	ck_assert_int_eq(yb_error_get_column(err), 22);
	ck_assert_int_eq(yb_bulk_output(bulk, "rule", 4, &rule, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_output(bulk, "start", 5, &start, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_output(bulk, "wait", 4, &same, NULL), YB_E_NOT_FOUND); /* of which unit? */
	ck_assert_str_eq(yb_bulk_get_word(bulk, rule, 0), "late");
	ck_assert_str_eq(yb_bulk_get_word(bulk, rule, 1), "");
	ck_assert_str_eq(yb_bulk_get_word(bulk, rule, -1), "");
	ck_assert_str_eq(yb_bulk_get_word(bulk, start, 0), "");
	ck_assert_str_eq(yb_bulk_get_word(bulk, 4711, 0), "");
	ck_assert_str_eq(yb_bulk_get_word(NULL, rule, 0), "");
	yb_bulk_unref(bulk);
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_FEE, NULL, &bulk, NULL), YB_OK);
	cover = input(bulk, "yb_cover");
	for (size_t i = 0; yb_bulk_input_at(bulk, i, &same, &need) == YB_OK && same != cover; i++)
		;
	ck_assert_int_eq(need, YB_NEED_NONE); /* no charge hangs on it */
	yb_error_unref(err);
	yb_decision_unref(decision);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

/* Dates, rates and texts of attributes, and a lenient bulk: as alone. */
START_TEST(attributes_of_every_type_and_a_lenient_bulk)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_bulk *bulk = NULL;
	const int32_t since[6] = { 18000, 18001, 0, 1, 2, 3 }, share[6] = { 500000, 1, 0, 0, 0, 0 };
	int64_t fund[6];
	uint8_t outcome[6];

	options.flags = YB_BULK_LENIENT;
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &bulk, NULL), YB_OK);
	bind_doc(bulk);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "since"), YB_LAYOUT_INT32, since, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, input(bulk, "share"), YB_LAYOUT_INT32, share, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_HIFP_PAY, fund, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcome, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 6, NULL), YB_OK);
	ck_assert_int_eq(fund[0], 81000);
	ck_assert_int_eq(outcome[1], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(outcome[3], YB_ROW_BAD);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
bulk_suite(void)
{
	Suite *suite = suite_create("bulk");
	TCase *tc = tcase_create("columns");

	tcase_add_unchecked_fixture(tc, load_ids, drop_shipped);
	tcase_set_timeout(tc, 600);
	tcase_add_test(tc, rows_of_each_document_are_answered_as_alone);
	tcase_add_loop_test(tc, mixed_rows_are_answered_as_alone, 0, 3);
	tcase_add_loop_test(tc, questions_about_persons_are_answered_as_alone, 0, 2);
	tcase_add_loop_test(tc, cover_is_answered_as_alone, 0, 3);
	tcase_add_test(tc, a_history_is_a_text);
	tcase_add_test(tc, a_bad_row_leaves_its_neighbours_alone);
	tcase_add_loop_test(tc, a_number_below_zero_is_one_in_every_layout, 0, 8);
	tcase_add_test(tc, a_long_run_gives_what_short_ones_give);
	tcase_add_test(tc, a_row_tells_why);
	tcase_add_test(tc, columns_can_be_listed);
	tcase_add_test(tc, an_unknown_column_is_refused_with_the_nearest);
	tcase_add_test(tc, bindings_are_checked);
	tcase_add_test(tc, attributes_of_every_type_and_a_lenient_bulk);
	suite_add_tcase(suite, tc);
	return suite;
}
