/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/bulk.h"

#include <stdlib.h>
#include <string.h>

/* Record batches by the Arrow C data interface. What a producer says of itself is checked as far as it can be seen. */

#define TEXTS_MOST (1u << 24)
#define TEXT_MOST (1u << 20)
#define ROWS_MOST (INT64_MAX / 64)

/* ---- taking ---- */

/* One column on its way in. */
struct column {
	struct yb_bulk *bulk;
	const struct ArrowSchema *schema;
	const struct ArrowArray *array;
	int64_t first, rows; /* of its buffers: element of row 0; how many */
	yb_column column;
	struct ybi_input input;
	struct yb_error **err;
};

static yb_status
fault(const struct column *c, yb_status status, const char *what)
{
	const char *name = c->schema->name ? c->schema->name : "";

	return ybi_error_at(c->err, status, NULL, name, "column \"%.64s\": %s", name, what);
}

static void *
grab(const struct column *c, size_t count, size_t size)
{
	void *memory = count > SIZE_MAX / 2 / size ? NULL : ybi_arena_alloc(&c->bulk->batch_arena, count * size);

	if (!memory)
		(void)ybi_error_no_memory(c->err);
	return memory;
}

/* Counts and offsets that fit each other, `buffers` of them, as many as the type has. */
static const char *
shape_fault(const struct ArrowArray *a, int64_t buffers, int64_t least)
{
	if (a->length < 0 || a->offset < 0 || a->null_count < -1 || a->length > ROWS_MOST || a->offset > ROWS_MOST || a->null_count > a->length)
		return "a length, offset or number of nulls that cannot be";
	if (a->length < least)
		return "shorter than the batch";
	if (a->n_buffers != buffers || (buffers > 0 && !a->buffers))
		return "another number of buffers than its type has";
	if (buffers > 0 && a->null_count > 0 && !a->buffers[0])
		return "nulls without a bitmap";
	for (int64_t i = 1; i < buffers && a->offset + a->length > 0; i++)
		if (!a->buffers[i] && i != 2) /* a column of empty texts need have none */
			return "a buffer is missing";
	return NULL;
}

static const uint8_t *
validity(const struct ArrowArray *a)
{
	return a->n_buffers > 0 && a->null_count != 0 ? a->buffers[0] : NULL;
}

static bool
bit(const uint8_t *bits, int64_t at)
{
	return bits[at / 8] >> at % 8 & 1;
}

static void
set_known(struct column *c)
{
	c->input.known = validity(c->array);
	c->input.bits = true;
	c->input.known_first = (size_t)c->first;
}

/* ---- numbers ---- */

/* Bytes of an integer type, 0 for another; *sign false: unsigned. */
static uint32_t
integer_width(const char *format, bool *sign)
{
	static const char signs[] = "csil", bare[] = "CSIL";

	for (uint32_t i = 0; i < 4; i++)
		if (format[0] && !format[1] && (format[0] == signs[i] || format[0] == bare[i])) {
			*sign = format[0] == signs[i];
			return 1u << i;
		}
	return 0;
}

static int64_t
unsigned_at(const uint8_t *values, uint32_t width, int64_t i)
{
	uint16_t h;
	uint32_t w;

	switch (width) {
	case 1: return values[i];
	case 2: memcpy(&h, values + 2 * i, 2); return h;
	default: memcpy(&w, values + 4 * i, 4); return w;
	}
}

static yb_status
take_integers(struct column *c, uint32_t width, bool sign)
{
	const uint8_t *values = c->array->buffers[1];
	int64_t *copy;

	set_known(c);
	if (sign || c->rows == 0) {
		c->input.width = width;
		c->input.values = values ? values + (uint64_t)c->first * width : (const uint8_t *)"";
		return YB_OK;
	}
	copy = grab(c, (size_t)c->rows, sizeof(*copy));
	if (!copy)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++)
		copy[i] = unsigned_at(values, width, c->first + i);
	c->input.width = sizeof(*copy);
	c->input.values = (const uint8_t *)copy;
	return YB_OK;
}

static yb_status
take_bools(struct column *c)
{
	uint8_t *copy = grab(c, (size_t)c->rows, 1);

	if (!copy)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++)
		copy[i] = bit(c->array->buffers[1], c->first + i);
	set_known(c);
	c->input.width = 1;
	c->input.values = copy;
	return YB_OK;
}

