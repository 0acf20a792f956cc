/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

#include "base/text.h"

/* Clauses, and the sources that they stand on. */

static const struct ybi_source *
find_source(struct ybi_builder *b, const struct ybi_node *node, const char **article)
{
	const struct ybi_sources *sources = node->sources;
	size_t tag = strcspn(node->text, " ");
	const char *known[64];
	size_t n = 0, near;

	*article = node->text[tag] ? node->text + tag + 1 : NULL;
	for (size_t i = 0; sources && i < sources->count; i++) {
		if (ybi_streq_n(node->text, tag, sources->rows[i].tag))
			return &sources->rows[i];
		if (n < ARRAY_SIZE(known))
			known[n++] = sources->rows[i].tag;
	}
	near = ybi_nearest(node->text, known, n);
	if (near == SIZE_MAX)
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, "source", "source \"%.64s\" is not declared", node->text);
	else
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, "source", "source \"%.64s\" is not declared; did you mean \"%s\"?", node->text, known[near]);
	return NULL;
}

#define CLAUSE_SOURCES 8

static void
clause_sources(struct ybi_builder *b, struct ybi_clause *clause, const struct ybi_node *source)
{
	uint32_t count = source->kind == YBI_SEQ ? source->count : 1;

	if (source->kind == YBI_MAP || count == 0 || count > CLAUSE_SOURCES) {
		ybi_fault(b, YB_E_BAD_VALUE, source, "source", "expected a tag or a list of at most eight");
		return;
	}
	clause->sources = ybi_arena_alloc(&b->book->arena, count * sizeof(*clause->sources));
	clause->articles = ybi_arena_alloc(&b->book->arena, count * sizeof(*clause->articles));
	if (!clause->sources || !clause->articles) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct ybi_node *tag = source->kind == YBI_SEQ ? source->items[i] : source;
		const struct ybi_source *found;
		if (tag->kind != YBI_SCALAR) {
			ybi_fault(b, YB_E_BAD_VALUE, tag, "source", "expected a tag");
			continue;
		}
		found = find_source(b, tag, &clause->articles[clause->source_count]);
		if (!found)
			continue;
		clause->sources[clause->source_count++] = found;
		if (found->confidence > clause->confidence)
			clause->confidence = found->confidence;
		if (!clause->strongest || found->confidence < clause->strongest)
			clause->strongest = found->confidence;
	}
}

bool
ybi_known(const struct ybi_builder *b, const struct ybi_node *node)
{
	const struct ybi_node *source = node ? node->source : NULL;
	uint32_t later = 0, dated = 0, count;

	if (!b->known_on || !source || source->kind == YBI_MAP)
		return true;
	count = source->kind == YBI_SEQ ? source->count : 1;
	for (uint32_t i = 0; i < count; i++) {
		const struct ybi_node *tag = source->kind == YBI_SEQ ? source->items[i] : source;
		size_t length = tag->kind == YBI_SCALAR ? strcspn(tag->text, " ") : 0;
		for (size_t k = 0; length && k < node->sources->count; k++)
			if (ybi_streq_n(tag->text, length, node->sources->rows[k].tag) && node->sources->rows[k].published != YB_DAY_NONE) {
				dated++;
				later += node->sources->rows[k].published > b->known_on;
			}
	}
	return dated == 0 || later < dated;
}

uint32_t
ybi_if_known(struct ybi_builder *b, uint32_t expr, const char *path, const struct ybi_node *node)
{
	struct ybi_expr hole = { .op = YBI_OP_GAP, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };

	if (expr == YBI_NO_EXPR || ybi_known(b, node))
		return expr;
	hole.type = b->book->exprs[expr].type;
	hole.is_list = b->book->exprs[expr].is_list;
	hole.x = ybi_add_clause(b, path, node, false);
	if (hole.x == YBI_NO_CLAUSE)
		return YBI_NO_EXPR;
	b->book->clauses[hole.x].hole = true;
	return ybi_add_expr(b, hole, node);
}

/* How many sources stand in a mapping or list without one, SIZE_MAX if a figure or condition there has none. */
static size_t
count_sources(const struct ybi_node *node)
{
	static const char *const words[] = { "id", "label", "note", "period", "round", "unit", "replaces", "over", "kind", "on", "per", "pays" };
	size_t sum = 0;

	if (node->kind == YBI_SCALAR)
		return strpbrk(node->text, "0123456789") ? SIZE_MAX : 0;
	for (uint32_t i = 0; i < node->count; i++) {
		const struct ybi_node *child = node->kind == YBI_MAP ? node->entries[i].value : node->items[i];
		size_t found = ybi_node_get(child, "source") ? 1 : 0;
		bool word = false;
		for (size_t k = 0; node->kind == YBI_MAP && k < ARRAY_SIZE(words); k++)
			word = word || !strcmp(node->entries[i].key, words[k]);
		if (word)
			continue;
		if (!found)
			found = count_sources(child);
		if (found == SIZE_MAX)
			return SIZE_MAX;
		sum += found;
	}
	return sum;
}

/* A clause has no source, but each figure in it does. */
static bool
sourced_within(const struct ybi_node *node)
{
	size_t found = count_sources(node);

	return found > 0 && found != SIZE_MAX;
}

uint32_t
ybi_add_clause(struct ybi_builder *b, const char *id, const struct ybi_node *node, bool required)
{
	struct ybi_clause clause = { .id = id, .node = node, .source = node->source };
	yb_confidence said = 0;

	if (!node->source) {
		bool within = required && sourced_within(node);
		if (required && !within && b->unsourced)
			b->status = b->status == YB_OK ? YB_E_NO_SOURCE : b->status;
		else if (required && !within)
			ybi_fault(b, YB_E_NO_SOURCE, node, id, "no source here or around it; every figure needs one");
		b->unsourced = b->unsourced || (required && !within);
		clause.confidence = within ? YB_CONFIDENCE_OFFICIAL : YB_CONFIDENCE_CASE; /* its figures have their own */
	} else {
		clause_sources(b, &clause, node->source);
	}
	if (node->confidence) {
		said = ybi_confidence_from(node->confidence->text);
		if (said && (said > clause.confidence || clause.source_count > 1)) /* of several sources one may bear the others out */
			clause.confidence = said > clause.strongest ? said : clause.strongest;
	} else if (node->source && node->sources->floor && clause.confidence > node->sources->floor) {
		ybi_warn(b, node, id, "rests on a source of confidence %s, below the %s of the head; say `confidence: %s` here",
		         ybi_confidence_name(clause.confidence), ybi_confidence_name(node->sources->floor), ybi_confidence_name(clause.confidence));
	}
	if (!id || b->status == YB_E_NO_MEMORY || !YBI_PUSH(b, clauses, clause) ||
	    !YBI_PUSH(b, clause_infos, ((struct ybi_clause_info){ clause.confidence })))
		return YBI_NO_CLAUSE;
	return (uint32_t)b->book->clauses_count - 1;
}
