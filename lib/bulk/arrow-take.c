/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/arrow.h"

#include <string.h>

/* The columns of a record batch become those of a bulk. */

yb_status
ybi_taking_fault(const struct ybi_taking *c, yb_status status, const char *what)
{
	const char *name = c->schema->name ? c->schema->name : "";

	return ybi_error_at(c->err, status, NULL, name, "column \"%.64s\": %s", name, what);
}

void *
ybi_taking_grab(const struct ybi_taking *c, size_t count, size_t size)
{
	void *memory = count > SIZE_MAX / 2 / size ? NULL : ybi_arena_alloc(&c->bulk->batch_arena, count * size);

	if (!memory)
		(void)ybi_error_no_memory(c->err);
	return memory;
}

static const char *
count_fault(const struct ArrowArray *a, int64_t least)
{
	if (a->length < 0 || a->offset < 0 || a->null_count < -1 || a->length > YBI_ARROW_ROWS || a->offset > YBI_ARROW_ROWS || a->null_count > a->length)
		return "a length, offset or number of nulls that cannot be";
	return a->length < least ? "shorter than the batch" : NULL;
}

const char *
ybi_arrow_shape(const struct ArrowArray *a, int64_t buffers, int64_t least)
{
	const char *why = count_fault(a, least);

	if (why)
		return why;
	if (a->n_buffers != buffers || (buffers > 0 && !a->buffers))
		return "another number of buffers than its type has";
	if (buffers > 0 && a->null_count > 0 && !a->buffers[0])
		return "nulls without a bitmap";
	for (int64_t i = 1; i < buffers && a->offset + a->length > 0; i++)
		if (!a->buffers[i] && i != 2) /* a column of empty texts need have none */
			return "a buffer is missing";
	return NULL;
}

const uint8_t *
ybi_arrow_validity(const struct ArrowArray *a)
{
	return a->n_buffers > 0 && a->null_count != 0 ? a->buffers[0] : NULL;
}

void
ybi_taking_known(struct ybi_taking *c)
{
	c->input.known = ybi_arrow_validity(c->array);
	c->input.bits = true;
	c->input.known_first = (size_t)c->first;
}

/* ---- numbers ---- */

uint32_t
ybi_integer_width(const char *format, bool *sign)
{
	static const char signs[] = "csil", bare[] = "CSIL";

	for (uint32_t i = 0; i < 4; i++)
		if (format[0] && !format[1] && (format[0] == signs[i] || format[0] == bare[i])) {
			*sign = format[0] == signs[i];
			return 1u << i;
		}
	return 0;
}

/* What 64 bits with a sign cannot hold is more than any number may be, and so is what stands for it. */
static int64_t
unsigned_at(const uint8_t *values, uint32_t width, int64_t i)
{
	uint16_t h;
	uint32_t w;
	uint64_t d;

	switch (width) {
	case 1: return values[i];
	case 2: memcpy(&h, values + 2 * i, 2); return h;
	case 4: memcpy(&w, values + 4 * i, 4); return w;
	default: memcpy(&d, values + 8 * i, 8); return d > INT64_MAX ? INT64_MIN : (int64_t)d;
	}
}

yb_status
ybi_take_integers(struct ybi_taking *c, uint32_t width, bool sign)
{
	const uint8_t *values = c->array->buffers[1];
	int64_t *copy;

	ybi_taking_known(c);
	if (sign || c->rows == 0) {
		c->input.width = width;
		c->input.values = values ? values + (uint64_t)c->first * width : (const uint8_t *)"";
		return YB_OK;
	}
	copy = ybi_taking_grab(c, (size_t)c->rows, sizeof(*copy));
	if (!copy)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++)
		copy[i] = unsigned_at(values, width, c->first + i);
	c->input.width = sizeof(*copy);
	c->input.values = (const uint8_t *)copy;
	return YB_OK;
}

static yb_status
take_bools(struct ybi_taking *c)
{
	uint8_t *copy = ybi_taking_grab(c, (size_t)c->rows, 1);

	if (!copy)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++)
		copy[i] = ybi_arrow_bit(c->array->buffers[1], c->first + i);
	ybi_taking_known(c);
	c->input.width = 1;
	c->input.values = copy;
	return YB_OK;
}

