/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* 1949-12-31, female, and 1880-01-01, male: the examples of GB 11643 */
#define FEMALE "11010519491231002X"
#define MALE "440524188001010014"

Suite *person_suite(void);

static struct yb_person *person;

static void
setup(void)
{
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_person_new(&person, &err), YB_OK);
	ck_assert_ptr_null(err);
}

static void
teardown(void)
{
	yb_person_unref(person);
	person = NULL;
}

static yb_status
set(yb_field field, const char *text)
{
	return yb_person_set_text(person, field, text, strlen(text));
}

static yb_day
day_of(const char *text)
{
	yb_day day = 0;

	ck_assert_int_eq(yb_day_from_text(text, strlen(text), &day), YB_OK);
	return day;
}

static void
expect_text(const struct yb_person *p, yb_field field, const char *expected)
{
	const char *text = "untouched";

	ck_assert_int_eq(yb_person_get_text(p, field, &text), YB_OK);
	ck_assert_str_eq(text, expected);
}

static void
expect_value(const struct yb_person *p, yb_field field, int64_t expected)
{
	int64_t value = -77;

	ck_assert_int_eq(yb_person_get_value(p, field, &value), YB_OK);
	ck_assert_int_eq(value, expected);
}

static void
expect_unknown(const struct yb_person *p, yb_field field)
{
	yb_type type = yb_field_get_type(field);
	const char *text = "untouched";
	int64_t value = -77;

	if (type == YB_TYPE_TEXT || type == YB_TYPE_CODE || type == YB_TYPE_CODES)
		ck_assert_int_eq(yb_person_get_text(p, field, &text), YB_E_UNKNOWN);
	else
		ck_assert_int_eq(yb_person_get_value(p, field, &value), YB_E_UNKNOWN);
	ck_assert_str_eq(text, "untouched");
	ck_assert_int_eq(value, -77);
}

/* ---- setters ---- */

#define TEXT_50 "12345678901234567890123456789012345678901234567890"
#define TEXT_255 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 "12345"

static const struct {
	yb_field field;
	const char *text;
	yb_status status;
	const char *stored; /* NULL: as given, or a number */
	int64_t value;
} texts[] = {
	{ YB_FIELD_PSN_NO, "11000010000000012345678", YB_OK, NULL, 0 },
	{ YB_FIELD_PSN_NO, "x", YB_OK, NULL, 0 },
	{ YB_FIELD_PSN_NO, TEXT_255, YB_OK, NULL, 0 },
	{ YB_FIELD_PSN_NO, TEXT_255 "6", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_NO, "", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_NO, "a\nb", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_NO, "a\177", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_NO, "a\302\205", YB_E_BAD_VALUE, NULL, 0 },      /* U+0085 */
	{ YB_FIELD_PSN_NO, "a\302\240", YB_OK, NULL, 0 },               /* U+00A0 */
	{ YB_FIELD_PSN_NO, "\355\240\200", YB_E_BAD_VALUE, NULL, 0 },   /* a surrogate in UTF-8 */
	{ YB_FIELD_PSN_NO, "\300\257", YB_E_BAD_VALUE, NULL, 0 },       /* overlong */
	{ YB_FIELD_YB_PLAN, "\344\270\200\346\241\243", YB_OK, NULL, 0 }, /* 一档 */
	{ YB_FIELD_CERTNO, FEMALE, YB_OK, NULL, 0 },
	{ YB_FIELD_CERTNO, "11010519491231002x", YB_OK, FEMALE, 0 },
	{ YB_FIELD_CERTNO, "110105491231002", YB_OK, FEMALE, 0 },
	{ YB_FIELD_CERTNO, "110105194912310021", YB_E_BAD_IDENTITY, NULL, 0 },
	{ YB_FIELD_CERTNO, "", YB_E_BAD_IDENTITY, NULL, 0 },
	{ YB_FIELD_BRDY, "2024-02-29", YB_OK, NULL, 19782 },
	{ YB_FIELD_BRDY, "2025-02-29", YB_E_BAD_DATE, NULL, 0 },
	{ YB_FIELD_BRDY, "1965-3-12", YB_E_BAD_DATE, NULL, 0 },
	{ YB_FIELD_BRDY, "", YB_E_BAD_DATE, NULL, 0 },
	{ YB_FIELD_GEND, "1", YB_OK, NULL, 0 },
	{ YB_FIELD_GEND, "9", YB_OK, NULL, 0 },
	{ YB_FIELD_GEND, "3", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_GEND, "", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_GEND, "01", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_INSUTYPE, "310", YB_OK, NULL, 0 },
	{ YB_FIELD_INSUTYPE, "311", YB_E_BAD_VALUE, NULL, 0 }, /* a closed table */
	{ YB_FIELD_PSN_TYPE, "1201", YB_OK, NULL, 0 },
	{ YB_FIELD_PSN_TYPE, "9Z", YB_OK, NULL, 0 }, /* an open table: two to six letters and digits */
	{ YB_FIELD_PSN_TYPE, "123456", YB_OK, NULL, 0 },
	{ YB_FIELD_PSN_TYPE, "1234567", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_TYPE, "7", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_TYPE, "12 1", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_INSUPLC_ADMDVS, "110000", YB_OK, NULL, 0 },
	{ YB_FIELD_INSUPLC_ADMDVS, "361199", YB_OK, NULL, 0 },
	{ YB_FIELD_INSUPLC_ADMDVS, "000000", YB_E_BAD_IDENTITY, NULL, 0 },
	{ YB_FIELD_INSUPLC_ADMDVS, "11000", YB_E_BAD_IDENTITY, NULL, 0 },
	{ YB_FIELD_PSN_IDET_TYPE, "2303", YB_OK, NULL, 0 },
	{ YB_FIELD_PSN_IDET_TYPE, "2304|2303|ab", YB_OK, NULL, 0 }, /* in the order given */
	{ YB_FIELD_PSN_IDET_TYPE, "", YB_OK, NULL, 0 },             /* the empty set, which is known */
	{ YB_FIELD_PSN_IDET_TYPE, "2303|2303", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_IDET_TYPE, "2303|", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_IDET_TYPE, "|2303", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_IDET_TYPE, "2303||2304", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_IDET_TYPE, "|", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_PSN_IDET_TYPE, "2303,2304", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_CVLSERV_FLAG, "1", YB_OK, NULL, 0 },
	{ YB_FIELD_CVLSERV_FLAG, "2", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_FLEXIBLE, "yes", YB_OK, NULL, 1 },
	{ YB_FIELD_YB_FLEXIBLE, "true", YB_OK, NULL, 1 },
	{ YB_FIELD_YB_FLEXIBLE, "1", YB_OK, NULL, 1 },
	{ YB_FIELD_YB_FLEXIBLE, "no", YB_OK, NULL, 0 },
	{ YB_FIELD_YB_FLEXIBLE, "false", YB_OK, NULL, 0 },
	{ YB_FIELD_YB_FLEXIBLE, "0", YB_OK, NULL, 0 },
	{ YB_FIELD_YB_FLEXIBLE, "2", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_FLEXIBLE, "True", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_FLEXIBLE, "", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "0", YB_OK, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "8500.5", YB_OK, NULL, 850050 },
	{ YB_FIELD_YB_WAGE_BASE, "10000000000.00", YB_OK, NULL, YB_FEN_LIMIT },
	{ YB_FIELD_YB_WAGE_BASE, "10000000000.01", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "9223372036854775808", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "-0.01", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "1.001", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "1e3", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "1,000", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_WAGE_BASE, "", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_PAID_MONTHS, "0", YB_OK, NULL, 0 },
	{ YB_FIELD_YB_PAID_MONTHS, "2147483647", YB_OK, NULL, 2147483647 },
	{ YB_FIELD_YB_PAID_MONTHS, "2147483648", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_PAID_MONTHS, "99999999999999999999999", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_PAID_MONTHS, "-1", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_PAID_MONTHS, "1.0", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_PAID_MONTHS, "", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_ACTUAL_MONTHS, "180", YB_OK, NULL, 180 },
	{ YB_FIELD_YB_ACTUAL_MONTHS, "180.5", YB_E_BAD_VALUE, NULL, 0 },
	{ YB_FIELD_YB_PREVIOUS_CREDIT, "128.35", YB_OK, NULL, 12835 },
	{ YB_FIELD_YB_PREVIOUS_CREDIT, "-1", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_CURRENT_BALANCE_DAYS, "365000.5", YB_OK, NULL, 36500050 },
	{ YB_FIELD_YB_CURRENT_BALANCE_DAYS, "1.001", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_YB_CARRIED_BALANCE_DAYS, "10000000000.00", YB_OK, NULL, YB_FEN_LIMIT },
	{ YB_FIELD_YB_CARRIED_BALANCE_DAYS, "10000000000.01", YB_E_BAD_AMOUNT, NULL, 0 },
	{ YB_FIELD_HOSP_LV, "02", YB_E_INVALID, NULL, 0 },  /* of a claim */
	{ YB_FIELD_HIFP_PAY, "1", YB_E_INVALID, NULL, 0 },  /* of an answer */
	{ 0, "1", YB_E_INVALID, NULL, 0 },
	{ YB_FIELD_YB_FAMILY_BALANCE, "20.5", YB_OK, NULL, 2050 },
	{ 23, "1", YB_E_INVALID, NULL, 0 },
	{ -1, "1", YB_E_INVALID, NULL, 0 },
};

