/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/ledger.h"
#include "base/calendar.h"
#include "bulk/history.h"
#include "decide/post.h"

/*
 * What a row of a history knows of the earlier ones of its person. Days,
 * periods and what a bill adds to a total are those of a ledger's settlements:
 * ybi_period_days(), ybi_medical_year(), ybi_total_added(), ybi_settle_told().
 */

/* ---- policies ---- */

static void *
grab(struct yb_bulk *bulk, size_t count, size_t size, struct yb_error **err)
{
	void *memory = ybi_arena_alloc(&bulk->arena, (count ? count : 1) * size);

	if (memory)
		memset(memory, 0, (count ? count : 1) * size);
	else
		(void)ybi_error_no_memory(err);
	return memory;
}

/* The name under which a total is kept: without part2 and period; its length, 0 where it is too long for a ledger. */
static size_t
kept_name(const char *total, const char **plain)
{
	const char *last;
	size_t length;

	*plain = total + (!strncmp(total, "part2.", 6) ? 6 : 0);
	last = strrchr(*plain, '.');
	length = !strncmp(*plain, "pool.", 5) ? strlen(*plain) : (size_t)(last - *plain);
	return length < 80 ? length : 0;
}

static uint32_t
find_kept(const struct ybi_policy *policy, const char *name, size_t length)
{
	for (uint32_t i = 0; i < policy->kept_count; i++)
		if (ybi_streq_n(name, length, policy->kept[i].name))
			return i;
	return YBI_NO_KEPT;
}

static yb_status
keep(struct yb_bulk *bulk, struct ybi_policy *policy, const struct ybi_book *book, const char *total, struct yb_error **err)
{
	struct ybi_kept *kept = &policy->kept[policy->kept_count];
	const char *plain;
	size_t length = kept_name(total, &plain);

	policy->asks[ybi_total_period(book, plain)] = true;
	if (!length || find_kept(policy, plain, length) != YBI_NO_KEPT)
		return YB_OK;
	kept->name = ybi_arena_strndup(&bulk->arena, plain, length);
	kept->asked = ybi_arena_strndup(&bulk->arena, plain, strlen(plain));
	if (!kept->name || !kept->asked)
		return ybi_error_no_memory(err);
	policy->kept_count++;
	return YB_OK;
}

static void
add_year(struct ybi_policy *policy, const struct ybi_book *book)
{
	for (uint32_t i = 0; i < policy->year_count; i++)
		if (policy->years[i]->medical_month == book->medical_month && policy->years[i]->medical_day == book->medical_day)
			return;
	policy->years[policy->year_count++] = book;
}

static yb_status
add_book(struct yb_bulk *bulk, struct ybi_policy *policy, const struct ybi_book *book, struct yb_error **err)
{
	yb_status st = YB_OK;

	add_year(policy, book);
	for (uint32_t i = 0; i < book->facts_count && st == YB_OK; i++)
		if (book->facts[i].part == YBI_OF_TOTAL)
			st = keep(bulk, policy, book, book->facts[i].name, err);
	for (uint32_t i = 0; i < book->exprs_count; i++)
		policy->ordinal = policy->ordinal || (book->exprs[i].op == YBI_OP_FACT && book->exprs[i].x == book->field_fact[YB_FIELD_YB_ADMISSION]);
	return st;
}

static yb_status
add_policy(struct yb_bulk *bulk, const struct ybi_book *book, struct yb_error **err)
{
	struct ybi_bulk_history *h = bulk->history;
	struct ybi_policy *policy = &h->policies[h->policy_count++];
	size_t totals = book->facts_count;
	yb_status st;

	policy->id = book->document->id;
	for (size_t i = 0; i < book->variant_count; i++)
		totals += book->variants[i].book ? book->variants[i].book->facts_count : 0;
	policy->kept = grab(bulk, totals, sizeof(*policy->kept), err);
	policy->years = grab(bulk, book->variant_count + 1, sizeof(const struct ybi_book *), err);
	if (!policy->kept || !policy->years)
		return YB_E_NO_MEMORY;
	st = add_book(bulk, policy, book, err);
	for (size_t i = 0; i < book->variant_count && st == YB_OK; i++)
		if (book->variants[i].book)
			st = add_book(bulk, policy, book->variants[i].book, err);
	if (policy->kept_count > h->kept_most)
		h->kept_most = policy->kept_count;
	return st;
}

yb_status
ybi_bulk_history_policies(struct yb_bulk *bulk, struct yb_error **err)
{
	const struct yb_policy_set *set = bulk->set;
	struct ybi_bulk_history *h = bulk->history;
	yb_status st = YB_OK;

	h->policy_count = h->kept_most = h->carried_most = h->layers_most = 0;
	h->policies = grab(bulk, set->document_count, sizeof(*h->policies), err);
	if (!h->policies)
		return YB_E_NO_MEMORY;
	for (size_t i = 0; i < set->document_count && st == YB_OK; i++)
		if (set->books[i] && !set->books[i]->overlay)
			st = add_policy(bulk, set->books[i], err);
	return st;
}

