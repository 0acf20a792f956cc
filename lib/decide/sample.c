/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "decide/render.h"
#include "decide/sample.h"
#include "decide/vector.h"

/* ---- where the rules change: values worth asking about, fact by fact ---- */

#define AXIS_VALUES 64
#define MONEY_VALUES 256
#define GIVEN 32
#define FILLS 12 /* times that a case is given what it lacks */

struct axis {
	const char *name;
	enum ybi_type type;
	yb_field field;
	bool total;                   /* a running total */
	uint8_t read[YBI_ASK_COUNT_]; /* a question of this kind looked at it */
	const char *values[AXIS_VALUES];
	size_t count;
};

struct sampler {
	const struct ybi_sample_side *sides;
	struct yb_decision *d[2];
	struct ybi_arena arena;
	struct axis *axes;
	size_t axis_count, axis_room;
	yb_fen money[MONEY_VALUES];
	size_t money_count;
	uint8_t *read[2]; /* by fact */
	uint64_t state;   /* of the random numbers */
	bool failed;      /* no memory */
};

/* splitmix64 */
static uint32_t
draw(struct sampler *s, uint32_t below)
{
	uint64_t z = s->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return (uint32_t)((z >> 32) * below >> 32);
}

static bool
is_asked(const struct ybi_fact_meta *meta)
{
	static const yb_field never[] = { YB_FIELD_PSN_NO, YB_FIELD_CERTNO, YB_FIELD_INSUTYPE, YB_FIELD_INSUPLC_ADMDVS, YB_FIELD_MDTRT_ID,
		YB_FIELD_MEDFEE_SUMAMT, YB_FIELD_FULAMT_OWNPAY_AMT, YB_FIELD_OVERLMT_SELFPAY, YB_FIELD_PRESELFPAY_AMT, YB_FIELD_INSCP_SCP_AMT };
	static const char *const buckets[] = { "scope", "total", "prior", "over_limit", "fully_own" };

	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		if (meta->field == never[i])
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(buckets); i++)
		if (!strcmp(meta->name, buckets[i]))
			return false;
	return meta->part != YBI_OF_SETTLEMENT && meta->part != YBI_OF_KIND && meta->part != YBI_OF_LINE && !meta->series;
}

static struct axis *
axis_of(struct sampler *s, const struct ybi_book *book, uint32_t fact)
{
	const struct ybi_fact_meta *meta = &book->facts[fact];

	for (size_t i = 0; i < s->axis_count; i++)
		if (!strcmp(s->axes[i].name, meta->name))
			return s->axes[i].type == (enum ybi_type)meta->type ? &s->axes[i] : NULL;
	if (!is_asked(meta))
		return NULL;
	if (!ybi_grow(&s->axes, s->axis_count, &s->axis_room, sizeof(*s->axes))) {
		s->failed = true;
		return NULL;
	}
	s->axes[s->axis_count] = (struct axis){ .name = meta->name, .type = (enum ybi_type)meta->type, .field = meta->field,
		.total = meta->part == YBI_OF_TOTAL };
	return &s->axes[s->axis_count++];
}

static void
add_value(struct sampler *s, struct axis *axis, const char *text, size_t length)
{
	const char *copy;

	if (!axis || axis->count == AXIS_VALUES)
		return;
	for (size_t i = 0; i < axis->count; i++)
		if (ybi_streq_n(text, length, axis->values[i]))
			return;
	copy = ybi_arena_strndup(&s->arena, text, length);
	if (copy)
		axis->values[axis->count++] = copy;
	else
		s->failed = true;
}

static void
add_money(struct sampler *s, int64_t fen)
{
	if (fen < 0 || fen > YB_FEN_LIMIT || s->money_count == MONEY_VALUES)
		return;
	for (size_t i = 0; i < s->money_count; i++)
		if (s->money[i] == fen)
			return;
	s->money[s->money_count++] = fen;
}

