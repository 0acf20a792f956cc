/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_ERROR_H
#define YBI_ERROR_H

#include <stdarg.h>

#include <yibao/error.h>

/* A place in a text; line and column from 1, 0 unknown. name may be NULL. */
struct ybi_place {
	const char *name;
	uint32_t line, column;
};

/*
 * Put one finding into *err (which may be NULL, or hold earlier findings: the
 * new one goes to the end) and return its status. An allocation that fails
 * leaves a static "out of memory" error, so reporting it cannot fail; the
 * returned status is then YB_E_NO_MEMORY.
 */
yb_status ybi_error_set(struct yb_error **err, yb_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
yb_status ybi_error_at(struct yb_error **err, yb_status status, const struct ybi_place *place, const char *subject, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
yb_status ybi_error_vat(struct yb_error **err, yb_status status, yb_severity severity, const struct ybi_place *place, const char *subject,
                        const char *format, va_list args);
yb_status ybi_error_no_memory(struct yb_error **err);
/* Number of findings of severity error in the chain. */
size_t ybi_error_count(const struct yb_error *err);

/*
 * Copy an options struct of the caller's size over the defaults in `full`.
 * Refused: a size below `least` or above 4096, and non-zero bytes past `known`.
 */
yb_status ybi_options_copy(void *full, size_t known, const void *given, size_t least, struct yb_error **err);

#endif
