/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <yibao/yibao.h>

#include "test_ask.h"

/*
 * Verifying a ledger: what is well holds, and whatever somebody else changes in the file is found. Writing it out and reading it in: the
 * same comes out, and what does not come out as its line says is refused.
 */

Suite *ledger_verify_suite(void);

/* ---- a ledger with something of everything ---- */

#define DOCUMENT "c830116a643e40ff1d809cf05f4fe72ecfd749f7ca4ad384bea0e8a0143cf4a0"
#define SETLINFO "\"setlinfo\": {\"medfee_sumamt\": 100, \"hifp_pay\": 80, \"fund_pay_sumamt\": 80, \"psn_part_amt\": 20, \"acct_pay\": 5, \"psn_cash_pay\": 15}"
#define SETLINFO2 "\"setlinfo\": {\"medfee_sumamt\": 80, \"hifp_pay\": 80, \"fund_pay_sumamt\": 80, \"psn_part_amt\": 0, \"psn_cash_pay\": 0}"
#define P1 "\"psn_no\": \"P1\", "
#define P2 "\"psn_no\": \"P2\", "

static const struct {
	const char *on, *json;
} sample[] = {
	{ "2026-01-02", "{\"key\": \"open\", \"kind\": \"opening\", " P1 "\"business_day\": \"2025-12-31\", \"amount\": 1000}" },
	{ "2026-01-05", "{\"key\": \"pay\", \"kind\": \"contribution\", " P1 "\"certno\": \"11010519491231002X\", \"business_day\": \"2026-01-05\", "
	                "\"insutype\": \"390\", \"period\": \"2026\", \"shares\": {\"person\": 400, \"finsubs\": 700.50}, \"channel\": \"wx_city\"}" },
	{ "2026-01-06", "{\"key\": \"credit\", \"kind\": \"credit\", " P2 "\"business_day\": \"2026-01-05\", \"period\": \"2026-01\", \"amount\": 200}" },
	{ "2026-01-06", "{\"key\": \"interest\", \"kind\": \"interest\", " P2 "\"business_day\": \"2026-01-06\", \"amount\": 1.23}" },
	{ "2026-01-07", "{\"key\": \"bill\", \"kind\": \"settlement\", " P1 "\"business_day\": \"2026-01-07\", \"insutype\": \"310\", \"med_type\": \"21\", "
	                "\"mdtrt_id\": \"Z1\", \"fixmedins_code\": \"H1\", \"policy\": \"990000/310\", " SETLINFO ", \"totals\": [{\"on\": \"2026-01-07\", "
	                "\"episode\": \"Z1\", \"sums\": {\"basic.base\": 90, \"basic.paid\": 80}}], \"receipt\": {\"documents\": [{\"id\": \"990000/310\", "
	                "\"hash\": \"" DOCUMENT "\"}]}}" },
	{ "2026-01-08", "{\"key\": \"less\", \"kind\": \"adjustment\", " P1 "\"business_day\": \"2026-01-08\", \"belongs\": \"bill\", \"reason\": \"late bill\", "
	                "\"policy\": \"990000/310\", \"setlinfo\": {\"hifp_pay\": -1, \"fund_pay_sumamt\": -1, \"psn_part_amt\": 1, \"psn_cash_pay\": 1}, "
	                "\"entries\": {\"fund/310100\": 1, \"cash\": -1}, \"totals\": [{\"on\": \"2026-01-07\", \"episode\": \"Z1\", "
	                "\"sums\": {\"basic.paid\": -1}}]}" },
	{ "2026-01-09", "{\"key\": \"bill2\", \"kind\": \"settlement\", " P1 "\"business_day\": \"2026-01-09\", \"insutype\": \"310\", \"med_type\": \"11\", "
	                "\"policy\": \"990000/310\", " SETLINFO ", \"channel\": \"wx_city\", \"totals\": [{\"on\": \"2026-01-09\", \"sums\": {\"basic.base\": 70}}]}" },
	{ "2026-01-10", "{\"key\": \"back2\", \"kind\": \"reversal\", " P1 "\"business_day\": \"2026-01-10\", \"reverses\": \"bill2\", \"infno\": \"2208\"}" },
	{ "2026-01-11", "{\"key\": \"pay2\", \"kind\": \"contribution\", " P2 "\"business_day\": \"2026-01-11\", \"insutype\": \"310\", \"period\": "
	                "\"2026-01/2026-03\", \"shares\": {\"account\": 10, \"employer\": 30}}" },
	{ "2026-01-12", "{\"key\": \"failed\", \"kind\": \"failure\", " P2 "\"business_day\": \"2026-01-12\", \"reverses\": \"pay2\", \"reason\": \"no cover\"}" },
	{ "2026-01-12", "{\"key\": \"pay3\", \"kind\": \"contribution\", " P2 "\"business_day\": \"2026-01-12\", \"insutype\": \"310\", \"period\": "
	                "\"2026-01/2026-03\", \"shares\": {\"person\": 10, \"employer\": 30}, \"belongs\": \"failed\"}" },
	{ "2026-01-13", "{\"key\": \"may\", \"kind\": \"authorization\", " P1 "\"business_day\": \"2026-01-13\", \"member\": \"P3\", \"form\": \"wallet\", "
	                "\"from\": \"2026-01-13\", \"limit\": {\"each\": 300}}" },
	{ "2026-01-14", "{\"key\": \"gift\", \"kind\": \"share\", " P1 "\"business_day\": \"2026-01-14\", \"belongs\": \"may\", \"member\": \"P3\", \"amount\": 100}" },
	{ "2026-01-14", "{\"key\": \"gift2\", \"kind\": \"share\", " P1 "\"business_day\": \"2026-01-14\", \"belongs\": \"may\", \"member\": \"P3\", \"amount\": 50}" },
	{ "2026-01-15", "{\"key\": \"taken\", \"kind\": \"share-accept\", \"psn_no\": \"P3\", \"business_day\": \"2026-01-15\", \"belongs\": \"gift\"}" },
	{ "2026-01-15", "{\"key\": \"returned\", \"kind\": \"share-return\", " P1 "\"business_day\": \"2026-01-15\", \"belongs\": \"gift2\"}" },
	{ "2026-01-16", "{\"key\": \"mayno\", \"kind\": \"revocation\", " P1 "\"business_day\": \"2026-01-16\", \"belongs\": \"may\"}" },
	{ "2026-01-17", "{\"key\": \"out\", \"kind\": \"transfer-out\", " P1 "\"business_day\": \"2026-01-17\", \"region\": \"310000\", \"amount\": 40}" },
	{ "2026-01-18", "{\"key\": \"there\", \"kind\": \"transfer-arrival\", " P1 "\"business_day\": \"2026-01-18\", \"belongs\": \"out\"}" },
	{ "2026-01-18", "{\"key\": \"in\", \"kind\": \"transfer-in\", \"certno\": \"110101199003070011\", \"business_day\": \"2026-01-18\", \"region\": \"320000\", "
	                "\"amount\": 60}" },
	{ "2026-01-19", "{\"key\": \"ask\", \"kind\": \"refund-request\", " P1 "\"business_day\": \"2026-01-19\", \"belongs\": \"pay\", \"reason\": \"twice\", "
	                "\"amount\": 100}" },
	{ "2026-01-19", "{\"key\": \"ask2\", \"kind\": \"refund-request\", " P1 "\"business_day\": \"2026-01-19\", \"belongs\": \"pay\", \"reason\": \"twice\", "
	                "\"amount\": 300}" },
	{ "2026-01-20", "{\"key\": \"repaid\", \"kind\": \"refund\", " P1 "\"business_day\": \"2026-01-20\", \"belongs\": \"ask\"}" },
	{ "2026-01-20", "{\"key\": \"refused\", \"kind\": \"refund-refusal\", " P1 "\"business_day\": \"2026-01-20\", \"belongs\": \"ask2\", \"reason\": \"paid once\"}" },
	{ "2026-01-31", "{\"key\": \"cleared\", \"kind\": \"clearing\", \"business_day\": \"2026-01-31\", \"channel\": \"wx_city\", \"amount\": 300}" },
	{ "2026-02-01", "{\"key\": \"close\", \"kind\": \"closing\", \"business_day\": \"2026-02-01\", \"through\": \"2026-01-31\"}" },
	{ "2026-02-02", "{\"key\": \"after\", \"kind\": \"credit\", " P2 "\"business_day\": \"2026-02-02\", \"period\": \"2026-02\", \"amount\": 200}" },
};
#define SAMPLES ((int)(sizeof(sample) / sizeof(sample[0])))

