/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes are a claim, or a person, a NUL and a claim; the documents are fixed. */
#include "fuzz.h"

#include <string.h>

static const char document[] =
	"language: 1\nid: 990000/390\ntitle: T\nround: jiao half_even\n"
	"sources: {a: {issuer: I, url: u, confidence: official}}\n"
	"attributes: {lvl: {type: text, values: [L1, L2, L3], of: claim}}\n"
	"reimburse:\n  source: a\n"
	"  pools: {p: {on: payment, per: year}, q: {on: deductible, per: year}}\n"
	"  split:\n    prior: {by: chrgitm_lv, rows: [[\"01\", 0%], [\"02\", 10%], [\"03\", 100%]]}\n"
	"    limits: [{id: tests, when: {med_chrgitm_type: 03|04}, amount: 500}]\n"
	"  account: {pays: [scope, prior], after: layers}\n"
	"  benefits:\n"
	"    - id: inpatient\n      when: {med_type: 21*}\n      layers:\n"
	"        - id: basic\n          pays: hifp_pay\n"
	"          deductible: {amount: {by: yb_admission, rows: [[1, 800.03], [2.., 400]]}, per: stay, sum_cap: 1600, pool: q}\n"
	"          bands: {over: year, origin: zero, borders: [10000, 30000.01], ratio: [2/37, 85%, 90%]}\n"
	"          modify: [{id: retired, when: {retired: yes}, own_times: 60%}, {id: away, when: {out_of_area: not none}, times: 9/10}]\n"
	"          ceilings: [{id: pool, on: payment, pool: p, amount: 20000}, {id: cost, on: cost, per: year, amount: 90000}]\n"
	"        - {id: large, pays: hifob_pay, base: = basic.over + prior * half, ratio: 90%,\n"
	"           ceilings: [{id: year, on: payment, per: year, amount: 100000}]}\n"
	"        - {id: aid, pays: maf_pay, when: {lvl: L1|L2}, base: = large.left + basic.self, ratio: {by: lvl, rows: [[L1, 100%], [not L1, 33.3333%]]},\n"
	"           deductible: {amount: 200, per: year, order: after_ratio}}\n"
	"    - id: outpatient\n      when: {med_type: \"11\"}\n      layers:\n"
	"        - {id: visit, pays: hifp_pay, base: = scope - scope.implant * 50%, deductible: {amount: 20, per: visit}, ratio: 50%,\n"
	"           ceilings: [{id: pool, on: payment, pool: p, amount: none}, {id: month, on: cost, per: month, amount: 1000}]}\n"
	"values: {source: a, half: 50%}\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct yb_policy_set *set;
	const uint8_t *cut = size ? memchr(data, 0, size) : NULL;
	size_t claim_from = cut ? (size_t)(cut - data) + 1 : 0;
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	if (!set)
		set = fuzz_load(document, sizeof(document) - 1);
	FUZZ_REQUIRE(set != NULL);
	st = yb_claim_new_from_json((const char *)data + claim_from, size - claim_from, "claim.json", &claim, &err);
	fuzz_status(st, err);
	err = NULL;
	if (!claim)
		return 0;
	if (cut) {
		st = yb_person_new_from_json((const char *)data, claim_from - 1, "person.json", &person, &err);
		fuzz_status(st, err);
		err = NULL;
	} else {
		person = fuzz_person("{\"brdy\": \"1950-02-28\", \"psn_type\": \"1201\", \"yb_account_balance\": 300}");
	}
	if (person) {
		(void)yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "990000", 6);
		(void)yb_person_set_text(person, YB_FIELD_INSUTYPE, "390", 3);
		FUZZ_REQUIRE(yb_decision_new(&decision, NULL) == YB_OK);
		st = yb_settle(set, person, claim, NULL, decision, &err);
		fuzz_status(st, err);
		if (st == YB_OK)
			fuzz_answer(decision);
	}
	yb_decision_unref(decision);
	yb_person_unref(person);
	yb_claim_unref(claim);
	return 0;
}
