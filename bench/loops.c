/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One columnar loop for each structure, written for it by hand: no branch, integer-valued doubles, which are exact below 2^53, so that the
 * compiler vectorises what the structure allows. Rounding half up is trunc((v + den/2 + .5) / den). Nothing is validated.
 */
#include "loops.h"

/* The columns do not overlap. */
#if defined(__clang__) && defined(HAND_LOOPS)
#define ROWS _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < n; i++)
#elif defined(__GNUC__) && !defined(__clang__)
#define ROWS _Pragma("GCC ivdep") for (size_t i = 0; i < n; i++)
#else
#define ROWS for (size_t i = 0; i < n; i++)
#endif

#define BYTES(name, column) const uint8_t *restrict name##_column = claims_bytes(in, column)
#define MONEY(name, column) const int64_t *restrict name##_column = claims_money(in, column)
#define GET(name) double name = (double)(int64_t)name##_column[i]
#define OUT(k) int64_t *restrict out##k = out[k]
#define PUT(k, value) out##k[i] = (int64_t)(value)

/* What nearly all of them read, and the amounts that they begin with. */
#define COMMON_COLUMNS \
	BYTES(level, CLAIMS_LEVEL); \
	BYTES(class, CLAIMS_CLASS); \
	BYTES(ordinal, CLAIMS_ORDINAL); \
	BYTES(cross, CLAIMS_CROSS); \
	MONEY(a, CLAIMS_A); \
	MONEY(b, CLAIMS_B); \
	MONEY(total, CLAIMS_TOTAL)

#ifndef __VERSION__
#define __VERSION__ "an unknown compiler"
#endif

static inline double
lesser(double a, double b)
{
	return a < b ? a : b;
}

static inline double
greater(double a, double b)
{
	return a > b ? a : b;
}

static inline double
above(double a, double b)
{
	return greater(a - b, 0);
}

/* 1/100 fen to fen, half up; likewise of 1/1000. */
static inline double
r100(double v)
{
	return __builtin_trunc((v + 50.5) * 0.01);
}

static inline double
r1000(double v)
{
	return __builtin_trunc((v + 500.5) * 0.001);
}

static inline double
eligible(double a, double b)
{
	return r100(a * 100 + b * 90);
}

static inline double
by_level(double level, double one, double two, double three)
{
	return level == 1 ? one : level == 2 ? two : three;
}

static inline double
by_class(double class, double zero, double one, double two)
{
	return class == 0 ? zero : class == 1 ? one : two;
}

/* The deductible of job 1. */
static inline double
stay_deductible(double level, double class, double ordinal)
{
	double due = by_level(level, 10000, 30000, 80000) * (ordinal >= 2 ? .5 : 1);

	return class == 2 ? 0 : due;
}

static inline double
basic_ratio(double level, double cross)
{
	return by_level(level, 85, 75, 65) - 10 * cross;
}

static inline double
serious_pays(double left, double class)
{
	double e = above(left, class >= 1 ? 750000 : 1500000);

	return r100(e * (class >= 1 ? 65 : 60) + 5 * (above(e, 10000000) + above(e, 20000000)));
}

static inline double
aid_pays(double left, double class)
{
	return r100(above(left, class == 1 ? 500000 : 0) * by_class(class, 0, 70, 90));
}

const char *
loop_compiler(void)
{
	return __VERSION__;
}

/* ---- the structures ---- */

void
loop_two_layers(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), above(50000000, paid));
		double f2 = serious_pays(base - f1, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, total - f1 - f2);
	}
}

void
loop_four_layers(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6); OUT(7);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3, f4;
		left -= f2;
		f3 = r100(above(left, 1000000) * 50);
		left -= f3;
		f4 = aid_pays(left, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, f4); PUT(7, total - f1 - f2 - f3 - f4);
	}
}

/* Borders count from the first yuan, the deductible included. */
void
loop_bands_by_level(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), d = lesser(due, base);
		double r1 = by_level(level, 80, 75, 60) - 10 * cross, r2 = by_level(level, 85, 82, 70) - r1 - 10 * cross;
		double r3 = by_level(level, 5, 6, 15);
		double pay = (base - d) * r1 + (above(base, 1000000) - above(d, 1000000)) * r2 + (above(base, 4000000) - above(d, 4000000)) * r3;
		double f1 = lesser(r100(pay), above(50000000, paid));
		double left = base - f1, f2 = r100(above(left, 2000000) * 60), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, base - d); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

