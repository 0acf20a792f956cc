/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <yibao/yibao.h>

/* Bills held against a ledger: which transactions a bill of each format is about, and what is found. */

Suite *reconcile_suite(void);

static yb_day
day_of(const char *text)
{
	yb_day day = YB_DAY_NONE;

	ck_assert_int_eq(yb_day_from_text(text, strlen(text), &day), YB_OK);
	return day;
}

static void
post(struct yb_ledger *ledger, const char *json)
{
	struct yb_transaction *t = NULL;
	struct yb_error *error = NULL;
	int64_t seq = 0;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "test", &t, &error);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, day_of("2026-08-01"), &seq, NULL, &error);
	ck_assert_msg(st == YB_OK, "%s: %s", json, yb_error_get_message(error));
	yb_transaction_unref(t);
}

#define PAID(key, day, yuan, channel, more) "{\"key\": \"" key "\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-" day "\"," \
	"\"insutype\": \"390\", \"period\": \"2026\", \"shares\": {\"person\": " yuan ", \"finsubs\": 700}, \"channel\": \"" channel "\"" more "}"
#define ASKED(key, day, belongs, yuan) "{\"key\": \"" key "\", \"kind\": \"refund-request\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-" day "\"," \
	"\"belongs\": \"" belongs "\", \"amount\": " yuan ", \"reason\": \"paid twice\"}"
#define GIVEN(key, day, belongs) "{\"key\": \"" key "\", \"kind\": \"refund\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-" day "\", \"belongs\": \"" belongs "\"}"

static struct yb_ledger *
memory(void)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	return ledger;
}

static struct yb_reconciliation *
reconcile(struct yb_ledger *ledger, yb_bill_format format, const char *bill, const char *of, const char *from, const char *to)
{
	struct yb_reconcile_options options = YB_RECONCILE_OPTIONS_INIT;
	struct yb_reconciliation *r = NULL;
	struct yb_error *error = NULL;
	yb_status st;

	options.from = from ? day_of(from) : 0;
	options.to = to ? day_of(to) : 0;
	options.year = 2026;
	st = yb_ledger_reconcile(ledger, format, bill, strlen(bill), "bill", of, &options, &r, &error);
	ck_assert_msg(st == YB_OK, "%u:%u: %s", (unsigned)yb_error_get_line(error), (unsigned)yb_error_get_column(error), yb_error_get_message(error));
	return r;
}

/* "equal 2/2 missing_here 1/0": rows of the classes on both sides. Frees the reconciliation. */
static void
tallies_are(struct yb_reconciliation *r, const char *expected)
{
	static const char *const names[] = { "all", "equal", "different", "missing_here", "missing_there", "duplicate_there", "duplicate_here", "void" };
	char got[512] = "", *text = NULL;
	size_t length = 0;

	for (yb_match match = YB_MATCH_EQUAL; match <= YB_MATCH_VOID; match++) {
		int64_t there = -1, here = -1;
		ck_assert_int_eq(yb_reconciliation_get_tally(r, YB_SIDE_BILL, match, &there, NULL, NULL), YB_OK);
		ck_assert_int_eq(yb_reconciliation_get_tally(r, YB_SIDE_LEDGER, match, &here, NULL, NULL), YB_OK);
		if (there || here)
			length += (size_t)snprintf(got + length, sizeof(got) - length, "%s%s %d/%d", length ? " " : "", names[match], (int)there, (int)here);
	}
	(void)yb_reconciliation_render(r, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL);
	ck_assert_msg(strcmp(got, expected) == 0, "%s, expected %s\n%s", got, expected, text);
	ck_assert_int_eq(yb_reconciliation_agrees(r), !strstr(expected, "different") && !strstr(expected, "missing") && !strstr(expected, "duplicate"));
	yb_free(text);
	yb_reconciliation_unref(r);
}

/* ---- channels ---- */

