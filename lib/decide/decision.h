/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_DECISION_H
#define YBI_DECISION_H

#include <yibao/decision.h>
#include <yibao/reimburse.h>

#include "account/record.h"
#include "policy/book.h"

/*
 * What a decision holds: the facts it was made from, the results, the
 * obstacles. Texts and steps are worked out from these when asked for.
 */

enum ybi_reason_code {
	YBI_REASON_NO_BENEFIT, YBI_REASON_TWO_BENEFITS, YBI_REASON_MISSING_FACT, YBI_REASON_UNSUPPORTED, YBI_REASON_LOW_CONFIDENCE,
	YBI_REASON_NO_FIGURE, YBI_REASON_DAY_NOT_COVERED, YBI_REASON_POSSIBLE_GAP, YBI_REASON_LENIENT_GAP, YBI_REASON_LENIENT_CONFIDENCE,
	YBI_REASON_TOTALS_ZERO, YBI_REASON_CEILING, YBI_REASON_COUNT_
};

struct ybi_reason {
	uint32_t code;
	uint32_t subject; /* fact, clause or layer, by code */
};

#define YBI_REASONS 32

/* Header fields of 2207/2304 that an answer repeats. */
enum { YBI_HEAD_PSN_NO, YBI_HEAD_MDTRT_ID, YBI_HEAD_INSUTYPE, YBI_HEAD_PSN_TYPE, YBI_HEAD_CVLSERV_FLAG, YBI_HEAD_INSUPLC,
       YBI_HEAD_FIXMEDINS, YBI_HEAD_HOSP_LV, YBI_HEAD_MED_TYPE, YBI_HEAD_MDTRTAREA, YBI_HEAD_COUNT_ };
#define YBI_HEAD_SIZE 64

/* A cost line as it was split. */
struct ybi_line {
	char feedetl_sn[32];
	yb_fen amount, own, over, prior, scope;
	struct ybi_fraction share; /* prior share used */
	uint32_t limit;            /* the limit that cut it, UINT32_MAX for none */
};

#define YBI_AMOUNT_FIRST YB_FIELD_MEDFEE_SUMAMT
#define YBI_AMOUNT_LAST YB_FIELD_ACCT_MULAID_PAY

struct yb_decision {
	yb_outcome outcome;
	bool lenient;
	struct yb_policy_set *set; /* a reference, while it answers something */
	const struct ybi_book *book;
	yb_confidence least;       /* of the clauses that were allowed */

	struct ybi_fact *facts;
	struct ybi_memo *memo;
	struct ybi_value *results;
	uint8_t *used, *missing, *gaps;
	size_t fact_room, memo_room, result_room, clause_room;
	uint32_t stamp;
	bool traced;               /* results, reasons and used clauses are there; else only amounts */
	bool has_totals;           /* the claim gave running totals */
	struct ybi_scratch scratch;
	struct ybi_column *columns; /* by fact, for a plan */
	uint8_t *known_bytes;
	size_t column_room;

	const char *lacking[2];    /* without region or scheme there is no book: their names */
	uint32_t lacking_count;

	uint32_t benefit;          /* UINT32_MAX: none */
	struct ybi_obstacles obstacles;
	struct ybi_reason reasons[YBI_REASONS];
	uint32_t reason_count;

	yb_fen amounts[YBI_AMOUNT_LAST - YBI_AMOUNT_FIRST + 1];
	bool known[YBI_AMOUNT_LAST - YBI_AMOUNT_FIRST + 1];
	int64_t fund_share;        /* pool_prop_selfpay, 4 decimals */
	bool has_fund_share;

	struct ybi_line *lines;
	size_t line_count, line_room;
	char head[YBI_HEAD_COUNT_][YBI_HEAD_SIZE];
	yb_day begin, end;
};

/* ---- bind.c ---- */
/* Make room for a book's questions; nothing is allocated when there is enough. */
yb_status ybi_decision_prepare(struct yb_decision *decision, const struct yb_policy_set *set, const struct ybi_book *book, struct yb_error **err);
/* Person and claim to facts, and what can be derived from them at once. */
yb_status ybi_bind(struct yb_decision *decision, const struct yb_person *person, const struct yb_claim *claim, struct yb_error **err);
/* Set one fact from its text, as a document or vector writes it. */
yb_status ybi_bind_text(struct yb_decision *decision, uint32_t fact, const char *text, size_t length, struct yb_error **err);
/* What follows from facts that were set: age, retired, stay_days, out_of_area, year. */
yb_status ybi_bind_derived(struct yb_decision *decision, struct yb_error **err);
void ybi_fact_set(struct yb_decision *decision, uint32_t fact, int64_t value);

/* ---- reimburse.c ---- */
/* Bound facts to an outcome; the lines of `claim` are split when it has any. */
yb_status ybi_settle_bound(struct yb_decision *decision, const struct yb_claim *claim, struct yb_error **err);
/* The same by the dense tables; false when the exact way must be gone. */
bool ybi_settle_dense(struct yb_decision *decision, struct yb_error **err, yb_status *status);
void ybi_eval_start(struct yb_decision *decision, struct ybi_eval *eval);
/* The exact way over the same facts, for what a plan leaves out: results, reasons, used clauses. */
yb_status ybi_decision_trace(struct yb_decision *decision, struct yb_error **err);
/* ---- explain.c ---- */
struct ybi_step {
	const char *op;
	uint32_t clause, layer; /* UINT32_MAX: none */
	char *zh, *en;
	yb_fen amount;
	bool has_amount;
};

struct ybi_steps {
	struct ybi_step *rows;
	size_t count, room;
	bool failed;
};

void ybi_explain(struct yb_decision *decision, yb_explain level, struct ybi_steps *steps);
void ybi_steps_free(struct ybi_steps *steps);
const char *ybi_reason_name(uint32_t code);
void ybi_reason_text(const struct yb_decision *decision, const struct ybi_reason *reason, yb_lang lang, struct ybi_text *out);
/* Name under which a lacking fact is asked for: brdy for age, enddate for the reference day. */
const char *ybi_missing_name(const struct ybi_book *book, uint32_t fact);
/* The codes and texts of a layer's fund. */
const char *ybi_fund_code(const char *scheme, yb_field fund);

/* One more reason; further ones are dropped once there is no room. */
void ybi_reason_add(struct yb_decision *decision, uint32_t code, uint32_t subject);

#endif