/* decimal128 in yuan to fen; what does not fit in 64 bits is more than any bill may be. */
static yb_status
take_decimals(struct column *c)
{
	const uint8_t *values = c->array->buffers[1];
	int64_t *copy = grab(c, (size_t)c->rows, sizeof(*copy));

	if (!copy)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++) {
		int64_t half[2]; /* as the machine has it: the low half comes first where the low byte does */
		const uint16_t one = 1;
		bool little = *(const uint8_t *)&one == 1;
		memcpy(half, values + 16 * (c->first + i), 16);
		copy[i] = half[!little];
		if (half[little] != (copy[i] < 0 ? -1 : 0))
			copy[i] = INT64_MIN;
	}
	set_known(c);
	c->input.width = sizeof(*copy);
	c->input.values = (const uint8_t *)copy;
	return YB_OK;
}

/* "d:19,2" or "d:19,2,128" */
static bool
is_decimal(const char *format, bool *cents)
{
	const char *scale = strchr(format, ',');
	size_t n;

	if (strncmp(format, "d:", 2) != 0 || !scale)
		return false;
	scale++;
	n = strcspn(scale, ",");
	*cents = n == 1 && scale[0] == '2' && (!scale[n] || !strcmp(scale + n, ",128"));
	return true;
}

/* ---- texts ---- */

/* Where text i lies; false when its offsets cannot be. */
static bool
text_at(const struct ArrowArray *a, bool large, int64_t i, const char **text, size_t *length)
{
	const uint8_t *offsets = a->buffers[1];
	int64_t from, to;

	if (large) {
		memcpy(&from, offsets + 8 * i, 8);
		memcpy(&to, offsets + 8 * (i + 1), 8);
	} else {
		int32_t f, t;
		memcpy(&f, offsets + 4 * i, 4);
		memcpy(&t, offsets + 4 * (i + 1), 4);
		from = f;
		to = t;
	}
	if (from < 0 || to < from || (to > from && !a->buffers[2]))
		return false;
	*text = to > from ? (const char *)a->buffers[2] + from : "";
	*length = (size_t)(to - from);
	return true;
}

/* Texts of a column, each once: open addressing over numbers + 1. */
struct words {
	const char **texts;
	size_t *lengths;
	uint32_t *slots;
	size_t count, room, mask;
};

static void
words_free(struct words *w)
{
	free(w->texts);
	free(w->lengths);
	free(w->slots);
}

static size_t
word_hash(const char *text, size_t length)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

static bool
words_grow(struct words *w)
{
	size_t room = w->room ? w->room * 2 : 256;
	uint32_t *slots = ybi_calloc(2 * room, sizeof(*slots));
	const char **texts = realloc(w->texts, room * sizeof(*texts));
	size_t *lengths;

	if (texts)
		w->texts = texts;
	lengths = realloc(w->lengths, room * sizeof(*lengths));
	if (lengths)
		w->lengths = lengths;
	if (!slots || !texts || !lengths) {
		free(slots);
		return false;
	}
	free(w->slots);
	w->slots = slots;
	w->room = room;
	w->mask = 2 * room - 1;
	for (size_t i = 0; i < w->count; i++) {
		size_t at = word_hash(w->texts[i], w->lengths[i]) & w->mask;
		while (slots[at])
			at = (at + 1) & w->mask;
		slots[at] = (uint32_t)i + 1;
	}
	return true;
}

static bool
word_number(struct words *w, const char *text, size_t length, uint32_t *number)
{
	size_t at;

	if (w->count == w->room && !words_grow(w))
		return false;
	for (at = word_hash(text, length) & w->mask; w->slots[at]; at = (at + 1) & w->mask) {
		*number = w->slots[at] - 1;
		if (w->lengths[*number] == length && !memcmp(w->texts[*number], text, length))
			return true;
	}
	w->texts[w->count] = text;
	w->lengths[w->count] = length;
	*number = (uint32_t)w->count++;
	w->slots[at] = *number + 1;
	return true;
}

