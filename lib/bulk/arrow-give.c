/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/arrow.h"

#include <stdlib.h>
#include <string.h>

/* Answers as a record batch. */

/* One exported array with its memory; of the struct also the children. */
struct given {
	struct ArrowArray *children;
	struct ArrowArray **list;
	const void *buffers[3];
	void *bits, *values, *text;
	struct ArrowArray words; /* of indexes */
};

struct given_type {
	struct ArrowSchema *children;
	struct ArrowSchema **list;
	struct ArrowSchema words;
	char *name;
};

static void
release_array(struct ArrowArray *array)
{
	struct given *g = array->private_data;

	for (int64_t i = 0; i < array->n_children; i++)
		if (array->children[i]->release)
			array->children[i]->release(array->children[i]);
	if (g->words.release)
		g->words.release(&g->words);
	free(g->children);
	free(g->list);
	free(g->bits);
	free(g->values);
	free(g->text);
	free(g);
	array->release = NULL;
}

static void
release_schema(struct ArrowSchema *schema)
{
	struct given_type *g = schema->private_data;

	for (int64_t i = 0; i < schema->n_children; i++)
		if (schema->children[i]->release)
			schema->children[i]->release(schema->children[i]);
	if (g->words.release)
		g->words.release(&g->words);
	free(g->children);
	free(g->list);
	free(g->name);
	free(g);
	schema->release = NULL;
}

static bool
give_array(struct ArrowArray *array, int64_t length, int64_t buffers, size_t children, size_t bytes)
{
	struct given *g = ybi_calloc(1, sizeof(*g));

	memset(array, 0, sizeof(*array));
	if (!g)
		return false;
	*array = (struct ArrowArray){ .length = length, .n_buffers = buffers, .buffers = g->buffers, .release = release_array, .private_data = g };
	if (children) {
		g->children = ybi_calloc(children, sizeof(*g->children));
		g->list = ybi_calloc(children, sizeof(*g->list));
	}
	if (bytes)
		g->values = ybi_calloc(bytes, 1);
	g->buffers[1] = g->values;
	if ((children && (!g->children || !g->list)) || (bytes && !g->values)) {
		release_array(array);
		return false;
	}
	for (size_t i = 0; i < children; i++)
		g->list[i] = &g->children[i];
	array->children = g->list;
	return true;
}

static bool
give_schema(struct ArrowSchema *schema, const char *format, const char *name, int64_t flags, size_t children)
{
	struct given_type *g = ybi_calloc(1, sizeof(*g));

	memset(schema, 0, sizeof(*schema));
	if (!g)
		return false;
	g->name = ybi_strndup(name, strlen(name));
	*schema = (struct ArrowSchema){ .format = format, .name = g->name, .flags = flags, .release = release_schema, .private_data = g };
	if (children) {
		g->children = ybi_calloc(children, sizeof(*g->children));
		g->list = ybi_calloc(children, sizeof(*g->list));
	}
	if (!g->name || (children && (!g->children || !g->list))) {
		release_schema(schema);
		return false;
	}
	for (size_t i = 0; i < children; i++)
		g->list[i] = &g->children[i];
	schema->children = g->list;
	return true;
}

/* What is handed out: the columns, and where the outputs of the bulk go while they are written. */
struct handing {
	struct yb_bulk *bulk;
	const yb_column *columns;
	size_t rows, count, kept; /* count of columns; of those that are handed on */
	uint32_t flags;
	uint8_t *known; /* count * rows */
	struct ArrowSchema schema;
	struct ArrowArray array;
};

#define FIXED 2 /* outcome, status */
static const char *const fixed_formats[FIXED] = { "C", "i" }, *const fixed_names[FIXED] = { "outcome", "status" };