START_TEST(a_text_is_kept_as_its_field_is_or_refused)
{
	yb_type type = yb_field_get_type(texts[_i].field);
	yb_status st = set(texts[_i].field, texts[_i].text);

	ck_assert_msg(st == texts[_i].status, "%s \"%s\": %s", yb_field_get_name(texts[_i].field), texts[_i].text, yb_status_name(st));
	if (st == YB_E_INVALID)
		return;
	if (st != YB_OK)
		expect_unknown(person, texts[_i].field);
	else if (type == YB_TYPE_TEXT || type == YB_TYPE_CODE || type == YB_TYPE_CODES)
		expect_text(person, texts[_i].field, texts[_i].stored ? texts[_i].stored : texts[_i].text);
	else
		expect_value(person, texts[_i].field, texts[_i].value);
}
END_TEST

START_TEST(a_length_is_believed_not_a_nul)
{
	expect_unknown(person, YB_FIELD_GEND);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_GEND, "2xyz", 1), YB_OK);
	expect_text(person, YB_FIELD_GEND, "2");
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_PSN_NO, "a\0b", 3), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_PSN_IDET_TYPE, "2303\0", 5), YB_E_BAD_VALUE);
	expect_unknown(person, YB_FIELD_PSN_NO);
}
END_TEST

START_TEST(a_refused_value_leaves_the_old_one)
{
	ck_assert_int_eq(set(YB_FIELD_PSN_TYPE, "1201"), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_PSN_TYPE, "?"), YB_E_BAD_VALUE);
	expect_text(person, YB_FIELD_PSN_TYPE, "1201");
	ck_assert_int_eq(set(YB_FIELD_YB_PENSION, "4200"), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_YB_PENSION, "4200.001"), YB_E_BAD_AMOUNT);
	expect_value(person, YB_FIELD_YB_PENSION, 420000);
	ck_assert_int_eq(set(YB_FIELD_PSN_NO, "a long number, then a short one"), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_PSN_NO, "b"), YB_OK);
	expect_text(person, YB_FIELD_PSN_NO, "b");
}
END_TEST

START_TEST(a_field_may_be_set_from_its_own_text)
{
	const char *text = NULL;

	ck_assert_int_eq(set(YB_FIELD_PSN_NO, "abcdefghijklmnop"), YB_OK);
	ck_assert_int_eq(yb_person_get_text(person, YB_FIELD_PSN_NO, &text), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_PSN_NO, text + 3, 4), YB_OK);
	expect_text(person, YB_FIELD_PSN_NO, "defg");
}
END_TEST

