/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_REFUND_H
#define YIBAO_REFUND_H

#include <yibao/decision.h>
#include <yibao/person.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Refund formulas: what is credited to the personal account (返款, 个人账户划入), interest on it, and whether a paid contribution comes back (退费).
 *
 * A credit is an amount with a factor and a floor, rounded, less its
 * deductions. Example, Beijing, retired and 72 years old: 110.00 a month,
 * less 3.00 for mutual aid, 107.00 posted.
 *
 * Results by name, for yb_decision_get_result(): `credit`, the sum; of each
 * credit `account.base`, `account.gross`, `account.gross.exact`,
 * `account.net`, `account.shortfall` and each deduction, `account.mutual_aid`;
 * `interest`; `refundable`, `refundable.rule`, `refundable.share`,
 * `refundable.until`, `refundable.amount`.
 */

/** Bits of yb_refund_options.flags. */
enum {
	YB_REFUND_LENIENT = 1,     /**< answer although a declared gap or a clause of low confidence is touched, with a reason that says so */
	YB_REFUND_YEAR = 2,        /**< the medical year of `on`: each of its months at its own first day, and what is credited by the year */
	YB_REFUND_INTEREST = 4,    /**< interest on the account, settled on the day `on` */
	YB_REFUND_CONTRIBUTION = 8, /**< whether the contribution for `year`, paid on `paid_on`, can be asked back on the day `on` */
	YB_REFUND_RECEIPT = 256     /**< keep the facts, so that yb_decision_dup_receipt() can tell what the answer rests on */
};

/** What is asked of a refund formula; zero means not given. */
struct yb_refund_options {
	uint32_t size;         /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;        /**< YB_REFUND_ bits; unknown bits, and more than one of YEAR, INTEREST, CONTRIBUTION, are refused */
	yb_day on;             /**< a day of the month credited; the month's first day is the reference day */
	int32_t arrear_months; /**< months posted late, 0 .. 1800 */
	int32_t year;          /**< CONTRIBUTION: coverage year of the contribution */
	yb_day paid_on;        /**< CONTRIBUTION: when it was paid */
	yb_fen paid;           /**< CONTRIBUTION: what was paid, fen, 0 .. #YB_FEN_LIMIT; 0 = not said: then only the share is told */
};
/** Initializer of struct yb_refund_options. */
#define YB_REFUND_OPTIONS_INIT { sizeof(struct yb_refund_options), 0, 0, 0, 0, 0, 0 }

/**
 * What is credited to the account; or, by flag, interest on it, or whether a contribution is given back.
 * A credit by the year counts in the month of its posting day.
 * @param set       policy documents
 * @param person    needs insutype and insuplc_admdvs, and what the credits ask for
 * @param options   the day at least
 * @param decision  holds the answer afterwards; on an error it answers nothing
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_OPTIONS    unknown size or flag, flags that exclude each other
 * @retval YB_E_BAD_DATE       `on` or `paid_on` is no day of the years 1 to 9999, whichever document answers
 * @retval YB_E_BAD_VALUE      a fact outside what the document declares
 * @retval YB_E_BAD_AMOUNT     `paid` is negative or above #YB_FEN_LIMIT
 * @retval YB_E_CONTRADICTION  facts that cannot hold together
 * @retval YB_E_RULE           a deduction or credit that is negative
 * @retval YB_E_DIVISION       a formula of the document divides by zero
 * @retval YB_E_NO_POLICY      no document for the region and scheme
 * @retval YB_E_OVERFLOW       an exact result that does not fit
 * @retval YB_E_NO_MEMORY      nothing was decided
 * @return #YB_OK also for refused, incomplete and unsupported: see yb_decision_get_outcome()
 * @since 0.1
 */
YB_API yb_status yb_refund(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_refund_options *options,
                           struct yb_decision *decision, struct yb_error **err);

/**
 * What is posted in one month of a year asked with #YB_REFUND_YEAR.
 * @param decision  an answered question
 * @param index     0 .. 11, from the first month of the medical year
 * @param[out] first  first day of the month
 * @param[out] fen    posted in it
 * @retval YB_E_NOT_FOUND  index is past the last one, or another question was answered
 * @since 0.1
 */
YB_API yb_status yb_refund_get_month(const struct yb_decision *decision, size_t index, yb_day *first, yb_fen *fen);

#ifdef __cplusplus
}
#endif
#endif
