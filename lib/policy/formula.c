/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"
#include "policy/profile.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/*
 * The formulas of the language: a scalar that begins with `=`, parsed by
 * recursive descent straight into typed expressions. Types are found bottom
 * up; a bare number takes the unit of what it meets.
 */

enum token_kind { T_END, T_NUMBER, T_DATE, T_TEXT, T_NAME, T_SIGN, T_BAD };

struct token {
	enum token_kind kind;
	const char *text;
	size_t length;
};

#define FORMULA_DEPTH 60
#define ARGUMENTS 16

struct formula {
	struct ybi_builder *b;
	const struct ybi_scope *scope;
	const struct ybi_node *node;
	const char *at; /* after the token */
	struct token token;
	unsigned depth;
	bool failed; /* one fault a formula is enough */
	struct ybi_cursor cursor;
};

static uint32_t parse_expr(struct formula *f);

/* ---- tokens ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void
next(struct formula *f)
{
	const char *p = f->at;
	struct token *t = &f->token;

	while (*p == ' ' || *p == '\t' || *p == '\n')
		p++;
	t->text = p;
	if (!*p) {
		t->kind = T_END;
	} else if (is_digit(*p)) {
		t->kind = T_NUMBER;
		while (is_digit(*p))
			p++;
		if (p - t->text == 4 && p[0] == '-' && is_digit(p[1]) && is_digit(p[2]) && p[3] == '-' && is_digit(p[4]) && is_digit(p[5])) {
			t->kind = T_DATE;
			p += 6;
		} else {
			if (*p == '.' && is_digit(p[1]))
				for (p++; is_digit(*p); p++)
					;
			if (*p == '%')
				p++;
		}
		if (is_letter(*p) || is_digit(*p))
			t->kind = T_BAD;
	} else if (is_letter(*p)) {
		t->kind = T_NAME;
		while (is_letter(*p) || is_digit(*p) || (*p == '.' && (is_letter(p[1]) || is_digit(p[1]))))
			p++;
	} else if (*p == '\'') {
		const char *end = strchr(p + 1, '\'');
		t->kind = end ? T_TEXT : T_BAD;
		t->text = p + 1;
		t->length = end ? (size_t)(end - p - 1) : strlen(p + 1);
		f->at = end ? end + 1 : p + strlen(p);
		return;
	} else {
		t->kind = T_SIGN;
		p += (p[0] == '<' || p[0] == '>' || p[0] == '!') && p[1] == '=' ? 2 : 1;
	}
	t->length = (size_t)(p - t->text);
	f->at = p;
}

static bool
token_is(const struct formula *f, const char *text)
{
	return (f->token.kind == T_SIGN || f->token.kind == T_NAME) && ybi_streq_n(f->token.text, f->token.length, text);
}

/* The place of the token that is looked at. */
static struct ybi_node
here(struct formula *f)
{
	struct ybi_node node = *f->node;
	struct ybi_place place;

	place = ybi_node_place_in(f->node, (size_t)(f->token.text - f->node->text) + (f->node->raw || f->node->plain ? 0 : 1), &f->cursor);
	node.line = place.line;
	node.column = place.column;
	return node;
}

/* More brackets opened than closed: YAML ended the scalar at a comma or bracket. */
static bool
is_torn(const char *text)
{
	int open = 0;

	for (; *text; text++)
		open += (*text == '(' || *text == '[') - (*text == ')' || *text == ']');
	return open > 0;
}

static uint32_t
fail(struct formula *f, yb_status status, const char *message)
{
	struct ybi_node node = here(f);

	if (!f->failed) {
		if (f->token.kind == T_BAD && f->token.text > f->node->text && f->token.text[-1] == '\'')
			ybi_fault(f->b, status, &node, NULL, "a text in single quotes that does not end");
		else if (f->token.kind == T_END)
			ybi_fault(f->b, status, &node, NULL, "%s, but the formula ends%s", message,
			          f->node->plain && is_torn(f->node->text) ? "; a formula with , [ ] { } is quoted in flow style" : "");
		else
			ybi_fault(f->b, status, &node, NULL, "%s, found \"%.*s\"", message, (int)(f->token.length > 40 ? 40 : f->token.length),
			          f->token.text);
	}
	f->failed = true;
	return YBI_NO_EXPR;
}

static bool
expect(struct formula *f, const char *sign)
{
	char message[32];

	if (token_is(f, sign)) {
		next(f);
		return true;
	}
	(void)snprintf(message, sizeof(message), "expected %s", sign);
	fail(f, YB_E_SYNTAX, message);
	return false;
}

/* ---- types ---- */

static bool
is_plain(enum ybi_type t)
{
	return t == YBI_NUMBER || t == YBI_RATE || t == YBI_COUNT;
}

