/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#include "test_ask.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *history_suite(void);

/*
 * Histories in columns are what a ledger tells: the same bills, posted one by
 * one in their order, or in any order and worked out again.
 */

#define REIMBURSE(year_by) \
	"reimburse:\n" \
	"  source: a\n" \
	year_by \
	"  account: {pays: [scope]}\n" \
	"  pools: {together: {on: payment, per: year}, charged: {on: deductible, per: month}, ever: {on: cost, per: life}, at_times: {on: payment, per: month}}\n" \
	"  benefits:\n" \
	"    - id: stay\n" \
	"      when: {med_type: \"21\"}\n" \
	"      layers:\n" \
	"        - id: basic\n" \
	"          pays: hifp_pay\n" \
	"          base: = scope\n" \
	"          deductible: {amount: {by: yb_admission, rows: [[1, 1000], [2, 600], [3.., 300]]}, per: stay, sum_cap: 1800}\n" \
	"          bands: {over: year, borders: [10000], ratio: [80%, 90%]}\n" \
	"          ceilings: [{id: y, on: payment, amount: 20000, per: year}, {id: t, on: payment, pool: together, amount: 24000}]\n" \
	"        - id: serious\n" \
	"          pays: hifmi_pay\n" \
	"          base: = scope - basic.paid\n" \
	"          deductible: {amount: 3000, per: year}\n" \
	"          ratio: 50%\n" \
	"          ceilings: [{id: t, on: payment, pool: together, amount: 24000}]\n" \
	"    - id: visit\n" \
	"      when: {med_type: \"11\"}\n" \
	"      layers:\n" \
	"        - id: door\n" \
	"          pays: hifp_pay\n" \
	"          base: = scope\n" \
	"          deductible: {amount: 500, pool: charged}\n" \
	"          ratio: 60%\n" \
	"          ceilings: [{id: m, on: payment, amount: 2000, per: month}, {id: e, on: payment, amount: 3000, per: episode}, " \
	"{id: l, on: cost, pool: ever, amount: 30000}]\n" \
	"    - id: slow\n" \
	"      when: {med_type: \"14\"}\n" \
	"      layers:\n" \
	"        - id: drugs\n" \
	"          pays: hifp_pay\n" \
	"          base: = scope / 3\n" \
	"          deductible: {amount: 500, per: year}\n" \
	"          ratio: 70%\n" \
	"          ceilings: [{id: a, on: payment, pool: at_times, amount: 2500, when: {hosp_lv: \"03\"}}, {id: v, on: payment, amount: 9000, per: life}]\n"

static const char plain[] = ASK_HEAD REIMBURSE("");
static const char by_begin[] = "language: 1\nid: 990000/390\ntitle: T\nmedical_year: 04-01\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	REIMBURSE("  year_by: begndate\n");
static const char split[] = "language: 1\nid: 990000/390\ntitle: T\nmedical_year: 07-01\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	REIMBURSE("  year_by: split\n");

/* From July on the first stay is dearer, a band higher, and what outpatients bear is counted with the stays. */
static const char reform[] = "language: 1\nid: 990000/reform\ntitle: R\noverlay: 990000/390\nfrom: 2026-07-01\n"
	"sources: {r: {issuer: R, url: r, confidence: official}}\n"
	"reimburse:\n"
	"  source: r\n"
	"  benefits:\n"
	"    - id: stay\n"
	"      when: {med_type: \"21\"}\n"
	"      layers:\n"
	"        - id: basic\n"
	"          pays: hifp_pay\n"
	"          base: = scope\n"
	"          deductible: {amount: {by: yb_admission, rows: [[1, 1500], [2.., 700]]}, per: stay, sum_cap: 2500}\n"
	"          bands: {over: year, borders: [12000], ratio: [75%, 95%]}\n"
	"          ceilings: [{id: y, on: payment, amount: 22000, per: year}, {id: t, on: payment, pool: together, amount: 25000}]\n"
	"        - id: more\n"
	"          pays: hifob_pay\n"
	"          base: = scope - basic.paid\n"
	"          deductible: {amount: 2000, per: year}\n"
	"          ratio: 30%\n";

static struct yb_policy_set *
load_two(const char *text, const char *overlay)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc.yaml", text, strlen(text), NULL), YB_OK);
	if (overlay)
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "reform.yaml", overlay, strlen(overlay), NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	ck_assert_msg(st == YB_OK, "%u: %s", err ? (unsigned)yb_error_get_line(err) : 0, err ? yb_error_get_message(err) : "");
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	return set;
}

/* ---- random bills ---- */

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	return ask_random(&seed) % n;
}

#define ROWS 240
#define PERSONS 9
#define ACCOUNT 150000

/* The two long ones have one FNV-1a hash of 64 bits, by which persons wait between batches. */
static const char *const psn_nos[] = { "P0", "P1", "P2", "P3", "P4", "Stl2PN0yz", "n2Tallca1", "P7", "P8", "P3" };
static const char *const kinds[] = { "21", "21", "21", "11", "11", "14", "51" };
static const char *const levels[] = { "03", "06", "09", "10" };
static const char *const types[] = { "1101", "1201", "14", "1501" };
static const char *const episodes[] = { "", "E1", "E2" };

/* A population: the columns as they are bound. */
struct bills {
	int rows, persons;
	const char *region, *scheme;
	int8_t person[ROWS], kind[ROWS], level[ROWS], type[ROWS], episode[ROWS], use[ROWS];
	int16_t stay[ROWS];
	int32_t begin[ROWS], end[ROWS], birth[ROWS];
	int64_t total[ROWS], scope[ROWS], own[ROWS], prior[ROWS], over[ROWS], account[ROWS];
	uint8_t level_known[ROWS], episode_known[ROWS], stay_known[ROWS], day_known[ROWS];
	char stay_texts[ROWS][12];
	const char *stays[ROWS];
};

