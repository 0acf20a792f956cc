/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>

#include "account/reconcile.h"
#include "base/text.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *reconcile_suite(void);

/* What a row does not say: no text, one transaction. Days are small numbers, 0 when not said. */
static void
rows_complete(struct ybi_bill_row *there, size_t there_count, struct ybi_book_row *here, size_t here_count)
{
	for (size_t i = 0; i < there_count; i++) {
		const char **texts[] = { &there[i].time, &there[i].id, &there[i].theirs, &there[i].original, &there[i].their_original, &there[i].visit };
		for (int t = 0; t < COUNT(texts); t++)
			*texts[t] = *texts[t] ? *texts[t] : "";
		there[i].line = (uint32_t)i + 2;
		there[i].count += there[i].count == 0;
	}
	for (size_t i = 0; i < here_count; i++) {
		const char **texts[] = { &here[i].key, &here[i].id, &here[i].theirs, &here[i].original, &here[i].visit };
		for (int t = 0; t < COUNT(texts); t++)
			*texts[t] = *texts[t] ? *texts[t] : "";
		here[i].count += here[i].count == 0;
	}
}

static void
run(enum ybi_bill_format format, struct ybi_bill_row *there, size_t there_count, struct ybi_book_row *here, size_t here_count, yb_day from, yb_day to,
    struct ybi_bill *bill, struct ybi_reconciliation *result)
{
	*bill = (struct ybi_bill) { .format = format, .rows = there, .count = there_count };
	rows_complete(there, there_count, here, here_count);
	ck_assert_int_eq(ybi_reconcile(bill, here, here_count, from, to, result, NULL), YB_OK);
}

/* "equal missing_here+over ...", in order */
static void
classes_are(const struct ybi_reconciliation *result, const char *expected)
{
	static const char *const bits[] = { "amount", "day", "state", "fund", "account", "count", "original", "over" };
	struct ybi_text text = { 0 };
	char *got;

	for (size_t i = 0; i < result->count; i++) {
		ybi_text_printf(&text, "%s%s", i ? " " : "", ybi_match_class_name(result->matches[i].class));
		for (int bit = 0; bit < COUNT(bits); bit++)
			if (result->matches[i].differs >> bit & 1)
				ybi_text_printf(&text, "+%s", bits[bit]);
	}
	got = ybi_text_take(&text);
	ck_assert_str_eq(got, expected);
	free(got);
}

#define RUN(format, there, here, expected) do { \
	struct ybi_bill bill_; \
	struct ybi_reconciliation result_; \
	run(format, there, sizeof(there) / sizeof((there)[0]), here, sizeof(here) / sizeof((here)[0]), YB_DAY_NONE, YB_DAY_NONE, &bill_, &result_); \
	classes_are(&result_, expected); \
	ybi_reconciliation_free(&result_); \
} while (0)

START_TEST(rows_find_each_other_by_their_numbers)
{
	struct ybi_bill_row there[] = {
		{ .id = "B", .amount = 200 }, { .id = "A", .amount = 100 }, { .id = "X", .theirs = "42", .amount = 300 },
		{ .id = "Y", .theirs = "43", .amount = 400 }, { .id = "Z", .theirs = "44", .amount = 500 },
	};
	struct ybi_book_row here[] = {
		{ .id = "A", .amount = 100 }, { .id = "42", .amount = 300 }, { .id = "B", .amount = 200 }, { .id = "r1", .theirs = "43", .amount = 400 },
		{ .id = "r2", .theirs = "Z", .amount = 500 },
	};

	RUN(YBI_BILL_ALIPAY, there, here, "equal equal equal equal equal");
}
END_TEST

START_TEST(what_one_side_lacks_is_told)
{
	struct ybi_bill_row there[] = { { .id = "A", .amount = 100 }, { .id = "B", .amount = 200 } };
	struct ybi_book_row here[] = { { .id = "D", .amount = 400, .day = 5 }, { .id = "C", .amount = 300 }, { .id = "B", .amount = 200 } };

	RUN(YBI_BILL_ALIPAY, there, here, "missing_here equal missing_there missing_there");
}
END_TEST

