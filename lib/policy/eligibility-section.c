/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

/* The section `eligibility:` of a document: from when cover runs, waiting periods, rewards for continuous cover. */

/* ---- rules ---- */

/* A duration: in months or in days, the same throughout one rule. */
static bool
build_duration(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *map, const char *key, bool limit,
               struct ybi_wait_rule *rule, uint32_t *out)
{
	const struct ybi_node *node = ybi_node_get(map, key);
	enum ybi_type type;
	uint32_t clause;

	*out = YBI_NO_EXPR;
	if (!node || (limit && ybi_node_is(node, "none")))
		return true;
	*out = ybi_clause_slot(b, scope, ybi_format(b, "%s/%s", scope->path, key), map, node, YBI_TYPE_COUNT_, false, limit, &clause);
	if (*out == YBI_NO_EXPR)
		return false;
	if (ybi_is_gap(b, *out))
		return true;
	type = ybi_expr_type(b, *out);
	if (type != YBI_MONTHS && type != YBI_DAYS) {
		ybi_fault(b, YB_E_UNIT, node, key, "%s where a duration is needed, as `3 months` or `90 days`", ybi_type_name(type));
		return false;
	}
	if (rule->unit != YBI_TYPE_COUNT_ && rule->unit != (uint32_t)type) {
		ybi_fault(b, YB_E_UNIT, node, key, "months and days in one wait");
		return false;
	}
	rule->unit = type;
	return true;
}

static void
build_rule(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "count_from", "fixed", "variable", "repair", "floor", "cap", "during",
		                            "until", "price", "over", "replaces" };
	struct ybi_wait_rule rule = { .id = ybi_read_id(b, map, "rule", true), .count_from = YBI_NO_EXPR, .during = YBI_NO_EXPR, .until = YBI_NO_EXPR,
		                      .price = YBI_NO_EXPR, .unit = YBI_TYPE_COUNT_ };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR, .answers_of = YBI_ASK_ELIGIBILITY + 1 };
	const struct ybi_node *from = ybi_node_get(map, "count_from"), *during = ybi_node_get(map, "during"), *until = ybi_node_get(map, "until");
	const struct ybi_node *price = ybi_node_get(map, "price");
	const struct {
		const char *key;
		bool limit;
		uint32_t *out;
	} parts[] = { { "fixed", false, &rule.fixed }, { "variable", false, &rule.variable }, { "repair", false, &rule.repair },
		      { "floor", true, &rule.floor }, { "cap", true, &rule.cap } };
	uint32_t clause;
	bool bad;

	if (!rule.id)
		return;
	b->unsourced = false;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	ybi_read_label(b, map, &rule.label_zh, &rule.label_en);
	scope.path = ybi_format(b, "eligibility/%s", rule.id);
	rule.clause = ybi_add_clause(b, scope.path, map, true);
	rule.choice.when = ybi_parse_clause_when(b, &scope, map, &bad);
	if (!from)
		ybi_fault(b, YB_E_MISSING_KEY, map, rule.id, "a rule says `count_from:`, the day from which is counted");
	else
		rule.count_from = ybi_clause_slot(b, &scope, ybi_format(b, "%s/count_from", scope.path), map, from, YBI_DATE, false, false, &clause);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		bad = !build_duration(b, &scope, map, parts[i].key, parts[i].limit, &rule, parts[i].out) || bad;
	if (rule.unit == YBI_TYPE_COUNT_)
		rule.unit = YBI_MONTHS;
	if (during)
		rule.during = ybi_clause_slot(b, &scope, ybi_format(b, "%s/during", scope.path), map, during, YBI_RATE, false, false, &clause);
	if (until)
		rule.until = ybi_clause_slot(b, &scope, ybi_format(b, "%s/until", scope.path), map, until, YBI_DATE, false, true, &clause);
	if (price)
		rule.price = ybi_clause_slot(b, &scope, ybi_format(b, "%s/price", scope.path), map, price, YBI_MONEY, false, false, &clause);
	if (bad || rule.clause == YBI_NO_CLAUSE || rule.count_from == YBI_NO_EXPR || (during && rule.during == YBI_NO_EXPR) || (until && rule.until == YBI_NO_EXPR) ||
	    (price && rule.price == YBI_NO_EXPR))
		return;
	(void)ybi_intern(b, rule.id, strlen(rule.id));
	(void)YBI_PUSH(b, rules, rule);
}

