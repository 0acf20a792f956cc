/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The four questions, asked with the same handles: what is owed, what is
 * credited to the account, from when is somebody covered, what is paid of a
 * bill. Facts by setters, answers by name. The argument is the policy folder.
 */
#include <stdio.h>
#include <string.h>
#include <yibao/yibao.h>

struct handles {
	struct yb_policy_set *set;
	struct yb_person *person;
	struct yb_claim *claim;
	struct yb_decision *decision;
	struct yb_error *err;
};

struct fact {
	yb_field field;
	const char *text;
};

/* One of the four: who, when, and the results that are shown. */
struct question {
	const char *title;
	struct fact person[6];
	yb_status (*ask)(struct handles *h);
	const char *results[4];
};

/* Any fact can be set from its text, amounts and days too. */
static yb_status
person_fill(struct yb_person *person, const struct fact *facts)
{
	yb_status st = YB_OK;

	yb_person_clear(person);
	for (; facts->text && st == YB_OK; facts++)
		st = yb_person_set_text(person, facts->field, facts->text, strlen(facts->text));
	return st;
}

/* The coverage year 2026, paid in its window. */
static yb_status
ask_fee(struct handles *h)
{
	struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
	yb_status st = yb_day_from_ymd(2025, 11, 20, &options.paid_on);

	options.year = 2026;
	return st != YB_OK ? st : yb_fee(h->set, h->person, &options, h->decision, &h->err);
}

/* What is credited in March 2026. */
static yb_status
ask_refund(struct handles *h)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;
	yb_status st = yb_day_from_ymd(2026, 3, 1, &options.on);

	return st != YB_OK ? st : yb_refund(h->set, h->person, &options, h->decision, &h->err);
}

/* Covered in 2024, not in 2025, paid in the window of 2026: is there cover on 1 March? */
static yb_status
ask_eligibility(struct handles *h)
{
	struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;
	yb_status st = yb_person_add_cover_year(h->person, "390", 2024, YB_DAY_NONE, YB_COVER_NOT_CLAIMED, &h->err);

	if (st == YB_OK) /* none of the groups that need not wait: a fact that the document asks for */
		st = yb_person_set_attribute(h->person, "special_group", "no", 2);
	if (st == YB_OK)
		st = yb_day_from_ymd(2025, 11, 20, &options.paid_on);
	if (st == YB_OK)
		st = yb_day_from_ymd(2026, 3, 1, &options.on);
	return st != YB_OK ? st : yb_eligibility(h->set, h->person, &options, h->decision, &h->err);
}

/* A first stay in a tertiary hospital: 52,000 yuan, 50,000 of it in policy scope. */
static yb_status
ask_settle(struct handles *h)
{
	static const struct fact bill[] = {
		{ YB_FIELD_MED_TYPE, "21" },
		{ YB_FIELD_HOSP_LV, "02" },
		{ YB_FIELD_MDTRTAREA_ADMVS, "110000" },
		{ YB_FIELD_ENDDATE, "2026-03-09" },
		{ YB_FIELD_YB_ADMISSION, "1" },
		{ YB_FIELD_MEDFEE_SUMAMT, "52000.00" },
		{ YB_FIELD_FULAMT_OWNPAY_AMT, "1000.00" },
		{ YB_FIELD_OVERLMT_SELFPAY, "0.00" },
		{ YB_FIELD_PRESELFPAY_AMT, "1000.00" },
	};
	yb_status st = YB_OK;

	yb_claim_clear(h->claim);
	for (size_t i = 0; i < sizeof(bill) / sizeof(bill[0]) && st == YB_OK; i++)
		st = yb_claim_set_text(h->claim, bill[i].field, bill[i].text, strlen(bill[i].text));
	return st != YB_OK ? st : yb_settle(h->set, h->person, h->claim, NULL, h->decision, &h->err);
}

