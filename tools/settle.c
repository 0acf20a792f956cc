/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ledger.h"

static struct yb_settle_options
options_of(const struct tool *tool)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;

	if (tool->lenient)
		options.flags |= YB_SETTLE_LENIENT;
	options.flags |= TOOL_RECEIPT(tool, YB_SETTLE_RECEIPT);
	return options;
}

static yb_status
settle_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error)
{
	struct yb_settle_options options = options_of(tool);

	return yb_settle(asked->set, asked->person, asked->claim, &options, decision, error);
}

/* --- on a ledger ---------------------------------------------------------- */

#define TRIES 5 /* others may post something of the person between answer and post */

static yb_status
post(const struct tool *tool, struct yb_ledger *ledger, struct yb_decision *decision, struct yb_error **error)
{
	static const char *const words[2][2] = { { "posted: transaction %lld\n\n", "there already: transaction %lld; below, what a further bill like it would be\n\n" },
		                                 { "已入账：第 %lld 笔\n\n", "此前已入账：第 %lld 笔；下面是再有这样一张费用单时的结果\n\n" } };
	struct yb_transaction *transaction = NULL;
	int32_t existed = 0;
	int64_t seq = 0;
	yb_day day;
	yb_status status = yb_transaction_new(&transaction, error);

	if (status == YB_OK && tool_today(tool, &day) != TOOL_OK)
		status = YB_E_INTERNAL;
	if (status == YB_OK)
		status = yb_transaction_set_text(transaction, "key", tool->key, strlen(tool->key));
	if (status == YB_OK)
		status = yb_transaction_set_decision(transaction, decision, error);
	if (status == YB_OK)
		status = yb_ledger_post(ledger, transaction, day, &seq, &existed, error);
	if (status == YB_OK && !tool->json)
		printf(words[tool->lang][existed != 0], (long long)seq);
	yb_transaction_unref(transaction);
	return status;
}

static yb_status
ledger_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error)
{
	struct yb_ledger_options opening = YB_LEDGER_OPTIONS_INIT;
	struct yb_settle_options options = options_of(tool);
	bool posts = (tool->given & TOOL_POST) != 0;
	struct yb_ledger *ledger = NULL;
	yb_status status;

	opening.flags = posts ? 0 : YB_LEDGER_READ;
	status = yb_ledger_open(tool->ledger, &opening, &ledger, error);
	for (int i = 0; status == YB_OK && i < TRIES; i++) {
		yb_error_unref(*error);
		*error = NULL;
		status = yb_ledger_settle(ledger, asked->set, asked->person, asked->claim, &options, decision, error);
		if (status != YB_OK || !posts || yb_decision_get_outcome(decision) != YB_OUTCOME_ANSWERED)
			break;
		status = post(tool, ledger, decision, error);
		if (status != YB_E_STALE || i + 1 == TRIES)
			break;
		status = YB_OK;
	}
	yb_ledger_unref(ledger);
	return status;
}

int
tool_settle(const struct tool *tool)
{
	bool posts = (tool->given & TOOL_POST) != 0;

	if (strcmp(tool->args[0], "-") == 0 && strcmp(tool->args[1], "-") == 0)
		tool_fail("only one document can be standard input");
	else if (!tool->ledger && tool->given & (TOOL_POST | TOOL_KEY | TOOL_POSTING_DAY))
		tool_fail("--post, --key and --posting-day are of a --ledger");
	else if (posts != (tool->key != NULL))
		tool_fail("--post and --key go together: the key tells this bill from every other");
	else
		return tool_answer(tool, tool->ledger ? ledger_ask : settle_ask);
	return TOOL_USAGE;
}
