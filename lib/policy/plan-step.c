/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

struct ybi_operand
ybi_no_operand(struct ybi_compiler *c)
{
	c->failed = true;
	return (struct ybi_operand){ .state = 2 };
}

/* A step of a fee that is there already, whose register serves again: every sum over charges is asked for twice. YBI_NO_REG: there is none. */
static uint16_t
same_step(const struct ybi_compiler *c, const struct ybi_column_step *step)
{
	for (size_t i = 0; c->answers && i < c->steps_count; i++) {
		const struct ybi_column_step *s = &c->steps[i];
		if (s->op == step->op && s->op != YBI_COL_INDEX && s->a == step->a && s->b == step->b && s->c == step->c && s->x == step->x && s->y == step->y &&
		    s->low == step->low && s->high == step->high)
			return s->out;
	}
	return YBI_NO_REG;
}

struct ybi_operand
ybi_emit(struct ybi_compiler *c, struct ybi_column_step step, int64_t den, int64_t low, int64_t high)
{
	struct ybi_operand o = { .state = 1, .den = den, .low = low, .high = high };

	if (c->regs >= 1000 || low < -YBI_VALUE_LIMIT || high > YBI_VALUE_LIMIT)
		return ybi_no_operand(c);
	o.reg = same_step(c, &step);
	if (o.reg != YBI_NO_REG)
		return o;
	o.reg = step.out = (uint16_t)c->regs++;
	if (!YBI_PLAN_ADD(c, steps, step))
		return ybi_no_operand(c);
	return o;
}

/* The number of a value that stands in a column of its own throughout. */
uint32_t
ybi_constant_number(struct ybi_compiler *c, int64_t value)
{
	for (uint32_t i = 0; i < c->constants_count; i++)
		if (c->constants[i] == value)
			return i;
	return YBI_PLAN_ADD(c, constants, value) ? (uint32_t)c->constants_count - 1 : 0;
}

static struct ybi_operand
constant_or_none(struct ybi_compiler *c, int64_t value, int64_t den, bool none)
{
	struct ybi_operand o = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_CONST, .x = ybi_constant_number(c, value), .low = value }, den,
	                        none ? 0 : value, none ? 0 : value);

	o.maybe_none = none;
	return o;
}

struct ybi_operand
ybi_constant(struct ybi_compiler *c, int64_t value, int64_t den)
{
	return constant_or_none(c, value, den, false);
}

/* ---- what a row may lack ---- */

static struct ybi_operand
lacking(struct ybi_operand o, uint16_t lack)
{
	o.lack = lack;
	return o;
}

static uint16_t
lack_step(struct ybi_compiler *c, uint16_t op, uint16_t a, uint16_t b)
{
	struct ybi_operand o = ybi_emit(c, (struct ybi_column_step){ .op = op, .a = a, .b = b }, 1, 0, 1);

	return o.state == 1 ? (uint16_t)(o.reg + 1) : 0;
}

uint16_t
ybi_lack_either(struct ybi_compiler *c, uint16_t a, uint16_t b)
{
	if (a == 0 || b == 0 || a == b)
		return a == 0 ? b : a;
	return lack_step(c, YBI_COL_OR, a < b ? (uint16_t)(a - 1) : (uint16_t)(b - 1), a < b ? (uint16_t)(b - 1) : (uint16_t)(a - 1));
}

uint16_t
ybi_lack_where(struct ybi_compiler *c, uint16_t lack, uint16_t condition)
{
	return lack == 0 ? 0 : lack_step(c, YBI_COL_AND, (uint16_t)(lack - 1), condition);
}

/* No row has a value. */
struct ybi_operand
ybi_nothing(struct ybi_compiler *c)
{
	return lacking(ybi_constant(c, 0, 1), (uint16_t)(ybi_constant(c, 1, 1).reg + 1));
}

/* The same value over a larger denominator. */
struct ybi_operand
ybi_rescale(struct ybi_compiler *c, struct ybi_operand o, int64_t den)
{
	int64_t factor, low, high;

	if (o.state != 1 || o.den == den)
		return o;
	if (den % o.den || o.maybe_none)
		return ybi_no_operand(c);
	factor = den / o.den;
	if (__builtin_mul_overflow(o.low, factor, &low) || __builtin_mul_overflow(o.high, factor, &high))
		return ybi_no_operand(c);
	return lacking(ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = o.reg, .low = factor }, den, low, high), o.lack);
}

