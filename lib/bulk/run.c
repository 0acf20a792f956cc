/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/bulk.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "bulk/block.h"

#define FAR_BYTES ((size_t)8 << 20) /* a run over more than that finds nothing in a cache, nor leaves it there */

/* Ranges of rows: which view each has, blocks of one view, threads. */

void
ybi_workers_free(struct yb_bulk *bulk)
{
	for (int32_t i = 0; i < bulk->worker_count; i++)
		ybi_worker_free(bulk->workers[i]);
	free(bulk->workers);
	bulk->workers = NULL;
	bulk->worker_count = 0;
}

yb_status
ybi_workers_new(struct yb_bulk *bulk, struct yb_error **err)
{
	ybi_workers_free(bulk);
	bulk->workers = ybi_calloc((size_t)bulk->threads, sizeof(*bulk->workers));
	if (!bulk->crew && bulk->threads > 1)
		bulk->crew = ybi_crew_new(bulk->threads);
	if (!bulk->workers || (!bulk->crew && bulk->threads > 1))
		return ybi_error_no_memory(err);
	for (int32_t i = 0; i < bulk->threads; i++) {
		yb_status st = ybi_worker_new(bulk, &bulk->workers[i], err);
		if (st != YB_OK)
			return st;
		bulk->worker_count = i + 1;
	}
	return YB_OK;
}

/* ---- which view ---- */

/* The day that decides which overlays hold, as far as a column tells it. */
static bool
day_of_bill(const struct yb_bulk *bulk, const struct ybi_view *view, size_t row, yb_day *day)
{
	uint32_t i = bulk->roles[view->book->year_by_begin ? YBI_ROLE_BEGIN : YBI_ROLE_END];
	const struct ybi_input *in;
	int64_t value;

	*day = YB_DAY_NONE;
	if (i == YBI_NO_INPUT || !ybi_input_known(&bulk->inputs[i], row))
		return true;
	in = &bulk->inputs[i];
	value = ybi_input_at(in, row);
	if (in->coded) {
		if (value < 0 || (uint64_t)value >= in->word_count || view->inputs[i].states[value] != YBI_WORD_FACT)
			return false;
		value = view->inputs[i].map[value];
	}
	if (value < INT32_MIN || value > INT32_MAX)
		return false;
	*day = (yb_day)value;
	return true;
}

/* What the texts of region and scheme of a row can mean: a view and 1; 0: no document. */
static uint32_t
pair_of(const struct yb_bulk *bulk, size_t row)
{
	const struct ybi_input *region, *scheme;
	int64_t r, s;

	if (!bulk->pairs)
		return 0;
	region = &bulk->inputs[bulk->roles[YBI_ROLE_REGION]];
	scheme = &bulk->inputs[bulk->roles[YBI_ROLE_SCHEME]];
	r = ybi_input_at(region, row);
	s = ybi_input_at(scheme, row);
	if (!ybi_input_known(region, row) || !ybi_input_known(scheme, row) || r < 0 || s < 0 || (uint64_t)r >= region->word_count ||
	    (uint64_t)s >= scheme->word_count)
		return 0;
	return bulk->pairs[(size_t)r * scheme->word_count + (size_t)s];
}

const struct ybi_book *
ybi_bulk_book_of(const struct yb_bulk *bulk, size_t row)
{
	uint32_t view = pair_of(bulk, row);

	return view ? bulk->views[view - 1].book : NULL;
}

uint32_t
ybi_bulk_view_of(const struct yb_bulk *bulk, size_t row)
{
	uint32_t view = pair_of(bulk, row);
	yb_day day;

	if (view-- == 0 || !bulk->views[view].dense)
		return YBI_VIEW_EXACT;
	if (!bulk->views[view].book->variant_count)
		return view;
	if (!(bulk->ask == YBI_ASK_REIMBURSE ? day_of_bill : ybi_owed_day)(bulk, &bulk->views[view], row, &day))
		return YBI_VIEW_EXACT;
	view = ybi_bulk_view_on(bulk, view, day);
	return view != YBI_VIEW_EXACT && bulk->views[view].dense ? view : YBI_VIEW_EXACT;
}

