/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/tier.h"

_Static_assert(YBI_RESULT_COUNT_ == YBI_RESULT_STRIDE, "results of a layer");

/*
 * A chain of operations on fractions of which the first failure stays: the
 * arithmetic below reads as formulas, with one check at its end.
 */
struct sums {
	yb_status status;
};

static struct ybi_fraction
add_parts(struct sums *s, struct ybi_fraction a, struct ybi_fraction b, bool minus)
{
	struct ybi_fraction out = a;
	yb_status st = minus ? ybi_fraction_sub(a, b, &out) : ybi_fraction_add(a, b, &out);

	if (st != YB_OK && s->status == YB_OK)
		s->status = st;
	return out;
}

/* Mostly whole amounts, of which nothing need be reduced, or one of them nothing. */
static inline struct ybi_fraction
plus(struct sums *s, struct ybi_fraction a, struct ybi_fraction b)
{
	struct ybi_fraction out = { .den = 1 };

	if (a.den == 1 && b.den == 1 && ybi_i128_add(a.num, b.num, &out.num))
		return out;
	return ybi_fraction_sign(a) == 0 ? b : add_parts(s, a, b, false);
}

static inline struct ybi_fraction
minus(struct sums *s, struct ybi_fraction a, struct ybi_fraction b)
{
	struct ybi_fraction out = { .den = 1 };

	if (a.den == 1 && b.den == 1 && ybi_i128_sub(a.num, b.num, &out.num))
		return out;
	return ybi_fraction_sign(b) == 0 ? a : add_parts(s, a, b, true);
}

static struct ybi_fraction
times(struct sums *s, struct ybi_fraction a, struct ybi_fraction b)
{
	struct ybi_fraction out = a;
	yb_status st = ybi_fraction_mul(a, b, &out);

	if (st != YB_OK && s->status == YB_OK)
		s->status = st;
	return out;
}

static struct ybi_fraction
over(struct sums *s, struct ybi_fraction a, struct ybi_fraction b)
{
	struct ybi_fraction out = a;
	yb_status st = ybi_fraction_div(a, b, &out);

	if (st != YB_OK && s->status == YB_OK)
		s->status = st;
	return out;
}

static struct ybi_fraction
lesser(struct ybi_fraction a, struct ybi_fraction b)
{
	return ybi_fraction_cmp(b, a) < 0 ? b : a;
}

static struct ybi_fraction
greater(struct ybi_fraction a, struct ybi_fraction b)
{
	return ybi_fraction_cmp(b, a) > 0 ? b : a;
}

static struct ybi_fraction
not_below_zero(struct ybi_fraction a)
{
	return ybi_fraction_sign(a) < 0 ? ybi_fraction_from(0) : a;
}

static bool
below(struct ybi_fraction a, struct ybi_fraction b)
{
	return ybi_fraction_cmp(a, b) < 0;
}

/*
 * Pay the cumulative interval [begin, *end] band by band. Where `limit` is
 * given and would be passed, *end moves back to the point where exactly the
 * limit was paid, a rational.
 */
static struct ybi_fraction
pay_interval(struct sums *s, const struct ybi_tier_input *in, struct ybi_fraction begin, struct ybi_fraction *end,
             const struct ybi_fraction *limit, struct ybi_fraction *band)
{
	struct ybi_fraction total = ybi_fraction_from(0);

	for (uint32_t i = 0; i < in->bands; i++) {
		struct ybi_fraction low = i == 0 ? begin : greater(begin, in->border[i - 1]);
		struct ybi_fraction high = i + 1 == in->bands ? *end : lesser(*end, in->border[i]);
		struct ybi_fraction part, sum;

		band[i] = ybi_fraction_from(0);
		if (!below(low, high))
			continue;
		part = times(s, in->ratio[i], minus(s, high, low));
		sum = plus(s, total, part);
		if (limit && below(*limit, sum)) {
			part = minus(s, *limit, total);
			*end = plus(s, low, over(s, part, in->ratio[i]));
			sum = *limit;
		}
		band[i] = part;
		total = sum;
	}
	return total;
}

/* The posted amount: rounded once, never above the room. */
static struct ybi_fraction
post(struct sums *s, const struct ybi_tier_input *in, struct ybi_fraction exact)
{
	struct ybi_fraction paid = exact;
	yb_status st = ybi_fraction_round(exact, in->step, in->mode, &paid);

	if (st == YB_OK && in->has_payment_room && below(in->payment_room, paid))
		st = ybi_fraction_round(in->payment_room, in->step, YB_ROUND_DOWN, &paid);
	if (st != YB_OK && s->status == YB_OK)
		s->status = st;
	return paid;
}

yb_status
ybi_tier_pay(const struct ybi_tier_input *in, struct ybi_tier_output *out)
{
	struct sums s = { YB_OK };
	struct ybi_fraction zero = ybi_fraction_from(0);
	struct ybi_fraction x = not_below_zero(in->base);
	struct ybi_fraction d = lesser(in->deductible, x);
	struct ybi_fraction taken = in->after_ratio ? zero : d; /* what the deductible takes from the interval */
	struct ybi_fraction begin = in->origin_zero ? plus(&s, in->start, taken) : in->start;
	struct ybi_fraction end = plus(&s, begin, minus(&s, x, taken));
	struct ybi_fraction gross, after = zero;
	bool cost_stops = false;

	if (in->has_cost_room) {
		struct ybi_fraction stop = minus(&s, plus(&s, begin, in->cost_room), taken);
		cost_stops = below(stop, end);
		if (cost_stops)
			end = greater(stop, begin);
	}
	gross = pay_interval(&s, in, begin, &end, NULL, out->band);
	if (in->after_ratio)
		after = d = lesser(d, gross); /* no more is charged than there is to take it from */
	out->uncapped = not_below_zero(minus(&s, gross, after));
	out->exact = out->uncapped;
	if (in->has_payment_room && below(in->payment_room, out->uncapped)) {
		struct ybi_fraction limit = plus(&s, in->payment_room, after);
		pay_interval(&s, in, begin, &end, &limit, out->band);
		out->exact = in->payment_room;
	}
	out->base = x;
	out->deductible = d;
	out->scope = minus(&s, x, d);
	out->absorbed = plus(&s, minus(&s, end, begin), taken);
	if (cost_stops && below(in->cost_room, out->absorbed))
		out->absorbed = in->cost_room; /* the ceiling lies within the deductible */
	out->over = minus(&s, x, out->absorbed);
	out->paid = post(&s, in, out->exact);
	out->self = minus(&s, out->absorbed, out->paid);
	out->own = minus(&s, out->self, d);
	out->left = minus(&s, x, out->paid);
	return s.status;
}
