/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/calendar.h"
#include "decide/decision.h"

/* What every question does before and after its own work. */

const char *
ybi_section_name(enum ybi_ask ask)
{
	static const char *const names[] = { "fee", "refund", "eligibility", "rewards", "reimburse" };

	return names[ask];
}

const struct ybi_window *
ybi_window_of(const struct yb_decision *d)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact *window = &d->facts[book->window_fact], *paid = &d->facts[book->paid_fact], *year = &d->facts[YBI_FACT_YEAR];

	for (size_t i = 0; window->given && paid->given && i < book->windows_count; i++)
		if (book->windows[i].year == year->value && paid->value >= book->windows[i].from && paid->value < book->windows[i].to &&
		    !strcmp(book->windows[i].id, book->atom_names[window->value]))
			return &book->windows[i];
	return NULL;
}

static void
keep(struct yb_decision *d, struct ybi_eval *eval, uint32_t fact)
{
	struct ybi_value v;

	if (d->facts[fact].given || d->book->facts[fact].from == YBI_NO_EXPR)
		return;
	ybi_evaluate(eval, d->book->facts[fact].from, &v);
	if (v.state == YBI_KNOWN)
		d->facts[fact] = (struct ybi_fact){ .value = ybi_value_whole(&v), .state = YBI_KNOWN, .given = 2 };
}

void
ybi_keep_window(struct yb_decision *d, struct ybi_eval *eval)
{
	keep(d, eval, d->book->window_fact);
	keep(d, eval, d->book->window_start_fact);
}

void
ybi_drop_window(struct yb_decision *d)
{
	uint32_t facts[] = { d->book->window_fact, d->book->window_start_fact };

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (d->facts[facts[i]].given == 2)
			d->facts[facts[i]] = (struct ybi_fact){ .state = YBI_UNKNOWN };
}

void
ybi_eval_start(struct yb_decision *d, struct ybi_eval *eval)
{
	d->mishap.status = YB_OK;
	*eval = (struct ybi_eval){ .graph = &d->book->graph, .facts = d->facts, .results = d->results, .answers = d->answers, .memo = d->memo,
		                   .stamp = ++d->stamp, .used = d->used, .trace = d->trace, .mishap = &d->mishap,
		                   .least_confidence = d->least, .dues = d->part == 2 ? d->dues : NULL };
}

void
ybi_reason_add(struct yb_decision *d, uint32_t code, uint32_t subject)
{
	bool remark = code == YBI_REASON_POSSIBLE_GAP || code == YBI_REASON_NOT_ENCODED || code == YBI_REASON_ITEM_UNLISTED || code == YBI_REASON_ITEM_DIFFERS ||
		code == YBI_REASON_CHECK_NOTE || code == YBI_REASON_CHECK_WARNING;

	for (uint32_t i = 0; i < d->reason_count; i++)
		if (d->reasons[i].code == code && d->reasons[i].subject == subject)
			return;
	if (d->reason_count < (remark ? YBI_REMARKS : YBI_REASONS))
		d->reasons[d->reason_count++] = (struct ybi_reason){ .code = code, .subject = subject };
}

/* ---- what is asked with ---- */

yb_status
ybi_question_days(yb_day on, yb_day paid_on, struct yb_error **err)
{
	bool bad_on = on && !ybi_day_valid(on);

	if (!bad_on && (!paid_on || ybi_day_valid(paid_on)))
		return YB_OK;
	return ybi_error_at(err, YB_E_BAD_DATE, NULL, bad_on ? "on" : "paid_on", "%s: no day of the years 1 to 9999", bad_on ? "on" : "paid_on");
}

/* ---- which document ---- */

static const char *
text_of(const struct ybi_record *record, yb_field field)
{
	const struct ybi_known *known = ybi_record_get(record, field);

	return known && known->known ? known->text : NULL;
}

