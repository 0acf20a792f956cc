/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settle four stays at once: columns in, columns out. Run it where the folder "policies" is. */
#include <stdio.h>
#include <string.h>
#include <yibao/yibao.h>

/* The facts that differ, a column each; the last bill's parts do not add up. */
static const char *const levels[] = { "02", "08" };
static const int8_t level[] = { 0, 0, 1, 0 };
static const int64_t total[] = { 5200000, 800000, 310000, 1000000 }, own[] = { 100000, 0, 10000, 2000000 };

static int
bind(struct yb_bulk *bulk, yb_field field, const char *text)
{
	return yb_bulk_bind_text(bulk, field, text, strlen(text), NULL) == YB_OK;
}

int
main(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_bulk *bulk = NULL;
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	int64_t fund[4], person[4];
	uint8_t outcome[4];
	int done = yb_policy_loader_new(NULL, &loader, &err) == YB_OK
		&& yb_policy_loader_add_directory(loader, "policies", &err) == YB_OK
		&& yb_policy_set_new(loader, &set, &err) == YB_OK
		&& yb_decision_new(&decision, &err) == YB_OK
		&& yb_bulk_new(set, YB_QUESTION_REIMBURSE, NULL, &bulk, &err) == YB_OK
		&& bind(bulk, YB_FIELD_INSUPLC_ADMDVS, "110000") && bind(bulk, YB_FIELD_INSUTYPE, "310")
		&& bind(bulk, YB_FIELD_PSN_TYPE, "1101") && bind(bulk, YB_FIELD_PSN_IDET_TYPE, "")
		&& bind(bulk, YB_FIELD_CVLSERV_FLAG, "0") && bind(bulk, YB_FIELD_MED_TYPE, "21")
		&& bind(bulk, YB_FIELD_MDTRTAREA_ADMVS, "110000") && bind(bulk, YB_FIELD_ENDDATE, "2026-03-09")
		&& bind(bulk, YB_FIELD_YB_ADMISSION, "1") && bind(bulk, YB_FIELD_OVERLMT_SELFPAY, "0.00")
		&& bind(bulk, YB_FIELD_PRESELFPAY_AMT, "0.00")
		&& yb_bulk_bind_codes(bulk, YB_FIELD_HOSP_LV, YB_LAYOUT_INT8, level, NULL, levels, 2, &err) == YB_OK
		&& yb_bulk_bind_numbers(bulk, YB_FIELD_MEDFEE_SUMAMT, YB_LAYOUT_INT64, total, NULL, &err) == YB_OK
		&& yb_bulk_bind_numbers(bulk, YB_FIELD_FULAMT_OWNPAY_AMT, YB_LAYOUT_INT64, own, NULL, &err) == YB_OK
		&& yb_bulk_bind_output(bulk, YB_FIELD_FUND_PAY_SUMAMT, fund, NULL, &err) == YB_OK
		&& yb_bulk_bind_output(bulk, YB_FIELD_PSN_PART_AMT, person, NULL, &err) == YB_OK
		&& yb_bulk_bind_outcomes(bulk, outcome, NULL) == YB_OK
		&& yb_bulk_run(bulk, 0, 4, &err) == YB_OK;

	for (size_t i = 0; done && i < 4; i++) {
		if (outcome[i] == YB_OUTCOME_ANSWERED)
			printf("row %u: the funds pay %lld fen, the person %lld\n", (unsigned)i, (long long)fund[i], (long long)person[i]);
		else if (yb_bulk_answer(bulk, i, decision, &err) != YB_OK) /* why, of one row */
			printf("row %u: %s\n", (unsigned)i, yb_error_get_message(err));
	}
	if (!done)
		puts(err ? yb_error_get_message(err) : "cannot bind");

	yb_bulk_unref(bulk);
	yb_decision_unref(decision);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return done ? 0 : 1;
}
