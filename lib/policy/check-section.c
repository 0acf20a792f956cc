/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

/* The section `checks:`, what a document says must be true of its figures and of the facts it is asked with. */

static const char *const shapes[] = { "holds", "rising", "falling", "sums_to", "between" };

/* `= a + b`, a literal, or the name of a fact or value without the sign. */
static uint32_t
read_figure(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node)
{
	struct ybi_node *formula;
	bool name = node->kind == YBI_SCALAR && node->count && !strchr("=-.0123456789'\"", node->text[0]);

	if (!name)
		return ybi_parse_slot(b, scope, node, YBI_TYPE_COUNT_, true, YBI_NO_FACT);
	formula = ybi_arena_alloc(&b->book->arena, sizeof(*formula));
	if (!formula) {
		b->status = ybi_error_no_memory(b->err);
		return YBI_NO_EXPR;
	}
	*formula = *node;
	formula->text = ybi_format(b, "=%s", node->text);
	formula->count = node->count + 1;
	formula->column = node->column - 1; /* where the sign would stand */
	return formula->text ? ybi_parse_slot(b, scope, formula, YBI_TYPE_COUNT_, true, YBI_NO_FACT) : YBI_NO_EXPR;
}

/* "inpatient.basic.ratio": a figure of a layer. False when the text is no such path. */
static bool
layer_figure(struct ybi_builder *b, const struct ybi_node *node, struct ybi_check *check, uint32_t *expr)
{
	const struct ybi_book *book = b->book;

	for (uint32_t i = 0; node->kind == YBI_SCALAR && i < book->benefits_count; i++) {
		const struct ybi_benefit *benefit = &book->benefits[i];
		size_t n = strlen(benefit->id);
		if (strncmp(node->text, benefit->id, n) != 0 || node->text[n] != '.')
			continue;
		for (uint32_t k = benefit->first_layer; k < benefit->first_layer + benefit->layer_count; k++) {
			const struct ybi_layer *layer = &book->layers[k];
			const char *what = node->text + n + 1 + strlen(layer->id);
			if (strncmp(node->text + n + 1, layer->id, strlen(layer->id)) != 0 || *what != '.')
				continue;
			check->benefit = i;
			check->layer = k;
			check->ratios = !strcmp(what, ".ratio");
			*expr = !strcmp(what, ".borders") ? layer->borders : !strcmp(what, ".deductible") ? layer->deductible : YBI_NO_EXPR;
			if (!check->ratios && *expr == YBI_NO_EXPR)
				ybi_fault(b, YB_E_UNKNOWN_NAME, node, what + 1, "layer \"%s\" has no %.20s; of a layer ratio, borders and deductible are known", layer->id, what + 1);
			return true;
		}
	}
	return false;
}

static bool
add_figures(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, struct ybi_check *check, enum ybi_type *type)
{
	uint32_t figures[YBI_CHECK_FIGURES], count = node->kind == YBI_SEQ ? node->count : 1;

	*type = YBI_TYPE_COUNT_;
	if (count == 0 || count > YBI_CHECK_FIGURES || node->kind == YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, node, check->id, "expected a figure, or a list of at most %d", YBI_CHECK_FIGURES);
		return false;
	}
	if (node->kind != YBI_SEQ && layer_figure(b, node, check, &figures[0])) {
		*type = check->ratios ? YBI_RATE : YBI_MONEY;
		check->first = (uint32_t)b->book->args_count;
		if (!check->ratios && figures[0] != YBI_NO_EXPR && YBI_PUSH(b, args, figures[0]))
			check->count = 1;
		return check->ratios || check->count;
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct ybi_node *at = node->kind == YBI_SEQ ? node->items[i] : node;
		figures[i] = read_figure(b, scope, at);
		if (i == 0 && figures[i] != YBI_NO_EXPR)
			*type = (enum ybi_type)b->book->exprs[figures[i]].type;
		figures[i] = i ? ybi_coerce(b, figures[i], *type, at) : figures[i];
		if (figures[i] == YBI_NO_EXPR)
			return false;
	}
	if (*type == YBI_TEXT || *type == YBI_SET || *type == YBI_FLAG) {
		ybi_fault(b, YB_E_UNIT, node, check->id, "%s has no order and no sum", ybi_type_name(*type));
		return false;
	}
	check->first = (uint32_t)b->book->args_count;
	check->count = count;
	for (uint32_t i = 0; i < count; i++)
		if (!YBI_PUSH(b, args, figures[i]))
			return false;
	return true;
}

