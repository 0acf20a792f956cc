/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/arrow.h"

#include <stdlib.h>
#include <string.h>

/* Columns that are handed on as they came: types are copied, elements are shared. */

#define DEEPEST 64 /* of types within types */

/* ---- batches with holders ---- */

struct ybi_batch *
ybi_batch_new(struct ArrowArray *array)
{
	struct ybi_batch *batch = ybi_calloc(1, sizeof(*batch));

	if (!batch)
		return NULL;
	batch->array = *array; /* moved, as the specification lets a consumer do */
	array->release = NULL;
	atomic_init(&batch->holders, 1);
	return batch;
}

void
ybi_batch_unref(struct ybi_batch *batch)
{
	if (!batch || atomic_fetch_sub(&batch->holders, 1) != 1)
		return;
	batch->array.release(&batch->array);
	free(batch);
}

/* ---- types ---- */

struct copied_type {
	struct ArrowSchema *children, **list, *dictionary;
	char *format, *name, *metadata;
};

static void
release_type(struct ArrowSchema *schema)
{
	struct copied_type *c = schema->private_data;

	for (int64_t i = 0; i < schema->n_children; i++)
		if (c->children[i].release)
			c->children[i].release(&c->children[i]);
	if (c->dictionary && c->dictionary->release)
		c->dictionary->release(c->dictionary);
	free(c->children);
	free(c->list);
	free(c->dictionary);
	free(c->format);
	free(c->name);
	free(c->metadata);
	free(c);
	schema->release = NULL;
}

/* A number of pairs, then the length and the bytes of each key and value; 0 where that cannot be. */
static size_t
metadata_size(const char *metadata)
{
	int32_t pairs, length;
	size_t at = sizeof(pairs);

	memcpy(&pairs, metadata, sizeof(pairs));
	for (int64_t i = 0; i < 2 * (int64_t)pairs; i++) {
		memcpy(&length, metadata + at, sizeof(length));
		if (length < 0)
			return 0;
		at += sizeof(length) + (size_t)length;
	}
	return at;
}

static bool
copy_parts(const struct ArrowSchema *from, struct ArrowSchema *to)
{
	struct copied_type *c = to->private_data;
	int64_t n = from->n_children;
	bool good = true;

	if (n > 0) {
		c->children = ybi_calloc((size_t)n, sizeof(*c->children));
		c->list = ybi_calloc((size_t)n, sizeof(*c->list));
		good = c->children && c->list;
	}
	to->children = c->list;
	for (int64_t i = 0; i < n && good; i++) {
		c->list[i] = &c->children[i];
		good = ybi_schema_copy(from->children[i], c->list[i]);
		to->n_children = good ? i + 1 : i;
	}
	if (from->dictionary && good) {
		c->dictionary = ybi_calloc(1, sizeof(*c->dictionary));
		good = c->dictionary && ybi_schema_copy(from->dictionary, c->dictionary);
		to->dictionary = c->dictionary;
	}
	return good;
}

bool
ybi_schema_copy(const struct ArrowSchema *from, struct ArrowSchema *to)
{
	struct copied_type *c = ybi_calloc(1, sizeof(*c));
	size_t size = from->metadata ? metadata_size(from->metadata) : 0;
	const char *name = from->name ? from->name : "";

	memset(to, 0, sizeof(*to));
	if (!c)
		return false;
	c->format = ybi_strndup(from->format, strlen(from->format));
	c->name = ybi_strndup(name, strlen(name));
	c->metadata = size ? ybi_calloc(size, 1) : NULL;
	*to = (struct ArrowSchema){ .format = c->format, .name = c->name, .metadata = c->metadata, .flags = from->flags, .release = release_type,
		                    .private_data = c };
	if (c->metadata)
		memcpy(c->metadata, from->metadata, size);
	if (c->format && c->name && (!size || c->metadata) && copy_parts(from, to))
		return true;
	release_type(to);
	return false;
}

/* ---- elements ---- */

struct shared {
	struct ybi_batch *batch;
	struct ArrowArray *children, **list, *dictionary;
};

static void
release_shared(struct ArrowArray *array)
{
	struct shared *s = array->private_data;

	for (int64_t i = 0; i < array->n_children; i++)
		if (s->children[i].release)
			s->children[i].release(&s->children[i]);
	if (s->dictionary && s->dictionary->release)
		s->dictionary->release(s->dictionary);
	ybi_batch_unref(s->batch);
	free(s->children);
	free(s->list);
	free(s->dictionary);
	free(s);
	array->release = NULL;
}

static bool share(struct ybi_batch *batch, const struct ArrowArray *from, struct ArrowArray *to);

/* Each part holds the batch: whoever gets one may move it out and release the rest. */
static bool
share_parts(struct ybi_batch *batch, const struct ArrowArray *from, struct ArrowArray *to)
{
	struct shared *s = to->private_data;
	int64_t n = from->n_children;
	bool good = true;

	if (n > 0) {
		s->children = ybi_calloc((size_t)n, sizeof(*s->children));
		s->list = ybi_calloc((size_t)n, sizeof(*s->list));
		good = s->children && s->list;
	}
	to->children = s->list;
	for (int64_t i = 0; i < n && good; i++) {
		s->list[i] = &s->children[i];
		good = share(batch, from->children[i], s->list[i]);
		to->n_children = good ? i + 1 : i;
	}
	if (from->dictionary && good) {
		s->dictionary = ybi_calloc(1, sizeof(*s->dictionary));
		good = s->dictionary && share(batch, from->dictionary, s->dictionary);
		to->dictionary = s->dictionary;
	}
	return good;
}

