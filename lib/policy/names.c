/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"
#include "policy/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What a document calls things: atoms, facts and values by their names, and what a name in a formula means. */

/* ---- numbers by name ---- */

/* FNV-1a */
static uint32_t
hash_name(const char *text, size_t length)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

static void
index_put(struct ybi_slot *slots, uint32_t mask, struct ybi_slot entry)
{
	uint32_t at = entry.hash & mask;

	while (slots[at].number)
		at = (at + 1) & mask;
	slots[at] = entry;
}

#define INDEX_LEAST 63 /* one less than a power of two */
#define INDEX_ATOMS 511
#define INDEX_FACTS 511

/* With room for `mask` + 1 slots. */
static bool
make_index(struct ybi_builder *b, struct ybi_index *index, uint32_t mask)
{
	struct ybi_slot *slots = ybi_calloc((size_t)mask + 1, sizeof(*slots));

	if (!slots) {
		b->status = ybi_error_no_memory(b->err);
		return false;
	}
	for (uint32_t i = 0; index->slots && i <= index->mask; i++)
		if (index->slots[i].number)
			index_put(slots, mask, index->slots[i]);
	free(index->slots);
	index->slots = slots;
	index->mask = mask;
	return true;
}

static bool
index_add(struct ybi_builder *b, struct ybi_index *index, const char *name, uint32_t number)
{
	if ((!index->slots || 2 * index->count > index->mask) && !make_index(b, index, index->slots ? 2 * index->mask + 1 : INDEX_LEAST))
		return false;
	index_put(index->slots, index->mask, (struct ybi_slot){ number + 1, hash_name(name, strlen(name)) });
	index->count++;
	return true;
}

/* The number of a name; `name_of` tells the name of a number. */
static uint32_t
index_find(const struct ybi_index *index, const struct ybi_book *book, const char *(*name_of)(const struct ybi_book *, uint32_t), const char *name,
           size_t length, uint32_t none)
{
	uint32_t hash = hash_name(name, length);

	for (uint32_t at = hash & index->mask; index->slots && index->slots[at].number; at = (at + 1) & index->mask)
		if (index->slots[at].hash == hash && ybi_streq_n(name, length, name_of(book, index->slots[at].number - 1)))
			return index->slots[at].number - 1;
	return none;
}

static const char *
atom_name(const struct ybi_book *book, uint32_t number)
{
	return book->atom_names[number];
}

static const char *
fact_name(const struct ybi_book *book, uint32_t number)
{
	return book->facts[number].name;
}

static const char *
value_name(const struct ybi_book *book, uint32_t number)
{
	return book->values[number].name;
}

/* ---- texts as atoms ---- */

uint32_t
ybi_intern(struct ybi_builder *b, const char *text, size_t length)
{
	struct ybi_book *book = b->book;
	uint32_t number = ybi_book_atom(book, text, length);
	char *copy;

	if (number)
		return number;
	copy = ybi_arena_strndup(&book->arena, text, length);
	number = (uint32_t)book->atom_names_count;
	if (!copy || !YBI_PUSH(b, atom_names, copy) || !index_add(b, &book->atom_index, copy, number)) {
		b->status = YB_E_NO_MEMORY;
		return 0;
	}
	book->has_patterns = book->has_patterns || (length > 1 && text[length - 1] == '*');
	return number;
}

uint32_t
ybi_book_atom(const struct ybi_book *book, const char *text, size_t length)
{
	return index_find(&book->atom_index, book, atom_name, text, length, 0);
}

/* ---- facts that every book has ---- */

struct standard_fact {
	const char *name;
	uint8_t type, part;
	int64_t low, high;
};

#define LIMIT YB_FEN_LIMIT
#define MANY INT64_C(2147483647)

