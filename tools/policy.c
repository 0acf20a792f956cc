/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/stat.h>

#include "tool.h"

#define HASH_SHOWN 12

/* Every document of the policy directories, compiled; what cannot be read is set aside. */
int
tool_load(const struct tool *tool, struct yb_policy_set **set)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_error *error = NULL;
	yb_status status;
	int rc = TOOL_OK;

	options.confidence = tool->confidence;
	options.known_on = tool->known_on;
	status = yb_policy_loader_new(&options, &loader, &error);
	for (size_t i = 0; i < tool->dir_count && status == YB_OK; i++)
		status = yb_policy_loader_add_directory(loader, tool->dirs[i], &error);
	for (size_t i = 0; i < tool->overlay_count && status == YB_OK; i++)
		status = yb_policy_loader_add_file(loader, tool->overlays[i], &error);
	if (status == YB_OK)
		status = yb_policy_set_new(loader, set, &error);
	if (status != YB_OK) {
		tool_print_errors(tool, error, status);
		rc = status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_POLICY;
	} else if (yb_policy_set_get_count(*set) == 0) {
		tool_fail("%s: holds no policy documents (*.yaml)", tool->dirs[0]);
		yb_policy_set_unref(*set);
		*set = NULL;
		rc = TOOL_POLICY;
	}
	yb_error_unref(error);
	yb_policy_loader_unref(loader);
	return rc;
}

/* --- policy list ---------------------------------------------------------- */

static const char *
name_of(const struct yb_policy_set *set, size_t i)
{
	const struct yb_error *fault = yb_policy_set_get_fault(set, i);
	const char *id = yb_policy_set_get_id(set, i);

	return id[0] || !fault ? id : yb_error_get_source_name(fault);
}

static void
list_json(const struct yb_policy_set *set)
{
	fputs("{\"schema\": \"yibao-policy-list/1\", \"documents\": [", stdout);
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const struct yb_error *fault = yb_policy_set_get_fault(set, i);

		fputs(i > 0 ? ",\n  {\"id\": " : "\n  {\"id\": ", stdout);
		tool_json_text(yb_policy_set_get_id(set, i));
		fputs(", \"title\": ", stdout);
		tool_json_text(yb_policy_set_get_title(set, i, YB_LANG_EN));
		fputs(", \"title_zh\": ", stdout);
		tool_json_text(yb_policy_set_get_title(set, i, YB_LANG_ZH));
		fputs(", \"hash\": ", stdout);
		tool_json_text(yb_policy_set_get_hash(set, i));
		if (fault) {
			fputs(", \"set_aside\": ", stdout);
			tool_json_finding(fault);
		}
		putchar('}');
	}
	fputs("\n]}\n", stdout);
}

static void
list_text(const struct tool *tool, const struct yb_policy_set *set)
{
	static const char *const headings[2][3] = { { "ID", "TITLE", "SHA-256" }, { "编号", "名称", "SHA-256" } };
	static const char *const aside_heading[2] = { "set aside, because they cannot be read:", "因无法读取而搁置：" };
	const char *const *heading = headings[tool->lang];
	size_t id_width = tool_width(heading[0]), title_width = tool_width(heading[1]), aside = 0;

	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		size_t title = tool_width(yb_policy_set_get_title(set, i, tool->lang)), id = tool_width(yb_policy_set_get_id(set, i));

		if (yb_policy_set_get_fault(set, i)) {
			aside++;
			continue;
		}
		id_width = id > id_width ? id : id_width;
		title_width = title > title_width ? title : title_width;
	}
	tool_pad(heading[0], id_width + 2);
	tool_pad(heading[1], title_width + 2);
	printf("%s\n", heading[2]);
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		if (yb_policy_set_get_fault(set, i))
			continue;
		tool_pad(yb_policy_set_get_id(set, i), id_width + 2);
		tool_pad(yb_policy_set_get_title(set, i, tool->lang), title_width + 2);
		printf("%.*s\n", HASH_SHOWN, yb_policy_set_get_hash(set, i));
	}
	if (aside == 0)
		return;
	printf("\n%s\n", aside_heading[tool->lang]);
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const struct yb_error *fault = yb_policy_set_get_fault(set, i);

		if (fault)
			printf("  %s  %s:%lu: %s\n", name_of(set, i), yb_error_get_source_name(fault),
			       (unsigned long)yb_error_get_line(fault), yb_error_get_message(fault));
	}
}

