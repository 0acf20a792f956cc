/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader of plain texts against libyaml: what it reads, libyaml reads alike, and it reads what is shipped. */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/reader.h"

Suite *plain_suite(void);

#ifndef YB_SRCDIR
#define YB_SRCDIR "."
#endif

static void
same_place(const char *text, uint32_t line, uint32_t column, uint32_t wanted_line, uint32_t wanted_column)
{
	ck_assert_msg(line == wanted_line && column == wanted_column, "a part at %u:%u instead of %u:%u in:\n%s", (unsigned)line, (unsigned)column,
	              (unsigned)wanted_line, (unsigned)wanted_column, text);
}

static void
same(const char *text, const struct ybi_node *a, const struct ybi_node *b)
{
	same_place(text, a->line, a->column, b->line, b->column);
	ck_assert_msg(a->kind == b->kind && a->plain == b->plain && a->count == b->count, "not alike at %u:%u:\n%s", (unsigned)b->line,
	              (unsigned)b->column, text);
	ck_assert_msg(a->raw == b->raw && a->file == b->file, "not from one place at %u:%u:\n%s", (unsigned)b->line, (unsigned)b->column, text);
	if (a->kind == YBI_SCALAR)
		ck_assert_msg(!memcmp(a->text, b->text, a->count + 1), "\"%s\" instead of \"%s\" at %u:%u in:\n%s", a->text, b->text, (unsigned)b->line,
		              (unsigned)b->column, text);
	for (uint32_t i = 0; i < a->count && a->kind == YBI_SEQ; i++)
		same(text, a->items[i], b->items[i]);
	for (uint32_t i = 0; i < a->count && a->kind == YBI_MAP; i++) {
		ck_assert_msg(!strcmp(a->entries[i].key, b->entries[i].key), "key \"%s\" instead of \"%s\" in:\n%s", a->entries[i].key, b->entries[i].key,
		              text);
		same_place(text, a->entries[i].line, a->entries[i].column, b->entries[i].line, b->entries[i].column);
		same(text, a->entries[i].value, b->entries[i].value);
	}
}

/* Did the plain reader read it? Then libyaml must find the same. */
static bool
read_both(const char *text)
{
	static const char name[] = "text";
	struct ybi_arena plain = { 0 }, slow = { 0 };
	struct ybi_reader r = { .arena = &plain, .name = name, .limits = &ybi_policy_limits };
	struct ybi_node *root = NULL;
	struct yb_error *err = NULL;
	size_t length = strlen(text);
	bool read = ybi_utf8_check(text, length) == length && !strstr(text, "\xEF\xBB\xBF") && ybi_plain_read(&r, text, length) == YB_OK;

	if (read) {
		yb_status st = ybi_node_read_slowly(&slow, name, text, length, &ybi_policy_limits, &root, &err);
		if (r.root->kind == YBI_MAP)
			ck_assert_msg(st == YB_OK, "refused by libyaml, %s:\n%s", err ? yb_error_get_message(err) : "", text);
		else
			ck_assert_msg(st == YB_E_SYNTAX, "status %d:\n%s", (int)st, text);
		if (root)
			same(text, r.root, root);
	}
	yb_error_unref(err);
	free(r.children);
	ybi_arena_free(&plain);
	ybi_arena_free(&slow);
	return read;
}

static const char *const plain_texts[] = {
	"a: b\n",
	"a: b", /* no line feed at the end */
	"# first\n\n  # second\na: b # third\n# fourth",
	"a: b c  d\ne: = x * 2% + (y - 1)\n",
	"a: several\n  lines  of\n\n\n  text   \nb: 1\n",
	"a:\n  on the next\n   line\nb: c\n",
	"a: u://x:80/y#z\nb: -5\nc: 2024-01-01..\nd: <18\ne: .5\nf: ~\n",
	"a:\n- b\n- c: d\n  e: f\n-   - g\n    - h\ni: j\n",
	"a:\n  - b\n  -\n    c: d\n  - # comment\n    e\nf: g\n",
	"a: [b, c d, [e], {f: g}, [], {}]\n",
	"a: {b: c,d: \"e, {f}\", 'g h': [i],\n   j: several\n   lines,\n   k: l}\n",
	"a: [ # one\n  b, # two\n  c # three\n  ]\n",
	"a: \"quoted: # , [ ' text\"\n\"b c\": 'single \" # quoted'\n",
	"a: \"over  \n   three\n\n   lines \"\nb: \"  blanks \"\nc: ''\n",
	"a: >-\n  folded\n  text\n\n  and more\nb: >\n  clip\n\n\nc: |\n  literal\n\n  text\nd: |-\n  # no comment\n  strip",
	"- a: >\n   last",
	"- a\n- b: c\n",
	"{\"a\": [1, 2], \"b\": {\"c\": \"d\"}}",
	"\xE5\x8C\x97\xE4\xBA\xAC: {\xE5\x8C\xBB: \xE4\xBF\x9D, x: = \xE5\xB9\xB4 * 2, y: \"= 3\"}\n\xE5\x92\x8C: = 5\n",
	"a: b\n\n\n",
	"a:\n  b: {c: d,\n  e: f\n  g, h: [\n  i\n  ]}\n",
	"a",
	"a:\n- b\n c\n",
	"a: >\n  b\n  ",
};