static uint32_t
type_fault(struct formula *f, const struct ybi_node *at, const char *op, uint32_t a, uint32_t b)
{
	if (!f->failed)
		ybi_fault(f->b, YB_E_UNIT, at, NULL, "%s %s %s has no meaning", ybi_type_name(ybi_expr_type(f->b, a)), op,
		          ybi_type_name(ybi_expr_type(f->b, b)));
	f->failed = true;
	return YBI_NO_EXPR;
}

static uint32_t
binary(struct formula *f, enum ybi_op op, enum ybi_type type, uint32_t a, uint32_t b, const struct ybi_node *at)
{
	struct ybi_book *book = f->b->book;
	struct ybi_expr e = { .op = (uint16_t)op, .type = (uint8_t)type, .a = a, .b = b, .c = YBI_NO_EXPR };

	if (a == YBI_NO_EXPR || b == YBI_NO_EXPR)
		return YBI_NO_EXPR;
	if (book->exprs[a].is_list || book->exprs[b].is_list) {
		if (!f->failed)
			ybi_fault(f->b, YB_E_UNIT, at, NULL, "a list cannot be calculated with");
		f->failed = true;
		return YBI_NO_EXPR;
	}
	if (op <= YBI_OP_DIV && book->exprs[a].op == YBI_OP_CONST && book->exprs[b].op == YBI_OP_CONST) {
		struct ybi_fraction x = book->constants[book->exprs[a].x], y = book->constants[book->exprs[b].x];
		yb_status st = op == YBI_OP_ADD ? ybi_fraction_add(x, y, &x) : op == YBI_OP_SUB ? ybi_fraction_sub(x, y, &x)
		             : op == YBI_OP_MUL ? ybi_fraction_mul(x, y, &x) : ybi_fraction_div(x, y, &x);
		if (st != YB_OK) {
			ybi_fault(f->b, st, at, NULL, st == YB_E_DIVISION ? "division by zero" : "the number is too large");
			f->failed = true;
			return YBI_NO_EXPR;
		}
		return ybi_add_const(f->b, x, type, at);
	}
	return ybi_add_expr(f->b, e, at);
}

/* Give two operands of a sum, comparison or choice one type; YBI_TYPE_COUNT_ when they have none in common. */
static enum ybi_type
unify(struct formula *f, uint32_t *a, uint32_t *b, const struct ybi_node *at)
{
	const struct ybi_expr *ea = &f->b->book->exprs[*a], *eb = &f->b->book->exprs[*b];
	enum ybi_type ta = (enum ybi_type)ea->type, tb = (enum ybi_type)eb->type;

	if (ea->op == YBI_OP_NONE)
		return tb;
	if (eb->op == YBI_OP_NONE || ta == tb)
		return ta;
	if (ta == YBI_NUMBER && tb == YBI_MONEY) {
		*a = ybi_coerce(f->b, *a, tb, at);
		return tb;
	}
	if (tb == YBI_NUMBER && ta == YBI_MONEY) {
		*b = ybi_coerce(f->b, *b, ta, at);
		return ta;
	}
	if (ta == YBI_NUMBER && is_plain(tb))
		return tb;
	if (tb == YBI_NUMBER && is_plain(ta))
		return ta;
	return YBI_TYPE_COUNT_;
}

static uint32_t
fault_at(struct formula *f, yb_status status, const struct ybi_node *at, const char *message)
{
	if (!f->failed)
		ybi_fault(f->b, status, at, NULL, "%s", message);
	f->failed = true;
	return YBI_NO_EXPR;
}

/* `none` is no number: only min, max, clamp and the branches of an if take it. */
static bool
is_none(struct formula *f, uint32_t expr, const struct ybi_node *at)
{
	if (f->b->book->exprs[expr].op != YBI_OP_NONE)
		return false;
	(void)fault_at(f, YB_E_UNIT, at, "`none` means no limit and cannot be calculated or compared with");
	return true;
}

static uint32_t
sum(struct formula *f, enum ybi_op op, uint32_t a, uint32_t b, const struct ybi_node *at)
{
	enum ybi_type ta, tb, t;

	if (a == YBI_NO_EXPR || b == YBI_NO_EXPR || is_none(f, a, at) || is_none(f, b, at))
		return YBI_NO_EXPR;
	ta = ybi_expr_type(f->b, a);
	tb = ybi_expr_type(f->b, b);
	if (ta == YBI_DATE && (tb == YBI_DAYS || tb == YBI_MONTHS)) {
		struct ybi_expr e = { .op = tb == YBI_DAYS ? YBI_OP_ADD_DAYS : YBI_OP_ADD_MONTHS, .type = YBI_DATE, .a = a, .b = b,
			              .c = YBI_NO_EXPR, .x = (uint32_t)f->b->book->month_end };
		if (op == YBI_OP_SUB) {
			e.b = ybi_add_unary(f->b, YBI_OP_NEG, tb, b, at);
			if (e.b == YBI_NO_EXPR)
				return YBI_NO_EXPR;
		}
		return ybi_add_expr(f->b, e, at);
	}
	t = unify(f, &a, &b, at);
	if (a == YBI_NO_EXPR || b == YBI_NO_EXPR)
		return YBI_NO_EXPR;
	if (t == YBI_TYPE_COUNT_ || t == YBI_DATE || t == YBI_FLAG || t == YBI_TEXT || t == YBI_SET)
		return type_fault(f, at, op == YBI_OP_ADD ? "+" : "-", a, b);
	return binary(f, op, t, a, b, at);
}

