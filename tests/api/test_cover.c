/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cover history of a person, by calls and by JSON alike. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/yibao.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define FEMALE "11010519491231002X" /* born 1949-12-31 */
#define MOST 200

Suite *cover_suite(void);

static struct yb_person *person;

static void
setup(void)
{
	ck_assert_int_eq(yb_person_new(&person, NULL), YB_OK);
}

static void
teardown(void)
{
	yb_person_unref(person);
	person = NULL;
}

/* NULL: no day */
static yb_day
day_of(const char *text)
{
	yb_day day = YB_DAY_NONE;

	if (text)
		ck_assert_msg(yb_day_from_text(text, strlen(text), &day) == YB_OK, "%s", text);
	return day;
}

/* ---- one history, both ways in ---- */

struct row {
	const char *insutype;
	int32_t year; /* 0: a period */
	const char *begin, *end, *paid_on;
	uint32_t flags;
};

struct history {
	const char *why, *birth;
	struct row rows[3];
	yb_status status;
	const char *subject, *message; /* of the refusal; message is a piece of it */
};

#define PAID(on) { "390", 2024, NULL, NULL, on, 0 }
#define YEAR(scheme, year) { scheme, year, NULL, NULL, NULL, 0 }
#define PERIOD(scheme, begin, end) { scheme, 0, begin, end, NULL, 0 }
#define FLAGS(flags) { "390", 2024, NULL, NULL, NULL, flags }
#define YES YB_OK, NULL, NULL
#define NO(subject, message) YB_E_CONTRADICTION, subject, message

