/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yibao/yibao.h>

#include "test_json.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *policy_suite(void);

/* ---- loading ---- */

static const char *
path_of(const char *name)
{
	const char *top = getenv("YB_SRCDIR");
	static char path[4096];

	if (snprintf(path, sizeof(path), "%s/%s", top ? top : ".", name) >= (int)sizeof(path))
		path[0] = '\0';
	return path;
}

static struct yb_policy_loader *
new_loader(uint32_t flags)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;

	options.flags = flags;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	return loader;
}

static void
add(struct yb_policy_loader *loader, const char *name, const char *text)
{
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, name, text, strlen(text), &err), YB_OK);
	ck_assert_ptr_null(err);
}

static yb_status
load_text(const char *text, size_t length, const char *parent, struct yb_policy_set **set, struct yb_error **err)
{
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	yb_status st;

	*set = NULL;
	if (parent)
		add(loader, "parent.yaml", parent);
	st = yb_policy_loader_add_buffer(loader, "doc.yaml", text, length, err);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, set, err);
	yb_policy_loader_unref(loader);
	return st;
}

static const struct yb_error *
first_error(const struct yb_error *err)
{
	while (err && yb_error_get_severity(err) != YB_SEVERITY_ERROR)
		err = yb_error_get_next(err);
	return err;
}

static size_t
count_errors(const struct yb_error *err)
{
	size_t n = 0;

	for (; err; err = yb_error_get_next(err))
		n += yb_error_get_severity(err) == YB_SEVERITY_ERROR;
	return n;
}

/* ---- malformed and hostile documents ---- */

/* Lines 1 to 5 of most rows; a row's own text begins in line 6. */
#define HEAD "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: official}\n"
#define PARENT "language: 1\nid: 000000/310\ntitle: P\nsources:\n  p: {issuer: I, url: u, confidence: official}\n"
/* Lines 6 to 12; what follows stands in line 13 and its keys in column 11. */
#define LAYER HEAD "reimburse:\n  source: a\n  benefits:\n    - id: b\n      layers:\n        - id: l\n          pays: hifp_pay\n"
/* The same with a ratio, in line 13; the next line is 14. */
#define PAYS LAYER "          ratio: 80%\n"
/* A condition on a benefit: line 10, a cell in it from column 13. */
#define WHEN(when) HEAD "reimburse:\n  source: a\n  benefits:\n    - id: b\n      when: " when "\n      layers: [{id: l, pays: hifp_pay, ratio: 80%}]\n"
/* A value: line 6, its formula in line 9 from column 12 (the = sign). */
#define VALUE(value) HEAD "values:\n  v:\n    source: a\n    value: " value "\n"
/* A slot of money: line 13 from column 23. */
#define MONEY(slot) PAYS "          deductible: " slot "\n"
#define BENEFIT "{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}"
#define VECTOR(rest) PAYS "vectors:\n  - {id: v, ask: reimburse, " rest "}\n"

struct row {
	const char *name, *text;
	yb_status status;
	uint32_t line, column;
	const char *fragment;
	const char *parent; /* a second document, id 000000/310 */
};

