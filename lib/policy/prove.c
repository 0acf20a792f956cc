/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/*
 * Checks that are proven when a document is read. What their figures hang on
 * is cut, as the tables are, into pieces on which nothing changes; the exact
 * evaluator is asked for one value of each piece, in every combination.
 */

#define LEAVES 12
#define MOST 200000 /* combinations */
#define FULL 200    /* a number that is reckoned with is tried value by value up to so many */
#define SET_CELLS 6

struct leaf {
	uint32_t fact;
	bool full;        /* its value itself is used, not only held against cells and constants */
	bool follows;     /* from another leaf: retired from psn_type, year from on */
	int64_t *points;
	size_t count, room, at;
};

struct prover {
	struct ybi_builder *b;
	const struct ybi_book *book;
	const struct ybi_check *check;
	struct leaf leaves[LEAVES];
	uint32_t count;
	uint8_t *seen;    /* by expression: 1 with its value used, 2 only compared */
	uint32_t first, end; /* no others are seen */
	const char *open; /* the name of what keeps it from being proven */
	bool along_met;   /* the figures hang on the fact along which they are followed */
	struct ybi_fact *facts;
	struct ybi_memo *memo;
	struct ybi_eval eval;
};

/* ---- what it hangs on ---- */

static bool walk(struct prover *p, uint32_t expr, bool compared);

static bool
walk_value(void *user, uint32_t child)
{
	return walk(user, child, false);
}

static bool
add_leaf(struct prover *p, uint32_t fact, bool full)
{
	const struct ybi_fact_meta *meta = &p->book->facts[fact];

	if (fact == p->check->along) {
		p->along_met = true;
		return true;
	}
	if (meta->from != YBI_NO_EXPR)
		return walk(p, meta->from, !full);
	for (uint32_t i = 0; i < p->count; i++)
		if (p->leaves[i].fact == fact) {
			p->leaves[i].full = p->leaves[i].full || full;
			return true;
		}
	p->open = meta->name;
	if (p->count == LEAVES || meta->series || meta->part == YBI_OF_LINE || meta->part == YBI_OF_SETTLEMENT || meta->part == YBI_OF_TOTAL ||
	    meta->part == YBI_OF_KIND)
		return false;
	p->leaves[p->count++] = (struct leaf){ .fact = fact, .full = full };
	p->open = NULL;
	return true;
}

static bool
is_fact(const struct ybi_book *book, uint32_t expr)
{
	return book->exprs[expr].op == YBI_OP_FACT;
}

static bool
walk_table(struct prover *p, const struct ybi_table *t)
{
	const uint32_t *args = p->book->args;

	for (uint32_t i = 0; i < t->by_count; i++)
		if (!walk(p, args[t->by + i], is_fact(p->book, args[t->by + i])))
			return false;
	for (uint32_t i = 0; i < t->rows; i++)
		if (!walk(p, args[t->values + i], false))
			return false;
	return t->otherwise == YBI_NO_EXPR || walk(p, t->otherwise, false);
}

static bool
walk(struct prover *p, uint32_t expr, bool compared)
{
	const struct ybi_book *book = p->book;
	const struct ybi_expr *e = &book->exprs[expr];
	uint8_t mark = compared ? 2 : 1;

	if (p->seen[expr] & (mark | 1))
		return true;
	p->seen[expr] |= mark;
	p->first = expr < p->first ? expr : p->first;
	p->end = expr < p->end ? p->end : expr + 1;
	switch (e->op) {
	case YBI_OP_FACT:
		return add_leaf(p, e->x, !compared);
	case YBI_OP_RESULT: case YBI_OP_ANSWER:
		p->open = "a result";
		return false;
	case YBI_OP_IN:
		return walk(p, e->a, is_fact(book, e->a));
	case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE: {
		bool plain = book->exprs[e->a].op == YBI_OP_CONST || book->exprs[e->b].op == YBI_OP_CONST;
		return walk(p, e->a, plain && is_fact(book, e->a)) && walk(p, e->b, plain && is_fact(book, e->b));
	}
	case YBI_OP_TABLE:
		return walk_table(p, &book->tables[e->x]);
	case YBI_OP_DATED:
		return add_leaf(p, YBI_FACT_ON, false) && ybi_each_child(book, expr, walk_value, p);
	default:
		return ybi_each_child(book, expr, walk_value, p);
	}
}

