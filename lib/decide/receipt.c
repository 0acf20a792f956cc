/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/fee.h>
#include <yibao/refund.h>

#include "base/hash.h"
#include "decide/receipt.h"
#include "decide/render.h"
#include "policy/archive.h"

/* What an answer rests on, written beside it. */

int32_t
yb_semantics(void)
{
	return YBI_SEMANTICS;
}

/* ---- what a question was asked with ---- */

const struct ybi_option ybi_options_of[] = {
	{ YBI_ASK_FEE, "lenient", YBI_OPTION_FLAG, YB_FEE_LENIENT },
	{ YBI_ASK_FEE, "year", YBI_OPTION_NUMBER, offsetof(struct yb_fee_options, year) },
	{ YBI_ASK_FEE, "paid_on", YBI_OPTION_DAY, offsetof(struct yb_fee_options, paid_on) },
	{ YBI_ASK_FEE, "months", YBI_OPTION_NUMBER, offsetof(struct yb_fee_options, months) },
	{ YBI_ASK_FEE, "on", YBI_OPTION_DAY, offsetof(struct yb_fee_options, on) },
	{ YBI_ASK_REFUND, "lenient", YBI_OPTION_FLAG, YB_REFUND_LENIENT },
	{ YBI_ASK_REFUND, "whole_year", YBI_OPTION_FLAG, YB_REFUND_YEAR },
	{ YBI_ASK_REFUND, "interest", YBI_OPTION_FLAG, YB_REFUND_INTEREST },
	{ YBI_ASK_REFUND, "contribution", YBI_OPTION_FLAG, YB_REFUND_CONTRIBUTION },
	{ YBI_ASK_REFUND, "on", YBI_OPTION_DAY, offsetof(struct yb_refund_options, on) },
	{ YBI_ASK_REFUND, "arrear_months", YBI_OPTION_NUMBER, offsetof(struct yb_refund_options, arrear_months) },
	{ YBI_ASK_REFUND, "year", YBI_OPTION_NUMBER, offsetof(struct yb_refund_options, year) },
	{ YBI_ASK_REFUND, "paid_on", YBI_OPTION_DAY, offsetof(struct yb_refund_options, paid_on) },
	{ YBI_ASK_REFUND, "paid", YBI_OPTION_FEN, offsetof(struct yb_refund_options, paid) },
	{ YBI_ASK_ELIGIBILITY, "lenient", YBI_OPTION_FLAG, YB_ELIGIBILITY_LENIENT },
	{ YBI_ASK_ELIGIBILITY, "on", YBI_OPTION_DAY, offsetof(struct yb_eligibility_options, on) },
	{ YBI_ASK_ELIGIBILITY, "paid_on", YBI_OPTION_DAY, offsetof(struct yb_eligibility_options, paid_on) },
	{ YBI_ASK_ELIGIBILITY, "year", YBI_OPTION_NUMBER, offsetof(struct yb_eligibility_options, year) },
	{ YBI_ASK_ELIGIBILITY, "repaired", YBI_OPTION_NUMBER, offsetof(struct yb_eligibility_options, repaired) },
	{ YBI_ASK_REWARDS, "lenient", YBI_OPTION_FLAG, YB_ELIGIBILITY_LENIENT },
	{ YBI_ASK_REWARDS, "year", YBI_OPTION_NUMBER, offsetof(struct yb_rewards_options, year) },
	{ YBI_ASK_REIMBURSE, "lenient", YBI_OPTION_FLAG, YB_SETTLE_LENIENT },
};
const size_t ybi_options_count = ARRAY_SIZE(ybi_options_of);
_Static_assert(YB_FEE_RECEIPT == YBI_RECEIPT && YB_REFUND_RECEIPT == YBI_RECEIPT && YB_ELIGIBILITY_RECEIPT == YBI_RECEIPT &&
               YB_SETTLE_RECEIPT == YBI_RECEIPT, "one bit means a receipt everywhere");

