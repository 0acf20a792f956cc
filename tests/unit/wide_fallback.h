/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WIDE_FALLBACK_H
#define WIDE_FALLBACK_H

#include <stdbool.h>
#include <stdint.h>

#include <yibao/money.h>

/* The second implementation of lib/base/wide.c under names of its own, on halves that every compiler has. */
struct halves {
	int64_t high;
	uint64_t low;
};

struct halves fallback_from(int64_t value);
bool fallback_to_i64(struct halves value, int64_t *out);
int fallback_sign(struct halves value);
int fallback_cmp(struct halves a, struct halves b);
bool fallback_add(struct halves a, struct halves b, struct halves *out);
bool fallback_sub(struct halves a, struct halves b, struct halves *out);
bool fallback_mul(struct halves a, struct halves b, struct halves *out);
struct halves fallback_mul_64(int64_t a, int64_t b);
bool fallback_divmod(struct halves a, struct halves b, struct halves *quotient, struct halves *remainder);
bool fallback_div_round(struct halves a, struct halves b, yb_rounding mode, struct halves *out);
int64_t fallback_gcd_64(struct halves a, int64_t b);
unsigned fallback_to_text(struct halves value, char text[41]);
/* A sum of `count` products, rounded. */
yb_status fallback_sum(const yb_fen *amounts, const yb_ppm *rates, int count, yb_money_unit unit, yb_rounding mode, yb_fen *out);

#endif
