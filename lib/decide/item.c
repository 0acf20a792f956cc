/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "decide/decision.h"

/*
 * What catalogues say of a cost line. Each thing, class, share, cap, limit, is
 * taken from the nearest catalogue that says it; nothing is allocated for a
 * line, and no list is walked but the rows of its own item.
 */

/* What earlier lines took of the limit of a row, on a day where it is one by the day. There is room: a bill has fewer lines than the table has places. */
static struct ybi_item_use *
use_of(struct yb_decision *d, const struct ybi_item *item, yb_day day)
{
	size_t at = (size_t)((((uintptr_t)item >> 4) + (uint32_t)day) * UINT32_C(2654435761)) & (d->item_use_room - 1);

	while (d->item_uses[at].item && (d->item_uses[at].item != item || d->item_uses[at].day != day))
		at = (at + 1) & (d->item_use_room - 1);
	if (!d->item_uses[at].item)
		d->item_uses[at] = (struct ybi_item_use){ .item = item, .day = day, .count = ybi_fraction_from(0) };
	return &d->item_uses[at];
}

/* The lines of the first part of a stay are earlier ones of the second. */
static void
keep_uses(struct yb_decision *d, const struct yb_decision *first)
{
	for (size_t i = 0; i < first->item_use_room; i++)
		if (first->item_uses[i].item)
			*use_of(d, first->item_uses[i].item, first->item_uses[i].day) = first->item_uses[i];
}

yb_status
ybi_items_start(struct yb_decision *d, const struct ybi_benefit *benefit, size_t lines, struct yb_error **err)
{
	size_t room = 16;

	if (!benefit->catalogue_count)
		return YB_OK;
	while (room < 2 * lines)
		room *= 2;
	if (room > d->item_use_room) {
		struct ybi_item_use *more = ybi_calloc(room, sizeof(*more));
		if (!more)
			return ybi_error_no_memory(err);
		free(d->item_uses);
		d->item_uses = more;
		d->item_use_room = room;
	} else {
		memset(d->item_uses, 0, d->item_use_room * sizeof(*d->item_uses));
	}
	if (ybi_part_goes_on(d))
		keep_uses(d, d->whole->parts[0]);
	return YB_OK;
}

static void
lacks(struct yb_decision *d, struct ybi_found *found, uint32_t fact)
{
	struct ybi_value v;

	ybi_value_state(&v, YBI_UNKNOWN, fact);
	ybi_obstacle(&d->obstacles, &v);
	found->stopped = true;
}

static void
no_figure(struct yb_decision *d, struct ybi_found *found, uint32_t clause)
{
	struct ybi_value v;

	ybi_value_state(&v, YBI_UNSUPPORTED, clause);
	ybi_obstacle(&d->obstacles, &v);
	found->stopped = true;
}

/* Is the day of the question in [from, to)? Without a day that cannot be told, unless every day is. */
static bool
day_in(struct yb_decision *d, struct ybi_found *found, yb_day from, yb_day to)
{
	const struct ybi_fact *on = &d->facts[YBI_FACT_ON];

	if (from <= YBI_DAY_FIRST && to > YBI_DAY_LAST)
		return true;
	if (!on->given) {
		lacks(d, found, YBI_FACT_ON);
		return false;
	}
	return on->value >= from && on->value < to;
}

static bool
level_in(struct yb_decision *d, struct ybi_found *found, uint32_t levels)
{
	const struct ybi_book *book = d->book;
	uint32_t fact = book->field_fact[YB_FIELD_HOSP_LV];
	const struct ybi_fact_meta *meta = &book->facts[fact];

	if (levels == YBI_EVERY_LEVEL)
		return true;
	if (!d->facts[fact].given) {
		lacks(d, found, fact);
		return false;
	}
	for (uint32_t i = 0; i < meta->domain_count && i < 32; i++)
		if (book->domains[meta->domain + i] == (uint64_t)d->facts[fact].value)
			return (levels & UINT32_C(1) << i) != 0;
	return false;
}

/* How many units of the row one unit of the line is; false after an obstacle or fault. */
static bool
units_of(struct yb_decision *d, struct ybi_found *found, const struct ybi_record *line, const struct ybi_item *item, struct ybi_fraction *units)
{
	const struct ybi_known *unit = ybi_record_get(line, YB_FIELD_YB_UNIT);

	*units = ybi_fraction_from(1);
	if (!item->unit)
		return true;
	if (!unit || !unit->known) {
		lacks(d, found, d->book->field_fact[YB_FIELD_YB_UNIT]);
		return false;
	}
	if (ybi_streq_n(unit->text, unit->length, item->unit))
		return true;
	for (uint32_t i = 0; i < item->pack_count; i++)
		if (ybi_streq_n(unit->text, unit->length, item->packs[i].unit))
			return ybi_fraction_div(*units, item->packs[i].count, units) == YB_OK;
	found->stopped = found->bad_unit = true;
	return false;
}

