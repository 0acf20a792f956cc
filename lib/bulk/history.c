/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/history.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "account/ledger.h"
#include "base/calendar.h"
#include "base/crew.h"

/* Rows of persons in order: key columns, sorting, and the walk of a thread over its persons. */

/* ---- sorting may be ended ---- */

#define SORT_PIECE ((size_t)4 * YBI_CHUNK)

static size_t
piece_end(size_t from, size_t count)
{
	return count - from < SORT_PIECE ? count : from + SORT_PIECE;
}

/* No row is answered yet. After each piece of a pass the caller is asked; `i` was the last one. */
static bool
sorts_on(const struct yb_bulk *bulk, size_t i)
{
	return (i + 1) % SORT_PIECE != 0 || ybi_bulk_goes_on(bulk, 0, bulk->history->count);
}

/* ---- texts in ranks ---- */

struct ranked {
	const char *text;
	uint32_t at;
};

static int
by_text(const void *a, const void *b)
{
	return strcmp(((const struct ranked *)a)->text, ((const struct ranked *)b)->text);
}

/* Two neighbours, each in order, into one. */
static bool
merge(const struct yb_bulk *bulk, const struct ranked *from, size_t at, size_t middle, size_t end, struct ranked *to)
{
	size_t left = at, right = middle;

	for (size_t i = at; i < end; i++) {
		bool first = left < middle && (right == end || by_text(&from[left], &from[right]) <= 0);
		to[i] = first ? from[left++] : from[right++];
		if (!sorts_on(bulk, i))
			return false;
	}
	return true;
}

/* Pieces, then what they make two by two; which of the two has it all in the end is `*sorted`. */
static bool
sort_texts(const struct yb_bulk *bulk, struct ranked **sorted, struct ranked **spare, size_t count)
{
	for (size_t at = 0; at < count; at += SORT_PIECE) {
		size_t n = count - at < SORT_PIECE ? count - at : SORT_PIECE;
		qsort(*sorted + at, n, sizeof(**sorted), by_text);
		if (!sorts_on(bulk, at + n - 1))
			return false;
	}
	for (size_t width = SORT_PIECE; width < count; width *= 2) {
		struct ranked *to = *spare;
		for (size_t at = 0; at < count; at += 2 * width)
			if (!merge(bulk, *sorted, at, count - at < width ? count : at + width, count - at < 2 * width ? count : at + 2 * width, to))
				return false;
		*spare = *sorted;
		*sorted = to;
	}
	return true;
}

uint32_t
ybi_rank_at(const struct ybi_ranks *ranks, size_t row)
{
	int64_t code;

	if (!ranks->input || !ybi_input_known(ranks->input, row))
		return 0;
	code = ybi_input_at(ranks->input, row);
	return code < 0 || (uint64_t)code >= ranks->input->word_count ? 0 : ranks->of[code];
}

const char *
ybi_rank_text(const struct ybi_ranks *ranks, uint32_t rank)
{
	return rank ? ranks->input->words[ranks->words[rank]].text : "";
}

bool
ybi_bulk_history_stays(const struct ybi_bulk_history *h, size_t row)
{
	int64_t code;

	if (!h->kind || !ybi_input_known(h->kind, row))
		return false;
	code = ybi_input_at(h->kind, row);
	return code >= 0 && (uint64_t)code < h->kind->word_count && h->kind_stays[code];
}

/* The words of the input in the order of their texts. */
static yb_status
sort_words(const struct yb_bulk *bulk, const struct ybi_input *in, struct ranked **out)
{
	struct ranked *spare = NULL;
	bool in_order = true;
	yb_status st = YB_OK;

	*out = ybi_calloc(in->word_count, sizeof(**out));
	if (!*out)
		return YB_E_NO_MEMORY;
	for (size_t i = 0; i < in->word_count; i++) {
		(*out)[i] = (struct ranked){ in->words[i].text, (uint32_t)i };
		in_order = in_order && (i == 0 || by_text(&(*out)[i - 1], &(*out)[i]) <= 0);
	}
	if (in_order)
		return YB_OK;
	if (in->word_count > SORT_PIECE)
		spare = ybi_calloc(in->word_count, sizeof(*spare));
	if (in->word_count > SORT_PIECE && !spare)
		st = YB_E_NO_MEMORY;
	else if (!sort_texts(bulk, out, &spare, in->word_count))
		st = YB_E_CANCELLED;
	free(spare);
	return st;
}

