/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"
#include "policy/profile.h"

#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/*
 * A slot takes anything: a literal, a formula, a dated list, a table, a
 * default with exceptions, or a list of slots. Cells and conditions are here
 * too, since tables and exceptions are made of them.
 */

#define SLOT_DEPTH 4

/* ---- literals ---- */

bool
ybi_parse_day(struct ybi_builder *b, const struct ybi_node *node, yb_day *day)
{
	if (node->kind == YBI_SCALAR && yb_day_from_text(node->text, node->count, day) == YB_OK)
		return true;
	ybi_fault(b, YB_E_BAD_DATE, node, NULL, "\"%.40s\" is not a date that exists (YYYY-MM-DD)", node->kind == YBI_SCALAR ? node->text : "…");
	return false;
}

bool
ybi_parse_flag(struct ybi_builder *b, const struct ybi_node *node, bool *flag)
{
	*flag = ybi_node_is(node, "yes");
	if (*flag || ybi_node_is(node, "no"))
		return true;
	ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "expected yes or no");
	return false;
}

bool
ybi_parse_round(struct ybi_builder *b, const struct ybi_node *node, int64_t *step, yb_rounding *mode)
{
	static const struct { const char *word; int64_t step; } units[] = { { "fen", 1 }, { "jiao", 10 }, { "yuan", 100 } };
	static const struct { const char *word; yb_rounding mode; } modes[] = {
		{ "half_up", YB_ROUND_HALF_UP }, { "half_even", YB_ROUND_HALF_EVEN }, { "up", YB_ROUND_UP }, { "down", YB_ROUND_DOWN } };

	*mode = YB_ROUND_HALF_UP;
	if (node->kind == YBI_SCALAR) {
		size_t first = strcspn(node->text, " ");
		for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
			if (!ybi_streq_n(node->text, first, units[i].word))
				continue;
			*step = units[i].step;
			if (!node->text[first])
				return true;
			for (size_t k = 0; k < ARRAY_SIZE(modes); k++)
				if (!strcmp(node->text + first + 1, modes[k].word)) {
					*mode = modes[k].mode;
					return true;
				}
		}
	}
	ybi_fault(b, YB_E_BAD_VALUE, node, "round", "expected fen, jiao or yuan, then half_up, half_even, up or down");
	return false;
}

bool
ybi_duration_from(const char *text, size_t length, enum ybi_type *type, struct ybi_fraction *q)
{
	static const struct { const char *word; enum ybi_type type; int64_t factor; } words[] = {
		{ " day", YBI_DAYS, 1 }, { " days", YBI_DAYS, 1 }, { " month", YBI_MONTHS, 1 }, { " months", YBI_MONTHS, 1 },
		{ " year", YBI_MONTHS, 12 }, { " years", YBI_MONTHS, 12 } };
	size_t digits = 0;

	while (digits < length && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (ybi_streq_n(text + digits, length - digits, words[i].word) &&
		    ybi_fraction_from_text(text, digits, 0, false, false, q) == YB_OK) {
			*type = words[i].type;
			return ybi_fraction_mul(*q, ybi_fraction_from(words[i].factor), q) == YB_OK;
		}
	return false;
}

static const char *
money_hint(const struct ybi_node *node)
{
	if (ybi_node_is(node, "none") || ybi_node_is(node, "unsupported"))
		return "in quotes it is a text; write the word plain";
	if (strpbrk(node->text, "eE") && strspn(node->text, "0123456789.eE+-") == node->count)
		return "money has no exponent";
	if (strchr(node->text, ','))
		return "money has no thousands separator";
	if (strchr(node->text, '%'))
		return "a rate where money is needed";
	return "expected money in yuan with at most two decimals";
}

static uint32_t
money_literal(struct ybi_builder *b, const struct ybi_node *node)
{
	struct ybi_fraction q;
	yb_status st = ybi_fraction_from_text(node->text, node->count, 2, false, false, &q);

	if (st == YB_OK)
		st = ybi_fraction_mul(q, ybi_fraction_from(100), &q);
	if (st == YB_OK && (ybi_fraction_cmp(q, ybi_fraction_from(YB_FEN_LIMIT)) > 0 || ybi_fraction_sign(q) < 0)) {
		ybi_fault(b, YB_E_BAD_AMOUNT, node, NULL, "\"%.40s\": an amount lies between 0 and 10000000000.00", node->text);
		return YBI_NO_EXPR;
	}
	if (st != YB_OK) {
		ybi_fault(b, YB_E_BAD_AMOUNT, node, NULL, "\"%.40s\": %s", node->text,
		          st == YB_E_OVERFLOW ? "an amount lies between 0 and 10000000000.00" : money_hint(node));
		return YBI_NO_EXPR;
	}
	return ybi_add_const(b, q, YBI_MONEY, node);
}

static uint32_t
rate_literal(struct ybi_builder *b, const struct ybi_node *node)
{
	struct ybi_fraction q;
	bool digits = strspn(node->text, "0123456789") == node->count;

	if (digits && !ybi_node_is(node, "0") && !ybi_node_is(node, "1")) {
		ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "\"%.40s\" is not a rate; did you mean %.40s%%?", node->text, node->text);
		return YBI_NO_EXPR;
	}
	if (ybi_fraction_from_text(node->text, node->count, 6, true, true, &q) != YB_OK) {
		ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "\"%.40s\": expected a rate, 65%%, 0.65 or 2/37, a whole number of millionths", node->text);
		return YBI_NO_EXPR;
	}
	return ybi_add_const(b, q, YBI_RATE, node);
}

static uint32_t
text_literal(struct ybi_builder *b, const struct ybi_node *node, uint32_t domain)
{
	struct ybi_book *book = b->book;
	uint32_t atom = ybi_intern(b, node->text, node->count), expr;

	if (domain != YBI_NO_FACT && book->facts[domain].closed && !ybi_code_unstated(book->facts[domain].field, node->text, node->count)) {
		const struct ybi_fact_meta *meta = &book->facts[domain];
		const char *known[64];
		size_t n = 0, near;
		for (uint32_t i = 0; i < meta->domain_count; i++) {
			if (book->domains[meta->domain + i] == atom)
				goto known;
			if (n < ARRAY_SIZE(known))
				known[n++] = book->atom_names[book->domains[meta->domain + i]];
		}
		near = ybi_nearest(node->text, known, n);
		if (near == SIZE_MAX)
			ybi_fault(b, YB_E_UNKNOWN_NAME, node, meta->name, "\"%.40s\" is not a value of %s", node->text, meta->name);
		else
			ybi_fault(b, YB_E_UNKNOWN_NAME, node, meta->name, "\"%.40s\" is not a value of %s; did you mean \"%s\"?", node->text, meta->name,
			          known[near]);
		return YBI_NO_EXPR;
	}
known:
	expr = ybi_add_const(b, ybi_fraction_from(atom), YBI_TEXT, node);
	if (expr != YBI_NO_EXPR)
		b->book->expr_domain[expr] = domain;
	return expr;
}