static uint32_t
find_policy(const struct ybi_bulk_history *h, const char *id)
{
	for (uint32_t i = 0; i < h->policy_count; i++)
		if (!strcmp(h->policies[i].id, id))
			return i;
	return UINT32_MAX;
}

/* ---- views ---- */

bool
ybi_bulk_history_reads(const struct yb_bulk *bulk, struct ybi_view *view, uint32_t fact, uint32_t *number)
{
	const struct ybi_book *book = view->book;
	struct ybi_bulk_history *h = bulk->history;
	struct ybi_carried carried = { .kept = YBI_NO_KEPT, .period = YBI_PER_YEAR };
	const char *plain, *name = book->facts[fact].name;
	size_t length;

	if (book->facts[fact].part == YBI_OF_TOTAL && strncmp(name, "part2.", 6) != 0) {
		length = kept_name(name, &plain);
		carried.period = ybi_total_period(book, plain);
		carried.kept = length ? find_kept(&h->policies[view->policy], plain, length) : YBI_NO_KEPT;
		if (carried.kept == YBI_NO_KEPT)
			return false;
	} else if (fact != book->field_fact[YB_FIELD_YB_ADMISSION]) {
		return false;
	}
	*number = view->carried_count;
	view->carried[view->carried_count++] = carried;
	if (view->carried_count > h->carried_most)
		h->carried_most = view->carried_count;
	return true;
}

static void
adds(struct ybi_view *view, uint32_t benefit, uint32_t layer, uint32_t kept, enum ybi_measure measure)
{
	view->adds[view->adds_count++] = (struct ybi_adds){ .benefit = benefit, .layer = layer, .kept = kept, .measure = measure };
}

/* What a layer adds to a pool, where that hangs on no condition; false where it does. */
static bool
adds_to_pool(struct ybi_view *view, uint32_t benefit, uint32_t layer, uint32_t kept, const char *pool)
{
	const struct ybi_book *book = view->book;
	const struct ybi_layer *l = &book->layers[book->benefits[benefit].first_layer + layer];

	if (l->charged != YBI_NO_FACT && !strcmp(book->facts[l->charged].name, pool))
		adds(view, benefit, layer, kept, YBI_ADDS_DEDUCTIBLE);
	for (uint32_t k = 0; k < l->ceiling_count; k++) {
		const struct ybi_ceiling *ceiling = &book->schedule.ceilings[l->first_ceiling + k];
		if (ceiling->used == YBI_NO_FACT || strcmp(book->facts[ceiling->used].name, pool) != 0)
			continue;
		if (ceiling->when != YBI_NO_EXPR)
			return false;
		adds(view, benefit, layer, kept, ceiling->on_cost ? YBI_ADDS_BASE : YBI_ADDS_PAID);
		break;
	}
	return true;
}

static bool
adds_of_layer(struct ybi_view *view, uint32_t benefit, uint32_t layer, uint32_t kept, const char *name)
{
	static const char *const measures[] = { [YBI_ADDS_BASE] = "base", [YBI_ADDS_NET] = "net", [YBI_ADDS_DEDUCTIBLE] = "deductible",
		                                [YBI_ADDS_PAID] = "paid" };
	const struct ybi_book *book = view->book;
	const struct ybi_tier_plan *tier = &book->plans[benefit]->tiers[layer];
	const char *dot = strrchr(name, '.');

	if (!strncmp(name, "pool.", 5))
		return adds_to_pool(view, benefit, layer, kept, name);
	if (!ybi_streq_n(name, (size_t)(dot - name), book->layers[book->benefits[benefit].first_layer + layer].id))
		return true;
	for (size_t m = 0; m < ARRAY_SIZE(measures); m++)
		if (!strcmp(dot + 1, measures[m]))
			adds(view, benefit, layer, kept, (enum ybi_measure)m);
	return tier->out[YBI_RESULT_BASE] != YBI_NO_REG && tier->out[YBI_RESULT_DEDUCTIBLE] != YBI_NO_REG;
}

