/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BULK_ARROW_H
#define YBI_BULK_ARROW_H

#include "bulk/bulk.h"

/*
 * Record batches by the Arrow C interfaces: columns in (arrow-take.c, texts
 * and dictionaries arrow-text.c), answers out (arrow-give.c), what is handed
 * on as it came (arrow-keep.c), and streams of both (arrow-stream.c). What a
 * producer says of itself is checked as far as it can be seen.
 */

#define YBI_ARROW_FLAGS ((uint32_t)(YB_ARROW_DECIMAL | YB_ARROW_HISTORIES))
#define YBI_ARROW_ROWS (INT64_MAX / 64)

/* A batch as long as a bulk, or a column of it that was handed on, holds it. */
struct ybi_batch {
	struct ArrowArray array;
	atomic_size_t holders;
};

/* One column on its way in. */
struct ybi_taking {
	struct yb_bulk *bulk;
	const struct ArrowSchema *schema;
	const struct ArrowArray *array;
	int64_t first, rows; /* of its buffers: element of row 0; how many */
	yb_column column;
	struct ybi_input input;
	struct yb_error **err;
};

/* Where the low half of 128 bits is: the machine's byte order. */
static inline bool
ybi_little_endian(void)
{
	const uint16_t one = 1;

	return *(const uint8_t *)&one == 1;
}

static inline bool
ybi_arrow_bit(const uint8_t *bits, int64_t at)
{
	return bits[at / 8] >> at % 8 & 1;
}

/* Has a stream a reference of its own? */
static inline bool
ybi_bulk_is_streamed(const struct yb_bulk *bulk)
{
	return atomic_load(&bulk->references) > 1;
}

/* ---- arrow-take.c ---- */
/* Take a batch of a type; the array is moved, also on a failure. */
yb_status ybi_batch_take(struct yb_bulk *bulk, const struct ArrowSchema *schema, struct ArrowArray *array, struct yb_error **err);
yb_status ybi_taking_fault(const struct ybi_taking *c, yb_status status, const char *what);
void *ybi_taking_grab(const struct ybi_taking *c, size_t count, size_t size);
void ybi_taking_known(struct ybi_taking *c);
/* NULL, or what is wrong with counts, offsets and buffers of a type that has so many of them. */
const char *ybi_arrow_shape(const struct ArrowArray *a, int64_t buffers, int64_t least);
const uint8_t *ybi_arrow_validity(const struct ArrowArray *a);
/* Bytes of an integer type, 0 for another; *sign false: unsigned. */
uint32_t ybi_integer_width(const char *format, bool *sign);
yb_status ybi_take_integers(struct ybi_taking *c, uint32_t width, bool sign);

/* ---- arrow-text.c ---- */
/* How texts lie in a type. */
enum ybi_text_form { YBI_NO_TEXT, YBI_TEXT_SHORT /* 32-bit offsets */, YBI_TEXT_LARGE, YBI_TEXT_VIEW };
enum ybi_text_form ybi_text_form(const char *format);
/* NULL, or what is wrong with counts and buffers of texts. */
const char *ybi_text_shape(const struct ArrowArray *a, enum ybi_text_form form, int64_t least);
yb_status ybi_take_texts(struct ybi_taking *c, enum ybi_text_form form);
yb_status ybi_take_dictionary(struct ybi_taking *c);

/* ---- arrow-keep.c ---- */
struct ybi_batch *ybi_batch_new(struct ArrowArray *array);
void ybi_batch_unref(struct ybi_batch *batch);
/* false: no memory; `to` is released then. */
bool ybi_schema_copy(const struct ArrowSchema *from, struct ArrowSchema *to);
/* A part of a column that holds the batch it is of. */
bool ybi_array_share(struct ybi_batch *batch, const struct ArrowArray *from, int64_t offset, int64_t length, struct ArrowArray *to);
/* What is kept of a batch of this type. */
yb_status ybi_kept_find(struct yb_bulk *bulk, const struct ArrowSchema *schema, struct yb_error **err);
bool ybi_is_kept(const struct yb_bulk *bulk, const char *name);

/* ---- arrow-give.c ---- */
/* The outputs of these names, all for NULL; free() them. */
yb_status ybi_give_names(struct yb_bulk *bulk, const char *const *names, size_t count, yb_column **columns, size_t *columns_count,
                         struct yb_error **err);
/* Run the batch at hand; both are released on a failure. */
yb_status ybi_give(struct yb_bulk *bulk, const yb_column *columns, size_t count, uint32_t flags, struct ArrowSchema *schema,
                   struct ArrowArray *array, struct yb_error **err);

#endif
