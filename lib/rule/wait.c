/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/wait.h"

#include "base/calendar.h"

/* `limit`: `none` is no limit; elsewhere it is a hole, the rule has no figure for the case. */
static void
part(struct ybi_eval *eval, const struct ybi_wait_rule *rule, uint32_t expr, bool limit, struct ybi_value *out, struct ybi_obstacles *obstacles)
{
	if (expr == YBI_NO_EXPR) {
		ybi_value_set(out, ybi_fraction_from(0));
		return;
	}
	ybi_evaluate(eval, expr, out);
	if (out->state == YBI_NONE && !limit)
		ybi_value_state(out, YBI_UNSUPPORTED, rule->clause);
	if (out->state != YBI_KNOWN && out->state != YBI_NONE)
		ybi_obstacle(obstacles, out);
}

/* The wait from its known parts. Repair never touches the fixed part, and the floor beats repair. */
static void
combine(const struct ybi_wait_rule *rule, struct ybi_wait *w, struct ybi_obstacles *obstacles)
{
	struct ybi_fraction variable = w->variable.q, sum;
	yb_status st = ybi_fraction_sub(variable, w->repair.q, &variable);

	if (st == YB_OK && ybi_fraction_sign(variable) < 0)
		variable = ybi_fraction_from(0);
	if (st == YB_OK)
		st = ybi_fraction_add(w->fixed.q, variable, &sum);
	if (st != YB_OK) {
		ybi_value_state(&w->wait, YBI_FAILED, (uint32_t)st);
		ybi_obstacle(obstacles, &w->wait);
		return;
	}
	if (w->floor.state == YBI_KNOWN && ybi_fraction_cmp(sum, w->floor.q) < 0) {
		sum = w->floor.q;
		w->floored = true;
	}
	if (rule->cap != YBI_NO_EXPR && w->cap.state == YBI_KNOWN && ybi_fraction_cmp(sum, w->cap.q) > 0) {
		sum = w->cap.q;
		w->capped = true;
	}
	ybi_value_set(&w->wait, sum);
}

static void
begin(const struct ybi_wait_rule *rule, yb_month_end month_end, struct ybi_wait *w, struct ybi_obstacles *obstacles)
{
	int64_t anchor = 0, wait = 0, day;
	yb_day start = 0;
	yb_status st = ybi_fraction_to_i64(w->anchor.q, &anchor);

	if (st == YB_OK)
		st = ybi_fraction_to_i64(w->wait.q, &wait);
	if (st == YB_OK && (wait < 0 || wait > 100000))
		st = YB_E_BAD_DATE;
	if (st == YB_OK && rule->unit == YBI_MONTHS) {
		st = yb_day_add_months((yb_day)anchor, (int32_t)wait, month_end, &start);
	} else if (st == YB_OK) {
		day = anchor + wait;
		st = day < YBI_DAY_FIRST || day > YBI_DAY_LAST ? YB_E_BAD_DATE : YB_OK;
		start = (yb_day)day;
	}
	if (st == YB_OK)
		ybi_value_set(&w->start, ybi_fraction_from(start));
	else
		ybi_value_state(&w->start, YBI_FAILED, (uint32_t)st);
	if (st != YB_OK)
		ybi_obstacle(obstacles, &w->start);
}

void
ybi_wait_run(struct ybi_eval *eval, const struct ybi_wait_rule *rule, yb_month_end month_end, struct ybi_wait *out, struct ybi_obstacles *obstacles)
{
	struct ybi_value open;

	*out = (struct ybi_wait){ 0 };
	part(eval, rule, rule->count_from, false, &out->anchor, obstacles);
	part(eval, rule, rule->fixed, false, &out->fixed, obstacles);
	part(eval, rule, rule->variable, false, &out->variable, obstacles);
	part(eval, rule, rule->repair, false, &out->repair, obstacles);
	part(eval, rule, rule->floor, true, &out->floor, obstacles);
	part(eval, rule, rule->cap, true, &out->cap, obstacles);
	part(eval, rule, rule->during, false, &out->during, obstacles);
	if (out->during.state == YBI_KNOWN && (ybi_fraction_sign(out->during.q) < 0 || ybi_fraction_cmp(out->during.q, ybi_fraction_from(1)) > 0)) {
		obstacles->failed = YB_E_RULE;
		obstacles->failed_at = rule->id;
	}
	open = out->anchor.state != YBI_KNOWN ? out->anchor : out->fixed.state != YBI_KNOWN ? out->fixed : out->variable.state != YBI_KNOWN
	     ? out->variable : out->repair;
	if (out->floor.state != YBI_KNOWN && out->floor.state != YBI_NONE)
		open = out->floor;
	if (out->cap.state != YBI_KNOWN && out->cap.state != YBI_NONE)
		open = out->cap;
	out->wait = out->start = open;
	if (open.state != YBI_KNOWN)
		return;
	combine(rule, out, obstacles);
	if (out->wait.state == YBI_KNOWN)
		begin(rule, month_end, out, obstacles);
}

/* ---- rewards ---- */

struct walk {
	struct ybi_eval *eval;
	struct ybi_fact *facts;
	struct ybi_obstacles *obstacles;
	struct ybi_reward_log *log;
	uint32_t claims_fact;
	uint32_t clause;   /* of the reward that is worked out */
	uint32_t run;      /* enrolled years in a row */
	bool begun;        /* an enrolled year was met */
	bool pending[YBI_REWARDS]; /* last year was without a claim, and waits for this one to be enrolled */
};

