/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_FEE_H
#define YIBAO_FEE_H

#include <yibao/decision.h>
#include <yibao/person.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Fee schedules (缴费): what a person owes for a coverage year, by whom it is borne, in which window it is paid.
 *
 * The document of the insured region and scheme has charges; each is a total
 * and its payers, one of whom may take the rest. Every payer's part is rounded
 * where the document says so. Example, Guangzhou 2023: base 54,475.00, total
 * 2.42 % = 1,318.00, a student pays 0.73 % = 398.00, the treasury the rest,
 * 920.00.
 *
 * Results by name, for yb_decision_get_result(): `due.person`, `due.total`
 * (any payer of the document in place of `person`), `month.person` of monthly
 * charges, and of each charge `basic.base`, `basic.total`, `basic.person`,
 * `basic.person.year`, `basic.person.exact`; `window` and `window_start`.
 */

/** Bits of yb_fee_options.flags. */
enum {
	YB_FEE_LENIENT = 1, /**< answer although a declared gap or a clause of low confidence is touched, with a reason that says so */
	YB_FEE_RECEIPT = 256 /**< keep the facts, so that yb_decision_dup_receipt() can tell what the answer rests on */
};

/** What is asked of a fee schedule; zero means not given. */
struct yb_fee_options {
	uint32_t size;    /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;   /**< YB_FEE_ bits; unknown bits are refused */
	int32_t year;     /**< coverage year, 1 .. 9998: the year in which the medical year begins, never the year of the notice */
	yb_day paid_on;   /**< day of payment, decides the window; 0 = not said */
	int32_t months;   /**< months that a monthly charge is owed for, 1 .. 1800; 0 = not said: then its sum over months is not known */
	yb_day on;        /**< reference day for dated figures; 0 = the first day of the coverage year */
};
/** Initializer of struct yb_fee_options. */
#define YB_FEE_OPTIONS_INIT { sizeof(struct yb_fee_options), 0, 0, 0, 0, 0 }

/**
 * What is owed for a coverage year.
 * @param set       policy documents
 * @param person    needs insutype and insuplc_admdvs, and what the charges ask for
 * @param options   the year at least
 * @param decision  holds the answer afterwards; on an error it answers nothing
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_OPTIONS    unknown size or flag, a year or number of months that cannot be
 * @retval YB_E_BAD_DATE       `on` or `paid_on` is no day of the years 1 to 9999, whichever document answers
 * @retval YB_E_BAD_VALUE      a fact outside what the document declares
 * @retval YB_E_CONTRADICTION  facts that cannot hold together: paid before birth
 * @retval YB_E_RULE           the parts of a charge do not make its total, or one is negative
 * @retval YB_E_DIVISION       a formula of the document divides by zero
 * @retval YB_E_NO_POLICY      no document for the region and scheme
 * @retval YB_E_OVERFLOW       an exact result that does not fit
 * @retval YB_E_NO_MEMORY      nothing was decided
 * @return #YB_OK also for refused, incomplete and unsupported: see yb_decision_get_outcome()
 * @since 0.1
 */
YB_API yb_status yb_fee(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_fee_options *options,
                        struct yb_decision *decision, struct yb_error **err);

/**
 * A payment channel that the document lists as open to the person, by its id in the channel catalogue.
 * @param decision  an answered question of yb_fee()
 * @param index     from 0
 * @param[out] id   borrowed until the next question
 * @retval YB_E_NOT_FOUND  index is past the last one, or another question was answered
 * @since 0.1
 */
YB_API yb_status yb_fee_get_channel(const struct yb_decision *decision, size_t index, const char **id);

#ifdef __cplusplus
}
#endif
#endif
