/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "decide/show.h"

/* The section on the start of cover: waiting periods and rewards for continuous cover. */

static void
put_rule(struct ybi_shower *s, const struct ybi_wait_rule *rule)
{
	static const struct {
		const char *key;
		enum ybi_type type;
		const char *zh, *en;
	} parts[] = {
		{ "count_from", YBI_DATE, "起算日", "counted from" }, { "fixed", YBI_MONTHS, "固定等待期", "fixed wait" },
		{ "variable", YBI_MONTHS, "变动等待期", "variable wait" }, { "repair", YBI_MONTHS, "修复抵扣", "less by repair" },
		{ "floor", YBI_MONTHS, "等待期最短", "wait at least" }, { "cap", YBI_MONTHS, "等待期最长", "wait at most" },
		{ "during", YBI_RATE, "等待期内支付", "while waiting" }, { "until", YBI_DATE, "待遇截止日", "until" },
		{ "price", YBI_MONEY, "补缴一年费用", "price of a year" },
	};
	const struct ybi_node *map = s->book->clauses[rule->clause].node;

	if (!ybi_show_holds(s, map))
		return;
	ybi_show_title(s, 4, rule->id, rule->label_zh, rule->label_en);
	ybi_show_name(s, map, NULL);
	ybi_show_sources(s, rule->clause, 6);
	ybi_show_when(s, map, 6);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		ybi_show_part(s, map, parts[i].key, parts[i].type, 6, parts[i].zh, parts[i].en);
	ybi_show_over(s, map, 6);
	ybi_show_rest(s, map, 6, " count_from fixed variable repair floor cap during until price over ");
}

static void
put_event(struct ybi_shower *s, const struct ybi_node *map, uint32_t event, const char *key, const char *zh, const char *en)
{
	ybi_show_line(s, 6, zh, en);
	if (event == YBI_ON_KEEP)
		ybi_text_puts(s->out, s->zh ? "保留 keep\n" : "kept\n");
	else if (event == YBI_ON_CLEAR)
		ybi_text_puts(s->out, s->zh ? "清零 clear\n" : "cleared\n");
	else {
		ybi_text_puts(s->out, s->zh ? "减少 " : "less by ");
		ybi_show_slot(s, ybi_node_get(map, key), YBI_MONEY, 10);
	}
}

static void
put_reward(struct ybi_shower *s, const struct ybi_reward *reward)
{
	static const char *const kinds[][2] = {
		[YBI_REWARD_CONTINUOUS] = { "连续参保 continuous", "continuous: years of cover in a row" },
		[YBI_REWARD_ZERO_CLAIM] = { "零报销 zero_claim", "zero_claim: a year in which no fund paid" },
		[YBI_REWARD_LAPSE] = { "断保降低 lapse", "lapse: lowers the ceiling after missed years" },
	};
	const struct ybi_node *map = s->book->clauses[reward->clause].node;

	if (!ybi_show_holds(s, map))
		return;
	ybi_show_title(s, 4, reward->id, reward->label_zh, reward->label_en);
	ybi_show_name(s, map, NULL);
	ybi_show_sources(s, reward->clause, 6);
	ybi_show_when(s, map, 6);
	ybi_show_line(s, 6, "类型", "kind");
	ybi_text_printf(s->out, "%s\n", kinds[reward->kind][s->zh ? 0 : 1]);
	if (reward->kind == YBI_REWARD_CONTINUOUS) {
		ybi_show_line(s, 6, "此前须满", "after");
		ybi_text_printf(s->out, s->zh ? "%u 年\n" : reward->after == 1 ? "%u year\n" : "%u years\n", (unsigned)reward->after);
	}
	ybi_show_part(s, map, "step", YBI_MONEY, 6, reward->kind == YBI_REWARD_LAPSE ? "每断保一年降低" : "每年提高",
	              reward->kind == YBI_REWARD_LAPSE ? "less a year" : "more a year");
	ybi_show_part(s, map, "cap", YBI_MONEY, 6, "合计不超过", "at most");
	put_event(s, map, reward->on_gap, "on_gap", "断保后", "after a gap");
	put_event(s, map, reward->on_use, "on_use", "使用后", "once used");
	if (reward->if_enrolled && !s->marks)
		ybi_text_puts(s->out, s->zh ? "      次年参保的年度才计\n" : "      a year counts only when the next one is enrolled\n");
	ybi_show_rest(s, map, 6, " kind after step cap on_gap on_use ");
}

void
ybi_show_eligibility(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;
	size_t refusals = 0;

	for (size_t i = 0; i < book->refusals_count; i++)
		refusals += book->refusals[i].ask == YBI_ASK_ELIGIBILITY;
	if (!book->rules_count && !book->rewards_count && !refusals)
		return;
	if (!ybi_show_section(s, YBI_ASK_ELIGIBILITY, "待遇起算与激励（eligibility）", "Start of cover and rewards (eligibility)"))
		return;
	if (book->gaps_from) {
		ybi_show_line(s, 2, "断保年数起算", "gaps count from");
		ybi_text_printf(s->out, s->zh ? "%d 年度\n" : "%d\n", (int)book->gaps_from);
	}
	if (book->break_at_most) {
		ybi_show_line(s, 2, "仍算连续的间断", "no gap up to");
		ybi_text_printf(s->out, s->zh ? "%d 个月以内\n" : book->break_at_most == 1 ? "%d month\n" : "%d months\n", (int)book->break_at_most);
	}
	if (book->rules_count)
		ybi_show_heading(s, 2, "从何日享受待遇", "From which day cover runs");
	for (size_t i = 0; i < book->rules_count; i++)
		put_rule(s, &book->rules[i]);
	if (book->rewards_count)
		ybi_show_heading(s, 2, "激励（提高大病保险最高支付限额）", "Rewards (they raise the ceiling of serious-illness insurance)");
	for (size_t i = 0; i < book->rewards_count; i++)
		put_reward(s, &book->rewards[i]);
	ybi_show_refusals(s, YBI_ASK_ELIGIBILITY);
}
