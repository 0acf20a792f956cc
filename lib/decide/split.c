/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"
#include "decide/decision.h"

/*
 * A stay over the end of a medical year (`year_by: split`). Each part is a
 * settlement of its own, on its own last day, in a decision of its own; the
 * second goes on from what the first left of the stay. The whole has their
 * sums, and draws hospital, account and cash once.
 */

static const struct {
	yb_field field, before;
	uint32_t fact;
} buckets[YBI_BUCKETS] = {
	[YBI_BUCKET_TOTAL] = { YB_FIELD_MEDFEE_SUMAMT, YB_FIELD_YB_BEFORE_MEDFEE_SUMAMT, YBI_FACT_TOTAL },
	[YBI_BUCKET_OWN] = { YB_FIELD_FULAMT_OWNPAY_AMT, YB_FIELD_YB_BEFORE_FULAMT_OWNPAY_AMT, YBI_FACT_FULLY_OWN },
	[YBI_BUCKET_OVER] = { YB_FIELD_OVERLMT_SELFPAY, YB_FIELD_YB_BEFORE_OVERLMT_SELFPAY, YBI_FACT_OVER_LIMIT },
	[YBI_BUCKET_PRIOR] = { YB_FIELD_PRESELFPAY_AMT, YB_FIELD_YB_BEFORE_PRESELFPAY_AMT, YBI_FACT_PRIOR },
	[YBI_BUCKET_SCOPE] = { YB_FIELD_INSCP_SCP_AMT, YB_FIELD_YB_BEFORE_INSCP_SCP_AMT, YBI_FACT_SCOPE },
};

static struct ybi_fact *
field_fact(const struct yb_decision *d, yb_field field)
{
	return &d->facts[d->book->field_fact[field]];
}

static void
forget(struct ybi_fact *fact)
{
	*fact = (struct ybi_fact){ .state = YBI_UNKNOWN };
}

static void
lack(struct yb_decision *d, yb_field field)
{
	struct ybi_value v;

	ybi_value_state(&v, YBI_UNKNOWN, d->book->field_fact[field]);
	ybi_obstacle(&d->obstacles, &v);
}

void
ybi_parts_free(struct yb_decision *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(d->parts); i++) {
		yb_decision_unref(d->parts[i]);
		d->parts[i] = NULL;
	}
}

struct yb_decision *
ybi_part_named(const struct yb_decision *d, const char **name)
{
	if (!d->split || strncmp(*name, "part", 4) != 0 || ((*name)[4] != '1' && (*name)[4] != '2') || (*name)[5] != '.')
		return NULL;
	*name += 6;
	return d->parts[(*name)[-2] - '1'];
}

/* ---- does a stay cross the end of a year? ---- */

static yb_day
year_start(const struct ybi_book *book, yb_day day)
{
	return ybi_day_year_start(day, book->medical_month, book->medical_day);
}

/* How many ends of a medical year lie within the stay: 0, 1, 2 for more; *first is the first day after the first of them. */
static int
crossings(const struct yb_decision *d, yb_day *first)
{
	yb_day begun = year_start(d->book, (yb_day)field_fact(d, YB_FIELD_BEGNDATE)->value);
	yb_day ended = year_start(d->book, (yb_day)field_fact(d, YB_FIELD_ENDDATE)->value);

	*first = ended;
	return ended == begun ? 0 : year_start(d->book, ended - 1) == begun ? 1 : 2;
}

/* ---- what falls on the first part ---- */

/*
 * What is told of the first part, and what follows from it: nothing of a part of the bill that is nothing, and one of the five from
 * the other four.
 */
