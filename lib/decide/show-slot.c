/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "decide/show.h"

/* The pieces that the sections are shown with: figures, tables, dated lists, conditions, days, sources. */

#define COLUMN 20

static yb_lang
lang_of(const struct ybi_shower *s)
{
	return s->zh ? YB_LANG_ZH : YB_LANG_EN;
}

/* ---- words ---- */

void
ybi_put_confidence(struct ybi_text *out, yb_confidence confidence, yb_lang lang)
{
	static const char *const words[] = {
		[YB_CONFIDENCE_OFFICIAL] = "官方", [YB_CONFIDENCE_REPOST] = "转载", [YB_CONFIDENCE_SECONDARY] = "二手", [YB_CONFIDENCE_WEAK] = "弱",
		[YB_CONFIDENCE_DRAFT] = "征求意见稿", [YB_CONFIDENCE_SEED] = "无出处", [YB_CONFIDENCE_CASE] = "案例",
	};

	if (lang == YB_LANG_ZH && confidence > 0 && confidence < (yb_confidence)ARRAY_SIZE(words))
		ybi_text_printf(out, "%s ", words[confidence]);
	ybi_text_puts(out, ybi_confidence_name(confidence));
}

/* Words of the language that stand for themselves wherever a figure or cell stands. */
static const char *
word_zh(const struct ybi_node *node)
{
	static const char *const words[][2] = {
		{ "yes", "是" }, { "no", "否" }, { "any", "任意" }, { "unsupported", "尚未编入" }, { "rest", "其余" },
		{ "keep", "保留" }, { "clear", "清零" }, { "year", "年度" }, { "month", "月" }, { "stay", "每次住院" }, { "visit", "每次就诊" },
		{ "episode", "转诊链" }, { "life", "终身" }, { "payment", "按支付额" }, { "cost", "按费用" },
	};

	for (size_t i = 0; node->plain && i < ARRAY_SIZE(words); i++)
		if (ybi_node_is(node, words[i][0]))
			return words[i][1];
	return NULL;
}

/* ---- marks: what is compared ---- */

void
ybi_show_mark(struct ybi_shower *s, size_t depth, const struct ybi_node *node, const char *id)
{
	struct ybi_marks *marks = s->marks;

	if (!marks)
		return;
	if (!ybi_grow(&marks->rows, marks->count, &marks->room, sizeof(*marks->rows))) {
		s->out->failed = true;
		return;
	}
	marks->rows[marks->count++] = (struct ybi_mark){ .at = s->out->length, .key_end = s->out->length, .depth = (uint32_t)depth, .node = node, .id = id,
		                                            .end = YB_DAY_NONE };
}

void
ybi_show_key_end(struct ybi_shower *s)
{
	if (s->marks && s->marks->count)
		s->marks->rows[s->marks->count - 1].key_end = s->out->length;
}

void
ybi_show_flag(struct ybi_shower *s, uint32_t flag)
{
	if (s->marks && s->marks->count)
		s->marks->rows[s->marks->count - 1].flags |= flag;
}

void
ybi_show_name(struct ybi_shower *s, const struct ybi_node *map, const char *id)
{
	const struct ybi_node *node = ybi_node_get(map, "id");

	if (!s->marks || !s->marks->count)
		return;
	s->marks->rows[s->marks->count - 1].node = map;
	s->marks->rows[s->marks->count - 1].id = id ? id : node && node->kind == YBI_SCALAR ? node->text : NULL;
}

/* The node of the value behind a label, where the label was not given one. */
static void
mark_node(struct ybi_shower *s, const struct ybi_node *node)
{
	if (s->marks && s->marks->count && !s->marks->rows[s->marks->count - 1].node)
		s->marks->rows[s->marks->count - 1].node = node;
}

static bool
stands_in(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word))
		if (at > list && at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

void
ybi_show_rest(struct ybi_shower *s, const struct ybi_node *map, size_t indent, const char *shown)
{
	static const char always[] = " id label source confidence note replaces when from to through ";

	if (!s->marks || !map || map->kind != YBI_MAP)
		return;
	for (uint32_t i = 0; i < map->count; i++) {
		const struct ybi_entry *entry = &map->entries[i];
		if (stands_in(always, entry->key) || stands_in(shown, entry->key))
			continue;
		ybi_show_line(s, indent, entry->key, entry->key);
		ybi_show_slot(s, entry->value, YBI_NUMBER, indent + 4);
	}
}

/* ---- facts that were named ---- */

static uint32_t
name_fact(struct ybi_shower *s, const char *name, size_t length)
{
	uint32_t fact = ybi_book_fact(s->book, name, length);

	if (fact != YBI_NO_FACT && s->named)
		s->named[fact] = true;
	return fact;
}

/* Names in a formula; text in quotes is none, nor is the unit behind a number: 3 months. */
static void
name_facts(struct ybi_shower *s, const char *formula)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.";

	while (*formula) {
		size_t length = strspn(formula, letters);
		if (length && strspn(formula, "0123456789.") == length && formula[length] == ' ') {
			formula += length + 1;
			if (!strncmp(formula, "day", 3) || !strncmp(formula, "month", 5) || !strncmp(formula, "year", 4))
				formula += strspn(formula, letters);
			continue;
		}
		if (*formula == '\'') {
			const char *end = strchr(formula + 1, '\'');
			formula = end ? end + 1 : formula + 1;
			continue;
		}
		if (length)
			(void)name_fact(s, formula, length);
		formula += length ? length : 1;
	}
}

