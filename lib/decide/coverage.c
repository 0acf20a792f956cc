/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "decide/render.h"

/* ---- what was touched ---- */

bool
ybi_coverage_init(struct ybi_coverage *c, const struct ybi_book *book)
{
	struct {
		uint8_t **array;
		size_t count;
	} rows[] = {
		{ &c->trace.rows, book->args_count }, { &c->trace.otherwise, book->tables_count }, { &c->trace.exceptions, book->exceptions_count },
		{ &c->trace.defaults, book->excepts_count }, { &c->trace.entries, book->dated_entries_count },
		{ &c->trace.series, book->series_entries_count }, { &c->trace.days, book->dated_entries_count },
		{ &c->trace.ends, book->intervals_count }, { &c->trace.comparisons, book->exprs_count }, { &c->clauses, book->clauses_count },
		{ &c->layers, book->layers_count * YBI_LAYER_EDGES },
	};
	bool ok = true;

	memset(c, 0, sizeof(*c));
	c->book = book;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		*rows[i].array = ybi_calloc(rows[i].count, 1);
		ok = ok && *rows[i].array;
	}
	return ok;
}

void
ybi_coverage_free(struct ybi_coverage *c)
{
	free(c->trace.rows);
	free(c->trace.otherwise);
	free(c->trace.exceptions);
	free(c->trace.defaults);
	free(c->trace.entries);
	free(c->trace.series);
	free(c->trace.days);
	free(c->trace.ends);
	free(c->trace.comparisons);
	free(c->clauses);
	free(c->layers);
	memset(c, 0, sizeof(*c));
}

static bool
applies(struct ybi_eval *eval, uint32_t when)
{
	struct ybi_value v;

	ybi_condition(eval, when, &v);
	return ybi_holds(&v);
}

static void
note_side(uint8_t *edge, bool high)
{
	*edge |= high ? YBI_SIDE_HIGH : YBI_SIDE_LOW;
}

static struct ybi_fraction
room_of(struct yb_decision *d, const struct ybi_ceiling *ceiling, const struct ybi_value *amount)
{
	struct ybi_fraction room = amount->q, zero = ybi_fraction_from(0);

	if (ceiling->used != YBI_NO_FACT)
		(void)ybi_fraction_sub(room, ybi_fraction_from(d->facts[ceiling->used].value), &room);
	return ybi_fraction_sign(room) < 0 ? zero : room;
}

/* A ceiling is reached when without it the layer would have paid, or dealt with, as much or more. */
static void
note_ceilings(struct ybi_coverage *c, struct yb_decision *d, struct ybi_eval *eval, const struct ybi_layer *layer, uint8_t *edges)
{
	const struct ybi_value *r = d->results + (size_t)layer->number * YBI_RESULT_STRIDE;

	for (uint32_t i = 0; i < layer->ceiling_count; i++) {
		const struct ybi_ceiling *ceiling = &c->book->ceilings[layer->first_ceiling + i];
		const struct ybi_value *reached = &r[ceiling->on_cost ? YBI_RESULT_BASE : YBI_RESULT_UNCAPPED];
		struct ybi_value v;
		if (!applies(eval, ceiling->when))
			continue;
		c->clauses[ceiling->clause] = 1;
		ybi_evaluate(eval, ceiling->amount, &v);
		if (v.state == YBI_KNOWN && 1 + YBI_BANDS + i < YBI_LAYER_EDGES)
			note_side(&edges[1 + YBI_BANDS + i], ybi_fraction_cmp(reached->q, room_of(d, ceiling, &v)) >= 0);
	}
}

/* Where the bill ends among the bands. */
static bool
position_of(const struct ybi_layer *layer, const struct ybi_value *r, struct ybi_fraction *at)
{
	bool whole = layer->origin_zero || layer->after_ratio;

	return ybi_fraction_add(r[YBI_RESULT_START].q, r[whole ? YBI_RESULT_BASE : YBI_RESULT_SCOPE].q, at) == YB_OK;
}

