/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/policy.h>

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "decide/render.h"

/*
 * A document for a reader: its benefits and layers with the figures as they
 * are written, tables as rows, dated figures of one day or of all days; and
 * its sources with the clauses that rest on them.
 */

struct shower {
	struct ybi_text *out;
	const struct ybi_book *book;
	yb_day on;
	bool zh;
};

static void
put_line(struct shower *s, size_t indent, const char *label)
{
	ybi_text_fill(s->out, ' ', indent);
	ybi_put_padded(s->out, label, indent < 20 ? 20 - indent : 2);
	ybi_text_puts(s->out, "  ");
}

/* A node on one line: scalars, and lists and mappings with commas. */
static void
put_flat(struct shower *s, const struct ybi_node *node)
{
	if (node->kind == YBI_SCALAR) {
		ybi_text_puts(s->out, node->text);
		return;
	}
	for (uint32_t i = 0; i < node->count; i++) {
		if (i)
			ybi_text_puts(s->out, ", ");
		if (node->kind == YBI_MAP) {
			ybi_text_printf(s->out, "%s ", node->entries[i].key);
			put_flat(s, node->entries[i].value);
		} else {
			if (node->items[i]->kind == YBI_MAP && i)
				ybi_text_puts(s->out, s->zh ? "或 " : "or ");
			put_flat(s, node->items[i]);
		}
	}
}

static void put_slot(struct shower *s, const struct ybi_node *node, size_t indent);

static void
put_row(struct shower *s, const struct ybi_node *row, size_t indent)
{
	ybi_text_fill(s->out, ' ', indent);
	for (uint32_t c = 0; c + 1 < row->count; c++) {
		if (c)
			ybi_text_puts(s->out, ", ");
		put_flat(s, row->items[c]);
	}
	ybi_text_puts(s->out, "  →  ");
	if (row->count)
		put_slot(s, row->items[row->count - 1], indent + 2);
}

static void
put_table(struct shower *s, const struct ybi_node *node, size_t indent)
{
	const struct ybi_node *rows = ybi_node_get(node, "rows"), *otherwise = ybi_node_get(node, "else");

	ybi_text_puts(s->out, s->zh ? "按 " : "by ");
	put_flat(s, ybi_node_get(node, "by"));
	ybi_text_putc(s->out, '\n');
	for (uint32_t i = 0; rows && rows->kind == YBI_SEQ && i < rows->count; i++)
		put_row(s, rows->items[i], indent + 2);
	if (otherwise) {
		ybi_text_fill(s->out, ' ', indent + 2);
		ybi_text_puts(s->out, s->zh ? "其他  →  " : "else  →  ");
		put_slot(s, otherwise, indent + 4);
	}
}

static bool
entry_holds(const struct shower *s, const struct ybi_node *entry)
{
	const struct ybi_node *from = ybi_node_get(entry, "from"), *to = ybi_node_get(entry, "to"), *through = ybi_node_get(entry, "through");
	yb_day day;

	if (s->on == YB_DAY_NONE)
		return true;
	if (from && from->kind == YBI_SCALAR && yb_day_from_text(from->text, from->count, &day) == YB_OK && s->on < day)
		return false;
	if (to && to->kind == YBI_SCALAR && yb_day_from_text(to->text, to->count, &day) == YB_OK && s->on >= day)
		return false;
	return !(through && through->kind == YBI_SCALAR && yb_day_from_text(through->text, through->count, &day) == YB_OK && s->on > day);
}

static void
put_days(struct shower *s, const struct ybi_node *node)
{
	const struct ybi_node *from = ybi_node_get(node, "from"), *to = ybi_node_get(node, "to"), *through = ybi_node_get(node, "through");

	if (from && from->kind == YBI_SCALAR)
		ybi_text_printf(s->out, s->zh ? "自 %s " : "from %s ", from->text);
	if (to && to->kind == YBI_SCALAR)
		ybi_text_printf(s->out, s->zh ? "至 %s 前 " : "before %s ", to->text);
	if (through && through->kind == YBI_SCALAR)
		ybi_text_printf(s->out, s->zh ? "至 %s " : "through %s ", through->text);
}