START_TEST(a_payment_and_a_refund_of_one_number_are_two_things)
{
	struct ybi_bill_row there[] = { { .id = "A", .amount = 100 }, { .id = "A", .kind = YBI_BILL_REFUND, .original = "A", .amount = -100 } };
	struct ybi_book_row here[] = { { .id = "A", .amount = 100 } };

	RUN(YBI_BILL_ALIPAY, there, here, "equal missing_here");
}
END_TEST

START_TEST(differences_are_named)
{
	struct ybi_bill_row there[] = {
		{ .id = "A", .amount = 100 }, { .id = "B", .amount = 100 }, { .id = "C", .amount = 100 }, { .id = "D", .amount = 100, .day = YB_DAY_NONE },
		{ .id = "E", .amount = 100, .state = YBI_BILL_FAILED }, { .id = "F", .amount = 100, .state = YBI_BILL_FAILED },
	};
	struct ybi_book_row here[] = {
		{ .id = "A", .amount = 101 }, { .id = "B", .amount = 100, .day = 2 }, { .id = "C", .amount = 100, .state = YBI_BILL_PENDING },
		{ .id = "D", .amount = 100 }, { .id = "E", .amount = 100 },
	};

	RUN(YBI_BILL_ALIPAY, there, here, "different+amount different+day different+state equal different+state void");
}
END_TEST

START_TEST(a_refund_of_wechat_is_dated_when_asked_for)
{
	struct ybi_bill_row there[] = {
		{ .id = "T1", .kind = YBI_BILL_REFUND, .amount = -100, .state = YBI_BILL_PENDING },
		{ .id = "T2", .kind = YBI_BILL_REFUND, .amount = -100, .day = 3 },
		{ .id = "P", .amount = 100 },
	};
	struct ybi_book_row here[] = {
		{ .id = "T1", .kind = YBI_BILL_REFUND, .amount = -100, .day = 3 }, { .id = "T2", .kind = YBI_BILL_REFUND, .amount = -100, .day = 2 },
		{ .id = "P", .amount = 100, .day = 2 },
	};

	RUN(YBI_BILL_WECHAT, there, here, "equal different+day different+day");
	RUN(YBI_BILL_ALIPAY, there, here, "different+day different+day different+day");
}
END_TEST

START_TEST(what_is_there_twice_is_a_duplicate)
{
	struct ybi_bill_row there[] = {
		{ .id = "A", .amount = 100 }, { .id = "A", .amount = 100 }, { .id = "B", .amount = 90 }, { .id = "B", .amount = 80 },
		{ .id = "C", .amount = 1 }, { .id = "C", .amount = 1 }, { .id = "", .amount = 7 }, { .id = "", .amount = 7 },
	};
	struct ybi_book_row here[] = { { .id = "A", .amount = 100 }, { .id = "B", .amount = 80 }, { .id = "D", .amount = 5 }, { .id = "D", .amount = 5 } };

	RUN(YBI_BILL_ALIPAY, there, here,
	    "equal duplicate_there duplicate_there equal missing_here duplicate_there missing_here missing_here missing_there duplicate_here");
}
END_TEST

START_TEST(a_refund_finds_what_it_gives_back)
{
	struct ybi_bill_row there[] = {
		{ .id = "A", .theirs = "a", .amount = 100 }, { .id = "T1", .kind = YBI_BILL_REFUND, .original = "A", .amount = -40 },
		{ .id = "T2", .kind = YBI_BILL_REFUND, .their_original = "a", .amount = -60 }, { .id = "T3", .kind = YBI_BILL_REFUND, .original = "OLD", .amount = -5 },
		{ .id = "T4", .kind = YBI_BILL_REFUND, .original = "GONE", .amount = -5 },
	};
	struct ybi_book_row here[] = { { .key = "K1", .id = "OLD", .amount = 5, .day = 0 }, { .id = "A", .amount = 100 } };
	struct ybi_bill bill;
	struct ybi_reconciliation r;

	run(YBI_BILL_UNIONPAY, there, COUNT(there), here, COUNT(here), YB_DAY_NONE, YB_DAY_NONE, &bill, &r);
	classes_are(&r, "equal missing_here missing_here missing_here missing_here missing_there");
	ck_assert_ptr_eq(r.matches[1].bill_original, &there[0]);
	ck_assert_ptr_eq(r.matches[2].bill_original, &there[0]);
	ck_assert_ptr_null(r.matches[3].bill_original);
	ck_assert_ptr_eq(r.matches[3].book_original, &here[0]);
	ck_assert_ptr_null(r.matches[4].bill_original);
	ck_assert_ptr_null(r.matches[4].book_original);
	ybi_reconciliation_free(&r);
}
END_TEST

