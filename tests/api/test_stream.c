/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

Suite *stream_suite(void);

/*
 * Streams of batches as a producer would make them: each batch has memory of
 * its own, which is filled with rubbish before it is freed, and whoever
 * releases what is released, or asks a stream that is gone, fails.
 */

#define DOC "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n        - id: basic\n          pays: hifp_pay\n" \
	"          deductible: {amount: {by: hosp_lv, rows: [[\"05\", 100]], else: 300}, per: year}\n          bands: {over: year, borders: [5000], ratio: [70%, 90%]}\n"

#define ROWS_MOST 400
#define PERSONS 40

static struct yb_policy_set *set;
static struct yb_bulk *bulk;

/* ---- rows ---- */

static const char *const levels[] = { "01", "05" };
static char persons[PERSONS][16];
static const char *person_list[PERSONS];
static int32_t person[ROWS_MOST], level[ROWS_MOST], day[ROWS_MOST];
static int64_t bill[ROWS_MOST];

/* Rows in the order of persons, of each in any order of days. */
static void
make_rows(void)
{
	uint32_t state = 7;

	for (int i = 0; i < PERSONS; i++) {
		snprintf(persons[i], sizeof(persons[i]), "person %04d", 37 * i);
		person_list[i] = persons[i];
	}
	for (int i = 0; i < ROWS_MOST; i++) {
		person[i] = i * PERSONS / ROWS_MOST;
		level[i] = (int32_t)(ask_random(&state) % 2);
		day[i] = ask_day("2026-01-01") + (int32_t)(ask_random(&state) % 300);
		bill[i] = ask_random(&state) % 500000;
	}
}

/* ---- batches with memory of their own ---- */

#define COLUMNS 5

struct memory {
	struct ArrowArray columns[COLUMNS], texts, items, *list[COLUMNS], *item_list[1];
	const void *none[1], *buffers[COLUMNS][4], *text_buffers[3], *item_buffers[2];
	int32_t offsets[ROWS_MOST + 1], text_offsets[3], item_offsets[ROWS_MOST + 1], days[ROWS_MOST];
	int64_t bills[ROWS_MOST];
	int8_t codes[ROWS_MOST];
	uint8_t item[ROWS_MOST];
	char bytes[ROWS_MOST * 16];
};

static int live, live_most, made;

static void
release_batch(struct ArrowArray *array)
{
	struct memory *m = array->private_data;

	ck_assert_ptr_nonnull(array->release);
	memset(m, 0x5a, sizeof(*m));
	free(m);
	array->release = NULL;
	live--;
}

static void
keep_part(struct ArrowArray *array)
{
	(void)array;
	ck_abort_msg("a column is released by itself");
}

static void
set_column(struct memory *m, int i, int64_t rows, int64_t buffers)
{
	m->columns[i] = (struct ArrowArray){ .length = rows, .n_buffers = buffers, .buffers = m->buffers[i], .release = keep_part };
	m->list[i] = &m->columns[i];
}

