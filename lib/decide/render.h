/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_RENDER_H
#define YBI_RENDER_H

#include "base/text.h"
#include "decide/decision.h"

/* Amounts with thousands separators. */
void ybi_put_yuan(struct ybi_text *out, struct ybi_fraction fen);
void ybi_put_fen(struct ybi_text *out, yb_fen fen);
/* issuer, document number, article, date, address */
void ybi_put_source(struct ybi_text *out, const struct ybi_source *source, const char *article, yb_lang lang);
/* Pads to a width in terminal columns. */
void ybi_put_padded(struct ybi_text *out, const char *text, size_t width);

/* ---- JSON: a member with its comma; `first` is cleared ---- */
void ybi_json_key(struct ybi_text *out, bool *first, const char *key);
void ybi_json_text(struct ybi_text *out, bool *first, const char *key, const char *value);
void ybi_json_fen(struct ybi_text *out, bool *first, const char *key, yb_fen value);

#endif
