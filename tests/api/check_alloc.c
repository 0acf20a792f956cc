/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every allocation fails once, and from then on: no crash, no leak, status
 * YB_E_NO_MEMORY, outputs NULL, and the same handles serve afterwards. The
 * program brings its own malloc, so it runs in one process and without
 * sanitizers. CK_FORK is of no matter here.
 */
#include <check.h>
#include <errno.h>
#include <iconv.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* ---- the malloc of this program ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static struct {
	bool on;     /* counting */
	bool sticky; /* all that follow fail as well */
	bool hit;    /* one did fail */
	long count, fail_at; /* 0: none fails */
	long live;
	const char *secret; /* looked for in what is freed, NULL: in nothing */
	long leaks;         /* how often it was found */
} heap;

static bool
holds_secret(const char *memory)
{
	size_t size = malloc_usable_size((void *)(uintptr_t)memory), length = strlen(heap.secret);

	for (size_t i = 0; i + length <= size; i++)
		if (memcmp(memory + i, heap.secret, length) == 0)
			return true;
	return false;
}

static bool
refuse(void)
{
	if (!heap.on)
		return false;
	heap.count++;
	if (heap.fail_at == 0 || heap.count < heap.fail_at || (heap.count > heap.fail_at && !heap.sticky))
		return false;
	heap.hit = true;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	void *memory = refuse() ? NULL : __libc_malloc(size);

	heap.live += heap.on && memory;
	return memory;
}

void *
calloc(size_t count, size_t size)
{
	void *memory = refuse() ? NULL : __libc_calloc(count, size);

	heap.live += heap.on && memory;
	return memory;
}

void *
realloc(void *old, size_t size)
{
	void *memory;

	if (refuse())
		return NULL;
	memory = __libc_realloc(old, size);
	heap.live += heap.on && memory && !old;
	return memory;
}

void
free(void *memory)
{
	heap.live -= heap.on && memory;
	heap.leaks += heap.on && memory && heap.secret && holds_secret(memory);
	__libc_free(memory);
}

/* libcheck needs memory to tell of a failure. */
#define CHECK(condition, ...) do { \
	if (!(condition)) { \
		heap.on = false; \
		ck_abort_msg(__VA_ARGS__); \
	} \
} while (0)

/* ---- what is run ---- */

static char *texts[2];
static char paths[2][4096];
static struct yb_policy_set *policies; /* loaded in peace */

static const char person_json[] = "{\"psn_no\":\"P1\",\"certno\":\"11010519491231002X\",\"insutype\":\"310\",\"psn_type\":\"1201\",\"insuplc_admdvs\":\"110000\","
	"\"psn_idet_type\":[\"99\"],\"cvlserv_flag\":\"0\",\"yb_account_balance\":\"1200.00\",\"yb_attributes\":{},"
	"\"yb_cover\":[{\"insutype\":\"310\",\"begin\":\"2025-03-01\"},{\"insutype\":\"390\",\"year\":2025,\"admdvs\":\"110000\"},"
	"{\"insutype\":\"390\",\"year\":2024,\"claimed\":true},{\"insutype\":\"390\",\"year\":2023},{\"insutype\":\"390\",\"year\":2022}]}";
/* Where the hospital lies is left open: a reason says so. */
static const char claim_json[] = "{\"mdtrt_id\":\"Z1\",\"med_type\":\"21\",\"hosp_lv\":\"02\",\"begndate\":\"2026-03-01\","
	"\"enddate\":\"2026-03-09\",\"yb_admission\":1,\"yb_totals\":{\"basic.base.year\":\"1000.00\"},\"yb_use_account\":true,"
	"\"feedetl\":[{\"feedetl_sn\":\"1\",\"chrgitm_lv\":\"02\",\"cnt\":\"2\",\"pric\":\"300.00\",\"selfpay_prop\":\"0.1000\",\"pric_uplmt_amt\":\"280.00\"},"
	"{\"feedetl_sn\":\"2\",\"chrgitm_lv\":\"01\",\"cnt\":\"1\",\"pric\":\"49496.00\"}]}";
static const char faulty[] = "language: 1\nid: 110000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nreimburse:\n  source: a\n"
	"  benefits:\n    - {id: b, layers: [{id: l, pays: hifp_pay, ratio: 65}]}\n    - {id: c, layers: [{id: l, pays: hifp_pai, ratio: 65%}]}\nvalues: {v: {source: b, value: = w}}\n";

/* The status of a call that may run out of memory; anything else is a finding. */
static bool
went(yb_status st, struct yb_error *const *err, const char *what)
{
	if (st == YB_OK) {
		CHECK(!heap.hit, "%s: YB_OK although allocation %ld failed%s", what, heap.fail_at, heap.sticky ? " and all after it" : "");
		return true;
	}
	CHECK(st == YB_E_NO_MEMORY, "%s: %s when allocation %ld fails%s: %s", what, yb_status_name(st), heap.fail_at,
	              heap.sticky ? " and all after it" : "", *err ? yb_error_get_message(*err) : "");
	CHECK(*err != NULL, "%s: no error object", what);
	return false;
}

#define EMPTY(pointer, what) CHECK((pointer) == NULL, "%s: an output is set after allocation %ld failed", what, heap.fail_at)

static bool
load_files(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	bool ok;

	options.flags = YB_LOAD_STRICT;
	ok = went(yb_policy_loader_new(&options, &loader, &err), &err, "loader_new");
	if (!ok)
		EMPTY(loader, "loader_new");
	ok = ok && went(yb_policy_loader_add_file(loader, paths[0], &err), &err, "add_file");
	ok = ok && went(yb_policy_loader_add_buffer(loader, "beijing", texts[1], strlen(texts[1]), &err), &err, "add_buffer");
	if (ok) {
		ok = went(yb_policy_set_new(loader, &set, &err), &err, "set_new");
		if (!ok)
			EMPTY(set, "set_new");
	}
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

static bool
load_folder_leniently(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	char folder[4096];
	bool ok;

	strcpy(folder, paths[0]);
	*strrchr(folder, '/') = '\0';
	ok = went(yb_policy_loader_new(NULL, &loader, &err), &err, "loader_new");
	ok = ok && went(yb_policy_loader_add_directory(loader, folder, &err), &err, "add_directory");
	if (ok) {
		yb_status st = yb_policy_loader_add_buffer(loader, "faulty", faulty, sizeof(faulty) - 1, &err);
		ok = went(st, &err, "add_buffer");
	}
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

/* A faulty document: its own status, or no memory. */
static bool
refuse_faulty(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;
	bool ok;

	options.flags = YB_LOAD_STRICT;
	ok = went(yb_policy_loader_new(&options, &loader, &err), &err, "loader_new");
	ok = ok && went(yb_policy_loader_add_buffer(loader, "faulty", faulty, sizeof(faulty) - 1, &err), &err, "add_buffer");
	if (ok) {
		yb_status st = yb_policy_set_new(loader, &set, &err);
		EMPTY(set, "set_new");
		CHECK(st == (heap.hit ? YB_E_NO_MEMORY : YB_E_BAD_VALUE), "set_new of a faulty document: %s at allocation %ld",
		              yb_status_name(st), heap.fail_at);
		CHECK((err) != NULL, "line %d", __LINE__);
		ok = st != YB_E_NO_MEMORY && went(yb_error_dup_text(err, &text), &err, "dup_text");
		if (!ok)
			EMPTY(text, "dup_text");
	}
	yb_free(text);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

static bool
set_aside_faulty(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	bool ok;

	ok = went(yb_policy_loader_new(NULL, &loader, &err), &err, "loader_new");
	ok = ok && went(yb_policy_loader_add_buffer(loader, "faulty", faulty, sizeof(faulty) - 1, &err), &err, "add_buffer");
	ok = ok && went(yb_policy_set_new(loader, &set, &err), &err, "set_new");
	if (ok) {
		CHECK((yb_policy_set_get_fault(set, 0)) != NULL, "line %d", __LINE__);
		CHECK((yb_error_get_status(yb_policy_set_get_fault(set, 0))) == (YB_E_BAD_VALUE), "line %d", __LINE__);
	} else {
		EMPTY(set, "set_new");
	}
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

static bool
run_vectors(void)
{
	struct yb_vector_report *report = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_policy_set_run_vectors(policies, "110000/310", &report, &err), &err, "run_vectors");

	if (ok)
		CHECK((yb_vector_report_get_failed(report)) == (0), "line %d", __LINE__);
	else
		EMPTY(report, "run_vectors");
	yb_vector_report_unref(report);
	yb_error_unref(err);
	return ok;
}

static bool
show(void)
{
	struct yb_error *err = NULL;
	bool ok = true;

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON && ok; format++) {
		char *text = NULL;
		ok = went(yb_policy_set_render_document(policies, "110000/310", YB_DAY_NONE, format, YB_LANG_ZH, &text, &err), &err, "render_document");
		if (!ok)
			EMPTY(text, "render_document");
		yb_free(text);
		text = NULL;
		if (!ok)
			break;
		ok = went(yb_policy_set_render_sources(policies, "110000/310", format, YB_LANG_EN, &text, &err), &err, "render_sources");
		if (!ok)
			EMPTY(text, "render_sources");
		yb_free(text);
	}
	yb_error_unref(err);
	return ok;
}

static bool
read_facts(void)
{
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_person_new_from_json(person_json, sizeof(person_json) - 1, "person", &person, &err), &err, "person");

	if (!ok)
		EMPTY(person, "person");
	if (ok) {
		ok = went(yb_claim_new_from_json(claim_json, sizeof(claim_json) - 1, "claim", &claim, &err), &err, "claim");
		if (!ok)
			EMPTY(claim, "claim");
	}
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_error_unref(err);
	return ok;
}

static bool
set_facts(void)
{
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_error *err = NULL;
	size_t line;
	const char *text;
	bool ok = went(yb_person_new(&person, &err), &err, "person_new");

	ok = ok && went(yb_claim_new(&claim, &err), &err, "claim_new");
#define STEP(call) (ok = ok && ((call) == YB_OK))
	STEP(yb_person_set_text(person, YB_FIELD_PSN_NO, "11000010000000012345678", 23));
	STEP(yb_person_set_text(person, YB_FIELD_PSN_IDET_TYPE, "2303|2304", 9));
	STEP(yb_person_set_attribute(person, "poor", "yes", 3));
	for (int32_t year = 2020; year < 2025; year++) /* room for four, then for eight */
		STEP(yb_person_add_cover_year(person, "390", year, YB_DAY_NONE, 0, NULL));
	STEP(yb_claim_set_text(claim, YB_FIELD_MDTRT_ID, "Z1", 2));
	STEP(yb_claim_set_attribute_value(claim, "community", YB_TYPE_FLAG, 1));
	STEP(yb_claim_set_total(claim, "basic.paid.year", 5));
	STEP(yb_claim_add_line(claim, &line));
	STEP(yb_claim_set_line_text(claim, line, YB_FIELD_FEEDETL_SN, "1", 1));
	STEP(yb_claim_set_line_text(claim, line, YB_FIELD_PRIC, "1.5", 3));
#undef STEP
	CHECK(ok != heap.hit, "setters: %s when allocation %ld fails", ok ? "YB_OK" : "a failure", heap.fail_at);
	if (person && yb_person_get_text(person, YB_FIELD_PSN_NO, &text) == YB_OK)
		CHECK(!strcmp(text, "11000010000000012345678"), "line %d", __LINE__);
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_error_unref(err);
	return ok;
}

/* A profile built on another, a document that reads by it, a bill with its codes, and one with a code that is refused. */
static bool
read_codes(void)
{
	static const char *const documents[] = {
		"language: 1\nid: 430000/codes\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\ncodes:\n  source: a\n"
		"  med_type: {rows: [{code: 2101, is: 21, zh: 甲, also: [X1, X2]}, {code: 31, to: 2025-01-01}, {code: 31, is: 21, from: 2025-01-01}]}\n",
		"language: 1\nid: 430100/codes\ntitle: T\nextends: 430000/codes\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"codes: {source: a, psn_type: {rows: [{code: 21, is: 12}]}}\n",
		"language: 1\nid: 430100/310\ntitle: T\nprofile: 430100\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
		"reimburse: {source: a, benefits: [{id: b, when: \"= med_type = '21'\", layers: [{id: l, pays: hifp_pay, ratio: {by: psn_type, hit: first,"
		" rows: [[\"12*\", 90%], [any, 80%]]}}]}]}\n" };
	static const char insured[] = "{\"insutype\": \"310\", \"insuplc_admdvs\": \"430100\", \"psn_type\": \"21\"}";
	static const char *const claims[] = { "{\"med_type\": \"X1\", \"enddate\": \"2026-03-01\", \"inscp_scp_amt\": 1000}",
		                              "{\"med_type\": \"2104\", \"enddate\": \"2026-03-01\", \"inscp_scp_amt\": 1000}" };
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_decision *decision = NULL;
	struct yb_person *person = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_policy_loader_new(NULL, &loader, &err), &err, "loader_new");

	for (int i = 0; i < (int)COUNT(documents) && ok; i++)
		ok = went(yb_policy_loader_add_buffer(loader, "codes", documents[i], strlen(documents[i]), &err), &err, "add_buffer");
	ok = ok && went(yb_policy_set_new(loader, &set, &err), &err, "set_new");
	if (ok)
		CHECK(yb_policy_set_get_fault(set, 2) == NULL, "line %d", __LINE__);
	ok = ok && went(yb_person_new_from_json(insured, strlen(insured), "p", &person, &err), &err, "person");
	ok = ok && went(yb_decision_new(&decision, &err), &err, "decision_new");
	for (int i = 0; i < (int)COUNT(claims) && ok; i++) {
		struct yb_claim *claim = NULL;
		char *rendered = NULL;
		yb_status st;
		ok = went(yb_claim_new_from_json(claims[i], strlen(claims[i]), "c", &claim, &err), &err, "claim");
		if (!ok)
			break;
		st = yb_settle(set, person, claim, NULL, decision, &err);
		if (st == YB_E_BAD_VALUE && i == 1) {
			yb_error_unref(err);
			err = NULL;
		} else {
			ok = went(st, &err, "settle") && went(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_ZH, YB_EXPLAIN_FULL, &rendered, &err), &err, "render");
		}
		yb_claim_unref(claim);
		yb_free(rendered);
	}
	for (int i = 0; i < 2 && ok; i++) {
		char *shown = NULL;
		ok = went(yb_policy_set_render_document(set, i ? "430100/310" : "430100/codes", YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_ZH, &shown, &err), &err, "show");
		yb_free(shown);
	}
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

static bool
list_channels(void)
{
	static const char text[] = "language: 1\nid: 340000/channels\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nchannels:\n"
		"  - {id: x, kind: app, operator: {zh: 甲, en: A}, label: {zh: 甲, en: A}, can: {pay: yes}, regions: [340000], source: a,\n"
		"     inputs: [{zh: 甲, en: A}], steps: {pay: [{zh: 甲, en: A}, {zh: 乙, en: B}]}}\n"
		"channel_notes: [{id: n, about: [pay], text: {zh: 甲, en: A}, source: a}]\n";
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	const struct yb_channel *channel = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_policy_loader_new(NULL, &loader, &err), &err, "loader_new");

	ok = ok && went(yb_policy_loader_add_buffer(loader, "channels", text, sizeof(text) - 1, &err), &err, "add_buffer");
	ok = ok && went(yb_policy_set_new(loader, &set, &err), &err, "set_new");
	if (ok)
		CHECK(yb_channel_find(set, "x", 1, &channel) == YB_OK, "line %d", __LINE__);
	else
		EMPTY(set, "set_new");
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON && ok; format++) {
		char *rendered = NULL;
		ok = went(yb_channel_render_list(set, "340100", 6, format, YB_LANG_ZH, &rendered, &err), &err, "render_list");
		if (!ok)
			EMPTY(rendered, "render_list");
		yb_free(rendered);
		rendered = NULL;
		if (!ok)
			break;
		ok = went(yb_channel_render_steps(channel, YB_CHANNEL_ACTION_PAY, format, YB_LANG_EN, &rendered, &err), &err, "render_steps");
		if (!ok)
			EMPTY(rendered, "render_steps");
		yb_free(rendered);
	}
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