static const struct row rows[] = {
	/* text */
	{ "nothing at all", "", YB_E_SYNTAX, 1, 1, "nothing", NULL },
	{ "a list", "- a\n", YB_E_SYNTAX, 1, 1, "a list", NULL },
	{ "a bracket that is never closed", HEAD "values: {v: [1\n", YB_E_SYNTAX, 7, 1, "", NULL },
	{ "a tab as indentation", HEAD "values:\n\tv: 1\n", YB_E_SYNTAX, 7, 1, "", NULL },
	{ "byte FF in line 3", "language: 1\nid: 110000/310\ntitle: T\xff\n", YB_E_BAD_TEXT, 3, 9, "0xff", NULL },
	{ "an overlong slash in line 3", "language: 1\nid: 110000/310\ntitle: \xc0\xaf\n", YB_E_BAD_TEXT, 3, 8, "UTF-8", NULL },
	{ "half a surrogate in line 3", "language: 1\nid: 110000/310\ntitle: 北京\xed\xa0\x80\n", YB_E_BAD_TEXT, 3, 10, "UTF-8", NULL },
	{ "a UTF-16 byte order mark", "\xff\xfel\x01", YB_E_BAD_TEXT, 1, 1, "0xff", NULL },
	{ "a control character in line 3", "language: 1\nid: 110000/310\ntitle: a\x01z\n", YB_E_BAD_TEXT, 3, 9, "control", NULL },
	{ "an escape that gives NUL", "language: 1\nid: 110000/310\ntitle: \"a\\0\"\n", YB_E_BAD_TEXT, 3, 8, "NUL", NULL },
	{ "a key twice", HEAD "title: U\n", YB_E_DUPLICATE, 6, 1, "line 3", NULL },
	{ "a key twice, deep inside", PAYS "          ratio: 70%\n", YB_E_DUPLICATE, 14, 11, "line 13", NULL },
	{ "an anchor", HEAD "note: &x text\n", YB_E_SYNTAX, 6, 7, "anchors", NULL },
	{ "an anchor on a mapping", HEAD "values: &x {}\n", YB_E_SYNTAX, 6, 9, "anchors", NULL },
	{ "an alias", HEAD "note: *x\n", YB_E_SYNTAX, 6, 7, "aliases", NULL },
	{ "an alias bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", YB_E_SYNTAX, 1, 4, "anchors", NULL },
	{ "a tag", HEAD "note: !!str text\n", YB_E_SYNTAX, 6, 7, "tags", NULL },
	{ "a tag directive", "%TAG ! tag:x,2000:\n---\n" HEAD, YB_E_SYNTAX, 1, 1, "tag directives", NULL },
	{ "a merge key", HEAD "values: {<<: {v: 1}}\n", YB_E_SYNTAX, 6, 10, "merge", NULL },
	{ "a second document", HEAD "---\nlanguage: 1\n", YB_E_SYNTAX, 6, 1, "second document", NULL },
	{ "a mapping as a key", HEAD "values: {? [a] : b}\n", YB_E_SYNTAX, 6, 12, "key", NULL },
	{ "25 levels", HEAD "values: {v: [[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]}\n", YB_E_LIMIT, 6, 35, "deep", NULL },

	/* head */
	{ "no language", "id: 110000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n", YB_E_MISSING_KEY, 1, 1, "language: 1", NULL },
	{ "another version of the language", "language: 2\nid: 110000/310\nnew: {}\n", YB_E_LANGUAGE, 1, 11, "version 2", NULL },
	{ "a language that is no number", "language: one\nid: 110000/310\ntitle: T\nsources: {}\n", YB_E_LANGUAGE, 1, 11, "language: 1", NULL },
	{ "no id", "language: 1\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n", YB_E_MISSING_KEY, 1, 1, "`id:`", NULL },
	{ "an id without a scheme", "language: 1\nid: 110000\ntitle: T\nsources: {}\n", YB_E_BAD_VALUE, 2, 5, "scheme", NULL },
	{ "an id whose region has five digits", "language: 1\nid: 11000/310\ntitle: T\nsources: {}\n", YB_E_BAD_VALUE, 2, 5, "six digits", NULL },
	{ "no title", "language: 1\nid: 110000/310\nsources: {a: {issuer: I, url: u, confidence: official}}\n", YB_E_MISSING_KEY, 1, 1, "`title:`", NULL },
	{ "no sources", "language: 1\nid: 110000/310\ntitle: T\n", YB_E_MISSING_KEY, 1, 1, "sources", NULL },
	{ "sources that are a list", "language: 1\nid: 110000/310\ntitle: T\nsources: [a]\n", YB_E_SYNTAX, 4, 10, "mapping", NULL },
	{ "an unknown section", HEAD "reimburze: {}\n", YB_E_UNKNOWN_KEY, 6, 1, "did you mean \"reimburse\"", NULL },
	{ "an unknown key that is like none", HEAD "xyzzyxyzzy: {}\n", YB_E_UNKNOWN_KEY, 6, 1, "unknown key \"xyzzyxyzzy\"", NULL },
	{ "a source in the head", HEAD "source: a\n", YB_E_UNKNOWN_KEY, 6, 1, "source", NULL },
	{ "a source without issuer", "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: {url: u, confidence: official}\n", YB_E_MISSING_KEY, 5, 3, "no issuer", NULL },
	{ "a source without confidence", "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: {issuer: I, url: u}\n", YB_E_MISSING_KEY, 5, 3, "no confidence", NULL },
	{ "a source without docno and url", "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: {issuer: I, confidence: official}\n", YB_E_MISSING_KEY, 5, 3, "neither docno nor url", NULL },
	{ "a source of unknown confidence", "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: sure}\n", YB_E_BAD_VALUE, 5, 38, "official", NULL },
	{ "a source with an unknown key", "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: {isuer: I, issuer: I, url: u, confidence: official}\n", YB_E_UNKNOWN_KEY, 5, 7, "did you mean \"issuer\"", NULL },
	{ "a source published on no day", "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: {issuer: I, url: u, confidence: official, published: 2025-02-29}\n", YB_E_BAD_DATE, 5, 59, "exists", NULL },
	{ "a source that is text", "language: 1\nid: 110000/310\ntitle: T\nsources:\n  a: some page\n", YB_E_SYNTAX, 5, 6, "mapping", NULL },
	{ "a medical year from 30 February", HEAD "medical_year: 02-30\n", YB_E_BAD_DATE, 6, 15, "MM-DD", NULL },
	{ "a medical year from 29 February", HEAD "medical_year: 02-29\n", YB_E_BAD_DATE, 6, 15, "every year", NULL },
	{ "an unknown month end", HEAD "month_end: clipp\n", YB_E_BAD_VALUE, 6, 12, "clip or spill", NULL },
	{ "an unknown rounding", HEAD "round: fen half_off\n", YB_E_BAD_VALUE, 6, 8, "half_up", NULL },
	{ "no rounding for posted amounts", HEAD "round: none\n", YB_E_BAD_VALUE, 6, 8, "fen, jiao or yuan", NULL },
	{ "an unknown profile", HEAD "profile: local\n", YB_E_UNKNOWN_NAME, 6, 10, "national", NULL },
	{ "an unknown least confidence", HEAD "confidence: sure\n", YB_E_BAD_VALUE, 6, 13, "official", NULL },
	{ "a parent that was not loaded", HEAD "extends: 000000/999\n", YB_E_UNKNOWN_NAME, 6, 10, "000000/999", NULL },
	{ "a document that is its own parent", HEAD "extends: 110000/310\n", YB_E_CYCLE, 6, 10, "own parent", NULL },
	{ "two documents that are each other's parents", HEAD "extends: 000000/310\n", YB_E_CYCLE, 6, 10, "own parent", PARENT "extends: 110000/310\n" },
	{ "an end twice", HEAD "from: 2025-01-01\nto: 2026-01-01\nthrough: 2025-12-31\n", YB_E_RULE, 8, 10, "`to` and `through`", NULL },
	{ "days in which the document has no day", HEAD "from: 2025-01-01\nto: 2025-01-01\n", YB_E_RULE, 6, 7, "without a day", NULL },
	{ "an impossible first day", HEAD "from: 2025-02-29\n", YB_E_BAD_DATE, 6, 7, "2025-02-29", NULL },
	{ "a declared gap without text", HEAD "unsupported:\n  - {id: x, touches: reimburse, source: a}\n", YB_E_MISSING_KEY, 7, 5, "text", NULL },
	{ "a declared gap of no section", HEAD "unsupported:\n  - {id: x, text: y, touches: reimbursed, source: a}\n", YB_E_UNKNOWN_NAME, 7, 31, "reimburse", NULL },
	{ "a declared gap without source", HEAD "unsupported:\n  - {id: x, text: y, touches: reimburse}\n", YB_E_NO_SOURCE, 7, 5, "source", NULL },
	{ "a section that is a list", HEAD "reimburse: [a]\n", YB_E_SYNTAX, 6, 12, "mapping", NULL },
	{ "values that are a list", HEAD "values: [a]\n", YB_E_SYNTAX, 6, 9, "mapping", NULL },

	/* facts */
	{ "an attribute without a type", HEAD "attributes: {x: {of: claim}}\n", YB_E_BAD_VALUE, 6, 17, "type", NULL },
	{ "an attribute of no type there is", HEAD "attributes: {x: {type: texts}}\n", YB_E_BAD_VALUE, 6, 24, "text", NULL },
	{ "an attribute that is a standard fact", HEAD "attributes: {age: {type: count}}\n", YB_E_DUPLICATE, 6, 14, "age", NULL },
	{ "an attribute of nothing there is", HEAD "attributes: {x: {type: flag, of: claims}}\n", YB_E_BAD_VALUE, 6, 34, "claim", NULL },
	{ "an attribute with an unknown key", HEAD "attributes: {x: {type: flag, off: claim}}\n", YB_E_UNKNOWN_KEY, 6, 30, "did you mean \"of\"", NULL },
	{ "a range with one end", HEAD "attributes: {x: {type: count, range: 0..}}\n", YB_E_BAD_VALUE, 6, 38, "both ends", NULL },
	{ "a set without values", HEAD "attributes: {x: {type: text, set: yes}}\n", YB_E_BAD_VALUE, 6, 35, "values", NULL },
	{ "values of a count", HEAD "attributes: {x: {type: count, values: [1, 2]}}\n", YB_E_BAD_VALUE, 6, 39, "text", NULL },
	{ "an attribute whose derivation leaves a level out", HEAD "attributes:\n  h:\n    type: text\n    values: [A, B]\n    from: {by: hosp_lv, rows: [[\"01|02|03|04\", A], [\"06|07|08|09|10|11\", B]]}\n", YB_E_GAP, 10, 11, "hosp_lv 05", NULL },
	{ "an attribute derived to a value it has not", HEAD "attributes:\n  h:\n    type: text\n    values: [L1, L2]\n    from: {by: retired, rows: [[yes, L1], [no, L3]]}\n", YB_E_UNKNOWN_NAME, 10, 48, "did you mean", NULL },
	{ "an attribute that comes from itself", HEAD "attributes: {x: {type: flag, from: {by: x, rows: [[yes, no], [no, yes]]}}}\n", YB_E_CYCLE, 6, 41, "x", NULL },
	{ "attributes in a circle", HEAD "attributes:\n  x: {type: flag, from: {by: y, rows: [[yes, no], [no, yes]]}}\n  y: {type: flag, from: {by: x, rows: [[yes, no], [no, yes]]}}\n", YB_E_CYCLE, 7, 30, "depends on itself", NULL },

	/* conditions and cells */
	{ "a condition on no fact there is", WHEN("{med_typ: 21}"), YB_E_UNKNOWN_NAME, 10, 14, "did you mean \"med_type\"", NULL },
	{ "a code that the table has not", WHEN("{med_type: 88}"), YB_E_UNKNOWN_NAME, 10, 24, "med_type", NULL },
	{ "a level that the table has not", WHEN("{hosp_lv: 12}"), YB_E_UNKNOWN_NAME, 10, 23, "hosp_lv", NULL },
	{ "a sex that the table has not", WHEN("{gend: 7}"), YB_E_UNKNOWN_NAME, 10, 20, "gend", NULL },
	{ "a beginning that no code has", WHEN("{psn_type: 99*}"), YB_E_UNKNOWN_NAME, 10, 24, "begins with", NULL },
	{ "an empty alternative", WHEN("{med_type: \"21|\"}"), YB_E_BAD_VALUE, 10, 24, "empty", NULL },
	{ "a range that falls", WHEN("{age: 80..70}"), YB_E_BAD_VALUE, 10, 19, "empty", NULL },
	{ "a range without its only value", WHEN("{age: 70..<70}"), YB_E_BAD_VALUE, 10, 19, "empty", NULL },
	{ "an open range of ages between neighbours", WHEN("{age: 70<..<71}"), YB_E_BAD_VALUE, 10, 19, "empty", NULL },
	{ "an age with a decimal", WHEN("{age: 6.5}"), YB_E_BAD_VALUE, 10, 19, "a count", NULL },
	{ "money in a cell with three decimals", WHEN("{scope: ..12.345}"), YB_E_BAD_VALUE, 10, 21, "money", NULL },
	{ "an impossible day in a cell", WHEN("{on: 2025-02-29..}"), YB_E_BAD_DATE, 10, 18, "2025-02-29", NULL },
	{ "a flag that is neither", WHEN("{retired: maybe}"), YB_E_BAD_VALUE, 10, 23, "yes, no or any", NULL },
	{ "a list as a cell", WHEN("{med_type: [21, 22]}"), YB_E_SYNTAX, 10, 24, "a cell", NULL },
	{ "no condition at all", WHEN("{}"), YB_E_SYNTAX, 10, 13, "1 to 32", NULL },
	{ "a condition that is text", WHEN("retired"), YB_E_SYNTAX, 10, 13, "mapping", NULL },
	{ "a condition that is money", WHEN("= scope"), YB_E_UNIT, 10, 15, "a flag", NULL },

	/* slots: literals */
	{ "money with three decimals", MONEY("1300.505"), YB_E_BAD_AMOUNT, 14, 23, "two decimals", NULL },
	{ "money with an exponent", MONEY("1.3e3"), YB_E_BAD_AMOUNT, 14, 23, "exponent", NULL },
	{ "money with a thousands separator", MONEY("1,300"), YB_E_BAD_AMOUNT, 14, 23, "thousands separator", NULL },
	{ "money of 2^63 fen", MONEY("92233720368547758.08"), YB_E_BAD_AMOUNT, 14, 23, "between 0 and 10000000000.00", NULL },
	{ "money of thirty digits", MONEY("123456789012345678901234567890"), YB_E_BAD_AMOUNT, 14, 23, "between 0 and 10000000000.00", NULL },
	{ "money one fen above the limit", MONEY("10000000000.01"), YB_E_BAD_AMOUNT, 14, 23, "between 0 and 10000000000.00", NULL },
	{ "negative money", MONEY("-5"), YB_E_BAD_AMOUNT, 14, 23, "between 0 and 10000000000.00", NULL },
	{ "a rate where money stands", MONEY("5%"), YB_E_BAD_AMOUNT, 14, 23, "a rate", NULL },
	{ "a word where money stands", MONEY("much"), YB_E_BAD_AMOUNT, 14, 23, "much", NULL },
	{ "hexadecimal money", MONEY("0x10"), YB_E_BAD_AMOUNT, 14, 23, "0x10", NULL },
	{ "money that is not a number", MONEY(".inf"), YB_E_BAD_AMOUNT, 14, 23, ".inf", NULL },
	{ "65 for a rate", LAYER "          ratio: 65\n", YB_E_BAD_VALUE, 13, 18, "did you mean 65%", NULL },
	{ "a rate with seven decimals", LAYER "          ratio: 0.1234567\n", YB_E_BAD_VALUE, 13, 18, "millionths", NULL },
	{ "a percentage finer than a millionth", LAYER "          ratio: 33.33333%\n", YB_E_BAD_VALUE, 13, 18, "millionths", NULL },
	{ "a rate over nothing", LAYER "          ratio: 2/0\n", YB_E_BAD_VALUE, 13, 18, "2/0", NULL },
	{ "a negative rate", LAYER "          ratio: -5%\n", YB_E_RULE, 13, 18, "0..1", NULL },
	{ "none for a ratio", LAYER "          ratio: none\n", YB_E_BAD_VALUE, 13, 18, "none", NULL },
	{ "none for a base", PAYS "          base: none\n", YB_E_BAD_VALUE, 14, 17, "none", NULL },
	{ "a list where one amount stands", MONEY("[1, 2]"), YB_E_UNIT, 14, 23, "a list", NULL },
	{ "a mapping that is no slot", MONEY("{money: 5}"), YB_E_SYNTAX, 14, 23, "by, dated, default or value", NULL },
	{ "slots in slots without end", HEAD "values: {v: {source: a, value: {value: {value: {value: {value: {value: {value: {value: 1}}}}}}}}}\n", YB_E_LIMIT, 6, 0, "four deep", NULL },
	{ "months where days stand", HEAD "values: {v: {source: a, unit: days, value: 3 months}}\n", YB_E_UNIT, 6, 44, "days", NULL },
	{ "a count above 2^31 - 1", HEAD "values: {v: {source: a, unit: count, value: 2147483648}}\n", YB_E_BAD_VALUE, 6, 45, "2147483647", NULL },
	{ "a date that does not exist", HEAD "values: {v: {source: a, unit: date, value: 2025-02-29}}\n", YB_E_BAD_DATE, 6, 44, "2025-02-29", NULL },
	{ "an unknown unit", HEAD "values: {v: {source: a, unit: fathom, value: 1}}\n", YB_E_BAD_VALUE, 6, 31, "money", NULL },
	{ "a value with the name of a fact", HEAD "values: {age: {source: a, value: 1}}\n", YB_E_DUPLICATE, 6, 10, "age", NULL },
	{ "an unknown key beside a value", HEAD "values: {v: {source: a, value: 1, unti: money}}\n", YB_E_UNKNOWN_KEY, 6, 35, "did you mean \"unit\"", NULL },
	{ "a value without a source", HEAD "values: {v: 5}\n", YB_E_NO_SOURCE, 6, 13, "v", NULL },
	{ "a tag that is not declared", HEAD "values: {v: {source: b, value: 1}}\n", YB_E_UNKNOWN_NAME, 6, 22, "not declared", NULL },

	/* slots: dated lists */
	{ "days that no entry covers", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {from: 2023-01-01, to: 2024-01-01, value: 1}\n      - {from: 2024-01-02, value: 2}\n", YB_E_GAP, 11, 9, "2024-01-01", NULL },
	{ "a day that two entries cover", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {from: 2023-01-01, through: 2024-01-01, value: 1}\n      - {from: 2024-01-01, value: 2}\n", YB_E_OVERLAP, 11, 9, "2024-01-01", NULL },
	{ "an entry with two ends", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {from: 2023-01-01, to: 2024-01-01, through: 2023-12-31, value: 1}\n", YB_E_RULE, 10, 53, "`to` and `through`", NULL },
	{ "an entry without a day", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {from: 2024-01-01, to: 2023-01-01, value: 1}\n", YB_E_RULE, 10, 16, "without a day", NULL },
	{ "an entry from an impossible day", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {from: 2023-04-31, value: 1}\n", YB_E_BAD_DATE, 10, 16, "2023-04-31", NULL },
	{ "an entry without a value", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {from: 2023-04-30}\n", YB_E_MISSING_KEY, 10, 9, "value", NULL },
	{ "an entry with an unknown key", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {form: 2023-04-30, value: 1}\n", YB_E_UNKNOWN_KEY, 10, 10, "did you mean \"from\"", NULL },

	/* slots: tables */
	{ "a row that is too short", MONEY("{by: [retired, gend], rows: [[yes, 1]]}"), YB_E_SYNTAX, 14, 52, "2 cells and a value", NULL },
	{ "a row that is too long", MONEY("{by: retired, rows: [[yes, 1, 2], [no, 3]]}"), YB_E_SYNTAX, 14, 44, "1 cells and a value", NULL },
	{ "a table without rows", MONEY("{by: retired}"), YB_E_MISSING_KEY, 14, 23, "rows", NULL },
	{ "a table by no fact there is", MONEY("{by: retird, rows: [[yes, 1], [no, 2]]}"), YB_E_UNKNOWN_NAME, 14, 28, "did you mean \"retired\"", NULL },
	{ "a table that leaves one age out", MONEY("{by: age, rows: [[<60, 1], [60<.., 2]]}"), YB_E_GAP, 14, 23, "age 60", NULL },
	{ "a layer whose name a formula cannot have", LAYER "          ratio: 80%\n        - {id: l-2, pays: oth_pay, base: = l.left, ratio: 50%}\n        - {id: l3, pays: oth_pay, base: = x-2.left, ratio: 50%}\n", YB_E_UNKNOWN_NAME, 15, 0, "unknown name \"x\"", NULL },
	{ "a layer with a hyphen in a formula", LAYER "          ratio: 80%\n        - {id: x-2, pays: oth_pay, base: = l.left, ratio: 50%}\n        - {id: l3, pays: oth_pay, base: = x-2.left, ratio: 50%}\n", YB_E_UNKNOWN_NAME, 15, 0, "\"x-2\" cannot stand in a formula", NULL },
	{ "a table that leaves one case of two facts out", MONEY("{by: [retired, gend], rows: [[yes, any, 1], [no, 0|1|9, 2]]}"), YB_E_GAP, 14, 23, "retired no, gend 2", NULL },
	{ "a table that leaves one fen out", MONEY("{by: yb_pension, rows: [[..999.99, 1], [1000.01.., 2]]}"), YB_E_GAP, 14, 23, "yb_pension 1000.00", NULL },
	{ "a table that leaves one day out", MONEY("{by: on, rows: [[..2024-02-28, 1], [2024-03-01.., 2]]}"), YB_E_GAP, 14, 23, "on 2024-02-29", NULL },
	{ "two rows that hold for one age", MONEY("{by: age, rows: [[..60, 1], [60.., 2]]}"), YB_E_OVERLAP, 14, 51, "age 60", NULL },
	{ "two rows that hold for one member", MONEY("{by: psn_idet_type, rows: [[2304, 0], [2303, 40], [any, 400]]}"), YB_E_OVERLAP, 14, 61, "line 14", NULL },
	{ "a way to hit there is not", MONEY("{by: retired, hit: best, rows: [[yes, 1], [no, 2]]}"), YB_E_BAD_VALUE, 14, 42, "unique, first", NULL },
	{ "a table with an unknown key", MONEY("{by: retired, rows: [[yes, 1], [no, 2]], els: 3}"), YB_E_UNKNOWN_KEY, 14, 64, "did you mean \"else\"", NULL },
	{ "money and a rate in one table", MONEY("{by: retired, rows: [[yes, 1], [no, 2%]]}"), YB_E_BAD_AMOUNT, 14, 59, "a rate", NULL },

	/* slots: exceptions */
	{ "two exceptions for one person", MONEY("{default: 5, except: [{label: old, when: {age: 60..}, value: 1}, {label: men, when: {gend: 1}, value: 2}]}"), YB_E_OVERLAP, 14, 107, "\"old\" and \"men\" both hold for age 60, gend 1", NULL },
	{ "an exception without a label", MONEY("{default: 5, except: [{when: {age: 60..}, value: 1}]}"), YB_E_MISSING_KEY, 14, 45, "label", NULL },
	{ "an exception over none there is", MONEY("{default: 5, except: [{label: old, when: {age: 60..}, value: 1, over: young}]}"), YB_E_UNKNOWN_NAME, 14, 93, "young", NULL },
	{ "a default without exceptions", MONEY("{default: 5}"), YB_E_MISSING_KEY, 14, 23, "except", NULL },
	{ "the default's value outside an exception", MONEY("= default / 2"), YB_E_UNKNOWN_NAME, 14, 25, "default", NULL },

	/* series */
	{ "a series there is not", HEAD "series: {avg_pension: {unit: money, source: a, years: {2021: 3320}}}\nvalues: {v: {source: a, value: \"= avg_pensoin[2021]\"}}\n", YB_E_UNKNOWN_NAME, 7, 35, "did you mean \"avg_pension\"", NULL },
	{ "a series without a unit", HEAD "series: {w: {source: a, years: {2021: 3320}}}\n", YB_E_MISSING_KEY, 6, 13, "unit", NULL },
	{ "a year that is none", HEAD "series: {w: {unit: money, source: a, years: {21: 3320}}}\n", YB_E_BAD_VALUE, 6, 46, "21", NULL },
	{ "a figure of a series without a source", HEAD "series: {w: {unit: money, years: {2021: 3320}}}\n", YB_E_NO_SOURCE, 6, 41, "source", NULL },
	{ "a series read without a year", HEAD "series: {w: {unit: money, source: a, years: {2021: 3320}}}\nvalues: {v: {source: a, value: = w * 2}}\n", YB_E_UNKNOWN_NAME, 7, 34, "w", NULL },

	/* formulas */
	{ "a name there is not", VALUE("= scop * 50%"), YB_E_UNKNOWN_NAME, 9, 14, "did you mean \"scope\"", NULL },
	{ "a function there is not", VALUE("= maxx(1, 2)"), YB_E_UNKNOWN_NAME, 9, 14, "did you mean \"max\"", NULL },
	{ "money times money", VALUE("= scope * prior"), YB_E_UNIT, 9, 20, "money * money", NULL },
	{ "months and days in one sum", VALUE("= 3 months + 90 days"), YB_E_UNIT, 9, 23, "months + days", NULL },
	{ "a flag and a number", VALUE("= retired + 1"), YB_E_UNIT, 9, 22, "a flag + a number", NULL },
	{ "two dates in a sum", VALUE("= on - brdy"), YB_E_UNIT, 9, 17, "a date - a date", NULL },
	{ "money plus a rate", VALUE("= scope + 5%"), YB_E_UNIT, 9, 20, "money + a rate", NULL },
	{ "an order of flags", VALUE("= retired < retired"), YB_E_UNIT, 9, 22, "a flag < a flag", NULL },
	{ "money as a condition", VALUE("= if scope then 1 else 2"), YB_E_UNIT, 9, 17, "a flag is needed", NULL },
	{ "a formula torn at its comma", HEAD "values: {v: {source: a, value: = max(scope, prior)}}\n", YB_E_SYNTAX, 6, 32, "quote", NULL },
	{ "a formula torn at its bracket", HEAD "series: {w: {unit: money, source: a, years: {2021: 3320}}}\nvalues: {v: {source: a, value: = w[2021]}}\n", YB_E_SYNTAX, 7, 0, "quote", NULL },
	{ "a parenthesis that is not closed", VALUE("= (1 + 2"), YB_E_SYNTAX, 9, 20, "expected )", NULL },
	{ "a formula that ends early", VALUE("= 1 +"), YB_E_SYNTAX, 9, 17, "formula ends", NULL },
	{ "two numbers side by side", VALUE("= 1 2"), YB_E_SYNTAX, 9, 16, "operator", NULL },
	{ "a sign there is not", VALUE("= 3 ^ 2"), YB_E_SYNTAX, 9, 16, "^", NULL },
	{ "a chain of comparisons", VALUE("= 1 < 2 < 3"), YB_E_SYNTAX, 9, 20, "operator", NULL },
	{ "an empty formula", VALUE("="), YB_E_SYNTAX, 9, 13, "formula ends", NULL },
	{ "an if without else", VALUE("= if retired then 1"), YB_E_SYNTAX, 9, 31, "else", NULL },
	{ "a division by zero that shows", VALUE("= 1 / 0"), YB_E_DIVISION, 9, 16, "division by zero", NULL },
	{ "a number with seven decimals", VALUE("= 0.1234567"), YB_E_BAD_VALUE, 9, 14, "six decimals", NULL },
	{ "a number too large to be exact", VALUE("= 99999999999999999999999999999999999999999999"), YB_E_OVERFLOW, 9, 14, "", NULL },
	{ "a day of no calendar", VALUE("= 2025-02-30"), YB_E_BAD_DATE, 9, 14, "exists", NULL },
	{ "half a month", VALUE("= 0.5 months"), YB_E_BAD_VALUE, 9, 14, "whole number", NULL },
	{ "a function with too few arguments", VALUE("= day(2025, 1)"), YB_E_SYNTAX, 9, 14, "3, not 2", NULL },
	{ "a function of another type", VALUE("= year(scope)"), YB_E_UNIT, 9, 19, "a date", NULL },
	{ "a rounding to nothing", VALUE("= round(scope, 0)"), YB_E_SYNTAX, 9, 27, "above 0", NULL },
	{ "a rounding there is not", VALUE("= round(scope, fen, nearest)"), YB_E_SYNTAX, 9, 32, "half_up", NULL },
	{ "seventeen arguments", VALUE("= max(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17)"), YB_E_LIMIT, 9, 0, "16", NULL },
	{ "a text that the fact cannot be", WHEN("= gend = '7'"), YB_E_UNKNOWN_NAME, 10, 0, "gend", NULL },
	{ "a bare number that could be money or a rate", VALUE("= if retired then scope else 50%"), YB_E_UNIT, 9, 0, "money", NULL },
	{ "values in a circle", HEAD "values:\n  source: a\n  v: = w + 1\n  w: = v + 1\n", YB_E_CYCLE, 8, 6, "depends on itself", NULL },
	{ "a value that is itself", VALUE("= v"), YB_E_CYCLE, 8, 5, "depends on itself", NULL },

	/* reimburse */
	{ "a figure without a source", HEAD "reimburse:\n  benefits: [" BENEFIT "]\n", YB_E_NO_SOURCE, 7, 14, "source", NULL },
	{ "an unknown key of the section", HEAD "reimburse: {source: a, benefit: []}\n", YB_E_UNKNOWN_KEY, 6, 24, "did you mean \"benefits\"", NULL },
	{ "a benefit without an id", HEAD "reimburse: {source: a, benefits: [{layers: []}]}\n", YB_E_MISSING_KEY, 6, 35, "id", NULL },
	{ "a benefit without layers", HEAD "reimburse: {source: a, benefits: [{id: b}]}\n", YB_E_MISSING_KEY, 6, 35, "layers", NULL },
	{ "two benefits of one id", HEAD "reimburse:\n  source: a\n  benefits:\n    - " BENEFIT "\n    - " BENEFIT "\n", YB_E_DUPLICATE, 10, 7, "\"b\"", NULL },
	{ "two benefits for one claim", HEAD "reimburse:\n  source: a\n  benefits:\n    - {id: b, when: {med_type: 21|22}, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}\n    - {id: c, when: {age: 60..}, layers: [{id: l, pays: hifp_pay, ratio: 90%}]}\n", YB_E_OVERLAP, 10, 7, "\"b\" and \"c\" both hold for med_type 21, age 60", NULL },
	{ "a benefit over none there is", HEAD "reimburse: {source: a, benefits: [{id: b, over: c, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]}\n", YB_E_UNKNOWN_NAME, 6, 49, "\"c\"", NULL },
	{ "a layer without an id", HEAD "reimburse: {source: a, benefits: [{id: b, layers: [{pays: hifp_pay, ratio: 80%}]}]}\n", YB_E_MISSING_KEY, 6, 52, "id", NULL },
	{ "a layer with a dot in its id", HEAD "reimburse: {source: a, benefits: [{id: b, layers: [{id: l.m, pays: hifp_pay, ratio: 80%}]}]}\n", YB_E_BAD_VALUE, 6, 57, "dot", NULL },
	{ "a layer with the name of a fact", HEAD "reimburse: {source: a, benefits: [{id: b, layers: [{id: scope, pays: hifp_pay, ratio: 80%}]}]}\n", YB_E_DUPLICATE, 6, 52, "scope", NULL },
	{ "a layer that no fund pays", LAYER "          pay: hifp_pay\n          ratio: 80%\n", YB_E_UNKNOWN_KEY, 13, 11, "did you mean \"pays\"", NULL },
	{ "a layer without a fund", HEAD "reimburse: {source: a, benefits: [{id: b, layers: [{id: l, ratio: 80%}]}]}\n", YB_E_MISSING_KEY, 6, 52, "which fund", NULL },
	{ "a fund there is not", HEAD "reimburse: {source: a, benefits: [{id: b, layers: [{id: l, pays: hifp_pai, ratio: 80%}]}]}\n", YB_E_UNKNOWN_NAME, 6, 66, "hifp_pay", NULL },
	{ "a layer without a ratio", LAYER, YB_E_MISSING_KEY, 11, 11, "no ratio", NULL },
	{ "an unknown key of a layer", PAYS "          deductable: 5\n", YB_E_UNKNOWN_KEY, 14, 11, "did you mean \"deductible\"", NULL },
	{ "two layers of one id", PAYS "        - id: l\n          pays: hifp_pay\n          ratio: 50%\n", YB_E_DUPLICATE, 14, 11, "\"l\"", NULL },
	{ "a layer that names itself", PAYS "          base: = l.paid\n", YB_E_UNKNOWN_NAME, 14, 19, "before", NULL },
	{ "a layer that names a later one", PAYS "          base: = m.left\n        - id: m\n          pays: hifp_pay\n          ratio: 50%\n", YB_E_UNKNOWN_NAME, 14, 19, "before", NULL },
	{ "a result there is not", PAYS "        - id: m\n          pays: hifp_pay\n          ratio: 50%\n          base: = l.rest\n", YB_E_UNKNOWN_NAME, 17, 19, "l.rest", NULL },
	{ "a base that is a rate", PAYS "          base: = 50%\n", YB_E_UNIT, 14, 19, "money", NULL },
	{ "a base that may outgrow the exact range", PAYS "          base: = scope * 1000000\n", YB_E_BOUND, 14, 17, "2^53", NULL },
	{ "a base divided by what may be nothing", PAYS "          base: = scope / age\n", YB_E_BOUND, 14, 17, "bound", NULL },
	{ "a base that is always below zero", PAYS "          base: = 0 - 5 - 5\n", YB_E_RULE, 14, 17, "below zero", NULL },
	{ "a deductible that is always below zero", MONEY("= 5 - 10"), YB_E_RULE, 14, 23, "below zero", NULL },
	{ "a deductible of unknown period", MONEY("{amount: 5, per: yearly}"), YB_E_BAD_VALUE, 14, 40, "year", NULL },
	{ "a deductible with an unknown key", MONEY("{amount: 5, pre: year}"), YB_E_UNKNOWN_KEY, 14, 35, "did you mean \"per\"", NULL },
	{ "a deductible of unknown order", MONEY("{amount: 5, order: after}"), YB_E_BAD_VALUE, 14, 42, "after_ratio", NULL },
	{ "a deductible from a pool there is not", MONEY("{amount: 5, pool: p}"), YB_E_UNKNOWN_NAME, 14, 41, "not declared", NULL },
	{ "a ratio above one", LAYER "          ratio: 150%\n", YB_E_RULE, 13, 18, "0..1", NULL },
	{ "a ratio above one in a table", LAYER "          ratio: {by: retired, rows: [[yes, 110%], [no, 80%]]}\n", YB_E_RULE, 13, 18, "0..1", NULL },
	{ "a ratio that a modifier lifts above one", PAYS "          modify: [{id: x, add: 30%}]\n", YB_E_RULE, 14, 33, "0..1", NULL },
	{ "a ratio that a modifier takes below zero", PAYS "          modify: [{id: x, add: -90%}]\n", YB_E_RULE, 14, 33, "0..1", NULL },
	{ "a modifier of two kinds", PAYS "          modify: [{id: x, add: 1%, times: 90%}]\n", YB_E_RULE, 14, 20, "exactly one", NULL },
	{ "a modifier of no kind", PAYS "          modify: [{id: x, when: {retired: yes}}]\n", YB_E_RULE, 14, 20, "exactly one", NULL },
	{ "borders that fall", LAYER "          bands: {borders: [40000, 30000], ratio: [80%, 85%, 90%]}\n", YB_E_RULE, 13, 36, "border 2", NULL },
	{ "borders that stand still", LAYER "          bands: {borders: [30000, 30000], ratio: [80%, 85%, 90%]}\n", YB_E_RULE, 13, 36, "border 2", NULL },
	{ "borders that fall in a table", LAYER "          bands:\n            borders: {by: retired, rows: [[yes, [2, 1]], [no, [1, 2]]]}\n            ratio: [80%, 85%, 90%]\n", YB_E_RULE, 14, 22, "border 2", NULL },
	{ "too few ratios", LAYER "          bands: {borders: [30000, 40000], ratio: [80%, 85%]}\n", YB_E_RULE, 13, 51, "2 ratios for 2 borders", NULL },
	{ "too many ratios", LAYER "          bands: {borders: [30000], ratio: [80%, 85%, 90%]}\n", YB_E_RULE, 13, 44, "3 ratios for 1 borders", NULL },
	{ "too few ratios in a table", LAYER "          bands:\n            borders: [30000]\n            ratio: {by: retired, rows: [[yes, [80%]], [no, [70%, 80%]]]}\n", YB_E_RULE, 15, 0, "ratios for 1 border", NULL },
	{ "a ratio in two places", PAYS "          bands: {ratio: 80%}\n", YB_E_DUPLICATE, 13, 18, "ratio", NULL },
	{ "an unknown origin", LAYER "          bands: {origin: nought, ratio: 80%}\n", YB_E_BAD_VALUE, 13, 27, "zero or deductible", NULL },
	{ "a ceiling without an amount", PAYS "          ceilings: [{id: c, on: payment, per: year}]\n", YB_E_MISSING_KEY, 14, 22, "amount", NULL },
	{ "a ceiling on neither", PAYS "          ceilings: [{id: c, per: year, amount: 5}]\n", YB_E_MISSING_KEY, 14, 22, "on:", NULL },
	{ "a ceiling on something else", PAYS "          ceilings: [{id: c, on: base, per: year, amount: 5}]\n", YB_E_BAD_VALUE, 14, 34, "payment or cost", NULL },
	{ "a ceiling without a period", PAYS "          ceilings: [{id: c, on: payment, amount: 5}]\n", YB_E_MISSING_KEY, 14, 22, "per", NULL },
	{ "a ceiling of a pool there is not", PAYS "          ceilings: [{id: c, on: payment, per: year, pool: p, amount: 5}]\n", YB_E_UNKNOWN_NAME, 14, 60, "not declared", NULL },
	{ "a ceiling that is always below zero", PAYS "          ceilings: [{id: c, on: payment, per: year, amount: = 0 - 5}]\n", YB_E_RULE, 14, 62, "below zero", NULL },
	{ "a pool without a period", HEAD "reimburse: {source: a, pools: {p: {on: payment}}, benefits: [" BENEFIT "]}\n", YB_E_MISSING_KEY, 6, 35, "per", NULL },
	{ "a pool of two periods", HEAD "reimburse:\n  source: a\n  pools: {p: {on: payment, per: year}}\n  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%, ceilings: [{id: c, on: payment, per: month, pool: p, amount: 5}]}]}]\n", YB_E_RULE, 9, 117, "period", NULL },
	{ "a pool of two measures", HEAD "reimburse:\n  source: a\n  pools: {p: {on: cost, per: year}}\n  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%, ceilings: [{id: c, on: payment, per: year, pool: p, amount: 5}]}]}]\n", YB_E_RULE, 9, 116, "measure", NULL },
	{ "a deductible counted in a pool of payments", HEAD "reimburse:\n  source: a\n  pools: {p: {on: payment, per: year}}\n  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%, deductible: {amount: 5, per: year, pool: p}}]}]\n", YB_E_RULE, 9, 108, "deductible", NULL },
	{ "a limit without an amount", HEAD "reimburse: {source: a, split: {limits: [{id: x}]}, benefits: [" BENEFIT "]}\n", YB_E_MISSING_KEY, 6, 41, "amount", NULL },
	{ "an account that pays something else", HEAD "reimburse: {source: a, account: {pays: [cash]}, benefits: [" BENEFIT "]}\n", YB_E_UNKNOWN_NAME, 6, 41, "scope, prior or own", NULL },
	{ "a year by something else", HEAD "reimburse: {source: a, year_by: paid_on, benefits: [" BENEFIT "]}\n", YB_E_BAD_VALUE, 6, 33, "begndate or split", NULL },
	{ "a split without its word", HEAD "reimburse: {source: a, year_by: split, split_deductible: twice, benefits: [" BENEFIT "]}\n", YB_E_BAD_VALUE, 6, 58, "once or again", NULL },
	{ "a split deductible without a split", HEAD "reimburse: {source: a, split_deductible: again, benefits: [" BENEFIT "]}\n", YB_E_RULE, 6, 42, "year_by: split", NULL },
	{ "a layer by the name of a part", HEAD "reimburse:\n  source: a\n  year_by: split\n  benefits: [{id: b, layers: [{id: part2, pays: hifp_pay, ratio: 80%}]}]\n", YB_E_BAD_VALUE, 9, 31, "part of a stay", NULL },
	{ "a layer that posts unrounded", PAYS "          round: none\n", YB_E_BAD_VALUE, 14, 18, "fen, jiao or yuan", NULL },
	{ "a layer with two ends", PAYS "          from: 2025-01-01\n          to: 2026-01-01\n          through: 2025-12-31\n", YB_E_RULE, 16, 20, "`to` and `through`", NULL },
	{ "a layer without a day", PAYS "          from: 2025-01-01\n          to: 2025-01-01\n", YB_E_RULE, 14, 17, "without a day", NULL },

	/* layers of documents */
	{ "a clause of the parent written again", HEAD "extends: 000000/310\nreimburse: {source: a, benefits: [" BENEFIT "]}\n", YB_E_DUPLICATE, 7, 35, "replaces: yes", PARENT "reimburse: {source: p, benefits: [" BENEFIT "]}\n" },
	{ "a clause replaced without authority", HEAD "extends: 000000/310\nreimburse: {benefits: [{id: b, replaces: yes, layers: [{id: l, source: a, pays: hifp_pay, ratio: 80%}]}]}\n", YB_E_NO_SOURCE, 7, 24, "authority", PARENT "reimburse: {source: p, benefits: [" BENEFIT "]}\n" },
	{ "a clause that replaces nothing", HEAD "extends: 000000/310\nreimburse: {source: a, benefits: [{id: c, replaces: yes, when: {med_type: 21}, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]}\n", YB_E_UNKNOWN_NAME, 7, 35, "replaces nothing", PARENT },
	{ "a dropped clause there is not", HEAD "extends: 000000/310\nreimburse: {source: a, drop: [{id: x, source: a}]}\n", YB_E_UNKNOWN_NAME, 7, 31, "\"x\"", PARENT "reimburse: {source: p, benefits: [" BENEFIT "]}\n" },
	{ "a clause dropped without authority", HEAD "extends: 000000/310\nreimburse: {drop: [{id: b}]}\n", YB_E_NO_SOURCE, 7, 20, "\"b\"", PARENT "reimburse: {source: p, benefits: [" BENEFIT "]}\n" },
	{ "a tag of the parent", HEAD "extends: 000000/310\nvalues: {v: {source: p, value: 1}}\n", YB_E_UNKNOWN_NAME, 7, 22, "not declared", PARENT },

	/* vectors */
	{ "an expected result there is not", VECTOR("expect: {l.rest: 5}"), YB_E_UNKNOWN_NAME, 15, 38, "l.rest", NULL },
	{ "a vector without an id", PAYS "vectors: [{ask: reimburse, expect: {l.paid: 5}}]\n", YB_E_MISSING_KEY, 14, 11, "id", NULL },
	{ "a vector that asks nothing", PAYS "vectors: [{id: v, expect: {l.paid: 5}}]\n", YB_E_MISSING_KEY, 14, 11, "ask", NULL },
	{ "a vector that asks something else", PAYS "vectors: [{id: v, ask: reimbursement, expect: {l.paid: 5}}]\n", YB_E_BAD_VALUE, 14, 24, "reimburse", NULL },
	{ "a vector that expects nothing", VECTOR("claim: {}"), YB_E_MISSING_KEY, 15, 5, "expect", NULL },
	{ "a vector with an unknown key", VECTOR("expects: {l.paid: 5}, refuse: x"), YB_E_UNKNOWN_KEY, 15, 29, "did you mean \"expect\"", NULL },
	{ "a vector of a claim with an unknown fact", VECTOR("claim: {med_typ: 21}, expect: {l.paid: 5}"), YB_E_UNKNOWN_NAME, 15, 37, "did you mean \"med_type\"", NULL },
	{ "a vector that derives no formula", VECTOR("derive: {x: 5}, expect: {x: 5}"), YB_E_SYNTAX, 15, 41, "formula", NULL },
	{ "a vector that derives from a name there is not", VECTOR("derive: {x: = l.paid + y}, expect: {x: 5}"), YB_E_UNKNOWN_NAME, 15, 52, "y", NULL },
	{ "a vector that solves for no layer there is", VECTOR("solve: {layer: m, value: 5}, expect: {solved: 5}"), YB_E_UNKNOWN_NAME, 15, 44, "m", NULL },
	{ "two vectors of one id", PAYS "vectors:\n  - {id: v, ask: reimburse, expect: {l.paid: 5}}\n  - {id: v, ask: reimburse, expect: {l.paid: 5}}\n", YB_E_DUPLICATE, 16, 5, "\"v\"", NULL },
	{ "vectors that are a mapping", PAYS "vectors: {id: v}\n", YB_E_SYNTAX, 14, 10, "a list", NULL },
};

static void
expect_refusal(const struct row *row, const char *text, size_t length)
{
	struct yb_error *err = NULL;
	struct yb_policy_set *set = NULL;
	yb_status st = load_text(text, length, row->parent, &set, &err);
	const struct yb_error *e = first_error(err);
	char *told = NULL;

	if (err)
		ck_assert_int_eq(yb_error_dup_text(err, &told), YB_OK);
	ck_assert_msg(st == row->status, "%s: %s, not %s: %s", row->name, yb_status_name(st), yb_status_name(row->status), told ? told : "");
	ck_assert_ptr_null(set);
	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(yb_error_get_status(e), st);
	ck_assert_str_eq(yb_error_get_source_name(e), row->parent && row->status == YB_E_CYCLE ? yb_error_get_source_name(e) : "doc.yaml");
	ck_assert_msg(strstr(yb_error_get_message(e), row->fragment) != NULL, "%s: no \"%s\" in: %s", row->name, row->fragment, told);
	ck_assert_msg(yb_error_get_line(e) == row->line, "%s: line %u expected: %s", row->name, (unsigned)row->line, told);
	ck_assert_msg(row->column == 0 || yb_error_get_column(e) == row->column, "%s: column %u expected: %s", row->name, (unsigned)row->column, told);
	yb_free(told);
	yb_error_unref(err);
}

START_TEST(a_faulty_document_is_refused_at_its_place)
{
	expect_refusal(&rows[_i], rows[_i].text, strlen(rows[_i].text));
}
END_TEST

/* One fault is one finding: a second one would send the reader after a shadow. */
START_TEST(one_fault_is_told_once)
{
	struct yb_error *err = NULL;
	struct yb_policy_set *set = NULL;
	char *told = NULL;

	if (rows[_i].parent) /* a fault of a parent is one of its child as well */
		return;
	(void)load_text(rows[_i].text, strlen(rows[_i].text), NULL, &set, &err);
	if (err)
		(void)yb_error_dup_text(err, &told);
	ck_assert_msg(count_errors(err) <= 1, "%s: %s", rows[_i].name, told ? told : "");
	yb_free(told);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- documents too large to be written here ---- */

struct growing {
	char *text;
	size_t length, room;
};

static void
put(struct growing *g, const char *text)
{
	size_t n = strlen(text);

	if (g->length + n + 1 > g->room) {
		g->room = 2 * (g->length + n + 1);
		g->text = realloc(g->text, g->room);
		ck_assert_ptr_nonnull(g->text);
	}
	memcpy(g->text + g->length, text, n + 1);
	g->length += n;
}

static void
refuse_grown(struct growing *g, const char *name, yb_status status, uint32_t line, uint32_t column, const char *fragment)
{
	struct row row = { name, NULL, status, line, column, fragment, NULL };

	expect_refusal(&row, g->text, g->length);
	free(g->text);
	*g = (struct growing){ NULL, 0, 0 };
}

START_TEST(a_mebibyte_of_brackets_is_refused_at_the_25th)
{
	struct growing g = { NULL, 0, 0 };

	for (int i = 0; i < 1 << 20; i++)
		put(&g, "[");
	refuse_grown(&g, "brackets", YB_E_LIMIT, 1, 25, "deep");
}
END_TEST

START_TEST(blocks_nested_without_end_are_refused)
{
	struct growing g = { NULL, 0, 0 };

	for (int i = 0; i < 1000; i++) {
		for (int k = 0; k < i; k++)
			put(&g, " ");
		put(&g, "a:\n");
	}
	refuse_grown(&g, "blocks", YB_E_LIMIT, 25, 25, "deep");
	for (int i = 0; i < 200000; i++)
		put(&g, "- ");
	refuse_grown(&g, "sequences in one line", YB_E_LIMIT, 1, 49, "deep");
	for (int i = 0; i < 200000; i++)
		put(&g, "? ");
	refuse_grown(&g, "keys in keys", YB_E_SYNTAX, 1, 3, "key");
}
END_TEST

START_TEST(a_hundred_thousand_nodes_are_read_and_one_more_is_not)
{
	struct growing g = { NULL, 0, 0 };
	struct yb_policy_set *set;
	struct yb_error *err = NULL;

	/* 17 nodes of the head, the key `note` and the list; then 99981 items */
	for (int more = 0; more < 2; more++) {
		put(&g, HEAD "note: [");
		for (int i = 0; i < 99981 + more; i++)
			put(&g, "x,");
		put(&g, "]\n");
		if (more) {
			refuse_grown(&g, "one node too many", YB_E_LIMIT, 6, 0, "too many");
		} else {
			yb_status st = load_text(g.text, g.length, NULL, &set, &err);
			ck_assert_int_eq(st, YB_OK);
			yb_policy_set_unref(set);
			yb_error_unref(err);
			free(g.text);
			g = (struct growing){ NULL, 0, 0 };
		}
	}
}
END_TEST

START_TEST(a_text_of_64_kib_is_read_and_one_byte_more_is_not)
{
	struct growing g = { NULL, 0, 0 };

	put(&g, HEAD "note: ");
	for (int i = 0; i < 65537; i++)
		put(&g, "x");
	refuse_grown(&g, "a long text", YB_E_LIMIT, 6, 7, "65536");
}
END_TEST

START_TEST(a_document_of_a_mebibyte_is_read_and_one_byte_more_is_not)
{
	struct growing g = { NULL, 0, 0 };
	struct yb_policy_set *set;
	struct yb_error *err = NULL;

	put(&g, HEAD);
	while (g.length < (1 << 20) - 1)
		put(&g, "#");
	put(&g, "\n");
	ck_assert_uint_eq(g.length, 1 << 20);
	ck_assert_int_eq(load_text(g.text, g.length, NULL, &set, &err), YB_OK);
	ck_assert_ptr_null(err);
	yb_policy_set_unref(set);
	put(&g, "\n");
	refuse_grown(&g, "a byte above 1 MiB", YB_E_LIMIT, 0, 0, "1048576");
}
END_TEST

START_TEST(a_nul_is_refused_at_its_place)
{
	static const char text[] = "language: 1\nid: 110000/310\ntitle: a\0b\n";
	struct row row = { "a NUL byte", NULL, YB_E_BAD_TEXT, 3, 9, "NUL", NULL };

	expect_refusal(&row, text, sizeof(text) - 1);
}
END_TEST

START_TEST(many_keys_of_one_mapping_take_no_long_time)
{
	struct growing g = { NULL, 0, 0 };
	char key[32];

	put(&g, HEAD "note: {");
	for (int i = 0; i < 40000; i++) {
		(void)snprintf(key, sizeof(key), "k%d: 1, ", i);
		put(&g, key);
	}
	put(&g, "k7: 2}\n");
	refuse_grown(&g, "the 40001st key", YB_E_DUPLICATE, 6, 0, "\"k7\"");
}
END_TEST

START_TEST(at_most_fifty_findings_are_told_of_a_document)
{
	struct growing keys = { NULL, 0, 0 }, cells = { NULL, 0, 0 };
	struct yb_policy_set *set;
	struct yb_error *err = NULL;
	char line[64];

	put(&keys, HEAD);
	put(&cells, HEAD "values:\n  source: a\n");
	for (int i = 0; i < 90; i++) {
		(void)snprintf(line, sizeof(line), "zzzz%d: 1\n", i);
		put(&keys, line);
		(void)snprintf(line, sizeof(line), "  v%d: = qqqq%d\n", i, i);
		put(&cells, line);
	}
	ck_assert_int_eq(load_text(cells.text, cells.length, NULL, &set, &err), YB_E_UNKNOWN_NAME);
	ck_assert_uint_eq(count_errors(err), 50);
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(load_text(keys.text, keys.length, NULL, &set, &err), YB_E_UNKNOWN_KEY);
	ck_assert_uint_eq(count_errors(err), 50);
	yb_error_unref(err);
	free(cells.text);
	free(keys.text);
}
END_TEST

static void
add_chain(struct yb_policy_loader *loader, int length)
{
	char text[512], name[32];

	for (int i = 0; i < length; i++) {
		int n = snprintf(text, sizeof(text), "language: 1\nid: %06d/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n", i);
		if (i + 1 < length)
			(void)snprintf(text + n, sizeof(text) - (size_t)n, "extends: %06d/310\n", i + 1);
		(void)snprintf(name, sizeof(name), "%d.yaml", i);
		add(loader, name, text);
	}
}

START_TEST(sixteen_parents_are_read_and_seventeen_are_not)
{
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;

	add_chain(loader, 17);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_OK);
	ck_assert_ptr_null(err);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	loader = new_loader(YB_LOAD_STRICT);
	add_chain(loader, 18);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_E_LIMIT);
	ck_assert_ptr_null(set);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "16 parents"));
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
}
END_TEST

/* ---- documents that look odd and are right ---- */

static const struct {
	const char *name, *text;
} accepted[] = {
	{ "the head alone", HEAD },
	{ "lines that end in CR LF", "language: 1\r\nid: 110000/310\r\ntitle: T\r\nsources:\r\n  a: {issuer: I, url: u, confidence: official}\r\n" },
	{ "a byte order mark", "\xef\xbb\xbf" HEAD },
	{ "24 levels", HEAD "note: [[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]\n" },
	{ "no as a text", HEAD "attributes: {country: {type: text, values: [no, yes, 0390, 2025-01-01, 1:30, ~, null]}}\n" },
	{ "quoted and plain alike", "\"language\": \"1\"\n'id': 110000/310\n\"title\": T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" },
	{ "an intended gap", HEAD "values:\n  v:\n    source: a\n    dated:\n      - {from: 2023-01-01, to: 2024-01-01, value: 1}\n      - {from: 2024-01-01, to: 2024-02-01, value: none}\n      - {from: 2024-02-01, value: 2}\n" },
	{ "a declared hole", MONEY("{by: age, rows: [[<60, 1]], else: unsupported}") },
	{ "a set whose highest subsidy wins", MONEY("{by: psn_idet_type, hit: min, rows: [[2304, 0], [2303, 40], [any, 400]]}") },
	{ "a table of the sexes that are stated", MONEY("{by: gend, rows: [[1, 1], [2, 2]]}") },
	{ "a table that names the others too", MONEY("{by: gend, rows: [[0|1|9, 1], [2, 2]]}") },
	{ "exceptions of which one says over", MONEY("{default: 5, except: [{label: old, when: {age: 60..}, value: 1, over: men}, {label: men, when: {gend: 1}, value: = default / 2}]}") },
	{ "a ceiling of none", PAYS "          ceilings: [{id: c, on: payment, per: year, amount: none}]\n" },
	{ "rates in every form", LAYER "          bands: {borders: [1, 2, 3, 4, 5], ratio: [0, 1, 65%, 0.65, 2/37, 12.5%]}\n" },
	{ "a quoted formula in flow", HEAD "values: {v: {source: a, value: \"= max(scope, prior)\"}}\n" },
	{ "four slots deep", HEAD "values: {v: {source: a, value: {value: {value: 1}}}}\n" },
	{ "a pool shared by two layers", HEAD "reimburse:\n  source: a\n  pools: {p: {on: payment, per: year}}\n  benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%, ceilings: [{id: c, on: payment, per: year, pool: p, amount: 5}]}, {id: m, pays: hifp_pay, base: = l.left, ratio: 80%, ceilings: [{id: c, on: payment, pool: p, amount: 5}]}]}]\n" },
	{ "a medical year from July", HEAD "medical_year: 07-01\nmonth_end: spill\nround: jiao down\n" },
};

START_TEST(a_document_that_looks_odd_and_is_right_is_read)
{
	struct yb_policy_set *set;
	struct yb_error *err = NULL;
	yb_status st = load_text(accepted[_i].text, strlen(accepted[_i].text), NULL, &set, &err);
	char *told = NULL;

	if (err)
		(void)yb_error_dup_text(err, &told);
	ck_assert_msg(st == YB_OK, "%s: %s", accepted[_i].name, told ? told : "");
	ck_assert_uint_eq(count_errors(err), 0);
	ck_assert_str_eq(yb_policy_set_get_id(set, 0), "110000/310");
	yb_free(told);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_replaced_and_a_dropped_clause_are_taken_from_the_child)
{
	static const char child[] = HEAD "extends: 000000/310\nreimburse:\n  drop: [{id: c, source: a}]\n  benefits:\n"
		"    - {id: b, replaces: yes, source: a, when: {med_type: 21}, layers: [{id: l, pays: hifp_pay, ratio: 90%}]}\n"
		"vectors:\n"
		"  - {id: replaced, ask: reimburse, claim: {med_type: 21, medfee_sumamt: 100, fulamt_ownpay_amt: 0, overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {l.paid: 90}}\n"
		"  - {id: dropped, ask: reimburse, claim: {med_type: 11, medfee_sumamt: 100, fulamt_ownpay_amt: 0, overlmt_selfpay: 0, preselfpay_amt: 0}, refuse: no_benefit}\n";
	static const char parent[] = PARENT "reimburse:\n  source: p\n  benefits:\n"
		"    - {id: b, when: {med_type: 21}, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}\n"
		"    - {id: c, when: {med_type: 11}, layers: [{id: l, pays: hifp_pay, ratio: 50%}]}\n";
	struct yb_vector_report *report = NULL;
	struct yb_policy_set *set;
	struct yb_error *err = NULL;
	yb_status st = load_text(child, strlen(child), parent, &set, &err);

	ck_assert_msg(st == YB_OK, "%s", yb_error_get_message(err));
	ck_assert_int_eq(yb_policy_set_run_vectors(set, "110000/310", &report, &err), YB_OK);
	ck_assert_uint_eq(yb_vector_report_get_count(report), 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_str_eq(yb_vector_report_get_difference(report, i), "");
	yb_vector_report_unref(report);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_vector_that_differs_says_how)
{
	static const char text[] = PAYS "vectors:\n"
		"  - {id: wrong, ask: reimburse, claim: {medfee_sumamt: 100, fulamt_ownpay_amt: 0, overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {l.paid: 79.99, hifp_pay: 80}}\n"
		"  - {id: right, ask: reimburse, claim: {medfee_sumamt: 100, fulamt_ownpay_amt: 0, overlmt_selfpay: 0, preselfpay_amt: 0}, expect: {l.paid.exact: 80}}\n"
		"  - {id: other, ask: fee, year: 2026, refuse: no_section}\n";
	struct yb_vector_report *report = NULL;
	struct yb_policy_set *set;
	struct yb_error *err = NULL;

	ck_assert_int_eq(load_text(text, strlen(text), NULL, &set, &err), YB_OK);
	ck_assert_int_eq(yb_policy_set_run_vectors(set, "110000/311", &report, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_null(report);
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_policy_set_run_vectors(set, "110000/310", &report, &err), YB_OK);
	ck_assert_uint_eq(yb_vector_report_get_count(report), 3);
	ck_assert_uint_eq(yb_vector_report_get_failed(report), 1);
	ck_assert_uint_eq(yb_vector_report_get_skipped(report), 0);
	ck_assert_str_eq(yb_vector_report_get_id(report, 0), "wrong");
	ck_assert_str_eq(yb_vector_report_get_id(report, 3), "");
	ck_assert_str_eq(yb_vector_report_get_difference(report, 0), "l.paid: expected 79.99, found 80\n");
	ck_assert_str_eq(yb_vector_report_get_difference(report, 1), "");
	ck_assert_str_eq(yb_vector_report_get_difference(report, 3), "");
	yb_vector_report_unref(report);
	yb_policy_set_unref(set);
}
END_TEST

static const struct {
	const char *history, *says;
} histories[] = {
	{ "[{year: 2025, enrolled: yes, claimed: no}]", "reward.z: expected 999, found 500" },
	{ "[]", "reward.z: expected 999, found 0" },
	{ "zzz", "expected a list" },
	{ "{year: 2025}", "expected a list" },
	{ "[zzz]", "a year is a mapping" },
	{ "[[2025]]", "a year is a mapping" },
	{ "[{enrolled: yes}]", "a year, later" },
	{ "[{year: x}]", "a year, later" },
	{ "[{year: 2025}, {year: 2025}]", "a year, later" },
	{ "[{year: 2025, enrolled: maybe}]", "yes or no" },
	{ "[{year: 2025, claimed: [yes]}]", "yes or no" },
	{ "[{year: 2025, enroled: yes}]", "enroled" },
};

/* What cannot be read of a vector is a fault of the vector, not of the program. */
START_TEST(a_history_of_a_vector_is_checked)
{
	struct yb_vector_report *report = NULL;
	struct yb_policy_set *set;
	char text[1024];

	(void)snprintf(text, sizeof(text), HEAD "eligibility: {source: a, rewards: [{id: z, kind: zero_claim, step: 500}]}\n"
	               "vectors: [{id: v, ask: rewards, year: 2025, facts: {history: %s}, expect: {reward.z: 999}}]\n", histories[_i].history);
	ck_assert_int_eq(load_text(text, strlen(text), NULL, &set, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_run_vectors(set, "110000/310", &report, NULL), YB_OK);
	ck_assert_uint_eq(yb_vector_report_get_failed(report), 1);
	ck_assert_msg(strstr(yb_vector_report_get_difference(report, 0), histories[_i].says), "%s: %s", histories[_i].history, yb_vector_report_get_difference(report, 0));
	yb_vector_report_unref(report);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- files ---- */

static char folder[64];

static void
make_folder(void)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/yibao-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *
in_folder(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *text, size_t length)
{
	FILE *file = fopen(in_folder(name), "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

static void
remove_folder(void)
{
	static const char *const names[] = { "a.yaml", "b.yaml", "c.yaml", "fifo.yaml", "dir.yaml", "secret.yaml", "link.yaml", "big.yaml",
		                             "a.vectors.yaml", "notes.txt", ".hidden.yaml" };

	for (int i = 0; i < COUNT(names); i++)
		(void)remove(in_folder(names[i]));
	(void)rmdir(folder);
}

static void
refuse_file(const char *path, yb_status status, const char *fragment)
{
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_policy_loader_add_file(loader, path, &err), status);
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(yb_error_get_status(err), status);
	ck_assert_str_eq(yb_error_get_source_name(err), path);
	ck_assert_msg(strstr(yb_error_get_message(err), fragment) != NULL, "%s: %s", path, yb_error_get_message(err));
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
}

START_TEST(what_is_no_readable_file_is_refused_without_waiting)
{
	static char big[(1 << 20) + 1];

	memset(big, '#', sizeof(big));
	write_file("big.yaml", big, sizeof(big));
	write_file("secret.yaml", HEAD, strlen(HEAD));
	ck_assert_int_eq(chmod(in_folder("secret.yaml"), 0), 0);
	ck_assert_int_eq(mkfifo(in_folder("fifo.yaml"), 0600), 0);
	ck_assert_int_eq(mkdir(in_folder("dir.yaml"), 0700), 0);
	refuse_file(in_folder("absent.yaml"), YB_E_IO, "no such file");
	refuse_file(in_folder("big.yaml/a.yaml"), YB_E_IO, "not a directory");
	refuse_file(in_folder("dir.yaml"), YB_E_IO, "a directory");
	refuse_file(in_folder("fifo.yaml"), YB_E_IO, "not a regular file");
	refuse_file("/dev/zero", YB_E_IO, "not a regular file");
	refuse_file("", YB_E_IO, "no such file");
	refuse_file(in_folder("big.yaml"), YB_E_LIMIT, "1048576");
	ck_assert_int_eq(symlink(in_folder("link.yaml"), in_folder("link.yaml")), 0);
	refuse_file(in_folder("link.yaml"), YB_E_IO, "symbolic links");
	if (geteuid() != 0) /* who may read everything */
		refuse_file(in_folder("secret.yaml"), YB_E_IO, "permission");
}
END_TEST

#define DOC(id, rest) "language: 1\nid: " id "\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n" rest
#define SIMPLE(id) DOC(id, "reimburse: {source: a, benefits: [" BENEFIT "]}\n")

static void
write_mixed_folder(void)
{
	static const char good[] = SIMPLE("110000/310"), bad[] = DOC("420100/310", "reimburze: {}\n");

	write_file("a.yaml", good, sizeof(good) - 1);
	write_file("b.yaml", bad, sizeof(bad) - 1);
	write_file("c.yaml", "title: no id\n", 13);
	write_file("a.vectors.yaml", "- x\n", 4);
	write_file("notes.txt", "x", 1);
	write_file(".hidden.yaml", "x", 1);
	ck_assert_int_eq(mkfifo(in_folder("fifo.yaml"), 0600), 0);
}

static struct yb_person *
person_of(const char *region, const char *scheme)
{
	struct yb_person *person = NULL;

	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, region, 6), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUTYPE, scheme, 3), YB_OK);
	return person;
}

static struct yb_claim *
claim_of(yb_fen scope)
{
	struct yb_claim *claim = NULL;

	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_ENDDATE, "2026-03-09", 10), YB_OK);
	ck_assert_int_eq(yb_claim_set_text(claim, YB_FIELD_MED_TYPE, "21", 2), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, scope), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_OVERLMT_SELFPAY, 0), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_PRESELFPAY_AMT, 0), YB_OK);
	return claim;
}

