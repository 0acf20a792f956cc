/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/transaction.h"

#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/identity.h>
#include <yibao/money.h>

#include "account/record.h"
#include "base/calendar.h"
#include "base/memory.h"
#include "policy/field.h"

/* ---- the table of facts ---- */

enum told_type { TOLD_TEXT, TOLD_PERSON, TOLD_HASH, TOLD_CERTNO, TOLD_CODE, TOLD_DIGITS, TOLD_REGION, TOLD_KIND, TOLD_FORM, TOLD_DAY, TOLD_MONTH,
                 TOLD_FEN, TOLD_RATE, TOLD_COUNT };

#define OPENING      (1u << YBI_POST_OPENING)
#define CONTRIBUTION (1u << YBI_POST_CONTRIBUTION)
#define CREDIT       (1u << YBI_POST_CREDIT)
#define INTEREST     (1u << YBI_POST_INTEREST)
#define SETTLEMENT   (1u << YBI_POST_SETTLEMENT)
#define REVERSAL     (1u << YBI_POST_REVERSAL)
#define FAILURE      (1u << YBI_POST_FAILURE)
#define AUTHORIZATION (1u << YBI_POST_AUTHORIZATION)
#define REVOCATION   (1u << YBI_POST_REVOCATION)
#define SHARE        (1u << YBI_POST_SHARE)
#define SHARE_ACCEPT (1u << YBI_POST_SHARE_ACCEPT)
#define SHARE_RETURN (1u << YBI_POST_SHARE_RETURN)
#define TRANSFER_OUT (1u << YBI_POST_TRANSFER_OUT)
#define TRANSFER_ARRIVAL (1u << YBI_POST_TRANSFER_ARRIVAL)
#define TRANSFER_IN  (1u << YBI_POST_TRANSFER_IN)
#define REFUND_REQUEST (1u << YBI_POST_REFUND_REQUEST)
#define REFUND       (1u << YBI_POST_REFUND)
#define REFUND_REFUSAL (1u << YBI_POST_REFUND_REFUSAL)
#define CLEARING     (1u << YBI_POST_CLEARING)
#define ADJUSTMENT   (1u << YBI_POST_ADJUSTMENT)
#define CLOSING      (1u << YBI_POST_CLOSING)
#define ALL          ((1u << YBI_POST_COUNT_) - 2u)
#define OF_PERSON    (ALL & ~(CLEARING | CLOSING)) /* a reversal only where what it reverses is */
/* What a settlement and a correction of it say alike. */
#define SETTLED      (SETTLEMENT | ADJUSTMENT)

static const char *const kind_names[YBI_POST_COUNT_] = {
	[YBI_POST_OPENING] = "opening", [YBI_POST_CONTRIBUTION] = "contribution", [YBI_POST_CREDIT] = "credit", [YBI_POST_INTEREST] = "interest",
	[YBI_POST_SETTLEMENT] = "settlement", [YBI_POST_REVERSAL] = "reversal", [YBI_POST_FAILURE] = "failure",
	[YBI_POST_AUTHORIZATION] = "authorization", [YBI_POST_REVOCATION] = "revocation", [YBI_POST_SHARE] = "share",
	[YBI_POST_SHARE_ACCEPT] = "share-accept", [YBI_POST_SHARE_RETURN] = "share-return", [YBI_POST_TRANSFER_OUT] = "transfer-out",
	[YBI_POST_TRANSFER_ARRIVAL] = "transfer-arrival", [YBI_POST_TRANSFER_IN] = "transfer-in", [YBI_POST_REFUND_REQUEST] = "refund-request",
	[YBI_POST_REFUND] = "refund", [YBI_POST_REFUND_REFUSAL] = "refund-refusal", [YBI_POST_CLEARING] = "clearing",
	[YBI_POST_ADJUSTMENT] = "adjustment", [YBI_POST_CLOSING] = "closing",
};

static const char *const form_names[] = { "", "pool", "allocate", "wallet" };

