/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

/* What the sections of a document have in common: their keys, ids, labels, clauses, results and rules that say no. */

void
ybi_check_keys(struct ybi_builder *b, const struct ybi_node *map, const char *const *keys, size_t count)
{
	static const char *const common[] = { "source", "confidence", "note", "label" };

	if (ybi_node_check_keys(map, keys, count, common, ARRAY_SIZE(common), b->err) != YB_OK)
		b->strange = map;
}

void
ybi_read_label(struct ybi_builder *b, const struct ybi_node *map, const char **zh, const char **en)
{
	static const char *const keys[] = { "zh", "en" };
	const struct ybi_node *label = ybi_node_get(map, "label"), *node;

	if (!label)
		return;
	if (label->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, label, "label", "a label is a mapping with zh and en");
		return;
	}
	(void)ybi_node_check_keys(label, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	node = ybi_node_get(label, "zh");
	if (node && node->kind == YBI_SCALAR)
		*zh = node->text;
	node = ybi_node_get(label, "en");
	if (node && node->kind == YBI_SCALAR)
		*en = node->text;
}

const char *
ybi_read_id(struct ybi_builder *b, const struct ybi_node *map, const char *what, bool dots)
{
	const struct ybi_node *id = ybi_node_get(map, "id");

	if (map->kind != YBI_MAP || !id || id->kind != YBI_SCALAR || !id->count) {
		ybi_fault(b, YB_E_MISSING_KEY, map, what, "a %s has an id", what);
		return NULL;
	}
	if (id->count > 40 || (!dots && strchr(id->text, '.'))) {
		ybi_fault(b, YB_E_BAD_VALUE, id, what, "an id has at most 40 bytes and no dot");
		return NULL;
	}
	return id->text;
}

#define NONE_LOOKS 4096 /* values that stand on values twice each would be walked without end */

/* A `none` that an expression can come to; one in a dated list is an intended gap. */
static uint32_t
find_none(const struct ybi_book *book, uint32_t expr, uint32_t *looks)
{
	const struct ybi_expr *e = &book->exprs[expr];
	const uint32_t *list = NULL;
	uint32_t single[3] = { YBI_NO_EXPR, YBI_NO_EXPR, YBI_NO_EXPR }, count = 3, found = YBI_NO_EXPR;

	if (e->op == YBI_OP_NONE || ++*looks > NONE_LOOKS)
		return e->op == YBI_OP_NONE ? expr : found;
	switch (e->op) {
	case YBI_OP_CLAUSE: case YBI_OP_MEMO: case YBI_OP_NEG: case YBI_OP_ROUND: case YBI_OP_FLOOR: case YBI_OP_CEIL:
		single[0] = e->a;
		break;
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_DIV:
		single[0] = e->a;
		single[1] = e->b;
		break;
	case YBI_OP_IF:
		single[0] = e->b;
		single[1] = e->c;
		break;
	case YBI_OP_LIST:
		list = &book->args[e->a];
		count = e->b;
		break;
	case YBI_OP_TABLE:
		list = &book->args[book->tables[e->x].values];
		count = book->tables[e->x].rows;
		single[0] = book->tables[e->x].otherwise;
		break;
	case YBI_OP_EXCEPT:
		for (uint32_t i = 0; i < book->excepts[e->x].count && found == YBI_NO_EXPR; i++)
			found = find_none(book, book->exceptions[book->excepts[e->x].first + i].value, looks);
		single[0] = book->excepts[e->x].otherwise;
		break;
	default:
		return found;
	}
	for (uint32_t i = 0; list && i < count && found == YBI_NO_EXPR; i++)
		found = find_none(book, list[i], looks);
	for (uint32_t i = 0; i < ARRAY_SIZE(single) && found == YBI_NO_EXPR; i++)
		if (single[i] != YBI_NO_EXPR)
			found = find_none(book, single[i], looks);
	return found;
}

