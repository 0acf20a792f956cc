/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/policy.h>

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "decide/show.h"

/*
 * A document for a reader: its sections with the figures as they are written,
 * tables as rows, dated figures of one day or of all days; and its sources
 * with the clauses that rest on them.
 */

static void
put_head(struct ybi_shower *s)
{
	const struct ybi_document *document = s->book->document;
	const struct ybi_profile *profile = s->book->profile;
	size_t parents = 0;
	char day[YB_DAY_TEXT_SIZE];

	ybi_text_printf(s->out, "%s  %s\n", document->id, s->zh && document->title_zh ? document->title_zh : document->title);
	if (s->book->from > YBI_DAY_FIRST) {
		yb_day_to_text(s->book->from, day);
		ybi_text_printf(s->out, s->zh ? "自 %s 起适用" : "answers from %s", day);
		if (s->book->to <= YBI_DAY_LAST) {
			yb_day_to_text(s->book->to - 1, day);
			ybi_text_printf(s->out, s->zh ? "，至 %s" : " through %s", day);
		}
		ybi_text_putc(s->out, '\n');
	}
	for (size_t i = profile ? profile->document_count : 0; i + 1 < s->book->closure_count; i++)
		ybi_text_printf(s->out, "%s%s", parents++ ? ", " : s->zh ? "继承 " : "extends ", s->book->closure[i]->id);
	if (parents)
		ybi_text_putc(s->out, '\n');
	if (profile)
		ybi_text_printf(s->out, s->zh ? "编码按 %s/codes\n" : "codes by %s/codes\n", profile->region);
}

/* ---- declared gaps ---- */

static const struct gap_kind {
	enum ybi_ask ask;
	uint32_t part; /* enum ybi_refund_part, for refunds */
	const char *word, *zh, *en;
} gap_kinds[] = {
	{ YBI_ASK_FEE, 0, "fee", "缴费", "contributions" },
	{ YBI_ASK_REFUND, YBI_PART_CREDIT, "refund", "划入个人账户", "credits to the account" },
	{ YBI_ASK_REFUND, YBI_PART_INTEREST, "interest", "利息", "interest" },
	{ YBI_ASK_REFUND, YBI_PART_CONTRIBUTION, "refundable", "退费", "contributions given back" },
	{ YBI_ASK_ELIGIBILITY, 0, "eligibility", "待遇起算", "start of cover" },
	{ YBI_ASK_REWARDS, 0, "rewards", "激励", "rewards" },
	{ YBI_ASK_REIMBURSE, 0, "reimburse", "报销", "reimbursement" },
};

/* The gaps of a kind stand in one of two lists; NULL after the last. */
static const struct ybi_unsupported *
next_gap(const struct ybi_book *book, const struct gap_kind *kind, size_t *at)
{
	bool settles = kind->ask == YBI_ASK_REIMBURSE;
	const struct ybi_unsupported *list = settles ? book->unsupported : book->other_gaps;
	size_t count = settles ? book->unsupported_count : book->other_gaps_count;

	while (*at < count) {
		const struct ybi_unsupported *gap = &list[(*at)++];
		if (settles || (gap->ask == (uint32_t)kind->ask && (gap->ask != YBI_ASK_REFUND || gap->part == kind->part)))
			return gap;
	}
	return NULL;
}

static void
put_unsupported(struct ybi_shower *s)
{
	bool any = false;

	for (size_t k = 0; k < ARRAY_SIZE(gap_kinds); k++) {
		const struct ybi_unsupported *gap;
		bool first = true;
		for (size_t at = 0; (gap = next_gap(s->book, &gap_kinds[k], &at)) != NULL;) {
			const struct ybi_node *map = s->book->clauses[gap->clause].node;
			if (!ybi_show_holds(s, map))
				continue;
			if (!any)
				ybi_show_heading(s, 0, "尚未编入", "Not encoded");
			any = true;
			if (first) {
				ybi_show_mark(s, 2, NULL, NULL);
				ybi_text_printf(s->out, "  %s", s->zh ? gap_kinds[k].zh : gap_kinds[k].en);
				ybi_show_key_end(s);
				ybi_text_putc(s->out, '\n');
			}
			first = false;
			ybi_show_mark(s, 4, map, gap->id);
			ybi_text_puts(s->out, "    -");
			ybi_show_key_end(s);
			ybi_text_printf(s->out, " %s", gap->text);
			ybi_show_brackets(s, map);
			ybi_text_putc(s->out, '\n');
		}
	}
}