START_TEST(a_lenient_load_sets_a_faulty_document_aside_and_names_it)
{
	struct yb_policy_loader *loader = new_loader(0);
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	struct yb_person *here = person_of("110000", "310"), *there = person_of("420100", "310");
	struct yb_claim *claim = claim_of(10000);
	struct yb_decision *decision = NULL;
	yb_fen fen = -1;

	write_mixed_folder();
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, folder, &err), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_OK);
	ck_assert_ptr_null(err);
	ck_assert_uint_eq(yb_policy_set_get_count(set), 4); /* a b c and the FIFO; vectors, notes and hidden files are none */
	ck_assert_str_eq(yb_policy_set_get_id(set, 0), "110000/310");
	ck_assert_ptr_null(yb_policy_set_get_fault(set, 0));
	ck_assert_str_eq(yb_policy_set_get_id(set, 1), "420100/310");
	ck_assert_int_eq(yb_error_get_status(yb_policy_set_get_fault(set, 1)), YB_E_UNKNOWN_KEY);
	ck_assert_uint_eq(yb_error_get_line(yb_policy_set_get_fault(set, 1)), 5);
	ck_assert_str_eq(yb_error_get_source_name(yb_policy_set_get_fault(set, 1)), in_folder("b.yaml"));
	ck_assert_str_eq(yb_policy_set_get_id(set, 2), "");
	ck_assert_int_eq(yb_error_get_status(yb_policy_set_get_fault(set, 2)), YB_E_MISSING_KEY);
	ck_assert_str_eq(yb_error_get_source_name(yb_policy_set_get_fault(set, 3)), in_folder("fifo.yaml"));
	ck_assert_int_eq(yb_error_get_status(yb_policy_set_get_fault(set, 3)), YB_E_IO);

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_settle(set, here, claim, NULL, decision, &err), YB_OK);
	ck_assert_int_eq(yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fen), YB_OK);
	ck_assert_int_eq(fen, 8000);
	ck_assert_int_eq(yb_settle(set, there, claim, NULL, decision, &err), YB_E_NO_POLICY);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "420100/310"));
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "set aside"));
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "reimburze"));
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_NONE);
	yb_error_unref(err);
	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(here);
	yb_person_unref(there);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

