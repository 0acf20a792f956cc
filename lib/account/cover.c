/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/cover.h"

#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/identity.h>

#include "base/calendar.h"
#include "base/text.h"

#define YEAR_FIRST 1998 /* the year the employees' insurance was founded */
#define YEAR_LAST 2100

enum cover_key { COVER_INSUTYPE, COVER_YEAR, COVER_BEGIN, COVER_END, COVER_PAID_ON, COVER_ADMDVS, COVER_CLAIMED, COVER_USED, COVER_KEYS };

static const char *const cover_keys[] = {
	[COVER_INSUTYPE] = "insutype", [COVER_YEAR] = "year", [COVER_BEGIN] = "begin", [COVER_END] = "end",
	[COVER_PAID_ON] = "paid_on", [COVER_ADMDVS] = "admdvs", [COVER_CLAIMED] = "claimed", [COVER_USED] = "used",
};
_Static_assert(ARRAY_SIZE(cover_keys) == COVER_KEYS, "a key has no name");

/* An entry that is being added, and where it stands in a document. */
struct adding {
	struct ybi_cover cover;
	struct ybi_findings *findings;
	struct ybi_place entry, values[COVER_KEYS]; /* line 0: not of a document, or without that key */
};

#define NOTHING { .begin = YB_DAY_NONE, .end = YB_DAY_NONE, .paid_on = YB_DAY_NONE }

/* ---- life ---- */

void
ybi_cover_clear(struct yb_person *person)
{
	if (person->covers)
		yb_wipe(person->covers, person->cover_count * sizeof(*person->covers));
	person->cover_count = 0;
	person->cover_known = false;
}

void
ybi_cover_free(struct yb_person *person)
{
	ybi_cover_clear(person);
	free(person->covers);
	person->covers = NULL;
	person->cover_room = 0;
}

/* ---- what contradicts itself ---- */

/* The place of a value; of its entry when the value is not there. */
static const struct ybi_place *
place_of(const struct adding *adding, enum cover_key key)
{
	return adding->values[key].line > 0 ? &adding->values[key] : &adding->entry;
}

/* Refuse a value of the entry, with the place it has in a document. */
#define REFUSE(adding, status, key, ...) \
	(ybi_finding((adding)->findings, status, place_of(adding, key), cover_keys[key], __VA_ARGS__), false)

static yb_day
year_first(int32_t year)
{
	yb_day day = 0;

	yb_day_from_ymd(year, 1, 1, &day);
	return day;
}

static yb_day
year_last(int32_t year)
{
	return year_first(year + 1) - 1;
}

static bool
check_order(const struct adding *adding)
{
	const struct ybi_cover *cover = &adding->cover;
	char begin[YB_DAY_TEXT_SIZE], end[YB_DAY_TEXT_SIZE];

	if (cover->year != 0 || cover->end == YB_DAY_NONE || cover->end >= cover->begin)
		return true;
	yb_day_to_text(cover->begin, begin);
	yb_day_to_text(cover->end, end);
	return REFUSE(adding, YB_E_CONTRADICTION, COVER_END, "the cover ends before it begins: %s is before %s", end, begin);
}

/* A coverage year is paid from 24 months before it begins to 12 months after it ends. Of periods nothing is known. */
static bool
check_payment(const struct adding *adding)
{
	const struct ybi_cover *cover = &adding->cover;
	yb_day first, last;
	char paid[YB_DAY_TEXT_SIZE], edge[YB_DAY_TEXT_SIZE];

	if (cover->year == 0 || cover->paid_on == YB_DAY_NONE)
		return true;
	first = year_first(cover->year - 2);
	last = year_last(cover->year + 1);
	yb_day_to_text(cover->paid_on, paid);
	yb_day_to_text(cover->paid_on < first ? first : last, edge);
	if (cover->paid_on < first)
		return REFUSE(adding, YB_E_CONTRADICTION, COVER_PAID_ON,
		              "paid on %s, more than 24 months before coverage year %d; expected %s or later", paid, (int)cover->year, edge);
	if (cover->paid_on > last)
		return REFUSE(adding, YB_E_CONTRADICTION, COVER_PAID_ON,
		              "paid on %s, more than 12 months after coverage year %d; expected %s or earlier", paid, (int)cover->year, edge);
	return true;
}