static const struct history histories[] = {
	{ "a year", NULL, { YEAR("390", 2024) }, YES },
	{ "the first year", NULL, { YEAR("390", 1998) }, YES },
	{ "the last year", NULL, { YEAR("390", 2100) }, YES },
	{ "before the first year", NULL, { YEAR("390", 1997) }, YB_E_BAD_DATE, "year", "1998" },
	{ "after the last year", NULL, { YEAR("390", 2101) }, YB_E_BAD_DATE, "year", "2100" },
	{ "no such scheme", NULL, { YEAR("311", 2024) }, YB_E_BAD_VALUE, "insutype", "\"311\" is not a code" },
	{ "no scheme", NULL, { YEAR("", 2024) }, YB_E_BAD_VALUE, "insutype", "is not a code" },
	{ "a scheme that is an identity number", NULL, { YEAR(FEMALE, 2024) }, YB_E_BAD_VALUE, "insutype", "insutype is not a code" },
	{ "no such scheme of a period", NULL, { PERIOD("31", "2024-01-01", NULL) }, YB_E_BAD_VALUE, "insutype", "\"31\" is not a code" },

	{ "paid 24 months before", NULL, { PAID("2022-01-01") }, YES },
	{ "paid a day too early", NULL, { PAID("2021-12-31") }, NO("paid_on", "expected 2022-01-01 or later") },
	{ "paid 12 months after", NULL, { PAID("2025-12-31") }, YES },
	{ "paid a day too late", NULL, { PAID("2026-01-01") }, NO("paid_on", "expected 2025-12-31 or earlier") },
	{ "a period is paid when it is", NULL, { { "310", 0, "2024-01-01", "2024-01-31", "2019-01-01", 0 } }, YES },

	{ "a period of one day", NULL, { PERIOD("310", "2024-02-29", "2024-02-29") }, YES },
	{ "a period that ends before it begins", NULL, { PERIOD("310", "2024-03-01", "2024-02-29") },
	  NO("end", "ends before it begins: 2024-02-29 is before 2024-03-01") },
	{ "a period that runs", NULL, { PERIOD("310", "2024-03-01", NULL) }, YES },
	{ "the first day there is", NULL, { PERIOD("310", "0001-01-01", "9999-12-31") }, YES },
	{ "the last day there is", NULL, { PERIOD("310", "9999-12-31", NULL) }, YES },

	{ "claimed", NULL, { FLAGS(YB_COVER_CLAIMED) }, YES },
	{ "not claimed", NULL, { FLAGS(YB_COVER_NOT_CLAIMED) }, YES },
	{ "not used, nothing said of claims", NULL, { FLAGS(YB_COVER_NOT_USED) }, YES },
	{ "claimed and used", NULL, { FLAGS(YB_COVER_CLAIMED | YB_COVER_USED) }, YES },
	{ "claimed, not used", NULL, { FLAGS(YB_COVER_CLAIMED | YB_COVER_NOT_USED) }, YES },
	{ "neither", NULL, { FLAGS(YB_COVER_NOT_CLAIMED | YB_COVER_NOT_USED) }, YES },
	{ "used, nothing said of claims", NULL, { FLAGS(YB_COVER_USED) }, NO("used", "used without claimed") },
	{ "used, not claimed", NULL, { FLAGS(YB_COVER_USED | YB_COVER_NOT_CLAIMED) }, NO("used", "used without claimed") },
	{ "a period that used without claims", NULL, { { "310", 0, "2024-01-01", NULL, NULL, YB_COVER_USED } }, NO("used", "used without claimed") },

	{ "two years", NULL, { YEAR("390", 2024), YEAR("390", 2023) }, YES },
	{ "a year twice", NULL, { YEAR("390", 2024), YEAR("390", 2024) }, NO("year", "coverage year 2024 of 390 is given twice") },
	{ "a year twice, another between", NULL, { YEAR("390", 2024), YEAR("390", 2023), YEAR("390", 2024) }, NO("year", "twice") },
	{ "a year of two schemes", NULL, { YEAR("390", 2024), YEAR("410", 2024) }, YES },

	{ "one period after another", NULL, { PERIOD("310", "2023-01-01", "2024-12-31"), PERIOD("310", "2025-01-01", NULL) }, YES },
	{ "periods that share a day", NULL, { PERIOD("310", "2023-01-01", "2024-12-31"), PERIOD("310", "2024-12-31", NULL) },
	  NO("begin", "the one from 2023-01-01 ends on 2024-12-31 and the next begins on 2024-12-31") },
	{ "a period in another", NULL, { PERIOD("310", "2023-01-01", "2024-12-31"), PERIOD("310", "2023-05-01", "2023-05-01") },
	  NO("begin", "two periods of 310 overlap") },
	{ "a period twice", NULL, { PERIOD("310", "2023-01-01", "2024-12-31"), PERIOD("310", "2023-01-01", "2024-12-31") }, NO("begin", "overlap") },
	{ "two that run", NULL, { PERIOD("310", "2023-01-01", NULL), PERIOD("310", "2024-01-01", NULL) }, NO("begin", "still running when the next begins on 2024-01-01") },
	{ "two that run from one day", NULL, { PERIOD("310", "2023-01-01", NULL), PERIOD("310", "2023-01-01", NULL) }, NO("begin", "overlap") },
	{ "one that runs and a later one", NULL, { PERIOD("310", "2023-01-01", NULL), PERIOD("310", "2025-01-01", "2025-01-31") },
	  NO("begin", "the one from 2023-01-01 is still running") },
	{ "one that runs and an earlier one", NULL, { PERIOD("310", "2023-01-01", NULL), PERIOD("310", "2022-01-01", "2022-12-31") }, YES },
	{ "periods of two schemes", NULL, { PERIOD("310", "2023-01-01", NULL), PERIOD("510", "2023-01-01", NULL) }, YES },

	{ "a resident year in an employee year", NULL, { YEAR("390", 2024), PERIOD("310", "2024-01-01", "2024-12-31") },
	  NO(NULL, "duplicate enrolment: coverage year 2024 of 390 lies wholly in the period of 310 from 2024-01-01") },
	{ "an employee from the second day", NULL, { YEAR("390", 2024), PERIOD("310", "2024-01-02", "2024-12-31") }, YES },
	{ "an employee to the last day but one", NULL, { YEAR("390", 2024), PERIOD("310", "2024-01-01", "2024-12-30") }, YES },
	{ "an employee who still is one", NULL, { YEAR("390", 2024), PERIOD("310", "2024-01-01", NULL) }, NO(NULL, "duplicate enrolment") },
	{ "an employee from the second day on", NULL, { YEAR("390", 2024), PERIOD("310", "2024-01-02", NULL) }, YES },
	{ "an employee of later years", NULL, { YEAR("390", 2024), PERIOD("310", "2025-01-01", NULL) }, YES },
	{ "an employee of many years", NULL, { YEAR("390", 2024), PERIOD("310", "2019-01-01", "2025-06-30") }, NO(NULL, "duplicate enrolment") },
	{ "both ways round", NULL, { YEAR("310", 2024), PERIOD("390", "2024-01-01", "2024-12-31") }, NO(NULL, "duplicate enrolment: coverage year 2024 of 310") },
	{ "two employments within a resident year", NULL,
	  { YEAR("390", 2024), PERIOD("310", "2023-03-01", "2024-06-30"), PERIOD("310", "2024-07-01", NULL) }, YES },
	{ "another scheme beside", NULL, { YEAR("390", 2024), PERIOD("510", "2019-01-01", NULL) }, YES },
	{ "another scheme beside an employee year", NULL, { YEAR("310", 2024), PERIOD("510", "2019-01-01", NULL) }, YES },
	{ "another scheme by the year, a resident", NULL, { YEAR("410", 2024), PERIOD("390", "2019-01-01", NULL) }, YES },
	{ "another scheme by the year", NULL, { YEAR("410", 2024), PERIOD("310", "2019-01-01", NULL) }, YES },

	{ "the year of birth", "2024-12-31", { YEAR("390", 2024) }, YES },
	{ "the year after birth", "2024-12-31", { YEAR("390", 2025) }, YES },
	{ "the year before birth", "2025-01-01", { YEAR("390", 2024) }, NO("year", "coverage year 2024 is before the year of birth") },
	{ "a period from birth", "2024-05-01", { PERIOD("310", "2024-05-01", NULL) }, YES },
	{ "a period from before birth", "2024-05-01", { PERIOD("310", "2024-04-30", NULL) }, NO("begin", "begin 2024-04-30 is before the birth date") },
	{ "paid at birth", "2024-05-01", { PAID("2024-05-01") }, YES },
	{ "paid before birth", "2024-05-01", { PAID("2024-04-30") }, NO("paid_on", "paid_on 2024-04-30 is before the birth date") },
	{ "a period paid before birth", "2024-05-01", { { "310", 0, "2024-05-01", NULL, "2024-04-30", 0 } }, NO("paid_on", "paid_on 2024-04-30 is before") },
	{ "born within the history", "2024-05-01", { YEAR("390", 2024), YEAR("390", 2023), YEAR("390", 2025) }, NO("year", "coverage year 2023 is before") },
};

static int
row_count(const struct history *history)
{
	int n = 0;

	while (n < COUNT(history->rows) && history->rows[n].insutype)
		n++;
	return n;
}

static yb_status
add(struct yb_person *to, const struct row *row, struct yb_error **err)
{
	if (row->begin)
		return yb_person_add_cover_period(to, row->insutype, day_of(row->begin), day_of(row->end), day_of(row->paid_on), row->flags, err);
	return yb_person_add_cover_year(to, row->insutype, row->year, day_of(row->paid_on), row->flags, err);
}