static uint32_t
guess_literal(struct ybi_builder *b, const struct ybi_node *node)
{
	struct ybi_fraction q;
	enum ybi_type type;
	yb_day day;

	if (ybi_duration_from(node->text, node->count, &type, &q))
		return ybi_add_const(b, q, type, node);
	if (yb_day_from_text(node->text, node->count, &day) == YB_OK)
		return ybi_add_const(b, ybi_fraction_from(day), YBI_DATE, node);
	if (node->text[0] >= '0' && node->text[0] <= '9') {
		if (strpbrk(node->text, "%/"))
			return rate_literal(b, node);
		if (ybi_fraction_from_text(node->text, node->count, 6, false, false, &q) == YB_OK)
			return ybi_add_const(b, q, YBI_NUMBER, node);
		if (strspn(node->text, "0123456789.eE+-,") == node->count) {
			ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "\"%.40s\" is not a number of at most six decimals", node->text);
			return YBI_NO_EXPR;
		}
	}
	if (ybi_node_is(node, "yes") || ybi_node_is(node, "no"))
		return ybi_add_const(b, ybi_fraction_from(ybi_node_is(node, "yes")), YBI_FLAG, node);
	return text_literal(b, node, YBI_NO_FACT);
}

static uint32_t
literal(struct ybi_builder *b, const struct ybi_node *node, enum ybi_type want, uint32_t domain)
{
	struct ybi_fraction q;
	enum ybi_type type;
	yb_day day;

	switch (want) {
	case YBI_MONEY:
		return money_literal(b, node);
	case YBI_RATE:
		return rate_literal(b, node);
	case YBI_COUNT:
	case YBI_NUMBER:
		if (ybi_fraction_from_text(node->text, node->count, want == YBI_COUNT ? 0 : 6, false, false, &q) != YB_OK ||
		    ybi_fraction_sign(q) < 0 || (want == YBI_COUNT && ybi_fraction_cmp(q, ybi_fraction_from(2147483647)) > 0)) {
			ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "\"%.40s\": expected %s", node->text,
			          want == YBI_COUNT ? "a count from 0 to 2147483647" : "a number of at most six decimals");
			return YBI_NO_EXPR;
		}
		return ybi_add_const(b, q, want, node);
	case YBI_DAYS:
	case YBI_MONTHS:
		if (!ybi_duration_from(node->text, node->count, &type, &q) || type != want) {
			ybi_fault(b, YB_E_UNIT, node, NULL, "\"%.40s\": expected a duration in %s", node->text, want == YBI_DAYS ? "days" : "months");
			return YBI_NO_EXPR;
		}
		return ybi_add_const(b, q, want, node);
	case YBI_DATE:
		return ybi_parse_day(b, node, &day) ? ybi_add_const(b, ybi_fraction_from(day), YBI_DATE, node) : YBI_NO_EXPR;
	case YBI_FLAG: {
		bool flag;
		return ybi_parse_flag(b, node, &flag) ? ybi_add_const(b, ybi_fraction_from(flag), YBI_FLAG, node) : YBI_NO_EXPR;
	}
	case YBI_TEXT:
		return text_literal(b, node, domain);
	default:
		return guess_literal(b, node);
	}
}

/* ---- cells ---- */

struct piece {
	const char *text;
	size_t length;
	uint32_t offset;
};

/* Other ways to write a range, and how it is written here. */
static const char *
range_hint(const char *text, size_t length)
{
	size_t digits = 0;

	if (length && text[0] == '>')
		return length > 1 && text[1] == '=' ? "; \"at least 70\" is 70.." : "; \"more than 70\" is 70<..";
	if (length && text[0] == '=')
		return "; \"at most 70\" is ..70";
	while (digits < length && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	if (digits && digits < length && (text[digits] == '-' || text[digits] == '~'))
		return "; a range is 60..69";
	return "";
}

/* One end of a range; `open` when a `<` stands beside it. */
static bool
read_end(struct ybi_builder *b, const struct ybi_node *node, enum ybi_type type, const char *text, size_t length, int64_t *out)
{
	struct ybi_fraction q;
	enum ybi_type unit;
	yb_day day;
	yb_status st = YB_E_BAD_VALUE;
	int64_t factor = 1;

	switch (type) {
	case YBI_MONEY:
		st = ybi_fraction_from_text(text, length, 2, false, false, &q);
		factor = 100;
		break;
	case YBI_RATE:
		if (length > 0 && strspn(text, "0123456789") >= length && !(length == 1 && (text[0] == '0' || text[0] == '1'))) {
			ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "\"%.*s\" is not a rate in a cell; did you mean %.*s%%?", (int)(length > 40 ? 40 : length), text,
			          (int)(length > 40 ? 40 : length), text);
			return false;
		}
		st = ybi_fraction_from_text(text, length, 6, true, false, &q);
		factor = 1000000;
		break;
	case YBI_NUMBER:
		st = ybi_fraction_from_text(text, length, 6, false, false, &q);
		factor = 1000000;
		break;
	case YBI_DATE:
		st = yb_day_from_text(text, length, &day);
		if (st == YB_OK)
			q = ybi_fraction_from(day);
		break;
	case YBI_DAYS:
	case YBI_MONTHS:
		if (ybi_duration_from(text, length, &unit, &q))
			st = unit == type ? YB_OK : YB_E_UNIT;
		else
			st = ybi_fraction_from_text(text, length, 0, false, false, &q);
		break;
	default: /* count */
		st = ybi_fraction_from_text(text, length, 0, false, false, &q);
	}
	if (st == YB_OK)
		st = ybi_fraction_mul(q, ybi_fraction_from(factor), &q);
	if (st == YB_OK)
		st = ybi_fraction_to_i64(q, out);
	if (st != YB_OK)
		ybi_fault(b, type == YBI_DATE ? YB_E_BAD_DATE : st == YB_E_UNIT ? st : YB_E_BAD_VALUE, node, NULL,
		          "\"%.*s\" cannot be read as %s in a cell%s", (int)(length > 40 ? 40 : length), text, ybi_type_name(type),
		          range_hint(text, length));
	return st == YB_OK;
}

static bool
read_range(struct ybi_builder *b, const struct ybi_node *node, enum ybi_type type, const char *text, size_t length, struct ybi_interval *out)
{
	const char *dots = NULL;
	bool whole;

	*out = (struct ybi_interval){ INT64_MIN, INT64_MAX, 0, 0 };
	for (size_t i = 0; i + 1 < length && !dots; i++)
		if (text[i] == '.' && text[i + 1] == '.')
			dots = text + i;
	if (!dots && length && text[0] == '<') { /* <70 is short for ..<70 */
		out->high_open = 1;
		return read_end(b, node, type, text + 1, length - 1, &out->high);
	}
	if (!dots) {
		if (!read_end(b, node, type, text, length, &out->low))
			return false;
		out->high = out->low;
		return true;
	}
	if (dots > text) {
		size_t n = (size_t)(dots - text);
		out->low_open = text[n - 1] == '<';
		if (!read_end(b, node, type, text, n - out->low_open, &out->low))
			return false;
	}
	if (dots + 2 < text + length) {
		const char *high = dots + 2;
		out->high_open = *high == '<';
		high += out->high_open;
		if (!read_end(b, node, type, high, (size_t)(text + length - high), &out->high))
			return false;
	}
	whole = type != YBI_RATE && type != YBI_NUMBER; /* between two neighbours lies nothing */
	if (out->low != INT64_MIN && out->high != INT64_MAX &&
	    (out->low > out->high || (out->low == out->high && (out->low_open || out->high_open)) ||
	     (whole && out->low + out->low_open > out->high - out->high_open))) {
		ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "the range \"%.*s\" is empty", (int)(length > 60 ? 60 : length), text);
		return false;
	}
	return true;
}

/* Does a document under a profile of its own speak, or one whose book has a profile? */
static bool
has_profile(const struct ybi_builder *b, const struct ybi_node *node, uint32_t domain)
{
	const struct ybi_profile *theirs = node->sources ? node->sources->profile : NULL;

	return domain != YBI_NO_FACT && b->book->facts[domain].field && (theirs || b->book->profile) &&
		(ybi_profile_table(theirs, b->book->facts[domain].field) || ybi_profile_table(b->book->profile, b->book->facts[domain].field));
}