static uint32_t
product(struct formula *f, uint32_t a, uint32_t b, const struct ybi_node *at)
{
	enum ybi_type ta, tb, t;
	uint32_t expr;

	if (a == YBI_NO_EXPR || b == YBI_NO_EXPR || is_none(f, a, at) || is_none(f, b, at))
		return YBI_NO_EXPR;
	ta = ybi_expr_type(f->b, a);
	tb = ybi_expr_type(f->b, b);
	if (ta == YBI_MONEY && is_plain(tb))
		t = YBI_MONEY;
	else if (tb == YBI_MONEY && is_plain(ta))
		t = YBI_MONEY;
	else if ((ta == YBI_DAYS || ta == YBI_MONTHS) && (tb == YBI_COUNT || tb == YBI_NUMBER))
		t = ta;
	else if ((tb == YBI_DAYS || tb == YBI_MONTHS) && (ta == YBI_COUNT || ta == YBI_NUMBER))
		t = tb;
	else if (is_plain(ta) && is_plain(tb))
		t = ta == YBI_NUMBER || tb == YBI_NUMBER ? YBI_NUMBER : ta == YBI_COUNT && tb == YBI_COUNT ? YBI_COUNT : YBI_RATE;
	else
		return type_fault(f, at, "*", a, b);
	expr = binary(f, YBI_OP_MUL, t, a, b, at);
	if (expr != YBI_NO_EXPR && (t == YBI_DAYS || t == YBI_MONTHS) && f->b->book->exprs[expr].op == YBI_OP_CONST &&
	    !ybi_fraction_is_whole(f->b->book->constants[f->b->book->exprs[expr].x]))
		return fault_at(f, YB_E_BAD_VALUE, at, "a duration is a whole number");
	return expr;
}

static uint32_t
quotient(struct formula *f, uint32_t a, uint32_t b, const struct ybi_node *at)
{
	enum ybi_type ta, tb, t;

	if (a == YBI_NO_EXPR || b == YBI_NO_EXPR || is_none(f, a, at) || is_none(f, b, at))
		return YBI_NO_EXPR;
	ta = ybi_expr_type(f->b, a);
	tb = ybi_expr_type(f->b, b);
	if (ta == YBI_MONEY && tb == YBI_MONEY)
		t = YBI_RATE;
	else if (ta == YBI_MONEY && is_plain(tb))
		t = YBI_MONEY;
	else if (ta == YBI_NUMBER && tb == YBI_MONEY) {
		a = ybi_coerce(f->b, a, YBI_MONEY, at);
		t = YBI_RATE;
	} else if (is_plain(ta) && is_plain(tb)) /* 400 / months: the number may be money still; 50% / 2 cannot */
		t = ta == YBI_NUMBER ? YBI_NUMBER : YBI_RATE;
	else
		return type_fault(f, at, "/", a, b);
	return binary(f, YBI_OP_DIV, t, a, b, at);
}

/* ---- atoms ---- */

static uint32_t
parse_number(struct formula *f)
{
	struct ybi_node at = here(f);
	struct ybi_fraction q;
	bool percent = f->token.text[f->token.length - 1] == '%';
	yb_status st = ybi_fraction_from_text(f->token.text, f->token.length, 6, true, false, &q);
	enum ybi_type type = percent ? YBI_RATE : YBI_NUMBER;

	if (st != YB_OK)
		return fail(f, st == YB_E_OVERFLOW ? YB_E_OVERFLOW : YB_E_BAD_VALUE, "expected a number of at most six decimals");
	next(f);
	if (f->token.kind == T_NAME && !percent) {
		int64_t factor = 1;
		if (token_is(f, "day") || token_is(f, "days"))
			type = YBI_DAYS;
		else if (token_is(f, "month") || token_is(f, "months"))
			type = YBI_MONTHS;
		else if (token_is(f, "year") || token_is(f, "years"))
			type = YBI_MONTHS, factor = 12;
		if (type != YBI_NUMBER) {
			if (!ybi_fraction_is_whole(q) || ybi_fraction_mul(q, ybi_fraction_from(factor), &q) != YB_OK)
				return fault_at(f, YB_E_BAD_VALUE, &at, "a duration is a whole number");
			next(f);
		}
	}
	return ybi_add_const(f->b, q, type, &at);
}

