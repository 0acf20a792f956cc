/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>

#include "account/bill.h"
#include "base/charset.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *bill_suite(void);

/* ---- helpers ---- */

static yb_status
bill_take(const char *text, size_t length, enum ybi_bill_format format, int32_t year, struct ybi_bill *bill, struct yb_error **err)
{
	struct ybi_bill_options options = { "bill", format, year };
	/* in memory of just that size, so that a sanitizer sees a byte read too far */
	char *copy = calloc(length ? length : 1, 1);
	yb_status st;

	memcpy(copy, text, length);
	st = ybi_bill_read(copy, length, &options, bill, err);
	free(copy);
	return st;
}

static void
bill_good(const char *text, size_t length, enum ybi_bill_format format, struct ybi_bill *bill)
{
	struct yb_error *err = NULL;
	yb_status st = bill_take(text, length, format, 2026, bill, &err);

	ck_assert_msg(st == YB_OK, "%d:%d: %s", (int)yb_error_get_line(err), (int)yb_error_get_column(err), yb_error_get_message(err));
	ck_assert_ptr_null(err);
}

static void
bill_bad(const char *text, size_t length, enum ybi_bill_format format, yb_status status, uint32_t line, uint32_t column, const char *part)
{
	struct ybi_bill bill;
	struct yb_error *err = NULL;
	yb_status st = bill_take(text, length, format, 2026, &bill, &err);

	ck_assert_msg(st == status, "status %d, expected %d: %s", (int)st, (int)status, st ? yb_error_get_message(err) : "");
	ck_assert_msg(strstr(yb_error_get_message(err), part) != NULL, "\"%s\" is not in \"%s\"", part, yb_error_get_message(err));
	ck_assert_msg(yb_error_get_line(err) == line && yb_error_get_column(err) == column, "%d:%d: %s", (int)yb_error_get_line(err),
	              (int)yb_error_get_column(err), yb_error_get_message(err));
	ck_assert_str_eq(yb_error_get_source_name(err), "bill");
	ck_assert_uint_eq(bill.count, 0);
	ck_assert_ptr_null(bill.rows);
	yb_error_unref(err);
}

static void
row_is(const struct ybi_bill_row *row, enum ybi_bill_kind kind, enum ybi_bill_state state, const char *time, const char *id, const char *theirs,
       const char *original, yb_fen amount, int64_t fee)
{
	char text[32];

	yb_day_to_text(row->day, text);
	snprintf(text + 10, sizeof(text) - 10, " %s", row->time);
	ck_assert_int_eq(row->kind, kind);
	ck_assert_int_eq(row->state, state);
	ck_assert_str_eq(text, time);
	ck_assert_str_eq(row->id, id);
	ck_assert_str_eq(row->theirs, theirs);
	ck_assert_str_eq(row->original, original);
	ck_assert_int_eq(row->amount, amount);
	ck_assert_int_eq(row->fee, fee);
	ck_assert_int_eq(row->count, 1);
}

/* ---- WeChat Pay ---- */

#define W_HEAD "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额," \
	"微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n"
#define W_PAY "`2026-07-01 09:00:01,`wx0,`190,`0,`,`4200001,`JF-1,`o0,`JSAPI,`SUCCESS,`OTHERS,`CNY,`400.00,`0.00,`0,`0,`0.00,`0.00,`,`,`城乡居民医保费,2026年度,`,`2.40000,`0.60%,`400.00,`0.00,`\r\n"
#define W_COUPON "`2026-07-01 10:00:00,`wx0,`190,`0,`,`4200002,`JF-2,`o0,`JSAPI,`SUCCESS,`OTHERS,`CNY,`395.00,`5.00,`0,`0,`0.00,`0.00,`,`,`费,`,`2.37006,`0.60%,`400.00,`0.00,`\r\n"
#define W_REFUND "`2026-07-01 11:00:00,`wx0,`190,`0,`,`4200001,`JF-1,`o0,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5000001,`TK-1,`400.00,`0.00,`ORIGINAL,`PROCESSING,`费,`,`-2.40000,`0.60%,`0.00,`400.00,`\r\n"
#define W_REVOKED "`2026-07-01 12:00:00,`wx0,`190,`0,`,`4200003,`JF-3,`o0,`MICROPAY,`REVOKED,`OTHERS,`CNY,`0.00,`0.00,`0,`0,`100.00,`0.00,`,`SUCCESS,`费,`,`0.00000,`0.60%,`0.00,`100.00,`\r\n"
#define W_TOTALS "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n"
#define W_ALL W_HEAD W_PAY W_COUPON W_REFUND W_REVOKED W_TOTALS "`4,`795.00,`500.00,`0.00,`2.37006,`800.00,`500.00\r\n"

START_TEST(a_wechat_bill_is_read)
{
	struct ybi_bill bill;

	bill_good(W_ALL, strlen(W_ALL), YBI_BILL_WECHAT, &bill);
	ck_assert_uint_eq(bill.count, 4);
	row_is(&bill.rows[0], YBI_BILL_PAY, YBI_BILL_DONE, "2026-07-01 09:00:01", "JF-1", "4200001", "", 40000, 240000);
	row_is(&bill.rows[1], YBI_BILL_PAY, YBI_BILL_DONE, "2026-07-01 10:00:00", "JF-2", "4200002", "", 40000, 237006);
	ck_assert_int_eq(bill.rows[1].settled, 39500); /* the merchant bears the coupon */
	row_is(&bill.rows[2], YBI_BILL_REFUND, YBI_BILL_PENDING, "2026-07-01 11:00:00", "TK-1", "5000001", "JF-1", -40000, -240000);
	ck_assert_str_eq(bill.rows[2].their_original, "4200001");
	row_is(&bill.rows[3], YBI_BILL_CANCEL, YBI_BILL_DONE, "2026-07-01 12:00:00", "", "", "JF-3", -10000, 0);
	ck_assert_uint_eq(bill.rows[3].line, 5);
	ybi_bill_free(&bill);
}
END_TEST

