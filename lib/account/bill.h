/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_BILL_H
#define YBI_BILL_H

#include "base/error.h"
#include "base/memory.h"

/*
 * What a channel says was paid: the bill of a merchant's day, or the platform's account of settlements.
 * A bill is read whole or not at all: every row, and its own totals agree with its rows.
 */

#define YBI_BILL_BYTES ((size_t)64 << 20)
#define YBI_BILL_LINE 65536  /* bytes */
#define YBI_BILL_ROWS 1000000
#define YBI_BILL_COLUMNS 64
#define YBI_BILL_NAME 128    /* bytes of an order number */

enum ybi_bill_format {
	YBI_BILL_WECHAT,   /* 微信支付, of a merchant: ALL, SUCCESS and REFUND, of 27 columns and the earlier ones of 24 */
	YBI_BILL_ALIPAY,   /* 支付宝, of a merchant: 业务明细 */
	YBI_BILL_UNIONPAY, /* 银联全渠道: ZM and ZME */
	YBI_BILL_3201,     /* the platform's totals, a JSON message */
	YBI_BILL_3202,     /* its single settlements, TAB separated */
	YBI_BILL_FORMATS_
};

enum ybi_bill_kind {
	YBI_BILL_PAY,
	YBI_BILL_REFUND,
	YBI_BILL_CANCEL, /* 撤销, 冲正 */
	YBI_BILL_ADJUST  /* 差错: a correction of the channel */
};

enum ybi_bill_state { YBI_BILL_DONE, YBI_BILL_PENDING, YBI_BILL_FAILED };

struct ybi_bill_row {
	enum ybi_bill_kind kind;
	enum ybi_bill_state state;
	yb_day day;              /* YB_DAY_NONE: the bill does not say */
	const char *time;        /* hh:mm:ss, or "" */
	const char *id;          /* ours: the order, of a refund the refund's own; setl_id */
	const char *theirs;      /* the channel's number of it, or "" */
	const char *original;    /* of what gives back: our number of the order, or "" */
	const char *their_original;
	const char *visit;       /* mdtrt_id, or "" */
	yb_fen amount;           /* above 0 paid, below 0 given back; of the platform medfee_sumamt */
	yb_fen settled;          /* of it, what the channel settles with the merchant */
	yb_fen fund, account;    /* of the platform: fund_pay_sumamt, acct_pay */
	int64_t fee;             /* 1/1000 fen, signed as the bill writes it */
	int64_t count;           /* settlements it stands for: 1 but for 3201 */
	uint32_t line;
};

struct ybi_bill {
	enum ybi_bill_format format;
	struct ybi_arena arena;
	struct ybi_bill_row *rows; /* in the order of the bill */
	size_t count, room;
	yb_day from, to;           /* the days it says it is of, YB_DAY_NONE when it does not */
};

struct ybi_bill_options {
	const char *name; /* of the file, for errors; outlives the call */
	enum ybi_bill_format format;
	int32_t year;     /* of a bill whose days have none: that of its last row; 0 = not given */
};

/* "wechat"; NULL past the last. */
const char *ybi_bill_format_name(enum ybi_bill_format format);
/* "pay" */
const char *ybi_bill_kind_name(enum ybi_bill_kind kind);
/* "done" */
const char *ybi_bill_state_name(enum ybi_bill_state state);

/* On a failure the bill is empty and needs no freeing. */
yb_status ybi_bill_read(const char *text, size_t length, const struct ybi_bill_options *options, struct ybi_bill *bill, struct yb_error **err);
void ybi_bill_free(struct ybi_bill *bill);

#endif
