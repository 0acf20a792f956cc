/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Facts written and read again, receipts, the archive of policy texts, and answers worked out again from both. */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yibao/yibao.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define IDENTITY "11010519491231002X" /* born 1949-12-31 */

Suite *receipt_suite(void);

static char folder[64];

static void
setup(void)
{
	strcpy(folder, "/tmp/yibao-archive-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void
teardown(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		char path[400];
		if (entry->d_name[0] == '.' && (entry->d_name[1] == '\0' || entry->d_name[1] == '.'))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		(void)unlink(path);
	}
	if (dir)
		(void)closedir(dir);
	(void)rmdir(folder);
}

/* ---- facts as JSON ---- */

static const char full_person[] =
	"{\"psn_no\": \"P\\\"1\", \"brdy\": \"1949-12-31\", \"gend\": \"2\", \"insutype\": \"310\", \"psn_type\": \"1201\", \"insuplc_admdvs\": \"110000\", "
	"\"psn_idet_type\": [\"2303\", \"2304\"], \"cvlserv_flag\": \"0\", \"yb_plan\": \"一档\", \"yb_retire_date\": \"2005-01-01\", \"yb_flexible\": false, "
	"\"yb_newborn_enrolled\": true, \"yb_wage_base\": \"8500.05\", \"yb_pension\": \"0.00\", \"yb_account_balance\": \"1200.00\", \"yb_paid_months\": 240, "
	"\"yb_actual_months\": 0, \"yb_previous_credit\": \"83.50\", \"yb_current_balance_days\": \"1.00\", \"yb_carried_balance_days\": \"2.00\", "
	"\"yb_cover\": [{\"insutype\": \"390\", \"year\": 2001, \"paid_on\": \"2000-11-02\", \"admdvs\": \"420100\", \"claimed\": true, \"used\": false}, "
	"{\"insutype\": \"310\", \"begin\": \"2002-01-01\", \"end\": \"2004-12-31\"}, {\"insutype\": \"310\", \"begin\": \"2005-03-01\"}], "
	"\"yb_attributes\": {\"a\": \"yes\", \"b\": \"x|y\"}}";

static const char full_claim[] =
	"{\"mdtrt_id\": \"Z1\", \"med_type\": \"21\", \"hosp_lv\": \"02\", \"mdtrtarea_admvs\": \"110000\", \"begndate\": \"2026-03-01\", \"enddate\": \"2026-03-09\", "
	"\"yb_filed\": true, \"yb_episode\": \"E\", \"yb_admission\": 2, \"hosp_part_amt\": \"0.00\", \"yb_use_account\": false, "
	"\"feedetl\": [{\"feedetl_sn\": \"1\", \"chrgitm_lv\": \"02\", \"cnt\": \"2.5000\", \"pric\": \"0.000001\", \"pric_uplmt_amt\": \"280.123456\", "
	"\"selfpay_prop\": \"0.1000\"}, {\"chrgitm_lv\": \"01\", \"cnt\": \"1.0000\", \"pric\": \"3.000000\", \"yb_attributes\": {\"imported\": \"yes\"}}], "
	"\"yb_totals\": {\"basic.base.year\": \"100.00\", \"pool.x\": \"0.01\"}, \"yb_attributes\": {\"k\": \"v\"}}";

static char *
person_again(const char *json)
{
	struct yb_person *person = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;
	yb_status st = yb_person_new_from_json(json, strlen(json), "person", &person, &err);

	ck_assert_msg(st == YB_OK, "%s", yb_error_get_message(err));
	ck_assert_int_eq(yb_person_dup_json(person, &text, NULL), YB_OK);
	yb_person_unref(person);
	return text;
}

static char *
claim_again(const char *json)
{
	struct yb_claim *claim = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;
	yb_status st = yb_claim_new_from_json(json, strlen(json), "claim", &claim, &err);

	ck_assert_msg(st == YB_OK, "%s", yb_error_get_message(err));
	ck_assert_int_eq(yb_claim_dup_json(claim, &text, NULL), YB_OK);
	yb_claim_unref(claim);
	return text;
}

START_TEST(facts_are_written_as_they_are_read)
{
	char *person = person_again(full_person), *claim = claim_again(full_claim);
	char *none = person_again("{}"), *nothing = claim_again("{}"), *uninsured = person_again("{\"yb_cover\": []}");

	ck_assert_str_eq(person, full_person);
	ck_assert_str_eq(claim, full_claim);
	ck_assert_str_eq(none, "{}");
	ck_assert_str_eq(nothing, "{}");
	ck_assert_str_eq(uninsured, "{\"yb_cover\": []}");
	yb_free(person);
	yb_free(claim);
	yb_free(none);
	yb_free(nothing);
	yb_free(uninsured);
}
END_TEST

START_TEST(the_order_in_which_facts_were_given_leaves_no_trace)
{
	char *a = person_again("{\"yb_attributes\": {\"b\": \"1\", \"a\": \"2\"}, \"gend\": \"1\", \"yb_cover\": [{\"insutype\": \"390\", \"year\": 2024}, "
	                       "{\"insutype\": \"390\", \"year\": 2023}], \"brdy\": \"1980-01-01\"}");
	char *b = person_again("{\"brdy\": \"1980-01-01\", \"gend\": \"1\", \"yb_cover\": [{\"year\": 2023, \"insutype\": \"390\"}, "
	                       "{\"insutype\": \"390\", \"year\": 2024}], \"yb_attributes\": {\"a\": \"2\", \"b\": \"1\"}}");
	char *c = claim_again("{\"yb_totals\": {\"pool.b\": \"1\", \"pool.a\": \"2.5\"}}"), *d = claim_again("{\"yb_totals\": {\"pool.a\": 2.50, \"pool.b\": 1}}");

	ck_assert_str_eq(a, b);
	ck_assert_str_eq(c, d);
	yb_free(a);
	yb_free(b);
	yb_free(c);
	yb_free(d);
}
END_TEST

START_TEST(the_identity_number_is_left_out_and_what_it_says_is_not)
{
	char *text = person_again("{\"certno\": \"" IDENTITY "\"}");

	ck_assert_str_eq(text, "{\"brdy\": \"1949-12-31\", \"gend\": \"2\"}");
	yb_free(text);
}
END_TEST

/* ---- a receipt and back ---- */

#define DOC \
	ASK_HEAD \
	"attributes: {student: {type: flag, of: person}}\n" \
	"fee:\n  source: a\n  charges: [{id: basic, period: year, total: 1000, payers: {person: {by: student, rows: [[yes, 300], [no, 400]]}, finsubs: rest}}]\n" \
	"refund:\n  source: a\n  credits: [{id: account, period: month, amount: = 100.555 * 1}]\n  refundable: [{id: early, until: = paid_on + 30 days, share: 50%}]\n" \
	"  interest: [{id: current, amount: = yb_current_balance_days * 0.35% / 360}]\n" \
	"eligibility:\n  source: a\n  rules: [{id: all, count_from: = paid_on, fixed: 3 months}]\n" \
	"  rewards: [{id: years, kind: continuous, after: 1, step: 1000, cap: 5000, on_gap: keep}]\n" \
	"reimburse:\n  source: a\n  benefits:\n    - id: inpatient\n      when: {med_type: 21}\n" \
	"      layers: [{id: basic, pays: hifp_pay, deductible: {amount: 100}, ratio: 80%, ceilings: [{id: top, on: payment, per: year, amount: 5000}]}]\n"

static const char asker[] =
	"{\"certno\": \"" IDENTITY "\", \"insutype\": \"390\", \"insuplc_admdvs\": \"990000\", \"yb_current_balance_days\": \"1000.00\", "
	"\"yb_cover\": [{\"insutype\": \"390\", \"year\": 2025, \"claimed\": false}, {\"insutype\": \"390\", \"year\": 2026, \"paid_on\": \"2025-12-01\"}], "
	"\"yb_attributes\": {\"student\": \"no\"}}";
static const char bill[] =
	"{\"med_type\": \"21\", \"begndate\": \"2026-05-01\", \"enddate\": \"2026-05-04\", \"feedetl\": [{\"chrgitm_lv\": \"01\", \"cnt\": 1, \"pric\": 1000.555, \"hilist_code\": \"B\"}]}";

static yb_status
settle(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	struct yb_claim *claim = NULL;
	yb_status st;

	options.flags = YB_SETTLE_RECEIPT;
	ck_assert_int_eq(yb_claim_new_from_json(bill, sizeof(bill) - 1, "bill", &claim, NULL), YB_OK);
	st = yb_settle(set, person, claim, &options, decision, NULL);
	yb_claim_unref(claim);
	return st;
}

static yb_status
fee(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;

	options.flags = YB_FEE_RECEIPT;
	options.year = 2026;
	options.paid_on = ask_day("2025-12-01");
	return yb_fee(set, person, &options, decision, NULL);
}

static yb_status
refund(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision, uint32_t flags)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;

	options.flags = YB_REFUND_RECEIPT | flags;
	options.on = ask_day("2026-05-20");
	if (flags & YB_REFUND_CONTRIBUTION) {
		options.year = 2026;
		options.paid_on = ask_day("2026-05-01");
		options.paid = 40001;
	}
	return yb_refund(set, person, &options, decision, NULL);
}