static const struct {
	yb_field field;
	char how;
	int64_t value;
	yb_status status;
} numbers[] = {
	{ YB_FIELD_YB_WAGE_BASE, 'f', 0, YB_OK },
	{ YB_FIELD_YB_WAGE_BASE, 'f', YB_FEN_LIMIT, YB_OK },
	{ YB_FIELD_YB_WAGE_BASE, 'f', YB_FEN_LIMIT + 1, YB_E_BAD_AMOUNT },
	{ YB_FIELD_YB_WAGE_BASE, 'f', -1, YB_E_BAD_AMOUNT },
	{ YB_FIELD_YB_WAGE_BASE, 'f', INT64_MIN, YB_E_BAD_AMOUNT },
	{ YB_FIELD_YB_PAID_MONTHS, 'f', 1, YB_E_INVALID },
	{ YB_FIELD_MEDFEE_SUMAMT, 'f', 1, YB_E_INVALID },
	{ YB_FIELD_BRDY, 'd', -719162, YB_OK },
	{ YB_FIELD_BRDY, 'd', -719163, YB_E_BAD_DATE },
	{ YB_FIELD_BRDY, 'd', 2932896, YB_OK },
	{ YB_FIELD_BRDY, 'd', 2932897, YB_E_BAD_DATE },
	{ YB_FIELD_BRDY, 'd', YB_DAY_NONE, YB_E_BAD_DATE },
	{ YB_FIELD_GEND, 'd', 1, YB_E_INVALID },
	{ YB_FIELD_BEGNDATE, 'd', 1, YB_E_INVALID },
	{ YB_FIELD_YB_PAID_MONTHS, 'c', 0, YB_OK },
	{ YB_FIELD_YB_PAID_MONTHS, 'c', 2147483647, YB_OK },
	{ YB_FIELD_YB_PAID_MONTHS, 'c', INT64_C(2147483648), YB_E_BAD_VALUE },
	{ YB_FIELD_YB_PAID_MONTHS, 'c', -1, YB_E_BAD_VALUE },
	{ YB_FIELD_YB_ACTUAL_MONTHS, 'c', 1801, YB_OK },
	{ YB_FIELD_YB_PREVIOUS_CREDIT, 'f', 0, YB_OK },
	{ YB_FIELD_YB_CARRIED_BALANCE_DAYS, 'f', YB_FEN_LIMIT + 1, YB_E_BAD_AMOUNT },
	{ YB_FIELD_YB_FLEXIBLE, 'c', 1, YB_OK },
	{ YB_FIELD_YB_FLEXIBLE, 'c', 2, YB_E_BAD_VALUE },
	{ YB_FIELD_YB_FLEXIBLE, 'c', -1, YB_E_BAD_VALUE },
	{ YB_FIELD_YB_WAGE_BASE, 'c', 1, YB_E_INVALID },
	{ YB_FIELD_CVLSERV_FLAG, 'c', 1, YB_E_INVALID }, /* a code, not a flag */
	{ YB_FIELD_YB_ADMISSION, 'c', 1, YB_E_INVALID },
	{ 0, 'c', 1, YB_E_INVALID },
};

START_TEST(a_number_is_kept_within_its_range)
{
	yb_field field = numbers[_i].field;
	yb_status st;

	if (numbers[_i].how == 'f')
		st = yb_person_set_fen(person, field, numbers[_i].value);
	else if (numbers[_i].how == 'd')
		st = yb_person_set_day(person, field, (yb_day)numbers[_i].value);
	else
		st = yb_person_set_count(person, field, numbers[_i].value);
	ck_assert_msg(st == numbers[_i].status, "row %d: %s", _i, yb_status_name(st));
	if (st == YB_OK)
		expect_value(person, field, numbers[_i].value);
	else if (st != YB_E_INVALID)
		expect_unknown(person, field);
}
END_TEST

START_TEST(every_person_field_of_the_registry_has_a_place)
{
	yb_field field;
	int seen = 0;

	for (size_t i = 0; yb_field_at(i, &field) == YB_OK; i++) {
		yb_status st = yb_person_unset(person, field);

		ck_assert_int_eq(st, yb_field_get_part(field) == YB_PART_PERSON ? YB_OK : YB_E_INVALID);
		if (st != YB_OK)
			continue;
		expect_unknown(person, field);
		seen++;
	}
	ck_assert_int_eq(seen, 22);
}
END_TEST

START_TEST(the_getter_must_fit_the_type)
{
	const char *text;
	int64_t value;

	ck_assert_int_eq(yb_person_get_text(person, YB_FIELD_BRDY, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_person_get_value(person, YB_FIELD_GEND, &value), YB_E_INVALID);
	ck_assert_int_eq(yb_person_get_text(person, YB_FIELD_MDTRT_ID, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_person_get_value(person, YB_FIELD_MEDFEE_SUMAMT, &value), YB_E_INVALID);
	ck_assert_int_eq(yb_person_get_text(person, YB_FIELD_PSN_NO, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_get_value(person, YB_FIELD_BRDY, NULL), YB_E_INVALID);
}
END_TEST

START_TEST(a_null_handle_is_told_not_followed)
{
	struct yb_person *made = NULL;
	const char *text;
	int64_t value;

	ck_assert_int_eq(yb_person_new(NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_new_from_json("{}", 2, "x", NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_new_from_json(NULL, 0, "x", &made, NULL), YB_E_INVALID);
	ck_assert_ptr_null(made);
	ck_assert_int_eq(yb_person_set_text(NULL, YB_FIELD_GEND, "1", 1), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_GEND, NULL, 0), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_fen(NULL, YB_FIELD_YB_PENSION, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_day(NULL, YB_FIELD_BRDY, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_count(NULL, YB_FIELD_YB_FLEXIBLE, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_attribute(NULL, "a", "b", 1), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_attribute(person, NULL, "b", 1), YB_E_INVALID);
	ck_assert_int_eq(yb_person_unset(NULL, YB_FIELD_BRDY), YB_E_INVALID);
	ck_assert_int_eq(yb_person_get_text(NULL, YB_FIELD_GEND, &text), YB_E_INVALID);
	ck_assert_int_eq(yb_person_get_value(NULL, YB_FIELD_BRDY, &value), YB_E_INVALID);
	yb_person_clear(NULL);
	yb_person_unref(NULL);
}
END_TEST

/* ---- the identity number ---- */

START_TEST(an_identity_number_gives_birth_and_sex)
{
	ck_assert_int_eq(set(YB_FIELD_CERTNO, FEMALE), YB_OK);
	expect_value(person, YB_FIELD_BRDY, day_of("1949-12-31"));
	expect_text(person, YB_FIELD_GEND, "2");
	/* another number, another birth */
	ck_assert_int_eq(set(YB_FIELD_CERTNO, MALE), YB_OK);
	expect_value(person, YB_FIELD_BRDY, day_of("1880-01-01"));
	expect_text(person, YB_FIELD_GEND, "1");
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_CERTNO), YB_OK);
	expect_unknown(person, YB_FIELD_BRDY);
	expect_unknown(person, YB_FIELD_GEND);
}
END_TEST

START_TEST(what_is_given_must_agree_with_the_number)
{
	ck_assert_int_eq(set(YB_FIELD_CERTNO, FEMALE), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_BRDY, "1949-12-30"), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_person_set_day(person, YB_FIELD_BRDY, day_of("1950-12-31")), YB_E_CONTRADICTION);
	ck_assert_int_eq(set(YB_FIELD_GEND, "1"), YB_E_CONTRADICTION);
	expect_value(person, YB_FIELD_BRDY, day_of("1949-12-31"));
	expect_text(person, YB_FIELD_GEND, "2");
	ck_assert_int_eq(set(YB_FIELD_BRDY, "1949-12-31"), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_GEND, "2"), YB_OK);
	/* the given ones outlive the number, and now bind the next */
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_CERTNO), YB_OK);
	expect_value(person, YB_FIELD_BRDY, day_of("1949-12-31"));
	expect_text(person, YB_FIELD_GEND, "2");
	ck_assert_int_eq(set(YB_FIELD_CERTNO, MALE), YB_E_CONTRADICTION);
	expect_unknown(person, YB_FIELD_CERTNO);
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_BRDY), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_CERTNO, MALE), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_GEND), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_CERTNO, MALE), YB_OK);
}
END_TEST

