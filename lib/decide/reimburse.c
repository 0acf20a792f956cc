/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/reimburse.h>

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "decide/decision.h"

/*
 * How a bill is settled: facts are bound, the benefit chosen, cost lines split
 * into the four buckets, the layers run, and the sums drawn. Every answer must
 * satisfy the identities of the national settlement interface.
 */

static const struct yb_settle_options settle_defaults = YB_SETTLE_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_settle_options) == 8, "options have no padding");

static void
set_amount(struct yb_decision *d, yb_field field, yb_fen fen)
{
	d->amounts[field - YBI_AMOUNT_FIRST] = fen;
	d->known[field - YBI_AMOUNT_FIRST] = true;
}

static bool
get_amount(const struct yb_decision *d, yb_field field, yb_fen *fen)
{
	*fen = d->amounts[field - YBI_AMOUNT_FIRST];
	return d->known[field - YBI_AMOUNT_FIRST];
}

/* ---- buckets ---- */

static const struct {
	yb_field field;
	uint32_t fact;
} buckets[] = {
	{ YB_FIELD_FULAMT_OWNPAY_AMT, YBI_FACT_FULLY_OWN }, { YB_FIELD_OVERLMT_SELFPAY, YBI_FACT_OVER_LIMIT },
	{ YB_FIELD_PRESELFPAY_AMT, YBI_FACT_PRIOR }, { YB_FIELD_INSCP_SCP_AMT, YBI_FACT_SCOPE },
};

/*
 * The bill is the sum of its four buckets. One of the five that was not given
 * follows from the others; two stay unknown.
 */
yb_status
ybi_balance_buckets(struct yb_decision *d, struct yb_error **err)
{
	const struct ybi_fact *total = &d->facts[d->book->field_fact[YB_FIELD_MEDFEE_SUMAMT]];
	yb_fen sum = 0;
	uint32_t open = 0, lacking = 0;
	char given[YB_FEN_TEXT_SIZE], added[YB_FEN_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(buckets); i++) {
		const struct ybi_fact *bucket = &d->facts[d->book->field_fact[buckets[i].field]];
		if (bucket->given) {
			sum += bucket->value;
			ybi_fact_set(d, buckets[i].fact, bucket->value);
		} else {
			open++;
			lacking = (uint32_t)i;
		}
	}
	if (sum > YB_FEN_LIMIT) {
		yb_fen_to_text(sum, added);
		return ybi_error_at(err, YB_E_BAD_AMOUNT, NULL, "medfee_sumamt", "the parts of the bill add up to %s, more than a bill may be", added);
	}
	if (total->given)
		ybi_fact_set(d, YBI_FACT_TOTAL, total->value);
	else if (open == 0)
		ybi_fact_set(d, YBI_FACT_TOTAL, sum);
	if (total->given && (sum > total->value || (open == 0 && sum != total->value))) {
		yb_fen_to_text(total->value, given);
		yb_fen_to_text(sum, added);
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "medfee_sumamt", "medfee_sumamt is %s, its parts add up to %s", given, added);
	}
	if (total->given && open == 1)
		ybi_fact_set(d, buckets[lacking].fact, total->value - sum);
	return YB_OK;
}

/* ---- lines ---- */

struct splitter {
	struct yb_decision *d;
	const struct ybi_benefit *benefit;
	struct ybi_eval eval;
};

yb_status
ybi_round_fen(struct ybi_fraction q, const struct ybi_benefit *benefit, yb_fen *out)
{
	yb_status st = ybi_fraction_round(q, ybi_fraction_from(benefit->step), benefit->mode, &q);

	return st == YB_OK ? ybi_fraction_to_i64(q, out) : st;
}

/* price (fen, 4 more decimals) x quantity (4 decimals), rounded once */
static yb_status
price_times(const struct yb_decision *d, struct ybi_fraction price, const struct ybi_benefit *benefit, yb_fen *out)
{
	const struct ybi_fact *cnt = &d->facts[d->book->field_fact[YB_FIELD_CNT]];
	struct ybi_fraction q;
	yb_status st = ybi_fraction_make(cnt->value, 10000, &q);

	if (st == YB_OK)
		st = ybi_fraction_mul(q, price, &q);
	return st == YB_OK ? ybi_round_fen(q, benefit, out) : st;
}

/* What the document declares `of: line`, of this line and of none before it. */
static yb_status
load_attributes(struct yb_decision *d, const struct ybi_record *line, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	yb_status st = YB_OK;

	for (uint32_t fact = 0; fact < book->facts_count; fact++)
		if (book->facts[fact].part == YBI_OF_LINE && !book->facts[fact].field && book->facts[fact].node)
			d->facts[fact] = (struct ybi_fact){ .state = YBI_UNKNOWN };
	for (size_t i = 0; i < line->attribute_count && st == YB_OK; i++) {
		const struct ybi_attribute *a = &line->attributes[i];
		uint32_t fact = ybi_book_fact(book, a->name, strlen(a->name));
		if (fact == YBI_NO_FACT || book->facts[fact].part != YBI_OF_LINE || book->facts[fact].field || !book->facts[fact].node)
			return ybi_error_at(err, YB_E_BAD_VALUE, NULL, a->name, "%s has no attribute \"%s\" of a cost line", book->document->id, a->name);
		st = ybi_bind_attribute(d, fact, a, err);
	}
	return st;
}

