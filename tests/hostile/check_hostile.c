/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text that means harm, or none: policy/NAME.yaml and json/NAME.json with what policy.tsv and json.tsv say of each, and documents too
 * large to keep, which must be read or refused within a time. Public headers only.
 */
#include <check.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* ---- the index ---- */

struct row {
	char name[80], kind[16], status[32], says[120], with[80];
	uint32_t line, column;
};

static struct row policies[400], records[200];
static int policy_count, record_count;

/* Before a test runs libcheck's assertions cannot be used. */
static void
require(bool held, const char *what)
{
	if (!held) {
		(void)fprintf(stderr, "%s\n", what);
		abort();
	}
}

static char *
read_file(const char *folder, const char *name, size_t *length)
{
	const char *top = getenv("YB_SRCDIR");
	char path[4096];
	char *text = malloc(2 << 20);
	FILE *file;

	require(snprintf(path, sizeof(path), "%s/tests/hostile/%s%s", top ? top : ".", folder, name) < (int)sizeof(path), "a long path");
	file = fopen(path, "rb");
	require(file && text, path);
	*length = fread(text, 1, (2 << 20) - 1, file);
	text[*length] = '\0';
	(void)fclose(file);
	return text;
}

static char *
cut(char **line)
{
	char *field = *line, *tab = strchr(field, '\t');

	if (tab)
		*tab = '\0';
	*line = tab ? tab + 1 : field + strlen(field);
	return field;
}

static int
read_index(const char *name, bool kinds, struct row *rows, int room)
{
	size_t length;
	char *text = read_file("", name, &length), *at = strchr(text, '\n') + 1;
	int count = 0;

	while (*at) {
		char *end = strchr(at, '\n'), *line = at;
		struct row *row = &rows[count++];
		require(end && count <= room, name);
		*end = '\0';
		(void)snprintf(row->name, sizeof(row->name), "%s", cut(&line));
		if (kinds)
			(void)snprintf(row->kind, sizeof(row->kind), "%s", cut(&line));
		(void)snprintf(row->status, sizeof(row->status), "%s", cut(&line));
		row->line = (uint32_t)strtoul(cut(&line), NULL, 10);
		row->column = (uint32_t)strtoul(cut(&line), NULL, 10);
		(void)snprintf(row->says, sizeof(row->says), "%s", cut(&line));
		(void)snprintf(row->with, sizeof(row->with), "%s", cut(&line));
		at = end + 1;
	}
	free(text);
	return count;
}

static void
read_indexes(void)
{
	policy_count = read_index("policy.tsv", false, policies, COUNT(policies));
	record_count = read_index("json.tsv", true, records, COUNT(records));
}

/* ---- findings ---- */

static const struct yb_error *
first_error(const struct yb_error *err)
{
	while (err && yb_error_get_severity(err) != YB_SEVERITY_ERROR)
		err = yb_error_get_next(err);
	return err;
}

/* The first error is the one that the row names; all are whole, and no more than fifty. */
static void
expect_finding(const struct row *row, const char *file, yb_status st, const struct yb_error *err)
{
	const struct yb_error *e = first_error(err);
	char *told = NULL;
	int errors = 0;

	ck_assert_msg(strcmp(yb_status_name(st), row->status) == 0, "%s: %s, not %s: %s", row->name, yb_status_name(st), row->status,
	              e ? yb_error_get_message(e) : "");
	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(yb_error_dup_text(err, &told), YB_OK);
	ck_assert_msg(yb_error_get_status(e) == st, "%s: %s", row->name, told);
	ck_assert_msg(yb_error_get_line(e) == row->line && yb_error_get_column(e) == row->column, "%s: %u:%u expected: %s", row->name,
	              (unsigned)row->line, (unsigned)row->column, told);
	ck_assert_msg(!strcmp(row->says, "-") || strstr(yb_error_get_message(e), row->says), "%s: no \"%s\" in: %s", row->name, row->says, told);
	ck_assert_msg(strstr(yb_error_get_source_name(e), file) != NULL, "%s: in %s", row->name, yb_error_get_source_name(e));
	for (const struct yb_error *f = err; f; f = yb_error_get_next(f)) {
		const char *message = yb_error_get_message(f);
		ck_assert_msg(message[0] && strlen(message) < 1000 && !strpbrk(message, "\n\r\x1b"), "%s: %s", row->name, told);
		ck_assert(yb_error_get_line(f) >= 1 && yb_error_get_column(f) >= 1);
		errors += yb_error_get_severity(f) == YB_SEVERITY_ERROR;
	}
	ck_assert_int_le(errors, 100);
	yb_free(told);
}