/* Bills of the same two rows in other shapes. */
static const struct {
	const char *what, *text;
	size_t rows;
	yb_fen last;
} wechat_shapes[] = {
	{ "with a byte order mark", "\xef\xbb\xbf" W_ALL, 4, -10000 },
	{ "of an old account: 24 columns, other names",
	  "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,企业红包金额,"
	  "微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率\n"
	  "`2026-07-01 09:00:01,`wx0,`190,`0,`,`4200001,`JF-1,`o0,`JSAPI,`SUCCESS,`CFT,`CNY,`3.00,`0.00,`0,`0,`0.00,`0.00,`,`,`a,`,`0.02000,`0.60%\n"
	  "`2026-07-01 09:00:02,`wx0,`190,`0,`,`4200001,`JF-1,`o0,`JSAPI,`REFUND,`CFT,`CNY,`0.00,`0.00,`50,`TK-1,`1.00,`0.00,`ORIGINAL,`SUCCESS,`a,`,`-0.00600,`0.60%\n"
	  "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额\n`2,`3.00,`1.00,`0.00,`0.01400", 2, -100 },
	{ "of payments only: no columns of refunds",
	  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,"
	  "商户数据包,手续费,费率,订单金额,费率备注\n"
	  "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`JSAPI,`SUCCESS,`CFT,`CNY,`0.10,`0.00,`a,`,`0.00000,`0.60%,`0.10,`\n"
	  W_TOTALS "`1,`0.10,`0.00,`0.00,`0.00000,`0.10,`0.00\n\n", 1, 10 },
	{ "of refunds only: the day is that on which the refund was asked for",
	  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
	  "退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n"
	  "`2026-06-20 14:40:09,`wx0,`190,`0,`,`42,`JF-1,`o0,`NATIVE,`REFUND,`CFT,`CNY,`0.00,`0.00,`2026-07-01 18:13:10,`2026-07-01 18:13:12,`50,`TK-1,`0.01,"
	  "`0.00,`ORIGINAL,`SUCCESS,`a,`,`0.00000,`1.00%,`0.00,`0.01,`\n"
	  W_TOTALS "`1,`0.00,`0.01,`0.00,`0.00000,`0.00,`0.01\n", 1, -1 },
	{ "saved by a spreadsheet: no backtick at the first of a line, noughts dropped",
	  W_HEAD "2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`JSAPI,`SUCCESS,`CFT,`CNY,`0.1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0.60%,`0.1,`0,`\n"
	  W_TOTALS "1.0,`0.1,`0,`0,`0.0,`0.1,`0\n", 1, 10 },
	{ "columns in another order, and a new one",
	  "商户订单号,微信订单号,交易状态,新列,应结订单金额,交易时间\n`JF-1,`42,`SUCCESS,`x,`7.00,`2026-07-01 00:00:00\n"
	  "总交易单数,手续费总金额,退款总金额,应结订单总金额\n`1,`0,`0,`7.00\n", 1, 700 },
};

START_TEST(a_wechat_bill_has_many_shapes)
{
	struct ybi_bill bill;
	const char *text = wechat_shapes[_i].text;

	bill_good(text, strlen(text), YBI_BILL_WECHAT, &bill);
	ck_assert_uint_eq(bill.count, wechat_shapes[_i].rows);
	ck_assert_int_eq(bill.rows[bill.count - 1].amount, wechat_shapes[_i].last);
	if (strstr(wechat_shapes[_i].what, "refunds only"))
		row_is(&bill.rows[0], YBI_BILL_REFUND, YBI_BILL_DONE, "2026-07-01 18:13:10", "TK-1", "50", "JF-1", -1, 0);
	ybi_bill_free(&bill);
}
END_TEST

static const char *const no_bills[] = {
	"No Bill Exist",
	"<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[No Bill Exist]]></return_msg></xml>",
	"{\"code\": \"NO_STATEMENT_EXIST\", \"message\": \"账单文件不存在\"}",
	W_HEAD W_TOTALS "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00\r\n",
};

START_TEST(a_day_without_business_is_an_empty_bill)
{
	struct ybi_bill bill;

	bill_good(no_bills[_i], strlen(no_bills[_i]), YBI_BILL_WECHAT, &bill);
	ck_assert_uint_eq(bill.count, 0);
	ybi_bill_free(&bill);
}
END_TEST

