/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/profile.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "policy/builder.h"

#define ROWS 2000  /* of one document */
#define ALSO 8     /* other spellings of one code */
#define CODE_LONGEST 6

/* ---- looking up ---- */

const struct ybi_code_table *
ybi_profile_table(const struct ybi_profile *profile, yb_field field)
{
	for (uint32_t i = 0; profile && i < profile->table_count; i++)
		if (profile->tables[i].field == field)
			return &profile->tables[i];
	return NULL;
}

const struct ybi_code_row *
ybi_profile_atom(const struct ybi_profile *profile, yb_field field, const char *atom)
{
	const struct ybi_code_table *table = ybi_profile_table(profile, field);

	for (uint32_t i = 0; table && i < table->count; i++)
		if (!strcmp(profile->rows[table->first + i].atom, atom))
			return &profile->rows[table->first + i];
	return NULL;
}

/* Is it the code of the row, or another spelling of it? */
static bool
spells(const struct ybi_code_row *row, const char *text, size_t length)
{
	if (ybi_streq_n(text, length, row->as.code))
		return true;
	for (uint32_t i = 0; i < row->also_count; i++)
		if (ybi_streq_n(text, length, row->also[i]))
			return true;
	return false;
}

static bool
all_digits(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return length > 0;
}

/* Noughts before a short code of digits. */
static void
pad(struct ybi_found_code *found, const char *text, size_t length, uint32_t width)
{
	found->code = text;
	found->length = length;
	if (length >= width || width >= sizeof(found->buffer) || !all_digits(text, length))
		return;
	memset(found->buffer, '0', width - length);
	memcpy(found->buffer + width - length, text, length);
	found->buffer[width] = '\0';
	found->code = found->buffer;
	found->length = width;
}

/* The rows that the text names: one holds on the day, or the code is retired. */
static bool
look_in_table(const struct ybi_profile *profile, const struct ybi_code_table *table, yb_day day, struct ybi_found_code *found)
{
	const struct ybi_code_row *only = NULL, *holds = NULL;
	uint32_t named = 0;

	for (uint32_t i = 0; i < table->count; i++) {
		const struct ybi_code_row *row = &profile->rows[table->first + i];
		if (!spells(row, found->code, found->length))
			continue;
		named++;
		only = row;
		if (row->valid && day != YB_DAY_NONE && day >= row->from && day < row->to)
			holds = row;
	}
	if (!named)
		return false;
	if (day == YB_DAY_NONE && named == 1 && only->valid)
		holds = only;
	if (!holds) {
		found->state = day == YB_DAY_NONE && named > 1 ? YBI_CODE_UNDATED : YBI_CODE_RETIRED;
		found->name = &only->as;
		return true;
	}
	*found = (struct ybi_found_code){ .state = YBI_CODE_KNOWN, .row = holds, .name = &holds->as, .code = holds->as.code,
		                          .length = strlen(holds->as.code), .national = holds->national, .atom = holds->atom };
	return true;
}

static const struct ybi_code *
find_national(yb_field field, const char *text, size_t length)
{
	const struct ybi_code *code = ybi_code_national(field, text, length);
	char whole[7];

	/* a leaf 310101 is a sum of the fund 310100 */
	if (code || field != YBI_CODES_FUND || length != 6 || memcmp(text + 4, "01", 2) != 0)
		return code;
	memcpy(whole, text, 4);
	memcpy(whole + 4, "00", 3);
	return ybi_code_find(field, whole, 6);
}

void
ybi_code_look(const struct ybi_profile *profile, yb_field field, const char *text, size_t length, yb_day day, struct ybi_found_code *found)
{
	const struct ybi_code_table *table = ybi_profile_table(profile, field);
	const struct ybi_code *national;

	*found = (struct ybi_found_code){ .state = YBI_CODE_UNKNOWN, .code = text, .length = length };
	if (table && !ybi_code_national(field, text, length))
		pad(found, text, length, table->pad);
	if (table && look_in_table(profile, table, day, found))
		return;
	national = find_national(field, found->code, found->length);
	if (national) {
		found->state = YBI_CODE_KNOWN;
		found->name = national;
		found->national = found->atom = national->code;
	} else if (table ? table->open : ybi_code_open(field) && length >= 2) {
		found->state = YBI_CODE_OTHER;
	}
}

