/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_TYPES_H
#define YIBAO_TYPES_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define YB_API __attribute__((visibility("default")))
#else
#define YB_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Units, outcomes and library version: what every other header stands on.
 *
 * Money is counted in fen, rates in millionths, days from 1970-01-01. All
 * three are integers; nothing in this library is computed in floating point.
 * Example: 1,300.00 yuan is the #yb_fen 130000, 85 % is the #yb_ppm 850000,
 * and 2026-03-09 is the #yb_day 20521.
 */

typedef int64_t yb_fen; /**< money in fen, 1/100 yuan */
typedef int32_t yb_ppm; /**< a rate in millionths, 1000000 = 100 % */
typedef int32_t yb_day; /**< a civil day, 0 = 1970-01-01 (Arrow date32); no clock time, no zone */

/** Outcome of a call. A value keeps its meaning for ever and is never reused. */
typedef int32_t yb_status;
enum {
	YB_OK                = 0,  /**< the call did what its page says */
	YB_E_INVALID         = 1,  /**< a caller's bug: a null handle, a value outside an enumeration */
	YB_E_NOT_FOUND       = 2,  /**< nothing of that name or at that index */
	YB_E_UNKNOWN         = 3,  /**< the thing exists, its value is not known */
	YB_E_NO_MEMORY       = 12, /**< an allocation failed; nothing changed */
	YB_E_IO              = 13, /**< a file cannot be opened or read, or is not a regular file */
	YB_E_CANCELLED       = 14, /**< the caller's own function ended it */
	YB_E_BAD_OPTIONS     = 31, /**< options struct of unknown size or content */
	YB_E_OVERFLOW        = 34, /**< the exact result does not fit */
	YB_E_DIVISION        = 35, /**< division by zero */
	YB_E_BAD_TEXT        = 40, /**< not UTF-8, or a NUL or other forbidden character */
	YB_E_LIMIT           = 41, /**< text too large, too deep or with too many parts */
	YB_E_SYNTAX          = 47, /**< text malformed; see yb_error_get_line() */
	YB_E_UNKNOWN_KEY     = 48, /**< a key that the document may not have */
	YB_E_DUPLICATE       = 49, /**< a key or id given twice */
	YB_E_MISSING_KEY     = 50, /**< a required key is absent */
	YB_E_NO_SOURCE       = 51, /**< a figure without a source */
	YB_E_UNKNOWN_NAME    = 52, /**< a fact, value, source, layer or code that does not exist */
	YB_E_BAD_VALUE       = 53, /**< a scalar that cannot be read as what stands there */
	YB_E_UNIT            = 54, /**< a unit or type that does not fit */
	YB_E_GAP             = 55, /**< days or facts that no row, entry or rule covers */
	YB_E_OVERLAP         = 56, /**< two rows, entries or rules that hold together */
	YB_E_CYCLE           = 57, /**< a value or parent that depends on itself */
	YB_E_RULE            = 58, /**< a rule that contradicts itself: borders that fall, a ratio above 1 */
	YB_E_BOUND           = 59, /**< an amount that may outgrow the exact range */
	YB_E_LANGUAGE        = 60, /**< written for another version of the policy language */
	YB_E_BAD_DATE        = 70, /**< a date that does not exist, or an impossible order of dates */
	YB_E_BAD_AMOUNT      = 71, /**< money malformed, negative, or above #YB_FEN_LIMIT */
	YB_E_BAD_IDENTITY    = 72, /**< an identity number, credit code or region code that is not one */
	YB_E_CONTRADICTION   = 73, /**< facts that cannot hold together: buckets that do not add up */
	YB_E_NO_POLICY       = 74, /**< no loaded document is in force for the region and scheme */
	YB_E_BUSY            = 80, /**< another process kept the ledger for too long */
	YB_E_VERSION         = 81, /**< made by a later version, or needs a later one of a library */
	YB_E_CORRUPT         = 82, /**< not a ledger, or damaged */
	YB_E_FORKED          = 83, /**< the handle was opened before a fork() */
	YB_E_STATE           = 84, /**< not in a state in which this can be done: reversed, done or returned already */
	YB_E_OTHER_FACTS     = 85, /**< the key was posted before with other facts */
	YB_E_STALE           = 86, /**< something has happened to the money since it was worked out */
	YB_E_NOT_ALLOWED     = 87, /**< no authorization covers it */
	YB_E_OVERDRAWN       = 88, /**< an account would be below zero */
	YB_E_CLOSED          = 89, /**< the period was closed */
	YB_E_INTERNAL        = 99  /**< an identity of the answer failed: a bug in this library */
};

/** Largest amount of one bill, one line or one running total: 10,000,000,000.00 yuan, in fen. */
#define YB_FEN_LIMIT INT64_C(1000000000000)
/** A rate of one, 100 %. */
#define YB_PPM_ONE INT32_C(1000000)
/** A day that no calendar has; stands for "no day". */
#define YB_DAY_NONE INT32_MIN


#define YB_VERSION_MAJOR 0 /**< first number */
#define YB_VERSION_MINOR 1 /**< second number */
#define YB_VERSION_PATCH 0 /**< third number */

/** Language of a rendered text. */
typedef int32_t yb_lang;
enum {
	YB_LANG_EN = 0, /**< English */
	YB_LANG_ZH = 1  /**< 简体中文 */
};

/**
 * Version of the library that runs, "0.1.0".
 * @return static text, never NULL
 * @since 0.1
 */
YB_API const char *yb_version(void);

/**
 * Name of a status, "YB_E_OVERFLOW".
 * @param status  any value
 * @return static text, never NULL; "YB_E_?" for a value this library does not have
 * @since 0.1
 */
YB_API const char *yb_status_name(yb_status status);

/**
 * One sentence on a status.
 * @param status  any value
 * @param lang    #YB_LANG_EN or #YB_LANG_ZH
 * @return static text, never NULL
 * @since 0.1
 */
YB_API const char *yb_status_text(yb_status status, yb_lang lang);

/**
 * The status at a position of the table, so that a binding can list them.
 * @param index  from 0
 * @param[out] status  the status
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_status_at(size_t index, yb_status *status);

/**
 * Free a text that a `_dup_` or `_render_` function returned.
 * @param memory  such a text, or NULL
 * @since 0.1
 */
YB_API void yb_free(void *memory);

/**
 * Overwrite memory in a way that no compiler removes.
 * @param memory  bytes to wipe; may be NULL when length is 0
 * @param length  how many
 * @since 0.1
 */
YB_API void yb_wipe(void *memory, size_t length);

#ifdef __cplusplus
}
#endif
#endif
