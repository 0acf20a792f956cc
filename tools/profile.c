/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy profile: the dictionary of a province as a document of code tables.
 *
 * A code that the national tables have under the same name is that code; one
 * that they have not is what its parent in the dictionary is. The rest cannot
 * be told from a dictionary, so it is a code of the province's own, and a
 * comment in the document says so.
 */
#include <stdlib.h>
#include <string.h>

#include "dictionary.h"

#define CODES 2000      /* of one table */
#define CODE_LONGEST 6
#define GENERATIONS 8
#define TABLES 32

/* One code as it will stand in the document. */
struct kept {
	const struct dictionary_row *row;
	char code[CODE_LONGEST + 2];
	char is[CODE_LONGEST + 2]; /* "": what the national tables say; "none" */
	bool padded;
};

struct table {
	char field[32];
	struct kept *codes;
	size_t count, room;
	bool padded;
};

struct profile {
	const struct tool *tool;
	const char *name; /* of the dictionary */
	struct table tables[TABLES];
	size_t table_count;
	size_t other_rows; /* of types that have no code table */
	FILE *remarks;
};

/* --- what a code is ------------------------------------------------------- */

static bool
has_table(const char *field)
{
	return yb_policy_set_get_code(NULL, "national", field, "", YB_DAY_NONE, YB_LANG_ZH, NULL, NULL, NULL) == YB_E_NOT_FOUND;
}

/* The name of a national code, NULL when there is none. */
static const char *
national_name(const char *field, const char *code)
{
	const char *spelling, *name;

	if (yb_policy_set_get_code(NULL, "national", field, code, YB_DAY_NONE, YB_LANG_ZH, &spelling, NULL, &name) != YB_OK)
		return NULL;
	return strcmp(spelling, code) == 0 ? name : NULL;
}

/* Codes whose meaning is the same wherever they are used. */
static bool
is_fixed(const char *field)
{
	static const char *const fields[] = { "gend", "insutype", "cvlserv_flag", "lmt_used_flag", "hosp_appr_flag" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(field, fields[i]) == 0)
			return true;
	return false;
}

static bool
is_code(const char *text)
{
	size_t length = strlen(text);

	return length >= 1 && length <= CODE_LONGEST &&
		strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == length;
}

static const char *
label_of(const struct dictionary_row *row)
{
	return row->label ? row->label : "";
}

/* One name within the other: 退休 and 退休人员. */
static bool
same_name(const char *a, const char *b)
{
	return !a[0] || !b[0] || strstr(a, b) || strstr(b, a);
}

static struct kept *
table_find(const struct table *table, const char *code)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->codes[i].code, code) == 0)
			return &table->codes[i];
	return NULL;
}

/* --- collecting ----------------------------------------------------------- */

static struct table *
table_of(struct profile *p, const char *type)
{
	char field[32];
	size_t length = strlen(type);

	if (length >= sizeof(field))
		return NULL;
	for (size_t i = 0; i <= length; i++)
		field[i] = (char)(type[i] >= 'A' && type[i] <= 'Z' ? type[i] - 'A' + 'a' : type[i]);
	for (size_t i = 0; i < p->table_count; i++)
		if (strcmp(p->tables[i].field, field) == 0)
			return &p->tables[i];
	if (p->table_count == TABLES || !has_table(field))
		return NULL;
	memcpy(p->tables[p->table_count].field, field, length + 1);
	return &p->tables[p->table_count++];
}

static bool
retired(const struct dictionary_row *row)
{
	return row->valid && strcmp(row->valid, "0") == 0;
}

/* Which of two rows of one code stands: a valid one, then the one of the later version. */
static int
versions_compare(const struct dictionary_row *a, const struct dictionary_row *b)
{
	const char *x = a->version ? a->version : "", *y = b->version ? b->version : "";

	if (retired(a) != retired(b))
		return retired(a) ? -1 : 1;
	if (strlen(x) != strlen(y))
		return strlen(x) < strlen(y) ? -1 : 1;
	return strcmp(x, y);
}

static int
fault(const struct profile *p, const struct dictionary_row *row, const char *what)
{
	tool_fail("%s:%lu:%lu: %s %s: %s", p->name, row->line, row->column, row->type, row->value, what);
	return TOOL_DOCUMENT;
}

static int
again(const struct profile *p, struct kept *kept, const struct dictionary_row *row)
{
	int order = versions_compare(kept->row, row);

	if (order == 0 && strcmp(label_of(kept->row), label_of(row)) != 0)
		return fault(p, row, "stands there twice with two labels and one version");
	if (order < 0)
		kept->row = row;
	return TOOL_OK;
}