static yb_status
load_line(struct yb_decision *d, const struct ybi_record *line, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (uint32_t i = 0; i < line->count; i++) {
		const struct ybi_known *known = &line->slots[i];
		uint32_t fact = d->book->field_fact[line->first + (yb_field)i];
		d->facts[fact].given = 0;
		d->facts[fact].state = YBI_UNKNOWN;
		if (!known->known) {
			if (line->first + (yb_field)i == YB_FIELD_YB_KIND) /* a line that says none is of no kind that a document names */
				d->facts[fact] = (struct ybi_fact){ .state = YBI_KNOWN };
			continue;
		}
		if (known->text && d->book->facts[fact].domain_count)
			st = ybi_bind_code(d, fact, known->text, known->length, err);
		else
			ybi_fact_set(d, fact, known->text && d->book->facts[fact].type == YBI_TEXT
				? ybi_bind_atom(d->book, fact, known->text, known->length) : known->value);
		if (st != YB_OK)
			return st;
	}
	return load_attributes(d, line, err);
}

static yb_status
line_fault(struct yb_error **err, yb_status status, size_t index, const char *what)
{
	char name[40] = "feedetl[";
	char digits[24];
	size_t n = 0, value = index;

	do
		digits[n++] = (char)('0' + value % 10);
	while (value /= 10);
	for (size_t i = 0; i < n; i++)
		name[8 + i] = digits[n - 1 - i];
	name[8 + n] = ']';
	name[9 + n] = '\0';
	return ybi_error_at(err, status, NULL, name, "%s: %s", name, what);
}

static yb_status
line_amount(struct splitter *s, size_t index, struct ybi_found *found, struct ybi_line *out, struct ybi_fraction *price, yb_fen *allowed,
            struct yb_error **err)
{
	struct yb_decision *d = s->d;
	const struct ybi_book *book = d->book;
	const struct ybi_fact *pric = &d->facts[book->field_fact[YB_FIELD_PRIC]], *cnt = &d->facts[book->field_fact[YB_FIELD_CNT]];
	const struct ybi_fact *cap = &d->facts[book->field_fact[YB_FIELD_PRIC_UPLMT_AMT]];
	const struct ybi_fact *given = &d->facts[book->field_fact[YB_FIELD_DET_ITEM_FEE_SUMAMT]];
	const struct ybi_item *capped = found->roles[YBI_ITEM_PRICE].item;
	bool lower = false;
	yb_status st = YB_OK;

	if (pric->given && cnt->given) {
		st = ybi_fraction_make(pric->value, 10000, price);
		if (st == YB_OK)
			st = price_times(d, *price, s->benefit, &out->amount);
		if (st == YB_OK && given->given && given->value != out->amount)
			return line_fault(err, YB_E_CONTRADICTION, index, "det_item_fee_sumamt is not cnt x pric");
	} else if (given->given) {
		out->amount = given->value;
	} else {
		struct ybi_value v;
		ybi_value_state(&v, YBI_UNKNOWN, book->field_fact[pric->given ? YB_FIELD_CNT : YB_FIELD_PRIC]);
		ybi_obstacle(&d->obstacles, &v);
	}
	*allowed = out->amount;
	if (st == YB_OK && cap->given && pric->given && cnt->given && cap->value < pric->value) {
		st = ybi_fraction_make(cap->value, 10000, price);
		lower = true;
	}
	if (st == YB_OK && capped && capped->price >= 0) {
		if (!pric->given || !cnt->given) {
			struct ybi_value v;
			ybi_value_state(&v, YBI_UNKNOWN, book->field_fact[pric->given ? YB_FIELD_CNT : YB_FIELD_PRIC]);
			ybi_obstacle(&d->obstacles, &v);
			found->stopped = true;
		} else if (ybi_fraction_cmp(found->price, *price) < 0) {
			*price = found->price;
			lower = true;
			out->items[YBI_ITEM_PRICE] = found->roles[YBI_ITEM_PRICE];
		}
	}
	if (st == YB_OK && lower)
		st = price_times(d, *price, s->benefit, allowed);
	if (st != YB_OK || out->amount > YB_FEN_LIMIT)
		return line_fault(err, st == YB_OK ? YB_E_BAD_AMOUNT : st, index, "the amount is too large");
	return YB_OK;
}

/* Each limit cuts what is allowed to the room it has left in this stay. */
static void
line_limits(struct splitter *s, struct ybi_line *out, yb_fen *allowed)
{
	const struct ybi_schedule *schedule = &s->d->book->schedule;

	out->limit = UINT32_MAX;
	for (uint32_t i = 0; i < s->benefit->limit_count && i < ARRAY_SIZE(s->d->limit_used); i++) {
		const struct ybi_limit *limit = &schedule->limits[s->benefit->first_limit + i];
		struct ybi_value v;
		yb_fen amount, room;
		ybi_value_set(&v, ybi_fraction_from(1));
		if (limit->when != YBI_NO_EXPR)
			ybi_evaluate(&s->eval, limit->when, &v);
		if (v.state == YBI_KNOWN && ybi_fraction_sign(v.q) == 0)
			continue;
		if (v.state == YBI_KNOWN)
			ybi_evaluate(&s->eval, limit->amount, &v);
		if (v.state == YBI_NONE)
			continue;
		if (v.state != YBI_KNOWN || ybi_round_fen(v.q, s->benefit, &amount) != YB_OK) {
			ybi_obstacle(&s->d->obstacles, &v);
			continue;
		}
		room = amount > s->d->limit_used[i] ? amount - s->d->limit_used[i] : 0;
		if (*allowed > room) {
			*allowed = room;
			out->limit = s->benefit->first_limit + i;
		}
		s->d->limit_used[i] += *allowed;
	}
}