static void
note_layer(struct ybi_coverage *c, struct yb_decision *d, struct ybi_eval *eval, uint32_t index)
{
	const struct ybi_layer *layer = &c->book->layers[index];
	const struct ybi_value *r = d->results + (size_t)layer->number * YBI_RESULT_STRIDE;
	uint8_t *edges = c->layers + (size_t)index * YBI_LAYER_EDGES;
	struct ybi_tier_input in;
	struct ybi_fraction at;
	uint32_t why;

	if (!applies(eval, layer->when))
		return;
	c->clauses[layer->clause] = 1;
	if (layer->deductible != YBI_NO_EXPR)
		note_side(&edges[0], ybi_fraction_cmp(r[YBI_RESULT_BASE].q, r[YBI_RESULT_DUE].q) > 0);
	if (layer->borders != YBI_NO_EXPR && ybi_layer_bands(eval, &c->book->schedule, layer, &in, &why) == YBI_KNOWN && position_of(layer, r, &at))
		for (uint32_t i = 0; i + 1 < in.bands; i++)
			note_side(&edges[1 + i], ybi_fraction_cmp(at, in.border[i]) > 0);
	for (uint32_t i = 0; i < layer->modify_count; i++)
		if (applies(eval, c->book->modifies[layer->first_modify + i].when))
			c->clauses[c->book->modifies[layer->first_modify + i].clause] = 1;
	note_ceilings(c, d, eval, layer, edges);
}

static void
note_bill(struct ybi_coverage *c, struct yb_decision *d, struct ybi_eval *eval)
{
	const struct ybi_benefit *benefit;

	if (d->benefit == UINT32_MAX)
		return;
	benefit = &c->book->benefits[d->benefit];
	c->clauses[benefit->clause] = 1;
	for (uint32_t i = 0; i < benefit->limit_count; i++)
		if (d->used[c->book->limits[benefit->first_limit + i].clause])
			c->clauses[c->book->limits[benefit->first_limit + i].clause] = 1;
	for (uint32_t i = 0; i < benefit->layer_count; i++)
		note_layer(c, d, eval, benefit->first_layer + i);
}

static void
note_credits(struct ybi_coverage *c, struct yb_decision *d, struct ybi_eval *eval)
{
	const struct ybi_book *book = c->book;

	if (d->mode == YBI_REFUND_CONTRIBUTION) {
		if (d->choice != UINT32_MAX)
			c->clauses[book->repays[d->choice].clause] = 1;
		return;
	}
	for (size_t i = 0; i < book->credits_count; i++) {
		const struct ybi_credit *credit = &book->credits[i];
		if (credit->interest != (d->mode == YBI_REFUND_INTEREST) || !applies(eval, credit->when))
			continue;
		c->clauses[credit->clause] = 1;
		for (uint32_t k = 0; k < credit->less_count; k++)
			if (applies(eval, book->less[credit->first_less + k].when))
				c->clauses[book->less[credit->first_less + k].clause] = 1;
	}
}

static void
note_answer(struct ybi_coverage *c, struct yb_decision *d, struct ybi_eval *eval)
{
	const struct ybi_book *book = c->book;

	switch (d->ask) {
	case YBI_ASK_FEE:
		for (size_t i = 0; i < book->charges_count; i++)
			if (applies(eval, book->charges[i].when))
				c->clauses[book->charges[i].clause] = 1;
		break;
	case YBI_ASK_REFUND:
		note_credits(c, d, eval);
		break;
	case YBI_ASK_ELIGIBILITY:
		if (d->choice != UINT32_MAX)
			c->clauses[book->rules[d->choice].clause] = 1;
		break;
	case YBI_ASK_REWARDS:
		for (size_t i = 0; i < book->rewards_count; i++)
			if (d->facts[book->rewards[i].fact].value != 0)
				c->clauses[book->rewards[i].clause] = 1;
		break;
	default:
		note_bill(c, d, eval);
	}
}

/* On which side of the days in force it was asked. */
static void
note_day(struct ybi_coverage *c, const struct yb_decision *d)
{
	enum ybi_ask section = d->ask == YBI_ASK_REWARDS ? YBI_ASK_ELIGIBILITY : d->ask;
	const struct ybi_book *book = c->book;
	bool own = book->section_days[section].given;
	yb_day from = own ? book->section_days[section].from : book->from, to = own ? book->section_days[section].to : book->to;
	int64_t on = d->facts[YBI_FACT_ON].value;

	if (d->facts[YBI_FACT_ON].given)
		c->sections[section] |= (uint8_t)((on < from ? YBI_SIDE_LOW : YBI_SIDE_HIGH) | (on < to ? YBI_SIDE_LOW : YBI_SIDE_HIGH) << YBI_SIDE_SECOND);
}

/* Why there is no answer, where a rule or a gap of this book is why. */
static void
note_reasons(struct ybi_coverage *c, const struct yb_decision *d)
{
	for (uint32_t i = 0; i < d->reason_count; i++) {
		const struct ybi_reason *reason = &d->reasons[i];
		if (reason->part && d->parts[reason->part - 1]->book != c->book)
			continue;
		if (reason->code == YBI_REASON_REFUSED)
			c->clauses[c->book->refusals[reason->subject].clause] = 1;
		else if (reason->code == YBI_REASON_UNSUPPORTED)
			c->clauses[reason->subject] = 1;
	}
}