const struct ybi_code *
ybi_code_nearest(const struct ybi_profile *profile, yb_field field, const char *text, size_t length)
{
	const struct ybi_code_table *table = ybi_profile_table(profile, field);
	const char *names[512];
	const struct ybi_code *codes[512];
	size_t count, n = 0, near;
	const struct ybi_code *national = ybi_codes(field, &count);
	char copy[32];

	if (length >= sizeof(copy))
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	for (uint32_t i = 0; table && i < table->count && n < ARRAY_SIZE(names); i++)
		if (profile->rows[table->first + i].valid) {
			codes[n] = &profile->rows[table->first + i].as;
			names[n++] = profile->rows[table->first + i].as.code;
		}
	for (size_t i = 0; i < count && n < ARRAY_SIZE(names); i++) {
		if (national[i].local)
			continue;
		codes[n] = &national[i];
		names[n++] = national[i].code;
	}
	near = ybi_nearest(copy, names, n);
	return near == SIZE_MAX ? NULL : codes[near];
}

const struct ybi_profile *
ybi_profile_find(struct ybi_document *const *documents, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (documents[i]->profile && !documents[i]->fault && !strcmp(documents[i]->profile->region, name))
			return documents[i]->profile;
	return NULL;
}

/* ---- reading ---- */

struct reading {
	struct ybi_builder b; /* for faults and days; it builds no book */
	struct ybi_document *document;
	struct ybi_profile *profile;
};

static const char *
scalar(struct reading *r, const struct ybi_node *map, const char *key)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	if (node && (node->kind != YBI_SCALAR || !node->count)) {
		ybi_fault(&r->b, YB_E_BAD_VALUE, node, key, "expected text");
		return NULL;
	}
	return node ? node->text : NULL;
}

static bool
is_code(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z')))
			return false;
	return length >= 1 && length <= CODE_LONGEST;
}

static const char *
read_code(struct reading *r, const struct ybi_node *node, const char *key)
{
	if (node->kind == YBI_SCALAR && is_code(node->text))
		return node->text;
	ybi_fault(&r->b, YB_E_BAD_VALUE, node, key, "\"%.40s\" is no code: expected 1 to %d letters or digits", node->kind == YBI_SCALAR ? node->text : "…",
	          CODE_LONGEST);
	return NULL;
}

static void *
allot(struct reading *r, size_t count, size_t size)
{
	void *room = ybi_arena_alloc(&r->document->arena, (count + 1) * size);

	if (!room)
		r->b.status = ybi_error_no_memory(r->b.err);
	return room;
}

static void
read_also(struct reading *r, const struct ybi_node *node, struct ybi_code_row *row)
{
	const char **also;

	if (!node)
		return;
	if (node->kind == YBI_MAP || (node->kind == YBI_SEQ && node->count > ALSO)) {
		ybi_fault(&r->b, YB_E_SYNTAX, node, "also", "expected another spelling, or a list of at most %d", ALSO);
		return;
	}
	also = allot(r, node->kind == YBI_SEQ ? node->count : 1, sizeof(*also));
	for (uint32_t i = 0; also && i < (node->kind == YBI_SEQ ? node->count : 1); i++) {
		const char *code = read_code(r, node->kind == YBI_SEQ ? node->items[i] : node, "also");
		if (code)
			also[row->also_count++] = code;
	}
	row->also = also;
}

/* What the code is nationally: itself where the national table has it, unless the row says otherwise. */
static void
read_parent(struct reading *r, const struct ybi_node *map, struct ybi_code_row *row)
{
	const struct ybi_node *node = ybi_node_get(map, "is");
	const char *is = scalar(r, map, "is");
	const struct ybi_code *national = is ? ybi_code_national(row->as.field, is, strlen(is)) : NULL;

	if (!node)
		national = ybi_code_national(row->as.field, row->as.code, strlen(row->as.code));
	if (is && !national && strcmp(is, "none") != 0) {
		const struct ybi_code *near = ybi_code_nearest(NULL, row->as.field, is, strlen(is));
		ybi_fault(&r->b, YB_E_UNKNOWN_NAME, node, ybi_codes_name(row->as.field), "\"%.40s\" is no national code of %s%s%s%s", is,
		          ybi_codes_name(row->as.field), near ? "; did you mean \"" : "", near ? near->code : "", near ? "\"?" : "");
	}
	if (!national)
		return;
	row->national = national->code;
	if (!row->as.en && (!row->as.zh || !strcmp(row->as.zh, national->zh)))
		row->as.en = national->en;
	if (!row->as.zh)
		row->as.zh = national->zh;
}