static const struct told_row {
	const char *name; /* of a group, with a point */
	enum told_type type;
	uint32_t longest; /* of a text, bytes */
	uint32_t has, needs; /* kinds */
} told_rows[YBI_TOLD_COUNT_] = {
	[YBI_TOLD_KEY] = { "key", TOLD_TEXT, 64, ALL, ALL },
	[YBI_TOLD_KIND] = { "kind", TOLD_KIND, 0, ALL, ALL },
	[YBI_TOLD_PSN_NO] = { "psn_no", TOLD_PERSON, 30, OF_PERSON, 0 },
	[YBI_TOLD_PSN_HASH] = { "psn_hash", TOLD_HASH, 65, OF_PERSON, 0 },
	[YBI_TOLD_CERTNO] = { "certno", TOLD_CERTNO, 18, OF_PERSON, 0 },
	[YBI_TOLD_BUSINESS_DAY] = { "business_day", TOLD_DAY, 0, ALL, ALL },
	[YBI_TOLD_REVERSES] = { "reverses", TOLD_TEXT, 64, REVERSAL | FAILURE, REVERSAL | FAILURE },
	[YBI_TOLD_BELONGS] = { "belongs", TOLD_TEXT, 64,
	                       CONTRIBUTION | REVOCATION | SHARE | SHARE_ACCEPT | SHARE_RETURN | TRANSFER_ARRIVAL | TRANSFER_IN | REFUND_REQUEST | REFUND |
	                       REFUND_REFUSAL | ADJUSTMENT,
	                       REVOCATION | SHARE | SHARE_ACCEPT | SHARE_RETURN | TRANSFER_ARRIVAL | REFUND_REQUEST | REFUND | REFUND_REFUSAL | ADJUSTMENT },
	[YBI_TOLD_REASON] = { "reason", TOLD_TEXT, 255, ALL, FAILURE | REFUND_REQUEST | REFUND_REFUSAL | ADJUSTMENT },
	[YBI_TOLD_INFNO] = { "infno", TOLD_DIGITS, 4, REVERSAL, 0 },
	[YBI_TOLD_INSUTYPE] = { "insutype", TOLD_CODE, 6, CONTRIBUTION | CREDIT | SETTLEMENT, CONTRIBUTION | SETTLEMENT },
	[YBI_TOLD_AMOUNT] = { "amount", TOLD_FEN, 0, OPENING | CREDIT | INTEREST | SHARE | TRANSFER_OUT | TRANSFER_IN | REFUND_REQUEST | CLEARING,
	                      OPENING | CREDIT | INTEREST | SHARE | TRANSFER_OUT | TRANSFER_IN | REFUND_REQUEST | CLEARING },
	[YBI_TOLD_CHANNEL] = { "channel", TOLD_TEXT, 64, CONTRIBUTION | SETTLEMENT | CLEARING, CLEARING },
	[YBI_TOLD_FUND] = { "fund", TOLD_DIGITS, 6, CONTRIBUTION | CREDIT, 0 },
	[YBI_TOLD_ACCRYM_BEGN] = { "accrym_begn", TOLD_MONTH, 0, CONTRIBUTION | CREDIT, CONTRIBUTION | CREDIT },
	[YBI_TOLD_ACCRYM_END] = { "accrym_end", TOLD_MONTH, 0, CONTRIBUTION | CREDIT, CONTRIBUTION | CREDIT },
	[YBI_TOLD_CLCT_TYPE] = { "clct_type", TOLD_DIGITS, 2, CONTRIBUTION, 0 },
	[YBI_TOLD_ELEC_TAXRPT_NO] = { "elec_taxrpt_no", TOLD_TEXT, 64, CONTRIBUTION, 0 },
	[YBI_TOLD_SHARE_PERSON] = { "shares.person", TOLD_FEN, 0, CONTRIBUTION, 0 },
	[YBI_TOLD_SHARE_EMPLOYER] = { "shares.employer", TOLD_FEN, 0, CONTRIBUTION, 0 },
	[YBI_TOLD_SHARE_FINSUBS] = { "shares.finsubs", TOLD_FEN, 0, CONTRIBUTION, 0 },
	[YBI_TOLD_SHARE_MEDAID] = { "shares.medaid", TOLD_FEN, 0, CONTRIBUTION, 0 },
	[YBI_TOLD_SHARE_ACCOUNT] = { "shares.account", TOLD_FEN, 0, CONTRIBUTION, 0 },
	[YBI_TOLD_SHARE_OTHER] = { "shares.other", TOLD_FEN, 0, CONTRIBUTION, 0 },
	[YBI_TOLD_CURRENT_AMOUNT] = { "current.amount", TOLD_FEN, 0, INTEREST, 0 },
	[YBI_TOLD_CURRENT_RATE] = { "current.rate", TOLD_RATE, 0, INTEREST, 0 },
	[YBI_TOLD_CARRIED_AMOUNT] = { "carried.amount", TOLD_FEN, 0, INTEREST, 0 },
	[YBI_TOLD_CARRIED_RATE] = { "carried.rate", TOLD_RATE, 0, INTEREST, 0 },
	[YBI_TOLD_SHARER] = { "sharer", TOLD_PERSON, 65, CONTRIBUTION | SETTLEMENT, 0 },
	[YBI_TOLD_MEMBER] = { "member", TOLD_PERSON, 65, AUTHORIZATION | SHARE, AUTHORIZATION | SHARE },
	[YBI_TOLD_FORM] = { "form", TOLD_FORM, 0, AUTHORIZATION, AUTHORIZATION },
	[YBI_TOLD_RELATION] = { "relation", TOLD_DIGITS, 2, AUTHORIZATION, 0 },
	[YBI_TOLD_FROM] = { "from", TOLD_DAY, 0, AUTHORIZATION, AUTHORIZATION },
	[YBI_TOLD_THROUGH] = { "through", TOLD_DAY, 0, AUTHORIZATION | CLOSING, CLOSING },
	[YBI_TOLD_LIMIT_EACH] = { "limit.each", TOLD_FEN, 0, AUTHORIZATION, 0 },
	[YBI_TOLD_LIMIT_DAY] = { "limit.day", TOLD_FEN, 0, AUTHORIZATION, 0 },
	[YBI_TOLD_LIMIT_YEAR] = { "limit.year", TOLD_FEN, 0, AUTHORIZATION, 0 },
	[YBI_TOLD_LIMIT_COUNT] = { "limit.count", TOLD_COUNT, 0, AUTHORIZATION, 0 },
	[YBI_TOLD_REGION] = { "region", TOLD_REGION, 6, TRANSFER_OUT | TRANSFER_IN, TRANSFER_OUT | TRANSFER_IN },
	[YBI_TOLD_CUTOFF] = { "cutoff", TOLD_DAY, 0, REFUND_REQUEST, 0 },
	[YBI_TOLD_SETL_ID] = { "setl_id", TOLD_TEXT, 64, SETTLEMENT, 0 },
	[YBI_TOLD_MDTRT_ID] = { "mdtrt_id", TOLD_TEXT, 64, SETTLEMENT, 0 },
	[YBI_TOLD_MED_TYPE] = { "med_type", TOLD_CODE, 6, SETTLED, 0 },
	[YBI_TOLD_FIXMEDINS_CODE] = { "fixmedins_code", TOLD_TEXT, 30, SETTLEMENT, 0 },
	[YBI_TOLD_POLICY] = { "policy", TOLD_TEXT, 64, SETTLED, 0 },
	[YBI_TOLD_REQUEST] = { "request", TOLD_TEXT, 64, SETTLEMENT, 0 },
	[YBI_TOLD_MEDFEE_SUMAMT] = { "setlinfo.medfee_sumamt", TOLD_FEN, 0, SETTLED, SETTLEMENT },
	[YBI_TOLD_FULAMT_OWNPAY_AMT] = { "setlinfo.fulamt_ownpay_amt", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_OVERLMT_SELFPAY] = { "setlinfo.overlmt_selfpay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_PRESELFPAY_AMT] = { "setlinfo.preselfpay_amt", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_INSCP_SCP_AMT] = { "setlinfo.inscp_scp_amt", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_ACT_PAY_DEDC] = { "setlinfo.act_pay_dedc", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_HIFP_PAY] = { "setlinfo.hifp_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_CVLSERV_PAY] = { "setlinfo.cvlserv_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_HIFES_PAY] = { "setlinfo.hifes_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_HIFMI_PAY] = { "setlinfo.hifmi_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_HIFOB_PAY] = { "setlinfo.hifob_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_MAF_PAY] = { "setlinfo.maf_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_OTH_PAY] = { "setlinfo.oth_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_FUND_PAY_SUMAMT] = { "setlinfo.fund_pay_sumamt", TOLD_FEN, 0, SETTLED, SETTLEMENT },
	[YBI_TOLD_HOSP_PART_AMT] = { "setlinfo.hosp_part_amt", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_PSN_PART_AMT] = { "setlinfo.psn_part_amt", TOLD_FEN, 0, SETTLED, SETTLEMENT },
	[YBI_TOLD_ACCT_PAY] = { "setlinfo.acct_pay", TOLD_FEN, 0, SETTLED, 0 },
	[YBI_TOLD_PSN_CASH_PAY] = { "setlinfo.psn_cash_pay", TOLD_FEN, 0, SETTLED, SETTLEMENT },
	[YBI_TOLD_ACCT_MULAID_PAY] = { "setlinfo.acct_mulaid_pay", TOLD_FEN, 0, SETTLED, 0 },
};

/* Groups whose names are not known beforehand, and what is no scalar. */
enum told_extra { EXTRA_PERIOD, EXTRA_FUNDS, EXTRA_ENTRIES, EXTRA_TOTALS, EXTRA_RECEIPT, EXTRA_COUNT_ };
static const struct {
	const char *name;
	uint32_t has;
} told_extras[EXTRA_COUNT_] = {
	[EXTRA_PERIOD] = { "period", CONTRIBUTION | CREDIT },
	[EXTRA_FUNDS] = { "funds", SETTLED },
	[EXTRA_ENTRIES] = { "entries", ADJUSTMENT },
	[EXTRA_TOTALS] = { "totals", SETTLED },
	[EXTRA_RECEIPT] = { "receipt", SETTLED },
};

const char *
ybi_post_name(enum ybi_kind_of_transaction kind)
{
	return kind_names[kind];
}

const char *
ybi_told_name(enum ybi_told fact)
{
	return told_rows[fact].name;
}

const char *
ybi_told_text(const struct yb_transaction *t, enum ybi_told fact)
{
	return t->facts[fact].known && t->facts[fact].text ? t->facts[fact].text : "";
}

static enum ybi_told
told_find(const char *name, size_t length)
{
	for (uint32_t i = 0; i < YBI_TOLD_COUNT_; i++)
		if (ybi_streq_n(name, length, told_rows[i].name))
			return (enum ybi_told)i;
	return YBI_TOLD_COUNT_;
}