struct function {
	const char *name;
	enum ybi_op op;
	uint8_t arguments; /* 0: any number */
	uint8_t argument, result; /* enum ybi_type; YBI_TYPE_COUNT_: as the arguments */
};

static const struct function functions[] = {
	{ "min", YBI_OP_MIN, 0, YBI_TYPE_COUNT_, YBI_TYPE_COUNT_ },
	{ "max", YBI_OP_MAX, 0, YBI_TYPE_COUNT_, YBI_TYPE_COUNT_ },
	{ "floor", YBI_OP_FLOOR, 1, YBI_NUMBER, YBI_COUNT },
	{ "ceil", YBI_OP_CEIL, 1, YBI_NUMBER, YBI_COUNT },
	{ "year", YBI_OP_YEAR, 1, YBI_DATE, YBI_COUNT },
	{ "month", YBI_OP_MONTH, 1, YBI_DATE, YBI_COUNT },
	{ "day", YBI_OP_DAY_OF, 3, YBI_COUNT, YBI_DATE },
	{ "month_start", YBI_OP_MONTH_START, 1, YBI_DATE, YBI_DATE },
	{ "next_month", YBI_OP_NEXT_MONTH, 1, YBI_DATE, YBI_DATE },
	{ "year_start", YBI_OP_YEAR_START, 1, YBI_DATE, YBI_DATE },
	{ "months_between", YBI_OP_MONTHS_BETWEEN, 2, YBI_DATE, YBI_COUNT },
	{ "years_between", YBI_OP_YEARS_BETWEEN, 2, YBI_DATE, YBI_COUNT },
	{ "days_between", YBI_OP_DAYS_BETWEEN, 2, YBI_DATE, YBI_COUNT },
};

static uint32_t
unknown(struct formula *f, const struct ybi_node *at, const char *what, const char *name, size_t length, const char *const *known, size_t count)
{
	char copy[48];
	size_t near;

	(void)snprintf(copy, sizeof(copy), "%.*s", (int)(length > 40 ? 40 : length), name);
	near = ybi_nearest(copy, known, count);
	for (size_t i = 0; copy[i]; i++) /* MAX is max */
		copy[i] = (char)(copy[i] >= 'A' && copy[i] <= 'Z' ? copy[i] + 'a' - 'A' : copy[i]);
	for (size_t i = 0; near == SIZE_MAX && i < count; i++)
		if (!strcmp(copy, known[i]))
			near = i;
	(void)snprintf(copy, sizeof(copy), "%.*s", (int)(length > 40 ? 40 : length), name);
	if (!f->failed) {
		if (near == SIZE_MAX)
			ybi_fault(f->b, YB_E_UNKNOWN_NAME, at, copy, "no %s \"%s\"", what, copy);
		else
			ybi_fault(f->b, YB_E_UNKNOWN_NAME, at, copy, "no %s \"%s\"; did you mean \"%s\"?", what, copy, known[near]);
	}
	f->failed = true;
	return YBI_NO_EXPR;
}

static uint32_t
parse_extreme(struct formula *f, enum ybi_op op, uint32_t *args, uint32_t count, const struct ybi_node *at)
{
	enum ybi_type t;

	if (count == 0)
		return fail(f, YB_E_SYNTAX, "expected an argument");
	t = ybi_expr_type(f->b, args[0]);
	for (uint32_t i = 1; i < count; i++) {
		t = unify(f, &args[0], &args[i], at);
		if (args[0] == YBI_NO_EXPR || args[i] == YBI_NO_EXPR)
			return YBI_NO_EXPR;
		if (t == YBI_TYPE_COUNT_)
			return type_fault(f, at, "beside", args[0], args[i]);
	}
	for (uint32_t i = 1; i < count; i++) { /* the first may have taken its unit from a later one */
		(void)unify(f, &args[0], &args[i], at);
		if (args[i] == YBI_NO_EXPR)
			return YBI_NO_EXPR;
	}
	if (t == YBI_TEXT || t == YBI_SET || t == YBI_FLAG)
		return type_fault(f, at, "beside", args[0], args[count > 1 ? 1 : 0]);
	return ybi_add_nary(f->b, op, t, args, count, at);
}

