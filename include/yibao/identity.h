/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_IDENTITY_H
#define YIBAO_IDENTITY_H

#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Identity numbers (GB 11643), credit codes (GB 32100), region codes.
 *
 * Worked example: 11010519491231002X is well formed; birth 1949-12-31, sex 2 (female), region 110105.
 */

/** Bytes of an identity number with the final NUL. */
#define YB_IDENTITY_TEXT_SIZE 19

/**
 * Read a citizen identity number of 18 characters, or the old form of 15 digits (born 19xx).
 * @param text    the number; x and X are both read
 * @param length  bytes of text
 * @param[out] birth   day of birth; may be NULL
 * @param[out] sex     1 male, 2 female (the codes of gend); may be NULL
 * @param[out] number  #YB_IDENTITY_TEXT_SIZE bytes for the number in 18 characters, X upper case; may be NULL; wipe it with yb_wipe()
 * @retval YB_E_BAD_IDENTITY  length, character, date or check digit is wrong; nothing was filled
 * @source GB 11643-1999; accepted regions also 81, 82, 83 (residence permits) and 9 (foreign permanent residents, 2023 card)
 * @since 0.1
 */
YB_API yb_status yb_identity_check(const char *text, size_t length, yb_day *birth, int32_t *sex, char number[]);

/**
 * Mask a number for display: the first three and the last four characters stay, `110***********002X`.
 * @param text    any text
 * @param length  bytes of text; a text of fewer than eight bytes is masked whole
 * @param[out] masked  length + 1 bytes
 * @since 0.1
 */
YB_API void yb_identity_mask(const char *text, size_t length, char *masked);

/**
 * Check a unified social credit code.
 * @param text    18 characters
 * @param length  bytes of text
 * @retval YB_E_BAD_IDENTITY  length, character or check character is wrong; some codes that were issued fail, so treat it as a warning
 * @source GB 32100-2015
 * @since 0.1
 */
YB_API yb_status yb_uscc_check(const char *text, size_t length);

/**
 * Check the form of a region code (admdvs): six digits, a province from 11 to 83 or 90 to 99 in front.
 * Not compared with GB/T 2260: the national platform uses pseudo-codes such as 361199.
 * @param text    the code
 * @param length  bytes of text
 * @retval YB_E_BAD_IDENTITY  not of that form
 * @since 0.1
 */
YB_API yb_status yb_admdvs_check(const char *text, size_t length);

#ifdef __cplusplus
}
#endif
#endif
