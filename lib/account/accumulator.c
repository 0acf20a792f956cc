/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/money.h>

#include "account/history.h"
#include "account/sheet.h"
#include "base/memory.h"
#include "policy/field.h"

/*
 * Accumulators (累计信息) with the names of the national interface: what the settlements of a period come to, with their adjustments, as long
 * as they were not reversed. Each also by med_type, its name ending in _BIZ and the code.
 */

#define NAME_SIZE 24 /* D310100_BIZ and six characters */

struct sum {
	char name[NAME_SIZE];
	int64_t value; /* fen; of C0000 a count */
};

struct accumulators {
	struct ybi_person_row person;
	yb_day from, through;
	struct sum *sums; /* by name */
	size_t count, room;
	yb_lang lang;
};

static const struct { const char *name, *zh, *en; enum ybi_told fact; } kinds[] = {
	{ "C0000", "业务次数累计", "visits", YBI_TOLD_COUNT_ },
	{ "F0000", "总费用累计", "total expense", YBI_TOLD_MEDFEE_SUMAMT },
	{ "Q0000", "起付线累计", "deductible paid", YBI_TOLD_ACT_PAY_DEDC },
	{ "S0000", "符合范围累计", "in scope", YBI_TOLD_INSCP_SCP_AMT },
};

static bool
is_count(const char *name)
{
	return name[0] == 'C';
}

/* ---- names ---- */

/* A fund and its leaf XXXX01, as settlements of some provinces have it, are one fund. */
static void
fund_name(const char *fund, char name[NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, "D%.6s", fund);
	if (!strcmp(name + 5, "01"))
		name[6] = '0';
}

static bool
is_fund(const char *code)
{
	return strlen(code) == 6 && ybi_digits(code, 6) >= 0;
}

/* The name as it is kept here; false when there is none such. */
static bool
read_name(const char *told, char name[NAME_SIZE])
{
	size_t length = strcspn(told, "_"), type;
	const char *rest = told + length;
	char base[8] = "";
	bool known = false;

	if (length > 7)
		return false;
	memcpy(base, told, length);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		known = known || !strcmp(base, kinds[i].name);
	if (known)
		(void)snprintf(name, NAME_SIZE, "%s", base);
	else if (base[0] == 'D' && is_fund(base + 1))
		fund_name(base + 1, name);
	else
		return false;
	if (!*rest)
		return true;
	if (strncmp(rest, "_BIZ", 4) != 0)
		return false;
	type = strspn(rest + 4, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	if (type == 0 || type > 6 || rest[4 + type])
		return false;
	(void)snprintf(name + strlen(name), NAME_SIZE - strlen(name), "%s", rest);
	return true;
}

/* ---- adding up ---- */

static yb_status
add_named(struct accumulators *a, const char *name, int64_t value, struct yb_error **err)
{
	size_t at = 0;

	while (at < a->count && strcmp(a->sums[at].name, name) < 0)
		at++;
	if (at < a->count && !strcmp(a->sums[at].name, name))
		return yb_fen_add(a->sums[at].value, value, &a->sums[at].value) == YB_OK ? YB_OK : ybi_error_at(err, YB_E_OVERFLOW, NULL, name, "does not fit");
	if (!ybi_grow(&a->sums, a->count, &a->room, sizeof(*a->sums)))
		return ybi_error_no_memory(err);
	memmove(&a->sums[at + 1], &a->sums[at], (a->count - at) * sizeof(*a->sums));
	a->sums[at] = (struct sum) { .value = value };
	(void)snprintf(a->sums[at].name, NAME_SIZE, "%s", name);
	a->count++;
	return YB_OK;
}

/* To the sum of all, and to that of the med_type. */
static yb_status
add(struct accumulators *a, const char *name, const char *med_type, int64_t value, struct yb_error **err)
{
	char typed[NAME_SIZE];
	yb_status st = add_named(a, name, value, err);

	if (st != YB_OK || !med_type[0])
		return st;
	(void)snprintf(typed, sizeof(typed), "%.7s_BIZ%.6s", name, med_type);
	return add_named(a, typed, value, err);
}

/* A settlement, or an adjustment of it; what funds paid is what left them. */
static yb_status
add_row(struct accumulators *a, const struct ybi_happened *row, const char *med_type, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && st == YB_OK; i++) {
		if (kinds[i].fact != YBI_TOLD_COUNT_)
			st = add(a, kinds[i].name, med_type, ybi_told_value(row->t, kinds[i].fact), err);
		else if (row->posted.kind == YBI_POST_SETTLEMENT)
			st = add(a, kinds[i].name, med_type, 1, err);
	}
	for (size_t i = 0; i < row->entries.count && st == YB_OK; i++) {
		const struct ybi_named_fen *entry = &row->entries.rows[i];
		char name[NAME_SIZE];
		if (strncmp(entry->name, "fund/", 5) != 0 || !is_fund(entry->name + 5))
			continue;
		fund_name(entry->name + 5, name);
		st = add(a, name, med_type, -entry->fen, err);
	}
	return st;
}

