/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *arrow_suite(void);

/*
 * Record batches as a producer would make them. Everything is made of plain
 * structs here; what is released is counted, and must be once.
 */

#define DOC "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"attributes:\n  poor: {type: flag, of: person}\n  wage: {type: money, of: person}\n  since: {type: date, of: person}\n" \
	"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n        - id: basic\n          pays: hifp_pay\n" \
	"          deductible: {by: hosp_lv, rows: [[\"05\", 100]], else: 300}\n          ratio: {by: poor, rows: [[yes, 90%], [no, 70%]]}\n"

#define COLUMNS_MOST 12

struct made {
	struct ArrowSchema schema, schemas[COLUMNS_MOST], types[COLUMNS_MOST], *schema_list[COLUMNS_MOST];
	struct ArrowArray array, arrays[COLUMNS_MOST], texts[COLUMNS_MOST], *array_list[COLUMNS_MOST];
	const void *buffers[COLUMNS_MOST][3], *text_buffers[COLUMNS_MOST][3], *none[1];
	int count;
};

static int released_schemas, released_arrays;
static struct made made;
static struct yb_policy_set *set;
static struct yb_bulk *bulk;

static void
release_schema(struct ArrowSchema *schema)
{
	released_schemas++;
	schema->release = NULL;
}

static void
release_array(struct ArrowArray *array)
{
	released_arrays++;
	array->release = NULL;
}

/* The children are released with the batch: a call of their own would be one too many. */
static void
never_schema(struct ArrowSchema *schema)
{
	(void)schema;
	ck_abort_msg("a column's type is released by itself");
}

static void
never_array(struct ArrowArray *array)
{
	(void)array;
	ck_abort_msg("a column is released by itself");
}

static void
begin(int64_t rows, int64_t offset)
{
	memset(&made, 0, sizeof(made));
	made.schema = (struct ArrowSchema){ .format = "+s", .name = "", .children = made.schema_list, .release = release_schema };
	made.array = (struct ArrowArray){ .length = rows, .offset = offset, .n_buffers = 1, .buffers = made.none, .children = made.array_list,
		                          .release = release_array };
	released_schemas = released_arrays = 0;
}

static struct ArrowArray *
add(const char *name, const char *format, int64_t length, int64_t offset, const void *validity, const void *values, const void *bytes)
{
	int i = made.count++;

	made.buffers[i][0] = validity;
	made.buffers[i][1] = values;
	made.buffers[i][2] = bytes;
	made.schemas[i] = (struct ArrowSchema){ .format = format, .name = name, .release = never_schema };
	made.arrays[i] = (struct ArrowArray){ .length = length, .offset = offset, .null_count = validity ? -1 : 0, .n_buffers = bytes ? 3 : 2,
		                              .buffers = made.buffers[i], .release = never_array };
	made.schema_list[i] = &made.schemas[i];
	made.array_list[i] = &made.arrays[i];
	made.schema.n_children = made.array.n_children = made.count;
	return &made.arrays[i];
}

/* Gives the column added last a dictionary. */
static struct ArrowArray *
add_dictionary(const char *format, int64_t length, const void *validity, const void *offsets, const void *bytes)
{
	int i = made.count - 1;

	made.text_buffers[i][0] = validity;
	made.text_buffers[i][1] = offsets;
	made.text_buffers[i][2] = bytes;
	made.types[i] = (struct ArrowSchema){ .format = format, .release = never_schema };
	made.texts[i] = (struct ArrowArray){ .length = length, .null_count = validity ? -1 : 0, .n_buffers = 3, .buffers = made.text_buffers[i],
		                             .release = never_array };
	made.schemas[i].dictionary = &made.types[i];
	made.arrays[i].dictionary = &made.texts[i];
	return &made.texts[i];
}

static yb_status
take(size_t *rows, struct yb_error **err)
{
	yb_status st = yb_bulk_take_arrow(bulk, &made.schema, &made.array, rows, err);

	ck_assert_int_eq(released_schemas, 1);
	ck_assert_ptr_null(made.schema.release);
	ck_assert_ptr_null(made.array.release);
	ck_assert_int_eq(released_arrays, st == YB_OK ? 0 : 1);
	return st;
}

static void
bind_rest(void)
{
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "310", 3, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_FULAMT_OWNPAY_AMT, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_OVERLMT_SELFPAY, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_PRESELFPAY_AMT, "0", 1, NULL), YB_OK);
}

static void
setup(void)
{
	set = ask_load(DOC);
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL), YB_OK);
	bind_rest();
}

static void
teardown(void)
{
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}

/* ---- batches ---- */

static const int8_t level_codes[] = { 9, 0, 1, 0, 1, 2, 0 };
static const int32_t level_offsets[] = { 0, 2, 4, 4 };
static const uint8_t level_valid[] = { 3 }; /* the third text is null */
static const int64_t bills[] = { -7, 100000, 100000, 100000, 100000, 100000, 100000, 5 };
static const uint8_t bill_valid[] = { 0xef }; /* element 4 is null */
static const uint8_t poor_bits[] = { 0x55 };

/*
 * Six rows from element 1 of the columns: level 01 or 05, poor in elements 2, 4 and 6. 1,000.00 at 01, not poor: 700 x 70 % = 490.00;
 * at 05, poor: 900 x 90 % = 810.00; element 4 has no bill, element 5 no level.
 */
static void
make_good(int64_t offset)
{
	begin(6, offset);
	add("hosp_lv", "c", 7 - (1 - offset), 1 - offset, NULL, level_codes, NULL);
	add_dictionary("u", 3, level_valid, level_offsets, "0105");
	add("medfee_sumamt", "l", 7 - (1 - offset), 1 - offset, bill_valid, bills, NULL);
	add("psn.poor", "b", 7 - (1 - offset), 1 - offset, NULL, poor_bits, NULL);
}