#define W_HEAD "交易时间,微信订单号,商户订单号,交易状态,应结订单金额,商户退款单号,微信退款单号,退款金额,退款状态,手续费\n"
#define W_PAY(day, theirs, id, yuan) "`2026-07-" day " 09:00:00,`" theirs ",`" id ",`SUCCESS,`" yuan ",`0,`0,`0.00,`,`0.00000\n"
#define W_BACK(day, theirs, id, refund, yuan, state) "`2026-07-" day " 10:00:00,`" theirs ",`" id ",`REFUND,`0.00,`" refund ",`5" theirs ",`" yuan ",`" state ",`0.00000\n"
#define W_SUM(count, yuan, back) "总交易单数,应结订单总金额,退款总金额,手续费总金额\n`" count ",`" yuan ",`" back ",`0.00000\n"

START_TEST(a_bill_and_a_ledger_agree)
{
	struct yb_ledger *ledger = memory();
	struct yb_reconciliation *r;
	int64_t count = 0;
	yb_fen paid = 0, returned = 0;

	post(ledger, PAID("JF-1", "01", "400", "wx_city", ""));
	post(ledger, PAID("ours-2", "01", "380", "wx_mp", ", \"elec_taxrpt_no\": \"JF-2\""));
	post(ledger, PAID("ours-3", "01", "10", "wx_mp", ", \"elec_taxrpt_no\": \"4203\""));
	post(ledger, PAID("JF-4", "01", "400", "ali_civic", "")); /* of another channel */
	post(ledger, PAID("JF-5", "03", "400", "wx_city", ""));   /* of another day */
	post(ledger, ASKED("TKQ-1", "02", "JF-1", "400"));
	post(ledger, GIVEN("TK-1", "02", "TKQ-1"));
	post(ledger, "{\"key\": \"c\", \"kind\": \"clearing\", \"business_day\": \"2026-07-02\", \"channel\": \"wx_city\", \"amount\": 390}");
	r = reconcile(ledger, YB_BILL_WECHAT, W_HEAD W_PAY("01", "4201", "JF-1", "400.00") W_PAY("01", "4202", "JF-2", "380.00") W_PAY("01", "4203", "X-3", "10.00")
	              W_BACK("01", "4201", "JF-1", "TK-1", "400.00", "PROCESSING") W_SUM("4", "790.00", "400.00"), NULL, NULL, "2026-07-02");
	ck_assert_int_eq(yb_reconciliation_get_tally(r, YB_SIDE_BILL, YB_MATCH_ALL, &count, &paid, &returned), YB_OK);
	ck_assert_int_eq(count, 4);
	ck_assert_int_eq(paid, 79000);
	ck_assert_int_eq(returned, -40000);
	tallies_are(r, "equal 4/4");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(what_a_ledger_lacks_or_has_otherwise_is_told)
{
	struct yb_ledger *ledger = memory();
	struct yb_reconciliation *r;
	char *text = NULL;

	post(ledger, PAID("JF-1", "01", "400", "wx_city", ""));
	post(ledger, PAID("JF-2", "01", "380", "wx_city", ""));
	post(ledger, PAID("JF-3", "02", "10", "wx_city", "")); /* booked on the day after */
	post(ledger, PAID("JF-9", "01", "9", "wx_city", ""));
	r = reconcile(ledger, YB_BILL_WECHAT, W_HEAD W_PAY("01", "4201", "JF-1", "400.00") W_PAY("01", "4201", "JF-1", "400.00") W_PAY("01", "4202", "JF-2", "38.00")
	              W_PAY("01", "4203", "JF-3", "10.00") W_PAY("01", "4204", "JF-4", "5.00") W_SUM("5", "853.00", "0.00"), NULL, NULL, NULL);
	ck_assert_int_eq(yb_reconciliation_render(r, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(text, "pay            38.00  2026-07-01  JF-2  line 4 of the bill  transaction JF-2: amount 38.00 / 380.00\n"));
	ck_assert_ptr_nonnull(strstr(text, "transaction JF-3: day 2026-07-01 / 2026-07-02\n"));
	ck_assert_ptr_null(strstr(text, "P1"));
	yb_free(text);
	tallies_are(r, "equal 1/1 different 2/2 missing_here 1/0 missing_there 0/1 duplicate_there 1/0");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(failed_asked_for_and_undone_moved_nothing)
{
	struct yb_ledger *ledger = memory();

	post(ledger, PAID("F-1", "01", "400", "ali_civic", ""));
	post(ledger, "{\"key\": \"F-1-x\", \"kind\": \"failure\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-03\", \"reverses\": \"F-1\", \"reason\": \"no money\"}");
	post(ledger, PAID("U-1", "01", "380", "ali_civic", ""));
	post(ledger, "{\"key\": \"U-1-x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-01\", \"reverses\": \"U-1\"}");
	post(ledger, PAID("A-1", "01", "300", "ali_civic", ""));
	post(ledger, ASKED("A-1-q", "01", "A-1", "100"));
	tallies_are(reconcile(ledger, YB_BILL_ALIPAY,
	                      "#支付宝业务明细查询\n支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）\n"
	                      "22\t,A-1\t,交易\t,2026-07-01 10:00:00,300.00,300.00,\t,0.00\n#---业务明细列表结束---\n"
	                      "#交易合计：1笔，商家实收共300.00元，商家优惠共0.00元\n#退款合计：0笔，商家实收退款共0.00元，商家优惠退款共0.00元\n",
	                      NULL, NULL, NULL), "equal 1/1 void 0/4");
	/* the channel has given back what we have only been asked for */
	tallies_are(reconcile(ledger, YB_BILL_ALIPAY,
	                      "#支付宝业务明细查询\n支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）\n"
	                      "22\t,A-1\t,退款\t,2026-07-09 10:00:00,-100.00,-100.00,X7\t,0.00\n#---业务明细列表结束---\n"
	                      "#交易合计：0笔，商家实收共0.00元，商家优惠共0.00元\n#退款合计：1笔，商家实收退款共-100.00元，商家优惠退款共0.00元\n",
	                      NULL, NULL, NULL), "different 1/1");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(a_channel_can_be_named)
{
	struct yb_ledger *ledger = memory();
	const char *bill = W_HEAD W_PAY("01", "4201", "JF-1", "400.00") W_SUM("1", "400.00", "0.00");
	struct yb_reconciliation *r = NULL;

	post(ledger, PAID("JF-1", "01", "400", "shop", ""));
	post(ledger, PAID("JF-2", "01", "400", "shop2", ""));
	post(ledger, PAID("JF-3", "01", "400", "wx", ""));
	tallies_are(reconcile(ledger, YB_BILL_WECHAT, bill, "shop", NULL, NULL), "equal 1/1");
	tallies_are(reconcile(ledger, YB_BILL_WECHAT, bill, NULL, NULL, NULL), "missing_here 1/0 missing_there 0/1");
	tallies_are(reconcile(ledger, YB_BILL_WECHAT, bill, "wx", NULL, NULL), "missing_here 1/0 missing_there 0/1");
	tallies_are(reconcile(ledger, YB_BILL_WECHAT, bill, "none", NULL, NULL), "missing_here 1/0");
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, bill, strlen(bill), "bill", "", NULL, &r, NULL), YB_E_INVALID);
	ck_assert_ptr_null(r);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- the platform ---- */

#define SETTLED(key, day, setl, mdtrt, fund, acct, cash, total, scheme) "{\"key\": \"" key "\", \"kind\": \"settlement\", \"psn_no\": \"P1\", " \
	"\"business_day\": \"2026-07-" day "\", \"insutype\": \"" scheme "\", " setl "\"mdtrt_id\": \"" mdtrt "\", \"med_type\": \"11\", \"fixmedins_code\": \"H1\"," \
	"\"setlinfo\": {\"medfee_sumamt\": " total ", \"hifp_pay\": " fund ", \"fund_pay_sumamt\": " fund ", \"psn_part_amt\": " cash acct "}}"
#define CASH(yuan) yuan ", \"psn_cash_pay\": " yuan

static void
post_settlements(struct yb_ledger *ledger)
{
	post(ledger, SETTLED("s1", "01", "\"setl_id\": \"S1\", ", "M1", "600", "", CASH("400"), "1000", "390"));
	post(ledger, SETTLED("s2", "02", "", "M2", "60", "", CASH("40"), "100", "390"));
	post(ledger, SETTLED("s3", "03", "\"setl_id\": \"S3\", ", "M3", "6", "", CASH("4"), "10", "310"));
	post(ledger, "{\"key\": \"s1-x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-04\", \"reverses\": \"s1\", \"infno\": \"2208\"}");
}

START_TEST(settlements_are_held_against_3202)
{
	struct yb_ledger *ledger = memory();
	const char *bill = "S1\tM1\tP1\t1000.00\t600.00\t0.00\t0\nS2\tM2\tP1\t100.00\t60.00\t0.00\t0\nS3\tM3\tP1\t10.00\t6.00\t0.00\t0\n"
	                   "S4\tM1\tP1\t-1000.00\t-600.00\t0.00\t1\n";
	struct yb_reconciliation *r = NULL;
	struct yb_error *error = NULL;

	post_settlements(ledger);
	tallies_are(reconcile(ledger, YB_BILL_3202, bill, NULL, "2026-07-01", "2026-07-31"), "equal 4/4");
	tallies_are(reconcile(ledger, YB_BILL_3202, bill, "H1", "2026-07-01", "2026-07-31"), "equal 4/4");
	tallies_are(reconcile(ledger, YB_BILL_3202, bill, "H2", "2026-07-01", "2026-07-31"), "missing_here 4/0");
	/* the refund needs the row that it takes back: the bill lacks it, and so do we in these days */
	tallies_are(reconcile(ledger, YB_BILL_3202, "S4\tM1\tP1\t-1000.00\t-600.00\t0.00\t1\n", NULL, "2026-07-04", "2026-07-31"), "different 1/1");
	tallies_are(reconcile(ledger, YB_BILL_3202, "S3\tM3\tP1\t10.00\t5.00\t1.00\t0\n", NULL, "2026-07-03", "2026-07-03"), "different 1/1");
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_3202, bill, strlen(bill), "bill", NULL, NULL, &r, &error), YB_E_INVALID);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(error), "names no days"));
	yb_error_unref(error);
	yb_ledger_unref(ledger);
}
END_TEST