/* Rows `first` … as psn_no, hosp_lv, enddate, medfee_sumamt, and a list of bytes whose name no document knows. */
static void
make_batch(struct ArrowArray *array, int first, int rows)
{
	struct memory *m = calloc(1, sizeof(*m));

	ck_assert_ptr_nonnull(m);
	for (int i = 0; i < rows; i++) {
		const char *name = persons[person[first + i]];
		memcpy(m->bytes + m->offsets[i], name, strlen(name));
		m->offsets[i + 1] = m->offsets[i] + (int32_t)strlen(name);
		m->codes[i] = (int8_t)level[first + i];
		m->days[i] = day[first + i];
		m->bills[i] = bill[first + i];
		m->item[i] = (uint8_t)(first + i);
		m->item_offsets[i + 1] = i + 1;
	}
	m->text_offsets[1] = 2;
	m->text_offsets[2] = 4;
	set_column(m, 0, rows, 3);
	m->buffers[0][1] = m->offsets;
	m->buffers[0][2] = m->bytes;
	set_column(m, 1, rows, 2);
	m->buffers[1][1] = m->codes;
	m->text_buffers[1] = m->text_offsets;
	m->text_buffers[2] = "0105";
	m->texts = (struct ArrowArray){ .length = 2, .n_buffers = 3, .buffers = m->text_buffers, .release = keep_part };
	m->columns[1].dictionary = &m->texts;
	set_column(m, 2, rows, 2);
	m->buffers[2][1] = m->days;
	set_column(m, 3, rows, 2);
	m->buffers[3][1] = m->bills;
	set_column(m, 4, rows, 2);
	m->buffers[4][1] = m->item_offsets;
	m->item_buffers[1] = m->item;
	m->items = (struct ArrowArray){ .length = rows, .n_buffers = 2, .buffers = m->item_buffers, .release = keep_part };
	m->item_list[0] = &m->items;
	m->columns[4].children = m->item_list;
	m->columns[4].n_children = 1;
	*array = (struct ArrowArray){ .length = rows, .n_buffers = 1, .buffers = m->none, .n_children = COLUMNS, .children = m->list,
		                      .release = release_batch, .private_data = m };
	live_most = ++live > live_most ? live : live_most;
}

static struct ArrowSchema types[COLUMNS], text_type, item_type, *type_list[COLUMNS], *item_types[1];
static int live_types;
static const char *note = "note", *bill_format = "l";

static void
release_type(struct ArrowSchema *schema)
{
	ck_assert_ptr_nonnull(schema->release);
	schema->release = NULL;
	live_types--;
}

static void
keep_type(struct ArrowSchema *schema)
{
	(void)schema;
	ck_abort_msg("a column's type is released by itself");
}

static void
make_type(struct ArrowSchema *schema)
{
	static const char *const formats[] = { "u", "c", "tdD", "l", "+l" }, *const names[] = { "psn_no", "hosp_lv", "enddate", "medfee_sumamt", "note" };
	static const char metadata[] = { 1, 0, 0, 0, 1, 0, 0, 0, 'k', 2, 0, 0, 0, 'v', 'w' };

	for (int i = 0; i < COLUMNS; i++) {
		types[i] = (struct ArrowSchema){ .format = formats[i], .name = names[i], .flags = ARROW_FLAG_NULLABLE, .release = keep_type };
		type_list[i] = &types[i];
	}
	types[3].format = bill_format;
	types[4].name = note;
	if (*(const uint16_t *)metadata == 1) /* else its lengths are in another order */
		types[4].metadata = metadata;
	text_type = (struct ArrowSchema){ .format = "u", .name = "", .release = keep_type };
	types[1].dictionary = &text_type;
	item_type = (struct ArrowSchema){ .format = "C", .name = "item", .release = keep_type };
	item_types[0] = &item_type;
	types[4].children = item_types;
	types[4].n_children = 1;
	*schema = (struct ArrowSchema){ .format = "+s", .name = "", .n_children = COLUMNS, .children = type_list, .release = release_type };
	live_types++;
}

/* ---- the stream of claims ---- */

struct source {
	const int *cuts;  /* first row of each batch, and the end; */
	int count, next;  /* of batches */
	int fail_at, code; /* of the batch that fails, from 0; -1: none; -2: the type */
	int bad_at;       /* one with a column too short */
	const char *text;
	bool failed;
};

static int live_streams;

static int
source_type(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
	struct source *s = stream->private_data;

	if (s->fail_at == -2) {
		s->failed = true;
		return s->code;
	}
	make_type(out);
	return 0;
}

static int
source_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
	struct source *s = stream->private_data;

	ck_assert_msg(!s->failed, "a stream that failed is asked again");
	if (s->next == s->fail_at) {
		s->failed = true;
		return s->code;
	}
	if (s->next == s->count) {
		out->release = NULL;
		return 0;
	}
	ck_assert_int_eq(live, 0); /* the batch before was let go */
	make_batch(out, s->cuts[s->next], s->cuts[s->next + 1] - s->cuts[s->next]);
	if (s->next == s->bad_at)
		out->children[3]->length = out->length - 1;
	s->next++;
	made++;
	return 0;
}

