/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Properties that hold of every document and every claim, tried on random ones: the sums, the ceilings, order and division of bills, the
 * same answer to the same question, and the like of the other questions. What fails is made as small as possible and told with its seed.
 *
 *   check_properties [SEED [CASES]]   or YB_PROPERTIES=CASES make check
 */
#include <check.h>
#include <string.h>

#include "source.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const yb_field fund_fields[] = { YB_FIELD_HIFP_PAY, YB_FIELD_HIFMI_PAY, YB_FIELD_MAF_PAY };

/* ---- bills ---- */

static void
sums_are_whole(struct run *run)
{
	struct document made;
	struct claim claim;
	struct carried carried = { 0 };
	struct yb_policy_set *set;
	struct yb_decision *d;
	yb_fen fund, person, sum = 0;

	make_document(run, &made, 0);
	make_claim(run, &claim);
	set = load(run);
	d = set ? settle(run, set, &made, &claim, &carried) : NULL;
	if (d) {
		fund = amount(d, YB_FIELD_FUND_PAY_SUMAMT) + run->lie;
		person = amount(d, YB_FIELD_PSN_PART_AMT);
		EXPECT(run, fund + person + amount(d, YB_FIELD_HOSP_PART_AMT) == claim.scope + claim.prior + claim.own + claim.over,
		       "%lld of the funds and %lld of the person are not the bill", (long long)fund, (long long)person);
		EXPECT(run, amount(d, YB_FIELD_ACCT_PAY) + amount(d, YB_FIELD_PSN_CASH_PAY) == person, "account and cash are not the person's part");
		EXPECT(run, amount(d, YB_FIELD_ACCT_PAY) >= 0 && amount(d, YB_FIELD_ACCT_PAY) <= (claim.use_account ? claim.balance : 0), "the account pays more than it has");
		for (int f = 0; f < COUNT(fund_fields); f++) {
			yb_fen drawn = 0;
			for (int l = 0; l < made.layer_count; l++)
				drawn += made.layers[l].fund == f ? result(run, d, l, "paid") : 0;
			EXPECT(run, drawn == amount(d, fund_fields[f]), "fund %d pays %lld, its layers %lld", f, (long long)amount(d, fund_fields[f]), (long long)drawn);
			sum += amount(d, fund_fields[f]);
		}
		EXPECT(run, sum == amount(d, YB_FIELD_FUND_PAY_SUMAMT), "the funds are not their sum");
	}
	yb_decision_unref(d);
	yb_policy_set_unref(set);
}

static void
a_layer_stays_within_its_base(struct run *run)
{
	struct document made;
	struct claim claim;
	struct carried carried = { 0 };
	struct yb_policy_set *set;
	struct yb_decision *d;

	make_document(run, &made, 0);
	make_claim(run, &claim);
	set = load(run);
	d = set ? settle(run, set, &made, &claim, &carried) : NULL;
	for (int l = 0; d && l < made.layer_count; l++) {
		int64_t base = 0, left = 0, absorbed = 0, over = 0, paid = result(run, d, l, "paid"), due = result(run, d, l, "deductible");
		bool whole = exact(d, l, "base", &base) && exact(d, l, "left", &left) && exact(d, l, "absorbed", &absorbed) && exact(d, l, "over", &over);
		EXPECT(run, paid >= 0 && paid <= base / 10000000 + made.step, "layer %d pays %lld of %lld", l, (long long)paid, (long long)(base / 10000000));
		EXPECT(run, due >= 0 && due <= base / 10000000 + 1, "layer %d takes %lld off %lld", l, (long long)due, (long long)(base / 10000000));
		if (whole) {
			EXPECT(run, left + run->lie == base - paid * 10000000, "layer %d: what is left is not base less paid", l);
			EXPECT(run, absorbed + over == base && over >= 0 && absorbed >= 0, "layer %d: dealt with and above are not the base", l);
		}
	}
	yb_decision_unref(d);
	yb_policy_set_unref(set);
}

/* What a ceiling has left before a bill. */
static yb_fen
room(const struct ceiling *c, const struct carried *before, int layer)
{
	yb_fen used = c->pool >= 0 ? before->pools[c->pool] : c->per == PER_STAY ? 0 : before->totals[layer][c->on_cost ? TOTAL_BASE : TOTAL_PAID][c->per];

	return used < c->amount ? c->amount - used : 0;
}

