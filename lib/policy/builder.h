/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BUILDER_H
#define YBI_BUILDER_H

#include "policy/book.h"

/*
 * Turning checked nodes into a book. Faults are collected: a function that
 * finds one reports it and gives YBI_NO_EXPR (or false), the caller goes on
 * with the next clause, and the build fails at its end.
 */

/* What is in sight where an expression stands. */
struct ybi_scope {
	uint32_t clause;     /* clause its figures belong to, YBI_NO_CLAUSE where none is known */
	bool needs_source;   /* a figure here must have one */
	bool sourced;        /* it stands in a clause that has one */
	bool rounds;         /* the slot is a named value, which may say how it is rounded */
	bool partial;        /* a table may leave cases to what the facts mean by themselves */
	uint32_t layers;     /* results of layers 0 .. are in sight: a list of numbers */
	const uint32_t *layer_list;
	bool all_layers;     /* in a vector: every layer */
	uint32_t otherwise;  /* what `default` means, or YBI_NO_EXPR */
	bool has_otherwise;  /* `default` means something, though it may have a fault */
	uint32_t base;       /* answer + 1 that `base` means, 0: none */
	uint32_t answers_of; /* enum ybi_ask + 1 whose results are in sight, 0: none */
	const char *path;    /* for clause ids */
	uint32_t depth;
};

#define YBI_NO_CLAUSE UINT32_MAX

struct ybi_builder {
	struct ybi_book *book;
	struct ybi_document *const *documents;
	size_t document_count;
	struct yb_error **err;
	yb_status status;  /* first fault */
	yb_confidence least;
	yb_day known_on;   /* what was published later is left out; 0: no limit */
	bool overlaying;   /* what is merged is an overlay: it replaces without saying so */
	yb_day day;        /* overlays that hold on it are merged; YB_DAY_NONE: none */
	bool unsourced;    /* the benefit's first figure without a source was told */
	/* cells with a prefix on an open text: they hold every text that begins so, whenever it is named */
	struct ybi_prefix { uint32_t cell; const char *text; size_t seen; } *prefixes;
	size_t prefix_count, prefix_room;
	uint64_t prefix_work, meet_work, compile_work;
	size_t cover_steps;   /* what has been spent on proofs: they are bounded, and a warning tells where one was not finished */
	bool meet_told, values_told;
	uint32_t values_open; /* named values that are being built, each for the one before */
	const struct ybi_node *strange; /* the mapping whose unknown keys were told last: what it lacks may be one of them, misspelt */
	struct ybi_broken *broken;      /* names that stand for nothing, since what they name has faults */
	/* sections after the merge with parents */
	struct ybi_node *attributes, *values, *series, *fee, *refund, *eligibility, *reimburse, *unsupported, *checks, *vectors;
};

struct ybi_broken {
	const char *name;
	struct ybi_broken *next;
};

