/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdlib.h>

/* What can be proven about the values of a document at load: none depends on itself, and no amount outgrows the exact range. */

/* ---- what an expression is made of ---- */

bool
ybi_each_child(const struct ybi_book *book, uint32_t expr, bool (*fn)(void *user, uint32_t child), void *user)
{
	const struct ybi_expr *e = &book->exprs[expr];

	switch (e->op) {
	case YBI_OP_CONST: case YBI_OP_NONE: case YBI_OP_RESULT: case YBI_OP_ANSWER: case YBI_OP_GAP:
		return true;
	case YBI_OP_FACT:
		return book->facts[e->x].from == YBI_NO_EXPR || fn(user, book->facts[e->x].from);
	case YBI_OP_LIST: case YBI_OP_MIN: case YBI_OP_MAX: case YBI_OP_AND: case YBI_OP_OR:
		for (uint32_t i = 0; i < e->b; i++)
			if (!fn(user, book->args[e->a + i]))
				return false;
		return true;
	case YBI_OP_TABLE: {
		const struct ybi_table *t = &book->tables[e->x];
		for (uint32_t i = 0; i < t->by_count; i++)
			if (!fn(user, book->args[t->by + i]))
				return false;
		for (uint32_t i = 0; i < t->rows; i++)
			if (!fn(user, book->args[t->values + i]))
				return false;
		return t->otherwise == YBI_NO_EXPR || fn(user, t->otherwise);
	}
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			if (!fn(user, book->dated_entries[book->dated[e->x].first + i].value))
				return false;
		return true;
	case YBI_OP_EXCEPT: {
		const struct ybi_except *x = &book->excepts[e->x];
		for (uint32_t i = 0; i < x->count; i++)
			if (!fn(user, book->exceptions[x->first + i].when) || !fn(user, book->exceptions[x->first + i].value))
				return false;
		return fn(user, x->otherwise);
	}
	case YBI_OP_SERIES:
		for (uint32_t i = 0; i < book->series[e->x].count; i++)
			if (!fn(user, book->series_entries[book->series[e->x].first + i].value))
				return false;
		return fn(user, e->a);
	default:
		return (e->a == YBI_NO_EXPR || fn(user, e->a)) && (e->b == YBI_NO_EXPR || fn(user, e->b)) &&
		       (e->c == YBI_NO_EXPR || fn(user, e->c));
	}
}

/* ---- cycles and depth ---- */

struct walk {
	struct ybi_builder *b;
	uint8_t *colour;  /* 0 new, 1 open, 2 done */
	uint16_t *height; /* of what is done: how deep it stands on others */
	uint32_t depth, highest;
};

#define EXPR_DEPTH 300

static bool
walk_expr(void *user, uint32_t expr)
{
	struct walk *w = user;
	const struct ybi_book *book = w->b->book;
	const struct ybi_expr *e = &book->exprs[expr];
	struct ybi_node node = { 0 };
	uint32_t beside = w->highest;
	bool ok;

	if (w->colour[expr] == 2) {
		w->highest = w->height[expr] > beside ? w->height[expr] : beside;
		return true;
	}
	node.file = book->expr_place[expr].name;
	node.line = book->expr_place[expr].line;
	node.column = book->expr_place[expr].column;
	if (w->colour[expr] == 1) {
		const char *name = e->op == YBI_OP_FACT ? book->facts[e->x].name : "a value";
		ybi_fault(w->b, YB_E_CYCLE, &node, name, "%s depends on itself", name);
		return false;
	}
	w->colour[expr] = 1;
	w->depth++;
	w->highest = 0;
	ok = w->depth <= EXPR_DEPTH && ybi_each_child(book, expr, walk_expr, w);
	w->depth--;
	w->colour[expr] = 2;
	if (w->depth >= EXPR_DEPTH || (ok && w->highest >= EXPR_DEPTH)) {
		ybi_fault(w->b, YB_E_LIMIT, &node, NULL, "a formula, or values that stand on values, more than %d deep", EXPR_DEPTH);
		return false;
	}
	w->height[expr] = (uint16_t)(w->highest + 1);
	w->highest = w->height[expr] > beside ? w->height[expr] : beside;
	return ok;
}

