/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_DECISION_H
#define YIBAO_DECISION_H

#include <yibao/error.h>
#include <yibao/field.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The answer to one question, and why.
 *
 * A decision is sealed once given; asking the next question with the same
 * handle overwrites it without an allocation. Amounts are there at once;
 * steps and texts are rendered when asked for. Example: 50,000.00 in scope,
 * Beijing, tertiary hospital, first stay: answered, hifp_pay 4289500 fen, the
 * first step "deductible 1,300.00".
 */

/** A decision; one thread at a time. */
struct yb_decision;

/** What kind of answer it is. */
typedef int32_t yb_outcome;
enum {
	YB_OUTCOME_NONE = 0,       /**< no question was answered yet */
	YB_OUTCOME_ANSWERED = 1,   /**< amounts are there */
	YB_OUTCOME_REFUSED = 2,    /**< a rule says no; an answer, with its reason */
	YB_OUTCOME_INCOMPLETE = 3, /**< facts are lacking; yb_decision_get_missing() names them */
	YB_OUTCOME_UNSUPPORTED = 4 /**< a clause that is not encoded, or below the asked confidence; a reason names it */
};

/** Which question was answered. */
typedef int32_t yb_question;
enum {
	YB_QUESTION_NONE = 0,        /**< none yet */
	YB_QUESTION_FEE = 1,         /**< yb_fee() */
	YB_QUESTION_REFUND = 2,      /**< yb_refund() */
	YB_QUESTION_ELIGIBILITY = 3, /**< yb_eligibility() */
	YB_QUESTION_REWARDS = 4,     /**< yb_rewards() */
	YB_QUESTION_REIMBURSE = 5    /**< yb_settle() */
};

/** Unit of a named result. */
typedef int32_t yb_result;
enum {
	YB_RESULT_FEN = 1,    /**< a #yb_fen */
	YB_RESULT_PPM = 2,    /**< a share in millionths */
	YB_RESULT_COUNT = 3,  /**< a number of things */
	YB_RESULT_DAYS = 4,   /**< a duration in days */
	YB_RESULT_MONTHS = 5, /**< a duration in months */
	YB_RESULT_DATE = 6,   /**< a #yb_day */
	YB_RESULT_FLAG = 7,   /**< 0 no, 1 yes */
	YB_RESULT_TEXT = 8    /**< a word; see yb_decision_dup_result() */
};

/** How much of the way to an answer is told. */
typedef int32_t yb_explain;
enum {
	YB_EXPLAIN_NONE = 0,    /**< amounts and reasons */
	YB_EXPLAIN_SUMMARY = 1, /**< one step a layer */
	YB_EXPLAIN_FULL = 2     /**< every operation with its numbers */
};

/**
 * A decision that answers nothing yet.
 * @param[out] decision  yb_decision_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_decision_new(struct yb_decision **decision, struct yb_error **err);

/**
 * Wipe and free a decision.
 * @param decision  a decision, or NULL
 * @since 0.1
 */
YB_API void yb_decision_unref(struct yb_decision *decision);

/**
 * Its outcome.
 * @param decision  a decision
 * @since 0.1
 */
YB_API yb_outcome yb_decision_get_outcome(const struct yb_decision *decision);

/**
 * An amount of an answered settlement.
 * @param decision  a decision
 * @param field     a money field of #YB_PART_SETTLEMENT, or one of the buckets of #YB_PART_CLAIM
 * @param[out] fen  changed only on #YB_OK
 * @retval YB_E_INVALID  not such a field
 * @retval YB_E_UNKNOWN  not answered, or the total bill was not given and the amount hangs on it
 * @since 0.1
 */
YB_API yb_status yb_decision_get_fen(const struct yb_decision *decision, yb_field field, yb_fen *fen);

/**
 * The question that was answered.
 * @param decision  a decision
 * @return a #yb_question; #YB_QUESTION_NONE as long as there is no answer
 * @since 0.1
 */
YB_API yb_question yb_decision_get_question(const struct yb_decision *decision);

/**
 * Name of a result of yb_fee(), yb_refund(), yb_eligibility() or yb_rewards(), to list what the answer has.
 * @param decision  an answered decision
 * @param index     from 0
 * @param[out] name  borrowed until the next question: `due.person`
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_decision_get_result_name(const struct yb_decision *decision, size_t index, const char **name);

/**
 * A named result as an integer in its unit.
 * @param decision  an answered decision; what a settlement leaves out until asked is worked out here, so it is not const
 * @param name      `due.person`, `start`, `basic.deductible`
 * @param[out] value  changed only on #YB_OK; 0 for a text
 * @param[out] unit   a #yb_result; may be NULL
 * @retval YB_E_UNKNOWN    not answered, or the result is not known, or there is no such limit
 * @retval YB_E_NOT_FOUND  the answer has no such result
 * @retval YB_E_BAD_VALUE  it is no whole number of that unit; yb_decision_dup_result() has it exactly
 * @since 0.1
 */
