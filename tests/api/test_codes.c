/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *codes_suite(void);

/*
 * Profiles of codes. What a code matches is shown by the documents of
 * tests/shapes/profile-*.yaml; here is what is refused, by whose profile a
 * text is read, and what a program asks.
 */

#define NORTH "language: 1\nid: 990000/codes\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes:\n  source: a\n"
#define TABLE NORTH "  med_type:\n    rows:\n"
#define RULES "language: 1\nid: 990000/310\ntitle: T\nprofile: 990000\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
#define WHEN(cells) RULES "reimburse:\n  source: a\n  benefits:\n    - id: b\n      when: " cells "\n      layers: [{id: l, pays: hifp_pay, ratio: 50%}]\n"
#define STAY WHEN("{med_type: \"21\"}")

static const char north[] = TABLE "      - {code: \"2101\", is: \"21\", zh: 普通住院}\n"
	"      - {code: \"31\", is: none, zh: 旧类, to: 2025-01-01}\n"
	"      - {code: \"32\", zh: 停类, valid: no}\n"
	"      - {code: \"40\", zh: 甲, to: 2025-01-01}\n"
	"      - {code: \"40\", is: \"21\", zh: 乙, from: 2025-01-01}\n"
	"  hosp_lv:\n    pad: 2\n    rows: [{code: 05A, is: \"05\", also: E5}]\n"
	"  psn_idet_type: {rows: [{code: \"2390\", is: \"2303\", zh: 边缘}]}\n"
	"  fund_pay_type: {rows: [{code: \"310102\", is: \"310100\", zh: 省直, to: 2026-01-01}, {code: \"310101\", is: \"310100\", zh: 统筹, from: 2026-01-01}]}\n";

/* ---- sets ---- */

static yb_status
load(const char *const *texts, int count, uint32_t flags, yb_day known_on, struct yb_policy_set **set, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	yb_status st;

	*set = NULL;
	options.flags = flags;
	options.known_on = known_on;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	for (int i = 0; i < count; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "%d.yaml", i);
		ck_assert_int_eq(yb_policy_loader_add_buffer(loader, name, texts[i], strlen(texts[i]), NULL), YB_OK);
	}
	st = yb_policy_set_new(loader, set, err);
	yb_policy_loader_unref(loader);
	return st;
}

static struct yb_policy_set *
expect_set(const char *const *texts, int count, yb_day known_on)
{
	struct yb_policy_set *set;
	struct yb_error *err = NULL;
	char *told = NULL;
	yb_status st = load(texts, count, YB_LOAD_STRICT, known_on, &set, &err);

	if (err)
		(void)yb_error_dup_text(err, &told);
	ck_assert_msg(st == YB_OK, "%s", told ? told : yb_status_name(st));
	yb_free(told);
	yb_error_unref(err);
	return set;
}

/* ---- documents that are refused ---- */

