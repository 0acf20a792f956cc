/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

/* What the ledger answers: statements, contribution records, accumulators, facts of a person. */

Suite *statement_suite(void);

static yb_status
try_post(struct yb_ledger *ledger, const char *today, const char *json)
{
	struct yb_transaction *t = NULL;
	int64_t seq = 0;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "test", &t, NULL);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day(today), &seq, NULL, NULL);
	yb_transaction_unref(t);
	return st;
}

static void
post(struct yb_ledger *ledger, const char *today, const char *json)
{
	struct yb_transaction *t = NULL;
	struct yb_error *error = NULL;
	int64_t seq = 0;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "test", &t, &error);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day(today), &seq, NULL, &error);
	ck_assert_msg(st == YB_OK, "%s: %s: %s", json, yb_status_name(st), error ? yb_error_get_message(error) : "");
	yb_transaction_unref(t);
}

static struct yb_ledger *
memory(void)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	return ledger;
}

/* ---- a year of a family: an employee P1, the child C1, the grandparent G1 ---- */

static const struct { const char *today, *json; } year[] = {
	{ "2025-11-04", "{\"key\": \"fee-c1\", \"kind\": \"contribution\", \"psn_no\": \"C1\", \"business_day\": \"2025-11-03\", \"insutype\": \"390\","
	                "\"period\": \"2026\", \"shares\": {\"person\": 400, \"finsubs\": 700}, \"channel\": \"wx_city\", \"elec_taxrpt_no\": \"T-77\"}" },
	{ "2026-01-02", "{\"key\": \"open-p1\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-01\", \"amount\": 1500}" },
	{ "2026-01-06", "{\"key\": \"cr-1\", \"kind\": \"credit\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", \"period\": \"2026-01\", "
		"\"amount\": 170}" },
	{ "2026-01-06", "{\"key\": \"ct-1\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", \"insutype\": \"310\","
	                "\"period\": \"2026-01\", \"shares\": {\"person\": 200, \"employer\": 800}}" },
	{ "2026-02-06", "{\"key\": \"ct-2\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-02-05\", \"insutype\": \"310\","
	                "\"period\": \"2026-02\", \"shares\": {\"person\": 200, \"employer\": 800}, \"channel\": \"bank\"}" },
	{ "2026-02-09", "{\"key\": \"fail-2\", \"kind\": \"failure\", \"psn_no\": \"P1\", \"business_day\": \"2026-02-08\", \"reverses\": \"ct-2\","
	                "\"reason\": \"余额不足\"}" },
	{ "2026-02-10", "{\"key\": \"ct-2b\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-02-10\", \"insutype\": \"310\","
	                "\"period\": \"2026-02\", \"shares\": {\"person\": 200, \"employer\": 800}, \"channel\": \"bank\", \"belongs\": \"fail-2\"}" },
	{ "2026-03-02", "{\"key\": \"au-1\", \"kind\": \"authorization\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-01\", \"member\": \"C1\","
	                "\"form\": \"pool\", \"from\": \"2026-03-01\"}" },
	{ "2026-03-02", "{\"key\": \"au-2\", \"kind\": \"authorization\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-01\", \"member\": \"G1\","
	                "\"form\": \"wallet\", \"from\": \"2026-03-01\"}" },
	{ "2026-03-05", "{\"key\": \"st-1\", \"kind\": \"settlement\", \"psn_no\": \"C1\", \"business_day\": \"2026-03-03\", \"insutype\": \"390\","
	                "\"med_type\": \"11\", \"fixmedins_code\": \"H1\", \"sharer\": \"P1\", \"setlinfo\": {\"medfee_sumamt\": 120, "
		"\"inscp_scp_amt\": 110,"
	                "\"act_pay_dedc\": 10, \"hifp_pay\": 60, \"fund_pay_sumamt\": 60, \"psn_part_amt\": 60, \"acct_pay\": 50, \"acct_mulaid_pay\": 50,"
	                "\"psn_cash_pay\": 10}}" },
	{ "2026-03-10", "{\"key\": \"sh-1\", \"kind\": \"share\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-10\", \"member\": \"G1\","
	                "\"belongs\": \"au-2\", \"amount\": 100}" },
	{ "2026-03-12", "{\"key\": \"ac-1\", \"kind\": \"share-accept\", \"psn_no\": \"G1\", \"business_day\": \"2026-03-12\", \"belongs\": \"sh-1\"}" },
	{ "2026-04-01", "{\"key\": \"sh-2\", \"kind\": \"share\", \"psn_no\": \"P1\", \"business_day\": \"2026-04-01\", \"member\": \"G1\","
	                "\"belongs\": \"au-2\", \"amount\": 60}" },
	{ "2026-04-15", "{\"key\": \"in-1\", \"kind\": \"interest\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-31\", \"amount\": \"1.23\"}" },
	{ "2026-05-02", "{\"key\": \"st-2\", \"kind\": \"settlement\", \"psn_no\": \"P1\", \"business_day\": \"2026-04-28\", \"insutype\": \"310\","
	                "\"med_type\": \"21\", \"mdtrt_id\": \"Z9\", \"fixmedins_code\": \"H2\", \"setlinfo\": {\"medfee_sumamt\": 3000, "
		"\"inscp_scp_amt\": 2900,"
	                "\"act_pay_dedc\": 1300, \"hifp_pay\": 1400, \"fund_pay_sumamt\": 1400, \"psn_part_amt\": 1600, \"acct_pay\": 80, "
		"\"psn_cash_pay\": 1520}}" },
	{ "2026-07-03", "{\"key\": \"rv-2\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-02\", \"reverses\": \"st-2\","
	                "\"reason\": \"重复结算\"}" },
	{ "2026-08-01", "{\"key\": \"fee-c1-again\", \"kind\": \"contribution\", \"psn_no\": \"C1\", \"business_day\": \"2026-08-01\", "
		"\"insutype\": \"390\","
	                "\"period\": \"2027\", \"shares\": {\"person\": 420}, \"channel\": \"wx_city\"}" },
	{ "2026-08-06", "{\"key\": \"rq-1\", \"kind\": \"refund-request\", \"psn_no\": \"C1\", \"business_day\": \"2026-08-05\", "
		"\"belongs\": \"fee-c1-again\","
	                "\"amount\": 420, \"reason\": \"已参加职工医保\"}" },
	{ "2026-09-01", "{\"key\": \"to-1\", \"kind\": \"transfer-out\", \"psn_no\": \"P1\", \"business_day\": \"2026-09-01\", \"region\": \"310000\","
	                "\"amount\": 1000}" },
};

static struct yb_ledger *
family(void)
{
	struct yb_ledger *ledger = memory();

	for (size_t i = 0; i < sizeof(year) / sizeof(year[0]); i++)
		post(ledger, year[i].today, year[i].json);
	return ledger;
}

static yb_day
day_or_none(const char *day)
{
	return day[0] ? ask_day(day) : YB_DAY_NONE;
}

/* "" is no day. */
static char *
statement(struct yb_ledger *ledger, const char *of, yb_axis axis, const char *from, const char *through, yb_format format, yb_lang lang)
{
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status st = yb_ledger_render_statement(ledger, of, axis, day_or_none(from), day_or_none(through), format, lang, &text, &error);

	ck_assert_msg(st == YB_OK && error == NULL && text != NULL, "%s: %s", yb_status_name(st), error ? yb_error_get_message(error) : "");
	return text;
}

static char *
records(struct yb_ledger *ledger, const char *person, const char *from, const char *through, yb_format format, yb_lang lang)
{
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status st = yb_ledger_render_records(ledger, person, day_or_none(from), day_or_none(through), format, lang, &text, &error);

	ck_assert_msg(st == YB_OK && error == NULL && text != NULL, "%s: %s", yb_status_name(st), error ? yb_error_get_message(error) : "");
	return text;
}

/* ---- as a whole; @ stands for the hash of the ledger ---- */

static const char p1_text[] =
	"Statement of a personal account of medical insurance\n"
	"P1\n"
	"2026-01-03 to 2026-08-31 by day of entry\n"
	"\n"
	"personal account P1\n"
	"\n"
	"  business day  day of entry  what              from or to                  in     out   balance  key   remark\n"
	"  --------------------------------------------------------------------------------------------------------------\n"
	"                              opening balance                                           1,500.00\n"
	"  2026-01-05    2026-01-06    credit            employee pooled fund    170.00          1,670.00  cr-1\n"
	"  2026-03-03    2026-03-05    settlement (C1)   institution H1                   50.00  1,620.00  st-1\n"
	"  2026-03-10    2026-03-10    family share      waiting to be taken G1          100.00  1,520.00  sh-1\n"
	"  2026-04-01    2026-04-01    family share      waiting to be taken G1           60.00  1,460.00  sh-2\n"
	"  2026-03-31    2026-04-15    interest          interest                  1.23          1,461.23  in-1\n"
	"  2026-04-28    2026-05-02    settlement        institution H2                   80.00  1,381.23  st-2\n"
	"  2026-07-02    2026-07-03    reversal of st-2  institution H2           80.00          1,461.23  rv-2  重复结算\n"
	"                              closing balance                                           1,461.23\n"
	"\n"
	"Sums by kind\n"
	"\n"
	"  what          entries      in     out\n"
	"  -------------------------------------\n"
	"  credit              1  170.00    0.00\n"
	"  interest            1    1.23    0.00\n"
	"  settlement          2    0.00  130.00\n"
	"  reversal            1   80.00    0.00\n"
	"  family share        2    0.00  160.00\n"
	"  all                 7  251.23  290.00\n"
	"\n"
	"Pending\n"
	"\n"
	"  business day  day of entry  state                       from or to              amount  key   remark\n"
	"  ----------------------------------------------------------------------------------------------------\n"
	"  2026-04-01    2026-04-01    family share not taken yet  waiting to be taken G1   60.00  sh-2\n"
	"\n"
	"ledger at transaction 19, hash @\n";

static const char g1_text[] =
	"医疗保险个人账户对账单\n"
	"G1\n"
	"2026-01-01 至 2026-12-31（按业务日）\n"
	"\n"
	"个人账户 G1\n"
	"\n"
	"  业务日      入账日      摘要      对方         收入  支出    余额  业务号  备注\n"
	"  -------------------------------------------------------------------------------\n"
	"                          期初余额                             0.00\n"
	"  2026-03-12  2026-03-12  共济领取  待领取 G1  100.00        100.00  ac-1\n"
	"                          期末余额                           100.00\n"
	"\n"
	"分类合计\n"
	"\n"
	"  摘要      笔数    收入  支出\n"
	"  ----------------------------\n"
	"  共济领取     1  100.00  0.00\n"
	"  合计         1  100.00  0.00\n"
	"\n"
	"待领取 G1\n"
	"\n"
	"  业务日      入账日      摘要           对方           收入    支出    余额  业务号  备注\n"
	"  ----------------------------------------------------------------------------------------\n"
	"                          期初余额                                      0.00\n"
	"  2026-03-10  2026-03-10  家庭共济 (P1)  个人账户 P1  100.00          100.00  sh-1\n"
	"  2026-03-12  2026-03-12  共济领取       个人账户 G1          100.00    0.00  ac-1\n"
	"  2026-04-01  2026-04-01  家庭共济 (P1)  个人账户 P1   60.00           60.00  sh-2\n"
	"                          期末余额                                     60.00\n"
	"\n"
	"分类合计\n"
	"\n"
	"  摘要      笔数    收入    支出\n"
	"  ------------------------------\n"
	"  家庭共济     2  160.00    0.00\n"
	"  共济领取     1    0.00  100.00\n"
	"  合计         3  160.00  100.00\n"
	"\n"
	"未完成事项\n"
	"\n"
	"  业务日      入账日      状态            对方          金额  业务号  备注\n"
	"  ------------------------------------------------------------------------\n"
	"  2026-04-01  2026-04-01  家庭共济待领取  个人账户 P1  60.00  sh-2\n"
	"\n"
	"账本第 19 笔，校验 @\n";

