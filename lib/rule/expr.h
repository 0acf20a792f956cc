/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_EXPR_H
#define YBI_EXPR_H

#include "base/fraction.h"

#include <yibao/date.h>

/*
 * Everything a document computes is one graph of expressions: literals, facts,
 * formulas, tables, dated lists, defaults with exceptions, conditions. The
 * graph is built and checked by policy/, is immutable afterwards, and is
 * evaluated here exactly, in rationals, with three-valued logic and no
 * allocation. It is the meaning of a document; the dense tables and column
 * programs of rule/column.c are made from it and proven equal to it.
 */

/* What a value is. Money is in fen, a date in days, text an atom, a set a mask over the fact's domain. */
enum ybi_type {
	YBI_NUMBER, /* a bare number: takes the unit its place needs */
	YBI_MONEY,
	YBI_RATE,
	YBI_COUNT,
	YBI_DAYS,
	YBI_MONTHS,
	YBI_DATE,
	YBI_FLAG,
	YBI_TEXT,
	YBI_SET,
	YBI_TYPE_COUNT_
};

/* Whether there is a value, and if not, why: `why` of the value tells which. */
enum ybi_state {
	YBI_KNOWN,
	YBI_NONE,        /* the word `none`: no limit */
	YBI_UNKNOWN,     /* why = fact */
	YBI_UNSUPPORTED, /* why = clause */
	YBI_FAILED       /* why = yb_status */
};

struct ybi_value {
	struct ybi_fraction q;
	uint32_t why;
	uint32_t state;
};

/* A fact of one question: an integer over the denominator that its description names. */
struct ybi_fact {
	int64_t value;
	uint32_t state; /* YBI_KNOWN or YBI_UNKNOWN */
	uint32_t given; /* set from outside: a derivation does not touch it */
};

enum ybi_op {
	YBI_OP_CONST,     /* x = constant */
	YBI_OP_NONE,      /* `none` */
	YBI_OP_FACT,      /* x = fact; a fact with a derivation evaluates that when it was not given */
	YBI_OP_RESULT,    /* x = layer, y = enum ybi_result */
	YBI_OP_ANSWER,    /* x = answer of another question than a settlement */
	YBI_OP_MEMO,      /* a; evaluated once a question: x = memo slot */
	YBI_OP_CLAUSE,    /* a under clause x: marks it as used, refuses it when below the asked confidence */
	YBI_OP_GAP,       /* unsupported: x = clause */
	YBI_OP_LIST,      /* args: elements */
	YBI_OP_NEG, YBI_OP_ADD, YBI_OP_SUB, YBI_OP_MUL, YBI_OP_DIV,
	YBI_OP_MIN, YBI_OP_MAX,
	YBI_OP_FLOOR, YBI_OP_CEIL,
	YBI_OP_ROUND,     /* a; x = constant: step, y = mode */
	YBI_OP_SERIES,    /* a = year; x = series */
	YBI_OP_YEAR, YBI_OP_MONTH,
	YBI_OP_DAY_OF,    /* a, b, c = year, month, day */
	YBI_OP_MONTH_START, YBI_OP_NEXT_MONTH, YBI_OP_YEAR_START,
	YBI_OP_ADD_DAYS,  /* date a + days b */
	YBI_OP_ADD_MONTHS,/* date a + months b; x = month-end rule */
	YBI_OP_MONTHS_BETWEEN, YBI_OP_YEARS_BETWEEN, YBI_OP_DAYS_BETWEEN,
	YBI_OP_AND, YBI_OP_OR, /* args, any order */
	YBI_OP_NOT,
	YBI_OP_LT, YBI_OP_LE, YBI_OP_EQ, YBI_OP_NE,
	YBI_OP_IF,        /* a, b, c */
	YBI_OP_IN,        /* a lies in cell x */
	YBI_OP_TABLE,     /* x = table */
	YBI_OP_DATED,     /* x = dated list */
	YBI_OP_EXCEPT,    /* x = exceptions */
	YBI_OP_COUNT_
};