static yb_status
rank(struct yb_bulk *bulk, yb_field field, struct ybi_ranks *out, struct yb_error **err)
{
	const struct ybi_input *in = ybi_bulk_bound(bulk, field);
	struct ranked *sorted = NULL;
	yb_status st;

	*out = (struct ybi_ranks){ .input = in };
	if (!in || !in->word_count)
		return YB_OK;
	out->of = ybi_arena_alloc(&bulk->arena, in->word_count * sizeof(*out->of));
	if (bulk->persons) /* whose stays are told to other batches by their texts */
		out->words = ybi_arena_alloc(&bulk->arena, (in->word_count + 1) * sizeof(*out->words));
	st = out->of && (out->words || !bulk->persons) ? sort_words(bulk, in, &sorted) : YB_E_NO_MEMORY;
	for (size_t i = 0; i < in->word_count && st == YB_OK; i++) {
		out->count += sorted[i].text[0] != '\0' && (i == 0 || by_text(&sorted[i - 1], &sorted[i]) != 0);
		out->of[sorted[i].at] = out->count;
		if (out->words)
			out->words[out->count] = sorted[i].at;
	}
	free(sorted);
	return st == YB_OK ? st : ybi_run_ended(st, err);
}

/* ---- what is made of the bindings ---- */

static yb_status
read_kinds(struct yb_bulk *bulk, struct yb_error **err)
{
	struct ybi_bulk_history *h = bulk->history;

	h->kind = ybi_bulk_bound(bulk, YB_FIELD_MED_TYPE);
	if (!h->kind)
		return YB_OK;
	h->kind_stays = ybi_arena_alloc(&bulk->arena, h->kind->word_count + 1);
	if (!h->kind_stays)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < h->kind->word_count; i++) {
		const struct ybi_word *word = &h->kind->words[i];
		struct ybi_reading reading;
		h->kind_stays[i] = ybi_value_read(YB_PART_CLAIM, YB_FIELD_MED_TYPE, word->text, word->length, &reading) == YB_OK && ybi_is_stay(reading.text);
	}
	return YB_OK;
}

/* The last day of the bill, or its first where that is not known. */
static yb_status
read_days(struct yb_bulk *bulk, struct yb_error **err)
{
	static const yb_field fields[] = { YB_FIELD_ENDDATE, YB_FIELD_BEGNDATE };
	struct ybi_bulk_history *h = bulk->history;

	for (size_t d = 0; d < ARRAY_SIZE(fields); d++) {
		const struct ybi_input *in = h->days[d] = ybi_bulk_bound(bulk, fields[d]);
		if (!in || !in->coded)
			continue;
		h->word_days[d] = ybi_arena_alloc(&bulk->arena, (in->word_count + 1) * sizeof(yb_day));
		if (!h->word_days[d])
			return ybi_error_no_memory(err);
		for (size_t i = 0; i < in->word_count; i++) {
			struct ybi_reading reading;
			bool good = ybi_value_read(YB_PART_CLAIM, fields[d], in->words[i].text, in->words[i].length, &reading) == YB_OK;
			h->word_days[d][i] = good ? (yb_day)reading.value : YB_DAY_NONE;
		}
	}
	return YB_OK;
}

yb_status
ybi_bulk_history_prepare(struct yb_bulk *bulk, struct yb_error **err)
{
	struct ybi_bulk_history *h = bulk->history;
	yb_status st = ybi_bulk_history_policies(bulk, err);

	if (st == YB_OK)
		st = rank(bulk, YB_FIELD_PSN_NO, &h->person, err);
	if (st == YB_OK)
		st = rank(bulk, YB_FIELD_MDTRT_ID, &h->stay, err);
	if (st == YB_OK)
		st = rank(bulk, YB_FIELD_YB_EPISODE, &h->episode, err);
	if (st == YB_OK)
		st = read_kinds(bulk, err);
	return st == YB_OK ? read_days(bulk, err) : st;
}

