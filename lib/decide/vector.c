/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/policy.h>

#include <stdlib.h>
#include <string.h>

#include "account/cover.h"
#include "base/text.h"
#include "decide/coverage.h"
#include "decide/render.h"
#include "decide/vector.h"

/*
 * Runs the vectors of a document: the same binding and the same settlement as
 * a program's question, and every expected figure must be equal, as a
 * fraction, with no tolerance.
 */

struct outcome_row {
	char *id, *difference;
	char *steps[2]; /* by yb_lang; NULL where it passed */
	const struct ybi_node *node;
	bool skipped;
};

struct yb_vector_report {
	struct outcome_row *rows;
	size_t count, failed, skipped;
	struct yb_policy_set *set; /* a reference */
	struct ybi_coverage coverage;
};

struct runner {
	struct yb_decision *d;
	const struct ybi_book *book;
	const struct ybi_vector *vector;
	struct ybi_text difference;
	struct yb_error *fault; /* of the question itself */
	yb_status status;
	struct yb_person *cover; /* carries a cover history */
	bool history_given;      /* the years of a reward stand in the vector itself */
	yb_fen solved;
	bool has_solved;
	const struct ybi_given *given; /* facts that stand instead of the vector's */
	size_t given_count;
	const struct ybi_trace *trace; /* what the question of the vector touches is noted there, what is only tried is not */
	bool foreign; /* the vector may be another document's: names that this one does not know are passed over */
};

/* ---- facts of a vector ---- */

static yb_status
bind_node(struct runner *r, const char *name, const struct ybi_node *node)
{
	uint32_t fact = ybi_book_fact(r->book, name, strlen(name));
	struct ybi_text joined = { 0 };
	yb_status st;

	if (ybi_node_is(node, "null") && node->plain)
		return YB_OK;
	if (!strcmp(name, "acct_used_flag"))
		fact = r->book->field_fact[YB_FIELD_YB_USE_ACCOUNT];
	if (fact == YBI_NO_FACT && r->foreign)
		return YB_OK;
	if (fact == YBI_NO_FACT)
		return ybi_error_at(&r->fault, YB_E_BAD_VALUE, NULL, name, "no fact \"%s\"", name);
	if (node->kind == YBI_SEQ) {
		for (uint32_t i = 0; i < node->count; i++)
			ybi_text_printf(&joined, "%s%s", i ? "|" : "", node->items[i]->kind == YBI_SCALAR ? node->items[i]->text : "");
		st = joined.failed ? ybi_error_no_memory(&r->fault) : ybi_bind_text(r->d, fact, joined.data ? joined.data : "", joined.length, &r->fault);
		ybi_text_free(&joined);
		return st;
	}
	if (node->kind != YBI_SCALAR)
		return ybi_error_at(&r->fault, YB_E_BAD_VALUE, NULL, name, "%s: expected text", name);
	return ybi_bind_text(r->d, fact, node->text, node->count, &r->fault);
}

static yb_status
bind_totals(struct runner *r, const struct ybi_node *totals)
{
	for (uint32_t i = 0; totals->kind == YBI_MAP && i < totals->count; i++) {
		const char *name = totals->entries[i].key;
		const struct ybi_node *value = totals->entries[i].value;
		uint32_t fact = ybi_book_fact(r->book, name, strlen(name));
		yb_fen fen;
		if (value->kind != YBI_SCALAR || yb_fen_from_text(value->text, value->count, &fen) != YB_OK)
			return ybi_error_at(&r->fault, YB_E_BAD_AMOUNT, NULL, name, "%s: expected money", name);
		if (fact != YBI_NO_FACT && r->book->facts[fact].part == YBI_OF_TOTAL)
			ybi_fact_set(r->d, fact, fen);
		else if (!strchr(name, '.') && !r->foreign)
			return ybi_error_at(&r->fault, YB_E_BAD_VALUE, NULL, name, "no total \"%s\"", name);
	}
	return YB_OK;
}

