/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/identity.h>
#include <yibao/money.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "base/text.h"

#define SHARE_ONE 10000 /* a share of 1 at four decimals */

/* ---- values: from text ---- */

static yb_status
refuse(struct ybi_reading *reading, yb_status status, const char *why)
{
	reading->why = why;
	return status;
}

/* Printable ASCII, as most texts are. */
static bool
is_plain(const char *text, size_t length)
{
	size_t i = 0;

	while (i < length && text[i] >= ' ' && text[i] < 0x7f)
		i++;
	return i == length;
}

/* Why a free text is refused, NULL when it is not. */
static const char *
text_fault(const char *text, size_t length)
{
	if (length == 0)
		return "is empty; what is not known is left out or null";
	if (length > YBI_TEXT_LONGEST)
		return "is longer than 255 bytes";
	if (is_plain(text, length))
		return NULL;
	if (ybi_utf8_check(text, length) != length)
		return "is not UTF-8, or holds a NUL";
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i], next = i + 1 < length ? (unsigned char)text[i + 1] : 0;

		/* U+0080 to U+009F are control characters as well */
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && next < 0xa0))
			return "holds a control character";
	}
	return NULL;
}

static yb_status
read_text(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	const char *why;

	if (field == YB_FIELD_CERTNO) {
		if (yb_identity_check(text, length, NULL, NULL, reading->buffer) != YB_OK)
			return refuse(reading, YB_E_BAD_IDENTITY, "is not an identity number: its length, a digit, the date or the check digit is wrong");
		reading->text = reading->buffer;
		reading->length = YB_IDENTITY_TEXT_SIZE - 1;
		return YB_OK;
	}
	if (field == YB_FIELD_INSUPLC_ADMDVS || field == YB_FIELD_MDTRTAREA_ADMVS)
		return yb_admdvs_check(text, length) == YB_OK ? YB_OK : refuse(reading, YB_E_BAD_IDENTITY, "is not a region code of six digits");
	why = text_fault(text, length);
	return why ? refuse(reading, YB_E_BAD_VALUE, why) : YB_OK;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A code of the table, or one that a province may have: which it has is known when the document that answers is. */
static bool
code_valid(yb_field field, const char *code, size_t length)
{
	if (ybi_code_find(field, code, length))
		return true;
	if (ybi_code_fixed(field) || length < (ybi_code_open(field) ? 2 : 1) || length > 6)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_digit(code[i]) && !(code[i] >= 'a' && code[i] <= 'z') && !(code[i] >= 'A' && code[i] <= 'Z'))
			return false;
	return true;
}

static yb_status
read_code(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	/* these are sent with and without the leading nought */
	bool padded = field == YB_FIELD_HOSP_LV || field == YB_FIELD_CHRGITM_LV || field == YB_FIELD_MED_CHRGITM_TYPE;

	if (padded && length == 1 && is_digit(text[0])) {
		reading->buffer[0] = '0';
		reading->buffer[1] = text[0];
		reading->text = reading->buffer;
		reading->length = 2;
	}
	if (!code_valid(field, reading->text, reading->length))
		return refuse(reading, YB_E_BAD_VALUE, "is not a code of this field");
	return YB_OK;
}

/* Does the set `text` hold the code? */
static bool
set_holds(const char *text, size_t length, const char *code, size_t code_length)
{
	for (size_t at = 0; at < length;) {
		const char *bar = memchr(text + at, '|', length - at);
		size_t end = bar ? (size_t)(bar - text) : length;

		if (end - at == code_length && memcmp(text + at, code, code_length) == 0)
			return true;
		at = end + 1;
	}
	return false;
}

static yb_status
read_codes(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	if (length > YBI_TEXT_LONGEST)
		return refuse(reading, YB_E_BAD_VALUE, "is longer than 255 bytes");
	for (size_t at = 0; length > 0 && at <= length;) {
		const char *bar = at < length ? memchr(text + at, '|', length - at) : NULL;
		size_t end = bar ? (size_t)(bar - text) : length;

		if (!code_valid(field, text + at, end - at))
			return refuse(reading, YB_E_BAD_VALUE, "is not a set of codes of this field");
		if (set_holds(text, at, text + at, end - at))
			return refuse(reading, YB_E_BAD_VALUE, "names a code twice");
		at = end + 1;
	}
	return YB_OK;
}

/* " HH:MM:SS" of a day, as the national platform writes times */
static bool
is_time(const char *text, size_t length)
{
	static const char most[] = " 23:59:59";

	if (length != sizeof(most) - 1 || text[0] != ' ')
		return false;
	for (size_t i = 1; i < length; i++)
		if (most[i] == ':' ? text[i] != ':' : !is_digit(text[i]))
			return false;
	return memcmp(text + 1, "23", 2) <= 0 && text[4] <= '5' && text[7] <= '5';
}

