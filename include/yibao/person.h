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
 * Facts about an insured person: identity, birth, category, region, scheme, cover history.
 *
 * Every fact is known or unknown; unknown is never taken for zero. Names and
 * identity numbers are not needed by any computation: age and region are.
 * Example: `{ "brdy": "1965-03-12", "insutype": "310", "psn_type": "1201",
 * "insuplc_admdvs": "110000" }` is a retired employee insured in Beijing.
 *
 * The cover history is a list of coverage years (schemes paid by the year) and
 * of periods (schemes paid by the month), sorted by time. Not known and known
 * to be empty are two things. Example: `"yb_cover": [ { "insutype": "390",
 * "year": 2024, "paid_on": "2023-11-02" }, { "insutype": "310", "begin":
 * "2025-01-01" } ]` is a resident of 2024 who has been an employee since.
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
 * The facts as a person document: every known field in the order of the registry, then the cover history by time and the attributes
 * by name, so that two persons of whom the same is known give the same text. The identity number is left out; what it says of birth
 * and sex is there.
 * @param person  a person
 * @param[out] text  UTF-8 JSON without a newline, which yb_person_new_from_json() reads; free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_person_dup_json(const struct yb_person *person, char **text, struct yb_error **err);

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
 * Set an attribute that a policy document declares, from a number: for all that asks, the text that a document has for it was set. Nothing
 * is written or read on the way to the question, where the attribute is of that type.
 * @param person  changed only on #YB_OK
 * @param name   NUL-terminated name, at most 63 bytes
 * @param type   #YB_TYPE_FEN (`money`), #YB_TYPE_COUNT (`count`, `days`, `months`), #YB_TYPE_FLAG, #YB_TYPE_DAY (`date`) or #YB_TYPE_SCALED
 *               (`rate`, `number`), whatever the document declares: a count of 3 for a `text` is the text `3`
 * @param value  fen, 0 .. #YB_FEN_LIMIT; a count; 0 or 1; a #yb_day; or millionths: 850000 is 85 %, the text `0.850000`
 * @retval YB_E_INVALID     none of these types
 * @retval YB_E_BAD_VALUE   name is empty, too long or not UTF-8; not 0 or 1; a number of more than 18 digits
 * @retval YB_E_BAD_AMOUNT  an amount that is negative or above the limit
 * @retval YB_E_BAD_DATE    outside the years 1 .. 9999
 * @retval YB_E_LIMIT       more than 64 attributes
 * @retval YB_E_NO_MEMORY   nothing changed
 * @since 0.1
 */
YB_API yb_status yb_person_set_attribute_value(struct yb_person *person, const char *name, yb_type type, int64_t value);

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

/** What is known of one entry of the cover history, as bits; neither of a pair: not known. */
enum {
	YB_COVER_CLAIMED     = 1, /**< a fund paid in it */
	YB_COVER_NOT_CLAIMED = 2, /**< no fund paid in it */
	YB_COVER_USED        = 4, /**< 大病保险 used the raised part of its ceiling; only together with #YB_COVER_CLAIMED */
	YB_COVER_NOT_USED    = 8  /**< it did not */
};

/**
 * Add a coverage year of a scheme that is paid by the year.
 *
 * Entries may come in any order; the history is then known. A year may be a
 * medical year of the policy (July to June), named by the year it begins in.
 * @param person    changed only on #YB_OK
 * @param insutype  NUL-terminated code, "390"; copied
 * @param year      1998 .. 2100
 * @param paid_on   day of payment, from 24 months before 1 January of the year to 12 months after its 31 December;
 *                  #YB_DAY_NONE when not known
 * @param flags     bits #YB_COVER_CLAIMED …, or 0
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID        a null pointer or an unknown bit
 * @retval YB_E_BAD_VALUE      not a code of the field insutype
 * @retval YB_E_BAD_DATE       not such a year; a payment that is no day
 * @retval YB_E_CONTRADICTION  paid too early or too late; both bits of a pair; used without claimed; a year before that of the birth date, or
 *                             a payment before it; the same year of the scheme is there; a year that lies wholly in a period
 *                             of the other basic scheme (310, 390), which is duplicate enrolment
 * @retval YB_E_LIMIT          more than 200 entries
 * @retval YB_E_NO_MEMORY      nothing changed
 * @since 0.1
 */
