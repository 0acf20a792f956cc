/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulk/arrow.h"
#include "bulk/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A stream of claims in, a stream of answers out, a batch at a time. */

struct flow {
	struct yb_bulk *bulk;
	struct ArrowArrayStream claims; /* released at its end */
	struct ArrowSchema type, given; /* of its batches, and of ours */
	yb_column *columns;
	size_t count;
	uint32_t flags;
	char *last;                     /* the greatest psn_no so far, of histories that are not strewn */
	struct ybi_persons *persons;    /* of histories, whose rows go on from batch to batch */
	uint64_t batches;
	int code;                       /* not 0: it failed, and goes on saying so */
	struct yb_error *error;
};

static void
flow_free(struct flow *f)
{
	if (f->claims.release)
		f->claims.release(&f->claims);
	if (f->type.release)
		f->type.release(&f->type);
	if (f->given.release)
		f->given.release(&f->given);
	if (f->last)
		yb_wipe(f->last, strlen(f->last));
	free(f->last);
	free(f->columns);
	ybi_persons_free(f->persons);
	yb_error_unref(f->error);
	ybi_batch_drop(f->bulk);
	yb_bulk_unref(f->bulk);
	free(f);
}

/* ---- a batch without rows, to hold a type against what the bulk knows ---- */

static const void *const no_buffers[3];

static void
release_nothing(struct ArrowArray *array)
{
	array->release = NULL;
}

static bool
make_empty(struct ybi_arena *arena, const struct ArrowSchema *type, struct ArrowArray *array, int depth)
{
	bool good = depth < 64;

	/* nothing is read of buffers where there are no rows, and those of texts are three at most */
	*array = (struct ArrowArray){ .buffers = (const void **)(uintptr_t)no_buffers, .release = release_nothing };
	if (!type || !type->format || !good)
		return good;
	array->n_buffers = ybi_text_form(type->format) && !type->dictionary ? 3 : !strcmp(type->format, "n") ? 0 : type->format[0] == '+' ? 1 : 2;
	array->n_children = type->children && type->n_children > 0 ? type->n_children : 0;
	if (array->n_children)
		array->children = ybi_arena_alloc(arena, (size_t)array->n_children * sizeof(*array->children));
	good = !array->n_children || array->children;
	for (int64_t i = 0; i < array->n_children && good; i++) {
		array->children[i] = ybi_arena_alloc(arena, sizeof(**array->children));
		good = array->children[i] && make_empty(arena, type->children[i], array->children[i], depth + 1);
	}
	if (good && type->dictionary) {
		array->dictionary = ybi_arena_alloc(arena, sizeof(*array->dictionary));
		good = array->dictionary && make_empty(arena, type->dictionary, array->dictionary, depth + 1);
	}
	return good;
}

static yb_status
try_type(struct flow *f, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ArrowArray empty, answers = { .release = NULL };
	yb_status st = make_empty(&arena, &f->type, &empty, 0) ? ybi_batch_take(f->bulk, &f->type, &empty, err) : ybi_error_no_memory(err);

	if (st == YB_OK)
		st = ybi_give(f->bulk, f->columns, f->count, f->flags, &f->given, &answers, err);
	if (answers.release)
		answers.release(&answers);
	ybi_batch_drop(f->bulk);
	ybi_arena_free(&arena);
	return st;
}

/* ---- histories ---- */

/* The least and the greatest text that a row has; NULL where none has one. */
static void
find_bounds(const struct ybi_input *in, size_t rows, const char **least, const char **most)
{
	*least = *most = NULL;
	for (size_t i = 0; i < rows; i++) {
		int64_t code = ybi_input_at(in, i);
		const char *text;
		if (!ybi_input_known(in, i) || code < 0 || (uint64_t)code >= in->word_count)
			continue;
		text = in->words[code].text;
		if (!*least || (text != *least && strcmp(text, *least) < 0))
			*least = text;
		if (!*most || (text != *most && strcmp(text, *most) > 0))
			*most = text;
	}
}

/* What persons came to in a batch before is forgotten, but for the last one's: so nobody else may come again. */
static yb_status
check_persons(struct flow *f)
{
	const struct ybi_input *in = ybi_bulk_bound(f->bulk, YB_FIELD_PSN_NO);
	const char *least = NULL, *most = NULL;
	char *copy;

	if (in)
		find_bounds(in, (size_t)f->bulk->batch->array.length, &least, &most);
	if (!least)
		return YB_OK;
	if (f->last && strcmp(least, f->last) < 0)
		return ybi_error_set(&f->error, YB_E_CONTRADICTION, "histories: a psn_no of this batch comes before the last one of the batch before; "
		                     "rows of persons that are strewn over batches need YB_ARROW_STREWN");
	copy = ybi_strndup(most, strlen(most));
	if (!copy)
		return ybi_error_no_memory(&f->error);
	if (f->last)
		yb_wipe(f->last, strlen(f->last));
	free(f->last);
	f->last = copy;
	return YB_OK;
}

/* ---- the stream ---- */

/* A batch failed: its number stands before what is wrong. */
static int
fail(struct flow *f, yb_status status)
{
	struct yb_error *met = f->error;

	f->error = NULL;
	(void)ybi_error_set(&f->error, status, "batch %llu: %s", (unsigned long long)f->batches, met ? yb_error_get_message(met) : yb_status_text(status, YB_LANG_EN));
	yb_error_unref(met);
	f->code = status == YB_E_NO_MEMORY ? ENOMEM : status == YB_E_INTERNAL ? EIO : status == YB_E_CANCELLED ? ECANCELED : EINVAL;
	return f->code;
}

