/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

/*
 * The vectors of a document. Their names and formulas are checked here, since
 * only here names can be resolved; they are run by decide/vector.c.
 */

static const char *const asks[] = { "fee", "refund", "eligibility", "rewards", "reimburse" };
_Static_assert(ARRAY_SIZE(asks) == YBI_ASK_COUNT_, "a question has no name");

static bool
is_derived(const struct ybi_vector *vector, const char *name)
{
	for (uint32_t i = 0; i < vector->derive_count; i++)
		if (!strcmp(vector->derive[i].name, name))
			return true;
	return false;
}

static bool
is_result(const struct ybi_book *book, enum ybi_ask ask, const char *name)
{
	size_t length;

	if (ask == YBI_ASK_REIMBURSE && book->year_by_split && (!strncmp(name, "part1.", 6) || !strncmp(name, "part2.", 6)))
		name += 6;
	length = strlen(name);
	if (!strcmp(name, "solved"))
		return true;
	if (ask == YBI_ASK_REIMBURSE && !strcmp(name, "marginal"))
		return true;
	for (size_t i = 0; ask == YBI_ASK_REIMBURSE && i < book->layer_names_count; i++) {
		size_t n = strlen(book->layer_names[i]);
		if (!strncmp(name, book->layer_names[i], n) && !strcmp(name + n, ".marginal"))
			return true;
	}
	return ybi_book_value(book, name, length) != YBI_NO_VALUE || ybi_book_fact(book, name, length) != YBI_NO_FACT ||
	       ybi_book_answer(book, ask, name, length) != YBI_NO_ANSWER ||
	       (ask == YBI_ASK_REIMBURSE && ybi_book_result(book, name, length) != UINT32_MAX);
}

/* No such result; the nearest one is named. */
static void
unknown_result(struct ybi_builder *b, const struct ybi_vector *vector, const char *name, const struct ybi_node *at)
{
	const struct ybi_book *book = b->book;
	const char *dot = strchr(name, '.'), *known[512], *near = NULL;
	size_t n = 0, found;

	if (ybi_is_broken(b, name, strlen(name)))
		return;
	for (size_t i = 0; i < book->answers_count && n < ARRAY_SIZE(known); i++)
		if (book->answers[i].ask == vector->ask)
			known[n++] = book->answers[i].name;
	for (size_t i = 0; i < book->values_count && n < ARRAY_SIZE(known); i++)
		known[n++] = book->values[i].name;
	for (size_t i = 0; i < book->facts_count && n < ARRAY_SIZE(known); i++)
		known[n++] = book->facts[i].name;
	found = ybi_nearest(name, known, n);
	if (found != SIZE_MAX)
		near = known[found];
	for (size_t i = 0; !near && dot && vector->ask == YBI_ASK_REIMBURSE && i < book->layer_names_count; i++) {
		size_t layer = strlen(book->layer_names[i]);
		if (layer != (size_t)(dot - name) || strncmp(name, book->layer_names[i], layer) != 0)
			continue;
		for (n = 0; n < YBI_RESULT_BAND1; n++)
			known[n] = ybi_result_name((uint32_t)n);
		found = ybi_nearest(dot + 1, known, n);
		if (found != SIZE_MAX)
			near = ybi_format(b, "%s.%s", book->layer_names[i], known[found]);
	}
	if (near)
		ybi_fault(b, YB_E_UNKNOWN_NAME, at, name, "no result \"%.60s\"; did you mean \"%s\"?", name, near);
	else
		ybi_fault(b, YB_E_UNKNOWN_NAME, at, name, "no result \"%.60s\"", name);
}

