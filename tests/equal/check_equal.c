/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bulk and single answers agree: random rows of every shipped document, of every shape and of every worked case, by columns in changing
 * layouts and by person and claim. Outcome, status and every amount are compared, on one thread and on three.
 *
 *   check_equal [SEED [ROWS]]   or YB_EQUAL=ROWS make check
 *
 * A difference is told with the document, person and claim as JSON (for the program yibao), and both answers. YB_EQUAL_SHOW=1 shows what became of
 * the rows of each document.
 */
#include <check.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bulk/block.h"
#include "population.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static uint64_t base_seed = 20261122, rows_wanted = 600000;
static int differences;

/* ---- a batch: columns, and what is in them ---- */

#define COLUMNS_MOST 1200
#define PLACES_MOST 12
#define ROWS_MOST 13000

struct column {
	struct subject s;
	yb_column number;
	bool bound, coded, constant, mixed; /* mixed: numbers of more than one type */
	bool has_good;
	int64_t good;                       /* a value that can stand there */
	const char **texts;
	uint32_t text_count, text_room;
	int64_t *numbers;
	uint8_t *known, *types;
	void *memory, *values, *bits;
	yb_layout layout;
	char **own; /* texts made for numbers */
};

struct batch {
	const struct yb_policy_set *set;
	yb_question question;
	bool lenient;
	bool worked; /* every fact is what a vector says */
	struct place *places[PLACES_MOST];
	int place_count;
	struct column *columns;
	int column_count;
	uint32_t (*map)[AXES_MOST];    /* by place: column of an axis */
	uint32_t (*offset)[AXES_MOST]; /* likewise, where its texts begin */
	size_t rows;
	struct place **of;             /* by row */
};

static void *
need(void *memory)
{
	ck_assert_ptr_nonnull(memory);
	return memory;
}

/* What stands where a fact is not known is of no matter. */
static int64_t
draw_noise(void)
{
	static const int64_t noise[] = { 0, -1, 1, INT64_MIN, INT64_MAX, 12345678 };

	return noise[below(COUNT(noise))];
}

/* Of each bill its own: the same for all, it fits none. */
static bool
is_own(yb_field field)
{
	return (field >= YB_FIELD_MEDFEE_SUMAMT && field <= YB_FIELD_INSCP_SCP_AMT) || field == YB_FIELD_BEGNDATE || field == YB_FIELD_ENDDATE;
}

static struct column *
column_named(struct batch *b, const struct axis *axis, uint32_t *at)
{
	struct column *c;

	for (*at = 0; *at < (uint32_t)b->column_count; ++*at)
		if (!strcmp(b->columns[*at].s.name, axis->s.name))
			return &b->columns[*at];
	if (b->column_count == COLUMNS_MOST)
		return NULL;
	c = &b->columns[b->column_count++];
	*c = (struct column){ .s = axis->s, .coded = axis->coded };
	c->bound = *at < 2 || (axis->read ? below(b->place_count > 1 ? 800 : 70) != 0 : below(b->place_count > 1 ? 100 : 25) == 0);
	if (b->place_count > 1)
		c->constant = *at >= 2 && axis->s.field && c->coded && below(200) == 0; /* an attribute is not every document's */
	else
		c->constant = *at < 2 ? below(2) : below(is_own(axis->s.field) ? 400 : 16) == 0;
	return c;
}

static void
add_dictionary(struct column *c, const struct axis *axis)
{
	for (uint32_t i = 0; i < axis->count; i++) {
		if (c->text_count == c->text_room) {
			c->text_room = c->text_room ? c->text_room * 2 : 16;
			c->texts = need(realloc(c->texts, c->text_room * sizeof(*c->texts)));
		}
		c->texts[c->text_count++] = axis->texts[i];
	}
}

/* Fields first, so that setters are called in the order in which a bulk calls them. */
static void
make_columns(struct batch *b)
{
	b->columns = need(calloc(COLUMNS_MOST, sizeof(*b->columns)));
	b->map = need(calloc((size_t)b->place_count, sizeof(*b->map)));
	b->offset = need(calloc((size_t)b->place_count, sizeof(*b->offset)));
	for (int named = 0; named < 2; named++)
		for (int i = 0; i < b->place_count; i++)
			for (uint32_t a = 0; a < b->places[i]->axis_count; a++) {
				const struct axis *axis = &b->places[i]->axes[a];
				struct column *c;
				if ((axis->s.field == 0) != (named == 1))
					continue;
				c = column_named(b, axis, &b->map[i][a]);
				if (!c || c->coded != axis->coded) {
					b->map[i][a] = UINT32_MAX; /* text in one document, a number in another: this one goes without */
					continue;
				}
				b->offset[i][a] = c->text_count;
				c->mixed = c->mixed || c->s.type != axis->s.type;
				if (c->coded)
					add_dictionary(c, axis);
			}
	for (int i = 0; i < b->column_count; i++) {
		struct column *c = &b->columns[i];
		c->bound = c->bound && (!c->coded || c->text_count);
		if (!c->bound)
			continue;
		c->numbers = need(calloc(b->rows, sizeof(*c->numbers)));
		c->known = need(calloc(b->rows, 1));
		c->types = need(calloc(b->rows, 1));
	}
}

static void
put_row(struct batch *b, int place, size_t at, const struct row *row)
{
	const struct place *p = b->places[place];

	b->of[at] = b->places[place];
	for (uint32_t a = 0; a < p->axis_count; a++) {
		struct column *c = b->map[place][a] == UINT32_MAX ? NULL : &b->columns[b->map[place][a]];
		if (!c || !c->bound)
			continue;
		c->types[at] = p->axes[a].s.type;
		c->known[at] = row->known[a];
		c->numbers[at] = row->known[a] ? row->values[a] + (c->coded ? b->offset[place][a] : 0) : c->coded ? (int64_t)below(c->text_count) : draw_noise();
		if (row->known[a] && (!c->has_good || below(20) == 0) && row->values[a] >= 0 && row->values[a] < (c->coded ? p->axes[a].good : YB_FEN_LIMIT / 2)) {
			c->has_good = true;
			c->good = c->numbers[at];
		}
		if (c->coded && !b->worked && below(20000) == 0)
			c->numbers[at] = below(2) ? (int64_t)c->text_count + below(3) : -1;
	}
}

/* ---- how columns lie in memory ---- */