yb_status
ybi_bulk_history_view(struct yb_bulk *bulk, struct ybi_view *view, struct yb_error **err)
{
	const struct ybi_book *book = view->book;
	struct ybi_bulk_history *h = bulk->history;
	const struct ybi_policy *policy;
	size_t layers = 0;

	view->policy = find_policy(h, book->document->id);
	policy = &h->policies[view->policy];
	while (policy->years[view->year]->medical_month != book->medical_month || policy->years[view->year]->medical_day != book->medical_day)
		view->year++;
	for (size_t b = 0; b < book->benefits_count; b++) {
		layers += book->benefits[b].layer_count;
		if (book->benefits[b].layer_count > h->layers_most)
			h->layers_most = book->benefits[b].layer_count;
	}
	view->carried = grab(bulk, book->facts_count, sizeof(*view->carried), err);
	view->adds = grab(bulk, 2 * layers * policy->kept_count, sizeof(*view->adds), err);
	view->told = grab(bulk, book->benefits_count, 1, err);
	if (!view->carried || !view->adds || !view->told)
		return YB_E_NO_MEMORY;
	for (uint32_t b = 0; b < book->benefits_count; b++) {
		view->told[b] = book->plans[b] != NULL;
		for (uint32_t layer = 0; view->told[b] && layer < book->benefits[b].layer_count; layer++)
			for (uint32_t k = 0; k < policy->kept_count; k++)
				view->told[b] &= adds_of_layer(view, b, layer, k, policy->kept[k].name);
	}
	return YB_OK;
}

/* ---- a person's lane ---- */

/* Sums over the days of [from, to); with an id: one stay of them, or (of no days) one episode. */
struct entry {
	uint32_t generation, policy;
	yb_day from, to;
	uint32_t id, reserved;
	int64_t sums[]; /* by what the policy keeps, then the number of stays */
};

static struct entry *
entry_at(const struct ybi_walk *walk, const struct ybi_lane *lane, uint32_t i)
{
	return (struct entry *)(void *)(lane->table + i * walk->stride);
}

static uint32_t
hash_of(uint32_t policy, yb_day from, yb_day to, uint32_t id)
{
	uint64_t x = (uint64_t)(uint32_t)from << 32 ^ (uint64_t)id * 0x9E3779B97F4A7C15u ^ (uint64_t)(uint32_t)to << 17 ^ policy;

	x = (x ^ x >> 31) * 0xBF58476D1CE4E5B9u;
	return (uint32_t)(x >> 32);
}

/* The entry, or the free place where it would be. */
static struct entry *
look(const struct ybi_walk *walk, const struct ybi_lane *lane, uint32_t policy, yb_day from, yb_day to, uint32_t id)
{
	uint32_t i = hash_of(policy, from, to, id) & (lane->room - 1);

	for (;; i = (i + 1) & (lane->room - 1)) {
		struct entry *e = entry_at(walk, lane, i);
		if (e->generation != lane->generation || (e->policy == policy && e->from == from && e->to == to && e->id == id))
			return e;
	}
}

static const struct entry *
find(const struct ybi_walk *walk, const struct ybi_lane *lane, uint32_t policy, yb_day from, yb_day to, uint32_t id)
{
	const struct entry *e = lane->live ? look(walk, lane, policy, from, to, id) : NULL;

	return e && e->generation == lane->generation ? e : NULL;
}

/* Twice the room, once for as many entries as any person had: it is kept for the next. */
static bool
grow_lane(const struct ybi_walk *walk, struct ybi_lane *lane)
{
	struct ybi_lane more = *lane;

	more.room = lane->room ? lane->room * 2 : 16;
	if (more.room > UINT32_MAX / 2)
		return false;
	more.table = ybi_calloc(more.room, walk->stride);
	if (!more.table)
		return false;
	more.generation = lane->generation ? lane->generation : 1;
	for (uint32_t i = 0; i < lane->room && lane->live; i++) {
		const struct entry *e = entry_at(walk, lane, i);
		if (e->generation == lane->generation)
			memcpy(look(walk, &more, e->policy, e->from, e->to, e->id), e, walk->stride);
	}
	free(lane->table);
	*lane = more;
	return true;
}

static struct entry *
make(const struct ybi_walk *walk, struct ybi_lane *lane, uint32_t policy, yb_day from, yb_day to, uint32_t id)
{
	struct entry *e;

	if (lane->live >= lane->room / 4 * 3 && !grow_lane(walk, lane))
		return NULL;
	e = look(walk, lane, policy, from, to, id);
	if (e->generation == lane->generation)
		return e;
	memset(e, 0, walk->stride);
	*e = (struct entry){ .generation = lane->generation, .policy = policy, .from = from, .to = to, .id = id };
	lane->live++;
	return e;
}

void
ybi_lane_begin(struct ybi_lane *lane)
{
	lane->live = 0;
	lane->taken = 0;
	if (lane->room && ++lane->generation == 0) { /* all entries are of some generation before */
		free(lane->table);
		lane->table = NULL;
		lane->room = 0;
	}
}

/* ---- from batch to batch ---- */

/* What an entry sums up: nothing of a stay, which is only there, else the totals and the stays. */
static uint32_t
sums_of(const struct ybi_bulk_history *h, uint32_t policy, yb_day from, yb_day to, bool id)
{
	return id && from < to ? 0 : h->policies[policy].kept_count + 1;
}

