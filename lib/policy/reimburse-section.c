/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

/* The section `reimburse:` of a document: benefits and their layers, as the types of rule/benefit.h. */

static const char *const period_names[] = { "stay", "visit", "month", "year", "episode", "life" };
_Static_assert(ARRAY_SIZE(period_names) == YBI_PER_COUNT_, "a period has no name");

static bool
read_period(struct ybi_builder *b, const struct ybi_node *node, enum ybi_period *period)
{
	for (size_t i = 0; i < ARRAY_SIZE(period_names); i++)
		if (ybi_node_is(node, period_names[i])) {
			*period = (enum ybi_period)i;
			return true;
		}
	ybi_fault(b, YB_E_BAD_VALUE, node, "per", "expected stay, visit, month, year, episode or life");
	return false;
}

/* ---- pools ---- */

static const struct ybi_named *
find_pool(struct ybi_builder *b, const struct ybi_node *name, uint32_t *index)
{
	for (uint32_t i = 0; i < b->book->pools_count; i++)
		if (ybi_node_is(name, b->book->pools[i].name)) {
			*index = i;
			return &b->book->pools[i];
		}
	ybi_fault(b, YB_E_UNKNOWN_NAME, name, "pool", "pool \"%.40s\" is not declared in `pools:`", name->kind == YBI_SCALAR ? name->text : "…");
	return NULL;
}

static void
build_pools(struct ybi_builder *b, const struct ybi_node *pools)
{
	static const char *const keys[] = { "on", "per", "of" };

	for (uint32_t i = 0; pools && pools->kind == YBI_MAP && i < pools->count; i++) {
		const struct ybi_node *map = pools->entries[i].value, *on = ybi_node_get(map, "on"), *per = ybi_node_get(map, "per");
		struct ybi_named pool = { .name = pools->entries[i].key, .node = map };
		enum ybi_period period = YBI_PER_YEAR;
		if (map->kind == YBI_MAP)
			ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
		if (map->kind != YBI_MAP || !on || !per) {
			ybi_fault(b, YB_E_MISSING_KEY, map, "pools", "a pool says `on:` payment, cost or deductible, and `per:`");
			continue;
		}
		if (!ybi_node_is(on, "payment") && !ybi_node_is(on, "cost") && !ybi_node_is(on, "deductible"))
			ybi_fault(b, YB_E_BAD_VALUE, on, "on", "expected payment, cost or deductible");
		if (ybi_node_get(map, "of") && !ybi_node_is(ybi_node_get(map, "of"), "person") && !ybi_node_is(ybi_node_get(map, "of"), "family"))
			ybi_fault(b, YB_E_BAD_VALUE, ybi_node_get(map, "of"), "of", "expected person or family");
		(void)read_period(b, per, &period);
		pool.building = ybi_node_is(on, "cost") ? 1 : ybi_node_is(on, "deductible") ? 2 : 0;
		pool.expr = (uint32_t)period;
		if (!YBI_PUSH(b, pools, pool) || ybi_total_fact(b, ybi_format(b, "pool.%s", pool.name)) == YBI_NO_FACT)
			return;
	}
	if (pools && pools->kind != YBI_MAP)
		ybi_fault(b, YB_E_SYNTAX, pools, "pools", "`pools:` is a mapping");
}

/* ---- layers ---- */

static bool
of_stay(enum ybi_period period)
{
	return period == YBI_PER_STAY || period == YBI_PER_VISIT;
}

/* Nothing was before a stay, unless it is settled in two parts: then the second goes on from the first. */
static uint32_t
total_of(struct ybi_builder *b, const char *layer, const char *what, enum ybi_period period)
{
	if (of_stay(period) && (!b->book->year_by_split || b->book->split_again))
		return YBI_NO_FACT;
	return ybi_total_fact(b, ybi_format(b, "%s.%s.%s", layer, what, period_names[period]));
}