/* Class A is covered whole, class C not at all: that is what the classes mean. Class B is a matter of the document or the line. */
static void
line_share(struct splitter *s, const struct ybi_found *found, struct ybi_line *out, struct ybi_value *share)
{
	struct yb_decision *d = s->d;
	const struct ybi_book *book = d->book;
	const struct ybi_fact *own = &d->facts[book->field_fact[YB_FIELD_SELFPAY_PROP]];

	if (found->own || ybi_code_is(d, YB_FIELD_HOSP_APPR_FLAG, "2") || (ybi_code_is(d, YB_FIELD_LMT_USED_FLAG, "1") && !ybi_code_is(d, YB_FIELD_HOSP_APPR_FLAG, "1"))) {
		ybi_value_set(share, ybi_fraction_from(1));
		return;
	}
	if (own->given) {
		ybi_value_set(share, ybi_fraction_from(0));
		(void)ybi_fraction_make(own->value, 10000, &share->q);
		return;
	}
	if (found->roles[YBI_ITEM_SHARE].item) {
		ybi_value_set(share, ybi_fraction_from(0));
		(void)ybi_fraction_make(found->roles[YBI_ITEM_SHARE].item->share, 10000, &share->q);
		out->items[YBI_ITEM_SHARE] = found->roles[YBI_ITEM_SHARE];
		return;
	}
	if (s->benefit->prior != YBI_NO_EXPR)
		ybi_evaluate(&s->eval, s->benefit->prior, share);
	else
		ybi_value_state(share, YBI_UNKNOWN, book->field_fact[d->facts[book->field_fact[YB_FIELD_CHRGITM_LV]].given
			? YB_FIELD_SELFPAY_PROP : YB_FIELD_CHRGITM_LV]);
	if (share->state != YBI_KNOWN && ybi_code_is(d, YB_FIELD_CHRGITM_LV, "01"))
		ybi_value_set(share, ybi_fraction_from(0));
	else if (share->state != YBI_KNOWN && ybi_code_is(d, YB_FIELD_CHRGITM_LV, "03"))
		ybi_value_set(share, ybi_fraction_from(1));
}

static void
add_kind(struct yb_decision *d, const struct ybi_record *record, const char *listed, yb_fen scope)
{
	const struct ybi_known *said = ybi_record_get(record, YB_FIELD_YB_KIND);
	const char *kind = said && said->known ? said->text : listed;
	size_t length = kind ? strlen(kind) : 0;
	char name[80] = "scope.";
	uint32_t fact;

	if (!kind || length > 64)
		return;
	memcpy(name + 6, kind, length + 1);
	fact = ybi_book_fact(d->book, name, 6 + length);
	if (fact != YBI_NO_FACT && d->book->facts[fact].part == YBI_OF_KIND)
		ybi_fact_set(d, fact, d->facts[fact].value + scope);
}

/* What the catalogue limits, before what the document does. */
static yb_status
line_item_limit(struct splitter *s, const struct ybi_record *record, struct ybi_found *found, struct ybi_line *out,
                const struct ybi_fraction *price, yb_fen *allowed)
{
	const struct ybi_book *book = s->d->book;
	bool priced = s->d->facts[book->field_fact[YB_FIELD_PRIC]].given && s->d->facts[book->field_fact[YB_FIELD_CNT]].given;
	yb_fen before = *allowed;
	yb_status st = ybi_item_limit(s->d, s->benefit, record, found, priced ? price : NULL, allowed);

	if (*allowed < before)
		out->items[YBI_ITEM_LIMIT] = found->roles[YBI_ITEM_LIMIT];
	return st;
}

static yb_status
split_line(struct splitter *s, const struct ybi_record *record, size_t index, struct yb_error **err)
{
	struct yb_decision *d = s->d;
	struct ybi_line *out = &d->lines[index];
	const struct ybi_known *sn = ybi_record_get(record, YB_FIELD_FEEDETL_SN);
	struct ybi_fraction price = ybi_fraction_from(0);
	struct ybi_found found;
	bool own_class;
	struct ybi_value share;
	yb_fen allowed;
	yb_status st;

	memset(out, 0, sizeof(*out));
	if (sn && sn->known)
		memcpy(out->feedetl_sn, sn->text, sn->length < sizeof(out->feedetl_sn) ? sn->length : sizeof(out->feedetl_sn) - 1);
	out->book = d->book;
	st = load_line(d, record, err);
	if (st != YB_OK)
		return st;
	own_class = d->facts[d->book->field_fact[YB_FIELD_CHRGITM_LV]].given;
	s->eval.stamp = ++d->stamp;
	ybi_item_find(d, s->benefit, record, index, &found);
	if (found.bad_unit)
		return line_fault(err, YB_E_UNIT, index, "yb_unit is none of the units that the catalogue has for this item");
	st = line_amount(s, index, &found, out, &price, &allowed, err);
	if (st != YB_OK)
		return st;
	if (!found.stopped)
		st = line_item_limit(s, record, &found, out, &price, &allowed);
	if (found.bad_unit)
		return line_fault(err, YB_E_UNIT, index, "yb_unit is none of the units that the catalogue has for this item");
	if (st != YB_OK || found.failed)
		return line_fault(err, YB_E_OVERFLOW, index, "its price or limit does not fit");
	if (found.stopped)
		return YB_OK;
	if (!own_class)
		out->items[YBI_ITEM_CLASS] = found.roles[YBI_ITEM_CLASS];
	line_limits(s, out, &allowed);
	out->over = out->amount - allowed;
	line_share(s, &found, out, &share);
	if (share.state != YBI_KNOWN) {
		ybi_obstacle(&d->obstacles, &share);
		return YB_OK;
	}
	out->share = share.q;
	if (ybi_fraction_cmp(share.q, ybi_fraction_from(1)) >= 0) {
		out->own = allowed;
	} else {
		struct ybi_fraction part;
		st = ybi_fraction_mul(ybi_fraction_from(allowed), share.q, &part);
		if (st == YB_OK)
			st = ybi_round_fen(part, s->benefit, &out->prior);
		if (st != YB_OK)
			return line_fault(err, st, index, "the prior share is too large");
	}
	out->scope = allowed - out->own - out->prior;
	add_kind(d, record, found.kind, out->scope);
	return YB_OK;
}