static const struct {
	const char *why, *text;
	yb_status status;
	uint32_t line, column;
	const char *says;
	const char *beside; /* another document, or NULL */
} faults[] = {
	{ "no codes", "language: 1\nid: 990000/codes\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n", YB_E_MISSING_KEY, 1, 1, "codes", NULL },
	{ "codes that are a list", "language: 1\nid: 990000/codes\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes: []\n", YB_E_MISSING_KEY, 5, 8, "mapping", NULL },
	{ "codes in another document", "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes: {}\n", YB_E_RULE, 5, 8, "990000/codes", NULL },
	{ "rules beside codes", TABLE "      - {code: \"21\"}\nfee: {source: a}\n", YB_E_RULE, 10, 1, "fee", NULL },
	{ "a profile beside codes", TABLE "      - {code: \"21\"}\nprofile: national\n", YB_E_RULE, 10, 1, "profile", NULL },
	{ "a table of no field", NORTH "  med_typ: {rows: [{code: \"21\"}]}\n", YB_E_UNKNOWN_NAME, 7, 3, "med_type", NULL },
	{ "a table of a field without codes", NORTH "  brdy: {rows: [{code: \"21\"}]}\n", YB_E_UNKNOWN_NAME, 7, 3, "no code table", NULL },
	{ "a table without rows", NORTH "  med_type: {open: yes}\n", YB_E_MISSING_KEY, 7, 13, "rows", NULL },
	{ "a table that is text", NORTH "  med_type: 21\n", YB_E_MISSING_KEY, 7, 13, "rows", NULL },
	{ "an unknown key of a table", NORTH "  med_type: {row: 1, rows: [{code: \"21\"}]}\n", YB_E_UNKNOWN_KEY, 7, 14, "rows", NULL },
	{ "an open table that cannot be", NORTH "  hosp_lv: {open: yes, rows: [{code: \"01\"}]}\n", YB_E_RULE, 7, 19, "closed", NULL },
	{ "a word for open", NORTH "  med_type: {open: maybe, rows: [{code: \"21\"}]}\n", YB_E_BAD_VALUE, 7, 20, "yes or no", NULL },
	{ "a length that codes do not have", NORTH "  hosp_lv: {pad: 99, rows: [{code: \"01\"}]}\n", YB_E_BAD_VALUE, 7, 18, "2, 3, 4 or 6", NULL },
	{ "a row that is a code", TABLE "      - \"21\"\n", YB_E_MISSING_KEY, 9, 9, "code:", NULL },
	{ "a row without a code", TABLE "      - {zh: 住院}\n", YB_E_MISSING_KEY, 9, 9, "code:", NULL },
	{ "an unknown key of a row", TABLE "      - {code: \"21\", iz: \"21\"}\n", YB_E_UNKNOWN_KEY, 9, 22, "is", NULL },
	{ "a code of seven digits", TABLE "      - {code: \"2101011\"}\n", YB_E_BAD_VALUE, 9, 16, "1 to 6", NULL },
	{ "a code with a bar", TABLE "      - {code: \"21|22\"}\n", YB_E_BAD_VALUE, 9, 16, "1 to 6", NULL },
	{ "a code that is empty", TABLE "      - {code: \"\"}\n", YB_E_BAD_VALUE, 9, 16, "1 to 6", NULL },
	{ "a code with an at sign", TABLE "      - {code: \"2@99\"}\n", YB_E_BAD_VALUE, 9, 16, "1 to 6", NULL },
	{ "what is no national code", TABLE "      - {code: \"2101\", is: \"2l\"}\n", YB_E_UNKNOWN_NAME, 9, 28, "did you mean \"2", NULL },
	{ "what is a code of the profile", TABLE "      - {code: \"2101\", is: \"21\"}\n      - {code: \"210101\", is: \"2101\"}\n", YB_E_UNKNOWN_NAME, 10, 30, "no national code", NULL },
	{ "names that are lists", TABLE "      - {code: \"21\", zh: [a]}\n", YB_E_BAD_VALUE, 9, 26, "text", NULL },
	{ "the same code twice", TABLE "      - {code: \"31\"}\n      - {code: \"31\", is: \"21\"}\n", YB_E_DUPLICATE, 10, 9, "line 9", NULL },
	{ "a spelling that is a code", TABLE "      - {code: \"31\"}\n      - {code: \"32\", also: [\"33\", \"31\"]}\n", YB_E_DUPLICATE, 10, 9, "line 9", NULL },
	{ "a code on two meanings of one day", TABLE "      - {code: \"31\", through: 2025-01-01}\n      - {code: \"31\", from: 2025-01-01}\n", YB_E_DUPLICATE, 10, 9, "line 9", NULL },
	{ "nine spellings", TABLE "      - {code: \"31\", also: [a, b, c, d, e, f, g, h, i]}\n", YB_E_SYNTAX, 9, 28, "at most 8", NULL },
	{ "an end twice", TABLE "      - {code: \"31\", to: 2025-01-01, through: 2025-01-01}\n", YB_E_RULE, 9, 47, "together", NULL },
	{ "days without a day", TABLE "      - {code: \"31\", from: 2025-01-01, to: 2025-01-01}\n", YB_E_RULE, 9, 28, "without a day", NULL },
	{ "a day that does not exist", TABLE "      - {code: \"31\", from: 2025-02-29}\n", YB_E_BAD_DATE, 9, 28, "2025-02-29", NULL },
	{ "no source", "language: 1\nid: 990000/codes\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes:\n  med_type: {rows: [{code: \"31\"}]}\n", YB_E_NO_SOURCE, 6, 21, "source", NULL },
	{ "a source that is not there", "language: 1\nid: 990000/codes\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes:\n  source: b\n  med_type: {rows: [{code: \"31\"}]}\n", YB_E_UNKNOWN_NAME, 6, 11, "b", NULL },
	{ "another code of a sex", NORTH "  gend: {rows: [{code: \"3\"}]}\n", YB_E_RULE, 7, 24, "national codes alone", NULL },
	{ "a sex that is another", NORTH "  gend: {rows: [{code: \"1\", is: \"2\"}]}\n", YB_E_RULE, 7, 24, "national codes alone", NULL },
	{ "a parent that is no profile", "language: 1\nid: 990100/codes\ntitle: T\nextends: 990000/310\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes: {}\n", YB_E_UNKNOWN_NAME, 4, 10, "no profile", "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" },
	{ "a profile that is its own parent", "language: 1\nid: 990000/codes\ntitle: T\nextends: 990000/codes\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes: {}\n", YB_E_UNKNOWN_NAME, 4, 10, "no profile", NULL },
	{ "an overlay of codes", "language: 1\nid: 990001/codes\noverlay: 990000/codes\nfrom: 2026-01-01\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes: {}\n", YB_E_RULE, 7, 8, "days", north },
	/* who reads by a profile */
	{ "a profile that was not loaded", RULES "note: x\n", YB_E_UNKNOWN_NAME, 4, 10, "990000/codes", NULL },
	{ "a profile that could not be read", STAY, YB_E_UNKNOWN_NAME, 4, 10, "990000/codes", NORTH "  med_type: {rows: [{code: \"3-1\"}]}\n" },
	{ "a profile that is a list", "language: 1\nid: 990000/310\ntitle: T\nprofile: [990000]\nsources: {a: {issuer: I, url: u, confidence: official}}\n", YB_E_UNKNOWN_NAME, 4, 10, "national", north },
	{ "a cell of a code that no table has", WHEN("{med_type: \"2104\"}"), YB_E_UNKNOWN_NAME, 10, 24, "did you mean \"2101\"", north },
	{ "a beginning that no code has", WHEN("{med_type: 7*}"), YB_E_UNKNOWN_NAME, 10, 24, "990000", north },
	{ "a status that no table has", WHEN("{psn_idet_type: \"2391\"}"), YB_E_UNKNOWN_NAME, 10, 29, "did you mean \"2390\"", north },
	{ "a formula with a code that no table has", WHEN("\"= med_type = '2104'\""), YB_E_UNKNOWN_NAME, 10, 28, "did you mean \"2101\"", north },
	{ "a formula with a text that is no code", WHEN("\"= med_type = '21|22'\""), YB_E_UNKNOWN_NAME, 10, 28, "990000", north },
	{ "a national document that names a code of no table", "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nreimburse:\n  source: a\n"
	  "  benefits: [{id: b, when: {med_type: \"2199\"}, layers: [{id: l, pays: hifp_pay, ratio: 50%}]}]\n", YB_E_UNKNOWN_NAME, 7, 39, "med_type", north },
};