/* The same for every row: what one of them has. */
static void
make_constant(struct batch *b, struct column *c)
{
	char text[32];

	if (c->mixed || !c->has_good || (!c->coded && !number_text(&c->s, c->good, text))) {
		c->constant = false;
		return;
	}
	c->own = need(calloc(1, sizeof(*c->own)));
	c->own[0] = need(strdup(c->coded ? c->texts[c->good] : text));
	free(c->texts);
	c->texts = need(malloc(sizeof(*c->texts)));
	c->texts[0] = c->own[0];
	c->text_count = 1;
	c->coded = true;
	memset(c->numbers, 0, b->rows * sizeof(*c->numbers));
	memset(c->known, 1, b->rows);
}

/* Numbers as texts of a dictionary. */
static void
make_texts(struct batch *b, struct column *c)
{
	static const char *const odd[] = { "", "x", "1.", "1.005", "+5", " 5", "05", "-0", "-1", "1e3", "yes", "no", "true", "2026-02-30", "2026-2-3", "2026-02-03", "1.50",
		"99999999999999999999", "90071992547409.92", "0.0", ".5", "12%", "100.000000" };
	char text[32];

	for (size_t i = 0; i < b->rows; i++)
		if (c->known[i] && !number_text(&c->s, c->numbers[i], text))
			return;
	c->own = need(calloc(b->rows, sizeof(*c->own)));
	c->texts = need(calloc(b->rows, sizeof(*c->texts)));
	for (size_t i = 0; i < b->rows; i++) {
		(void)number_text(&c->s, c->known[i] ? c->numbers[i] : 0, text);
		c->own[i] = need(strdup(b->worked || below(40) ? text : odd[below(COUNT(odd))]));
		c->texts[i] = c->own[i];
		c->numbers[i] = (int64_t)i;
	}
	c->text_count = (uint32_t)b->rows;
	c->coded = true;
}

static void
pack(const struct batch *b, struct column *c)
{
	static const size_t widths[] = { 0, 1, 2, 4, 8 };
	int64_t low = 0, high = 0;
	size_t width, askew = below(4) == 0 ? 1 + below(7) : 0;
	uint8_t *bytes;

	for (size_t i = 0; i < b->rows; i++)
		if (c->known[i]) {
			low = c->numbers[i] < low ? c->numbers[i] : low;
			high = c->numbers[i] > high ? c->numbers[i] : high;
		}
	c->layout = low >= INT8_MIN && high <= INT8_MAX ? YB_LAYOUT_INT8 : low >= INT16_MIN && high <= INT16_MAX ? YB_LAYOUT_INT16
		: low >= INT32_MIN && high <= INT32_MAX ? YB_LAYOUT_INT32 : YB_LAYOUT_INT64;
	c->layout += (yb_layout)below((uint32_t)(YB_LAYOUT_INT64 - c->layout + 1));
	width = widths[c->layout];
	c->memory = need(malloc(b->rows * width + 8));
	c->values = bytes = (uint8_t *)c->memory + askew;
	for (size_t i = 0; i < b->rows; i++)
		memcpy(bytes + i * width, &c->numbers[i], width); /* where the lower bytes come first; else pack_big() follows */
}

static bool
big_endian(void)
{
	const uint16_t one = 1;

	return *(const uint8_t *)&one == 0;
}

static void
pack_big(const struct batch *b, struct column *c)
{
	static const size_t widths[] = { 0, 1, 2, 4, 8 };
	size_t width = widths[c->layout];

	for (size_t i = 0; i < b->rows; i++)
		memcpy((uint8_t *)c->values + i * width, (const uint8_t *)&c->numbers[i] + 8 - width, width);
}

static void
pack_known(const struct batch *b, struct column *c)
{
	bool all = true;
	uint8_t *bits;

	for (size_t i = 0; i < b->rows; i++)
		all = all && c->known[i];
	if (all && below(4))
		return;
	c->bits = bits = need(calloc(b->rows + 8, 1));
	if (below(2)) {
		for (size_t i = 0; i < b->rows; i++)
			bits[i] = c->known[i] ? (uint8_t)(1 + below(255)) : 0;
		return;
	}
	c->layout |= YB_LAYOUT_BITS;
	for (size_t i = 0; i < b->rows; i++)
		bits[i / 8] |= (uint8_t)(c->known[i] << i % 8);
}

static void
lay_columns(struct batch *b)
{
	for (int i = 0; i < b->column_count; i++) {
		struct column *c = &b->columns[i];
		if (!c->bound)
			continue;
		if (c->constant)
			make_constant(b, c);
		else if (!c->coded && !c->mixed && b->rows <= 3000 && below(14) == 0)
			make_texts(b, c);
		pack(b, c);
		if (big_endian())
			pack_big(b, c);
		pack_known(b, c);
	}
}

static void
bind_columns(struct yb_bulk *bulk, struct batch *b)
{
	for (int i = 0; i < b->column_count; i++) {
		struct column *c = &b->columns[i];
		if (!c->bound)
			continue;
		ck_assert_msg(yb_bulk_input(bulk, c->s.name, strlen(c->s.name), &c->number, NULL) == YB_OK, "no column %s", c->s.name);
		if (c->constant)
			ck_assert_int_eq(yb_bulk_bind_text(bulk, c->number, c->texts[0], strlen(c->texts[0]), NULL), YB_OK);
		else if (c->coded)
			ck_assert_int_eq(yb_bulk_bind_codes(bulk, c->number, c->layout, c->values, c->bits, c->texts, c->text_count, NULL), YB_OK);
		else
			ck_assert_msg(yb_bulk_bind_numbers(bulk, c->number, c->layout, c->values, c->bits, NULL) == YB_OK, "%s as numbers", c->s.name);
	}
}

static void
batch_free(struct batch *b)
{
	for (int i = 0; i < b->column_count; i++) {
		struct column *c = &b->columns[i];
		for (uint32_t k = 0; c->own && k < c->text_count; k++)
			free(c->own[k]);
		free(c->own);
		free(c->texts);
		free(c->numbers);
		free(c->known);
		free(c->types);
		free(c->memory);
		free(c->bits);
	}
	free(b->columns);
	free(b->map);
	free(b->offset);
	free(b->of);
	*b = (struct batch){ 0 };
}

/* ---- outputs ---- */

static int64_t lie; /* added to an amount of one row, to see that it is noticed */

#define OUTPUTS_MOST 300

struct output {
	char name[80];
	yb_field field;
	yb_column number;
	int64_t *values;
	uint8_t *known;
};

