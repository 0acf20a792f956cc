/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/bulk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "bulk/history.h"
#include "bulk/tally.h"

/*
 * Two bulks over the same rows: inputs of the first are bound to the second
 * by their names, the outputs of both go into columns here, and rows answered
 * on both sides into a tally. What a run makes is kept only when all of it
 * could be made. Rows that are run as histories have a person, one for each
 * medical year in which somebody has rows.
 */

#define BY_MOST 3
#define PIECE 65536 /* rows under one set before the other has them */
#define OUTCOMES 6  /* 1 … 4, then bad */

/* What a group has in a column: a text, or a number that is told as one. */
struct key {
	const char *text; /* NULL: not known */
	int64_t number;
};

/* A column to group by, with the keys met so far; each has its number. */
struct by {
	yb_column column;
	struct ybi_arena arena;
	YBI_ARRAY(struct key, keys);
	uint32_t *slots;  /* open hash: number + 1 */
	size_t mask;
	YBI_ARRAY(uint32_t, words); /* by text of the column when it was met last: key + 1 */
};

struct value {
	yb_column columns[2];
	int64_t *amounts[2];
	uint8_t *known[2];
};

struct group {
	uint32_t keys[BY_MOST];
	uint64_t rows[OUTCOMES][OUTCOMES]; /* by outcome before and after */
	ybi_i128 weights[OUTCOMES][OUTCOMES];
};

struct yb_whatif {
	struct yb_bulk *bulks[2];
	int32_t threads;
	bool ran;
	struct value values[YBI_TALLY_VALUES + 1]; /* the last is the cost, of the side before */
	uint32_t value_count;
	struct by by[BY_MOST];
	uint32_t by_count;
	const int64_t *weights;
	const uint8_t *bad;

	/* of the rows of one run */
	size_t room;
	uint8_t *outcomes[2];
	uint32_t *group_of, *person_of;
	uint32_t persons;                /* of runs before, and met in this one */
	int32_t *years;                  /* of the person at hand */
	size_t years_room;

	YBI_ARRAY(struct group, groups);
	uint32_t *slots; /* open hash: group + 1 */
	size_t mask;
	struct ybi_tally tally;
	uint32_t *sorted; /* groups in the order of their keys, those with rows */
	uint32_t sorted_count;
};

static struct value *
cost_of(struct yb_whatif *w)
{
	return &w->values[YBI_TALLY_VALUES];
}

/* ---- the handle ---- */

static void
free_buffers(struct value *value)
{
	for (int side = 0; side < 2; side++) {
		free(value->amounts[side]);
		free(value->known[side]);
		value->amounts[side] = NULL;
		value->known[side] = NULL;
	}
}

static void
forget_sums(struct yb_whatif *w)
{
	ybi_tally_forget(&w->tally);
	free(w->sorted);
	w->sorted = NULL;
	w->sorted_count = 0;
}

static void
free_by(struct by *by)
{
	for (size_t i = 0; i < by->keys_count; i++)
		if (by->keys[i].text)
			yb_wipe((char *)(uintptr_t)by->keys[i].text, strlen(by->keys[i].text));
	ybi_arena_free(&by->arena);
	free(by->keys);
	free(by->slots);
	free(by->words);
}

void
yb_whatif_unref(struct yb_whatif *w)
{
	if (!w)
		return;
	for (uint32_t i = 0; i <= YBI_TALLY_VALUES; i++)
		free_buffers(&w->values[i]);
	for (uint32_t i = 0; i < w->by_count; i++)
		free_by(&w->by[i]);
	for (int side = 0; side < 2; side++) {
		yb_bulk_unref(w->bulks[side]);
		free(w->outcomes[side]);
	}
	free(w->group_of);
	free(w->person_of);
	free(w->years);
	forget_sums(w);
	ybi_tally_free(&w->tally);
	free(w->groups);
	free(w->slots);
	free(w);
}

yb_status
yb_whatif_new(const struct yb_policy_set *before, const struct yb_policy_set *after, const struct yb_bulk_options *options,
              struct yb_whatif **out, struct yb_error **err)
{
	struct yb_whatif *w;
	yb_status st;

	if (!out)
		return YB_E_INVALID;
	*out = NULL;
	if (!before || !after)
		return YB_E_INVALID;
	w = ybi_calloc(1, sizeof(*w));
	if (!w)
		return ybi_error_no_memory(err);
	st = yb_bulk_new(before, YB_QUESTION_REIMBURSE, options, &w->bulks[0], err);
	if (st == YB_OK)
		st = yb_bulk_new(after, YB_QUESTION_REIMBURSE, options, &w->bulks[1], err);
	if (st != YB_OK) {
		yb_whatif_unref(w);
		return st;
	}
	w->threads = w->bulks[0]->threads;
	cost_of(w)->columns[0] = YB_FIELD_MEDFEE_SUMAMT;
	*out = w;
	return YB_OK;
}

