/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/identity.h>

#include "base/text.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *identity_suite(void);

/* The first two are the examples of GB 11643; the check digits of the others were computed apart from the library. */
static const struct {
	const char *text, *number, *birth;
	int32_t sex;
} good[] = {
	{ "11010519491231002X", "11010519491231002X", "1949-12-31", 2 },
	{ "440524188001010014", "440524188001010014", "1880-01-01", 1 },
	{ "11010519491231002x", "11010519491231002X", "1949-12-31", 2 },
	{ "110105491231002", "11010519491231002X", "1949-12-31", 2 },
	{ "810000200002290011", "810000200002290011", "2000-02-29", 1 },
	{ "820000199901011238", "820000199901011238", "1999-01-01", 1 },
	{ "830000198512319981", "830000198512319981", "1985-12-31", 2 },
	{ "911123199006154569", "911123199006154569", "1990-06-15", 2 },
	{ "110105000101010017", "110105000101010017", "0001-01-01", 1 },
};

START_TEST(a_well_formed_number_is_read)
{
	yb_day birth = -7, expected = -8;
	int32_t sex = -7;
	char number[YB_IDENTITY_TEXT_SIZE];

	ck_assert_int_eq(yb_day_from_text(good[_i].birth, 10, &expected), YB_OK);
	ck_assert_int_eq(yb_identity_check(good[_i].text, strlen(good[_i].text), &birth, &sex, number), YB_OK);
	ck_assert_int_eq(birth, expected);
	ck_assert_int_eq(sex, good[_i].sex);
	ck_assert_str_eq(number, good[_i].number);
	ck_assert_int_eq(yb_identity_check(good[_i].text, strlen(good[_i].text), NULL, NULL, NULL), YB_OK);
}
END_TEST

static const struct {
	const char *text, *fault;
} bad[] = {
	{ "", "empty" },
	{ "1", "short" },
	{ "11010519491231002", "17 characters" },
	{ "11010519491231002XX", "19 characters" },
	{ "11010549123100", "14 digits" },
	{ "1101054912310021", "16 digits" },
	{ "110105194912310020", "check digit, should be X" },
	{ "110105194912310029", "check digit, should be X" },
	{ "11010519491231002Y", "no such check character" },
	{ "440524188001010015", "check digit, one above" },
	{ "440524188001010013", "check digit, one below" },
	{ "44052418800101001X", "check digit, should be 4" },
	{ "404524188001010014", "two digits exchanged" },
	{ "440524188001100014", "two digits exchanged" },
	{ "110105200102290029", "29 February of a common year" },
	{ "110105190002290025", "29 February 1900" },
	{ "11010519490431002X", "31 April" },
	{ "110105194913310021", "month 13" },
	{ "110105194900310022", "month 0" },
	{ "110105194912320025", "day 32" },
	{ "110105194912000021", "day 0" },
	{ "110105000012310026", "year 0" },
	{ "000105194912310024", "province 00" },
	{ "100105194912310028", "province 10" },
	{ "840105194912310020", "province 84" },
	{ "89010519491231002X", "province 89" },
	{ "1101051949123100 X", "blank" },
	{ "11010519491231O02X", "letter O" },
	{ "X1010519491231002X", "X in front" },
	{ "-1010519491231002X", "sign" },
	{ "1101054912310O2", "letter in 15" },
	{ "11010549123100X", "X at the end of 15" },
	{ "110105490229002", "29 February 1949" },
	{ "ABC110105491231", "letters in front" },
	{ "\357\274\221010519491231002", "full-width digit" },
};

START_TEST(a_faulty_number_is_refused_and_fills_nothing)
{
	yb_day birth = -7;
	int32_t sex = -7;
	char number[YB_IDENTITY_TEXT_SIZE] = "untouched";

	ck_assert_msg(yb_identity_check(bad[_i].text, strlen(bad[_i].text), &birth, &sex, number) == YB_E_BAD_IDENTITY, "%s: %s",
	              bad[_i].text, bad[_i].fault);
	ck_assert_int_eq(birth, -7);
	ck_assert_int_eq(sex, -7);
	ck_assert_str_eq(number, "untouched");
}
END_TEST

