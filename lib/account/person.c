/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/person.h>

#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/identity.h>

#include "account/cover.h"
#include "account/record.h"
#include "base/text.h"

/* ---- life ---- */

static struct yb_person *
person_new(void)
{
	struct yb_person *person = ybi_calloc(1, sizeof(*person));

	if (person && ybi_record_init(&person->record, YB_PART_PERSON) != YB_OK) {
		free(person);
		return NULL;
	}
	return person;
}

yb_status
yb_person_new(struct yb_person **person, struct yb_error **err)
{
	if (!person)
		return YB_E_INVALID;
	*person = person_new();
	return *person ? YB_OK : ybi_error_no_memory(err);
}

void
yb_person_unref(struct yb_person *person)
{
	if (!person)
		return;
	ybi_record_free(&person->record);
	ybi_cover_free(person);
	yb_wipe(person, sizeof(*person));
	free(person);
}

void
yb_person_clear(struct yb_person *person)
{
	if (!person)
		return;
	ybi_record_clear(&person->record);
	ybi_cover_clear(person);
	person->has_identity = false;
	yb_wipe(&person->identity_birth, sizeof(person->identity_birth));
	yb_wipe(&person->identity_sex, sizeof(person->identity_sex));
}

/* ---- birth and sex, which the identity number tells too ---- */

static struct ybi_known *
person_slot(struct yb_person *person, yb_field field)
{
	return &person->record.slots[field - person->record.first];
}

/* The codes of gend that say something: 0 and 9 are "not known" and "not stated". */
static bool
sex_contradicts(const char *code, size_t length, int32_t sex)
{
	return length == 1 && (code[0] == '1' || code[0] == '2') && code[0] - '0' != sex;
}

/* Fill brdy and gend where they were not given. Room for gend was made when the number was put. */
static void
identity_derive(struct yb_person *person)
{
	struct ybi_known *birth = person_slot(person, YB_FIELD_BRDY), *sex = person_slot(person, YB_FIELD_GEND);

	person->record.shape++;
	if (!birth->known || birth->derived) {
		birth->value = person->identity_birth;
		birth->known = birth->derived = true;
	}
	if (!sex->known || sex->derived) {
		sex->text[0] = (char)('0' + person->identity_sex);
		sex->length = 1;
		sex->known = sex->derived = true;
	}
}

static void
identity_forget(struct yb_person *person)
{
	static const yb_field fields[] = { YB_FIELD_BRDY, YB_FIELD_GEND };

	person->has_identity = false;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (person_slot(person, fields[i])->derived)
			ybi_record_unset(&person->record, fields[i]);
}

static yb_status
put_certno(struct yb_person *person, struct ybi_reading *reading)
{
	const struct ybi_known *birth = person_slot(person, YB_FIELD_BRDY), *sex = person_slot(person, YB_FIELD_GEND);
	yb_day day = 0;
	int32_t code = 0;
	yb_status st = yb_identity_check(reading->text, reading->length, &day, &code, NULL);

	if (st == YB_OK && birth->known && !birth->derived && birth->value != day) {
		reading->why = "contradicts brdy";
		return YB_E_CONTRADICTION;
	}
	if (st == YB_OK && sex->known && !sex->derived && sex_contradicts(sex->text, sex->length, code)) {
		reading->why = "contradicts gend";
		return YB_E_CONTRADICTION;
	}
	if (st == YB_OK && ybi_cover_precedes(person, day)) {
		reading->why = "gives a birth date after a coverage year, a begin or a payment in yb_cover";
		return YB_E_CONTRADICTION;
	}
	if (st == YB_OK)
		st = ybi_record_reserve(&person->record, YB_FIELD_GEND, 1);
	if (st == YB_OK)
		st = ybi_record_put(&person->record, YB_FIELD_CERTNO, reading);
	if (st != YB_OK)
		return st;
	person->has_identity = true;
	person->identity_birth = day;
	person->identity_sex = code;
	identity_derive(person);
	return YB_OK;
}

static yb_status
person_put(void *owner, yb_field field, struct ybi_reading *reading)
{
	struct yb_person *person = owner;

	if (field == YB_FIELD_CERTNO)
		return put_certno(person, reading);
	if (field == YB_FIELD_BRDY && person->has_identity && reading->value != person->identity_birth) {
		reading->why = "contradicts the birth date in certno";
		return YB_E_CONTRADICTION;
	}
	if (field == YB_FIELD_BRDY && ybi_cover_precedes(person, (yb_day)reading->value)) {
		reading->why = "is after a coverage year, a begin or a payment in yb_cover";
		return YB_E_CONTRADICTION;
	}
	if (field == YB_FIELD_GEND && person->has_identity && sex_contradicts(reading->text, reading->length, person->identity_sex)) {
		reading->why = "contradicts the sex in certno";
		return YB_E_CONTRADICTION;
	}
	return ybi_record_put(&person->record, field, reading);
}