/* One more value that a cell names: an atom of a text, a bit of a set. */
static bool
push_code(struct ybi_builder *b, struct ybi_cell *cell, const struct ybi_node *node, uint32_t domain, const char *atom)
{
	const struct ybi_fact_meta *meta = &b->book->facts[domain];
	uint32_t number = ybi_intern(b, atom, strlen(atom));

	if (!number)
		return false;
	if (cell->type == YBI_TEXT) {
		if (!YBI_PUSH(b, atoms, number))
			return false;
		cell->count++;
		return true;
	}
	for (uint32_t i = 0; i < meta->domain_count; i++)
		if (b->book->domains[meta->domain + i] == number) {
			cell->mask |= UINT64_C(1) << i;
			return true;
		}
	ybi_fault(b, YB_E_LIMIT, node, meta->name, "%s: the profile has more codes than a set can tell apart (%d); \"%s\" is beyond", meta->name, YBI_SET_MOST, atom);
	return false;
}

static bool
begins(const char *text, const char *prefix, size_t length)
{
	return text && !strncmp(text, prefix, length);
}

/*
 * A code under a profile. In a document of the profile it is the profile's
 * own; what the profile does not name is national, and a national code is also
 * every code of the book's profile that says it is that one.
 */
static bool
add_profile_code(struct ybi_builder *b, struct ybi_cell *cell, const struct ybi_node *node, uint32_t domain, const char *text, size_t length)
{
	const struct ybi_profile *writer = node->sources ? node->sources->profile : NULL, *reader = b->book->profile;
	yb_field field = b->book->facts[domain].field;
	const struct ybi_code_table *mine = ybi_profile_table(writer, field), *theirs = ybi_profile_table(reader, field);
	bool prefix = length && text[length - 1] == '*', own = false, found = false, ok = true;
	size_t count, n = prefix ? length - 1 : length;
	const struct ybi_code *national = ybi_codes(field, &count);

	for (uint32_t i = 0; ok && mine && i < mine->count; i++) {
		const struct ybi_code_row *row = &writer->rows[mine->first + i];
		bool named = prefix ? begins(row->as.code, text, n) : ybi_streq_n(text, n, row->as.code);
		for (uint32_t k = 0; k < row->also_count && !prefix; k++)
			named = named || ybi_streq_n(text, n, row->also[k]);
		if (!named || (row->national && !strcmp(row->atom, row->national)))
			continue;
		if (!ybi_profile_atom(reader, field, row->atom)) {
			ybi_fault(b, YB_E_RULE, node, b->book->facts[domain].name, "\"%s\" is another code in the profile %s", row->as.code, reader ? reader->region : "national");
			return false;
		}
		own = found = true;
		ok = push_code(b, cell, node, domain, row->atom);
	}
	for (size_t i = 0; ok && (prefix || !own) && i < count; i++) {
		if ((mine && national[i].local) || (prefix ? !begins(national[i].code, text, n) : !ybi_streq_n(text, n, national[i].code)))
			continue;
		found = true;
		ok = push_code(b, cell, node, domain, national[i].code);
		for (uint32_t k = 0; ok && theirs && k < theirs->count; k++) {
			const struct ybi_code_row *row = &reader->rows[theirs->first + k];
			if (row->national && !strcmp(row->national, national[i].code) && strcmp(row->atom, row->national) != 0)
				ok = push_code(b, cell, node, domain, row->atom);
		}
	}
	if (!found && ok && !writer && !prefix && cell->type == YBI_TEXT && ybi_code_open(field) && begins(text, "99", 2) && length <= 6) {
		char local[8]; /* a national document may name a local code that no table has */
		memcpy(local, text, length);
		local[length] = '\0';
		return push_code(b, cell, node, domain, local);
	}
	if (!found && ok) {
		const struct ybi_code *near = ybi_code_nearest(writer ? writer : reader, field, text, n);
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, b->book->facts[domain].name, "\"%.*s\" is no code of %s by the profile %s%s%s%s", (int)(length > 40 ? 40 : length),
		          text, b->book->facts[domain].name, writer ? writer->region : "national", near ? "; did you mean \"" : "", near ? near->code : "",
		          near ? "\"?" : "");
	}
	return found && ok;
}

#define PREFIX_WORK 20000000
#define PREFIX_TEXTS 2000000

/* An open text: the prefix itself is a value that binding gives to texts that begin so, and texts that are named later are added. */
static bool
push_open_prefix(struct ybi_builder *b, struct ybi_cell *cell, const struct ybi_node *node, const char *text, size_t length)
{
	char *pattern = ybi_format(b, "%.*s*", (int)(length > 64 ? 64 : length), text);
	uint32_t atom = pattern ? ybi_intern(b, pattern, strlen(pattern)) : 0;
	struct ybi_prefix prefix = { .cell = (uint32_t)b->book->cells_count, .text = pattern, .seen = 1 };

	if (length > 64)
		ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "an overlong value in a cell");
	if (length > 64 || !atom || !YBI_PUSH(b, atoms, atom) ||
	    !ybi_push_room(b, (void *)&b->prefixes, b->prefix_count, &b->prefix_room, sizeof(*b->prefixes)))
		return false;
	b->prefixes[b->prefix_count++] = prefix;
	cell->count++;
	return true;
}

static bool
has_atom(const struct ybi_book *book, const struct ybi_cell *cell, uint32_t atom)
{
	for (uint32_t i = 0; i < cell->count; i++)
		if (book->atoms[cell->first + i] == atom)
			return true;
	return false;
}

/* Appends to a cell, which is moved to the end of the atoms where it does not stand there. */
static bool
add_atom(struct ybi_builder *b, uint32_t number, uint32_t atom)
{
	struct ybi_book *book = b->book;
	struct ybi_cell *cell = &book->cells[number];

	if (cell->first + cell->count != book->atoms_count) {
		uint32_t first = (uint32_t)book->atoms_count;
		for (uint32_t i = 0; i < cell->count; i++)
			if (!YBI_PUSH(b, atoms, book->atoms[cell->first + i]))
				return false;
		cell->first = first;
	}
	if (!YBI_PUSH(b, atoms, atom))
		return false;
	cell->count++;
	return true;
}

void
ybi_expand_prefixes(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;

	for (size_t i = 0; i < b->prefix_count && b->status == YB_OK; i++) {
		struct ybi_prefix *prefix = &b->prefixes[i];
		size_t length = strlen(prefix->text) - 1;
		b->prefix_work += book->atom_names_count - prefix->seen;
		for (; prefix->seen < book->atom_names_count && b->status == YB_OK; prefix->seen++)
			if (!strncmp(book->atom_names[prefix->seen], prefix->text, length) &&
			    !has_atom(book, &book->cells[prefix->cell], (uint32_t)prefix->seen)) {
				b->prefix_work += book->cells[prefix->cell].count;
				(void)add_atom(b, prefix->cell, (uint32_t)prefix->seen);
			}
		if ((b->prefix_work > PREFIX_WORK || book->atoms_count > PREFIX_TEXTS) && b->status == YB_OK)
			ybi_fault(b, YB_E_LIMIT, book->document->root, NULL, "too many cells with a prefix, as \"%.40s\", for the texts that are named", prefix->text);
	}
}