START_TEST(a_slice_with_nulls_is_settled)
{
	struct ArrowSchema schema;
	struct ArrowArray array;
	const uint8_t *outcome, *valid;
	const int64_t *fund;
	size_t rows = 0;
	const char *names[] = { "hifp_pay", "basic.base" };

	make_good(_i);
	ck_assert_int_eq(take(&rows, NULL), YB_OK);
	ck_assert_uint_eq(rows, 6);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, names, 2, 0, &schema, &array, NULL), YB_OK);
	ck_assert_str_eq(schema.format, "+s");
	ck_assert_int_eq(schema.n_children, 4);
	ck_assert_int_eq(array.n_children, 4);
	ck_assert_int_eq(array.length, 6);
	ck_assert_str_eq(schema.children[0]->name, "outcome");
	ck_assert_str_eq(schema.children[2]->name, "hifp_pay");
	ck_assert_str_eq(schema.children[2]->format, "l");
	ck_assert_str_eq(schema.children[3]->name, "basic.base");
	outcome = array.children[0]->buffers[1];
	fund = array.children[2]->buffers[1];
	valid = array.children[2]->buffers[0];
	ck_assert_int_eq(fund[0], 49000);
	ck_assert_int_eq(fund[1], 81000);
	ck_assert_int_eq(fund[2], 49000);
	ck_assert_int_eq(outcome[3], YB_OUTCOME_INCOMPLETE); /* no bill */
	ck_assert_int_eq(outcome[4], YB_OUTCOME_INCOMPLETE); /* no level */
	ck_assert_int_eq(fund[5], 63000);
	ck_assert_int_eq(array.children[2]->null_count, 2);
	ck_assert_int_eq(valid[0], 0x27);
	ck_assert_int_eq(((const int64_t *)array.children[3]->buffers[1])[0], 100000);
	/* a column moved out lives on without the batch */
	{
		struct ArrowArray moved = *array.children[2];
		array.children[2]->release = NULL;
		array.release(&array);
		ck_assert_int_eq(((const int64_t *)moved.buffers[1])[5], 63000);
		moved.release(&moved);
		ck_assert_ptr_null(moved.release);
	}
	schema.release(&schema);
	ck_assert_ptr_null(schema.release);
	ck_assert_ptr_null(array.release);
	ck_assert_int_eq(released_arrays, 0); /* kept until the bulk goes or takes another */
	make_good(0);
	released_arrays = 0;
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &made.schema, &made.array, NULL, NULL), YB_OK);
	ck_assert_int_eq(released_arrays, 1);
	yb_bulk_unref(bulk);
	bulk = NULL;
	ck_assert_int_eq(released_arrays, 2);
}
END_TEST

/* A slice of a dictionary: its texts and which of them are null count from its offset, not from the start of its buffers. */
START_TEST(a_dictionary_may_begin_in_its_middle)
{
	static const int8_t codes[] = { 0, 1, 2, 0 };
	static const int32_t offsets[] = { 0, 2, 4, 4, 6 };
	static const uint8_t valid[] = { 0x0a }; /* 05, null, 01 from the second one on; the first is null */
	static const int64_t fen[] = { 100000, 100000, 100000, 100000 }, wanted[] = { 63000, 0, 49000, 63000 };
	struct ArrowSchema schema;
	struct ArrowArray array;

	begin(4, 0);
	add("hosp_lv", "c", 4, 0, NULL, codes, NULL);
	add_dictionary("u", 3, valid, offsets, "020501")->offset = 1;
	add("medfee_sumamt", "l", 4, 0, NULL, fen, NULL);
	add("poor", "b", 4, 0, NULL, "\0", NULL);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, (const char *[]){ "hifp_pay" }, 1, 0, &schema, &array, NULL), YB_OK);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(((const uint8_t *)array.children[0]->buffers[1])[i], wanted[i] ? YB_OUTCOME_ANSWERED : YB_OUTCOME_INCOMPLETE);
		ck_assert_int_eq(((const int64_t *)array.children[2]->buffers[1])[i], wanted[i]);
	}
	schema.release(&schema);
	array.release(&array);
}
END_TEST

/* Yuan with two decimals, texts row by row, days, a column of nulls, uint32; amounts come back in yuan. */
START_TEST(every_type_is_read)
{
	static const int64_t wages[][2] = { { 123456, 0 }, { -1, -1 }, { 0, 1 } };
	static const int32_t offsets[] = { 0, 2, 4, 6 }, days[] = { 20000, 20001, 3000000 };
	static const int64_t large[] = { 0, 2, 4, 6 };
	static const uint32_t counts[] = { 1, 9999, 4000000000u };
	static const int64_t fen[] = { 100000, 200000, 300000 };
	static const uint8_t bits[] = { 7 };
	struct ArrowSchema schema;
	struct ArrowArray array;
	const uint8_t *outcome;
	const int64_t *fund;

	begin(3, 0);
	add("hosp_lv", _i ? "U" : "u", 3, 0, NULL, _i ? (const void *)large : offsets, "010205");
	add("wage", "d:19,2", 3, 0, NULL, wages, NULL);
	add("poor", "b", 3, 0, NULL, bits, NULL);
	add("since", "tdD", 3, 0, NULL, days, NULL);
	add("yb_admission", "I", 3, 0, NULL, counts, NULL);
	add("medfee_sumamt", "l", 3, 0, NULL, fen, NULL);
	add("psn_type", "n", 3, 0, NULL, NULL, NULL)->n_buffers = 0;
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, (const char *[]){ "hifp_pay" }, 1, YB_ARROW_DECIMAL, &schema, &array, NULL), YB_OK);
	ck_assert_str_eq(schema.children[2]->format, "d:19,2");
	outcome = array.children[0]->buffers[1];
	fund = array.children[2]->buffers[1];
	ck_assert_int_eq(outcome[0], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(fund[0], 63000); /* the low half */
	ck_assert_int_eq(fund[1], 0);
	ck_assert_int_eq(outcome[1], YB_ROW_BAD); /* a wage below zero */
	ck_assert_int_eq(outcome[2], YB_ROW_BAD); /* more than any amount may be */
	ck_assert_int_eq(((const yb_status *)array.children[1]->buffers[1])[1], YB_E_BAD_AMOUNT);
	schema.release(&schema);
	array.release(&array);
}
END_TEST

