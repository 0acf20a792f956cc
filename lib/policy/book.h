/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BOOK_H
#define YBI_BOOK_H

#include <yibao/policy.h>

#include "base/hash.h"
#include "policy/catalogue.h"
#include "policy/channel.h"
#include "policy/field.h"
#include "policy/node.h"
#include "rule/benefit.h"
#include "rule/check.h"
#include "rule/column.h"
#include "rule/refund.h"
#include "rule/wait.h"

/*
 * A document as read, and the book compiled from it and its parents: names on
 * one side (for binding facts and telling reasons), the graph and schedule of
 * rule/ on the other.
 */

struct ybi_source {
	const char *tag, *issuer, *docno, *article, *url, *title;
	const char *document; /* id of the document that declares it */
	yb_day published;     /* YB_DAY_NONE: not stated */
	yb_confidence confidence;
	const struct ybi_node *node;
};

struct ybi_profile;

struct ybi_sources {
	struct ybi_source *rows;
	size_t count;
	const struct ybi_profile *profile; /* by which the codes in the document's text are read; NULL: national */
	yb_confidence floor; /* of the head: a weaker clause is expected to say so; 0 where the head says nothing */
};

/* One text that was given to the loader. */
struct ybi_document {
	char *name, *text;
	size_t length;
	char hash[YBI_HASH_SIZE];
	struct ybi_arena arena;
	struct ybi_node *root;
	const char *id, *title, *title_zh;
	const char *overlay;             /* id of the document that it is laid over; NULL: stands for itself */
	yb_day overlay_from, overlay_to; /* [from, to): the days it changes */
	struct ybi_sources sources;
	const struct ybi_catalogue *catalogue; /* of its book, once that is built; NULL for other documents */
	struct yb_error *fault;
	struct ybi_profile *profile; /* of a document of code tables */
	bool directory; /* found in a directory, so it may be set aside */
	bool twin;      /* another document of its id was loaded before it, and is used */
};

/* A place of the law: what a figure or rule rests on. */
struct ybi_clause {
	const char *id;         /* reimburse/inpatient/basic/deductible */
	const struct ybi_node *node, *source; /* source: a tag, or a list of them */
	yb_confidence confidence, strongest;  /* what it has; that of its best source */
	const struct ybi_source **sources;
	const char **articles;   /* what follows the tag, "第三条", or NULL */
	uint32_t source_count;
	const char *text;       /* of a declared gap */
	bool hole;              /* a place without a figure, declared or not published yet */
};

enum ybi_fact_part { YBI_OF_PERSON, YBI_OF_CLAIM, YBI_OF_LINE, YBI_OF_COVER, YBI_OF_DERIVED, YBI_OF_SETTLEMENT, YBI_OF_TOTAL, YBI_OF_KIND };

struct ybi_fact_meta {
	const char *name;
	yb_field field;     /* of the registry, 0 for others */
	uint8_t type;       /* enum ybi_type */
	uint8_t part;       /* enum ybi_fact_part */
	bool closed;        /* text must be one of the domain */
	bool bounded;       /* low, high hold */
	bool outlasts;      /* a running total of more than one stay */
	bool series;        /* stands for a year that a series does not have */
	int64_t low, high, den;
	uint32_t domain, domain_count; /* into book->domains: atoms */
	const struct ybi_node *node;   /* declaration */
	uint32_t from;      /* derivation or YBI_NO_EXPR */
};

/* Facts that every book has, by number; the registry's fields follow. */
enum {
	YBI_FACT_ON, YBI_FACT_AGE, YBI_FACT_RETIRED, YBI_FACT_STAY_DAYS, YBI_FACT_OUT_OF_AREA, YBI_FACT_YEAR,
	YBI_FACT_SCOPE, YBI_FACT_TOTAL, YBI_FACT_PRIOR, YBI_FACT_OVER_LIMIT, YBI_FACT_FULLY_OWN, YBI_FACT_STANDARD_
};

struct ybi_named {
	const char *name;
	const struct ybi_node *node;
	uint32_t expr; /* YBI_NO_EXPR until built */
	uint8_t building;
	bool sourced, used;
};