START_TEST(a_sex_not_stated_contradicts_nothing)
{
	ck_assert_int_eq(set(YB_FIELD_GEND, "9"), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_CERTNO, FEMALE), YB_OK);
	expect_text(person, YB_FIELD_GEND, "9");
	ck_assert_int_eq(set(YB_FIELD_GEND, "0"), YB_OK);
	expect_text(person, YB_FIELD_GEND, "0");
}
END_TEST

START_TEST(a_birth_no_longer_given_is_that_of_the_number)
{
	ck_assert_int_eq(set(YB_FIELD_GEND, "9"), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_BRDY, "1949-12-31"), YB_OK);
	ck_assert_int_eq(set(YB_FIELD_CERTNO, FEMALE), YB_OK);
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_BRDY), YB_OK);
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_GEND), YB_OK);
	expect_value(person, YB_FIELD_BRDY, day_of("1949-12-31"));
	expect_text(person, YB_FIELD_GEND, "2");
	ck_assert_int_eq(yb_person_unset(person, YB_FIELD_CERTNO), YB_OK);
	expect_unknown(person, YB_FIELD_BRDY);
}
END_TEST

START_TEST(a_cleared_person_knows_nothing_and_serves_again)
{
	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(set(YB_FIELD_CERTNO, round % 2 ? MALE : FEMALE), YB_OK);
		ck_assert_int_eq(set(YB_FIELD_PSN_IDET_TYPE, "2303"), YB_OK);
		ck_assert_int_eq(yb_person_set_attribute(person, "grade", "L3", 2), YB_OK);
		ck_assert_int_eq(yb_person_set_fen(person, YB_FIELD_YB_PENSION, 1), YB_OK);
		yb_person_clear(person);
		for (yb_field field = YB_FIELD_PSN_NO; field <= YB_FIELD_YB_CARRIED_BALANCE_DAYS; field++)
			expect_unknown(person, field);
		ck_assert_int_eq(set(YB_FIELD_BRDY, "2000-01-01"), YB_OK);
		yb_person_clear(person);
	}
}
END_TEST

/* ---- attributes ---- */

START_TEST(an_attribute_has_a_name_and_a_text)
{
	static const char long_name[] = "a23456789012345678901234567890123456789012345678901234567890123";

	ck_assert_uint_eq(strlen(long_name), 63);
	ck_assert_int_eq(yb_person_set_attribute(person, long_name, TEXT_255, 255), YB_OK);
	ck_assert_int_eq(yb_person_set_attribute(person, "a234567890123456789012345678901234567890123456789012345678901234", "x", 1), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "", "x", 1), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "\377", "x", 1), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "a\tb", "x", 1), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "a", "", 0), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "a", TEXT_255 "6", 256), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "a", "\200", 1), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "a", "x\0y", 3), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute(person, "a", NULL, 0), YB_OK); /* never had it */
}
END_TEST

START_TEST(sixty_four_attributes_are_kept)
{
	char name[16];

	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "a%d", i);
		ck_assert_int_eq(yb_person_set_attribute(person, name, "x", 1), YB_OK);
	}
	ck_assert_int_eq(yb_person_set_attribute(person, "a64", "x", 1), YB_E_LIMIT);
	ck_assert_int_eq(yb_person_set_attribute(person, "a0", "y", 1), YB_OK); /* no new one */
	ck_assert_int_eq(yb_person_set_attribute(person, "a7", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_person_set_attribute(person, "a64", "x", 1), YB_OK);
	ck_assert_int_eq(yb_person_set_attribute(person, "a7", "x", 1), YB_E_LIMIT);
}
END_TEST

/* What the JSON of a person with that one attribute says of it. */
static void
expect_attribute(const char *text)
{
	char expect[320], *json = NULL;

	(void)snprintf(expect, sizeof(expect), "{\"yb_attributes\": {\"a\": \"%s\"}}", text);
	ck_assert_int_eq(yb_person_dup_json(person, &json, NULL), YB_OK);
	ck_assert_str_eq(json, expect);
	yb_free(json);
}