static void
build_deductible(struct ybi_builder *b, const struct ybi_scope *scope, const char *path, const struct ybi_node *node, struct ybi_layer *layer)
{
	static const char *const keys[] = { "amount", "per", "order", "sum_cap", "pool" };
	const struct ybi_node *amount = ybi_node_get(node, "amount"), *n;
	enum ybi_period period = YBI_PER_STAY;
	uint32_t pool, clause;

	layer->deductible = ybi_clause_slot(b, scope, ybi_format(b, "%s/deductible", path), node, amount ? amount : node, YBI_MONEY, false, false,
	                                &layer->deductible_clause);
	if (!amount) {
		layer->charged = total_of(b, layer->id, "deductible", period);
		layer->per_stay = 1;
		return;
	}
	ybi_check_keys(b, node, keys, ARRAY_SIZE(keys));
	n = ybi_node_get(node, "per");
	if (n)
		(void)read_period(b, n, &period);
	layer->charged = total_of(b, layer->id, "deductible", period);
	n = ybi_node_get(node, "pool");
	if (n && find_pool(b, n, &pool) && b->book->pools[pool].building != 2)
		ybi_fault(b, YB_E_RULE, n, "pool", "pool \"%s\" is declared on another measure than `deductible`", b->book->pools[pool].name);
	else if (n && b->status == YB_OK) {
		layer->charged = ybi_total_fact(b, ybi_format(b, "pool.%s", b->book->pools[pool].name));
		period = (enum ybi_period)b->book->pools[pool].expr;
	}
	layer->per_stay = of_stay(period);
	n = ybi_node_get(node, "sum_cap");
	if (n) {
		layer->sum_cap = ybi_clause_slot(b, scope, ybi_format(b, "%s/deductible/sum_cap", path), node, n, YBI_MONEY, false, true, &clause);
		layer->sum_charged = total_of(b, layer->id, "deductible", YBI_PER_YEAR);
	}
	n = ybi_node_get(node, "order");
	if (n && !ybi_node_is(n, "after_ratio") && !ybi_node_is(n, "before_ratio"))
		ybi_fault(b, YB_E_BAD_VALUE, n, "order", "expected before_ratio or after_ratio");
	layer->after_ratio = n && ybi_node_is(n, "after_ratio");
}

/* Literal borders must rise, literal ratios lie in 0..1; what hangs on facts is checked when tables are made. */
static void
check_literals(struct ybi_builder *b, uint32_t list, bool borders, const struct ybi_node *node)
{
	const struct ybi_book *book = b->book;
	const struct ybi_expr *e;

	if (list == YBI_NO_EXPR)
		return;
	e = &book->exprs[list];
	while (e->op == YBI_OP_CLAUSE || e->op == YBI_OP_MEMO)
		e = &book->exprs[e->a];
	for (uint32_t i = 0; i < (e->op == YBI_OP_LIST ? e->b : 1); i++) {
		const struct ybi_expr *x = e->op == YBI_OP_LIST ? &book->exprs[book->args[e->a + i]] : e;
		const struct ybi_node *at = node->kind == YBI_SEQ && i < node->count ? node->items[i] : node;
		const struct ybi_expr *last = e->op == YBI_OP_LIST && i ? &book->exprs[book->args[e->a + i - 1]] : NULL;
		if (x->op != YBI_OP_CONST)
			continue;
		if (!borders && (ybi_fraction_sign(book->constants[x->x]) < 0 || ybi_fraction_cmp(book->constants[x->x], ybi_fraction_from(1)) > 0)) {
			ybi_fault(b, YB_E_RULE, at, "ratio", "ratio %u lies outside 0..1", (unsigned)i + 1);
			return;
		}
		if (borders && last && last->op == YBI_OP_CONST && ybi_fraction_cmp(book->constants[last->x], book->constants[x->x]) >= 0) {
			ybi_fault(b, YB_E_RULE, at, "borders", "border %u does not lie above border %u", (unsigned)i + 1, (unsigned)i);
			return;
		}
	}
}

