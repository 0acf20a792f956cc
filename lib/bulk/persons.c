/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/history.h"

#include <stdlib.h>
#include <string.h>

/*
 * Persons whose rows come in several batches: what those of one came to waits
 * here for the next, under the person's psn_no. Rows have to be settled in the
 * order of their days, so a batch may not tell of days before those that wait.
 */

struct person {
	char *psn_no; /* NULL: a free slot */
	uint64_t hash;
	struct ybi_left *left;
};

struct ybi_persons {
	bool strewn;             /* anybody may come again, not only the last one of a batch */
	struct person *slots;    /* open addressing */
	size_t room, count;
	struct ybi_left **left;  /* by person of the batch at hand: moved from the slot and back */
	size_t *at;              /* likewise: the slot; SIZE_MAX: none */
	size_t batch_count;      /* persons of it */
};

/* ---- the table ---- */

static void
drop(struct person *person)
{
	if (person->psn_no)
		yb_wipe(person->psn_no, strlen(person->psn_no));
	free(person->psn_no);
	ybi_left_free(person->left);
	memset(person, 0, sizeof(*person));
}

static void
end_batch(struct ybi_persons *persons)
{
	for (size_t p = 0; p < persons->batch_count; p++)
		ybi_left_free(persons->left[p]);
	free(persons->left);
	free(persons->at);
	persons->left = NULL;
	persons->at = NULL;
	persons->batch_count = 0;
}

struct ybi_persons *
ybi_persons_new(bool strewn)
{
	struct ybi_persons *persons = ybi_calloc(1, sizeof(*persons));

	if (persons)
		persons->strewn = strewn;
	return persons;
}

void
ybi_persons_free(struct ybi_persons *persons)
{
	if (!persons)
		return;
	end_batch(persons);
	for (size_t i = 0; i < persons->room; i++)
		drop(&persons->slots[i]);
	free(persons->slots);
	free(persons);
}

static uint64_t
hash_of(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return h ^ h >> 29;
}

/* The slot of a person, or the free one where it would be; there is always one. */
static size_t
look(const struct ybi_persons *persons, const char *psn_no, uint64_t hash)
{
	size_t i = (size_t)hash & (persons->room - 1);

	while (persons->slots[i].psn_no && (persons->slots[i].hash != hash || strcmp(persons->slots[i].psn_no, psn_no) != 0))
		i = (i + 1) & (persons->room - 1);
	return i;
}

/* So many more persons are at most two thirds of the slots. */
static bool
make_room(struct ybi_persons *persons, size_t more)
{
	struct ybi_persons wider = { .room = persons->room ? persons->room : 16 };

	while (persons->count + more > wider.room / 3 * 2) {
		if (wider.room > SIZE_MAX / 4)
			return false;
		wider.room *= 2;
	}
	if (wider.room == persons->room)
		return true;
	wider.slots = ybi_calloc(wider.room, sizeof(*wider.slots));
	if (!wider.slots)
		return false;
	for (size_t i = 0; i < persons->room; i++)
		if (persons->slots[i].psn_no)
			wider.slots[look(&wider, persons->slots[i].psn_no, persons->slots[i].hash)] = persons->slots[i];
	free(persons->slots);
	persons->slots = wider.slots;
	persons->room = wider.room;
	return true;
}

/* ---- a batch ---- */

static const char *
psn_no_of(const struct ybi_bulk_history *h, size_t p)
{
	return ybi_rank_text(&h->person, (uint32_t)h->items[h->starts[p]].key);
}

/* The person of the batch gets what waits, and a slot where something is to wait. */
static yb_status
fetch(struct ybi_persons *persons, const struct ybi_bulk_history *h, size_t p, struct yb_error **err)
{
	const char *psn_no = psn_no_of(h, p);
	uint64_t hash = hash_of(psn_no);
	struct person *slot = &persons->slots[look(persons, psn_no, hash)];

	persons->at[p] = SIZE_MAX;
	if (!slot->psn_no && p < h->left_from)
		return YB_OK;
	if (!slot->psn_no) {
		slot->psn_no = ybi_strndup(psn_no, strlen(psn_no));
		if (!slot->psn_no)
			return ybi_error_no_memory(err);
		slot->hash = hash;
		persons->count++;
	}
	persons->at[p] = (size_t)(slot - persons->slots);
	persons->left[p] = slot->left;
	slot->left = NULL;
	return YB_OK;
}

static const char *
stay_of(const struct ybi_bulk_history *h, size_t row)
{
	return ybi_rank_text(&h->stay, ybi_rank_at(&h->stay, row));
}

/* The first row of the person in the batch comes after all that wait. */
static yb_status
check_order(const struct ybi_bulk_history *h, size_t p, const struct ybi_left *left, struct yb_error **err)
{
	uint32_t i = h->starts[p];
	size_t row;
	yb_day day;

	while (i < h->starts[p + 1] && !ybi_input_known(h->person.input, h->first + h->items[i].row))
		i++; /* nobody's, among those whose psn_no is "" */
	if (i == h->starts[p + 1])
		return YB_OK;
	row = h->first + h->items[i].row;
	day = ybi_bulk_history_day(h, row, false);
	if (day == YB_DAY_NONE)
		return YB_OK;
	if (left->undated)
		return ybi_error_set(err, YB_E_CONTRADICTION, "histories: row %zu has a day, and a row of the person in a batch before has none and comes last", row);
	if (left->day != YB_DAY_NONE && (day < left->day || (day == left->day && strcmp(stay_of(h, row), left->stay) < 0)))
		return ybi_error_set(err, YB_E_CONTRADICTION, "histories: row %zu comes before a row of the person in a batch before, by its day or mdtrt_id", row);
	return YB_OK;
}

yb_status
ybi_persons_begin(struct ybi_persons *persons, struct ybi_bulk_history *h, struct yb_error **err)
{
	yb_status st = YB_OK;

	h->left_from = persons->strewn ? 0 : (uint32_t)h->person_count - 1;
	persons->left = ybi_calloc(h->person_count, sizeof(struct ybi_left *));
	persons->at = ybi_calloc(h->person_count, sizeof(*persons->at));
	if (!persons->left || !persons->at || !make_room(persons, h->person_count - h->left_from)) {
		end_batch(persons);
		return ybi_error_no_memory(err);
	}
	persons->batch_count = h->person_count;
	h->left = persons->left;
	for (size_t p = 0; p < h->person_count && st == YB_OK; p++) {
		st = fetch(persons, h, p, err);
		if (st == YB_OK && persons->left[p])
			st = check_order(h, p, persons->left[p], err);
	}
	return st;
}

void
ybi_persons_end(struct ybi_persons *persons, struct ybi_bulk_history *h)
{
	for (size_t p = 0; p < persons->batch_count; p++) {
		if (persons->at[p] == SIZE_MAX)
			continue;
		persons->slots[persons->at[p]].left = persons->left[p];
		persons->left[p] = NULL;
	}
	if (!persons->strewn) { /* but the last one of this batch, nobody goes on */
		struct person last = persons->slots[persons->at[h->left_from]];
		memset(&persons->slots[persons->at[h->left_from]], 0, sizeof(last));
		for (size_t i = 0; i < persons->room; i++)
			drop(&persons->slots[i]);
		persons->slots[look(persons, last.psn_no, last.hash)] = last;
		persons->count = 1;
	}
	end_batch(persons);
	h->left = NULL;
}