static yb_status
add_up(struct accumulators *a, const struct ybi_history *history, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && st == YB_OK; i++)
		st = add_named(a, kinds[i].name, 0, err);
	for (size_t i = 0; i < history->count && st == YB_OK; i++) {
		const struct ybi_happened *row = &history->rows[i];
		const char *med_type = ybi_told_text(row->t, YBI_TOLD_MED_TYPE);
		if (row->posted.kind != YBI_POST_SETTLEMENT || row->undone || (a->from != YB_DAY_NONE && row->posted.business_day < a->from) ||
		    (a->through != YB_DAY_NONE && row->posted.business_day > a->through))
			continue;
		st = add_row(a, row, med_type, err);
		for (size_t k = i + 1; k < history->count && st == YB_OK; k++)
			if (history->rows[k].posted.kind == YBI_POST_ADJUSTMENT && history->rows[k].posted.belongs == row->posted.seq)
				st = add_row(a, &history->rows[k], med_type, err);
	}
	return st;
}

static yb_status
find(struct yb_ledger *ledger, const char *person, struct accumulators *a, struct yb_error **err)
{
	struct ybi_history history = { 0 };
	yb_status st = ybi_period_check(a->from, a->through, err);

	if (st == YB_OK)
		st = ybi_ledger_enter(ledger, false, err);
	if (st != YB_OK)
		return st;
	st = ybi_ledger_person_named(ledger, person, &a->person, err);
	if (st == YB_OK)
		st = ybi_history_load(ledger, a->person.id, 1u << YBI_POST_SETTLEMENT | 1u << YBI_POST_ADJUSTMENT, YB_AXIS_BUSINESS, YB_DAY_NONE, &history, err);
	st = ybi_ledger_leave(ledger, false, st, err);
	if (st == YB_OK)
		st = add_up(a, &history, err);
	ybi_history_free(&history);
	return st;
}

yb_status
yb_ledger_get_accumulator(struct yb_ledger *ledger, const char *person, const char *name, yb_day from, yb_day through, int64_t *value,
                          struct yb_error **err)
{
	struct accumulators a = { .from = from, .through = through };
	char wanted[NAME_SIZE];
	yb_status st;

	if (!ledger || !person || !name || !value)
		return YB_E_INVALID;
	if (!read_name(name, wanted))
		return ybi_error_at(err, YB_E_UNKNOWN_NAME, NULL, "name", "no accumulator of that name: C0000, F0000, Q0000, S0000, D and a fund, each also with _BIZ "
		                    "and a med_type");
	st = find(ledger, person, &a, err);
	if (st == YB_OK)
		*value = 0;
	for (size_t i = 0; i < a.count && st == YB_OK; i++)
		if (!strcmp(a.sums[i].name, wanted))
			*value = a.sums[i].value;
	free(a.sums);
	return st;
}

/* ---- shown ---- */

