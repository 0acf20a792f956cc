/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"
#include "policy/profile.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

/* ---- confidence words ---- */

static const char *const confidences[] = { "", "official", "repost", "secondary", "weak", "draft", "seed", "case" };

const char *
ybi_confidence_name(yb_confidence confidence)
{
	return confidence > 0 && confidence < (yb_confidence)ARRAY_SIZE(confidences) ? confidences[confidence] : "";
}

yb_confidence
ybi_confidence_from(const char *word)
{
	for (size_t i = 1; i < ARRAY_SIZE(confidences); i++)
		if (!strcmp(word, confidences[i]))
			return (yb_confidence)i;
	return 0;
}

/* ---- the head of one document ---- */

static const char *const head_keys[] = {
	"language", "id", "title", "title_zh", "extends", "overlay", "profile", "medical_year", "month_end", "round", "confidence", "from", "to",
	"through", "sources", "unsupported", "attributes", "values", "series", "fee", "refund", "eligibility", "reimburse", "vectors", "note",
	"channels", "channel_notes", "catalogue", "codes", "checks"
};

static yb_status
head_fault(struct yb_error **err, yb_status status, const struct ybi_node *node, const char *subject, const char *message)
{
	struct ybi_place place = ybi_node_place(node);

	return ybi_error_at(err, status, &place, subject, "%s", message);
}

static const char *
head_text(const struct ybi_node *root, const char *key, bool required, yb_status *st, struct yb_error **err)
{
	const struct ybi_node *node = ybi_node_get(root, key);

	if (node && node->kind == YBI_SCALAR && node->count)
		return node->text;
	if (node)
		*st = head_fault(err, YB_E_BAD_VALUE, node, key, "expected text");
	else if (required) {
		struct ybi_place place = ybi_node_place(root);
		*st = ybi_error_at(err, YB_E_MISSING_KEY, &place, key, "the head has no `%s:`", key);
	}
	return NULL;
}

static yb_confidence
read_confidence(const struct ybi_node *node, yb_status *st, struct yb_error **err)
{
	yb_confidence confidence = node->kind == YBI_SCALAR ? ybi_confidence_from(node->text) : 0;

	if (!confidence)
		*st = head_fault(err, YB_E_BAD_VALUE, node, "confidence", "expected official, repost, secondary, weak, draft, seed or case");
	return confidence;
}

static void
read_source(struct ybi_document *document, const struct ybi_entry *entry, struct ybi_source *out, yb_status *st, struct yb_error **err)
{
	static const char *const keys[] = { "issuer", "docno", "article", "published", "url", "confidence", "title", "note" };
	const struct ybi_node *map = entry->value, *published, *confidence;
	struct ybi_place place = { document->name, entry->line, entry->column };
	yb_status bad;

	if (!*entry->key || strpbrk(entry->key, " \t\n"))
		*st = ybi_error_at(err, YB_E_BAD_VALUE, &place, entry->key, "a tag of a source has no blanks");
	out->tag = entry->key;
	out->document = document->id ? document->id : "";
	out->published = YB_DAY_NONE;
	out->node = map;
	if (map->kind != YBI_MAP) {
		*st = head_fault(err, YB_E_SYNTAX, map, entry->key, "a source is a mapping with issuer, confidence, and docno or url");
		return;
	}
	bad = ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, err);
	if (bad != YB_OK)
		*st = bad;
	out->issuer = head_text(map, "issuer", false, st, err);
	out->docno = head_text(map, "docno", false, st, err);
	out->article = head_text(map, "article", false, st, err);
	out->url = head_text(map, "url", false, st, err);
	out->title = head_text(map, "title", false, st, err);
	published = ybi_node_get(map, "published");
	confidence = ybi_node_get(map, "confidence");
	if (!out->issuer)
		*st = ybi_error_at(err, YB_E_MISSING_KEY, &place, entry->key, "source \"%s\" has no issuer", entry->key);
	if (!out->docno && !out->url)
		*st = ybi_error_at(err, YB_E_MISSING_KEY, &place, entry->key, "source \"%s\" has neither docno nor url", entry->key);
	if (!confidence)
		*st = ybi_error_at(err, YB_E_MISSING_KEY, &place, entry->key, "source \"%s\" has no confidence", entry->key);
	else
		out->confidence = read_confidence(confidence, st, err);
	if (published && (published->kind != YBI_SCALAR || yb_day_from_text(published->text, published->count, &out->published) != YB_OK))
		*st = head_fault(err, YB_E_BAD_DATE, published, entry->key, "expected a date that exists (YYYY-MM-DD)");
}

/* Every node learns its document's sources and the nearest `source:` and `confidence:` around it. */
static void
attach(struct ybi_node *node, struct ybi_sources *sources, const struct ybi_node *source, const struct ybi_node *confidence, yb_status *st,
       struct yb_error **err)
{
	if (node->kind == YBI_MAP) {
		const struct ybi_node *own = ybi_node_get(node, "source"), *said = ybi_node_get(node, "confidence");
		if (own)
			source = own;
		if (said && read_confidence(said, st, err))
			confidence = said;
	}
	node->sources = sources;
	node->source = source;
	node->confidence = confidence;
	for (uint32_t i = 0; node->kind == YBI_MAP && i < node->count; i++)
		attach(node->entries[i].value, sources, source, confidence, st, err);
	for (uint32_t i = 0; node->kind == YBI_SEQ && i < node->count; i++)
		attach(node->items[i], sources, source, confidence, st, err);
}