static const struct standard_fact standard_facts[] = {
	[YBI_FACT_ON] = { "on", YBI_DATE, YBI_OF_DERIVED, -719162, 2932896 },
	[YBI_FACT_AGE] = { "age", YBI_COUNT, YBI_OF_DERIVED, 0, 150 },
	[YBI_FACT_RETIRED] = { "retired", YBI_FLAG, YBI_OF_DERIVED, 0, 1 },
	[YBI_FACT_STAY_DAYS] = { "stay_days", YBI_COUNT, YBI_OF_DERIVED, 1, 36525 },
	[YBI_FACT_OUT_OF_AREA] = { "out_of_area", YBI_TEXT, YBI_OF_DERIVED, 0, 0 },
	[YBI_FACT_YEAR] = { "year", YBI_COUNT, YBI_OF_DERIVED, 1, 9999 },
	[YBI_FACT_SCOPE] = { "scope", YBI_MONEY, YBI_OF_DERIVED, 0, LIMIT },
	[YBI_FACT_TOTAL] = { "total", YBI_MONEY, YBI_OF_DERIVED, 0, LIMIT },
	[YBI_FACT_PRIOR] = { "prior", YBI_MONEY, YBI_OF_DERIVED, 0, LIMIT },
	[YBI_FACT_OVER_LIMIT] = { "over_limit", YBI_MONEY, YBI_OF_DERIVED, 0, LIMIT },
	[YBI_FACT_FULLY_OWN] = { "fully_own", YBI_MONEY, YBI_OF_DERIVED, 0, LIMIT },
};
_Static_assert(ARRAY_SIZE(standard_facts) == YBI_FACT_STANDARD_, "a standard fact has no row");

/* What the cover history and the other questions know; facts of a settlement only when they are given. */
static const struct standard_fact cover_facts[] = {
	{ "year_first", YBI_DATE, YBI_OF_COVER, -719162, 2932896 },
	{ "paid_on", YBI_DATE, YBI_OF_COVER, -719162, 2932896 },
	{ "window", YBI_TEXT, YBI_OF_COVER, 0, 0 },
	{ "window_start", YBI_DATE, YBI_OF_COVER, -719162, 2932896 },
	{ "gap_years", YBI_COUNT, YBI_OF_COVER, 0, 150 },
	{ "gap_months", YBI_COUNT, YBI_OF_COVER, 0, 1800 },
	{ "gap_start", YBI_DATE, YBI_OF_COVER, -719162, 2932896 },
	{ "repaired", YBI_COUNT, YBI_OF_COVER, 0, 150 },
	{ "continuous_months", YBI_COUNT, YBI_OF_COVER, 0, 1800 },
	{ "continuous_years", YBI_COUNT, YBI_OF_COVER, 0, 150 },
	{ "missing_months", YBI_COUNT, YBI_OF_COVER, 0, 1800 },
	{ "missed_years", YBI_COUNT, YBI_OF_COVER, 0, 150 },
	{ "months", YBI_COUNT, YBI_OF_COVER, 1, 1800 },
	{ "have_months", YBI_COUNT, YBI_OF_COVER, 0, 1800 },
	{ "previous_insutype", YBI_TEXT, YBI_OF_COVER, 0, 0 },
	{ "previous_admdvs", YBI_TEXT, YBI_OF_COVER, 0, 0 },
	{ "resumed", YBI_DATE, YBI_OF_COVER, -719162, 2932896 },
	{ "arrear_months", YBI_COUNT, YBI_OF_COVER, 0, 1800 },
	{ "reward.total", YBI_MONEY, YBI_OF_COVER, -LIMIT, LIMIT },
	{ "yb_cover.claimed", YBI_TEXT, YBI_OF_COVER, 0, 0 }, /* likewise of what was claimed in a year */
	{ "yb_cover", YBI_TEXT, YBI_OF_COVER, 0, 0 }, /* what is lacking when a fact of the history is */
	{ "item_listed", YBI_FLAG, YBI_OF_LINE, 0, 1 }, /* what a catalogue says of a cost line's item */
	{ "item_class", YBI_TEXT, YBI_OF_LINE, 0, 0 },
	{ "item_catalogue", YBI_TEXT, YBI_OF_LINE, 0, 0 },
};

bool
ybi_push_fact(struct ybi_builder *b, struct ybi_fact_meta meta)
{
	return YBI_PUSH(b, facts, meta) && index_add(b, &b->book->fact_index, meta.name, (uint32_t)b->book->facts_count - 1);
}

static bool
add_fact(struct ybi_builder *b, struct ybi_fact_meta meta)
{
	if (meta.den == 0)
		meta.den = 1;
	meta.from = YBI_NO_EXPR;
	return ybi_push_fact(b, meta);
}