static void
build_rules(struct ybi_builder *b, const struct ybi_node *section)
{
	static const struct {
		const char *name;
		enum ybi_type type;
	} results[] = { [YBI_WAIT_COVERED] = { "covered", YBI_FLAG }, [YBI_WAIT_RULE] = { "rule", YBI_TEXT }, [YBI_WAIT_ANCHOR] = { "anchor", YBI_DATE },
		        [YBI_WAIT_WAIT] = { "wait", YBI_MONTHS }, [YBI_WAIT_START] = { "start", YBI_DATE }, [YBI_WAIT_UNTIL] = { "until", YBI_DATE },
		        [YBI_WAIT_DURING] = { "during", YBI_RATE } };
	const struct ybi_node *list;

	b->book->wait_answers = (uint32_t)b->book->answers_count;
	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		(void)ybi_add_answer(b, YBI_ASK_ELIGIBILITY, results[i].type, results[i].name, section);
	list = ybi_section_list(b, section, "rules", YBI_CHOICES);
	for (uint32_t i = 0; list && i < list->count; i++)
		build_rule(b, list->items[i]);
	if (!list || !list->count || b->book->rules_count != list->count)
		return;
	for (uint32_t i = 0; i < list->count; i++)
		(void)ybi_check_unique(b, list, i, "rule");
	b->book->rules_exclusive = ybi_check_choices(b, &b->book->rules[0].choice, sizeof(b->book->rules[0]), list, "rule", "person");
	b->book->answers[b->book->wait_answers + YBI_WAIT_WAIT].type = (uint8_t)b->book->rules[0].unit; /* in formulas; rules in days and in months do not meet there */
}

/* ---- rewards ---- */

static uint32_t
read_event(struct ybi_builder *b, const struct ybi_scope *scope, const struct ybi_node *map, const char *key, uint32_t *less)
{
	const struct ybi_node *node = ybi_node_get(map, key);
	uint32_t clause;

	if (!node || ybi_node_is(node, "keep"))
		return YBI_ON_KEEP;
	if (ybi_node_is(node, "clear"))
		return YBI_ON_CLEAR;
	if (!less)
		ybi_fault(b, YB_E_BAD_VALUE, node, key, "expected keep or clear");
	else
		*less = ybi_clause_slot(b, scope, ybi_format(b, "%s/%s", scope->path, key), map, node, YBI_MONEY, false, false, &clause);
	return YBI_ON_LESS;
}

static void
build_reward(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "kind", "when", "from", "to", "through", "after", "step", "cap", "on_gap", "on_use", "if_enrolled", "replaces" };
	static const char *const kinds[] = { "continuous", "zero_claim", "lapse" };
	struct ybi_reward reward = { .id = ybi_read_id(b, map, "reward", false), .kind = UINT32_MAX, .cap = YBI_NO_EXPR, .gap_less = YBI_NO_EXPR };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	const struct ybi_node *kind = ybi_node_get(map, "kind"), *after = ybi_node_get(map, "after"), *step = ybi_node_get(map, "step");
	const struct ybi_node *cap = ybi_node_get(map, "cap"), *next = ybi_node_get(map, "if_enrolled");
	const char *name;
	uint32_t clause;
	bool bad;

	if (!reward.id)
		return;
	b->unsourced = false;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	ybi_read_label(b, map, &reward.label_zh, &reward.label_en);
	for (uint32_t i = 0; kind && i < ARRAY_SIZE(kinds); i++)
		if (ybi_node_is(kind, kinds[i]))
			reward.kind = i;
	if (reward.kind == UINT32_MAX || !step) {
		ybi_fault(b, YB_E_MISSING_KEY, kind ? kind : map, reward.id, "a reward has a kind, continuous, zero_claim or lapse, and a step");
		return;
	}
	if (after && (after->kind != YBI_SCALAR || after->count > 2 || strspn(after->text, "0123456789") != after->count || !after->count)) {
		ybi_fault(b, YB_E_BAD_VALUE, after, "after", "expected a number of years");
		return;
	}
	for (uint32_t i = 0; after && i < after->count; i++)
		reward.after = reward.after * 10 + (uint32_t)(after->text[i] - '0');
	if (after && reward.kind != YBI_REWARD_CONTINUOUS)
		ybi_fault(b, YB_E_RULE, after, "after", "`after:` is for continuous cover");
	scope.path = ybi_format(b, "eligibility/rewards/%s", reward.id);
	reward.clause = ybi_add_clause(b, scope.path, map, true);
	reward.when = ybi_parse_clause_when(b, &scope, map, &bad);
	reward.step = ybi_clause_slot(b, &scope, ybi_format(b, "%s/step", scope.path), map, step, YBI_MONEY, false, false, &clause);
	if (cap)
		reward.cap = ybi_clause_slot(b, &scope, ybi_format(b, "%s/cap", scope.path), map, cap, YBI_MONEY, false, true, &clause);
	reward.on_gap = read_event(b, &scope, map, "on_gap", &reward.gap_less);
	reward.on_use = read_event(b, &scope, map, "on_use", NULL);
	if (reward.on_use == YBI_ON_CLEAR && reward.kind != YBI_REWARD_ZERO_CLAIM)
		ybi_fault(b, YB_E_RULE, ybi_node_get(map, "on_use"), "on_use", "`on_use: clear` is for a reward of years without a claim");
	reward.if_enrolled = next && ybi_node_is(next, "yes");
	if (next && !ybi_node_is(next, "yes") && !ybi_node_is(next, "no"))
		ybi_fault(b, YB_E_BAD_VALUE, next, "if_enrolled", "expected yes or no");
	name = ybi_format(b, "reward.%s", reward.id);
	reward.fact = name ? ybi_book_fact(b->book, name, strlen(name)) : YBI_NO_FACT;
	if (!bad && reward.clause != YBI_NO_CLAUSE && reward.step != YBI_NO_EXPR && reward.fact != YBI_NO_FACT)
		(void)YBI_PUSH(b, rewards, reward);
}