/* Money that a clause names, in fen; false where it is not known. */
static bool
amount_of(struct walk *w, uint32_t expr, bool limit, yb_fen *out)
{
	struct ybi_value v;
	struct ybi_fraction q;

	w->eval->stamp++; /* a cap may name a balance that has moved */
	ybi_evaluate(w->eval, expr, &v);
	if (v.state == YBI_NONE && !limit)
		ybi_value_state(&v, YBI_UNSUPPORTED, w->clause);
	if (v.state != YBI_KNOWN) {
		ybi_obstacle(w->obstacles, &v);
		return false;
	}
	return ybi_fraction_round(v.q, ybi_fraction_from(1), YB_ROUND_HALF_UP, &q) == YB_OK && ybi_fraction_to_i64(q, out) == YB_OK;
}

static void
add_step(struct walk *w, const struct ybi_reward *reward, yb_fen *balance)
{
	yb_fen step;

	if (amount_of(w, reward->step, false, &step) && step > 0)
		*balance += step;
}

static void
lose(struct walk *w, uint32_t event, uint32_t less, yb_fen *balance)
{
	yb_fen amount;

	if (event == YBI_ON_CLEAR)
		*balance = 0;
	else if (event == YBI_ON_LESS && amount_of(w, less, false, &amount))
		*balance = *balance > amount ? *balance - amount : 0;
}

static void
zero_claim_year(struct walk *w, const struct ybi_reward *reward, uint32_t number, const struct ybi_reward_year *year, yb_fen *balance)
{
	if (w->pending[number] && year->enrolled)
		add_step(w, reward, balance);
	w->pending[number] = false;
	if (!year->enrolled || year->current)
		return;
	if (year->claimed == 0) {
		struct ybi_value v;
		ybi_value_state(&v, YBI_UNKNOWN, w->claims_fact);
		ybi_obstacle(w->obstacles, &v);
	} else if (year->claimed == 1 && reward->if_enrolled) {
		w->pending[number] = true;
	} else if (year->claimed == 1) {
		add_step(w, reward, balance);
	}
	if (year->used == 2) {
		lose(w, reward->on_use, YBI_NO_EXPR, balance);
	} else if (year->used == 0 && year->claimed == 2 && reward->on_use == YBI_ON_CLEAR && *balance > 0) {
		struct ybi_value v; /* it may have been used up */
		ybi_value_state(&v, YBI_UNKNOWN, w->claims_fact);
		ybi_obstacle(w->obstacles, &v);
	}
}

static void
walk_year(struct walk *w, const struct ybi_reward *reward, uint32_t number, const struct ybi_reward_year *year)
{
	yb_fen before = w->facts[reward->fact].value, balance = before, cap;

	w->clause = reward->clause;
	switch (reward->kind) {
	case YBI_REWARD_CONTINUOUS:
		if (year->enrolled && w->run > reward->after)
			add_step(w, reward, &balance);
		else if (!year->enrolled && w->begun)
			lose(w, reward->on_gap, reward->gap_less, &balance);
		break;
	case YBI_REWARD_ZERO_CLAIM:
		if (!year->enrolled && w->begun)
			lose(w, reward->on_gap, reward->gap_less, &balance);
		zero_claim_year(w, reward, number, year, &balance);
		break;
	default: /* YBI_REWARD_LAPSE */
		if (!year->enrolled && w->begun)
			add_step(w, reward, &balance);
	}
	if (reward->cap != YBI_NO_EXPR && balance > 0 && amount_of(w, reward->cap, true, &cap) && balance > cap)
		balance = cap > 0 ? cap : 0;
	w->facts[reward->fact] = (struct ybi_fact){ .value = balance, .state = YBI_KNOWN, .given = 1 };
	if (balance != before) {
		if (w->log->count < YBI_REWARD_EVENTS)
			w->log->rows[w->log->count] = (struct ybi_reward_event){ year->year, number, before, balance };
		w->log->count++;
	}
}

void
ybi_rewards_run(struct ybi_eval *eval, struct ybi_fact *facts, const struct ybi_reward *rewards, uint32_t count,
                const struct ybi_reward_year *years, uint32_t year_count, uint32_t claims_fact, struct ybi_obstacles *obstacles,
                struct ybi_reward_log *log)
{
	struct walk w = { .eval = eval, .facts = facts, .obstacles = obstacles, .log = log, .claims_fact = claims_fact };
	bool applies[YBI_REWARDS];

	log->count = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct ybi_value v;
		ybi_condition(eval, rewards[i].when, &v);
		if (v.state != YBI_KNOWN)
			ybi_obstacle(obstacles, &v);
		applies[i] = ybi_holds(&v);
		facts[rewards[i].fact] = (struct ybi_fact){ .value = 0, .state = YBI_KNOWN, .given = 1 };
	}
	for (uint32_t y = 0; y < year_count; y++) {
		w.run = years[y].enrolled ? w.run + 1 : 0;
		for (uint32_t i = 0; i < count; i++)
			if (applies[i])
				walk_year(&w, &rewards[i], i, &years[y]);
		w.begun = w.begun || years[y].enrolled;
	}
}
