/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_RENDER_H
#define YBI_RENDER_H

#include "base/text.h"
#include "decide/decision.h"

/* Amounts with thousands separators. */
void ybi_put_yuan(struct ybi_text *out, struct ybi_fraction fen);
void ybi_put_fen(struct ybi_text *out, yb_fen fen);
#define YBI_YUAN_SIZE (2 * YB_FEN_TEXT_SIZE)
/* The same into memory, without a NUL; returns its length. */
size_t ybi_fen_to_yuan(yb_fen fen, char text[YBI_YUAN_SIZE]);
/* 0.85 as 85 % */
void ybi_put_rate(struct ybi_text *out, struct ybi_fraction rate);
/* How far a source is to be trusted: the word of the document, in Chinese beside its translation. */
void ybi_put_confidence(struct ybi_text *out, yb_confidence confidence, yb_lang lang);
/* A label in a language, or what comes next to it. */
void ybi_put_label(struct ybi_text *out, const char *id, const char *zh, const char *en, yb_lang lang);
/* issuer, document number, article, date, address */
void ybi_put_source(struct ybi_text *out, const struct ybi_source *source, const char *article, yb_lang lang);
/* A result as text: money in yuan, exact. */
void ybi_put_value(struct ybi_text *out, const struct ybi_book *book, enum ybi_type type, const struct ybi_value *value);

/* The sources of an answer, numbered in the order they are met. */
struct ybi_citations {
	const struct ybi_source *source[64];
	const char *article[64];
	size_t count;
};
/* The numbers of a clause's sources, " [1] [2]". */
void ybi_put_citations(struct ybi_text *out, const struct ybi_book *book, uint32_t clause, struct ybi_citations *c);
/* The numbered sources under their heading; nothing when there are none. */
void ybi_put_sources(struct ybi_text *out, const struct ybi_citations *c, yb_lang lang);

/* Pads to a width in terminal columns. */
void ybi_put_padded(struct ybi_text *out, const char *text, size_t width);

/* ---- code.c ---- */
/* What the codes of the bill are called, on a line. */
void ybi_put_codes(struct ybi_text *out, struct yb_decision *decision, yb_lang lang);
/* The same as the member "yb_codes". */
void ybi_json_codes(struct ybi_text *out, bool *first, const struct yb_decision *decision);
/* The fund of an amount as the province's table has it. */
const struct ybi_code *ybi_fund_of(const struct yb_decision *decision, yb_field fund);

/* What a payer is called. */
const char *ybi_payer_label(const char *name, yb_lang lang);

/* ---- present.c: the answers of a question other than a settlement ---- */
void ybi_put_question(struct ybi_text *out, const struct yb_decision *decision, yb_lang lang);
void ybi_json_question(struct ybi_text *out, bool *first, const struct yb_decision *decision);

/* A clause's id and sources as the members "clause" and "source". */
void ybi_json_clause(struct ybi_text *out, bool *first, const struct ybi_book *book, uint32_t clause);

#endif