static void
put_dated(struct shower *s, const struct ybi_node *list, size_t indent)
{
	ybi_text_putc(s->out, '\n');
	for (uint32_t i = 0; list->kind == YBI_SEQ && i < list->count; i++) {
		const struct ybi_node *value = ybi_node_get(list->items[i], "value");
		if (!value || !entry_holds(s, list->items[i]))
			continue;
		ybi_text_fill(s->out, ' ', indent + 2);
		put_days(s, list->items[i]);
		ybi_text_puts(s->out, " →  ");
		put_slot(s, value, indent + 2);
	}
}

static void
put_exceptions(struct shower *s, const struct ybi_node *node, size_t indent)
{
	const struct ybi_node *list = ybi_node_get(node, "except");

	put_slot(s, ybi_node_get(node, "default"), indent);
	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count; i++) {
		const struct ybi_node *label = ybi_node_get(list->items[i], "label"), *when = ybi_node_get(list->items[i], "when");
		const struct ybi_node *value = ybi_node_get(list->items[i], "value");
		if (!label || !when || !value)
			continue;
		ybi_text_fill(s->out, ' ', indent + 2);
		ybi_text_puts(s->out, s->zh ? "例外 " : "except ");
		put_flat(s, label);
		ybi_text_puts(s->out, " (");
		put_flat(s, when);
		ybi_text_puts(s->out, ")  →  ");
		put_slot(s, value, indent + 2);
	}
}

/* A slot, with its newline. */
static void
put_slot(struct shower *s, const struct ybi_node *node, size_t indent)
{
	if (!node)
		return;
	if (node->kind == YBI_MAP && ybi_node_get(node, "by"))
		put_table(s, node, indent);
	else if (node->kind == YBI_MAP && ybi_node_get(node, "dated"))
		put_dated(s, ybi_node_get(node, "dated"), indent);
	else if (node->kind == YBI_MAP && ybi_node_get(node, "default"))
		put_exceptions(s, node, indent);
	else if (node->kind == YBI_MAP && ybi_node_get(node, "value"))
		put_slot(s, ybi_node_get(node, "value"), indent);
	else {
		put_flat(s, node);
		ybi_text_putc(s->out, '\n');
	}
}

static void
put_part(struct shower *s, const struct ybi_node *map, const char *key, size_t indent, const char *zh, const char *en)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	if (!node)
		return;
	put_line(s, indent, s->zh ? zh : en);
	put_slot(s, node, indent + 4);
}

static void
put_when(struct shower *s, const struct ybi_node *map, size_t indent)
{
	const struct ybi_node *when = ybi_node_get(map, "when");

	if (!when && !ybi_node_get(map, "from") && !ybi_node_get(map, "to") && !ybi_node_get(map, "through"))
		return;
	put_line(s, indent, s->zh ? "适用于" : "applies to");
	put_days(s, map);
	if (when)
		put_flat(s, when);
	ybi_text_putc(s->out, '\n');
}

static void
put_source_tags(struct shower *s, uint32_t clause, size_t indent)
{
	const struct ybi_clause *c = &s->book->clauses[clause];

	put_line(s, indent, s->zh ? "依据" : "source");
	for (uint32_t i = 0; i < c->source_count; i++)
		ybi_text_printf(s->out, "%s%s%s%s (%s)", i ? ", " : "", c->sources[i]->tag, c->articles[i] ? " " : "", c->articles[i] ? c->articles[i] : "",
		                ybi_confidence_name(c->sources[i]->confidence));
	ybi_text_putc(s->out, '\n');
}