static yb_status
read_day(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	bool timed = field == YB_FIELD_FEE_OCUR_TIME && length > YB_DAY_TEXT_SIZE - 1;
	yb_day day;

	if (timed && is_time(text + YB_DAY_TEXT_SIZE - 1, length - (YB_DAY_TEXT_SIZE - 1)))
		length = YB_DAY_TEXT_SIZE - 1; /* its day counts */
	if (yb_day_from_text(text, length, &day) != YB_OK)
		return refuse(reading, YB_E_BAD_DATE, field == YB_FIELD_FEE_OCUR_TIME ? "is not a time that exists, as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS"
		                                                                    : "is not a date that exists, as YYYY-MM-DD");
	reading->value = day;
	return YB_OK;
}

static yb_status
read_fen(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	(void)field;
	if (length > 0 && text[0] == '-')
		return refuse(reading, YB_E_BAD_AMOUNT, "is negative");
	if (yb_fen_from_text(text, length, &reading->value) != YB_OK || reading->value > YB_FEN_LIMIT)
		return refuse(reading, YB_E_BAD_AMOUNT, "is not an amount in yuan of at most two decimals, up to 10000000000.00");
	return YB_OK;
}

/* Digits only; false also when it is above `most`. */
static bool
digits_read(const char *text, size_t length, int64_t most, int64_t *value)
{
	int64_t sum = 0;

	for (size_t i = 0; i < length; i++) {
		if (!is_digit(text[i]))
			return false;
		sum = sum * 10 + (text[i] - '0');
		if (sum > most)
			return false;
	}
	*value = sum;
	return length > 0;
}

static void
count_range(yb_field field, int64_t *least, int64_t *most)
{
	bool ordinal = field == YB_FIELD_YB_ADMISSION || field == YB_FIELD_YB_AFTER_ADMISSION;

	*least = ordinal ? 1 : 0;
	*most = ordinal ? 9999 : INT32_MAX;
}

static yb_status
read_count(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	int64_t least, most;

	count_range(field, &least, &most);
	if (!digits_read(text, length, most, &reading->value) || reading->value < least)
		return refuse(reading, YB_E_BAD_VALUE, least == 1 ? "is not a whole number from 1 to 9999" : "is not a whole number from 0 to 2147483647");
	return YB_OK;
}

static yb_status
read_flag(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	static const char *const words[] = { "no", "yes", "false", "true", "0", "1" };

	(void)field;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (ybi_streq_n(text, length, words[i])) {
			reading->value = (int64_t)(i % 2);
			return YB_OK;
		}
	return refuse(reading, YB_E_BAD_VALUE, "is not true or false");
}

/* The largest number of a field of type YB_TYPE_SCALED, in units of its last decimal. */
static int64_t
number_most(yb_field field)
{
	int64_t most = YB_FEN_LIMIT / 100;

	if (field == YB_FIELD_SELFPAY_PROP)
		return SHARE_ONE;
	for (int32_t i = yb_field_get_scale(field); i > 0; i--)
		most *= 10;
	return most;
}

/* digit+ ( `.` digit+ )?, at most `scale` decimals. */
static bool
decimal_read(const char *text, size_t length, int32_t scale, int64_t most, int64_t *value)
{
	const char *point = length > 0 ? memchr(text, '.', length) : NULL;
	size_t whole = point ? (size_t)(point - text) : length, decimals = point ? length - whole - 1 : 0;
	int64_t sum, part;

	if (!digits_read(text, whole, most, &sum) || (point && decimals == 0) || decimals > (size_t)scale)
		return false;
	for (size_t i = 0; i < (size_t)scale; i++) {
		part = 0;
		if (i < decimals && !digits_read(point + 1 + i, 1, 9, &part))
			return false;
		sum = sum * 10 + part;
		if (sum > most)
			return false;
	}
	*value = sum;
	return true;
}

static yb_status
read_scaled(yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	int32_t scale = yb_field_get_scale(field);

	if (decimal_read(text, length, scale, number_most(field), &reading->value))
		return YB_OK;
	if (length > 0 && text[0] == '-')
		return refuse(reading, YB_E_BAD_AMOUNT, "is negative");
	if (field == YB_FIELD_SELFPAY_PROP)
		return refuse(reading, YB_E_BAD_AMOUNT, "is not a share from 0 to 1 of at most four decimals");
	return refuse(reading, YB_E_BAD_AMOUNT, scale == 4 ? "is not a number of at most four decimals, up to 10000000000"
	                                                   : "is not a number of at most six decimals, up to 10000000000");
}