/* "2101@430000", and the day after it where the code had another meaning before. */
static void
name_atom(struct reading *r, struct ybi_code_row *row, bool again)
{
	char name[64], day[YB_DAY_TEXT_SIZE] = "";

	if (row->national && !strcmp(row->national, row->as.code)) {
		row->atom = row->national;
		return;
	}
	if (again)
		yb_day_to_text(row->from, day);
	(void)snprintf(name, sizeof(name), "%s@%s%s%s", row->as.code, r->profile->region, again ? "/" : "", day);
	row->atom = ybi_arena_strndup(&r->document->arena, name, strlen(name));
	if (!row->atom)
		r->b.status = ybi_error_no_memory(r->b.err);
}

/* A spelling means one thing on one day. */
static void
check_clash(struct reading *r, const struct ybi_code_row *rows, uint32_t count, const struct ybi_code_row *row)
{
	for (uint32_t i = 0; i < count; i++) {
		bool same = spells(&rows[i], row->as.code, strlen(row->as.code));
		for (uint32_t k = 0; k < row->also_count && !same; k++)
			same = spells(&rows[i], row->also[k], strlen(row->also[k]));
		if (!same || row->from >= rows[i].to || rows[i].from >= row->to)
			continue;
		ybi_fault(&r->b, YB_E_DUPLICATE, row->node, row->as.code, "\"%s\" and the row of line %u name the same code on the same day", row->as.code,
		          (unsigned)rows[i].node->line);
		return;
	}
}

static bool
read_row(struct reading *r, const struct ybi_node *map, struct ybi_code_row *row)
{
	static const char *const keys[] = { "code", "is", "zh", "en", "also", "from", "to", "through", "valid", "source", "confidence", "note" };
	const struct ybi_node *code = ybi_node_get(map, "code"), *valid = ybi_node_get(map, "valid");
	bool given;

	if (map->kind != YBI_MAP || !code) {
		ybi_fault(&r->b, YB_E_MISSING_KEY, map, "codes", "a row of a code table is a mapping with a `code:`");
		return false;
	}
	if (ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, r->b.err) != YB_OK)
		r->b.status = YB_E_UNKNOWN_KEY;
	row->node = map;
	row->valid = true;
	row->as.code = read_code(r, code, "code");
	row->as.zh = scalar(r, map, "zh");
	row->as.en = scalar(r, map, "en");
	if (!row->as.code || !ybi_parse_interval(&r->b, map, &row->from, &row->to, &given) || (valid && !ybi_parse_flag(&r->b, valid, &row->valid)))
		return false;
	read_also(r, ybi_node_get(map, "also"), row);
	read_parent(r, map, row);
	if (ybi_code_fixed(row->as.field) && (!row->national || strcmp(row->national, row->as.code) != 0))
		ybi_fault(&r->b, YB_E_RULE, code, ybi_codes_name(row->as.field), "\"%s\": %s has the national codes alone; a profile may name them", row->as.code,
		          ybi_codes_name(row->as.field));
	return r->b.status == YB_OK;
}