static int64_t
option_get(const struct ybi_option *row, const unsigned char *options)
{
	uint32_t flags;
	int32_t number;
	yb_fen fen;

	switch (row->kind) {
	case YBI_OPTION_FLAG:
		memcpy(&flags, options + sizeof(uint32_t), sizeof(flags));
		return (flags & row->at) != 0;
	case YBI_OPTION_FEN:
		memcpy(&fen, options + row->at, sizeof(fen));
		return fen;
	default: /* days are 32 bits as well */
		memcpy(&number, options + row->at, sizeof(number));
		return number;
	}
}

static void
write_options(struct ybi_text *out, enum ybi_ask ask, const void *options)
{
	bool first = true;

	ybi_text_puts(out, "{");
	for (size_t i = 0; i < ybi_options_count; i++) {
		const struct ybi_option *row = &ybi_options_of[i];
		int64_t value = row->ask == ask ? option_get(row, options) : 0;
		char day[YB_DAY_TEXT_SIZE];
		if (value == 0) /* not said */
			continue;
		if (row->kind == YBI_OPTION_FEN) {
			ybi_json_fen(out, &first, row->name, value);
		} else if (row->kind == YBI_OPTION_DAY) {
			yb_day_to_text((yb_day)value, day);
			ybi_json_text(out, &first, row->name, day);
		} else {
			ybi_json_key(out, &first, row->name);
			ybi_text_printf(out, row->kind == YBI_OPTION_FLAG ? "true" : "%lld", (long long)value);
		}
	}
	ybi_text_puts(out, "}");
}

yb_status
ybi_receipt_keep(struct yb_decision *d, uint32_t flags, const struct yb_person *person, const struct yb_claim *claim, const void *options,
                 struct yb_error **err)
{
	bool first = true;

	d->asked.length = 0;
	if (!(flags & YBI_RECEIPT))
		return YB_OK;
	d->asked.failed = false;
	ybi_json_key(&d->asked, &first, "options");
	write_options(&d->asked, d->ask, options);
	ybi_json_key(&d->asked, &first, "person");
	ybi_person_write(person, &d->asked);
	if (claim) {
		ybi_json_key(&d->asked, &first, "claim");
		ybi_claim_write(claim, &d->asked);
	}
	if (!d->asked.failed)
		return YB_OK;
	d->asked.length = 0;
	return ybi_error_no_memory(err);
}

/* ---- the answer, in names that stay ---- */

static const char *const outcomes[] = { "none", "answered", "refused", "incomplete", "unsupported" };

static void
put_named(struct ybi_text *out, bool *first, const char *name, const struct ybi_book *book, enum ybi_type type, const struct ybi_value *value)
{
	struct ybi_text text = { 0 };

	ybi_put_value(&text, book, type, value);
	if (text.failed)
		out->failed = true;
	else
		ybi_json_text(out, first, name, text.data ? text.data : "");
	ybi_text_free(&text);
}

static void
write_layers(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	static const struct { const char *name; uint32_t result; } told[] = {
		{ "base", YBI_RESULT_BASE }, { "deductible", YBI_RESULT_DEDUCTIBLE }, { "absorbed", YBI_RESULT_ABSORBED }, { "paid", YBI_RESULT_PAID },
	};
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];

	for (uint32_t i = 0; i < benefit->layer_count; i++) {
		const struct ybi_layer *layer = &d->book->layers[benefit->first_layer + i];
		for (size_t k = 0; k < ARRAY_SIZE(told); k++) {
			struct ybi_text name = { 0 };
			ybi_text_printf(&name, "%s.%s", layer->id, told[k].name);
			if (name.failed)
				out->failed = true;
			else
				put_named(out, first, name.data, d->book, YBI_MONEY, &d->results[(size_t)layer->number * YBI_RESULT_STRIDE + told[k].result]);
			ybi_text_free(&name);
		}
	}
}

static void
write_lines(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	if (d->line_count == 0)
		return;
	ybi_json_key(out, first, "lines");
	ybi_text_puts(out, "[");
	for (size_t i = 0; i < d->line_count; i++) {
		const struct ybi_line *line = &d->lines[i];
		bool none = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_fen(out, &none, "fulamt_ownpay_amt", line->own);
		ybi_json_fen(out, &none, "overlmt_amt", line->over);
		ybi_json_fen(out, &none, "preselfpay_amt", line->prior);
		ybi_json_fen(out, &none, "inscp_scp_amt", line->scope);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]");
}

