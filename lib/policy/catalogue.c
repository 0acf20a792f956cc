/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"

/*
 * The section `catalogue:` of a price list. Rows are sorted by code and day,
 * so that what holds together is found in one pass, and hashed by code, so
 * that a cost line finds its item without a walk.
 */

/* ---- cells of a row ---- */

struct row_reader {
	struct ybi_builder *b;
	struct ybi_item *item;
	const struct ybi_node *through;
	bool bad;
};

static void
bad_cell(struct row_reader *r, yb_status status, const struct ybi_node *cell, const char *column, const char *expected)
{
	r->bad = true;
	ybi_fault(r->b, status, cell, column, "\"%.40s\": expected %s", cell->text, expected);
}

/* A number with at most `decimals` decimals, as so many of them; false where it is none, or outside 0 .. most. */
static bool
scaled(const struct ybi_node *cell, unsigned decimals, bool percent, int64_t most, int64_t *out)
{
	struct ybi_fraction q;
	int64_t scale = 1;

	for (unsigned i = 0; i < decimals; i++)
		scale *= 10;
	return ybi_fraction_from_text(cell->text, cell->count, decimals, percent, false, &q) == YB_OK &&
	       ybi_fraction_mul(q, ybi_fraction_from(scale), &q) == YB_OK &&
	       ybi_fraction_to_i64(q, out) == YB_OK && *out >= 0 && *out <= most;
}

static void
read_code(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	if (cell->count > 64)
		bad_cell(r, YB_E_BAD_VALUE, cell, column, "a code of at most 64 bytes");
	r->item->code = cell->text;
}

static void
read_from(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	(void)column;
	r->bad = !ybi_parse_day(r->b, cell, &r->item->from) || r->bad;
}

static void
read_to(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	(void)column;
	r->bad = !ybi_parse_day(r->b, cell, &r->item->to) || r->bad;
}

static void
read_through(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	if (r->item->to <= YBI_DAY_LAST)
		bad_cell(r, YB_E_RULE, cell, column, "one end of the interval, `to` or `through`");
	read_to(r, cell, column);
	r->item->to++;
}

/* "01|02|03": bits of the codes of hosp_lv. */
static void
read_level(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	size_t count;
	const struct ybi_code *codes = ybi_codes(YB_FIELD_HOSP_LV, &count);

	if (ybi_node_is(cell, "any"))
		return;
	r->item->levels = 0;
	for (const char *at = cell->text; ; at++) {
		size_t n = strcspn(at, "|");
		const struct ybi_code *code = ybi_code_find(YB_FIELD_HOSP_LV, at, n);
		if (!code) {
			bad_cell(r, YB_E_UNKNOWN_NAME, cell, column, "codes of the table hosp_lv with | between, as 01|02, or any");
			return;
		}
		r->item->levels |= UINT32_C(1) << (code - codes);
		at += n;
		if (!*at)
			return;
	}
	(void)count;
}

static void
read_class(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	size_t count;
	const struct ybi_code *codes = ybi_codes(YB_FIELD_CHRGITM_LV, &count), *code = ybi_code_find(YB_FIELD_CHRGITM_LV, cell->text, cell->count);

	if (!code) {
		bad_cell(r, YB_E_UNKNOWN_NAME, cell, column, "a code of the table chrgitm_lv: 01, 02 or 03");
		return;
	}
	r->item->item_class = (uint32_t)(code - codes);
	r->item->says |= YBI_SAYS_CLASS;
}

static void
read_share(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	if (!scaled(cell, 4, true, 10000, &r->item->share))
		bad_cell(r, YB_E_BAD_VALUE, cell, column, "a rate from 0 to 1 with at most four decimals, as 0.1 or 10%");
	r->item->says |= YBI_SAYS_SHARE;
}

#define MOST_YUAN INT64_C(10000000000)

static void
read_price(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	r->item->says |= YBI_SAYS_PRICE;
	if (cell->plain && ybi_node_is(cell, "none"))
		r->item->price = -1;
	else if (!scaled(cell, 6, false, MOST_YUAN * 1000000, &r->item->price))
		bad_cell(r, YB_E_BAD_AMOUNT, cell, column, "money in yuan with at most six decimals, or none");
}

