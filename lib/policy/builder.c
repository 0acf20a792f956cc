/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdio.h>
#include <string.h>

bool
ybi_push_room(struct ybi_builder *b, void *array, size_t count, size_t *room, size_t size)
{
	if (ybi_grow(array, count, room, size))
		return true;
	if (b->status != YB_E_NO_MEMORY) {
		b->status = YB_E_NO_MEMORY;
		(void)ybi_error_no_memory(b->err);
	}
	return false;
}

/* One fault is told once, however many clauses it stands under. */
static bool
told(const struct yb_error *err, const struct ybi_place *place, const char *message)
{
	for (; err; err = yb_error_get_next(err))
		if (yb_error_get_line(err) == place->line && yb_error_get_column(err) == place->column &&
		    !strcmp(yb_error_get_source_name(err), place->name) && !strncmp(yb_error_get_message(err), message, 200))
			return true;
	return false;
}

void
ybi_fault(struct ybi_builder *b, yb_status status, const struct ybi_node *node, const char *subject, const char *format, ...)
{
	struct ybi_place place = ybi_node_place(node);
	char message[1024];
	va_list args;

	if (b->status == YB_OK)
		b->status = status;
	if (status == YB_E_MISSING_KEY && node == b->strange)
		return;
	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (b->err && (ybi_error_count(*b->err) >= YBI_FINDINGS || told(*b->err, &place, message)))
		return;
	status = ybi_error_at(b->err, status, &place, subject, "%s", message);
	if (b->status == YB_OK || status == YB_E_NO_MEMORY)
		b->status = status;
}

void
ybi_warn(struct ybi_builder *b, const struct ybi_node *node, const char *subject, const char *format, ...)
{
	struct ybi_place place = ybi_node_place(node);
	va_list args;

	va_start(args, format);
	if (ybi_error_vat(b->err, YB_E_RULE, YB_SEVERITY_WARNING, &place, subject, format, args) == YB_E_NO_MEMORY)
		b->status = YB_E_NO_MEMORY;
	va_end(args);
}

void
ybi_finding_of(struct ybi_builder *b, yb_severity severity, const struct ybi_node *node, const char *subject, const char *format, ...)
{
	struct ybi_place place = ybi_node_place(node);
	yb_status st;
	va_list args;

	va_start(args, format);
	st = ybi_error_vat(b->err, YB_E_RULE, severity, &place, subject, format, args);
	va_end(args);
	if (st == YB_E_NO_MEMORY || (severity == YB_SEVERITY_ERROR && b->status == YB_OK))
		b->status = st;
}

/* Paths, which are most of what is put together, are texts and nothing else. false: something else is asked for. */
static bool
format_texts(char *buffer, size_t room, const char *format, va_list args)
{
	size_t n = 0;

	for (; *format; format++) {
		const char *text = format;
		size_t length = 1;
		if (*format == '%') {
			if (*++format != 's')
				return false;
			text = va_arg(args, const char *);
			if (!text)
				continue; /* there was no memory for it, as the builder knows */
			length = strlen(text);
		}
		length = length < room - 1 - n ? length : room - 1 - n;
		memcpy(buffer + n, text, length);
		n += length;
	}
	buffer[n] = '\0';
	return true;
}

char *
ybi_format(struct ybi_builder *b, const char *format, ...)
{
	char buffer[512];
	va_list args;
	char *copy;
	bool done;

	va_start(args, format);
	done = format_texts(buffer, sizeof(buffer), format, args);
	va_end(args);
	va_start(args, format);
	if (!done)
		(void)vsnprintf(buffer, sizeof(buffer), format, args);
	va_end(args);
	copy = ybi_arena_strndup(&b->book->arena, buffer, strlen(buffer));
	if (!copy && b->status != YB_E_NO_MEMORY) {
		b->status = YB_E_NO_MEMORY;
		(void)ybi_error_no_memory(b->err);
	}
	return copy;
}

/* ---- expressions ---- */

static const char *const type_names[] = { "a number", "money", "a rate", "a count", "days", "months", "a date", "a flag", "text", "a set" };
_Static_assert(ARRAY_SIZE(type_names) == YBI_TYPE_COUNT_, "a type has no name");

const char *
ybi_type_name(enum ybi_type type)
{
	return type_names[type];
}

enum ybi_type
ybi_expr_type(const struct ybi_builder *b, uint32_t expr)
{
	return (enum ybi_type)b->book->exprs[expr].type;
}

uint32_t
ybi_add_expr(struct ybi_builder *b, struct ybi_expr e, const struct ybi_node *node)
{
	struct ybi_book *book = b->book;
	uint32_t number = (uint32_t)book->exprs_count;

	if (!YBI_PUSH(b, exprs, e))
		return YBI_NO_EXPR;
	if (!YBI_PUSH(b, expr_domain, YBI_NO_FACT) || !YBI_PUSH(b, expr_place, ybi_node_place(node)))
		return YBI_NO_EXPR;
	return number;
}

