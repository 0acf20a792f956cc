/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "decide/decision.h"
#include "decide/outlook.h"

/* Named results of whichever question was answered. */

static bool
fact_value(struct yb_decision *d, uint32_t fact, struct ybi_value *value, enum ybi_type *type)
{
	const struct ybi_fact_meta *meta = &d->book->facts[fact];
	struct ybi_eval eval;

	*type = (enum ybi_type)meta->type;
	if (d->facts[fact].given || (meta->part == YBI_OF_KIND && d->facts[fact].state == YBI_KNOWN)) { /* of a kind that no line has: 0 */
		ybi_value_set(value, ybi_fraction_from(0));
		return ybi_fraction_make(d->facts[fact].value, meta->den, &value->q) == YB_OK;
	}
	if (meta->from == YBI_NO_EXPR)
		return false;
	ybi_eval_start(d, &eval);
	eval.used = NULL;
	ybi_evaluate(&eval, meta->from, value);
	return true;
}

bool
ybi_answer_find(struct yb_decision *d, const char *name, struct ybi_value *value, enum ybi_type *type)
{
	const struct ybi_book *book = d->book;
	size_t length = strlen(name);
	struct yb_decision *part = ybi_part_named(d, &name);
	uint32_t place, fact;
	yb_field field;
	yb_fen fen;

	if (part)
		return part->outcome == YB_OUTCOME_ANSWERED && ybi_answer_find(part, name, value, type);
	place = ybi_book_answer(book, d->ask, name, length);
	if (place != YBI_NO_ANSWER) {
		*value = d->answers[place];
		*type = (enum ybi_type)book->answers[place].type;
		if (d->ask == YBI_ASK_ELIGIBILITY && place == book->wait_answers + YBI_WAIT_WAIT && d->choice != UINT32_MAX)
			*type = (enum ybi_type)book->rules[d->choice].unit;
		return true;
	}
	place = d->ask == YBI_ASK_REIMBURSE ? ybi_book_result(book, name, length) : UINT32_MAX;
	if (place != UINT32_MAX) {
		ybi_result_get(&d->results[place - place % YBI_RESULT_STRIDE], place % YBI_RESULT_STRIDE, value);
		*type = ybi_result_type(place % YBI_RESULT_STRIDE);
		return true;
	}
	if (d->ask == YBI_ASK_REIMBURSE && yb_field_from_name(name, length, &field) == YB_OK && yb_decision_get_fen(d, field, &fen) == YB_OK) {
		ybi_value_set(value, ybi_fraction_from(fen));
		*type = YBI_MONEY;
		return true;
	}
	if (ybi_marginal(d, name, value)) {
		*type = YBI_RATE;
		return true;
	}
	fact = ybi_book_fact(book, name, length);
	return fact != YBI_NO_FACT && fact_value(d, fact, value, type);
}

yb_question
yb_decision_get_question(const struct yb_decision *d)
{
	static const yb_question questions[] = { YB_QUESTION_FEE, YB_QUESTION_REFUND, YB_QUESTION_ELIGIBILITY, YB_QUESTION_REWARDS, YB_QUESTION_REIMBURSE };

	return d && d->outcome != YB_OUTCOME_NONE ? questions[d->ask] : YB_QUESTION_NONE;
}

/* What a question's answer has beside its named answers: facts that it works out. */
static const char *const extra[] = { "window", "window_start", "gap_years", "gap_months", "gap_start", "continuous_months", "continuous_years",
	                             "missed_years", "previous_insutype" };

static const char *
extra_name(const struct yb_decision *d, size_t index)
{
	if (d->ask == YBI_ASK_REWARDS)
		return index < d->book->rewards_count ? d->book->facts[d->book->rewards[index].fact].name
		     : index == d->book->rewards_count ? "reward.total" : NULL;
	if (d->ask != YBI_ASK_FEE && d->ask != YBI_ASK_ELIGIBILITY)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(extra); i++) {
		uint32_t fact = ybi_book_fact(d->book, extra[i], strlen(extra[i]));
		bool has_word = d->book->facts[fact].type != YBI_TEXT || d->facts[fact].value != 0; /* a scheme that no rule names has none */
		if (d->facts[fact].given && has_word && index-- == 0)
			return extra[i];
	}
	return NULL;
}

yb_status
yb_decision_get_result_name(const struct yb_decision *d, size_t index, const char **name)
{
	if (!d || !name)
		return YB_E_INVALID;
	if (d->outcome != YB_OUTCOME_ANSWERED)
		return YB_E_NOT_FOUND;
	for (size_t i = 0; i < d->book->answers_count; i++)
		if (d->book->answers[i].ask == d->ask && d->answers[i].state == YBI_KNOWN && index-- == 0) {
			*name = d->book->answers[i].name;
			return YB_OK;
		}
	*name = extra_name(d, index);
	return *name ? YB_OK : YB_E_NOT_FOUND;
}

yb_result
ybi_result_unit(enum ybi_type type)
{
	static const yb_result units[] = { [YBI_NUMBER] = YB_RESULT_COUNT, [YBI_MONEY] = YB_RESULT_FEN, [YBI_RATE] = YB_RESULT_PPM, [YBI_COUNT] = YB_RESULT_COUNT,
		                         [YBI_DAYS] = YB_RESULT_DAYS, [YBI_MONTHS] = YB_RESULT_MONTHS, [YBI_DATE] = YB_RESULT_DATE, [YBI_FLAG] = YB_RESULT_FLAG,
		                         [YBI_TEXT] = YB_RESULT_TEXT, [YBI_SET] = YB_RESULT_TEXT };

	return units[type];
}

yb_status
yb_decision_get_result(struct yb_decision *d, const char *name, int64_t *value, yb_result *unit)
{
	struct ybi_value found;
	enum ybi_type type;
	int64_t whole = 0;
	yb_status st;

	if (!d || !name || !value)
		return YB_E_INVALID;
	if (d->outcome != YB_OUTCOME_ANSWERED)
		return YB_E_UNKNOWN;
	st = ybi_decision_trace(d, NULL);
	if (st != YB_OK)
		return st;
	if (!ybi_answer_find(d, name, &found, &type))
		return YB_E_NOT_FOUND;
	if (found.state == YBI_FAILED)
		return (yb_status)found.why;
	if (found.state != YBI_KNOWN)
		return YB_E_UNKNOWN;
	if (type == YBI_RATE && ybi_fraction_mul(found.q, ybi_fraction_from(YB_PPM_ONE), &found.q) != YB_OK)
		return YB_E_BAD_VALUE;
	if (type != YBI_TEXT && type != YBI_SET && ybi_fraction_to_i64(found.q, &whole) != YB_OK)
		return YB_E_BAD_VALUE;
	*value = whole;
	if (unit)
		*unit = ybi_result_unit(type);
	return YB_OK;
}
