/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *claim_suite(void);

static struct yb_claim *claim;

static void
setup(void)
{
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_claim_new(&claim, &err), YB_OK);
	ck_assert_ptr_null(err);
}

static void
teardown(void)
{
	yb_claim_unref(claim);
	claim = NULL;
}

static yb_status
set(yb_field field, const char *text)
{
	return yb_claim_set_text(claim, field, text, strlen(text));
}

static bool
is_text(yb_field field)
{
	yb_type type = yb_field_get_type(field);

	return type == YB_TYPE_TEXT || type == YB_TYPE_CODE || type == YB_TYPE_CODES;
}

static void
expect_text(const struct yb_claim *c, yb_field field, const char *expected)
{
	const char *text = "untouched";

	ck_assert_int_eq(yb_claim_get_text(c, field, &text), YB_OK);
	ck_assert_str_eq(text, expected);
}

static void
expect_value(const struct yb_claim *c, yb_field field, int64_t expected)
{
	int64_t value = -77;

	ck_assert_int_eq(yb_claim_get_value(c, field, &value), YB_OK);
	ck_assert_int_eq(value, expected);
}

static void
expect_unknown(const struct yb_claim *c, yb_field field)
{
	const char *text = "untouched";
	int64_t value = -77;

	ck_assert_int_eq(is_text(field) ? yb_claim_get_text(c, field, &text) : yb_claim_get_value(c, field, &value), YB_E_UNKNOWN);
	ck_assert_str_eq(text, "untouched");
	ck_assert_int_eq(value, -77);
}

/* ---- setters ---- */

static const struct {
	yb_field field;
	const char *text;
	yb_status status;
	const char *stored; /* NULL: as given, or a number */
	int64_t value;
} texts[] = {
	{ YB_FIELD_MDTRT_ID, "Z1", YB_OK, NULL, 0 },
	{ YB_FIELD_MDTRT_ID, "", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_MED_TYPE, "21", YB_OK, NULL, 0 },
	{ YB_FIELD_MED_TYPE, "21AB07", YB_OK, NULL, 0 }, /* local */
	{ YB_FIELD_MED_TYPE, "1", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_MED_TYPE, "2-1", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_HOSP_LV, "02", YB_OK, NULL, 0 },
	{ YB_FIELD_HOSP_LV, "2", YB_OK, "02", 0 },
	{ YB_FIELD_HOSP_LV, "11", YB_OK, NULL, 0 },
	{ YB_FIELD_HOSP_LV, "12", YB_OK, NULL, 0 }, /* perhaps of a province: the question knows */
	{ YB_FIELD_HOSP_LV, "1-2", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_HOSP_LV, "", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_HOSP_LV, "0000002", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_REFL_TYPE, "1", YB_OK, NULL, 0 },
	{ YB_FIELD_REFL_TYPE, "0 1", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_FIXMEDINS_CODE, "H11010500001", YB_OK, NULL, 0 },
	{ YB_FIELD_MDTRTAREA_ADMVS, "310000", YB_OK, NULL, 0 },
	{ YB_FIELD_MDTRTAREA_ADMVS, "3100000", YB_E_BAD_IDENTITY, NULL, 0 },
	{ YB_FIELD_BEGNDATE, "2026-03-01", YB_OK, NULL, 20513 },
	{ YB_FIELD_BEGNDATE, "2025-02-29", YB_E_BAD_DATE, NULL, 0 },
	{ YB_FIELD_YB_FILED, "yes", YB_OK, NULL, 1 },
	{ YB_FIELD_YB_USE_ACCOUNT, "0", YB_OK, NULL, 0 },
	{ YB_FIELD_YB_ADMISSION, "1", YB_OK, NULL, 1 },
	{ YB_FIELD_YB_ADMISSION, "9999", YB_OK, NULL, 9999 },
	{ YB_FIELD_YB_ADMISSION, "0", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_ADMISSION, "10000", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_MEDFEE_SUMAMT, "52000.00", YB_OK, NULL, 5200000 },
	{ YB_FIELD_MEDFEE_SUMAMT, "10000000000", YB_OK, NULL, YB_FEN_LIMIT },
	{ YB_FIELD_MEDFEE_SUMAMT, "10000000000.01", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_MEDFEE_SUMAMT, "52000.001", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_MEDFEE_SUMAMT, "-1", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_GEND, "1", YB_E_INVALID, NULL, 0 },
	{ YB_FIELD_CNT, "1", YB_E_INVALID, NULL, 0 },
	{ YB_FIELD_HIFP_PAY, "1", YB_E_INVALID, NULL, 0 },
	{ YB_FIELD_YB_BEFORE_INSCP_SCP_AMT, "1.05", YB_OK, NULL, 105 },
	{ YB_FIELD_YB_AFTER_ADMISSION, "1", YB_OK, NULL, 1 },
	{ YB_FIELD_YB_AFTER_ADMISSION, "0", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_AFTER_ADMISSION, "10000", YB_E_BAD_VALUE, NULL, 0 },
	{ 55, "1", YB_E_INVALID, NULL, 0 },
};