/* What the lines come to must be what the claim says, where it says anything. */
static yb_status
take_bucket(struct yb_decision *d, yb_field field, yb_fen sum, struct yb_error **err)
{
	const struct ybi_fact *given = &d->facts[d->book->field_fact[field]];
	char text[YB_FEN_TEXT_SIZE];

	if (given->given && given->value != sum) {
		yb_fen_to_text(sum, text);
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, yb_field_get_name(field), "%s differs from its cost lines, which come to %s",
		                    yb_field_get_name(field), text);
	}
	ybi_fact_set(d, d->book->field_fact[field], sum);
	return YB_OK;
}

static yb_status
split_lines(struct yb_decision *d, const struct yb_claim *claim, const struct ybi_benefit *benefit, struct yb_error **err)
{
	struct splitter s = { .d = d, .benefit = benefit };
	yb_fen own = 0, over = 0, prior = 0, scope = 0;
	yb_status st = YB_OK;

	if (claim->line_count > d->line_room) {
		struct ybi_line *more = ybi_calloc(claim->line_count, sizeof(*more));
		if (!more)
			return ybi_error_no_memory(err);
		free(d->lines);
		d->lines = more;
		d->line_room = claim->line_count;
	}
	d->line_count = claim->line_count;
	memset(d->lines, 0, claim->line_count * sizeof(*d->lines));
	ybi_bind_limits(d, benefit);
	ybi_eval_start(d, &s.eval);
	st = ybi_items_start(d, benefit, claim->line_count, err);
	for (size_t i = 0; i < claim->line_count && st == YB_OK; i++) {
		if (!ybi_part_has_line(d, &claim->lines[i]))
			continue;
		st = split_line(&s, &claim->lines[i], i, err);
		own += d->lines[i].own;
		over += d->lines[i].over;
		prior += d->lines[i].prior;
		scope += d->lines[i].scope;
		if (st == YB_OK && own + over + prior + scope > YB_FEN_LIMIT)
			st = line_fault(err, YB_E_BAD_AMOUNT, i, "the bill is too large");
	}
	if (st != YB_OK || d->obstacles.missing_count || d->obstacles.gap_count)
		return st;
	st = take_bucket(d, YB_FIELD_FULAMT_OWNPAY_AMT, own, err);
	if (st == YB_OK)
		st = take_bucket(d, YB_FIELD_OVERLMT_SELFPAY, over, err);
	if (st == YB_OK)
		st = take_bucket(d, YB_FIELD_PRESELFPAY_AMT, prior, err);
	if (st == YB_OK)
		st = take_bucket(d, YB_FIELD_INSCP_SCP_AMT, scope, err);
	if (st == YB_OK)
		st = take_bucket(d, YB_FIELD_MEDFEE_SUMAMT, own + over + prior + scope, err);
	return st;
}

/* ---- sums ---- */

static yb_status
broken(struct yb_error **err, const char *identity)
{
	return ybi_error_at(err, YB_E_INTERNAL, NULL, identity, "an identity of the answer fails: %s", identity);
}

/* The identities of the national settlement interface, asserted on every answer. */
static yb_status
check_identities(const struct yb_decision *d, struct yb_error **err)
{
	yb_fen funds = 0, total, fund, person, hospital, account, shared, cash, part, sum = 0;
	bool has_total = get_amount(d, YB_FIELD_MEDFEE_SUMAMT, &total), whole = true;

	for (yb_field f = YB_FIELD_HIFP_PAY; f <= YB_FIELD_OTH_PAY; f++)
		if (f != YB_FIELD_POOL_PROP_SELFPAY) {
			if (d->amounts[f - YBI_AMOUNT_FIRST] < 0)
				return broken(err, "0 <= each fund");
			funds += d->amounts[f - YBI_AMOUNT_FIRST];
		}
	(void)get_amount(d, YB_FIELD_FUND_PAY_SUMAMT, &fund);
	if (fund != funds)
		return broken(err, "fund_pay_sumamt = hifp_pay + cvlserv_pay + hifes_pay + hifmi_pay + hifob_pay + maf_pay + oth_pay");
	if (!has_total)
		return YB_OK;
	(void)get_amount(d, YB_FIELD_PSN_PART_AMT, &person);
	(void)get_amount(d, YB_FIELD_HOSP_PART_AMT, &hospital);
	(void)get_amount(d, YB_FIELD_ACCT_PAY, &account);
	(void)get_amount(d, YB_FIELD_ACCT_MULAID_PAY, &shared);
	(void)get_amount(d, YB_FIELD_PSN_CASH_PAY, &cash);
	if (total != fund + person + hospital)
		return broken(err, "medfee_sumamt = fund_pay_sumamt + psn_part_amt + hosp_part_amt");
	if (person != account + cash || cash < 0)
		return broken(err, "psn_part_amt = acct_pay + psn_cash_pay");
	if (shared < 0 || shared > account)
		return broken(err, "0 <= acct_mulaid_pay <= acct_pay");
	for (size_t i = 0; i < ARRAY_SIZE(buckets); i++) {
		whole = get_amount(d, buckets[i].field, &part) && whole;
		sum += part;
	}
	if (whole && sum != total)
		return broken(err, "medfee_sumamt = fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_scp_amt");
	return YB_OK;
}

static yb_fen
fact_fen(const struct yb_decision *d, uint32_t fact)
{
	return d->facts[fact].given ? d->facts[fact].value : 0;
}

/* The parts of a bill by the words of `account:`, in the order in which the funds pay them. */
static const struct {
	uint32_t bit, fact;
} account_parts[] = {
	{ YBI_ACCOUNT_SCOPE, YBI_FACT_SCOPE }, { YBI_ACCOUNT_PRIOR, YBI_FACT_PRIOR }, { YBI_ACCOUNT_OWN, YBI_FACT_FULLY_OWN },
	{ YBI_ACCOUNT_OWN, YBI_FACT_OVER_LIMIT },
};