/* The texts of a fact, or those known so far, that begin so. */
static bool
push_prefix(struct ybi_builder *b, struct ybi_cell *cell, const struct ybi_node *node, uint32_t domain, const char *text, size_t length)
{
	struct ybi_book *book = b->book;
	const struct ybi_fact_meta *meta = domain == YBI_NO_FACT ? NULL : &book->facts[domain];
	uint32_t before = (uint32_t)book->atoms_count;
	size_t count = meta ? meta->domain_count : book->atom_names_count - 1;

	if (meta && !meta->domain_count)
		return push_open_prefix(b, cell, node, text, length);
	b->prefix_work += count;
	for (size_t i = 0; i < count && b->prefix_work <= PREFIX_WORK && book->atoms_count <= PREFIX_TEXTS; i++) {
		uint32_t atom = meta ? book->domains[meta->domain + i] : (uint32_t)i + 1;
		if (!strncmp(book->atom_names[atom], text, length) && !YBI_PUSH(b, atoms, atom))
			return false;
	}
	cell->count += (uint32_t)book->atoms_count - before;
	if (b->prefix_work > PREFIX_WORK || book->atoms_count > PREFIX_TEXTS) {
		ybi_fault(b, YB_E_LIMIT, node, NULL, "too many cells with a prefix, as \"%.40s\", for the texts that are named", text);
		return false;
	}
	if (book->atoms_count == before) {
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, NULL, "no code begins with \"%.*s\"", (int)(length > 40 ? 40 : length), text);
		return false;
	}
	return true;
}

static bool
add_text(struct ybi_builder *b, struct ybi_cell *cell, const struct ybi_node *node, uint32_t domain, const char *text, size_t length)
{
	struct ybi_node part = *node;
	char copy[64];
	uint32_t expr;

	if (length == 1 && *text == '*') {
		ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "`*` alone; `any` holds everything");
		return false;
	}
	if (has_profile(b, node, domain))
		return add_profile_code(b, cell, node, domain, text, length);
	if (length && text[length - 1] == '*')
		return push_prefix(b, cell, node, domain, text, length - 1);
	if (length == 0 || length >= sizeof(copy)) {
		ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "an empty or overlong value in a cell");
		return false;
	}
	memcpy(copy, text, length);
	copy[length] = '\0';
	part.text = copy;
	part.count = (uint32_t)length;
	if (domain != YBI_NO_FACT && b->book->facts[domain].field && !b->book->facts[domain].closed && b->book->facts[domain].domain_count &&
	    strncmp(copy, "99", 2) != 0 && !ybi_code_find(b->book->facts[domain].field, copy, length)) {
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, b->book->facts[domain].name, "\"%s\" is not in the code table of %s", copy,
		          b->book->facts[domain].name);
		return false;
	}
	expr = text_literal(b, &part, domain);
	if (expr == YBI_NO_EXPR || !YBI_PUSH(b, atoms, ybi_intern(b, copy, length)))
		return false;
	cell->count++;
	return true;
}

static bool
add_member(struct ybi_builder *b, struct ybi_cell *cell, const struct ybi_node *node, uint32_t domain, const char *text, size_t length)
{
	const struct ybi_fact_meta *meta = domain == YBI_NO_FACT ? NULL : &b->book->facts[domain];
	bool prefix = length && text[length - 1] == '*', found = false;

	if (has_profile(b, node, domain))
		return add_profile_code(b, cell, node, domain, text, length);
	for (uint32_t i = 0; meta && i < meta->domain_count && i < 64; i++) {
		const char *name = b->book->atom_names[b->book->domains[meta->domain + i]];
		if (prefix ? !strncmp(name, text, length - 1) : ybi_streq_n(text, length, name)) {
			cell->mask |= UINT64_C(1) << i;
			found = true;
		}
	}
	if (!found)
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, NULL, "\"%.*s\" is not a value of %s", (int)(length > 40 ? 40 : length), text,
		          meta ? meta->name : "the set");
	return found;
}

uint32_t
ybi_parse_cell(struct ybi_builder *b, const struct ybi_node *node, enum ybi_type type, uint32_t domain)
{
	struct ybi_cell cell = { .type = (uint8_t)type, .den = type == YBI_RATE || type == YBI_NUMBER ? 1000000 : 1 };
	size_t prefixes = b->prefix_count;
	const char *p;
	bool ok = true;

	if (node->kind != YBI_SCALAR) {
		ybi_fault(b, YB_E_SYNTAX, node, NULL, "expected a cell, found %s%s", ybi_node_kind_name(node),
		          node->kind == YBI_SEQ ? "; one of several is a|b" : "");
		return UINT32_MAX;
	}
	p = node->text;
	if (!strcmp(p, "any")) {
		cell.any = 1;
	} else {
		if (!strncmp(p, "not ", 4)) {
			cell.negate = 1;
			p += 4;
		}
		cell.first = (uint32_t)(type == YBI_TEXT || type == YBI_FLAG ? b->book->atoms_count : b->book->intervals_count);
		for (;;) {
			size_t length = strcspn(p, "|");
			struct ybi_interval interval;
			if (type == YBI_TEXT) {
				ok = add_text(b, &cell, node, domain, p, length) && ok;
			} else if (type == YBI_SET) {
				ok = add_member(b, &cell, node, domain, p, length) && ok;
			} else if (type == YBI_FLAG) {
				bool yes = ybi_streq_n(p, length, "yes");
				if (!yes && !ybi_streq_n(p, length, "no")) {
					ybi_fault(b, YB_E_BAD_VALUE, node, NULL, "expected yes, no or any");
					return UINT32_MAX;
				}
				ok = YBI_PUSH(b, atoms, yes ? 1u : 0u) && ok;
				cell.count++;
			} else {
				ok = read_range(b, node, type, p, length, &interval) && ok;
				if (ok)
					ok = YBI_PUSH(b, intervals, interval);
				cell.count++;
			}
			p += length;
			if (!*p || !ok)
				break;
			p++;
		}
	}
	if (!ok || !YBI_PUSH(b, cells, cell)) {
		b->prefix_count = prefixes;
		return UINT32_MAX;
	}
	return (uint32_t)b->book->cells_count - 1;
}

/* ---- conditions ---- */