static void
name_code(struct ybi_shower *s, yb_field field, const char *text, size_t length)
{
	const struct ybi_code_table *table = ybi_profile_table(s->book->profile, field);
	const struct ybi_code *code = ybi_code_find(field, text, length);

	for (uint32_t i = 0; table && i < table->count; i++)
		if (ybi_streq_n(text, length, s->book->profile->rows[table->first + i].as.code))
			code = &s->book->profile->rows[table->first + i].as;
	for (size_t i = 0; code && i < s->code_count; i++)
		if (s->codes[i] == code)
			return;
	if (code && s->code_count < YBI_SHOWN_CODES)
		s->codes[s->code_count++] = code;
}

/* `11|13`, `not 01|02` */
static void
name_codes(struct ybi_shower *s, uint32_t fact, const char *cell)
{
	yb_field field = fact != YBI_NO_FACT ? s->book->facts[fact].field : 0;

	if (!field)
		return;
	cell += strncmp(cell, "not ", 4) ? 0 : 4;
	while (*cell) {
		size_t length = strcspn(cell, "|");
		name_code(s, field, cell, length);
		cell += length + (cell[length] == '|');
	}
}

/* ---- lines ---- */

bool
ybi_show_section(struct ybi_shower *s, enum ybi_ask ask, const char *zh, const char *en)
{
	yb_day from = s->book->section_days[ask].from, to = s->book->section_days[ask].to;
	char day[YB_DAY_TEXT_SIZE];

	ybi_text_putc(s->out, '\n');
	ybi_show_mark(s, 0, NULL, NULL);
	ybi_text_puts(s->out, s->zh ? zh : en);
	ybi_show_key_end(s);
	ybi_text_putc(s->out, '\n');
	if (!to)
		return true;
	ybi_show_line(s, 2, "适用日期", "in force");
	if (from > YBI_DAY_FIRST) {
		yb_day_to_text(from, day);
		ybi_text_printf(s->out, s->zh ? "自 %s" : "from %s", day);
	}
	if (to <= YBI_DAY_LAST) {
		yb_day_to_text(to - 1, day);
		ybi_text_printf(s->out, s->zh ? "%s至 %s" : "%sthrough %s", from > YBI_DAY_FIRST ? " " : "", day);
	}
	ybi_text_putc(s->out, '\n');
	return s->on == YB_DAY_NONE || (s->on >= from && s->on < to);
}

void
ybi_show_heading(struct ybi_shower *s, size_t indent, const char *zh, const char *en)
{
	ybi_text_putc(s->out, '\n');
	ybi_show_mark(s, indent, NULL, NULL);
	ybi_text_fill(s->out, ' ', indent);
	ybi_text_puts(s->out, s->zh ? zh : en);
	ybi_show_key_end(s);
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_title(struct ybi_shower *s, size_t indent, const char *id, const char *zh, const char *en)
{
	const char *label = s->zh ? zh : en;

	ybi_text_putc(s->out, '\n');
	ybi_show_mark(s, indent, NULL, NULL);
	ybi_text_fill(s->out, ' ', indent);
	ybi_text_puts(s->out, id);
	ybi_show_key_end(s);
	ybi_text_printf(s->out, "%s%s\n", label ? " · " : "", label ? label : "");
}

void
ybi_show_line(struct ybi_shower *s, size_t indent, const char *zh, const char *en)
{
	ybi_show_mark(s, indent, NULL, NULL);
	ybi_text_fill(s->out, ' ', indent);
	ybi_put_padded(s->out, s->zh ? zh : en, indent < COLUMN ? COLUMN - indent : 2);
	ybi_show_key_end(s);
	ybi_text_puts(s->out, "  ");
}

#define ORDERED 64

/* The entries of a mapping: as they are written, by name when they are compared. */
static void
entry_order(const struct ybi_shower *s, const struct ybi_node *map, uint32_t order[ORDERED])
{
	for (uint32_t i = 0; i < map->count && i < ORDERED; i++) {
		uint32_t k = i;
		while (s->marks && k > 0 && strcmp(map->entries[order[k - 1]].key, map->entries[i].key) > 0) {
			order[k] = order[k - 1];
			k--;
		}
		order[k] = i;
	}
}

/* With the signs of arithmetic instead of those of programs; what stands in quotes is left. */
static void
put_readable(struct ybi_text *out, const char *formula)
{
	static const char *const signs[][2] = { { "<=", "≤" }, { ">=", "≥" }, { "!=", "≠" }, { "*", "×" }, { "/", "÷" } };
	bool quoted = false;

	while (*formula) {
		size_t i = 0;
		quoted ^= *formula == '\'';
		while (i < ARRAY_SIZE(signs) && (quoted || strncmp(formula, signs[i][0], strlen(signs[i][0])) != 0))
			i++;
		if (i < ARRAY_SIZE(signs)) {
			ybi_text_puts(out, signs[i][1]);
			formula += strlen(signs[i][0]);
		} else {
			ybi_text_putc(out, *formula++);
		}
	}
}

/* Compared without the blanks that do not part two words. */
static void
put_formula(struct ybi_shower *s, const char *formula)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.%'";
	char last = '\0';

	if (!s->marks) {
		put_readable(s->out, formula);
		return;
	}
	for (const char *at = formula; *at; at++) {
		size_t length = *at == '\'' && strchr(at + 1, '\'') ? (size_t)(strchr(at + 1, '\'') - at) + 1 : 1;
		if (*at == ' ' || *at == '\n' || *at == '\t')
			continue;
		if (at > formula && strchr(" \n\t", at[-1]) && last && strchr(word, last) && strchr(word, *at))
			ybi_text_putc(s->out, ' ');
		ybi_text_add(s->out, at, length);
		at += length - 1;
		last = *at;
	}
}

