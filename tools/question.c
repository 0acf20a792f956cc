/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fee, refund, eligibility, rewards: a person and a time.
 *
 * Each command sees that the options say when; what they say goes into the
 * options of the library's question as it stands.
 */
#include "tool.h"

bool
tool_check_days(const struct tool *tool)
{
	const struct {
		unsigned bit;
		yb_day day;
	} days[] = { { TOOL_ON, tool->on }, { TOOL_PAID_ON, tool->paid_on }, { TOOL_MONTH, tool->month } };

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (tool->given & days[i].bit && days[i].day == 0) {
			tool_fail("nothing can be asked about 1970-01-01");
			return false;
		}
	return true;
}

static int
question_ask(const struct tool *tool, tool_ask *ask)
{
	return tool_check_days(tool) ? tool_answer(tool, ask) : TOOL_USAGE;
}

static int
question_refuse(const char *needs)
{
	tool_fail("%s", needs);
	return TOOL_USAGE;
}

/* --- fee ------------------------------------------------------------------ */

static yb_status
fee_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error)
{
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;

	if (tool->lenient)
		options.flags |= YB_FEE_LENIENT;
	options.flags |= TOOL_RECEIPT(tool, YB_FEE_RECEIPT);
	options.year = tool->year;
	options.paid_on = tool->paid_on;
	options.months = tool->months;
	if (tool->given & TOOL_ON)
		options.on = tool->on;
	return yb_fee(asked->set, asked->person, &options, decision, error);
}

int
tool_fee(const struct tool *tool)
{
	if (!(tool->given & TOOL_YEAR))
		return question_refuse("\"yibao fee\" needs --year Y");
	return question_ask(tool, fee_ask);
}

/* --- refund --------------------------------------------------------------- */

/* The forms of the question: the option that marks each, what must and what may stand beside it. The first that is marked counts. */
static const struct refund_form {
	unsigned mark, must, may;
	uint32_t flag;
	const char *needs;
} refund_forms[] = {
	{ TOOL_CONTRIBUTION, TOOL_YEAR | TOOL_PAID_ON | TOOL_ON, TOOL_PAID, YB_REFUND_CONTRIBUTION,
	  "--contribution needs --year Y, --paid-on DATE and --on DATE; --paid AMOUNT may be added" },
	{ TOOL_INTEREST, TOOL_ON, 0, YB_REFUND_INTEREST, "--interest needs --on DATE, and nothing else" },
	{ TOOL_MONTH, 0, 0, 0, "--month YYYY-MM stands alone" },
	{ TOOL_YEAR, 0, 0, YB_REFUND_YEAR, "--year Y stands alone, or with --contribution" },
};

static const struct refund_form *
refund_form_find(const struct tool *tool)
{
	for (size_t i = 0; i < sizeof(refund_forms) / sizeof(refund_forms[0]); i++)
		if (tool->given & refund_forms[i].mark)
			return &refund_forms[i];
	return NULL;
}

static yb_status
refund_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;
	yb_status status = YB_OK;

	options.flags = refund_form_find(tool)->flag | (tool->lenient ? YB_REFUND_LENIENT : 0u) | TOOL_RECEIPT(tool, YB_REFUND_RECEIPT);
	if (tool->given & TOOL_MONTH)
		options.on = tool->month;
	else if (tool->given & TOOL_ON)
		options.on = tool->on;
	else /* wherever the medical year begins, the last day of December lies in the one that began in this year */
		status = yb_day_from_ymd(tool->year, 12, 31, &options.on);
	if (tool->given & TOOL_CONTRIBUTION)
		options.year = tool->year;
	options.paid_on = tool->paid_on;
	options.paid = tool->paid;
	return status != YB_OK ? status : yb_refund(asked->set, asked->person, &options, decision, error);
}

int
tool_refund(const struct tool *tool)
{
	const struct refund_form *form = refund_form_find(tool);

	if (!form)
		return question_refuse("\"yibao refund\" needs --month YYYY-MM, --year Y, --interest or --contribution");
	if ((tool->given & ~form->may) != (form->mark | form->must))
		return question_refuse(form->needs);
	return question_ask(tool, refund_ask);
}

/* --- eligibility, rewards ------------------------------------------------- */

static yb_status
eligibility_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error)
{
	struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;

	if (tool->lenient)
		options.flags |= YB_ELIGIBILITY_LENIENT;
	options.flags |= TOOL_RECEIPT(tool, YB_ELIGIBILITY_RECEIPT);
	if (tool->given & TOOL_ON)
		options.on = tool->on;
	options.paid_on = tool->paid_on;
	options.year = tool->year;
	options.repaired = tool->repaired;
	return yb_eligibility(asked->set, asked->person, &options, decision, error);
}

int
tool_eligibility(const struct tool *tool)
{
	if (!(tool->given & (TOOL_ON | TOOL_PAID_ON | TOOL_YEAR)))
		return question_refuse("\"yibao eligibility\" needs --on DATE, --paid-on DATE or --year Y");
	return question_ask(tool, eligibility_ask);
}

static yb_status
rewards_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error)
{
	struct yb_rewards_options options = YB_REWARDS_OPTIONS_INIT;

	if (tool->lenient)
		options.flags |= YB_ELIGIBILITY_LENIENT;
	options.flags |= TOOL_RECEIPT(tool, YB_ELIGIBILITY_RECEIPT);
	options.year = tool->year;
	return yb_rewards(asked->set, asked->person, &options, decision, error);
}

int
tool_rewards(const struct tool *tool)
{
	if (!(tool->given & TOOL_YEAR))
		return question_refuse("\"yibao rewards\" needs --year Y");
	return question_ask(tool, rewards_ask);
}