static bool is_id(const char *id);

/* A document that is laid over another one, from a day. */
static void
read_overlay(struct ybi_document *document, yb_status *st, struct yb_error **err)
{
	const struct ybi_node *root = document->root, *from = ybi_node_get(root, "from"), *to = ybi_node_get(root, "to");
	const struct ybi_node *through = ybi_node_get(root, "through"), *end = to ? to : through;

	document->overlay = head_text(root, "overlay", false, st, err);
	document->overlay_from = YBI_DAY_FIRST;
	document->overlay_to = YBI_DAY_LAST + 1;
	if (!document->overlay)
		return;
	if (!is_id(document->overlay))
		*st = head_fault(err, YB_E_BAD_VALUE, ybi_node_get(root, "overlay"), "overlay", "expected the id of the document that is changed: 110000/310");
	if (ybi_node_get(root, "extends"))
		*st = head_fault(err, YB_E_RULE, ybi_node_get(root, "extends"), "extends", "an overlay has no parents; it is laid over one document");
	if (!from)
		*st = head_fault(err, YB_E_MISSING_KEY, ybi_node_get(root, "overlay"), "from", "an overlay says `from:` which day it holds");
	else if (from->kind != YBI_SCALAR || yb_day_from_text(from->text, from->count, &document->overlay_from) != YB_OK)
		*st = head_fault(err, YB_E_BAD_DATE, from, "from", "expected a date that exists (YYYY-MM-DD)");
	if (to && through)
		*st = head_fault(err, YB_E_RULE, through, "through", "`to` and `through` together; one of them ends an interval");
	if (end && (end->kind != YBI_SCALAR || yb_day_from_text(end->text, end->count, &document->overlay_to) != YB_OK))
		*st = head_fault(err, YB_E_BAD_DATE, end, "to", "expected a date that exists (YYYY-MM-DD)");
	if (end && end == through)
		document->overlay_to++;
	if (document->overlay_to <= document->overlay_from)
		*st = head_fault(err, YB_E_RULE, from ? from : root, "from", "an interval without a day");
}

static bool
is_id(const char *id)
{
	size_t region = strcspn(id, "/");

	if (!strncmp(id, "case/", 5))
		return id[5] != '\0';
	return region == 6 && strspn(id, "0123456789") == 6 && id[6] == '/' && id[7] != '\0' && strlen(id) <= 20 && !strpbrk(id + 7, "/ \t\n");
}

bool
ybi_read_head(struct ybi_document *document, struct yb_error **err)
{
	const struct ybi_node *root = document->root, *language = ybi_node_get(root, "language"), *sources = ybi_node_get(root, "sources"), *node;
	yb_status st = YB_OK, bad;

	if (language && language->kind == YBI_SCALAR && strspn(language->text, "0123456789") == language->count && language->count &&
	    !ybi_node_is(language, "1")) {
		struct ybi_place place = ybi_node_place(language);
		(void)ybi_error_at(err, YB_E_LANGUAGE, &place, "language", "written in version %.16s of the policy language; this library reads version 1",
		                   language->text);
		return false;
	}
	if (!ybi_node_is(language, "1"))
		st = head_fault(err, language ? YB_E_LANGUAGE : YB_E_MISSING_KEY, language ? language : root, "language", "a document begins with `language: 1`");
	bad = ybi_node_check_keys(root, head_keys, ARRAY_SIZE(head_keys), NULL, 0, err);
	if (bad != YB_OK)
		st = bad;
	document->id = head_text(root, "id", true, &st, err);
	document->title = head_text(root, "title", true, &st, err);
	document->title_zh = head_text(root, "title_zh", false, &st, err);
	if (document->id && !is_id(document->id))
		st = head_fault(err, YB_E_BAD_VALUE, ybi_node_get(root, "id"), "id", "expected a region code of six digits, `/`, and a scheme: 110000/310");
	read_overlay(document, &st, err);
	node = ybi_node_get(root, "confidence");
	if (node)
		document->sources.floor = read_confidence(node, &st, err);
	if (!sources || sources->kind != YBI_MAP) {
		st = head_fault(err, sources ? YB_E_SYNTAX : YB_E_MISSING_KEY, sources ? sources : root, "sources", "the head has a mapping `sources:`");
	} else {
		document->sources.rows = ybi_arena_alloc(&document->arena, (sources->count + 1) * sizeof(*document->sources.rows));
		if (!document->sources.rows) {
			(void)ybi_error_no_memory(err);
			return false;
		}
		document->sources.count = sources->count;
		for (uint32_t i = 0; i < sources->count; i++)
			read_source(document, &sources->entries[i], &document->sources.rows[i], &st, err);
	}
	for (uint32_t i = 0; i < root->count; i++)
		if (strcmp(root->entries[i].key, "sources") && strcmp(root->entries[i].key, "confidence"))
			attach(root->entries[i].value, &document->sources, NULL, NULL, &st, err);
	return st == YB_OK;
}

/* ---- parents ---- */

static struct ybi_node *
copy_shell(struct ybi_builder *b, const struct ybi_node *like, uint32_t room)
{
	struct ybi_node *node = ybi_arena_alloc(&b->book->arena, sizeof(*node));

	if (node) {
		*node = *like;
		node->count = 0;
		node->entries = NULL;
		node->items = NULL;
		if (like->kind == YBI_MAP)
			node->entries = ybi_arena_alloc(&b->book->arena, (room + 1) * sizeof(*node->entries));
		else
			node->items = ybi_arena_alloc(&b->book->arena, (room + 1) * sizeof(*node->items));
	}
	if (!node || (!node->entries && !node->items)) {
		b->status = ybi_error_no_memory(b->err);
		return NULL;
	}
	return node;
}

