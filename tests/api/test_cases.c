/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <yibao/yibao.h>

Suite *cases_suite(void);

/*
 * Documents with vectors: worked examples that others published, tests/cases/,
 * and shapes of rules that no shipped region has yet, tests/shapes/. The counts
 * stand here so that none can vanish unnoticed.
 */
#define CASES 102
#define CASE_VECTORS 118

#define ROOM 512

static char names[ROOM][300]; /* cases/M01.yaml */
static int count, case_count;

static char *
path_of(const char *name)
{
	const char *top = getenv("YB_SRCDIR");
	static char path[4096];

	if (snprintf(path, sizeof(path), "%s/tests/%s", top ? top : ".", name) >= (int)sizeof(path))
		path[0] = '\0';
	return path;
}

static int
compare(const void *a, const void *b)
{
	return strcmp((const char *)a, (const char *)b);
}

static void
list_folder(const char *folder)
{
	DIR *dir = opendir(path_of(folder));
	struct dirent *entry;

	while (dir && count < ROOM && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);
		if (n > 5 && !strcmp(entry->d_name + n - 5, ".yaml"))
			count += snprintf(names[count], sizeof(names[0]), "%s/%s", folder, entry->d_name) < (int)sizeof(names[0]);
	}
	if (dir)
		(void)closedir(dir);
}

static void
list_documents(void)
{
	count = 0;
	list_folder("cases");
	case_count = count;
	list_folder("shapes");
	qsort(names, (size_t)case_count, sizeof(names[0]), compare);
	qsort(names[case_count], (size_t)(count - case_count), sizeof(names[0]), compare);
}

/* The set of one document and of those beside it, in X.d/ for X.yaml; strictly; on failure NULL and the findings. */
static struct yb_policy_set *
load(const char *name, yb_status *status, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	char folder[300];

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_file(loader, path_of(name), err), YB_OK);
	(void)snprintf(folder, sizeof(folder), "%.*s.d", (int)(strlen(name) - 5), name);
	if (access(path_of(folder), F_OK) == 0)
		ck_assert_int_eq(yb_policy_loader_add_directory(loader, path_of(folder), err), YB_OK);
	*status = yb_policy_set_new(loader, &set, err);
	yb_policy_loader_unref(loader);
	return set;
}

START_TEST(no_example_is_missing)
{
	ck_assert_int_eq(case_count, CASES);
	ck_assert_int_gt(count, case_count);
}
END_TEST

static size_t
run(const struct yb_policy_set *set, const char *name)
{
	struct yb_vector_report *report = NULL;
	size_t vectors;

	ck_assert_uint_ge(yb_policy_set_get_count(set), 1);
	ck_assert_int_eq(yb_policy_set_run_vectors(set, yb_policy_set_get_id(set, 0), &report, NULL), YB_OK);
	vectors = yb_vector_report_get_count(report);
	for (size_t i = 0; i < vectors; i++)
		ck_assert_msg(yb_vector_report_get_difference(report, i)[0] == '\0', "%s, vector %s: %s", name, yb_vector_report_get_id(report, i),
		              yb_vector_report_get_difference(report, i));
	ck_assert_uint_eq(yb_vector_report_get_failed(report), 0);
	ck_assert_uint_eq(yb_vector_report_get_skipped(report), 0);
	ck_assert_uint_ge(vectors, 1);
	yb_vector_report_unref(report);
	return vectors;
}

START_TEST(a_document_loads_and_gives_the_printed_figures)
{
	struct yb_error *err = NULL;
	struct yb_policy_set *set;
	yb_status st;
	char *text = NULL;

	set = load(names[_i], &st, &err);
	if (err)
		(void)yb_error_dup_text(err, &text);
	ck_assert_msg(st == YB_OK, "%s: %s", names[_i], text ? text : yb_status_name(st));
	(void)run(set, names[_i]);
	yb_free(text);
	text = NULL;
	ck_assert_int_eq(yb_policy_set_render_document(set, yb_policy_set_get_id(set, 0), YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_OK);
	yb_free(text);
	ck_assert_int_eq(yb_policy_set_render_sources(set, yb_policy_set_get_id(set, 0), YB_FORMAT_JSON, YB_LANG_ZH, &text, NULL), YB_OK);
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
		yb_status st;
		struct yb_policy_set *set = load(names[i], &st, &err);
		ck_assert_int_eq(st, YB_OK);
		total += run(set, names[i]);
		yb_error_unref(err);
		yb_policy_set_unref(set);
	}
	ck_assert_uint_eq(total, CASE_VECTORS);
}
END_TEST

Suite *
cases_suite(void)
{
	Suite *suite = suite_create("cases");
	TCase *tc = tcase_create("documents");

	list_documents();
	tcase_add_test(tc, no_example_is_missing);
	tcase_add_loop_test(tc, a_document_loads_and_gives_the_printed_figures, 0, count);
	tcase_add_test(tc, the_examples_hold_as_many_vectors_as_were_written);
	suite_add_tcase(suite, tc);
	return suite;
}