static char folder[32], file[64], key[80];
static unsigned char *pristine; /* the file as the library has left it */
static size_t pristine_size;

static void
sql(sqlite3 *db, const char *text)
{
	ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", text, sqlite3_errmsg(db));
}

/* A second connection that keeps to no rule. */
static sqlite3 *
raw_open(void)
{
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sql(db, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
	return db;
}

static void
put_back(void)
{
	FILE *out = fopen(file, "wb");

	ck_assert(out && fwrite(pristine, 1, pristine_size, out) == pristine_size && fclose(out) == 0);
}

static struct yb_ledger *
open_file(void)
{
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;
	struct yb_ledger *ledger = NULL;

	options.flags = YB_LEDGER_READ;
	ck_assert_int_eq(yb_ledger_open(file, &options, &ledger, NULL), YB_OK);
	return ledger;
}

static yb_status
post_json(struct yb_ledger *ledger, const char *json, const char *today)
{
	struct yb_transaction *t = NULL;
	struct yb_error *error = NULL;
	int64_t seq = 0;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "test", &t, &error);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, ask_day(today), &seq, NULL, &error);
	ck_assert_msg(st == YB_OK, "%s: %s", json, error ? yb_error_get_message(error) : "");
	yb_transaction_unref(t);
	return st;
}