static yb_status
number_texts(struct column *c, bool large, struct words *words, int32_t *codes)
{
	const uint8_t *known = validity(c->array);
	uint32_t number;

	for (int64_t i = 0; i < c->rows; i++) {
		const char *text;
		size_t length;
		if (known && !bit(known, c->first + i))
			continue;
		if (!text_at(c->array, large, c->first + i, &text, &length))
			return fault(c, YB_E_SYNTAX, "offsets of texts that cannot be");
		if (length > TEXT_MOST || words->count == TEXTS_MOST)
			return fault(c, YB_E_LIMIT, "a text of more than 1 MiB, or more than 16,777,216 different ones");
		if (!word_number(words, text, length, &number))
			return ybi_error_no_memory(c->err);
		codes[i] = (int32_t)number;
	}
	return YB_OK;
}

static yb_status
bind_words(struct column *c, const struct words *words)
{
	static const char *const none[] = { "" };
	static const size_t zero[] = { 0 };

	c->input.coded = true;
	return ybi_bulk_bind(c->bulk, &c->input, words->count ? words->texts : none, words->count ? words->lengths : zero, words->count, c->err);
}

static yb_status
take_texts(struct column *c, bool large)
{
	struct words words = { 0 };
	int32_t *codes = grab(c, (size_t)c->rows, sizeof(*codes));
	yb_status st = codes ? number_texts(c, large, &words, codes) : YB_E_NO_MEMORY;

	set_known(c);
	c->input.width = sizeof(*codes);
	c->input.values = (const uint8_t *)codes;
	if (st == YB_OK)
		st = bind_words(c, &words);
	words_free(&words);
	return st;
}

/* An index of a text that is null: the fact is not known. */
static yb_status
hide_null_texts(struct column *c)
{
	const struct ArrowArray *d = c->array->dictionary;
	const uint8_t *nulls = validity(d);
	uint8_t *known;

	if (!nulls)
		return YB_OK;
	known = grab(c, (size_t)c->rows, 1);
	if (!known)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++) {
		int64_t code = ybi_input_at(&c->input, (size_t)i);
		known[i] = ybi_input_known(&c->input, (size_t)i) && (code < 0 || code >= d->length || bit(nulls, d->offset + code));
	}
	c->input.known = known;
	c->input.bits = false;
	c->input.known_first = 0;
	return YB_OK;
}

static yb_status
take_dictionary(struct column *c)
{
	const struct ArrowArray *d = c->array->dictionary;
	const char *format = c->schema->dictionary->format, *why;
	struct words words = { 0 };
	bool sign = false, large = format && !strcmp(format, "U");
	uint32_t width = integer_width(c->schema->format, &sign);
	yb_status st;

	if (!d)
		return fault(c, YB_E_SYNTAX, "a dictionary type without a dictionary");
	if (width == 0 || (width == 8 && !sign) || !format || (!large && strcmp(format, "u") != 0))
		return fault(c, YB_E_UNIT, "a dictionary of something else than texts, or by other indexes than integers");
	why = shape_fault(d, 3, 0);
	if (why || d->n_children != 0 || d->dictionary)
		return fault(c, YB_E_SYNTAX, why ? why : "a dictionary within a dictionary");
	if (d->length > TEXTS_MOST)
		return fault(c, YB_E_LIMIT, "more than 16,777,216 texts");
	words.texts = ybi_calloc((size_t)d->length, sizeof(*words.texts));
	words.lengths = ybi_calloc((size_t)d->length, sizeof(*words.lengths));
	st = words.texts && words.lengths ? take_integers(c, width, sign) : ybi_error_no_memory(c->err);
	if (st == YB_OK)
		st = hide_null_texts(c);
	for (int64_t i = 0; i < d->length && st == YB_OK; i++) {
		words.texts[i] = "";
		if (validity(d) && !bit(validity(d), d->offset + i))
			continue;
		if (!text_at(d, large, d->offset + i, &words.texts[i], &words.lengths[i]))
			st = fault(c, YB_E_SYNTAX, "offsets of texts that cannot be");
		else if (words.lengths[i] > TEXT_MOST)
			st = fault(c, YB_E_LIMIT, "a text of more than 1 MiB");
	}
	words.count = (size_t)d->length;
	if (st == YB_OK)
		st = bind_words(c, &words);
	words_free(&words);
	return st;
}

