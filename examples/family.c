/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A year in the life of a family in Wuhan, kept in a ledger: a schoolchild insured as a resident, a parent who is employed, a grandparent
 * who is retired and lets the account pay for the others. Run it where the folder "policies" is; a file name as argument keeps the ledger.
 */
#include <stdio.h>
#include <string.h>
#include <yibao/yibao.h>

enum { CHILD, PARENT, GRANDPARENT, FAMILY };

static const char *const family_text[FAMILY] = {
	"{\"psn_no\": \"42010099900000000002001\", \"brdy\": \"2015-05-02\", \"gend\": \"2\", \"insutype\": \"390\", \"psn_type\": \"1403\","
	" \"insuplc_admdvs\": \"420100\", \"psn_idet_type\": []}",
	"{\"psn_no\": \"42010099900000000002002\", \"brdy\": \"1986-11-20\", \"gend\": \"1\", \"insutype\": \"310\", \"psn_type\": \"1101\","
	" \"cvlserv_flag\": \"0\", \"insuplc_admdvs\": \"420100\", \"psn_idet_type\": [], \"yb_flexible\": false, \"yb_wage_base\": \"9000.00\"}",
	"{\"psn_no\": \"42010099900000000002003\", \"brdy\": \"1952-03-08\", \"gend\": \"2\", \"insutype\": \"310\", \"psn_type\": \"1201\","
	" \"cvlserv_flag\": \"0\", \"insuplc_admdvs\": \"420100\", \"psn_idet_type\": [], \"yb_flexible\": false}",
};
static const char *const name[FAMILY] = { "child", "parent", "grandparent" };

#define P(n) "\"psn_no\": \"4201009990000000000200" n "\", "
#define BUCKETS(total) "\"medfee_sumamt\": \"" total "\", \"inscp_scp_amt\": \"" total "\", \"fulamt_ownpay_amt\": 0, \"overlmt_selfpay\": 0, \"preselfpay_amt\": 0"
#define VISIT(id, day, total) "{\"mdtrt_id\": \"" id "\", \"med_type\": \"11\", \"hosp_lv\": \"02\", \"fixmedins_code\": \"H42010000001\", " \
	"\"mdtrtarea_admvs\": \"420100\", \"begndate\": \"" day "\", \"enddate\": \"" day "\", \"yb_use_account\": true, " BUCKETS(total) "}"
#define STAY(id, from, to, total, more) "{\"mdtrt_id\": \"" id "\", \"med_type\": \"21\", \"hosp_lv\": \"05\", \"fixmedins_code\": \"H42010000002\", " \
	"\"mdtrtarea_admvs\": \"420100\", \"begndate\": \"" from "\", \"enddate\": \"" to "\", \"yb_use_account\": false, " BUCKETS(total) more "}"