/* ---- values ---- */

/* A refused value: what it is not. */
struct told_reading {
	int64_t value;
	const char *why;
	char number[YB_IDENTITY_TEXT_SIZE];
};

static yb_status
refuse(struct told_reading *reading, yb_status status, const char *why)
{
	reading->why = why;
	return status;
}

static bool
plain_text(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	return length > 0 && ybi_utf8_check(text, length) == length;
}

static bool
alphanumeric(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!(text[i] >= '0' && text[i] <= '9') && !(text[i] >= 'A' && text[i] <= 'Z') && !(text[i] >= 'a' && text[i] <= 'z'))
			return false;
	return length > 0;
}

bool
ybi_is_person_hash(const char *text, size_t length)
{
	if (length != 65 || text[0] != '#')
		return false;
	for (size_t i = 1; i < length; i++)
		if (!(text[i] >= '0' && text[i] <= '9') && !(text[i] >= 'a' && text[i] <= 'f'))
			return false;
	return true;
}

/* What others number: any eighteen digits may be such a number, and a hash holds as many by chance. */
static bool
numbered_by_others(enum ybi_told fact, size_t length)
{
	return fact == YBI_TOLD_ELEC_TAXRPT_NO || fact == YBI_TOLD_SETL_ID || fact == YBI_TOLD_MDTRT_ID || fact == YBI_TOLD_FIXMEDINS_CODE ||
	       (fact == YBI_TOLD_REQUEST && length == YB_LEDGER_HASH_SIZE - 1);
}

static yb_status
read_person(const char *text, size_t length, uint32_t longest, struct told_reading *reading)
{
	if (longest == 65 && ybi_is_person_hash(text, length))
		return YB_OK;
	if (length > 30 || !alphanumeric(text, length))
		return refuse(reading, YB_E_BAD_VALUE, "is no person number: 1 to 30 letters and digits");
	if (yb_identity_check(text, length, NULL, NULL, NULL) == YB_OK && length == 18)
		return refuse(reading, YB_E_BAD_IDENTITY, "is an identity number, which is never written; give it as certno");
	return YB_OK;
}

static yb_status
read_month(const char *text, size_t length, struct told_reading *reading)
{
	int32_t number = length == 6 ? ybi_digits(text, 6) : -1;

	if (number < 100 || number % 100 < 1 || number % 100 > 12)
		return refuse(reading, YB_E_BAD_DATE, "is no month: YYYYMM");
	reading->value = number;
	return YB_OK;
}

static yb_status
read_fen(const char *text, size_t length, bool negative, struct told_reading *reading)
{
	if (yb_fen_from_text(text, length, &reading->value) != YB_OK)
		return refuse(reading, YB_E_BAD_AMOUNT, "is no amount: yuan, at most two decimals");
	if (reading->value < 0 && !negative)
		return refuse(reading, YB_E_BAD_AMOUNT, "is negative");
	if (reading->value > YB_FEN_LIMIT || reading->value < -YB_FEN_LIMIT)
		return refuse(reading, YB_E_BAD_AMOUNT, "is more than 10000000000.00");
	return YB_OK;
}

static yb_status
read_word(const char *const *names, size_t count, const char *text, size_t length, struct told_reading *reading)
{
	for (size_t i = 1; i < count; i++) {
		if (ybi_streq_n(text, length, names[i])) {
			reading->value = (int64_t)i;
			return YB_OK;
		}
	}
	return refuse(reading, YB_E_BAD_VALUE, names == form_names ? "is none of pool, allocate, wallet" : "is no kind of transaction");
}

static yb_status
read_told(enum ybi_told fact, const char *text, size_t length, struct told_reading *reading)
{
	const struct told_row *row = &told_rows[fact];
	yb_ppm rate;
	yb_day day;

	reading->why = NULL;
	switch (row->type) {
	case TOLD_TEXT:
		if (length > row->longest || !plain_text(text, length))
			return refuse(reading, YB_E_BAD_VALUE, "is empty, too long or no plain text");
		return ybi_identity_within(text, length) && !numbered_by_others(fact, length)
		       ? refuse(reading, YB_E_BAD_IDENTITY, "holds an identity number, which is never written") : YB_OK;
	case TOLD_PERSON: return read_person(text, length, row->longest, reading);
	case TOLD_HASH: return ybi_is_person_hash(text, length) ? YB_OK : refuse(reading, YB_E_BAD_VALUE, "is not # and 64 hexadecimal digits");
	case TOLD_CERTNO:
		return yb_identity_check(text, length, NULL, NULL, reading->number) == YB_OK
		       ? YB_OK : refuse(reading, YB_E_BAD_IDENTITY, "is not a valid identity number");
	case TOLD_CODE:
		return length <= row->longest && alphanumeric(text, length) ? YB_OK : refuse(reading, YB_E_BAD_VALUE, "is no code");
	case TOLD_DIGITS:
		if (length > row->longest || length == 0 || ybi_digits(text, length) < 0)
			return refuse(reading, YB_E_BAD_VALUE, "is no code of digits");
		return fact != YBI_TOLD_FUND || length == row->longest ? YB_OK : refuse(reading, YB_E_BAD_VALUE, "is no fund_pay_type of six digits");
	case TOLD_REGION:
		return yb_admdvs_check(text, length) == YB_OK ? YB_OK : refuse(reading, YB_E_BAD_IDENTITY, "is not a region code of six digits");
	case TOLD_KIND: return read_word(kind_names, ARRAY_SIZE(kind_names), text, length, reading);
	case TOLD_FORM: return read_word(form_names, ARRAY_SIZE(form_names), text, length, reading);
	case TOLD_DAY:
		if (yb_day_from_text(text, length, &day) != YB_OK)
			return refuse(reading, YB_E_BAD_DATE, "is no day: YYYY-MM-DD");
		reading->value = day;
		return YB_OK;
	case TOLD_MONTH: return read_month(text, length, reading);
	case TOLD_FEN: return read_fen(text, length, row->has & ADJUSTMENT, reading);
	case TOLD_RATE:
		if (yb_ppm_from_text(text, length, &rate) != YB_OK)
			return refuse(reading, YB_E_BAD_VALUE, "is no rate: 0.35% or 0.0035");
		reading->value = rate;
		return YB_OK;
	case TOLD_COUNT:
		reading->value = length <= 6 ? ybi_digits(text, length) : -1;
		return reading->value >= 0 && length > 0 ? YB_OK : refuse(reading, YB_E_BAD_VALUE, "is no count");
	}
	return YB_E_INTERNAL;
}

static bool
is_text(enum ybi_told fact)
{
	return told_rows[fact].type <= TOLD_REGION;
}

/* Room first, so that a refused value changes nothing. */
static yb_status
put_told(struct yb_transaction *t, enum ybi_told fact, const char *text, size_t length, const struct told_reading *reading)
{
	struct ybi_told_value *v = &t->facts[fact];

	if (is_text(fact)) {
		const char *from = told_rows[fact].type == TOLD_CERTNO ? reading->number : text;
		size_t n = told_rows[fact].type == TOLD_CERTNO ? strlen(reading->number) : length;
		if (n + 1 > v->room) {
			char *more = malloc(n + 1 < 32 ? 32 : n + 1);
			if (!more)
				return YB_E_NO_MEMORY;
			yb_wipe(v->text, v->text ? v->room : 0);
			free(v->text);
			v->text = more;
			v->room = (uint32_t)(n + 1 < 32 ? 32 : n + 1);
		}
		memcpy(v->text, from, n);
		v->text[n] = '\0';
		v->length = (uint32_t)n;
	} else {
		v->value = reading->value;
	}
	v->known = true;
	return YB_OK;
}