/* An entry that cannot be added, by calls and in a document: its own status, or no memory, and the history as before. */
static bool
refuse_cover(void)
{
	static const char json[] = "{\"yb_cover\":[{\"insutype\":\"390\",\"year\":2024},{\"insutype\":\"390\",\"year\":2024}]}";
	struct yb_person *person = NULL, *made = NULL;
	struct yb_error *err = NULL;
	yb_status st;
	bool ok = went(yb_person_new(&person, &err), &err, "person_new");

	ok = ok && went(yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, 0, &err), &err, "add_cover_year");
	if (ok) {
		st = yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, 0, &err);
		CHECK(st == (heap.hit ? YB_E_NO_MEMORY : YB_E_CONTRADICTION), "a year twice: %s", yb_status_name(st));
		CHECK(err != NULL && yb_error_get_status(err) == st, "line %d", __LINE__);
		CHECK(yb_person_get_cover_count(person) == 1, "line %d", __LINE__);
		ok = st != YB_E_NO_MEMORY;
	}
	yb_error_unref(err);
	err = NULL;
	if (ok) {
		st = yb_person_new_from_json(json, sizeof(json) - 1, "person", &made, &err);
		CHECK(st == (heap.hit ? YB_E_NO_MEMORY : YB_E_CONTRADICTION), "a year twice in a document: %s", yb_status_name(st));
		EMPTY(made, "person");
		ok = st != YB_E_NO_MEMORY;
	}
	yb_person_unref(person);
	yb_error_unref(err);
	return ok;
}

static struct yb_person *one_person; /* made in peace */
static struct yb_claim *one_claim;

static bool
settle(void)
{
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	yb_fen fen;
	bool ok = went(yb_decision_new(&decision, &err), &err, "decision_new");

	if (!ok)
		EMPTY(decision, "decision_new");
	if (ok) {
		ok = went(yb_settle(policies, one_person, one_claim, NULL, decision, &err), &err, "settle");
		if (!ok) {
			CHECK((yb_decision_get_outcome(decision)) == (YB_OUTCOME_NONE), "line %d", __LINE__);
			heap.fail_at = 0; /* memory is back: the same decision answers */
			CHECK((yb_settle(policies, one_person, one_claim, NULL, decision, NULL)) == (YB_OK), "line %d", __LINE__);
		}
		CHECK((yb_decision_get_outcome(decision)) == (YB_OUTCOME_ANSWERED), "line %d", __LINE__);
		CHECK((yb_decision_get_fen(decision, YB_FIELD_FUND_PAY_SUMAMT, &fen)) == (YB_OK), "line %d", __LINE__);
		CHECK((fen) == (4695850), "line %d", __LINE__); /* 26,117 + 9,400 + 9,700 and half of the 3,483.00 that are left */
	}
	yb_decision_unref(decision);
	yb_error_unref(err);
	return ok;
}

static struct yb_decision *one_decision;

static bool
render(void)
{
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_decision_new(&decision, &err), &err, "decision_new") &&
		went(yb_settle(policies, one_person, one_claim, NULL, decision, &err), &err, "settle");

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++)
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH && ok; lang++) {
			char *text = NULL;
			ok = went(yb_decision_render(decision, format, lang, YB_EXPLAIN_FULL, &text, &err), &err, "render");
			if (!ok)
				EMPTY(text, "render");
			yb_free(text);
		}
	if (ok) {
		char *text = NULL;
		ok = went(yb_decision_dup_result(decision, "basic.paid.exact", &text, &err), &err, "dup_result");
		if (!ok)
			EMPTY(text, "dup_result");
		yb_free(text);
	}
	if (ok) {
		char *text = NULL;
		yb_status st = yb_decision_dup_reason_text(decision, 0, YB_LANG_ZH, &text);
		CHECK(st == (heap.hit ? YB_E_NO_MEMORY : YB_OK), "dup_reason_text: %s", yb_status_name(st));
		ok = st == YB_OK;
		if (!ok)
			EMPTY(text, "dup_reason_text");
		yb_free(text);
	}
	yb_decision_unref(decision);
	yb_error_unref(err);
	return ok;
}

/* ---- the questions beside the bill ---- */

/* Every section, and vectors for each. */
static const char sections[] = "language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	"attributes: {why: {type: text, values: [duplicate, other], of: person}}\nseries: {w: {unit: money, years: {2026: {value: 7000, source: a}}}}\n"
	"values: {part: {by: yb_plan, rows: [[t60, 60%]], else: 100%, source: a}}\n"
	"unsupported: [{id: x, text: 甲, touches: fee, when: {psn_type: 1300}, source: a}]\n"
	"fee:\n  source: a\n  windows:\n    - {for: 2026, rows: [{id: main, label: {zh: 甲, en: A}, from: 2025-10-20, to: 2026-01-01, start: = year_first},\n"
	"       {id: closed, from: 2026-01-01, through: 2026-12-31, days: 1..31}]}\n"
	"  charges:\n    - {id: m, label: {zh: 月, en: month}, period: month, base: \"= part * w[year]\", total: = base * 10%, payers: {person: = base * 2%, employer: rest}}\n"
	"    - {id: y, payers: {person: {by: psn_idet_type, hit: min, rows: [[\"2303\", 40], [any, 380]]}}}\n"
	"  channels: [{id: wx_city}, {id: bank_app, when: {window: main}}]\n"
	"  refuse: [{id: none, when: {psn_type: 1201}, text: {zh: 不办理, en: not open}}]\n"
	"refund:\n  source: a\n  credits:\n    - {id: c, amount: {by: age, rows: [[<70, 2], [70.., 110]]}, less: [{id: d, amount: 3}]}\n    - {id: o, period: year, amount: 1680, post: 07-01}\n"
	"  interest: [{id: i, amount: = yb_current_balance_days * 0.35% / 360}]\n"
	"  refundable: [{id: twice, when: {why: duplicate}, until: = year_first - 1 day, share: 1/3}]\n"
	"eligibility:\n  source: a\n  gaps_from: 2000\n  break_at_most: 3 months\n  rules:\n    - {id: good, when: {window: main, gap_years: 0}, count_from: = window_start}\n"
	"    - {id: bad, when: [{window: closed|none}, {window: main, gap_years: 1..}], count_from: = paid_on, fixed: 3 months, variable: = 1 month * gap_years,\n"
	"       repair: = 1 month * repaired, price: 380, during: 50%}\n"
	"  rewards:\n    - {id: run, kind: continuous, after: 1, step: 1000, cap: 2500, on_gap: 300}\n    - {id: zero, kind: zero_claim, step: 500, cap: = 3000 - reward.run, on_use: clear}\n"
	"reimburse:\n  source: a\n  year_by: split\n  split: {limits: [{id: t, amount: 5000}]}\n  benefits:\n    - id: b\n      layers:\n"
	"        - {id: l, pays: hifp_pay, deductible: 300, ratio: 80%, ceilings: [{id: c, on: payment, per: stay, amount: 3000}]}\n"
	"vectors:\n  - {id: v1, ask: fee, source: a, year: 2026, months: 3, person: {psn_type: 1501, yb_plan: t60, psn_idet_type: []}, expect: {m.person: 84, y.person: 380, due.person: 632}}\n"
	"  - {id: v2, ask: refund, source: a, on: 2026-02-01, person: {brdy: 1950-01-01}, expect: {c.net: 107, credit: 1787}}\n"
	"  - {id: v3, ask: eligibility, source: a, year: 2026, paid_on: 2026-03-10, facts: {gap_years: 1, repaired: 0}, expect: {wait: 4 months, start: 2026-07-10}}\n"
	"  - {id: v4, ask: rewards, source: a, year: 2026, facts: {history: [{year: 2025, enrolled: yes, claimed: no}, {year: 2026, enrolled: yes, current: yes}]}, expect: {reward.total: 1500}}\n"
	"  - {id: v5, ask: reimburse, source: a, claim: {begndate: 2026-12-20, enddate: 2027-01-09, inscp_scp_amt: 5000, yb_before_inscp_scp_amt: 200},\n"
	"     expect: {hifp_pay: 3000, part2.l.deductible: 100}}\n";
static const char stayer_json[] = "{\"insutype\":\"390\",\"insuplc_admdvs\":\"990000\"}";
static const char stay_json[] = "{\"begndate\":\"2026-12-20\",\"enddate\":\"2027-01-09\",\"feedetl\":["
	"{\"feedetl_sn\":\"1\",\"chrgitm_lv\":\"01\",\"det_item_fee_sumamt\":\"1300.00\",\"fee_ocur_time\":\"2026-12-31 10:00:00\"},"
	"{\"feedetl_sn\":\"2\",\"chrgitm_lv\":\"01\",\"det_item_fee_sumamt\":\"1000.00\",\"fee_ocur_time\":\"2027-01-01\"}]}";
static const char asker_json[] = "{\"insutype\":\"390\",\"insuplc_admdvs\":\"990000\",\"psn_type\":\"1501\",\"brdy\":\"1956-04-02\",\"yb_plan\":\"t60\","
	"\"psn_idet_type\":[\"99\"],\"yb_current_balance_days\":\"100000.00\",\"yb_attributes\":{\"why\":\"duplicate\"},"
	"\"yb_cover\":[{\"insutype\":\"390\",\"year\":2021,\"claimed\":false},{\"insutype\":\"390\",\"year\":2022,\"claimed\":false},"
	"{\"insutype\":\"390\",\"year\":2024,\"claimed\":true,\"used\":true}]}";

static struct yb_policy_set *asked_set; /* made in peace */
static struct yb_person *asker, *stayer;
static struct yb_claim *stay;

static yb_status
question_fee(struct yb_decision *decision, struct yb_error **err)
{
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;

	options.year = 2026;
	options.months = 12;
	options.paid_on = 20381; /* 2025-10-20 */
	return yb_fee(asked_set, asker, &options, decision, err);
}

static yb_status
question_refund(uint32_t flags, struct yb_decision *decision, struct yb_error **err)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;

	options.flags = flags;
	options.on = 20381;
	options.year = flags == YB_REFUND_CONTRIBUTION ? 2026 : 0;
	options.paid_on = flags == YB_REFUND_CONTRIBUTION ? 20380 : 0;
	options.paid = flags == YB_REFUND_CONTRIBUTION ? 38000 : 0;
	return yb_refund(asked_set, asker, &options, decision, err);
}

static yb_status
question_month(struct yb_decision *decision, struct yb_error **err)
{
	return question_refund(0, decision, err);
}

static yb_status
question_year(struct yb_decision *decision, struct yb_error **err)
{
	return question_refund(YB_REFUND_YEAR, decision, err);
}

static yb_status
question_interest(struct yb_decision *decision, struct yb_error **err)
{
	return question_refund(YB_REFUND_INTEREST, decision, err);
}

static yb_status
question_contribution(struct yb_decision *decision, struct yb_error **err)
{
	return question_refund(YB_REFUND_CONTRIBUTION, decision, err);
}

/* Late after a missed year: repairs and an earlier window would shorten the wait. */
static yb_status
question_cover(struct yb_decision *decision, struct yb_error **err)
{
	struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;

	options.year = 2026;
	options.paid_on = 20522; /* 2026-03-10 */
	options.on = 20600;
	return yb_eligibility(asked_set, asker, &options, decision, err);
}

static yb_status
question_rewards(struct yb_decision *decision, struct yb_error **err)
{
	struct yb_rewards_options options = YB_REWARDS_OPTIONS_INIT;

	options.year = 2024;
	return yb_rewards(asked_set, asker, &options, decision, err);
}

static yb_status
question_stay(struct yb_decision *decision, struct yb_error **err)
{
	return yb_settle(asked_set, stayer, stay, NULL, decision, err);
}

/* Figures by hand: 4,200 x 2 % x 12 + 380; no month has more than the deductions; 110.00 never; 100,000 x 0.35 % / 360; a third of 380.00; 3 + 1 months from
 * 10 March; two years run from 2021, one step of 1,000, 300 lost in 2023, none since; 500 for 2021 and 2022, used up in no year that is past;
 * 1,000 and 1,000 at 80 %. */
static const struct {
	const char *name;
	yb_status (*ask)(struct yb_decision *, struct yb_error **);
	const char *result;
	int64_t value;
} questions[] = {
	{ "fee", question_fee, "due.person", 138800 },
	{ "refund of a month", question_month, "c.shortfall", 100 },
	{ "refund of a year", question_year, "credit", 168000 },
	{ "interest", question_interest, "interest", 97 },
	{ "contribution", question_contribution, "refundable.amount", 12667 },
	{ "start of cover", question_cover, "wait", 4 },
	{ "rewards", question_rewards, "reward.total", 170000 }, { "a stay over the year's end", question_stay, "hifp_pay", 160000 },
};

static size_t asked_now;

static bool
tell_all(struct yb_decision *decision, struct yb_error **err)
{
	bool ok = true;

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++)
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH && ok; lang++) {
			char *text = NULL;
			ok = went(yb_decision_render(decision, format, lang, YB_EXPLAIN_FULL, &text, err), err, "render");
			if (!ok)
				EMPTY(text, "render");
			yb_free(text);
		}
	if (ok) {
		char *text = NULL;
		ok = went(yb_decision_dup_result(decision, questions[asked_now].result, &text, err), err, "dup_result");
		if (!ok)
			EMPTY(text, "dup_result");
		yb_free(text);
	}
	return ok;
}

static bool
ask_and_tell(void)
{
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	int64_t value = 0;
	bool ok = went(yb_decision_new(&decision, &err), &err, "decision_new");

	if (!ok)
		EMPTY(decision, "decision_new");
	if (ok) {
		ok = went(questions[asked_now].ask(decision, &err), &err, questions[asked_now].name);
		if (!ok) {
			CHECK(yb_decision_get_outcome(decision) == YB_OUTCOME_NONE, "%s: an outcome without memory", questions[asked_now].name);
			heap.fail_at = 0; /* memory is back: the same decision answers */
			CHECK(questions[asked_now].ask(decision, NULL) == YB_OK, "%s: not again", questions[asked_now].name);
		}
		CHECK(yb_decision_get_outcome(decision) == YB_OUTCOME_ANSWERED, "%s: outcome %d", questions[asked_now].name, (int)yb_decision_get_outcome(decision));
		CHECK(yb_decision_get_result(decision, questions[asked_now].result, &value, NULL) == YB_OK && value == questions[asked_now].value, "%s: %s is %ld",
		      questions[asked_now].name, questions[asked_now].result, (long)value);
	}
	ok = ok && tell_all(decision, &err);
	yb_decision_unref(decision);
	yb_error_unref(err);
	return ok;
}

static bool
load_sections(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	bool ok;

	options.flags = YB_LOAD_STRICT;
	ok = went(yb_policy_loader_new(&options, &loader, &err), &err, "loader_new");
	ok = ok && went(yb_policy_loader_add_buffer(loader, "sections", sections, sizeof(sections) - 1, &err), &err, "add_buffer");
	if (ok) {
		ok = went(yb_policy_set_new(loader, &set, &err), &err, "set_new");
		if (!ok)
			EMPTY(set, "set_new");
	}
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

static bool
run_vectors_of_sections(void)
{
	struct yb_vector_report *report = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_policy_set_run_vectors(asked_set, "990000/390", &report, &err), &err, "run_vectors");

	if (ok)
		for (size_t i = 0; i < yb_vector_report_get_count(report); i++)
			CHECK(*yb_vector_report_get_difference(report, i) == '\0', "%s: %s", yb_vector_report_get_id(report, i), yb_vector_report_get_difference(report, i));
	else
		EMPTY(report, "run_vectors");
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON && ok; format++) {
		char *text = NULL;
		ok = went(yb_vector_report_render_coverage(report, format, YB_LANG_EN, &text, &err), &err, "render_coverage");
		if (!ok)
			EMPTY(text, "render_coverage");
		yb_free(text);
	}
	yb_vector_report_unref(report);
	yb_error_unref(err);
	return ok;
}

