/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_ERROR_H
#define YIBAO_ERROR_H

#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What a person needs to mend a failure: message, file, line, column, clause.
 *
 * A call that can fail returns a #yb_status and fills, where the caller passed
 * the address of a NULL pointer as last argument, a `struct yb_error`. A policy
 * document with several faults gives several errors in one chain. Example:
 * `110000-310.yaml:31:22: unknown key "borderss"; did you mean "borders"?`
 */

/** Details of a failure; immutable; may be a chain. */
struct yb_error;

/** How grave one finding is. */
typedef int32_t yb_severity;
enum {
	YB_SEVERITY_ERROR   = 0, /**< the document is refused */
	YB_SEVERITY_WARNING = 1, /**< read, but probably not what was meant */
	YB_SEVERITY_NOTE    = 2  /**< worth knowing */
};

/**
 * Drop an error and all that follow it in its chain.
 * @param error  an error, or NULL
 * @since 0.1
 */
YB_API void yb_error_unref(struct yb_error *error);

/**
 * Status of this finding.
 * @param error  an error
 * @return never #YB_OK
 * @since 0.1
 */
YB_API yb_status yb_error_get_status(const struct yb_error *error);

/**
 * Severity of this finding.
 * @param error  an error
 * @since 0.1
 */
YB_API yb_severity yb_error_get_severity(const struct yb_error *error);

/**
 * The message: one line, UTF-8, without file and place. Holds no identity number.
 * @param error  an error
 * @return borrowed text
 * @since 0.1
 */
YB_API const char *yb_error_get_message(const struct yb_error *error);

/**
 * Name of the text in which the fault stands: a path, or the name given to the loader.
 * @param error  an error
 * @return borrowed text, "" when the fault is in no text
 * @since 0.1
 */
YB_API const char *yb_error_get_source_name(const struct yb_error *error);

/**
 * Line of the fault, from 1; 0 when unknown.
 * @param error  an error
 * @since 0.1
 */
YB_API uint32_t yb_error_get_line(const struct yb_error *error);

/**
 * Column of the fault in characters, from 1; 0 when unknown.
 * @param error  an error
 * @since 0.1
 */
YB_API uint32_t yb_error_get_column(const struct yb_error *error);

/**
 * The clause, fact or field concerned, "" when none.
 * @param error  an error
 * @return borrowed text
 * @since 0.1
 */
YB_API const char *yb_error_get_subject(const struct yb_error *error);

/**
 * The next finding of the same call.
 * @param error  an error
 * @return borrowed, NULL after the last
 * @since 0.1
 */
YB_API const struct yb_error *yb_error_get_next(const struct yb_error *error);

/**
 * The whole chain as text, a line each: `file:line:column: message`.
 * @param error  an error
 * @param[out] text  free it with yb_free()
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_error_dup_text(const struct yb_error *error, char **text);

#ifdef __cplusplus
}
#endif
#endif