/* What happened, in the order in which it was heard of. A bill has a person, everything else says whose it is. */
static const struct event {
	const char *day, *what, *json;
	int bill_of;         /* FAMILY: no bill */
	const char *account; /* of the family that pays with it, a person number; NULL: none */
} events[] = {
	{ "2025-11-20", "the accounts as the year begins",
	  "{\"key\": \"open-parent\", \"kind\": \"opening\", " P("2") "\"business_day\": \"2025-11-20\", \"amount\": \"320.00\"}", FAMILY, NULL },
	{ "2025-11-20", NULL,
	  "{\"key\": \"open-grandparent\", \"kind\": \"opening\", " P("3") "\"business_day\": \"2025-11-20\", \"amount\": \"2600.00\"}", FAMILY, NULL },
	{ "2025-11-21", "the grandparent lets the account pay for the child and for the parent",
	  "{\"key\": \"share-child\", \"kind\": \"authorization\", " P("3") "\"business_day\": \"2025-11-21\", \"member\": \"42010099900000000002001\","
	  " \"form\": \"pool\", \"from\": \"2025-11-21\"}", FAMILY, NULL },
	{ "2025-11-21", NULL,
	  "{\"key\": \"share-parent\", \"kind\": \"authorization\", " P("3") "\"business_day\": \"2025-11-21\", \"member\": \"42010099900000000002002\","
	  " \"form\": \"pool\", \"from\": \"2025-11-21\"}", FAMILY, NULL },
	{ "2025-11-25", "the child's contribution for 2026, from the grandparent's account",
	  "{\"key\": \"fee-2026\", \"kind\": \"contribution\", " P("1") "\"business_day\": \"2025-11-25\", \"insutype\": \"390\", \"period\": \"2026\","
	  " \"shares\": {\"account\": \"400.00\", \"finsubs\": \"700.00\"}, \"sharer\": \"42010099900000000002003\"}", FAMILY, NULL },
	{ "2025-12-02", "paid a second time by mistake, through a channel; asked back, and given back the same way",
	  "{\"key\": \"fee-2026-again\", \"kind\": \"contribution\", " P("1") "\"business_day\": \"2025-12-02\", \"insutype\": \"390\", \"period\": \"2026\","
	  " \"shares\": {\"person\": \"400.00\"}, \"channel\": \"wx_city\"}", FAMILY, NULL },
	{ "2025-12-03", NULL,
	  "{\"key\": \"back\", \"kind\": \"refund-request\", " P("1") "\"business_day\": \"2025-12-03\", \"belongs\": \"fee-2026-again\","
	  " \"amount\": \"400.00\", \"reason\": \"paid twice\", \"cutoff\": \"2025-12-31\"}", FAMILY, NULL },
	{ "2025-12-10", NULL,
	  "{\"key\": \"back-done\", \"kind\": \"refund\", " P("1") "\"business_day\": \"2025-12-10\", \"belongs\": \"back\"}", FAMILY, NULL },
	{ "2026-02-20", "the child in hospital", STAY("Z1", "2026-02-11", "2026-02-18", "8200.00", ", \"yb_attributes\": {\"reward.total\": \"0\"}"), CHILD, NULL },
	{ "2026-03-05", "the parent sees a doctor, the own account pays what it has", VISIT("Z2", "2026-03-05", "3000.00"), PARENT, NULL },
	{ "2026-04-10", "again, and the grandparent's account helps", VISIT("Z3", "2026-04-10", "2400.00"), PARENT, "42010099900000000002003" },
	{ "2026-09-02", "the grandparent in hospital in August", STAY("Z5", "2026-08-20", "2026-08-31", "30000.00", ""), GRANDPARENT, NULL },
	{ "2026-10-12", "the bill of a stay in May arrives late", STAY("Z4", "2026-05-04", "2026-05-12", "18000.00", ""), GRANDPARENT, NULL },
	{ "2026-12-21", "interest on the grandparent's account",
	  "{\"key\": \"interest-2026\", \"kind\": \"interest\", " P("3") "\"business_day\": \"2026-12-20\", \"amount\": \"7.31\","
	  " \"current\": {\"amount\": \"1.06\", \"rate\": \"0.35%\"}, \"carried\": {\"amount\": \"6.25\", \"rate\": \"0.35%\"}}", FAMILY, NULL },
};

struct home {
	struct yb_policy_set *set;
	struct yb_ledger *ledger;
	struct yb_person *persons[FAMILY];
	struct yb_decision *decision;
	struct yb_error *error;
};

static yb_day
day_of(const char *text)
{
	yb_day day = YB_DAY_NONE;

	(void)yb_day_from_text(text, strlen(text), &day);
	return day;
}

static void
print_fen(const char *label, yb_fen fen)
{
	char text[YB_FEN_TEXT_SIZE];

	yb_fen_to_text(fen, text);
	printf("    %-34s %12s\n", label, text);
}

static yb_status
post(struct home *home, struct yb_transaction *transaction, const char *day)
{
	int64_t seq = 0;

	return yb_ledger_post(home->ledger, transaction, day_of(day), &seq, NULL, &home->error);
}

static yb_status
post_json(struct home *home, const char *json, const char *day)
{
	struct yb_transaction *transaction = NULL;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "transaction", &transaction, &home->error);

	if (st == YB_OK)
		st = post(home, transaction, day);
	yb_transaction_unref(transaction);
	return st;
}

