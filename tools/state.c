/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ledger statement, records, accumulators, resettle: what a ledger tells of a person or an account. */
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

static int
format_of(const struct tool *tool, yb_format *format)
{
	int asked = tool->json + ((tool->given & TOOL_CSV) != 0) + ((tool->given & TOOL_HTML) != 0);

	*format = tool->json ? YB_FORMAT_JSON : tool->given & TOOL_CSV ? YB_FORMAT_CSV : tool->given & TOOL_HTML ? YB_FORMAT_HTML : YB_FORMAT_TEXT;
	if (asked <= 1)
		return TOOL_OK;
	tool_fail("only one of --json, --csv and --html can be printed");
	return TOOL_USAGE;
}

/* Whose: a person or an account; what is printed of it. */
struct asking {
	const struct tool *tool;
	struct yb_ledger *ledger;
	yb_format format;
	yb_day from, through;
	const char *of;
};
typedef yb_status render_of(const struct asking *asking, char **text, struct yb_error **error);

static int
print_rendered(const struct asking *asking, render_of *render)
{
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status status = render(asking, &text, &error);
	int rc = tool_ledger_code(status);

	if (status == YB_OK) {
		fputs(text, stdout);
	} else {
		tool_print_errors(asking->tool, error, status);
		rc = status == YB_E_BAD_VALUE || status == YB_E_BAD_DATE ? TOOL_USAGE : rc;
	}
	yb_free(text);
	yb_error_unref(error);
	return rc;
}

static int
ask(const struct tool *tool, uint64_t allowed, render_of *render)
{
	struct asking asking = { .tool = tool, .from = tool->given & TOOL_FROM ? tool->from : YB_DAY_NONE,
		                 .through = tool->given & TOOL_TO ? tool->to : YB_DAY_NONE };
	uint64_t whose = tool->given & allowed;
	char *person = NULL;
	int rc = format_of(tool, &asking.format);

	if (rc == TOOL_OK && (whose == 0 || (whose & (whose - 1)))) {
		tool_fail(allowed & TOOL_ACCOUNT ? "one of --person, --certno-from and --account says of whom" : "one of --person and --certno-from says of whom");
		rc = TOOL_USAGE;
	}
	if (rc == TOOL_OK)
		rc = tool_ledger_open(tool, YB_LEDGER_READ, &asking.ledger);
	if (rc == TOOL_OK && whose != TOOL_ACCOUNT)
		rc = tool_ledger_person(tool, asking.ledger, &person);
	asking.of = whose == TOOL_ACCOUNT ? tool->account : person;
	if (rc == TOOL_OK)
		rc = print_rendered(&asking, render);
	yb_free(person);
	yb_ledger_unref(asking.ledger);
	return rc;
}

static yb_status
statement_render(const struct asking *a, char **text, struct yb_error **error)
{
	return yb_ledger_render_statement(a->ledger, a->of, a->tool->axis ? a->tool->axis : YB_AXIS_BUSINESS, a->from, a->through, a->format, a->tool->lang,
	                                  text, error);
}

int
tool_ledger_statement(const struct tool *tool)
{
	return ask(tool, TOOL_PERSON | TOOL_CERTNO_FROM | TOOL_ACCOUNT, statement_render);
}

static yb_status
records_render(const struct asking *a, char **text, struct yb_error **error)
{
	return yb_ledger_render_records(a->ledger, a->of, a->from, a->through, a->format, a->tool->lang, text, error);
}

int
tool_ledger_records(const struct tool *tool)
{
	return ask(tool, TOOL_PERSON | TOOL_CERTNO_FROM, records_render);
}

static yb_status
accumulators_render(const struct asking *a, char **text, struct yb_error **error)
{
	return yb_ledger_render_accumulators(a->ledger, a->of, a->from, a->through, a->format, a->tool->lang, text, error);
}

int
tool_ledger_accumulators(const struct tool *asked)
{
	struct tool tool = *asked;

	if (!(tool.given & TOOL_YEAR) == !(tool.given & (TOOL_FROM | TOOL_TO))) {
		tool_fail("either --year or --from and --to say of which days");
		return TOOL_USAGE;
	}
	if (tool.given & TOOL_YEAR) {
		(void)yb_day_from_ymd(tool.year, 1, 1, &tool.from);
		(void)yb_day_from_ymd(tool.year, 12, 31, &tool.to);
		tool.given |= TOOL_FROM | TOOL_TO;
	}
	return ask(&tool, TOOL_PERSON | TOOL_CERTNO_FROM, accumulators_render);
}

/* --- ledger resettle ------------------------------------------------------ */

static int
resettle(const struct tool *tool, struct yb_ledger *ledger, const struct yb_policy_set *set, yb_day day)
{
	struct yb_error *error = NULL;
	char *person = NULL, *report = NULL;
	yb_status status = YB_OK;
	int rc = tool_ledger_person(tool, ledger, &person);

	if (rc == TOOL_OK) {
		status = yb_ledger_resettle(ledger, person, tool->year, set, day, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT, tool->lang, NULL, &report, &error);
		if (status == YB_OK)
			fputs(report, stdout);
		else
			rc = tool_ledger_fail(tool, status, error);
	}
	yb_free(report);
	yb_free(person);
	return rc;
}

int
tool_ledger_resettle(const struct tool *tool)
{
	struct yb_policy_set *set = NULL;
	struct yb_ledger *ledger = NULL;
	uint64_t whose = tool->given & (TOOL_PERSON | TOOL_CERTNO_FROM);
	yb_day day;
	int rc = tool_today(tool, &day);

	if (rc == TOOL_OK && (whose == 0 || (whose & (whose - 1)) || !(tool->given & TOOL_YEAR))) {
		tool_fail("ledger resettle needs --year and one of --person and --certno-from");
		return TOOL_USAGE;
	}
	if (rc == TOOL_OK && tool->given & TOOL_POLICY_TODAY)
		rc = tool_load(tool, &set);
	if (rc == TOOL_OK)
		rc = tool_ledger_open(tool, 0, &ledger);
	if (rc == TOOL_OK)
		rc = resettle(tool, ledger, set, day);
	yb_ledger_unref(ledger);
	yb_policy_set_unref(set);
	return rc;
}