static yb_status (*const readers[])(yb_field field, const char *text, size_t length, struct ybi_reading *reading) = {
	[YB_TYPE_TEXT] = read_text,
	[YB_TYPE_CODE] = read_code,
	[YB_TYPE_CODES] = read_codes,
	[YB_TYPE_DAY] = read_day,
	[YB_TYPE_FEN] = read_fen,
	[YB_TYPE_COUNT] = read_count,
	[YB_TYPE_FLAG] = read_flag,
	[YB_TYPE_SCALED] = read_scaled,
};
_Static_assert(ARRAY_SIZE(readers) == YB_TYPE_SCALED + 1, "a type has no reader");

yb_status
ybi_value_read(yb_part part, yb_field field, const char *text, size_t length, struct ybi_reading *reading)
{
	reading->value = 0;
	reading->text = text;
	reading->length = length;
	reading->why = "cannot be kept";
	if (!text || yb_field_get_part(field) != part)
		return YB_E_INVALID;
	return readers[yb_field_get_type(field)](field, text, length, reading);
}

/* ---- values: from numbers ---- */

static yb_status
number_check(yb_field field, yb_type type, int64_t value)
{
	int64_t least, most;

	switch (type) {
	case YB_TYPE_FEN:
		return value >= 0 && value <= YB_FEN_LIMIT ? YB_OK : YB_E_BAD_AMOUNT;
	case YB_TYPE_SCALED:
		return value >= 0 && value <= number_most(field) ? YB_OK : YB_E_BAD_AMOUNT;
	case YB_TYPE_DAY:
		return value >= YBI_DAY_FIRST && value <= YBI_DAY_LAST ? YB_OK : YB_E_BAD_DATE;
	case YB_TYPE_COUNT:
		count_range(field, &least, &most);
		return value >= least && value <= most ? YB_OK : YB_E_BAD_VALUE;
	case YB_TYPE_FLAG:
		return value == 0 || value == 1 ? YB_OK : YB_E_BAD_VALUE;
	default:
		return YB_E_INVALID;
	}
}

yb_status
ybi_value_take(yb_part part, yb_field field, unsigned types, int64_t value, struct ybi_reading *reading)
{
	yb_type type = yb_field_get_type(field);

	if (yb_field_get_part(field) != part || !(types & 1u << type))
		return YB_E_INVALID;
	reading->value = value;
	reading->text = NULL;
	reading->length = 0;
	reading->why = "is out of range";
	return number_check(field, type, value);
}

/* ---- records ---- */

static const struct {
	yb_part part;
	yb_field first, last;
} parts[] = {
	{ YB_PART_PERSON, YB_FIELD_PSN_NO, YB_FIELD_YB_FAMILY_BALANCE },
	{ YB_PART_CLAIM, YB_FIELD_MDTRT_ID, YB_FIELD_YB_AFTER_ADMISSION },
	{ YB_PART_LINE, YB_FIELD_FEEDETL_SN, YB_FIELD_FEE_OCUR_TIME },
};

bool
ybi_grow_wiped(void *array, size_t count, size_t *room, size_t size)
{
	void *old, *memory;
	size_t wanted = *room < 4 ? 4 : *room * 2;

	if (count < *room)
		return true;
	/* `array` is the address of a pointer of any type: read and write it as bytes */
	memcpy(&old, array, sizeof(old));
	memory = ybi_calloc(wanted, size);
	if (!memory)
		return false;
	if (old) {
		memcpy(memory, old, count * size);
		yb_wipe(old, count * size);
		free(old);
	}
	memcpy(array, &memory, sizeof(memory));
	*room = wanted;
	return true;
}

struct ybi_identity *
ybi_identity_ref(struct ybi_identity *identity)
{
	if (identity)
		(void)__atomic_add_fetch(&identity->references, 1, __ATOMIC_RELAXED);
	return identity;
}

void
ybi_identity_unref(struct ybi_identity *identity)
{
	if (identity && __atomic_sub_fetch(&identity->references, 1, __ATOMIC_ACQ_REL) == 0)
		free(identity);
}

yb_status
ybi_record_init(struct ybi_record *record, yb_part part)
{
	struct ybi_record made = { .part = part };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].part == part) {
			made.first = parts[i].first;
			made.count = (uint32_t)(parts[i].last - parts[i].first + 1);
		}
	made.slots = ybi_calloc(made.count, sizeof(*made.slots));
	if (!made.slots)
		return YB_E_NO_MEMORY;
	if (part != YB_PART_LINE) {
		made.identity = ybi_calloc(1, sizeof(*made.identity));
		if (!made.identity) {
			free(made.slots);
			return YB_E_NO_MEMORY;
		}
		made.identity->references = 1;
	}
	for (uint32_t i = 0; i < made.count; i++)
		made.slots[i].type = (uint8_t)yb_field_get_type(made.first + (yb_field)i);
	*record = made;
	return YB_OK;
}

static struct ybi_known *
slot_of(const struct ybi_record *record, yb_field field)
{
	if (field < record->first || field - record->first >= (int32_t)record->count)
		return NULL;
	return &record->slots[field - record->first];
}

