/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_DIVIDE_H
#define YBI_DIVIDE_H

#include <stdint.h>

#include <yibao/money.h>

/* Division of whole numbers by a constant, rounded once, exact. */

/* For 0 <= n < 2^62; for small n by two products of 64 bits, which vectorise. */
struct ybi_divisor {
	int64_t by;
	uint64_t magic;
	uint32_t shift;
	uint32_t small_shift;
	uint64_t small_high, small_low; /* halves of a magic number of 43 bits */
};

/*
 * floor(n / d) = (n * m) >> (62 + s) with s = ceil(log2 d) and
 * m = ceil(2^(62+s) / d): the error of m is below d <= 2^s, so n < 2^62 is
 * divided exactly. m has at most 63 bits. With 4 n the shift is by 64 + s: the
 * upper half of a product, then a short shift.
 *
 * Likewise for n < 2^42 with m = ceil(2^(42+s) / d) <= 2^43. Of its halves,
 * m = h 2^22 + l, floor(n m / 2^(42+s)) = (n h + floor(n l / 2^22)) >> (20+s):
 * n h < 2^63 and n l < 2^64, no upper halves, so it goes many rows at a time.
 */
#define YBI_SMALL_HALF 22 /* bits of the lower half of a magic number */
#define YBI_SMALL_BITS 42

struct ybi_divisor ybi_divisor_make(int64_t by); /* 1 .. 2^40 */

static inline int64_t
ybi_divide(const struct ybi_divisor *d, int64_t n)
{
#ifndef YBI_NO_INT128
	return (int64_t)((uint64_t)(((unsigned __int128)((uint64_t)n << 2) * d->magic) >> 64) >> d->shift);
#else
	return n / d->by;
#endif
}

/* n / d rounded once; n may be negative */
static inline int64_t
ybi_divide_round(const struct ybi_divisor *d, int64_t n, uint32_t mode)
{
	int64_t a = n < 0 ? -n : n, q, r;

	if (mode == YB_ROUND_HALF_UP) {
		q = ybi_divide(d, a + d->by / 2); /* an odd divisor has no half, and by / 2 rounds down then */
		return n < 0 ? -q : q;
	}
	q = ybi_divide(d, a);
	r = a - q * d->by;
	if (mode == YB_ROUND_UP)
		q += r != 0;
	else if (mode == YB_ROUND_HALF_EVEN)
		q += 2 * r > d->by || (2 * r == d->by && (q & 1));
	return n < 0 ? -q : q;
}

/* What is added before a quotient is cut off, so that it comes out rounded; a half to even is one that was rounded up too far. */
static inline uint64_t
ybi_round_bias(const struct ybi_divisor *d, uint32_t mode)
{
	return mode == YB_ROUND_UP ? (uint64_t)d->by - 1 : mode == YB_ROUND_DOWN ? 0 : (uint64_t)d->by / 2;
}

#endif