void
ybi_check_cycles(struct ybi_builder *b)
{
	struct walk w = { .b = b, .colour = ybi_calloc(b->book->exprs_count, 1), .height = ybi_calloc(b->book->exprs_count, sizeof(*w.height)) };

	if (!w.colour || !w.height)
		b->status = ybi_error_no_memory(b->err);
	for (uint32_t i = 0; i < b->book->exprs_count && b->status == YB_OK; i++)
		if (!walk_expr(&w, i))
			break;
	free(w.colour);
	free(w.height);
}

/* ---- bounds of amounts ---- */

#define BOUND (INT64_C(1) << 53)

/* [low, high], saturated far above what any amount may be: a bound is only ever asked whether it is small. */
struct range {
	struct ybi_fraction low, high;
	bool known, open; /* open: no bound could be found */
};

struct bounds {
	struct ybi_builder *b;
	struct range *ranges; /* by expression */
	struct range *bases;  /* by layer number: the largest base */
};

static struct range
range_of(struct ybi_fraction low, struct ybi_fraction high)
{
	return (struct range){ low, high, true, false };
}

static struct range
open_range(void)
{
	return (struct range){ ybi_fraction_from(0), ybi_fraction_from(0), true, true };
}

static struct range get_range(struct bounds *s, uint32_t expr);

static struct range
join(struct range a, struct range b)
{
	if (a.open || b.open)
		return open_range();
	if (ybi_fraction_cmp(b.low, a.low) < 0)
		a.low = b.low;
	if (ybi_fraction_cmp(b.high, a.high) > 0)
		a.high = b.high;
	return a;
}

static struct range
corners(uint16_t op, struct range a, struct range b)
{
	struct ybi_fraction ends_a[2] = { a.low, a.high }, ends_b[2] = { b.low, b.high }, v;
	struct range out = open_range();

	if (a.open || b.open)
		return out;
	if (op == YBI_OP_DIV && ybi_fraction_sign(b.low) <= 0 && ybi_fraction_sign(b.high) >= 0)
		return out;
	for (int i = 0; i < 4; i++) {
		yb_status st = op == YBI_OP_ADD ? ybi_fraction_add(ends_a[i & 1], ends_b[i >> 1], &v)
		             : op == YBI_OP_SUB ? ybi_fraction_sub(ends_a[i & 1], ends_b[i >> 1], &v)
		             : op == YBI_OP_MUL ? ybi_fraction_mul(ends_a[i & 1], ends_b[i >> 1], &v)
		                                : ybi_fraction_div(ends_a[i & 1], ends_b[i >> 1], &v);
		if (st != YB_OK)
			return open_range();
		out = out.open ? range_of(v, v) : join(out, range_of(v, v));
	}
	return out;
}

static struct range
extreme_range(struct bounds *s, const struct ybi_expr *e)
{
	struct range out = open_range();
	bool any = false;

	/* min is below every argument that is bounded; max needs them all */
	for (uint32_t i = 0; i < e->b; i++) {
		uint32_t arg = s->b->book->args[e->a + i];
		struct range r = get_range(s, arg);
		if (s->b->book->exprs[arg].op == YBI_OP_NONE)
			continue;
		if (r.open)
			return r;
		if (!any)
			out = r;
		else if (e->op == YBI_OP_MIN) {
			if (ybi_fraction_cmp(r.low, out.low) < 0)
				out.low = r.low;
			if (ybi_fraction_cmp(r.high, out.high) < 0)
				out.high = r.high;
		} else {
			if (ybi_fraction_cmp(r.low, out.low) > 0)
				out.low = r.low;
			if (ybi_fraction_cmp(r.high, out.high) > 0)
				out.high = r.high;
		}
		any = true;
	}
	return out;
}

struct joined {
	struct bounds *s;
	struct range range;
	bool any;
};