/* Before anything is parsed: reward.<id> may stand in any ceiling and in the caps of other rewards. */
void
ybi_declare_rewards(struct ybi_builder *b)
{
	const struct ybi_node *list = ybi_node_get(b->eligibility, "rewards");

	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count && i < YBI_REWARDS; i++) {
		const struct ybi_node *id = ybi_node_get(list->items[i], "id");
		const char *name = id && id->kind == YBI_SCALAR ? ybi_format(b, "reward.%s", id->text) : NULL;
		if (!name)
			continue;
		if (ybi_book_fact(b->book, name, strlen(name)) == YBI_NO_FACT)
			(void)ybi_money_fact(b, name);
		else if (!strcmp(id->text, "total"))
			ybi_fault(b, YB_E_DUPLICATE, list->items[i], id->text, "no reward is called total, which is all of them together");
	}
}

/* ---- the section ---- */

static void
read_year(struct ybi_builder *b, const struct ybi_node *section, const char *key, int32_t *year)
{
	const struct ybi_node *node = ybi_node_get(section, key);

	if (node && (node->kind != YBI_SCALAR || node->count != 4 || strspn(node->text, "0123456789") != 4))
		ybi_fault(b, YB_E_BAD_VALUE, node, key, "expected a year of four digits");
	else if (node)
		for (const char *text = node->text; *text; text++)
			*year = *year * 10 + (*text - '0');
}

static void
read_gaps(struct ybi_builder *b, const struct ybi_node *section)
{
	const struct ybi_node *most = ybi_node_get(section, "break_at_most");

	read_year(b, section, "gaps_from", &b->book->gaps_from);
	read_year(b, section, "rewards_from", &b->book->rewards_from);
	if (most) {
		struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR, .path = "eligibility/break_at_most" };
		uint32_t clause, expr = ybi_clause_slot(b, &scope, scope.path, most, most, YBI_MONTHS, false, false, &clause);
		int64_t months = 0;
		if (expr == YBI_NO_EXPR)
			return;
		expr = b->book->exprs[expr].a; /* under its clause */
		if (b->book->exprs[expr].op != YBI_OP_CONST || ybi_fraction_to_i64(b->book->constants[b->book->exprs[expr].x], &months) != YB_OK || months > 24)
			ybi_fault(b, YB_E_BAD_VALUE, most, "break_at_most", "expected a number of months, at most 24");
		b->book->break_at_most = (int32_t)months;
	}
}

static void
read_until(struct ybi_builder *b, const struct ybi_node *section)
{
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR };
	const struct ybi_node *until = ybi_node_get(section, "until");
	uint32_t clause;

	if (until)
		b->book->cover_until = ybi_clause_slot(b, &scope, "eligibility/until", until, until, YBI_DATE, false, true, &clause);
}

void
ybi_build_eligibility(struct ybi_builder *b)
{
	static const char *const keys[] = { "rules", "rewards", "gaps_from", "rewards_from", "break_at_most", "until", "refuse", "drop", "from", "to", "through" };
	const struct ybi_node *list;

	if (!ybi_section_begin(b, b->eligibility, YBI_ASK_ELIGIBILITY, "eligibility", keys, ARRAY_SIZE(keys)))
		return;
	read_gaps(b, b->eligibility);
	read_until(b, b->eligibility);
	build_rules(b, b->eligibility);
	list = ybi_section_list(b, b->eligibility, "rewards", YBI_REWARDS);
	for (uint32_t i = 0; list && i < list->count; i++)
		if (ybi_check_unique(b, list, i, "reward"))
			build_reward(b, list->items[i]);
}
