/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool.h"

static yb_status
settle_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;

	if (tool->lenient)
		options.flags |= YB_SETTLE_LENIENT;
	options.flags |= TOOL_RECEIPT(tool, YB_SETTLE_RECEIPT);
	return yb_settle(asked->set, asked->person, asked->claim, &options, decision, error);
}

int
tool_settle(const struct tool *tool)
{
	if (strcmp(tool->args[0], "-") == 0 && strcmp(tool->args[1], "-") == 0) {
		tool_fail("only one document can be standard input");
		return TOOL_USAGE;
	}
	return tool_answer(tool, settle_ask);
}
