/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_BULK_H
#define YIBAO_BULK_H

#include <yibao/decision.h>
#include <yibao/error.h>
#include <yibao/field.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * One question asked of many rows: columns in, columns out.
 *
 * The facts of a million bills or persons stand in columns, one array for each field, and
 * the answers are written into columns of the caller. Row by row the answer is
 * that of yb_settle() (yb_fee(), yb_refund(), yb_eligibility()), to the fen; a row whose facts are wrong gets an outcome
 * of its own and disturbs no other. Nothing is allocated for a row, but to read a cover history.
 *
 * A column is a number: that of a field (#YB_FIELD_MEDFEE_SUMAMT), or one that
 * yb_bulk_input() and yb_bulk_output() give for a name: an attribute that a
 * document declares (`plan`), a running total (`basic.base.year`), a result of
 * a layer (`basic.scope`).
 *
 * Example: regions as codes 0 and 1 into the texts `110000` and `310000`,
 * bills as int64 fen, all else the same for every row (yb_bulk_bind_text());
 * bound to #YB_FIELD_HIFP_PAY, a column receives what the pooled fund pays.
 */

/** Columns bound to a question about rows of a policy set; one thread at a time, which may let it use others. */
struct yb_bulk;

/** Number of a column: a #yb_field, or what a name was given. */
typedef int32_t yb_column;

/** How the elements of a column lie in memory; signed, in the byte order of the machine. */
typedef int32_t yb_layout;
enum {
	YB_LAYOUT_INT8 = 1,  /**< int8_t */
	YB_LAYOUT_INT16 = 2, /**< int16_t */
	YB_LAYOUT_INT32 = 3, /**< int32_t */
	YB_LAYOUT_INT64 = 4, /**< int64_t */
	YB_LAYOUT_BITS = 256 /**< added to one of these: `known` is a bitmap, the row in bit row % 8 of byte row / 8, as in Arrow; else it has a byte a row */
};

/** The outcome of a row: a #yb_outcome from 1, or this. */
enum {
	YB_ROW_BAD = 255 /**< its facts cannot be, or no document answers: what yb_settle() returns is its status */
};

/** What a question has to do with a column. */
typedef int32_t yb_need;
enum {
	YB_NEED_ALWAYS = 1, /**< without it no row is answered */
	YB_NEED_ASKED = 2,  /**< a rule of a document asks for it, or one of the amounts hangs on it: rows of that document may be incomplete without */
	YB_NEED_NONE = 3    /**< it may be given, no rule asks for it */
};

/**
 * A function of the caller that a run tells how far it is: some thousands of rows after each other. The thread that called the run
 * calls it, and no other, however many work; it may not use the bulk.
 * @param user   the caller's
 * @param done   rows that are done, of all threads, below count; as many again while histories are brought into their order, before any row of
 *               them is answered
 * @param count  rows of the run
 * @return 0 to go on; any other number ends the run with #YB_E_CANCELLED
 */
typedef int32_t (*yb_bulk_progress)(void *user, uint64_t done, uint64_t count);

/** Bits of yb_bulk_options.flags. */
enum {
	YB_BULK_LENIENT = 1 /**< as #YB_SETTLE_LENIENT; a row for which a weak source counts goes the long way */
};

/** How rows are worked out; zero means default. */
struct yb_bulk_options {
	uint32_t size;    /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;   /**< YB_BULK_ bits; unknown bits are refused */
	int32_t threads;  /**< how many threads yb_bulk_run() may use, its own among them, 1 .. 256; 0 = 1. The answers are the same for any number.
	                       The others are started by the first run that has work for them, wait between runs, and end with the bulk */
	int32_t reserved; /**< 0 */
};
/** Initializer of struct yb_bulk_options. */
#define YB_BULK_OPTIONS_INIT { sizeof(struct yb_bulk_options), 0, 0, 0 }

/**
 * A question to be asked of rows; no column is bound yet.
 * @param set       policy documents; a reference is kept
 * @param question  #YB_QUESTION_REIMBURSE; #YB_QUESTION_FEE, told the columns `year`, `paid_on`, `months` and `on` as yb_fee_options has them;
 *                  #YB_QUESTION_REFUND, told `on` and `arrear_months`: what is credited in a month;
 *                  #YB_QUESTION_ELIGIBILITY, told `on`, `paid_on`, `year` and `repaired` as yb_eligibility_options has them
 * @param options   NULL for the defaults
 * @param[out] bulk  yb_bulk_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID      a null pointer, or another question
 * @retval YB_E_BAD_OPTIONS  unknown size or flag, a number of threads out of range
 * @retval YB_E_NO_MEMORY    nothing was made
 * @since 0.1
 */
YB_API yb_status yb_bulk_new(const struct yb_policy_set *set, yb_question question, const struct yb_bulk_options *options,
                             struct yb_bulk **bulk, struct yb_error **err);

/**
 * Wipe and free.
 * @param bulk  a bulk, or NULL
 * @since 0.1
 */
YB_API void yb_bulk_unref(struct yb_bulk *bulk);

/**
 * The input column of a name: a field of a person or claim, an attribute or running total that a document of the set has; an attribute
 * of the person where a field has its name is `psn.NAME`. The cover history of a person is the column `yb_cover`, whose texts are lists as
 * the key of that name in a person document has them: `[{"insutype": "390", "year": 2024}]`, `[]` where there was no cover.
 * @param bulk    a bulk
 * @param name    the name
 * @param length  bytes of name
 * @param[out] column  its number; the same for the same name
 * @param[out] err     NULL, or where to put the detail of a failure: the nearest name
 * @retval YB_E_NOT_FOUND  no document of the set has such a fact, or it cannot be given by columns
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_bulk_input(struct yb_bulk *bulk, const char *name, size_t length, yb_column *column, struct yb_error **err);

/**
 * The output column of a name: an amount of the settlement or one of the buckets of the bill (`hifp_pay`, `inscp_scp_amt`), or a result
 * of a layer that is money (`basic.base`, `basic.deductible`).
 * @param bulk    a bulk
 * @param name    the name
 * @param length  bytes of name
 * @param[out] column  its number; the same for the same name
 * @param[out] err     NULL, or where to put the detail of a failure: the nearest name
 * @retval YB_E_NOT_FOUND  no answer of the set has such an amount
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_bulk_output(struct yb_bulk *bulk, const char *name, size_t length, yb_column *column, struct yb_error **err);

/**
 * List the columns that the question can read: fields, then attributes and running totals of the documents.
 * @param bulk   a bulk
 * @param index  from 0
 * @param[out] column  its number
 * @param[out] need    what the documents of the set do with it; may be NULL
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_bulk_input_at(const struct yb_bulk *bulk, size_t index, yb_column *column, yb_need *need);

/**
 * List the amounts of a settlement: the buckets and what is paid; of another question the results that documents name (`due.person`,
 * `credit`), as integers in the unit that yb_bulk_get_unit() has for them. Of #YB_QUESTION_ELIGIBILITY the results that yibao/eligibility.h
 * names, but for `wait`: by the unit that the rule of a row has it is `wait.months` or `wait.days`; and `paid`, 0 where nothing was paid for
 * this cover and the days are those of a payment on the day asked about.
 * @param bulk   a bulk
 * @param index  from 0
 * @param[out] column  its number
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_bulk_output_at(const struct yb_bulk *bulk, size_t index, yb_column *column);

/**
 * Name of a column.
 * @param bulk    a bulk
 * @param column  a number
 * @return borrowed as long as the bulk; "" for a number that is no column of it
 * @since 0.1
 */
YB_API const char *yb_bulk_get_name(const struct yb_bulk *bulk, yb_column column);

/**
 * Unit of an output: of a settlement fen; of another question what the documents of the set have it in.
 * @param bulk    a bulk
 * @param column  a number
 * @return a #yb_result; 0 for a number that is no output of it, or where documents differ
 * @since 0.1
 */
YB_API yb_result yb_bulk_get_unit(const struct yb_bulk *bulk, yb_column column);

/**
 * The word that a number of an output of unit #YB_RESULT_TEXT stands for. Numbers follow the bytes of their words; those of another set
 * may be others.
 * @param bulk    a bulk
 * @param column  a number
 * @param value   from 0
 * @return borrowed as long as the bulk; "" where there is none
 * @since 0.1
 */
YB_API const char *yb_bulk_get_word(const struct yb_bulk *bulk, yb_column column, int64_t value);

/**
 * Bind numbers to an input: fen, days, counts, flags 0 and 1; for an attribute the unit of its type, rates and numbers in millionths. A
 * code or text is bound by yb_bulk_bind_codes(). The memory is the caller's and must last as long as rows are run.
 * @param bulk    changed only on #YB_OK; a column bound before is bound anew
 * @param column  an input
 * @param layout  how `values` lies
 * @param values  an element for each row
 * @param known   by row: is the fact known (not 0)? NULL: it always is
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    a null pointer, no such input, no such layout
 * @retval YB_E_UNIT       a field that is a code or text
 * @since 0.1
 */
YB_API yb_status yb_bulk_bind_numbers(struct yb_bulk *bulk, yb_column column, yb_layout layout, const void *values, const uint8_t *known,
                                      struct yb_error **err);

/**
 * Bind texts to an input by a dictionary: each row has the index of one. The texts are those that yb_claim_set_text(),
 * yb_person_set_text() or yb_claim_set_attribute() take; they are copied, the memory of the indexes must last as long as rows are run. A
 * text that cannot be is found where a row has it.
 * @param bulk    changed only on #YB_OK; a column bound before is bound anew
 * @param column  an input
 * @param layout  how `codes` lies
 * @param codes   an index for each row; one that is no index of a text makes the row bad
 * @param known   by row: is the fact known (not 0)? NULL: it always is
 * @param texts   NUL-terminated UTF-8
 * @param count   how many
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    a null pointer, no such input, no such layout
 * @retval YB_E_LIMIT      more than 16,777,216 texts, or one of more than 1 MiB
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_bulk_bind_codes(struct yb_bulk *bulk, yb_column column, yb_layout layout, const void *codes, const uint8_t *known,
                                    const char *const *texts, size_t count, struct yb_error **err);

/**
 * Bind one text to an input, the same for every row.
 * @param bulk    changed only on #YB_OK; a column bound before is bound anew
 * @param column  an input
 * @param text    as for yb_bulk_bind_codes(); copied; NULL: nothing is bound any more, the fact is not known
 * @param length  bytes of text
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    no such input
 * @retval YB_E_LIMIT      a text of more than 1 MiB
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_bulk_bind_text(struct yb_bulk *bulk, yb_column column, const char *text, size_t length, struct yb_error **err);

/**
 * Bind memory to an output. Every row that is run is written: the amount, or 0 where it is not known. Outputs may not overlap inputs.
 * @param bulk    changed only on #YB_OK; a column bound before is bound anew
 * @param column  an output
 * @param values  room for each row: fen; NULL: nothing is written any more. Memory that begins at a multiple of 64 bytes is written fastest
 * @param known   room for each row, 1 where the amount is known, 0 where not; NULL: not asked for
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    no such output, `known` without `values`
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_bulk_bind_output(struct yb_bulk *bulk, yb_column column, int64_t *values, uint8_t *known, struct yb_error **err);

/**
 * Bind memory to the outcomes.
 * @param bulk      a bulk
 * @param outcomes  room for each row: a #yb_outcome from 1, or #YB_ROW_BAD; NULL: not asked for
 * @param statuses  room for each row: what yb_settle() returns for it, #YB_OK but for bad rows; NULL: not asked for
 * @retval YB_E_INVALID  a null bulk
 * @since 0.1
 */
YB_API yb_status yb_bulk_bind_outcomes(struct yb_bulk *bulk, uint8_t *outcomes, yb_status *statuses);

/**
 * Have runs tell how far they are, and be ended by the caller: yb_bulk_run(), yb_bulk_run_histories(), yb_bulk_run_arrow(), streams of
 * answers; set on the #YB_WHATIF_BEFORE bulk of a what-if its runs, where each row counts on both sides, `count` twice the rows.
 *
 * After a run that was ended, each row either has its whole answer, the one it would have had, or what stood in the outputs before: outcomes set to #YB_OUTCOME_NONE
 * beforehand tell which. Of the rows of a person's history those done are the first ones; where it was ended while they were brought into their
 * order, none are. What binds columns to memory holds on, and the rows may be run again. A batch or a stream hands nothing out of a batch that
 * was ended, a what-if has added nothing.
 * @param bulk      a bulk
 * @param progress  the function; NULL: none any more
 * @param user      handed to it
 * @retval YB_E_INVALID  a null bulk
 * @since 0.1
 */
YB_API yb_status yb_bulk_set_progress(struct yb_bulk *bulk, yb_bulk_progress progress, void *user);

/**
 * Answer the rows first .. first + count - 1 of the columns. Rows do not hang on each other, so any
 * ranges may be run one after the other. Whatever memory is bound must have these rows: a binding does not say how many it has, and what
 * is beyond is read and written all the same.
 * @param bulk   a bulk
 * @param first  first row
 * @param count  how many; 0 checks the bindings only
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    nothing is bound; rows that the batch of yb_bulk_take_arrow() has not
 * @retval YB_E_CANCELLED  the function of yb_bulk_set_progress() ended it
 * @retval YB_E_INTERNAL   an identity of an answer failed: a bug in this library
 * @retval YB_E_NO_MEMORY  the range is not whole; what stands in the outputs means nothing
 * @return #YB_OK also where rows are bad or not answered: see yb_bulk_bind_outcomes()
 * @since 0.1
 */
YB_API yb_status yb_bulk_run(struct yb_bulk *bulk, size_t first, size_t count, struct yb_error **err);

/**
 * Answer rows as the histories of persons: the bills of each in the order of their days, each knowing what those before it came to. The
 * running totals, the ordinal of the stay in its medical year and what is left in the account are those that a ledger would tell
 * (yb_ledger_settle(), yb_ledger_resettle()), so they are not bound; a stay over the end of a medical year is two settlements. A row
 * that is not answered adds nothing.
 *
 * Order: person, `enddate` (`begndate` where that is not known), `mdtrt_id` in the order of its bytes, row. The rows may stand in any
 * order; in this one they need not be sorted. Bills of one `mdtrt_id` are one stay, bills of one `yb_episode` one episode. A bound
 * `yb_account_balance` is what the account would have if no row took of it. Persons do not hang on each other: run range by range where
 * a range ends with a person. For sorting, up to 40 bytes a row are kept until the bulk is freed.
 * @param bulk   a bulk
 * @param first  first row
 * @param count  how many; 0 checks the bindings only
 * @param persons  a number for each row from row 0 on, the same for the same person; NULL: `psn_no` tells, which is bound
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID        nothing is bound; rows that the batch of yb_bulk_take_arrow() has not
 * @retval YB_E_CONTRADICTION  a running total or an ordinal is bound
 * @retval YB_E_MISSING_KEY    neither `persons` nor `psn_no`; the status of a row whose `psn_no` is not known
 * @retval YB_E_LIMIT          more than 4,294,967,294 rows
 * @retval YB_E_CANCELLED      the function of yb_bulk_set_progress() ended it
 * @retval YB_E_INTERNAL       an identity of an answer failed: a bug in this library
 * @retval YB_E_NO_MEMORY      the range is not whole; what stands in the outputs means nothing
 * @return #YB_OK also where rows are bad or not answered: see yb_bulk_bind_outcomes()
 * @since 0.1
 */
YB_API yb_status yb_bulk_run_histories(struct yb_bulk *bulk, size_t first, size_t count, const int64_t *persons, struct yb_error **err);

/**
 * One row as a decision, with its reasons and steps: what yb_settle() answers for its facts, whatever other rows there are.
 * @param bulk      a bulk
 * @param row       the row
 * @param decision  holds the answer afterwards
 * @param[out] err  NULL, or where to put what is wrong with the row
 * @retval YB_E_INVALID  a null pointer, a row that the batch of yb_bulk_take_arrow() has not
 * @return what yb_settle() returns; of a fact that cannot be, the status of its setter
 * @since 0.1
 */
YB_API yb_status yb_bulk_answer(struct yb_bulk *bulk, size_t row, struct yb_decision *decision, struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
