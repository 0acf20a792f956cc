/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/node.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/text.h"

const struct ybi_read_limits ybi_policy_limits = { 1 << 20, 100000, 24, 65536, false };
const struct ybi_read_limits ybi_json_limits = { 16 << 20, 2000000, 16, 65536, false };

/* ---- the tree while it grows ---- */

#define DEPTH_MOST 24

struct mark {
	uint32_t line, column; /* from 1 */
};

struct child {
	struct ybi_node *node;
	const char *key; /* of a mapping's entry */
	struct mark key_at;
};

struct frame {
	struct ybi_node *node;
	size_t first; /* its children so far start here in `children` */
	const char *key;
	struct mark key_at;
};

struct reader {
	struct ybi_arena *arena;
	const char *name;
	const struct ybi_read_limits *limits;
	struct yb_error **err;
	struct frame frames[DEPTH_MOST];
	unsigned depth;
	struct child *children;
	size_t child_count, child_room;
	size_t nodes;
	struct ybi_node *root;
};

/* Text in the arena, NUL-terminated. */
struct word {
	const char *text, *raw; /* raw: of a formula, where it begins in the text that was read */
	size_t length;
	struct mark at;
	bool plain; /* without quotes */
};

/* libyaml's events on their way into it. */
struct events {
	struct reader *reader;
	bool document_seen;
	const char *text, *end;  /* NULL for JSON */
	const char *at;          /* the place of the last formula that was read, and its line and column from 0 */
	size_t line, column;
};

static struct mark
mark_of(const yaml_mark_t *mark)
{
	return (struct mark){ (uint32_t)mark->line + 1, (uint32_t)mark->column + 1 };
}

/* ---- text before the parser: size, UTF-8, JSON surrogate escapes ---- */

