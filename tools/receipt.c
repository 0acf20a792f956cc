/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool.h"

/* The archive's texts, and beside them those of the policies as they are now. */
static yb_status
archive_open(const struct tool *tool, const struct yb_policy_set *set, struct yb_policy_archive **archive, struct yb_error **error)
{
	yb_status status = yb_policy_archive_new(tool->archive, YB_ARCHIVE_READ, archive, error);

	return status == YB_OK ? yb_policy_archive_add_set(*archive, set, error) : status;
}

static int
verify(const struct tool *tool, struct yb_policy_archive *archive, const struct document *document)
{
	struct yb_error *error = NULL;
	char *report = NULL;
	yb_verdict verdict = 0;
	yb_status status = yb_receipt_verify(archive, document->text, document->length, document->name, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT,
	                                     tool->lang, &verdict, &report, &error);
	int rc = verdict == YB_VERDICT_EQUAL ? TOOL_OK : TOOL_NO_ANSWER;

	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = status == YB_E_NO_MEMORY || status == YB_E_INTERNAL ? TOOL_INTERNAL : TOOL_DOCUMENT;
	} else {
		fputs(report, stdout);
	}
	yb_free(report);
	yb_error_unref(error);
	return rc;
}

int
tool_receipt_verify(const struct tool *tool)
{
	struct yb_policy_archive *archive = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *error = NULL;
	struct document document;
	yb_status status;
	int rc = tool_read(tool->args[0], &document);

	if (rc != TOOL_OK)
		return rc;
	rc = tool_load(tool, &set);
	if (rc == TOOL_OK) {
		status = archive_open(tool, set, &archive, &error);
		if (status != YB_OK) {
			tool_print_errors(tool, error, status);
			rc = status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_POLICY;
		} else {
			rc = verify(tool, archive, &document);
		}
	}
	yb_error_unref(error);
	yb_policy_archive_unref(archive);
	yb_policy_set_unref(set);
	tool_document_free(&document);
	return rc;
}