/* ---- checks ---- */

static void
put_check(struct ybi_shower *s, const struct ybi_check *check)
{
	static const char *const shapes[][3] = { { "holds", "成立", "holds" }, { "rising", "不递减", "rising" }, { "falling", "不递增", "falling" },
		                                 { "sums_to", "合计", "sums to" }, { "between", "介于", "between" } };
	static const char *const severities[][2] = { { "错误", "error" }, { "警告", "warning" }, { "提示", "note" } };
	const struct ybi_node *map = s->book->clauses[check->clause].node;

	ybi_text_printf(s->out, "    - %s", check->id);
	ybi_show_brackets(s, map);
	ybi_text_printf(s->out, s->zh ? "（%s）：%s\n" : " (%s): %s\n", severities[check->severity][s->zh ? 0 : 1], s->zh ? check->zh : check->en);
	ybi_show_line(s, 6, shapes[check->kind][1], shapes[check->kind][2]);
	ybi_show_flat(s, check->node);
	ybi_text_putc(s->out, '\n');
	ybi_show_part(s, map, "of", YBI_TEXT, 6, "数值", "of");
	if (ybi_node_get(map, "along")) {
		ybi_show_line(s, 6, "依次", "along");
		ybi_text_printf(s->out, "%s ", s->book->facts[check->along].name);
		ybi_show_flat(s, ybi_node_get(map, "along")->entries[0].value);
		ybi_text_putc(s->out, '\n');
	}
}

/* What is proven when the document is read, then what is asked with a question. */
static void
put_checks(struct ybi_shower *s)
{
	for (int asked = 0; asked < 2; asked++) {
		bool first = true;
		for (size_t i = 0; i < s->book->checks_count; i++) {
			const struct ybi_check *check = &s->book->checks[i];
			if ((check->asks != 0) != asked || !ybi_show_holds(s, s->book->clauses[check->clause].node))
				continue;
			if (first && asked)
				ybi_text_puts(s->out, s->zh ? "\n答复时的校验\n" : "\nChecked with a question\n");
			else if (first)
				ybi_text_puts(s->out, s->zh ? "\n读入时证明的校验\n" : "\nProven when it is read\n");
			first = false;
			put_check(s, check);
		}
	}
}

/* ---- names ---- */

static void
put_values(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;

	for (size_t i = 0; i < book->values_count; i++) {
		uint32_t expr = book->values[i].expr;
		if (i == 0)
			ybi_show_heading(s, 0, "数值", "Values");
		ybi_show_line(s, 2, book->values[i].name, book->values[i].name);
		ybi_show_slot(s, book->values[i].node, expr != YBI_NO_EXPR ? (enum ybi_type)book->exprs[expr].type : YBI_NUMBER, 4);
	}
}

/* Figures by year that formulas read with brackets: base[2026]. */
static void
put_series(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;

	for (size_t i = 0; i < book->series_names_count; i++) {
		const struct ybi_node *years = ybi_node_get(book->series_names[i].node, "years");
		if (i == 0)
			ybi_show_heading(s, 0, "分年度的数值", "Figures by year");
		ybi_show_mark(s, 2, book->series_names[i].node, NULL);
		ybi_text_printf(s->out, "  %s", book->series_names[i].name);
		ybi_show_key_end(s);
		ybi_text_putc(s->out, '\n');
		for (uint32_t k = 0; years && years->kind == YBI_MAP && k < years->count; k++) {
			ybi_show_mark(s, 4, years->entries[k].value, NULL);
			ybi_text_printf(s->out, "    %s", years->entries[k].key);
			ybi_show_key_end(s);
			ybi_text_puts(s->out, "  →  ");
			ybi_show_slot(s, years->entries[k].value, (enum ybi_type)book->series_names[i].building, 6);
		}
	}
}

