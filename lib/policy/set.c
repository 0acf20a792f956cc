/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/policy.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "policy/builder.h"
#include "policy/profile.h"

#define DOCUMENT "policy document"

struct yb_policy_loader {
	uint32_t flags;
	yb_confidence confidence;
	yb_day known_on;
	struct loader_text {
		char *name, *text;
		size_t length;
		bool directory;
		struct yb_error *fault;
	} *texts;
	size_t count, room;
};

static const struct yb_load_options load_defaults = YB_LOAD_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_load_options) == 16, "options have no padding");

yb_status
yb_policy_loader_new(const struct yb_load_options *options, struct yb_policy_loader **loader, struct yb_error **err)
{
	struct yb_load_options full = load_defaults;
	struct yb_policy_loader *made;
	yb_status st;

	if (!loader)
		return YB_E_INVALID;
	*loader = NULL;
	st = ybi_options_copy(&full, sizeof(full), options, sizeof(load_defaults), err);
	if (st != YB_OK)
		return st;
	if (full.flags & ~(uint32_t)YB_LOAD_STRICT || (full.known_on && !ybi_day_valid(full.known_on)) || full.confidence < 0 || full.confidence > YB_CONFIDENCE_CASE)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "load options: an unknown flag or confidence, or a day outside the years 1 .. 9999");
	made = ybi_calloc(1, sizeof(*made));
	if (!made)
		return ybi_error_no_memory(err);
	made->flags = full.flags;
	made->confidence = full.confidence ? full.confidence : YB_CONFIDENCE_SECONDARY;
	made->known_on = full.known_on;
	*loader = made;
	return YB_OK;
}

void
yb_policy_loader_unref(struct yb_policy_loader *loader)
{
	if (!loader)
		return;
	for (size_t i = 0; i < loader->count; i++) {
		free(loader->texts[i].name);
		free(loader->texts[i].text);
		yb_error_unref(loader->texts[i].fault);
	}
	free(loader->texts);
	free(loader);
}

/* Takes `text` and `fault`, also when it fails. */
static yb_status
add_text(struct yb_policy_loader *loader, const char *name, char *text, size_t length, bool directory, struct yb_error *fault,
         struct yb_error **err)
{
	struct loader_text row = { .text = text, .length = length, .directory = directory, .fault = fault };

	row.name = ybi_strndup(name, strlen(name));
	if (!row.name || !ybi_grow(&loader->texts, loader->count, &loader->room, sizeof(*loader->texts))) {
		free(row.name);
		free(text);
		yb_error_unref(fault);
		return ybi_error_no_memory(err);
	}
	loader->texts[loader->count++] = row;
	return YB_OK;
}

yb_status
yb_policy_loader_add_buffer(struct yb_policy_loader *loader, const char *name, const char *text, size_t length, struct yb_error **err)
{
	char *copy;
	yb_status st;

	if (!loader || !name || (!text && length))
		return YB_E_INVALID;
	st = ybi_file_check_size(name, length, ybi_policy_limits.bytes, DOCUMENT, err);
	if (st != YB_OK)
		return st;
	copy = ybi_strndup(text ? text : "", length);
	if (!copy)
		return ybi_error_no_memory(err);
	return add_text(loader, name, copy, length, false, NULL, err);
}

static yb_status
add_file(struct yb_policy_loader *loader, const char *path, bool directory, struct yb_error **err)
{
	struct yb_error *fault = NULL;
	char *text = NULL;
	size_t length = 0;
	yb_status st = ybi_file_read(path, ybi_policy_limits.bytes, DOCUMENT, &text, &length, directory ? &fault : err);

	if (st == YB_E_NO_MEMORY && directory) {
		yb_error_unref(fault);
		return ybi_error_no_memory(err);
	}
	if (st != YB_OK && !directory)
		return st;
	return add_text(loader, path, text, length, directory, fault, err);
}

yb_status
yb_policy_loader_add_file(struct yb_policy_loader *loader, const char *path, struct yb_error **err)
{
	if (!loader || !path)
		return YB_E_INVALID;
	return add_file(loader, path, false, err);
}