/* What DuckDB, Polars and pandas hand out besides: views, short decimals, moments, uint64, a bitmap of a null type. */
START_TEST(what_data_systems_hand_out_is_read)
{
	static const struct { int32_t length; char text[12]; } views[] = { { 2, "01" }, { 2, "02" }, { 2, "05" } };
	static const int64_t none[1] = { 0 };
	static const int32_t short_wages[] = { 123456, -1, 5 };
	static const int64_t wages[] = { 123456, -1, 5 }, fen[] = { 100000, 200000, 300000 };
	static const uint64_t counts[] = { 1, UINT64_MAX, 2 };
	static const struct { const char *format; int64_t moments[3]; } since[] = {
		{ "tdm", { INT64_C(20000) * 86400000, -1, INT64_C(20001) * 86400000 + 5 } }, { "tss:", { INT64_C(20000) * 86400 + 86399, 0, -1 } },
		{ "tsm:", { INT64_C(20000) * 86400000, 0, 1 } }, { "tsu:", { INT64_C(20000) * 86400000000, 0, 1 } },
		{ "tsn:", { INT64_C(20000) * 86400000000000, 0, 1 } },
	};
	struct ArrowSchema schema;
	struct ArrowArray array;
	const uint8_t *outcome;

	begin(3, 0);
	add("hosp_lv", "vu", 3, 0, NULL, views, none);
	add("wage", _i % 2 ? "d:9,2,32" : "d:16,2,64", 3, 0, NULL, _i % 2 ? (const void *)short_wages : wages, NULL);
	add("since", since[_i].format, 3, 0, NULL, since[_i].moments, NULL);
	add("yb_admission", "L", 3, 0, NULL, counts, NULL);
	add("medfee_sumamt", "d:16,2,64", 3, 0, NULL, fen, NULL);
	add("psn_type", "n", 3, 0, NULL, NULL, NULL)->n_buffers = 1;
	add("poor", "b", 3, 0, NULL, "\2", NULL);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, (const char *[]){ "hifp_pay" }, 1, 0, &schema, &array, NULL), YB_OK);
	outcome = array.children[0]->buffers[1];
	ck_assert_int_eq(outcome[0], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(outcome[1], YB_ROW_BAD); /* a wage below zero, and an ordinal that no number holds */
	ck_assert_int_eq(outcome[2], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(((const int64_t *)array.children[2]->buffers[1])[0], 49000); /* (1,000.00 - 300.00) x 70 % */
	ck_assert_int_eq(((const int64_t *)array.children[2]->buffers[1])[2], 203000); /* (3,000.00 - 100.00) x 70 % */
	schema.release(&schema);
	array.release(&array);
}
END_TEST

/* Before 1970 a day begins before its moments too; what no 64 bits with a sign hold is no day at all. */
START_TEST(moments_belong_to_the_day_they_are_in)
{
	static const int64_t moments[] = { -1, 0, -86400, -86401 }, fen[] = { 100000, 100000, 100000, 100000 };
	static const uint64_t days[] = { 0, 1, UINT64_MAX, (uint64_t)INT64_MAX + 1 };
	static const uint8_t wanted[2][4] = { { 90, 70, 90, 50 }, { 70, 70, 0, 0 } };
	struct yb_policy_set *other = ask_load("language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"attributes:\n  since: {type: date, of: person}\nreimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n        - id: basic\n"
		"          pays: hifp_pay\n          ratio: {by: since, rows: [[1970-01-01.., 70%], [1969-12-31, 90%]], else: 50%}\n");
	struct ArrowSchema schema;
	struct ArrowArray array;

	yb_bulk_unref(bulk);
	ck_assert_int_eq(yb_bulk_new(other, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL), YB_OK);
	bind_rest();
	begin(4, 0);
	add("since", _i ? "L" : "tss:", 4, 0, NULL, _i ? (const void *)days : moments, NULL);
	add("medfee_sumamt", "l", 4, 0, NULL, fen, NULL);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, (const char *[]){ "hifp_pay" }, 1, 0, &schema, &array, NULL), YB_OK);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(((const uint8_t *)array.children[0]->buffers[1])[i], wanted[_i][i] ? YB_OUTCOME_ANSWERED : YB_ROW_BAD);
		ck_assert_int_eq(((const int64_t *)array.children[2]->buffers[1])[i], wanted[_i][i] * 1000);
	}
	schema.release(&schema);
	array.release(&array);
	yb_policy_set_unref(other);
}
END_TEST