/* Append to an array of the book; false and status YB_E_NO_MEMORY when there is none. */
#define YBI_PUSH(b, array, element) \
	(ybi_push_room((b), (void *)&(b)->book->array, (b)->book->array##_count, &(b)->book->array##_room, sizeof(*(b)->book->array)) \
	         ? ((b)->book->array[(b)->book->array##_count++] = (element), true) : false)
bool ybi_push_room(struct ybi_builder *b, void *array, size_t count, size_t *room, size_t size);

void ybi_fault(struct ybi_builder *b, yb_status status, const struct ybi_node *node, const char *subject, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* A finding of a severity; one that is no error does not stop anything. */
void ybi_finding_of(struct ybi_builder *b, yb_severity severity, const struct ybi_node *node, const char *subject, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void ybi_warn(struct ybi_builder *b, const struct ybi_node *node, const char *subject, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
char *ybi_format(struct ybi_builder *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- expressions ---- */
uint32_t ybi_add_expr(struct ybi_builder *b, struct ybi_expr e, const struct ybi_node *node);
uint32_t ybi_add_const(struct ybi_builder *b, struct ybi_fraction q, enum ybi_type type, const struct ybi_node *node);
uint32_t ybi_add_unary(struct ybi_builder *b, enum ybi_op op, enum ybi_type type, uint32_t a, const struct ybi_node *node);
uint32_t ybi_add_nary(struct ybi_builder *b, enum ybi_op op, enum ybi_type type, const uint32_t *args, uint32_t count,
                      const struct ybi_node *node);
uint32_t ybi_add_fact(struct ybi_builder *b, uint32_t fact, const struct ybi_node *node);
/* `none` and YBI_NO_EXPR pass through. A bare number takes the unit; anything else that does not fit is a fault. */
uint32_t ybi_coerce(struct ybi_builder *b, uint32_t expr, enum ybi_type want, const struct ybi_node *node);
/* No value in any case: `none`, or a hole that is declared. It fits every place. */
bool ybi_is_gap(const struct ybi_builder *b, uint32_t expr);
const char *ybi_type_name(enum ybi_type type);
enum ybi_type ybi_expr_type(const struct ybi_builder *b, uint32_t expr);

/* ---- names ---- */
uint32_t ybi_intern(struct ybi_builder *b, const char *text, size_t length);
/* An expression for a name: fact, value, result, scope.<kind>; YBI_NO_EXPR after a fault. */
uint32_t ybi_resolve(struct ybi_builder *b, const struct ybi_scope *scope, const char *name, size_t length, const struct ybi_node *node);
/* The fact of a running total, made on first use. */
uint32_t ybi_total_fact(struct ybi_builder *b, const char *name);
/* Of a document that splits stays at the year's end: amounts that each part of one has its own of, part1.<name> and part2.<name>. */
void ybi_declare_parts(struct ybi_builder *b);
/* A fact of money that a question works out, reward.<id>. */
uint32_t ybi_money_fact(struct ybi_builder *b, const char *name);
bool ybi_setup_facts(struct ybi_builder *b);
/* What this names has faults, which were told: its uses are none. */
void ybi_break_name(struct ybi_builder *b, const char *name);
bool ybi_is_broken(const struct ybi_builder *b, const char *name, size_t length);
/* A fault that names the nearest fact or value. */
void ybi_unknown_name(struct ybi_builder *b, const char *name, size_t length, const struct ybi_node *node);
/* Append a fact, a named value: their names are found by ybi_book_fact(), ybi_book_value(). */
bool ybi_push_fact(struct ybi_builder *b, struct ybi_fact_meta meta);
bool ybi_push_value(struct ybi_builder *b, struct ybi_named value);
/* The number of a named value, YBI_NO_VALUE when there is none. */
uint32_t ybi_book_value(const struct ybi_book *book, const char *name, size_t length);
#define YBI_NO_VALUE UINT32_MAX
/* The expression of a named value, built on first use. */
uint32_t ybi_named_value(struct ybi_builder *b, uint32_t index);

/* ---- clauses ---- */
/* Was it published by the day that the set is asked to know? Of its dated sources one is enough; without any it always was. */
bool ybi_known(const struct ybi_builder *b, const struct ybi_node *node);
/* The expression, or a hole of its type where its law was not published yet. */
uint32_t ybi_if_known(struct ybi_builder *b, uint32_t expr, const char *path, const struct ybi_node *node);
/* A clause for a mapping; its figures need the mapping's nearest source. */
uint32_t ybi_add_clause(struct ybi_builder *b, const char *id, const struct ybi_node *node, bool required);

/* ---- formulas, slots, cells, conditions ---- */
/* `text` is what follows the `=`; `column` its offset in the node's text, for places. */
uint32_t ybi_parse_formula(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node);
/* A slot that must give `want`; YBI_TYPE_COUNT_ means whatever it gives. `domain` is the fact whose texts are meant, or YBI_NO_FACT. */
uint32_t ybi_parse_slot(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node, enum ybi_type want, bool list,
                        uint32_t domain);
uint32_t ybi_parse_when(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *node);
/* A cell compared with values of a type; UINT32_MAX after a fault. */
uint32_t ybi_parse_cell(struct ybi_builder *b, const struct ybi_node *node, enum ybi_type type, uint32_t domain);
/* Gives cells with a prefix the texts that were named since; before cells are compared, and at the end. */
void ybi_expand_prefixes(struct ybi_builder *b);
/* from/to/through of a clause; false after a fault. Absent ends are the first and last day. */
bool ybi_parse_interval(struct ybi_builder *b, const struct ybi_node *map, yb_day *from, yb_day *to, bool *given);
/* `when` and from/to of a clause as one condition, YBI_NO_EXPR for "always". */
uint32_t ybi_parse_clause_when(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *map, bool *bad);
bool ybi_parse_round(struct ybi_builder *b, const struct ybi_node *node, int64_t *step, yb_rounding *mode);
bool ybi_parse_day(struct ybi_builder *b, const struct ybi_node *node, yb_day *day);
bool ybi_parse_flag(struct ybi_builder *b, const struct ybi_node *node, bool *flag);

/* ---- what sections have in common ---- */
void ybi_check_keys(struct ybi_builder *b, const struct ybi_node *map, const char *const *keys, size_t count);
void ybi_read_label(struct ybi_builder *b, const struct ybi_node *map, const char **zh, const char **en);
/* The id of a clause; NULL after a fault. */
const char *ybi_read_id(struct ybi_builder *b, const struct ybi_node *map, const char *what, bool dots);
/* An expression under a clause of its own: what it rests on shows in the steps. `limit`: `none` may stand here. */
uint32_t ybi_clause_slot(struct ybi_builder *b, const struct ybi_scope *outer, const char *path, const struct ybi_node *at,
                         const struct ybi_node *slot, enum ybi_type want, bool list, bool limit, uint32_t *clause);
/* Keys, days in force and refusals of a section; false when there is none. */
bool ybi_section_begin(struct ybi_builder *b, const struct ybi_node *section, enum ybi_ask ask, const char *name, const char *const *keys,
                       size_t count);
/* A list of mappings; NULL when absent or after a fault. */
const struct ybi_node *ybi_section_list(struct ybi_builder *b, const struct ybi_node *section, const char *key, uint32_t most);
bool ybi_check_unique(struct ybi_builder *b, const struct ybi_node *list, uint32_t index, const char *what);
bool ybi_read_span(struct ybi_builder *b, const struct ybi_node *map, uint32_t *span);
uint32_t ybi_add_answer(struct ybi_builder *b, enum ybi_ask ask, enum ybi_type type, const char *name, const struct ybi_node *node);
void ybi_build_refusals(struct ybi_builder *b, const struct ybi_node *section, enum ybi_ask ask, const char *name);
/* A unit that is no word of the language is a fault. */
void ybi_check_unit(struct ybi_builder *b, const struct ybi_node *unit);
bool ybi_month_day_from(const char *text, int32_t *month, int32_t *day);

/* The catalogue of a document's id; NULL after a fault. */
const struct ybi_catalogue *ybi_find_catalogue(struct ybi_builder *b, const struct ybi_node *name);

/* ---- sections ---- */
bool ybi_read_head(struct ybi_document *document, struct yb_error **err);
void ybi_build_names(struct ybi_builder *b); /* attributes, series, values */
void ybi_build_fee(struct ybi_builder *b);
void ybi_build_refund(struct ybi_builder *b);
void ybi_declare_rewards(struct ybi_builder *b);
void ybi_build_eligibility(struct ybi_builder *b);
void ybi_build_reimburse(struct ybi_builder *b);
void ybi_build_unsupported(struct ybi_builder *b);
void ybi_build_vectors(struct ybi_builder *b);
void ybi_build_channels(struct ybi_builder *b);
void ybi_build_catalogue(struct ybi_builder *b);
void ybi_build_codes(struct ybi_builder *b);
void ybi_build_checks(struct ybi_builder *b);
/* What each check needs to know before it says anything. */
void ybi_check_needs(struct ybi_book *book);
void ybi_merge(struct ybi_builder *b);

/* ---- checks over the whole book ---- */
void ybi_check_cycles(struct ybi_builder *b);
void ybi_check_bounds(struct ybi_builder *b);
/* Overlap and, where `whole`, cover of one table; `node` is its place. */
void ybi_check_table(struct ybi_builder *b, uint32_t table, const struct ybi_node *node, const struct ybi_node *const *rows, bool whole);
void ybi_check_exceptions(struct ybi_builder *b, uint32_t except, const struct ybi_node *const *whens, const char *const *labels);
/* In order, each once: how many are left. */
size_t ybi_sort_unique(int64_t *values, size_t count);
struct ybi_text;
/* A fact with a value, as a person would write it: "hosp_lv 02"; after a comma where something stands already. */
void ybi_put_point(struct ybi_text *out, const struct ybi_book *book, const char *name, enum ybi_type type, uint32_t fact, int64_t point);
/* What an expression is made of, a derived fact of its derivation; false when `fn` was false for one. */
bool ybi_each_child(const struct ybi_book *book, uint32_t expr, bool (*fn)(void *user, uint32_t child), void *user);
/* Proves the checks that are not asked with questions, for everybody whom the document knows. */
void ybi_prove_checks(struct ybi_builder *b);
/* Can both conditions hold? `text` then tells of a case; `decided` is false where a formula keeps that from being told. */
bool ybi_conditions_meet(struct ybi_builder *b, uint32_t a, uint32_t c, struct ybi_text *text, bool *decided);
/*
 * The choices of a list, which stand in structs of `stride` bytes: `over:` is
 * linked, and two that hold together are a fault. Gives whether every pair was
 * proven apart; a formula can keep that from being told.
 */
bool ybi_check_choices(struct ybi_builder *b, struct ybi_choice *first, size_t stride, const struct ybi_node *list, const char *what,
                       const char *subject);
/* Is a name that of the in-scope cost of lines of a kind, scope.implant? Its fact, made where there is none yet. */
bool ybi_kind_name(const char *name, size_t length);
uint32_t ybi_kind_fact(struct ybi_builder *b, const char *name, size_t length);

#endif