const struct ybi_known *
ybi_record_get(const struct ybi_record *record, yb_field field)
{
	return slot_of(record, field);
}

static void
slot_forget(struct ybi_known *slot)
{
	if (slot->text)
		yb_wipe(slot->text, slot->room);
	slot->value = 0;
	slot->length = 0;
	slot->known = false;
	slot->derived = false;
}

void
ybi_record_clear(struct ybi_record *record)
{
	for (uint32_t i = 0; i < record->count; i++)
		slot_forget(&record->slots[i]);
	record->shape++;
	if (record->attributes)
		yb_wipe(record->attributes, record->attribute_count * sizeof(*record->attributes));
	record->attribute_count = 0;
}

void
ybi_record_free(struct ybi_record *record)
{
	ybi_record_clear(record);
	for (uint32_t i = 0; i < record->count; i++)
		free(record->slots[i].text);
	free(record->slots);
	free(record->attributes);
	ybi_identity_unref(record->identity);
	*record = (struct ybi_record) { 0 };
}

static bool
slot_reserve(struct ybi_known *slot, size_t length)
{
	size_t room = slot->room ? slot->room : 16;
	char *text;

	if (length < slot->room)
		return true;
	while (room <= length)
		room *= 2;
	text = ybi_calloc(room, 1);
	if (!text)
		return false;
	if (slot->text) {
		memcpy(text, slot->text, slot->room);
		yb_wipe(slot->text, slot->room);
		free(slot->text);
	}
	slot->text = text;
	slot->room = (uint32_t)room;
	return true;
}

yb_status
ybi_record_reserve(struct ybi_record *record, yb_field field, size_t length)
{
	struct ybi_known *slot = slot_of(record, field);

	if (!slot)
		return YB_E_INVALID;
	return slot_reserve(slot, length) ? YB_OK : YB_E_NO_MEMORY;
}

static bool
type_textual(yb_type type)
{
	return type == YB_TYPE_TEXT || type == YB_TYPE_CODE || type == YB_TYPE_CODES;
}

static bool
is_textual(yb_field field)
{
	return type_textual(yb_field_get_type(field));
}

/* Is there more to bind than another number in the place of one? */
static bool
number_moves(const struct ybi_record *record, const struct ybi_known *slot, int64_t value)
{
	return !slot->known || slot->derived || ((record->part != YB_PART_CLAIM || slot->type == YB_TYPE_DAY) && slot->value != value);
}

static bool
text_moves(const struct ybi_known *slot, const struct ybi_reading *reading)
{
	return !slot->known || slot->derived || slot->length != reading->length || memcmp(slot->text, reading->text, reading->length) != 0;
}

static void
put_value(struct ybi_record *record, struct ybi_known *slot, int64_t value)
{
	if (number_moves(record, slot, value))
		record->shape++;
	slot->value = value;
	slot->known = true;
	slot->derived = false;
}

yb_status
ybi_record_put(struct ybi_record *record, yb_field field, const struct ybi_reading *reading)
{
	struct ybi_known *slot = slot_of(record, field);

	if (!slot)
		return YB_E_INVALID;
	if (type_textual(slot->type) && text_moves(slot, reading)) {
		/* the new text may be a piece of the old one; it is not longer then, so nothing moves under it */
		if (!slot_reserve(slot, reading->length))
			return YB_E_NO_MEMORY;
		memmove(slot->text, reading->text, reading->length);
		yb_wipe(slot->text + reading->length, slot->room - reading->length);
		slot->length = (uint32_t)reading->length;
		record->shape++;
	}
	put_value(record, slot, reading->value);
	return YB_OK;
}

yb_status
ybi_record_put_number(struct ybi_record *record, yb_field field, unsigned types, int64_t value)
{
	struct ybi_known *slot = slot_of(record, field);
	yb_status st;

	if (!slot || !(types & 1u << slot->type))
		return YB_E_INVALID;
	st = number_check(field, slot->type, value);
	if (st == YB_OK)
		put_value(record, slot, value);
	return st;
}

yb_status
ybi_record_unset(struct ybi_record *record, yb_field field)
{
	struct ybi_known *slot = slot_of(record, field);

	if (!slot)
		return YB_E_INVALID;
	slot_forget(slot);
	record->shape++;
	return YB_OK;
}

yb_status
ybi_record_get_text(const struct ybi_record *record, yb_field field, const char **text)
{
	const struct ybi_known *slot = slot_of(record, field);

	if (!slot || !text || !is_textual(field))
		return YB_E_INVALID;
	if (!slot->known)
		return YB_E_UNKNOWN;
	*text = slot->text;
	return YB_OK;
}

yb_status
ybi_record_get_value(const struct ybi_record *record, yb_field field, int64_t *value)
{
	const struct ybi_known *slot = slot_of(record, field);

	if (!slot || !value || is_textual(field))
		return YB_E_INVALID;
	if (!slot->known)
		return YB_E_UNKNOWN;
	*value = slot->value;
	return YB_OK;
}