/* A number of 1/den as its fact is written. */
static void
add_number(struct sampler *s, struct axis *axis, int64_t number, int64_t den)
{
	char text[YB_FEN_TEXT_SIZE + YB_DAY_TEXT_SIZE];
	struct ybi_text out = { 0 };
	struct ybi_fraction q;

	if (!axis || (number < 0 && axis->type != YBI_DATE))
		return;
	switch (axis->type) {
	case YBI_MONEY:
		if (number <= YB_FEN_LIMIT && den == 1) {
			yb_fen_to_text(number, text);
			add_value(s, axis, text, strlen(text));
		}
		return;
	case YBI_DATE:
		if (number > YBI_DAY_FIRST && number < YBI_DAY_LAST) {
			yb_day_to_text((yb_day)number, text);
			add_value(s, axis, text, strlen(text));
		}
		return;
	default:
		if (ybi_fraction_make(number, den, &q) == YB_OK)
			ybi_fraction_print(q, &out);
		if (out.failed)
			s->failed = true;
		else if (out.data)
			add_value(s, axis, out.data, out.length);
		ybi_text_free(&out);
	}
}

/* An end of a cell: on it, and on either side. */
static void
add_end(struct sampler *s, struct axis *axis, int64_t end, int64_t den)
{
	if (end == INT64_MIN || end == INT64_MAX)
		return;
	add_number(s, axis, end, den);
	add_number(s, axis, end - 1, den);
	add_number(s, axis, end + 1, den);
}