static void
put_derived(struct ybi_shower *s)
{
	const struct ybi_book *book = s->book;
	bool any = false;

	for (size_t i = 0; i < book->facts_count; i++) {
		const struct ybi_node *from = book->facts[i].node ? ybi_node_get(book->facts[i].node, "from") : NULL;
		const struct ybi_node *source = book->facts[i].node ? ybi_node_get(book->facts[i].node, "source") : NULL;
		if (!from)
			continue;
		if (!any)
			ybi_show_heading(s, 0, "由其他信息推出", "Derived facts");
		any = true;
		ybi_show_line(s, 2, book->facts[i].name, book->facts[i].name);
		ybi_show_slot(s, from, (enum ybi_type)book->facts[i].type, 4);
		if (source) {
			ybi_show_line(s, 4, "依据", "source");
			ybi_show_flat(s, source);
			ybi_text_putc(s->out, '\n');
		}
	}
}

static void
put_channels(struct ybi_shower *s)
{
	if (s->book->channels_count)
		ybi_text_puts(s->out, s->zh ? "\n  渠道\n" : "\n  Channels\n");
	for (size_t i = 0; i < s->book->channels_count; i++) {
		ybi_show_line(s, 4, s->book->channels[i].id, s->book->channels[i].id);
		ybi_text_printf(s->out, "%s\n", yb_channel_get_label(&s->book->channels[i], s->zh ? YB_LANG_ZH : YB_LANG_EN));
	}
}

static void
show_sections(struct ybi_shower *s)
{
	ybi_show_codes(s);
	ybi_show_fee(s);
	ybi_show_refund(s);
	ybi_show_eligibility(s);
	ybi_show_reimburse(s);
	ybi_show_catalogue(s);
	put_values(s);
	put_series(s);
	put_derived(s);
	put_checks(s);
	put_channels(s);
	put_unsupported(s);
}

/* The key of a section as it is in force: of the overlay, the document, or the nearest parent that has it. */
static const struct ybi_node *
section_key(const struct ybi_book *book, const char *section, const char *key)
{
	const struct ybi_node *node = book->overlay ? ybi_node_get(ybi_node_get(book->overlay->root, section), key) : NULL;

	for (size_t i = 0; i < book->closure_count && !node; i++)
		node = ybi_node_get(ybi_node_get(book->closure[i]->root, section), key);
	return node;
}

/* What the whole document is computed by. */
static void
compare_head(struct ybi_shower *s)
{
	static const char *const loose[][2] = { { "reimburse", "year_by" }, { "reimburse", "split_deductible" }, { "eligibility", "until" }, { "eligibility", "rewards_from" }, { "refund", "post" } };
	static const char *const ends[][2] = { [YB_MONTH_END_CLIP] = { "取月末", "clip" }, [YB_MONTH_END_SPILL] = { "顺延至次月首日", "spill" } };
	const struct ybi_book *book = s->book;
	char day[YB_DAY_TEXT_SIZE];

	ybi_show_heading(s, 0, "总则", "Frame");
	ybi_show_line(s, 2, "适用日期", "answers");
	yb_day_to_text(book->from, day);
	if (book->from > YBI_DAY_FIRST)
		ybi_text_printf(s->out, s->zh ? "自 %s " : "from %s ", day);
	yb_day_to_text(book->to - 1, day);
	if (book->to <= YBI_DAY_LAST)
		ybi_text_printf(s->out, s->zh ? "至 %s" : "through %s", day);
	ybi_text_putc(s->out, '\n');
	ybi_show_line(s, 2, "编码", "codes by");
	ybi_text_printf(s->out, "%s\n", book->profile ? book->profile->region : "national");
	ybi_show_line(s, 2, "参保年度起始", "year begins");
	ybi_text_printf(s->out, "%02d-%02d\n", (int)book->medical_month, (int)book->medical_day);
	ybi_show_line(s, 2, "月末", "end of a month");
	if ((size_t)book->month_end < ARRAY_SIZE(ends) && ends[book->month_end][0])
		ybi_text_puts(s->out, ends[book->month_end][s->zh ? 0 : 1]);
	ybi_text_putc(s->out, '\n');
	ybi_show_round(s, book->round_step, book->round_mode, 2);
	for (size_t i = 0; i < ARRAY_SIZE(loose); i++) {
		const struct ybi_node *node = section_key(book, loose[i][0], loose[i][1]);
		if (!node)
			continue;
		ybi_show_line(s, 2, loose[i][1], loose[i][1]);
		ybi_show_slot(s, node, YBI_NUMBER, 6);
	}
}

