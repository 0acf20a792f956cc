/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "base/calendar.h"
#include "policy/field.h"

/* ---- cells ---- */

void
ybi_sheet_put(struct ybi_sheet *table, const char *text)
{
	char *copy;

	if (table->failed)
		return;
	copy = ybi_arena_strndup(&table->arena, text, strlen(text));
	if (!copy || !ybi_grow(&table->cells, table->count, &table->room, sizeof(*table->cells))) {
		table->failed = true;
		return;
	}
	table->cells[table->count++] = copy;
}

void
ybi_sheet_put_fen(struct ybi_sheet *table, yb_fen fen, bool grouped)
{
	char plain[YB_FEN_TEXT_SIZE];
	struct ybi_text text = { 0 };

	if (grouped) {
		ybi_put_grouped(&text, fen);
		table->failed = table->failed || text.failed;
		ybi_sheet_put(table, text.data ? text.data : "");
		ybi_text_free(&text);
		return;
	}
	yb_fen_to_text(fen, plain);
	ybi_sheet_put(table, plain);
}

void
ybi_sheet_put_count(struct ybi_sheet *table, int64_t count)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)count);
	ybi_sheet_put(table, text);
}

void
ybi_sheet_put_day(struct ybi_sheet *table, yb_day day)
{
	char text[YB_DAY_TEXT_SIZE];

	yb_day_to_text(day, text);
	ybi_sheet_put(table, day == YB_DAY_NONE ? "" : text);
}

void
ybi_sheet_skip(struct ybi_sheet *table, size_t cells)
{
	while (cells-- > 0)
		ybi_sheet_put(table, "");
}

void
ybi_sheet_free(struct ybi_sheet *table)
{
	free(table->cells);
	ybi_arena_free(&table->arena);
	*table = (struct ybi_sheet) { 0 };
}

/* ---- texts of strangers ---- */

/* Bytes of a character that would steer a terminal or turn the direction of a line: C0, DEL, C1, marks and overrides of direction, separators. */
static size_t
steering(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	if (c[0] < ' ' || c[0] == 0x7f)
		return 1;
	if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
		return 2;
	if (c[0] == 0xd8 && c[1] == 0x9c) /* U+061C */
		return 2;
	if (c[0] != 0xe2 || (c[1] != 0x80 && c[1] != 0x81))
		return 0;
	return c[1] == 0x80 ? (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae) ? 3 : 0) : c[2] >= 0xa6 && c[2] <= 0xa9 ? 3 : 0;
}

void
ybi_put_shown(struct ybi_text *out, const char *text)
{
	while (*text) {
		size_t skip = steering(text);
		if (skip)
			ybi_text_puts(out, "\xef\xbf\xbd");
		else
			ybi_text_putc(out, *text);
		text += skip ? skip : 1;
	}
}

void
ybi_put_html(struct ybi_text *out, const char *text)
{
	while (*text) {
		size_t skip = steering(text);
		switch (*text) {
		case '&': ybi_text_puts(out, "&amp;"); break;
		case '<': ybi_text_puts(out, "&lt;"); break;
		case '>': ybi_text_puts(out, "&gt;"); break;
		case '"': ybi_text_puts(out, "&quot;"); break;
		case '\'': ybi_text_puts(out, "&#39;"); break;
		default:
			if (skip)
				ybi_text_puts(out, "\xef\xbf\xbd");
			else
				ybi_text_putc(out, *text);
		}
		text += skip ? skip : 1;
	}
}

/* A spreadsheet takes a cell that begins so for a formula, whatever its quotes: half width or full. */
static bool
formula_begins(const char *text)
{
	static const char *const signs[] = { "=", "+", "-", "@", "\t", "\r", "\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0" };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (!strncmp(text, signs[i], strlen(signs[i])))
			return true;
	return false;
}

static void
put_csv(struct ybi_text *out, const char *text, bool number)
{
	bool guard = !number && formula_begins(text + strspn(text, " ")), quoted = guard || strpbrk(text, ",\"\r\n") != NULL;

	if (!quoted) {
		ybi_text_puts(out, text);
		return;
	}
	ybi_text_puts(out, guard ? "\"'" : "\"");
	for (; *text; text++) {
		if (*text == '"')
			ybi_text_putc(out, '"');
		ybi_text_putc(out, *text);
	}
	ybi_text_putc(out, '"');
}

void
ybi_put_grouped(struct ybi_text *out, yb_fen fen)
{
	char text[YB_FEN_TEXT_SIZE];
	const char *digits = text;
	size_t whole;

	yb_fen_to_text(fen, text);
	if (*digits == '-')
		ybi_text_putc(out, *digits++);
	whole = strcspn(digits, ".");
	for (size_t i = 0; digits[i]; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0)
			ybi_text_putc(out, ',');
		ybi_text_putc(out, digits[i]);
	}
}