static bool
add_domain(struct ybi_builder *b, struct ybi_fact_meta *meta, const char *text)
{
	uint32_t atom = ybi_intern(b, text, strlen(text));

	if (meta->domain_count == 0)
		meta->domain = (uint32_t)b->book->domains_count;
	meta->domain_count++;
	return atom != 0 && YBI_PUSH(b, domains, atom);
}

/* The codes that are the profile's own. A set tells only so many apart; one beyond can be given, but a cell cannot name it. */
static bool
add_profile_domain(struct ybi_builder *b, struct ybi_fact_meta *meta)
{
	const struct ybi_profile *profile = b->book->profile;
	const struct ybi_code_table *table = ybi_profile_table(profile, meta->field);

	for (uint32_t i = 0; table && i < table->count; i++) {
		const struct ybi_code_row *row = &profile->rows[table->first + i];
		if ((row->national && !strcmp(row->national, row->atom)) || ybi_code_unstated(meta->field, row->as.code, strlen(row->as.code)))
			continue;
		if (meta->type == YBI_SET && meta->domain_count >= YBI_SET_MOST)
			break;
		if (!add_domain(b, meta, row->atom))
			return false;
	}
	return true;
}

static const uint8_t field_types[] = {
	[YB_TYPE_TEXT] = YBI_TEXT, [YB_TYPE_CODE] = YBI_TEXT, [YB_TYPE_CODES] = YBI_SET, [YB_TYPE_DAY] = YBI_DATE,
	[YB_TYPE_FEN] = YBI_MONEY, [YB_TYPE_COUNT] = YBI_COUNT, [YB_TYPE_FLAG] = YBI_FLAG, [YB_TYPE_SCALED] = YBI_MONEY,
};

static bool
add_field_fact(struct ybi_builder *b, yb_field field)
{
	static const uint8_t parts[] = { [YB_PART_PERSON] = YBI_OF_PERSON, [YB_PART_CLAIM] = YBI_OF_CLAIM,
		                         [YB_PART_SETTLEMENT] = YBI_OF_SETTLEMENT, [YB_PART_LINE] = YBI_OF_LINE };
	struct ybi_fact_meta meta = { .name = yb_field_get_name(field), .field = field, .bounded = true, .high = LIMIT };
	size_t count;
	const struct ybi_code *codes = ybi_codes(field, &count);

	meta.type = field_types[yb_field_get_type(field)];
	meta.part = parts[yb_field_get_part(field)];
	switch (field) {
	case YB_FIELD_YB_ADMISSION: case YB_FIELD_YB_AFTER_ADMISSION: meta.low = 1; meta.high = 9999; break;
	case YB_FIELD_YB_PAID_MONTHS: case YB_FIELD_YB_ACTUAL_MONTHS: meta.high = 1800; break;
	case YB_FIELD_CNT: meta.type = YBI_COUNT; meta.den = 10000; break;
	case YB_FIELD_PRIC: case YB_FIELD_PRIC_UPLMT_AMT: meta.den = 10000; break; /* fen at 6 decimals of a yuan */
	case YB_FIELD_SELFPAY_PROP: case YB_FIELD_POOL_PROP_SELFPAY: meta.type = YBI_RATE; meta.den = 10000; meta.high = 10000; break;
	default: break;
	}
	if (meta.type == YBI_DATE) {
		meta.low = -719162;
		meta.high = 2932896;
	} else if (meta.type == YBI_FLAG) {
		meta.high = 1;
	}
	meta.closed = codes != NULL && !ybi_code_open(field);
	for (size_t i = 0; i < count; i++)
		if (!ybi_code_unstated(field, codes[i].code, strlen(codes[i].code)) && !add_domain(b, &meta, codes[i].code))
			return false;
	if (!add_profile_domain(b, &meta))
		return false;
	b->book->field_fact[field] = (uint32_t)b->book->facts_count;
	return add_fact(b, meta);
}