/* `13*`: a code that begins so. */
static void
add_atom(struct sampler *s, struct axis *axis, const char *name)
{
	size_t length = strlen(name), count = 0;
	const struct ybi_code *codes = axis && axis->field ? ybi_codes(axis->field, &count) : NULL;

	if (!length || name[length - 1] != '*') {
		add_value(s, axis, name, length);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (!strncmp(codes[i].code, name, length - 1)) {
			add_value(s, axis, codes[i].code, strlen(codes[i].code));
			return;
		}
	add_value(s, axis, name, length - 1);
}

static uint32_t
fact_of(const struct ybi_book *book, uint32_t expr)
{
	while (expr != YBI_NO_EXPR && (book->exprs[expr].op == YBI_OP_MEMO || book->exprs[expr].op == YBI_OP_CLAUSE))
		expr = book->exprs[expr].a;
	return expr != YBI_NO_EXPR && book->exprs[expr].op == YBI_OP_FACT ? book->exprs[expr].x : YBI_NO_FACT;
}

static void
add_cell(struct sampler *s, const struct ybi_book *book, uint32_t fact, const struct ybi_cell *cell)
{
	struct axis *axis = fact != YBI_NO_FACT ? axis_of(s, book, fact) : NULL;
	const struct ybi_fact_meta *meta;

	if (cell->any || !axis || (enum ybi_type)cell->type != axis->type)
		return;
	meta = &book->facts[fact];
	for (uint32_t i = 0; i < cell->count; i++)
		if (cell->type == YBI_TEXT)
			add_atom(s, axis, book->atom_names[book->atoms[cell->first + i]]);
		else if (cell->type != YBI_FLAG && cell->type != YBI_SET) {
			add_end(s, axis, book->intervals[cell->first + i].low, cell->den);
			add_end(s, axis, book->intervals[cell->first + i].high, cell->den);
		}
	if (cell->type == YBI_SET)
		for (uint32_t i = 0; i < meta->domain_count && i < 64; i++)
			if (cell->mask >> i & 1)
				add_atom(s, axis, book->atom_names[book->domains[meta->domain + i]]);
}

static void
add_comparison(struct sampler *s, const struct ybi_book *book, const struct ybi_expr *e)
{
	for (int turn = 0; turn < 2; turn++) {
		uint32_t fact = fact_of(book, turn ? e->b : e->a);
		const struct ybi_expr *other = &book->exprs[turn ? e->a : e->b];
		int64_t whole;
		if (fact == YBI_NO_FACT || other->op != YBI_OP_CONST || ybi_fraction_to_i64(book->constants[other->x], &whole) != YB_OK)
			continue;
		if (book->facts[fact].type != YBI_TEXT && book->facts[fact].type != YBI_FLAG && book->facts[fact].type != YBI_SET)
			add_end(s, axis_of(s, book, fact), whole, 1);
		else if (book->facts[fact].type == YBI_TEXT && whole > 0 && (size_t)whole < book->atom_names_count)
			add_atom(s, axis_of(s, book, fact), book->atom_names[whole]);
	}
}

static void
add_expr(struct sampler *s, const struct ybi_book *book, const struct ybi_expr *e)
{
	const struct ybi_table *table;
	int64_t fen;

	switch (e->op) {
	case YBI_OP_IN:
		add_cell(s, book, fact_of(book, e->a), &book->cells[e->x]);
		return;
	case YBI_OP_TABLE:
		table = &book->tables[e->x];
		for (uint32_t i = 0; i < table->rows * table->by_count; i++)
			add_cell(s, book, fact_of(book, book->args[table->by + i % table->by_count]), &book->cells[book->row_cells[table->cells + i]]);
		return;
	case YBI_OP_DATED:
		for (uint32_t i = 0; i < book->dated[e->x].count; i++) {
			const struct ybi_dated_entry *entry = &book->dated_entries[book->dated[e->x].first + i];
			add_number(s, axis_of(s, book, YBI_FACT_ON), entry->from, 1);
			add_number(s, axis_of(s, book, YBI_FACT_ON), (int64_t)entry->from - 1, 1);
		}
		return;
	case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE:
		add_comparison(s, book, e);
		return;
	case YBI_OP_CONST:
		if (e->type == YBI_MONEY && ybi_fraction_to_i64(book->constants[e->x], &fen) == YB_OK && fen > 0)
			for (int64_t off = -1; off <= 1; off++)
				add_money(s, fen + off);
		return;
	default:
		return;
	}
}

/* Values that the vectors have are values that persons and claims have. */
static void
add_part(struct sampler *s, const struct ybi_book *book, const struct ybi_node *part)
{
	for (uint32_t i = 0; part && part->kind == YBI_MAP && i < part->count; i++) {
		const struct ybi_node *value = part->entries[i].value;
		uint32_t fact = ybi_book_fact(book, part->entries[i].key, strlen(part->entries[i].key));
		if (!strcmp(part->entries[i].key, "yb_attributes"))
			add_part(s, book, value);
		else if (fact != YBI_NO_FACT && value->kind == YBI_SCALAR && !(value->plain && ybi_node_is(value, "null")))
			add_value(s, axis_of(s, book, fact), value->text, value->count);
	}
}

static void
add_top(struct sampler *s, const struct ybi_book *book, const struct ybi_node *vector, const char *key)
{
	const struct ybi_node *node = ybi_node_get(vector, key);
	uint32_t fact = ybi_book_fact(book, key, strlen(key));

	if (node && node->kind == YBI_SCALAR && fact != YBI_NO_FACT)
		add_value(s, axis_of(s, book, fact), node->text, node->count);
}

static void
collect(struct sampler *s, const struct ybi_book *book)
{
	static const char *const tops[] = { "on", "year", "paid_on", "months", "repaired" };

	for (size_t i = 0; i < book->exprs_count; i++)
		add_expr(s, book, &book->exprs[i]);
	for (size_t i = 0; i < book->windows_count; i++) {
		add_number(s, axis_of(s, book, YBI_FACT_YEAR), book->windows[i].year, 1);
		add_number(s, axis_of(s, book, book->paid_fact), book->windows[i].from, 1);
		add_number(s, axis_of(s, book, book->paid_fact), (int64_t)book->windows[i].to - 1, 1);
	}
	add_number(s, axis_of(s, book, YBI_FACT_ON), book->from, 1);
	for (size_t i = 0; i < book->vectors_count; i++) {
		const struct ybi_node *map = book->vectors[i].node;
		add_part(s, book, ybi_node_get(map, "person"));
		add_part(s, book, ybi_node_get(map, "claim"));
		add_part(s, book, ybi_node_get(map, "facts"));
		for (size_t k = 0; k < ARRAY_SIZE(tops); k++)
			add_top(s, book, map, tops[k]);
	}
	for (uint32_t i = 0; i < book->facts_count; i++) {
		struct axis *axis = axis_of(s, book, i);
		const struct ybi_fact_meta *meta = &book->facts[i];
		for (uint32_t k = 0; axis && meta->type == YBI_TEXT && k < meta->domain_count; k++)
			add_value(s, axis_of(s, book, i), book->atom_names[book->domains[meta->domain + k]], strlen(book->atom_names[book->domains[meta->domain + k]]));
	}
}

/* ---- cases ---- */

struct sample_case {
	struct ybi_vector vector; /* of a document, or a bare question */
	const char *base;         /* its id, NULL: none */
	struct ybi_given given[GIVEN];
	size_t count;
};

static void
give(struct sample_case *c, const char *name, const char *text)
{
	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->given[i].name, name)) {
			c->given[i].text = text;
			return;
		}
	if (c->count < GIVEN)
		c->given[c->count++] = (struct ybi_given){ name, text };
}