/* ---- as text ---- */

static const char *
heading(const struct ybi_sheet_column *column, yb_lang lang)
{
	return ybi_words(lang, column->zh, column->en);
}

/* Columns a cell takes as it is shown. */
static size_t
shown_width(const char *text, bool *failed)
{
	struct ybi_text shown = { 0 };
	size_t width;

	ybi_put_shown(&shown, text);
	*failed = *failed || shown.failed;
	width = shown.data ? ybi_utf8_width(shown.data, shown.length) : 0;
	ybi_text_free(&shown);
	return width;
}

static void
text_cell(const struct ybi_sheet *table, size_t column, const char *text, const size_t *widths, struct ybi_text *out)
{
	bool last = column + 1 == table->width, failed = false;
	size_t width = shown_width(text, &failed), pad = widths[column] - width;

	out->failed = out->failed || failed;
	if (failed)
		return;
	ybi_text_puts(out, "  ");
	if (table->columns[column].number)
		ybi_text_fill(out, ' ', pad);
	ybi_put_shown(out, text);
	if (!table->columns[column].number && !last)
		ybi_text_fill(out, ' ', pad);
}

/* What a line ends with that cannot be seen. */
static void
end_line(struct ybi_text *out)
{
	while (!out->failed && out->length > 0 && out->data[out->length - 1] == ' ')
		out->data[--out->length] = '\0';
	ybi_text_putc(out, '\n');
}

void
ybi_sheet_text(const struct ybi_sheet *table, yb_lang lang, struct ybi_text *out)
{
	size_t *widths = ybi_calloc(table->width, sizeof(*widths)), all = 0;
	bool failed = table->failed || !widths;

	for (size_t i = 0; i < table->width && !failed; i++) {
		widths[i] = shown_width(heading(&table->columns[i], lang), &failed);
		for (size_t k = i; k < table->count; k += table->width) {
			size_t width = shown_width(table->cells[k], &failed);
			widths[i] = width > widths[i] ? width : widths[i];
		}
		all += widths[i] + 2;
	}
	if (failed) {
		out->failed = true;
		free(widths);
		return;
	}
	for (size_t i = 0; i < table->width; i++)
		text_cell(table, i, heading(&table->columns[i], lang), widths, out);
	end_line(out);
	ybi_text_puts(out, "  ");
	ybi_text_fill(out, '-', all - 2);
	ybi_text_putc(out, '\n');
	for (size_t k = 0; k < table->count; k++) {
		text_cell(table, k % table->width, table->cells[k], widths, out);
		if ((k + 1) % table->width == 0)
			end_line(out);
	}
	free(widths);
}

/* ---- as CSV ---- */

void
ybi_sheet_csv(const struct ybi_sheet *table, struct ybi_text *out)
{
	out->failed = out->failed || table->failed;
	for (size_t i = 0; i < table->width; i++) {
		ybi_text_puts(out, i ? "," : "");
		ybi_text_puts(out, table->columns[i].name);
	}
	ybi_text_puts(out, "\r\n");
	for (size_t k = 0; k < table->count; k++) {
		size_t i = k % table->width;
		ybi_text_puts(out, i ? "," : "");
		put_csv(out, table->cells[k], table->columns[i].number);
		if (i + 1 == table->width)
			ybi_text_puts(out, "\r\n");
	}
}

/* ---- as HTML ---- */

void
ybi_sheet_html(const struct ybi_sheet *table, yb_lang lang, struct ybi_text *out)
{
	out->failed = out->failed || table->failed;
	ybi_text_puts(out, "<table>\n<thead><tr>");
	for (size_t i = 0; i < table->width; i++) {
		ybi_text_puts(out, table->columns[i].number ? "<th class=\"n\">" : "<th>");
		ybi_put_html(out, heading(&table->columns[i], lang));
		ybi_text_puts(out, "</th>");
	}
	ybi_text_puts(out, "</tr></thead>\n<tbody>\n");
	for (size_t k = 0; k < table->count; k++) {
		size_t i = k % table->width;
		ybi_text_puts(out, i ? "" : "<tr>");
		ybi_text_puts(out, table->columns[i].number ? "<td class=\"n\">" : "<td>");
		ybi_put_html(out, table->cells[k]);
		ybi_text_puts(out, i + 1 == table->width ? "</td></tr>\n" : "</td>");
	}
	ybi_text_puts(out, "</tbody>\n</table>\n");
}