static void
note_one(struct ybi_coverage *c, struct yb_decision *d)
{
	const struct ybi_window *window = d->ask == YBI_ASK_FEE || d->ask == YBI_ASK_ELIGIBILITY ? ybi_window_of(d) : NULL;
	struct ybi_eval eval;

	note_day(c, d);
	if (window)
		c->clauses[window->clause] = 1;
	if (d->outcome != YB_OUTCOME_ANSWERED)
		return;
	ybi_eval_start(d, &eval);
	eval.used = NULL;
	eval.trace = NULL;
	note_answer(c, d, &eval);
}

void
ybi_coverage_note(struct ybi_coverage *c, struct yb_decision *d)
{
	note_reasons(c, d);
	if (!d->split)
		note_one(c, d);
	for (size_t i = 0; d->split && i < ARRAY_SIZE(d->parts); i++)
		if (d->parts[i]->book == c->book)
			note_one(c, d->parts[i]);
}

/* ---- what there is to touch ---- */

enum item_kind { ITEM_CLAUSE, ITEM_ROW, ITEM_EXCEPTION, ITEM_DATED, ITEM_BAND, ITEM_CELL, ITEM_DATE, ITEM_COMPARISON, ITEM_COUNT_ };

static const struct {
	const char *name, *zh, *en;
} kinds[] = {
	[ITEM_CLAUSE] = { "clauses", "条款", "clauses" },
	[ITEM_ROW] = { "rows", "表格的行", "table rows" },
	[ITEM_EXCEPTION] = { "exceptions", "例外", "exceptions" },
	[ITEM_DATED] = { "dated", "分日期、分年度的数值", "dated entries, years" },
	[ITEM_BAND] = { "band_edges", "起付、分段、限额的界限", "deductibles, bands, ceilings" },
	[ITEM_CELL] = { "cell_edges", "表格与条件的界限", "edges of cells" },
	[ITEM_DATE] = { "date_edges", "日期的界限", "edges of days" },
	[ITEM_COMPARISON] = { "comparisons", "公式中的比较", "comparisons" },
};
_Static_assert(ARRAY_SIZE(kinds) == ITEM_COUNT_, "a kind has no name");

struct item {
	enum item_kind kind;
	const char *file;
	uint32_t line, column;
	bool touched, own;
	uint8_t lacking; /* sides of an edge on which no vector stood */
	bool closed;     /* the edge itself belongs to the upper side */
	bool point;      /* one value: the sides are on it and beside it */
	char *label;
};

struct list {
	const struct ybi_coverage *c;
	struct item *items;
	size_t count, room;
	const char *file;          /* of the document itself */
	bool zh, failed;
};

static void
add_item(struct list *l, struct item item, struct ybi_text *label)
{
	item.label = ybi_text_take(label);
	item.own = item.file && !strcmp(item.file, l->file);
	if (!item.label) {
		l->failed = true;
		return;
	}
	for (size_t i = l->count; i-- > 0;) { /* what is built twice stands once in the document */
		struct item *twin = &l->items[i];
		if (twin->line != item.line || twin->column != item.column || twin->kind != item.kind || twin->file != item.file)
			continue;
		if ((item.kind < ITEM_ROW || item.kind > ITEM_DATED) && strcmp(twin->label, item.label) != 0)
			continue;
		twin->touched |= item.touched;
		twin->lacking &= item.lacking;
		twin->touched |= twin->lacking == 0;
		free(item.label);
		return;
	}
	if (!ybi_grow(&l->items, l->count, &l->room, sizeof(*l->items))) {
		free(item.label);
		l->failed = true;
		return;
	}
	l->items[l->count++] = item;
}

static struct item
item_at(enum item_kind kind, struct ybi_place place, bool touched)
{
	return (struct item){ .kind = kind, .file = place.name, .line = place.line, .column = place.column, .touched = touched, .lacking = !touched };
}

/* An edge: both bits are there when vectors stood on both sides. */
static struct item
edge_at(enum item_kind kind, struct ybi_place place, uint8_t sides, bool closed)
{
	struct item item = item_at(kind, place, (sides & 3) == 3);

	item.lacking = 3 & ~sides;
	item.closed = closed;
	return item;
}