static const char *
source_error(struct ArrowArrayStream *stream)
{
	struct source *s = stream->private_data;

	ck_assert(s->failed);
	return s->text;
}

static void
source_release(struct ArrowArrayStream *stream)
{
	ck_assert_ptr_nonnull(stream->release);
	stream->release = NULL;
	stream->private_data = NULL;
	live_streams--;
}

static struct ArrowArrayStream
open_source(struct source *s)
{
	live_streams++;
	return (struct ArrowArrayStream){ .get_schema = source_type, .get_next = source_next, .get_last_error = source_error, .release = source_release,
		                          .private_data = s };
}

/* ---- setting ---- */

static void
bind_rest(struct yb_bulk *b)
{
	ck_assert_int_eq(yb_bulk_bind_text(b, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(b, YB_FIELD_INSUTYPE, "310", 3, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(b, YB_FIELD_FULAMT_OWNPAY_AMT, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(b, YB_FIELD_OVERLMT_SELFPAY, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(b, YB_FIELD_PRESELFPAY_AMT, "0", 1, NULL), YB_OK);
}

static void
setup(void)
{
	const char *keep[] = { "psn_no", "note", "hosp_lv" };
	yb_column total;

	make_rows();
	set = ask_load(DOC);
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL), YB_OK);
	bind_rest(bulk);
	ck_assert_int_eq(yb_bulk_input(bulk, "basic.base.year", 15, &total, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, total, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_input(bulk, "basic.deductible.year", 21, &total, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, total, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, keep, 3, NULL), YB_OK);
	live = live_most = live_streams = live_types = made = 0;
	note = "note";
	bill_format = "l";
}

static void
teardown(void)
{
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
	ck_assert_int_eq(live, 0);
	ck_assert_int_eq(live_streams, 0);
	ck_assert_int_eq(live_types, 0);
}

/* Of one row without a history: (bill - deductible) at 70 %, above 5,000.00 at 90 %, to the fen half up. */
static int64_t
expected(int row)
{
	int64_t base = bill[row] - (level[row] ? 10000 : 30000), low = base < 500000 ? base : 500000;

	return base <= 0 ? 0 : (low * 70 + (base - low) * 90 + 50) / 100;
}

static const char *const funds[] = { "hifp_pay" };
static const int cuts[] = { 0, 130, 130, 131, 400 };
#define CUTS 4

static void
expect_answers(const struct ArrowArray *array, int first, int rows)
{
	ck_assert_int_eq(array->length, rows);
	ck_assert_int_eq(array->n_children, 6);
	for (int i = 0; i < rows; i++) {
		ck_assert_int_eq(((const uint8_t *)array->children[3]->buffers[1])[i], YB_OUTCOME_ANSWERED);
		ck_assert_int_eq(((const int64_t *)array->children[5]->buffers[1])[i], expected(first + i));
	}
}

static void
expect_kept(const struct ArrowArray *array, int first)
{
	const struct ArrowArray *name = array->children[0], *notes = array->children[1], *lv = array->children[2];
	const int32_t *offsets = name->buffers[1];

	for (int i = 0; i < array->length; i++) {
		int64_t at = name->offset + i;
		const char *text = persons[person[first + i]];
		ck_assert_int_eq(offsets[at + 1] - offsets[at], (int64_t)strlen(text));
		ck_assert_mem_eq((const char *)name->buffers[2] + offsets[at], text, strlen(text));
		ck_assert_int_eq(((const uint8_t *)notes->children[0]->buffers[1])[((const int32_t *)notes->buffers[1])[notes->offset + i]],
		                 (uint8_t)(first + i));
		ck_assert_int_eq(((const int8_t *)lv->buffers[1])[lv->offset + i], level[first + i]);
	}
	ck_assert_int_eq(lv->dictionary->length, 2);
}

/* ---- tests ---- */

START_TEST(a_stream_is_answered_batch_by_batch)
{
	struct source s = { .cuts = cuts, .count = CUTS, .fail_at = -1, .bad_at = -1 };
	struct ArrowArrayStream claims = open_source(&s), first, answers;
	struct ArrowSchema schema, again;
	struct ArrowArray array;

	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, funds, 1, 0, &first, NULL), YB_OK);
	ck_assert_ptr_null(claims.release);
	ck_assert_int_eq(made, 0); /* nothing is read before it is asked for */
	if (_i) {
		yb_bulk_unref(bulk); /* the stream holds it */
		bulk = NULL;
	}
	answers = first; /* moved */
	memset(&first, 0x5a, sizeof(first));
	ck_assert_int_eq(answers.get_schema(&answers, &schema), 0);
	ck_assert_int_eq(answers.get_schema(&answers, &again), 0);
	again.release(&again);
	ck_assert_str_eq(schema.format, "+s");
	ck_assert_int_eq(schema.n_children, 6);
	ck_assert_str_eq(schema.children[0]->name, "psn_no");
	ck_assert_int_eq(schema.children[0]->flags, ARROW_FLAG_NULLABLE);
	ck_assert_str_eq(schema.children[1]->name, "note");
	ck_assert_str_eq(schema.children[1]->format, "+l");
	ck_assert_str_eq(schema.children[1]->children[0]->name, "item");
	ck_assert_str_eq(schema.children[2]->dictionary->format, "u");
	ck_assert_str_eq(schema.children[3]->name, "outcome");
	ck_assert_str_eq(schema.children[5]->name, "hifp_pay");
	for (int i = 0; i < CUTS; i++) {
		ck_assert_int_eq(answers.get_next(&answers, &array), 0);
		ck_assert_ptr_nonnull(array.release);
		ck_assert_int_eq(made, i + 1);
		expect_answers(&array, cuts[i], cuts[i + 1] - cuts[i]);
		expect_kept(&array, cuts[i]);
		ck_assert_int_eq(live, 1); /* what is kept holds it */
		array.release(&array);
		ck_assert_int_eq(live, 0);
	}
	for (int i = 0; i < 3; i++) {
		memset(&array, 0x5a, sizeof(array));
		ck_assert_int_eq(answers.get_next(&answers, &array), 0);
		ck_assert_ptr_null(array.release);
		ck_assert_int_eq(live_streams, 0); /* let go at its end */
	}
	ck_assert_ptr_null(answers.get_last_error(&answers));
	answers.release(&answers);
	ck_assert_ptr_null(answers.release);
	ck_assert_int_eq(live_most, 1);
	/* the type lives on without the stream; what it was made of is gone */
	ck_assert_str_eq(schema.children[0]->format, "u");
	if (schema.children[1]->metadata)
		ck_assert_mem_eq(schema.children[1]->metadata, "\1\0\0\0\1\0\0\0k\2\0\0\0vw", 15);
	schema.release(&schema);
}
END_TEST

START_TEST(columns_that_are_kept_outlive_all_else)
{
	struct source s = { .cuts = cuts, .count = CUTS, .fail_at = -1, .bad_at = -1 };
	struct ArrowArrayStream claims = open_source(&s), answers;
	struct ArrowArray array, list, items, lv;

	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, funds, 1, 0, &answers, NULL), YB_OK);
	ck_assert_int_eq(answers.get_next(&answers, &array), 0);
	list = *array.children[1];
	array.children[1]->release = NULL;
	lv = *array.children[2];
	array.children[2]->release = NULL;
	array.release(&array);
	answers.release(&answers);
	yb_bulk_unref(bulk);
	bulk = NULL;
	ck_assert_int_eq(live, 1);
	items = *list.children[0]; /* and out of the list in its turn */
	list.children[0]->release = NULL;
	list.release(&list);
	ck_assert_int_eq(((const int8_t *)lv.buffers[1])[3], level[3]);
	ck_assert_int_eq(lv.dictionary->length, 2);
	lv.release(&lv);
	ck_assert_int_eq(live, 1);
	ck_assert_int_eq(((const uint8_t *)items.buffers[1])[100], 100);
	items.release(&items);
	ck_assert_int_eq(live, 0);
}
END_TEST

