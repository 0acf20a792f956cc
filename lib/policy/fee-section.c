/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/* The section `fee:` of a document: windows, charges and their payers, open channels. */

#define WINDOW_ROWS 256
#define PAYERS 12

/* ---- windows ---- */

/* One row of a window, as the condition under which it holds. */
struct window {
	const struct ybi_node *row, *entry;
	const char *id;
	int32_t year, notice;
	yb_day from, to;
	int32_t first_day, last_day; /* of the month; 1 .. 31: any */
	bool has_when;
	uint32_t when, start; /* expressions */
	uint32_t clause;
};

static bool
read_year(struct ybi_builder *b, const struct ybi_node *map, const char *key, bool required, int32_t *year)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	if (!node && !required)
		return true;
	if (!node || node->kind != YBI_SCALAR || node->count != 4 || strspn(node->text, "0123456789") != 4 || node->text[0] == '0') {
		ybi_fault(b, node ? YB_E_BAD_VALUE : YB_E_MISSING_KEY, node ? node : map, key, "`%s:` is a year of four digits", key);
		return false;
	}
	*year = 0;
	for (int i = 0; i < 4; i++)
		*year = *year * 10 + (node->text[i] - '0');
	return true;
}

/* `days: 5..20`, days of the month */
static bool
read_days(struct ybi_builder *b, const struct ybi_node *row, struct window *out)
{
	const struct ybi_node *days = ybi_node_get(row, "days");
	uint32_t cell;
	const struct ybi_interval *interval;

	out->first_day = 1;
	out->last_day = 31;
	if (!days)
		return true;
	cell = ybi_parse_cell(b, days, YBI_COUNT, YBI_NO_FACT);
	if (cell == UINT32_MAX)
		return false;
	interval = b->book->intervals ? &b->book->intervals[b->book->cells[cell].first] : NULL;
	if (!interval || b->book->cells[cell].any || b->book->cells[cell].count != 1 || b->book->cells[cell].negate || interval->low < 1 || interval->high > 31 || interval->low > interval->high ||
	    interval->low_open || interval->high_open) {
		ybi_fault(b, YB_E_BAD_VALUE, days, "days", "expected days of the month, as 5..20");
		return false;
	}
	out->first_day = (int32_t)interval->low;
	out->last_day = (int32_t)interval->high;
	return true;
}

/* A number or day between two ends, both included, as a condition on an expression. */
static uint32_t
lies_in(struct ybi_builder *b, uint32_t subject, enum ybi_type type, int64_t low, int64_t high, const struct ybi_node *node)
{
	struct ybi_cell cell = { .type = (uint8_t)type, .den = 1, .first = (uint32_t)b->book->intervals_count, .count = 1 };
	struct ybi_interval interval = { low, high, 0, 0 };
	struct ybi_expr e = { .op = YBI_OP_IN, .type = YBI_FLAG, .a = subject, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };

	e.x = (uint32_t)b->book->cells_count;
	if (subject == YBI_NO_EXPR || !YBI_PUSH(b, intervals, interval) || !YBI_PUSH(b, cells, cell))
		return YBI_NO_EXPR;
	return ybi_add_expr(b, e, node);
}

static uint32_t
window_condition(struct ybi_builder *b, const struct ybi_scope *scope, struct window *w)
{
	const struct ybi_node *when[2] = { ybi_node_get(w->entry, "when"), ybi_node_get(w->row, "when") };
	uint32_t parts[6], count = 0, paid = b->book->paid_fact;

	parts[count++] = lies_in(b, ybi_add_fact(b, YBI_FACT_YEAR, w->entry), YBI_COUNT, w->year, w->year, w->entry);
	parts[count++] = lies_in(b, ybi_add_fact(b, paid, w->row), YBI_DATE, w->from, w->to - 1, w->row);
	if (w->first_day > 1 || w->last_day < 31) {
		struct ybi_expr days = { .op = YBI_OP_DAYS_BETWEEN, .type = YBI_COUNT, .c = YBI_NO_EXPR };
		days.a = ybi_add_unary(b, YBI_OP_MONTH_START, YBI_DATE, ybi_add_fact(b, paid, w->row), w->row);
		days.b = ybi_add_fact(b, paid, w->row);
		parts[count++] = lies_in(b, ybi_add_expr(b, days, w->row), YBI_COUNT, w->first_day - 1, w->last_day - 1, w->row);
	}
	if (!ybi_known(b, w->row)) {
		w->has_when = true;
		parts[count++] = ybi_add_const(b, ybi_fraction_from(0), YBI_FLAG, w->row);
	}
	for (int i = 0; i < 2; i++)
		if (when[i]) {
			w->has_when = true;
			parts[count++] = ybi_parse_when(b, scope, when[i]);
		}
	return ybi_add_nary(b, YBI_OP_AND, YBI_FLAG, parts, count, w->row);
}

