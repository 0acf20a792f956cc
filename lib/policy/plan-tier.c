/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/plan.h"

#include <stdlib.h>

#include "base/text.h"

static uint16_t
reg_of(struct ybi_compiler *c, uint32_t expr, int64_t den)
{
	struct ybi_operand o;

	if (expr == YBI_NO_EXPR)
		return YBI_NO_REG;
	o = ybi_operand_of(c, expr);
	if (o.state == 1 && o.maybe_none && o.den != den)
		o = ybi_no_operand(c);
	o = ybi_rescale(c, o, den);
	return o.state == 1 ? o.reg : YBI_NO_REG;
}

static uint16_t
total_reg(struct ybi_compiler *c, uint32_t fact)
{
	return fact == YBI_NO_FACT ? YBI_NO_REG : ybi_loaded(c, fact).reg;
}

/* What counts towards a ceiling: its total, and where it is that of a pool, what earlier layers of this very bill drew on it. */
static uint16_t
drawn_reg(struct ybi_compiler *c, const struct ybi_layer *layer, const struct ybi_ceiling *ceiling)
{
	struct ybi_operand drawn = { 0 };

	if (ceiling->used != YBI_NO_FACT)
		drawn = ybi_loaded(c, ceiling->used);
	for (uint32_t k = 0; ceiling->pool != UINT32_MAX && k < c->tiers_count && !c->failed; k++) {
		const struct ybi_layer *before = layer - c->tiers_count + k;
		struct ybi_operand paid = c->results[before->number * YBI_RESULT_BAND1 + YBI_RESULT_PAID];
		for (uint32_t i = 0; i < before->ceiling_count; i++) {
			const struct ybi_ceiling *other = &c->book->ceilings[before->first_ceiling + i];
			if (other->pool != ceiling->pool)
				continue;
			if (ceiling->on_cost || other->when != YBI_NO_EXPR) {
				c->failed = true; /* what the earlier layer drew is told in its own measure, or hangs on a condition */
				break;
			}
			drawn = drawn.state ? ybi_arithmetic(c, YBI_OP_ADD, drawn, paid) : paid;
			break;
		}
	}
	return drawn.state == 1 ? drawn.reg : YBI_NO_REG;
}

void
ybi_tier_plan_free(struct ybi_tier_plan *tier)
{
	free(tier->slope);
	free(tier->edge);
}

/* One entry's borders and ratios as slopes that add up, over tier->ratio_den. */
static bool
lay_slopes(struct ybi_tier_plan *tier, const struct ybi_tier_input *in, uint32_t entry)
{
	int64_t before = 0;

	for (uint32_t n = 0; n < in->bands; n++) {
		struct ybi_fraction q = in->ratio[n];
		size_t at = (size_t)n * tier->entries + entry;
		int64_t ratio;
		if (ybi_fraction_mul(q, ybi_fraction_from(tier->ratio_den), &q) != YB_OK || ybi_fraction_to_i64(q, &ratio) != YB_OK)
			return false;
		tier->slope[at] = ratio - before;
		before = ratio;
		if (n == 0)
			continue;
		if (ybi_fraction_mul(in->border[n - 1], ybi_fraction_from(tier->scale), &q) != YB_OK ||
		    ybi_fraction_to_i64(q, &tier->edge[at]) != YB_OK || tier->edge[at] > YBI_VALUE_LIMIT)
			return false;
	}
	return true;
}

static bool
gather_shapes(struct ybi_compiler *c, const struct ybi_layer *layer, struct ybi_gather *g)
{
	if (!ybi_start_gather(g, c))
		return false;
	if (layer->borders != YBI_NO_EXPR)
		ybi_gather(g, layer->borders, YBI_SIGHT_VALUE);
	ybi_gather(g, layer->ratio, YBI_SIGHT_VALUE);
	for (uint32_t i = 0; i < layer->modify_count; i++) {
		const struct ybi_modify *modify = &c->book->modifies[layer->first_modify + i];
		if (modify->when != YBI_NO_EXPR)
			ybi_gather(g, modify->when, YBI_SIGHT_VALUE);
		ybi_gather(g, modify->value, YBI_SIGHT_VALUE);
	}
	return g->ok && !ybi_same_fact_twice(g);
}

