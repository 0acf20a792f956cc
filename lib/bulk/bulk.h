/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BULK_H
#define YBI_BULK_H

#include <stdatomic.h>

#include <yibao/arrow.h>
#include <yibao/bulk.h>
#include <yibao/reimburse.h>

#include "decide/decision.h"

/*
 * Rows in columns. A book of the set that can answer a row gets a view: to
 * which fact each bound column goes and what its texts are there, worked out
 * once before rows are run. Rows of one view are taken a block at a time
 * through the tables and the plan of their benefit; whatever a plan does not
 * hold exactly goes through a person and a claim of the worker, as a program's
 * question would, and is answered by yb_settle().
 */

#define YBI_COLUMN_NAMED 1000 /* columns without a field count from here */
#define YBI_CHUNK 4096        /* rows that a worker takes at once */
#define YBI_THREADS_MOST 256

struct ybi_word {
	const char *text;
	uint32_t length;
};

/* A name that got a number. */
struct ybi_bulk_name {
	char *name; /* as it was asked for */
	bool output;
	bool total, of_person;
	bool cover;       /* the cover history */
	uint8_t option;   /* enum ybi_option + 1 */
	uint8_t answer;   /* of an output that covered.c knows: its number + 1 */
	const char *bare; /* without `psn.` */
	bool typed;       /* type was looked up in the documents */
	uint8_t type;     /* enum ybi_type; YBI_TYPE_COUNT_: they differ */
};

/* What a question about a person is told beside the person. */
enum ybi_option { YBI_OPTION_YEAR, YBI_OPTION_PAID_ON, YBI_OPTION_MONTHS, YBI_OPTION_ON, YBI_OPTION_ARREAR, YBI_OPTION_REPAIRED, YBI_OPTION_COUNT_ };

/* A column that is bound. */
struct ybi_input {
	yb_column column;
	yb_field field;    /* 0: an attribute or a total */
	bool total, of_person, coded, constant;
	bool cover;        /* texts that are lists of JSON */
	uint8_t option;    /* enum ybi_option + 1 */
	const char *name;
	uint32_t width;    /* bytes of an element; 0 for a constant */
	const uint8_t *values, *known;
	bool bits;
	size_t known_first; /* bit of row 0 in a bitmap */
	bool of_batch;      /* bound from the Arrow batch that was taken last */
	struct ybi_arena arena;
	struct ybi_word *words;
	size_t word_count;
};

struct ybi_output {
	yb_column column;
	yb_field field;    /* 0: a result of a layer */
	uint8_t answer;    /* of covered.c, + 1 */
	const char *name;
	int64_t *values;
	uint8_t *known;
};

/* What a text of a column is in one book. */
enum ybi_word_state { YBI_WORD_FACT, YBI_WORD_NOTHING /* says nothing */, YBI_WORD_EXACT /* only the exact way can tell */ };

struct ybi_view_input {
	uint32_t fact;        /* YBI_NO_FACT: the book has none */
	int64_t *map;         /* by text of the column */
	uint8_t *states;      /* likewise, enum ybi_word_state */
	uint8_t *retired;     /* likewise, of psn_type: 0 no, 1 yes */
	int32_t *place;       /* likewise, of a region: its four digits, -1: none */
	bool foreign;         /* what stands there is for the exact way */
	int64_t low, high;    /* of numbers */
	bool direct;          /* short numbers may stand in bytes */
	bool idle;            /* no plan reads it and nothing follows from its value: only whether it may stand there counts */
};

/* Where a fact that plans read comes from. */
enum ybi_origin {
	YBI_FROM_INPUT, YBI_FROM_NOTHING, YBI_FROM_ZERO,
	YBI_FROM_ON, YBI_FROM_YEAR, YBI_FROM_YEAR_FIRST, YBI_FROM_AGE, YBI_FROM_RETIRED, YBI_FROM_STAY, YBI_FROM_AREA,
	YBI_FROM_TOTAL, YBI_FROM_OWN, YBI_FROM_OVER, YBI_FROM_PRIOR, YBI_FROM_SCOPE,
	YBI_FROM_CARRIED, /* what earlier rows of the person come to */
	YBI_FROM_COUNT_
};

struct ybi_read {
	uint32_t fact, from, input; /* carried: its number among those of the view */
};