static yb_status
divide(struct yb_decision *d, struct yb_error **err)
{
	yb_fen sum = 0;
	uint32_t open = 0, lacking = 0;

	for (uint32_t i = 0; i < YBI_BUCKETS; i++) {
		const struct ybi_fact *told = field_fact(d, buckets[i].before), *all = &d->facts[buckets[i].fact];
		d->before_known[i] = told->given || (all->given && all->value == 0);
		d->before[i] = told->given ? told->value : 0;
		if (told->given && all->given && told->value > all->value)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, yb_field_get_name(buckets[i].before), "%s is more than %s of the whole stay",
			                    yb_field_get_name(buckets[i].before), yb_field_get_name(buckets[i].field));
	}
	for (uint32_t i = YBI_BUCKET_OWN; i < YBI_BUCKETS; i++) {
		sum += d->before[i];
		open += !d->before_known[i];
		lacking = d->before_known[i] ? lacking : i;
	}
	if (d->before_known[YBI_BUCKET_TOTAL] && (sum > d->before[YBI_BUCKET_TOTAL] || (open == 0 && sum != d->before[YBI_BUCKET_TOTAL])))
		return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "yb_before_medfee_sumamt", "yb_before_medfee_sumamt is not the sum of its parts");
	if (d->before_known[YBI_BUCKET_TOTAL] && open == 1) {
		d->before[lacking] = d->before[YBI_BUCKET_TOTAL] - sum;
		d->before_known[lacking] = true;
		if (d->facts[buckets[lacking].fact].given && d->before[lacking] > d->facts[buckets[lacking].fact].value)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, "yb_before_medfee_sumamt", "of yb_before_medfee_sumamt more is left for %s than there is in the whole stay",
			                    yb_field_get_name(buckets[lacking].field));
	} else if (!d->before_known[YBI_BUCKET_TOTAL] && open == 0) {
		d->before[YBI_BUCKET_TOTAL] = sum;
		d->before_known[YBI_BUCKET_TOTAL] = true;
	}
	return YB_OK;
}

static void
bind_buckets(struct yb_decision *part)
{
	const struct yb_decision *whole = part->whole;

	for (uint32_t i = 0; i < YBI_BUCKETS; i++) {
		const struct ybi_fact *all = &whole->facts[buckets[i].fact];
		forget(field_fact(part, buckets[i].field));
		forget(&part->facts[buckets[i].fact]);
		if (whole->line_count || !whole->before_known[i])
			continue;
		if (part->part == 1)
			ybi_fact_set(part, part->book->field_fact[buckets[i].field], whole->before[i]);
		else if (all->given)
			ybi_fact_set(part, part->book->field_fact[buckets[i].field], all->value - whole->before[i]);
	}
}

/* An amount of the claim that the document declares falls on the parts as it is told of each. */
static void
bind_own_amounts(struct yb_decision *part)
{
	const struct yb_decision *whole = part->whole;

	for (uint32_t i = 0; i < whole->book->facts_count; i++) {
		const struct ybi_fact_meta *own = &whole->book->facts[i];
		uint32_t all, fact;
		if (own->part != YBI_OF_CLAIM || own->field || strncmp(own->name, part->part == 1 ? "part1." : "part2.", 6) != 0)
			continue;
		all = ybi_book_fact(whole->book, own->name + 6, strlen(own->name + 6));
		fact = ybi_book_fact(part->book, own->name + 6, strlen(own->name + 6));
		if (fact == YBI_NO_FACT || all == YBI_NO_FACT)
			continue;
		if (whole->facts[i].given)
			ybi_fact_set(part, fact, whole->facts[i].value);
		else if (whole->facts[all].given && whole->facts[all].value != 0)
			forget(&part->facts[fact]);
	}
}

void
ybi_bind_part(struct yb_decision *part)
{
	const struct ybi_book *book = part->book;
	const struct ybi_fact *told = field_fact(part->whole, YB_FIELD_YB_AFTER_ADMISSION);

	ybi_fact_set(part, YBI_FACT_ON, part->part_last);
	forget(&part->facts[YBI_FACT_YEAR]);
	forget(&part->facts[ybi_book_fact(book, "year_first", 10)]);
	if (book->split_again) {
		ybi_fact_set(part, book->field_fact[YB_FIELD_BEGNDATE], part->part_first);
		ybi_fact_set(part, book->field_fact[YB_FIELD_ENDDATE], part->part_last);
	}
	if (part->part == 2) /* nothing of a year is before a stay that was there when it began */
		ybi_fact_set(part, book->field_fact[YB_FIELD_YB_ADMISSION], told->given ? told->value : 1);
	bind_buckets(part);
	bind_own_amounts(part);
}

static const struct ybi_known *
line_day(const struct ybi_record *line)
{
	const struct ybi_known *known = ybi_record_get(line, YB_FIELD_FEE_OCUR_TIME);

	return known && known->known ? known : NULL;
}