START_TEST(an_attribute_told_as_a_number_is_its_text)
{
	static const struct {
		yb_type type;
		int64_t value;
		yb_status st;
		const char *text;
	} rows[] = {
		{ YB_TYPE_FEN, 0, YB_OK, "0.00" }, { YB_TYPE_FEN, 120050, YB_OK, "1200.50" }, { YB_TYPE_FEN, YB_FEN_LIMIT, YB_OK, "10000000000.00" },
		{ YB_TYPE_FEN, -1, YB_E_BAD_AMOUNT, NULL }, { YB_TYPE_FEN, YB_FEN_LIMIT + 1, YB_E_BAD_AMOUNT, NULL },
		{ YB_TYPE_DAY, 18353, YB_OK, "2020-04-01" }, { YB_TYPE_DAY, -719162, YB_OK, "0001-01-01" }, { YB_TYPE_DAY, 2932896, YB_OK, "9999-12-31" },
		{ YB_TYPE_DAY, -719163, YB_E_BAD_DATE, NULL }, { YB_TYPE_DAY, 2932897, YB_E_BAD_DATE, NULL },
		{ YB_TYPE_FLAG, 0, YB_OK, "no" }, { YB_TYPE_FLAG, 1, YB_OK, "yes" }, { YB_TYPE_FLAG, 2, YB_E_BAD_VALUE, NULL },
		{ YB_TYPE_FLAG, -1, YB_E_BAD_VALUE, NULL }, { YB_TYPE_COUNT, 0, YB_OK, "0" }, { YB_TYPE_COUNT, -3, YB_OK, "-3" },
		{ YB_TYPE_COUNT, 999999999999999999, YB_OK, "999999999999999999" }, { YB_TYPE_COUNT, 1000000000000000000, YB_E_BAD_VALUE, NULL },
		{ YB_TYPE_COUNT, -1000000000000000000, YB_E_BAD_VALUE, NULL }, { YB_TYPE_SCALED, 850000, YB_OK, "0.850000" },
		{ YB_TYPE_SCALED, 1, YB_OK, "0.000001" }, { YB_TYPE_SCALED, -1500000, YB_OK, "-1.500000" }, { YB_TYPE_SCALED, -1, YB_OK, "-0.000001" },
		{ YB_TYPE_SCALED, 999999999999999999, YB_OK, "999999999999.999999" }, { YB_TYPE_SCALED, 1000000000000000000, YB_E_BAD_VALUE, NULL },
		{ 0, 1, YB_E_INVALID, NULL }, { -1, 1, YB_E_INVALID, NULL }, { YB_TYPE_TEXT, 1, YB_E_INVALID, NULL }, { YB_TYPE_CODE, 1, YB_E_INVALID, NULL },
		{ YB_TYPE_CODES, 1, YB_E_INVALID, NULL }, { YB_TYPE_SCALED + 1, 1, YB_E_INVALID, NULL },
	};
	char name[16];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(yb_person_set_attribute(person, "a", i % 2 ? TEXT_255 : "3", i % 2 ? 255 : 1), YB_OK);
		ck_assert_msg(yb_person_set_attribute_value(person, "a", rows[i].type, rows[i].value) == rows[i].st, "row %zu", i);
		expect_attribute(rows[i].text ? rows[i].text : i % 2 ? TEXT_255 : "3");
	}
	ck_assert_int_eq(yb_person_set_attribute_value(person, "a", YB_TYPE_COUNT, 7), YB_OK);
	ck_assert_int_eq(yb_person_set_attribute(person, "a", "", 0), YB_E_BAD_VALUE);
	expect_attribute("7");
	ck_assert_int_eq(yb_person_set_attribute(person, "a", "7", 1), YB_OK);
	expect_attribute("7");
	ck_assert_int_eq(yb_person_set_attribute(person, "a", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_person_set_attribute_value(person, "", YB_TYPE_COUNT, 1), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_person_set_attribute_value(person, NULL, YB_TYPE_COUNT, 1), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_attribute_value(NULL, "a", YB_TYPE_COUNT, 1), YB_E_INVALID);
	for (int i = 0; i < 64; i++) {
		(void)snprintf(name, sizeof(name), "a%d", i);
		ck_assert_int_eq(yb_person_set_attribute_value(person, name, YB_TYPE_COUNT, i), YB_OK);
	}
	ck_assert_int_eq(yb_person_set_attribute_value(person, "a64", YB_TYPE_COUNT, 1), YB_E_LIMIT);
}
END_TEST

/* ---- JSON ---- */

static const char whole[] =
	"{ \"psn_no\": \"11000010000000012345678\", \"certno\": \"11010519491231002x\", \"brdy\": \"1949-12-31\", \"gend\": 2,\n"
	"\t\"insutype\": \"310\", \"psn_type\": \"1201\", \"insuplc_admdvs\": \"110000\", \"psn_idet_type\": [\"2303\", 2304], \"cvlserv_flag\": \"0\",\n"
	"\t\"yb_plan\": \"tier1\", \"yb_retire_date\": \"2020-04-01\", \"yb_flexible\": false, \"yb_newborn_enrolled\": null,\n"
	"\t\"yb_wage_base\": \"8500.00\", \"yb_pension\": 4200.5, \"yb_account_balance\": 1200,\n"
	"\t\"yb_cover\": [ { \"insutype\": \"390\", \"year\": 2024, \"paid_on\": \"2023-11-02\" },"
	" { \"insutype\": \"310\", \"begin\": \"2025-01-01\", \"end\": null } ],\n"
	"\t\"yb_paid_months\": 240, \"yb_actual_months\": 228, \"yb_previous_credit\": \"128.35\",\n"
	"\t\"yb_current_balance_days\": \"365000.50\", \"yb_carried_balance_days\": 0, \"yb_attributes\": { \"grade\": \"L3\", \"kinds\": [\"a\", 2, true], \"none\": null, \"n\": 1.5 } }\n";

START_TEST(the_whole_document_is_read)
{
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_person_new_from_json(whole, strlen(whole), "p.json", &made, &err), YB_OK);
	ck_assert_ptr_null(err);
	expect_text(made, YB_FIELD_PSN_NO, "11000010000000012345678");
	expect_text(made, YB_FIELD_CERTNO, FEMALE);
	expect_value(made, YB_FIELD_BRDY, day_of("1949-12-31"));
	expect_text(made, YB_FIELD_GEND, "2");
	expect_text(made, YB_FIELD_INSUTYPE, "310");
	expect_text(made, YB_FIELD_PSN_TYPE, "1201");
	expect_text(made, YB_FIELD_INSUPLC_ADMDVS, "110000");
	expect_text(made, YB_FIELD_PSN_IDET_TYPE, "2303|2304");
	expect_text(made, YB_FIELD_CVLSERV_FLAG, "0");
	expect_text(made, YB_FIELD_YB_PLAN, "tier1");
	expect_value(made, YB_FIELD_YB_RETIRE_DATE, day_of("2020-04-01"));
	expect_value(made, YB_FIELD_YB_FLEXIBLE, 0);
	expect_unknown(made, YB_FIELD_YB_NEWBORN_ENROLLED);
	expect_value(made, YB_FIELD_YB_WAGE_BASE, 850000);
	expect_value(made, YB_FIELD_YB_PENSION, 420050);
	expect_value(made, YB_FIELD_YB_ACCOUNT_BALANCE, 120000);
	expect_value(made, YB_FIELD_YB_PAID_MONTHS, 240);
	expect_value(made, YB_FIELD_YB_ACTUAL_MONTHS, 228);
	expect_value(made, YB_FIELD_YB_PREVIOUS_CREDIT, 12835);
	expect_value(made, YB_FIELD_YB_CURRENT_BALANCE_DAYS, 36500050);
	expect_value(made, YB_FIELD_YB_CARRIED_BALANCE_DAYS, 0);
	ck_assert_uint_eq(yb_person_get_cover_count(made), 2); /* test_cover.c has the rest */
	yb_person_unref(made);
}
END_TEST