static void
no_ceiling_is_passed_by_any_sequence(struct run *run)
{
	struct document made;
	struct carried carried = { 0 };
	struct yb_policy_set *set;
	uint32_t bills;

	make_document(run, &made, 0);
	set = load(run);
	bills = 1 + draw(run->source, 5);
	for (uint32_t i = 0; set && i < bills && !run->failed; i++) {
		struct claim claim;
		struct yb_decision *d;
		make_claim(run, &claim);
		d = settle(run, set, &made, &claim, &carried);
		for (int l = 0; d && l < made.layer_count; l++)
			for (int k = 0; k < made.layers[l].ceiling_count; k++) {
				const struct ceiling *c = &made.layers[l].ceilings[k];
				yb_fen spent = result(run, d, l, c->on_cost ? "absorbed" : "paid");
				EXPECT(run, spent + run->lie <= room(c, &carried, l), "layer %d: %lld under ceiling %d, which leaves %lld", l, (long long)spent, k,
				       (long long)room(c, &carried, l));
			}
		if (d)
			carry(run, d, &made, &carried);
		yb_decision_unref(d);
	}
	yb_policy_set_unref(set);
}

/* Layers of one bill that draw on one pool of payments do not pay more than the largest of their ceilings on it leaves. */
static void
layers_share_the_room_of_a_pool(struct run *run)
{
	struct document made;
	struct claim claim;
	struct carried carried = { 0 };
	struct yb_policy_set *set;
	struct yb_decision *d;

	make_document(run, &made, 0);
	make_claim(run, &claim);
	for (int p = 0; p < made.pool_count; p++)
		carried.pools[p] = draw_fen(run->source);
	set = load(run);
	d = set ? settle(run, set, &made, &claim, &carried) : NULL;
	for (int p = 0; d && p < made.pool_count; p++) {
		yb_fen most = 0, paid = 0;
		int drawing = 0;
		for (int l = 0; l < made.layer_count && made.pool_on[p] == 0; l++) {
			yb_fen least = -1;
			for (int k = 0; k < made.layers[l].ceiling_count; k++)
				if (made.layers[l].ceilings[k].pool == p && (least < 0 || made.layers[l].ceilings[k].amount < least))
					least = made.layers[l].ceilings[k].amount;
			if (least < 0)
				continue;
			most = least > most ? least : most;
			paid += result(run, d, l, "paid");
			drawing++;
		}
		most = most > carried.pools[p] ? most - carried.pools[p] : 0;
		EXPECT(run, drawing == 0 || paid + run->lie <= most, "%d layers draw %lld on pool %d, which has %lld left", drawing, (long long)paid, p, (long long)most);
	}
	yb_decision_unref(d);
	yb_policy_set_unref(set);
}

static void
a_larger_bill_brings_no_less(struct run *run)
{
	struct document made;
	struct claim small, large;
	struct carried carried = { 0 };
	struct yb_policy_set *set;
	struct yb_decision *a, *b;
	int64_t exact_a = 0, exact_b = 0;

	make_document(run, &made, ONE_LAYER);
	make_claim(run, &small);
	large = small;
	large.scope += draw_fen(run->source);
	set = load(run);
	a = set ? settle(run, set, &made, &small, &carried) : NULL;
	b = a ? settle(run, set, &made, &large, &carried) : NULL;
	if (b) {
		yb_fen less = result(run, a, 0, "paid"), more = result(run, b, 0, "paid") - run->lie;
		EXPECT(run, more >= less, "%lld for the larger bill, %lld for the smaller", (long long)more, (long long)less);
		(void)exact(a, 0, "paid.exact", &exact_a);
		(void)exact(b, 0, "paid.exact", &exact_b);
		EXPECT(run, exact_b >= exact_a, "the exact amount falls with the bill");
	}
	yb_decision_unref(a);
	yb_decision_unref(b);
	yb_policy_set_unref(set);
}

