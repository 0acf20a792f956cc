/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/bulk.h>

#include "base/text.h"
#include "bulk/block.h"
#include "policy/book.h"

Suite *bulk_suite(void);

/*
 * The worked examples of tests/cases/ on bills, as rows: what a vector says of
 * the facts is bound to columns, and every printed amount must come out. Bills
 * with cost lines or a cover history cannot be said in columns.
 */

#define ROWS 300

static char folder[512];

static char *
read_text(const char *name)
{
	char path[1024];
	FILE *file;
	char *text;
	size_t n;

	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%s", folder, name), (int)sizeof(path));
	file = fopen(path, "rb");
	ck_assert_ptr_nonnull(file);
	text = calloc(1, 1 << 20);
	ck_assert_ptr_nonnull(text);
	n = fread(text, 1, (1 << 20) - 1, file);
	ck_assert_uint_lt(n, (1 << 20) - 1);
	(void)fclose(file);
	return text;
}

/* The document under an id that a region and scheme lead to. */
static struct yb_policy_set *
load_as(const char *text, const char *id)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	const char *line = strstr(text, "\nid: ");
	struct ybi_text out = { 0 };

	ck_assert_ptr_nonnull(line);
	ybi_text_add(&out, text, (size_t)(line + 5 - text));
	ybi_text_puts(&out, id);
	ybi_text_puts(&out, strchr(line + 1, '\n'));
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "case", out.data, out.length, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	ybi_text_free(&out);
	return set;
}

static bool
bind_text(struct yb_bulk *bulk, const char *name, const char *text, size_t length)
{
	yb_column column;

	return yb_bulk_input(bulk, name, strlen(name), &column, NULL) == YB_OK && yb_bulk_bind_text(bulk, column, text, length, NULL) == YB_OK;
}

static bool
bind_node(struct yb_bulk *bulk, const char *name, const struct ybi_node *node)
{
	struct ybi_text out = { 0 };
	bool bound;

	if (ybi_node_is(node, "null") && node->plain)
		return true;
	if (node->kind == YBI_SCALAR)
		return bind_text(bulk, name, node->text, node->count);
	if (node->kind != YBI_SEQ)
		return false;
	for (uint32_t i = 0; i < node->count; i++)
		ybi_text_printf(&out, "%s%s", i ? "|" : "", node->items[i]->kind == YBI_SCALAR ? node->items[i]->text : "");
	bound = bind_text(bulk, name, out.data ? out.data : "", out.length);
	ybi_text_free(&out);
	return bound;
}

/* False where something cannot be said in a column. */
static bool
bind_part(struct yb_bulk *bulk, const struct ybi_node *part)
{
	bool good = true;

	for (uint32_t i = 0; part && part->kind == YBI_MAP && i < part->count && good; i++) {
		const struct ybi_entry *e = &part->entries[i];
		if (!strcmp(e->key, "yb_totals") || !strcmp(e->key, "yb_attributes"))
			good = bind_part(bulk, e->value);
		else
			good = bind_node(bulk, e->key, e->value);
	}
	return good;
}

static bool
bind_vector(struct yb_bulk *bulk, const struct ybi_node *vector)
{
	static const char *const parts[] = { "person", "claim", "facts", "totals", "yb_totals" };
	const struct ybi_node *on = ybi_node_get(vector, "on");
	bool good = true;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && good; i++)
		good = bind_part(bulk, ybi_node_get(vector, parts[i]));
	if (good && on && !ybi_bulk_bound(bulk, YB_FIELD_ENDDATE))
		good = bind_node(bulk, "enddate", on);
	return good && !ybi_node_get(vector, "solve");
}

/* What a vector says of one field, else `otherwise`. */
static const char *
said(const struct ybi_node *vector, const char *key, const char *otherwise)
{
	static const char *const parts[] = { "person", "facts", "claim" };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct ybi_node *part = ybi_node_get(vector, parts[i]), *value = part && part->kind == YBI_MAP ? ybi_node_get(part, key) : NULL;
		if (value && value->kind == YBI_SCALAR)
			return value->text;
	}
	return otherwise;
}