static void
build_bands(struct ybi_builder *b, const struct ybi_scope *scope, const char *path, const struct ybi_node *map, struct ybi_layer *layer)
{
	static const char *const keys[] = { "over", "origin", "borders", "ratio" };
	const struct ybi_node *bands = ybi_node_get(map, "bands"), *ratio = ybi_node_get(map, "ratio"), *n;
	enum ybi_period period = YBI_PER_STAY;
	uint32_t clause;

	layer->origin_zero = 1;
	if (bands && bands->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, bands, "bands", "`bands:` is a mapping with borders and ratio");
		return;
	}
	if (bands && ybi_node_get(bands, "ratio")) {
		if (ratio)
			ybi_fault(b, YB_E_DUPLICATE, ratio, "ratio", "a ratio beside the bands and one within");
		ratio = ybi_node_get(bands, "ratio");
	}
	if (!ratio) {
		ybi_fault(b, YB_E_MISSING_KEY, map, "ratio", "layer \"%s\" has no ratio", layer->id);
		return;
	}
	if (bands) {
		ybi_check_keys(b, bands, keys, ARRAY_SIZE(keys));
		n = ybi_node_get(bands, "over");
		if (n)
			(void)read_period(b, n, &period);
		n = ybi_node_get(bands, "origin");
		if (n && !ybi_node_is(n, "zero") && !ybi_node_is(n, "deductible"))
			ybi_fault(b, YB_E_BAD_VALUE, n, "origin", "expected zero or deductible");
		layer->origin_zero = !n || !ybi_node_is(n, "deductible");
		layer->start = total_of(b, layer->id, layer->origin_zero ? "base" : "net", period);
		n = ybi_node_get(bands, "borders");
		if (n) {
			layer->borders = ybi_clause_slot(b, scope, ybi_format(b, "%s/borders", path), bands, n, YBI_MONEY, true, false, &clause);
			check_literals(b, layer->borders, true, n);
		}
	}
	layer->ratio = ybi_clause_slot(b, scope, ybi_format(b, "%s/ratio", path), bands && ybi_node_get(bands, "ratio") ? bands : map, ratio, YBI_RATE, true,
	                           false, &layer->ratio_clause);
	check_literals(b, layer->ratio, false, ratio);
	if (layer->ratio != YBI_NO_EXPR && (layer->borders != YBI_NO_EXPR || !bands || !ybi_node_get(bands, "borders"))) {
		const struct ybi_book *book = b->book;
		const struct ybi_expr *r = &book->exprs[layer->ratio], *d = layer->borders == YBI_NO_EXPR ? NULL : &book->exprs[layer->borders];
		while (r->op == YBI_OP_CLAUSE || r->op == YBI_OP_MEMO)
			r = &book->exprs[r->a];
		while (d && (d->op == YBI_OP_CLAUSE || d->op == YBI_OP_MEMO))
			d = &book->exprs[d->a];
		if (r->op == YBI_OP_LIST && (!d || d->op == YBI_OP_LIST || d->op == YBI_OP_CONST)) {
			uint32_t borders = !d ? 0 : d->op == YBI_OP_LIST ? d->b : 1;
			if (r->b != borders + 1)
				ybi_fault(b, YB_E_RULE, ratio, "ratio", "%u ratios for %u borders; one more ratio than borders is needed", (unsigned)r->b,
				          (unsigned)borders);
		}
	}
}