/* ---- columns ---- */

static yb_status
bind_numbers(struct column *c, yb_status status)
{
	return status == YB_OK ? ybi_bulk_bind(c->bulk, &c->input, NULL, NULL, 0, c->err) : status;
}

static yb_status
check_shape(struct column *c, int64_t buffers)
{
	const char *why = shape_fault(c->array, buffers, c->first - c->array->offset + c->rows);

	if (!why && (c->array->n_children != 0 || c->schema->n_children != 0))
		why = "children that its type has not";
	return why ? fault(c, YB_E_SYNTAX, why) : YB_OK;
}

static yb_status
take_type(struct column *c)
{
	const char *format = c->schema->format;
	yb_type type = ybi_bulk_type(c->bulk, c->column);
	bool sign = false, cents = false, texts = !strcmp(format, "u") || !strcmp(format, "U");
	uint32_t width = integer_width(format, &sign);
	yb_status st = check_shape(c, texts ? 3 : strcmp(format, "n") == 0 ? 0 : 2);

	if (st != YB_OK)
		return st;
	if (c->schema->dictionary || c->array->dictionary)
		return c->schema->dictionary ? take_dictionary(c) : fault(c, YB_E_SYNTAX, "a dictionary that its type has not");
	if (texts)
		return take_texts(c, format[0] == 'U');
	if (format[0] == 'n' && !format[1]) {
		ybi_bulk_unbind(c->bulk, c->column);
		return YB_OK;
	}
	if (width && (width < 8 || sign))
		return bind_numbers(c, take_integers(c, width, sign));
	if (!strcmp(format, "tdD") && (type == YB_TYPE_DAY || type == 0))
		return bind_numbers(c, take_integers(c, 4, true));
	if (!strcmp(format, "b") && (type == YB_TYPE_FLAG || type == 0))
		return bind_numbers(c, take_bools(c));
	if (is_decimal(format, &cents) && cents && (type == YB_TYPE_FEN || type == 0))
		return bind_numbers(c, take_decimals(c));
	return fault(c, YB_E_UNIT, "its type cannot be read as this field");
}

static yb_status
take_column(struct yb_bulk *bulk, const struct ArrowSchema *schema, const struct ArrowArray *array, const struct ArrowArray *batch,
            struct yb_error **err)
{
	struct column c = { .bulk = bulk, .schema = schema, .array = array, .rows = batch->length, .err = err };
	const struct ybi_input *before;
	yb_status st;

	if (!schema || !array || !schema->format || !schema->name || !schema->release || !array->release)
		return ybi_error_set(err, YB_E_SYNTAX, "a column without a type, without a name, or released already");
	if (array->offset < 0 || array->offset > ROWS_MOST)
		return fault(&c, YB_E_SYNTAX, "an offset that cannot be");
	c.first = array->offset + batch->offset;
	st = yb_bulk_input(bulk, schema->name, strlen(schema->name), &c.column, err);
	if (st != YB_OK)
		return st;
	before = ybi_bulk_bound(bulk, c.column);
	if (before && before->of_batch)
		return fault(&c, YB_E_DUPLICATE, "there is another column of that name");
	c.input.column = c.column;
	c.input.of_batch = true;
	return take_type(&c);
}

static yb_status
take_columns(struct yb_bulk *bulk, const struct ArrowSchema *schema, struct yb_error **err)
{
	const struct ArrowArray *batch = &bulk->batch;
	const char *why = shape_fault(batch, 1, 0);
	yb_status st = YB_OK;

	if (!schema->format || strcmp(schema->format, "+s") != 0)
		return ybi_error_set(err, YB_E_UNIT, "a record batch is a struct of columns");
	if (!why && (batch->n_children != schema->n_children || batch->n_children < 0))
		why = "another number of columns than its type has";
	if (!why && batch->n_children > 0 && (!batch->children || !schema->children))
		why = "columns that are not there";
	if (!why && batch->null_count != 0 && batch->buffers[0])
		for (int64_t i = 0; i < batch->length && !why; i++)
			if (!bit(batch->buffers[0], batch->offset + i))
				why = "rows that are null as a whole";
	if (why)
		return ybi_error_set(err, YB_E_SYNTAX, "the batch: %s", why);
	for (int64_t i = 0; i < batch->n_children && st == YB_OK; i++)
		st = take_column(bulk, schema->children[i], batch->children[i], batch, err);
	return st;
}