static void
write_codes(const struct ybi_known *slot, struct ybi_text *out)
{
	const char *code = slot->text, *end = slot->text + slot->length;

	ybi_text_putc(out, '[');
	while (code < end) {
		const char *bar = memchr(code, '|', (size_t)(end - code)), *stop = bar ? bar : end;
		ybi_text_puts(out, code == slot->text ? "" : ", ");
		ybi_text_json_string(out, code, (size_t)(stop - code));
		code = stop + 1;
	}
	ybi_text_putc(out, ']');
}

/* A number as documents write it; `scale`: decimals of one that has its own. */
static size_t
number_text(yb_type type, int32_t scale, int64_t value, char text[YBI_NUMBER_TEXT])
{
	int64_t one = 1;

	switch (type) {
	case YB_TYPE_DAY:
		yb_day_to_text((yb_day)value, text);
		break;
	case YB_TYPE_FEN:
		yb_fen_to_text(value, text);
		break;
	case YB_TYPE_FLAG:
		(void)snprintf(text, YBI_NUMBER_TEXT, "%s", value ? "yes" : "no");
		break;
	case YB_TYPE_SCALED:
		for (int32_t i = 0; i < scale; i++)
			one *= 10;
		(void)snprintf(text, YBI_NUMBER_TEXT, "%s%" PRId64 ".%0*" PRId64, value < 0 ? "-" : "", value < 0 ? -(value / one) : value / one, (int)scale, value < 0 ? -(value % one) : value % one);
		break;
	default:
		(void)snprintf(text, YBI_NUMBER_TEXT, "%" PRId64, value);
	}
	return strlen(text);
}

static void
write_value(yb_field field, const struct ybi_known *slot, struct ybi_text *out)
{
	yb_type type = yb_field_get_type(field);
	char text[YBI_NUMBER_TEXT];

	switch (type) {
	case YB_TYPE_CODES:
		write_codes(slot, out);
		return;
	case YB_TYPE_FLAG:
		ybi_text_puts(out, slot->value ? "true" : "false");
		return;
	case YB_TYPE_COUNT:
		(void)number_text(type, 0, slot->value, text);
		ybi_text_puts(out, text);
		return;
	case YB_TYPE_DAY:
	case YB_TYPE_FEN:
	case YB_TYPE_SCALED:
		ybi_text_json_string(out, text, number_text(type, yb_field_get_scale(field), slot->value, text));
		return;
	default:
		ybi_text_json_string(out, slot->text, slot->length);
	}
}

void
ybi_record_write(const struct ybi_record *record, struct ybi_text *out, bool *first)
{
	for (uint32_t i = 0; i < record->count; i++) {
		yb_field field = record->first + (yb_field)i;
		if (!record->slots[i].known || field == YB_FIELD_CERTNO)
			continue;
		ybi_json_key(out, first, yb_field_get_name(field));
		write_value(field, &record->slots[i], out);
	}
}

/* ---- attributes ---- */

size_t
ybi_name_find(const void *rows, size_t size, size_t count, const char *name)
{
	const char *names = rows;
	size_t i = 0;

	while (i < count && strcmp(names + i * size, name) != 0)
		i++;
	return i;
}

static void
attribute_forget(struct ybi_record *record, struct ybi_attribute *attribute)
{
	struct ybi_attribute *last = &record->attributes[--record->attribute_count];

	memmove(attribute, attribute + 1, (size_t)(last - attribute) * sizeof(*last));
	yb_wipe(last, sizeof(*last));
}

/* The attribute of that name, NULL where there is none: most often the one after that of the call before. */
static inline struct ybi_attribute *
attribute_of(struct ybi_record *record, const char *name)
{
	size_t at = record->attribute_next;

	if (at >= record->attribute_count || strcmp(record->attributes[at].name, name) != 0)
		at = ybi_name_find(record->attributes, sizeof(*record->attributes), record->attribute_count, name);
	record->attribute_next = at + 1;
	return at < record->attribute_count ? &record->attributes[at] : NULL;
}

static yb_status
attribute_name_check(const char *name)
{
	size_t length = strlen(name);

	return length < sizeof(((struct ybi_attribute *)NULL)->name) && !text_fault(name, length) ? YB_OK : YB_E_BAD_VALUE;
}

static yb_status
attribute_add(struct ybi_record *record, const char *name, struct ybi_attribute **added)
{
	size_t at = record->attribute_count;

	if (attribute_name_check(name) != YB_OK)
		return YB_E_BAD_VALUE;
	if (at == YBI_ATTRIBUTES)
		return YB_E_LIMIT;
	if (!ybi_grow_wiped(&record->attributes, at, &record->attribute_room, sizeof(**added)))
		return YB_E_NO_MEMORY;
	record->shape++;
	*added = &record->attributes[at];
	memset(*added, 0, sizeof(**added));
	memcpy((*added)->name, name, strlen(name));
	record->attribute_count++;
	return YB_OK;
}