bool
ybi_part_has_line(const struct yb_decision *d, const struct ybi_record *line)
{
	const struct ybi_known *day = line_day(line);

	if (!d->part || !day)
		return true;
	return d->part == 1 ? day->value <= d->part_last : day->value >= d->part_first;
}

/* ---- what the second part goes on from ---- */

static const struct ybi_value *
results_of(const struct yb_decision *d, const char *layer, size_t length)
{
	for (size_t i = 0; i < d->book->layer_names_count; i++)
		if (ybi_streq_n(layer, length, d->book->layer_names[i]))
			return &d->results[i * YBI_RESULT_STRIDE];
	return NULL;
}

yb_fen
ybi_total_whole(struct ybi_fraction q)
{
	yb_fen fen = 0;

	if (ybi_fraction_round(q, ybi_fraction_from(1), YB_ROUND_HALF_UP, &q) == YB_OK)
		(void)ybi_fraction_to_i64(q, &fen);
	return fen;
}

static yb_fen
whole_fen(const struct ybi_value *value)
{
	return value->state == YBI_KNOWN ? ybi_total_whole(value->q) : 0;
}

/* What a fund paid in the end: a share of it during a wait. */
static yb_fen
paid_of(const struct yb_decision *d, const struct ybi_value *r)
{
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];
	struct ybi_fraction q;
	yb_fen fen = whole_fen(&r[YBI_RESULT_PAID]);

	if (d->share_given && ybi_fraction_mul(ybi_fraction_from(fen), d->share, &q) == YB_OK &&
	    ybi_fraction_round(q, ybi_fraction_from(benefit->step), benefit->mode, &q) == YB_OK)
		(void)ybi_fraction_to_i64(q, &fen);
	return fen;
}

/* What the first part adds to a pool: of every layer that counts against it. */
static yb_fen
drawn_on_pool(struct yb_decision *d, const char *pool)
{
	const struct ybi_schedule *schedule = &d->book->schedule;
	const struct ybi_benefit *benefit = &d->book->benefits[d->benefit];
	struct ybi_eval eval;
	yb_fen sum = 0;

	ybi_eval_start(d, &eval);
	eval.used = NULL;
	for (uint32_t i = 0; i < benefit->layer_count; i++) {
		const struct ybi_layer *layer = &schedule->layers[benefit->first_layer + i];
		const struct ybi_value *r = &d->results[(size_t)layer->number * YBI_RESULT_STRIDE];
		if (layer->charged != YBI_NO_FACT && !strcmp(d->book->facts[layer->charged].name, pool))
			sum += whole_fen(&r[YBI_RESULT_DEDUCTIBLE]);
		for (uint32_t k = 0; k < layer->ceiling_count; k++) {
			const struct ybi_ceiling *ceiling = &schedule->ceilings[layer->first_ceiling + k];
			struct ybi_value v;
			if (ceiling->used == YBI_NO_FACT || strcmp(d->book->facts[ceiling->used].name, pool) != 0)
				continue;
			ybi_condition(&eval, ceiling->when, &v);
			if (ybi_holds(&v)) {
				sum += ceiling->on_cost ? whole_fen(&r[YBI_RESULT_BASE]) : paid_of(d, r);
				break;
			}
		}
	}
	return sum;
}

yb_fen
ybi_total_added(struct yb_decision *d, const char *name)
{
	const char *first = strchr(name, '.');
	const struct ybi_value *r;

	if (d->outcome != YB_OUTCOME_ANSWERED || !first)
		return 0;
	if (!strncmp(name, "pool.", 5))
		return drawn_on_pool(d, name);
	r = results_of(d, name, (size_t)(first - name));
	if (!r || r[YBI_RESULT_BASE].state != YBI_KNOWN)
		return 0;
	if (!strncmp(first, ".base.", 6))
		return whole_fen(&r[YBI_RESULT_BASE]);
	if (!strncmp(first, ".net.", 5))
		return whole_fen(&r[YBI_RESULT_BASE]) - whole_fen(&r[YBI_RESULT_DEDUCTIBLE]);
	return !strncmp(first, ".paid.", 6) ? paid_of(d, r) : whole_fen(&r[YBI_RESULT_DEDUCTIBLE]);
}