/* Cost lines go through a claim of their own, so that they are read as a program's are. */
static yb_status
bind_lines(struct runner *r, const struct ybi_node *lines, struct yb_claim **claim)
{
	yb_status st = yb_claim_new(claim, &r->fault);

	for (uint32_t i = 0; st == YB_OK && lines->kind == YBI_SEQ && i < lines->count; i++) {
		const struct ybi_node *map = lines->items[i];
		size_t line;
		st = yb_claim_add_line(*claim, &line);
		for (uint32_t k = 0; st == YB_OK && map->kind == YBI_MAP && k < map->count; k++) {
			const struct ybi_entry *entry = &map->entries[k];
			yb_field field;
			uint32_t fact = ybi_book_fact(r->book, entry->key, strlen(entry->key));
			if (fact != YBI_NO_FACT && r->book->facts[fact].part == YBI_OF_LINE && r->book->facts[fact].node && entry->value->kind == YBI_SCALAR)
				st = yb_claim_set_line_attribute(*claim, line, entry->key, entry->value->text, entry->value->count);
			else if (yb_field_from_name(entry->key, strlen(entry->key), &field) != YB_OK || entry->value->kind != YBI_SCALAR)
				st = ybi_error_at(&r->fault, YB_E_UNKNOWN_KEY, NULL, entry->key, "no line field \"%s\"", entry->key);
			else if ((st = yb_claim_set_line_text(*claim, line, field, entry->value->text, entry->value->count)) != YB_OK)
				(void)ybi_error_at(&r->fault, st, NULL, entry->key, "feedetl: %s cannot be read", entry->key);
		}
	}
	return st;
}

static yb_status bind_history(struct runner *r, const struct ybi_node *list);
static yb_status bind_covers(struct runner *r, const struct ybi_entry *entry);

static yb_status
bind_part(struct runner *r, const struct ybi_node *part, struct yb_claim **claim)
{
	yb_status st = YB_OK;

	for (uint32_t i = 0; part && part->kind == YBI_MAP && i < part->count && st == YB_OK; i++) {
		const struct ybi_entry *entry = &part->entries[i];
		if (!strcmp(entry->key, "yb_totals"))
			st = bind_totals(r, entry->value);
		else if (!strcmp(entry->key, "feedetl"))
			st = bind_lines(r, entry->value, claim);
		else if (!strcmp(entry->key, "yb_attributes"))
			st = bind_part(r, entry->value, claim);
		else if (!strcmp(entry->key, "yb_cover"))
			st = bind_covers(r, entry);
		else if (!strcmp(entry->key, "history"))
			st = bind_history(r, entry->value);
		else
			st = bind_node(r, entry->key, entry->value);
	}
	return st;
}

static yb_status
bind_top(struct runner *r, const char *key, uint32_t fact)
{
	const struct ybi_node *node = ybi_node_get(r->vector->node, key);

	if (!node || node->kind != YBI_SCALAR || fact == YBI_NO_FACT)
		return YB_OK;
	return ybi_bind_text(r->d, fact, node->text, node->count, &r->fault);
}

/* The years of a reward, as a vector writes them: what it does not say of a year did not happen. */
static yb_status
bind_history(struct runner *r, const struct ybi_node *list)
{
	if (list->kind != YBI_SEQ || list->count > YBI_HISTORY)
		return ybi_error_at(&r->fault, YB_E_BAD_VALUE, NULL, "history", "history: expected a list of at most %d years", YBI_HISTORY);
	r->history_given = true;
	for (uint32_t i = 0; i < list->count; i++) {
		static const char *const keys[] = { "year", "enrolled", "claimed", "used", "current" };
		const struct ybi_node *map = list->items[i], *year = ybi_node_get(map, "year");
		struct ybi_reward_year row = { .enrolled = ybi_node_is(ybi_node_get(map, "enrolled"), "yes"),
			                       .current = ybi_node_is(ybi_node_get(map, "current"), "yes"),
			                       .claimed = ybi_node_is(ybi_node_get(map, "claimed"), "yes") ? 2 : 1,
			                       .used = ybi_node_is(ybi_node_get(map, "used"), "yes") ? 2 : 1 };
		struct ybi_fraction q;
		int64_t number = 0;
		yb_status st;
		if (map->kind != YBI_MAP)
			return ybi_error_at(&r->fault, YB_E_BAD_VALUE, NULL, "history", "history: a year is a mapping");
		st = ybi_node_check_keys(map, keys, ARRAY_SIZE(keys), NULL, 0, &r->fault);
		if (st != YB_OK)
			return st;
		for (size_t k = 1; k < ARRAY_SIZE(keys); k++) {
			const struct ybi_node *flag = ybi_node_get(map, keys[k]);
			if (flag && !ybi_node_is(flag, "yes") && !ybi_node_is(flag, "no"))
				return ybi_error_at(&r->fault, YB_E_BAD_VALUE, NULL, "history", "history: %s is yes or no", keys[k]);
		}
		if (!year || year->kind != YBI_SCALAR || ybi_fraction_from_text(year->text, year->count, 0, false, false, &q) != YB_OK ||
		    ybi_fraction_to_i64(q, &number) != YB_OK || (i > 0 && number <= r->d->history[i - 1].year))
			return ybi_error_at(&r->fault, YB_E_BAD_VALUE, NULL, "history", "history: a year, later than the one before it");
		row.year = (int32_t)number;
		r->d->history[i] = row;
		r->d->history_count = i + 1;
	}
	return YB_OK;
}