static bool
is_policy_name(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && name[0] != '.' && !strcmp(name + n - 5, ".yaml") && !(n > 13 && !strcmp(name + n - 13, ".vectors.yaml"));
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static yb_status
list_directory(const char *path, char ***names, size_t *count, struct yb_error **err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t room = 0;
	yb_status st = YB_OK;

	if (!dir)
		return ybi_file_fault(path, errno, err);
	while (st == YB_OK && (entry = readdir(dir)) != NULL) {
		char *full;
		if (!is_policy_name(entry->d_name))
			continue;
		full = ybi_file_join(path, entry->d_name);
		if (!full || !ybi_grow(names, *count, &room, sizeof(**names))) {
			free(full);
			st = ybi_error_no_memory(err);
			break;
		}
		(*names)[(*count)++] = full;
	}
	closedir(dir);
	return st;
}

yb_status
yb_policy_loader_add_directory(struct yb_policy_loader *loader, const char *path, struct yb_error **err)
{
	char **names = NULL;
	size_t count = 0, before;
	yb_status st;

	if (!loader || !path)
		return YB_E_INVALID;
	before = loader->count;
	st = list_directory(path, &names, &count, err);
	if (count)
		qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++) {
		if (st == YB_OK)
			st = add_file(loader, names[i], (loader->flags & YB_LOAD_STRICT) == 0, err);
		free(names[i]);
	}
	free(names);
	while (st != YB_OK && loader->count > before) { /* all or nothing */
		struct loader_text *row = &loader->texts[--loader->count];
		free(row->name);
		free(row->text);
		yb_error_unref(row->fault);
	}
	return st;
}

/* ---- sets ---- */

static void
document_free(struct ybi_document *document)
{
	if (!document)
		return;
	ybi_arena_free(&document->arena);
	yb_error_unref(document->fault);
	free(document->name);
	free(document->text);
	free(document);
}

static void
set_free(struct yb_policy_set *set)
{
	for (size_t i = 0; i < set->document_count; i++) {
		ybi_book_free(set->books[i]);
		document_free(set->documents[i]);
	}
	free(set->books);
	free(set->channels);
	free(set->documents);
	free(set);
}

static void add_finding(struct yb_error **err, const struct yb_error *like, const struct ybi_place *place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void
add_finding(struct yb_error **err, const struct yb_error *like, const struct ybi_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)ybi_error_vat(err, yb_error_get_status(like), yb_error_get_severity(like), place, yb_error_get_subject(like), format, args);
	va_end(args);
}

static bool
lacks_memory(const struct yb_error *err)
{
	for (; err; err = yb_error_get_next(err))
		if (yb_error_get_status(err) == YB_E_NO_MEMORY)
			return true;
	return false;
}

/* A fault that was found once and is told twice: by the set, and by whoever asked for strictness. */
static void
copy_faults(const struct yb_error *from, struct yb_error **err)
{
	for (const struct yb_error *e = from; e; e = yb_error_get_next(e)) {
		struct ybi_place place = { yb_error_get_source_name(e), yb_error_get_line(e), yb_error_get_column(e) };
		add_finding(err, e, &place, "%s", yb_error_get_message(e));
	}
}

/* Reads one text; a fault stays with the document. */
static yb_status
read_document(const struct loader_text *text, struct ybi_document **out)
{
	struct ybi_document *document = ybi_calloc(1, sizeof(*document));
	yb_status st;

	*out = document;
	if (!document)
		return YB_E_NO_MEMORY;
	document->directory = text->directory;
	document->name = ybi_strndup(text->name, strlen(text->name));
	document->text = ybi_strndup(text->text ? text->text : "", text->length);
	document->length = text->length;
	if (!document->name || !document->text)
		return YB_E_NO_MEMORY;
	ybi_hash(document->text, document->length, document->hash);
	if (text->fault) {
		copy_faults(text->fault, &document->fault);
	} else {
		st = ybi_node_read(&document->arena, document->name, document->text, document->length, &ybi_policy_limits, false, &document->root,
		                   &document->fault);
		if (st == YB_OK)
			(void)ybi_read_head(document, &document->fault);
	}
	return lacks_memory(document->fault) ? YB_E_NO_MEMORY : YB_OK;
}