static yb_status
set_told(struct yb_transaction *t, enum ybi_told fact, const char *text, size_t length, const char **why)
{
	struct told_reading reading = { 0 };
	yb_status st = read_told(fact, text, length, &reading);

	*why = reading.why;
	if (st == YB_OK)
		st = put_told(t, fact, text, length, &reading);
	yb_wipe(reading.number, sizeof(reading.number));
	return st;
}

/* ---- lists ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct ybi_named_fen *)a)->name, ((const struct ybi_named_fen *)b)->name);
}

const struct ybi_named_fen *
ybi_named_find(const struct ybi_named_list *list, const char *name)
{
	struct ybi_named_fen key;

	if (strlen(name) >= sizeof(key.name) || list->count == 0)
		return NULL;
	memcpy(key.name, name, strlen(name) + 1);
	return bsearch(&key, list->rows, list->count, sizeof(key), by_name);
}

void
ybi_named_drop_nothings(struct ybi_named_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].fen)
			list->rows[kept++] = list->rows[i];
	list->count = kept;
}

yb_status
ybi_named_add(struct ybi_named_list *list, const char *name, size_t length, yb_fen fen)
{
	struct ybi_named_fen row = { .fen = fen };
	size_t at;

	if (length == 0 || length >= sizeof(row.name))
		return YB_E_BAD_VALUE;
	memcpy(row.name, name, length);
	for (at = 0; at < list->count && strcmp(list->rows[at].name, row.name) < 0; at++)
		;
	if (at < list->count && !strcmp(list->rows[at].name, row.name))
		return yb_fen_add(list->rows[at].fen, fen, &list->rows[at].fen);
	if (list->count >= 64)
		return YB_E_LIMIT;
	if (!ybi_grow(&list->rows, list->count, &list->room, sizeof(*list->rows)))
		return YB_E_NO_MEMORY;
	memmove(&list->rows[at + 1], &list->rows[at], (list->count - at) * sizeof(*list->rows));
	list->rows[at] = row;
	list->count++;
	return YB_OK;
}

/* ---- life ---- */

yb_status
yb_transaction_new(struct yb_transaction **transaction, struct yb_error **err)
{
	if (!transaction)
		return YB_E_INVALID;
	*transaction = ybi_calloc(1, sizeof(**transaction));
	return *transaction ? YB_OK : ybi_error_no_memory(err);
}

static void
drop_receipt(struct yb_transaction *t)
{
	if (t->receipt)
		yb_wipe(t->receipt, t->receipt_length);
	free(t->receipt);
	t->receipt = NULL;
	t->receipt_length = 0;
}

void
yb_transaction_clear(struct yb_transaction *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < YBI_TOLD_COUNT_; i++) {
		t->facts[i].known = false;
		t->facts[i].value = 0;
		if (t->facts[i].text)
			yb_wipe(t->facts[i].text, t->facts[i].length);
		t->facts[i].length = 0;
	}
	t->funds.count = 0;
	t->entries.count = 0;
	for (uint32_t i = 0; i < ARRAY_SIZE(t->parts); i++)
		t->parts[i].sums.count = 0;
	t->part_count = 0;
	drop_receipt(t);
	t->positioned = false;
	yb_policy_set_unref(t->set);
	t->set = NULL;
}

void
yb_transaction_unref(struct yb_transaction *t)
{
	if (!t)
		return;
	yb_transaction_clear(t);
	for (uint32_t i = 0; i < YBI_TOLD_COUNT_; i++)
		free(t->facts[i].text);
	free(t->funds.rows);
	free(t->entries.rows);
	for (uint32_t i = 0; i < ARRAY_SIZE(t->parts); i++)
		free(t->parts[i].sums.rows);
	free(t);
}

/* ---- setters ---- */

/* "funds.310100": the list, and the name in it. */
static struct ybi_named_list *
list_named(struct yb_transaction *t, const char *name, const char **rest)
{
	const char *point = strchr(name, '.');

	*rest = point ? point + 1 : name;
	if (point && ybi_streq_n(name, (size_t)(point - name), "funds"))
		return &t->funds;
	return point && ybi_streq_n(name, (size_t)(point - name), "entries") ? &t->entries : NULL;
}

static bool
list_name_valid(const struct yb_transaction *t, const struct ybi_named_list *list, const char *name, size_t length)
{
	if (list == &t->funds)
		return length == 6 && ybi_digits(name, length) >= 0;
	return length > 0 && length < sizeof(list->rows->name) && plain_text(name, length) && !ybi_identity_within(name, length);
}

static yb_status
set_listed(struct yb_transaction *t, struct ybi_named_list *list, const char *name, yb_fen fen)
{
	const struct ybi_named_fen *had = ybi_named_find(list, name);

	if (!list_name_valid(t, list, name, strlen(name)))
		return YB_E_UNKNOWN_KEY;
	return ybi_named_add(list, name, strlen(name), had ? fen - had->fen : fen);
}

/* "2026", "2026-03", "2026-01/2026-06" to the national months. */
static yb_status
set_period(struct yb_transaction *t, const char *text, size_t length)
{
	const char *slash = memchr(text, '/', length);
	char begn[7] = "", end[7] = "", *to[2] = { begn, end };
	struct told_reading from = { 0 }, through = { 0 };
	const char *half[2] = { text, slash ? slash + 1 : text };
	size_t size[2] = { slash ? (size_t)(slash - text) : length, slash ? length - (size_t)(slash - text) - 1 : length };

	for (int i = 0; i < 2; i++) {
		bool month = size[i] == 7 && half[i][4] == '-';
		if ((size[i] != 4 && !month) || ybi_digits(half[i], 4) < 1 || (month && ybi_digits(half[i] + 5, 2) < 1))
			return YB_E_BAD_VALUE;
		memcpy(to[i], half[i], 4);
		memcpy(to[i] + 4, month ? half[i] + 5 : i ? "12" : "01", 3);
		to[i][6] = '\0';
	}
	if (read_month(begn, 6, &from) != YB_OK || read_month(end, 6, &through) != YB_OK || through.value < from.value)
		return YB_E_BAD_VALUE;
	(void)put_told(t, YBI_TOLD_ACCRYM_BEGN, NULL, 0, &from); /* numbers need no room */
	return put_told(t, YBI_TOLD_ACCRYM_END, NULL, 0, &through);
}

static void
forget(struct yb_transaction *t, enum ybi_told fact)
{
	struct ybi_told_value *v = &t->facts[fact];

	if (v->text)
		yb_wipe(v->text, v->length);
	v->known = false;
	v->value = 0;
	v->length = 0;
}

static yb_status
forget_listed(struct yb_transaction *t, const char *name)
{
	struct ybi_named_list *list;
	const struct ybi_named_fen *had;
	size_t at;

	if (!strcmp(name, "period")) {
		forget(t, YBI_TOLD_ACCRYM_BEGN);
		forget(t, YBI_TOLD_ACCRYM_END);
		return YB_OK;
	}
	list = list_named(t, name, &name);
	if (!list || !list_name_valid(t, list, name, strlen(name)))
		return YB_E_UNKNOWN_KEY;
	had = ybi_named_find(list, name);
	if (had) {
		at = (size_t)(had - list->rows);
		memmove(&list->rows[at], &list->rows[at + 1], (list->count - at - 1) * sizeof(*list->rows));
		list->count--;
	}
	return YB_OK;
}