static void
write_amounts(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	for (yb_field f = YBI_AMOUNT_FIRST; f <= YBI_AMOUNT_LAST; f++)
		if (d->known[f - YBI_AMOUNT_FIRST] && yb_field_get_type(f) == YB_TYPE_FEN)
			ybi_json_fen(out, first, yb_field_get_name(f), d->amounts[f - YBI_AMOUNT_FIRST]);
}

/* One bill, or one part of a stay over a year's end. */
static void
write_bill(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	ybi_json_text(out, first, "benefit", d->book->benefits[d->benefit].id);
	write_amounts(out, first, d);
	write_layers(out, first, d);
}

static void
write_settlement(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	if (!d->split)
		write_bill(out, first, d);
	else
		write_amounts(out, first, d);
	for (size_t i = 0; d->split && i < ARRAY_SIZE(d->parts); i++) {
		bool inner = true;
		ybi_json_key(out, first, i ? "part2" : "part1");
		ybi_text_puts(out, "{");
		ybi_json_text(out, &inner, "outcome", outcomes[d->parts[i]->outcome]);
		if (d->parts[i]->outcome == YB_OUTCOME_ANSWERED)
			write_bill(out, &inner, d->parts[i]);
		ybi_text_puts(out, "}");
	}
	write_lines(out, first, d);
}

/* Answers by name, months credited one by one, ways to an earlier start, channels. */
static void
write_answers(struct ybi_text *out, bool *first, struct yb_decision *d)
{
	const char *name;

	for (size_t i = 0; yb_decision_get_result_name(d, i, &name) == YB_OK; i++) {
		struct ybi_value value;
		enum ybi_type type;
		if (ybi_answer_find(d, name, &value, &type) && value.state != YBI_UNKNOWN)
			put_named(out, first, name, d->book, type, &value);
	}
	for (uint32_t i = 0; i < d->month_count; i++) {
		char day[YB_DAY_TEXT_SIZE];
		yb_day_to_text(d->month_first[i], day);
		ybi_json_fen(out, first, day, d->month_paid[i]);
	}
	for (uint32_t i = 0; i < d->shorten_count; i++) {
		char key[32], day[YB_DAY_TEXT_SIZE];
		yb_day_to_text(d->shorten[i].start, day);
		(void)snprintf(key, sizeof(key), "shorten %u", (unsigned)i + 1);
		ybi_json_text(out, first, key, day);
	}
	if (d->channel_count)
		ybi_json_key(out, first, "channels");
	for (uint32_t i = 0; i < d->channel_count; i++) {
		const char *id = d->book->open_channels[d->channels[i]].id;
		ybi_text_puts(out, i ? ", " : "[");
		ybi_text_json_string(out, id, strlen(id));
	}
	if (d->channel_count)
		ybi_text_puts(out, "]");
}

/* Codes with the clause each rests on: the words may be mended without the answer being another. */
static void
write_reasons(struct ybi_text *out, bool *first, const struct yb_decision *d)
{
	ybi_json_key(out, first, "reasons");
	ybi_text_puts(out, "[");
	for (uint32_t i = 0; i < d->reason_count; i++) {
		uint32_t clause = ybi_reason_clause(d, &d->reasons[i]);
		ybi_text_printf(out, i ? ", \"%s%s" : "\"%s%s", ybi_reason_name(d->reasons[i].code), clause == UINT32_MAX ? "" : " ");
		if (clause != UINT32_MAX)
			ybi_text_puts(out, ybi_reason_of(d, &d->reasons[i])->book->clauses[clause].id); /* ids need no escape */
		ybi_text_puts(out, "\"");
	}
	ybi_text_puts(out, "]");
}

