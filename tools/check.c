/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy check, policy test: the documents of the given files, read strictly,
 * each with its parents from the files, their folders or the policy directories.
 */
#include <libgen.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool.h"

/* The files and what became of them. */
struct inspection {
	struct yb_policy_set *set;
	struct yb_error *findings; /* warnings and notes of the load */
	size_t *index;             /* of each file's document in the set; SIZE_MAX when the file could not be read */
	const char **names;        /* of the files, as findings name them */
	bool *bad;
	size_t count;
};

struct folders {
	struct {
		dev_t dev;
		ino_t ino;
	} *rows;
	size_t count;
};

static void
inspection_free(struct inspection *inspection)
{
	yb_policy_set_unref(inspection->set);
	yb_error_unref(inspection->findings);
	free(inspection->index);
	free(inspection->names);
	free(inspection->bad);
}

/* --- loading -------------------------------------------------------------- */

static yb_status
file_add(struct yb_policy_loader *loader, const char *path, struct yb_error **error, int *rc)
{
	struct document document;
	yb_status status;

	if (strcmp(path, "-") != 0)
		return yb_policy_loader_add_file(loader, path, error);
	*rc = tool_read(path, &document);
	if (*rc != TOOL_OK)
		return YB_E_IO;
	status = yb_policy_loader_add_buffer(loader, document.name, document.text, document.length, error);
	tool_document_free(&document);
	return status;
}

/* Add the files; one that cannot be opened is bad and leaves the others. */
static int
files_add(const struct tool *tool, struct yb_policy_loader *loader, struct inspection *inspection)
{
	size_t next = 0, standard = 0;

	for (size_t i = 0; i < inspection->count; i++)
		standard += strcmp(tool->args[i], "-") == 0;
	if (standard > 1) {
		tool_fail("only one document can be standard input");
		return TOOL_USAGE;
	}
	for (size_t i = 0; i < inspection->count; i++) {
		struct yb_error *error = NULL;
		int rc = TOOL_OK;
		yb_status status = file_add(loader, tool->args[i], &error, &rc);

		inspection->names[i] = strcmp(tool->args[i], "-") == 0 ? "standard input" : tool->args[i];
		inspection->bad[i] = status != YB_OK;
		inspection->index[i] = status == YB_OK ? next++ : SIZE_MAX;
		if (status != YB_OK && rc == TOOL_OK) /* else tool_read() has said why */
			tool_print_errors(tool, error, status);
		yb_error_unref(error);
		if (status == YB_E_NO_MEMORY || rc == TOOL_INTERNAL)
			return TOOL_INTERNAL;
	}
	return TOOL_OK;
}

/* Add the documents of a folder, unless it was added under another name. */
static yb_status
folder_add(struct yb_policy_loader *loader, struct folders *folders, const char *path, struct yb_error **error)
{
	struct stat st;

	if (stat(path, &st) == 0) {
		for (size_t i = 0; i < folders->count; i++)
			if (folders->rows[i].dev == st.st_dev && folders->rows[i].ino == st.st_ino)
				return YB_OK;
		folders->rows[folders->count].dev = st.st_dev;
		folders->rows[folders->count].ino = st.st_ino;
		folders->count++;
	}
	return yb_policy_loader_add_directory(loader, path, error);
}