static bool
walk_check(struct prover *p)
{
	const struct ybi_check *check = p->check;
	const struct ybi_book *book = p->book;
	uint32_t more[] = { check->when, check->expr, check->layer == UINT32_MAX ? YBI_NO_EXPR : book->benefits[check->benefit].choice.when,
		            check->layer == UINT32_MAX ? YBI_NO_EXPR : book->layers[check->layer].when };

	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		if (more[i] != YBI_NO_EXPR && !walk(p, more[i], false))
			return false;
	for (uint32_t i = 0; i < check->count; i++)
		if (!walk(p, book->args[check->first + i], false))
			return false;
	if (check->ratios) {
		const struct ybi_layer *layer = &book->layers[check->layer];
		if (!walk(p, layer->ratio, false) || (layer->borders != YBI_NO_EXPR && !walk(p, layer->borders, false)))
			return false;
		for (uint32_t i = 0; i < layer->modify_count; i++) {
			const struct ybi_modify *modify = &book->modifies[layer->first_modify + i];
			if ((modify->when != YBI_NO_EXPR && !walk(p, modify->when, false)) || !walk(p, modify->value, false))
				return false;
		}
	}
	return true;
}

/* ---- the points of a leaf ---- */

static bool
add_point(struct prover *p, struct leaf *leaf, int64_t point)
{
	for (size_t i = 0; i < leaf->count; i++)
		if (leaf->points[i] == point)
			return true;
	if (!ybi_push_room(p->b, (void *)&leaf->points, leaf->count, &leaf->room, sizeof(*leaf->points)))
		return false;
	leaf->points[leaf->count++] = point;
	return true;
}

static bool
add_number(struct prover *p, struct leaf *leaf, int64_t point)
{
	const struct ybi_fact_meta *meta = &p->book->facts[leaf->fact];
	int64_t low = meta->bounded ? meta->low : -YB_FEN_LIMIT, high = meta->bounded ? meta->high : YB_FEN_LIMIT;

	if (leaf->fact == YBI_FACT_ON) { /* the days on which the document answers */
		low = p->book->from > low ? p->book->from : low;
		high = p->book->to - 1 < high ? p->book->to - 1 : high;
	}
	return point < low || point > high || add_point(p, leaf, point);
}

static bool
cell_points(struct prover *p, struct leaf *leaf, const struct ybi_cell *cell)
{
	const struct ybi_book *book = p->book;

	if (cell->any)
		return true;
	if (cell->type == YBI_SET)
		return add_point(p, leaf, (int64_t)cell->mask);
	if (cell->type == YBI_FLAG)
		return true;
	for (uint32_t i = 0; i < cell->count; i++) {
		const struct ybi_interval *interval;
		if (cell->type == YBI_TEXT) {
			const char *name = book->atom_names[book->atoms[cell->first + i]];
			if (!book->facts[leaf->fact].closed && name[0] && name[strlen(name) - 1] != '*' && !add_point(p, leaf, book->atoms[cell->first + i]))
				return false;
			continue;
		}
		interval = &book->intervals[cell->first + i];
		if (cell->den != book->facts[leaf->fact].den) {
			p->open = book->facts[leaf->fact].name;
			return false;
		}
		if ((interval->low != INT64_MIN && !add_number(p, leaf, interval->low + interval->low_open)) ||
		    (interval->high != INT64_MAX && !add_number(p, leaf, interval->high + !interval->high_open)))
			return false;
	}
	return true;
}