static void
setup(void)
{
	struct yb_ledger *ledger = NULL;
	sqlite3 *db;
	FILE *in;

	strcpy(folder, "/tmp/yibao-verify-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(file, sizeof(file), "%s/x.ledger", folder);
	(void)snprintf(key, sizeof(key), "%s.key", file);
	ck_assert_int_eq(yb_ledger_create(file, NULL), YB_OK);
	db = raw_open();
	sql(db, "INSERT INTO document VALUES ('" DOCUMENT "', 'language: 1' || char(10))");
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	ck_assert_int_eq(yb_ledger_open(file, NULL, &ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	for (int i = 0; i < SAMPLES; i++)
		(void)post_json(ledger, sample[i].json, sample[i].on);
	ck_assert_int_eq(yb_ledger_commit(ledger, NULL), YB_OK);
	yb_ledger_unref(ledger);
	in = fopen(file, "rb");
	ck_assert_ptr_nonnull(in);
	pristine = malloc(1 << 20);
	pristine_size = fread(pristine, 1, 1 << 20, in);
	(void)fclose(in);
}

static void
teardown(void)
{
	char journal[112];

	(void)snprintf(journal, sizeof(journal), "%s-journal", file);
	(void)unlink(journal);
	(void)unlink(file);
	(void)unlink(key);
	ck_assert_int_eq(rmdir(folder), 0);
	free(pristine);
}

/* ---- asking ---- */

static struct yb_ledger_report *
verify(struct yb_ledger *ledger, const char *checks)
{
	struct yb_ledger_report *report = NULL;
	struct yb_error *error = NULL;
	yb_status st;

	st = yb_ledger_verify(ledger, checks, 0, NULL, &report, &error);
	ck_assert_msg(st == YB_OK, "%s: %s", yb_status_name(st), error ? yb_error_get_message(error) : "");
	ck_assert_ptr_null(error);
	return report;
}

/* Names of the checks that fail, with commas between. */
static const char *
failures(struct yb_ledger *ledger, const char *checks)
{
	static char names[256];
	struct yb_ledger_report *report = verify(ledger, checks);
	const char *name;
	int32_t holds;
	size_t failed = 0;

	names[0] = '\0';
	for (size_t i = 0; yb_ledger_report_get_check(report, i, &name, &holds, NULL) == YB_OK; i++) {
		const char *text = NULL;
		ck_assert_int_eq(yb_ledger_report_get_failure(report, i, YB_LANG_ZH, &text, NULL, NULL, NULL, NULL), holds ? YB_E_NOT_FOUND : YB_OK);
		ck_assert(holds || (text && text[0]));
		if (holds)
			continue;
		strcat(strcat(names, names[0] ? "," : ""), name);
		failed++;
	}
	ck_assert_uint_eq(failed, yb_ledger_report_get_failed(report));
	yb_ledger_report_unref(report);
	return names;
}

static const char *
failures_of_file(const char *checks)
{
	struct yb_ledger *ledger = open_file();
	const char *names = failures(ledger, checks);

	yb_ledger_unref(ledger);
	return names;
}

/* ---- what is well ---- */

START_TEST(a_ledger_with_something_of_everything_holds)
{
	static const char *const names[] = { "format", "schema", "chain", "order", "facts", "entries", "identities", "balances", "accounts", "persons",
		                             "used", "documents", "closed", "orphans" };
	struct yb_ledger *ledger = open_file();
	struct yb_ledger_report *report;
	char head[YB_LEDGER_HASH_SIZE], found[YB_LEDGER_HASH_SIZE], *text = NULL;
	const char *name;
	int64_t seq = 0, rows = 0;
	int32_t holds = 0;

	ck_assert_str_eq(failures(ledger, NULL), "");
	report = verify(ledger, NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_int_eq(yb_ledger_report_get_check(report, i, &name, &holds, &rows), YB_OK);
		ck_assert_str_eq(name, names[i]);
		ck_assert_str_eq(failures(ledger, names[i]), "");
	}
	ck_assert_int_eq(yb_ledger_report_get_check(report, 14, NULL, NULL, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_ledger_report_get_check(report, 2, NULL, NULL, &rows), YB_OK);
	ck_assert_int_eq(rows, SAMPLES);
	ck_assert_int_eq(yb_ledger_get_head(ledger, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, head, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_report_get_head(report, &rows, found), YB_OK);
	ck_assert_int_eq(rows, seq);
	ck_assert_str_eq(found, head);
	ck_assert_int_eq(yb_ledger_report_render(report, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(text, "chain       holds  27\n"));
	ck_assert_ptr_nonnull(strstr(text, "all 14 checks hold\n"));
	yb_free(text);
	ck_assert_int_eq(yb_ledger_report_render(report, YB_FORMAT_JSON, YB_LANG_ZH, &text, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(text, "{\"schema\": \"yibao-ledger-verify/1\", \"holds\": true, \"transactions\": 27, \"head\": \""));
	yb_free(text);
	yb_ledger_report_unref(report);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(an_empty_ledger_holds_and_so_does_one_in_a_batch)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	ck_assert_str_eq(failures(ledger, NULL), "");
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	(void)post_json(ledger, sample[0].json, "2026-01-02");
	ck_assert_str_eq(failures(ledger, NULL), "");
	ck_assert_int_eq(yb_ledger_rollback(ledger, NULL), YB_OK);
	ck_assert_str_eq(failures(ledger, NULL), "");
	yb_ledger_unref(ledger);
}
END_TEST

/* Characters that a reader of YAML would take otherwise: the facts are read again as they were written. */
START_TEST(any_text_of_a_fact_is_read_again)
{
	static const char *const texts[] = { "\xc2\x80", "a\xc2\x85 b", "\xc2\x9f", "a\xe2\x80\xa8 b", "\xe2\x80\xa9", "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf",
		                             "\xf0\x9f\xbf\xbf", "  a  ", "# a: {b", "\\u0041", "\"", "%", "\xf0\x9f\x98\x80", "null", "~", "0x1F", "- a" };
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct yb_transaction *t = NULL;
		int64_t seq = 0;
		static const char json[] = "{\"kind\": \"clearing\", \"business_day\": \"2026-01-31\", \"channel\": \"c\", \"amount\": 3}";
		ck_assert_int_eq(yb_transaction_new_from_json(json, sizeof(json) - 1, "test", &t, NULL), YB_OK);
		ck_assert_int_eq(yb_transaction_set_text(t, "key", texts[i], strlen(texts[i])), YB_OK);
		ck_assert_int_eq(yb_transaction_set_text(t, "reason", texts[i], strlen(texts[i])), YB_OK);
		ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2026-01-31"), &seq, NULL, NULL), YB_OK);
		ck_assert_msg(!failures(ledger, NULL)[0], "%zu", i);
		yb_transaction_unref(t);
	}
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- every change of a cell, a row or two rows ---- */

#define COLUMNS 10
#define ROWS 256

struct table {
	const char *name;
	int columns, rows;
	char column[COLUMNS][24];
	bool text[COLUMNS], nullable[COLUMNS];
	char *cell[ROWS][COLUMNS]; /* as literals */
};

static void
read_table(sqlite3 *db, const char *name, struct table *table)
{
	sqlite3_stmt *st = NULL;
	char query[1024], *list = query + snprintf(query, sizeof(query), "SELECT ");

	memset(table, 0, sizeof(*table));
	table->name = name;
	ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT name, type, \"notnull\" FROM pragma_table_info(?)", -1, &st, NULL), SQLITE_OK);
	(void)sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	while (sqlite3_step(st) == SQLITE_ROW) {
		int c = table->columns++;
		(void)snprintf(table->column[c], sizeof(table->column[c]), "%s", (const char *)sqlite3_column_text(st, 0));
		table->text[c] = !strcmp((const char *)sqlite3_column_text(st, 1), "TEXT");
		table->nullable[c] = !sqlite3_column_int(st, 2);
		list += snprintf(list, 64, "%squote(%s)", c ? ", " : "", table->column[c]);
	}
	(void)sqlite3_finalize(st);
	ck_assert_int_gt(table->columns, 0);
	(void)snprintf(list, 64, " FROM %s", name);
	ck_assert_int_eq(sqlite3_prepare_v2(db, query, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		ck_assert_int_lt(table->rows, ROWS);
		for (int c = 0; c < table->columns; c++)
			table->cell[table->rows][c] = strdup((const char *)sqlite3_column_text(st, c));
		table->rows++;
	}
	(void)sqlite3_finalize(st);
	ck_assert_int_gt(table->rows, 0);
}

static void
drop_table(struct table *table)
{
	for (int r = 0; r < table->rows; r++)
		for (int c = 0; c < table->columns; c++)
			free(table->cell[r][c]);
}

/* "WHERE a IS 1 AND b IS 'x'": a row as it was, or with one cell changed. */
static void
where(const struct table *table, int row, int but, const char *literal, char out[16384])
{
	int n = 0;

	for (int c = 0; c < table->columns; c++)
		n += snprintf(out + n, (size_t)(16384 - n), "%s %s IS %s", c ? " AND" : " WHERE", table->column[c], c == but ? literal : table->cell[row][c]);
	ck_assert_int_lt(n, 16384);
}

/* Another value than the one that is there. */
static void
another(const struct table *table, int row, int column, int way, char out[8192])
{
	const char *is = table->cell[row][column];

	if (!strcmp(is, "NULL"))
		(void)snprintf(out, 8192, "%s", table->text[column] ? "'#0'" : way ? "0" : "1");
	else if (way == 2)
		(void)snprintf(out, 8192, "NULL");
	else if (!table->text[column])
		(void)snprintf(out, 8192, "%lld", atoll(is) + (way ? 1000 : 1));
	else { /* the last character, or the first but one */
		size_t length = strlen(is), at = way ? 1 : length - 2;
		memcpy(out, is, length + 1);
		if (length > 2)
			out[at] = out[at] == '1' ? '2' : '1';
		else
			strcpy(out, "'1'");
	}
}

static long changes, refused;

/* One statement of the other connection: what it changed is found. */
static void
change(const char *text, int expect_rows)
{
	sqlite3 *db = raw_open();
	int code;

	code = sqlite3_exec(db, text, NULL, NULL, NULL);
	if (code != SQLITE_OK || sqlite3_changes(db) < expect_rows) {
		ck_assert_msg((code & 0xff) == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH, "%s: %s", text, sqlite3_errmsg(db));
		refused++;
		ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
		put_back();
		return;
	}
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	changes++;
	ck_assert_msg(failures_of_file(NULL)[0], "not found: %.300s", text);
	put_back();
}

/* A step by which to go where a run is slow. */
static int
fewer(int step)
{
	return getenv("YB_SLOW") ? step : 1;
}

static void
change_cells(const struct table *table)
{
	char text[40000], to[8192], at[16384];

	for (int r = 0; r < table->rows; r += fewer(9))
		for (int c = 0; c < table->columns; c++)
			for (int way = 0; way < 3; way++) {
				if (way == 2 && (!table->nullable[c] || !strcmp(table->cell[r][c], "NULL")))
					continue;
				another(table, r, c, way, to);
				where(table, r, -1, NULL, at);
				ck_assert_int_lt(snprintf(text, sizeof(text), "UPDATE %s SET %s = %s%s", table->name, table->column[c], to, at), (int)sizeof(text));
				change(text, 1);
			}
}

static void
delete_and_add_rows(const struct table *table)
{
	char text[40000], at[16384], to[8192];

	for (int r = 0; r < table->rows; r++) {
		where(table, r, -1, NULL, at);
		(void)snprintf(text, sizeof(text), "DELETE FROM %s%s", table->name, at);
		change(text, 1);
		for (int way = 0; way < 2; way++) { /* the row again, with other names in all columns or in the first ones */
			int n = snprintf(text, sizeof(text), "INSERT INTO %s VALUES (", table->name);
			for (int c = 0; c < table->columns; c++) {
				another(table, r, c, 1, to);
				n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%s", c ? ", " : "",
				              (way && c > 1) || !strcmp(table->cell[r][c], "NULL") ? table->cell[r][c] : to);
			}
			(void)snprintf(text + n, sizeof(text) - (size_t)n, ")");
			change(text, 1);
		}
	}
}

static bool
differ_in_one(const struct table *table, int row)
{
	int differing = 0;

	for (int c = 0; c < table->columns; c++)
		differing += strcmp(table->cell[row][c], table->cell[row + 1][c]) != 0;
	return differing == 1;
}

/* Two neighbours change places in one column; where they are equal but for it, that changes nothing. */
static void
swap_cells(const struct table *table)
{
	char text[60000], one[16384], other[16384], held[16384];

	for (int r = 0; r + 1 < table->rows; r++)
		for (int c = 0; c < table->columns; c++) {
			const char *a = table->cell[r][c], *b = table->cell[r + 1][c], *aside = table->text[c] ? "'aside'" : "-77";
			if (!strcmp(a, b) || differ_in_one(table, r))
				continue;
			where(table, r, -1, NULL, one);
			where(table, r + 1, -1, NULL, other);
			where(table, r, c, aside, held);
			(void)snprintf(text, sizeof(text), "BEGIN; UPDATE %s SET %s = %s%s; UPDATE %s SET %s = %s%s; UPDATE %s SET %s = %s%s; COMMIT", table->name,
			               table->column[c], aside, one, table->name, table->column[c], a, other, table->name, table->column[c], b, held);
			change(text, 1);
		}
}

static const char *const tables[] = { "person", "account", "txn", "entry", "sum", "used", "document", "closed" };

START_TEST(every_change_is_found)
{
	struct table table;
	sqlite3 *db = raw_open();

	changes = refused = 0;
	read_table(db, tables[_i], &table);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	change_cells(&table);
	delete_and_add_rows(&table);
	swap_cells(&table);
	if (getenv("YB_VERBOSE"))
		(void)printf("%s: %ld changes found, %ld refused by the table\n", table.name, changes, refused);
	ck_assert_int_gt(changes, refused / 4);
	drop_table(&table);
}
END_TEST

/* ---- which check finds what ---- */

static const struct {
	const char *sql, *check; /* the check alone finds it */
} named[] = {
	{ "UPDATE txn SET seq = 1000 WHERE seq = 27", "chain" },
	{ "UPDATE txn SET chain = iif(substr(chain, 1, 1) = '0', '1', '0') || substr(chain, 2) WHERE seq = 3", "chain" },
	{ "UPDATE txn SET posting_day = posting_day - 300 WHERE seq = 9", "order" },
	{ "UPDATE txn SET reverses = 26 WHERE seq = 8", "order" },
	{ "UPDATE txn SET belongs = seq WHERE seq = 6", "order" },
	{ "UPDATE txn SET key = 'other' WHERE seq = 4", "facts" },
	{ "UPDATE txn SET kind = 2 WHERE seq = 4", "facts" },
	{ "UPDATE txn SET facts = '{' WHERE seq = 4", "facts" },
	{ "UPDATE txn SET facts = '{}' WHERE seq = 4", "facts" },
	{ "UPDATE txn SET facts = '[]' WHERE seq = 4", "entries" },
	{ "UPDATE txn SET facts = facts || ' ' WHERE seq = 4", "facts" },
	{ "UPDATE txn SET facts = replace(facts, ', \"amount\": \"1.23\"', '') WHERE seq = 4", "facts" },
	{ "UPDATE txn SET facts = replace(facts, '\"kind\": \"interest\"', '\"kind\": \"share\"') WHERE seq = 4", "entries" },
	{ "UPDATE txn SET facts = replace(facts, '\"belongs\": \"ask\"', '\"belongs\": \"pay\"') WHERE seq = 23", "entries" },
	{ "UPDATE txn SET facts = replace(facts, '\"reverses\": \"bill2\"', '\"reverses\": \"nobody\"') WHERE seq = 8", "used" },
	{ "UPDATE txn SET facts = replace(facts, '\"acct_pay\": \"5.00\"', '\"acct_pay\": \"6.00\"') WHERE seq = 5", "identities" },
	{ "UPDATE entry SET fen = fen + 1 WHERE txn = 4", "entries" },
	{ "UPDATE entry SET fen = fen * 2 WHERE txn = 5", "identities" },
	{ "UPDATE entry SET after = after + 1 WHERE txn = 4", "balances" },
	{ "UPDATE sum SET fen = fen + 1 WHERE period > 1000000", "balances" },
	{ "DELETE FROM sum WHERE period < 1000000", "balances" },
	{ "INSERT INTO sum VALUES (77, 1, 1)", "balances" },
	{ "UPDATE account SET name = 'nothing/x' WHERE name = 'cash'", "accounts" },
	{ "UPDATE account SET person = 2 WHERE name = 'account/P1'", "accounts" },
	{ "INSERT INTO account (name) VALUES ('fund/330100')", "accounts" },
	{ "UPDATE person SET last = last - 1 WHERE id = 3", "persons" },
	{ "UPDATE person SET hash = NULL WHERE id = 1", "persons" },
	{ "UPDATE person SET hash = '#' || hex(randomblob(32)) WHERE id = 2", "persons" },
	{ "UPDATE person SET id = 40 WHERE id = 3", "persons" },
	{ "INSERT INTO person (token, psn_no, last) VALUES ('P9', 'P9', 0)", "persons" },
	{ "DELETE FROM used WHERE txn = 8", "used" },
	{ "UPDATE used SET fen = fen + 1 WHERE txn = 6", "used" },
	{ "UPDATE document SET text = text || ' '", "documents" },
	{ "DELETE FROM document", "documents" },
	{ "UPDATE closed SET through = through + 1", "closed" },
	{ "DELETE FROM closed", "closed" },
	{ "UPDATE txn SET facts = replace(facts, '2026-02-02', '2026-01-02') WHERE seq = 27", "closed" },
	{ "DELETE FROM txn WHERE seq = 27", "orphans" },
	{ "UPDATE entry SET account = 99 WHERE txn = 4 AND fen > 0", "orphans" },
	{ "CREATE TRIGGER t AFTER INSERT ON entry BEGIN UPDATE entry SET fen = fen + 1000000; END", "schema" },
	{ "CREATE VIEW v AS SELECT * FROM entry", "schema" },
	{ "CREATE INDEX i ON entry (fen)", "schema" },
	{ "CREATE TABLE more (x)", "schema" },
	{ "DROP INDEX txn_person", "schema" },
	{ "ALTER TABLE used ADD COLUMN more TEXT", "schema" },
	{ "PRAGMA user_version = 2", "schema" },
	{ "PRAGMA application_id = 7", "schema" },
};

START_TEST(a_check_finds_its_own)
{
	struct yb_ledger *ledger = open_file();
	sqlite3 *db;

	ck_assert_str_eq(failures(ledger, named[_i].check), "");
	db = raw_open();
	sql(db, named[_i].sql);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	ck_assert_msg(!strcmp(failures(ledger, named[_i].check), named[_i].check), "%s: %s does not find it", named[_i].sql, named[_i].check);
	ck_assert_ptr_nonnull(strstr(failures(ledger, NULL), named[_i].check));
	yb_ledger_unref(ledger);
	put_back();
}
END_TEST

START_TEST(a_failure_has_its_place)
{
	struct yb_ledger_report *report;
	struct yb_ledger *ledger;
	const char *text, *table, *column, *account;
	char *rendered = NULL;
	int64_t number, seq;
	sqlite3 *db = raw_open();

	sql(db, "UPDATE entry SET after = after + 1 WHERE txn = 4 AND fen > 0");
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	ledger = open_file();
	report = verify(ledger, "balances, orphans");
	ck_assert_int_eq(yb_ledger_report_get_failure(report, 0, YB_LANG_EN, &text, &table, &column, &number, &account), YB_OK);
	ck_assert_str_eq(table, "entry");
	ck_assert_str_eq(column, "after");
	ck_assert_str_eq(account, "account/P2");
	ck_assert_int_eq(number, 4);
	ck_assert_int_eq(yb_ledger_report_get_failure(report, 1, YB_LANG_EN, NULL, NULL, NULL, NULL, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_ledger_report_get_head(report, &seq, NULL), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_ledger_report_render(report, YB_FORMAT_TEXT, YB_LANG_EN, &rendered, NULL), YB_OK);
	ck_assert_str_eq(rendered, "balances    fails  transaction 4, account/P2, entry.after: the balance after the entry is not the sum of the entries\n"
	                 "orphans     holds\nof 2 checks 1 fail\n");
	yb_free(rendered);
	ck_assert_int_eq(yb_ledger_report_render(report, YB_FORMAT_JSON, YB_LANG_EN, &rendered, NULL), YB_OK);
	ck_assert_str_eq(rendered, "{\"schema\": \"yibao-ledger-verify/1\", \"holds\": false, \"checks\": [{\"name\": \"balances\", \"holds\": false, \"rows\": 19, "
	                 "\"failure\": {\"table\": \"entry\", \"column\": \"after\", \"number\": 4, \"account\": \"account/P2\", \"text\": \"the balance after the "
	                 "entry is not the sum of the entries\"}}, {\"name\": \"orphans\", \"holds\": true, \"rows\": 0}]}\n");
	yb_free(rendered);
	ck_assert_int_eq(yb_ledger_report_render(report, 9, YB_LANG_EN, &rendered, NULL), YB_E_INVALID);
	yb_ledger_report_unref(report);
	yb_ledger_unref(ledger);
	put_back();
}
END_TEST

/* ---- heads that were written down ---- */

START_TEST(an_earlier_head_is_found_in_the_chain)
{
	struct yb_ledger_report *report = NULL;
	struct yb_ledger *ledger = NULL;
	char head[YB_LEDGER_HASH_SIZE], zero[YB_LEDGER_HASH_SIZE];
	int64_t seq = 0;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, zero, NULL), YB_OK);
	for (int i = 0; i < 4; i++) {
		(void)post_json(ledger, sample[i].json, sample[i].on);
		if (i == 2)
			ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, head, NULL), YB_OK);
	}
	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(yb_ledger_verify(ledger, i % 2 ? "orphans" : NULL, i < 2 ? seq : i < 4 ? 0 : 4, i < 2 ? head : i < 4 ? zero : head, &report, NULL),
		                 YB_OK);
		ck_assert_uint_eq(yb_ledger_report_get_failed(report), i < 4 ? 0 : 1);
		yb_ledger_report_unref(report);
	}
	ck_assert_int_eq(yb_ledger_verify(ledger, NULL, 5, head, &report, NULL), YB_OK); /* there are not so many */
	ck_assert_uint_eq(yb_ledger_report_get_failed(report), 1);
	yb_ledger_report_unref(report);
	ck_assert_int_eq(yb_ledger_verify(ledger, NULL, -1, head, &report, NULL), YB_E_BAD_VALUE);
	head[0] = 'G';
	ck_assert_int_eq(yb_ledger_verify(ledger, NULL, 4, head, &report, NULL), YB_E_BAD_VALUE);
	ck_assert_ptr_null(report);
	ck_assert_int_eq(yb_ledger_verify(ledger, NULL, 4, "12", &report, NULL), YB_E_BAD_VALUE);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(an_unknown_check_is_refused)
{
	struct yb_ledger_report *report = NULL;
	struct yb_ledger *ledger = open_file();
	struct yb_error *error = NULL;

	ck_assert_int_eq(yb_ledger_verify(ledger, "chain,balance", 0, NULL, &report, &error), YB_E_UNKNOWN_NAME);
	ck_assert_ptr_null(report);
	ck_assert_str_eq(yb_error_get_message(error), "there is no check \"balance\"; did you mean \"balances\"?");
	yb_error_unref(error);
	ck_assert_int_eq(yb_ledger_verify(ledger, "\xff", 0, NULL, &report, NULL), YB_E_UNKNOWN_NAME);
	ck_assert_int_eq(yb_ledger_verify(ledger, "something-of-a-name-that-is-far-too-long-for-any-check", 0, NULL, &report, NULL), YB_E_UNKNOWN_NAME);
	ck_assert_int_eq(yb_ledger_verify(NULL, NULL, 0, NULL, &report, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_verify(ledger, NULL, 0, NULL, NULL, NULL), YB_E_INVALID);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- pages that the database refuses ---- */

START_TEST(a_page_that_was_overwritten_is_a_finding)
{
	for (size_t page = 1; page < pristine_size / 4096; page++)
		for (int way = 0; way < 3; way++) {
			struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;
			struct yb_ledger *ledger = NULL;
			unsigned char bytes[4096];
			FILE *out = fopen(file, "r+b");
			ck_assert_ptr_nonnull(out);
			memset(bytes, way ? 0xff : 0, sizeof(bytes));
			if (way == 2)
				memcpy(bytes, pristine + page * 4096, 2048);
			if (!memcmp(bytes, pristine + page * 4096, sizeof(bytes)))
				(void)memset(bytes, 0x5a, sizeof(bytes));
			ck_assert(fseek(out, (long)page * 4096, SEEK_SET) == 0 && fwrite(bytes, 1, sizeof(bytes), out) == sizeof(bytes) && fclose(out) == 0);
			options.flags = YB_LEDGER_READ;
			ck_assert_int_eq(yb_ledger_open(file, &options, &ledger, NULL), YB_OK);
			ck_assert_msg(failures(ledger, NULL)[0], "page %zu", page + 1);
			ck_assert_str_eq(failures(ledger, "format"), "format");
			yb_ledger_unref(ledger);
			put_back();
		}
}
END_TEST

/* Two parts of one day, an admission told by hand besides the one that a stay counts, and a reversal of it all. */
START_TEST(totals_that_meet_in_one_row_are_one)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	(void)post_json(ledger, "{\"key\": \"s\", \"kind\": \"settlement\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-09\", \"insutype\": \"310\","
	                "\"med_type\": \"21\", \"mdtrt_id\": \"Z\", \"policy\": \"990000/310\", \"setlinfo\": {\"medfee_sumamt\": 100, \"hifp_pay\": 80,"
	                "\"fund_pay_sumamt\": 80, \"psn_part_amt\": 20, \"psn_cash_pay\": 20}, \"totals\": [{\"on\": \"2026-03-09\", \"episode\": \"Z\", "
	                "\"sums\": {\"a\": 1, \"yb_admission\": 2}}, {\"on\": \"2026-03-09\", \"episode\": \"Y\", \"sums\": {\"a\": 3}}]}", "2026-03-09");
	(void)post_json(ledger, "{\"key\": \"j\", \"kind\": \"adjustment\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-10\", \"belongs\": \"s\","
	                "\"reason\": \"r\", \"policy\": \"990000/310\", \"totals\": [{\"on\": \"2026-03-09\", \"episode\": \"Z\", \"sums\": {\"a\": -1}}]}",
	                "2026-03-10");
	(void)post_json(ledger, "{\"key\": \"v\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-03-11\", \"reverses\": \"s\"}",
	                "2026-03-11");
	ck_assert_str_eq(failures(ledger, NULL), "");
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- out and in ---- */

#define LINES 64
static char *lines[LINES];
static int line_count;

static void
drop_lines(void)
{
	for (int i = 0; i < line_count; i++)
		free(lines[i]);
	line_count = 0;
}

static void
export_lines(struct yb_ledger *ledger)
{
	struct yb_ledger_export *writer = NULL;
	const char *line;
	size_t length;
	yb_status st;

	drop_lines();
	ck_assert_int_eq(yb_ledger_export_new(ledger, &writer, NULL), YB_OK);
	while ((st = yb_ledger_export_next(writer, &line, &length, NULL)) == YB_OK) {
		ck_assert_int_lt(line_count, LINES);
		ck_assert_uint_eq(strlen(line), length);
		lines[line_count++] = strdup(line);
	}
	ck_assert_int_eq(st, YB_E_NOT_FOUND);
	ck_assert_ptr_null(line);
	ck_assert_int_eq(yb_ledger_export_next(writer, &line, &length, NULL), YB_E_NOT_FOUND);
	yb_ledger_export_unref(writer);
}

static void
export_file(void)
{
	struct yb_ledger *ledger = open_file();

	export_lines(ledger);
	yb_ledger_unref(ledger);
}

/* Lines into a new ledger in memory. A refusal names its line, and leaves a ledger without anything, which can be used. */
static yb_status
import(const char *const *text, int count, struct yb_ledger **ledger, uint32_t *at, char message[200])
{
	struct yb_ledger_import *reader = NULL;
	struct yb_error *error = NULL;
	int64_t seq = 7;
	yb_status st;

	ck_assert_int_eq(yb_ledger_open_memory(ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_import_new(*ledger, "x.jsonl", &reader, NULL), YB_OK);
	st = YB_OK;
	for (int i = 0; i < count && st == YB_OK; i++)
		st = yb_ledger_import_line(reader, text[i], strlen(text[i]), &error);
	if (st == YB_OK)
		st = yb_ledger_import_finish(reader, &error);
	*at = error ? yb_error_get_line(error) : 0;
	message[0] = '\0';
	ck_assert((st == YB_OK) == (error == NULL));
	if (error) {
		ck_assert_int_eq(yb_error_get_status(error), st);
		ck_assert_str_eq(yb_error_get_source_name(error), "x.jsonl");
		(void)snprintf(message, 200, "%s", yb_error_get_message(error));
	}
	yb_error_unref(error);
	ck_assert_int_eq(yb_ledger_import_line(reader, "{}", 2, NULL), YB_E_STATE);
	ck_assert_int_eq(yb_ledger_import_finish(reader, NULL), YB_E_STATE);
	if (st != YB_OK) {
		ck_assert_int_eq(yb_ledger_get_head(*ledger, &seq, NULL, NULL), YB_OK);
		ck_assert_int_eq(seq, 0);
	}
	yb_ledger_import_unref(reader);
	return st;
}

START_TEST(an_export_is_read_in_to_the_same_head)
{
	struct yb_ledger *ledger = open_file(), *other = NULL;
	char head[YB_LEDGER_HASH_SIZE], found[YB_LEDGER_HASH_SIZE], message[200], *had[LINES], *text = NULL;
	int64_t seq = 0;
	uint32_t at;
	int count;

	export_lines(ledger);
	count = line_count;
	ck_assert_int_eq(count, 2 + SAMPLES);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, head, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_dup_transaction(ledger, 5, &text, NULL), YB_OK);
	ck_assert_str_eq(lines[6], text);
	yb_free(text);
	ck_assert_ptr_nonnull(strstr(lines[0], head));
	ck_assert_str_eq(lines[1], "{\"document\": \"" DOCUMENT "\", \"text\": \"language: 1\\n\"}");
	ck_assert_int_eq(import((const char *const *)lines, count, &other, &at, message), YB_OK);
	ck_assert_str_eq(failures(other, NULL), "");
	ck_assert_int_eq(yb_ledger_get_head(other, &seq, found, NULL), YB_OK);
	ck_assert_str_eq(found, head);
	memcpy(had, lines, sizeof(had));
	line_count = 0;
	export_lines(other);
	ck_assert_int_eq(line_count, count);
	for (int i = 0; i < count; i++) {
		ck_assert_str_eq(lines[i], had[i]);
		free(had[i]);
	}
	drop_lines();
	(void)post_json(other, sample[SAMPLES - 1].json, "2026-02-02"); /* there already */
	yb_ledger_unref(other);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(an_export_ends_where_the_ledger_ended_when_it_began)
{
	struct yb_ledger *ledger = NULL;
	struct yb_ledger_export *writer = NULL;
	const char *line;
	size_t length;
	int count = 0;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	export_lines(ledger); /* of nothing: the first line */
	ck_assert_int_eq(line_count, 1);
	ck_assert_str_eq(lines[0], "{\"schema\": \"yibao-ledger/1\", \"transactions\": 0, \"head\": "
	                 "\"0000000000000000000000000000000000000000000000000000000000000000\"}");
	drop_lines();
	for (int i = 0; i < 3; i++)
		(void)post_json(ledger, sample[i].json, sample[i].on);
	ck_assert_int_eq(yb_ledger_export_new(ledger, &writer, NULL), YB_OK);
	for (; yb_ledger_export_next(writer, &line, &length, NULL) == YB_OK; count++)
		if (count == 1)
			(void)post_json(ledger, sample[3].json, sample[3].on);
	ck_assert_int_eq(count, 4);
	yb_ledger_export_unref(writer);
	/* begun in a batch that is taken back */
	for (int again = 0; again < 2; again++) {
		ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
		(void)post_json(ledger, sample[8].json, sample[8].on);
		ck_assert_int_eq(yb_ledger_export_new(ledger, &writer, NULL), YB_OK);
		ck_assert_int_eq(yb_ledger_export_next(writer, &line, &length, NULL), YB_OK);
		ck_assert_int_eq(yb_ledger_rollback(ledger, NULL), YB_OK);
		if (again)
			(void)post_json(ledger, sample[2].json, sample[8].on), (void)post_json(ledger, "{\"key\": \"c\", \"kind\": \"clearing\", "
				"\"business_day\": \"2026-01-31\", \"channel\": \"wx_city\", \"amount\": 1}", "2026-01-31");
		for (count = 0; count < 4 + again; count++) {
			yb_status st = yb_ledger_export_next(writer, &line, &length, NULL);
			if (st != YB_OK) {
				ck_assert_int_eq(st, YB_E_STATE);
				break;
			}
		}
		ck_assert_int_eq(count, again ? 4 : 0);
		yb_ledger_export_unref(writer);
	}
	ck_assert_int_eq(yb_ledger_export_new(NULL, &writer, NULL), YB_E_INVALID);
	ck_assert_ptr_null(writer);
	yb_ledger_unref(ledger);
}
END_TEST

/* A policy text longer than any other text that is read. */
START_TEST(a_long_policy_text_goes_out_and_in)
{
	static const char hash[] = "0652664fa44d2c485fb400276c382e04682aeebf1d1dde8874fbc81832da6d03";
	struct yb_ledger *ledger = NULL, *other = NULL;
	char insert[400], message[200], *text = malloc(300000);
	sqlite3_stmt *st = NULL;
	sqlite3 *db = raw_open();
	uint32_t at;
	int n = sprintf(text, "# ");

	for (int i = 0; i < 9000; i++)
		n += sprintf(text + n, "long text, \xe2\x80\xa8 \"quoted\" \\ ");
	n += sprintf(text + n, "\n");
	ck_assert_int_eq(sqlite3_prepare_v2(db, "INSERT INTO document VALUES (?, ?)", -1, &st, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_bind_text(st, 1, hash, -1, SQLITE_STATIC) | sqlite3_bind_text(st, 2, text, n, SQLITE_STATIC), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_DONE);
	(void)sqlite3_finalize(st);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	ck_assert_str_eq(failures_of_file(NULL), "documents"); /* nothing names it */
	ck_assert_int_eq(yb_ledger_open(file, NULL, &ledger, NULL), YB_OK);
	(void)snprintf(insert, sizeof(insert), "{\"key\": \"long\", \"kind\": \"settlement\", \"psn_no\": \"P9\", \"business_day\": \"2026-03-01\", "
	               "\"insutype\": \"310\", " SETLINFO2 ", \"receipt\": {\"documents\": [{\"hash\": \"%s\"}]}}", hash);
	(void)post_json(ledger, insert, "2026-03-01");
	ck_assert_str_eq(failures(ledger, NULL), "");
	export_lines(ledger);
	ck_assert_int_eq(import((const char *const *)lines, line_count, &other, &at, message), YB_OK);
	ck_assert_str_eq(failures(other, NULL), "");
	drop_lines();
	free(text);
	yb_ledger_unref(other);
	yb_ledger_unref(ledger);
}
END_TEST

/* A receipt whose policy texts nobody brought would be a ledger that nobody can work out again. */
START_TEST(a_receipt_is_not_posted_without_its_policy_texts)
{
	static const char json[] = "{\"key\": \"s\", \"kind\": \"settlement\", \"psn_no\": \"P9\", \"business_day\": \"2026-03-01\", \"insutype\": \"310\", "
		SETLINFO2 ", \"receipt\": {\"documents\": [{\"hash\": \"" DOCUMENT "\"}]}}";
	struct yb_transaction *t = NULL;
	struct yb_ledger *ledger = NULL;
	int64_t seq = 0;

	ck_assert_int_eq(yb_transaction_new_from_json(json, strlen(json), "test", &t, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2026-03-01"), &seq, NULL, NULL), YB_E_NOT_FOUND);
	ck_assert_str_eq(failures(ledger, NULL), "");
	yb_ledger_unref(ledger);
	ck_assert_int_eq(yb_ledger_open(file, NULL, &ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2026-03-01"), &seq, NULL, NULL), YB_OK);
	ck_assert_str_eq(failures(ledger, NULL), "");
	yb_ledger_unref(ledger);
	yb_transaction_unref(t);
}
END_TEST

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define HEAD(n) "{\"schema\": \"yibao-ledger/1\", \"transactions\": " n ", \"head\": \"" ZERO "\"}"
#define LINE(facts, entries) "{\"seq\": 1, \"posting_day\": \"2026-01-05\", \"facts\": " facts ", \"entries\": " entries ", \"chain\": \"" ZERO "\"}"
#define FACTS "{\"key\": \"a\", \"kind\": \"clearing\", \"business_day\": \"2026-01-05\", \"channel\": \"c\", \"amount\": \"1.00\"}"

static const struct {
	const char *lines[4];
	yb_status status;
	uint32_t at;
	const char *says;
} bad[] = {
	{ { NULL }, YB_E_SYNTAX, 0, "without its first line" },
	{ { "" }, YB_E_SYNTAX, 1, "found nothing" },
	{ { "[]" }, YB_E_SYNTAX, 1, "expected a mapping" },
	{ { "{\"schema\": " }, YB_E_SYNTAX, 1, "" },
	{ { "{}" }, YB_E_MISSING_KEY, 1, "no \"schema\"" },
	{ { FACTS }, YB_E_MISSING_KEY, 1, "no \"schema\"" },
	{ { "{\"schema\": \"yibao-ledger/2\"}" }, YB_E_VERSION, 1, "later version" },
	{ { "{\"schema\": \"yibao-statement/1\"}" }, YB_E_BAD_VALUE, 1, "not an export of a ledger" },
	{ { "{\"schema\": [\"yibao-ledger/1\"]}" }, YB_E_BAD_VALUE, 1, "is a list" },
	{ { "{\"schema\": \"yibao-ledger/1\", \"heads\": 0}" }, YB_E_UNKNOWN_KEY, 1, "did you mean \"head\"?" },
	{ { "{\"schema\": \"yibao-ledger/1\", \"transactions\": -1}" }, YB_E_BAD_VALUE, 1, "is no number" },
	{ { "{\"schema\": \"yibao-ledger/1\", \"transactions\": \"\"}" }, YB_E_BAD_VALUE, 1, "is no number" },
	{ { "{\"schema\": \"yibao-ledger/1\", \"transactions\": 9223372036854775807}" }, YB_E_BAD_VALUE, 1, "is no number" },
	{ { "{\"schema\": \"yibao-ledger/1\", \"transactions\": 1}" }, YB_E_MISSING_KEY, 1, "no \"head\"" },
	{ { "{\"schema\": \"yibao-ledger/1\", \"transactions\": 1, \"head\": \"12\"}" }, YB_E_BAD_VALUE, 1, "no hash" },
	{ { HEAD("1") }, YB_E_CONTRADICTION, 1, "ends after transaction 0 of 1" },
	{ { "{\"schema\": \"yibao-ledger/1\", \"transactions\": 0, \"head\": \"1" ZERO "\"}" }, YB_E_BAD_VALUE, 1, "no hash" },
	{ { HEAD("0"), HEAD("0") }, YB_E_UNKNOWN_KEY, 2, "\"schema\"" },
	{ { HEAD("0"), LINE(FACTS, "{}") }, YB_E_CONTRADICTION, 2, "transaction 1 where 1 of 0 is due" },
	{ { HEAD("1"), "{\"document\": \"" ZERO "\", \"text\": \"\"}" }, YB_E_CONTRADICTION, 2, "not that of its hash" },
	{ { HEAD("1"), "{\"document\": \"" ZERO "\", \"text\": {}}" }, YB_E_BAD_VALUE, 2, "is a mapping" },
	{ { HEAD("1"), "{\"document\": \"" ZERO "\"}" }, YB_E_MISSING_KEY, 2, "no \"text\"" },
	{ { HEAD("0"), "{\"document\": \"" DOCUMENT "\", \"text\": \"language: 1\\n\"}" }, YB_E_CONTRADICTION, 2, "no receipt names the policy text" },
	{ { HEAD("0"), "{\"document\": \"" DOCUMENT "\", \"text\": \"language: 1\\n\"}", "{\"document\": \"" DOCUMENT "\", \"text\": \"language: 1\\n\"}" },
	  YB_E_DUPLICATE, 3, "again" },
	{ { HEAD("1"), LINE("{}", "{}") }, YB_E_MISSING_KEY, 2, "needs \"kind\"" },
	{ { HEAD("1"), LINE("[]", "{}") }, YB_E_BAD_VALUE, 2, "is a list" },
	{ { HEAD("1"), LINE("{\"kindly\": 1}", "{}") }, YB_E_UNKNOWN_KEY, 2, "did you mean \"kind\"?" },
	{ { HEAD("1"), LINE("{\"key\": \"a\", \"kind\": \"opening\", \"certno\": \"11010519491231002X\", \"business_day\": \"2026-01-05\", \"amount\": 1}", "{}") },
	  YB_E_BAD_IDENTITY, 2, "no identity number" },
	{ { HEAD("1"), LINE(FACTS, "{}") }, YB_E_CONTRADICTION, 2, "0, not 2" },
	{ { HEAD("1"), LINE(FACTS, "{\"cash\": \"-1.00\", \"clearing/c\": \"1.01\"}") }, YB_E_CONTRADICTION, 2, "follow from the facts: clearing/c" },
	{ { HEAD("1"), LINE(FACTS, "{\"cash\": \"x\"}") }, YB_E_BAD_AMOUNT, 2, "no amount" },
	{ { HEAD("1"), LINE(FACTS, "{\"cash\": []}") }, YB_E_BAD_AMOUNT, 2, "no amount" },
	{ { HEAD("1"), LINE(FACTS, "{\"\": 1}") }, YB_E_BAD_VALUE, 2, "no name" },
	{ { HEAD("1"), LINE(FACTS, "{\"cash\": \"-1.00\", \"clearing/c\": \"1.00\"}") }, YB_E_CONTRADICTION, 2, "the hash is not that of the line" },
	{ { HEAD("1"), "{\"seq\": 1, \"posting_day\": \"2026-02-30\"}" }, YB_E_BAD_DATE, 2, "no day" },
	{ { HEAD("1"), "{\"seq\": 2}" }, YB_E_CONTRADICTION, 2, "transaction 2 where 1 of 1 is due" },
	{ { HEAD("1"), "{\"seq\": 1}" }, YB_E_MISSING_KEY, 2, "posting_day" },
	{ { HEAD("1"), "{\"seq\": 1, \"more\": 1}" }, YB_E_UNKNOWN_KEY, 2, "more" },
	{ { HEAD("1"), "\xff" }, YB_E_BAD_TEXT, 2, "UTF-8" },
};

START_TEST(what_is_no_export_is_refused_with_its_line)
{
	struct yb_ledger *ledger = NULL;
	char message[200];
	uint32_t at = 0;
	int count = 0;
	yb_status st;

	while (count < 4 && bad[_i].lines[count])
		count++;
	st = import(bad[_i].lines, count, &ledger, &at, message);
	ck_assert_msg(st == bad[_i].status, "%s: %s", yb_status_name(st), message);
	ck_assert_msg(strstr(message, bad[_i].says) != NULL, "%s", message);
	ck_assert_uint_eq(at, bad[_i].at);
	ck_assert_str_eq(failures(ledger, NULL), "");
	yb_ledger_unref(ledger);
}
END_TEST

/* Any change of any line is refused, unless it is one of how the same is written. */
START_TEST(a_changed_line_is_refused)
{
	const char *text[LINES];
	char head[YB_LEDGER_HASH_SIZE], found[YB_LEDGER_HASH_SIZE], message[200];
	struct yb_ledger *ledger = open_file();
	long refusals = 0, same = 0;
	int64_t seq = 0;

	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, head, NULL), YB_OK);
	yb_ledger_unref(ledger);
	export_file();
	for (int i = 0; i < line_count; i++)
		text[i] = lines[i];
	for (int i = 0; i < line_count; i++) {
		size_t length = strlen(lines[i]);
		char *changed = malloc(length + 1);
		for (size_t at = (size_t)i % 7; at < length; at += 7 * (size_t)fewer(29)) {
			uint32_t line = 0;
			memcpy(changed, lines[i], length + 1);
			changed[at] = (char)(changed[at] ^ 1);
			text[i] = changed;
			if (import(text, line_count, &ledger, &line, message) == YB_OK) {
				ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, found, NULL), YB_OK);
				ck_assert_msg(!strcmp(found, head), "%s", changed);
				same++;
			} else {
				ck_assert_msg(line >= (uint32_t)i + 1 || line > (uint32_t)line_count - 1, "line %u instead of %d", line, i + 1);
				refusals++;
			}
			yb_ledger_unref(ledger);
		}
		text[i] = lines[i];
		free(changed);
	}
	if (getenv("YB_VERBOSE"))
		(void)printf("lines: %ld changes refused, %ld mean the same\n", refusals, same);
	ck_assert_int_gt(refusals, 20 * (same + 1));
	drop_lines();
}
END_TEST

/* A line left out, twice, or before the one before it. */
START_TEST(lines_out_of_order_are_refused)
{
	const char *text[LINES];
	struct yb_ledger *ledger = NULL;
	char message[200];
	uint32_t line;

	export_file();
	for (int i = 0; i < line_count; i++)
		for (int way = 0; way < 3; way++) {
			int n = 0;
			for (int k = 0; k < line_count; k++) {
				int from = way == 2 && i + 1 < line_count && (k == i || k == i + 1) ? 2 * i + 1 - k : k;
				if (way == 0 && k == i)
					continue;
				text[n++] = lines[from];
				if (way == 1 && k == i)
					text[n++] = lines[from];
			}
			if (way == 2 && i + 1 == line_count)
				continue;
			ck_assert_int_ne(import(text, n, &ledger, &line, message), YB_OK);
			ck_assert_str_eq(failures(ledger, NULL), "");
			yb_ledger_unref(ledger);
		}
	drop_lines();
}
END_TEST

START_TEST(nothing_else_is_done_while_an_import_goes_on)
{
	struct yb_ledger_import *reader = NULL, *second = NULL;
	struct yb_ledger *ledger = NULL, *reading = open_file();
	struct yb_transaction *t = NULL;
	int64_t seq = 0;

	export_file();
	ck_assert_int_eq(yb_ledger_import_new(reading, "x", &reader, NULL), YB_E_STATE); /* only read */
	ck_assert_ptr_null(reader);
	ck_assert_int_eq(yb_ledger_import_new(NULL, "x", &reader, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_import_new(ledger, "x", &reader, NULL), YB_E_STATE); /* in a batch */
	ck_assert_int_eq(yb_ledger_rollback(ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_import_new(ledger, "x", &reader, NULL), YB_OK);
	ck_assert_int_eq(yb_transaction_new_from_json(sample[0].json, strlen(sample[0].json), "t", &t, NULL), YB_OK);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(yb_ledger_import_line(reader, lines[i], strlen(lines[i]), NULL), YB_OK);
		ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2026-05-05"), &seq, NULL, NULL), YB_E_STATE);
		ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_E_STATE);
		ck_assert_int_eq(yb_ledger_commit(ledger, NULL), YB_E_STATE);
		ck_assert_int_eq(yb_ledger_rollback(ledger, NULL), YB_E_STATE);
		ck_assert_int_eq(yb_ledger_import_new(ledger, "x", &second, NULL), YB_E_STATE);
		ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, NULL, NULL), YB_OK);
		ck_assert_int_eq(seq, i < 2 ? 0 : i - 1);
	}
	yb_ledger_import_unref(reader); /* taken back */
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, NULL, NULL), YB_OK);
	ck_assert_int_eq(seq, 0);
	ck_assert_str_eq(failures(ledger, NULL), "");
	ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2026-05-05"), &seq, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_import_new(ledger, "x", &reader, NULL), YB_E_STATE); /* not empty */
	yb_transaction_unref(t);
	yb_ledger_unref(ledger);
	yb_ledger_unref(reading);
	drop_lines();
}
END_TEST

/* A ledger on the disk, with the key of the one that was written out: whoever was told by identity number is found. */
START_TEST(persons_are_found_with_the_key_that_goes_along)
{
	struct yb_ledger_import *reader = NULL;
	struct yb_ledger *ledger = NULL;
	char to[96], to_key[112], *person = NULL, *other = NULL;
	FILE *in, *out;
	char bytes[128];
	size_t size;

	export_file();
	(void)snprintf(to, sizeof(to), "%s/y.ledger", folder);
	(void)snprintf(to_key, sizeof(to_key), "%s.key", to);
	ck_assert_int_eq(yb_ledger_create(to, NULL), YB_OK);
	in = fopen(key, "rb");
	out = fopen(to_key, "wb");
	size = fread(bytes, 1, sizeof(bytes), in);
	ck_assert(size == 65 && fwrite(bytes, 1, size, out) == size && fclose(out) == 0 && fclose(in) == 0);
	ck_assert_int_eq(yb_ledger_open(to, NULL, &ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_import_new(ledger, "x", &reader, NULL), YB_OK);
	for (int i = 0; i < line_count; i++)
		ck_assert_int_eq(yb_ledger_import_line(reader, lines[i], strlen(lines[i]), NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_import_finish(reader, NULL), YB_OK);
	yb_ledger_import_unref(reader);
	yb_ledger_unref(ledger);
	ck_assert_int_eq(yb_ledger_open(to, NULL, &ledger, NULL), YB_OK);
	ck_assert_str_eq(failures(ledger, NULL), "");
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, "11010519491231002X", &person, NULL), YB_OK);
	ck_assert_str_eq(person, "P1");
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, "110101199003070011", &other, NULL), YB_OK);
	ck_assert_int_eq(other[0], '#');
	yb_free(person);
	yb_free(other);
	yb_ledger_unref(ledger);
	ck_assert_int_eq(unlink(to) | unlink(to_key), 0);
	(void)unlink(strcat(to, "-journal"));
	drop_lines();
}
END_TEST