/* Where parents may be: beside the files, then in the policy directories. */
static int
parents_add(const struct tool *tool, struct yb_policy_loader *loader)
{
	struct folders folders = { calloc(tool->arg_count + tool->dir_count, sizeof(*folders.rows)), 0 };
	struct yb_error *error = NULL;
	yb_status status = folders.rows ? YB_OK : YB_E_NO_MEMORY;

	for (size_t i = 0; i < tool->arg_count && status == YB_OK; i++) {
		char *copy = strdup(tool->args[i]);

		if (!copy)
			status = YB_E_NO_MEMORY;
		else if (strcmp(copy, "-") != 0)
			status = folder_add(loader, &folders, dirname(copy), &error);
		free(copy);
		if (status == YB_E_IO) { /* its own file could not be read either */
			yb_error_unref(error);
			error = NULL;
			status = YB_OK;
		}
	}
	for (size_t i = 0; i < tool->dir_count && status == YB_OK; i++) {
		status = folder_add(loader, &folders, tool->dirs[i], &error);
		if (status == YB_E_IO && tool->dirs_installed) {
			yb_error_unref(error);
			error = NULL;
			status = YB_OK;
		}
	}
	free(folders.rows);
	if (status != YB_OK)
		tool_print_errors(tool, error, status);
	yb_error_unref(error);
	return status == YB_OK ? TOOL_OK : status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_POLICY;
}

/* Compile; a faulty document is set aside and keeps its faults, so that all files are told of at once. */
static int
documents_compile(const struct tool *tool, struct yb_policy_loader *loader, struct inspection *inspection)
{
	yb_status status = yb_policy_set_new(loader, &inspection->set, &inspection->findings);

	if (status != YB_OK) {
		tool_print_errors(tool, inspection->findings, status);
		return status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_POLICY;
	}
	for (size_t i = 0; i < inspection->count; i++)
		inspection->bad[i] |= yb_policy_set_get_fault(inspection->set, inspection->index[i]) != NULL;
	return TOOL_OK;
}

static int
inspect(const struct tool *tool, struct inspection *inspection)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_error *error = NULL;
	yb_status status;
	int rc;

	inspection->count = tool->arg_count;
	inspection->index = calloc(tool->arg_count, sizeof(*inspection->index));
	inspection->names = calloc(tool->arg_count, sizeof(*inspection->names));
	inspection->bad = calloc(tool->arg_count, sizeof(*inspection->bad));
	options.confidence = tool->confidence;
	options.known_on = tool->known_on;
	status = yb_policy_loader_new(&options, &loader, &error);
	if (status != YB_OK || !inspection->index || !inspection->names || !inspection->bad) {
		tool_print_errors(tool, error, status != YB_OK ? status : YB_E_NO_MEMORY);
		rc = TOOL_INTERNAL;
	} else {
		rc = files_add(tool, loader, inspection);
	}
	if (rc == TOOL_OK)
		rc = parents_add(tool, loader);
	if (rc == TOOL_OK)
		rc = documents_compile(tool, loader, inspection);
	yb_error_unref(error);
	yb_policy_loader_unref(loader);
	return rc;
}

/* One file with its parents: the set and the place of its document. What stands against it has been printed when this is not TOOL_OK. */
int
tool_load_file(const struct tool *tool, const char *path, struct yb_policy_set **set, size_t *index)
{
	struct tool one = *tool;
	struct inspection inspection = { 0 };
	int rc;

	one.args = &path;
	one.arg_count = 1;
	rc = inspect(&one, &inspection);
	if (rc == TOOL_OK && inspection.bad[0]) {
		if (inspection.set && inspection.index[0] != SIZE_MAX)
			tool_print_errors(tool, yb_policy_set_get_fault(inspection.set, inspection.index[0]), YB_OK);
		rc = TOOL_POLICY;
	}
	if (rc == TOOL_OK) {
		*set = yb_policy_set_ref(inspection.set);
		*index = inspection.index[0];
	}
	inspection_free(&inspection);
	return rc;
}

/* --- policy check --------------------------------------------------------- */

/* What a load found in a file, in the order of its lines; documents that only stand beside it are not asked for. */
struct findings {
	const struct yb_error **rows;
	size_t count;
};

static bool
stands_before(const struct yb_error *a, const struct yb_error *b)
{
	if (strcmp(yb_error_get_source_name(a), yb_error_get_source_name(b)) != 0)
		return false;
	if (yb_error_get_line(a) != yb_error_get_line(b))
		return yb_error_get_line(a) < yb_error_get_line(b);
	return yb_error_get_column(a) < yb_error_get_column(b);
}

