/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What rows are asked, and which columns their answers have: the days and
 * years that the command says for all of them, the results that are written
 * where nobody names any, and how a result stands in a cell.
 */
#include <stdlib.h>
#include <string.h>

#include "bulk.h"

static const struct bulk_question questions[] = {
	{ "settle", YB_QUESTION_REIMBURSE, { NULL }, { "" } },
	{ "fee", YB_QUESTION_FEE, { "year", "on" }, { "due.", "month." } },
	{ "refund", YB_QUESTION_REFUND, { "on" }, { "credit" } },
	{ "eligibility", YB_QUESTION_ELIGIBILITY, { "on", "paid_on", "year" }, { "" } },
};

/* Options that stand for columns of the same meaning. */
static const struct {
	uint64_t bit;
	const char *option, *column;
} said[] = {
	{ TOOL_ON, "on", "on" }, { TOOL_MONTH, "month", "on" }, { TOOL_PAID_ON, "paid-on", "paid_on" }, { TOOL_YEAR, "year", "year" },
	{ TOOL_MONTHS, "months", "months" }, { TOOL_REPAIRED, "repaired", "repaired" },
};

const struct bulk_question *
bulk_question_find(const char *word)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (strcmp(questions[i].word, word) == 0)
			return &questions[i];
	return NULL;
}

/* ---- what is said of all rows ---- */

static void
write_said(const struct tool *tool, uint64_t bit, char text[YB_DAY_TEXT_SIZE])
{
	if (bit & (TOOL_ON | TOOL_MONTH | TOOL_PAID_ON))
		yb_day_to_text(bit == TOOL_ON ? tool->on : bit == TOOL_MONTH ? tool->month : tool->paid_on, text);
	else
		(void)snprintf(text, YB_DAY_TEXT_SIZE, "%d", (int)(bit == TOOL_YEAR ? tool->year : bit == TOOL_MONTHS ? tool->months : tool->repaired));
}

static bool
refuse_usage(struct bulk *b)
{
	b->rc = TOOL_USAGE;
	return false;
}

bool
bulk_bind_said(struct bulk *b)
{
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		char text[YB_DAY_TEXT_SIZE];
		yb_column column;
		if (!(b->tool->given & said[i].bit))
			continue;
		if (yb_bulk_input(b->bulk, said[i].column, strlen(said[i].column), &column, NULL) != YB_OK)
			return bulk_no_memory(b);
		if (bulk_has(b, column)) {
			tool_fail("--%s: the file or --set has %s", said[i].option, said[i].column);
			return refuse_usage(b);
		}
		write_said(b->tool, said[i].bit, text);
		if (yb_bulk_bind_text(b->bulk, column, text, strlen(text), NULL) != YB_OK)
			return bulk_no_memory(b);
	}
	return true;
}

/* The option that says a column, NULL: none of this command does. */
static const char *
option_of(const struct bulk *b, const char *column)
{
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (strcmp(said[i].column, column) == 0 && (said[i].bit != TOOL_ON || b->question->question != YB_QUESTION_REFUND))
			return said[i].option;
	return NULL;
}

static bool
is_said(const struct bulk *b, const char *name)
{
	yb_column column;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (b->tool->given & said[i].bit && strcmp(said[i].column, name) == 0)
			return true;
	return yb_bulk_input(b->bulk, name, strlen(name), &column, NULL) == YB_OK && bulk_has(b, column);
}

bool
bulk_check_when(struct bulk *b)
{
	const char *const *needs = b->question->needs;

	for (size_t i = 0; i < BULK_NEEDS && needs[i]; i++)
		if (is_said(b, needs[i]))
			return true;
	if (!needs[0])
		return true;
	fprintf(stderr, "yibao: ");
	tool_tell("%s: has no column ", b->tool->args[0]);
	for (size_t i = 0; i < BULK_NEEDS && needs[i]; i++)
		fprintf(stderr, "%s%s", i ? " or " : "", needs[i]);
	fprintf(stderr, "; without it no row can be answered (--%s gives it to all)\n", option_of(b, needs[0]));
	b->rc = TOOL_DOCUMENT;
	return false;
}

/* ---- which answers ---- */

static bool
add_output(struct bulk *b, yb_column column)
{
	struct bulk_output *o;

	if (b->output_count == b->output_room) {
		size_t room = b->output_room ? 2 * b->output_room : 32;
		struct bulk_output *more = realloc(b->outputs, room * sizeof(*more));
		if (!more)
			return bulk_no_memory(b);
		b->outputs = more;
		b->output_room = room;
	}
	o = &b->outputs[b->output_count++];
	*o = (struct bulk_output){ .bulk = b->bulk, .column = column, .name = yb_bulk_get_name(b->bulk, column), .unit = yb_bulk_get_unit(b->bulk, column) };
	o->values = calloc(b->room, sizeof(int64_t));
	o->known = calloc(b->room, 1);
	return (o->values && o->known && yb_bulk_bind_output(b->bulk, column, o->values, o->known, NULL) == YB_OK) || bulk_no_memory(b);
}