/* No document answers; one that was set aside is named with its fault. */
static yb_status
no_policy(const struct ybi_document *aside, const char *region, const char *scheme, struct yb_error **err)
{
	if (aside)
		return ybi_error_at(err, YB_E_NO_POLICY, NULL, aside->id ? aside->id : aside->name, "%s, asked for region %s, was set aside: %s",
		                    aside->id ? aside->id : aside->name, region, yb_error_get_message(aside->fault));
	return ybi_error_at(err, YB_E_NO_POLICY, NULL, "insuplc_admdvs", "no policy document for region %s and insutype %s", region, scheme);
}

/* Without region and scheme no document can be found: the answer names them. */
static void
no_region(struct yb_decision *d, const char *region, const char *scheme)
{
	d->book = NULL;
	d->reason_count = 0;
	d->lacking_count = 0;
	if (!region)
		d->lacking[d->lacking_count++] = "insuplc_admdvs";
	if (!scheme)
		d->lacking[d->lacking_count++] = "insutype";
	d->outcome = YB_OUTCOME_INCOMPLETE;
}

yb_status
ybi_question_find(struct yb_decision *d, const struct yb_policy_set *set, const struct yb_person *person, enum ybi_ask ask,
                  const struct ybi_book **book, struct yb_error **err)
{
	const char *region = text_of(&person->record, YB_FIELD_INSUPLC_ADMDVS), *scheme = text_of(&person->record, YB_FIELD_INSUTYPE);
	struct ybi_found_book *found = &d->found;
	const struct ybi_document *aside;

	d->ask = ask;
	d->asked.length = 0;
	d->basis.there = false;
	d->again.valid = false;
	*book = NULL;
	if (!region || !scheme) {
		no_region(d, region, scheme);
		return YB_OK;
	}
	if (found->book && found->set == set && d->set == set && found->ask == ask && !strcmp(found->region, region) && !strcmp(found->scheme, scheme)) {
		*book = found->book;
		return YB_OK;
	}
	*book = ybi_set_find(set, region, scheme, ask == YBI_ASK_REWARDS ? YBI_ASK_ELIGIBILITY : ask, &aside);
	if (!*book)
		return no_policy(aside, region, scheme, err);
	*found = (struct ybi_found_book){ .set = set, .ask = ask };
	if (strlen(region) < sizeof(found->region) && strlen(scheme) < sizeof(found->scheme)) {
		memcpy(found->region, region, strlen(region));
		memcpy(found->scheme, scheme, strlen(scheme));
		found->book = *book;
	}
	return YB_OK;
}

yb_status
ybi_question_begin(struct yb_decision *d, const struct yb_policy_set *set, const struct ybi_book *book, const struct yb_person *person,
                   enum ybi_ask ask, bool lenient, yb_day day, struct yb_error **err)
{
	const struct ybi_document *aside = NULL;
	const struct ybi_book *then = ybi_book_on(book, day, &aside);
	yb_status st;

	if (!then)
		return ybi_error_at(err, YB_E_NO_POLICY, NULL, aside->id, "overlay %s, which changes %s on the day asked about, was set aside: %s", aside->id,
		                    book->document->id, aside->fault ? yb_error_get_message(aside->fault) : "");
	st = ybi_decision_prepare(d, set, then, err);
	if (st != YB_OK)
		return st;
	d->base = book;
	d->ask = ask;
	d->lenient = lenient;
	d->least = lenient ? YB_CONFIDENCE_CASE : set->confidence;
	return ybi_bind_person(d, person, err);
}

/* ---- what stands before the question's own work ---- */

/*
 * Declared gaps: one whose condition holds stops a strict question. One that
 * cannot be told, for want of a fact or of a condition, is mentioned.
 */