/* A row of a table and its place among the rows of its document. */
static void
read_table(struct reading *r, const struct ybi_entry *entry, struct ybi_code_table *table)
{
	static const char *const keys[] = { "rows", "pad", "open", "source", "confidence", "note" };
	const struct ybi_node *map = entry->value, *rows = ybi_node_get(map, "rows"), *open = ybi_node_get(map, "open"), *width = ybi_node_get(map, "pad");
	struct ybi_node key = *map;

	key.line = entry->line;
	key.column = entry->column;
	table->field = ybi_codes_from_name(entry->key, strlen(entry->key));
	if (!table->field) {
		const char *names[32];
		size_t n = 0, near;
		while (n < ARRAY_SIZE(names) && ybi_codes_at(n)) {
			names[n] = ybi_codes_name(ybi_codes_at(n));
			n++;
		}
		near = ybi_nearest(entry->key, names, n);
		ybi_fault(&r->b, YB_E_UNKNOWN_NAME, &key, "codes", "\"%.40s\" has no code table%s%s%s", entry->key, near == SIZE_MAX ? "" : "; did you mean \"",
		          near == SIZE_MAX ? "" : names[near], near == SIZE_MAX ? "" : "\"?");
		return;
	}
	if (map->kind != YBI_MAP || !rows || rows->kind != YBI_SEQ) {
		ybi_fault(&r->b, YB_E_MISSING_KEY, map, entry->key, "a code table has a list of `rows:`");
		return;
	}
	if (ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, r->b.err) != YB_OK)
		r->b.status = YB_E_UNKNOWN_KEY;
	if (open && ybi_parse_flag(&r->b, open, &table->open) && table->open && !ybi_code_open(table->field))
		ybi_fault(&r->b, YB_E_RULE, open, entry->key, "%s is closed: a code that no table has cannot be taken", entry->key);
	if (width && (!ybi_node_is(width, "2") && !ybi_node_is(width, "3") && !ybi_node_is(width, "4") && !ybi_node_is(width, "6")))
		ybi_fault(&r->b, YB_E_BAD_VALUE, width, "pad", "expected the length of a code, 2, 3, 4 or 6");
	else if (width)
		table->pad = (uint32_t)(width->text[0] - '0');
	if (rows->count > ROWS) {
		ybi_fault(&r->b, YB_E_LIMIT, rows, entry->key, "%u rows; at most %d", (unsigned)rows->count, ROWS);
		return;
	}
	for (uint32_t i = 0; i < rows->count; i++) {
		struct ybi_code_row row = { .as = { .field = table->field } }, *mine = &r->profile->rows[table->first];
		bool again = false;
		if (!read_row(r, rows->items[i], &row)) {
			if (r->b.status == YB_E_NO_MEMORY)
				return;
			continue;
		}
		if (!rows->items[i]->source)
			ybi_fault(&r->b, YB_E_NO_SOURCE, rows->items[i], entry->key, "no source here or around it; every code needs one");
		check_clash(r, mine, table->count, &row);
		for (uint32_t k = 0; k < table->count; k++)
			again = again || !strcmp(mine[k].as.code, row.as.code);
		name_atom(r, &row, again);
		if (r->b.status == YB_OK && ybi_known(&r->b, rows->items[i]))
			mine[table->count++] = row;
	}
}

/* ---- parents ---- */

static bool
overrides(const struct ybi_profile *profile, const struct ybi_code_table *table, const char *code)
{
	for (uint32_t i = 0; i < table->count; i++)
		if (!strcmp(profile->rows[table->first + i].as.code, code))
			return true;
	return false;
}

/* The rows of both, the child's codes instead of the parent's. */
static struct ybi_profile *
join(struct reading *r, const struct ybi_profile *own, const struct ybi_profile *parent)
{
	struct ybi_profile *out = allot(r, 1, sizeof(*out));
	uint32_t rows = 0, used = 0;
	yb_field field;

	for (uint32_t i = 0; i < own->table_count; i++)
		rows += own->tables[i].count;
	for (uint32_t i = 0; i < parent->table_count; i++)
		rows += parent->tables[i].count;
	if (!out || !(out->rows = allot(r, rows, sizeof(*out->rows))) || !(out->tables = allot(r, 32, sizeof(*out->tables))))
		return NULL;
	out->region = own->region;
	for (size_t f = 0; (field = ybi_codes_at(f)) != 0; f++) {
		const struct ybi_code_table *a = ybi_profile_table(own, field), *p = ybi_profile_table(parent, field);
		struct ybi_code_table *table = &out->tables[out->table_count];
		if (!a && !p)
			continue;
		*table = a ? *a : *p;
		table->first = used;
		for (uint32_t i = 0; a && i < a->count; i++)
			out->rows[used++] = own->rows[a->first + i];
		for (uint32_t i = 0; p && i < p->count; i++)
			if (!a || !overrides(own, a, parent->rows[p->first + i].as.code))
				out->rows[used++] = parent->rows[p->first + i];
		table->count = used - table->first;
		out->table_count++;
	}
	for (uint32_t i = 0; i < parent->document_count && out->document_count < YBI_PROFILE_PARENTS; i++)
		out->documents[out->document_count++] = parent->documents[i];
	for (uint32_t i = 0; i < own->document_count && out->document_count < YBI_PROFILE_PARENTS; i++)
		out->documents[out->document_count++] = own->documents[i];
	return out;
}

static bool
is_profile(const struct ybi_document *document)
{
	return document->id && strlen(document->id) == 12 && !strcmp(document->id + 6, "/codes");
}

static struct ybi_document *
find(struct ybi_document *const *documents, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (documents[i]->id && !documents[i]->fault && !documents[i]->overlay && !strcmp(documents[i]->id, id))
			return documents[i];
	return NULL;
}

