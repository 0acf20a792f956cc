/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ledger reconcile: a channel's bill held against a ledger. */
#include "tool.h"

/* Is the ledger at fault, or the bill? */
static int
status_exit(yb_status status)
{
	switch (status) {
	case YB_E_IO: case YB_E_BUSY: case YB_E_VERSION: case YB_E_CORRUPT: case YB_E_FORKED: case YB_E_STATE:
		return TOOL_LEDGER;
	case YB_E_NO_MEMORY: case YB_E_INTERNAL:
		return TOOL_INTERNAL;
	case YB_E_INVALID: /* an option that the bill needs */
		return TOOL_USAGE;
	default:
		return TOOL_DOCUMENT;
	}
}

static int
options_check(const struct tool *tool)
{
	bool platform = tool->format == YB_BILL_3201 || tool->format == YB_BILL_3202;

	if (!(tool->given & TOOL_FORMAT))
		tool_fail("ledger reconcile needs --format: wechat, alipay, unionpay, 3201 or 3202");
	else if (tool->institution && !platform)
		tool_fail("--institution is of the formats 3201 and 3202");
	else if (tool->channel && platform)
		tool_fail("--channel is of the formats wechat, alipay and unionpay");
	else if (tool->format == YB_BILL_UNIONPAY && !tool->year)
		tool_fail("the days of a unionpay bill have no year: say it with --year");
	else if (tool->format == YB_BILL_3202 && !(tool->from && tool->to))
		tool_fail("a 3202 bill names no days: say them with --from and --to");
	else
		return TOOL_OK;
	return TOOL_USAGE;
}

static int
reconcile(const struct tool *tool, struct yb_ledger *ledger, const struct document *bill, struct yb_error **error)
{
	struct yb_reconcile_options options = YB_RECONCILE_OPTIONS_INIT;
	struct yb_reconciliation *result = NULL;
	char *text = NULL;
	int rc = TOOL_OK;
	yb_status status;

	options.from = tool->from;
	options.to = tool->to;
	options.year = tool->year;
	status = yb_ledger_reconcile(ledger, tool->format, bill->text ? bill->text : "", bill->length, bill->name,
	                             tool->channel ? tool->channel : tool->institution, &options, &result, error);
	if (status == YB_OK)
		status = yb_reconciliation_render(result, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT, tool->lang, &text, error);
	if (status != YB_OK) {
		tool_print_errors(tool, *error, status);
		rc = status_exit(status);
	} else {
		fputs(text, stdout);
		rc = yb_reconciliation_agrees(result) ? TOOL_OK : TOOL_NO_ANSWER;
	}
	yb_free(text);
	yb_reconciliation_unref(result);
	return rc;
}

int
tool_ledger_reconcile(const struct tool *tool)
{
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;
	struct yb_ledger *ledger = NULL;
	struct yb_error *error = NULL;
	struct document bill;
	yb_status status;
	int rc = options_check(tool);

	if (rc != TOOL_OK)
		return rc;
	rc = tool_read(tool->args[1], &bill);
	if (rc != TOOL_OK)
		return rc;
	options.flags = YB_LEDGER_READ;
	status = yb_ledger_open(tool->args[0], &options, &ledger, &error);
	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_LEDGER;
	} else {
		rc = reconcile(tool, ledger, &bill, &error);
	}
	yb_ledger_unref(ledger);
	yb_error_unref(error);
	tool_document_free(&bill);
	return rc;
}
