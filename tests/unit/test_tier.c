/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <string.h>

#include "rule/tier.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *tier_suite(void);

static struct ybi_fraction
f(int64_t n)
{
	return ybi_fraction_from(n);
}

static struct ybi_fraction
q(int64_t n, int64_t d)
{
	struct ybi_fraction out = ybi_fraction_from(0);

	ck_assert_int_eq(ybi_fraction_make(n, d, &out), YB_OK);
	return out;
}

static void
is(struct ybi_fraction found, int64_t n, int64_t d, const char *what, const char *why)
{
	ck_assert_msg(ybi_fraction_cmp(found, q(n, d)) == 0, "%s: %s is not %lld/%lld", why, what, (long long)n, (long long)d);
}

/* Borders 10, 20, 30 at 50, 60, 0, 100 %; deductible 4; nothing before; whole fen. */
static struct ybi_tier_input
input(void)
{
	struct ybi_tier_input in;

	memset(&in, 0, sizeof(in));
	in.base = in.start = in.payment_room = in.cost_room = f(0);
	in.deductible = f(4);
	in.origin_zero = true;
	in.bands = 4;
	for (int i = 0; i < 3; i++)
		in.border[i] = f(10 * (i + 1));
	in.ratio[0] = q(1, 2);
	in.ratio[1] = q(3, 5);
	in.ratio[2] = f(0);
	in.ratio[3] = f(1);
	in.step = f(1);
	in.mode = YB_ROUND_HALF_UP;
	return in;
}

/* What must hold of every layer, whatever went in. */
static void
expect_identities(const struct ybi_tier_input *in, const struct ybi_tier_output *out, const char *why)
{
	struct ybi_fraction sum, x;

	ck_assert_int_eq(ybi_fraction_add(out->deductible, out->scope, &sum), YB_OK);
	ck_assert_msg(ybi_fraction_cmp(sum, out->base) == 0, "%s: base = deductible + scope", why);
	ck_assert_int_eq(ybi_fraction_add(out->absorbed, out->over, &sum), YB_OK);
	ck_assert_msg(ybi_fraction_cmp(sum, out->base) == 0, "%s: base = absorbed + over", why);
	ck_assert_int_eq(ybi_fraction_add(out->paid, out->self, &sum), YB_OK);
	ck_assert_msg(ybi_fraction_cmp(sum, out->absorbed) == 0, "%s: absorbed = paid + self", why);
	ck_assert_int_eq(ybi_fraction_add(out->self, out->over, &sum), YB_OK);
	ck_assert_msg(ybi_fraction_cmp(sum, out->left) == 0, "%s: left = self + over", why);
	ck_assert_int_eq(ybi_fraction_add(out->own, out->deductible, &sum), YB_OK);
	ck_assert_msg(ybi_fraction_cmp(sum, out->self) == 0, "%s: self = own + deductible", why);
	ck_assert_msg(ybi_fraction_sign(out->over) >= 0 && ybi_fraction_sign(out->absorbed) >= 0, "%s: over, absorbed", why);
	ck_assert_msg(ybi_fraction_sign(out->paid) >= 0 && ybi_fraction_sign(out->exact) >= 0, "%s: paid", why);
	ck_assert_msg(ybi_fraction_cmp(out->exact, out->uncapped) <= 0, "%s: exact above uncapped", why);
	if (in->has_payment_room)
		ck_assert_msg(ybi_fraction_cmp(out->paid, in->payment_room) <= 0, "%s: paid above the room", why);
	x = f(0);
	for (uint32_t i = 0; i < in->bands; i++)
		ck_assert_int_eq(ybi_fraction_add(x, out->band[i], &x), YB_OK);
	if (!in->after_ratio)
		ck_assert_msg(ybi_fraction_cmp(x, out->exact) == 0, "%s: the bands add up", why);
}

static struct ybi_tier_output
pay(const struct ybi_tier_input *in, const char *why)
{
	struct ybi_tier_output out;

	ck_assert_msg(ybi_tier_pay(in, &out) == YB_OK, "%s", why);
	expect_identities(in, &out, why);
	return out;
}

/* ---- bands ---- */

