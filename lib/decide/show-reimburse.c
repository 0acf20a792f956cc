/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"
#include "decide/show.h"

/* The section on settlements: benefits, their layers, bands, what modifies a ratio, ceilings. */

static void
put_modify(struct ybi_shower *s, const struct ybi_node *list)
{
	static const char *const kinds[][3] = {
		{ "add", "加", "add" }, { "times", "乘以", "times" }, { "own_times", "自付比例乘以", "own share times" }, { "at_least", "不低于", "at least" },
		{ "at_most", "不高于", "at most" },
	};

	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count; i++) {
		const struct ybi_node *map = list->items[i];
		if (!ybi_show_holds(s, map))
			continue;
		ybi_show_line(s, 6, "调整", "modified");
		ybi_show_name(s, map, NULL);
		ybi_show_flat(s, ybi_node_get(map, "id"));
		ybi_show_brackets(s, map);
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			if (ybi_node_get(map, kinds[k][0])) {
				ybi_text_printf(s->out, s->zh ? "：%s " : ": %s ", kinds[k][s->zh ? 1 : 2]);
				ybi_show_slot(s, ybi_node_get(map, kinds[k][0]), YBI_RATE, 10);
			}
	}
}

static void
put_ceilings(struct ybi_shower *s, const struct ybi_node *list)
{
	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count; i++) {
		const struct ybi_node *map = list->items[i];
		if (!ybi_show_holds(s, map))
			continue;
		ybi_show_line(s, 6, "限额", "ceiling");
		ybi_show_name(s, map, NULL);
		ybi_text_putc(s->out, '(');
		ybi_show_flat(s, ybi_node_get(map, "on"));
		if (ybi_node_get(map, "per")) {
			ybi_text_puts(s->out, s->zh ? "，周期 " : ", per ");
			ybi_show_flat(s, ybi_node_get(map, "per"));
		}
		ybi_text_putc(s->out, ')');
		ybi_show_brackets(s, map);
		ybi_text_putc(s->out, ' ');
		ybi_show_slot(s, ybi_node_get(map, "amount"), YBI_MONEY, 10);
		ybi_show_rest(s, map, 8, " on per amount ");
	}
}

static void
put_layer(struct ybi_shower *s, const struct ybi_layer *layer)
{
	const struct ybi_node *map = s->book->clauses[layer->clause].node, *deductible, *bands;
	const char *label = s->zh ? layer->label_zh : layer->label_en;

	/* the clause of a layer's base may stand on the slot; the mapping around it has the id */
	ybi_text_putc(s->out, '\n');
	ybi_show_mark(s, 4, map, NULL);
	ybi_text_printf(s->out, "    %s", layer->id);
	ybi_show_key_end(s);
	ybi_text_printf(s->out, "%s%s  →  %s %s\n", label ? " · " : "", label ? label : "", yb_field_get_name(layer->pays),
	                yb_field_get_label(layer->pays, s->zh ? YB_LANG_ZH : YB_LANG_EN));
	ybi_show_sources(s, layer->clause, 6);
	ybi_show_when(s, map, 6);
	ybi_show_part(s, map, "base", YBI_MONEY, 6, "计算基数", "base");
	deductible = ybi_node_get(map, "deductible");
	if (deductible) {
		ybi_show_line(s, 6, "起付标准", "deductible");
		ybi_show_slot(s, ybi_node_get(deductible, "amount") ? ybi_node_get(deductible, "amount") : deductible, YBI_MONEY, 10);
		ybi_show_part(s, deductible, "per", YBI_TEXT, 8, "累计周期", "per");
		if (ybi_node_get(deductible, "amount"))
			ybi_show_rest(s, deductible, 8, " amount per ");
	}
	bands = ybi_node_get(map, "bands");
	ybi_show_part(s, bands, "borders", YBI_MONEY, 6, "分段界限", "borders");
	ybi_show_part(s, bands && ybi_node_get(bands, "ratio") ? bands : map, "ratio", YBI_RATE, 6, "支付比例", "ratio");
	ybi_show_rest(s, bands, 6, " borders ratio ");
	put_modify(s, ybi_node_get(map, "modify"));
	put_ceilings(s, ybi_node_get(map, "ceilings"));
	if (s->marks)
		ybi_show_round(s, layer->step, layer->mode, 6);
	if (ybi_node_get(map, "pays")) /* else the clause stands on the base alone */
		ybi_show_rest(s, map, 6, " pays base deductible bands ratio modify ceilings round ");
}