/* A cover history goes through a person of its own, so that it is read as a program's is. */
static yb_status
bind_covers(struct runner *r, const struct ybi_entry *entry)
{
	struct ybi_findings findings = { .err = &r->fault };
	yb_status st = r->cover ? YB_OK : yb_person_new(&r->cover, &r->fault);

	if (st == YB_OK)
		ybi_cover_read(r->cover, entry, &findings);
	return st == YB_OK ? findings.first : st;
}

static bool
asked(const struct runner *r, const char *key)
{
	return ybi_node_is(ybi_node_get(r->vector->node, key), "yes");
}

/* Facts given instead of, or taken from, those of the vector. */
static yb_status
bind_given(struct runner *r)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < r->given_count && st == YB_OK; i++) {
		uint32_t fact = ybi_book_fact(r->book, r->given[i].name, strlen(r->given[i].name));
		if (fact == YBI_NO_FACT)
			continue;
		if (r->given[i].text)
			st = ybi_bind_text(r->d, fact, r->given[i].text, strlen(r->given[i].text), &r->fault);
		else
			r->d->facts[fact] = (struct ybi_fact){ .state = YBI_UNKNOWN };
	}
	return st;
}

static yb_status
ask_bound(struct runner *r, const struct yb_claim *claim)
{
	const struct ybi_node *paid = ybi_node_get(r->vector->node, "paid");
	yb_fen fen = 0;

	switch (r->vector->ask) {
	case YBI_ASK_FEE:
		return ybi_fee_bound(r->d, &r->fault);
	case YBI_ASK_REFUND:
		if (paid && paid->kind == YBI_SCALAR && yb_fen_from_text(paid->text, paid->count, &fen) != YB_OK)
			return ybi_error_at(&r->fault, YB_E_BAD_AMOUNT, NULL, "paid", "paid: expected money");
		return ybi_refund_bound(r->d, asked(r, "interest") ? YBI_REFUND_INTEREST : asked(r, "refundable") ? YBI_REFUND_CONTRIBUTION : YBI_REFUND_ALL,
		                        fen, &r->fault);
	case YBI_ASK_ELIGIBILITY:
		return ybi_eligibility_bound(r->d, &r->fault);
	case YBI_ASK_REWARDS:
		if (r->cover ? !ybi_cover_years(r->d, r->cover, (int32_t)r->d->facts[YBI_FACT_YEAR].value) : !r->history_given) {
			struct ybi_value v; /* a history that is not known is not one without years */
			ybi_value_state(&v, YBI_UNKNOWN, r->book->history_fact);
			ybi_obstacle(&r->d->obstacles, &v);
		}
		return ybi_rewards_bound(r->d, &r->fault);
	default:
		return ybi_settle_bound(r->d, claim, &r->fault);
	}
}

/* Who asks, for the parts of a stay over a year's end. */
struct asker {
	struct runner *r;
	const struct yb_policy_set *set;
	yb_fen solve_scope;
};