/* Texts of more than twelve bytes stand in buffers of their own, short ones in their views; the dictionary is of views too. */
START_TEST(long_texts_stand_beside_their_views)
{
	static const char bytes[] = "the longest text of this test: level 05";
	struct view { int32_t length; char prefix[4]; int32_t buffer, at; } views[] = { { 2, "05", 0, 0 }, { 39, "the ", 0, 0 }, { 13, "text", 0, 12 }, { 0, "", 7, -7 } };
	int64_t lengths[] = { sizeof(bytes) - 1, 1000 }; /* the second is of no buffer */
	const void *buffers[] = { NULL, views, bytes, lengths };
	static const uint64_t indexes[] = { 0, 1, 2, 3 };
	static const int64_t fen[] = { 100000, 100000, 100000, 100000 };
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	begin(4, 0);
	if (_i % 2) {
		add("hosp_lv", "L", 4, 0, NULL, indexes, NULL);
		add_dictionary("vu", 4, NULL, NULL, NULL);
		made.texts[0].n_buffers = 4;
		made.texts[0].buffers = buffers;
	} else {
		add("hosp_lv", "vu", 4, 0, NULL, NULL, NULL);
		made.arrays[0].n_buffers = 4;
		made.arrays[0].buffers = buffers;
	}
	add("medfee_sumamt", "l", 4, 0, NULL, fen, NULL);
	add("poor", "b", 4, 0, NULL, "\xff", NULL);
	switch (_i / 2) {
	case 1: views[1].length = 40; break;      /* one byte past its buffer */
	case 2: views[1].buffer = 1; break;
	case 3: views[1].buffer = -1; break;
	case 4: views[1].at = -1; break;
	case 5: views[1].length = -1; break;
	case 6: lengths[0] = -1; break;
	case 7: buffers[3] = NULL; break;
	case 8: buffers[2] = NULL; break;
	case 9: buffers[1] = NULL; break;
	case 10: views[1].at = 1; break;
	case 11: (_i % 2 ? &made.texts[0] : &made.arrays[0])->n_buffers = 2; break;
	default: break;
	}
	st = take(NULL, &err);
	if (_i / 2 > 0) {
		ck_assert_msg(st == YB_E_SYNTAX, "%d: %s", _i, yb_status_name(st));
		ck_assert_ptr_nonnull(err);
		yb_error_unref(err);
		return;
	}
	ck_assert_int_eq(st, YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_answer(bulk, 0, decision, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_answer(bulk, 1, decision, &err), YB_E_BAD_VALUE); /* which shows it as it was read */
	ck_assert_msg(strstr(yb_error_get_message(err), bytes) != NULL, "%s", yb_error_get_message(err));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_bulk_answer(bulk, 2, decision, &err), YB_E_BAD_VALUE);
	ck_assert_msg(strstr(yb_error_get_message(err), "text of this ") != NULL, "%s", yb_error_get_message(err));
	yb_error_unref(err);
	yb_decision_unref(decision);
}
END_TEST

/* Of another question: days as dates, and results that are no money, which no flag makes yuan of. */
START_TEST(a_credit_is_asked_of_persons)
{
	static const int32_t days[] = { 20500, 20530 };
	static const int64_t wages[] = { 500000, 600000 };
	const char *names[] = { "credit", "refundable", "refundable.share", "refundable.until", "refundable.amount" };
	static const yb_result units[] = { YB_RESULT_FEN, YB_RESULT_FLAG, YB_RESULT_PPM, YB_RESULT_DATE, YB_RESULT_FEN };
	struct yb_policy_set *other = ask_load("language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nrefund:\n"
		"  source: a\n  credits:\n    - {id: own, period: month, base: = yb_wage_base, amount: = base * 2%}\n"
		"  refundable:\n    - {id: dead, when: {psn_type: 1101}, share: 50%, until: 2030-12-31}\n");
	struct ArrowSchema schema;
	struct ArrowArray array;

	yb_bulk_unref(bulk);
	ck_assert_int_eq(yb_bulk_new(other, YB_QUESTION_REFUND, NULL, &bulk, NULL), YB_OK);
	for (int i = 0; i < COUNT(names); i++) {
		yb_column column;
		ck_assert_int_eq(yb_bulk_output(bulk, names[i], strlen(names[i]), &column, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_get_unit(bulk, column), units[i]);
	}
	ck_assert_int_eq(yb_bulk_get_unit(bulk, YB_FIELD_HIFP_PAY), 0); /* of a settlement */
	ck_assert_int_eq(yb_bulk_get_unit(bulk, YB_FIELD_BRDY), 0);
	ck_assert_int_eq(yb_bulk_get_unit(NULL, YB_FIELD_BRDY), 0);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "310", 3, NULL), YB_OK);
	begin(2, 0);
	add("on", "tdD", 2, 0, NULL, days, NULL);
	add("yb_wage_base", "d:16,2,64", 2, 0, NULL, wages, NULL);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, names, COUNT(names), YB_ARROW_DECIMAL, &schema, &array, NULL), YB_OK);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(((const uint8_t *)array.children[0]->buffers[1])[i], YB_OUTCOME_ANSWERED);
	ck_assert_str_eq(schema.children[2]->format, "d:19,2");
	ck_assert_int_eq(((const int64_t *)array.children[2]->buffers[1])[2], 12000); /* 2 % of 6,000.00 */
	ck_assert_str_eq(schema.children[3]->format, "b");
	ck_assert_str_eq(schema.children[4]->format, "l");
	ck_assert_str_eq(schema.children[5]->format, "tdD");
	ck_assert_str_eq(schema.children[6]->format, "d:19,2");
	schema.release(&schema);
	array.release(&array);
	yb_policy_set_unref(other);
}
END_TEST

/* The base of what is credited may be below nothing, which 128 bits say as well as 64. */
START_TEST(a_negative_amount_stays_one)
{
	static const int32_t days[] = { 20500, 20530, 20530 };
	static const int64_t wages[] = { 500000, 600000, 600007 };
	static const int64_t halves[] = { -100000, -1, 0, 0, 7, 0 };
	const char *names[] = { "own.base", "credit" };
	struct yb_policy_set *other = ask_load("language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nrefund:\n"
		"  source: a\n  credits:\n    - {id: own, period: month, base: = yb_wage_base - 6000, amount: 5}\n");
	struct ArrowSchema schema;
	struct ArrowArray array;

	yb_bulk_unref(bulk);
	ck_assert_int_eq(yb_bulk_new(other, YB_QUESTION_REFUND, NULL, &bulk, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "310", 3, NULL), YB_OK);
	begin(3, 0);
	add("on", "tdD", 3, 0, NULL, days, NULL);
	add("yb_wage_base", "l", 3, 0, NULL, wages, NULL);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, names, COUNT(names), YB_ARROW_DECIMAL, &schema, &array, NULL), YB_OK);
	ck_assert_str_eq(schema.children[2]->format, "d:19,2");
	ck_assert_mem_eq(array.children[2]->buffers[1], halves, sizeof(halves));
	schema.release(&schema);
	array.release(&array);
	yb_policy_set_unref(other);
}
END_TEST

static int32_t
at_32(const struct ArrowArray *array, size_t row)
{
	int32_t value;

	memcpy(&value, (const uint8_t *)array->buffers[1] + row * sizeof(value), sizeof(value));
	return value;
}

static bool
bit_at(const struct ArrowArray *array, int buffer, size_t row)
{
	const uint8_t *bits = array->buffers[buffer];

	return !bits || (bits[row / 8] >> row % 8 & 1);
}