static void
text_key(char *json, size_t size, const char *key, const char *value)
{
	size_t length = strlen(json);

	if (value)
		(void)snprintf(json + length, size - length, ", \"%s\": \"%s\"", key, value);
}

static void
flag_key(char *json, size_t size, const char *key, uint32_t flags, uint32_t yes, uint32_t no)
{
	size_t length = strlen(json);

	if (flags & (yes | no))
		(void)snprintf(json + length, size - length, ", \"%s\": %s", key, flags & yes ? "true" : "false");
}

static void
row_json(const struct row *row, char *json, size_t size)
{
	size_t length = strlen(json);

	(void)snprintf(json + length, size - length, "{\"insutype\": \"%s\"", row->insutype);
	length = strlen(json);
	if (!row->begin)
		(void)snprintf(json + length, size - length, ", \"year\": %d", (int)row->year);
	text_key(json, size, "begin", row->begin);
	text_key(json, size, "end", row->end);
	text_key(json, size, "paid_on", row->paid_on);
	flag_key(json, size, "claimed", row->flags, YB_COVER_CLAIMED, YB_COVER_NOT_CLAIMED);
	flag_key(json, size, "used", row->flags, YB_COVER_USED, YB_COVER_NOT_USED);
	(void)strcat(json, "}");
}

enum birth { BIRTH_FIRST, BIRTH_LAST, BIRTH_LEFT_OUT };

/* One entry a line, from line 2 on. */
static void
history_json(const struct history *history, bool reversed, enum birth birth, char *json, size_t size)
{
	int n = row_count(history);
	size_t length;

	(void)snprintf(json, size, "{");
	if (history->birth && birth == BIRTH_FIRST)
		(void)snprintf(json, size, "{\"brdy\": \"%s\", ", history->birth);
	(void)strcat(json, "\"yb_cover\": [");
	for (int i = 0; i < n; i++) {
		(void)strcat(json, i ? ",\n" : "\n");
		row_json(&history->rows[reversed ? n - 1 - i : i], json, size);
	}
	(void)strcat(json, "]");
	length = strlen(json);
	if (history->birth && birth == BIRTH_LAST)
		(void)snprintf(json + length, size - length, ",\n\"brdy\": \"%s\"", history->birth);
	(void)strcat(json, "}");
	ck_assert_uint_lt(strlen(json) + 1, size);
}

static void
expect_refusal(const struct history *history, yb_status st, const struct yb_error *err, const char *way)
{
	ck_assert_msg(st == history->status, "%s, %s: %s", history->why, way, yb_status_name(st));
	ck_assert_msg(err != NULL, "%s, %s: no detail", history->why, way);
	ck_assert_int_eq(yb_error_get_status(err), st);
	ck_assert_msg(strstr(yb_error_get_message(err), history->message) != NULL, "%s, %s: %s", history->why, way, yb_error_get_message(err));
	ck_assert_msg(!history->subject || !strcmp(yb_error_get_subject(err), history->subject), "%s, %s: %s", history->why, way, yb_error_get_subject(err));
	ck_assert_ptr_null(strstr(yb_error_get_message(err), "110105"));
	ck_assert_ptr_null(yb_error_get_next(err));
}

static void
same_history(const struct yb_person *a, const struct yb_person *b)
{
	ck_assert_uint_eq(yb_person_get_cover_count(a), yb_person_get_cover_count(b));
	for (size_t i = 0; i < yb_person_get_cover_count(a); i++) {
		const char *scheme[2];
		int32_t year[2];
		yb_day begin[2], end[2], paid_on[2];
		uint32_t flags[2];

		ck_assert_int_eq(yb_person_get_cover(a, i, &scheme[0], &year[0], &begin[0], &end[0], &paid_on[0], &flags[0]), YB_OK);
		ck_assert_int_eq(yb_person_get_cover(b, i, &scheme[1], &year[1], &begin[1], &end[1], &paid_on[1], &flags[1]), YB_OK);
		ck_assert_str_eq(scheme[0], scheme[1]);
		ck_assert_int_eq(year[0], year[1]);
		ck_assert_int_eq(begin[0], begin[1]);
		ck_assert_int_eq(end[0], end[1]);
		ck_assert_int_eq(paid_on[0], paid_on[1]);
		ck_assert_uint_eq(flags[0], flags[1]);
	}
}

START_TEST(calls_take_what_can_be_and_refuse_what_cannot)
{
	const struct history *history = &histories[_i];
	int n = row_count(history);

	for (int reversed = 0; reversed < 2; reversed++) {
		int refused = 0;

		yb_person_clear(person);
		if (history->birth)
			ck_assert_int_eq(yb_person_set_day(person, YB_FIELD_BRDY, day_of(history->birth)), YB_OK);
		for (int i = 0; i < n; i++) {
			const struct row *row = &history->rows[reversed ? n - 1 - i : i];
			struct yb_error *err = NULL;
			size_t before = yb_person_get_cover_count(person);
			yb_status st = add(person, row, &err);

			if (st == YB_OK) {
				ck_assert_ptr_null(err);
				ck_assert_uint_eq(yb_person_get_cover_count(person), before + 1);
				continue;
			}
			expect_refusal(history, st, err, "calls");
			ck_assert_str_eq(yb_error_get_source_name(err), "");
			ck_assert_uint_eq(yb_error_get_line(err), 0);
			ck_assert_uint_eq(yb_person_get_cover_count(person), before);
			yb_error_unref(err);
			ck_assert_int_eq(add(person, row, NULL), st); /* the detail is optional */
			refused++;
		}
		ck_assert_msg(refused == (history->status != YB_OK), "%s: %d refused", history->why, refused);
	}
}
END_TEST