void
ybi_show_flat(struct ybi_shower *s, const struct ybi_node *node)
{
	uint32_t order[ORDERED];

	if (!node)
		return;
	if (node->kind == YBI_SCALAR && node->text[0] == '=')
		put_formula(s, node->text);
	else if (node->kind == YBI_SCALAR)
		ybi_text_puts(s->out, s->zh && word_zh(node) ? word_zh(node) : node->text);
	for (uint32_t i = 0; node->kind == YBI_SEQ && i < node->count; i++) {
		ybi_text_puts(s->out, i ? (s->zh ? "、" : ", ") : "");
		ybi_show_flat(s, node->items[i]);
	}
	if (node->kind == YBI_MAP)
		entry_order(s, node, order);
	for (uint32_t i = 0; node->kind == YBI_MAP && i < node->count; i++) {
		const struct ybi_entry *entry = &node->entries[i < ORDERED ? order[i] : i];
		ybi_text_printf(s->out, "%s%s ", i ? ", " : "", entry->key);
		ybi_show_flat(s, entry->value);
	}
}

/* ---- conditions and days ---- */

/* `13|11` and `11|13` are one cell. */
static void
put_sorted(struct ybi_shower *s, const char *cell)
{
	const char *parts[ORDERED];
	size_t lengths[ORDERED], count = 0;

	if (!strncmp(cell, "not ", 4)) {
		ybi_text_puts(s->out, s->zh ? "非 " : "not ");
		cell += 4;
	}
	while (*cell && count < ORDERED) {
		size_t length = count + 1 < ORDERED ? strcspn(cell, "|") : strlen(cell), k = count++;
		for (; k > 0 && strncmp(parts[k - 1], cell, length < lengths[k - 1] ? lengths[k - 1] : length) > 0; k--) {
			parts[k] = parts[k - 1];
			lengths[k] = lengths[k - 1];
		}
		parts[k] = cell;
		lengths[k] = length;
		cell += length + (cell[length] == '|');
	}
	for (size_t i = 0; i < count; i++) {
		ybi_text_puts(s->out, i ? "|" : "");
		ybi_text_add(s->out, parts[i], lengths[i]);
	}
}

/* What a fact is compared with: one cell. */
static void
put_cell(struct ybi_shower *s, uint32_t fact, const struct ybi_node *cell)
{
	if (cell->kind != YBI_SCALAR) {
		ybi_show_flat(s, cell);
		return;
	}
	name_codes(s, fact, cell->text);
	if (s->marks && !(cell->plain && word_zh(cell)))
		put_sorted(s, cell->text);
	else if (s->zh && !strncmp(cell->text, "not ", 4))
		ybi_text_printf(s->out, "非 %s", cell->text + 4);
	else if (s->zh && cell->plain && (ybi_node_is(cell, "yes") || ybi_node_is(cell, "no") || ybi_node_is(cell, "any")))
		ybi_text_puts(s->out, word_zh(cell));
	else
		ybi_text_puts(s->out, cell->text);
}

/* A formula, a mapping of which all hold, or a list of which one does. */
static void
put_condition(struct ybi_shower *s, const struct ybi_node *when)
{
	uint32_t order[ORDERED];

	if (when->kind == YBI_SCALAR) {
		name_facts(s, when->text);
		put_formula(s, when->text);
	}
	for (uint32_t i = 0; when->kind == YBI_SEQ && i < when->count; i++) {
		ybi_text_puts(s->out, !i ? "" : s->zh ? "，或 " : ", or ");
		put_condition(s, when->items[i]);
	}
	if (when->kind == YBI_MAP)
		entry_order(s, when, order);
	for (uint32_t i = 0; when->kind == YBI_MAP && i < when->count; i++) {
		const struct ybi_entry *entry = &when->entries[i < ORDERED ? order[i] : i];
		ybi_text_printf(s->out, "%s%s ", i ? ", " : "", entry->key);
		put_cell(s, name_fact(s, entry->key, strlen(entry->key)), entry->value);
	}
}

static const struct ybi_node *
day_of(const struct ybi_node *map, const char *key)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	return node && node->kind == YBI_SCALAR ? node : NULL;
}

bool
ybi_show_holds(const struct ybi_shower *s, const struct ybi_node *entry)
{
	const struct ybi_node *from = day_of(entry, "from"), *to = day_of(entry, "to"), *through = day_of(entry, "through");
	yb_day day;

	if (s->on == YB_DAY_NONE)
		return true;
	if (from && yb_day_from_text(from->text, from->count, &day) == YB_OK && s->on < day)
		return false;
	if (to && yb_day_from_text(to->text, to->count, &day) == YB_OK && s->on >= day)
		return false;
	return !(through && yb_day_from_text(through->text, through->count, &day) == YB_OK && s->on > day);
}