static void
put_meaning(struct ybi_sheet *sheet, const char *name, yb_lang lang)
{
	const char *type = strstr(name, "_BIZ");
	const struct ybi_code *code = type ? ybi_code_find(YB_FIELD_MED_TYPE, type + 4, strlen(type + 4)) : NULL;
	struct ybi_text text = { 0 };

	if (name[0] == 'D') {
		const struct ybi_code *fund = ybi_code_find(YBI_CODES_FUND, name + 1, 6);
		ybi_text_puts(&text, ybi_words(lang, "基金支付累计 ", "paid by "));
		ybi_text_puts(&text, fund ? ybi_words(lang, fund->zh, fund->en) : "");
		if (!fund)
			ybi_text_add(&text, name + 1, 6);
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strncmp(name, kinds[i].name, 5))
			ybi_text_puts(&text, ybi_words(lang, kinds[i].zh, kinds[i].en));
	if (type) {
		ybi_text_puts(&text, ybi_words(lang, "，", ", "));
		ybi_text_puts(&text, code ? ybi_words(lang, code->zh, code->en) : type + 4);
	}
	sheet->failed = sheet->failed || text.failed;
	ybi_sheet_put(sheet, text.data ? text.data : "");
	ybi_text_free(&text);
}

static void
sheet_document(const struct accumulators *a, bool csv, struct ybi_text *out)
{
	static const struct ybi_sheet_column columns[] = {
		{ "name", "累计项", "name", false }, { "value", "累计值", "value", true }, { "meaning", "含义", "meaning", false },
	};
	struct ybi_sheet sheet = { .columns = columns, .width = csv ? 2 : 3 };

	for (size_t i = 0; i < a->count; i++) {
		ybi_sheet_put(&sheet, a->sums[i].name);
		if (is_count(a->sums[i].name))
			ybi_sheet_put_count(&sheet, a->sums[i].value);
		else
			ybi_sheet_put_fen(&sheet, a->sums[i].value, !csv);
		if (!csv)
			put_meaning(&sheet, a->sums[i].name, a->lang);
	}
	if (csv) {
		ybi_sheet_csv(&sheet, out);
	} else {
		ybi_text_printf(out, "%s  %s\n\n", ybi_words(a->lang, "累计信息", "Accumulators"), a->person.token);
		ybi_sheet_text(&sheet, a->lang, out);
	}
	ybi_sheet_free(&sheet);
}

static void
json_document(const struct accumulators *a, struct ybi_text *out)
{
	bool first = true, inner = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-accumulators/1");
	ybi_json_text(out, &first, "person", a->person.token);
	ybi_json_day(out, &first, "from", a->from);
	ybi_json_day(out, &first, "through", a->through);
	ybi_json_key(out, &first, "accumulators");
	ybi_text_putc(out, '{');
	for (size_t i = 0; i < a->count; i++) {
		if (is_count(a->sums[i].name))
			ybi_json_number(out, &inner, a->sums[i].name, a->sums[i].value);
		else
			ybi_json_fen(out, &inner, a->sums[i].name, a->sums[i].value);
	}
	ybi_text_puts(out, "}}\n");
}

yb_status
yb_ledger_render_accumulators(struct yb_ledger *ledger, const char *person, yb_day from, yb_day through, yb_format format, yb_lang lang, char **text,
                              struct yb_error **err)
{
	struct accumulators a = { .from = from, .through = through, .lang = lang };
	struct ybi_text out = { 0 };
	yb_status st;

	if (!text)
		return YB_E_INVALID;
	*text = NULL;
	if (!ledger || !person || !ybi_format_in(format, 1u << YB_FORMAT_TEXT | 1u << YB_FORMAT_JSON | 1u << YB_FORMAT_CSV))
		return YB_E_INVALID;
	st = find(ledger, person, &a, err);
	if (st == YB_OK) {
		if (format == YB_FORMAT_JSON)
			json_document(&a, &out);
		else
			sheet_document(&a, format == YB_FORMAT_CSV, &out);
		*text = ybi_text_take(&out);
		st = *text ? YB_OK : ybi_error_no_memory(err);
	}
	free(a.sums);
	return st;
}