/* Bills of days [from, to]; some of one stay, some of one day, some that lack a fact. */
static void
fill(struct bills *b, const char *region, const char *scheme, yb_day from, yb_day to)
{
	*b = (struct bills){ .rows = ROWS, .persons = PERSONS, .region = region, .scheme = scheme };
	for (int i = 0; i < b->rows; i++) {
		b->person[i] = (int8_t)below(COUNT(psn_nos));
		b->kind[i] = (int8_t)below(COUNT(kinds));
		b->level[i] = (int8_t)below(COUNT(levels));
		b->level_known[i] = below(20) != 0;
		b->type[i] = (int8_t)(strcmp(scheme, "310") ? 2 + below(2) : below(2));
		b->episode[i] = (int8_t)below(COUNT(episodes));
		b->episode_known[i] = b->episode[i] != 0;
		b->use[i] = (int8_t)below(2);
		b->end[i] = from + (int32_t)below((uint32_t)(to - from + 1));
		b->begin[i] = b->end[i] - (int32_t)below(25);
		b->birth[i] = b->person[i] % PERSONS * 1500 - 9000;
		b->scope[i] = (int64_t)below(1u << (12 + below(10)));
		b->own[i] = below(3) ? 0 : (int64_t)below(50000);
		b->prior[i] = below(3) ? 0 : (int64_t)below(50000);
		b->total[i] = b->scope[i] + b->own[i] + b->prior[i] + (below(30) == 0); /* a few do not add up */
		b->account[i] = ACCOUNT;
		b->stay[i] = (int16_t)(i && below(8) == 0 ? b->stay[i - 1] : i);
		(void)snprintf(b->stay_texts[i], sizeof(b->stay_texts[i]), "Z%u", (unsigned)i * 7919u % 1000u);
		b->stays[i] = b->stay_texts[i];
		b->stay_known[i] = b->day_known[i] = 1;
	}
}

static void
bind(struct yb_bulk *bulk, const struct bills *b)
{
	static const struct {
		yb_field field;
		size_t at;
	} amounts[] = {
		{ YB_FIELD_MEDFEE_SUMAMT, offsetof(struct bills, total) }, { YB_FIELD_INSCP_SCP_AMT, offsetof(struct bills, scope) },
		{ YB_FIELD_FULAMT_OWNPAY_AMT, offsetof(struct bills, own) }, { YB_FIELD_PRESELFPAY_AMT, offsetof(struct bills, prior) },
		{ YB_FIELD_OVERLMT_SELFPAY, offsetof(struct bills, over) }, { YB_FIELD_YB_ACCOUNT_BALANCE, offsetof(struct bills, account) },
	};
	const struct {
		yb_field field;
		const int8_t *codes;
		const uint8_t *known;
		const char *const *texts;
		int count;
	} coded[] = {
		{ YB_FIELD_PSN_NO, b->person, NULL, psn_nos, COUNT(psn_nos) }, { YB_FIELD_MED_TYPE, b->kind, NULL, kinds, COUNT(kinds) },
		{ YB_FIELD_HOSP_LV, b->level, b->level_known, levels, COUNT(levels) }, { YB_FIELD_PSN_TYPE, b->type, NULL, types, COUNT(types) },
		{ YB_FIELD_YB_EPISODE, b->episode, b->episode_known, episodes, COUNT(episodes) },
	};

	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, b->region, strlen(b->region), NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, b->scheme, strlen(b->scheme), NULL), YB_OK);
	for (int i = 0; i < COUNT(coded); i++)
		ck_assert_int_eq(yb_bulk_bind_codes(bulk, coded[i].field, YB_LAYOUT_INT8, coded[i].codes, coded[i].known, coded[i].texts,
		                                    (size_t)coded[i].count, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_MDTRT_ID, YB_LAYOUT_INT16, b->stay, b->stay_known, b->stays, (size_t)b->rows, NULL), YB_OK);
	for (int i = 0; i < COUNT(amounts); i++)
		ck_assert_int_eq(yb_bulk_bind_numbers(bulk, amounts[i].field, YB_LAYOUT_INT64, (const char *)b + amounts[i].at, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_BEGNDATE, YB_LAYOUT_INT32, b->begin, b->day_known, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_ENDDATE, YB_LAYOUT_INT32, b->end, b->day_known, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_BRDY, YB_LAYOUT_INT32, b->birth, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, YB_FIELD_YB_USE_ACCOUNT, YB_LAYOUT_INT8, b->use, NULL, NULL), YB_OK);
}

/* ---- the answers ---- */

#define OUTPUTS 32

struct answers {
	yb_column columns[OUTPUTS];
	int count;
	int64_t values[OUTPUTS][ROWS];
	uint8_t known[OUTPUTS][ROWS];
	uint8_t outcomes[ROWS];
	yb_status statuses[ROWS];
};

static struct answers answers, others;

static struct yb_bulk *
run(const struct yb_policy_set *set, const struct bills *b, int32_t threads, struct answers *a)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_bulk *bulk = NULL;
	yb_column column;

	memset(a, 0, sizeof(*a));
	options.threads = threads;
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &bulk, NULL), YB_OK);
	bind(bulk, b);
	for (size_t i = 0; yb_bulk_output_at(bulk, i, &column) == YB_OK; i++) {
		ck_assert_int_lt(a->count, OUTPUTS);
		a->columns[a->count] = column;
		ck_assert_int_eq(yb_bulk_bind_output(bulk, column, a->values[a->count], a->known[a->count], NULL), YB_OK);
		a->count++;
	}
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, a->outcomes, a->statuses), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, (size_t)b->rows, NULL, NULL), YB_OK);
	return bulk;
}

static int64_t
amount(const struct answers *a, yb_field field, int row)
{
	for (int i = 0; i < a->count; i++)
		if (a->columns[i] == field)
			return a->values[i][row];
	ck_abort_msg("no such amount");
	return 0;
}

/* ---- the same by a ledger ---- */

static const struct bills *sorted;

static int
by_order(const void *a, const void *b)
{
	int i = *(const int *)a, k = *(const int *)b, c;

	if (sorted->end[i] != sorted->end[k])
		return sorted->end[i] < sorted->end[k] ? -1 : 1;
	c = strcmp(sorted->stay_known[i] ? sorted->stays[sorted->stay[i]] : "", sorted->stay_known[k] ? sorted->stays[sorted->stay[k]] : "");
	return c ? c : i - k;
}

static struct yb_ledger *
new_ledger(const struct bills *b)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	for (int i = 0; i < b->persons; i++) {
		struct yb_transaction *t = NULL;
		char json[256];
		int64_t seq;
		(void)snprintf(json, sizeof(json), "{\"key\": \"c%d\", \"kind\": \"credit\", \"psn_no\": \"%s\", \"business_day\": \"2020-01-01\", \"period\": \"2020\", "
		               "\"insutype\": \"310\", \"amount\": \"%d.00\"}", i, psn_nos[i], ACCOUNT / 100);
		ck_assert_int_eq(yb_transaction_new_from_json(json, strlen(json), "test", &t, NULL), YB_OK);
		ck_assert_int_eq(yb_ledger_post(ledger, t, ask_day("2020-01-01"), &seq, NULL, NULL), YB_OK);
		yb_transaction_unref(t);
	}
	return ledger;
}