/* The place of a byte. */
static struct ybi_place
place_of(const char *name, const char *text, size_t offset)
{
	struct ybi_place place = { name, 1, 1 };

	for (size_t i = 0; i < offset; i++) {
		place.column += ((unsigned char)text[i] & 0xC0) != 0x80;
		if (text[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	return place;
}

static yb_status
check_bytes(const char *name, const char *text, size_t length, size_t limit, struct yb_error **err)
{
	struct ybi_place place = { name, 1, 1 };
	size_t bad;

	if (length > limit)
		return ybi_error_at(err, YB_E_LIMIT, &place, NULL, "%zu bytes are more than the %zu that are read", length, limit);
	bad = ybi_utf8_check(text, length);
	if (bad == length)
		return YB_OK;
	place = place_of(name, text, bad);
	if (text[bad] == '\0')
		return ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "a NUL byte");
	return ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "byte 0x%02x is not UTF-8", (unsigned char)text[bad]);
}

static int
hex4(const char *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/*
 * JSON writes a character above U+FFFF as two escapes, YAML as one of eight
 * digits. Outside strings a backslash is an error anyway, so no state is kept
 * but "an escaped backslash is not the start of an escape".
 */
static char *
join_surrogates(const char *text, size_t length, size_t *out_length)
{
	static const char digits[] = "0123456789abcdef";
	char *out = malloc(length + 1);
	size_t n = 0;

	if (!out)
		return NULL;
	for (size_t i = 0; i < length;) {
		if (text[i] == '\\' && i + 12 <= length && text[i + 1] == 'u' && text[i + 6] == '\\' && text[i + 7] == 'u') {
			int high = hex4(text + i + 2), low = hex4(text + i + 8);
			if (high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
				unsigned code = 0x10000u + ((unsigned)(high - 0xD800) << 10) + (unsigned)(low - 0xDC00);
				out[n++] = '\\';
				out[n++] = 'U';
				for (int shift = 28; shift >= 0; shift -= 4)
					out[n++] = digits[code >> shift & 15];
				i += 12;
				continue;
			}
		}
		if (text[i] == '\\' && i + 1 < length)
			out[n++] = text[i++];
		out[n++] = text[i++];
	}
	out[n] = '\0';
	*out_length = n;
	return out;
}

/* ---- building ---- */

static yb_status
fault(struct reader *r, yb_status status, struct mark at, const char *message)
{
	return ybi_error_at(r->err, status, &(struct ybi_place){ r->name, at.line, at.column }, NULL, "%s", message);
}

static struct ybi_node *
new_node(struct reader *r, enum ybi_kind kind, struct mark at)
{
	struct ybi_node *node = ybi_arena_alloc(r->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = (uint8_t)kind;
	node->line = at.line;
	node->column = at.column;
	node->file = r->name;
	return node;
}

static bool
wants_key(const struct reader *r)
{
	return r->depth && r->frames[r->depth - 1].node->kind == YBI_MAP && !r->frames[r->depth - 1].key;
}

static yb_status
attach(struct reader *r, struct ybi_node *node)
{
	struct frame *top = r->depth ? &r->frames[r->depth - 1] : NULL;
	struct child child = { .node = node };

	if (!top) {
		r->root = node;
		return YB_OK;
	}
	if (top->node->kind == YBI_MAP) {
		child.key = top->key;
		child.key_at = top->key_at;
		top->key = NULL;
	}
	if (!ybi_grow(&r->children, r->child_count, &r->child_room, sizeof(*r->children)))
		return ybi_error_no_memory(r->err);
	r->children[r->child_count++] = child;
	return YB_OK;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct ybi_entry *const *x = a, *const *y = b;
	int c = strcmp((*x)->key, (*y)->key);

	/* the same key: in the order of the text, which is that of the array */
	return c ? c : (*x > *y) - (*x < *y);
}

static yb_status
tell_duplicates(struct reader *r, const struct ybi_node *map)
{
	const struct ybi_entry **sorted = ybi_calloc(map->count, sizeof(*sorted));
	yb_status st = YB_OK;

	if (!sorted)
		return ybi_error_no_memory(r->err);
	for (uint32_t i = 0; i < map->count; i++)
		sorted[i] = &map->entries[i];
	qsort(sorted, map->count, sizeof(*sorted), compare_keys);
	for (uint32_t i = 1; i < map->count && st == YB_OK; i++)
		if (!strcmp(sorted[i - 1]->key, sorted[i]->key)) {
			struct ybi_place place = { r->name, sorted[i]->line, sorted[i]->column };
			st = ybi_error_at(r->err, YB_E_DUPLICATE, &place, sorted[i]->key, "key \"%s\" stands here and in line %u", sorted[i]->key,
			                  (unsigned)sorted[i - 1]->line);
		}
	free(sorted);
	return st;
}

#define FEW_KEYS 32

/* Nearly every mapping has few keys, of which no two have one hash: then there is nothing to sort. */
static bool
differ(const struct ybi_node *map)
{
	uint32_t hashes[FEW_KEYS];

	if (map->count > FEW_KEYS)
		return false;
	for (uint32_t i = 0; i < map->count; i++) {
		uint32_t hash = 0;
		for (const char *p = map->entries[i].key; *p; p++)
			hash = hash * 31 + (unsigned char)*p;
		for (uint32_t k = 0; k < i; k++)
			if (hashes[k] == hash)
				return false;
		hashes[i] = hash;
	}
	return true;
}

static yb_status
close_collection(struct reader *r)
{
	struct frame *top = &r->frames[--r->depth];
	struct ybi_node *node = top->node;
	size_t count = r->child_count - top->first;
	const struct child *children = r->children ? r->children + top->first : NULL;

	node->count = (uint32_t)count;
	r->child_count = top->first;
	if (node->kind == YBI_SEQ) {
		node->items = ybi_arena_alloc(r->arena, (count ? count : 1) * sizeof(*node->items));
		if (!node->items)
			return ybi_error_no_memory(r->err);
		for (size_t i = 0; i < count; i++)
			node->items[i] = children[i].node;
		return YB_OK;
	}
	node->entries = ybi_arena_alloc(r->arena, (count ? count : 1) * sizeof(*node->entries));
	if (!node->entries)
		return ybi_error_no_memory(r->err);
	for (size_t i = 0; i < count; i++) {
		node->entries[i].key = children[i].key;
		node->entries[i].line = children[i].key_at.line;
		node->entries[i].column = children[i].key_at.column;
		node->entries[i].value = children[i].node;
		node->entries[i].start = ybi_key_start(children[i].key);
	}
	return differ(node) ? YB_OK : tell_duplicates(r, node);
}

static yb_status
open_collection(struct reader *r, enum ybi_kind kind, struct mark at)
{
	struct ybi_node *node;
	yb_status st;

	if (r->depth >= r->limits->depth || r->depth >= DEPTH_MOST)
		return fault(r, YB_E_LIMIT, at, "nested too deep");
	if (++r->nodes > r->limits->nodes)
		return fault(r, YB_E_LIMIT, at, "too many parts");
	if (wants_key(r))
		return fault(r, YB_E_SYNTAX, at, "a key must be text; a formula with , [ ] { } needs quotes");
	node = new_node(r, kind, at);
	if (!node)
		return ybi_error_no_memory(r->err);
	st = attach(r, node);
	if (st != YB_OK)
		return st;
	r->frames[r->depth++] = (struct frame){ .node = node, .first = r->child_count };
	return YB_OK;
}

static yb_status
add_scalar(struct reader *r, const struct word *word)
{
	struct ybi_node *node;

	if (++r->nodes > r->limits->nodes)
		return fault(r, YB_E_LIMIT, word->at, "too many parts");
	if (word->length > r->limits->scalar) {
		struct ybi_place place = { r->name, word->at.line, word->at.column };
		return ybi_error_at(r->err, YB_E_LIMIT, &place, NULL, "a text of more than %zu bytes", r->limits->scalar);
	}
	if (memchr(word->text, '\0', word->length))
		return fault(r, YB_E_BAD_TEXT, word->at, "an escape that gives a NUL");
	if (wants_key(r)) {
		if (!strcmp(word->text, "<<") && word->plain)
			return fault(r, YB_E_SYNTAX, word->at, "merge keys are not read");
		r->frames[r->depth - 1].key = word->text;
		r->frames[r->depth - 1].key_at = word->at;
		return YB_OK;
	}
	node = new_node(r, YBI_SCALAR, word->at);
	if (!node)
		return ybi_error_no_memory(r->err);
	node->plain = word->plain;
	node->text = word->text;
	node->count = (uint32_t)word->length;
	node->raw = word->raw;
	return attach(r, node);
}

/* ---- by libyaml ---- */

/* Formulas come in the order of the text, so it is walked once. */
static const char *
find_raw(struct events *e, const yaml_mark_t *mark)
{
	while (e->at < e->end && (e->line < mark->line || (e->line == mark->line && e->column < mark->column))) {
		if (*e->at++ == '\n') {
			e->line++;
			e->column = 0;
		} else if (e->at == e->end || ((unsigned char)*e->at & 0xC0) != 0x80) {
			e->column++;
		}
	}
	return e->line == mark->line && e->column == mark->column ? e->at : NULL;
}

static yb_status
refuse_marks(struct events *e, const yaml_event_t *event, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return fault(e->reader, YB_E_SYNTAX, mark_of(&event->start_mark), "anchors are not read");
	if (tag)
		return fault(e->reader, YB_E_SYNTAX, mark_of(&event->start_mark), "tags are not read");
	return YB_OK;
}

static yb_status
take_collection(struct events *e, const yaml_event_t *event, enum ybi_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	yb_status st = refuse_marks(e, event, anchor, tag);

	return st != YB_OK ? st : open_collection(e->reader, kind, mark_of(&event->start_mark));
}

static yb_status
take_scalar(struct events *e, const yaml_event_t *event)
{
	struct word word = { .length = event->data.scalar.length, .at = mark_of(&event->start_mark),
		                 .plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE };
	yb_status st = refuse_marks(e, event, event->data.scalar.anchor, event->data.scalar.tag);

	if (st != YB_OK)
		return st;
	word.text = ybi_arena_strndup(e->reader->arena, (const char *)event->data.scalar.value, word.length);
	if (!word.text)
		return ybi_error_no_memory(e->reader->err);
	if (e->text && word.text[0] == '=')
		word.raw = find_raw(e, &event->start_mark);
	return add_scalar(e->reader, &word);
}

static yb_status
take_event(struct events *e, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (e->document_seen)
			return fault(e->reader, YB_E_SYNTAX, mark_of(&event->start_mark), "a second document in one text");
		if (event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
			return fault(e->reader, YB_E_SYNTAX, mark_of(&event->start_mark), "tag directives are not read");
		e->document_seen = true;
		return YB_OK;
	case YAML_ALIAS_EVENT:
		return fault(e->reader, YB_E_SYNTAX, mark_of(&event->start_mark), "aliases are not read");
	case YAML_SCALAR_EVENT:
		return take_scalar(e, event);
	case YAML_SEQUENCE_START_EVENT:
		return take_collection(e, event, YBI_SEQ, event->data.sequence_start.anchor, event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return take_collection(e, event, YBI_MAP, event->data.mapping_start.anchor, event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_collection(e->reader);
	default:
		return YB_OK;
	}
}

static yb_status
parser_fault(const struct reader *r, const yaml_parser_t *parser, const char *text, size_t length)
{
	struct ybi_place place = { r->name, (uint32_t)parser->problem_mark.line + 1, (uint32_t)parser->problem_mark.column + 1 };
	struct ybi_place end = place_of(r->name, text, length);

	if (place.line > end.line) /* the parser puts a newline where the text has none at its end */
		place = end;
	if (parser->error == YAML_MEMORY_ERROR)
		return ybi_error_no_memory(r->err);
	if (parser->error == YAML_READER_ERROR) { /* a character, told by its offset */
		place = place_of(r->name, text, parser->problem_offset);
		return ybi_error_at(r->err, YB_E_BAD_TEXT, &place, NULL, "%s", parser->problem);
	}
	if (parser->context && strstr(parser->context, "flow"))
		return ybi_error_at(r->err, YB_E_SYNTAX, &place, NULL, "%s %s; a formula with , [ ] { } is quoted here",
		                    parser->problem ? parser->problem : "malformed", parser->context);
	if (parser->context)
		return ybi_error_at(r->err, YB_E_SYNTAX, &place, NULL, "%s %s", parser->problem ? parser->problem : "malformed", parser->context);
	return ybi_error_at(r->err, YB_E_SYNTAX, &place, NULL, "%s", parser->problem ? parser->problem : "malformed");
}

static yb_status
parse(struct events *e, const char *text, size_t length)
{
	yaml_parser_t parser;
	yb_status st = YB_OK;
	bool done = false;

	if (!yaml_parser_initialize(&parser))
		return ybi_error_no_memory(e->reader->err);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	while (!done && st == YB_OK) {
		yaml_event_t event;
		if (!yaml_parser_parse(&parser, &event)) {
			st = parser_fault(e->reader, &parser, text, length);
			break;
		}
		done = event.type == YAML_STREAM_END_EVENT;
		st = take_event(e, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return st;
}

static yb_status
give_root(const struct reader *r, struct ybi_node **root)
{
	if (!r->root || (r->root->kind != YBI_MAP && !r->limits->any))
		return ybi_error_at(r->err, YB_E_SYNTAX, &(struct ybi_place){ r->name, 1, 1 }, NULL, "expected a %s, found %s",
		                    r->limits->any ? "value" : "mapping", r->root ? ybi_node_kind_name(r->root) : "nothing");
	*root = r->root;
	return YB_OK;
}

static yb_status
read_policy(struct ybi_arena *arena, const char *name, const char *text, size_t length, const struct ybi_read_limits *limits,
            struct ybi_node **root, struct yb_error **err)
{
	struct reader r = { .arena = arena, .name = name, .limits = limits, .err = err };
	struct events e = { .reader = &r, .text = text, .end = text + length, .at = text };
	const char *mark = strstr(text, "\xEF\xBB\xBF");
	yb_status st;

	if (mark) {
		struct ybi_place place = place_of(name, text, (size_t)(mark - text));
		return ybi_error_at(err, YB_E_BAD_TEXT, &place, NULL, "a byte order mark inside the text");
	}
	st = parse(&e, text, length);
	free(r.children);
	return st == YB_OK ? give_root(&r, root) : st;
}

static yb_status
read_json(struct ybi_arena *arena, const char *name, const char *text, size_t length, const struct ybi_read_limits *limits,
          struct ybi_node **root, struct yb_error **err)
{
	struct reader r = { .arena = arena, .name = name, .limits = limits, .err = err };
	struct events e = { .reader = &r };
	size_t joined_length;
	char *joined = join_surrogates(text, length, &joined_length);
	yb_status st;

	if (!joined)
		return ybi_error_no_memory(err);
	st = parse(&e, joined, joined_length);
	free(r.children);
	yb_wipe(joined, joined_length); /* may hold an identity number */
	free(joined);
	return st == YB_OK ? give_root(&r, root) : st;
}

yb_status
ybi_node_read(struct ybi_arena *arena, const char *name, const char *text, size_t length, const struct ybi_read_limits *limits, bool json,
              struct ybi_node **root, struct yb_error **err)
{
	yb_status st = check_bytes(name, text, length, limits->bytes, err);

	*root = NULL;
	if (st != YB_OK)
		return st;
	if (length >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) { /* a byte order mark */
		text += 3;
		length -= 3;
	}
	return json ? read_json(arena, name, text, length, limits, root, err) : read_policy(arena, name, text, length, limits, root, err);
}

/* ---- access ---- */

struct ybi_node *
ybi_node_get(const struct ybi_node *map, const char *key)
{
	uint32_t start;

	if (!map || map->kind != YBI_MAP)
		return NULL;
	start = ybi_key_start(key); /* most look-ups find nothing */
	for (uint32_t i = 0; i < map->count; i++)
		if (map->entries[i].start == start && !strcmp(map->entries[i].key, key))
			return map->entries[i].value;
	return NULL;
}

struct ybi_place
ybi_node_place(const struct ybi_node *node)
{
	return (struct ybi_place){ node->file, node->line, node->column };
}

/*
 * What YAML folded, quoted or indented stands between the characters of the text, which are met in their order. The
 * cursor keeps the last place, so that a formula is walked once.
 */
struct ybi_place
ybi_node_place_in(const struct ybi_node *node, size_t offset, struct ybi_cursor *cursor)
{
	const char *raw = node->raw ? node->raw + cursor->raw : NULL;
	struct ybi_place place = ybi_node_place(node);

	if (offset < cursor->at || cursor->line == 0) {
		*cursor = (struct ybi_cursor){ .line = place.line, .column = place.column };
		raw = node->raw;
	}
	for (size_t i = cursor->at; i < offset && i < node->count && !raw; i++)
		cursor->column += ((unsigned char)node->text[i] & 0xC0) != 0x80;
	for (size_t i = cursor->at; raw && *raw && i <= offset && i < node->count; i++) {
		char wanted = node->text[i];
		if (wanted == ' ' || wanted == '\n' || wanted == '\t')
			continue;
		while (*raw && *raw != wanted) {
			cursor->column += ((unsigned char)raw[1] & 0xC0) != 0x80;
			if (*raw++ == '\n') {
				cursor->line++;
				cursor->column = 1;
			}
		}
		if (i < offset && *raw) {
			raw++;
			cursor->column += ((unsigned char)*raw & 0xC0) != 0x80;
		}
	}
	cursor->at = offset;
	cursor->raw = raw ? (size_t)(raw - node->raw) : 0;
	place.line = cursor->line;
	place.column = cursor->column;
	return place;
}

bool
ybi_node_is(const struct ybi_node *node, const char *text)
{
	return node && node->kind == YBI_SCALAR && !strcmp(node->text, text);
}

const char *
ybi_node_kind_name(const struct ybi_node *node)
{
	return node->kind == YBI_MAP ? "a mapping" : node->kind == YBI_SEQ ? "a list" : "text";
}

/* YAML ends a plain scalar in flow style at a comma: a formula with brackets still open goes on in the next "key". */
bool
ybi_node_is_torn(const struct ybi_node *node)
{
	int open = 0;

	if (node->kind != YBI_SCALAR || !node->plain || node->text[0] != '=')
		return false;
	for (const char *p = node->text; *p; p++)
		open += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
	return open > 0;
}

static bool
is_among(const char *key, const char *const *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i][0] == key[0] && !strcmp(keys[i], key))
			return true;
	return false;
}

yb_status
ybi_node_check_keys(const struct ybi_node *map, const char *const *keys, size_t count, const char *const *extra, size_t extra_count,
                    struct yb_error **err)
{
	yb_status st = YB_OK;

	for (uint32_t i = 0; i < map->count; i++) {
		const struct ybi_entry *entry = &map->entries[i];
		struct ybi_place place = { map->file, entry->line, entry->column };
		const char *all[160];
		size_t n = 0, near;

		if (is_among(entry->key, keys, count) || is_among(entry->key, extra, extra_count))
			continue;
		if (err && ybi_error_count(*err) >= YBI_FINDINGS)
			break;
		if (i && ybi_node_is_torn(map->entries[i - 1].value)) {
			place = ybi_node_place(map->entries[i - 1].value);
			st = ybi_error_at(err, YB_E_SYNTAX, &place, map->entries[i - 1].key, "the formula is torn at its comma: quote it, \"%.40s, …\"",
			                  map->entries[i - 1].value->text);
			continue;
		}
		for (size_t k = 0; k < count && n < ARRAY_SIZE(all); k++)
			all[n++] = keys[k];
		for (size_t k = 0; k < extra_count && n < ARRAY_SIZE(all); k++)
			all[n++] = extra[k];
		near = ybi_nearest(entry->key, all, n);
		st = near == SIZE_MAX ? ybi_error_at(err, YB_E_UNKNOWN_KEY, &place, entry->key, "unknown key \"%.64s\"", entry->key)
		                      : ybi_error_at(err, YB_E_UNKNOWN_KEY, &place, entry->key, "unknown key \"%.64s\"; did you mean \"%s\"?",
		                                     entry->key, all[near]);
	}
	return st;
}

/* ---- writing ---- */

/* What JSON has without quotes. */
static bool
json_plain(const char *text, size_t length)
{
	size_t i = text[0] == '-', digits;

	if (ybi_streq_n(text, length, "true") || ybi_streq_n(text, length, "false") || ybi_streq_n(text, length, "null"))
		return true;
	digits = strspn(text + i, "0123456789");
	if (digits == 0 || (digits > 1 && text[i] == '0'))
		return false;
	i += digits;
	if (text[i] == '.') {
		digits = strspn(text + i + 1, "0123456789");
		i += digits + 1;
	}
	return digits > 0 && i == length;
}

void
ybi_node_write(const struct ybi_node *node, struct ybi_text *out)
{
	bool first = true;

	if (node->kind == YBI_SCALAR) {
		if (node->plain && json_plain(node->text, node->count))
			ybi_text_add(out, node->text, node->count);
		else
			ybi_text_json_string(out, node->text, node->count);
		return;
	}
	ybi_text_putc(out, node->kind == YBI_MAP ? '{' : '[');
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->kind == YBI_MAP)
			ybi_json_key(out, &first, node->entries[i].key);
		else if (i)
			ybi_text_puts(out, ", ");
		ybi_node_write(node->kind == YBI_MAP ? node->entries[i].value : node->items[i], out);
	}
	ybi_text_putc(out, node->kind == YBI_MAP ? '}' : ']');
}
