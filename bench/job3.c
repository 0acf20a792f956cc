/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Job 3, one claim at a time through reused handles: some setters, the
 * question, seven getters; then the same with the full explanation. A shipped
 * document answers, and job 1's.
 */
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "measure.h"
#include "parts.h"

struct handles {
	const struct yb_policy_set *set;
	struct yb_person *person;
	struct yb_claim *claim;
	struct yb_decision *decision;
	size_t count; /* claims a round */
	yb_status (*set_bill)(struct handles *h, size_t i);
	bool explain;
	yb_fen sum;
};

static void
person_text(struct handles *h, yb_field field, const char *value)
{
	if (yb_person_set_text(h->person, field, value, strlen(value)) != YB_OK)
		stop("a fact of the person");
}

static void
claim_text(struct handles *h, yb_field field, const char *value)
{
	if (yb_claim_set_text(h->claim, field, value, strlen(value)) != YB_OK)
		stop("a fact of the bill");
}

static void
handles_make(struct handles *h, const struct yb_policy_set *set, bool job1)
{

	memset(h, 0, sizeof(*h));
	h->set = set;
	if (yb_person_new(&h->person, NULL) != YB_OK || yb_claim_new(&h->claim, NULL) != YB_OK || yb_decision_new(&h->decision, NULL) != YB_OK)
		stop("no handles");
	person_text(h, YB_FIELD_INSUTYPE, "310");
	person_text(h, YB_FIELD_INSUPLC_ADMDVS, job1 ? "990000" : "110000");
	if (job1)
		return;
	person_text(h, YB_FIELD_PSN_TYPE, "1101");
	person_text(h, YB_FIELD_PSN_IDET_TYPE, "");
	person_text(h, YB_FIELD_CVLSERV_FLAG, "0");
	claim_text(h, YB_FIELD_MDTRTAREA_ADMVS, "110000");
	claim_text(h, YB_FIELD_MED_TYPE, "21");
	claim_text(h, YB_FIELD_HOSP_LV, "02");
	claim_text(h, YB_FIELD_BEGNDATE, "2026-03-01");
	claim_text(h, YB_FIELD_ENDDATE, "2026-03-09");
}

static void
handles_free(struct handles *h)
{
	yb_person_unref(h->person);
	yb_claim_unref(h->claim);
	yb_decision_unref(h->decision);
}

static yb_status
set_bill(struct handles *h, size_t i)
{
	yb_fen bill = 100000 + (yb_fen)(i * 37 % 20000000);
	yb_status st = yb_claim_set_fen(h->claim, YB_FIELD_MEDFEE_SUMAMT, bill);

	st = st ? st : yb_claim_set_count(h->claim, YB_FIELD_YB_ADMISSION, (int64_t)(1 + i % 3));
	st = st ? st : yb_claim_set_fen(h->claim, YB_FIELD_FULAMT_OWNPAY_AMT, 0);
	st = st ? st : yb_claim_set_fen(h->claim, YB_FIELD_OVERLMT_SELFPAY, 0);
	return st ? st : yb_claim_set_fen(h->claim, YB_FIELD_PRESELFPAY_AMT, 0);
}

/* The attributes as numbers, which a program has. */
static yb_status
set_attributes(struct handles *h, size_t i)
{
	static const yb_fen amounts[] = { 81250, 734012, 2600177, 18034090 };
	yb_status st = yb_person_set_attribute_value(h->person, "class", YB_TYPE_COUNT, (int64_t)(i % 3));

	st = st ? st : yb_claim_set_attribute_value(h->claim, "level", YB_TYPE_COUNT, (int64_t)(1 + i % 3));
	st = st ? st : yb_claim_set_attribute_value(h->claim, "ordinal", YB_TYPE_COUNT, (int64_t)(1 + i % 2));
	st = st ? st : yb_claim_set_attribute_value(h->claim, "cross", YB_TYPE_COUNT, (int64_t)(i % 3));
	st = st ? st : yb_claim_set_attribute_value(h->claim, "class_a", YB_TYPE_FEN, amounts[i % 4]);
	st = st ? st : yb_claim_set_attribute_value(h->claim, "class_b", YB_TYPE_FEN, amounts[i / 2 % 4]);
	st = st ? st : yb_claim_set_total(h->claim, "basic.paid.year", (yb_fen)(i * 1000));
	return st ? st : yb_claim_set_fen(h->claim, YB_FIELD_MEDFEE_SUMAMT, 50000000);
}