/* Where a result of a layer stands in a plan. */
struct ybi_view_result {
	uint16_t reg, when; /* YBI_NO_REG: nowhere; it holds always */
	uint16_t lack;      /* of named answers: 1 in rows without it; YBI_NO_REG: there are none */
	int64_t scale;
	bool there;         /* this benefit has it, in a register or as 0 */
	bool wide;          /* only the exact way has it */
};

#define YBI_VIEW_CHECKS 16
#define YBI_CHECK_FACTS 8

/* A check that refuses a bill, by the facts it reads. */
struct ybi_view_check {
	uint32_t facts[YBI_CHECK_FACTS], fact_count;
	uint32_t op;  /* of a pair: enum ybi_op */
	bool pair;    /* the first two facts are compared as they stand */
	bool strict;  /* it says nothing where one fact is not known */
};

/* A fact that earlier rows of the person tell: a running total, or the ordinal of the stay. */
struct ybi_carried {
	uint32_t kept; /* which total of the policy; YBI_NO_KEPT: the ordinal */
	enum ybi_period period;
};

#define YBI_NO_KEPT UINT32_MAX

/* What a layer of a benefit adds to a total. */
enum ybi_measure { YBI_ADDS_BASE, YBI_ADDS_NET, YBI_ADDS_DEDUCTIBLE, YBI_ADDS_PAID };
struct ybi_adds {
	uint32_t benefit, layer, kept;
	enum ybi_measure measure;
};

struct ybi_view {
	const struct ybi_book *book;
	bool dense;
	yb_day from, to;                /* days on which the section answers */
	struct ybi_view_input *inputs;  /* by bound column */
	struct ybi_read *reads;
	uint32_t read_count;
	struct ybi_view_result *results; /* benefit * outputs + output */
	uint32_t derived;               /* bits of enum ybi_origin that are read */
	bool front;                     /* a condition chooses the benefit, or a gap may stop it */
	uint8_t *idle;                  /* of named answers, by step of its plan: no bound column has anything of it */
	int64_t area[3];                /* atoms of none, province, cross */
	struct ybi_view_check checks[YBI_VIEW_CHECKS];
	uint32_t check_count;

	/* of histories */
	uint32_t policy, year;          /* which policy it is, and which of its medical years */
	struct ybi_carried *carried;
	uint32_t carried_count;
	struct ybi_adds *adds;
	uint32_t adds_count;
	uint8_t *told;                  /* by benefit: a plan tells all that a row adds */
};

/* Columns that the way to an answer needs beside those that plans read. */
enum {
	YBI_ROLE_REGION, YBI_ROLE_SCHEME, YBI_ROLE_BEGIN, YBI_ROLE_END, YBI_ROLE_BIRTH, YBI_ROLE_PSN_TYPE, YBI_ROLE_PLACE,
	YBI_ROLE_TOTAL, YBI_ROLE_OWN, YBI_ROLE_OVER, YBI_ROLE_PRIOR, YBI_ROLE_SCOPE, /* in the order of YBI_FROM_TOTAL … */
	YBI_ROLE_HOSPITAL, YBI_ROLE_USE, YBI_ROLE_BALANCE, YBI_ROLE_FAMILY, YBI_ROLE_COUNT_
};

#define YBI_NO_INPUT UINT32_MAX

/* The handles through which a row goes the exact way. */
struct ybi_row_handles {
	struct yb_person *person;
	struct yb_claim *claim;
	struct yb_decision *decision;
	int32_t options[YBI_OPTION_COUNT_]; /* of the row at hand; 0: not said */
};

/* A column that batches bring along and that is handed out with the answers. */
struct ybi_kept_column {
	char *name;
	int64_t at;              /* which one of the batch at hand; -1: there is none */
	struct ArrowSchema type; /* of that */
};

/* Whom a run tells how far it is. Of a what-if: rows done before it, and rows in all; 0: the run's own. */
struct ybi_progress {
	yb_bulk_progress tell;
	void *user;
	uint64_t before, count;
};

/* What a text among the answers may be, in the order of bytes; its number stands in the column. Borrowed of the set. */
enum ybi_words { YBI_WORDS_RULE, YBI_WORDS_WINDOW, YBI_WORDS_SCHEME, YBI_WORDS_COUNT_ };
struct ybi_bulk_words {
	YBI_ARRAY(const char *, list);
};

struct ybi_worker;
struct ybi_crew;
struct ybi_bulk_history;
struct ybi_persons;
struct ybi_batch;

