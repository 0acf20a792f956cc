/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_MONEY_H
#define YIBAO_MONEY_H

#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Exact money: text to fen and back, checked sums, one rounding step.
 *
 * Worked example: 397.67 yuan, whole yuan, half up, is 398.00:
 * `yb_fen_round(39767, YB_UNIT_YUAN, YB_ROUND_HALF_UP, &out)` gives 39800.
 */

/** How a rounding step decides. Half up is away from zero. */
typedef int32_t yb_rounding;
enum {
	YB_ROUND_HALF_UP   = 0, /**< to the nearest, a half away from zero (四舍五入) */
	YB_ROUND_HALF_EVEN = 1, /**< to the nearest, a half to the even neighbour */
	YB_ROUND_UP        = 2, /**< away from zero (进一) */
	YB_ROUND_DOWN      = 3  /**< towards zero (舍去) */
};

/** To what a rounding step rounds; the value is the unit in fen. */
typedef int32_t yb_money_unit;
enum {
	YB_UNIT_FEN  = 1,  /**< 分 */
	YB_UNIT_JIAO = 10, /**< 角 */
	YB_UNIT_YUAN = 100 /**< 元 */
};

/** Bytes that yb_fen_to_text() needs at most, with the final NUL. */
#define YB_FEN_TEXT_SIZE 24

/**
 * Read an amount in yuan, exactly.
 * @param text    digits with at most two decimals, `-` in front for a negative amount; no sign +, no exponent, no separator
 * @param length  bytes of text
 * @param[out] fen  the amount, changed only on #YB_OK
 * @retval YB_E_BAD_AMOUNT  not such a text
 * @retval YB_E_OVERFLOW    does not fit in 64 bits
 * @since 0.1
 */
YB_API yb_status yb_fen_from_text(const char *text, size_t length, yb_fen *fen);

/**
 * Write an amount in yuan with two decimals, `-0.05`.
 * @param fen   any amount
 * @param text  #YB_FEN_TEXT_SIZE bytes
 * @since 0.1
 */
YB_API void yb_fen_to_text(yb_fen fen, char text[YB_FEN_TEXT_SIZE]);

/**
 * a + b.
 * @param a,b  amounts in fen
 * @param[out] sum  changed only on #YB_OK
 * @retval YB_E_OVERFLOW  does not fit
 * @since 0.1
 */
YB_API yb_status yb_fen_add(yb_fen a, yb_fen b, yb_fen *sum);

/**
 * a - b.
 * @param a,b  amounts in fen
 * @param[out] difference  changed only on #YB_OK
 * @retval YB_E_OVERFLOW  does not fit
 * @since 0.1
 */
YB_API yb_status yb_fen_sub(yb_fen a, yb_fen b, yb_fen *difference);

/**
 * One rounding step of an amount that is already whole fen.
 * @param fen   any amount
 * @param unit  #YB_UNIT_FEN, #YB_UNIT_JIAO or #YB_UNIT_YUAN
 * @param mode  a #yb_rounding
 * @param[out] rounded  changed only on #YB_OK
 * @retval YB_E_INVALID   no such unit or mode
 * @retval YB_E_OVERFLOW  does not fit
 * @since 0.1
 */
YB_API yb_status yb_fen_round(yb_fen fen, yb_money_unit unit, yb_rounding mode, yb_fen *rounded);

/**
 * amount × numerator ÷ denominator, exact in 128 bits, rounded once.
 * @param fen          any amount
 * @param numerator    any
 * @param denominator  above 0
 * @param unit         to what it is rounded
 * @param mode         how
 * @param[out] result  changed only on #YB_OK
 * @retval YB_E_INVALID   denominator, unit or mode
 * @retval YB_E_OVERFLOW  does not fit
 * @since 0.1
 */
YB_API yb_status yb_fen_mul_fraction(yb_fen fen, int64_t numerator, int64_t denominator, yb_money_unit unit, yb_rounding mode,
                                     yb_fen *result);

/**
 * amount × rate, rounded once.
 * @param fen   any amount
 * @param rate  in millionths
 * @param unit  to what it is rounded
 * @param mode  how
 * @param[out] result  changed only on #YB_OK
 * @retval YB_E_INVALID   unit or mode
 * @retval YB_E_OVERFLOW  does not fit
 * @since 0.1
 */
YB_API yb_status yb_fen_mul_rate(yb_fen fen, yb_ppm rate, yb_money_unit unit, yb_rounding mode, yb_fen *result);

/**
 * Read a rate: `65%`, `0.65`, `1`, `12.5%`.
 * @param text    not negative, a whole number of millionths
 * @param length  bytes of text
 * @param[out] rate  changed only on #YB_OK
 * @retval YB_E_BAD_VALUE  not such a text, or finer than a millionth
 * @retval YB_E_OVERFLOW   above 2147.483647
 * @since 0.1
 */
YB_API yb_status yb_ppm_from_text(const char *text, size_t length, yb_ppm *rate);

#ifdef __cplusplus
}
#endif
#endif