static bool
show_sections(void)
{
	struct yb_error *err = NULL;
	bool ok = true;

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON && ok; format++)
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH && ok; lang++) {
			char *text = NULL;
			ok = went(yb_policy_set_render_document(asked_set, "990000/390", YB_DAY_NONE, format, lang, &text, &err), &err, "render_document");
			if (!ok)
				EMPTY(text, "render_document");
			yb_free(text);
		}
	yb_error_unref(err);
	return ok;
}

/* Catalogues, one in two parts, and a bill of lines that are looked up in them. */
static const char *const catalogue_texts[] = {
	"language: 1\nid: 990000/items\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}, b: {issuer: I, url: u, confidence: official}}\n"
	"catalogue: {source: a, parts: [990000/more], columns: [hilist_code, unit, pack, pric_uplmt_amt, limit, source],"
	" rows: [[A, box, 3 piece|9 bag, 10, ~, b], [B, ~, ~, 5, 100, b x], [C, ~, ~, none, ~, ~]]}\n",
	"language: 1\nid: 990000/more\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	"catalogue: {source: a, columns: [hilist_code, chrgitm_lv], rows: [[D, \"01\"]]}\n",
	"language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nreimburse: {source: a, split: {catalogues: [990000/items],"
	" unlisted: own, prior: 10%}, benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}]}]}\n",
	"language: 1\nid: 990000/bad\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	"catalogue: {source: a, columns: [hilist_code, pack], rows: [[A, 2 b], [B, ~], [B, ~], [C, x]]}\n",
};

static const char lines_json[] = "{\"med_type\":\"21\",\"enddate\":\"2026-03-09\",\"feedetl\":[{\"hilist_code\":\"A\",\"yb_unit\":\"bag\",\"cnt\":\"3\",\"pric\":\"2\"},"
	"{\"hilist_code\":\"B\",\"cnt\":\"30\",\"pric\":\"6\"},{\"hilist_code\":\"D\",\"cnt\":\"1\",\"pric\":\"7\"},{\"hilist_code\":\"E\",\"cnt\":\"1\",\"pric\":\"7\"}]}";
static const char insured_json[] = "{\"insuplc_admdvs\":\"990000\",\"insutype\":\"310\",\"psn_type\":\"1101\"}";

/* One question, its rendering, and the question again. */
static bool
ask_of_lines(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim, struct yb_error **err)
{
	struct yb_decision *decision = NULL;
	char *text = NULL;
	bool ok = went(yb_decision_new(&decision, err), err, "decision_new");

	ok = ok && went(yb_settle(set, person, claim, NULL, decision, err), err, "settle by catalogues");
	if (ok)
		CHECK(yb_decision_get_outcome(decision) == YB_OUTCOME_ANSWERED, "line %d", __LINE__);
	ok = ok && went(yb_decision_render(decision, YB_FORMAT_JSON, YB_LANG_ZH, YB_EXPLAIN_FULL, &text, err), err, "render");
	if (ok) {
		long before = heap.count;
		CHECK(yb_settle(set, person, claim, NULL, decision, NULL) == YB_OK && heap.count == before, "lines are looked up with %ld allocations", heap.count - before);
	}
	yb_free(text);
	yb_decision_unref(decision);
	return ok;
}

static bool
ask_by_catalogues(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_policy_loader_new(NULL, &loader, &err), &err, "loader_new");

	for (int i = 0; i < COUNT(catalogue_texts); i++)
		ok = ok && went(yb_policy_loader_add_buffer(loader, "doc", catalogue_texts[i], strlen(catalogue_texts[i]), &err), &err, "add_buffer");
	ok = ok && went(yb_policy_set_new(loader, &set, &err), &err, "set_new");
	if (ok)
		for (size_t i = 0; i < 4; i++)
			CHECK((yb_policy_set_get_fault(set, i) != NULL) == (i == 3), "document %d", (int)i);
	ok = ok && went(yb_person_new_from_json(insured_json, sizeof(insured_json) - 1, "person", &person, &err), &err, "person");
	ok = ok && went(yb_claim_new_from_json(lines_json, sizeof(lines_json) - 1, "claim", &claim, &err), &err, "claim");
	ok = ok && ask_of_lines(set, person, claim, &err);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

static bool
tell_failures(void)
{
	static const char text[] = "language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\nreimburse: {source: a, benefits: [{id: b, layers: "
		"[{id: l, pays: hifp_pay, ratio: 80%}]}]}\nvectors: [{id: v, ask: reimburse, claim: {medfee_sumamt: 5, fulamt_ownpay_amt: 0, overlmt_selfpay: 0,"
		" preselfpay_amt: 0}, expect: {l.paid: 5}}, {id: w, ask: reimburse, claim: {}, expect: {l.paid: 5}}]\n";
	struct yb_policy_loader *loader = NULL;
	struct yb_vector_report *report = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_policy_loader_new(NULL, &loader, &err), &err, "loader_new");

	ok = ok && went(yb_policy_loader_add_buffer(loader, "doc", text, sizeof(text) - 1, &err), &err, "add_buffer");
	ok = ok && went(yb_policy_set_new(loader, &set, &err), &err, "set_new");
	ok = ok && went(yb_policy_set_run_vectors(set, "990000/310", &report, &err), &err, "run_vectors");
	if (ok)
		CHECK(*yb_vector_report_get_steps(report, 0, YB_LANG_EN) && *yb_vector_report_get_steps(report, 1, YB_LANG_ZH), "line %d", __LINE__);
	else
		EMPTY(report, "run_vectors");
	yb_vector_report_unref(report);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return ok;
}

static bool
tell_difference(void)
{
	struct yb_difference_options options = YB_DIFFERENCE_OPTIONS_INIT;
	struct yb_error *err = NULL;
	bool ok = true;

	options.cases = 2;
	options.examples = 2;
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON && ok; format++) {
		char *text = NULL;
		ok = went(yb_policy_set_render_difference(asked_set, "990000/390", policies, "110000/310", &options, format, YB_LANG_EN, &text, &err), &err,
		          "render_difference");
		if (!ok)
			EMPTY(text, "render_difference");
		yb_free(text);
	}
	yb_error_unref(err);
	return ok;
}

/* Checks that are proven, one that fails as a note, and one that refuses a question. */
static const char checks_text[] =
	"language: 1\nid: 990000/310\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	"values: {source: a, low: {unit: money, value: 1}, high: {by: [gend, age], rows: [[\"1\", any, 4], [\"2\", ..59, 3], [\"2\", 60.., 0.5]], else: 7}}\n"
	"checks: {rules: [{id: a, severity: note, rising: [low, high], text: {zh: a, en: b}}, {id: b, rising: stay.l.ratio, along: {retired: [no, yes]},"
	" text: {zh: a, en: b}}, {id: c, asks: any, holds: {gend: \"1\"}, text: {zh: a, en: b}}]}\n"
	"fee: {source: a, charges: [{id: b, payers: {person: 5}}]}\nreimburse: {source: a, benefits: [{id: stay, layers: [{id: l, pays: hifp_pay, ratio: 80%,"
	" modify: [{id: m, when: {psn_type: 12*}, add: 5%}]}]}]}\n";

static bool
ask_with_checks(void)
{
	static const char woman[] = "{\"insuplc_admdvs\":\"990000\",\"insutype\":\"310\",\"gend\":\"2\"}";
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_person *person = NULL;
	struct yb_decision *decision = NULL;
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	struct yb_error *err = NULL, *note = NULL;
	char *text = NULL;
	bool ok = went(yb_policy_loader_new(NULL, &loader, &err), &err, "loader_new");

	ok = ok && went(yb_policy_loader_add_buffer(loader, "doc", checks_text, sizeof(checks_text) - 1, &err), &err, "add_buffer");
	ok = ok && went(yb_policy_set_new(loader, &set, &note), &note, "set_new");
	if (ok)
		CHECK(!yb_policy_set_get_fault(set, 0) && note && yb_error_get_severity(note) == YB_SEVERITY_NOTE, "line %d", __LINE__);
	options.year = 2026;
	ok = ok && went(yb_person_new_from_json(woman, sizeof(woman) - 1, "person", &person, &err), &err, "person");
	ok = ok && went(yb_decision_new(&decision, &err), &err, "decision_new");
	ok = ok && went(yb_fee(set, person, &options, decision, &err), &err, "a fee with checks");
	if (ok)
		CHECK(yb_decision_get_outcome(decision) == YB_OUTCOME_REFUSED, "line %d", __LINE__);
	ok = ok && went(yb_policy_set_render_document(set, "990000/310", YB_DAY_NONE, YB_FORMAT_TEXT, YB_LANG_EN, &text, &err), &err, "render_document");
	yb_free(text);
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(note);
	yb_error_unref(err);
	return ok;
}

/* A decision goes from set to set: what it took for one before memory ran out must do for none but that one. */
static yb_status
question_in_turn(int which, struct yb_decision *decision, struct yb_error **err)
{
	return which % 2 == 0 ? question_fee(decision, err) : yb_settle(policies, one_person, one_claim, NULL, decision, err);
}

static bool
ask_in_turn(int first)
{
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_decision_new(&decision, &err), &err, "decision_new");

	for (int i = first; i < first + 2 && ok; i++)
		ok = went(question_in_turn(i, decision, &err), &err, "a question in turn");
	if (!ok && decision) {
		heap.fail_at = 0;
		for (int i = first; i < first + 4; i++) {
			CHECK(question_in_turn(i, decision, NULL) == YB_OK, "question %d of %d: not again", i, first);
			CHECK(yb_decision_get_outcome(decision) == YB_OUTCOME_ANSWERED, "question %d of %d: no answer", i, first);
		}
	}
	yb_decision_unref(decision);
	yb_error_unref(err);
	return ok;
}

static bool
fee_then_bill(void)
{
	return ask_in_turn(0);
}

static bool
bill_then_fee(void)
{
	return ask_in_turn(1);
}

/* ---- the ledger ---- */

/*
 * The database does without some of what it asks for, so a call may succeed although an allocation failed. What is asked of every call:
 * YB_OK and all is done, or YB_E_NO_MEMORY, an error object, and nothing is.
 */

static char folder[40], ledger_path[80], key_path[100], journal_path[100];

/* Posted in this order; what one hangs on stands before it. */
static const char *const happened[] = {
	"{\"key\":\"o\",\"kind\":\"opening\",\"psn_no\":\"P1\",\"certno\":\"11010519491231002X\",\"business_day\":\"2026-01-01\",\"amount\":1000}",
	"{\"key\":\"k\",\"kind\":\"credit\",\"certno\":\"11010519491231002X\",\"business_day\":\"2026-01-05\",\"period\":\"2026-01\",\"amount\":\"170.00\"}",
	"{\"key\":\"i\",\"kind\":\"interest\",\"psn_no\":\"P1\",\"business_day\":\"2026-01-05\",\"amount\":3,\"current\":{\"amount\":3,\"rate\":\"0.35%\"}}",
	"{\"key\":\"g\",\"kind\":\"authorization\",\"psn_no\":\"P1\",\"business_day\":\"2026-01-05\",\"member\":\"P2\",\"form\":\"pool\",\"from\":\"2026-01-01\","
	"\"limit\":{\"each\":500,\"year\":1000}}",
	"{\"key\":\"w\",\"kind\":\"authorization\",\"psn_no\":\"P1\",\"business_day\":\"2026-01-05\",\"member\":\"P2\",\"form\":\"wallet\",\"from\":\"2026-01-01\","
	"\"limit\":{\"day\":500,\"count\":3}}",
	"{\"key\":\"c\",\"kind\":\"contribution\",\"psn_no\":\"P2\",\"business_day\":\"2026-01-06\",\"insutype\":\"390\",\"period\":\"2026\",\"sharer\":\"P1\","
	"\"shares\":{\"person\":300,\"account\":100,\"finsubs\":700},\"channel\":\"wx_city\"}",
	"{\"key\":\"f\",\"kind\":\"failure\",\"psn_no\":\"P2\",\"business_day\":\"2026-01-07\",\"reverses\":\"c\",\"reason\":\"no funds\"}",
	"{\"key\":\"c2\",\"kind\":\"contribution\",\"psn_no\":\"P2\",\"business_day\":\"2026-01-08\",\"insutype\":\"390\",\"period\":\"2026\",\"sharer\":\"P1\","
	"\"shares\":{\"person\":300,\"account\":100,\"finsubs\":700},\"channel\":\"wx_city\",\"belongs\":\"f\"}",
	"{\"key\":\"s\",\"kind\":\"settlement\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-01\",\"insutype\":\"310\",\"med_type\":\"21\",\"mdtrt_id\":\"Z1\","
	"\"policy\":\"110000/310\",\"sharer\":\"P1\",\"setlinfo\":{\"medfee_sumamt\":1000,\"hifp_pay\":800,\"fund_pay_sumamt\":800,\"psn_part_amt\":200,\"acct_pay\":150,"
	"\"psn_cash_pay\":50,\"acct_mulaid_pay\":150},\"funds\":{\"310100\":700,\"330100\":100},\"totals\":[{\"on\":\"2026-02-01\",\"episode\":\"Z1\",\"sums\":"
	"{\"basic.base\":1000,\"basic.pay\":800}}],\"receipt\":{\"schema\":\"x\",\"of\":[1,{\"a\":\"b\"}]}}",
	"{\"key\":\"a\",\"kind\":\"adjustment\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-02\",\"belongs\":\"s\",\"reason\":\"late\",\"policy\":\"110000/310\","
	"\"setlinfo\":{\"hifp_pay\":50,\"fund_pay_sumamt\":50,\"psn_part_amt\":-50,\"acct_pay\":-50},\"entries\":{\"account/P2\":50,\"fund/310100\":-50},"
	"\"totals\":[{\"on\":\"2026-02-01\",\"episode\":\"Z1\",\"sums\":{\"basic.pay\":50}}]}",
	"{\"key\":\"s2\",\"kind\":\"settlement\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-03\",\"insutype\":\"310\",\"sharer\":\"P1\",\"setlinfo\":"
	"{\"medfee_sumamt\":20,\"fund_pay_sumamt\":0,\"psn_part_amt\":20,\"acct_pay\":10,\"psn_cash_pay\":10,\"acct_mulaid_pay\":10}}",
	"{\"key\":\"r\",\"kind\":\"reversal\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-04\",\"reverses\":\"s\",\"infno\":\"2305\"}",
	"{\"key\":\"h1\",\"kind\":\"share\",\"psn_no\":\"P1\",\"business_day\":\"2026-02-05\",\"belongs\":\"w\",\"member\":\"P2\",\"amount\":10}",
	"{\"key\":\"ha\",\"kind\":\"share-accept\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-05\",\"belongs\":\"h1\"}",
	"{\"key\":\"h2\",\"kind\":\"share\",\"psn_no\":\"P1\",\"business_day\":\"2026-02-05\",\"belongs\":\"w\",\"member\":\"P2\",\"amount\":10}",
	"{\"key\":\"hr\",\"kind\":\"share-return\",\"psn_no\":\"P1\",\"business_day\":\"2026-02-06\",\"belongs\":\"h2\"}",
	"{\"key\":\"v\",\"kind\":\"revocation\",\"psn_no\":\"P1\",\"business_day\":\"2026-02-07\",\"belongs\":\"w\"}",
	"{\"key\":\"q\",\"kind\":\"refund-request\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-08\",\"belongs\":\"c2\",\"amount\":350,\"reason\":\"twice\"}",
	"{\"key\":\"n\",\"kind\":\"refund-refusal\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-08\",\"belongs\":\"q\",\"reason\":\"late\"}",
	"{\"key\":\"q2\",\"kind\":\"refund-request\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-08\",\"belongs\":\"c2\",\"amount\":350,\"reason\":\"twice\"}",
	"{\"key\":\"p\",\"kind\":\"refund\",\"psn_no\":\"P2\",\"business_day\":\"2026-02-09\",\"belongs\":\"q2\"}",
	"{\"key\":\"to\",\"kind\":\"transfer-out\",\"psn_no\":\"P1\",\"business_day\":\"2026-02-10\",\"region\":\"310000\",\"amount\":10}",
	"{\"key\":\"ta\",\"kind\":\"transfer-arrival\",\"psn_no\":\"P1\",\"business_day\":\"2026-02-11\",\"belongs\":\"to\"}",
	"{\"key\":\"ti\",\"kind\":\"transfer-in\",\"psn_no\":\"P3\",\"business_day\":\"2026-02-12\",\"region\":\"440300\",\"amount\":10}",
	"{\"key\":\"z\",\"kind\":\"clearing\",\"business_day\":\"2026-02-12\",\"channel\":\"wx_city\",\"amount\":300}",
	"{\"key\":\"zz\",\"kind\":\"closing\",\"business_day\":\"2026-02-13\",\"through\":\"2026-01-31\"}",
};
#define TODAY 20600 /* 2026-05-27 */

/* Only to be checked when the heap is no longer counting. */
static void
done_or_nothing(yb_status st, const struct yb_error *err, const char *what)
{
	CHECK(st == YB_OK || (st == YB_E_NO_MEMORY && err && heap.hit), "%s: %s when allocation %ld fails%s: %s", what, yb_status_name(st), heap.fail_at,
	      heap.sticky ? " and all after it" : "", err ? yb_error_get_message(err) : "");
	CHECK((st == YB_OK) == (err == NULL), "%s: %s and an error object", what, yb_status_name(st));
}

static struct yb_transaction *
told(int which)
{
	struct yb_transaction *t = NULL;

	ck_assert_int_eq(yb_transaction_new_from_json(happened[which], strlen(happened[which]), "t", &t, NULL), YB_OK);
	return t;
}

static void
begin_to_fail(long n, bool sticky)
{
	heap.hit = false;
	heap.count = 0;
	heap.fail_at = n;
	heap.sticky = sticky;
}

static struct yb_ledger *
opened(void)
{
	struct yb_ledger *ledger = NULL;

	heap.fail_at = 0;
	CHECK(yb_ledger_open(ledger_path, NULL, &ledger, NULL) == YB_OK, "the ledger cannot be opened");
	return ledger;
}

static void
post_in_peace(int which)
{
	struct yb_ledger *ledger = opened();
	struct yb_transaction *t = told(which);
	struct yb_error *err = NULL;
	int64_t seq = 0;
	yb_status st = yb_ledger_post(ledger, t, TODAY, &seq, NULL, &err);

	CHECK(st == YB_OK && seq == which + 1, "%s: %s", happened[which], err ? yb_error_get_message(err) : yb_status_name(st));
	yb_transaction_unref(t);
	yb_ledger_unref(ledger);
}

/* Posted in a batch of a ledger that was just opened, and taken back: did an allocation fail? */
static bool
post_and_fail(int which, long n, bool sticky)
{
	struct yb_ledger *ledger;
	struct yb_transaction *t = told(which);
	struct yb_error *err = NULL;
	int64_t seq = 0, last = 0;
	int32_t existed = 0;
	bool hit;
	yb_status st;

	heap.live = 0;
	heap.on = true;
	ledger = opened();
	CHECK(yb_ledger_begin(ledger, NULL) == YB_OK, "no batch");
	begin_to_fail(n, sticky);
	st = yb_ledger_post(ledger, t, TODAY, &seq, NULL, &err);
	hit = heap.hit;
	heap.fail_at = 0;
	done_or_nothing(st, err, happened[which]);
	yb_error_unref(err);
	/* a failed allocation may have ended the batch; then nothing of it is kept, and a new one begins */
	if (yb_ledger_get_head(ledger, &last, NULL, NULL) != YB_OK) {
		CHECK(st == YB_E_NO_MEMORY, "%s: the batch has ended", happened[which]);
		(void)yb_ledger_rollback(ledger, NULL);
		CHECK(yb_ledger_begin(ledger, NULL) == YB_OK, "no second batch");
		CHECK(yb_ledger_get_head(ledger, &last, NULL, NULL) == YB_OK, "no head");
	}
	CHECK(last == which + (st == YB_OK), "%s: %s, and %ld are posted", happened[which], yb_status_name(st), (long)last);
	CHECK(yb_ledger_post(ledger, t, TODAY, &seq, &existed, NULL) == YB_OK, "%s: not posted afterwards", happened[which]);
	CHECK(existed == (st == YB_OK) && seq == which + 1, "%s: posted as %ld", happened[which], (long)seq);
	yb_ledger_unref(ledger);
	heap.on = false;
	CHECK(heap.live == 0, "%s: %ld blocks are left after allocation %ld", happened[which], heap.live, n);
	yb_transaction_unref(t);
	return hit;
}

START_TEST(a_post_of_every_kind_is_whole_or_nothing)
{
	long points = 0;

	for (int which = 0; which < COUNT(happened); which++) {
		for (int sticky = 0; sticky < 2; sticky++)
			for (long n = 1; post_and_fail(which, n, sticky); n += sticky ? 13 : n < 60 ? 1 : 11)
				points++;
		post_in_peace(which);
	}
	if (getenv("YB_VERBOSE"))
		(void)printf("posts of every kind: %ld points\n", points);
	ck_assert_int_gt(points, 26 * 100);
}
END_TEST

/* The same with the commit, on the disk: what a later handle finds is what the call has said. */
START_TEST(a_durable_post_is_whole_or_nothing)
{
	bool hit = true;

	for (long n = 1; hit; n += 7) {
		struct yb_transaction *t;
		struct yb_error *err = NULL;
		struct yb_ledger *ledger = opened();
		char json[160];
		int64_t seq = 0, before = 0, after = 0;
		yb_status st;
		(void)snprintf(json, sizeof(json), "{\"key\":\"d%ld\",\"kind\":\"opening\",\"psn_no\":\"D%ld\",\"business_day\":\"2026-04-01\",\"amount\":1}", n, n);
		ck_assert_int_eq(yb_transaction_new_from_json(json, strlen(json), "t", &t, NULL), YB_OK);
		ck_assert_int_eq(yb_ledger_get_head(ledger, &before, NULL, NULL), YB_OK);
		begin_to_fail(n, n % 2);
		heap.on = true;
		st = yb_ledger_post(ledger, t, TODAY, &seq, NULL, &err);
		heap.on = false;
		hit = heap.hit;
		done_or_nothing(st, err, "a durable post");
		yb_error_unref(err);
		yb_ledger_unref(ledger);
		ledger = opened();
		ck_assert_int_eq(yb_ledger_get_head(ledger, &after, NULL, NULL), YB_OK);
		CHECK(after == before + (st == YB_OK), "%s after allocation %ld, and %ld follows %ld", yb_status_name(st), n, (long)after, (long)before);
		yb_ledger_unref(ledger);
		yb_transaction_unref(t);
	}
}
END_TEST

/* ---- settlements on a ledger ---- */

static const char insured_there[] = "{\"psn_no\":\"P1\",\"insutype\":\"310\",\"psn_type\":\"1101\",\"insuplc_admdvs\":\"110000\",\"psn_idet_type\":[],"
	"\"cvlserv_flag\":\"0\",\"brdy\":\"1984-05-17\"}";
static const char *const bills_there[2] = { /* the second comes late */
	"{\"mdtrt_id\":\"Z2\",\"med_type\":\"21\",\"hosp_lv\":\"02\",\"mdtrtarea_admvs\":\"110000\",\"begndate\":\"2026-03-01\",\"enddate\":\"2026-03-09\","
	"\"medfee_sumamt\":52000,\"fulamt_ownpay_amt\":1000,\"overlmt_selfpay\":0,\"preselfpay_amt\":1000,\"inscp_scp_amt\":50000}",
	"{\"mdtrt_id\":\"Z1\",\"med_type\":\"21\",\"hosp_lv\":\"02\",\"mdtrtarea_admvs\":\"110000\",\"begndate\":\"2026-01-01\",\"enddate\":\"2026-01-09\","
	"\"medfee_sumamt\":12000,\"fulamt_ownpay_amt\":1000,\"overlmt_selfpay\":0,\"preselfpay_amt\":1000,\"inscp_scp_amt\":10000}",
};

/* Settled with what the ledger knows, and posted. */
static yb_status
settle_there(struct yb_ledger *ledger, const struct yb_person *person, const struct yb_claim *claim, const char *key, struct yb_error **err)
{
	struct yb_decision *decision = NULL;
	struct yb_transaction *t = NULL;
	int64_t seq = 0;
	yb_status st = yb_decision_new(&decision, err);

	if (st == YB_OK)
		st = yb_ledger_settle(ledger, policies, person, claim, NULL, decision, err);
	if (st == YB_OK)
		st = yb_transaction_new(&t, err);
	if (st == YB_OK)
		st = yb_transaction_set_text(t, "key", key, strlen(key));
	if (st == YB_OK)
		st = yb_transaction_set_decision(t, decision, err);
	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, TODAY, &seq, NULL, err);
	yb_transaction_unref(t);
	yb_decision_unref(decision);
	return st;
}

static yb_status
resettle_there(struct yb_ledger *ledger, int32_t *adjusted, struct yb_error **err)
{
	char *report = NULL;
	yb_status st = yb_ledger_resettle(ledger, "P1", 2026, NULL, TODAY, YB_FORMAT_JSON, YB_LANG_EN, adjusted, &report, err);

	yb_free(report);
	return st;
}

/* Step 0 posts the first bill, 1 the second, 2 works both out again; `which` is the one in which allocation n fails. */
static bool
settle_and_fail(int which, long n, const struct yb_person *person, struct yb_claim *const claims[2])
{
	struct yb_ledger *ledger = NULL;
	bool hit = false;
	yb_fen fen = 0;

	heap.live = 0;
	heap.fail_at = 0;
	heap.on = true;
	CHECK(yb_ledger_open_memory(&ledger, NULL) == YB_OK, "no ledger");
	for (int step = 0; step < 3; step++) {
		struct yb_error *err = NULL;
		int32_t adjusted = -1;
		yb_status st;
		begin_to_fail(step == which ? n : 0, n % 2);
		st = step < 2 ? settle_there(ledger, person, claims[step], step ? "Z1" : "Z2", &err) : resettle_there(ledger, &adjusted, &err);
		hit = hit || (step == which && heap.hit);
		heap.fail_at = 0;
		CHECK(st == YB_OK || (st == YB_E_NO_MEMORY && heap.hit), "step %d: %s when allocation %ld fails", step, yb_status_name(st), n);
		yb_error_unref(err);
		if (st != YB_OK) /* memory is back */
			st = step < 2 ? settle_there(ledger, person, claims[step], step ? "Z1" : "Z2", NULL) : resettle_there(ledger, &adjusted, NULL);
		CHECK(st == YB_OK, "step %d: %s after allocation %ld failed", step, yb_status_name(st), n);
	}
	CHECK(yb_ledger_get_balance(ledger, "fund/310100", YB_AXIS_BUSINESS, YB_DAY_NONE, &fen, NULL) == YB_OK, "no balance");
	/* 85 % of 10,000 - 1,300, and 42,895 with 85 % of the 650 that a second stay spares */
	CHECK(fen == INT64_C(-5084250), "the fund has %lld", (long long)fen);
	yb_ledger_unref(ledger);
	heap.on = false;
	CHECK(heap.live == 0, "%ld blocks are left after allocation %ld of step %d", heap.live, n, which);
	return hit;
}

START_TEST(a_settlement_on_a_ledger_is_whole_or_nothing)
{
	struct yb_person *person = NULL;
	struct yb_claim *claims[2] = { NULL, NULL };

	ck_assert_int_eq(yb_person_new_from_json(insured_there, strlen(insured_there), "person", &person, NULL), YB_OK);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(yb_claim_new_from_json(bills_there[i], strlen(bills_there[i]), "claim", &claims[i], NULL), YB_OK);
	for (int which = 0; which < 3; which++)
		for (long n = 1; settle_and_fail(which, n, person, claims); n += which == 2 ? 1 + n / 9 : 1 + n / 30)
			;
	yb_person_unref(person);
	yb_claim_unref(claims[0]);
	yb_claim_unref(claims[1]);
}
END_TEST

/* Nothing is left of a ledger that could not be made. */
START_TEST(a_ledger_is_made_and_opened_or_not)
{
	char path[100], path_key[120], path_journal[120];
	bool hit = true;

	(void)snprintf(path, sizeof(path), "%s/new", folder);
	(void)snprintf(path_key, sizeof(path_key), "%s.key", path);
	(void)snprintf(path_journal, sizeof(path_journal), "%s-journal", path);
	for (long n = 1; hit; n += n < 100 ? 1 : 7) {
		struct yb_error *err = NULL;
		yb_status st;
		begin_to_fail(n, n % 2);
		heap.live = 0;
		heap.on = true;
		st = yb_ledger_create(path, &err);
		hit = heap.hit;
		done_or_nothing(st, err, "create");
		yb_error_unref(err);
		heap.on = false;
		CHECK(heap.live == 0, "create: %ld blocks are left after allocation %ld", heap.live, n);
		CHECK((access(path, F_OK) == 0) == (st == YB_OK) && (access(path_key, F_OK) == 0) == (st == YB_OK), "create: %s after allocation %ld, but files",
		      yb_status_name(st), n);
		CHECK(access(path_journal, F_OK) != 0, "create: a journal is left after allocation %ld", n);
		if (st == YB_OK)
			CHECK((unlink(path) | unlink(path_key)) == 0, "no files");
	}
	for (int memory = 0; memory < 2; memory++)
		for (long n = 1, hits = 1; hits; n++) {
			struct yb_ledger *ledger = NULL;
			struct yb_error *err = NULL;
			yb_status st;
			begin_to_fail(n, n % 2);
			heap.live = 0;
			heap.on = true;
			st = memory ? yb_ledger_open_memory(&ledger, &err) : yb_ledger_open(ledger_path, NULL, &ledger, &err);
			hits = heap.hit;
			done_or_nothing(st, err, "open");
			CHECK((st == YB_OK) == (ledger != NULL), "open: %s and a ledger", yb_status_name(st));
			yb_ledger_unref(ledger);
			yb_error_unref(err);
			heap.on = false;
			CHECK(heap.live == 0, "open: %ld blocks are left after allocation %ld", heap.live, n);
		}
}
END_TEST

static yb_status
ask_ledger(struct yb_ledger *ledger, int question, struct yb_error **err)
{
	char *text = NULL;
	int64_t seq = 0;
	yb_fen fen = 0;
	yb_status st;

	switch (question) {
	case 0: st = yb_ledger_get_balance(ledger, "fund/310100", YB_AXIS_BUSINESS, 20500, &fen, err); break;
	case 1: st = yb_ledger_get_balance(ledger, "fund/310100", YB_AXIS_POSTING, TODAY, &fen, err); break;
	case 2: st = yb_ledger_get_head(ledger, &seq, NULL, err); break;
	case 3: st = yb_ledger_find(ledger, "s", &seq, err); break;
	case 4: st = yb_ledger_dup_transaction(ledger, 9, &text, err); break;
	default: st = yb_ledger_dup_person(ledger, "P1", "11010519491231002X", &text, err); break;
	}
	CHECK(question < 4 || (st == YB_OK) == (text != NULL), "question %d: an output is set", question);
	yb_free(text);
	return st;
}

START_TEST(a_ledger_is_asked_or_not)
{
	for (int question = 0; question < 6; question++)
		for (long n = 1, hits = 1; hits; n++) {
			struct yb_ledger *ledger;
			struct yb_error *err = NULL;
			yb_status st;
			heap.live = 0;
			heap.on = true;
			ledger = opened();
			begin_to_fail(n, n % 2);
			st = ask_ledger(ledger, question, &err);
			hits = heap.hit;
			done_or_nothing(st, err, "a question");
			heap.fail_at = 0;
			yb_error_unref(err);
			CHECK(ask_ledger(ledger, question, NULL) == YB_OK, "question %d: no answer afterwards", question);
			yb_ledger_unref(ledger);
			heap.on = false;
			CHECK(heap.live == 0, "question %d: %ld blocks are left after allocation %ld", question, heap.live, n);
		}
}
END_TEST

/* That memory is short is never taken for a fault of the ledger. */
START_TEST(a_ledger_is_verified_or_not)
{
	long points = 0;

	for (int sticky = 0; sticky < 2; sticky++)
		for (long n = 1, hits = 1; hits; n += n < 120 ? 1 : sticky ? 97 : 41, points++) {
			struct yb_ledger_report *report = NULL;
			struct yb_ledger *ledger;
			struct yb_error *err = NULL;
			char *text = NULL;
			yb_status st;
			heap.live = 0;
			heap.on = true;
			ledger = opened();
			begin_to_fail(n, sticky);
			st = yb_ledger_verify(ledger, NULL, 0, NULL, &report, &err);
			hits = heap.hit;
			done_or_nothing(st, err, "verify");
			CHECK((st == YB_OK) == (report != NULL), "verify: %s and a report", yb_status_name(st));
			CHECK(yb_ledger_report_get_failed(report) == 0, "verify: %ld finds a fault", n);
			yb_error_unref(err);
			err = NULL;
			if (st == YB_OK) {
				begin_to_fail(1 + n % 3, true);
				st = yb_ledger_report_render(report, n % 2 ? YB_FORMAT_JSON : YB_FORMAT_TEXT, YB_LANG_ZH, &text, &err);
				done_or_nothing(st, err, "report");
				CHECK((st == YB_OK) == (text != NULL), "report: an output is set");
				yb_free(text);
				yb_error_unref(err);
			}
			heap.fail_at = 0;
			yb_ledger_report_unref(report);
			yb_ledger_unref(ledger);
			heap.on = false;
			CHECK(heap.live == 0, "verify: %ld blocks are left after allocation %ld", heap.live, n);
		}
	if (getenv("YB_VERBOSE"))
		(void)printf("verify: %ld points\n", points);
	ck_assert_int_gt(points, 200);
}
END_TEST

static char *exported[64];
static int exported_count;

static void
export_in_peace(void)
{
	struct yb_ledger *ledger = opened();
	struct yb_ledger_export *writer = NULL;
	const char *line;
	size_t length;

	ck_assert_int_eq(yb_ledger_export_new(ledger, &writer, NULL), YB_OK);
	for (exported_count = 0; yb_ledger_export_next(writer, &line, &length, NULL) == YB_OK; exported_count++)
		exported[exported_count] = strdup(line);
	ck_assert_int_gt(exported_count, COUNT(happened));
	yb_ledger_export_unref(writer);
	yb_ledger_unref(ledger);
}

static void
drop_exported(void)
{
	for (int i = 0; i < exported_count; i++)
		free(exported[i]);
}

/* A line that failed for lack of memory comes when it is asked for again. */
START_TEST(a_ledger_is_written_out_or_not)
{
	export_in_peace();
	for (int sticky = 0; sticky < 2; sticky++)
		for (long n = 1, hits = 1; hits; n++) {
			struct yb_ledger_export *writer = NULL;
			struct yb_ledger *ledger;
			struct yb_error *err = NULL;
			const char *line;
			size_t length;
			yb_status st;
			heap.live = 0;
			heap.on = true;
			ledger = opened();
			begin_to_fail(n, sticky);
			st = yb_ledger_export_new(ledger, &writer, &err);
			done_or_nothing(st, err, "export");
			CHECK((st == YB_OK) == (writer != NULL), "export: %s and a writer", yb_status_name(st));
			for (int i = 0; i < exported_count && st == YB_OK; i++) {
				st = yb_ledger_export_next(writer, &line, &length, &err);
				if (st != YB_OK) {
					done_or_nothing(st, err, "a line");
					CHECK(line == NULL, "export: a line that is none");
					yb_error_unref(err);
					err = NULL;
					heap.fail_at = 0;
					st = yb_ledger_export_next(writer, &line, &length, NULL);
				}
				CHECK(st == YB_OK && !strcmp(line, exported[i]), "export: another line %d after allocation %ld", i + 1, n);
			}
			hits = heap.hit;
			heap.fail_at = 0;
			yb_error_unref(err);
			yb_ledger_export_unref(writer);
			yb_ledger_unref(ledger);
			heap.on = false;
			CHECK(heap.live == 0, "export: %ld blocks are left after allocation %ld", heap.live, n);
		}
	drop_exported();
}
END_TEST

/* All of it is there or nothing, and the ledger serves afterwards. */
START_TEST(a_ledger_is_read_in_or_not)
{
	long points = 0;

	export_in_peace();
	for (int sticky = 0; sticky < 2; sticky++)
		for (long n = 1, hits = 1; hits; n += n < 100 ? 1 : sticky ? 211 : 83, points++) {
			struct yb_ledger *ledger = NULL;
			int64_t seq = 0;
			heap.live = 0;
			heap.fail_at = 0;
			heap.on = true;
			CHECK(yb_ledger_open_memory(&ledger, NULL) == YB_OK, "no ledger");
			for (int again = 0; again < 2; again++) {
				struct yb_ledger_import *reader = NULL;
				struct yb_error *err = NULL;
				yb_status st;
				begin_to_fail(again ? 0 : n, sticky);
				st = yb_ledger_import_new(ledger, "x", &reader, &err);
				CHECK((st == YB_OK) == (reader != NULL), "import: %s and a reader", yb_status_name(st));
				for (int i = 0; i < exported_count && st == YB_OK; i++)
					st = yb_ledger_import_line(reader, exported[i], strlen(exported[i]), &err);
				if (st == YB_OK)
					st = yb_ledger_import_finish(reader, &err);
				if (!again)
					hits = heap.hit;
				done_or_nothing(st, err, "import");
				heap.fail_at = 0;
				yb_error_unref(err);
				yb_ledger_import_unref(reader);
				CHECK(yb_ledger_get_head(ledger, &seq, NULL, NULL) == YB_OK, "import: no head");
				CHECK(seq == (st == YB_OK ? exported_count - 1 : 0), "import: %s and %ld are there", yb_status_name(st), (long)seq);
				if (st == YB_OK)
					break;
			}
			yb_ledger_unref(ledger);
			heap.on = false;
			CHECK(heap.live == 0, "import: %ld blocks are left after allocation %ld", heap.live, n);
		}
	drop_exported();
	if (getenv("YB_VERBOSE"))
		(void)printf("import: %ld points\n", points);
	ck_assert_int_gt(points, 200);
}
END_TEST

/* Facts of transactions: here the library alone allocates, and every failure shows. */
static bool
tell_facts(void)
{
	struct yb_transaction *t = NULL, *other = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;
	bool ok = went(yb_transaction_new_from_json(happened[8], strlen(happened[8]), "t", &t, &err), &err, "transaction_new_from_json");

	if (!ok)
		EMPTY(t, "transaction_new_from_json");
	if (ok) {
		ok = went(yb_transaction_dup_json(t, &text, &err), &err, "transaction_dup_json");
		if (!ok)
			EMPTY(text, "transaction_dup_json");
	}
	ok = ok && went(yb_transaction_new(&other, &err), &err, "transaction_new");
	if (ok) {
		yb_status st = yb_transaction_set_text(other, "reason", "a reason that is longer than what is kept for a short one", 57);
		if (st == YB_OK)
			st = yb_transaction_set_fen(other, "funds.310100", 1);
		CHECK(st == YB_OK ? !heap.hit : st == YB_E_NO_MEMORY, "a setter: %s", yb_status_name(st));
		ok = st == YB_OK;
	}
	yb_free(text);
	yb_transaction_unref(t);
	yb_transaction_unref(other);
	yb_error_unref(err);
	return ok;
}

static void
make_ledger(void)
{
	struct yb_ledger *ledger = NULL;

	(void)snprintf(folder, sizeof(folder), "/tmp/yibao-alloc-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(ledger_path, sizeof(ledger_path), "%s/x.ledger", folder);
	(void)snprintf(key_path, sizeof(key_path), "%s.key", ledger_path);
	(void)snprintf(journal_path, sizeof(journal_path), "%s-journal", ledger_path);
	ck_assert_int_eq(yb_ledger_create(ledger_path, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK); /* what the database keeps for ever is there from now on */
	yb_ledger_unref(ledger);
}

static void
remove_ledger(void)
{
	(void)unlink(journal_path);
	ck_assert_int_eq(unlink(ledger_path) | unlink(key_path) | rmdir(folder), 0);
}

/* ---- the n-th allocation ---- */

/* Each of the first ones fails; of the many that a large document takes, one in so many. */
#define DENSE 4000
#define STRIDE 23

/* An answer with its receipt, the texts kept, and all worked out again. */
static bool
keep_and_verify(void)
{
	struct yb_settle_options options = YB_SETTLE_OPTIONS_INIT;
	struct yb_policy_archive *archive = NULL;
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	char *text = NULL, *report = NULL;
	yb_verdict verdict = 0;
	bool ok;

	options.flags = YB_SETTLE_RECEIPT;
	ok = went(yb_decision_new(&decision, &err), &err, "decision_new");
	if (ok) {
		ok = went(yb_settle(policies, one_person, one_claim, &options, decision, &err), &err, "settle");
		if (!ok)
			CHECK(yb_decision_get_outcome(decision) == YB_OUTCOME_NONE, "an outcome without memory");
	}
	ok = ok && went(yb_policy_archive_new(NULL, 0, &archive, &err), &err, "archive_new");
	ok = ok && went(yb_policy_archive_add_decision(archive, decision, &err), &err, "add_decision");
	if (ok) {
		ok = went(yb_decision_dup_receipt(decision, &text, &err), &err, "dup_receipt");
		if (!ok)
			EMPTY(text, "dup_receipt");
	}
	if (ok) {
		ok = went(yb_receipt_verify(archive, text, strlen(text), "receipt", YB_FORMAT_JSON, YB_LANG_EN, &verdict, &report, &err), &err, "verify");
		if (ok)
			CHECK(verdict == YB_VERDICT_EQUAL, "%s", report);
		else
			CHECK(report == NULL && verdict == 0, "a report after allocation %ld failed", heap.fail_at);
	}
	yb_free(text);
	text = NULL;
	if (ok) {
		ok = went(yb_decision_dup_result(decision, "marginal", &text, &err), &err, "marginal");
		if (!ok)
			EMPTY(text, "marginal");
	}
	if (ok) {
		yb_status st = yb_decision_get_change(decision, 0, &(yb_change){ 0 }, &(const char *){ NULL }, &(int64_t){ 0 }, NULL);
		CHECK(st == YB_OK ? !heap.hit : st == YB_E_NO_MEMORY, "get_change: %s", yb_status_name(st));
		ok = st == YB_OK;
	}
	yb_free(text);
	yb_free(report);
	yb_policy_archive_unref(archive);
	yb_decision_unref(decision);
	yb_error_unref(err);
	return ok;
}

static bool
write_facts(void)
{
	struct yb_error *err = NULL;
	char *person = NULL, *claim = NULL;
	bool ok = went(yb_person_dup_json(one_person, &person, &err), &err, "person_dup_json");

	if (!ok)
		EMPTY(person, "person_dup_json");
	if (ok) {
		ok = went(yb_claim_dup_json(one_claim, &claim, &err), &err, "claim_dup_json");
		if (!ok)
			EMPTY(claim, "claim_dup_json");
	}
	yb_free(person);
	yb_free(claim);
	yb_error_unref(err);
	return ok;
}

static void
fail_everywhere(bool (*run)(void), const char *name)
{
	long first = 0;

	for (int sticky = 0; sticky < 2; sticky++)
		for (long n = 1; ; n += n < DENSE ? 1 : STRIDE) {
			bool ok;
			heap.count = heap.live = 0;
			heap.fail_at = n;
			heap.sticky = sticky;
			heap.hit = false;
			heap.on = true;
			ok = run();
			heap.on = false;
			CHECK(heap.live == 0, "%s: %ld blocks are left after allocation %ld failed%s", name, heap.live, n,
			              sticky ? " and all after it" : "");
			if (!heap.hit) {
				CHECK(ok, "%s fails although all memory was there", name);
				if (!sticky)
					first = n;
				CHECK(n == first, "%s: %ld and %ld allocations", name, first, n);
				break;
			}
			CHECK(!ok, "%s succeeds although allocation %ld failed", name, n);
			CHECK(n < 100000, "%s never ends", name);
		}
	if (getenv("YB_VERBOSE"))
		(void)printf("%s: %s%ld allocations\n", name, first > DENSE ? "about " : "", first - 1);
}

/* Four rows by columns: two that tables answer, one that lacks a fact, one whose bill does not add up. */
static const char *const row_levels[] = { "02", "08" };
static const int8_t row_level[] = { 0, 1, 1, 0 };
static const uint8_t row_known[] = { 1, 1, 0, 1 };
static const int64_t row_total[] = { 5200000, 800000, 310000, 1000000 }, row_own[] = { 100000, 0, 10000, 2000000 };
static const int8_t row_stay[] = { 0, 1, 2, 3 };
static const char *const row_stays[] = { "Z9", "Z1", "Z5", "Z5" };
static int64_t row_fund[4], row_scope[4];
static uint8_t row_outcome[4];

static bool
bind_rows(struct yb_bulk *bulk, struct yb_error **err)
{
	static const struct {
		yb_field field;
		const char *text;
	} same[] = {
		{ YB_FIELD_INSUPLC_ADMDVS, "110000" }, { YB_FIELD_INSUTYPE, "310" }, { YB_FIELD_PSN_TYPE, "1101" }, { YB_FIELD_PSN_IDET_TYPE, "" },
		{ YB_FIELD_CVLSERV_FLAG, "0" }, { YB_FIELD_MED_TYPE, "21" }, { YB_FIELD_MDTRTAREA_ADMVS, "110000" }, { YB_FIELD_ENDDATE, "2026-03-09" },
		{ YB_FIELD_YB_ADMISSION, "1" }, { YB_FIELD_OVERLMT_SELFPAY, "0.00" }, { YB_FIELD_PRESELFPAY_AMT, "0.00" },
	};
	yb_column column = 0;
	bool ok = true;

	for (int i = 0; i < COUNT(same) && ok; i++)
		ok = went(yb_bulk_bind_text(bulk, same[i].field, same[i].text, strlen(same[i].text), err), err, "bind_text");
	ok = ok && went(yb_bulk_bind_codes(bulk, YB_FIELD_HOSP_LV, YB_LAYOUT_INT8, row_level, row_known, row_levels, 2, err), err, "bind_codes");
	ok = ok && went(yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, row_total, NULL, err), err, "bind_numbers");
	ok = ok && went(yb_bulk_bind_numbers(bulk, YB_FIELD_FULAMT_OWNPAY_AMT, YB_LAYOUT_INT64, row_own, NULL, err), err, "bind_numbers");
	ok = ok && went(yb_bulk_input(bulk, "basic.base.life", 15, &column, err), err, "input");
	ok = ok && went(yb_bulk_output(bulk, "basic.scope", 11, &column, err), err, "output");
	ok = ok && went(yb_bulk_bind_output(bulk, column, row_scope, NULL, err), err, "bind_output");
	ok = ok && went(yb_bulk_bind_output(bulk, YB_FIELD_FUND_PAY_SUMAMT, row_fund, NULL, err), err, "bind_output");
	CHECK(yb_bulk_bind_outcomes(bulk, row_outcome, NULL) == YB_OK, "line %d", __LINE__);
	return ok;
}

static bool
settle_rows(void)
{
	struct yb_bulk *bulk = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_bulk_new(policies, YB_QUESTION_REIMBURSE, NULL, &bulk, &err), &err, "bulk_new");

	if (!ok)
		EMPTY(bulk, "bulk_new");
	ok = ok && bind_rows(bulk, &err);
	ok = ok && went(yb_bulk_run(bulk, 0, 4, &err), &err, "run");
	if (ok) {
		CHECK(row_fund[0] == 4384500 && row_fund[1] == 603000 && row_scope[1] == 670000, "the funds pay something else");
		CHECK(row_outcome[2] == YB_OUTCOME_INCOMPLETE && row_outcome[3] == YB_ROW_BAD, "another outcome");
	}
	yb_bulk_unref(bulk);
	yb_error_unref(err);
	return ok;
}

/* The same as a history: the ordinal is not bound then, and the person is. */
static bool
bind_person(struct yb_bulk *bulk, struct yb_error **err)
{
	bool ok = went(yb_bulk_bind_text(bulk, YB_FIELD_YB_ADMISSION, NULL, 0, err), err, "bind_text");

	ok = ok && went(yb_bulk_bind_text(bulk, YB_FIELD_PSN_NO, "P1", 2, err), err, "bind_text");
	return ok && went(yb_bulk_bind_codes(bulk, YB_FIELD_MDTRT_ID, YB_LAYOUT_INT8, row_stay, NULL, row_stays, 4, err), err, "bind_codes");
}

static bool
settle_history(void)
{
	struct yb_bulk *bulk = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_bulk_new(policies, YB_QUESTION_REIMBURSE, NULL, &bulk, &err), &err, "bulk_new");

	ok = ok && bind_rows(bulk, &err) && bind_person(bulk, &err);
	ok = ok && went(yb_bulk_run_histories(bulk, 0, 4, NULL, &err), &err, "run_histories");
	if (ok) { /* the second bill comes first: a stay of 8,000; the first is the second stay, with half its deductible */
		CHECK(row_fund[1] == 603000 && row_fund[0] > 4384500, "the funds pay something else: %lld %lld", (long long)row_fund[1], (long long)row_fund[0]);
		CHECK(row_outcome[2] == YB_OUTCOME_INCOMPLETE && row_outcome[3] == YB_ROW_BAD, "another outcome");
	}
	yb_bulk_unref(bulk);
	yb_error_unref(err);
	return ok;
}

/* The same four rows under the same law twice, by two columns, one of texts and one of numbers, and by cost. */
static bool
ask_what_if(void)
{
	static const int64_t weight[] = { 3, 5, 7, 9 };
	struct yb_whatif *w = NULL;
	struct yb_error *err = NULL;
	struct yb_whatif_sum sum = { 0, 0 };
	uint32_t value = 9;
	int64_t median = 0;
	yb_status st;
	bool ok = went(yb_whatif_new(policies, policies, NULL, &w, &err), &err, "whatif_new");

	if (!ok)
		EMPTY(w, "whatif_new");
	ok = ok && bind_rows(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), &err);
	ok = ok && went(yb_whatif_add_value(w, "fund_pay_sumamt", 15, &value, &err), &err, "add_value");
	ok = ok && went(yb_whatif_add_value(w, "basic.scope", 11, &value, &err), &err, "add_value");
	ok = ok && went(yb_whatif_add_group(w, "hosp_lv", 7, &err), &err, "add_group");
	ok = ok && went(yb_whatif_add_group(w, "medfee_sumamt", 13, &err), &err, "add_group");
	ok = ok && went(yb_whatif_set_bins(w, weight, 4, &err), &err, "set_bins");
	ok = ok && went(yb_whatif_set_bins(w, NULL, 2, &err), &err, "set_bins");
	ok = ok && yb_whatif_bind_rows(w, weight, NULL) == YB_OK;
	ok = ok && went(yb_whatif_run(w, 4, &err), &err, "run");
	ok = ok && went(yb_whatif_finish(w, &err), &err, "finish");
	if (ok) {
		st = yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_AFTER, 500000, &median);
		CHECK(st == YB_OK || st == YB_E_NO_MEMORY, "quantile: %s", yb_status_name(st));
		ok = st == YB_OK;
	}
	if (ok) {
		CHECK(yb_whatif_get(w, 0, 0, 0, YB_WHATIF_SUM_AFTER, &sum) == YB_OK && sum.low == 3 * 4384500 + 5 * 603000, "another sum");
		CHECK(yb_whatif_get_group_count(w) == 4 && yb_whatif_get_bin_count(w) == 2 && median == 603000, "other groups");
	}
	yb_whatif_unref(w);
	yb_error_unref(err);
	return ok;
}