/* `along: {retired: [no, yes]}`: one fact and its values in order. */
static bool
read_along(struct ybi_builder *b, const struct ybi_node *along, struct ybi_check *check)
{
	const struct ybi_node *list = along->kind == YBI_MAP && along->count == 1 ? along->entries[0].value : NULL;
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	uint32_t values[YBI_CHECK_FIGURES];

	if (!list || list->kind != YBI_SEQ || list->count < 2 || list->count > YBI_CHECK_FIGURES) {
		ybi_fault(b, YB_E_SYNTAX, along, "along", "`along:` is one fact with a list of 2 to %d of its values, as {retired: [no, yes]}", YBI_CHECK_FIGURES);
		return false;
	}
	check->along = ybi_book_fact(b->book, along->entries[0].key, strlen(along->entries[0].key));
	if (check->along == YBI_NO_FACT) {
		ybi_unknown_name(b, along->entries[0].key, strlen(along->entries[0].key), list);
		return false;
	}
	if (b->book->facts[check->along].type == YBI_SET) {
		ybi_fault(b, YB_E_UNIT, list, "along", "a set takes no values one after the other");
		return false;
	}
	for (uint32_t i = 0; i < list->count; i++) {
		values[i] = ybi_parse_slot(b, &scope, list->items[i], (enum ybi_type)b->book->facts[check->along].type, false, check->along);
		if (values[i] == YBI_NO_EXPR)
			return false;
		if (b->book->exprs[values[i]].op != YBI_OP_CONST) {
			ybi_fault(b, YB_E_BAD_VALUE, list->items[i], "along", "expected a value of %s", along->entries[0].key);
			return false;
		}
	}
	check->first_along = (uint32_t)b->book->args_count;
	check->along_count = list->count;
	for (uint32_t i = 0; i < list->count; i++)
		if (!YBI_PUSH(b, args, values[i]))
			return false;
	return true;
}

static bool
read_asks(struct ybi_builder *b, const struct ybi_node *asks, struct ybi_check *check)
{
	static const char *const words[] = { "fee", "refund", "eligibility", "rewards", "reimburse" };

	if (asks && ybi_node_is(asks, "any"))
		check->asks = (1u << YBI_ASK_COUNT_) - 1;
	else if (asks && (asks->kind != YBI_SEQ || asks->count == 0)) {
		ybi_fault(b, YB_E_SYNTAX, asks, "asks", "`asks:` is a list of questions, or any");
		return false;
	}
	for (uint32_t i = 0; asks && asks->kind == YBI_SEQ && i < asks->count; i++) {
		uint32_t k = 0;
		while (k < ARRAY_SIZE(words) && !ybi_node_is(asks->items[i], words[k]))
			k++;
		if (k == ARRAY_SIZE(words)) {
			ybi_fault(b, YB_E_UNKNOWN_NAME, asks->items[i], "asks", "expected fee, refund, eligibility, rewards or reimburse");
			return false;
		}
		check->asks |= 1u << k;
	}
	return true;
}

static bool
read_severity(struct ybi_builder *b, const struct ybi_node *node, struct ybi_check *check)
{
	static const char *const words[] = { "error", "warning", "note" };

	for (uint32_t i = 0; node && i < ARRAY_SIZE(words); i++)
		if (ybi_node_is(node, words[i])) {
			check->severity = i;
			return true;
		}
	if (node)
		ybi_fault(b, YB_E_BAD_VALUE, node, "severity", "expected error, warning or note");
	return !node;
}

/* The one shape that it has; false after a fault. */
static bool
read_shape(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *map, struct ybi_check *check)
{
	const struct ybi_node *of = ybi_node_get(map, "of"), *along = ybi_node_get(map, "along"), *shape = NULL, *figures;
	enum ybi_type type;
	uint32_t given = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(shapes); i++)
		if (ybi_node_get(map, shapes[i])) {
			shape = ybi_node_get(map, shapes[i]);
			check->kind = i;
			given++;
		}
	if (given != 1) {
		ybi_fault(b, YB_E_RULE, map, check->id, "a check has exactly one of holds, rising, falling, sums_to, between");
		return false;
	}
	check->node = shape;
	figures = check->kind == YBI_CHECK_SUM || check->kind == YBI_CHECK_BETWEEN ? of : shape;
	if (!figures || (of && figures != of)) {
		ybi_fault(b, figures ? YB_E_RULE : YB_E_MISSING_KEY, of ? of : map, check->id, "`of:` has the figures of `sums_to:` and `between:`, and of these only");
		return false;
	}
	if (along && ((check->kind != YBI_CHECK_RISING && check->kind != YBI_CHECK_FALLING) || check->asks)) {
		ybi_fault(b, YB_E_RULE, along, check->id, "`along:` is of rising and falling, of a check that is proven when it is read");
		return false;
	}
	if (check->kind == YBI_CHECK_HOLDS) {
		check->expr = ybi_parse_when(b, scope, shape);
		return check->expr != YBI_NO_EXPR;
	}
	if (!add_figures(b, scope, figures, check, &type))
		return false;
	if (check->kind == YBI_CHECK_SUM)
		check->expr = ybi_parse_slot(b, scope, shape, type, false, YBI_NO_FACT);
	if (check->kind == YBI_CHECK_BETWEEN)
		check->cell = ybi_parse_cell(b, shape, type, YBI_NO_FACT);
	if (along && !read_along(b, along, check))
		return false;
	return check->kind == YBI_CHECK_SUM ? check->expr != YBI_NO_EXPR : check->kind != YBI_CHECK_BETWEEN || check->cell != UINT32_MAX;
}

