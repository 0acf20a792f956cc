/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <string.h>

#include <yibao/money.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define UNTOUCHED INT64_C(-777)

Suite *money_suite(void);

static const struct {
	const char *text;
	yb_status status;
	yb_fen fen;
} fen_texts[] = {
	{ "0", YB_OK, 0 },
	{ "-0", YB_OK, 0 },
	{ "-0.00", YB_OK, 0 },
	{ "0.01", YB_OK, 1 },
	{ "-0.05", YB_OK, -5 },
	{ "1", YB_OK, 100 },
	{ "1.5", YB_OK, 150 },
	{ "1.50", YB_OK, 150 },
	{ "007.07", YB_OK, 707 },
	{ "1300.00", YB_OK, 130000 },
	{ "10000000000.00", YB_OK, YB_FEN_LIMIT },
	{ "00000000000000000000000000000000012.34", YB_OK, 1234 },
	{ "92233720368547758.06", YB_OK, INT64_MAX - 1 },
	{ "92233720368547758.07", YB_OK, INT64_MAX },
	{ "92233720368547758.08", YB_E_OVERFLOW, 0 },
	{ "-92233720368547758.07", YB_OK, -INT64_MAX },
	{ "-92233720368547758.08", YB_OK, INT64_MIN },
	{ "-92233720368547758.09", YB_E_OVERFLOW, 0 },
	{ "92233720368547759", YB_E_OVERFLOW, 0 },
	{ "99999999999999999999999999", YB_E_OVERFLOW, 0 },
	{ "99999999999999999999999999x", YB_E_BAD_AMOUNT, 0 },
	{ "", YB_E_BAD_AMOUNT, 0 },
	{ "-", YB_E_BAD_AMOUNT, 0 },
	{ "--1", YB_E_BAD_AMOUNT, 0 },
	{ "+1", YB_E_BAD_AMOUNT, 0 },
	{ ".5", YB_E_BAD_AMOUNT, 0 },
	{ "-.5", YB_E_BAD_AMOUNT, 0 },
	{ "1.", YB_E_BAD_AMOUNT, 0 },
	{ "1.-5", YB_E_BAD_AMOUNT, 0 },
	{ "1.5.", YB_E_BAD_AMOUNT, 0 },
	{ "1..5", YB_E_BAD_AMOUNT, 0 },
	{ "1.234", YB_E_BAD_AMOUNT, 0 },
	{ "1.230", YB_E_BAD_AMOUNT, 0 },
	{ "1e3", YB_E_BAD_AMOUNT, 0 },
	{ "1,300", YB_E_BAD_AMOUNT, 0 },
	{ " 1", YB_E_BAD_AMOUNT, 0 },
	{ "1 ", YB_E_BAD_AMOUNT, 0 },
	{ "0x10", YB_E_BAD_AMOUNT, 0 },
	{ "\xef\xbc\x91", YB_E_BAD_AMOUNT, 0 },
};

START_TEST(an_amount_is_read_exactly_or_refused)
{
	yb_fen fen = UNTOUCHED;
	const char *text = fen_texts[_i].text;

	ck_assert_msg(yb_fen_from_text(text, strlen(text), &fen) == fen_texts[_i].status, "status of \"%s\"", text);
	ck_assert_msg(fen == (fen_texts[_i].status == YB_OK ? fen_texts[_i].fen : UNTOUCHED), "amount of \"%s\"", text);
}
END_TEST

START_TEST(an_amount_with_a_nul_inside_is_refused)
{
	yb_fen fen = UNTOUCHED;

	ck_assert_int_eq(yb_fen_from_text("1\0002", 3, &fen), YB_E_BAD_AMOUNT);
	ck_assert_int_eq(yb_fen_from_text(NULL, 0, &fen), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_from_text("1", 1, NULL), YB_E_INVALID);
	ck_assert(fen == UNTOUCHED);
}
END_TEST

START_TEST(only_the_given_length_is_read)
{
	yb_fen fen;

	ck_assert_int_eq(yb_fen_from_text("12.345", 5, &fen), YB_OK);
	ck_assert(fen == 1234);
}
END_TEST

static const struct {
	yb_fen fen;
	const char *text;
} fen_written[] = {
	{ 0, "0.00" },
	{ 1, "0.01" },
	{ -1, "-0.01" },
	{ -5, "-0.05" },
	{ 99, "0.99" },
	{ 100, "1.00" },
	{ -100, "-1.00" },
	{ 130000, "1300.00" },
	{ INT64_MAX, "92233720368547758.07" },
	{ INT64_MIN, "-92233720368547758.08" },
};

