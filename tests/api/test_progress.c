/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

Suite *progress_suite(void);

/* Runs that tell how far they are, and runs that are ended: what stands in the outputs then. */

#define DOC "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n        - id: basic\n          pays: hifp_pay\n" \
	"          deductible: {amount: 300, per: year}\n          bands: {over: year, borders: [5000], ratio: [70%, 90%]}\n"

#define ROWS 30000
#define PERSONS 3000
#define UNTOUCHED INT64_C(-7)

static struct yb_policy_set *set;
static int64_t person[ROWS], bill[ROWS], fund[ROWS], whole[ROWS];
static int32_t day[ROWS];
static uint8_t outcomes[ROWS];

static void
setup(void)
{
	uint32_t state = 7;

	set = ask_load(DOC);
	for (int i = 0; i < ROWS; i++) {
		person[i] = ask_random(&state) % PERSONS;
		day[i] = ask_day("2026-01-01") + i * 300 / ROWS; /* those of one day go by their order */
		bill[i] = ask_random(&state) % 500000;
	}
}

static void
teardown(void)
{
	yb_policy_set_unref(set);
}

/* ---- who is told ---- */

struct listener {
	pthread_t thread;
	uint64_t count, last, stop_at; /* rows of the run; told last; 0: never */
	int calls, stop_call;          /* 0: none */
	bool sorted;                   /* no more rows are done while they are sorted */
};

static int32_t
listen(void *user, uint64_t done, uint64_t count)
{
	struct listener *l = user;

	ck_assert(pthread_equal(l->thread, pthread_self()));
	ck_assert_uint_eq(count, l->count);
	ck_assert_uint_ge(done, l->last + !l->sorted);
	ck_assert_uint_lt(done, count);
	l->last = done;
	l->calls++;
	return (l->stop_at && done >= l->stop_at) || l->calls == l->stop_call ? -5 : 0;
}

static struct listener
listener(uint64_t count, uint64_t stop_at)
{
	return (struct listener){ .thread = pthread_self(), .count = count, .stop_at = stop_at };
}

static void
bind_facts(struct yb_bulk *bulk)
{
	static const struct {
		yb_field field;
		const char *text;
	} same[] = { { YB_FIELD_INSUPLC_ADMDVS, "990000" }, { YB_FIELD_INSUTYPE, "310" }, { YB_FIELD_FULAMT_OWNPAY_AMT, "0" },
		     { YB_FIELD_OVERLMT_SELFPAY, "0" }, { YB_FIELD_PRESELFPAY_AMT, "0" } };

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		ck_assert_int_eq(yb_bulk_bind_text(bulk, same[i].field, same[i].text, strlen(same[i].text), NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, day, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, bill, NULL, NULL), YB_OK);
}

/* Rows by themselves are told that nothing was paid before. */
static void
bind_totals(struct yb_bulk *bulk)
{
	yb_column total;

	ck_assert_int_eq(yb_bulk_input(bulk, "basic.base.year", 15, &total, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, total, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_input(bulk, "basic.deductible.year", 21, &total, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, total, "0", 1, NULL), YB_OK);
}

static struct yb_bulk *
new_bulk(bool histories, int32_t threads)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_bulk *bulk;

	options.threads = threads;
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &bulk, NULL), YB_OK);
	bind_facts(bulk);
	if (!histories)
		bind_totals(bulk);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_HIFP_PAY, fund, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcomes, NULL), YB_OK);
	return bulk;
}

static yb_status
run(struct yb_bulk *bulk, bool histories, struct yb_error **err)
{
	for (int i = 0; i < ROWS; i++) {
		fund[i] = UNTOUCHED;
		outcomes[i] = YB_OUTCOME_NONE;
	}
	return histories ? yb_bulk_run_histories(bulk, 0, ROWS, person, err) : yb_bulk_run(bulk, 0, ROWS, err);
}

/* Rows that have their answers, each the one of a whole run; of a person the first ones. */
static int
count_done(bool histories)
{
	bool missed[PERSONS] = { false };
	int done = 0;

	for (int i = 0; i < ROWS; i++) {
		ck_assert_int_eq(fund[i], outcomes[i] ? whole[i] : UNTOUCHED);
		done += outcomes[i] != 0;
		missed[person[i]] = missed[person[i]] || !outcomes[i];
		ck_assert(!(histories && outcomes[i] && missed[person[i]]));
	}
	return done;
}