/* ---- facts ---- */

yb_status
yb_person_set_text(struct yb_person *person, yb_field field, const char *text, size_t length)
{
	struct ybi_reading reading;
	yb_status st;

	if (!person)
		return YB_E_INVALID;
	st = ybi_value_read(YB_PART_PERSON, field, text, length, &reading);
	if (st == YB_OK)
		st = person_put(person, field, &reading);
	yb_wipe(&reading, sizeof(reading));
	return st;
}

static yb_status
set_number(struct yb_person *person, yb_field field, unsigned types, int64_t value)
{
	struct ybi_reading reading;
	yb_status st = person ? ybi_value_take(YB_PART_PERSON, field, types, value, &reading) : YB_E_INVALID;

	return st == YB_OK ? person_put(person, field, &reading) : st;
}

yb_status
yb_person_set_fen(struct yb_person *person, yb_field field, yb_fen fen)
{
	return set_number(person, field, 1u << YB_TYPE_FEN, fen);
}

yb_status
yb_person_set_day(struct yb_person *person, yb_field field, yb_day day)
{
	return set_number(person, field, 1u << YB_TYPE_DAY, day);
}

yb_status
yb_person_set_count(struct yb_person *person, yb_field field, int64_t value)
{
	return set_number(person, field, 1u << YB_TYPE_COUNT | 1u << YB_TYPE_FLAG, value);
}

yb_status
yb_person_set_attribute(struct yb_person *person, const char *name, const char *text, size_t length)
{
	return person ? ybi_record_set_attribute(&person->record, name, text, length) : YB_E_INVALID;
}

yb_status
yb_person_set_attribute_value(struct yb_person *person, const char *name, yb_type type, int64_t value)
{
	return person ? ybi_record_set_attribute_value(&person->record, name, type, value) : YB_E_INVALID;
}

/* A birth date or sex that is no longer given is again what the identity number says. */
yb_status
yb_person_unset(struct yb_person *person, yb_field field)
{
	yb_status st = person ? ybi_record_unset(&person->record, field) : YB_E_INVALID;

	if (st == YB_OK && field == YB_FIELD_CERTNO)
		identity_forget(person);
	if (st == YB_OK && person->has_identity)
		identity_derive(person);
	return st;
}

yb_status
yb_person_get_text(const struct yb_person *person, yb_field field, const char **text)
{
	return person ? ybi_record_get_text(&person->record, field, text) : YB_E_INVALID;
}

yb_status
yb_person_get_value(const struct yb_person *person, yb_field field, int64_t *value)
{
	return person ? ybi_record_get_value(&person->record, field, value) : YB_E_INVALID;
}

/* ---- JSON ---- */

static const char *const person_keys[] = { "yb_cover", "yb_attributes" };

static void
person_extra(void *owner, size_t index, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	struct yb_person *person = owner;

	if (index == 0)
		ybi_cover_read(person, entry, findings);
	else
		ybi_attributes_read(&person->record, entry, findings);
}

static yb_status
person_read(struct yb_person *person, const struct ybi_node *root, struct yb_error **err)
{
	struct ybi_findings findings = { .err = err };
	struct ybi_form form;

	ybi_form_init(&form, YB_PART_PERSON, person_keys, ARRAY_SIZE(person_keys), NULL, 0);
	form.put = person_put;
	form.extra = person_extra;
	ybi_form_read(&form, root, person, &findings);
	return findings.first;
}

yb_status
ybi_person_from_node(const struct ybi_node *root, struct yb_person **person, struct yb_error **err)
{
	struct yb_person *made = NULL;
	yb_status st = yb_person_new(&made, err);

	if (st == YB_OK)
		st = person_read(made, root, err);
	if (st != YB_OK) {
		yb_person_unref(made);
		return st;
	}
	*person = made;
	return YB_OK;
}

yb_status
yb_person_new_from_json(const char *text, size_t length, const char *name, struct yb_person **person, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	yb_status st;

	if (!person)
		return YB_E_INVALID;
	*person = NULL;
	if (!text)
		return YB_E_INVALID;
	st = ybi_node_read(&arena, name, text, length, &ybi_json_limits, true, &root, err);
	if (st == YB_OK)
		st = ybi_person_from_node(root, person, err);
	ybi_document_wipe(&arena, root);
	return st;
}

void
ybi_person_write(const struct yb_person *person, struct ybi_text *out)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_record_write(&person->record, out, &first);
	ybi_cover_write(person, out, &first);
	ybi_attributes_write(&person->record, out, &first);
	ybi_text_putc(out, '}');
}

yb_status
yb_person_dup_json(const struct yb_person *person, char **text, struct yb_error **err)
{
	struct ybi_text out = { 0 };

	if (!person || !text)
		return YB_E_INVALID;
	ybi_person_write(person, &out);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