START_TEST(a_text_is_kept_as_its_field_is_or_refused)
{
	yb_status st = set(texts[_i].field, texts[_i].text);

	ck_assert_msg(st == texts[_i].status, "%s \"%s\": %s", yb_field_get_name(texts[_i].field), texts[_i].text, yb_status_name(st));
	if (st == YB_E_INVALID)
		return;
	if (st != YB_OK)
		expect_unknown(claim, texts[_i].field);
	else if (is_text(texts[_i].field))
		expect_text(claim, texts[_i].field, texts[_i].stored ? texts[_i].stored : texts[_i].text);
	else
		expect_value(claim, texts[_i].field, texts[_i].value);
}
END_TEST

START_TEST(a_number_is_kept_within_its_range)
{
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, YB_FEN_LIMIT), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, YB_FEN_LIMIT + 1), YB_E_BAD_AMOUNT);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, -1), YB_E_BAD_AMOUNT);
	expect_value(claim, YB_FIELD_MEDFEE_SUMAMT, YB_FEN_LIMIT);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_YB_PENSION, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_DET_ITEM_FEE_SUMAMT, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, 2932896), YB_OK);
	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, 2932897), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, YB_DAY_NONE), YB_E_BAD_DATE);
	expect_value(claim, YB_FIELD_ENDDATE, 2932896);
	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_YB_ADMISSION, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 9999), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 0), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 10000), YB_E_BAD_VALUE);
	expect_value(claim, YB_FIELD_YB_ADMISSION, 9999);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_FILED, 1), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_YB_FILED, 2), YB_E_BAD_VALUE);
	expect_value(claim, YB_FIELD_YB_FILED, 1);
	ck_assert_int_eq(yb_claim_set_count(claim, YB_FIELD_HOSP_LV, 1), YB_E_INVALID);
}
END_TEST

START_TEST(every_claim_field_of_the_registry_has_a_place)
{
	yb_field field;
	size_t line = 7;
	int seen = 0, lines = 0;

	ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
	ck_assert_uint_eq(line, 0);
	for (size_t i = 0; yb_field_at(i, &field) == YB_OK; i++) {
		yb_part part = yb_field_get_part(field);

		ck_assert_int_eq(yb_claim_unset(claim, field), part == YB_PART_CLAIM ? YB_OK : YB_E_INVALID);
		/* "1" is a text, a code, a number; a line has no flags */
		ck_assert_int_eq(yb_claim_set_line_text(claim, line, field, "1", 1), part != YB_PART_LINE ? YB_E_INVALID
			: yb_field_get_type(field) == YB_TYPE_DAY ? YB_E_BAD_DATE : YB_OK);
		lines += part == YB_PART_LINE;
		if (part != YB_PART_CLAIM)
			continue;
		expect_unknown(claim, field);
		seen++;
	}
	ck_assert_int_gt(seen, 18);
	ck_assert_int_gt(lines, 11);
}
END_TEST