static int vectors, figures;

static void
compare_figures(const struct yb_policy_set *set, const struct ybi_vector *vector, const char *region, const char *scheme)
{
	const struct ybi_node *expect = ybi_node_get(vector->node, "expect");
	static int64_t values[32][ROWS];
	static uint8_t known[32][ROWS], outcomes[ROWS];
	struct yb_bulk *bulk = NULL;
	yb_fen wanted[32];
	uint32_t n = 0;

	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL), YB_OK);
	if (bind_vector(bulk, vector->node) && expect && expect->kind == YBI_MAP && bind_text(bulk, "insuplc_admdvs", region, 6) &&
	    bind_text(bulk, "insutype", scheme, strlen(scheme))) {
		for (uint32_t i = 0; i < expect->count && n < 32; i++) {
			const struct ybi_node *value = expect->entries[i].value;
			yb_column column;
			if (value->kind == YBI_SCALAR && yb_fen_from_text(value->text, value->count, &wanted[n]) == YB_OK &&
			    yb_bulk_output(bulk, expect->entries[i].key, strlen(expect->entries[i].key), &column, NULL) == YB_OK) {
				ck_assert_int_eq(yb_bulk_bind_output(bulk, column, values[n], known[n], NULL), YB_OK);
				n++;
			}
		}
		ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcomes, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_run(bulk, 0, ROWS, NULL), YB_OK);
		vectors += n > 0;
		for (uint32_t k = 0; k < n; k++, figures++)
			for (size_t row = 0; row < ROWS; row++)
				ck_assert_msg(known[k][row] && values[k][row] == wanted[k], "%s, row %zu, figure %u: %lld, not %lld (outcome %u)", vector->id, row, k,
				              (long long)values[k][row], (long long)wanted[k], outcomes[row]);
	}
	yb_bulk_unref(bulk);
}

static void
compare_document(const char *name)
{
	char *text = read_text(name);
	struct yb_policy_set *plain = load_as(text, "990000/310");
	const struct ybi_book *book = ybi_set_book(plain, "990000/310");

	for (size_t i = 0; book && i < book->vectors_count; i++) {
		const struct ybi_vector *vector = &book->vectors[i];
		const char *region = said(vector->node, "insuplc_admdvs", "990000"), *scheme = said(vector->node, "insutype", "310");
		struct yb_policy_set *set;
		const struct ybi_book *again;
		char id[32];
		if (vector->ask != YBI_ASK_REIMBURSE || strlen(region) != 6)
			continue;
		(void)snprintf(id, sizeof(id), "%s/%s", region, scheme);
		set = load_as(text, id);
		again = ybi_set_book(set, id);
		ck_assert_ptr_nonnull(again);
		compare_figures(set, &again->vectors[i], region, scheme);
		yb_policy_set_unref(set);
	}
	yb_policy_set_unref(plain);
	free(text);
}

START_TEST(worked_bills_come_out_of_columns)
{
	const char *root = getenv("YB_SRCDIR");
	struct dirent *entry;
	DIR *dir;

	ck_assert_int_lt(snprintf(folder, sizeof(folder), "%s/tests/cases", root ? root : "."), (int)sizeof(folder));
	dir = opendir(folder);
	ck_assert_ptr_nonnull(dir);
	vectors = figures = 0;
	while ((entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);
		if (n > 5 && !strcmp(entry->d_name + n - 5, ".yaml"))
			compare_document(entry->d_name);
	}
	(void)closedir(dir);
	ck_assert_int_ge(vectors, 43);
	ck_assert_int_ge(figures, 108);
}
END_TEST

/* ---- what is owed ---- */