static uint32_t
mapping_condition(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *map)
{
	uint32_t parts[32];
	bool bad = false;

	if (map->count == 0 || map->count > ARRAY_SIZE(parts)) {
		ybi_fault(b, YB_E_SYNTAX, map, "when", "a condition names 1 to 32 facts");
		return YBI_NO_EXPR;
	}
	for (uint32_t i = 0; i < map->count; i++) {
		const struct ybi_entry *entry = &map->entries[i];
		struct ybi_node key = *map;
		struct ybi_expr e = { .op = YBI_OP_IN, .type = YBI_FLAG, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
		key.line = entry->line;
		key.column = entry->column;
		e.a = ybi_resolve(b, scope, entry->key, strlen(entry->key), &key);
		e.x = e.a == YBI_NO_EXPR ? UINT32_MAX : ybi_parse_cell(b, entry->value, ybi_expr_type(b, e.a), b->book->expr_domain[e.a]);
		parts[i] = e.x == UINT32_MAX ? YBI_NO_EXPR : ybi_add_expr(b, e, entry->value);
		bad = bad || parts[i] == YBI_NO_EXPR;
	}
	if (bad)
		return YBI_NO_EXPR;
	return map->count == 1 ? parts[0] : ybi_add_nary(b, YBI_OP_AND, YBI_FLAG, parts, map->count, map);
}

uint32_t
ybi_parse_when(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node)
{
	uint32_t parts[32], expr;
	bool bad = false;

	if (node->kind == YBI_MAP)
		return mapping_condition(b, scope, node);
	if (node->kind == YBI_SEQ) {
		if (node->count == 0 || node->count > ARRAY_SIZE(parts)) {
			ybi_fault(b, YB_E_SYNTAX, node, "when", "a list of conditions has 1 to 32");
			return YBI_NO_EXPR;
		}
		for (uint32_t i = 0; i < node->count; i++) {
			parts[i] = ybi_parse_when(b, scope, node->items[i]);
			bad = bad || parts[i] == YBI_NO_EXPR;
		}
		return bad ? YBI_NO_EXPR : ybi_add_nary(b, YBI_OP_OR, YBI_FLAG, parts, node->count, node);
	}
	if (node->text[0] != '=') {
		ybi_fault(b, YB_E_SYNTAX, node, "when", "expected a mapping of facts, a list of mappings, or a formula");
		return YBI_NO_EXPR;
	}
	expr = ybi_parse_formula(b, scope, node);
	return ybi_coerce(b, expr, YBI_FLAG, node);
}

bool
ybi_parse_interval(struct ybi_builder *b, const struct ybi_node *map, yb_day *from, yb_day *to, bool *given)
{
	const struct ybi_node *f = ybi_node_get(map, "from"), *t = ybi_node_get(map, "to"), *through = ybi_node_get(map, "through");

	*from = YBI_DAY_FIRST;
	*to = YBI_DAY_LAST + 1;
	*given = f || t || through;
	if (t && through) {
		ybi_fault(b, YB_E_RULE, through, "through", "`to` and `through` together; one of them ends an interval");
		return false;
	}
	if ((f && !ybi_parse_day(b, f, from)) || (t && !ybi_parse_day(b, t, to)) || (through && !ybi_parse_day(b, through, to)))
		return false;
	if (through)
		(*to)++;
	if (*from >= *to) {
		ybi_fault(b, YB_E_RULE, f ? f : map, "from", "an interval without a day");
		return false;
	}
	return true;
}

static uint32_t
day_condition(struct ybi_builder *b, const struct ybi_node *map, yb_day from, yb_day to)
{
	struct ybi_cell cell = { .type = YBI_DATE, .den = 1, .first = (uint32_t)b->book->intervals_count, .count = 1 };
	struct ybi_interval interval = { from, to - 1, 0, 0 };
	struct ybi_expr e = { .op = YBI_OP_IN, .type = YBI_FLAG, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };

	e.a = ybi_add_fact(b, YBI_FACT_ON, map);
	e.x = (uint32_t)b->book->cells_count;
	if (e.a == YBI_NO_EXPR || !YBI_PUSH(b, intervals, interval) || !YBI_PUSH(b, cells, cell))
		return YBI_NO_EXPR;
	return ybi_add_expr(b, e, map);
}

uint32_t
ybi_parse_clause_when(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *map, bool *bad)
{
	const struct ybi_node *when = ybi_node_get(map, "when");
	uint32_t parts[3], count = 0;
	yb_day from, to;
	bool given;

	*bad = !ybi_parse_interval(b, map, &from, &to, &given);
	if (*bad)
		return YBI_NO_EXPR;
	if (!ybi_known(b, map)) { /* its law was not published yet: it never holds */
		parts[count] = ybi_add_const(b, ybi_fraction_from(0), YBI_FLAG, map);
		*bad = parts[count++] == YBI_NO_EXPR;
	}
	if (given) {
		parts[count] = day_condition(b, map, from, to);
		*bad = parts[count++] == YBI_NO_EXPR;
	}
	if (when) {
		struct ybi_scope inner = *scope;
		inner.sourced = map->source != NULL;
		parts[count] = ybi_parse_when(b, &inner, when);
		*bad = parts[count++] == YBI_NO_EXPR || *bad;
	}
	if (*bad || count == 0)
		return YBI_NO_EXPR;
	return count == 1 ? parts[0] : ybi_add_nary(b, YBI_OP_AND, YBI_FLAG, parts, count, map);
}

/* ---- compound slots ---- */

static uint32_t
gap(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node)
{
	struct ybi_expr e = { .op = YBI_OP_GAP, .type = YBI_NUMBER, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };

	e.x = ybi_add_clause(b, scope->path, node, false);
	if (e.x == YBI_NO_CLAUSE)
		return YBI_NO_EXPR;
	b->book->clauses[e.x].hole = true;
	return ybi_add_expr(b, e, node);
}

/* The type that values of one slot share; a bare number gives way to money, rates and counts. */
static bool
merge_type(struct ybi_builder *b, uint32_t *exprs, uint32_t count, enum ybi_type *type, const struct ybi_node *node)
{
	*type = YBI_TYPE_COUNT_;
	for (uint32_t i = 0; i < count; i++) {
		const struct ybi_expr *e = &b->book->exprs[exprs[i]];
		if (e->op == YBI_OP_NONE || e->op == YBI_OP_GAP)
			continue;
		if (*type == YBI_TYPE_COUNT_ || *type == YBI_NUMBER || (*type == YBI_COUNT && e->type == YBI_RATE))
			*type = (enum ybi_type)e->type;
	}
	if (*type == YBI_TYPE_COUNT_)
		*type = YBI_NUMBER;
	for (uint32_t i = 0; i < count; i++) {
		exprs[i] = ybi_coerce(b, exprs[i], *type, node);
		if (exprs[i] == YBI_NO_EXPR)
			return false;
	}
	return true;
}

static uint32_t
finish(struct ybi_builder *b, struct ybi_expr e, const struct ybi_node *node, const uint32_t *values, uint32_t count)
{
	uint32_t expr;

	for (uint32_t i = 0; i < count; i++)
		e.is_list |= b->book->exprs[values[i]].is_list;
	expr = ybi_add_expr(b, e, node);
	for (uint32_t i = 0; expr != YBI_NO_EXPR && i < count; i++)
		if (b->book->expr_domain[values[i]] != YBI_NO_FACT)
			b->book->expr_domain[expr] = b->book->expr_domain[values[i]];
	return expr;
}

static uint32_t
parse_list(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, enum ybi_type want, uint32_t domain)
{
	uint32_t items[YBI_BANDS];
	enum ybi_type type;
	bool bad = false;

	if (node->count == 0 || node->count > ARRAY_SIZE(items)) {
		ybi_fault(b, YB_E_LIMIT, node, NULL, "a list of 1 to %d slots", YBI_BANDS);
		return YBI_NO_EXPR;
	}
	for (uint32_t i = 0; i < node->count; i++) {
		items[i] = ybi_parse_slot(b, scope, node->items[i], want, false, domain);
		bad = bad || items[i] == YBI_NO_EXPR;
	}
	if (bad || !merge_type(b, items, node->count, &type, node))
		return YBI_NO_EXPR;
	return ybi_add_nary(b, YBI_OP_LIST, type, items, node->count, node);
}

static bool
parse_entry_clause(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *map, struct ybi_scope *inner)
{
	*inner = *scope;
	if (!ybi_node_get(map, "source"))
		return true;
	inner->clause = ybi_add_clause(b, scope->path, map, false);
	return inner->clause != YBI_NO_CLAUSE;
}

static uint32_t
under_clause(struct ybi_builder *b, const struct ybi_scope *outer, const struct ybi_scope *inner, uint32_t expr, const struct ybi_node *node)
{
	struct ybi_expr e = { .op = YBI_OP_CLAUSE, .a = expr, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR, .x = inner->clause };
	uint32_t wrapped, domain;

	if (expr == YBI_NO_EXPR || inner->clause == outer->clause)
		return expr;
	e.type = b->book->exprs[expr].type;
	e.is_list = b->book->exprs[expr].is_list;
	domain = b->book->expr_domain[expr];
	wrapped = ybi_add_expr(b, e, node);
	if (wrapped != YBI_NO_EXPR)
		b->book->expr_domain[wrapped] = domain;
	return wrapped;
}

static int
compare_entries(const struct ybi_dated_entry *a, const struct ybi_dated_entry *b)
{
	return (a->from > b->from) - (a->from < b->from);
}

/*
 * Entries whose law was not published yet are taken out. The one that ended where such a one began goes on, to the
 * next that is known, or without an end: that it ends was not known either.
 */
static void
forget_later(const struct ybi_builder *b, struct ybi_dated_entry *entries, const struct ybi_node **places, uint32_t *count)
{
	uint32_t kept = 0;
	bool goes_on = false;

	for (uint32_t i = 0; i < *count; i++) {
		if (ybi_known(b, places[i])) {
			places[kept] = places[i];
			entries[kept++] = entries[i];
			goes_on = false;
		} else if (kept && entries[kept - 1].to == entries[i].from) {
			entries[kept - 1].to = entries[i].to;
			goes_on = true;
		}
	}
	if (goes_on)
		entries[kept - 1].to = YBI_DAY_LAST + 1;
	*count = kept;
}

static uint32_t
parse_dated(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, enum ybi_type want, bool list, uint32_t domain)
{
	static const char *const keys[] = { "from", "to", "through", "value", "source", "confidence", "note" };
	struct ybi_dated dated = { .first = 0, .clause = scope->clause == YBI_NO_CLAUSE ? 0 : scope->clause };
	struct ybi_dated_entry entries[64];
	const struct ybi_node *places[64];
	uint32_t values[64];
	struct ybi_expr e = { .op = YBI_OP_DATED, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
	enum ybi_type type;
	uint32_t count = node->count;
	bool bad = false;

	if (node->kind != YBI_SEQ || node->count == 0 || node->count > ARRAY_SIZE(entries)) {
		ybi_fault(b, YB_E_SYNTAX, node, "dated", "expected a list of 1 to 64 entries with from, to or through, and value");
		return YBI_NO_EXPR;
	}
	for (uint32_t i = 0; i < node->count; i++) {
		const struct ybi_node *map = node->items[i], *value = ybi_node_get(map, "value");
		struct ybi_scope inner;
		bool given;
		yb_status st = map->kind == YBI_MAP ? ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, b->err) : YB_E_SYNTAX;
		if (map->kind != YBI_MAP || (st == YB_OK && !value))
			ybi_fault(b, value || map->kind != YBI_MAP ? YB_E_SYNTAX : YB_E_MISSING_KEY, map, "dated", "a dated entry has from, to or through, and value");
		if (b->status == YB_OK)
			b->status = st;
		values[i] = YBI_NO_EXPR;
		if (map->kind == YBI_MAP && !ybi_parse_interval(b, map, &entries[i].from, &entries[i].to, &given))
			bad = true;
		if (value && parse_entry_clause(b, scope, map, &inner))
			values[i] = under_clause(b, scope, &inner, ybi_parse_slot(b, &inner, value, want, list, domain), map);
		bad = bad || st != YB_OK || values[i] == YBI_NO_EXPR;
	}
	if (bad || !merge_type(b, values, node->count, &type, node))
		return YBI_NO_EXPR;
	for (uint32_t i = 0; i < node->count; i++) {
		entries[i].value = values[i];
		places[i] = node->items[i];
	}
	for (uint32_t i = 1; i < node->count; i++) /* few entries, mostly in order: insertion */
		for (uint32_t k = i; k > 0 && compare_entries(&entries[k - 1], &entries[k]) > 0; k--) {
			struct ybi_dated_entry swap = entries[k];
			const struct ybi_node *place = places[k];
			entries[k] = entries[k - 1];
			places[k] = places[k - 1];
			entries[k - 1] = swap;
			places[k - 1] = place;
		}
	forget_later(b, entries, places, &count);
	for (uint32_t i = 1; i < count; i++) {
		char day[YB_DAY_TEXT_SIZE];
		yb_day_to_text(entries[i].from, day);
		if (entries[i].from < entries[i - 1].to) {
			ybi_fault(b, YB_E_OVERLAP, places[i], "dated", "two entries hold on %s", day);
			return YBI_NO_EXPR;
		}
		if (entries[i].from > entries[i - 1].to) {
			yb_day_to_text(entries[i - 1].to, day);
			ybi_fault(b, YB_E_GAP, places[i], "dated", "no entry holds on %s; an intended gap is an entry with `value: none`", day);
			return YBI_NO_EXPR;
		}
	}
	dated.first = (uint32_t)b->book->dated_entries_count;
	dated.count = count;
	for (uint32_t i = 0; i < count; i++)
		if (!YBI_PUSH(b, dated_entries, entries[i]))
			return YBI_NO_EXPR;
	if (dated.clause == 0 && scope->clause == YBI_NO_CLAUSE)
		dated.clause = ybi_add_clause(b, scope->path, node, false);
	e.x = (uint32_t)b->book->dated_count;
	e.type = (uint8_t)type;
	if (!YBI_PUSH(b, dated, dated))
		return YBI_NO_EXPR;
	return finish(b, e, node, values, node->count);
}

#define COLUMNS 8
#define ROWS 512

static bool
parse_hit(struct ybi_builder *b, const struct ybi_node *node, uint32_t *hit)
{
	static const char *const words[] = { "unique", "first", "any", "min", "max", "sum" };

	*hit = YBI_HIT_UNIQUE;
	if (!node)
		return true;
	for (uint32_t i = 0; i < ARRAY_SIZE(words); i++)
		if (ybi_node_is(node, words[i])) {
			*hit = i;
			return true;
		}
	ybi_fault(b, YB_E_BAD_VALUE, node, "hit", "expected unique, first, any, min, max or sum");
	return false;
}

/* The least, the greatest and the sum are of figures. */
static bool
hit_fits(struct ybi_builder *b, const struct ybi_table *table, const struct ybi_node *hit, enum ybi_type type, const uint32_t *values, uint32_t count)
{
	const char *what = type == YBI_FLAG || type == YBI_TEXT || type == YBI_SET || (type == YBI_DATE && table->hit == YBI_HIT_SUM)
	                 ? ybi_type_name(type) : NULL;

	if (table->hit < YBI_HIT_MIN)
		return true;
	for (uint32_t i = 0; i < count; i++)
		if (b->book->exprs[values[i]].is_list)
			what = "a list";
	if (what)
		ybi_fault(b, YB_E_UNIT, hit, "hit", "`hit: %s` is for figures, not for %s", hit->text, what);
	return !what;
}

static uint32_t
parse_table(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, enum ybi_type want, bool list, uint32_t domain)
{
	static const char *const keys[] = { "by", "rows", "hit", "else", "source", "confidence", "note", "unit", "label", "round" };
	const struct ybi_node *by = ybi_node_get(node, "by"), *rows = ybi_node_get(node, "rows"), *otherwise = ybi_node_get(node, "else");
	const struct ybi_node *hit = ybi_node_get(node, "hit");
	struct ybi_table table = { .otherwise = YBI_NO_EXPR };
	struct ybi_expr e = { .op = YBI_OP_TABLE, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
	uint32_t columns[COLUMNS], *values, *cells, n, result = YBI_NO_EXPR;
	enum ybi_type type;
	bool bad = false;

	(void)ybi_node_check_keys(node, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	ybi_check_unit(b, ybi_node_get(node, "unit"));
	if (!rows || rows->kind != YBI_SEQ || rows->count > ROWS || (rows->count == 0 && !otherwise)) {
		ybi_fault(b, rows ? YB_E_SYNTAX : YB_E_MISSING_KEY, rows ? rows : node, "rows", "a table has `by` and a list of 1 to 512 `rows`");
		return YBI_NO_EXPR;
	}
	n = by->kind == YBI_SEQ ? by->count : 1;
	if (by->kind == YBI_MAP || n == 0 || n > COLUMNS) {
		ybi_fault(b, YB_E_SYNTAX, by, "by", "expected one name or a list of at most %d", COLUMNS);
		return YBI_NO_EXPR;
	}
	for (uint32_t c = 0; c < n; c++) {
		const struct ybi_node *name = by->kind == YBI_SEQ ? by->items[c] : by;
		if (name->kind != YBI_SCALAR) {
			ybi_fault(b, YB_E_SYNTAX, name, "by", "expected a name");
			return YBI_NO_EXPR;
		}
		columns[c] = name->text[0] == '=' ? ybi_parse_formula(b, scope, name) : ybi_resolve(b, scope, name->text, name->count, name);
		bad = bad || columns[c] == YBI_NO_EXPR;
	}
	if (!parse_hit(b, hit, &table.hit))
		bad = true;
	values = ybi_arena_alloc(&b->book->arena, (rows->count + 1) * sizeof(*values));
	cells = ybi_arena_alloc(&b->book->arena, (rows->count * n + 1) * sizeof(*cells));
	if (!values || !cells) {
		b->status = ybi_error_no_memory(b->err);
		return YBI_NO_EXPR;
	}
	for (uint32_t r = 0; r < rows->count; r++) {
		const struct ybi_node *row = rows->items[r];
		if (row->kind != YBI_SEQ || row->count != n + 1) {
			ybi_fault(b, YB_E_SYNTAX, row, "rows", "expected %u cells and a value", (unsigned)n);
			bad = true;
			continue;
		}
		for (uint32_t c = 0; c < n; c++) {
			if (columns[c] == YBI_NO_EXPR) /* what its cells are is not known */
				continue;
			cells[r * n + c] = ybi_parse_cell(b, row->items[c], ybi_expr_type(b, columns[c]), b->book->expr_domain[columns[c]]);
			bad = bad || cells[r * n + c] == UINT32_MAX;
		}
		values[r] = ybi_parse_slot(b, scope, row->items[n], want, list, domain);
		bad = bad || values[r] == YBI_NO_EXPR;
	}
	if (otherwise) {
		values[rows->count] = ybi_node_is(otherwise, "unsupported") ? gap(b, scope, otherwise)
		                                                            : ybi_parse_slot(b, scope, otherwise, want, list, domain);
		bad = bad || values[rows->count] == YBI_NO_EXPR;
	}
	if (bad || !merge_type(b, values, rows->count + (otherwise ? 1 : 0), &type, node) || !hit_fits(b, &table, hit, type, values, rows->count))
		return YBI_NO_EXPR;
	table.by = (uint32_t)b->book->args_count;
	table.by_count = n;
	for (uint32_t c = 0; c < n; c++)
		if (!YBI_PUSH(b, args, columns[c]))
			return YBI_NO_EXPR;
	table.cells = (uint32_t)b->book->row_cells_count;
	for (uint32_t i = 0; i < rows->count * n; i++)
		if (!YBI_PUSH(b, row_cells, cells[i]))
			return YBI_NO_EXPR;
	table.values = (uint32_t)b->book->args_count;
	for (uint32_t r = 0; r < rows->count; r++)
		if (!YBI_PUSH(b, args, values[r]))
			return YBI_NO_EXPR;
	table.rows = rows->count;
	if (otherwise)
		table.otherwise = values[rows->count];
	table.clause = scope->clause != YBI_NO_CLAUSE ? scope->clause : ybi_add_clause(b, scope->path, node, false);
	e.x = (uint32_t)b->book->tables_count;
	e.type = (uint8_t)type;
	if (!YBI_PUSH(b, tables, table))
		return YBI_NO_EXPR;
	result = finish(b, e, node, values, rows->count + (otherwise ? 1 : 0));
	ybi_check_table(b, e.x, node, (const struct ybi_node *const *)rows->items, !scope->partial);
	return result;
}

static bool
parse_over(struct ybi_builder *b, const struct ybi_node *over, const char *const *labels, uint32_t count, uint32_t *found, uint32_t *n)
{
	uint32_t given = over->kind == YBI_SEQ ? over->count : 1;

	*n = 0;
	for (uint32_t i = 0; i < given; i++) {
		const struct ybi_node *name = over->kind == YBI_SEQ ? over->items[i] : over;
		uint32_t k = 0;
		while (k < count && !ybi_node_is(name, labels[k]))
			k++;
		if (k == count || *n == 64) {
			ybi_fault(b, YB_E_UNKNOWN_NAME, name, "over", "no exception \"%.40s\" here", name->kind == YBI_SCALAR ? name->text : "…");
			return false;
		}
		found[(*n)++] = k;
	}
	return true;
}

/* Does one of the exceptions before `i` say that it goes over it? */
static bool
yields_to(const struct ybi_builder *b, const struct ybi_exception *exceptions, uint32_t i, uint32_t other)
{
	if (other >= i)
		return false;
	for (uint32_t k = 0; k < exceptions[other].over_count; k++)
		if (b->book->args[exceptions[other].over + k] == i)
			return true;
	return false;
}

static uint32_t
parse_except(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, enum ybi_type want, bool list, uint32_t domain)
{
	static const char *const keys[] = { "default", "except", "source", "confidence", "note", "unit", "label", "round" };
	static const char *const entry_keys[] = { "label", "when", "from", "to", "through", "value", "over", "source", "confidence", "note" };
	const struct ybi_node *list_node = ybi_node_get(node, "except"), *whens[64];
	const char *labels[64];
	struct ybi_exception exceptions[64];
	struct ybi_except except = { .clause = scope->clause };
	struct ybi_expr e = { .op = YBI_OP_EXCEPT, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
	uint32_t values[65], n;
	enum ybi_type type;
	bool wrong = false;

	(void)ybi_node_check_keys(node, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	if (!list_node || list_node->kind != YBI_SEQ || list_node->count == 0 || list_node->count > 63) {
		ybi_fault(b, YB_E_MISSING_KEY, node, "except", "a default has a list of 1 to 63 exceptions, `except:`");
		return YBI_NO_EXPR;
	}
	n = list_node->count;
	values[n] = ybi_parse_slot(b, scope, ybi_node_get(node, "default"), want, list, domain);
	wrong = values[n] == YBI_NO_EXPR;
	for (uint32_t i = 0; i < n; i++) {
		const struct ybi_node *map = list_node->items[i], *label = ybi_node_get(map, "label");
		whens[i] = ybi_node_get(map, "when");
		if (!whens[i] && (ybi_node_get(map, "from") || ybi_node_get(map, "to") || ybi_node_get(map, "through")))
			whens[i] = map;
		if (map->kind != YBI_MAP || !label || label->kind != YBI_SCALAR || !ybi_node_get(map, "value") || !whens[i]) {
			yb_status st = map->kind == YBI_MAP ? ybi_node_check_keys(map, entry_keys, ARRAY_SIZE(entry_keys), NULL, 0, b->err) : YB_OK;
			if (st == YB_OK)
				ybi_fault(b, YB_E_MISSING_KEY, map, "except", "an exception has label, value, and when or days");
			b->status = b->status == YB_OK ? st : b->status;
			return YBI_NO_EXPR;
		}
		(void)ybi_node_check_keys(map, entry_keys, ARRAY_SIZE(entry_keys), NULL, 0, b->err);
		labels[i] = label->text;
		for (uint32_t k = 0; k < i; k++)
			if (!strcmp(labels[k], label->text)) {
				ybi_fault(b, YB_E_DUPLICATE, label, label->text, "exception \"%.40s\" stands here and in line %u", label->text,
				          (unsigned)ybi_node_get(list_node->items[k], "label")->line);
				return YBI_NO_EXPR;
			}
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct ybi_node *map = list_node->items[i], *over = ybi_node_get(map, "over");
		struct ybi_scope inner;
		uint32_t found[64];
		bool bad;
		exceptions[i] = (struct ybi_exception){ 0 };
		exceptions[i].when = ybi_parse_clause_when(b, scope, map, &bad);
		if (!parse_entry_clause(b, scope, map, &inner))
			return YBI_NO_EXPR;
		inner.has_otherwise = true;
		inner.otherwise = values[n];
		values[i] = under_clause(b, scope, &inner, ybi_parse_slot(b, &inner, ybi_node_get(map, "value"), want, list, domain), map);
		wrong = wrong || bad || values[i] == YBI_NO_EXPR;
		if (over) {
			if (!parse_over(b, over, labels, n, found, &exceptions[i].over_count))
				return YBI_NO_EXPR;
			for (uint32_t k = 0; k < exceptions[i].over_count; k++)
				if (found[k] == i || yields_to(b, exceptions, i, found[k])) {
					ybi_fault(b, YB_E_CYCLE, over, labels[i], found[k] == i ? "exception \"%.40s\" cannot go over itself"
					          : "exception \"%.40s\" cannot go over one that goes over it", labels[i]);
					return YBI_NO_EXPR;
				}
			exceptions[i].over = (uint32_t)b->book->args_count;
			for (uint32_t k = 0; k < exceptions[i].over_count; k++)
				if (!YBI_PUSH(b, args, found[k]))
					return YBI_NO_EXPR;
		}
	}
	if (wrong || !merge_type(b, values, n + 1, &type, node))
		return YBI_NO_EXPR;
	except.first = (uint32_t)b->book->exceptions_count;
	except.count = n;
	except.otherwise = values[n];
	for (uint32_t i = 0; i < n; i++) {
		exceptions[i].value = values[i];
		if (!YBI_PUSH(b, exceptions, exceptions[i]) || !YBI_PUSH(b, labels, labels[i]))
			return YBI_NO_EXPR;
	}
	e.x = (uint32_t)b->book->excepts_count;
	e.type = (uint8_t)type;
	if (!YBI_PUSH(b, excepts, except))
		return YBI_NO_EXPR;
	ybi_check_exceptions(b, e.x, whens, labels);
	return finish(b, e, node, values, n + 1);
}

static uint32_t
parse_scalar(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, enum ybi_type want, uint32_t domain)
{
	uint32_t expr;

	if (node->text[0] == '=')
		return ybi_parse_formula(b, scope, node);
	if (ybi_node_is(node, "none") && node->plain && want != YBI_TEXT)
		return ybi_add_expr(b, (struct ybi_expr){ .op = YBI_OP_NONE, .type = YBI_NUMBER, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR,
		                                          .c = YBI_NO_EXPR }, node);
	if (ybi_node_is(node, "unsupported") && node->plain && want != YBI_TEXT)
		return gap(b, scope, node);
	expr = literal(b, node, want, domain);
	if (expr != YBI_NO_EXPR && scope->needs_source && scope->clause == YBI_NO_CLAUSE && ybi_expr_type(b, expr) != YBI_TEXT)
		ybi_fault(b, YB_E_NO_SOURCE, node, scope->path, "a figure without a source");
	return expr;
}

/* A mapping of one key and what may stand beside it. */
static bool
parse_only(struct ybi_builder *b, const struct ybi_node *map, const char *key)
{
	static const char *const common[] = { "source", "confidence", "note", "unit", "label", "round" };
	yb_status st = ybi_node_check_keys(map, &key, 1, common, ARRAY_SIZE(common), b->err);

	if (st != YB_OK && b->status == YB_OK)
		b->status = st;
	return st == YB_OK;
}

static struct ybi_place
key_place(const struct ybi_node *map, const char *key)
{
	struct ybi_place place = ybi_node_place(map);

	for (uint32_t i = 0; i < map->count; i++)
		if (!strcmp(map->entries[i].key, key)) {
			place.line = map->entries[i].line;
			place.column = map->entries[i].column;
		}
	return place;
}

uint32_t
ybi_parse_slot(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, enum ybi_type want, bool list, uint32_t domain)
{
	struct ybi_scope inner = *scope;
	uint32_t expr = YBI_NO_EXPR;

	if (!node)
		return YBI_NO_EXPR;
	if (scope->depth >= SLOT_DEPTH && node->kind != YBI_SCALAR) {
		ybi_fault(b, YB_E_LIMIT, node, NULL, "slots within slots, more than four deep");
		return YBI_NO_EXPR;
	}
	if (node->kind == YBI_SCALAR)
		return ybi_coerce(b, parse_scalar(b, scope, node, want, domain), want, node);
	inner.depth++;
	if (node->kind == YBI_SEQ) {
		if (!list) {
			ybi_fault(b, YB_E_UNIT, node, NULL, "a list where one value is needed");
			return YBI_NO_EXPR;
		}
		return ybi_coerce(b, parse_list(b, &inner, node, want, domain), want, node);
	}
	if (ybi_node_get(node, "source") && scope->clause != YBI_NO_CLAUSE) {
		inner.clause = ybi_add_clause(b, scope->path, node, false);
		if (inner.clause == YBI_NO_CLAUSE)
			return YBI_NO_EXPR;
	}
	inner.rounds = false;
	if (ybi_node_get(node, "round") && !scope->rounds) {
		struct ybi_place place = key_place(node, "round");
		struct ybi_node at = *node;
		at.line = place.line;
		at.column = place.column;
		ybi_fault(b, YB_E_UNKNOWN_KEY, &at, "round", "a figure is not rounded here: `round:` stands in a clause, or at the top of a named value");
		return YBI_NO_EXPR;
	}
	if (ybi_node_get(node, "by"))
		expr = parse_table(b, &inner, node, want, list, domain);
	else if (ybi_node_get(node, "dated"))
		expr = parse_only(b, node, "dated") ? parse_dated(b, &inner, ybi_node_get(node, "dated"), want, list, domain) : YBI_NO_EXPR;
	else if (ybi_node_get(node, "default"))
		expr = parse_except(b, &inner, node, want, list, domain);
	else if (ybi_node_get(node, "value"))
		expr = parse_only(b, node, "value") ? ybi_parse_slot(b, &inner, ybi_node_get(node, "value"), want, list, domain) : YBI_NO_EXPR;
	else
		ybi_fault(b, YB_E_SYNTAX, node, NULL, "expected a value, a formula, or a mapping with by, dated, default or value");
	if (ybi_node_get(node, "source"))
		expr = ybi_if_known(b, expr, scope->path, node);
	return ybi_coerce(b, under_clause(b, scope, &inner, expr, node), want, node);
}