/* A parent of a document by number; NULL after the last, or where it is not there. */
static const struct ybi_node *
parent_name(const struct ybi_document *document, uint32_t index)
{
	const struct ybi_node *extends = ybi_node_get(document->root, "extends");

	if (!extends || extends->kind == YBI_MAP || index >= (extends->kind == YBI_SEQ ? extends->count : 1))
		return NULL;
	return extends->kind == YBI_SEQ ? extends->items[index] : extends;
}

static void read_profile(struct ybi_document *const *documents, size_t count, struct ybi_document *document, yb_day known_on, unsigned depth);

static void
join_parents(struct reading *r, struct ybi_document *const *documents, size_t count, yb_day known_on, unsigned depth)
{
	const struct ybi_node *name;

	for (uint32_t i = 0; r->b.status == YB_OK && (name = parent_name(r->document, i)) != NULL; i++) {
		struct ybi_document *parent = name->kind == YBI_SCALAR ? find(documents, count, name->text) : NULL;
		if (parent && is_profile(parent) && !parent->profile && depth < YBI_PROFILE_PARENTS && parent != r->document)
			read_profile(documents, count, parent, known_on, depth + 1);
		if (!parent || !is_profile(parent) || !parent->profile) {
			ybi_fault(&r->b, YB_E_UNKNOWN_NAME, name, "extends", "\"%.40s\" is no profile of codes that could be read",
			          name->kind == YBI_SCALAR ? name->text : "…");
			return;
		}
		r->profile = join(r, r->profile, parent->profile);
		if (!r->profile)
			return;
	}
}

/* ---- documents ---- */

static void
check_head(struct reading *r)
{
	static const char *const keys[] = { "language", "id", "title", "title_zh", "extends", "confidence", "sources", "note", "codes" };
	const struct ybi_node *root = r->document->root;

	for (uint32_t i = 0; i < root->count; i++) {
		const struct ybi_entry *entry = &root->entries[i];
		struct ybi_node key = { .line = entry->line, .column = entry->column, .file = root->file };
		bool known = false;
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			known = known || !strcmp(entry->key, keys[k]);
		if (!known)
			ybi_fault(&r->b, YB_E_RULE, &key, entry->key, "a profile of codes has `codes:` alone, no `%s:`", entry->key);
	}
}

static void
read_profile(struct ybi_document *const *documents, size_t count, struct ybi_document *document, yb_day known_on, unsigned depth)
{
	struct reading r = { .b = { .documents = documents, .document_count = count, .err = &document->fault, .known_on = known_on }, .document = document };
	const struct ybi_node *codes = ybi_node_get(document->root, "codes");
	uint32_t rows = 0;

	check_head(&r);
	if (!codes || codes->kind != YBI_MAP) {
		ybi_fault(&r.b, YB_E_MISSING_KEY, codes ? codes : document->root, "codes", "a profile has a mapping `codes:`, from a field to its table");
		return;
	}
	for (uint32_t i = 0; i < codes->count; i++) {
		const struct ybi_node *list = ybi_node_get(codes->entries[i].value, "rows");
		rows += list && list->kind == YBI_SEQ && list->count <= ROWS ? list->count : 0;
	}
	r.profile = allot(&r, 1, sizeof(*r.profile));
	if (!r.profile || !(r.profile->rows = allot(&r, rows, sizeof(*r.profile->rows))) ||
	    !(r.profile->tables = allot(&r, codes->count, sizeof(*r.profile->tables))) ||
	    !(r.profile->region = ybi_arena_strndup(&document->arena, document->id, 6))) {
		(void)ybi_error_no_memory(&document->fault);
		return;
	}
	r.profile->documents[0] = document;
	r.profile->document_count = 1;
	rows = 0;
	for (uint32_t i = 0; i < codes->count && r.b.status != YB_E_NO_MEMORY; i++) {
		struct ybi_code_table *table = &r.profile->tables[r.profile->table_count];
		const struct ybi_entry *entry = &codes->entries[i];
		if (!strcmp(entry->key, "source") || !strcmp(entry->key, "confidence") || !strcmp(entry->key, "note"))
			continue; /* of all tables */
		table->first = rows;
		read_table(&r, entry, table);
		rows += table->count;
		r.profile->table_count++;
	}
	if (r.b.status == YB_OK)
		join_parents(&r, documents, count, known_on, depth);
	if (r.b.status == YB_OK)
		document->profile = r.profile;
}