/* Names of both; the child's wins, unless its law was not published yet. */
static struct ybi_node *
merge_names(struct ybi_builder *b, struct ybi_node *parent, struct ybi_node *child)
{
	struct ybi_node *out;

	if (!parent || !child || parent->kind != YBI_MAP || child->kind != YBI_MAP)
		return child ? child : parent;
	out = copy_shell(b, child, parent->count + child->count);
	for (uint32_t i = 0; out && i < parent->count; i++) {
		struct ybi_node *own = ybi_node_get(child, parent->entries[i].key);
		out->entries[out->count] = parent->entries[i];
		if (own && ybi_known(b, own))
			out->entries[out->count].value = own;
		out->count++;
	}
	for (uint32_t i = 0; out && i < child->count; i++)
		if (!ybi_node_get(parent, child->entries[i].key))
			out->entries[out->count++] = child->entries[i];
	return out;
}

static const char *
clause_id(const struct ybi_node *clause)
{
	const struct ybi_node *id = ybi_node_get(clause, "id");

	return id && id->kind == YBI_SCALAR ? id->text : "";
}

static uint32_t
find_clause(const struct ybi_node *list, const char *id)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (!strcmp(clause_id(list->items[i]), id))
			return i;
	return UINT32_MAX;
}

/* Clauses by id: new ones are added, one of the parent's is replaced where the child says so. */
static struct ybi_node *
merge_clauses(struct ybi_builder *b, struct ybi_node *parent, struct ybi_node *child, const struct ybi_node *drop)
{
	struct ybi_node *out;

	if (parent && parent->kind == YBI_SEQ && (!child || child->kind == YBI_SEQ)) {
		out = copy_shell(b, parent, parent->count + (child ? child->count : 0));
		for (uint32_t i = 0; out && i < parent->count; i++) {
			const char *id = clause_id(parent->items[i]);
			bool dropped = false;
			uint32_t own = child ? find_clause(child, id) : UINT32_MAX;
			for (uint32_t k = 0; drop && drop->kind == YBI_SEQ && k < drop->count; k++)
				dropped = dropped || (!strcmp(clause_id(drop->items[k]), id) && ybi_known(b, drop->items[k]));
			if (!dropped && (own == UINT32_MAX || !ybi_known(b, child->items[own])))
				out->items[out->count++] = parent->items[i];
		}
	} else {
		out = child ? copy_shell(b, child, child->kind == YBI_SEQ ? child->count : 0) : NULL;
		if (child && child->kind != YBI_SEQ)
			return child;
	}
	for (uint32_t i = 0; out && child && i < child->count; i++) {
		const struct ybi_node *clause = child->items[i], *replaces = ybi_node_get(clause, "replaces");
		const char *id = clause_id(clause);
		bool of_parent = parent && parent->kind == YBI_SEQ && find_clause(parent, id) != UINT32_MAX;
		if (replaces && !ybi_node_is(replaces, "yes") && !ybi_node_is(replaces, "no"))
			ybi_fault(b, YB_E_BAD_VALUE, replaces, id, "expected yes or no");
		if (of_parent && !b->overlaying && !ybi_node_is(replaces, "yes"))
			ybi_fault(b, YB_E_DUPLICATE, clause, id, "\"%s\" is a clause of the parent; say `replaces: yes`", id);
		if (!of_parent && replaces && ybi_node_is(replaces, "yes"))
			ybi_fault(b, YB_E_UNKNOWN_NAME, clause, id, "\"%s\" replaces nothing: the parent has no such clause", id);
		if (of_parent && !clause->source)
			ybi_fault(b, YB_E_NO_SOURCE, clause, id, "\"%s\" replaces the parent's clause without naming its authority", id);
		if (!of_parent || ybi_known(b, clause)) /* else the parent's still stands */
			out->items[out->count++] = child->items[i];
	}
	return out;
}

/* Windows by the year they are for: the child's of a year stand instead of all of its parents' of that year. */
static struct ybi_node *
merge_windows(struct ybi_builder *b, struct ybi_node *parent, struct ybi_node *child)
{
	struct ybi_node *out;

	if (!parent || !child || parent->kind != YBI_SEQ || child->kind != YBI_SEQ)
		return child ? child : parent;
	out = copy_shell(b, child, parent->count + child->count);
	for (uint32_t i = 0; out && i < parent->count; i++) {
		const struct ybi_node *year = ybi_node_get(parent->items[i], "for");
		bool own = false;
		for (uint32_t k = 0; year && year->kind == YBI_SCALAR && k < child->count; k++)
			own = own || (ybi_node_is(ybi_node_get(child->items[k], "for"), year->text) && ybi_known(b, child->items[k]));
		if (!own)
			out->items[out->count++] = parent->items[i];
	}
	for (uint32_t i = 0; out && i < child->count; i++)
		out->items[out->count++] = child->items[i];
	return out;
}

/* Lists whose clauses have ids. */
static const char *const clause_lists[] = { "benefits", "charges", "credits", "interest", "refundable", "rules", "rewards", "refuse", "channels" };

static bool
is_clause_list(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(clause_lists); i++)
		if (!strcmp(key, clause_lists[i]))
			return true;
	return false;
}