static void
add_clause(struct list *l, uint32_t clause)
{
	const struct ybi_clause *row = &l->c->book->clauses[clause];
	struct ybi_text label = { 0 };

	ybi_text_puts(&label, row->id);
	add_item(l, item_at(ITEM_CLAUSE, ybi_node_place(row->node), l->c->clauses[clause]), &label);
}

static const char *
clause_id(const struct ybi_book *book, uint32_t clause)
{
	return clause < book->clauses_count ? book->clauses[clause].id : "";
}

static uint32_t
fact_of(const struct ybi_book *book, uint32_t expr)
{
	while (expr != YBI_NO_EXPR && (book->exprs[expr].op == YBI_OP_MEMO || book->exprs[expr].op == YBI_OP_CLAUSE))
		expr = book->exprs[expr].a;
	return expr != YBI_NO_EXPR && book->exprs[expr].op == YBI_OP_FACT ? book->exprs[expr].x : YBI_NO_FACT;
}

/* Can nothing lie below it, or above? */
static bool
is_bound(const struct ybi_book *book, uint32_t fact, const struct ybi_cell *cell, int64_t end, bool low)
{
	const struct ybi_fact_meta *meta = fact != YBI_NO_FACT ? &book->facts[fact] : NULL;

	if (low && cell->type != YBI_DATE && end <= 0)
		return true;
	return meta && meta->bounded && meta->den == cell->den && (low ? end <= meta->low : end >= meta->high);
}

static void
put_end(struct ybi_text *out, const struct ybi_book *book, const struct ybi_cell *cell, int64_t end)
{
	struct ybi_value v;

	ybi_value_set(&v, ybi_fraction_from(0));
	if (ybi_fraction_make(end, cell->den ? cell->den : 1, &v.q) == YB_OK)
		ybi_put_value(out, book, (enum ybi_type)cell->type, &v);
}

static void
add_end(struct list *l, uint32_t fact, const struct ybi_cell *cell, uint32_t interval, bool low, struct ybi_place place)
{
	const struct ybi_book *book = l->c->book;
	const struct ybi_interval *row = &book->intervals[interval];
	int64_t end = low ? row->low : row->high;
	uint8_t sides = l->c->trace.ends[interval];
	struct ybi_text label = { 0 };
	struct item item;

	if (end == (low ? INT64_MIN : INT64_MAX) || (row->low != row->high && is_bound(book, fact, cell, end, low)))
		return;
	if (row->low == row->high && !low)
		return; /* one value: it is no range with two ends */
	if (!low)
		sides >>= YBI_SIDE_SECOND;
	if (fact != YBI_NO_FACT)
		ybi_text_printf(&label, "%s ", book->facts[fact].name);
	put_end(&label, book, cell, end);
	item = edge_at(cell->type == YBI_DATE ? ITEM_DATE : ITEM_CELL, place, sides, low ? !row->low_open : row->high_open);
	item.point = row->low == row->high;
	add_item(l, item, &label);
}

static void
add_cell(struct list *l, uint32_t fact, uint32_t number, struct ybi_place place)
{
	const struct ybi_cell *cell = &l->c->book->cells[number];

	if (cell->any || cell->type == YBI_SET || cell->type == YBI_TEXT || cell->type == YBI_FLAG)
		return;
	for (uint32_t i = cell->first; i < cell->first + cell->count; i++) {
		add_end(l, fact, cell, i, true, place);
		add_end(l, fact, cell, i, false, place);
	}
}

static void
add_table(struct list *l, uint32_t expr)
{
	const struct ybi_book *book = l->c->book;
	uint32_t number = book->exprs[expr].x;
	const struct ybi_table *table = &book->tables[number];

	for (uint32_t r = 0; r < table->rows; r++) {
		struct ybi_place place = book->expr_place[book->args[table->values + r]];
		struct ybi_text label = { 0 };
		ybi_text_printf(&label, l->zh ? "%s 第 %u 行" : "%s, row %u", clause_id(book, table->clause), (unsigned)r + 1);
		add_item(l, item_at(ITEM_ROW, place, l->c->trace.rows[table->values + r]), &label);
		for (uint32_t c = 0; c < table->by_count; c++)
			add_cell(l, fact_of(book, book->args[table->by + c]), book->row_cells[table->cells + r * table->by_count + c], place);
	}
	if (table->otherwise != YBI_NO_EXPR && book->exprs[table->otherwise].op != YBI_OP_GAP && book->exprs[table->otherwise].op != YBI_OP_FACT) {
		struct ybi_text label = { 0 };
		ybi_text_printf(&label, l->zh ? "%s 其他" : "%s, else", clause_id(book, table->clause));
		add_item(l, item_at(ITEM_ROW, book->expr_place[table->otherwise], l->c->trace.otherwise[number]), &label);
	}
}