/* A comparison with a constant cuts at it, and just above. */
static bool
constant_points(struct prover *p, struct leaf *leaf, const struct ybi_expr *e)
{
	const struct ybi_expr *a = &p->book->exprs[e->a], *c = &p->book->exprs[e->b], *constant;
	struct ybi_fraction q;
	int64_t value;

	if (a->op == YBI_OP_FACT && a->x == leaf->fact && c->op == YBI_OP_CONST)
		constant = c;
	else if (c->op == YBI_OP_FACT && c->x == leaf->fact && a->op == YBI_OP_CONST)
		constant = a;
	else
		return true;
	if (ybi_fraction_mul(p->book->constants[constant->x], ybi_fraction_from(p->book->facts[leaf->fact].den), &q) != YB_OK ||
	    ybi_fraction_floor(q, &q) != YB_OK || ybi_fraction_to_i64(q, &value) != YB_OK)
		return true; /* out of its range: it cuts nothing */
	if (p->book->facts[leaf->fact].type == YBI_TEXT)
		return add_point(p, leaf, value);
	return add_number(p, leaf, value) && add_number(p, leaf, value + 1);
}

/* What the expressions that were walked hold a leaf against. */
static bool
compared_points(struct prover *p, struct leaf *leaf)
{
	const struct ybi_book *book = p->book;

	for (uint32_t i = p->first; i < p->end; i++) {
		const struct ybi_expr *e = &book->exprs[i];
		bool ok = true;
		if (!p->seen[i])
			continue;
		if (e->op == YBI_OP_IN && is_fact(book, e->a) && book->exprs[e->a].x == leaf->fact)
			ok = cell_points(p, leaf, &book->cells[e->x]);
		else if (e->op >= YBI_OP_LT && e->op <= YBI_OP_NE)
			ok = constant_points(p, leaf, e);
		else if (e->op == YBI_OP_TABLE) {
			const struct ybi_table *t = &book->tables[e->x];
			for (uint32_t k = 0; k < t->by_count; k++)
				for (uint32_t r = 0; r < t->rows && ok && is_fact(book, book->args[t->by + k]) && book->exprs[book->args[t->by + k]].x == leaf->fact; r++)
					ok = cell_points(p, leaf, &book->cells[book->row_cells[t->cells + r * t->by_count + k]]);
		} else if (e->op == YBI_OP_DATED && leaf->fact == YBI_FACT_ON)
			for (uint32_t k = 0; k < book->dated[e->x].count && ok; k++) {
				const struct ybi_dated_entry *entry = &book->dated_entries[book->dated[e->x].first + k];
				ok = add_number(p, leaf, entry->from) && add_number(p, leaf, entry->to);
			}
		if (!ok)
			return false;
	}
	return true;
}

/* A value for each way in which a set can meet the cells: the members of those it meets that are in no other. */
static bool
set_points(struct prover *p, struct leaf *leaf)
{
	int64_t masks[SET_CELLS];
	size_t n = leaf->count;

	if (n > SET_CELLS) {
		p->open = p->book->facts[leaf->fact].name;
		return false;
	}
	if (n)
		memcpy(masks, leaf->points, n * sizeof(*masks));
	leaf->count = 0;
	for (uint32_t way = 0; way < 1u << n; way++) {
		int64_t out = 0, value = 0;
		bool can = true;
		for (size_t k = 0; k < n; k++)
			out |= way >> k & 1 ? 0 : masks[k];
		for (size_t k = 0; k < n; k++)
			if (way >> k & 1) {
				can = can && (masks[k] & ~out);
				value |= masks[k] & ~out & -(masks[k] & ~out); /* one of them is enough */
			}
		if (can && !add_point(p, leaf, value))
			return false;
	}
	return true;
}