#define TOTAL(scheme, kind, total, fund, count) "{\"insutype\": \"" scheme "\", \"clr_type\": \"" kind "\", \"stmt_begndate\": \"2026-07-01\", " \
	"\"stmt_enddate\": \"2026-07-31\", \"medfee_sumamt\": " total ", \"fund_pay_sumamt\": " fund ", \"acct_pay\": 0, \"fixmedins_setl_cnt\": " count "}"

START_TEST(totals_are_held_against_3201)
{
	struct yb_ledger *ledger = memory();

	post_settlements(ledger);
	tallies_are(reconcile(ledger, YB_BILL_3201, "{\"input\": {\"data\": [" TOTAL("390", "11", "60", "40", "2") ", " TOTAL("390", "21", "40", "20", "1") ", "
	                      TOTAL("310", "11", "10", "6", "1") ", " TOTAL("510", "11", "0", "0", "0") "]}}", NULL, NULL, NULL), "equal 4/4");
	tallies_are(reconcile(ledger, YB_BILL_3201, "{\"data\": " TOTAL("390", "11", "100", "60.01", "3") "}", NULL, NULL, NULL), "different 3/3 missing_there 0/1");
	yb_ledger_unref(ledger);
}
END_TEST

#define ADJUSTED(key, day, belongs, fund, cash) "{\"key\": \"" key "\", \"kind\": \"adjustment\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-" day "\", " \
	"\"belongs\": \"" belongs "\", \"reason\": \"late bill\", \"setlinfo\": {\"hifp_pay\": " fund ", \"fund_pay_sumamt\": " fund ", \"psn_part_amt\": " cash \
	", \"psn_cash_pay\": " cash "}, \"entries\": {\"fund/390100\": " cash ", \"cash\": " fund "}}"