/* And as the history of one person, of whom two rows are answered. */
static bool
ask_what_if_of_persons(void)
{
	struct yb_whatif *w = NULL;
	struct yb_error *err = NULL;
	struct yb_whatif_sum sum = { 0, 0 };
	uint32_t value = 9;
	int64_t median = 0;
	yb_status st;
	bool ok = went(yb_whatif_new(policies, policies, NULL, &w, &err), &err, "whatif_new");

	ok = ok && bind_rows(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), &err) && bind_person(yb_whatif_get_bulk(w, YB_WHATIF_BEFORE), &err);
	ok = ok && went(yb_whatif_add_value(w, "fund_pay_sumamt", 15, &value, &err), &err, "add_value");
	ok = ok && went(yb_whatif_set_bins(w, NULL, 2, &err), &err, "set_bins");
	ok = ok && went(yb_whatif_run_histories(w, 4, NULL, &err), &err, "run_histories");
	ok = ok && went(yb_whatif_finish(w, &err), &err, "finish");
	if (ok) {
		st = yb_whatif_get_quantile(w, 0, 0, YB_WHATIF_AFTER, 500000, &median);
		CHECK(st == YB_OK || st == YB_E_NO_MEMORY, "quantile: %s", yb_status_name(st));
		ok = st == YB_OK;
	}
	if (ok) {
		CHECK(yb_whatif_get(w, 0, 0, 0, YB_WHATIF_SUM_AFTER, &sum) == YB_OK && sum.low == (uint64_t)median, "a person has another sum");
		CHECK(yb_whatif_get(w, 0, 0, 0, YB_WHATIF_PERSONS, &sum) == YB_OK && sum.low == 1, "another number of persons");
	}
	yb_whatif_unref(w);
	yb_error_unref(err);
	return ok;
}