static const char p1_csv[] =
	"record,account,seq,business_day,posting_day,kind,key,undoes,person,counterpart,amount,balance,reason\r\n"
	"opening,account/P1,,,,,,,,,,1521.23,\r\n"
	"entry,account/P1,13,2026-04-01,2026-04-01,share,sh-2,,P1,pending/G1,-60.00,1461.23,\r\n"
	"entry,account/P1,15,2026-04-28,2026-05-02,settlement,st-2,,P1,institution/H2,-80.00,1381.23,\r\n"
	"entry,account/P1,16,2026-07-02,2026-07-03,reversal,rv-2,st-2,P1,institution/H2,80.00,1461.23,重复结算\r\n"
	"entry,account/P1,19,2026-09-01,2026-09-01,transfer-out,to-1,,P1,transit/310000,-1000.00,461.23,\r\n"
	"closing,account/P1,,,,,,,,,,461.23,\r\n"
	"pending,,13,2026-04-01,2026-04-01,share,sh-2,,,pending/G1,60.00,,\r\n"
	"pending,,19,2026-09-01,2026-09-01,transfer-out,to-1,,,transit/310000,1000.00,,\r\n";

static const char g1_json[] =
	"{\"schema\": \"yibao-statement/1\", \"person\": \"G1\", \"axis\": \"business\", \"from\": \"2026-03-12\", \"through\": null, "
	"\"seq\": 19, \"chain\": \"@\", \"accounts\": [\n"
	"{\"account\": \"account/G1\", \"opening\": \"0.00\", \"entries\": [\n"
	"{\"seq\": 12, \"business_day\": \"2026-03-12\", \"posting_day\": \"2026-03-12\", \"kind\": \"share-accept\", \"key\": \"ac-1\", "
	"\"person\": \"G1\", \"counterpart\": [\"pending/G1\"], \"amount\": \"100.00\", \"balance\": \"100.00\"}], \"closing\": \"100.00\","
	" \"sums\": {\"share-accept\": {\"count\": 1, \"in\": \"100.00\", \"out\": \"0.00\"}}, \"all\": {\"count\": 1, \"in\": \"100.00\", "
	"\"out\": \"0.00\"}},\n"
	"{\"account\": \"pending/G1\", \"opening\": \"100.00\", \"entries\": [\n"
	"{\"seq\": 12, \"business_day\": \"2026-03-12\", \"posting_day\": \"2026-03-12\", \"kind\": \"share-accept\", \"key\": \"ac-1\", "
	"\"person\": \"G1\", \"counterpart\": [\"account/G1\"], \"amount\": \"-100.00\", \"balance\": \"0.00\"},\n"
	"{\"seq\": 13, \"business_day\": \"2026-04-01\", \"posting_day\": \"2026-04-01\", \"kind\": \"share\", \"key\": \"sh-2\", "
	"\"person\": \"P1\", \"counterpart\": [\"account/P1\"], \"amount\": \"60.00\", \"balance\": \"60.00\"}], \"closing\": \"60.00\", "
	"\"sums\": {\"share\": {\"count\": 1, \"in\": \"60.00\", \"out\": \"0.00\"}, \"share-accept\": {\"count\": 1, \"in\": \"0.00\", "
	"\"out\": \"100.00\"}}, \"all\": {\"count\": 2, \"in\": \"60.00\", \"out\": \"100.00\"}}], \"pending\": [\n"
	"{\"seq\": 13, \"business_day\": \"2026-04-01\", \"posting_day\": \"2026-04-01\", \"kind\": \"share\", \"key\": \"sh-2\", "
	"\"amount\": \"60.00\", \"from\": \"account/P1\"}]}\n";

static const char g1_html[] =
	"<body>\n"
	"<h1>Statement of a personal account of medical insurance</h1>\n"
	"<dl>\n"
	"<dt>person</dt><dd>G1</dd>\n"
	"<dt>period</dt><dd>2026-03-11 to 2026-03-12 by business day</dd>\n"
	"<dt>opening balance</dt><dd>0.00</dd>\n"
	"<dt>in</dt><dd>100.00</dd>\n"
	"<dt>out</dt><dd>0.00</dd>\n"
	"<dt>closing balance</dt><dd>100.00</dd>\n"
	"</dl>\n"
	"<h2>personal account G1</h2>\n"
	"<table>\n"
	"<thead><tr><th>business day</th><th>day of entry</th><th>what</th><th>from or to</th><th class=\"n\">in</th><th class=\"n\">"
	"out</th><th class=\"n\">balance</th><th>key</th><th>remark</th></tr></thead>\n"
	"<tbody>\n"
	"<tr><td></td><td></td><td>opening balance</td><td></td><td class=\"n\"></td><td class=\"n\"></td><td class=\"n\">0.00</td><td>"
	"</td><td></td></tr>\n"
	"<tr><td>2026-03-12</td><td>2026-03-12</td><td>share taken</td><td>waiting to be taken G1</td><td class=\"n\">100.00</td><td "
	"class=\"n\"></td><td class=\"n\">100.00</td><td>ac-1</td><td></td></tr>\n"
	"<tr><td></td><td></td><td>closing balance</td><td></td><td class=\"n\"></td><td class=\"n\"></td><td class=\"n\">100.00</td><td>"
	"</td><td></td></tr>\n"
	"</tbody>\n"
	"</table>\n"
	"<h2>Sums by kind</h2>\n"
	"<table>\n"
	"<thead><tr><th>what</th><th class=\"n\">entries</th><th class=\"n\">in</th><th class=\"n\">out</th></tr></thead>\n"
	"<tbody>\n"
	"<tr><td>share taken</td><td class=\"n\">1</td><td class=\"n\">100.00</td><td class=\"n\">0.00</td></tr>\n"
	"<tr><td>all</td><td class=\"n\">1</td><td class=\"n\">100.00</td><td class=\"n\">0.00</td></tr>\n"
	"</tbody>\n"
	"</table>\n"
	"<h2>waiting to be taken G1</h2>\n"
	"<table>\n"
	"<thead><tr><th>business day</th><th>day of entry</th><th>what</th><th>from or to</th><th class=\"n\">in</th><th class=\"n\">"
	"out</th><th class=\"n\">balance</th><th>key</th><th>remark</th></tr></thead>\n"
	"<tbody>\n"
	"<tr><td></td><td></td><td>opening balance</td><td></td><td class=\"n\"></td><td class=\"n\"></td><td class=\"n\">100.00</td><td>"
	"</td><td></td></tr>\n"
	"<tr><td>2026-03-12</td><td>2026-03-12</td><td>share taken</td><td>personal account G1</td><td class=\"n\"></td><td class=\"n\">"
	"100.00</td><td class=\"n\">0.00</td><td>ac-1</td><td></td></tr>\n"
	"<tr><td></td><td></td><td>closing balance</td><td></td><td class=\"n\"></td><td class=\"n\"></td><td class=\"n\">0.00</td><td>"
	"</td><td></td></tr>\n"
	"</tbody>\n"
	"</table>\n"
	"<h2>Sums by kind</h2>\n"
	"<table>\n"
	"<thead><tr><th>what</th><th class=\"n\">entries</th><th class=\"n\">in</th><th class=\"n\">out</th></tr></thead>\n"
	"<tbody>\n"
	"<tr><td>share taken</td><td class=\"n\">1</td><td class=\"n\">0.00</td><td class=\"n\">100.00</td></tr>\n"
	"<tr><td>all</td><td class=\"n\">1</td><td class=\"n\">0.00</td><td class=\"n\">100.00</td></tr>\n"
	"</tbody>\n"
	"</table>\n"
	"<footer>ledger at transaction 19, hash @</footer>\n"
	"</body>\n"
	"</html>\n";

static const char c1_records[] =
	"缴费记录  C1\n"
	"\n"
	"  费款所属期     险种  缴费类型    个人  单位  财政补助  医疗救助  个人账户  其他      合计  业务日      入账日      渠道     税票号  业务号        状态\n"
	"  --------------------------------------------------------------------------------------------------------------------------------"
	"-----------------------------------------\n"
	"  202601-202612  390   10        400.00          700.00                            1,100.00  2025-11-03  2025-11-04  wx_city  "
	"T-77    fee-c1        已缴\n"
	"  202701-202712  390   10        420.00                                              420.00  2026-08-01  2026-08-01  wx_city      "
	"    fee-c1-again  已缴；退费申请中 420.00\n"
	"\n"
	"  险种                      缴费月数  其中补缴  缴费年数  中断\n"
	"  ------------------------------------------------------------\n"
	"  390 城乡居民基本医疗保险        24         0         2  无\n";

static const char p1_records_json[] =
	"{\"schema\": \"yibao-records/1\", \"person\": \"P1\", \"from\": null, \"through\": \"2026-04-30\", \"records\": [\n"
	"{\"key\": \"ct-1\", \"seq\": 4, \"insutype\": \"310\", \"accrym_begn\": \"202601\", \"accrym_end\": \"202601\", \"clct_type\": "
	"\"10\", \"psn_clct_amt\": \"200.00\", \"emp_clct_amt\": \"800.00\", \"clct_sumamt\": \"1000.00\", \"business_day\": "
	"\"2026-01-05\", \"posting_day\": \"2026-01-06\", \"state\": \"paid\"},\n"
	"{\"key\": \"ct-2\", \"seq\": 5, \"insutype\": \"310\", \"accrym_begn\": \"202602\", \"accrym_end\": \"202602\", \"clct_type\": "
	"\"10\", \"psn_clct_amt\": \"200.00\", \"emp_clct_amt\": \"800.00\", \"clct_sumamt\": \"1000.00\", \"channel\": \"bank\", "
	"\"business_day\": \"2026-02-05\", \"posting_day\": \"2026-02-06\", \"state\": \"failed\", \"undone_by\": \"fail-2\", "
	"\"redebited_by\": \"ct-2b\"},\n"
	"{\"key\": \"ct-2b\", \"seq\": 7, \"insutype\": \"310\", \"accrym_begn\": \"202602\", \"accrym_end\": \"202602\", \"clct_type\": "
	"\"10\", \"psn_clct_amt\": \"200.00\", \"emp_clct_amt\": \"800.00\", \"clct_sumamt\": \"1000.00\", \"channel\": \"bank\", "
	"\"business_day\": \"2026-02-10\", \"posting_day\": \"2026-02-10\", \"state\": \"paid\"}], \"covered\": [\n"
	"{\"insutype\": \"310\", \"months\": 2, \"made_up\": 0, \"years\": 1, \"gaps\": [{\"first\": \"202603\", \"last\": \"202604\", "
	"\"months\": 2}]}]}\n";

