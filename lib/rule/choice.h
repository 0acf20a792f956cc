/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_CHOICE_H
#define YBI_CHOICE_H

#include "rule/expr.h"

/*
 * What every question has in common: clauses of which exactly one must
 * remain, conditions in three values, and the record of what stood in the way.
 */

/* Of a benefit, a rule of eligibility, a rule of repayment: its condition and what it goes before. */
struct ybi_choice {
	uint32_t when;                   /* expression or YBI_NO_EXPR: always */
	uint32_t first_over, over_count; /* args[]: numbers of those that yield to it */
};

#define YBI_CHOICES 64 /* in one list */

/* One of a list of structs of `stride` bytes that have a choice each. */
static inline struct ybi_choice *
ybi_choice_at(const struct ybi_choice *first, size_t stride, uint32_t i)
{
	return (struct ybi_choice *)((uintptr_t)first + i * stride);
}

/* Collects what an evaluation lacked, and the first failure. */
struct ybi_obstacles {
	uint8_t *missing;      /* by fact, set to 1 */
	uint32_t missing_count;
	uint8_t *gaps;         /* by clause, set to 1 */
	uint32_t gap_count;
	yb_status failed;      /* YB_OK or why an expression has no value */
	const char *failed_at; /* the charge or credit whose parts do not fit, NULL for an expression */
};

/* The reason "two" with their numbers; the reason alone. */
static inline uint32_t
ybi_two(uint32_t first, uint32_t second)
{
	return 2 | first << 8 | second << 16;
}

static inline bool
ybi_is_two(uint32_t reason)
{
	return (reason & 255) == 2;
}

/* Record a state that is not known (or none). */
void ybi_obstacle(struct ybi_obstacles *obstacles, const struct ybi_value *value);

/* A condition; absent means true. */
void ybi_condition(struct ybi_eval *eval, uint32_t when, struct ybi_value *out);
bool ybi_holds(const struct ybi_value *value);
/* Is the clause itself trusted enough? Marks it as used; an obstacle where it is not. */
bool ybi_clause_trusted(struct ybi_eval *eval, uint32_t clause, struct ybi_obstacles *obstacles);

/*
 * Which of `count` holds: its number, or UINT32_MAX with *reason = 0 "none", 1 "unknown" (obstacles filled), 2 "two"
 * and their numbers above, see ybi_two().
 * The choices stand in structs of `stride` bytes. One that is unknown matters
 * unless one that holds goes before it; where `exclusive` was proven at load,
 * one that has no such relation cannot hold beside the one that does.
 */
uint32_t ybi_choose(struct ybi_eval *eval, const struct ybi_choice *first, size_t stride, uint32_t count, const uint32_t *args,
                    bool exclusive, struct ybi_obstacles *obstacles, uint32_t *reason);

#endif