void
ybi_show_compared(struct ybi_shower *s)
{
	compare_head(s);
	show_sections(s);
}

static void put_sources(struct ybi_shower *s, yb_lang lang);

static void
show_text(struct ybi_shower *s)
{
	s->named = ybi_calloc(s->book->facts_count + 1, sizeof(*s->named));
	if (!s->named) {
		s->out->failed = true;
		return;
	}
	put_head(s);
	show_sections(s);
	ybi_show_facts(s);
	ybi_show_heading(s, 0, "依据", "Sources");
	put_sources(s, s->zh ? YB_LANG_ZH : YB_LANG_EN);
	free(s->named);
}

/* ---- JSON: the tree as it was read ---- */

static void
json_node(struct ybi_text *out, const struct ybi_node *node)
{
	bool first = true;

	switch (node->kind) {
	case YBI_SCALAR:
		ybi_text_json_string(out, node->text, node->count);
		return;
	case YBI_SEQ:
		ybi_text_putc(out, '[');
		for (uint32_t i = 0; i < node->count; i++) {
			if (i)
				ybi_text_puts(out, ", ");
			json_node(out, node->items[i]);
		}
		ybi_text_putc(out, ']');
		return;
	default:
		ybi_text_putc(out, '{');
		for (uint32_t i = 0; i < node->count; i++) {
			ybi_json_key(out, &first, node->entries[i].key);
			json_node(out, node->entries[i].value);
		}
		ybi_text_putc(out, '}');
	}
}

yb_status
yb_policy_set_render_document(const struct yb_policy_set *set, const char *id, yb_day on, yb_format format, yb_lang lang, char **text,
                              struct yb_error **err)
{
	struct ybi_text out = { 0 };
	struct ybi_shower s = { .out = &out, .set = set, .on = on, .zh = lang == YB_LANG_ZH };