static void
write_answer(struct ybi_text *out, struct yb_decision *d)
{
	bool first = true, none = true;
	const char *name;

	ybi_text_puts(out, "{");
	ybi_json_text(out, &first, "outcome", outcomes[d->outcome]);
	ybi_json_key(out, &first, "missing");
	ybi_text_puts(out, "[");
	for (size_t i = 0; yb_decision_get_missing(d, i, &name) == YB_OK; i++) {
		ybi_text_puts(out, none ? "" : ", ");
		ybi_text_json_string(out, name, strlen(name));
		none = false;
	}
	ybi_text_puts(out, "]");
	if (d->outcome == YB_OUTCOME_ANSWERED && d->ask == YBI_ASK_REIMBURSE)
		write_settlement(out, &first, d);
	else if (d->outcome == YB_OUTCOME_ANSWERED)
		write_answers(out, &first, d);
	write_reasons(out, &first, d);
	ybi_text_puts(out, "}");
}

/* ---- the receipt ---- */

static void
write_documents(struct ybi_text *out, const struct yb_decision *d)
{
	bool none = true;

	ybi_text_puts(out, "[");
	for (size_t i = 0; i < d->set->document_count; i++) { /* in the order of the set: that of overlays counts */
		const struct ybi_document *document = d->set->documents[i];
		bool first = true;
		if (!ybi_rests_on(d->base, document))
			continue;
		ybi_text_puts(out, none ? "{" : ", {");
		none = false;
		ybi_json_text(out, &first, "id", document->id);
		ybi_json_text(out, &first, "hash", document->hash);
		ybi_text_puts(out, "}");
	}
	ybi_text_puts(out, "]");
}

bool
ybi_receipt_write(struct yb_decision *d, struct ybi_text *out)
{
	char hash[YBI_HASH_SIZE], day[YB_DAY_TEXT_SIZE];
	bool first = true;
	size_t start = out->length;

	if (!d->asked.length || !d->book || d->outcome == YB_OUTCOME_NONE)
		return false;
	ybi_text_puts(out, "{");
	ybi_json_text(out, &first, "schema", YBI_RECEIPT_SCHEMA);
	ybi_json_key(out, &first, "semantics");
	ybi_text_printf(out, "%d", YBI_SEMANTICS);
	ybi_json_text(out, &first, "question", ybi_section_name(d->ask));
	ybi_json_text(out, &first, "confidence", ybi_confidence_name(d->set->confidence));
	yb_day_to_text(d->set->known_on, day);
	ybi_json_text(out, &first, "known_on", d->set->known_on ? day : NULL);
	ybi_json_key(out, &first, "documents");
	write_documents(out, d);
	ybi_text_puts(out, ", ");
	ybi_text_add(out, d->asked.data, d->asked.length);
	ybi_json_key(out, &first, "answer");
	write_answer(out, d);
	if (!out->failed)
		ybi_hash(out->data + start, out->length - start, hash);
	ybi_json_text(out, &first, "hash", out->failed ? NULL : hash);
	ybi_text_puts(out, "}");
	return true;
}

yb_status
yb_decision_dup_receipt(struct yb_decision *d, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };
	yb_status st;

	if (!d || !text)
		return YB_E_INVALID;
	*text = NULL;
	if (!d->asked.length || !d->book || d->outcome == YB_OUTCOME_NONE)
		return ybi_error_set(err, YB_E_UNKNOWN, "the question was asked without a receipt, or no document answered it");
	st = ybi_decision_trace(d, err);
	if (st != YB_OK)
		return st;
	(void)ybi_receipt_write(d, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}

yb_status
yb_policy_archive_add_decision(struct yb_policy_archive *archive, const struct yb_decision *d, struct yb_error **err)
{
	yb_status st = YB_OK;

	if (!archive || !d)
		return YB_E_INVALID;
	if (!d->book || d->outcome == YB_OUTCOME_NONE)
		return ybi_error_set(err, YB_E_UNKNOWN, "no document answered");
	for (size_t i = 0; i < d->set->document_count && st == YB_OK; i++)
		if (ybi_rests_on(d->base, d->set->documents[i]))
			st = yb_policy_archive_add_text(archive, d->set->documents[i]->text, d->set->documents[i]->length, err);
	return st;
}