/* Prepares the decision of the runner, which is the whole or a part of it, and binds all that the vector says. */
static yb_status
bind_vector(struct runner *r, const struct yb_policy_set *set, yb_fen solve_scope, struct yb_claim **claim)
{
	static const struct { const char *key, *fact; } tops[] = { { "on", "on" }, { "year", "year" }, { "paid_on", "paid_on" }, { "months", "months" },
		                                                   { "repaired", "repaired" }, { "arrear_months", "arrear_months" } };
	static const char *const parts[] = { "person", "claim", "facts" };
	const struct ybi_node *map = r->vector->node;
	yb_status st = ybi_decision_prepare(r->d, set, r->book, &r->fault);

	yb_person_unref(r->cover); /* a vector may be bound more than once */
	r->cover = NULL;
	r->history_given = false;
	r->d->lenient = false;
	r->d->least = YB_CONFIDENCE_CASE;
	r->d->ask = (enum ybi_ask)r->vector->ask;
	for (size_t i = 0; i < ARRAY_SIZE(parts) && st == YB_OK; i++)
		st = bind_part(r, ybi_node_get(map, parts[i]), claim);
	for (size_t i = 0; i < ARRAY_SIZE(tops) && st == YB_OK; i++)
		st = bind_top(r, tops[i].key, ybi_book_fact(r->book, tops[i].fact, strlen(tops[i].fact)));
	if (st == YB_OK)
		st = bind_given(r);
	if (st == YB_OK && r->vector->ask == YBI_ASK_ELIGIBILITY && r->d->facts[YBI_FACT_ON].given) /* is there cover on that day? */
		r->d->asked_on = (yb_day)r->d->facts[YBI_FACT_ON].value;
	if (st == YB_OK && solve_scope >= 0) {
		static const yb_field none[] = { YB_FIELD_FULAMT_OWNPAY_AMT, YB_FIELD_OVERLMT_SELFPAY, YB_FIELD_PRESELFPAY_AMT };
		for (size_t i = 0; i < ARRAY_SIZE(none); i++)
			ybi_fact_set(r->d, r->book->field_fact[none[i]], 0);
		ybi_fact_set(r->d, r->book->field_fact[YB_FIELD_INSCP_SCP_AMT], solve_scope);
		ybi_fact_set(r->d, r->book->field_fact[YB_FIELD_MEDFEE_SUMAMT], solve_scope);
	}
	return st == YB_OK ? ybi_bind_derived(r->d, &r->fault) : st;
}

static yb_status
bind_cover(struct runner *r)
{
	if (!r->cover)
		return YB_OK;
	return r->vector->ask == YBI_ASK_REIMBURSE ? ybi_cover_of_bill(r->d, r->cover, &r->fault) : ybi_cover_bind(r->d, r->cover, &r->fault);
}

static yb_status
begin_part(void *context, struct yb_decision *part, yb_day on, struct yb_error **err)
{
	struct asker *asker = context;
	struct yb_decision *whole = asker->r->d;
	struct yb_claim *claim = NULL;
	yb_status st;

	(void)on;
	(void)err;
	asker->r->d = part;
	part->trace = whole->trace;
	st = bind_vector(asker->r, asker->set, asker->solve_scope, &claim);
	if (st == YB_OK)
		st = bind_cover(asker->r);
	asker->r->d = whole;
	yb_claim_unref(claim);
	return st;
}

static yb_status
ask(struct runner *r, const struct yb_policy_set *set, yb_fen solve_scope)
{
	struct asker asker = { r, set, solve_scope };
	struct ybi_part_source source = { &asker, begin_part };
	struct yb_claim *claim = NULL;
	bool done = false;
	yb_status st = bind_vector(r, set, solve_scope, &claim);

	if (st == YB_OK && r->vector->ask == YBI_ASK_REIMBURSE)
		st = ybi_settle_split(r->d, claim, &source, &done, &r->fault);
	if (st == YB_OK && !done)
		st = bind_cover(r);
	if (st == YB_OK && r->d->outcome == YB_OUTCOME_NONE)
		st = ask_bound(r, claim);
	if (st != YB_OK)
		r->d->outcome = YB_OUTCOME_NONE;
	yb_claim_unref(claim);
	r->status = st;
	return st;
}

yb_status
ybi_vector_ask(struct yb_decision *d, const struct yb_policy_set *set, const struct ybi_book *book, const struct ybi_vector *vector,
               const struct ybi_given *given, size_t count)
{
	struct runner r = { .d = d, .book = book, .vector = vector, .given = given, .given_count = count, .foreign = true };
	yb_status st = ask(&r, set, -1);

	yb_person_unref(r.cover);
	yb_error_unref(r.fault);
	return st;
}