yb_status
ybi_give_names(struct yb_bulk *bulk, const char *const *names, size_t count, yb_column **columns, size_t *columns_count, struct yb_error **err)
{
	yb_status st = YB_OK;
	yb_column column;
	size_t n = 0;

	while (names ? n < count : yb_bulk_output_at(bulk, n, &column) == YB_OK)
		n++;
	*columns = ybi_calloc(n, sizeof(**columns));
	if (!*columns)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < n && st == YB_OK; i++) {
		if (names && !names[i])
			return YB_E_INVALID;
		st = names ? yb_bulk_output(bulk, names[i], strlen(names[i]), &(*columns)[i], err) : yb_bulk_output_at(bulk, i, &(*columns)[i]);
		for (size_t k = 0; k < i && st == YB_OK; k++)
			if ((*columns)[k] == (*columns)[i])
				st = ybi_error_at(err, YB_E_DUPLICATE, NULL, names ? names[i] : NULL, "an output is named twice: \"%.64s\"",
				                  yb_bulk_get_name(bulk, (*columns)[i]));
	}
	*columns_count = n;
	return st;
}

/* No two columns of one name: who reads a table by names would not know which is meant. */
static yb_status
check_names(const struct handing *h, struct yb_error **err)
{
	for (size_t i = 0; i < h->count + FIXED; i++) {
		const char *name = i < FIXED ? fixed_names[i] : yb_bulk_get_name(h->bulk, h->columns[i - FIXED]);
		if (h->kept && ybi_is_kept(h->bulk, name))
			return ybi_error_at(err, YB_E_DUPLICATE, NULL, name, "a column that is kept has the name of an answer: \"%.64s\"", name);
	}
	return YB_OK;
}

/* The columns that are handed on, in their order. */
static bool
share_kept(struct handing *h)
{
	struct ybi_batch *batch = h->bulk->batch;
	bool good = true;

	for (size_t i = 0; i < h->kept && good; i++) {
		const struct ybi_kept_column *kept = &h->bulk->kept_columns[i];
		good = ybi_schema_copy(&kept->type, h->schema.children[i]);
		h->schema.n_children += good;
		good = good && ybi_array_share(batch, batch->array.children[kept->at], batch->array.offset, batch->array.length, h->array.children[i]);
		h->array.n_children += good;
	}
	return good;
}

/* What a column of answers is of, by its unit. */
static const char *
format_of(const struct handing *h, size_t column)
{
	switch (yb_bulk_get_unit(h->bulk, h->columns[column])) {
	case YB_RESULT_FEN: return h->flags & YB_ARROW_DECIMAL ? "d:19,2" : "l";
	case YB_RESULT_DATE: return "tdD";
	case YB_RESULT_FLAG: return "b";
	case YB_RESULT_TEXT: return "i"; /* into its words */
	default: return "l";
	}
}

/* The words that a text may be, as a dictionary: offsets, then bytes. */
static bool
give_words(const struct handing *h, yb_column column, struct ArrowSchema *schema, struct ArrowArray *array)
{
	struct given_type *type = schema->private_data;
	struct given *of = array->private_data, *g;
	size_t count = 0, bytes = 0;
	int32_t *offsets;

	for (; yb_bulk_get_word(h->bulk, column, (int64_t)count)[0]; count++)
		bytes += strlen(yb_bulk_get_word(h->bulk, column, (int64_t)count));
	if (!give_schema(&type->words, "u", "", 0, 0) || !give_array(&of->words, (int64_t)count, 3, 0, (count + 1) * sizeof(*offsets)))
		return false;
	schema->dictionary = &type->words;
	array->dictionary = &of->words;
	g = of->words.private_data;
	g->text = ybi_calloc(bytes + 1, 1);
	g->buffers[2] = g->text;
	offsets = g->values;
	for (size_t i = 0; i < count && g->text; i++) {
		const char *word = yb_bulk_get_word(h->bulk, column, (int64_t)i);
		memcpy((char *)g->text + offsets[i], word, strlen(word));
		offsets[i + 1] = offsets[i] + (int32_t)strlen(word);
	}
	return g->text != NULL;
}