void
ybi_batch_drop(struct yb_bulk *bulk)
{
	for (size_t i = 0; i < bulk->inputs_count;)
		if (bulk->inputs[i].of_batch)
			ybi_bulk_unbind(bulk, bulk->inputs[i].column); /* the last one moves here */
		else
			i++;
	if (bulk->batch.release)
		bulk->batch.release(&bulk->batch);
	memset(&bulk->batch, 0, sizeof(bulk->batch));
	ybi_arena_free(&bulk->batch_arena);
	bulk->batch_arena = (struct ybi_arena){ 0 };
}

yb_status
yb_bulk_take_arrow(struct yb_bulk *bulk, struct ArrowSchema *schema, struct ArrowArray *array, size_t *rows, struct yb_error **err)
{
	yb_status st;

	if (!bulk || !schema || !array || !schema->release || !array->release) {
		if (schema && schema->release)
			schema->release(schema);
		if (array && array->release)
			array->release(array);
		return YB_E_INVALID;
	}
	ybi_batch_drop(bulk);
	bulk->batch = *array; /* moved, as the specification lets a consumer do */
	array->release = NULL;
	st = take_columns(bulk, schema, err);
	schema->release(schema);
	if (st != YB_OK)
		ybi_batch_drop(bulk);
	else if (rows)
		*rows = (size_t)bulk->batch.length;
	return st;
}

/* ---- handing out ---- */

/* One exported array with its memory; of the struct also the children. */
struct given {
	struct ArrowArray *children;
	struct ArrowArray **list;
	const void *buffers[2];
	void *bits, *values;
};

struct given_type {
	struct ArrowSchema *children;
	struct ArrowSchema **list;
	char name[64];
};

static void
release_array(struct ArrowArray *array)
{
	struct given *g = array->private_data;

	for (int64_t i = 0; i < array->n_children; i++)
		if (array->children[i]->release)
			array->children[i]->release(array->children[i]);
	free(g->children);
	free(g->list);
	free(g->bits);
	free(g->values);
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
	free(g->children);
	free(g->list);
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
	memcpy(g->name, name, strlen(name) < sizeof(g->name) ? strlen(name) : sizeof(g->name) - 1);
	*schema = (struct ArrowSchema){ .format = format, .name = g->name, .flags = flags, .release = release_schema, .private_data = g };
	if (children) {
		g->children = ybi_calloc(children, sizeof(*g->children));
		g->list = ybi_calloc(children, sizeof(*g->list));
		if (!g->children || !g->list) {
			release_schema(schema);
			return false;
		}
	}
	for (size_t i = 0; i < children; i++)
		g->list[i] = &g->children[i];
	schema->children = g->list;
	return true;
}

/* What is handed out: the columns, and the outputs of the bulk while they are written. */
struct handing {
	struct yb_bulk *bulk;
	size_t rows, count;
	uint32_t flags;
	struct ybi_output *outputs;
	uint8_t *known; /* count * rows */
	struct ArrowSchema schema;
	struct ArrowArray array;
};

#define FIXED 2 /* outcome, status */

static yb_status
name_outputs(struct handing *h, const char *const *names, size_t count, struct yb_error **err)
{
	yb_status st = YB_OK;
	yb_column column;

	h->count = 0;
	while (names ? h->count < count : yb_bulk_output_at(h->bulk, h->count, &column) == YB_OK)
		h->count++;
	h->outputs = ybi_calloc(h->count, sizeof(*h->outputs));
	h->known = h->count > SIZE_MAX / (h->rows + 1) ? NULL : ybi_calloc(h->count * h->rows, 1);
	if (!h->outputs || !h->known)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < h->count && st == YB_OK; i++) {
		if (names && !names[i])
			return YB_E_INVALID;
		st = names ? yb_bulk_output(h->bulk, names[i], strlen(names[i]), &column, err) : yb_bulk_output_at(h->bulk, i, &column);
		h->outputs[i].column = column;
	}
	return st;
}