/* Cover by histories in a column of texts: days, flags and words each in a type of its own, and nulls where a row has none. */
START_TEST(cover_is_asked_of_persons)
{
	static const char *const lists[] = { "[{\"insutype\": \"390\", \"year\": 2025}]", "[{\"insutype\": \"390\", \"year\": 2023}]", "[]", "[}" };
	static const int32_t on[] = { 20590, 20590, 20590, 20590 }, paid[] = { 20522, 20522, 20522, 20522 }; /* 2026-05-17, 2026-03-10 */
	const char *names[] = { "covered", "rule", "start", "wait.months", "wait.days", "previous_insutype", "gap_years" };
	struct yb_policy_set *other = ask_load("language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\neligibility:\n"
		"  source: a\n  gaps_from: 2000\n  rules:\n    - {id: prompt, when: {gap_years: 0}, count_from: = year_first}\n"
		"    - {id: broken, when: {gap_years: 1..}, count_from: = paid_on, fixed: 3 months}\n    - {id: other, when: {previous_insutype: 340, gap_years: 200..}, count_from: = paid_on}\n");
	struct ArrowSchema schema;
	struct ArrowArray array, *c[COUNT(names) + 2];
	int32_t offsets[COUNT(lists) + 1] = { 0 };
	char bytes[256] = "";

	for (int i = 0; i < COUNT(lists); i++) {
		memcpy(bytes + offsets[i], lists[i], strlen(lists[i]));
		offsets[i + 1] = offsets[i] + (int32_t)strlen(lists[i]);
	}
	yb_bulk_unref(bulk);
	ck_assert_int_eq(yb_bulk_new(other, YB_QUESTION_ELIGIBILITY, NULL, &bulk, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "390", 3, NULL), YB_OK);
	begin(4, 0);
	add("yb_cover", "u", 4, 0, NULL, offsets, bytes);
	add("on", "tdD", 4, 0, NULL, on, NULL);
	add("paid_on", "tdD", 4, 0, NULL, paid, NULL);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, names, COUNT(names), 0, &schema, &array, NULL), YB_OK);
	for (int i = 0; i < COUNT(names) + 2; i++)
		c[i] = array.children[i];
	ck_assert_int_eq(((const uint8_t *)c[0]->buffers[1])[0], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(((const uint8_t *)c[0]->buffers[1])[3], YB_ROW_BAD);
	ck_assert_int_eq(at_32(c[1], 3), YB_E_SYNTAX);
	ck_assert_str_eq(schema.children[2]->format, "b");
	ck_assert(bit_at(c[2], 1, 0) && !bit_at(c[2], 1, 1)); /* covered from 2026-01-01; not before 2026-06-10 */
	ck_assert(bit_at(c[2], 0, 0) && bit_at(c[2], 0, 1) && !bit_at(c[2], 0, 3));
	ck_assert_str_eq(schema.children[3]->format, "i");
	ck_assert_str_eq(schema.children[3]->dictionary->format, "u");
	ck_assert_int_eq(c[3]->dictionary->length, 3); /* broken, other, prompt */
	ck_assert_int_eq(at_32(c[3], 0), 2);
	ck_assert_int_eq(at_32(c[3], 1), 0);
	ck_assert_int_eq(memcmp(c[3]->dictionary->buffers[2], "brokenotherprompt", 17), 0);
	ck_assert_int_eq(((const int32_t *)c[3]->dictionary->buffers[1])[1], 6);
	ck_assert_int_eq(((const int32_t *)c[3]->dictionary->buffers[1])[3], 17);
	ck_assert_str_eq(schema.children[4]->format, "tdD");
	ck_assert_int_eq(at_32(c[4], 0), 20454);
	ck_assert_int_eq(at_32(c[4], 1), 20614);
	ck_assert_str_eq(schema.children[5]->format, "l");
	ck_assert_int_eq(((const int64_t *)c[5]->buffers[1])[1], 3);
	ck_assert_int_eq(c[6]->null_count, 4); /* no rule waits days */
	ck_assert(!bit_at(c[7], 0, 2)); /* never covered: there is no scheme before */
	ck_assert_int_eq(((const int64_t *)c[8]->buffers[1])[1], 2);
	schema.release(&schema);
	array.release(&array);
	yb_policy_set_unref(other);
}
END_TEST

#define LONG_ID "charge_of_all_who_are_in_no_work_and_old"
#define LONG_PAYER "those_who_bear_the_charge_for_them_all"

START_TEST(a_long_name_stays_whole)
{
	const char *names[] = { LONG_ID "." LONG_PAYER ".exact" };
	struct yb_policy_set *other = ask_load("language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nfee:\n"
		"  source: a\n  charges:\n    - {id: " LONG_ID ", payers: {" LONG_PAYER ": 400}}\n");
	struct ArrowSchema schema;
	struct ArrowArray array;

	yb_bulk_unref(bulk);
	ck_assert_int_eq(yb_bulk_new(other, YB_QUESTION_FEE, NULL, &bulk, NULL), YB_OK);
	begin(0, 0);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, names, 1, 0, &schema, &array, NULL), YB_OK);
	ck_assert_str_eq(schema.children[2]->name, names[0]);
	schema.release(&schema);
	array.release(&array);
	yb_policy_set_unref(other);
}
END_TEST

START_TEST(all_amounts_and_no_row)
{
	struct ArrowSchema schema;
	struct ArrowArray array;
	yb_column column;
	int64_t n = 0;

	ck_assert_int_eq(yb_bulk_run_arrow(bulk, NULL, 0, 0, &schema, &array, NULL), YB_E_INVALID); /* nothing was taken */
	ck_assert_ptr_null(schema.release);
	begin(0, 0);
	add("medfee_sumamt", "l", 0, 0, NULL, NULL, NULL);
	add("hosp_lv", "u", 0, 0, NULL, NULL, NULL)->n_buffers = 3;
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, NULL, 0, 0, &schema, &array, NULL), YB_OK);
	while (yb_bulk_output_at(bulk, (size_t)n, &column) == YB_OK)
		n++;
	ck_assert_int_eq(schema.n_children, n + 2);
	ck_assert_int_eq(array.length, 0);
	schema.release(&schema);
	array.release(&array);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, NULL, 0, 4, &schema, &array, NULL), YB_E_BAD_OPTIONS);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, (const char *[]){ "hifp_pai" }, 1, 0, &schema, &array, NULL), YB_E_NOT_FOUND);
	ck_assert_ptr_null(array.release);
}
END_TEST