/* What is left of the parts that the account may pay: the funds pay what is in scope first, then what was borne before it. */
yb_fen
ybi_account_may(const struct yb_decision *d)
{
	uint32_t account = d->book->benefits[d->benefit].account;
	yb_fen may = 0, funds = d->amounts[YB_FIELD_FUND_PAY_SUMAMT - YBI_AMOUNT_FIRST];

	for (size_t i = 0; i < ARRAY_SIZE(account_parts); i++) {
		yb_fen part = fact_fen(d, account_parts[i].fact), paid = funds < part ? funds : part;
		if (account & account_parts[i].bit)
			may += part - paid;
		funds -= paid;
	}
	return may;
}

/* An account that pays some parts of the bill and not others needs to know them. */
void
ybi_account_asks(struct yb_decision *d, uint32_t account)
{
	const struct ybi_fact *use = &d->facts[d->book->field_fact[YB_FIELD_YB_USE_ACCOUNT]];
	struct ybi_value v;

	for (size_t i = 0; use->given && use->value && d->facts[YBI_FACT_TOTAL].given && i < ARRAY_SIZE(account_parts); i++)
		if (account & account_parts[i].bit && !d->facts[account_parts[i].fact].given) {
			ybi_value_state(&v, YBI_UNKNOWN, account_parts[i].fact);
			ybi_obstacle(&d->obstacles, &v);
		}
}

bool
ybi_account_pays_all(const struct yb_decision *d)
{
	return d->book->benefits[d->benefit].account == (YBI_ACCOUNT_SCOPE | YBI_ACCOUNT_PRIOR | YBI_ACCOUNT_OWN);
}

/* What the account may pay of the person's part; cash pays the rest. */
static yb_status
draw_account(struct yb_decision *d, yb_fen may, yb_fen person)
{
	const struct ybi_fact *use = &d->facts[d->book->field_fact[YB_FIELD_YB_USE_ACCOUNT]];
	const struct ybi_fact *balance = &d->facts[d->book->field_fact[YB_FIELD_YB_ACCOUNT_BALANCE]];
	yb_fen account = 0, shared = 0, family = fact_fen(d, d->book->field_fact[YB_FIELD_YB_FAMILY_BALANCE]);

	if (use->given && use->value) {
		if (!balance->given) {
			struct ybi_value v;
			ybi_value_state(&v, YBI_UNKNOWN, d->book->field_fact[YB_FIELD_YB_ACCOUNT_BALANCE]);
			ybi_obstacle(&d->obstacles, &v);
			return YB_OK;
		}
		account = may < balance->value ? may : balance->value;
		shared = may - account < family ? may - account : family; /* own money first */
	}
	if (balance->given)
		set_amount(d, YB_FIELD_BALC, balance->value - account);
	set_amount(d, YB_FIELD_ACCT_PAY, account + shared);
	set_amount(d, YB_FIELD_ACCT_MULAID_PAY, shared);
	set_amount(d, YB_FIELD_PSN_CASH_PAY, person - account - shared);
	return YB_OK;
}

yb_status
ybi_draw_person(struct yb_decision *d, yb_fen funds, yb_fen may, bool all, struct yb_error **err)
{
	yb_fen total = d->facts[YBI_FACT_TOTAL].value, hospital = fact_fen(d, d->book->field_fact[YB_FIELD_HOSP_PART_AMT]), person;
	char text[YB_FEN_TEXT_SIZE];
	yb_status st;

	if (!d->facts[YBI_FACT_TOTAL].given)
		return check_identities(d, err); /* the funds are known, the bill is not: the rest stays unknown */
	person = total - funds - hospital;
	if (person < 0) {
		yb_fen_to_text(funds + hospital, text);
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "medfee_sumamt", "funds and hospital pay %s, more than the whole bill", text);
	}
	set_amount(d, YB_FIELD_MEDFEE_SUMAMT, total);
	set_amount(d, YB_FIELD_HOSP_PART_AMT, hospital);
	set_amount(d, YB_FIELD_PSN_PART_AMT, person);
	st = draw_account(d, all || may > person ? person : may, person);
	return st == YB_OK && !d->obstacles.missing_count ? check_identities(d, err) : st;
}

/* The share of what is in scope that the pooled fund pays, at four decimals, half up. */
void
ybi_draw_fund_share(struct yb_decision *d)
{
	int64_t twice;
	yb_fen fund, scope;

	if (!get_amount(d, YB_FIELD_INSCP_SCP_AMT, &scope) || scope <= 0)
		return;
	(void)get_amount(d, YB_FIELD_HIFP_PAY, &fund);
	d->has_fund_share = fund >= 0 && !__builtin_mul_overflow(fund, 20000, &twice) && !__builtin_add_overflow(twice, scope, &twice);
	if (d->has_fund_share)
		d->fund_share = twice / (2 * scope);
}

/* Of a part of a stay the funds alone are drawn: hospital, account and cash pay once, of both parts. */
static yb_status
draw_part(struct yb_decision *d, yb_fen funds, struct yb_error **err)
{
	char text[YB_FEN_TEXT_SIZE];

	if (!d->facts[YBI_FACT_TOTAL].given)
		return YB_OK;
	if (funds > d->facts[YBI_FACT_TOTAL].value) {
		yb_fen_to_text(funds, text);
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "medfee_sumamt", "the funds pay %s of part %d of the bill, more than there is", text, d->part);
	}
	set_amount(d, YB_FIELD_MEDFEE_SUMAMT, d->facts[YBI_FACT_TOTAL].value);
	return YB_OK;
}