static bool
check_use(const struct adding *adding)
{
	if (adding->cover.used == 2 && adding->cover.claimed != 2)
		return REFUSE(adding, YB_E_CONTRADICTION, COVER_USED,
		              "used without claimed: the raised part of a ceiling is used only where a fund paid; expected claimed to be true as well");
	return true;
}

/* ---- what contradicts the birth date ---- */

/* Which part of the entry is from before the birth date; COVER_KEYS when none is. */
static enum cover_key
before_birth(const struct ybi_cover *cover, yb_day birth)
{
	if (cover->year != 0 && cover->year < ybi_day_year(birth))
		return COVER_YEAR;
	if (cover->year == 0 && cover->begin < birth)
		return COVER_BEGIN;
	if (cover->paid_on != YB_DAY_NONE && cover->paid_on < birth)
		return COVER_PAID_ON;
	return COVER_KEYS;
}

bool
ybi_cover_precedes(const struct yb_person *person, yb_day birth)
{
	for (size_t i = 0; i < person->cover_count; i++)
		if (before_birth(&person->covers[i], birth) != COVER_KEYS)
			return true;
	return false;
}

/* The birth date itself is not told: it is a piece of the identity number. */
static bool
check_birth(const struct yb_person *person, const struct adding *adding)
{
	const struct ybi_known *birth = ybi_record_get(&person->record, YB_FIELD_BRDY);
	enum cover_key key = birth->known ? before_birth(&adding->cover, (yb_day)birth->value) : COVER_KEYS;
	char text[YB_DAY_TEXT_SIZE];

	if (key == COVER_KEYS)
		return true;
	if (key == COVER_YEAR)
		return REFUSE(adding, YB_E_CONTRADICTION, key, "coverage year %d is before the year of birth (brdy)", (int)adding->cover.year);
	yb_day_to_text(key == COVER_BEGIN ? adding->cover.begin : adding->cover.paid_on, text);
	return REFUSE(adding, YB_E_CONTRADICTION, key, "%s %s is before the birth date (brdy)", cover_keys[key], text);
}

/* ---- what contradicts another entry ---- */

static bool
ends_before(const struct ybi_cover *period, yb_day day)
{
	return period->end != YB_DAY_NONE && period->end < day;
}

/* The two schemes of which a person has one at a time: employees and residents. */
static bool
schemes_exclude(const struct ybi_cover *a, const struct ybi_cover *b)
{
	return (!strcmp(a->insutype, "310") && !strcmp(b->insutype, "390")) || (!strcmp(a->insutype, "390") && !strcmp(b->insutype, "310"));
}

/* A change of scheme within the year is none. */
static bool
enrolled_twice(const struct ybi_cover *year, const struct ybi_cover *period)
{
	return schemes_exclude(year, period) && period->begin <= year_first(year->year) && !ends_before(period, year_last(year->year));
}

static bool
check_years(const struct adding *adding, const struct ybi_cover *there)
{
	if (strcmp(there->insutype, adding->cover.insutype) != 0 || there->year != adding->cover.year)
		return true;
	return REFUSE(adding, YB_E_CONTRADICTION, COVER_YEAR, "coverage year %d of %s is given twice; expected once", (int)there->year, there->insutype);
}

static bool
check_periods(const struct adding *adding, const struct ybi_cover *there)
{
	const struct ybi_cover *cover = &adding->cover, *earlier = cover->begin < there->begin ? cover : there;
	const struct ybi_cover *later = earlier == cover ? there : cover;
	char first[YB_DAY_TEXT_SIZE], second[YB_DAY_TEXT_SIZE], end[YB_DAY_TEXT_SIZE];

	if (strcmp(there->insutype, cover->insutype) != 0 || ends_before(earlier, later->begin))
		return true;
	yb_day_to_text(earlier->begin, first);
	yb_day_to_text(later->begin, second);
	if (earlier->end == YB_DAY_NONE)
		return REFUSE(adding, YB_E_CONTRADICTION, COVER_BEGIN,
		              "two periods of %s overlap: the one from %s is still running when the next begins on %s; expected an end before that",
		              there->insutype, first, second);
	yb_day_to_text(earlier->end, end);
	return REFUSE(adding, YB_E_CONTRADICTION, COVER_BEGIN,
	              "two periods of %s overlap: the one from %s ends on %s and the next begins on %s; expected it to begin later",
	              there->insutype, first, end, second);
}