/* What a layer pays, or leaves as the person's own share, before rounding. */
static yb_status
solved_value(const struct runner *r, uint32_t layer, struct ybi_fraction *out)
{
	const struct ybi_value *results = &r->d->results[(size_t)layer * YBI_RESULT_STRIDE];
	yb_status st;

	*out = results[YBI_RESULT_EXACT].q;
	if (!r->vector->solve_own)
		return YB_OK;
	st = ybi_fraction_sub(results[YBI_RESULT_PAID].q, *out, out); /* what rounding took from the own share, or gave */
	return st == YB_OK ? ybi_fraction_add(results[YBI_RESULT_OWN].q, *out, out) : st;
}

/* The least cost at which a layer pays (or leaves) so much: what it pays never falls as the cost rises. */
static yb_status
solve(struct runner *r, const struct yb_policy_set *set)
{
	yb_fen low = 0, high = YB_FEN_LIMIT;
	uint32_t layer = 0;

	while (strcmp(r->book->layer_names[layer], r->vector->solve_layer) != 0)
		layer++;
	while (low < high) {
		yb_fen middle = low + (high - low) / 2;
		struct ybi_fraction value;
		yb_status st = ask(r, set, middle);
		if (st != YB_OK || r->d->outcome != YB_OUTCOME_ANSWERED)
			return st;
		st = solved_value(r, layer, &value);
		if (st != YB_OK)
			return st;
		if (ybi_fraction_cmp(value, ybi_fraction_from(r->vector->solve_value)) >= 0)
			high = middle;
		else
			low = middle + 1;
	}
	r->solved = low;
	r->has_solved = low < YB_FEN_LIMIT;
	r->d->trace = r->trace;
	return ask(r, set, -1);
}

/* ---- comparing ---- */

static bool
result_value(struct runner *r, const char *name, struct ybi_value *value, enum ybi_type *type)
{
	const struct ybi_book *book = r->book;
	struct yb_decision *part;
	struct ybi_eval eval;

	ybi_eval_start(r->d, &eval);
	eval.used = NULL;
	for (uint32_t i = 0; i < r->vector->derive_count; i++)
		if (!strcmp(r->vector->derive[i].name, name)) {
			ybi_evaluate(&eval, r->vector->derive[i].expr, value);
			*type = (enum ybi_type)book->exprs[r->vector->derive[i].expr].type;
			return true;
		}
	if (!strcmp(name, "solved") && r->has_solved) {
		ybi_value_set(value, ybi_fraction_from(r->solved));
		*type = YBI_MONEY;
		return true;
	}
	if (ybi_answer_find(r->d, name, value, type))
		return true;
	part = ybi_part_named(r->d, &name);
	if (part) {
		ybi_eval_start(part, &eval);
		eval.used = NULL;
	}
	for (size_t i = 0; i < book->values_count; i++)
		if (!strcmp(book->values[i].name, name) && book->values[i].expr != YBI_NO_EXPR) {
			ybi_evaluate(&eval, book->values[i].expr, value);
			*type = (enum ybi_type)book->exprs[book->values[i].expr].type;
			return true;
		}
	return false;
}

static bool
equals(const struct ybi_book *book, const struct ybi_value *value, enum ybi_type type, const struct ybi_node *node)
{
	struct ybi_fraction q;
	int64_t whole = 0;
	yb_day day;

	if (node->kind != YBI_SCALAR || value->state == YBI_UNKNOWN || value->state == YBI_UNSUPPORTED || value->state == YBI_FAILED)
		return false;
	if (value->state == YBI_NONE)
		return ybi_node_is(node, "none");
	(void)ybi_fraction_to_i64(value->q, &whole);
	switch (type) {
	case YBI_TEXT:
		return (size_t)whole < book->atom_names_count && !strcmp(book->atom_names[whole], node->text);
	case YBI_FLAG:
		return ybi_node_is(node, whole ? "yes" : "no");
	case YBI_DATE:
		return yb_day_from_text(node->text, node->count, &day) == YB_OK && day == whole;
	case YBI_MONTHS: case YBI_DAYS: {
		enum ybi_type unit;
		return ybi_duration_from(node->text, node->count, &unit, &q) && unit == type && ybi_fraction_cmp(q, value->q) == 0;
	}
	default:
		if (ybi_fraction_from_text(node->text, node->count, 18, true, true, &q) != YB_OK)
			return false;
		if (type == YBI_MONEY && ybi_fraction_mul(q, ybi_fraction_from(100), &q) != YB_OK)
			return false;
		return ybi_fraction_cmp(q, value->q) == 0;
	}
}