/* The memory of every column; answers come as 64 bits, whatever they are in the end. */
static bool
give_columns(struct handing *h)
{
	size_t n = h->count + FIXED;
	int64_t rows = (int64_t)h->rows;
	bool good = give_schema(&h->schema, "+s", "", 0, h->kept + n) && give_array(&h->array, rows, 1, h->kept + n, 0) && share_kept(h);

	for (size_t i = 0; i < n && good; i++) {
		const char *name = i < FIXED ? fixed_names[i] : yb_bulk_get_name(h->bulk, h->columns[i - FIXED]);
		const char *format = i < FIXED ? fixed_formats[i] : format_of(h, i - FIXED);
		size_t width = i == 0 ? sizeof(uint8_t) : i < FIXED ? sizeof(yb_status) : format[0] == 'd' ? 2 * sizeof(int64_t) : sizeof(int64_t);
		good = give_schema(h->schema.children[h->kept + i], format, name, i < FIXED ? 0 : ARROW_FLAG_NULLABLE, 0);
		h->schema.n_children += good;
		good = good && give_array(h->array.children[h->kept + i], rows, 2, 0, h->rows * width + 1);
		h->array.n_children += good;
		if (i >= FIXED && format[0] == 'i')
			good = good && give_words(h, h->columns[i - FIXED], h->schema.children[h->kept + i], h->array.children[h->kept + i]);
	}
	return good;
}

static struct ArrowArray *
answer_at(const struct handing *h, size_t i)
{
	return h->array.children[h->kept + i];
}

static void *
values_at(const struct handing *h, size_t i)
{
	return ((struct given *)answer_at(h, i)->private_data)->values;
}

/* Known rows as bits; a column without nulls has none. */
static bool
give_bits(struct ArrowArray *array, const uint8_t *known)
{
	struct given *g = array->private_data;
	uint8_t *bits;

	for (int64_t i = 0; i < array->length; i++)
		array->null_count += !known[i];
	if (array->null_count == 0)
		return true;
	bits = g->bits = ybi_calloc((size_t)array->length / 8 + 1, 1);
	g->buffers[0] = bits;
	for (int64_t i = 0; bits && i < array->length; i++)
		bits[i / 8] |= (uint8_t)((known[i] != 0) << i % 8);
	return bits != NULL;
}

/* 64 bits to 128, from the end so that nothing is overwritten before it is read. */
static void
widen(struct ArrowArray *array)
{
	uint8_t *values = ((struct given *)array->private_data)->values;
	bool little = ybi_little_endian();

	for (int64_t i = array->length; i-- > 0;) {
		int64_t half[2];
		memcpy(&half[!little], values + 8 * i, 8);
		half[little] = half[!little] < 0 ? -1 : 0;
		memcpy(values + 16 * i, half, 16);
	}
}

/* 64 bits to 32, from the beginning likewise. */
static void
narrow(struct ArrowArray *array)
{
	uint8_t *values = ((struct given *)array->private_data)->values;

	for (int64_t i = 0; i < array->length; i++) {
		int64_t wide;
		int32_t value;
		memcpy(&wide, values + 8 * i, 8);
		value = (int32_t)wide;
		memcpy(values + 4 * i, &value, 4);
	}
}

/* And to a bit. */
static void
pack(struct ArrowArray *array)
{
	uint8_t *values = ((struct given *)array->private_data)->values, byte = 0;

	for (int64_t i = 0; i < array->length; i++) {
		int64_t wide;
		memcpy(&wide, values + 8 * i, 8);
		byte = (uint8_t)((i % 8 ? byte : 0) | (wide != 0) << i % 8);
		values[i / 8] = byte;
	}
}

static void
shape(struct ArrowArray *array, const char *format)
{
	if (format[0] == 'd')
		widen(array);
	else if (format[0] == 'b')
		pack(array);
	else if (format[0] == 't' || format[0] == 'i')
		narrow(array);
}