static void
add_day(struct list *l, yb_day day, struct ybi_place place, uint8_t sides, const char *what)
{
	char text[YB_DAY_TEXT_SIZE];
	struct ybi_text label = { 0 };

	yb_day_to_text(day, text);
	ybi_text_printf(&label, "%s%s%s", what, what[0] ? " " : "", text);
	add_item(l, edge_at(ITEM_DATE, place, sides, true), &label);
}

static void
add_dated(struct list *l, uint32_t number)
{
	const struct ybi_book *book = l->c->book;
	const struct ybi_dated *dated = &book->dated[number];

	for (uint32_t i = dated->first; i < dated->first + dated->count; i++) {
		const struct ybi_dated_entry *entry = &book->dated_entries[i];
		struct ybi_place place = book->expr_place[entry->value];
		bool joined = i + 1 < dated->first + dated->count && book->dated_entries[i + 1].from == entry->to;
		char day[YB_DAY_TEXT_SIZE] = "";
		struct ybi_text label = { 0 };
		if (entry->from > YBI_DAY_FIRST)
			yb_day_to_text(entry->from, day);
		ybi_text_printf(&label, day[0] ? (l->zh ? "%s 自 %s" : "%s, from %s") : l->zh ? "%s 最早一段%s" : "%s, the first days%s", clause_id(book, dated->clause), day);
		add_item(l, item_at(ITEM_DATED, place, l->c->trace.entries[i]), &label);
		if (entry->from > YBI_DAY_FIRST)
			add_day(l, entry->from, place, l->c->trace.days[i], clause_id(book, dated->clause));
		if (entry->to <= YBI_DAY_LAST && !joined)
			add_day(l, entry->to, place, l->c->trace.days[i] >> YBI_SIDE_SECOND, clause_id(book, dated->clause));
	}
}

static void
add_except(struct list *l, uint32_t number)
{
	const struct ybi_book *book = l->c->book;
	const struct ybi_except *except = &book->excepts[number];
	struct ybi_text label = { 0 };

	ybi_text_printf(&label, l->zh ? "%s 一般情形" : "%s, default", clause_id(book, except->clause));
	add_item(l, item_at(ITEM_EXCEPTION, book->expr_place[except->otherwise], l->c->trace.defaults[number]), &label);
	for (uint32_t i = 0; i < except->count; i++) {
		struct ybi_text row = { 0 };
		ybi_text_printf(&row, l->zh ? "%s 第 %u 个例外" : "%s, exception %u", clause_id(book, except->clause), (unsigned)i + 1);
		add_item(l, item_at(ITEM_EXCEPTION, book->expr_place[book->exceptions[except->first + i].value], l->c->trace.exceptions[except->first + i]), &row);
	}
}

static void
add_comparison(struct list *l, uint32_t expr)
{
	const struct ybi_book *book = l->c->book;
	const struct ybi_expr *e = &book->exprs[expr];
	uint32_t left = fact_of(book, e->a), right = fact_of(book, e->b);
	struct ybi_text label = { 0 };

	if (left == YBI_NO_FACT && right == YBI_NO_FACT)
		return;
	ybi_text_puts(&label, book->facts[left != YBI_NO_FACT ? left : right].name);
	add_item(l, edge_at(ITEM_COMPARISON, book->expr_place[expr], l->c->trace.comparisons[expr], false), &label);
}

static void
add_expr(struct list *l, uint32_t expr)
{
	const struct ybi_book *book = l->c->book;
	const struct ybi_expr *e = &book->exprs[expr];

	switch (e->op) {
	case YBI_OP_TABLE:
		add_table(l, expr);
		return;
	case YBI_OP_DATED:
		add_dated(l, e->x);
		return;
	case YBI_OP_EXCEPT:
		add_except(l, e->x);
		return;
	case YBI_OP_IN:
		add_cell(l, fact_of(book, e->a), e->x, book->expr_place[expr]);
		return;
	case YBI_OP_LT: case YBI_OP_LE:
		add_comparison(l, expr);
		return;
	default:
		return;
	}
}

