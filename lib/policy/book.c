/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "policy/compile.h"

/* A value's figures need a source: its own, or that of the sourced clauses that use it. */
static void
check_value_sources(struct ybi_builder *b)
{
	for (uint32_t i = 0; i < b->book->values_count; i++) {
		const struct ybi_named *value = &b->book->values[i];
		if (!value->sourced && !value->used)
			ybi_fault(b, YB_E_NO_SOURCE, value->node, value->name, "value \"%s\" has no source, and no sourced clause uses it", value->name);
	}
}

/* What evaluation needs of each fact, once every derivation is there. */
static void
finish_facts(struct ybi_builder *b)
{
	struct ybi_book *book = b->book;

	for (size_t i = 0; i < book->facts_count; i++) {
		const struct ybi_fact_meta *meta = &book->facts[i];
		struct ybi_fact_info info = { .from = meta->from, .den = meta->den, .type = meta->type, .series = meta->series,
			                     .moves = ybi_fact_moves(book, (uint32_t)i) ? YBI_MOVES_NUMBER
			                              : meta->node && !meta->field && (meta->part == YBI_OF_PERSON || meta->part == YBI_OF_CLAIM) ? YBI_MOVES_WORD : 0 };
		if (meta->from != YBI_NO_EXPR)
			info.memo = book->memo_count++;
		if (!YBI_PUSH(b, fact_infos, info))
			return;
	}
}

static bool
make_blank(struct ybi_book *book)
{
	book->blank = ybi_calloc(book->facts_count + 1, sizeof(*book->blank));
	for (size_t i = 0; book->blank && i < book->facts_count; i++) {
		const char *period = strrchr(book->facts[i].name, '.');
		book->facts[i].outlasts = period && strcmp(period, ".stay") != 0 && strcmp(period, ".visit") != 0;
		book->blank[i].state = book->facts[i].part == YBI_OF_TOTAL || book->facts[i].part == YBI_OF_KIND ? YBI_KNOWN : YBI_UNKNOWN;
	}
	return book->blank;
}

static void
set_views(struct ybi_book *book)
{
	book->graph = (struct ybi_graph){
		.exprs = book->exprs, .constants = book->constants, .args = book->args, .cells = book->cells, .row_cells = book->row_cells,
		.intervals = book->intervals, .atoms = book->atoms, .tables = book->tables, .dated = book->dated,
		.dated_entries = book->dated_entries, .excepts = book->excepts, .exceptions = book->exceptions, .series = book->series,
		.series_entries = book->series_entries, .clauses = book->clause_infos, .facts = book->fact_infos,
		.expr_count = (uint32_t)book->exprs_count, .fact_count = (uint32_t)book->facts_count, .memo_count = book->memo_count,
		.clause_count = (uint32_t)book->clauses_count, .on_fact = YBI_FACT_ON, .medical_month = book->medical_month,
		.medical_day = book->medical_day,
	};
	book->schedule = (struct ybi_schedule){
		.benefits = book->benefits, .layers = book->layers, .modifies = book->modifies, .ceilings = book->ceilings,
		.limits = book->limits, .args = book->args, .benefit_count = (uint32_t)book->benefits_count,
		.layer_count = (uint32_t)book->layer_names_count,
	};
	book->fees = (struct ybi_fees){
		.charges = book->charges, .payers = book->payers, .charge_count = (uint32_t)book->charges_count,
		.payer_count = (uint32_t)book->payers_count, .first_sum = book->first_sum, .sum_count = book->sum_count,
		.month_total = book->month_total, .due_total = book->due_total, .months_fact = book->months_fact,
	};
	book->refunds = (struct ybi_refunds){
		.credits = book->credits, .less = book->less, .credit_count = (uint32_t)book->credits_count,
	};
}

static void
set_names(struct ybi_book *book)
{
	const char *id = book->document->id, *slash = strchr(id, '/');
	size_t region = (size_t)(slash - id);

	memcpy(book->region, id, region < sizeof(book->region) - 1 ? region : sizeof(book->region) - 1);
	strncpy(book->scheme, slash + 1, sizeof(book->scheme) - 1);
}