struct yb_bulk *
yb_whatif_get_bulk(struct yb_whatif *w, yb_whatif_side side)
{
	return w && (side == YB_WHATIF_BEFORE || side == YB_WHATIF_AFTER) ? w->bulks[side - 1] : NULL;
}

/* ---- what is added up ---- */

yb_status
yb_whatif_add_value(struct yb_whatif *w, const char *name, size_t length, uint32_t *value, struct yb_error **err)
{
	struct value added = { .columns = { 0 } };
	yb_status st = YB_OK;

	if (!w || !name || !value)
		return YB_E_INVALID;
	for (int side = 0; side < 2 && st == YB_OK; side++)
		st = yb_bulk_output(w->bulks[side], name, length, &added.columns[side], err);
	if (st != YB_OK)
		return st;
	for (uint32_t i = 0; i < w->value_count; i++)
		if (w->values[i].columns[0] == added.columns[0]) {
			*value = i;
			return YB_OK;
		}
	if (w->ran)
		return ybi_error_set(err, YB_E_STATE, "rows were run; amounts are chosen before");
	if (w->value_count == YBI_TALLY_VALUES)
		return ybi_error_set(err, YB_E_LIMIT, "more than %d amounts", YBI_TALLY_VALUES);
	*value = w->value_count;
	w->values[w->value_count++] = added;
	w->tally.value_count = w->value_count;
	w->room = 0;
	return YB_OK;
}

yb_status
yb_whatif_add_group(struct yb_whatif *w, const char *name, size_t length, struct yb_error **err)
{
	yb_column column;
	yb_status st;

	if (!w || !name)
		return YB_E_INVALID;
	st = yb_bulk_input(w->bulks[0], name, length, &column, err);
	if (st != YB_OK)
		return st;
	for (uint32_t i = 0; i < w->by_count; i++)
		if (w->by[i].column == column)
			return ybi_error_set(err, YB_E_DUPLICATE, "rows are grouped by %s already", yb_bulk_get_name(w->bulks[0], column));
	if (w->ran)
		return ybi_error_set(err, YB_E_STATE, "rows were run; columns to group by are chosen before");
	if (w->by_count == BY_MOST)
		return ybi_error_set(err, YB_E_LIMIT, "more than %d columns to group by", BY_MOST);
	w->by[w->by_count++] = (struct by){ .column = column };
	return YB_OK;
}

yb_status
yb_whatif_set_bins(struct yb_whatif *w, const int64_t *edges, size_t count, struct yb_error **err)
{
	int64_t *copy = NULL;

	if (!w || count > YBI_TALLY_BINS)
		return YB_E_INVALID;
	for (size_t i = 0; edges && i < count; i++)
		if (edges[i] < 0 || edges[i] == INT64_MAX || (i > 0 && edges[i] <= edges[i - 1]))
			return ybi_error_set(err, YB_E_INVALID, "edge %zu of the classes of cost is not above the one before", i + 1);
	if (edges && count) {
		copy = ybi_calloc(count, sizeof(*copy));
		if (!copy)
			return ybi_error_no_memory(err);
		memcpy(copy, edges, count * sizeof(*copy));
	}
	forget_sums(w);
	free(w->tally.edges);
	w->tally.edges = copy;
	w->tally.edge_count = copy ? (uint32_t)count : 0;
	w->tally.bin_wish = copy ? 0 : (uint32_t)count;
	return YB_OK;
}

yb_status
yb_whatif_bind_rows(struct yb_whatif *w, const int64_t *weights, const uint8_t *bad)
{
	if (!w)
		return YB_E_INVALID;
	w->weights = weights;
	w->bad = bad;
	return YB_OK;
}

/* ---- one binding for both sides ---- */

static bool
same_words(const struct ybi_input *a, const struct ybi_input *b)
{
	if (a->word_count != b->word_count)
		return false;
	for (size_t i = 0; i < a->word_count; i++)
		if (a->words[i].length != b->words[i].length || memcmp(a->words[i].text, b->words[i].text, a->words[i].length) != 0)
			return false;
	return true;
}

static bool
same_binding(const struct ybi_input *a, const struct ybi_input *b)
{
	return a->coded == b->coded && a->constant == b->constant && a->width == b->width && a->values == b->values && a->known == b->known &&
	       a->bits == b->bits && a->known_first == b->known_first && same_words(a, b);
}

