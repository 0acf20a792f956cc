/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test_ask.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct yb_policy_set *shipped;

/* ---- documents ---- */

void
ask_load_once(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	const char *top = getenv("YB_SRCDIR");
	char path[4096];

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/policies", top ? top : "."), (int)sizeof(path));
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_directory(loader, path, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_set_new(loader, &shipped, NULL), YB_OK);
	yb_policy_loader_unref(loader);
}

void
ask_drop_once(void)
{
	yb_policy_set_unref(shipped);
	shipped = NULL;
}

struct yb_policy_set *
ask_shipped(void)
{
	return shipped;
}

struct yb_policy_set *
ask_load(const char *text)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;
	char *told = NULL;
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	ck_assert_int_eq(yb_policy_loader_new(&options, &loader, NULL), YB_OK);
	ck_assert_int_eq(yb_policy_loader_add_buffer(loader, "doc.yaml", text, strlen(text), NULL), YB_OK);
	st = yb_policy_set_new(loader, &set, &err);
	if (err)
		ck_assert_int_eq(yb_error_dup_text(err, &told), YB_OK);
	ck_assert_msg(st == YB_OK, "%s", told ? told : "");
	yb_free(told);
	yb_error_unref(err);
	yb_policy_loader_unref(loader);
	return set;
}

/* ---- words ---- */

/* The next word up to `until`, into a buffer; false at the end. */
static bool
next(const char **text, const char *until, char *word, size_t size)
{
	const char *end;
	size_t length;

	while (**text == ' ')
		++*text;
	if (!**text)
		return false;
	end = strstr(*text, until);
	length = end ? (size_t)(end - *text) : strlen(*text);
	ck_assert_msg(length < size, "too long: %s", *text);
	memcpy(word, *text, length);
	word[length] = '\0';
	*text = end ? end + strlen(until) : *text + length;
	return true;
}

/* What stands after `name=`, NULL when the word is another one. */
static const char *
after(const char *word, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(word, name, n) && word[n] == '=' ? word + n + 1 : NULL;
}

yb_day
ask_day(const char *text)
{
	yb_day day = YB_DAY_NONE;

	ck_assert_msg(yb_day_from_text(text, strlen(text), &day) == YB_OK, "%s is no day", text);
	return day;
}

uint32_t
ask_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* ---- a person ---- */

/* `390:2024@2023-11-02+c-u`, `310:2020-01-01..2024-12-31`; the word may be cut to pieces. */
static void
add_cover(struct yb_person *person, char *word)
{
	struct yb_error *err = NULL;
	yb_day paid = YB_DAY_NONE;
	char *days = strchr(word, ':'), *flag, *dots, *at;
	uint32_t flags = 0;
	yb_status st;

	*days++ = '\0';
	while ((flag = strrchr(days, 'c')) != NULL || (flag = strrchr(days, 'u')) != NULL) {
		flags |= flag[0] == 'c' ? (flag[-1] == '+' ? YB_COVER_CLAIMED : YB_COVER_NOT_CLAIMED) : flag[-1] == '+' ? YB_COVER_USED : YB_COVER_NOT_USED;
		memmove(flag - 1, flag + 1, strlen(flag + 1) + 1);
	}
	at = strchr(days, '@');
	if (at) {
		*at++ = '\0';
		paid = ask_day(at);
	}
	dots = strstr(days, "..");
	if (dots) {
		*dots = '\0';
		st = yb_person_add_cover_period(person, word, ask_day(days), dots[2] ? ask_day(dots + 2) : YB_DAY_NONE, paid, flags, &err);
	} else {
		st = yb_person_add_cover_year(person, word, (int32_t)strtol(days, NULL, 10), paid, flags, &err);
	}
	ck_assert_msg(st == YB_OK, "%s:%s: %s", word, days, err ? yb_error_get_message(err) : "");
}

struct yb_person *
ask_person(const char *words)
{
	struct yb_person *person = NULL;
	char word[256];

	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUPLC_ADMDVS, "990000", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_INSUTYPE, "390", 3), YB_OK);
	while (next(&words, " ", word, sizeof(word))) {
		char *value = strchr(word, '=');
		yb_field field;
		if (!value) {
			add_cover(person, word);
			continue;
		}
		*value++ = '\0';
		if (!strcmp(word, "cover"))
			ck_assert_int_eq(yb_person_set_cover_none(person), YB_OK);
		else if (!strcmp(word, "cover_in"))
			ck_assert_int_eq(yb_person_set_cover_region(person, 0, value, strlen(value)), YB_OK);
		else if (yb_field_from_name(word, strlen(word), &field) == YB_OK && !*value)
			ck_assert_int_eq(yb_person_unset(person, field), YB_OK);
		else if (yb_field_from_name(word, strlen(word), &field) == YB_OK)
			ck_assert_msg(yb_person_set_text(person, field, value, strlen(value)) == YB_OK, "%s=%s", word, value);
		else
			ck_assert_msg(yb_person_set_attribute(person, word, value, strlen(value)) == YB_OK, "%s=%s", word, value);
	}
	return person;
}