bool
ybi_level(struct ybi_compiler *c, struct ybi_operand *a, struct ybi_operand *b)
{
	int64_t den;

	if (a->state != 1 || b->state != 1 || a->maybe_none || b->maybe_none)
		return false;
	den = ybi_common_den(a->den, b->den);
	if (den == 0)
		return false;
	*a = ybi_rescale(c, *a, den);
	*b = ybi_rescale(c, *b, den);
	return a->state == 1 && b->state == 1;
}

static struct ybi_operand
arithmetic(struct ybi_compiler *c, uint16_t op, struct ybi_operand a, struct ybi_operand b)
{
	struct ybi_column_step step = { 0 };
	int64_t low, high, corner[4];

	if (op == YBI_OP_MUL) {
		int64_t den;
		if (a.state != 1 || b.state != 1 || a.maybe_none || b.maybe_none || __builtin_mul_overflow(a.den, b.den, &den) || den > YBI_DEN_LIMIT ||
		    __builtin_mul_overflow(a.low, b.low, &corner[0]) || __builtin_mul_overflow(a.low, b.high, &corner[1]) ||
		    __builtin_mul_overflow(a.high, b.low, &corner[2]) || __builtin_mul_overflow(a.high, b.high, &corner[3]))
			return ybi_no_operand(c);
		low = high = corner[0];
		for (int i = 1; i < 4; i++) {
			low = corner[i] < low ? corner[i] : low;
			high = corner[i] > high ? corner[i] : high;
		}
		if (c->answers && b.low == 1 && b.high == 1) /* of a share: the denominator says it */
			return (struct ybi_operand){ .state = 1, .reg = a.reg, .den = den, .low = low, .high = high };
		if (b.low == b.high || a.low == a.high) /* by a constant */
			step = (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = b.low == b.high ? a.reg : b.reg, .low = b.low == b.high ? b.low : a.low };
		else
			step = (struct ybi_column_step){ .op = YBI_COL_MUL, .a = a.reg, .b = b.reg };
		return ybi_emit(c, step, den, low, high);
	}
	if (!ybi_level(c, &a, &b))
		return ybi_no_operand(c);
	step.a = a.reg;
	step.b = b.reg;
	switch (op) {
	case YBI_OP_ADD:
		step.op = YBI_COL_ADD;
		return ybi_emit(c, step, a.den, a.low + b.low, a.high + b.high);
	case YBI_OP_SUB:
		step.op = YBI_COL_SUB;
		return ybi_emit(c, step, a.den, a.low - b.high, a.high - b.low);
	case YBI_OP_MIN:
		step.op = YBI_COL_MIN;
		return ybi_emit(c, step, a.den, a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high);
	case YBI_OP_MAX:
		step.op = YBI_COL_MAX;
		return ybi_emit(c, step, a.den, a.low > b.low ? a.low : b.low, a.high > b.high ? a.high : b.high);
	default:
		step.op = op == YBI_OP_LT ? YBI_COL_LT : op == YBI_OP_LE ? YBI_COL_LE : op == YBI_OP_EQ ? YBI_COL_EQ : YBI_COL_NE;
		return ybi_emit(c, step, 1, 0, 1);
	}
}

struct ybi_operand
ybi_arithmetic(struct ybi_compiler *c, uint16_t op, struct ybi_operand a, struct ybi_operand b)
{
	struct ybi_operand o = arithmetic(c, op, a, b);

	return o.state == 1 ? lacking(o, ybi_lack_either(c, a.lack, b.lack)) : o;
}

static uint32_t
divisor_number(struct ybi_compiler *c, int64_t by)
{
	for (uint32_t i = 0; i < c->divisors_count; i++)
		if (c->divisors[i].by == by)
			return i;
	return YBI_PLAN_ADD(c, divisors, ybi_divisor_make(by)) ? (uint32_t)c->divisors_count - 1 : 0;
}

/* x / by to a whole number; `by` up to 2^40 and x below 2^61 keep the division exact. */
struct ybi_operand
ybi_divided(struct ybi_compiler *c, struct ybi_operand a, int64_t by, uint32_t mode, int64_t den)
{
	if (a.state != 1 || a.maybe_none || by < 1 || by > INT64_C(1) << 40 || a.low < -(YBI_VALUE_LIMIT >> 1) || a.high > YBI_VALUE_LIMIT >> 1)
		return ybi_no_operand(c);
	return lacking(ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_DIVIDE, .a = a.reg, .x = divisor_number(c, by), .y = mode, .low = a.low < 0 },
	                        den, a.low / by - 1, a.high / by + 1), a.lack);
}

