/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The policy language, statement by statement: the documents of
 * tests/language/ do what they say. Such a file is a list of cases:
 *
 *   === name
 *   --- accepted                       read without a warning, and its vectors give what they expect
 *   --- accepted, with a warning
 *   --- YB_E_SYNTAX: words             refused with one finding of that status, its message with these words;
 *   --- YB_E_SYNTAX +2: words          with two findings more
 *   a document                         `@@` stands before the place that is named and is taken out
 *   +++                                the ones before the last are read with it, its parents for example
 *   another document
 *
 * A document without `language:` is read with FRAME before it.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define FRAME "language: 1\nid: 990100/390\ntitle: Example\nsources:\n  s: {issuer: O, docno: e, confidence: official}\n"

Suite *language_suite(void);

static const char *const files[] = { "text", "head", "layers", "cells", "slots", "formulas", "facts", "refused" };

/* ---- reading the cases ---- */

struct expected {
	const char *name, *says; /* a case's two lines, without their ends */
	const char *text;
	size_t length;
};

static char *
read_cases(const char *name)
{
	const char *top = getenv("YB_SRCDIR");
	char path[4096];
	FILE *file;
	char *text = calloc(1, 1 << 20);

	(void)snprintf(path, sizeof(path), "%s/tests/language/%s.cases", top ? top : ".", name);
	file = fopen(path, "rb");
	ck_assert_msg(file != NULL && text != NULL, "%s", path);
	ck_assert_uint_lt(fread(text, 1, 1 << 20, file), 1 << 20);
	(void)fclose(file);
	return text;
}

/* The case that begins at `*at`; false at the end. */
static bool
next_case(char **at, struct expected *out)
{
	char *name = strstr(*at, "=== "), *says, *text, *end;

	if (!name)
		return false;
	says = strstr(name, "\n--- ");
	ck_assert_ptr_nonnull(says);
	text = strchr(says + 1, '\n');
	ck_assert_ptr_nonnull(text);
	*says = *text = '\0';
	out->name = name + 4;
	out->says = says + 5;
	out->text = text + 1;
	end = strstr(text + 1, "\n=== ");
	out->length = end ? (size_t)(end + 1 - out->text) : strlen(out->text);
	*at = end ? end + 1 : text + 1 + out->length;
	return true;
}

static bool
has_head(const char *text, size_t length)
{
	for (size_t i = 0; i + 9 < length; i++)
		if ((i == 0 || text[i - 1] == '\n') && !strncmp(text + i, "language:", 9))
			return true;
	return false;
}

/* The text as it is read, the place of @@ in it; 0 where there is none. */
static char *
make_document(const char *text, size_t length, uint32_t *line, uint32_t *column)
{
	char *out = calloc(1, sizeof(FRAME) + length), *mark;

	ck_assert_ptr_nonnull(out);
	if (!has_head(text, length))
		memcpy(out, FRAME, sizeof(FRAME) - 1);
	memcpy(out + strlen(out), text, length);
	mark = strstr(out, "@@");
	*line = *column = 0;
	if (!mark)
		return out;
	memmove(mark, mark + 2, strlen(mark + 2) + 1);
	*line = *column = 1;
	for (const char *p = out; p < mark; p++) {
		*column += ((unsigned char)*p & 0xC0) != 0x80;
		if (*p == '\n') {
			(*line)++;
			*column = 1;
		}
	}
	return out;
}

/* ---- running them ---- */

static void
expect_vectors(const struct yb_policy_set *set, const struct expected *row)
{
	size_t last = yb_policy_set_get_count(set) - 1;
	struct yb_vector_report *report = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_policy_set_run_vectors(set, yb_policy_set_get_id(set, last), &report, NULL), YB_OK);
	for (size_t i = 0; i < yb_vector_report_get_count(report); i++)
		ck_assert_msg(yb_vector_report_get_difference(report, i)[0] == '\0', "%s, vector %s: %s", row->name, yb_vector_report_get_id(report, i),
		              yb_vector_report_get_difference(report, i));
	yb_vector_report_unref(report);
	for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH; lang++) { /* it can be shown, too */
		ck_assert_int_eq(yb_policy_set_render_document(set, yb_policy_set_get_id(set, last), YB_DAY_NONE, YB_FORMAT_TEXT, lang, &text, NULL), YB_OK);
		ck_assert_ptr_nonnull(text);
		yb_free(text);
	}
}