#define YBI_NO_EXPR UINT32_MAX

struct ybi_expr {
	uint16_t op;
	uint8_t type;    /* enum ybi_type */
	uint8_t is_list;
	uint32_t a, b, c; /* expressions; for n-ary ops a = first in args[], b = count */
	uint32_t x, y;
};

/* One cell: a set of values. Ends are in units of 1/den. */
struct ybi_interval {
	int64_t low, high;       /* INT64_MIN, INT64_MAX: open */
	uint8_t low_open, high_open;
};

struct ybi_cell {
	uint8_t any;    /* holds even for an unknown fact */
	uint8_t negate;
	uint8_t type;   /* enum ybi_type of what it is compared with */
	int64_t den;
	uint64_t mask;  /* for sets */
	uint32_t first, count; /* into intervals[], or into atoms[] for text */
};

enum ybi_hit { YBI_HIT_UNIQUE, YBI_HIT_FIRST, YBI_HIT_ANY, YBI_HIT_MIN, YBI_HIT_MAX, YBI_HIT_SUM };

struct ybi_table {
	uint32_t by, by_count;   /* args[]: expressions compared */
	uint32_t cells;          /* row_cells[]: row * by_count + column */
	uint32_t values;         /* args[]: one expression a row */
	uint32_t rows;
	uint32_t otherwise;      /* expression or YBI_NO_EXPR */
	uint32_t hit;
	uint32_t clause;
};

struct ybi_dated_entry {
	yb_day from, to; /* [from, to); YBI_DAY_LAST + 1: open */
	uint32_t value;
};

struct ybi_dated {
	uint32_t first, count; /* entries[], in order of time */
	uint32_t clause;
};

struct ybi_exception {
	uint32_t when, value;
	uint32_t over, over_count; /* args[]: positions of exceptions that yield to this one */
};

struct ybi_except {
	uint32_t otherwise;
	uint32_t first, count; /* exceptions[] */
	uint32_t clause;
};

struct ybi_series_entry {
	int32_t year;
	uint32_t value; /* expression */
};

struct ybi_series {
	uint32_t first, count; /* series_entries[], rising years */
	uint32_t fact;         /* the pseudo-fact that is missing when a year is not there */
};

struct ybi_clause_info {
	int32_t confidence; /* yb_confidence */
};

/* What follows from numbers of a bill, results among it; an attribute of a person or a bill that the document declares. */
enum ybi_moves { YBI_MOVES_NUMBER = 1, YBI_MOVES_WORD = 2 };

struct ybi_fact_info {
	uint32_t from;      /* derivation or YBI_NO_EXPR */
	uint32_t memo;      /* memo slot of the derivation */
	int64_t den;
	uint8_t type;       /* enum ybi_type */
	bool series;        /* stands for a year that a series does not have: nobody can give it */
	uint8_t moves;      /* enum ybi_moves: it may differ from one question to the next of the same shape */
};

/* Pointers borrowed from the document they belong to. */
struct ybi_graph {
	const struct ybi_expr *exprs;
	const struct ybi_fraction *constants;
	const uint32_t *args;
	const struct ybi_cell *cells;
	const uint32_t *row_cells;
	const struct ybi_interval *intervals;
	const uint32_t *atoms;
	const struct ybi_table *tables;
	const struct ybi_dated *dated;
	const struct ybi_dated_entry *dated_entries;
	const struct ybi_except *excepts;
	const struct ybi_exception *exceptions;
	const struct ybi_series *series;
	const struct ybi_series_entry *series_entries;
	const struct ybi_clause_info *clauses;
	const struct ybi_fact_info *facts;
	uint32_t expr_count, fact_count, memo_count, clause_count;
	uint32_t on_fact;          /* the reference day */
	int32_t medical_month, medical_day;
};