static yb_status
month(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	return refund(set, person, decision, 0);
}

static yb_status
year(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	return refund(set, person, decision, YB_REFUND_YEAR);
}

static yb_status
interest(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	return refund(set, person, decision, YB_REFUND_INTEREST);
}

static yb_status
contribution(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	return refund(set, person, decision, YB_REFUND_CONTRIBUTION);
}

static yb_status
cover(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;

	options.flags = YB_ELIGIBILITY_RECEIPT | YB_ELIGIBILITY_LENIENT;
	options.on = ask_day("2026-05-20");
	return yb_eligibility(set, person, &options, decision, NULL);
}

static yb_status
rewards(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision)
{
	struct yb_rewards_options options = YB_REWARDS_OPTIONS_INIT;

	options.flags = YB_ELIGIBILITY_RECEIPT;
	options.year = 2026;
	return yb_rewards(set, person, &options, decision, NULL);
}

typedef yb_status asking(const struct yb_policy_set *set, const struct yb_person *person, struct yb_decision *decision);
static asking *const questions[] = { settle, fee, month, year, interest, contribution, cover, rewards };

/* Each with the answer that it must have, so that nothing equal is compared with nothing. */
static const char *const answers[] = {
	"\"hifp_pay\": \"720.45\"", "\"due.person\": \"400\"", "\"credit\": \"100.56\"", "\"2026-05-01\": \"100.56\"", "\"interest\": \"0.01\"",
	"\"refundable.amount\": \"200.01\"", "\"start\": \"2026-03-01\"", "\"reward.total\": \"1000\"",
};