/* What one layer pays, by its fund. */
static yb_status
draw_layer(struct yb_decision *d, const struct ybi_benefit *benefit, const struct ybi_layer *layer, yb_fen fen, yb_fen *funds, struct yb_error **err)
{
	struct ybi_fraction share;

	if (d->share_given && (ybi_fraction_mul(ybi_fraction_from(fen), d->share, &share) != YB_OK || ybi_round_fen(share, benefit, &fen) != YB_OK))
		return ybi_error_at(err, YB_E_OVERFLOW, NULL, layer->id, "the share of layer %s while waiting does not fit", layer->id);
	d->amounts[layer->pays - YBI_AMOUNT_FIRST] += fen;
	*funds += fen;
	return YB_OK;
}

/* No fund pays anything yet. */
static void
draw_funds(struct yb_decision *d)
{
	for (yb_field f = YB_FIELD_HIFP_PAY; f <= YB_FIELD_OTH_PAY; f++)
		if (f != YB_FIELD_POOL_PROP_SELFPAY)
			set_amount(d, f, 0);
}

static void
draw_deductible(struct yb_decision *d, const struct ybi_benefit *benefit, struct ybi_fraction q)
{
	yb_fen fen;

	if (ybi_round_fen(q, benefit, &fen) == YB_OK)
		set_amount(d, YB_FIELD_ACT_PAY_DEDC, fen);
}

/* What is left once the layers are drawn. */
static yb_status
draw_rest(struct yb_decision *d, const struct ybi_benefit *benefit, yb_fen funds, struct yb_error **err)
{
	bool all = ybi_account_pays_all(d);

	set_amount(d, YB_FIELD_FUND_PAY_SUMAMT, funds);
	for (size_t i = 0; i < ARRAY_SIZE(buckets); i++)
		if (d->facts[buckets[i].fact].given)
			set_amount(d, buckets[i].field, d->facts[buckets[i].fact].value);
	if (d->part)
		return draw_part(d, funds, err);
	if (!all)
		ybi_account_asks(d, benefit->account);
	return ybi_draw_person(d, funds, ybi_account_may(d), all, err);
}

static yb_status
draw_sums(struct yb_decision *d, const struct ybi_benefit *benefit, struct yb_error **err)
{
	yb_fen funds = 0, fen;
	yb_status st = YB_OK;

	draw_funds(d);
	for (uint32_t i = 0; i < benefit->layer_count && st == YB_OK; i++) {
		const struct ybi_layer *layer = &d->book->schedule.layers[benefit->first_layer + i];
		const struct ybi_value *r = &d->results[(size_t)layer->number * YBI_RESULT_STRIDE];
		if (ybi_fraction_to_i64(r[YBI_RESULT_PAID].q, &fen) != YB_OK)
			return ybi_error_at(err, YB_E_OVERFLOW, NULL, layer->id, "layer %s pays an amount that does not fit", layer->id);
		st = draw_layer(d, benefit, layer, fen, &funds, err);
		if (i == 0)
			draw_deductible(d, benefit, r[YBI_RESULT_DEDUCTIBLE].q);
	}
	if (st == YB_OK)
		st = draw_rest(d, benefit, funds, err);
	ybi_draw_fund_share(d);
	return st;
}

/* ---- outcomes ---- */

static yb_status
choose_benefit(struct yb_decision *d, struct ybi_eval *eval, bool *done, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	uint32_t why = 0;
	yb_status st;

	d->benefit = !book->benefits_count ? UINT32_MAX
		: ybi_choose(eval, &book->benefits[0].choice, sizeof(book->benefits[0]), (uint32_t)book->benefits_count, book->args,
		             book->benefits_exclusive, &d->obstacles, &why);
	*done = d->benefit == UINT32_MAX;
	if (!*done && d->obstacles.failed == YB_OK)
		return YB_OK;
	if (ybi_question_stopped(d, err, &st))
		return st;
	ybi_reason_add(d, ybi_is_two(why) ? YBI_REASON_TWO_BENEFITS : YBI_REASON_NO_BENEFIT, why >> 8);
	d->outcome = ybi_is_two(why) ? YB_OUTCOME_UNSUPPORTED : YB_OUTCOME_REFUSED;
	return YB_OK;
}

/* Does a running total hold more than this stay? */
static bool
outlasts_stay(const struct yb_decision *d, uint32_t fact)
{
	return fact != YBI_NO_FACT && d->book->facts[fact].outlasts;
}

static void
add_remarks(struct yb_decision *d, const struct ybi_benefit *benefit)
{
	const struct ybi_schedule *schedule = &d->book->schedule;
	bool asked = false;

	for (uint32_t i = 0; i < benefit->layer_count; i++) {
		const struct ybi_layer *layer = &schedule->layers[benefit->first_layer + i];
		const struct ybi_value *r = &d->results[(size_t)layer->number * YBI_RESULT_STRIDE];
		asked = asked || outlasts_stay(d, layer->charged) || outlasts_stay(d, layer->start);
		for (uint32_t k = 0; k < layer->ceiling_count; k++)
			asked = asked || outlasts_stay(d, schedule->ceilings[layer->first_ceiling + k].used);
		if (ybi_fraction_sign(r[YBI_RESULT_OVER].q) > 0)
			ybi_reason_add(d, YBI_REASON_CEILING, benefit->first_layer + i);
	}
	if (asked && !d->has_totals && d->part != 2) /* the second part of a stay begins its year */
		ybi_reason_add(d, YBI_REASON_TOTALS_ZERO, 0);
	if (d->share_given)
		ybi_reason_add(d, YBI_REASON_WAIT_SHARE, 0);
	if (d->cover_open)
		ybi_reason_add(d, YBI_REASON_COVER_OPEN, 0);
}