static const struct {
	enum ybi_bill_format format;
	const char *text;
	yb_status status;
	uint32_t line, column;
	const char *part;
} refused[] = {
	{ YBI_BILL_WECHAT, "", YB_E_SYNTAX, 0, 1, "an empty file" },
	{ YBI_BILL_WECHAT, "<xml><return_code>FAIL</return_code></xml>", YB_E_SYNTAX, 1, 1, "an answer in XML" },
	{ YBI_BILL_WECHAT, "a,b\nc,d\n", YB_E_SYNTAX, 1, 1, "no column \"交易时间\" among the 2 headings of this line: is it a wechat bill?" },
	{ YBI_BILL_WECHAT, "交易时间,交易时间\n", YB_E_DUPLICATE, 1, 6, "column \"交易时间\" is there twice" },
	{ YBI_BILL_WECHAT, W_HEAD W_PAY, YB_E_SYNTAX, 2, 1, "it was cut off" },
	{ YBI_BILL_WECHAT, W_HEAD W_PAY W_TOTALS, YB_E_SYNTAX, 3, 1, "without the values of its totals" },
	{ YBI_BILL_WECHAT, W_HEAD W_PAY W_TOTALS "`1,`400.00,`0.00,`0.00,`2.40000\n", YB_E_SYNTAX, 4, 1, "no value for 订单总金额" },
	{ YBI_BILL_WECHAT, W_HEAD W_PAY W_TOTALS "`2,`400.00,`0.00,`0.00,`2.40000,`400.00,`0.00\n", YB_E_CONTRADICTION, 4, 2,
	  "the bill says 总交易单数 2, its rows make 1" },
	{ YBI_BILL_WECHAT, W_HEAD W_PAY W_TOTALS "`1,`400.01,`0.00,`0.00,`2.40000,`400.00,`0.00\n", YB_E_CONTRADICTION, 4, 5,
	  "应结订单总金额 400.01, its rows make 400.00" },
	{ YBI_BILL_WECHAT, W_HEAD W_PAY W_TOTALS "`1,`400.00,`0.00,`0.00,`2.40001,`400.00,`0.00\n", YB_E_CONTRADICTION, 4, 25,
	  "手续费总金额 2.40001, its rows make 2.40000" },
	{ YBI_BILL_WECHAT, W_HEAD W_PAY W_TOTALS "`1,`400.00,`0.00,`0.00,`2.40000,`400.00,`0.00\nmore\n", YB_E_SYNTAX, 5, 1, "text after the totals" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0\r\n", YB_E_SYNTAX, 2, 1, "2 values; the headings are 27" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-02-29 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n", YB_E_BAD_DATE,
	  2, 2, "交易时间 \"2026-02-29 09:00:01\" is no time; expected YYYY-MM-DD hh:mm:ss" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 24:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n", YB_E_BAD_DATE,
	  2, 2, "is no time" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`4.20001E+27,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n",
	  YB_E_BAD_VALUE, 2, 38, "微信订单号 \"4.20001E+27\" was rewritten by a spreadsheet" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`单1,`o0,`J,`SUCCESS,`O,`CNY,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n", YB_E_BAD_TEXT,
	  2, 42, "商户订单号 has a character" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`PAYING,`O,`CNY,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n", YB_E_BAD_VALUE,
	  2, 55, "交易状态 is \"PAYING\"; expected SUCCESS, REFUND or REVOKED" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`USD,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n", YB_E_BAD_VALUE,
	  2, 67, "货币种类 is not CNY" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`1.001,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n",
	  YB_E_BAD_AMOUNT, 2, 72, "应结订单金额 \"1.001\" is not an amount" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`1,`,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n",
	  YB_E_BAD_AMOUNT, 2, 75, "代金券金额 is empty; expected an amount in yuan" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0.000001,`0,`1,`0,`\n",
	  YB_E_BAD_AMOUNT, 2, 99, "手续费 \"0.000001\" is not a number of at most 5 decimals" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`REFUND,`O,`CNY,`0,`0,`50,`0,`1,`0,`,`SUCCESS,`a,`,`0,`0,`0,`1,`\n", YB_E_SYNTAX,
	  2, 81, "商户退款单号 of a refund is 0" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`REFUND,`O,`CNY,`0,`0,`50,`T,`1,`0,`,`GONE,`a,`,`0,`0,`0,`1,`\n", YB_E_BAD_VALUE,
	  2, 92, "退款状态 is \"GONE\"; expected SUCCESS, PROCESSING, FAIL or CHANGE" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`1,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`-1,`0,`\n",
	  YB_E_BAD_AMOUNT, 2, 105, "订单金额 is below 0" },
	{ YBI_BILL_WECHAT, W_HEAD "`2026-07-01 09:00:01,`wx0,`190,`0,`,`42,`JF-1,`o0,`J,`SUCCESS,`O,`CNY,`10000000000.01,`0,`0,`0,`0,`0,`,`,`a,`,`0,`0,`1,`0,`\n",
	  YB_E_BAD_AMOUNT, 2, 72, "is not an amount" },
	{ YBI_BILL_WECHAT, "PK\3\4\x14", YB_E_BAD_TEXT, 1, 1, "this is a ZIP archive (or an .xlsx workbook): unpack it, or save it as CSV, first" },
	{ YBI_BILL_WECHAT, "\x1f\x8b\x08", YB_E_BAD_TEXT, 1, 1, "this is compressed with gzip: unpack it first" },
	{ YBI_BILL_ALIPAY, "\xff\xfe#\x2f", YB_E_BAD_TEXT, 1, 1, "UTF-16" },
	{ YBI_BILL_UNIONPAY, "PK\3\4", YB_E_BAD_TEXT, 1, 1, "a ZIP archive" },
	{ YBI_BILL_ALIPAY, "支付宝交易号,商户订单号\n张三\xe5\xbc\n", YB_E_BAD_TEXT, 2, 3, "byte 0xe5 is not UTF-8" },
	{ YBI_BILL_ALIPAY, "\xef\xbb\xbf" "ab\xff\n", YB_E_BAD_TEXT, 1, 3, "byte 0xff is not UTF-8" },
	{ YBI_BILL_ALIPAY, "#\xd6\xa7\xb8\xb6\xb1\xa6\n\xd5\xc5\xff,", YB_E_BAD_TEXT, 2, 2, "byte 0xff is neither UTF-8 nor GBK" },
	{ YBI_BILL_ALIPAY, "#\xd6\xa7\xb8\xb6\xb1\xa6\n\xd5", YB_E_BAD_TEXT, 2, 1, "byte 0xd5 is neither UTF-8 nor GBK" },
	{ YBI_BILL_ALIPAY, "#支付宝业务汇总查询\n", YB_E_SYNTAX, 1, 1, "the details (业务明细) are wanted" },
	{ YBI_BILL_ALIPAY, "#支付宝业务明细查询\n", YB_E_SYNTAX, 1, 1, "no headings" },
	{ YBI_BILL_ALIPAY, W_ALL, YB_E_SYNTAX, 1, 1, "no column \"支付宝交易号\" among the 27 headings of this line: is it a alipay bill?" },
	{ YBI_BILL_3202, "1\t2\t3\n", YB_E_SYNTAX, 1, 1, "3 values; expected 7, separated by TAB" },
	{ YBI_BILL_3202, "S1\tM1\t\t10.00\t6.00\t1.00\t0\n", YB_E_SYNTAX, 1, 7, "psn_no is missing" },
	{ YBI_BILL_3202, "S1\tM1\tP1\t10.00\tnull\t1.00\t0\n", YB_E_SYNTAX, 1, 16, "fund_pay_sumamt is missing" },
	{ YBI_BILL_3202, "S1\tM1\tP1\t10.00\t6.00\t1.00\t2\n", YB_E_BAD_VALUE, 1, 26, "refd_setl_flag is \"2\"; expected 0 or 1" },
	{ YBI_BILL_3202, "S1\tM1\tP1\t-10.00\t-6.00\t-1.00\t0\n", YB_E_CONTRADICTION, 1, 29, "refd_setl_flag is 0, but an amount is below 0" },
	{ YBI_BILL_3202, "S1\tM1\tP1\t10.00\t-6.00\t-1.00\t1\n", YB_E_CONTRADICTION, 1, 10, "amounts above and below 0" },
	{ YBI_BILL_3202, "setl_id\tmdtrt_id\n", YB_E_SYNTAX, 1, 1, "no column \"psn_no\"" },
	{ YBI_BILL_3201, "{\"data\": {\"insutype\": \"390\"}}", YB_E_MISSING_KEY, 1, 10, "clr_type is missing" },
	{ YBI_BILL_3201, "{\"insutype\": \"390\", \"clr_type\": \"21\",\n\"stmt_begndate\": \"2026-07-32\"}", YB_E_BAD_DATE, 2, 18, "stmt_begndate is no day" },
	{ YBI_BILL_3201, "{\"insutype\": \"390\", \"clr_type\": \"21\", \"stmt_begndate\": \"2026-07-01\", \"stmt_enddate\": \"2026-07-31\",\n\"medfee_sumamt\": \"1.234\"}",
	  YB_E_BAD_AMOUNT, 2, 19, "medfee_sumamt \"1.234\" is not an amount" },
	{ YBI_BILL_3201, "{\"data\": [1]}", YB_E_SYNTAX, 1, 11, "data is no mapping" },
	{ YBI_BILL_3201, "{\"insutype\": \"390\", \"clr_type\": \"21\", \"stmt_begndate\": \"2026-07-31\", \"stmt_enddate\": \"2026-07-01\"}", YB_E_BAD_DATE, 1, 1,
	  "stmt_begndate is after stmt_enddate" },
	{ YBI_BILL_3201, "{\"insutype\": \"3900000\", \"clr_type\": \"21\"}", YB_E_BAD_VALUE, 1, 14, "insutype has more than 6 characters" },
	{ YBI_BILL_3201, "{\"a\": ", YB_E_SYNTAX, 1, 7, "" },
};