static void
put_layer(struct shower *s, const struct ybi_layer *layer)
{
	const struct ybi_node *map = s->book->clauses[layer->clause].node, *deductible, *bands, *list;
	const char *label = s->zh ? layer->label_zh : layer->label_en;

	/* the clause of a layer's base may stand on the slot; the mapping around it has the id */
	ybi_text_printf(s->out, "\n    %s%s%s  →  %s\n", layer->id, label ? " · " : "", label ? label : "", yb_field_get_name(layer->pays));
	put_source_tags(s, layer->clause, 6);
	put_when(s, map, 6);
	put_part(s, map, "base", 6, "计算基数", "base");
	deductible = ybi_node_get(map, "deductible");
	if (deductible) {
		put_line(s, 6, s->zh ? "起付标准" : "deductible");
		put_slot(s, ybi_node_get(deductible, "amount") ? ybi_node_get(deductible, "amount") : deductible, 10);
		if (ybi_node_get(deductible, "per"))
			put_part(s, deductible, "per", 8, "累计周期", "per");
	}
	bands = ybi_node_get(map, "bands");
	put_part(s, bands, "borders", 6, "分段界限", "borders");
	put_part(s, bands ? bands : map, "ratio", 6, "支付比例", "ratio");
	if (bands && !ybi_node_get(bands, "ratio"))
		put_part(s, map, "ratio", 6, "支付比例", "ratio");
	list = ybi_node_get(map, "modify");
	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count; i++) {
		if (!entry_holds(s, list->items[i]))
			continue;
		put_line(s, 6, s->zh ? "调整" : "modified");
		put_flat(s, list->items[i]);
		ybi_text_putc(s->out, '\n');
	}
	list = ybi_node_get(map, "ceilings");
	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count; i++) {
		if (!entry_holds(s, list->items[i]))
			continue;
		put_line(s, 6, s->zh ? "限额" : "ceiling");
		put_days(s, list->items[i]);
		ybi_text_putc(s->out, '(');
		put_flat(s, ybi_node_get(list->items[i], "on"));
		if (ybi_node_get(list->items[i], "per")) {
			ybi_text_puts(s->out, s->zh ? "，每 " : ", per ");
			put_flat(s, ybi_node_get(list->items[i], "per"));
		}
		ybi_text_puts(s->out, ") ");
		put_slot(s, ybi_node_get(list->items[i], "amount"), 10);
	}
}

static void
put_head(struct shower *s)
{
	const struct ybi_document *document = s->book->document;
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
	if (s->book->closure_count > 1) {
		ybi_text_puts(s->out, s->zh ? "继承 " : "extends ");
		for (size_t i = 0; i + 1 < s->book->closure_count; i++)
			ybi_text_printf(s->out, "%s%s", i ? ", " : "", s->book->closure[i]->id);
		ybi_text_putc(s->out, '\n');
	}
}

static void
put_unsupported(struct shower *s)
{
	if (s->book->unsupported_count)
		ybi_text_puts(s->out, s->zh ? "\n尚未编入\n" : "\nNot encoded\n");
	for (size_t i = 0; i < s->book->unsupported_count; i++) {
		const struct ybi_node *map = s->book->clauses[s->book->unsupported[i].clause].node;
		ybi_text_printf(s->out, "  - %s", s->book->unsupported[i].text);
		if (ybi_node_get(map, "when")) {
			ybi_text_puts(s->out, s->zh ? "（" : " (");
			put_flat(s, ybi_node_get(map, "when"));
			ybi_text_puts(s->out, s->zh ? "）" : ")");
		}
		ybi_text_putc(s->out, '\n');
	}
}

