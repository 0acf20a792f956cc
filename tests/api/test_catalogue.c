/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *catalogue_suite(void);

/* Catalogues beside a scheme: what is refused at load, what a line says of the rows that made it. Figures: tests/shapes/catalogue.yaml. */

#define LIST(id) "language: 1\nid: 990000/" id "\ntitle: T\nsources:\n  a: {issuer: I, url: u, published: 2025-06-01, confidence: official}\n"
#define ITEMS "catalogue:\n  source: a\n  columns: [hilist_code, chrgitm_lv, selfpay_prop, pric_uplmt_amt]\n  rows:\n"
#define SCHEME(split) "language: 1\nid: 990000/310\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: official}\nreimburse:\n  source: a\n" \
	"  split: " split "\n  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]\n"
#define GOOD LIST("items") ITEMS "    - [A, \"02\", 10%, 10]\n"

static yb_status
load(const char *const *texts, size_t count, uint32_t flags, yb_day known_on, struct yb_policy_set **set, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	yb_status st;

	options.flags = flags;
	options.known_on = known_on;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	for (size_t i = 0; i < count && texts[i]; i++) {
		char name[20];
		(void)snprintf(name, sizeof(name), "doc%u.yaml", (unsigned)i);
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, name, texts[i], strlen(texts[i]), NULL), YB_OK);
	}
	st = yb_policy_set_new(loader, set, err);
	yb_policy_loader_unref(loader);
	return st;
}