/* EVIDENCE: worked by hand, in tenths. From the first yuan: 4 is the deductible, so 6 at 50 %, 10 at 60 %, 10 at 0 %, the rest at 100 %. */
static const struct {
	int64_t base, deductible, tenths;
	const char *why;
} zero_origin[] = {
	{ -5, 0, 0, "a base below zero counts as zero" }, { 0, 0, 0, "nothing" }, { 3, 3, 0, "below the deductible" },
	{ 4, 4, 0, "exactly the deductible" }, { 5, 4, 5, "one above" }, { 9, 4, 25, "one below the first border" },
	{ 10, 4, 30, "on it" }, { 11, 4, 36, "one above it" }, { 19, 4, 84, "one below the second" }, { 20, 4, 90, "on it" },
	{ 21, 4, 90, "one into the band of 0 %" }, { 30, 4, 90, "its end" }, { 31, 4, 100, "one above it" },
	{ 1000000000000, 4, 10000000000000 - 210, "the largest bill" },
};

START_TEST(bands_from_the_first_yuan_are_paid_at_every_edge)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.base = f(zero_origin[_i].base);
	out = pay(&in, zero_origin[_i].why);
	is(out.deductible, zero_origin[_i].deductible, 1, "deductible", zero_origin[_i].why);
	is(out.exact, zero_origin[_i].tenths, 10, "exact", zero_origin[_i].why);
	is(out.uncapped, zero_origin[_i].tenths, 10, "uncapped", zero_origin[_i].why);
	is(out.over, 0, 1, "over", zero_origin[_i].why);
}
END_TEST

/* EVIDENCE: worked by hand. After the deductible the first band holds 10, not 6. */
static const struct {
	int64_t base, tenths;
	const char *why;
} net_origin[] = {
	{ 0, 0, "nothing" }, { 4, 0, "exactly the deductible" }, { 5, 5, "one above" }, { 13, 45, "one below the border" }, { 14, 50, "on it" },
	{ 15, 56, "one above" }, { 24, 110, "the second border" }, { 34, 110, "the third" }, { 35, 120, "one above it" },
};

START_TEST(bands_after_the_deductible_begin_behind_it)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.origin_zero = false;
	in.base = f(net_origin[_i].base);
	out = pay(&in, net_origin[_i].why);
	is(out.exact, net_origin[_i].tenths, 10, "exact", net_origin[_i].why);
}
END_TEST

/* EVIDENCE: worked by hand. A stay of 12 after 15 were taken, deductible 4: from the first yuan [19, 27] = 1 at 60 %; after the deductible [15, 23] = 5 at 60 %. */
START_TEST(a_stay_goes_on_where_the_year_stands)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.base = f(12);
	in.start = f(15);
	out = pay(&in, "origin zero");
	is(out.exact, 6, 10, "exact", "origin zero");
	is(out.band[1], 6, 10, "band 2", "origin zero");
	is(out.band[2], 0, 1, "band 3", "origin zero");
	in.origin_zero = false;
	out = pay(&in, "origin deductible");
	is(out.exact, 30, 10, "exact", "origin deductible");
	in.start = f(30); /* all of it in the last band */
	out = pay(&in, "from the last border");
	is(out.exact, 8, 1, "exact", "from the last border");
	in.deductible = f(0); /* two stays are what one would be */
	in.start = f(0);
	in.base = f(33);
	out = pay(&in, "one stay");
	is(out.exact, 140, 10, "exact", "one stay");
	in.base = f(17);
	out = pay(&in, "the first of two");
	is(out.exact, 92, 10, "exact", "the first of two");
	in.start = f(17);
	in.base = f(16);
	out = pay(&in, "the second of two");
	is(out.exact, 48, 10, "exact", "the second of two");
}
END_TEST

START_TEST(one_band_has_no_border)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.bands = 1;
	in.base = f(104);
	out = pay(&in, "one band");
	is(out.exact, 50, 1, "exact", "one band");
	in.ratio[0] = f(0);
	out = pay(&in, "0 %");
	is(out.exact, 0, 1, "exact", "0 %");
	is(out.own, 100, 1, "own", "0 %");
	is(out.over, 0, 1, "over", "0 %");
	in.ratio[0] = f(1);
	out = pay(&in, "100 %");
	is(out.exact, 100, 1, "exact", "100 %");
	is(out.own, 0, 1, "own", "100 %");
}
END_TEST

START_TEST(all_thirty_two_bands_may_be_used)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.bands = YBI_BANDS;
	in.deductible = f(0);
	for (int i = 0; i < YBI_BANDS; i++) {
		in.ratio[i] = q(i, YBI_BANDS);
		if (i)
			in.border[i - 1] = f(i);
	}
	in.base = f(YBI_BANDS);
	out = pay(&in, "32 bands");
	is(out.exact, 31 * 32 / 2, 32, "exact", "32 bands"); /* 0 + 1 + … + 31, over 32 */
	is(out.band[31], 31, 32, "band 32", "32 bands");
}
END_TEST

