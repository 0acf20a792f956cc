/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

#define DOCUMENT "policy document"

struct kept {
	char hash[YBI_HASH_SIZE];
	char *text;
	size_t length;
};

struct yb_policy_archive {
	char *directory; /* NULL: in memory */
	uint32_t flags;
	struct kept *texts; /* held in memory */
	size_t count, room;
};

yb_status
yb_policy_archive_new(const char *directory, uint32_t flags, struct yb_policy_archive **archive, struct yb_error **err)
{
	struct yb_policy_archive *made;
	struct stat info;

	if (!archive || flags & ~(uint32_t)YB_ARCHIVE_READ)
		return YB_E_INVALID;
	*archive = NULL;
	if (directory && stat(directory, &info) != 0)
		return ybi_file_fault(directory, errno, err);
	if (directory && !S_ISDIR(info.st_mode))
		return ybi_file_fault(directory, ENOTDIR, err);
	made = ybi_calloc(1, sizeof(*made));
	if (!made)
		return ybi_error_no_memory(err);
	made->flags = flags;
	made->directory = directory ? ybi_strndup(directory, strlen(directory)) : NULL;
	if (directory && !made->directory) {
		free(made);
		return ybi_error_no_memory(err);
	}
	*archive = made;
	return YB_OK;
}

void
yb_policy_archive_unref(struct yb_policy_archive *archive)
{
	if (!archive)
		return;
	for (size_t i = 0; i < archive->count; i++)
		free(archive->texts[i].text);
	free(archive->texts);
	free(archive->directory);
	free(archive);
}

static const struct kept *
find(const struct yb_policy_archive *archive, const char *hash)
{
	for (size_t i = 0; i < archive->count; i++)
		if (!strcmp(archive->texts[i].hash, hash))
			return &archive->texts[i];
	return NULL;
}

/* Takes `text`, also when it fails. */
static yb_status
hold(struct yb_policy_archive *archive, const char *hash, char *text, size_t length, struct yb_error **err)
{
	struct kept row = { .text = text, .length = length };

	if (!text || !ybi_grow(&archive->texts, archive->count, &archive->room, sizeof(*archive->texts))) {
		free(text);
		return ybi_error_no_memory(err);
	}
	memcpy(row.hash, hash, YBI_HASH_SIZE);
	archive->texts[archive->count++] = row;
	return YB_OK;
}

static void
file_name(const char *hash, char name[YBI_HASH_SIZE + 5])
{
	memcpy(name, hash, YBI_HASH_SIZE - 1);
	memcpy(name + YBI_HASH_SIZE - 1, ".yaml", 6);
}

/* The text of a file into memory, if there is one. */
static yb_status
load(struct yb_policy_archive *archive, const char *hash, struct yb_error **err)
{
	char name[YBI_HASH_SIZE + 5], found[YBI_HASH_SIZE], *path, *text = NULL;
	struct yb_error *fault = NULL;
	size_t length = 0;
	yb_status st;

	file_name(hash, name);
	path = ybi_file_join(archive->directory, name);
	if (!path)
		return ybi_error_no_memory(err);
	st = ybi_file_read(path, ybi_policy_limits.bytes, DOCUMENT, &text, &length, &fault);
	free(path);
	yb_error_unref(fault);
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	if (st != YB_OK)
		return YB_OK;
	ybi_hash(text, length, found);
	if (strcmp(found, hash) != 0) {
		free(text);
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, hash, "its file in the archive was changed: the content is not that of its name");
	}
	return hold(archive, hash, text, length, err);
}

yb_status
yb_policy_archive_get_text(struct yb_policy_archive *archive, const char *hash, const char **text, size_t *length, struct yb_error **err)
{
	const struct kept *row;
	yb_status st;

	if (!archive || !hash || !text || !length)
		return YB_E_INVALID;
	if (strlen(hash) != YBI_HASH_SIZE - 1 || strspn(hash, "0123456789abcdef") != YBI_HASH_SIZE - 1)
		return ybi_error_at(err, YB_E_BAD_VALUE, NULL, "hash", "a hash is 64 hexadecimal digits in lower case");
	row = find(archive, hash);
	if (!row && archive->directory) {
		st = load(archive, hash, err);
		if (st != YB_OK)
			return st;
		row = find(archive, hash);
	}
	if (!row)
		return ybi_error_at(err, YB_E_NOT_FOUND, NULL, hash, "no such text in the archive");
	*text = row->text;
	*length = row->length;
	return YB_OK;
}

/* Is the file there whole? One that was damaged is written again. */
static yb_status
on_disk(struct yb_policy_archive *archive, const char *name, const char *hash, bool *there, struct yb_error **err)
{
	char found[YBI_HASH_SIZE], *path = ybi_file_join(archive->directory, name), *text = NULL;
	size_t length = 0;
	yb_status st;

	*there = false;
	if (!path)
		return ybi_error_no_memory(err);
	st = ybi_file_read(path, ybi_policy_limits.bytes, DOCUMENT, &text, &length, NULL);
	free(path);
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	if (st == YB_OK) {
		ybi_hash(text, length, found);
		*there = !strcmp(found, hash);
		free(text);
	}
	return YB_OK;
}

yb_status
yb_policy_archive_add_text(struct yb_policy_archive *archive, const char *text, size_t length, struct yb_error **err)
{
	char hash[YBI_HASH_SIZE], name[YBI_HASH_SIZE + 5];
	bool there;
	yb_status st;

	if (!archive || (!text && length))
		return YB_E_INVALID;
	st = ybi_file_check_size("archive", length, ybi_policy_limits.bytes, DOCUMENT, err);
	if (st != YB_OK)
		return st;
	ybi_hash(text ? text : "", length, hash);
	if (!archive->directory || archive->flags & YB_ARCHIVE_READ)
		return find(archive, hash) ? YB_OK : hold(archive, hash, ybi_strndup(text ? text : "", length), length, err);
	file_name(hash, name);
	st = on_disk(archive, name, hash, &there, err);
	return st != YB_OK || there ? st : ybi_file_put(archive->directory, name, text, length, err);
}

yb_status
yb_policy_archive_add_set(struct yb_policy_archive *archive, const struct yb_policy_set *set, struct yb_error **err)
{
	yb_status st = YB_OK;

	if (!archive || !set)
		return YB_E_INVALID;
	for (size_t i = 0; i < set->document_count && st == YB_OK; i++)
		if (!set->documents[i]->fault)
			st = yb_policy_archive_add_text(archive, set->documents[i]->text, set->documents[i]->length, err);
	return st;
}

/* A catalogue that the book looks items up in, or a part of one. */
static bool
is_catalogue_of(const struct ybi_book *book, const struct ybi_document *document)
{
	for (size_t i = 0; i < book->catalogues_count; i++) {
		const struct ybi_catalogue *c = book->catalogues[i].catalogue;
		for (uint32_t k = 0; k < c->group_count; k++)
			if (!strcmp(c->groups[k].document, document->id))
				return true;
	}
	return false;
}

static bool
in_closure(const struct ybi_book *book, const struct ybi_document *document)
{
	return book && (ybi_book_has(book, document->id) || (document->overlay && ybi_book_has(book, document->overlay)) ||
	                is_catalogue_of(book, document));
}

bool
ybi_rests_on(const struct ybi_book *base, const struct ybi_document *document)
{
	bool found = !document->fault && in_closure(base, document);

	for (size_t i = 0; i < base->variant_count && !found && !document->fault; i++)
		found = in_closure(base->variants[i].book, document);
	return found;
}