static void
read_limit(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	r->item->says |= YBI_SAYS_LIMIT;
	if (cell->plain && ybi_node_is(cell, "none"))
		return;
	if (!scaled(cell, 2, false, MOST_YUAN * 100, &r->item->limit))
		bad_cell(r, YB_E_BAD_AMOUNT, cell, column, "money in yuan with at most two decimals, or none");
}

static void
read_limit_count(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	r->item->says |= YBI_SAYS_LIMIT;
	if (cell->plain && ybi_node_is(cell, "none"))
		return;
	if (!scaled(cell, 4, false, MOST_YUAN * 10000, &r->item->limit_count))
		bad_cell(r, YB_E_BAD_VALUE, cell, column, "a quantity with at most four decimals, or none");
}

static void
read_per(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	r->item->per_day = ybi_node_is(cell, "day");
	if (!r->item->per_day && !ybi_node_is(cell, "stay"))
		bad_cell(r, YB_E_BAD_VALUE, cell, column, "stay or day");
}

static void
read_kind(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	if (cell->count > 64)
		bad_cell(r, YB_E_BAD_VALUE, cell, column, "a word of at most 64 bytes");
	r->item->kind = cell->text;
	r->item->says |= YBI_SAYS_KIND;
}

static void
read_unit(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	if (cell->count > 64)
		bad_cell(r, YB_E_BAD_VALUE, cell, column, "a word of at most 64 bytes");
	r->item->unit = cell->text;
}

/* "28 tablet" or "2 blister|28 tablet": what one unit holds. */
static void
read_pack(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	struct ybi_arena *arena = &r->b->book->arena;
	struct ybi_pack *packs = ybi_arena_alloc(arena, YBI_PACKS * sizeof(*packs));
	uint32_t n = 0;

	for (const char *at = cell->text; packs; at++) {
		size_t length = strcspn(at, "|"), blank = strcspn(at, " ");
		if (n == YBI_PACKS || blank == 0 || blank + 1 >= length || length - blank - 1 > 64 || memchr(at + blank + 1, ' ', length - blank - 1) ||
		    ybi_fraction_from_text(at, blank, 4, false, false, &packs[n].count) != YB_OK || ybi_fraction_sign(packs[n].count) <= 0 ||
		    ybi_fraction_cmp(packs[n].count, ybi_fraction_from(1000000)) > 0) {
			bad_cell(r, YB_E_BAD_VALUE, cell, column, "what one unit holds, as 28 tablet or 2 blister|28 tablet");
			return;
		}
		packs[n].unit = ybi_arena_strndup(arena, at + blank + 1, length - blank - 1);
		if (!packs[n++].unit)
			break;
		at += length;
		if (!*at) {
			r->item->packs = packs;
			r->item->pack_count = n;
			return;
		}
	}
	r->bad = true;
	r->b->status = ybi_error_no_memory(r->b->err);
}

static void
read_nothing(struct row_reader *r, const struct ybi_node *cell, const char *column)
{
	(void)r;
	(void)cell;
	(void)column;
}

/* The columns a catalogue may have; the first two are the codes of which it has one. */
static const struct column {
	const char *name;
	void (*read)(struct row_reader *r, const struct ybi_node *cell, const char *column);
} columns[] = {
	{ "hilist_code", read_code }, { "med_list_codg", read_code }, { "from", read_from }, { "to", read_to }, { "through", read_through },
	{ "hosp_lv", read_level }, { "chrgitm_lv", read_class }, { "selfpay_prop", read_share }, { "pric_uplmt_amt", read_price },
	{ "limit", read_limit }, { "limit_cnt", read_limit_count }, { "per", read_per }, { "unit", read_unit }, { "pack", read_pack },
	{ "yb_kind", read_kind }, { "source", read_nothing }, { "note", read_nothing },
};