static void
build_derive(struct ybi_builder *b, struct ybi_vector *vector, const struct ybi_node *derive)
{
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .all_layers = vector->ask == YBI_ASK_REIMBURSE, .otherwise = YBI_NO_EXPR, .path = "vectors",
		                   .answers_of = vector->ask + 1 };

	if (!derive)
		return;
	if (derive->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, derive, "derive", "`derive:` is a mapping of formulas");
		return;
	}
	vector->derive = ybi_arena_alloc(&b->book->arena, (derive->count + 1) * sizeof(*vector->derive));
	if (!vector->derive) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	for (uint32_t i = 0; i < derive->count; i++) {
		const struct ybi_node *formula = derive->entries[i].value;
		struct ybi_derived *row = &vector->derive[vector->derive_count];
		row->name = derive->entries[i].key;
		row->expr = YBI_NO_EXPR;
		if (formula->kind == YBI_SEQ)
			row->expr = ybi_parse_slot(b, &scope, formula, YBI_TYPE_COUNT_, true, YBI_NO_FACT);
		else if (formula->kind != YBI_SCALAR || formula->text[0] != '=')
			ybi_fault(b, YB_E_SYNTAX, formula, row->name, "expected a formula");
		else
			row->expr = ybi_parse_formula(b, &scope, formula);
		vector->derive_count++; /* also one with a fault, so that it is told once */
	}
}