/* ---- a question ---- */

struct asked {
	yb_day on, paid_on;
	int32_t year, months, arrear, repaired;
	yb_fen paid;
	bool lenient;
};

static void
read_asked(const char *words, struct asked *a)
{
	char word[256];
	const char *v;

	*a = (struct asked){ 0 };
	while (next(&words, " ", word, sizeof(word))) {
		if ((v = after(word, "on")) != NULL)
			a->on = ask_day(v);
		else if ((v = after(word, "paid_on")) != NULL)
			a->paid_on = ask_day(v);
		else if ((v = after(word, "year")) != NULL)
			a->year = (int32_t)strtol(v, NULL, 10);
		else if ((v = after(word, "months")) != NULL)
			a->months = (int32_t)strtol(v, NULL, 10);
		else if ((v = after(word, "arrear")) != NULL)
			a->arrear = (int32_t)strtol(v, NULL, 10);
		else if ((v = after(word, "repaired")) != NULL)
			a->repaired = (int32_t)strtol(v, NULL, 10);
		else if ((v = after(word, "paid")) != NULL)
			a->paid = strtoll(v, NULL, 10);
		else if (!strcmp(word, "lenient"))
			a->lenient = true;
		else
			ck_abort_msg("what is \"%s\"?", word);
	}
}

static yb_status
ask_refund(const struct yb_policy_set *set, const struct yb_person *person, const char *kind, const struct asked *a, struct yb_decision *decision,
           struct yb_error **err)
{
	struct yb_refund_options options = YB_REFUND_OPTIONS_INIT;

	options.flags = !strcmp(kind, "refund-year") ? YB_REFUND_YEAR : !strcmp(kind, "interest") ? YB_REFUND_INTEREST
	              : !strcmp(kind, "repay") ? YB_REFUND_CONTRIBUTION : 0;
	if (a->lenient)
		options.flags |= YB_REFUND_LENIENT;
	options.on = a->on;
	options.arrear_months = a->arrear;
	options.year = a->year;
	options.paid_on = a->paid_on;
	options.paid = a->paid;
	return yb_refund(set, person, &options, decision, err);
}

yb_status
ask_question(const struct yb_policy_set *set, const struct yb_person *person, const char *words, struct yb_decision *decision, struct yb_error **err)
{
	struct asked a;
	char kind[32];

	ck_assert(next(&words, " ", kind, sizeof(kind)));
	read_asked(words, &a);
	if (!strcmp(kind, "fee")) {
		struct yb_fee_options options = YB_FEE_OPTIONS_INIT;
		options.flags = a.lenient ? YB_FEE_LENIENT : 0;
		options.year = a.year;
		options.paid_on = a.paid_on;
		options.months = a.months;
		options.on = a.on;
		return yb_fee(set, person, &options, decision, err);
	}
	if (!strcmp(kind, "cover")) {
		struct yb_eligibility_options options = YB_ELIGIBILITY_OPTIONS_INIT;
		options.flags = a.lenient ? YB_ELIGIBILITY_LENIENT : 0;
		options.on = a.on;
		options.paid_on = a.paid_on;
		options.year = a.year;
		options.repaired = a.repaired;
		return yb_eligibility(set, person, &options, decision, err);
	}
	if (!strcmp(kind, "rewards")) {
		struct yb_rewards_options options = YB_REWARDS_OPTIONS_INIT;
		options.flags = a.lenient ? YB_ELIGIBILITY_LENIENT : 0;
		options.year = a.year;
		return yb_rewards(set, person, &options, decision, err);
	}
	return ask_refund(set, person, kind, &a, decision, err);
}

/* ---- an answer ---- */

int64_t
ask_value(struct yb_decision *decision, const char *name)
{
	int64_t value = -77;
	yb_status st = yb_decision_get_result(decision, name, &value, NULL);

	ck_assert_msg(st == YB_OK, "%s: %s", name, yb_status_name(st));
	return value;
}