static int
row_keep(struct profile *p, const struct dictionary_row *row)
{
	struct table *table = table_of(p, row->type);
	struct kept kept = { .row = row }, *before;

	if (!table) {
		p->other_rows++;
		return TOOL_OK;
	}
	if (!is_code(row->value)) {
		fprintf(p->remarks, "# left out, line %lu: %s: not 1 to %d letters or digits\n", row->line, table->field, CODE_LONGEST);
		return TOOL_OK;
	}
	memcpy(kept.code, row->value, strlen(row->value) + 1);
	if (strlen(row->value) == 1 && row->value[0] >= '0' && row->value[0] <= '9' && !national_name(table->field, row->value)) {
		char padded[3] = { '0', row->value[0], '\0' };
		if (national_name(table->field, padded)) {
			memcpy(kept.code, padded, sizeof(padded));
			table->padded = true;
		}
	}
	before = table_find(table, kept.code);
	if (before)
		return again(p, before, row);
	if (is_fixed(table->field) && !national_name(table->field, kept.code)) {
		fprintf(p->remarks, "# left out, line %lu: %s %s %s: this table is the same everywhere\n", row->line, table->field, kept.code, label_of(row));
		return TOOL_OK;
	}
	if (table->count == CODES)
		return fault(p, row, "more than 2000 codes of one type");
	if (table->count == table->room) {
		size_t room = table->room ? 2 * table->room : 64;
		struct kept *codes = realloc(table->codes, room * sizeof(*codes));
		if (!codes) {
			tool_fail("out of memory");
			return TOOL_INTERNAL;
		}
		table->codes = codes;
		table->room = room;
	}
	table->codes[table->count++] = kept;
	return TOOL_OK;
}

/* The nearest of its parents in the dictionary that is national under the same name. */
static const char *
ancestor(const struct table *table, const struct kept *kept)
{
	const struct dictionary_row *row = kept->row;

	for (int i = 0; i < GENERATIONS && row->parent; i++) {
		const struct kept *parent = strcmp(row->parent, row->value) != 0 ? table_find(table, row->parent) : NULL;
		const char *name;
		if (!parent)
			return NULL;
		name = national_name(table->field, parent->code);
		if (name)
			return same_name(name, label_of(parent->row)) ? parent->code : NULL;
		row = parent->row;
	}
	return NULL;
}

static void
code_decide(struct profile *p, const struct table *table, struct kept *kept)
{
	const char *name = national_name(table->field, kept->code), *label = label_of(kept->row), *national = "", *parent;

	if (name) {
		if (same_name(name, label) || is_fixed(table->field)) {
			if (label[0] && strcmp(name, label) != 0)
				fprintf(p->remarks, "# %s %s is %s here and %s nationally: taken as one\n", table->field, kept->code, label, name);
			return;
		}
		memcpy(kept->is, "none", sizeof("none"));
		fprintf(p->remarks, "# %s %s is %s here and %s nationally: taken as another code\n", table->field, kept->code, label, name);
		return;
	}
	parent = ancestor(table, kept);
	if (!parent && yb_policy_set_get_code(NULL, "national", table->field, kept->code, YB_DAY_NONE, YB_LANG_ZH, NULL, &national, NULL) == YB_OK)
		parent = national; /* the leaf of a fund */
	if (parent)
		memcpy(kept->is, parent, strlen(parent) + 1);
	else
		fprintf(p->remarks, "# %s %s %s is no national code and is not said to be part of one\n", table->field, kept->code, label);
}

/* --- writing -------------------------------------------------------------- */

static void
quoted(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(*text, out);
	}
	putc('"', out);
}

static const char *
confidence_word(yb_confidence confidence)
{
	static const char *const words[] = { "official", "official", "repost", "secondary", "weak", "draft", "seed", "case" };

	return words[confidence >= 0 && confidence <= YB_CONFIDENCE_CASE ? confidence : 0];
}

static void
source_write(FILE *out, const struct tool *tool)
{
	fputs("sources:\n  dictionary: {issuer: ", out);
	quoted(out, tool->issuer);
	if (tool->docno) {
		fputs(", docno: ", out);
		quoted(out, tool->docno);
	}
	if (tool->url) {
		fputs(", url: ", out);
		quoted(out, tool->url);
	}
	if (tool->published)
		fprintf(out, ", published: %s", tool->published);
	fprintf(out, ", confidence: %s}\n", confidence_word(tool->confidence));
}

