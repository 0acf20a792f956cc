/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_ARROW_H
#define YIBAO_ARROW_H

#include <yibao/bulk.h>
#include <yibao/error.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Columns by the Arrow C data and stream interfaces: from and to whatever speaks them, without a copy where that can be.
 *
 * A record batch (a struct array of columns) is taken, its columns are bound
 * by their names, and the amounts come back as another batch. Example: in
 * Python, `batch._export_to_c(array, schema)`, yb_bulk_take_arrow(),
 * yb_bulk_run_arrow(), `RecordBatch._import_from_c(array, schema)`.
 *
 * Of a stream of batches yb_bulk_stream_arrow() makes a stream of answers, which is asked batch by batch.
 */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE /**< the structs are declared, here or by another header */

#define ARROW_FLAG_DICTIONARY_ORDERED 1 /**< the order of the dictionary means something */
#define ARROW_FLAG_NULLABLE 2           /**< elements may be null */
#define ARROW_FLAG_MAP_KEYS_SORTED 4    /**< keys of a map are in order */

/** Type of an array, as the specification of the C data interface has it. */
struct ArrowSchema {
	const char *format;                      /**< type */
	const char *name;                        /**< field name */
	const char *metadata;                    /**< not looked at */
	int64_t flags;                           /**< ARROW_FLAG_ bits */
	int64_t n_children;                      /**< columns of a struct */
	struct ArrowSchema **children;           /**< likewise */
	struct ArrowSchema *dictionary;          /**< type of the values that indexes point to */
	void (*release)(struct ArrowSchema *);   /**< NULL: released */
	void *private_data;                      /**< the producer's */
};

/** Elements of an array, likewise. */
struct ArrowArray {
	int64_t length;                          /**< elements */
	int64_t null_count;                      /**< -1: not counted */
	int64_t offset;                          /**< of the first element in the buffers */
	int64_t n_buffers;                       /**< of the type */
	int64_t n_children;                      /**< columns of a struct */
	const void **buffers;                    /**< validity, then what the type has */
	struct ArrowArray **children;            /**< columns of a struct */
	struct ArrowArray *dictionary;           /**< values that indexes point to */
	void (*release)(struct ArrowArray *);    /**< NULL: released */
	void *private_data;                      /**< the producer's */
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE /**< the struct is declared, here or by another header */

/** Batches of one type, one after the other, as the specification of the C stream interface has it. */
struct ArrowArrayStream {
	int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out); /**< 0, or what errno.h has */
	int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);    /**< likewise; out is released: the end */
	const char *(*get_last_error)(struct ArrowArrayStream *);              /**< after one of these failed; until the next call */
	void (*release)(struct ArrowArrayStream *);                            /**< NULL: released */
	void *private_data;                                                    /**< the producer's */
};
#endif

/** Bits of the flags of yb_bulk_run_arrow() and yb_bulk_stream_arrow(); the last one of the latter only. */
enum {
	YB_ARROW_DECIMAL = 1,  /**< amounts in yuan, decimal128 of 19 digits with 2 decimals; else int64 fen */
	YB_ARROW_HISTORIES = 2, /**< the rows of a batch are histories of the persons that `psn_no` names, as yb_bulk_run_histories() answers them */
	YB_ARROW_STREWN = 4     /**< the histories of a stream are strewn over its batches: what every person has come to is kept up to its end */
};

/**
 * Take a record batch and bind its columns by their names, as yb_bulk_input() knows them. Columns of the batch taken before are released
 * and no longer bound. What was bound otherwise stays; where a batch has the column, that holds instead as long as the batch is there,
 * unless the column is bound anew. A null is a fact that is not known. Types:
 * - int8 to int64, uint8 to uint64, in the unit that yb_bulk_bind_numbers() has: money is in fen, rates are in millionths;
 * - decimal32, decimal64, decimal128 with 2 decimals, of money only, in yuan. Other scales and floating point are refused: they are not fen;
 * - date32, date64, timestamps without a zone, whose time of day is left out: of dates only;
 * - bool, of flags only;
 * - utf8, large_utf8, utf8_view, and dictionaries of these;
 * - null: nothing is known.
 *
 * What an attribute is, the documents of the set declare; where those that answer the question differ in it, decimals, dates and bools are
 * refused, which would mean something else in each.
 *
 * Rows are those of the batch, from 0 on: yb_bulk_run() refuses others.
 *
 * Texts are copied, and so is what is not as wide as a column may be (decimals, bools, unsigned numbers, moments); all else is read where it stands.
 * @param bulk    a bulk
 * @param schema  a struct type; taken, also on a failure: its release member is NULL afterwards
 * @param array   a struct array of that type; taken likewise, and released with the bulk or when another is taken
 * @param[out] rows  how many it has; may be NULL
 * @param[out] err   NULL, or where to put the detail of a failure: which column
 * @retval YB_E_INVALID    a null pointer, or something that is released already
 * @retval YB_E_NOT_FOUND  a column whose name no document knows and that is not kept; a kept one that is not there
 * @retval YB_E_DUPLICATE  two columns of one name
 * @retval YB_E_UNIT       a type that is none of these, or does not fit the field, attribute or total
 * @retval YB_E_SYNTAX     a batch that is not as the specification says: wrong counts, missing buffers, offsets that fall
 * @retval YB_E_LIMIT      more than 16,777,216 different texts in a column, or a text of more than 1 MiB
 * @retval YB_E_STATE      a stream of answers has the bulk
 * @retval YB_E_NO_MEMORY  nothing is bound from the batch
 * @since 0.1
 */