START_TEST(an_absent_key_and_a_null_are_unknown)
{
	static const char *const documents[] = { "{}", "{\"brdy\": null, \"psn_no\": null, \"psn_idet_type\": null, \"yb_cover\": null, \"yb_attributes\": null}" };

	for (int i = 0; i < COUNT(documents); i++) {
		struct yb_person *made = NULL;

		ck_assert_int_eq(yb_person_new_from_json(documents[i], strlen(documents[i]), NULL, &made, NULL), YB_OK);
		for (yb_field field = YB_FIELD_PSN_NO; field <= YB_FIELD_YB_CARRIED_BALANCE_DAYS; field++)
			expect_unknown(made, field);
		yb_person_unref(made);
	}
}
END_TEST

static const struct {
	const char *json;
	yb_field field;
	const char *text; /* NULL: a number */
	int64_t value;
} readings[] = {
	{ "{\"psn_no\": \"\\ud842\\udfb7\"}", YB_FIELD_PSN_NO, "\360\240\256\267", 0 }, /* U+20BB7, one character */
	{ "{\"psn_no\": \"\\u4e00\\/\\\\\"}", YB_FIELD_PSN_NO, "\344\270\200/\\", 0 },
	{ "{\"psn_no\": \"null\"}", YB_FIELD_PSN_NO, "null", 0 },
	{ "{\"psn_no\": 123456789012345678901234567890}", YB_FIELD_PSN_NO, "123456789012345678901234567890", 0 },
	{ "{\"insutype\": 310}", YB_FIELD_INSUTYPE, "310", 0 },
	{ "{\"psn_idet_type\": []}", YB_FIELD_PSN_IDET_TYPE, "", 0 },
	{ "{\"psn_idet_type\": \"\"}", YB_FIELD_PSN_IDET_TYPE, "", 0 },
	{ "{\"psn_idet_type\": \"2304|2303\"}", YB_FIELD_PSN_IDET_TYPE, "2304|2303", 0 },
	{ "{\"certno\": \"110105491231002\"}", YB_FIELD_CERTNO, FEMALE, 0 },
	{ "{\"certno\": \"110105491231002\"}", YB_FIELD_GEND, "2", 0 },
	{ "{\"certno\": \"110105491231002\"}", YB_FIELD_BRDY, NULL, -7306 },
	{ "{\"yb_wage_base\": 0.10}", YB_FIELD_YB_WAGE_BASE, NULL, 10 },
	{ "{\"yb_wage_base\": \"0.1\"}", YB_FIELD_YB_WAGE_BASE, NULL, 10 },
	{ "{\"yb_paid_months\": \"240\"}", YB_FIELD_YB_PAID_MONTHS, NULL, 240 },
	{ "{\"yb_flexible\": true}", YB_FIELD_YB_FLEXIBLE, NULL, 1 },
	{ "{\"yb_flexible\": \"true\"}", YB_FIELD_YB_FLEXIBLE, NULL, 1 },
	{ "{\"yb_flexible\": \"no\"}", YB_FIELD_YB_FLEXIBLE, NULL, 0 },
};

START_TEST(quoted_and_plain_read_the_same)
{
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_msg(yb_person_new_from_json(readings[_i].json, strlen(readings[_i].json), "p", &made, &err) == YB_OK, "%s: %s", readings[_i].json,
	              err ? yb_error_get_message(err) : "");
	if (readings[_i].text)
		expect_text(made, readings[_i].field, readings[_i].text);
	else
		expect_value(made, readings[_i].field, readings[_i].value);
	yb_person_unref(made);
}
END_TEST