START_TEST(a_refund_without_a_common_number_goes_by_what_it_gives_back)
{
	struct ybi_bill_row there[] = {
		{ .id = "T1", .kind = YBI_BILL_REFUND, .original = "A", .amount = -40 }, { .id = "T2", .kind = YBI_BILL_REFUND, .original = "A", .amount = -60 },
	};
	struct ybi_book_row here[] = {
		{ .id = "our-2", .kind = YBI_BILL_REFUND, .original = "A", .amount = -60 }, { .id = "our-1", .kind = YBI_BILL_REFUND, .original = "A", .amount = -41 },
	};

	RUN(YBI_BILL_ALIPAY, there, here, "missing_here equal missing_there");
}
END_TEST

START_TEST(more_given_back_than_paid_is_told)
{
	struct ybi_bill_row there[] = {
		{ .id = "A", .amount = 100 }, { .id = "T1", .kind = YBI_BILL_REFUND, .original = "A", .amount = -60 },
		{ .id = "T2", .kind = YBI_BILL_REFUND, .original = "A", .amount = -41 }, { .id = "B", .amount = 100 },
		{ .id = "T3", .kind = YBI_BILL_REFUND, .original = "B", .amount = -100 },
		{ .id = "T4", .kind = YBI_BILL_REFUND, .original = "B", .amount = -1, .state = YBI_BILL_FAILED },
	};
	struct ybi_book_row here[] = {
		{ .id = "A", .amount = 100 }, { .id = "T1", .kind = YBI_BILL_REFUND, .amount = -60 }, { .id = "T2", .kind = YBI_BILL_REFUND, .amount = -41 },
		{ .id = "B", .amount = 100 }, { .id = "T3", .kind = YBI_BILL_REFUND, .amount = -100 },
	};

	RUN(YBI_BILL_ALIPAY, there, here, "equal different+over different+over equal equal void");
}
END_TEST

START_TEST(a_settlement_taken_back_needs_both_its_rows)
{
	struct ybi_bill_row there[] = {
		{ .id = "S1", .visit = "M1", .day = YB_DAY_NONE, .amount = 1000, .fund = 600, .account = 100 },
		{ .id = "S2", .visit = "M1", .day = YB_DAY_NONE, .kind = YBI_BILL_REFUND, .amount = -1000, .fund = -600, .account = -100 },
		{ .id = "S3", .visit = "M2", .day = YB_DAY_NONE, .kind = YBI_BILL_REFUND, .amount = -1000, .fund = -600, .account = -100 },
		{ .id = "S4", .visit = "M1", .day = YB_DAY_NONE, .kind = YBI_BILL_REFUND, .amount = -1000, .fund = -600, .account = -100 },
		{ .id = "S5", .visit = "M3", .day = YB_DAY_NONE, .amount = 1000, .fund = 600, .account = 100 },
		{ .id = "S6", .visit = "M3", .day = YB_DAY_NONE, .kind = YBI_BILL_REFUND, .amount = -1000, .fund = -700, .account = -100 },
	};
	struct ybi_book_row here[] = {
		{ .id = "S1", .amount = 1000, .fund = 600, .account = 100 },
		{ .id = "S2", .kind = YBI_BILL_REFUND, .amount = -1000, .fund = -600, .account = -100 },
		{ .id = "S3", .kind = YBI_BILL_REFUND, .amount = -1000, .fund = -600, .account = -100 },
		{ .id = "S5", .amount = 1000, .fund = 601, .account = 99 },
	};

	RUN(YBI_BILL_3202, there, here,
	    "equal equal different+original missing_here+original different+fund+account missing_here+original");
}
END_TEST