YB_API yb_status yb_decision_get_result(struct yb_decision *decision, const char *name, int64_t *value, yb_result *unit);

/**
 * A named result as text: `basic.deductible`, `serious.band1`, `basic.paid.exact`, `due.person`, `start`; money in yuan, exact, "n/d" when no decimal is.
 * @param decision  an answered decision
 * @param name      the name
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_UNKNOWN    not answered
 * @retval YB_E_NOT_FOUND  the answer has no such result
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_decision_dup_result(struct yb_decision *decision, const char *name, char **text, struct yb_error **err);

/** What would change an answer; a value keeps its meaning for ever. */
typedef int32_t yb_change;
enum {
	YB_CHANGE_DEDUCTIBLE = 1,      /**< fen of cost until the layer's deductible is met */
	YB_CHANGE_BAND = 2,            /**< fen of cost until the layer's next band */
	YB_CHANGE_PAYMENT_CEILING = 3, /**< fen that the layer may pay before its ceiling is reached */
	YB_CHANGE_COST_CEILING = 4,    /**< fen of cost before the layer's ceiling is reached */
	YB_CHANGE_WINDOW = 5,          /**< days that the window stays open after the day of payment */
	YB_CHANGE_WAIT = 6,            /**< days from the day asked about until cover begins */
	YB_CHANGE_COVER_END = 7        /**< days of cover after the day asked about */
};

/**
 * What would change the answer: how far the next band, ceiling, window's end or the end of a wait is. What the funds pay of the next
 * yuan in scope is the result `marginal` of a settlement, that of one layer `basic.marginal`: exactly, each layer before its rounding.
 * @param decision  an answered decision; worked out here, so it is not const
 * @param index     from 0
 * @param[out] kind      a #yb_change
 * @param[out] subject   id of the layer, window or rule; borrowed until the next question
 * @param[out] distance  fen of that layer's cost or payment, whole fen that reach it; or days; 0: it is reached
 * @param[out] unit      #YB_RESULT_FEN or #YB_RESULT_DAYS; may be NULL
 * @retval YB_E_NOT_FOUND  index is past the last one, or there is no answer
 * @retval YB_E_NO_MEMORY  nothing was worked out
 * @since 0.1
 */
YB_API yb_status yb_decision_get_change(struct yb_decision *decision, size_t index, yb_change *kind, const char **subject, int64_t *distance,
                                        yb_result *unit);

/**
 * A fact that an incomplete decision lacks.
 * @param decision  a decision
 * @param index     from 0
 * @param[out] name  borrowed until the next question
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_decision_get_missing(const struct yb_decision *decision, size_t index, const char **name);

/**
 * Code of a reason, `no_benefit`; the list is in `doc/reasons.tsv`. Reasons are worked out here, so the decision is not const.
 * @param decision  a decision
 * @param index     from 0
 * @param[out] code  static text
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_decision_get_reason(struct yb_decision *decision, size_t index, const char **code);

/**
 * A reason as a sentence.
 * @param decision  a decision
 * @param index     from 0
 * @param lang      the language
 * @param[out] text  free it with yb_free()
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_decision_dup_reason_text(struct yb_decision *decision, size_t index, yb_lang lang, char **text);

/**
 * The weakest confidence of the clauses that the answer rests on; worked out here, so the decision is not const.
 * @param decision  a decision
 * @return a #yb_confidence; 0 when no clause was used
 * @since 0.1
 */
YB_API yb_confidence yb_decision_get_confidence(struct yb_decision *decision);

/**
 * Id of the policy document that answered, `110000/310`.
 * @param decision  a decision
 * @return borrowed until the next question; "" when there was none
 * @since 0.1
 */
YB_API const char *yb_decision_get_policy_id(const struct yb_decision *decision);

/**
 * The whole decision, for a person or a program. The JSON form is the decision document of schema "yibao-decision/1".
 * @param decision  a decision; its steps are worked out here, so it is not const
 * @param format    #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang      language of the text, and of texts that are in one language only
 * @param explain   how much of the way is told
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_UNKNOWN    no question was answered yet
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_decision_render(struct yb_decision *decision, yb_format format, yb_lang lang, yb_explain explain, char **text,
                                    struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