static void
build_modify(struct ybi_builder *b, const struct ybi_scope *scope, const char *path, const struct ybi_node *list, struct ybi_layer *layer)
{
	static const char *const kinds[] = { "add", "times", "own_times", "at_least", "at_most" };
	static const char *const keys[] = { "id", "when", "from", "to", "through", "add", "times", "own_times", "at_least", "at_most" };

	if (!list)
		return;
	if (list->kind != YBI_SEQ) {
		ybi_fault(b, YB_E_SYNTAX, list, "modify", "`modify:` is a list");
		return;
	}
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ybi_node *map = list->items[i], *id = ybi_node_get(map, "id"), *value = NULL;
		struct ybi_modify modify = { .id = id && id->kind == YBI_SCALAR ? id->text : "", .when = YBI_NO_EXPR, .value = YBI_NO_EXPR };
		uint32_t given = 0;
		bool bad;
		if (map->kind != YBI_MAP) {
			ybi_fault(b, YB_E_SYNTAX, map, "modify", "a modifier is a mapping");
			continue;
		}
		if (!ybi_check_unique(b, list, i, "modifier"))
			continue;
		ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
		for (uint32_t k = 0; k < ARRAY_SIZE(kinds); k++)
			if (ybi_node_get(map, kinds[k])) {
				value = ybi_node_get(map, kinds[k]);
				modify.kind = k;
				given++;
			}
		if (given != 1) {
			if (given || b->strange != map)
				ybi_fault(b, YB_E_RULE, map, "modify", "a modifier has exactly one of add, times, own_times, at_least, at_most");
			continue;
		}
		modify.when = ybi_parse_clause_when(b, scope, map, &bad);
		modify.value = ybi_clause_slot(b, scope, ybi_format(b, "%s/modify/%s", path, modify.id), map, value, YBI_RATE, false, false, &modify.clause);
		if (!bad && modify.value != YBI_NO_EXPR && YBI_PUSH(b, modifies, modify))
			layer->modify_count++;
	}
}

static void
build_ceilings(struct ybi_builder *b, const struct ybi_scope *scope, const char *path, const struct ybi_node *list, struct ybi_layer *layer)
{
	static const char *const keys[] = { "id", "on", "per", "amount", "pool", "when", "from", "to", "through" };

	if (!list)
		return;
	if (list->kind != YBI_SEQ) {
		ybi_fault(b, YB_E_SYNTAX, list, "ceilings", "`ceilings:` is a list");
		return;
	}
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ybi_node *map = list->items[i], *id = ybi_node_get(map, "id"), *on = ybi_node_get(map, "on"), *per = ybi_node_get(map, "per");
		const struct ybi_node *amount = ybi_node_get(map, "amount"), *pool = ybi_node_get(map, "pool");
		struct ybi_ceiling ceiling = { .id = id && id->kind == YBI_SCALAR ? id->text : "", .when = YBI_NO_EXPR, .used = YBI_NO_FACT,
			                       .pool = UINT32_MAX };
		enum ybi_period period = YBI_PER_YEAR;
		bool bad;
		if (map->kind == YBI_MAP)
			ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
		if (map->kind != YBI_MAP || !amount || !on) {
			ybi_fault(b, YB_E_MISSING_KEY, map, "ceilings", "a ceiling says `on:` payment or cost, `per:` and `amount:` (or none)");
			continue;
		}
		if (!ybi_check_unique(b, list, i, "ceiling"))
			continue;
		if (!ybi_node_is(on, "payment") && !ybi_node_is(on, "cost"))
			ybi_fault(b, YB_E_BAD_VALUE, on, "on", "expected payment or cost");
		ceiling.on_cost = ybi_node_is(on, "cost");
		if (!per && !pool)
			ybi_fault(b, YB_E_MISSING_KEY, map, "per", "a ceiling says `per:`");
		if (per)
			(void)read_period(b, per, &period);
		ceiling.used = total_of(b, layer->id, ceiling.on_cost ? "base" : "paid", period);
		if (pool) {
			const struct ybi_named *found = find_pool(b, pool, &ceiling.pool);
			if (!found)
				continue;
			if ((per && found->expr != (uint32_t)period) || found->building != ceiling.on_cost)
				ybi_fault(b, YB_E_RULE, pool, "pool", "pool \"%s\" is declared on another measure or period", found->name);
			ceiling.used = ybi_total_fact(b, ybi_format(b, "pool.%s", found->name));
		}
		ceiling.when = ybi_parse_clause_when(b, scope, map, &bad);
		ceiling.amount = ybi_clause_slot(b, scope, ybi_format(b, "%s/ceilings/%s", path, ceiling.id), map, amount, YBI_MONEY, false, true, &ceiling.clause);
		if (!bad && ceiling.amount != YBI_NO_EXPR && YBI_PUSH(b, ceilings, ceiling))
			layer->ceiling_count++;
	}
}