static struct yb_policy_loader *
new_loader(uint32_t flags)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;

	options.flags = flags;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	return loader;
}

static struct yb_policy_loader *
load_row(const struct row *row, uint32_t flags)
{
	struct yb_policy_loader *loader = new_loader(flags);
	char file[100];
	char *text;
	size_t length;

	if (strcmp(row->with, "-") != 0) {
		text = read_file("policy/", row->with, &length);
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, row->with, text, length, NULL), YB_OK);
		free(text);
	}
	(void)snprintf(file, sizeof(file), "%s.yaml", row->name);
	text = read_file("policy/", file, &length);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, file, text, length, NULL), YB_OK);
	free(text);
	return loader;
}

/* ---- documents that are kept ---- */

START_TEST(a_document_is_refused_at_its_place)
{
	const struct row *row = &policies[_i];
	struct yb_policy_loader *loader;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	if (_i >= policy_count)
		return;
	loader = load_row(row, YB_LOAD_STRICT);
	st = yb_policy_set_new(loader, &set, &err);
	yb_policy_loader_unref(loader);
	if (!strcmp(row->status, "OK")) {
		ck_assert_msg(st == YB_OK && !err, "%s: %s", row->name, err ? yb_error_get_message(err) : yb_status_name(st));
	} else {
		ck_assert_ptr_null(set);
		expect_finding(row, !strcmp(row->name, "parent-that-extends-the-child") ? ".yaml" : row->name, st, err);
	}
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

/* Without strictness the same document is set aside with the same finding, and nothing is answered from it. */
START_TEST(a_lenient_load_sets_it_aside_with_the_same_finding)
{
	const struct row *row = &policies[_i];
	struct yb_policy_loader *loader;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *fault = NULL;

	if (_i >= policy_count || !strcmp(row->status, "OK"))
		return;
	loader = load_row(row, 0);
	ck_assert_msg(yb_policy_set_new(loader, &set, &err) == YB_OK, "%s", row->name);
	for (size_t i = 0; i < yb_policy_set_get_count(set) && !fault; i++)
		fault = yb_policy_set_get_fault(set, i);
	ck_assert_msg(fault != NULL, "%s: is not set aside", row->name);
	expect_finding(row, ".yaml", yb_error_get_status(first_error(fault)), fault);
	yb_error_unref(err);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

START_TEST(enough_documents_are_kept)
{
	ck_assert_int_ge(policy_count, 120);
	ck_assert_int_ge(record_count, 80);
}
END_TEST

/* ---- persons, claims, transactions ---- */

START_TEST(a_record_is_refused_at_its_place)
{
	const struct row *row = &records[_i];
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_transaction *transaction = NULL;
	struct yb_error *err = NULL;
	char file[100];
	char *text;
	size_t length;
	yb_status st;

	if (_i >= record_count)
		return;
	(void)snprintf(file, sizeof(file), "%s.json", row->name);
	text = read_file("json/", file, &length);
	if (!strcmp(row->kind, "person"))
		st = yb_person_new_from_json(text, length, file, &person, &err);
	else if (!strcmp(row->kind, "claim"))
		st = yb_claim_new_from_json(text, length, file, &claim, &err);
	else
		st = yb_transaction_new_from_json(text, length, file, &transaction, &err);
	ck_assert_ptr_null(person);
	ck_assert_ptr_null(claim);
	ck_assert_ptr_null(transaction);
	for (const struct yb_error *e = err; e; e = yb_error_get_next(e)) /* whoever is in the document is not in the errors */
		ck_assert(!strstr(yb_error_get_message(e), "11010519491231002") && (!yb_error_get_subject(e) || !strstr(yb_error_get_subject(e), "11010519491231002")));
	expect_finding(row, file, st, err);
	yb_error_unref(err);
	free(text);
}
END_TEST

/* ---- documents too large to be kept ---- */

#define HEAD "language: 1\nid: 990000/390\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: official}\n"

struct text {
	char *data;
	size_t length;
};

static void put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
put(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->data + t->length, (4u << 20) - t->length, format, args);
	va_end(args);
	t->length += (size_t)n;
	ck_assert(t->length < 4u << 20);
}

static void
again(struct text *t, const char *piece, int times)
{
	while (times-- > 0)
		put(t, "%s", piece);
}

static void
fee_slot(struct text *t)
{
	put(t, HEAD "fee:\n  source: a\n  charges:\n    - id: c\n      payers:\n        person: ");
}

static void
many_alternatives(struct text *t)
{
	fee_slot(t);
	put(t, "\n          by: yb_paid_months\n          else: 2\n          rows:\n");
	for (int r = 0; r < 400; r++) {
		put(t, "            - [%d", r * 600);
		for (int i = 1; i < 300; i++)
			put(t, "|%d", r * 600 + 2 * i);
		put(t, ", 1]\n");
	}
}

static void
many_texts(struct text *t)
{
	fee_slot(t);
	put(t, "\n          by: previous_admdvs\n          else: 2\n          rows:\n");
	for (int r = 0; r < 400; r++) {
		put(t, "            - [t%d", r * 280);
		for (int i = 1; i < 280; i++)
			put(t, "|t%d", r * 280 + i);
		put(t, ", 1]\n");
	}
}

static void
many_prefixes(struct text *t)
{
	fee_slot(t);
	put(t, "\n          by: previous_admdvs\n          else: 2\n          hit: first\n          rows:\n");
	for (int r = 0; r < 512; r++) {
		put(t, "            - [t%d", r);
		for (int i = 0; i < 130; i++)
			put(t, "|t%d|%d*", r * 130 + i, i);
		put(t, ", 1]\n");
	}
}

static void
tables_of_512_rows(struct text *t)
{
	put(t, HEAD "values:\n  source: a\n");
	for (int v = 0; v < 60; v++) {
		put(t, "  v%d:\n    by: yb_paid_months\n    rows: [[0, 1]", v);
		for (int r = 1; r < 511; r++)
			put(t, ", [%d, 1]", r);
		put(t, ", [511.., 1]]\n");
	}
	put(t, "fee: {source: a, charges: [{id: c, payers: {person: = v0}}]}\n");
}

/* Rows that cut eight columns, each of them anywhere: as many cases as there are products. */
static void
wide_products(struct text *t)
{
	static const char *const by = "[yb_paid_months, yb_actual_months, months, gap_months, continuous_months, age, repaired, arrear_months]";

	put(t, HEAD "values:\n  source: a\n");
	for (int v = 0; v < 15; v++) {
		put(t, "  v%d:\n    by: %s\n    hit: first\n    rows:\n", v, by);
		for (int r = 0; r < 500; r++) {
			put(t, "      - [");
			for (int c = 0; c < 8; c++)
				put(t, c == r % 8 || c == (r + 1) % 8 ? "%d..%d, " : "any, ", r / 8 + c, r / 8 + c + 20);
			put(t, "1]\n");
		}
	}
	put(t, "fee: {source: a, charges: [{id: c, payers: {person: = v0}}]}\n");
}

static void
benefits_of_many_boxes(struct text *t)
{
	put(t, HEAD "reimburse:\n  source: a\n  benefits:\n");
	for (int i = 0; i < 64; i++) {
		put(t, "    - id: b%d\n      layers: [{id: l, pays: hifp_pay, ratio: 80%%}]\n      when:\n", i);
		for (int k = 0; k < 32; k++)
			put(t, "        - {yb_admission: 1.., stay_days: 1.., yb_paid_months: 1.., yb_actual_months: 1.., gap_months: 1.., continuous_months: 1.., "
			       "arrear_months: 1.., months: 1.., repaired: %d}\n", (i * 32 + k) % 150);
	}
}

static void
exceptions_in_great_number(struct text *t)
{
	put(t, HEAD "values:\n  source: a\n");
	for (int v = 0; v < 120; v++) {
		put(t, "  v%d:\n    default: 1\n    except:\n", v);
		for (int i = 0; i < 63; i++)
			put(t, "      - {label: l%d, when: {months: %d, repaired: 1}, value: 1}\n", i, i + 1);
	}
	put(t, "fee: {source: a, charges: [{id: c, payers: {person: = v0}}]}\n");
}

static void
windows_to_the_cap(struct text *t)
{
	put(t, HEAD "fee:\n  source: a\n  charges: [{id: c, payers: {person: 1}}]\n  windows:\n");
	for (int y = 0; y < 4; y++) {
		put(t, "    - for: %d\n      rows:\n", 2020 + y);
		for (int r = 0; r < 64; r++)
			put(t, "        - {id: w%d, from: 2020-01-01, when: [{months: %d, age: 1..}, {months: %d, age: 2..}]}\n", r, 2 * r + 1, 2 * r + 2);
	}
}

static void
plans_of_every_case(struct text *t)
{
	put(t, HEAD "reimburse:\n  source: a\n  benefits:\n");
	for (int b = 0; b < 60; b++) {
		put(t, "    - id: b%d\n      when: {yb_admission: %d}\n      layers:\n", b, b + 1);
		for (int l = 0; l < 24; l++)
			put(t, "        - {id: l%d, pays: hifp_pay, ratio: {by: [psn_type, med_type, hosp_lv], hit: first, rows: [['1101', '11', any, 5%%], [any, any, any, %d%%]]}}\n",
			    l, l + 1);
	}
}

static void
domain_of_4096(struct text *t)
{
	put(t, HEAD "attributes:\n");
	for (int x = 0; x < 10; x++) {
		put(t, "  x%d: {type: text, values: [w0", x);
		for (int i = 1; i < 4096; i++)
			put(t, ", w%d", i);
		put(t, "]}\n");
	}
	put(t, "fee:\n  source: a\n  charges:\n");
	for (int x = 0; x < 9; x++)
		put(t, "    - {id: c%d, payers: {person: {by: [x%d, x%d], hit: first, rows: [[w0, w0, 1], [not w1, not w2, 1], [any, not w3, 4], [any, any, 3]]}}}\n",
		    x, x, x + 1);
}

static void
attributes_in_great_number(struct text *t)
{
	put(t, HEAD "attributes:\n");
	for (int i = 0; i < 20000; i++)
		put(t, "  a%d: {type: flag}\n", i);
}

static void
values_each_of_the_next(struct text *t)
{
	put(t, HEAD "values:\n  source: a\n");
	for (int i = 0; i < 40000; i++)
		put(t, "  v%d: = v%d\n", i, i + 1);
	put(t, "  v40000: 1\n");
}

static void
values_each_of_one(struct text *t)
{
	put(t, HEAD "values:\n  source: a\n  w: 1\n");
	for (int i = 0; i < 40000; i++)
		put(t, "  v%d: = w\n", i);
}

static void
values_doubled(struct text *t)
{
	put(t, HEAD "values:\n  source: a\n  v0: = age * 1\n");
	for (int i = 1; i < 50; i++)
		put(t, "  v%d: = v%d + v%d\n", i, i - 1, i - 1);
	put(t, "fee: {source: a, charges: [{id: c, payers: {person: = v49 * 1}}]}\n");
}

static void
parentheses(struct text *t)
{
	fee_slot(t);
	put(t, "= ");
	again(t, "(", 10000);
	put(t, "1");
	again(t, ")", 10000);
}

static void
ifs_in_conditions(struct text *t)
{
	fee_slot(t);
	put(t, "= ");
	again(t, "if ", 10000);
	put(t, "retired");
}

static void
ifs_in_branches(struct text *t)
{
	fee_slot(t);
	put(t, "= ");
	again(t, "if retired then ", 4000);
	put(t, "1");
}

static void
long_sum(struct text *t)
{
	fee_slot(t);
	put(t, "= scope");
	again(t, "+scope", 10000);
}

static void
long_or(struct text *t)
{
	put(t, HEAD "fee: {source: a, charges: [{id: c, payers: {person: 1}, when: = retired");
	again(t, " or retired", 5900);
	put(t, "}]}\n");
}

static void
long_product_of_numbers(struct text *t)
{
	fee_slot(t);
	put(t, "= 999999");
	again(t, "*999999", 9000);
}

static void
a_number_of_60000_digits(struct text *t)
{
	fee_slot(t);
	again(t, "9", 60000);
}

static void
a_key_of_60000_bytes(struct text *t)
{
	put(t, HEAD "? ");
	again(t, "k", 60000);
	put(t, "\n: 1\n");
}

static void
unknown_keys(struct text *t)
{
	put(t, HEAD);
	for (int i = 0; i < 40000; i++)
		put(t, "k%d: 1\n", i);
}

static void
a_megabyte_of(struct text *t, const char *piece)
{
	put(t, HEAD "note: ");
	while (t->length + strlen(piece) <= 1u << 20)
		put(t, "%s", piece);
}

static void megabyte_of_quotes(struct text *t) { a_megabyte_of(t, "\""); }
static void megabyte_of_brackets(struct text *t) { a_megabyte_of(t, "["); }
static void megabyte_of_braces(struct text *t) { a_megabyte_of(t, "{"); }
static void megabyte_of_questions(struct text *t) { a_megabyte_of(t, "? "); }
static void megabyte_of_dashes(struct text *t) { a_megabyte_of(t, "\n- - "); }
static void megabyte_of_anchors(struct text *t) { a_megabyte_of(t, "&a "); }
static void megabyte_of_commas(struct text *t) { a_megabyte_of(t, "[,"); }
static void megabyte_of_newlines(struct text *t) { a_megabyte_of(t, "\n"); }
static void megabyte_of_bars(struct text *t) { a_megabyte_of(t, "|\n"); }

static void
above_a_mebibyte(struct text *t)
{
	put(t, HEAD);
	while (t->length <= 1u << 20)
		put(t, "# more\n");
}

static void
above_100000_parts(struct text *t)
{
	put(t, HEAD "note: [1");
	again(t, ",1", 100000);
	put(t, "]\n");
}

static const struct large {
	const char *name;
	void (*make)(struct text *t);
	yb_status status;
	const char *says; /* of the first finding; a warning where the document is read; NULL: none */
} larges[] = {
	{ "400 rows of 300 alternatives", many_alternatives, YB_OK, NULL },
	{ "400 rows of 280 texts", many_texts, YB_OK, NULL },
	{ "66,560 prefixes", many_prefixes, YB_E_LIMIT, "too many cells with a prefix" },
	{ "60 tables of 512 rows", tables_of_512_rows, YB_OK, NULL },
	{ "15 tables of eight columns and 500 rows", wide_products, YB_E_GAP, "no row holds" },
	{ "64 benefits of 32 alternatives of nine cells", benefits_of_many_boxes, YB_E_OVERLAP, "both hold" },
	{ "120 lists of 63 exceptions", exceptions_in_great_number, YB_OK, NULL },
	{ "256 windows", windows_to_the_cap, YB_OK, NULL },
	{ "1440 layers by three codes", plans_of_every_case, YB_OK, "too many cases to work out beforehand" },
	{ "ten domains of 4096 texts", domain_of_4096, YB_OK, NULL },
	{ "20,000 attributes", attributes_in_great_number, YB_OK, NULL },
	{ "40,000 values, each of the next", values_each_of_the_next, YB_E_LIMIT, "50 deep" },
	{ "40,000 values, each of one", values_each_of_one, YB_OK, NULL },
	{ "fifty doublings", values_doubled, YB_E_BOUND, "2^53" },
	{ "10,000 parentheses", parentheses, YB_E_LIMIT, "deep" },
	{ "10,000 ifs as conditions", ifs_in_conditions, YB_E_LIMIT, "deep" },
	{ "4000 ifs in branches", ifs_in_branches, YB_E_LIMIT, "deep" },
	{ "a sum of 10,001 names", long_sum, YB_E_LIMIT, "deep" },
	{ "a condition of 5901 ors", long_or, YB_E_LIMIT, "300 deep" },
	{ "a product of 9001 numbers", long_product_of_numbers, YB_E_OVERFLOW, "too large" },
	{ "a number of 60,000 digits", a_number_of_60000_digits, YB_E_BAD_AMOUNT, "between 0 and" },
	{ "a key of 60,000 bytes", a_key_of_60000_bytes, YB_E_UNKNOWN_KEY, "unknown key" },
	{ "40,000 unknown keys", unknown_keys, YB_E_UNKNOWN_KEY, "unknown key \"k0\"" },
	{ "a mebibyte of quotes", megabyte_of_quotes, YB_E_SYNTAX, "" },
	{ "a mebibyte of brackets", megabyte_of_brackets, YB_E_LIMIT, "deep" },
	{ "a mebibyte of braces", megabyte_of_braces, YB_E_SYNTAX, "key" },
	{ "a mebibyte of question marks", megabyte_of_questions, YB_E_SYNTAX, "" },
	{ "a mebibyte of dashes", megabyte_of_dashes, YB_E_LIMIT, "too many parts" },
	{ "a mebibyte of anchors", megabyte_of_anchors, YB_E_SYNTAX, "" },
	{ "a mebibyte of commas in brackets", megabyte_of_commas, YB_E_SYNTAX, "" },
	{ "a mebibyte of newlines", megabyte_of_newlines, YB_OK, NULL },
	{ "a mebibyte of bars", megabyte_of_bars, YB_E_SYNTAX, "" },
	{ "more than a mebibyte", above_a_mebibyte, YB_E_LIMIT, "at most 1048576" },
	{ "more than 100,000 parts", above_100000_parts, YB_E_LIMIT, "too many parts" },
};

/* No measure of speed: what grows as it should takes a second or two anywhere, what does not would take until the day after. */
START_TEST(a_large_document_takes_no_long_time)
{
	const struct large *row = &larges[_i];
	struct text text = { .data = malloc(4u << 20) };
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	double took;
	clock_t start;
	yb_status st;

	ck_assert_ptr_nonnull(text.data);
	row->make(&text);
	start = clock();
	st = yb_policy_loader_add_buffer(loader, "large.yaml", text.data, text.length, &err);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, &set, &err);
	took = (double)(clock() - start) / CLOCKS_PER_SEC;
	ck_assert_msg(st == row->status, "%s: %s: %s", row->name, yb_status_name(st), err ? yb_error_get_message(err) : "");
	ck_assert_msg(row->says ? err && strstr(yb_error_get_message(err), row->says) : !err, "%s: %s", row->name, err ? yb_error_get_message(err) : "nothing is told");
	ck_assert_msg(took <= 120, "%s: takes %.1f s of the processor", row->name, took);
	yb_error_unref(err);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	free(text.data);
}
END_TEST