static const char *
money_text(struct sampler *s, yb_fen fen)
{
	char text[YB_FEN_TEXT_SIZE];
	const char *copy;

	yb_fen_to_text(fen, text);
	copy = ybi_arena_strndup(&s->arena, text, strlen(text));
	s->failed = s->failed || !copy;
	return copy ? copy : "0";
}

/* An amount of the rules or a fen beside it; now and then two together: a border counts from the deductible. */
static yb_fen
draw_money(struct sampler *s)
{
	yb_fen fen = s->money_count ? s->money[draw(s, (uint32_t)s->money_count)] : 100000;
	yb_fen more = s->money_count && draw(s, 4) == 0 ? s->money[draw(s, (uint32_t)s->money_count)] : 0;

	return more <= YB_FEN_LIMIT - fen ? fen + more : fen;
}

/* A value of an axis: one at which a rule changes; a plain one of its type where no rule names any. */
static const char *
draw_value(struct sampler *s, const struct axis *axis)
{
	static const char *const flags[] = { "yes", "no" }, *const counts[] = { "0", "1", "12" };

	if (axis->type == YBI_FLAG)
		return flags[draw(s, 2)];
	if (axis->type == YBI_MONEY && (axis->count == 0 || draw(s, 2)))
		return money_text(s, draw_money(s));
	if (axis->count)
		return axis->values[draw(s, (uint32_t)axis->count)];
	switch (axis->type) {
	case YBI_DATE: return "2026-01-01";
	case YBI_TEXT: case YBI_SET: return "";
	case YBI_RATE: return "0";
	default: return counts[draw(s, 3)];
	}
}

/* A bill whose parts add up; one in four has a part outside the policy's scope. */
static void
give_bill(struct sampler *s, struct sample_case *c)
{
	yb_fen scope = draw_money(s), prior = draw(s, 4) ? 0 : scope / 10;

	if (prior > YB_FEN_LIMIT - scope)
		prior = 0;
	give(c, "medfee_sumamt", money_text(s, scope + prior));
	give(c, "fulamt_ownpay_amt", "0");
	give(c, "overlmt_selfpay", "0");
	give(c, "preselfpay_amt", money_text(s, prior));
	give(c, "inscp_scp_amt", money_text(s, scope));
}

static void
give_axis(struct sampler *s, struct sample_case *c, const struct axis *axis)
{
	if (!strcmp(axis->name, "age"))
		give(c, "brdy", NULL);
	if (!strcmp(axis->name, "stay_days"))
		give(c, "begndate", NULL);
	if (!strcmp(axis->name, "on"))
		give(c, "enddate", NULL);
	give(c, axis->name, draw_value(s, axis));
}