START_TEST(a_bad_bill_is_refused_at_its_place)
{
	bill_bad(refused[_i].text, strlen(refused[_i].text), refused[_i].format, refused[_i].status, refused[_i].line, refused[_i].column, refused[_i].part);
}
END_TEST

/* ---- Alipay ---- */

#define A_TOP "#支付宝业务明细查询\n#账号：[20880000000000000156]\n#起始日期：[2026年07月01日 00:00:00]   终止日期：[2026年07月02日 00:00:00]\n" \
	"#-----------------------------------------业务明细列表----------------------------------------\n"
#define A_HEAD "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）," \
	"集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\n"
#define A_PAY "2026070122001\t,JF-1\t,交易\t,居民医保,2026-07-01 10:55:16,2026-07-01 10:55:23,\t,\t,\t,\t,*三(133***)\t,400.00,395.00,0.00,0.00,0.00,5.00,0.00,,0.00\t,0.00,\t,-2.40,0.00,费\n"
#define A_REFUND "2026070122001\t,JF-1\t,退款\t,居民医保,2026-07-01 10:55:16,2026-07-01 15:00:38,\t,\t,\t,\t,*三(133***)\t,-100.00,-98.75,0.00,0.00,0.00,-1.25,0.00,,0.00\t,0.00,TK-1\t,0.60,0.00,费\n"
#define A_END "#-----------------------------------------业务明细列表结束------------------------------------\n"
#define A_SUMS "#交易合计：1笔，商家实收共395.00元，商家优惠共5.00元\n#退款合计：1笔，商家实收退款共-98.75元，商家优惠退款共-1.25元\n#导出时间：[2026年07月02日 05:46:49]\n"
#define A_ALL A_TOP A_HEAD A_PAY A_REFUND A_END A_SUMS