static const struct {
	const char *name, *texts[3];
	yb_status status;
	const char *source;
	uint32_t line, column;
	const char *fragment;
} refused[] = {
	{ "no columns", { LIST("items") "catalogue: {source: a, rows: []}\n" }, YB_E_MISSING_KEY, "doc0.yaml", 6, 12, "columns" },
	{ "a list", { LIST("items") "catalogue: []\n" }, YB_E_MISSING_KEY, "doc0.yaml", 6, 12, "columns" },
	{ "an unknown key", { LIST("items") "catalogue: {source: a, colums: [], columns: [hilist_code], rows: []}\n" }, YB_E_UNKNOWN_KEY, "doc0.yaml", 6, 24, "did you mean \"columns\"" },
	{ "an unknown column", { LIST("items") "catalogue: {source: a, columns: [hilist_code, selfpay], rows: []}\n" }, YB_E_UNKNOWN_KEY, "doc0.yaml", 6, 47, "selfpay" },
	{ "a misspelt column", { LIST("items") "catalogue: {source: a, columns: [hilist_cod], rows: []}\n" }, YB_E_UNKNOWN_KEY, "doc0.yaml", 6, 34, "did you mean \"hilist_code\"" },
	{ "a column twice", { LIST("items") "catalogue: {source: a, columns: [hilist_code, unit, unit], rows: []}\n" }, YB_E_DUPLICATE, "doc0.yaml", 6, 53, "unit" },
	{ "no code", { LIST("items") "catalogue: {source: a, columns: [unit], rows: []}\n" }, YB_E_MISSING_KEY, "doc0.yaml", 6, 33, "hilist_code" },
	{ "two codes", { LIST("items") "catalogue: {source: a, columns: [hilist_code, med_list_codg], rows: []}\n" }, YB_E_MISSING_KEY, "doc0.yaml", 6, 33, "one column" },
	{ "no source", { LIST("items") "catalogue: {columns: [hilist_code], rows: [[A]]}\n" }, YB_E_NO_SOURCE, "doc0.yaml", 6, 43, "source" },
	{ "a source that is not declared", { LIST("items") "catalogue: {source: b, columns: [hilist_code], rows: [[A]]}\n" }, YB_E_UNKNOWN_NAME, "doc0.yaml", 6, 21, "\"b\" is not declared" },
	{ "a row's source that is not declared", { LIST("items") "catalogue: {source: a, columns: [hilist_code, source], rows: [[A, b]]}\n" }, YB_E_UNKNOWN_NAME, "doc0.yaml", 6, 67, "\"b\" is not declared" },
	{ "a row too short", { LIST("items") ITEMS "    - [A, \"02\", 10%]\n" }, YB_E_SYNTAX, "doc0.yaml", 10, 7, "4 cells" },
	{ "a row of text", { LIST("items") ITEMS "    - A\n" }, YB_E_SYNTAX, "doc0.yaml", 10, 7, "4 cells" },
	{ "a cell that is a list", { LIST("items") ITEMS "    - [A, [\"02\"], 10%, 1]\n" }, YB_E_SYNTAX, "doc0.yaml", 10, 11, "a list" },
	{ "a row without its code", { LIST("items") ITEMS "    - [~, \"02\", 10%, 1]\n" }, YB_E_MISSING_KEY, "doc0.yaml", 10, 7, "code" },
	{ "a class that is none", { LIST("items") ITEMS "    - [A, \"04\", 10%, 1]\n" }, YB_E_UNKNOWN_NAME, "doc0.yaml", 10, 11, "01, 02 or 03" },
	{ "a share of 65", { LIST("items") ITEMS "    - [A, \"02\", 65, 1]\n" }, YB_E_BAD_VALUE, "doc0.yaml", 10, 17, "10%" },
	{ "a share too fine", { LIST("items") ITEMS "    - [A, \"02\", 0.12345, 1]\n" }, YB_E_BAD_VALUE, "doc0.yaml", 10, 17, "four decimals" },
	{ "a share below zero", { LIST("items") ITEMS "    - [A, \"02\", -10%, 1]\n" }, YB_E_BAD_VALUE, "doc0.yaml", 10, 17, "0 to 1" },
	{ "a price too fine", { LIST("items") ITEMS "    - [A, \"02\", 10%, 1.2345678]\n" }, YB_E_BAD_AMOUNT, "doc0.yaml", 10, 22, "six decimals" },
	{ "a price below zero", { LIST("items") ITEMS "    - [A, \"02\", 10%, -1]\n" }, YB_E_BAD_AMOUNT, "doc0.yaml", 10, 22, "money" },
	{ "a price too large", { LIST("items") ITEMS "    - [A, \"02\", 10%, 10000000000.000001]\n" }, YB_E_BAD_AMOUNT, "doc0.yaml", 10, 22, "money" },
	{ "a price of quoted none", { LIST("items") ITEMS "    - [A, \"02\", 10%, \"none\"]\n" }, YB_E_BAD_AMOUNT, "doc0.yaml", 10, 22, "money" },
	{ "a limit too fine", { LIST("items") "catalogue: {source: a, columns: [hilist_code, limit], rows: [[A, 1.234]]}\n" }, YB_E_BAD_AMOUNT, "doc0.yaml", 6, 66, "two decimals" },
	{ "a number of things that is none", { LIST("items") "catalogue: {source: a, columns: [hilist_code, limit_cnt], rows: [[A, few]]}\n" }, YB_E_BAD_VALUE, "doc0.yaml", 6, 70, "quantity" },
	{ "by the week", { LIST("items") "catalogue: {source: a, columns: [hilist_code, per], rows: [[A, week]]}\n" }, YB_E_BAD_VALUE, "doc0.yaml", 6, 64, "stay or day" },
	{ "a level that is none", { LIST("items") "catalogue: {source: a, columns: [hilist_code, hosp_lv], rows: [[A, 01|12]]}\n" }, YB_E_UNKNOWN_NAME, "doc0.yaml", 6, 68, "01|02" },
	{ "a day that is none", { LIST("items") "catalogue: {source: a, columns: [hilist_code, from], rows: [[A, 2025-02-29]]}\n" }, YB_E_BAD_DATE, "doc0.yaml", 6, 65, "2025-02-29" },
	{ "days without a day", { LIST("items") "catalogue: {source: a, columns: [hilist_code, from, to], rows: [[A, 2025-02-01, 2025-02-01]]}\n" }, YB_E_RULE, "doc0.yaml", 6, 65, "without a day" },
	{ "two ends", { LIST("items") "catalogue: {source: a, columns: [hilist_code, to, through], rows: [[A, 2025-02-01, 2025-02-01]]}\n" }, YB_E_RULE, "doc0.yaml", 6, 84, "`to` or `through`" },
	{ "a pack of nothing", { LIST("items") "catalogue: {source: a, columns: [hilist_code, unit, pack], rows: [[A, box, 0 tablet]]}\n" }, YB_E_BAD_VALUE, "doc0.yaml", 6, 76, "28 tablet" },
	{ "a pack without a number", { LIST("items") "catalogue: {source: a, columns: [hilist_code, unit, pack], rows: [[A, box, tablet]]}\n" }, YB_E_BAD_VALUE, "doc0.yaml", 6, 76, "28 tablet" },
	{ "a pack of a pack of a pack", { LIST("items") "catalogue: {source: a, columns: [hilist_code, unit, pack], rows: [[A, box, 1 a|1 b|1 c|1 d|1 e]]}\n" }, YB_E_BAD_VALUE, "doc0.yaml", 6, 76, "28 tablet" },
	{ "a pack of what", { LIST("items") "catalogue: {source: a, columns: [hilist_code, pack], rows: [[A, 28 tablet]]}\n" }, YB_E_MISSING_KEY, "doc0.yaml", 6, 61, "unit" },
	{ "two rows of an item", { LIST("items") ITEMS "    - [A, \"02\", 10%, 1]\n    - [B, \"02\", 10%, 1]\n    - [A, \"02\", 10%, 2]\n" }, YB_E_OVERLAP, "doc0.yaml", 12, 7, "line 10 both hold for A at level 01" },
	{ "two rows that share a day and a level", { LIST("items") "catalogue:\n  source: a\n  columns: [hilist_code, from, through, hosp_lv]\n  rows:\n    - [A, 2025-01-01, 2025-06-30, 01|02]\n"
	  "    - [A, 2025-06-30, ~, 02|03]\n" }, YB_E_OVERLAP, "doc0.yaml", 11, 7, "line 10 both hold for A on 2025-06-30 at level 02" },
	{ "a long row over two short ones", { LIST("items") "catalogue:\n  source: a\n  columns: [hilist_code, from, to]\n  rows:\n    - [A, 2025-01-01, 2027-01-01]\n"
	  "    - [A, 2028-01-01, ~]\n    - [A, 2026-01-01, 2026-02-01]\n" }, YB_E_OVERLAP, "doc0.yaml", 12, 7, "line 10 both hold for A on 2026-01-01" },
	{ "a row that a part has too", { LIST("items") "catalogue:\n  source: a\n  parts: [990000/more]\n  columns: [hilist_code]\n  rows:\n    - [A]\n", LIST("more") "catalogue: {source: a, columns: [hilist_code], rows: [[A]]}\n" },
	  YB_E_OVERLAP, "doc1.yaml", 6, 55, "line 11 of doc0.yaml both hold for A" },
	{ "a part that is not there", { LIST("items") "catalogue: {source: a, parts: [990000/more], columns: [hilist_code], rows: []}\n" }, YB_E_UNKNOWN_NAME, "doc0.yaml", 6, 32, "990000/more" },
	{ "a part that cannot be read", { LIST("items") "catalogue: {source: a, parts: [990000/more], columns: [hilist_code], rows: []}\n", LIST("more") "catalogue: {source: a, columns: [hilist_code], rows: [A]}\n" },
	  YB_E_UNKNOWN_NAME, "doc0.yaml", 6, 32, "could not be read" },
	{ "a part of other codes", { LIST("items") "catalogue: {source: a, parts: [990000/more], columns: [hilist_code], rows: []}\n", LIST("more") "catalogue: {source: a, columns: [med_list_codg], rows: []}\n" },
	  YB_E_RULE, "doc0.yaml", 6, 32, "med_list_codg" },
	{ "a part twice", { LIST("items") "catalogue: {source: a, parts: [990000/more, 990000/more], columns: [hilist_code], rows: []}\n", LIST("more") "catalogue: {source: a, columns: [hilist_code], rows: []}\n" },
	  YB_E_DUPLICATE, "doc0.yaml", 6, 45, "twice" },
	{ "parts of a part", { LIST("items") "catalogue: {source: a, parts: [990000/more], columns: [hilist_code], rows: []}\n", LIST("more") "catalogue: {source: a, parts: [990000/last], columns: [hilist_code], rows: []}\n",
	  LIST("last") "catalogue: {source: a, columns: [hilist_code], rows: []}\n" }, YB_E_RULE, "doc0.yaml", 6, 32, "parts of its own" },
	{ "a section beside it", { LIST("items") "catalogue: {source: a, columns: [hilist_code], rows: []}\nfee: {source: a}\n" }, YB_E_RULE, "doc0.yaml", 7, 6, "nothing else" },
	{ "a catalogue that was not loaded", { SCHEME("{catalogues: [990000/items]}") }, YB_E_UNKNOWN_NAME, "doc0.yaml", 8, 24, "was not loaded" },
	{ "a scheme for a catalogue", { SCHEME("{catalogues: [990000/310]}") }, YB_E_UNKNOWN_NAME, "doc0.yaml", 8, 24, "is no catalogue" },
	{ "a catalogue twice", { GOOD, SCHEME("{catalogues: [990000/items, 990000/items]}") }, YB_E_DUPLICATE, "doc1.yaml", 8, 38, "twice" },
	{ "no list of catalogues", { GOOD, SCHEME("{catalogues: 990000/items}") }, YB_E_SYNTAX, "doc1.yaml", 8, 23, "a list" },
	{ "an unknown price", { GOOD, SCHEME("{catalogues: [990000/items], price: highest}") }, YB_E_BAD_VALUE, "doc1.yaml", 8, 46, "nearest or lowest" },
	{ "an unknown word for what is unlisted", { GOOD, SCHEME("{catalogues: [990000/items], unlisted: free}") }, YB_E_BAD_VALUE, "doc1.yaml", 8, 49, "own, line or unsupported" },
	{ "a price without catalogues", { SCHEME("{price: lowest}") }, YB_E_MISSING_KEY, "doc0.yaml", 8, 18, "catalogues" },
};

