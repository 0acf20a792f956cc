/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A ledger kept in memory: a resident pays the year's contribution, an employee's account is credited, and what is asked of them later.
 *
 *     cc ledger.c $(pkg-config --cflags --libs libyibao) -o ledger && ./ledger
 */
#include <stdio.h>
#include <string.h>

#include <yibao/yibao.h>

static const char *const happened[] = {
	("{\"key\": \"fee-2026-0001\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2025-11-03\", \"insutype\": \"390\","
	 " \"period\": \"2026\", \"shares\": {\"person\": \"400.00\", \"finsubs\": \"700.00\"}, \"channel\": \"wx_city\"}"),
	("{\"key\": \"credit-2026-01\", \"kind\": \"credit\", \"psn_no\": \"P2\", \"business_day\": \"2026-01-05\", \"period\": \"2026-01\","
	 " \"amount\": \"170.00\"}"),
	/* posted again, as after a lost answer: the first answer again */
	("{\"key\": \"credit-2026-01\", \"kind\": \"credit\", \"psn_no\": \"P2\", \"business_day\": \"2026-01-05\", \"period\": \"2026-01\","
	 " \"amount\": \"170.00\"}"),
	/* more than the account has */
	("{\"key\": \"out-1\", \"kind\": \"transfer-out\", \"psn_no\": \"P2\", \"business_day\": \"2026-01-06\", \"region\": \"310000\","
	 " \"amount\": \"170.01\"}"),
};

static void
post(struct yb_ledger *ledger, const char *json, yb_day today)
{
	struct yb_transaction *transaction = NULL;
	struct yb_error *error = NULL;
	int64_t seq = 0;
	int32_t existed = 0;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "transaction", &transaction, &error);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, transaction, today, &seq, &existed, &error);
	if (st == YB_OK)
		printf("%s %lld\n", existed ? "is there already:" : "posted:", (long long)seq);
	else
		printf("refused, %s: %s\n", yb_status_name(st), yb_error_get_message(error));
	yb_error_unref(error);
	yb_transaction_unref(transaction);
}

static void
show(struct yb_ledger *ledger, const char *account, yb_axis axis, yb_day day)
{
	char text[YB_FEN_TEXT_SIZE], on[YB_DAY_TEXT_SIZE];
	yb_fen fen = 0;

	if (yb_ledger_get_balance(ledger, account, axis, day, &fen, NULL) != YB_OK)
		return;
	yb_fen_to_text(fen, text);
	yb_day_to_text(day, on);
	printf("%-18s %s %s %10s\n", account, axis == YB_AXIS_BUSINESS ? "by business day" : "by day of entry ", on, text);
}

int
main(void)
{
	struct yb_ledger *ledger = NULL;
	char *line = NULL;
	yb_day today = 0, then = 0;

	if (yb_day_from_text("2026-01-06", 10, &today) != YB_OK || yb_day_from_text("2025-12-31", 10, &then) != YB_OK ||
	    yb_ledger_open_memory(&ledger, NULL) != YB_OK)
		return 1;
	for (size_t i = 0; i < sizeof(happened) / sizeof(happened[0]); i++)
		post(ledger, happened[i], today);
	show(ledger, "fund/390100", YB_AXIS_BUSINESS, then);
	show(ledger, "fund/390100", YB_AXIS_POSTING, then);
	show(ledger, "clearing/wx_city", YB_AXIS_BUSINESS, today);
	show(ledger, "account/P2", YB_AXIS_BUSINESS, today);
	if (yb_ledger_dup_transaction(ledger, 1, &line, NULL) == YB_OK)
		puts(line);
	yb_free(line);
	yb_ledger_unref(ledger);
	return 0;
}