	if (!set || !id || !text || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	*text = NULL;
	s.book = ybi_set_book(set, id);
	if (!s.book)
		return ybi_error_set(err, YB_E_NOT_FOUND, "no document \"%s\" is in use", id);
	if (format == YB_FORMAT_JSON) {
		bool first = true;
		ybi_text_putc(&out, '{');
		ybi_json_text(&out, &first, "schema", "yibao-policy/1");
		ybi_json_text(&out, &first, "hash", s.book->document->hash);
		ybi_json_key(&out, &first, "document");
		json_node(&out, s.book->document->root);
		ybi_text_puts(&out, "}\n");
	} else {
		show_text(&s);
	}
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}

/* ---- sources ---- */

static bool
rests_on(const struct ybi_clause *clause, const struct ybi_source *source)
{
	for (uint32_t i = 0; i < clause->source_count; i++)
		if (clause->sources[i] == source)
			return true;
	return false;
}

/* A slot within a clause may be a clause of the same name. */
static bool
told_before(const struct ybi_book *book, size_t clause, const struct ybi_source *source)
{
	for (size_t i = 0; i < clause; i++)
		if (!strcmp(book->clauses[i].id, book->clauses[clause].id) && rests_on(&book->clauses[i], source))
			return true;
	return false;
}

static void
put_sources(struct ybi_shower *s, yb_lang lang)
{
	for (size_t d = s->book->closure_count; d-- > 0;) {
		const struct ybi_document *document = s->book->closure[d];
		for (size_t i = 0; i < document->sources.count; i++) {
			const struct ybi_source *source = &document->sources.rows[i];
			size_t rests = 0;
			ybi_text_printf(s->out, "\n  %s  ", source->tag);
			ybi_put_source(s->out, source, NULL, lang);
			ybi_text_putc(s->out, '\n');
			for (size_t k = 0; k < s->book->clauses_count; k++)
				if (ybi_show_holds(s, s->book->clauses[k].node) && rests_on(&s->book->clauses[k], source) && !told_before(s->book, k, source)) {
					ybi_text_printf(s->out, "      %s", s->book->clauses[k].id);
					if (s->book->clauses[k].confidence != source->confidence) {
						ybi_text_puts(s->out, " (");
						ybi_put_confidence(s->out, s->book->clauses[k].confidence, lang);
						ybi_text_putc(s->out, ')');
					}
					ybi_text_putc(s->out, '\n');
					rests++;
				}
			if (!rests)
				ybi_text_puts(s->out, s->zh ? "      没有条款引用\n" : "      no clause rests on it\n");
		}
	}
}

static void
sources_text(struct ybi_shower *s, yb_lang lang)
{
	put_head(s);
	put_sources(s, lang);
	put_unsupported(s);
}

static void
sources_json(struct ybi_shower *s)
{
	bool first = true, row = true;

	ybi_text_putc(s->out, '{');
	ybi_json_text(s->out, &first, "schema", "yibao-sources/1");
	ybi_json_text(s->out, &first, "id", s->book->document->id);
	ybi_json_key(s->out, &first, "sources");
	ybi_text_putc(s->out, '[');
	for (size_t d = s->book->closure_count; d-- > 0;) {
		const struct ybi_document *document = s->book->closure[d];
		for (size_t i = 0; i < document->sources.count; i++) {
			const struct ybi_source *source = &document->sources.rows[i];
			char day[YB_DAY_TEXT_SIZE];
			bool inner = true, comma = false;
			ybi_text_puts(s->out, row ? "{" : ", {");
			row = false;
			ybi_json_text(s->out, &inner, "tag", source->tag);
			ybi_json_text(s->out, &inner, "document", document->id);
			ybi_json_text(s->out, &inner, "issuer", source->issuer);
			ybi_json_text(s->out, &inner, "docno", source->docno);
			if (source->published != YB_DAY_NONE)
				yb_day_to_text(source->published, day);
			ybi_json_text(s->out, &inner, "published", source->published != YB_DAY_NONE ? day : NULL);
			ybi_json_text(s->out, &inner, "url", source->url);
			ybi_json_text(s->out, &inner, "confidence", ybi_confidence_name(source->confidence));
			ybi_json_key(s->out, &inner, "clauses");
			ybi_text_putc(s->out, '[');
			for (size_t k = 0; k < s->book->clauses_count; k++)
				if (rests_on(&s->book->clauses[k], source) && !told_before(s->book, k, source)) {
					ybi_text_puts(s->out, comma ? ", " : "");
					ybi_text_json_string(s->out, s->book->clauses[k].id, strlen(s->book->clauses[k].id));
					comma = true;
				}
			ybi_text_puts(s->out, "]}");
		}
	}
	ybi_text_puts(s->out, "]");
	ybi_json_key(s->out, &first, "unsupported");
	ybi_text_putc(s->out, '[');
	row = true;
	for (size_t k = 0; k < ARRAY_SIZE(gap_kinds); k++) {
		const struct ybi_unsupported *gap;
		for (size_t at = 0; (gap = next_gap(s->book, &gap_kinds[k], &at)) != NULL;) {
			bool inner = true;
			ybi_text_puts(s->out, row ? "{" : ", {");
			row = false;
			ybi_json_text(s->out, &inner, "id", gap->id);
			ybi_json_text(s->out, &inner, "touches", gap_kinds[k].word);
			ybi_json_text(s->out, &inner, "text", gap->text);
			ybi_text_putc(s->out, '}');
		}
	}
	ybi_text_puts(s->out, "]}\n");
}

yb_status
yb_policy_set_render_sources(const struct yb_policy_set *set, const char *id, yb_format format, yb_lang lang, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };
	struct ybi_shower s = { .out = &out, .set = set, .on = YB_DAY_NONE, .zh = lang == YB_LANG_ZH };

	if (!set || !id || !text || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	*text = NULL;
	s.book = ybi_set_book(set, id);
	if (!s.book)
		return ybi_error_set(err, YB_E_NOT_FOUND, "no document \"%s\" is in use", id);
	if (format == YB_FORMAT_JSON)
		sources_json(&s);
	else
		sources_text(&s, lang);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