static bool
build_row(struct ybi_builder *b, const struct ybi_node *entry, const struct ybi_node *row, int32_t year, struct window *out)
{
	static const char *const keys[] = { "id", "from", "to", "through", "start", "days", "when" };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	const struct ybi_node *start = ybi_node_get(row, "start");
	bool given, bad = false;

	*out = (struct window){ .row = row, .entry = entry, .year = year, .start = YBI_NO_EXPR };
	out->id = ybi_read_id(b, row, "window", true);
	if (!out->id)
		return false;
	ybi_check_keys(b, row, keys, ARRAY_SIZE(keys));
	if (!strcmp(out->id, "none")) {
		ybi_fault(b, YB_E_BAD_VALUE, ybi_node_get(row, "id"), "id", "`none` is the window of no row");
		return false;
	}
	if (!ybi_parse_interval(b, row, &out->from, &out->to, &given) || !read_days(b, row, out))
		bad = true;
	if (!given) {
		ybi_fault(b, YB_E_MISSING_KEY, row, out->id, "a window has `from:`, and `to:` or `through:`, or one of them where the other is not known");
		bad = true;
	}
	scope.path = ybi_format(b, "fee/windows/%d/%s", (int)year, out->id);
	out->when = window_condition(b, &scope, out);
	if (start)
		out->start = ybi_clause_slot(b, &scope, scope.path, row, start, YBI_DATE, false, false, &out->clause);
	else if ((out->clause = ybi_add_clause(b, scope.path, row, true)) == YBI_NO_CLAUSE)
		return false;
	return !bad && out->when != YBI_NO_EXPR && (!start || out->start != YBI_NO_EXPR);
}

static void
check_windows(struct ybi_builder *b, const struct window *rows, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = i + 1; k < count; k++) {
			char day[YB_DAY_TEXT_SIZE];
			struct ybi_text text = { 0 };
			bool decided, meet = true;
			if (rows[i].year == rows[k].year && (rows[i].has_when || rows[k].has_when))
				meet = ybi_conditions_meet(b, rows[i].when, rows[k].when, &text, &decided);
			ybi_text_free(&text);
			if (!meet || rows[i].year != rows[k].year || rows[i].to <= rows[k].from || rows[k].to <= rows[i].from ||
			    rows[i].last_day < rows[k].first_day || rows[k].last_day < rows[i].first_day)
				continue;
			yb_day_to_text(rows[i].from > rows[k].from ? rows[i].from : rows[k].from, day);
			ybi_fault(b, YB_E_OVERLAP, rows[k].row, rows[k].id, "windows \"%s\" and \"%s\" of %d both hold on %s", rows[i].id, rows[k].id,
			          (int)rows[i].year, day);
		}
}