/* ---- what once went wrong quietly ---- */

/* A prefix on an open text holds for every text that begins so, also for one that another clause names. */
START_TEST(a_prefix_holds_for_texts_that_are_named_later)
{
	static const char text[] = HEAD
		"fee:\n  source: a\n  charges:\n"
		"    - {id: c, when: {previous_admdvs: 11*}, payers: {person: 1}}\n"
		"    - {id: d, when: {previous_admdvs: 110000|x}, payers: {person: 2}}\n"
		"    - {id: e, when: {previous_admdvs: 1101*}, payers: {person: 4}}\n"
		"    - {id: f, when: {previous_admdvs: not 1*}, payers: {person: 8}}\n"
		"vectors:\n"
		"  - {id: v, ask: fee, year: 2026, facts: {previous_admdvs: '110000'}, expect: {due.person: 3}}\n"
		"  - {id: w, ask: fee, year: 2026, facts: {previous_admdvs: '110001'}, expect: {due.person: 1}}\n"
		"  - {id: x, ask: fee, year: 2026, facts: {previous_admdvs: '110105'}, expect: {due.person: 5}}\n"
		"  - {id: y, ask: fee, year: 2026, facts: {previous_admdvs: '310000'}, expect: {due.person: 8}}\n";
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL;
	struct yb_vector_report *report = NULL;

	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "prefix.yaml", text, sizeof(text) - 1, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_run_vectors(set, "990000/390", &report, NULL), YB_OK);
	ck_assert_uint_eq(yb_vector_report_get_count(report), 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_msg(!*yb_vector_report_get_difference(report, i), "%s: %s", yb_vector_report_get_id(report, i), yb_vector_report_get_difference(report, i));
	yb_vector_report_unref(report);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

/* Two layers of one bill draw on one pool: the second finds what the first has left. */
START_TEST(layers_of_one_bill_share_a_pool)
{
	static const char text[] = HEAD
		"reimburse:\n  source: a\n  pools: {p: {on: payment, per: year}}\n  benefits:\n"
		"    - id: paying\n      when: {med_type: '21'}\n      layers:\n"
		"        - {id: l, pays: hifp_pay, ratio: 50%, ceilings: [{id: c, on: payment, pool: p, amount: 1000}]}\n"
		"        - {id: m, pays: hifmi_pay, base: = l.left, ratio: 50%, ceilings: [{id: c, on: payment, pool: p, amount: 1200}]}\n"
		"vectors:\n"
		"  - {id: v, ask: reimburse, on: 2026-05-05, claim: {med_type: '21', inscp_scp_amt: 3000}, expect: {hifp_pay: 1000, hifmi_pay: 200, m.room: 200}}\n"
		"  - {id: w, ask: reimburse, on: 2026-05-05, claim: {med_type: '21', inscp_scp_amt: 3000, yb_totals: {pool.p: 400}},\n"
		"     expect: {hifp_pay: 600, hifmi_pay: 200}}\n";
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL;
	struct yb_vector_report *report = NULL;

	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "pool.yaml", text, sizeof(text) - 1, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_run_vectors(set, "990000/390", &report, NULL), YB_OK);
	ck_assert_uint_eq(yb_vector_report_get_count(report), 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_msg(!*yb_vector_report_get_difference(report, i), "%s: %s", yb_vector_report_get_id(report, i), yb_vector_report_get_difference(report, i));
	yb_vector_report_unref(report);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hostile");
	TCase *kept = tcase_create("kept"), *large = tcase_create("large"), *quiet = tcase_create("quiet");
	SRunner *runner;
	int failed;

	read_indexes();
	tcase_add_test(kept, enough_documents_are_kept);
	tcase_add_loop_test(kept, a_document_is_refused_at_its_place, 0, policy_count);
	tcase_add_loop_test(kept, a_lenient_load_sets_it_aside_with_the_same_finding, 0, policy_count);
	tcase_add_loop_test(kept, a_record_is_refused_at_its_place, 0, record_count);
	if (!getenv("YB_SLOW")) /* minutes under valgrind; the sanitizers see them too */
		tcase_add_loop_test(large, a_large_document_takes_no_long_time, 0, COUNT(larges));
	tcase_add_test(quiet, layers_of_one_bill_share_a_pool);
	tcase_add_test(quiet, a_prefix_holds_for_texts_that_are_named_later);
	tcase_set_timeout(large, 600);
	suite_add_tcase(suite, kept);
	suite_add_tcase(suite, large);
	suite_add_tcase(suite, quiet);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