static void
ask_of(const struct bills *b, int row, struct yb_person **person, struct yb_claim **claim)
{
	char json[512];
	char end[YB_DAY_TEXT_SIZE], begin[YB_DAY_TEXT_SIZE], birth[YB_DAY_TEXT_SIZE], level[32] = "";

	yb_day_to_text(b->end[row], end);
	yb_day_to_text(b->begin[row], begin);
	yb_day_to_text(b->birth[row], birth);
	(void)snprintf(json, sizeof(json), "{\"psn_no\": \"%s\", \"brdy\": \"%s\", \"insutype\": \"%s\", \"psn_type\": \"%s\", \"insuplc_admdvs\": \"%s\"}",
	               psn_nos[b->person[row]], birth, b->scheme, types[b->type[row]], b->region);
	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "person", person, NULL), YB_OK);
	if (b->level_known[row])
		(void)snprintf(level, sizeof(level), "\"hosp_lv\": \"%s\", ", levels[b->level[row]]);
	(void)snprintf(json, sizeof(json), "{\"mdtrt_id\": \"%s\", \"med_type\": \"%s\", %s\"fixmedins_code\": \"H1\", \"begndate\": \"%s\", \"enddate\": \"%s\"}",
	               b->stays[b->stay[row]], kinds[b->kind[row]], level, begin, end);
	ck_assert_int_eq(yb_claim_new_from_json(json, strlen(json), "claim", claim, NULL), YB_OK);
	if (b->episode_known[row])
		ck_assert_int_eq(yb_claim_set_text(*claim, YB_FIELD_YB_EPISODE, episodes[b->episode[row]], strlen(episodes[b->episode[row]])), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(*claim, YB_FIELD_MEDFEE_SUMAMT, b->total[row]), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(*claim, YB_FIELD_INSCP_SCP_AMT, b->scope[row]), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(*claim, YB_FIELD_FULAMT_OWNPAY_AMT, b->own[row]), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(*claim, YB_FIELD_PRESELFPAY_AMT, b->prior[row]), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(*claim, YB_FIELD_OVERLMT_SELFPAY, b->over[row]), YB_OK);
	ck_assert_int_eq(yb_claim_set_count(*claim, YB_FIELD_YB_USE_ACCOUNT, b->use[row]), YB_OK);
}

/* Settles a row and posts it where it is answered. */
static yb_status
post(struct yb_ledger *ledger, const struct yb_policy_set *set, const struct bills *b, int row, struct yb_decision *d)
{
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_transaction *t = NULL;
	struct yb_error *err = NULL;
	char key[16];
	int64_t seq;
	yb_status st, posted = YB_OK;

	ask_of(b, row, &person, &claim);
	st = yb_ledger_settle(ledger, set, person, claim, NULL, d, NULL);
	if (st == YB_OK && yb_decision_get_outcome(d) == YB_OUTCOME_ANSWERED) {
		ck_assert_int_eq(yb_transaction_new(&t, NULL), YB_OK);
		(void)snprintf(key, sizeof(key), "R%d", row);
		ck_assert_int_eq(yb_transaction_set_text(t, "key", key, strlen(key)), YB_OK);
		posted = yb_transaction_set_decision(t, d, &err);
		if (posted == YB_OK)
			posted = yb_ledger_post(ledger, t, ask_day("2028-12-31"), &seq, NULL, &err);
		ck_assert_msg(posted == YB_OK, "row %d: %s", row, err ? yb_error_get_message(err) : "");
		yb_transaction_unref(t);
	}
	yb_person_unref(person);
	yb_claim_unref(claim);
	return st;
}

static void
expect_row(const struct bills *b, const struct answers *a, int row, yb_status st, struct yb_decision *d, int *answered)
{
	ck_assert_msg(a->statuses[row] == st, "row %d: %s, the ledger says %s", row, yb_status_name(a->statuses[row]), yb_status_name(st));
	ck_assert_int_eq(a->outcomes[row], st == YB_OK ? (int)yb_decision_get_outcome(d) : YB_ROW_BAD);
	*answered += a->outcomes[row] == YB_OUTCOME_ANSWERED;
	for (int i = 0; i < a->count; i++) {
		int64_t fen = 0;
		bool known = st == YB_OK && yb_decision_get_fen(d, a->columns[i], &fen) == YB_OK;
		ck_assert_msg(a->known[i][row] == known && a->values[i][row] == (known ? fen : 0), "%s-%s row %d of %s, %s: %s is %lld (%d), the ledger says %lld (%d)",
		              b->region, b->scheme, row, psn_nos[b->person[row]], b->stays[b->stay[row]], yb_field_get_name(a->columns[i]),
		              (long long)a->values[i][row], a->known[i][row], (long long)fen, known);
	}
}

/* Posts the bills in their order; every answer is that of the columns. Returns how many were answered. */
static int
expect_ledger(const struct yb_policy_set *set, const struct bills *b, const struct answers *a)
{
	struct yb_ledger *ledger = new_ledger(b);
	struct yb_decision *d = NULL;
	int order[ROWS], answered = 0;

	sorted = b;
	for (int i = 0; i < b->rows; i++)
		order[i] = i;
	qsort(order, (size_t)b->rows, sizeof(order[0]), by_order);
	ck_assert_int_eq(yb_decision_new(&d, NULL), YB_OK);
	for (int i = 0; i < b->rows; i++) {
		yb_status st = post(ledger, set, b, order[i], d);
		expect_row(b, a, order[i], st, d, &answered);
	}
	yb_decision_unref(d);
	yb_ledger_unref(ledger);
	return answered;
}

static struct bills bills;

static const struct {
	const char *why, *doc, *overlay;
} made[] = {
	{ "every period, pool and ordinal", plain, NULL }, { "a reform in July", plain, reform }, { "years from April by the first day", by_begin, NULL },
	{ "and the reform", by_begin, reform }, { "stays over the end of a year", split, NULL }, { "which is that of the reform", split, reform },
};