/* The facts `window` and `window_start` follow from the year and the day of payment: a chain of ifs over the rows. */
static void
derive_windows(struct ybi_builder *b, const struct window *rows, uint32_t count, const struct ybi_node *list)
{
	struct ybi_book *book = b->book;
	struct ybi_expr nothing = { .op = YBI_OP_NONE, .type = YBI_NUMBER, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
	struct ybi_fact_meta *meta = &book->facts[book->window_fact];
	/* a parent's rules may name these though a child's windows have other rows */
	static const char *const usual[] = { "none", "main", "late", "closed" };
	uint32_t id = ybi_add_const(b, ybi_fraction_from(ybi_intern(b, "none", 4)), YBI_TEXT, list), start = ybi_add_expr(b, nothing, list);

	meta->closed = true;
	meta->domain = (uint32_t)book->domains_count;
	for (uint32_t i = 0; i < count + ARRAY_SIZE(usual); i++) {
		const char *name = i < count ? rows[i].id : usual[i - count];
		uint32_t atom = ybi_intern(b, name, strlen(name));
		bool known = false;
		for (uint32_t k = meta->domain; k < book->domains_count && !known; k++)
			known = book->domains[k] == atom;
		if (!known && !YBI_PUSH(b, domains, atom))
			return;
	}
	meta->domain_count = (uint32_t)book->domains_count - meta->domain;
	for (uint32_t i = count; i-- > 0;) {
		struct ybi_expr pick = { .op = YBI_OP_IF, .type = YBI_TEXT, .a = rows[i].when, .c = id };
		struct ybi_expr named = { .op = YBI_OP_CLAUSE, .type = YBI_TEXT, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR, .x = rows[i].clause };
		struct ybi_expr day = { .op = YBI_OP_IF, .type = YBI_DATE, .a = rows[i].when, .b = rows[i].start, .c = start };
		named.a = ybi_add_const(b, ybi_fraction_from(ybi_intern(b, rows[i].id, strlen(rows[i].id))), YBI_TEXT, rows[i].row);
		pick.b = named.a == YBI_NO_EXPR ? YBI_NO_EXPR : ybi_add_expr(b, named, rows[i].row);
		if (day.b == YBI_NO_EXPR)
			day.b = ybi_add_expr(b, nothing, rows[i].row);
		id = ybi_add_expr(b, pick, rows[i].row);
		start = ybi_add_expr(b, day, rows[i].row);
	}
	if (b->status == YB_E_NO_MEMORY)
		return;
	book->facts[book->window_fact].from = id;
	book->facts[book->window_start_fact].from = start;
}

static bool
push_window(struct ybi_builder *b, const struct window *row)
{
	struct ybi_window window = { .year = row->year, .notice = row->notice, .from = row->from, .to = row->to, .first_day = row->first_day,
		                     .last_day = row->last_day, .id = row->id, .clause = row->clause };

	ybi_read_label(b, row->row, &window.label_zh, &window.label_en);
	return YBI_PUSH(b, windows, window);
}

static void
build_windows(struct ybi_builder *b, const struct ybi_node *section)
{
	static const char *const keys[] = { "for", "notice", "when", "rows" };
	const struct ybi_node *list = ybi_section_list(b, section, "windows", 128);
	struct window rows[WINDOW_ROWS];
	uint32_t count = 0;
	bool bad = false;

	for (uint32_t i = 0; list && i < list->count; i++) {
		const struct ybi_node *entry = list->items[i], *inner = ybi_section_list(b, entry, "rows", 64);
		int32_t year = 0, notice = 0;
		ybi_check_keys(b, entry, keys, ARRAY_SIZE(keys));
		if (!inner || !read_year(b, entry, "for", true, &year) || !read_year(b, entry, "notice", false, &notice)) {
			if (!ybi_node_get(entry, "rows"))
				ybi_fault(b, YB_E_MISSING_KEY, entry, "windows", "a window says `for:` which year, and has `rows:`");
			bad = true;
			continue;
		}
		for (uint32_t k = 0; k < inner->count; k++) {
			if (count == WINDOW_ROWS) {
				ybi_fault(b, YB_E_LIMIT, inner->items[k], "windows", "more than %d windows", WINDOW_ROWS);
				return;
			}
			if (!build_row(b, entry, inner->items[k], year, &rows[count])) {
				bad = true;
				continue;
			}
			rows[count].notice = notice;
			if (!push_window(b, &rows[count]))
				return;
			count++;
		}
	}
	if (!count || bad)
		return;
	check_windows(b, rows, count);
	derive_windows(b, rows, count, list);
}

/* ---- charges ---- */

static uint32_t
answer(struct ybi_builder *b, const char *id, const char *what, enum ybi_type type, const struct ybi_node *node)
{
	return ybi_add_answer(b, YBI_ASK_FEE, type, ybi_format(b, "%s.%s", id, what), node);
}

static bool
is_payer(const char *name)
{
	static const char *const taken[] = { "base", "total", "year", "exact" };

	for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
		if (!strcmp(name, taken[i]))
			return false;
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0' && strlen(name) <= 40 && name[0] > '9';
}

/* Any word may be a payer, but not one that looks like a usual one misspelt. */
static bool
is_spelt(struct ybi_builder *b, const char *name, const struct ybi_node *key)
{
	static const char *const usual[] = { "person", "employer", "finsubs", "medaid", "account", "pool", "other", "employee" };
	size_t near = ybi_nearest(name, usual, ARRAY_SIZE(usual));

	if (near == SIZE_MAX || !strcmp(name, usual[near]))
		return true;
	ybi_fault(b, YB_E_UNKNOWN_NAME, key, name, "no payer \"%.40s\"; did you mean \"%s\"?", name, usual[near]);
	return false;
}

static void
build_payers(struct ybi_builder *b, const struct ybi_scope *scope, const char *path, const struct ybi_node *map, struct ybi_charge *charge)
{
	const struct ybi_node *payers = ybi_node_get(map, "payers");
	const char *rest = NULL;

	charge->first_payer = (uint32_t)b->book->payers_count;
	if (!payers || payers->kind != YBI_MAP || payers->count == 0 || payers->count > PAYERS) {
		ybi_fault(b, payers ? YB_E_SYNTAX : YB_E_MISSING_KEY, payers ? payers : map, charge->id, "a charge has a mapping `payers:` of at most %d", PAYERS);
		return;
	}
	for (uint32_t i = 0; i < payers->count; i++) {
		const struct ybi_entry *entry = &payers->entries[i];
		struct ybi_payer payer = { .name = entry->key, .expr = YBI_NO_EXPR };
		struct ybi_node key = *entry->value;
		key.line = entry->line;
		key.column = entry->column;
		if (!strcmp(entry->key, "source") || !strcmp(entry->key, "note") || !strcmp(entry->key, "confidence"))
			continue;
		if (!is_payer(entry->key)) {
			if (i == 0 || !ybi_node_is_torn(payers->entries[i - 1].value))
				ybi_fault(b, YB_E_BAD_VALUE, &key, entry->key, "\"%.40s\" is no payer; person, employer, finsubs, medaid, account, pool, other …", entry->key);
			continue;
		}
		if (!is_spelt(b, entry->key, &key))
			continue;
		payer.clause = charge->clause;
		payer.amount = answer(b, charge->id, payer.name, YBI_MONEY, &key);
		payer.exact = answer(b, charge->id, ybi_format(b, "%s.exact", payer.name), YBI_MONEY, &key);
		payer.year = answer(b, charge->id, ybi_format(b, "%s.year", payer.name), YBI_MONEY, &key);
		if (ybi_node_is(entry->value, "rest")) {
			if (rest)
				ybi_fault(b, YB_E_RULE, entry->value, entry->key, "both \"%s\" and \"%s\" take the rest", rest, entry->key);
			if (!ybi_node_get(map, "total"))
				ybi_fault(b, YB_E_RULE, entry->value, entry->key, "`rest` needs a `total:`");
			rest = entry->key;
		} else {
			payer.expr = ybi_clause_slot(b, scope, ybi_format(b, "%s/%s", path, entry->key),
			                             entry->value->kind == YBI_MAP && ybi_node_get(entry->value, "source") ? entry->value : map, entry->value,
			                             YBI_MONEY, false, false, &payer.clause);
			if (payer.expr == YBI_NO_EXPR)
				continue;
		}
		if (!YBI_PUSH(b, payers, payer))
			return;
		charge->payer_count++;
	}
}

/* The figure of an expression that is one, whatever the facts. */
static bool
is_figure(const struct ybi_builder *b, uint32_t expr, struct ybi_fraction *q)
{
	const struct ybi_expr *e;

	if (expr == YBI_NO_EXPR)
		return false;
	e = &b->book->exprs[expr];
	while (e->op == YBI_OP_CLAUSE || e->op == YBI_OP_MEMO)
		e = &b->book->exprs[e->a];
	if (e->op == YBI_OP_CONST)
		*q = b->book->constants[e->x];
	return e->op == YBI_OP_CONST;
}

/* Plain figures that cannot make the total are told here; what hangs on facts when it is worked out. */
static void
check_parts(struct ybi_builder *b, const struct ybi_node *map, const struct ybi_charge *charge)
{
	struct ybi_fraction total, part, sum = ybi_fraction_from(0), step = ybi_fraction_from(charge->step);
	bool rest = false;

	if (!is_figure(b, charge->total, &total) || ybi_fraction_round(total, step, charge->mode, &total) != YB_OK)
		return;
	for (uint32_t i = 0; i < charge->payer_count; i++) {
		uint32_t expr = b->book->payers[charge->first_payer + i].expr;
		if (expr == YBI_NO_EXPR) {
			rest = true;
			continue;
		}
		if (!is_figure(b, expr, &part) || ybi_fraction_round(part, step, charge->mode, &part) != YB_OK || ybi_fraction_add(sum, part, &sum) != YB_OK)
			return;
	}
	if (rest ? ybi_fraction_cmp(sum, total) > 0 : ybi_fraction_cmp(sum, total) != 0)
		ybi_fault(b, YB_E_RULE, map, charge->id, rest ? "the parts of charge \"%s\" come to more than its total" : "the parts of charge \"%s\" do not make its total",
		          charge->id);
}

static void
build_charge(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "period", "base", "total", "months", "round", "payers", "replaces" };
	struct ybi_charge charge = { .id = ybi_read_id(b, map, "charge", false), .base = YBI_NO_EXPR, .total = YBI_NO_EXPR, .months = YBI_NO_EXPR,
		                     .step = b->book->round_step, .mode = b->book->round_mode };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR, .answers_of = YBI_ASK_FEE + 1 };
	const struct ybi_node *base = ybi_node_get(map, "base"), *total = ybi_node_get(map, "total"), *months = ybi_node_get(map, "months");
	const struct ybi_node *round = ybi_node_get(map, "round");
	uint32_t clause;
	const char *path;
	bool bad;

	if (!charge.id)
		return;
	b->unsourced = false;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	ybi_read_label(b, map, &charge.label_zh, &charge.label_en);
	path = scope.path = ybi_format(b, "fee/%s", charge.id);
	charge.clause = charge.total_clause = ybi_add_clause(b, path, map, true);
	charge.when = ybi_parse_clause_when(b, &scope, map, &bad);
	if (!ybi_read_span(b, map, &charge.span) || (round && !ybi_parse_round(b, round, &charge.step, &charge.mode)))
		bad = true;
	if (base)
		charge.base = ybi_clause_slot(b, &scope, ybi_format(b, "%s/base", path), map, base, YBI_MONEY, false, false, &clause);
	charge.base_answer = answer(b, charge.id, "base", YBI_MONEY, map);
	if (base)
		scope.base = charge.base_answer + 1;
	if (total)
		charge.total = ybi_clause_slot(b, &scope, ybi_format(b, "%s/total", path), map, total, YBI_MONEY, false, false, &charge.total_clause);
	charge.total_answer = answer(b, charge.id, "total", YBI_MONEY, map);
	charge.exact_answer = answer(b, charge.id, "total.exact", YBI_MONEY, map);
	charge.year_answer = answer(b, charge.id, "total.year", YBI_MONEY, map);
	if (months)
		charge.months = ybi_clause_slot(b, &scope, ybi_format(b, "%s/months", path), map, months, YBI_COUNT, false, false, &clause);
	if (months && charge.span != YBI_SPAN_MONTH && !bad)
		ybi_fault(b, YB_E_RULE, months, "months", "`months:` multiplies a charge of `period: month`");
	build_payers(b, &scope, path, map, &charge);
	if (bad || charge.clause == YBI_NO_CLAUSE || (base && charge.base == YBI_NO_EXPR) || (total && charge.total == YBI_NO_EXPR) ||
	    (months && charge.months == YBI_NO_EXPR))
		return;
	if (b->status == YB_OK)
		check_parts(b, map, &charge);
	(void)YBI_PUSH(b, charges, charge);
}