static bool
listed(struct yb_decision *decision, yb_status (*get)(struct yb_decision *, size_t, const char **), const char *wanted)
{
	const char *name;

	for (size_t i = 0; get(decision, i, &name) == YB_OK; i++)
		if (!strcmp(name, wanted))
			return true;
	return false;
}

static yb_status
missing_at(struct yb_decision *decision, size_t index, const char **name)
{
	return yb_decision_get_missing(decision, index, name);
}

static size_t
reason_count(struct yb_decision *decision)
{
	const char *code;
	size_t n = 0;

	while (yb_decision_get_reason(decision, n, &code) == YB_OK)
		n++;
	return n;
}

/* What stands in the way of an answer that a row thinks it has. */
static const char *
story(struct yb_decision *decision)
{
	static char text[512];
	char *told = NULL;

	text[0] = '\0';
	for (size_t i = 0; yb_decision_dup_reason_text(decision, i, YB_LANG_EN, &told) == YB_OK; i++) {
		size_t n = strlen(text);
		(void)snprintf(text + n, sizeof(text) - n, "[%s] ", told);
		yb_free(told);
		told = NULL;
	}
	return text;
}

static const char *const outcomes[] = { "none", "answered", "refused", "incomplete", "unsupported" };

/* What is so of every answer. */
static void
expect_whole(struct yb_decision *decision, const char *why)
{
	const char *name;
	char *text = NULL;
	int64_t value;
	yb_result unit;
	yb_status st;

	for (size_t i = 0; yb_decision_get_result_name(decision, i, &name) == YB_OK; i++) {
		st = yb_decision_get_result(decision, name, &value, &unit);
		ck_assert_msg(st == YB_OK || st == YB_E_BAD_VALUE, "%s: %s is listed, but %s", why, name, yb_status_name(st));
		st = yb_decision_dup_result(decision, name, &text, NULL);
		ck_assert_msg(st == YB_OK && text, "%s: %s is listed, but %s", why, name, yb_status_name(st));
		yb_free(text);
		text = NULL;
	}
	for (size_t i = 0; i < reason_count(decision); i++)
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH; lang++) {
			ck_assert_int_eq(yb_decision_dup_reason_text(decision, i, lang, &text), YB_OK);
			ck_assert_msg(*text && !strchr(text, '%'), "%s: reason \"%s\"", why, text);
			yb_free(text);
			text = NULL;
		}
	for (yb_format format = YB_FORMAT_TEXT; format <= YB_FORMAT_JSON; format++)
		for (yb_lang lang = YB_LANG_EN; lang <= YB_LANG_ZH; lang++)
			for (yb_explain level = YB_EXPLAIN_NONE; level <= YB_EXPLAIN_FULL; level++) {
				st = yb_decision_render(decision, format, lang, level, &text, NULL);
				ck_assert_msg(st == YB_OK && text && text[strlen(text) - 1] == '\n', "%s: render: %s", why, yb_status_name(st));
				yb_free(text);
				text = NULL;
			}
}

static void
expect_shorten(struct yb_decision *decision, const char *why, size_t index, const char *wanted)
{
	char told[128], price[32], paid[YB_DAY_TEXT_SIZE] = "-", start[YB_DAY_TEXT_SIZE];
	yb_shorten kind;
	int32_t years;
	yb_fen fen;
	yb_day paid_on, from;

	ck_assert_msg(yb_eligibility_get_shorten(decision, index, &kind, &years, &fen, &paid_on, &from) == YB_OK, "%s: no way %d", why, (int)index + 1);
	if (paid_on != YB_DAY_NONE)
		yb_day_to_text(paid_on, paid);
	yb_day_to_text(from, start);
	(void)snprintf(price, sizeof(price), "%lld", (long long)fen);
	if (kind == YB_SHORTEN_REPAIR)
		(void)snprintf(told, sizeof(told), "repair/%d/%s/%s/%s", (int)years, price, paid, start);
	else
		(void)snprintf(told, sizeof(told), "earlier/%s/%s", paid, start);
	ck_assert_msg(!strcmp(told, wanted), "%s: %s, not %s", why, told, wanted);
	ck_assert_msg(kind == YB_SHORTEN_REPAIR ? years > 0 : years == 0 && fen == -1, "%s: %s", why, told);
}

static size_t
shorten_count(struct yb_decision *decision)
{
	yb_shorten kind;
	int32_t years;
	yb_fen fen;
	yb_day paid_on, from;
	size_t n = 0;

	while (yb_eligibility_get_shorten(decision, n, &kind, &years, &fen, &paid_on, &from) == YB_OK)
		n++;
	return n;
}