/* Two bills, one after the other. */
static bool
settle_two(struct run *run, const struct yb_policy_set *set, const struct document *made, const struct claim *first, const struct claim *second,
           yb_fen *paid, int64_t *exactly, bool *whole)
{
	struct carried carried = { 0 };
	struct yb_decision *a = settle(run, set, made, first, &carried), *b = NULL;
	int64_t x = 0, y = 0;

	if (a) {
		carry(run, a, made, &carried);
		b = settle(run, set, made, second, &carried);
	}
	if (b) {
		*paid = result(run, a, 0, "paid") + result(run, b, 0, "paid");
		*whole = exact(a, 0, "paid.exact", &x) && exact(b, 0, "paid.exact", &y);
		*exactly = x + y;
	}
	yb_decision_unref(a);
	yb_decision_unref(b);
	return b != NULL;
}

/* Bands, deductible and ceilings of the year: parts of a bill bring what the whole brings, but for the rounding of each. */
static void
divided(struct run *run, int needs)
{
	struct document made;
	struct claim first, second, both;
	struct carried carried = { 0 };
	struct yb_policy_set *set;
	struct yb_decision *d = NULL;
	yb_fen parts = 0, whole;
	int64_t exactly = 0, at_once = 0;
	bool ends = false;

	make_document(run, &made, ONE_LAYER | ADDITIVE | FEN | SIMPLE_RATES | needs);
	make_claim(run, &first);
	second = both = first;
	second.scope = draw_fen(run->source);
	both.scope = first.scope + second.scope;
	set = load(run);
	if (set && settle_two(run, set, &made, &first, &second, &parts, &exactly, &ends))
		d = settle(run, set, &made, &both, &carried);
	if (d) {
		whole = result(run, d, 0, "paid");
		EXPECT(run, parts + 2 * run->lie <= whole + 1 && parts >= whole - 1, "%lld in parts, %lld at once", (long long)parts, (long long)whole);
		if (needs & NO_PAYMENT_CEILINGS && ends && exact(d, 0, "paid.exact", &at_once))
			EXPECT(run, exactly == at_once, "the exact amounts differ: %lld in parts, %lld at once", (long long)exactly, (long long)at_once);
	}
	yb_decision_unref(d);
	yb_policy_set_unref(set);
}

static void
a_divided_bill_brings_the_same(struct run *run)
{
	divided(run, NO_PAYMENT_CEILINGS);
}

static void
a_divided_bill_brings_the_same_under_ceilings_of_the_year(struct run *run)
{
	divided(run, 0);
}

static void
the_order_of_bills_changes_nothing(struct run *run)
{
	struct document made;
	struct claim first, second;
	struct yb_policy_set *set;
	yb_fen a = 0, b = 0;
	int64_t exact_a = 0, exact_b = 0;
	bool ends_a = false, ends_b = false;
	int needs = draw(run->source, 2) ? 0 : NO_PAYMENT_CEILINGS;

	make_document(run, &made, ONE_LAYER | ADDITIVE | FEN | SIMPLE_RATES | needs);
	make_claim(run, &first);
	second = first;
	second.scope = draw_fen(run->source);
	set = load(run);
	if (set && settle_two(run, set, &made, &first, &second, &a, &exact_a, &ends_a) &&
	    settle_two(run, set, &made, &second, &first, &b, &exact_b, &ends_b)) {
		EXPECT(run, a + 2 * run->lie <= b + 1 && a >= b - 1, "%lld in one order, %lld in the other", (long long)a, (long long)b);
		EXPECT(run, !needs || !ends_a || !ends_b || exact_a == exact_b, "the exact amounts differ: %lld and %lld", (long long)exact_a, (long long)exact_b);
	}
	yb_policy_set_unref(set);
}

static char *
told(struct run *run, const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim, struct yb_decision *d)
{
	char *text = NULL;
	struct yb_error *err = NULL;
	yb_status st = yb_settle(set, person, claim, NULL, d, &err);

	if (st == YB_E_CONTRADICTION || st == YB_E_OVERFLOW) /* as in settle() */
		run->useless = true;
	if (st == YB_OK)
		st = yb_decision_render(d, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_FULL, &text, &err);
	EXPECT(run, st == YB_OK, "%s: %s", yb_status_name(st), err ? yb_error_get_message(err) : "");
	yb_error_unref(err);
	return text;
}