/* What a child drops must be there to be dropped, and the child says by what authority. */
static void
check_drops(struct ybi_builder *b, const struct ybi_node *parent, const struct ybi_node *drop)
{
	if (drop && drop->kind != YBI_SEQ)
		ybi_fault(b, YB_E_SYNTAX, drop, "drop", "`drop:` is a list of mappings with id and source");
	for (uint32_t k = 0; drop && drop->kind == YBI_SEQ && k < drop->count; k++) {
		bool found = false;
		for (size_t i = 0; i < ARRAY_SIZE(clause_lists) && !found; i++) {
			const struct ybi_node *list = ybi_node_get(parent, clause_lists[i]);
			found = list && list->kind == YBI_SEQ && find_clause(list, clause_id(drop->items[k])) != UINT32_MAX;
		}
		if (!ybi_node_get(drop->items[k], "source"))
			ybi_fault(b, YB_E_NO_SOURCE, drop->items[k], "drop", "\"%s\" is dropped without naming the authority", clause_id(drop->items[k]));
		else if (!found)
			ybi_fault(b, YB_E_UNKNOWN_NAME, drop->items[k], "drop", "\"%s\" is no clause of the parent", clause_id(drop->items[k]));
	}
}

static struct ybi_node *
merge_section(struct ybi_builder *b, struct ybi_node *parent, struct ybi_node *child)
{
	const struct ybi_node *drop = ybi_node_get(child, "drop");
	struct ybi_node *out;

	if ((child && child->kind != YBI_MAP) || (!child && parent))
		return child ? child : parent;
	if (!child)
		return NULL;
	if (parent && parent->kind != YBI_MAP)
		parent = NULL;
	check_drops(b, parent, drop);
	out = copy_shell(b, child, (parent ? parent->count : 0) + child->count + 2);
	for (uint32_t i = 0; out && parent && i < parent->count; i++) {
		const char *key = parent->entries[i].key;
		struct ybi_node *own = ybi_node_get(child, key);
		out->entries[out->count] = parent->entries[i];
		if (is_clause_list(key))
			out->entries[out->count].value = merge_clauses(b, parent->entries[i].value, own, drop);
		else if (!strcmp(key, "pools"))
			out->entries[out->count].value = merge_names(b, parent->entries[i].value, own);
		else if (!strcmp(key, "windows"))
			out->entries[out->count].value = merge_windows(b, parent->entries[i].value, own);
		else if (own)
			out->entries[out->count].value = own;
		out->count++;
	}
	for (uint32_t i = 0; out && i < child->count; i++)
		if (!ybi_node_get(parent, child->entries[i].key)) {
			out->entries[out->count] = child->entries[i];
			if (is_clause_list(child->entries[i].key))
				out->entries[out->count].value = merge_clauses(b, NULL, child->entries[i].value, drop);

			out->count++;
		}
	return out;
}

static const struct ybi_document *
find_document(const struct ybi_builder *b, const char *id)
{
	for (size_t i = 0; i < b->document_count; i++)
		if (b->documents[i]->id && !strcmp(b->documents[i]->id, id) && !b->documents[i]->fault && !b->documents[i]->overlay)
			return b->documents[i];
	return NULL;
}

#define PARENTS 16

static void
merge_sections(struct ybi_builder *b, struct ybi_node *root)
{
	b->attributes = merge_names(b, b->attributes, ybi_node_get(root, "attributes"));
	b->values = merge_names(b, b->values, ybi_node_get(root, "values"));
	b->series = merge_names(b, b->series, ybi_node_get(root, "series"));
	b->fee = merge_section(b, b->fee, ybi_node_get(root, "fee"));
	b->refund = merge_section(b, b->refund, ybi_node_get(root, "refund"));
	b->eligibility = merge_section(b, b->eligibility, ybi_node_get(root, "eligibility"));
	b->reimburse = merge_section(b, b->reimburse, ybi_node_get(root, "reimburse"));
	b->checks = merge_section(b, b->checks, ybi_node_get(root, "checks"));
	b->unsupported = merge_clauses(b, b->unsupported, ybi_node_get(root, "unsupported"), NULL);
}

struct merge {
	struct ybi_builder *b;
	const struct ybi_document *open[PARENTS + 1];
	uint32_t depth;
};

static void
unknown_parent(struct ybi_builder *b, const struct ybi_node *name)
{
	const char *known[256], *wanted = name->kind == YBI_SCALAR ? name->text : "…";
	size_t n = 0, near;

	for (size_t i = 0; i < b->document_count && n < ARRAY_SIZE(known); i++)
		if (b->documents[i]->id && !b->documents[i]->fault && b->documents[i] != b->book->document)
			known[n++] = b->documents[i]->id;
	near = ybi_nearest(wanted, known, n);
	if (near == SIZE_MAX)
		ybi_fault(b, YB_E_UNKNOWN_NAME, name, "extends", "parent \"%.40s\" was not loaded or could not be read", wanted);
	else
		ybi_fault(b, YB_E_UNKNOWN_NAME, name, "extends", "parent \"%.40s\" was not loaded or could not be read; did you mean \"%s\"?", wanted,
		          known[near]);
}

