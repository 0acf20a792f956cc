/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_WHATIF_H
#define YIBAO_WHATIF_H

#include <yibao/bulk.h>
#include <yibao/error.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What if the law were another: the same rows under two policy sets, added up.
 *
 * One set is the law as it is, the other mostly the same with an overlay (a
 * reform). Columns are bound once; every row is settled under both; what
 * follows is added up by group (any bound columns, up to three) and by class
 * of cost, exactly, in 128 bits: sums before and after, for how many rows an
 * amount falls or rises and by how much, quantiles by nearest rank. A weight
 * for each row lets a sample stand for a country.
 *
 * Only rows that are answered under both sets are in the sums. All others are
 * counted by their two outcomes, see yb_whatif_get_outcome().
 *
 * Run as histories, the bills of each person follow each other under both laws
 * with the totals that each makes, and who gains or loses is told of persons by
 * the year.
 *
 * Example: of two rows of weight 10 the person bears 300 and 500 fen before, and 200
 * and 510 after; the sums are 8000 and 7100, it falls for 10 by 1000 in all
 * and rises for 10 by 100.
 */

/** Rows under two policy sets, and their sums; one thread at a time, which may let it use others. */
struct yb_whatif;

/** Before or after the change. */
typedef int32_t yb_whatif_side;
enum {
	YB_WHATIF_BEFORE = 1, /**< under the first set */
	YB_WHATIF_AFTER = 2,  /**< under the second set */
	YB_WHATIF_CHANGE = 3  /**< after less before, row by row */
};

/**
 * What is told of an amount in a group and class of cost. Of rows where the amount is known on both sides, but for
 * #YB_WHATIF_UNKNOWN_ROWS and its weight. Falls and rises are of rows; of histories they are of persons, see yb_whatif_run_histories().
 */
typedef int32_t yb_whatif_figure;
enum {
	YB_WHATIF_ROWS = 1,           /**< how many rows */
	YB_WHATIF_WEIGHT = 2,         /**< the sum of their weights */
	YB_WHATIF_COST = 3,           /**< fen times weight: the bills (`medfee_sumamt`) of those rows where it is known */
	YB_WHATIF_SUM_BEFORE = 4,     /**< fen times weight: the amount before */
	YB_WHATIF_SUM_AFTER = 5,      /**< fen times weight: the amount after */
	YB_WHATIF_SUM_CHANGE = 6,     /**< fen times weight: after less before */
	YB_WHATIF_FALL_ROWS = 7,      /**< how many rows have less after */
	YB_WHATIF_FALL_WEIGHT = 8,    /**< their weights */
	YB_WHATIF_FALL_BY = 9,        /**< fen times weight: by how much it falls, 0 or more */
	YB_WHATIF_RISE_ROWS = 10,     /**< how many rows have more after */
	YB_WHATIF_RISE_WEIGHT = 11,   /**< their weights */
	YB_WHATIF_RISE_BY = 12,       /**< fen times weight: by how much it rises, 0 or more */
	YB_WHATIF_UNKNOWN_ROWS = 13,  /**< how many answered rows are left out because the amount is not known on one side, as of a layer that its benefit does not have */
	YB_WHATIF_UNKNOWN_WEIGHT = 14, /**< their weights */
	YB_WHATIF_PERSONS = 15,       /**< of histories: how many persons, each counted in each medical year; else how many rows */
	YB_WHATIF_PERSON_WEIGHT = 16  /**< their weights */
};

/** A sum of 128 bits, two's complement. */
struct yb_whatif_sum {
	uint64_t low; /**< the lower half */
	int64_t high; /**< the upper half, with the sign */
};
/** Room for a sum as text, the NUL included. */
#define YB_WHATIF_TEXT_SIZE 41

/**
 * Two policy sets over the same rows; nothing is bound, no amount chosen.
 * @param before   the law as it is; a reference is kept
 * @param after    the law as it would be; a reference is kept
 * @param options  as of yb_bulk_new(); NULL for the defaults
 * @param[out] whatif  yb_whatif_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID      a null pointer
 * @retval YB_E_BAD_OPTIONS  unknown size or flag, a number of threads out of range
 * @retval YB_E_NO_MEMORY    nothing was made
 * @since 0.1
 */
YB_API yb_status yb_whatif_new(const struct yb_policy_set *before, const struct yb_policy_set *after, const struct yb_bulk_options *options,
                               struct yb_whatif **whatif, struct yb_error **err);

/**
 * Wipe and free.
 * @param whatif  a what-if, or NULL
 * @since 0.1
 */
YB_API void yb_whatif_unref(struct yb_whatif *whatif);

/**
 * The columns of one side. What is bound to #YB_WHATIF_BEFORE counts for both; bind to #YB_WHATIF_AFTER only what the other set has no
 * name for, an attribute that a reform adds. Outputs and outcomes are bound by the what-if itself. Let it run no rows.
 * @param whatif  a what-if
 * @param side    #YB_WHATIF_BEFORE or #YB_WHATIF_AFTER
 * @return borrowed as long as the what-if; NULL for another side
 * @since 0.1
 */