static const char p1_records_csv[] =
	"key,insutype,accrym_begn,accrym_end,clct_type,psn_clct_amt,emp_clct_amt,finsubs_amt,yb_medaid_amt,yb_acct_amt,oth_clct_amt,"
	"clct_sumamt,channel,elec_taxrpt_no,business_day,posting_day,state,redebited_by,refund_requested,refunded,refund_refused\r\n"
	"ct-2,310,202602,202602,10,200.00,800.00,0.00,0.00,0.00,0.00,1000.00,bank,,2026-02-05,2026-02-06,failed,ct-2b,0.00,0.00,0.00\r\n"
	"ct-2b,310,202602,202602,10,200.00,800.00,0.00,0.00,0.00,0.00,1000.00,bank,,2026-02-10,2026-02-10,paid,,0.00,0.00,0.00\r\n";

static void
expect(struct yb_ledger *ledger, char *text, const char *expected)
{
	const char *body = strncmp(text, "<!DOCTYPE html>", 15) ? text : strstr(text, "<body>"), *at = strchr(expected, '@');
	char hash[YB_LEDGER_HASH_SIZE];
	int64_t seq = 0;

	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, hash, NULL), YB_OK);
	ck_assert_ptr_nonnull(body);
	if (at) {
		size_t before = (size_t)(at - expected);
		ck_assert_msg(!strncmp(body, expected, before) && !strncmp(body + before, hash, strlen(hash)), "%s", text);
		ck_assert_str_eq(body + before + strlen(hash), at + 1);
	} else {
		ck_assert_str_eq(body, expected);
	}
	yb_free(text);
}

START_TEST(a_statement_in_every_form)
{
	struct yb_ledger *ledger = family();

	expect(ledger, statement(ledger, "P1", YB_AXIS_POSTING, "2026-01-03", "2026-08-31", YB_FORMAT_TEXT, YB_LANG_EN), p1_text);
	expect(ledger, statement(ledger, "G1", YB_AXIS_BUSINESS, "2026-01-01", "2026-12-31", YB_FORMAT_TEXT, YB_LANG_ZH), g1_text);
	expect(ledger, statement(ledger, "P1", YB_AXIS_BUSINESS, "2026-04-01", "2026-12-31", YB_FORMAT_CSV, YB_LANG_ZH), p1_csv);
	expect(ledger, statement(ledger, "G1", YB_AXIS_BUSINESS, "2026-03-12", "", YB_FORMAT_JSON, YB_LANG_ZH), g1_json);
	expect(ledger, statement(ledger, "G1", YB_AXIS_BUSINESS, "2026-03-11", "2026-03-12", YB_FORMAT_HTML, YB_LANG_EN), g1_html);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(contribution_records_in_every_form)
{
	struct yb_ledger *ledger = family();

	expect(ledger, records(ledger, "C1", "", "", YB_FORMAT_TEXT, YB_LANG_ZH), c1_records);
	expect(ledger, records(ledger, "P1", "", "2026-04-30", YB_FORMAT_JSON, YB_LANG_ZH), p1_records_json);
	expect(ledger, records(ledger, "P1", "2026-02-01", "2026-02-01", YB_FORMAT_CSV, YB_LANG_ZH), p1_records_csv);
	yb_ledger_unref(ledger);
}
END_TEST

static void
expect_part(char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in: %s", part, text);
	yb_free(text);
}

START_TEST(what_else_a_statement_and_records_say)
{
	struct yb_ledger *ledger = family();

	expect_part(statement(ledger, "P1", YB_AXIS_BUSINESS, "2026-09-01", "", YB_FORMAT_TEXT, YB_LANG_ZH),
	            "  2026-09-01  2026-09-01  转移在途            转移在途 310000  1,000.00  to-1\n");
	expect_part(statement(ledger, "P1", YB_AXIS_BUSINESS, "2026-07-02", "", YB_FORMAT_JSON, YB_LANG_ZH),
	            "\"key\": \"rv-2\", \"undoes\": \"st-2\", \"person\": \"P1\", \"counterpart\": [\"institution/H2\"], \"amount\": \"80.00\"");
	expect_part(statement(ledger, "C1", YB_AXIS_BUSINESS, "", "", YB_FORMAT_JSON, YB_LANG_EN),
	            "\"key\": \"rq-1\", \"amount\": \"420.00\", \"to\": null, \"reason\": \"已参加职工医保\"}]}\n");
	expect_part(statement(ledger, "C1", YB_AXIS_BUSINESS, "", "", YB_FORMAT_TEXT, YB_LANG_EN),
		"  refund asked for              420.00  rq-1  已参加职工医保\n");
	/* an account that may owe; who of the family it was for */
	expect_part(statement(ledger, "clearing/wx_city", YB_AXIS_BUSINESS, "", "", YB_FORMAT_TEXT, YB_LANG_EN),
	            "  contribution (C1)  resident basic fund      420.00  -820.00  fee-c1-again\n");
	expect_part(statement(ledger, "employer", YB_AXIS_BUSINESS, "", "", YB_FORMAT_TEXT, YB_LANG_ZH), "  扣款失败：ct-2 (P1)  ");
	expect_part(statement(ledger, "employer", YB_AXIS_BUSINESS, "", "", YB_FORMAT_TEXT, YB_LANG_ZH), "  -1,600.00  ct-2b\n");
	expect_part(records(ledger, "P1", "", "2026-04-30", YB_FORMAT_TEXT, YB_LANG_ZH), "  扣款失败，重新扣款 ct-2b\n");
	expect_part(records(ledger, "P1", "", "2026-04-30", YB_FORMAT_TEXT, YB_LANG_EN), "  payment failed, debited again by ct-2b\n");
	expect_part(records(ledger, "P1", "2025-12-31", "2026-04-30", YB_FORMAT_TEXT, YB_LANG_EN), "  202512-202512, 202603-202604\n");
	expect_part(records(ledger, "C1", "", "", YB_FORMAT_JSON, YB_LANG_EN), "\"channel\": \"wx_city\", \"elec_taxrpt_no\": \"T-77\", ");
	yb_ledger_unref(ledger);
}
END_TEST

/* A sum that is the member's at once waits for nobody. */
START_TEST(a_share_that_was_allocated_is_not_pending)
{
	struct yb_ledger *ledger = family();

	post(ledger, "2026-10-01", "{\"key\": \"au-3\", \"kind\": \"authorization\", \"psn_no\": \"P1\", \"business_day\": \"2026-10-01\", "
		"\"member\": \"C1\","
	                           "\"form\": \"allocate\", \"from\": \"2026-10-01\"}");
	post(ledger, "2026-10-01", "{\"key\": \"sh-3\", \"kind\": \"share\", \"psn_no\": \"P1\", \"business_day\": \"2026-10-01\", \"member\": \"C1\","
	                           "\"belongs\": \"au-3\", \"amount\": 9}");
	expect_part(statement(ledger, "P1", YB_AXIS_BUSINESS, "2026-10-01", "", YB_FORMAT_CSV, YB_LANG_EN),
	            ",share,sh-3,,P1,account/C1,-9.00,452.23,\r\nclosing,account/P1,,,,,,,,,,452.23,\r\npending,,13,");
	expect_part(statement(ledger, "C1", YB_AXIS_BUSINESS, "2026-10-01", "", YB_FORMAT_CSV, YB_LANG_EN),
	            ",share,sh-3,,P1,account/P1,9.00,9.00,\r\nclosing,account/C1,,,,,,,,,,9.00,\r\npending,,18,");
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- periods ---- */

/* Opening and closing balance, and the keys between, of the first account of a CSV statement. */
static void
expect_lines(struct yb_ledger *ledger, const char *of, yb_axis axis, const char *from, const char *through, const char *expected)
{
	char *text = statement(ledger, of, axis, from, through, YB_FORMAT_CSV, YB_LANG_EN), *save = NULL, told[512] = "";
	bool closed = false;

	for (char *line = strtok_r(text, "\r\n", &save); line && !closed; line = strtok_r(NULL, "\r\n", &save)) {
		char *cells[13], *at = line;
		for (size_t i = 0; i < 13; i++) {
			cells[i] = at;
			at += strcspn(at, ",");
			if (*at)
				*at++ = '\0';
		}
		closed = !strcmp(cells[0], "closing");
		if (strcmp(cells[0], "record") != 0)
			(void)snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s%s", told[0] ? " " : "", closed || !strcmp(cells[0],
				"opening") ? cells[11] : cells[6]);
	}
	ck_assert_str_eq(told, expected);
	yb_free(text);
}

START_TEST(first_and_last_day_are_in_the_period)
{
	struct yb_ledger *ledger = family();

	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "2026-03-03", "2026-03-03", "1670.00 st-1 1620.00");
	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "2026-03-04", "2026-03-09", "1620.00 1620.00");
	expect_lines(ledger, "P1", YB_AXIS_POSTING, "2026-03-05", "2026-03-05", "1670.00 st-1 1620.00");
	expect_lines(ledger, "P1", YB_AXIS_POSTING, "2026-03-03", "2026-03-04", "1670.00 1670.00");
	expect_lines(ledger, "account/P1", YB_AXIS_BUSINESS, "", "2026-01-01", "0.00 open-p1 1500.00");
	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "0001-01-01", "2025-12-31", "0.00 0.00");
	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "2026-09-01", "9999-12-31", "1461.23 to-1 461.23");
	expect_lines(ledger, "pending/P1", YB_AXIS_BUSINESS, "", "", "0.00 0.00");
	expect_lines(ledger, "account/NOBODY", YB_AXIS_BUSINESS, "", "", "0.00 0.00");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(the_two_axes_order_and_cut_differently)
{
	struct yb_ledger *ledger = family();

	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "2026-03-31", "2026-04-01", "1520.00 in-1 sh-2 1461.23");
	expect_lines(ledger, "P1", YB_AXIS_POSTING, "2026-03-31", "2026-04-15", "1520.00 sh-2 in-1 1461.23");
	expect_lines(ledger, "P1", YB_AXIS_POSTING, "2026-03-31", "2026-04-01", "1520.00 sh-2 1460.00");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(a_reversal_stands_on_its_own_day)
{
	struct yb_ledger *ledger = family();

	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "2026-04-28", "2026-07-01", "1461.23 st-2 1381.23");
	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "2026-04-28", "2026-07-02", "1461.23 st-2 rv-2 1461.23");
	expect_lines(ledger, "P1", YB_AXIS_BUSINESS, "2026-07-02", "2026-07-02", "1381.23 rv-2 1461.23");
	yb_ledger_unref(ledger);
}
END_TEST

