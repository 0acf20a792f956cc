/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_FILE_H
#define YBI_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Why a file or directory cannot be used, by errno. */
yb_status ybi_file_fault(const char *path, int number, struct yb_error **err);
/*
 * A regular file whole, NUL-terminated; free it with free(). A directory, FIFO or device is refused without being waited for, and so is
 * a file above `most` bytes, of which a `what` has at most so many.
 */
yb_status ybi_file_read(const char *path, size_t most, const char *what, char **text, size_t *length, struct yb_error **err);
/* Refuse a text above `most` bytes. */
yb_status ybi_file_check_size(const char *name, size_t length, size_t most, const char *what, struct yb_error **err);
/* "directory/name", NULL without memory. */
char *ybi_file_join(const char *directory, const char *name);
/* Make a file with this content, whole or not at all, and on the disk when this returns; one of that name is replaced. */
yb_status ybi_file_put(const char *directory, const char *name, const char *text, size_t length, struct yb_error **err);

#endif
