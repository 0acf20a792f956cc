/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the public functions do not show of a cover history: its regions, and that nothing is left of it. */
#include <check.h>
#include <string.h>

#include "account/cover.h"

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

static void
add_years(int32_t first, int32_t last)
{
	for (int32_t year = first; year <= last; year++)
		ck_assert_int_eq(yb_person_add_cover_year(person, "390", year, YB_DAY_NONE, 0, NULL), YB_OK);
}

START_TEST(a_region_stays_with_its_entry)
{
	add_years(2024, 2024);
	ck_assert_str_eq(person->covers[0].admdvs, "");
	ck_assert_int_eq(yb_person_set_cover_region(person, 0, "420100", 6), YB_OK);
	add_years(2020, 2023); /* before it */
	ck_assert_str_eq(person->covers[4].admdvs, "420100");
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(person->covers[i].admdvs, "");
	ck_assert_int_eq(yb_person_set_cover_region(person, 4, "42010", 5), YB_E_BAD_IDENTITY);
	ck_assert_str_eq(person->covers[4].admdvs, "420100");
	ck_assert_int_eq(yb_person_set_cover_region(person, 4, NULL, 0), YB_OK);
	ck_assert_str_eq(person->covers[4].admdvs, "");
}
END_TEST

START_TEST(a_document_tells_the_region)
{
	static const char json[] = "{\"yb_cover\": [{\"admdvs\": 361199, \"insutype\": \"310\", \"begin\": \"2025-01-01\"}, {\"insutype\": \"390\", \"year\": 2024,"
		" \"admdvs\": null, \"claimed\": true, \"used\": false}]}";
	struct yb_person *made = NULL;

	ck_assert_int_eq(yb_person_new_from_json(json, strlen(json), "p", &made, NULL), YB_OK);
	ck_assert(made->cover_known);
	ck_assert_uint_eq(made->cover_count, 2);
	ck_assert_str_eq(made->covers[0].admdvs, "");
	ck_assert_str_eq(made->covers[1].admdvs, "361199");
	ck_assert_uint_eq(made->covers[0].claimed, 2);
	ck_assert_uint_eq(made->covers[0].used, 1);
	ck_assert_uint_eq(made->covers[1].claimed, 0);
	ck_assert_int_eq(made->covers[1].year, 0);
	ck_assert_int_eq(made->covers[1].end, YB_DAY_NONE);
	yb_person_unref(made);
}
END_TEST

static void
clear_person(void)
{
	yb_person_clear(person);
}

static void
clear_history(void)
{
	yb_person_clear_cover(person);
}

static void
say_none(void)
{
	ck_assert_int_eq(yb_person_set_cover_none(person), YB_OK);
}

static void (*const wipers[])(void) = { clear_person, clear_history, say_none };

START_TEST(what_is_cleared_is_wiped_and_its_room_kept)
{
	const struct ybi_cover *memory;
	size_t room;

	add_years(2001, 2012);
	memory = person->covers;
	room = person->cover_room;
	wipers[_i]();
	ck_assert_ptr_eq(person->covers, memory);
	ck_assert_uint_eq(person->cover_room, room);
	ck_assert_uint_eq(person->cover_count, 0);
	ck_assert(person->cover_known == (wipers[_i] == say_none));
	for (size_t i = 0; i < room * sizeof(*memory); i++)
		ck_assert_uint_eq(((const unsigned char *)memory)[i], 0);
	add_years(2001, 2012);
	ck_assert_ptr_eq(person->covers, memory);
	ck_assert_uint_eq(person->cover_room, room);
}
END_TEST

Suite *
cover_suite(void)
{
	Suite *suite = suite_create("cover");
	TCase *tcase = tcase_create("cover");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_region_stays_with_its_entry);
	tcase_add_test(tcase, a_document_tells_the_region);
	tcase_add_loop_test(tcase, what_is_cleared_is_wiped_and_its_room_kept, 0, (int)ARRAY_SIZE(wipers));
	suite_add_tcase(suite, tcase);
	return suite;
}