static void
merge_document(struct merge *m, const struct ybi_document *document)
{
	struct ybi_builder *b = m->b;
	struct ybi_book *book = b->book;
	struct ybi_node *root = document->root, *extends = ybi_node_get(root, "extends");

	for (uint32_t i = 0; i < m->depth; i++)
		if (m->open[i] == document) {
			ybi_fault(b, YB_E_CYCLE, extends, "extends", "\"%s\" is its own parent", document->id);
			return;
		}
	for (size_t i = 0; i < book->closure_count; i++)
		if (book->closure[i] == document)
			return;
	if (m->depth > PARENTS || book->closure_count > PARENTS) {
		ybi_fault(b, YB_E_LIMIT, extends ? extends : root, "extends", "more than %d parents", PARENTS);
		return;
	}
	m->open[m->depth++] = document;
	for (uint32_t i = 0; extends && i < (extends->kind == YBI_SEQ ? extends->count : 1); i++) {
		const struct ybi_node *name = extends->kind == YBI_SEQ ? extends->items[i] : extends;
		const struct ybi_document *parent = name->kind == YBI_SCALAR ? find_document(b, name->text) : NULL;
		if (!parent)
			unknown_parent(b, name);
		else
			merge_document(m, parent);
	}
	m->depth--;
	book->closure[book->closure_count++] = document;
	merge_sections(b, root);
	if (b->day == YB_DAY_NONE)
		return;
	for (size_t i = 0; i < b->document_count; i++) { /* in the order in which they were given */
		const struct ybi_document *overlay = b->documents[i];
		if (overlay->fault || !overlay->overlay || strcmp(overlay->overlay, document->id) != 0 || b->day < overlay->overlay_from ||
		    b->day >= overlay->overlay_to)
			continue;
		if (book->closure_count > PARENTS) {
			ybi_fault(b, YB_E_LIMIT, overlay->root, "overlay", "more than %d parents and overlays", PARENTS);
			return;
		}
		book->closure[book->closure_count++] = overlay;
		b->overlaying = true;
		merge_sections(b, overlay->root);
		b->overlaying = false;
	}
}

bool
ybi_month_day_from(const char *text, int32_t *month, int32_t *day)
{
	char full[11];
	yb_day date;
	int32_t year;

	if (strlen(text) != 5)
		return false;
	(void)snprintf(full, sizeof(full), "2023-%s", text); /* a common year: 29 February begins no year */
	return yb_day_from_text(full, 10, &date) == YB_OK && yb_day_to_ymd(date, &year, month, day) == YB_OK;
}

/* A scalar of the head: the document's own, else the nearest parent's. */
static const struct ybi_node *
inherited(const struct ybi_book *book, const char *key)
{
	const struct ybi_node *found = NULL;

	for (size_t i = 0; i < book->closure_count; i++) {
		const struct ybi_node *node = ybi_node_get(book->closure[i]->root, key);
		if (node)
			found = node;
	}
	return found;
}

/* Codes written by one profile are read by another only where that is built on it. */
static void
check_profiles(struct ybi_builder *b)
{
	const struct ybi_book *book = b->book;

	for (size_t i = 0; i < book->closure_count; i++) {
		const struct ybi_profile *theirs = book->closure[i]->sources.profile;
		const struct ybi_document *own = theirs ? theirs->documents[theirs->document_count - 1] : NULL;
		bool part = !theirs;
		for (uint32_t k = 0; book->profile && k < book->profile->document_count; k++)
			part = part || book->profile->documents[k] == own;
		if (!part)
			ybi_fault(b, YB_E_RULE, book->document->root, "profile", "%s reads codes by the profile %s, this document by %s, which is not built on it",
			          book->closure[i]->id, theirs->region, book->profile ? book->profile->region : "national");
	}
}

/* The profile of the document that answers, and its documents among those on which the answer rests. */
static void
take_profile(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;
	const struct ybi_node *node = inherited(book, "profile");
	const struct ybi_document **closure;
	uint32_t count;

	if (node && !ybi_node_is(node, "national")) {
		const char *name = node->kind == YBI_SCALAR ? node->text : "…";
		book->profile = ybi_profile_find(b->documents, b->document_count, name);
		if (!book->profile)
			ybi_fault(b, YB_E_UNKNOWN_NAME, node, "profile",
			          "no profile \"%.40s\": the document %.40s/codes was not loaded or could not be read; expected one that was, or national", name, name);
	}
	check_profiles(b);
	if (!book->profile || b->status != YB_OK)
		return;
	count = book->profile->document_count;
	closure = ybi_arena_alloc(&book->arena, (book->closure_count + count) * sizeof(*closure));
	if (!closure) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	memcpy(closure, book->profile->documents, count * sizeof(*closure));
	memcpy(closure + count, book->closure, book->closure_count * sizeof(*closure));
	book->closure = closure;
	book->closure_count += count;
}

void
ybi_merge(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;
	struct merge m = { .b = b };
	const struct ybi_node *node;
	bool given;

	book->closure = ybi_arena_alloc(&book->arena, (PARENTS + 2) * sizeof(*book->closure));
	if (!book->closure) {
		b->status = ybi_error_no_memory(b->err);
		return;
	}
	merge_document(&m, book->document);
	b->vectors = ybi_node_get(book->overlay ? book->overlay->root : book->document->root, "vectors");
	node = inherited(book, "medical_year");
	book->medical_month = book->medical_day = 1;
	if (node && (node->kind != YBI_SCALAR || !ybi_month_day_from(node->text, &book->medical_month, &book->medical_day)))
		ybi_fault(b, YB_E_BAD_DATE, node, "medical_year", "expected MM-DD, a day of every year");
	node = inherited(book, "month_end");
	if (node && ybi_node_is(node, "spill"))
		book->month_end = YB_MONTH_END_SPILL;
	else if (node && !ybi_node_is(node, "clip"))
		ybi_fault(b, YB_E_BAD_VALUE, node, "month_end", "expected clip or spill");
	node = inherited(book, "round");
	book->round_step = 1;
	book->round_mode = YB_ROUND_HALF_UP;
	if (node)
		(void)ybi_parse_round(b, node, &book->round_step, &book->round_mode);
	take_profile(b);
	(void)ybi_parse_interval(b, book->document->root, &book->from, &book->to, &given);
}