uint32_t
ybi_add_const(struct ybi_builder *b, struct ybi_fraction q, enum ybi_type type, const struct ybi_node *node)
{
	struct ybi_expr e = { .op = YBI_OP_CONST, .type = (uint8_t)type, .x = (uint32_t)b->book->constants_count };

	if (!YBI_PUSH(b, constants, q))
		return YBI_NO_EXPR;
	return ybi_add_expr(b, e, node);
}

uint32_t
ybi_add_unary(struct ybi_builder *b, enum ybi_op op, enum ybi_type type, uint32_t a, const struct ybi_node *node)
{
	struct ybi_expr e = { .op = (uint16_t)op, .type = (uint8_t)type, .a = a, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };

	return a == YBI_NO_EXPR ? YBI_NO_EXPR : ybi_add_expr(b, e, node);
}

uint32_t
ybi_add_nary(struct ybi_builder *b, enum ybi_op op, enum ybi_type type, const uint32_t *args, uint32_t count, const struct ybi_node *node)
{
	struct ybi_expr e = { .op = (uint16_t)op, .type = (uint8_t)type, .a = (uint32_t)b->book->args_count, .b = count, .c = YBI_NO_EXPR };

	e.is_list = op == YBI_OP_LIST;
	for (uint32_t i = 0; i < count; i++)
		if (args[i] == YBI_NO_EXPR || !YBI_PUSH(b, args, args[i]))
			return YBI_NO_EXPR;
	return ybi_add_expr(b, e, node);
}

uint32_t
ybi_add_fact(struct ybi_builder *b, uint32_t fact, const struct ybi_node *node)
{
	const struct ybi_fact_meta *meta = &b->book->facts[fact];
	struct ybi_expr e = { .op = YBI_OP_FACT, .type = meta->type, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR, .x = fact };
	uint32_t expr = ybi_add_expr(b, e, node);

	if (expr != YBI_NO_EXPR)
		b->book->expr_domain[expr] = fact;
	return expr;
}

bool
ybi_is_gap(const struct ybi_builder *b, uint32_t expr)
{
	const struct ybi_book *book = b->book;
	const struct ybi_expr *e = &book->exprs[expr];
	const struct ybi_table *t;

	while (e->op == YBI_OP_CLAUSE || e->op == YBI_OP_MEMO)
		e = &book->exprs[e->a];
	if (e->op == YBI_OP_NONE || e->op == YBI_OP_GAP)
		return true;
	if (e->op == YBI_OP_DATED) {
		for (uint32_t i = 0; i < book->dated[e->x].count; i++)
			if (!ybi_is_gap(b, book->dated_entries[book->dated[e->x].first + i].value))
				return false;
		return true;
	}
	if (e->op != YBI_OP_TABLE)
		return false;
	t = &book->tables[e->x];
	for (uint32_t i = 0; i < t->rows; i++)
		if (!ybi_is_gap(b, book->args[t->values + i]))
			return false;
	return t->otherwise == YBI_NO_EXPR || ybi_is_gap(b, t->otherwise);
}

/* Both sides of a choice or a sum must be of one kind; a bare number gives way. */
uint32_t
ybi_coerce(struct ybi_builder *b, uint32_t expr, enum ybi_type want, const struct ybi_node *node)
{
	enum ybi_type have;
	struct ybi_expr *e;
	struct ybi_node at = { 0 };

	if (expr == YBI_NO_EXPR || want == YBI_TYPE_COUNT_)
		return expr;
	e = &b->book->exprs[expr];
	have = (enum ybi_type)e->type;
	if (have == want || ybi_is_gap(b, expr))
		return expr;
	if (have == YBI_NUMBER && want == YBI_MONEY) {
		uint32_t factor;
		if (e->is_list) {
			ybi_fault(b, YB_E_UNIT, node, NULL, "a list of bare numbers where money is needed; give the value `unit: money`");
			return YBI_NO_EXPR;
		}
		if (e->op == YBI_OP_CONST) {
			struct ybi_fraction q;
			if (ybi_fraction_mul(b->book->constants[e->x], ybi_fraction_from(100), &q) != YB_OK) {
				ybi_fault(b, YB_E_OVERFLOW, node, NULL, "the amount is too large");
				return YBI_NO_EXPR;
			}
			return ybi_add_const(b, q, YBI_MONEY, node);
		}
		factor = ybi_add_const(b, ybi_fraction_from(100), YBI_NUMBER, node);
		if (factor == YBI_NO_EXPR)
			return factor;
		return ybi_add_expr(b, (struct ybi_expr){ .op = YBI_OP_MUL, .type = YBI_MONEY, .a = expr, .b = factor, .c = YBI_NO_EXPR }, node);
	}
	if ((have == YBI_NUMBER && (want == YBI_RATE || want == YBI_COUNT)) || (have == YBI_RATE && want == YBI_NUMBER) ||
	    (have == YBI_COUNT && want == YBI_NUMBER))
		return expr;
	at.file = b->book->expr_place[expr].name;
	at.line = b->book->expr_place[expr].line;
	at.column = b->book->expr_place[expr].column;
	ybi_fault(b, YB_E_UNIT, &at, NULL, "%s where %s is needed", ybi_type_name(have), ybi_type_name(want));
	return YBI_NO_EXPR;
}