START_TEST(a_fault_of_a_profile_is_refused_at_its_place)
{
	const char *texts[] = { faults[_i].text, faults[_i].beside };
	struct yb_policy_set *set;
	struct yb_error *err = NULL;
	char *told = NULL;
	yb_status st = load(texts, faults[_i].beside ? 2 : 1, YB_LOAD_STRICT, 0, &set, &err);
	const struct yb_error *e = err;

	ck_assert_msg(st != YB_OK, "%s was taken", faults[_i].why);
	ck_assert_ptr_null(set);
	(void)yb_error_dup_text(err, &told);
	while (e && (strcmp(yb_error_get_source_name(e), "0.yaml") != 0 || yb_error_get_severity(e) != YB_SEVERITY_ERROR))
		e = yb_error_get_next(e);
	ck_assert_msg(e != NULL, "%s: %s", faults[_i].why, told);
	ck_assert_msg(yb_error_get_status(e) == faults[_i].status && yb_error_get_line(e) == faults[_i].line && yb_error_get_column(e) == faults[_i].column,
	              "%s: %s (%s)", faults[_i].why, told, yb_status_name(yb_error_get_status(e)));
	ck_assert_msg(strstr(yb_error_get_message(e), faults[_i].says) != NULL, "%s: %s", faults[_i].why, told);
	yb_free(told);
	yb_error_unref(err);
}
END_TEST

/* ---- questions ---- */