static bool
join_child(struct joined *j, uint32_t child)
{
	const struct ybi_expr *e = &j->s->b->book->exprs[child];
	struct range r;

	if (e->op == YBI_OP_NONE || e->op == YBI_OP_GAP)
		return true;
	r = get_range(j->s, child);
	j->range = j->any ? join(j->range, r) : r;
	j->any = true;
	return true;
}

static struct range
choice_range(struct bounds *s, const struct ybi_expr *e)
{
	const struct ybi_book *book = s->b->book;
	struct joined j = { .s = s, .range = range_of(ybi_fraction_from(0), ybi_fraction_from(0)) };

	switch (e->op) {
	case YBI_OP_TABLE: {
		const struct ybi_table *t = &book->tables[e->x];
		for (uint32_t i = 0; i < t->rows; i++)
			join_child(&j, book->args[t->values + i]);
		if (t->otherwise != YBI_NO_EXPR)
			join_child(&j, t->otherwise);
		if (t->hit == YBI_HIT_SUM && j.any)
			j.range = corners(YBI_OP_MUL, j.range, range_of(ybi_fraction_from(0), ybi_fraction_from(t->rows)));
		break;
	}
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			join_child(&j, book->dated_entries[book->dated[e->x].first + i].value);
		break;
	case YBI_OP_EXCEPT:
		for (uint32_t i = 0; i < book->excepts[e->x].count; i++)
			join_child(&j, book->exceptions[book->excepts[e->x].first + i].value);
		join_child(&j, book->excepts[e->x].otherwise);
		break;
	case YBI_OP_LIST:
		for (uint32_t i = 0; i < e->b; i++)
			join_child(&j, book->args[e->a + i]);
		break;
	case YBI_OP_SERIES:
		for (uint32_t i = 0; i < book->series[e->x].count; i++)
			join_child(&j, book->series_entries[book->series[e->x].first + i].value);
		break;
	default: /* YBI_OP_IF */
		join_child(&j, e->b);
		join_child(&j, e->c);
	}
	return j.range;
}

static struct range
fact_range(struct bounds *s, uint32_t fact)
{
	const struct ybi_fact_meta *meta = &s->b->book->facts[fact];
	struct ybi_fraction low, high;

	if (meta->from != YBI_NO_EXPR && meta->type != YBI_TEXT && meta->type != YBI_SET)
		return get_range(s, meta->from);
	if (!meta->bounded)
		return meta->type == YBI_MONEY ? range_of(ybi_fraction_from(0), ybi_fraction_from(YB_FEN_LIMIT))
		     : meta->type == YBI_RATE  ? range_of(ybi_fraction_from(0), ybi_fraction_from(1))
		                               : range_of(ybi_fraction_from(0), ybi_fraction_from(2147483647));
	if (ybi_fraction_make(meta->low, meta->den, &low) != YB_OK || ybi_fraction_make(meta->high, meta->den, &high) != YB_OK)
		return open_range();
	return range_of(low, high);
}

static struct range
unit_range(void)
{
	return range_of(ybi_fraction_from(-1), ybi_fraction_from(1));
}

