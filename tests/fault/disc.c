/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disc.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define LONGEST (64 << 20)

struct bytes {
	unsigned char *data;
	size_t size;
};

/* A name and the node that it means; -1: none. */
struct entry {
	char name[SHIM_NAME];
	int node;
};

struct disc {
	const struct shim_log *log;
	enum lie lie;
	size_t at;           /* events done */
	int acked;
	int node_count;
	struct bytes *nodes; /* what is synced */
	bool *is_journal;
	size_t *pending;     /* events not synced, in their order */
	size_t pending_count;
	struct entry entries[DISC_FILES];
	int entry_count;
};

const char *
lie_name(enum lie lie)
{
	static const char *const names[LIE_COUNT_] = {
		[HONEST] = "power",
		[LIE_NO_SYNC] = "power, syncs ignored",
		[LIE_NO_JOURNAL] = "power, no journal",
		[LIE_HALF_SYNC] = "power, syncs of the journal ignored",
		[LIE_KEPT_JOURNAL] = "power, journal never cut",
		[LIE_EARLY_ACK] = "power, acknowledged too early",
	};

	return names[lie];
}

const char *
image_kind_name(enum image_kind kind)
{
	static const char *const names[IMAGE_COUNT_] = {
		[IMAGE_NONE] = "nothing unsynced",
		[IMAGE_ALL] = "everything",
		[IMAGE_SUBSET] = "some calls",
		[IMAGE_TORN] = "some sectors",
		[IMAGE_LATE] = "the later calls",
		[IMAGE_JUNK] = "junk where a file grew",
	};

	return names[kind];
}