/* The same by a record batch: what is taken is released, whatever fails. */
static int batches;

static void
drop_schema(struct ArrowSchema *schema)
{
	schema->release = NULL;
	batches--;
}

static void
drop_array(struct ArrowArray *array)
{
	array->release = NULL;
	batches--;
}

/* Four rows: levels by a dictionary, bills, flags, and a list that nobody reads; made anew for each batch of a stream. */
static struct {
	struct ArrowSchema schema, schemas[4], text, item, *types[4], *items[1];
	struct ArrowArray array, arrays[4], texts, parts, *columns[4], *part_list[1];
	int left; /* batches of the stream */
} arrow;

static void
make_arrow(struct ArrowSchema *schema, struct ArrowArray *array)
{
	static const int32_t offsets[] = { 0, 2, 4 }, parts[] = { 0, 1, 2, 3, 4 };
	static const void *codes[] = { NULL, "\0\1\1\0" }, *totals[] = { NULL, row_total }, *flags[] = { NULL, "\3" }, *none[] = { NULL };
	static const void *lists[] = { NULL, parts }, *bytes[] = { NULL, "abcd" }, *words[] = { NULL, offsets, "0208" };
	static const char *const formats[] = { "c", "l", "b", "+l" }, *const names[] = { "hosp_lv", "medfee_sumamt", "yb_use_account", "note" };
	static const void **const buffers[] = { codes, totals, flags, lists };

	for (int i = 0; i < 4; i++) {
		arrow.schemas[i] = (struct ArrowSchema){ .format = formats[i], .name = names[i], .release = drop_schema };
		arrow.arrays[i] = (struct ArrowArray){ .length = 4, .n_buffers = 2, .buffers = buffers[i], .release = drop_array };
		arrow.types[i] = &arrow.schemas[i];
		arrow.columns[i] = &arrow.arrays[i];
	}
	arrow.text = (struct ArrowSchema){ .format = "u", .name = "", .release = drop_schema };
	arrow.texts = (struct ArrowArray){ .length = 2, .n_buffers = 3, .buffers = words, .release = drop_array };
	arrow.schemas[0].dictionary = &arrow.text;
	arrow.arrays[0].dictionary = &arrow.texts;
	arrow.item = (struct ArrowSchema){ .format = "C", .name = "", .release = drop_schema };
	arrow.items[0] = &arrow.item;
	arrow.parts = (struct ArrowArray){ .length = 4, .n_buffers = 2, .buffers = bytes, .release = drop_array };
	arrow.part_list[0] = &arrow.parts;
	arrow.schemas[3].n_children = arrow.arrays[3].n_children = 1;
	arrow.schemas[3].children = arrow.items;
	arrow.arrays[3].children = arrow.part_list;
	if (schema)
		*schema = (struct ArrowSchema){ .format = "+s", .name = "", .n_children = 4, .children = arrow.types, .release = drop_schema };
	if (array)
		*array = (struct ArrowArray){ .length = 4, .n_buffers = 1, .buffers = none, .n_children = 4, .children = arrow.columns, .release = drop_array };
	batches += (schema != NULL) + (array != NULL);
}