#define OWED "language: 1\nid: 990000/390\ntitle: T\nfrom: 2020-01-01\nconfidence: case\n" \
	"sources: {a: {issuer: I, url: u, confidence: case}}\n" \
	"attributes: {kind: {type: count, range: 0..3, of: person}, late: {type: count, range: 0..9, of: person}}\n" \
	"fee:\n  source: a\n  charges:\n" \
	"    - id: basic\n      total: {by: kind, rows: [[0, 400], [1, 300.50], [2, 20], [3, 10]]}\n" \
	"      payers: {person: {by: kind, rows: [[0, 380], [1, 0], [2, 30], [3, 10]]}, subsidy: rest}\n" \
	"    - {id: late, when: {late: 1..9}, payers: {person: = basic.person * 0.05% * late}}\n"

static int64_t owed_kind[] = { 0, 1, 2, 3, 0, 0, 0, 1 }, owed_late[] = { 0, 3, 1, 1, 7, 12, 2, 0 }, owed_year[] = { 2026, 2026, 2026, 2026, 2026, 2026, 2019, 0 };

/* 380.00 and 0.05 % a month: 7 months are 1.33. The third's rest is below 0, the fourth's half a fen is posted as one; then what cannot be: months, a day not covered, a year not said. */
START_TEST(fees_are_answered_by_columns)
{
	static const int64_t person[] = { 38000, 0, 0, 1001, 38133, 0, 0, 0 }, subsidy[] = { 2000, 30050, 0, 0, 2000, 0, 0, 0 };
	static const bool exact[] = { false, false, true, false, false, true, false, true };
	struct yb_policy_set *set = load_as(OWED, "990000/390");
	const char *const names[] = { "kind", "late", "year" }, *const results[] = { "due.person", "due.subsidy", "late.total.exact" };
	int64_t *values[] = { owed_kind, owed_late, owed_year }, out[3][8];
	uint8_t outcomes[8], known[3][8];
	yb_status statuses[8];
	struct yb_bulk *bulk = NULL;
	yb_column column;

	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_FEE, NULL, &bulk, NULL), YB_OK);
	ck_assert(bind_text(bulk, "insuplc_admdvs", "990000", 6) && bind_text(bulk, "insutype", "390", 3));
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(yb_bulk_input(bulk, names[i], strlen(names[i]), &column, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_bind_numbers(bulk, column, YB_LAYOUT_INT64, values[i], NULL, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_output(bulk, results[i], strlen(results[i]), &column, NULL), YB_OK);
		ck_assert_int_eq(yb_bulk_bind_output(bulk, column, out[i], known[i], NULL), YB_OK);
	}
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcomes, statuses), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 8, NULL), YB_OK);
	ck_assert_uint_eq(bulk->views_count, 1);
	ck_assert(bulk->views[0].dense);
	for (int i = 0; i < 8; i++) {
		ck_assert_msg(ybi_stop_is_exact(bulk->workers[0]->exact[i]) == exact[i], "row %d", i);
		ck_assert_int_eq(out[0][i], person[i]);
		ck_assert_int_eq(out[1][i], subsidy[i]);
		ck_assert_int_eq(known[0][i], outcomes[i] == YB_OUTCOME_ANSWERED);
	}
	ck_assert_int_eq(known[2][0] && known[2][4], 1);
	ck_assert_int_eq(out[2][4], 133);
	ck_assert_int_eq(outcomes[0], YB_OUTCOME_ANSWERED);
	ck_assert_int_eq(statuses[2], YB_E_RULE);
	ck_assert(outcomes[3] == YB_OUTCOME_ANSWERED && !known[2][3] && out[2][3] == 0);
	ck_assert_int_eq(statuses[5], YB_E_BAD_VALUE);
	ck_assert_int_eq(outcomes[6], YB_OUTCOME_UNSUPPORTED);
	ck_assert_int_eq(outcomes[7], YB_OUTCOME_INCOMPLETE);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