#define COLUMNS ARRAY_SIZE(columns)
enum { COLUMN_SOURCE = COLUMNS - 2 };

/* ---- rows ---- */

struct reader {
	struct ybi_builder *b;
	struct ybi_catalogue *catalogue;
	const struct ybi_node *list; /* columns */
	const struct column *order[COLUMNS];
	size_t source;               /* column of the sources, COLUMNS: none */
	uint32_t group_room;
};

static bool
says_nothing(const struct ybi_node *cell)
{
	return cell->count == 0 || (cell->plain && (ybi_node_is(cell, "~") || ybi_node_is(cell, "null")));
}

static bool
read_columns(struct reader *r)
{
	struct ybi_builder *b = r->b;
	const char *names[COLUMNS];
	uint32_t seen = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		names[i] = columns[i].name;
	r->source = COLUMNS;
	for (uint32_t i = 0; i < r->list->count; i++) {
		const struct ybi_node *name = r->list->items[i];
		size_t k = 0, near;
		while (k < COLUMNS && !ybi_node_is(name, names[k]))
			k++;
		near = k < COLUMNS || name->kind != YBI_SCALAR ? SIZE_MAX : ybi_nearest(name->text, names, COLUMNS);
		if (k == COLUMNS)
			ybi_fault(b, YB_E_UNKNOWN_KEY, name, "columns", near == SIZE_MAX ? "no column \"%.40s\"%s" : "no column \"%.40s\"; did you mean \"%s\"?",
			          name->kind == YBI_SCALAR ? name->text : "…", near == SIZE_MAX ? "" : names[near]);
		else if (seen & 1u << k)
			ybi_fault(b, YB_E_DUPLICATE, name, "columns", "column \"%s\" twice", names[k]);
		if (k == COLUMNS || seen & 1u << k)
			return false;
		seen |= 1u << k;
		r->order[i] = &columns[k];
		if (k == COLUMN_SOURCE)
			r->source = i;
	}
	if ((seen & 3) != 1 && (seen & 3) != 2) {
		ybi_fault(b, YB_E_MISSING_KEY, r->list, "columns", "one column is the code that a cost line carries, hilist_code or med_list_codg");
		return false;
	}
	r->catalogue->key = seen & 1 ? YB_FIELD_HILIST_CODE : YB_FIELD_MED_LIST_CODG;
	return true;
}

static bool
add_group(struct reader *r, const struct ybi_node *node)
{
	struct ybi_catalogue *c = r->catalogue;

	if (c->group_count == r->group_room) {
		uint32_t room = r->group_room ? r->group_room * 2 : 4;
		struct ybi_item_group *more = ybi_arena_alloc(&r->b->book->arena, room * sizeof(*more));
		if (!more) {
			r->b->status = ybi_error_no_memory(r->b->err);
			return false;
		}
		if (c->group_count)
			memcpy(more, c->groups, c->group_count * sizeof(*more));
		c->groups = more;
		r->group_room = room;
	}
	c->groups[c->group_count++] = (struct ybi_item_group){ .node = node, .document = r->b->book->document->id };
	return true;
}

#define GROUPS 256

/* The group of a row with a source of its own: found again, or made. */
static uint32_t
group_of(struct reader *r, const struct ybi_node *row, const struct ybi_node *source)
{
	struct ybi_node *node;

	for (uint32_t i = 1; i < r->catalogue->group_count; i++)
		if (ybi_node_is(r->catalogue->groups[i].node->source, source->text))
			return i;
	if (r->catalogue->group_count == GROUPS) {
		ybi_fault(r->b, YB_E_LIMIT, source, "source", "more than %d different sources in one catalogue", GROUPS);
		return 0;
	}
	node = ybi_arena_alloc(&r->b->book->arena, sizeof(*node));
	if (!node) {
		r->b->status = ybi_error_no_memory(r->b->err);
		return 0;
	}
	*node = *row;
	node->source = source;
	return add_group(r, node) ? r->catalogue->group_count - 1 : 0;
}