struct yb_bulk {
	struct yb_policy_set *set;
	enum ybi_ask ask;
	uint32_t flags;
	int32_t threads;
	YBI_ARRAY(struct ybi_bulk_name, names);
	struct ybi_bulk_words words[YBI_WORDS_COUNT_];
	YBI_ARRAY(struct ybi_input, inputs);
	YBI_ARRAY(struct ybi_input, aside); /* bound otherwise, where the batch at hand has the column; there is room for them in inputs */
	YBI_ARRAY(struct ybi_output, outputs);
	uint8_t *outcomes;
	yb_status *statuses;
	atomic_uint references;  /* the caller's, and a stream's */
	struct ybi_batch *batch; /* taken; NULL: none */
	struct ybi_kept_column *kept_columns;
	size_t kept_columns_count;
	struct ybi_arena batch_arena; /* columns of it that had to be written anew */

	struct ybi_progress progress;
	bool in_order;                     /* rows are run as histories */
	const uint8_t *left_out;           /* by row: of nobody's history; NULL: none is */
	struct ybi_persons *persons;       /* whose rows come in several batches; NULL: histories are whole */
	uint8_t may;                       /* enum ybi_cpu; 0 but in tests, which set it before the first run */
	bool far;                          /* this run goes over more memory than the caches hold */
	struct ybi_bulk_history *history;

	/* made before rows are run, from what is bound */
	bool ready;
	uint32_t roles[YBI_ROLE_COUNT_];   /* bound columns by role */
	struct ybi_arena arena;
	YBI_ARRAY(struct ybi_view, views);
	uint32_t *pairs;                   /* by region text, then scheme text: the view + 1, 0: none */
	size_t pair_count;
	struct ybi_row_handles probe;      /* through which texts are read */
	struct ybi_worker **workers;       /* one a thread */
	int32_t worker_count;
	struct ybi_crew *crew;             /* the threads; NULL where there is one only */
};

/* ---- column.c: elements ---- */
/* The number or index of a row; 0 for a constant. */
int64_t ybi_input_at(const struct ybi_input *input, size_t row);
bool ybi_input_known(const struct ybi_input *input, size_t row);
/* The elements of rows first … or of the listed ones. */
void ybi_input_load(const struct ybi_input *input, size_t first, const uint32_t *rows, size_t count, int64_t *restrict out);
/* Whether they are known; false when all are, and `out` is not written then. */
bool ybi_input_load_known(const struct ybi_input *input, size_t first, const uint32_t *rows, size_t count, uint8_t *restrict out);

/* ---- bulk.c ---- */
bool ybi_option_is_day(uint32_t option);
struct ybi_input *ybi_bulk_bound(const struct yb_bulk *bulk, yb_column column);
/* Bind a column; its bitmap may begin at any bit. `lengths` NULL: the texts end with a NUL. */
yb_status ybi_bulk_bind(struct yb_bulk *bulk, const struct ybi_input *given, const char *const *texts, const size_t *lengths, size_t count,
                        struct yb_error **err);
void ybi_bulk_unbind(struct yb_bulk *bulk, yb_column column);
/* What is bound to a column, if anything, makes room for that of a batch; and what made room comes back, which cannot fail. */
yb_status ybi_bulk_set_aside(struct yb_bulk *bulk, yb_column column, struct yb_error **err);
void ybi_bulk_put_back(struct yb_bulk *bulk);
/* What an input is; of an attribute what all documents that have it say, YBI_TYPE_COUNT_ where they differ. */
enum ybi_type ybi_bulk_type(struct yb_bulk *bulk, yb_column column);
/* So many rows of a run are done; false where the caller ends it. Of the thread that called the run. */
bool ybi_bulk_goes_on(const struct yb_bulk *bulk, size_t done, size_t count);
/* What a run returns whose threads came to this. */
yb_status ybi_run_ended(yb_status status, struct yb_error **err);

/* ---- arrow-take.c, arrow-keep.c ---- */
void ybi_batch_drop(struct yb_bulk *bulk);
/* Are these rows of the batch that was taken, if one was? Else YB_E_INVALID. */
yb_status ybi_batch_holds(const struct yb_bulk *bulk, size_t first, size_t count, struct yb_error **err);
void ybi_kept_columns_free(struct yb_bulk *bulk);

/* ---- view.c ---- */
yb_status ybi_bulk_prepare(struct yb_bulk *bulk, struct yb_error **err);
void ybi_bulk_forget(struct yb_bulk *bulk); /* what was made is of other bindings now */
/* The view of the overlays that hold on a day; UINT32_MAX where only the exact way can tell. */
uint32_t ybi_bulk_view_on(const struct yb_bulk *bulk, uint32_t view, yb_day day);