/* Another text or number in the place of one: nothing of it is left. */
static void
attribute_reword(struct ybi_record *record, struct ybi_attribute *attribute, size_t length, yb_type type, int64_t value)
{
	if (attribute->length > length)
		yb_wipe(attribute->text + length, attribute->length - length);
	attribute->length = (uint32_t)length;
	attribute->type = (uint8_t)type;
	attribute->value = value;
	attribute->words = ++record->words;
}

yb_status
ybi_record_set_attribute(struct ybi_record *record, const char *name, const char *text, size_t length)
{
	struct ybi_attribute *there = name ? attribute_of(record, name) : NULL;
	yb_status st = YB_OK;

	if (!name)
		return YB_E_INVALID;
	if (!text && !there)
		return attribute_name_check(name);
	if (!text) {
		record->shape++;
		attribute_forget(record, there);
		return YB_OK;
	}
	if (there && !there->type && there->length == length && !memcmp(there->text, text, length))
		return YB_OK;
	if (text_fault(text, length))
		return YB_E_BAD_VALUE;
	if (!there)
		st = attribute_add(record, name, &there);
	if (st == YB_OK) {
		memmove(there->text, text, length);
		attribute_reword(record, there, length, 0, 0);
	}
	return st;
}

static yb_status
attribute_check(yb_type type, int64_t value)
{
	static const struct {
		int64_t low, high;
		yb_status fault;
	} ranges[] = {
		[YB_TYPE_FEN] = { 0, YB_FEN_LIMIT, YB_E_BAD_AMOUNT },
		[YB_TYPE_DAY] = { YBI_DAY_FIRST, YBI_DAY_LAST, YB_E_BAD_DATE },
		[YB_TYPE_FLAG] = { 0, 1, YB_E_BAD_VALUE },
		/* more digits are not read from texts either */
		[YB_TYPE_COUNT] = { -999999999999999999, 999999999999999999, YB_E_BAD_VALUE },
		[YB_TYPE_SCALED] = { -999999999999999999, 999999999999999999, YB_E_BAD_VALUE },
	};

	if (type < 0 || (size_t)type >= ARRAY_SIZE(ranges) || !ranges[type].fault)
		return YB_E_INVALID;
	return value >= ranges[type].low && value <= ranges[type].high ? YB_OK : ranges[type].fault;
}

yb_status
ybi_record_set_attribute_value(struct ybi_record *record, const char *name, yb_type type, int64_t value)
{
	struct ybi_attribute *there;
	yb_status st = name ? attribute_check(type, value) : YB_E_INVALID;

	if (st != YB_OK)
		return st;
	there = attribute_of(record, name);
	if (!there)
		st = attribute_add(record, name, &there);
	if (st == YB_OK && (there->value != value || there->type != type))
		attribute_reword(record, there, 0, type, value);
	return st;
}

const char *
ybi_attribute_text(const struct ybi_attribute *attribute, char room[YBI_NUMBER_TEXT], size_t *length)
{
	if (attribute->type) {
		*length = number_text(attribute->type, 6, attribute->value, room);
		return room;
	}
	*length = attribute->length;
	return attribute->text;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(const struct ybi_attribute *const *)a)->name, (*(const struct ybi_attribute *const *)b)->name);
}

void
ybi_attributes_write(const struct ybi_record *record, struct ybi_text *out, bool *first)
{
	const struct ybi_attribute *rows[YBI_ATTRIBUTES];
	bool none = true;

	if (record->attribute_count == 0)
		return;
	for (size_t i = 0; i < record->attribute_count; i++)
		rows[i] = &record->attributes[i];
	qsort(rows, record->attribute_count, sizeof(rows[0]), by_name);
	ybi_json_key(out, first, "yb_attributes");
	ybi_text_putc(out, '{');
	for (size_t i = 0; i < record->attribute_count; i++) {
		char room[YBI_NUMBER_TEXT];
		size_t length;
		const char *text = ybi_attribute_text(rows[i], room, &length);
		ybi_json_key(out, &none, rows[i]->name);
		ybi_text_json_string(out, text, length);
	}
	ybi_text_putc(out, '}');
}

/* ---- documents: findings ---- */

bool
ybi_findings_full(const struct ybi_findings *findings)
{
	return findings->count >= YBI_FINDINGS;
}

/* Count a finding that was reported with this status. Out of memory outweighs what was found: the next try may go further. */
static void
note(struct ybi_findings *findings, yb_status status)
{
	if (findings->first == YB_OK || status == YB_E_NO_MEMORY)
		findings->first = status;
	findings->count = status == YB_E_NO_MEMORY ? YBI_FINDINGS : findings->count + 1;
}

