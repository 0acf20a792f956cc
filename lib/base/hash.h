/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_HASH_H
#define YBI_HASH_H

#include <stddef.h>

#define YBI_HASH_SIZE 65 /* hexadecimal digits of a SHA-256 and a NUL */

/* SHA-256 as lower-case hexadecimal digits. */
void ybi_hash(const char *text, size_t length, char hash[YBI_HASH_SIZE]);

/* The same of a, a newline and b. */
void ybi_hash_two(const char *a, size_t a_length, const char *b, size_t b_length, char hash[YBI_HASH_SIZE]);

#endif
