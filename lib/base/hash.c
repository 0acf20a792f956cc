/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hash.h"

#include <sodium.h>

void
ybi_hash(const char *text, size_t length, char hash[YBI_HASH_SIZE])
{
	unsigned char bytes[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(bytes, (const unsigned char *)text, length);
	(void)sodium_bin2hex(hash, YBI_HASH_SIZE, bytes, sizeof(bytes));
}