yb_status
yb_transaction_set_text(struct yb_transaction *t, const char *name, const char *text, size_t length)
{
	struct told_reading reading;
	struct ybi_named_list *list;
	enum ybi_told fact;
	const char *why;
	yb_status st;

	if (!t || !name)
		return YB_E_INVALID;
	fact = told_find(name, strlen(name));
	if (fact != YBI_TOLD_COUNT_ && !text) {
		forget(t, fact);
		return YB_OK;
	}
	if (!text)
		return forget_listed(t, name);
	if (fact != YBI_TOLD_COUNT_)
		return set_told(t, fact, text, length, &why);
	if (!strcmp(name, "period"))
		return set_period(t, text, length);
	list = list_named(t, name, &name);
	if (!list)
		return YB_E_UNKNOWN_KEY;
	st = read_fen(text, length, true, &reading); /* the funds of an adjustment are differences */
	return st == YB_OK ? set_listed(t, list, name, reading.value) : st;
}

yb_status
yb_transaction_set_fen(struct yb_transaction *t, const char *name, yb_fen fen)
{
	struct told_reading reading = { .value = fen };
	struct ybi_named_list *list;
	enum ybi_told fact;

	if (!t || !name)
		return YB_E_INVALID;
	if (fen < 0 || fen > YB_FEN_LIMIT)
		return YB_E_BAD_AMOUNT;
	fact = told_find(name, strlen(name));
	if (fact != YBI_TOLD_COUNT_)
		return told_rows[fact].type == TOLD_FEN ? put_told(t, fact, NULL, 0, &reading) : YB_E_UNKNOWN_KEY;
	list = list_named(t, name, &name);
	return list ? set_listed(t, list, name, fen) : YB_E_UNKNOWN_KEY;
}

yb_status
yb_transaction_set_day(struct yb_transaction *t, const char *name, yb_day day)
{
	struct told_reading reading = { .value = day };
	enum ybi_told fact;

	if (!t || !name)
		return YB_E_INVALID;
	if (!ybi_day_valid(day))
		return YB_E_BAD_DATE;
	fact = told_find(name, strlen(name));
	if (fact == YBI_TOLD_COUNT_ || told_rows[fact].type != TOLD_DAY)
		return YB_E_UNKNOWN_KEY;
	return put_told(t, fact, NULL, 0, &reading);
}

yb_status
ybi_transaction_set_receipt(struct yb_transaction *t, const char *text, size_t length)
{
	char *copy = ybi_strndup(text, length);

	if (!copy)
		return YB_E_NO_MEMORY;
	drop_receipt(t);
	t->receipt = copy;
	t->receipt_length = length;
	return YB_OK;
}

/* ---- JSON in ---- */

struct told_reader {
	struct yb_transaction *t;
	struct yb_error **err;
	yb_status first;
};

static void __attribute__((format(printf, 5, 6)))
finding(struct told_reader *r, yb_status status, const struct ybi_node *node, const char *key, const char *format, ...)
{
	struct ybi_place place = ybi_node_place(node);
	va_list args;

	va_start(args, format);
	status = ybi_error_vat(r->err, status, YB_SEVERITY_ERROR, &place, key, format, args);
	va_end(args);
	if (r->first == YB_OK || status == YB_E_NO_MEMORY)
		r->first = status;
}

/* A key or a value as it may be shown: one that is long, or may hold an identity number, is not. */
static const char *
shown(const char *text)
{
	return strlen(text) > 64 || ybi_identity_within(text, strlen(text)) ? "(a text)" : text;
}

static bool
expect(struct told_reader *r, const struct ybi_entry *entry, enum ybi_kind kind)
{
	static const char *const kinds[] = { "text", "a mapping", "a list" };

	if (entry->value->kind == kind)
		return true;
	finding(r, YB_E_BAD_VALUE, entry->value, shown(entry->key), "\"%s\" is %s, not %s", shown(entry->key), ybi_node_kind_name(entry->value),
	        kinds[kind]);
	return false;
}

static void
finding_value(struct told_reader *r, yb_status status, const struct ybi_entry *entry, const char *why)
{
	if (entry->value->count > 0 && entry->value->count < 15) /* too short for an identity number */
		finding(r, status, entry->value, shown(entry->key), "\"%s\" %s", entry->value->text, why);
	else
		finding(r, status, entry->value, shown(entry->key), "%s %s", shown(entry->key), why);
}

static void
read_fact(struct told_reader *r, enum ybi_told fact, const struct ybi_entry *entry)
{
	const char *why = NULL;
	yb_status st;

	if (!expect(r, entry, YBI_SCALAR))
		return;
	st = set_told(r->t, fact, entry->value->text, entry->value->count, &why);
	if (st == YB_E_NO_MEMORY)
		r->first = ybi_error_no_memory(r->err);
	else if (st != YB_OK && (told_rows[fact].type == TOLD_CERTNO || told_rows[fact].type == TOLD_PERSON || fact == YBI_TOLD_REASON))
		finding(r, st, entry->value, entry->key, "%s %s", told_rows[fact].name, why);
	else if (st != YB_OK)
		finding_value(r, st, entry, why);
}

static void
read_list(struct told_reader *r, struct ybi_named_list *list, bool negative, const struct ybi_entry *entry)
{
	if (!expect(r, entry, YBI_MAP))
		return;
	for (uint32_t i = 0; i < entry->value->count; i++) {
		const struct ybi_entry *row = &entry->value->entries[i];
		struct told_reading reading = { 0 };
		yb_status st;
		if (!expect(r, row, YBI_SCALAR))
			continue;
		st = read_fen(row->value->text, row->value->count, negative, &reading);
		if (st != YB_OK) {
			finding_value(r, st, row, reading.why);
			continue;
		}
		if (!list_name_valid(r->t, list, row->key, strlen(row->key)))
			st = YB_E_UNKNOWN_KEY;
		if (st == YB_OK)
			st = ybi_named_add(list, row->key, strlen(row->key), reading.value);
		if (st == YB_E_NO_MEMORY)
			r->first = ybi_error_no_memory(r->err);
		else if (st != YB_OK)
			finding(r, st, row->value, shown(row->key), st == YB_E_LIMIT ? "more than 64 names" : "%s: no such name", shown(row->key));
	}
}