static yb_status
bind_other(struct yb_bulk *other, const struct ybi_input *in, yb_column column, struct yb_error **err)
{
	static const char *const none[] = { "" };
	static const size_t zero[] = { 0 };
	struct ybi_input given = { .column = column, .coded = in->coded, .width = in->width, .values = in->values, .known = in->known,
		                   .bits = in->bits, .known_first = in->known_first };
	const char **texts;
	size_t *lengths;
	yb_status st;

	if (in->constant)
		return yb_bulk_bind_text(other, column, in->words[0].text, in->words[0].length, err);
	if (!in->coded)
		return ybi_bulk_bind(other, &given, NULL, NULL, 0, err);
	texts = ybi_calloc(in->word_count, sizeof(*texts));
	lengths = ybi_calloc(in->word_count, sizeof(*lengths));
	for (size_t i = 0; texts && lengths && i < in->word_count; i++) {
		texts[i] = in->words[i].text;
		lengths[i] = in->words[i].length;
	}
	if (!texts || !lengths)
		st = ybi_error_no_memory(err);
	else
		st = ybi_bulk_bind(other, &given, in->word_count ? texts : none, in->word_count ? lengths : zero, in->word_count, err);
	free(texts);
	free(lengths);
	return st;
}

/* A name that only the first set knows is of no use to the second. */
static yb_status
bind_both(struct yb_whatif *w, struct yb_error **err)
{
	struct yb_bulk *before = w->bulks[0], *after = w->bulks[1];
	yb_status st = YB_OK;
	yb_column column;

	for (size_t i = after->inputs_count; i-- > 0 && st == YB_OK;) { /* unbound in the first since */
		const char *name = yb_bulk_get_name(after, after->inputs[i].column);
		if (yb_bulk_input(before, name, strlen(name), &column, NULL) == YB_OK && !ybi_bulk_bound(before, column))
			st = yb_bulk_bind_text(after, after->inputs[i].column, NULL, 0, err);
	}
	for (size_t i = 0; i < before->inputs_count && st == YB_OK; i++) {
		const char *name = yb_bulk_get_name(before, before->inputs[i].column);
		const struct ybi_input *old;
		if (yb_bulk_input(after, name, strlen(name), &column, NULL) != YB_OK)
			continue;
		old = ybi_bulk_bound(after, column);
		if (!old || !same_binding(old, &before->inputs[i]))
			st = bind_other(after, &before->inputs[i], column, err);
	}
	return st;
}

/* ---- room for rows ---- */

static bool
make_buffers(struct value *value, int sides, size_t count)
{
	free_buffers(value);
	for (int side = 0; side < sides; side++) {
		value->amounts[side] = ybi_calloc(count, sizeof(**value->amounts));
		value->known[side] = ybi_calloc(count, 1);
		if (!value->amounts[side] || !value->known[side])
			return false;
	}
	return true;
}

static bool
make_room(struct yb_whatif *w, size_t count)
{
	bool good = true;

	if (count <= w->room)
		return true;
	w->room = 0;
	for (uint32_t i = 0; i < w->value_count && good; i++)
		good = make_buffers(&w->values[i], 2, count);
	good = good && make_buffers(cost_of(w), 1, count);
	for (int side = 0; side < 2; side++) {
		free(w->outcomes[side]);
		w->outcomes[side] = ybi_calloc(count, 1);
	}
	free(w->group_of);
	free(w->person_of);
	w->group_of = ybi_calloc(count, sizeof(*w->group_of));
	w->person_of = ybi_calloc(count, sizeof(*w->person_of));
	if (good && w->outcomes[0] && w->outcomes[1] && w->group_of && w->person_of)
		w->room = count;
	return w->room == count;
}

static yb_status
bind_outputs(struct yb_whatif *w, struct yb_error **err)
{
	const struct value *cost = cost_of(w);
	bool there = false;
	yb_status st = YB_OK;

	for (int side = 0; side < 2 && st == YB_OK; side++) {
		for (uint32_t i = 0; i < w->value_count && st == YB_OK; i++) {
			const struct value *v = &w->values[i];
			st = yb_bulk_bind_output(w->bulks[side], v->columns[side], v->amounts[side], v->known[side], err);
			there = there || v->columns[0] == cost->columns[0];
		}
		if (st == YB_OK)
			st = yb_bulk_bind_outcomes(w->bulks[side], w->outcomes[side], NULL);
	}
	return st == YB_OK && !there ? yb_bulk_bind_output(w->bulks[0], cost->columns[0], cost->amounts[0], cost->known[0], err) : st;
}

/* ---- keys ---- */