START_TEST(a_document_is_read_as_calls_are)
{
	const struct history *history = &histories[_i];
	char json[1024];

	for (int i = 0; i < 4; i++) {
		bool reversed = i % 2 != 0;
		struct yb_person *made = NULL;
		struct yb_error *err = NULL;
		yb_status st;

		if (i >= 2 && (!history->birth || history->status != YB_OK))
			break; /* a birth date behind the history: when_the_birth_date_comes_last */
		history_json(history, reversed, i < 2 ? BIRTH_FIRST : BIRTH_LAST, json, sizeof(json));
		st = yb_person_new_from_json(json, strlen(json), "p.json", &made, &err);
		if (history->status != YB_OK) {
			expect_refusal(history, st, err, json);
			ck_assert_ptr_null(made);
			ck_assert_str_eq(yb_error_get_source_name(err), "p.json");
			ck_assert_uint_ge(yb_error_get_line(err), 2);
			ck_assert_uint_gt(yb_error_get_column(err), 1);
			yb_error_unref(err);
			continue;
		}
		ck_assert_msg(st == YB_OK, "%s: %s", json, err ? yb_error_get_message(err) : "");
		yb_person_clear(person);
		for (int k = 0; k < row_count(history); k++)
			ck_assert_int_eq(add(person, &history->rows[k], NULL), YB_OK);
		same_history(made, person);
		yb_person_unref(made);
	}
}
END_TEST

/* The same contradiction when the history was there before the birth date: it is the birth date that is refused. */
START_TEST(when_the_birth_date_comes_last)
{
	const struct history *history = &histories[_i];
	yb_status expected = history->status;
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;
	size_t count;
	int64_t birth;
	char json[1024];

	if (!history->birth)
		return;
	for (int k = 0; k < row_count(history); k++)
		ck_assert_int_eq(add(person, &history->rows[k], NULL), YB_OK);
	count = yb_person_get_cover_count(person);
	ck_assert_int_eq(yb_person_set_day(person, YB_FIELD_BRDY, day_of(history->birth)), expected);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_BRDY, history->birth, 10), expected);
	ck_assert_int_eq(yb_person_get_value(person, YB_FIELD_BRDY, &birth), expected == YB_OK ? YB_OK : YB_E_UNKNOWN);
	ck_assert_uint_eq(yb_person_get_cover_count(person), count);
	if (expected == YB_OK)
		return;

	history_json(history, false, BIRTH_LAST, json, sizeof(json));
	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &made, &err), expected);
	ck_assert_str_eq(yb_error_get_subject(err), "brdy");
	ck_assert_uint_eq(yb_error_get_line(err), 2 + (uint32_t)row_count(history));
	ck_assert_uint_eq(yb_error_get_column(err), 9);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "brdy is after a coverage year, a begin or a payment in yb_cover"));
	yb_error_unref(err);
	/* an old birth date stays */
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_BRDY, "1970-01-01", 10), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_BRDY, history->birth, 10), expected);
	ck_assert_int_eq(yb_person_get_value(person, YB_FIELD_BRDY, &birth), YB_OK);
	ck_assert_int_eq(birth, 0);
}
END_TEST

/* The identity number tells a birth date too. */
START_TEST(an_identity_number_is_a_birth_date)
{
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;
	int64_t birth;
	const char *text;
	static const char json[] = "{\"yb_cover\": [{\"insutype\": \"310\", \"begin\": \"1949-12-30\"}],\n\"certno\": \"" FEMALE "\"}";

	ck_assert_int_eq(yb_person_add_cover_period(person, "310", day_of("1949-12-30"), YB_DAY_NONE, YB_DAY_NONE, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_CERTNO, FEMALE, 18), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_person_get_text(person, YB_FIELD_CERTNO, &text), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_person_get_value(person, YB_FIELD_BRDY, &birth), YB_E_UNKNOWN);
	yb_person_clear_cover(person);
	ck_assert_int_eq(yb_person_set_text(person, YB_FIELD_CERTNO, FEMALE, 18), YB_OK);
	ck_assert_int_eq(yb_person_add_cover_period(person, "310", day_of("1949-12-30"), YB_DAY_NONE, YB_DAY_NONE, 0, NULL), YB_E_CONTRADICTION);
	ck_assert_int_eq(yb_person_add_cover_period(person, "310", day_of("1949-12-31"), YB_DAY_NONE, YB_DAY_NONE, 0, NULL), YB_OK);

	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &made, &err), YB_E_CONTRADICTION);
	ck_assert_str_eq(yb_error_get_subject(err), "certno");
	ck_assert_uint_eq(yb_error_get_line(err), 2);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "certno gives a birth date after a coverage year"));
	ck_assert_ptr_null(strstr(yb_error_get_message(err), "1949"));
	yb_error_unref(err);
}
END_TEST

/* ---- what only a document can get wrong ---- */

#define LIST(entry) "{\"yb_cover\": [" entry "]}" /* the entry begins in column 15 */