static const struct question questions[] = {
	{ "A resident of Wuhan: what is owed for 2026, and by whom?",
	  { { YB_FIELD_INSUPLC_ADMDVS, "420100" }, { YB_FIELD_INSUTYPE, "390" }, { YB_FIELD_PSN_TYPE, "1501" }, { YB_FIELD_PSN_IDET_TYPE, "" } },
	  ask_fee, { "due.person", "due.finsubs", "due.total" } },
	{ "A retired employee in Beijing, 72 years old: what is credited to the account in March 2026?",
	  { { YB_FIELD_INSUPLC_ADMDVS, "110000" }, { YB_FIELD_INSUTYPE, "310" }, { YB_FIELD_PSN_TYPE, "1201" }, { YB_FIELD_BRDY, "1953-11-08" } },
	  ask_refund, { "retired.gross", "retired.mutual_aid", "credit" } },
	{ "A resident of Wuhan who missed 2025: covered on 1 March 2026, and from when?",
	  { { YB_FIELD_INSUPLC_ADMDVS, "420100" }, { YB_FIELD_INSUTYPE, "390" }, { YB_FIELD_PSN_TYPE, "1501" }, { YB_FIELD_PSN_IDET_TYPE, "" },
	    { YB_FIELD_BRDY, "1988-04-21" } },
	  ask_eligibility, { "covered", "wait", "start", "gap_years" } },
	{ "An employee in Beijing, a stay of 52,000.00: who pays?",
	  { { YB_FIELD_INSUPLC_ADMDVS, "110000" }, { YB_FIELD_INSUTYPE, "310" }, { YB_FIELD_PSN_TYPE, "1101" }, { YB_FIELD_PSN_IDET_TYPE, "" },
	    { YB_FIELD_CVLSERV_FLAG, "0" } },
	  ask_settle, { "basic.deductible", "hifp_pay", "psn_part_amt" } },
};

static yb_status
answer_print(struct handles *h, const char *const results[4])
{
	yb_status st = YB_OK;
	const char *code;

	if (yb_decision_get_outcome(h->decision) != YB_OUTCOME_ANSWERED) {
		printf("  no answer: %s\n", yb_decision_get_reason(h->decision, 0, &code) == YB_OK ? code : "no reason");
		return YB_OK;
	}
	for (size_t i = 0; i < 4 && results[i] && st == YB_OK; i++) {
		char *text = NULL;

		st = yb_decision_dup_result(h->decision, results[i], &text, &h->err);
		if (st == YB_OK)
			printf("  %-20s %12s\n", results[i], text);
		yb_free(text);
	}
	return st;
}

static yb_status
handles_open(struct handles *h, const char *folder)
{
	struct yb_policy_loader *loader = NULL;
	yb_status st = yb_policy_loader_new(NULL, &loader, &h->err);

	if (st == YB_OK)
		st = yb_policy_loader_add_directory(loader, folder, &h->err);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, &h->set, &h->err);
	if (st == YB_OK)
		st = yb_person_new(&h->person, &h->err);
	if (st == YB_OK)
		st = yb_claim_new(&h->claim, &h->err);
	if (st == YB_OK)
		st = yb_decision_new(&h->decision, &h->err);
	yb_policy_loader_unref(loader);
	return st;
}

int
main(int argc, char **argv)
{
	struct handles h = { 0 };
	yb_status st = handles_open(&h, argc > 1 ? argv[1] : "policies");

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]) && st == YB_OK; i++) {
		const struct question *q = &questions[i];

		printf("%s%s\n", i > 0 ? "\n" : "", q->title);
		st = person_fill(h.person, q->person);
		if (st == YB_OK)
			st = q->ask(&h);
		if (st == YB_OK)
			st = answer_print(&h, q->results);
	}
	if (st != YB_OK)
		fprintf(stderr, "%s: %s\n", yb_status_name(st), h.err ? yb_error_get_message(h.err) : yb_status_text(st, YB_LANG_EN));

	yb_decision_unref(h.decision);
	yb_claim_unref(h.claim);
	yb_person_unref(h.person);
	yb_policy_set_unref(h.set);
	yb_error_unref(h.err);
	return st == YB_OK ? 0 : 1;
}