/* The same as texts. */
static yb_status
set_texts(struct handles *h, size_t i)
{
	static const char *const digits[] = { "0", "1", "2", "3" };
	static const char *const amounts[] = { "812.50", "7340.12", "26001.77", "180340.90" };
	yb_status st = yb_person_set_attribute(h->person, "class", digits[i % 3], 1);

	st = st ? st : yb_claim_set_attribute(h->claim, "level", digits[1 + i % 3], 1);
	st = st ? st : yb_claim_set_attribute(h->claim, "ordinal", digits[1 + i % 2], 1);
	st = st ? st : yb_claim_set_attribute(h->claim, "cross", digits[i % 3], 1);
	st = st ? st : yb_claim_set_attribute(h->claim, "class_a", amounts[i % 4], strlen(amounts[i % 4]));
	st = st ? st : yb_claim_set_attribute(h->claim, "class_b", amounts[i / 2 % 4], strlen(amounts[i / 2 % 4]));
	st = st ? st : yb_claim_set_total(h->claim, "basic.paid.year", (yb_fen)(i * 1000));
	return st ? st : yb_claim_set_fen(h->claim, YB_FIELD_MEDFEE_SUMAMT, 50000000);
}

static void
get_amounts(struct handles *h)
{
	static const yb_field fields[] = { YB_FIELD_HIFP_PAY, YB_FIELD_HIFMI_PAY, YB_FIELD_HIFOB_PAY, YB_FIELD_MAF_PAY, YB_FIELD_FUND_PAY_SUMAMT,
		                           YB_FIELD_PSN_PART_AMT, YB_FIELD_ACT_PAY_DEDC };
	yb_fen fen;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (yb_decision_get_fen(h->decision, fields[i], &fen) != YB_OK)
			stop("an amount is not known");
		h->sum += fen;
	}
}

static void
explain_all(struct handles *h)
{
	char *told = NULL;

	if (yb_decision_render(h->decision, YB_FORMAT_TEXT, YB_LANG_EN, YB_EXPLAIN_FULL, &told, NULL) != YB_OK)
		stop("no explanation");
	yb_free(told);
}

static void
handles_run(void *what)
{
	struct handles *h = what;

	for (size_t i = 0; i < h->count; i++) {
		if (h->set_bill(h, i) != YB_OK || yb_settle(h->set, h->person, h->claim, NULL, h->decision, NULL) != YB_OK)
			stop("a claim is not settled");
		get_amounts(h);
		if (h->explain)
			explain_all(h);
	}
}

static void
measure_handles(const struct setting *setting, const struct yb_policy_set *set, bool job1, yb_status (*bill)(struct handles *h, size_t i), double *ns)
{
	struct handles h[2];
	struct contender contenders[2] = { { handles_run, &h[0], 0 }, { handles_run, &h[1], 0 } };

	for (int i = 0; i < 2; i++) {
		handles_make(&h[i], set, job1);
		h[i].set_bill = bill;
		h[i].count = i ? 2000 : 20000;
		h[i].explain = i;
	}
	measure(contenders, 2, setting->rounds ? setting->rounds : 50);
	for (int i = 0; i < 2; i++) {
		ns[i] = contenders[i].best / (double)h[i].count * 1e9;
		handles_free(&h[i]);
	}
}

static struct yb_policy_set *
load_directory(const char *path)
{
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;

	if (yb_policy_loader_new(NULL, &loader, NULL) != YB_OK || yb_policy_loader_add_directory(loader, path, NULL) != YB_OK ||
	    yb_policy_set_new(loader, &set, NULL) != YB_OK)
		stop("%s cannot be loaded", path);
	yb_policy_loader_unref(loader);
	return set;
}

void
bench_job3(const struct setting *setting)
{
	struct yb_policy_set *shipped = load_directory(setting->policies), *job1 = set_from_file(job1_document(setting));
	double ns[2], own[2], texts[2];

	measure_handles(setting, shipped, false, set_bill, ns);
	measure_handles(setting, job1, true, set_attributes, own);
	measure_handles(setting, job1, true, set_texts, texts);
	printf("job 3, one claim through reused handles, ns: shipped document %.0f, with the full explanation %.0f; job 1's document %.0f, %.0f, its attributes "
	       "as texts %.0f, %.0f\n", ns[0], ns[1], own[0], own[1], texts[0], texts[1]);
	verdict("job3_amounts_ns", ns[0], 150);
	verdict("job3_explained_ns", ns[1], 3000);
	verdict("job3_job1_amounts_ns", own[0], 150);
	verdict("job3_job1_explained_ns", own[1], 3000);
	yb_policy_set_unref(shipped);
	yb_policy_set_unref(job1);
}