static bool
leaf_points(struct prover *p, struct leaf *leaf)
{
	const struct ybi_fact_meta *meta = &p->book->facts[leaf->fact];
	bool number = meta->type != YBI_TEXT && meta->type != YBI_SET && meta->type != YBI_FLAG;

	if (leaf->full && (meta->type == YBI_SET || (meta->type == YBI_TEXT && !meta->domain_count) ||
	                   (number && (!meta->bounded || meta->high - meta->low > FULL)))) {
		p->open = meta->name;
		return false;
	}
	if (leaf->full && number) {
		for (int64_t v = meta->low; v <= meta->high; v++)
			if (!add_point(p, leaf, v))
				return false;
		return true;
	}
	for (uint32_t i = 0; meta->type == YBI_TEXT && i < meta->domain_count; i++)
		if (!add_point(p, leaf, p->book->domains[meta->domain + i]))
			return false;
	if (meta->type == YBI_TEXT && !meta->domain_count && !add_point(p, leaf, 0))
		return false;
	if (meta->type == YBI_FLAG)
		return add_point(p, leaf, 0) && add_point(p, leaf, 1);
	if (number && !add_number(p, leaf, leaf->fact == YBI_FACT_ON ? p->book->from : meta->bounded ? meta->low : -YB_FEN_LIMIT))
		return false;
	return compared_points(p, leaf) && (meta->type != YBI_SET || set_points(p, leaf));
}

/* ---- one combination after the other ---- */

static struct leaf *
leaf_of(struct prover *p, uint32_t fact)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->leaves[i].fact == fact)
			return &p->leaves[i];
	return NULL;
}

static void
put(struct prover *p, uint32_t fact, int64_t value)
{
	p->facts[fact] = (struct ybi_fact){ .value = value, .state = YBI_KNOWN, .given = 1 };
}

static void
forget(struct prover *p, uint32_t fact)
{
	p->facts[fact] = (struct ybi_fact){ .state = YBI_UNKNOWN };
}

/* The medical year of a day. */
static int64_t
year_of(const struct ybi_book *book, yb_day on)
{
	int32_t year, month, day;

	(void)yb_day_to_ymd(on, &year, &month, &day);
	return year - (month < book->medical_month || (month == book->medical_month && day < book->medical_day));
}

/* What follows from other facts, once these are put. */
static void
put_followers(struct prover *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		if (!p->leaves[i].follows)
			continue;
		if (p->leaves[i].fact == YBI_FACT_RETIRED) {
			const char *type = p->book->atom_names[p->facts[p->book->field_fact[YB_FIELD_PSN_TYPE]].value];
			put(p, YBI_FACT_RETIRED, !strncmp(type, "12", 2) || !strncmp(type, "13", 2));
		} else {
			put(p, YBI_FACT_YEAR, year_of(p->book, (yb_day)p->facts[YBI_FACT_ON].value));
		}
	}
}

static void
put_leaves(struct prover *p)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (!p->leaves[i].follows)
			put(p, p->leaves[i].fact, p->leaves[i].points[p->leaves[i].at]);
	if (p->check->along == YBI_NO_FACT)
		put_followers(p);
}

static bool
next_combination(struct prover *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		if (p->leaves[i].follows)
			continue;
		if (++p->leaves[i].at < p->leaves[i].count)
			return true;
		p->leaves[i].at = 0;
	}
	return false;
}

static void
put_figures(struct ybi_text *out, const struct ybi_figures *figures, enum ybi_type type)
{
	for (uint32_t i = 0; i < figures->count; i++) {
		struct ybi_fraction q = figures->q[i];
		ybi_text_puts(out, i ? ", " : "");
		if (type == YBI_MONEY)
			(void)ybi_fraction_div(q, ybi_fraction_from(100), &q);
		if (type == YBI_RATE && ybi_fraction_mul(q, ybi_fraction_from(100), &q) != YB_OK)
			type = YBI_NUMBER;
		ybi_fraction_print(q, out);
		ybi_text_puts(out, type == YBI_RATE ? "%" : "");
	}
}