enum ybi_ask { YBI_ASK_FEE, YBI_ASK_REFUND, YBI_ASK_ELIGIBILITY, YBI_ASK_REWARDS, YBI_ASK_REIMBURSE, YBI_ASK_COUNT_ };

struct ybi_unsupported {
	const char *id, *text;
	uint32_t clause, when; /* when may be YBI_NO_EXPR */
	uint32_t ask;
	uint32_t part;         /* enum ybi_refund_part */
};

/* The three questions that the section on refunds answers. */
enum ybi_refund_part { YBI_PART_CREDIT, YBI_PART_INTEREST, YBI_PART_CONTRIBUTION };

/* A rule that says no to a question, with its words. */
struct ybi_refusal {
	const char *id, *zh, *en;
	uint32_t clause, when; /* when may be YBI_NO_EXPR */
	uint32_t ask;
};

/* A named result of a question other than a settlement. */
struct ybi_answer {
	const char *name;
	uint8_t type, ask;
};

/* Fixed places among the answers of refunds and eligibility. */
enum { YBI_REPAY_FLAG, YBI_REPAY_RULE, YBI_REPAY_SHARE, YBI_REPAY_UNTIL, YBI_REPAY_AMOUNT };
enum { YBI_WAIT_COVERED, YBI_WAIT_RULE, YBI_WAIT_ANCHOR, YBI_WAIT_WAIT, YBI_WAIT_START, YBI_WAIT_UNTIL, YBI_WAIT_DURING };

struct ybi_window {
	int32_t year, notice; /* coverage year; year of the notice, 0 where it is not said */
	yb_day from, to; /* [from, to) */
	int32_t first_day, last_day; /* of the month; 1 .. 31: any */
	const char *id, *label_zh, *label_en;
	uint32_t clause;
};

/* A payment channel that a document lists as open. */
struct ybi_open_channel {
	const char *id;
	uint32_t clause, when;
};

struct ybi_derived {
	const char *name;
	uint32_t expr;
};

struct ybi_vector {
	const char *id;
	uint32_t ask;
	const struct ybi_node *node;
	struct ybi_derived *derive;
	uint32_t derive_count;
	const char *solve_layer;
	bool solve_own;
	yb_fen solve_value;
};

/* A catalogue that a benefit looks items up in. */
struct ybi_catalogue_use {
	const struct ybi_catalogue *catalogue;
	uint32_t first_clause; /* one for each group of the catalogue, in order */
};

/* Numbers by name: open addressing, the size is a power of two. */
struct ybi_index {
	struct ybi_slot { uint32_t number, hash; } *slots; /* 0: empty, else number + 1 */
	uint32_t mask, count;
};

/* A growing array of the book. */
#define YBI_ARRAY(type, name) type *name; size_t name##_count, name##_room

struct ybi_book;

/* The days of one document on which overlays hold; book is NULL where one of them could not be read. */
struct ybi_variant {
	yb_day from, to;
	struct ybi_book *book;
	const struct ybi_document *aside;
};

struct ybi_book {
	struct ybi_arena arena;
	const struct ybi_document *document;
	const struct ybi_document *overlay; /* the book of an overlay: its target as it is on the overlay's first day */
	struct ybi_variant *variants;       /* of a document that overlays change, in order of time */
	size_t variant_count;
	const struct ybi_document **closure; /* the document, then its parents */
	size_t closure_count;
	char region[7], scheme[16];
	yb_day from, to; /* days it answers on: [from, to) */
	int32_t medical_month, medical_day;
	yb_month_end month_end;
	int64_t round_step;
	yb_rounding round_mode;
	uint8_t year_by_begin;
	uint8_t year_by_split; /* the parts of a stay on either side of a medical year's end are settled by themselves */
	uint8_t split_again;   /* the second as a stay of its own */
	uint32_t sections;   /* bits of enum ybi_ask */
	struct { yb_day from, to; bool given; } section_days[YBI_ASK_COUNT_];
	uint32_t paid_fact, window_fact, window_start_fact, months_fact, history_fact, claims_fact, year_first_fact, have_fact; /* facts of the cover, by number */
	uint32_t checks_asked;            /* bits of enum ybi_ask: questions with which checks are asked */
	const struct ybi_catalogue *catalogue; /* of a price list; it has nothing else */
	uint32_t listed_fact, class_fact, catalogue_fact; /* facts of a cost line's item, by number */
	uint32_t first_sum, sum_count, month_total, due_total;        /* answers of a fee */
	uint32_t credit_sum, interest_sum, repay_answers, wait_answers; /* answers */
	bool benefits_exclusive, rules_exclusive, repays_exclusive;   /* proven at load */
	int32_t gaps_from, rewards_from, break_at_most; /* years or 0; months */
	uint32_t cover_until;             /* last day of cover where a rule does not say; YBI_NO_EXPR: that of the coverage year */