/* ---- attributes, series, values ---- */

static const char *const unit_names[] = { "number", "money", "rate", "count", "days", "months", "date", "flag", "text" };

static bool
read_unit(const struct ybi_node *node, enum ybi_type *type)
{
	if (ybi_node_is(node, "yuan")) { /* money by its unit */
		*type = YBI_MONEY;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(unit_names); i++)
		if (ybi_node_is(node, unit_names[i])) {
			*type = (enum ybi_type)i;
			return true;
		}
	return false;
}

void
ybi_check_unit(struct ybi_builder *b, const struct ybi_node *unit)
{
	enum ybi_type type;

	if (unit && !read_unit(unit, &type))
		ybi_fault(b, YB_E_BAD_VALUE, unit, "unit", "no such unit; one of number, money, rate, count, days, months, date, flag, text");
}

static bool
read_bounds(struct ybi_builder *b, const struct ybi_node *range, struct ybi_fact_meta *meta)
{
	const struct ybi_interval *interval = NULL;
	const struct ybi_cell *cell = NULL;
	uint32_t number;

	if (meta->type != YBI_TEXT && meta->type != YBI_SET && meta->type != YBI_FLAG) {
		number = ybi_parse_cell(b, range, (enum ybi_type)meta->type, YBI_NO_FACT);
		if (number == UINT32_MAX)
			return false;
		cell = &b->book->cells[number];
		interval = b->book->intervals ? &b->book->intervals[cell->first] : NULL;
	}
	if (!interval || cell->any || cell->negate || cell->count != 1 || interval->low == INT64_MIN || interval->high == INT64_MAX) {
		ybi_fault(b, YB_E_BAD_VALUE, range, "range", "expected both ends of a number, a duration or a date, as 0..150");
		return false;
	}
	meta->bounded = true;
	meta->low = interval->low + interval->low_open;
	meta->high = interval->high - interval->high_open;
	meta->den = cell->den;
	return true;
}

/* The place of an entry's key. */
static struct ybi_node
key_node(const struct ybi_entry *entry)
{
	struct ybi_node key = *entry->value;

	key.line = entry->line;
	key.column = entry->column;
	return key;
}

#define ATTRIBUTE_VALUES 4096

/* A value that a cell could not name would never be met. */
static bool
fits_cell(const struct ybi_node *value)
{
	return value->count && strcmp(value->text, "any") && strncmp(value->text, "not ", 4) && !strchr(value->text, '|') && value->text[value->count - 1] != '*';
}

static void
declare_attribute(struct ybi_builder *b, const struct ybi_entry *entry)
{
	static const char *const keys[] = { "type", "values", "of", "range", "set", "from", "source", "confidence", "note", "label" };
	const struct ybi_node *map = entry->value, *values, *of, *set, *range;
	struct ybi_fact_meta meta = { .name = entry->key, .part = YBI_OF_PERSON, .den = 1, .node = map, .from = YBI_NO_EXPR };
	struct ybi_node key = key_node(entry);
	enum ybi_type type;

	if (map->kind != YBI_MAP || !ybi_node_get(map, "type") || !read_unit(ybi_node_get(map, "type"), &type)) {
		ybi_fault(b, YB_E_BAD_VALUE, ybi_node_get(map, "type") ? ybi_node_get(map, "type") : map, entry->key, "an attribute has a type: money, rate, count, days, months, date, flag, text or number");
		return;
	}
	(void)ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	meta.type = (uint8_t)type;
	if (ybi_book_fact(b->book, entry->key, strlen(entry->key)) != YBI_NO_FACT) {
		ybi_fault(b, YB_E_DUPLICATE, &key, entry->key, "\"%s\" is a standard fact already", entry->key);
		return;
	}
	of = ybi_node_get(map, "of");
	if (of && ybi_node_is(of, "claim"))
		meta.part = YBI_OF_CLAIM;
	else if (of && ybi_node_is(of, "line"))
		meta.part = YBI_OF_LINE;
	else if (of && !ybi_node_is(of, "person"))
		ybi_fault(b, YB_E_BAD_VALUE, of, "of", "expected person, claim or line");
	values = ybi_node_get(map, "values");
	if (values && (values->kind != YBI_SEQ || type != YBI_TEXT || values->count == 0 || values->count > ATTRIBUTE_VALUES)) {
		ybi_fault(b, YB_E_BAD_VALUE, values, "values", "a list of 1 to %d texts closes the domain of a text", ATTRIBUTE_VALUES);
		return;
	}
	for (uint32_t i = 0; values && i < values->count; i++) {
		uint32_t atom = values->items[i]->kind == YBI_SCALAR ? ybi_intern(b, values->items[i]->text, values->items[i]->count) : 0;
		if (meta.domain_count == 0)
			meta.domain = (uint32_t)b->book->domains_count;
		for (uint32_t k = 0; atom && k < meta.domain_count; k++)
			if (b->book->domains[meta.domain + k] == atom) {
				ybi_fault(b, YB_E_DUPLICATE, values->items[i], values->items[i]->text, "\"%.40s\" stands here and in line %u",
				          values->items[i]->text, (unsigned)values->items[k]->line);
				return;
			}
		if (atom && !fits_cell(values->items[i]))
			ybi_fault(b, YB_E_BAD_VALUE, values->items[i], "values", "\"%.40s\" cannot be named in a cell: no value is empty or any, begins with not and a blank, "
			          "has a | or ends with *", values->items[i]->text);
		if (!atom || !YBI_PUSH(b, domains, atom)) {
			ybi_fault(b, YB_E_BAD_VALUE, values->items[i], "values", "expected text");
			return;
		}
		meta.domain_count++;
		meta.closed = true;
	}
	set = ybi_node_get(map, "set");
	if (set && !ybi_node_is(set, "yes") && !ybi_node_is(set, "no"))
		ybi_fault(b, YB_E_BAD_VALUE, set, "set", "expected yes or no");
	if (set && ybi_node_is(set, "yes")) {
		if (!meta.closed || meta.domain_count > 62)
			ybi_fault(b, YB_E_BAD_VALUE, set, "set", "a set needs `values:`, at most 62");
		meta.type = YBI_SET;
	}
	range = ybi_node_get(map, "range");
	if (range && !read_bounds(b, range, &meta))
		return;
	if (!range && type == YBI_RATE)
		meta.den = 1000000;
	if (!range && type == YBI_NUMBER)
		meta.den = 1000000;
	if (type == YBI_FLAG)
		meta.bounded = true, meta.high = 1;
	(void)ybi_push_fact(b, meta);
}