uint64_t
random_next(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static void *
must(void *p)
{
	if (!p)
		abort();
	return p;
}

/* ---- bytes ---- */

static void
resize(struct bytes *b, size_t size)
{
	if (size > LONGEST)
		abort();
	b->data = must(realloc(b->data, size + 1));
	if (size > b->size)
		memset(b->data + b->size, 0, size - b->size);
	b->size = size;
}

static void
put(struct bytes *b, size_t at, const unsigned char *data, size_t length)
{
	if (at + length > b->size)
		resize(b, at + length);
	if (length > 0)
		memcpy(b->data + at, data, length);
}

/* As put(), but each sector by a coin; what lies beyond the end may stay away altogether. */
static void
put_torn(struct bytes *b, size_t at, const unsigned char *data, size_t length, uint64_t *seed)
{
	while (length > 0) {
		size_t n = SECTOR - at % SECTOR;
		if (n > length)
			n = length;
		if (random_next(seed) & 1)
			put(b, at, data, n);
		at += n;
		data += n;
		length -= n;
	}
}

static void
put_junk(struct bytes *b, size_t at, size_t length, uint64_t *seed)
{
	if (at + length > b->size)
		resize(b, at + length);
	for (size_t i = 0; i < length; i++)
		b->data[at + i] = (unsigned char)(random_next(seed) >> 56);
}

/* ---- names ---- */

static int
find_entry(const struct entry *entries, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (strcmp(entries[i].name, name) == 0)
			return i;
	return -1;
}

static void
set_entry(struct entry *entries, int *count, const char *name, int node)
{
	int i = find_entry(entries, *count, name);

	if (i < 0) {
		if (*count == DISC_FILES)
			abort();
		i = (*count)++;
		(void)snprintf(entries[i].name, sizeof(entries[i].name), "%s", name);
	}
	entries[i].node = node;
}

static void
do_name(struct entry *entries, int *count, const struct shim_event *event)
{
	set_entry(entries, count, event->name, event->kind == SHIM_LINK ? event->node : -1);
	if (event->old[0] != '\0')
		set_entry(entries, count, event->old, -1);
}

static bool
is_name(const struct shim_event *event)
{
	return event->kind == SHIM_LINK || event->kind == SHIM_UNLINK;
}

static bool
is_bytes(const struct shim_event *event)
{
	return event->kind == SHIM_WRITE || event->kind == SHIM_SIZE;
}

static bool
names_journal(const char *name)
{
	size_t n = strlen(name);

	return n > 8 && strcmp(name + n - 8, "-journal") == 0;
}

/* ---- the disc ---- */

struct disc *
disc_new(const struct shim_log *log, enum lie lie, const struct image *before)
{
	struct disc *disc = must(calloc(1, sizeof(*disc)));
	int nodes = log->nodes > 0 ? log->nodes : 1;

	disc->log = log;
	disc->lie = lie;
	disc->acked = -1;
	disc->node_count = nodes;
	disc->nodes = must(calloc((size_t)nodes, sizeof(*disc->nodes)));
	disc->is_journal = must(calloc((size_t)nodes, sizeof(*disc->is_journal)));
	disc->pending = must(calloc(log->count + 1, sizeof(*disc->pending)));
	for (int k = 0; k < before->count; k++)
		for (int i = 0; i < nodes && i < SHIM_FIRST; i++)
			if (strcmp(before->files[k].name, log->first[i]) == 0) {
				put(&disc->nodes[i], 0, before->files[k].bytes, before->files[k].size);
				set_entry(disc->entries, &disc->entry_count, log->first[i], i);
				disc->is_journal[i] = names_journal(log->first[i]);
			}
	for (size_t i = 0; i < log->count; i++)
		if (log->events[i].kind == SHIM_LINK)
			disc->is_journal[log->events[i].node] = names_journal(log->events[i].name);
	return disc;
}

void
disc_free(struct disc *disc)
{
	for (int i = 0; i < disc->node_count; i++)
		free(disc->nodes[i].data);
	free(disc->nodes);
	free(disc->is_journal);
	free(disc->pending);
	free(disc);
}

static void
apply(struct bytes *b, const struct shim_event *event)
{
	if (event->kind == SHIM_WRITE)
		put(b, (size_t)event->at, event->data, event->length);
	else
		resize(b, (size_t)event->at);
}

/* What is pending of a node, or of the names (node -1), is on the disc now. */
static void
settle(struct disc *disc, int node)
{
	size_t kept = 0;

	for (size_t i = 0; i < disc->pending_count; i++) {
		const struct shim_event *event = &disc->log->events[disc->pending[i]];
		if (node < 0 && is_name(event))
			do_name(disc->entries, &disc->entry_count, event);
		else if (node >= 0 && is_bytes(event) && event->node == node)
			apply(&disc->nodes[node], event);
		else
			disc->pending[kept++] = disc->pending[i];
	}
	disc->pending_count = kept;
}

/* An acknowledgement comes when it comes, or, where that is the lie, one call too early. */
static void
acknowledge(struct disc *disc)
{
	const struct shim_log *log = disc->log;
	size_t at = disc->at + (disc->lie == LIE_EARLY_ACK ? 2 : 0);

	if (at > 0 && at <= log->count && log->events[at - 1].kind == SHIM_ACK)
		disc->acked = (int)log->events[at - 1].at;
}

static bool
is_dropped(const struct disc *disc, const struct shim_event *event)
{
	bool of_journal = event->node >= 0 && disc->is_journal[event->node];

	switch (disc->lie) {
	case LIE_NO_SYNC: return event->kind == SHIM_SYNC || event->kind == SHIM_DIRSYNC;
	case LIE_HALF_SYNC: return event->kind == SHIM_SYNC && of_journal;
	case LIE_KEPT_JOURNAL: return (event->kind == SHIM_SIZE && of_journal) || (event->kind == SHIM_UNLINK && names_journal(event->name));
	case LIE_NO_JOURNAL: return of_journal && (is_bytes(event) || is_name(event));
	default: return false;
	}
}

bool
disc_next(struct disc *disc)
{
	const struct shim_event *event;

	if (disc->at == disc->log->count)
		return false;
	event = &disc->log->events[disc->at++];
	acknowledge(disc);
	if (is_dropped(disc, event))
		return true;
	if (event->kind == SHIM_SYNC)
		settle(disc, event->node);
	else if (event->kind == SHIM_DIRSYNC)
		settle(disc, -1);
	else if (is_bytes(event) || is_name(event))
		disc->pending[disc->pending_count++] = disc->at - 1;
	return true;
}

int
disc_acked(const struct disc *disc)
{
	return disc->acked;
}

int
disc_pending(const struct disc *disc)
{
	return (int)disc->pending_count;
}

/* ---- images ---- */

static bool
is_there(enum image_kind kind, size_t i, size_t count, uint64_t *seed)
{
	switch (kind) {
	case IMAGE_NONE: return false;
	case IMAGE_ALL: case IMAGE_JUNK: case IMAGE_TORN: return true;
	case IMAGE_LATE: return i >= count / 2;
	default: return random_next(seed) & 1;
	}
}

/* Names go by a coin of their own, so that names and bytes are lost apart from one another. */
static bool
is_named(enum image_kind kind, uint64_t *seed)
{
	return kind == IMAGE_ALL || (kind != IMAGE_NONE && (random_next(seed) & 1));
}

static void
add_pending(const struct disc *disc, enum image_kind kind, uint64_t *seed, struct bytes *nodes, struct entry *entries, int *count)
{
	for (size_t i = 0; i < disc->pending_count; i++) {
		const struct shim_event *event = &disc->log->events[disc->pending[i]];
		struct bytes *b = event->node >= 0 ? &nodes[event->node] : NULL;
		if (is_name(event)) {
			if (is_named(kind, seed))
				do_name(entries, count, event);
			continue;
		}
		if (!is_there(kind, i, disc->pending_count, seed))
			continue;
		if (kind == IMAGE_TORN && event->kind == SHIM_WRITE)
			put_torn(b, (size_t)event->at, event->data, event->length, seed);
		else if (kind == IMAGE_TORN && !(random_next(seed) & 1))
			continue;
		else if (kind == IMAGE_JUNK && event->kind == SHIM_WRITE && (size_t)event->at >= disc->nodes[event->node].size)
			put_junk(b, (size_t)event->at, event->length, seed);
		else
			apply(b, event);
	}
}

static uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *p = bytes;
	uint64_t word;

	for (; length >= 8; p += 8, length -= 8) {
		memcpy(&word, p, 8);
		hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 29;
	}
	for (; length > 0; p++, length--)
		hash = (hash ^ *p) * UINT64_C(0x100000001B3);
	return hash;
}

