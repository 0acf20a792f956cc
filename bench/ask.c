/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ask.h"

#include <stdlib.h>
#include <string.h>

#include "measure.h"

static _Noreturn void
stop_with(const char *what, struct yb_error *err)
{
	char *text = NULL;

	if (err)
		(void)yb_error_dup_text(err, &text);
	stop("%s: %s", what, text ? text : "failed");
}

static struct yb_policy_loader *
loader_new(void)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;

	options.flags = YB_LOAD_STRICT;
	options.confidence = YB_CONFIDENCE_CASE;
	if (yb_policy_loader_new(&options, &loader, NULL) != YB_OK)
		stop("no loader");
	return loader;
}

static struct yb_policy_set *
set_new(struct yb_policy_loader *loader, const char *name)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *err = NULL;

	if (yb_policy_set_new(loader, &set, &err) != YB_OK)
		stop_with(name, err);
	yb_policy_loader_unref(loader);
	return set;
}

struct yb_policy_set *
set_from_file(const char *path)
{
	struct yb_policy_loader *loader = loader_new();
	struct yb_error *err = NULL;

	if (yb_policy_loader_add_file(loader, path, &err) != YB_OK)
		stop_with(path, err);
	return set_new(loader, path);
}

struct yb_policy_set *
set_from_text(const char *name, const char *text)
{
	struct yb_policy_loader *loader = loader_new();
	struct yb_error *err = NULL;

	if (yb_policy_loader_add_buffer(loader, name, text, strlen(text), &err) != YB_OK)
		stop_with(name, err);
	return set_new(loader, name);
}

static const char *const column_names[CLAIMS_COUNT_] = {
	[CLAIMS_LEVEL] = "level", [CLAIMS_CLASS] = "class", [CLAIMS_ORDINAL] = "ordinal", [CLAIMS_CROSS] = "cross", [CLAIMS_YEARS] = "years",
	[CLAIMS_KIND] = "kind", [CLAIMS_A] = "class_a", [CLAIMS_B] = "class_b", [CLAIMS_C] = "class_c", [CLAIMS_TOTAL] = "medfee_sumamt",
	[CLAIMS_PAID] = "paid", [CLAIMS_CHARGED] = "charged", [CLAIMS_BEFORE] = "before", [CLAIMS_LIFE] = "life",
};

static int
column_by_name(const char *name, size_t length)
{
	for (int i = 0; i < CLAIMS_COUNT_; i++)
		if (strlen(column_names[i]) == length && !memcmp(column_names[i], name, length))
			return i;
	stop("no column %.*s", (int)length, name);
}

static void
bind_input(struct ask *ask, const struct claims *claims, const char *word, size_t length)
{
	const char *equals = memchr(word, '=', length);
	size_t name = equals ? (size_t)(equals - word) : length;
	int from = equals ? column_by_name(equals + 1, length - name - 1) : column_by_name(word, length);
	struct yb_error *err = NULL;
	yb_column column;

	if (yb_bulk_input(ask->bulk, word, name, &column, &err) != YB_OK ||
	    yb_bulk_bind_numbers(ask->bulk, column, from < CLAIMS_BYTES_ ? YB_LAYOUT_INT8 : YB_LAYOUT_INT64, claims->columns[from], NULL, &err) != YB_OK)
		stop_with("input", err);
}

static size_t
next_word(const char **at, const char **word)
{
	size_t length;

	*at += strspn(*at, " ");
	*word = *at;
	length = strcspn(*at, " ");
	*at += length;
	return length;
}

void
ask_claims(struct ask *ask, const struct yb_policy_set *set, const struct claims *claims, const char *inputs, const char *outputs, int32_t threads)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	const char *word;
	size_t length;

	memset(ask, 0, sizeof(*ask));
	options.threads = threads;
	ask->n = claims->n;
	if (yb_bulk_new(set, YB_QUESTION_REIMBURSE, &options, &ask->bulk, NULL) != YB_OK ||
	    yb_bulk_bind_text(ask->bulk, YB_FIELD_INSUPLC_ADMDVS, "990000", 6, NULL) != YB_OK ||
	    yb_bulk_bind_text(ask->bulk, YB_FIELD_INSUTYPE, "310", 3, NULL) != YB_OK)
		stop("the question cannot be asked");
	while ((length = next_word(&inputs, &word)) > 0)
		bind_input(ask, claims, word, length);
	ask_outputs(ask, outputs);
}

void
ask_outputs(struct ask *ask, const char *outputs)
{
	struct yb_error *err = NULL;
	const char *word;
	yb_column column;
	size_t length;

	while ((length = next_word(&outputs, &word)) > 0) {
		int64_t *out = ask->out[ask->outputs++] = room(ask->n * 8);
		if (yb_bulk_output(ask->bulk, word, length, &column, &err) != YB_OK || yb_bulk_bind_output(ask->bulk, column, out, NULL, &err) != YB_OK)
			stop_with("output", err);
	}
	ask->outcomes = room(ask->n);
	ask->span = ask->n;
	if (yb_bulk_bind_outcomes(ask->bulk, ask->outcomes, NULL) != YB_OK || yb_bulk_run(ask->bulk, 0, 0, &err) != YB_OK)
		stop_with("bindings", err);
}

void
ask_run(void *what)
{
	struct ask *ask = what;
	struct yb_error *err = NULL;

	if (yb_bulk_run(ask->bulk, 0, ask->span, &err) != YB_OK)
		stop_with("a run", err);
}

#define LONG  0.25 /* seconds */
#define SHORT 0.02

void
ask_all(struct ask *ask)
{
	double t = busy();

	ask->span = ask->n;
	ask_run(ask);
	t = busy() - t;
	if (t > LONG)
		ask->span = (size_t)((double)ask->n * SHORT / t) + 1;
}

void
ask_free(struct ask *ask)
{
	yb_bulk_unref(ask->bulk);
	outputs_free(ask->out, ask->outputs);
	room_free(ask->outcomes);
	memset(ask, 0, sizeof(*ask));
}

size_t
ask_count_wrong(const struct ask *ask, int64_t *const *hand)
{
	size_t wrong = 0;

	for (size_t k = 0; k < ask->outputs; k++)
		for (size_t i = 0; i < ask->n; i++)
			wrong += ask->out[k][i] != hand[k][i];
	for (size_t i = 0; i < ask->n; i++)
		wrong += ask->outcomes[i] != YB_OUTCOME_ANSWERED;
	return wrong;
}

void
outputs_make(int64_t **out, size_t count, size_t n)
{
	for (size_t i = 0; i < count; i++)
		out[i] = room(n * 8);
}

void
outputs_free(int64_t **out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		room_free(out[i]);
}