/* What the layers name: values with their figures, attributes that are derived. */
static void
put_names(struct shower *s)
{
	const struct ybi_book *book = s->book;
	bool any = false;

	for (size_t i = 0; i < book->values_count; i++) {
		if (i == 0)
			ybi_text_puts(s->out, s->zh ? "\n  数值\n" : "\n  Values\n");
		put_line(s, 4, book->values[i].name);
		put_slot(s, book->values[i].node, 6);
	}
	for (size_t i = 0; i < book->facts_count; i++) {
		const struct ybi_node *from = book->facts[i].node ? ybi_node_get(book->facts[i].node, "from") : NULL;
		if (!from)
			continue;
		if (!any)
			ybi_text_puts(s->out, s->zh ? "\n  由其他信息推出\n" : "\n  Derived facts\n");
		any = true;
		put_line(s, 4, book->facts[i].name);
		put_slot(s, from, 6);
	}
}

static void
put_channels(struct shower *s)
{
	if (s->book->channels_count)
		ybi_text_puts(s->out, s->zh ? "\n  渠道\n" : "\n  Channels\n");
	for (size_t i = 0; i < s->book->channels_count; i++) {
		put_line(s, 4, s->book->channels[i].id);
		ybi_text_printf(s->out, "%s\n", yb_channel_get_label(&s->book->channels[i], s->zh ? YB_LANG_ZH : YB_LANG_EN));
	}
}

static void
show_text(struct shower *s)
{
	const struct ybi_book *book = s->book;

	put_head(s);
	for (size_t i = 0; i < book->benefits_count; i++) {
		const struct ybi_benefit *benefit = &book->benefits[i];
		const char *label = s->zh ? benefit->label_zh : benefit->label_en;
		if (!entry_holds(s, book->clauses[benefit->clause].node))
			continue;
		ybi_text_printf(s->out, "\n  %s%s%s\n", benefit->id, label ? " · " : "", label ? label : "");
		put_when(s, book->clauses[benefit->clause].node, 4);
		for (uint32_t k = 0; k < benefit->layer_count; k++)
			if (entry_holds(s, book->clauses[book->layers[benefit->first_layer + k].clause].node))
				put_layer(s, &book->layers[benefit->first_layer + k]);
	}
	put_names(s);
	put_channels(s);
	put_unsupported(s);
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
	struct shower s = { .out = &out, .on = on, .zh = lang == YB_LANG_ZH };

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
sources_text(struct shower *s, yb_lang lang)
{
	put_head(s);
	for (size_t d = s->book->closure_count; d-- > 0;) {
		const struct ybi_document *document = s->book->closure[d];
		for (size_t i = 0; i < document->sources.count; i++) {
			const struct ybi_source *source = &document->sources.rows[i];
			size_t rests = 0;
			ybi_text_printf(s->out, "\n  %s  ", source->tag);
			ybi_put_source(s->out, source, NULL, lang);
			ybi_text_putc(s->out, '\n');
			for (size_t k = 0; k < s->book->clauses_count; k++)
				if (rests_on(&s->book->clauses[k], source) && !told_before(s->book, k, source)) {
					ybi_text_printf(s->out, "      %s", s->book->clauses[k].id);
					if (s->book->clauses[k].confidence != source->confidence)
						ybi_text_printf(s->out, " (%s)", ybi_confidence_name(s->book->clauses[k].confidence));
					ybi_text_putc(s->out, '\n');
					rests++;
				}
			if (!rests)
				ybi_text_puts(s->out, s->zh ? "      没有条款引用\n" : "      no clause rests on it\n");
		}
	}
	put_unsupported(s);
}

static void
sources_json(struct shower *s)
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
	for (size_t i = 0; i < s->book->unsupported_count; i++) {
		bool inner = true;
		ybi_text_puts(s->out, i ? ", {" : "{");
		ybi_json_text(s->out, &inner, "id", s->book->unsupported[i].id);
		ybi_json_text(s->out, &inner, "text", s->book->unsupported[i].text);
		ybi_text_putc(s->out, '}');
	}
	ybi_text_puts(s->out, "]}\n");
}

yb_status
yb_policy_set_render_sources(const struct yb_policy_set *set, const char *id, yb_format format, yb_lang lang, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };
	struct shower s = { .out = &out, .on = YB_DAY_NONE, .zh = lang == YB_LANG_ZH };

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