static const struct {
	const char *json;
	yb_status status;
	uint32_t column;
	const char *subject, *message;
} faults[] = {
	{ LIST("{}"), YB_E_MISSING_KEY, 15, "insutype", "insutype is missing" },
	{ LIST("{\"year\": 2024}"), YB_E_MISSING_KEY, 15, "insutype", "such as 310 or 390" },
	{ LIST("{\"insutype\": null, \"year\": 2024}"), YB_E_MISSING_KEY, 15, "insutype", "insutype is missing" },
	{ LIST("{\"insutype\": \"390\"}"), YB_E_MISSING_KEY, 15, "year", "neither year nor begin is given; a coverage year has year" },
	{ LIST("{\"insutype\": \"390\", \"year\": null, \"begin\": null}"), YB_E_MISSING_KEY, 15, "year", "neither" },
	{ LIST("{\"insutype\": \"310\", \"end\": \"2024-01-01\"}"), YB_E_MISSING_KEY, 15, "begin", "end is given without begin" },
	{ LIST("{\"insutype\": \"310\", \"year\": 2024, \"begin\": \"2024-01-01\"}"), YB_E_CONTRADICTION, 58, "begin", "both year and begin" },
	{ LIST("{\"insutype\": \"310\", \"year\": 2024, \"end\": \"2024-01-01\"}"), YB_E_CONTRADICTION, 56, "end", "both year and end" },
	{ LIST("{\"insutype\": \"390\", \"year\": \"0000\"}"), YB_E_BAD_DATE, 43, "year", "\"0000\" is not a coverage year; expected four digits" },
	{ LIST("{\"insutype\": \"390\", \"year\": 20240}"), YB_E_BAD_DATE, 43, "year", "\"20240\" is not" },
	{ LIST("{\"insutype\": \"390\", \"year\": \"02024\"}"), YB_E_BAD_DATE, 43, "year", "from 1998 to 2100" },
	{ LIST("{\"insutype\": \"390\", \"year\": 24}"), YB_E_BAD_DATE, 43, "year", "\"24\" is not" },
	{ LIST("{\"insutype\": \"390\", \"year\": \"20a4\"}"), YB_E_BAD_DATE, 43, "year", "\"20a4\" is not" },
	{ LIST("{\"insutype\": \"390\", \"year\": \"+202\"}"), YB_E_BAD_DATE, 43, "year", "\"+202\" is not" },
	{ LIST("{\"insutype\": \"390\", \"year\": \"\"}"), YB_E_BAD_DATE, 43, "year", "is not a coverage year" },
	{ LIST("{\"insutype\": \"390\", \"year\": true}"), YB_E_BAD_DATE, 43, "year", "\"true\" is not" },
	{ LIST("{\"insutype\": \"390\", \"year\": [2024]}"), YB_E_SYNTAX, 43, "year", "found a list" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"paid_on\": \"2023-11-31\"}"), YB_E_BAD_DATE, 60, "paid_on", "2023-11-31" },
	{ LIST("{\"insutype\": \"310\", \"begin\": \"2023-02-29\"}"), YB_E_BAD_DATE, 44, "begin", "2023-02-29" },
	{ LIST("{\"insutype\": \"310\", \"begin\": \"2023-02-28\", \"end\": \"now\"}"), YB_E_BAD_DATE, 65, "end", "\"now\" is not a date" },
	{ LIST("{\"insutype\": \"310\", \"begin\": \"2023-02-28\", \"end\": \"2023-02-27\"}"), YB_E_CONTRADICTION, 65, "end", "ends before" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"admdvs\": \"11000\"}"), YB_E_BAD_IDENTITY, 59, "admdvs", "region code" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"admdvs\": \"000000\"}"), YB_E_BAD_IDENTITY, 59, "admdvs", "region code" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"claimed\": \"maybe\"}"), YB_E_BAD_VALUE, 60, "claimed", "\"maybe\" is not true or false" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"used\": 2}"), YB_E_BAD_VALUE, 57, "used", "true or false" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"used\": true}"), YB_E_CONTRADICTION, 57, "used", "used without claimed" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"paid_on\": \"2026-01-01\"}"), YB_E_CONTRADICTION, 60, "paid_on", "more than 12 months after" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024}, {\"insutype\": \"390\", \"year\": 2024}"), YB_E_CONTRADICTION, 78, "year", "twice" },
	{ LIST("{\"insutyp\": \"390\", \"year\": 2024}"), YB_E_UNKNOWN_KEY, 16, "insutyp", "did you mean \"insutype\"" },
	{ LIST("{\"insutype\": \"390\", \"yaer\": 2024}"), YB_E_UNKNOWN_KEY, 35, "yaer", "did you mean \"year\"" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"admvs\": 1}"), YB_E_UNKNOWN_KEY, 49, "admvs", "did you mean \"admdvs\"" },
	{ LIST("{\"insutype\": \"390\", \"year\": 2024, \"year\": 2024}"), YB_E_DUPLICATE, 49, "year", "year" },
	{ LIST("null"), YB_E_SYNTAX, 15, "yb_cover", "expected a mapping" },
	{ LIST("[]"), YB_E_SYNTAX, 15, "yb_cover", "found a list" },
	{ LIST("{\"insutype\": \"" FEMALE "\", \"year\": 2024}"), YB_E_BAD_VALUE, 28, "insutype", "insutype is not a code" },
};

START_TEST(a_bad_entry_is_told_with_its_place)
{
	struct yb_person *made = person;
	struct yb_error *err = NULL;
	const char *json = faults[_i].json;
	yb_status st = yb_person_new_from_json(json, strlen(json), "p.json", &made, &err);

	ck_assert_msg(st == faults[_i].status, "%s: %s", json, yb_status_name(st));
	ck_assert_ptr_null(made);
	ck_assert_uint_eq(yb_error_get_line(err), 1);
	ck_assert_msg(yb_error_get_column(err) == faults[_i].column, "%s: column %u", json, (unsigned)yb_error_get_column(err));
	ck_assert_str_eq(yb_error_get_subject(err), faults[_i].subject);
	ck_assert_msg(strstr(yb_error_get_message(err), faults[_i].message) != NULL, "%s: %s", json, yb_error_get_message(err));
	ck_assert_ptr_null(strstr(yb_error_get_message(err), "110105"));
	ck_assert_ptr_null(yb_error_get_next(err));
	yb_error_unref(err);
}
END_TEST