static struct yb_person *
new_person(const char *key, const char *value)
{
	struct yb_person *person = NULL;
	struct yb_error *err = NULL;
	char json[256];

	(void)snprintf(json, sizeof(json), "{\"insutype\": \"310\", \"insuplc_admdvs\": \"990000\"%s%s%s%s%s}", key ? ", \"" : "", key ? key : "", key ? "\": " : "",
	               key ? value : "", "");
	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &person, &err), YB_OK);
	return person;
}

static yb_status
settle(const struct yb_policy_set *set, const struct yb_person *person, const char *med_type, const char *hosp_lv, const char *day,
       struct yb_decision *decision, struct yb_error **err)
{
	struct yb_claim *claim = NULL;
	char json[256];
	yb_status st;

	(void)snprintf(json, sizeof(json), "{\"med_type\": \"%s\", \"hosp_lv\": \"%s\", \"begndate\": \"%s\", \"enddate\": \"%s\", \"medfee_sumamt\": 1000, "
	               "\"inscp_scp_amt\": 1000, \"fulamt_ownpay_amt\": 0, \"overlmt_selfpay\": 0, \"preselfpay_amt\": 0}", med_type, hosp_lv, day, day);
	ck_assert_int_eq(yb_claim_new_from_json(json, strlen(json), "c", &claim, NULL), YB_OK);
	st = yb_settle(set, person, claim, NULL, decision, err);
	yb_claim_unref(claim);
	return st;
}

static const struct {
	const char *why, *med_type, *hosp_lv, *day, *key, *value, *says; /* says NULL: the fund pays 500 */
} asked[] = {
	{ "the province's code", "2101", "02", "2026-03-01", NULL, NULL, NULL },
	{ "the national code", "21", "2", "2026-03-01", NULL, NULL, NULL },
	{ "a level in another spelling", "21", "E5", "2026-03-01", NULL, NULL, NULL },
	{ "a code of the later meaning", "40", "02", "2025-01-01", NULL, NULL, NULL },
	{ "a code of no table", "2191", "02", "2026-03-01", NULL, NULL, "med_type: \"2191\" is no code of the 990000 table; the nearest is \"2101\" 普通住院" },
	{ "a code that is like none", "zzzzz", "02", "2026-03-01", NULL, NULL, "is no code of the 990000 table" },
	{ "a code that ended", "31", "02", "2025-01-01", NULL, NULL, "is not in use on 2025-01-01 by the profile 990000; it was 旧类" },
	{ "a code that must not be used", "32", "02", "2026-03-01", NULL, NULL, "not in use on 2026-03-01" },
	{ "a level of no table", "21", "77", "2026-03-01", NULL, NULL, "hosp_lv: \"77\" is no code of the 990000 table; the nearest is \"07\"" },
	{ "a status of no table", "21", "02", "2026-03-01", "psn_idet_type", "[\"2303\", \"2399\"]", "psn_idet_type: \"2399\" is no code" },
	{ "a status of the province", "21", "02", "2026-03-01", "psn_idet_type", "[\"2303\", \"2390\"]", NULL },
	{ "a person of no national table", "21", "02", "2026-03-01", "psn_type", "\"1109\"", NULL }, /* the profile has no table of persons */
};

static const char *const pair[] = { STAY, north };

START_TEST(a_code_of_a_person_or_bill_is_read_by_the_profile)
{
	struct yb_policy_set *set = expect_set(pair, 2, 0);
	struct yb_person *person = new_person(asked[_i].key, asked[_i].value);
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	yb_fen paid = 0;
	yb_status st;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	st = settle(set, person, asked[_i].med_type, asked[_i].hosp_lv, asked[_i].day, decision, &err);
	if (asked[_i].says) {
		ck_assert_msg(st == YB_E_BAD_VALUE, "%s: %s", asked[_i].why, yb_status_name(st));
		ck_assert_msg(strstr(yb_error_get_message(err), asked[_i].says) != NULL, "%s: %s", asked[_i].why, yb_error_get_message(err));
		ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_NONE);
	} else {
		ck_assert_msg(st == YB_OK, "%s: %s", asked[_i].why, err ? yb_error_get_message(err) : yb_status_name(st));
		ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &paid), YB_OK);
		ck_assert_int_eq(paid, 50000);
	}
	yb_error_unref(err);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}
END_TEST