START_TEST(totals_of_3201_are_compared)
{
	struct ybi_bill_row there[] = { { .id = "390/21", .amount = 1000, .fund = 600, .count = 2 }, { .id = "310/11" } };
	struct ybi_book_row here[] = { { .id = "390/21", .amount = 1000, .fund = 600, .account = 0, .count = 3 } };
	struct ybi_bill bill;
	struct ybi_reconciliation r;

	run(YBI_BILL_3201, there, COUNT(there), here, COUNT(here), YB_DAY_NONE, YB_DAY_NONE, &bill, &r);
	ybi_reconciliation_free(&r);
	there[1].count = 0; /* nothing, but of a scheme that we do not have */
	ck_assert_int_eq(ybi_reconcile(&bill, here, COUNT(here), YB_DAY_NONE, YB_DAY_NONE, &r, NULL), YB_OK);
	classes_are(&r, "different+count missing_here");
	ck_assert_int_eq(r.book_all.count, 3);
	ck_assert(!ybi_reconciliation_agrees(&r));
	ybi_reconciliation_free(&r);
}
END_TEST

START_TEST(days_bound_the_bill)
{
	struct ybi_bill_row there[] = { { .id = "A", .day = 1, .amount = 100, .fee = 60 }, { .id = "B", .day = 2, .amount = 200, .fee = 120 }, { .id = "C", .day = 3, .amount = 300 } };
	struct ybi_book_row here[] = { { .id = "B", .day = 2, .amount = 200 } };
	struct ybi_bill bill;
	struct ybi_reconciliation r;

	run(YBI_BILL_ALIPAY, there, COUNT(there), here, COUNT(here), 2, 2, &bill, &r);
	classes_are(&r, "equal");
	ck_assert_int_eq(r.bill_outside.count, 2);
	ck_assert_int_eq(r.bill_outside.paid, 400);
	ck_assert_int_eq(r.bill_all.paid, 200);
	ck_assert_int_eq(r.fee, 120);
	ck_assert(ybi_reconciliation_agrees(&r));
	ybi_reconciliation_free(&r);
}
END_TEST

START_TEST(what_we_have_undone_ourselves_moved_nothing)
{
	struct ybi_bill_row there[] = { { .id = "C", .amount = 100 } };
	struct ybi_book_row here[] = {
		{ .id = "A", .amount = 100 }, { .id = "A-r", .kind = YBI_BILL_CANCEL, .original = "A", .amount = -100 },
		{ .id = "B", .kind = YBI_BILL_REFUND, .original = "P", .amount = -50 }, { .id = "B-r", .kind = YBI_BILL_CANCEL, .original = "B", .amount = 50 },
		{ .id = "C", .amount = 100 }, { .id = "C-r", .kind = YBI_BILL_CANCEL, .original = "C", .amount = -100 },
		{ .id = "D", .amount = 100, .state = YBI_BILL_FAILED }, { .id = "E", .kind = YBI_BILL_REFUND, .amount = -7, .state = YBI_BILL_PENDING },
	};

	/* C was paid, so that undoing it is something that the channel does not have */
	RUN(YBI_BILL_ALIPAY, there, here, "equal void void void void missing_there void void");
}
END_TEST

START_TEST(what_we_have_on_other_days_is_found_but_not_missed)
{
	struct ybi_bill_row there[] = { { .id = "A", .day = 5, .amount = 100 }, { .id = "T", .day = 5, .kind = YBI_BILL_REFUND, .amount = -50 } };
	struct ybi_book_row here[] = {
		{ .id = "A", .day = 6, .amount = 100 }, { .id = "B", .day = 6, .amount = 200 },
		{ .id = "T", .day = 1, .kind = YBI_BILL_REFUND, .amount = -50, .state = YBI_BILL_PENDING },
	};
	struct ybi_bill bill;
	struct ybi_reconciliation r;

	run(YBI_BILL_UNIONPAY, there, COUNT(there), here, COUNT(here), 5, 5, &bill, &r);
	classes_are(&r, "different+day different+day+state");
	ck_assert_int_eq(r.book_all.count, 2);
	ybi_reconciliation_free(&r);
}
END_TEST