	YBI_ARRAY(struct ybi_expr, exprs);
	YBI_ARRAY(uint32_t, expr_domain);  /* fact whose domain a text expression has, or YBI_NO_FACT */
	YBI_ARRAY(struct ybi_place, expr_place);
	YBI_ARRAY(struct ybi_fraction, constants);
	YBI_ARRAY(uint32_t, args);
	YBI_ARRAY(struct ybi_cell, cells);
	YBI_ARRAY(uint32_t, row_cells);
	YBI_ARRAY(struct ybi_interval, intervals);
	YBI_ARRAY(uint32_t, atoms);        /* of cells */
	YBI_ARRAY(struct ybi_table, tables);
	YBI_ARRAY(struct ybi_dated, dated);
	YBI_ARRAY(struct ybi_dated_entry, dated_entries);
	YBI_ARRAY(struct ybi_except, excepts);
	YBI_ARRAY(struct ybi_exception, exceptions);
	YBI_ARRAY(const char *, labels); /* by exception */
	YBI_ARRAY(struct ybi_series, series);
	YBI_ARRAY(struct ybi_series_entry, series_entries);
	YBI_ARRAY(struct ybi_named, series_names);
	YBI_ARRAY(struct ybi_clause, clauses);
	YBI_ARRAY(struct ybi_clause_info, clause_infos);
	YBI_ARRAY(struct ybi_fact_meta, facts);
	YBI_ARRAY(struct ybi_fact_info, fact_infos);
	YBI_ARRAY(const char *, atom_names);
	YBI_ARRAY(uint32_t, domains);
	YBI_ARRAY(struct ybi_named, values);
	YBI_ARRAY(const char *, layer_names); /* by number of results */
	YBI_ARRAY(struct ybi_named, pools);   /* expr: period */
	YBI_ARRAY(struct ybi_unsupported, unsupported); /* what touches settlements */
	YBI_ARRAY(struct ybi_unsupported, other_gaps);  /* what touches the other questions */
	YBI_ARRAY(struct ybi_refusal, refusals);
	YBI_ARRAY(struct ybi_answer, answers);
	YBI_ARRAY(struct ybi_window, windows);
	YBI_ARRAY(struct ybi_charge, charges);
	YBI_ARRAY(struct ybi_payer, payers);
	YBI_ARRAY(struct ybi_open_channel, open_channels);
	YBI_ARRAY(struct ybi_credit, credits);
	YBI_ARRAY(struct ybi_less, less);
	YBI_ARRAY(struct ybi_repay, repays);
	YBI_ARRAY(struct ybi_wait_rule, rules);
	YBI_ARRAY(struct ybi_reward, rewards);
	YBI_ARRAY(struct ybi_benefit, benefits);
	YBI_ARRAY(struct ybi_layer, layers);
	YBI_ARRAY(struct ybi_modify, modifies);
	YBI_ARRAY(struct ybi_ceiling, ceilings);
	YBI_ARRAY(struct ybi_limit, limits);
	YBI_ARRAY(struct ybi_catalogue_use, catalogues);
	YBI_ARRAY(struct ybi_check, checks);
	YBI_ARRAY(struct ybi_vector, vectors);
	YBI_ARRAY(struct yb_channel, channels);
	YBI_ARRAY(struct ybi_channel_note, channel_notes);
	struct ybi_index atom_index, fact_index, value_index;
	bool has_patterns; /* an atom ends in `*`: a prefix on an open text */
	const struct ybi_profile *profile; /* by which the codes of a person and a bill are read; NULL: national */
	struct ybi_fact *blank; /* by fact: what a question knows before it is asked; totals are 0 */
	uint32_t memo_count;
	uint32_t rule_exprs; /* expressions before those of the vectors */
	uint32_t field_fact[YBI_FIELD_MAX];