/* Stays have days, episodes have none. */
static const struct ybi_ranks *
ranks_of(const struct ybi_bulk_history *h, yb_day from, yb_day to)
{
	return from < to ? &h->stay : &h->episode;
}

/* Of an entry with an id: what the batch calls it, or that which was left of another batch. */
static const char *
id_text(const struct ybi_bulk_history *h, const struct entry *e, const struct ybi_left *had)
{
	const struct ybi_ranks *ranks = ranks_of(h, e->from, e->to);

	return e->id - 1 <= ranks->count ? ybi_rank_text(ranks, e->id - 1) : had->entries[e->id - ranks->count - 2].id;
}

/* The id of a text that was left; one that this batch does not have follows its ranks, by the number of the entry. */
static uint32_t
id_of(const struct ybi_ranks *ranks, const char *text, uint32_t number)
{
	uint32_t low = 1, high = ranks->count + 1;

	if (!text[0])
		return 1;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int c = strcmp(ybi_rank_text(ranks, middle), text);
		if (c == 0)
			return middle + 1;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return ranks->count + 2 + number;
}

bool
ybi_lane_resume(struct ybi_walk *walk, struct ybi_lane *lane, const struct ybi_left *left)
{
	const struct ybi_bulk_history *h = walk->history;
	const int64_t *sums = left->sums;

	lane->taken = left->taken;
	for (uint32_t i = 0; i < left->count; i++) {
		const struct ybi_left_entry *from = &left->entries[i];
		uint32_t n = sums_of(h, from->policy, from->from, from->to, from->id), id = from->id ? id_of(ranks_of(h, from->from, from->to), from->id, i) : 0;
		struct entry *e = make(walk, lane, from->policy, from->from, from->to, id);
		if (!e)
			return false;
		for (uint32_t k = 0; k < n; k++)
			e->sums[k + 1 < n ? k : h->kept_most] = sums[k];
		sums += n;
	}
	return true;
}

/* Room for so many entries, sums and bytes of texts. */
static struct ybi_left *
new_left(uint32_t count, size_t sums, size_t texts)
{
	size_t entries = (sizeof(struct ybi_left) + count * sizeof(struct ybi_left_entry) + sizeof(int64_t) - 1) / sizeof(int64_t) * sizeof(int64_t);
	size_t size = entries + sums * sizeof(int64_t) + texts;
	struct ybi_left *left = ybi_calloc(1, size);

	if (!left)
		return NULL;
	left->size = size;
	left->sums = (int64_t *)(void *)((unsigned char *)left + entries);
	return left;
}

void
ybi_left_free(struct ybi_left *left)
{
	if (left)
		yb_wipe(left, left->size);
	free(left);
}

static const char *
put_text(char **texts, const char *text)
{
	size_t size = strlen(text) + 1;
	char *put = memcpy(*texts, text, size);

	*texts += size;
	return put;
}

static void
put_entry(const struct ybi_bulk_history *h, const struct entry *e, const struct ybi_left *had, struct ybi_left *left, int64_t **sums, char **texts)
{
	uint32_t n = sums_of(h, e->policy, e->from, e->to, e->id != 0);

	left->entries[left->count++] = (struct ybi_left_entry){ .policy = e->policy, .from = e->from, .to = e->to,
		                                                .id = e->id ? put_text(texts, id_text(h, e, had)) : NULL };
	for (uint32_t k = 0; k < n; k++)
		(*sums)[k] = e->sums[k + 1 < n ? k : h->kept_most];
	*sums += n;
}

/* The last row of the person that has a day, SIZE_MAX: none; and was one without answered? */
static size_t
last_row(const struct yb_bulk *bulk, const struct ybi_walk *walk, const struct ybi_lane *lane, bool *undated)
{
	const struct ybi_bulk_history *h = walk->history;

	for (uint32_t i = lane->end; i-- > h->starts[lane->person];) {
		size_t row = h->first + h->items[i].row;
		if (!ybi_input_known(h->person.input, row))
			continue;
		if (ybi_bulk_history_day(h, row, false) != YB_DAY_NONE)
			return row;
		*undated = *undated || bulk->outcomes[row] == YB_OUTCOME_ANSWERED;
	}
	return SIZE_MAX;
}