/* Borders and ratios for every combination of what they hang on: once to find their measure, once to write them down. */
static bool
fill_shapes(struct ybi_compiler *c, const struct ybi_layer *layer, struct ybi_tier_plan *tier, struct ybi_dense *table, struct ybi_tier_input *in,
            bool *bad)
{
	tier->ratio_den = 1;
	tier->bands = 1;
	tier->entries = table->size;
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < table->size; i++) {
			uint32_t why, state = YBI_FAILED;
			if (ybi_enter_case(c, table, i))
				state = ybi_layer_bands(&c->eval, &c->book->schedule, layer, in, &why);
			if (state != YBI_KNOWN) {
				table->bad[i] = 1;
				*bad = true;
				continue;
			}
			if (in->bands > tier->bands)
				tier->bands = in->bands;
			for (uint32_t n = 0; pass == 0 && n < in->bands; n++) {
				tier->ratio_den = ybi_common_den(tier->ratio_den, in->ratio[n].den);
				if (tier->ratio_den == 0)
					return false;
			}
			if (pass == 1 && !lay_slopes(tier, in, i))
				return false;
		}
		if (pass == 0) {
			tier->slope = ybi_plan_grab(c, (size_t)tier->bands * tier->entries, sizeof(*tier->slope));
			tier->edge = ybi_plan_grab(c, (size_t)tier->bands * tier->entries, sizeof(*tier->edge));
			if (!tier->slope || !tier->edge)
				return false;
		}
	}
	return true;
}

/* The constant that a band has in every entry that has a value; an entry with fewer bands has slope 0 there. */
static uint32_t
same_number(struct ybi_compiler *c, const int64_t *numbers, uint32_t entries, const uint8_t *bad)
{
	uint32_t first = 0;

	while (bad && first < entries && bad[first])
		first++;
	if (first == entries)
		return YBI_NO_TABLE;
	for (uint32_t i = first; i < entries; i++)
		if (!(bad && bad[i]) && numbers[i] != numbers[first])
			return YBI_NO_TABLE;
	return ybi_constant_number(c, numbers[first]);
}

static void
mark_same(struct ybi_compiler *c, struct ybi_tier_plan *tier, const uint8_t *bad)
{
	for (uint32_t b = 0; b < tier->bands && b < YBI_TIER_HELD; b++) {
		size_t at = (size_t)b * tier->entries;
		tier->slope_held[b] = same_number(c, tier->slope + at, tier->entries, bad);
		tier->edge_held[b] = same_number(c, tier->edge + at, tier->entries, bad);
	}
}

static bool
layer_shapes(struct ybi_compiler *c, const struct ybi_layer *layer, struct ybi_tier_plan *tier)
{
	struct ybi_gather g;
	struct ybi_dense table;
	struct ybi_tier_input *in;
	bool bad = false, ok;

	if (!gather_shapes(c, layer, &g))
		return false;
	in = ybi_plan_grab(c, 1, sizeof(*in));
	ok = ybi_lay_out_table(&g, &table) && in && fill_shapes(c, layer, tier, &table, in, &bad);
	free(in);
	if (ok)
		mark_same(c, tier, table.bad);
	if (!ok || (table.size == 1 && !bad)) { /* one set for all needs no table */
		ybi_dense_free(&table);
		return ok;
	}
	if (!bad) {
		free(table.bad);
		table.bad = NULL;
	}
	tier->shape_table = (uint32_t)c->tables_count;
	if (!ybi_add_table(c, table)) {
		ybi_dense_free(&table);
		return false;
	}
	return ybi_index_step(c, tier->shape_table);
}

/* The case of an entry, as a person would name it. */
static void
put_case(struct ybi_compiler *c, const struct ybi_dense *table, uint32_t index, struct ybi_text *out)
{
	for (uint32_t k = 0; k < table->axis_count; k++) {
		const struct ybi_axis *axis = &c->axes[table->axes[k]];
		const struct ybi_fact_meta *meta = &c->book->facts[axis->fact];
		uint32_t position = index / table->strides[k] % (axis->size + 1);
		char day[YB_DAY_TEXT_SIZE];
		int64_t value;
		if (position == axis->size || !ybi_axis_value(axis, position, &value))
			continue;
		ybi_text_printf(out, "%s%s ", out->length ? ", " : "", meta->name);
		if (meta->type == YBI_TEXT)
			ybi_text_puts(out, value ? c->book->atom_names[value] : "another text");
		else if (meta->type == YBI_FLAG)
			ybi_text_puts(out, value ? "yes" : "no");
		else if (meta->type == YBI_DATE) {
			yb_day_to_text((yb_day)value, day);
			ybi_text_puts(out, day);
		} else if (meta->type == YBI_MONEY) {
			char yuan[YB_FEN_TEXT_SIZE];
			yb_fen_to_text(value, yuan);
			ybi_text_puts(out, yuan);
		} else
			ybi_text_printf(out, "%lld", (long long)value);
	}
}

static struct ybi_node
place_of(const struct ybi_compiler *c, uint32_t expr)
{
	const struct ybi_place *place = &c->book->expr_place[expr];

	return (struct ybi_node){ .file = place->name, .line = place->line, .column = place->column };
}

