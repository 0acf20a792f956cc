/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The input is lines. They are read in as an export; and each is posted as a transaction. Whatever was posted verifies, and its export is
 * read in to the same head.
 */
#include "fuzz.h"

#include <string.h>

static void
must_hold(struct yb_ledger *ledger)
{
	struct yb_ledger_report *report = NULL;
	char *text = NULL;

	FUZZ_REQUIRE(yb_ledger_verify(ledger, NULL, 0, NULL, &report, NULL) == YB_OK);
	if (yb_ledger_report_get_failed(report) && yb_ledger_report_render(report, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL) == YB_OK)
		fprintf(stderr, "%s", text);
	FUZZ_REQUIRE(yb_ledger_report_get_failed(report) == 0);
	yb_ledger_report_unref(report);
}

static struct yb_ledger *
memory(void)
{
	struct yb_ledger *ledger = NULL;

	FUZZ_REQUIRE(yb_ledger_open_memory(&ledger, NULL) == YB_OK);
	return ledger;
}

static void
head_of(struct yb_ledger *ledger, int64_t *seq, char hash[YB_LEDGER_HASH_SIZE])
{
	FUZZ_REQUIRE(yb_ledger_get_head(ledger, seq, hash, NULL) == YB_OK);
}

/* The end of the line that begins at `at`. */
static size_t
end_of_line(const char *text, size_t size, size_t at)
{
	const char *end = at < size ? memchr(text + at, '\n', size - at) : NULL;

	return end ? (size_t)(end - text) : size;
}

static void
read_in(const char *text, size_t size)
{
	struct yb_ledger *ledger = memory();
	struct yb_ledger_import *reader = NULL;
	struct yb_error *err = NULL;
	int64_t seq = 0;
	yb_status st = yb_ledger_import_new(ledger, "fuzz", &reader, NULL);

	FUZZ_REQUIRE(st == YB_OK);
	for (size_t at = 0; at < size && st == YB_OK; at = end_of_line(text, size, at) + 1)
		st = yb_ledger_import_line(reader, text + at, end_of_line(text, size, at) - at, &err);
	if (st == YB_OK)
		st = yb_ledger_import_finish(reader, &err);
	fuzz_status(st, err);
	yb_ledger_import_unref(reader);
	head_of(ledger, &seq, NULL);
	FUZZ_REQUIRE(st == YB_OK || seq == 0);
	must_hold(ledger);
	yb_ledger_unref(ledger);
}

static void
out_and_in(struct yb_ledger *ledger)
{
	struct yb_ledger *other = memory();
	struct yb_ledger_export *writer = NULL;
	struct yb_ledger_import *reader = NULL;
	char one[YB_LEDGER_HASH_SIZE], two[YB_LEDGER_HASH_SIZE];
	const char *line;
	size_t length;
	int64_t seq = 0, found = 0;

	FUZZ_REQUIRE(yb_ledger_export_new(ledger, &writer, NULL) == YB_OK && yb_ledger_import_new(other, "again", &reader, NULL) == YB_OK);
	while (yb_ledger_export_next(writer, &line, &length, NULL) == YB_OK)
		FUZZ_REQUIRE(yb_ledger_import_line(reader, line, length, NULL) == YB_OK);
	FUZZ_REQUIRE(yb_ledger_import_finish(reader, NULL) == YB_OK);
	yb_ledger_export_unref(writer);
	yb_ledger_import_unref(reader);
	head_of(ledger, &seq, one);
	head_of(other, &found, two);
	FUZZ_REQUIRE(seq == found && !strcmp(one, two));
	must_hold(other);
	yb_ledger_unref(other);
}

static void
post_each(const char *text, size_t size)
{
	struct yb_ledger *ledger = memory();
	yb_day day = 0;

	FUZZ_REQUIRE(yb_day_from_text("2026-06-01", 10, &day) == YB_OK);
	for (size_t at = 0; at < size; at = end_of_line(text, size, at) + 1) {
		struct yb_transaction *t = NULL;
		struct yb_error *err = NULL;
		int64_t seq = 0;
		yb_status st = yb_transaction_new_from_json(text + at, end_of_line(text, size, at) - at, "fuzz", &t, &err);
		FUZZ_REQUIRE((st == YB_OK) == (t != NULL));
		if (st == YB_OK)
			st = yb_ledger_post(ledger, t, day, &seq, NULL, &err);
		fuzz_status(st, err);
		yb_transaction_unref(t);
	}
	must_hold(ledger);
	out_and_in(ledger);
	yb_ledger_unref(ledger);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";

	read_in(text, size);
	post_each(text, size);
	return 0;
}