static struct range
compute_range(struct bounds *s, uint32_t expr)
{
	const struct ybi_book *book = s->b->book;
	const struct ybi_expr *e = &book->exprs[expr];
	struct range r;

	switch (e->op) {
	case YBI_OP_CONST:
		return range_of(book->constants[e->x], book->constants[e->x]);
	case YBI_OP_FACT:
		return fact_range(s, e->x);
	case YBI_OP_RESULT:
		if (e->y >= YBI_RESULT_RATIO1)
			return range_of(ybi_fraction_from(0), ybi_fraction_from(1));
		if (e->y == YBI_RESULT_START || e->y == YBI_RESULT_ROOM || e->y == YBI_RESULT_DUE)
			return range_of(ybi_fraction_from(0), ybi_fraction_from(YB_FEN_LIMIT));
		return s->bases[e->x].known ? s->bases[e->x] : open_range();
	case YBI_OP_ANSWER: /* what is posted is held to this when it is worked out */
		return e->type == YBI_MONEY ? range_of(ybi_fraction_from(-YB_FEN_LIMIT), ybi_fraction_from(YB_FEN_LIMIT)) : range_of(ybi_fraction_from(0), ybi_fraction_from(4000000));
	case YBI_OP_MEMO: case YBI_OP_CLAUSE: case YBI_OP_FLOOR: case YBI_OP_CEIL:
		r = get_range(s, e->a);
		return e->op == YBI_OP_FLOOR || e->op == YBI_OP_CEIL ? corners(YBI_OP_ADD, r, unit_range()) : r;
	case YBI_OP_ROUND:
		r = get_range(s, e->a);
		return corners(YBI_OP_ADD, r, corners(YBI_OP_MUL, unit_range(), range_of(book->constants[e->x], book->constants[e->x])));
	case YBI_OP_NEG:
		return corners(YBI_OP_SUB, range_of(ybi_fraction_from(0), ybi_fraction_from(0)), get_range(s, e->a));
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_DIV:
		return corners(e->op, get_range(s, e->a), get_range(s, e->b));
	case YBI_OP_MIN: case YBI_OP_MAX:
		return extreme_range(s, e);
	case YBI_OP_TABLE: case YBI_OP_DATED: case YBI_OP_EXCEPT: case YBI_OP_LIST: case YBI_OP_SERIES: case YBI_OP_IF:
		return choice_range(s, e);
	case YBI_OP_YEAR:
		return range_of(ybi_fraction_from(1), ybi_fraction_from(9999));
	case YBI_OP_MONTH:
		return range_of(ybi_fraction_from(1), ybi_fraction_from(12));
	case YBI_OP_MONTHS_BETWEEN: case YBI_OP_YEARS_BETWEEN: case YBI_OP_DAYS_BETWEEN:
		return range_of(ybi_fraction_from(-4000000), ybi_fraction_from(4000000));
	default: /* flags, days, nothing */
		return range_of(ybi_fraction_from(0), ybi_fraction_from(4000000));
	}
}

static struct range
get_range(struct bounds *s, uint32_t expr)
{
	if (!s->ranges[expr].known)
		s->ranges[expr] = compute_range(s, expr);
	return s->ranges[expr];
}

/* What is always below none or above all is no share. */
static bool
check_share(struct bounds *s, uint32_t expr, const char *what)
{
	const struct ybi_book *book = s->b->book;
	struct range r;
	struct ybi_node node = { 0 };

	if (expr == YBI_NO_EXPR)
		return true;
	r = get_range(s, expr);
	if (r.open || (ybi_fraction_cmp(r.low, ybi_fraction_from(1)) <= 0 && ybi_fraction_sign(r.high) >= 0))
		return true;
	node.file = book->expr_place[expr].name;
	node.line = book->expr_place[expr].line;
	node.column = book->expr_place[expr].column;
	ybi_fault(s->b, YB_E_RULE, &node, what, "%s never lies in 0..1", what);
	return false;
}

static bool
small(struct range r)
{
	return !r.open && ybi_fraction_cmp(r.high, ybi_fraction_from(BOUND)) <= 0 && ybi_fraction_cmp(r.low, ybi_fraction_from(-BOUND)) >= 0;
}

static void
check_amount(struct bounds *s, uint32_t expr, const char *what)
{
	struct range r;
	struct ybi_node node = { 0 };
	const struct ybi_book *book = s->b->book;

	if (expr == YBI_NO_EXPR)
		return;
	r = get_range(s, expr);
	node.file = book->expr_place[expr].name;
	node.line = book->expr_place[expr].line;
	node.column = book->expr_place[expr].column;
	if (!small(r))
		ybi_fault(s->b, YB_E_BOUND, &node, what, "%s may outgrow 2^53 fen, or no bound can be found for it", what);
	else if (ybi_fraction_sign(r.high) < 0)
		ybi_fault(s->b, YB_E_RULE, &node, what, "%s is always below zero", what);
}

