/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "claims.h"

#include <math.h>
#include <string.h>

#include "measure.h"

static double
normal(void)
{
	double a = uniform(), b = uniform();

	if (a < 1e-300)
		a = 1e-300;
	return sqrt(-2 * log(a)) * cos(6.283185307179586 * b);
}

static uint8_t
pick(const double *share, uint8_t first, uint8_t count)
{
	double r = uniform();
	uint8_t i = 0;

	while (i + 1 < count && r >= share[i])
		i++;
	return (uint8_t)(first + i);
}

static void
put_byte(struct claims *claims, enum claims_column column, size_t row, uint8_t value)
{
	((uint8_t *)claims->columns[column])[row] = value;
}

static void
put_money(struct claims *claims, enum claims_column column, size_t row, int64_t value)
{
	((int64_t *)claims->columns[column])[row] = value;
}

static void
row_seed(size_t i)
{
	seed_set(UINT64_C(0x59696261) + i * UINT64_C(0xD1342543DE82EF95));
}

/* A bill of 8,000 yuan in the middle, log-normal; one in a hundred has up to three millions more. */
static void
make_bill(struct claims *claims, size_t i)
{
	double total = 800000.0 * exp(1.15 * normal()), a, b;
	int64_t cost[3];

	if (uniform() < .01)
		total += uniform() * 3e8;
	if (total < 100)
		total = 100;
	a = .40 + .35 * uniform();
	b = (1 - a) * (.3 + .6 * uniform());
	cost[0] = (int64_t)(total * a);
	cost[1] = (int64_t)(total * b);
	cost[2] = (int64_t)(total * (1 - a - b));
	for (int k = 0; k < 3; k++)
		put_money(claims, CLAIMS_A + (enum claims_column)k, i, cost[k]);
	put_money(claims, CLAIMS_TOTAL, i, cost[0] + cost[1] + cost[2]);
}

/* Three in five have no earlier bill; a few are past the ceiling of job 1. */
static void
make_totals(struct claims *claims, size_t i)
{
	double r = uniform(), paid = r < .6 ? 0 : r < .97 ? uniform() * 8e6 : uniform() * 5.2e7;

	put_money(claims, CLAIMS_PAID, i, (int64_t)paid);
	put_money(claims, CLAIMS_CHARGED, i, r < .6 ? 0 : between(0, 200000));
	put_money(claims, CLAIMS_BEFORE, i, (int64_t)(paid * 1.25));
	put_money(claims, CLAIMS_LIFE, i, (int64_t)(paid * 2.5));
}

void
claims_make(struct claims *claims, size_t n)
{
	static const double levels[] = { .2, .5 }, classes[] = { .85, .97 }, ordinals[] = { .6, .8, .9, .96 }, crossings[] = { .75, .92 },
			    kinds[] = { .5, .75, .85, .92, .97 };

	claims->n = n;
	for (int k = 0; k < CLAIMS_COUNT_; k++)
		claims->columns[k] = room(n * (k < CLAIMS_BYTES_ ? 1 : 8));
	for (size_t i = 0; i < n; i++) {
		row_seed(i);
		put_byte(claims, CLAIMS_LEVEL, i, pick(levels, 1, 3));
		put_byte(claims, CLAIMS_CLASS, i, pick(classes, 0, 3));
		put_byte(claims, CLAIMS_YEARS, i, (uint8_t)below(100));
		put_byte(claims, CLAIMS_ORDINAL, i, pick(ordinals, 1, 5));
		put_byte(claims, CLAIMS_CROSS, i, pick(crossings, 0, 3));
		make_bill(claims, i);
		make_totals(claims, i);
		put_byte(claims, CLAIMS_KIND, i, pick(kinds, 0, 6));
	}
}

void
claims_free(struct claims *claims)
{
	for (int k = 0; k < CLAIMS_COUNT_; k++)
		room_free(claims->columns[k]);
	memset(claims, 0, sizeof(*claims));
}

void
persons_make(struct persons *persons, size_t n)
{
	persons->n = n;
	persons->category = room(n);
	persons->year = room(n);
	persons->region = room(n);
	persons->late = room(n);
	for (size_t i = 0; i < n; i++) {
		row_seed(i);
		persons->category[i] = (uint8_t)below(CATEGORIES);
		persons->year[i] = (uint8_t)below(YEARS);
		persons->region[i] = (uint8_t)below(REGIONS);
		persons->late[i] = uniform() < .8 ? 0 : (uint8_t)between(1, 12);
	}
}

void
persons_free(struct persons *persons)
{
	room_free(persons->category);
	room_free(persons->year);
	room_free(persons->region);
	room_free(persons->late);
	memset(persons, 0, sizeof(*persons));
}

void
contributions_make(int32_t *table)
{
	seed_set(2728);
	for (size_t i = 0; i < (size_t)CATEGORIES * YEARS * REGIONS; i++)
		table[i] = (int32_t)between(0, 8000) * 100;
}