/* Does the answer say that a code of med_type is in no table, and of nothing else? */
static void
expect_local(struct yb_decision *decision, bool said)
{
	const char *name;
	size_t count = 0;

	for (size_t i = 0; yb_decision_get_reason(decision, i, &name) == YB_OK; i++)
		if (!strcmp(name, "local_code")) {
			char *text = NULL;
			ck_assert_int_eq(yb_decision_dup_reason_text(decision, i, YB_LANG_EN, &text), YB_OK);
			ck_assert_ptr_nonnull(strstr(text, "code of med_type"));
			yb_free(text);
			count++;
		}
	ck_assert_uint_eq(count, said ? 1 : 0);
}

/* Without a profile only the national codes of a closed table are known; local ones of an open table are codes that no rule names. */
START_TEST(the_national_tables_refuse_what_they_have_not)
{
	static const char text[] = "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nreimburse:\n  source: a\n"
		"  benefits: [{id: b, when: {med_type: not 11}, layers: [{id: l, pays: hifp_pay, ratio: 50%}]}]\n";
	const char *const texts[] = { text };
	struct yb_policy_set *set = expect_set(texts, 1, 0);
	struct yb_person *person = new_person(NULL, NULL);
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(settle(set, person, "21", "12", "2026-03-01", decision, &err), YB_E_BAD_VALUE);
	ck_assert_str_eq(yb_error_get_subject(err), "hosp_lv");
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "no code of the national table"));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(settle(set, person, "2191", "02", "2026-03-01", decision, &err), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	ck_assert_ptr_null(err);
	expect_local(decision, true);
	ck_assert_int_eq(settle(set, person, "21", "02", "2026-03-01", decision, &err), YB_OK);
	expect_local(decision, false);
	yb_person_unref(person);
	person = new_person("psn_type", "\"1799\""); /* which no rule reads */
	ck_assert_int_eq(settle(set, person, "9955", "02", "2026-03-01", decision, &err), YB_OK);
	expect_local(decision, true);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(an_answer_names_its_codes_and_the_province_s_fund)
{
	static const struct { const char *day, *fund; } funds[] = { { "2025-12-31", "\"310102\", \"fund_pay_type_name\": \"省直\"" },
		                                                    { "2026-01-01", "\"310101\", \"fund_pay_type_name\": \"统筹\"" } };
	struct yb_policy_set *set = expect_set(pair, 2, 0);
	struct yb_person *person = new_person(NULL, NULL);
	struct yb_decision *decision = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	for (int i = 0; i < COUNT(funds); i++) {
		ck_assert_int_eq(settle(set, person, "2101", "5", funds[i].day, decision, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_NONE, &text, NULL), YB_OK);
		ck_assert_msg(strstr(text, funds[i].fund) != NULL, "%s", text);
		ck_assert_msg(strstr(text, "\"med_type\": {\"code\": \"2101\", \"national\": \"21\", \"zh\": \"普通住院\"") != NULL, "%s", text);
		ck_assert_msg(strstr(text, "\"hosp_lv\": \"05\"") != NULL, "%s", text);
		ck_assert_msg(strstr(text, "\"closure\": [{\"id\": \"990000/codes\"") != NULL, "%s", text);
		yb_free(text);
	}
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_ZH, YB_EXPLAIN_NONE, &text, NULL), YB_OK);
	ck_assert_msg(strstr(text, "医疗类别 2101 普通住院（国家编码 21）") != NULL, "%s", text);
	yb_free(text);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- whose profile ---- */

#define CITY_CODES "language: 1\nid: 990100/codes\ntitle: T\nextends: 990000/codes\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes:\n  source: a\n" \
	"  med_type: {rows: [{code: \"2188\", is: \"21\", zh: 市住院}]}\n"
#define CITY "language: 1\nid: 990100/310\ntitle: T\nextends: 990000/310\nprofile: %s\nsources: {a: {issuer: I, url: u, confidence: official}}\n"