static bool
check_enrolment(const struct adding *adding, const struct ybi_cover *there)
{
	const struct ybi_cover *year = there->year != 0 ? there : &adding->cover, *period = year == there ? &adding->cover : there;
	char begin[YB_DAY_TEXT_SIZE];

	if (!enrolled_twice(year, period))
		return true;
	yb_day_to_text(period->begin, begin);
	return REFUSE(adding, YB_E_CONTRADICTION, adding->cover.year != 0 ? COVER_YEAR : COVER_BEGIN,
	              "duplicate enrolment: coverage year %d of %s lies wholly in the period of %s from %s; expected one of the two",
	              (int)year->year, year->insutype, period->insutype, begin);
}

static bool
check_others(const struct yb_person *person, const struct adding *adding)
{
	bool year = adding->cover.year != 0, fits = true;

	for (size_t i = 0; i < person->cover_count && fits; i++) {
		const struct ybi_cover *there = &person->covers[i];

		if (year != (there->year != 0))
			fits = check_enrolment(adding, there);
		else
			fits = year ? check_years(adding, there) : check_periods(adding, there);
	}
	return fits;
}

/* ---- adding ---- */

static bool
check_limit(size_t count, const struct adding *adding)
{
	if (count < YBI_COVERS)
		return true;
	ybi_finding(adding->findings, YB_E_LIMIT, &adding->entry, "yb_cover", "one entry more than the %d that a cover history may have", YBI_COVERS);
	return false;
}

/* By time, then by scheme, a year before a period: no two entries of a history are equal. */
static bool
comes_before(const struct ybi_cover *a, const struct ybi_cover *b)
{
	yb_day start_a = a->year != 0 ? year_first(a->year) : a->begin, start_b = b->year != 0 ? year_first(b->year) : b->begin;
	int schemes = strcmp(a->insutype, b->insutype);

	if (start_a != start_b)
		return start_a < start_b;
	return schemes != 0 ? schemes < 0 : a->year > b->year;
}

static void
cover_add(struct yb_person *person, const struct adding *adding)
{
	size_t at = person->cover_count;

	if (!check_limit(person->cover_count, adding) || !check_order(adding) || !check_payment(adding) || !check_use(adding) ||
	    !check_birth(person, adding) || !check_others(person, adding))
		return;
	if (!ybi_grow_wiped(&person->covers, person->cover_count, &person->cover_room, sizeof(*person->covers))) {
		ybi_finding(adding->findings, YB_E_NO_MEMORY, NULL, NULL, "out of memory");
		return;
	}
	while (at > 0 && comes_before(&adding->cover, &person->covers[at - 1]))
		at--;
	memmove(&person->covers[at + 1], &person->covers[at], (person->cover_count - at) * sizeof(*person->covers));
	person->covers[at] = adding->cover;
	person->cover_count++;
	person->cover_known = true;
}

/* ---- calls ---- */

#define ALL_FLAGS (YB_COVER_CLAIMED | YB_COVER_NOT_CLAIMED | YB_COVER_USED | YB_COVER_NOT_USED)

/* 0 not known, 1 no, 2 yes; both bits are refused. */
static bool
take_flag(struct adding *adding, uint32_t flags, uint32_t yes, uint32_t no, enum cover_key key, uint8_t *value)
{
	if ((flags & yes) && (flags & no))
		return REFUSE(adding, YB_E_CONTRADICTION, key, "the flags say both yes and no for %s; expected one bit of the two, or none", cover_keys[key]);
	*value = flags & yes ? 2 : flags & no ? 1 : 0;
	return true;
}

static bool
take_scheme(struct adding *adding, const char *insutype)
{
	size_t length = strlen(insutype);

	if (!ybi_code_find(YB_FIELD_INSUTYPE, insutype, length)) {
		/* a long one may be an identity number */
		if (length > 0 && length < 15)
			return REFUSE(adding, YB_E_BAD_VALUE, COVER_INSUTYPE, "\"%s\" is not a code of this field; expected one such as 310 or 390", insutype);
		return REFUSE(adding, YB_E_BAD_VALUE, COVER_INSUTYPE, "insutype is not a code of this field; expected one such as 310 or 390");
	}
	memcpy(adding->cover.insutype, insutype, length);
	return true;
}