START_TEST(a_history_is_what_a_ledger_tells)
{
	struct yb_policy_set *set = load_two(made[_i].doc, made[_i].overlay);

	for (uint32_t round = 0; round < 4; round++) {
		int answered;
		seed = 7 * (uint32_t)_i + round + 1;
		fill(&bills, "990000", "390", ask_day("2025-10-01"), ask_day("2027-02-01"));
		yb_bulk_unref(run(set, &bills, 1, &answers));
		answered = expect_ledger(set, &bills, &answers);
		ck_assert_msg(answered > ROWS / 2, "%s: only %d answered", made[_i].why, answered);
	}
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_history_by_each_shipped_document_too)
{
	const struct yb_policy_set *set = ask_shipped();
	bool slow = getenv("YB_SLOW") != NULL;
	int answered = 0, documents = 0;

	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const char *id = yb_policy_set_get_id(set, i);
		char region[7] = "";
		if (strlen(id) != 10 || id[6] != '/' || id[0] == '0' || (slow && i % 9))
			continue;
		memcpy(region, id, 6);
		seed = 1000 + (uint32_t)i;
		fill(&bills, region, id + 7, ask_day("2025-11-01"), ask_day("2026-12-31"));
		yb_bulk_unref(run(set, &bills, 1, &answers));
		answered += expect_ledger(set, &bills, &answers);
		documents++;
	}
	ck_assert_int_gt(documents, slow ? 5 : 50);
	ck_assert_int_gt(answered, slow ? -1 : 250);
}
END_TEST

/* What the adjustments of a report change, by the key of the bill: funds, account, cash. */
static void
read_report(const char *report, int64_t changes[ROWS][3])
{
	for (const char *at = strstr(report, "\"key\": \"R"); at; at = strstr(at, "\"key\": \"R")) {
		int row = atoi(at += 9);
		const char *entries = strstr(at, "\"entries\": {"), *null = strstr(at, "\"adjustment\": null"), *next = strstr(at, "\"key\": ");
		ck_assert_int_lt(row, ROWS);
		if (!entries || (null && null < entries) || (next && next < entries))
			continue;
		for (const char *p = entries + 12; *p && *p != '}';) {
			const char *name = strchr(p, '"') + 1, *value;
			yb_fen fen = 0;
			size_t length;
			value = strchr(strchr(name, '"') + 1, '"') + 1;
			length = strcspn(value, "\"");
			ck_assert_int_eq(yb_fen_from_text(value, length, &fen), YB_OK);
			if (!strncmp(name, "fund/", 5))
				changes[row][0] -= fen;
			else if (!strncmp(name, "account/", 8))
				changes[row][1] -= fen;
			else if (!strncmp(name, "cash", 4))
				changes[row][2] -= fen;
			p = value + length + 1;
		}
	}
}

static void
resettle(struct yb_ledger *ledger, const char *person, int32_t year, int64_t changes[ROWS][3])
{
	struct yb_error *err = NULL;
	char *report = NULL;
	yb_status st = yb_ledger_resettle(ledger, person, year, NULL, ask_day("2028-12-31"), YB_FORMAT_JSON, YB_LANG_EN, NULL, &report, &err);

	if (st == YB_E_NOT_FOUND) {
		yb_error_unref(err);
		return; /* none of its bills was answered */
	}
	ck_assert_msg(st == YB_OK, "%s", err ? yb_error_get_message(err) : "");
	read_report(report, changes);
	yb_free(report);
}