/* A batch that is a part of its arrays hands on that part. */
START_TEST(a_part_of_a_batch_is_kept_as_a_part)
{
	struct ArrowSchema schema, type;
	struct ArrowArray array, answer;

	make_type(&type);
	make_batch(&array, 0, 20);
	array.offset = 5;
	array.length = 15;
	array.children[0]->null_count = 0;
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &array, NULL, NULL), YB_OK);
	for (int i = 0; i < 2; i++) { /* as often as one likes */
		ck_assert_int_eq(yb_bulk_run_arrow(bulk, funds, 1, 0, &schema, &answer, NULL), YB_OK);
		expect_answers(&answer, 5, 15);
		expect_kept(&answer, 5);
		ck_assert_int_eq(answer.children[0]->offset, 5);
		ck_assert_int_eq(answer.children[0]->length, 15);
		answer.release(&answer);
		schema.release(&schema);
	}
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, NULL, 0, NULL), YB_OK); /* from now on */
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, funds, 1, 0, &schema, &answer, NULL), YB_OK);
	ck_assert_int_eq(answer.n_children, 3);
	answer.release(&answer);
	schema.release(&schema);
	make_type(&type);
	make_batch(&array, 0, 1);
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &array, NULL, NULL), YB_E_NOT_FOUND); /* nobody knows what a note is */
}
END_TEST

