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
 * Columns by the Arrow C data interface: from and to whatever speaks it, without a copy where that can be.
 *
 * A record batch (a struct array of columns) is taken, its columns are bound
 * by their names, and the amounts come back as another batch. Example: in
 * Python, `batch._export_to_c(array, schema)`, yb_bulk_take_arrow(),
 * yb_bulk_run_arrow(), `RecordBatch._import_from_c(array, schema)`.
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

/** Bits of the flags of yb_bulk_run_arrow(). */
enum {
	YB_ARROW_DECIMAL = 1 /**< amounts in yuan, decimal128 of 19 digits with 2 decimals; else int64 fen */
};

/**
 * Take a record batch and bind its columns by their names, as yb_bulk_input() knows them. Columns of the batch taken before are released
 * and no longer bound; what was bound otherwise stays. Types: int8 to int64 and uint8 to uint32 (money in fen), decimal128 with 2
 * decimals (money in yuan), date32, bool, utf8 and large_utf8, dictionaries of these two, and null (nothing is known). A null is a fact
 * that is not known. Texts are copied, and so are decimals, bools and unsigned numbers; all else is read where it stands.
 * @param bulk    a bulk
 * @param schema  a struct type; taken, also on a failure: its release member is NULL afterwards
 * @param array   a struct array of that type; taken likewise, and released with the bulk or when another is taken
 * @param[out] rows  how many it has; may be NULL
 * @param[out] err   NULL, or where to put the detail of a failure: which column
 * @retval YB_E_INVALID    a null pointer, or something that is released already
 * @retval YB_E_NOT_FOUND  a column whose name no document knows
 * @retval YB_E_DUPLICATE  two columns of one name
 * @retval YB_E_UNIT       a type that is none of these, or does not fit the field
 * @retval YB_E_SYNTAX     a batch that is not as the specification says: wrong counts, missing buffers, offsets that fall
 * @retval YB_E_LIMIT      more than 16,777,216 different texts in a column, or a text of more than 1 MiB
 * @retval YB_E_NO_MEMORY  nothing is bound from the batch
 * @since 0.1
 */
YB_API yb_status yb_bulk_take_arrow(struct yb_bulk *bulk, struct ArrowSchema *schema, struct ArrowArray *array, size_t *rows,
                                    struct yb_error **err);

/**
 * Answer all rows of the batch that was taken and hand out a batch of as many: `outcome` (uint8), `status` (int32), then amounts, null
 * where they are not known. What yb_bulk_bind_output() bound is left alone.
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
 * @retval YB_E_NO_MEMORY    nothing is handed out
 * @return else what yb_bulk_run() returns
 * @since 0.1
 */
YB_API yb_status yb_bulk_run_arrow(struct yb_bulk *bulk, const char *const *names, size_t count, uint32_t flags, struct ArrowSchema *schema,
                                   struct ArrowArray *array, struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