void
ybi_bulk_history_free(struct yb_bulk *bulk)
{
	if (!bulk->history)
		return;
	free(bulk->history->items);
	free(bulk->history->spare);
	free(bulk->history->starts);
	free(bulk->history);
	bulk->history = NULL;
}

/* ---- sorting ---- */

yb_day
ybi_bulk_history_day(const struct ybi_bulk_history *h, size_t row, bool by_begin)
{
	for (size_t i = 0; i < ARRAY_SIZE(h->days); i++) {
		size_t d = by_begin ? ARRAY_SIZE(h->days) - 1 - i : i;
		const struct ybi_input *in = h->days[d];
		int64_t value;
		if (!in || !ybi_input_known(in, row))
			continue;
		value = ybi_input_at(in, row);
		if (in->coded)
			return value < 0 || (uint64_t)value >= in->word_count ? YB_DAY_NONE : h->word_days[d][value];
		return value < YBI_DAY_FIRST || value > YBI_DAY_LAST ? YB_DAY_NONE : (yb_day)value;
	}
	return YB_DAY_NONE;
}

/* By day, then mdtrt_id; what has no day comes last, it is told nothing. */
static uint64_t
moment_of(const struct ybi_bulk_history *h, size_t row)
{
	yb_day day = ybi_bulk_history_day(h, row, false);

	return (uint64_t)(day == YB_DAY_NONE ? UINT32_MAX : (uint32_t)(day - YBI_DAY_FIRST)) << 32 | ybi_rank_at(&h->stay, row);
}

/* Persons in the order of their numbers; a row without one is of nobody. */
static uint64_t
person_of(const struct ybi_bulk_history *h, size_t row)
{
	return h->persons ? (uint64_t)h->persons[row] ^ UINT64_C(1) << 63 : ybi_rank_at(&h->person, row);
}

#define DIGIT 11

static void
scatter(const struct ybi_row_item *restrict items, size_t from, size_t end, unsigned shift, uint32_t *restrict starts, struct ybi_row_item *restrict to)
{
	for (size_t i = from; i < end; i++)
		to[starts[items[i].key >> shift & ((1u << DIGIT) - 1)]++] = items[i];
}

/* Stable, by the digits in which the keys differ. */
static bool
sort_items(const struct yb_bulk *bulk, size_t count)
{
	struct ybi_bulk_history *h = bulk->history;
	uint64_t differ = 0;

	for (size_t i = 1; i < count; i++)
		differ |= h->items[i].key ^ h->items[0].key;
	for (unsigned shift = 0; shift < 64; shift += DIGIT) {
		uint32_t starts[1u << DIGIT] = { 0 }, at = 0;
		struct ybi_row_item *sorted = h->spare;
		if (!(differ >> shift & ((1u << DIGIT) - 1)))
			continue;
		for (size_t i = 0; i < count; i++)
			starts[h->items[i].key >> shift & ((1u << DIGIT) - 1)]++;
		for (size_t d = 0; d < 1u << DIGIT; d++) {
			uint32_t n = starts[d];
			starts[d] = at;
			at += n;
		}
		for (size_t from = 0, end; from < count; from = end) {
			end = piece_end(from, count);
			scatter(h->items, from, end, shift, starts, sorted);
			if (!sorts_on(bulk, end - 1))
				return false;
		}
		h->spare = h->items;
		h->items = sorted;
	}
	return true;
}

static bool
make_room(struct ybi_bulk_history *h, size_t count)
{
	if (count <= h->room)
		return true;
	free(h->items);
	free(h->spare);
	h->room = 0;
	h->items = ybi_calloc(count, sizeof(*h->items));
	h->spare = ybi_calloc(count, sizeof(*h->spare));
	if (!h->items || !h->spare)
		return false;
	h->room = count;
	return true;
}