/* The same question again: with the same handle after another bill, with a new one, with another set, and from JSON. */
static void
the_same_question_has_the_same_answer(struct run *run)
{
	struct document made;
	struct claim claim, other, lied;
	struct carried carried = { 0 };
	struct yb_policy_set *sets[2];
	struct yb_decision *d = NULL, *fresh = NULL;
	struct yb_person *person, *read_person = NULL;
	struct yb_claim *bill, *other_bill, *again, *read_bill = NULL;
	struct text json = { .length = 0 }, person_text = { .length = 0 };
	char *texts[4] = { NULL };

	make_document(run, &made, 0);
	make_claim(run, &claim);
	make_claim(run, &other);
	for (int p = 0; p < made.pool_count; p++)
		carried.pools[p] = draw_fen(run->source);
	sets[0] = load(run);
	sets[1] = sets[0] ? load(run) : NULL;
	lied = claim;
	lied.scope += run->lie;
	person = fill_person(&claim);
	bill = fill_claim(&made, &claim, &carried);
	other_bill = fill_claim(&made, &other, &carried);
	again = fill_claim(&made, &lied, &carried);
	claim_json(&json, &made, &claim, &carried);
	person_json(&person_text, &claim);
	put(&run->story, "claim: %s\n", json.data);
	if (yb_decision_new(&d, NULL) != YB_OK || yb_decision_new(&fresh, NULL) != YB_OK)
		abort();
	EXPECT(run, yb_claim_new_from_json(json.data, json.length, "claim.json", &read_bill, NULL) == YB_OK, "the claim is not read");
	EXPECT(run, yb_person_new_from_json(person_text.data, person_text.length, "person.json", &read_person, NULL) == YB_OK, "the person is not read");
	if (sets[1] && !run->failed) {
		texts[0] = told(run, sets[0], person, bill, d);
		yb_free(told(run, sets[0], person, other_bill, d));
		texts[1] = told(run, sets[0], person, again, d);
		texts[2] = told(run, sets[1], person, bill, fresh);
		texts[3] = told(run, sets[1], read_person, read_bill, fresh);
		for (int i = 1; i < 4 && !run->failed; i++)
			EXPECT(run, texts[i] && strcmp(texts[0], texts[i]) == 0, "answer %d differs from the first", i);
	}
	for (int i = 0; i < 4; i++)
		yb_free(texts[i]);
	yb_decision_unref(d);
	yb_decision_unref(fresh);
	yb_claim_unref(bill);
	yb_claim_unref(other_bill);
	yb_claim_unref(again);
	yb_claim_unref(read_bill);
	yb_person_unref(person);
	yb_person_unref(read_person);
	yb_policy_set_unref(sets[0]);
	yb_policy_set_unref(sets[1]);
}

/* The amounts come from tables; telling the steps runs the exact evaluator, which refuses to disagree. */
static void
the_dense_way_is_the_exact_way(struct run *run)
{
	struct document made;
	struct carried carried = { 0 };
	struct yb_policy_set *set;
	uint32_t bills;

	make_document(run, &made, 0);
	set = load(run);
	bills = 1 + draw(run->source, 3);
	for (uint32_t i = 0; set && i < bills && !run->failed; i++) {
		struct claim claim;
		struct yb_decision *d;
		yb_fen fund = run->lie, sum = 0;
		char *text = NULL;
		yb_status st;
		make_claim(run, &claim);
		d = settle(run, set, &made, &claim, &carried);
		if (!d)
			break;
		fund += amount(d, YB_FIELD_FUND_PAY_SUMAMT);
		st = yb_decision_render(d, YB_FORMAT_TEXT, YB_LANG_ZH, YB_EXPLAIN_FULL, &text, NULL);
		EXPECT(run, st == YB_OK, "rendering: %s", yb_status_name(st));
		for (int l = 0; l < made.layer_count; l++)
			sum += result(run, d, l, "paid");
		EXPECT(run, fund == sum, "%lld at first, %lld when told", (long long)fund, (long long)sum);
		yb_free(text);
		carry(run, d, &made, &carried);
		yb_decision_unref(d);
	}
	yb_policy_set_unref(set);
}

/* ---- the other questions ---- */