struct outputs {
	struct output all[OUTPUTS_MOST];
	int count;
	uint8_t *outcomes;
	yb_status *statuses;
	const struct yb_bulk *bulk; /* that they are named for */
};

static void
add_output(struct outputs *o, struct yb_bulk *bulk, const char *name, size_t rows)
{
	struct output *out = &o->all[o->count];
	yb_field field;

	for (int i = 0; i < o->count; i++)
		if (!strcmp(o->all[i].name, name))
			return;
	if (o->count == OUTPUTS_MOST || strlen(name) >= sizeof(out->name) || yb_bulk_output(bulk, name, strlen(name), &out->number, NULL) != YB_OK)
		return;
	(void)snprintf(out->name, sizeof(out->name), "%s", name);
	out->field = yb_field_from_name(name, strlen(name), &field) == YB_OK ? field : 0;
	out->values = need(malloc((rows + 1) * sizeof(*out->values)));
	out->known = need(malloc(rows + 1));
	memset(out->values, 0x5a, (rows + 1) * sizeof(*out->values));
	memset(out->known, 0x5a, rows + 1);
	o->count++;
}

/* Results that plans have in a register; the others let every row of the benefit go the exact way, so only some batches ask for them. */
static bool
is_plain(const char *name)
{
	static const char *const plain[] = { ".base", ".deductible", ".scope", ".paid", ".left", ".due" };
	const char *dot = strchr(name, '.');

	for (int i = 0; dot && i < COUNT(plain); i++)
		if (!strcmp(dot, plain[i]))
			return true;
	return false;
}

static void
name_outputs(struct outputs *o, struct yb_bulk *bulk, const struct batch *b)
{
	bool all = below(6) == 0, few = !lie && below(6) == 0, some = !lie && below(2); /* some: what leads to no other answer is left out */
	yb_column column;
	char name[80];

	*o = (struct outputs){ .bulk = bulk };
	for (size_t i = 0; b->question == YB_QUESTION_REIMBURSE && yb_bulk_output_at(bulk, i, &column) == YB_OK; i++)
		if (!few || below(4) == 0)
			add_output(o, bulk, yb_bulk_get_name(bulk, column), b->rows);
	for (int i = 0; i < b->place_count; i++) {
		const struct ybi_book *book = b->places[i]->book;
		for (size_t k = 0; b->question == YB_QUESTION_REIMBURSE && k < book->layer_names_count; k++)
			for (uint32_t r = 0; r < YBI_RESULT_NAMED_; r++) {
				if (r < YBI_RESULT_BAND1)
					(void)snprintf(name, sizeof(name), "%.50s.%s", book->layer_names[k], ybi_result_name(r));
				else
					(void)snprintf(name, sizeof(name), "%.50s.band%u", book->layer_names[k], r - YBI_RESULT_BAND1 + 1);
				if (all ? r < YBI_RESULT_BAND1 + 3 || below(8) == 0 : below(3) && is_plain(name))
					add_output(o, bulk, name, b->rows);
			}
		for (uint32_t k = 0; b->question != YB_QUESTION_REIMBURSE && k < book->answers_count; k++)
			if (!some || below(5) == 0 || (o->count == 0 && k + 1 == book->answers_count))
				add_output(o, bulk, book->answers[k].name, b->rows);
	}
	for (size_t i = 0; b->question != YB_QUESTION_REIMBURSE && yb_bulk_output_at(bulk, i, &column) == YB_OK; i++)
		if (b->question == YB_QUESTION_ELIGIBILITY || below(40) == 0)
			add_output(o, bulk, yb_bulk_get_name(bulk, column), b->rows);
	o->outcomes = need(malloc(b->rows));
	o->statuses = need(malloc(b->rows * sizeof(*o->statuses)));
	memset(o->outcomes, 0x5a, b->rows);
	memset(o->statuses, 0x5a, b->rows * sizeof(*o->statuses));
}

static void
bind_outputs(struct yb_bulk *bulk, const struct outputs *o)
{
	for (int i = 0; i < o->count; i++) {
		yb_column number;
		ck_assert_int_eq(yb_bulk_output(bulk, o->all[i].name, strlen(o->all[i].name), &number, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_bind_output(bulk, number, o->all[i].values, o->all[i].known, NULL), YB_OK);
	}
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, o->outcomes, o->statuses), YB_OK);
}

static void
drop_outputs(struct outputs *o)
{
	for (int i = 0; i < o->count; i++) {
		free(o->all[i].values);
		free(o->all[i].known);
	}
	free(o->outcomes);
	free(o->statuses);
}

/* ---- the same one by one ---- */

static struct yb_policy_set *trusted; /* shipped documents of which weak sources do not count; leniently asked, they do */

static yb_status
give_cell(const struct column *c, size_t at, bool typed, struct single *s)
{
	struct subject subject = c->s;

	if (!c->bound || !c->known[at])
		return YB_OK;
	subject.type = typed ? c->types[at] : YBI_COUNT;
	if (!c->coded)
		return give_number(s, &subject, c->numbers[at]);
	if (c->numbers[at] < 0 || c->numbers[at] >= c->text_count)
		return YB_E_BAD_VALUE;
	return give_text(s, &subject, c->texts[c->numbers[at]]);
}

static const char *
text_at(const struct batch *b, size_t at, yb_field field)
{
	for (int i = 0; i < b->column_count; i++) {
		const struct column *c = &b->columns[i];
		if (c->s.field == field && c->bound && c->coded && c->known[at] && c->numbers[at] >= 0 && c->numbers[at] < c->text_count)
			return c->texts[c->numbers[at]];
	}
	return NULL;
}

/* Where no document answers, no attribute has a type. */
static bool
has_types(const struct batch *b, size_t at)
{
	const char *region = text_at(b, at, YB_FIELD_INSUPLC_ADMDVS), *scheme = text_at(b, at, YB_FIELD_INSUTYPE);
	const struct ybi_document *aside;

	return region && scheme && ybi_set_find(b->set, region, scheme, ask_of(b->question), &aside);
}

static yb_status
give_batch_row(const struct batch *b, size_t at, struct single *s)
{
	yb_status st = YB_OK;
	bool typed = has_types(b, at);

	single_clear(s);
	for (int i = 0; i < b->column_count && st == YB_OK; i++)
		st = give_cell(&b->columns[i], at, typed, s);
	return st;
}