START_TEST(a_run_tells_how_far_it_is_and_may_be_ended)
{
	bool histories = _i & 1;
	int32_t threads = _i & 2 ? 3 : 1;
	struct yb_bulk *bulk = new_bulk(histories, threads);
	struct listener l = listener(ROWS, 0);
	struct yb_error *err = NULL;
	yb_status st;

	ck_assert_int_eq(run(bulk, histories, NULL), YB_OK);
	memcpy(whole, fund, sizeof(whole));
	l.sorted = histories;
	ck_assert_int_eq(yb_bulk_set_progress(bulk, listen, &l), YB_OK);
	ck_assert_int_eq(run(bulk, histories, NULL), YB_OK);
	ck_assert_int_eq(count_done(histories), ROWS);
	if (threads == 1)
		ck_assert_int_ge(l.calls, 5);
	for (uint64_t stop = 1; stop < ROWS; stop += ROWS / 3) {
		l = listener(ROWS, stop);
		l.sorted = histories;
		st = run(bulk, histories, &err);
		if (st == YB_OK && threads > 1) /* the others were done with it all before this thread had a word */
			continue;
		ck_assert_int_eq(st, YB_E_CANCELLED);
		ck_assert_str_eq(yb_error_get_message(err), "the caller ended the run");
		yb_error_unref(err);
		err = NULL;
		ck_assert_int_ge(count_done(histories), (int)l.last);
		if (threads == 1)
			ck_assert_int_eq(count_done(histories), (int)l.last);
	}
	ck_assert_int_eq(yb_bulk_set_progress(bulk, NULL, NULL), YB_OK);
	ck_assert_int_eq(run(bulk, histories, NULL), YB_OK);
	ck_assert_int_eq(count_done(histories), ROWS);
	ck_assert_int_eq(yb_bulk_set_progress(NULL, listen, &l), YB_E_INVALID);
	yb_bulk_unref(bulk);
}
END_TEST

/* ---- before the first row ---- */

#define STAYS 70001

static char texts[STAYS][8];
static const char *in_order[STAYS], *strewn[STAYS];
static int32_t stay[ROWS], strewn_stay[ROWS];

/* All bills are of one day, so that their mdtrt_id alone tells the order; the texts stand in that order, or anyhow. */
static void
make_stays(void)
{
	uint32_t state = 11;

	for (int i = 0; i < STAYS; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "Z%05d", i);
		in_order[i] = texts[i];
		strewn[i] = texts[(i * INT64_C(7919) + 13) % STAYS];
	}
	for (int i = 0; i < ROWS; i++) {
		strewn_stay[i] = (int32_t)(ask_random(&state) % STAYS);
		stay[i] = (int32_t)((strewn_stay[i] * INT64_C(7919) + 13) % STAYS);
		day[i] = day[0];
	}
}

static void
bind_stays(struct yb_bulk *bulk, const int32_t *codes, const char *const *list)
{
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_MDTRT_ID, YB_LAYOUT_INT32, codes, NULL, list, STAYS, NULL), YB_OK);
}

START_TEST(histories_may_be_ended_while_they_are_sorted)
{
	struct yb_bulk *bulk = new_bulk(true, _i ? 3 : 1);
	struct listener l;
	int ended = 0;

	make_stays();
	bind_stays(bulk, stay, in_order);
	ck_assert_int_eq(run(bulk, true, NULL), YB_OK);
	memcpy(whole, fund, sizeof(whole));
	ck_assert_int_eq(yb_bulk_set_progress(bulk, listen, &l), YB_OK);
	for (l = listener(ROWS, 0); l.last == 0; ended++) {
		l = listener(ROWS, 1);
		l.sorted = true;
		l.stop_call = ended + 1;
		bind_stays(bulk, strewn_stay, strewn); /* else its texts stay sorted */
		if (run(bulk, true, NULL) == YB_OK) { /* all words were of the sorting, and this thread had none of the rows */
			ck_assert_int_eq(_i, 1);
			break;
		}
		ck_assert(l.last != 0 || (l.calls == l.stop_call && count_done(true) == 0));
	}
	ck_assert_int_gt(ended, 15); /* while the texts are sorted, and then the rows by each of their digits */
	ck_assert_int_eq(yb_bulk_set_progress(bulk, NULL, NULL), YB_OK);
	ck_assert_int_eq(run(bulk, true, NULL), YB_OK);
	ck_assert_int_eq(count_done(true), ROWS);
	yb_bulk_unref(bulk);
}
END_TEST

/* ---- both sides of a reform ---- */