/* Who reads a table by names could not tell one from the other. */
START_TEST(a_name_stands_once)
{
	static const char *const twice[] = { "hifp_pay", "basic.base", "hifp_pay" }, *const layer[] = { "basic.base", "basic.base" };
	static const char *const kept[] = { "hosp_lv", "poor", "hosp_lv" };
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct yb_error *err = NULL;

	make_good(0);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, twice, 3, 0, &schema, &array, &err), YB_E_DUPLICATE);
	ck_assert_msg(strstr(yb_error_get_message(err), "hifp_pay") != NULL, "%s", yb_error_get_message(err));
	ck_assert_ptr_null(schema.release);
	ck_assert_ptr_null(array.release);
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, layer, 2, 0, &schema, &array, NULL), YB_E_DUPLICATE);
	ck_assert_int_eq(yb_bulk_keep_arrow(bulk, kept, 3, &err), YB_E_DUPLICATE);
	ck_assert_msg(strstr(yb_error_get_message(err), "hosp_lv") != NULL, "%s", yb_error_get_message(err));
	yb_error_unref(err);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, twice, 2, 0, &schema, &array, NULL), YB_OK);
	ck_assert_int_eq(schema.n_children, 4); /* nothing is kept */
	schema.release(&schema);
	array.release(&array);
}
END_TEST

/* One bill of 1,000.00, not poor, with a level as `which` says: 0 no such column, 1 the text 05, 2 a column of nulls, 3 indexes without texts. */
static yb_status
take_level(int which)
{
	static const int64_t fen[] = { 100000 };
	static const int32_t offsets[] = { 0, 2 };

	begin(1, 0);
	add("medfee_sumamt", "l", 1, 0, NULL, fen, NULL);
	add("poor", "b", 1, 0, NULL, "\0", NULL);
	if (which == 1)
		add("hosp_lv", "u", 1, 0, NULL, offsets, "05");
	else if (which == 2)
		add("hosp_lv", "n", 1, 0, NULL, NULL, NULL)->n_buffers = 0;
	else if (which == 3)
		add("hosp_lv", "l", 1, 0, NULL, fen, NULL);
	return yb_bulk_take_arrow(bulk, &made.schema, &made.array, NULL, NULL);
}

static void
expect_fund(int64_t wanted)
{
	struct ArrowSchema schema;
	struct ArrowArray array;

	ck_assert_int_eq(yb_bulk_run_arrow(bulk, (const char *[]){ "hifp_pay" }, 1, 0, &schema, &array, NULL), YB_OK);
	ck_assert_int_eq(((const uint8_t *)array.children[0]->buffers[1])[0], wanted ? YB_OUTCOME_ANSWERED : YB_OUTCOME_INCOMPLETE);
	ck_assert_int_eq(((const int64_t *)array.children[2]->buffers[1])[0], wanted);
	schema.release(&schema);
	array.release(&array);
}

/* At 01 (1,000.00 - 300.00) x 70 %, at 05 (1,000.00 - 100.00) x 70 %. */
START_TEST(a_binding_comes_back_after_the_batch)
{
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_HOSP_LV, "01", 2, NULL), YB_OK);
	ck_assert_int_eq(take_level(0), YB_OK);
	expect_fund(49000);
	ck_assert_int_eq(take_level(1), YB_OK);
	expect_fund(63000);
	ck_assert_int_eq(take_level(0), YB_OK);
	expect_fund(49000);
	ck_assert_int_eq(take_level(2), YB_OK);
	expect_fund(0);
	ck_assert_int_eq(take_level(2), YB_OK);
	expect_fund(0);
	ck_assert_int_eq(take_level(3), YB_E_UNIT); /* nothing is bound of a batch that is refused */
	ck_assert_int_eq(take_level(0), YB_OK);
	expect_fund(49000);
	/* bound anew while the batch is there, and unbound */
	ck_assert_int_eq(take_level(1), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_HOSP_LV, "01", 2, NULL), YB_OK);
	expect_fund(49000);
	ck_assert_int_eq(take_level(1), YB_OK);
	expect_fund(63000);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_HOSP_LV, NULL, 0, NULL), YB_OK);
	expect_fund(0);
	ck_assert_int_eq(take_level(0), YB_OK);
	expect_fund(0);
}
END_TEST

/* Columns that are bound while others wait for the batch to go need room of their own. */
START_TEST(bindings_beside_a_batch_leave_room)
{
	yb_column column;
	yb_need need;

	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_HOSP_LV, "01", 2, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_MEDFEE_SUMAMT, "5", 1, NULL), YB_OK);
	ck_assert_int_eq(take_level(2), YB_OK);
	for (size_t i = 0; yb_bulk_input_at(bulk, i, &column, &need) == YB_OK; i++)
		if (need == YB_NEED_NONE)
			ck_assert_int_eq(yb_bulk_bind_text(bulk, column, "0", 1, NULL), YB_OK);
	ck_assert_int_eq(take_level(0), YB_OK);
	for (size_t i = 0; yb_bulk_input_at(bulk, i, &column, &need) == YB_OK; i++)
		if (need == YB_NEED_NONE)
			ck_assert_int_eq(yb_bulk_bind_text(bulk, column, NULL, 0, NULL), YB_OK);
	expect_fund(49000);
}
END_TEST