static void
derive_attribute(struct ybi_builder *b, const struct ybi_entry *entry)
{
	const struct ybi_node *from = ybi_node_get(entry->value, "from");
	uint32_t fact = ybi_book_fact(b->book, entry->key, strlen(entry->key)), expr;
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	struct ybi_fact_meta *meta;

	if (!from || fact == YBI_NO_FACT || !ybi_known(b, entry->value))
		return;
	meta = &b->book->facts[fact];
	scope.path = ybi_format(b, "attributes/%s", entry->key);
	if (entry->value->source)
		scope.clause = ybi_add_clause(b, scope.path, entry->value, false);
	expr = ybi_parse_slot(b, &scope, from, (enum ybi_type)meta->type, false, fact);
	if (expr != YBI_NO_EXPR && scope.clause != YBI_NO_CLAUSE) {
		struct ybi_expr e = { .op = YBI_OP_CLAUSE, .type = b->book->exprs[expr].type, .a = expr, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR,
			              .x = scope.clause };
		expr = ybi_add_expr(b, e, from);
	}
	b->book->facts[fact].from = expr;
}

static void
declare_series(struct ybi_builder *b, const struct ybi_entry *entry)
{
	static const char *const keys[] = { "unit", "region", "years", "source", "confidence", "note", "label" };
	const struct ybi_node *map = entry->value, *years = ybi_node_get(map, "years"), *unit = ybi_node_get(map, "unit");
	const struct ybi_node *region = ybi_node_get(map, "region");
	struct ybi_series series = { .first = (uint32_t)b->book->series_entries_count };
	struct ybi_series_entry rows[256];
	struct ybi_fact_meta meta = { .type = YBI_MONEY, .part = YBI_OF_COVER, .den = 1, .from = YBI_NO_EXPR };
	enum ybi_type type = YBI_MONEY;

	if (map->kind != YBI_MAP || !years || years->kind != YBI_MAP || years->count > ARRAY_SIZE(rows) || !unit || !read_unit(unit, &type)) {
		ybi_fault(b, YB_E_MISSING_KEY, map, entry->key, "a series has a unit and a mapping `years:`");
		return;
	}
	(void)ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	if (region && (region->kind != YBI_SCALAR || region->count != 6 || strspn(region->text, "0123456789") != 6))
		ybi_fault(b, YB_E_BAD_VALUE, region, "region", "expected a region code of six digits");
	for (uint32_t i = 0; i < years->count; i++) {
		const struct ybi_node *value = years->entries[i].value;
		const char *key = years->entries[i].key;
		struct ybi_series_entry *row = &rows[series.count];
		struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .needs_source = true, .otherwise = YBI_NO_EXPR };
		struct ybi_expr e = { .op = YBI_OP_CLAUSE, .type = (uint8_t)type, .b = YBI_NO_EXPR, .c = YBI_NO_EXPR };
		int64_t year = 0;
		if (!ybi_known(b, value))
			continue;
		if (strlen(key) != 4 || strspn(key, "0123456789") != 4) {
			struct ybi_node at = key_node(&years->entries[i]);
			ybi_fault(b, YB_E_BAD_VALUE, &at, key, "\"%.20s\" is not a year", key);
			return;
		}
		for (int k = 0; k < 4; k++)
			year = year * 10 + (key[k] - '0');
		scope.path = ybi_format(b, "series/%s/%s", entry->key, key);
		scope.clause = ybi_add_clause(b, scope.path, value, true);
		e.a = ybi_parse_slot(b, &scope, value, type, false, YBI_NO_FACT);
		if (e.a == YBI_NO_EXPR || scope.clause == YBI_NO_CLAUSE)
			return;
		e.x = scope.clause;
		row->year = (int32_t)year;
		row->value = ybi_add_expr(b, e, value);
		series.count++;
	}
	for (uint32_t i = 1; i < series.count; i++)
		for (uint32_t k = i; k > 0 && rows[k - 1].year > rows[k].year; k--) {
			struct ybi_series_entry swap = rows[k];
			rows[k] = rows[k - 1];
			rows[k - 1] = swap;
		}
	for (uint32_t i = 0; i < series.count; i++)
		if (!YBI_PUSH(b, series_entries, rows[i]))
			return;
	series.fact = (uint32_t)b->book->facts_count;
	meta.name = entry->key;
	meta.type = (uint8_t)type;
	meta.series = true;
	if (ybi_push_fact(b, meta) && YBI_PUSH(b, series, series))
		(void)YBI_PUSH(b, series_names, ((struct ybi_named){ .name = entry->key, .node = map, .building = (uint8_t)type }));
}