static void
take(struct ybi_found *found, enum ybi_item_role role, const struct ybi_item *item, uint32_t clause)
{
	if (!found->roles[role].item)
		found->roles[role] = (struct ybi_line_item){ item, clause };
}

/* The nearest cap, `none` among them, or the lowest of all. */
static void
take_price(struct yb_decision *d, const struct ybi_benefit *benefit, struct ybi_found *found, const struct ybi_record *line,
           const struct ybi_item *item, uint32_t clause)
{
	struct ybi_fraction units, price;

	if (!benefit->lowest && found->roles[YBI_ITEM_PRICE].item)
		return;
	if (item->price < 0) {
		if (!benefit->lowest)
			take(found, YBI_ITEM_PRICE, item, clause);
		return;
	}
	if (!units_of(d, found, line, item, &units))
		return;
	if (ybi_fraction_make(item->price, 10000, &price) != YB_OK || ybi_fraction_mul(price, units, &price) != YB_OK) {
		found->failed = true;
		return;
	}
	if (found->roles[YBI_ITEM_PRICE].item && ybi_fraction_cmp(price, found->price) >= 0)
		return;
	found->roles[YBI_ITEM_PRICE] = (struct ybi_line_item){ item, clause };
	found->price = price;
}

static void
take_row(struct yb_decision *d, const struct ybi_benefit *benefit, struct ybi_found *found, const struct ybi_record *line,
         const struct ybi_item *item, uint32_t clause)
{
	if (item->says & YBI_SAYS_CLASS)
		take(found, YBI_ITEM_CLASS, item, clause);
	if (item->says & YBI_SAYS_SHARE)
		take(found, YBI_ITEM_SHARE, item, clause);
	if (item->says & YBI_SAYS_LIMIT)
		take(found, YBI_ITEM_LIMIT, item, clause);
	if (item->says & YBI_SAYS_KIND && !found->kind)
		found->kind = item->kind;
	if (item->says & YBI_SAYS_PRICE)
		take_price(d, benefit, found, line, item, clause);
}

static void
look_up(struct yb_decision *d, const struct ybi_benefit *benefit, const struct ybi_catalogue_use *use, const struct ybi_record *line,
        struct ybi_found *found)
{
	const struct ybi_catalogue *c = use->catalogue;
	const struct ybi_known *code = ybi_record_get(line, c->key);
	const struct ybi_item *rows;
	uint32_t count, clause;

	if (!code || !code->known) {
		lacks(d, found, d->book->field_fact[c->key]);
		return;
	}
	if (!day_in(d, found, c->from, c->to)) {
		if (!found->stopped) /* a day for which the document does not answer */
			no_figure(d, found, use->first_clause);
		return;
	}
	rows = ybi_catalogue_find(c, code->text, code->length, &count);
	for (uint32_t i = 0; i < count && !found->stopped; i++) {
		if (!day_in(d, found, rows[i].from, rows[i].to) || !level_in(d, found, rows[i].levels))
			continue;
		clause = use->first_clause + rows[i].group;
		d->used[clause] = 1;
		if (d->book->clauses[clause].hole || d->book->clause_infos[clause].confidence > d->least) {
			no_figure(d, found, clause);
			return;
		}
		if (!found->listed)
			ybi_fact_set(d, d->book->catalogue_fact, ybi_bind_atom(d->book, d->book->catalogue_fact, c->id, strlen(c->id)));
		found->listed = true;
		take_row(d, benefit, found, line, &rows[i], clause);
		return;
	}
}

/* The facts that hang on the item; a line that says its class or share itself goes before the catalogue, which is told. */
static void
set_facts(struct yb_decision *d, const struct ybi_found *found, size_t index)
{
	const struct ybi_book *book = d->book;
	const struct ybi_fact_meta *classes = &book->facts[book->class_fact];
	const struct ybi_item *item = found->roles[YBI_ITEM_CLASS].item, *share = found->roles[YBI_ITEM_SHARE].item;
	uint32_t own = book->field_fact[YB_FIELD_CHRGITM_LV], prop = book->field_fact[YB_FIELD_SELFPAY_PROP];
	uint32_t kind = book->field_fact[YB_FIELD_YB_KIND];
	int64_t atom = (int64_t)book->domains[classes->domain + (item ? item->item_class : classes->domain_count - 1)];

	ybi_fact_set(d, book->listed_fact, found->listed);
	ybi_fact_set(d, book->class_fact, atom);
	if ((item && d->facts[own].given && d->facts[own].value != atom) || (share && d->facts[prop].given && d->facts[prop].value != share->share))
		ybi_reason_add(d, YBI_REASON_ITEM_DIFFERS, (uint32_t)index);
	if (item && !d->facts[own].given)
		ybi_fact_set(d, own, atom);
	if (found->kind && !d->facts[kind].given)
		ybi_fact_set(d, kind, ybi_bind_atom(book, kind, found->kind, strlen(found->kind)));
}