START_TEST(a_strict_load_refuses_what_a_lenient_one_sets_aside)
{
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;

	write_mixed_folder();
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, folder, &err), YB_E_IO);
	ck_assert_str_eq(yb_error_get_source_name(err), in_folder("fifo.yaml"));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(remove(in_folder("fifo.yaml")), 0);
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, folder, &err), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_E_UNKNOWN_KEY);
	ck_assert_ptr_null(set);
	ck_assert_str_eq(yb_error_get_source_name(err), in_folder("b.yaml"));
	ck_assert_uint_ge(count_errors(err), 2); /* the findings of c.yaml as well */
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
}
END_TEST

START_TEST(a_folder_that_is_none_is_refused)
{
	struct yb_policy_loader *loader = new_loader(0);
	struct yb_error *err = NULL;
	struct yb_policy_set *set = NULL;

	ck_assert_int_eq(yb_policy_loader_add_directory(loader, in_folder("absent"), &err), YB_E_IO);
	ck_assert_ptr_nonnull(strstr(yb_error_get_source_name(err), "absent"));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, folder, &err), YB_OK); /* an empty one */
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_OK);
	ck_assert_uint_eq(yb_policy_set_get_count(set), 0);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

START_TEST(a_document_loaded_twice_is_refused)
{
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;

	add(loader, "one.yaml", SIMPLE("110000/310"));
	add(loader, "two.yaml", SIMPLE("110000/310"));
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_E_DUPLICATE);
	ck_assert_str_eq(yb_error_get_source_name(err), "two.yaml");
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "one.yaml"));
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
}
END_TEST

