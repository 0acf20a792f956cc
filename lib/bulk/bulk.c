/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "bulk/history.h"

/* The handle: names of columns, and what is bound to them. */

#define COVER "yb_cover" /* the key of a person document */
#define TEXTS_MOST (1u << 24)
#define TEXT_MOST (1u << 20) /* as of Arrow; one that no field takes makes rows bad */

static const struct yb_bulk_options bulk_defaults = YB_BULK_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_bulk_options) == 16, "options have no padding");

/* ---- the books that may answer ---- */

static const struct ybi_book *
book_at(const struct yb_bulk *bulk, size_t *document, size_t *variant)
{
	const struct yb_policy_set *set = bulk->set;

	while (*document < set->document_count) {
		const struct ybi_book *book = set->books[*document];
		size_t i = (*variant)++;
		bool asked = book && (bulk->ask == YBI_ASK_REIMBURSE ? book->benefits_count > 0 : (book->sections & 1u << bulk->ask) != 0);
		if (asked && !book->overlay && i == 0)
			return book;
		if (book && !book->overlay && i > 0 && i <= book->variant_count) {
			if (book->variants[i - 1].book)
				return book->variants[i - 1].book;
			continue;
		}
		if (!book || book->overlay || i >= book->variant_count) {
			(*document)++;
			*variant = 0;
		}
	}
	return NULL;
}

#define EACH_BOOK(bulk, book) \
	for (size_t document_ = 0, variant_ = 0; (book = book_at(bulk, &document_, &variant_)) != NULL;)

/* ---- what the other questions are told ---- */

static const struct {
	const char *name;
	uint32_t asks; /* bits of enum ybi_ask */
	bool day;
} options[YBI_OPTION_COUNT_] = {
	[YBI_OPTION_YEAR] = { "year", 1u << YBI_ASK_FEE | 1u << YBI_ASK_ELIGIBILITY, false },
	[YBI_OPTION_PAID_ON] = { "paid_on", 1u << YBI_ASK_FEE | 1u << YBI_ASK_ELIGIBILITY, true },
	[YBI_OPTION_MONTHS] = { "months", 1u << YBI_ASK_FEE, false },
	[YBI_OPTION_ON] = { "on", 1u << YBI_ASK_FEE | 1u << YBI_ASK_REFUND | 1u << YBI_ASK_ELIGIBILITY, true },
	[YBI_OPTION_ARREAR] = { "arrear_months", 1u << YBI_ASK_REFUND, false },
	[YBI_OPTION_REPAIRED] = { "repaired", 1u << YBI_ASK_ELIGIBILITY, false },
};

bool
ybi_option_is_day(uint32_t option)
{
	return options[option].day;
}

/* The option of a name + 1; 0: the question has none. */
static uint8_t
option_of(const struct yb_bulk *bulk, const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].asks & 1u << bulk->ask && ybi_streq_n(name, length, options[i].name))
			return (uint8_t)(i + 1);
	return 0;
}

/* ---- names ---- */

static yb_status
add_name(struct yb_bulk *bulk, const char *name, size_t length, bool output, yb_column *column, struct yb_error **err)
{
	struct ybi_bulk_name added = { .output = output };

	for (size_t i = 0; i < bulk->names_count; i++)
		if (bulk->names[i].output == output && ybi_streq_n(name, length, bulk->names[i].name)) {
			*column = YBI_COLUMN_NAMED + (yb_column)i;
			return YB_OK;
		}
	added.name = ybi_strndup(name, length);
	if (!added.name || !ybi_grow(&bulk->names, bulk->names_count, &bulk->names_room, sizeof(*bulk->names))) {
		free(added.name);
		return ybi_error_no_memory(err);
	}
	added.of_person = !output && !strncmp(added.name, "psn.", 4);
	added.bare = added.name + (added.of_person ? 4 : 0);
	added.option = output ? 0 : option_of(bulk, name, length);
	added.cover = !output && !strcmp(added.bare, COVER);
	added.of_person = added.of_person || added.cover || (!output && bulk->ask != YBI_ASK_REIMBURSE);
	bulk->names[bulk->names_count] = added;
	*column = YBI_COLUMN_NAMED + (yb_column)bulk->names_count++;
	return YB_OK;
}

static struct ybi_bulk_name *
name_of(const struct yb_bulk *bulk, yb_column column, bool output)
{
	size_t i = (size_t)(column - YBI_COLUMN_NAMED);

	return column >= YBI_COLUMN_NAMED && i < bulk->names_count && bulk->names[i].output == output ? &bulk->names[i] : NULL;
}