YB_API struct yb_bulk *yb_whatif_get_bulk(struct yb_whatif *whatif, yb_whatif_side side);

/**
 * Add an amount up: one that yb_bulk_output() knows on both sides, at most 16.
 * @param whatif  a what-if that has run no rows
 * @param name    `psn_part_amt`, `hifp_pay`, `basic.paid`
 * @param length  bytes of name
 * @param[out] value  its number, from 0; the same for the same name
 * @param[out] err    NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  one side has no such amount
 * @retval YB_E_STATE      rows were run
 * @retval YB_E_LIMIT      more than 16
 * @since 0.1
 */
YB_API yb_status yb_whatif_add_value(struct yb_whatif *whatif, const char *name, size_t length, uint32_t *value, struct yb_error **err);

/**
 * Group by a column that is bound to #YB_WHATIF_BEFORE when rows are run; by up to three together.
 * @param whatif  a what-if that has run no rows
 * @param name    an input, `hosp_lv`
 * @param length  bytes of name
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  no such input
 * @retval YB_E_DUPLICATE  it is there already
 * @retval YB_E_STATE      rows were run
 * @retval YB_E_LIMIT      more than three
 * @since 0.1
 */
YB_API yb_status yb_whatif_add_group(struct yb_whatif *whatif, const char *name, size_t length, struct yb_error **err);

/**
 * Classes of cost (`medfee_sumamt`): a class holds what is above one edge up to the next, the edge included. Without this call there is
 * none.
 * @param whatif  a what-if
 * @param edges   fen, rising; `count` of them make count + 1 classes. NULL: `count` classes of as much weight each (10: deciles), cut at
 *                quantiles by nearest rank; those that would be empty because many bills are the same are left out
 * @param count   1 .. 1000; 0: none any more
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    more than 1000, or edges that do not rise
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_whatif_set_bins(struct yb_whatif *whatif, const int64_t *edges, size_t count, struct yb_error **err);

/**
 * Bind what belongs to rows and to no policy. The memory must last as long as rows are run.
 * @param whatif   a what-if
 * @param weights  by row: for how many it stands, 0 or more; NULL: each for one
 * @param bad      by row: not 0 where the caller could not read it, so that it is counted as #YB_ROW_BAD on both sides; NULL: none
 * @retval YB_E_INVALID  a null what-if
 * @since 0.1
 */
YB_API yb_status yb_whatif_bind_rows(struct yb_whatif *whatif, const int64_t *weights, const uint8_t *bad);

/**
 * Settle rows 0 .. count - 1 of what is bound under both sets and keep the amounts. For more rows bind those and run again.
 * @param whatif  a what-if with at least one amount
 * @param count   how many
 * @param[out] err  NULL, or where to put the detail of a failure: the row
 * @retval YB_E_INVALID     nothing is added up
 * @retval YB_E_STATE       rows were run by yb_whatif_run_histories()
 * @retval YB_E_NOT_FOUND   a column that rows are grouped by is not bound
 * @retval YB_E_BAD_VALUE   a weight below 0
 * @retval YB_E_LIMIT       more than 65,536 groups
 * @retval YB_E_CANCELLED   the function of yb_bulk_set_progress() ended it
 * @retval YB_E_INTERNAL    an identity of an answer failed: a bug in this library
 * @retval YB_E_NO_MEMORY   not enough
 * @return whatever is not #YB_OK has added nothing
 * @since 0.1
 */
YB_API yb_status yb_whatif_run(struct yb_whatif *whatif, size_t count, struct yb_error **err);

/**
 * Settle rows 0 .. count - 1 as the histories of persons, as yb_bulk_run_histories() has them: under each set in the order of their days with
 * the running totals, ordinals and account that the rows before make under that set. Sums are of rows as ever. Falls, rises and
 * quantiles are of persons: what their rows in the group and class of cost come to in a medical year (of the document before the
 * change, by the day on which a stay ends, or begins where that counts) is compared as one amount. So in all groups a person with rows in two
 * is one, not two. A run ends with a person: those of another run are others.
 * @param whatif   a what-if with at least one amount
 * @param count    how many
 * @param persons  a number for each row, the same for the same person; NULL: `psn_no` tells, which is bound
 * @param[out] err  NULL, or where to put the detail of a failure: the row
 * @retval YB_E_CONTRADICTION  a running total or an ordinal is bound
 * @retval YB_E_MISSING_KEY    neither `persons` nor `psn_no`
 * @retval YB_E_STATE          rows were run by yb_whatif_run()
 * @retval YB_E_BAD_VALUE      a weight below 0, or rows of a person of different weights
 * @retval YB_E_LIMIT          more than 65,536 groups or 4,294,967,294 rows
 * @return else as yb_whatif_run(), which likewise refuses rows after histories; whatever is not #YB_OK has added nothing
 * @since 0.1
 */
YB_API yb_status yb_whatif_run_histories(struct yb_whatif *whatif, size_t count, const int64_t *persons, struct yb_error **err);

