/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "decide/show.h"

/* The section on contributions: windows by coverage year, charges and their payers, open channels. */

/* ---- windows ---- */

/* "fee/windows/2026/main": is it the clause of this window? */
static bool
is_window(const struct ybi_clause *clause, const struct ybi_window *window)
{
	static const char path[] = "fee/windows/";
	const char *at = clause->id + sizeof(path) - 1;
	int32_t year = 0;

	if (strncmp(clause->id, path, sizeof(path) - 1) != 0 || strspn(at, "0123456789") != 4 || at[4] != '/' || strcmp(at + 5, window->id) != 0)
		return false;
	for (int i = 0; i < 4; i++)
		year = year * 10 + (at[i] - '0');
	return year == window->year && ybi_node_is(ybi_node_get(clause->node, "id"), window->id);
}

/* The clause of a window: windows of one year may share an id, and clauses stand in the order of the windows. */
static uint32_t
window_clause(const struct ybi_book *book, const struct ybi_window *window, uint32_t from)
{
	for (uint32_t i = from; i < book->clauses_count; i++)
		if (is_window(&book->clauses[i], window))
			return i;
	return UINT32_MAX;
}

/* The entry of a coverage year in which a row stands, in the document or a parent. */
static const struct ybi_node *
window_entry(const struct ybi_book *book, const struct ybi_node *row)
{
	for (size_t d = 0; d < book->closure_count; d++) {
		const struct ybi_node *list = ybi_node_get(ybi_node_get(book->closure[d]->root, "fee"), "windows");
		for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count; i++) {
			const struct ybi_node *rows = ybi_node_get(list->items[i], "rows");
			for (uint32_t k = 0; rows && rows->kind == YBI_SEQ && k < rows->count; k++)
				if (rows->items[k] == row)
					return list->items[i];
		}
	}
	return NULL;
}

/* On a day the windows of that year count, and those that are open for another year. */
static bool
year_counts(const struct ybi_shower *s, int32_t wanted)
{
	int32_t year, month, day;

	if (s->on == YB_DAY_NONE || (yb_day_to_ymd(s->on, &year, &month, &day) == YB_OK && year == wanted))
		return true;
	for (size_t i = 0; i < s->book->windows_count; i++)
		if (s->book->windows[i].year == wanted && s->on >= s->book->windows[i].from && s->on < s->book->windows[i].to)
			return true;
	return false;
}

static void
put_year(struct ybi_shower *s, const struct ybi_window *window, const struct ybi_node *entry)
{
	const struct ybi_node *notice = ybi_node_get(entry, "notice");

	ybi_text_putc(s->out, '\n');
	ybi_show_mark(s, 2, entry, NULL);
	ybi_text_printf(s->out, s->zh ? "  %d 年度的缴费期" : "  Windows of coverage year %d", (int)window->year);
	ybi_show_key_end(s);
	if (notice && notice->kind == YBI_SCALAR)
		ybi_text_printf(s->out, s->zh ? "（%s 年通知）" : " (notice of %s)", notice->text);
	ybi_text_putc(s->out, '\n');
	ybi_show_when(s, entry, 4);
}

static void
put_window(struct ybi_shower *s, const struct ybi_window *window, uint32_t clause)
{
	const struct ybi_node *row = s->book->clauses[clause].node, *label = ybi_node_get(ybi_node_get(row, "label"), s->zh ? "zh" : "en");
	const struct ybi_node *days = ybi_node_get(row, "days"), *when = ybi_node_get(row, "when");

	ybi_show_mark(s, 4, row, NULL);
	ybi_text_printf(s->out, "    %s", window->id);
	ybi_show_key_end(s);
	if (label && label->kind == YBI_SCALAR)
		ybi_text_printf(s->out, " · %s", label->text);
	ybi_text_putc(s->out, '\n');
	ybi_show_line(s, 6, "缴费日期", "paid");
	ybi_show_name(s, row, NULL);
	ybi_show_flag(s, YBI_MARK_FIGURE);
	(void)ybi_show_days(s, row);
	if (days && days->kind == YBI_SCALAR)
		ybi_text_printf(s->out, s->zh ? "，每月 %s 日" : ", on days %s of the month", days->text);
	ybi_text_putc(s->out, '\n');
	if (when)
		ybi_show_condition(s, when, 6);
	ybi_show_part(s, row, "start", YBI_DATE, 6, "待遇起算日", "cover from");
	ybi_show_sources(s, clause, 6);
	ybi_show_rest(s, row, 6, " start days ");
}

static void
put_windows(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;
	const struct ybi_node *last = NULL;
	uint32_t next = 0;

	for (size_t i = 0; i < book->windows_count; i++) {
		const struct ybi_window *window = &book->windows[i];
		uint32_t clause = window_clause(book, window, next);
		const struct ybi_node *entry;
		if (clause == UINT32_MAX)
			continue;
		next = clause + 1;
		entry = window_entry(book, book->clauses[clause].node);
		while (next < book->clauses_count && book->clauses[next].node == book->clauses[clause].node)
			next++;
		if (!year_counts(s, window->year))
			continue;
		if (entry != last)
			put_year(s, window, entry);
		last = entry;
		put_window(s, window, clause);
	}
}

/* ---- charges ---- */