/* A fact that can be given by a column although it is no field: 1 an attribute, 2 a running total, 0 neither. */
static int
named_kind(const struct ybi_book *book, const char *name, size_t length)
{
	uint32_t fact = ybi_book_fact(book, name, length);
	const struct ybi_fact_meta *meta = fact == YBI_NO_FACT ? NULL : &book->facts[fact];

	if (meta && meta->part == YBI_OF_TOTAL)
		return 2;
	if (meta)
		return !meta->field && meta->part != YBI_OF_SETTLEMENT && meta->part != YBI_OF_LINE && meta->part != YBI_OF_KIND ? 1 : 0;
	return memchr(name, '.', length) && ybi_total_known(book, name) ? 2 : 0;
}

/* Eligibility has the same answers in every document. */
static yb_status
list_covered(struct yb_bulk *bulk, struct yb_error **err)
{
	const struct ybi_book *book;
	const char *name;
	yb_column column;
	yb_status st = YB_OK;

	for (size_t i = 0; st == YB_OK && (name = ybi_covered_name(i)) != NULL; i++) {
		st = add_name(bulk, name, strlen(name), true, &column, err);
		if (st == YB_OK)
			bulk->names[column - YBI_COLUMN_NAMED].answer = (uint8_t)(i + 1);
	}
	EACH_BOOK(bulk, book)
		if (st == YB_OK)
			st = ybi_covered_words(bulk, book, err);
	return st;
}

/* The attributes and totals that documents have, so that they can be listed. */
static yb_status
list_names(struct yb_bulk *bulk, struct yb_error **err)
{
	const struct ybi_book *book;
	yb_column column;
	yb_status st = YB_OK;

	for (size_t i = 0; i < ARRAY_SIZE(options) && st == YB_OK; i++)
		if (options[i].asks & 1u << bulk->ask)
			st = add_name(bulk, options[i].name, strlen(options[i].name), false, &column, err);
	if (st == YB_OK)
		st = add_name(bulk, COVER, strlen(COVER), false, &column, err);
	if (st == YB_OK && bulk->ask == YBI_ASK_ELIGIBILITY)
		st = list_covered(bulk, err);
	EACH_BOOK(bulk, book)
		for (uint32_t i = 0; i < book->answers_count && st == YB_OK; i++)
			if (bulk->ask != YBI_ASK_ELIGIBILITY && book->answers[i].ask == bulk->ask && book->answers[i].type != YBI_TEXT && book->answers[i].type != YBI_SET)
				st = add_name(bulk, book->answers[i].name, strlen(book->answers[i].name), true, &column, err);
	EACH_BOOK(bulk, book)
		for (uint32_t i = 0; i < book->facts_count && st == YB_OK; i++) {
			const struct ybi_fact_meta *meta = &book->facts[i];
			bool attribute = meta->node && !meta->field && !meta->series && (meta->part == YBI_OF_PERSON || meta->part == YBI_OF_CLAIM);
			if (!attribute && (meta->part != YBI_OF_TOTAL || bulk->ask != YBI_ASK_REIMBURSE))
				continue;
			st = add_name(bulk, meta->name, strlen(meta->name), false, &column, err);
			if (st == YB_OK)
				bulk->names[column - YBI_COLUMN_NAMED].total = meta->part == YBI_OF_TOTAL;
		}
	return st;
}

static bool
is_input(const struct yb_bulk *bulk, yb_field field)
{
	yb_part part = yb_field_get_part(field);

	return part == YB_PART_PERSON || (part == YB_PART_CLAIM && bulk->ask == YBI_ASK_REIMBURSE);
}

static bool
is_output(const struct yb_bulk *bulk, yb_field field)
{
	return bulk->ask == YBI_ASK_REIMBURSE && field >= YBI_AMOUNT_FIRST && field <= YBI_AMOUNT_LAST && yb_field_get_type(field) == YB_TYPE_FEN &&
	       (yb_field_get_part(field) == YB_PART_SETTLEMENT || field <= YB_FIELD_INSCP_SCP_AMT || field == YB_FIELD_HOSP_PART_AMT);
}