/* What a fee asks of the codes of a person cuts them into more sets than a table of bills may tell apart; a bill asks for two of them. */
#define CUT "language: 1\nid: x\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" \
	"unsupported: [{id: gap, text: t, touches: reimburse, source: a, when: {psn_idet_type: 04}}]\n" \
	"attributes: {poor: {type: flag, of: person, from: {by: psn_idet_type, rows: [[\"2302|2303\", yes], [\"not 2302|2303\", no]]}}}\n" \
	"fee:\n  source: a\n  charges:\n" \
	"    - id: basic\n      total: 400\n      payers:\n" \
	"        person: {by: psn_idet_type, hit: min, rows: [[any, 400], [2301, 1], [2302, 2], [2303, 3], [2304, 4], [2305, 5], [2306, 6], [2307, 7], [2308, 8]]}\n" \
	"        subsidy: rest\n" \
	"reimburse:\n  source: a\n  benefits:\n    - id: stay\n      layers:\n" \
	"        - {id: basic, pays: hifp_pay, deductible: {amount: {by: poor, rows: [[yes, 0], [no, 100]]}, per: stay}, ratio: 50%}\n"

START_TEST(what_only_a_fee_asks_for_leaves_bills_dense)
{
	static const char *const codes[] = { "", "2301", "2302", "2303", "2304", "2305", "2306", "2307", "2308", "04", "01" };
	static const uint8_t index[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	struct yb_policy_set *set = load_as(CUT, "990000/390");
	struct yb_decision *decision = NULL;
	struct yb_bulk *bulk = NULL;
	int64_t fund[11];
	uint8_t outcomes[11];

	ck_assert_int_eq(yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert(bind_text(bulk, "insuplc_admdvs", "990000", 6) && bind_text(bulk, "insutype", "390", 3) && bind_text(bulk, "medfee_sumamt", "1000", 4));
	ck_assert(bind_text(bulk, "fulamt_ownpay_amt", "0", 1) && bind_text(bulk, "overlmt_selfpay", "0", 1) && bind_text(bulk, "preselfpay_amt", "0", 1));
	ck_assert(bind_text(bulk, "enddate", "2026-03-09", 10));
	ck_assert_int_eq(yb_bulk_bind_codes(bulk, YB_FIELD_PSN_IDET_TYPE, YB_LAYOUT_INT8, index, NULL, codes, 11, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_output(bulk, YB_FIELD_HIFP_PAY, fund, NULL, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_bind_outcomes(bulk, outcomes, NULL), YB_OK);
	ck_assert_int_eq(yb_bulk_run(bulk, 0, 11, NULL), YB_OK);
	ck_assert(bulk->views_count == 1 && bulk->views[0].dense);
	for (size_t i = 0; i < 11; i++) {
		int64_t alone = 0;
		ck_assert_msg(bulk->workers[0]->exact[i] == (i == 9 ? YBI_STOP_GAP : 0), "row %zu", i);
		ck_assert_int_eq(outcomes[i], i == 9 ? YB_OUTCOME_UNSUPPORTED : YB_OUTCOME_ANSWERED);
		ck_assert_int_eq(fund[i], i == 9 ? 0 : i == 2 || i == 3 ? 50000 : 45000);
		ck_assert_int_eq(yb_bulk_answer(bulk, i, decision, NULL), YB_OK);
		ck_assert(i == 9 || (yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &alone) == YB_OK && alone == fund[i]));
	}
	yb_decision_unref(decision);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
bulk_suite(void)
{
	Suite *suite = suite_create("bulk");
	TCase *tc = tcase_create("cases");

	tcase_set_timeout(tc, 1800);
	tcase_add_test(tc, worked_bills_come_out_of_columns);
	tcase_add_test(tc, fees_are_answered_by_columns);
	tcase_add_test(tc, what_only_a_fee_asks_for_leaves_bills_dense);
	suite_add_tcase(suite, tc);
	return suite;
}