static bool
read_row(struct reader *r, const struct ybi_node *row, struct ybi_item *item)
{
	struct row_reader reader = { .b = r->b, .item = item };

	*item = (struct ybi_item){ .from = YBI_DAY_FIRST, .to = YBI_DAY_LAST + 1, .levels = YBI_EVERY_LEVEL, .price = -1, .limit = -1, .limit_count = -1,
		                   .node = row };
	if (row->kind != YBI_SEQ || row->count != r->list->count) {
		ybi_fault(r->b, YB_E_SYNTAX, row, "rows", "a row of this catalogue has %u cells, one for each column", (unsigned)r->list->count);
		return false;
	}
	for (uint32_t i = 0; i < row->count; i++) {
		const struct ybi_node *cell = row->items[i];
		if (cell->kind != YBI_SCALAR) {
			ybi_fault(r->b, YB_E_SYNTAX, cell, r->order[i]->name, "expected text, found %s", ybi_node_kind_name(cell));
			reader.bad = true;
		} else if (!says_nothing(cell)) {
			r->order[i]->read(&reader, cell, r->order[i]->name);
			if (i == r->source)
				item->group = group_of(r, row, cell);
		}
	}
	if (!reader.bad && !item->code)
		ybi_fault(r->b, YB_E_MISSING_KEY, row, "rows", "a row without a code");
	else if (!reader.bad && item->from >= item->to)
		ybi_fault(r->b, YB_E_RULE, row, "rows", "an interval without a day");
	else if (!reader.bad && item->pack_count && !item->unit)
		ybi_fault(r->b, YB_E_MISSING_KEY, row, "rows", "a pack without its unit: what is it that holds so many?");
	else
		return !reader.bad;
	return false;
}

/* ---- all rows together ---- */

static int
compare_items(const void *a, const void *b)
{
	const struct ybi_item *x = a, *y = b;
	int order = strcmp(x->code, y->code);

	if (order == 0)
		order = x->from < y->from ? -1 : x->from > y->from;
	if (order == 0)
		order = strcmp(x->node->file, y->node->file);
	return order ? order : x->node->line < y->node->line ? -1 : x->node->line > y->node->line;
}

static void
tell_overlap(struct ybi_builder *b, const struct ybi_item *x, const struct ybi_item *y, const char *level)
{
	const struct ybi_item *first = strcmp(x->node->file, y->node->file) || x->node->line < y->node->line ? x : y, *second = first == x ? y : x;
	bool same = !strcmp(x->node->file, y->node->file), dated = y->from > YBI_DAY_FIRST;
	char day[YB_DAY_TEXT_SIZE];

	yb_day_to_text(y->from, day);
	ybi_fault(b, YB_E_OVERLAP, second->node, y->code, "this row and the one in line %u%s%s both hold for %s%s%s at level %s", (unsigned)first->node->line,
	          same ? "" : " of ", same ? "" : first->node->file, y->code, dated ? " on " : "", dated ? day : "", level);
}

/* Rows of one code in order of time: one pass, with the end of what holds at each level so far. */
static void
check_apart(struct ybi_builder *b, const struct ybi_catalogue *c)
{
	size_t levels;
	const struct ybi_code *codes = ybi_codes(YB_FIELD_HOSP_LV, &levels);
	const struct ybi_item *last[32] = { NULL };

	for (uint32_t i = 0; i < c->item_count; i++) {
		const struct ybi_item *item = &c->items[i];
		bool told = false;
		if (i == 0 || strcmp(c->items[i - 1].code, item->code) != 0)
			memset(last, 0, sizeof(last));
		for (size_t k = 0; k < levels && k < ARRAY_SIZE(last); k++) {
			if (!(item->levels & UINT32_C(1) << k))
				continue;
			if (last[k] && last[k]->to > item->from && !told) {
				tell_overlap(b, last[k], item, codes[k].code);
				told = true;
			}
			if (!last[k] || item->to > last[k]->to)
				last[k] = item;
		}
	}
}

static uint32_t
hash_code(const char *text, size_t length)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