/* One of the findings is the one that is meant, and there are as many as there should be. */
static void
expect_finding(const struct yb_error *err, const struct expected *row, uint32_t line, uint32_t column)
{
	const char *words = strstr(row->says, ": "), *more = strchr(row->says, '+');
	size_t wanted = more && more < words ? strtoul(more + 1, NULL, 10) + 1 : 1, count = 0;
	bool found = false;
	char *told = NULL;

	ck_assert_msg(words != NULL, "%s: %s", row->name, row->says);
	(void)yb_error_dup_text(err, &told);
	for (const struct yb_error *e = err; e; e = yb_error_get_next(e)) {
		const char *status = yb_status_name(yb_error_get_status(e));
		if (yb_error_get_severity(e) != YB_SEVERITY_ERROR || strcmp(yb_error_get_source_name(e), "doc.yaml") != 0) {
			found = found || (line == 0 && strstr(yb_error_get_message(e), words + 2) != NULL);
			continue;
		}
		count++;
		found = found || (!strncmp(status, row->says, strlen(status)) && strstr(yb_error_get_message(e), words + 2) &&
		                  (line == 0 || (yb_error_get_line(e) == line && yb_error_get_column(e) == column)));
	}
	ck_assert_msg(found, "%s: expected \"%s\" at %u:%u: %s", row->name, row->says, (unsigned)line, (unsigned)column, told);
	ck_assert_msg(line == 0 || count == wanted, "%s: %zu findings expected: %s", row->name, wanted, told);
	yb_free(told);
}

static void
run_case(const struct expected *row)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	const char *at = row->text, *end = row->text + row->length;
	uint32_t line = 0, column = 0, part = 0;
	char *told = NULL;
	yb_status st = YB_OK;

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	while (at < end) {
		const char *cut = strstr(at, "\n+++\n");
		size_t length = cut && cut < end ? (size_t)(cut + 1 - at) : (size_t)(end - at);
		char *document = make_document(at, length, &line, &column), name[32];
		(void)snprintf(name, sizeof(name), "part%u.yaml", (unsigned)part++);
		at += length + (at + length < end ? 4 : 0);
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, at < end ? name : "doc.yaml", document, strlen(document), NULL), YB_OK);
		free(document);
	}
	st = yb_policy_set_new(loader, &set, &err);
	yb_policy_loader_unref(loader);
	if (err)
		(void)yb_error_dup_text(err, &told);
	if (!strncmp(row->says, "accepted", 8)) {
		ck_assert_msg(st == YB_OK, "%s: %s", row->name, told ? told : yb_status_name(st));
		ck_assert_msg((err != NULL) == (strstr(row->says, "warning") != NULL), "%s: %s", row->name, told ? told : "no warning");
		expect_vectors(set, row);
	} else {
		ck_assert_msg(st != YB_OK && !set, "%s: was accepted", row->name);
		expect_finding(err, row, line, column);
	}
	yb_free(told);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}

START_TEST(a_case_of_the_language_does_what_it_says)
{
	char *text = read_cases(files[_i]), *at = text;
	struct expected row;
	int count = 0;

	for (; next_case(&at, &row); count++)
		run_case(&row);
	ck_assert_int_ge(count, 10);
	free(text);
}
END_TEST

/* ---- units of every operator ---- */

static const struct {
	const char *unit, *operand;
} operands[] = { { "number", "7" }, { "money", "yb_pension" }, { "rate", "r" }, { "count", "age" }, { "days", "d" }, { "months", "m" },
	         { "date", "brdy" }, { "flag", "retired" }, { "text", "psn_type" }, { "set", "psn_idet_type" } };