/* The faults of a file that was set aside, else the warnings and notes on it. */
static bool
findings_of(const struct inspection *inspection, size_t i, struct findings *out)
{
	const struct yb_error *fault = yb_policy_set_get_fault(inspection->set, inspection->index[i]), *first = fault ? fault : inspection->findings;
	size_t room = 0;

	for (const struct yb_error *f = first; f; f = yb_error_get_next(f))
		room++;
	out->count = 0;
	out->rows = calloc(room + 1, sizeof(struct yb_error *));
	if (!out->rows)
		return false;
	for (const struct yb_error *f = first; f; f = yb_error_get_next(f)) {
		size_t at = out->count;

		if (!fault && strcmp(yb_error_get_source_name(f), inspection->names[i]) != 0)
			continue;
		for (; at > 0 && stands_before(f, out->rows[at - 1]); at--)
			out->rows[at] = out->rows[at - 1];
		out->rows[at] = f;
		out->count++;
	}
	return true;
}

static const char *
file_id(const struct inspection *inspection, size_t i)
{
	return yb_policy_set_get_id(inspection->set, inspection->index[i]);
}

static int
check_json(const struct inspection *inspection)
{
	struct findings findings;

	fputs("{\"schema\": \"yibao-policy-check/1\", \"files\": [", stdout);
	for (size_t i = 0; i < inspection->count; i++) {
		const char *separator = "";

		if (!findings_of(inspection, i, &findings))
			return TOOL_INTERNAL;
		fputs(i > 0 ? ",\n  {\"file\": " : "\n  {\"file\": ", stdout);
		tool_json_text(inspection->names[i]);
		fputs(", \"id\": ", stdout);
		tool_json_text(file_id(inspection, i));
		printf(", \"ok\": %s, \"findings\": [", inspection->bad[i] ? "false" : "true");
		for (size_t k = 0; k < findings.count; k++) {
			printf("%s\n    ", separator);
			tool_json_finding(findings.rows[k]);
			separator = ",";
		}
		fputs("]}", stdout);
		free(findings.rows);
	}
	fputs("\n]}\n", stdout);
	return TOOL_OK;
}

/* The line that a finding speaks of, with a mark under the place. Its file is read anew; standard input is gone. */
static void
line_print(const struct yb_error *finding, struct document *document)
{
	const char *name = yb_error_get_source_name(finding);
	struct stat st;

	if (yb_error_get_line(finding) == 0 || yb_error_get_status(finding) == YB_E_BAD_TEXT)
		return;
	if (!document->text || strcmp(document->name, name) != 0) {
		tool_document_free(document);
		if (stat(name, &st) != 0 || !S_ISREG(st.st_mode) || tool_read(name, document) != TOOL_OK)
			return;
	}
	tool_print_place(document, yb_error_get_line(finding), yb_error_get_column(finding));
}

/* Each finding of a file with its line; false when there is no memory. */
static bool
findings_print(const struct inspection *inspection, size_t i, struct document *document)
{
	struct findings findings;

	if (!findings_of(inspection, i, &findings)) {
		tool_fail("out of memory");
		return false;
	}
	for (size_t k = 0; k < findings.count; k++) {
		tool_print_error(findings.rows[k]);
		line_print(findings.rows[k], document);
	}
	free(findings.rows);
	return true;
}

int
tool_policy_check(const struct tool *tool)
{
	struct inspection inspection = { 0 };
	struct document document = { 0 };
	int rc = inspect(tool, &inspection);

	if (rc == TOOL_OK) {
		for (size_t i = 0; i < inspection.count && rc != TOOL_INTERNAL; i++) {
			if (!findings_print(&inspection, i, &document))
				rc = TOOL_INTERNAL;
			else if (inspection.bad[i])
				rc = TOOL_POLICY;
			else if (!tool->json)
				printf("%s: ok\n", inspection.names[i]);
		}
		if (tool->json && rc != TOOL_INTERNAL && check_json(&inspection) != TOOL_OK)
			rc = TOOL_INTERNAL;
	}
	tool_document_free(&document);
	inspection_free(&inspection);
	return rc;
}