	struct ybi_graph graph;       /* views of the arrays above, set at the end */
	struct ybi_schedule schedule;
	struct ybi_fees fees;
	struct ybi_refunds refunds;
	struct ybi_plan **plans;      /* by benefit: dense tables and programs, NULL where only the exact way serves */
	struct ybi_plan *front;       /* tables of every benefit's condition, then of every declared gap's; NULL likewise */
	struct ybi_plan *fee_plan;    /* what is owed; NULL likewise */
	struct ybi_plan *refund_plan; /* what is credited in a month; NULL likewise */
	bool front_moves;             /* it reads a number of the bill: ybi_fact_moves() */
	size_t plan_regs, plan_positions; /* the most of any: registers; axes and tables */
};

struct yb_policy_set {
	int references; /* atomic */
	yb_confidence confidence;
	yb_day known_on; /* 0: no limit */
	struct ybi_document **documents;
	size_t document_count;
	struct ybi_book **books; /* by document, NULL for those set aside and for pure frames that failed */
	const struct yb_channel **channels; /* of all books, each id once */
	size_t channel_count;
};

/* ---- the finished book ---- */

/* Is a document of this id among those that the book is built from? */
bool ybi_book_has(const struct ybi_book *book, const char *id);
/* May the fact change from one bill to the next of the same shape? A number of the bill, a running total, or what follows from buckets. */
bool ybi_fact_moves(const struct ybi_book *book, uint32_t fact);
/* The atom of a text, 0 ("another text") when the book does not know it. */
uint32_t ybi_book_atom(const struct ybi_book *book, const char *text, size_t length);
/* The fact of a name, YBI_NO_FACT when there is none. */
uint32_t ybi_book_fact(const struct ybi_book *book, const char *name, size_t length);
/* The place of a named result "layer.result" in results[], UINT32_MAX when there is none. */
uint32_t ybi_book_result(const struct ybi_book *book, const char *name, size_t length);
/* The number of a named answer, YBI_NO_ANSWER when the question has none of that name. */
uint32_t ybi_book_answer(const struct ybi_book *book, enum ybi_ask ask, const char *name, size_t length);
/* Type of a result. */
enum ybi_type ybi_result_type(uint32_t result);
/* Name of a result, "paid.exact"; "" for bands and ratios. */
const char *ybi_result_name(uint32_t result);

/*
 * Build the book of a document; `documents` are all that parents and overlays may be found among. `day`: with the overlays that hold on
 * it, YB_DAY_NONE: with none. `overlay`: the overlay whose vectors it reads, or NULL.
 */
yb_status ybi_book_new(const struct ybi_document *document, struct ybi_document *const *documents, size_t count, yb_confidence least,
                       yb_day known_on, yb_day day, const struct ybi_document *overlay, struct ybi_book **book, struct yb_error **err);
/* The book as it is on a day, with the overlays that hold then; NULL with *aside where one of them could not be read. */
const struct ybi_book *ybi_book_on(const struct ybi_book *book, yb_day day, const struct ybi_document **aside);
void ybi_book_free(struct ybi_book *book);
/* Lists the channels of the books, once all are there. */
yb_status ybi_set_channels(struct yb_policy_set *set, struct yb_error **err);
/* The book in use of an id; NULL when there is none. */
const struct ybi_book *ybi_set_book(const struct yb_policy_set *set, const char *id);
/*
 * The book that answers a question for a region and scheme: the region itself, its city, its province, the nearest that has rules on
 * it. NULL with *aside where one that could not be read stands in the way.
 */
const struct ybi_book *ybi_set_find(const struct yb_policy_set *set, const char *region, const char *scheme, enum ybi_ask ask,
                                    const struct ybi_document **aside);

/* "3 months", "90 days", "1 year": the type is YBI_MONTHS or YBI_DAYS. */
bool ybi_duration_from(const char *text, size_t length, enum ybi_type *type, struct ybi_fraction *q);

const char *ybi_confidence_name(yb_confidence confidence);
/* 0 when it is no such word. */
yb_confidence ybi_confidence_from(const char *word);

#endif