/* Days of moments, 64 bits, `most` of them a day. */
static yb_status
take_moments(struct ybi_taking *c, int64_t most)
{
	const uint8_t *values = c->array->buffers[1];
	int64_t *copy = ybi_taking_grab(c, (size_t)c->rows, sizeof(*copy));

	if (!copy)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++) {
		int64_t moment;
		memcpy(&moment, values + 8 * (c->first + i), 8);
		copy[i] = moment / most - (moment % most < 0);
	}
	ybi_taking_known(c);
	c->input.width = sizeof(*copy);
	c->input.values = (const uint8_t *)copy;
	return YB_OK;
}

/* How many of a type's moments a day has; 0 for another type, or one with a zone, where a moment is no day. */
static int64_t
moments_a_day(const char *format)
{
	static const struct { const char *format; int64_t most; } types[] = {
		{ "tdm", INT64_C(86400000) }, { "tss:", 86400 }, { "tsm:", INT64_C(86400000) }, { "tsu:", INT64_C(86400000000) },
		{ "tsn:", INT64_C(86400000000000) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(format, types[i].format))
			return types[i].most;
	return 0;
}

/* ---- decimals ---- */

/* Yuan to fen; of 128 bits what does not fit in 64 is more than any bill may be. */
static int64_t
decimal_at(const uint8_t *values, uint32_t width, int64_t i)
{
	bool little = ybi_little_endian();
	int64_t half[2];
	int32_t w;

	switch (width) {
	case 4: memcpy(&w, values + 4 * i, 4); return w;
	case 8: memcpy(half, values + 8 * i, 8); return half[0];
	default:
		memcpy(half, values + 16 * i, 16);
		return half[little] == (half[!little] < 0 ? -1 : 0) ? half[!little] : INT64_MIN;
	}
}

static yb_status
take_decimals(struct ybi_taking *c, uint32_t width)
{
	const uint8_t *values = c->array->buffers[1];
	int64_t *copy;

	if (width < 16 || c->rows == 0)
		return ybi_take_integers(c, width, true);
	copy = ybi_taking_grab(c, (size_t)c->rows, sizeof(*copy));
	if (!copy)
		return YB_E_NO_MEMORY;
	for (int64_t i = 0; i < c->rows; i++)
		copy[i] = decimal_at(values, width, c->first + i);
	ybi_taking_known(c);
	c->input.width = sizeof(*copy);
	c->input.values = (const uint8_t *)copy;
	return YB_OK;
}

/* Bytes of decimals of yuan: "d:19,2", "d:19,2,128", "d:9,2,32"; 0 for another type. */
static uint32_t
decimal_width(const char *format)
{
	static const struct { const char *bits; uint32_t width; } widths[] = { { "", 16 }, { ",128", 16 }, { ",64", 8 }, { ",32", 4 } };
	const char *scale = strchr(format, ',');

	if (strncmp(format, "d:", 2) != 0 || !scale || scale[1] != '2')
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++)
		if (!strcmp(scale + 2, widths[i].bits))
			return widths[i].width;
	return 0;
}

/* ---- columns ---- */

static yb_status
bind_numbers(struct ybi_taking *c, yb_status status)
{
	return status == YB_OK ? ybi_bulk_bind(c->bulk, &c->input, NULL, NULL, 0, c->err) : status;
}

/* How the elements of a type are read as a field. */
struct way {
	enum { AS_NOTHING, AS_NULLS, AS_TEXTS, AS_INDEXES, AS_INTEGERS, AS_DECIMALS, AS_MOMENTS, AS_BOOLS } as;
	enum ybi_text_form form;
	uint32_t width;
	bool sign;
	int64_t a_day; /* of moments */
};

/* Yuan, days and truth values are of one type only; of another their numbers would be taken for its unit. */
static bool
is(const struct ybi_taking *c, enum ybi_type type)
{
	return ybi_bulk_type(c->bulk, c->column) == type;
}

