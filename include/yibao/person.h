/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_PERSON_H
#define YIBAO_PERSON_H

#include <yibao/error.h>
#include <yibao/field.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Facts about an insured person: identity, birth, category, region, scheme.
 *
 * Every fact is known or unknown; unknown is never taken for zero. Names and
 * identity numbers are not needed by any computation: age and region are.
 * Example: `{ "brdy": "1965-03-12", "insutype": "310", "psn_type": "1201",
 * "insuplc_admdvs": "110000" }` is a retired employee insured in Beijing.
 */

/** Facts about an insured person. One thread at a time. Its contents are wiped when it is freed. */
struct yb_person;

/**
 * A person of whom nothing is known.
 * @param[out] person  yb_person_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_person_new(struct yb_person **person, struct yb_error **err);

/**
 * A person read from a JSON document; unknown keys are refused with the nearest known one, an absent key or null means unknown.
 * @param text    UTF-8 JSON, at most 16 MiB
 * @param length  bytes of text
 * @param name    shown in errors, a path for example
 * @param[out] person  yb_person_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure: line, column, key
 * @return the status of the first finding: #YB_E_SYNTAX, #YB_E_UNKNOWN_KEY, #YB_E_BAD_VALUE, #YB_E_BAD_DATE, #YB_E_BAD_AMOUNT,
 *         #YB_E_BAD_IDENTITY, #YB_E_CONTRADICTION, #YB_E_NO_MEMORY …
 * @since 0.1
 */
YB_API yb_status yb_person_new_from_json(const char *text, size_t length, const char *name, struct yb_person **person, struct yb_error **err);

/**
 * Wipe and free a person.
 * @param person  a person, or NULL
 * @since 0.1
 */
YB_API void yb_person_unref(struct yb_person *person);

/**
 * Forget everything; the memory is kept for the next person.
 * @param person  a person
 * @since 0.1
 */
YB_API void yb_person_clear(struct yb_person *person);

/**
 * Set a text, code or set of codes; a set is given as codes with `|` between.
 * @param person  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_TEXT, #YB_TYPE_CODE or #YB_TYPE_CODES; a day, amount, count or flag is read from its text
 * @param text    UTF-8; copied
 * @param length  bytes of text
 * @retval YB_E_INVALID       not a field of a person
 * @retval YB_E_BAD_VALUE     not such a text or code; #YB_E_BAD_DATE, #YB_E_BAD_AMOUNT, #YB_E_BAD_IDENTITY likewise
 * @retval YB_E_NO_MEMORY     nothing changed
 * @since 0.1
 */
YB_API yb_status yb_person_set_text(struct yb_person *person, yb_field field, const char *text, size_t length);

/**
 * Set an amount.
 * @param person  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_FEN
 * @param fen     0 .. #YB_FEN_LIMIT
 * @retval YB_E_INVALID     not a money field of a person
 * @retval YB_E_BAD_AMOUNT  negative or above the limit
 * @since 0.1
 */
YB_API yb_status yb_person_set_fen(struct yb_person *person, yb_field field, yb_fen fen);

/**
 * Set a day.
 * @param person  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_DAY
 * @param day     a day of the years 1 .. 9999
 * @retval YB_E_INVALID   not a day field of a person
 * @retval YB_E_BAD_DATE  outside those years
 * @since 0.1
 */
YB_API yb_status yb_person_set_day(struct yb_person *person, yb_field field, yb_day day);

/**
 * Set a count or a flag.
 * @param person  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_COUNT (0 .. 2147483647) or #YB_TYPE_FLAG (0, 1)
 * @param value   the count, or 0 or 1
 * @retval YB_E_INVALID    not such a field of a person
 * @retval YB_E_BAD_VALUE  outside its range
 * @since 0.1
 */
YB_API yb_status yb_person_set_count(struct yb_person *person, yb_field field, int64_t value);

/**
 * Set an attribute that a policy document declares, from its text.
 * @param person  changed only on #YB_OK
 * @param name         NUL-terminated name, at most 63 bytes; the document decides its type when a question is asked
 * @param text         UTF-8 as in a policy document: `yes`, `L3`, `1200.50`, `2020-04-01`; copied; NULL forgets the attribute
 * @param length       bytes of text, at most 255
 * @retval YB_E_BAD_VALUE  name or text is empty, too long or not UTF-8
 * @retval YB_E_LIMIT      more than 64 attributes
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_person_set_attribute(struct yb_person *person, const char *name, const char *text, size_t length);

/**
 * Forget one fact: it is unknown again.
 * @param person  a person
 * @param field   any field of a person
 * @retval YB_E_INVALID  not a field of a person
 * @since 0.1
 */
YB_API yb_status yb_person_unset(struct yb_person *person, yb_field field);

/**
 * Read a text, code or set of codes back.
 * @param person  a person
 * @param field   a field of type #YB_TYPE_TEXT, #YB_TYPE_CODE or #YB_TYPE_CODES
 * @param[out] text  borrowed until the person changes
 * @retval YB_E_INVALID  not such a field
 * @retval YB_E_UNKNOWN  the fact is not known
 * @since 0.1
 */
YB_API yb_status yb_person_get_text(const struct yb_person *person, yb_field field, const char **text);

/**
 * Read an amount, day, count or flag back as an integer in the unit of its type.
 * @param person  a person
 * @param field   such a field
 * @param[out] value  changed only on #YB_OK
 * @retval YB_E_INVALID  not such a field
 * @retval YB_E_UNKNOWN  the fact is not known
 * @since 0.1
 */
YB_API yb_status yb_person_get_value(const struct yb_person *person, yb_field field, int64_t *value);

#ifdef __cplusplus
}
#endif
#endif
