/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many bills with the same handles: facts by typed setters, answers by number,
 * no text made. Run it where the folder "policies" is.
 */
#include <stdio.h>
#include <yibao/yibao.h>

/* Stays of one employee of Beijing; amounts in fen. */
static const struct stay {
	int32_t month, day;
	int64_t admission;
	const char *hosp_lv;
	yb_fen total, prior;
} stays[] = {
	{ 1, 14, 1, "02", 5200000, 200000 },
	{ 3, 9, 2, "05", 830050, 0 },
	{ 8, 30, 3, "08", 65000, 0 },
};

static yb_status
person_fill(struct yb_person *person)
{
	yb_status st = yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "110000", 6);

	if (st == YB_OK)
		st = yb_person_set_text(person, YB_FIELD_INSUTYPE, "310", 3);
	if (st == YB_OK)
		st = yb_person_set_text(person, YB_FIELD_PSN_TYPE, "1101", 4);
	if (st == YB_OK)
		st = yb_person_set_text(person, YB_FIELD_PSN_IDET_TYPE, "", 0); /* known: none */
	if (st == YB_OK)
		st = yb_person_set_text(person, YB_FIELD_CVLSERV_FLAG, "0", 1);
	return st;
}

static yb_status
claim_fill(struct yb_claim *claim, const struct stay *stay)
{
	yb_day end;
	yb_status st = yb_day_from_ymd(2026, stay->month, stay->day, &end);

	yb_claim_clear(claim);
	if (st == YB_OK)
		st = yb_claim_set_text(claim, YB_FIELD_MED_TYPE, "21", 2);
	if (st == YB_OK)
		st = yb_claim_set_text(claim, YB_FIELD_HOSP_LV, stay->hosp_lv, 2);
	if (st == YB_OK)
		st = yb_claim_set_text(claim, YB_FIELD_MDTRTAREA_ADMVS, "110000", 6);
	if (st == YB_OK)
		st = yb_claim_set_day(claim, YB_FIELD_ENDDATE, end);
	if (st == YB_OK)
		st = yb_claim_set_count(claim, YB_FIELD_YB_ADMISSION, stay->admission);
	if (st == YB_OK)
		st = yb_claim_set_fen(claim, YB_FIELD_MEDFEE_SUMAMT, stay->total);
	if (st == YB_OK)
		st = yb_claim_set_fen(claim, YB_FIELD_FULAMT_OWNPAY_AMT, 0);
	if (st == YB_OK)
		st = yb_claim_set_fen(claim, YB_FIELD_OVERLMT_SELFPAY, 0);
	if (st == YB_OK)
		st = yb_claim_set_fen(claim, YB_FIELD_PRESELFPAY_AMT, stay->prior);
	return st;
}

static yb_status
decision_print(const struct yb_decision *decision)
{
	static const yb_field columns[] = { YB_FIELD_MEDFEE_SUMAMT, YB_FIELD_HIFP_PAY, YB_FIELD_FUND_PAY_SUMAMT, YB_FIELD_PSN_PART_AMT };
	yb_status st = YB_OK;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]) && st == YB_OK; i++) {
		yb_fen fen;
		char text[YB_FEN_TEXT_SIZE];

		st = yb_decision_get_fen(decision, columns[i], &fen);
		if (st == YB_OK) {
			yb_fen_to_text(fen, text);
			printf("%s%s %9s", i > 0 ? "  " : "", yb_field_get_name(columns[i]), text);
		}
	}
	putchar('\n');
	return st;
}

static yb_status
stays_settle(const struct yb_policy_set *set, struct yb_person *person, struct yb_claim *claim, struct yb_decision *decision,
             struct yb_error **err)
{
	yb_status st = person_fill(person);

	for (size_t i = 0; i < sizeof(stays) / sizeof(stays[0]) && st == YB_OK; i++) {
		st = claim_fill(claim, &stays[i]);
		if (st == YB_OK)
			st = yb_settle(set, person, claim, NULL, decision, err);
		if (st == YB_OK && yb_decision_get_outcome(decision) == YB_OUTCOME_ANSWERED)
			st = decision_print(decision);
		else if (st == YB_OK)
			puts("no amounts");
	}
	return st;
}

int
main(void)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	yb_status st = yb_policy_loader_new(NULL, &loader, &err);

	if (st == YB_OK)
		st = yb_policy_loader_add_directory(loader, "policies", &err);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, &set, &err);
	if (st == YB_OK)
		st = yb_person_new(&person, &err);
	if (st == YB_OK)
		st = yb_claim_new(&claim, &err);
	if (st == YB_OK)
		st = yb_decision_new(&decision, &err);
	if (st == YB_OK)
		st = stays_settle(set, person, claim, decision, &err);
	if (st != YB_OK)
		fprintf(stderr, "%s: %s\n", yb_status_name(st), err ? yb_error_get_message(err) : yb_status_text(st, YB_LANG_EN));

	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	yb_policy_loader_unref(loader);
	yb_error_unref(err);
	return st == YB_OK ? 0 : 1;
}
