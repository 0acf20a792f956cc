/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

void
fuzz_status(yb_status st, struct yb_error *err)
{
	char *text = NULL;

	FUZZ_REQUIRE(st != YB_E_INTERNAL && st != YB_E_NO_MEMORY);
	FUZZ_REQUIRE(st == YB_OK || err);
	for (const struct yb_error *e = err; e; e = yb_error_get_next(e))
		FUZZ_REQUIRE(yb_error_get_status(e) != YB_OK && yb_error_get_message(e)[0] && !strchr(yb_error_get_message(e), '\n'));
	if (err) {
		FUZZ_REQUIRE(yb_error_dup_text(err, &text) == YB_OK);
		yb_free(text);
	}
	yb_error_unref(err);
}

struct yb_policy_set *
fuzz_load(const char *text, size_t length)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	FUZZ_REQUIRE(yb_policy_loader_new(&options, &loader, NULL) == YB_OK);
	st = yb_policy_loader_add_buffer(loader, "fuzz.yaml", text, length, &err);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, &set, &err);
	yb_policy_loader_unref(loader);
	FUZZ_REQUIRE((st == YB_OK) == (set != NULL));
	for (const struct yb_error *e = err; e && st != YB_OK; e = yb_error_get_next(e))
		FUZZ_REQUIRE(yb_error_get_line(e) >= 1 && yb_error_get_column(e) >= 1);
	fuzz_status(st, err);
	return set;
}

struct yb_person *
fuzz_person(const char *json)
{
	struct yb_person *person = NULL;

	FUZZ_REQUIRE(yb_person_new_from_json(json, strlen(json), "person", &person, NULL) == YB_OK);
	return person;
}

struct yb_claim *
fuzz_claim(const char *json)
{
	struct yb_claim *claim = NULL;

	FUZZ_REQUIRE(yb_claim_new_from_json(json, strlen(json), "claim", &claim, NULL) == YB_OK);
	return claim;
}

/* ---- answers ---- */

static yb_fen
amount(const struct yb_decision *decision, yb_field field)
{
	yb_fen fen = 0;

	(void)yb_decision_get_fen(decision, field, &fen);
	return fen;
}

static void
check_sums(const struct yb_decision *decision)
{
	static const yb_field funds[] = { YB_FIELD_HIFP_PAY, YB_FIELD_CVLSERV_PAY, YB_FIELD_HIFES_PAY, YB_FIELD_HIFMI_PAY, YB_FIELD_HIFOB_PAY,
		                          YB_FIELD_MAF_PAY, YB_FIELD_OTH_PAY };
	yb_fen sum = 0, bill;

	for (size_t i = 0; i < sizeof(funds) / sizeof(funds[0]); i++) {
		FUZZ_REQUIRE(amount(decision, funds[i]) >= 0);
		sum += amount(decision, funds[i]);
	}
	FUZZ_REQUIRE(sum == amount(decision, YB_FIELD_FUND_PAY_SUMAMT));
	if (yb_decision_get_fen(decision, YB_FIELD_MEDFEE_SUMAMT, &bill) != YB_OK)
		return;
	FUZZ_REQUIRE(bill == sum + amount(decision, YB_FIELD_PSN_PART_AMT) + amount(decision, YB_FIELD_HOSP_PART_AMT));
	FUZZ_REQUIRE(amount(decision, YB_FIELD_PSN_PART_AMT) == amount(decision, YB_FIELD_ACCT_PAY) + amount(decision, YB_FIELD_PSN_CASH_PAY));
}

void
fuzz_answer(struct yb_decision *decision)
{
	const char *name;
	char *text = NULL;
	yb_status st;

	if (yb_decision_get_outcome(decision) == YB_OUTCOME_NONE)
		return;
	if (yb_decision_get_outcome(decision) == YB_OUTCOME_ANSWERED && yb_decision_get_question(decision) == YB_QUESTION_REIMBURSE)
		check_sums(decision);
	for (size_t i = 0; i < 40 && yb_decision_get_result_name(decision, i, &name) == YB_OK; i++) {
		st = yb_decision_dup_result(decision, name, &text, NULL);
		FUZZ_REQUIRE(st == YB_OK);
		yb_free(text);
	}
	for (size_t i = 0; yb_decision_dup_reason_text(decision, i, YB_LANG_EN, &text) == YB_OK; i++)
		yb_free(text);
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++) {
		struct yb_error *err = NULL;
		st = yb_decision_render(decision, format, format == YB_FORMAT_JSON ? YB_LANG_EN : YB_LANG_ZH, YB_EXPLAIN_FULL, &text, &err);
		if (st == YB_OK)
			FUZZ_REQUIRE(text[0] && text[strlen(text) - 1] == '\n');
		fuzz_status(st, err);
		yb_free(text);
		text = NULL;
	}
}

void
fuzz_ask(const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim)
{
	struct yb_fee_options fee = YB_FEE_OPTIONS_INIT;
	struct yb_refund_options refund = YB_REFUND_OPTIONS_INIT;
	struct yb_eligibility_options cover = YB_ELIGIBILITY_OPTIONS_INIT;
	struct yb_rewards_options rewards = YB_REWARDS_OPTIONS_INIT;
	struct yb_decision *decision = NULL;
	yb_day day;

	FUZZ_REQUIRE(yb_day_from_text("2025-11-20", 10, &day) == YB_OK && yb_decision_new(&decision, NULL) == YB_OK);
	fee.year = cover.year = rewards.year = 2026;
	fee.paid_on = cover.paid_on = day;
	fee.months = 12;
	refund.on = day;
	cover.repaired = 1;
	for (int question = 0; question < 7; question++) {
		struct yb_error *err = NULL;
		yb_status st;
		switch (question) {
		case 0: st = yb_fee(set, person, &fee, decision, &err); break;
		case 1: st = yb_eligibility(set, person, &cover, decision, &err); break;
		case 2: st = yb_rewards(set, person, &rewards, decision, &err); break;
		case 6: st = yb_settle(set, person, claim, NULL, decision, &err); break;
		default:
			refund.flags = question == 3 ? 0 : question == 4 ? YB_REFUND_INTEREST : YB_REFUND_CONTRIBUTION;
			st = yb_refund(set, person, &refund, decision, &err);
		}
		fuzz_status(st, err);
		if (st == YB_OK)
			fuzz_answer(decision);
	}
	yb_decision_unref(decision);
}