static void
put_found(struct ybi_text *out, const struct ybi_book *book, const struct ybi_value *value, enum ybi_type type)
{
	if (value->state != YBI_KNOWN && value->state != YBI_NONE)
		ybi_text_puts(out, "unknown");
	else
		ybi_put_value(out, book, type, value);
}

/* A list is expected of a derived list, element by element. */
static void
compare_list(struct runner *r, const struct ybi_entry *entry)
{
	const struct ybi_node *list = entry->value;
	struct ybi_value values[64];
	struct ybi_eval eval;
	uint32_t count = 0, why, at = UINT32_MAX;

	for (uint32_t i = 0; i < r->vector->derive_count; i++)
		if (!strcmp(r->vector->derive[i].name, entry->key))
			at = r->vector->derive[i].expr;
	ybi_eval_start(r->d, &eval);
	eval.used = NULL;
	if (at == UINT32_MAX || ybi_evaluate_list(&eval, at, values, ARRAY_SIZE(values), &count, &why) != YBI_KNOWN || count != list->count) {
		ybi_text_printf(&r->difference, "%s: expected a list of %u, found %u\n", entry->key, (unsigned)list->count, (unsigned)count);
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		enum ybi_type type = (enum ybi_type)r->book->exprs[at].type;
		if (equals(r->book, &values[i], type, list->items[i]))
			continue;
		ybi_text_printf(&r->difference, "%s[%u]: expected %s, found ", entry->key, (unsigned)i,
		                list->items[i]->kind == YBI_SCALAR ? list->items[i]->text : "…");
		put_found(&r->difference, r->book, &values[i], type);
		ybi_text_putc(&r->difference, '\n');
	}
}

static void
compare(struct runner *r, const struct ybi_node *expect)
{
	for (uint32_t i = 0; i < expect->count; i++) {
		const struct ybi_entry *entry = &expect->entries[i];
		struct ybi_value value;
		enum ybi_type type = YBI_NUMBER;
		if (entry->value->kind == YBI_SEQ) {
			compare_list(r, entry);
			continue;
		}
		if (!result_value(r, entry->key, &value, &type)) {
			ybi_text_printf(&r->difference, "%s: expected %s, but it is not known\n", entry->key,
			                entry->value->kind == YBI_SCALAR ? entry->value->text : "…");
		} else if (!equals(r->book, &value, type, entry->value)) {
			ybi_text_printf(&r->difference, "%s: expected %s, found ", entry->key, entry->value->kind == YBI_SCALAR ? entry->value->text : "…");
			put_found(&r->difference, r->book, &value, type);
			ybi_text_putc(&r->difference, '\n');
		}
	}
}

/* What a refusal may be known by: the outcome, a reason's code or text, the id of a rule or gap, a lacking fact, or the error. */
static bool
refused_as(struct runner *r, const char *text)
{
	static const char *const outcomes[] = { "", "answered", "refused", "incomplete", "unsupported" };
	struct yb_decision *d = r->d;
	bool found = false;

	for (const struct yb_error *e = r->fault; e && !found; e = yb_error_get_next(e))
		found = strstr(yb_error_get_message(e), text) || !strcmp(yb_error_get_subject(e), text);
	if (r->status != YB_OK || d->outcome == YB_OUTCOME_ANSWERED)
		return found;
	if (!strcmp(outcomes[d->outcome], text))
		return true;
	for (uint32_t i = 0; i < d->reason_count && !found; i++) {
		char *sentence = NULL;
		found = !strcmp(ybi_reason_name(d->reasons[i].code), text);
		if (d->reasons[i].code == YBI_REASON_MISSING_FACT)
			found = found || !strcmp(ybi_reason_of(d, &d->reasons[i])->book->facts[d->reasons[i].subject].name, text) ||
				!strcmp(ybi_missing_name(ybi_reason_of(d, &d->reasons[i]), d->reasons[i].subject), text);
		if (d->reasons[i].code == YBI_REASON_UNSUPPORTED) {
			const char *slash = strrchr(ybi_reason_of(d, &d->reasons[i])->book->clauses[d->reasons[i].subject].id, '/');
			found = found || (slash && !strcmp(slash + 1, text));
		}
		if (d->reasons[i].code == YBI_REASON_REFUSED)
			found = found || !strcmp(ybi_reason_of(d, &d->reasons[i])->book->refusals[d->reasons[i].subject].id, text);
		if (d->reasons[i].code == YBI_REASON_CHECK_FAILED)
			found = found || !strcmp(ybi_reason_of(d, &d->reasons[i])->book->checks[d->reasons[i].subject].id, text);
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH && !found; lang++)
			if (yb_decision_dup_reason_text(d, i, lang, &sentence) == YB_OK) {
				found = strstr(sentence, text) != NULL;
				free(sentence);
				sentence = NULL;
			}
	}
	return found;
}