static void
refuse_twins(struct yb_policy_set *set)
{
	for (size_t i = 0; i < set->document_count; i++)
		for (size_t k = 0; k < i; k++) {
			struct ybi_document *a = set->documents[k], *b = set->documents[i];
			if (a->fault || b->fault || strcmp(a->id, b->id) != 0)
				continue;
			b->twin = true;
			(void)ybi_error_at(&b->fault, YB_E_DUPLICATE, &(struct ybi_place){ b->name, 1, 1 }, "id",
			                   "document \"%s\" was loaded already from %s", b->id, a->name);
		}
}

/* Warnings of a book are told to whoever asked for the set; no memory is the only failure. */
static yb_status
pass_findings(struct yb_error *findings, struct yb_error **err)
{
	if (!err || !findings || !*err) {
		if (err && findings)
			*err = findings;
		else
			yb_error_unref(findings);
		return YB_OK;
	}
	copy_faults(findings, err);
	yb_error_unref(findings);
	return lacks_memory(*err) ? YB_E_NO_MEMORY : YB_OK;
}

static const struct ybi_document *
find_target(const struct yb_policy_set *set, const struct ybi_document *overlay)
{
	for (size_t i = 0; i < set->document_count; i++)
		if (!set->documents[i]->fault && !set->documents[i]->overlay && !strcmp(set->documents[i]->id, overlay->overlay))
			return set->documents[i];
	return NULL;
}

/* A book of document `i`; a fault stays with `blame`. */
static yb_status
build_book(struct yb_policy_set *set, const struct ybi_document *document, yb_day day, const struct ybi_document *overlay,
           struct ybi_document *blame, struct ybi_book **book, struct yb_error **err)
{
	struct yb_error *findings = NULL;
	yb_status st = ybi_book_new(document, set->documents, set->document_count, set->confidence, set->known_on, day, overlay, book, &findings);

	if (st == YB_E_NO_MEMORY || lacks_memory(findings)) {
		yb_error_unref(findings);
		return ybi_error_no_memory(err);
	}
	if (st != YB_OK) {
		if (blame->fault)
			yb_error_unref(findings);
		else
			blame->fault = findings;
		return YB_OK;
	}
	return pass_findings(findings, err);
}

/* The days at which the overlays of a book change, in order. */
static size_t
boundaries(const struct yb_policy_set *set, const struct ybi_book *book, yb_day *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < set->document_count && n + 2 <= room; i++) {
		const struct ybi_document *overlay = set->documents[i];
		yb_day ends[2] = { overlay->overlay_from, overlay->overlay_to };
		if (!overlay->overlay || !ybi_book_has(book, overlay->overlay))
			continue;
		for (int e = 0; e < 2; e++) {
			size_t k = 0;
			while (k < n && out[k] < ends[e])
				k++;
			if (k < n && out[k] == ends[e])
				continue;
			memmove(out + k + 1, out + k, (n - k) * sizeof(*out));
			out[k] = ends[e];
			n++;
		}
	}
	return n;
}

#define BOUNDARIES 64

/* The variants of a book: one for each stretch of days on which the same overlays hold. */
static yb_status
build_variants(struct yb_policy_set *set, struct ybi_book *book, struct yb_error **err)
{
	yb_day days[BOUNDARIES];
	size_t count = boundaries(set, book, days, BOUNDARIES);
	yb_status st = YB_OK;

	if (count < 2)
		return YB_OK;
	book->variants = ybi_calloc(count, sizeof(*book->variants));
	if (!book->variants)
		return ybi_error_no_memory(err);
	for (size_t k = 0; k + 1 < count && st == YB_OK; k++) {
		struct ybi_variant variant = { .from = days[k], .to = days[k + 1] };
		struct ybi_document *last = NULL;
		for (size_t i = 0; i < set->document_count; i++) {
			struct ybi_document *overlay = set->documents[i];
			if (!overlay->overlay || !ybi_book_has(book, overlay->overlay) || days[k] < overlay->overlay_from || days[k] >= overlay->overlay_to)
				continue;
			last = overlay;
			if (overlay->fault)
				variant.aside = overlay;
		}
		if (!last)
			continue;
		if (!variant.aside)
			st = build_book(set, book->document, days[k], NULL, last, &variant.book, err);
		if (st == YB_OK && !variant.book && !variant.aside)
			variant.aside = last;
		book->variants[book->variant_count++] = variant;
	}
	return st;
}