START_TEST(a_what_if_counts_both_sides_and_adds_nothing_when_it_is_ended)
{
	static const uint64_t stops[] = { 1, ROWS - 1, ROWS + 1, 0 };
	struct yb_policy_set *other = ask_load(DOC);
	struct yb_whatif *w = NULL;
	struct yb_whatif_sum sum;
	uint32_t value;

	ck_assert_int_eq(yb_whatif_new(set, other, NULL, &w, NULL), YB_OK);
	bind_facts(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE));
	if (!_i)
		bind_totals(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE));
	ck_assert_int_eq(yb_whatif_add_value(w, "hifp_pay", 8, &value, NULL), YB_OK);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		struct listener l = listener(2 * ROWS, stops[i]);
		yb_status st;
		l.sorted = _i;
		ck_assert_int_eq(yb_bulk_set_progress(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), listen, &l), YB_OK);
		st = _i ? yb_whatif_run_histories(w, ROWS, person, NULL) : yb_whatif_run(w, ROWS, NULL);
		ck_assert_int_eq(st, stops[i] ? YB_E_CANCELLED : YB_OK);
		ck_assert_uint_ge(l.last, stops[i] ? stops[i] : 2 * ROWS - 5000);
		ck_assert_int_eq(yb_whatif_finish(w, NULL), YB_OK);
		ck_assert_int_eq(yb_whatif_get(w, 0, 0, value, YB_WHATIF_ROWS, &sum), YB_OK);
		ck_assert_uint_eq(sum.low, stops[i] ? 0 : ROWS);
	}
	yb_whatif_unref(w);
	yb_policy_set_unref(other);
}
END_TEST

/* ---- batches ---- */

static int live;

static void
release_array(struct ArrowArray *array)
{
	array->release = NULL;
	live--;
}

static void
release_schema(struct ArrowSchema *schema)
{
	schema->release = NULL;
	live--;
}

/* Parts are let go with what they are part of. */
static void
keep_array(struct ArrowArray *array)
{
	(void)array;
	ck_abort_msg("a column is released by itself");
}

static void
keep_type(struct ArrowSchema *schema)
{
	(void)schema;
	ck_abort_msg("a column's type is released by itself");
}

static struct ArrowArray days_array, *array_list[1] = { &days_array };
static struct ArrowSchema days_type = { .format = "tdD", .name = "enddate", .release = keep_type }, *type_list[1] = { &days_type };
static const void *buffers[2] = { NULL, day }, *none[1];

static int
batch_type(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
	(void)stream;
	*out = (struct ArrowSchema){ .format = "+s", .name = "", .n_children = 1, .children = type_list, .release = release_schema };
	live++;
	return 0;
}

static int
batch_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
	(void)stream;
	days_array = (struct ArrowArray){ .length = ROWS, .n_buffers = 2, .buffers = buffers, .release = keep_array };
	*out = (struct ArrowArray){ .length = ROWS, .n_buffers = 1, .buffers = none, .n_children = 1, .children = array_list, .release = release_array };
	live++;
	return 0;
}

static void
batch_release(struct ArrowArrayStream *stream)
{
	stream->release = NULL;
	live--;
}

START_TEST(a_batch_that_is_ended_is_not_handed_out)
{
	struct yb_bulk *bulk = new_bulk(false, 1);
	struct listener l = listener(ROWS, 1);
	struct ArrowArrayStream claims = { .get_schema = batch_type, .get_next = batch_next, .release = batch_release }, answers;
	struct ArrowSchema type;
	struct ArrowArray batch;
	const char *names[] = { "hifp_pay" };

	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_MEDFEE_SUMAMT, "1000", 4, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_set_progress(bulk, listen, &l), YB_OK);
	(void)batch_type(&claims, &type);
	(void)batch_next(&claims, &batch);
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &batch, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, names, 1, 0, &type, &batch, NULL), YB_E_CANCELLED);
	ck_assert_ptr_null(type.release);
	ck_assert_ptr_null(batch.release);
	l = listener(ROWS, 0);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, names, 1, 0, &type, &batch, NULL), YB_OK); /* it is there still */
	ck_assert_int_ge(l.calls, 5);
	type.release(&type);
	batch.release(&batch);
	live++;
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, names, 1, 0, &answers, NULL), YB_OK);
	l = listener(ROWS, 0);
	ck_assert_int_eq(answers.get_next(&answers, &batch), 0);
	batch.release(&batch);
	l = listener(ROWS, ROWS / 2);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(answers.get_next(&answers, &batch), ECANCELED);
		ck_assert_ptr_null(batch.release);
		ck_assert_str_eq(answers.get_last_error(&answers), "batch 2: the caller ended the run");
	}
	answers.release(&answers);
	yb_bulk_unref(bulk);
	ck_assert_int_eq(live, 0);
}
END_TEST

Suite *
progress_suite(void)
{
	Suite *suite = suite_create("progress");
	TCase *tcase = tcase_create("progress");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_run_tells_how_far_it_is_and_may_be_ended, 0, 4);
	tcase_add_loop_test(tcase, a_what_if_counts_both_sides_and_adds_nothing_when_it_is_ended, 0, 2);
	tcase_add_loop_test(tcase, histories_may_be_ended_while_they_are_sorted, 0, 2);
	tcase_add_test(tcase, a_batch_that_is_ended_is_not_handed_out);
	suite_add_tcase(suite, tcase);
	return suite;
}