static void
read_part(struct told_reader *r, const struct ybi_node *node)
{
	struct ybi_told_part *part = &r->t->parts[r->t->part_count];
	const struct ybi_node *on = ybi_node_get(node, "on"), *episode = ybi_node_get(node, "episode"), *sums = ybi_node_get(node, "sums");

	part->episode[0] = '\0';
	for (uint32_t i = 0; node->kind == YBI_MAP && i < node->count; i++) {
		const struct ybi_entry *entry = &node->entries[i];
		if (strcmp(entry->key, "on") && strcmp(entry->key, "episode") && strcmp(entry->key, "sums"))
			finding(r, YB_E_UNKNOWN_KEY, entry->value, shown(entry->key), "unknown key \"%s\"; a part of totals has on, episode and sums", shown(entry->key));
	}
	if (!on || on->kind != YBI_SCALAR || yb_day_from_text(on->text, on->count, &part->on) != YB_OK) {
		finding(r, YB_E_BAD_DATE, node, "totals", "a part of totals has no day \"on\"");
		return;
	}
	if (episode && (episode->kind != YBI_SCALAR || episode->count >= sizeof(part->episode) || !plain_text(episode->text, episode->count))) {
		finding(r, YB_E_BAD_VALUE, node, "totals", "an episode is a plain text of at most %zu bytes", sizeof(part->episode) - 1);
		return;
	}
	if (episode && ybi_identity_within(episode->text, episode->count)) {
		finding(r, YB_E_BAD_IDENTITY, episode, "totals", "an episode holds an identity number, which is never written");
		return;
	}
	if (episode)
		memcpy(part->episode, episode->text, episode->count + 1);
	if (sums) {
		struct ybi_entry entry = { .key = "sums", .line = sums->line, .column = sums->column, .value = (struct ybi_node *)(uintptr_t)sums };
		read_list(r, &part->sums, true, &entry);
	}
	r->t->part_count++;
}

static void
read_totals(struct told_reader *r, const struct ybi_entry *entry)
{
	if (!expect(r, entry, YBI_SEQ))
		return;
	if (entry->value->count > ARRAY_SIZE(r->t->parts)) {
		finding(r, YB_E_LIMIT, entry->value, entry->key, "a stay has at most two parts");
		return;
	}
	for (uint32_t i = 0; i < entry->value->count; i++)
		read_part(r, entry->value->items[i]);
}

/* A receipt leaves the identity number out. One that has it would bring it into the ledger. */
static const struct ybi_node *
find_identity(const struct ybi_node *node)
{
	const struct ybi_node *found = NULL;

	for (uint32_t i = 0; node->kind != YBI_SCALAR && i < node->count && !found; i++) {
		const struct ybi_node *child = node->kind == YBI_MAP ? node->entries[i].value : node->items[i];
		const char *key = node->kind == YBI_MAP ? node->entries[i].key : "";
		bool word = (!strcmp(key, "psn_no") || !strcmp(key, "yb_episode")) && child->kind == YBI_SCALAR;
		bool written = word && ybi_identity_within(child->text, child->count);
		found = written || (!strcmp(key, "certno") && !ybi_node_is_null(child)) ? child : find_identity(child);
	}
	return found;
}

static void
read_receipt(struct told_reader *r, const struct ybi_entry *entry)
{
	struct ybi_text text = { 0 };
	const struct ybi_node *identity;

	if (!expect(r, entry, YBI_MAP))
		return;
	identity = find_identity(entry->value);
	if (identity) {
		finding(r, YB_E_BAD_IDENTITY, identity, "receipt", "the receipt holds an identity number, which is never written");
		return;
	}
	ybi_node_write(entry->value, &text);
	if (text.failed || ybi_transaction_set_receipt(r->t, text.data, text.length) != YB_OK)
		r->first = ybi_error_no_memory(r->err);
	ybi_text_free(&text);
}

static void
read_extra(struct told_reader *r, enum told_extra extra, const struct ybi_entry *entry)
{
	switch (extra) {
	case EXTRA_PERIOD:
		if (expect(r, entry, YBI_SCALAR) && set_period(r->t, entry->value->text, entry->value->count) != YB_OK)
			finding_value(r, YB_E_BAD_VALUE, entry, "is no period: 2026, 2026-03 or 2026-01/2026-06");
		return;
	case EXTRA_FUNDS: read_list(r, &r->t->funds, true, entry); return;
	case EXTRA_ENTRIES: read_list(r, &r->t->entries, true, entry); return;
	case EXTRA_TOTALS: read_totals(r, entry); return;
	case EXTRA_RECEIPT: read_receipt(r, entry); return;
	case EXTRA_COUNT_: return;
	}
}

static void
unknown_key(struct told_reader *r, const struct ybi_entry *entry, const char *group)
{
	const char *names[YBI_TOLD_COUNT_ + EXTRA_COUNT_];
	size_t count = 0, at, skip = strlen(group);

	for (uint32_t i = 0; i < YBI_TOLD_COUNT_; i++)
		if (!strncmp(told_rows[i].name, group, skip) && (skip || !strchr(told_rows[i].name, '.')))
			names[count++] = told_rows[i].name + skip;
	for (uint32_t i = 0; i < EXTRA_COUNT_ && !skip; i++)
		names[count++] = told_extras[i].name;
	at = ybi_nearest(entry->key, names, count);
	if (at != SIZE_MAX)
		finding(r, YB_E_UNKNOWN_KEY, entry->value, shown(entry->key), "unknown key \"%s\"; did you mean \"%s\"?", shown(entry->key), names[at]);
	else
		finding(r, YB_E_UNKNOWN_KEY, entry->value, shown(entry->key), "unknown key \"%s\"", shown(entry->key));
}

/* "shares": a mapping whose keys are the facts of the group. */
static bool
read_group(struct told_reader *r, const struct ybi_entry *entry)
{
	static const char *const groups[] = { "shares.", "current.", "carried.", "limit.", "setlinfo." };

	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		if (!ybi_streq_n(groups[g], strlen(groups[g]) - 1, entry->key))
			continue;
		if (!expect(r, entry, YBI_MAP))
			return true;
		for (uint32_t i = 0; i < entry->value->count; i++) {
			const struct ybi_entry *row = &entry->value->entries[i];
			char name[96] = "";
			enum ybi_told fact = YBI_TOLD_COUNT_;
			if (strlen(row->key) + strlen(groups[g]) < sizeof(name)) {
				memcpy(name, groups[g], strlen(groups[g]));
				memcpy(name + strlen(groups[g]), row->key, strlen(row->key) + 1);
				fact = told_find(name, strlen(name));
			}
			if (fact == YBI_TOLD_COUNT_)
				unknown_key(r, row, groups[g]);
			else if (!ybi_node_is_null(row->value))
				read_fact(r, fact, row);
		}
		return true;
	}
	return false;
}

static void
read_entry(struct told_reader *r, const struct ybi_entry *entry)
{
	enum ybi_told fact = strchr(entry->key, '.') ? YBI_TOLD_COUNT_ : told_find(entry->key, strlen(entry->key));

	if (ybi_node_is_null(entry->value) || (fact == YBI_TOLD_COUNT_ && read_group(r, entry)))
		return;
	if (fact != YBI_TOLD_COUNT_) {
		read_fact(r, fact, entry);
		return;
	}
	for (uint32_t i = 0; i < EXTRA_COUNT_; i++) {
		if (!strcmp(entry->key, told_extras[i].name)) {
			read_extra(r, (enum told_extra)i, entry);
			return;
		}
	}
	unknown_key(r, entry, "");
}

yb_status
ybi_transaction_from_node(const struct ybi_node *root, struct yb_transaction *t, struct yb_error **err)
{
	struct told_reader r = { t, err, YB_OK };
	struct ybi_place place = ybi_node_place(root);

	if (root->kind != YBI_MAP)
		return ybi_error_at(err, YB_E_BAD_VALUE, &place, NULL, "a transaction is a mapping, not %s", ybi_node_kind_name(root));
	for (uint32_t i = 0; i < root->count && r.first != YB_E_NO_MEMORY; i++)
		read_entry(&r, &root->entries[i]);
	return r.first;
}