static void
expect_verdict(struct yb_policy_archive *archive, const char *text, yb_verdict expected, const char *says)
{
	struct yb_error *err = NULL;
	char *report = NULL;
	yb_verdict verdict = 0;

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++) {
		yb_status st = yb_receipt_verify(archive, text, strlen(text), "decision", format, YB_LANG_EN, &verdict, &report, &err);
		ck_assert_msg(st == YB_OK, "%s", yb_error_get_message(err));
		ck_assert_msg(verdict == expected, "verdict %d: %s", (int)verdict, report);
		ck_assert_msg(strstr(report, says) != NULL, "\"%s\" is not in: %s", says, report);
		yb_free(report);
	}
	ck_assert_int_eq(yb_receipt_verify(archive, text, strlen(text), "decision", YB_FORMAT_TEXT, YB_LANG_ZH, &verdict, &report, NULL), YB_OK);
	ck_assert_ptr_null(strstr(report, "equal"));
	yb_free(report);
}

static char *
decision_text(asking *ask, struct yb_policy_set *set, struct yb_policy_archive *archive, char **receipt)
{
	struct yb_person *person = NULL;
	struct yb_decision *decision = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_person_new_from_json(asker, sizeof(asker) - 1, "asker", &person, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(ask(set, person, decision), YB_OK);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL, &text, NULL), YB_OK);
	if (receipt)
		ck_assert_int_eq(yb_decision_dup_receipt(decision, receipt, NULL), YB_OK);
	if (archive)
		ck_assert_int_eq(yb_policy_archive_add_decision(archive, decision, NULL), YB_OK);
	yb_decision_unref(decision);
	yb_person_unref(person);
	return text;
}