static bool
is_total(const char *name)
{
	size_t length = strlen(name);

	return length > 6 && strcmp(name + length - 6, ".total") == 0;
}

/* Of each kind of answer that is written unasked those of the parts, then their sum. */
static bool
bind_usual(struct bulk *b, const char *const *kinds)
{
	yb_column column;

	for (size_t k = 0; k < BULK_KINDS && kinds[k]; k++)
		for (int total = 0; total < 2; total++)
			for (size_t i = 0; yb_bulk_output_at(b->bulk, i, &column) == YB_OK; i++) {
				const char *name = yb_bulk_get_name(b->bulk, column);
				size_t length = strlen(kinds[k]);
				if (strncmp(name, kinds[k], length) != 0 || (length && kinds[k][length - 1] != '.' && name[length]))
					continue;
				if (is_total(name) == (total == 1) && !bulk_is_given(b, column) && !add_output(b, column))
					return false;
			}
	return true;
}

static bool
bind_all(struct bulk *b)
{
	yb_column column;

	for (size_t i = 0; yb_bulk_output_at(b->bulk, i, &column) == YB_OK; i++)
		if (!bulk_is_given(b, column) && !add_output(b, column))
			return false;
	return true;
}

static bool
bind_named(struct bulk *b, const char *name, size_t length)
{
	struct yb_error *error = NULL;
	yb_column column = 0;
	yb_status st = yb_bulk_output(b->bulk, name, length, &column, &error);
	const char *why = "";

	if (st == YB_E_NO_MEMORY) {
		yb_error_unref(error);
		return bulk_no_memory(b);
	}
	for (size_t i = 0; i < b->output_count && st == YB_OK; i++)
		why = b->outputs[i].column == column ? "stands there twice" : why;
	if (st == YB_OK && bulk_is_given(b, column))
		why = "the file has a column of that name";
	if (st == YB_OK && !why[0])
		return add_output(b, column);
	tool_fail("--answers %.*s: %s", (int)(length > 64 ? 64 : length), name, error ? yb_error_get_message(error) : why);
	yb_error_unref(error);
	return refuse_usage(b);
}

bool
bulk_bind_outputs(struct bulk *b)
{
	const char *at = b->tool->answers;
	size_t length;

	if (at && strcmp(at, "all") != 0) {
		for (length = strcspn(at, ","); bind_named(b, at, length); at += length + 1, length = strcspn(at, ","))
			if (!at[length])
				break;
		if (b->rc != TOOL_OK)
			return false;
	} else if (!(at || !b->question->kinds[0][0] ? bind_all(b) : bind_usual(b, b->question->kinds))) {
		return false;
	}
	return yb_bulk_bind_outcomes(b->bulk, b->outcomes, b->statuses) == YB_OK;
}

/* ---- a cell ---- */

const char *
bulk_unit_word(yb_result unit, yb_lang lang)
{
	static const char *const words[][2] = {
		[0] = { "a number", "数值" }, [YB_RESULT_FEN] = { "yuan", "元" }, [YB_RESULT_PPM] = { "a share", "比例" },
		[YB_RESULT_COUNT] = { "a number", "数值" }, [YB_RESULT_DAYS] = { "days", "天数" }, [YB_RESULT_MONTHS] = { "months", "月数" },
		[YB_RESULT_DATE] = { "a day", "日期" }, [YB_RESULT_FLAG] = { "yes or no", "是或否" }, [YB_RESULT_TEXT] = { "a word", "文字" },
	};

	return words[unit >= 0 && unit <= YB_RESULT_TEXT ? unit : 0][lang];
}

/* A share in millionths as a decimal without zeros at its end. */
static void
share_text(int64_t ppm, char text[BULK_CELL_SIZE])
{
	size_t length;

	(void)snprintf(text, BULK_CELL_SIZE, "%s%lld.%06lld", ppm < 0 ? "-" : "", llabs((long long)ppm / 1000000), llabs((long long)ppm % 1000000));
	for (length = strlen(text); text[length - 1] == '0'; length--)
		;
	text[length - (text[length - 1] == '.')] = '\0';
}

void
bulk_write_output(FILE *file, const struct bulk_output *output, size_t row)
{
	int64_t value = output->values[row];
	char text[BULK_CELL_SIZE];

	if (!output->known[row])
		return;
	switch (output->unit) {
	case YB_RESULT_FEN:
		yb_fen_to_text(value, text);
		break;
	case YB_RESULT_DATE:
		yb_day_to_text((yb_day)value, text);
		break;
	case YB_RESULT_FLAG:
		fputs(value ? "yes" : "no", file);
		return;
	case YB_RESULT_TEXT: {
		const char *word = yb_bulk_get_word(output->bulk, output->column, value);
		csv_write(file, word, strlen(word), false);
		return;
	}
	case YB_RESULT_PPM:
		share_text(value, text);
		break;
	default:
		(void)snprintf(text, BULK_CELL_SIZE, "%lld", (long long)value);
	}
	fputs(text, file);
}