/* month.<payer> and due.<payer>, one of each for every payer of the document. */
static void
build_sums(struct ybi_builder *b, const struct ybi_node *section)
{
	struct ybi_book *book = b->book;

	book->first_sum = (uint32_t)book->answers_count;
	for (size_t i = 0; i < book->payers_count; i++) {
		struct ybi_payer *payer = &book->payers[i];
		size_t k = 0;
		while (k < i && strcmp(book->payers[k].name, payer->name) != 0)
			k++;
		if (k < i) {
			payer->month_sum = book->payers[k].month_sum;
			payer->due_sum = book->payers[k].due_sum;
			continue;
		}
		payer->month_sum = ybi_add_answer(b, YBI_ASK_FEE, YBI_MONEY, ybi_format(b, "month.%s", payer->name), section);
		payer->due_sum = ybi_add_answer(b, YBI_ASK_FEE, YBI_MONEY, ybi_format(b, "due.%s", payer->name), section);
	}
	book->month_total = ybi_add_answer(b, YBI_ASK_FEE, YBI_MONEY, "month.total", section);
	book->due_total = ybi_add_answer(b, YBI_ASK_FEE, YBI_MONEY, "due.total", section);
	book->sum_count = (uint32_t)book->answers_count - book->first_sum;
}

/* ---- channels, missing months ---- */