/* What is pending at the end of a day, as keys. */
static void
expect_pending(struct yb_ledger *ledger, const char *of, yb_axis axis, const char *through, const char *expected)
{
	char *text = statement(ledger, of, axis, "", through, YB_FORMAT_CSV, YB_LANG_EN), *save = NULL, told[256] = "";

	for (char *line = strtok_r(text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save)) {
		char *key = line;
		if (strncmp(line, "pending,,", 9) != 0)
			continue;
		for (int i = 0; i < 6; i++)
			key = strchr(key, ',') + 1;
		*strchr(key, ',') = '\0';
		(void)snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s%s", told[0] ? " " : "", key);
	}
	ck_assert_str_eq(told, expected);
	yb_free(text);
}

START_TEST(what_is_pending_is_told_as_of_the_last_day)
{
	struct yb_ledger *ledger = family();

	post(ledger, "2026-10-01", "{\"key\": \"rf-no\", \"kind\": \"refund-refusal\", \"psn_no\": \"C1\", \"business_day\": \"2026-09-20\", "
		"\"belongs\": \"rq-1\","
	                           "\"reason\": \"材料不全\"}");
	post(ledger, "2026-10-02", "{\"key\": \"ar-1\", \"kind\": \"transfer-arrival\", \"psn_no\": \"P1\", \"business_day\": \"2026-09-15\", "
		"\"belongs\": \"to-1\"}");
	post(ledger, "2026-10-03", "{\"key\": \"re-2\", \"kind\": \"share-return\", \"psn_no\": \"P1\", \"business_day\": \"2026-10-03\", "
		"\"belongs\": \"sh-2\"}");
	expect_pending(ledger, "P1", YB_AXIS_BUSINESS, "2026-03-09", "");
	expect_pending(ledger, "P1", YB_AXIS_BUSINESS, "2026-03-10", "sh-1");
	expect_pending(ledger, "G1", YB_AXIS_BUSINESS, "2026-03-11", "sh-1");
	expect_pending(ledger, "G1", YB_AXIS_BUSINESS, "2026-03-12", "");
	expect_pending(ledger, "P1", YB_AXIS_BUSINESS, "2026-09-14", "sh-2 to-1");
	expect_pending(ledger, "P1", YB_AXIS_BUSINESS, "2026-09-15", "sh-2");
	expect_pending(ledger, "P1", YB_AXIS_POSTING, "2026-10-01", "sh-2 to-1");
	expect_pending(ledger, "P1", YB_AXIS_POSTING, "2026-10-02", "sh-2");
	expect_pending(ledger, "P1", YB_AXIS_POSTING, "", "");
	expect_pending(ledger, "C1", YB_AXIS_BUSINESS, "2026-09-19", "rq-1");
	expect_pending(ledger, "C1", YB_AXIS_BUSINESS, "2026-09-20", "");
	expect_pending(ledger, "transit/310000", YB_AXIS_BUSINESS, "2026-09-14", "to-1");
	expect_pending(ledger, "transit/310000", YB_AXIS_BUSINESS, "", "");
	expect_pending(ledger, "pending/G1", YB_AXIS_BUSINESS, "2026-09-14", "sh-2");
	/* an arrival that was booked by mistake: on the way again */
	post(ledger, "2026-10-05", "{\"key\": \"ar-x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-10-05\", "
		"\"reverses\": \"ar-1\"}");
	expect_pending(ledger, "P1", YB_AXIS_BUSINESS, "2026-10-04", "");
	expect_pending(ledger, "P1", YB_AXIS_BUSINESS, "2026-10-05", "to-1");
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- records ---- */

#define PAID(key, scheme, period, more) "{\"key\": \"" key "\", \"kind\": \"contribution\", \"psn_no\": \"P9\", \"business_day\": \"2026-05-01\"," \
	"\"insutype\": \"" scheme "\", \"period\": \"" period "\", \"shares\": {\"person\": 100}" more "}"

static void
expect_covered(struct yb_ledger *ledger, const char *from, const char *through, const char *expected)
{
	char *text = records(ledger, "P9", from, through, YB_FORMAT_JSON, YB_LANG_EN), *covered = strstr(text, "\"covered\": ");

	ck_assert_ptr_nonnull(covered);
	ck_assert_str_eq(covered, expected);
	yb_free(text);
}

START_TEST(months_count_once_and_gaps_lie_between)
{
	struct yb_ledger *ledger = memory();

	post(ledger, "2026-05-01", PAID("a", "310", "2024-11/2025-02", ""));
	post(ledger, "2026-05-01", PAID("b", "310", "2025-02", ""));
	post(ledger, "2026-05-01", PAID("c", "310", "2025-04/2025-05", ", \"clct_type\": \"31\""));
	post(ledger, "2026-05-01", PAID("d", "310", "2025-05/2025-06", ""));
	post(ledger, "2026-05-01", PAID("e", "310", "2026-01", ""));
	post(ledger, "2026-05-01", PAID("f", "310", "2026-02", ""));
	post(ledger, "2026-05-01", "{\"key\": \"fx\", \"kind\": \"reversal\", \"psn_no\": \"P9\", \"business_day\": \"2026-05-01\", \"reverses\": \"f\"}");
	post(ledger, "2026-05-01", PAID("g", "390", "2023", ""));
	expect_covered(ledger, "", "", "\"covered\": [\n"
	               "{\"insutype\": \"310\", \"months\": 8, \"made_up\": 1, \"years\": 3, \"gaps\": [{\"first\": \"202503\", \"last\": \"202503\", "
		"\"months\": 1}, "
	               "{\"first\": \"202507\", \"last\": \"202512\", \"months\": 6}]},\n"
	               "{\"insutype\": \"390\", \"months\": 12, \"made_up\": 0, \"years\": 1, \"gaps\": []}]}\n");
	expect_covered(ledger, "2024-10-31", "2025-03-01", "\"covered\": [\n"
	               "{\"insutype\": \"310\", \"months\": 4, \"made_up\": 0, \"years\": 2, \"gaps\": [{\"first\": \"202410\", \"last\": \"202410\", "
		"\"months\": 1}, "
	               "{\"first\": \"202503\", \"last\": \"202503\", \"months\": 1}]},\n"
	               "{\"insutype\": \"390\", \"months\": 0, \"made_up\": 0, \"years\": 0, \"gaps\": [{\"first\": \"202410\", \"last\": \"202503\", "
		"\"months\": 6}]}]}\n");
	expect_covered(ledger, "2025-04-01", "2025-04-30", "\"covered\": [\n"
	               "{\"insutype\": \"310\", \"months\": 1, \"made_up\": 1, \"years\": 1, \"gaps\": []},\n"
	               "{\"insutype\": \"390\", \"months\": 0, \"made_up\": 0, \"years\": 0, \"gaps\": [{\"first\": \"202504\", \"last\": \"202504\", "
		"\"months\": 1}]}]}\n");
	yb_ledger_unref(ledger);
}
END_TEST

#define REFUND(key, kind, belongs, more) "{\"key\": \"" key "\", \"kind\": \"" kind "\", \"psn_no\": \"P9\", \"business_day\": \"2026-05-02\"," \
	"\"belongs\": \"" belongs "\"" more "}"

START_TEST(what_was_paid_back_covers_nothing)
{
	struct yb_ledger *ledger = memory();
	char *text;

	post(ledger, "2026-05-01", PAID("a", "390", "2026", ""));
	post(ledger, "2026-05-02", REFUND("q1", "refund-request", "a", ", \"amount\": 40, \"reason\": \"r\""));
	post(ledger, "2026-05-02", REFUND("q1-yes", "refund", "q1", ""));
	expect_covered(ledger, "", "", "\"covered\": [\n{\"insutype\": \"390\", \"months\": 12, \"made_up\": 0, \"years\": 1, \"gaps\": []}]}\n");
	post(ledger, "2026-05-02", REFUND("q2", "refund-request", "a", ", \"amount\": 60, \"reason\": \"r\""));
	post(ledger, "2026-05-02", REFUND("q2-no", "refund-refusal", "q2", ", \"reason\": \"r\""));
	post(ledger, "2026-05-02", REFUND("q3", "refund-request", "a", ", \"amount\": 60, \"reason\": \"r\""));
	text = records(ledger, "P9", "", "", YB_FORMAT_CSV, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, ",paid,,60.00,40.00,60.00\r\n"));
	yb_free(text);
	text = records(ledger, "P9", "", "", YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "  paid; asked back 60.00; paid back 40.00; not paid back 60.00\n"));
	yb_free(text);
	post(ledger, "2026-05-02", REFUND("q3-yes", "refund", "q3", ""));
	text = records(ledger, "P9", "", "", YB_FORMAT_CSV, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, ",refunded,,0.00,100.00,60.00\r\n"));
	yb_free(text);
	expect_covered(ledger, "", "", "\"covered\": [\n{\"insutype\": \"390\", \"months\": 0, \"made_up\": 0, \"years\": 0, \"gaps\": []}]}\n");
	/* the bank gave it back: it counts again */
	post(ledger, "2026-05-03", "{\"key\": \"x\", \"kind\": \"reversal\", \"psn_no\": \"P9\", \"business_day\": \"2026-05-03\", "
		"\"reverses\": \"q3-yes\"}");
	expect_covered(ledger, "", "", "\"covered\": [\n{\"insutype\": \"390\", \"months\": 12, \"made_up\": 0, \"years\": 1, \"gaps\": []}]}\n");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(a_debit_that_failed_twice_names_the_one_after_it)
{
	struct yb_ledger *ledger = memory();
	char *text;

	post(ledger, "2026-05-01", PAID("a", "390", "2026", ""));
	post(ledger, "2026-05-01", "{\"key\": \"a-x\", \"kind\": \"failure\", \"psn_no\": \"P9\", \"business_day\": \"2026-05-01\", "
		"\"reverses\": \"a\", \"reason\": \"r\"}");
	post(ledger, "2026-05-01", PAID("b", "390", "2026", ", \"belongs\": \"a-x\""));
	post(ledger, "2026-05-01", "{\"key\": \"b-x\", \"kind\": \"failure\", \"psn_no\": \"P9\", \"business_day\": \"2026-05-01\", "
		"\"reverses\": \"b\", \"reason\": \"r\"}");
	text = records(ledger, "P9", "", "", YB_FORMAT_CSV, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "\r\na,390,"));
	ck_assert_ptr_nonnull(strstr(text, ",failed,b,0.00,0.00,0.00\r\nb,390,"));
	ck_assert_ptr_nonnull(strstr(text, ",failed,,0.00,0.00,0.00\r\n"));
	yb_free(text);
	expect_covered(ledger, "", "", "\"covered\": [\n{\"insutype\": \"390\", \"months\": 0, \"made_up\": 0, \"years\": 0, \"gaps\": []}]}\n");
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- sums of ledgers made at random ---- */

static yb_fen
fen_of(const char *text)
{
	yb_fen fen = 0;

	ck_assert_int_eq(yb_fen_from_text(text, strlen(text), &fen), YB_OK);
	return fen;
}