bool
ybi_setup_facts(struct ybi_builder *b)
{
	if (!make_index(b, &b->book->atom_index, INDEX_ATOMS) || !make_index(b, &b->book->fact_index, INDEX_FACTS) ||
	    !YBI_PUSH(b, atom_names, "")) /* atom 0: another text */
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(standard_facts); i++) {
		const struct standard_fact *f = &standard_facts[i];
		struct ybi_fact_meta meta = { .name = f->name, .type = f->type, .part = f->part, .bounded = true, .low = f->low, .high = f->high };
		if (i == YBI_FACT_OUT_OF_AREA) {
			meta.closed = true;
			if (!add_domain(b, &meta, "none") || !add_domain(b, &meta, "province") || !add_domain(b, &meta, "cross"))
				return false;
		}
		if (!add_fact(b, meta))
			return false;
	}
	for (yb_field field = 1; field < YBI_FIELD_MAX; field++)
		if (*yb_field_get_name(field) && !add_field_fact(b, field))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(cover_facts); i++) {
		const struct standard_fact *f = &cover_facts[i];
		struct ybi_fact_meta meta = { .name = f->name, .type = f->type, .part = f->part, .bounded = true, .low = f->low, .high = f->high };
		if (!strcmp(f->name, "item_class")) {
			size_t count;
			const struct ybi_code *codes = ybi_codes(YB_FIELD_CHRGITM_LV, &count);
			for (size_t k = 0; k < count; k++)
				if (!add_domain(b, &meta, codes[k].code))
					return false;
			meta.closed = true;
			if (!add_domain(b, &meta, "none"))
				return false;
		}
		if (!add_fact(b, meta))
			return false;
	}
	b->book->paid_fact = ybi_book_fact(b->book, "paid_on", 7);
	b->book->window_fact = ybi_book_fact(b->book, "window", 6);
	b->book->window_start_fact = ybi_book_fact(b->book, "window_start", 12);
	b->book->months_fact = ybi_book_fact(b->book, "months", 6);
	b->book->history_fact = ybi_book_fact(b->book, "yb_cover", 8);
	b->book->claims_fact = ybi_book_fact(b->book, "yb_cover.claimed", 16);
	b->book->year_first_fact = ybi_book_fact(b->book, "year_first", 10);
	b->book->have_fact = ybi_book_fact(b->book, "have_months", 11);
	b->book->listed_fact = ybi_book_fact(b->book, "item_listed", 11);
	b->book->class_fact = ybi_book_fact(b->book, "item_class", 10);
	b->book->catalogue_fact = ybi_book_fact(b->book, "item_catalogue", 14);
	return true;
}

/* ---- names ---- */

uint32_t
ybi_book_fact(const struct ybi_book *book, const char *name, size_t length)
{
	return index_find(&book->fact_index, book, fact_name, name, length, YBI_NO_FACT);
}

bool
ybi_push_value(struct ybi_builder *b, struct ybi_named value)
{
	return YBI_PUSH(b, values, value) && index_add(b, &b->book->value_index, value.name, (uint32_t)b->book->values_count - 1);
}

uint32_t
ybi_book_value(const struct ybi_book *book, const char *name, size_t length)
{
	return index_find(&book->value_index, book, value_name, name, length, YBI_NO_VALUE);
}

struct result_name {
	const char *name;
	uint32_t result;
};

static const struct result_name result_names[] = {
	{ "base", YBI_RESULT_BASE }, { "deductible", YBI_RESULT_DEDUCTIBLE }, { "scope", YBI_RESULT_SCOPE },
	{ "absorbed", YBI_RESULT_ABSORBED }, { "over", YBI_RESULT_OVER }, { "paid", YBI_RESULT_PAID },
	{ "paid.exact", YBI_RESULT_EXACT }, { "uncapped", YBI_RESULT_UNCAPPED }, { "self", YBI_RESULT_SELF },
	{ "own", YBI_RESULT_OWN }, { "left", YBI_RESULT_LEFT }, { "start", YBI_RESULT_START },
	{ "room", YBI_RESULT_ROOM }, { "due", YBI_RESULT_DUE },
};

const char *
ybi_result_name(uint32_t result)
{
	for (size_t i = 0; i < ARRAY_SIZE(result_names); i++)
		if (result_names[i].result == result)
			return result_names[i].name;
	return "";
}

enum ybi_type
ybi_result_type(uint32_t result)
{
	return result == YBI_RESULT_BANDS ? YBI_COUNT : result >= YBI_RESULT_RATIO1 ? YBI_RATE : YBI_MONEY;
}