static uint32_t
layer_number(struct ybi_builder *b, const char *id)
{
	for (uint32_t i = 0; i < b->book->layer_names_count; i++)
		if (!strcmp(b->book->layer_names[i], id))
			return i;
	return YBI_PUSH(b, layer_names, id) ? (uint32_t)b->book->layer_names_count - 1 : UINT32_MAX;
}

static void
build_layer(struct ybi_builder *b, struct ybi_scope *scope, const char *path, const struct ybi_node *map, uint32_t *seen)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "pays", "base", "deductible", "ratio", "bands", "modify",
		                            "ceilings", "round" };
	static const char *const funds[] = { "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay" };
	const char *id = ybi_read_id(b, map, "layer", false);
	const struct ybi_node *pays = ybi_node_get(map, "pays"), *base = ybi_node_get(map, "base"), *n;
	struct ybi_layer layer = { .id = id, .when = YBI_NO_EXPR, .deductible = YBI_NO_EXPR, .charged = YBI_NO_FACT, .sum_cap = YBI_NO_EXPR,
		                   .sum_charged = YBI_NO_FACT, .start = YBI_NO_FACT, .borders = YBI_NO_EXPR, .ratio = YBI_NO_EXPR,
		                   .step = b->book->round_step, .mode = b->book->round_mode };
	bool bad;

	if (!id)
		return;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	path = ybi_format(b, "%s/%s", path, id);
	layer.number = layer_number(b, id);
	if (!path || layer.number == UINT32_MAX)
		return;
	for (uint32_t i = 0; i < scope->layers; i++)
		if (seen[i] == layer.number) {
			ybi_fault(b, YB_E_DUPLICATE, map, id, "two layers \"%s\" in one benefit", id);
			return;
		}
	if (b->book->year_by_split && (!strcmp(id, "part1") || !strcmp(id, "part2")))
		ybi_fault(b, YB_E_BAD_VALUE, map, id, "\"%s\" is the name of a part of a stay that is split at the year's end", id);
	if (ybi_book_fact(b->book, id, strlen(id)) != YBI_NO_FACT)
		ybi_fault(b, YB_E_DUPLICATE, map, id, "layer \"%s\" has the name of a fact", id);
	ybi_read_label(b, map, &layer.label_zh, &layer.label_en);
	if (!pays)
		ybi_fault(b, YB_E_MISSING_KEY, map, "pays", "layer \"%s\" does not say which fund pays", id);
	for (size_t i = 0; pays && i < ARRAY_SIZE(funds); i++)
		if (ybi_node_is(pays, funds[i]))
			(void)yb_field_from_name(funds[i], strlen(funds[i]), &layer.pays);
	if (pays && !layer.pays)
		ybi_fault(b, YB_E_UNKNOWN_NAME, pays, "pays", "expected hifp_pay, cvlserv_pay, hifes_pay, hifmi_pay, hifob_pay, maf_pay or oth_pay");
	scope->path = path;
	layer.when = ybi_parse_clause_when(b, scope, map, &bad);
	if (base) {
		layer.base = ybi_clause_slot(b, scope, path, map, base, YBI_MONEY, false, false, &layer.clause);
	} else {
		struct ybi_expr e = { .op = YBI_OP_CLAUSE, .type = YBI_MONEY, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
		layer.clause = ybi_add_clause(b, path, map, true);
		if (layer.clause == YBI_NO_CLAUSE)
			return;
		e.x = layer.clause;
		e.a = ybi_add_fact(b, YBI_FACT_SCOPE, map);
		layer.base = ybi_add_expr(b, e, map);
	}
	n = ybi_node_get(map, "deductible");
	if (n)
		build_deductible(b, scope, path, n, &layer);
	build_bands(b, scope, path, map, &layer);
	layer.first_modify = (uint32_t)b->book->modifies_count;
	build_modify(b, scope, path, ybi_node_get(map, "modify"), &layer);
	layer.first_ceiling = (uint32_t)b->book->ceilings_count;
	build_ceilings(b, scope, path, ybi_node_get(map, "ceilings"), &layer);
	n = ybi_node_get(map, "round");
	if (n)
		(void)ybi_parse_round(b, n, &layer.step, &layer.mode);
	if (b->status == YB_OK || layer.base != YBI_NO_EXPR) /* later layers may name this one even when it has faults */
		seen[scope->layers++] = layer.number;
	if (!bad && layer.base != YBI_NO_EXPR && layer.ratio != YBI_NO_EXPR)
		(void)YBI_PUSH(b, layers, layer);
}