static struct ybi_operand
rounded(struct ybi_compiler *c, struct ybi_operand a, struct ybi_fraction step, uint32_t mode)
{
	uint16_t lack = a.lack;
	int64_t num, by;
	struct ybi_operand q;

	/* round to multiples of num/den: floor-like division of a * den by a.den * num, then times num over den */
	if (a.state != 1 || ybi_fraction_to_i64((struct ybi_fraction){ step.num, 1 }, &num) != YB_OK || num <= 0)
		return ybi_no_operand(c);
	if (step.den != 1) {
		int64_t low, high;
		if (__builtin_mul_overflow(a.low, step.den, &low) || __builtin_mul_overflow(a.high, step.den, &high))
			return ybi_no_operand(c);
		a = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = a.reg, .low = step.den }, a.den, low, high);
	}
	if (a.state != 1 || __builtin_mul_overflow(a.den, num, &by))
		return ybi_no_operand(c);
	q = ybi_divided(c, a, by, mode, step.den);
	if (q.state == 1 && num != 1)
		q = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_SCALE, .a = q.reg, .low = num }, step.den, q.low * num, q.high * num);
	return lacking(q, lack);
}

/* ---- conditions ---- */

struct ybi_operand
ybi_select(struct ybi_compiler *c, struct ybi_operand when, struct ybi_operand a, struct ybi_operand b)
{
	uint16_t lack = when.lack, x = a.lack, y = b.lack;
	struct ybi_operand o;

	if (when.state != 1 || !ybi_level(c, &a, &b))
		return ybi_no_operand(c);
	if (when.low == when.high && lack == 0)
		return when.low ? a : b;
	o = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_SELECT, .a = when.reg, .b = a.reg, .c = b.reg }, a.den,
	             a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high);
	if (x && x == y)
		lack = ybi_lack_either(c, lack, x);
	else if (x || y) {
		lack = ybi_lack_either(c, lack, ybi_lack_where(c, x, when.reg));
		lack = ybi_lack_either(c, lack, y ? ybi_lack_where(c, y, ybi_not(c, when).reg) : 0);
	}
	return lacking(o, lack);
}

struct ybi_operand
ybi_not(struct ybi_compiler *c, struct ybi_operand a)
{
	if (a.state != 1)
		return ybi_no_operand(c);
	return lacking(ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_NOT, .a = a.reg }, 1, a.high > 0 ? 0 : 1, a.low > 0 ? 0 : 1), a.lack);
}

/* Where one of two may be lacking, that is of matter only where the other does not decide: in a conjunction where it holds, else where not. */
static uint16_t
lack_undecided(struct ybi_compiler *c, uint16_t op, struct ybi_operand lacks, struct ybi_operand other)
{
	struct ybi_operand open = op == YBI_OP_AND ? other : ybi_not(c, lacking(other, 0));
	uint16_t where = (uint16_t)(open.reg + 1);

	if (lacks.lack == 0 || open.state != 1)
		return 0;
	return ybi_lack_where(c, lacks.lack, (uint16_t)(ybi_lack_either(c, where, other.lack) - 1));
}

/* YBI_OP_AND, YBI_OP_OR */
struct ybi_operand
ybi_condition_of(struct ybi_compiler *c, uint16_t op, struct ybi_operand a, struct ybi_operand b)
{
	bool and = op == YBI_OP_AND;
	struct ybi_operand o;

	if (a.state != 1 || b.state != 1 || a.maybe_none || b.maybe_none)
		return ybi_no_operand(c);
	if (c->answers && !a.lack && a.low == a.high) /* one is decided */
		return (a.low != 0) == and ? b : a;
	if (c->answers && !b.lack && b.low == b.high)
		return (b.low != 0) == and ? a : b;
	o = ybi_emit(c, (struct ybi_column_step){ .op = and ? YBI_COL_AND : YBI_COL_OR, .a = a.reg, .b = b.reg }, 1, 0, 1);
	return lacking(o, ybi_lack_either(c, lack_undecided(c, op, a, b), lack_undecided(c, op, b, a)));
}