static void
tell_row(const struct batch *b, const struct single *s, size_t at, const char *what)
{
	char *person = NULL, *claim = NULL;

	if (++differences > 20)
		return;
	(void)yb_person_dup_json(s->person, &person, NULL);
	(void)yb_claim_dup_json(s->claim, &claim, NULL);
	printf("DIFFERENCE %s, row %zu of %zu: %s\n  person %s\n  claim  %s\n  asked  year %d paid_on %d months %d on %d arrear %d\n", b->of[at]->label, at, b->rows,
	       what, person ? person : "", claim ? claim : "", s->options[1], s->options[2], s->options[3], s->options[4], s->options[5]);
	for (int i = 0; i < b->column_count; i++) {
		const struct column *c = &b->columns[i];
		if (c->bound && c->known[at])
			printf("  column %s%s%s = %" PRId64 " %s\n", c->s.name, c->constant ? " (constant)" : c->coded ? " (dictionary)" : "", c->mixed ? " (mixed)" : "",
			       c->numbers[at], c->coded && c->numbers[at] >= 0 && c->numbers[at] < c->text_count ? c->texts[c->numbers[at]] : "");
	}
	(void)fflush(stdout);
	yb_free(person);
	yb_free(claim);
}

static void
count_row(struct place *p, yb_status st, const struct yb_decision *d)
{
	p->rows++;
	if (st != YB_OK) {
		p->bad++;
		return;
	}
	switch (yb_decision_get_outcome(d)) {
	case YB_OUTCOME_ANSWERED: p->answered++; break;
	case YB_OUTCOME_REFUSED: p->refused++; break;
	case YB_OUTCOME_INCOMPLETE: p->lacking++; break;
	default: p->unsupported++;
	}
}

/* What an answer is told as, NULL where there is none. */
static char *
told(const struct batch *b, const struct single *s, struct yb_decision *decision, uint32_t flags, yb_format format, yb_lang lang)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	char *text = NULL;

	options.flags = flags;
	if (yb_settle(b->set, s->person, s->claim, &options, decision, NULL) == YB_OK && yb_decision_get_outcome(decision) == YB_OUTCOME_ANSWERED)
		(void)yb_decision_render(decision, format, lang, YB_EXPLAIN_FULL, &text, NULL);
	return text;
}

/*
 * Bills of mostly one shape through one decision, which a plan answers and which remembers what it told of them, beside decisions of their
 * own that go the exact way (a lenient question alone does; what a strict one answers it leaves nothing out of).
 */
static void
compare_told(const struct batch *b, struct single *s, size_t at)
{
	static const yb_field moved[] = { YB_FIELD_MEDFEE_SUMAMT, YB_FIELD_INSCP_SCP_AMT, YB_FIELD_YB_ADMISSION };
	uint64_t kept = random_state; /* the rows are drawn as if nothing were drawn here */
	int64_t value;

	for (int round = 0; round < 6; round++) {
		yb_format format = below(3) == 0 ? YB_FORMAT_JSON : YB_FORMAT_TEXT;
		yb_lang lang = below(2) ? YB_LANG_ZH : YB_LANG_EN;
		struct yb_decision *own = NULL;
		char *text, *exact;
		for (size_t i = 0; round && i < sizeof(moved) / sizeof(moved[0]); i++)
			if (yb_claim_get_value(s->claim, moved[i], &value) == YB_OK && below(2)) /* a bill that no longer adds up is answered by neither */
				(void)(moved[i] == YB_FIELD_YB_ADMISSION ? yb_claim_set_count(s->claim, moved[i], 1 + below(3))
				       : yb_claim_set_fen(s->claim, moved[i], value + (int64_t)below(10) * (round == 1 ? 1 : 1000000)));
		for (int i = 0; round > 1 && i < b->column_count; i++)
			if (below(6) == 0) /* a fact of another row, an attribute perhaps */
				(void)give_cell(&b->columns[i], below((uint32_t)b->rows), true, s);
		ck_assert_int_eq(yb_decision_new(&own, NULL), YB_OK);
		text = told(b, s, s->decision, 0, format, lang);
		exact = told(b, s, own, YB_SETTLE_LENIENT, format, lang);
		if (text && (!exact || strcmp(text, exact) != 0)) {
			tell_row(b, s, at, "an explanation differs");
			printf("  round %d\n%s\n%s\n", round, text, exact ? exact : "");
		}
		yb_free(text);
		yb_free(exact);
		yb_decision_unref(own);
	}
	random_state = kept;
}

/* A wait is in the column of its unit; a word is the number of the one that is shown. */
static yb_status
get_of_cover(const struct outputs *o, const struct output *out, struct yb_decision *d, int64_t *value)
{
	yb_result unit, wanted = yb_bulk_get_unit(o->bulk, out->number);
	char *text = NULL;
	const char *code;
	yb_status st;

	if (!strcmp(out->name, "paid")) { /* told by a reason where it was not */
		*value = 1;
		for (size_t i = 0; yb_decision_get_reason(d, i, &code) == YB_OK; i++)
			*value = *value && strcmp(code, "not_paid") != 0;
		return yb_decision_get_outcome(d) == YB_OUTCOME_ANSWERED ? YB_OK : YB_E_UNKNOWN;
	}
	st = yb_decision_get_result(d, !strncmp(out->name, "wait.", 5) ? "wait" : out->name, value, &unit);

	if (st != YB_OK || unit != wanted)
		return st == YB_OK ? YB_E_UNKNOWN : st;
	if (unit != YB_RESULT_TEXT)
		return YB_OK;
	ck_assert_int_eq(yb_decision_dup_result(d, out->name, &text, NULL), YB_OK);
	for (*value = 0; yb_bulk_get_word(o->bulk, out->number, *value)[0] && strcmp(yb_bulk_get_word(o->bulk, out->number, *value), text) != 0; ++*value)
		;
	yb_free(text);
	return yb_bulk_get_word(o->bulk, out->number, *value)[0] ? YB_OK : YB_E_UNKNOWN; /* a scheme that no rule names */
}