Suite *
ledger_verify_suite(void)
{
	Suite *suite = suite_create("ledger-verify");
	TCase *tests = tcase_create("ledger-verify");

	tcase_set_timeout(tests, 0);
	tcase_add_unchecked_fixture(tests, setup, teardown);
	tcase_add_checked_fixture(tests, put_back, NULL);
	tcase_add_test(tests, a_ledger_with_something_of_everything_holds);
	tcase_add_test(tests, an_empty_ledger_holds_and_so_does_one_in_a_batch);
	tcase_add_test(tests, any_text_of_a_fact_is_read_again);
	tcase_add_loop_test(tests, every_change_is_found, 0, (int)(sizeof(tables) / sizeof(tables[0])));
	tcase_add_loop_test(tests, a_check_finds_its_own, 0, (int)(sizeof(named) / sizeof(named[0])));
	tcase_add_test(tests, a_failure_has_its_place);
	tcase_add_test(tests, an_earlier_head_is_found_in_the_chain);
	tcase_add_test(tests, an_unknown_check_is_refused);
	tcase_add_test(tests, a_page_that_was_overwritten_is_a_finding);
	tcase_add_test(tests, totals_that_meet_in_one_row_are_one);
	tcase_add_test(tests, an_export_is_read_in_to_the_same_head);
	tcase_add_test(tests, an_export_ends_where_the_ledger_ended_when_it_began);
	tcase_add_test(tests, a_long_policy_text_goes_out_and_in);
	tcase_add_test(tests, a_receipt_is_not_posted_without_its_policy_texts);
	tcase_add_loop_test(tests, what_is_no_export_is_refused_with_its_line, 0, (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_test(tests, a_changed_line_is_refused);
	tcase_add_test(tests, lines_out_of_order_are_refused);
	tcase_add_test(tests, nothing_else_is_done_while_an_import_goes_on);
	tcase_add_test(tests, persons_are_found_with_the_key_that_goes_along);
	suite_add_tcase(suite, tests);
	return suite;
}
