/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_ARCHIVE_H
#define YBI_ARCHIVE_H

#include <yibao/receipt.h>

#include "policy/book.h"

/* Is the document among those that a book and its variants rest on, or an overlay over one of them? */
bool ybi_rests_on(const struct ybi_book *base, const struct ybi_document *document);

#endif