static void
compare_row(struct batch *b, const struct outputs *o, struct single *s, size_t at)
{
	char what[256];
	yb_status st = give_batch_row(b, at, s);
	uint8_t outcome;

	if (st == YB_OK)
		st = ask_single(s, b->set, b->question, b->lenient);
	outcome = st == YB_OK ? (uint8_t)yb_decision_get_outcome(s->decision) : YB_ROW_BAD;
	count_row(b->of[at], st, s->decision);
	if (o->statuses[at] != st || o->outcomes[at] != outcome) {
		(void)snprintf(what, sizeof(what), "by columns %s, outcome %u; alone %s, outcome %u", yb_status_name(o->statuses[at]), o->outcomes[at], yb_status_name(st), outcome);
		tell_row(b, s, at, what);
		return;
	}
	for (int i = 0; i < o->count; i++) {
		const struct output *out = &o->all[i];
		int64_t value = 0;
		yb_status got = st != YB_OK ? st : out->field ? yb_decision_get_fen(s->decision, out->field, &value)
			: b->question == YB_QUESTION_ELIGIBILITY ? get_of_cover(o, out, s->decision, &value) : yb_decision_get_result(s->decision, out->name, &value, NULL);
		value = got == YB_OK ? value : 0;
		if (out->values[at] == value && out->known[at] == (got == YB_OK))
			continue;
		(void)snprintf(what, sizeof(what), "%s is %" PRId64 " (%sknown) by columns, %" PRId64 " (%sknown) alone", out->name, out->values[at],
		               out->known[at] ? "" : "not ", value, got == YB_OK ? "" : "not ");
		tell_row(b, s, at, what);
		return;
	}
	if (b->question == YB_QUESTION_REIMBURSE && !b->lenient && b->set != trusted && outcome == YB_OUTCOME_ANSWERED && at % 16 == 0)
		compare_told(b, s, at);
}

/* ---- running ---- */

static struct yb_bulk *
new_bulk(const struct batch *b, int32_t threads)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_bulk *bulk = NULL;

	options.threads = threads;
	options.flags = b->lenient ? YB_BULK_LENIENT : 0;
	ck_assert_int_eq(yb_bulk_new(b->set, b->question, &options, &bulk, NULL), YB_OK);
	bulk->may = (uint8_t)below(3); /* the loops for each processor */
	return bulk;
}

static void
run_ranges(struct yb_bulk *bulk, size_t rows)
{
	bool whole = below(3) != 0;

	for (size_t at = 0; at < rows;) {
		size_t step = whole ? rows : 1 + below(3000);
		step = step < rows - at ? step : rows - at;
		ck_assert_int_eq(yb_bulk_run(bulk, at, step, NULL), YB_OK);
		at += step;
	}
}

/* How many of the rows went by columns: their blocks once more, to see which rows are marked for the exact way. */
static void
look_at_blocks(struct yb_bulk *bulk, struct batch *b, const struct outputs *o)
{
	struct ybi_worker *w = bulk->workers[0];
	uint32_t rows[YBI_BLOCK];

	for (size_t v = 0; v <= bulk->views_count; v++)
		for (size_t at = 0; at < b->rows;) {
			size_t n = 0;
			for (; at < b->rows && n < YBI_BLOCK; at++) {
				uint32_t view = ybi_bulk_view_of(bulk, at);
				if ((view == YBI_VIEW_EXACT ? bulk->views_count : view) == v)
					rows[n++] = (uint32_t)at;
			}
			if (v < bulk->views_count && n)
				ck_assert_int_eq(ybi_block_run(w, &bulk->views[v], 0, rows, n), YB_OK);
			for (size_t i = 0; i < n; i++)
				if (o->outcomes[rows[i]] == YB_OUTCOME_ANSWERED) {
					b->of[rows[i]]->sampled++;
					b->of[rows[i]]->by_columns += v < bulk->views_count && !w->exact[i];
				}
		}
}

static bool
same_outputs(const struct batch *b, const struct outputs *x, const struct outputs *y)
{
	bool same = !memcmp(x->outcomes, y->outcomes, b->rows) && !memcmp(x->statuses, y->statuses, b->rows * sizeof(*x->statuses));

	for (int i = 0; i < x->count; i++)
		same = same && !memcmp(x->all[i].values, y->all[i].values, b->rows * sizeof(int64_t)) && !memcmp(x->all[i].known, y->all[i].known, b->rows);
	return same;
}

static void
copy_names(struct outputs *to, const struct outputs *from, const struct batch *b)
{
	*to = *from;
	for (int i = 0; i < to->count; i++) {
		to->all[i].values = need(calloc(b->rows + 1, sizeof(int64_t)));
		to->all[i].known = need(calloc(b->rows + 1, 1));
	}
	to->outcomes = need(calloc(b->rows, 1));
	to->statuses = need(calloc(b->rows, sizeof(*to->statuses)));
}

static void
run_threads(struct batch *b, const struct outputs *o)
{
	struct yb_bulk *bulk = new_bulk(b, 3);
	struct outputs other;

	copy_names(&other, o, b);
	bind_columns(bulk, b);
	bind_outputs(bulk, &other);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, b->rows, NULL), YB_OK);
	if (!same_outputs(b, o, &other)) {
		printf("DIFFERENCE %s: three threads and one\n", b->places[0]->label);
		differences++;
	}
	drop_outputs(&other);
	yb_bulk_unref(bulk);
}

static uint64_t compared;

static void
run_batch(struct batch *b, bool threads)
{
	struct outputs o;
	struct single s;
	struct yb_bulk *bulk = new_bulk(b, threads && below(2) ? 3 : 1);

	lay_columns(b);
	bind_columns(bulk, b);
	name_outputs(&o, bulk, b);
	bind_outputs(bulk, &o);
	run_ranges(bulk, b->rows);
	if (threads)
		run_threads(b, &o);
	if (below(4) == 0)
		look_at_blocks(bulk, b, &o);
	if (lie)
		o.all[below((uint32_t)o.count)].values[b->rows / 2] += lie;
	single_new(&s);
	for (size_t i = 0; i < b->rows; i++)
		compare_row(b, &o, &s, i);
	compared += b->rows;
	single_free(&s);
	drop_outputs(&o);
	yb_bulk_unref(bulk);
}

static void
random_batch(struct place **places, int count, size_t rows, bool threads)
{
	static struct row row;
	struct batch b = { .set = places[0]->set, .question = places[0]->question, .place_count = count, .rows = rows };

	memcpy(b.places, places, (size_t)count * sizeof(*places));
	b.lenient = below(places[0]->set == trusted ? 2 : 10) == 0;
	make_columns(&b);
	b.of = need(calloc(rows, sizeof(struct place *)));
	for (size_t i = 0; i < rows; i++) {
		int place = (int)below((uint32_t)count);
		draw_row(places[place], &row);
		put_row(&b, place, i, &row);
	}
	run_batch(&b, threads);
	batch_free(&b);
}

/* ---- documents ---- */

struct documents {
	struct yb_policy_set *set;
	struct place *places[400];
	int count;
};