START_TEST(a_refund_goes_by_what_we_call_its_original)
{
	struct ybi_bill_row there[] = {
		{ .id = "42", .amount = 100 }, { .id = "T1", .kind = YBI_BILL_REFUND, .original = "42", .amount = -100 },
		{ .id = "T2", .kind = YBI_BILL_REFUND, .original = "41", .amount = -30 }, { .id = "T3", .kind = YBI_BILL_REFUND, .their_original = "40", .amount = -30 },
	};
	struct ybi_book_row here[] = {
		{ .id = "K", .theirs = "42", .amount = 100 }, { .id = "R1", .kind = YBI_BILL_REFUND, .original = "K", .amount = -100 },
		{ .id = "L", .theirs = "41", .day = -9, .amount = 30 }, { .id = "R2", .kind = YBI_BILL_REFUND, .original = "L", .amount = -30 },
		{ .id = "M", .theirs = "40", .day = -9, .amount = 30 }, { .id = "R3", .kind = YBI_BILL_REFUND, .original = "M", .amount = -30 },
	};
	struct ybi_bill bill;
	struct ybi_reconciliation r;

	run(YBI_BILL_ALIPAY, there, COUNT(there), here, COUNT(here), 0, 0, &bill, &r);
	classes_are(&r, "equal equal equal equal");
	ck_assert_ptr_eq(r.matches[2].book, &here[3]);
	ck_assert_ptr_eq(r.matches[3].book_original, &here[4]);
	ybi_reconciliation_free(&r);
}
END_TEST

START_TEST(a_settlement_without_a_number_goes_by_its_visit)
{
	struct ybi_bill_row there[] = {
		{ .id = "S1", .visit = "M1", .amount = 1000, .fund = 600, .account = 100 }, { .id = "S2", .visit = "M2", .amount = 1000, .fund = 600, .account = 100 },
		{ .id = "S3", .visit = "M2", .kind = YBI_BILL_REFUND, .amount = -1000, .fund = -600, .account = -100 },
	};
	struct ybi_book_row here[] = {
		{ .id = "K1", .visit = "M1", .amount = 1000, .fund = 600, .account = 100 }, { .id = "S2", .amount = 1000, .fund = 600, .account = 100 },
		{ .id = "K3", .visit = "M2", .kind = YBI_BILL_CANCEL, .original = "S2", .amount = -1000, .fund = -600, .account = -100 },
	};

	RUN(YBI_BILL_3202, there, here, "equal equal equal");
}
END_TEST

/* Every row in exactly one place, whatever the rows are: numbers of three letters, so that many meet. */
START_TEST(nothing_is_lost_or_counted_twice)
{
	enum { ROWS = 300 };
	static struct ybi_bill_row there[ROWS];
	static struct ybi_book_row here[ROWS];
	static const char *const names[] = { "", "a", "b", "c", "d", "e", "f", "g" };
	uint32_t seed = 1 + (uint32_t)_i;
	struct ybi_bill bill;
	struct ybi_reconciliation r;
	size_t seen_there[ROWS] = { 0 }, seen_here[ROWS] = { 0 };

#define NEXT(n) (seed = seed * 1664525u + 1013904223u, (seed >> 16) % (n))
	for (size_t i = 0; i < ROWS; i++) {
		bool out = NEXT(3) == 0;
		uint32_t drawn[8]; /* one after the other: the order of initializers is not told */
		for (int k = 0; k < 8; k++)
			drawn[k] = NEXT(40);
		there[i] = (struct ybi_bill_row) { .id = names[drawn[0] % 8], .theirs = names[drawn[1] % 8], .amount = drawn[2] % 5, .day = (yb_day)(drawn[3] % 4) };
		here[i] = (struct ybi_book_row) { .id = names[drawn[4] % 8], .theirs = names[drawn[5] % 8], .amount = drawn[6] % 5, .day = (yb_day)(drawn[7] % 4) };
		there[i].state = NEXT(9) ? YBI_BILL_DONE : YBI_BILL_FAILED;
		if (out) {
			there[i].kind = here[i].kind = YBI_BILL_REFUND;
			there[i].amount = -there[i].amount;
			here[i].amount = -here[i].amount;
			there[i].original = names[NEXT(8)];
			here[i].original = names[NEXT(8)];
		}
	}
	run(_i % 2 ? YBI_BILL_WECHAT : YBI_BILL_3202, there, ROWS, here, ROWS, 0, 2, &bill, &r);
	for (size_t i = 0; i < r.count; i++) {
		if (r.matches[i].bill)
			seen_there[r.matches[i].bill - there]++;
		if (r.matches[i].book)
			seen_here[r.matches[i].book - here]++;
		if (r.matches[i].class == YBI_MATCH_EQUAL)
			ck_assert_int_eq(r.matches[i].bill->amount, r.matches[i].book->amount);
	}
	for (size_t i = 0; i < ROWS; i++) {
		ck_assert_uint_eq(seen_there[i], there[i].day <= 2);
		ck_assert(seen_here[i] == 1 || (seen_here[i] == 0 && here[i].day > 2)); /* of another day: only where the bill has it */
	}
	ybi_reconciliation_free(&r);
}
END_TEST

