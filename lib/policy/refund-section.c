/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <string.h>

/* The section `refund:` of a document: credits to the account, interest on it, when a contribution is given back. */

static uint32_t
answer(struct ybi_builder *b, const char *id, const char *what, const struct ybi_node *node)
{
	return ybi_add_answer(b, YBI_ASK_REFUND, YBI_MONEY, ybi_format(b, "%s.%s", id, what), node);
}

static bool
read_post(struct ybi_builder *b, const struct ybi_node *section, const struct ybi_node *map, struct ybi_credit *credit)
{
	const struct ybi_node *post = ybi_node_get(map, "post");

	if (!post)
		post = ybi_node_get(section, "post");
	credit->post_month = b->book->medical_month;
	credit->post_day = b->book->medical_day;
	if (post && (post->kind != YBI_SCALAR || !ybi_month_day_from(post->text, &credit->post_month, &credit->post_day))) {
		ybi_fault(b, YB_E_BAD_DATE, post, "post", "expected MM-DD, a day of every year");
		return false;
	}
	return true;
}

static void
build_less(struct ybi_builder *b, const struct ybi_scope *outer, const char *path, const struct ybi_node *list, struct ybi_credit *credit)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "amount", "round" };

	credit->first_less = (uint32_t)b->book->less_count;
	for (uint32_t i = 0; list && i < list->count; i++) {
		const struct ybi_node *map = list->items[i], *amount = ybi_node_get(map, "amount"), *round = ybi_node_get(map, "round");
		struct ybi_less less = { .id = ybi_read_id(b, map, "deduction", false), .step = b->book->round_step, .mode = b->book->round_mode };
		struct ybi_scope scope = *outer;
		bool bad;
		if (!less.id || !ybi_check_unique(b, list, i, "deduction"))
			continue;
		ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
		ybi_read_label(b, map, &less.label_zh, &less.label_en);
		if (!amount) {
			ybi_fault(b, YB_E_MISSING_KEY, map, less.id, "a deduction has an amount");
			continue;
		}
		scope.path = ybi_format(b, "%s/less/%s", path, less.id);
		less.when = ybi_parse_clause_when(b, &scope, map, &bad);
		less.amount = ybi_clause_slot(b, &scope, scope.path, map, amount, YBI_MONEY, false, false, &less.clause);
		less.answer = answer(b, credit->id, less.id, map);
		if ((round && !ybi_parse_round(b, round, &less.step, &less.mode)) || bad || less.amount == YBI_NO_EXPR)
			continue;
		if (!YBI_PUSH(b, less, less))
			return;
		credit->less_count++;
	}
}

static void
build_credit(struct ybi_builder *b, const struct ybi_node *section, const struct ybi_node *map, bool interest)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "period", "base", "amount", "factor", "at_least", "round", "less",
		                            "post", "replaces" };
	struct ybi_credit credit = { .id = ybi_read_id(b, map, "credit", false), .base = YBI_NO_EXPR, .factor = YBI_NO_EXPR, .at_least = YBI_NO_EXPR,
		                     .span = interest ? YBI_SPAN_ONCE : YBI_SPAN_MONTH, .interest = interest, .step = b->book->round_step,
		                     .mode = b->book->round_mode };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR, .answers_of = YBI_ASK_REFUND + 1 };
	const struct ybi_node *base = ybi_node_get(map, "base"), *amount = ybi_node_get(map, "amount"), *factor = ybi_node_get(map, "factor");
	const struct ybi_node *floor = ybi_node_get(map, "at_least"), *round = ybi_node_get(map, "round");
	uint32_t clause;
	const char *path;
	bool bad;

	if (!credit.id)
		return;
	b->unsourced = false;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	ybi_read_label(b, map, &credit.label_zh, &credit.label_en);
	path = scope.path = ybi_format(b, "refund/%s", credit.id);
	credit.clause = ybi_add_clause(b, path, map, true);
	credit.when = ybi_parse_clause_when(b, &scope, map, &bad);
	if (!ybi_read_span(b, map, &credit.span))
		bad = true;
	if (!read_post(b, section, map, &credit) || (round && !ybi_parse_round(b, round, &credit.step, &credit.mode)))
		bad = true;
	if (!amount)
		ybi_fault(b, YB_E_MISSING_KEY, map, credit.id, "a credit has an amount");
	if (base)
		credit.base = ybi_clause_slot(b, &scope, ybi_format(b, "%s/base", path), map, base, YBI_MONEY, false, false, &clause);
	credit.base_answer = answer(b, credit.id, "base", map);
	if (base)
		scope.base = credit.base_answer + 1;
	credit.amount = YBI_NO_EXPR;
	if (amount)
		credit.amount = ybi_clause_slot(b, &scope, ybi_format(b, "%s/amount", path), map, amount, YBI_MONEY, false, false, &credit.amount_clause);
	if (factor)
		credit.factor = ybi_clause_slot(b, &scope, ybi_format(b, "%s/factor", path), map, factor, YBI_RATE, false, false, &clause);
	if (floor)
		credit.at_least = ybi_clause_slot(b, &scope, ybi_format(b, "%s/at_least", path), map, floor, YBI_MONEY, false, true, &clause);
	credit.gross_answer = answer(b, credit.id, "gross", map);
	credit.exact_answer = answer(b, credit.id, "gross.exact", map);
	build_less(b, &scope, path, ybi_section_list(b, map, "less", 16), &credit);
	credit.net_answer = answer(b, credit.id, "net", map);
	credit.shortfall_answer = answer(b, credit.id, "shortfall", map);
	if (!bad && credit.clause != YBI_NO_CLAUSE && credit.amount != YBI_NO_EXPR && (!base || credit.base != YBI_NO_EXPR) &&
	    (!factor || credit.factor != YBI_NO_EXPR) && (!floor || credit.at_least != YBI_NO_EXPR))
		(void)YBI_PUSH(b, credits, credit);
}