enum ybi_period
ybi_total_period(const struct ybi_book *book, const char *name)
{
	static const char *const names[] = { [YBI_PER_STAY] = ".stay", [YBI_PER_VISIT] = ".visit", [YBI_PER_MONTH] = ".month",
		                             [YBI_PER_YEAR] = ".year", [YBI_PER_EPISODE] = ".episode", [YBI_PER_LIFE] = ".life" };
	const char *period = strrchr(name, '.');

	for (size_t i = 0; i < book->pools_count; i++)
		if (!strncmp(name, "pool.", 5) && !strcmp(name + 5, book->pools[i].name))
			return (enum ybi_period)book->pools[i].expr;
	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++)
		if (period && !strcmp(period, names[i]))
			return (enum ybi_period)i;
	return YBI_PER_YEAR;
}

static bool
same_month(yb_day a, yb_day b)
{
	char one[YB_DAY_TEXT_SIZE], other[YB_DAY_TEXT_SIZE];

	yb_day_to_text(a, one);
	yb_day_to_text(b, other);
	return !memcmp(one, other, sizeof("YYYY-MM") - 1);
}

/* Does a running total of the first part's day go on in the second? */
static bool
goes_on(const struct yb_decision *first, const struct yb_decision *second, enum ybi_period period)
{
	if (period == YBI_PER_STAY || period == YBI_PER_VISIT)
		return !second->book->split_again;
	if (period == YBI_PER_MONTH)
		return same_month(first->part_last, second->part_last);
	return period != YBI_PER_YEAR;
}

/* Totals of the second part: what was before the first and what that one added, or of a new year what is told of it. */
static yb_status
carry_totals(struct yb_decision *first, struct yb_decision *second, struct yb_error **err)
{
	const struct ybi_book *book = second->book;

	for (uint32_t i = 0; i < book->facts_count; i++) {
		const char *name = book->facts[i].name;
		uint32_t told, before = ybi_book_fact(first->book, name, strlen(name));
		char own[80] = "part2.";
		yb_fen sum;
		if (book->facts[i].part != YBI_OF_TOTAL || !strncmp(name, "part2.", 6) || strlen(name) >= sizeof(own) - 6)
			continue;
		memcpy(own + 6, name, strlen(name) + 1);
		told = ybi_book_fact(second->whole->book, own, strlen(own));
		sum = before == YBI_NO_FACT ? 0 : first->facts[before].value;
		if (told != YBI_NO_FACT && second->whole->facts[told].given)
			sum = second->whole->facts[told].value;
		else if (!goes_on(first, second, ybi_total_period(book, name)))
			sum = 0;
		else
			sum += ybi_total_added(first, name);
		if (sum > YB_FEN_LIMIT)
			return ybi_error_at(err, YB_E_BAD_AMOUNT, NULL, name, "%s is more than a total may be after the first part of the stay", name);
		ybi_fact_set(second, i, sum);
	}
	return YB_OK;
}

/* The deductible of the stay is that of its first part, where there was one. */
static yb_status
carry_dues(const struct yb_decision *first, struct yb_decision *second, struct yb_error **err)
{
	size_t count = second->book->layer_names_count;

	if (count > second->due_room) {
		struct ybi_value *more = ybi_calloc(count, sizeof(*more));
		if (!more)
			return ybi_error_no_memory(err);
		free(second->dues);
		second->dues = more;
		second->due_room = count;
	}
	for (size_t i = 0; i < count; i++) {
		const char *name = second->book->layer_names[i];
		const struct ybi_value *r = results_of(first, name, strlen(name));
		bool ran = !second->book->split_again && first->outcome == YB_OUTCOME_ANSWERED && r && r[YBI_RESULT_BANDS].state == YBI_KNOWN &&
			ybi_fraction_sign(r[YBI_RESULT_BANDS].q) > 0;
		ybi_value_state(&second->dues[i], YBI_UNKNOWN, YBI_FACT_ON);
		if (ran)
			second->dues[i] = r[YBI_RESULT_DUE];
	}
	return YB_OK;
}

bool
ybi_part_goes_on(const struct yb_decision *d)
{
	return d->part == 2 && d->whole->parts[0]->outcome == YB_OUTCOME_ANSWERED && !d->book->split_again;
}