/* A fact that is read beside those of plans. */
void ybi_view_read(const struct yb_bulk *bulk, struct ybi_view *view, uint32_t fact);

/* ---- check.c ---- */
/* The checks that refuse a bill; a view where they cannot be told from columns is not dense any more. */
yb_status ybi_view_checks(struct yb_bulk *bulk, struct ybi_view *view, struct yb_error **err);

/* ---- owed.c: what persons owe, or have credited ---- */
/* The plan of a question with named answers; NULL: there is none, or it is about a bill. */
const struct ybi_plan *ybi_owed_plan(const struct yb_bulk *bulk, const struct ybi_book *book);
/* Does it say all that the exact way would, but for rows that escape? */
bool ybi_view_owes(const struct yb_bulk *bulk, const struct ybi_book *book);
/* The day that decides which overlays hold; false where only the exact way can tell. */
bool ybi_owed_day(const struct yb_bulk *bulk, const struct ybi_view *view, size_t row, yb_day *day);
/* Is it the same for all rows? */
bool ybi_owed_one_day(const struct yb_bulk *bulk);
struct ybi_view_result ybi_view_owed(const struct yb_bulk *bulk, const struct ybi_book *book, const struct ybi_output *output);
/* The fact and the range of a column that is an option; false where only the exact way knows it. */
bool ybi_view_option(const struct ybi_book *book, const struct ybi_input *in, struct ybi_view_input *out);
void ybi_view_option_word(const struct ybi_input *in, const struct ybi_word *word, struct ybi_view_input *out, size_t at);

/* ---- covered.c: from when persons are covered ---- */
/* NULL: there is no further one. */
const char *ybi_covered_name(size_t answer);
yb_result ybi_covered_unit(size_t answer);
/* The words that a document's answers may be. */
yb_status ybi_covered_words(struct yb_bulk *bulk, const struct ybi_book *book, struct yb_error **err);
const struct ybi_bulk_words *ybi_covered_words_of(const struct yb_bulk *bulk, size_t answer);
void ybi_covered_free(struct yb_bulk *bulk);
/* As yb_decision_get_result(); of a text the number of its word. */
yb_status ybi_covered_get(const struct yb_bulk *bulk, size_t answer, struct yb_decision *decision, int64_t *value);

/* ---- row.c: the exact way ---- */
yb_status ybi_row_handles_new(struct ybi_row_handles *handles, struct yb_error **err);
void ybi_row_handles_free(struct ybi_row_handles *handles);
yb_status ybi_row_set(const struct yb_bulk *bulk, size_t row, struct ybi_row_handles *handles, struct yb_error **err);
yb_status ybi_row_settle(const struct yb_bulk *bulk, size_t row, struct ybi_row_handles *handles, struct yb_decision *decision,
                         struct yb_error **err);
/* Answers a row and writes its outputs; the status is one that ends the run, YB_OK for all that is the row's own. */
yb_status ybi_row_run(const struct yb_bulk *bulk, size_t row, struct ybi_row_handles *handles);
/* Writes the outcome and outputs of a row that was asked. */
yb_status ybi_row_write(const struct yb_bulk *bulk, size_t row, yb_status status, struct yb_decision *decision);
/* The text of one element of a column as it goes to a fact, in `buffer` where it is a number. */
yb_status ybi_input_set(const struct ybi_input *input, const struct ybi_fact_meta *meta, const struct ybi_word *word, int64_t value,
                        struct ybi_row_handles *handles, struct yb_error **err);

/* ---- run.c ---- */
#define YBI_VIEW_EXACT UINT32_MAX
/* The document of a row, as it is without overlays; NULL where none answers. */
const struct ybi_book *ybi_bulk_book_of(const struct yb_bulk *bulk, size_t row);
/* The view of a row; YBI_VIEW_EXACT: none, or one that is not dense. */
uint32_t ybi_bulk_view_of(const struct yb_bulk *bulk, size_t row);
/* Are rows run as histories from now on? What was prepared the other way is made anew. */
void ybi_bulk_run_in_order(struct yb_bulk *bulk, bool in_order);
yb_status ybi_workers_new(struct yb_bulk *bulk, struct yb_error **err);
void ybi_workers_free(struct yb_bulk *bulk);

#endif