/* An expression under a clause of its own: what it rests on shows in the steps. */
uint32_t
ybi_clause_slot(struct ybi_builder *b, const struct ybi_scope *outer, const char *path, const struct ybi_node *at, const struct ybi_node *slot,
            enum ybi_type want, bool list, bool limit, uint32_t *clause)
{
	struct ybi_scope scope = *outer;
	struct ybi_expr e = { .op = YBI_OP_CLAUSE, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
	uint32_t none, looks = 0;

	scope.path = path;
	scope.needs_source = true;
	scope.clause = ybi_add_clause(b, path, at, true);
	if (scope.clause == YBI_NO_CLAUSE)
		return YBI_NO_EXPR;
	*clause = e.x = scope.clause;
	e.a = ybi_parse_slot(b, &scope, slot, want, list, YBI_NO_FACT);
	if (e.a == YBI_NO_EXPR)
		return YBI_NO_EXPR;
	none = limit ? YBI_NO_EXPR : find_none(b->book, e.a, &looks);
	if (none != YBI_NO_EXPR) {
		struct ybi_node place = *slot;
		place.file = b->book->expr_place[none].name;
		place.line = b->book->expr_place[none].line;
		place.column = b->book->expr_place[none].column;
		ybi_fault(b, YB_E_BAD_VALUE, &place, path, "`none` means no limit; it stands for a ceiling, cap or floor, not here");
		return YBI_NO_EXPR;
	}
	e.a = ybi_if_known(b, e.a, path, at);
	if (e.a == YBI_NO_EXPR)
		return YBI_NO_EXPR;
	e.type = b->book->exprs[e.a].type;
	e.is_list = b->book->exprs[e.a].is_list;
	return ybi_add_expr(b, e, slot);
}

/* ---- a section as a whole ---- */

bool
ybi_section_begin(struct ybi_builder *b, const struct ybi_node *section, enum ybi_ask ask, const char *name, const char *const *keys, size_t count)
{
	struct ybi_book *book = b->book;
	yb_day from, to;
	bool given;

	if (!section)
		return false;
	if (section->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, section, name, "`%s:` is a mapping", name);
		return false;
	}
	ybi_check_keys(b, section, keys, count);
	book->sections |= 1u << ask;
	if (ybi_parse_interval(b, section, &from, &to, &given) && given) {
		book->section_days[ask].from = from;
		book->section_days[ask].to = to;
		book->section_days[ask].given = true;
	}
	ybi_build_refusals(b, section, ask, name);
	return true;
}

const struct ybi_node *
ybi_section_list(struct ybi_builder *b, const struct ybi_node *section, const char *key, uint32_t most)
{
	const struct ybi_node *list = ybi_node_get(section, key);

	if (!list)
		return NULL;
	if (list->kind != YBI_SEQ || list->count > most) {
		ybi_fault(b, YB_E_SYNTAX, list, key, "`%s:` is a list of at most %u", key, (unsigned)most);
		return NULL;
	}
	for (uint32_t i = 0; i < list->count; i++)
		if (list->items[i]->kind != YBI_MAP) {
			ybi_fault(b, YB_E_SYNTAX, list->items[i], key, "expected a mapping, found %s", ybi_node_kind_name(list->items[i]));
			return NULL;
		}
	return list;
}

bool
ybi_check_unique(struct ybi_builder *b, const struct ybi_node *list, uint32_t index, const char *what)
{
	const struct ybi_node *id = ybi_node_get(list->items[index], "id");

	for (uint32_t k = 0; id && id->kind == YBI_SCALAR && k < index; k++)
		if (ybi_node_is(ybi_node_get(list->items[k], "id"), id->text)) {
			ybi_fault(b, YB_E_DUPLICATE, list->items[index], id->text, "two %ss \"%s\"", what, id->text);
			return false;
		}
	return true;
}