static void
meet_gaps(struct yb_decision *d, struct ybi_eval *eval, const struct ybi_unsupported *rows, size_t count)
{
	enum ybi_refund_part part = d->mode == YBI_REFUND_INTEREST ? YBI_PART_INTEREST : d->mode == YBI_REFUND_CONTRIBUTION ? YBI_PART_CONTRIBUTION : YBI_PART_CREDIT;

	for (size_t i = 0; i < count; i++) {
		const struct ybi_unsupported *row = &rows[i];
		struct ybi_value v;
		if (row->ask != d->ask || (d->ask == YBI_ASK_REFUND && row->part != part))
			continue;
		ybi_value_state(&v, YBI_NONE, 0);
		if (row->when != YBI_NO_EXPR)
			ybi_evaluate(eval, row->when, &v);
		if (v.state != YBI_KNOWN) {
			ybi_reason_add(d, row->when == YBI_NO_EXPR ? YBI_REASON_NOT_ENCODED : YBI_REASON_POSSIBLE_GAP, row->clause);
			if (v.state == YBI_UNKNOWN && d->reason_count && d->reasons[d->reason_count - 1].subject == row->clause)
				d->reasons[d->reason_count - 1].lacking = v.why + 1;
		} else if (ybi_fraction_sign(v.q) != 0 && d->lenient) {
			ybi_reason_add(d, YBI_REASON_LENIENT_GAP, row->clause);
		} else if (ybi_fraction_sign(v.q) != 0 && !d->gaps[row->clause]) {
			d->gaps[row->clause] = 1;
			d->obstacles.gap_count++;
		}
	}
}

uint32_t
ybi_refusal_of(struct yb_decision *d, struct ybi_eval *eval, enum ybi_ask ask, struct ybi_obstacles *obstacles)
{
	struct ybi_value weak;

	for (uint32_t i = 0; i < d->book->refusals_count; i++) {
		const struct ybi_refusal *row = &d->book->refusals[i];
		struct ybi_value v;
		if (row->ask != ask)
			continue;
		ybi_condition(eval, row->when, &v);
		if (ybi_holds(&v) && d->book->clause_infos[row->clause].confidence <= d->least)
			return i;
	}
	for (uint32_t i = 0; i < d->book->refusals_count; i++) { /* none is sure: what could still say no stands in the way */
		const struct ybi_refusal *row = &d->book->refusals[i];
		struct ybi_value v;
		if (row->ask != ask)
			continue;
		ybi_condition(eval, row->when, &v);
		if (ybi_holds(&v)) {
			ybi_value_state(&weak, YBI_UNSUPPORTED, row->clause);
			ybi_obstacle(obstacles, &weak);
		} else if (v.state != YBI_KNOWN) {
			ybi_obstacle(obstacles, &v);
		}
	}
	return UINT32_MAX;
}

bool
ybi_question_faulty(struct yb_decision *d, struct ybi_eval *eval)
{
	static const uint32_t codes[] = { YBI_REASON_CHECK_FAILED, YBI_REASON_CHECK_WARNING, YBI_REASON_CHECK_NOTE };
	bool faulty = false;

	for (uint32_t i = 0; (d->book->checks_asked & 1u << d->ask) && i < d->book->checks_count; i++) {
		const struct ybi_check *check = &d->book->checks[i];
		struct ybi_figures figures;
		bool holds = true, weak = d->book->clauses[check->clause].source_count && d->book->clause_infos[check->clause].confidence > d->least;
		if (weak || !(check->asks & 1u << d->ask) || ybi_check_holds(eval, &d->book->schedule, check, &figures, &holds) != YBI_KNOWN || holds)
			continue;
		d->used[check->clause] = 1;
		ybi_reason_add(d, codes[check->severity], i);
		faulty = faulty || check->severity == YB_SEVERITY_ERROR;
	}
	return faulty;
}

