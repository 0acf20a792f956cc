/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "bulk/bulk.h"

/*
 * Whether persons are covered, by columns: which answers there are, the same
 * for every document, and the words of those that are one.
 */

static const struct {
	const char *name;
	const char *of; /* the result of the question; NULL: whether it was paid at all */
	yb_result unit;
	uint8_t words;  /* enum ybi_words; of a text */
} answers[] = {
	{ "covered", "covered", YB_RESULT_FLAG, 0 },
	{ "rule", "rule", YB_RESULT_TEXT, YBI_WORDS_RULE },
	{ "anchor", "anchor", YB_RESULT_DATE, 0 },
	{ "wait.months", "wait", YB_RESULT_MONTHS, 0 }, /* a rule waits in one unit or the other */
	{ "wait.days", "wait", YB_RESULT_DAYS, 0 },
	{ "start", "start", YB_RESULT_DATE, 0 },
	{ "until", "until", YB_RESULT_DATE, 0 },
	{ "during", "during", YB_RESULT_PPM, 0 },
	{ "window", "window", YB_RESULT_TEXT, YBI_WORDS_WINDOW },
	{ "window_start", "window_start", YB_RESULT_DATE, 0 },
	{ "gap_years", "gap_years", YB_RESULT_COUNT, 0 },
	{ "gap_months", "gap_months", YB_RESULT_COUNT, 0 },
	{ "gap_start", "gap_start", YB_RESULT_DATE, 0 },
	{ "continuous_months", "continuous_months", YB_RESULT_COUNT, 0 },
	{ "continuous_years", "continuous_years", YB_RESULT_COUNT, 0 },
	{ "missed_years", "missed_years", YB_RESULT_COUNT, 0 },
	{ "previous_insutype", "previous_insutype", YB_RESULT_TEXT, YBI_WORDS_SCHEME },
	{ "paid", NULL, YB_RESULT_FLAG, 0 },
};

const char *
ybi_covered_name(size_t answer)
{
	return answer < ARRAY_SIZE(answers) ? answers[answer].name : NULL;
}

yb_result
ybi_covered_unit(size_t answer)
{
	return answers[answer].unit;
}

/* ---- words ---- */

/* Where a word stands in the order of its bytes, or would. */
static size_t
place_of(const struct ybi_bulk_words *words, const char *word)
{
	size_t low = 0, high = words->list_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(words->list[middle], word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
add_word(struct ybi_bulk_words *words, const char *word)
{
	size_t at = place_of(words, word);

	if (at < words->list_count && !strcmp(words->list[at], word))
		return true;
	if (!ybi_grow(&words->list, words->list_count, &words->list_room, sizeof(*words->list)))
		return false;
	memmove(&words->list[at + 1], &words->list[at], (words->list_count - at) * sizeof(*words->list));
	words->list[at] = word;
	words->list_count++;
	return true;
}

yb_status
ybi_covered_words(struct yb_bulk *bulk, const struct ybi_book *book, struct yb_error **err)
{
	const struct ybi_fact_meta *window = &book->facts[book->window_fact];
	size_t count;
	const struct ybi_code *schemes = ybi_codes(YB_FIELD_INSUTYPE, &count);
	bool good = true;

	for (size_t i = 0; i < book->rules_count && good; i++)
		good = add_word(&bulk->words[YBI_WORDS_RULE], book->rules[i].id);
	for (uint32_t i = 0; i < window->domain_count && good; i++)
		good = add_word(&bulk->words[YBI_WORDS_WINDOW], book->atom_names[book->domains[window->domain + i]]);
	for (size_t i = 0; i < count && good; i++)
		good = add_word(&bulk->words[YBI_WORDS_SCHEME], schemes[i].code);
	return good ? YB_OK : ybi_error_no_memory(err);
}

void
ybi_covered_free(struct yb_bulk *bulk)
{
	for (size_t i = 0; i < ARRAY_SIZE(bulk->words); i++)
		free(bulk->words[i].list);
}

const struct ybi_bulk_words *
ybi_covered_words_of(const struct yb_bulk *bulk, size_t answer)
{
	return &bulk->words[answers[answer].words];
}

/* ---- an answer ---- */

/* The number of the word that a text result is. */
static yb_status
word_of(const struct yb_bulk *bulk, size_t answer, struct yb_decision *d, int64_t *value)
{
	const struct ybi_bulk_words *words = ybi_covered_words_of(bulk, answer);
	struct ybi_value found;
	enum ybi_type type;
	const char *word;
	size_t at;

	if (!ybi_answer_find(d, answers[answer].of, &found, &type) || found.state != YBI_KNOWN || ybi_value_whole(&found) == 0)
		return YB_E_UNKNOWN; /* 0: a scheme that no rule names, or none */
	word = d->book->atom_names[ybi_value_whole(&found)];
	at = place_of(words, word);
	*value = (int64_t)at;
	return at < words->list_count && !strcmp(words->list[at], word) ? YB_OK : YB_E_UNKNOWN;
}

yb_status
ybi_covered_get(const struct yb_bulk *bulk, size_t answer, struct yb_decision *d, int64_t *value)
{
	yb_result unit = 0;
	int64_t found = 0;
	yb_status st;

	if (!answers[answer].of) {
		if (d->outcome == YB_OUTCOME_ANSWERED)
			*value = !d->unpaid;
		return d->outcome == YB_OUTCOME_ANSWERED ? YB_OK : YB_E_UNKNOWN;
	}
	st = yb_decision_get_result(d, answers[answer].of, &found, &unit);
	if (st == YB_OK && unit != answers[answer].unit)
		st = YB_E_UNKNOWN;
	if (st == YB_OK && unit == YB_RESULT_TEXT)
		st = word_of(bulk, answer, d, &found);
	if (st == YB_OK)
		*value = found;
	return st;
}