static void
expect_says(struct yb_decision *decision, const char *why, const char *words)
{
	char *en = NULL, *zh = NULL;

	ck_assert_msg(yb_decision_dup_reason_text(decision, 0, YB_LANG_EN, &en) == YB_OK, "%s: no reason", why);
	ck_assert_int_eq(yb_decision_dup_reason_text(decision, 0, YB_LANG_ZH, &zh), YB_OK);
	ck_assert_msg(strstr(en, words) || strstr(zh, words), "%s: no \"%s\" in \"%s\"", why, words, en);
	yb_free(en);
	yb_free(zh);
}

/* `110.00` and `0.50` as rows write them, `110` and `0.5`; a text with anything but digits stays. */
static void
shorten_number(char *text)
{
	size_t n = strlen(text);

	if (!strchr(text, '.') || strspn(text, "-0123456789.") != n)
		return;
	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[n - 1] = '\0';
}

static void
expect_result(struct yb_decision *decision, const char *why, char *part)
{
	char *value = strchr(part, '='), *text = NULL;
	yb_status st;

	ck_assert_msg(value != NULL, "%s: what is \"%s\"?", why, part);
	*value++ = '\0';
	st = yb_decision_dup_result(decision, part, &text, NULL);
	ck_assert_msg(st == YB_OK, "%s: %s: %s", why, part, yb_status_name(st));
	shorten_number(text);
	ck_assert_msg(!strcmp(text, value), "%s: %s is %s, not %s", why, part, text, value);
	yb_free(text);
}

static size_t
channel_count(const struct yb_decision *decision)
{
	const char *id;
	size_t n = 0;

	while (yb_fee_get_channel(decision, n, &id) == YB_OK)
		n++;
	return n;
}

/* `m3=…`, `s1=…`, `c1=…`: the number, and what follows the sign; 0 for another word. */
static size_t
numbered(const char *part, char letter, const char **value)
{
	char *end;
	unsigned long n;

	if (part[0] != letter || part[1] < '0' || part[1] > '9')
		return 0;
	n = strtoul(part + 1, &end, 10);
	*value = end + 1;
	return *end == '=' ? n : 0;
}

static void
expect_month(struct yb_decision *decision, const char *why, size_t n, const char *wanted)
{
	yb_day first;
	yb_fen fen;

	ck_assert_msg(yb_refund_get_month(decision, n - 1, &first, &fen) == YB_OK, "%s: no month %d", why, (int)n);
	ck_assert_msg(fen == strtoll(wanted, NULL, 10), "%s: month %d has %lld, not %s", why, (int)n, (long long)fen, wanted);
}

static void
expect_first_month(struct yb_decision *decision, const char *why, const char *wanted)
{
	char day[YB_DAY_TEXT_SIZE];
	yb_day first;
	yb_fen fen;

	ck_assert_int_eq(yb_refund_get_month(decision, 0, &first, &fen), YB_OK);
	yb_day_to_text(first, day);
	ck_assert_msg(!strcmp(day, wanted), "%s: the year begins on %s, not %s", why, day, wanted);
}

static void
expect_part(struct yb_decision *decision, const char *why, char *part, yb_outcome *outcome)
{
	const char *v, *id;
	int64_t value;
	size_t n;
	yb_status st;

	for (yb_outcome i = YB_OUTCOME_REFUSED; i <= YB_OUTCOME_UNSUPPORTED; i++)
		if (!strcmp(part, outcomes[i])) {
			*outcome = i;
			return;
		}
	if ((v = after(part, "reason")) != NULL) {
		ck_assert_msg(listed(decision, yb_decision_get_reason, v), "%s: no reason %s; %s", why, v, story(decision));
	} else if ((v = after(part, "reasons")) != NULL) {
		ck_assert_msg(reason_count(decision) == strtoul(v, NULL, 10), "%s: %d reasons: %s", why, (int)reason_count(decision), story(decision));
	} else if ((v = after(part, "lacks")) != NULL) {
		ck_assert_msg(listed(decision, missing_at, v), "%s: %s is not said to be lacking; %s", why, v, story(decision));
	} else if ((v = after(part, "says")) != NULL) {
		expect_says(decision, why, v);
	} else if ((v = after(part, "unknown")) != NULL) {
		st = yb_decision_get_result(decision, v, &value, NULL);
		ck_assert_msg(st == YB_E_UNKNOWN, "%s: %s: %s", why, v, yb_status_name(st));
	} else if ((v = after(part, "absent")) != NULL) {
		st = yb_decision_get_result(decision, v, &value, NULL);
		ck_assert_msg(st == YB_E_NOT_FOUND, "%s: %s: %s", why, v, yb_status_name(st));
	} else if ((v = after(part, "first")) != NULL) {
		expect_first_month(decision, why, v);
	} else if ((v = after(part, "shortens")) != NULL) {
		ck_assert_msg(shorten_count(decision) == strtoul(v, NULL, 10), "%s: %d ways to shorten it", why, (int)shorten_count(decision));
	} else if ((v = after(part, "channels")) != NULL) {
		ck_assert_msg(channel_count(decision) == strtoul(v, NULL, 10), "%s: %d channels", why, (int)channel_count(decision));
	} else if ((n = numbered(part, 'm', &v)) != 0) {
		expect_month(decision, why, n, v);
	} else if ((n = numbered(part, 's', &v)) != 0) {
		expect_shorten(decision, why, n - 1, v);
	} else if ((n = numbered(part, 'c', &v)) != 0) {
		ck_assert_msg(yb_fee_get_channel(decision, n - 1, &id) == YB_OK && !strcmp(id, v), "%s: channel %d is not %s", why, (int)n, v);
	} else {
		expect_result(decision, why, part);
	}
}