START_TEST(any_single_wrong_digit_is_found)
{
	for (size_t at = 0; at < 17; at++) {
		for (char c = '0'; c <= '9'; c++) {
			char text[] = "11010519491231002X";

			if (text[at] == c)
				continue;
			text[at] = c;
			ck_assert_msg(yb_identity_check(text, 18, NULL, NULL, NULL) == YB_E_BAD_IDENTITY, "%s", text);
		}
	}
}
END_TEST

START_TEST(any_two_neighbours_exchanged_are_found)
{
	static const char number[] = "440524188001010014";

	for (size_t at = 0; at < 16; at++) {
		char text[sizeof(number)];

		memcpy(text, number, sizeof(number));
		text[at] = number[at + 1];
		text[at + 1] = number[at];
		if (number[at] != number[at + 1])
			ck_assert_msg(yb_identity_check(text, 18, NULL, NULL, NULL) == YB_E_BAD_IDENTITY, "%s", text);
	}
}
END_TEST

START_TEST(a_nul_inside_is_a_wrong_character)
{
	ck_assert_int_eq(yb_identity_check("1101051949\0231002X", 17, NULL, NULL, NULL), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_identity_check("1101051949123100\0X", 18, NULL, NULL, NULL), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_uscc_check("91350100M000100Y\0003", 18), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_uscc_check("91350100M000100Y4\000", 18), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_identity_check(NULL, 0, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_uscc_check(NULL, 0), YB_E_INVALID);
	ck_assert_int_eq(yb_admdvs_check(NULL, 0), YB_E_INVALID);
}
END_TEST

static const struct {
	const char *text, *masked;
} masks[] = {
	{ "", "" },
	{ "1", "*" },
	{ "1234567", "*******" },
	{ "12345678", "123*5678" },
	{ "123456789", "123**6789" },
	{ "11010519491231002X", "110***********002X" },
	{ "110105491231002", "110********1002" },
	/* characters, not bytes, and never half of one */
	{ "\345\274\240\344\270\211", "**" },
	{ "\345\274\240\344\270\211 1234", "*******" },
	{ "\345\274\240\344\270\211 12345", "\345\274\240\344\270\211 *2345" },
	/* not UTF-8: nothing is shown */
	{ "\377123456789", "**********" },
};

START_TEST(a_mask_shows_three_and_four_characters_at_most)
{
	char masked[32];

	yb_identity_mask(masks[_i].text, strlen(masks[_i].text), masked);
	ck_assert_str_eq(masked, masks[_i].masked);
}
END_TEST

static const struct {
	const char *text;
	yb_status status;
} uscc[] = {
	/* the first two are known codes; the others follow GB 32100 */
	{ "91350100M000100Y43", YB_OK },
	{ "11320000MB151840XJ", YB_OK },
	{ "000000000000000000", YB_OK },
	{ "YY999999YYYYYYYYY2", YB_OK },
	{ "91350100M000100Y44", YB_E_BAD_IDENTITY },
	{ "91350100M000100Y42", YB_E_BAD_IDENTITY },
	{ "91350100M000100Y4Z", YB_E_BAD_IDENTITY },
	{ "91350100M000100Y4I", YB_E_BAD_IDENTITY },
	{ "91350100M00O100Y43", YB_E_BAD_IDENTITY },
	{ "91350100m000100y43", YB_E_BAD_IDENTITY },
	{ "91350100M000100Y4", YB_E_BAD_IDENTITY },
	{ "91350100M000100Y433", YB_E_BAD_IDENTITY },
	{ "19350100M000100Y43", YB_E_BAD_IDENTITY },
	{ "9135010AM000100Y4K", YB_E_BAD_IDENTITY }, /* right sum, letter in the region */
	{ "", YB_E_BAD_IDENTITY },
};

START_TEST(a_credit_code_has_its_check_character)
{
	ck_assert_msg(yb_uscc_check(uscc[_i].text, strlen(uscc[_i].text)) == uscc[_i].status, "%s", uscc[_i].text);
}
END_TEST

static const struct {
	const char *text;
	yb_status status;
} regions[] = {
	{ "110000", YB_OK }, { "361199", YB_OK }, { "440399", YB_OK }, { "830000", YB_OK }, { "900000", YB_OK }, { "999999", YB_OK },
	{ "109999", YB_E_BAD_IDENTITY }, { "840000", YB_E_BAD_IDENTITY }, { "899999", YB_E_BAD_IDENTITY }, { "000000", YB_E_BAD_IDENTITY },
	{ "11000", YB_E_BAD_IDENTITY }, { "1100000", YB_E_BAD_IDENTITY }, { "11000x", YB_E_BAD_IDENTITY }, { "-11000", YB_E_BAD_IDENTITY },
	{ "", YB_E_BAD_IDENTITY },
};

START_TEST(a_region_code_has_six_digits_and_a_province)
{
	ck_assert_msg(yb_admdvs_check(regions[_i].text, strlen(regions[_i].text)) == regions[_i].status, "%s", regions[_i].text);
}
END_TEST

/* What a message may have quoted, and how it is shown. */
static const struct {
	const char *text, *shown;
	bool within;
} quoted[] = {
	{ "\"11010519491231002X\" is no day", "\"110***************\" is no day", true },
	{ "a 11010519491231002x b 440524188001010014", "a 110*************** b 440***************", true },
	{ "110105194912310029", "110***************", false },              /* a wrong check digit: still somebody's, but not known to be one */
	{ "key-1101051949123100", "key-110*************", false },           /* cut short */
	{ "11010519491231", "110***********", false },                       /* region and birth alone */
	{ "1101051949123", "1101051949123", false },
	{ "110105491231002", "110************", false },                     /* of fifteen digits */
	{ "110105194912310029 and 1", "110*************** and 1", false },
	{ "1101051949123100291", "1101051949123100291", false },             /* nineteen digits are another number */
	{ "no 110105194913310029", "no 110105194913310029", false },         /* there is no month 13 */
	{ "990000202601050012", "990***************", false },
	{ "000000202601050012", "000000202601050012", false },               /* nor a province 00 */
	{ "12345678901234567X", "12345678901234567X", false },
	{ "", "", false },
};

START_TEST(what_looks_like_an_identity_number_is_hidden)
{
	char text[100];

	memcpy(text, quoted[_i].text, strlen(quoted[_i].text) + 1);
	ck_assert_int_eq(ybi_identity_within(text, strlen(text)), quoted[_i].within);
	ybi_identity_hide(text, strlen(text));
	ck_assert_str_eq(text, quoted[_i].shown);
}
END_TEST

Suite *
identity_suite(void)
{
	Suite *suite = suite_create("identity");
	TCase *tcase = tcase_create("identity");

	tcase_add_loop_test(tcase, a_well_formed_number_is_read, 0, COUNT(good));
	tcase_add_loop_test(tcase, a_faulty_number_is_refused_and_fills_nothing, 0, COUNT(bad));
	tcase_add_test(tcase, any_single_wrong_digit_is_found);
	tcase_add_test(tcase, any_two_neighbours_exchanged_are_found);
	tcase_add_test(tcase, a_nul_inside_is_a_wrong_character);
	tcase_add_loop_test(tcase, a_mask_shows_three_and_four_characters_at_most, 0, COUNT(masks));
	tcase_add_loop_test(tcase, a_credit_code_has_its_check_character, 0, COUNT(uscc));
	tcase_add_loop_test(tcase, a_region_code_has_six_digits_and_a_province, 0, COUNT(regions));
	tcase_add_loop_test(tcase, what_looks_like_an_identity_number_is_hidden, 0, COUNT(quoted));
	suite_add_tcase(suite, tcase);
	return suite;
}