START_TEST(an_answer_is_worked_out_again_from_the_archive_alone)
{
	struct yb_policy_archive *archive = NULL, *empty = NULL;
	struct yb_policy_set *set = ask_load(DOC);
	char *receipt = NULL, *text;

	ck_assert_int_eq(yb_policy_archive_new(NULL, 0, &archive, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_new(NULL, 0, &empty, NULL), YB_OK);
	text = decision_text(questions[_i], set, archive, &receipt);
	yb_policy_set_unref(set);
	ck_assert_msg(strstr(receipt, answers[_i]) != NULL, "%s is not in %s", answers[_i], receipt);
	ck_assert_ptr_null(strstr(text, IDENTITY));
	ck_assert_ptr_nonnull(strstr(text, receipt)); /* the decision holds the same one */
	expect_verdict(archive, text, YB_VERDICT_EQUAL, "equal");
	expect_verdict(archive, receipt, YB_VERDICT_EQUAL, "equal");
	expect_verdict(empty, text, YB_VERDICT_CANNOT, "the text of 990000/390 is not in the archive");
	yb_free(text);
	yb_free(receipt);
	yb_policy_archive_unref(archive);
	yb_policy_archive_unref(empty);
}
END_TEST

/* What is changed in a decision of the first question, and what is found. */
static const struct {
	const char *why, *from, *to;
	yb_verdict verdict;
	const char *says;
} changes[] = {
	{ "an amount that is shown", "\"hifp_pay\": \"720.45\"", "\"hifp_pay\": \"720.46\"", YB_VERDICT_DIFFERENT, "setlinfo.hifp_pay: was 720.46, is 720.45 now" },
	{ "a line that is shown", "\"inscp_scp_amt\": \"1000.56\"}]", "\"inscp_scp_amt\": \"1000.57\"}]", YB_VERDICT_DIFFERENT, "detlcutinfo.1.inscp_scp_amt: was 1000.57" },
	{ "a line that was dropped", "\"detlcutinfo\": [", "\"detlcutinfo\": [{}, ", YB_VERDICT_DIFFERENT, "detlcutinfo: was (2), is (1) now" },
	{ "the outcome", "\"outcome\": \"answered\", \"missing\": [], \"confidence\"", "\"outcome\": \"refused\", \"missing\": [], \"confidence\"", YB_VERDICT_DIFFERENT,
	  "outcome: was refused, is answered now" },
	{ "a fact on which nothing hangs", "\"gend\": \"2\"", "\"gend\": \"1\"", YB_VERDICT_DIFFERENT, "receipt.hash: was " },
	{ "a fact on which the answer hangs", "\"pric\": \"1000.555000\"", "\"pric\": \"1000.545000\"", YB_VERDICT_DIFFERENT, "receipt.answer.hifp_pay: was 720.45, is 720.44 now" },
	{ "the answer in the receipt", "\"psn_cash_pay\": \"280.11\", \"acct_mulaid_pay\": \"0.00\", \"basic.base", "\"psn_cash_pay\": \"80.11\", \"acct_mulaid_pay\": \"0.00\", \"basic.base",
	  YB_VERDICT_DIFFERENT, "receipt.answer.psn_cash_pay: was 80.11, is 280.11 now" },
	{ "the hash of a document", "\"documents\": [{\"id\": \"990000/390\", \"hash\": \"", "\"documents\": [{\"id\": \"990000/390\", \"hash\": \"0", YB_VERDICT_CANNOT,
	  "is not in the archive" },
	{ "the words of a text", "\"en\": \"", "\"en\": \"indeed ", YB_VERDICT_EQUAL, "equal" },
	{ "another schema", "yibao-receipt/1", "yibao-receipt/2", YB_VERDICT_CANNOT, "the receipt is of schema yibao-receipt/2; this version reads yibao-receipt/1" },
	{ "other semantics", "\"semantics\": 1", "\"semantics\": 2", YB_VERDICT_CANNOT, "worked out by semantics 2, this version has 1" },
	{ "no such question", "\"question\": \"reimburse\", \"confidence\": \"secondary\"", "\"question\": \"settle\", \"confidence\": \"secondary\"", YB_VERDICT_CANNOT,
	  "it cannot be asked again (settle)" },
	{ "no such option", "\"options\": {", "\"options\": {\"hurry\": true", YB_VERDICT_CANNOT, "it cannot be asked again (hurry)" },
	{ "an option that is not so", "\"options\": {", "\"options\": {\"lenient\": 1", YB_VERDICT_CANNOT, "it cannot be asked again (lenient)" },
	{ "a fact that cannot be read", "\"claim\": {\"med_type\": \"21\"", "\"claim\": {\"hosp_lv\": \"1234567\"", YB_VERDICT_CANNOT, "it cannot be asked again (claim)" },
	{ "a fact that does not exist", "\"yb_attributes\": {", "\"yb_nothing\": {", YB_VERDICT_CANNOT, "it cannot be asked again (person)" },
	{ "a document that is none", "\"documents\": [{\"id\": \"990000/390\"", "\"documents\": [{\"id\": \"1\"}, {\"id\": \"990000/390\"", 0, "has no id or no hash" },
	{ "an unknown confidence", "\"confidence\": \"secondary\", \"known_on\"", "\"confidence\": \"sure\", \"known_on\"", 0, "confidence or known_on" },
	{ "a day that does not exist", "\"known_on\": null", "\"known_on\": \"2025-02-29\"", 0, "confidence or known_on" },
	{ "no receipt", "\"receipt\": ", "\"paper\": ", 0, "without a receipt" },
	{ "no JSON", "\"receipt\": {", "\"receipt\": {{", 0, "" },
};

static char *
replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *made = calloc(1, strlen(text) + strlen(to) + 1);

	ck_assert_msg(at != NULL, "\"%s\" is not in %s", from, text);
	ck_assert_ptr_nonnull(made);
	memcpy(made, text, (size_t)(at - text));
	strcat(made, to);
	strcat(made, at + strlen(from));
	return made;
}

