/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/bulk.h"

#include <string.h>

#include <yibao/eligibility.h>
#include <yibao/fee.h>
#include <yibao/refund.h>

#include "account/cover.h"
#include "base/calendar.h"

/* One row through a person and a claim, as a program would ask it. */

yb_status
ybi_row_handles_new(struct ybi_row_handles *h, struct yb_error **err)
{
	yb_status st = h->person ? YB_OK : yb_person_new(&h->person, err);

	if (st == YB_OK && !h->claim)
		st = yb_claim_new(&h->claim, err);
	if (st == YB_OK && !h->decision)
		st = yb_decision_new(&h->decision, err);
	return st;
}

void
ybi_row_handles_free(struct ybi_row_handles *h)
{
	yb_person_unref(h->person);
	yb_claim_unref(h->claim);
	yb_decision_unref(h->decision);
	*h = (struct ybi_row_handles){ 0 };
}

static yb_status
set_named(const struct ybi_input *in, const struct ybi_fact_meta *meta, const struct ybi_word *word, int64_t value, struct ybi_row_handles *h)
{
	yb_type type = meta ? ybi_number_type((enum ybi_type)meta->type) : YB_TYPE_COUNT;
	yb_status st = YB_OK;

	if (in->total) {
		st = word ? yb_fen_from_text(word->text, word->length, &value) : YB_OK;
		return st == YB_OK ? yb_claim_set_total(h->claim, in->name, value) : st;
	}
	if (word && word->length == 0) /* it may have no address, which setters take for an attribute to forget */
		return YB_E_BAD_VALUE;
	if (word)
		return in->of_person ? yb_person_set_attribute(h->person, in->name, word->text, word->length)
		                     : yb_claim_set_attribute(h->claim, in->name, word->text, word->length);
	if (!type)
		return YB_E_BAD_VALUE;
	return in->of_person ? yb_person_set_attribute_value(h->person, in->name, type, value)
	                     : yb_claim_set_attribute_value(h->claim, in->name, type, value);
}

/* A year, a day or a number of months; the question itself knows its range. 0 is not said, so it cannot be said. */
static yb_status
set_option(const struct ybi_input *in, const struct ybi_word *word, int64_t value, struct ybi_row_handles *h)
{
	bool day = ybi_option_is_day(in->option - 1u);
	yb_day read = 0;
	yb_status st = YB_OK;

	if (word && day) {
		st = yb_day_from_text(word->text, word->length, &read);
		value = read;
	} else if (word) {
		value = word->length <= 9 ? ybi_digits(word->text, word->length) : -1;
	}
	if (st == YB_OK && (value < (day ? INT32_MIN : 0) || value > INT32_MAX || (value == 0 && (day || (word && word->length == 0)))))
		st = day ? YB_E_BAD_DATE : YB_E_BAD_VALUE;
	h->options[in->option - 1] = (int32_t)(st == YB_OK ? value : 0);
	return st;
}

static yb_status
set_number(const struct ybi_input *in, int64_t value, struct ybi_row_handles *h)
{
	yb_type type = yb_field_get_type(in->field);
	bool person = in->of_person;

	switch (type) {
	case YB_TYPE_FEN:
		return person ? yb_person_set_fen(h->person, in->field, value) : yb_claim_set_fen(h->claim, in->field, value);
	case YB_TYPE_DAY:
		if (value < YBI_DAY_FIRST || value > YBI_DAY_LAST)
			return YB_E_BAD_DATE;
		return person ? yb_person_set_day(h->person, in->field, (yb_day)value) : yb_claim_set_day(h->claim, in->field, (yb_day)value);
	default:
		return person ? yb_person_set_count(h->person, in->field, value) : yb_claim_set_count(h->claim, in->field, value);
	}
}

yb_status
ybi_input_set(const struct ybi_input *in, const struct ybi_fact_meta *meta, const struct ybi_word *word, int64_t value,
              struct ybi_row_handles *h, struct yb_error **err)
{
	yb_status st;

