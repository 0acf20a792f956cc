/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte says the format, the rest is a bill: read, held against itself, against nothing, and shown. */
#include "fuzz.h"

#include <string.h>

#include "account/reconcile.h"
#include "base/text.h"

static void
check_row(const struct ybi_bill_row *row)
{
	FUZZ_REQUIRE(row->time && row->id && row->theirs && row->original && row->their_original && row->visit);
	FUZZ_REQUIRE(strlen(row->id) <= YBI_BILL_NAME && row->line >= 1);
	FUZZ_REQUIRE(row->kind == YBI_BILL_PAY ? row->amount >= 0 : row->kind == YBI_BILL_ADJUST || row->amount <= 0);
}

static void
show(const struct ybi_reconciliation *result)
{
	struct ybi_text text = { 0 };

	ybi_reconciliation_text(result, "bill", YB_LANG_EN, &text);
	ybi_reconciliation_text(result, "bill", YB_LANG_ZH, &text);
	ybi_reconciliation_json(result, "bill", &text);
	FUZZ_REQUIRE(!text.failed && ybi_utf8_check(text.data, text.length) == text.length);
	ybi_text_free(&text);
}

static void
reconcile(const struct ybi_bill *bill, const struct ybi_book_row *rows, size_t count)
{
	struct ybi_reconciliation result;

	FUZZ_REQUIRE(ybi_reconcile(bill, rows, count, YB_DAY_NONE, YB_DAY_NONE, &result, NULL) == YB_OK);
	FUZZ_REQUIRE(result.count >= bill->count && result.count <= bill->count + count);
	show(&result);
	ybi_reconciliation_free(&result);
}

static void
reconcile_itself(const struct ybi_bill *bill)
{
	struct ybi_book_row *rows = ybi_calloc(bill->count, sizeof(*rows));

	FUZZ_REQUIRE(rows != NULL);
	for (size_t i = 0; i < bill->count; i++) {
		const struct ybi_bill_row *row = &bill->rows[i];
		check_row(row);
		rows[i] = (struct ybi_book_row) { row->id, row->id, row->theirs, row->original, row->visit, row->kind, row->state, row->day,
			                          row->amount, row->fund, row->account, row->count };
	}
	reconcile(bill, rows, bill->count);
	reconcile(bill, rows, bill->count / 2);
	reconcile(bill, NULL, 0);
	free(rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ybi_bill_options options = { "bill", YBI_BILL_WECHAT, 2026 };
	struct ybi_bill bill;
	struct yb_error *err = NULL;
	yb_status st;

	if (size == 0)
		return 0;
	options.format = (enum ybi_bill_format)(data[0] % YBI_BILL_FORMATS_);
	st = ybi_bill_read((const char *)data + 1, size - 1, &options, &bill, &err);
	FUZZ_REQUIRE(st == YB_OK || (bill.count == 0 && !bill.rows));
	fuzz_status(st, err);
	if (st != YB_OK)
		return 0;
	reconcile_itself(&bill);
	ybi_bill_free(&bill);
	return 0;
}