/* What is wrong with the shape of the case whose facts are set. */
static void
tell_shape(struct ybi_compiler *c, const struct ybi_layer *layer, const char *joint, const char *named)
{
	struct ybi_value ratio[YBI_BANDS], border[YBI_BANDS];
	struct ybi_node ratios = place_of(c, layer->ratio), borders = ratios, modify = ratios;
	uint32_t n = 0, m = 0, why;

	(void)ybi_evaluate_list(&c->eval, layer->ratio, ratio, YBI_BANDS, &n, &why);
	if (layer->borders != YBI_NO_EXPR) {
		borders = place_of(c, layer->borders);
		(void)ybi_evaluate_list(&c->eval, layer->borders, border, YBI_BANDS - 1, &m, &why);
	}
	if (n != m + 1) {
		ybi_fault(c->b, YB_E_RULE, &ratios, layer->id, "%u ratios for %u borders; one more ratio than borders is needed%s%s", (unsigned)n,
		          (unsigned)m, joint, named);
		return;
	}
	for (uint32_t i = 1; i < m; i++)
		if (ybi_fraction_cmp(border[i - 1].q, border[i].q) >= 0) {
			ybi_fault(c->b, YB_E_RULE, &borders, layer->id, "border %u does not lie above border %u%s%s", (unsigned)i + 1, (unsigned)i, joint,
			          named);
			return;
		}
	for (uint32_t i = 0; i < n; i++)
		if (ybi_fraction_sign(ratio[i].q) < 0 || ybi_fraction_cmp(ratio[i].q, ybi_fraction_from(1)) > 0) {
			ybi_fault(c->b, YB_E_RULE, &ratios, layer->id, "ratio %u lies outside 0..1%s%s", (unsigned)i + 1, joint, named);
			return;
		}
	if (layer->modify_count)
		modify = place_of(c, c->book->modifies[layer->first_modify].value);
	ybi_fault(c->b, YB_E_RULE, &modify, layer->id, "a ratio lies outside 0..1 after its modifiers%s%s", joint, named);
}

/*
 * Borders that fall, a wrong number of ratios or a ratio outside 0..1 in any
 * case that can be met: found here, for every combination of what they hang on.
 */
void
ybi_prove_shapes(struct ybi_compiler *c, const struct ybi_layer *layer)
{
	struct ybi_gather g;
	struct ybi_dense table = { 0 };
	struct ybi_tier_input *in = ybi_plan_grab(c, 1, sizeof(*in));
	int32_t least = c->eval.least_confidence;

	bool whole = in && gather_shapes(c, layer, &g);

	/* a formula over an age is only held to the range where it is asked: nobody is 150 */
	for (uint32_t i = 0; whole && i < g.count; i++)
		whole = !c->axis_full[g.axes[i]];
	if (whole && ybi_lay_out_table(&g, &table)) {
		c->eval.least_confidence = YB_CONFIDENCE_CASE; /* also what this set does not trust */
		for (uint32_t i = 0; i < table.size; i++) {
			struct ybi_text text = { 0 };
			uint32_t why = 0;
			if (!ybi_enter_case(c, &table, i) || ybi_layer_bands(&c->eval, &c->book->schedule, layer, in, &why) != YBI_FAILED || why != (uint32_t)YB_E_RULE)
				continue;
			put_case(c, &table, i, &text);
			tell_shape(c, layer, text.length ? " for " : "", text.data ? text.data : "");
			ybi_text_free(&text);
			break;
		}
		c->eval.least_confidence = least;
	}
	ybi_dense_free(&table);
	free(in);
}

