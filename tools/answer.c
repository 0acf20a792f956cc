/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all questions share: the documents read, the policies loaded, the decision printed, and how the tool ends. */
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

/* What a ledger refuses, or why it cannot be used. */
static bool
of_ledger(yb_status status)
{
	return (status >= YB_E_BUSY && status <= YB_E_CLOSED) || status == YB_E_IO || status == YB_E_NOT_FOUND;
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

/* Whether a document of this id would answer for a person of the region: of the region itself, its city or its province. */
static bool
policy_serves(const char *id, const char *region, const char *scheme)
{
	static const size_t digits[] = { 6, 4, 2 };
	char wanted[64];

	for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]) && strlen(region) == 6; i++) {
		snprintf(wanted, sizeof(wanted), "%.*s%s/%s", (int)digits[i], region, &"000000"[digits[i]], scheme);
		if (strcmp(id, wanted) == 0)
			return true;
	}
	return false;
}

/*
 * The document that would have answered may be one that could not be read:
 * name what was set aside, and blame the policies if it is that one.
 */
static int
no_policy_exit(const struct tool *tool, const struct asked *asked)
{
	const char *region = "", *scheme = "";
	int rc = TOOL_DOCUMENT;

	(void)yb_person_get_text(asked->person, YB_FIELD_INSUPLC_ADMDVS, &region);
	(void)yb_person_get_text(asked->person, YB_FIELD_INSUTYPE, &scheme);
	for (size_t i = 0; i < yb_policy_set_get_count(asked->set); i++) {
		const struct yb_error *fault = yb_policy_set_get_fault(asked->set, i);
		const char *id = yb_policy_set_get_id(asked->set, i);

		if (!fault || (id[0] && !policy_serves(id, region, scheme)))
			continue;
		if (!id[0]) /* the library's message names it otherwise */
			tool_fail("a policy document is set aside:");
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

/* Keep the policy texts that the decision rests on, where an archive was named. */
static int
decision_archive(const struct tool *tool, const struct yb_decision *decision)
{
	struct yb_policy_archive *archive = NULL;
	struct yb_error *error = NULL;
	yb_status status = YB_OK;

	if (!tool->archive)
		return TOOL_OK;
	status = yb_policy_archive_new(tool->archive, 0, &archive, &error);
	if (status == YB_OK)
		status = yb_policy_archive_add_decision(archive, decision, &error);
	if (status == YB_E_UNKNOWN) /* no document answered: there is nothing to keep */
		status = YB_OK;
	else if (status != YB_OK)
		tool_print_errors(tool, error, status);
	yb_error_unref(error);
	yb_policy_archive_unref(archive);
	return status == YB_OK ? TOOL_OK : status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_POLICY;
}

static int
asked_answer(const struct tool *tool, const struct asked *asked, tool_ask *ask)
{
	struct yb_decision *decision = NULL;
	struct yb_error *error = NULL;
	yb_status status = yb_decision_new(&decision, &error);
	int rc;

	if (status == YB_OK)
		status = ask(tool, asked, decision, &error);
	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = status == YB_E_NO_POLICY ? no_policy_exit(tool, asked) : failure_exit(status, tool->ledger && of_ledger(status) ? TOOL_LEDGER : TOOL_DOCUMENT);
	} else {
		rc = decision_archive(tool, decision);
		if (rc == TOOL_OK)
			rc = decision_print(tool, decision);
	}
	yb_error_unref(error);
	yb_decision_unref(decision);
	return rc;
}

/* Ask about the person of the first operand, and the claim of the second where there is one. */
int
tool_answer(const struct tool *tool, tool_ask *ask)
{
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_policy_set *set = NULL;
	int rc = person_read(tool, tool->args[0], &person);

	if (rc == TOOL_OK && tool->arg_count > 1)
		rc = claim_read(tool, tool->args[1], &claim);
	if (rc == TOOL_OK)
		rc = tool_load(tool, &set);
	if (rc == TOOL_OK)
		rc = asked_answer(tool, &(struct asked){ set, person, claim }, ask);
	yb_policy_set_unref(set);
	yb_claim_unref(claim);
	yb_person_unref(person);
	return rc;
}