static struct way
way_of(const struct ybi_taking *c)
{
	const char *format = c->schema->format;
	struct way way = { .as = AS_NOTHING, .form = ybi_text_form(format), .a_day = moments_a_day(format) };

	way.width = ybi_integer_width(format, &way.sign);
	if (c->schema->dictionary)
		way.as = way.width ? AS_INDEXES : AS_NOTHING;
	else if (!strcmp(format, "n"))
		way.as = AS_NULLS;
	else if (way.form)
		way.as = AS_TEXTS;
	else if (way.width)
		way.as = AS_INTEGERS;
	else if ((way.width = decimal_width(format)) != 0 && is(c, YBI_MONEY))
		way.as = AS_DECIMALS;
	else if (!strcmp(format, "tdD") && is(c, YBI_DATE))
		way = (struct way){ .as = AS_INTEGERS, .width = 4, .sign = true };
	else if (way.a_day && is(c, YBI_DATE))
		way.as = AS_MOMENTS;
	else if (!strcmp(format, "b") && is(c, YBI_FLAG))
		way.as = AS_BOOLS;
	return way;
}

static yb_status
check_shape(const struct ybi_taking *c, const struct way *way)
{
	int64_t least = c->first - c->array->offset + c->rows;
	const char *why;

	if (way->as == AS_TEXTS)
		why = ybi_text_shape(c->array, way->form, least);
	else if (way->as == AS_NULLS && c->array->n_buffers == 1) /* no buffer, says the specification; there are some who give a bitmap */
		why = count_fault(c->array, least);
	else
		why = ybi_arrow_shape(c->array, way->as == AS_NULLS ? 0 : 2, least);
	if (!why && (c->array->n_children != 0 || c->schema->n_children != 0))
		why = "children that its type has not";
	if (!why && c->array->dictionary && !c->schema->dictionary)
		why = "a dictionary that its type has not";
	return why ? ybi_taking_fault(c, YB_E_SYNTAX, why) : YB_OK;
}

static yb_status
refuse_type(const struct ybi_taking *c)
{
	const char *format = c->schema->format, *hint = "";

	if (c->schema->dictionary)
		hint = ": indexes into a dictionary are integers";
	else if (!strcmp(format, "e") || !strcmp(format, "f") || !strcmp(format, "g"))
		hint = ": floating point is not exact; decimals with 2 places are, and whole fen";
	else if (decimal_width(format))
		hint = ": decimals are yuan, and this is not money in every document that has it";
	else if (!strcmp(format, "tdD") || moments_a_day(format))
		hint = ": this is not a date in every document that has it";
	else if (!strcmp(format, "b"))
		hint = ": this is not a flag in every document that has it";
	else if (!strncmp(format, "d:", 2))
		hint = ": decimals are yuan, of 32, 64 or 128 bits with 2 places";
	else if (!strncmp(format, "ts", 2))
		hint = ": days are read of dates, and of timestamps without a zone";
	return ybi_error_at(c->err, YB_E_UNIT, NULL, c->schema->name, "column \"%.64s\": its type \"%.32s\" cannot be read as this field%s",
	                    c->schema->name, format, hint);
}

static yb_status
take_type(struct ybi_taking *c)
{
	struct way way = way_of(c);
	yb_status st = way.as == AS_NOTHING ? refuse_type(c) : check_shape(c, &way);

	if (st != YB_OK)
		return st;
	switch (way.as) {
	case AS_NULLS: return YB_OK; /* nothing is bound to it */
	case AS_TEXTS: return ybi_take_texts(c, way.form);
	case AS_INDEXES: return ybi_take_dictionary(c);
	case AS_DECIMALS: return bind_numbers(c, take_decimals(c, way.width));
	case AS_MOMENTS: return bind_numbers(c, take_moments(c, way.a_day));
	case AS_BOOLS: return bind_numbers(c, take_bools(c));
	default: return bind_numbers(c, ybi_take_integers(c, way.width, way.sign));
	}
}

static yb_status
take_column(struct yb_bulk *bulk, const struct ArrowSchema *schema, const struct ArrowArray *array, const struct ArrowArray *batch,
            struct yb_error **err)
{
	struct ybi_taking c = { .bulk = bulk, .schema = schema, .array = array, .rows = batch->length, .err = err };
	const struct ybi_input *before;
	bool kept;
	yb_status st;