struct ybi_memo {
	struct ybi_value value;
	uint32_t stamp;
};

#define YBI_RESULT_STRIDE 115 /* results of one layer, see rule/tier.h */

/* What evaluations touched, for whoever asks; each array may be NULL. */
struct ybi_trace {
	uint8_t *facts; /* by fact, set to 1: it was read */
	/* all of them or none; set to 1 where something held, or to the sides of an edge on which values stood */
	uint8_t *rows;        /* by args[]: the value of the table's row */
	uint8_t *otherwise;   /* by table: its else */
	uint8_t *exceptions;  /* by exception */
	uint8_t *defaults;    /* by except */
	uint8_t *entries;     /* by dated entry */
	uint8_t *series;      /* by series entry */
	uint8_t *days;        /* by dated entry: sides of its first day and of its end */
	uint8_t *ends;        /* by interval of a cell: sides of its ends, where the other cells of the row hold */
	uint8_t *comparisons; /* by expression < or <=: enum ybi_side, of what it gave */
};

/* On which sides of an edge values stood; the second edge of an interval is shifted. */
enum ybi_side { YBI_SIDE_LOW = 1, YBI_SIDE_HIGH = 2, YBI_SIDE_SECOND = 2 /* bits to shift */ };

/* The first expression of a question that failed, to be told by its place. */
struct ybi_mishap {
	yb_status status;       /* YB_OK: none did */
	uint32_t expr;
	uint32_t first, second; /* of YB_E_OVERLAP: two rows of a table, or two exceptions */
};

/* One evaluation: the facts of a question and the room to work in. */
struct ybi_eval {
	const struct ybi_graph *graph;
	const struct ybi_fact *facts;    /* by fact */
	const struct ybi_value *results; /* layer * YBI_RESULT_STRIDE + result; may be NULL */
	const struct ybi_value *dues;    /* by layer: the deductible of a stay whose first part is settled, where known; NULL otherwise */
	struct ybi_value *answers;       /* by answer; filled as the charges, credits and rules are worked out */
	struct ybi_memo *memo;           /* graph->memo_count */
	uint32_t stamp;                  /* memo entries of another stamp are stale */
	uint8_t *used;                   /* by clause, set to 1; may be NULL */
	const struct ybi_trace *trace;   /* NULL: nobody asks */
	int32_t least_confidence;        /* a weaker clause is unsupported */
	struct ybi_mishap *mishap;       /* may be NULL */
	uint32_t depth;
	uint8_t moved;                   /* enum ybi_moves: what of that kind was read */
};

/* Evaluate one expression. `out` is always filled. */
void ybi_evaluate(struct ybi_eval *eval, uint32_t expr, struct ybi_value *out);
/* Of a table, dates, exceptions or an if: the expression of the branch that holds; false where `out` says why none does, or is the value itself. */
bool ybi_chosen(struct ybi_eval *eval, uint32_t expr, uint32_t *chosen, struct ybi_value *out);
/* Evaluate an expression that gives a list; one that does not gives a list of one. Returns the state of the list; at most `room` elements. */
uint32_t ybi_evaluate_list(struct ybi_eval *eval, uint32_t expr, struct ybi_value *out, uint32_t room, uint32_t *count, uint32_t *why);
/* Does a known value lie in a cell? */
bool ybi_cell_holds(const struct ybi_graph *graph, const struct ybi_cell *cell, const struct ybi_value *value);

static inline void
ybi_value_set(struct ybi_value *value, struct ybi_fraction q)
{
	*value = (struct ybi_value){ .q = q, .state = YBI_KNOWN };
}

/* A known value as an integer, 0 where it is none that fits: days, months, flags, texts. */
int64_t ybi_value_whole(const struct ybi_value *value);
static inline void
ybi_value_state(struct ybi_value *value, uint32_t state, uint32_t why)
{
	*value = (struct ybi_value){ .q = ybi_fraction_from(0), .why = why, .state = state };
}


#endif