static yb_fen
named(struct run *run, struct yb_decision *d, const char *format, int number)
{
	char name[64];
	int64_t value = 0;
	yb_status st;

	(void)snprintf(name, sizeof(name), format, number);
	st = yb_decision_get_result(d, name, &value, NULL);
	EXPECT(run, st == YB_OK, "%s: %s", name, yb_status_name(st));
	return value;
}

static struct yb_person *
resident(struct run *run)
{
	struct yb_person *person = NULL;
	uint32_t years = draw(run->source, 6);

	if (yb_person_new(&person, NULL) != YB_OK)
		abort();
	(void)yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "990000", 6);
	(void)yb_person_set_text(person, YB_FIELD_INSUTYPE, "390", 3);
	(void)yb_person_set_fen(person, YB_FIELD_YB_WAGE_BASE, draw_fen(run->source));
	(void)yb_person_set_cover_none(person);
	for (uint32_t i = 0; i < years; i++)
		if (draw(run->source, 2))
			(void)yb_person_add_cover_year(person, "390", 2020 + (int32_t)i, YB_DAY_NONE, 0, NULL);
	return person;
}

static void
begin(struct run *run, const char *section)
{
	static const char *const rounds[] = { "fen half_up", "jiao down", "yuan up", "fen half_even", "yuan half_up" };

	put(&run->document, "language: 1\nid: 990000/390\ntitle: T\nround: %s\nsources: {a: {issuer: I, url: u, confidence: official}}\n%s:\n  source: a\n",
	    rounds[draw(run->source, 5)], section);
}

static void
parts_of_a_charge_make_its_total(struct run *run)
{
	static const char *const payers[] = { "person", "employer", "finsubs" };
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	struct yb_policy_set *set;
	struct yb_decision *d = NULL;
	struct yb_person *person;
	uint32_t charges = 1 + draw(run->source, 3), parts[3];
	bool rest[3];
	yb_fen due = 0;
	yb_status st;

	begin(run, "fee");
	put(&run->document, "  charges:\n");
	for (uint32_t c = 0; c < charges; c++) {
		bool monthly = draw(run->source, 2) != 0;
		parts[c] = 1 + draw(run->source, 3);
		rest[c] = parts[c] > 1 && draw(run->source, 2) != 0;
		put(&run->document, "    - id: c%u\n      period: %s\n", (unsigned)c, monthly ? "month" : "year");
		if (rest[c])
			put(&run->document, "      total: = yb_wage_base * %u%%\n", (unsigned)(100 + draw(run->source, 50)));
		put(&run->document, "      payers: {");
		for (uint32_t p = 0; p < parts[c]; p++)
			if (rest[c] && p + 1 == parts[c])
				put(&run->document, ", %s: rest", payers[p]);
			else
				put(&run->document, "%s%s: \"= yb_wage_base * %u / %u\"", p ? ", " : "", payers[p], (unsigned)draw(run->source, 30), (unsigned)(90 + draw(run->source, 17)));
		put(&run->document, "}\n");
	}
	person = resident(run);
	options.year = 2026;
	options.months = 1 + (int32_t)draw(run->source, 12);
	set = load(run);
	if (yb_decision_new(&d, NULL) != YB_OK)
		abort();
	st = set ? yb_fee(set, person, &options, d, NULL) : YB_E_INVALID;
	if (st == YB_E_RULE) /* the rounded parts leave less than nothing for the rest */
		run->useless = true;
	EXPECT(run, st == YB_OK && yb_decision_get_outcome(d) == YB_OUTCOME_ANSWERED, "the fee: %s", yb_status_name(st));
	for (uint32_t c = 0; c < charges && !run->failed; c++) {
		yb_fen sum = run->lie, year = 0;
		for (uint32_t p = 0; p < parts[c]; p++) {
			char name[40];
			(void)snprintf(name, sizeof(name), "c%%d.%s", payers[p]);
			sum += named(run, d, name, (int)c);
			(void)snprintf(name, sizeof(name), "c%%d.%s.year", payers[p]);
			year += named(run, d, name, (int)c);
		}
		EXPECT(run, sum == named(run, d, "c%d.total", (int)c), "the parts of charge %u are %lld", (unsigned)c, (long long)sum);
		EXPECT(run, year == named(run, d, "c%d.total.year", (int)c), "the parts of a year of charge %u are %lld", (unsigned)c, (long long)year);
		due += year;
	}
	if (!run->failed)
		EXPECT(run, due == named(run, d, "due.total", 0), "the charges are %lld, what is due is not", (long long)due);
	yb_decision_unref(d);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}