/* The name of ours that was perhaps meant, NULL: none. */
static const char *
nearest(const struct yb_bulk *bulk, const char *asked, bool output)
{
	const char *names[YBI_FIELD_MAX];
	size_t n = 0, at;
	yb_field field;

	for (size_t i = 0; n < ARRAY_SIZE(names) && yb_field_at(i, &field) == YB_OK; i++)
		if (output ? is_output(bulk, field) : is_input(bulk, field))
			names[n++] = yb_field_get_name(field);
	at = ybi_nearest(asked, names, n);
	if (at != SIZE_MAX)
		return names[at];
	for (size_t i = 0; i < bulk->names_count; i++)
		if (bulk->names[i].output == output && ybi_nearest(asked, (const char *const[]){ bulk->names[i].name }, 1) == 0)
			return bulk->names[i].name;
	return NULL;
}

/* Data bases like to write names in capitals. */
static yb_status
no_column(const struct yb_bulk *bulk, const char *name, size_t length, bool output, struct yb_error **err)
{
	char asked[64], lower[64];
	const char *near, *what = "";
	bool bill = bulk->ask == YBI_ASK_REIMBURSE;
	size_t n = length < sizeof(asked) ? length : sizeof(asked) - 1;

	memcpy(asked, name, n);
	asked[n] = '\0';
	for (size_t i = 0; i <= n; i++)
		lower[i] = (char)(asked[i] >= 'A' && asked[i] <= 'Z' ? asked[i] - 'A' + 'a' : asked[i]);
	near = nearest(bulk, asked, output);
	near = near ? near : nearest(bulk, lower, output);
	if (output)
		what = bill ? "no document answers an amount" : "no document answers";
	return ybi_error_at(err, YB_E_NOT_FOUND, NULL, asked, "%s%s\"%s\"%s%s%s%s", what, output ? " " : "", asked,
	                    output ? "" : bill ? " is no field of a person or bill, and no document has such an attribute or total"
	                    : " is no field of a person, nothing that is said beside it, and no document has such an attribute",
	                    near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

yb_status
yb_bulk_input(struct yb_bulk *bulk, const char *name, size_t length, yb_column *column, struct yb_error **err)
{
	const struct ybi_book *book;
	const char *bare = name;
	char copy[64];
	size_t n = length;
	yb_field field;
	yb_status st;
	int kind = 0;

	if (!bulk || !name || !column)
		return YB_E_INVALID;
	if (yb_field_from_name(name, length, &field) == YB_OK && is_input(bulk, field)) {
		*column = field;
		return YB_OK;
	}
	if (length > 4 && !strncmp(name, "psn.", 4)) {
		bare += 4;
		n -= 4;
		if (yb_field_from_name(bare, n, &field) == YB_OK && yb_field_get_part(field) == YB_PART_PERSON) {
			*column = field;
			return YB_OK;
		}
	}
	if (ybi_streq_n(bare, n, COVER))
		return add_name(bulk, COVER, strlen(COVER), false, column, err);
	if (option_of(bulk, name, length))
		return add_name(bulk, name, length, false, column, err);
	if (n == 0 || n >= sizeof(copy) || memchr(name, '\0', length))
		return no_column(bulk, name, length, false, err);
	memcpy(copy, bare, n);
	copy[n] = '\0';
	EACH_BOOK(bulk, book)
		if ((kind = named_kind(book, copy, n)) != 0)
			break;
	if (kind == 0 || (kind == 2 && (bare != name || bulk->ask != YBI_ASK_REIMBURSE)))
		return no_column(bulk, name, length, false, err);
	st = add_name(bulk, name, length, false, column, err);
	if (st == YB_OK)
		bulk->names[*column - YBI_COLUMN_NAMED].total = kind == 2;
	return st;
}

yb_status
yb_bulk_output(struct yb_bulk *bulk, const char *name, size_t length, yb_column *column, struct yb_error **err)
{
	const struct ybi_book *book;
	yb_field field;

	if (!bulk || !name || !column)
		return YB_E_INVALID;
	if (yb_field_from_name(name, length, &field) == YB_OK && is_output(bulk, field)) {
		*column = field;
		return YB_OK;
	}
	for (size_t i = 0; i < bulk->names_count; i++)
		if (bulk->names[i].output && ybi_streq_n(name, length, bulk->names[i].name)) {
			*column = YBI_COLUMN_NAMED + (yb_column)i;
			return YB_OK;
		}
	if (length > 0 && !memchr(name, '\0', length))
		EACH_BOOK(bulk, book) {
			uint32_t place = ybi_book_result(book, name, length);
			if (bulk->ask != YBI_ASK_REIMBURSE)
				continue; /* what they answer is listed already */
			if (place != UINT32_MAX && ybi_result_type(place % YBI_RESULT_STRIDE) == YBI_MONEY)
				return add_name(bulk, name, length, true, column, err);
		}
	return no_column(bulk, name, length, true, err);
}

yb_result
yb_bulk_get_unit(const struct yb_bulk *bulk, yb_column column)
{
	const struct ybi_bulk_name *name = bulk ? name_of(bulk, column, true) : NULL;
	const struct ybi_book *book;
	yb_result unit = 0;

	if (!bulk || (!name && !is_output(bulk, column)))
		return 0;
	if (!name || bulk->ask == YBI_ASK_REIMBURSE)
		return YB_RESULT_FEN;
	if (name->answer)
		return ybi_covered_unit(name->answer - 1u);
	EACH_BOOK(bulk, book)
		for (uint32_t i = 0; i < book->answers_count; i++) {
			yb_result here = ybi_result_unit((enum ybi_type)book->answers[i].type);
			if (book->answers[i].ask != bulk->ask || strcmp(book->answers[i].name, name->name) != 0)
				continue;
			if (unit && unit != here)
				return 0;
			unit = here;
		}
	return unit;
}

const char *
yb_bulk_get_word(const struct yb_bulk *bulk, yb_column column, int64_t value)
{
	const struct ybi_bulk_name *name = bulk ? name_of(bulk, column, true) : NULL;
	const struct ybi_bulk_words *words;

	if (!name || !name->answer || ybi_covered_unit(name->answer - 1u) != YB_RESULT_TEXT)
		return "";
	words = ybi_covered_words_of(bulk, name->answer - 1u);
	return value >= 0 && (uint64_t)value < words->list_count ? words->list[value] : "";
}

const char *
yb_bulk_get_name(const struct yb_bulk *bulk, yb_column column)
{
	size_t i = (size_t)(column - YBI_COLUMN_NAMED);

	if (bulk && column >= YBI_COLUMN_NAMED && i < bulk->names_count)
		return bulk->names[i].name;
	return bulk && (is_input(bulk, column) || is_output(bulk, column)) ? yb_field_get_name(column) : "";
}

/* ---- lists ---- */

/* Facts that stand for fields when they are worked out. */
static bool
stands_for(const struct ybi_book *book, uint32_t fact, yb_field field)
{
	switch (fact) {
	case YBI_FACT_AGE: return field == YB_FIELD_BRDY;
	case YBI_FACT_RETIRED: return field == YB_FIELD_PSN_TYPE;
	case YBI_FACT_STAY_DAYS: return field == YB_FIELD_BEGNDATE;
	case YBI_FACT_OUT_OF_AREA: return field == YB_FIELD_MDTRTAREA_ADMVS;
	default: return book->facts[fact].field == field && field != 0;
	}
}

static bool
plan_asks(const struct ybi_book *book, const struct ybi_plan *plan, yb_field field, const char *name)
{
	if (!plan) {
		for (uint32_t i = 0; i < book->rule_exprs; i++)
			if (book->exprs[i].op == YBI_OP_FACT &&
			    (name ? !strcmp(book->facts[book->exprs[i].x].name, name) : stands_for(book, book->exprs[i].x, field)))
				return true;
		return false;
	}
	for (uint32_t i = 0; i < plan->input_count; i++)
		if (name ? !strcmp(book->facts[plan->inputs[i]].name, name) : stands_for(book, plan->inputs[i], field))
			return true;
	return false;
}

/* Does a rule ask for what the cover history tells? */
static bool
asks_cover(const struct yb_bulk *bulk)
{
	static const char *const told[] = { "gap_years", "gap_months", "gap_start", "continuous_months", "continuous_years", "missing_months", "missed_years",
		                            "previous_insutype", "previous_admdvs", "resumed" };
	const struct ybi_book *book;

	EACH_BOOK(bulk, book) {
		if (bulk->ask == YBI_ASK_ELIGIBILITY || (bulk->ask == YBI_ASK_REIMBURSE && book->rules_count))
			return true;
		for (size_t i = 0; i < ARRAY_SIZE(told); i++)
			if (plan_asks(book, NULL, 0, told[i]))
				return true;
	}
	return false;
}

static yb_need
need_of(const struct yb_bulk *bulk, yb_field field, const char *name)
{
	const struct ybi_book *book;

	if (field == YB_FIELD_INSUPLC_ADMDVS || field == YB_FIELD_INSUTYPE)
		return YB_NEED_ALWAYS;
	if (name && option_of(bulk, name, strlen(name)))
		return YB_NEED_ASKED;
	if (name && !strcmp(name, COVER))
		return asks_cover(bulk) ? YB_NEED_ASKED : YB_NEED_NONE;
	if (field == YB_FIELD_ENDDATE || (field >= YB_FIELD_MEDFEE_SUMAMT && field <= YB_FIELD_INSCP_SCP_AMT))
		return YB_NEED_ASKED;
	EACH_BOOK(bulk, book) {
		if ((book->year_by_begin || book->year_by_split) && field == YB_FIELD_BEGNDATE)
			return YB_NEED_ASKED;
		if (plan_asks(book, bulk->ask == YBI_ASK_REIMBURSE ? book->front : NULL, field, name))
			return YB_NEED_ASKED;
		for (size_t i = 0; bulk->ask == YBI_ASK_REIMBURSE && i < book->benefits_count; i++)
			if (plan_asks(book, book->plans[i], field, name))
				return YB_NEED_ASKED;
	}
	return YB_NEED_NONE;
}

yb_status
yb_bulk_input_at(const struct yb_bulk *bulk, size_t index, yb_column *column, yb_need *need)
{
	yb_field field;

	if (!bulk || !column)
		return YB_E_INVALID;
	for (size_t i = 0; yb_field_at(i, &field) == YB_OK; i++)
		if (is_input(bulk, field) && index-- == 0) {
			*column = field;
			if (need)
				*need = need_of(bulk, field, NULL);
			return YB_OK;
		}
	for (size_t i = 0; i < bulk->names_count; i++)
		if (!bulk->names[i].output && index-- == 0) {
			*column = YBI_COLUMN_NAMED + (yb_column)i;
			if (need)
				*need = need_of(bulk, 0, bulk->names[i].bare);
			return YB_OK;
		}
	return YB_E_NOT_FOUND;
}

yb_status
yb_bulk_output_at(const struct yb_bulk *bulk, size_t index, yb_column *column)
{
	yb_field field;

	if (!bulk || !column)
		return YB_E_INVALID;
	for (size_t i = 0; yb_field_at(i, &field) == YB_OK; i++)
		if (is_output(bulk, field) && index-- == 0) {
			*column = field;
			return YB_OK;
		}
	for (size_t i = 0; bulk->ask != YBI_ASK_REIMBURSE && i < bulk->names_count; i++)
		if (bulk->names[i].output && index-- == 0) {
			*column = YBI_COLUMN_NAMED + (yb_column)i;
			return YB_OK;
		}
	return YB_E_NOT_FOUND;
}

/* ---- how far a run is ---- */

yb_status
yb_bulk_set_progress(struct yb_bulk *bulk, yb_bulk_progress progress, void *user)
{
	if (!bulk)
		return YB_E_INVALID;
	bulk->progress = (struct ybi_progress){ .tell = progress, .user = user };
	return YB_OK;
}

bool
ybi_bulk_goes_on(const struct yb_bulk *bulk, size_t done, size_t count)
{
	const struct ybi_progress *p = &bulk->progress;
	uint64_t all = p->count ? p->count : count;

	return !p->tell || p->before + done >= all || p->tell(p->user, p->before + done, all) == 0;
}

yb_status
ybi_run_ended(yb_status status, struct yb_error **err)
{
	if (status == YB_E_NO_MEMORY)
		return ybi_error_no_memory(err);
	if (status == YB_E_CANCELLED)
		return ybi_error_set(err, status, "the caller ended the run");
	return status == YB_OK ? status : ybi_error_set(err, status, "an identity of an answer failed");
}

/* ---- the handle ---- */

yb_status
yb_bulk_new(const struct yb_policy_set *set, yb_question question, const struct yb_bulk_options *given, struct yb_bulk **out,
            struct yb_error **err)
{
	struct yb_bulk_options full = bulk_defaults;
	struct yb_bulk *bulk;
	yb_status st;

	if (!out)
		return YB_E_INVALID;
	*out = NULL;
	if (!set)
		return YB_E_INVALID;
	if (question != YB_QUESTION_FEE && question != YB_QUESTION_REFUND && question != YB_QUESTION_ELIGIBILITY && question != YB_QUESTION_REIMBURSE)
		return ybi_error_set(err, YB_E_INVALID, "no question that is asked by columns");
	if (given) {
		st = ybi_options_copy(&full, sizeof(full), given, sizeof(bulk_defaults), err);
		if (st != YB_OK)
			return st;
		if (full.flags & ~(uint32_t)YB_BULK_LENIENT || full.threads < 0 || full.threads > YBI_THREADS_MOST || full.reserved)
			return ybi_error_set(err, YB_E_BAD_OPTIONS, "bulk options: an unknown flag, or not 0 to 256 threads");
	}
	bulk = ybi_calloc(1, sizeof(*bulk));
	if (!bulk)
		return ybi_error_no_memory(err);
	/* the count is the only thing in a set that changes, and it is atomic */
	bulk->set = yb_policy_set_ref((struct yb_policy_set *)(uintptr_t)set);
	bulk->ask = question == YB_QUESTION_FEE ? YBI_ASK_FEE : question == YB_QUESTION_REFUND ? YBI_ASK_REFUND
		: question == YB_QUESTION_ELIGIBILITY ? YBI_ASK_ELIGIBILITY : YBI_ASK_REIMBURSE;
	bulk->flags = full.flags;
	bulk->threads = full.threads ? full.threads : 1;
	atomic_init(&bulk->references, 1);
	st = list_names(bulk, err);
	if (st != YB_OK) {
		yb_bulk_unref(bulk);
		return st;
	}
	*out = bulk;
	return YB_OK;
}

/* Texts may tell of persons. */
static void
drop_input(struct ybi_input *input)
{
	for (size_t i = 0; i < input->word_count; i++)
		yb_wipe((char *)(uintptr_t)input->words[i].text, input->words[i].length);
	ybi_arena_free(&input->arena);
	free(input->words);
}

void
yb_bulk_unref(struct yb_bulk *bulk)
{
	if (!bulk || atomic_fetch_sub(&bulk->references, 1) != 1)
		return;
	ybi_batch_drop(bulk);
	ybi_kept_columns_free(bulk);
	ybi_crew_free(bulk->crew);
	ybi_workers_free(bulk);
	ybi_bulk_forget(bulk);
	ybi_bulk_history_free(bulk);
	ybi_row_handles_free(&bulk->probe);
	for (size_t i = 0; i < bulk->inputs_count; i++) /* the batch is let go: nothing is aside */
		drop_input(&bulk->inputs[i]);
	for (size_t i = 0; i < bulk->names_count; i++)
		free(bulk->names[i].name);
	ybi_covered_free(bulk);
	free(bulk->inputs);
	free(bulk->aside);
	free(bulk->outputs);
	free(bulk->names);
	free(bulk->views);
	yb_policy_set_unref(bulk->set);
	free(bulk);
}

/* ---- binding ---- */

struct ybi_input *
ybi_bulk_bound(const struct yb_bulk *bulk, yb_column column)
{
	for (size_t i = 0; i < bulk->inputs_count; i++)
		if (bulk->inputs[i].column == column)
			return &bulk->inputs[i];
	return NULL;
}

static yb_status
copy_texts(struct ybi_input *input, const char *const *texts, const size_t *lengths, size_t count, struct yb_error **err)
{
	input->words = ybi_calloc(count, sizeof(*input->words));
	if (!input->words)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		size_t length = lengths ? lengths[i] : strlen(texts[i]);
		if (length > TEXT_MOST)
			return ybi_error_at(err, YB_E_LIMIT, NULL, input->name, "%s: a text of more than 1 MiB", input->name);
		input->words[i].text = ybi_arena_strndup(&input->arena, texts[i], length);
		if (!input->words[i].text)
			return ybi_error_no_memory(err);
		input->words[i].length = (uint32_t)length;
		input->word_count = i + 1;
	}
	return YB_OK;
}

yb_status
ybi_bulk_set_aside(struct yb_bulk *bulk, yb_column column, struct yb_error **err)
{
	struct ybi_input *old = ybi_bulk_bound(bulk, column);

	if (!old)
		return YB_OK;
	if (!ybi_grow(&bulk->aside, bulk->aside_count, &bulk->aside_room, sizeof(*bulk->aside)))
		return ybi_error_no_memory(err);
	bulk->aside[bulk->aside_count++] = *old;
	*old = bulk->inputs[--bulk->inputs_count];
	ybi_bulk_forget(bulk);
	return YB_OK;
}

void
ybi_bulk_put_back(struct yb_bulk *bulk)
{
	if (bulk->aside_count)
		ybi_bulk_forget(bulk);
	while (bulk->aside_count)
		bulk->inputs[bulk->inputs_count++] = bulk->aside[--bulk->aside_count];
}

/* The caller binds the column anew: what was bound before a batch had it is of no use any more. */
static void
drop_aside(struct yb_bulk *bulk, yb_column column)
{
	for (size_t i = 0; i < bulk->aside_count; i++)
		if (bulk->aside[i].column == column) {
			drop_input(&bulk->aside[i]);
			bulk->aside[i] = bulk->aside[--bulk->aside_count];
			return;
		}
}

static yb_status
bind(struct yb_bulk *bulk, const struct ybi_input *given, const char *const *texts, const size_t *lengths, size_t count, struct yb_error **err)
{
	struct ybi_input input = *given, *old;
	const struct ybi_bulk_name *name = name_of(bulk, given->column, false);
	yb_status st = YB_OK;

	if (!name && !is_input(bulk, given->column))
		return YB_E_INVALID;
	input.field = name ? 0 : given->column;
	input.name = name ? name->bare : yb_field_get_name(given->column);
	input.total = name && name->total;
	input.option = name ? name->option : 0;
	input.cover = name && name->cover;
	input.of_person = name ? name->of_person : yb_field_get_part(given->column) == YB_PART_PERSON;
	if (texts)
		st = copy_texts(&input, texts, lengths, count, err);
	old = ybi_bulk_bound(bulk, given->column);
	if (st == YB_OK && !old && !ybi_grow(&bulk->inputs, bulk->inputs_count + bulk->aside_count, &bulk->inputs_room, sizeof(*bulk->inputs)))
		st = ybi_error_no_memory(err);
	if (st != YB_OK) {
		drop_input(&input);
		return st;
	}
	if (!input.of_batch)
		drop_aside(bulk, input.column);
	if (old)
		drop_input(old);
	else
		old = &bulk->inputs[bulk->inputs_count++];
	*old = input;
	ybi_bulk_forget(bulk);
	return YB_OK;
}

/* What every document that has an attribute takes it for; YBI_TYPE_COUNT_ where they differ. */
static uint8_t
attribute_type(const struct yb_bulk *bulk, const struct ybi_bulk_name *name)
{
	size_t length = strlen(name->bare);
	uint8_t type = YBI_TYPE_COUNT_;
	const struct ybi_book *book;
	bool first = true;

	EACH_BOOK(bulk, book) {
		uint8_t here;
		if (named_kind(book, name->bare, length) != 1)
			continue;
		here = book->facts[ybi_book_fact(book, name->bare, length)].type;
		if (!first && here != type)
			return YBI_TYPE_COUNT_;
		type = here;
		first = false;
	}
	return type;
}

enum ybi_type
ybi_bulk_type(struct yb_bulk *bulk, yb_column column)
{
	static const uint8_t of_fields[] = { [YB_TYPE_TEXT] = YBI_TEXT, [YB_TYPE_CODE] = YBI_TEXT, [YB_TYPE_CODES] = YBI_SET, [YB_TYPE_DAY] = YBI_DATE,
		                             [YB_TYPE_FEN] = YBI_MONEY, [YB_TYPE_COUNT] = YBI_COUNT, [YB_TYPE_FLAG] = YBI_FLAG, [YB_TYPE_SCALED] = YBI_NUMBER };
	struct ybi_bulk_name *name = name_of(bulk, column, false);

	if (!name)
		return of_fields[yb_field_get_type(column)];
	if (name->total)
		return YBI_MONEY;
	if (name->cover)
		return YBI_TEXT;
	if (name->option)
		return ybi_option_is_day(name->option - 1u) ? YBI_DATE : YBI_COUNT;
	if (!name->typed) {
		name->type = attribute_type(bulk, name);
		name->typed = true;
	}
	return name->type;
}

yb_status
ybi_bulk_bind(struct yb_bulk *bulk, const struct ybi_input *given, const char *const *texts, const size_t *lengths, size_t count,
              struct yb_error **err)
{
	const struct ybi_bulk_name *name = name_of(bulk, given->column, false);
	yb_type type = given->column < YBI_COLUMN_NAMED ? yb_field_get_type(given->column) : YB_TYPE_COUNT;

	if (!texts && name && name->cover)
		return ybi_error_at(err, YB_E_UNIT, NULL, COVER, "%s is a list of JSON; its column has the indexes of texts", COVER);
	if (!texts && (type == YB_TYPE_TEXT || type == YB_TYPE_CODE || type == YB_TYPE_CODES))
		return ybi_error_at(err, YB_E_UNIT, NULL, yb_field_get_name(given->column), "%s is a text; its column has the indexes of texts",
		                    yb_field_get_name(given->column));
	return bind(bulk, given, texts, lengths, count, err);
}

static bool
read_layout(yb_layout layout, const void *values, const uint8_t *known, struct ybi_input *input)
{
	static const uint32_t widths[] = { 0, 1, 2, 4, 8 };
	uint32_t kind = (uint32_t)layout & ~(uint32_t)YB_LAYOUT_BITS;

	if (kind < YB_LAYOUT_INT8 || kind > YB_LAYOUT_INT64 || !values)
		return false;
	input->width = widths[kind];
	input->values = values;
	input->known = known;
	input->bits = (layout & YB_LAYOUT_BITS) != 0;
	return true;
}

yb_status
yb_bulk_bind_numbers(struct yb_bulk *bulk, yb_column column, yb_layout layout, const void *values, const uint8_t *known, struct yb_error **err)
{
	struct ybi_input input = { .column = column };

	if (!bulk || !read_layout(layout, values, known, &input))
		return YB_E_INVALID;
	return ybi_bulk_bind(bulk, &input, NULL, NULL, 0, err);
}

yb_status
yb_bulk_bind_codes(struct yb_bulk *bulk, yb_column column, yb_layout layout, const void *codes, const uint8_t *known,
                   const char *const *texts, size_t count, struct yb_error **err)
{
	static const char *const none[] = { "" };
	struct ybi_input input = { .column = column, .coded = true };

	if (!bulk || (!texts && count) || !read_layout(layout, codes, known, &input))
		return YB_E_INVALID;
	if (count > TEXTS_MOST)
		return ybi_error_set(err, YB_E_LIMIT, "more than %u texts", TEXTS_MOST);
	for (size_t i = 0; i < count; i++)
		if (!texts[i])
			return YB_E_INVALID;
	return ybi_bulk_bind(bulk, &input, texts ? texts : none, NULL, count, err);
}

void
ybi_bulk_unbind(struct yb_bulk *bulk, yb_column column)
{
	struct ybi_input *old = ybi_bulk_bound(bulk, column);

	if (!old)
		return;
	drop_input(old);
	*old = bulk->inputs[--bulk->inputs_count];
	ybi_bulk_forget(bulk);
}

yb_status
yb_bulk_bind_text(struct yb_bulk *bulk, yb_column column, const char *text, size_t length, struct yb_error **err)
{
	struct ybi_input input = { .column = column, .coded = true, .constant = true };

	if (!bulk || (!name_of(bulk, column, false) && !is_input(bulk, column)))
		return YB_E_INVALID;
	if (!text) {
		drop_aside(bulk, column);
		ybi_bulk_unbind(bulk, column);
		return YB_OK;
	}
	return bind(bulk, &input, &text, &length, 1, err);
}

yb_status
yb_bulk_bind_output(struct yb_bulk *bulk, yb_column column, int64_t *values, uint8_t *known, struct yb_error **err)
{
	const struct ybi_bulk_name *name;
	struct ybi_output *output = NULL;

	if (!bulk || (!values && known))
		return YB_E_INVALID;
	name = name_of(bulk, column, true);
	if (!name && !is_output(bulk, column))
		return YB_E_INVALID;
	for (size_t i = 0; i < bulk->outputs_count; i++)
		if (bulk->outputs[i].column == column)
			output = &bulk->outputs[i];
	if (!values) {
		if (output) {
			*output = bulk->outputs[--bulk->outputs_count];
			ybi_bulk_forget(bulk);
		}
		return YB_OK;
	}
	if (!output) {
		if (!ybi_grow(&bulk->outputs, bulk->outputs_count, &bulk->outputs_room, sizeof(*bulk->outputs)))
			return ybi_error_no_memory(err);
		output = &bulk->outputs[bulk->outputs_count++];
		ybi_bulk_forget(bulk);
	}
	*output = (struct ybi_output){ .column = column, .field = name ? 0 : column, .name = name ? name->bare : yb_field_get_name(column),
		                       .answer = name ? name->answer : 0, .values = values, .known = known };
	return YB_OK;
}

yb_status
yb_bulk_bind_outcomes(struct yb_bulk *bulk, uint8_t *outcomes, yb_status *statuses)
{
	if (!bulk)
		return YB_E_INVALID;
	bulk->outcomes = outcomes;
	bulk->statuses = statuses;
	return YB_OK;
}
