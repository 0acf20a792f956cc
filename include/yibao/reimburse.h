/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_REIMBURSE_H
#define YIBAO_REIMBURSE_H

#include <yibao/claim.h>
#include <yibao/decision.h>
#include <yibao/person.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Settlement: of this bill, what does each fund pay, what comes from the account, what in cash?
 *
 * The document of the insured region and scheme is found in the set; its
 * benefit for the claim runs its layers in order; account and cash take the
 * rest. On every answer `medfee_sumamt = fund_pay_sumamt + psn_part_amt +
 * hosp_part_amt`, the funds add up to fund_pay_sumamt, and acct_pay +
 * psn_cash_pay to psn_part_amt.
 */

/** Bits of yb_settle_options.flags. */
enum {
	YB_SETTLE_LENIENT = 1, /**< answer although a declared gap or a clause of low confidence is touched, with a reason that says so */
	YB_SETTLE_RECEIPT = 256 /**< keep the facts, so that yb_decision_dup_receipt() can tell what the answer rests on */
};

/** How a bill is settled; zero means default. */
struct yb_settle_options {
	uint32_t size;   /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;  /**< YB_SETTLE_ bits; unknown bits are refused */
};
/** Initializer of struct yb_settle_options. */
#define YB_SETTLE_OPTIONS_INIT { sizeof(struct yb_settle_options), 0 }

/**
 * Settle a bill. With a reused decision nothing is allocated once it has answered a question of the same document. Where the document splits
 * a stay over the end of a medical year, the first such stay allocates once more; its parts are the results `part1.hifp_pay`, `part2.hifp_pay`
 * and so on of yb_decision_get_result(), and the settlement has their sums.
 * @param set       policy documents
 * @param person    the insured person; needs insutype and insuplc_admdvs, and what the rules ask for
 * @param claim     the visit or stay; needs enddate (the reference day) and the bill, begndate where a stay may be split
 * @param options   NULL for the defaults
 * @param decision  holds the answer afterwards; on an error it answers nothing
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_OPTIONS    unknown size or flag
 * @retval YB_E_CONTRADICTION  facts that cannot hold together: buckets that do not add up, a stay that ends before it begins
 * @retval YB_E_BAD_VALUE      a fact outside what the document declares, or an attribute or total it does not have
 * @retval YB_E_BAD_AMOUNT     a bill of more than #YB_FEN_LIMIT
 * @retval YB_E_DIVISION       a formula of the document divides by zero
 * @retval YB_E_INTERNAL       an identity of the answer failed: a bug in this library
 * @retval YB_E_NO_POLICY      no document for the region and scheme
 * @retval YB_E_OVERFLOW       an exact result that does not fit
 * @retval YB_E_NO_MEMORY      nothing was decided
 * @return #YB_OK also for refused, incomplete and unsupported: see yb_decision_get_outcome()
 * @since 0.1
 */
YB_API yb_status yb_settle(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim,
                           const struct yb_settle_options *options, struct yb_decision *decision, struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
