/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A policy document: read, checked, compiled, shown, its vectors run, and every question asked once. */
#include "fuzz.h"

#include <string.h>

static void
show(const struct yb_policy_set *set, const char *id)
{
	struct yb_vector_report *report = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;

	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++) {
		fuzz_status(yb_policy_set_render_document(set, id, YB_DAY_NONE, format, format == YB_FORMAT_TEXT ? YB_LANG_EN : YB_LANG_ZH, &text, &err), err);
		yb_free(text);
		text = NULL;
		err = NULL;
		fuzz_status(yb_policy_set_render_sources(set, id, format, YB_LANG_ZH, &text, &err), err);
		yb_free(text);
		text = NULL;
		err = NULL;
	}
	fuzz_status(yb_policy_set_run_vectors(set, id, &report, &err), err);
	for (size_t i = 0; i < yb_vector_report_get_count(report); i++)
		FUZZ_REQUIRE(yb_vector_report_get_difference(report, i) != NULL);
	yb_vector_report_unref(report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yb_policy_set *set = fuzz_load((const char *)data, size);
	struct yb_person *person;
	struct yb_claim *claim;
	const char *id;

	if (!set)
		return 0;
	id = yb_policy_set_get_id(set, 0);
	person = fuzz_person("{\"insuplc_admdvs\": \"990000\", \"insutype\": \"390\", \"psn_type\": \"1201\", \"brdy\": \"1950-02-28\", \"gend\": \"1\","
	                     "\"psn_idet_type\": [\"2303\"], \"yb_wage_base\": 4321.00, \"yb_pension\": 3333.00, \"yb_account_balance\": 100,"
	                     "\"yb_cover\": [{\"insutype\": \"390\", \"year\": 2024}, {\"insutype\": \"390\", \"year\": 2025}]}");
	claim = fuzz_claim("{\"med_type\": \"21\", \"hosp_lv\": \"02\", \"begndate\": \"2025-11-10\", \"enddate\": \"2025-11-20\", \"yb_admission\": 1,"
	                   "\"medfee_sumamt\": 60000, \"fulamt_ownpay_amt\": 1000, \"overlmt_selfpay\": 0, \"preselfpay_amt\": 2000,"
	                   "\"inscp_scp_amt\": 57000}");
	if (strlen(id) > 7 && id[6] == '/') {
		(void)yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, id, 6);
		(void)yb_person_set_text(person, YB_FIELD_INSUTYPE, id + 7, strlen(id + 7));
	}
	show(set, id);
	fuzz_ask(set, person, claim);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	return 0;
}