static bool
take_day(struct adding *adding, yb_day day, bool optional, enum cover_key key, yb_day *value)
{
	*value = day;
	if (ybi_day_valid(day) || (optional && day == YB_DAY_NONE))
		return true;
	return REFUSE(adding, YB_E_BAD_DATE, key, "%s is no date; expected a day of the years 1 to 9999%s", cover_keys[key],
	              optional ? ", or YB_DAY_NONE" : "");
}

static bool
take_year(struct adding *adding, int32_t year)
{
	adding->cover.year = year;
	if (year >= YEAR_FIRST && year <= YEAR_LAST)
		return true;
	return REFUSE(adding, YB_E_BAD_DATE, COVER_YEAR, "%d is not a coverage year; expected one from %d to %d", (int)year, YEAR_FIRST, YEAR_LAST);
}

/* What the two calls have in common. */
static bool
take_common(struct adding *adding, const char *insutype, yb_day paid_on, uint32_t flags)
{
	return take_scheme(adding, insutype) && take_day(adding, paid_on, true, COVER_PAID_ON, &adding->cover.paid_on) &&
	       take_flag(adding, flags, YB_COVER_CLAIMED, YB_COVER_NOT_CLAIMED, COVER_CLAIMED, &adding->cover.claimed) &&
	       take_flag(adding, flags, YB_COVER_USED, YB_COVER_NOT_USED, COVER_USED, &adding->cover.used);
}

yb_status
yb_person_add_cover_year(struct yb_person *person, const char *insutype, int32_t year, yb_day paid_on, uint32_t flags, struct yb_error **err)
{
	struct ybi_findings findings = { .err = err };
	struct adding adding = { .cover = NOTHING, .findings = &findings };

	if (!person || !insutype || flags & ~(uint32_t)ALL_FLAGS)
		return YB_E_INVALID;
	if (take_common(&adding, insutype, paid_on, flags) && take_year(&adding, year))
		cover_add(person, &adding);
	return findings.first;
}

yb_status
yb_person_add_cover_period(struct yb_person *person, const char *insutype, yb_day begin, yb_day end, yb_day paid_on, uint32_t flags,
                           struct yb_error **err)
{
	struct ybi_findings findings = { .err = err };
	struct adding adding = { .cover = NOTHING, .findings = &findings };

	if (!person || !insutype || flags & ~(uint32_t)ALL_FLAGS)
		return YB_E_INVALID;
	if (take_common(&adding, insutype, paid_on, flags) && take_day(&adding, begin, false, COVER_BEGIN, &adding.cover.begin) &&
	    take_day(&adding, end, true, COVER_END, &adding.cover.end))
		cover_add(person, &adding);
	return findings.first;
}

/* YB_OK when the history has an entry of that index. */
static yb_status
cover_find(const struct yb_person *person, size_t index)
{
	if (!person)
		return YB_E_INVALID;
	if (!person->cover_known)
		return YB_E_UNKNOWN;
	return index < person->cover_count ? YB_OK : YB_E_NOT_FOUND;
}

yb_status
yb_person_set_cover_region(struct yb_person *person, size_t index, const char *admdvs, size_t length)
{
	yb_status st = cover_find(person, index);
	char *region;

	if (st == YB_OK && admdvs)
		st = yb_admdvs_check(admdvs, length);
	if (st != YB_OK)
		return st;
	region = person->covers[index].admdvs;
	memset(region, 0, sizeof(person->covers[index].admdvs));
	if (admdvs)
		memcpy(region, admdvs, length);
	return YB_OK;
}

yb_status
yb_person_set_cover_none(struct yb_person *person)
{
	if (!person)
		return YB_E_INVALID;
	ybi_cover_clear(person);
	person->cover_known = true;
	return YB_OK;
}

void
yb_person_clear_cover(struct yb_person *person)
{
	if (person)
		ybi_cover_clear(person);
}

size_t
yb_person_get_cover_count(const struct yb_person *person)
{
	return person ? person->cover_count : 0;
}

/* yes and no: the bits for the values 2 and 1 */
static uint32_t
flag_bits(uint8_t value, uint32_t yes, uint32_t no)
{
	return value == 2 ? yes : value == 1 ? no : 0;
}