/**
 * Add up what was run. More rows may be run afterwards and added up again.
 * @param whatif  a what-if
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_OVERFLOW   the sum of all costs and amounts, before and after, does not fit 127 bits, or that of a person 62: no sum is given
 * @retval YB_E_NO_MEMORY  no sum is given
 * @since 0.1
 */
YB_API yb_status yb_whatif_finish(struct yb_whatif *whatif, struct yb_error **err);

/**
 * Number of groups. They stand in the order of their keys, column by column: numbers by value, texts by their bytes, what is not known
 * last.
 * @param whatif  a finished what-if
 * @return 0 before it is finished; 1 when there is no column to group by and any row
 * @since 0.1
 */
YB_API uint32_t yb_whatif_get_group_count(const struct yb_whatif *whatif);

/**
 * What a group has in a column.
 * @param whatif  a finished what-if
 * @param group   from 1
 * @param index   which of the columns, from 0, in the order in which they were added
 * @return borrowed until rows are run; yuan for money, YYYY-MM-DD for a day; NULL where it is not known or there is no such group or column
 * @since 0.1
 */
YB_API const char *yb_whatif_get_key(const struct yb_whatif *whatif, uint32_t group, uint32_t index);

/**
 * Number of classes of cost.
 * @param whatif  a finished what-if
 * @return 0 before it is finished
 * @since 0.1
 */
YB_API uint32_t yb_whatif_get_bin_count(const struct yb_whatif *whatif);

/**
 * A class of cost.
 * @param whatif  a finished what-if
 * @param bin     from 1
 * @param[out] above  fen: costs of the class are above this; -1 for the first
 * @param[out] to     fen: up to this; INT64_MAX where there is no end
 * @retval YB_E_NOT_FOUND  no such class
 * @since 0.1
 */
YB_API yb_status yb_whatif_get_bin(const struct yb_whatif *whatif, uint32_t bin, int64_t *above, int64_t *to);

/**
 * A figure.
 * @param whatif  a finished what-if
 * @param group   from 1; 0: all groups
 * @param bin     from 1; 0: all costs, those that are not known too
 * @param value   number of the amount
 * @param figure  which
 * @param[out] sum  the figure
 * @retval YB_E_NOT_FOUND  no such group, class, amount or figure
 * @retval YB_E_STATE      not finished
 * @since 0.1
 */
YB_API yb_status yb_whatif_get(const struct yb_whatif *whatif, uint32_t group, uint32_t bin, uint32_t value, yb_whatif_figure figure,
                               struct yb_whatif_sum *sum);

/**
 * A quantile: the least value that, with all below it, has at least that share of the weight (nearest rank).
 * @param whatif  a finished what-if; values are kept sorted for the next question
 * @param group   from 1; 0: all groups
 * @param value   number of the amount
 * @param side    before, after or the change
 * @param ppm     the share in millionths: 500000 the median, 0 the least, 1000000 the greatest
 * @param[out] fen  the quantile
 * @retval YB_E_INVALID    no such side or share
 * @retval YB_E_NOT_FOUND  no such group or amount, or nothing in it has a weight
 * @retval YB_E_STATE      not finished
 * @retval YB_E_NO_MEMORY  not enough
 * @since 0.1
 */
YB_API yb_status yb_whatif_get_quantile(struct yb_whatif *whatif, uint32_t group, uint32_t value, yb_whatif_side side, int32_t ppm, int64_t *fen);

/**
 * How many rows had an outcome before and one after. Only those answered on both sides are in the sums.
 * @param whatif  a finished what-if
 * @param group   from 1; 0: all groups
 * @param before  a #yb_outcome from 1, #YB_ROW_BAD, or 0 for any
 * @param after   likewise
 * @param[out] rows    how many
 * @param[out] weight  the sum of their weights; may be NULL
 * @retval YB_E_NOT_FOUND  no such group or outcome
 * @retval YB_E_STATE      not finished
 * @since 0.1
 */
YB_API yb_status yb_whatif_get_outcome(const struct yb_whatif *whatif, uint32_t group, int32_t before, int32_t after, uint64_t *rows,
                                       struct yb_whatif_sum *weight);

/**
 * A sum in decimal digits.
 * @param sum   a sum
 * @param text  room for #YB_WHATIF_TEXT_SIZE bytes
 * @return bytes without the NUL
 * @since 0.1
 */
YB_API size_t yb_whatif_sum_to_text(const struct yb_whatif_sum *sum, char *text);

/**
 * A sum times a scale by another, rounded half away from zero: a mean (scale 1), a share in millionths (1000000).
 * @param sum    what is divided
 * @param by     by what; above 0
 * @param scale  above 0
 * @param[out] out  the quotient
 * @retval YB_E_INVALID   a null pointer, a scale of 0 or less
 * @retval YB_E_DIVISION  `by` is 0 or less
 * @retval YB_E_OVERFLOW  it does not fit
 * @since 0.1
 */
YB_API yb_status yb_whatif_sum_divide(const struct yb_whatif_sum *sum, const struct yb_whatif_sum *by, int32_t scale, int64_t *out);

#ifdef __cplusplus
}
#endif
#endif