/* Borders that a layer can have: those of the longest list its expression may come down to. */
static uint32_t
border_count(const struct ybi_book *book, uint32_t expr, unsigned depth)
{
	const struct ybi_expr *e;
	uint32_t most = 0, n;

	if (expr == YBI_NO_EXPR || depth > 20)
		return 0;
	e = &book->exprs[expr];
	switch (e->op) {
	case YBI_OP_MEMO: case YBI_OP_CLAUSE:
		return border_count(book, e->a, depth + 1);
	case YBI_OP_LIST:
		return e->b < YBI_BANDS ? e->b : YBI_BANDS - 1;
	case YBI_OP_TABLE:
		for (uint32_t r = 0; r < book->tables[e->x].rows; r++) {
			n = border_count(book, book->args[book->tables[e->x].values + r], depth + 1);
			most = n > most ? n : most;
		}
		n = border_count(book, book->tables[e->x].otherwise, depth + 1);
		return n > most ? n : most;
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++) {
			n = border_count(book, book->dated_entries[book->dated[e->x].first + i].value, depth + 1);
			most = n > most ? n : most;
		}
		return most;
	default:
		return 1;
	}
}

static void
add_layer(struct list *l, uint32_t index)
{
	const struct ybi_book *book = l->c->book;
	const struct ybi_layer *layer = &book->layers[index];
	const uint8_t *edges = l->c->layers + (size_t)index * YBI_LAYER_EDGES;
	const char *id = clause_id(book, layer->clause);
	struct ybi_text label = { 0 };
	uint32_t borders = border_count(book, layer->borders, 0);

	add_clause(l, layer->clause);
	if (layer->deductible != YBI_NO_EXPR) {
		ybi_text_printf(&label, l->zh ? "%s 起付标准" : "%s, deductible", id);
		add_item(l, edge_at(ITEM_BAND, book->expr_place[layer->deductible], edges[0], false), &label);
	}
	for (uint32_t i = 0; i < borders; i++) {
		struct ybi_text row = { 0 };
		ybi_text_printf(&row, l->zh ? "%s 第 %u 个分段界限" : "%s, border %u", id, (unsigned)i + 1);
		add_item(l, edge_at(ITEM_BAND, book->expr_place[layer->borders], edges[1 + i], false), &row);
	}
	for (uint32_t i = 0; i < layer->modify_count; i++)
		add_clause(l, book->modifies[layer->first_modify + i].clause);
	for (uint32_t i = 0; i < layer->ceiling_count; i++) {
		const struct ybi_ceiling *ceiling = &book->ceilings[layer->first_ceiling + i];
		struct ybi_text row = { 0 };
		add_clause(l, ceiling->clause);
		if (1 + YBI_BANDS + i >= YBI_LAYER_EDGES)
			continue;
		ybi_text_printf(&row, l->zh ? "%s 限额 %s" : "%s, ceiling %s", id, ceiling->id);
		add_item(l, edge_at(ITEM_BAND, ybi_node_place(book->clauses[ceiling->clause].node), edges[1 + YBI_BANDS + i], true), &row);
	}
}

static void
add_clauses(struct list *l)
{
	const struct ybi_book *book = l->c->book;

	for (size_t i = 0; i < book->windows_count; i++)
		add_clause(l, book->windows[i].clause);
	for (size_t i = 0; i < book->charges_count; i++)
		add_clause(l, book->charges[i].clause);
	for (size_t i = 0; i < book->credits_count; i++) {
		add_clause(l, book->credits[i].clause);
		for (uint32_t k = 0; k < book->credits[i].less_count; k++)
			add_clause(l, book->less[book->credits[i].first_less + k].clause);
	}
	for (size_t i = 0; i < book->repays_count; i++)
		add_clause(l, book->repays[i].clause);
	for (size_t i = 0; i < book->rules_count; i++)
		add_clause(l, book->rules[i].clause);
	for (size_t i = 0; i < book->rewards_count; i++)
		add_clause(l, book->rewards[i].clause);
	for (size_t i = 0; i < book->refusals_count; i++)
		add_clause(l, book->refusals[i].clause);
	for (size_t i = 0; i < book->benefits_count; i++)
		add_clause(l, book->benefits[i].clause);
	for (size_t i = 0; i < book->limits_count; i++)
		add_clause(l, book->limits[i].clause);
	for (uint32_t i = 0; i < book->layers_count; i++)
		add_layer(l, i);
	for (size_t i = 0; i < book->unsupported_count; i++)
		if (book->unsupported[i].when != YBI_NO_EXPR) /* else it is a remark, which nothing asks */
			add_clause(l, book->unsupported[i].clause);
	for (size_t i = 0; i < book->other_gaps_count; i++)
		if (book->other_gaps[i].when != YBI_NO_EXPR)
			add_clause(l, book->other_gaps[i].clause);
}