YB_API yb_status yb_bulk_take_arrow(struct yb_bulk *bulk, struct ArrowSchema *schema, struct ArrowArray *array, size_t *rows,
                                    struct yb_error **err);

/**
 * Columns that come back with the answers as they came: keys, names, whatever a later step joins by. They may be of any type, and of any
 * name; one that a document knows is read as well. Holds for batches taken from now on. They are handed out without a copy: a batch is
 * released when the last of its columns is.
 * @param bulk   a bulk
 * @param names  UTF-8; copied
 * @param count  how many; 0: none any more
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    a null pointer
 * @retval YB_E_DUPLICATE  a name stands twice; nothing changed
 * @retval YB_E_STATE      a stream of answers has the bulk
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_bulk_keep_arrow(struct yb_bulk *bulk, const char *const *names, size_t count, struct yb_error **err);

/**
 * Answer all rows of the batch that was taken and hand out a batch of as many: what is kept, `outcome` (uint8), `status` (int32), then
 * answers, null where they are not known: amounts as `flags` say, days as date32, flags as bool, words as a dictionary of utf8 by int32, other
 * numbers int64. What yb_bulk_bind_output() bound is left alone.
 * @param bulk    a bulk that has taken a batch
 * @param names   outputs as yb_bulk_output() knows them; NULL: all that yb_bulk_output_at() lists
 * @param count   how many names
 * @param flags   YB_ARROW_ bits
 * @param[out] schema  the caller releases it; released already on a failure
 * @param[out] array   likewise
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID      a null pointer, no batch was taken
 * @retval YB_E_BAD_OPTIONS  an unknown flag
 * @retval YB_E_NOT_FOUND    a name that no document answers
 * @retval YB_E_DUPLICATE    an output is named twice, or a kept column has the name of one of these
 * @retval YB_E_NO_MEMORY    nothing is handed out
 * @return else what yb_bulk_run() or yb_bulk_run_histories() returns
 * @since 0.1
 */
YB_API yb_status yb_bulk_run_arrow(struct yb_bulk *bulk, const char *const *names, size_t count, uint32_t flags, struct ArrowSchema *schema,
                                   struct ArrowArray *array, struct yb_error **err);

/**
 * Make a stream of answers of a stream of claims: each batch that is asked for is read from it, answered as yb_bulk_run_arrow() does, and
 * let go before the next, so that one batch is held at a time, however long the stream. Its type is held against the columns that the bulk
 * knows before this returns.
 *
 * The stream of answers may be moved and may be read and released by any thread, one at a time; get_next says EINVAL for a batch that
 * cannot be read, ENOMEM, ECANCELED where the function of yb_bulk_set_progress() ends a batch, and what the stream of claims says where that fails, and goes on saying it; get_last_error tells the detail. Released before
 * its end, it releases the stream of claims. It holds the bulk, which may be unref'd; nothing else may be done with it as long as the stream is there.
 *
 * With #YB_ARROW_HISTORIES batches follow each other in the order of `psn_no` by bytes. The rows of a person may go on from one batch into the
 * next, and the next: what they came to is carried on, so that wherever a stream is cut, the answers are those of one batch. Within a batch
 * rows may stand in any order; those of a person who goes on come after those of the batches before, in the order of yb_bulk_run_histories()
 * (day, then `mdtrt_id`). With #YB_ARROW_STREWN also, any batch may have rows of any person, as where bills come in the order of their
 * days: each person's have to come after those of the batches before, those of different persons need not. Then for each person
 * some hundred bytes are kept, by how many years and stays there are. Where an order does not hold, get_next says EINVAL.
 * @param bulk    a bulk
 * @param claims  batches as yb_bulk_take_arrow() takes them; taken, also on a failure: its release member is NULL afterwards
 * @param names   outputs as yb_bulk_output() knows them; NULL: all that yb_bulk_output_at() lists
 * @param count   how many names
 * @param flags   YB_ARROW_ bits
 * @param[out] answers  the caller releases it; released already on a failure
 * @param[out] err      NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID      a null pointer, or a stream that is released already
 * @retval YB_E_BAD_OPTIONS  an unknown flag, #YB_ARROW_STREWN without #YB_ARROW_HISTORIES
 * @retval YB_E_IO           the stream of claims does not tell its type
 * @retval YB_E_STATE        another stream of answers has the bulk
 * @retval YB_E_NO_MEMORY    there is no stream of answers
 * @return else what yb_bulk_take_arrow() and yb_bulk_run_arrow() return of a batch of that type without rows
 * @since 0.1
 */
YB_API yb_status yb_bulk_stream_arrow(struct yb_bulk *bulk, struct ArrowArrayStream *claims, const char *const *names, size_t count,
                                      uint32_t flags, struct ArrowArrayStream *answers, struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