static void
tell_outcome(struct runner *r)
{
	if (r->status != YB_OK) {
		ybi_text_printf(&r->difference, "error: %s\n", r->fault ? yb_error_get_message(r->fault) : yb_status_text(r->status, YB_LANG_EN));
		return;
	}
	for (uint32_t i = 0; i < r->d->reason_count; i++) {
		ybi_text_printf(&r->difference, "%s: ", ybi_reason_name(r->d->reasons[i].code));
		ybi_reason_text(r->d, &r->d->reasons[i], YB_LANG_EN, &r->difference);
		ybi_text_putc(&r->difference, '\n');
	}
}

/* Of a vector that failed: how the answer came about, or why there is none; the difference has told that in English. */
static char *
tell_steps(struct runner *r, yb_lang lang)
{
	struct ybi_text out = { 0 };
	struct ybi_steps steps = { 0 };

	if (r->status == YB_OK && r->d->outcome != YB_OUTCOME_ANSWERED && lang != YB_LANG_EN)
		for (uint32_t i = 0; i < r->d->reason_count; i++) {
			ybi_reason_text(r->d, &r->d->reasons[i], lang, &out);
			ybi_text_putc(&out, '\n');
		}
	if (r->status == YB_OK)
		ybi_explain(r->d, YB_EXPLAIN_FULL, &steps);
	for (size_t i = 0; i < steps.count; i++) {
		size_t length;
		const char *text = ybi_step_text(&steps, i, lang, &length);
		ybi_text_add(&out, text, length);
		ybi_text_putc(&out, '\n');
	}
	out.failed = out.failed || steps.failed;
	ybi_steps_free(&steps);
	return ybi_text_take(&out);
}

static yb_status
run_vector(const struct yb_policy_set *set, const struct ybi_book *book, const struct ybi_vector *vector, struct yb_decision *d,
           struct ybi_coverage *coverage, struct outcome_row *row)
{
	struct runner r = { .d = d, .book = book, .vector = vector, .trace = &coverage->trace };
	const struct ybi_node *expect = ybi_node_get(vector->node, "expect"), *refuse = ybi_node_get(vector->node, "refuse");
	yb_status st;

	row->node = vector->node;
	row->id = ybi_strndup(vector->id, strlen(vector->id));
	d->trace = vector->solve_layer ? NULL : r.trace;
	st = vector->solve_layer ? solve(&r, set) : ask(&r, set, -1);
	d->trace = NULL;
	if (st == YB_E_NO_MEMORY || r.difference.failed) {
		yb_person_unref(r.cover);
		yb_error_unref(r.fault);
		ybi_text_free(&r.difference);
		return YB_E_NO_MEMORY;
	}
	if (st == YB_OK)
		ybi_coverage_note(coverage, d);
	if (refuse) {
		if (refuse->kind != YBI_SCALAR || !refused_as(&r, refuse->text)) {
			ybi_text_printf(&r.difference, "expected a refusal with \"%s\"\n", refuse->kind == YBI_SCALAR ? refuse->text : "…");
			tell_outcome(&r);
		}
	} else if (st != YB_OK || d->outcome != YB_OUTCOME_ANSWERED) {
		ybi_text_puts(&r.difference, "expected an answer\n");
		tell_outcome(&r);
	}
	if (expect && expect->kind == YBI_MAP && st == YB_OK && d->outcome == YB_OUTCOME_ANSWERED)
		compare(&r, expect);
	yb_person_unref(r.cover);
	yb_error_unref(r.fault);
	row->difference = ybi_text_take(&r.difference);
	for (yb_lang lang = YB_LANG_EN; row->difference && row->difference[0] && lang <= YB_LANG_ZH; lang++) {
		row->steps[lang] = tell_steps(&r, lang);
		if (!row->steps[lang])
			return YB_E_NO_MEMORY;
	}
	return row->id && row->difference ? YB_OK : YB_E_NO_MEMORY;
}

