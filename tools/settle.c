/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool.h"

/* A failure of the library as an exit code; `other` is the code of what was being read. */
static int
failure_exit(yb_status status, int other)
{
	switch (status) {
	case YB_E_NO_MEMORY:
	case YB_E_INTERNAL:
	case YB_E_INVALID:
	case YB_E_BAD_OPTIONS:
		return TOOL_INTERNAL;
	default:
		return other;
	}
}

static int
person_read(const struct tool *tool, const char *path, struct yb_person **person)
{
	struct document document;
	struct yb_error *error = NULL;
	yb_status status;
	int rc = tool_read(path, &document);

	if (rc != TOOL_OK)
		return rc;
	status = yb_person_new_from_json(document.text, document.length, document.name, person, &error);
	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = failure_exit(status, TOOL_DOCUMENT);
	}
	yb_error_unref(error);
	tool_document_free(&document);
	return rc;
}

static int
claim_read(const struct tool *tool, const char *path, struct yb_claim **claim)
{
	struct document document;
	struct yb_error *error = NULL;
	yb_status status;
	int rc = tool_read(path, &document);

	if (rc != TOOL_OK)
		return rc;
	status = yb_claim_new_from_json(document.text, document.length, document.name, claim, &error);
	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = failure_exit(status, TOOL_DOCUMENT);
	}
	yb_error_unref(error);
	tool_document_free(&document);
	return rc;
}

/*
 * The document that would have answered may be one that could not be read:
 * name what was set aside, and blame the policies if it is that one.
 */
static int
no_policy_exit(const struct tool *tool, const struct yb_policy_set *set, const struct yb_person *person)
{
	const char *region = "", *scheme = "";
	char wanted[64];
	int rc = TOOL_DOCUMENT;

	(void)yb_person_get_text(person, YB_FIELD_INSUPLC_ADMDVS, &region);
	(void)yb_person_get_text(person, YB_FIELD_INSUTYPE, &scheme);
	snprintf(wanted, sizeof(wanted), "%s/%s", region, scheme);
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const struct yb_error *fault = yb_policy_set_get_fault(set, i);
		const char *id = yb_policy_set_get_id(set, i);

		if (!fault || (id[0] && strcmp(id, wanted) != 0))
			continue;
		tool_fail("%s is set aside:", id[0] ? id : "a policy document");
		tool_print_errors(tool, fault, YB_OK);
		rc = TOOL_POLICY;
	}
	return rc;
}

static int
decision_print(const struct tool *tool, struct yb_decision *decision)
{
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status status = yb_decision_render(decision, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT, tool->lang, tool->explain, &text, &error);

	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		yb_error_unref(error);
		return TOOL_INTERNAL;
	}
	fputs(text, stdout);
	yb_free(text);
	switch (yb_decision_get_outcome(decision)) {
	case YB_OUTCOME_ANSWERED:
	case YB_OUTCOME_REFUSED:
		return TOOL_OK;
	default:
		return TOOL_NO_ANSWER;
	}
}

static int
claim_settle(const struct tool *tool, const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	struct yb_decision *decision = NULL;
	struct yb_error *error = NULL;
	yb_status status = yb_decision_new(&decision, &error);
	int rc;

	if (tool->lenient)
		options.flags |= YB_SETTLE_LENIENT;
	if (status == YB_OK)
		status = yb_settle(set, person, claim, &options, decision, &error);
	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = status == YB_E_NO_POLICY ? no_policy_exit(tool, set, person) : failure_exit(status, TOOL_DOCUMENT);
	} else {
		rc = decision_print(tool, decision);
	}
	yb_error_unref(error);
	yb_decision_unref(decision);
	return rc;
}

int
tool_settle(const struct tool *tool)
{
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_policy_set *set = NULL;
	int rc;

	if (strcmp(tool->args[0], "-") == 0 && strcmp(tool->args[1], "-") == 0) {
		tool_fail("only one document can be standard input");
		return TOOL_USAGE;
	}
	rc = person_read(tool, tool->args[0], &person);
	if (rc == TOOL_OK)
		rc = claim_read(tool, tool->args[1], &claim);
	if (rc == TOOL_OK)
		rc = tool_load(tool, &set);
	if (rc == TOOL_OK)
		rc = claim_settle(tool, set, person, claim);
	yb_policy_set_unref(set);
	yb_claim_unref(claim);
	yb_person_unref(person);
	return rc;
}