static const struct {
	const char *json;
	yb_status status;
	uint32_t line, column;
	const char *subject, *message; /* message: a piece of it */
} faults[] = {
	{ "", YB_E_SYNTAX, 1, 1, "", "a mapping" },
	{ "[]", YB_E_SYNTAX, 1, 1, "", "a mapping" },
	{ "\"x\"", YB_E_SYNTAX, 1, 1, "", "a mapping" },
	{ "{\"gend\": \"1\"\n", YB_E_SYNTAX, 2, 0, "", "" },
	{ "{\"gend\": 1}\n---\n{}", YB_E_SYNTAX, 2, 1, "", "second document" },
	{ "{\"gend\": \"1\", \"gend\": \"1\"}", YB_E_DUPLICATE, 1, 15, "gend", "gend" },
	{ "{\"gend\": &a \"1\"}", YB_E_SYNTAX, 1, 10, "", "anchor" },
	{ "{\"gend\": *a}", YB_E_SYNTAX, 1, 10, "", "alias" },
	{ "{\"gend\": !!str \"1\"}", YB_E_SYNTAX, 1, 10, "", "tag" },
	{ "{\"psn_no\": \"\\u0000\"}", YB_E_BAD_TEXT, 1, 12, "", "NUL" },
	{ "{\"psn_no\": \"\377\"}", YB_E_BAD_TEXT, 1, 13, "", "UTF-8" },
	{ "{\"psn_no\": \"\\ud842\"}", YB_E_SYNTAX, 1, 0, "", "" },
	{ "{\"psn_no\": \"\\udfb7\\ud842\"}", YB_E_SYNTAX, 1, 0, "", "" },
	{ "{\n  \"psn_tpye\": \"1201\"}", YB_E_UNKNOWN_KEY, 2, 3, "psn_tpye", "did you mean \"psn_type\"" },
	{ "{\"insuplc_admvs\": \"110000\"}", YB_E_UNKNOWN_KEY, 1, 2, "insuplc_admvs", "did you mean \"insuplc_admdvs\"" },
	{ "{\"yb_atributes\": {}}", YB_E_UNKNOWN_KEY, 1, 2, "yb_atributes", "did you mean \"yb_attributes\"" },
	{ "{\"hosp_lv\": \"02\"}", YB_E_UNKNOWN_KEY, 1, 2, "hosp_lv", "hosp_lv" },
	{ "{\"\": 1}", YB_E_UNKNOWN_KEY, 1, 2, "", "unknown key" },
	{ "{\"yb_wage_base\": 52000.001}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "52000.001" },
	{ "{\"yb_wage_base\": \"0.1e3\"}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "0.1e3" },
	{ "{\"yb_wage_base\": 5.2e4}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "5.2e4" },
	{ "{\"yb_wage_base\": \"1,000\"}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "1,000" },
	{ "{\"yb_wage_base\": 9223372036854775808}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "amount" },
	{ "{\"yb_wage_base\": -1}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "negative" },
	{ "{\"yb_wage_base\": -0}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "negative" },
	{ "{\"yb_wage_base\": true}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "true" },
	{ "{\"yb_wage_base\": \"\"}", YB_E_BAD_AMOUNT, 1, 18, "yb_wage_base", "amount" },
	{ "{\"yb_wage_base\": }", YB_E_SYNTAX, 1, 0, "yb_wage_base", "no value" },
	{ "{\"yb_wage_base\": [1]}", YB_E_SYNTAX, 1, 18, "yb_wage_base", "found a list" },
	{ "{\"yb_wage_base\": {\"a\": 1}}", YB_E_SYNTAX, 1, 18, "yb_wage_base", "found a mapping" },
	{ "{\"brdy\": \"2025-02-29\"}", YB_E_BAD_DATE, 1, 10, "brdy", "2025-02-29" },
	{ "{\"brdy\": \"2025-02-28 00:00:00\"}", YB_E_BAD_DATE, 1, 10, "brdy", "date" },
	{ "{\"certno\": \"110105194912310021\"}", YB_E_BAD_IDENTITY, 1, 12, "certno", "check digit" },
	{ "{\"insuplc_admdvs\": \"1100\"}", YB_E_BAD_IDENTITY, 1, 20, "insuplc_admdvs", "region" },
	{ "{\"gend\": \"3\"}", YB_E_BAD_VALUE, 1, 10, "gend", "\"3\" is not a code" },
	{ "{\"gend\": [\"1\"]}", YB_E_SYNTAX, 1, 10, "gend", "found a list" },
	{ "{\"psn_no\": true}", YB_E_BAD_VALUE, 1, 12, "psn_no", "flag" },
	{ "{\"psn_no\": \"\"}", YB_E_BAD_VALUE, 1, 12, "psn_no", "empty" },
	{ "{\"psn_no\": \"a\\tb\"}", YB_E_BAD_VALUE, 1, 12, "psn_no", "control" },
	{ "{\"psn_idet_type\": [\"2303\", \"2303\"]}", YB_E_BAD_VALUE, 1, 19, "psn_idet_type", "twice" },
	{ "{\"psn_idet_type\": [\"\"]}", YB_E_BAD_VALUE, 1, 19, "psn_idet_type", "empty" },
	{ "{\"psn_idet_type\": [null]}", YB_E_BAD_VALUE, 1, 19, "psn_idet_type", "item" },
	{ "{\"psn_idet_type\": [[\"2303\"]]}", YB_E_BAD_VALUE, 1, 19, "psn_idet_type", "item" },
	{ "{\"psn_idet_type\": {\"a\": 1}}", YB_E_SYNTAX, 1, 19, "psn_idet_type", "mapping" },
	{ "{\"yb_flexible\": 2}", YB_E_BAD_VALUE, 1, 17, "yb_flexible", "true or false" },
	{ "{\"yb_paid_months\": 1.5}", YB_E_BAD_VALUE, 1, 20, "yb_paid_months", "1.5" },
	{ "{\"certno\": \"" FEMALE "\",\n\"brdy\": \"1949-12-30\"}", YB_E_CONTRADICTION, 2, 9, "brdy", "contradicts" },
	{ "{\"brdy\": \"1949-12-30\",\n\"certno\": \"" FEMALE "\"}", YB_E_CONTRADICTION, 2, 11, "certno", "contradicts brdy" },
	{ "{\"certno\": \"" FEMALE "\",\n\"gend\": \"1\"}", YB_E_CONTRADICTION, 2, 9, "gend", "contradicts" },
	{ "{\"gend\": \"1\",\n\"certno\": \"" FEMALE "\"}", YB_E_CONTRADICTION, 2, 11, "certno", "contradicts gend" },
	{ "{\"yb_attributes\": []}", YB_E_SYNTAX, 1, 19, "yb_attributes", "expected a mapping" },
	{ "{\"yb_attributes\": {\"a\": {\"b\": 1}}}", YB_E_SYNTAX, 1, 25, "a", "found a mapping" },
	{ "{\"yb_attributes\": {\"a\": \"\"}}", YB_E_BAD_VALUE, 1, 25, "a", "attribute" },
	{ "{\"yb_attributes\": {\"a\": []}}", YB_E_BAD_VALUE, 1, 25, "a", "attribute" },
	{ "{\"yb_attributes\": {\"a\": [\"x|y\"]}}", YB_E_BAD_VALUE, 1, 25, "a", "|" },
	{ "{\"yb_attributes\": {\"a\": \"\\u0007\"}}", YB_E_BAD_VALUE, 1, 25, "a", "attribute" },
	{ "{\"yb_cover\": {}}", YB_E_SYNTAX, 1, 14, "yb_cover", "expected a list" },
	{ "{\"yb_cover\": [1]}", YB_E_SYNTAX, 1, 15, "yb_cover", "expected a mapping" },
};

START_TEST(a_bad_document_gives_no_person_and_says_where)
{
	struct yb_person *made = person;
	struct yb_error *err = NULL;
	const char *json = faults[_i].json;
	yb_status st = yb_person_new_from_json(json, strlen(json), "p.json", &made, &err);

	ck_assert_msg(st == faults[_i].status, "%s: %s", json, yb_status_name(st));
	ck_assert_ptr_null(made);
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(yb_error_get_status(err), st);
	ck_assert_str_eq(yb_error_get_source_name(err), "p.json");
	ck_assert_msg(yb_error_get_line(err) == faults[_i].line, "%s: line %u", json, (unsigned)yb_error_get_line(err));
	ck_assert_msg(faults[_i].column == 0 || yb_error_get_column(err) == faults[_i].column, "%s: column %u", json,
	              (unsigned)yb_error_get_column(err));
	ck_assert_str_eq(yb_error_get_subject(err), faults[_i].subject);
	ck_assert_msg(strstr(yb_error_get_message(err), faults[_i].message) != NULL, "%s: %s", json, yb_error_get_message(err));
	ck_assert_ptr_null(yb_error_get_next(err));
	yb_error_unref(err);
	/* the detail is optional */
	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), NULL, &made, NULL), st);
	ck_assert_ptr_null(made);
}
END_TEST

START_TEST(a_nul_in_the_text_is_refused)
{
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_person_new_from_json("{\"gend\": \0\"1\"}", 14, "p", &made, &err), YB_E_BAD_TEXT);
	ck_assert_uint_eq(yb_error_get_line(err), 1);
	ck_assert_uint_eq(yb_error_get_column(err), 10);
	yb_error_unref(err);
}
END_TEST

START_TEST(a_mebibyte_of_brackets_is_refused_soon)
{
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE);
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;

	ck_assert_ptr_nonnull(text);
	memset(text, '[', SIZE);
	ck_assert_int_eq(yb_person_new_from_json(text, SIZE, "p", &made, &err), YB_E_LIMIT);
	ck_assert_uint_eq(yb_error_get_line(err), 1);
	ck_assert_uint_eq(yb_error_get_column(err), 17);
	ck_assert_ptr_null(made);
	yb_error_unref(err);
	free(text);
}
END_TEST

START_TEST(all_findings_are_told_in_the_order_of_the_text)
{
	static const char json[] = "{\"gend\": \"3\",\n\"nonsense\": 1,\n\"brdy\": \"x\",\n\"yb_pension\": -1,\n\"yb_flexible\": 7}";
	static const yb_status expected[] = { YB_E_BAD_VALUE, YB_E_UNKNOWN_KEY, YB_E_BAD_DATE, YB_E_BAD_AMOUNT, YB_E_BAD_VALUE };
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *at;
	int n = 0;

	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &made, &err), YB_E_BAD_VALUE);
	for (at = err; at; at = yb_error_get_next(at), n++) {
		ck_assert_int_lt(n, COUNT(expected));
		ck_assert_int_eq(yb_error_get_status(at), expected[n]);
		ck_assert_uint_eq(yb_error_get_line(at), (uint32_t)n + 1);
	}
	ck_assert_int_eq(n, COUNT(expected));
	yb_error_unref(err);
}
END_TEST

START_TEST(no_more_than_fifty_findings_are_told)
{
	char json[8192] = "{";
	size_t length = 1;
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *at;
	int n = 0;

	for (int i = 0; i < 200; i++)
		length += (size_t)snprintf(json + length, sizeof(json) - length, "%s\"zz%d\": 1", i ? ", " : "", i);
	json[length++] = '}';
	ck_assert_int_eq(yb_person_new_from_json(json, length, "p", &made, &err), YB_E_UNKNOWN_KEY);
	for (at = err; at; at = yb_error_get_next(at))
		n++;
	ck_assert_int_eq(n, 50);
	yb_error_unref(err);
}
END_TEST

/* A number in the right place with a wrong digit, and a right one in a wrong place. */
static const char *const leaks[] = {
	"{\"certno\": \"110105194912310021\"}",
	"{\"certno\": \"" FEMALE "\", \"brdy\": \"1950-01-01\", \"gend\": \"1\"}",
	"{\"brdy\": \"" FEMALE "\"}",
	"{\"psn_no\": \"110105194912310\\u0007021\"}",
	"{\"psn_no\": \"110105\\u0007\"}",
	"{\"gend\": \"110105491231002\"}",
	"{\"yb_wage_base\": \"" FEMALE "\"}",
	"{\"yb_paid_months\": 110105194912310021}",
	"{\"psn_idet_type\": [\"" FEMALE "\"]}",
	"{\"" FEMALE "\": 1}",
	"{\"psn_name\": \"110105194912310021\"}",
	"{\"yb_attributes\": {\"" FEMALE "\": \"\"}}",
	"{\"yb_attributes\": {\"a\": \"" FEMALE "\\u0007\"}}",
	"{\"yb_cover\": [{\"insutype\": \"" FEMALE "\"}]}",
};

START_TEST(no_message_holds_an_identity_number)
{
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *at;

	ck_assert_int_ne(yb_person_new_from_json(leaks[_i], strlen(leaks[_i]), "p", &made, &err), YB_OK);
	for (at = err; at; at = yb_error_get_next(at)) {
		ck_assert_msg(!strstr(yb_error_get_message(at), "110105"), "%s", yb_error_get_message(at));
		ck_assert_msg(!strstr(yb_error_get_subject(at), "110105"), "%s", yb_error_get_subject(at));
	}
	yb_error_unref(err);
}
END_TEST

Suite *
person_suite(void)
{
	Suite *suite = suite_create("person");
	TCase *tcase = tcase_create("person");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_text_is_kept_as_its_field_is_or_refused, 0, COUNT(texts));
	tcase_add_test(tcase, a_length_is_believed_not_a_nul);
	tcase_add_test(tcase, a_refused_value_leaves_the_old_one);
	tcase_add_test(tcase, a_field_may_be_set_from_its_own_text);
	tcase_add_loop_test(tcase, a_number_is_kept_within_its_range, 0, COUNT(numbers));
	tcase_add_test(tcase, every_person_field_of_the_registry_has_a_place);
	tcase_add_test(tcase, the_getter_must_fit_the_type);
	tcase_add_test(tcase, a_null_handle_is_told_not_followed);
	tcase_add_test(tcase, an_identity_number_gives_birth_and_sex);
	tcase_add_test(tcase, what_is_given_must_agree_with_the_number);
	tcase_add_test(tcase, a_sex_not_stated_contradicts_nothing);
	tcase_add_test(tcase, a_birth_no_longer_given_is_that_of_the_number);
	tcase_add_test(tcase, a_cleared_person_knows_nothing_and_serves_again);
	tcase_add_test(tcase, an_attribute_has_a_name_and_a_text);
	tcase_add_test(tcase, an_attribute_told_as_a_number_is_its_text);
	tcase_add_test(tcase, sixty_four_attributes_are_kept);
	tcase_add_test(tcase, the_whole_document_is_read);
	tcase_add_test(tcase, an_absent_key_and_a_null_are_unknown);
	tcase_add_loop_test(tcase, quoted_and_plain_read_the_same, 0, COUNT(readings));
	tcase_add_loop_test(tcase, a_bad_document_gives_no_person_and_says_where, 0, COUNT(faults));
	tcase_add_test(tcase, a_nul_in_the_text_is_refused);
	tcase_add_test(tcase, a_mebibyte_of_brackets_is_refused_soon);
	tcase_add_test(tcase, all_findings_are_told_in_the_order_of_the_text);
	tcase_add_test(tcase, no_more_than_fifty_findings_are_told);
	tcase_add_loop_test(tcase, no_message_holds_an_identity_number, 0, COUNT(leaks));
	suite_add_tcase(suite, tcase);
	return suite;
}