/* ---- benefits ---- */

/* The catalogues of a split, and a clause for each of the sources that their rows rest on. */
static void
build_catalogues(struct ybi_builder *b, const struct ybi_node *split, struct ybi_benefit *benefit)
{
	static const char *const words[] = { "unsupported", "own", "line" };
	const struct ybi_node *list = ybi_node_get(split, "catalogues"), *price = ybi_node_get(split, "price"), *unlisted = ybi_node_get(split, "unlisted");

	benefit->first_catalogue = (uint32_t)b->book->catalogues_count;
	if (list && (list->kind != YBI_SEQ || list->count == 0 || list->count > YBI_CATALOGUES)) {
		ybi_fault(b, YB_E_SYNTAX, list, "catalogues", "`catalogues:` is a list of 1 to %d ids of documents, the nearest first", YBI_CATALOGUES);
		return;
	}
	if (!list && (price || unlisted))
		ybi_fault(b, YB_E_MISSING_KEY, price ? price : unlisted, "catalogues", "`%s:` is said of catalogues; `catalogues:` names them", price ? "price" : "unlisted");
	benefit->lowest = price && ybi_node_is(price, "lowest");
	if (price && !benefit->lowest && !ybi_node_is(price, "nearest"))
		ybi_fault(b, YB_E_BAD_VALUE, price, "price", "expected nearest or lowest");
	while (unlisted && benefit->unlisted < ARRAY_SIZE(words) && !ybi_node_is(unlisted, words[benefit->unlisted]))
		benefit->unlisted++;
	if (benefit->unlisted == ARRAY_SIZE(words))
		ybi_fault(b, YB_E_BAD_VALUE, unlisted, "unlisted", "expected own, line or unsupported");
	for (uint32_t i = 0; list && i < list->count; i++) {
		struct ybi_catalogue_use use = { .catalogue = ybi_find_catalogue(b, list->items[i]), .first_clause = (uint32_t)b->book->clauses_count };
		for (uint32_t k = 0; k < i && use.catalogue; k++)
			if (ybi_node_is(list->items[k], use.catalogue->id)) {
				ybi_fault(b, YB_E_DUPLICATE, list->items[i], "catalogues", "catalogue \"%s\" twice", use.catalogue->id);
				return;
			}
		for (uint32_t k = 0; use.catalogue && k < use.catalogue->group_count; k++) {
			const struct ybi_item_group *group = &use.catalogue->groups[k];
			uint32_t clause = ybi_add_clause(b, ybi_format(b, "catalogue/%s", group->document), group->node, true);
			if (clause == YBI_NO_CLAUSE)
				return;
			b->book->clauses[clause].hole = !ybi_known(b, group->node); /* not published yet: its rows give no figure */
		}
		if (!use.catalogue || !YBI_PUSH(b, catalogues, use))
			return;
		benefit->catalogue_count++;
	}
}