static void
table_write(FILE *out, const struct table *table)
{
	fprintf(out, "  %s:\n%s    rows:\n", table->field, table->padded ? "    pad: 2\n" : "");
	for (size_t i = 0; i < table->count; i++) {
		const struct kept *kept = &table->codes[i];
		fprintf(out, "      - {code: \"%s\"", kept->code);
		if (kept->is[0])
			fprintf(out, strcmp(kept->is, "none") == 0 ? ", is: %s" : ", is: \"%s\"", kept->is);
		if (label_of(kept->row)[0]) {
			fputs(", zh: ", out);
			quoted(out, label_of(kept->row));
		}
		fputs(retired(kept->row) ? ", valid: no}\n" : "}\n", out);
	}
}

static void
profile_write(FILE *out, const struct profile *p, const char *remarks)
{
	fprintf(out, "# The code tables of %s, from a dictionary of interface 1901.\n%s", p->tool->id, remarks);
	if (p->other_rows)
		fprintf(out, "# left out: %zu rows of types that have no code table\n", p->other_rows);
	fprintf(out, "language: 1\nid: %s/codes\ntitle: Codes of %s\ntitle_zh: %s 编码\nconfidence: %s\n", p->tool->id, p->tool->id, p->tool->id,
	        confidence_word(p->tool->confidence));
	source_write(out, p->tool);
	fputs("codes:\n  source: dictionary\n", out);
	for (size_t i = 0; i < p->table_count; i++)
		if (p->tables[i].count)
			table_write(out, &p->tables[i]);
}

/* What is printed is a document that a loader takes. */
static int
profile_check(const struct tool *tool, const char *text, size_t length)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *error = NULL;
	yb_status status;

	options.flags = YB_LOAD_STRICT;
	status = yb_policy_loader_new(&options, &loader, &error);
	if (status == YB_OK)
		status = yb_policy_loader_add_buffer(loader, "the document made of it", text, length, &error);
	if (status == YB_OK)
		status = yb_policy_set_new(loader, &set, &error);
	if (status != YB_OK)
		tool_print_errors(tool, error, status);
	yb_error_unref(error);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	return status == YB_OK ? TOOL_OK : status == YB_E_NO_MEMORY ? TOOL_INTERNAL : TOOL_DOCUMENT;
}

static int
profile_make(struct profile *p, const struct dictionary *dictionary)
{
	char *remarks = NULL, *text = NULL;
	size_t remarks_length = 0, length = 0, kept = 0;
	FILE *out = NULL;
	int rc = TOOL_OK;

	p->remarks = open_memstream(&remarks, &remarks_length);
	for (size_t i = 0; p->remarks && i < dictionary->count && rc == TOOL_OK; i++)
		rc = row_keep(p, &dictionary->rows[i]);
	for (size_t i = 0; p->remarks && i < p->table_count; i++)
		for (size_t k = 0; rc == TOOL_OK && k < p->tables[i].count; k++, kept++)
			code_decide(p, &p->tables[i], &p->tables[i].codes[k]);
	if (rc == TOOL_OK && p->remarks && kept == 0) {
		tool_fail("%s: no code of a table that rules read, such as med_type or psn_type", p->name);
		rc = TOOL_DOCUMENT;
	}
	if (!p->remarks || fclose(p->remarks) != 0 || (rc == TOOL_OK && !(out = open_memstream(&text, &length)))) {
		tool_fail("out of memory");
		rc = TOOL_INTERNAL;
	}
	if (rc == TOOL_OK) {
		profile_write(out, p, remarks);
		if (fclose(out) != 0) {
			tool_fail("out of memory");
			rc = TOOL_INTERNAL;
		}
	}
	if (rc == TOOL_OK)
		rc = profile_check(p->tool, text, length);
	if (rc == TOOL_OK)
		fwrite(text, 1, length, stdout);
	free(text);
	free(remarks);
	return rc;
}

int
tool_policy_profile(const struct tool *tool)
{
	struct profile profile = { .tool = tool };
	struct dictionary dictionary = { 0 };
	struct document document;
	int rc;

	if (!tool->id || !tool->issuer || (!tool->docno && !tool->url)) {
		tool_fail("a profile needs --id REGION, and its source: --issuer TEXT and --docno TEXT or --url TEXT");
		return TOOL_USAGE;
	}
	rc = tool_read(tool->args[0], &document);
	if (rc != TOOL_OK)
		return rc;
	profile.name = document.name;
	rc = dictionary_read(&document, &dictionary);
	if (rc == TOOL_OK)
		rc = profile_make(&profile, &dictionary);
	for (size_t i = 0; i < profile.table_count; i++)
		free(profile.tables[i].codes);
	dictionary_free(&dictionary);
	tool_document_free(&document);
	return rc;
}