static char *
gbk(const char *text, size_t *length)
{
	size_t rest = strlen(text), room = 2 * rest + 1, left = room;
	char *out = malloc(room), *to = out, *from = (char *)(uintptr_t)text;
	iconv_t cd = iconv_open("GBK", "UTF-8");

	ck_assert(cd != (iconv_t)-1);
	ck_assert(iconv(cd, &from, &rest, &to, &left) != (size_t)-1);
	iconv_close(cd);
	*length = room - left;
	return out;
}

START_TEST(an_alipay_bill_is_read_in_gbk_and_utf8)
{
	size_t length = strlen(A_ALL);
	char *text = _i ? gbk(A_ALL, &length) : strdup(A_ALL);
	struct ybi_bill bill;

	bill_good(text, length, YBI_BILL_ALIPAY, &bill);
	ck_assert_uint_eq(bill.count, 2);
	row_is(&bill.rows[0], YBI_BILL_PAY, YBI_BILL_DONE, "2026-07-01 10:55:23", "JF-1", "2026070122001", "", 40000, -240000);
	ck_assert_int_eq(bill.rows[0].settled, 39500);
	row_is(&bill.rows[1], YBI_BILL_REFUND, YBI_BILL_DONE, "2026-07-01 15:00:38", "TK-1", "", "JF-1", -10000, 60000);
	ck_assert_str_eq(bill.rows[1].their_original, "2026070122001");
	ck_assert_uint_eq(bill.rows[1].line, 7);
	ybi_bill_free(&bill);
	free(text);
}
END_TEST

/* Pieces of A_ALL replaced: each must be told where it stands, in characters, in both encodings. */
static const struct {
	const char *from, *to;
	yb_status status;
	uint32_t line, column;
	const char *part;
} alipay_faults[] = {
	{ "交易合计：1笔", "交易合计：2笔", YB_E_CONTRADICTION, 9, 7, "the bill says 交易合计 2, its rows make 1" },
	{ "实收共395.00", "实收共395.01", YB_E_CONTRADICTION, 9, 15, "商家实收共 395.01, its rows make 395.00" },
	{ "退款共-98.75", "退款共98.75", YB_E_CONTRADICTION, 10, 17, "商家实收退款共 98.75, its rows make -98.75" },
	{ "商家实收共395.00元", "", YB_E_BAD_AMOUNT, 9, 1, "商家实收共 is empty" },
	{ "#退款合计", "#退款", YB_E_SYNTAX, 11, 1, "without its total #退款合计: it was cut off" },
	{ A_END, "", YB_E_SYNTAX, 8, 1, "a line of # within the list" },
	{ A_END A_SUMS, "", YB_E_SYNTAX, 7, 1, "without the end of its list" },
	{ "退款\t,居民", "退单\t,居民", YB_E_BAD_VALUE, 7, 22, "业务类型 is \"退单\"; expected 交易 or 退款" },
	{ "-100.00", "100.00", YB_E_BAD_AMOUNT, 7, 91, "订单金额 of a 退款 is above 0" },
	{ ",400.00", ",-400.00", YB_E_BAD_AMOUNT, 6, 91, "订单金额 of a 交易 is below 0" },
	{ "居民医保,2026-07-01 10:55:16,2026-07-01 15", "居民,医保,2026-07-01 10:55:16,2026-07-01 15", YB_E_SYNTAX, 7, 1,
	  "26 values; the headings are 25 (is there a comma in a name?)" },
	{ "居民医保,2026-07-01 10:55:16,2026-07-01 15", "\"居民,医保\",2026-07-01 10:55:16,2026-07-01 15", YB_OK, 0, 0, NULL },
	{ "居民医保,2026-07-01 10:55:16,2026-07-01 15", "\"居民,医保,2026-07-01 10:55:16,2026-07-01 15", YB_E_SYNTAX, 7, 26, "the quotes that begin here" },
	{ "#导出时间", "导出时间", YB_E_SYNTAX, 11, 1, "text after the end of the list" },
	{ "2026-07-01 15:00:38", "2026/7/1 15:00", YB_E_BAD_DATE, 7, 51, "完成时间 \"2026/7/1 15:00\" is no time" },
};

START_TEST(a_fault_of_an_alipay_bill_is_told)
{
	const char *at = strstr(A_ALL, alipay_faults[_i].from);
	char *text = malloc(strlen(A_ALL) + strlen(alipay_faults[_i].to) + 1), *encoded;
	size_t length;
	struct ybi_bill bill;

	ck_assert_ptr_nonnull(at);
	sprintf(text, "%.*s%s%s", (int)(at - A_ALL), A_ALL, alipay_faults[_i].to, at + strlen(alipay_faults[_i].from));
	encoded = gbk(text, &length);
	if (alipay_faults[_i].status == YB_OK) {
		bill_good(text, strlen(text), YBI_BILL_ALIPAY, &bill);
		ybi_bill_free(&bill);
	} else {
		bill_bad(text, strlen(text), YBI_BILL_ALIPAY, alipay_faults[_i].status, alipay_faults[_i].line, alipay_faults[_i].column, alipay_faults[_i].part);
		bill_bad(encoded, length, YBI_BILL_ALIPAY, alipay_faults[_i].status, alipay_faults[_i].line, alipay_faults[_i].column, alipay_faults[_i].part);
	}
	free(encoded);
	free(text);
}
END_TEST

/* ---- UnionPay ---- */

static const uint8_t zm_widths[] = { 3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13,
	                             13, 8, 32, 13, 13, 12, 2, 1, 32, 98 };