/* What stands before the layers, where it was found for a bill of the same shape and hangs on nothing that may have changed. */
static bool
open_again(struct yb_decision *d)
{
	const struct ybi_again *again = &d->again;

	if (!again->opened || d->trace)
		return false;
	memcpy(d->used, d->opened_used, d->book->clauses_count);
	d->reason_count = again->opened_reasons;
	d->benefit = again->opened_benefit;
	return true;
}

static void
keep_open(struct yb_decision *d, const struct ybi_eval *eval)
{
	const struct ybi_obstacles *met = &d->obstacles;

	d->again.opened = d->dense && !(eval->moved & YBI_MOVES_NUMBER) && met->failed == YB_OK && !met->gap_count && !met->missing_count;
	if (!d->again.opened)
		return;
	memcpy(d->opened_used, d->used, d->book->clauses_count);
	d->again.opened_words = (eval->moved & YBI_MOVES_WORD) != 0;
	d->again.opened_reasons = d->reason_count;
	d->again.opened_benefit = d->benefit;
}

/* Section, days, checks, rules that say no, gaps, and the benefit; *done: they give the outcome. */
static yb_status
open_bill(struct yb_decision *d, bool *done, struct yb_error **err)
{
	struct ybi_eval eval;
	yb_status st;

	*done = false;
	if (open_again(d))
		return YB_OK;
	*done = ybi_question_open(d, &eval);
	if (*done)
		return YB_OK;
	st = choose_benefit(d, &eval, done, err);
	if (st == YB_OK && !*done)
		keep_open(d, &eval);
	return st;
}

yb_status
ybi_settle_bound(struct yb_decision *d, const struct yb_claim *claim, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	const struct ybi_benefit *benefit;
	struct ybi_eval eval;
	bool done;
	yb_status st;

	ybi_results_forget(d->results, book->layer_names_count, YBI_FACT_TOTAL);
	if (!claim || claim->line_count == 0) {
		st = ybi_balance_buckets(d, err);
		if (st != YB_OK)
			return st;
	}
	st = open_bill(d, &done, err);
	if (st != YB_OK || done)
		return st;
	benefit = &book->benefits[d->benefit];
	if (claim && claim->line_count) {
		st = split_lines(d, claim, benefit, err);
		if (st == YB_OK && !d->obstacles.missing_count && !d->obstacles.gap_count)
			st = ybi_balance_buckets(d, err);
		if (st != YB_OK)
			return st;
	}
	ybi_eval_start(d, &eval);
	ybi_benefit_run(&eval, &book->schedule, benefit, d->results, &d->obstacles);
	if (d->obstacles.failed == YB_OK && !d->obstacles.gap_count && !d->obstacles.missing_count) {
		st = draw_sums(d, benefit, err);
		if (st != YB_OK)
			return st;
	}
	if (ybi_question_stopped(d, err, &st))
		return st;
	for (yb_field f = YBI_AMOUNT_FIRST; f <= YBI_AMOUNT_LAST; f++) /* what a vector's formula reads */
		if (d->known[f - YBI_AMOUNT_FIRST])
			ybi_fact_set(d, book->field_fact[f], d->amounts[f - YBI_AMOUNT_FIRST]);
	if (d->has_fund_share)
		ybi_fact_set(d, book->field_fact[YB_FIELD_POOL_PROP_SELFPAY], d->fund_share);
	add_remarks(d, benefit);
	ybi_question_answered(d);
	d->traced = true;
	return YB_OK;
}

/* ---- the dense way ---- */

/* Exactly one benefit holds and no declared gap does: everything else is told by the exact way. */
static bool
dense_benefit(struct yb_decision *d)
{
	const struct ybi_book *book = d->book;

	if (d->again.bound && !book->front_moves) /* as before */
		return true;
	return book->front && ybi_single_choose(book->front, (uint32_t)book->benefits_count, d->facts, &d->single, &d->benefit) && book->plans[d->benefit];
}

static bool
says_nothing(const struct yb_decision *d, const struct ybi_check *check)
{
	for (uint32_t i = 0; i < check->need_count; i++)
		if (d->facts[check->needs[i]].state != YBI_KNOWN)
			return true;
	return false;
}

/* No check of the document refuses the bill: else the exact way tells it. */
static bool
checks_hold(struct yb_decision *d)
{
	struct ybi_eval eval;
	bool started = false;

	if (!(d->book->checks_asked & 1u << YBI_ASK_REIMBURSE) || (d->again.bound && d->again.silent))
		return true;
	for (uint32_t i = 0; i < d->book->checks_count; i++) {
		const struct ybi_check *check = &d->book->checks[i];
		struct ybi_figures figures;
		bool holds = true;
		if (!(check->asks & 1u << YBI_ASK_REIMBURSE) || check->severity != YB_SEVERITY_ERROR || says_nothing(d, check))
			continue; /* a remark changes no amount, and is found with the reasons */
		if (!started)
			ybi_eval_start(d, &eval);
		started = true;
		eval.used = NULL;
		if (ybi_check_holds(&eval, &d->book->schedule, check, &figures, &holds) == YBI_KNOWN && !holds)
			return false;
	}
	d->again.silent = !started;
	return true;
}

/* The sums of what a plan has worked out. */
static yb_status
draw_dense(struct yb_decision *d, const struct ybi_benefit *benefit, const struct ybi_plan *plan, struct yb_error **err)
{
	const int64_t *regs = d->single.regs;
	struct ybi_fraction deductible;
	yb_fen funds = 0;
	yb_status st = YB_OK;

	draw_funds(d);
	for (uint32_t i = 0; i < benefit->layer_count && st == YB_OK; i++)
		st = draw_layer(d, benefit, &d->book->layers[benefit->first_layer + i], regs[plan->paid[i]], &funds, err);
	if (plan->tiers[0].scale == 1 && benefit->step == 1)
		set_amount(d, YB_FIELD_ACT_PAY_DEDC, regs[plan->deductible]);
	else if (ybi_fraction_make(regs[plan->deductible], plan->tiers[0].scale, &deductible) == YB_OK)
		draw_deductible(d, benefit, deductible);
	return st == YB_OK ? draw_rest(d, benefit, funds, err) : st;
}