/* The days on which the document, or a section of it, answers. */
static void
add_sections(struct list *l)
{
	const struct ybi_book *book = l->c->book;

	for (uint32_t ask = 0; ask < YBI_ASK_COUNT_; ask++) {
		bool own = book->section_days[ask].given;
		yb_day from = own ? book->section_days[ask].from : book->from, to = own ? book->section_days[ask].to : book->to;
		const struct ybi_node *root = book->document->root, *section = ybi_node_get(root, ybi_section_name((enum ybi_ask)ask));
		const struct ybi_node *from_node = ybi_node_get(own ? section : root, "from");
		struct ybi_place place = ybi_node_place(from_node ? from_node : root);
		if (!(book->sections >> ask & 1) || (own && !section))
			continue;
		if (from > YBI_DAY_FIRST)
			add_day(l, from, place, l->c->sections[ask], ybi_section_name((enum ybi_ask)ask));
		if (to <= YBI_DAY_LAST)
			add_day(l, to, place, l->c->sections[ask] >> YBI_SIDE_SECOND, ybi_section_name((enum ybi_ask)ask));
	}
}

static void
collect(struct list *l)
{
	const struct ybi_book *book = l->c->book;

	add_clauses(l);
	add_sections(l);
	for (uint32_t i = 0; i < book->rule_exprs && i < book->exprs_count; i++)
		add_expr(l, i);
	for (size_t i = 0; i < book->series_count; i++)
		for (uint32_t k = 0; k < book->series[i].count; k++) {
			uint32_t entry = book->series[i].first + k;
			struct ybi_text label = { 0 };
			ybi_text_printf(&label, "%s[%d]", book->series_names[i].name, (int)book->series_entries[entry].year);
			add_item(l, item_at(ITEM_DATED, book->expr_place[book->series_entries[entry].value], l->c->trace.series[entry]), &label);
		}
}

/* ---- telling ---- */

static void
put_percent(struct ybi_text *out, size_t touched, size_t count)
{
	size_t tenths = count ? touched * 1000 / count : 1000;

	ybi_text_printf(out, "%zu.%zu%%", tenths / 10, tenths % 10);
}

static void
put_lacking(struct ybi_text *out, const struct item *item, bool zh)
{
	static const char *const days[2][2][2] = {
		{ { "没有算例在其当日或之前", "none on or before it" }, { "没有算例在其之后", "none after it" } },
		{ { "没有算例在其之前", "none before it" }, { "没有算例在其当日或之后", "none on or after it" } },
	};
	static const char *const edges[2][2][2] = { /* closed, side, language */
		{ { "没有算例在其上或其下", "none at or below it" }, { "没有算例超过它", "none above it" } },
		{ { "没有算例低于它", "none below it" }, { "没有算例达到它", "none at or above it" } },
	};

	if (item->kind == ITEM_COMPARISON)
		ybi_text_puts(out, item->lacking == 3 ? (zh ? "没有算例问及" : "no vector asks") : item->lacking == YBI_SIDE_LOW ? (zh ? "从不成立" : "never holds")
		                                                                                : zh ? "总是成立" : "always holds");
	else if (item->kind < ITEM_BAND)
		ybi_text_puts(out, zh ? "没有算例触及" : "no vector");
	else if (item->lacking == 3)
		ybi_text_puts(out, zh ? "没有算例问及" : "no vector asks");
	else if (item->point)
		ybi_text_puts(out, item->lacking == YBI_SIDE_HIGH ? (zh ? "没有算例等于它" : "none on it") : zh ? "没有算例不等于它" : "none beside it");
	else
		ybi_text_puts(out, (item->kind == ITEM_DATE ? days : edges)[item->closed][item->lacking == YBI_SIDE_HIGH][zh ? 0 : 1]);
}

struct tally {
	size_t count[ITEM_COUNT_], touched[ITEM_COUNT_], all, all_touched, inherited, inherited_touched;
};

static void
count_items(const struct list *l, struct tally *t)
{
	*t = (struct tally){ .all = 0 };
	for (size_t i = 0; i < l->count; i++) {
		const struct item *item = &l->items[i];
		if (!item->own) {
			t->inherited++;
			t->inherited_touched += item->touched;
			continue;
		}
		t->count[item->kind]++;
		t->touched[item->kind] += item->touched;
		t->all++;
		t->all_touched += item->touched;
	}
}