static const uint8_t zme_widths[] = { 3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135 };

/* A line of blanks; then field by field. Gives its length. */
static size_t
line_blank(char *line, const uint8_t *widths, size_t count)
{
	size_t length = count - 1;

	for (size_t i = 0; i < count; i++)
		length += widths[i];
	memset(line, ' ', length);
	return length;
}

static size_t
field_at(const uint8_t *widths, int number)
{
	size_t at = 0;

	for (int i = 1; i < number; i++)
		at += widths[i - 1] + 1u;
	return at;
}

static void
field_put(char *line, const uint8_t *widths, int number, const char *value)
{
	memcpy(line + field_at(widths, number), value, strlen(value));
}

static size_t
zm_line(char *line, const char *time, const char *amount, const char *order, const char *fee, const char *settled, const char *type, const char *original)
{
	size_t length = line_blank(line, zm_widths, sizeof(zm_widths));

	field_put(line, zm_widths, 1, type[1] == '1' ? "S22" : "S30");
	field_put(line, zm_widths, 4, "123456");
	field_put(line, zm_widths, 5, time);
	field_put(line, zm_widths, 7, amount);
	field_put(line, zm_widths, 10, "991607010900011234561");
	field_put(line, zm_widths, 12, order);
	field_put(line, zm_widths, 16, fee);
	field_put(line, zm_widths, 17, settled);
	field_put(line, zm_widths, 20, type);
	field_put(line, zm_widths, 31, "\xd2\xbd\xb1\xa3\xbe\xd6"); /* 医保局 in GBK */
	field_put(line, zm_widths, 41, original);
	line[length++] = '\r';
	line[length++] = '\n';
	return length;
}

#define PAY(line) zm_line(line, "0701090001", "000000040000", "JF1", "D000000000240", "C000000039760", "01", "")
#define REFUND(line) zm_line(line, "0702100000", "000000040000", "TK1", "C000000000240", "D000000039760", "04", "JF1")

START_TEST(a_unionpay_bill_is_read)
{
	char text[2048];
	size_t length = PAY(text);
	struct ybi_bill bill;

	ck_assert_uint_eq(length, 609);
	length += REFUND(text + length);
	bill_good(text, length, YBI_BILL_UNIONPAY, &bill);
	ck_assert_uint_eq(bill.count, 2);
	row_is(&bill.rows[0], YBI_BILL_PAY, YBI_BILL_DONE, "2026-07-01 09:00:01", "JF1", "991607010900011234561", "", 40000, -240000);
	ck_assert_int_eq(bill.rows[0].settled, 39760);
	row_is(&bill.rows[1], YBI_BILL_REFUND, YBI_BILL_DONE, "2026-07-02 10:00:00", "TK1", "991607010900011234561", "JF1", -40000, 240000);
	ck_assert_int_eq(bill.rows[1].settled, -39760);
	ybi_bill_free(&bill);
}
END_TEST

START_TEST(a_unionpay_bill_over_new_year_has_two_years)
{
	char text[2048];
	size_t length = zm_line(text, "1231235959", "000000000001", "A", "", "C000000000001", "01", "");
	struct ybi_bill bill;

	length += zm_line(text + length, "0101000000", "000000000001", "B", "", "C000000000001", "01", "");
	bill_good(text, length, YBI_BILL_UNIONPAY, &bill);
	row_is(&bill.rows[0], YBI_BILL_PAY, YBI_BILL_DONE, "2025-12-31 23:59:59", "A", "991607010900011234561", "", 1, 0);
	row_is(&bill.rows[1], YBI_BILL_PAY, YBI_BILL_DONE, "2026-01-01 00:00:00", "B", "991607010900011234561", "", 1, 0);
	ybi_bill_free(&bill);
	length = zm_line(text, "1231235959", "000000000001", "A", "", "C000000000001", "01", "");
	bill_good(text, length, YBI_BILL_UNIONPAY, &bill);
	row_is(&bill.rows[0], YBI_BILL_PAY, YBI_BILL_DONE, "2026-12-31 23:59:59", "A", "991607010900011234561", "", 1, 0);
	ybi_bill_free(&bill);
	length = zm_line(text, "0229120000", "000000000001", "A", "", "C000000000001", "01", "");
	bill_bad(text, length, YBI_BILL_UNIONPAY, YB_E_BAD_DATE, 1, 1, "2026 has no 2-29");
}
END_TEST

START_TEST(a_unionpay_bill_needs_its_year)
{
	struct ybi_bill bill;
	struct yb_error *err = NULL;

	ck_assert_int_eq(bill_take("", 0, YBI_BILL_UNIONPAY, 0, &bill, &err), YB_E_INVALID);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "say which year"));
	yb_error_unref(err);
}
END_TEST

START_TEST(reserved_blanks_may_be_dropped)
{
	char text[2048];
	size_t length = PAY(text);
	struct ybi_bill bill;

	(void)length;
	bill_good(text, 508, YBI_BILL_UNIONPAY, &bill); /* through field 41 */
	ck_assert_uint_eq(bill.count, 1);
	ybi_bill_free(&bill);
	bill_bad(text, 507, YBI_BILL_UNIONPAY, YB_E_SYNTAX, 1, 1, "a line of 507 bytes; a line of ZM has 607 (508 without what is reserved), one of ZME 339 (203)");
}
END_TEST