/* How cost lines fall into the four parts. */
static void
put_split(struct ybi_shower *s, const struct ybi_benefit *benefit)
{
	static const char *const unlisted[][2] = { { "不作答", "not answered" }, { "全自费", "borne by the person" }, { "按明细自报", "as the line says" } };
	const struct ybi_book *book = s->book;

	for (uint32_t i = 0; i < benefit->catalogue_count; i++) {
		if (i == 0)
			ybi_show_line(s, 4, "所用目录", "catalogues");
		ybi_text_printf(s->out, "%s%s", i ? ", " : "", book->catalogues[benefit->first_catalogue + i].catalogue->id);
	}
	if (benefit->catalogue_count)
		ybi_text_printf(s->out, s->zh ? "；%s；未列入目录：%s\n" : "; %s; an item in none of them: %s\n",
		                benefit->lowest ? (s->zh ? "取最低限价" : "the lowest cap counts") : (s->zh ? "取最近一级的限价" : "the nearest cap counts"),
		                unlisted[benefit->unlisted][s->zh ? 0 : 1]);
	if (benefit->prior != YBI_NO_EXPR)
		ybi_show_part(s, book->clauses[book->exprs[benefit->prior].x].node, "prior", YBI_RATE, 4, "先行自付比例", "prior self-pay");
	for (uint32_t i = 0; i < benefit->limit_count; i++) {
		const struct ybi_limit *limit = &book->limits[benefit->first_limit + i];
		const struct ybi_node *map = book->clauses[limit->clause].node;
		if (!ybi_show_holds(s, map))
			continue;
		ybi_show_line(s, 4, "明细限额", "limit of lines");
		ybi_show_name(s, map, limit->id);
		ybi_text_puts(s->out, limit->id);
		ybi_show_brackets(s, map);
		ybi_text_putc(s->out, ' ');
		ybi_show_slot(s, ybi_node_get(map, "amount"), YBI_MONEY, 8);
	}
}

/* What documents are compared by beside what a reader is shown: the account, what yields to the benefit. */
static void
put_frame(struct ybi_shower *s, const struct ybi_benefit *benefit)
{
	static const char *const account[] = { "scope", "prior", "own" };
	const struct ybi_book *book = s->book;

	ybi_show_over(s, book->clauses[benefit->clause].node, 4);
	ybi_show_sources(s, benefit->clause, 4);
	ybi_show_line(s, 4, "个人账户可支付", "account pays");
	for (size_t i = 0; i < ARRAY_SIZE(account); i++)
		ybi_text_printf(s->out, "%s%s", benefit->account >> i & 1 ? account[i] : "", i + 1 < ARRAY_SIZE(account) ? " " : "");
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_reimburse(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;

	if (!book->benefits_count || !ybi_show_section(s, YBI_ASK_REIMBURSE, "报销（reimburse）", "Reimbursement (reimburse)"))
		return;
	if (book->year_by_split) {
		ybi_show_line(s, 2, "跨年度住院", "a stay over the year's end");
		ybi_text_puts(s->out, s->zh ? (book->split_again ? "分两段结算，后段按另一次住院计" : "分两段结算，只计一次起付标准")
		                            : book->split_again ? "in two parts, the second as a stay of its own" : "in two parts, with one deductible");
		ybi_text_putc(s->out, '\n');
	}
	for (size_t i = 0; s->marks && i < book->pools_count; i++) {
		ybi_show_heading(s, 2, book->pools[i].name, book->pools[i].name);
		ybi_show_rest(s, book->pools[i].node, 4, "");
	}
	for (size_t i = 0; i < book->benefits_count; i++) {
		const struct ybi_benefit *benefit = &book->benefits[i];
		if (!ybi_show_holds(s, book->clauses[benefit->clause].node))
			continue;
		ybi_show_title(s, 2, benefit->id, benefit->label_zh, benefit->label_en);
		ybi_show_name(s, book->clauses[benefit->clause].node, NULL);
		ybi_show_flag(s, YBI_MARK_ORDERED);
		ybi_show_when(s, book->clauses[benefit->clause].node, 4);
		put_split(s, benefit);
		for (uint32_t k = 0; k < benefit->layer_count; k++)
			if (ybi_show_holds(s, book->clauses[book->layers[benefit->first_layer + k].clause].node))
				put_layer(s, &book->layers[benefit->first_layer + k]);
		if (s->marks)
			put_frame(s, benefit);
	}
}