yb_status
yb_transaction_new_from_json(const char *text, size_t length, const char *name, struct yb_transaction **transaction, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	yb_status st;

	if (!transaction)
		return YB_E_INVALID;
	*transaction = NULL;
	if (!text)
		return YB_E_INVALID;
	st = ybi_node_read(&arena, name, text, length, &ybi_json_limits, true, &root, err);
	if (st == YB_OK)
		st = yb_transaction_new(transaction, err);
	if (st == YB_OK)
		st = ybi_transaction_from_node(root, *transaction, err);
	ybi_document_wipe(&arena, root);
	if (st != YB_OK) {
		yb_transaction_unref(*transaction);
		*transaction = NULL;
	}
	return st;
}

/* ---- JSON out ---- */

static void
write_rate(struct ybi_text *out, int64_t ppm)
{
	ybi_text_printf(out, "\"%lld.%06lld\"", (long long)(ppm / YB_PPM_ONE), (long long)(ppm % YB_PPM_ONE));
}

static void
write_value(const struct yb_transaction *t, enum ybi_told fact, const char *key, bool *first, struct ybi_text *out)
{
	const struct ybi_told_value *v = &t->facts[fact];
	char day[YB_DAY_TEXT_SIZE];

	switch (told_rows[fact].type) {
	case TOLD_KIND: ybi_json_text(out, first, key, kind_names[v->value]); return;
	case TOLD_FORM: ybi_json_text(out, first, key, form_names[v->value]); return;
	case TOLD_DAY:
		yb_day_to_text((yb_day)v->value, day);
		ybi_json_text(out, first, key, day);
		return;
	case TOLD_FEN: ybi_json_fen(out, first, key, v->value); return;
	case TOLD_MONTH:
		ybi_json_key(out, first, key);
		ybi_text_printf(out, "\"%06lld\"", (long long)v->value);
		return;
	case TOLD_RATE:
		ybi_json_key(out, first, key);
		write_rate(out, v->value);
		return;
	case TOLD_COUNT:
		ybi_json_key(out, first, key);
		ybi_text_printf(out, "%lld", (long long)v->value);
		return;
	default: ybi_json_text(out, first, key, v->text); return;
	}
}

static void
write_list(const struct ybi_named_list *list, const char *key, bool *first, struct ybi_text *out)
{
	bool inner = true;

	if (list->count == 0)
		return;
	ybi_json_key(out, first, key);
	ybi_text_putc(out, '{');
	for (size_t i = 0; i < list->count; i++)
		ybi_json_fen(out, &inner, list->rows[i].name, list->rows[i].fen);
	ybi_text_putc(out, '}');
}

static void
write_parts(const struct yb_transaction *t, bool *first, struct ybi_text *out)
{
	if (t->part_count == 0)
		return;
	ybi_json_key(out, first, "totals");
	for (uint32_t i = 0; i < t->part_count; i++) {
		const struct ybi_told_part *part = &t->parts[i];
		char day[YB_DAY_TEXT_SIZE];
		bool inner = true;
		yb_day_to_text(part->on, day);
		ybi_text_puts(out, i ? ", {" : "[{");
		ybi_json_text(out, &inner, "on", day);
		if (part->episode[0])
			ybi_json_text(out, &inner, "episode", part->episode);
		write_list(&part->sums, "sums", &inner, out);
		ybi_text_putc(out, '}');
	}
	ybi_text_putc(out, ']');
}

void
ybi_transaction_write(const struct yb_transaction *t, const char *hash, struct ybi_text *out)
{
	bool first = true, inner = true;
	size_t group = 0; /* bytes of the name of the group that is open, its point among them */
	const char *of = "";

	ybi_text_putc(out, '{');
	for (uint32_t i = 0; i < YBI_TOLD_COUNT_; i++) {
		const char *name = told_rows[i].name, *point = strchr(name, '.');
		size_t length = point ? (size_t)(point - name) + 1 : 0;
		bool known = t->facts[i].known;
		if (i == YBI_TOLD_CERTNO || (!known && !(i == YBI_TOLD_PSN_HASH && hash)))
			continue;
		if (group && (length != group || strncmp(name, of, group) != 0)) {
			ybi_text_putc(out, '}');
			group = 0;
		}
		if (length && !group) {
			char key[32] = "";
			memcpy(key, name, length - 1);
			ybi_json_key(out, &first, key);
			ybi_text_putc(out, '{');
			of = name;
			group = length;
			inner = true;
		}
		if (i == YBI_TOLD_PSN_HASH && hash)
			ybi_json_text(out, &first, name, hash);
		else
			write_value(t, (enum ybi_told)i, name + length, group ? &inner : &first, out);
	}
	if (group)
		ybi_text_putc(out, '}');
	write_list(&t->funds, "funds", &first, out);
	write_list(&t->entries, "entries", &first, out);
	write_parts(t, &first, out);
	if (t->receipt) {
		ybi_json_key(out, &first, "receipt");
		ybi_text_add(out, t->receipt, t->receipt_length);
	}
	ybi_text_putc(out, '}');
}

yb_status
yb_transaction_dup_json(const struct yb_transaction *transaction, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };

	if (!transaction || !text)
		return YB_E_INVALID;
	ybi_transaction_write(transaction, NULL, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}

/* ---- what a kind needs ---- */

static yb_fen
sum_of(const struct yb_transaction *t, enum ybi_told first, enum ybi_told last)
{
	yb_fen sum = 0;

	for (uint32_t i = first; i <= (uint32_t)last; i++)
		sum += ybi_told_value(t, (enum ybi_told)i); /* each within YB_FEN_LIMIT */
	return sum;
}

static yb_status
contradiction(struct yb_error **err, const char *subject, const char *format, yb_fen a, yb_fen b)
{
	char one[YB_FEN_TEXT_SIZE], other[YB_FEN_TEXT_SIZE];

	yb_fen_to_text(a, one);
	yb_fen_to_text(b, other);
	return ybi_error_at(err, YB_E_CONTRADICTION, NULL, subject, format, one, other);
}

static yb_status
check_has(const struct yb_transaction *t, uint32_t bit, const char *kind, struct yb_error **err)
{
	const bool extras[EXTRA_COUNT_] = { [EXTRA_FUNDS] = t->funds.count > 0, [EXTRA_ENTRIES] = t->entries.count > 0,
		                            [EXTRA_TOTALS] = t->part_count > 0, [EXTRA_RECEIPT] = t->receipt != NULL };

	for (uint32_t i = 0; i < YBI_TOLD_COUNT_; i++) {
		const struct told_row *row = &told_rows[i];
		if (t->facts[i].known && !(row->has & bit))
			return ybi_error_at(err, YB_E_UNKNOWN_KEY, NULL, row->name, "a transaction of kind %s has no \"%s\"", kind, row->name);
		if (!t->facts[i].known && (row->needs & bit))
			return ybi_error_at(err, YB_E_MISSING_KEY, NULL, row->name, "a transaction of kind %s needs \"%s\"", kind, row->name);
	}
	for (uint32_t i = 0; i < EXTRA_COUNT_; i++)
		if (extras[i] && !(told_extras[i].has & bit))
			return ybi_error_at(err, YB_E_UNKNOWN_KEY, NULL, told_extras[i].name, "a transaction of kind %s has no \"%s\"", kind, told_extras[i].name);
	return YB_OK;
}