/* The rows by person and moment; they often are in order already. */
static bool
sort_rows(const struct yb_bulk *bulk, size_t count)
{
	struct ybi_bulk_history *h = bulk->history;
	uint64_t person = 0, moment = 0;
	bool in_order = true;

	for (size_t i = 0; i < count; i++) {
		uint64_t p = person_of(h, h->first + i), m = moment_of(h, h->first + i);
		in_order = in_order && (p > person || (p == person && m >= moment));
		person = p;
		moment = m;
		h->items[i] = (struct ybi_row_item){ .key = m, .row = (uint32_t)i };
		if (!sorts_on(bulk, i))
			return false;
	}
	if (!in_order && !sort_items(bulk, count))
		return false;
	for (size_t i = 0; i < count; i++) {
		h->items[i].key = person_of(h, h->first + h->items[i].row);
		if (!sorts_on(bulk, i))
			return false;
	}
	return in_order || sort_items(bulk, count);
}

static yb_status
find_persons(struct ybi_bulk_history *h, size_t count, struct yb_error **err)
{
	size_t persons = 1;

	for (size_t i = 1; i < count; i++)
		persons += h->items[i].key != h->items[i - 1].key;
	if (persons + 1 > h->start_room) {
		free(h->starts);
		h->start_room = 0;
		h->starts = ybi_calloc(persons + 1, sizeof(*h->starts));
		if (!h->starts)
			return ybi_error_no_memory(err);
		h->start_room = persons + 1;
	}
	h->person_count = 0;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || h->items[i].key != h->items[i - 1].key)
			h->starts[h->person_count++] = (uint32_t)i;
	h->starts[h->person_count] = (uint32_t)count;
	return YB_OK;
}

/* ---- the walk of a thread ---- */

#define PERSONS_AT_ONCE 16

struct job {
	const struct yb_bulk *bulk;
	size_t count;       /* rows */
	atomic_size_t next; /* person that is taken next */
	atomic_size_t done; /* rows */
	_Atomic yb_status status;
	uint32_t most;      /* lanes of a thread */
};

static bool
take_person(struct job *job, struct ybi_walk *walk, struct ybi_lane *lane)
{
	const struct ybi_bulk_history *h = walk->history;

	if (walk->next == walk->next_end) {
		size_t at = atomic_fetch_add(&job->next, PERSONS_AT_ONCE);
		if (at >= h->person_count)
			return false;
		walk->next = (uint32_t)at;
		walk->next_end = (uint32_t)(h->person_count - at < PERSONS_AT_ONCE ? h->person_count : at + PERSONS_AT_ONCE);
	}
	lane->person = walk->next;
	lane->goes_on = h->left && lane->person >= h->left_from;
	lane->at = h->starts[walk->next];
	lane->end = h->starts[++walk->next];
	ybi_lane_begin(lane);
	if (h->left && h->left[lane->person] && !ybi_lane_resume(walk, lane, h->left[lane->person]))
		atomic_store(&job->status, YB_E_NO_MEMORY);
	return true;
}

/* Nobody's bill is no bill of a history. */
static yb_status
refuse_row(const struct yb_bulk *bulk, struct ybi_worker *w, size_t row)
{
	w->handles.decision->outcome = YB_OUTCOME_NONE;
	return ybi_row_write(bulk, row, YB_E_MISSING_KEY, w->handles.decision);
}

static yb_status
run_exact(struct ybi_worker *w, size_t first, const uint32_t *rows, size_t count)
{
	yb_status st = YB_OK;

	w->first = first;
	w->rows = rows;
	w->count = count;
	for (size_t i = 0; i < count && st == YB_OK; i++)
		st = ybi_carry_exact(w, i);
	return st;
}