/* Profiles come before who reads codes by them; catalogues before what looks items up in them, and their parts before these. */
static unsigned
turn_of(const struct ybi_document *document)
{
	const struct ybi_node *catalogue = ybi_node_get(document->root, "catalogue");

	return document->profile ? 0 : !catalogue ? 3 : ybi_node_get(catalogue, "parts") ? 2 : 1;
}

static yb_status
build_one(struct yb_policy_set *set, size_t i, struct yb_error **err)
{
	struct ybi_document *document = set->documents[i];
	const struct ybi_document *target = document;
	struct ybi_place place = { document->name, 1, 1 };
	yb_status st = YB_OK;

	if (document->overlay) {
		target = find_target(set, document);
		place = ybi_node_place(ybi_node_get(document->root, "overlay"));
	}
	if (!target)
		(void)ybi_error_at(&document->fault, YB_E_UNKNOWN_NAME, &place, "overlay",
		                   "document \"%s\", over which it is laid, was not loaded or could not be read", document->overlay);
	else if (document->overlay)
		st = build_book(set, target, document->overlay_from, document, document, &set->books[i], err);
	else
		st = build_book(set, target, YB_DAY_NONE, NULL, document, &set->books[i], err);
	if (st == YB_OK && set->books[i])
		document->catalogue = set->books[i]->catalogue;
	return st == YB_OK && lacks_memory(document->fault) ? ybi_error_no_memory(err) : st;
}

static yb_status
build_books(struct yb_policy_set *set, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (unsigned turn = 0; turn < 4; turn++)
		for (size_t i = 0; i < set->document_count && st == YB_OK; i++)
			if (!set->documents[i]->fault && turn_of(set->documents[i]) == turn)
				st = build_one(set, i, err);
	for (size_t i = 0; i < set->document_count && st == YB_OK; i++)
		if (set->books[i] && !set->documents[i]->overlay)
			st = build_variants(set, set->books[i], err);
	return st;
}

/* Code tables come before the books that read by them. */
static yb_status
read_profiles(struct yb_policy_set *set, struct yb_error **err)
{
	yb_status st = ybi_profiles_read(set->documents, set->document_count, set->known_on);

	for (size_t i = 0; i < set->document_count && st == YB_OK; i++)
		if (lacks_memory(set->documents[i]->fault))
			st = YB_E_NO_MEMORY;
	return st == YB_OK ? YB_OK : ybi_error_no_memory(err);
}

yb_status
yb_policy_set_new(struct yb_policy_loader *loader, struct yb_policy_set **out, struct yb_error **err)
{
	struct yb_policy_set *set;
	yb_status st = YB_OK;

	if (!loader || !out)
		return YB_E_INVALID;
	*out = NULL;
	set = ybi_calloc(1, sizeof(*set));
	if (!set)
		return ybi_error_no_memory(err);
	set->references = 1;
	set->confidence = loader->confidence;
	set->known_on = loader->known_on;
	set->documents = ybi_calloc(loader->count, sizeof(struct ybi_document *));
	set->books = ybi_calloc(loader->count, sizeof(struct ybi_book *));
	if (!set->documents || !set->books)
		st = ybi_error_no_memory(err);
	for (size_t i = 0; i < loader->count && st == YB_OK; i++) {
		set->document_count = i + 1;
		if (read_document(&loader->texts[i], &set->documents[i]) != YB_OK)
			st = ybi_error_no_memory(err);
	}
	if (st == YB_OK) {
		refuse_twins(set);
		st = read_profiles(set, err);
	}
	if (st == YB_OK) {
		st = build_books(set, err);
	}
	if (st == YB_OK)
		st = ybi_set_channels(set, err);
	for (size_t i = 0; st == YB_OK && (loader->flags & YB_LOAD_STRICT) && i < set->document_count; i++)
		if (set->documents[i]->fault) {
			yb_status first = yb_error_get_status(set->documents[i]->fault);
			for (size_t k = i; k < set->document_count; k++)
				copy_faults(set->documents[k]->fault, err);
			st = err && lacks_memory(*err) ? YB_E_NO_MEMORY : first;
			break;
		}
	if (st != YB_OK) {
		set_free(set);
		return st;
	}
	*out = set;
	return YB_OK;
}