START_TEST(a_change_is_found)
{
	struct yb_policy_archive *archive = NULL;
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_error *err = NULL;
	char *text, *changed, *report = NULL;
	yb_verdict verdict = 0;

	ck_assert_int_eq(yb_policy_archive_new(NULL, 0, &archive, NULL), YB_OK);
	text = decision_text(settle, set, archive, NULL);
	changed = replaced(text, changes[_i].from, changes[_i].to);
	if (changes[_i].verdict) {
		expect_verdict(archive, changed, changes[_i].verdict, changes[_i].says);
	} else {
		ck_assert_int_ne(yb_receipt_verify(archive, changed, strlen(changed), "d", YB_FORMAT_TEXT, YB_LANG_EN, &verdict, &report, &err), YB_OK);
		ck_assert_ptr_null(report);
		ck_assert_msg(strstr(yb_error_get_message(err), changes[_i].says) != NULL, "%s", yb_error_get_message(err));
		yb_error_unref(err);
	}
	yb_free(report);
	free(changed);
	yb_free(text);
	yb_policy_set_unref(set);
	yb_policy_archive_unref(archive);
}
END_TEST

/* An attribute of a cost line by a call is the one of a document. */
START_TEST(an_attribute_of_a_line_is_set_and_forgotten)
{
	struct yb_claim *claim = NULL;
	char *text = NULL;
	size_t line = 9;

	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_attribute(claim, 0, "imported", "yes", 3), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_claim_add_line(claim, &line), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_attribute(claim, line, "imported", "yes", 3), YB_OK);
	ck_assert_int_eq(yb_claim_set_line_attribute(claim, line, "imported", "", 0), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_claim_set_line_attribute(claim, line, NULL, "yes", 3), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_set_line_attribute(NULL, line, "imported", "yes", 3), YB_E_INVALID);
	ck_assert_int_eq(yb_claim_dup_json(claim, &text, NULL), YB_OK);
	ck_assert_str_eq(text, "{\"feedetl\": [{\"yb_attributes\": {\"imported\": \"yes\"}}]}");
	yb_free(text);
	ck_assert_int_eq(yb_claim_set_line_attribute(claim, line, "imported", NULL, 0), YB_OK);
	ck_assert_int_eq(yb_claim_dup_json(claim, &text, NULL), YB_OK);
	ck_assert_str_eq(text, "{\"feedetl\": [{}]}");
	yb_free(text);
	yb_claim_unref(claim);
}
END_TEST