static struct yb_bulk *
bulk_of_arrow(struct yb_error **err)
{
	static const char *const kept[] = { "note", "hosp_lv" };
	struct yb_bulk *bulk = NULL;
	bool ok = went(yb_bulk_new(policies, YB_QUESTION_REIMBURSE, NULL, &bulk, err), err, "bulk_new");

	ok = ok && went(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "110000", 6, err), err, "bind_text");
	ok = ok && went(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "310", 3, err), err, "bind_text");
	ok = ok && went(yb_bulk_keep_arrow(bulk, kept, 2, err), err, "keep_arrow");
	if (ok)
		return bulk;
	yb_bulk_unref(bulk);
	return NULL;
}

static bool
settle_batch(void)
{
	struct ArrowSchema schema, given = { .release = NULL };
	struct ArrowArray array, answer = { .release = NULL };
	struct yb_error *err = NULL;
	struct yb_bulk *bulk = bulk_of_arrow(&err);
	bool ok = bulk != NULL;

	batches = 0;
	if (ok) {
		make_arrow(&schema, &array);
		ok = went(yb_bulk_take_arrow(bulk, &schema, &array, NULL, &err), &err, "take_arrow");
		CHECK(!schema.release && !array.release, "a batch is not taken");
	}
	if (ok) {
		ok = went(yb_bulk_run_arrow(bulk, NULL, 0, YB_ARROW_DECIMAL, &given, &answer, &err), &err, "run_arrow");
		if (ok) {
			CHECK(given.n_children == answer.n_children && answer.length == 4, "another batch");
			given.release(&given);
			answer.release(&answer);
		}
		CHECK(!given.release && !answer.release, "a batch is handed out after allocation %ld failed", heap.fail_at);
	}
	yb_bulk_unref(bulk);
	yb_error_unref(err);
	CHECK(batches == 0, "%d batches are not released", batches);
	return ok;
}

/* Histories in a column: those of the asker and of nobody, and one that cannot be; every answer, also as a batch. */
static bool
cover_of_rows(void)
{
	static const char *const lists[] = { "[{\"insutype\":\"390\",\"year\":2021,\"claimed\":false},{\"insutype\":\"390\",\"year\":2024,\"admdvs\":\"990000\"}]",
		                             "[]", "[{\"insutype\":\"390\",\"yaer\":2024}]" };
	static const int8_t index[] = { 0, 1, 2, 0 };
	static const struct { yb_field field; const char *text; } same[] = {
		{ YB_FIELD_INSUPLC_ADMDVS, "990000" }, { YB_FIELD_INSUTYPE, "390" }, { YB_FIELD_PSN_TYPE, "1501" }, { YB_FIELD_PSN_IDET_TYPE, "" },
	};
	struct yb_bulk *bulk = NULL;
	struct yb_error *err = NULL;
	yb_column column, output;
	int64_t starts[4];
	bool ok = went(yb_bulk_new(asked_set, YB_QUESTION_ELIGIBILITY, NULL, &bulk, &err), &err, "bulk_new");

	for (size_t i = 0; i < COUNT(same) && ok; i++)
		ok = went(yb_bulk_bind_text(bulk, same[i].field, same[i].text, strlen(same[i].text), &err), &err, "bind_text");
	ok = ok && went(yb_bulk_input(bulk, "yb_cover", 8, &column, &err), &err, "input");
	ok = ok && went(yb_bulk_bind_codes(bulk, column, YB_LAYOUT_INT8, index, NULL, lists, 3, &err), &err, "bind_codes");
	ok = ok && went(yb_bulk_input(bulk, "on", 2, &column, &err), &err, "input");
	ok = ok && went(yb_bulk_bind_text(bulk, column, "2026-05-26", 10, &err), &err, "bind_text");
	ok = ok && went(yb_bulk_input(bulk, "paid_on", 7, &column, &err), &err, "input");
	ok = ok && went(yb_bulk_bind_text(bulk, column, "2026-03-10", 10, &err), &err, "bind_text");
	ok = ok && went(yb_bulk_output(bulk, "start", 5, &output, &err), &err, "output");
	ok = ok && went(yb_bulk_bind_output(bulk, output, starts, NULL, &err), &err, "bind_output");
	CHECK(!ok || yb_bulk_bind_outcomes(bulk, row_outcome, NULL) == YB_OK, "line %d", __LINE__);
	ok = ok && went(yb_bulk_run(bulk, 0, 4, &err), &err, "run");
	if (ok)
		CHECK(starts[0] == 20644 && starts[0] == starts[3] && row_outcome[0] == YB_OUTCOME_ANSWERED && row_outcome[2] == YB_ROW_BAD, "another start: %lld", (long long)starts[0]);
	yb_bulk_unref(bulk);
	yb_error_unref(err);
	return ok;
}

static bool
cover_of_batch(void)
{
	static const int32_t offsets[] = { 0, 2, 4, 6, 8 };
	static const void *lists[] = { NULL, offsets, "[][][][]" }, *none[] = { NULL };
	static struct ArrowSchema type, *types[] = { &type };
	static struct ArrowArray column, *columns[] = { &column };
	struct ArrowSchema schema = { .format = "+s", .name = "", .n_children = 1, .children = types, .release = drop_schema }, given = { .release = NULL };
	struct ArrowArray array = { .length = 4, .n_buffers = 1, .buffers = none, .n_children = 1, .children = columns, .release = drop_array };
	struct ArrowArray answer = { .release = NULL };
	struct yb_bulk *bulk = NULL;
	struct yb_error *err = NULL;
	bool ok = went(yb_bulk_new(asked_set, YB_QUESTION_ELIGIBILITY, NULL, &bulk, &err), &err, "bulk_new");

	type = (struct ArrowSchema){ .format = "u", .name = "yb_cover", .release = drop_schema };
	column = (struct ArrowArray){ .length = 4, .n_buffers = 3, .buffers = lists, .release = drop_array };
	batches = 2;
	ok = ok && went(yb_bulk_bind_text(bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, &err), &err, "bind_text");
	ok = ok && went(yb_bulk_bind_text(bulk, YB_FIELD_INSUTYPE, "390", 3, &err), &err, "bind_text");
	if (ok)
		ok = went(yb_bulk_take_arrow(bulk, &schema, &array, NULL, &err), &err, "take_arrow");
	else
		batches = 0; /* it was not handed over */
	if (ok && went(yb_bulk_run_arrow(bulk, NULL, 0, 0, &given, &answer, &err), &err, "run_arrow")) {
		CHECK(given.n_children == 20 && answer.length == 4, "another batch");
		given.release(&given);
		answer.release(&answer);
	} else {
		ok = false;
	}
	CHECK(!given.release && !answer.release, "a batch is handed out after allocation %ld failed", heap.fail_at);
	yb_bulk_unref(bulk);
	yb_error_unref(err);
	CHECK(batches == 0, "%d batches are not released", batches);
	return ok;
}

