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

void
ybi_hash_two(const char *a, size_t a_length, const char *b, size_t b_length, char hash[YBI_HASH_SIZE])
{
	unsigned char bytes[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)a, a_length);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)"\n", 1);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)b, b_length);
	(void)crypto_hash_sha256_final(&state, bytes);
	(void)sodium_bin2hex(hash, YBI_HASH_SIZE, bytes, sizeof(bytes));
}