bool
ybi_read_span(struct ybi_builder *b, const struct ybi_node *map, uint32_t *span)
{
	static const char *const words[] = { "year", "month", "once" };
	const struct ybi_node *period = ybi_node_get(map, "period");

	for (uint32_t i = 0; period && i < ARRAY_SIZE(words); i++)
		if (ybi_node_is(period, words[i])) {
			*span = i;
			return true;
		}
	if (period)
		ybi_fault(b, YB_E_BAD_VALUE, period, "period", "expected year, month or once");
	return !period;
}

/* ---- results ---- */

uint32_t
ybi_add_answer(struct ybi_builder *b, enum ybi_ask ask, enum ybi_type type, const char *name, const struct ybi_node *node)
{
	struct ybi_answer answer = { .name = name, .type = (uint8_t)type, .ask = (uint8_t)ask };

	if (!name)
		return 0;
	if (ybi_book_answer(b->book, ask, name, strlen(name)) != YBI_NO_ANSWER) {
		ybi_fault(b, YB_E_DUPLICATE, node, name, "two results \"%s\"", name);
		return 0;
	}
	return YBI_PUSH(b, answers, answer) ? (uint32_t)b->book->answers_count - 1 : 0;
}

/* Of a charge, "ID.year" and "ID.exact" are those of its total. */
static bool
names_answer(const struct ybi_answer *answer, const char *name, size_t length)
{
	static const char *const of_total[] = { ".year", ".exact" };

	if (length && answer->name[0] != name[0])
		return false;
	if (!strncmp(answer->name, name, length) && !answer->name[length])
		return true;
	for (size_t i = 0; answer->ask == YBI_ASK_FEE && i < ARRAY_SIZE(of_total); i++) {
		size_t word = strlen(of_total[i]), id = length > word ? length - word : 0;
		if (id && !strncmp(name + id, of_total[i], word) && !memchr(name, '.', id) && !strncmp(answer->name, name, id) &&
		    !strncmp(answer->name + id, ".total", 6) && !strcmp(answer->name + id + 6, of_total[i]))
			return true;
	}
	return false;
}

uint32_t
ybi_book_answer(const struct ybi_book *book, enum ybi_ask ask, const char *name, size_t length)
{
	for (size_t i = 0; i < book->answers_count; i++)
		if (book->answers[i].ask == ask && names_answer(&book->answers[i], name, length))
			return (uint32_t)i;
	return YBI_NO_ANSWER;
}

/* ---- rules that say no ---- */

void
ybi_build_refusals(struct ybi_builder *b, const struct ybi_node *section, enum ybi_ask ask, const char *name)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "text", "replaces" };
	static const char *const languages[] = { "zh", "en" };
	const struct ybi_node *list = ybi_section_list(b, section, "refuse", YBI_CHOICES);

	for (uint32_t i = 0; list && i < list->count; i++) {
		const struct ybi_node *map = list->items[i], *text = ybi_node_get(map, "text");
		const struct ybi_node *zh = ybi_node_get(text, "zh"), *en = ybi_node_get(text, "en");
		struct ybi_refusal refusal = { .id = ybi_read_id(b, map, "refusal", true), .ask = ask };
		struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
		bool bad;
		if (!refusal.id)
			continue;
		ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
		if (!zh || zh->kind != YBI_SCALAR || !en || en->kind != YBI_SCALAR) {
			ybi_fault(b, YB_E_MISSING_KEY, text ? text : map, refusal.id, "a refusal has a text with zh and en");
		} else {
			(void)ybi_node_check_keys(text, languages, ARRAY_SIZE(languages), NULL, 0, b->err);
			refusal.zh = zh->text;
			refusal.en = en->text;
		}
		if (!ybi_check_unique(b, list, i, "refusal"))
			continue;
		scope.path = ybi_format(b, "%s/refuse/%s", name, refusal.id);
		refusal.clause = ybi_add_clause(b, scope.path, map, true);
		refusal.when = ybi_parse_clause_when(b, &scope, map, &bad);
		if (!bad && refusal.clause != YBI_NO_CLAUSE)
			(void)YBI_PUSH(b, refusals, refusal);
	}
}