/* ---- the ratio first, the deductible after ---- */

/* EVIDENCE: worked by hand. 10 at 50 % = 5, less 4 = 1; 8 at 50 % = 4, less 4 = 0. */
static const struct {
	int64_t base, tenths, deductible; /* both in tenths: no more is charged than the ratio gave */
	const char *why;
} after[] = {
	{ 0, 0, 0, "nothing" }, { 3, 0, 15, "1.5 less 4" }, { 7, 0, 35, "3.5 less 4" }, { 8, 0, 40, "4 less 4" }, { 9, 5, 40, "4.5 less 4" },
	{ 10, 10, 40, "5 less 4" }, { 20, 70, 40, "11 less 4" }, { 31, 80, 40, "12 less 4" },
};

START_TEST(a_deductible_after_the_ratio_is_taken_from_the_payment)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.after_ratio = true;
	in.base = f(after[_i].base);
	out = pay(&in, after[_i].why);
	is(out.exact, after[_i].tenths, 10, "exact", after[_i].why);
	is(out.deductible, after[_i].deductible, 10, "deductible", after[_i].why);
	is(out.absorbed, after[_i].base, 1, "absorbed", after[_i].why);
}
END_TEST

/* EVIDENCE: worked by hand. 20 at the bands give 11, less 4 = 7; with room 5 the layer stops where it has paid 9: 10 + 4 / 0.6 = 50/3. */
START_TEST(a_ceiling_on_payment_holds_behind_a_deductible_after_the_ratio)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.after_ratio = true;
	in.base = f(20);
	in.has_payment_room = true;
	in.payment_room = f(5);
	out = pay(&in, "room 5");
	is(out.exact, 5, 1, "exact", "room 5");
	is(out.uncapped, 7, 1, "uncapped", "room 5");
	is(out.absorbed, 50, 3, "absorbed", "room 5");
	is(out.over, 10, 3, "over", "room 5");
	in.payment_room = f(7);
	out = pay(&in, "room 7, exactly what is paid");
	is(out.exact, 7, 1, "exact", "room 7");
	is(out.over, 0, 1, "over", "room 7");
}
END_TEST

/* ---- ceilings on payment ---- */

/* EVIDENCE: 85 % with room 10,000: stops at a cost of 10000/0.85 = 200000/17 behind the deductible. */
START_TEST(a_ceiling_on_payment_stops_at_a_rational_point)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.bands = 1;
	in.ratio[0] = q(85, 100);
	in.deductible = f(0);
	in.base = f(20000);
	in.has_payment_room = true;
	in.payment_room = f(10000);
	out = pay(&in, "85 %");
	is(out.exact, 10000, 1, "exact", "85 %");
	is(out.paid, 10000, 1, "paid", "85 %");
	is(out.uncapped, 17000, 1, "uncapped", "85 %");
	is(out.absorbed, 200000, 17, "absorbed", "85 %");
	is(out.over, 140000, 17, "over", "85 %");
	is(out.own, 30000, 17, "own", "85 %");
	in.deductible = f(1300);
	out = pay(&in, "with a deductible");
	is(out.absorbed, 222100, 17, "absorbed", "with a deductible"); /* 1300 + 200000/17 */
	is(out.self, 222100 - 170000, 17, "self", "with a deductible");
	in.origin_zero = false;
	in.start = f(555);
	out = pay(&in, "from somewhere, after the deductible");
	is(out.absorbed, 222100, 17, "absorbed", "from somewhere");
}
END_TEST

static const struct {
	int64_t room, tenths_paid, absorbed_n, absorbed_d;
	const char *why;
} rooms[] = { /* base 40: 3 + 6 + 0 + 10 = 19 */
	{ 0, 0, 4, 1, "no room: only the deductible was dealt with" }, { 1, 10, 6, 1, "within the first band" }, { 3, 30, 10, 1, "exactly the first band" },
	{ 4, 40, 35, 3, "10 + 1 / 0.6" }, { 9, 90, 30, 1, "exactly two bands: the band of 0 % lies before the stop" }, { 10, 100, 31, 1, "one into the last" },
	{ 18, 180, 39, 1, "one less than all" }, { 19, 190, 40, 1, "exactly all" }, { 20, 190, 40, 1, "more than all" },
};