START_TEST(a_faulty_catalogue_is_refused_at_its_place)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *found = NULL;
	yb_status st = load(refused[_i].texts, 3, YB_LOAD_STRICT, 0, &set, &err);

	ck_assert_msg(st != YB_OK && !set, "%s: accepted", refused[_i].name);
	for (const struct yb_error *e = err; e && !found; e = yb_error_get_next(e))
		if (yb_error_get_status(e) == refused[_i].status && yb_error_get_line(e) == refused[_i].line && yb_error_get_column(e) == refused[_i].column &&
		    !strcmp(yb_error_get_source_name(e), refused[_i].source) && strstr(yb_error_get_message(e), refused[_i].fragment))
			found = e;
	ck_assert_msg(found != NULL, "%s: %s:%u:%u: %s: %s", refused[_i].name, yb_error_get_source_name(err), (unsigned)yb_error_get_line(err),
	              (unsigned)yb_error_get_column(err), yb_status_name(yb_error_get_status(err)), yb_error_get_message(err));
	yb_error_unref(err);
}
END_TEST

/* ---- questions ---- */

/* The settlement of one line as JSON, or the status of a failure in words. */
static char *
settle(const char *const *texts, yb_day known_on, const char *line, const char *end)
{
	struct yb_policy_set *set = NULL;
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	static const char who[] = "{\"insuplc_admdvs\":\"990000\",\"insutype\":\"310\",\"psn_type\":\"1101\"}";
	char bill[600], *text = NULL;
	yb_status st;

	ck_assert_int_lt(snprintf(bill, sizeof(bill), "{\"med_type\":\"21\",\"enddate\":\"%s\",\"feedetl\":[%s]}", end, line), (int)sizeof(bill));
	ck_assert_int_eq(load(texts, 3, 0, known_on, &set, &err), YB_OK);
	ck_assert_int_eq(yb_person_new_from_json(who, strlen(who), "person", &person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new_from_json(bill, strlen(bill), "claim", &claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	st = yb_settle(set, person, claim, NULL, decision, &err);
	if (st == YB_OK)
		ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_NONE, &text, NULL), YB_OK);
	else
		text = strdup(yb_error_get_message(err));
	yb_error_unref(err);
	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	return text;
}

#define CITY LIST("city") "catalogue: {source: a 第三条, columns: [hilist_code, from, pric_uplmt_amt], rows: [[A, 2025-01-01, 8]]}\n"
#define BOX LIST("items") "catalogue: {source: a, columns: [hilist_code, unit, pack, pric_uplmt_amt, chrgitm_lv], rows: [[A, box, 3 piece, 10, \"01\"]]}\n"
#define DAYS "language: 1\nid: 990000/items\ntitle: T\nfrom: 2025-01-01\nto: 2026-01-01\nsources:\n  a: {issuer: I, url: u, confidence: official}\n" \
	"catalogue: {source: a, columns: [hilist_code, chrgitm_lv], rows: [[A, \"01\"]]}\n"
#define WEAK "language: 1\nid: 990000/items\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: weak}\n" \
	"catalogue: {source: a, columns: [hilist_code, chrgitm_lv], rows: [[A, \"01\"]]}\n"
#define USING SCHEME("{catalogues: [990000/items]}")
#define A_LINE "{\"feedetl_sn\":\"1\",\"hilist_code\":\"A\",\"cnt\":\"2\",\"pric\":\"9\"}"

static const struct {
	const char *name, *texts[3];
	yb_day known_on;
	const char *line, *end;
	const char *says[3], *not_said;
} asked[] = {
	{ "the row that cut the price, its source and article", { GOOD, CITY, SCHEME("{catalogues: [990000/city, 990000/items]}") }, 0, A_LINE, "2025-07-01",
	  { "\"overlmt_amt\": \"2.00\"", "\"by\": \"pric_uplmt_amt\", \"code\": \"A\", \"line\": 6, \"clause\": \"catalogue/990000/city\", \"source\": [{\"issuer\": \"I\"", "第三条" }, NULL },
	{ "a cap that cuts nothing is not told", { LIST("items") ITEMS "    - [A, \"02\", 10%, 9]\n", USING }, 0, A_LINE, "2025-07-01",
	  { "\"by\": \"chrgitm_lv\"", "\"by\": \"selfpay_prop\"", "\"preselfpay_amt\": \"1.80\"" }, "pric_uplmt_amt" },
	{ "a class of its own is told", { GOOD, USING }, 0, "{\"feedetl_sn\":\"1\",\"hilist_code\":\"A\",\"cnt\":\"2\",\"pric\":\"9\",\"chrgitm_lv\":\"01\"}", "2025-07-01",
	  { "item_differs", "feedetl[0]", "\"preselfpay_amt\": \"1.80\"" }, "\"by\": \"chrgitm_lv\"" },
	{ "a class that is the same is not", { GOOD, USING }, 0, "{\"feedetl_sn\":\"1\",\"hilist_code\":\"A\",\"cnt\":\"2\",\"pric\":\"9\",\"chrgitm_lv\":\"02\",\"selfpay_prop\":\"0.1\"}", "2025-07-01",
	  { "\"preselfpay_amt\": \"1.80\"", "", "" }, "item_differs" },
	{ "a share of its own is told", { GOOD, USING }, 0, "{\"feedetl_sn\":\"1\",\"hilist_code\":\"A\",\"cnt\":\"2\",\"pric\":\"9\",\"selfpay_prop\":\"0.5\"}", "2025-07-01",
	  { "item_differs", "\"preselfpay_amt\": \"9.00\"", "" }, NULL },
	{ "an item that is not listed", { GOOD, USING }, 0, "{\"feedetl_sn\":\"1\",\"hilist_code\":\"AA\",\"cnt\":\"2\",\"pric\":\"9\"}", "2025-07-01",
	  { "\"unsupported\"", "item_unlisted", "feedetl[0]" }, NULL },
	{ "a unit that is none of the pack's", { BOX, USING }, 0, "{\"feedetl_sn\":\"1\",\"hilist_code\":\"A\",\"cnt\":\"2\",\"pric\":\"9\",\"yb_unit\":\"bag\"}", "2025-07-01",
	  { "feedetl[0]", "yb_unit", "" }, NULL },
	{ "the last day of a catalogue", { DAYS, USING }, 0, A_LINE, "2025-12-31", { "\"answered\"", "\"inscp_scp_amt\": \"18.00\"", "" }, NULL },
	{ "the day after its last", { DAYS, USING }, 0, A_LINE, "2026-01-01", { "\"unsupported\"", "catalogue/990000/items", "" }, NULL },
	{ "a catalogue too weak", { WEAK, USING }, 0, A_LINE, "2025-07-01", { "\"unsupported\"", "low_confidence", "catalogue/990000/items" }, NULL },
	{ "a catalogue not published yet", { GOOD, USING }, 20239, A_LINE, "2025-07-01", { "\"unsupported\"", "no_figure", "catalogue/990000/items" }, NULL },
	{ "a catalogue published on that day", { GOOD, USING }, 20240, A_LINE, "2025-07-01", { "\"answered\"", "", "" }, NULL },
	{ "another code of the line", { LIST("items") "catalogue: {source: a, columns: [med_list_codg, chrgitm_lv], rows: [[A, \"01\"]]}\n", USING }, 0, A_LINE, "2025-07-01",
	  { "\"incomplete\"", "med_list_codg", "" }, NULL },
	{ "a scheme whose catalogue is faulty", { LIST("items") ITEMS "    - A\n", USING }, 0, A_LINE, "2025-07-01", { "was set aside", "catalogue \"990000/items\"", "" }, NULL },
};

START_TEST(a_line_says_what_made_it)
{
	char *text = settle(asked[_i].texts, asked[_i].known_on, asked[_i].line, asked[_i].end);

	for (size_t i = 0; i < 3; i++)
		ck_assert_msg(strstr(text, asked[_i].says[i]) != NULL, "%s: no %s in %s", asked[_i].name, asked[_i].says[i], text);
	if (asked[_i].not_said)
		ck_assert_msg(strstr(text, asked[_i].not_said) == NULL, "%s: %s in %s", asked[_i].name, asked[_i].not_said, text);
	free(text);
}
END_TEST

/* A day of each row, and every level: no two rows of an item meet, and each day has its own. */
START_TEST(many_rows_of_one_item_are_told_apart)
{
	const size_t rows = 3000;
	char *text = calloc(rows + 20, 80), *at = text, line[] = A_LINE, *answer;
	const char *texts[3] = { text, USING, NULL };

	at += sprintf(at, "%s", LIST("items") "catalogue:\n  source: a\n  columns: [hilist_code, from, through, chrgitm_lv]\n  rows:\n");
	for (size_t i = 0; i < rows; i++) {
		char day[YB_DAY_TEXT_SIZE];
		yb_day_to_text((yb_day)(20000 + i), day);
		at += sprintf(at, "    - [A, %s, %s, \"0%d\"]\n", day, day, i == 240 ? 3 : 1);
	}
	answer = settle(texts, 0, line, "2025-06-01"); /* day 20240 */
	ck_assert_ptr_nonnull(strstr(answer, "\"fulamt_ownpay_amt\": \"18.00\""));
	free(answer);
	answer = settle(texts, 0, line, "2025-06-02");
	ck_assert_ptr_nonnull(strstr(answer, "\"inscp_scp_amt\": \"18.00\""));
	free(answer);
	free(text);
}
END_TEST

Suite *
catalogue_suite(void)
{
	Suite *suite = suite_create("catalogue");
	TCase *tc = tcase_create("catalogue");

	tcase_add_loop_test(tc, a_faulty_catalogue_is_refused_at_its_place, 0, COUNT(refused));
	tcase_add_loop_test(tc, a_line_says_what_made_it, 0, COUNT(asked));
	tcase_add_test(tc, many_rows_of_one_item_are_told_apart);
	suite_add_tcase(suite, tc);
	return suite;
}
