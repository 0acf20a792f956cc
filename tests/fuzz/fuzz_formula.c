/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte says where the formula stands, the rest is its text; then every question is asked. */
#include "fuzz.h"

#include <string.h>

static const char head[] =
	"language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	"attributes: {hosp: {type: text, values: [L1, L2]}, tier: {type: rate, range: 60%..300%}, deaf: {type: flag}}\n"
	"series: {wage: {unit: money, years: {2024: {value: 5800, source: a}, 2025: {value: 6000, source: a}}}}\n"
	"values: {source: a, low: {unit: money, value: 83.5}, half: 50%}\n"
	"eligibility:\n  source: a\n  rewards: [{id: zero, kind: zero_claim, step: 500, cap: 3000}]\n"
	"  rules: [{id: r, count_from: ";
static const char *const places[][2] = {
	{ "= paid_on}]\nfee: {source: a, charges: [{id: c, payers: {person: ", "}}]}\n" },
	{ "= paid_on}]\nfee: {source: a, charges: [{id: c, when: ", ", payers: {person: 1}}]}\n" },
	{ "", "}]\n" },
	{ "= paid_on, during: ", "}]\n" },
	{ "= paid_on, fixed: ", "}]\n" },
	{ "= paid_on}]\nrefund: {source: a, credits: [{id: c, base: = yb_pension, amount: ", ", at_least: none}]}\n" },
	{ "= paid_on}]\nreimburse: {source: a, benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%}, {id: m, pays: hifmi_pay, "
	  "ratio: 50%, base: ", "}]}]}\n" },
	{ "= paid_on}]\nfee: {source: a, charges: [{id: c, payers: {person: {by: ", ", rows: [[1, 2]], else: 3}}}]}\n" },
};
#define PLACES (sizeof(places) / sizeof(places[0]))

/* In double quotes every byte may stand: what is no plain character as an escape. */
static size_t
quote(char *out, const uint8_t *data, size_t size)
{
	size_t n = 0;

	n += (size_t)sprintf(out + n, "\"= ");
	for (size_t i = 0; i < size; i++)
		if (data[i] == '"' || data[i] == '\\' || data[i] < 0x20 || data[i] >= 0x7F)
			n += (size_t)sprintf(out + n, "\\x%02x", data[i]);
		else
			out[n++] = (char)data[i];
	out[n++] = '"';
	out[n] = '\0';
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yb_policy_set *set;
	struct yb_person *person;
	struct yb_claim *claim;
	const char *const *place;
	char *text;
	size_t n;

	if (size == 0)
		return 0;
	place = places[data[0] % PLACES];
	text = malloc(sizeof(head) + 4 * size + 512);
	FUZZ_REQUIRE(text != NULL);
	n = (size_t)sprintf(text, "%s%s", head, place[0]);
	n += quote(text + n, data + 1, size - 1);
	n += (size_t)sprintf(text + n, "%s", place[1]);
	set = fuzz_load(text, n);
	free(text);
	if (!set)
		return 0;
	person = fuzz_person("{\"insuplc_admdvs\": \"990000\", \"insutype\": \"390\", \"psn_type\": \"1201\", \"brdy\": \"1950-02-28\","
	                     "\"yb_pension\": 3333.00, \"yb_attributes\": {\"hosp\": \"L1\", \"tier\": \"80%\", \"deaf\": \"no\"},"
	                     "\"yb_cover\": [{\"insutype\": \"390\", \"year\": 2024}]}");
	claim = fuzz_claim("{\"enddate\": \"2025-11-20\", \"inscp_scp_amt\": 57000.01}");
	fuzz_ask(set, person, claim);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	return 0;
}