void
ybi_html_begin(struct ybi_text *out, const char *title, yb_lang lang)
{
	ybi_text_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
	                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>",
	                ybi_words(lang, "zh-CN", "en"));
	ybi_put_html(out, title);
	ybi_text_puts(out, "</title>\n<style>\n"
	              "@page { size: A4; margin: 16mm 14mm 18mm; }\n"
	              "body { font: 10pt/1.45 \"Noto Sans\", \"Noto Sans CJK SC\", \"Source Han Sans SC\", \"PingFang SC\", \"Microsoft YaHei\", sans-serif; "
	              "color: #111; max-width: 182mm; margin: 8mm auto; }\n"
	              "h1 { font-size: 16pt; margin: 0 0 4mm; border-bottom: 1.5pt solid #111; padding-bottom: 2mm; }\n"
	              "h2 { font-size: 11.5pt; margin: 6mm 0 2mm; break-after: avoid; }\n"
	              "dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 5mm; margin: 0 0 4mm; }\n"
	              "dt { color: #555; }\ndd { margin: 0; overflow-wrap: anywhere; }\n"
	              "table { width: 100%; border-collapse: collapse; font-size: 8.5pt; }\n"
	              "thead { display: table-header-group; }\ntr { break-inside: avoid; }\n"
	              "th { text-align: left; border-bottom: 1pt solid #111; padding: 1mm 1.5mm; }\n"
	              "td { border-bottom: 0.3pt solid #bbb; padding: 1mm 1.5mm; vertical-align: top; overflow-wrap: anywhere; }\n"
	              ".n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }\n"
	              "footer { margin-top: 8mm; border-top: 0.5pt solid #111; padding-top: 2mm; font-size: 7.5pt; color: #555; overflow-wrap: anywhere; }\n"
	              "@media print { body { margin: 0; max-width: none; } }\n"
	              "</style>\n</head>\n<body>\n<h1>");
	ybi_put_html(out, title);
	ybi_text_puts(out, "</h1>\n");
}

void
ybi_html_end(struct ybi_text *out)
{
	ybi_text_puts(out, "</body>\n</html>\n");
}

/* ---- JSON, days and months ---- */

void
ybi_json_day(struct ybi_text *out, bool *first, const char *key, yb_day day)
{
	char text[YB_DAY_TEXT_SIZE];

	yb_day_to_text(day, text);
	ybi_json_text(out, first, key, day == YB_DAY_NONE ? NULL : text);
}

void
ybi_json_number(struct ybi_text *out, bool *first, const char *key, int64_t number)
{
	ybi_json_key(out, first, key);
	ybi_text_printf(out, "%lld", (long long)number);
}

void
ybi_month_to_text(int64_t yyyymm, char text[YBI_MONTH_SIZE])
{
	for (size_t i = YBI_MONTH_SIZE - 1; i-- > 0; yyyymm /= 10)
		text[i] = (char)('0' + yyyymm % 10);
	text[YBI_MONTH_SIZE - 1] = '\0';
}

yb_status
ybi_period_check(yb_day from, yb_day through, struct yb_error **err)
{
	if ((from != YB_DAY_NONE && !ybi_day_valid(from)) || (through != YB_DAY_NONE && !ybi_day_valid(through)))
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "period", "no day of the years 1 to 9999");
	if (from != YB_DAY_NONE && through != YB_DAY_NONE && through < from)
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "through", "the period ends before it begins");
	return YB_OK;
}

/* ---- names ---- */

void
ybi_account_label(const char *name, yb_lang lang, struct ybi_text *out)
{
	static const struct { const char *kind, *zh, *en; } labels[] = {
		{ "account", "个人账户", "personal account" }, { "pending", "待领取", "waiting to be taken" }, { "fund", "基金", "fund" },
		{ "clearing", "缴费渠道", "channel" }, { "institution", "定点医药机构", "institution" }, { "transit", "转移在途", "on the way to" },
		{ "region", "统筹区", "region" }, { "subsidy", "财政补助", "treasury subsidy" }, { "employer", "单位", "employer" },
		{ "medaid", "医疗救助资助", "medical assistance" }, { "cash", "个人现金", "own money" }, { "interest", "利息", "interest" },
		{ "opening", "期初", "carried in" }, { "other", "其他", "other" },
	};
	const char *slash = strchr(name, '/');
	size_t length = slash ? (size_t)(slash - name) : strlen(name);
	const struct ybi_code *fund = slash && length == 4 ? ybi_code_find(YBI_CODES_FUND, slash + 1, strlen(slash + 1)) : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
		if (ybi_streq_n(name, length, labels[i].kind))
			ybi_text_puts(out, fund ? ybi_words(lang, fund->zh, fund->en) : ybi_words(lang, labels[i].zh, labels[i].en));
	if (slash && !fund) {
		ybi_text_putc(out, ' ');
		ybi_text_puts(out, slash + 1);
	}
}