struct ybi_left *
ybi_lane_leave(const struct yb_bulk *bulk, const struct ybi_walk *walk, const struct ybi_lane *lane, const struct ybi_left *had)
{
	const struct ybi_bulk_history *h = walk->history;
	bool undated = had && had->undated;
	size_t row = last_row(bulk, walk, lane, &undated), sums = 0, texts;
	const char *stay = row != SIZE_MAX ? ybi_rank_text(&h->stay, ybi_rank_at(&h->stay, row)) : had ? had->stay : "";
	struct ybi_left *left;
	int64_t *sum;
	char *text;

	texts = strlen(stay) + 1;
	for (uint32_t i = 0; i < lane->room && lane->live; i++) {
		const struct entry *e = entry_at(walk, lane, i);
		if (e->generation != lane->generation)
			continue;
		sums += sums_of(h, e->policy, e->from, e->to, e->id != 0);
		texts += e->id ? strlen(id_text(h, e, had)) + 1 : 0;
	}
	left = new_left(lane->live, sums, texts);
	if (!left)
		return NULL;
	sum = left->sums;
	text = (char *)(left->sums + sums);
	left->taken = lane->taken;
	left->undated = undated;
	left->day = row != SIZE_MAX ? ybi_bulk_history_day(h, row, false) : had ? had->day : YB_DAY_NONE;
	left->stay = put_text(&text, stay);
	for (uint32_t i = 0; i < lane->room && lane->live; i++)
		if (entry_at(walk, lane, i)->generation == lane->generation)
			put_entry(h, entry_at(walk, lane, i), had, left, &sum, &text);
	return left;
}

/* ---- what a row adds ---- */

/* A sum beyond what any total may be is refused where it is asked for. */
static yb_fen
sum_of(yb_fen a, yb_fen b)
{
	return b > 0 && a > INT64_MAX - b ? INT64_MAX : a + b;
}

static yb_status
add_to(struct ybi_walk *walk, struct ybi_lane *lane, uint32_t policy, yb_day from, yb_day to, uint32_t id, const yb_fen *added)
{
	struct entry *e = make(walk, lane, policy, from, to, id);

	if (!e)
		return YB_E_NO_MEMORY;
	for (uint32_t k = 0; k < walk->history->policies[policy].kept_count; k++)
		e->sums[k] = sum_of(e->sums[k], added[k]);
	return YB_OK;
}

static yb_status
add_stay(struct ybi_walk *walk, struct ybi_lane *lane, uint32_t policy, yb_day from, yb_day to, uint32_t stay)
{
	uint32_t before = lane->live;
	struct entry *e;

	if (!make(walk, lane, policy, from, to, stay + 1))
		return YB_E_NO_MEMORY;
	if (lane->live == before)
		return YB_OK; /* another bill of it */
	e = make(walk, lane, policy, from, to, 0);
	if (!e)
		return YB_E_NO_MEMORY;
	e->sums[walk->history->kept_most]++;
	return YB_OK;
}

/* The medical year of a day; most rows are of one. */
static void
year_of(struct ybi_walk *walk, const struct ybi_book *book, yb_day on, yb_day *from, yb_day *to)
{
	if (walk->year_of != book || on < walk->year_from || on >= walk->year_to) {
		ybi_medical_year(book, on, &walk->year_from, &walk->year_to);
		walk->year_of = book;
	}
	*from = walk->year_from;
	*to = walk->year_to;
}

/* A settlement of a day, as remember() of decide/resettle.c keeps it. */
static yb_status
add_row(struct ybi_walk *walk, struct ybi_lane *lane, uint32_t number, yb_day on, size_t row, const yb_fen *added)
{
	const struct ybi_bulk_history *h = walk->history;
	const struct ybi_policy *policy = &h->policies[number];
	uint32_t episode = ybi_rank_at(&h->episode, row);
	bool any = false, stay = policy->ordinal && ybi_bulk_history_stays(h, row);
	const char *none;
	yb_day from, to;
	yb_status st = YB_OK;

	for (uint32_t k = 0; k < policy->kept_count; k++)
		any = any || added[k];
	for (uint32_t y = 0; y < policy->year_count && st == YB_OK; y++) {
		if (!stay && !(any && policy->asks[YBI_PER_YEAR]))
			break;
		year_of(walk, policy->years[y], on, &from, &to);
		if (on >= from && on < to && any)
			st = add_to(walk, lane, number, from, to, 0, added);
		if (on >= from && on < to && stay && st == YB_OK)
			st = add_stay(walk, lane, number, from, to, ybi_rank_at(&h->stay, row));
	}
	for (int period = YBI_PER_MONTH; period <= YBI_PER_LIFE && any && st == YB_OK; period++) {
		if (!policy->asks[period] || period == YBI_PER_YEAR)
			continue;
		ybi_period_days(policy->years[0], (enum ybi_period)period, on, "", &from, &to, &none);
		if (period == YBI_PER_EPISODE && episode)
			st = add_to(walk, lane, number, 0, 0, episode + 1, added);
		else if (period != YBI_PER_EPISODE && on >= from && on < to)
			st = add_to(walk, lane, number, from, to, 0, added);
	}
	return st;
}

/* ---- the room of a thread ---- */