START_TEST(a_receipt_has_the_semantics_of_the_library)
{
	struct yb_policy_set *set = ask_load(DOC);
	char *receipt = NULL, *text = decision_text(settle, set, NULL, &receipt), says[40];

	ck_assert_int_eq(yb_semantics(), 1);
	(void)snprintf(says, sizeof(says), "\"semantics\": %d, ", (int)yb_semantics());
	ck_assert_ptr_nonnull(strstr(receipt, says));
	yb_free(text);
	yb_free(receipt);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(without_the_flag_there_is_no_receipt)
{
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_person *person = NULL;
	struct yb_decision *decision = NULL;
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	struct yb_policy_archive *archive = NULL;
	char *text = NULL;

	options.year = 2026;
	ck_assert_int_eq(yb_policy_archive_new(NULL, 0, &archive, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new_from_json(asker, sizeof(asker) - 1, "asker", &person, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_add_decision(archive, decision, NULL), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_decision_dup_receipt(decision, &text, NULL), YB_E_UNKNOWN);
	ck_assert_int_eq(fee(set, person, decision), YB_OK); /* one with it */
	ck_assert_int_eq(yb_decision_dup_receipt(decision, &text, NULL), YB_OK);
	yb_free(text);
	ck_assert_int_eq(yb_fee(set, person, &options, decision, NULL), YB_OK); /* leaves nothing to one without */
	ck_assert_int_eq(yb_decision_dup_receipt(decision, &text, NULL), YB_E_UNKNOWN);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_NONE, &text, NULL), YB_OK);
	ck_assert_ptr_null(strstr(text, "receipt"));
	yb_free(text);
	yb_person_unset(person, YB_FIELD_INSUTYPE); /* no document answers */
	ck_assert_int_eq(fee(set, person, decision), YB_OK);
	ck_assert_int_eq(yb_decision_dup_receipt(decision, &text, NULL), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_policy_archive_add_decision(archive, decision, NULL), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_NONE, &text, NULL), YB_OK);
	yb_free(text);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_archive_unref(archive);
	yb_policy_set_unref(set);
}
END_TEST