static void
hash_items(struct ybi_builder *b, struct ybi_catalogue *c)
{
	uint32_t size = 16;

	while (size < 2 * c->item_count)
		size *= 2;
	c->mask = size - 1;
	c->hash = ybi_arena_alloc(&b->book->arena, size * sizeof(*c->hash));
	if (!c->hash) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	for (uint32_t i = 0; i < c->item_count; i++) {
		uint32_t at;
		if (i && !strcmp(c->items[i - 1].code, c->items[i].code))
			continue;
		at = hash_code(c->items[i].code, strlen(c->items[i].code)) & c->mask;
		while (c->hash[at])
			at = (at + 1) & c->mask;
		c->hash[at] = i + 1;
	}
}

const struct ybi_item *
ybi_catalogue_find(const struct ybi_catalogue *c, const char *code, size_t length, uint32_t *count)
{
	uint32_t first, n = 1;

	for (uint32_t at = hash_code(code, length) & c->mask; c->hash[at]; at = (at + 1) & c->mask) {
		first = c->hash[at] - 1;
		if (!ybi_streq_n(code, length, c->items[first].code))
			continue;
		while (first + n < c->item_count && !strcmp(c->items[first + n].code, c->items[first].code))
			n++;
		*count = n;
		return &c->items[first];
	}
	*count = 0;
	return NULL;
}

/* ---- parts ---- */

static const struct ybi_document *
find_document(const struct ybi_builder *b, const struct ybi_node *name)
{
	for (size_t i = 0; name->kind == YBI_SCALAR && i < b->document_count; i++)
		if (b->documents[i]->id && !strcmp(b->documents[i]->id, name->text) && !b->documents[i]->fault)
			return b->documents[i];
	return NULL;
}

const struct ybi_catalogue *
ybi_find_catalogue(struct ybi_builder *b, const struct ybi_node *name)
{
	const struct ybi_document *document = find_document(b, name);

	if (document && document->catalogue)
		return document->catalogue;
	if (document)
		ybi_fault(b, YB_E_UNKNOWN_NAME, name, "catalogues", "document \"%.40s\" is no catalogue", name->text);
	else
		ybi_fault(b, YB_E_UNKNOWN_NAME, name, "catalogues", "catalogue \"%.40s\" was not loaded or could not be read",
		          name->kind == YBI_SCALAR ? name->text : "…");
	return NULL;
}

/* What another document says of the same items, as if it stood here. */
static bool
take_part(struct reader *r, const struct ybi_node *name)
{
	struct ybi_catalogue *c = r->catalogue;
	const struct ybi_document *document = find_document(r->b, name);
	const struct ybi_catalogue *part;
	uint32_t first = c->group_count;
	struct ybi_item *all;

	if (document && ybi_node_get(ybi_node_get(document->root, "catalogue"), "parts")) {
		ybi_fault(r->b, YB_E_RULE, name, "parts", "the part \"%s\" has parts of its own; name them here", document->id);
		return false;
	}
	part = ybi_find_catalogue(r->b, name);
	if (!part)
		return false;
	if (part->key != c->key) {
		ybi_fault(r->b, YB_E_RULE, name, "parts", "the part \"%s\" has the codes %s, this catalogue %s", part->id, yb_field_get_name(part->key),
		          yb_field_get_name(c->key));
		return false;
	}
	all = ybi_arena_alloc(&r->b->book->arena, ((size_t)c->item_count + part->item_count + 1) * sizeof(*all));
	if (!all) {
		r->b->status = ybi_error_no_memory(r->b->err);
		return false;
	}
	for (uint32_t i = 0; i < part->group_count; i++) {
		if (!add_group(r, part->groups[i].node))
			return false;
		c->groups[c->group_count - 1] = part->groups[i];
	}
	memcpy(all, c->items, c->item_count * sizeof(*all));
	memcpy(all + c->item_count, part->items, part->item_count * sizeof(*all));
	for (uint32_t i = 0; i < part->item_count; i++)
		all[c->item_count + i].group += first;
	c->items = all;
	c->item_count += part->item_count;
	c->from = part->from > c->from ? part->from : c->from;
	c->to = part->to < c->to ? part->to : c->to;
	return true;
}