START_TEST(a_child_of_a_faulty_parent_is_set_aside_with_it)
{
	struct yb_policy_loader *loader = new_loader(0);
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;

	add(loader, "parent.yaml", PARENT "reimburse: {source: p, benefits: [{id: b}]}\n");
	add(loader, "child.yaml", SIMPLE("110000/310") "extends: 000000/310\n");
	ck_assert_int_eq(yb_policy_set_new(loader, &set, &err), YB_OK);
	ck_assert_ptr_nonnull(yb_policy_set_get_fault(set, 0));
	ck_assert_ptr_nonnull(yb_policy_set_get_fault(set, 1));
	yb_error_unref(err);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

/* ---- the law as published by a day ---- */

static const char published[] =
	"language: 1\nid: 999900/390\ntitle: K\ntitle_zh: 甲\n"
	"sources:\n"
	"  old: {issuer: A, url: a, published: 2023-01-01, confidence: official}\n"
	"  new: {issuer: B, url: b, published: 2024-06-01, confidence: official}\n"
	"series:\n  w: {unit: money, years: {2023: {value: 10, source: old}, 2024: {value: 20, source: new}}}\n"
	"values:\n  later: {value: 3, unit: money, source: new}\n"
	"fee:\n  source: old\n"
	"  windows:\n"
	"    - {for: 2024, rows: [{id: main, from: 2023-10-01, through: 2023-12-31, start: = year_first}, {id: late, from: 2024-01-01, through: 2024-12-31, start: = paid_on, source: new}]}\n"
	"  charges:\n"
	"    - {id: basic, payers: {person: {dated: [{from: 2023-01-01, to: 2024-01-01, value: 100}, {from: 2024-01-01, value: 120, source: new}]}}}\n"
	"    - {id: extra, source: new, payers: {person: 7}}\n"
	"    - {id: wage, payers: {person: \"= w[year]\"}}\n"
	"    - {id: third, when: {yb_plan: x}, payers: {person: = later}}\n";

/* What a person owes for a year when the law is asked as of a day, -1 where that is not answered. */
static int64_t
owed(yb_day known_on, int32_t year, const char *plan, yb_day paid_on, char *window)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_fee_options fee = YB_FEE_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_decision *decision = NULL;
	struct yb_person *person = NULL;
	int64_t due = -1;
	char *text = NULL;

	options.flags = YB_LOAD_STRICT;
	options.known_on = known_on;
	fee.year = year;
	fee.paid_on = paid_on;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	add(loader, "k.yaml", published);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUTYPE, "390", 3), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "999900", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_YB_PLAN, plan, strlen(plan)), YB_OK);
	ck_assert_int_eq(yb_fee(set, person, &fee, decision, NULL), YB_OK);
	(void)yb_decision_get_result(decision, "due.person", &due, NULL);
	if (window && yb_decision_dup_result(decision, "window", &text, NULL) == YB_OK) {
		(void)snprintf(window, 16, "%s", text);
		yb_free(text);
	}
	yb_person_unref(person);
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	return due;
}

static yb_day
on_day(int32_t year, int32_t month, int32_t day)
{
	yb_day out = 0;

	ck_assert_int_eq(yb_day_from_ymd(year, month, day, &out), YB_OK);
	return out;
}

START_TEST(a_set_may_know_the_law_only_as_it_was_published)
{
	yb_day before = on_day(2024, 5, 31), after = on_day(2024, 6, 1);
	char window[16] = "";

	/* all of it: 120 + 7 + 20; for 2023: 100 + 7 + 10 (the charge `extra` has no days of its own) */
	ck_assert_int_eq(owed(0, 2024, "y", 0, NULL), 14700);
	ck_assert_int_eq(owed(after, 2024, "y", 0, NULL), 14700);
	ck_assert_int_eq(owed(after, 2023, "y", 0, NULL), 11700);
	/* the day before: 100 goes on, `extra` is not there, and the figure of 2024 neither */
	ck_assert_int_eq(owed(before, 2023, "y", 0, NULL), 11000);
	ck_assert_int_eq(owed(before, 2024, "y", 0, NULL), -1);
	/* a value of a later law is a hole, where it is asked */
	ck_assert_int_eq(owed(after, 2023, "x", 0, NULL), 12000);
	ck_assert_int_eq(owed(before, 2023, "x", 0, NULL), -1);
	/* a window of a later law was not open yet */
	ck_assert_int_eq(owed(after, 2024, "y", on_day(2024, 2, 1), window), 14700);
	ck_assert_str_eq(window, "late");
	/* nothing of it was published */
	ck_assert_int_eq(owed(on_day(2022, 1, 1), 2023, "y", 0, NULL), -1);
}
END_TEST

/* ---- overlays ---- */

static const char laid_base[] =
	"language: 1\nid: 999900/390\ntitle: B\ntitle_zh: 乙\nsources: {s: {issuer: A, url: a, confidence: official}}\n"
	"fee:\n  source: s\n  charges:\n    - {id: basic, payers: {person: 100}}\n"
	"refund:\n  source: s\n  credits:\n    - {id: account, amount: 10}\n"
	"reimburse:\n  source: s\n  benefits:\n    - {id: any, layers: [{id: l, pays: hifp_pay, base: = scope, ratio: 50%}]}\n";
static const char laid_child[] =
	"language: 1\nid: 999901/390\ntitle: C\ntitle_zh: 丙\nextends: 999900/390\nsources: {s: {issuer: A, url: a, confidence: official}}\n"
	"fee:\n  source: s\n  charges:\n    - {id: local, payers: {person: 1}}\n";
static const char laid_first[] =
	"language: 1\nid: 999900/reform1\ntitle: R\ntitle_zh: 丁\noverlay: 999900/390\nfrom: 2026-01-01\nto: 2027-01-01\n"
	"sources: {r: {issuer: R, url: r, confidence: official}}\n"
	"fee:\n  source: r\n  charges:\n    - {id: basic, payers: {person: 200}}\n"
	"vectors:\n  - {id: v, ask: fee, source: r, year: 2026, expect: {due.person: 200}}\n";
static const char laid_second[] =
	"language: 1\nid: 999900/reform2\ntitle: R\ntitle_zh: 戊\noverlay: 999900/390\nfrom: 2026-07-01\n"
	"sources: {r: {issuer: R, url: r, confidence: official}}\n"
	"refund:\n  source: r\n  credits:\n    - {id: account, amount: 20}\n"
	"reimburse:\n  source: r\n  benefits:\n    - {id: any, layers: [{id: l, pays: hifp_pay, base: = scope, ratio: 60%}]}\n";
static const char laid_broken[] =
	"language: 1\nid: 999900/reform3\ntitle: R\noverlay: 999900/390\nfrom: 2030-01-01\nsources: {r: {issuer: R, url: r, confidence: official}}\n"
	"fee:\n  source: r\n  charges:\n    - {id: basic, payers: {person: nothing}}\n";

struct laid {
	struct yb_policy_set *set;
	struct yb_decision *decision;
	struct yb_person *person;
};