static struct documents shipped, sourced, reformed, edges, others[400];
static int other_count;

static const yb_question questions[] = { YB_QUESTION_REIMBURSE, YB_QUESTION_FEE, YB_QUESTION_REFUND, YB_QUESTION_ELIGIBILITY };

static void
path_of(char path[4096], const char *folder, const char *name)
{
	const char *top = getenv("YB_SRCDIR");

	ck_assert_int_lt(snprintf(path, 4096, "%s/%s%s%s", top ? top : ".", folder, name ? "/" : "", name ? name : ""), 4096);
}

static struct yb_policy_loader *
new_loader(yb_confidence least)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;

	options.confidence = least;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	return loader;
}

static void
add_places(struct documents *d, const char *region, const char *scheme, const char *label)
{
	for (int q = 0; q < COUNT(questions); q++) {
		struct place *p = d->count < COUNT(d->places) ? place_new(d->set, questions[q], region, scheme, label) : NULL;
		if (p)
			d->places[d->count++] = p;
	}
}

static void
add_shipped(struct documents *d)
{
	for (size_t i = 0; i < yb_policy_set_get_count(d->set); i++) {
		const char *id = yb_policy_set_get_id(d->set, i);
		char region[7], scheme[16];
		if (strlen(id) < 8 || id[6] != '/' || strspn(id, "0123456789") != 6 || id[0] == '0')
			continue;
		(void)snprintf(region, sizeof(region), "%.6s", id);
		(void)snprintf(scheme, sizeof(scheme), "%.15s", id + 7);
		add_places(d, region, scheme, id);
	}
}

/* Whatever their sources are worth, so that rows are answered; and as they are used. */
static void
load_shipped(void)
{
	struct yb_policy_loader *loader = new_loader(YB_CONFIDENCE_CASE), *usual = new_loader(YB_CONFIDENCE_SECONDARY);
	char path[4096];

	path_of(path, "policies", NULL);
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_directory(usual, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &shipped.set, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(usual, &sourced.set, NULL), YB_OK);
	trusted = sourced.set;
	path_of(path, "examples", "reform.yaml");
	ck_assert_int_eq(yb_policy_loader_add_file(loader, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &reformed.set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	yb_policy_loader_unref(usual);
	add_shipped(&shipped);
	add_shipped(&sourced);
	add_places(&reformed, "110000", "310", "110000/310 reformed");
}

/* A document of tests, under the id of a region that is none, so that a bill can be of it. */
static char *
read_renamed(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text = need(malloc(2000000)), *id, *end;
	size_t n;

	ck_assert_msg(file != NULL, "%s", path);
	n = fread(text, 1, 1900000, file);
	text[n] = '\0';
	(void)fclose(file);
	id = strstr(text, "\nid: ");
	if (id) {
		end = strchr(id + 1, '\n');
		memmove(id + 16, end, strlen(end) + 1);
		memcpy(id, "\nid: 990000/390 ", 16);
	}
	*length = strlen(text);
	return text;
}

static void
load_document(struct documents *d, const char *folder, const char *name)
{
	struct yb_policy_loader *loader = new_loader(YB_CONFIDENCE_CASE);
	char path[4096], label[64];
	size_t length;
	char *text;

	path_of(path, folder, name);
	text = read_renamed(path, &length);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, name, text, length, NULL), YB_OK);
	path[strlen(path) - 4] = 'd';
	path[strlen(path) - 3] = '\0';
	if (access(path, F_OK) == 0)
		ck_assert_int_eq(yb_policy_loader_add_directory(loader, path, NULL), YB_OK);
	if (yb_policy_set_new(loader, &d->set, NULL) == YB_OK) {
		(void)snprintf(label, sizeof(label), "%.40s", name);
		add_places(d, "990000", "390", label);
	} else {
		ck_abort_msg("%s/%s: cannot be loaded", folder, name);
	}
	yb_policy_loader_unref(loader);
	free(text);
}

static void
load_folder(const char *folder)
{
	char path[4096];
	struct dirent *entry;
	DIR *dir;

	path_of(path, folder, NULL);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);
		if (n > 5 && !strcmp(entry->d_name + n - 5, ".yaml") && other_count < COUNT(others))
			load_document(&others[other_count++], folder, entry->d_name);
	}
	if (dir)
		(void)closedir(dir);
}

static void
load_all(void)
{
	random_state = base_seed;
	load_shipped();
	load_document(&edges, "tests/equal", "edges.yaml");
	load_folder("tests/shapes");
	load_folder("tests/cases");
	load_folder("bench");
}

static void
drop(struct documents *d)
{
	for (int i = 0; i < d->count; i++)
		place_free(d->places[i]);
	yb_policy_set_unref(d->set);
}

static void
drop_all(void)
{
	drop(&shipped);
	drop(&sourced);
	drop(&reformed);
	drop(&edges);
	for (int i = 0; i < other_count; i++)
		drop(&others[i]);
}

/* ---- what became of the rows ---- */

static struct place total;
static int unanswered; /* documents that answer no row */

static void
show_place(const struct place *p, const char *label)
{
	double rows = p->rows ? (double)p->rows : 1;

	printf("%-34s %9" PRIu64 " rows, answered %5.1f %%, refused %4.1f, incomplete %4.1f, unsupported %4.1f, bad %4.1f", label, p->rows,
	       100 * (double)p->answered / rows, 100 * (double)p->refused / rows, 100 * (double)p->lacking / rows, 100 * (double)p->unsupported / rows,
	       100 * (double)p->bad / rows);
	if (p->sampled)
		printf("; of those answered by columns %5.1f %%", 100 * (double)p->by_columns / (double)p->sampled);
	printf("\n");
}

/* Told of a document: where few rows of it are answered, or when asked to. */
static void
add_up(struct documents *d)
{
	for (int i = 0; i < d->count; i++) {
		struct place *p = d->places[i];
		if (p->rows && (getenv("YB_EQUAL_SHOW") || (p->answered * 2 < p->rows && p->seed_count && p->rows > 1000)))
			show_place(p, p->label);
		unanswered += p->rows && !p->seed_count;
		total.rows += p->rows;
		total.answered += p->answered;
		total.refused += p->refused;
		total.lacking += p->lacking;
		total.unsupported += p->unsupported;
		total.bad += p->bad;
		total.sampled += p->sampled;
		total.by_columns += p->by_columns;
		p->rows = p->answered = p->refused = p->lacking = p->unsupported = p->bad = p->sampled = p->by_columns = 0;
	}
}