/* Bills of one year arrive in any order, and are worked out again: what stands in the end is what the columns say. */
START_TEST(any_order_of_arrival_ends_as_the_history)
{
	static int64_t changes[ROWS][3];
	struct yb_policy_set *set = load_two(plain, made[_i].overlay);
	struct yb_ledger *ledger;
	struct yb_decision *d = NULL;
	int order[ROWS], changed = 0;

	seed = 77 + (uint32_t)_i;
	memset(changes, 0, sizeof(changes));
	fill(&bills, "990000", "390", ask_day("2026-02-01"), ask_day("2026-12-31"));
	for (int i = 0; i < ROWS; i++) {
		bills.stay[i] = (int16_t)i; /* bills of one number and day would count by arrival */
		(void)snprintf(bills.stay_texts[i], sizeof(bills.stay_texts[i]), "Z%03d", i * 7 % ROWS);
		order[i] = i;
	}
	yb_bulk_unref(run(set, &bills, 1, &answers));
	ledger = new_ledger(&bills);
	ck_assert_int_eq(yb_decision_new(&d, NULL), YB_OK);
	for (int i = ROWS; i > 0; i--) {
		int k = (int)below((uint32_t)i), row = order[k];
		order[k] = order[i - 1];
		if (post(ledger, set, &bills, row, d) == YB_OK && yb_decision_get_outcome(d) == YB_OUTCOME_ANSWERED) {
			int64_t fen[3];
			ck_assert_int_eq(yb_decision_get_fen(d, YB_FIELD_FUND_PAY_SUMAMT, &fen[0]), YB_OK);
			ck_assert_int_eq(yb_decision_get_fen(d, YB_FIELD_ACCT_PAY, &fen[1]), YB_OK);
			ck_assert_int_eq(yb_decision_get_fen(d, YB_FIELD_PSN_CASH_PAY, &fen[2]), YB_OK);
			for (int n = 0; n < 3; n++)
				changes[row][n] += fen[n];
			changed += fen[0] != amount(&answers, YB_FIELD_FUND_PAY_SUMAMT, row);
		}
	}
	ck_assert_int_gt(changed, 5); /* or the order would not matter */
	for (int p = 0; p < PERSONS; p++)
		resettle(ledger, psn_nos[p], 2026, changes);
	for (int i = 0; i < ROWS; i++) {
		ck_assert_msg(changes[i][0] == amount(&answers, YB_FIELD_FUND_PAY_SUMAMT, i), "funds of row %d: %lld, the ledger says %lld", i,
		              (long long)amount(&answers, YB_FIELD_FUND_PAY_SUMAMT, i), (long long)changes[i][0]);
		ck_assert_int_eq(changes[i][1], amount(&answers, YB_FIELD_ACCT_PAY, i));
		ck_assert_int_eq(changes[i][2], amount(&answers, YB_FIELD_PSN_CASH_PAY, i));
	}
	yb_decision_unref(d);
	yb_ledger_unref(ledger);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- in batches ---- */

#define COLUMNS 16

/* The bills of some rows as a record batch with memory of its own. */
struct batch {
	struct ArrowArray columns[COLUMNS], *list[COLUMNS];
	const void *none[1], *buffers[COLUMNS][3];
	uint8_t known[COLUMNS][ROWS / 8 + 1];
	int32_t offsets[COLUMNS][ROWS + 1], days[COLUMNS][ROWS];
	int64_t numbers[COLUMNS][ROWS];
	char texts[COLUMNS][ROWS * 12];
};

static const struct {
	const char *name, *format;
} batch_columns[COLUMNS] = {
	{ "psn_no", "u" }, { "med_type", "u" }, { "hosp_lv", "u" }, { "psn_type", "u" }, { "yb_episode", "u" }, { "mdtrt_id", "u" },
	{ "begndate", "tdD" }, { "enddate", "tdD" }, { "brdy", "tdD" }, { "yb_use_account", "l" },
	{ "medfee_sumamt", "l" }, { "inscp_scp_amt", "l" }, { "fulamt_ownpay_amt", "l" }, { "preselfpay_amt", "l" }, { "overlmt_selfpay", "l" },
	{ "yb_account_balance", "l" },
};

static void
release_batch(struct ArrowArray *array)
{
	memset(array->private_data, 0x5a, sizeof(struct batch));
	free(array->private_data);
	array->release = NULL;
}

static void
keep_array(struct ArrowArray *array)
{
	(void)array;
	ck_abort_msg("a column is released by itself");
}

static const char *
text_at(const struct bills *b, int column, int row)
{
	switch (column) {
	case 0: return psn_nos[b->person[row]];
	case 1: return kinds[b->kind[row]];
	case 2: return b->level_known[row] ? levels[b->level[row]] : NULL;
	case 3: return types[b->type[row]];
	case 4: return b->episode_known[row] ? episodes[b->episode[row]] : NULL;
	default: return b->stay_known[row] ? b->stays[b->stay[row]] : NULL;
	}
}

static int64_t
number_at(const struct bills *b, int column, int row)
{
	const int64_t values[] = { b->begin[row], b->end[row], b->birth[row], b->use[row], b->total[row], b->scope[row], b->own[row], b->prior[row],
		                   b->over[row], b->account[row] };

	return values[column - 6];
}

static void
make_batch(struct ArrowArray *array, const struct bills *b, const int *rows, int count)
{
	struct batch *m = calloc(1, sizeof(*m));

	ck_assert_ptr_nonnull(m);
	*array = (struct ArrowArray){ .length = count, .n_buffers = 1, .buffers = m->none, .n_children = COLUMNS, .children = m->list,
		                      .release = release_batch, .private_data = m };
	for (int c = 0; c < COLUMNS; c++) {
		bool text = batch_columns[c].format[0] == 'u', date = batch_columns[c].format[0] == 't';
		m->list[c] = &m->columns[c];
		m->columns[c] = (struct ArrowArray){ .length = count, .null_count = -1, .n_buffers = text ? 3 : 2, .buffers = m->buffers[c], .release = keep_array };
		m->buffers[c][0] = m->known[c];
		m->buffers[c][1] = text ? (const void *)m->offsets[c] : date ? (const void *)m->days[c] : (const void *)m->numbers[c];
		m->buffers[c][2] = m->texts[c];
		for (int i = 0; i < count; i++) {
			const char *word = text ? text_at(b, c, rows[i]) : (c == 6 || c == 7) && !b->day_known[rows[i]] ? NULL : "";
			int32_t at = m->offsets[c][i], length = word ? (int32_t)strlen(word) : 0;
			if (word)
				m->known[c][i / 8] |= (uint8_t)(1u << i % 8);
			memcpy(m->texts[c] + at, word ? word : "", (size_t)length);
			m->offsets[c][i + 1] = at + length;
			if (!text)
				m->numbers[c][i] = number_at(b, c, rows[i]);
			if (date)
				m->days[c][i] = (int32_t)number_at(b, c, rows[i]);
		}
	}
}

/* The rows in some order, cut into batches anywhere. */
struct claims {
	const struct bills *bills;
	const int *order;
	const int *cuts; /* first of each batch, and the end */
	int next, count;
};

static struct ArrowSchema column_types[COLUMNS], *column_list[COLUMNS];

static void
release_type(struct ArrowSchema *schema)
{
	schema->release = NULL;
}

static int
claims_type(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
	(void)stream;
	for (int c = 0; c < COLUMNS; c++) {
		column_types[c] = (struct ArrowSchema){ .format = batch_columns[c].format, .name = batch_columns[c].name, .flags = ARROW_FLAG_NULLABLE,
			                                .release = release_type };
		column_list[c] = &column_types[c];
	}
	*out = (struct ArrowSchema){ .format = "+s", .name = "", .n_children = COLUMNS, .children = column_list, .release = release_type };
	return 0;
}

static int
claims_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
	struct claims *c = stream->private_data;

	out->release = NULL;
	if (c->next < c->count)
		make_batch(out, c->bills, c->order + c->cuts[c->next], c->cuts[c->next + 1] - c->cuts[c->next]);
	c->next++;
	return 0;
}

static void
claims_release(struct ArrowArrayStream *stream)
{
	stream->release = NULL;
}

static struct yb_bulk *
open_stream(const struct yb_policy_set *set, struct claims *c, int32_t threads, uint32_t flags, struct ArrowArrayStream *stream)
{
	struct ArrowArrayStream claims = { .get_schema = claims_type, .get_next = claims_next, .release = claims_release, .private_data = c };
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_bulk *bulk = NULL;
	struct yb_error *err = NULL;

	options.threads = threads;
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &bulk, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, c->bills->region, strlen(c->bills->region), NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, c->bills->scheme, strlen(c->bills->scheme), NULL), YB_OK);
	ck_assert_msg(yb_bulk_stream_arrow(bulk, &claims, NULL, 0, flags, stream, &err) == YB_OK, "%s", err ? yb_error_get_message(err) : "");
	return bulk;
}

static void
expect_batch(const struct ArrowArray *batch, const struct answers *a, const int *rows)
{
	for (int i = 0; i < batch->length; i++) {
		ck_assert_int_eq(((const uint8_t *)batch->children[0]->buffers[1])[i], a->outcomes[rows[i]]);
		ck_assert_int_eq(((const int32_t *)batch->children[1]->buffers[1])[i], a->statuses[rows[i]]);
		for (int n = 0; n < a->count; n++) {
			const struct ArrowArray *column = batch->children[2 + n];
			const uint8_t *bits = column->buffers[0];
			ck_assert_int_eq(!bits || bits[i / 8] >> i % 8 & 1, a->known[n][rows[i]]);
			ck_assert_int_eq(((const int64_t *)column->buffers[1])[i], a->values[n][rows[i]]);
		}
	}
}