static void
build_check(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "holds", "rising", "falling", "sums_to", "between", "of", "along",
		                            "severity", "asks", "text", "replaces" };
	static const char *const languages[] = { "zh", "en" };
	const struct ybi_node *text = ybi_node_get(map, "text"), *zh = ybi_node_get(text, "zh"), *en = ybi_node_get(text, "en");
	struct ybi_check check = { .id = ybi_read_id(b, map, "check", true), .expr = YBI_NO_EXPR, .benefit = UINT32_MAX, .layer = UINT32_MAX,
		                   .along = YBI_NO_FACT };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR, .partial = true };
	bool bad;

	if (!check.id)
		return;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	if (!zh || zh->kind != YBI_SCALAR || !en || en->kind != YBI_SCALAR) {
		ybi_fault(b, YB_E_MISSING_KEY, text ? text : map, check.id, "a check has a text with zh and en: what it means that it fails");
		return;
	}
	(void)ybi_node_check_keys(text, languages, ARRAY_SIZE(languages), NULL, 0, b->err);
	check.zh = zh->text;
	check.en = en->text;
	scope.path = ybi_format(b, "checks/%s", check.id);
	check.clause = ybi_add_clause(b, scope.path, map, false);
	check.when = ybi_parse_clause_when(b, &scope, map, &bad);
	if (!read_severity(b, ybi_node_get(map, "severity"), &check) || !read_asks(b, ybi_node_get(map, "asks"), &check) || bad ||
	    check.clause == YBI_NO_CLAUSE || !read_shape(b, &scope, map, &check))
		return;
	b->book->checks_asked |= check.asks;
	(void)YBI_PUSH(b, checks, check);
}

/* A fact without which the expression says nothing; the first few are enough. */
static void
add_needs(const struct ybi_book *book, struct ybi_check *check, uint32_t expr)
{
	const struct ybi_expr *e = &book->exprs[expr];

	switch (e->op) {
	case YBI_OP_FACT:
		if (check->need_count < YBI_CHECK_NEEDS && book->facts[e->x].from == YBI_NO_EXPR)
			check->needs[check->need_count++] = e->x;
		return;
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE:
		add_needs(book, check, e->a);
		add_needs(book, check, e->b);
		return;
	case YBI_OP_IN:
		if (!book->cells[e->x].any)
			add_needs(book, check, e->a);
		return;
	case YBI_OP_NEG: case YBI_OP_NOT: case YBI_OP_MEMO: case YBI_OP_CLAUSE:
		add_needs(book, check, e->a);
		return;
	default:
		return;
	}
}

void
ybi_check_needs(struct ybi_book *book)
{
	for (size_t i = 0; i < book->checks_count; i++)
		if (book->checks[i].kind == YBI_CHECK_HOLDS && book->checks[i].layer == UINT32_MAX)
			add_needs(book, &book->checks[i], book->checks[i].expr);
}

void
ybi_build_checks(struct ybi_builder *b)
{
	static const char *const keys[] = { "rules", "drop" };
	const struct ybi_node *list;

	if (!b->checks)
		return;
	if (b->checks->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, b->checks, "checks", "`checks:` is a mapping with a list `rules:`");
		return;
	}
	ybi_check_keys(b, b->checks, keys, ARRAY_SIZE(keys));
	list = ybi_section_list(b, b->checks, "rules", YBI_CHECKS);
	for (uint32_t i = 0; list && i < list->count; i++)
		if (ybi_check_unique(b, list, i, "check"))
			build_check(b, list->items[i]);
}