START_TEST(what_cannot_be_kept_is_refused)
{
	static const char *const names[][2] = { { "note", "nobody" }, { "note", "outcome" }, { "outcome", "note" }, { "note", "hifp_pay" } };
	struct ArrowSchema schema, type;
	struct ArrowArray array, answer;
	struct yb_error *err = NULL;
	yb_status st;

	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, names[_i], 2, NULL), YB_OK);
	note = _i == 0 ? "note" : names[_i][strcmp(names[_i][0], "note") == 0];
	make_type(&type);
	make_batch(&array, 0, 3);
	if (_i)
		ck_assert_int_eq(yb_bulk_keep_arrow(bulk, &note, 1, NULL), YB_OK);
	st = yb_bulk_take_arrow(bulk, &type, &array, NULL, &err);
	if (_i == 0) {
		ck_assert_int_eq(st, YB_E_NOT_FOUND);
		ck_assert_msg(strstr(yb_error_get_message(err), "nobody") != NULL, "%s", yb_error_get_message(err));
	} else {
		ck_assert_int_eq(st, YB_OK);
		ck_assert_int_eq(yb_bulk_run_arrow(bulk, funds, 1, 0, &schema, &answer, &err), YB_E_DUPLICATE);
		ck_assert_ptr_null(answer.release);
	}
	yb_error_unref(err);
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, (const char *[]){ "note", NULL }, 2, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_keep_arrow(NULL, NULL, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, NULL, 1, NULL), YB_E_INVALID);
}
END_TEST

START_TEST(a_broken_part_of_what_is_kept_is_refused)
{
	struct ArrowSchema type;
	struct ArrowArray array;
	struct yb_error *err = NULL;

	make_type(&type);
	make_batch(&array, 0, 3);
	switch (_i) {
	case 0: item_types[0] = NULL; break;
	case 1: types[4].n_children = 2; break;
	case 2: types[4].children = NULL; break;
	case 3: array.children[4]->children = NULL; break;
	case 4: array.children[4]->children[0] = array.children[4]; item_types[0] = &types[4]; break; /* it is its own part */
	case 5: types[4].dictionary = &text_type; break;
	case 6: item_type.format = NULL; break;
	case 7: array.children[4]->length = 2; break;
	default: array.children[4]->length = INT64_MAX; break;
	}
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &array, NULL, &err), YB_E_SYNTAX);
	ck_assert_msg(strstr(yb_error_get_message(err), "note") != NULL, "%s", yb_error_get_message(err));
	yb_error_unref(err);
}
END_TEST