/* A bad entry is left out and the others are still compared. */
START_TEST(every_bad_entry_is_told_once)
{
	static const char json[] = "{\"yb_cover\": [\n{\"insutype\": \"390\", \"year\": 2024},\n{\"insutype\": \"391\", \"yer\": 2024, \"paid_on\": \"x\"},\n"
		"{\"insutype\": \"390\", \"year\": 2024, \"used\": true},\n7,\n{\"insutype\": \"390\", \"year\": 2024}]}";
	static const struct { yb_status status; uint32_t line; } expected[] = {
		{ YB_E_UNKNOWN_KEY, 3 }, { YB_E_BAD_DATE, 3 }, { YB_E_CONTRADICTION, 4 }, { YB_E_SYNTAX, 5 }, { YB_E_CONTRADICTION, 6 },
	};
	struct yb_person *made = NULL;
	struct yb_error *err = NULL;
	const struct yb_error *at;
	int n = 0;

	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &made, &err), YB_E_UNKNOWN_KEY);
	for (at = err; at; at = yb_error_get_next(at), n++) {
		ck_assert_int_lt(n, COUNT(expected));
		ck_assert_int_eq(yb_error_get_status(at), expected[n].status);
		ck_assert_uint_eq(yb_error_get_line(at), expected[n].line);
	}
	ck_assert_int_eq(n, COUNT(expected));
	yb_error_unref(err);
}
END_TEST

/* ---- what only a call can get wrong ---- */

START_TEST(a_call_must_make_sense)
{
	static const uint32_t both[] = { YB_COVER_CLAIMED | YB_COVER_NOT_CLAIMED, YB_COVER_CLAIMED | YB_COVER_USED | YB_COVER_NOT_USED };
	static const int32_t years[] = { 0, -1, 24, 20240, INT32_MIN, INT32_MAX };
	static const yb_day days[] = { -719163, 2932897, INT32_MAX };
	yb_day day = day_of("2024-01-01");

	ck_assert_int_eq(yb_person_add_cover_year(NULL, "390", 2024, YB_DAY_NONE, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_add_cover_year(person, NULL, 2024, YB_DAY_NONE, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, 16, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, UINT32_C(0x80000000), NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_add_cover_period(NULL, "310", day, day, YB_DAY_NONE, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_add_cover_period(person, NULL, day, day, YB_DAY_NONE, 0, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_person_add_cover_period(person, "310", day, day, YB_DAY_NONE, 16, NULL), YB_E_INVALID);
	for (int i = 0; i < COUNT(both); i++) {
		struct yb_error *err = NULL;

		ck_assert_int_eq(yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, both[i], &err), YB_E_CONTRADICTION);
		ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "both yes and no"));
		yb_error_unref(err);
		ck_assert_int_eq(yb_person_add_cover_period(person, "310", day, day, YB_DAY_NONE, both[i], NULL), YB_E_CONTRADICTION);
	}
	for (int i = 0; i < COUNT(years); i++)
		ck_assert_int_eq(yb_person_add_cover_year(person, "390", years[i], YB_DAY_NONE, 0, NULL), YB_E_BAD_DATE);
	for (int i = 0; i < COUNT(days); i++) {
		ck_assert_int_eq(yb_person_add_cover_year(person, "390", 2024, days[i], 0, NULL), YB_E_BAD_DATE);
		ck_assert_int_eq(yb_person_add_cover_period(person, "310", days[i], YB_DAY_NONE, YB_DAY_NONE, 0, NULL), YB_E_BAD_DATE);
		ck_assert_int_eq(yb_person_add_cover_period(person, "310", day, days[i], YB_DAY_NONE, 0, NULL), YB_E_BAD_DATE);
		ck_assert_int_eq(yb_person_add_cover_period(person, "310", day, YB_DAY_NONE, days[i], 0, NULL), YB_E_BAD_DATE);
	}
	ck_assert_int_eq(yb_person_add_cover_period(person, "310", YB_DAY_NONE, YB_DAY_NONE, YB_DAY_NONE, 0, NULL), YB_E_BAD_DATE);
	ck_assert_int_eq(yb_person_get_cover(person, 0, NULL, NULL, NULL, NULL, NULL, NULL), YB_E_UNKNOWN);
}
END_TEST

START_TEST(a_null_person_has_no_history)
{
	ck_assert_int_eq(yb_person_set_cover_region(NULL, 0, "110000", 6), YB_E_INVALID);
	ck_assert_int_eq(yb_person_set_cover_none(NULL), YB_E_INVALID);
	ck_assert_uint_eq(yb_person_get_cover_count(NULL), 0);
	ck_assert_int_eq(yb_person_get_cover(NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL), YB_E_INVALID);
	yb_person_clear_cover(NULL);
}
END_TEST

/* ---- unknown, none, known ---- */

static void
expect_history(const struct yb_person *p, yb_status first, size_t count)
{
	ck_assert_int_eq(yb_person_get_cover(p, 0, NULL, NULL, NULL, NULL, NULL, NULL), first);
	ck_assert_uint_eq(yb_person_get_cover_count(p), count);
}

START_TEST(none_before_is_not_unknown)
{
	expect_history(person, YB_E_UNKNOWN, 0);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "110000", 6), YB_E_UNKNOWN);
	ck_assert_int_eq(yb_person_set_cover_none(person), YB_OK);
	expect_history(person, YB_E_NOT_FOUND, 0);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "110000", 6), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, 0, NULL), YB_OK);
	expect_history(person, YB_OK, 1);
	ck_assert_int_eq(yb_person_set_cover_none(person), YB_OK);
	expect_history(person, YB_E_NOT_FOUND, 0);
	yb_person_clear_cover(person);
	expect_history(person, YB_E_UNKNOWN, 0);
	ck_assert_int_eq(yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, 0, NULL), YB_OK);
	yb_person_clear(person);
	expect_history(person, YB_E_UNKNOWN, 0);
	/* a refused entry makes nothing known */
	ck_assert_int_eq(yb_person_add_cover_year(person, "390", 1900, YB_DAY_NONE, 0, NULL), YB_E_BAD_DATE);
	expect_history(person, YB_E_UNKNOWN, 0);
}
END_TEST