void
loop_six_bands(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), above(50000000, paid));
		double left = base - f1, e = above(left, class >= 1 ? 600000 : 1200000);
		double f2 = r100(e * 50 + 5 * (above(e, 3000000) + above(e, 6000000) + above(e, 10000000) + above(e, 15000000)) +
		                 10 * above(e, 25000000));
		double f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

void
loop_year_deductible(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	MONEY(charged, CLAIMS_CHARGED);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	(void)ordinal_column;
	ROWS {
		GET(level); GET(class); GET(cross); GET(a); GET(b); GET(total); GET(paid); GET(charged);
		double base = eligible(a, b), due = by_level(level, 20000, 60000, 130000) * (class == 2 ? 0 : 1);
		double scope = above(base, above(due, charged));
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, base - scope); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

void
loop_after_ratio(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal);
		double f1 = lesser(r100(above(base * basic_ratio(level, cross), due * 100)), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, f1); PUT(3, f2); PUT(4, f3); PUT(5, total - f1 - f2 - f3);
	}
}

/* What lies above the ceiling goes to the second layer, what the person bears of both to the third. */
void
loop_cost_ceiling(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), absorbed = lesser(base, 6000000), more = base - absorbed;
		double f1 = r100(above(absorbed, due) * basic_ratio(level, cross)), f2 = r100(more * 60);
		double f3 = aid_pays(absorbed - f1 + more - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, more); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

void
loop_two_caps(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal);
		double pay = r100(above(lesser(base, 5000000), due) * basic_ratio(level, cross));
		double room = lesser(above(30000000, paid), by_class(class, 3500000, 4000000, 4500000)), f1 = lesser(pay, room);
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, above(base, due)); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

void
loop_shared_pool(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), above(30000000, paid));
		double left = base - f1, f2 = lesser(serious_pays(left, class), above(40000000, paid + f1)), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* The position goes on from the bills before. */