static size_t
hash_key(const char *text, int64_t number)
{
	uint64_t h = 14695981039346656037u ^ (uint64_t)number;

	for (; text && *text; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9u;
	return (size_t)(h ^ (h >> 32));
}

/* Twice the slots; whoever is in them is put back by the caller. */
static bool
more_slots(uint32_t **slots, size_t *mask)
{
	size_t size = *slots ? (*mask + 1) * 2 : 64;
	uint32_t *more = ybi_calloc(size, sizeof(*more));

	if (!more)
		return false;
	free(*slots);
	*slots = more;
	*mask = size - 1;
	return true;
}

static void
put_slot(uint32_t *slots, size_t mask, size_t hash, uint32_t number)
{
	size_t at = hash & mask;

	while (slots[at])
		at = (at + 1) & mask;
	slots[at] = number + 1;
}

static bool
grow_keys(struct by *by)
{
	if (by->slots && (by->keys_count + 1) * 2 <= by->mask)
		return true;
	if (!more_slots(&by->slots, &by->mask))
		return false;
	for (size_t i = 0; i < by->keys_count; i++)
		put_slot(by->slots, by->mask, hash_key(by->keys[i].text, by->keys[i].number), (uint32_t)i);
	return true;
}

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The number of a key; UINT32_MAX where there is no memory. */
static uint32_t
key_number(struct by *by, const char *text, int64_t number)
{
	struct key key = { .number = number };
	size_t hash = hash_key(text, number);

	if (!grow_keys(by))
		return UINT32_MAX;
	for (size_t at = hash & by->mask; by->slots[at]; at = (at + 1) & by->mask) {
		const struct key *there = &by->keys[by->slots[at] - 1];
		if (there->number == number && same_text(there->text, text))
			return by->slots[at] - 1;
	}
	if (!ybi_grow(&by->keys, by->keys_count, &by->keys_room, sizeof(*by->keys)))
		return UINT32_MAX;
	if (text) {
		key.text = ybi_arena_strndup(&by->arena, text, strlen(text));
		if (!key.text)
			return UINT32_MAX;
	}
	by->keys[by->keys_count] = key;
	put_slot(by->slots, by->mask, hash, (uint32_t)by->keys_count);
	return (uint32_t)by->keys_count++;
}

/* A number as people write it. */
static void
number_text(yb_column column, int64_t value, char text[64])
{
	yb_type type = column < YBI_COLUMN_NAMED ? yb_field_get_type(column) : YB_TYPE_COUNT;

	if (type == YB_TYPE_FEN)
		yb_fen_to_text(value, text);
	else if (type == YB_TYPE_DAY && value >= INT32_MIN && value <= INT32_MAX)
		yb_day_to_text((yb_day)value, text);
	else
		(void)snprintf(text, 64, "%" PRId64, value);
}

static bool
make_words(struct by *by, const struct ybi_input *in)
{
	while (by->words_count < in->word_count) {
		if (!ybi_grow(&by->words, by->words_count, &by->words_room, sizeof(*by->words)))
			return false;
		by->words[by->words_count++] = 0;
	}
	for (size_t i = 0; i < in->word_count; i++) {
		uint32_t number = by->words[i];
		if (number && same_text(by->keys[number - 1].text, in->words[i].text))
			continue;
		number = key_number(by, in->words[i].text, 0);
		if (number == UINT32_MAX)
			return false;
		by->words[i] = number + 1;
	}
	return true;
}

/* The key of a row. */
static uint32_t
key_of(struct by *by, const struct ybi_input *in, size_t row)
{
	int64_t value = ybi_input_at(in, row);
	char text[64];

	if (!ybi_input_known(in, row) || (in->coded && (value < 0 || (uint64_t)value >= in->word_count)))
		return key_number(by, NULL, 0);
	if (in->coded)
		return by->words[value] - 1;
	number_text(by->column, value, text);
	return key_number(by, text, value);
}

/* ---- groups ---- */

static size_t
hash_group(const uint32_t *keys)
{
	uint64_t h = keys[0] * 0x9e3779b97f4a7c15u ^ keys[1] * 0xc2b2ae3d27d4eb4fu ^ keys[2] * 0x165667b19e3779f9u;

	return (size_t)(h ^ (h >> 31));
}

static bool
grow_groups(struct yb_whatif *w)
{
	if (!ybi_grow(&w->groups, w->groups_count, &w->groups_room, sizeof(*w->groups)))
		return false;
	if (w->slots && (w->groups_count + 1) * 2 <= w->mask)
		return true;
	if (!more_slots(&w->slots, &w->mask))
		return false;
	for (size_t i = 0; i < w->groups_count; i++)
		put_slot(w->slots, w->mask, hash_group(w->groups[i].keys), (uint32_t)i);
	return true;
}

static yb_status
group_number(struct yb_whatif *w, const uint32_t *keys, uint32_t *number, struct yb_error **err)
{
	if (!grow_groups(w))
		return ybi_error_no_memory(err);
	for (size_t at = hash_group(keys) & w->mask; w->slots[at]; at = (at + 1) & w->mask)
		if (memcmp(w->groups[w->slots[at] - 1].keys, keys, sizeof(w->groups[0].keys)) == 0) {
			*number = w->slots[at] - 1;
			return YB_OK;
		}
	if (w->groups_count == YBI_TALLY_GROUPS)
		return ybi_error_set(err, YB_E_LIMIT, "more than %d groups", YBI_TALLY_GROUPS);
	*number = (uint32_t)w->groups_count;
	memset(&w->groups[w->groups_count], 0, sizeof(*w->groups));
	memcpy(w->groups[w->groups_count].keys, keys, sizeof(w->groups[0].keys));
	put_slot(w->slots, w->mask, hash_group(keys), (uint32_t)w->groups_count++);
	return YB_OK;
}

static yb_status
group_rows(struct yb_whatif *w, size_t count, struct yb_error **err)
{
	const struct ybi_input *inputs[BY_MOST];
	yb_status st = YB_OK;

	for (uint32_t k = 0; k < w->by_count; k++) {
		inputs[k] = ybi_bulk_bound(w->bulks[0], w->by[k].column);
		if (!inputs[k])
			return ybi_error_set(err, YB_E_NOT_FOUND, "rows are grouped by %s, which is not bound", yb_bulk_get_name(w->bulks[0], w->by[k].column));
		if (!make_words(&w->by[k], inputs[k]))
			return ybi_error_no_memory(err);
	}
	for (size_t row = 0; row < count && st == YB_OK; row++) {
		uint32_t keys[BY_MOST] = { 0 };
		for (uint32_t k = 0; k < w->by_count; k++) {
			keys[k] = key_of(&w->by[k], inputs[k], row);
			if (keys[k] == UINT32_MAX)
				return ybi_error_no_memory(err);
		}
		st = group_number(w, keys, &w->group_of[row], err);
	}
	return st;
}

/* ---- runs ---- */

static yb_status
check_weights(const struct yb_whatif *w, size_t count, struct yb_error **err)
{
	for (size_t row = 0; w->weights && row < count; row++)
		if (w->weights[row] < 0)
			return ybi_error_set(err, YB_E_BAD_VALUE, "row %zu: its weight is below 0", row);
	return YB_OK;
}

/* A row counts on both sides; so many are done before a run of one, whose caller is told by the first bulk's function. */
static void
set_progress(struct yb_whatif *w, int side, uint64_t before, uint64_t count)
{
	struct ybi_progress *p = &w->bulks[side]->progress;

	*p = w->bulks[0]->progress;
	p->before = before;
	p->count = count;
}

static yb_status
settle_rows(struct yb_whatif *w, size_t count, struct yb_error **err)
{
	size_t piece = (size_t)w->threads * PIECE;
	yb_status st = YB_OK;

	for (size_t at = 0; at < count && st == YB_OK; at += piece)
		for (int side = 0; side < 2 && st == YB_OK; side++) {
			size_t rows = count - at < piece ? count - at : piece;
			set_progress(w, side, 2 * (uint64_t)at + (side ? rows : 0), 2 * (uint64_t)count);
			st = yb_bulk_run(w->bulks[side], at, rows, err);
		}
	return st;
}

static int64_t
amount_at(const struct value *value, int side, size_t row)
{
	return value->known[side][row] ? value->amounts[side][row] : YBI_NOT_KNOWN;
}

static int64_t
cost_at(struct yb_whatif *w, size_t row)
{
	const struct value *cost = cost_of(w);

	for (uint32_t i = 0; i < w->value_count; i++)
		if (w->values[i].columns[0] == cost->columns[0])
			return amount_at(&w->values[i], 0, row);
	return amount_at(cost, 0, row);
}

static void
keep_row(struct yb_whatif *w, size_t row)
{
	struct group *group = &w->groups[w->group_of[row]];
	struct ybi_tally_row kept = { .group = w->group_of[row], .person = w->person_of[row], .weight = w->weights ? w->weights[row] : 1 };
	int64_t amounts[2 * YBI_TALLY_VALUES];
	size_t at[2];

	for (int side = 0; side < 2; side++) {
		uint8_t outcome = w->bad && w->bad[row] ? YB_ROW_BAD : w->outcomes[side][row];
		at[side] = outcome < OUTCOMES - 1 ? outcome : OUTCOMES - 1;
	}
	group->rows[at[0]][at[1]]++;
	(void)ybi_i128_add(group->weights[at[0]][at[1]], ybi_i128_from(kept.weight), &group->weights[at[0]][at[1]]);
	if (at[0] != YB_OUTCOME_ANSWERED || at[1] != YB_OUTCOME_ANSWERED)
		return;
	kept.cost = cost_at(w, row);
	for (uint32_t i = 0; i < w->value_count; i++)
		for (int side = 0; side < 2; side++)
			amounts[2 * i + (uint32_t)side] = amount_at(&w->values[i], side, row);
	ybi_tally_add(&w->tally, &kept, amounts);
}

/* ---- histories ---- */

/* The medical year of a row, by the law before; INT32_MIN where no day is known. */
static int32_t
year_of(const struct yb_whatif *w, size_t row)
{
	const struct yb_bulk *bulk = w->bulks[0];
	const struct ybi_book *book = ybi_bulk_book_of(bulk, row);
	yb_day day = ybi_bulk_history_day(bulk->history, row, book && book->year_by_begin);

	if (day == YB_DAY_NONE)
		return INT32_MIN;
	return ybi_day_year(book ? ybi_day_year_start(day, book->medical_month, book->medical_day) : day);
}

/* The rows of somebody, in their order: a person for each year. */
static yb_status
number_years(struct yb_whatif *w, const struct ybi_row_item *items, size_t count, struct yb_error **err)
{
	uint32_t first = w->persons, number = 0;
	size_t weighed = SIZE_MAX;
	int32_t year = 0;

	for (size_t i = 0; i < count; i++) {
		size_t row = items[i].row;
		int32_t own;
		if (w->outcomes[0][row] != YB_OUTCOME_ANSWERED || w->outcomes[1][row] != YB_OUTCOME_ANSWERED)
			continue; /* in no sum, and perhaps of nobody */
		if (w->weights && weighed != SIZE_MAX && w->weights[row] != w->weights[weighed])
			return ybi_error_set(err, YB_E_BAD_VALUE, "row %zu: its weight is not that of row %zu, which is of the same person", row, weighed);
		own = year_of(w, row);
		if (weighed == SIZE_MAX || own != year) { /* where documents have other medical years, an earlier one may come again */
			for (number = first; number < w->persons && w->years[number - first] != own;)
				number++;
			if (number == w->persons) {
				if (w->persons == UINT32_MAX || !ybi_grow(&w->years, number - first, &w->years_room, sizeof(*w->years)))
					return w->persons == UINT32_MAX ? ybi_error_set(err, YB_E_LIMIT, "more than 4,294,967,295 persons and years") : ybi_error_no_memory(err);
				w->years[number - first] = own;
				w->persons++;
			}
			year = own;
		}
		weighed = row;
		w->person_of[row] = number;
	}
	return YB_OK;
}

static yb_status
number_persons(struct yb_whatif *w, size_t count, struct yb_error **err)
{
	const struct ybi_bulk_history *h = w->bulks[0]->history;
	yb_status st = YB_OK;

	w->persons = w->tally.person_count;
	for (size_t p = 0; count > 0 && p < h->person_count && st == YB_OK; p++)
		st = number_years(w, h->items + h->starts[p], h->starts[p + 1] - h->starts[p], err);
	return st;
}

static yb_status
settle_histories(struct yb_whatif *w, size_t count, const int64_t *persons, struct yb_error **err)
{
	yb_status st = YB_OK;

	for (int side = 0; side < 2 && count > 0 && st == YB_OK; side++) {
		set_progress(w, side, side ? count : 0, 2 * (uint64_t)count);
		w->bulks[side]->left_out = w->bad;
		st = yb_bulk_run_histories(w->bulks[side], 0, count, persons, err);
		w->bulks[side]->left_out = NULL;
	}
	return st == YB_OK ? number_persons(w, count, err) : st;
}

/* ---- a run ---- */

static yb_status
run(struct yb_whatif *w, size_t count, bool histories, const int64_t *persons, struct yb_error **err)
{
	yb_status st;

	if (!w || w->value_count == 0)
		return YB_E_INVALID;
	if (w->ran && w->tally.by_person != histories)
		return ybi_error_set(err, YB_E_STATE, "rows were run %s; all are run alike", histories ? "by themselves" : "as histories");
	forget_sums(w);
	st = check_weights(w, count, err);
	if (st == YB_OK && !make_room(w, count))
		st = ybi_error_no_memory(err);
	if (st == YB_OK)
		st = bind_both(w, err);
	if (st == YB_OK && count > 0)
		st = bind_outputs(w, err);
	if (st == YB_OK)
		st = histories ? settle_histories(w, count, persons, err) : settle_rows(w, count, err);
	if (st == YB_OK)
		st = group_rows(w, count, err);
	if (st == YB_OK && !ybi_tally_reserve(&w->tally, count))
		st = ybi_error_no_memory(err);
	if (st != YB_OK)
		return st;
	w->ran = true;
	w->tally.by_person = histories;
	if (histories)
		w->tally.person_count = w->persons;
	for (size_t row = 0; row < count; row++)
		keep_row(w, row);
	return YB_OK;
}

yb_status
yb_whatif_run(struct yb_whatif *w, size_t count, struct yb_error **err)
{
	return run(w, count, false, NULL, err);
}

yb_status
yb_whatif_run_histories(struct yb_whatif *w, size_t count, const int64_t *persons, struct yb_error **err)
{
	return run(w, count, true, persons, err);
}

/* ---- groups in order ---- */

static bool
has_rows(const struct group *group)
{
	for (size_t b = 0; b < OUTCOMES; b++)
		for (size_t a = 0; a < OUTCOMES; a++)
			if (group->rows[b][a])
				return true;
	return false;
}

static int
compare_keys(const struct key *a, const struct key *b)
{
	if (!a->text || !b->text)
		return !a->text - !b->text;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return strcmp(a->text, b->text);
}

static int
compare_groups(const struct yb_whatif *w, uint32_t a, uint32_t b)
{
	int sign = 0;

	for (uint32_t k = 0; k < w->by_count && sign == 0; k++)
		sign = compare_keys(&w->by[k].keys[w->groups[a].keys[k]], &w->by[k].keys[w->groups[b].keys[k]]);
	return sign;
}

/* Two sorted runs of the list into one; qsort() would need the handle from somewhere. */
static void
merge_sort(const struct yb_whatif *w, uint32_t *list, uint32_t *spare, size_t count)
{
	size_t half = count / 2, i = 0, k = half;

	if (count < 2)
		return;
	merge_sort(w, list, spare, half);
	merge_sort(w, list + half, spare, count - half);
	for (size_t n = 0; n < count; n++)
		spare[n] = i < half && (k == count || compare_groups(w, list[i], list[k]) <= 0) ? list[i++] : list[k++];
	memcpy(list, spare, count * sizeof(*list));
}

static bool
sort_groups(struct yb_whatif *w)
{
	uint32_t *spare = ybi_calloc(w->groups_count, sizeof(*spare));

	w->sorted = ybi_calloc(w->groups_count, sizeof(*w->sorted));
	if (spare && w->sorted) {
		for (size_t i = 0; i < w->groups_count; i++)
			if (has_rows(&w->groups[i])) /* a run that failed may have met others */
				w->sorted[w->sorted_count++] = (uint32_t)i;
		merge_sort(w, w->sorted, spare, w->sorted_count);
	}
	free(spare);
	return spare && w->sorted;
}

yb_status
yb_whatif_finish(struct yb_whatif *w, struct yb_error **err)
{
	yb_status st;

	if (!w)
		return YB_E_INVALID;
	forget_sums(w);
	w->tally.group_count = (uint32_t)w->groups_count;
	st = sort_groups(w) ? ybi_tally_finish(&w->tally, w->threads, err) : ybi_error_no_memory(err);
	if (st != YB_OK)
		forget_sums(w);
	return st;
}

/* ---- what came of it ---- */

/* The number of a group in the tally; false where there is none. */
static bool
find_group(const struct yb_whatif *w, uint32_t group, uint32_t *number)
{
	if (group > w->sorted_count)
		return false;
	*number = group ? w->sorted[group - 1] + 1 : 0;
	return true;
}

uint32_t
yb_whatif_get_group_count(const struct yb_whatif *w)
{
	return w ? w->sorted_count : 0;
}

const char *
yb_whatif_get_key(const struct yb_whatif *w, uint32_t group, uint32_t index)
{
	uint32_t number;

	if (!w || group == 0 || index >= w->by_count || !find_group(w, group, &number))
		return NULL;
	return w->by[index].keys[w->groups[number - 1].keys[index]].text;
}

uint32_t
yb_whatif_get_bin_count(const struct yb_whatif *w)
{
	return w ? w->tally.bin_count : 0;
}

yb_status
yb_whatif_get_bin(const struct yb_whatif *w, uint32_t bin, int64_t *above, int64_t *to)
{
	if (!w || !above || !to)
		return YB_E_INVALID;
	if (bin == 0 || bin > w->tally.bin_count)
		return YB_E_NOT_FOUND;
	*above = bin == 1 ? -1 : w->tally.bins[bin - 2];
	*to = w->tally.bins[bin - 1];
	return YB_OK;
}

/* Both kinds of 128-bit integer as halves, through what every build has. */
static struct yb_whatif_sum
halves(ybi_i128 value)
{
	struct yb_whatif_sum sum;
#ifndef YBI_NO_INT128
	sum.low = (uint64_t)value;
	sum.high = (int64_t)(value >> 64);
#else
	sum.low = value.low;
	sum.high = value.high;
#endif
	return sum;
}

static ybi_i128
whole(const struct yb_whatif_sum *sum)
{
#ifndef YBI_NO_INT128
	return (ybi_i128)((unsigned __int128)(uint64_t)sum->high << 64 | sum->low);
#else
	return (ybi_i128){ .low = sum->low, .high = sum->high };
#endif
}

static struct yb_whatif_sum
count_of(uint64_t count)
{
	return (struct yb_whatif_sum){ .low = count };
}

yb_status
yb_whatif_get(const struct yb_whatif *w, uint32_t group, uint32_t bin, uint32_t value, yb_whatif_figure figure, struct yb_whatif_sum *sum)
{
	const struct ybi_tally_cell *cell;
	ybi_i128 change;
	uint32_t number;

	if (!w || !sum)
		return YB_E_INVALID;
	if (!w->tally.done)
		return YB_E_STATE;
	cell = find_group(w, group, &number) ? ybi_tally_cell(&w->tally, number, bin, value) : NULL;
	if (!cell)
		return YB_E_NOT_FOUND;
	switch (figure) {
	case YB_WHATIF_ROWS: *sum = count_of(cell->rows); break;
	case YB_WHATIF_WEIGHT: *sum = halves(cell->weight); break;
	case YB_WHATIF_COST: *sum = halves(cell->cost); break;
	case YB_WHATIF_SUM_BEFORE: *sum = halves(cell->before); break;
	case YB_WHATIF_SUM_AFTER: *sum = halves(cell->after); break;
	case YB_WHATIF_SUM_CHANGE:
		(void)ybi_i128_sub(cell->after, cell->before, &change); /* within the bound of both */
		*sum = halves(change);
		break;
	case YB_WHATIF_FALL_ROWS: *sum = count_of(cell->fall_rows); break;
	case YB_WHATIF_FALL_WEIGHT: *sum = halves(cell->fall_weight); break;
	case YB_WHATIF_FALL_BY: *sum = halves(cell->fall_by); break;
	case YB_WHATIF_RISE_ROWS: *sum = count_of(cell->rise_rows); break;
	case YB_WHATIF_RISE_WEIGHT: *sum = halves(cell->rise_weight); break;
	case YB_WHATIF_RISE_BY: *sum = halves(cell->rise_by); break;
	case YB_WHATIF_UNKNOWN_ROWS: *sum = count_of(cell->unknown_rows); break;
	case YB_WHATIF_UNKNOWN_WEIGHT: *sum = halves(cell->unknown_weight); break;
	case YB_WHATIF_PERSONS: *sum = count_of(cell->persons); break;
	case YB_WHATIF_PERSON_WEIGHT: *sum = halves(cell->person_weight); break;
	default: return YB_E_NOT_FOUND;
	}
	return YB_OK;
}

yb_status
yb_whatif_get_quantile(struct yb_whatif *w, uint32_t group, uint32_t value, yb_whatif_side side, int32_t ppm, int64_t *fen)
{
	uint32_t number;

	if (!w || !fen || side < YB_WHATIF_BEFORE || side > YB_WHATIF_CHANGE || ppm < 0 || ppm > 1000000)
		return YB_E_INVALID;
	if (!w->tally.done)
		return YB_E_STATE;
	if (value >= w->value_count || !find_group(w, group, &number))
		return YB_E_NOT_FOUND;
	return ybi_tally_quantile(&w->tally, number, value, side, ppm, fen);
}

static bool
read_outcome(int32_t outcome, size_t *first, size_t *last)
{
	if (outcome == YB_ROW_BAD)
		outcome = OUTCOMES - 1;
	else if (outcome < 0 || outcome >= OUTCOMES - 1)
		return false;
	*first = outcome ? (size_t)outcome : 1;
	*last = outcome ? (size_t)outcome : OUTCOMES - 1;
	return true;
}

yb_status
yb_whatif_get_outcome(const struct yb_whatif *w, uint32_t group, int32_t before, int32_t after, uint64_t *rows, struct yb_whatif_sum *weight)
{
	size_t b0, b1, a0, a1;
	ybi_i128 sum = ybi_i128_from(0);

	if (!w || !rows)
		return YB_E_INVALID;
	if (!w->tally.done)
		return YB_E_STATE;
	if (group > w->sorted_count || !read_outcome(before, &b0, &b1) || !read_outcome(after, &a0, &a1))
		return YB_E_NOT_FOUND;
	*rows = 0;
	for (uint32_t i = group ? group - 1 : 0; i < (group ? group : w->sorted_count); i++)
		for (size_t b = b0; b <= b1; b++)
			for (size_t a = a0; a <= a1; a++) {
				*rows += w->groups[w->sorted[i]].rows[b][a];
				(void)ybi_i128_add(sum, w->groups[w->sorted[i]].weights[b][a], &sum);
			}
	if (weight)
		*weight = halves(sum);
	return YB_OK;
}

size_t
yb_whatif_sum_to_text(const struct yb_whatif_sum *sum, char *text)
{
	return sum && text ? ybi_i128_to_text(whole(sum), text) : 0;
}

yb_status
yb_whatif_sum_divide(const struct yb_whatif_sum *sum, const struct yb_whatif_sum *by, int32_t scale, int64_t *out)
{
	ybi_i128 dividend, divisor, quotient, rest, lack;

	if (!sum || !by || !out || scale <= 0)
		return YB_E_INVALID;
	divisor = whole(by);
	if (ybi_i128_sign(divisor) <= 0)
		return YB_E_DIVISION;
	if (!ybi_i128_mul(whole(sum), ybi_i128_from(scale), &dividend) || !ybi_i128_divmod(dividend, divisor, &quotient, &rest))
		return YB_E_OVERFLOW;
	if (ybi_i128_sign(rest) < 0)
		(void)ybi_i128_sub(ybi_i128_from(0), rest, &rest);
	(void)ybi_i128_sub(divisor, rest, &lack); /* up where what lacks to the next is not more than what is there */
	if (ybi_i128_sign(rest) > 0 && ybi_i128_cmp(lack, rest) <= 0)
		(void)ybi_i128_add(quotient, ybi_i128_from(ybi_i128_sign(dividend)), &quotient);
	return ybi_i128_to_i64(quotient, out) ? YB_OK : YB_E_OVERFLOW;
}