static void
show_total(const char *label)
{
	show_place(&total, label);
	if (unanswered)
		printf("%d of the documents answer no row that was found\n", unanswered);
	unanswered = 0;
	(void)fflush(stdout);
	ck_assert_uint_ge(total.answered * (total.rows < 90000 ? 6 : 3), total.rows); /* else the rows try little; of few batches one that lacks a column counts much */
	total = (struct place){ 0 };
}

/* ---- tests ---- */

/* Rows of each document, a share of what is wanted, in batches of one to a few thousand. */
static void
run_places(struct documents *d, yb_question question, uint64_t rows_each)
{
	for (int i = 0; i < d->count; i++)
		for (uint64_t done = 0, wanted = d->places[i]->seed_count ? rows_each : rows_each / 10; d->places[i]->question == question && done < wanted;) {
			uint64_t usual = wanted / 6 < 3000 ? wanted / 6 : 3000;
			size_t rows = below(6) == 0 ? 1 + below(100) : usual < 20 ? 20 : (size_t)usual;
			rows = rows < wanted - done ? rows : (size_t)(wanted - done);
			random_batch(&d->places[i], 1, rows, false);
			done += rows;
		}
}

static int
places_of(const struct documents *d, yb_question question)
{
	int n = 0;

	for (int i = 0; i < d->count; i++)
		n += d->places[i]->question == question;
	return n;
}

static uint64_t
share(uint64_t parts, int places)
{
	uint64_t each = rows_wanted * parts / 100 / (uint64_t)(places ? places : 1);

	return each ? each : 1;
}

START_TEST(rows_of_each_shipped_document_are_answered_as_alone)
{
	for (int i = 0; i < shipped.count; i++)
		for (size_t k = 0; k < shipped.places[i]->book->benefits_count; k++)
			ck_assert_msg(shipped.places[i]->book->plans[k] != NULL, "%s: %s has no plan", shipped.places[i]->label, shipped.places[i]->book->benefits[k].id);
	run_places(&shipped, YB_QUESTION_REIMBURSE, share(46, places_of(&shipped, YB_QUESTION_REIMBURSE)));
	run_places(&reformed, YB_QUESTION_REIMBURSE, share(3, 1));
	add_up(&shipped);
	add_up(&reformed);
	ck_assert_uint_gt(total.by_columns, total.sampled / 8);
	show_total("shipped, bills");
	ck_assert_int_eq(differences, 0);
}
END_TEST

START_TEST(weak_sources_are_answered_as_alone)
{
	int n = 0;

	for (int q = 0; q < COUNT(questions); q++)
		n += places_of(&sourced, questions[q]);
	for (int q = 0; q < COUNT(questions); q++)
		run_places(&sourced, questions[q], share(6, n));
	add_up(&sourced);
	show_total("weak sources do not count");
	ck_assert_int_eq(differences, 0);
}
END_TEST

START_TEST(rows_of_each_shape_and_case_are_answered_as_alone)
{
	int n = 0;

	for (int i = 0; i < other_count; i++)
		n += others[i].count;
	for (int i = 0; i < other_count; i++)
		for (int q = 0; q < COUNT(questions); q++)
			run_places(&others[i], questions[q], share(15, n));
	for (int i = 0; i < other_count; i++)
		add_up(&others[i]);
	show_total("shapes and cases");
	ck_assert_int_eq(differences, 0);
}
END_TEST

START_TEST(rows_at_every_edge_are_answered_as_alone)
{
	run_places(&edges, YB_QUESTION_REIMBURSE, share(4, 1));
	run_places(&edges, YB_QUESTION_FEE, share(3, 1));
	add_up(&edges);
	show_total("edges");
	ck_assert_int_eq(differences, 0);
}
END_TEST

START_TEST(rows_of_many_documents_are_answered_as_alone)
{
	struct place *bills[COUNT(shipped.places)], *some[PLACES_MOST];
	int n = 0;
	uint64_t wanted = share(16, 1);

	for (int i = 0; i < shipped.count; i++)
		if (shipped.places[i]->question == YB_QUESTION_REIMBURSE)
			bills[n++] = shipped.places[i];
	for (uint64_t done = 0; done < wanted;) {
		int count = 2 + (int)below(PLACES_MOST - 1);
		size_t rows = below(3) == 0 ? ROWS_MOST : 1 + below(6000);
		if (rows > wanted - done && wanted - done < ROWS_MOST)
			rows = (size_t)(wanted - done);
		for (int i = 0; i < count; i++)
			some[i] = bills[below((uint32_t)n)];
		random_batch(some, count, rows, true);
		done += rows;
	}
	add_up(&shipped);
	show_total("mixed, on one thread and three");
	ck_assert_int_eq(differences, 0);
}
END_TEST

START_TEST(fees_and_credits_are_answered_as_alone)
{
	int plans = 0;

	for (int i = 0; i < shipped.count; i++)
		plans += shipped.places[i]->question == YB_QUESTION_FEE && shipped.places[i]->book->fee_plan;
	ck_assert_int_ge(10 * plans, 9 * places_of(&shipped, YB_QUESTION_FEE));
	for (int q = 1; q < 3; q++)
		run_places(&shipped, questions[q], share(q == 1 ? 10 : 6, places_of(&shipped, questions[q])));
	for (int q = 1; q < 3; q++)
		run_places(&reformed, questions[q], share(1, 1)); /* an overlay changes the bills alone: its fees are by columns too */
	add_up(&shipped);
	add_up(&reformed);
	ck_assert_uint_ge(total.by_columns, total.sampled / 4 * 3);
	show_total("fees and credits");
	ck_assert_int_eq(differences, 0);
}
END_TEST

START_TEST(cover_is_answered_as_alone)
{
	run_places(&shipped, YB_QUESTION_ELIGIBILITY, share(8, places_of(&shipped, YB_QUESTION_ELIGIBILITY)));
	run_places(&reformed, YB_QUESTION_ELIGIBILITY, share(1, 1));
	add_up(&shipped);
	add_up(&reformed);
	ck_assert_uint_gt(total.answered, total.rows / 5);
	show_total("cover");
	ck_assert_int_eq(differences, 0);
}
END_TEST

/* ---- worked cases ---- */

struct worked {
	uint64_t all, said, figures;
};