/* A city's profile is built on its province's; a national parent's cells mean the codes of whoever answers. */
START_TEST(a_profile_is_built_on_another)
{
	char city[400];
	const char *texts[] = { STAY, north, CITY_CODES, city };
	struct yb_policy_set *set;
	struct yb_decision *decision = NULL;
	struct yb_person *person = NULL;
	static const char json[] = "{\"insutype\": \"310\", \"insuplc_admdvs\": \"990100\"}";
	static const char *const codes[] = { "2188", "2101", "21" };

	(void)snprintf(city, sizeof(city), CITY, "990100");
	set = expect_set(texts, 4, 0);
	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &person, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	for (int i = 0; i < COUNT(codes); i++) {
		ck_assert_int_eq(settle(set, person, codes[i], "02", "2026-03-01", decision, NULL), YB_OK);
		ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_ANSWERED);
	}
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(what_was_written_by_one_profile_is_not_read_by_another)
{
	char city[400];
	const char *texts[] = { city, north, STAY, "language: 1\nid: 990100/codes\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes: {}\n" };
	static const char *const profiles[] = { "990100", "national" };

	for (int i = 0; i < COUNT(profiles); i++) {
		struct yb_policy_set *set;
		struct yb_error *err = NULL;
		(void)snprintf(city, sizeof(city), CITY, profiles[i]);
		ck_assert_int_eq(load(texts, 4, YB_LOAD_STRICT, 0, &set, &err), YB_E_RULE);
		ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "990000"));
		yb_error_unref(err);
	}
}
END_TEST

/* A row that was published later is not known; the national code is. */
START_TEST(a_code_is_known_from_its_publication)
{
	const char *const texts[] = { "language: 1\nid: 990000/codes\ntitle: T\nsources: {a: {issuer: I, url: u, published: 2025-06-01, confidence: official}}\n"
		                      "codes: {source: a, med_type: {rows: [{code: \"2101\", is: \"21\"}]}}\n" };
	static const struct { yb_day day; yb_status status; } days[] = { { 0, YB_OK }, { 20240, YB_OK }, { 20239, YB_E_NOT_FOUND } };

	for (int i = 0; i < COUNT(days); i++) {
		struct yb_policy_set *set = expect_set(texts, 1, days[i].day);
		ck_assert_int_eq(yb_policy_set_get_code(set, "990000", "med_type", "2101", YB_DAY_NONE, YB_LANG_ZH, NULL, NULL, NULL), days[i].status);
		yb_policy_set_unref(set);
	}
}
END_TEST

/* ---- what a program asks ---- */

static const struct {
	const char *profile, *field, *code, *day;
	yb_status status;
	const char *spelling, *national, *zh;
} looked[] = {
	{ "national", "med_type", "21", NULL, YB_OK, "21", "21", "普通住院" },
	{ "national", "med_type", "2101", NULL, YB_E_NOT_FOUND, NULL, NULL, NULL },
	{ "990000", "med_type", "2101", NULL, YB_OK, "2101", "21", "普通住院" },
	{ "990000", "med_type", "11", NULL, YB_OK, "11", "11", "普通门诊" },
	{ "990000", "med_type", "31", "2024-12-31", YB_OK, "31", "", "旧类" },
	{ "990000", "med_type", "31", "2025-01-01", YB_E_NOT_FOUND, NULL, NULL, NULL },
	{ "990000", "med_type", "32", NULL, YB_E_NOT_FOUND, NULL, NULL, NULL },
	{ "990000", "med_type", "40", "2024-12-31", YB_OK, "40", "", "甲" },
	{ "990000", "med_type", "40", "2025-01-01", YB_OK, "40", "21", "乙" },
	{ "990000", "med_type", "40", NULL, YB_E_NOT_FOUND, NULL, NULL, NULL },
	{ "990000", "hosp_lv", "5", NULL, YB_OK, "05", "05", "二级甲等" },
	{ "990000", "hosp_lv", "E5", NULL, YB_OK, "05A", "05", "二级甲等" },
	{ "990000", "fund_pay_type", "310101", "2026-01-01", YB_OK, "310101", "310100", "统筹" },
	{ "national", "fund_pay_type", "310101", NULL, YB_OK, "310100", "310100", "城镇职工基本医疗保险统筹基金" },
	{ "national", "fund_pay_type", "310102", NULL, YB_E_NOT_FOUND, NULL, NULL, NULL },
	{ "national", "psn_type", "", NULL, YB_E_NOT_FOUND, NULL, NULL, NULL },
	{ "991111", "med_type", "21", NULL, YB_E_UNKNOWN_NAME, NULL, NULL, NULL },
	{ "national", "brdy", "21", NULL, YB_E_UNKNOWN_NAME, NULL, NULL, NULL },
	{ "national", "med_typ", "21", NULL, YB_E_UNKNOWN_NAME, NULL, NULL, NULL },
};