static void
a_credit_is_gross_less_deductions_and_not_below_nothing(struct run *run)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;
	struct yb_policy_set *set;
	struct yb_decision *d = NULL;
	struct yb_person *person;
	uint32_t credits = 1 + draw(run->source, 3), less[3];
	yb_fen sum = 0;
	yb_status st;

	begin(run, "refund");
	put(&run->document, "  credits:\n");
	for (uint32_t c = 0; c < credits; c++) {
		put(&run->document, "    - id: c%u\n      amount: = yb_wage_base * %u%%\n", (unsigned)c, (unsigned)draw(run->source, 10));
		if (draw(run->source, 2))
			put(&run->document, "      factor: %u/7\n", (unsigned)draw(run->source, 8));
		if (draw(run->source, 2))
			put(&run->document, "      at_least: %u\n", (unsigned)draw(run->source, 200));
		less[c] = draw(run->source, 4);
		for (uint32_t i = 0; i < less[c]; i++)
			put(&run->document, "%s{id: d%u, amount: %u.%02u}%s", i ? ", " : "      less: [", (unsigned)i, (unsigned)draw(run->source, 100),
			    (unsigned)draw(run->source, 100), i + 1 == less[c] ? "]\n" : "");
	}
	person = resident(run);
	(void)yb_day_from_text("2026-03-01", 10, &options.on);
	set = load(run);
	if (yb_decision_new(&d, NULL) != YB_OK)
		abort();
	st = set ? yb_refund(set, person, &options, d, NULL) : YB_E_INVALID;
	EXPECT(run, st == YB_OK && yb_decision_get_outcome(d) == YB_OUTCOME_ANSWERED, "the credit: %s", yb_status_name(st));
	for (uint32_t c = 0; c < credits && !run->failed; c++) {
		yb_fen gross = named(run, d, "c%d.gross", (int)c), taken = 0, net = named(run, d, "c%d.net", (int)c) + run->lie;
		for (uint32_t i = 0; i < less[c]; i++) {
			char name[40];
			(void)snprintf(name, sizeof(name), "c%%d.d%u", (unsigned)i);
			taken += named(run, d, name, (int)c);
		}
		EXPECT(run, net == (gross > taken ? gross - taken : 0), "credit %u: gross %lld, taken %lld, net %lld", (unsigned)c, (long long)gross, (long long)taken,
		       (long long)net);
		EXPECT(run, named(run, d, "c%d.shortfall", (int)c) == (taken > gross ? taken - gross : 0), "credit %u: the shortfall", (unsigned)c);
		sum += net - run->lie;
	}
	if (!run->failed)
		EXPECT(run, sum == named(run, d, "credit", 0), "the credits are not their sum");
	yb_decision_unref(d);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}

static bool
start_of(struct run *run, const struct yb_policy_set *set, const struct yb_person *person, yb_day paid_on, int32_t repaired, int64_t *start)
{
	struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;
	struct yb_decision *d = NULL;
	yb_status st;

	if (yb_decision_new(&d, NULL) != YB_OK)
		abort();
	options.year = 2026;
	options.paid_on = paid_on;
	options.repaired = repaired;
	st = yb_eligibility(set, person, &options, d, NULL);
	if (st == YB_OK && yb_decision_get_outcome(d) == YB_OUTCOME_ANSWERED)
		*start = named(run, d, "start", 0);
	else
		run->useless = true;
	yb_decision_unref(d);
	return !run->useless;
}