	if (!schema || !array || !schema->format || !schema->name || !schema->release || !array->release)
		return ybi_error_set(err, YB_E_SYNTAX, "a column without a type, without a name, or released already");
	if (array->offset < 0 || array->offset > YBI_ARROW_ROWS)
		return ybi_taking_fault(&c, YB_E_SYNTAX, "an offset that cannot be");
	c.first = array->offset + batch->offset;
	kept = ybi_is_kept(bulk, schema->name);
	st = yb_bulk_input(bulk, schema->name, strlen(schema->name), &c.column, kept ? NULL : err);
	if (st != YB_OK)
		return st == YB_E_NOT_FOUND && kept ? YB_OK : st == YB_E_NO_MEMORY ? ybi_error_no_memory(kept ? err : NULL) : st;
	before = ybi_bulk_bound(bulk, c.column);
	if (before && before->of_batch)
		return ybi_taking_fault(&c, YB_E_DUPLICATE, "there is another column of that name");
	c.input.column = c.column;
	c.input.of_batch = true;
	st = ybi_bulk_set_aside(bulk, c.column, err);
	return st == YB_OK ? take_type(&c) : st;
}

static yb_status
take_columns(struct yb_bulk *bulk, const struct ArrowSchema *schema, struct yb_error **err)
{
	const struct ArrowArray *batch = &bulk->batch->array;
	const char *why = ybi_arrow_shape(batch, 1, 0);
	yb_status st = YB_OK;

	if (!schema->format || strcmp(schema->format, "+s") != 0)
		return ybi_error_set(err, YB_E_UNIT, "a record batch is a struct of columns");
	if (!why && (batch->n_children != schema->n_children || batch->n_children < 0))
		why = "another number of columns than its type has";
	if (!why && batch->n_children > 0 && (!batch->children || !schema->children))
		why = "columns that are not there";
	if (!why && batch->null_count != 0 && batch->buffers[0])
		for (int64_t i = 0; i < batch->length && !why; i++)
			if (!ybi_arrow_bit(batch->buffers[0], batch->offset + i))
				why = "rows that are null as a whole";
	if (why)
		return ybi_error_set(err, YB_E_SYNTAX, "the batch: %s", why);
	for (int64_t i = 0; i < batch->n_children && st == YB_OK; i++)
		st = take_column(bulk, schema->children[i], batch->children[i], batch, err);
	return st == YB_OK ? ybi_kept_find(bulk, schema, err) : st;
}

void
ybi_batch_drop(struct yb_bulk *bulk)
{
	for (size_t i = 0; i < bulk->inputs_count;)
		if (bulk->inputs[i].of_batch)
			ybi_bulk_unbind(bulk, bulk->inputs[i].column); /* the last one moves here */
		else
			i++;
	ybi_bulk_put_back(bulk);
	for (size_t i = 0; i < bulk->kept_columns_count; i++) {
		struct ybi_kept_column *kept = &bulk->kept_columns[i];
		kept->at = -1;
		if (kept->type.release)
			kept->type.release(&kept->type);
	}
	ybi_batch_unref(bulk->batch);
	bulk->batch = NULL;
	ybi_arena_free(&bulk->batch_arena);
	bulk->batch_arena = (struct ybi_arena){ 0 };
}

yb_status
ybi_batch_holds(const struct yb_bulk *bulk, size_t first, size_t count, struct yb_error **err)
{
	uint64_t rows = bulk->batch ? (uint64_t)bulk->batch->array.length : SIZE_MAX;

	if (first <= rows && count <= rows - first)
		return YB_OK;
	return ybi_error_set(err, YB_E_INVALID, "the batch that was taken has %llu rows, and others are asked for", (unsigned long long)rows);
}

yb_status
ybi_batch_take(struct yb_bulk *bulk, const struct ArrowSchema *schema, struct ArrowArray *array, struct yb_error **err)
{
	yb_status st;

	ybi_batch_drop(bulk);
	bulk->batch = ybi_batch_new(array);
	if (!bulk->batch)
		return ybi_error_no_memory(err);
	st = take_columns(bulk, schema, err);
	if (st != YB_OK)
		ybi_batch_drop(bulk);
	return st;
}

yb_status
yb_bulk_take_arrow(struct yb_bulk *bulk, struct ArrowSchema *schema, struct ArrowArray *array, size_t *rows, struct yb_error **err)
{
	yb_status st = YB_E_INVALID;

	if (bulk && schema && array && schema->release && array->release)
		st = ybi_bulk_is_streamed(bulk) ? ybi_error_set(err, YB_E_STATE, "a stream of answers has the bulk") : ybi_batch_take(bulk, schema, array, err);
	if (schema && schema->release)
		schema->release(schema);
	if (array && array->release)
		array->release(array);
	if (st == YB_OK && rows)
		*rows = (size_t)bulk->batch->array.length;
	return st;
}