static enum ybi_type
figure_type(const struct prover *p)
{
	return p->check->ratios ? YBI_RATE : p->check->count ? (enum ybi_type)p->book->exprs[p->book->args[p->check->first]].type : YBI_NUMBER;
}

/* The check, for whom it fails, and with what figures. */
static void
tell(struct prover *p, const struct ybi_text *figures)
{
	const struct ybi_book *book = p->book;
	const struct ybi_check *check = p->check;
	struct ybi_text who = { 0 };
	bool elsewhere = strcmp(check->node->file, book->document->name) != 0;

	for (uint32_t i = 0; i < p->count; i++) {
		uint32_t fact = p->leaves[i].fact;
		if (!p->leaves[i].follows || check->along == YBI_NO_FACT) /* else it has another value at each step */
			ybi_put_point(&who, book, book->facts[fact].name, (enum ybi_type)book->facts[fact].type, fact, p->facts[fact].value);
	}
	ybi_finding_of(p->b, (yb_severity)check->severity, check->node, check->id, "check \"%s\" fails%s%s%s%s%s%s: %s", check->id, elsewhere ? " in " : "",
	               elsewhere ? book->document->id : "", who.length ? " for " : "", who.length && who.data ? who.data : "",
	               figures->length ? ", with " : "", figures->length && figures->data ? figures->data : "", check->en);
	if (who.failed || figures->failed)
		p->b->status = ybi_error_no_memory(p->b->err);
	ybi_text_free(&who);
}

/* Every figure holds against the one at the value before. */
static bool
steps_hold(struct prover *p, const struct ybi_figures *before, const struct ybi_figures *now)
{
	int sign = p->check->kind == YBI_CHECK_RISING ? 1 : -1;

	if (before->count != now->count)
		return false;
	for (uint32_t i = 0; i < now->count; i++)
		if (ybi_fraction_cmp(now->q[i], before->q[i]) * sign < 0)
			return false;
	return true;
}

/* "85%, 90% at L3" */
static void
put_step(struct prover *p, struct ybi_text *out, const struct ybi_figures *figures, int64_t value)
{
	struct ybi_text at = { 0 };

	put_figures(out, figures, figure_type(p));
	ybi_put_point(&at, p->book, " at", (enum ybi_type)p->book->facts[p->check->along].type, p->check->along, value);
	ybi_text_puts(out, at.data ? at.data : "");
	out->failed = out->failed || at.failed;
	ybi_text_free(&at);
}

static bool
holds_along(struct prover *p, struct ybi_text *text)
{
	const struct ybi_check *check = p->check;
	const struct ybi_fact_meta *meta = &p->book->facts[check->along];
	struct ybi_figures before = { .count = 0 }, now;
	int64_t last = 0;
	bool any = false;

	for (uint32_t i = 0; i < check->along_count; i++) {
		struct ybi_fraction q = p->book->constants[p->book->exprs[p->book->args[check->first_along + i]].x];
		int64_t value;
		if (ybi_fraction_mul(q, ybi_fraction_from(meta->den), &q) != YB_OK || ybi_fraction_to_i64(q, &value) != YB_OK)
			continue;
		put(p, check->along, value);
		put_followers(p);
		p->eval.stamp++;
		if (ybi_check_figures(&p->eval, &p->book->schedule, check, &now) != YBI_KNOWN)
			continue; /* it does not apply here */
		if (any && !steps_hold(p, &before, &now)) {
			put_step(p, text, &before, last);
			ybi_text_puts(text, " and ");
			put_step(p, text, &now, value);
			return false;
		}
		before = now;
		last = value;
		any = true;
	}
	return true;
}

static bool
holds_here(struct prover *p, struct ybi_text *text)
{
	struct ybi_figures figures;
	bool holds = true;

	if (p->check->along != YBI_NO_FACT)
		return holds_along(p, text);
	p->eval.stamp++;
	if (ybi_check_holds(&p->eval, &p->book->schedule, p->check, &figures, &holds) != YBI_KNOWN || holds)
		return true;
	put_figures(text, &figures, figure_type(p));
	return false;
}