static int
by_person_in_order(const void *a, const void *b)
{
	int c = strcmp(psn_nos[sorted->person[*(const int *)a]], psn_nos[sorted->person[*(const int *)b]]);

	return c ? c : by_order(a, b);
}

/* Cuts, some of which leave batches without rows, of one, and of many persons. */
static int
cut(int cuts[ROWS + 1], int rows)
{
	static const uint32_t widths[] = { 2, 6, 40, 240 };
	uint32_t width = widths[below(COUNT(widths))];
	int n = 0, at = 0;

	for (; at < rows && n < ROWS; n++) {
		cuts[n] = at;
		at += (int)below(width) + (n % 7 > 0);
	}
	cuts[n] = rows;
	return n;
}

/* Stays that come again, so that what they are called has another number in another batch, or none; some of one day. */
static void
mix(struct bills *b)
{
	for (int i = 0; i < b->rows; i++) {
		b->stay[i] = (int16_t)below(12);
		b->stay_known[i] = b->stay[i] > 2;
		b->end[i] -= b->end[i] % 3;
	}
}

/* The bills in the order of persons or, strewn, of days, in batches: each answer is the one of all rows at once. */
static void
expect_stream(const struct yb_policy_set *set, const struct bills *b, const struct answers *a, bool strewn, int32_t threads)
{
	int order[ROWS], cuts[ROWS + 1];
	struct claims c = { .bills = b, .order = order, .cuts = cuts };
	struct ArrowArrayStream stream;
	struct ArrowArray batch;

	sorted = b;
	for (int i = 0; i < b->rows; i++)
		order[i] = i;
	qsort(order, (size_t)b->rows, sizeof(order[0]), strewn ? by_order : by_person_in_order);
	c.count = cut(cuts, b->rows);
	yb_bulk_unref(open_stream(set, &c, threads, YB_ARROW_HISTORIES | (strewn ? YB_ARROW_STREWN : 0u), &stream));
	for (int i = 0; i < c.count; i++) {
		int rc = stream.get_next(&stream, &batch);
		ck_assert_msg(rc == 0, "%s", stream.get_last_error(&stream));
		ck_assert_int_eq(batch.length, cuts[i + 1] - cuts[i]);
		expect_batch(&batch, a, order + cuts[i]);
		batch.release(&batch);
	}
	ck_assert_int_eq(stream.get_next(&stream, &batch), 0);
	ck_assert_ptr_null(batch.release);
	stream.release(&stream);
}

START_TEST(a_stream_is_cut_anywhere)
{
	struct yb_policy_set *set = load_two(made[_i / 2].doc, made[_i / 2].overlay);

	for (uint32_t round = 0; round < 12; round++) {
		seed = 100 * (uint32_t)_i + round + 1;
		fill(&bills, "990000", "390", ask_day("2025-10-01"), ask_day("2027-02-01"));
		mix(&bills);
		yb_bulk_unref(run(set, &bills, 1, &answers));
		expect_stream(set, &bills, &answers, _i % 2, round % 3 ? 1 : 3);
	}
	yb_policy_set_unref(set);
}
END_TEST

/* Nothing hangs on the day but the order in which rows draw on the account. */
static const char flat[] = ASK_HEAD
	"reimburse:\n  source: a\n  account: {pays: [scope]}\n  benefits:\n    - id: any\n      layers:\n        - {id: basic, pays: hifp_pay, ratio: 70%}\n";

static const struct torn {
	const char *why, *doc;
	bool strewn;
	struct {
		int batch, person, day; /* day 0: none is known */
		const char *stay;       /* NULL: likewise */
	} rows[6];
	int fails; /* the batch, from 1; 0: none */
	const char *says;
} torn[] = {
	{ "a person goes on", plain, false, { { 1, 1, 3, "A" }, { 1, 0, 9, "A" }, { 2, 1, 3, "A" }, { 3, 1, 4, NULL } }, 0, NULL },
	{ "an earlier day", plain, false, { { 1, 0, 9, "A" }, { 1, 1, 3, "A" }, { 2, 2, 1, "A" }, { 2, 1, 4, "A" }, { 2, 1, 2, "B" } },
	  2, "batch 2: histories: row 2 comes before a row of the person in a batch before, by its day or mdtrt_id" },
	{ "a lesser mdtrt_id of the same day", plain, false, { { 1, 1, 3, "B" }, { 2, 1, 3, "A" } },
	  2, "batch 2: histories: row 0 comes before a row of the person in a batch before, by its day or mdtrt_id" },
	{ "none comes before all", plain, false, { { 1, 1, 3, "B" }, { 2, 1, 3, NULL } },
	  2, "batch 2: histories: row 0 comes before a row of the person in a batch before, by its day or mdtrt_id" },
	{ "a day two batches ago", plain, false, { { 1, 1, 3, "B" }, { 2, 1, 0, "A" }, { 3, 1, 2, "C" } },
	  3, "batch 3: histories: row 0 comes before a row of the person in a batch before, by its day or mdtrt_id" },
	{ "a mdtrt_id two batches ago", plain, false, { { 1, 1, 3, "B" }, { 2, 1, 0, "A" }, { 3, 1, 3, "A" } },
	  3, "batch 3: histories: row 0 comes before a row of the person in a batch before, by its day or mdtrt_id" },
	{ "persons are not in order", plain, false, { { 1, 1, 3, "A" }, { 2, 2, 3, "A" }, { 2, 0, 3, "A" } },
	  2, "batch 2: histories: a psn_no of this batch comes before the last one of the batch before; rows of persons that are strewn over batches "
	     "need YB_ARROW_STREWN" },
	{ "a person comes back", plain, false, { { 1, 1, 3, "A" }, { 2, 2, 3, "A" }, { 3, 1, 4, "A" } },
	  3, "batch 3: histories: a psn_no of this batch comes before the last one of the batch before; rows of persons that are strewn over batches "
	     "need YB_ARROW_STREWN" },
	{ "and may, strewn", plain, true, { { 1, 1, 3, "A" }, { 2, 2, 3, "A" }, { 2, 0, 3, "A" }, { 3, 1, 4, "A" }, { 4, 2, 3, "A" }, { 4, 0, 5, "A" } }, 0, NULL },
	{ "but in the order of days", plain, true, { { 1, 1, 3, "A" }, { 2, 2, 7, "A" }, { 3, 1, 4, "A" }, { 3, 2, 6, "B" }, { 4, 0, 1, "A" } },
	  3, "batch 3: histories: row 1 comes before a row of the person in a batch before, by its day or mdtrt_id" },
	{ "a row without a day is not answered", plain, true, { { 1, 1, 0, "A" }, { 2, 1, 4, "A" }, { 3, 1, 0, "B" }, { 3, 1, 5, "C" } }, 0, NULL },
	{ "one that is answered comes last", flat, true, { { 1, 1, 3, "A" }, { 2, 1, 0, "A" }, { 3, 1, 0, "B" } }, 0, NULL },
	{ "so that none with a day comes after it", flat, true, { { 1, 1, 0, "A" }, { 2, 0, 9, "A" }, { 3, 1, 0, "C" }, { 3, 1, 4, "B" } },
	  3, "batch 3: histories: row 1 has a day, and a row of the person in a batch before has none and comes last" },
	{ "nor later, a bad row between them", flat, false, { { 1, 1, 0, "A" }, { 2, 1, 0, "bad" }, { 3, 1, 4, "B" } },
	  3, "batch 3: histories: row 0 has a day, and a row of the person in a batch before has none and comes last" },
	{ "a bad row alone is no matter", flat, false, { { 1, 1, 0, "bad" }, { 2, 1, 4, "B" } }, 0, NULL },
};