static const struct {
	int field;
	const char *value;
	yb_status status;
	int into; /* bytes into the field at which the fault is told */
	const char *part;
} zm_faults[] = {
	{ 5, "0732090001", YB_E_BAD_DATE, 0, "交易传输时间 is no time; expected MMDDhhmmss" },
	{ 5, "0701240001", YB_E_BAD_DATE, 0, "is no time" },
	{ 7, "00000004.000", YB_E_BAD_AMOUNT, 8, "交易金额 is not a count of fen in digits" },
	{ 16, "X000000000240", YB_E_BAD_AMOUNT, 0, "商户手续费 begins with no C (credit) or D (debit)" },
	{ 17, "             ", YB_E_BAD_AMOUNT, 0, "结算金额 begins with no C" },
	{ 17, "D000000039760", YB_E_CONTRADICTION, 0, "结算金额 is a debit (D); of 交易类型 01 a credit (C) is expected" },
	{ 20, "12", YB_E_BAD_VALUE, 0, "交易类型 \"12\"; expected 01, 03" },
	{ 12, "                                ", YB_E_SYNTAX, 0, "商户订单号 is empty" },
	{ 12, "a b                             ", YB_E_BAD_TEXT, 1, "商户订单号 has a character" },
};

START_TEST(a_fault_of_a_unionpay_bill_is_told)
{
	char text[2048];
	size_t length = PAY(text), at = field_at(zm_widths, zm_faults[_i].field);

	field_put(text, zm_widths, zm_faults[_i].field, zm_faults[_i].value);
	bill_bad(text, length, YBI_BILL_UNIONPAY, zm_faults[_i].status, 1, (uint32_t)at + 1 + (uint32_t)zm_faults[_i].into, zm_faults[_i].part);
}
END_TEST

START_TEST(unionpay_fields_are_bytes_of_gbk)
{
	static const char utf8[] = "医保局"; /* nine bytes where six were */
	char text[2048], wide[2048];
	size_t length = PAY(text), at = field_at(zm_widths, 31);

	memcpy(wide, text, at);
	memcpy(wide + at, utf8, 9);
	memcpy(wide + at + 9, text + at + 6, length - at - 6);
	field_put(wide, zm_widths, 33, "   C123456789012");
	bill_bad(wide, length + 3, YBI_BILL_UNIONPAY, YB_E_SYNTAX, 1, (uint32_t)field_at(zm_widths, 34), "no blank behind field 33, which ends at byte");
}
END_TEST

START_TEST(a_refund_that_names_no_original_is_refused)
{
	char text[2048];
	size_t length = zm_line(text, "0702100000", "000000040000", "TK1", "", "D000000040000", "04", "");

	bill_bad(text, length, YBI_BILL_UNIONPAY, YB_E_SYNTAX, 1, (uint32_t)field_at(zm_widths, 41) + 1, "a refund names no original");
	field_put(text, zm_widths, 27, "991607010900011234561");
	{
		struct ybi_bill bill;

		bill_good(text, length, YBI_BILL_UNIONPAY, &bill);
		ck_assert_str_eq(bill.rows[0].their_original, "991607010900011234561");
		ybi_bill_free(&bill);
	}
}
END_TEST

START_TEST(a_unionpay_correction_is_read)
{
	char text[1024];
	size_t length = line_blank(text, zme_widths, sizeof(zme_widths));
	struct ybi_bill bill;

	ck_assert_uint_eq(length, 339);
	field_put(text, zme_widths, 1, "E74");
	field_put(text, zme_widths, 4, "654321");
	field_put(text, zme_widths, 5, "0703120000");
	field_put(text, zme_widths, 7, "000000000500");
	field_put(text, zme_widths, 11, "123456");
	field_put(text, zme_widths, 16, "D000000000500");
	bill_good(text, length, YBI_BILL_UNIONPAY, &bill);
	row_is(&bill.rows[0], YBI_BILL_ADJUST, YBI_BILL_DONE, "2026-07-03 12:00:00", "", "654321", "", -500, 0);
	ck_assert_str_eq(bill.rows[0].their_original, "123456");
	ybi_bill_free(&bill);
}
END_TEST

/* ---- the platform ---- */

START_TEST(a_3202_text_is_read)
{
	static const char *const texts[] = {
		"S1\tM1\tP1\t1000.00\t600.00\t100.00\t0\nS2\tM1\tP1\t-1000.00\t-600.00\t-100.00\t1\n",
		"\xef\xbb\xbfpsn_no\tmdtrt_id\tsetl_id\tmsgid\trefd_setl_flag\tmedfee_sumamt\tfund_pay_sumamt\tacct_pay\r\n"
		"P1\tM1\tS1\tnull\t0\t1000\t600\t100\r\n\r\nP1\tM1\tS2\tnull\t1\t-1000\t-600\t-100",
	};
	struct ybi_bill bill;

	bill_good(texts[_i], strlen(texts[_i]), YBI_BILL_3202, &bill);
	ck_assert_uint_eq(bill.count, 2);
	ck_assert_int_eq(bill.rows[0].kind, YBI_BILL_PAY);
	ck_assert_int_eq(bill.rows[1].kind, YBI_BILL_REFUND);
	ck_assert_str_eq(bill.rows[1].id, "S2");
	ck_assert_str_eq(bill.rows[1].visit, "M1");
	ck_assert_int_eq(bill.rows[1].amount, -100000);
	ck_assert_int_eq(bill.rows[1].fund, -60000);
	ck_assert_int_eq(bill.rows[1].account, -10000);
	ck_assert_int_eq(bill.rows[1].day, YB_DAY_NONE);
	ybi_bill_free(&bill);
}
END_TEST