START_TEST(a_reconciliation_is_shown)
{
	struct ybi_bill_row there[] = {
		{ .id = "A", .amount = 40000, .day = 20635, .fee = 240000 }, { .id = "B", .theirs = "42", .amount = 38000, .day = 20635, .time = "10:00:00" },
		{ .id = "T", .kind = YBI_BILL_REFUND, .original = "A", .amount = -40000, .day = 20636 },
	};
	struct ybi_book_row here[] = { { .key = "k-1", .id = "A", .amount = 40000, .day = 20635 }, { .key = "k-2", .id = "B", .amount = 37900, .day = 20636 } };
	struct ybi_bill bill;
	struct ybi_reconciliation r;
	struct ybi_text out = { 0 };
	char *text;

	run(YBI_BILL_ALIPAY, there, COUNT(there), here, COUNT(here), 20635, 20636, &bill, &r);
	ybi_reconciliation_text(&r, "day.csv", YB_LANG_EN, &out);
	text = ybi_text_take(&out);
	ck_assert_str_eq(text,
	    "alipay bill day.csv 2026-07-01 .. 2026-07-02\nThe sides do not agree.\n\n"
	    "                                                               in the bill                           in the ledger\n"
	    "                                    number            paid      given back  number            paid      given back\n"
	    "the same on both sides                   1          400.00            0.00       1          400.00            0.00\n"
	    "on both sides, different                 1          380.00            0.00       1          379.00            0.00\n"
	    "only in the bill                         1            0.00         -400.00       0            0.00            0.00\n"
	    "together                                 3          780.00         -400.00       2          779.00            0.00\n"
	    "\non both sides, different\n"
	    "  pay           380.00  2026-07-01  B  line 3 of the bill  transaction k-2: amount 380.00 / 379.00, day 2026-07-01 / 2026-07-02\n"
	    "\nonly in the bill\n"
	    "  refund       -400.00  2026-07-02  T  line 4 of the bill\n"
	    "\n1 refunds: 1 of payments in the bill, 0 of earlier ones in the ledger, 0 of others\n"
	    "\nfees of the bill 2.40000\n");
	free(text);
	ybi_reconciliation_text(&r, "day.csv", YB_LANG_ZH, &out);
	text = ybi_text_take(&out);
	ck_assert_ptr_nonnull(strstr(text, "两边不符。"));
	ck_assert_ptr_nonnull(strstr(text, "  支付          380.00  2026-07-01  B  账单第 3 行  交易 k-2：金额 380.00 / 379.00，日期 2026-07-01 / 2026-07-02\n"));
	free(text);
	ybi_reconciliation_json(&r, "day.csv", &out);
	text = ybi_text_take(&out);
	ck_assert_str_eq(text,
	    "{\"schema\": \"yibao-reconcile/1\", \"format\": \"alipay\", \"bill_name\": \"day.csv\", \"from\": \"2026-07-01\", \"to\": \"2026-07-02\", \"agrees\": false,\n"
	    "  \"bill\": {\"all\": {\"count\": 3, \"paid\": \"780.00\", \"given_back\": \"-400.00\"}, \"equal\": {\"count\": 1, \"paid\": \"400.00\", \"given_back\": \"0.00\"}, "
	    "\"different\": {\"count\": 1, \"paid\": \"380.00\", \"given_back\": \"0.00\"}, \"missing_here\": {\"count\": 1, \"paid\": \"0.00\", \"given_back\": \"-400.00\"}},\n"
	    "  \"ledger\": {\"all\": {\"count\": 2, \"paid\": \"779.00\", \"given_back\": \"0.00\"}, \"equal\": {\"count\": 1, \"paid\": \"400.00\", \"given_back\": \"0.00\"}, "
	    "\"different\": {\"count\": 1, \"paid\": \"379.00\", \"given_back\": \"0.00\"}}, \"bill_other_days\": {\"count\": 0, \"paid\": \"0.00\", \"given_back\": \"0.00\"}, "
	    "\"bill_fees\": \"2.40000\",\n"
	    "  \"differences\": [\n"
	    "    {\"class\": \"different\", \"bill\": {\"line\": 3, \"kind\": \"pay\", \"state\": \"done\", \"id\": \"B\", \"channel_id\": \"42\", \"day\": \"2026-07-01\", "
	    "\"time\": \"10:00:00\", \"amount\": \"380.00\", \"settled\": \"0.00\"}, \"ledger\": {\"key\": \"k-2\", \"kind\": \"pay\", \"state\": \"done\", \"id\": \"B\", "
	    "\"day\": \"2026-07-02\", \"amount\": \"379.00\"}, \"differs\": [\"amount\", \"day\"]},\n"
	    "    {\"class\": \"missing_here\", \"bill\": {\"line\": 4, \"kind\": \"refund\", \"state\": \"done\", \"id\": \"T\", \"original\": \"A\", \"day\": \"2026-07-02\", "
	    "\"amount\": \"-400.00\", \"settled\": \"0.00\"}}\n"
	    "  ],\n"
	    "  \"refunds\": [\n"
	    "    {\"line\": 4, \"id\": \"T\", \"amount\": \"-400.00\", \"original_line\": 2, \"original_key\": \"k-1\"}\n"
	    "  ]}\n");
	free(text);
	ybi_reconciliation_free(&r);
}
END_TEST