/* A count or duration: below zero it has no meaning. */
static void
check_length(struct bounds *s, uint32_t expr, const char *what)
{
	struct range r;
	struct ybi_node node = { 0 };

	if (expr == YBI_NO_EXPR)
		return;
	r = get_range(s, expr);
	if (r.open || ybi_fraction_sign(r.high) >= 0)
		return;
	node.file = s->b->book->expr_place[expr].name;
	node.line = s->b->book->expr_place[expr].line;
	node.column = s->b->book->expr_place[expr].column;
	ybi_fault(s->b, YB_E_RULE, &node, what, "%s is always below zero", what);
}

struct share {
	struct bounds *s;
	const char *what;
	bool above; /* may lie above one */
};

/* Each figure that a share can come to lies in 0..1; what is calculated from facts is held to it when it is asked. */
static void
check_leaves(const struct share *share, uint32_t expr)
{
	const struct ybi_book *book = share->s->b->book;
	const struct ybi_expr *e;
	struct ybi_node node = { 0 };

	if (expr == YBI_NO_EXPR)
		return;
	e = &book->exprs[expr];
	switch (e->op) {
	case YBI_OP_CLAUSE:
		check_leaves(share, e->a);
		return;
	case YBI_OP_TABLE:
		for (uint32_t i = 0; i < book->tables[e->x].rows; i++)
			check_leaves(share, book->args[book->tables[e->x].values + i]);
		check_leaves(share, book->tables[e->x].otherwise);
		return;
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			check_leaves(share, book->dated_entries[book->dated[e->x].first + i].value);
		return;
	case YBI_OP_EXCEPT:
		for (uint32_t i = 0; i < book->excepts[e->x].count; i++)
			check_leaves(share, book->exceptions[book->excepts[e->x].first + i].value);
		check_leaves(share, book->excepts[e->x].otherwise);
		return;
	case YBI_OP_CONST:
		if (ybi_fraction_sign(book->constants[e->x]) >= 0 && (share->above || ybi_fraction_cmp(book->constants[e->x], ybi_fraction_from(1)) <= 0))
			return;
		node.file = book->expr_place[expr].name;
		node.line = book->expr_place[expr].line;
		node.column = book->expr_place[expr].column;
		ybi_fault(share->s->b, YB_E_RULE, &node, share->what, share->above ? "%s lies below zero" : "%s lies outside 0..1", share->what);
		return;
	default:
		return;
	}
}

/* Parts of which the least together are more than the total, or the most without a rest less. A fen of each is rounding's. */
static void
check_sum(struct bounds *s, const struct ybi_charge *charge)
{
	const struct ybi_book *book = s->b->book;
	struct ybi_fraction low = ybi_fraction_from(0), high = low, slack;
	struct range total;
	struct ybi_node node = { 0 };
	bool rest = false, ok = true;

	if (charge->total == YBI_NO_EXPR || ybi_fraction_mul(ybi_fraction_from(charge->step), ybi_fraction_from(charge->payer_count + 1), &slack) != YB_OK)
		return;
	total = get_range(s, charge->total);
	for (uint32_t i = 0; i < charge->payer_count; i++) {
		uint32_t expr = book->payers[charge->first_payer + i].expr;
		struct range part;
		if (expr == YBI_NO_EXPR) {
			rest = true;
			continue;
		}
		part = get_range(s, expr);
		ok = ok && !part.open && ybi_fraction_add(low, part.low, &low) == YB_OK && ybi_fraction_add(high, part.high, &high) == YB_OK;
	}
	ok = ok && !total.open && ybi_fraction_sub(low, slack, &low) == YB_OK && ybi_fraction_add(high, slack, &high) == YB_OK;
	if (!ok || (ybi_fraction_cmp(low, total.high) <= 0 && (rest || ybi_fraction_cmp(high, total.low) >= 0)))
		return;
	node.file = book->expr_place[charge->total].name;
	node.line = book->expr_place[charge->total].line;
	node.column = book->expr_place[charge->total].column;
	ybi_fault(s->b, YB_E_RULE, &node, charge->id, "the parts of charge \"%s\" cannot make its total, whatever the facts", charge->id);
}