void
ybi_bind_limits(struct yb_decision *part, const struct ybi_benefit *benefit)
{
	const struct yb_decision *first;
	const struct ybi_benefit *before;

	memset(part->limit_used, 0, sizeof(part->limit_used));
	if (!ybi_part_goes_on(part))
		return;
	first = part->whole->parts[0];
	before = &first->book->benefits[first->benefit];
	for (uint32_t i = 0; i < benefit->limit_count; i++)
		for (uint32_t k = 0; k < before->limit_count; k++)
			if (!strcmp(part->book->limits[benefit->first_limit + i].id, first->book->limits[before->first_limit + k].id))
				part->limit_used[i] = first->limit_used[k];
}

/* ---- the sums ---- */

static void
sum_amount(struct yb_decision *d, yb_field field)
{
	size_t i = (size_t)(field - YBI_AMOUNT_FIRST);
	const struct yb_decision *a = d->parts[0], *b = d->parts[1];

	d->known[i] = (a->known[i] || a->outcome == YB_OUTCOME_REFUSED) && (b->known[i] || b->outcome == YB_OUTCOME_REFUSED);
	d->amounts[i] = d->known[i] ? a->amounts[i] + b->amounts[i] : 0; /* nothing of a part that is refused */
}

static bool
adds_up(uint32_t result)
{
	return result <= YBI_RESULT_LEFT || (result >= YBI_RESULT_BAND1 && result < YBI_RESULT_RATIO1);
}

/* Results of a layer over both parts; where it ran in neither, or what it leaves is no amount, they stay unknown. */
static yb_status
sum_results(struct yb_decision *d, struct yb_error **err)
{
	for (uint32_t i = 0; i < d->book->layer_names_count * YBI_RESULT_STRIDE; i++) {
		const char *name = d->book->layer_names[i / YBI_RESULT_STRIDE];
		struct ybi_value sum;
		ybi_value_state(&sum, YBI_UNKNOWN, YBI_FACT_TOTAL);
		for (size_t k = 0; k < ARRAY_SIZE(d->parts); k++) {
			const struct ybi_value *r = results_of(d->parts[k], name, strlen(name));
			struct ybi_value part;
			if (d->parts[k]->outcome != YB_OUTCOME_ANSWERED || !r || !adds_up(i % YBI_RESULT_STRIDE))
				continue;
			ybi_result_get(r, i % YBI_RESULT_STRIDE, &part);
			if (part.state != YBI_KNOWN)
				continue;
			if (sum.state != YBI_KNOWN)
				sum = part;
			else if (ybi_fraction_add(sum.q, part.q, &sum.q) != YB_OK)
				return ybi_error_at(err, YB_E_OVERFLOW, NULL, name, "the sum of the parts of layer %s does not fit", name);
		}
		d->results[i] = sum;
		if (i % YBI_RESULT_STRIDE == YBI_RESULT_STORED)
			d->results[i].why = YBI_BANDS;
	}
	return YB_OK;
}

/* The parts of the bill: as they were given, or as the cost lines of both parts come to. */
static yb_status
sum_bill(struct yb_decision *d, struct yb_error **err)
{
	for (uint32_t i = 0; i < YBI_BUCKETS; i++) {
		const struct ybi_fact *given = field_fact(d, buckets[i].field);
		size_t at = (size_t)(buckets[i].field - YBI_AMOUNT_FIRST);
		yb_fen sum = 0;
		bool known = d->line_count > 0;
		for (size_t k = 0; k < ARRAY_SIZE(d->parts); k++) {
			known = known && d->parts[k]->outcome == YB_OUTCOME_ANSWERED;
			sum += known ? d->parts[k]->facts[buckets[i].fact].value : 0;
			if (known && k == 0 && field_fact(d, buckets[i].before)->given && field_fact(d, buckets[i].before)->value != sum)
				return ybi_error_at(err, YB_E_CONTRADICTION, NULL, yb_field_get_name(buckets[i].before), "%s differs from the cost lines up to the year's end",
				                    yb_field_get_name(buckets[i].before));
		}
		if (known && given->given && given->value != sum)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, yb_field_get_name(buckets[i].field), "%s differs from its cost lines",
			                    yb_field_get_name(buckets[i].field));
		if (known)
			ybi_fact_set(d, buckets[i].fact, sum);
		else if (d->line_count && given->given)
			ybi_fact_set(d, buckets[i].fact, given->value);
		d->known[at] = d->facts[buckets[i].fact].given;
		d->amounts[at] = d->known[at] ? d->facts[buckets[i].fact].value : 0;
	}
	return YB_OK;
}