static void
text_of(struct ybi_text *out, const struct list *l, size_t vectors)
{
	const struct ybi_book *book = l->c->book;
	struct tally t;

	count_items(l, &t);
	ybi_text_printf(out, l->zh ? "%s：%zu 个算例触及 %zu 处中的 %zu 处，" : "%s: %zu vectors touch %zu of %zu, ", book->overlay ? book->overlay->id : book->document->id,
	                vectors, l->zh ? t.all : t.all_touched, l->zh ? t.all_touched : t.all);
	put_percent(out, t.all_touched, t.all);
	ybi_text_putc(out, '\n');
	for (size_t k = 0; k < ITEM_COUNT_; k++) {
		if (!t.count[k])
			continue;
		ybi_text_puts(out, "  ");
		ybi_put_padded(out, l->zh ? kinds[k].zh : kinds[k].en, 30);
		ybi_text_printf(out, "%5zu / %-5zu ", t.touched[k], t.count[k]);
		put_percent(out, t.touched[k], t.count[k]);
		ybi_text_putc(out, '\n');
	}
	if (t.inherited)
		ybi_text_printf(out, l->zh ? "  另有上级文件的 %zu 处，触及 %zu 处\n" : "  and of its parents, not counted above: %zu, touched %zu\n", t.inherited, t.inherited_touched);
	for (size_t k = 0; k < ITEM_COUNT_; k++)
		for (size_t i = 0; i < l->count; i++) {
			const struct item *item = &l->items[i];
			if (item->kind != (enum item_kind)k || item->touched || !item->own)
				continue;
			ybi_text_printf(out, "  %s:%u:%u: %s%s", item->file, (unsigned)item->line, (unsigned)item->column, item->label, l->zh ? "：" : ": ");
			put_lacking(out, item, l->zh);
			ybi_text_putc(out, '\n');
		}
}

static void
json_number(struct ybi_text *out, bool *first, const char *key, size_t number)
{
	ybi_json_key(out, first, key);
	ybi_text_printf(out, "%zu", number);
}

static void
json_of(struct ybi_text *out, const struct list *l, size_t vectors)
{
	const struct ybi_book *book = l->c->book;
	struct ybi_text percent = { 0 };
	bool first = true, any = false;
	struct tally t;

	count_items(l, &t);
	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-coverage/1");
	ybi_json_text(out, &first, "id", book->overlay ? book->overlay->id : book->document->id);
	json_number(out, &first, "vectors", vectors);
	json_number(out, &first, "count", t.all);
	json_number(out, &first, "touched", t.all_touched);
	put_percent(&percent, t.all_touched, t.all);
	out->failed = out->failed || percent.failed;
	ybi_json_text(out, &first, "percent", percent.data ? percent.data : "");
	ybi_text_free(&percent);
	json_number(out, &first, "inherited", t.inherited);
	json_number(out, &first, "inherited_touched", t.inherited_touched);
	ybi_json_key(out, &first, "kinds");
	ybi_text_putc(out, '{');
	for (size_t k = 0; k < ITEM_COUNT_; k++) {
		bool inner = true;
		ybi_text_printf(out, "%s\"%s\": {", k ? ", " : "", kinds[k].name);
		json_number(out, &inner, "count", t.count[k]);
		json_number(out, &inner, "touched", t.touched[k]);
		ybi_text_putc(out, '}');
	}
	ybi_text_putc(out, '}');
	ybi_json_key(out, &first, "untouched");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < l->count; i++) {
		const struct item *item = &l->items[i];
		struct ybi_text lacking = { 0 };
		bool inner = true;
		if (item->touched || !item->own)
			continue;
		ybi_text_puts(out, any ? ",\n  {" : "\n  {");
		any = true;
		ybi_json_text(out, &inner, "kind", kinds[item->kind].name);
		ybi_json_text(out, &inner, "file", item->file);
		json_number(out, &inner, "line", item->line);
		json_number(out, &inner, "column", item->column);
		ybi_json_text(out, &inner, "what", item->label);
		put_lacking(&lacking, item, l->zh);
		out->failed = out->failed || lacking.failed;
		ybi_json_text(out, &inner, "lacking", lacking.data ? lacking.data : "");
		ybi_text_free(&lacking);
		ybi_text_putc(out, '}');
	}
	ybi_text_puts(out, "]}\n");
}

void
ybi_coverage_render(const struct ybi_coverage *c, size_t vectors, yb_format format, yb_lang lang, struct ybi_text *out)
{
	const struct ybi_book *book = c->book;
	struct list l = { .c = c, .file = book->overlay ? book->overlay->name : book->document->name, .zh = lang == YB_LANG_ZH };

	collect(&l);
	if (l.failed)
		out->failed = true;
	else if (format == YB_FORMAT_JSON)
		json_of(out, &l, vectors);
	else
		text_of(out, &l, vectors);
	for (size_t i = 0; i < l.count; i++)
		free(l.items[i].label);
	free(l.items);
}