/* Runs the rows with the columns as outputs, whatever is bound otherwise. */
static yb_status
run_into(struct handing *h, struct yb_error **err)
{
	struct yb_bulk *bulk = h->bulk;
	struct ybi_output *outputs = bulk->outputs;
	size_t count = bulk->outputs_count, room = bulk->outputs_room;
	uint8_t *outcomes = bulk->outcomes;
	yb_status *statuses = bulk->statuses, st = YB_OK;

	bulk->outputs = NULL;
	bulk->outputs_count = bulk->outputs_room = 0;
	ybi_bulk_forget(bulk);
	for (size_t i = 0; i < h->count && st == YB_OK; i++)
		st = yb_bulk_bind_output(bulk, h->columns[i], values_at(h, FIXED + i), h->known + i * h->rows, err);
	bulk->outcomes = values_at(h, 0);
	bulk->statuses = values_at(h, 1);
	if (st == YB_OK)
		st = h->flags & YB_ARROW_HISTORIES ? yb_bulk_run_histories(bulk, 0, h->rows, NULL, err) : yb_bulk_run(bulk, 0, h->rows, err);
	free(bulk->outputs);
	bulk->outputs = outputs;
	bulk->outputs_count = count;
	bulk->outputs_room = room;
	bulk->outcomes = outcomes;
	bulk->statuses = statuses;
	ybi_bulk_forget(bulk);
	return st;
}

static yb_status
hand_out(struct handing *h, struct yb_error **err)
{
	yb_status st;

	h->known = h->count > SIZE_MAX / (h->rows + 1) ? NULL : ybi_calloc(h->count * h->rows, 1);
	st = h->known && give_columns(h) ? run_into(h, err) : ybi_error_no_memory(err);
	for (size_t i = 0; i < h->count && st == YB_OK; i++) {
		struct ArrowArray *array = answer_at(h, FIXED + i);
		if (!give_bits(array, h->known + i * h->rows))
			st = ybi_error_no_memory(err);
		else
			shape(array, format_of(h, i));
	}
	free(h->known);
	return st;
}

/* A batch may have been taken before columns were kept. */
static size_t
kept_of_batch(const struct yb_bulk *bulk)
{
	return bulk->kept_columns_count && bulk->kept_columns[0].at >= 0 ? bulk->kept_columns_count : 0;
}

yb_status
ybi_give(struct yb_bulk *bulk, const yb_column *columns, size_t count, uint32_t flags, struct ArrowSchema *schema, struct ArrowArray *array,
         struct yb_error **err)
{
	struct handing h = { .bulk = bulk, .columns = columns, .count = count, .flags = flags, .rows = (size_t)bulk->batch->array.length };
	yb_status st;

	h.kept = kept_of_batch(bulk);
	st = check_names(&h, err);
	if (st == YB_OK)
		st = hand_out(&h, err);
	if (st == YB_OK) {
		*schema = h.schema;
		*array = h.array;
		return st;
	}
	if (h.schema.release)
		h.schema.release(&h.schema);
	if (h.array.release)
		h.array.release(&h.array);
	return st;
}

yb_status
yb_bulk_run_arrow(struct yb_bulk *bulk, const char *const *names, size_t count, uint32_t flags, struct ArrowSchema *schema,
                  struct ArrowArray *array, struct yb_error **err)
{
	yb_column *columns = NULL;
	size_t n = 0;
	yb_status st;

	if (!schema || !array)
		return YB_E_INVALID;
	memset(schema, 0, sizeof(*schema));
	memset(array, 0, sizeof(*array));
	if (!bulk || !bulk->batch)
		return YB_E_INVALID;
	if (flags & ~YBI_ARROW_FLAGS)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "an unknown flag");
	st = ybi_give_names(bulk, names, count, &columns, &n, err);
	if (st == YB_OK)
		st = ybi_give(bulk, columns, n, flags, schema, array, err);
	free(columns);
	return st;
}