static bool
share(struct ybi_batch *batch, const struct ArrowArray *from, struct ArrowArray *to)
{
	struct shared *s = ybi_calloc(1, sizeof(*s));

	memset(to, 0, sizeof(*to));
	if (!s)
		return false;
	*to = *from;
	to->n_children = 0;
	to->children = NULL;
	to->dictionary = NULL;
	to->release = release_shared;
	to->private_data = s;
	s->batch = batch;
	atomic_fetch_add(&batch->holders, 1);
	if (share_parts(batch, from, to))
		return true;
	release_shared(to);
	return false;
}

bool
ybi_array_share(struct ybi_batch *batch, const struct ArrowArray *from, int64_t offset, int64_t length, struct ArrowArray *to)
{
	if (!share(batch, from, to))
		return false;
	if (to->null_count == to->length)
		to->null_count = length;
	else if (to->null_count > 0 && length != to->length)
		to->null_count = -1; /* not counted: it is a part */
	to->offset += offset;
	to->length = length;
	return true;
}

/* ---- which ones ---- */

bool
ybi_is_kept(const struct yb_bulk *bulk, const char *name)
{
	for (size_t i = 0; i < bulk->kept_columns_count; i++)
		if (!strcmp(bulk->kept_columns[i].name, name))
			return true;
	return false;
}

/* Elements as their type says, so far as that can be seen of any type. */
static const char *
part_fault(const struct ArrowSchema *schema, const struct ArrowArray *array, int depth)
{
	const char *why = NULL;

	if (depth > DEEPEST)
		return "types within types deeper than 64";
	if (!schema || !array || !schema->format)
		return "a part is not there";
	if (schema->n_children != array->n_children || array->n_children < 0 || !schema->dictionary != !array->dictionary)
		return "other parts than its type has";
	if (array->n_children > 0 && (!schema->children || !array->children))
		return "parts that are not there";
	for (int64_t i = 0; i < array->n_children && !why; i++)
		why = part_fault(schema->children[i], array->children[i], depth + 1);
	return why || !array->dictionary ? why : part_fault(schema->dictionary, array->dictionary, depth + 1);
}

static yb_status
find_one(struct yb_bulk *bulk, struct ybi_kept_column *kept, const struct ArrowSchema *schema, struct yb_error **err)
{
	const struct ArrowArray *batch = &bulk->batch->array, *array;
	const char *why;
	int64_t at = -1;

	for (int64_t i = 0; i < schema->n_children; i++) {
		if (strcmp(schema->children[i]->name, kept->name) != 0)
			continue;
		if (at >= 0)
			return ybi_error_at(err, YB_E_DUPLICATE, NULL, kept->name, "column \"%.64s\": there is another column of that name", kept->name);
		at = i;
	}
	if (at < 0)
		return ybi_error_at(err, YB_E_NOT_FOUND, NULL, kept->name, "column \"%.64s\" is to be kept, and is not there", kept->name);
	array = batch->children[at];
	why = part_fault(schema->children[at], array, 0);
	if (!why && (array->length > YBI_ARROW_ROWS || array->length < batch->offset + batch->length))
		why = "another length than the batch";
	if (why)
		return ybi_error_at(err, YB_E_SYNTAX, NULL, kept->name, "column \"%.64s\": %s", kept->name, why);
	if (!ybi_schema_copy(schema->children[at], &kept->type))
		return ybi_error_no_memory(err);
	kept->at = at;
	return YB_OK;
}

yb_status
ybi_kept_find(struct yb_bulk *bulk, const struct ArrowSchema *schema, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < bulk->kept_columns_count && st == YB_OK; i++)
		st = find_one(bulk, &bulk->kept_columns[i], schema, err);
	return st;
}

static void
free_columns(struct ybi_kept_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(columns[i].name);
		if (columns[i].type.release)
			columns[i].type.release(&columns[i].type);
	}
	free(columns);
}

void
ybi_kept_columns_free(struct yb_bulk *bulk)
{
	free_columns(bulk->kept_columns, bulk->kept_columns_count);
	bulk->kept_columns = NULL;
	bulk->kept_columns_count = 0;
}

yb_status
yb_bulk_keep_arrow(struct yb_bulk *bulk, const char *const *names, size_t count, struct yb_error **err)
{
	struct ybi_kept_column *columns;

	if (!bulk || (!names && count))
		return YB_E_INVALID;
	for (size_t i = 0; i < count; i++)
		if (!names[i])
			return YB_E_INVALID;
	if (ybi_bulk_is_streamed(bulk))
		return ybi_error_set(err, YB_E_STATE, "a stream of answers has the bulk");
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(names[k], names[i]))
				return ybi_error_at(err, YB_E_DUPLICATE, NULL, names[i], "a column to be kept is named twice: \"%.64s\"", names[i]);
	columns = ybi_calloc(count, sizeof(*columns));
	for (size_t i = 0; columns && i < count; i++) {
		columns[i].at = -1;
		columns[i].name = ybi_strndup(names[i], strlen(names[i]));
		if (!columns[i].name) {
			free_columns(columns, i);
			columns = NULL;
		}
	}
	if (!columns)
		return ybi_error_no_memory(err);
	ybi_kept_columns_free(bulk);
	bulk->kept_columns = columns;
	bulk->kept_columns_count = count;
	return YB_OK;
}