/* What is bound from a batch ends with its rows. */
START_TEST(rows_beyond_the_batch_are_refused)
{
	static const int64_t persons[8];
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	int64_t fund[8];

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_HIFP_PAY, fund, NULL, NULL), YB_OK);
	make_good(_i);
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 7, &err), YB_E_INVALID);
	ck_assert_ptr_nonnull(err);
	yb_error_unref(err);
	ck_assert_int_eq(yb_bulk_run(bulk, 5, 2, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_run(bulk, 7, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, 7, persons, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_answer(bulk, 6, decision, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_run(bulk, 6, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 4, 2, NULL), YB_OK);
	ck_assert_int_eq(fund[5], 63000);
	ck_assert_int_eq(yb_bulk_answer(bulk, 5, decision, NULL), YB_OK);
	yb_decision_unref(decision);
}
END_TEST

/* ---- types and what they may be ---- */

#define TYPED "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nattributes:\n" \
	"  a_number: {type: number, of: person}\n  a_money: {type: money, of: person}\n  a_rate: {type: rate, of: person}\n" \
	"  a_count: {type: count, of: person}\n  a_days: {type: days, of: person}\n  a_months: {type: months, of: person}\n" \
	"  a_date: {type: date, of: person}\n  a_flag: {type: flag, of: person}\n  a_text: {type: text, values: [x, y], of: person}\n" \
	"  a_set: {type: text, values: [x, y], set: yes, of: claim}\n  both: {type: money, of: claim}\n  alike: {type: money, of: claim}\n"
#define TYPED_PAYS "reimburse:\n  source: a\n  benefits: [{id: stay, layers: [{id: basic, pays: hifp_pay, ratio: 70%}]}]\n" \
	"fee:\n  source: a\n  charges: [{id: basic, payers: {person: 400}}]\n"
#define TYPED_OTHER "language: 1\nid: 980000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nattributes:\n" \
	"  both: {type: count, of: claim}\n  alike: {type: money, of: claim}\n"
/* It answers neither question: what it says of a_money is nothing to them. */
#define TYPED_MUTE "language: 1\nid: 970000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nattributes:\n" \
	"  a_money: {type: date, of: person}\n"

/* Which of yuan, days and truth values are taken, as letters; whole numbers always are. */
static const struct { const char *name, *fits; yb_question question; } typed[] = {
	{ "a_number", "", YB_QUESTION_REIMBURSE }, { "a_money", "y", YB_QUESTION_REIMBURSE }, { "a_rate", "", YB_QUESTION_REIMBURSE },
	{ "a_count", "", YB_QUESTION_REIMBURSE }, { "a_days", "", YB_QUESTION_REIMBURSE }, { "a_months", "", YB_QUESTION_REIMBURSE },
	{ "a_date", "d", YB_QUESTION_REIMBURSE }, { "a_flag", "b", YB_QUESTION_REIMBURSE }, { "a_text", "", YB_QUESTION_REIMBURSE },
	{ "a_set", "", YB_QUESTION_REIMBURSE }, { "psn.a_money", "y", YB_QUESTION_REIMBURSE }, { "psn.a_rate", "", YB_QUESTION_REIMBURSE },
	{ "both", "", YB_QUESTION_REIMBURSE }, { "alike", "y", YB_QUESTION_REIMBURSE }, { "basic.base.year", "y", YB_QUESTION_REIMBURSE },
	{ "medfee_sumamt", "y", YB_QUESTION_REIMBURSE }, { "enddate", "d", YB_QUESTION_REIMBURSE }, { "brdy", "d", YB_QUESTION_REIMBURSE },
	{ "yb_admission", "", YB_QUESTION_REIMBURSE }, { "yb_filed", "b", YB_QUESTION_REIMBURSE },
	{ "year", "", YB_QUESTION_FEE }, { "months", "", YB_QUESTION_FEE }, { "on", "d", YB_QUESTION_FEE }, { "paid_on", "d", YB_QUESTION_FEE },
	{ "a_count", "", YB_QUESTION_FEE }, { "a_date", "d", YB_QUESTION_FEE },
};

static struct yb_policy_set *
load_typed(void)
{
	static const char *const texts[] = { TYPED TYPED_PAYS, TYPED_OTHER TYPED_PAYS, TYPED_MUTE }, *const names[] = { "a.yaml", "b.yaml", "c.yaml" };
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *loaded = NULL;

	ck_assert_int_eq(yb_policy_loader_new(NULL, &loader, NULL), YB_OK);
	for (int i = 0; i < COUNT(texts); i++)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, names[i], texts[i], strlen(texts[i]), NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &loaded, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	return loaded;
}

/* 3.00 yuan of a count of months are not 300 months: what is no whole number is only taken where it means one thing. */
START_TEST(a_type_fits_what_documents_declare)
{
	static const struct { const char *format; char kind; } formats[] = {
		{ "l", 0 }, { "C", 0 }, { "d:9,2,32", 'y' }, { "d:16,2,64", 'y' }, { "d:19,2", 'y' }, { "tdD", 'd' }, { "tdm", 'd' }, { "tss:", 'd' }, { "b", 'b' },
	};
	static const int64_t zero[2];
	struct yb_policy_set *other = load_typed();

	for (int i = 0; i < COUNT(formats); i++) {
		bool fits = !formats[i].kind || strchr(typed[_i].fits, formats[i].kind);
		struct yb_error *err = NULL;
		yb_status st;
		yb_bulk_unref(bulk);
		ck_assert_int_eq(yb_bulk_new(other, typed[_i].question, NULL, &bulk, NULL), YB_OK);
		begin(1, 0);
		add(typed[_i].name, formats[i].format, 1, 0, NULL, zero, NULL);
		st = take(NULL, &err);
		ck_assert_msg(st == (fits ? YB_OK : YB_E_UNIT), "%s as %s: %s", typed[_i].name, formats[i].format, yb_status_name(st));
		if (!fits) {
			ck_assert_msg(strstr(yb_error_get_message(err), typed[_i].name) && strstr(yb_error_get_message(err), "in every document"), "%s",
			              yb_error_get_message(err));
			yb_error_unref(err);
		}
	}
	yb_policy_set_unref(other);
}
END_TEST

/* ---- hostile ---- */

static void
break_batch(int which)
{
	struct ArrowArray *lv = &made.arrays[0], *bill = &made.arrays[1], *poor = &made.arrays[2];
	static const int32_t falling[] = { 0, 4, 2, 4 }, below[] = { -1, 2, 4, 4 };

	switch (which) {
	case 0: made.schema.format = "l"; break;
	case 1: made.schema.format = NULL; break;
	case 2: made.array.n_children = 2; break;
	case 3: made.array.children = NULL; break;
	case 4: made.schema.children = NULL; break;
	case 5: made.array_list[1] = NULL; break;
	case 6: made.schema_list[1] = NULL; break;
	case 7: made.array.length = -1; break;
	case 8: made.array.length = INT64_MAX; break;
	case 9: made.array.offset = INT64_MAX; break;
	case 10: bill->length = 5; break;
	case 11: bill->offset = -1; break;
	case 12: bill->offset = INT64_MAX; break;
	case 13: bill->null_count = -2; break;
	case 14: bill->null_count = 3, made.buffers[1][0] = NULL; break;
	case 15: made.buffers[1][1] = NULL; break;
	case 16: bill->buffers = NULL; break;
	case 17: bill->n_buffers = 1; break;
	case 18: bill->n_children = 1; break;
	case 19: made.schemas[1].format = "g"; break;
	case 20: made.schemas[1].format = "d:19,4"; break;
	case 21: made.schemas[1].format = "d:19,2,256"; break;
	case 45: made.schemas[1].format = "d:38,0"; break; /* a HUGEINT is no yuan */
	case 46: made.schemas[1].format = "w:16"; break;
	case 47: made.schemas[1].format = "tss:Asia/Shanghai"; break;
	case 48: made.schemas[1].format = "d:19"; break;
	case 49: made.schemas[1].format = "d:9,2,16"; break;
	case 50: made.schemas[0].format = "vu"; break; /* as indexes */
	case 22: made.schemas[1].format = "tdm"; break;
	case 23: made.schemas[1].format = ""; break;
	case 24: made.schemas[1].format = NULL; break;
	case 25: made.schemas[1].name = NULL; break;
	case 26: made.schemas[1].name = "medfee_sum"; break;
	case 27: made.schemas[1].name = "hosp_lv"; break;
	case 28: lv->dictionary = NULL; break;
	case 29: made.schemas[0].dictionary = NULL; break;
	case 30: made.types[0].format = "l"; break;
	case 31: made.types[0].format = NULL; break;
	case 32: made.texts[0].length = -1; break;
	case 33: made.texts[0].length = INT64_C(1) << 40; break;
	case 34: made.text_buffers[0][1] = falling; break;
	case 35: made.text_buffers[0][1] = below; break;
	case 36: made.text_buffers[0][2] = NULL; break;
	case 37: made.texts[0].dictionary = &made.texts[0]; break;
	case 38: made.schemas[0].format = "g"; break;
	case 39: poor->release = NULL; break;
	case 40: made.none[0] = poor_bits, made.array.null_count = -1; break; /* whole rows are null */
	case 41: made.array.n_buffers = 2; break;
	case 42: made.schemas[2].format = "u"; break; /* two buffers only */
	case 43: bill->null_count = 100; break;
	default: made.schemas[1].format = "+s"; break;
	}
}

START_TEST(a_batch_that_is_none_is_refused)
{
	struct yb_error *err = NULL;
	yb_status st;

	make_good(0);
	break_batch(_i);
	st = take(NULL, &err);
	ck_assert_msg(st == YB_E_SYNTAX || st == YB_E_UNIT || st == YB_E_NOT_FOUND || st == YB_E_DUPLICATE || st == YB_E_LIMIT, "%d: %s", _i, yb_status_name(st));
	ck_assert_ptr_nonnull(err);
	yb_error_unref(err);
	make_good(0); /* and the bulk serves on */
	ck_assert_int_eq(take(NULL, NULL), YB_OK);
}
END_TEST

START_TEST(what_is_released_already_is_not_taken)
{
	struct ArrowSchema schema;

	make_good(0);
	made.array.release = NULL;
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &made.schema, &made.array, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(released_schemas, 1);
	make_good(0);
	ck_assert_int_eq(yb_bulk_take_arrow(NULL, &made.schema, &made.array, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(released_arrays, 1);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, NULL, 0, 0, &schema, NULL, NULL), YB_E_INVALID);
}
END_TEST

Suite *
arrow_suite(void)
{
	Suite *suite = suite_create("arrow");
	TCase *tc = tcase_create("batches");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_slice_with_nulls_is_settled, 0, 2);
	tcase_add_test(tc, a_dictionary_may_begin_in_its_middle);
	tcase_add_loop_test(tc, every_type_is_read, 0, 2);
	tcase_add_loop_test(tc, what_data_systems_hand_out_is_read, 0, 5);
	tcase_add_loop_test(tc, moments_belong_to_the_day_they_are_in, 0, 2);
	tcase_add_loop_test(tc, long_texts_stand_beside_their_views, 0, 24);
	tcase_add_test(tc, a_credit_is_asked_of_persons);
	tcase_add_test(tc, cover_is_asked_of_persons);
	tcase_add_test(tc, a_negative_amount_stays_one);
	tcase_add_test(tc, a_long_name_stays_whole);
	tcase_add_test(tc, all_amounts_and_no_row);
	tcase_add_test(tc, a_name_stands_once);
	tcase_add_test(tc, a_binding_comes_back_after_the_batch);
	tcase_add_test(tc, bindings_beside_a_batch_leave_room);
	tcase_add_loop_test(tc, rows_beyond_the_batch_are_refused, 0, 2);
	tcase_add_loop_test(tc, a_type_fits_what_documents_declare, 0, COUNT(typed));
	tcase_add_loop_test(tc, a_batch_that_is_none_is_refused, 0, 51);
	tcase_add_test(tc, what_is_released_already_is_not_taken);
	suite_add_tcase(suite, tc);
	return suite;
}