static void
ask_sides(struct sampler *s, const struct sample_case *c)
{
	for (int k = 0; k < 2; k++)
		if (ybi_vector_ask(s->d[k], s->sides[k].set, s->sides[k].book, &c->vector, c->given, c->count) == YB_E_NO_MEMORY)
			s->failed = true;
}

/* Gives what either side lacks; false when there is nothing more to give. */
static bool
fill(struct sampler *s, struct sample_case *c)
{
	size_t before = c->count;
	bool bill = false;

	for (int k = 0; k < 2; k++) {
		const struct ybi_book *book = s->sides[k].book;
		for (uint32_t f = 0; s->d[k]->outcome == YB_OUTCOME_INCOMPLETE && f < book->facts_count; f++) {
			const struct ybi_fact_meta *meta = &book->facts[f];
			struct axis *axis = s->d[k]->missing[f] ? axis_of(s, book, f) : NULL;
			if (axis)
				give_axis(s, c, axis);
			else if (s->d[k]->missing[f] && (meta->type == YBI_MONEY || meta->field) && !meta->series)
				bill = c->vector.ask == YBI_ASK_REIMBURSE;
		}
	}
	if (bill)
		give_bill(s, c);
	return c->count > before;
}

/* Facts that were read, so that later cases vary them. */
static void
note_read(struct sampler *s, uint32_t ask)
{
	for (int k = 0; k < 2; k++)
		for (uint32_t f = 0; f < s->sides[k].book->facts_count; f++) {
			struct axis *axis = s->read[k][f] ? axis_of(s, s->sides[k].book, f) : NULL;
			if (axis)
				axis->read[ask] = 1;
			s->read[k][f] = 0;
		}
}

static void
vary(struct sampler *s, struct sample_case *c)
{
	uint32_t ask = c->vector.ask, changes = 1 + draw(s, 3);

	if (ask == YBI_ASK_REIMBURSE && (!c->vector.node || draw(s, 2)))
		give_bill(s, c);
	for (uint32_t tries = 0; changes && tries < 64 && s->axis_count; tries++) {
		const struct axis *axis = &s->axes[draw(s, (uint32_t)s->axis_count)];
		if (!axis->read[ask] && !(axis->total && ask == YBI_ASK_REIMBURSE && draw(s, 8) == 0))
			continue;
		give_axis(s, c, axis);
		changes--;
	}
	ask_sides(s, c);
	note_read(s, ask);
	for (int i = 0; i < FILLS && !s->failed && (s->d[0]->outcome == YB_OUTCOME_INCOMPLETE || s->d[1]->outcome == YB_OUTCOME_INCOMPLETE); i++) {
		if (!fill(s, c))
			break;
		ask_sides(s, c);
		note_read(s, ask);
	}
}

/* ---- what differs ---- */

static const char *const outcome_words[] = { "not asked", "answered", "refused", "incomplete", "unsupported" };

static bool
result_of(struct yb_decision *d, const char *name, struct ybi_value *value, enum ybi_type *type)
{
	return ybi_answer_find(d, name, value, type) && value->state == YBI_KNOWN;
}

static bool
is_told(enum ybi_type type)
{
	return type != YBI_TEXT && type != YBI_SET; /* names of rules may differ where the answers do not */
}

/* The first named result of one side that differs at the other; one that is not there counts as zero. */
static const char *
differing_answer(struct yb_decision *a, struct yb_decision *b)
{
	struct yb_decision *sides[2] = { a, b };

	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < sides[k]->book->answers_count; i++) {
			const struct ybi_answer *answer = &sides[k]->book->answers[i];
			struct ybi_value mine = sides[k]->answers[i], other;
			enum ybi_type type;
			if (answer->ask != a->ask || mine.state != YBI_KNOWN || !is_told((enum ybi_type)answer->type))
				continue;
			if (!result_of(sides[1 - k], answer->name, &other, &type))
				ybi_value_set(&other, ybi_fraction_from(0));
			if (ybi_fraction_cmp(mine.q, other.q) != 0)
				return answer->name;
		}
	return NULL;
}