/* The rows as bills; returns how many batches there are. */
static int
tear(const struct torn *t, struct bills *b, int cuts[8])
{
	int batches = 0;

	fill(b, "990000", "390", ask_day("2026-01-01"), ask_day("2026-12-31"));
	for (b->rows = 0; b->rows < 6 && t->rows[b->rows].batch; b->rows++) {
		int i = b->rows;
		if (t->rows[i].batch > batches)
			cuts[batches++] = i;
		b->person[i] = (int8_t)t->rows[i].person;
		b->kind[i] = 0;
		b->type[i] = 2; /* who may draw on the account */
		b->level_known[i] = 1;
		b->use[i] = 1;
		b->scope[i] = b->total[i] = 200000;
		b->total[i] += t->rows[i].stay && !strcmp(t->rows[i].stay, "bad"); /* it does not add up */
		b->own[i] = b->prior[i] = b->over[i] = 0;
		b->stay[i] = (int16_t)i;
		b->stays[i] = t->rows[i].stay ? t->rows[i].stay : "?";
		b->stay_known[i] = t->rows[i].stay != NULL;
		b->day_known[i] = t->rows[i].day != 0;
		b->end[i] = b->begin[i] = ask_day("2026-03-01") + t->rows[i].day;
	}
	cuts[batches] = b->rows;
	return batches;
}

START_TEST(where_a_stream_may_be_torn)
{
	const struct torn *t = &torn[_i];
	struct yb_policy_set *set = load_two(t->doc, NULL);
	int order[ROWS], cuts[8], rc = 0;
	struct claims c = { .bills = &bills, .order = order, .cuts = cuts };
	struct ArrowArrayStream stream;
	struct ArrowArray batch;

	seed = 9;
	c.count = tear(t, &bills, cuts);
	for (int i = 0; i < ROWS; i++)
		order[i] = i;
	yb_bulk_unref(run(set, &bills, 1, &answers));
	yb_bulk_unref(open_stream(set, &c, 1, YB_ARROW_HISTORIES | (t->strewn ? YB_ARROW_STREWN : 0u), &stream));
	for (int i = 0; i < c.count && rc == 0; i++) {
		rc = stream.get_next(&stream, &batch);
		ck_assert_msg(rc == (i + 1 == t->fails ? EINVAL : 0), "%s: batch %d: %d %s", t->why, i + 1, rc, rc ? stream.get_last_error(&stream) : "");
		if (rc) {
			ck_assert_str_eq(stream.get_last_error(&stream), t->says);
			ck_assert_int_eq(stream.get_next(&stream, &batch), EINVAL); /* it stays so */
			break;
		}
		if (!t->fails) /* else earlier ones are told less than all at once */
			expect_batch(&batch, &answers, order + cuts[i]);
		batch.release(&batch);
	}
	stream.release(&stream);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(only_histories_are_strewn)
{
	struct yb_policy_set *set = load_two(plain, NULL);
	int order[ROWS] = { 0 }, cuts[] = { 0, 1 };
	struct claims c = { .bills = &bills, .order = order, .cuts = cuts, .count = 1 };
	struct ArrowArrayStream stream, claims = { .get_schema = claims_type, .get_next = claims_next, .release = claims_release, .private_data = &c };
	struct ArrowSchema type;
	struct ArrowArray batch;
	struct yb_bulk *bulk = NULL;

	seed = 10;
	fill(&bills, "990000", "390", ask_day("2026-01-01"), ask_day("2026-12-31"));
	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_stream_arrow(bulk, &claims, NULL, 0, YB_ARROW_STREWN, &stream, NULL), YB_E_BAD_OPTIONS);
	ck_assert_ptr_null(claims.release);
	ck_assert_int_eq(claims_type(NULL, &type), 0);
	make_batch(&batch, &bills, order, 1);
	ck_assert_int_eq(yb_bulk_take_arrow(bulk, &type, &batch, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_arrow(bulk, NULL, 0, YB_ARROW_HISTORIES | YB_ARROW_STREWN, &type, &batch, NULL), YB_E_BAD_OPTIONS);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_stream_by_each_shipped_document_too)
{
	const struct yb_policy_set *set = ask_shipped();
	int documents = 0, answered = 0;

	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const char *id = yb_policy_set_get_id(set, i);
		char region[7] = "";
		if (strlen(id) != 10 || id[6] != '/' || id[0] == '0' || (getenv("YB_SLOW") && i % 9))
			continue;
		memcpy(region, id, 6);
		seed = 3000 + (uint32_t)i;
		fill(&bills, region, id + 7, ask_day("2025-11-01"), ask_day("2026-12-31"));
		mix(&bills);
		yb_bulk_unref(run(set, &bills, 1, &answers));
		expect_stream(set, &bills, &answers, documents++ % 2, 2);
		for (int row = 0; row < ROWS; row++)
			answered += answers.outcomes[row] == YB_OUTCOME_ANSWERED;
	}
	ck_assert_int_gt(documents, 5);
	ck_assert_int_gt(answered, getenv("YB_SLOW") ? -1 : 250);
}
END_TEST

/* ---- the way it is asked ---- */