static bool
is_mapping(struct ybi_builder *b, const struct ybi_node *node, const char *name)
{
	if (node && node->kind != YBI_MAP)
		ybi_fault(b, YB_E_SYNTAX, node, name, "`%s:` is a mapping", name);
	return node && node->kind == YBI_MAP;
}

static void
declare_or_break(struct ybi_builder *b, const struct ybi_entry *entry, void (*declare)(struct ybi_builder *, const struct ybi_entry *))
{
	size_t before = b->book->facts_count;

	declare(b, entry);
	if (b->book->facts_count == before)
		ybi_break_name(b, entry->key);
}

void
ybi_build_names(struct ybi_builder *b)
{
	for (uint32_t i = 0; is_mapping(b, b->attributes, "attributes") && i < b->attributes->count; i++)
		declare_or_break(b, &b->attributes->entries[i], declare_attribute);
	for (uint32_t i = 0; is_mapping(b, b->series, "series") && i < b->series->count; i++)
		declare_or_break(b, &b->series->entries[i], declare_series);
	for (uint32_t i = 0; is_mapping(b, b->values, "values") && i < b->values->count; i++) {
		const struct ybi_entry *entry = &b->values->entries[i];
		struct ybi_named value = { .name = entry->key, .node = entry->value, .expr = YBI_NO_EXPR };
		struct ybi_node key = key_node(entry);
		if (!strcmp(entry->key, "source") || !strcmp(entry->key, "note") || !strcmp(entry->key, "confidence"))
			continue; /* the section's own */
		if (ybi_book_fact(b->book, entry->key, strlen(entry->key)) != YBI_NO_FACT)
			ybi_fault(b, YB_E_DUPLICATE, &key, entry->key, "\"%s\" is a fact already", entry->key);
		else if (!ybi_push_value(b, value))
			return;
	}
	for (uint32_t i = 0; b->attributes && b->attributes->kind == YBI_MAP && i < b->attributes->count; i++)
		derive_attribute(b, &b->attributes->entries[i]);
}

/* ---- declared gaps ---- */

void
ybi_build_unsupported(struct ybi_builder *b)
{
	static const char *const keys[] = { "id", "text", "touches", "when", "from", "to", "through", "source", "confidence", "note", "replaces" };
	static const struct {
		const char *word;
		enum ybi_ask ask;
		enum ybi_refund_part part;
	} sections[] = { { "fee", YBI_ASK_FEE, 0 }, { "refund", YBI_ASK_REFUND, YBI_PART_CREDIT }, { "interest", YBI_ASK_REFUND, YBI_PART_INTEREST },
		         { "refundable", YBI_ASK_REFUND, YBI_PART_CONTRIBUTION }, { "eligibility", YBI_ASK_ELIGIBILITY, 0 },
		         { "rewards", YBI_ASK_REWARDS, 0 }, { "reimburse", YBI_ASK_REIMBURSE, 0 } };

	if (!b->unsupported)
		return;
	if (b->unsupported->kind != YBI_SEQ) {
		ybi_fault(b, YB_E_SYNTAX, b->unsupported, "unsupported", "`unsupported:` is a list");
		return;
	}
	for (uint32_t i = 0; i < b->unsupported->count; i++) {
		const struct ybi_node *map = b->unsupported->items[i], *id = ybi_node_get(map, "id"), *text = ybi_node_get(map, "text");
		const struct ybi_node *touches = ybi_node_get(map, "touches");
		struct ybi_unsupported row = { 0 };
		struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
		bool bad;
		size_t place = 0;
		if (map->kind == YBI_MAP && ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, b->err) != YB_OK)
			b->strange = map;
		if (map->kind != YBI_MAP || !id || id->kind != YBI_SCALAR || !text || text->kind != YBI_SCALAR || !touches) {
			ybi_fault(b, YB_E_MISSING_KEY, map, "unsupported", "a declared gap has id, text and touches");
			continue;
		}
		while (place < ARRAY_SIZE(sections) && !ybi_node_is(touches, sections[place].word))
			place++;
		if (place == ARRAY_SIZE(sections)) {
			ybi_fault(b, YB_E_UNKNOWN_NAME, touches, "touches", "expected fee, refund, interest, refundable, eligibility, rewards or reimburse");
			continue;
		}
		if (!ybi_check_unique(b, b->unsupported, i, "gap"))
			continue;
		row.id = id->text;
		row.text = text->text;
		row.clause = ybi_add_clause(b, ybi_format(b, "unsupported/%s", id->text), map, true);
		if (row.clause == YBI_NO_CLAUSE)
			return;
		b->book->clauses[row.clause].text = text->text;
		row.ask = sections[place].ask;
		row.part = sections[place].part;
		row.when = ybi_parse_clause_when(b, &scope, map, &bad);
		if (!bad && !(row.ask == YBI_ASK_REIMBURSE ? YBI_PUSH(b, unsupported, row) : YBI_PUSH(b, other_gaps, row)))
			return;
	}
}