static void
build_split(struct ybi_builder *b, const char *path, const struct ybi_node *split, struct ybi_benefit *benefit)
{
	static const char *const keys[] = { "prior", "limits", "catalogues", "price", "unlisted" };
	static const char *const limit_keys[] = { "id", "when", "from", "to", "through", "amount" };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR, .path = path, .partial = true };
	const struct ybi_node *prior, *limits;
	uint32_t clause;

	benefit->prior = YBI_NO_EXPR;
	benefit->first_limit = (uint32_t)b->book->limits_count;
	if (!split)
		return;
	if (split->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, split, "split", "`split:` is a mapping with prior, limits and catalogues");
		return;
	}
	ybi_check_keys(b, split, keys, ARRAY_SIZE(keys));
	build_catalogues(b, split, benefit);
	prior = ybi_node_get(split, "prior");
	limits = ybi_node_get(split, "limits");
	if (prior)
		benefit->prior = ybi_clause_slot(b, &scope, ybi_format(b, "%s/split/prior", path), split, prior, YBI_RATE, false, false, &clause);
	if (limits && (limits->kind != YBI_SEQ || limits->count > YBI_CHOICES)) {
		ybi_fault(b, limits->kind != YBI_SEQ ? YB_E_SYNTAX : YB_E_LIMIT, limits, "limits", "`limits:` is a list of at most %d", YBI_CHOICES);
		return;
	}
	for (uint32_t i = 0; limits && i < limits->count; i++) {
		const struct ybi_node *map = limits->items[i], *amount = ybi_node_get(map, "amount");
		struct ybi_limit limit = { .id = ybi_read_id(b, map, "limit", true) };
		bool bad;
		if (!limit.id || !ybi_check_unique(b, limits, i, "limit"))
			continue;
		ybi_check_keys(b, map, limit_keys, ARRAY_SIZE(limit_keys));
		if (!amount) {
			ybi_fault(b, YB_E_MISSING_KEY, map, "amount", "a limit has an amount");
			continue;
		}
		limit.when = ybi_parse_clause_when(b, &scope, map, &bad);
		limit.amount = ybi_clause_slot(b, &scope, ybi_format(b, "%s/split/%s", path, limit.id), map, amount, YBI_MONEY, false, true, &limit.clause);
		if (!bad && limit.amount != YBI_NO_EXPR && YBI_PUSH(b, limits, limit))
			benefit->limit_count++;
	}
}

static uint32_t
read_account(struct ybi_builder *b, const struct ybi_node *account)
{
	static const char *const keys[] = { "pays", "after" };
	static const struct { const char *word; uint32_t bit; } words[] = {
		{ "scope", YBI_ACCOUNT_SCOPE }, { "prior", YBI_ACCOUNT_PRIOR }, { "own", YBI_ACCOUNT_OWN } };
	const struct ybi_node *pays = ybi_node_get(account, "pays"), *after = ybi_node_get(account, "after");
	uint32_t bits = 0;

	if (!account)
		return YBI_ACCOUNT_SCOPE | YBI_ACCOUNT_PRIOR | YBI_ACCOUNT_OWN;
	if (account->kind != YBI_MAP || !pays || pays->kind != YBI_SEQ) {
		ybi_fault(b, YB_E_MISSING_KEY, account, "account", "`account:` has a list `pays:` of scope, prior and own");
		return 0;
	}
	ybi_check_keys(b, account, keys, ARRAY_SIZE(keys));
	if (after && !ybi_node_is(after, "layers"))
		ybi_fault(b, YB_E_BAD_VALUE, after, "after", "the account pays after the layers");
	for (uint32_t i = 0; i < pays->count; i++) {
		bool known = false;
		for (size_t k = 0; k < ARRAY_SIZE(words); k++)
			if (ybi_node_is(pays->items[i], words[k].word)) {
				bits |= words[k].bit;
				known = true;
			}
		if (!known)
			ybi_fault(b, YB_E_UNKNOWN_NAME, pays->items[i], "pays", "expected scope, prior or own");
	}
	return bits;
}