yb_status
ybi_book_new(const struct ybi_document *document, struct ybi_document *const *documents, size_t count, yb_confidence least,
             yb_day known_on, yb_day day, const struct ybi_document *overlay, struct ybi_book **out, struct yb_error **err)
{
	struct ybi_builder b = { .documents = documents, .document_count = count, .err = err, .least = least, .known_on = known_on, .day = day };
	size_t before = ybi_error_count(*err);

	*out = NULL;
	b.book = ybi_calloc(1, sizeof(*b.book));
	if (!b.book)
		return ybi_error_no_memory(err);
	b.book->document = document;
	b.book->overlay = overlay;
	b.book->cover_until = YBI_NO_EXPR;
	set_names(b.book);
	ybi_merge(&b);
	if (b.status == YB_OK && ybi_setup_facts(&b)) {
		ybi_declare_rewards(&b);
		ybi_build_names(&b);
		ybi_build_fee(&b);
		ybi_build_refund(&b);
		ybi_build_eligibility(&b);
		ybi_build_reimburse(&b);
		for (uint32_t i = 0; i < b.book->values_count; i++)
			(void)ybi_named_value(&b, i); /* also the ones that nothing uses */
		ybi_declare_parts(&b);
		ybi_build_unsupported(&b);
		b.book->rule_exprs = (uint32_t)b.book->exprs_count;
		ybi_build_vectors(&b);
		ybi_build_channels(&b);
		ybi_build_catalogue(&b);
		ybi_build_codes(&b);
		ybi_build_checks(&b);
		ybi_expand_prefixes(&b);
		if (b.status == YB_OK)
			check_value_sources(&b);
		if (b.status == YB_OK)
			ybi_check_cycles(&b);
		if (b.status == YB_OK)
			ybi_check_bounds(&b);
		if (b.status == YB_OK)
			finish_facts(&b);
	}
	if (b.status == YB_OK && ybi_error_count(*err) > before)
		b.status = yb_error_get_status(*err);
	if (b.status == YB_OK && !make_blank(b.book))
		b.status = ybi_error_no_memory(err);
	if (b.status == YB_OK) {
		set_views(b.book);
		ybi_check_needs(b.book);
		ybi_prove_checks(&b);
	}
	if (b.status == YB_OK) {
		ybi_compile(&b);
	}
	free(b.prefixes);
	if (b.status != YB_OK) {
		ybi_book_free(b.book);
		return b.status;
	}
	*out = b.book;
	return YB_OK;
}

const struct ybi_book *
ybi_book_on(const struct ybi_book *book, yb_day day, const struct ybi_document **aside)
{
	for (size_t i = 0; day != YB_DAY_NONE && i < book->variant_count; i++)
		if (day >= book->variants[i].from && day < book->variants[i].to) {
			*aside = book->variants[i].aside;
			return book->variants[i].book;
		}
	return book;
}

bool
ybi_fact_moves(const struct ybi_book *book, uint32_t fact)
{
	const struct ybi_fact_meta *meta = &book->facts[fact];
	yb_type type = meta->field ? yb_field_get_type(meta->field) : 0;

	if (meta->part == YBI_OF_TOTAL || (fact >= YBI_FACT_SCOPE && fact <= YBI_FACT_FULLY_OWN))
		return true;
	return meta->part == YBI_OF_CLAIM && (type == YB_TYPE_FEN || type == YB_TYPE_COUNT || type == YB_TYPE_FLAG || type == YB_TYPE_SCALED);
}

bool
ybi_book_has(const struct ybi_book *book, const char *id)
{
	for (size_t i = 0; i < book->closure_count; i++)
		if (!strcmp(book->closure[i]->id, id))
			return true;
	return false;
}

void
ybi_book_free(struct ybi_book *book)
{
	if (!book)
		return;
	ybi_plans_free(book);
	for (size_t i = 0; i < book->variant_count; i++)
		ybi_book_free(book->variants[i].book);
	free(book->variants);
	free(book->atom_index.slots);
	free(book->fact_index.slots);
	free(book->value_index.slots);
	free(book->exprs);
	free(book->expr_domain);
	free(book->expr_place);
	free(book->constants);
	free(book->args);
	free(book->cells);
	free(book->row_cells);
	free(book->intervals);
	free(book->atoms);
	free(book->tables);
	free(book->dated);
	free(book->dated_entries);
	free(book->excepts);
	free(book->exceptions);
	free(book->labels);
	free(book->series);
	free(book->series_entries);
	free(book->series_names);
	free(book->clauses);
	free(book->clause_infos);
	free(book->facts);
	free(book->fact_infos);
	free(book->atom_names);
	free(book->domains);
	free(book->blank);
	free(book->values);
	free(book->layer_names);
	free(book->pools);
	free(book->unsupported);
	free(book->benefits);
	free(book->layers);
	free(book->modifies);
	free(book->ceilings);
	free(book->limits);
	free(book->catalogues);
	free(book->checks);
	free(book->other_gaps);
	free(book->refusals);
	free(book->answers);
	free(book->windows);
	free(book->charges);
	free(book->payers);
	free(book->open_channels);
	free(book->credits);
	free(book->less);
	free(book->repays);
	free(book->rules);
	free(book->rewards);
	free(book->vectors);
	free(book->channels);
	free(book->channel_notes);
	ybi_arena_free(&book->arena);
	free(book);
}