bool
ybi_question_refused(struct yb_decision *d, struct ybi_eval *eval)
{
	uint32_t refusal;

	if (d->ask == YBI_ASK_REFUND && d->mode == YBI_REFUND_CONTRIBUTION)
		return false; /* whether a contribution is given back is a question of its own, with rules of its own */
	refusal = ybi_refusal_of(d, eval, d->ask, &d->obstacles);
	if (refusal == UINT32_MAX)
		return false;
	d->used[d->book->refusals[refusal].clause] = 1;
	ybi_reason_add(d, YBI_REASON_REFUSED, refusal);
	return true;
}

void
ybi_question_gaps(struct yb_decision *d, struct ybi_eval *eval)
{
	meet_gaps(d, eval, d->book->unsupported, d->book->unsupported_count);
	meet_gaps(d, eval, d->book->other_gaps, d->book->other_gaps_count);
}

/* The days on which the section of the question answers: its own, else those of the document. */
static void
days_in_force(const struct yb_decision *d, enum ybi_ask section, yb_day *from, yb_day *to)
{
	const struct ybi_book *book = d->book;
	bool own = book->section_days[section].given;

	*from = own ? book->section_days[section].from : book->from;
	*to = own ? book->section_days[section].to : book->to;
}

bool
ybi_question_covers(const struct yb_decision *d, yb_day day)
{
	yb_day from, to;

	days_in_force(d, d->ask, &from, &to);
	return day >= from && day < to;
}

bool
ybi_question_open(struct yb_decision *d, struct ybi_eval *eval)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];
	enum ybi_ask section = d->ask == YBI_ASK_REWARDS ? YBI_ASK_ELIGIBILITY : d->ask;
	yb_day from, to;

	memset(d->used, 0, book->clauses_count);
	if (!(book->sections & 1u << section)) {
		ybi_reason_add(d, YBI_REASON_NO_SECTION, 0);
		d->outcome = YB_OUTCOME_UNSUPPORTED;
		return true;
	}
	if (d->ask == YBI_ASK_REFUND && d->mode == YBI_REFUND_YEAR) { /* each month is asked by itself */
		ybi_eval_start(d, eval);
		return false;
	}
	days_in_force(d, section, &from, &to);
	if (on->given && (on->value < from || on->value >= to)) {
		ybi_reason_add(d, YBI_REASON_DAY_NOT_COVERED, 0);
		d->outcome = YB_OUTCOME_UNSUPPORTED;
		return true;
	}
	if (!on->given && from > YBI_DAY_FIRST) {
		struct ybi_value v;
		ybi_value_state(&v, YBI_UNKNOWN, YBI_FACT_ON);
		ybi_obstacle(&d->obstacles, &v);
	}
	ybi_eval_start(d, eval);
	if (ybi_question_faulty(d, eval) || ybi_question_refused(d, eval)) {
		d->outcome = YB_OUTCOME_REFUSED;
		return true;
	}
	ybi_question_gaps(d, eval);
	return false;
}

/* ---- what stands after it ---- */

static void
tell_obstacles(struct yb_decision *d)
{
	const struct ybi_book *book = d->book;

	for (uint32_t i = 0; i < book->clauses_count; i++)
		if (d->gaps[i])
			ybi_reason_add(d, book->clauses[i].text ? YBI_REASON_UNSUPPORTED
				: !book->clauses[i].hole && book->clause_infos[i].confidence > d->least ? YBI_REASON_LOW_CONFIDENCE : YBI_REASON_NO_FIGURE, i);
	for (uint32_t i = 0; i < book->facts_count; i++)
		if (d->missing[i])
			ybi_reason_add(d, YBI_REASON_MISSING_FACT, i);
	d->outcome = d->obstacles.gap_count ? YB_OUTCOME_UNSUPPORTED : YB_OUTCOME_INCOMPLETE;
}