int
tool_policy_list(const struct tool *tool)
{
	struct yb_policy_set *set = NULL;
	int rc = tool_load(tool, &set);

	if (rc != TOOL_OK)
		return rc;
	if (tool->json)
		list_json(set);
	else
		list_text(tool, set);
	yb_policy_set_unref(set);
	return TOOL_OK;
}

/* --- policy show, policy sources ------------------------------------------ */

/* Why there is no such document: it was set aside, or its id is another. */
static void
absent_print(const struct tool *tool, const struct yb_policy_set *set, const char *id)
{
	const char *nearest = NULL;
	size_t least = 3;

	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const char *have = yb_policy_set_get_id(set, i);
		const struct yb_error *fault = yb_policy_set_get_fault(set, i);
		size_t distance = tool_distance(id, have);

		if (fault && strcmp(have, id) == 0) {
			tool_fail("%s is set aside:", id);
			tool_print_errors(tool, fault, YB_OK);
			return;
		}
		if (!fault && distance < least) {
			least = distance;
			nearest = have;
		}
	}
	if (nearest)
		tool_fail("no policy document \"%s\"; did you mean \"%s\"?", id, nearest);
	else
		tool_fail("no policy document \"%s\"; \"yibao policy list\" names those there are", id);
}

/* Is a document of that id in use? Says why not. */
bool
tool_find(const struct tool *tool, const struct yb_policy_set *set, const char *id)
{
	for (size_t i = 0; i < yb_policy_set_get_count(set); i++)
		if (!yb_policy_set_get_fault(set, i) && strcmp(yb_policy_set_get_id(set, i), id) == 0)
			return true;
	absent_print(tool, set, id);
	return false;
}

static int
rendered_print(const struct tool *tool)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_format format = tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT;
	yb_status status;
	int rc = tool_load(tool, &set);

	if (rc != TOOL_OK)
		return rc;
	status = yb_policy_set_render_document(set, tool->args[0], tool->on, format, tool->lang, &text, &error);
	if (status == YB_OK) {
		fputs(text, stdout);
	} else if (status == YB_E_NOT_FOUND) {
		absent_print(tool, set, tool->args[0]);
		rc = TOOL_POLICY;
	} else {
		tool_print_errors(tool, error, status);
		rc = TOOL_INTERNAL;
	}
	yb_free(text);
	yb_error_unref(error);
	yb_policy_set_unref(set);
	return rc;
}

int
tool_policy_show(const struct tool *tool)
{
	return rendered_print(tool);
}

/* Both renderings of a document: its sources, and its figures with the day on which they are judged. */
static yb_status
sources_render(const struct tool *tool, const struct yb_policy_set *set, char *texts[2], struct yb_error **error)
{
	yb_format format = tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT;
	yb_status status = yb_policy_set_render_sources(set, tool->args[0], format, tool->lang, &texts[0], error);

	return status == YB_OK ? yb_policy_set_render_figures(set, tool->args[0], tool->on, format, tool->lang, &texts[1], error) : status;
}

int
tool_policy_sources(const struct tool *tool)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *error = NULL;
	char *texts[2] = { NULL, NULL };
	int rc = tool_load(tool, &set);
	yb_status status;

	if (rc == TOOL_OK && !tool_find(tool, set, tool->args[0]))
		rc = TOOL_POLICY;
	if (rc == TOOL_OK) {
		status = sources_render(tool, set, texts, &error);
		if (status != YB_OK) {
			tool_print_errors(tool, error, status);
			rc = TOOL_INTERNAL;
		} else if (tool->json) { /* one document: the object of the sources with the figures as a member more */
			printf("%.*s, \"figures\": %.*s}\n", (int)strlen(texts[0]) - 2, texts[0], (int)strlen(texts[1]) - 1, texts[1]);
		} else {
			printf("%s\n%s", texts[0], texts[1]);
		}
	}
	yb_free(texts[0]);
	yb_free(texts[1]);
	yb_error_unref(error);
	yb_policy_set_unref(set);
	return rc;
}