yb_status
ybi_walk_new(struct ybi_worker *w, struct yb_error **err)
{
	const struct ybi_bulk_history *h = w->bulk->history;
	struct ybi_walk *walk = ybi_calloc(1, sizeof(*walk));

	w->walk = walk;
	if (!walk)
		return ybi_error_no_memory(err);
	walk->history = h;
	walk->stride = sizeof(struct entry) + (h->kept_most + 1) * sizeof(int64_t);
	walk->told = ybi_calloc(h->carried_most + 1, sizeof(*walk->told));
	walk->added = ybi_calloc(h->kept_most + 1, sizeof(*walk->added));
	walk->bases = ybi_calloc(h->layers_most + 1, sizeof(*walk->bases));
	walk->deductibles = ybi_calloc(h->layers_most + 1, sizeof(*walk->deductibles));
	walk->sums = ybi_calloc(h->kept_most + 1, sizeof(*walk->sums));
	return walk->told && walk->added && walk->bases && walk->deductibles && walk->sums ? YB_OK : ybi_error_no_memory(err);
}

void
ybi_walk_free(struct ybi_worker *w)
{
	struct ybi_walk *walk = w->walk;

	if (!walk)
		return;
	for (size_t i = 0; i < YBI_LANES; i++)
		free(walk->lanes[i].table);
	free(walk->told);
	free(walk->added);
	free(walk->bases);
	free(walk->deductibles);
	free(walk->sums);
	free(walk);
	w->walk = NULL;
}

/* ---- a block ---- */

static const struct ybi_rows *
day_slot(const struct ybi_worker *w)
{
	static const struct ybi_rows nothing;
	uint32_t i = w->bulk->roles[w->view->book->year_by_begin ? YBI_ROLE_BEGIN : YBI_ROLE_END];

	return i == YBI_NO_INPUT ? &nothing : &w->slots[i];
}

static bool
is_known(const struct ybi_rows *slot, size_t i)
{
	return slot->values && (!slot->known || slot->known[i]);
}

static int64_t
ordinal_of(const struct ybi_walk *walk, const struct ybi_lane *lane, uint32_t policy, yb_day from, yb_day to, size_t row)
{
	const struct entry *year = find(walk, lane, policy, from, to, 0);

	if (!year)
		return 1;
	return 1 + year->sums[walk->history->kept_most] - (find(walk, lane, policy, from, to, ybi_rank_at(&walk->history->stay, row) + 1) != NULL);
}

static void
tell_row(struct ybi_worker *w, size_t i, yb_day on)
{
	struct ybi_walk *walk = w->walk;
	const struct ybi_view *view = w->view;
	const struct ybi_policy *policy = &walk->history->policies[view->policy];
	const struct ybi_lane *lane = &walk->lanes[walk->lane_of[i]];
	const struct entry *sums[YBI_PER_COUNT_] = { NULL };
	size_t row = w->first + w->rows[i];
	bool stays = ybi_bulk_history_stays(walk->history, row);
	yb_day first, next, from, to;
	const char *none;

	year_of(walk, policy->years[view->year], on, &first, &next);
	sums[YBI_PER_YEAR] = find(walk, lane, view->policy, first, next, 0);
	for (int period = YBI_PER_MONTH; period <= YBI_PER_LIFE && lane->live; period++) {
		if (!policy->asks[period] || period == YBI_PER_YEAR)
			continue;
		ybi_period_days(view->book, (enum ybi_period)period, on, "", &from, &to, &none);
		if (period != YBI_PER_EPISODE)
			sums[period] = find(walk, lane, view->policy, from, to, 0);
		else if (ybi_rank_at(&walk->history->episode, row))
			sums[period] = find(walk, lane, view->policy, 0, 0, ybi_rank_at(&walk->history->episode, row) + 1);
	}
	for (uint32_t c = 0; c < view->carried_count; c++) {
		const struct ybi_carried *carried = &view->carried[c];
		int64_t value;
		if (carried->kept == YBI_NO_KEPT)
			value = stays ? ordinal_of(walk, lane, view->policy, first, next, row) : 0;
		else
			value = sums[carried->period] ? sums[carried->period]->sums[carried->kept] : 0;
		if (value > (carried->kept == YBI_NO_KEPT ? 9999 : YB_FEN_LIMIT)) {
			w->exact[i] = 1; /* which says what is wrong */
			value = 0;
		}
		walk->told[c][i] = value < 0 ? 0 : value;
	}
	walk->ordinal_known[i] = stays;
}

/* The account has what it would have, less what earlier rows took. */
static void
tell_balance(struct ybi_worker *w)
{
	uint32_t input = w->bulk->roles[YBI_ROLE_BALANCE];
	struct ybi_rows *slot = input == YBI_NO_INPUT ? NULL : &w->slots[input];

	if (!slot || !slot->values)
		return;
	for (size_t i = 0; i < w->count; i++) {
		yb_fen left = slot->values[i] - w->walk->lanes[w->walk->lane_of[i]].taken;
		w->values[input][i] = left < 0 ? 0 : left;
	}
	w->filled[input].rows = 0; /* a constant no more */
	slot->values = w->values[input];
}

