/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settle one hospital stay in Beijing. Run it where the folder "policies" is. */
#include <stdio.h>
#include <yibao/yibao.h>

static const char person_text[] =
	"{\"insuplc_admdvs\": \"110000\", \"insutype\": \"310\", \"psn_type\": \"1101\", \"psn_idet_type\": [], \"cvlserv_flag\": \"0\"}";
static const char claim_text[] =
	"{\"med_type\": \"21\", \"hosp_lv\": \"02\", \"mdtrtarea_admvs\": \"110000\", \"enddate\": \"2026-03-09\", \"yb_admission\": 1,"
	" \"medfee_sumamt\": \"52000.00\", \"fulamt_ownpay_amt\": \"1000.00\", \"overlmt_selfpay\": \"0.00\", \"preselfpay_amt\": \"1000.00\"}";

int
main(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	char *text = NULL;
	int done = yb_policy_loader_new(NULL, &loader, &err) == YB_OK
		&& yb_policy_loader_add_directory(loader, "policies", &err) == YB_OK
		&& yb_policy_set_new(loader, &set, &err) == YB_OK
		&& yb_person_new_from_json(person_text, sizeof(person_text) - 1, "person", &person, &err) == YB_OK
		&& yb_claim_new_from_json(claim_text, sizeof(claim_text) - 1, "claim", &claim, &err) == YB_OK
		&& yb_decision_new(&decision, &err) == YB_OK
		&& yb_settle(set, person, claim, NULL, decision, &err) == YB_OK
		&& yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_EN, YB_EXPLAIN_FULL, &text, &err) == YB_OK;

	fputs(done ? text : yb_error_get_message(err), stdout);

	yb_free(text);
	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return done ? 0 : 1;
}