static uint32_t
find_result(const char *name, size_t length)
{
	uint32_t first = 0, number = 0;

	for (size_t i = 0; i < ARRAY_SIZE(result_names); i++)
		if (ybi_streq_n(name, length, result_names[i].name))
			return result_names[i].result;
	if (length > 4 && !strncmp(name, "band", 4))
		first = YBI_RESULT_BAND1, name += 4, length -= 4;
	else if (length > 5 && !strncmp(name, "ratio", 5))
		first = YBI_RESULT_RATIO1, name += 5, length -= 5;
	else
		return UINT32_MAX;
	for (size_t i = 0; i < length && i < 3; i++) {
		if (name[i] < '0' || name[i] > '9')
			return UINT32_MAX;
		number = number * 10 + (uint32_t)(name[i] - '0');
	}
	return length <= 2 && number >= 1 && number <= YBI_BANDS ? first + number - 1 : UINT32_MAX;
}

/* "layer.result" split at the first dot: the number of the layer's results, or UINT32_MAX. */
static uint32_t
find_layer(const struct ybi_book *book, const char *name, size_t length, size_t *dot)
{
	const char *found = memchr(name, '.', length);

	if (!found)
		return UINT32_MAX;
	*dot = (size_t)(found - name);
	for (size_t i = 0; i < book->layer_names_count; i++)
		if (ybi_streq_n(name, *dot, book->layer_names[i]))
			return (uint32_t)i;
	return UINT32_MAX;
}

uint32_t
ybi_book_result(const struct ybi_book *book, const char *name, size_t length)
{
	size_t dot;
	uint32_t layer = find_layer(book, name, length, &dot), result;

	if (layer == UINT32_MAX)
		return UINT32_MAX;
	result = find_result(name + dot + 1, length - dot - 1);
	return result == UINT32_MAX ? UINT32_MAX : layer * YBI_RESULT_STRIDE + result;
}

static uint32_t
layer_result(struct ybi_builder *b, const struct ybi_scope *scope, uint32_t place, const struct ybi_node *node)
{
	uint32_t layer = place / YBI_RESULT_STRIDE, result = place % YBI_RESULT_STRIDE;
	bool in_sight = scope->all_layers;
	struct ybi_expr e = { .op = YBI_OP_RESULT, .type = (uint8_t)ybi_result_type(result), .a = YBI_NO_EXPR, .b = YBI_NO_EXPR,
		              .c = YBI_NO_EXPR, .x = layer, .y = result };

	for (uint32_t i = 0; i < scope->layers && !in_sight; i++)
		in_sight = scope->layer_list[i] == layer;
	if (!in_sight) {
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, b->book->layer_names[layer], "layer \"%s\" does not stand before this one in the benefit",
		          b->book->layer_names[layer]);
		return YBI_NO_EXPR;
	}
	return ybi_add_expr(b, e, node);
}

uint32_t
ybi_total_fact(struct ybi_builder *b, const char *name)
{
	uint32_t fact = name ? ybi_book_fact(b->book, name, strlen(name)) : YBI_NO_FACT;
	struct ybi_fact_meta meta = { .name = name, .type = YBI_MONEY, .part = YBI_OF_TOTAL, .bounded = true, .high = LIMIT };

	if (!name) /* it could not be composed; the build has failed already */
		return YBI_NO_FACT;
	if (fact != YBI_NO_FACT)
		return fact;
	return add_fact(b, meta) ? (uint32_t)b->book->facts_count - 1 : YBI_NO_FACT;
}

/* Is an amount one of which each part of a split stay has its own: an attribute of the claim, a kind of cost, a total that begins anew? */
static bool
of_each_part(const struct ybi_book *book, const struct ybi_fact_meta *meta)
{
	const char *period = strrchr(meta->name, '.');

	if (meta->type != YBI_MONEY || meta->from != YBI_NO_EXPR)
		return false;
	if (meta->part == YBI_OF_KIND || (meta->part == YBI_OF_CLAIM && !meta->field))
		return true;
	if (meta->part != YBI_OF_TOTAL)
		return false;
	for (size_t i = 0; i < book->pools_count; i++)
		if (!strncmp(meta->name, "pool.", 5) && !strcmp(meta->name + 5, book->pools[i].name))
			return book->pools[i].expr == YBI_PER_YEAR || book->pools[i].expr == YBI_PER_MONTH;
	return period && (!strcmp(period, ".year") || !strcmp(period, ".month"));
}