static void
make_wait(struct run *run)
{
	static const char *const anchors[] = { "= paid_on", "= month_start(paid_on)", "= next_month(paid_on)", "= max(year_first, next_month(paid_on))", "= paid_on + 1 month" };
	struct source *s = run->source;
	bool days = draw(s, 3) == 2;
	const char *unit = days ? "days" : "months", *one = days ? "10 days" : "1 month";

	begin(run, "eligibility");
	put(&run->document, "  gaps_from: 2018\n  rules:\n    - id: r\n      count_from: \"%s\"\n", anchors[draw(s, 5)]);
	if (draw(s, 2))
		put(&run->document, "      fixed: %u %s\n", (unsigned)draw(s, 7), unit);
	if (draw(s, 2))
		put(&run->document, "      variable: \"= %s * max(gap_years - %u, 0)\"\n", one, (unsigned)draw(s, 3));
	if (draw(s, 2))
		put(&run->document, "      repair: = %s * repaired\n", one);
	if (draw(s, 2))
		put(&run->document, "      floor: %u %s\n", (unsigned)draw(s, 4), unit);
	if (draw(s, 2))
		put(&run->document, "      cap: %u %s\n", (unsigned)draw(s, 9), unit);
	if (draw(s, 2))
		put(&run->document, "month_end: spill\n");
}

static void
a_later_payment_never_starts_earlier(struct run *run)
{
	struct yb_policy_set *set;
	struct yb_person *person;
	yb_day first = 0;
	int64_t early = 0, late = 0;
	uint32_t later;

	make_wait(run);
	person = resident(run);
	(void)yb_day_from_text("2025-10-01", 10, &first);
	first += (yb_day)draw(run->source, 300);
	later = draw(run->source, 120);
	set = load(run);
	if (set && start_of(run, set, person, first, 0, &early) && start_of(run, set, person, first + (yb_day)later, 0, &late))
		EXPECT(run, late - run->lie >= early, "paid on day %d it starts on day %d, paid %u days later on day %d", (int)first, (int)early, (unsigned)later, (int)late);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}

static void
one_more_repaired_year_never_starts_later(struct run *run)
{
	struct yb_policy_set *set;
	struct yb_person *person;
	yb_day paid_on = 0;
	int64_t with = 0, without = 0;
	int32_t repaired;

	make_wait(run);
	person = resident(run);
	(void)yb_day_from_text("2025-10-01", 10, &paid_on);
	paid_on += (yb_day)draw(run->source, 300);
	repaired = (int32_t)draw(run->source, 4);
	set = load(run);
	if (set && start_of(run, set, person, paid_on, repaired, &without) && start_of(run, set, person, paid_on, repaired + 1, &with))
		EXPECT(run, with + run->lie <= without, "%d repaired: day %d, one more: day %d", (int)repaired, (int)without, (int)with);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}

/* ---- running and shrinking ---- */

static const struct {
	const char *name;
	property *holds;
} properties[] = {
	{ "sums are whole", sums_are_whole },
	{ "a layer stays within its base", a_layer_stays_within_its_base },
	{ "no ceiling is passed by any sequence of bills", no_ceiling_is_passed_by_any_sequence },
	{ "layers share the room of a pool", layers_share_the_room_of_a_pool },
	{ "a larger bill brings no less", a_larger_bill_brings_no_less },
	{ "a divided bill brings the same", a_divided_bill_brings_the_same },
	{ "a divided bill brings the same under ceilings of the year", a_divided_bill_brings_the_same_under_ceilings_of_the_year },
	{ "the order of bills changes nothing", the_order_of_bills_changes_nothing },
	{ "the same question has the same answer", the_same_question_has_the_same_answer },
	{ "the dense way is the exact way", the_dense_way_is_the_exact_way },
	{ "the parts of a charge make its total", parts_of_a_charge_make_its_total },
	{ "a credit is gross less deductions and not below nothing", a_credit_is_gross_less_deductions_and_not_below_nothing },
	{ "a later payment never starts earlier", a_later_payment_never_starts_earlier },
	{ "one more repaired year never starts later", one_more_repaired_year_never_starts_later },
};

static uint64_t base_seed = 20261122;
static int cases = 500;

static bool
fails(int which, struct source *source, yb_fen lie, struct run *run)
{
	run->source = source;
	run->failed = run->useless = false;
	run->lie = lie;
	run->document.length = run->story.length = 0;
	run->document.data[0] = run->story.data[0] = '\0';
	source->at = 0;
	properties[which].holds(run);
	if (source->replay && source->at < source->count)
		source->count = source->at;
	return run->failed && !run->useless;
}

/* Tries a smaller row; it is kept when the property still fails. */
static bool
try_row(int which, struct source *best, struct source *next, yb_fen lie, struct run *run, int *left)
{
	next->replay = true;
	if (--*left < 0 || !fails(which, next, lie, run))
		return false;
	*best = *next;
	return true;
}