struct yb_policy_set *
yb_policy_set_ref(struct yb_policy_set *set)
{
	if (set)
		(void)__atomic_add_fetch(&set->references, 1, __ATOMIC_RELAXED);
	return set;
}

void
yb_policy_set_unref(struct yb_policy_set *set)
{
	if (set && __atomic_sub_fetch(&set->references, 1, __ATOMIC_ACQ_REL) == 0)
		set_free(set);
}

size_t
yb_policy_set_get_count(const struct yb_policy_set *set)
{
	return set ? set->document_count : 0;
}

const char *
yb_policy_set_get_id(const struct yb_policy_set *set, size_t index)
{
	return set && index < set->document_count && set->documents[index]->id ? set->documents[index]->id : "";
}

const char *
yb_policy_set_get_title(const struct yb_policy_set *set, size_t index, yb_lang lang)
{
	const struct ybi_document *document = set && index < set->document_count ? set->documents[index] : NULL;

	if (!document)
		return "";
	if (lang == YB_LANG_ZH && document->title_zh)
		return document->title_zh;
	return document->title ? document->title : document->title_zh ? document->title_zh : "";
}

const char *
yb_policy_set_get_hash(const struct yb_policy_set *set, size_t index)
{
	return set && index < set->document_count ? set->documents[index]->hash : "";
}

const struct yb_error *
yb_policy_set_get_fault(const struct yb_policy_set *set, size_t index)
{
	return set && index < set->document_count ? set->documents[index]->fault : NULL;
}

const struct ybi_book *
ybi_set_book(const struct yb_policy_set *set, const char *id)
{
	for (size_t i = 0; i < set->document_count; i++)
		if (set->books[i] && !strcmp(set->documents[i]->id, id))
			return set->books[i];
	return NULL;
}

/* A document of this region and scheme that could not be read: by its id, or by its file's name when not even that was read. */
static const struct ybi_document *
set_aside(const struct yb_policy_set *set, const char *region, const char *scheme)
{
	for (size_t i = 0; i < set->document_count; i++) {
		const struct ybi_document *document = set->documents[i];
		const char *slash = strrchr(document->name, '/'), *name = document->id ? document->id : slash ? slash + 1 : document->name;
		size_t n = strlen(scheme);
		if (document->fault && !document->twin && strlen(name) >= 7 + n && !strncmp(name, region, 6) && (name[6] == '/' || name[6] == '-') &&
		    !strncmp(name + 7, scheme, n) && (name[7 + n] == '\0' || name[7 + n] == '.'))
			return document;
	}
	return NULL;
}

const struct ybi_book *
ybi_set_find(const struct yb_policy_set *set, const char *region, const char *scheme, enum ybi_ask ask, const struct ybi_document **aside)
{
	const struct ybi_book *silent = NULL;
	char code[7];

	*aside = NULL;
	memcpy(code, region, 6);
	code[6] = '\0';
	for (size_t keep = 6; keep >= 2; keep -= 2) {
		memset(code + keep, '0', 6 - keep);
		*aside = set_aside(set, code, scheme);
		if (*aside) /* its rules are not known: a wider region's do not stand in for them */
			return NULL;
		for (size_t i = 0; i < set->document_count; i++) {
			const struct ybi_book *book = set->books[i];
			if (!book || book->overlay || strcmp(book->region, code) != 0 || strcmp(book->scheme, scheme) != 0)
				continue;
			if (ask == YBI_ASK_REIMBURSE ? book->benefits_count > 0 : (book->sections & 1u << ask) != 0)
				return book;
			if (!silent)
				silent = book;
		}
	}
	return silent; /* a document of the region that says nothing on the question: the answer names it */
}