static struct laid
lay(bool child, bool broken)
{
	struct laid laid = { NULL, NULL, NULL };
	struct yb_policy_loader *loader = new_loader(broken ? 0 : YB_LOAD_STRICT);
	const char *region = child ? "999901" : "999900";

	add(loader, "base.yaml", laid_base);
	add(loader, "child.yaml", laid_child);
	add(loader, "first.yaml", laid_first);
	add(loader, "second.yaml", laid_second);
	if (broken)
		add(loader, "third.yaml", laid_broken);
	ck_assert_int_eq(yb_policy_set_new(loader, &laid.set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	ck_assert_int_eq(yb_decision_new(&laid.decision, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new(&laid.person, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(laid.person, YB_FIELD_INSUTYPE, "390", 3), YB_OK);
	ck_assert_int_eq(yb_person_set_text(laid.person, YB_FIELD_INSUPLC_ADMDVS, region, 6), YB_OK);
	return laid;
}

static void
take_up(struct laid *laid)
{
	yb_person_unref(laid->person);
	yb_decision_unref(laid->decision);
	yb_policy_set_unref(laid->set);
}

static int64_t
laid_fee(struct laid *laid, int32_t year)
{
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	int64_t due = -1;

	options.year = year;
	ck_assert_int_eq(yb_fee(laid->set, laid->person, &options, laid->decision, NULL), YB_OK);
	(void)yb_decision_get_result(laid->decision, "due.person", &due, NULL);
	return due;
}

static int64_t
laid_credit(struct laid *laid, yb_day on, uint32_t flags)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;
	int64_t credit = -1;

	options.on = on;
	options.flags = flags;
	ck_assert_int_eq(yb_refund(laid->set, laid->person, &options, laid->decision, NULL), YB_OK);
	(void)yb_decision_get_result(laid->decision, "credit", &credit, NULL);
	return credit;
}

static yb_fen
laid_bill(struct laid *laid, yb_day on)
{
	struct yb_claim *claim = NULL;
	yb_fen paid = -1;

	ck_assert_int_eq(yb_claim_new(&claim, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_set_day(claim, YB_FIELD_ENDDATE, on), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 1000), YB_OK);
	ck_assert_int_eq(yb_claim_set_fen(claim, YB_FIELD_INSCP_SCP_AMT, 1000), YB_OK);
	ck_assert_int_eq(yb_settle(laid->set, laid->person, claim, NULL, laid->decision, NULL), YB_OK);
	(void)yb_decision_get_fen(laid->decision, YB_FIELD_HIFP_PAY, &paid);
	yb_claim_unref(claim);
	return paid;
}

START_TEST(an_overlay_changes_its_days_and_no_others)
{
	struct laid laid = lay(false, false);

	ck_assert_int_eq(laid_fee(&laid, 2025), 10000);
	ck_assert_int_eq(laid_fee(&laid, 2026), 20000);
	ck_assert_int_eq(laid_fee(&laid, 2027), 10000);
	ck_assert_int_eq(laid_credit(&laid, on_day(2026, 6, 30), 0), 1000);
	ck_assert_int_eq(laid_credit(&laid, on_day(2026, 7, 1), 0), 2000);
	ck_assert_int_eq(laid_credit(&laid, on_day(2031, 1, 1), 0), 2000);
	ck_assert_int_eq(laid_credit(&laid, on_day(2025, 5, 1), YB_REFUND_YEAR), 12000);
	ck_assert_int_eq(laid_credit(&laid, on_day(2026, 5, 1), YB_REFUND_YEAR), -1); /* two laws in one year */
	ck_assert_int_eq(yb_decision_get_outcome(laid.decision), YB_OUTCOME_UNSUPPORTED);
	ck_assert_int_eq(laid_credit(&laid, on_day(2028, 5, 1), YB_REFUND_YEAR), 24000);
	ck_assert_int_eq(laid_bill(&laid, on_day(2026, 6, 30)), 500);
	ck_assert_int_eq(laid_bill(&laid, on_day(2026, 7, 1)), 600);
	take_up(&laid);
}
END_TEST

START_TEST(an_overlay_reaches_the_children_of_its_document)
{
	struct laid laid = lay(true, false);
	struct yb_vector_report *report = NULL;

	ck_assert_int_eq(laid_fee(&laid, 2025), 10100);
	ck_assert_int_eq(laid_fee(&laid, 2026), 20100);
	ck_assert_int_eq(laid_bill(&laid, on_day(2026, 7, 1)), 600);
	ck_assert_int_eq(yb_policy_set_run_vectors(laid.set, "999900/reform1", &report, NULL), YB_OK);
	ck_assert_uint_eq(yb_vector_report_get_count(report), 1);
	ck_assert_str_eq(yb_vector_report_get_difference(report, 0), "");
	yb_vector_report_unref(report);
	take_up(&laid);
}
END_TEST

START_TEST(an_overlay_that_cannot_be_read_stops_its_days_only)
{
	struct laid laid = lay(false, true);
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	struct yb_error *err = NULL;

	ck_assert_int_eq(laid_fee(&laid, 2029), 10000);
	options.year = 2030;
	ck_assert_int_eq(yb_fee(laid.set, laid.person, &options, laid.decision, &err), YB_E_NO_POLICY);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "999900/reform3"));
	yb_error_unref(err);
	take_up(&laid);
}
END_TEST

START_TEST(shipped_documents_load_as_of_any_day)
{
	static const int32_t years[] = { 1990, 2016, 2019, 2021, 2022, 2023, 2024, 2025, 2026 };

	for (size_t i = 0; i < COUNT(years); i++) {
		struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
		struct yb_policy_loader *loader = NULL;
		struct yb_policy_set *set = NULL;
		struct yb_error *err = NULL;
		options.flags = YB_LOAD_STRICT;
		options.known_on = on_day(years[i], 7, 1);
		ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
		ck_assert_int_eq(yb_policy_loader_add_directory(loader, path_of("policies"), NULL), YB_OK);
		ck_assert_msg(yb_policy_set_new(loader, &set, &err) == YB_OK, "%d: %s", (int)years[i], err ? yb_error_get_message(err) : "");
		yb_error_unref(err);
		yb_policy_set_unref(set);
		yb_policy_loader_unref(loader);
	}
}
END_TEST

/* ---- options, handles ---- */

START_TEST(unknown_load_options_are_refused)
{
	struct yb_load_options options[] = {
		{ 0, 0, 0, 0 },
		{ sizeof(options[0]) - 1, 0, 0, 0 },
		{ sizeof(options[0]), 2, 0, 0 },
		{ sizeof(options[0]), 0, -1, 0 },
		{ sizeof(options[0]), 0, 8, 0 },
		{ sizeof(options[0]), 0, 0, 2932897 }, /* the day after 9999-12-31 */
		{ UINT32_MAX, 0, 0, 0 },
	};

	for (int i = 0; i < COUNT(options); i++) {
		struct yb_policy_loader *loader = NULL;
		struct yb_error *err = NULL;
		ck_assert_int_eq(yb_policy_loader_new(&options[i], &loader, &err), YB_E_BAD_OPTIONS);
		ck_assert_ptr_null(loader);
		yb_error_unref(err);
	}
}
END_TEST

START_TEST(options_of_a_later_version_are_taken_when_their_new_part_is_zero)
{
	struct {
		struct yb_load_options known;
		uint32_t more[4];
	} options = { { sizeof(options), YB_LOAD_STRICT, 0, 0 }, { 0, 0, 0, 0 } };
	struct yb_policy_loader *loader = NULL;
	struct yb_error *err = NULL;

	ck_assert_int_eq(yb_policy_loader_new(&options.known, &loader, &err), YB_OK);
	yb_policy_loader_unref(loader);
	options.more[3] = 1;
	ck_assert_int_eq(yb_policy_loader_new(&options.known, &loader, &err), YB_E_BAD_OPTIONS);
	yb_error_unref(err);
}
END_TEST

START_TEST(a_null_handle_is_the_callers_bug_and_no_crash)
{
	struct yb_policy_loader *loader = new_loader(0);
	struct yb_policy_set *set = NULL;
	struct yb_vector_report *report = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_policy_loader_new(NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_loader_add_buffer(NULL, "n", "t", 1, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, NULL, "t", 1, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "n", NULL, 1, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_loader_add_file(loader, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_loader_add_directory(NULL, "x", NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_new(NULL, &set, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_new(loader, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_run_vectors(NULL, "x", &report, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_render_document(NULL, "x", 0, YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_policy_set_render_sources(NULL, "x", YB_FORMAT_TEXT, YB_LANG_EN, &text, NULL), YB_E_INVALID);
	ck_assert_ptr_null(yb_policy_set_ref(NULL));
	ck_assert_uint_eq(yb_policy_set_get_count(NULL), 0);
	ck_assert_str_eq(yb_policy_set_get_id(NULL, 0), "");
	ck_assert_str_eq(yb_policy_set_get_title(NULL, 0, YB_LANG_EN), "");
	ck_assert_str_eq(yb_policy_set_get_hash(NULL, 0), "");
	ck_assert_ptr_null(yb_policy_set_get_fault(NULL, 0));
	ck_assert_uint_eq(yb_vector_report_get_count(NULL), 0);
	yb_policy_set_unref(NULL);
	yb_policy_loader_unref(NULL);
	yb_vector_report_unref(NULL);
	yb_policy_loader_unref(loader);
}
END_TEST

START_TEST(a_set_lives_until_its_last_reference_is_dropped)
{
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL, *other = NULL;
	struct yb_person *person = person_of("110000", "310");
	struct yb_claim *claim = claim_of(10000);
	struct yb_decision *decision = NULL;
	char *text = NULL;

	add(loader, "a.yaml", SIMPLE("110000/310"));
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &other, NULL), YB_OK); /* the loader may be used again */
	yb_policy_loader_unref(loader);                                    /* and is not needed any more */
	yb_policy_set_unref(other);
	ck_assert_ptr_eq(yb_policy_set_ref(set), set);
	yb_policy_set_unref(set);
	ck_assert_str_eq(yb_policy_set_get_id(set, 0), "110000/310");
	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	ck_assert_int_eq(yb_settle(set, person, claim, NULL, decision, NULL), YB_OK);
	yb_policy_set_unref(set); /* the decision holds one of its own */
	ck_assert_str_eq(yb_decision_get_policy_id(decision), "110000/310");
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_ZH, YB_EXPLAIN_FULL, &text, NULL), YB_OK);
	yb_free(text);
	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(person);
}
END_TEST

START_TEST(a_document_is_known_by_the_hash_of_its_text)
{
	struct yb_policy_loader *loader = new_loader(YB_LOAD_STRICT);
	struct yb_policy_set *set = NULL;

	add(loader, "a.yaml", HEAD);
	ck_assert_int_eq(yb_policy_set_new(loader, &set, NULL), YB_OK);
	/* sha256sum of HEAD */
	ck_assert_str_eq(yb_policy_set_get_hash(set, 0), "c872c69db46a1833c683a480103af16b869d5629a678be2f35a1ba7457482e4f");
	ck_assert_str_eq(yb_policy_set_get_hash(set, 1), "");
	ck_assert_str_eq(yb_policy_set_get_title(set, 0, YB_LANG_ZH), "T");
	ck_assert_str_eq(yb_policy_set_get_title(set, 0, YB_LANG_EN), "T");
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
}
END_TEST

/* ---- a document for a reader ---- */

/* Everything that the sections fee, refund and eligibility may hold. */
static const char every_construct[] =
	"language: 1\n"
	"id: 990000/310\n"
	"title: D\n"
	"title_zh: 示例\n"
	"round: jiao down\n"
	"medical_year: 07-01\n"
	"sources:\n"
	"  a: {issuer: I, url: u, confidence: official}\n"
	"  r: {issuer: R, url: u, confidence: repost}\n"
	"  w: {issuer: W, url: u, confidence: weak}\n"
	"attributes:\n"
	"  plan: {type: text, values: [x, z], of: person, note: the plan}\n"
	"  closed: {type: flag, of: person, source: r, from: {by: plan, rows: [[x, yes]], else: no}}\n"
	"series:\n"
	"  wage: {unit: money, years: {2025: {value: 5000, source: a}, 2026: {value: 5200.50, source: w, confidence: weak}}}\n"
	"values:\n"
	"  share: {unit: rate, source: a, value: 0.5}\n"
	"unsupported:\n"
	"  - {id: g-fee, text: gap of fees, touches: fee, source: a, when: {year: ..2024}}\n"
	"  - {id: g-credit, text: gap of credits, touches: refund, source: a}\n"
	"  - {id: g-interest, text: gap of interest, touches: interest, source: a}\n"
	"  - {id: g-back, text: gap of giving back, touches: refundable, source: a}\n"
	"  - {id: g-cover, text: gap of cover, touches: eligibility, source: a, to: 2020-01-01}\n"
	"  - {id: g-rewards, text: gap of rewards, touches: rewards, source: a}\n"
	"  - {id: g-settle, text: gap of settlements, touches: reimburse, source: a, when: {med_type: 41}}\n"
	"fee:\n"
	"  source: a\n"
	"  from: 2022-01-01\n"
	"  windows:\n"
	"    - for: 2026\n"
	"      notice: 2025\n"
	"      when: {plan: x}\n"
	"      rows:\n"
	"        - {id: main, label: {zh: 集中期, en: in time}, from: 2025-10-01, through: 2025-12-31, start: = year_first}\n"
	"        - {id: late, from: 2026-01-01, to: 2026-03-01, days: 5..20, when: {closed: no}, start: = next_month(paid_on), source: [r, w], confidence: weak}\n"
	"    - for: 2027\n"
	"      rows:\n"
	"        - {id: main, from: 2026-10-01, through: 2026-12-31}\n"
	"  missing_months: = max(300 - yb_paid_months, 0)\n"
	"  charges:\n"
	"    - id: basic\n"
	"      label: {zh: 基本费, en: basic charge}\n"
	"      source: [a 第三条, w]\n"
	"      confidence: secondary\n"
	"      when: {year: 2026}\n"
	"      from: 2025-01-01\n"
	"      period: month\n"
	"      months: = months\n"
	"      base: = wage[year]\n"
	"      total: = base * 10%\n"
	"      round: yuan half_even\n"
	"      payers:\n"
	"        person: {by: [plan, age], hit: max, rows: [[x, <70, 12.5], [any, 70.., 0]], else: unsupported, source: r}\n"
	"        employer: {dated: [{to: 2026-01-01, value: 100}, {from: 2026-01-01, value: \"= wage[2026]\", source: w}]}\n"
	"        pool: {default: 7, except: [{label: poor, when: {plan: z}, value: 8}]}\n"
	"        finsubs: rest\n"
	"    - id: once\n"
	"      period: once\n"
	"      payers: {person: 380}\n"
	"  channels:\n"
	"    - {id: wx_mp, note: our account, from: 2026-01-01}\n"
	"    - {id: bank_app}\n"
	"  refuse:\n"
	"    - {id: no-late, when: {window: none}, text: {zh: 不予受理, en: nobody is taken late}, source: r}\n"
	"refund:\n"
	"  source: a\n"
	"  post: 09-15\n"
	"  credits:\n"
	"    - id: own\n"
	"      label: {zh: 划入, en: own part}\n"
	"      period: month\n"
	"      when: {retired: no}\n"
	"      base: = yb_wage_base\n"
	"      amount: {by: age, rows: [[<45, = base * 2%], [45.., = base * 3%]]}\n"
	"      factor: 0.9\n"
	"      at_least: 20\n"
	"      round: fen up\n"
	"      less:\n"
	"        - {id: aid, label: {zh: 互助, en: mutual aid}, when: {age: 18..}, amount: 3, source: w, confidence: weak}\n"
	"    - {id: yearly, period: year, amount: 240}\n"
	"    - {id: lump, period: once, amount: 100, post: 03-01, at_least: none}\n"
	"  interest:\n"
	"    - {id: current, amount: = yb_current_balance_days * 0.35% / 360}\n"
	"  refundable:\n"
	"    - id: twice\n"
	"      label: {zh: 重复缴费, en: paid twice}\n"
	"      when: {plan: x}\n"
	"      until: = year_first - 1 day\n"
	"      share: 1/2\n"
	"    - {id: gone, when: {plan: z}, over: [twice]}\n"
	"  refuse:\n"
	"    - {id: no-account, when: {psn_type: 13*}, text: {zh: 没有个人账户, en: there is no account}}\n"
	"eligibility:\n"
	"  source: a\n"
	"  gaps_from: 2025\n"
	"  break_at_most: 3 months\n"
	"  rules:\n"
	"    - id: late\n"
	"      label: {zh: 断保, en: after a gap}\n"
	"      when: = gap_years > 0\n"
	"      count_from: = max(paid_on, year_first)\n"
	"      fixed: 3 months\n"
	"      variable: = 1 month * gap_years\n"
	"      repair: = 1 month * repaired\n"
	"      floor: 1 month\n"
	"      cap: 1 year\n"
	"      during: 50%\n"
	"      until: 2026-12-31\n"
	"      price: {by: year, rows: [[2026, 400]], else: unsupported}\n"
	"    - {id: exempt, when: {plan: x}, count_from: = paid_on, over: [late, days]}\n"
	"    - {id: days, when: {gap_years: 0}, count_from: = paid_on, fixed: 90 days}\n"
	"  rewards:\n"
	"    - {id: long, label: {zh: 连续激励, en: long cover}, kind: continuous, after: 4, step: 3000, cap: = 60000 - reward.free, on_gap: clear}\n"
	"    - {id: free, kind: zero_claim, step: 1000, cap: none, on_use: clear, if_enrolled: yes}\n"
	"    - {id: lost, kind: lapse, step: 500, on_gap: 200}\n"
	"  refuse:\n"
	"    - {id: never, text: {zh: 不能参保, en: nobody may join}}\n";

static struct yb_policy_set *
load_every_construct(void)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	char *told = NULL;
	yb_status st = load_text(every_construct, sizeof(every_construct) - 1, NULL, &set, &err);

	if (err)
		(void)yb_error_dup_text(err, &told);
	ck_assert_msg(st == YB_OK && !err, "%s", told ? told : yb_status_name(st));
	yb_free(told);
	return set;
}

static char *
shown(const struct yb_policy_set *set, const char *id, yb_day on, yb_format format, yb_lang lang)
{
	char *text = NULL;

	ck_assert_int_eq(yb_policy_set_render_document(set, id, on, format, lang, &text, NULL), YB_OK);
	return text;
}

/* Whole lines. */
static const struct {
	const char *what, *en, *zh;
} shown_lines[] = {
	{ "a section in force on some days only",
	  "Contributions (fee)\n"
	  "  in force            from 2022-01-01\n",
	  "缴费（fee）\n"
	  "  适用日期            自 2022-01-01\n" },
	{ "a window",
	  "  Windows of coverage year 2026 (notice of 2025)\n"
	  "    applies to        plan x\n"
	  "    main · in time\n"
	  "      paid            from 2025-10-01 through 2025-12-31\n"
	  "      cover from      = year_first\n"
	  "      source          a (official)\n",
	  "  2026 年度的缴费期（2025 年通知）\n"
	  "    适用于            plan x\n"
	  "    main · 集中期\n"
	  "      缴费日期        自 2025-10-01 至 2025-12-31\n"
	  "      待遇起算日      = year_first\n"
	  "      依据            a (官方 official)\n" },
	{ "a window of some days of the month",
	  "    late\n"
	  "      paid            from 2026-01-01 before 2026-03-01, on days 5..20 of the month\n"
	  "      applies to      closed no\n"
	  "      cover from      = next_month(paid_on)\n"
	  "      source          r (repost), w (weak)\n",
	  "    late\n"
	  "      缴费日期        自 2026-01-01 至 2026-03-01 前，每月 5..20 日\n"
	  "      适用于          closed 否\n"
	  "      待遇起算日      = next_month(paid_on)\n"
	  "      依据            r (转载 repost), w (弱 weak)\n" },
	{ "a window of the same id in another year",
	  "  Windows of coverage year 2027\n"
	  "    main\n"
	  "      paid            from 2026-10-01 through 2026-12-31\n"
	  "      source          a (official)\n",
	  "  2027 年度的缴费期\n"
	  "    main\n"
	  "      缴费日期        自 2026-10-01 至 2026-12-31\n"
	  "      依据            a (官方 official)\n" },
	{ "missing months",
	  "  missing months      = max(300 - yb_paid_months, 0)\n",
	  "  欠缺月数            = max(300 - yb_paid_months, 0)\n" },
	{ "a charge",
	  "    basic · basic charge\n"
	  "      source          a 第三条 (official), w (weak), taken as secondary\n"
	  "      applies to      from 2025-01-01, year 2026\n"
	  "      period          by the month\n"
	  "      months          = months\n"
	  "      base            = wage[year]\n"
	  "      total           = base * 10%\n"
	  "      paid by\n",
	  "    basic · 基本费\n"
	  "      依据            a 第三条 (官方 official), w (弱 weak)，采信程度 二手 secondary\n"
	  "      适用于          自 2025-01-01，year 2026\n"
	  "      周期            按月\n"
	  "      月数            = months\n"
	  "      缴费基数        = wage[year]\n"
	  "      合计            = base * 10%\n"
	  "      由谁缴\n" },
	{ "a payer with a table",
	  "        person        by plan, age (the greatest of the rows that hold) [source r]\n"
	  "            x, <70  →  12.5 yuan\n"
	  "            any, 70..  →  0 yuan\n"
	  "            else  →  not encoded\n",
	  "        个人 person   按 plan, age（取符合各行中最大的） [依据 r]\n"
	  "            x, <70  →  12.5 元\n"
	  "            任意, 70..  →  0 元\n"
	  "            其他  →  尚未编入\n" },
	{ "a payer with dated figures",
	  "        employer\n"
	  "            before 2026-01-01  →  100 yuan\n"
	  "            from 2026-01-01 [source w]  →  = wage[2026]\n",
	  "        单位 employer\n"
	  "            至 2026-01-01 前  →  100 元\n"
	  "            自 2026-01-01 [依据 w]  →  = wage[2026]\n" },
	{ "a payer with an exception, and the rest",
	  "        pooled fund pool  7 yuan\n"
	  "            except poor (plan z)  →  8 yuan\n"
	  "        treasury subsidy finsubs  the rest\n"
	  "      rounding        to the yuan, half to even\n",
	  "        统筹基金 pool  7 元\n"
	  "            例外 poor (plan z)  →  8 元\n"
	  "        财政补助 finsubs  其余\n"
	  "      舍入            到元，四舍六入五成双\n" },
	{ "a charge paid once",
	  "      period          once\n"
	  "      paid by\n"
	  "        person        380 yuan\n"
	  "      rounding        to the jiao, down\n",
	  "      周期            一次性\n"
	  "      由谁缴\n"
	  "        个人 person   380 元\n"
	  "      舍入            到角，舍去尾数\n" },
	{ "open channels",
	  "  Open channels\n"
	  "    wx_mp: our account\n"
	  "      source          a (official)\n"
	  "      applies to      from 2026-01-01\n"
	  "    bank_app\n",
	  "  开通的缴费渠道\n"
	  "    wx_mp：our account\n"
	  "      依据            a (官方 official)\n"
	  "      适用于          自 2026-01-01\n"
	  "    bank_app\n" },
	{ "a refusal of a fee",
	  "  Refused\n"
	  "    no-late · nobody is taken late\n"
	  "      source          r (repost)\n"
	  "      applies to      window none\n",
	  "  不予办理\n"
	  "    no-late · 不予受理\n"
	  "      依据            r (转载 repost)\n"
	  "      适用于          window none\n" },
	{ "a credit",
	  "    own · own part\n"
	  "      source          a (official)\n"
	  "      applies to      retired no\n"
	  "      period          each month\n"
	  "      base            = yb_wage_base\n"
	  "      amount          by age\n"
	  "            <45  →  = base * 2%\n"
	  "            45..  →  = base * 3%\n"
	  "      factor          90%\n"
	  "      at least        20 yuan\n"
	  "      rounding        to the fen, up\n",
	  "    own · 划入\n"
	  "      依据            a (官方 official)\n"
	  "      适用于          retired 否\n"
	  "      周期            每月\n"
	  "      计算基数        = yb_wage_base\n"
	  "      金额            按 age\n"
	  "            <45  →  = base * 2%\n"
	  "            45..  →  = base * 3%\n"
	  "      系数            90%\n"
	  "      不低于          20 元\n"
	  "      舍入            到分，向上进位\n" },
	{ "a deduction",
	  "      less            aid · mutual aid (age 18..): 3 yuan\n"
	  "        source        w (weak)\n"
	  "        rounding      to the jiao, down\n",
	  "      扣除            aid · 互助（age 18..）：3 元\n"
	  "        依据          w (弱 weak)\n"
	  "        舍入          到角，舍去尾数\n" },
	{ "a credit by the year",
	  "      period          once a year\n"
	  "      posted on       09-15 of the year\n"
	  "      amount          240 yuan\n",
	  "      周期            每年一次\n"
	  "      划入日          每年 09-15\n"
	  "      金额            240 元\n" },
	{ "a credit paid once, without a floor",
	  "      period          once\n"
	  "      amount          100 yuan\n"
	  "      at least        no limit\n",
	  "      周期            一次性\n"
	  "      金额            100 元\n"
	  "      不低于          无限制\n" },
	{ "interest",
	  "  Interest\n"
	  "\n"
	  "    current\n"
	  "      source          a (official)\n"
	  "      amount          = yb_current_balance_days * 0.35% / 360\n",
	  "  利息\n"
	  "\n"
	  "    current\n"
	  "      依据            a (官方 official)\n"
	  "      金额            = yb_current_balance_days * 0.35% / 360\n" },
	{ "a contribution given back",
	  "    twice · paid twice\n"
	  "      source          a (official)\n"
	  "      applies to      plan x\n"
	  "      last day        = year_first - 1 day\n"
	  "      share           50%\n",
	  "    twice · 重复缴费\n"
	  "      依据            a (官方 official)\n"
	  "      适用于          plan x\n"
	  "      最晚申请日      = year_first - 1 day\n"
	  "      可退比例        50%\n" },
	{ "all of it given back, before another rule",
	  "    gone\n"
	  "      source          a (official)\n"
	  "      applies to      plan z\n"
	  "      share           100%\n"
	  "      goes before     twice\n",
	  "    gone\n"
	  "      依据            a (官方 official)\n"
	  "      适用于          plan z\n"
	  "      可退比例        100%\n"
	  "      优先于          twice\n" },
	{ "a refusal of a refund",
	  "    no-account · there is no account\n"
	  "      source          a (official)\n"
	  "      applies to      psn_type 13*\n",
	  "    no-account · 没有个人账户\n"
	  "      依据            a (官方 official)\n"
	  "      适用于          psn_type 13*\n" },
	{ "how gaps count",
	  "  gaps count from     2025\n"
	  "  no gap up to        3 months\n",
	  "  断保年数起算        2025 年度\n"
	  "  仍算连续的间断      3 个月以内\n" },
	{ "a wait",
	  "    late · after a gap\n"
	  "      source          a (official)\n"
	  "      applies to      = gap_years > 0\n"
	  "      counted from    = max(paid_on, year_first)\n"
	  "      fixed wait      3 months\n"
	  "      variable wait   = 1 month * gap_years\n"
	  "      less by repair  = 1 month * repaired\n"
	  "      wait at least   1 month\n"
	  "      wait at most    1 year\n"
	  "      while waiting   50%\n"
	  "      until           2026-12-31\n"
	  "      price of a year  by year\n"
	  "            2026  →  400 yuan\n"
	  "            else  →  not encoded\n",
	  "    late · 断保\n"
	  "      依据            a (官方 official)\n"
	  "      适用于          = gap_years > 0\n"
	  "      起算日          = max(paid_on, year_first)\n"
	  "      固定等待期      3 个月\n"
	  "      变动等待期      = 1 month * gap_years\n"
	  "      修复抵扣        = 1 month * repaired\n"
	  "      等待期最短      1 个月\n"
	  "      等待期最长      1 年\n"
	  "      等待期内支付    50%\n"
	  "      待遇截止日      2026-12-31\n"
	  "      补缴一年费用    按 year\n"
	  "            2026  →  400 元\n"
	  "            其他  →  尚未编入\n" },
	{ "a rule before others",
	  "      counted from    = paid_on\n"
	  "      goes before     late, days\n",
	  "      起算日          = paid_on\n"
	  "      优先于          late、days\n" },
	{ "a wait in days",
	  "      fixed wait      90 days\n",
	  "      固定等待期      90 天\n" },
	{ "a reward for continuous cover",
	  "    long · long cover\n"
	  "      source          a (official)\n"
	  "      kind            continuous: years of cover in a row\n"
	  "      after           4 years\n"
	  "      more a year     3000 yuan\n"
	  "      at most         = 60000 - reward.free\n"
	  "      after a gap     cleared\n"
	  "      once used       kept\n",
	  "    long · 连续激励\n"
	  "      依据            a (官方 official)\n"
	  "      类型            连续参保 continuous\n"
	  "      此前须满        4 年\n"
	  "      每年提高        3000 元\n"
	  "      合计不超过      = 60000 - reward.free\n"
	  "      断保后          清零 clear\n"
	  "      使用后          保留 keep\n" },
	{ "a reward without a cap",
	  "      more a year     1000 yuan\n"
	  "      at most         no limit\n"
	  "      after a gap     kept\n"
	  "      once used       cleared\n"
	  "      a year counts only when the next one is enrolled\n",
	  "      每年提高        1000 元\n"
	  "      合计不超过      无限制\n"
	  "      断保后          保留 keep\n"
	  "      使用后          清零 clear\n"
	  "      次年参保的年度才计\n" },
	{ "a lapse",
	  "      less a year     500 yuan\n"
	  "      after a gap     less by 200 yuan\n",
	  "      每断保一年降低  500 元\n"
	  "      断保后          减少 200 元\n" },
	{ "a refusal of cover",
	  "    never · nobody may join\n",
	  "    never · 不能参保\n" },
	{ "a value",
	  "Values\n"
	  "  share               50% [source a]\n",
	  "数值\n"
	  "  share               50% [依据 a]\n" },
	{ "a series",
	  "  wage\n"
	  "    2025  →  5000 yuan [source a]\n"
	  "    2026  →  5200.50 yuan [source w, weak]\n",
	  "  wage\n"
	  "    2025  →  5000 元 [依据 a]\n"
	  "    2026  →  5200.50 元 [依据 w, 弱 weak]\n" },
	{ "a derived fact",
	  "  closed              by plan\n"
	  "      x  →  yes\n"
	  "      else  →  no\n"
	  "    source            r\n",
	  "  closed              按 plan\n"
	  "      x  →  是\n"
	  "      其他  →  否\n"
	  "    依据              r\n" },
	{ "declared gaps of every section",
	  "Not encoded\n"
	  "  contributions\n"
	  "    - gap of fees (year ..2024)\n"
	  "  credits to the account\n"
	  "    - gap of credits\n"
	  "  interest\n"
	  "    - gap of interest\n"
	  "  contributions given back\n"
	  "    - gap of giving back\n"
	  "  start of cover\n"
	  "    - gap of cover (before 2020-01-01)\n"
	  "  rewards\n"
	  "    - gap of rewards\n"
	  "  reimbursement\n"
	  "    - gap of settlements (med_type 41)\n",
	  "尚未编入\n"
	  "  缴费\n"
	  "    - gap of fees（year ..2024）\n"
	  "  划入个人账户\n"
	  "    - gap of credits\n"
	  "  利息\n"
	  "    - gap of interest\n"
	  "  退费\n"
	  "    - gap of giving back\n"
	  "  待遇起算\n"
	  "    - gap of cover（至 2020-01-01 前）\n"
	  "  激励\n"
	  "    - gap of rewards\n"
	  "  报销\n"
	  "    - gap of settlements（med_type 41）\n" },
	{ "a code that a condition names",
	  "  med_type            medical category: 41 designated pharmacy purchase\n",
	  "  med_type            医疗类别：41 定点药店购药\n" },
	{ "an attribute that a condition names",
	  "  plan                the plan (one of x, z)\n",
	  "  plan                the plan（取值：x、z）\n" },
	{ "a fact of the cover",
	  "  gap_years           years of the gap before\n",
	  "  gap_years           断保年数\n" },
};

START_TEST(a_construct_is_shown_in_both_languages)
{
	struct yb_policy_set *set = load_every_construct();

	for (yb_lang lang = YB_LANG_ZH; lang <= YB_LANG_EN; lang++) {
		const char *lines = lang == YB_LANG_ZH ? shown_lines[_i].zh : shown_lines[_i].en, *at;
		char *text = shown(set, "990000/310", YB_DAY_NONE, YB_FORMAT_TEXT, lang);
		at = strstr(text, lines);
		ck_assert_msg(at && at > text && at[-1] == '\n', "%s is not shown in language %d", shown_lines[_i].what, (int)lang);
		yb_free(text);
	}
	yb_policy_set_unref(set);
}
END_TEST

static const struct {
	const char *on, *has, *lacks;
} shown_on[] = {
	{ "2021-12-31", "Contributions (fee)\n  in force            from 2022-01-01\n\nPersonal account", "basic charge" },
	{ "2025-06-30", "        employer\n            before 2026-01-01  →  100 yuan\n", "wage[2026]" },
	{ "2024-12-31", "    once\n", "basic charge" },
	{ "2025-01-01", "    basic · basic charge\n", "Windows of" },
	{ "2025-12-31", "    bank_app\n", "wx_mp" },
	{ "2026-01-01", "        employer\n            from 2026-01-01 [source w]  →  = wage[2026]\n", "100 yuan\n            from" },
	{ "2026-01-01", "    wx_mp: our account\n", "Windows of coverage year 2027" },
	{ "2026-09-30", "Windows of coverage year 2026", "Windows of coverage year 2027" },
	{ "2026-10-01", "Windows of coverage year 2027", "gap of cover" },
	{ "2027-01-01", "Windows of coverage year 2027", "Windows of coverage year 2026" },
	{ "2019-12-31", "    - gap of cover (before 2020-01-01)\n", "basic charge" },
	{ "2020-01-01", "    - gap of rewards\n", "gap of cover" },
};

START_TEST(a_day_shows_what_is_in_force_on_it)
{
	struct yb_policy_set *set = load_every_construct();
	yb_day on;
	char *text;

	ck_assert_int_eq(yb_day_from_text(shown_on[_i].on, 10, &on), YB_OK);
	text = shown(set, "990000/310", on, YB_FORMAT_TEXT, YB_LANG_EN);
	ck_assert_msg(strstr(text, shown_on[_i].has) != NULL, "on %s no \"%s\"", shown_on[_i].on, shown_on[_i].has);
	ck_assert_msg(!strstr(text, shown_on[_i].lacks), "on %s \"%s\"", shown_on[_i].on, shown_on[_i].lacks);
	yb_free(text);
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(every_section_is_in_the_json_as_it_is_written)
{
	static const char *const members[] = {
		"\"windows\": [{\"for\": \"2026\", \"notice\": \"2025\"", "\"charges\": [{\"id\": \"basic\"", "\"finsubs\": \"rest\"",
		"\"credits\": [{\"id\": \"own\"", "\"interest\": [{\"id\": \"current\"", "\"refundable\": [{\"id\": \"twice\"",
		"\"rules\": [{\"id\": \"late\"", "\"rewards\": [{\"id\": \"long\"", "\"touches\": \"refundable\"", "\"confidence\": \"weak\"",
	};
	static const char *const gaps[] = { "fee", "refund", "interest", "refundable", "eligibility", "rewards", "reimburse" };
	struct yb_policy_set *set = load_every_construct();
	char *zh = shown(set, "990000/310", YB_DAY_NONE, YB_FORMAT_JSON, YB_LANG_ZH), *en, wanted[40];

	expect_json(zh);
	for (int i = 0; i < COUNT(members); i++)
		ck_assert_msg(strstr(zh, members[i]) != NULL, "no %s", members[i]);
	en = shown(set, "990000/310", YB_DAY_NONE, YB_FORMAT_JSON, YB_LANG_EN);
	ck_assert_str_eq(zh, en);
	yb_free(zh);
	yb_free(en);
	ck_assert_int_eq(yb_policy_set_render_sources(set, "990000/310", YB_FORMAT_JSON, YB_LANG_ZH, &zh, NULL), YB_OK);
	expect_json(zh);
	for (int i = 0; i < COUNT(gaps); i++) {
		(void)snprintf(wanted, sizeof(wanted), "\"touches\": \"%s\", \"text\"", gaps[i]);
		ck_assert_msg(strstr(zh, wanted) != NULL, "no %s", wanted);
	}
	yb_free(zh);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- the documents that are shipped ---- */

/* At least so many worked examples stand in the documents that settle bills, so that none vanishes unnoticed. */
static const struct {
	const char *id;
	size_t vectors;
} shipped[] = {
	{ "110000/310", 61 }, { "110000/390", 25 }, { "130100/390", 20 }, { "310000/310", 27 }, { "340100/390", 24 }, { "420100/310", 32 },
	{ "420100/390", 24 }, { "500000/390", 31 },
};

static struct yb_policy_set *
load_shipped(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	char *told = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, path_of("policies"), &err), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	if (err)
		(void)yb_error_dup_text(err, &told);
	ck_assert_msg(st == YB_OK && !err, "%s", told ? told : yb_status_name(st));
	yb_free(told);
	yb_policy_loader_unref(loader);
	return set;
}

START_TEST(every_shipped_document_loads_without_a_word)
{
	struct yb_policy_set *set = load_shipped();

	for (int i = 0; i < COUNT(shipped); i++) {
		bool listed = false;
		for (size_t k = 0; k < yb_policy_set_get_count(set); k++)
			listed = listed || !strcmp(yb_policy_set_get_id(set, k), shipped[i].id);
		ck_assert_msg(listed, "%s is not shipped any more", shipped[i].id);
	}
	for (size_t k = 0; k < yb_policy_set_get_count(set); k++) {
		ck_assert_ptr_null(yb_policy_set_get_fault(set, k));
		ck_assert_uint_eq(strlen(yb_policy_set_get_hash(set, k)), 64);
		ck_assert_str_ne(yb_policy_set_get_title(set, k, YB_LANG_EN), "");
		ck_assert_str_ne(yb_policy_set_get_title(set, k, YB_LANG_ZH), "");
		ck_assert_str_ne(yb_policy_set_get_title(set, k, YB_LANG_EN), yb_policy_set_get_title(set, k, YB_LANG_ZH));
	}
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(every_vector_of_a_shipped_document_holds)
{
	struct yb_policy_set *set = load_shipped();

	for (size_t k = 0; k < yb_policy_set_get_count(set); k++) {
		const char *id = yb_policy_set_get_id(set, k);
		struct yb_vector_report *report = NULL;
		ck_assert_int_eq(yb_policy_set_run_vectors(set, id, &report, NULL), YB_OK);
		for (size_t i = 0; i < yb_vector_report_get_count(report); i++)
			ck_assert_msg(yb_vector_report_get_difference(report, i)[0] == '\0', "%s, vector %s: %s", id, yb_vector_report_get_id(report, i),
			              yb_vector_report_get_difference(report, i));
		ck_assert_uint_eq(yb_vector_report_get_failed(report), 0);
		ck_assert_uint_eq(yb_vector_report_get_skipped(report), 0);
		for (int i = 0; i < COUNT(shipped); i++)
			ck_assert(strcmp(id, shipped[i].id) != 0 || yb_vector_report_get_count(report) >= shipped[i].vectors);
		yb_vector_report_unref(report);
	}
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_shipped_document_is_shown_in_both_languages_and_forms)
{
	struct yb_policy_set *set = load_shipped();

	for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH; lang++)
		for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++)
			for (int dated = 0; dated < 2; dated++) {
				yb_day day = dated ? 20521 : YB_DAY_NONE; /* 2026-03-09 */
				char *text = NULL;
				struct yb_error *err = NULL;
				ck_assert_int_eq(yb_policy_set_render_document(set, shipped[_i].id, day, format, lang, &text, &err), YB_OK);
				ck_assert_ptr_nonnull(strstr(text, shipped[_i].id));
				ck_assert_int_eq(text[strlen(text) - 1], '\n');
				yb_free(text);
				ck_assert_int_eq(yb_policy_set_render_sources(set, shipped[_i].id, format, lang, &text, &err), YB_OK);
				ck_assert_int_eq(text[strlen(text) - 1], '\n');
				yb_free(text);
			}
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(every_shipped_document_is_text_in_both_languages_and_json)
{
	struct yb_policy_set *set = load_shipped();

	for (size_t i = 0; i < yb_policy_set_get_count(set); i++) {
		const char *id = yb_policy_set_get_id(set, i);
		char *zh = shown(set, id, YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_ZH), *en = shown(set, id, YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_EN), *text;
		ck_assert_str_ne(zh, en);
		ck_assert_int_eq(strncmp(zh, id, strlen(id)), 0);
		ck_assert_int_eq(strncmp(en, id, strlen(id)), 0);
		ck_assert_msg(!strstr(zh, "(repost)") && !strstr(zh, "(weak)") && !strstr(zh, " \n"), "%s", id);
		ck_assert_msg(!strstr(en, " \n"), "%s", id);
		yb_free(zh);
		yb_free(en);
		text = shown(set, id, YB_DAY_NONE, YB_FORMAT_JSON, YB_LANG_EN);
		expect_json(text);
		yb_free(text);
		ck_assert_int_eq(yb_policy_set_render_sources(set, id, YB_FORMAT_JSON, YB_LANG_ZH, &text, NULL), YB_OK);
		expect_json(text);
		yb_free(text);
	}
	yb_policy_set_unref(set);
}
END_TEST

START_TEST(a_document_that_is_not_there_is_not_shown)
{
	struct yb_policy_set *set = load_shipped();
	struct yb_error *err = NULL;
	char *text = NULL;

	ck_assert_int_eq(yb_policy_set_render_document(set, "990000/310", YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_EN, &text, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_null(text);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "990000/310"));
	yb_error_unref(err);
	err = NULL;
	ck_assert_int_eq(yb_policy_set_render_sources(set, "", YB_FORMAT_JSON, YB_LANG_EN, &text, &err), YB_E_NOT_FOUND);
	ck_assert_ptr_null(text);
	yb_error_unref(err);
	yb_policy_set_unref(set);
}
END_TEST

/* ---- threads ---- */

#define THREADS 4
#define ROUNDS 400

struct work {
	struct yb_policy_set *set;
	yb_fen paid[ROUNDS];
	int faults;
};

static void *
settle_often(void *user)
{
	struct work *w = user;
	struct yb_policy_set *set = yb_policy_set_ref(w->set);
	static const char text[] = "{\"insutype\":\"310\",\"insuplc_admdvs\":\"110000\",\"psn_type\":\"1201\",\"cvlserv_flag\":\"0\",\"psn_idet_type\":[]}";
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;

	if (yb_person_new_from_json(text, sizeof(text) - 1, "p", &person, NULL) != YB_OK || yb_claim_new(&claim, NULL) != YB_OK ||
	    yb_decision_new(&decision, NULL) != YB_OK)
		w->faults++;
	for (int i = 0; i < ROUNDS && !w->faults; i++) {
		char *render = NULL;
		yb_claim_clear(claim);
		w->faults += yb_claim_set_text(claim, YB_FIELD_MED_TYPE, "21", 2) != YB_OK;
		w->faults += yb_claim_set_text(claim, YB_FIELD_HOSP_LV, "05", 2) != YB_OK;
		w->faults += yb_claim_set_text(claim, YB_FIELD_ENDDATE, "2026-03-09", 10) != YB_OK;
		w->faults += yb_claim_set_text(claim, YB_FIELD_MDTRTAREA_ADMVS, "110000", 6) != YB_OK;
		w->faults += yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, 1 + i % 3) != YB_OK;
		w->faults += yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, 123457 * (i + 1)) != YB_OK;
		w->faults += yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, 0) != YB_OK;
		w->faults += yb_claim_set_fen(claim, YB_FIELD_OVERLMT_SELFPAY, 0) != YB_OK;
		w->faults += yb_claim_set_fen(claim, YB_FIELD_PRESELFPAY_AMT, 0) != YB_OK;
		w->faults += yb_settle(set, person, claim, NULL, decision, NULL) != YB_OK;
		w->faults += yb_decision_get_fen(decision, YB_FIELD_FUND_PAY_SUMAMT, &w->paid[i]) != YB_OK;
		if (i % 16 == 0)
			w->faults += yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_ZH, YB_EXPLAIN_FULL, &render, NULL) != YB_OK;
		yb_free(render);
	}
	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	return NULL;
}