static void
shrink(int which, struct source *best, yb_fen lie, struct run *run)
{
	static struct source next;
	int left = 3000;
	bool better = true;

	while (better && left > 0) {
		better = false;
		for (size_t size = 16; size > 0; size /= 2) /* without some of its numbers */
			for (size_t i = 0; i + size <= best->count;) {
				next = *best;
				memmove(next.drawn + i, next.drawn + i + size, (next.count - i - size) * sizeof(next.drawn[0]));
				next.count -= size;
				if (try_row(which, best, &next, lie, run, &left))
					better = true;
				else
					i += size;
			}
		for (size_t i = 0; i < best->count; i++) /* nothing, half, one less */
			for (int way = 0; way < 3 && i < best->count && best->drawn[i]; way++) {
				next = *best;
				next.drawn[i] = way == 0 ? 0 : way == 1 ? next.drawn[i] / 2 : next.drawn[i] - 1;
				if (next.drawn[i] != best->drawn[i] && try_row(which, best, &next, lie, run, &left)) {
					better = true;
					way = way == 0 ? 3 : way - 1;
				}
			}
	}
	best->replay = true;
	(void)fails(which, best, lie, run);
}

/* The first case of `count` that fails, made small; false when all hold. */
static bool
find_failure(int which, uint64_t seed, int count, yb_fen lie, struct source *found, struct run *run, uint64_t *at, int *useless)
{
	*useless = 0;
	for (int i = 0; i < count; i++) {
		memset(found, 0, sizeof(*found));
		found->state = (seed + (uint64_t)i) * 0x9E3779B97F4A7C15u + (uint64_t)which;
		(void)draw(found, 2);
		found->count = 0;
		*at = seed + (uint64_t)i;
		if (fails(which, found, lie, run)) {
			shrink(which, found, lie, run);
			return true;
		}
		*useless += run->useless;
	}
	return false;
}

static struct source found;
static struct run run;

START_TEST(a_property_holds_of_random_documents)
{
	uint64_t at;
	int useless;

	if (find_failure(_i, base_seed, cases, 0, &found, &run, &at, &useless))
		ck_abort_msg("%s: seed %llu does not hold\n%s\n%s", properties[_i].name, (unsigned long long)at, run.document.data, run.story.data);
	ck_assert_msg(useless <= cases / 2, "%s: %d of %d cases say nothing", properties[_i].name, useless, cases);
}
END_TEST

/* Every property notices when what it sees is one fen, or one day, off, and tells a small case. */
START_TEST(a_property_notices_one_fen)
{
	uint64_t at;
	int useless;

	ck_assert_msg(find_failure(_i, base_seed, 300, 1, &found, &run, &at, &useless), "%s: nothing is noticed", properties[_i].name);
	ck_assert_msg(found.count <= 40, "%s: a case of %zu numbers is not small:\n%s", properties[_i].name, found.count, run.document.data);
	ck_assert_msg(run.document.length < 700 && run.story.length > 0, "%s: the document is not small:\n%s", properties[_i].name, run.document.data);
}
END_TEST

int
main(int count, char **args)
{
	Suite *suite = suite_create("properties");
	TCase *hold = tcase_create("hold"), *notice = tcase_create("notice");
	SRunner *runner;
	const char *more = getenv("YB_PROPERTIES");
	int failed;

	if (getenv("YB_SLOW"))
		cases = 20;
	if (more)
		cases = (int)strtol(more, NULL, 10);
	if (count > 1)
		base_seed = strtoull(args[1], NULL, 10);
	if (count > 2)
		cases = (int)strtol(args[2], NULL, 10);
	printf("seed %llu, %d cases of each property\n", (unsigned long long)base_seed, cases);
	(void)fflush(stdout);
	tcase_set_timeout(hold, 3600);
	tcase_set_timeout(notice, 3600);
	tcase_add_loop_test(hold, a_property_holds_of_random_documents, 0, COUNT(properties));
	tcase_add_loop_test(notice, a_property_notices_one_fen, 0, COUNT(properties));
	suite_add_tcase(suite, hold);
	suite_add_tcase(suite, notice);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
