/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_WAIT_H
#define YBI_WAIT_H

#include "rule/choice.h"

/*
 * Waiting periods and rewards as compiled from a document. A wait is fixed +
 * (variable - repair), not below the floor, not above the cap, counted from a
 * day; a reward is a balance that is walked year by year.
 */

struct ybi_wait_rule {
	const char *id, *label_zh, *label_en;
	uint32_t clause;
	struct ybi_choice choice;
	uint32_t count_from;
	uint32_t fixed, variable, repair, floor, cap; /* durations of one kind, YBI_NO_EXPR: none */
	uint32_t unit;   /* enum ybi_type: YBI_MONTHS or YBI_DAYS */
	uint32_t during; /* share of each payment made while waiting, YBI_NO_EXPR: none */
	uint32_t until;  /* last day of cover, YBI_NO_EXPR: that of the coverage year */
	uint32_t price;  /* of one repaired year, YBI_NO_EXPR: not stated */
};

struct ybi_wait {
	struct ybi_value anchor, fixed, variable, repair, floor, cap; /* parts that the rule has not are zero, none */
	struct ybi_value wait, start, during;
	bool floored, capped; /* which of them decided */
};

/* Work out one rule; obstacles where a part has no value. */
void ybi_wait_run(struct ybi_eval *eval, const struct ybi_wait_rule *rule, yb_month_end month_end, struct ybi_wait *out,
                  struct ybi_obstacles *obstacles);

/* ---- rewards ---- */

enum ybi_reward_kind { YBI_REWARD_CONTINUOUS, YBI_REWARD_ZERO_CLAIM, YBI_REWARD_LAPSE };
enum ybi_on_event { YBI_ON_KEEP, YBI_ON_CLEAR, YBI_ON_LESS };

struct ybi_reward {
	const char *id, *label_zh, *label_en;
	uint32_t clause;
	uint32_t kind;        /* enum ybi_reward_kind */
	uint32_t when;        /* YBI_NO_EXPR: always */
	uint32_t after;       /* continuous: years before the first step */
	uint32_t step, cap;   /* money; cap may be YBI_NO_EXPR */
	uint32_t on_gap;      /* enum ybi_on_event */
	uint32_t gap_less;    /* money, for YBI_ON_LESS */
	uint32_t on_use;
	bool if_enrolled;     /* a year without a claim counts only when the next one is enrolled */
	uint32_t fact;        /* reward.<id>, kept up year by year so that caps may name it */
};

/* One coverage year of a history. */
struct ybi_reward_year {
	int32_t year;
	bool enrolled, current;
	uint8_t claimed, used; /* 0 not known, 1 no, 2 yes */
};

#define YBI_REWARDS 8

/* What one year did to one balance, for telling. */
struct ybi_reward_event {
	int32_t year;
	uint32_t reward;
	yb_fen before, after;
};

#define YBI_REWARD_EVENTS 256

struct ybi_reward_log {
	struct ybi_reward_event rows[YBI_REWARD_EVENTS];
	uint32_t count; /* events beyond the room are counted, not kept */
};

/*
 * Walk the years, in order. Balances are left in the reward facts; `claims_fact`
 * is named as lacking where a past year's claims are not known.
 */
void ybi_rewards_run(struct ybi_eval *eval, struct ybi_fact *facts, const struct ybi_reward *rewards, uint32_t count,
                     const struct ybi_reward_year *years, uint32_t year_count, uint32_t claims_fact, struct ybi_obstacles *obstacles,
                     struct ybi_reward_log *log);

#endif