#define T_3201 "{\"insutype\": \"390\", \"clr_type\": \"21\", \"setl_optins\": \"340100\", \"stmt_begndate\": \"2026-07-01\", \"stmt_enddate\": \"2026-07-31 00:00:00\"," \
	"\"medfee_sumamt\": 1000.5, \"fund_pay_sumamt\": \"600.00\", \"acct_pay\": 0, \"fixmedins_setl_cnt\": \"12\"}"

START_TEST(a_3201_message_is_read)
{
	static const char *const texts[] = { T_3201, "{\"data\": " T_3201 "}", "{\"infno\": \"3201\", \"input\": {\"data\": " T_3201 "}}", "{\"data\": [" T_3201 "]}" };
	struct ybi_bill bill;
	yb_day from, to;

	ck_assert_int_eq(yb_day_from_ymd(2026, 7, 1, &from), YB_OK);
	ck_assert_int_eq(yb_day_from_ymd(2026, 7, 31, &to), YB_OK);
	bill_good(texts[_i], strlen(texts[_i]), YBI_BILL_3201, &bill);
	ck_assert_uint_eq(bill.count, 1);
	ck_assert_str_eq(bill.rows[0].id, "390/21");
	ck_assert_int_eq(bill.rows[0].amount, 100050);
	ck_assert_int_eq(bill.rows[0].fund, 60000);
	ck_assert_int_eq(bill.rows[0].account, 0);
	ck_assert_int_eq(bill.rows[0].count, 12);
	ck_assert_int_eq(bill.from, from);
	ck_assert_int_eq(bill.to, to);
	ybi_bill_free(&bill);
}
END_TEST

/* ---- bounds ---- */

START_TEST(a_hostile_text_is_bounded)
{
	size_t length = YBI_BILL_LINE + 100;
	char *text = malloc(length);

	memset(text, 'a', length);
	bill_bad(text, length, YBI_BILL_WECHAT, YB_E_LIMIT, 1, 1, "a line of 65636 bytes; at most 65536 are read");
	memset(text, ',', 1000);
	bill_bad(text, 1000, YBI_BILL_WECHAT, YB_E_LIMIT, 1, 65, "more than 64 columns");
	memset(text, 'a', length);
	memcpy(text, "\t\t\t1\t1\t1\t0\n", 10);
	memmove(text + 200, text, 10);
	memset(text, 'a', 200);
	bill_bad(text, 210, YBI_BILL_3202, YB_E_LIMIT, 1, 1, "setl_id of 200 bytes; at most 128 are read");
	free(text);
	bill_bad("S1\tM\0\tP\t1\t1\t1\t0\n", 16, YBI_BILL_3202, YB_E_BAD_TEXT, 1, 5, "a NUL byte");
}
END_TEST

START_TEST(gb18030_is_decoded_exactly)
{
	struct yb_error *err = NULL;
	size_t length;
	char *out;

	/* GB 2312, GBK beyond it, and four bytes: 张, 㐀 (U+3400), 𠀀 (U+20000) */
	ck_assert_int_eq(ybi_gb18030_decode("t", "\xd5\xc5\x81\x39\xee\x39\x95\x32\x82\x36", 10, &out, &length, &err), YB_OK);
	ck_assert_str_eq(out, "张㐀𠀀");
	ck_assert_uint_eq(length, 10);
	free(out);
	ck_assert_int_eq(ybi_gb18030_decode("t", "", 0, &out, &length, &err), YB_OK);
	ck_assert_str_eq(out, "");
	free(out);
	ck_assert_int_eq(ybi_gb18030_decode("t", "a\0b", 3, &out, &length, &err), YB_E_BAD_TEXT);
	ck_assert_ptr_null(out);
	ck_assert_uint_eq(yb_error_get_column(err), 2);
	yb_error_unref(err);
}
END_TEST

Suite *
bill_suite(void)
{
	Suite *suite = suite_create("bill");
	TCase *tcase = tcase_create("bill");

	tcase_add_test(tcase, a_wechat_bill_is_read);
	tcase_add_loop_test(tcase, a_wechat_bill_has_many_shapes, 0, COUNT(wechat_shapes));
	tcase_add_loop_test(tcase, a_day_without_business_is_an_empty_bill, 0, COUNT(no_bills));
	tcase_add_loop_test(tcase, a_bad_bill_is_refused_at_its_place, 0, COUNT(refused));
	tcase_add_loop_test(tcase, an_alipay_bill_is_read_in_gbk_and_utf8, 0, 2);
	tcase_add_loop_test(tcase, a_fault_of_an_alipay_bill_is_told, 0, COUNT(alipay_faults));
	tcase_add_test(tcase, a_unionpay_bill_is_read);
	tcase_add_test(tcase, a_unionpay_bill_over_new_year_has_two_years);
	tcase_add_test(tcase, a_unionpay_bill_needs_its_year);
	tcase_add_test(tcase, reserved_blanks_may_be_dropped);
	tcase_add_loop_test(tcase, a_fault_of_a_unionpay_bill_is_told, 0, COUNT(zm_faults));
	tcase_add_test(tcase, unionpay_fields_are_bytes_of_gbk);
	tcase_add_test(tcase, a_refund_that_names_no_original_is_refused);
	tcase_add_test(tcase, a_unionpay_correction_is_read);
	tcase_add_loop_test(tcase, a_3202_text_is_read, 0, 2);
	tcase_add_loop_test(tcase, a_3201_message_is_read, 0, 4);
	tcase_add_test(tcase, a_hostile_text_is_bounded);
	tcase_add_test(tcase, gb18030_is_decoded_exactly);
	suite_add_tcase(suite, tcase);
	return suite;
}