static const char *
differing(struct yb_decision *a, struct yb_decision *b)
{
	if (a->ask == YBI_ASK_REIMBURSE)
		for (yb_field f = YBI_AMOUNT_FIRST; f <= YBI_AMOUNT_LAST; f++) {
			size_t i = (size_t)(f - YBI_AMOUNT_FIRST);
			if ((a->known[i] ? a->amounts[i] : 0) != (b->known[i] ? b->amounts[i] : 0))
				return yb_field_get_name(f);
		}
	if (a->ask == YBI_ASK_REWARDS) {
		struct ybi_value va, vb;
		enum ybi_type type;
		if (result_of(a, "reward.total", &va, &type) && result_of(b, "reward.total", &vb, &type) && ybi_fraction_cmp(va.q, vb.q) != 0)
			return "reward.total";
	}
	return differing_answer(a, b);
}

static void
put_result(struct ybi_text *out, struct yb_decision *d, const char *name)
{
	struct ybi_value value;
	enum ybi_type type;

	if (d->outcome != YB_OUTCOME_ANSWERED)
		ybi_text_puts(out, outcome_words[d->outcome]);
	else if (!name)
		ybi_text_puts(out, outcome_words[YB_OUTCOME_ANSWERED]);
	else if (!result_of(d, name, &value, &type))
		ybi_text_puts(out, "0");
	else if (type == YBI_MONEY)
		ybi_put_yuan(out, value.q);
	else
		ybi_put_value(out, d->book, type, &value);
}

/* Is it a fact that the case was made of, rather than one that follows? */
static bool
is_given(const struct sample_case *c, const char *name)
{
	static const char *const parts[] = { "person", "claim", "facts" };

	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->given[i].name, name))
			return c->given[i].text != NULL;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct ybi_node *part = ybi_node_get(c->vector.node, parts[i]);
		if (ybi_node_get(part, name) || ybi_node_get(ybi_node_get(part, "yb_attributes"), name) || ybi_node_get(ybi_node_get(part, "yb_totals"), name))
			return true;
	}
	return ybi_node_get(c->vector.node, name) != NULL;
}

static void
put_set(struct ybi_text *out, const struct ybi_book *book, const struct ybi_fact_meta *meta, int64_t mask)
{
	bool any = false;

	for (uint32_t i = 0; i < meta->domain_count && i < 63; i++)
		if (mask >> i & 1) {
			ybi_text_printf(out, "%s%s", any ? "|" : "", book->atom_names[book->domains[meta->domain + i]]);
			any = true;
		}
	ybi_text_puts(out, any ? "" : "-");
}

/* The facts of a case as one side holds them; amounts of zero are left out. */
static void
put_facts(struct ybi_text *out, struct yb_decision *d, const struct sample_case *c)
{
	const struct ybi_book *book = d->book;
	bool any = false;

	if (c->base)
		ybi_text_printf(out, "%s%s: ", c->count ? "like " : "", c->base);
	for (uint32_t f = 0; f < book->facts_count; f++) {
		const struct ybi_fact_meta *meta = &book->facts[f];
		struct ybi_value value;
		if (!d->facts[f].given || !is_given(c, meta->name) || (meta->type == YBI_MONEY && d->facts[f].value == 0))
			continue;
		ybi_text_printf(out, "%s%s ", any ? ", " : "", meta->name);
		any = true;
		ybi_value_set(&value, ybi_fraction_from(0));
		if (meta->type == YBI_SET)
			put_set(out, book, meta, d->facts[f].value);
		else if (ybi_fraction_make(d->facts[f].value, meta->den, &value.q) == YB_OK)
			ybi_put_value(out, book, (enum ybi_type)meta->type, &value);
	}
}