void
ybi_build_codes(struct ybi_builder *b)
{
	const struct ybi_node *codes = ybi_node_get(b->book->document->root, "codes");

	for (uint32_t i = 0; codes && codes->kind == YBI_MAP && i < codes->count; i++) {
		const struct ybi_entry *entry = &codes->entries[i];
		const struct ybi_node *rows = ybi_node_get(entry->value, "rows");
		if (!rows)
			continue; /* what holds of all tables */
		if (entry->value->source && ybi_add_clause(b, ybi_format(b, "codes/%s", entry->key), entry->value, false) == YBI_NO_CLAUSE)
			return;
		for (uint32_t k = 0; k < rows->count; k++) {
			const struct ybi_node *row = rows->items[k], *code = ybi_node_get(row, "code");
			if (row->source != entry->value->source && code && ybi_add_clause(b, ybi_format(b, "codes/%s/%s", entry->key, code->text), row, true) == YBI_NO_CLAUSE)
				return;
		}
	}
}

/* By which profile are the codes in a document's text read? By its own, its parents' or, for an overlay, its target's. */
static const struct ybi_profile *
profile_of(struct ybi_document *const *documents, size_t count, const struct ybi_document *document, unsigned depth)
{
	const struct ybi_node *own = ybi_node_get(document->root, "profile"), *name;
	const struct ybi_profile *found = NULL;

	if (own)
		return own->kind == YBI_SCALAR ? ybi_profile_find(documents, count, own->text) : NULL;
	if (depth > YBI_PROFILE_PARENTS)
		return NULL;
	if (document->overlay) {
		const struct ybi_document *target = find(documents, count, document->overlay);
		return target ? profile_of(documents, count, target, depth + 1) : NULL;
	}
	for (uint32_t i = 0; (name = parent_name(document, i)) != NULL; i++) {
		const struct ybi_document *parent = name->kind == YBI_SCALAR ? find(documents, count, name->text) : NULL;
		const struct ybi_profile *theirs = parent && parent != document ? profile_of(documents, count, parent, depth + 1) : NULL;
		if (theirs)
			found = theirs;
	}
	return found;
}

yb_status
ybi_profiles_read(struct ybi_document *const *documents, size_t count, yb_day known_on)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		struct ybi_document *document = documents[i];
		const struct ybi_node *codes = document->fault ? NULL : ybi_node_get(document->root, "codes");
		if (document->fault || document->profile)
			continue;
		if (codes && (document->overlay || !is_profile(document))) {
			struct ybi_place place = ybi_node_place(codes);
			if (ybi_error_at(&document->fault, YB_E_RULE, &place, "codes", "code tables stand in a document of their own, %.6s/codes%s", document->id,
			                 document->overlay ? "; its rows have days, so nothing is laid over them" : "") == YB_E_NO_MEMORY)
				return YB_E_NO_MEMORY;
			continue;
		}
		if (is_profile(document) && !document->overlay)
			read_profile(documents, count, document, known_on, 0);
		any = any || document->profile;
	}
	for (size_t i = 0; any && i < count; i++)
		if (!documents[i]->fault)
			documents[i]->sources.profile = profile_of(documents, count, documents[i], 0);
	return YB_OK;
}

/* ---- for programs ---- */

static const char *
name_of(const struct ybi_code *code, yb_lang lang)
{
	bool en = code->en && code->en[0], zh = code->zh && code->zh[0];

	if (en && (lang == YB_LANG_EN || !zh))
		return code->en;
	return zh ? code->zh : "";
}

yb_status
yb_policy_set_get_code(const struct yb_policy_set *set, const char *profile, const char *field, const char *code, yb_day on, yb_lang lang,
                       const char **spelling, const char **national, const char **name)
{
	const struct ybi_profile *found_profile = NULL;
	struct ybi_found_code found;
	yb_field table;

	if (!profile || !field || !code)
		return YB_E_INVALID;
	table = ybi_codes_from_name(field, strlen(field));
	if (set && strcmp(profile, "national") != 0)
		found_profile = ybi_profile_find(set->documents, set->document_count, profile);
	if (!table || (!found_profile && strcmp(profile, "national") != 0))
		return YB_E_UNKNOWN_NAME;
	ybi_code_look(found_profile, table, code, strlen(code), on, &found);
	if (found.state != YBI_CODE_KNOWN || !found.name)
		return YB_E_NOT_FOUND;
	if (spelling)
		*spelling = found.name->code;
	if (national)
		*national = found.national ? found.national : "";
	if (name)
		*name = name_of(found.name, lang);
	return YB_OK;
}
