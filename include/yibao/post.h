/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_POST_H
#define YIBAO_POST_H

#include <yibao/claim.h>
#include <yibao/decision.h>
#include <yibao/ledger.h>
#include <yibao/person.h>
#include <yibao/policy.h>
#include <yibao/reimburse.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Settlements on top of a ledger: worked out from what it says of the person's year, posted while that still holds, and worked out
 * again when bills have come late or out of order.
 *
 * Example: a first stay of 20,000.00 is settled and posted, then a second. For the second, yb_ledger_settle() finds that the yearly
 * deductible is used up and that it is the second stay of the year; nothing of that is told by the caller. When a stay that was before
 * both arrives at last, yb_ledger_resettle() posts by how much each fund, the account and the person differ from what they would have
 * paid in the right order.
 */

/**
 * Settle a bill with what the ledger knows of the person: the running totals of the year, the ordinal of the stay, the balance of the
 * account. The decision knows where the ledger stood, and keeps its receipt.
 * @param ledger    a ledger
 * @param set       policy documents
 * @param person    needs psn_no or certno; its yb_account_balance is not to be known, the ledger has it
 * @param claim     its yb_totals, yb_admission and yb_after_admission are not to be known
 * @param options   as of yb_settle()
 * @param decision  holds the answer afterwards; on an error it answers nothing
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_MISSING_KEY    the person has neither number
 * @retval YB_E_CONTRADICTION  the person or the claim says what the ledger is to say
 * @retval YB_E_BAD_IDENTITY   an identity number stands elsewhere than in certno: in psn_no, yb_episode or an attribute
 * @return as yb_settle(), and what a ledger may fail with
 * @since 0.1
 */
YB_API yb_status yb_ledger_settle(struct yb_ledger *ledger, const struct yb_policy_set *set, const struct yb_person *person,
                                  const struct yb_claim *claim, const struct yb_settle_options *options, struct yb_decision *decision,
                                  struct yb_error **err);

/**
 * Make a transaction of kind `settlement` from a decision of yb_ledger_settle(): amounts, funds, what it adds to running totals, and the
 * receipt. The key is to be set by the caller, before or after; so may be setl_id, channel, sharer and business_day (the last day of the
 * bill otherwise). yb_ledger_post() then keeps the policy texts too, and refuses with #YB_E_STALE what is out of date.
 * @param transaction  what it said before stays, other than what the decision says
 * @param decision     an answered settlement; its results are worked out here, so it is not const
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_STATE      not an answered settlement
 * @retval YB_E_STALE      not worked out by yb_ledger_settle()
 * @retval YB_E_NO_MEMORY  the transaction may hold a part of it
 * @since 0.1
 */
YB_API yb_status yb_transaction_set_decision(struct yb_transaction *transaction, struct yb_decision *decision, struct yb_error **err);

/**
 * Work out all settlements of a person and a medical year again, in the order of their business days, mdtrt_id and numbers, and post the
 * differences as adjustments with their reasons, all of them or none. What arrived in any order ends in the same balances. A bill whose
 * period was closed is adjusted on the first day that is open.
 *
 * The account pays what it has on the day of the bill and has not given since. A settlement that was not worked out here is left alone.
 * @param ledger       a ledger
 * @param person       as accounts name the person, or the person number
 * @param year         the medical year, by the year of its first day
 * @param set          documents to settle by; NULL: each bill by those it was settled by, of which the ledger keeps the texts
 * @param posting_day  as of yb_ledger_post()
 * @param format       #YB_FORMAT_TEXT, or #YB_FORMAT_JSON: schema "yibao-resettle/1"
 * @param lang         language of a text
 * @param[out] adjusted  number of adjustments that were posted; may be NULL
 * @param[out] report    what was found; free it with yb_free()
 * @param[out] err       NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  nothing was posted of the person
 * @retval YB_E_OVERDRAWN  an account of the family has not what it would have to give
 * @retval YB_E_CORRUPT    a receipt or a text of the ledger cannot be read
 * @return else what yb_ledger_post() or yb_settle() may fail with
 * @since 0.1
 */
YB_API yb_status yb_ledger_resettle(struct yb_ledger *ledger, const char *person, int32_t year, const struct yb_policy_set *set,
                                    yb_day posting_day, yb_format format, yb_lang lang, int32_t *adjusted, char **report, struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