/* What has a meaning: the operands, and the unit of the result where it is not that of the first. Every other is refused. */
static const char *const meanings[] = {
	"number + number", "money + money", "rate + rate", "count + count", "days + days", "months + months", "date + days", "date + months",
	"money + number", "number + money = money", "rate + number", "number + rate = rate", "count + number", "number + count = count",
	"number - number", "money - money", "rate - rate", "count - count", "days - days", "months - months", "date - days", "date - months",
	"money - number", "number - money = money", "rate - number", "number - rate = rate", "count - number", "number - count = count",
	"number * number", "money * rate", "rate * money = money", "money * count", "count * money = money", "rate * count", "count * rate = rate",
	"days * count", "count * days = days", "months * count", "count * months = months", "count * count", "rate * rate",
	"money * number", "number * money = money", "rate * number = number", "number * rate", "count * number = number", "number * count",
	"days * number", "number * days = days", "months * number", "number * months = months",
	"number / number", "money / money = rate", "money / count", "money / rate", "money / number", "number / money = rate",
	"count / count = rate", "count / number = rate", "count / rate = rate", "rate / count", "rate / rate", "rate / number", "number / count", "number / rate",
};

static const char *
meaning(const char *a, const char *op, const char *b)
{
	static char wanted[64];
	int n = snprintf(wanted, sizeof(wanted), "%s %s %s", a, op, b);

	for (int i = 0; i < COUNT(meanings); i++)
		if (!strncmp(meanings[i], wanted, (size_t)n) && (meanings[i][n] == '\0' || meanings[i][n] == ' '))
			return meanings[i][n] ? meanings[i] + n + 3 : a;
	return NULL;
}

static yb_status
load_value(const char *formula)
{
	char text[2048];
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	yb_status st;

	(void)snprintf(text, sizeof(text), FRAME "attributes: {r: {type: rate}, d: {type: days}, m: {type: months}}\nvalues:\n  source: s\n  v: \"= %s\"\n", formula);
	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc.yaml", text, strlen(text), NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, NULL);
	yb_policy_loader_unref(loader);
	yb_policy_set_unref(set);
	return st;
}

START_TEST(a_sum_or_product_has_a_meaning_or_is_refused)
{
	static const char *const ops[] = { "+", "-", "*", "/" };

	for (int o = 0; o < COUNT(ops); o++)
		for (int a = 0; a < COUNT(operands); a++)
			for (int b = 0; b < COUNT(operands); b++) {
				const char *unit = meaning(operands[a].unit, ops[o], operands[b].unit);
				char formula[128];
				(void)snprintf(formula, sizeof(formula), "%s %s %s", operands[a].operand, ops[o], operands[b].operand);
				ck_assert_msg(load_value(formula) == (unit ? YB_OK : YB_E_UNIT), "%s", formula);
				for (int t = 0; unit && strcmp(unit, "number") && t < 7; t++) { /* its unit: compared with another it is refused */
					bool same = !strcmp(unit, operands[t].unit) || (t == 0 && (!strcmp(unit, "money") || !strcmp(unit, "rate") || !strcmp(unit, "count")));
					(void)snprintf(formula, sizeof(formula), "%s %s %s = %s", operands[a].operand, ops[o], operands[b].operand, operands[t].operand);
					ck_assert_msg(load_value(formula) == (same ? YB_OK : YB_E_UNIT), "%s", formula);
				}
			}
}
END_TEST

START_TEST(a_comparison_is_of_one_unit)
{
	static const char *const ops[] = { "<", "<=", ">", ">=", "=", "!=" };

	for (int o = 0; o < COUNT(ops); o++)
		for (int a = 0; a < COUNT(operands); a++)
			for (int b = 0; b < COUNT(operands); b++) {
				bool plain = (a == 0 && b <= 3) || (b == 0 && a <= 3); /* a bare number beside money, a rate or a count */
				bool same = a == b && strcmp(operands[a].unit, "set") && (o >= 4 || (strcmp(operands[a].unit, "flag") && strcmp(operands[a].unit, "text")));
				char formula[128];
				(void)snprintf(formula, sizeof(formula), "%s %s %s", operands[a].operand, ops[o], operands[b].operand);
				ck_assert_msg((load_value(formula) == YB_OK) == (plain || same), "%s", formula);
			}
}
END_TEST

Suite *
language_suite(void)
{
	Suite *suite = suite_create("language");
	TCase *tc = tcase_create("statements");

	tcase_add_loop_test(tc, a_case_of_the_language_does_what_it_says, 0, COUNT(files));
	suite_add_tcase(suite, tc);
	tc = tcase_create("units");
	tcase_add_test(tc, a_sum_or_product_has_a_meaning_or_is_refused);
	tcase_add_test(tc, a_comparison_is_of_one_unit);
	tcase_set_timeout(tc, 1800);
	suite_add_tcase(suite, tc);
	return suite;
}