static void
build_solve(struct ybi_builder *b, struct ybi_vector *vector, const struct ybi_node *solve)
{
	static const char *const keys[] = { "layer", "value", "of" };
	const struct ybi_node *layer = ybi_node_get(solve, "layer"), *value = ybi_node_get(solve, "value"), *of = ybi_node_get(solve, "of");

	if (!solve)
		return;
	if (solve->kind != YBI_MAP || !layer || layer->kind != YBI_SCALAR || !value || value->kind != YBI_SCALAR) {
		ybi_fault(b, YB_E_MISSING_KEY, solve, "solve", "`solve:` has a layer and a value");
		return;
	}
	(void)ybi_node_check_keys(solve, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	for (size_t i = 0; i < b->book->layer_names_count; i++)
		if (ybi_node_is(layer, b->book->layer_names[i]))
			vector->solve_layer = b->book->layer_names[i];
	if (!vector->solve_layer)
		ybi_fault(b, YB_E_UNKNOWN_NAME, layer, "solve", "no layer \"%.40s\"", layer->text);
	if (yb_fen_from_text(value->text, value->count, &vector->solve_value) != YB_OK)
		ybi_fault(b, YB_E_BAD_AMOUNT, value, "solve", "expected money in yuan with at most two decimals");
	vector->solve_own = of && ybi_node_is(of, "own");
	if (of && !ybi_node_is(of, "own") && !ybi_node_is(of, "paid"))
		ybi_fault(b, YB_E_BAD_VALUE, of, "of", "expected paid or own");
}

/* Every fact that a vector gives must be one. */
static void
check_facts(struct ybi_builder *b, const struct ybi_node *part)
{
	static const char *const others[] = { "yb_totals", "feedetl", "yb_attributes", "yb_cover", "acct_used_flag", "history" };

	if (part && part->kind != YBI_MAP)
		ybi_fault(b, YB_E_SYNTAX, part, "vectors", "expected a mapping of facts");
	for (uint32_t i = 0; part && part->kind == YBI_MAP && i < part->count; i++) {
		const struct ybi_entry *entry = &part->entries[i];
		struct ybi_node at = *entry->value;
		bool known = ybi_book_fact(b->book, entry->key, strlen(entry->key)) != YBI_NO_FACT;
		for (size_t k = 0; k < ARRAY_SIZE(others) && !known; k++)
			known = !strcmp(entry->key, others[k]);
		at.line = entry->line;
		at.column = entry->column;
		if (!known)
			ybi_unknown_name(b, entry->key, strlen(entry->key), &at);
		if (!strcmp(entry->key, "yb_attributes"))
			check_facts(b, entry->value);
	}
}

static void
build_vector(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "ask", "source", "confidence", "note", "person", "claim", "facts", "expect", "derive", "refuse", "solve",
		                            "on", "year", "paid_on", "months", "repaired", "arrear_months", "interest", "refundable", "paid" };
	static const struct {
		const char *key;
		bool flag;
	} scalars[] = { { "on", false }, { "year", false }, { "paid_on", false }, { "months", false }, { "repaired", false }, { "arrear_months", false },
		        { "paid", false }, { "interest", true }, { "refundable", true } };
	const struct ybi_node *id = ybi_node_get(map, "id"), *ask = ybi_node_get(map, "ask"), *expect = ybi_node_get(map, "expect");
	struct ybi_vector vector = { .node = map, .ask = YBI_ASK_COUNT_ };

	if (map->kind != YBI_MAP || !id || id->kind != YBI_SCALAR || !ask) {
		ybi_fault(b, YB_E_MISSING_KEY, map, "vectors", "a vector has an id and `ask:`");
		return;
	}
	(void)ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	vector.id = id->text;
	for (uint32_t i = 0; i < ARRAY_SIZE(asks); i++)
		if (ybi_node_is(ask, asks[i]))
			vector.ask = i;
	if (vector.ask == YBI_ASK_COUNT_) {
		ybi_fault(b, YB_E_BAD_VALUE, ask, "ask", "expected fee, refund, eligibility, rewards or reimburse");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(scalars); i++) {
		const struct ybi_node *said = ybi_node_get(map, scalars[i].key);
		if (said && said->kind != YBI_SCALAR)
			ybi_fault(b, YB_E_SYNTAX, said, scalars[i].key, "expected one value");
		else if (said && scalars[i].flag && !ybi_node_is(said, "yes") && !ybi_node_is(said, "no"))
			ybi_fault(b, YB_E_BAD_VALUE, said, scalars[i].key, "expected yes or no");
	}
	if (!expect && !ybi_node_get(map, "refuse"))
		ybi_fault(b, YB_E_MISSING_KEY, map, id->text, "a vector has `expect:` or `refuse:`");
	if (expect && expect->kind != YBI_MAP)
		ybi_fault(b, YB_E_SYNTAX, expect, "expect", "`expect:` is a mapping");
	check_facts(b, ybi_node_get(map, "person"));
	check_facts(b, ybi_node_get(map, "claim"));
	check_facts(b, ybi_node_get(map, "facts"));
	build_derive(b, &vector, ybi_node_get(map, "derive"));
	if (vector.ask == YBI_ASK_REIMBURSE)
		build_solve(b, &vector, ybi_node_get(map, "solve"));
	else if (ybi_node_get(map, "solve"))
		ybi_fault(b, YB_E_RULE, ybi_node_get(map, "solve"), "solve", "`solve:` is for `ask: reimburse`");
	for (uint32_t i = 0; expect && expect->kind == YBI_MAP && vector.ask == YBI_ASK_REIMBURSE && i < expect->count; i++)
		if (ybi_kind_name(expect->entries[i].key, strlen(expect->entries[i].key)) &&
		    ybi_kind_fact(b, expect->entries[i].key, strlen(expect->entries[i].key)) == YBI_NO_FACT)
			return; /* no memory */
	for (uint32_t i = 0; expect && expect->kind == YBI_MAP && i < expect->count; i++)
		if (!is_derived(&vector, expect->entries[i].key) && !is_result(b->book, (enum ybi_ask)vector.ask, expect->entries[i].key)) {
			struct ybi_node at = *expect->entries[i].value;
			at.line = expect->entries[i].line;
			at.column = expect->entries[i].column;
			unknown_result(b, &vector, expect->entries[i].key, &at);
		}
	(void)YBI_PUSH(b, vectors, vector);
}

void
ybi_build_vectors(struct ybi_builder *b)
{
	if (!b->vectors || b->known_on) /* they are written for the law as it is known today */
		return;
	if (b->vectors->kind != YBI_SEQ) {
		ybi_fault(b, YB_E_SYNTAX, b->vectors, "vectors", "`vectors:` is a list");
		return;
	}
	for (uint32_t i = 0; i < b->vectors->count; i++)
		build_vector(b, b->vectors->items[i]);
	for (uint32_t i = 1; i < b->book->vectors_count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (!strcmp(b->book->vectors[i].id, b->book->vectors[k].id))
				ybi_fault(b, YB_E_DUPLICATE, b->book->vectors[i].node, b->book->vectors[i].id, "two vectors \"%s\"", b->book->vectors[i].id);
}