START_TEST(a_set_serves_four_threads_at_once_with_equal_answers)
{
	static struct work work[THREADS];
	struct yb_policy_set *set = load_shipped();
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		work[i].set = set;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, settle_often, &work[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(work[i].faults, 0);
		ck_assert_mem_eq(work[i].paid, work[0].paid, sizeof(work[0].paid));
	}
	ck_assert_int_gt(work[0].paid[ROUNDS - 1], work[0].paid[0]);
	yb_policy_set_unref(set);
}
END_TEST

Suite *
policy_suite(void)
{
	Suite *suite = suite_create("policy");
	TCase *tc = tcase_create("faulty documents");

	tcase_add_loop_test(tc, a_faulty_document_is_refused_at_its_place, 0, COUNT(rows));
	tcase_add_loop_test(tc, one_fault_is_told_once, 0, COUNT(rows));
	tcase_add_test(tc, a_mebibyte_of_brackets_is_refused_at_the_25th);
	tcase_add_test(tc, blocks_nested_without_end_are_refused);
	tcase_add_test(tc, a_hundred_thousand_nodes_are_read_and_one_more_is_not);
	tcase_add_test(tc, a_text_of_64_kib_is_read_and_one_byte_more_is_not);
	tcase_add_test(tc, a_document_of_a_mebibyte_is_read_and_one_byte_more_is_not);
	tcase_add_test(tc, a_nul_is_refused_at_its_place);
	tcase_add_test(tc, many_keys_of_one_mapping_take_no_long_time);
	tcase_add_test(tc, at_most_fifty_findings_are_told_of_a_document);
	tcase_add_test(tc, sixteen_parents_are_read_and_seventeen_are_not);
	suite_add_tcase(suite, tc);

	tc = tcase_create("right documents");
	tcase_add_loop_test(tc, a_document_that_looks_odd_and_is_right_is_read, 0, COUNT(accepted));
	tcase_add_test(tc, a_replaced_and_a_dropped_clause_are_taken_from_the_child);
	tcase_add_test(tc, a_vector_that_differs_says_how);
	tcase_add_loop_test(tc, a_history_of_a_vector_is_checked, 0, COUNT(histories));
	suite_add_tcase(suite, tc);

	tc = tcase_create("files");
	tcase_add_checked_fixture(tc, make_folder, remove_folder);
	tcase_add_test(tc, what_is_no_readable_file_is_refused_without_waiting);
	tcase_add_test(tc, a_lenient_load_sets_a_faulty_document_aside_and_names_it);
	tcase_add_test(tc, a_strict_load_refuses_what_a_lenient_one_sets_aside);
	tcase_add_test(tc, a_folder_that_is_none_is_refused);
	suite_add_tcase(suite, tc);

	tc = tcase_create("sets");
	tcase_add_test(tc, a_document_loaded_twice_is_refused);
	tcase_add_test(tc, a_child_of_a_faulty_parent_is_set_aside_with_it);
	tcase_add_test(tc, a_set_may_know_the_law_only_as_it_was_published);
	tcase_add_test(tc, an_overlay_changes_its_days_and_no_others);
	tcase_add_test(tc, an_overlay_reaches_the_children_of_its_document);
	tcase_add_test(tc, an_overlay_that_cannot_be_read_stops_its_days_only);
	tcase_add_test(tc, shipped_documents_load_as_of_any_day);
	tcase_add_test(tc, unknown_load_options_are_refused);
	tcase_add_test(tc, options_of_a_later_version_are_taken_when_their_new_part_is_zero);
	tcase_add_test(tc, a_null_handle_is_the_callers_bug_and_no_crash);
	tcase_add_test(tc, a_set_lives_until_its_last_reference_is_dropped);
	tcase_add_test(tc, a_document_is_known_by_the_hash_of_its_text);
	tcase_add_test(tc, a_set_serves_four_threads_at_once_with_equal_answers);
	suite_add_tcase(suite, tc);

	tc = tcase_create("shown documents");
	tcase_add_loop_test(tc, a_construct_is_shown_in_both_languages, 0, COUNT(shown_lines));
	tcase_add_loop_test(tc, a_day_shows_what_is_in_force_on_it, 0, COUNT(shown_on));
	tcase_add_test(tc, every_section_is_in_the_json_as_it_is_written);
	suite_add_tcase(suite, tc);

	tc = tcase_create("shipped documents");
	tcase_add_test(tc, every_shipped_document_loads_without_a_word);
	tcase_add_test(tc, every_vector_of_a_shipped_document_holds);
	tcase_add_loop_test(tc, a_shipped_document_is_shown_in_both_languages_and_forms, 0, COUNT(shipped));
	tcase_add_test(tc, every_shipped_document_is_text_in_both_languages_and_json);
	tcase_add_test(tc, a_document_that_is_not_there_is_not_shown);
	suite_add_tcase(suite, tc);
	return suite;
}