/* The lines as they were split; nothing is told of those of a part that is refused. */
static yb_status
sum_lines(struct yb_decision *d, const struct yb_claim *claim, struct yb_error **err)
{
	size_t count = d->line_count;

	if (count > d->line_room) {
		struct ybi_line *more = ybi_calloc(count, sizeof(*more));
		if (!more)
			return ybi_error_no_memory(err);
		free(d->lines);
		d->lines = more;
		d->line_room = count;
	}
	d->line_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct yb_decision *part = d->parts[ybi_part_has_line(d->parts[0], &claim->lines[i]) ? 0 : 1];
		if (part->outcome == YB_OUTCOME_ANSWERED)
			d->lines[d->line_count++] = part->lines[i];
	}
	return YB_OK;
}

static yb_status
sum_up(struct yb_decision *d, const struct yb_claim *claim, struct yb_error **err)
{
	yb_fen may = 0, funds;
	uint32_t asks = 0;
	bool all = true;
	yb_status st = sum_bill(d, err);

	if (st == YB_OK)
		st = sum_lines(d, claim, err);
	if (st == YB_OK)
		st = sum_results(d, err);
	if (st != YB_OK)
		return st;
	sum_amount(d, YB_FIELD_ACT_PAY_DEDC);
	for (yb_field f = YB_FIELD_HIFP_PAY; f <= YB_FIELD_FUND_PAY_SUMAMT; f++)
		if (f != YB_FIELD_POOL_PROP_SELFPAY)
			sum_amount(d, f);
	ybi_draw_fund_share(d);
	for (size_t k = 0; k < ARRAY_SIZE(d->parts); k++) {
		bool answered = d->parts[k]->outcome == YB_OUTCOME_ANSWERED;
		may += answered ? ybi_account_may(d->parts[k]) : 0; /* nothing says what it may pay of a part that is refused */
		all = all && answered && ybi_account_pays_all(d->parts[k]);
		asks |= answered ? d->parts[k]->book->benefits[d->parts[k]->benefit].account : 0;
	}
	if (!all)
		ybi_account_asks(d, asks);
	funds = d->amounts[YB_FIELD_FUND_PAY_SUMAMT - YBI_AMOUNT_FIRST];
	return ybi_draw_person(d, funds, may, all, err);
}

/* ---- outcome and reasons ---- */

/* A reason that tells a day, or what was decided of it, is one of its part even where the other has it too. */
static bool
told_of_day(uint32_t code)
{
	return code == YBI_REASON_WAITING || code == YBI_REASON_NOT_COVERED || code == YBI_REASON_WAIT_SHARE || code == YBI_REASON_COVER_ENDED ||
	       code == YBI_REASON_DAY_NOT_COVERED || code == YBI_REASON_NOT_INSURED || code == YBI_REASON_REFUSED || code == YBI_REASON_CEILING;
}

static void
join_reasons(struct yb_decision *d)
{
	const struct yb_decision *a = d->parts[0], *b = d->parts[1];

	d->reason_count = 0;
	for (uint32_t k = 0; k < ARRAY_SIZE(d->parts); k++)
		for (uint32_t i = 0; i < d->parts[k]->reason_count && d->reason_count < YBI_REASONS; i++) {
			struct ybi_reason reason = d->parts[k]->reasons[i];
			uint32_t same = d->reason_count;
			for (uint32_t n = 0; k == 1 && n < d->reason_count && a->book == b->book && !told_of_day(reason.code); n++)
				if (d->reasons[n].code == reason.code && d->reasons[n].subject == reason.subject && d->reasons[n].lacking == reason.lacking)
					same = n;
			reason.part = (uint8_t)(k + 1);
			if (same < d->reason_count)
				d->reasons[same].both = true;
			else
				d->reasons[d->reason_count++] = reason;
		}
}

static yb_outcome
join_outcomes(const struct yb_decision *d)
{
	static const yb_outcome order[] = { YB_OUTCOME_UNSUPPORTED, YB_OUTCOME_INCOMPLETE, YB_OUTCOME_ANSWERED };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (d->parts[0]->outcome == order[i] || d->parts[1]->outcome == order[i])
			return order[i];
	return YB_OUTCOME_REFUSED; /* both; where one is, the other is answered and the person bears the costs of this one */
}

/* ---- the question ---- */