/* Have all rows the view of the first? */
static bool
one_view(const struct yb_bulk *bulk, uint32_t *view)
{
	const struct ybi_input *region, *scheme;

	*view = YBI_VIEW_EXACT;
	if (!bulk->pairs)
		return true;
	region = &bulk->inputs[bulk->roles[YBI_ROLE_REGION]];
	scheme = &bulk->inputs[bulk->roles[YBI_ROLE_SCHEME]];
	if (!region->constant || !scheme->constant)
		return false;
	if (bulk->pairs[0] && bulk->views[bulk->pairs[0] - 1].book->variant_count && (bulk->ask == YBI_ASK_REIMBURSE || !ybi_owed_one_day(bulk)))
		return false;
	*view = ybi_bulk_view_of(bulk, 0);
	return true;
}

/* ---- chunks ---- */

static yb_status
run_exact(const struct yb_bulk *bulk, struct ybi_worker *w, size_t first, size_t count)
{
	yb_status st = YB_OK;

	for (size_t i = 0; i < count && st == YB_OK; i++)
		st = ybi_row_run(bulk, first + i, &w->handles);
	return st;
}

/* Rows of several views: each view's rows are listed and taken together. */
static yb_status
run_mixed(const struct yb_bulk *bulk, struct ybi_worker *w, size_t first, size_t count)
{
	yb_status st = YB_OK;

	memset(w->starts, 0, (bulk->views_count + 2) * sizeof(*w->starts));
	for (size_t i = 0; i < count; i++) {
		uint32_t view = ybi_bulk_view_of(bulk, first + i);
		w->view_of[i] = view == YBI_VIEW_EXACT ? (uint32_t)bulk->views_count : view;
		w->starts[w->view_of[i] + 1]++;
	}
	for (size_t v = 0; v <= bulk->views_count; v++)
		w->starts[v + 1] += w->starts[v];
	for (size_t i = 0; i < count; i++)
		w->list[w->starts[w->view_of[i]]++] = (uint32_t)i; /* the starts move up to where the next view begins */
	for (size_t v = 0, at = 0; v <= bulk->views_count; at = w->starts[v++])
		while (at < w->starts[v] && st == YB_OK) {
			size_t n = w->starts[v] - at < YBI_BLOCK ? w->starts[v] - at : YBI_BLOCK;
			if (v < bulk->views_count)
				st = ybi_block_run(w, &bulk->views[v], first, w->list + at, n);
			else
				for (size_t i = 0; i < n && st == YB_OK; i++)
					st = ybi_row_run(bulk, first + w->list[at + i], &w->handles);
			at += n;
		}
	return st;
}

static yb_status
run_chunk(const struct yb_bulk *bulk, struct ybi_worker *w, size_t first, size_t count)
{
	uint32_t view;
	yb_status st = YB_OK;

	if (!one_view(bulk, &view))
		return run_mixed(bulk, w, first, count);
	if (view == YBI_VIEW_EXACT)
		return run_exact(bulk, w, first, count);
	for (size_t at = 0; at < count && st == YB_OK; at += YBI_BLOCK)
		st = ybi_block_run(w, &bulk->views[view], first + at, NULL, count - at < YBI_BLOCK ? count - at : YBI_BLOCK);
	return st;
}

/* ---- threads ---- */

/* Rows that are one thread's own, run after run, so that it finds them where it left them; whoever has none left takes of the others'. */
struct share {
	_Alignas(YBI_CACHE_LINE) atomic_size_t next; /* row that is taken next */
	size_t end;
};

struct job {
	const struct yb_bulk *bulk;
	size_t first, count;
	int32_t hands;
	atomic_size_t done; /* rows */
	_Atomic yb_status status;
	struct share shares[YBI_THREADS_MOST];
};

