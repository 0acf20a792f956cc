/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_RECONCILE_H
#define YIBAO_RECONCILE_H

#include <yibao/decision.h>
#include <yibao/error.h>
#include <yibao/ledger.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Bills of channels, held against the ledger (对账).
 *
 * A bill is what a payment channel, or the medical insurance platform, says was paid and given back. It is read whole, or refused with
 * line and column; its own totals must be those of its rows. Each of its rows finds at most one transaction of the ledger: by the order
 * number, which is the key of the transaction, its elec_taxrpt_no or its setl_id. Example: the bill of a day has 400.00 paid
 * as JF-1 and 380.00 as JF-2; the ledger has a contribution JF-1 of 400.00 through that channel. The reconciliation has one row of
 * #YB_MATCH_EQUAL and one of #YB_MATCH_MISSING_HERE; the classes of a side add up to 780.00 and to 400.00.
 */

/** Formats of bills. Archives (ZIP, gzip) are to be unpacked first. */
typedef int32_t yb_bill_format;
enum {
	YB_BILL_WECHAT   = 1, /**< 微信支付, 交易账单 of a merchant: ALL, SUCCESS or REFUND; UTF-8 */
	YB_BILL_ALIPAY   = 2, /**< 支付宝, 业务明细 of a merchant; UTF-8 or GBK */
	YB_BILL_UNIONPAY = 3, /**< 银联全渠道, a file ZM or ZME; its days have no year */
	YB_BILL_3201     = 4, /**< totals by scheme and kind of clearing, the JSON message 3201 of the platform */
	YB_BILL_3202     = 5  /**< single settlements, the text of 3202: TAB between setl_id, mdtrt_id, psn_no, medfee_sumamt, fund_pay_sumamt, acct_pay, refd_setl_flag */
};

/**
 * The format of a name.
 * @param name    `wechat`, `alipay`, `unionpay`, `3201`, `3202`
 * @param length  bytes of it
 * @param[out] format  changed only on #YB_OK
 * @retval YB_E_NOT_FOUND  no such format
 * @since 0.1
 */
YB_API yb_status yb_bill_format_from_name(const char *name, size_t length, yb_bill_format *format);

/**
 * Name of a format, "wechat".
 * @param format  any value
 * @return static text, never NULL; "" of a value that is no format
 * @since 0.1
 */
YB_API const char *yb_bill_format_get_name(yb_bill_format format);

/** What became of a row. */
typedef int32_t yb_match;
enum {
	YB_MATCH_ALL             = 0, /**< every row of a side */
	YB_MATCH_EQUAL           = 1, /**< on both sides, the same */
	YB_MATCH_DIFFERENT       = 2, /**< on both sides; amount, day or state differ, or more is given back than was paid */
	YB_MATCH_MISSING_HERE    = 3, /**< the bill has it, the ledger does not */
	YB_MATCH_MISSING_THERE   = 4, /**< the ledger has it, the bill does not */
	YB_MATCH_DUPLICATE_THERE = 5, /**< the bill has it once more than the ledger */
	YB_MATCH_DUPLICATE_HERE  = 6, /**< the ledger has it once more than the bill */
	YB_MATCH_VOID            = 7  /**< failed, only asked for or undone on one side, and the other has none: nothing moved */
};

/** A side of a reconciliation. */
typedef int32_t yb_side;
enum {
	YB_SIDE_BILL   = 1, /**< what the channel says */
	YB_SIDE_LEDGER = 2  /**< what the ledger has */
};

/** What is reconciled; zero means not said. */
struct yb_reconcile_options {
	uint32_t size;    /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;   /**< 0 */
	yb_day from;      /**< first day compared, business days in the ledger; 0 = the first of the bill */
	yb_day to;        /**< last day compared; 0 = the last of the bill. A bill that names no days (3202, an empty one) needs both */
	int32_t year;     /**< of #YB_BILL_UNIONPAY: the year of its last row; rows of December in a bill with rows of January are of the year before */
	int32_t reserved; /**< 0 */
};
/** Initializer of struct yb_reconcile_options. */
#define YB_RECONCILE_OPTIONS_INIT { sizeof(struct yb_reconcile_options), 0, 0, 0, 0, 0 }

/** A bill held against a ledger. It needs neither of them any more. */
struct yb_reconciliation;

/**
 * Hold a bill against the ledger.
 * @param ledger   only read
 * @param format   of the bill
 * @param text     the bill, as it was downloaded, at most 64 MiB
 * @param length   bytes of it
 * @param name     shown in errors and in what is rendered, a path for example
 * @param of       the channel, as transactions name it; NULL: every one whose name begins with `wx`, `ali` or `unionpay`, as the format is.
 *                 Of the platform's formats the institution, fixmedins_code; NULL: all
 * @param options  NULL for the defaults
 * @param[out] reconciliation  yb_reconciliation_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure: of a bill the line and the column
 * @retval YB_E_BAD_TEXT, YB_E_SYNTAX, YB_E_LIMIT, YB_E_DUPLICATE, YB_E_MISSING_KEY, YB_E_BAD_VALUE, YB_E_BAD_DATE, YB_E_BAD_AMOUNT
 *                             the bill cannot be read
 * @retval YB_E_CONTRADICTION  its totals are not those of its rows
 * @retval YB_E_INVALID        an argument; or the bill needs a year or days that were not said
 * @retval YB_E_BAD_OPTIONS    options of unknown size or content
 * @retval YB_E_BUSY, YB_E_IO, YB_E_CORRUPT, YB_E_FORKED, YB_E_NO_MEMORY  the ledger was not read
 * @since 0.1
 */
YB_API yb_status yb_ledger_reconcile(struct yb_ledger *ledger, yb_bill_format format, const char *text, size_t length, const char *name, const char *of,
                                     const struct yb_reconcile_options *options, struct yb_reconciliation **reconciliation, struct yb_error **err);

/**
 * Free a reconciliation.
 * @param reconciliation  one, or NULL
 * @since 0.1
 */
YB_API void yb_reconciliation_unref(struct yb_reconciliation *reconciliation);

/**
 * Do both sides agree: is every row #YB_MATCH_EQUAL or #YB_MATCH_VOID?
 * @param reconciliation  one
 * @return 1 or 0
 * @since 0.1
 */
YB_API int32_t yb_reconciliation_agrees(const struct yb_reconciliation *reconciliation);

/**
 * How many rows of a side are of a class, and their sums.
 * @param reconciliation  one
 * @param side   #YB_SIDE_BILL or #YB_SIDE_LEDGER
 * @param match  a class; #YB_MATCH_ALL: the sum of all classes
 * @param[out] count     transactions; may be NULL
 * @param[out] paid      sum of what was paid, 0 or more; may be NULL
 * @param[out] returned  sum of what was given back, 0 or less; may be NULL
 * @retval YB_E_INVALID  no such side or class
 * @since 0.1
 */
YB_API yb_status yb_reconciliation_get_tally(const struct yb_reconciliation *reconciliation, yb_side side, yb_match match, int64_t *count,
                                             yb_fen *paid, yb_fen *returned);

/**
 * The whole as text or JSON (schema yibao-reconcile/1): the sums, every row that does not agree, and what refunds give back of. No person is named.
 * @param reconciliation  one
 * @param format  #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang    of the text
 * @param[out] text  UTF-8, ending in a newline; free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID    no such format
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_reconciliation_render(const struct yb_reconciliation *reconciliation, yb_format format, yb_lang lang, char **text,
                                          struct yb_error **err);

#ifdef __cplusplus
}
#endif
#endif