static yb_status
open_parts(struct yb_decision *d, yb_day first_of_second, struct yb_error **err)
{
	for (size_t k = 0; k < ARRAY_SIZE(d->parts); k++) {
		yb_status st = d->parts[k] ? YB_OK : yb_decision_new(&d->parts[k], err);
		if (st != YB_OK)
			return st;
		d->parts[k]->part = (uint8_t)(k + 1);
		d->parts[k]->whole = d;
		d->parts[k]->trace = d->trace;
	}
	d->parts[0]->part_first = (yb_day)field_fact(d, YB_FIELD_BEGNDATE)->value;
	d->parts[0]->part_last = first_of_second - 1;
	d->parts[1]->part_first = first_of_second;
	d->parts[1]->part_last = (yb_day)field_fact(d, YB_FIELD_ENDDATE)->value;
	return YB_OK;
}

static yb_status
settle_parts(struct yb_decision *d, const struct yb_claim *claim, const struct ybi_part_source *source, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (size_t k = 0; k < ARRAY_SIZE(d->parts) && st == YB_OK; k++) {
		struct yb_decision *part = d->parts[k];
		st = source->begin(source->context, part, part->part_last, err);
		if (st == YB_OK && k == 1)
			st = carry_totals(d->parts[0], part, err);
		if (st == YB_OK && k == 1)
			st = carry_dues(d->parts[0], part, err);
		if (st == YB_OK && part->outcome == YB_OUTCOME_NONE)
			st = ybi_settle_bound(part, claim, err);
	}
	return st;
}

static yb_status
settle_split(struct yb_decision *d, const struct yb_claim *claim, const struct ybi_part_source *source, yb_day first_of_second,
             struct yb_error **err)
{
	yb_status st = open_parts(d, first_of_second, err);

	d->line_count = claim ? claim->line_count : 0;
	if (st == YB_OK && !d->line_count)
		st = ybi_balance_buckets(d, err);
	if (st == YB_OK && !d->line_count)
		st = divide(d, err);
	for (size_t i = 0; i < d->line_count; i++)
		if (!line_day(&claim->lines[i]) && !d->obstacles.missing_count)
			lack(d, YB_FIELD_FEE_OCUR_TIME);
	if (st != YB_OK || ybi_question_stopped(d, err, &st))
		return st;
	st = settle_parts(d, claim, source, err);
	if (st != YB_OK)
		return st;
	d->split = true;
	join_reasons(d);
	d->outcome = join_outcomes(d);
	if (d->outcome != YB_OUTCOME_ANSWERED)
		return YB_OK;
	st = sum_up(d, claim, err);
	if (st != YB_OK || ybi_question_stopped(d, err, &st))
		return st;
	for (yb_field f = YBI_AMOUNT_FIRST; f <= YBI_AMOUNT_LAST; f++) /* what a vector's formula reads */
		if (d->known[f - YBI_AMOUNT_FIRST])
			ybi_fact_set(d, d->book->field_fact[f], d->amounts[f - YBI_AMOUNT_FIRST]);
	d->traced = true;
	return YB_OK;
}

yb_status
ybi_settle_split(struct yb_decision *d, const struct yb_claim *claim, const struct ybi_part_source *source, bool *done, struct yb_error **err)
{
	const struct ybi_fact *begin = field_fact(d, YB_FIELD_BEGNDATE), *end = field_fact(d, YB_FIELD_ENDDATE);
	yb_day first = YB_DAY_NONE;
	int ends;
	yb_status st = YB_OK;

	*done = false;
	if (!d->book->year_by_split || (!end->given && !begin->given && d->facts[YBI_FACT_ON].given))
		return YB_OK; /* a day is given for both */
	if (!end->given)
		lack(d, YB_FIELD_ENDDATE);
	if (!begin->given)
		lack(d, YB_FIELD_BEGNDATE);
	*done = !begin->given || !end->given;
	if (*done) {
		(void)ybi_question_stopped(d, err, &st);
		return st;
	}
	ends = crossings(d, &first);
	*done = ends > 0;
	if (ends == 1)
		return settle_split(d, claim, source, first, err);
	if (ends > 1) {
		ybi_reason_add(d, YBI_REASON_YEAR_ENDS, 0);
		d->outcome = YB_OUTCOME_UNSUPPORTED;
	}
	return YB_OK;
}
