/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_RECEIPT_H
#define YBI_RECEIPT_H

#include <yibao/fee.h>
#include <yibao/receipt.h>
#include <yibao/refund.h>

#include "decide/decision.h"

#define YBI_RECEIPT_SCHEMA "yibao-receipt/1"
#define YBI_SEMANTICS 1 /* raised only when the same documents and facts may get another answer */

enum ybi_option_kind { YBI_OPTION_DAY, YBI_OPTION_NUMBER, YBI_OPTION_FEN, YBI_OPTION_FLAG };

/* An option of a question: where it stands in its struct, or which bit of `flags` it is. */
struct ybi_option {
	enum ybi_ask ask;
	const char *name;
	enum ybi_option_kind kind;
	size_t at;
};

extern const struct ybi_option ybi_options_of[];
extern const size_t ybi_options_count;

/* The options of any question; each begins with size and flags. */
union ybi_options {
	struct { uint32_t size, flags; } head;
	struct yb_fee_options fee;
	struct yb_refund_options refund;
	struct yb_eligibility_options eligibility;
	struct yb_rewards_options rewards;
	struct yb_settle_options settle;
};

#endif
