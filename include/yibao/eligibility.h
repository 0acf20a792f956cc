/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_ELIGIBILITY_H
#define YIBAO_ELIGIBILITY_H

#include <yibao/decision.h>
#include <yibao/person.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Eligibility: from which day cover runs, how long a waiting period (待遇等待期) lasts, what would shorten it; rewards for continuous cover.
 *
 * The cover history of the person tells the gap; the day of payment tells the
 * window; exactly one rule of the document then says from which day is
 * counted and how long is waited: fixed + (variable - repair), not below the
 * floor, not above the cap. Example: 2025 and 2026 missed, enrolled in the
 * window of 2027: 3 months + 1 month, cover from 2027-05-01.
 *
 * Results by name, for yb_decision_get_result(): `covered`, `start`, `until`,
 * `wait` (months or days), `rule`, `anchor`, `during`, `window`, and the facts
 * of the history: `gap_years`, `gap_months`, `gap_start`, `continuous_months`,
 * `continuous_years`. Of yb_rewards(): `reward.total` and `reward.ID` of each.
 */

/** Bits of yb_eligibility_options.flags. */
enum {
	YB_ELIGIBILITY_LENIENT = 1, /**< answer although a declared gap or a clause of low confidence is touched, with a reason that says so */
	YB_ELIGIBILITY_RECEIPT = 256 /**< keep the facts, so that yb_decision_dup_receipt() can tell what the answer rests on */
};

/** What is asked about cover; zero means not given. */
struct yb_eligibility_options {
	uint32_t size;    /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;   /**< YB_ELIGIBILITY_ bits; unknown bits are refused */
	yb_day on;        /**< is the person covered on this day? 0 = only from when is asked */
	yb_day paid_on;   /**< day of the payment that cover rests on; 0 = as the cover history says */
	int32_t year;     /**< coverage year; 0 = that of `on`, else of `paid_on` */
	int32_t repaired; /**< missed years that are paid for as a repair, 0 .. 150 */
};
/** Initializer of struct yb_eligibility_options. */
#define YB_ELIGIBILITY_OPTIONS_INIT { sizeof(struct yb_eligibility_options), 0, 0, 0, 0, 0 }

/**
 * From which day the person is covered, and whether on the day asked about.
 * @param set       policy documents
 * @param person    needs insutype and insuplc_admdvs, its cover history, and what the rules ask for
 * @param options   a day or a year at least
 * @param decision  holds the answer afterwards; on an error it answers nothing
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_OPTIONS    unknown size or flag, a year or number of years that cannot be
 * @retval YB_E_BAD_VALUE      a fact outside what the document declares
 * @retval YB_E_CONTRADICTION  facts that cannot hold together: paid before birth
 * @retval YB_E_DIVISION       a formula of the document divides by zero
 * @retval YB_E_BAD_DATE       a day that cannot be, a start of cover outside the years 1 .. 9998
 * @retval YB_E_NO_POLICY      no document for the region and scheme
 * @retval YB_E_OVERFLOW       an exact result that does not fit
 * @retval YB_E_NO_MEMORY      nothing was decided
 * @return #YB_OK also for refused, incomplete and unsupported: see yb_decision_get_outcome()
 * @since 0.1
 */
YB_API yb_status yb_eligibility(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_eligibility_options *options,
                                struct yb_decision *decision, struct yb_error **err);

/** What would let cover begin earlier. */
typedef int32_t yb_shorten;
enum {
	YB_SHORTEN_REPAIR = 1,  /**< paying for missed years */
	YB_SHORTEN_EARLIER = 2  /**< having paid in an earlier window, by its last day */
};

/**
 * One way to an earlier start of cover.
 * @param decision  an answered question of yb_eligibility()
 * @param index     from 0
 * @param[out] kind   a #yb_shorten
 * @param[out] years  #YB_SHORTEN_REPAIR: missed years paid for; else 0
 * @param[out] price  #YB_SHORTEN_REPAIR: what they cost, fen, -1 where the document gives no price; else -1
 * @param[out] paid_on  #YB_SHORTEN_EARLIER: the last day of that window; else the day of payment asked about, #YB_DAY_NONE when none was
 * @param[out] start  cover would begin on this day
 * @retval YB_E_NOT_FOUND  index is past the last one, or another question was answered
 * @since 0.1
 */
YB_API yb_status yb_eligibility_get_shorten(const struct yb_decision *decision, size_t index, yb_shorten *kind, int32_t *years,
                                            yb_fen *price, yb_day *paid_on, yb_day *start);

/** What is asked about rewards; zero means not given. */
struct yb_rewards_options {
	uint32_t size;  /**< sizeof this struct, as the caller compiled it */
	uint32_t flags; /**< YB_ELIGIBILITY_ bits; unknown bits are refused */
	int32_t year;   /**< coverage year whose ceiling is raised, 1 .. 9998 */
	int32_t reserved; /**< 0 */
};
/** Initializer of struct yb_rewards_options. */
#define YB_REWARDS_OPTIONS_INIT { sizeof(struct yb_rewards_options), 0, 0, 0 }

/**
 * By how much continuous cover and years without a claim raise the ceiling of serious-illness insurance.
 * @param set       policy documents
 * @param person    needs insutype and insuplc_admdvs and its cover history, with what was claimed in each year
 * @param options   the year
 * @param decision  holds the answer afterwards; on an error it answers nothing
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_OPTIONS  unknown size or flag, a year that cannot be
 * @retval YB_E_NO_POLICY    no document for the region and scheme
 * @retval YB_E_OVERFLOW     an exact result that does not fit
 * @retval YB_E_NO_MEMORY    nothing was decided
 * @return #YB_OK also for refused, incomplete and unsupported: see yb_decision_get_outcome()
 * @since 0.1
 */
YB_API yb_status yb_rewards(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_rewards_options *options,
                            struct yb_decision *decision, struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