/* --- policy diff ---------------------------------------------------------- */

/* One of the two documents that are compared. */
struct compared {
	struct yb_policy_set *set;
	const char *id;
};

/* A file, or the id of a document in the policy directories. */
static int
compared_load(const struct tool *tool, const char *name, struct compared *compared)
{
	struct stat st;
	size_t index;
	int rc;

	if (strcmp(name, "-") == 0 || (stat(name, &st) == 0 && !S_ISDIR(st.st_mode))) {
		rc = tool_load_file(tool, name, &compared->set, &index);
		compared->id = rc == TOOL_OK ? yb_policy_set_get_id(compared->set, index) : NULL;
		return rc;
	}
	compared->id = name;
	return tool_load(tool, &compared->set);
}

/* The last overlay of a set: its id stands for the document with it. */
static int
overlaid_find(const struct tool *tool, struct compared *compared)
{
	size_t last = yb_policy_set_get_count(compared->set) - 1;
	const struct yb_error *fault = yb_policy_set_get_fault(compared->set, last);

	if (fault) {
		tool_print_errors(tool, fault, YB_OK);
		return TOOL_POLICY;
	}
	if (!(tool->given & TOOL_ON))
		compared->id = yb_policy_set_get_id(compared->set, last);
	return TOOL_OK;
}

static int
difference_print(const struct tool *tool, const struct compared *before, const struct compared *after)
{
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status status;
	int rc = TOOL_OK;

	options.on = tool->given & TOOL_ON ? tool->on : 0;
	options.cases = (uint32_t)tool->cases;
	options.examples = tool->given & TOOL_EXAMPLES ? (uint32_t)tool->examples : 3;
	options.seed = (uint32_t)tool->seed;
	if (tool->given & TOOL_CASES && tool->cases == 0)
		options.flags = YB_DIFFERENCE_NO_AMOUNTS;
	status = yb_policy_set_render_difference(before->set, before->id, after->set, after->id, &options, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT,
	                                         tool->lang, &text, &error);
	if (status == YB_OK) {
		fputs(text, stdout);
	} else if (status == YB_E_NOT_FOUND) {
		if (tool_find(tool, before->set, before->id))
			(void)tool_find(tool, after->set, after->id);
		rc = TOOL_POLICY;
	} else {
		tool_print_errors(tool, error, status);
		rc = TOOL_INTERNAL;
	}
	yb_free(text);
	yb_error_unref(error);
	return rc;
}

int
tool_policy_diff(const struct tool *tool)
{
	struct compared before = { 0 }, after = { 0 };
	struct tool bare = *tool;
	int rc;

	bare.overlay_count = 0;
	if ((tool->arg_count == 1) != (tool->overlay_count > 0)) {
		tool_fail(tool->arg_count == 1 ? "two documents are compared, or one with --overlay FILE" : "--overlay goes with one document: without it and with it");
		return TOOL_USAGE;
	}
	rc = compared_load(&bare, tool->args[0], &before);
	if (rc == TOOL_OK)
		rc = tool->arg_count == 1 ? tool_load(tool, &after.set) : compared_load(&bare, tool->args[1], &after);
	if (rc == TOOL_OK && tool->arg_count == 1) {
		after.id = before.id;
		rc = overlaid_find(tool, &after);
	}
	if (rc == TOOL_OK)
		rc = difference_print(tool, &before, &after);
	yb_policy_set_unref(before.set);
	yb_policy_set_unref(after.set);
	return rc;
}