static const struct {
	const char *json;
	yb_status first;
	size_t count;
} documents[] = {
	{ "{}", YB_E_UNKNOWN, 0 },
	{ "{\"yb_cover\": null}", YB_E_UNKNOWN, 0 },
	{ "{\"yb_cover\": []}", YB_E_NOT_FOUND, 0 },
	{ LIST("{\"insutype\": 390, \"year\": \"2024\", \"end\": null, \"paid_on\": null, \"admdvs\": null, \"claimed\": null, \"used\": null}"), YB_OK, 1 },
};

START_TEST(an_absent_list_is_not_an_empty_one)
{
	struct yb_person *made = NULL;

	ck_assert_int_eq(yb_person_new_from_json(documents[_i].json, strlen(documents[_i].json), NULL, &made, NULL), YB_OK);
	expect_history(made, documents[_i].first, documents[_i].count);
	yb_person_unref(made);
}
END_TEST

/* ---- reading back ---- */

struct entry {
	const char *insutype;
	int32_t year;
	const char *begin, *end, *paid_on;
	uint32_t flags;
};

static void
expect_entries(const struct yb_person *p, const struct entry *entries, size_t count)
{
	ck_assert_uint_eq(yb_person_get_cover_count(p), count);
	for (size_t i = 0; i < count; i++) {
		const char *insutype = NULL;
		int32_t year = -1;
		yb_day begin = 1, end = 1, paid_on = 1;
		uint32_t flags = 99;

		ck_assert_int_eq(yb_person_get_cover(p, i, &insutype, &year, &begin, &end, &paid_on, &flags), YB_OK);
		ck_assert_str_eq(insutype, entries[i].insutype);
		ck_assert_int_eq(year, entries[i].year);
		ck_assert_int_eq(begin, day_of(entries[i].begin));
		ck_assert_int_eq(end, day_of(entries[i].end));
		ck_assert_int_eq(paid_on, day_of(entries[i].paid_on));
		ck_assert_uint_eq(flags, entries[i].flags);
	}
	ck_assert_int_eq(yb_person_get_cover(p, count, NULL, NULL, NULL, NULL, NULL, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_person_get_cover(p, SIZE_MAX, NULL, NULL, NULL, NULL, NULL, NULL), YB_E_NOT_FOUND);
}

START_TEST(what_was_set_is_read_back_by_time)
{
	static const struct entry sorted[] = {
		{ "310", 0, "2019-03-01", "2021-02-28", "2019-03-05", 0 },
		{ "390", 2022, NULL, NULL, "2021-12-01", YB_COVER_CLAIMED | YB_COVER_USED },
		{ "310", 0, "2023-01-01", "2023-06-30", NULL, 0 }, /* a year begins on 1 January: schemes by their codes */
		{ "390", 2023, NULL, NULL, NULL, YB_COVER_CLAIMED | YB_COVER_NOT_USED },
		{ "410", 2023, NULL, NULL, NULL, YB_COVER_NOT_CLAIMED },
		{ "410", 0, "2023-01-01", NULL, NULL, 0 },         /* and of one scheme the year first */
		{ "390", 2024, NULL, NULL, "2023-11-02", YB_COVER_NOT_CLAIMED | YB_COVER_NOT_USED },
		{ "310", 0, "2025-01-01", NULL, NULL, 0 },
	};
	static const char json[] = "{\"yb_cover\": ["
		"{\"insutype\": \"310\", \"begin\": \"2025-01-01\", \"end\": null},"
		"{\"insutype\": \"390\", \"year\": 2024, \"paid_on\": \"2023-11-02\", \"claimed\": false, \"used\": false},"
		"{\"insutype\": \"410\", \"begin\": \"2023-01-01\"},"
		"{\"insutype\": \"310\", \"begin\": \"2023-01-01\", \"end\": \"2023-06-30\", \"admdvs\": \"420100\"},"
		"{\"insutype\": \"410\", \"year\": 2023, \"claimed\": false},"
		"{\"insutype\": \"390\", \"year\": 2023, \"claimed\": true, \"used\": false},"
		"{\"insutype\": \"310\", \"begin\": \"2019-03-01\", \"end\": \"2021-02-28\", \"paid_on\": \"2019-03-05\"},"
		"{\"insutype\": \"390\", \"year\": \"2022\", \"paid_on\": \"2021-12-01\", \"claimed\": \"yes\", \"used\": true}]}";
	struct yb_person *made = NULL;

	/* every start, every step: one after the other, and with gaps that are filled later */
	for (int start = 0; start < COUNT(sorted); start++)
		for (int step = 1; step < COUNT(sorted); step += 2) {
			yb_person_clear(person);
			for (int i = 0; i < COUNT(sorted); i++) {
				const struct entry *e = &sorted[(start + i * step) % COUNT(sorted)];
				const struct row row = { e->insutype, e->year, e->begin, e->end, e->paid_on, e->flags };

				ck_assert_int_eq(add(person, &row, NULL), YB_OK);
			}
			expect_entries(person, sorted, COUNT(sorted));
		}
	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &made, NULL), YB_OK);
	expect_entries(made, sorted, COUNT(sorted));
	yb_person_unref(made);
}
END_TEST