yb_status
yb_policy_set_run_vectors(const struct yb_policy_set *set, const char *id, struct yb_vector_report **out, struct yb_error **err)
{
	const struct ybi_book *book;
	struct yb_vector_report *report;
	struct yb_decision *d = NULL;
	yb_status st;

	if (!set || !id || !out)
		return YB_E_INVALID;
	*out = NULL;
	book = ybi_set_book(set, id);
	if (!book)
		return ybi_error_set(err, YB_E_NOT_FOUND, "no document \"%s\" is in use", id);
	report = ybi_calloc(1, sizeof(*report));
	if (!report)
		return ybi_error_no_memory(err);
	report->set = yb_policy_set_ref((struct yb_policy_set *)(uintptr_t)set); /* the count is the only thing in a set that changes, and it is atomic */
	report->rows = ybi_calloc(book->vectors_count, sizeof(*report->rows));
	st = report->rows && ybi_coverage_init(&report->coverage, book) ? yb_decision_new(&d, err) : ybi_error_no_memory(err);
	for (size_t i = 0; i < book->vectors_count && st == YB_OK; i++) {
		struct outcome_row *row = &report->rows[i];
		report->count = i + 1;
		st = run_vector(set, book, &book->vectors[i], d, &report->coverage, row);
		if (st != YB_OK) {
			st = ybi_error_no_memory(err);
			break;
		}
		report->skipped += row->skipped;
		report->failed += row->difference[0] != '\0';
	}
	yb_decision_unref(d);
	if (st != YB_OK) {
		yb_vector_report_unref(report);
		return st;
	}
	*out = report;
	return YB_OK;
}

void
yb_vector_report_unref(struct yb_vector_report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->count; i++) {
		free(report->rows[i].id);
		free(report->rows[i].difference);
		free(report->rows[i].steps[YB_LANG_EN]);
		free(report->rows[i].steps[YB_LANG_ZH]);
	}
	free(report->rows);
	ybi_coverage_free(&report->coverage);
	yb_policy_set_unref(report->set);
	free(report);
}

yb_status
yb_vector_report_render_coverage(const struct yb_vector_report *report, yb_format format, yb_lang lang, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };

	if (!report || !text || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	ybi_coverage_render(&report->coverage, report->count, format, lang, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}

size_t
yb_vector_report_get_count(const struct yb_vector_report *report)
{
	return report ? report->count : 0;
}

size_t
yb_vector_report_get_failed(const struct yb_vector_report *report)
{
	return report ? report->failed : 0;
}

size_t
yb_vector_report_get_skipped(const struct yb_vector_report *report)
{
	return report ? report->skipped : 0;
}

const char *
yb_vector_report_get_id(const struct yb_vector_report *report, size_t index)
{
	return report && index < report->count ? report->rows[index].id : "";
}

const char *
yb_vector_report_get_difference(const struct yb_vector_report *report, size_t index)
{
	return report && index < report->count ? report->rows[index].difference : "";
}

const char *
yb_vector_report_get_steps(const struct yb_vector_report *report, size_t index, yb_lang lang)
{
	const char *steps = report && index < report->count && lang >= YB_LANG_EN && lang <= YB_LANG_ZH ? report->rows[index].steps[lang] : NULL;

	return steps ? steps : "";
}

const char *
yb_vector_report_get_source_name(const struct yb_vector_report *report, size_t index)
{
	return report && index < report->count ? report->rows[index].node->file : "";
}

uint32_t
yb_vector_report_get_line(const struct yb_vector_report *report, size_t index)
{
	return report && index < report->count ? report->rows[index].node->line : 0;
}
