/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_CLAIM_H
#define YIBAO_CLAIM_H

#include <yibao/error.h>
#include <yibao/field.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Facts about a visit or stay: where, when, what kind, and the bill.
 *
 * The bill is given as the four buckets of the national settlement interface,
 * which must add up (52,000.00 = 1,000.00 fully own + 0.00 above caps +
 * 1,000.00 prior self-pay + 50,000.00 in scope), or as cost lines, from which
 * a question computes them.
 */

/** Facts about a visit or stay and its bill. One thread at a time. Its contents are wiped when it is freed. */
struct yb_claim;

/**
 * A claim of whom nothing is known.
 * @param[out] claim  yb_claim_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_claim_new(struct yb_claim **claim, struct yb_error **err);

/**
 * A claim read from a JSON document; unknown keys are refused with the nearest known one, an absent key or null means unknown.
 * @param text    UTF-8 JSON, at most 16 MiB
 * @param length  bytes of text
 * @param name    shown in errors, a path for example
 * @param[out] claim  yb_claim_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure: line, column, key
 * @return the status of the first finding: #YB_E_SYNTAX, #YB_E_UNKNOWN_KEY, #YB_E_BAD_VALUE, #YB_E_BAD_DATE, #YB_E_BAD_AMOUNT,
 *         #YB_E_BAD_IDENTITY, #YB_E_CONTRADICTION, #YB_E_NO_MEMORY …
 * @since 0.1
 */
YB_API yb_status yb_claim_new_from_json(const char *text, size_t length, const char *name, struct yb_claim **claim, struct yb_error **err);

/**
 * The facts as a claim document: every known field in the order of the registry, the cost lines in theirs, totals and attributes by
 * name, so that two claims of which the same is known give the same text.
 * @param claim  a claim
 * @param[out] text  UTF-8 JSON without a newline, which yb_claim_new_from_json() reads; free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_claim_dup_json(const struct yb_claim *claim, char **text, struct yb_error **err);

/**
 * Wipe and free a claim.
 * @param claim  a claim, or NULL
 * @since 0.1
 */
YB_API void yb_claim_unref(struct yb_claim *claim);

/**
 * Forget everything; the memory is kept for the next claim.
 * @param claim  a claim
 * @since 0.1
 */
YB_API void yb_claim_clear(struct yb_claim *claim);

/**
 * Set a text, code or set of codes; a set is given as codes with `|` between.
 * @param claim  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_TEXT, #YB_TYPE_CODE or #YB_TYPE_CODES; a day, amount, count or flag is read from its text
 * @param text    UTF-8; copied
 * @param length  bytes of text
 * @retval YB_E_INVALID       not a field of a claim
 * @retval YB_E_BAD_VALUE     not such a text or code; #YB_E_BAD_DATE, #YB_E_BAD_AMOUNT, #YB_E_BAD_IDENTITY likewise
 * @retval YB_E_NO_MEMORY     nothing changed
 * @since 0.1
 */
YB_API yb_status yb_claim_set_text(struct yb_claim *claim, yb_field field, const char *text, size_t length);

/**
 * Set an amount.
 * @param claim  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_FEN
 * @param fen     0 .. #YB_FEN_LIMIT
 * @retval YB_E_INVALID     not a money field of a claim
 * @retval YB_E_BAD_AMOUNT  negative or above the limit
 * @since 0.1
 */
YB_API yb_status yb_claim_set_fen(struct yb_claim *claim, yb_field field, yb_fen fen);

/**
 * Set a day.
 * @param claim  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_DAY
 * @param day     a day of the years 1 .. 9999
 * @retval YB_E_INVALID   not a day field of a claim
 * @retval YB_E_BAD_DATE  outside those years
 * @since 0.1
 */
YB_API yb_status yb_claim_set_day(struct yb_claim *claim, yb_field field, yb_day day);

/**
 * Set a count or a flag.
 * @param claim  changed only on #YB_OK
 * @param field   a field of type #YB_TYPE_COUNT (0 .. 2147483647) or #YB_TYPE_FLAG (0, 1)
 * @param value   the count, or 0 or 1
 * @retval YB_E_INVALID    not such a field of a claim
 * @retval YB_E_BAD_VALUE  outside its range
 * @since 0.1
 */
YB_API yb_status yb_claim_set_count(struct yb_claim *claim, yb_field field, int64_t value);

/**
 * Set an attribute that a policy document declares, from its text.
 * @param claim  changed only on #YB_OK
 * @param name         NUL-terminated name, at most 63 bytes; the document decides its type when a question is asked
 * @param text         UTF-8 as in a policy document: `yes`, `L3`, `1200.50`, `2020-04-01`; copied; NULL forgets the attribute
 * @param length       bytes of text, at most 255
 * @retval YB_E_BAD_VALUE  name or text is empty, too long or not UTF-8
 * @retval YB_E_LIMIT      more than 64 attributes
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_claim_set_attribute(struct yb_claim *claim, const char *name, const char *text, size_t length);

/**
 * Set an attribute that a policy document declares, from a number: for all that asks, the text that a document has for it was set. Nothing
 * is written or read on the way to the question, where the attribute is of that type.
 * @param claim  changed only on #YB_OK
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
YB_API yb_status yb_claim_set_attribute_value(struct yb_claim *claim, const char *name, yb_type type, int64_t value);

/**
 * Forget one fact: it is unknown again.
 * @param claim  a claim
 * @param field   any field of a claim
 * @retval YB_E_INVALID  not a field of a claim
 * @since 0.1
 */
