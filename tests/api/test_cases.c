/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

Suite *cases_suite(void);

/*
 * Worked examples that others published, tests/cases/: a document each. The
 * counts stand here so that no example can vanish unnoticed.
 */
#define DOCUMENTS 102
#define SETTLED 42 /* documents that ask `reimburse` only */
#define VECTORS 48 /* in those */

#define ROOM 512

static struct {
	char name[64];
	bool settles; /* asks `reimburse` only */
} cases[ROOM];
static int case_count, settled_count;

static char *
path_of(const char *name)
{
	const char *top = getenv("YB_SRCDIR");
	static char path[4096];

	if (snprintf(path, sizeof(path), "%s/tests/cases/%s", top ? top : ".", name) >= (int)sizeof(path))
		path[0] = '\0';
	return path;
}

static char *
read_whole(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 16);
	size_t n = file && text ? fread(text, 1, (1 << 16) - 1, file) : 0;

	if (file)
		(void)fclose(file);
	if (text)
		text[n] = '\0';
	return text;
}

static bool
asks_only_reimburse(const char *text)
{
	static const char key[] = "ask: ";
	bool any = false;

	for (const char *p = strstr(text, key); p; p = strstr(p + 1, key)) {
		if (strncmp(p + sizeof(key) - 1, "reimburse", 9) != 0)
			return false;
		any = true;
	}
	return any;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
list_cases(void)
{
	DIR *dir = opendir(path_of(""));
	struct dirent *entry;

	case_count = settled_count = 0;
	while (dir && case_count < ROOM && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);
		if (n > 5 && n < sizeof(cases[0].name) && !strcmp(entry->d_name + n - 5, ".yaml"))
			memcpy(cases[case_count++].name, entry->d_name, n + 1);
	}
	if (dir)
		(void)closedir(dir);
	qsort(cases, (size_t)case_count, sizeof(cases[0]), compare);
	for (int i = 0; i < case_count; i++) {
		char *text = read_whole(path_of(cases[i].name));
		cases[i].settles = text && asks_only_reimburse(text);
		settled_count += cases[i].settles;
		free(text);
	}
}

/* The set of one document, strictly; on failure NULL and the findings. */
static struct yb_policy_set *
load(const char *name, yb_status *status, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_file(loader, path_of(name), err), YB_OK);
	*status = yb_policy_set_new(loader, &set, err);
	yb_policy_loader_unref(loader);
	return set;
}

START_TEST(no_example_is_missing)
{
	ck_assert_int_eq(case_count, DOCUMENTS);
	ck_assert_int_eq(settled_count, SETTLED);
}
END_TEST

static size_t
run(const struct yb_policy_set *set, const char *name)
{
	struct yb_vector_report *report = NULL;
	size_t count;

	ck_assert_uint_eq(yb_policy_set_get_count(set), 1);
	ck_assert_int_eq(yb_policy_set_run_vectors(set, yb_policy_set_get_id(set, 0), &report, NULL), YB_OK);
	count = yb_vector_report_get_count(report);
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(yb_vector_report_get_difference(report, i)[0] == '\0', "%s, vector %s: %s", name, yb_vector_report_get_id(report, i),
		              yb_vector_report_get_difference(report, i));
	ck_assert_uint_eq(yb_vector_report_get_failed(report), 0);
	ck_assert_uint_eq(yb_vector_report_get_skipped(report), 0);
	ck_assert_uint_ge(count, 1);
	yb_vector_report_unref(report);
	return count;
}

START_TEST(an_example_of_a_settlement_loads_and_gives_the_printed_figures)
{
	struct yb_error *err = NULL;
	struct yb_policy_set *set;
	yb_status st;
	char *text = NULL;

	if (!cases[_i].settles)
		return;
	set = load(cases[_i].name, &st, &err);
	if (err)
		(void)yb_error_dup_text(err, &text);
	ck_assert_msg(st == YB_OK, "%s: %s", cases[_i].name, text ? text : yb_status_name(st));
	(void)run(set, cases[_i].name);
	yb_free(text);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(the_examples_hold_as_many_vectors_as_were_written)
{
	size_t total = 0;

	for (int i = 0; i < case_count; i++) {
		struct yb_error *err = NULL;
		struct yb_policy_set *set;
		yb_status st;
		if (!cases[i].settles)
			continue;
		set = load(cases[i].name, &st, &err);
		ck_assert_int_eq(st, YB_OK);
		total += run(set, cases[i].name);
		yb_error_unref(err);
		yb_policy_set_unref(set);
	}
	ck_assert_uint_eq(total, VECTORS);
}
END_TEST

/* fee, refund and eligibility are not read yet: such a document is read or refused with a place, and renders if it is read. */
START_TEST(an_example_of_another_question_does_no_harm)
{
	struct yb_error *err = NULL;
	struct yb_policy_set *set;
	yb_status st;

	if (cases[_i].settles)
		return;
	set = load(cases[_i].name, &st, &err);
	ck_assert((st == YB_OK) == (set != NULL));
	if (st != YB_OK) {
		ck_assert_ptr_nonnull(err);
		ck_assert_int_eq(yb_error_get_status(err), st);
		ck_assert_str_eq(yb_error_get_source_name(err), path_of(cases[_i].name));
		ck_assert_uint_ge(yb_error_get_line(err), 1);
	} else {
		const char *id = yb_policy_set_get_id(set, 0);
		struct yb_vector_report *report = NULL;
		char *text = NULL;
		ck_assert_int_eq(yb_policy_set_run_vectors(set, id, &report, NULL), YB_OK);
		ck_assert_uint_ge(yb_vector_report_get_count(report), 1);
		ck_assert_uint_ge(yb_vector_report_get_skipped(report), 1);
		ck_assert_uint_eq(yb_vector_report_get_failed(report), 0);
		yb_vector_report_unref(report);
		ck_assert_int_eq(yb_policy_set_render_document(set, id, YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_OK);
		yb_free(text);
		ck_assert_int_eq(yb_policy_set_render_sources(set, id, YB_FORMAT_JSON, YB_LANG_ZH, &text, NULL), YB_OK);
		yb_free(text);
	}
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
cases_suite(void)
{
	Suite *suite = suite_create("cases");
	TCase *tc = tcase_create("documents");

	list_cases();
	tcase_add_test(tc, no_example_is_missing);
	tcase_add_loop_test(tc, an_example_of_a_settlement_loads_and_gives_the_printed_figures, 0, case_count);
	tcase_add_test(tc, the_examples_hold_as_many_vectors_as_were_written);
	tcase_add_loop_test(tc, an_example_of_another_question_does_no_harm, 0, case_count);
	suite_add_tcase(suite, tc);
	return suite;
}