START_TEST(a_fault_in_the_middle_ends_the_stream)
{
	struct source s = { .cuts = cuts, .count = CUTS, .fail_at = _i == 0 ? 3 : -1, .code = ENOTCONN, .text = "the line is cut", .bad_at = _i == 1 ? 3 : -1 };
	struct ArrowArrayStream claims = open_source(&s), answers;
	struct ArrowArray array;

	if (_i == 2)
		s = (struct source){ .cuts = cuts, .count = CUTS, .fail_at = 3, .code = -7, .bad_at = -1 }; /* no errno, and it does not say why */
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, funds, 1, 0, &answers, NULL), YB_OK);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(answers.get_next(&answers, &array), 0);
		array.release(&array);
	}
	for (int i = 0; i < 3; i++) {
		memset(&array, 0x5a, sizeof(array));
		ck_assert_int_eq(answers.get_next(&answers, &array), _i == 0 ? ENOTCONN : _i == 1 ? EINVAL : EIO);
		ck_assert_ptr_null(array.release);
		ck_assert_str_eq(answers.get_last_error(&answers), _i == 0 ? "the stream of claims: the line is cut" :
		                 _i == 1 ? "batch 4: column \"medfee_sumamt\": shorter than the batch" : "the stream of claims");
	}
	ck_assert_int_eq(live, 0);
	ck_assert_int_eq(live_streams, 1);
	answers.release(&answers);
	ck_assert_int_eq(live_streams, 0);
}
END_TEST

START_TEST(a_stream_may_be_released_before_its_end)
{
	struct source s = { .cuts = cuts, .count = CUTS, .fail_at = -1, .bad_at = -1 };
	struct ArrowArrayStream claims = open_source(&s), answers;
	struct ArrowArray array;

	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, NULL, 0, YB_ARROW_DECIMAL, &answers, NULL), YB_OK);
	for (int i = 0; i < _i; i++) {
		ck_assert_int_eq(answers.get_next(&answers, &array), 0);
		if (i % 2) /* while a batch of it is still there, and before */
			array.release(&array);
		else {
			struct ArrowArray other = array;
			other.release(&other);
		}
	}
	answers.release(&answers);
	ck_assert_int_eq(made, _i);
	ck_assert_int_eq(live_streams, 0);
	/* and the bulk serves on */
	claims = open_source(&s);
	s.next = 0;
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, funds, 1, 0, &answers, NULL), YB_OK);
	ck_assert_int_eq(answers.get_next(&answers, &array), 0);
	expect_answers(&array, 0, 130);
	array.release(&array);
	answers.release(&answers);
}
END_TEST

START_TEST(a_type_that_does_not_fit_is_refused_at_once)
{
	static const char *const unknown[] = { "hifp_pai" };
	struct source s = { .cuts = cuts, .count = CUTS, .fail_at = _i == 2 || _i == 3 ? -2 : -1, .code = EIO, .bad_at = -1, .text = _i == 2 ? "no type" : NULL };
	struct ArrowArrayStream claims = open_source(&s), answers;
	struct yb_error *err = NULL;
	yb_status st, wanted[] = { YB_E_UNIT, YB_E_NOT_FOUND, YB_E_IO, YB_E_IO, YB_E_NOT_FOUND, YB_E_BAD_OPTIONS, YB_E_CONTRADICTION };
	const char *says[] = { "floating point", "remark", "no type", "type", "hifp_pai", "flag", "earlier rows" };

	bill_format = _i == 0 ? "g" : "l";
	note = _i == 1 ? "remark" : "note";
	st = yb_bulk_stream_arrow(bulk, &claims, _i == 4 ? unknown : funds, 1, _i == 5 ? 8 : _i == 6 ? YB_ARROW_HISTORIES : 0, &answers, &err);
	ck_assert_int_eq(st, wanted[_i]);
	ck_assert_ptr_nonnull(err);
	ck_assert_msg(_i == 1 || strstr(yb_error_get_message(err), says[_i]) != NULL, "%s", yb_error_get_message(err));
	yb_error_unref(err);
	ck_assert_ptr_null(answers.release);
	ck_assert_ptr_null(claims.release);
	ck_assert_int_eq(made, 0);
	ck_assert_int_eq(live_streams, 0);
}
END_TEST