	if (in->cover) /* which tells more of what is wrong */
		return word ? ybi_cover_from_text(h->person, in->name, word->text, word->length, err) : YB_E_BAD_VALUE;
	if (in->option)
		st = set_option(in, word, value, h);
	else if (!in->field)
		st = set_named(in, meta, word, value, h);
	else if (!word)
		st = set_number(in, value, h);
	else if (in->of_person)
		st = yb_person_set_text(h->person, in->field, word->text, word->length);
	else
		st = yb_claim_set_text(h->claim, in->field, word->text, word->length);
	if (st == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	if (st != YB_OK && err && word && in->field != YB_FIELD_CERTNO)
		return ybi_error_at(err, st, NULL, in->name, "%s: \"%.*s\": %s", in->name, (int)(word->length > 40 ? 40 : word->length), word->text,
		                    yb_status_text(st, YB_LANG_EN));
	if (st != YB_OK && err)
		return ybi_error_at(err, st, NULL, in->name, "%s: %s", in->name, yb_status_text(st, YB_LANG_EN));
	return st;
}

/* The document of a row whose person is set, which decides the types of attributes; NULL where none is found. */
static const struct ybi_book *
book_of(const struct yb_bulk *bulk, const struct yb_person *person)
{
	const struct ybi_document *aside;
	const char *region, *scheme;

	if (yb_person_get_text(person, YB_FIELD_INSUPLC_ADMDVS, &region) != YB_OK || yb_person_get_text(person, YB_FIELD_INSUTYPE, &scheme) != YB_OK)
		return NULL;
	return ybi_set_find(bulk->set, region, scheme, bulk->ask, &aside);
}

static yb_status
set_one(const struct ybi_input *in, const struct ybi_book *book, size_t row, struct ybi_row_handles *h, struct yb_error **err)
{
	int64_t value = ybi_input_at(in, row);
	uint32_t fact;

	if (in->coded) {
		if (value < 0 || (uint64_t)value >= in->word_count)
			return ybi_error_at(err, YB_E_BAD_VALUE, NULL, in->name, "%s: the index %lld is that of no text", in->name, (long long)value);
		return ybi_input_set(in, NULL, &in->words[value], 0, h, err);
	}
	fact = book && !in->field ? ybi_book_fact(book, in->name, strlen(in->name)) : YBI_NO_FACT;
	return ybi_input_set(in, fact == YBI_NO_FACT ? NULL : &book->facts[fact], NULL, value, h, err);
}

yb_status
ybi_row_set(const struct yb_bulk *bulk, size_t row, struct ybi_row_handles *h, struct yb_error **err)
{
	const struct ybi_book *book = NULL;
	yb_status st = YB_OK;

	yb_person_clear(h->person);
	yb_claim_clear(h->claim);
	memset(h->options, 0, sizeof(h->options));
	for (int named = 0; named < 2 && st == YB_OK; named++) { /* fields first: they say which document it is */
		for (size_t i = 0; i < bulk->inputs_count && st == YB_OK; i++)
			if ((bulk->inputs[i].field == 0) == (named == 1) && ybi_input_known(&bulk->inputs[i], row))
				st = set_one(&bulk->inputs[i], book, row, h, err);
		book = book_of(bulk, h->person);
	}
	return st;
}

static yb_status
ask(const struct yb_bulk *bulk, const struct ybi_row_handles *h, struct yb_decision *decision, struct yb_error **err)
{
	const int32_t *o = h->options;
	uint32_t lenient = bulk->flags & YB_BULK_LENIENT; /* bit 1 in the options of every question */
	struct yb_settle_options settle = YB_SETTLE_OPTIONS_INIT;
	struct yb_fee_options fee = YB_FEE_OPTIONS_INIT;
	struct yb_refund_options refund = YB_REFUND_OPTIONS_INIT;
	struct yb_eligibility_options eligibility = YB_ELIGIBILITY_OPTIONS_INIT;

	_Static_assert((YB_BULK_LENIENT & YB_SETTLE_LENIENT & YB_FEE_LENIENT & YB_REFUND_LENIENT & YB_ELIGIBILITY_LENIENT) == 1, "one bit for all");
	switch (bulk->ask) {
	case YBI_ASK_FEE:
		fee.flags = lenient;
		fee.year = o[YBI_OPTION_YEAR];
		fee.paid_on = o[YBI_OPTION_PAID_ON];
		fee.months = o[YBI_OPTION_MONTHS];
		fee.on = o[YBI_OPTION_ON];
		return yb_fee(bulk->set, h->person, &fee, decision, err);
	case YBI_ASK_REFUND:
		refund.flags = lenient;
		refund.on = o[YBI_OPTION_ON];
		refund.arrear_months = o[YBI_OPTION_ARREAR];
		return yb_refund(bulk->set, h->person, &refund, decision, err);
	case YBI_ASK_ELIGIBILITY:
		eligibility.flags = lenient;
		eligibility.on = o[YBI_OPTION_ON];
		eligibility.paid_on = o[YBI_OPTION_PAID_ON];
		eligibility.year = o[YBI_OPTION_YEAR];
		eligibility.repaired = o[YBI_OPTION_REPAIRED];
		return yb_eligibility(bulk->set, h->person, &eligibility, decision, err);
	default:
		settle.flags = lenient;
		return yb_settle(bulk->set, h->person, h->claim, &settle, decision, err);
	}
}

yb_status
ybi_row_settle(const struct yb_bulk *bulk, size_t row, struct ybi_row_handles *h, struct yb_decision *decision, struct yb_error **err)
{
	yb_status st;

	decision->outcome = YB_OUTCOME_NONE;
	st = ybi_row_set(bulk, row, h, err);
	return st == YB_OK ? ask(bulk, h, decision, err) : st;
}

static yb_status
write_row(const struct yb_bulk *bulk, size_t row, struct yb_decision *d)
{
	for (size_t i = 0; i < bulk->outputs_count; i++) {
		const struct ybi_output *o = &bulk->outputs[i];
		int64_t value = 0;
		yb_status st = o->field ? yb_decision_get_fen(d, o->field, &value) : o->answer ? ybi_covered_get(bulk, o->answer - 1u, d, &value)
			: yb_decision_get_result(d, o->name, &value, NULL);
		if (st == YB_E_INTERNAL || st == YB_E_NO_MEMORY)
			return st;
		o->values[row] = st == YB_OK ? value : 0;
		if (o->known)
			o->known[row] = st == YB_OK;
	}
	return YB_OK;
}

yb_status
ybi_row_write(const struct yb_bulk *bulk, size_t row, yb_status st, struct yb_decision *d)
{
	if (bulk->outcomes)
		bulk->outcomes[row] = st == YB_OK ? (uint8_t)d->outcome : YB_ROW_BAD;
	if (bulk->statuses)
		bulk->statuses[row] = st;
	return write_row(bulk, row, d);
}

yb_status
ybi_row_run(const struct yb_bulk *bulk, size_t row, struct ybi_row_handles *h)
{
	yb_status st = ybi_row_settle(bulk, row, h, h->decision, NULL);

	if (st == YB_E_INTERNAL || st == YB_E_NO_MEMORY)
		return st;
	return ybi_row_write(bulk, row, st, h->decision);
}

yb_status
yb_bulk_answer(struct yb_bulk *bulk, size_t row, struct yb_decision *decision, struct yb_error **err)
{
	yb_status st;

	if (!bulk || !decision)
		return YB_E_INVALID;
	st = ybi_batch_holds(bulk, row, 1, err);
	if (st == YB_OK)
		st = ybi_row_handles_new(&bulk->probe, err);
	return st == YB_OK ? ybi_row_settle(bulk, row, &bulk->probe, decision, err) : st;
}