START_TEST(an_amount_is_written_with_two_decimals_and_reads_back)
{
	char text[YB_FEN_TEXT_SIZE];
	yb_fen fen = UNTOUCHED;

	yb_fen_to_text(fen_written[_i].fen, text);
	ck_assert_str_eq(text, fen_written[_i].text);
	ck_assert_int_eq(yb_fen_from_text(text, strlen(text), &fen), YB_OK);
	ck_assert(fen == fen_written[_i].fen);
}
END_TEST

START_TEST(sums_are_checked_at_the_edge)
{
	yb_fen out = UNTOUCHED;

	ck_assert_int_eq(yb_fen_add(INT64_MAX, 1, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(yb_fen_add(INT64_MIN, -1, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(yb_fen_sub(INT64_MIN, 1, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(yb_fen_sub(0, INT64_MIN, &out), YB_E_OVERFLOW);
	ck_assert(out == UNTOUCHED);
	ck_assert_int_eq(yb_fen_add(INT64_MAX - 1, 1, &out), YB_OK);
	ck_assert(out == INT64_MAX);
	ck_assert_int_eq(yb_fen_sub(-1, INT64_MAX, &out), YB_OK);
	ck_assert(out == INT64_MIN);
	ck_assert_int_eq(yb_fen_sub(-1, INT64_MIN, &out), YB_OK);
	ck_assert(out == INT64_MAX);
	ck_assert_int_eq(yb_fen_add(1, 1, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_sub(1, 1, NULL), YB_E_INVALID);
}
END_TEST

/* By hand: half up, half even, up, down. */
static const struct {
	yb_fen fen;
	yb_money_unit unit;
	yb_fen rounded[4];
} rounds[] = {
	{ 39767, YB_UNIT_YUAN, { 39800, 39800, 39800, 39700 } },
	{ 0, YB_UNIT_YUAN, { 0, 0, 0, 0 } },
	{ 1, YB_UNIT_YUAN, { 0, 0, 100, 0 } },
	{ 49, YB_UNIT_YUAN, { 0, 0, 100, 0 } },
	{ 50, YB_UNIT_YUAN, { 100, 0, 100, 0 } },
	{ 51, YB_UNIT_YUAN, { 100, 100, 100, 0 } },
	{ 150, YB_UNIT_YUAN, { 200, 200, 200, 100 } },
	{ 250, YB_UNIT_YUAN, { 300, 200, 300, 200 } },
	{ -1, YB_UNIT_YUAN, { 0, 0, -100, 0 } },
	{ -49, YB_UNIT_YUAN, { 0, 0, -100, 0 } },
	{ -50, YB_UNIT_YUAN, { -100, 0, -100, 0 } },
	{ -51, YB_UNIT_YUAN, { -100, -100, -100, 0 } },
	{ -150, YB_UNIT_YUAN, { -200, -200, -200, -100 } },
	{ -250, YB_UNIT_YUAN, { -300, -200, -300, -200 } },
	{ 4, YB_UNIT_JIAO, { 0, 0, 10, 0 } },
	{ 5, YB_UNIT_JIAO, { 10, 0, 10, 0 } },
	{ 15, YB_UNIT_JIAO, { 20, 20, 20, 10 } },
	{ -25, YB_UNIT_JIAO, { -30, -20, -30, -20 } },
	{ 17, YB_UNIT_FEN, { 17, 17, 17, 17 } },
	{ INT64_MIN, YB_UNIT_FEN, { INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN } },
	{ YB_FEN_LIMIT, YB_UNIT_YUAN, { YB_FEN_LIMIT, YB_FEN_LIMIT, YB_FEN_LIMIT, YB_FEN_LIMIT } },
	{ YB_FEN_LIMIT - 1, YB_UNIT_YUAN, { YB_FEN_LIMIT, YB_FEN_LIMIT, YB_FEN_LIMIT, YB_FEN_LIMIT - 100 } },
};

START_TEST(a_rounding_step_follows_its_mode)
{
	for (yb_rounding mode = YB_ROUND_HALF_UP; mode <= YB_ROUND_DOWN; mode++) {
		yb_fen out = UNTOUCHED;

		ck_assert_int_eq(yb_fen_round(rounds[_i].fen, rounds[_i].unit, mode, &out), YB_OK);
		ck_assert_msg(out == rounds[_i].rounded[mode], "%lld to %d, mode %d gives %lld", (long long)rounds[_i].fen,
		              rounds[_i].unit, mode, (long long)out);
	}
}
END_TEST

START_TEST(a_rounding_step_that_leaves_64_bits_is_refused)
{
	yb_fen out = UNTOUCHED;

	/* ...58.07 yuan: up is 59 yuan, outside; down is 58.00 */
	ck_assert_int_eq(yb_fen_round(INT64_MAX, YB_UNIT_YUAN, YB_ROUND_UP, &out), YB_E_OVERFLOW);
	ck_assert_int_eq(yb_fen_round(INT64_MIN, YB_UNIT_JIAO, YB_ROUND_HALF_UP, &out), YB_E_OVERFLOW);
	ck_assert(out == UNTOUCHED);
	ck_assert_int_eq(yb_fen_round(INT64_MAX, YB_UNIT_YUAN, YB_ROUND_HALF_UP, &out), YB_OK);
	ck_assert(out == INT64_C(9223372036854775800));
	ck_assert_int_eq(yb_fen_round(INT64_MIN, YB_UNIT_JIAO, YB_ROUND_DOWN, &out), YB_OK);
	ck_assert(out == INT64_C(-9223372036854775800));
}
END_TEST

START_TEST(an_unknown_unit_or_mode_is_refused)
{
	yb_fen out = UNTOUCHED;

	ck_assert_int_eq(yb_fen_round(1, 0, YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_round(1, 1000, YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_round(1, -1, YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_round(1, YB_UNIT_FEN, -1, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_round(1, YB_UNIT_FEN, 4, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_round(1, YB_UNIT_FEN, YB_ROUND_UP, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_mul_fraction(1, 1, 0, YB_UNIT_FEN, YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_mul_fraction(1, 1, -1, YB_UNIT_FEN, YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert_int_eq(yb_fen_mul_rate(1, 1, 7, YB_ROUND_UP, &out), YB_E_INVALID);
	ck_assert(out == UNTOUCHED);
}
END_TEST

static const struct {
	yb_fen fen;
	int64_t numerator, denominator;
	yb_money_unit unit;
	yb_rounding mode;
	yb_status status;
	yb_fen result;
} products[] = {
	{ 100, 1, 3, YB_UNIT_FEN, YB_ROUND_HALF_UP, YB_OK, 33 },        /* 33.33 */
	{ 200, 1, 3, YB_UNIT_FEN, YB_ROUND_HALF_UP, YB_OK, 67 },        /* 66.67 */
	{ -200, 1, 3, YB_UNIT_FEN, YB_ROUND_HALF_UP, YB_OK, -67 },
	{ 200, -1, 3, YB_UNIT_FEN, YB_ROUND_DOWN, YB_OK, -66 },
	{ 1, 1, 2, YB_UNIT_FEN, YB_ROUND_HALF_UP, YB_OK, 1 },
	{ 1, 1, 2, YB_UNIT_FEN, YB_ROUND_HALF_EVEN, YB_OK, 0 },
	{ 3, 1, 2, YB_UNIT_FEN, YB_ROUND_HALF_EVEN, YB_OK, 2 },
	{ 1, 1, INT64_MAX, YB_UNIT_YUAN, YB_ROUND_UP, YB_OK, 100 },
	{ 0, INT64_MAX, 1, YB_UNIT_YUAN, YB_ROUND_UP, YB_OK, 0 },
	/* 49.6 fen is 0 yuan; rounded to fen first, it would be 50 and then 1 yuan */
	{ 496, 1, 10, YB_UNIT_YUAN, YB_ROUND_HALF_UP, YB_OK, 0 },
	{ INT64_MAX, INT64_MAX, INT64_MAX, YB_UNIT_FEN, YB_ROUND_HALF_UP, YB_OK, INT64_MAX },
	{ INT64_MIN, INT64_MAX, INT64_MAX, YB_UNIT_FEN, YB_ROUND_HALF_UP, YB_OK, INT64_MIN },
	{ INT64_MIN, INT64_MIN, INT64_MAX, YB_UNIT_FEN, YB_ROUND_HALF_UP, YB_E_OVERFLOW, 0 },
	{ INT64_MAX, 2, 1, YB_UNIT_FEN, YB_ROUND_DOWN, YB_E_OVERFLOW, 0 },
	{ INT64_MIN, -1, 1, YB_UNIT_FEN, YB_ROUND_DOWN, YB_E_OVERFLOW, 0 },
};

START_TEST(a_product_is_rounded_once)
{
	yb_fen out = UNTOUCHED;

	ck_assert_int_eq(yb_fen_mul_fraction(products[_i].fen, products[_i].numerator, products[_i].denominator, products[_i].unit,
	                                     products[_i].mode, &out), products[_i].status);
	ck_assert(out == (products[_i].status == YB_OK ? products[_i].result : UNTOUCHED));
}
END_TEST

START_TEST(a_rate_is_applied_and_rounded_once)
{
	yb_fen out = UNTOUCHED;

	/* 1234.57 x 85 % = 1049.3845 */
	ck_assert_int_eq(yb_fen_mul_rate(123457, 850000, YB_UNIT_FEN, YB_ROUND_HALF_UP, &out), YB_OK);
	ck_assert(out == 104938);
	ck_assert_int_eq(yb_fen_mul_rate(123457, 850000, YB_UNIT_FEN, YB_ROUND_UP, &out), YB_OK);
	ck_assert(out == 104939);
	ck_assert_int_eq(yb_fen_mul_rate(123457, 850000, YB_UNIT_YUAN, YB_ROUND_HALF_UP, &out), YB_OK);
	ck_assert(out == 104900);
	ck_assert_int_eq(yb_fen_mul_rate(INT64_MAX, YB_PPM_ONE, YB_UNIT_FEN, YB_ROUND_HALF_UP, &out), YB_OK);
	ck_assert(out == INT64_MAX);
	ck_assert_int_eq(yb_fen_mul_rate(INT64_MAX, YB_PPM_ONE + 1, YB_UNIT_FEN, YB_ROUND_HALF_UP, &out), YB_E_OVERFLOW);
	ck_assert(out == INT64_MAX);
}
END_TEST

static const struct {
	const char *text;
	yb_status status;
	yb_ppm rate;
} rate_texts[] = {
	{ "0", YB_OK, 0 },
	{ "0%", YB_OK, 0 },
	{ "65%", YB_OK, 650000 },
	{ "0.65", YB_OK, 650000 },
	{ "1", YB_OK, 1000000 },
	{ "100%", YB_OK, 1000000 },
	{ "12.5%", YB_OK, 125000 },
	{ "0.000001", YB_OK, 1 },
	{ "0.0001%", YB_OK, 1 },
	{ "0.0000010", YB_OK, 1 },
	{ "0.0000011", YB_E_BAD_VALUE, 0 },
	{ "0.00001%", YB_E_BAD_VALUE, 0 },
	{ "0.00010000%", YB_OK, 1 },
	{ "2147.483647", YB_OK, INT32_MAX },
	{ "214748.3647%", YB_OK, INT32_MAX },
	{ "2147.483648", YB_E_OVERFLOW, 0 },
	{ "2147.4836481", YB_E_BAD_VALUE, 0 },
	{ "99999999999999999999999", YB_E_OVERFLOW, 0 },
	{ "", YB_E_BAD_VALUE, 0 },
	{ "%", YB_E_BAD_VALUE, 0 },
	{ "-1", YB_E_BAD_VALUE, 0 },
	{ "+1", YB_E_BAD_VALUE, 0 },
	{ ".5", YB_E_BAD_VALUE, 0 },
	{ "1.", YB_E_BAD_VALUE, 0 },
	{ "1.%", YB_E_BAD_VALUE, 0 },
	{ "65%%", YB_E_BAD_VALUE, 0 },
	{ "65 %", YB_E_BAD_VALUE, 0 },
	{ "6.5.1", YB_E_BAD_VALUE, 0 },
	{ "1e-1", YB_E_BAD_VALUE, 0 },
};

START_TEST(a_rate_is_read_exactly_or_refused)
{
	yb_ppm rate = -7;
	const char *text = rate_texts[_i].text;

	ck_assert_msg(yb_ppm_from_text(text, strlen(text), &rate) == rate_texts[_i].status, "status of \"%s\"", text);
	ck_assert_msg(rate == (rate_texts[_i].status == YB_OK ? rate_texts[_i].rate : -7), "rate of \"%s\"", text);
}
END_TEST

Suite *
money_suite(void)
{
	Suite *suite = suite_create("money");
	TCase *tcase = tcase_create("money");

	tcase_add_loop_test(tcase, an_amount_is_read_exactly_or_refused, 0, COUNT(fen_texts));
	tcase_add_test(tcase, an_amount_with_a_nul_inside_is_refused);
	tcase_add_test(tcase, only_the_given_length_is_read);
	tcase_add_loop_test(tcase, an_amount_is_written_with_two_decimals_and_reads_back, 0, COUNT(fen_written));
	tcase_add_test(tcase, sums_are_checked_at_the_edge);
	tcase_add_loop_test(tcase, a_rounding_step_follows_its_mode, 0, COUNT(rounds));
	tcase_add_test(tcase, a_rounding_step_that_leaves_64_bits_is_refused);
	tcase_add_test(tcase, an_unknown_unit_or_mode_is_refused);
	tcase_add_loop_test(tcase, a_product_is_rounded_once, 0, COUNT(products));
	tcase_add_test(tcase, a_rate_is_applied_and_rounded_once);
	tcase_add_loop_test(tcase, a_rate_is_read_exactly_or_refused, 0, COUNT(rate_texts));
	suite_add_tcase(suite, tcase);
	return suite;
}