static void
build_benefit(struct ybi_builder *b, const struct ybi_node *section, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "over", "layers", "split", "account", "replaces" };
	struct ybi_benefit benefit = { .id = ybi_read_id(b, map, "benefit", true), .choice = { .when = YBI_NO_EXPR }, .step = b->book->round_step,
		                       .mode = b->book->round_mode };
	const struct ybi_node *layers = ybi_node_get(map, "layers"), *split, *account;
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	uint32_t seen[YBI_LAYERS];
	const char *path;
	bool bad;

	if (!benefit.id)
		return;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	for (uint32_t i = 0; i < b->book->benefits_count; i++)
		if (!strcmp(b->book->benefits[i].id, benefit.id)) {
			ybi_fault(b, YB_E_DUPLICATE, map, benefit.id, "two benefits \"%s\"", benefit.id);
			return;
		}
	b->unsourced = false;
	ybi_read_label(b, map, &benefit.label_zh, &benefit.label_en);
	path = scope.path = ybi_format(b, "reimburse/%s", benefit.id);
	benefit.clause = ybi_add_clause(b, path, map, true);
	benefit.choice.when = ybi_parse_clause_when(b, &scope, map, &bad);
	split = ybi_node_get(map, "split");
	build_split(b, path, split ? split : ybi_node_get(section, "split"), &benefit);
	account = ybi_node_get(map, "account");
	benefit.account = read_account(b, account ? account : ybi_node_get(section, "account"));
	benefit.first_layer = (uint32_t)b->book->layers_count;
	if (!layers || layers->kind != YBI_SEQ || layers->count == 0 || layers->count > YBI_LAYERS) {
		ybi_fault(b, YB_E_MISSING_KEY, map, "layers", "a benefit has a list of 1 to %d layers", YBI_LAYERS);
		return;
	}
	scope.layer_list = seen;
	for (uint32_t i = 0; i < layers->count; i++) { /* names first: a layer that is named too early is told apart from one that is not there */
		const struct ybi_node *id = ybi_node_get(layers->items[i], "id");
		if (id && id->kind == YBI_SCALAR)
			(void)layer_number(b, id->text);
	}
	for (uint32_t i = 0; i < layers->count; i++) {
		if (layers->items[i]->kind == YBI_MAP)
			build_layer(b, &scope, path, layers->items[i], seen);
		else
			ybi_fault(b, YB_E_SYNTAX, layers->items[i], "layers", "a layer is a mapping");
	}
	benefit.layer_count = (uint32_t)b->book->layers_count - benefit.first_layer;
	if (!bad && path)
		(void)YBI_PUSH(b, benefits, benefit);
}

static void
read_year(struct ybi_builder *b, const struct ybi_node *section)
{
	const struct ybi_node *year_by = ybi_node_get(section, "year_by"), *again = ybi_node_get(section, "split_deductible");

	b->book->year_by_begin = year_by && ybi_node_is(year_by, "begndate");
	b->book->year_by_split = year_by && ybi_node_is(year_by, "split");
	b->book->split_again = again && ybi_node_is(again, "again");
	if (year_by && !b->book->year_by_begin && !b->book->year_by_split && !ybi_node_is(year_by, "enddate"))
		ybi_fault(b, YB_E_BAD_VALUE, year_by, "year_by", "expected enddate, begndate or split");
	if (again && !b->book->split_again && !ybi_node_is(again, "once"))
		ybi_fault(b, YB_E_BAD_VALUE, again, "split_deductible", "expected once or again");
	else if (again && !b->book->year_by_split)
		ybi_fault(b, YB_E_RULE, again, "split_deductible", "`split_deductible:` is for `year_by: split`");
}

void
ybi_build_reimburse(struct ybi_builder *b)
{
	static const char *const keys[] = { "pools", "split", "account", "benefits", "year_by", "split_deductible", "drop", "refuse", "from", "to", "through" };
	const struct ybi_node *section = b->reimburse, *benefits;

	if (!ybi_section_begin(b, section, YBI_ASK_REIMBURSE, "reimburse", keys, ARRAY_SIZE(keys)))
		return;
	read_year(b, section);
	build_pools(b, ybi_node_get(section, "pools"));
	benefits = ybi_node_get(section, "benefits");
	if (!benefits)
		return;
	if (benefits->kind != YBI_SEQ || benefits->count > YBI_CHOICES) {
		ybi_fault(b, YB_E_SYNTAX, benefits, "benefits", "`benefits:` is a list of at most %d", YBI_CHOICES);
		return;
	}
	for (uint32_t i = 0; i < benefits->count; i++)
		build_benefit(b, section, benefits->items[i]);
	if (b->book->benefits_count == benefits->count && benefits->count) /* else some had faults */
		b->book->benefits_exclusive = ybi_check_choices(b, &b->book->benefits[0].choice, sizeof(b->book->benefits[0]), benefits, "benefit", "claim");
}