yb_status
yb_person_get_cover(const struct yb_person *person, size_t index, const char **insutype, int32_t *year, yb_day *begin, yb_day *end,
                    yb_day *paid_on, uint32_t *flags)
{
	yb_status st = cover_find(person, index);
	const struct ybi_cover *cover;

	if (st != YB_OK)
		return st;
	cover = &person->covers[index];
	if (insutype)
		*insutype = cover->insutype;
	if (year)
		*year = cover->year;
	if (begin)
		*begin = cover->begin;
	if (end)
		*end = cover->end;
	if (paid_on)
		*paid_on = cover->paid_on;
	if (flags)
		*flags = flag_bits(cover->claimed, YB_COVER_CLAIMED, YB_COVER_NOT_CLAIMED) |
		         flag_bits(cover->used, YB_COVER_USED, YB_COVER_NOT_USED);
	return YB_OK;
}

/* ---- JSON ---- */

/* A field of a person whose values are written like those of the key; 0 for a year, which none is. */
static const yb_field alike[] = {
	[COVER_INSUTYPE] = YB_FIELD_INSUTYPE, [COVER_YEAR] = 0, [COVER_BEGIN] = YB_FIELD_BRDY, [COVER_END] = YB_FIELD_BRDY,
	[COVER_PAID_ON] = YB_FIELD_BRDY, [COVER_ADMDVS] = YB_FIELD_INSUPLC_ADMDVS, [COVER_CLAIMED] = YB_FIELD_YB_FLEXIBLE,
	[COVER_USED] = YB_FIELD_YB_FLEXIBLE,
};
_Static_assert(ARRAY_SIZE(alike) == COVER_KEYS, "a key cannot be read");

static yb_status
year_read(const char *text, size_t length, struct ybi_reading *reading)
{
	int64_t year = 0;

	reading->why = "is not a coverage year; expected four digits, from 1998 to 2100";
	for (size_t i = 0; i < length && length == 4; i++) {
		if (text[i] < '0' || text[i] > '9')
			return YB_E_BAD_DATE;
		year = year * 10 + (text[i] - '0');
	}
	reading->value = year;
	return year >= YEAR_FIRST && year <= YEAR_LAST ? YB_OK : YB_E_BAD_DATE;
}

static void
value_keep(struct ybi_cover *cover, enum cover_key key, const struct ybi_reading *reading)
{
	switch (key) {
	case COVER_INSUTYPE: memcpy(cover->insutype, reading->text, reading->length); break;
	case COVER_YEAR: cover->year = (int32_t)reading->value; break;
	case COVER_BEGIN: cover->begin = (yb_day)reading->value; break;
	case COVER_END: cover->end = (yb_day)reading->value; break;
	case COVER_PAID_ON: cover->paid_on = (yb_day)reading->value; break;
	case COVER_ADMDVS: memcpy(cover->admdvs, reading->text, reading->length); break;
	case COVER_CLAIMED: cover->claimed = (uint8_t)(reading->value + 1); break;
	case COVER_USED: cover->used = (uint8_t)(reading->value + 1); break;
	default: break;
	}
}

static void
cover_value(void *owner, size_t index, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	struct adding *adding = owner;
	struct ybi_reading reading = { 0 };
	const struct ybi_node *node = ybi_entry_expect(entry, YBI_SCALAR, findings);
	yb_status st;

	if (!node)
		return;
	adding->values[index] = ybi_node_place(node);
	if (index == COVER_YEAR)
		st = year_read(node->text, node->count, &reading);
	else
		st = ybi_value_read(YB_PART_PERSON, alike[index], node->text, node->count, &reading);
	if (st == YB_OK)
		value_keep(&adding->cover, (enum cover_key)index, &reading);
	else
		ybi_finding_value(findings, st, entry, index == COVER_YEAR ? YB_FIELD_BRDY : alike[index], reading.why);
}

#define EITHER "a coverage year has year, a period has begin and may have end"