YB_API yb_status yb_person_add_cover_year(struct yb_person *person, const char *insutype, int32_t year, yb_day paid_on, uint32_t flags,
                                          struct yb_error **err);

/**
 * Add a period of cover.
 *
 * Entries may come in any order; the history is then known. A change of
 * scheme within a coverage year of the other one is no contradiction.
 * @param person    changed only on #YB_OK
 * @param insutype  NUL-terminated code, "310"; copied
 * @param begin     first day covered
 * @param end       last day covered; #YB_DAY_NONE: still running
 * @param paid_on   day of payment; #YB_DAY_NONE when not known
 * @param flags     bits #YB_COVER_CLAIMED …, or 0
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID        a null pointer or an unknown bit
 * @retval YB_E_BAD_VALUE      not a code of the field insutype
 * @retval YB_E_BAD_DATE       not a day of the years 1 .. 9999
 * @retval YB_E_CONTRADICTION  end before begin; both bits of a pair; used without claimed; begin or payment before the birth date;
 *                             a day that another period of the scheme has; a coverage year of the other basic scheme (310, 390) lies wholly
 *                             in the period, which is duplicate enrolment
 * @retval YB_E_LIMIT          more than 200 entries
 * @retval YB_E_NO_MEMORY      nothing changed
 * @since 0.1
 */
YB_API yb_status yb_person_add_cover_period(struct yb_person *person, const char *insutype, yb_day begin, yb_day end, yb_day paid_on,
                                            uint32_t flags, struct yb_error **err);

/**
 * Say in which region an entry of the cover history was.
 * @param person  changed only on #YB_OK
 * @param index   from 0, by time: a year by its 1 January
 * @param admdvs  region code of six digits; copied; NULL: not known again
 * @param length  bytes of admdvs
 * @retval YB_E_INVALID       a null person
 * @retval YB_E_UNKNOWN       the history is not known
 * @retval YB_E_NOT_FOUND     index is past the last one
 * @retval YB_E_BAD_IDENTITY  not a region code
 * @since 0.1
 */
YB_API yb_status yb_person_set_cover_region(struct yb_person *person, size_t index, const char *admdvs, size_t length);

/**
 * Say that there was no cover before: the history is known, and empty. What it held is wiped.
 * @param person  a person
 * @retval YB_E_INVALID  a null person
 * @since 0.1
 */
YB_API yb_status yb_person_set_cover_none(struct yb_person *person);

/**
 * Forget the cover history: it is unknown again. What it held is wiped, the memory is kept.
 * @param person  a person
 * @since 0.1
 */
YB_API void yb_person_clear_cover(struct yb_person *person);

/**
 * Entries of the cover history.
 * @param person  a person
 * @return how many; 0 also when the history is not known, which yb_person_get_cover() tells apart
 * @since 0.1
 */
YB_API size_t yb_person_get_cover_count(const struct yb_person *person);

/**
 * Read an entry of the cover history back. Each output may be NULL, and is changed only on #YB_OK.
 * @param person  a person
 * @param index   from 0, by time: a year by its 1 January
 * @param[out] insutype  the scheme; borrowed until the person changes
 * @param[out] year      the coverage year; 0 for a period
 * @param[out] begin     first day of a period; #YB_DAY_NONE for a year
 * @param[out] end       last day of a period; #YB_DAY_NONE for a year, and for a period that is still running
 * @param[out] paid_on   day of payment; #YB_DAY_NONE when not known
 * @param[out] flags     bits #YB_COVER_CLAIMED …
 * @retval YB_E_INVALID    a null person
 * @retval YB_E_UNKNOWN    the history is not known
 * @retval YB_E_NOT_FOUND  index is past the last one
 * @since 0.1
 */
YB_API yb_status yb_person_get_cover(const struct yb_person *person, size_t index, const char **insutype, int32_t *year, yb_day *begin,
                                     yb_day *end, yb_day *paid_on, uint32_t *flags);

#ifdef __cplusplus
}
#endif
#endif