static bool
take_parts(struct reader *r, const struct ybi_node *parts)
{
	bool ok = true;

	if (parts && (parts->kind != YBI_SEQ || parts->count > 64)) {
		ybi_fault(r->b, YB_E_SYNTAX, parts, "parts", "`parts:` is a list of at most 64 ids of documents");
		return false;
	}
	for (uint32_t i = 0; parts && i < parts->count; i++) {
		for (uint32_t k = 0; k < i; k++)
			if (parts->items[i]->kind == YBI_SCALAR && ybi_node_is(parts->items[k], parts->items[i]->text)) {
				ybi_fault(r->b, YB_E_DUPLICATE, parts->items[i], "parts", "part \"%.40s\" twice", parts->items[i]->text);
				return false;
			}
		ok = take_part(r, parts->items[i]) && ok;
	}
	return ok;
}

/* ---- the section ---- */

static bool
stands_alone(struct ybi_builder *b)
{
	static const char *const others[] = { "extends", "overlay", "attributes", "values", "series", "fee", "refund", "eligibility", "reimburse",
		                              "unsupported", "checks", "vectors", "channels", "channel_notes" };
	const struct ybi_node *root = b->book->document->root;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		const struct ybi_node *other = ybi_node_get(root, others[i]);
		if (!other)
			continue;
		ybi_fault(b, YB_E_RULE, other, others[i], "a document with `catalogue:` has no `%s:`; it is a list of items and nothing else", others[i]);
		return false;
	}
	return true;
}

/* The sources of all groups are there; this document has no other clauses. */
static void
check_groups(struct ybi_builder *b, const struct ybi_catalogue *c)
{
	for (uint32_t i = 0; i < c->group_count; i++)
		if (c->groups[i].document == b->book->document->id)
			(void)ybi_add_clause(b, "catalogue", c->groups[i].node, true);
}

void
ybi_build_catalogue(struct ybi_builder *b)
{
	static const char *const keys[] = { "columns", "rows", "parts" };
	const struct ybi_node *section = ybi_node_get(b->book->document->root, "catalogue"), *rows;
	struct ybi_catalogue *c;
	struct reader r = { .b = b };

	if (b->book->overlay && ybi_node_get(b->book->overlay->root, "catalogue"))
		ybi_fault(b, YB_E_RULE, ybi_node_get(b->book->overlay->root, "catalogue"), "catalogue", "an overlay has no catalogue; write a catalogue document");
	if (!section || !stands_alone(b))
		return;
	rows = ybi_node_get(section, "rows");
	r.list = ybi_node_get(section, "columns");
	if (section->kind != YBI_MAP || !rows || rows->kind != YBI_SEQ || !r.list || r.list->kind != YBI_SEQ || r.list->count > COLUMNS) {
		ybi_fault(b, YB_E_MISSING_KEY, section, "catalogue", "a catalogue has a list `columns:` of names and a list `rows:` of items");
		return;
	}
	ybi_check_keys(b, section, keys, ARRAY_SIZE(keys));
	r.catalogue = c = ybi_arena_alloc(&b->book->arena, sizeof(*c));
	if (c)
		c->items = ybi_arena_alloc(&b->book->arena, ((size_t)rows->count + 1) * sizeof(*c->items));
	if (!c || !c->items) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	c->id = b->book->document->id;
	c->from = b->book->from;
	c->to = b->book->to;
	if (!read_columns(&r) || !add_group(&r, rows))
		return;
	for (uint32_t i = 0; i < rows->count && b->status != YB_E_NO_MEMORY; i++)
		if (read_row(&r, rows->items[i], &c->items[c->item_count]))
			c->item_count++;
	check_groups(b, c);
	if (!take_parts(&r, ybi_node_get(section, "parts")))
		return;
	qsort(c->items, c->item_count, sizeof(*c->items), compare_items);
	check_apart(b, c);
	hash_items(b, c);
	b->book->catalogue = c;
}