static int
tell_type(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
	(void)stream;
	make_arrow(out, NULL);
	return 0;
}

static int
tell_batch(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
	(void)stream;
	out->release = NULL;
	if (arrow.left-- > 0)
		make_arrow(NULL, out);
	return 0;
}

static void
drop_stream(struct ArrowArrayStream *stream)
{
	stream->release = NULL;
	batches--;
}

static bool
read_answers(struct ArrowArrayStream *answers)
{
	struct ArrowSchema schema;
	struct ArrowArray array;
	int rc = answers->get_schema(answers, &schema), rows = 0;

	CHECK(rc == 0 || (rc == ENOMEM && answers->get_last_error(answers)), "get_schema says %d", rc);
	if (rc == 0)
		schema.release(&schema);
	while (rc == 0) {
		rc = answers->get_next(answers, &array);
		CHECK(rc == 0 || (rc == ENOMEM && answers->get_last_error(answers) && !array.release), "get_next says %d", rc);
		if (rc != 0 || !array.release)
			break;
		rows += (int)array.length;
		array.release(&array);
	}
	return rc == 0 && rows == 8;
}

/* Two batches to a bulk that is made, where it is `ok`; bulk and error are let go. */
static bool
stream_batches(struct yb_bulk *bulk, bool ok, uint32_t flags, struct yb_error *err)
{
	struct ArrowArrayStream claims = { .get_schema = tell_type, .get_next = tell_batch, .release = drop_stream }, answers;

	batches = 0;
	arrow.left = 2;
	if (ok) {
		batches++;
		ok = went(yb_bulk_stream_arrow(bulk, &claims, NULL, 0, flags, &answers, &err), &err, "stream_arrow");
		CHECK(!claims.release && ok == (answers.release != NULL), "a stream is not taken, or handed out after a failure");
	}
	yb_bulk_unref(bulk); /* the stream holds it */
	if (ok) {
		ok = read_answers(&answers);
		answers.release(&answers);
	}
	yb_error_unref(err);
	CHECK(batches == 0, "%d batches or streams are not released", batches);
	return ok;
}

static bool
settle_stream(void)
{
	struct yb_error *err = NULL;
	struct yb_bulk *bulk = bulk_of_arrow(&err);

	return stream_batches(bulk, bulk != NULL, 0, err);
}

/* The history of a person in two batches: what the first comes to is kept for the second. */
static bool
settle_strewn(void)
{
	static const char *const kept[] = { "note" };
	struct yb_error *err = NULL;
	struct yb_bulk *bulk = NULL;
	bool ok = went(yb_bulk_new(policies, YB_QUESTION_REIMBURSE, NULL, &bulk, &err), &err, "bulk_new");

	ok = ok && bind_rows(bulk, &err) && bind_person(bulk, &err);
	ok = ok && went(yb_bulk_bind_text(bulk, YB_FIELD_MDTRT_ID, "Z1", 2, &err), &err, "bind_text");
	ok = ok && went(yb_bulk_keep_arrow(bulk, kept, 1, &err), &err, "keep_arrow");
	return stream_batches(bulk, ok, YB_ARROW_HISTORIES | YB_ARROW_STREWN, err);
}

/*
 * A bill in GBK and one in JSON, held against a ledger. The ledger is made in peace, but freed with the rest. The database may go on without
 * a memory that it only wanted: then the answer must be the one that it is in peace.
 */
static const char bill_utf8[] =
	"#支付宝业务明细查询\n支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）\n"
	"22\t,K1\t,交易\t,2026-07-01 10:00:00,400.00,400.00,\t,0.00\n23\t,K2\t,退款\t,2026-07-01 10:00:00,-100.00,-100.00,X7\t,0.00\n#---业务明细列表结束---\n"
	"#交易合计：1笔，商家实收共400.00元，商家优惠共0.00元\n#退款合计：1笔，商家实收退款共-100.00元，商家优惠退款共0.00元\n";
static const char bill_json[] = "{\"data\": [{\"insutype\": \"390\", \"clr_type\": \"21\", \"stmt_begndate\": \"2026-07-01\", \"stmt_enddate\": \"2026-07-31\","
	"\"medfee_sumamt\": 1, \"fund_pay_sumamt\": 1, \"acct_pay\": 0, \"fixmedins_setl_cnt\": 1}]}";
static const char *const billed[] = {
	"{\"key\": \"K1\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-01\", \"insutype\": \"390\", \"period\": \"2026\","
	"\"shares\": {\"person\": 400}, \"channel\": \"ali_civic\"}",
	"{\"key\": \"S1\", \"kind\": \"settlement\", \"psn_no\": \"P1\", \"business_day\": \"2026-07-01\", \"insutype\": \"390\", \"setlinfo\": {\"medfee_sumamt\": 100,"
	"\"hifp_pay\": 60, \"fund_pay_sumamt\": 60, \"psn_part_amt\": 40, \"psn_cash_pay\": 40}}",
};
static struct {
	yb_bill_format format;
	const char *text;
	size_t length;
	char *answer; /* in peace */
} bills[2];

static struct yb_ledger *
billed_ledger(void)
{
	struct yb_ledger *ledger = NULL;
	long count = heap.count, fail_at = heap.fail_at;
	int64_t seq = 0;

	heap.fail_at = 0;
	CHECK(yb_ledger_open_memory(&ledger, NULL) == YB_OK, "line %d", __LINE__);
	for (int i = 0; i < COUNT(billed); i++) {
		struct yb_transaction *t = NULL;
		CHECK(yb_transaction_new_from_json(billed[i], strlen(billed[i]), "t", &t, NULL) == YB_OK, "line %d", __LINE__);
		CHECK(yb_ledger_post(ledger, t, 20700, &seq, NULL, NULL) == YB_OK, "line %d", __LINE__);
		yb_transaction_unref(t);
	}
	heap.count = count;
	heap.fail_at = fail_at;
	return ledger;
}

static bool
hold_bill(struct yb_ledger *ledger, int which, char **text, struct yb_error **err)
{
	struct yb_reconciliation *r = NULL;
	yb_status st = yb_ledger_reconcile(ledger, bills[which].format, bills[which].text, bills[which].length, "bill", NULL, NULL, &r, err);

	CHECK((st == YB_OK) == (r != NULL), "an output is set after allocation %ld failed", heap.fail_at);
	if (st == YB_OK)
		st = yb_reconciliation_render(r, YB_FORMAT_JSON, YB_LANG_EN, text, err);
	CHECK(st == YB_OK || (st == YB_E_NO_MEMORY && heap.hit && *err), "bill %d: %s when allocation %ld fails", which, yb_status_name(st), heap.fail_at);
	if (st == YB_OK && bills[which].answer)
		CHECK(strcmp(*text, bills[which].answer) == 0, "bill %d: another answer when allocation %ld fails", which, heap.fail_at);
	yb_reconciliation_unref(r);
	return st == YB_OK && !heap.hit;
}

static bool
reconcile_bills(void)
{
	struct yb_ledger *ledger = billed_ledger();
	bool ok = true;

	for (int i = 0; i < COUNT(bills) && ok; i++) {
		struct yb_error *err = NULL;
		char *text = NULL;
		ok = hold_bill(ledger, i, &text, &err);
		if (ok && !bills[i].answer) { /* the first time, in peace */
			bills[i].answer = text;
			text = NULL;
		}
		yb_free(text);
		yb_error_unref(err);
	}
	yb_ledger_unref(ledger);
	return ok;
}

/* The bill in GBK. What is returned keeps the converter of the C library loaded. */
static iconv_t
bills_prepare(void)
{
	static char gbk[sizeof(bill_utf8)];
	char *from = (char *)(uintptr_t)bill_utf8, *to = gbk;
	size_t rest = sizeof(bill_utf8) - 1, left = sizeof(gbk);
	iconv_t cd = iconv_open("GB18030", "UTF-8"); /* of these characters the bytes of GBK; another module would be unloaded some time */

	CHECK(cd != (iconv_t)-1 && iconv(cd, &from, &rest, &to, &left) != (size_t)-1, "line %d", __LINE__);
	iconv_close(cd);
	bills[0].format = YB_BILL_ALIPAY;
	bills[0].text = gbk;
	bills[0].length = sizeof(gbk) - left;
	bills[1].format = YB_BILL_3201;
	bills[1].text = bill_json;
	bills[1].length = sizeof(bill_json) - 1;
	CHECK(reconcile_bills(), "bills in peace");
	return iconv_open("UTF-8", "GB18030");
}

START_TEST(every_allocation_of_a_reconciliation_may_fail)
{
	iconv_t converter = bills_prepare();

	fail_everywhere(reconcile_bills, "bills");
	iconv_close(converter);
	for (int i = 0; i < COUNT(bills); i++)
		yb_free(bills[i].answer);
}
END_TEST

/* ---- what a ledger answers; the ledger is made in peace ---- */

static struct yb_ledger *kept;

static const char *const kept_rows[] = {
	"{\"key\": \"o\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-01\", \"amount\": 900}",
	"{\"key\": \"c\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-02\", \"insutype\": \"310\", \"period\": \"2026-01\","
	"\"shares\": {\"person\": 10, \"employer\": 20}}",
	"{\"key\": \"r\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-02\", \"insutype\": \"390\", \"period\": \"2025\","
	"\"shares\": {\"person\": 10}}",
	"{\"key\": \"q\", \"kind\": \"refund-request\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-03\", \"belongs\": \"r\", \"amount\": 1, \"reason\": \"x\"}",
	"{\"key\": \"a\", \"kind\": \"authorization\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-03\", \"member\": \"P2\", \"form\": \"wallet\","
	"\"from\": \"2026-01-01\"}",
	"{\"key\": \"h\", \"kind\": \"share\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-04\", \"member\": \"P2\", \"belongs\": \"a\", \"amount\": 5}",
	"{\"key\": \"s\", \"kind\": \"settlement\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", \"insutype\": \"310\", \"med_type\": \"11\","
	"\"setlinfo\": {\"medfee_sumamt\": 30, \"hifp_pay\": 10, \"fund_pay_sumamt\": 10, \"psn_part_amt\": 20, \"acct_pay\": 5, \"psn_cash_pay\": 15}}",
	"{\"key\": \"x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-06\", \"reverses\": \"s\"}",
	"{\"key\": \"s2\", \"kind\": \"settlement\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", \"insutype\": \"310\", \"med_type\": \"11\","
	"\"setlinfo\": {\"medfee_sumamt\": 30, \"hifp_pay\": 10, \"fund_pay_sumamt\": 10, \"psn_part_amt\": 20, \"acct_pay\": 5, \"psn_cash_pay\": 15}}",
};

static void
make_kept(void)
{
	ck_assert_int_eq(yb_ledger_open_memory(&kept, NULL), YB_OK);
	for (int i = 0; i < COUNT(kept_rows); i++) {
		struct yb_transaction *t = NULL;
		int64_t seq = 0;
		ck_assert_int_eq(yb_transaction_new_from_json(kept_rows[i], strlen(kept_rows[i]), "row", &t, NULL), YB_OK);
		ck_assert_int_eq(yb_ledger_post(kept, t, 20500, &seq, NULL, NULL), YB_OK);
		yb_transaction_unref(t);
	}
}

/* The database may do without some of its memory. */
static bool
gave(yb_status st, struct yb_error *const *err, const char *what, char **text)
{
	bool ok = st == YB_OK || went(st, err, what);

	if (!ok)
		EMPTY(*text, what);
	yb_free(*text);
	*text = NULL;
	return ok;
}

static bool
ask_kept(void)
{
	struct yb_person *person = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;
	int64_t value = 0;
	bool ok = true;

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_HTML && ok; format++)
		ok = gave(yb_ledger_render_statement(kept, "P1", YB_AXIS_BUSINESS, 20400, YB_DAY_NONE, format, YB_LANG_ZH, &text, &err), &err, "statement", &text);
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_CSV && ok; format++) {
		ok = gave(yb_ledger_render_records(kept, "P1", YB_DAY_NONE, 20600, format, YB_LANG_EN, &text, &err), &err, "records", &text) &&
		     gave(yb_ledger_render_accumulators(kept, "P1", YB_DAY_NONE, YB_DAY_NONE, format, YB_LANG_ZH, &text, &err), &err, "accumulators", &text);
	}
	ok = ok && gave(yb_ledger_get_accumulator(kept, "P1", "D310100", YB_DAY_NONE, YB_DAY_NONE, &value, &err), &err, "accumulator", &text);
	ok = ok && gave(yb_person_new(&person, &err), &err, "person", &text) && gave(yb_person_set_text(person, YB_FIELD_PSN_NO, "P1", 2), &err, "psn_no", &text);
	if (ok) {
		ok = gave(yb_ledger_fill_person(kept, person, 20600, &text, &err), &err, "fill", &text);
		CHECK(ok || yb_person_get_value(person, YB_FIELD_YB_ACCOUNT_BALANCE, &value) == YB_E_UNKNOWN, "a person filled in part");
		CHECK(ok == (yb_person_get_cover_count(person) == 2), "a history filled in part");
	}
	yb_person_unref(person);
	yb_error_unref(err);
	return ok;
}

static const struct {
	const char *name;
	bool (*run)(void);
} runs[] = {
	{ "tell facts", tell_facts },
	{ "load files", load_files }, { "load a folder", load_folder_leniently }, { "refuse a faulty document", refuse_faulty },
	{ "set a faulty document aside", set_aside_faulty }, { "run vectors", run_vectors }, { "show", show }, { "read facts", read_facts },
	{ "set facts", set_facts }, { "refuse cover", refuse_cover }, { "settle", settle }, { "render", render }, { "list channels", list_channels },
	{ "read codes", read_codes },
	{ "load all sections", load_sections }, { "run vectors of all sections", run_vectors_of_sections }, { "show all sections", show_sections },
	{ "tell a difference", tell_difference }, { "tell of vectors that fail", tell_failures },
	{ "a fee, then a bill", fee_then_bill }, { "a bill, then a fee", bill_then_fee },
	{ "keep and verify", keep_and_verify }, { "write facts", write_facts },
	{ "lines by catalogues", ask_by_catalogues }, { "checks", ask_with_checks },
	{ "rows by columns", settle_rows }, { "cover by columns", cover_of_rows }, { "cover by Arrow", cover_of_batch },
	{ "what if", ask_what_if }, { "what if of persons", ask_what_if_of_persons }, { "rows by Arrow", settle_batch },
	{ "a stream by Arrow", settle_stream }, { "histories", settle_history },
	{ "a history in batches", settle_strewn },
};

START_TEST(every_allocation_may_fail)
{
	fail_everywhere(runs[_i].run, runs[_i].name);
}
END_TEST

/* What a ledger keeps for the next question comes and goes, so what is left is counted when it is closed. */
START_TEST(every_allocation_of_a_ledgers_answer_may_fail)
{
	make_kept(); /* once for what the database keeps for ever */
	yb_ledger_unref(kept);
	heap.count = heap.live = heap.fail_at = 0;
	heap.on = true;
	make_kept();
	CHECK(ask_kept(), "line %d", __LINE__);
	for (int sticky = 0; sticky < 2; sticky++)
		for (long n = 1; ; n += n < DENSE ? 1 : STRIDE) {
			bool ok;
			heap.count = 0;
			heap.fail_at = n;
			heap.sticky = sticky;
			heap.hit = false;
			ok = ask_kept();
			if (!heap.hit) {
				CHECK(ok, "a ledger's answer fails although all memory was there");
				CHECK(n > 100, "only %ld allocations", n);
				break;
			}
			CHECK(n < 100000, "a ledger's answer never ends");
		}
	heap.fail_at = 0;
	CHECK(ask_kept(), "line %d", __LINE__);
	yb_ledger_unref(kept);
	heap.on = false;
	CHECK(heap.live == 0, "%ld blocks are left", heap.live);
}
END_TEST