bool
ybi_show_days(struct ybi_shower *s, const struct ybi_node *map)
{
	const struct ybi_node *from = day_of(map, "from"), *to = day_of(map, "to"), *through = day_of(map, "through");
	char last[YB_DAY_TEXT_SIZE];
	yb_day day;

	if (from)
		ybi_text_printf(s->out, s->zh ? "自 %s" : "from %s", from->text);
	if (s->marks && to && !through && yb_day_from_text(to->text, to->count, &day) == YB_OK && day > YBI_DAY_FIRST) {
		yb_day_to_text(day - 1, last);
		ybi_text_printf(s->out, s->zh ? "%s至 %s" : "%sthrough %s", from ? " " : "", last); /* one form for both ways to say it */
		return true;
	}
	if (to)
		ybi_text_printf(s->out, s->zh ? "%s至 %s 前" : "%sbefore %s", from ? " " : "", to->text);
	if (through)
		ybi_text_printf(s->out, s->zh ? "%s至 %s" : "%sthrough %s", from || to ? " " : "", through->text);
	return from || to || through;
}

static bool
is_bound(const struct ybi_node *map)
{
	return ybi_node_get(map, "when") || day_of(map, "from") || day_of(map, "to") || day_of(map, "through");
}

static void
put_bounds(struct ybi_shower *s, const struct ybi_node *map)
{
	const struct ybi_node *when = ybi_node_get(map, "when");

	if (ybi_show_days(s, map) && when)
		ybi_text_puts(s->out, s->zh ? "，" : ", ");
	if (when)
		put_condition(s, when);
}