/* The next row of each of the lanes, which are all of one view or for the exact way. */
static yb_status
run_lanes(struct ybi_worker *w, size_t view, const uint32_t *lanes, size_t count)
{
	const struct yb_bulk *bulk = w->bulk;
	struct ybi_walk *walk = w->walk;
	const struct ybi_bulk_history *h = walk->history;
	size_t n = 0;
	yb_status st = YB_OK;

	for (size_t i = 0; i < count && st == YB_OK; i++) {
		uint32_t row = h->items[walk->lanes[lanes[i]].at].row;
		if ((bulk->left_out && bulk->left_out[h->first + row]) || (!h->persons && !ybi_input_known(h->person.input, h->first + row))) {
			st = refuse_row(bulk, w, h->first + row);
			continue;
		}
		walk->lane_of[n] = lanes[i];
		walk->rows[n++] = row;
	}
	if (st != YB_OK || n == 0)
		return st;
	return view < bulk->views_count ? ybi_block_run(w, &bulk->views[view], h->first, walk->rows, n) : run_exact(w, h->first, walk->rows, n);
}

/* One row of every lane, view by view. */
static yb_status
run_wave(struct ybi_worker *w)
{
	const struct yb_bulk *bulk = w->bulk;
	const struct ybi_walk *walk = w->walk;
	const struct ybi_bulk_history *h = walk->history;
	yb_status st = YB_OK;

	memset(w->starts, 0, (bulk->views_count + 2) * sizeof(*w->starts));
	for (uint32_t i = 0; i < walk->active; i++) {
		uint32_t view = ybi_bulk_view_of(bulk, h->first + h->items[walk->lanes[i].at].row);
		w->view_of[i] = view == YBI_VIEW_EXACT ? (uint32_t)bulk->views_count : view;
		w->starts[w->view_of[i] + 1]++;
	}
	for (size_t v = 0; v <= bulk->views_count; v++)
		w->starts[v + 1] += w->starts[v];
	for (uint32_t i = 0; i < walk->active; i++)
		w->list[w->starts[w->view_of[i]]++] = i; /* the starts move up to where the next view begins */
	for (size_t v = 0, at = 0; v <= bulk->views_count; at = w->starts[v++])
		while (at < w->starts[v] && st == YB_OK) {
			size_t n = w->starts[v] - at < YBI_BLOCK ? w->starts[v] - at : YBI_BLOCK;
			st = run_lanes(w, v, w->list + at, n);
			at += n;
		}
	return st;
}

/* What the person came to is kept for later batches. */
static void
leave(struct job *job, struct ybi_walk *walk, struct ybi_lane *lane)
{
	struct ybi_left **left = &walk->history->left[lane->person], *more = ybi_lane_leave(job->bulk, walk, lane, *left);

	if (!more) {
		atomic_store(&job->status, YB_E_NO_MEMORY);
		return;
	}
	ybi_left_free(*left);
	*left = more;
}

/* Lanes whose person is done take another, or are swapped to the end. */
static void
advance(struct job *job, struct ybi_walk *walk)
{
	for (uint32_t i = 0; i < walk->active;) {
		struct ybi_lane *lane = &walk->lanes[i], done;
		bool more = ++lane->at < lane->end;
		if (!more && lane->goes_on)
			leave(job, walk, lane);
		if (more || take_person(job, walk, lane)) {
			i++;
			continue;
		}
		done = *lane;
		*lane = walk->lanes[--walk->active]; /* is advanced in its turn */
		walk->lanes[walk->active] = done;
	}
}

/* Rows are done; the thread that called the run tells so, now and then. */
static bool
goes_on(struct job *job, int32_t hand, size_t *told)
{
	size_t rows = job->bulk->workers[hand]->walk->active, done = atomic_fetch_add(&job->done, rows) + rows;

	if (hand != 0 || done - *told < YBI_CHUNK)
		return true;
	*told = done;
	return ybi_bulk_goes_on(job->bulk, done, job->count);
}

