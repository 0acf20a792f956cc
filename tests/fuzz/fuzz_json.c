/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON of a person and of a claim, the same bytes for both; what is read can be read back. */
#include "fuzz.h"

#include <string.h>

static void
read_person(const char *text, size_t length)
{
	struct yb_person *person = NULL;
	struct yb_error *err = NULL;
	yb_status st = yb_person_new_from_json(text, length, "fuzz.json", &person, &err);
	const char *word;
	int64_t value;
	yb_field field;

	FUZZ_REQUIRE((st == YB_OK) == (person != NULL));
	fuzz_status(st, err);
	for (size_t i = 0; person && yb_field_at(i, &field) == YB_OK; i++)
		if (yb_person_get_text(person, field, &word) == YB_OK)
			FUZZ_REQUIRE(yb_person_set_text(person, field, word, strlen(word)) == YB_OK);
		else
			(void)yb_person_get_value(person, field, &value);
	yb_person_unref(person);
}

static void
read_claim(const char *text, size_t length)
{
	struct yb_claim *claim = NULL;
	struct yb_error *err = NULL;
	yb_status st = yb_claim_new_from_json(text, length, "fuzz.json", &claim, &err);
	const char *word;
	int64_t value;
	yb_field field;

	FUZZ_REQUIRE((st == YB_OK) == (claim != NULL));
	fuzz_status(st, err);
	for (size_t i = 0; claim && yb_field_at(i, &field) == YB_OK; i++)
		if (yb_claim_get_text(claim, field, &word) == YB_OK)
			FUZZ_REQUIRE(yb_claim_set_text(claim, field, word, strlen(word)) == YB_OK);
		else
			(void)yb_claim_get_value(claim, field, &value);
	yb_claim_unref(claim);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_person((const char *)data, size);
	read_claim((const char *)data, size);
	return 0;
}