static struct ybi_operand
chained(struct ybi_compiler *c, const struct ybi_expr *e)
{
	struct ybi_operand o = ybi_operand_of(c, c->book->args[e->a]);

	for (uint32_t i = 1; i < e->b && o.state == 1; i++) {
		struct ybi_operand next = ybi_operand_of(c, c->book->args[e->a + i]);
		o = e->op == YBI_OP_AND || e->op == YBI_OP_OR ? ybi_condition_of(c, e->op, o, next) : ybi_arithmetic(c, e->op, o, next);
	}
	return o;
}

/* ---- facts ---- */

/* Of a fee: the fact where it is known, what it follows from elsewhere. In a row without a value a number of the range stands, as everywhere. */
static struct ybi_operand
given(struct ybi_compiler *c, uint32_t fact, struct ybi_column_step step)
{
	const struct ybi_fact_meta *meta = &c->book->facts[fact];
	struct ybi_operand o, lacks, otherwise = { .state = 1 };
	int64_t low, high;

	if (meta->from != YBI_NO_EXPR) {
		otherwise = ybi_rescale(c, ybi_operand_of(c, meta->from), meta->den);
		if (otherwise.state != 1 || otherwise.maybe_none || otherwise.den != meta->den)
			return ybi_no_operand(c);
		step.op = YBI_COL_GIVEN;
		step.a = otherwise.reg;
	} else {
		step.y = 1;
	}
	lacks = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_LACKS, .x = fact }, 1, 0, 1);
	low = step.low < otherwise.low ? step.low : otherwise.low;
	high = step.high > otherwise.high ? step.high : otherwise.high;
	o = ybi_emit(c, step, meta->den, low < 0 ? low : 0, high > 0 ? high : 0);
	return lacking(o, meta->from != YBI_NO_EXPR ? ybi_lack_where(c, otherwise.lack, lacks.reg) : (uint16_t)(lacks.reg + 1));
}

struct ybi_operand
ybi_loaded(struct ybi_compiler *c, uint32_t fact)
{
	const struct ybi_fact_meta *meta = &c->book->facts[fact];
	int64_t low = meta->bounded ? meta->low : 0, high = meta->bounded ? meta->high : meta->type == YBI_MONEY ? YB_FEN_LIMIT : 2147483647;

	if (meta->part == YBI_OF_LINE || meta->part == YBI_OF_SETTLEMENT || (!c->answers && (meta->from != YBI_NO_EXPR || meta->type == YBI_TEXT ||
	    meta->type == YBI_SET)))
		return ybi_no_operand(c);
	if (meta->type == YBI_SET)
		high = YBI_VALUE_LIMIT;
	ybi_plan_use(c, fact);
	if (c->answers)
		return given(c, fact, (struct ybi_column_step){ .op = YBI_COL_LOAD, .x = fact, .low = low, .high = high });
	return ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_LOAD, .x = fact, .low = low, .high = high }, meta->den, low, high);
}

static bool
is_number(const struct ybi_fact_meta *meta)
{
	return meta->from == YBI_NO_EXPR && meta->bounded && (meta->part == YBI_OF_PERSON || meta->part == YBI_OF_COVER) &&
		(meta->type == YBI_COUNT || meta->type == YBI_MONEY || meta->type == YBI_MONTHS || meta->type == YBI_DAYS);
}

static bool
is_sum(const struct ybi_book *book, uint32_t answer)
{
	return book->charges_count && ((answer >= book->first_sum && answer < book->first_sum + book->sum_count) || answer == book->month_total ||
		answer == book->due_total);
}

/* An expression that folds; state 0: it does not. */
struct ybi_operand
ybi_folded(struct ybi_compiler *c, enum ybi_case kind, uint32_t when, uint32_t expr)
{
	int64_t den, low, high;
	bool none, lazy = c->answers && kind == YBI_CASE_PLAIN; /* what has no value is of matter only where it is asked for */
	uint32_t table = ybi_fold_case(c, kind, when, expr, &den, &low, &high, &none);
	struct ybi_operand o = { 0 };

	if (table == YBI_NO_TABLE)
		return o;
	if (c->tables[table].size == 1 && !c->tables[table].bad)
		return constant_or_none(c, c->tables[table].values[0], den, none);
	if (!ybi_index_step(c, table))
		return ybi_no_operand(c);
	lazy = lazy && c->tables[table].bad;
	if (lazy) { /* 0 stands in such rows */
		low = low < 0 ? low : 0;
		high = high > 0 ? high : 0;
	}
	o = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_TABLE, .x = table, .y = lazy }, den, low, high);
	if (lazy) {
		struct ybi_operand bad = ybi_emit(c, (struct ybi_column_step){ .op = YBI_COL_BAD, .x = table }, 1, 0, 1);
		o.lack = (uint16_t)(bad.reg + 1);
	}
	o.maybe_none = none;
	return o;
}