START_TEST(two_empty_sides_agree)
{
	struct ybi_bill bill = { .format = YBI_BILL_WECHAT };
	struct ybi_reconciliation r;

	ck_assert_int_eq(ybi_reconcile(&bill, NULL, 0, YB_DAY_NONE, YB_DAY_NONE, &r, NULL), YB_OK);
	ck_assert(ybi_reconciliation_agrees(&r));
	ybi_reconciliation_free(&r);
}
END_TEST

Suite *
reconcile_suite(void)
{
	Suite *suite = suite_create("reconcile");
	TCase *tcase = tcase_create("reconcile");

	tcase_add_test(tcase, rows_find_each_other_by_their_numbers);
	tcase_add_test(tcase, what_one_side_lacks_is_told);
	tcase_add_test(tcase, a_payment_and_a_refund_of_one_number_are_two_things);
	tcase_add_test(tcase, differences_are_named);
	tcase_add_test(tcase, a_refund_of_wechat_is_dated_when_asked_for);
	tcase_add_test(tcase, what_is_there_twice_is_a_duplicate);
	tcase_add_test(tcase, a_refund_finds_what_it_gives_back);
	tcase_add_test(tcase, a_refund_without_a_common_number_goes_by_what_it_gives_back);
	tcase_add_test(tcase, more_given_back_than_paid_is_told);
	tcase_add_test(tcase, a_settlement_taken_back_needs_both_its_rows);
	tcase_add_test(tcase, totals_of_3201_are_compared);
	tcase_add_test(tcase, days_bound_the_bill);
	tcase_add_test(tcase, what_we_have_undone_ourselves_moved_nothing);
	tcase_add_test(tcase, what_we_have_on_other_days_is_found_but_not_missed);
	tcase_add_test(tcase, a_refund_goes_by_what_we_call_its_original);
	tcase_add_test(tcase, a_settlement_without_a_number_goes_by_its_visit);
	tcase_add_loop_test(tcase, nothing_is_lost_or_counted_twice, 0, 20);
	tcase_add_test(tcase, a_reconciliation_is_shown);
	tcase_add_test(tcase, two_empty_sides_agree);
	suite_add_tcase(suite, tcase);
	return suite;
}