START_TEST(a_bulk_has_one_stream_at_a_time)
{
	struct source s = { .cuts = cuts, .count = CUTS, .fail_at = -1, .bad_at = -1 };
	struct ArrowArrayStream claims = open_source(&s), other = open_source(&s), answers, more;
	struct ArrowSchema type;
	struct ArrowArray array;
	const char *keep[] = { "note" };

	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, funds, 1, 0, &answers, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &other, funds, 1, 0, &more, NULL), YB_E_STATE);
	ck_assert_ptr_null(other.release);
	ck_assert_ptr_null(more.release);
	make_type(&type);
	make_batch(&array, 0, 3);
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &array, NULL, NULL), YB_E_STATE);
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, keep, 1, NULL), YB_E_STATE);
	ck_assert_int_eq(answers.get_next(&answers, &array), 0);
	expect_answers(&array, 0, 130);
	array.release(&array);
	answers.release(&answers);
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, keep, 1, NULL), YB_OK);

	other = open_source(&s);
	ck_assert_int_eq(yb_bulk_stream_arrow(NULL, &other, funds, 1, 0, &more, NULL), YB_E_INVALID);
	ck_assert_ptr_null(other.release);
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &other, funds, 1, 0, &more, NULL), YB_E_INVALID); /* it is released */
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, NULL, funds, 1, 0, &more, NULL), YB_E_INVALID);
	other = open_source(&s);
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &other, funds, 1, 0, NULL, NULL), YB_E_INVALID);
	ck_assert_ptr_null(other.release);
}
END_TEST

/* ---- histories ---- */

static int64_t by_pointers[ROWS_MOST];
static uint8_t outcomes[ROWS_MOST];

/* The same rows, bound by pointers. */
static void
run_by_pointers(void)
{
	struct yb_bulk *b;

	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &b, NULL), YB_OK);
	bind_rest(b);
	ck_assert_int_eq(yb_bulk_bind_codes(b, YB_FIELD_PSN_NO, YB_LAYOUT_INT32, person, NULL, person_list, PERSONS, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_codes(b, YB_FIELD_HOSP_LV, YB_LAYOUT_INT32, level, NULL, levels, 2, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(b, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, day, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(b, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, bill, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_output(b, YB_FIELD_HIFP_PAY, by_pointers, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(b, outcomes, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(b, 0, ROWS_MOST, NULL, NULL), YB_OK);
	yb_bulk_unref(b);
}

/* Histories are told the totals: they are not bound. */
static void
new_bulk_of_histories(void)
{
	yb_bulk_unref(bulk);
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL), YB_OK);
	bind_rest(bulk);
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, (const char *[]){ "note" }, 1, NULL), YB_OK);
}

static void
expect_histories(const struct ArrowArray *array, int first)
{
	for (int i = 0; i < array->length; i++) {
		ck_assert_int_eq(((const uint8_t *)array->children[1]->buffers[1])[i], outcomes[first + i]);
		ck_assert_int_eq(((const int64_t *)array->children[3]->buffers[1])[i], by_pointers[first + i]);
	}
}

START_TEST(histories_of_a_batch_are_those_of_pointers)
{
	struct ArrowSchema type, schema;
	struct ArrowArray array, answer;
	int64_t fund[ROWS_MOST], carried = 0;

	run_by_pointers();
	for (int i = 0; i < ROWS_MOST; i++) {
		ck_assert_int_eq(outcomes[i], YB_OUTCOME_ANSWERED);
		carried += by_pointers[i] != expected(i);
	}
	ck_assert_int_gt(carried, 300); /* what comes before does matter */
	new_bulk_of_histories();
	make_type(&type);
	make_batch(&array, 0, ROWS_MOST);
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &array, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, funds, 1, YB_ARROW_HISTORIES, &schema, &answer, NULL), YB_OK);
	expect_histories(&answer, 0);
	answer.release(&answer);
	schema.release(&schema);
	/* and by the call that knows nothing of Arrow */
	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_HIFP_PAY, fund, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS_MOST, NULL, NULL), YB_OK);
	ck_assert_mem_eq(fund, by_pointers, sizeof(fund));
}
END_TEST