static void
layer_results(struct ybi_compiler *c, const struct ybi_layer *layer, struct ybi_tier_plan *tier, int64_t high)
{
	static const uint8_t held[] = { YBI_RESULT_BASE, YBI_RESULT_DEDUCTIBLE, YBI_RESULT_SCOPE, YBI_RESULT_PAID, YBI_RESULT_LEFT,
		                        YBI_RESULT_ABSORBED, YBI_RESULT_OVER, YBI_RESULT_SELF, YBI_RESULT_OWN, YBI_RESULT_START };

	for (uint32_t i = 0; i < YBI_RESULT_BAND1; i++)
		tier->out[i] = YBI_NO_REG;
	for (size_t i = 0; i < ARRAY_SIZE(held); i++) {
		uint32_t place = layer->number * YBI_RESULT_BAND1 + held[i];
		bool stops = held[i] == YBI_RESULT_ABSORBED || held[i] == YBI_RESULT_OVER || held[i] == YBI_RESULT_SELF || held[i] == YBI_RESULT_OWN;
		bool asked = c->wanted[place] || held[i] == YBI_RESULT_PAID || (held[i] == YBI_RESULT_DEDUCTIBLE && c->tiers_count == 0);
		if (!asked && (stops || held[i] == YBI_RESULT_START))
			continue;
		tier->out[held[i]] = (uint16_t)c->regs++; /* the cheap ones have a place although nobody asks: columns of answers may */
		tier->held |= (uint32_t)asked << held[i];
		tier->read |= (uint32_t)(c->wanted[place] != 0) << held[i];
		tier->needs_stop |= stops;
		c->results[place] = (struct ybi_operand){ .state = 1, .reg = tier->out[held[i]], .den = held[i] == YBI_RESULT_PAID ? 1 : tier->scale,
			                              .low = 0, .high = held[i] == YBI_RESULT_PAID ? high / tier->scale + 1 : high };
		if (held[i] == YBI_RESULT_START)
			c->results[place].high = YB_FEN_LIMIT * tier->scale;
		if (held[i] == YBI_RESULT_OWN || held[i] == YBI_RESULT_LEFT || held[i] == YBI_RESULT_SELF)
			c->results[place].low = -100 * tier->scale; /* rounding up may pay a little more than the cost */
	}
}

static bool
fits(int64_t high, int64_t start, int64_t ratio_den)
{
	int64_t sum, gross;

	return !__builtin_add_overflow(high, start, &sum) && !__builtin_mul_overflow(sum, ratio_den, &gross) && gross < YBI_VALUE_LIMIT >> 1;
}

bool
ybi_compile_layer(struct ybi_compiler *c, const struct ybi_layer *layer)
{
	const struct ybi_book *book = c->book;
	struct ybi_tier_plan tier = { .when = YBI_NO_REG, .shape_table = YBI_NO_TABLE, .step = layer->step, .mode = (uint32_t)layer->mode,
		                      .origin_zero = layer->origin_zero, .after_ratio = layer->after_ratio };
	struct ybi_operand base = ybi_operand_of(c, layer->base);
	int64_t whole;

	if (base.state != 1 || base.maybe_none || layer->ceiling_count > YBI_TIER_CEILINGS)
		return false;
	tier.scale = base.den;
	tier.base = base.reg;
	tier.when = reg_of(c, layer->when, 1);
	tier.due = reg_of(c, layer->deductible, 1);
	tier.sum_cap = reg_of(c, layer->sum_cap, 1);
	tier.charged = total_reg(c, layer->charged);
	tier.sum_charged = total_reg(c, layer->sum_charged);
	tier.start = total_reg(c, layer->start);
	if (layer->deductible != YBI_NO_EXPR && c->operands[layer->deductible].maybe_none)
		return false;
	for (uint32_t i = 0; i < layer->ceiling_count; i++) {
		const struct ybi_ceiling *ceiling = &book->ceilings[layer->first_ceiling + i];
		tier.ceilings[i].amount = reg_of(c, ceiling->amount, 1);
		tier.ceilings[i].used = drawn_reg(c, layer, ceiling);
		tier.ceilings[i].when = reg_of(c, ceiling->when, 1);
		tier.ceilings[i].on_cost = ceiling->on_cost;
	}
	tier.ceiling_count = layer->ceiling_count;
	if (c->failed || !layer_shapes(c, layer, &tier)) {
		ybi_tier_plan_free(&tier);
		return false;
	}
	if (__builtin_mul_overflow(tier.scale, tier.ratio_den, &whole) || __builtin_mul_overflow(whole, tier.step, &whole) ||
	    whole > INT64_C(1) << 40 || base.high > INT64_MAX / 8 || !fits(base.high, YB_FEN_LIMIT * tier.scale, tier.ratio_den) ||
	    !fits(YB_FEN_LIMIT, YB_FEN_LIMIT, tier.scale * tier.ratio_den)) {
		ybi_tier_plan_free(&tier);
		return false;
	}
	tier.post = ybi_divisor_make(whole);
	tier.cut = ybi_divisor_make(tier.step);
	tier.usual = !tier.after_ratio && tier.start == YBI_NO_REG && tier.step == 1 && tier.mode != YB_ROUND_HALF_EVEN && tier.bands <= YBI_TIER_USUAL;
	for (uint32_t i = 0; i < tier.ceiling_count; i++)
		tier.usual = tier.usual && !tier.ceilings[i].on_cost;
	layer_results(c, layer, &tier, base.high > 0 ? base.high : 0);
	if (!YBI_PLAN_ADD(c, tiers, tier)) {
		ybi_tier_plan_free(&tier);
		return false;
	}
	return YBI_PLAN_ADD(c, steps, ((struct ybi_column_step){ .op = YBI_COL_TIER, .x = (uint32_t)c->tiers_count - 1 }));
}