/* What the documents credit for a month, posted. */
static yb_status
credit(struct home *home, int who, const char *month, const char *day)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;
	struct yb_transaction *transaction = NULL;
	const char *psn_no = NULL, *result = NULL;
	char key[40];
	int64_t fen = 0, part = 0;
	yb_status st;

	options.on = day_of(day);
	(void)snprintf(key, sizeof(key), "credit-%s-%s", name[who], month);
	st = yb_refund(home->set, home->persons[who], &options, home->decision, &home->error);
	for (size_t i = 0; st == YB_OK && yb_decision_get_result_name(home->decision, i, &result) == YB_OK; i++) {
		const char *point = strrchr(result, '.');
		if (point && !strcmp(point, ".net")) /* what a credit comes to after what is taken from it */
			st = yb_decision_get_result(home->decision, result, &part, NULL);
		fen += point && !strcmp(point, ".net") ? part : 0;
	}
	if (st == YB_OK)
		st = yb_person_get_text(home->persons[who], YB_FIELD_PSN_NO, &psn_no);
	if (st == YB_OK)
		st = yb_transaction_new(&transaction, &home->error);
	if (st == YB_OK && (yb_transaction_set_text(transaction, "key", key, strlen(key)) != YB_OK ||
	                    yb_transaction_set_text(transaction, "kind", "credit", 6) != YB_OK ||
	                    yb_transaction_set_text(transaction, "psn_no", psn_no, strlen(psn_no)) != YB_OK ||
	                    yb_transaction_set_text(transaction, "insutype", "310", 3) != YB_OK ||
	                    yb_transaction_set_text(transaction, "period", month, strlen(month)) != YB_OK ||
	                    yb_transaction_set_day(transaction, "business_day", day_of(day)) != YB_OK ||
	                    yb_transaction_set_fen(transaction, "amount", fen) != YB_OK))
		st = YB_E_INVALID;
	if (st == YB_OK)
		st = post(home, transaction, day);
	yb_transaction_unref(transaction);
	return st;
}

/* A bill settled with what the ledger knows, and posted; somebody else may have posted in between, then again. */
static yb_status
settle(struct home *home, const struct event *event)
{
	static const struct { const char *label; yb_field field; } shown[] = {
		{ "the bill", YB_FIELD_MEDFEE_SUMAMT }, { "the funds", YB_FIELD_FUND_PAY_SUMAMT }, { "accounts", YB_FIELD_ACCT_PAY },
		{ "of these, of the family", YB_FIELD_ACCT_MULAID_PAY }, { "in cash", YB_FIELD_PSN_CASH_PAY },
	};
	struct yb_transaction *transaction = NULL;
	struct yb_claim *claim = NULL;
	const char *key = NULL;
	yb_fen balance = 0;
	yb_status st = yb_claim_new_from_json(event->json, strlen(event->json), "claim", &claim, &home->error);

	if (st == YB_OK)
		st = yb_claim_get_text(claim, YB_FIELD_MDTRT_ID, &key);
	if (st == YB_OK && event->account) {
		char account[64];
		(void)snprintf(account, sizeof(account), "account/%s", event->account);
		st = yb_ledger_get_balance(home->ledger, account, YB_AXIS_BUSINESS, YB_DAY_NONE, &balance, &home->error);
	}
	if (st == YB_OK)
		st = yb_person_set_fen(home->persons[event->bill_of], YB_FIELD_YB_FAMILY_BALANCE, balance);
	if (st == YB_OK)
		st = yb_transaction_new(&transaction, &home->error);
	do {
		if (st == YB_OK || st == YB_E_STALE)
			st = yb_ledger_settle(home->ledger, home->set, home->persons[event->bill_of], claim, NULL, home->decision, &home->error);
		yb_transaction_clear(transaction);
		if (st == YB_OK)
			st = yb_transaction_set_text(transaction, "key", key, strlen(key));
		if (st == YB_OK && event->account)
			st = yb_transaction_set_text(transaction, "sharer", event->account, strlen(event->account));
		if (st == YB_OK)
			st = yb_transaction_set_decision(transaction, home->decision, &home->error);
		if (st == YB_OK)
			st = post(home, transaction, event->day);
	} while (st == YB_E_STALE);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]) && st == YB_OK; i++) {
		yb_fen fen = 0;
		if (yb_decision_get_fen(home->decision, shown[i].field, &fen) == YB_OK && (fen || i != 3))
			print_fen(shown[i].label, fen);
	}
	yb_transaction_unref(transaction);
	yb_claim_unref(claim);
	return st;
}

static yb_status
credits_before(struct home *home, const char *day, int *month)
{
	yb_status st = YB_OK;

	for (; *month <= 12 && st == YB_OK; ++*month) {
		char text[16], on[16];
		(void)snprintf(text, sizeof(text), "2026-%02d", *month);
		(void)snprintf(on, sizeof(on), "2026-%02d-05", *month);
		if (strcmp(on, day) > 0)
			break;
		st = credit(home, PARENT, text, on);
		if (st == YB_OK)
			st = credit(home, GRANDPARENT, text, on);
	}
	return st;
}

static yb_status
live(struct home *home)
{
	int month = 1;
	yb_status st = YB_OK;

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]) && st == YB_OK; i++) {
		const struct event *event = &events[i];
		st = credits_before(home, event->day, &month);
		if (event->what)
			printf("%s  %s\n", event->day, event->what);
		if (st == YB_OK)
			st = event->bill_of == FAMILY ? post_json(home, event->json, event->day) : settle(home, event);
	}
	return st;
}