/* The memory of every column; amounts come as 64 bits, also where they are decimals in the end. */
static bool
give_columns(struct handing *h)
{
	static const char *const formats[FIXED] = { "C", "i" }, *const names[FIXED] = { "outcome", "status" };
	size_t n = h->count + FIXED, wide = h->flags & YB_ARROW_DECIMAL ? 16 : 8;
	int64_t rows = (int64_t)h->rows, children = 0;
	bool good = give_schema(&h->schema, "+s", "", 0, n) && give_array(&h->array, rows, 1, n, 0);

	for (size_t i = 0; i < n && good; i++) {
		const char *name = i < FIXED ? names[i] : yb_bulk_get_name(h->bulk, h->outputs[i - FIXED].column);
		const char *format = i < FIXED ? formats[i] : h->flags & YB_ARROW_DECIMAL ? "d:19,2" : "l";
		good = give_schema(h->schema.children[i], format, name, i < FIXED ? 0 : ARROW_FLAG_NULLABLE, 0);
		h->schema.n_children = good ? children + 1 : children;
		good = good && give_array(h->array.children[i], rows, 2, 0, h->rows * (i == 0 ? 1 : i == 1 ? 4 : wide) + 1);
		h->array.n_children = good ? children + 1 : children;
		children++;
	}
	return good;
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
	const uint16_t one = 1;
	bool little = *(const uint8_t *)&one == 1;

	for (int64_t i = array->length; i-- > 0;) {
		int64_t half[2];
		memcpy(&half[!little], values + 8 * i, 8);
		half[little] = half[!little] < 0 ? -1 : 0;
		memcpy(values + 16 * i, half, 16);
	}
}

/* Runs the rows with the columns as outputs, whatever is bound otherwise. */
static yb_status
run_into(struct handing *h, struct yb_error **err)
{
	struct yb_bulk *bulk = h->bulk;
	struct yb_bulk before = *bulk;
	yb_status st = YB_OK;

	bulk->outputs = NULL;
	bulk->outputs_count = bulk->outputs_room = 0;
	ybi_bulk_forget(bulk);
	for (size_t i = 0; i < h->count && st == YB_OK; i++)
		st = yb_bulk_bind_output(bulk, h->outputs[i].column, ((struct given *)h->array.children[i + FIXED]->private_data)->values,
		                         h->known + i * h->rows, err);
	bulk->outcomes = ((struct given *)h->array.children[0]->private_data)->values;
	bulk->statuses = ((struct given *)h->array.children[1]->private_data)->values;
	if (st == YB_OK)
		st = yb_bulk_run(bulk, 0, h->rows, err);
	free(bulk->outputs);
	bulk->outputs = before.outputs;
	bulk->outputs_count = before.outputs_count;
	bulk->outputs_room = before.outputs_room;
	bulk->outcomes = before.outcomes;
	bulk->statuses = before.statuses;
	ybi_bulk_forget(bulk);
	return st;
}

static yb_status
hand_out(struct handing *h, struct yb_error **err)
{
	yb_status st = give_columns(h) ? run_into(h, err) : ybi_error_no_memory(err);

	for (size_t i = 0; i < h->count && st == YB_OK; i++) {
		struct ArrowArray *array = h->array.children[i + FIXED];
		if (!give_bits(array, h->known + i * h->rows))
			st = ybi_error_no_memory(err);
		else if (h->flags & YB_ARROW_DECIMAL)
			widen(array);
	}
	return st;
}

yb_status
yb_bulk_run_arrow(struct yb_bulk *bulk, const char *const *names, size_t count, uint32_t flags, struct ArrowSchema *schema,
                  struct ArrowArray *array, struct yb_error **err)
{
	struct handing h = { .bulk = bulk, .flags = flags };
	yb_status st;

	if (!schema || !array)
		return YB_E_INVALID;
	memset(schema, 0, sizeof(*schema));
	memset(array, 0, sizeof(*array));
	if (!bulk || !bulk->batch.release)
		return YB_E_INVALID;
	if (flags & ~(uint32_t)YB_ARROW_DECIMAL)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "an unknown flag");
	h.rows = (size_t)bulk->batch.length;
	st = name_outputs(&h, names, count, err);
	if (st == YB_OK)
		st = hand_out(&h, err);
	free(h.outputs);
	free(h.known);
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