void
ybi_declare_parts(struct ybi_builder *b)
{
	size_t count = b->book->facts_count;

	for (size_t i = 0; b->book->year_by_split && i < count; i++) {
		struct ybi_fact_meta meta = b->book->facts[i];
		const char *name = meta.name;
		if (!of_each_part(b->book, &meta))
			continue;
		for (int part = meta.part == YBI_OF_TOTAL ? 2 : 1; part <= 2; part++) { /* the first goes on from the totals as they are */
			struct ybi_fact_meta own = { .name = ybi_format(b, "part%d.%s", part, name), .type = YBI_MONEY, .bounded = true, .high = LIMIT,
				                     .part = meta.part == YBI_OF_TOTAL ? YBI_OF_TOTAL : YBI_OF_CLAIM };
			if (!own.name || !add_fact(b, own))
				return;
		}
	}
}

uint32_t
ybi_money_fact(struct ybi_builder *b, const char *name)
{
	struct ybi_fact_meta meta = { .name = name, .type = YBI_MONEY, .part = YBI_OF_COVER, .bounded = true, .high = LIMIT };

	return add_fact(b, meta) ? (uint32_t)b->book->facts_count - 1 : YBI_NO_FACT;
}

static uint32_t
answer_expr(struct ybi_builder *b, uint32_t number, const struct ybi_node *node)
{
	struct ybi_expr e = { .op = YBI_OP_ANSWER, .type = b->book->answers[number].type, .a = YBI_NO_EXPR, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR, .x = number };

	return ybi_add_expr(b, e, node);
}

/* The layer or other thing whose id goes on with a hyphen where a name of a formula ends; NULL for none. */
static const char *
hyphened(const struct ybi_book *book, const char *name, size_t length)
{
	for (size_t i = 0; i < book->layer_names_count; i++)
		if (!strncmp(book->layer_names[i], name, length) && book->layer_names[i][length] == '-')
			return book->layer_names[i];
	for (size_t i = 0; i < book->facts_count; i++)
		if (!strncmp(book->facts[i].name, name, length) && book->facts[i].name[length] == '-')
			return book->facts[i].name;
	for (size_t i = 0; i < book->values_count; i++)
		if (!strncmp(book->values[i].name, name, length) && book->values[i].name[length] == '-')
			return book->values[i].name;
	for (size_t i = 0; i < book->answers_count; i++)
		if (!strncmp(book->answers[i].name, name, length) && book->answers[i].name[length] == '-')
			return book->answers[i].name;
	return NULL;
}

void
ybi_break_name(struct ybi_builder *b, const char *name)
{
	struct ybi_broken *broken = ybi_arena_alloc(&b->book->arena, sizeof(*broken));

	if (!broken) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	*broken = (struct ybi_broken){ name, b->broken };
	b->broken = broken;
}

bool
ybi_is_broken(const struct ybi_builder *b, const char *name, size_t length)
{
	for (const struct ybi_broken *broken = b->broken; broken; broken = broken->next)
		if (ybi_streq_n(name, length, broken->name))
			return true;
	return false;
}

/* A result of a clause that stands later in its section, or that has faults of its own. */
static bool
is_later(struct ybi_builder *b, const char *name, size_t length, const struct ybi_node *node)
{
	const struct ybi_node *lists[] = { ybi_node_get(b->fee, "charges"), ybi_node_get(b->refund, "credits") };
	size_t dot = 0;

	while (dot < length && name[dot] != '.')
		dot++;
	for (size_t i = 0; i < ARRAY_SIZE(lists) && dot < length; i++)
		for (uint32_t k = 0; lists[i] && lists[i]->kind == YBI_SEQ && k < lists[i]->count; k++) {
			const struct ybi_node *id = ybi_node_get(lists[i]->items[k], "id");
			if (!id || id->kind != YBI_SCALAR || !ybi_streq_n(name, dot, id->text))
				continue;
			ybi_fault(b, YB_E_UNKNOWN_NAME, node, id->text, "\"%.64s\" is no result that is known here; \"%.40s\" must stand before this clause and have it",
			          ybi_format(b, "%.*s", (int)(length > 64 ? 64 : length), name), id->text);
			return true;
		}
	return false;
}