void
ybi_item_find(struct yb_decision *d, const struct ybi_benefit *benefit, const struct ybi_record *line, size_t index, struct ybi_found *found)
{
	const struct ybi_book *book = d->book;
	uint32_t facts[] = { book->listed_fact, book->class_fact, book->catalogue_fact };

	memset(found, 0, sizeof(*found));
	if (!benefit->catalogue_count)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		d->facts[facts[i]] = (struct ybi_fact){ .state = YBI_UNKNOWN };
	for (uint32_t i = 0; i < benefit->catalogue_count && !found->stopped; i++)
		look_up(d, benefit, &book->catalogues[benefit->first_catalogue + i], line, found);
	if (found->stopped)
		return;
	if (!found->listed && benefit->unlisted == YBI_UNLISTED_UNSUPPORTED) {
		ybi_reason_add(d, YBI_REASON_ITEM_UNLISTED, (uint32_t)index);
		no_figure(d, found, book->catalogues[benefit->first_catalogue].first_clause);
		return;
	}
	found->own = !found->listed && benefit->unlisted == YBI_UNLISTED_OWN;
	set_facts(d, found, index);
}

/* ---- limits ---- */

/* The day of a line for a limit by the day; a stay of one day is one, whatever its lines say. False where it is not known. */
static bool
day_of(struct yb_decision *d, struct ybi_found *found, const struct ybi_item *item, yb_day *day)
{
	uint32_t time = d->book->field_fact[YB_FIELD_FEE_OCUR_TIME];
	const struct ybi_fact *days = &d->facts[YBI_FACT_STAY_DAYS], *told = &d->facts[time];

	*day = YB_DAY_NONE;
	if (!item->per_day || (days->given && days->value == 1))
		return true;
	if (!told->given) {
		lacks(d, found, time);
		return false;
	}
	*day = (yb_day)told->value;
	return true;
}

/* As many units of the row as the limit still has room for, in the price that is allowed. */
static yb_status
limit_count(struct yb_decision *d, const struct ybi_benefit *benefit, struct ybi_found *found, struct ybi_item_use *use,
            const struct ybi_fraction *price, struct ybi_fraction units, yb_fen *allowed)
{
	const struct ybi_fact *cnt = &d->facts[d->book->field_fact[YB_FIELD_CNT]];
	struct ybi_fraction room, count, amount;
	yb_status st = ybi_fraction_make(use->item->limit_count, 10000, &room);

	if (!cnt->given || !price) {
		lacks(d, found, d->book->field_fact[cnt->given ? YB_FIELD_PRIC : YB_FIELD_CNT]);
		return YB_OK;
	}
	if (st == YB_OK)
		st = ybi_fraction_make(cnt->value, 10000, &count);
	if (st == YB_OK)
		st = ybi_fraction_mul(count, units, &count);
	if (st == YB_OK)
		st = ybi_fraction_sub(room, use->count, &room);
	if (st == YB_OK && ybi_fraction_cmp(count, room) > 0) {
		count = room;
		st = ybi_fraction_div(room, units, &amount);
		if (st == YB_OK)
			st = ybi_fraction_mul(amount, *price, &amount);
		if (st == YB_OK)
			st = ybi_round_fen(amount, benefit, allowed);
	}
	return st == YB_OK ? ybi_fraction_add(use->count, count, &use->count) : st;
}

yb_status
ybi_item_limit(struct yb_decision *d, const struct ybi_benefit *benefit, const struct ybi_record *line, struct ybi_found *found,
               const struct ybi_fraction *price, yb_fen *allowed)
{
	const struct ybi_item *item = found->roles[YBI_ITEM_LIMIT].item;
	struct ybi_fraction units;
	struct ybi_item_use *use;
	yb_fen left;
	yb_day day;
	yb_status st = YB_OK;

	if (!item || (item->limit < 0 && item->limit_count < 0))
		return YB_OK;
	if (!day_of(d, found, item, &day))
		return YB_OK;
	use = use_of(d, item, day);
	if (item->limit_count >= 0) {
		if (!units_of(d, found, line, item, &units))
			return YB_OK;
		st = limit_count(d, benefit, found, use, price, units, allowed);
	}
	if (st == YB_OK && item->limit >= 0 && !found->stopped) {
		left = item->limit > use->fen ? item->limit - use->fen : 0;
		*allowed = *allowed < left ? *allowed : left;
		use->fen += *allowed;
	}
	return st;
}