START_TEST(histories_of_a_stream_are_those_of_a_batch)
{
	static const int whole[] = { 0, 10, 10, 200, 390, 400 };
	struct source s = { .cuts = whole, .count = 5, .fail_at = -1, .bad_at = -1 };
	struct ArrowArrayStream claims = open_source(&s), answers;
	struct ArrowArray array;

	run_by_pointers();
	new_bulk_of_histories();
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, funds, 1, YB_ARROW_HISTORIES, &answers, NULL), YB_OK);
	for (int i = 0; i < s.count; i++) {
		ck_assert_int_eq(answers.get_next(&answers, &array), 0);
		ck_assert_int_eq(array.length, s.cuts[i + 1] - s.cuts[i]);
		expect_histories(&array, s.cuts[i]);
		array.release(&array);
	}
	ck_assert_int_eq(answers.get_next(&answers, &array), 0);
	ck_assert_ptr_null(array.release);
	answers.release(&answers);
}
END_TEST

/* Released between two batches, or after one that failed, a stream lets go what it carried on; the bulk is as good as new. */
START_TEST(what_is_carried_on_is_let_go)
{
	static const int torn[] = { 0, 10, 15, 400 };
	struct source s = { .cuts = torn, .count = 3, .fail_at = -1, .bad_at = _i == 3 ? 2 : -1 };
	struct ArrowArrayStream claims = open_source(&s), answers;
	struct ArrowSchema type, schema;
	struct ArrowArray array;

	run_by_pointers();
	new_bulk_of_histories();
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, funds, 1, YB_ARROW_HISTORIES | (_i % 2 ? YB_ARROW_STREWN : 0u), &answers, NULL), YB_OK);
	for (int i = 0; i < (_i < 2 ? 2 : 3); i++) {
		int rc = answers.get_next(&answers, &array);
		ck_assert_int_eq(rc, i < 2 ? 0 : EINVAL);
		if (rc == 0)
			array.release(&array);
	}
	answers.release(&answers);
	make_type(&type);
	make_batch(&array, 0, ROWS_MOST);
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &array, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, funds, 1, YB_ARROW_HISTORIES, &schema, &array, NULL), YB_OK);
	expect_histories(&array, 0);
	array.release(&array);
	schema.release(&schema);
}
END_TEST

Suite *
stream_suite(void)
{
	Suite *suite = suite_create("stream");
	TCase *tc = tcase_create("streams");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_stream_is_answered_batch_by_batch, 0, 2);
	tcase_add_test(tc, columns_that_are_kept_outlive_all_else);
	tcase_add_test(tc, a_part_of_a_batch_is_kept_as_a_part);
	tcase_add_loop_test(tc, what_cannot_be_kept_is_refused, 0, 4);
	tcase_add_loop_test(tc, a_broken_part_of_what_is_kept_is_refused, 0, 9);
	tcase_add_loop_test(tc, a_fault_in_the_middle_ends_the_stream, 0, 3);
	tcase_add_loop_test(tc, a_stream_may_be_released_before_its_end, 0, 4);
	tcase_add_loop_test(tc, a_type_that_does_not_fit_is_refused_at_once, 0, 7);
	tcase_add_test(tc, a_bulk_has_one_stream_at_a_time);
	suite_add_tcase(suite, tc);
	tc = tcase_create("histories");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, histories_of_a_batch_are_those_of_pointers);
	tcase_add_test(tc, histories_of_a_stream_are_those_of_a_batch);
	tcase_add_loop_test(tc, what_is_carried_on_is_let_go, 0, 4);
	suite_add_tcase(suite, tc);
	return suite;
}