static uint32_t
parse_round(struct formula *f, const struct ybi_node *at)
{
	static const struct { const char *name; yb_rounding mode; } modes[] = {
		{ "half_up", YB_ROUND_HALF_UP }, { "half_even", YB_ROUND_HALF_EVEN }, { "up", YB_ROUND_UP }, { "down", YB_ROUND_DOWN } };
	struct ybi_fraction step;
	struct ybi_expr e = { .op = YBI_OP_ROUND, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR, .y = YB_ROUND_HALF_UP };
	bool found = false;

	e.a = parse_expr(f);
	if (e.a == YBI_NO_EXPR || !expect(f, ","))
		return YBI_NO_EXPR;
	if (token_is(f, "fen") || token_is(f, "jiao") || token_is(f, "yuan")) {
		step = ybi_fraction_from(token_is(f, "fen") ? 1 : token_is(f, "jiao") ? 10 : 100);
		e.a = ybi_coerce(f->b, e.a, YBI_MONEY, at);
		if (e.a == YBI_NO_EXPR)
			return YBI_NO_EXPR;
	} else if (f->token.kind != T_NUMBER || ybi_fraction_from_text(f->token.text, f->token.length, 6, true, false, &step) != YB_OK ||
	           ybi_fraction_sign(step) <= 0) {
		return fail(f, YB_E_SYNTAX, "expected fen, jiao, yuan or a step above 0");
	} else if (ybi_expr_type(f->b, e.a) == YBI_MONEY && ybi_fraction_mul(step, ybi_fraction_from(100), &step) != YB_OK) {
		return fail(f, YB_E_OVERFLOW, "the step is too large");
	}
	next(f);
	if (token_is(f, ",")) {
		next(f);
		for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
			if (token_is(f, modes[i].name)) {
				e.y = (uint32_t)modes[i].mode;
				found = true;
			}
		if (!found)
			return fail(f, YB_E_SYNTAX, "expected half_up, half_even, up or down");
		next(f);
	}
	if (!expect(f, ")"))
		return YBI_NO_EXPR;
	e.type = f->b->book->exprs[e.a].type;
	e.x = (uint32_t)f->b->book->constants_count;
	if (!YBI_PUSH(f->b, constants, step))
		return YBI_NO_EXPR;
	return ybi_add_expr(f->b, e, at);
}

/* day(2025, 2, 29) is no day; with names in it that is told when it is asked. */
static bool
is_day(struct formula *f, const uint32_t *args, const struct ybi_node *at)
{
	int64_t part[3];
	yb_day day;

	for (int i = 0; i < 3; i++) {
		const struct ybi_expr *e = &f->b->book->exprs[args[i]];
		if (e->op != YBI_OP_CONST || ybi_fraction_to_i64(f->b->book->constants[e->x], &part[i]) != YB_OK)
			return true;
	}
	if (part[0] >= 1 && part[0] <= 9999 && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 && part[2] <= 31 &&
	    yb_day_from_ymd((int32_t)part[0], (int32_t)part[1], (int32_t)part[2], &day) == YB_OK)
		return true;
	(void)fault_at(f, YB_E_BAD_DATE, at, "no such day in the calendar");
	return false;
}

static uint32_t
parse_call(struct formula *f, const char *name, size_t length, const struct ybi_node *at)
{
	const struct function *fn = NULL;
	uint32_t args[ARGUMENTS], count = 0;

	next(f); /* ( */
	if (ybi_streq_n(name, length, "round"))
		return parse_round(f, at);
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (ybi_streq_n(name, length, functions[i].name))
			fn = &functions[i];
	if (!fn && !ybi_streq_n(name, length, "clamp")) {
		const char *known[ARRAY_SIZE(functions) + 2] = { "round", "clamp" };
		for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
			known[i + 2] = functions[i].name;
		return unknown(f, at, "function", name, length, known, ARRAY_SIZE(known));
	}
	while (!token_is(f, ")")) {
		if (count == ARGUMENTS)
			return fail(f, YB_E_LIMIT, "more than 16 arguments");
		args[count] = parse_expr(f);
		if (args[count++] == YBI_NO_EXPR)
			return YBI_NO_EXPR;
		if (!token_is(f, ")") && !expect(f, ","))
			return YBI_NO_EXPR;
	}
	next(f);
	if (!fn) { /* clamp(x, low, high) = min(max(x, low), high) */
		uint32_t pair[2];
		if (count != 3)
			return fail(f, YB_E_SYNTAX, "clamp takes x, low, high");
		pair[0] = parse_extreme(f, YBI_OP_MAX, args, 2, at);
		pair[1] = args[2];
		return pair[0] == YBI_NO_EXPR ? YBI_NO_EXPR : parse_extreme(f, YBI_OP_MIN, pair, 2, at);
	}
	if (fn->op == YBI_OP_MIN || fn->op == YBI_OP_MAX)
		return parse_extreme(f, fn->op, args, count, at);
	if (count != fn->arguments) {
		if (!f->failed)
			ybi_fault(f->b, YB_E_SYNTAX, at, NULL, "%s takes %u, not %u arguments", fn->name, (unsigned)fn->arguments, (unsigned)count);
		f->failed = true;
		return YBI_NO_EXPR;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (fn->argument == YBI_NUMBER && is_plain(ybi_expr_type(f->b, args[i])))
			continue;
		args[i] = ybi_coerce(f->b, args[i], (enum ybi_type)fn->argument, at);
		if (args[i] == YBI_NO_EXPR) {
			f->failed = true;
			return YBI_NO_EXPR;
		}
	}
	if (fn->op == YBI_OP_DAY_OF && !is_day(f, args, at))
		return YBI_NO_EXPR;
	return ybi_add_expr(f->b, (struct ybi_expr){ .op = (uint16_t)fn->op, .type = fn->result, .a = args[0],
	                    .b = count > 1 ? args[1] : YBI_NO_EXPR, .c = count > 2 ? args[2] : YBI_NO_EXPR }, at);
}