/* The identities of the national settlement interface; those of an adjustment are of differences. */
static yb_status
check_settlement(const struct yb_transaction *t, struct yb_error **err)
{
	yb_fen total = ybi_told_value(t, YBI_TOLD_MEDFEE_SUMAMT), fund = ybi_told_value(t, YBI_TOLD_FUND_PAY_SUMAMT);
	yb_fen person = ybi_told_value(t, YBI_TOLD_PSN_PART_AMT), hospital = ybi_told_value(t, YBI_TOLD_HOSP_PART_AMT);
	yb_fen account = ybi_told_value(t, YBI_TOLD_ACCT_PAY), cash = ybi_told_value(t, YBI_TOLD_PSN_CASH_PAY);
	yb_fen family = ybi_told_value(t, YBI_TOLD_ACCT_MULAID_PAY), funds = sum_of(t, YBI_TOLD_HIFP_PAY, YBI_TOLD_OTH_PAY), paid = 0;
	bool settles = ybi_told_value(t, YBI_TOLD_KIND) == YBI_POST_SETTLEMENT;

	for (size_t i = 0; i < t->funds.count; i++) {
		if (settles && t->funds.rows[i].fen < 0)
			return ybi_error_at(err, YB_E_BAD_AMOUNT, NULL, "funds", "%s is negative", t->funds.rows[i].name);
		paid += t->funds.rows[i].fen;
	}
	for (uint32_t i = YBI_TOLD_SETLINFO; settles && i < YBI_TOLD_SETLINFO_END; i++)
		if (ybi_told_value(t, (enum ybi_told)i) < 0)
			return ybi_error_at(err, YB_E_BAD_AMOUNT, NULL, told_rows[i].name, "%s is negative", told_rows[i].name);
	if (total != fund + person + hospital)
		return contradiction(err, "medfee_sumamt", "medfee_sumamt %s is not the sum of funds, person and hospital, %s", total, fund + person + hospital);
	if (funds != fund)
		return contradiction(err, "fund_pay_sumamt", "fund_pay_sumamt %s is not the sum of the funds, %s", fund, funds);
	if (t->funds.count && paid != fund)
		return contradiction(err, "funds", "fund_pay_sumamt %s is not the sum of funds, %s", fund, paid);
	if (account + cash != person)
		return contradiction(err, "psn_part_amt", "psn_part_amt %s is not the sum of account and cash, %s", person, account + cash);
	if (settles && family > account)
		return contradiction(err, "acct_mulaid_pay", "acct_mulaid_pay %s is more than acct_pay, %s", family, account);
	if (settles && family > 0 && !t->facts[YBI_TOLD_SHARER].known)
		return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "sharer", "acct_mulaid_pay is paid from an account of the family; \"sharer\" says whose");
	return YB_OK;
}

static yb_status
check_kind(const struct yb_transaction *t, enum ybi_kind_of_transaction kind, struct yb_error **err)
{
	yb_fen sum;

	switch (kind) {
	case YBI_POST_CONTRIBUTION:
		sum = sum_of(t, YBI_TOLD_SHARE_PERSON, YBI_TOLD_SHARE_OTHER);
		if (sum == 0)
			return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "shares", "a contribution needs \"shares\" of at least one payer");
		if (t->facts[YBI_TOLD_SHARER].known && ybi_told_value(t, YBI_TOLD_SHARE_ACCOUNT) == 0)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "sharer", "\"sharer\" without \"shares.account\"");
		break;
	case YBI_POST_INTEREST:
		sum = sum_of(t, YBI_TOLD_CURRENT_AMOUNT, YBI_TOLD_CURRENT_AMOUNT) + sum_of(t, YBI_TOLD_CARRIED_AMOUNT, YBI_TOLD_CARRIED_AMOUNT);
		if ((t->facts[YBI_TOLD_CURRENT_AMOUNT].known || t->facts[YBI_TOLD_CARRIED_AMOUNT].known) && sum != ybi_told_value(t, YBI_TOLD_AMOUNT))
			return contradiction(err, "amount", "amount %s is not the sum of current and carried, %s", ybi_told_value(t, YBI_TOLD_AMOUNT), sum);
		break;
	case YBI_POST_SETTLEMENT: case YBI_POST_ADJUSTMENT: return check_settlement(t, err);
	case YBI_POST_AUTHORIZATION:
		if (t->facts[YBI_TOLD_THROUGH].known && ybi_told_value(t, YBI_TOLD_THROUGH) < ybi_told_value(t, YBI_TOLD_FROM))
			return ybi_error_at(err, YB_E_BAD_DATE, NULL, "through", "the authorization ends before it begins");
		if (!strcmp(ybi_told_text(t, YBI_TOLD_MEMBER), ybi_told_text(t, YBI_TOLD_PSN_NO)))
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "member", "nobody is authorized by himself");
		break;
	default: break;
	}
	if (t->facts[YBI_TOLD_ACCRYM_BEGN].known && ybi_told_value(t, YBI_TOLD_ACCRYM_END) < ybi_told_value(t, YBI_TOLD_ACCRYM_BEGN))
		return ybi_error_at(err, YB_E_BAD_DATE, NULL, "accrym_end", "the period ends before it begins");
	return YB_OK;
}

/* The number of the person itself in no text: known exactly, so also where a number only may look like one. */
static yb_status
check_secret(const struct yb_transaction *t, struct yb_error **err)
{
	const char *number = ybi_told_text(t, YBI_TOLD_CERTNO);
	char digits[18] = "";

	if (strlen(number) < sizeof(digits))
		return YB_OK;
	memcpy(digits, number, sizeof(digits) - 1); /* without the check digit, which may be x or X */
	for (uint32_t i = 0; i < YBI_TOLD_COUNT_; i++) {
		if (i != YBI_TOLD_CERTNO && strstr(ybi_told_text(t, (enum ybi_told)i), digits)) {
			yb_wipe(digits, sizeof(digits));
			return ybi_error_at(err, YB_E_BAD_IDENTITY, NULL, told_rows[i].name, "%s holds the identity number, which is never written", told_rows[i].name);
		}
	}
	if (t->receipt && strstr(t->receipt, digits)) {
		yb_wipe(digits, sizeof(digits));
		return ybi_error_at(err, YB_E_BAD_IDENTITY, NULL, "receipt", "the receipt holds the identity number, which is never written");
	}
	yb_wipe(digits, sizeof(digits));
	return YB_OK;
}

yb_status
ybi_transaction_check(const struct yb_transaction *t, struct yb_error **err)
{
	enum ybi_kind_of_transaction kind = (enum ybi_kind_of_transaction)ybi_told_value(t, YBI_TOLD_KIND);
	yb_status st;

	if (kind == YBI_POST_NONE)
		return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "kind", "a transaction needs \"kind\"");
	st = check_has(t, 1u << kind, kind_names[kind], err);
	if (st != YB_OK)
		return st;
	if ((OF_PERSON & ~REVERSAL & (1u << kind)) && !t->facts[YBI_TOLD_PSN_NO].known && !t->facts[YBI_TOLD_PSN_HASH].known && !t->facts[YBI_TOLD_CERTNO].known)
		return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "psn_no", "nothing is posted without a person: psn_no or certno");
	if (t->facts[YBI_TOLD_AMOUNT].known && ybi_told_value(t, YBI_TOLD_AMOUNT) == 0)
		return ybi_error_at(err, YB_E_BAD_AMOUNT, NULL, "amount", "the amount is nothing");
	st = check_secret(t, err);
	return st == YB_OK ? check_kind(t, kind, err) : st;
}
