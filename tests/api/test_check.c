/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *check_suite(void);

/* Checks that a document makes of itself: what is found when it is read, and what is said with an answer. */

#define HEAD "language: 1\nid: 990000/310\ntitle: T\nsources:\n  a: {issuer: I, url: u, published: 2025-06-01, confidence: official}\n"
#define TEXT ", text: {zh: 错, en: it is wrong}"
/* The check stands in line 9, from column 7. */
#define CHECKS(rule) HEAD "checks:\n  source: a\n  rules:\n    - {" rule "}\n"
#define FIGURES "values:\n  source: a\n  low: {unit: money, value: 300}\n  high: {unit: money, by: gend, rows: [[\"1\", 400], [\"2\", 250]], else: 300}\n" \
	"  shares: [20%, 30%, 40%]\n"
#define LAYER "attributes:\n  level: {type: text, values: [small, large], of: claim}\nreimburse:\n  source: a\n  benefits:\n    - id: stay\n      when: {med_type: 21*}\n" \
	"      layers:\n        - {id: basic, pays: hifp_pay, deductible: {by: level, rows: [[small, 500], [large, 400]]}, bands: {borders: [1000], ratio: {by: level," \
	" rows: [[small, [80%, 90%]], [large, [85%, 84%]]]}}, modify: [{id: m, when: {retired: yes}, add: -2%}]}\n"