static void
work(void *context, int32_t hand)
{
	struct job *job = context;
	struct ybi_worker *worker = job->bulk->workers[hand];
	struct ybi_walk *walk = worker->walk;
	size_t told = 0;

	walk->active = walk->next = walk->next_end = 0;
	while (walk->active < job->most && take_person(job, walk, &walk->lanes[walk->active]))
		walk->active++;
	while (walk->active && atomic_load(&job->status) == YB_OK) {
		yb_status st = run_wave(worker);
		if (st == YB_OK && !goes_on(job, hand, &told))
			st = YB_E_CANCELLED;
		if (st != YB_OK)
			atomic_store(&job->status, st);
		advance(job, walk);
	}
}

/* ---- a run ---- */

/* What histories tell is not bound, and somebody is. */
static yb_status
check_bound(const struct yb_bulk *bulk, const int64_t *persons, struct yb_error **err)
{
	for (size_t i = 0; i < bulk->inputs_count; i++) {
		const struct ybi_input *in = &bulk->inputs[i];
		if (in->total || in->field == YB_FIELD_YB_ADMISSION || in->field == YB_FIELD_YB_AFTER_ADMISSION)
			return ybi_error_at(err, YB_E_CONTRADICTION, NULL, in->name, "%s is what the earlier rows of the person tell", in->name);
	}
	if (!persons && !ybi_bulk_bound(bulk, YB_FIELD_PSN_NO))
		return ybi_error_at(err, YB_E_MISSING_KEY, NULL, "psn_no", "histories are of persons: psn_no, or their numbers");
	return YB_OK;
}

static yb_status
prepare(struct yb_bulk *bulk, size_t first, size_t count, const int64_t *persons, struct yb_error **err)
{
	struct ybi_bulk_history *h;
	yb_status st;

	if (!bulk->history)
		bulk->history = ybi_calloc(1, sizeof(*bulk->history));
	if (!bulk->history)
		return ybi_error_no_memory(err);
	h = bulk->history;
	h->count = count;
	ybi_bulk_run_in_order(bulk, true);
	st = ybi_bulk_prepare(bulk, err);
	if (st != YB_OK || count == 0)
		return st;
	h->persons = persons;
	h->left = NULL;
	h->first = first;
	if (!make_room(h, count))
		return ybi_error_no_memory(err);
	return sort_rows(bulk, count) ? find_persons(h, count, err) : ybi_run_ended(YB_E_CANCELLED, err);
}

static yb_status
run(struct yb_bulk *bulk, size_t count)
{
	struct job job = { .bulk = bulk, .count = count };
	size_t persons = bulk->history->person_count, share = persons / (2 * (size_t)bulk->worker_count) + 1;
	size_t takes = persons / PERSONS_AT_ONCE + (persons % PERSONS_AT_ONCE != 0);

	job.most = share < YBI_LANES ? (uint32_t)share : YBI_LANES;
	ybi_crew_work(bulk->crew, takes < (size_t)bulk->worker_count ? (int32_t)takes : bulk->worker_count, work, &job);
	return atomic_load(&job.status);
}

yb_status
yb_bulk_run_histories(struct yb_bulk *bulk, size_t first, size_t count, const int64_t *persons, struct yb_error **err)
{
	yb_status st;

	if (!bulk || (!bulk->outputs_count && !bulk->outcomes && !bulk->statuses) || first + count < first)
		return YB_E_INVALID;
	if (bulk->ask != YBI_ASK_REIMBURSE)
		return ybi_error_set(err, YB_E_INVALID, "histories are of bills");
	if (count >= UINT32_MAX)
		return ybi_error_set(err, YB_E_LIMIT, "more rows than 4,294,967,294 at once");
	st = ybi_batch_holds(bulk, first, count, err);
	if (st == YB_OK)
		st = check_bound(bulk, persons, err);
	if (st == YB_OK)
		st = prepare(bulk, first, count, persons, err);
	if (st != YB_OK || count == 0)
		return st;
	if (bulk->persons)
		st = ybi_persons_begin(bulk->persons, bulk->history, err);
	if (st == YB_OK)
		st = ybi_run_ended(run(bulk, count), err);
	if (st == YB_OK && bulk->persons)
		ybi_persons_end(bulk->persons, bulk->history);
	return st;
}