START_TEST(plain_texts_are_read_alike)
{
	for (size_t i = 0; i < ARRAY_SIZE(plain_texts); i++)
		ck_assert_msg(read_both(plain_texts[i]), "not read as plain:\n%s", plain_texts[i]);
}
END_TEST

/* Refused by libyaml, or read by it in a way that is not plain to see. */
static const char *const other_texts[] = {
	"", "\n", "# nothing", "a:", "a:\nb: c\n", "a: b: c\n", "a: - b\n", "a: [b: c]\n", "a: [b", "a: [b,, c]\n", "a: {b, c: d}\n", "a: {b: }\n",
	"a: {b:c}\n", "a: [b, ]\n", "a: [b] c\n", "a: \"b\" c\n", "a: [b]#c\n", "a: \"b\\n\"\n", "a: 'b''c'\n", "a: 'b", "a: \"b\n", "a: &x b\n", "a: *x\n",
	"a: !t b\n", "? a\n: b\n", "<<: {a: b}\n", "a: b\na: c\n", "a: {b: c, b: d}\n", "--- \na: b\n", "a: b\n...\n", "%YAML 1.1\n", "a:\tb\n", "a: b\r\n",
	"a: b\n c: d\n", "  a: b\nc: d\n", "a:\n  b: c\n d: e\n", "a:\n - b\n- c\n", "a: b\n- c\n", "a: @b\n", "a: %b\n", "a: `b\n", "a: |2\n   b\n",
	"a: >+\n  b\n", "a: >\n  b\n   c\n", "a: >\n  b\n    ", "a: >\n\n  b\n", "a: >\nb: c\n", "a: [b?c, d]\n", "a: [b:]\n", "a:\n  b: [\n c]\n", "a: \"b\nc\"\n", "a b\nc: d\n", "[a]: b\n",
	"{a: b}: c\n", "a: {b\n  c: d}\n", "a : b\n", "a: b\n  c: d\n", "a: b\n  # c\n  d\n", "a: \x01\n", "a: \xC2\x85 b\n", "a: \xE2\x80\xA8 b\n", "a: \xEF\xBF\xBE\n",
};

START_TEST(other_texts_are_left_to_libyaml)
{
	for (size_t i = 0; i < ARRAY_SIZE(other_texts); i++)
		ck_assert_msg(!read_both(other_texts[i]), "read as plain:\n%s", other_texts[i]);
}
END_TEST

static char *
read_file(const char *folder, const char *name)
{
	char path[1024], *text;
	long length;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	length = ftell(file);
	ck_assert_int_ge(length, 0);
	rewind(file);
	text = calloc((size_t)length + 1, 1);
	ck_assert_ptr_nonnull(text);
	ck_assert_uint_eq(fread(text, 1, (size_t)length, file), (size_t)length);
	(void)fclose(file);
	return text;
}

static uint32_t
draw(uint32_t *state, size_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(*state >> 4) * below) >> 28);
}

/* A stretch of lines of a document, spoiled at a few places by signs that mean something. */
static size_t
read_spoiled(const char *text, int rounds, uint32_t *state)
{
	static const char signs[] = "\n\n  :-#,[]{}\"'>|?&*!%=.\tx";
	size_t length = strlen(text), read = 0;

	for (int i = 0; i < rounds; i++) {
		size_t first = draw(state, length), n = 20 + draw(state, 600), spoils = draw(state, 4);
		char part[800];
		while (first > 0 && text[first - 1] != '\n')
			first--;
		if (n > length - first)
			n = length - first;
		memcpy(part, text + first, n);
		part[n] = '\0';
		for (size_t k = 0; k < spoils; k++) {
			size_t at = draw(state, n), way = draw(state, 3);
			char sign = signs[draw(state, sizeof(signs) - 1)];
			if (way == 0) {
				part[at] = sign;
			} else if (way == 1) {
				memmove(part + at + 1, part + at, n - at + 1);
				part[at] = sign;
				n++;
			} else {
				memmove(part + at, part + at + 1, n - at);
				n--;
			}
		}
		read += read_both(part);
	}
	return read;
}

START_TEST(shipped_documents_are_plain)
{
	const char *root = getenv("YB_SRCDIR"), *more = getenv("YB_PLAIN");
	int rounds = more ? atoi(more) : 200;
	size_t documents = 0, spoiled = 0;
	uint32_t state = 20260731;
	struct dirent *entry;
	char folder[512];
	DIR *d;

	(void)snprintf(folder, sizeof(folder), "%s/policies", root ? root : YB_SRCDIR);
	d = opendir(folder);
	ck_assert_ptr_nonnull(d);
	while ((entry = readdir(d))) {
		size_t length = strlen(entry->d_name);
		char *text;
		if (length < 6 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
			continue;
		text = read_file(folder, entry->d_name);
		ck_assert_msg(read_both(text), "%s is not plain", entry->d_name);
		spoiled += read_spoiled(text, rounds, &state);
		documents++;
		free(text);
	}
	(void)closedir(d);
	ck_assert_uint_ge(documents, 50);
	ck_assert_uint_ge(spoiled, documents); /* otherwise nothing was compared */
}
END_TEST

Suite *
plain_suite(void)
{
	Suite *suite = suite_create("plain");
	TCase *tcase = tcase_create("plain");

	tcase_add_test(tcase, plain_texts_are_read_alike);
	tcase_add_test(tcase, other_texts_are_left_to_libyaml);
	tcase_add_test(tcase, shipped_documents_are_plain);
	suite_add_tcase(suite, tcase);
	return suite;
}