static void
build_repay(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "when", "from", "to", "through", "until", "share", "over", "replaces" };
	struct ybi_repay repay = { .id = ybi_read_id(b, map, "rule", true), .until = YBI_NO_EXPR, .share = YBI_NO_EXPR };
	struct ybi_scope scope = { .clause = YBI_NO_CLAUSE, .otherwise = YBI_NO_EXPR, .answers_of = YBI_ASK_REFUND + 1 };
	const struct ybi_node *until = ybi_node_get(map, "until"), *share = ybi_node_get(map, "share");
	uint32_t clause;
	bool bad;

	if (!repay.id)
		return;
	b->unsourced = false;
	ybi_check_keys(b, map, keys, ARRAY_SIZE(keys));
	ybi_read_label(b, map, &repay.label_zh, &repay.label_en);
	scope.path = ybi_format(b, "refund/refundable/%s", repay.id);
	repay.clause = ybi_add_clause(b, scope.path, map, true);
	repay.choice.when = ybi_parse_clause_when(b, &scope, map, &bad);
	if (until)
		repay.until = ybi_clause_slot(b, &scope, ybi_format(b, "%s/until", scope.path), map, until, YBI_DATE, false, true, &clause);
	if (share)
		repay.share = ybi_clause_slot(b, &scope, ybi_format(b, "%s/share", scope.path), map, share, YBI_RATE, false, false, &clause);
	if (!bad && repay.clause != YBI_NO_CLAUSE && (!until || repay.until != YBI_NO_EXPR) && (!share || repay.share != YBI_NO_EXPR))
		(void)YBI_PUSH(b, repays, repay);
}

static void
build_refundable(struct ybi_builder *b, const struct ybi_node *section)
{
	static const struct {
		const char *name;
		enum ybi_type type;
	} results[] = { [YBI_REPAY_FLAG] = { "refundable", YBI_FLAG }, [YBI_REPAY_RULE] = { "refundable.rule", YBI_TEXT },
		        [YBI_REPAY_SHARE] = { "refundable.share", YBI_RATE }, [YBI_REPAY_UNTIL] = { "refundable.until", YBI_DATE },
		        [YBI_REPAY_AMOUNT] = { "refundable.amount", YBI_MONEY } };
	const struct ybi_node *list = ybi_section_list(b, section, "refundable", YBI_CHOICES);

	if (!list)
		return;
	b->book->repay_answers = (uint32_t)b->book->answers_count;
	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		(void)ybi_add_answer(b, YBI_ASK_REFUND, results[i].type, results[i].name, list);
	for (uint32_t i = 0; i < list->count; i++)
		build_repay(b, list->items[i]);
	if (b->book->repays_count != list->count || !list->count)
		return;
	for (uint32_t i = 0; i < list->count; i++) {
		(void)ybi_check_unique(b, list, i, "rule");
		(void)ybi_intern(b, b->book->repays[i].id, strlen(b->book->repays[i].id));
	}
	b->book->repays_exclusive = ybi_check_choices(b, &b->book->repays[0].choice, sizeof(b->book->repays[0]), list, "rule", "contribution");
}

void
ybi_build_refund(struct ybi_builder *b)
{
	static const char *const keys[] = { "credits", "interest", "refundable", "refuse", "drop", "post", "from", "to", "through" };
	const struct ybi_node *list;

	if (!ybi_section_begin(b, b->refund, YBI_ASK_REFUND, "refund", keys, ARRAY_SIZE(keys)))
		return;
	list = ybi_section_list(b, b->refund, "credits", 128);
	for (uint32_t i = 0; list && i < list->count; i++)
		if (ybi_check_unique(b, list, i, "credit"))
			build_credit(b, b->refund, list->items[i], false);
	list = ybi_section_list(b, b->refund, "interest", 16);
	for (uint32_t i = 0; list && i < list->count; i++)
		if (ybi_check_unique(b, list, i, "credit"))
			build_credit(b, b->refund, list->items[i], true);
	b->book->credit_sum = ybi_add_answer(b, YBI_ASK_REFUND, YBI_MONEY, "credit", b->refund);
	b->book->interest_sum = ybi_add_answer(b, YBI_ASK_REFUND, YBI_MONEY, "interest", b->refund);
	build_refundable(b, b->refund);
}