START_TEST(a_refused_entry_leaves_the_history)
{
	static const struct entry kept[] = {
		{ "390", 2023, NULL, NULL, NULL, YB_COVER_CLAIMED },
		{ "310", 0, "2024-02-01", NULL, "2024-02-03", 0 },
	};
	static const struct row refused[] = {
		YEAR("390", 2023), YEAR("390", 2025), PERIOD("310", "2030-01-01", NULL), PERIOD("310", "2020-01-01", "2019-12-31"), YEAR("999", 2023), FLAGS(YB_COVER_USED),
	};

	for (int i = 0; i < COUNT(kept); i++) {
		const struct row row = { kept[i].insutype, kept[i].year, kept[i].begin, kept[i].end, kept[i].paid_on, kept[i].flags };

		ck_assert_int_eq(add(person, &row, NULL), YB_OK);
	}
	for (int i = 0; i < COUNT(refused); i++) {
		ck_assert_int_ne(add(person, &refused[i], NULL), YB_OK);
		expect_entries(person, kept, COUNT(kept));
	}
}
END_TEST

START_TEST(a_region_is_a_region_code)
{
	ck_assert_int_eq(yb_person_add_cover_year(person, "390", 2024, YB_DAY_NONE, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "420100", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "420100xyz", 6), YB_OK);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "42010", 5), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "4201000", 7), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "000000", 6), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "", 0), YB_E_BAD_IDENTITY);
	ck_assert_int_eq(yb_person_set_cover_region(person, 1, "420100", 6), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_person_set_cover_region(person, SIZE_MAX, "420100", 6), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, NULL, 0), YB_OK);
}
END_TEST

/* ---- how many ---- */

START_TEST(two_hundred_entries_are_kept)
{
	struct yb_error *err = NULL;
	yb_day day = day_of("2020-01-01");

	/* from the last to the first: each goes before all the others */
	for (int i = MOST - 1; i >= 0; i--)
		ck_assert_int_eq(yb_person_add_cover_period(person, "310", day + 2 * i, day + 2 * i, YB_DAY_NONE, 0, NULL), YB_OK);
	ck_assert_int_eq(yb_person_add_cover_period(person, "310", day + 2 * MOST, YB_DAY_NONE, YB_DAY_NONE, 0, &err), YB_E_LIMIT);
	ck_assert_ptr_nonnull(strstr(yb_error_get_message(err), "200"));
	yb_error_unref(err);
	ck_assert_int_eq(yb_person_add_cover_year(person, "390", 1999, YB_DAY_NONE, 0, NULL), YB_E_LIMIT);
	ck_assert_uint_eq(yb_person_get_cover_count(person), MOST);
	for (int i = 0; i < MOST; i++) {
		yb_day begin = 0;

		ck_assert_int_eq(yb_person_get_cover(person, (size_t)i, NULL, NULL, &begin, NULL, NULL, NULL), YB_OK);
		ck_assert_int_eq(begin, day + 2 * i);
	}
}
END_TEST

START_TEST(a_list_of_more_than_two_hundred_is_refused_once)
{
	static char json[(MOST + 20) * 80];

	for (int extra = 0; extra < 20; extra += 9) {
		struct yb_person *made = NULL;
		struct yb_error *err = NULL;
		size_t length = (size_t)snprintf(json, sizeof(json), "{\"yb_cover\": [");
		yb_status st;

		for (int i = 0; i < MOST + extra; i++) {
			char day[YB_DAY_TEXT_SIZE];

			yb_day_to_text(20000 + i, day);
			length += (size_t)snprintf(json + length, sizeof(json) - length, "%s\n{\"insutype\": \"310\", \"begin\": \"%s\", \"end\": \"%s\"}", i ? "," : "", day, day);
		}
		length += (size_t)snprintf(json + length, sizeof(json) - length, "]}");
		st = yb_person_new_from_json(json, length, "p", &made, &err);
		ck_assert_int_eq(st, extra ? YB_E_LIMIT : YB_OK);
		if (extra) {
			ck_assert_uint_eq(yb_error_get_line(err), MOST + 2);
			ck_assert_uint_eq(yb_error_get_column(err), 1);
			ck_assert_ptr_null(yb_error_get_next(err));
		} else {
			ck_assert_uint_eq(yb_person_get_cover_count(made), MOST);
		}
		yb_error_unref(err);
		yb_person_unref(made);
	}
}
END_TEST

Suite *
cover_suite(void)
{
	Suite *suite = suite_create("cover");
	TCase *tcase = tcase_create("cover");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, calls_take_what_can_be_and_refuse_what_cannot, 0, COUNT(histories));
	tcase_add_loop_test(tcase, a_document_is_read_as_calls_are, 0, COUNT(histories));
	tcase_add_loop_test(tcase, when_the_birth_date_comes_last, 0, COUNT(histories));
	tcase_add_test(tcase, an_identity_number_is_a_birth_date);
	tcase_add_loop_test(tcase, a_bad_entry_is_told_with_its_place, 0, COUNT(faults));
	tcase_add_test(tcase, every_bad_entry_is_told_once);
	tcase_add_test(tcase, a_call_must_make_sense);
	tcase_add_test(tcase, a_null_person_has_no_history);
	tcase_add_test(tcase, none_before_is_not_unknown);
	tcase_add_loop_test(tcase, an_absent_list_is_not_an_empty_one, 0, COUNT(documents));
	tcase_add_test(tcase, what_was_set_is_read_back_by_time);
	tcase_add_test(tcase, a_refused_entry_leaves_the_history);
	tcase_add_test(tcase, a_region_is_a_region_code);
	tcase_add_test(tcase, two_hundred_entries_are_kept);
	tcase_add_test(tcase, a_list_of_more_than_two_hundred_is_refused_once);
	suite_add_tcase(suite, tcase);
	return suite;
}