void
ybi_carry_tell(struct ybi_worker *w)
{
	struct ybi_walk *walk = w->walk;
	const struct ybi_rows *on = day_slot(w);

	memset(walk->taken, 0, sizeof(walk->taken));
	for (uint32_t k = 0; k < walk->history->policies[w->view->policy].kept_count; k++)
		memset(walk->added[k], 0, w->count * sizeof(walk->added[k][0]));
	for (size_t i = 0; i < w->count; i++) {
		if (is_known(on, i) && !w->exact[i]) {
			tell_row(w, i, (yb_day)on->values[i]);
			continue;
		}
		for (uint32_t c = 0; c < w->view->carried_count; c++)
			walk->told[c][i] = 0; /* without a day there is no period */
		walk->ordinal_known[i] = 0;
	}
	tell_balance(w);
}

struct ybi_rows
ybi_carry_column(const struct ybi_worker *w, uint32_t carried)
{
	const struct ybi_walk *walk = w->walk;

	return (struct ybi_rows){ .values = walk->told[carried],
		                  .known = w->view->carried[carried].kept == YBI_NO_KEPT ? walk->ordinal_known : NULL };
}

bool
ybi_carry_aim(struct ybi_worker *w, uint32_t number, const struct ybi_plan *plan)
{
	if (!w->view->told[number])
		return false;
	for (uint32_t a = 0; a < w->view->adds_count; a++) {
		const struct ybi_adds *add = &w->view->adds[a];
		const uint16_t *out = plan->tiers[add->layer].out;
		if (add->benefit != number)
			continue;
		if (add->measure <= YBI_ADDS_NET && !w->plan.target[out[YBI_RESULT_BASE]])
			w->plan.target[out[YBI_RESULT_BASE]] = w->walk->bases[add->layer];
		if ((add->measure == YBI_ADDS_NET || add->measure == YBI_ADDS_DEDUCTIBLE) && !w->plan.target[out[YBI_RESULT_DEDUCTIBLE]])
			w->plan.target[out[YBI_RESULT_DEDUCTIBLE]] = w->walk->deductibles[add->layer];
	}
	return true;
}

static yb_fen
whole(int64_t value, int64_t scale)
{
	struct ybi_fraction q;

	if (value % scale == 0)
		return value / scale;
	return ybi_fraction_make(value, scale, &q) == YB_OK ? ybi_total_whole(q) : 0;
}

static void
gather(struct ybi_worker *w, const struct ybi_adds *add, const struct ybi_plan *plan)
{
	const struct ybi_tier_plan *tier = &plan->tiers[add->layer];
	const int64_t *when = tier->when == YBI_NO_REG ? NULL : ybi_plan_reg(&w->plan, tier->when);
	const int64_t *base = add->measure <= YBI_ADDS_NET ? ybi_plan_reg(&w->plan, tier->out[YBI_RESULT_BASE]) : NULL;
	const int64_t *deductible = add->measure == YBI_ADDS_NET || add->measure == YBI_ADDS_DEDUCTIBLE
		? ybi_plan_reg(&w->plan, tier->out[YBI_RESULT_DEDUCTIBLE]) : NULL;
	const int64_t *paid = ybi_plan_reg(&w->plan, plan->paid[add->layer]);
	int64_t *added = w->walk->added[add->kept];

	for (size_t i = 0; i < w->count; i++) {
		if (w->exact[i] || w->choice[i] != add->benefit || (when && !when[i]))
			continue;
		switch (add->measure) {
		case YBI_ADDS_BASE: added[i] += whole(base[i], tier->scale); break;
		case YBI_ADDS_NET: added[i] += whole(base[i], tier->scale) - whole(deductible[i], tier->scale); break;
		case YBI_ADDS_DEDUCTIBLE: added[i] += whole(deductible[i], tier->scale); break;
		case YBI_ADDS_PAID: added[i] += paid[i]; break;
		}
	}
}

void
ybi_carry_gather(struct ybi_worker *w, uint32_t number, const struct ybi_plan *plan)
{
	uint32_t use = w->bulk->roles[YBI_ROLE_USE];

	if (!w->view->told[number])
		return;
	for (uint32_t a = 0; a < w->view->adds_count; a++)
		if (w->view->adds[a].benefit == number)
			gather(w, &w->view->adds[a], plan);
	for (size_t i = 0; use != YBI_NO_INPUT && w->slots[use].values && i < w->count; i++)
		if (w->choice[i] == number)
			w->walk->taken[i] = w->draws[YBI_DRAW_ACCOUNT][i] - w->draws[YBI_DRAW_SHARED][i];
}