/* Every account of a statement: from the balance before, entry by entry, to the balance that the ledger gives. */
static void
check_sums(struct yb_ledger *ledger, const char *of, yb_axis axis, yb_day from, yb_day through)
{
	char *text = NULL, *save = NULL;
	yb_fen balance = 0, told = 0;

	ck_assert_int_eq(yb_ledger_render_statement(ledger, of, axis, from, through, YB_FORMAT_CSV, YB_LANG_EN, &text, NULL), YB_OK);
	for (char *line = strtok_r(text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save)) {
		char *cells[13], *at = line;
		for (size_t i = 0; i < 13; i++) {
			cells[i] = at;
			at += strcspn(at, ",");
			if (*at)
				*at++ = '\0';
		}
		if (!strcmp(cells[0], "opening")) {
			ck_assert_int_eq(yb_ledger_get_balance(ledger, cells[1], axis, from - 1, &told, NULL), YB_OK);
			balance = fen_of(cells[11]);
			ck_assert_int_eq(balance, told);
		} else if (!strcmp(cells[0], "entry")) {
			balance += fen_of(cells[10]);
			ck_assert_int_eq(balance, fen_of(cells[11]));
		} else if (!strcmp(cells[0], "closing")) {
			ck_assert_int_eq(yb_ledger_get_balance(ledger, cells[1], axis, through, &told, NULL), YB_OK);
			ck_assert_int_eq(balance, told);
			ck_assert_int_eq(balance, fen_of(cells[11]));
		}
	}
	yb_free(text);
}

static int
post_at_random(struct yb_ledger *ledger, uint32_t *state, int number, yb_day today)
{
	static const char *const rows[] = {
		"{\"key\": \"k%d\", \"kind\": \"credit\", \"psn_no\": \"P%u\", \"business_day\": \"%s\", \"period\": \"2026-01\", \"amount\": \"%u.%02u\"}",
		"{\"key\": \"k%d\", \"kind\": \"interest\", \"psn_no\": \"P%u\", \"business_day\": \"%s\", \"amount\": \"%u.%02u\"}",
		"{\"key\": \"k%d\", \"kind\": \"transfer-out\", \"psn_no\": \"P%u\", \"business_day\": \"%s\", \"region\": \"310000\", \"amount\": \"%u.%02u\"}",
		("{\"key\": \"k%d\", \"kind\": \"contribution\", \"psn_no\": \"P%u\", \"business_day\": \"%s\", \"insutype\": \"310\", \"period\": \"2026\","
		 "\"shares\": {\"account\": \"%u.%02u\"}}"),
	};
	char json[400], day[YB_DAY_TEXT_SIZE], key[YB_DAY_TEXT_SIZE];
	unsigned person = ask_random(state) % 3, what = ask_random(state) % 5;

	yb_day_to_text(today - (yb_day)(ask_random(state) % 40), day);
	yb_day_to_text(today, key);
	if (what < 4)
		(void)snprintf(json, sizeof(json), rows[what], number, person, day, ask_random(state) % 500, ask_random(state) % 100);
	else
		(void)snprintf(json, sizeof(json), "{\"key\": \"k%d\", \"kind\": \"reversal\", \"psn_no\": \"P%u\", \"business_day\": \"%s\", "
			"\"reverses\": \"k%u\"}",
		               number, person, day, ask_random(state) % (unsigned)(number + 1));
	return try_post(ledger, key, json) == YB_OK;
}

START_TEST(statements_of_random_ledgers_add_up)
{
	static const char *const accounts[] = { "P0", "P1", "P2", "fund/310100", "transit/310000", "interest" };
	uint32_t state = 20261122;
	int posted = 0;

	for (int round = 0; round < 6; round++) {
		struct yb_ledger *ledger = memory();
		yb_day today = ask_day("2026-01-01");
		static const char *const first[] = { "P0", "P1", "P2" };
		for (size_t i = 0; i < 3; i++) {
			char json[160];
			(void)snprintf(json, sizeof(json), "{\"key\": \"o%zu\", \"kind\": \"opening\", \"psn_no\": \"%s\", \"business_day\": \"2026-01-01\", "
				"\"amount\": 900}", i, first[i]);
			post(ledger, "2026-01-01", json);
		}
		for (int i = 0; i < 120; i++) {
			posted += post_at_random(ledger, &state, i, today);
			today += (yb_day)(ask_random(&state) % 4);
		}
		for (int i = 0; i < 60; i++) {
			yb_day from = ask_day("2025-12-01") + (yb_day)(ask_random(&state) % 250), through = from + (yb_day)(ask_random(&state) % 120);
			check_sums(ledger, accounts[i % 6], i / 6 % 2 ? YB_AXIS_BUSINESS : YB_AXIS_POSTING, from, through);
		}
		yb_ledger_unref(ledger);
	}
	ck_assert_int_gt(posted, 300);
}
END_TEST

/* ---- accumulators ---- */

#define BILL(key, person, day, scheme, type, total, scope, deductible, fund, cash) "{\"key\": \"" key "\", \"kind\": \"settlement\", \"psn_no\": \"" \
	person "\", \"business_day\": \"" day "\", \"insutype\": \"" scheme "\", \"med_type\": \"" type "\", \"setlinfo\": {\"medfee_sumamt\": " total \
	", \"inscp_scp_amt\": " scope ", \"act_pay_dedc\": " deductible ", \"hifp_pay\": " fund ", \"fund_pay_sumamt\": " fund ", \"psn_part_amt\": " cash \
	", \"psn_cash_pay\": " cash "}}"

/* A fund takes back 50.00 of bill a, which is borne by the person as 20.00 more of the deductible. */
static const char taken_back[] = "{\"key\": \"a-adj\", \"kind\": \"adjustment\", \"psn_no\": \"P9\", \"business_day\": \"2027-02-01\", "
	"\"belongs\": \"a\","
	"\"reason\": \"r\", \"setlinfo\": {\"act_pay_dedc\": 20, \"hifp_pay\": -50, \"fund_pay_sumamt\": -50, \"psn_part_amt\": 50, \"psn_cash_pay\": 50},"
	"\"entries\": {\"fund/310100\": \"50.00\", \"cash\": \"-50.00\"}}";

static struct yb_ledger *
bills(void)
{
	struct yb_ledger *ledger = memory();

	post(ledger, "2027-01-05", BILL("a", "P9", "2026-01-01", "310", "21", "1000", "900", "300", "400", "600"));
	post(ledger, "2027-01-05", BILL("b", "P9", "2026-07-01", "310", "11", "200", "150", "0", "90", "110"));
	post(ledger, "2027-01-05", BILL("c", "P9", "2026-12-31", "310", "21", "500", "400", "0", "300.05", "199.95"));
	post(ledger, "2027-01-05", BILL("d", "P9", "2027-01-01", "310", "21", "70", "70", "0", "35", "35"));
	post(ledger, "2027-02-01", taken_back);
	return ledger;
}

static int64_t
accumulated(struct yb_ledger *ledger, const char *name, const char *from, const char *through)
{
	int64_t value = INT64_MIN;

	ck_assert_int_eq(yb_ledger_get_accumulator(ledger, "P9", name, day_or_none(from), day_or_none(through), &value, NULL), YB_OK);
	return value;
}