/* Shares, waits and counts, as amounts above. */
static void
check_others(struct bounds *s)
{
	const struct ybi_book *book = s->b->book;
	const struct share during = { s, "the share while waiting", false }, back = { s, "the share that is given back", false };
	const struct share prior = { s, "the prior share", false }, factor = { s, "the factor", true };

	for (uint32_t i = 0; i < book->rules_count; i++) {
		const struct ybi_wait_rule *rule = &book->rules[i];
		check_length(s, rule->fixed, "the fixed wait");
		check_length(s, rule->floor, "the least wait");
		check_length(s, rule->cap, "the longest wait");
		check_amount(s, rule->price, "the price");
		if (check_share(s, rule->during, "the share"))
			check_leaves(&during, rule->during);
	}
	for (uint32_t i = 0; i < book->rewards_count; i++)
		check_amount(s, book->rewards[i].cap, "the cap");
	for (uint32_t i = 0; i < book->repays_count; i++)
		if (check_share(s, book->repays[i].share, "the share"))
			check_leaves(&back, book->repays[i].share);
	for (uint32_t i = 0; i < book->credits_count; i++)
		check_leaves(&factor, book->credits[i].factor);
	for (uint32_t i = 0; i < book->benefits_count; i++)
		check_leaves(&prior, book->benefits[i].prior);
	for (uint32_t i = 0; i < book->limits_count; i++)
		check_amount(s, book->limits[i].amount, "the limit");
	for (uint32_t i = 0; i < book->charges_count; i++) {
		check_length(s, book->charges[i].months, "the number of months");
		check_sum(s, &book->charges[i]);
	}
	check_length(s, book->facts[ybi_book_fact(book, "missing_months", 14)].from, "the number of missing months");
}

void
ybi_check_bounds(struct ybi_builder *b)
{
	const struct ybi_book *book = b->book;
	struct bounds s = { .b = b, .ranges = ybi_calloc(book->exprs_count, sizeof(*s.ranges)),
		            .bases = ybi_calloc(book->layer_names_count, sizeof(*s.bases)) };

	if (!s.ranges || !s.bases) {
		b->status = ybi_error_no_memory(b->err);
	} else {
		for (uint32_t i = 0; i < book->layers_count; i++) {
			const struct ybi_layer *layer = &book->layers[i];
			struct range base = get_range(&s, layer->base);
			struct range *known = &s.bases[layer->number];
			if (base.open || ybi_fraction_sign(base.low) < 0)
				base.low = ybi_fraction_from(0);
			*known = known->known ? join(*known, base) : base;
			check_amount(&s, layer->base, "the base");
			check_amount(&s, layer->deductible, "the deductible");
			check_amount(&s, layer->sum_cap, "the cap");
			for (uint32_t k = 0; k < layer->ceiling_count; k++)
				check_amount(&s, book->ceilings[layer->first_ceiling + k].amount, "the ceiling");
		}
		for (uint32_t i = 0; i < book->charges_count; i++) {
			check_amount(&s, book->charges[i].base, "the base");
			check_amount(&s, book->charges[i].total, "the total");
		}
		for (uint32_t i = 0; i < book->payers_count; i++)
			check_amount(&s, book->payers[i].expr, "the part of a payer");
		for (uint32_t i = 0; i < book->credits_count; i++) {
			check_amount(&s, book->credits[i].base, "the base");
			check_amount(&s, book->credits[i].amount, "the amount");
			check_amount(&s, book->credits[i].at_least, "the floor");
		}
		for (uint32_t i = 0; i < book->less_count; i++)
			check_amount(&s, book->less[i].amount, "the deduction");
		for (uint32_t i = 0; i < book->rewards_count; i++)
			check_amount(&s, book->rewards[i].step, "the step");
		check_others(&s);
	}
	free(s.ranges);
	free(s.bases);
}