/* Takes rows of a share: many while there are many, fewer towards the end, so that nobody waits long for the last ones. 0: none is left. */
static size_t
take_of(struct share *share, bool alone, size_t *at)
{
	size_t piece;

	*at = atomic_load(&share->next);
	do {
		size_t left = share->end - *at;
		piece = alone ? YBI_CHUNK : left / 4 / YBI_BLOCK * YBI_BLOCK;
		piece = piece < YBI_BLOCK ? YBI_BLOCK : piece > YBI_CHUNK ? YBI_CHUNK : piece;
		piece = piece < left ? piece : left;
	} while (piece && !atomic_compare_exchange_weak(&share->next, at, *at + piece));
	return piece;
}

static size_t
take_rows(struct job *job, int32_t hand, size_t *at)
{
	size_t piece = 0;

	for (int32_t i = 0; i < job->hands && !piece; i++)
		piece = take_of(&job->shares[(hand + i) % job->hands], job->hands == 1, at);
	return piece;
}

/* Whole blocks, as far as they go. */
static void
share_rows(struct job *job)
{
	size_t blocks = job->count / YBI_BLOCK, hands = (size_t)job->hands;

	for (size_t i = 0; i < hands; i++) {
		atomic_init(&job->shares[i].next, (blocks / hands * i + (blocks % hands < i ? blocks % hands : i)) * YBI_BLOCK);
		job->shares[i].end = job->count;
		if (i)
			job->shares[i - 1].end = atomic_load(&job->shares[i].next);
	}
}

static void
work(void *context, int32_t hand)
{
	struct job *job = context;
	struct ybi_worker *worker = job->bulk->workers[hand];
	size_t told = 0, at, count;

	while (atomic_load(&job->status) == YB_OK && (count = take_rows(job, hand, &at)) != 0) {
		yb_status st = run_chunk(job->bulk, worker, job->first + at, count);
		size_t done;
		ybi_copied_far();
		done = atomic_fetch_add(&job->done, count) + count;
		if (st == YB_OK && hand == 0 && (done - told >= YBI_CHUNK || done == job->count)) {
			told = done;
			st = ybi_bulk_goes_on(job->bulk, done, job->count) ? YB_OK : YB_E_CANCELLED;
		}
		if (st != YB_OK)
			atomic_store(&job->status, st);
	}
}

void
ybi_bulk_run_in_order(struct yb_bulk *bulk, bool in_order)
{
	if (bulk->in_order != in_order)
		ybi_bulk_forget(bulk);
	bulk->in_order = in_order;
	bulk->far = false;
}

/* Of a row, in and out. */
static size_t
bytes_of(const struct yb_bulk *bulk)
{
	size_t bytes = bulk->outputs_count * sizeof(int64_t);

	for (size_t i = 0; i < bulk->inputs_count; i++)
		bytes += bulk->inputs[i].width;
	return bytes;
}

yb_status
yb_bulk_run(struct yb_bulk *bulk, size_t first, size_t count, struct yb_error **err)
{
	struct job job;
	size_t blocks = count / YBI_BLOCK + (count % YBI_BLOCK != 0);
	yb_status st;

	if (!bulk || (!bulk->outputs_count && !bulk->outcomes && !bulk->statuses) || first + count < first)
		return YB_E_INVALID;
	st = ybi_batch_holds(bulk, first, count, err);
	if (st != YB_OK)
		return st;
	ybi_bulk_run_in_order(bulk, false);
	st = ybi_bulk_prepare(bulk, err);
	if (st != YB_OK || count == 0)
		return st;
	bulk->far = bytes_of(bulk) > FAR_BYTES / (count ? count : 1);
	job.bulk = bulk;
	job.first = first;
	job.count = count;
	job.hands = blocks < (size_t)bulk->worker_count ? (int32_t)blocks : bulk->worker_count;
	atomic_init(&job.done, 0);
	atomic_init(&job.status, YB_OK);
	share_rows(&job);
	ybi_crew_work(bulk->crew, job.hands, work, &job);
	return ybi_run_ended(atomic_load(&job.status), err);
}