static uint32_t
parse_series(struct formula *f, const char *name, size_t length, const struct ybi_node *at)
{
	struct ybi_book *book = f->b->book;
	struct ybi_expr e = { .op = YBI_OP_SERIES, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
	uint32_t found = UINT32_MAX;

	for (uint32_t i = 0; i < book->series_names_count; i++)
		if (ybi_streq_n(name, length, book->series_names[i].name))
			found = i;
	if (found == UINT32_MAX) {
		const char *known[64];
		size_t n = 0;
		f->failed = f->failed || ybi_is_broken(f->b, name, length);
		for (size_t i = 0; i < book->series_names_count && n < ARRAY_SIZE(known); i++)
			known[n++] = book->series_names[i].name;
		return unknown(f, at, "series", name, length, known, n);
	}
	next(f); /* [ */
	e.a = parse_expr(f);
	if (e.a == YBI_NO_EXPR || !expect(f, "]"))
		return YBI_NO_EXPR;
	if (!is_plain(ybi_expr_type(f->b, e.a))) {
		ybi_fault(f->b, YB_E_UNIT, at, NULL, "a series is read by a year");
		f->failed = true;
		return YBI_NO_EXPR;
	}
	e.x = found;
	e.type = f->b->book->series_names[found].building; /* its unit, see ybi_build_names() */
	return ybi_add_expr(f->b, e, at);
}

static uint32_t
parse_atom(struct formula *f)
{
	struct ybi_node at = here(f);
	struct token t = f->token;
	uint32_t expr;

	switch (t.kind) {
	case T_NUMBER:
		return parse_number(f);
	case T_DATE: {
		yb_day day;
		if (yb_day_from_text(t.text, t.length, &day) != YB_OK)
			return fail(f, YB_E_BAD_DATE, "expected a date that exists");
		next(f);
		return ybi_add_const(f->b, ybi_fraction_from(day), YBI_DATE, &at);
	}
	case T_TEXT: {
		uint32_t atom = ybi_intern(f->b, t.text, t.length);
		next(f);
		return ybi_add_const(f->b, ybi_fraction_from(atom), YBI_TEXT, &at);
	}
	case T_NAME:
		next(f);
		if (token_is(f, "("))
			return parse_call(f, t.text, t.length, &at);
		if (token_is(f, "["))
			return parse_series(f, t.text, t.length, &at);
		if (ybi_streq_n(t.text, t.length, "yes") || ybi_streq_n(t.text, t.length, "no"))
			return ybi_add_const(f->b, ybi_fraction_from(t.length == 3), YBI_FLAG, &at);
		if (ybi_streq_n(t.text, t.length, "none"))
			return ybi_add_expr(f->b, (struct ybi_expr){ .op = YBI_OP_NONE, .type = YBI_NUMBER, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR,
			                                             .c = YBI_NO_EXPR }, &at);
		expr = ybi_resolve(f->b, f->scope, t.text, t.length, &at);
		f->failed = f->failed || expr == YBI_NO_EXPR;
		return expr;
	case T_SIGN:
		if (token_is(f, "(")) {
			next(f);
			expr = parse_expr(f);
			return expr != YBI_NO_EXPR && expect(f, ")") ? expr : YBI_NO_EXPR;
		}
		/* fall through */
	default:
		return fail(f, YB_E_SYNTAX, "expected a number, a name or (");
	}
}

/* ---- operators, from tight to loose ---- */

static uint32_t
parse_unary(struct formula *f)
{
	struct ybi_node at = here(f);
	uint32_t a;

	if (!token_is(f, "-"))
		return parse_atom(f);
	if (f->depth++ > FORMULA_DEPTH)
		return fail(f, YB_E_LIMIT, "nested too deep");
	next(f);
	a = parse_unary(f);
	f->depth--;
	if (a == YBI_NO_EXPR)
		return a;
	if (ybi_expr_type(f->b, a) > YBI_MONTHS)
		return type_fault(f, &at, "after -,", a, a);
	if (f->b->book->exprs[a].op == YBI_OP_CONST) {
		struct ybi_fraction q;
		(void)ybi_fraction_neg(f->b->book->constants[f->b->book->exprs[a].x], &q);
		return ybi_add_const(f->b, q, ybi_expr_type(f->b, a), &at);
	}
	return ybi_add_unary(f->b, YBI_OP_NEG, ybi_expr_type(f->b, a), a, &at);
}

static uint32_t
parse_mul(struct formula *f)
{
	uint32_t a = parse_unary(f);

	while (a != YBI_NO_EXPR && (token_is(f, "*") || token_is(f, "/"))) {
		bool times = token_is(f, "*");
		struct ybi_node at = here(f);
		uint32_t b;
		next(f);
		b = parse_unary(f);
		a = times ? product(f, a, b, &at) : quotient(f, a, b, &at);
	}
	return a;
}

static uint32_t
parse_sum(struct formula *f)
{
	uint32_t a = parse_mul(f);

	while (a != YBI_NO_EXPR && (token_is(f, "+") || token_is(f, "-"))) {
		enum ybi_op op = token_is(f, "+") ? YBI_OP_ADD : YBI_OP_SUB;
		struct ybi_node at = here(f);
		next(f);
		a = sum(f, op, a, parse_mul(f), &at);
	}
	return a;
}

/* A literal compared with a fact of a closed domain must be one of its values. */
static bool
text_fits(struct formula *f, uint32_t literal, uint32_t other)
{
	const struct ybi_book *book = f->b->book;
	const struct ybi_expr *e = &book->exprs[literal];
	const struct ybi_fact_meta *meta = book->expr_domain[other] == YBI_NO_FACT ? NULL : &book->facts[book->expr_domain[other]];
	struct ybi_node at = *f->node;
	int64_t atom;

	if (e->op != YBI_OP_CONST || !meta || !meta->closed || ybi_fraction_to_i64(book->constants[e->x], &atom) != YB_OK)
		return true;
	for (uint32_t i = 0; i < meta->domain_count; i++)
		if (book->domains[meta->domain + i] == (uint64_t)atom)
			return true;
	at.line = book->expr_place[literal].line;
	at.column = book->expr_place[literal].column;
	ybi_fault(f->b, YB_E_UNKNOWN_NAME, &at, meta->name, "\"%s\" is not a value of %s", book->atom_names[atom], meta->name);
	f->failed = true;
	return false;
}

/* A code of a profile compared with a literal is a cell: the code may have more than one name. */
static bool
code_literal(struct formula *f, uint32_t literal, uint32_t other, struct ybi_node *at)
{
	const struct ybi_book *book = f->b->book;
	const struct ybi_expr *e = &book->exprs[literal];
	uint32_t domain = book->expr_domain[other];
	int64_t atom;

	if (!book->profile || e->op != YBI_OP_CONST || domain == YBI_NO_FACT || !ybi_profile_table(book->profile, book->facts[domain].field) ||
	    ybi_fraction_to_i64(book->constants[e->x], &atom) != YB_OK)
		return false;
	*at = *f->node;
	at->line = book->expr_place[literal].line;
	at->column = book->expr_place[literal].column;
	at->text = book->atom_names[atom];
	at->count = (uint32_t)strlen(at->text);
	if (strspn(at->text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != at->count || !strcmp(at->text, "any"))
		at->text = "?"; /* no code has such a name: it is refused as one */
	return true;
}

static uint32_t
compare_code(struct formula *f, enum ybi_op op, uint32_t fact, const struct ybi_node *literal)
{
	struct ybi_expr e = { .op = YBI_OP_IN, .type = YBI_FLAG, .a = fact, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
	uint32_t expr;

	e.x = ybi_parse_cell(f->b, literal, YBI_TEXT, f->b->book->expr_domain[fact]);
	f->failed = f->failed || e.x == UINT32_MAX;
	if (e.x == UINT32_MAX)
		return YBI_NO_EXPR;
	expr = ybi_add_expr(f->b, e, literal);
	return op == YBI_OP_EQ || expr == YBI_NO_EXPR ? expr : ybi_add_unary(f->b, YBI_OP_NOT, YBI_FLAG, expr, literal);
}

static uint32_t
parse_cmp(struct formula *f)
{
	static const struct { const char *sign; enum ybi_op op; bool swap; } signs[] = {
		{ "<", YBI_OP_LT, false }, { "<=", YBI_OP_LE, false }, { ">", YBI_OP_LT, true }, { ">=", YBI_OP_LE, true },
		{ "=", YBI_OP_EQ, false }, { "!=", YBI_OP_NE, false } };
	uint32_t a = parse_sum(f);

	for (size_t i = 0; a != YBI_NO_EXPR && i < ARRAY_SIZE(signs); i++) {
		struct ybi_node at = here(f);
		uint32_t b;
		enum ybi_type t;
		if (!token_is(f, signs[i].sign))
			continue;
		next(f);
		b = parse_sum(f);
		if (b == YBI_NO_EXPR || is_none(f, a, &at) || is_none(f, b, &at))
			return YBI_NO_EXPR;
		t = unify(f, &a, &b, &at);
		if (a == YBI_NO_EXPR || b == YBI_NO_EXPR)
			return YBI_NO_EXPR;
		if (t == YBI_TYPE_COUNT_ || t == YBI_SET || ((t == YBI_TEXT || t == YBI_FLAG) && i < 4))
			return type_fault(f, &at, signs[i].sign, a, b);
		if (t == YBI_TEXT && (code_literal(f, a, b, &at) || code_literal(f, b, a, &at)))
			return compare_code(f, signs[i].op, f->b->book->exprs[a].op == YBI_OP_CONST ? b : a, &at);
		if (t == YBI_TEXT && (!text_fits(f, a, b) || !text_fits(f, b, a)))
			return YBI_NO_EXPR;
		return signs[i].swap ? binary(f, signs[i].op, YBI_FLAG, b, a, &at) : binary(f, signs[i].op, YBI_FLAG, a, b, &at);
	}
	return a;
}

static uint32_t
flag_of(struct formula *f, uint32_t a, const struct ybi_node *at)
{
	if (a != YBI_NO_EXPR && ybi_expr_type(f->b, a) != YBI_FLAG) {
		struct ybi_node place = *at;
		place.line = f->b->book->expr_place[a].line;
		place.column = f->b->book->expr_place[a].column;
		if (!f->failed)
			ybi_fault(f->b, YB_E_UNIT, &place, NULL, "%s where a flag is needed", ybi_type_name(ybi_expr_type(f->b, a)));
		f->failed = true;
		return YBI_NO_EXPR;
	}
	return a;
}

static uint32_t
parse_not(struct formula *f)
{
	struct ybi_node at = here(f);
	uint32_t a;

	if (!token_is(f, "not"))
		return parse_cmp(f);
	if (f->depth++ > FORMULA_DEPTH)
		return fail(f, YB_E_LIMIT, "nested too deep");
	next(f);
	a = flag_of(f, parse_not(f), &at);
	f->depth--;
	return ybi_add_unary(f->b, YBI_OP_NOT, YBI_FLAG, a, &at);
}

static uint32_t
parse_logic(struct formula *f, const char *word, enum ybi_op op, uint32_t (*tighter)(struct formula *))
{
	struct ybi_node at = here(f);
	uint32_t a = tighter(f);

	while (a != YBI_NO_EXPR && token_is(f, word)) {
		uint32_t pair[2];
		pair[0] = flag_of(f, a, &at);
		at = here(f);
		next(f);
		pair[1] = flag_of(f, tighter(f), &at);
		a = pair[0] == YBI_NO_EXPR || pair[1] == YBI_NO_EXPR ? YBI_NO_EXPR : ybi_add_nary(f->b, op, YBI_FLAG, pair, 2, &at);
	}
	return a;
}

static uint32_t
parse_and(struct formula *f)
{
	return parse_logic(f, "and", YBI_OP_AND, parse_not);
}

static uint32_t
parse_if(struct formula *f)
{
	struct ybi_node at = here(f);
	struct ybi_expr e = { .op = YBI_OP_IF };
	enum ybi_type t;
	uint32_t domain;

	next(f);
	e.a = flag_of(f, parse_expr(f), &at);
	if (e.a == YBI_NO_EXPR || !expect(f, "then"))
		return YBI_NO_EXPR;
	e.b = parse_expr(f);
	if (e.b == YBI_NO_EXPR || !expect(f, "else"))
		return YBI_NO_EXPR;
	e.c = parse_expr(f);
	if (e.c == YBI_NO_EXPR)
		return e.c;
	t = unify(f, &e.b, &e.c, &at);
	if (e.b == YBI_NO_EXPR || e.c == YBI_NO_EXPR)
		return YBI_NO_EXPR;
	if (t == YBI_TYPE_COUNT_)
		return type_fault(f, &at, "or else", e.b, e.c);
	e.type = (uint8_t)t;
	e.is_list = f->b->book->exprs[e.b].is_list | f->b->book->exprs[e.c].is_list;
	domain = f->b->book->expr_domain[e.b];
	e.a = ybi_add_expr(f->b, e, &at);
	if (e.a != YBI_NO_EXPR)
		f->b->book->expr_domain[e.a] = domain;
	return e.a;
}

static uint32_t
parse_expr(struct formula *f)
{
	uint32_t expr;

	if (f->depth++ > FORMULA_DEPTH)
		return fail(f, YB_E_LIMIT, "nested too deep");
	expr = token_is(f, "if") ? parse_if(f) : parse_logic(f, "or", YBI_OP_OR, parse_and);
	f->depth--;
	return expr;
}

uint32_t
ybi_parse_formula(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node)
{
	struct formula f = { .b = b, .scope = scope, .node = node, .at = node->text + 1 };
	uint32_t expr;

	next(&f);
	expr = parse_expr(&f);
	if (expr != YBI_NO_EXPR && f.token.kind != T_END)
		return fail(&f, YB_E_SYNTAX, "expected an operator or the end");
	return expr;
}