void
loop_bands_of_the_year(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	MONEY(before, CLAIMS_BEFORE);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	(void)cross_column;
	ROWS {
		GET(level); GET(class); GET(ordinal); GET(a); GET(b); GET(total); GET(paid); GET(before);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due), end = before + scope;
		double pay = scope * 70 + 10 * (above(end, 2000000) - above(before, 2000000) + above(end, 6000000) - above(before, 6000000));
		double f1 = lesser(r100(pay), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* Jiao, down; fen, half up; yuan, half to even. */
void
loop_roundings(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double exact = lesser(scope * basic_ratio(level, cross), 100 * above(50000000, paid));
		double f1 = 10 * __builtin_trunc((exact + .5) * .001), left = base - f1, f2 = serious_pays(left, class);
		double v = above(left - f2, class == 1 ? 500000 : 0) * by_class(class, 0, 70, 90);
		double q = __builtin_trunc((v + 5000.5) * .0001), odd = q - 2 * __builtin_trunc(q * .5);
		double f3 = 100 * (q - (q * 10000 - v == 5000 ? odd : 0));
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* No ordinal; the age and the level choose. */
void
loop_ages(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	BYTES(years, CLAIMS_YEARS);
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	(void)ordinal_column;
	(void)cross_column;
	ROWS {
		GET(level); GET(class); GET(years); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b);
		double due = years < 18 ? by_level(level, 5000, 20000, 40000) : years < 60 ? by_level(level, 10000, 30000, 80000)
		                                                              : by_level(level, 8000, 25000, 60000);
		double ratio = years < 6    ? by_level(level, 90, 85, 75)
			       : years < 18 ? by_level(level, 88, 80, 72)
			       : years < 60 ? by_level(level, 85, 75, 65)
					    : by_level(level, 90, 80, 71);
		double scope = above(base, due), f1 = lesser(r100(scope * ratio), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* level, ordinal; fen */
static const double ordinal_deductibles[] = { 12000, 9000, 6000, 3000, 0, 36000, 30000, 20000, 10000, 0, 90000, 75000, 50000, 25000, 0 };

/* Each stay of the year has its own deductible and two points more. */
void
loop_ordinals(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b);
		double due = ordinal_deductibles[(level_column[i] - 1) * 5 + ordinal_column[i] - 1];
		double scope = above(base, due), ratio = basic_ratio(level, cross) + 2 * (ordinal - 1);
		double f1 = lesser(r100(scope * ratio), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

static inline double
by_kind(double kind, double zero, double one, double two, double three, double four, double five)
{
	return kind < 3 ? by_class(kind, zero, one, two) : by_class(kind - 3, three, four, five);
}

void
loop_six_kinds(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	BYTES(kind, CLAIMS_KIND);
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	(void)class_column;
	ROWS {
		GET(level); GET(kind); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = kind >= 4 ? 0 : by_level(level, 10000, 30000, 80000) * (ordinal >= 2 ? .5 : 1);
		double scope = above(base, due), f1 = lesser(r100(scope * basic_ratio(level, cross)), above(50000000, paid)), left = base - f1;
		double e = above(left, by_kind(kind, 1500000, 1200000, 1000000, 750000, 500000, 0)), more = by_kind(kind, 0, 1, 2, 5, 8, 10);
		double f2 = r100(e * (60 + more) + 5 * (above(e, 10000000) + above(e, 20000000)));
		double rest = above(left - f2, by_kind(kind, 0, 800000, 600000, 500000, 300000, 0));
		double f3 = r100(rest * by_kind(kind, 0, 40, 50, 70, 80, 90));
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* Each stay has its deductible, the year not more than 1,500 of it. */
void
loop_capped_deductibles(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	MONEY(charged, CLAIMS_CHARGED);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid); GET(charged);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal);
		double d = lesser(lesser(due, above(150000, charged)), base), scope = base - d;
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, d); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* From 60 on half of the own share; not above 90 %; class 2 not below 80 %. Rates in tenths of a percent. */
void
loop_modified_ratios(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	BYTES(years, CLAIMS_YEARS);
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(years); GET(a); GET(b); GET(total); GET(paid);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double ratio = 10 * basic_ratio(level, cross);
		ratio = years >= 60 ? 500 + ratio * .5 : ratio;
		ratio = lesser(ratio, 900);
		ratio = class == 2 ? greater(ratio, 800) : ratio;
		double f1 = lesser(r1000(scope * ratio), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* What of the second class counts hangs on the region; a fifth of the third does. */
void
loop_prior_shares(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(c, CLAIMS_C);
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(c); GET(total); GET(paid);
		double base = r100(a * 100 + b * (95 - 5 * cross) + c * 20);
		double due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* The second layer takes the person's share without the deductible, and nothing of cross 2; the third its left and the deductible. */
void
loop_layers_under_conditions(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), d = lesser(due, base), scope = base - d;
		double f1 = r100(scope * basic_ratio(level, cross)), own = cross == 2 ? 0 : scope - f1, e = above(own, class >= 1 ? 300000 : 600000);
		double f2 = r100(e * 60 + 10 * above(e, 5000000)), f3 = class == 0 ? 0 : r100((own - f2 + d) * (class == 1 ? 70 : 90));
		PUT(0, base); PUT(1, d); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* level, class, cross, ordinal; percent */
static const double wide_ratios[] = {
	90, 91, 92, 93, 94, 80, 82, 84, 86, 88, 70, 73, 76, 79, 82, 92, 93, 94, 95, 96, 83, 85, 87, 89, 91, 74, 77, 80, 83, 86, 95, 96, 97, 98, 99,
	88, 89, 90, 91, 92, 81, 82, 83, 84, 85, 80, 81, 82, 83, 84, 70, 72, 74, 76, 78, 60, 63, 66, 69, 72, 82, 83, 84, 85, 86, 73, 75, 77, 79, 81,
	64, 67, 70, 73, 76, 90, 91, 92, 93, 94, 85, 86, 87, 88, 89, 80, 81, 82, 83, 84, 70, 71, 72, 73, 74, 60, 62, 64, 66, 68, 50, 53, 56, 59, 62,
	72, 73, 74, 75, 76, 63, 65, 67, 69, 71, 54, 57, 60, 63, 66, 85, 86, 87, 88, 89, 80, 81, 82, 83, 84, 75, 76, 77, 78, 79,
};

/* level, ordinal; fen */
static const double wide_deductibles[] = { 12000, 9000, 6000, 3000, 1000, 36000, 30000, 20000, 10000, 5000, 90000, 75000, 50000,
	                                                   25000, 12500 };

void
loop_wide_tables(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);

	ROWS {
		GET(class); GET(a); GET(b); GET(total); GET(paid);
		uint32_t l = level_column[i] - 1U, k = ordinal_column[i] - 1U;
		double base = eligible(a, b), due = wide_deductibles[l * 5 + k], scope = above(base, due);
		double ratio = wide_ratios[((l * 3 + class_column[i]) * 3 + cross_column[i]) * 5 + k];
		double f1 = lesser(r100(scope * ratio), above(50000000, paid));
		double left = base - f1, f2 = serious_pays(left, class), f3 = aid_pays(left - f2, class);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}

/* Every layer has a ceiling of its own: of the stay, of the year, of a life. */
void
loop_five_layers(size_t n, const struct claims *in, int64_t *const *out)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	MONEY(life, CLAIMS_LIFE);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6); OUT(7); OUT(8);

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid); GET(life);
		double base = eligible(a, b), due = stay_deductible(level, class, ordinal), scope = above(base, due);
		double f1 = lesser(r100(scope * basic_ratio(level, cross)), lesser(above(40000000, paid), 15000000));
		double left = base - f1, f2, f3, f4, f5;
		f2 = lesser(r100(above(left, 800000) * 45), 10000000);
		left -= f2;
		f3 = lesser(r100(above(left, 1000000) * 80), above(20000000, paid));
		left -= f3;
		f4 = lesser(serious_pays(left, class), above(90000000, life));
		left -= f4;
		f5 = lesser(aid_pays(left, class), by_class(class, 0, 5000000, 10000000));
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, f4); PUT(7, f5);
		PUT(8, total - f1 - f2 - f3 - f4 - f5);
	}
}

/* ---- job 1 with other numbers ---- */

void
loop_figures(size_t n, const struct claims *in, int64_t *const *out, const struct figures *f)
{
	COMMON_COLUMNS;
	MONEY(paid, CLAIMS_PAID);
	OUT(0); OUT(1); OUT(2); OUT(3); OUT(4); OUT(5); OUT(6);
	const double half = (double)f->den * .5 + .5, inverse = 1 / (double)f->den, share_b = (double)f->share_b;
	const double first1 = (double)f->first[0], first2 = (double)f->first[1], first3 = (double)f->first[2];
	const double later1 = (double)f->later[0], later2 = (double)f->later[1], later3 = (double)f->later[2];
	const double ratio1 = (double)f->ratio[0], ratio2 = (double)f->ratio[1], ratio3 = (double)f->ratio[2];
	const double less1 = (double)f->less[0], less2 = (double)f->less[1], cap = (double)f->cap;
	const double start0 = (double)f->start[0], start1 = (double)f->start[1], border1 = (double)f->border[0], border2 = (double)f->border[1];
	const double band1 = (double)f->band[0], rise2 = (double)(f->band[1] - f->band[0]), rise3 = (double)(f->band[2] - f->band[1]);
	const double more = (double)f->more, aid_start = (double)f->aid_start, aid1 = (double)f->aid[0], aid2 = (double)f->aid[1];

	ROWS {
		GET(level); GET(class); GET(ordinal); GET(cross); GET(a); GET(b); GET(total); GET(paid);
		double base = a + __builtin_trunc((b * share_b + half) * inverse);
		double due = ordinal >= 2 ? by_level(level, later1, later2, later3) : by_level(level, first1, first2, first3);
		due = class == 2 ? 0 : due;
		double scope = above(base, due), ratio = by_level(level, ratio1, ratio2, ratio3) - by_class(cross, 0, less1, less2);
		double f1 = lesser(__builtin_trunc((scope * ratio + half) * inverse), above(cap, paid)), left = base - f1;
		double e = above(left, class >= 1 ? start1 : start0);
		double pay = e * (class >= 1 ? band1 + more : band1) + rise2 * above(e, border1) + rise3 * above(e, border2);
		double f2 = __builtin_trunc((pay + half) * inverse), rest = above(left - f2, class == 1 ? aid_start : 0);
		double f3 = __builtin_trunc((rest * by_class(class, 0, aid1, aid2) + half) * inverse);
		PUT(0, base); PUT(1, due); PUT(2, scope); PUT(3, f1); PUT(4, f2); PUT(5, f3); PUT(6, total - f1 - f2 - f3);
	}
}