/* What the stream of claims says of its failure. */
static void
repeat_fault(struct ArrowArrayStream *claims, const char *what, struct yb_error **err)
{
	const char *said = claims->get_last_error ? claims->get_last_error(claims) : NULL;

	(void)ybi_error_set(err, YB_E_IO, "%s%s%.512s", what, said ? ": " : "", said ? said : "");
}

static int
flow_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
	struct flow *f = stream->private_data;

	if (ybi_schema_copy(&f->given, out))
		return 0;
	yb_error_unref(f->error);
	f->error = NULL;
	(void)ybi_error_no_memory(&f->error);
	return ENOMEM;
}

static yb_status
answer(struct flow *f, struct ArrowArray *batch, struct ArrowArray *out)
{
	struct ArrowSchema schema = { .release = NULL };
	yb_status st = ybi_batch_take(f->bulk, &f->type, batch, &f->error);

	if (st == YB_OK && f->persons && !(f->flags & YB_ARROW_STREWN))
		st = check_persons(f);
	f->bulk->persons = f->persons;
	if (st == YB_OK)
		st = ybi_give(f->bulk, f->columns, f->count, f->flags, &schema, out, &f->error);
	f->bulk->persons = NULL;
	if (schema.release)
		schema.release(&schema);
	if (batch->release)
		batch->release(batch);
	ybi_batch_drop(f->bulk);
	return st;
}

static int
flow_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
	struct flow *f = stream->private_data;
	struct ArrowArray batch = { .release = NULL };
	yb_status st;
	int rc;

	memset(out, 0, sizeof(*out));
	if (f->code || !f->claims.release)
		return f->code;
	yb_error_unref(f->error); /* of a type that could not be copied */
	f->error = NULL;
	rc = f->claims.get_next(&f->claims, &batch);
	if (rc != 0) {
		repeat_fault(&f->claims, "the stream of claims", &f->error);
		f->code = rc > 0 ? rc : EIO;
		return f->code;
	}
	if (!batch.release) {
		f->claims.release(&f->claims);
		f->claims.release = NULL;
		return 0;
	}
	f->batches++;
	st = answer(f, &batch, out);
	return st == YB_OK ? 0 : fail(f, st);
}

static const char *
flow_get_last_error(struct ArrowArrayStream *stream)
{
	const struct flow *f = stream->private_data;

	return f->error ? yb_error_get_message(f->error) : NULL;
}

static void
flow_release(struct ArrowArrayStream *stream)
{
	flow_free(stream->private_data);
	stream->private_data = NULL;
	stream->release = NULL;
}

/* ---- making one ---- */

static yb_status
open_flow(struct flow *f, const char *const *names, size_t count, struct yb_error **err)
{
	yb_status st = ybi_give_names(f->bulk, names, count, &f->columns, &f->count, err);

	if (st != YB_OK)
		return st;
	if (f->claims.get_schema(&f->claims, &f->type) != 0) {
		f->type.release = NULL;
		repeat_fault(&f->claims, "the stream of claims does not tell its type", err);
		return YB_E_IO;
	}
	if (!f->type.release)
		return ybi_error_set(err, YB_E_IO, "the stream of claims does not tell its type");
	return try_type(f, err);
}

static yb_status
make_flow(struct yb_bulk *bulk, struct ArrowArrayStream *claims, const char *const *names, size_t count, uint32_t flags,
          struct ArrowArrayStream *answers, struct yb_error **err)
{
	struct flow *f;
	yb_status st;

	if (flags & ~(YBI_ARROW_FLAGS | (uint32_t)YB_ARROW_STREWN))
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "an unknown flag");
	if (flags & YB_ARROW_STREWN && !(flags & YB_ARROW_HISTORIES))
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "what is strewn are histories");
	if (ybi_bulk_is_streamed(bulk))
		return ybi_error_set(err, YB_E_STATE, "another stream of answers has the bulk");
	f = ybi_calloc(1, sizeof(*f));
	if (!f)
		return ybi_error_no_memory(err);
	f->bulk = bulk;
	atomic_fetch_add(&bulk->references, 1);
	f->flags = flags;
	f->claims = *claims; /* moved, as the specification lets a consumer do */
	claims->release = NULL;
	f->persons = flags & YB_ARROW_HISTORIES ? ybi_persons_new((flags & YB_ARROW_STREWN) != 0) : NULL;
	st = flags & YB_ARROW_HISTORIES && !f->persons ? ybi_error_no_memory(err) : open_flow(f, names, count, err);
	if (st != YB_OK) {
		flow_free(f);
		return st;
	}
	*answers = (struct ArrowArrayStream){ .get_schema = flow_get_schema, .get_next = flow_get_next, .get_last_error = flow_get_last_error,
		                              .release = flow_release, .private_data = f };
	return YB_OK;
}

yb_status
yb_bulk_stream_arrow(struct yb_bulk *bulk, struct ArrowArrayStream *claims, const char *const *names, size_t count, uint32_t flags,
                     struct ArrowArrayStream *answers, struct yb_error **err)
{
	yb_status st = YB_E_INVALID;

	if (answers && answers != claims)
		memset(answers, 0, sizeof(*answers));
	if (bulk && answers && answers != claims && claims && claims->release)
		st = make_flow(bulk, claims, names, count, flags, answers, err);
	if (claims && claims->release)
		claims->release(claims);
	return st;
}