START_TEST(a_room_is_kept_at_every_edge)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.base = f(40);
	in.has_payment_room = true;
	in.payment_room = f(rooms[_i].room);
	out = pay(&in, rooms[_i].why);
	is(out.exact, rooms[_i].tenths_paid, 10, "exact", rooms[_i].why);
	is(out.uncapped, 19, 1, "uncapped", rooms[_i].why);
	if (rooms[_i].room != 9)
		is(out.absorbed, rooms[_i].absorbed_n, rooms[_i].absorbed_d, "absorbed", rooms[_i].why);
	else /* paid 9 at 20, and still 9 at 30: the layer stops where it would pay more, or where it had paid all it may */
		ck_assert(ybi_fraction_cmp(out.absorbed, f(20)) >= 0 && ybi_fraction_cmp(out.absorbed, f(30)) <= 0);
}
END_TEST

START_TEST(a_fraction_of_a_room_is_posted_downwards)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.base = f(40);
	in.has_payment_room = true;
	in.payment_room = q(19, 2); /* 9.5: a share of a wage, say */
	out = pay(&in, "9.5 in fen");
	is(out.exact, 19, 2, "exact", "9.5 in fen");
	is(out.paid, 9, 1, "paid", "9.5 in fen");
	in.step = f(10);
	in.mode = YB_ROUND_UP;
	out = pay(&in, "9.5 in jiao");
	is(out.paid, 0, 1, "paid", "9.5 in jiao");
}
END_TEST

/* ---- ceilings on cost ---- */

static const struct {
	int64_t room, tenths, absorbed;
	bool origin_zero;
	const char *why;
} costs[] = { /* base 40, deductible 4 */
	{ 0, 0, 0, true, "no room" }, { 1, 0, 1, true, "within the deductible" }, { 3, 0, 3, true, "one below it" }, { 4, 0, 4, true, "the deductible" },
	{ 5, 5, 5, true, "one above" }, { 10, 30, 10, true, "the first border" }, { 25, 90, 25, true, "within the band of 0 %" },
	{ 39, 180, 39, true, "one less than all" }, { 40, 190, 40, true, "exactly all" }, { 41, 190, 40, true, "more than all" },
	{ 4, 0, 4, false, "net: the deductible" }, { 14, 50, 14, false, "net: the first border" }, { 40, 170 - 0, 40, false, "net: all" },
};

START_TEST(a_ceiling_on_cost_ends_the_interval)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.base = f(40);
	in.origin_zero = costs[_i].origin_zero;
	in.has_cost_room = true;
	in.cost_room = f(costs[_i].room);
	out = pay(&in, costs[_i].why);
	is(out.absorbed, costs[_i].absorbed, 1, "absorbed", costs[_i].why);
	is(out.exact, costs[_i].tenths, 10, "exact", costs[_i].why);
	is(out.over, 40 - costs[_i].absorbed, 1, "over", costs[_i].why);
}
END_TEST

START_TEST(the_tighter_of_two_ceilings_holds)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.base = f(40);
	in.has_cost_room = in.has_payment_room = true;
	in.cost_room = f(20);
	in.payment_room = f(3);
	out = pay(&in, "payment");
	is(out.exact, 3, 1, "exact", "payment");
	is(out.absorbed, 10, 1, "absorbed", "payment");
	is(out.uncapped, 9, 1, "uncapped, before the payment ceiling and after that on cost", "payment");
	in.payment_room = f(30);
	out = pay(&in, "cost");
	is(out.exact, 9, 1, "exact", "cost");
	is(out.absorbed, 20, 1, "absorbed", "cost");
}
END_TEST

/* ---- rounding ---- */