/* What the platform has not been told of stands alone; taken back with its settlement, it moved nothing. */
START_TEST(adjustments_are_told_apart_from_their_settlements)
{
	struct yb_ledger *ledger = memory();
	const char *bill = "S1\tM1\tP1\t1000.00\t600.00\t0.00\t0\n";

	post(ledger, SETTLED("s1", "01", "\"setl_id\": \"S1\", ", "M1", "600", "", CASH("400"), "1000", "390"));
	post(ledger, ADJUSTED("s1-a", "02", "s1", "-1", "1"));
	tallies_are(reconcile(ledger, YB_BILL_3202, bill, NULL, "2026-07-01", "2026-07-31"), "equal 1/1 missing_there 0/1");
	tallies_are(reconcile(ledger, YB_BILL_3201, "{\"data\": " TOTAL("390", "11", "1000", "599", "1") "}", NULL, NULL, NULL), "equal 1/1");
	post(ledger, "{\"key\": \"s1-x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-04\", \"reverses\": \"s1\", \"infno\": \"2208\"}");
	tallies_are(reconcile(ledger, YB_BILL_3202, "S1\tM1\tP1\t1000.00\t600.00\t0.00\t0\nS1-b\tM1\tP1\t-1000.00\t-600.00\t0.00\t1\n", NULL, "2026-07-01", "2026-07-31"),
	            "equal 2/2 void 0/2");
	tallies_are(reconcile(ledger, YB_BILL_3201, "{\"data\": " TOTAL("390", "11", "0", "0", "2") "}", NULL, NULL, NULL), "equal 2/2");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(a_refund_that_was_undone_is_no_refund)
{
	struct yb_ledger *ledger = memory();
	const char *bill = W_HEAD W_PAY("01", "4201", "JF-1", "400.00") W_SUM("1", "400.00", "0.00");

	post(ledger, PAID("JF-1", "01", "400", "wx_city", ""));
	post(ledger, ASKED("TKQ-1", "01", "JF-1", "400"));
	post(ledger, GIVEN("TK-1", "01", "TKQ-1"));
	tallies_are(reconcile(ledger, YB_BILL_WECHAT, bill, NULL, NULL, NULL), "equal 1/1 missing_there 0/1");
	post(ledger, "{\"key\": \"TK-1-x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-01\", \"reverses\": \"TK-1\"}");
	/* it is only asked for again */
	tallies_are(reconcile(ledger, YB_BILL_WECHAT, bill, NULL, NULL, NULL), "equal 1/1 void 0/3");
	post(ledger, "{\"key\": \"TKQ-n\", \"kind\": \"refund-refusal\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-01\", \"belongs\": \"TKQ-1\", \"reason\": \"benefits used\"}");
	tallies_are(reconcile(ledger, YB_BILL_WECHAT, bill, NULL, NULL, NULL), "equal 1/1 void 0/2");
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- refusals ---- */

START_TEST(arguments_are_checked)
{
	struct yb_ledger *ledger = memory();
	struct yb_reconcile_options options = YB_RECONCILE_OPTIONS_INIT;
	struct yb_reconciliation *r = (struct yb_reconciliation *)ledger;
	struct yb_error *error = NULL;
	const char *empty = "No Bill Exist";
	yb_bill_format format = 0;
	char *text = NULL;

	ck_assert_int_eq(yb_ledger_reconcile(ledger, 0, "", 0, "bill", NULL, NULL, &r, NULL), YB_E_INVALID);
	ck_assert_ptr_null(r);
	ck_assert_int_eq(yb_ledger_reconcile(ledger, 6, "", 0, "bill", NULL, NULL, &r, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_reconcile(NULL, YB_BILL_WECHAT, "", 0, "bill", NULL, NULL, &r, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, NULL, 0, "bill", NULL, NULL, &r, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, "", 0, NULL, NULL, NULL, &r, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, "", 0, "bill", NULL, NULL, NULL, NULL), YB_E_INVALID);
	options.flags = 1;
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, "", 0, "bill", NULL, &options, &r, NULL), YB_E_BAD_OPTIONS);
	options.flags = 0;
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_UNIONPAY, "", 0, "bill", NULL, &options, &r, &error), YB_E_INVALID);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(error), "say which year"));
	yb_error_unref(error);
	error = NULL;
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, "a,b\n", 4, "bill", NULL, &options, &r, &error), YB_E_SYNTAX);
	ck_assert_str_eq(yb_error_get_source_name(error), "bill");
	ck_assert_uint_eq(yb_error_get_line(error), 1);
	yb_error_unref(error);
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, empty, strlen(empty), "bill", NULL, &options, &r, NULL), YB_E_INVALID);
	options.from = 5;
	options.to = 4;
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, empty, strlen(empty), "bill", NULL, &options, &r, NULL), YB_E_INVALID);
	options.to = 5;
	ck_assert_int_eq(yb_ledger_reconcile(ledger, YB_BILL_WECHAT, empty, strlen(empty), "bill", NULL, &options, &r, NULL), YB_OK);
	ck_assert_int_eq(yb_reconciliation_get_tally(r, 0, YB_MATCH_ALL, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_reconciliation_get_tally(r, YB_SIDE_BILL, 8, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_reconciliation_get_tally(r, YB_SIDE_BILL, -1, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_reconciliation_render(r, 9, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_reconciliation_render(r, YB_FORMAT_JSON, YB_LANG_EN, &text, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(text, "\"schema\": \"yibao-reconcile/1\""));
	yb_free(text);
	yb_reconciliation_unref(r);
	yb_reconciliation_unref(NULL);
	ck_assert_int_eq(yb_reconciliation_agrees(NULL), 0);
	for (yb_bill_format f = 1; f <= YB_BILL_3202; f++) {
		const char *name = yb_bill_format_get_name(f);
		ck_assert_int_eq(yb_bill_format_from_name(name, strlen(name), &format), YB_OK);
		ck_assert_int_eq(format, f);
	}
	ck_assert_int_eq(yb_bill_format_from_name("we", 2, &format), YB_E_NOT_FOUND);
	ck_assert_str_eq(yb_bill_format_get_name(0), "");
	ck_assert_str_eq(yb_bill_format_get_name(6), "");
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- the tool ---- */

static void
file_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

/* How the tool ends, and what the first file `out` then holds. */
static void
tool_ends(const char *arguments, int code, const char *part)
{
	char command[4096], out[8192];
	FILE *file;
	size_t length;
	int status;

	snprintf(command, sizeof(command), "'%s/tools/yibao' ledger reconcile %s --lang en > out 2>&1", getenv("YB_BUILDDIR"), arguments);
	status = system(command);
	file = fopen("out", "r");
	ck_assert_ptr_nonnull(file);
	length = fread(out, 1, sizeof(out) - 1, file);
	out[length] = '\0';
	(void)fclose(file);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == code, "%s: ended with %d, not %d\n%s", arguments, WEXITSTATUS(status), code, out);
	ck_assert_msg(strstr(out, part) != NULL, "%s: no \"%s\" in\n%s", arguments, part, out);
}

START_TEST(the_tool_ends_as_it_promises)
{
	static const char *const files[] = { "city.ledger", "city.ledger-journal", "city.ledger.key", "good.csv", "bad.csv", "other.csv", "text", "3202.txt", "out" };
	char folder[] = "/tmp/yibao-reconcile-XXXXXX", here[4096];
	struct yb_ledger *ledger = NULL;

	if (!getenv("YB_BUILDDIR"))
		return; /* the suite alone, without the build folder */
	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(yb_ledger_create("city.ledger", NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_open("city.ledger", NULL, &ledger, NULL), YB_OK);
	post(ledger, PAID("JF-1", "01", "400", "wx_city", ""));
	yb_ledger_unref(ledger);
	file_write("good.csv", W_HEAD W_PAY("01", "4201", "JF-1", "400.00") W_SUM("1", "400.00", "0.00"));
	file_write("other.csv", W_HEAD W_PAY("01", "4201", "JF-1", "401.00") W_SUM("1", "401.00", "0.00"));
	file_write("bad.csv", W_HEAD W_PAY("01", "4201", "JF-1", "400.00") W_SUM("2", "400.00", "0.00"));
	file_write("text", "no ledger\n");
	file_write("3202.txt", "S1\tM1\tP1\t1.00\t1.00\t0.00\t0\n");
	tool_ends("city.ledger good.csv --format wechat", 0, "wechat bill good.csv 2026-07-01 .. 2026-07-01\nBoth sides agree.");
	tool_ends("city.ledger - --format wechat < good.csv", 0, "Both sides agree.");
	tool_ends("city.ledger good.csv --format wechat --channel wx_mp", 1, "only in the bill");
	tool_ends("city.ledger good.csv --format wechat --from 2026-07-02 --to 2026-07-03", 0, "1 rows of the bill are of other days");
	tool_ends("city.ledger other.csv --format wechat --json", 1, "\"differs\": [\"amount\"]");
	tool_ends("city.ledger 3202.txt --format 3202 --from 2026-07-01 --to 2026-07-31 --institution H1", 1, "S1  line 1 of the bill");
	tool_ends("city.ledger bad.csv --format wechat", 3, "yibao: bad.csv:4:2: the bill says");
	tool_ends("city.ledger none.csv --format wechat", 3, "none.csv: ");
	tool_ends("none.ledger good.csv --format wechat", 5, "none.ledger");
	tool_ends("text good.csv --format wechat", 5, "text");
	tool_ends("city.ledger good.csv", 2, "needs --format");
	tool_ends("city.ledger good.csv --format wechatt", 2, "--format wechatt: must be wechat, alipay");
	tool_ends("city.ledger good.csv --format unionpay", 2, "--year");
	tool_ends("city.ledger good.csv --format 3202", 2, "--from and --to");
	tool_ends("city.ledger good.csv --format wechat --institution H1", 2, "--institution is of the formats 3201 and 3202");
	tool_ends("city.ledger good.csv --format 3201 --channel wx", 2, "--channel is of");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(files[i]);
	ck_assert_int_eq(chdir(here), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

Suite *
reconcile_suite(void)
{
	Suite *suite = suite_create("reconcile");
	TCase *tcase = tcase_create("reconcile");

	tcase_add_test(tcase, a_bill_and_a_ledger_agree);
	tcase_add_test(tcase, what_a_ledger_lacks_or_has_otherwise_is_told);
	tcase_add_test(tcase, failed_asked_for_and_undone_moved_nothing);
	tcase_add_test(tcase, a_channel_can_be_named);
	tcase_add_test(tcase, settlements_are_held_against_3202);
	tcase_add_test(tcase, totals_are_held_against_3201);
	tcase_add_test(tcase, adjustments_are_told_apart_from_their_settlements);
	tcase_add_test(tcase, a_refund_that_was_undone_is_no_refund);
	tcase_add_test(tcase, arguments_are_checked);
	tcase_add_test(tcase, the_tool_ends_as_it_promises);
	suite_add_tcase(suite, tcase);
	return suite;
}
