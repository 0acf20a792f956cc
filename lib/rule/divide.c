/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/divide.h"

struct ybi_divisor
ybi_divisor_make(int64_t by)
{
	struct ybi_divisor d = { .by = by };
	uint64_t quotient, rest, magic;

	while (by > INT64_C(1) << d.shift)
		d.shift++;
	/* ceil(2^(42+s) / by): 2^s / by, then two steps of 21 bits, each rest below by <= 2^40 */
	quotient = (UINT64_C(1) << d.shift) / (uint64_t)by;
	rest = (UINT64_C(1) << d.shift) % (uint64_t)by;
	for (int i = 0; i < 2; i++) {
		quotient = quotient << (YBI_SMALL_BITS / 2) | (rest << (YBI_SMALL_BITS / 2)) / (uint64_t)by;
		rest = (rest << (YBI_SMALL_BITS / 2)) % (uint64_t)by;
	}
	magic = quotient + (rest != 0);
	d.small_high = magic >> YBI_SMALL_HALF;
	d.small_low = magic & ((UINT64_C(1) << YBI_SMALL_HALF) - 1);
	d.small_shift = YBI_SMALL_BITS + d.shift - YBI_SMALL_HALF;
#ifndef YBI_NO_INT128
	d.magic = (uint64_t)((((unsigned __int128)1 << (62 + d.shift)) + (unsigned __int128)by - 1) / (unsigned __int128)by);
#endif
	return d;
}