/* The late bill was the first of the year: what each would have paid in the right order. */
static yb_status
put_in_order(struct home *home)
{
	char *report = NULL;
	int32_t adjusted = 0;
	yb_status st = yb_ledger_resettle(home->ledger, "42010099900000000002003", 2026, NULL, day_of("2026-12-31"), YB_FORMAT_TEXT, YB_LANG_EN, &adjusted,
	                                  &report, &home->error);

	if (st == YB_OK)
		printf("2026-12-31  the grandparent's bills in their order\n%s", report);
	yb_free(report);
	return st;
}

static yb_status
close_books(struct home *home)
{
	static const char *const accounts[] = {
		"account/42010099900000000002002", "account/42010099900000000002003", "fund/310100", "fund/390100", "clearing/wx_city", "cash",
		"institution/H42010000001", "institution/H42010000002", "subsidy", "interest", "opening",
	};
	yb_fen fen = 0, sum = 0;
	yb_status st = YB_OK;

	printf("Balances\n");
	for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]) && st == YB_OK; i++) {
		st = yb_ledger_get_balance(home->ledger, accounts[i], YB_AXIS_POSTING, day_of("2026-12-31"), &fen, &home->error);
		print_fen(accounts[i], fen);
		sum += fen;
	}
	print_fen("all together", sum);
	return st;
}

/* All but the last line: it has the hash over all transactions, which is another one after every change of a document they rest on. */
static void
print_but_last(const char *text)
{
	size_t length = strlen(text);

	for (length -= length > 0; length > 0 && text[length - 1] != '\n'; length--)
		;
	printf("%.*s", (int)length, text);
}

/* What the grandparent would get to keep, and what an auditor would ask for. */
static yb_status
show_books(struct home *home)
{
	struct yb_ledger_report *report = NULL;
	char *text = NULL;
	yb_status st = yb_ledger_render_statement(home->ledger, "42010099900000000002003", YB_AXIS_BUSINESS, day_of("2025-11-01"), day_of("2026-12-31"),
	                                          YB_FORMAT_TEXT, YB_LANG_ZH, &text, &home->error);

	if (st == YB_OK)
		print_but_last(text);
	yb_free(text);
	text = NULL;
	if (st == YB_OK)
		st = yb_ledger_verify(home->ledger, NULL, 0, NULL, &report, &home->error);
	if (st == YB_OK)
		st = yb_ledger_report_render(report, YB_FORMAT_TEXT, YB_LANG_EN, &text, &home->error);
	if (st == YB_OK)
		printf("%s\n", yb_ledger_report_get_failed(report) ? text : "all checks of the ledger hold");
	yb_free(text);
	yb_ledger_report_unref(report);
	return st;
}

static yb_status
open_home(struct home *home, const char *path)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	yb_status st;

	options.confidence = YB_CONFIDENCE_WEAK; /* the second layer of Wuhan's residents rests on such a source */
	st = yb_policy_loader_new(&options, &loader, &home->error);

	if (st == YB_OK)
		st = yb_policy_loader_add_directory(loader, "policies", &home->error);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, &home->set, &home->error);
	yb_policy_loader_unref(loader);
	for (int i = 0; i < FAMILY && st == YB_OK; i++)
		st = yb_person_new_from_json(family_text[i], strlen(family_text[i]), name[i], &home->persons[i], &home->error);
	if (st == YB_OK)
		st = yb_decision_new(&home->decision, &home->error);
	if (st == YB_OK && path)
		st = yb_ledger_create(path, &home->error);
	if (st == YB_OK)
		st = path ? yb_ledger_open(path, NULL, &home->ledger, &home->error) : yb_ledger_open_memory(&home->ledger, &home->error);
	return st;
}

int
main(int argc, char **argv)
{
	struct home home = { 0 };
	yb_status st = open_home(&home, argc > 1 ? argv[1] : NULL);

	if (st == YB_OK)
		st = live(&home);
	if (st == YB_OK)
		st = put_in_order(&home);
	if (st == YB_OK)
		st = close_books(&home);
	if (st == YB_OK)
		st = show_books(&home);
	if (st != YB_OK)
		printf("%s: %s\n", yb_status_name(st), home.error ? yb_error_get_message(home.error) : "");
	yb_ledger_unref(home.ledger);
	yb_decision_unref(home.decision);
	for (int i = 0; i < FAMILY; i++)
		yb_person_unref(home.persons[i]);
	yb_policy_set_unref(home.set);
	yb_error_unref(home.error);
	return st == YB_OK ? 0 : 1;
}