START_TEST(a_code_can_be_looked_up)
{
	struct yb_policy_set *set = expect_set(pair, 2, 0);
	const char *spelling = NULL, *national = NULL, *name = NULL;
	yb_day day = YB_DAY_NONE;

	if (looked[_i].day)
		ck_assert_int_eq(yb_day_from_text(looked[_i].day, strlen(looked[_i].day), &day), YB_OK);
	ck_assert_int_eq(yb_policy_set_get_code(set, looked[_i].profile, looked[_i].field, looked[_i].code, day, YB_LANG_ZH, &spelling, &national, &name),
	                 looked[_i].status);
	ck_assert_pstr_eq(spelling, looked[_i].spelling);
	ck_assert_pstr_eq(national, looked[_i].national);
	ck_assert_pstr_eq(name, looked[_i].zh);
	ck_assert_int_eq(yb_policy_set_get_code(set, looked[_i].profile, looked[_i].field, looked[_i].code, day, YB_LANG_EN, NULL, NULL, NULL), looked[_i].status);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(the_national_tables_need_no_set)
{
	const char *name = NULL;

	ck_assert_int_eq(yb_policy_set_get_code(NULL, "national", "med_type", "21", YB_DAY_NONE, YB_LANG_EN, NULL, NULL, &name), YB_OK);
	ck_assert_str_eq(name, "general inpatient");
	ck_assert_int_eq(yb_policy_set_get_code(NULL, "990000", "med_type", "21", YB_DAY_NONE, YB_LANG_EN, NULL, NULL, &name), YB_E_UNKNOWN_NAME);
	ck_assert_int_eq(yb_policy_set_get_code(NULL, NULL, "med_type", "21", YB_DAY_NONE, YB_LANG_EN, NULL, NULL, &name), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_get_code(NULL, "national", NULL, "21", YB_DAY_NONE, YB_LANG_EN, NULL, NULL, &name), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_get_code(NULL, "national", "med_type", NULL, YB_DAY_NONE, YB_LANG_EN, NULL, NULL, &name), YB_E_INVALID);
}
END_TEST

/* More codes of a set than it can tell apart: what is beyond can be given, and a cell that names it is refused. */
START_TEST(a_set_tells_so_many_codes_apart)
{
	static char text[8000];
	const char *texts[] = { WHEN("{psn_idet_type: \"8000\"}"), text };
	int length = snprintf(text, sizeof(text), "%s  psn_idet_type:\n    rows:\n", NORTH);
	struct yb_policy_set *set;
	struct yb_error *err = NULL;

	for (int i = 0; i < 40; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, "      - {code: \"%d\"}\n", 8000 + i);
	yb_policy_set_unref(expect_set(texts, 2, 0));
	texts[0] = WHEN("{psn_idet_type: \"8039\"}");
	ck_assert_int_eq(load(texts, 2, YB_LOAD_STRICT, 0, &set, &err), YB_E_LIMIT);
	ck_assert_uint_eq(yb_error_get_line(err), 10);
	yb_error_unref(err);
}
END_TEST

Suite *
codes_suite(void)
{
	Suite *suite = suite_create("codes");
	TCase *tc = tcase_create("profiles");

	tcase_add_loop_test(tc, a_fault_of_a_profile_is_refused_at_its_place, 0, COUNT(faults));
	tcase_add_loop_test(tc, a_code_of_a_person_or_bill_is_read_by_the_profile, 0, COUNT(asked));
	tcase_add_test(tc, the_national_tables_refuse_what_they_have_not);
	tcase_add_test(tc, an_answer_names_its_codes_and_the_province_s_fund);
	tcase_add_test(tc, a_profile_is_built_on_another);
	tcase_add_test(tc, what_was_written_by_one_profile_is_not_read_by_another);
	tcase_add_test(tc, a_code_is_known_from_its_publication);
	tcase_add_loop_test(tc, a_code_can_be_looked_up, 0, COUNT(looked));
	tcase_add_test(tc, the_national_tables_need_no_set);
	tcase_add_test(tc, a_set_tells_so_many_codes_apart);
	suite_add_tcase(suite, tc);
	return suite;
}