static void
hash_image(struct image *image)
{
	uint64_t sum = 0;

	for (int i = 0; i < image->count; i++) {
		const struct image_file *file = &image->files[i];
		uint64_t hash = hash_bytes(UINT64_C(0xCBF29CE484222325), file->name, strlen(file->name));
		uint64_t size = file->size;
		hash = hash_bytes(hash, &size, sizeof(size));
		sum += hash_bytes(hash, file->bytes, file->size); /* whatever the order of the files */
	}
	image->hash = sum;
}

void
disc_image(const struct disc *disc, enum image_kind kind, uint64_t seed, struct image *out)
{
	struct bytes *nodes = must(calloc((size_t)disc->node_count, sizeof(*nodes)));
	struct entry entries[DISC_FILES];
	int count = disc->entry_count;

	memcpy(entries, disc->entries, sizeof(entries));
	for (int i = 0; i < disc->node_count; i++)
		put(&nodes[i], 0, disc->nodes[i].data, disc->nodes[i].size);
	add_pending(disc, kind, &seed, nodes, entries, &count);
	memset(out, 0, sizeof(*out));
	for (int i = 0; i < count; i++) {
		struct image_file *file = &out->files[out->count];
		if (entries[i].node < 0)
			continue;
		memcpy(file->name, entries[i].name, sizeof(file->name));
		file->size = nodes[entries[i].node].size;
		file->bytes = must(malloc(file->size + 1));
		if (file->size > 0)
			memcpy(file->bytes, nodes[entries[i].node].data, file->size);
		out->count++;
	}
	for (int i = 0; i < disc->node_count; i++)
		free(nodes[i].data);
	free(nodes);
	hash_image(out);
}

void
image_free(struct image *image)
{
	for (int i = 0; i < image->count; i++)
		free(image->files[i].bytes);
	image->count = 0;
}

static void
join(char path[PATH_MAX], const char *directory, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX)
		abort();
}

static void
empty(const char *directory)
{
	DIR *dir = must(opendir(directory));
	struct dirent *entry;
	char path[PATH_MAX];

	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		join(path, directory, entry->d_name);
		if (unlink(path) != 0 && rmdir(path) != 0)
			abort();
	}
	(void)closedir(dir);
}

void
image_write(const struct image *image, const char *directory)
{
	char path[PATH_MAX];

	empty(directory);
	for (int i = 0; i < image->count; i++) {
		const struct image_file *file = &image->files[i];
		int fd;
		join(path, directory, file->name);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 || write(fd, file->bytes, file->size) != (ssize_t)file->size || close(fd) != 0)
			abort();
	}
}

void
image_read(struct image *image, const char *directory)
{
	DIR *dir = must(opendir(directory));
	struct dirent *entry;
	char path[PATH_MAX];

	memset(image, 0, sizeof(*image));
	while ((entry = readdir(dir)) != NULL) {
		struct image_file *file = &image->files[image->count];
		struct stat info;
		int fd;
		join(path, directory, entry->d_name);
		if (lstat(path, &info) != 0 || !S_ISREG(info.st_mode))
			continue;
		if (image->count == DISC_FILES || strlen(entry->d_name) >= SHIM_NAME)
			abort();
		memcpy(file->name, entry->d_name, strlen(entry->d_name) + 1);
		file->size = (size_t)info.st_size;
		file->bytes = must(malloc(file->size + 1));
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || read(fd, file->bytes, file->size) != (ssize_t)file->size || close(fd) != 0)
			abort();
		image->count++;
	}
	(void)closedir(dir);
	hash_image(image);
}