/* What a vector expects, as far as it is an amount that columns can have. */
static void
compare_expected(const struct batch *b, const struct outputs *o, size_t at, const struct ybi_vector *vector, struct worked *w)
{
	const struct ybi_node *expect = ybi_node_get(vector->node, "expect");

	for (size_t i = 0; b->question == YB_QUESTION_REFUND && i < b->places[0]->book->credits_count; i++)
		if (b->places[0]->book->credits[i].span == YBI_SPAN_YEAR)
			return; /* vectors have what is credited by the year in every month */
	for (uint32_t i = 0; expect && o->outcomes[at] == YB_OUTCOME_ANSWERED && i < expect->count; i++) {
		const struct ybi_node *value = expect->entries[i].value;
		int64_t fen;
		for (int k = 0; k < o->count; k++) {
			bool money = o->all[k].field || b->question == YB_QUESTION_REIMBURSE;
			for (uint32_t a = 0; !money && a < b->places[0]->book->answers_count; a++)
				money = !strcmp(b->places[0]->book->answers[a].name, o->all[k].name) && b->places[0]->book->answers[a].type == YBI_MONEY;
			if (!money || strcmp(o->all[k].name, expect->entries[i].key) || value->kind != YBI_SCALAR || yb_fen_from_text(value->text, value->count, &fen) != YB_OK)
				continue;
			w->figures++;
			if (o->all[k].values[at] != fen || !o->all[k].known[at]) {
				printf("DIFFERENCE %s, vector %s: %s is %" PRId64 ", printed %" PRId64 "\n", b->of[at]->label, vector->id, o->all[k].name, o->all[k].values[at], fen);
				differences++;
			}
		}
	}
}

static void
run_vectors(struct place *p, struct worked *w)
{
	static struct row rows[400];
	const struct ybi_vector *of[400];
	struct batch b = { .set = p->set, .question = p->question, .worked = true, .place_count = 1, .places = { p } };
	struct outputs o;
	struct yb_bulk *bulk;
	struct single s;

	if (p->question == YB_QUESTION_ELIGIBILITY)
		return; /* its vectors tell what a history comes to */
	for (size_t i = 0; i < p->book->vectors_count && b.rows < COUNT(rows); i++) {
		if (p->book->vectors[i].ask == (p->question == YB_QUESTION_FEE ? YBI_ASK_FEE : p->question == YB_QUESTION_REFUND ? YBI_ASK_REFUND : YBI_ASK_REIMBURSE))
			w->all++;
		if (vector_row(p, &p->book->vectors[i], &rows[b.rows]))
			of[b.rows++] = &p->book->vectors[i];
	}
	if (!b.rows)
		return;
	make_columns(&b);
	for (int i = 0; i < b.column_count; i++) { /* whatever a vector says */
		struct column *c = &b.columns[i];
		c->constant = false;
		if (!c->bound && (!c->coded || c->text_count)) {
			c->bound = true;
			c->numbers = need(calloc(b.rows, sizeof(*c->numbers)));
			c->known = need(calloc(b.rows, 1));
			c->types = need(calloc(b.rows, 1));
		}
	}
	b.of = need(calloc(b.rows, sizeof(struct place *)));
	for (size_t i = 0; i < b.rows; i++)
		put_row(&b, 0, i, &rows[i]);
	lay_columns(&b);
	bulk = new_bulk(&b, 1);
	bind_columns(bulk, &b);
	name_outputs(&o, bulk, &b);
	for (size_t i = 0; i < b.rows; i++) {
		const struct ybi_node *expect = ybi_node_get(of[i]->node, "expect");
		for (uint32_t k = 0; expect && k < expect->count; k++)
			add_output(&o, bulk, expect->entries[k].key, b.rows);
	}
	bind_outputs(bulk, &o);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, b.rows, NULL), YB_OK);
	single_new(&s);
	for (size_t i = 0; i < b.rows; i++) {
		compare_row(&b, &o, &s, i);
		compare_expected(&b, &o, i, of[i], w);
	}
	w->said += b.rows;
	single_free(&s);
	drop_outputs(&o);
	yb_bulk_unref(bulk);
	batch_free(&b);
}

START_TEST(worked_cases_are_answered_as_alone)
{
	struct worked w = { 0 };

	for (int i = 0; i < shipped.count; i++)
		run_vectors(shipped.places[i], &w);
	for (int i = 0; i < other_count; i++)
		for (int k = 0; k < others[i].count; k++)
			run_vectors(others[i].places[k], &w);
	printf("worked cases: %" PRIu64 " of bills, fees and credits, %" PRIu64 " can be said in columns, %" PRIu64 " of their figures are amounts\n", w.all, w.said, w.figures);
	(void)fflush(stdout);
	ck_assert_uint_gt(w.said, w.all / 2);
	ck_assert_int_eq(differences, 0);
}
END_TEST

/* ---- that a difference is noticed ---- */

START_TEST(one_fen_is_noticed)
{
	for (int i = 0; i < shipped.count; i += 7) {
		differences = 20; /* not told */
		lie = 1;
		random_batch(&shipped.places[i], 1, 50, false);
		ck_assert_int_eq(differences, 21);
	}
	lie = 0;
	differences = 0;
}
END_TEST

int
main(int count, char **args)
{
	Suite *suite = suite_create("equal");
	TCase *tc = tcase_create("rows");
	SRunner *runner;
	const char *more = getenv("YB_EQUAL");
	int failed;

	if (getenv("YB_SLOW"))
		rows_wanted = 20000;
	if (more)
		rows_wanted = strtoull(more, NULL, 10);
	if (count > 1)
		base_seed = strtoull(args[1], NULL, 10);
	if (count > 2)
		rows_wanted = strtoull(args[2], NULL, 10);
	printf("seed %" PRIu64 ", %" PRIu64 " rows\n", base_seed, rows_wanted);
	(void)fflush(stdout);
	tcase_set_timeout(tc, 0);
	tcase_add_unchecked_fixture(tc, load_all, drop_all);
	tcase_add_test(tc, worked_cases_are_answered_as_alone);
	tcase_add_test(tc, rows_of_each_shipped_document_are_answered_as_alone);
	tcase_add_test(tc, weak_sources_are_answered_as_alone);
	tcase_add_test(tc, rows_of_each_shape_and_case_are_answered_as_alone);
	tcase_add_test(tc, rows_at_every_edge_are_answered_as_alone);
	tcase_add_test(tc, rows_of_many_documents_are_answered_as_alone);
	tcase_add_test(tc, fees_and_credits_are_answered_as_alone);
	tcase_add_test(tc, cover_is_answered_as_alone);
	tcase_add_test(tc, one_fen_is_noticed);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
