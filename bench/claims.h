/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CLAIMS_H
#define BENCH_CLAIMS_H

#include <stddef.h>
#include <stdint.h>

#include <yibao/types.h>

/*
 * Made-up claims in columns, money in fen. Row i hangs on i alone, so the first
 * rows of a larger set are the smaller set. What one job does not read, another does.
 */
enum claims_column {
	/* a byte a row */
	CLAIMS_LEVEL,   /* 1 .. 3 */
	CLAIMS_CLASS,   /* 0 .. 2 */
	CLAIMS_ORDINAL, /* 1 .. 5 */
	CLAIMS_CROSS,   /* 0 .. 2 */
	CLAIMS_YEARS,   /* 0 .. 99 */
	CLAIMS_KIND,    /* 0 .. 5, of persons */
	CLAIMS_BYTES_,
	/* int64 a row */
	CLAIMS_A = CLAIMS_BYTES_,
	CLAIMS_B,
	CLAIMS_C,
	CLAIMS_TOTAL,   /* of the three */
	CLAIMS_PAID,    /* what the first fund paid in the year so far */
	CLAIMS_CHARGED, /* deductible charged in the year so far */
	CLAIMS_BEFORE,  /* cost in the year so far */
	CLAIMS_LIFE,    /* paid in all years so far */
	CLAIMS_COUNT_
};

struct claims {
	size_t n;
	void *columns[CLAIMS_COUNT_];
};

static inline const uint8_t *
claims_bytes(const struct claims *claims, enum claims_column column)
{
	return claims->columns[column];
}

static inline const int64_t *
claims_money(const struct claims *claims, enum claims_column column)
{
	return claims->columns[column];
}

void claims_make(struct claims *claims, size_t n);
void claims_free(struct claims *claims);

/* Columns of persons for job 2. */
struct persons {
	size_t n;
	uint8_t *category, *year, *region, *late;
};

#define CATEGORIES 8
#define YEARS      11
#define REGIONS    31

void persons_make(struct persons *persons, size_t n);
void persons_free(struct persons *persons);

/* What is owed, in fen, by category, year and region: whole yuan, at random. */
void contributions_make(int32_t *table);

#endif