bool
ybi_settle_dense(struct yb_decision *d, struct yb_error **err, yb_status *status)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];
	const struct ybi_plan *plan;
	bool in_force = on->given ? on->value >= book->from && on->value < book->to : book->from == YBI_DAY_FIRST;

	if (d->lenient || !in_force || book->section_days[YBI_ASK_REIMBURSE].given)
		return false;
	*status = ybi_balance_buckets(d, err);
	if (*status != YB_OK)
		return true;
	if (!checks_hold(d) || !dense_benefit(d))
		return false;
	plan = book->plans[d->benefit];
	if (!ybi_single_run(plan, d->facts, &d->single))
		return false;
	*status = draw_dense(d, &book->benefits[d->benefit], plan, err);
	if (*status != YB_OK)
		return true;
	if (d->obstacles.missing_count) { /* the account's balance */
		memset(d->missing, 0, book->facts_count);
		d->obstacles.missing_count = 0;
		return false;
	}
	d->outcome = YB_OUTCOME_ANSWERED;
	d->dense = true;
	return true;
}

yb_status
ybi_decision_trace(struct yb_decision *d, struct yb_error **err)
{
	yb_fen dense[ARRAY_SIZE(d->amounts)];
	yb_status st;

	if (d->traced || d->ask != YBI_ASK_REIMBURSE || d->outcome != YB_OUTCOME_ANSWERED)
		return YB_OK;
	memcpy(dense, d->amounts, sizeof(dense));
	d->reason_count = 0;
	st = ybi_settle_bound(d, NULL, err);
	if (st == YB_OK && (d->outcome != YB_OUTCOME_ANSWERED || memcmp(dense, d->amounts, sizeof(dense)) != 0))
		st = broken(err, "the dense tables and the exact way agree");
	if (st != YB_OK) {
		d->outcome = YB_OUTCOME_NONE;
		d->again.valid = false;
	}
	return st;
}

/* ---- the question ---- */

/* What is asked, for the parts of a stay over a year's end. */
struct bill {
	const struct yb_policy_set *set;
	const struct ybi_book *base;
	const struct yb_person *person;
	const struct yb_claim *claim;
	bool lenient;
};

static yb_status
begin_part(void *context, struct yb_decision *part, yb_day on, struct yb_error **err)
{
	struct bill *bill = context;
	yb_status st = ybi_question_begin(part, bill->set, bill->base, bill->person, YBI_ASK_REIMBURSE, bill->lenient, on, err);

	if (st == YB_OK)
		st = ybi_bind(part, bill->person, bill->claim, err);
	return st == YB_OK ? ybi_cover_of_bill(part, bill->person, err) : st;
}

/* Person and bill to facts; without region or scheme there is no book, and without an error the outcome may be set: a split stay, one outside cover. */
static yb_status
bind_bill(struct bill *bill, struct yb_decision *d, bool lenient, struct yb_error **err)
{
	struct ybi_part_source source = { bill, begin_part };
	const struct ybi_book *book;
	const struct ybi_known *on;
	bool done = false;
	yb_status st = ybi_question_find(d, bill->set, bill->person, YBI_ASK_REIMBURSE, &book, err);

	if (st != YB_OK || !book)
		return st;
	bill->base = book;
	bill->lenient = lenient;
	on = ybi_record_get(&bill->claim->record, book->year_by_begin ? YB_FIELD_BEGNDATE : YB_FIELD_ENDDATE);
	st = ybi_question_begin(d, bill->set, book, bill->person, YBI_ASK_REIMBURSE, lenient, on && on->known ? (yb_day)on->value : YB_DAY_NONE, err);
	if (st == YB_OK)
		st = ybi_bind(d, bill->person, bill->claim, err);
	if (st == YB_OK)
		st = ybi_settle_split(d, bill->claim, &source, &done, err);
	if (st == YB_OK && !done)
		st = ybi_cover_of_bill(d, bill->person, err);
	return st;
}

yb_status
yb_settle(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim,
          const struct yb_settle_options *options, struct yb_decision *decision, struct yb_error **err)
{
	struct yb_settle_options full = settle_defaults;
	struct bill bill = { .set = set, .person = person, .claim = claim };
	yb_status st = YB_OK;

	if (!set || !person || !claim || !decision)
		return YB_E_INVALID;
	decision->outcome = YB_OUTCOME_NONE;
	if (options) {
		st = ybi_options_copy(&full, sizeof(full), options, sizeof(settle_defaults), err);
		if (st != YB_OK)
			return st;
		if (full.flags & ~(uint32_t)(YB_SETTLE_LENIENT | YB_SETTLE_RECEIPT))
			return ybi_error_set(err, YB_E_BAD_OPTIONS, "settle options: an unknown flag");
	}
	if (!ybi_bind_again(decision, set, person, claim, full.flags)) {
		st = bind_bill(&bill, decision, (full.flags & YB_SETTLE_LENIENT) != 0, err);
		if (st == YB_OK && !decision->book)
			return YB_OK;
	}
	if (st == YB_OK && decision->outcome == YB_OUTCOME_NONE) {
		if (claim->line_count || !ybi_settle_dense(decision, err, &st))
			st = ybi_settle_bound(decision, claim, err);
		else if (st == YB_OK)
			ybi_bind_keep(decision, person, claim, full.flags);
	}
	if (st == YB_OK)
		st = ybi_receipt_keep(decision, full.flags, person, claim, &full, err);
	if (st != YB_OK)
		decision->outcome = YB_OUTCOME_NONE;
	return st;
}