void
ybi_finding(struct ybi_findings *findings, yb_status status, const struct ybi_place *place, const char *subject, const char *format, ...)
{
	va_list args;

	if (ybi_findings_full(findings))
		return;
	if (status == YB_E_NO_MEMORY) {
		note(findings, ybi_error_no_memory(findings->err));
		return;
	}
	va_start(args, format);
	note(findings, ybi_error_vat(findings->err, status, YB_SEVERITY_ERROR, place, subject, format, args));
	va_end(args);
}

/* A key as it may be shown: one that is itself an identity number is not. */
static const char *
shown_key(const char *key)
{
	return strlen(key) > 64 || yb_identity_check(key, strlen(key), NULL, NULL, NULL) == YB_OK ? "(a key)" : key;
}

/*
 * A wrong value is quoted only where it is too short for an identity number,
 * which may have been put into any field by mistake; psn_no never is.
 */
void
ybi_finding_value(struct ybi_findings *findings, yb_status status, const struct ybi_entry *entry, yb_field field, const char *why)
{
	const struct ybi_node *node = entry->value;
	struct ybi_place place = ybi_node_place(node);
	bool secret = field == YB_FIELD_CERTNO || field == YB_FIELD_PSN_NO || field == 0;

	if (!secret && node->kind == YBI_SCALAR && node->count > 0 && node->count < 15 && status != YB_E_CONTRADICTION)
		ybi_finding(findings, status, &place, shown_key(entry->key), "\"%s\" %s", node->text, why);
	else
		ybi_finding(findings, status, &place, shown_key(entry->key), "%s %s", shown_key(entry->key), why);
}

/* ---- documents: nodes ---- */

bool
ybi_node_is_null(const struct ybi_node *node)
{
	return node->plain && ybi_node_is(node, "null");
}

const struct ybi_node *
ybi_entry_expect(const struct ybi_entry *entry, enum ybi_kind kind, struct ybi_findings *findings)
{
	static const char *const names[] = { [YBI_SCALAR] = "text", [YBI_MAP] = "a mapping", [YBI_SEQ] = "a list" };
	const struct ybi_node *node = entry->value;
	struct ybi_place place = ybi_node_place(node);

	if (ybi_node_is_null(node))
		return NULL;
	if (node->kind != kind) {
		ybi_finding(findings, YB_E_SYNTAX, &place, shown_key(entry->key), "expected %s, found %s", names[kind], ybi_node_kind_name(node));
		return NULL;
	}
	if (node->plain && node->count == 0) {
		ybi_finding(findings, YB_E_SYNTAX, &place, shown_key(entry->key), "%s has no value", shown_key(entry->key));
		return NULL;
	}
	return node;
}

/* The items of a list with | between; gives why it cannot be done, NULL when it was. */
static const char *
join_items(const struct ybi_node *list, char text[YBI_TEXT_LONGEST + 1], size_t *length)
{
	*length = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ybi_node *item = list->items[i];

		if (item->kind != YBI_SCALAR || ybi_node_is_null(item))
			return "is a list with an item that is not text";
		if (item->count == 0 || memchr(item->text, '|', item->count))
			return "is a list with an item that is empty or holds |";
		if (*length + item->count + 1 > YBI_TEXT_LONGEST)
			return "is longer than 255 bytes";
		if (i > 0)
			text[(*length)++] = '|';
		memcpy(text + *length, item->text, item->count);
		*length += item->count;
	}
	return NULL;
}

/* ---- documents: the keys of a mapping ---- */

void
ybi_form_init(struct ybi_form *form, yb_part part, const char *const *extras, size_t extra_count, const struct ybi_alias *aliases,
              size_t alias_count)
{
	*form = (struct ybi_form) { .part = part, .extras = extra_count, .aliases = aliases };
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].part == part) {
			form->first = parts[i].first;
			form->fields = (size_t)(parts[i].last - parts[i].first + 1);
		}
	for (size_t i = 0; i < form->fields; i++)
		form->names[form->count++] = yb_field_get_name(form->first + (yb_field)i);
	for (size_t i = 0; i < extra_count && form->count < ARRAY_SIZE(form->names); i++)
		form->names[form->count++] = extras[i];
	for (size_t i = 0; i < alias_count && form->count < ARRAY_SIZE(form->names); i++)
		form->names[form->count++] = aliases[i].name;
}

/* One key at a time, so that a text of nothing but unknown keys is not read to its end. */
static void
unknown_key(const struct ybi_form *form, const struct ybi_node *map, struct ybi_entry *entry, struct ybi_findings *findings)
{
	struct ybi_node one = *map;
	struct ybi_place place = { map->file, entry->line, entry->column };

	if (shown_key(entry->key) != entry->key) {
		ybi_finding(findings, YB_E_UNKNOWN_KEY, &place, NULL, "unknown key");
		return;
	}
	one.entries = entry;
	one.count = 1;
	note(findings, ybi_node_check_keys(&one, form->names, form->count, NULL, 0, findings->err));
}