static const struct {
	int64_t n, d, step;
	yb_rounding mode;
	int64_t paid;
} roundings[] = {
	{ 1, 2, 1, YB_ROUND_HALF_UP, 1 }, { 1, 2, 1, YB_ROUND_HALF_EVEN, 0 }, { 3, 2, 1, YB_ROUND_HALF_EVEN, 2 }, { 1, 2, 1, YB_ROUND_UP, 1 },
	{ 1, 2, 1, YB_ROUND_DOWN, 0 }, { 49, 100, 1, YB_ROUND_HALF_UP, 0 }, { 1, 1000, 1, YB_ROUND_UP, 1 }, { 999, 1000, 1, YB_ROUND_DOWN, 0 },
	{ 5, 1, 10, YB_ROUND_HALF_UP, 10 }, { 15, 1, 10, YB_ROUND_HALF_EVEN, 20 }, { 25, 1, 10, YB_ROUND_HALF_EVEN, 20 },
	{ 9, 1, 10, YB_ROUND_DOWN, 0 }, { 1, 1, 10, YB_ROUND_UP, 10 }, { 39767, 1, 100, YB_ROUND_HALF_UP, 39800 }, { 39750, 1, 100, YB_ROUND_HALF_UP, 39800 },
	{ 39749, 1, 100, YB_ROUND_HALF_UP, 39700 }, { 0, 1, 100, YB_ROUND_UP, 0 },
};

START_TEST(a_posted_amount_is_rounded_once_as_its_clause_says)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.bands = 1;
	in.ratio[0] = f(1);
	in.deductible = f(0);
	in.base = q(roundings[_i].n, roundings[_i].d);
	in.step = f(roundings[_i].step);
	in.mode = roundings[_i].mode;
	out = pay(&in, "rounding");
	is(out.paid, roundings[_i].paid, 1, "paid", "rounding");
	is(out.exact, roundings[_i].n, roundings[_i].d, "exact", "rounding");
}
END_TEST

START_TEST(a_rational_base_is_paid_exactly)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.deductible = f(0);
	in.base = q(70000, 17); /* what a payment ceiling left */
	in.border[0] = f(1000);
	in.border[1] = f(2000);
	in.border[2] = f(3000);
	out = pay(&in, "a rational base");
	is(out.exact, 500 * 17 + 600 * 17 + 0 + (70000 - 51000), 17, "exact", "a rational base");
}
END_TEST

/* ---- amounts that do not fit ---- */

START_TEST(an_amount_that_does_not_fit_is_an_overflow)
{
	struct ybi_tier_input in = input();
	struct ybi_tier_output out;

	in.bands = 1;
	in.deductible = f(0);
	in.start = f(INT64_MAX);
	in.base = f(INT64_MAX);
	for (int i = 0; i < 40; i++) { /* a denominator that outgrows any width */
		if (ybi_fraction_mul(in.base, q(INT64_MAX - 2 * i, INT64_MAX - 2 * i - 1), &in.base) != YB_OK)
			break;
	}
	in.ratio[0] = q(INT64_MAX - 100, INT64_MAX - 101);
	in.start = q(1, INT64_MAX - 105);
	ck_assert_int_eq(ybi_tier_pay(&in, &out), YB_E_OVERFLOW);
}
END_TEST

Suite *
tier_suite(void)
{
	Suite *suite = suite_create("tier");
	TCase *tc = tcase_create("bands");

	tcase_add_loop_test(tc, bands_from_the_first_yuan_are_paid_at_every_edge, 0, COUNT(zero_origin));
	tcase_add_loop_test(tc, bands_after_the_deductible_begin_behind_it, 0, COUNT(net_origin));
	tcase_add_test(tc, a_stay_goes_on_where_the_year_stands);
	tcase_add_test(tc, one_band_has_no_border);
	tcase_add_test(tc, all_thirty_two_bands_may_be_used);
	tcase_add_loop_test(tc, a_deductible_after_the_ratio_is_taken_from_the_payment, 0, COUNT(after));
	suite_add_tcase(suite, tc);

	tc = tcase_create("ceilings");
	tcase_add_test(tc, a_ceiling_on_payment_holds_behind_a_deductible_after_the_ratio);
	tcase_add_test(tc, a_ceiling_on_payment_stops_at_a_rational_point);
	tcase_add_loop_test(tc, a_room_is_kept_at_every_edge, 0, COUNT(rooms));
	tcase_add_test(tc, a_fraction_of_a_room_is_posted_downwards);
	tcase_add_loop_test(tc, a_ceiling_on_cost_ends_the_interval, 0, COUNT(costs));
	tcase_add_test(tc, the_tighter_of_two_ceilings_holds);
	suite_add_tcase(suite, tc);

	tc = tcase_create("rounding");
	tcase_add_loop_test(tc, a_posted_amount_is_rounded_once_as_its_clause_says, 0, COUNT(roundings));
	tcase_add_test(tc, a_rational_base_is_paid_exactly);
	tcase_add_test(tc, an_amount_that_does_not_fit_is_an_overflow);
	suite_add_tcase(suite, tc);
	return suite;
}