/* --- policy test ---------------------------------------------------------- */

struct tally {
	size_t run, failed, skipped, shown;
};

/* The documents that are tested: by file, or by id in the policy directories. */
struct tested {
	const struct yb_policy_set *set;
	const char *id;
};

/* Each line of a text, moved in. */
static void
lines_print(const char *text, const char *indent)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		printf("%s%.*s\n", indent, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* A failed vector: its place and name, each difference on a line of its own, and how what came came about. */
static void
failure_text(const struct tool *tool, const struct yb_vector_report *report, size_t v)
{
	printf("%s:%lu: %s: FAILED\n", yb_vector_report_get_source_name(report, v), (unsigned long)yb_vector_report_get_line(report, v),
	       yb_vector_report_get_id(report, v));
	lines_print(yb_vector_report_get_difference(report, v), "  ");
	lines_print(yb_vector_report_get_steps(report, v, tool->lang), "      ");
}

static void
failure_json(const struct tool *tool, const struct yb_vector_report *report, size_t v, bool first)
{
	const char *steps = yb_vector_report_get_steps(report, v, tool->lang), *separator = "";

	fputs(first ? "\n  {\"file\": " : ",\n  {\"file\": ", stdout);
	tool_json_text(yb_vector_report_get_source_name(report, v));
	printf(", \"line\": %lu, \"vector\": ", (unsigned long)yb_vector_report_get_line(report, v));
	tool_json_text(yb_vector_report_get_id(report, v));
	fputs(", \"difference\": ", stdout);
	tool_json_text(yb_vector_report_get_difference(report, v));
	fputs(", \"steps\": [", stdout);
	while (*steps) {
		size_t length = strcspn(steps, "\n");

		fputs(separator, stdout);
		separator = ", ";
		tool_json_part(steps, length);
		steps += length + (steps[length] == '\n');
	}
	fputs("]}", stdout);
}

static int
document_run(const struct tool *tool, const struct tested *tested, struct yb_vector_report **report)
{
	struct yb_error *error = NULL;
	yb_status status = yb_policy_set_run_vectors(tested->set, tested->id, report, &error);

	if (status != YB_OK)
		tool_print_errors(tool, error, status);
	yb_error_unref(error);
	return status == YB_OK ? TOOL_OK : status == YB_E_NOT_FOUND ? TOOL_POLICY : TOOL_INTERNAL;
}

static void
failures_print(const struct tool *tool, const struct yb_vector_report *report, struct tally *tally)
{
	for (size_t v = 0; v < yb_vector_report_get_count(report); v++) {
		if (!yb_vector_report_get_difference(report, v)[0])
			continue;
		if (tool->json)
			failure_json(tool, report, v, tally->shown == 0);
		else
			failure_text(tool, report, v);
		tally->shown++;
	}
	tally->run += yb_vector_report_get_count(report);
	tally->failed += yb_vector_report_get_failed(report);
	tally->skipped += yb_vector_report_get_skipped(report);
}

static int
coverage_print(const struct tool *tool, const struct yb_vector_report *report, bool first)
{
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status status = yb_vector_report_render_coverage(report, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT, tool->lang, &text, &error);

	if (status != YB_OK)
		tool_print_errors(tool, error, status);
	else if (tool->json)
		printf("%s%.*s", first ? "\n" : ",\n", (int)strlen(text) - 1, text);
	else
		printf("%s%s", first ? "" : "\n", text);
	yb_free(text);
	yb_error_unref(error);
	return status == YB_OK ? TOOL_OK : TOOL_INTERNAL;
}

static void
tally_print(const struct tally *tally)
{
	printf("%zu vectors, %zu failed", tally->run, tally->failed);
	if (tally->skipped > 0)
		printf(", %zu skipped", tally->skipped);
	putchar('\n');
}

static int
documents_test(const struct tool *tool, const struct tested *tested, size_t count)
{
	struct yb_vector_report **reports = calloc(count, sizeof(struct yb_vector_report *));
	struct tally tally = { 0 };
	int rc = reports ? TOOL_OK : TOOL_INTERNAL;

	if (tool->json)
		fputs("{\"schema\": \"yibao-policy-test/1\", \"failures\": [", stdout);
	for (size_t i = 0; i < count && rc == TOOL_OK; i++) {
		rc = document_run(tool, &tested[i], &reports[i]);
		if (rc == TOOL_OK)
			failures_print(tool, reports[i], &tally);
	}
	if (tool->json)
		printf("%s], \"vectors\": %zu, \"failed\": %zu, \"skipped\": %zu", tally.shown > 0 ? "\n" : "", tally.run, tally.failed, tally.skipped);
	if (tool->json && tool->given & TOOL_COVERAGE)
		fputs(", \"coverage\": [", stdout);
	for (size_t i = 0; tool->given & TOOL_COVERAGE && i < count && rc == TOOL_OK; i++)
		rc = coverage_print(tool, reports[i], i == 0);
	if (tool->json)
		fputs(tool->given & TOOL_COVERAGE ? "]}\n" : "}\n", stdout);
	else
		tally_print(&tally);
	for (size_t i = 0; reports && i < count; i++)
		yb_vector_report_unref(reports[i]);
	free(reports);
	return rc != TOOL_OK ? rc : tally.failed > 0 ? TOOL_NO_ANSWER : TOOL_OK;
}

/* 110000/310, where there is no such file: the id of a document. */
static bool
is_id(const char *word)
{
	struct stat st;

	return strspn(word, "0123456789") == 6 && word[6] == '/' && stat(word, &st) != 0;
}

static int
files_test(const struct tool *tool)
{
	struct inspection inspection = { 0 };
	struct tested *tested = calloc(tool->arg_count, sizeof(*tested));
	int rc = tested ? inspect(tool, &inspection) : TOOL_INTERNAL;
	struct document document = { 0 };

	for (size_t i = 0; inspection.set && i < inspection.count; i++) {
		if (!inspection.bad[i])
			continue;
		rc = findings_print(&inspection, i, &document) ? TOOL_POLICY : TOOL_INTERNAL;
	}
	for (size_t i = 0; i < inspection.count && rc == TOOL_OK; i++)
		tested[i] = (struct tested){ inspection.set, file_id(&inspection, i) };
	if (rc == TOOL_OK)
		rc = documents_test(tool, tested, inspection.count);
	tool_document_free(&document);
	inspection_free(&inspection);
	free(tested);
	return rc;
}

static int
ids_test(const struct tool *tool)
{
	struct yb_policy_set *set = NULL;
	struct tested *tested = calloc(tool->arg_count, sizeof(*tested));
	int rc = tested ? tool_load(tool, &set) : TOOL_INTERNAL;

	for (size_t i = 0; i < tool->arg_count && rc == TOOL_OK; i++) {
		tested[i] = (struct tested){ set, tool->args[i] };
		if (!tool_find(tool, set, tool->args[i]))
			rc = TOOL_POLICY;
	}
	if (rc == TOOL_OK)
		rc = documents_test(tool, tested, tool->arg_count);
	yb_policy_set_unref(set);
	free(tested);
	return rc;
}

int
tool_policy_test(const struct tool *tool)
{
	size_t ids = 0;

	for (size_t i = 0; i < tool->arg_count; i++)
		ids += is_id(tool->args[i]);
	if (ids > 0 && ids < tool->arg_count) {
		tool_fail("policy test takes files, or ids of documents, not both");
		return TOOL_USAGE;
	}
	return ids > 0 ? ids_test(tool) : files_test(tool);
}