void
ybi_unknown_name(struct ybi_builder *b, const char *name, size_t length, const struct ybi_node *node)
{
	const char *known[512], *id = hyphened(b->book, name, length);
	char copy[80];
	size_t n = 0, near;

	if (ybi_is_broken(b, name, length) || is_later(b, name, length, node))
		return;
	(void)snprintf(copy, sizeof(copy), "%.*s", (int)(length > 64 ? 64 : length), name);
	if (id) {
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, copy, "unknown name \"%s\"; \"%s\" cannot stand in a formula, where - is minus: call it by another id", copy, id);
		return;
	}
	for (size_t i = 0; i < b->book->facts_count && n < ARRAY_SIZE(known); i++)
		known[n++] = b->book->facts[i].name;
	for (size_t i = 0; i < b->book->values_count && n < ARRAY_SIZE(known); i++)
		known[n++] = b->book->values[i].name;
	near = ybi_nearest(copy, known, n);
	if (near == SIZE_MAX)
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, copy, "unknown name \"%s\"", copy);
	else
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, copy, "unknown name \"%s\"; did you mean \"%s\"?", copy, known[near]);
}

/* A named value may be rounded as a posted amount is; `none`, the default, says that it is not. */
static uint32_t
round_value(struct ybi_builder *b, const struct ybi_node *node, uint32_t expr)
{
	const struct ybi_node *round = ybi_node_get(node, "round");
	struct ybi_expr e = { .op = YBI_OP_ROUND, .type = YBI_MONEY, .a = expr, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR,
		              .x = (uint32_t)b->book->constants_count };
	int64_t step;
	yb_rounding mode;

	if (expr == YBI_NO_EXPR || !round || ybi_node_is(round, "none"))
		return expr;
	if (!ybi_parse_round(b, round, &step, &mode))
		return YBI_NO_EXPR;
	if (b->book->exprs[expr].is_list || b->book->exprs[expr].type != YBI_MONEY) {
		ybi_fault(b, YB_E_UNIT, round, "round", "only one amount of money is rounded to fen, jiao or yuan; `unit: money` says that it is one");
		return YBI_NO_EXPR;
	}
	e.y = (uint32_t)mode;
	return YBI_PUSH(b, constants, ybi_fraction_from(step)) ? ybi_add_expr(b, e, node) : YBI_NO_EXPR;
}

#define VALUES_DEEP 50

uint32_t
ybi_named_value(struct ybi_builder *b, uint32_t index)
{
	struct ybi_named *value = &b->book->values[index];
	const struct ybi_node *unit_node = ybi_node_get(value->node, "unit");
	static const char *const units[] = { "number", "money", "rate", "count", "days", "months", "date", "flag", "text" };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	enum ybi_type want = YBI_TYPE_COUNT_;
	uint32_t expr;

	if (value->building == 2)
		return value->expr;
	if (value->building == 1) {
		ybi_fault(b, YB_E_CYCLE, value->node, value->name, "value \"%s\" depends on itself", value->name);
		return YBI_NO_EXPR;
	}
	if (b->values_open == VALUES_DEEP) { /* each is built within the one that names it */
		if (!b->values_told)
			ybi_fault(b, YB_E_LIMIT, value->node, value->name, "values that stand on values, more than %d deep", VALUES_DEEP);
		b->values_told = true;
		return YBI_NO_EXPR;
	}
	value->building = 1;
	if (unit_node) {
		for (size_t i = 0; i < ARRAY_SIZE(units); i++)
			if (ybi_node_is(unit_node, units[i]) || (i == YBI_MONEY && ybi_node_is(unit_node, "yuan")))
				want = (enum ybi_type)i;
		if (want == YBI_TYPE_COUNT_)
			ybi_fault(b, YB_E_BAD_VALUE, unit_node, "unit", "no such unit; one of number, money, rate, count, days, months, date, flag, text");
	}
	scope.path = ybi_format(b, "values/%s", value->name);
	scope.needs_source = false;
	if (value->node->source) {
		scope.clause = ybi_add_clause(b, scope.path, value->node, false);
		b->book->values[index].sourced = true;
	}
	scope.rounds = true;
	b->values_open++;
	expr = round_value(b, value->node, ybi_parse_slot(b, &scope, value->node, want, true, YBI_NO_FACT));
	b->values_open--;
	expr = ybi_if_known(b, expr, scope.path, b->book->values[index].node);
	value = &b->book->values[index]; /* parsing may have moved the array */
	if (expr != YBI_NO_EXPR && scope.clause != YBI_NO_CLAUSE) {
		struct ybi_expr e = { .op = YBI_OP_CLAUSE, .type = b->book->exprs[expr].type, .is_list = b->book->exprs[expr].is_list,
			              .a = expr, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR, .x = scope.clause };
		uint32_t domain = b->book->expr_domain[expr];
		expr = ybi_add_expr(b, e, value->node);
		if (expr != YBI_NO_EXPR)
			b->book->expr_domain[expr] = domain;
	}
	if (expr != YBI_NO_EXPR) {
		struct ybi_expr e = { .op = YBI_OP_MEMO, .type = b->book->exprs[expr].type, .is_list = b->book->exprs[expr].is_list,
			              .a = expr, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR, .x = b->book->memo_count++ };
		uint32_t domain = b->book->expr_domain[expr];
		expr = ybi_add_expr(b, e, b->book->values[index].node);
		if (expr != YBI_NO_EXPR)
			b->book->expr_domain[expr] = domain;
	}
	b->book->values[index].expr = expr;
	b->book->values[index].building = 2;
	return expr;
}