YB_API yb_status yb_claim_unset(struct yb_claim *claim, yb_field field);

/**
 * Read a text, code or set of codes back.
 * @param claim  a claim
 * @param field   a field of type #YB_TYPE_TEXT, #YB_TYPE_CODE or #YB_TYPE_CODES
 * @param[out] text  borrowed until the claim changes
 * @retval YB_E_INVALID  not such a field
 * @retval YB_E_UNKNOWN  the fact is not known
 * @since 0.1
 */
YB_API yb_status yb_claim_get_text(const struct yb_claim *claim, yb_field field, const char **text);

/**
 * Read an amount, day, count or flag back as an integer in the unit of its type.
 * @param claim  a claim
 * @param field   such a field
 * @param[out] value  changed only on #YB_OK
 * @retval YB_E_INVALID  not such a field
 * @retval YB_E_UNKNOWN  the fact is not known
 * @since 0.1
 */
YB_API yb_status yb_claim_get_value(const struct yb_claim *claim, yb_field field, int64_t *value);

/**
 * Add a cost line; its facts are unknown at first.
 * @param claim  changed only on #YB_OK
 * @param[out] line  its index, from 0
 * @retval YB_E_LIMIT      more than 100,000 lines
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_claim_add_line(struct yb_claim *claim, size_t *line);

/**
 * Set a fact of a cost line from its text.
 * @param claim   changed only on #YB_OK
 * @param line    index that yb_claim_add_line() gave
 * @param field   a field of #YB_PART_LINE
 * @param text    as in JSON: `"300.00"`, `"02"`, `"0.1000"`
 * @param length  bytes of text
 * @retval YB_E_INVALID    not a field of a line
 * @retval YB_E_NOT_FOUND  no such line
 * @retval YB_E_BAD_VALUE  not such a text
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_claim_set_line_text(struct yb_claim *claim, size_t line, yb_field field, const char *text, size_t length);

/**
 * Set an amount, scaled number or day of a cost line.
 * @param claim   changed only on #YB_OK
 * @param line    index that yb_claim_add_line() gave
 * @param field   a field of #YB_PART_LINE of type #YB_TYPE_FEN, #YB_TYPE_SCALED or #YB_TYPE_DAY
 * @param value   0 or more, in units of the last decimal: price 12.5 is 12500000 (6 decimals); or a #yb_day
 * @retval YB_E_INVALID     not such a field
 * @retval YB_E_NOT_FOUND   no such line
 * @retval YB_E_BAD_AMOUNT  negative, or more than #YB_FEN_LIMIT at the scale of the field
 * @retval YB_E_BAD_DATE    a day that is out of range
 * @since 0.1
 */
YB_API yb_status yb_claim_set_line_value(struct yb_claim *claim, size_t line, yb_field field, int64_t value);

/**
 * Set an attribute of a cost line that the policy document declares with `of: line`.
 * @param claim   changed only on #YB_OK
 * @param line    index that yb_claim_add_line() gave
 * @param name    name of the attribute, 1 to 63 bytes
 * @param text    its value, 1 to 255 bytes of UTF-8; NULL: forget it
 * @param length  bytes of text
 * @retval YB_E_NOT_FOUND  no such line
 * @retval YB_E_BAD_VALUE  not such a name or text
 * @retval YB_E_LIMIT      more than 64 attributes
 * @retval YB_E_NO_MEMORY  nothing changed
 * @since 0.1
 */
YB_API yb_status yb_claim_set_line_attribute(struct yb_claim *claim, size_t line, const char *name, const char *text, size_t length);

/**
 * Set a running total of the year, as the ledger or the centre gives it.
 * @param claim  changed only on #YB_OK
 * @param name   `<layer>.base|net|deductible|paid.<period>` or `pool.<name>`; the document decides which exist. Of a stay over the end of
 *               a medical year these are the totals of the year in which it began; after `part2.`, those of the year in which it ended
 * @param fen    0 .. #YB_FEN_LIMIT
 * @retval YB_E_BAD_VALUE   not such a name
 * @retval YB_E_BAD_AMOUNT  negative or above the limit
 * @retval YB_E_LIMIT       more than 64 totals
 * @retval YB_E_NO_MEMORY   nothing changed
 * @since 0.1
 */
YB_API yb_status yb_claim_set_total(struct yb_claim *claim, const char *name, yb_fen fen);

#ifdef __cplusplus
}
#endif
#endif