static void
try_all(struct prover *p)
{
	do {
		struct ybi_text text = { 0 };
		bool holds;
		put_leaves(p);
		holds = holds_here(p, &text);
		if (!holds)
			tell(p, &text);
		ybi_text_free(&text);
		if (!holds)
			return;
	} while (next_combination(p));
}

static void
link_leaves(struct prover *p)
{
	struct leaf *retired = leaf_of(p, YBI_FACT_RETIRED), *year = leaf_of(p, YBI_FACT_YEAR);
	uint32_t type = p->book->field_fact[YB_FIELD_PSN_TYPE], along = p->check->along;

	if (retired)
		retired->follows = along == type || leaf_of(p, type);
	if (year)
		year->follows = along == YBI_FACT_ON || leaf_of(p, YBI_FACT_ON);
	p->along_met = p->along_met || (retired && along == type) || (year && along == YBI_FACT_ON);
}

static void
prove(struct prover *p)
{
	uint64_t all = 1;
	bool ok = walk_check(p);

	link_leaves(p);
	for (uint32_t i = 0; i < p->count && ok; i++)
		ok = p->leaves[i].follows || leaf_points(p, &p->leaves[i]);
	for (uint32_t i = 0; i < p->count && ok && all <= MOST; i++)
		all *= p->leaves[i].follows ? 1 : p->leaves[i].count;
	if (p->b->status == YB_E_NO_MEMORY)
		return;
	if (!ok)
		ybi_fault(p->b, YB_E_RULE, p->check->node, p->check->id,
		          "check \"%s\" cannot be proven when it is read: it hangs on %s, which is not told by cases; say `asks:`, the questions it is asked with",
		          p->check->id, p->open ? p->open : "too much");
	else if (all > MOST)
		ybi_warn(p->b, p->check->node, p->check->id, "check \"%s\" has more cases than can be tried", p->check->id);
	else if (all > 0)
		try_all(p);
	if (ok && p->check->along != YBI_NO_FACT && !p->along_met)
		ybi_warn(p->b, p->check->node, p->check->id, "check \"%s\" says nothing: its figures do not hang on %s", p->check->id,
		         p->book->facts[p->check->along].name);
}

void
ybi_prove_checks(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;
	struct prover p = { .b = b, .book = book };

	if (!book->checks_count)
		return;
	p.seen = ybi_calloc(book->exprs_count, 1);
	p.facts = ybi_calloc(book->facts_count, sizeof(*p.facts));
	p.memo = ybi_calloc((size_t)book->memo_count + 1, sizeof(*p.memo));
	if (!p.seen || !p.facts || !p.memo)
		b->status = ybi_error_no_memory(b->err);
	for (uint32_t k = 0; k < book->facts_count && p.facts; k++)
		forget(&p, k);
	p.eval = (struct ybi_eval){ .graph = &book->graph, .facts = p.facts, .memo = p.memo, .least_confidence = YB_CONFIDENCE_CASE };
	for (size_t i = 0; i < book->checks_count && b->status != YB_E_NO_MEMORY; i++) {
		p.check = &book->checks[i];
		if (p.check->asks)
			continue;
		p.count = 0;
		p.along_met = false;
		p.open = NULL;
		p.first = UINT32_MAX;
		p.end = 0;
		memset(p.seen, 0, book->exprs_count);
		prove(&p);
		if (p.check->along != YBI_NO_FACT)
			forget(&p, p.check->along);
		for (uint32_t k = 0; k < p.count; k++) {
			forget(&p, p.leaves[k].fact);
			free(p.leaves[k].points);
		}
		memset(p.leaves, 0, sizeof(p.leaves));
	}
	free(p.seen);
	free(p.facts);
	free(p.memo);
}