static void
case_free(struct ybi_sampled_case *row)
{
	ybi_text_free(&row->facts);
	ybi_text_free(&row->what);
	ybi_text_free(&row->before);
	ybi_text_free(&row->after);
	*row = (struct ybi_sampled_case){ .by = 0 };
}

static void
keep(struct sampler *s, const struct sample_case *c, const char *name, int64_t by, struct ybi_sampled_case *row)
{
	struct yb_decision *told = s->d[1]->outcome == YB_OUTCOME_NONE ? s->d[0] : s->d[1];

	case_free(row);
	row->by = by;
	put_facts(&row->facts, told, c);
	ybi_text_puts(&row->what, name ? name : "");
	put_result(&row->before, s->d[0], name);
	put_result(&row->after, s->d[1], name);
	s->failed = s->failed || row->facts.failed || row->what.failed || row->before.failed || row->after.failed;
}

static void
count_case(struct sampler *s, const struct sample_case *c, uint32_t examples, struct ybi_sampled *row)
{
	struct yb_decision *a = s->d[0], *b = s->d[1];
	bool both = a->outcome == YB_OUTCOME_ANSWERED && b->outcome == YB_OUTCOME_ANSWERED;
	const char *name = both ? differing(a, b) : NULL;
	struct ybi_value va, vb;
	enum ybi_type type;
	int64_t by = 0;

	row->asked++;
	row->answered += both;
	if (!name && (both || a->outcome == b->outcome))
		return;
	row->changed++;
	if (both && result_of(a, row->headline, &va, &type) && result_of(b, row->headline, &vb, &type) && ybi_fraction_cmp(va.q, vb.q) != 0) {
		by = ybi_value_whole(&vb) - ybi_value_whole(&va);
		name = row->headline;
		if (__builtin_add_overflow(row->sum, by, &row->sum))
			row->sum = by < 0 ? INT64_MIN : INT64_MAX;
	}
	if (by > row->rise.by)
		keep(s, c, name, by, &row->rise);
	if (by < row->fall.by)
		keep(s, c, name, by, &row->fall);
	if (row->example_count < examples && row->example_count < YBI_EXAMPLES)
		keep(s, c, name, by, &row->examples[row->example_count++]);
}

/* ---- the population ---- */

static bool
same_node(const struct ybi_node *a, const struct ybi_node *b)
{
	if (!a || !b || a->kind != b->kind || a->count != b->count)
		return !a && !b;
	for (uint32_t i = 0; a->kind == YBI_SEQ && i < a->count; i++)
		if (!same_node(a->items[i], b->items[i]))
			return false;
	for (uint32_t i = 0; a->kind == YBI_MAP && i < a->count; i++)
		if (!same_node(a->entries[i].value, ybi_node_get(b, a->entries[i].key)))
			return false;
	return a->kind != YBI_SCALAR || !strcmp(a->text, b->text);
}

/* Do two vectors ask the same of the same person and claim? */
static bool
same_question(const struct ybi_vector *a, const struct ybi_vector *b)
{
	static const char *const keys[] = { "person", "claim", "facts", "on", "year", "paid_on", "months", "repaired", "arrear_months", "interest",
		                            "refundable", "paid" };

	if (a->ask != b->ask)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!same_node(ybi_node_get(a->node, keys[i]), ybi_node_get(b->node, keys[i])))
			return false;
	return true;
}

static void
ask_vectors(struct sampler *s, const struct ybi_book *book, const struct ybi_book *before, uint32_t examples, struct ybi_sampled *rows)
{
	for (size_t i = 0; i < book->vectors_count && !s->failed; i++) {
		struct sample_case c = { .vector = book->vectors[i], .base = book->vectors[i].id };
		bool twice = false;
		for (size_t k = 0; before && k < before->vectors_count && !twice; k++)
			twice = same_question(&before->vectors[k], &c.vector);
		if (twice)
			continue;
		ask_sides(s, &c);
		note_read(s, c.vector.ask);
		count_case(s, &c, examples, &rows[c.vector.ask]);
	}
}