/* An expression that has no value is told by its place; of two rows or exceptions that clash, by both. */
static yb_status
tell_mishap(const struct yb_decision *d, struct yb_error **err)
{
	const struct ybi_book *book = d->book;
	const char *id = book->document->id, *text = yb_status_text(d->obstacles.failed, YB_LANG_EN);
	const struct ybi_mishap *m = &d->mishap;
	const struct ybi_place *place = &book->expr_place[m->expr];
	const struct ybi_expr *e = &book->exprs[m->expr];

	if (m->status != d->obstacles.failed)
		return ybi_error_at(err, d->obstacles.failed, NULL, id, "%s: %s", id, text);
	if (m->status == YB_E_OVERLAP && e->op == YBI_OP_EXCEPT) {
		const char *const *labels = &book->labels[book->excepts[e->x].first];
		return ybi_error_at(err, m->status, place, id, "%s: exceptions \"%s\" and \"%s\" both hold; one says `over:` the other", id,
		                    labels[m->first], labels[m->second]);
	}
	if (m->status == YB_E_OVERLAP && e->op == YBI_OP_TABLE) {
		const uint32_t *values = &book->args[book->tables[e->x].values];
		return ybi_error_at(err, m->status, place, id, "%s: rows %u and %u of the table, in lines %u and %u, both hold and give different values", id,
		                    (unsigned)m->first + 1, (unsigned)m->second + 1, (unsigned)book->expr_place[values[m->first]].line,
		                    (unsigned)book->expr_place[values[m->second]].line);
	}
	return ybi_error_at(err, m->status, place, id, "%s: %s", id, text);
}

bool
ybi_question_stopped(struct yb_decision *d, struct yb_error **err, yb_status *status)
{
	const char *id = d->book->document->id;

	*status = d->obstacles.failed;
	if (d->obstacles.failed != YB_OK && d->obstacles.failed_at)
		*status = ybi_error_at(err, d->obstacles.failed, NULL, d->obstacles.failed_at, "%s, %s: its parts do not make its total, or one is below zero", id,
		                       d->obstacles.failed_at);
	else if (d->obstacles.failed != YB_OK)
		*status = tell_mishap(d, err);
	else if (d->obstacles.gap_count || d->obstacles.missing_count)
		tell_obstacles(d);
	else
		return false;
	return true;
}

static bool
rests_on_undated(const struct yb_decision *d)
{
	for (uint32_t i = 0; i < d->book->clauses_count; i++) {
		const struct ybi_clause *clause = &d->book->clauses[i];
		bool dated = false;
		for (uint32_t k = 0; k < clause->source_count; k++)
			dated = dated || clause->sources[k]->published != YB_DAY_NONE;
		if (d->used[i] && clause->source_count && !dated)
			return true;
	}
	return false;
}

/* Does a rule of the document name the fact? */
static bool
asks_for(const struct ybi_book *book, uint32_t fact)
{
	for (size_t i = 0; i < book->exprs_count; i++)
		if (book->exprs[i].op == YBI_OP_FACT && book->exprs[i].x == fact)
			return true;
	return false;
}

void
ybi_question_answered(struct yb_decision *d)
{
	for (uint32_t i = 0; d->lenient && i < d->book->clauses_count; i++)
		if (d->used[i] && d->book->clause_infos[i].confidence > d->set->confidence)
			ybi_reason_add(d, YBI_REASON_LENIENT_CONFIDENCE, i);
	if (d->set->known_on && rests_on_undated(d))
		ybi_reason_add(d, YBI_REASON_UNDATED, 0);
	if (d->year_missed)
		ybi_reason_add(d, YBI_REASON_YEAR_MISSED, 0);
	for (uint32_t i = 0; d->local_codes && i < ARRAY_SIZE(ybi_open_fields); i++)
		if ((d->local_codes & 1u << i) && asks_for(d->book, d->book->field_fact[ybi_open_fields[i]]))
			ybi_reason_add(d, YBI_REASON_LOCAL_CODE, d->book->field_fact[ybi_open_fields[i]]);
	d->outcome = YB_OUTCOME_ANSWERED;
}