static void
expect_error(struct yb_decision *decision, const struct ask_row *row, yb_status st, const struct yb_error *err)
{
	const char *text = row->expect, *v;
	char part[256];

	while (next(&text, "; ", part, sizeof(part)))
		if ((v = after(part, "error")) != NULL)
			ck_assert_msg(!strcmp(yb_status_name(st), v), "%s: %s, not %s: %s", row->why, yb_status_name(st), v, err ? yb_error_get_message(err) : "");
		else if ((v = after(part, "says")) != NULL)
			ck_assert_msg(err && strstr(yb_error_get_message(err), v), "%s: no \"%s\" in: %s", row->why, v, err ? yb_error_get_message(err) : "");
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(yb_error_get_status(err), st);
	ck_assert_int_eq(yb_decision_get_outcome(decision), YB_OUTCOME_NONE);
	ck_assert_int_eq(yb_decision_get_question(decision), YB_QUESTION_NONE);
	ck_assert_str_eq(yb_decision_get_policy_id(decision), "");
	ck_assert_int_eq(yb_decision_get_result_name(decision, 0, &v), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_decision_render(decision, YB_FORMAT_TEXT, YB_LANG_EN, YB_EXPLAIN_FULL, &(char *){ NULL }, NULL), YB_E_UNKNOWN);
}

void
ask_expect_in(const struct yb_policy_set *set, const struct ask_row *row)
{
	struct yb_person *person = ask_person(row->person);
	struct yb_decision *decision = NULL;
	struct yb_error *err = NULL;
	const char *text = row->expect;
	yb_outcome outcome = YB_OUTCOME_ANSWERED;
	char part[256];
	yb_status st;

	ck_assert_int_eq(yb_decision_new(&decision, NULL), YB_OK);
	st = ask_question(set, person, row->ask, decision, &err);
	if (!strncmp(row->expect, "error=", 6)) {
		expect_error(decision, row, st, err);
	} else {
		ck_assert_msg(st == YB_OK, "%s: %s: %s", row->why, yb_status_name(st), err ? yb_error_get_message(err) : "");
		ck_assert_ptr_null(err);
		if (strstr(outcomes[1], outcomes[yb_decision_get_outcome(decision)]) == NULL)
			ck_assert_msg(strstr(row->expect, outcomes[yb_decision_get_outcome(decision)]) != NULL, "%s: %s: %s", row->why,
			              outcomes[yb_decision_get_outcome(decision)], story(decision));
		while (next(&text, "; ", part, sizeof(part)))
			expect_part(decision, row->why, part, &outcome);
		ck_assert_msg(yb_decision_get_outcome(decision) == outcome, "%s: %s, not %s: %s", row->why,
		              outcomes[yb_decision_get_outcome(decision)], outcomes[outcome], story(decision));
		expect_whole(decision, row->why);
	}
	yb_error_unref(err);
	yb_person_unref(person);
	yb_decision_unref(decision);
}

void
ask_expect(const struct ask_row *row)
{
	struct yb_policy_set *set = row->doc ? ask_load(row->doc) : NULL;

	ask_expect_in(set ? set : ask_shipped(), row);
	yb_policy_set_unref(set);
}