bool
ybi_kind_name(const char *name, size_t length)
{
	return length > 6 && !strncmp(name, "scope.", 6);
}

uint32_t
ybi_kind_fact(struct ybi_builder *b, const char *name, size_t length)
{
	struct ybi_fact_meta meta = { .type = YBI_MONEY, .part = YBI_OF_KIND, .bounded = true, .high = LIMIT };
	uint32_t fact = ybi_book_fact(b->book, name, length);

	if (fact != YBI_NO_FACT)
		return fact;
	meta.name = ybi_format(b, "%.*s", (int)length, name);
	return meta.name && add_fact(b, meta) ? (uint32_t)b->book->facts_count - 1 : YBI_NO_FACT;
}

uint32_t
ybi_resolve(struct ybi_builder *b, const struct ybi_scope *scope, const char *name, size_t length, const struct ybi_node *node)
{
	struct ybi_book *book = b->book;
	uint32_t fact, place;

	if (ybi_streq_n(name, length, "default") && (scope->otherwise != YBI_NO_EXPR || scope->has_otherwise))
		return scope->otherwise;
	if (scope->base && ybi_streq_n(name, length, "base"))
		return answer_expr(b, scope->base - 1, node);
	if (scope->answers_of) {
		place = ybi_book_answer(book, (enum ybi_ask)(scope->answers_of - 1), name, length);
		if (place != YBI_NO_ANSWER)
			return answer_expr(b, place, node);
	}
	place = ybi_book_value(book, name, length);
	if (place != YBI_NO_VALUE) {
		if (scope->clause != YBI_NO_CLAUSE || scope->sourced)
			book->values[place].used = true;
		return ybi_named_value(b, place);
	}
	for (size_t i = 0; i < book->series_names_count; i++)
		if (ybi_streq_n(name, length, book->series_names[i].name)) {
			ybi_fault(b, YB_E_UNKNOWN_NAME, node, book->series_names[i].name, "\"%s\" is a series and read by a year: %s[year]",
			          book->series_names[i].name, book->series_names[i].name);
			return YBI_NO_EXPR;
		}
	fact = ybi_book_fact(book, name, length);
	if (fact != YBI_NO_FACT)
		return ybi_add_fact(b, fact, node);
	place = ybi_book_result(book, name, length);
	if (place != UINT32_MAX)
		return layer_result(b, scope, place, node);
	if (ybi_kind_name(name, length)) {
		fact = ybi_kind_fact(b, name, length);
		return fact == YBI_NO_FACT ? YBI_NO_EXPR : ybi_add_fact(b, fact, node);
	}
	ybi_unknown_name(b, name, length, node);
	return YBI_NO_EXPR;
}