static void
build_open_channels(struct ybi_builder *b, const struct ybi_node *section)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "replaces" };
	const struct ybi_node *list = ybi_section_list(b, section, "channels", 64);

	for (uint32_t i = 0; list && i < list->count; i++) {
		const struct ybi_node *map = list->items[i];
		struct ybi_open_channel row = { .id = ybi_read_id(b, map, "channel", true) };
		struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
		bool bad;
		if (!row.id || !ybi_check_unique(b, list, i, "channel"))
			continue;
		ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
		scope.path = ybi_format(b, "fee/channels/%s", row.id);
		row.clause = ybi_add_clause(b, scope.path, map, true);
		row.when = ybi_parse_clause_when(b, &scope, map, &bad);
		if (!bad && row.clause != YBI_NO_CLAUSE)
			(void)YBI_PUSH(b, open_channels, row);
	}
}

static void
derive_missing_months(struct ybi_builder *b, const struct ybi_node *section)
{
	const struct ybi_node *node = ybi_node_get(section, "missing_months");
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	uint32_t clause, expr;

	if (!node)
		return;
	expr = ybi_clause_slot(b, &scope, "fee/missing_months", node, node, YBI_COUNT, false, false, &clause);
	b->book->facts[ybi_book_fact(b->book, "missing_months", 14)].from = expr;
}

void
ybi_build_fee(struct ybi_builder *b)
{
	static const char *const keys[] = { "windows", "charges", "channels", "missing_months", "refuse", "drop", "from", "to", "through" };
	const struct ybi_node *list;

	if (!ybi_section_begin(b, b->fee, YBI_ASK_FEE, "fee", keys, ARRAY_SIZE(keys)))
		return;
	build_windows(b, b->fee);
	derive_missing_months(b, b->fee);
	list = ybi_section_list(b, b->fee, "charges", 256);
	for (uint32_t i = 0; list && i < list->count; i++)
		if (ybi_check_unique(b, list, i, "charge"))
			build_charge(b, list->items[i]);
	build_sums(b, b->fee);
	build_open_channels(b, b->fee);
}
