/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_TRANSACTION_H
#define YBI_TRANSACTION_H

#include <stdbool.h>

#include <yibao/ledger.h>

#include "base/text.h"
#include "policy/book.h"
#include "policy/node.h"

/*
 * What a transaction says: facts of a table, and three lists whose names are not known beforehand. One table serves setters, JSON and
 * the check of what a kind needs; facts are written in its order, so that equal transactions are equal texts.
 */

enum ybi_kind_of_transaction {
	YBI_POST_NONE, YBI_POST_OPENING, YBI_POST_CONTRIBUTION, YBI_POST_CREDIT, YBI_POST_INTEREST, YBI_POST_SETTLEMENT, YBI_POST_REVERSAL,
	YBI_POST_FAILURE, YBI_POST_AUTHORIZATION, YBI_POST_REVOCATION, YBI_POST_SHARE, YBI_POST_SHARE_ACCEPT, YBI_POST_SHARE_RETURN,
	YBI_POST_TRANSFER_OUT, YBI_POST_TRANSFER_ARRIVAL, YBI_POST_TRANSFER_IN, YBI_POST_REFUND_REQUEST, YBI_POST_REFUND,
	YBI_POST_REFUND_REFUSAL, YBI_POST_CLEARING, YBI_POST_ADJUSTMENT, YBI_POST_CLOSING, YBI_POST_COUNT_
};

/* Forms of family sharing. */
enum ybi_form_of_share { YBI_SHARE_POOL = 1, YBI_SHARE_ALLOCATE, YBI_SHARE_WALLET };

enum ybi_told {
	YBI_TOLD_KEY, YBI_TOLD_KIND, YBI_TOLD_PSN_NO, YBI_TOLD_PSN_HASH, YBI_TOLD_CERTNO, YBI_TOLD_BUSINESS_DAY, YBI_TOLD_REVERSES,
	YBI_TOLD_BELONGS, YBI_TOLD_REASON, YBI_TOLD_INFNO, YBI_TOLD_INSUTYPE, YBI_TOLD_AMOUNT, YBI_TOLD_CHANNEL, YBI_TOLD_FUND,
	/* contributions and credits */
	YBI_TOLD_ACCRYM_BEGN, YBI_TOLD_ACCRYM_END, YBI_TOLD_CLCT_TYPE, YBI_TOLD_ELEC_TAXRPT_NO,
	YBI_TOLD_SHARE_PERSON, YBI_TOLD_SHARE_EMPLOYER, YBI_TOLD_SHARE_FINSUBS, YBI_TOLD_SHARE_MEDAID, YBI_TOLD_SHARE_ACCOUNT,
	YBI_TOLD_SHARE_OTHER,
	/* interest */
	YBI_TOLD_CURRENT_AMOUNT, YBI_TOLD_CURRENT_RATE, YBI_TOLD_CARRIED_AMOUNT, YBI_TOLD_CARRIED_RATE,
	/* the family */
	YBI_TOLD_SHARER, YBI_TOLD_MEMBER, YBI_TOLD_FORM, YBI_TOLD_RELATION, YBI_TOLD_FROM, YBI_TOLD_THROUGH, YBI_TOLD_LIMIT_EACH,
	YBI_TOLD_LIMIT_DAY, YBI_TOLD_LIMIT_YEAR, YBI_TOLD_LIMIT_COUNT,
	/* transfers, refunds */
	YBI_TOLD_REGION, YBI_TOLD_CUTOFF,
	/* settlements */
	YBI_TOLD_SETL_ID, YBI_TOLD_MDTRT_ID, YBI_TOLD_MED_TYPE, YBI_TOLD_FIXMEDINS_CODE, YBI_TOLD_POLICY, YBI_TOLD_REQUEST,
	YBI_TOLD_SETLINFO,
	YBI_TOLD_MEDFEE_SUMAMT = YBI_TOLD_SETLINFO, YBI_TOLD_FULAMT_OWNPAY_AMT, YBI_TOLD_OVERLMT_SELFPAY, YBI_TOLD_PRESELFPAY_AMT,
	YBI_TOLD_INSCP_SCP_AMT, YBI_TOLD_ACT_PAY_DEDC, YBI_TOLD_HIFP_PAY, YBI_TOLD_CVLSERV_PAY, YBI_TOLD_HIFES_PAY, YBI_TOLD_HIFMI_PAY,
	YBI_TOLD_HIFOB_PAY, YBI_TOLD_MAF_PAY, YBI_TOLD_OTH_PAY, YBI_TOLD_FUND_PAY_SUMAMT, YBI_TOLD_HOSP_PART_AMT, YBI_TOLD_PSN_PART_AMT,
	YBI_TOLD_ACCT_PAY, YBI_TOLD_PSN_CASH_PAY, YBI_TOLD_ACCT_MULAID_PAY,
	YBI_TOLD_COUNT_
};
#define YBI_TOLD_SETLINFO_END YBI_TOLD_COUNT_