START_TEST(accumulators_of_a_calendar_year_and_of_a_medical_one)
{
	static const struct { const char *name, *from, *through; int64_t value; } rows[] = {
		{ "C0000", "2026-01-01", "2026-12-31", 3 }, { "F0000", "2026-01-01", "2026-12-31", 170000 },
		{ "S0000", "2026-01-01", "2026-12-31", 145000 }, { "Q0000", "2026-01-01", "2026-12-31", 32000 },
		{ "D310100", "2026-01-01", "2026-12-31", 74005 }, { "D310101", "2026-01-01", "2026-12-31", 74005 },
		{ "D310100_BIZ21", "2026-01-01", "2026-12-31", 65005 }, { "D310101_BIZ11", "2026-01-01", "2026-12-31", 9000 },
		{ "C0000_BIZ21", "2026-01-01", "2026-12-31", 2 }, { "C0000_BIZ14", "2026-01-01", "2026-12-31", 0 },
		{ "D390100", "2026-01-01", "2026-12-31", 0 },
		/* a medical year; its first and last day are in it */
		{ "C0000", "2026-07-01", "2027-06-30", 3 }, { "F0000", "2026-07-01", "2027-06-30", 77000 },
		{ "C0000", "2026-01-02", "2026-12-30", 1 }, { "C0000", "2026-07-02", "2026-12-30", 0 },
		/* an adjustment counts where its settlement does, whenever it came */
		{ "Q0000", "2027-01-01", "2027-12-31", 0 }, { "Q0000", "", "2026-01-01", 32000 },
		{ "C0000", "", "", 4 }, { "F0000", "2027-01-01", "", 7000 },
	};
	struct yb_ledger *ledger = bills();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(accumulated(ledger, rows[i].name, rows[i].from, rows[i].through) == rows[i].value, "%s %s", rows[i].name, rows[i].from);
	/* with the settlement goes its adjustment */
	post(ledger, "2027-03-01", "{\"key\": \"x\", \"kind\": \"reversal\", \"psn_no\": \"P9\", \"business_day\": \"2027-03-01\", \"reverses\": \"a\"}");
	ck_assert_int_eq(accumulated(ledger, "C0000", "2026-01-01", "2026-12-31"), 2);
	ck_assert_int_eq(accumulated(ledger, "Q0000", "2026-01-01", "2026-12-31"), 0);
	ck_assert_int_eq(accumulated(ledger, "D310100", "2026-01-01", "2026-12-31"), 39005);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(accumulators_in_every_form)
{
	static const char *const expected[] = {
		"累计信息  P9\n\n  累计项         累计值  含义\n  --------------------------------------------------------------------------\n"
		"  C0000               1  业务次数累计\n  C0000_BIZ11         1  业务次数累计，普通门诊\n"
		"  D310100         90.00  基金支付累计 城镇职工基本医疗保险统筹基金\n"
		"  D310100_BIZ11   90.00  基金支付累计 城镇职工基本医疗保险统筹基金，普通门诊\n"
		"  F0000          200.00  总费用累计\n  F0000_BIZ11    200.00  总费用累计，普通门诊\n"
		"  Q0000            0.00  起付线累计\n  Q0000_BIZ11      0.00  起付线累计，普通门诊\n"
		"  S0000          150.00  符合范围累计\n  S0000_BIZ11    150.00  符合范围累计，普通门诊\n",
		"{\"schema\": \"yibao-accumulators/1\", \"person\": \"P9\", \"from\": \"2026-07-01\", \"through\": \"2026-07-01\", "
			"\"accumulators\": {\"C0000\": 1, "
		"\"C0000_BIZ11\": 1, \"D310100\": \"90.00\", \"D310100_BIZ11\": \"90.00\", \"F0000\": \"200.00\", \"F0000_BIZ11\": \"200.00\", "
		"\"Q0000\": \"0.00\", \"Q0000_BIZ11\": \"0.00\", \"S0000\": \"150.00\", \"S0000_BIZ11\": \"150.00\"}}\n",
		("name,value\r\nC0000,1\r\nC0000_BIZ11,1\r\nD310100,90.00\r\nD310100_BIZ11,90.00\r\nF0000,200.00\r\nF0000_BIZ11,200.00\r\nQ0000,0.00\r\n"
		 "Q0000_BIZ11,0.00\r\nS0000,150.00\r\nS0000_BIZ11,150.00\r\n"),
	};
	struct yb_ledger *ledger = bills();
	yb_day day = ask_day("2026-07-01");

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_CSV; format++) {
		char *text = NULL;
		ck_assert_int_eq(yb_ledger_render_accumulators(ledger, "P9", day, day, format, YB_LANG_ZH, &text, NULL), YB_OK);
		ck_assert_str_eq(text, expected[format]);
		yb_free(text);
	}
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(accumulators_that_are_none)
{
	static const char *const names[] = { "", "C", "C00000", "X0000", "c0000", "D", "D31010", "D3101000", "D31010x", "C0000_", "C0000_BIZ",
		"C0000_BIZ1234567",
		"C0000_BIZ2 1", "C0000_LAB101", "TS390201", "D310100_BIZ21_BIZ21" };
	struct yb_ledger *ledger = bills();
	struct yb_error *error = NULL;
	char *text = NULL;
	int64_t value = 7;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(yb_ledger_get_accumulator(ledger, "P9", names[i], YB_DAY_NONE, YB_DAY_NONE, &value, NULL) == YB_E_UNKNOWN_NAME, "%s", names[i]);
	ck_assert_int_eq(yb_ledger_get_accumulator(ledger, "X", "C0000", YB_DAY_NONE, YB_DAY_NONE, &value, &error), YB_E_NOT_FOUND);
	yb_error_unref(error);
	ck_assert_int_eq(yb_ledger_get_accumulator(ledger, "P9", "C0000", 1, 0, &value, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_ledger_get_accumulator(NULL, "P9", "C0000", 0, 1, &value, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_get_accumulator(ledger, NULL, "C0000", 0, 1, &value, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_get_accumulator(ledger, "P9", NULL, 0, 1, &value, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_get_accumulator(ledger, "P9", "C0000", 0, 1, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(value, 7);
	ck_assert_int_eq(yb_ledger_render_accumulators(ledger, "X", 0, 1, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_ledger_render_accumulators(ledger, "P9", 1, 0, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_ledger_render_accumulators(ledger, "P9", 0, 1, YB_FORMAT_HTML, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_accumulators(NULL, "P9", 0, 1, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_accumulators(ledger, NULL, 0, 1, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_accumulators(ledger, "P9", 0, 1, YB_FORMAT_TEXT, YB_LANG_EN, NULL, NULL), YB_E_INVALID);
	ck_assert_ptr_null(text);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- facts of a person ---- */

/* What was filled, and the person afterwards; an expected status otherwise. */
static void
expect_filled(struct yb_ledger *ledger, const char *json, const char *day, const char *filled, const char *after)
{
	struct yb_person *person = NULL;
	struct yb_error *error = NULL;
	char *told = NULL, *text = NULL;
	yb_status st;

	ck_assert_msg(yb_person_new_from_json(json, strlen(json), "test", &person, NULL) == YB_OK, "%s", json);
	st = yb_ledger_fill_person(ledger, person, ask_day(day), &told, &error);
	if (!after) {
		char *before = NULL;
		struct yb_person *same = NULL;
		ck_assert_msg(st != YB_OK && error != NULL && told == NULL, "%s is filled with %s", json, told ? told : "");
		ck_assert_str_eq(yb_status_name(st), filled);
		/* and nothing was changed */
		ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "test", &same, NULL), YB_OK);
		ck_assert_int_eq(yb_person_dup_json(same, &before, NULL), YB_OK);
		ck_assert_int_eq(yb_person_dup_json(person, &text, NULL), YB_OK);
		ck_assert_str_eq(text, before);
		yb_free(before);
		yb_person_unref(same);
	} else {
		ck_assert_msg(st == YB_OK, "%s: %s: %s", json, yb_status_name(st), error ? yb_error_get_message(error) : "");
		ck_assert_str_eq(told, filled);
		ck_assert_int_eq(yb_person_dup_json(person, &text, NULL), YB_OK);
		ck_assert_str_eq(text, after);
	}
	yb_free(told);
	yb_free(text);
	yb_error_unref(error);
	yb_person_unref(person);
}

#define YEAR(key, person, day, year, more) "{\"key\": \"" key "\", \"kind\": \"contribution\", \"psn_no\": \"" person "\", \"business_day\": \"" day "\"," \
	"\"insutype\": \"390\", \"period\": \"" year "\", \"shares\": {\"person\": 400}" more "}"

static struct yb_ledger *
resident(void)
{
	struct yb_ledger *ledger = memory();

	post(ledger, "2026-01-05", YEAR("y22", "R1", "2025-11-02", "2022", ", \"clct_type\": \"31\"")); /* made up for: not covered */
	post(ledger, "2026-01-05", YEAR("y23", "R1", "2022-11-02", "2023", ""));
	post(ledger, "2026-01-05", YEAR("y24", "R1", "2023-11-03", "2024", ""));
	post(ledger, "2026-01-05", YEAR("y24x", "R1", "2023-10-30", "2024", "")); /* twice: the first payment counts */
	post(ledger, "2026-01-05", YEAR("y25", "R1", "2024-11-04", "2025", ""));
	post(ledger, "2026-01-05", YEAR("y26", "R1", "2025-11-05", "2026", ""));
	post(ledger, "2026-01-05", YEAR("y27", "R1", "2025-12-05", "2027", ""));
	post(ledger, "2026-01-05", "{\"key\": \"y27-q\", \"kind\": \"refund-request\", \"psn_no\": \"R1\", \"business_day\": \"2025-12-06\", "
		"\"belongs\": \"y27\","
	                           "\"amount\": 400, \"reason\": \"r\"}");
	post(ledger, "2026-01-05", "{\"key\": \"y27-r\", \"kind\": \"refund\", \"psn_no\": \"R1\", \"business_day\": \"2025-12-20\", "
		"\"belongs\": \"y27-q\"}");
	/* in 2024 a fund paid; in 2025 what it paid was reversed; in 2023 it came to nothing; a bill of another scheme is of no matter */
	post(ledger, "2026-01-05", BILL("s24", "R1", "2024-12-31", "390", "11", "100", "100", "0", "50", "50"));
	post(ledger, "2026-01-05", BILL("s25", "R1", "2025-01-01", "390", "11", "100", "100", "0", "50", "50"));
	post(ledger, "2026-01-05", "{\"key\": \"s25-x\", \"kind\": \"reversal\", \"psn_no\": \"R1\", \"business_day\": \"2025-02-01\", "
		"\"reverses\": \"s25\"}");
	post(ledger, "2026-01-05", BILL("s23", "R1", "2023-05-01", "390", "11", "100", "100", "0", "50", "50"));
	post(ledger, "2026-01-05", "{\"key\": \"s23-a\", \"kind\": \"adjustment\", \"psn_no\": \"R1\", \"business_day\": \"2023-06-01\", "
		"\"belongs\": \"s23\","
	                           "\"reason\": \"r\", \"setlinfo\": {\"hifp_pay\": -50, \"fund_pay_sumamt\": -50, \"psn_part_amt\": 50, "
		"\"psn_cash_pay\": 50},"
	                           "\"entries\": {\"fund/390100\": \"50.00\", \"cash\": \"-50.00\"}}");
	post(ledger, "2026-01-05", BILL("s31", "R1", "2023-05-01", "310", "11", "100", "100", "0", "50", "50"));
	return ledger;
}

START_TEST(a_resident_is_filled_with_coverage_years)
{
	struct yb_ledger *ledger = resident();

	expect_filled(ledger, "{\"psn_no\": \"R1\", \"insutype\": \"390\"}", "2026-06-01", "yb_account_balance|yb_cover",
	              "{\"psn_no\": \"R1\", \"insutype\": \"390\", \"yb_account_balance\": \"0.00\", \"yb_cover\": ["
	              "{\"insutype\": \"390\", \"year\": 2023, \"paid_on\": \"2022-11-02\", \"claimed\": false}, "
	              "{\"insutype\": \"390\", \"year\": 2024, \"paid_on\": \"2023-10-30\", \"claimed\": true}, "
	              "{\"insutype\": \"390\", \"year\": 2025, \"paid_on\": \"2024-11-04\", \"claimed\": false}, "
	              "{\"insutype\": \"390\", \"year\": 2026, \"paid_on\": \"2025-11-05\"}]}");
	/* as it stood then: what was posted for later days is not known yet, and what is paid back now was paid then */
	expect_filled(ledger, "{\"psn_no\": \"R1\"}", "2025-01-15", "yb_account_balance|yb_cover",
	              "{\"psn_no\": \"R1\", \"yb_account_balance\": \"0.00\", \"yb_cover\": ["
	              "{\"insutype\": \"390\", \"year\": 2023, \"paid_on\": \"2022-11-02\", \"claimed\": false}, "
	              "{\"insutype\": \"390\", \"year\": 2024, \"paid_on\": \"2023-10-30\", \"claimed\": true}, "
	              "{\"insutype\": \"390\", \"year\": 2025, \"paid_on\": \"2024-11-04\", \"claimed\": true}]}");
	yb_ledger_unref(ledger);
}
END_TEST

static struct yb_ledger *
employee(void)
{
	struct yb_ledger *ledger = memory();

	post(ledger, "2026-01-05", PAID("m1", "310", "2025-01/2025-03", ""));
	post(ledger, "2026-01-05", PAID("m4", "310", "2025-04", ", \"clct_type\": \"31\""));
	post(ledger, "2026-01-05", PAID("m6", "310", "2025-06/2026-05", ""));
	post(ledger, "2026-01-05", "{\"key\": \"o\", \"kind\": \"opening\", \"psn_no\": \"P9\", \"business_day\": \"2025-01-01\", \"amount\": \"12.34\"}");
	post(ledger, "2026-01-05", "{\"key\": \"c\", \"kind\": \"credit\", \"psn_no\": \"P9\", \"business_day\": \"2026-06-02\", "
		"\"period\": \"2026-06\", \"amount\": 100}");
	return ledger;
}

#define SPRING "{\"insutype\": \"310\", \"begin\": \"2025-01-01\", \"end\": \"2025-04-30\"}"
#define SINCE "{\"insutype\": \"310\", \"begin\": \"2025-06-01\", \"end\": \"2026-05-31\"}"

START_TEST(an_employee_is_filled_with_periods_months_and_balance)
{
	struct yb_ledger *ledger = employee();

	expect_filled(ledger, "{\"psn_no\": \"P9\", \"insutype\": \"310\"}", "2026-06-01", "yb_account_balance|yb_paid_months|yb_cover",
	              "{\"psn_no\": \"P9\", \"insutype\": \"310\", \"yb_account_balance\": \"12.34\", \"yb_paid_months\": 16, "
		"\"yb_cover\": [" SPRING ", " SINCE "]}");
	/* months of later days are paid, and have not passed */
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"insutype\": \"310\", \"yb_account_balance\": 112.34}", "2026-06-02", "yb_paid_months|yb_cover",
	              "{\"psn_no\": \"P9\", \"insutype\": \"310\", \"yb_account_balance\": \"112.34\", \"yb_paid_months\": 16, "
		"\"yb_cover\": [" SPRING ", " SINCE "]}");
	/* the scheme is not told: no months. More than the ledger knows stays. */
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"yb_paid_months\": 200}", "2026-06-01", "yb_account_balance|yb_cover",
	              "{\"psn_no\": \"P9\", \"yb_account_balance\": \"12.34\", \"yb_paid_months\": 200, \"yb_cover\": [" SPRING ", " SINCE "]}");
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(what_the_person_says_is_not_contradicted)
{
	struct yb_ledger *ledger = employee(), *other = resident();

	expect_filled(ledger, "{\"psn_no\": \"P9\", \"yb_account_balance\": \"12.35\"}", "2026-06-01", "YB_E_CONTRADICTION", NULL);
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"insutype\": \"310\", \"yb_paid_months\": 15}", "2026-06-01", "YB_E_CONTRADICTION", NULL);
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"yb_cover\": []}", "2026-06-01", "YB_E_CONTRADICTION", NULL);
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"yb_cover\": [" SPRING "]}", "2026-06-01", "YB_E_CONTRADICTION", NULL);
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"yb_cover\": [" SPRING ", {\"insutype\": \"310\", \"begin\": \"2025-06-02\"}]}", "2026-06-01",
	              "YB_E_CONTRADICTION", NULL);
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"brdy\": \"2025-02-01\"}", "2026-06-01", "YB_E_CONTRADICTION", NULL);
	/* more is no contradiction, nor is the same in pieces */
	expect_filled(ledger, "{\"psn_no\": \"P9\", \"yb_account_balance\": \"12.34\", \"yb_cover\": [{\"insutype\": \"310\", "
		"\"begin\": \"2020-01-01\", \"end\": \"2025-02-28\"}, "
	              "{\"insutype\": \"310\", \"begin\": \"2025-03-01\"}]}", "2026-06-01", "",
	              "{\"psn_no\": \"P9\", \"yb_account_balance\": \"12.34\", \"yb_cover\": [{\"insutype\": \"310\", \"begin\": \"2020-01-01\", "
		"\"end\": \"2025-02-28\"}, "
	              "{\"insutype\": \"310\", \"begin\": \"2025-03-01\"}]}");
	expect_filled(other, "{\"psn_no\": \"R1\", \"yb_cover\": [{\"insutype\": \"390\", \"year\": 2023}]}", "2024-06-01", "YB_E_CONTRADICTION", NULL);
	expect_filled(other, "{\"psn_no\": \"R1\", \"yb_cover\": [{\"insutype\": \"390\", \"year\": 2023, \"paid_on\": \"2022-11-03\"}]}", "2023-01-01",
	              "YB_E_CONTRADICTION", NULL);
	expect_filled(other, "{\"psn_no\": \"R1\", \"yb_cover\": [{\"insutype\": \"390\", \"year\": 2023, \"claimed\": false}]}", "2023-05-01",
	              "YB_E_CONTRADICTION", NULL);
	/* what it leaves open is filled, what it says besides stays */
	expect_filled(other, "{\"psn_no\": \"R1\", \"yb_cover\": [{\"insutype\": \"390\", \"year\": 2021, \"claimed\": true}, {\"insutype\": \"390\", "
		"\"year\": 2023}]}",
	              "2023-05-01", "yb_account_balance|yb_cover",
	              "{\"psn_no\": \"R1\", \"yb_account_balance\": \"0.00\", \"yb_cover\": [{\"insutype\": \"390\", \"year\": 2021, \"claimed\": true}, "
	              "{\"insutype\": \"390\", \"year\": 2023, \"paid_on\": \"2022-11-02\", \"claimed\": true}]}");
	yb_ledger_unref(ledger);
	yb_ledger_unref(other);
}
END_TEST

START_TEST(a_person_that_cannot_be_filled)
{
	struct yb_ledger *ledger = employee();
	struct yb_person *person = ask_person("psn_no=P9");

	expect_filled(ledger, "{\"insutype\": \"310\"}", "2026-06-01", "YB_E_MISSING_KEY", NULL);
	expect_filled(ledger, "{\"psn_no\": \"P8\"}", "2026-06-01", "YB_E_NOT_FOUND", NULL);
	/* a ledger without contributions does not know that there was no cover */
	post(ledger, "2026-01-05", "{\"key\": \"p7\", \"kind\": \"opening\", \"psn_no\": \"P7\", \"business_day\": \"2025-01-01\", \"amount\": 1}");
	expect_filled(ledger, "{\"psn_no\": \"P7\"}", "2026-06-01", "yb_account_balance", "{\"psn_no\": \"P7\", \"yb_account_balance\": \"1.00\"}");
	/* a whole year of both schemes: it must be paid back first */
	post(ledger, "2026-01-05", YEAR("twice", "P9", "2025-11-02", "2026", ""));
	post(ledger, "2026-01-05", PAID("rest", "310", "2026-06/2026-12", ""));
	expect_filled(ledger, "{\"psn_no\": \"P9\"}", "2026-06-01", "YB_E_CONTRADICTION", NULL);
	ck_assert_int_eq(yb_ledger_fill_person(ledger, person, YB_DAY_NONE, NULL, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_ledger_fill_person(NULL, person, 0, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_fill_person(ledger, NULL, 0, NULL, NULL), YB_E_INVALID);
	yb_person_unref(person);
	yb_ledger_unref(ledger);
}
END_TEST

/* Hebei, 2025 missed: the wait that its rules give, from the ledger alone. */
START_TEST(cover_can_be_asked_from_a_ledger)
{
	struct yb_ledger *ledger = memory();
	struct yb_person *person = ask_person("insuplc_admdvs=130000 brdy=1980-05-05 special_group=no psn_no=H1");
	struct yb_decision *decision = NULL;
	char *start = NULL;

	post(ledger, "2026-01-05", YEAR("h24", "H1", "2023-11-02", "2024", ""));
	post(ledger, "2026-01-05", YEAR("h26", "H1", "2025-12-01", "2026", ""));
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_fill_person(ledger, person, ask_day("2026-01-05"), NULL, NULL), YB_OK);
	ck_assert_int_eq(ask_question(ask_shipped(), person, "cover year=2026", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(ask_value(decision, "gap_years"), 1);
	ck_assert_int_eq(yb_decision_dup_result(decision, "start", &start, NULL), YB_OK);
	ck_assert_str_eq(start, "2026-04-01");
	yb_free(start);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_ledger_unref(ledger);
}
END_TEST

/* Wuhan, enrolled from 2025 without a claim: what the law's example gives in 2029, from the ledger alone. */
START_TEST(rewards_can_be_asked_from_a_ledger)
{
	static const char *const years[] = { "2025", "2026", "2027", "2028", "2029" };
	struct yb_ledger *ledger = memory();
	struct yb_person *person = ask_person("insuplc_admdvs=420100 psn_no=W1");
	struct yb_decision *decision = NULL;
	char json[300];

	for (size_t i = 0; i < 5; i++) {
		(void)snprintf(json, sizeof(json), YEAR("w%s", "W1", "%d-11-20", "%s", ""), years[i], 2024 + (int)i, years[i]);
		post(ledger, "2029-01-05", json);
	}
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_fill_person(ledger, person, ask_day("2029-03-01"), NULL, NULL), YB_OK);
	ck_assert_int_eq(ask_question(ask_shipped(), person, "rewards year=2029", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(ask_value(decision, "reward.continuous"), 300000);
	ck_assert_int_eq(ask_value(decision, "reward.zero"), 1200000);
	yb_person_unref(person);
	/* a fund has paid in 2028, for which the raised part of the ceiling was used: that the person says, the rest the ledger */
	post(ledger, "2029-03-02", BILL("w-s", "W1", "2028-02-01", "390", "11", "100", "100", "0", "50", "50"));
	person = ask_person("insuplc_admdvs=420100 psn_no=W1 390:2025 390:2026 390:2027 390:2028+c+u 390:2029");
	ck_assert_int_eq(yb_ledger_fill_person(ledger, person, ask_day("2029-03-02"), NULL, NULL), YB_OK);
	ck_assert_int_eq(ask_question(ask_shipped(), person, "rewards year=2029", decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(ask_value(decision, "reward.zero"), 0);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- strangers ---- */

START_TEST(no_key_or_reason_steers_what_shows_it)
{
	static const char *const rows[] = {
		"{\"key\": \"=cmd|' /C calc'!A0\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-01\", \"amount\": 1,"
		"\"reason\": \"<script>alert(\\\"x\\\")</script>&amp;'\"}",
		"{\"key\": \"a,\\\"b\\\"\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-02\", \"amount\": 1, "
			"\"reason\": \"  @SUM(A1)\"}",
		"{\"key\": \"-1+2\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-03\", \"amount\": 1, \"reason\": \"＝1\"}",
		/* C1 that clears a terminal, an override of direction, a separator of lines */
		"{\"key\": \"k\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-04\", \"amount\": 1,"
		"\"reason\": \"a\\u009b2Jb\\u202ec\\u2028d\\u2066e\"}",
	};
	struct yb_ledger *ledger = memory();
	char *text;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		post(ledger, "2026-01-05", rows[i]);
	text = statement(ledger, "P1", YB_AXIS_BUSINESS, "", "", YB_FORMAT_CSV, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, ",opening,\"'=cmd|' /C calc'!A0\",,P1,opening,1.00,1.00,\"<script>alert(\"\"x\"\")</script>&amp;'\"\r\n"));
	ck_assert_ptr_nonnull(strstr(text, ",opening,\"a,\"\"b\"\"\",,P1,opening,1.00,2.00,\"'  @SUM(A1)\"\r\n"));
	ck_assert_ptr_nonnull(strstr(text, ",opening,\"'-1+2\",,P1,opening,1.00,3.00,\"'＝1\"\r\n"));
	yb_free(text);
	text = statement(ledger, "P1", YB_AXIS_BUSINESS, "", "", YB_FORMAT_HTML, YB_LANG_ZH);
	ck_assert_ptr_null(strstr(text, "<script"));
	ck_assert_ptr_nonnull(strstr(text, "<td>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;&#39;</td>"));
	ck_assert_ptr_nonnull(strstr(text, "<td>a\xef\xbf\xbd""2Jb\xef\xbf\xbd""c\xef\xbf\xbd""d\xef\xbf\xbd""e</td>"));
	yb_free(text);
	text = statement(ledger, "P1", YB_AXIS_BUSINESS, "", "", YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "  a\xef\xbf\xbd""2Jb\xef\xbf\xbd""c\xef\xbf\xbd""d\xef\xbf\xbd""e\n"));
	yb_free(text);
	text = statement(ledger, "P1", YB_AXIS_BUSINESS, "", "", YB_FORMAT_JSON, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "\"key\": \"a,\\\"b\\\"\""));
	yb_free(text);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(names_of_accounts_are_kept_apart)
{
	static const char bill[] = "{\"key\": \"s\", \"kind\": \"settlement\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-02\", \"insutype\": \"310\","
		"\"fixmedins_code\": \"a|b\", \"setlinfo\": {\"medfee_sumamt\": 3, \"hifp_pay\": 1, \"fund_pay_sumamt\": 1, \"psn_part_amt\": 2,"
		"\"acct_pay\": 1, \"psn_cash_pay\": 1}}";
	struct yb_ledger *ledger = memory();
	char *text;

	post(ledger, "2026-01-05", "{\"key\": \"o\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-01\", \"amount\": 1}");
	post(ledger, "2026-01-05", bill);
	text = statement(ledger, "P1", YB_AXIS_BUSINESS, "", "", YB_FORMAT_JSON, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "\"counterpart\": [\"institution/a|b\"]"));
	yb_free(text);
	text = statement(ledger, "institution/a|b", YB_AXIS_BUSINESS, "", "", YB_FORMAT_JSON, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "\"counterpart\": [\"account/P1\", \"cash\", \"fund/310100\"]"));
	yb_free(text);
	text = statement(ledger, "institution/a|b", YB_AXIS_BUSINESS, "", "", YB_FORMAT_CSV, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, ",settlement,s,,P1,account/P1|cash|fund/310100,3.00,3.00,\r\n"));
	yb_free(text);
	text = statement(ledger, "institution/a|b", YB_AXIS_BUSINESS, "", "", YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_ptr_nonnull(strstr(text, "  settlement (P1)  personal account P1, own money, employee pooled fund  3.00 "));
	yb_free(text);
	yb_ledger_unref(ledger);
}
END_TEST

/* Somebody told by the identity number alone is shown by its hash, and never by the number. */
START_TEST(a_person_without_a_number_is_asked_for_by_the_hash)
{
	static const char certno[] = "11010519491231002X";
	struct yb_ledger *ledger = memory();
	struct yb_person *person = NULL;
	struct yb_error *error = NULL;
	char *name = NULL, *text, account[128], *filled = NULL;
	int64_t value = 0;

	post(ledger, "2026-01-05", "{\"key\": \"o\", \"kind\": \"opening\", \"certno\": \"11010519491231002X\", \"business_day\": \"2026-01-01\", "
		"\"amount\": \"7.50\"}");
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, certno, &name, NULL), YB_OK);
	(void)snprintf(account, sizeof(account), "account/%s", name);
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_HTML; format++) {
		text = statement(ledger, name, YB_AXIS_POSTING, "", "", format, YB_LANG_ZH);
		ck_assert_ptr_nonnull(strstr(text, name));
		ck_assert_ptr_nonnull(strstr(text, "7.50"));
		ck_assert_ptr_null(strstr(text, "19491231"));
		yb_free(text);
	}
	expect_lines(ledger, account, YB_AXIS_BUSINESS, "", "", "0.00 o 7.50");
	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_CERTNO, certno, strlen(certno)), YB_OK);
	ck_assert_int_eq(yb_ledger_fill_person(ledger, person, ask_day("2026-01-01"), &filled, &error), YB_OK);
	ck_assert_str_eq(filled, "yb_account_balance");
	ck_assert_int_eq(yb_person_get_value(person, YB_FIELD_YB_ACCOUNT_BALANCE, &value), YB_OK);
	ck_assert_int_eq(value, 750);
	/* a number that is of somebody else */
	post(ledger, "2026-01-05", "{\"key\": \"p\", \"kind\": \"opening\", \"psn_no\": \"P2\", \"business_day\": \"2026-01-01\", \"amount\": 1}");
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_PSN_NO, "P2", 2), YB_OK);
	ck_assert_int_eq(yb_ledger_fill_person(ledger, person, ask_day("2026-01-01"), NULL, &error), YB_E_CONTRADICTION);
	ck_assert_ptr_null(strstr(yb_error_get_message(error), certno));
	yb_error_unref(error);
	yb_free(filled);
	yb_free(name);
	yb_person_unref(person);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- refusals ---- */

START_TEST(questions_that_cannot_be_asked)
{
	struct yb_ledger *ledger = family();
	yb_day day = ask_day("2026-01-01");
	struct yb_error *error = NULL;
	char *text = (char *)"x";

	ck_assert_int_eq(yb_ledger_render_statement(ledger, "X9", YB_AXIS_BUSINESS, day, day, YB_FORMAT_TEXT, YB_LANG_EN, &text, &error), YB_E_NOT_FOUND);
	ck_assert_ptr_null(text);
	ck_assert_ptr_nonnull(error);
	yb_error_unref(error);
	error = NULL;
	ck_assert_int_eq(yb_ledger_render_statement(ledger, "P1", YB_AXIS_BUSINESS, day, day - 1, YB_FORMAT_TEXT, YB_LANG_EN, &text, &error), YB_E_BAD_DATE);
	yb_error_unref(error);
	ck_assert_int_eq(yb_ledger_render_statement(ledger, "P1", YB_AXIS_BUSINESS, INT32_MAX, YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL),
		YB_E_BAD_DATE);
	ck_assert_int_eq(yb_ledger_render_statement(ledger, "P1", YB_AXIS_BUSINESS, day, INT32_MAX, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_ledger_render_statement(ledger, "P1", 0, day, day, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_statement(ledger, "P1", YB_AXIS_BUSINESS, day, day, 4, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_statement(ledger, "P1", YB_AXIS_BUSINESS, day, day, -1, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_statement(NULL, "P1", YB_AXIS_BUSINESS, day, day, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_statement(ledger, NULL, YB_AXIS_BUSINESS, day, day, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_statement(ledger, "P1", YB_AXIS_BUSINESS, day, day, YB_FORMAT_TEXT, YB_LANG_EN, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_records(ledger, "X9", day, day, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_ledger_render_records(ledger, "P1", day, day - 1, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_ledger_render_records(ledger, "P1", day, day, YB_FORMAT_HTML, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_records(ledger, "P1", day, day, 4, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_records(NULL, "P1", day, day, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_records(ledger, NULL, day, day, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_render_records(ledger, "P1", day, day, YB_FORMAT_TEXT, YB_LANG_EN, NULL, NULL), YB_E_INVALID);
	yb_ledger_unref(ledger);
}
END_TEST

/* Documents, answers and channels are texts and JSON; they are no tables to be kept. */
START_TEST(other_renderers_have_no_csv_and_no_page)
{
	struct yb_policy_set *set = ask_shipped();
	struct yb_person *person = ask_person("insuplc_admdvs=110000 brdy=1980-05-05 cover=none");
	struct yb_decision *decision = NULL;
	const struct yb_channel *channel = NULL;
	const char *id = yb_policy_set_get_id(set, 0);
	char *text = NULL;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_channel_at(set, 0, &channel), YB_OK);
	(void)ask_question(set, person, "fee year=2026", decision, NULL);
	for (yb_format format = YB_FORMAT_CSV; format <= YB_FORMAT_HTML; format++) {
		struct yb_vector_report *report = NULL;
		ck_assert_int_eq(yb_policy_set_render_document(set, id, YB_DAY_NONE, format, YB_LANG_EN, &text, NULL), YB_E_INVALID);
		ck_assert_int_eq(yb_policy_set_render_sources(set, id, format, YB_LANG_EN, &text, NULL), YB_E_INVALID);
		ck_assert_int_eq(yb_policy_set_render_figures(set, id, YB_DAY_NONE, format, YB_LANG_EN, &text, NULL), YB_E_INVALID);
		ck_assert_int_eq(yb_policy_set_render_difference(set, id, set, id, NULL, format, YB_LANG_EN, &text, NULL), YB_E_INVALID);
		ck_assert_int_eq(yb_channel_render_list(set, NULL, 0, format, YB_LANG_EN, &text, NULL), YB_E_INVALID);
		ck_assert_int_eq(yb_channel_render_steps(channel, YB_CHANNEL_ACTION_PAY, format, YB_LANG_EN, &text, NULL), YB_E_INVALID);
		ck_assert_int_eq(yb_decision_render(decision, format, YB_LANG_EN, YB_EXPLAIN_NONE, &text, NULL), YB_E_INVALID);
		ck_assert_int_eq(yb_policy_set_run_vectors(set, id, &report, NULL), YB_OK);
		ck_assert_int_eq(yb_vector_report_render_coverage(report, format, YB_LANG_EN, &text, NULL), YB_E_INVALID);
		yb_vector_report_unref(report);
		ck_assert_ptr_null(text);
	}
	yb_decision_unref(decision);
	yb_person_unref(person);
}
END_TEST

Suite *
statement_suite(void)
{
	Suite *suite = suite_create("statement");
	TCase *shown = tcase_create("shown"), *periods = tcase_create("periods"), *paid = tcase_create("records"), *edges = tcase_create("edges");
	TCase *sums = tcase_create("accumulators"), *facts = tcase_create("facts");

	tcase_add_test(shown, a_statement_in_every_form);
	tcase_add_test(shown, contribution_records_in_every_form);
	tcase_add_test(shown, what_else_a_statement_and_records_say);
	tcase_add_test(shown, a_share_that_was_allocated_is_not_pending);
	suite_add_tcase(suite, shown);
	tcase_add_test(periods, first_and_last_day_are_in_the_period);
	tcase_add_test(periods, the_two_axes_order_and_cut_differently);
	tcase_add_test(periods, a_reversal_stands_on_its_own_day);
	tcase_add_test(periods, what_is_pending_is_told_as_of_the_last_day);
	tcase_add_test(periods, statements_of_random_ledgers_add_up);
	suite_add_tcase(suite, periods);
	tcase_add_test(paid, months_count_once_and_gaps_lie_between);
	tcase_add_test(paid, what_was_paid_back_covers_nothing);
	tcase_add_test(paid, a_debit_that_failed_twice_names_the_one_after_it);
	suite_add_tcase(suite, paid);
	tcase_add_test(sums, accumulators_of_a_calendar_year_and_of_a_medical_one);
	tcase_add_test(sums, accumulators_in_every_form);
	tcase_add_test(sums, accumulators_that_are_none);
	suite_add_tcase(suite, sums);
	tcase_add_unchecked_fixture(facts, ask_load_once, ask_drop_once);
	tcase_add_test(facts, a_resident_is_filled_with_coverage_years);
	tcase_add_test(facts, an_employee_is_filled_with_periods_months_and_balance);
	tcase_add_test(facts, what_the_person_says_is_not_contradicted);
	tcase_add_test(facts, a_person_that_cannot_be_filled);
	tcase_add_test(facts, cover_can_be_asked_from_a_ledger);
	tcase_add_test(facts, rewards_can_be_asked_from_a_ledger);
	suite_add_tcase(suite, facts);
	tcase_add_unchecked_fixture(edges, ask_load_once, ask_drop_once);
	tcase_add_test(edges, a_person_without_a_number_is_asked_for_by_the_hash);
	tcase_add_test(edges, names_of_accounts_are_kept_apart);
	tcase_add_test(edges, no_key_or_reason_steers_what_shows_it);
	tcase_add_test(edges, questions_that_cannot_be_asked);
	tcase_add_test(edges, other_renderers_have_no_csv_and_no_page);
	suite_add_tcase(suite, edges);
	return suite;
}