/* What may be wrong between a value and its field before the value is read. */
static const char *
shape_fault(yb_type type, const struct ybi_node *node)
{
	if (type == YB_TYPE_TEXT && node->plain && (ybi_node_is(node, "true") || ybi_node_is(node, "false")))
		return "is a flag where a text is expected";
	return NULL;
}

static void
field_entry(const struct ybi_form *form, yb_field field, const struct ybi_entry *entry, void *owner, struct ybi_findings *findings)
{
	char joined[YBI_TEXT_LONGEST + 1];
	struct ybi_reading reading = { 0 };
	yb_type type = yb_field_get_type(field);
	const struct ybi_node *node = entry->value;
	const char *text = joined;
	size_t length = 0;
	yb_status st;

	if (type == YB_TYPE_CODES && node->kind == YBI_SEQ) {
		reading.why = join_items(node, joined, &length);
	} else {
		node = ybi_entry_expect(entry, YBI_SCALAR, findings);
		if (!node)
			return;
		reading.why = shape_fault(type, node);
		text = node->text;
		length = node->count;
	}
	if (reading.why) {
		ybi_finding_value(findings, YB_E_BAD_VALUE, entry, field, reading.why);
		return;
	}
	st = ybi_value_read(form->part, field, text, length, &reading);
	if (st == YB_OK)
		st = form->put(owner, field, &reading);
	if (st != YB_OK)
		ybi_finding_value(findings, st, entry, field, reading.why);
	yb_wipe(&reading, sizeof(reading));
}

void
ybi_form_read(const struct ybi_form *form, const struct ybi_node *map, void *owner, struct ybi_findings *findings)
{
	const char *seen[YBI_FIELD_MAX] = { NULL }; /* how each field was spelled */

	for (uint32_t i = 0; i < map->count && !ybi_findings_full(findings); i++) {
		struct ybi_entry *entry = &map->entries[i];
		struct ybi_place place = { map->file, entry->line, entry->column };
		yb_field field;
		size_t at = 0;

		while (at < form->count && strcmp(form->names[at], entry->key) != 0)
			at++;
		if (at == form->count) {
			unknown_key(form, map, entry, findings);
			continue;
		}
		if (at >= form->fields && at < form->fields + form->extras) {
			form->extra(owner, at - form->fields, entry, findings);
			continue;
		}
		field = at < form->fields ? form->first + (yb_field)at : form->aliases[at - form->fields - form->extras].field;
		if (seen[field])
			ybi_finding(findings, YB_E_CONTRADICTION, &place, entry->key, "\"%s\" and \"%s\" are the same fact", seen[field], entry->key);
		else
			field_entry(form, field, entry, owner, findings);
		seen[field] = entry->key;
	}
}

static void
attribute_entry(struct ybi_record *record, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	char joined[YBI_TEXT_LONGEST + 1];
	const struct ybi_node *node = entry->value;
	const char *text = joined, *why = NULL;
	size_t length = 0;
	yb_status st;

	if (node->kind == YBI_SEQ) {
		why = join_items(node, joined, &length);
	} else {
		node = ybi_entry_expect(entry, YBI_SCALAR, findings);
		if (!node)
			return;
		text = node->text;
		length = node->count;
	}
	if (why) {
		ybi_finding_value(findings, YB_E_BAD_VALUE, entry, 0, why);
		return;
	}
	st = ybi_record_set_attribute(record, entry->key, text, length);
	if (st != YB_OK)
		ybi_finding_value(findings, st, entry, 0,
		                  st == YB_E_LIMIT ? "is one attribute more than the 64 that are kept"
		                                   : "is no attribute: a name of 1 to 63 bytes, a text of 1 to 255, no control characters");
}

void
ybi_attributes_read(struct ybi_record *record, const struct ybi_entry *entry, struct ybi_findings *findings)
{
	const struct ybi_node *map = ybi_entry_expect(entry, YBI_MAP, findings);

	for (uint32_t i = 0; map && i < map->count && !ybi_findings_full(findings); i++)
		attribute_entry(record, &map->entries[i], findings);
}

/* As deep as the reader let it become. */
static void
wipe_node(const struct ybi_node *node)
{
	if (node->kind == YBI_SCALAR) {
		/* the arena's memory, const only to those who read the tree */
		yb_wipe((char *)(uintptr_t)node->text, node->count);
		return;
	}
	for (uint32_t i = 0; i < node->count; i++)
		wipe_node(node->kind == YBI_MAP ? node->entries[i].value : node->items[i]);
}

void
ybi_document_wipe(struct ybi_arena *arena, struct ybi_node *root)
{
	if (root)
		wipe_node(root);
	ybi_arena_free(arena);
}