static void
run_persons(const struct yb_policy_set *set, int32_t threads, const int64_t *persons, struct answers *a)
{
	struct yb_bulk *bulk = run(set, &bills, threads, a);

	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, persons, NULL), YB_OK);
	yb_bulk_unref(bulk);
}

START_TEST(threads_and_order_of_rows_change_nothing)
{
	struct yb_policy_set *set = load_two(split, reform);
	static struct bills turned;
	static struct answers many;
	int64_t persons[ROWS];

	seed = 5;
	fill(&bills, "990000", "390", ask_day("2025-10-01"), ask_day("2027-02-01"));
	for (int i = 0; i < ROWS; i++) { /* bills of one day and number would go by the order of the rows */
		bills.end[i] = ask_day("2025-10-01") + i * 37 % ROWS * 2;
		bills.begin[i] = bills.end[i] - (int32_t)below(25);
	}
	yb_bulk_unref(run(set, &bills, 1, &answers));
	for (int i = 0; i < ROWS; i++)
		persons[i] = i % 120; /* enough of them for seven threads */
	run_persons(set, 1, persons, &many);
	for (int32_t threads = 2; threads < 9; threads += 5) {
		run_persons(set, threads, persons, &others);
		ck_assert_mem_eq(&many, &others, sizeof(many));
	}
	turned = bills;
	for (int i = 0; i < ROWS; i++) {
		int k = ROWS - 1 - i;
		turned.person[i] = bills.person[k];
		turned.kind[i] = bills.kind[k];
		turned.level[i] = bills.level[k];
		turned.level_known[i] = bills.level_known[k];
		turned.type[i] = bills.type[k];
		turned.episode[i] = bills.episode[k];
		turned.episode_known[i] = bills.episode_known[k];
		turned.use[i] = bills.use[k];
		turned.stay[i] = bills.stay[k];
		turned.begin[i] = bills.begin[k];
		turned.end[i] = bills.end[k];
		turned.birth[i] = bills.birth[k];
		turned.total[i] = bills.total[k];
		turned.scope[i] = bills.scope[k];
		turned.own[i] = bills.own[k];
		turned.prior[i] = bills.prior[k];
	}
	yb_bulk_unref(run(set, &turned, 1, &others));
	for (int n = 0; n < answers.count; n++)
		for (int i = 0; i < ROWS; i++)
			ck_assert_int_eq(answers.values[n][i], others.values[n][ROWS - 1 - i]);
	ck_assert_mem_ne(answers.outcomes, others.outcomes, sizeof(answers.outcomes));
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(persons_by_number_are_persons_by_text)
{
	struct yb_policy_set *set = load_two(plain, reform);
	struct yb_bulk *bulk;
	int64_t persons[ROWS];
	yb_column column;

	seed = 6;
	fill(&bills, "990000", "390", ask_day("2025-10-01"), ask_day("2027-02-01"));
	bulk = run(set, &bills, 1, &answers);
	for (int i = 0; i < ROWS; i++)
		persons[i] = (bills.person[i] == 9 ? 3 : bills.person[i]) * INT64_C(-1234567890123);
	memcpy(&others, &answers, sizeof(answers));
	memset(answers.values, 7, sizeof(answers.values));
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, persons, NULL), YB_OK);
	for (int n = 0; n < answers.count; n++)
		ck_assert_mem_eq(answers.values[n], others.values[n], sizeof(answers.values[n]));
	/* each row alone is told nothing; afterwards again all */
	ck_assert_int_eq(yb_bulk_run(bulk, 0, ROWS, NULL), YB_OK);
	ck_assert_mem_ne(answers.values, others.values, sizeof(answers.values));
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, NULL, NULL), YB_OK);
	ck_assert_mem_eq(answers.values[0], others.values[0], sizeof(answers.values[0]));
	/* what earlier rows tell is not bound */
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_YB_ADMISSION, "1", 1, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, NULL, NULL), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_YB_ADMISSION, NULL, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_input(bulk, "basic.paid.year", 15, &column, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_numbers(bulk, column, YB_LAYOUT_INT64, persons, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, NULL, NULL), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, column, NULL, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_text(bulk, YB_FIELD_PSN_NO, NULL, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, NULL, NULL), YB_E_MISSING_KEY);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, 0, persons, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, (size_t)UINT32_MAX, persons, NULL), YB_E_LIMIT);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, SIZE_MAX, 2, persons, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_bulk_run_histories(NULL, 0, 1, persons, NULL), YB_E_INVALID);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_bill_of_nobody_is_bad_and_adds_nothing)
{
	struct yb_policy_set *set = load_two(plain, NULL);
	struct yb_bulk *bulk;
	uint8_t known[ROWS];

	seed = 8;
	fill(&bills, "990000", "390", ask_day("2026-01-01"), ask_day("2026-12-31"));
	bulk = run(set, &bills, 1, &answers);
	memset(known, 1, sizeof(known));
	known[3] = known[4] = 0;
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_PSN_NO, YB_LAYOUT_INT8, bills.person, known, psn_nos, COUNT(psn_nos), NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run_histories(bulk, 0, ROWS, NULL, NULL), YB_OK);
	for (int i = 3; i < 5; i++) {
		ck_assert_int_eq(answers.outcomes[i], YB_ROW_BAD);
		ck_assert_int_eq(answers.statuses[i], YB_E_MISSING_KEY);
		ck_assert_int_eq(answers.known[0][i], 0);
	}
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
history_suite(void)
{
	Suite *suite = suite_create("history");
	TCase *tc = tcase_create("histories");

	tcase_set_timeout(tc, 600);
	tcase_add_unchecked_fixture(tc, ask_load_once, ask_drop_once);
	tcase_add_loop_test(tc, a_history_is_what_a_ledger_tells, 0, COUNT(made));
	tcase_add_test(tc, a_history_by_each_shipped_document_too);
	tcase_add_loop_test(tc, any_order_of_arrival_ends_as_the_history, 0, 2);
	tcase_add_loop_test(tc, a_stream_is_cut_anywhere, 0, 2 * COUNT(made));
	tcase_add_loop_test(tc, where_a_stream_may_be_torn, 0, COUNT(torn));
	tcase_add_test(tc, only_histories_are_strewn);
	tcase_add_test(tc, a_stream_by_each_shipped_document_too);
	tcase_add_test(tc, threads_and_order_of_rows_change_nothing);
	tcase_add_test(tc, persons_by_number_are_persons_by_text);
	tcase_add_test(tc, a_bill_of_nobody_is_bad_and_adds_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