START_TEST(a_null_handle_is_told_not_followed)
{
	struct yb_claim *made = NULL;
	const char *text;
	int64_t value;
	size_t line;

	ck_assert_int_eq(yb_claim_new(NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_new_from_json("{}", 2, "x", NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_new_from_json(NULL, 0, "x", &made, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_text(NULL, YB_FIELD_MED_TYPE, "21", 2), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_MED_TYPE, NULL, 0), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_fen(NULL, YB_FIELD_MEDFEE_SUMAMT, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_day(NULL, YB_FIELD_BEGNDATE, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_count(NULL, YB_FIELD_YB_FILED, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_attribute(NULL, "a", "b", 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_unset(NULL, YB_FIELD_BEGNDATE), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_get_text(NULL, YB_FIELD_MED_TYPE, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_get_value(NULL, YB_FIELD_BEGNDATE, &value), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_add_line(NULL, &line), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_add_line(claim, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_line_text(NULL, 0, YB_FIELD_CNT, "1", 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_line_value(NULL, 0, YB_FIELD_CNT, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_total(NULL, "pool.a", 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_total(claim, NULL, 1), YB_E_INVALID);
	yb_claim_clear(NULL);
	yb_claim_unref(NULL);
}
END_TEST

/* ---- lines ---- */

static const struct {
	yb_field field;
	const char *text;
	yb_status status;
} line_texts[] = {
	{ YB_FIELD_FEEDETL_SN, "1", YB_OK },
	{ YB_FIELD_FEEDETL_SN, "", YB_E_BAD_VALUE },
	{ YB_FIELD_CHRGITM_LV, "2", YB_OK },
	{ YB_FIELD_CHRGITM_LV, "03", YB_OK },
	{ YB_FIELD_CHRGITM_LV, "4.", YB_E_BAD_VALUE },
	{ YB_FIELD_MED_CHRGITM_TYPE, "9", YB_OK },
	{ YB_FIELD_MED_CHRGITM_TYPE, "14", YB_OK },
	{ YB_FIELD_MED_CHRGITM_TYPE, "1 5", YB_E_BAD_VALUE },
	{ YB_FIELD_LMT_USED_FLAG, "1", YB_OK },
	{ YB_FIELD_LMT_USED_FLAG, "01", YB_E_BAD_VALUE },
	{ YB_FIELD_HOSP_APPR_FLAG, "2", YB_OK },
	{ YB_FIELD_CNT, "2", YB_OK },
	{ YB_FIELD_CNT, "0.0001", YB_OK },
	{ YB_FIELD_CNT, "0.00010", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "10000000000.0000", YB_OK },
	{ YB_FIELD_CNT, "10000000000.0001", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "99999999999999999999", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "-1", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, ".", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, ".5", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "5.", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "1.2.3", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "+1", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, "1e2", YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, " 1", YB_E_BAD_AMOUNT },
	{ YB_FIELD_PRIC, "300.00", YB_OK },
	{ YB_FIELD_PRIC, "0.000001", YB_OK },
	{ YB_FIELD_PRIC, "0.0000001", YB_E_BAD_AMOUNT },
	{ YB_FIELD_PRIC, "10000000000.000000", YB_OK },
	{ YB_FIELD_PRIC, "10000000000.000001", YB_E_BAD_AMOUNT },
	{ YB_FIELD_PRIC_UPLMT_AMT, "280", YB_OK },
	{ YB_FIELD_SELFPAY_PROP, "0", YB_OK },
	{ YB_FIELD_SELFPAY_PROP, "0.1000", YB_OK },
	{ YB_FIELD_SELFPAY_PROP, "1.0000", YB_OK },
	{ YB_FIELD_SELFPAY_PROP, "1.0001", YB_E_BAD_AMOUNT },
	{ YB_FIELD_SELFPAY_PROP, "0.10001", YB_E_BAD_AMOUNT },
	{ YB_FIELD_SELFPAY_PROP, "10%", YB_E_BAD_AMOUNT },
	{ YB_FIELD_DET_ITEM_FEE_SUMAMT, "600.00", YB_OK },
	{ YB_FIELD_DET_ITEM_FEE_SUMAMT, "600.001", YB_E_BAD_AMOUNT },
	{ YB_FIELD_YB_KIND, "implant", YB_OK },
	{ YB_FIELD_MED_LIST_CODG, "XB01ABD075A001010104499", YB_OK },
	{ YB_FIELD_MED_TYPE, "21", YB_E_INVALID },
	{ YB_FIELD_HILIST_CODE, "XB01ABD075A001", YB_OK },
	{ YB_FIELD_YB_UNIT, "tablet", YB_OK },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31", YB_OK },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 00:00:00", YB_OK },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 23:59:59", YB_OK },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 24:00:00", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 23:60:00", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 23:00:60", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31T23:00:00", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 23:00", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 23:00:00 ", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-12-31 2a:00:00", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "2026-02-30 12:00:00", YB_E_BAD_DATE },
	{ YB_FIELD_FEE_OCUR_TIME, "", YB_E_BAD_DATE },
	{ 99, "1", YB_E_INVALID },
};

START_TEST(a_fact_of_a_line_is_kept_or_refused)
{
	size_t line = 7;
	yb_status st;

	ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
	st = yb_claim_set_line_text(claim, line, line_texts[_i].field, line_texts[_i].text, strlen(line_texts[_i].text));
	ck_assert_msg(st == line_texts[_i].status, "%s \"%s\": %s", yb_field_get_name(line_texts[_i].field), line_texts[_i].text, yb_status_name(st));
}
END_TEST

static const struct {
	yb_field field;
	int64_t value;
	yb_status status;
} line_values[] = {
	{ YB_FIELD_PRIC, 12500000, YB_OK },
	{ YB_FIELD_PRIC, 0, YB_OK },
	{ YB_FIELD_PRIC, -1, YB_E_BAD_AMOUNT },
	{ YB_FIELD_PRIC, INT64_C(10000000000000000), YB_OK },
	{ YB_FIELD_PRIC, INT64_C(10000000000000001), YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, INT64_C(100000000000000), YB_OK },
	{ YB_FIELD_CNT, INT64_C(100000000000001), YB_E_BAD_AMOUNT },
	{ YB_FIELD_CNT, INT64_MAX, YB_E_BAD_AMOUNT },
	{ YB_FIELD_SELFPAY_PROP, 10000, YB_OK },
	{ YB_FIELD_SELFPAY_PROP, 10001, YB_E_BAD_AMOUNT },
	{ YB_FIELD_DET_ITEM_FEE_SUMAMT, YB_FEN_LIMIT, YB_OK },
	{ YB_FIELD_DET_ITEM_FEE_SUMAMT, YB_FEN_LIMIT + 1, YB_E_BAD_AMOUNT },
	{ YB_FIELD_FEE_OCUR_TIME, 20818, YB_OK },
	{ YB_FIELD_FEE_OCUR_TIME, 2932897, YB_E_BAD_DATE },
	{ YB_FIELD_CHRGITM_LV, 1, YB_E_INVALID },
	{ YB_FIELD_MEDFEE_SUMAMT, 1, YB_E_INVALID },
};

START_TEST(a_number_of_a_line_is_kept_within_its_range)
{
	size_t line = 7;

	ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_value(claim, line, line_values[_i].field, line_values[_i].value), line_values[_i].status);
}
END_TEST

START_TEST(a_line_that_was_not_added_is_not_found)
{
	size_t line;

	ck_assert_int_eq(yb_claim_set_line_text(claim, 0, YB_FIELD_CNT, "1", 1), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_claim_set_line_value(claim, 0, YB_FIELD_CNT, 1), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_text(claim, 0, YB_FIELD_CNT, "1", 1), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_text(claim, 1, YB_FIELD_CNT, "1", 1), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_claim_set_line_value(claim, SIZE_MAX, YB_FIELD_CNT, 1), YB_E_NOT_FOUND);
	yb_claim_clear(claim);
	ck_assert_int_eq(yb_claim_set_line_text(claim, 0, YB_FIELD_CNT, "1", 1), YB_E_NOT_FOUND);
}
END_TEST

START_TEST(a_hundred_thousand_lines_are_kept)
{
	size_t line;

	for (size_t i = 0; i < 100000; i++) {
		ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
		ck_assert_uint_eq(line, i);
	}
	ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_E_LIMIT);
	ck_assert_int_eq(yb_claim_set_line_text(claim, 99999, YB_FIELD_CNT, "1", 1), YB_OK);
}
END_TEST

/* ---- totals, attributes, clear ---- */

static const struct {
	const char *name;
	yb_fen fen;
	yb_status status;
} totals[] = {
	{ "basic.base.year", 0, YB_OK },
	{ "basic.net.month", 1, YB_OK },
	{ "basic.deductible.stay", 1, YB_OK },
	{ "serious-illness.paid.year", YB_FEN_LIMIT, YB_OK },
	{ "pool.outpatient", 1, YB_OK },
	{ "\345\244\247\347\227\205.paid.year", 1, YB_OK },
	{ "pool.paid.year", 1, YB_OK }, /* a layer may be called pool */
	{ "basic.paid.year", YB_FEN_LIMIT + 1, YB_E_BAD_AMOUNT },
	{ "basic.paid.year", -1, YB_E_BAD_AMOUNT },
	{ "", 1, YB_E_BAD_VALUE },
	{ "basic", 1, YB_E_BAD_VALUE },
	{ "basic.paid", 1, YB_E_BAD_VALUE },
	{ "basic.paid.", 1, YB_E_BAD_VALUE },
	{ "basic..year", 1, YB_E_BAD_VALUE },
	{ ".paid.year", 1, YB_E_BAD_VALUE },
	{ "basic.spent.year", 1, YB_E_BAD_VALUE },
	{ "basic.paid.year.x", 1, YB_E_BAD_VALUE },
	{ "pool.", 1, YB_E_BAD_VALUE },
	{ "pool", 1, YB_E_BAD_VALUE },
	{ "pools.a", 1, YB_E_BAD_VALUE },
	{ "a b.paid.year", 1, YB_E_BAD_VALUE },
	{ "a\377.paid.year", 1, YB_E_BAD_VALUE },
	{ "pool.a234567890123456789012345678901234567890123456789012345678", 1, YB_OK }, /* 63 bytes */
	{ "pool.a234567890123456789012345678901234567890123456789012345678x", 1, YB_E_BAD_VALUE },
};

START_TEST(a_total_has_a_name_of_its_form)
{
	ck_assert_msg(yb_claim_set_total(claim, totals[_i].name, totals[_i].fen) == totals[_i].status, "%s", totals[_i].name);
}
END_TEST

START_TEST(sixty_four_totals_are_kept)
{
	char name[32];

	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "pool.p%d", i);
		ck_assert_int_eq(yb_claim_set_total(claim, name, i), YB_OK);
	}
	ck_assert_int_eq(yb_claim_set_total(claim, "pool.p64", 1), YB_E_LIMIT);
	ck_assert_int_eq(yb_claim_set_total(claim, "pool.p63", 5), YB_OK);
	yb_claim_clear(claim);
	ck_assert_int_eq(yb_claim_set_total(claim, "pool.p64", 1), YB_OK);
}
END_TEST

START_TEST(a_claim_has_attributes_of_its_own)
{
	ck_assert_int_eq(yb_claim_set_attribute(claim, "hosp", "L3", 2), YB_OK);
	ck_assert_int_eq(yb_claim_set_attribute(claim, "hosp", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_attribute(claim, "hosp", "", 0), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_claim_set_attribute_value(claim, "hosp", YB_TYPE_FEN, 1), YB_OK);
	ck_assert_int_eq(yb_claim_set_attribute_value(claim, "hosp", YB_TYPE_TEXT, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_attribute_value(NULL, "hosp", YB_TYPE_FEN, 1), YB_E_INVALID);
}
END_TEST

START_TEST(a_cleared_claim_knows_nothing_and_serves_again)
{
	size_t line = 7;

	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(set(YB_FIELD_HOSP_LV, "2"), YB_OK);
		ck_assert_int_eq(set(YB_FIELD_MEDFEE_SUMAMT, "1"), YB_OK);
		ck_assert_int_eq(yb_claim_set_attribute(claim, "hosp", "L3", 2), YB_OK);
		ck_assert_int_eq(yb_claim_set_total(claim, "pool.a", 1), YB_OK);
		for (size_t i = 0; i < 9; i++) {
			ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
			ck_assert_uint_eq(line, i);
			ck_assert_int_eq(yb_claim_set_line_text(claim, line, YB_FIELD_CHRGITM_LV, "2", 1), YB_OK);
		}
		yb_claim_clear(claim);
		for (yb_field field = YB_FIELD_MDTRT_ID; field <= YB_FIELD_YB_AFTER_ADMISSION; field++)
			expect_unknown(claim, field);
	}
}
END_TEST

/* ---- JSON ---- */

static const char whole[] =
	"{ \"mdtrt_id\": \"Z1\", \"med_type\": \"21\", \"hosp_lv\": \"02\", \"fixmedins_code\": \"H11010500001\", \"mdtrtarea_admvs\": \"110000\",\n"
	"  \"begndate\": \"2026-03-01\", \"enddate\": \"2026-03-09\", \"dise_codg\": null, \"refl_type\": null, \"yb_filed\": null, \"yb_episode\": null,"
	" \"yb_admission\": 1,\n"
	"  \"medfee_sumamt\": \"52000.00\", \"fulamt_ownpay_amt\": \"1000.00\", \"overlmt_selfpay\": \"0.00\", \"preselfpay_amt\": 1000.00,"
	" \"inscp_scp_amt\": 50000,\n"
	"  \"feedetl\": [ { \"feedetl_sn\": \"1\", \"chrgitm_lv\": \"02\", \"cnt\": \"2\", \"pric\": \"300.00\", \"selfpay_prop\": \"0.1000\","
	" \"pric_uplmt_amt\": \"280.00\" }, {}, { \"feedetl_sn\": 2, \"hilist_pric_uplmt_amt\": 1.5, \"yb_kind\": null } ],\n"
	"  \"yb_totals\": { \"basic.paid.year\": \"1200.00\", \"pool.outpatient\": 0, \"basic.base.year\": null },\n"
	"  \"yb_attributes\": { \"hosp\": \"L3\", \"kinds\": [\"a\", \"b\"] },\n"
	"  \"yb_use_account\": true }";

START_TEST(the_whole_document_is_read)
{
	struct yb_claim *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_msg(yb_claim_new_from_json(whole, strlen(whole), "c.json", &made, &err) == YB_OK, "%s", err ? yb_error_get_message(err) : "");
	ck_assert_ptr_null(err);
	expect_text(made, YB_FIELD_MDTRT_ID, "Z1");
	expect_text(made, YB_FIELD_MED_TYPE, "21");
	expect_text(made, YB_FIELD_HOSP_LV, "02");
	expect_text(made, YB_FIELD_FIXMEDINS_CODE, "H11010500001");
	expect_text(made, YB_FIELD_MDTRTAREA_ADMVS, "110000");
	expect_value(made, YB_FIELD_BEGNDATE, 20513);
	expect_value(made, YB_FIELD_ENDDATE, 20521);
	expect_unknown(made, YB_FIELD_DISE_CODG);
	expect_unknown(made, YB_FIELD_REFL_TYPE);
	expect_unknown(made, YB_FIELD_YB_FILED);
	expect_unknown(made, YB_FIELD_HOSP_PART_AMT);
	expect_value(made, YB_FIELD_YB_ADMISSION, 1);
	expect_value(made, YB_FIELD_MEDFEE_SUMAMT, 5200000);
	expect_value(made, YB_FIELD_FULAMT_OWNPAY_AMT, 100000);
	expect_value(made, YB_FIELD_OVERLMT_SELFPAY, 0);
	expect_value(made, YB_FIELD_PRESELFPAY_AMT, 100000);
	expect_value(made, YB_FIELD_INSCP_SCP_AMT, 5000000);
	expect_value(made, YB_FIELD_YB_USE_ACCOUNT, 1);
	/* three lines */
	ck_assert_int_eq(yb_claim_set_line_text(made, 2, YB_FIELD_CNT, "1", 1), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_text(made, 3, YB_FIELD_CNT, "1", 1), YB_E_NOT_FOUND);
	yb_claim_unref(made);
}
END_TEST

static const struct {
	const char *json;
	yb_field field;
	const char *text; /* NULL: a number */
	int64_t value;
} readings[] = {
	{ "{\"acct_used_flag\": \"1\"}", YB_FIELD_YB_USE_ACCOUNT, NULL, 1 },
	{ "{\"acct_used_flag\": 0}", YB_FIELD_YB_USE_ACCOUNT, NULL, 0 },
	{ "{\"ownpay_hosp_part\": 12.5}", YB_FIELD_HOSP_PART_AMT, NULL, 1250 },
	{ "{\"inscp_amt\": \"1\"}", YB_FIELD_INSCP_SCP_AMT, NULL, 100 },
	{ "{\"overlmt_amt\": \"1\"}", YB_FIELD_OVERLMT_SELFPAY, NULL, 100 },
	{ "{\"dise_no\": \"M00500\"}", YB_FIELD_DISE_CODG, "M00500", 0 },
	{ "{\"medins_no\": \"H11010500001\"}", YB_FIELD_FIXMEDINS_CODE, "H11010500001", 0 },
	{ "{\"hosp_lv\": 2}", YB_FIELD_HOSP_LV, "02", 0 },
	{ "{\"mdtrt_id\": \"\\ud842\\udfb7\"}", YB_FIELD_MDTRT_ID, "\360\240\256\267", 0 },
	{ "{\"begndate\": \"2026-03-01\", \"enddate\": \"2026-03-01\"}", YB_FIELD_ENDDATE, NULL, 20513 },
	{ "{\"feedetl\": [], \"yb_totals\": {}, \"yb_attributes\": {}, \"yb_admission\": \"3\"}", YB_FIELD_YB_ADMISSION, NULL, 3 },
	{ "{\"feedetl\": null, \"yb_totals\": null, \"yb_filed\": false}", YB_FIELD_YB_FILED, NULL, 0 },
};

START_TEST(other_spellings_of_the_platform_are_read)
{
	struct yb_claim *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_msg(yb_claim_new_from_json(readings[_i].json, strlen(readings[_i].json), "c", &made, &err) == YB_OK, "%s: %s", readings[_i].json,
	              err ? yb_error_get_message(err) : "");
	if (readings[_i].text)
		expect_text(made, readings[_i].field, readings[_i].text);
	else
		expect_value(made, readings[_i].field, readings[_i].value);
	yb_claim_unref(made);
}
END_TEST

static const struct {
	const char *json;
	yb_status status;
	uint32_t line, column;
	const char *subject, *message; /* message: a piece of it */
} faults[] = {
	{ "[{}]", YB_E_SYNTAX, 1, 1, "", "a mapping" },
	{ "{\"med_type\": \"21\" \"hosp_lv\": \"02\"}", YB_E_SYNTAX, 1, 0, "", "" },
	{ "{\"med_type\": \"21\", \"med_type\": \"21\"}", YB_E_DUPLICATE, 1, 20, "med_type", "med_type" },
	{ "{\"med_type\": !x \"21\"}", YB_E_SYNTAX, 1, 14, "", "tag" },
	{ "{} ---\n{}", YB_E_SYNTAX, 1, 0, "", "" },
	{ "{\"mdtrt_id\": \"\\ud842x\"}", YB_E_SYNTAX, 1, 0, "", "" },
	{ "{\"mdtrt_id\": \"\351\"}", YB_E_BAD_TEXT, 1, 15, "", "UTF-8" },
	{ "{\"mdtrtarea_admdvs\": \"110000\"}", YB_E_UNKNOWN_KEY, 1, 2, "mdtrtarea_admdvs", "did you mean \"mdtrtarea_admvs\"" },
	{ "{\"medfee_sumamnt\": 1}", YB_E_UNKNOWN_KEY, 1, 2, "medfee_sumamnt", "did you mean \"medfee_sumamt\"" },
	{ "{\"feedetal\": []}", YB_E_UNKNOWN_KEY, 1, 2, "feedetal", "did you mean \"feedetl\"" },
	{ "{\"certno\": \"x\"}", YB_E_UNKNOWN_KEY, 1, 2, "certno", "certno" },
	{ "{\"hifp_pay\": 1}", YB_E_UNKNOWN_KEY, 1, 2, "hifp_pay", "hifp_pay" },
	{ "{\"medfee_sumamt\": \"52000.001\"}", YB_E_BAD_AMOUNT, 1, 19, "medfee_sumamt", "52000.001" },
	{ "{\"medfee_sumamt\": \"5.2e4\"}", YB_E_BAD_AMOUNT, 1, 19, "medfee_sumamt", "5.2e4" },
	{ "{\"medfee_sumamt\": 9223372036854775808}", YB_E_BAD_AMOUNT, 1, 19, "medfee_sumamt", "amount" },
	{ "{\"medfee_sumamt\": -1}", YB_E_BAD_AMOUNT, 1, 19, "medfee_sumamt", "negative" },
	{ "{\"inscp_amt\": 1.234}", YB_E_BAD_AMOUNT, 1, 15, "inscp_amt", "1.234" },
	{ "{\"enddate\": \"2025-02-29\"}", YB_E_BAD_DATE, 1, 13, "enddate", "2025-02-29" },
	{ "{\"hosp_lv\": \"3-A\"}", YB_E_BAD_VALUE, 1, 13, "hosp_lv", "3-A" },
	{ "{\"hosp_lv\": [\"02\"]}", YB_E_SYNTAX, 1, 13, "hosp_lv", "found a list" },
	{ "{\"mdtrtarea_admvs\": \"990\"}", YB_E_BAD_IDENTITY, 1, 21, "mdtrtarea_admvs", "region" },
	{ "{\"yb_admission\": 0}", YB_E_BAD_VALUE, 1, 18, "yb_admission", "from 1 to 9999" },
	{ "{\"acct_used_flag\": 2}", YB_E_BAD_VALUE, 1, 20, "acct_used_flag", "true or false" },
	{ "{\"begndate\": \"2026-03-09\",\n \"enddate\": \"2026-03-08\"}", YB_E_CONTRADICTION, 2, 13, "enddate", "before begndate" },
	{ "{\"inscp_scp_amt\": 1,\n \"inscp_amt\": 1}", YB_E_CONTRADICTION, 2, 2, "inscp_amt", "\"inscp_scp_amt\"" },
	{ "{\"acct_used_flag\": 1,\n \"yb_use_account\": true}", YB_E_CONTRADICTION, 2, 2, "yb_use_account", "\"acct_used_flag\"" },
	{ "{\"dise_no\": \"a\",\n \"dise_codg\": \"b\"}", YB_E_CONTRADICTION, 2, 2, "dise_codg", "same fact" },
	{ "{\"feedetl\": {}}", YB_E_SYNTAX, 1, 13, "feedetl", "expected a list" },
	{ "{\"feedetl\": \"x\"}", YB_E_SYNTAX, 1, 13, "feedetl", "expected a list" },
	{ "{\"feedetl\": [[]]}", YB_E_SYNTAX, 1, 14, "feedetl", "expected a mapping" },
	{ "{\"feedetl\": [null]}", YB_E_SYNTAX, 1, 14, "feedetl", "expected a mapping" },
	{ "{\"feedetl\": [{\"cnt\": 1},\n {\"cmt\": 1}]}", YB_E_UNKNOWN_KEY, 2, 3, "cmt", "did you mean \"cnt\"" },
	{ "{\"feedetl\": [{\"inscp_amt\": 1}]}", YB_E_UNKNOWN_KEY, 1, 15, "inscp_amt", "inscp_amt" },
	{ "{\"feedetl\": [{\"cnt\": 1, \"cnt\": 1}]}", YB_E_DUPLICATE, 1, 25, "cnt", "cnt" },
	{ "{\"feedetl\": [{\"cnt\": 1.00001}]}", YB_E_BAD_AMOUNT, 1, 22, "cnt", "four decimals" },
	{ "{\"feedetl\": [{\"pric\": 1.0000001}]}", YB_E_BAD_AMOUNT, 1, 23, "pric", "six decimals" },
	{ "{\"feedetl\": [{\"pric\": -1}]}", YB_E_BAD_AMOUNT, 1, 23, "pric", "negative" },
	{ "{\"feedetl\": [{\"selfpay_prop\": \"10%\"}]}", YB_E_BAD_AMOUNT, 1, 31, "selfpay_prop", "share from 0 to 1" },
	{ "{\"feedetl\": [{\"chrgitm_lv\": -4}]}", YB_E_BAD_VALUE, 1, 29, "chrgitm_lv", "code" },
	{ "{\"feedetl\": [{\"pric_uplmt_amt\": 1, \"hilist_pric_uplmt_amt\": 1}]}", YB_E_CONTRADICTION, 1, 36, "hilist_pric_uplmt_amt", "same fact" },
	{ "{\"feedetl\": [{\"cnt\": [1]}]}", YB_E_SYNTAX, 1, 22, "cnt", "found a list" },
	{ "{\"yb_totals\": []}", YB_E_SYNTAX, 1, 15, "yb_totals", "expected a mapping" },
	{ "{\"yb_totals\": {\"basic\": 1}}", YB_E_BAD_VALUE, 1, 25, "basic", "total" },
	{ "{\"yb_totals\": {\"pool.a\": 1.001}}", YB_E_BAD_AMOUNT, 1, 26, "pool.a", "1.001" },
	{ "{\"yb_totals\": {\"pool.a\": -1}}", YB_E_BAD_AMOUNT, 1, 26, "pool.a", "negative" },
	{ "{\"yb_totals\": {\"pool.a\": []}}", YB_E_SYNTAX, 1, 26, "pool.a", "found a list" },
	{ "{\"yb_attributes\": \"x\"}", YB_E_SYNTAX, 1, 19, "yb_attributes", "expected a mapping" },
};

START_TEST(a_bad_document_gives_no_claim_and_says_where)
{
	struct yb_claim *made = claim;
	struct yb_error *err = NULL;
	const char *json = faults[_i].json;
	yb_status st = yb_claim_new_from_json(json, strlen(json), "c.json", &made, &err);

	ck_assert_msg(st == faults[_i].status, "%s: %s", json, yb_status_name(st));
	ck_assert_ptr_null(made);
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(yb_error_get_status(err), st);
	ck_assert_str_eq(yb_error_get_source_name(err), "c.json");
	ck_assert_msg(yb_error_get_line(err) == faults[_i].line, "%s: line %u", json, (unsigned)yb_error_get_line(err));
	ck_assert_msg(faults[_i].column == 0 || yb_error_get_column(err) == faults[_i].column, "%s: column %u", json,
	              (unsigned)yb_error_get_column(err));
	ck_assert_str_eq(yb_error_get_subject(err), faults[_i].subject);
	ck_assert_msg(strstr(yb_error_get_message(err), faults[_i].message) != NULL, "%s: %s", json, yb_error_get_message(err));
	ck_assert_ptr_null(yb_error_get_next(err));
	yb_error_unref(err);
	ck_assert_int_eq(yb_claim_new_from_json(json, strlen(json), NULL, &made, NULL), st);
	ck_assert_ptr_null(made);
}
END_TEST

START_TEST(a_mebibyte_of_brackets_is_refused_soon)
{
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE);
	struct yb_claim *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_ptr_nonnull(text);
	memset(text, '[', SIZE);
	memcpy(text, "{\"feedetl\": ", 12);
	ck_assert_int_eq(yb_claim_new_from_json(text, SIZE, "c", &made, &err), YB_E_LIMIT);
	ck_assert_uint_eq(yb_error_get_line(err), 1);
	ck_assert_uint_eq(yb_error_get_column(err), 28);
	ck_assert_ptr_null(made);
	yb_error_unref(err);
	free(text);
}
END_TEST

/* `count` times the piece, in a list of lines */
static char *
many_lines(const char *piece, size_t count, size_t *length)
{
	size_t size = strlen(piece), at;
	char *text = malloc(32 + count * (size + 1));

	ck_assert_ptr_nonnull(text);
	at = (size_t)sprintf(text, "{\"feedetl\":[");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text[at++] = ',';
		memcpy(text + at, piece, size);
		at += size;
	}
	memcpy(text + at, "]}", 2);
	*length = at + 2;
	return text;
}

START_TEST(a_document_of_one_line_too_many_is_refused)
{
	struct yb_claim *made = NULL;
	struct yb_error *err = NULL;
	size_t length;
	char *text = many_lines("{}", 100000, &length);

	ck_assert_int_eq(yb_claim_new_from_json(text, length, "c", &made, &err), YB_OK);
	yb_claim_unref(made);
	free(text);
	text = many_lines("{}", 100001, &length);
	ck_assert_int_eq(yb_claim_new_from_json(text, length, "c", &made, &err), YB_E_LIMIT);
	ck_assert_str_eq(yb_error_get_subject(err), "feedetl");
	ck_assert_uint_eq(yb_error_get_column(err), 13 + 3 * 100000);
	ck_assert_ptr_null(made);
	yb_error_unref(err);
	free(text);
}
END_TEST

START_TEST(fifty_findings_end_the_reading)
{
	struct yb_claim *made = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *at;
	size_t length, n = 0;
	char *text = many_lines("{\"cnt\":-1,\"x\":1}", 5000, &length);

	ck_assert_int_eq(yb_claim_new_from_json(text, length, "c", &made, &err), YB_E_BAD_AMOUNT);
	for (at = err; at; at = yb_error_get_next(at), n++)
		ck_assert_int_eq(yb_error_get_status(at), n % 2 ? YB_E_UNKNOWN_KEY : YB_E_BAD_AMOUNT);
	ck_assert_uint_eq(n, 50);
	yb_error_unref(err);
	free(text);
}
END_TEST

START_TEST(a_document_larger_than_the_limit_is_refused)
{
	enum { SIZE = (16 << 20) + 1 };
	char *text = malloc(SIZE);
	struct yb_claim *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_ptr_nonnull(text);
	memset(text, ' ', SIZE);
	memcpy(text, "{}", 2);
	ck_assert_int_eq(yb_claim_new_from_json(text, SIZE, "c", &made, &err), YB_E_LIMIT);
	ck_assert_ptr_null(made);
	yb_error_unref(err);
	free(text);
}
END_TEST

START_TEST(no_message_holds_an_identity_number)
{
	static const char *const leaks[] = {
		"{\"hosp_lv\": \"11010519491231002X\"}",
		"{\"certno\": \"11010519491231002X\"}",
		"{\"medfee_sumamt\": 110105194912310}",
		"{\"yb_totals\": {\"11010519491231002X\": 1}}",
		"{\"yb_totals\": {\"pool.a\": \"11010519491231002X\"}}",
		"{\"feedetl\": [{\"11010519491231002X\": 1}]}",
		"{\"feedetl\": [{\"cnt\": \"11010519491231002X\"}]}",
	};

	for (int i = 0; i < COUNT(leaks); i++) {
		struct yb_claim *made = NULL;
		struct yb_error *err = NULL;

		ck_assert_int_ne(yb_claim_new_from_json(leaks[i], strlen(leaks[i]), "c", &made, &err), YB_OK);
		ck_assert_msg(!strstr(yb_error_get_message(err), "110105"), "%s", yb_error_get_message(err));
		ck_assert_msg(!strstr(yb_error_get_subject(err), "110105"), "%s", yb_error_get_subject(err));
		yb_error_unref(err);
	}
}
END_TEST

Suite *
claim_suite(void)
{
	Suite *suite = suite_create("claim");
	TCase *tcase = tcase_create("claim");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_text_is_kept_as_its_field_is_or_refused, 0, COUNT(texts));
	tcase_add_test(tcase, a_number_is_kept_within_its_range);
	tcase_add_test(tcase, every_claim_field_of_the_registry_has_a_place);
	tcase_add_test(tcase, a_null_handle_is_told_not_followed);
	tcase_add_loop_test(tcase, a_fact_of_a_line_is_kept_or_refused, 0, COUNT(line_texts));
	tcase_add_loop_test(tcase, a_number_of_a_line_is_kept_within_its_range, 0, COUNT(line_values));
	tcase_add_test(tcase, a_line_that_was_not_added_is_not_found);
	tcase_add_test(tcase, a_hundred_thousand_lines_are_kept);
	tcase_add_loop_test(tcase, a_total_has_a_name_of_its_form, 0, COUNT(totals));
	tcase_add_test(tcase, sixty_four_totals_are_kept);
	tcase_add_test(tcase, a_claim_has_attributes_of_its_own);
	tcase_add_test(tcase, a_cleared_claim_knows_nothing_and_serves_again);
	tcase_add_test(tcase, the_whole_document_is_read);
	tcase_add_loop_test(tcase, other_spellings_of_the_platform_are_read, 0, COUNT(readings));
	tcase_add_loop_test(tcase, a_bad_document_gives_no_claim_and_says_where, 0, COUNT(faults));
	tcase_add_test(tcase, a_mebibyte_of_brackets_is_refused_soon);
	tcase_add_test(tcase, a_document_of_one_line_too_many_is_refused);
	tcase_add_test(tcase, fifty_findings_end_the_reading);
	tcase_add_test(tcase, a_document_larger_than_the_limit_is_refused);
	tcase_add_test(tcase, no_message_holds_an_identity_number);
	suite_add_tcase(suite, tcase);
	return suite;
}