static const struct {
	const char *name, *text;
	yb_status status;      /* YB_OK: it is read, the finding is no error */
	yb_severity severity;
	uint32_t line, column;
	const char *fragment;  /* NULL: nothing is found */
} rows[] = {
	{ "true", CHECKS("id: c, rising: [low, = 2 * high]" TEXT) FIGURES, YB_OK, 0, 0, 0, NULL },
	{ "one person for whom it is not", CHECKS("id: c, rising: [low, high]" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 23, "check \"c\" fails for gend 2, with 300, 250: it is wrong" },
	{ "falling", CHECKS("id: c, falling: [low, high]" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 24, "for gend 1, with 300, 400" },
	{ "a warning", CHECKS("id: c, severity: warning, rising: [low, high]" TEXT) FIGURES, YB_OK, YB_SEVERITY_WARNING, 9, 42, "gend 2" },
	{ "a note", CHECKS("id: c, severity: note, rising: [low, high]" TEXT) FIGURES, YB_OK, YB_SEVERITY_NOTE, 9, 39, "gend 2" },
	{ "where it does not apply", CHECKS("id: c, when: {gend: \"1\"}, rising: [low, high]" TEXT) FIGURES, YB_OK, 0, 0, 0, NULL },
	{ "where it does", CHECKS("id: c, when: {gend: \"1|2\"}, rising: [low, high]" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 44, "gend 2" },
	{ "a condition as a mapping", CHECKS("id: c, holds: {low: 200..299}" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 22, "fails: it is wrong" },
	{ "a condition as a formula", CHECKS("id: c, holds: = high >= 300" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 22, "gend 2" },
	{ "a sum", CHECKS("id: c, sums_to: 1, of: shares" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 24, "with 20%, 30%, 40%" },
	{ "a sum that is one", CHECKS("id: c, sums_to: 90%, of: shares" TEXT) FIGURES, YB_OK, 0, 0, 0, NULL },
	{ "a sum that hangs on the person", CHECKS("id: c, sums_to: = low + 400, of: [low, high]" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 24, "gend 2, with 300, 250" },
	{ "a range", CHECKS("id: c, between: 260..<400, of: [low, high]" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 24, "for gend 1, with 300, 400" },
	{ "a list that rises", CHECKS("id: c, rising: shares" TEXT) FIGURES, YB_OK, 0, 0, 0, NULL },
	{ "a list that does not fall", CHECKS("id: c, falling: shares" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 24, "20%, 30%, 40%" },
	{ "the bands of a layer", CHECKS("id: c, rising: stay.basic.ratio" TEXT) LAYER, YB_E_RULE, YB_SEVERITY_ERROR, 9, 23, "level large" },
	{ "its modifiers count", CHECKS("id: c, between: 80%..100%, of: stay.basic.ratio" TEXT) LAYER, YB_E_RULE, YB_SEVERITY_ERROR, 9, 24, "retired yes, with 78%, 88%" },
	{ "along a fact", CHECKS("id: c, rising: stay.basic.deductible, along: {level: [small, large]}" TEXT) LAYER, YB_E_RULE, YB_SEVERITY_ERROR, 9, 23, "500 at small and 400 at large" },
	{ "along a fact, each element", CHECKS("id: c, rising: stay.basic.ratio, along: {level: [small, large]}" TEXT) LAYER, YB_E_RULE, YB_SEVERITY_ERROR, 9, 23, "80%, 90% at small and 85%, 84% at large" },
	{ "along a fact that modifies", CHECKS("id: c, rising: stay.basic.ratio, along: {retired: [no, yes]}" TEXT) LAYER, YB_E_RULE, YB_SEVERITY_ERROR, 9, 23, "at no and 78%, 88% at yes" },
	{ "along a fact from which another follows", CHECKS("id: c, rising: stay.basic.ratio, along: {psn_type: [1101, 1201]}" TEXT) LAYER, YB_E_RULE, YB_SEVERITY_ERROR, 9, 23,
	  "level small, with 80%, 90% at 1101 and 78%, 88% at 1201" },
	{ "along a fact that changes nothing", CHECKS("id: c, rising: stay.basic.ratio, along: {gend: [\"1\", \"2\"]}" TEXT) LAYER, YB_OK, YB_SEVERITY_WARNING, 9, 23, "do not hang on gend" },
	{ "along it the other way", CHECKS("id: c, falling: stay.basic.ratio, along: {retired: [no, yes]}" TEXT) LAYER, YB_OK, 0, 0, 0, NULL },
	{ "where its layer does not hold", CHECKS("id: c, when: {med_type: \"11\"}, rising: stay.basic.ratio" TEXT) LAYER, YB_OK, 0, 0, 0, NULL },
	{ "an age by its pieces", CHECKS("id: c, holds: = age < 70 or v = 1" TEXT) "values: {v: {source: a, by: age, rows: [[..79, 1], [80.., 2]]}}\n",
	  YB_E_RULE, YB_SEVERITY_ERROR, 9, 22, "for age 80" },
	{ "an age by its pieces, cut by both", CHECKS("id: c, when: {age: 70..}, holds: = v = 1" TEXT) "values: {v: {source: a, by: age, rows: [[..79, 1], [80.., 2]]}}\n",
	  YB_E_RULE, YB_SEVERITY_ERROR, 9, 41, "for age 80" },
	{ "an age that is reckoned with", CHECKS("id: c, holds: = age * 2 <= 299" TEXT), YB_E_RULE, YB_SEVERITY_ERROR, 9, 22, "for age 150" },
	{ "days of a dated figure", CHECKS("id: c, holds: = v = 1" TEXT) "values: {v: {source: a, dated: [{from: 2025-01-01, to: 2026-01-01, value: 1}, {from: 2026-01-01, value: 2}]}}\n",
	  YB_E_RULE, YB_SEVERITY_ERROR, 9, 22, "for on 2026-01-01" },
	{ "days on which the document does not answer", HEAD "to: 2026-01-01\nchecks: {rules: [{id: c, holds: = v = 1" TEXT "}]}\n"
	  "values: {v: {source: a, dated: [{from: 2025-01-01, to: 2026-01-01, value: 1}, {from: 2026-01-01, value: 2}]}}\n", YB_OK, 0, 0, 0, NULL },
	{ "no psn_type that is retired and at work", CHECKS("id: c, when: {psn_type: 11*, retired: yes}, holds: = 1 = 2" TEXT), YB_OK, 0, 0, 0, NULL },
	{ "a set, met by two cells", CHECKS("id: c, when: {psn_idet_type: 2303}, holds: {psn_idet_type: not 2304}" TEXT), YB_E_RULE, YB_SEVERITY_ERROR, 9, 51, "for psn_idet_type 2303 with 2304" },

	{ "what cannot be told by cases", CHECKS("id: c, holds: = yb_wage_base * 2 <= 100" TEXT), YB_E_RULE, YB_SEVERITY_ERROR, 9, 22, "it hangs on yb_wage_base" },
	{ "a sum of lines", CHECKS("id: c, holds: = scope.implant <= 100" TEXT) LAYER, YB_E_RULE, YB_SEVERITY_ERROR, 9, 22, "it hangs on scope.implant" },
	{ "no shape", CHECKS("id: c, when: {gend: \"1\"}" TEXT), YB_E_RULE, YB_SEVERITY_ERROR, 9, 7, "exactly one of" },
	{ "two shapes", CHECKS("id: c, rising: [1, 2], falling: [2, 1]" TEXT), YB_E_RULE, YB_SEVERITY_ERROR, 9, 7, "exactly one of" },
	{ "no id", CHECKS("rising: [1, 2]" TEXT), YB_E_MISSING_KEY, YB_SEVERITY_ERROR, 9, 7, "id" },
	{ "one id twice", CHECKS("id: c, rising: [1, 2]" TEXT) "    - {id: c, rising: [1, 2]" TEXT "}\n", YB_E_DUPLICATE, YB_SEVERITY_ERROR, 10, 7, "two checks" },
	{ "no text", CHECKS("id: c, rising: [1, 2]"), YB_E_MISSING_KEY, YB_SEVERITY_ERROR, 9, 7, "zh and en" },
	{ "a text in one language", CHECKS("id: c, rising: [1, 2], text: {en: a}"), YB_E_MISSING_KEY, YB_SEVERITY_ERROR, 9, 37, "zh and en" },
	{ "an unknown key", CHECKS("id: c, risng: [1, 2], rising: [1, 2]" TEXT), YB_E_UNKNOWN_KEY, YB_SEVERITY_ERROR, 9, 15, "did you mean \"rising\"" },
	{ "an unknown severity", CHECKS("id: c, severity: fatal, rising: [1, 2]" TEXT), YB_E_BAD_VALUE, YB_SEVERITY_ERROR, 9, 25, "error, warning or note" },
	{ "an unknown question", CHECKS("id: c, asks: [fees], rising: [1, 2]" TEXT), YB_E_UNKNOWN_NAME, YB_SEVERITY_ERROR, 9, 22, "fee, refund" },
	{ "a question of text", CHECKS("id: c, asks: fee, rising: [1, 2]" TEXT), YB_E_SYNTAX, YB_SEVERITY_ERROR, 9, 21, "or any" },
	{ "a sum of nothing", CHECKS("id: c, sums_to: 1" TEXT), YB_E_MISSING_KEY, YB_SEVERITY_ERROR, 9, 7, "`of:`" },
	{ "figures of an order", CHECKS("id: c, rising: [1, 2], of: [1, 2]" TEXT), YB_E_RULE, YB_SEVERITY_ERROR, 9, 35, "`of:`" },
	{ "an empty list", CHECKS("id: c, rising: []" TEXT), YB_E_SYNTAX, YB_SEVERITY_ERROR, 9, 23, "at most 64" },
	{ "texts in order", CHECKS("id: c, rising: [med_type, hosp_lv]" TEXT), YB_E_UNIT, YB_SEVERITY_ERROR, 9, 23, "no order" },
	{ "money and days in order", CHECKS("id: c, rising: [low, = 3 days]" TEXT) FIGURES, YB_E_UNIT, YB_SEVERITY_ERROR, 9, 31, "days where money" },
	{ "an unknown name", CHECKS("id: c, rising: [lw, high]" TEXT) FIGURES, YB_E_UNKNOWN_NAME, YB_SEVERITY_ERROR, 9, 24, "did you mean \"low\"" },
	{ "an unknown figure of a layer", CHECKS("id: c, rising: stay.basic.ceiling" TEXT) LAYER, YB_E_UNKNOWN_NAME, YB_SEVERITY_ERROR, 9, 23, "ratio, borders and deductible" },
	{ "along two facts", CHECKS("id: c, rising: low, along: {gend: [\"1\", \"2\"], retired: [no, yes]}" TEXT) FIGURES, YB_E_SYNTAX, YB_SEVERITY_ERROR, 9, 35, "one fact" },
	{ "along one value", CHECKS("id: c, rising: low, along: {gend: [\"1\"]}" TEXT) FIGURES, YB_E_SYNTAX, YB_SEVERITY_ERROR, 9, 35, "2 to 64" },
	{ "along a value that is none", CHECKS("id: c, rising: low, along: {gend: [\"1\", \"7\"]}" TEXT) FIGURES, YB_E_UNKNOWN_NAME, YB_SEVERITY_ERROR, 9, 48, "7" },
	{ "along a fact that is none", CHECKS("id: c, rising: low, along: {gender: [\"1\", \"2\"]}" TEXT) FIGURES, YB_E_UNKNOWN_NAME, YB_SEVERITY_ERROR, 9, 44, "gender" },
	{ "along a fact, asked with a question", CHECKS("id: c, asks: any, rising: low, along: {gend: [\"1\", \"2\"]}" TEXT) FIGURES, YB_E_RULE, YB_SEVERITY_ERROR, 9, 46, "proven" },
	{ "a list of checks", HEAD "checks: []\n", YB_E_SYNTAX, YB_SEVERITY_ERROR, 6, 9, "rules" },
};

static yb_status
load(const char *const *texts, size_t count, struct yb_policy_set **set, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
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

START_TEST(what_a_document_says_of_itself_is_proven)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	bool found = false;
	yb_status st = load(&rows[_i].text, 1, &set, &err);
	char *text = NULL;

	if (err)
		(void)yb_error_dup_text(err, &text);
	ck_assert_msg((st == YB_OK) == (rows[_i].status == YB_OK), "%s: %s", rows[_i].name, text ? text : "accepted");
	for (const struct yb_error *e = err; e && rows[_i].fragment; e = yb_error_get_next(e))
		found = found || ((rows[_i].status == YB_OK || yb_error_get_status(e) == rows[_i].status) && yb_error_get_severity(e) == rows[_i].severity &&
			yb_error_get_line(e) == rows[_i].line && yb_error_get_column(e) == rows[_i].column && strstr(yb_error_get_message(e), rows[_i].fragment));
	ck_assert_msg(found || (!rows[_i].fragment && !err), "%s: %s", rows[_i].name, text ? text : "nothing was found");
	yb_free(text);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- a family of documents ---- */

#define PARENT "language: 1\nid: 000000/310\ntitle: P\nsources:\n  p: {issuer: I, url: u, confidence: official}\n" \
	"checks: {source: p, rules: [{id: order, rising: [low, high], text: {zh: 序, en: in order}}]}\nvalues: {source: p, low: 1, high: 2}\n"
#define CHILD "language: 1\nid: 990000/310\ntitle: C\nextends: 000000/310\nsources:\n  c: {issuer: I, url: u, confidence: official}\n"

static const struct {
	const char *name, *child, *fragment; /* NULL: without fault */
} families[] = {
	{ "a child keeps to it", CHILD "values: {source: c, high: 3}\n", NULL },
	{ "a child does not", CHILD "values: {source: c, high: 0}\n", "check \"order\" fails in 990000/310, with 1, 0: in order" },
	{ "a child replaces it", CHILD "values: {source: c, high: 0}\nchecks: {rules: [{id: order, replaces: yes, source: c, falling: [low, high], text: {zh: 序, en: in order}}]}\n", NULL },
	{ "a child replaces it without saying so", CHILD "checks: {rules: [{id: order, source: c, falling: [low, high], text: {zh: 序, en: in order}}]}\n", "replaces: yes" },
	{ "a child drops it", CHILD "values: {source: c, high: 0}\nchecks: {drop: [{id: order, source: c}]}\n", NULL },
	{ "a child drops it without a source", CHILD "values: {source: c, high: 0}\nchecks: {drop: [{id: order}]}\n", "authority" },
};

START_TEST(a_child_is_held_to_the_checks_of_its_parent)
{
	const char *texts[] = { PARENT, families[_i].child };
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st = load(texts, 2, &set, &err);
	bool found = false;

	for (const struct yb_error *e = err; e && families[_i].fragment; e = yb_error_get_next(e))
		found = found || strstr(yb_error_get_message(e), families[_i].fragment);
	ck_assert_msg((st == YB_OK) == !families[_i].fragment, "%s: %s", families[_i].name, err ? yb_error_get_message(err) : "accepted");
	ck_assert_msg(found || st == YB_OK, "%s: %s", families[_i].name, err ? yb_error_get_message(err) : "");
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- with a question ---- */

#define ASKED(rule) CHECKS(rule) "fee: {source: a, charges: [{id: b, payers: {person: 5}}]}\n" \
	"reimburse: {source: a, benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]}\n"
#define WEAK "language: 1\nid: 990000/310\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: official}\n  w: {issuer: I, url: u, confidence: weak}\n" \
	"checks: {rules: [{id: c, source: w, asks: any, holds: {gend: \"1\"}" TEXT "}]}\nfee: {source: a, charges: [{id: b, payers: {person: 5}}]}\n"

static const struct {
	const char *name, *text;
	const char *bill; /* NULL: a fee */
	yb_outcome outcome;
	const char *code, *words; /* of its first reason; NULL: it has none */
} asked[] = {
	{ "an error", ASKED("id: c, asks: [fee], holds: {gend: \"1\"}" TEXT), NULL, YB_OUTCOME_REFUSED, "check_failed", "it is wrong (c)" },
	{ "a warning", ASKED("id: c, asks: [fee], severity: warning, holds: {gend: \"1\"}" TEXT), NULL, YB_OUTCOME_ANSWERED, "check_warning", "it is wrong (c)" },
	{ "a note", ASKED("id: c, asks: any, severity: note, holds: {gend: \"1\"}" TEXT), NULL, YB_OUTCOME_ANSWERED, "check_note", "it is wrong (c)" },
	{ "one that holds", ASKED("id: c, asks: [fee], holds: {gend: \"2\"}" TEXT), NULL, YB_OUTCOME_ANSWERED, NULL, NULL },
	{ "one of another question", ASKED("id: c, asks: [reimburse], holds: {gend: \"1\"}" TEXT), NULL, YB_OUTCOME_ANSWERED, NULL, NULL },
	{ "one that cannot be told", ASKED("id: c, asks: [fee], holds: {age: 90..}" TEXT), NULL, YB_OUTCOME_ANSWERED, NULL, NULL },
	{ "one that is told without all", ASKED("id: c, asks: [fee], holds: {age: 90.., gend: \"1\"}" TEXT), NULL, YB_OUTCOME_REFUSED, "check_failed", "" },
	{ "one that does not apply", ASKED("id: c, asks: [fee], when: {gend: \"1\"}, holds: {gend: \"1\"}" TEXT), NULL, YB_OUTCOME_ANSWERED, NULL, NULL },
	{ "one of other days", ASKED("id: c, asks: [fee], to: 2026-01-01, holds: {gend: \"1\"}" TEXT), NULL, YB_OUTCOME_ANSWERED, NULL, NULL },
	{ "one that rests on too little", WEAK, NULL, YB_OUTCOME_ANSWERED, NULL, NULL },
	{ "a bill, an error", ASKED("id: c, asks: [reimburse], between: ..50, of: scope" TEXT), "100", YB_OUTCOME_REFUSED, "check_failed", "it is wrong (c)" },
	{ "a bill, a warning", ASKED("id: c, asks: [reimburse], severity: warning, between: ..50, of: scope" TEXT), "100", YB_OUTCOME_ANSWERED, "check_warning", "" },
	{ "a bill that keeps to it", ASKED("id: c, asks: [reimburse], between: ..50, of: scope" TEXT), "50", YB_OUTCOME_ANSWERED, NULL, NULL },
};

START_TEST(a_question_is_held_to_the_checks)
{
	struct yb_policy_set *set = NULL;
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	char *words = NULL;
	const char *code = NULL;
	bool has_reason;

	ck_assert_int_eq(load(&asked[_i].text, 1, &set, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "990000", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUTYPE, "310", 3), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_GEND, "2", 1), YB_OK);
	if (asked[_i].bill) {
		ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_ENDDATE, "2026-05-05", 10), YB_OK);
		ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_INSCP_SCP_AMT, asked[_i].bill, strlen(asked[_i].bill)), YB_OK);
		ck_assert_int_eq(yb_settle(set, person, claim, NULL, decision, NULL), YB_OK);
	} else {
		options.year = 2026;
		ck_assert_int_eq(yb_fee(set, person, &options, decision, NULL), YB_OK);
	}
	has_reason = yb_decision_get_reason(decision, 0, &code) == YB_OK;
	ck_assert_msg(yb_decision_get_outcome(decision) == asked[_i].outcome, "%s: outcome %d", asked[_i].name, (int)yb_decision_get_outcome(decision));
	ck_assert_msg(has_reason == (asked[_i].code != NULL), "%s: %s", asked[_i].name, code ? code : "no reason");
	if (asked[_i].code) {
		ck_assert_str_eq(code, asked[_i].code);
		ck_assert_int_eq(yb_decision_dup_reason_text(decision, 0, YB_LANG_EN, &words), YB_OK);
		ck_assert_msg(strstr(words, asked[_i].words) != NULL, "%s: %s", asked[_i].name, words);
		yb_free(words);
	}
	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
check_suite(void)
{
	Suite *suite = suite_create("check");
	TCase *tc = tcase_create("check");

	tcase_add_loop_test(tc, what_a_document_says_of_itself_is_proven, 0, COUNT(rows));
	tcase_add_loop_test(tc, a_child_is_held_to_the_checks_of_its_parent, 0, COUNT(families));
	tcase_add_loop_test(tc, a_question_is_held_to_the_checks, 0, COUNT(asked));
	suite_add_tcase(suite, tc);
	return suite;
}