static struct ybi_operand
computed(struct ybi_compiler *c, uint32_t expr)
{
	const struct ybi_expr *e = &c->book->exprs[expr];
	bool plain = c->answers && e->op == YBI_OP_FACT && is_number(&c->book->facts[e->x]); /* as it stands, it is nearer than in a table */
	struct ybi_operand table = plain ? ybi_loaded(c, e->x) : ybi_folded(c, YBI_CASE_PLAIN, YBI_NO_EXPR, expr);

	if (table.state != 0)
		return table;
	switch (e->op) {
	case YBI_OP_FACT:
		return ybi_loaded(c, e->x);
	case YBI_OP_RESULT:
		if (e->y >= YBI_RESULT_BAND1 || c->results[e->x * YBI_RESULT_BAND1 + e->y].state != 1)
			return ybi_no_operand(c);
		return c->results[e->x * YBI_RESULT_BAND1 + e->y];
	case YBI_OP_ANSWER: /* a sum grows from charge to charge */
		if (!c->answers || is_sum(c->book, e->x) || c->answers[e->x].state != 1)
			return ybi_no_operand(c);
		return c->answers[e->x];
	case YBI_OP_MEMO:
		return ybi_operand_of(c, e->a);
	case YBI_OP_CLAUSE:
		if (c->book->clause_infos[e->x].confidence > c->b->least)
			return c->answers ? ybi_nothing(c) : ybi_no_operand(c);
		return ybi_operand_of(c, e->a);
	case YBI_OP_NEG:
		return ybi_arithmetic(c, YBI_OP_SUB, ybi_constant(c, 0, 1), ybi_operand_of(c, e->a));
	case YBI_OP_ADD: case YBI_OP_SUB: case YBI_OP_MUL: case YBI_OP_LT: case YBI_OP_LE: case YBI_OP_EQ: case YBI_OP_NE:
		return ybi_arithmetic(c, e->op, ybi_operand_of(c, e->a), ybi_operand_of(c, e->b));
	case YBI_OP_DIV: { /* by a constant: times its reciprocal */
		struct ybi_fraction r;
		int64_t num;
		if (c->book->exprs[e->b].op != YBI_OP_CONST ||
		    ybi_fraction_div(ybi_fraction_from(1), c->book->constants[c->book->exprs[e->b].x], &r) != YB_OK ||
		    ybi_fraction_to_i64((struct ybi_fraction){ r.num, 1 }, &num) != YB_OK)
			return ybi_no_operand(c);
		return ybi_arithmetic(c, YBI_OP_MUL, ybi_operand_of(c, e->a), ybi_constant(c, num, r.den));
	}
	case YBI_OP_MIN: case YBI_OP_MAX: case YBI_OP_AND: case YBI_OP_OR:
		return chained(c, e);
	case YBI_OP_NOT:
		return ybi_not(c, ybi_operand_of(c, e->a));
	case YBI_OP_ROUND:
		return rounded(c, ybi_operand_of(c, e->a), c->book->constants[e->x], e->y);
	case YBI_OP_IF:
		return ybi_select(c, ybi_operand_of(c, e->a), ybi_operand_of(c, e->b), ybi_operand_of(c, e->c));
	case YBI_OP_GAP:
		return c->answers ? ybi_nothing(c) : ybi_no_operand(c);
	case YBI_OP_IN: case YBI_OP_TABLE: case YBI_OP_EXCEPT: case YBI_OP_DATED: case YBI_OP_SERIES:
		return ybi_choice(c, e);
	case YBI_OP_YEAR: case YBI_OP_MONTH: case YBI_OP_DAY_OF: case YBI_OP_MONTH_START: case YBI_OP_NEXT_MONTH: case YBI_OP_DAYS_BETWEEN:
	case YBI_OP_MONTHS_BETWEEN:
		return ybi_days(c, e);
	default:
		return ybi_no_operand(c);
	}
}

struct ybi_operand
ybi_operand_of(struct ybi_compiler *c, uint32_t expr)
{
	if (c->failed)
		return (struct ybi_operand){ .state = 2 };
	if (c->operands[expr].state == 0)
		c->operands[expr] = computed(c, expr);
	return c->operands[expr];
}
