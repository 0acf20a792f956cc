/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/bulk.h"

#include <string.h>

/* Elements of bound columns, widened to 64 bits. */

int64_t
ybi_input_at(const struct ybi_input *input, size_t row)
{
	int16_t h;
	int32_t w;
	int64_t d;

	switch (input->width) { /* the memory is the caller's and may lie anywhere */
	case 1: return (int8_t)input->values[row];
	case 2: memcpy(&h, input->values + 2 * row, 2); return h;
	case 4: memcpy(&w, input->values + 4 * row, 4); return w;
	case 8: memcpy(&d, input->values + 8 * row, 8); return d;
	default: return 0;
	}
}

bool
ybi_input_known(const struct ybi_input *input, size_t row)
{
	if (!input->known)
		return true;
	if (!input->bits)
		return input->known[row] != 0;
	row += input->known_first;
	return input->known[row / 8] >> row % 8 & 1;
}

#define LOAD(type) do { \
	type element; \
	if (rows) \
		for (size_t i = 0; i < count; i++) { \
			memcpy(&element, values + (first + rows[i]) * sizeof(element), sizeof(element)); \
			out[i] = element; \
		} \
	else \
		for (size_t i = 0; i < count; i++) { \
			memcpy(&element, values + (first + i) * sizeof(element), sizeof(element)); \
			out[i] = element; \
		} \
} while (0)

void
ybi_input_load(const struct ybi_input *input, size_t first, const uint32_t *rows, size_t count, int64_t *restrict out)
{
	const uint8_t *restrict values = input->values;

	switch (input->width) {
	case 1: LOAD(int8_t); break;
	case 2: LOAD(int16_t); break;
	case 4: LOAD(int32_t); break;
	case 8: LOAD(int64_t); break;
	default: memset(out, 0, count * sizeof(*out));
	}
}

bool
ybi_input_load_known(const struct ybi_input *input, size_t first, const uint32_t *rows, size_t count, uint8_t *restrict out)
{
	bool all = true;

	if (!input->known)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t row = first + (rows ? rows[i] : i);
		out[i] = ybi_input_known(input, row);
		all = all && out[i];
	}
	return !all;
}