/* Is it a year or a period, and of which scheme? */
static bool
check_shape(const struct adding *adding)
{
	const struct ybi_cover *cover = &adding->cover;
	bool begun = cover->begin != YB_DAY_NONE, ended = cover->end != YB_DAY_NONE;

	if (cover->insutype[0] == '\0')
		return REFUSE(adding, YB_E_MISSING_KEY, COVER_INSUTYPE, "insutype is missing; expected a code such as 310 or 390");
	if (cover->year != 0 && (begun || ended))
		return REFUSE(adding, YB_E_CONTRADICTION, begun ? COVER_BEGIN : COVER_END, "both year and %s are given; " EITHER, begun ? "begin" : "end");
	if (cover->year == 0 && !begun)
		return REFUSE(adding, YB_E_MISSING_KEY, ended ? COVER_BEGIN : COVER_YEAR, "%s; " EITHER,
		              ended ? "end is given without begin" : "neither year nor begin is given");
	return true;
}

static void
entry_read(struct yb_person *person, const struct ybi_form *form, const struct ybi_node *map, struct ybi_findings *findings)
{
	struct adding adding = { .cover = NOTHING, .findings = findings, .entry = ybi_node_place(map) };
	unsigned found = findings->count;

	if (map->kind != YBI_MAP) {
		ybi_finding(findings, YB_E_SYNTAX, &adding.entry, "yb_cover", "expected a mapping, found %s", ybi_node_kind_name(map));
		return;
	}
	ybi_form_read(form, map, &adding, findings);
	if (findings->count == found && check_shape(&adding))
		cover_add(person, &adding);
}

void
ybi_cover_read(struct yb_person *person, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	const struct ybi_node *list = ybi_entry_expect(entry, YBI_SEQ, findings);
	struct ybi_form form;

	if (!list)
		return;
	person->cover_known = true;
	ybi_form_init(&form, 0, cover_keys, ARRAY_SIZE(cover_keys), NULL, 0);
	form.extra = cover_value;
	for (uint32_t i = 0; i < list->count && !ybi_findings_full(findings); i++) {
		const struct adding extra = { .findings = findings, .entry = ybi_node_place(list->items[i]) };

		if (!check_limit(i, &extra))
			return;
		entry_read(person, &form, list->items[i], findings);
	}
}

static const struct ybi_read_limits list_limits = { .bytes = 1u << 20, .nodes = 4096, .depth = 4, .scalar = 4096, .any = true };

yb_status
ybi_cover_from_text(struct yb_person *person, const char *name, const char *text, size_t length, struct yb_error **err)
{
	struct ybi_findings findings = { .err = err };
	struct ybi_arena arena = { 0 };
	struct ybi_entry entry = { .key = "yb_cover", .line = 1, .column = 1 };
	yb_status st = ybi_node_read(&arena, name, text, length, &list_limits, true, &entry.value, err);

	ybi_cover_clear(person);
	if (st == YB_OK) {
		ybi_cover_read(person, &entry, &findings);
		st = findings.first;
	}
	ybi_document_wipe(&arena, entry.value);
	return st;
}

static void
write_day(struct ybi_text *out, bool *first, enum cover_key key, yb_day day)
{
	char text[YB_DAY_TEXT_SIZE];

	if (day == YB_DAY_NONE)
		return;
	yb_day_to_text(day, text);
	ybi_json_text(out, first, cover_keys[key], text);
}

static void
write_flag(struct ybi_text *out, bool *first, enum cover_key key, uint8_t value)
{
	if (value == 0)
		return;
	ybi_json_key(out, first, cover_keys[key]);
	ybi_text_puts(out, value == 2 ? "true" : "false");
}

void
ybi_cover_write(const struct yb_person *person, struct ybi_text *out, bool *first)
{
	if (!person->cover_known)
		return;
	ybi_json_key(out, first, "yb_cover");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < person->cover_count; i++) {
		const struct ybi_cover *cover = &person->covers[i];
		bool none = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &none, cover_keys[COVER_INSUTYPE], cover->insutype);
		if (cover->year) {
			ybi_json_key(out, &none, cover_keys[COVER_YEAR]);
			ybi_text_printf(out, "%ld", (long)cover->year);
		} else {
			write_day(out, &none, COVER_BEGIN, cover->begin);
			write_day(out, &none, COVER_END, cover->end);
		}
		write_day(out, &none, COVER_PAID_ON, cover->paid_on);
		if (cover->admdvs[0])
			ybi_json_text(out, &none, cover_keys[COVER_ADMDVS], cover->admdvs);
		write_flag(out, &none, COVER_CLAIMED, cover->claimed);
		write_flag(out, &none, COVER_USED, cover->used);
		ybi_text_putc(out, '}');
	}
	ybi_text_putc(out, ']');
}