static void
put_payer(struct ybi_shower *s, const struct ybi_charge *charge, const struct ybi_payer *payer)
{
	const struct ybi_node *map = ybi_node_get(s->book->clauses[charge->clause].node, "payers");
	const char *label = ybi_payer_label(payer->name, s->zh ? YB_LANG_ZH : YB_LANG_EN);
	struct ybi_text name = { 0 };

	ybi_text_puts(&name, label);
	if (strcmp(label, payer->name) != 0)
		ybi_text_printf(&name, " %s", payer->name);
	if (name.failed)
		s->out->failed = true;
	else
		ybi_show_line(s, 8, name.data, name.data);
	ybi_text_free(&name);
	if (payer->expr == YBI_NO_EXPR)
		ybi_text_puts(s->out, s->zh ? "其余\n" : "the rest\n");
	else
		ybi_show_slot(s, ybi_node_get(map, payer->name), YBI_MONEY, 10);
}

static void
put_charge(struct ybi_shower *s, const struct ybi_charge *charge)
{
	static const char *const spans[][2] = { { "按年度", "by the year" }, { "按月", "by the month" }, { "一次性", "once" } };
	const struct ybi_node *map = s->book->clauses[charge->clause].node;

	if (!ybi_show_holds(s, map))
		return;
	ybi_show_title(s, 4, charge->id, charge->label_zh, charge->label_en);
	ybi_show_name(s, map, NULL);
	ybi_show_sources(s, charge->clause, 6);
	ybi_show_when(s, map, 6);
	ybi_show_line(s, 6, "周期", "period");
	ybi_text_printf(s->out, "%s\n", spans[charge->span][s->zh ? 0 : 1]);
	ybi_show_part(s, map, "months", YBI_COUNT, 6, "月数", "months");
	ybi_show_part(s, map, "base", YBI_MONEY, 6, "缴费基数", "base");
	ybi_show_part(s, map, "total", YBI_MONEY, 6, "合计", "total");
	ybi_show_mark(s, 6, map, NULL);
	ybi_text_puts(s->out, s->zh ? "      由谁缴" : "      paid by");
	ybi_show_key_end(s);
	ybi_text_putc(s->out, '\n');
	for (uint32_t i = 0; i < charge->payer_count; i++)
		put_payer(s, charge, &s->book->payers[charge->first_payer + i]);
	ybi_show_round(s, charge->step, charge->mode, 6);
	ybi_show_rest(s, map, 6, " period base total months payers round ");
}

/* ---- channels ---- */

/* What the catalogue calls it, if one is loaded. */
static const char *
channel_label(const struct ybi_shower *s, const char *id)
{
	for (size_t i = 0; i < s->set->channel_count; i++)
		if (!strcmp(s->set->channels[i]->id, id))
			return yb_channel_get_label(s->set->channels[i], s->zh ? YB_LANG_ZH : YB_LANG_EN);
	return NULL;
}

static void
put_channels(struct ybi_shower *s)
{
	bool any = false;

	for (size_t i = 0; i < s->book->open_channels_count; i++) {
		const struct ybi_open_channel *row = &s->book->open_channels[i];
		const struct ybi_node *map = s->book->clauses[row->clause].node, *note = ybi_node_get(map, "note");
		const char *label = channel_label(s, row->id);
		if (!ybi_show_holds(s, map))
			continue;
		if (!any)
			ybi_show_heading(s, 2, "开通的缴费渠道", "Open channels");
		any = true;
		ybi_show_mark(s, 4, map, NULL);
		ybi_text_printf(s->out, "    %s", row->id);
		ybi_show_key_end(s);
		ybi_text_printf(s->out, "%s%s", label ? " · " : "", label ? label : "");
		if (note && note->kind == YBI_SCALAR) /* which account or application it is */
			ybi_text_printf(s->out, s->zh ? "：%s" : ": %s", note->text);
		ybi_text_putc(s->out, '\n');
		ybi_show_sources(s, row->clause, 6);
		ybi_show_when(s, map, 6);
	}
}

/* ---- the section ---- */

static const struct ybi_node *
missing_months(const struct ybi_book *book)
{
	for (size_t i = 0; i < book->clauses_count; i++)
		if (!strcmp(book->clauses[i].id, "fee/missing_months")) {
			const struct ybi_node *node = ybi_node_get(book->clauses[i].node, "missing_months");
			return node ? node : book->clauses[i].node;
		}
	return NULL;
}

void
ybi_show_fee(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;
	const struct ybi_node *missing = missing_months(book);
	size_t refusals = 0;

	for (size_t i = 0; i < book->refusals_count; i++)
		refusals += book->refusals[i].ask == YBI_ASK_FEE;
	if (!book->windows_count && !book->charges_count && !book->open_channels_count && !missing && !refusals)
		return;
	if (!ybi_show_section(s, YBI_ASK_FEE, "缴费（fee）", "Contributions (fee)"))
		return;
	put_windows(s);
	if (missing) {
		ybi_text_putc(s->out, '\n');
		ybi_show_line(s, 2, "欠缺月数", "missing months");
		ybi_show_slot(s, missing, YBI_COUNT, 6);
	}
	if (book->charges_count)
		ybi_show_heading(s, 2, "缴费项目", "Charges");
	for (size_t i = 0; i < book->charges_count; i++)
		put_charge(s, &book->charges[i]);
	put_channels(s);
	ybi_show_refusals(s, YBI_ASK_FEE);
}
