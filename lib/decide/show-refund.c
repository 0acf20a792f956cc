/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "decide/show.h"

/* The section on the personal account: credits, interest, and when a contribution is given back. */

static void
put_less(struct ybi_shower *s, const struct ybi_less *less, const struct ybi_credit *credit)
{
	const struct ybi_node *map = s->book->clauses[less->clause].node;
	const char *label = s->zh ? less->label_zh : less->label_en;

	if (!ybi_show_holds(s, map))
		return;
	ybi_show_line(s, 6, "扣除", "less");
	ybi_show_name(s, map, less->id);
	ybi_text_printf(s->out, "%s%s%s", less->id, label ? " · " : "", label ? label : "");
	ybi_show_brackets(s, map);
	ybi_text_puts(s->out, s->zh ? "：" : ": ");
	ybi_show_slot(s, ybi_node_get(map, "amount"), YBI_MONEY, 10);
	if (ybi_node_get(map, "source"))
		ybi_show_sources(s, less->clause, 8);
	if (s->marks || less->step != credit->step || less->mode != credit->mode)
		ybi_show_round(s, less->step, less->mode, 8);
	ybi_show_rest(s, map, 8, " amount round ");
}

static void
put_credit(struct ybi_shower *s, const struct ybi_credit *credit)
{
	static const char *const spans[][2] = { { "每年一次", "once a year" }, { "每月", "each month" }, { "一次性", "once" } };
	const struct ybi_node *map = s->book->clauses[credit->clause].node;

	if (!ybi_show_holds(s, map))
		return;
	ybi_show_title(s, 4, credit->id, credit->label_zh, credit->label_en);
	ybi_show_name(s, map, NULL);
	ybi_show_sources(s, credit->clause, 6);
	ybi_show_when(s, map, 6);
	if (!credit->interest) {
		ybi_show_line(s, 6, "周期", "period");
		ybi_text_printf(s->out, "%s\n", spans[credit->span][s->zh ? 0 : 1]);
		if (credit->span == YBI_SPAN_YEAR) {
			ybi_show_line(s, 6, "划入日", "posted on");
			ybi_text_printf(s->out, s->zh ? "每年 %02d-%02d\n" : "%02d-%02d of the year\n", (int)credit->post_month, (int)credit->post_day);
		}
	}
	ybi_show_part(s, map, "base", YBI_MONEY, 6, "计算基数", "base");
	ybi_show_part(s, map, "amount", YBI_MONEY, 6, "金额", "amount");
	ybi_show_part(s, map, "factor", YBI_RATE, 6, "系数", "factor");
	ybi_show_part(s, map, "at_least", YBI_MONEY, 6, "不低于", "at least");
	ybi_show_round(s, credit->step, credit->mode, 6);
	for (uint32_t i = 0; i < credit->less_count; i++)
		put_less(s, &s->book->less[credit->first_less + i], credit);
	ybi_show_rest(s, map, 6, " period post base amount factor at_least round less ");
}

static void
put_credits(struct ybi_shower *s, bool interest, const char *zh, const char *en)
{
	bool any = false;

	for (size_t i = 0; i < s->book->credits_count; i++) {
		if (s->book->credits[i].interest != interest)
			continue;
		if (!any)
			ybi_show_heading(s, 2, zh, en);
		any = true;
		put_credit(s, &s->book->credits[i]);
	}
}

static void
put_repay(struct ybi_shower *s, const struct ybi_repay *repay)
{
	const struct ybi_node *map = s->book->clauses[repay->clause].node;

	if (!ybi_show_holds(s, map))
		return;
	ybi_show_title(s, 4, repay->id, repay->label_zh, repay->label_en);
	ybi_show_name(s, map, NULL);
	ybi_show_sources(s, repay->clause, 6);
	ybi_show_when(s, map, 6);
	ybi_show_part(s, map, "until", YBI_DATE, 6, "最晚申请日", "last day");
	if (repay->share == YBI_NO_EXPR) {
		ybi_show_line(s, 6, "可退比例", "share");
		ybi_text_puts(s->out, "100%\n");
	}
	ybi_show_part(s, map, "share", YBI_RATE, 6, "可退比例", "share");
	ybi_show_over(s, map, 6);
	ybi_show_rest(s, map, 6, " until share over ");
}

void
ybi_show_refund(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;
	size_t refusals = 0;

	for (size_t i = 0; i < book->refusals_count; i++)
		refusals += book->refusals[i].ask == YBI_ASK_REFUND;
	if (!book->credits_count && !book->repays_count && !refusals)
		return;
	if (!ybi_show_section(s, YBI_ASK_REFUND, "个人账户划入与退费（refund）", "Personal account and contributions given back (refund)"))
		return;
	put_credits(s, false, "划入个人账户", "Credits to the account");
	put_credits(s, true, "利息", "Interest");
	if (book->repays_count)
		ybi_show_heading(s, 2, "可以退费的情形", "When a contribution is given back");
	for (size_t i = 0; i < book->repays_count; i++)
		put_repay(s, &book->repays[i]);
	ybi_show_refusals(s, YBI_ASK_REFUND);
}