static const struct ybi_vector *
draw_vector(struct sampler *s, uint32_t ask)
{
	const struct ybi_book *a = s->sides[0].book, *b = s->sides[1].book;
	size_t total = a->vectors_count + b->vectors_count, count = 0, chosen;

	for (size_t i = 0; i < total; i++)
		count += (i < a->vectors_count ? a->vectors[i] : b->vectors[i - a->vectors_count]).ask == ask;
	if (!count || draw(s, 3) == 0)
		return NULL;
	chosen = draw(s, (uint32_t)count);
	for (size_t i = 0; i < total; i++) {
		const struct ybi_vector *vector = i < a->vectors_count ? &a->vectors[i] : &b->vectors[i - a->vectors_count];
		if (vector->ask == ask && chosen-- == 0)
			return vector;
	}
	return NULL;
}

static bool
has_rules(const struct ybi_book *book, uint32_t ask)
{
	return (book->sections & 1u << (ask == YBI_ASK_REWARDS ? YBI_ASK_ELIGIBILITY : ask)) != 0 && (ask != YBI_ASK_REWARDS || book->rewards_count);
}

static void
ask_population(struct sampler *s, uint32_t ask, uint32_t cases, uint32_t examples, struct ybi_sampled *row)
{
	for (uint32_t i = 0; i < cases && !s->failed; i++) {
		const struct ybi_vector *base = draw_vector(s, ask);
		struct sample_case c = { .vector = { .ask = ask } };
		if (base) {
			c.vector = *base;
			c.base = base->id;
		}
		vary(s, &c);
		count_case(s, &c, examples, row);
	}
}

bool
ybi_sample(const struct ybi_sample_side sides[2], uint32_t cases, uint32_t examples, uint32_t seed, struct ybi_sampled rows[YBI_ASK_COUNT_])
{
	static const char *const headlines[] = { "due.person", "credit", "start", "reward.total", "fund_pay_sumamt" };
	struct sampler s = { .sides = sides, .state = seed };
	struct ybi_trace traces[2] = { { .rows = NULL }, { .rows = NULL } };

	for (uint32_t ask = 0; ask < YBI_ASK_COUNT_; ask++) {
		rows[ask].headline = headlines[ask];
		rows[ask].days = ask == YBI_ASK_ELIGIBILITY;
	}
	for (int k = 0; k < 2; k++) {
		s.read[k] = ybi_calloc(sides[k].book->facts_count, 1);
		if (!s.read[k] || yb_decision_new(&s.d[k], NULL) != YB_OK) {
			s.failed = true;
			break;
		}
		traces[k].facts = s.read[k];
		s.d[k]->trace = &traces[k];
	}
	for (int k = 0; k < 2 && !s.failed; k++)
		collect(&s, sides[k].book);
	for (int k = 0; k < 2 && !s.failed; k++)
		ask_vectors(&s, sides[k].book, k ? sides[0].book : NULL, examples, rows);
	for (uint32_t ask = 0; ask < YBI_ASK_COUNT_ && !s.failed; ask++)
		if (has_rules(sides[0].book, ask) || has_rules(sides[1].book, ask))
			ask_population(&s, ask, cases, examples, &rows[ask]);
	for (int k = 0; k < 2; k++) {
		yb_decision_unref(s.d[k]);
		free(s.read[k]);
	}
	free(s.axes);
	ybi_arena_free(&s.arena);
	return !s.failed;
}

void
ybi_sampled_free(struct ybi_sampled rows[YBI_ASK_COUNT_])
{
	for (uint32_t ask = 0; ask < YBI_ASK_COUNT_; ask++) {
		case_free(&rows[ask].rise);
		case_free(&rows[ask].fall);
		for (size_t i = 0; i < rows[ask].example_count; i++)
			case_free(&rows[ask].examples[i]);
	}
}
