/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ledger export, import: a ledger as lines of JSON, and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

#define LINE_LIMIT ((size_t)80 << 20)

/* --- ledger export -------------------------------------------------------- */

int
tool_ledger_export(const struct tool *tool)
{
	struct yb_ledger_export *writer = NULL;
	struct yb_ledger *ledger = NULL;
	struct yb_error *error = NULL;
	const char *line;
	size_t length;
	yb_status status;
	int rc = tool_ledger_open(tool, YB_LEDGER_READ, &ledger);

	if (rc != TOOL_OK)
		return rc;
	status = yb_ledger_export_new(ledger, &writer, &error);
	while (status == YB_OK && !ferror(stdout)) {
		status = yb_ledger_export_next(writer, &line, &length, &error);
		if (status == YB_OK) {
			(void)fwrite(line, 1, length, stdout);
			putchar('\n');
		}
	}
	if (status != YB_OK && status != YB_E_NOT_FOUND)
		rc = tool_ledger_fail(tool, status, error);
	else
		yb_error_unref(error);
	yb_ledger_export_unref(writer);
	yb_ledger_unref(ledger);
	return rc;
}

/* --- ledger import -------------------------------------------------------- */

struct lines {
	FILE *in;
	const char *name;
	char *text;
	size_t length, room;
};

/* The next line without its newline; `*end` when there is none. */
static int
line_read(struct lines *l, bool *end)
{
	int c;

	l->length = 0;
	while ((c = getc(l->in)) != EOF && c != '\n') {
		if (l->length == l->room) {
			size_t larger = l->room ? l->room * 2 : 4096;
			char *text = larger <= 2 * LINE_LIMIT ? realloc(l->text, larger) : NULL;
			if (!text) {
				tool_fail("%s: %s", l->name, larger > 2 * LINE_LIMIT ? "a line that is too long" : "out of memory");
				return larger > 2 * LINE_LIMIT ? TOOL_DOCUMENT : TOOL_INTERNAL;
			}
			l->text = text;
			l->room = larger;
		}
		l->text[l->length++] = (char)c;
	}
	*end = c == EOF && l->length == 0;
	if (!ferror(l->in))
		return TOOL_OK;
	tool_fail("%s: %s", l->name, strerror(errno));
	return TOOL_DOCUMENT;
}

/* What is wrong with a line is the document's fault, whatever the ledger says of it. */
static int
import_fail(const struct tool *tool, yb_status status, struct yb_error *error)
{
	int rc = tool_ledger_fail(tool, status, error);

	return status == YB_E_IO || status == YB_E_BUSY || status == YB_E_STATE || status == YB_E_FORKED || rc == TOOL_INTERNAL ? rc : TOOL_DOCUMENT;
}

static int
import_lines(const struct tool *tool, struct yb_ledger *ledger, struct lines *lines)
{
	static const char *const words[2] = { "%lld transactions; head %lld:%s\n", "共 %lld 笔；链头 %lld:%s\n" };
	struct yb_ledger_import *reader = NULL;
	struct yb_error *error = NULL;
	char hash[YB_LEDGER_HASH_SIZE] = "";
	int64_t last = 0;
	bool end = false;
	yb_status status = yb_ledger_import_new(ledger, lines->name, &reader, &error);
	int rc = TOOL_OK;

	while (status == YB_OK && rc == TOOL_OK && !end) {
		rc = line_read(lines, &end);
		if (rc == TOOL_OK && !end)
			status = yb_ledger_import_line(reader, lines->text ? lines->text : "", lines->length, &error);
	}
	if (rc == TOOL_OK && status == YB_OK)
		status = yb_ledger_import_finish(reader, &error);
	yb_ledger_import_unref(reader);
	if (rc == TOOL_OK && status == YB_OK)
		status = yb_ledger_get_head(ledger, &last, hash, &error);
	if (status != YB_OK)
		return import_fail(tool, status, error);
	if (rc == TOOL_OK && tool->json)
		printf("{\"schema\": \"yibao-ledger-import/1\", \"seq\": %lld, \"head\": \"%s\"}\n", (long long)last, hash);
	else if (rc == TOOL_OK)
		printf(words[tool->lang], (long long)last, (long long)last, hash);
	return rc;
}

int
tool_ledger_import(const struct tool *tool)
{
	bool standard = tool->arg_count < 2 || strcmp(tool->args[1], "-") == 0;
	struct lines lines = { .in = standard ? stdin : fopen(tool->args[1], "rb"), .name = standard ? "standard input" : tool->args[1] };
	struct yb_ledger *ledger = NULL;
	int rc;

	if (!lines.in) {
		tool_fail("%s: %s", lines.name, strerror(errno));
		return TOOL_DOCUMENT;
	}
	rc = tool_ledger_open(tool, 0, &ledger);
	if (rc == TOOL_OK)
		rc = import_lines(tool, ledger, &lines);
	yb_ledger_unref(ledger);
	free(lines.text);
	if (!standard)
		(void)fclose(lines.in);
	return rc;
}