START_TEST(every_allocation_of_a_question_may_fail)
{
	asked_now = (size_t)_i;
	fail_everywhere(ask_and_tell, questions[_i].name);
}
END_TEST

/* Reused handles: the first question makes room, the second takes none, whatever was asked between; the first stay in two parts makes room for them. */
START_TEST(a_second_question_allocates_nothing)
{
	struct yb_decision *decision = NULL;

	CHECK(yb_decision_new(&decision, NULL) == YB_OK, "line %d", __LINE__);
	CHECK(questions[_i].ask(decision, NULL) == YB_OK, "line %d", __LINE__);
	CHECK(question_stay(decision, NULL) == YB_OK, "line %d", __LINE__);
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < COUNT(questions); i++) {
			int which = round == 1 ? _i : i;
			yb_status st;
			heap.count = heap.fail_at = 0;
			heap.on = true;
			st = questions[which].ask(decision, NULL);
			heap.on = false;
			CHECK(st == YB_OK, "%s: %s", questions[which].name, yb_status_name(st));
			CHECK(heap.count == 0, "%s: %ld allocations", questions[which].name, heap.count);
		}
	yb_decision_unref(decision);
}
END_TEST

/* Reused handles: not one allocation, for an answer, a refusal and a claim that lacks something alike. */
START_TEST(a_second_settlement_allocates_nothing)
{
	static const char *const types[] = { "21", "11", "53", "14", "21" };
	struct yb_error *err = NULL;

	CHECK((yb_settle(policies, one_person, one_claim, NULL, one_decision, &err)) == (YB_OK), "line %d", __LINE__);
	for (int i = 0; i < COUNT(types); i++) {
		yb_status st;
		CHECK((yb_claim_set_text(one_claim, YB_FIELD_MED_TYPE, types[i], 2)) == (YB_OK), "line %d", __LINE__);
		heap.count = heap.fail_at = 0;
		heap.on = true;
		st = yb_settle(policies, one_person, one_claim, NULL, one_decision, &err);
		heap.on = false;
		CHECK((st) == (YB_OK), "line %d", __LINE__);
		CHECK(heap.count == 0, "%ld allocations at med_type %s", heap.count, types[i]);
	}
}
END_TEST

/* A second explanation takes memory for what the caller gets alone, whatever changed in the bill. */
START_TEST(a_second_explanation_allocates_its_text)
{
	static const char *const types[] = { "21", "21", "11", "21" };
	struct yb_decision *decision = NULL;

	CHECK(yb_decision_new(&decision, NULL) == YB_OK, "line %d", __LINE__);
	yb_claim_clear(one_claim); /* a bill without lines, which a plan answers */
	for (yb_field field = YB_FIELD_FULAMT_OWNPAY_AMT; field <= YB_FIELD_PRESELFPAY_AMT; field++)
		CHECK(yb_claim_set_fen(one_claim, field, 0) == YB_OK, "line %d", __LINE__);
	CHECK(yb_claim_set_day(one_claim, YB_FIELD_BEGNDATE, 20515) == YB_OK && yb_claim_set_day(one_claim, YB_FIELD_ENDDATE, 20521) == YB_OK &&
	      yb_claim_set_text(one_claim, YB_FIELD_HOSP_LV, "02", 2) == YB_OK, "line %d", __LINE__);
	for (int i = 0; i < COUNT(types); i++)
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH; lang++) {
			char *text = NULL;
			CHECK(yb_claim_set_text(one_claim, YB_FIELD_MED_TYPE, types[i], 2) == YB_OK, "line %d", __LINE__);
			CHECK(yb_claim_set_fen(one_claim, YB_FIELD_MEDFEE_SUMAMT, 5000000 + i) == YB_OK &&
			      yb_claim_set_count(one_claim, YB_FIELD_YB_ADMISSION, 1 + i) == YB_OK, "line %d", __LINE__);
			heap.count = heap.fail_at = 0;
			heap.on = true;
			CHECK(yb_settle(policies, one_person, one_claim, NULL, decision, NULL) == YB_OK, "line %d", __LINE__);
			CHECK(yb_decision_render(decision, YB_FORMAT_TEXT, lang, YB_EXPLAIN_FULL, &text, NULL) == YB_OK, "line %d", __LINE__);
			heap.on = false;
			CHECK(heap.count == 1 || i == 0, "%ld allocations in round %d", heap.count, i);
			CHECK(text && strstr(text, lang == YB_LANG_EN ? "Outcome: answered" : "结果：已结算"), "%s", text);
			yb_free(text);
		}
	yb_decision_unref(decision);
}
END_TEST

/* A text that cannot be makes its row bad, and nobody is told in words: the message takes no memory either. */
static void
rows_allocate_nothing_where_bad(struct yb_bulk *bulk, const char *name, const char *const good[2], yb_column column)
{
	static const int8_t index[] = { 0, 2, 2, 2 };
	const char *const given[] = { good[0], good[1], "77" };

	CHECK(yb_bulk_bind_codes(bulk, column, YB_LAYOUT_INT8, index, NULL, given, 3, NULL) == YB_OK && yb_bulk_run(bulk, 0, 4, NULL) == YB_OK, "line %d", __LINE__);
	heap.count = heap.fail_at = 0;
	heap.on = true;
	for (int i = 0; i < 1000; i++)
		CHECK(yb_bulk_run(bulk, 0, 4, NULL) == YB_OK, "line %d", __LINE__);
	heap.on = false;
	CHECK(heap.count == 0, "%s: %ld allocations for 3000 bad rows", name, heap.count);
	CHECK(row_outcome[0] == YB_OUTCOME_ANSWERED && row_outcome[1] == YB_ROW_BAD && row_outcome[2] == YB_ROW_BAD, "%s: another outcome", name);
	CHECK(yb_bulk_bind_codes(bulk, column, YB_LAYOUT_INT8, row_level, row_known, good, 2, NULL) == YB_OK, "line %d", __LINE__);
}

/* Columns: what is bound is looked at once, then no row takes memory, whichever way it goes. */
START_TEST(rows_allocate_nothing)
{
	static const char *const row_hosps[] = { "L2", "L1" };
	struct yb_bulk *bulk = NULL;
	struct yb_error *err = NULL;
	yb_column hosp = 0;

	CHECK(yb_bulk_new(policies, YB_QUESTION_REIMBURSE, NULL, &bulk, &err) == YB_OK && bind_rows(bulk, &err), "line %d", __LINE__);
	CHECK(yb_bulk_run(bulk, 0, 4, &err) == YB_OK, "line %d", __LINE__);
	heap.count = heap.fail_at = 0;
	heap.on = true;
	for (int i = 0; i < 1000; i++)
		CHECK(yb_bulk_run(bulk, 0, 4, &err) == YB_OK, "line %d", __LINE__);
	heap.on = false;
	CHECK(heap.count == 0, "%ld allocations for 4000 rows", heap.count);
	rows_allocate_nothing_where_bad(bulk, "hosp_lv", row_levels, YB_FIELD_HOSP_LV);
	CHECK(yb_bulk_input(bulk, "hosp", 4, &hosp, &err) == YB_OK, "line %d", __LINE__);
	rows_allocate_nothing_where_bad(bulk, "hosp", row_hosps, hosp);
	CHECK(bind_person(bulk, &err) && yb_bulk_run_histories(bulk, 0, 4, NULL, &err) == YB_OK, "line %d", __LINE__);
	heap.count = 0;
	heap.on = true;
	for (int i = 0; i < 1000; i++)
		CHECK(yb_bulk_run_histories(bulk, 0, 4, NULL, &err) == YB_OK, "line %d", __LINE__);
	heap.on = false;
	CHECK(heap.count == 0, "%ld allocations for 1000 histories", heap.count);
	CHECK(row_outcome[0] == YB_OUTCOME_ANSWERED && row_outcome[2] == YB_OUTCOME_INCOMPLETE && row_outcome[3] == YB_ROW_BAD, "another outcome");
	yb_bulk_unref(bulk);
}
END_TEST

/* Setting facts again in a claim that was cleared takes the memory that is there. */
START_TEST(a_cleared_claim_of_numbers_allocates_nothing)
{
	CHECK((yb_claim_set_text(one_claim, YB_FIELD_HOSP_LV, "02", 2)) == (YB_OK), "line %d", __LINE__);
	heap.count = heap.fail_at = 0;
	heap.on = true;
	yb_claim_clear(one_claim);
	(void)yb_claim_set_fen(one_claim, YB_FIELD_MEDFEE_SUMAMT, 5000);
	(void)yb_claim_set_day(one_claim, YB_FIELD_ENDDATE, 20521);
	(void)yb_claim_set_count(one_claim, YB_FIELD_YB_ADMISSION, 1);
	(void)yb_claim_set_text(one_claim, YB_FIELD_MED_TYPE, "21", 2);
	(void)yb_claim_set_text(one_claim, YB_FIELD_HOSP_LV, "02", 2);
	heap.on = false;
	CHECK(heap.count == 0, "%ld allocations", heap.count);
}
END_TEST

/* A person who is cleared keeps the memory of the history: one that is no longer takes none. */
START_TEST(a_cleared_history_allocates_nothing)
{
	heap.count = heap.fail_at = 0;
	heap.on = true;
	for (int round = 0; round < 3; round++) {
		if (round == 0)
			yb_person_clear(one_person);
		else if (round == 1)
			yb_person_clear_cover(one_person);
		else
			(void)yb_person_set_cover_none(one_person);
		for (int32_t year = 2020; year < 2028; year++)
			(void)yb_person_add_cover_year(one_person, "390", year, YB_DAY_NONE, YB_COVER_NOT_CLAIMED, NULL);
	}
	heap.on = false;
	CHECK(yb_person_get_cover_count(one_person) == 8, "line %d", __LINE__);
	CHECK(heap.count == 0, "%ld allocations", heap.count);
}
END_TEST

/* Growing, clearing and freeing: no block that goes back to the heap holds the number or the region. */
START_TEST(what_is_freed_holds_no_name_and_no_number)
{
	static const char *const secrets[] = { "P-77-SECRET", "361199" };

	for (int i = 0; i < COUNT(secrets); i++) {
		struct yb_person *person = NULL;

		heap.count = heap.fail_at = heap.leaks = 0;
		heap.secret = secrets[i];
		heap.on = true;
		(void)yb_person_new(&person, NULL);
		for (int round = 0; round < 2; round++) {
			(void)yb_person_set_text(person, YB_FIELD_PSN_NO, secrets[0], strlen(secrets[0]));
			for (int32_t year = 2000; year < 2020; year++) {
				(void)yb_person_add_cover_year(person, "390", year, YB_DAY_NONE, 0, NULL);
				(void)yb_person_set_cover_region(person, (size_t)(year - 2000), secrets[1], 6);
			}
			if (round == 0)
				yb_person_clear(person);
		}
		yb_person_unref(person);
		heap.on = false;
		heap.secret = NULL;
		CHECK(heap.leaks == 0, "%s is found %ld times", secrets[i], heap.leaks);
	}
}
END_TEST

/* ---- setup ---- */

static char *
read_whole(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	size_t n = file && text ? fread(text, 1, (1 << 20) - 1, file) : 0;

	ck_assert_msg(n > 0, "%s cannot be read", path);
	(void)fclose(file);
	return text;
}

static void
load_once(void)
{
	static const char *const names[] = { "000000-310.yaml", "110000-310.yaml" };
	const char *top = getenv("YB_SRCDIR");
	struct yb_policy_loader *loader = NULL;

	for (int i = 0; i < 2; i++) {
		ck_assert_int_lt(snprintf(paths[i], sizeof(paths[i]), "%s/policies/%s", top ? top : ".", names[i]), (int)sizeof(paths[i]));
		texts[i] = read_whole(paths[i]);
	}
	ck_assert_int_eq(yb_policy_loader_new(NULL, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_file(loader, paths[0], NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_file(loader, paths[1], NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &policies, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	ck_assert_ptr_null(yb_policy_set_get_fault(policies, 1));
	ck_assert_int_eq(yb_policy_loader_new(NULL, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "sections", sections, sizeof(sections) - 1, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &asked_set, NULL), YB_OK);
	yb_policy_loader_unref(loader);
	ck_assert_msg(!yb_policy_set_get_fault(asked_set, 0), "%s", yb_error_get_message(yb_policy_set_get_fault(asked_set, 0)));
	ck_assert_int_eq(yb_person_new_from_json(asker_json, sizeof(asker_json) - 1, "asker", &asker, NULL), YB_OK);
	ck_assert_int_eq(yb_person_new_from_json(stayer_json, sizeof(stayer_json) - 1, "stayer", &stayer, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new_from_json(stay_json, sizeof(stay_json) - 1, "stay", &stay, NULL), YB_OK);
}

static void
drop_once(void)
{
	yb_policy_set_unref(policies);
	yb_policy_set_unref(asked_set);
	yb_person_unref(asker);
	yb_person_unref(stayer);
	yb_claim_unref(stay);
	for (int i = 0; i < 2; i++)
		free(texts[i]);
}

static void
setup(void)
{
	ck_assert_int_eq(yb_person_new_from_json(person_json, sizeof(person_json) - 1, "person", &one_person, NULL), YB_OK);
	ck_assert_int_eq(yb_claim_new_from_json(claim_json, sizeof(claim_json) - 1, "claim", &one_claim, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_new(&one_decision, NULL), YB_OK);
	ck_assert_int_eq(yb_settle(policies, one_person, one_claim, NULL, one_decision, NULL), YB_OK);
	ck_assert_int_eq(yb_decision_get_outcome(one_decision), YB_OUTCOME_ANSWERED);
}

static void
teardown(void)
{
	heap.on = false;
	yb_person_unref(one_person);
	yb_claim_unref(one_claim);
	yb_decision_unref(one_decision);
}

int
main(void)
{
	Suite *suite = suite_create("alloc");
	TCase *tc = tcase_create("alloc");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 1800);
	tcase_add_unchecked_fixture(tc, load_once, drop_once);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, every_allocation_may_fail, 0, COUNT(runs));
	tcase_add_test(tc, every_allocation_of_a_reconciliation_may_fail);
	tcase_add_test(tc, every_allocation_of_a_ledgers_answer_may_fail);
	tcase_add_loop_test(tc, every_allocation_of_a_question_may_fail, 0, COUNT(questions));
	tcase_add_loop_test(tc, a_second_question_allocates_nothing, 0, COUNT(questions));
	tcase_add_test(tc, a_second_settlement_allocates_nothing);
	tcase_add_test(tc, a_second_explanation_allocates_its_text);
	tcase_add_test(tc, rows_allocate_nothing);
	tcase_add_test(tc, a_cleared_claim_of_numbers_allocates_nothing);
	tcase_add_test(tc, a_cleared_history_allocates_nothing);
	tcase_add_test(tc, a_settlement_on_a_ledger_is_whole_or_nothing);
	tcase_add_test(tc, what_is_freed_holds_no_name_and_no_number);
	suite_add_tcase(suite, tc);
	tc = tcase_create("ledger");
	tcase_set_timeout(tc, 1800);
	tcase_add_unchecked_fixture(tc, make_ledger, remove_ledger);
	tcase_add_test(tc, a_post_of_every_kind_is_whole_or_nothing);
	tcase_add_test(tc, a_durable_post_is_whole_or_nothing);
	tcase_add_test(tc, a_ledger_is_made_and_opened_or_not);
	tcase_add_test(tc, a_ledger_is_asked_or_not);
	tcase_add_test(tc, a_ledger_is_verified_or_not);
	tcase_add_test(tc, a_ledger_is_written_out_or_not);
	tcase_add_test(tc, a_ledger_is_read_in_or_not);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