/* Other outcomes have receipts too: what was lacking, what was refused. */
START_TEST(an_answer_that_is_none_is_worked_out_again_too)
{
	static const struct { const char *person, *says; } rows[] = {
		{ "{\"insutype\": \"390\", \"insuplc_admdvs\": \"990000\"}", "\"missing\": [\"student\"]" },
		{ "{\"insutype\": \"390\", \"insuplc_admdvs\": \"990000\", \"yb_attributes\": {\"student\": \"yes\"}}", "\"due.person\": \"300\"" },
	};
	struct yb_policy_set *set = ask_load(DOC);
	struct yb_policy_archive *archive = NULL;

	ck_assert_int_eq(yb_policy_archive_new(NULL, 0, &archive, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_add_set(archive, set, NULL), YB_OK);
	for (int i = 0; i < COUNT(rows); i++) {
		struct yb_person *person = NULL;
		struct yb_decision *decision = NULL;
		char *text = NULL;
		ck_assert_int_eq(yb_person_new_from_json(rows[i].person, strlen(rows[i].person), "p", &person, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
		ck_assert_int_eq(fee(set, person, decision), YB_OK);
		ck_assert_int_eq(yb_decision_dup_receipt(decision, &text, NULL), YB_OK);
		ck_assert_msg(strstr(text, rows[i].says) != NULL, "%s", text);
		expect_verdict(archive, text, YB_VERDICT_EQUAL, "equal");
		yb_free(text);
		yb_decision_unref(decision);
		yb_person_unref(person);
	}
	yb_policy_archive_unref(archive);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- what a receipt rests on ---- */

#define PARENT "language: 1\nid: 000000/390\ntitle: P\nsources: {a: {issuer: I, url: u, confidence: official, published: 2024-01-01}}\n" \
	"attributes: {student: {type: flag, of: person}}\n" "fee:\n  source: a\n  charges: [{id: basic, total: 1000, payers: {person: 400, finsubs: rest}}]\n"
#define CHILD "language: 1\nid: 990000/390\ntitle: C\nextends: 000000/390\nsources: {a: {issuer: I, url: u, confidence: official, published: 2024-01-01}, " \
	"b: {issuer: I, url: u, confidence: weak, published: 2026-01-01}}\n" \
	"fee:\n  charges: [{id: basic, replaces: yes, source: a, total: 1000, payers: {person: 500, finsubs: rest}}, {id: extra, source: b, total: 10, payers: {person: rest}}]\n"
#define REFORM "language: 1\nid: 000000/reform\ntitle: R\noverlay: 000000/390\nfrom: 2025-01-01\nto: 2026-01-01\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"fee:\n  charges: [{id: more, source: a, total: 7, payers: {person: rest}}]\n"
#define OTHER "language: 1\nid: 980000/390\ntitle: O\nsources: {a: {issuer: I, url: u, confidence: official}}\n"

START_TEST(parents_and_overlays_belong_to_it)
{
	static const char *const texts[] = { OTHER, CHILD, REFORM, PARENT };
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_archive *archive = NULL;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	char *text;

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_WEAK;
	options.known_on = ask_day("2025-06-01");
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	for (int i = 0; i < COUNT(texts); i++)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "d", texts[i], strlen(texts[i]), NULL), YB_OK);
	ck_assert_msg(yb_policy_set_new(loader, &set, &err) == YB_OK, "%s", yb_error_get_message(err));
	ck_assert_int_eq(yb_policy_archive_new(NULL, 0, &archive, NULL), YB_OK);
	text = decision_text(fee, set, archive, NULL);
	ck_assert_ptr_nonnull(strstr(text, "\"documents\": [{\"id\": \"990000/390\", \"hash\": "));
	ck_assert_ptr_nonnull(strstr(text, "{\"id\": \"000000/reform\", \"hash\": "));
	ck_assert_ptr_nonnull(strstr(text, "{\"id\": \"000000/390\", \"hash\": "));
	ck_assert_ptr_null(strstr(text, "980000"));
	ck_assert_ptr_nonnull(strstr(text, "\"known_on\": \"2025-06-01\""));
	ck_assert_ptr_nonnull(strstr(text, "\"due.person\": \"500\"")); /* in 2026 the reform is over, and the weak source is not known yet */
	expect_verdict(archive, text, YB_VERDICT_EQUAL, "equal");
	yb_free(text);
	yb_policy_archive_unref(archive);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
}
END_TEST

/* The price lists that a bill's lines are looked up in, and the parts of a list. */
START_TEST(catalogues_belong_to_it)
{
	static const char *const texts[] = {
		"language: 1\nid: 990000/more\ntitle: M\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"catalogue: {source: a, columns: [hilist_code, pric_uplmt_amt], rows: [[B, 5]]}\n",
		"language: 1\nid: 990000/items\ntitle: L\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"catalogue: {source: a, parts: [990000/more], columns: [hilist_code, pric_uplmt_amt], rows: [[A, 7]]}\n",
		ASK_HEAD "attributes: {student: {type: flag, of: person}}\nreimburse:\n  source: a\n  split: {catalogues: [990000/items], unlisted: own}\n"
		"  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]\n",
	};
	struct yb_policy_archive *archive = NULL;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	char *text;

	ck_assert_int_eq(yb_policy_loader_new(NULL, &loader, NULL), YB_OK);
	for (int i = 0; i < COUNT(texts); i++)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "d", texts[i], strlen(texts[i]), NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_new(NULL, 0, &archive, NULL), YB_OK);
	text = decision_text(settle, set, archive, NULL);
	ck_assert_ptr_nonnull(strstr(text, "\"documents\": [{\"id\": \"990000/more\""));
	ck_assert_ptr_nonnull(strstr(text, "{\"id\": \"990000/items\""));
	expect_verdict(archive, text, YB_VERDICT_EQUAL, "equal");
	yb_free(text);
	yb_policy_archive_unref(archive);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

/* ---- the archive ---- */

START_TEST(texts_are_kept_by_their_hash)
{
	struct yb_policy_archive *archive = NULL;
	const char *text = NULL;
	size_t length = 9;

	ck_assert_int_eq(yb_policy_archive_new(_i ? folder : NULL, 0, &archive, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_get_text(archive, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &text, &length, NULL), YB_E_NOT_FOUND);
	for (int twice = 0; twice < 2; twice++)
		ck_assert_int_eq(yb_policy_archive_add_text(archive, "abc", 3, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_add_text(archive, "", 0, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_get_text(archive, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &text, &length, NULL), YB_OK);
	ck_assert_uint_eq(length, 3);
	ck_assert_str_eq(text, "abc");
	ck_assert_int_eq(yb_policy_archive_get_text(archive, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", &text, &length, NULL), YB_OK);
	ck_assert_uint_eq(length, 0);
	ck_assert_int_eq(yb_policy_archive_get_text(archive, "../../etc/passwd", &text, &length, NULL), YB_E_BAD_VALUE);
	ck_assert_int_eq(yb_policy_archive_get_text(archive, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", &text, &length, NULL), YB_E_BAD_VALUE);
	yb_policy_archive_unref(archive);
	if (_i) { /* what is in a folder is there for the next one */
		ck_assert_int_eq(yb_policy_archive_new(folder, YB_ARCHIVE_READ, &archive, NULL), YB_OK);
		ck_assert_int_eq(yb_policy_archive_get_text(archive, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &text, &length, NULL), YB_OK);
		yb_policy_archive_unref(archive);
	}
}
END_TEST

static int
files(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir)) != NULL)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (dir)
		(void)closedir(dir);
	return count;
}

START_TEST(an_archive_that_only_reads_leaves_the_folder_alone)
{
	struct yb_policy_archive *archive = NULL;
	const char *text = NULL;
	size_t length = 0;

	ck_assert_int_eq(yb_policy_archive_new(folder, YB_ARCHIVE_READ, &archive, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_add_text(archive, "abc", 3, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_get_text(archive, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &text, &length, NULL), YB_OK);
	ck_assert_int_eq(files(), 0);
	yb_policy_archive_unref(archive);
}
END_TEST

START_TEST(a_damaged_file_is_told_and_mended)
{
	struct yb_policy_archive *archive = NULL;
	struct yb_policy_set *set = ask_load(DOC);
	struct dirent *entry;
	char path[400] = "", *text;
	DIR *dir;
	FILE *file;

	ck_assert_int_eq(yb_policy_archive_new(folder, 0, &archive, NULL), YB_OK);
	text = decision_text(settle, set, archive, NULL);
	ck_assert_int_eq(files(), 1);
	dir = opendir(folder);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
	(void)closedir(dir);
	file = fopen(path, "ab");
	ck_assert_ptr_nonnull(file);
	(void)fputs("# later\n", file);
	(void)fclose(file);
	expect_verdict(archive, text, YB_VERDICT_CANNOT, "the text of 990000/390 in the archive was changed");
	ck_assert_int_eq(yb_policy_archive_add_set(archive, set, NULL), YB_OK);
	expect_verdict(archive, text, YB_VERDICT_EQUAL, "equal");
	ck_assert_int_eq(files(), 1);
	yb_free(text);
	yb_policy_set_unref(set);
	yb_policy_archive_unref(archive);
}
END_TEST

START_TEST(a_folder_that_is_none_is_refused)
{
	struct yb_policy_archive *archive = NULL;
	struct yb_error *err = NULL;
	char *large = calloc(1, (1 << 20) + 2);
	char path[400];
	FILE *file;

	ck_assert_ptr_nonnull(large);
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	(void)fclose(file);
	ck_assert_int_eq(yb_policy_archive_new(path, 0, &archive, NULL), YB_E_IO);
	ck_assert_int_eq(yb_policy_archive_new("/nowhere/at/all", 0, &archive, &err), YB_E_IO);
	ck_assert_str_eq(yb_error_get_message(err), "no such file");
	ck_assert_ptr_null(archive);
	ck_assert_int_eq(yb_policy_archive_new(NULL, 2, &archive, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_archive_new(folder, 0, &archive, NULL), YB_OK);
	memset(large, 'x', (1 << 20) + 1);
	ck_assert_int_eq(yb_policy_archive_add_text(archive, large, 1 << 20, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_archive_add_text(archive, large, (1 << 20) + 1, NULL), YB_E_LIMIT);
	teardown(); /* the folder is gone: what is not written is an error, and nothing is left behind */
	ck_assert_int_eq(yb_policy_archive_add_text(archive, "abc", 3, NULL), YB_E_IO);
	yb_policy_archive_unref(archive);
	yb_error_unref(err);
	free(large);
}
END_TEST

Suite *
receipt_suite(void)
{
	Suite *suite = suite_create("receipt");
	TCase *tc = tcase_create("receipt");

	tcase_set_timeout(tc, 1800);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, facts_are_written_as_they_are_read);
	tcase_add_test(tc, the_order_in_which_facts_were_given_leaves_no_trace);
	tcase_add_test(tc, the_identity_number_is_left_out_and_what_it_says_is_not);
	tcase_add_loop_test(tc, an_answer_is_worked_out_again_from_the_archive_alone, 0, COUNT(questions));
	tcase_add_loop_test(tc, a_change_is_found, 0, COUNT(changes));
	tcase_add_test(tc, an_attribute_of_a_line_is_set_and_forgotten);
	tcase_add_test(tc, a_receipt_has_the_semantics_of_the_library);
	tcase_add_test(tc, without_the_flag_there_is_no_receipt);
	tcase_add_test(tc, an_answer_that_is_none_is_worked_out_again_too);
	tcase_add_test(tc, parents_and_overlays_belong_to_it);
	tcase_add_test(tc, catalogues_belong_to_it);
	tcase_add_loop_test(tc, texts_are_kept_by_their_hash, 0, 2);
	tcase_add_test(tc, an_archive_that_only_reads_leaves_the_folder_alone);
	tcase_add_test(tc, a_damaged_file_is_told_and_mended);
	tcase_add_test(tc, a_folder_that_is_none_is_refused);
	suite_add_tcase(suite, tc);
	return suite;
}