struct ybi_told_value {
	bool known;
	int64_t value;  /* fen, days, counts, months, rates, kinds, forms */
	char *text;     /* kept for reuse */
	uint32_t length, room;
};

struct ybi_named_fen {
	char name[80];
	yb_fen fen;
};

struct ybi_named_list {
	struct ybi_named_fen *rows; /* by name */
	size_t count, room;
};

/* What a settlement adds to the running totals of its year; a stay over a year's end has two. */
struct ybi_told_part {
	yb_day on;        /* the day that decides the period */
	char episode[YB_LEDGER_HASH_SIZE]; /* "" none */
	struct ybi_named_list sums;
};

struct yb_transaction {
	struct ybi_told_value facts[YBI_TOLD_COUNT_];
	struct ybi_named_list funds;   /* fund_pay_type: what it paid */
	struct ybi_named_list entries; /* of an adjustment */
	struct ybi_told_part parts[2];
	uint32_t part_count;
	char *receipt;                 /* a JSON object, as it was written */
	size_t receipt_length;
	/* Not facts: where the ledger stood when the settlement was worked out. */
	bool positioned;
	int64_t position;
	/* The documents that it rests on, whose texts the ledger keeps. */
	struct yb_policy_set *set; /* a reference, or NULL */
	const struct ybi_book *base;
};

/* Text of a fact that is text; "" when it is not known. */
const char *ybi_told_text(const struct yb_transaction *t, enum ybi_told fact);
static inline int64_t
ybi_told_value(const struct yb_transaction *t, enum ybi_told fact)
{
	return t->facts[fact].known ? t->facts[fact].value : 0;
}

yb_status ybi_transaction_from_node(const struct ybi_node *root, struct yb_transaction *t, struct yb_error **err);
/* The facts; `hash` stands for an identity number, NULL: as it was told. */
void ybi_transaction_write(const struct yb_transaction *t, const char *hash, struct ybi_text *out);
/* Does it say what its kind needs, nothing that its kind does not have, and do its sums add up? */
yb_status ybi_transaction_check(const struct yb_transaction *t, struct yb_error **err);

yb_status ybi_named_add(struct ybi_named_list *list, const char *name, size_t length, yb_fen fen);
/* What came to nothing was not moved. */
void ybi_named_drop_nothings(struct ybi_named_list *list);
const struct ybi_named_fen *ybi_named_find(const struct ybi_named_list *list, const char *name);
yb_status ybi_transaction_set_receipt(struct yb_transaction *t, const char *text, size_t length);

const char *ybi_post_name(enum ybi_kind_of_transaction kind);
/* Name of a fact, `shares.person`. */
const char *ybi_told_name(enum ybi_told fact);
/* Is it `#` and 64 hexadecimal digits? */
bool ybi_is_person_hash(const char *text, size_t length);

#endif