yb_status
ybi_carry_add(struct ybi_worker *w, size_t i)
{
	struct ybi_walk *walk = w->walk;
	struct ybi_lane *lane = &walk->lanes[walk->lane_of[i]];
	const struct ybi_rows *on = day_slot(w);

	lane->taken = sum_of(lane->taken, walk->taken[i]);
	if ((lane->end - lane->at < 2 && !lane->goes_on) || !is_known(on, i))
		return YB_OK; /* nobody asks any more */
	for (uint32_t k = 0; k < walk->history->policies[w->view->policy].kept_count; k++)
		walk->sums[k] = walk->added[k][i];
	return add_row(walk, lane, w->view->policy, (yb_day)on->values[i], w->first + w->rows[i], walk->sums);
}

/* ---- the exact way ---- */

struct asked {
	const struct ybi_walk *walk;
	const struct ybi_lane *lane;
	size_t row;
};

static yb_status
told_total(void *context, const char *policy, const char *name, yb_day from, yb_day to, const char *episode, yb_fen *sum, struct yb_error **err)
{
	const struct asked *asked = context;
	uint32_t number = find_policy(asked->walk->history, policy), kept;
	const struct entry *e;

	(void)err;
	*sum = 0;
	kept = find_kept(&asked->walk->history->policies[number], name, strlen(name));
	if (episode)
		e = find(asked->walk, asked->lane, number, 0, 0, ybi_rank_at(&asked->walk->history->episode, asked->row) + 1);
	else
		e = find(asked->walk, asked->lane, number, from, to, 0);
	if (e && kept != YBI_NO_KEPT)
		*sum = e->sums[kept];
	return YB_OK;
}

static yb_status
told_stays(void *context, const char *policy, yb_day from, yb_day to, const char *mdtrt_id, int64_t *count, struct yb_error **err)
{
	const struct asked *asked = context;

	(void)mdtrt_id;
	(void)err;
	*count = ordinal_of(asked->walk, asked->lane, find_policy(asked->walk->history, policy), from, to, asked->row) - 1;
	return YB_OK;
}

static yb_status
add_exact(struct ybi_walk *walk, struct ybi_lane *lane, size_t row, struct yb_decision *d)
{
	uint32_t number = find_policy(walk->history, yb_decision_get_policy_id(d));
	const struct ybi_policy *policy = &walk->history->policies[number];
	yb_fen account = 0, shared = 0;
	yb_status st = ybi_decision_trace(d, NULL);

	if (yb_decision_get_fen(d, YB_FIELD_ACCT_PAY, &account) == YB_OK && yb_decision_get_fen(d, YB_FIELD_ACCT_MULAID_PAY, &shared) == YB_OK)
		lane->taken = sum_of(lane->taken, account - shared);
	for (int i = 0; st == YB_OK && i < (d->split ? 2 : 1); i++) {
		struct yb_decision *part = d->split ? d->parts[i] : d;
		if (part->outcome != YB_OUTCOME_ANSWERED || !part->facts[YBI_FACT_ON].given)
			continue;
		for (uint32_t k = 0; k < policy->kept_count; k++)
			walk->sums[k] = ybi_total_added(part, policy->kept[k].asked);
		st = add_row(walk, lane, number, (yb_day)part->facts[YBI_FACT_ON].value, row, walk->sums);
	}
	return st;
}

yb_status
ybi_carry_exact(struct ybi_worker *w, size_t i)
{
	const struct yb_bulk *bulk = w->bulk;
	struct ybi_walk *walk = w->walk;
	struct ybi_lane *lane = &walk->lanes[walk->lane_of[i]];
	struct asked asked = { walk, lane, w->first + w->rows[i] };
	struct ybi_known_year known = { &asked, told_total, told_stays, NULL };
	struct ybi_row_handles *h = &w->handles;
	yb_fen balance;
	yb_status st, written;

	h->decision->outcome = YB_OUTCOME_NONE;
	st = ybi_row_set(bulk, asked.row, h, NULL);
	if (st == YB_OK && lane->taken && ybi_record_get_value(&h->person->record, YB_FIELD_YB_ACCOUNT_BALANCE, &balance) == YB_OK)
		st = yb_person_set_fen(h->person, YB_FIELD_YB_ACCOUNT_BALANCE, balance > lane->taken ? balance - lane->taken : 0);
	if (st == YB_OK)
		st = ybi_settle_told(&known, bulk->set, h->person, h->claim, bulk->flags & YB_BULK_LENIENT ? YB_SETTLE_LENIENT : 0, h->decision, NULL);
	if (st == YB_E_INTERNAL || st == YB_E_NO_MEMORY)
		return st;
	if (st != YB_OK)
		h->decision->outcome = YB_OUTCOME_NONE;
	written = ybi_row_write(bulk, asked.row, st, h->decision);
	if (written != YB_OK || st != YB_OK || h->decision->outcome != YB_OUTCOME_ANSWERED)
		return written;
	return add_exact(walk, lane, asked.row, h->decision);
}