void
ybi_show_when(struct ybi_shower *s, const struct ybi_node *map, size_t indent)
{
	if (!is_bound(map))
		return;
	ybi_show_line(s, indent, "适用于", "applies to");
	put_bounds(s, map);
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_condition(struct ybi_shower *s, const struct ybi_node *when, size_t indent)
{
	ybi_show_line(s, indent, "适用于", "applies to");
	put_condition(s, when);
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_brackets(struct ybi_shower *s, const struct ybi_node *map)
{
	if (!is_bound(map))
		return;
	ybi_text_puts(s->out, s->zh ? "（" : " (");
	put_bounds(s, map);
	ybi_text_puts(s->out, s->zh ? "）" : ")");
}

/* ---- sources ---- */

void
ybi_show_sources(struct ybi_shower *s, uint32_t clause, size_t indent)
{
	const struct ybi_clause *c = &s->book->clauses[clause];
	bool same = false;

	if (!c->source_count)
		return;
	ybi_show_line(s, indent, "依据", "source");
	mark_node(s, c->node);
	for (uint32_t i = 0; i < c->source_count; i++) {
		if (s->marks) { /* tags are the document's own: another document may name the same law otherwise */
			ybi_text_puts(s->out, i ? "; " : "");
			ybi_put_source(s->out, c->sources[i], c->articles[i], lang_of(s));
			same = same || c->sources[i]->confidence == c->confidence;
			continue;
		}
		ybi_text_printf(s->out, "%s%s%s%s (", i ? ", " : "", c->sources[i]->tag, c->articles[i] ? " " : "", c->articles[i] ? c->articles[i] : "");
		ybi_put_confidence(s->out, c->sources[i]->confidence, lang_of(s));
		ybi_text_putc(s->out, ')');
		same = same || c->sources[i]->confidence == c->confidence;
	}
	if (!same) { /* the clause says so itself */
		ybi_text_puts(s->out, s->zh ? "，采信程度 " : ", taken as ");
		ybi_put_confidence(s->out, c->confidence, lang_of(s));
	}
	ybi_text_putc(s->out, '\n');
}

size_t
ybi_sources_of(const struct ybi_node *node, const struct ybi_source *sources[8], const char *articles[8])
{
	const struct ybi_node *source = node->source;
	size_t count = 0;

	for (uint32_t i = 0; source && i < (source->kind == YBI_SEQ ? source->count : 1) && count < 8; i++) {
		const struct ybi_node *tag = source->kind == YBI_SEQ ? source->items[i] : source;
		size_t length = tag->kind == YBI_SCALAR ? strcspn(tag->text, " ") : 0;
		for (size_t k = 0; length && node->sources && k < node->sources->count; k++)
			if (ybi_streq_n(tag->text, length, node->sources->rows[k].tag)) {
				articles[count] = tag->text[length] ? tag->text + length + 1 : NULL;
				sources[count++] = &node->sources->rows[k];
				break;
			}
	}
	return count;
}

void
ybi_put_source_of(struct ybi_text *out, const struct ybi_node *node, yb_lang lang)
{
	const struct ybi_source *sources[8];
	const char *articles[8];
	size_t count = ybi_sources_of(node, sources, articles);

	for (size_t i = 0; i < count; i++) {
		ybi_text_puts(out, !i ? "" : lang == YB_LANG_ZH ? "；" : "; ");
		ybi_put_source(out, sources[i], articles[i], lang);
	}
}

/* A figure may have a source of its own: " [s9, weak]". */
static void
put_own_source(struct ybi_shower *s, const struct ybi_node *map)
{
	const struct ybi_node *source = ybi_node_get(map, "source"), *confidence = ybi_node_get(map, "confidence");

	if (!source)
		return;
	ybi_text_puts(s->out, s->zh ? " [依据 " : " [source ");
	if (s->marks)
		ybi_put_source_of(s->out, map, lang_of(s));
	else
		ybi_show_flat(s, source);
	if (confidence && confidence->kind == YBI_SCALAR) {
		ybi_text_puts(s->out, ", ");
		ybi_put_confidence(s->out, ybi_confidence_from(confidence->text), lang_of(s));
	}
	ybi_text_putc(s->out, ']');
}

/* ---- slots ---- */

#define TABLE_COLUMNS 8

/* 0.02 and 1/50 as 2%; a fraction that no percentage gives exactly stays what it is. */
static void
put_rate(struct ybi_shower *s, const struct ybi_node *node)
{
	struct ybi_text percent = { 0 };
	struct ybi_fraction rate;

	if (ybi_fraction_from_text(node->text, node->count, 6, true, true, &rate) == YB_OK &&
	    ybi_fraction_mul(rate, ybi_fraction_from(100), &rate) == YB_OK)
		ybi_fraction_print(rate, &percent);
	if (percent.failed)
		s->out->failed = true;
	else if (percent.data && !strchr(percent.data, '/'))
		ybi_text_printf(s->out, "%s%%", percent.data);
	else
		ybi_text_puts(s->out, node->text);
	ybi_text_free(&percent);
}

/* "3 months" in Chinese; a year in months is still told as a year. */
static void
put_duration(struct ybi_shower *s, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	const char *unit = !strncmp(text + digits, " day", 4) ? "天" : !strncmp(text + digits, " month", 6) ? "个月" : "年";

	ybi_text_add(s->out, text, digits);
	ybi_text_printf(s->out, " %s", unit);
}

static void
put_figure(struct ybi_shower *s, const struct ybi_node *node, enum ybi_type type)
{
	bool number = node->count && strspn(node->text, "0123456789.") == node->count;
	enum ybi_type unit;
	struct ybi_fraction q;

	if (type != YBI_TEXT && strpbrk(node->text, "0123456789"))
		ybi_show_flag(s, YBI_MARK_FIGURE);
	if (node->text[0] == '=')
		name_facts(s, node->text);
	if (s->marks && number && type != YBI_RATE && type != YBI_TEXT && ybi_fraction_from_text(node->text, node->count, 18, false, false, &q) == YB_OK) {
		ybi_fraction_print(q, s->out); /* 400 and 400.00 are one amount */
		ybi_text_puts(s->out, type != YBI_MONEY ? "" : s->zh ? " 元" : " yuan");
	} else if (s->marks && ybi_duration_from(node->text, node->count, &unit, &q)) {
		ybi_fraction_print(q, s->out);
		ybi_text_puts(s->out, unit == YBI_DAYS ? (s->zh ? " 天" : " days") : s->zh ? " 个月" : " months");
	} else if (number && type == YBI_MONEY)
		ybi_text_printf(s->out, s->zh ? "%s 元" : "%s yuan", node->text);
	else if (type == YBI_RATE && strspn(node->text, "0123456789./") == node->count)
		put_rate(s, node);
	else if (type != YBI_TEXT && ybi_node_is(node, "none"))
		ybi_text_puts(s->out, s->zh ? "无限制" : "no limit");
	else if (s->zh && ybi_duration_from(node->text, node->count, &unit, &q))
		put_duration(s, node->text);
	else if (ybi_node_is(node, "unsupported") && !s->zh)
		ybi_text_puts(s->out, "not encoded");
	else
		ybi_show_flat(s, node);
}

static void
put_row(struct ybi_shower *s, const struct ybi_node *row, const uint32_t *facts, const uint32_t *order, enum ybi_type type, size_t indent)
{
	ybi_show_mark(s, indent, row->count ? row->items[row->count - 1] : row, NULL);
	ybi_text_fill(s->out, ' ', indent);
	for (uint32_t i = 0; i + 1 < row->count; i++) {
		uint32_t c = i < TABLE_COLUMNS ? order[i] : i;
		ybi_text_puts(s->out, i ? ", " : "");
		put_cell(s, c < TABLE_COLUMNS ? facts[c] : YBI_NO_FACT, row->items[c < row->count - 1 ? c : i]);
	}
	ybi_show_key_end(s);
	ybi_text_puts(s->out, "  →  ");
	if (row->count)
		ybi_show_slot(s, row->items[row->count - 1], type, indent + 2);
}

static void
put_hit(struct ybi_shower *s, const struct ybi_node *hit)
{
	static const char *const words[][3] = {
		{ "unique", "仅一行符合", "just one row holds" }, { "first", "取最先符合的一行", "the first row that holds" },
		{ "any", "符合各行取值相同", "the rows that hold agree" },
		{ "min", "取符合各行中最小的", "the least of the rows that hold" }, { "max", "取符合各行中最大的", "the greatest of the rows that hold" },
		{ "sum", "符合各行相加", "the sum of the rows that hold" },
	};

	for (size_t i = 0; hit && i < ARRAY_SIZE(words); i++)
		if (ybi_node_is(hit, words[i][0]))
			ybi_text_printf(s->out, s->zh ? "（%s）" : " (%s)", words[i][s->zh ? 1 : 2]);
}

static const struct ybi_node *
column_name(const struct ybi_node *by, uint32_t i)
{
	return by->kind == YBI_SCALAR && i == 0 ? by : by->kind == YBI_SEQ && i < by->count ? by->items[i] : NULL;
}

/* The columns: as they are written, by name when they are compared. */
static void
column_order(const struct ybi_shower *s, const struct ybi_node *by, uint32_t order[TABLE_COLUMNS])
{
	for (uint32_t i = 0; i < TABLE_COLUMNS; i++) {
		const struct ybi_node *name = column_name(by, i);
		uint32_t k = i;
		for (; s->marks && name && k > 0 && strcmp(column_name(by, order[k - 1])->text, name->text) > 0; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

static void
put_table(struct ybi_shower *s, const struct ybi_node *node, enum ybi_type type, size_t indent)
{
	const struct ybi_node *by = ybi_node_get(node, "by"), *rows = ybi_node_get(node, "rows"), *otherwise = ybi_node_get(node, "else");
	uint32_t facts[TABLE_COLUMNS], order[TABLE_COLUMNS];

	if (rows && rows->count == 0 && otherwise) { /* one value for all, as a rule that is not encoded has */
		ybi_show_slot(s, otherwise, type, indent);
		return;
	}
	ybi_show_flag(s, YBI_MARK_TABLE);
	if (ybi_node_is(ybi_node_get(node, "hit"), "first"))
		ybi_show_flag(s, YBI_MARK_ORDERED);
	column_order(s, by, order);
	ybi_text_puts(s->out, s->zh ? "按 " : "by ");
	for (uint32_t k = 0; k < TABLE_COLUMNS; k++) {
		uint32_t i = order[k];
		const struct ybi_node *name = column_name(by, i);
		facts[i] = name && name->text[0] != '=' ? name_fact(s, name->text, name->count) : YBI_NO_FACT;
		if (!name)
			continue;
		if (name->text[0] == '=')
			name_facts(s, name->text);
		ybi_text_puts(s->out, k ? ", " : "");
		put_formula(s, name->text);
	}
	put_hit(s, ybi_node_get(node, "hit"));
	put_own_source(s, node);
	ybi_text_putc(s->out, '\n');
	for (uint32_t i = 0; rows && rows->kind == YBI_SEQ && i < rows->count; i++)
		put_row(s, rows->items[i], facts, order, type, indent + 2);
	if (otherwise) {
		ybi_show_mark(s, indent + 2, otherwise, NULL);
		ybi_text_fill(s->out, ' ', indent + 2);
		ybi_text_puts(s->out, s->zh ? "其他" : "else");
		ybi_show_key_end(s);
		ybi_text_puts(s->out, "  →  ");
		ybi_show_slot(s, otherwise, type, indent + 4);
	}
}

/* What follows begins on the next line: no spaces are left behind the label. */
static void
end_line(struct ybi_shower *s)
{
	while (s->out->length && s->out->data[s->out->length - 1] == ' ')
		s->out->data[--s->out->length] = '\0';
	ybi_text_putc(s->out, '\n');
}

/* The day behind the last one that a dated list speaks of; YB_DAY_NONE where its last entry is open. */
static yb_day
last_end(const struct ybi_node *list)
{
	yb_day last = YBI_DAY_FIRST;

	for (uint32_t i = 0; list->kind == YBI_SEQ && i < list->count; i++) {
		const struct ybi_node *to = day_of(list->items[i], "to"), *through = day_of(list->items[i], "through");
		yb_day day = YBI_DAY_LAST;
		if (to && yb_day_from_text(to->text, to->count, &day) != YB_OK)
			return YB_DAY_NONE;
		if (!to && (!through || yb_day_from_text(through->text, through->count, &day) != YB_OK))
			return YB_DAY_NONE;
		day += to ? 0 : 1;
		last = day > last ? day : last;
	}
	return last;
}

/* Is it the entry that ends then? */
static bool
ends_on(const struct ybi_node *entry, yb_day end)
{
	const struct ybi_node *to = day_of(entry, "to"), *through = day_of(entry, "through");
	yb_day day;

	if (end == YB_DAY_NONE)
		return false;
	if (to)
		return yb_day_from_text(to->text, to->count, &day) == YB_OK && day == end;
	return through && yb_day_from_text(through->text, through->count, &day) == YB_OK && day + 1 == end;
}

static void
put_dated(struct ybi_shower *s, const struct ybi_node *list, enum ybi_type type, size_t indent)
{
	yb_day end = last_end(list);

	end_line(s);
	for (uint32_t i = 0; list->kind == YBI_SEQ && i < list->count; i++) {
		const struct ybi_node *value = ybi_node_get(list->items[i], "value");
		if (!value || !ybi_show_holds(s, list->items[i]))
			continue;
		ybi_show_mark(s, indent + 2, value, NULL);
		if (s->marks && s->marks->count && ends_on(list->items[i], end))
			s->marks->rows[s->marks->count - 1].end = end;
		ybi_text_fill(s->out, ' ', indent + 2);
		(void)ybi_show_days(s, list->items[i]);
		ybi_show_key_end(s);
		put_own_source(s, list->items[i]);
		ybi_text_puts(s->out, "  →  ");
		ybi_show_slot(s, value, type, indent + 2);
	}
}

static void
put_exceptions(struct ybi_shower *s, const struct ybi_node *node, enum ybi_type type, size_t indent)
{
	const struct ybi_node *list = ybi_node_get(node, "except");

	ybi_show_slot(s, ybi_node_get(node, "default"), type, indent);
	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count; i++) {
		const struct ybi_node *label = ybi_node_get(list->items[i], "label"), *when = ybi_node_get(list->items[i], "when");
		const struct ybi_node *value = ybi_node_get(list->items[i], "value");
		if (!label || !when || !value)
			continue;
		ybi_show_mark(s, indent + 2, value, NULL);
		ybi_text_fill(s->out, ' ', indent + 2);
		ybi_text_puts(s->out, s->zh ? "例外 " : "except ");
		ybi_show_flat(s, label);
		ybi_show_key_end(s);
		ybi_text_puts(s->out, " (");
		put_condition(s, when);
		ybi_text_putc(s->out, ')');
		put_own_source(s, list->items[i]);
		ybi_text_puts(s->out, "  →  ");
		ybi_show_slot(s, value, type, indent + 2);
	}
}

void
ybi_show_slot(struct ybi_shower *s, const struct ybi_node *node, enum ybi_type type, size_t indent)
{
	const struct ybi_node *value;

	if (!node)
		return;
	mark_node(s, node);
	if (node->kind == YBI_MAP && ybi_node_get(node, "by")) {
		put_table(s, node, type, indent);
		return;
	}
	if (node->kind == YBI_MAP && ybi_node_get(node, "dated")) {
		put_own_source(s, node);
		put_dated(s, ybi_node_get(node, "dated"), type, indent);
		return;
	}
	if (node->kind == YBI_MAP && ybi_node_get(node, "default")) {
		put_exceptions(s, node, type, indent);
		return;
	}
	value = ybi_node_get(node, "value");
	if (value && value->kind == YBI_MAP) {
		ybi_show_slot(s, value, type, indent);
		return;
	}
	if (value) {
		put_figure(s, value, type);
		put_own_source(s, node);
	} else if (node->kind == YBI_SCALAR) {
		put_figure(s, node, type);
	} else if (node->kind == YBI_SEQ) {
		for (uint32_t i = 0; i < node->count; i++) {
			ybi_text_puts(s->out, i ? ", " : "");
			if (node->items[i]->kind == YBI_SCALAR)
				put_figure(s, node->items[i], type);
			else
				ybi_show_flat(s, node->items[i]);
		}
	} else {
		ybi_show_flat(s, node);
	}
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_part(struct ybi_shower *s, const struct ybi_node *map, const char *key, enum ybi_type type, size_t indent, const char *zh, const char *en)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	if (!node)
		return;
	ybi_show_line(s, indent, zh, en);
	ybi_show_slot(s, node, type, indent + 4);
}

/* ---- what several sections have ---- */

void
ybi_show_round(struct ybi_shower *s, int64_t step, yb_rounding mode, size_t indent)
{
	static const struct { yb_rounding mode; const char *zh, *en; } modes[] = {
		{ YB_ROUND_HALF_UP, "四舍五入", "half up" }, { YB_ROUND_HALF_EVEN, "四舍六入五成双", "half to even" }, { YB_ROUND_UP, "向上进位", "up" },
		{ YB_ROUND_DOWN, "舍去尾数", "down" } };
	const char *unit = step == 100 ? (s->zh ? "元" : "the yuan") : step == 10 ? (s->zh ? "角" : "the jiao") : s->zh ? "分" : "the fen";

	ybi_show_line(s, indent, "舍入", "rounding");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (modes[i].mode == mode)
			ybi_text_printf(s->out, s->zh ? "到%s，%s\n" : "to %s, %s\n", unit, s->zh ? modes[i].zh : modes[i].en);
}

void
ybi_show_over(struct ybi_shower *s, const struct ybi_node *map, size_t indent)
{
	const struct ybi_node *over = ybi_node_get(map, "over");

	if (!over)
		return;
	ybi_show_line(s, indent, "优先于", "goes before");
	ybi_show_flat(s, over);
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_refusals(struct ybi_shower *s, enum ybi_ask ask)
{
	bool any = false;

	for (size_t i = 0; i < s->book->refusals_count; i++) {
		const struct ybi_refusal *refusal = &s->book->refusals[i];
		if (refusal->ask != ask || !ybi_show_holds(s, s->book->clauses[refusal->clause].node))
			continue;
		if (!any)
			ybi_show_heading(s, 2, "不予办理", "Refused");
		any = true;
		ybi_show_mark(s, 4, s->book->clauses[refusal->clause].node, NULL);
		ybi_text_printf(s->out, "    %s", refusal->id);
		ybi_show_key_end(s);
		ybi_text_printf(s->out, " · %s\n", s->zh ? refusal->zh : refusal->en);
		ybi_show_sources(s, refusal->clause, 6);
		ybi_show_when(s, s->book->clauses[refusal->clause].node, 6);
	}
}

/* ---- the facts that were named ---- */

/* What is known of a cover, and what follows from the day and the person. Fields of the registry have labels of their own. */
static const char *const fact_words[][3] = {
	{ "on", "结算日或查询日", "day of the settlement or question" },
	{ "age", "周岁", "age in full years" },
	{ "retired", "是否退休", "retired" },
	{ "stay_days", "住院天数", "days of the stay" },
	{ "out_of_area", "异地就医：none 否，province 省内，cross 跨省", "treatment elsewhere: none, province, cross (another province)" },
	{ "year", "参保年度", "coverage year" },
	{ "scope", "政策范围内费用", "cost in policy scope" },
	{ "total", "医疗费总额", "the whole bill" },
	{ "prior", "先行自付金额", "prior self-pay" },
	{ "over_limit", "超限价自费费用", "cost above the price cap" },
	{ "fully_own", "全自费金额", "cost outside the catalogue" },
	{ "year_first", "参保年度首日", "first day of the coverage year" },
	{ "paid_on", "缴费日", "day of payment" },
	{ "window", "缴费日所在的缴费期", "the window in which the day of payment lies" },
	{ "window_start", "该缴费期的待遇起算日", "the day from which that window lets cover count" },
	{ "gap_years", "断保年数", "years of the gap before" },
	{ "gap_months", "断保月数", "months of the gap before" },
	{ "gap_start", "断保起始日", "first day of the gap" },
	{ "repaired", "已补缴修复的年数", "missed years that were paid for" },
	{ "continuous_months", "连续参保月数", "months of unbroken cover before" },
	{ "continuous_years", "连续参保年数", "years of unbroken cover before" },
	{ "missing_months", "距最低缴费年限欠缺月数", "months lacking to the minimum" },
	{ "missed_years", "断缴年数", "missed years" },
	{ "months", "缴费月数", "months paid for" },
	{ "have_months", "已缴月数", "months paid so far" },
	{ "previous_insutype", "此前险种：310 职工，390 居民", "scheme of the cover before: 310 employees, 390 residents" },
	{ "resumed", "恢复参保日", "day on which cover was resumed" },
	{ "arrear_months", "欠缴月数", "months in arrears" },
	{ "item_listed", "项目是否在所用目录内", "the item of a cost line is in a catalogue" },
	{ "item_class", "目录中的类别：01 甲类，02 乙类，03 丙类，none 未列", "class of the item in the catalogue; none: not said" },
	{ "item_catalogue", "列有该项目的目录", "the nearest catalogue that has the item" },
	{ "reward.total", "激励合计", "rewards in all" },
};

static const char *
attribute_text(const struct ybi_shower *s, const struct ybi_node *node)
{
	const struct ybi_node *label = ybi_node_get(ybi_node_get(node, "label"), s->zh ? "zh" : "en"), *note = ybi_node_get(node, "note");

	return label && label->kind == YBI_SCALAR ? label->text : note && note->kind == YBI_SCALAR ? note->text : "";
}

/* Some codes have a name in Chinese only. */
static void
put_code(struct ybi_shower *s, const struct ybi_code *code, bool first)
{
	const char *label = s->zh || !code->en || !code->en[0] ? code->zh : code->en;

	ybi_text_printf(s->out, "%s%s", first ? (s->zh ? "：" : ": ") : s->zh ? "、" : ", ", code->code);
	if (label && label[0])
		ybi_text_printf(s->out, " %s", label);
}

static void
put_fact(struct ybi_shower *s, const struct ybi_fact_meta *meta)
{
	const struct ybi_node *values = ybi_node_get(meta->node, "values");
	size_t count = 0;

	ybi_show_line(s, 2, meta->name, meta->name);
	if (meta->node)
		ybi_text_puts(s->out, attribute_text(s, meta->node));
	else if (meta->field)
		ybi_text_puts(s->out, yb_field_get_label(meta->field, lang_of(s)));
	for (size_t i = 0; !meta->node && !meta->field && i < ARRAY_SIZE(fact_words); i++)
		if (!strcmp(fact_words[i][0], meta->name))
			ybi_text_puts(s->out, fact_words[i][s->zh ? 1 : 2]);
	for (size_t i = 0; i < s->book->rewards_count; i++)
		if (!strncmp(meta->name, "reward.", 7) && !strcmp(meta->name + 7, s->book->rewards[i].id))
			ybi_put_label(s->out, s->book->rewards[i].id, s->book->rewards[i].label_zh, s->book->rewards[i].label_en, lang_of(s));
	for (size_t i = 0; meta->field && i < s->code_count; i++)
		if (s->codes[i]->field == meta->field)
			put_code(s, s->codes[i], count++ == 0);
	if (values) {
		ybi_text_puts(s->out, s->zh ? "（取值：" : " (one of ");
		ybi_show_flat(s, values);
		ybi_text_puts(s->out, s->zh ? "）" : ")");
	}
	ybi_text_putc(s->out, '\n');
}

void
ybi_show_facts(struct ybi_shower *s)
{
	bool any = false;

	for (size_t i = 0; s->named && i < s->book->facts_count; i++) {
		const struct ybi_fact_meta *meta = &s->book->facts[i];
		bool derived = meta->node && ybi_node_get(meta->node, "from"); /* shown with how it is derived */
		bool series = false;
		for (size_t k = 0; k < s->book->series_names_count; k++)
			series = series || !strcmp(s->book->series_names[k].name, meta->name);
		if (!s->named[i] || derived || series)
			continue;
		if (!any)
			ybi_text_puts(s->out, s->zh ? "\n以上条件和公式中的信息\n" : "\nFacts that conditions and formulas name\n");
		any = true;
		put_fact(s, meta);
	}
}
