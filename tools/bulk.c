/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bulk settle, bulk fee and its like, bulk columns: bills or persons as rows of a CSV file. A chunk of records
 * is read into columns, answered, and written before the next is read; what is
 * no answer is written with its reason, so no row is lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulk.h"

static const char *const outcome_words[] = { "", "answered", "refused", "incomplete", "unsupported", "bad" };

bool
bulk_no_memory(struct bulk *b)
{
	tool_fail("out of memory");
	b->rc = TOOL_INTERNAL;
	return false;
}

static bool
refuse(struct bulk *b, int rc, struct yb_error *error)
{
	tool_print_error(error);
	yb_error_unref(error);
	b->rc = rc;
	return false;
}

/* --- signals -------------------------------------------------------------- */

static volatile sig_atomic_t stopped; /* by which signal */

static void
stop(int number)
{
	stopped = number;
}

/* The second signal of a kind ends the tool at once. A read is not taken up again. */
static void
catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND }, had;

	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &had) == 0 && had.sa_handler == SIG_DFL)
			(void)sigaction(numbers[i], &action, NULL);
}

/* What is written, then the end that the signal would have made. */
static void
end_stopped(const struct bulk *b, bool begun)
{
	const struct bulk_sink *out = &b->out, *rejects = &b->rejects;
	const char *lost = b->tool->rejects && !rejects->in_place ? b->tool->rejects : !out->in_place ? b->tool->out : NULL;
	const struct bulk_sink *first = out->in_place ? out : rejects;

	if (isatty(STDERR_FILENO))
		putc('\n', stderr);
	if (!begun || !first->in_place)
		tool_fail("stopped; nothing is written");
	else if (out->in_place && rejects->in_place)
		tool_fail("stopped; %s%zu rows are written, and %s%zu to %s", out->torn ? "up to " : "", out->rows, rejects->torn ? "up to " : "",
		          rejects->rows, b->tool->rejects);
	else
		tool_fail("stopped; %s%zu rows are written%s%s%s%s", first->torn ? "up to " : "", first->rows, first == out ? "" : " to ",
		          first == out ? "" : b->tool->rejects, lost ? ", but not " : "", lost ? lost : "");
	(void)signal(stopped, SIG_DFL);
	(void)raise(stopped);
}

/* --- texts ---------------------------------------------------------------- */

static size_t
hash(const char *text, size_t length)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

static bool
rehash(struct bulk_texts *t)
{
	size_t size = t->mask ? (t->mask + 1) * 2 : 256;
	uint32_t *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return false;
	for (size_t i = 0; i < t->count; i++) {
		size_t at = hash(t->list[i], strlen(t->list[i])) & (size - 1);
		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = (uint32_t)i + 1;
	}
	free(t->slots);
	t->slots = slots;
	t->mask = size - 1;
	return true;
}

/* The number of a text; SIZE_MAX when there is no memory. */
static size_t
text_number(struct bulk_texts *t, const char *text, size_t length)
{
	size_t at;
	char *copy;

	if ((t->count + 1) * 2 > t->mask && !rehash(t))
		return SIZE_MAX;
	for (at = hash(text, length) & t->mask; t->slots[at]; at = (at + 1) & t->mask)
		if (strlen(t->list[t->slots[at] - 1]) == length && memcmp(t->list[t->slots[at] - 1], text, length) == 0)
			return t->slots[at] - 1;
	if (t->count == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		const char **list = realloc(t->list, room * sizeof(*list));
		if (!list)
			return SIZE_MAX;
		t->list = list;
		t->room = room;
	}
	copy = malloc(length + 1);
	if (!copy)
		return SIZE_MAX;
	memcpy(copy, text, length);
	copy[length] = '\0';
	t->list[t->count] = copy;
	t->slots[at] = (uint32_t)++t->count;
	t->grown = true;
	return t->count - 1;
}

static void
texts_free(struct bulk_texts *t)
{
	for (size_t i = 0; i < t->count; i++) { /* perhaps an identity number */
		yb_wipe((char *)(uintptr_t)t->list[i], strlen(t->list[i]));
		free((char *)(uintptr_t)t->list[i]);
	}
	free(t->list);
	free(t->slots);
}

/* --- columns -------------------------------------------------------------- */

/* Does NAME,NAME name the column? Its own name may have a comma. */
static bool
list_has(const char *list, const char *name)
{
	size_t length = strlen(name), n = strcspn(list, ",");

	for (const char *at = list; strcmp(list, name) != 0; at += n + 1, n = strcspn(at, ",")) {
		if (n == length && memcmp(at, name, n) == 0)
			break;
		if (at[n] == '\0')
			return false;
	}
	return true;
}

/* A text that no rule compares and that is no code goes from file to file and no further. */
static bool
is_idle(const struct bulk *b, const struct bulk_column *c)
{
	yb_column column;
	yb_need need;

	if (b->tool->by && list_has(b->tool->by, c->name))
		return false;
	if (b->tool->given & TOOL_HISTORIES && (c->field == YB_FIELD_PSN_NO || c->field == YB_FIELD_MDTRT_ID || c->field == YB_FIELD_YB_EPISODE))
		return false;
	if (!c->field || yb_field_get_type(c->field) != YB_TYPE_TEXT || c->field == YB_FIELD_CERTNO)
		return false;
	for (size_t i = 0; yb_bulk_input_at(b->bulk, i, &column, &need) == YB_OK; i++)
		if (column == c->column)
			return need == YB_NEED_NONE;
	return false;
}

static bool
refuse_column(struct bulk *b, int rc, const char *option, const char *name, const char *why)
{
	if (option)
		tool_fail("--%s %s: %s", option, name, why);
	else
		tool_fail("%s: the column %s %s", b->tool->args[0], name, why);
	b->rc = rc;
	return false;
}

static bool
is_to_keep(const struct tool *tool, const char *name)
{
	for (size_t i = 0; i < tool->keep_count; i++)
		if (list_has(tool->keeps[i], name))
			return true;
	return false;
}

/* Has what is written a column of that name already? */
static bool
is_answer(const struct bulk *b, const char *name)
{
	static const char *const names[] = { "outcome", "reason", "row", "line", "status" };
	yb_column column;

	if (b->tool->what_if)
		return false; /* no row is written */
	for (size_t i = 0; i < (b->tool->rejects ? sizeof(names) / sizeof(names[0]) : 2); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return yb_bulk_output(b->bulk, name, strlen(name), &column, NULL) == YB_OK;
}

/* A column that is no fact goes from file to file where it is told to; one whose name is nearly that of a fact must be named. */
static bool
keep_column(struct bulk *b, const char *name, const struct yb_error *error)
{
	const char *message = error ? yb_error_get_message(error) : "is no fact";
	bool near = strstr(message, "; did you mean \"") != NULL, kept = is_to_keep(b->tool, name), may_weigh = b->tool->what_if && !b->tool->weight;

	if (is_answer(b, name))
		return refuse_column(b, kept ? TOOL_USAGE : TOOL_DOCUMENT, kept ? "keep" : NULL, name,
		                     "is what a column of the answers is called; give it another name");
	if (kept || (b->tool->given & TOOL_KEEP_ALL && !near))
		return true;
	tool_fail("%s: %s%s --keep %s %s%s%s%s%s", b->tool->args[0], message, near ? "" : ";", name, b->tool->what_if ? "passes it over" : "hands it on as it is",
	          near ? "" : ", --keep-all every such column", may_weigh ? ", --weight " : "", may_weigh ? name : "",
	          may_weigh ? " takes it for how many a row stands" : "");
	b->rc = TOOL_DOCUMENT;
	return false;
}

/* What a column is: what --weight names, a fact, or one that is kept. */
static bool
name_column(struct bulk *b, struct bulk_column *c, const char *name)
{
	struct yb_error *error = NULL;
	bool good;
	yb_status st;

	c->name = name;
	c->column = -1;
	c->weight = b->tool->weight && strcmp(b->tool->weight, name) == 0;
	if (c->weight)
		return !is_to_keep(b->tool, name) || refuse_column(b, TOOL_USAGE, "keep", name, "is what --weight names");
	st = yb_bulk_input(b->bulk, name, strlen(name), &c->column, &error);
	if (st == YB_OK) {
		c->name = yb_bulk_get_name(b->bulk, c->column);
		return !is_to_keep(b->tool, name) || refuse_column(b, TOOL_USAGE, "keep", name, "is a fact of the question, and is handed on in any case");
	}
	if (st != YB_E_NOT_FOUND)
		return refuse(b, TOOL_INTERNAL, error);
	good = keep_column(b, name, error);
	yb_error_unref(error);
	return good;
}

/* A question about a person knows no other whose attribute it could be. */
static bool
is_same_fact(const struct bulk *b, const char *a, const char *other)
{
	bool bill = !b->question || b->question->question == YB_QUESTION_REIMBURSE;
	size_t from = !bill && strncmp(a, "psn.", 4) == 0 ? 4 : 0, other_from = !bill && strncmp(other, "psn.", 4) == 0 ? 4 : 0;

	return strcmp(a + from, other + other_from) == 0;
}

static bool
add_column(struct bulk *b, const char *name, size_t length)
{
	struct bulk_column *c = &b->columns[b->column_count];

	if (b->column_count == BULK_COLUMNS || length == 0) {
		tool_fail("%s: %s", b->tool->args[0], length == 0 ? "a column has no name" : "more than 512 columns");
		b->rc = TOOL_DOCUMENT;
		return false;
	}
	if (!name_column(b, c, name))
		return false;
	for (size_t i = 0; i < b->column_count; i++)
		if (is_same_fact(b, b->columns[i].name, c->name)) {
			tool_fail("%s: two columns are %s", b->tool->args[0], c->name);
			b->rc = TOOL_DOCUMENT;
			return false;
		}
	b->column_count++;
	if (c->column < 0)
		return true;
	c->field = yb_field_get_type(c->column) ? c->column : 0;
	c->set = c->field && yb_field_get_type(c->field) == YB_TYPE_CODES;
	c->total = !c->field && strchr(c->name, '.') && strncmp(c->name, "psn.", 4) != 0;
	c->text = c->field ? yb_field_get_type(c->field) <= YB_TYPE_CODES : !c->total;
	c->bound = !is_idle(b, c);
	return true;
}

/* Whatever --keep names is there; else the column that was perhaps meant. */
static bool
check_kept(struct bulk *b, const char *list, const char *word, size_t length)
{
	const char *nearest = NULL;
	char name[32];
	size_t least = 3;

	(void)snprintf(name, sizeof(name), "%.*s", (int)length, word);
	for (size_t i = 0; i < b->header.cell_count; i++) {
		const char *there = csv_text(&b->header, &b->header.cells[i]);
		size_t distance = length < sizeof(name) ? tool_distance(name, there) : SIZE_MAX;
		if (strcmp(there, list) == 0 || (strlen(there) == length && memcmp(there, word, length) == 0))
			return true;
		if (distance < least && distance < strlen(there)) {
			least = distance;
			nearest = there;
		}
	}
	tool_fail("--keep %s: %s has no column \"%.*s\"%s%s%s", list, b->tool->args[0], (int)length, word, nearest ? "; did you mean \"" : "",
	          nearest ? nearest : "", nearest ? "\"?" : "");
	b->rc = TOOL_USAGE;
	return false;
}

static bool
check_keeps(struct bulk *b)
{
	for (size_t i = 0; i < b->tool->keep_count; i++) {
		const char *list = b->tool->keeps[i], *at = list;
		for (size_t n = strcspn(at, ","); check_kept(b, list, at, n); at += n + 1, n = strcspn(at, ","))
			if (at[n] == '\0')
				break;
		if (b->rc != TOOL_OK)
			return false;
	}
	return true;
}

/* Histories are of the persons that the file names, and have all their rows at once. */
static bool
read_whole(struct bulk *b)
{
	bool named = !(b->tool->given & TOOL_HISTORIES), end;

	for (size_t i = 0; i < b->column_count; i++)
		named = named || b->columns[i].field == YB_FIELD_PSN_NO;
	if (!named) {
		tool_fail("%s: has no column psn_no, which says whose history a row is part of", b->tool->args[0]);
		b->rc = TOOL_DOCUMENT;
	}
	return named && (!(b->tool->given & TOOL_HISTORIES) || bulk_read_chunk(b, &end));
}

static bool
make_room(struct bulk *b)
{
	bool there;

	b->room = b->rows.count > BULK_CHUNK ? b->rows.count : BULK_CHUNK;
	b->outcomes = calloc(b->room, sizeof(*b->outcomes));
	b->statuses = calloc(b->room, sizeof(*b->statuses));
	b->bad_cell = calloc(b->room, sizeof(*b->bad_cell));
	b->cell_status = calloc(b->room, sizeof(*b->cell_status));
	there = b->outcomes && b->statuses && b->bad_cell && b->cell_status;
	for (size_t i = 0; i < b->column_count; i++) {
		b->columns[i].values = calloc(b->room, sizeof(*b->columns[i].values));
		b->columns[i].known = calloc(b->room, 1);
		there = there && b->columns[i].values && b->columns[i].known;
	}
	return there || bulk_no_memory(b);
}

bool
bulk_read_header(struct bulk *b)
{
	int rc = csv_read(&b->reader, &b->header);

	if (rc != CSV_RECORD) {
		if (rc == CSV_MEMORY)
			return bulk_no_memory(b);
		if (rc == CSV_FAULT)
			tool_fail("%s:%lu:%lu: %s", b->tool->args[0], b->reader.fault_line, b->reader.fault_column, b->reader.fault);
		else
			tool_fail("%s: %s", b->tool->args[0], rc == CSV_END ? "is empty; the first line names the columns" : strerror(errno));
		b->rc = TOOL_DOCUMENT;
		return false;
	}
	if (!check_keeps(b))
		return false;
	for (size_t i = 0; i < b->header.cell_count; i++)
		if (!add_column(b, csv_text(&b->header, &b->header.cells[i]), b->header.cells[i].length))
			return false;
	return read_whole(b) && make_room(b);
}

/* --set NAME=TEXT: the same for every row. */
bool
bulk_bind_same(struct bulk *b)
{
	for (size_t i = 0; i < b->tool->set_count; i++) {
		const char *word = b->tool->sets[i], *sign = strchr(word, '=');
		struct yb_error *error = NULL;
		yb_column column;
		if (!sign) {
			tool_fail("--set %s: must be NAME=TEXT", word);
			b->rc = TOOL_USAGE;
			return false;
		}
		if (yb_bulk_input(b->bulk, word, (size_t)(sign - word), &column, &error) != YB_OK)
			return refuse(b, TOOL_USAGE, error);
		for (size_t k = 0; k < b->column_count; k++)
			if (b->columns[k].column >= 0 && is_same_fact(b, b->columns[k].name, yb_bulk_get_name(b->bulk, column))) {
				tool_fail("--set %s: the file has a column of that name", word);
				b->rc = TOOL_USAGE;
				return false;
			}
		for (size_t k = 0; k < i; k++) {
			yb_column other;
			if (yb_bulk_input(b->bulk, b->tool->sets[k], strcspn(b->tool->sets[k], "="), &other, NULL) == YB_OK &&
			    is_same_fact(b, yb_bulk_get_name(b->bulk, other), yb_bulk_get_name(b->bulk, column))) {
				tool_fail("--set %s: is given twice", word);
				b->rc = TOOL_USAGE;
				return false;
			}
		}
		if (yb_bulk_bind_text(b->bulk, column, sign + 1, strlen(sign + 1), &error) != YB_OK) {
			tool_fail("--set %s: is longer than a text may be", word);
			yb_error_unref(error);
			b->rc = TOOL_USAGE;
			return false;
		}
	}
	return true;
}

bool
bulk_is_given(const struct bulk *b, yb_column column)
{
	for (size_t i = 0; i < b->column_count; i++)
		if (b->columns[i].column == column)
			return true;
	return false;
}

bool
bulk_has(const struct bulk *b, yb_column column)
{
	if (bulk_is_given(b, column))
		return true;
	for (size_t i = 0; i < b->tool->set_count; i++) {
		size_t length = strlen(yb_bulk_get_name(b->bulk, column));
		if (!strncmp(b->tool->sets[i], yb_bulk_get_name(b->bulk, column), length) && b->tool->sets[i][length] == '=')
			return true;
	}
	return false;
}

bool
bulk_check_needs(struct bulk *b)
{
	yb_column column;
	yb_need need;

	for (size_t i = 0; yb_bulk_input_at(b->bulk, i, &column, &need) == YB_OK; i++)
		if (need == YB_NEED_ALWAYS && !bulk_has(b, column)) {
			tool_fail("%s: has no column %s; without it no row can be answered (--set %s=TEXT gives it to all)", b->tool->args[0],
			          yb_bulk_get_name(b->bulk, column), yb_bulk_get_name(b->bulk, column));
			b->rc = TOOL_DOCUMENT;
			return false;
		}
	return true;
}

/* --- cells ---------------------------------------------------------------- */

static yb_status
read_number(struct bulk *b, const struct bulk_column *c, const char *text, size_t length, int64_t *value)
{
	yb_status st;

	if (c->total) {
		st = yb_fen_from_text(text, length, value);
		return st == YB_OK && (*value < 0 || *value > YB_FEN_LIMIT) ? YB_E_BAD_AMOUNT : st;
	}
	if (yb_field_get_part(c->field) == YB_PART_PERSON) {
		st = yb_person_set_text(b->person, c->field, text, length);
		return st == YB_OK ? yb_person_get_value(b->person, c->field, value) : st;
	}
	st = yb_claim_set_text(b->claim, c->field, text, length);
	return st == YB_OK ? yb_claim_get_value(b->claim, c->field, value) : st;
}

/* An empty cell is a fact that is not known; in quotes, of a set of codes, one that is known to have none. */
static bool
read_cell(struct bulk *b, struct bulk_column *c, size_t row, size_t number, const struct csv_cell *cell)
{
	const char *text = csv_text(&b->rows, cell);
	yb_status st;
	size_t at;

	c->known[row] = cell->length > 0 || (cell->quoted && c->set);
	c->values[row] = 0;
	if (!c->known[row] || !c->bound)
		return true;
	if (c->text) {
		at = text_number(&c->texts, text, cell->length);
		c->values[row] = (int64_t)at;
		return at != SIZE_MAX || bulk_no_memory(b);
	}
	st = read_number(b, c, text, cell->length, &c->values[row]);
	if (st == YB_E_NO_MEMORY)
		return bulk_no_memory(b);
	if (st != YB_OK && !b->bad_cell[row]) {
		b->bad_cell[row] = number + 1;
		b->cell_status[row] = st;
	}
	return true;
}

static bool
is_blank(const struct bulk *b, size_t row)
{
	size_t first = b->rows.first[row];

	return b->rows.first[row + 1] == first + 1 && b->rows.cells[first].length == 0 && !b->rows.cells[first].quoted && b->column_count > 1;
}

bool
bulk_read_cells(struct bulk *b)
{
	for (size_t row = 0; row < b->rows.count; row++) {
		size_t first = b->rows.first[row], n = b->rows.first[row + 1] - first;
		if (stopped)
			return false;
		b->bad_cell[row] = n == b->column_count ? 0 : SIZE_MAX;
		b->cell_status[row] = YB_E_SYNTAX;
		for (size_t i = 0; i < b->column_count; i++) {
			if (i >= n)
				b->columns[i].known[row] = 0;
			else if (!read_cell(b, &b->columns[i], row, i, &b->rows.cells[first + i]))
				return false;
		}
	}
	return true;
}

/* Texts that are seldom those of two rows, as histories are, are not kept for later chunks. Sums know groups by the numbers of their texts. */
static void
forget_texts(struct bulk *b)
{
	for (size_t i = 0; i < b->column_count && !b->tool->what_if; i++) {
		struct bulk_texts *t = &b->columns[i].texts;
		if (t->count < BULK_CHUNK / 2)
			continue;
		texts_free(t);
		*t = (struct bulk_texts){ .grown = true };
	}
}

/* The records of a chunk; blank lines are passed over. */
bool
bulk_read_chunk(struct bulk *b, bool *end)
{
	int rc = CSV_RECORD;
	bool whole = (b->tool->given & TOOL_HISTORIES) != 0;

	forget_texts(b);
	csv_clear(&b->rows);
	while ((whole || b->rows.count < BULK_CHUNK) && (rc = csv_read(&b->reader, &b->rows)) == CSV_RECORD)
		if (is_blank(b, b->rows.count - 1)) {
			b->rows.count--;
			b->rows.cell_count = b->rows.first[b->rows.count];
		}
	*end = rc == CSV_END;
	if (stopped)
		return false;
	if (rc == CSV_MEMORY)
		return bulk_no_memory(b);
	if (rc == CSV_RECORD || rc == CSV_END)
		return whole || bulk_read_cells(b); /* there is no room for the cells of all rows yet */
	if (rc == CSV_FAULT)
		tool_fail("%s:%lu:%lu: row %zu: %s", b->tool->args[0], b->reader.fault_line, b->reader.fault_column, b->done + b->rows.count + 1, b->reader.fault);
	else
		tool_fail("%s: %s", b->tool->args[0], strerror(errno));
	b->rc = TOOL_DOCUMENT;
	return false;
}

bool
bulk_bind_columns(struct bulk *b, bool first)
{
	for (size_t i = 0; i < b->column_count; i++) {
		struct bulk_column *c = &b->columns[i];
		struct yb_error *error = NULL;
		yb_status st = YB_OK;
		if (!c->bound || (!first && !c->texts.grown))
			continue;
		if (c->text)
			st = yb_bulk_bind_codes(b->bulk, c->column, YB_LAYOUT_INT64, c->values, c->known, c->texts.list, c->texts.count, &error);
		else
			st = yb_bulk_bind_numbers(b->bulk, c->column, YB_LAYOUT_INT64, c->values, c->known, &error);
		c->texts.grown = false;
		if (st != YB_OK)
			return refuse(b, st == YB_E_LIMIT ? TOOL_DOCUMENT : TOOL_INTERNAL, error);
	}
	return true;
}

/* --- what is written ------------------------------------------------------ */

/* The file that a path leads to, links followed, also where there is none yet; NULL, and errno. */
static char *
resolve(const char *path)
{
	char *whole = realpath(path, NULL), *folder, *found = NULL;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct stat st;
	size_t length;

	if (whole || errno != ENOENT || lstat(path, &st) == 0) /* a link to nothing stays what it is */
		return whole;
	folder = slash ? strndup(path, (size_t)(name - path)) : strdup(".");
	whole = folder ? realpath(folder, NULL) : NULL;
	free(folder);
	if (!whole)
		return NULL;
	length = strlen(whole) + strlen(name) + 2;
	found = malloc(length);
	if (found)
		(void)snprintf(found, length, "%s/%s", whole, name);
	free(whole);
	return found;
}

/* Would one of two be lost in the other? Not in a device. */
static bool
is_same(const char *a, const char *b)
{
	struct stat first, second;
	bool there[] = { (strcmp(a, "-") == 0 ? fstat(STDOUT_FILENO, &first) : stat(a, &first)) == 0,
		         (strcmp(b, "-") == 0 ? fstat(STDOUT_FILENO, &second) : stat(b, &second)) == 0 };
	char *whole[2];
	bool same;

	if (strcmp(a, "-") == 0 && strcmp(b, "-") == 0)
		return true;
	if (there[0] && there[1])
		return first.st_dev == second.st_dev && first.st_ino == second.st_ino && !S_ISCHR(first.st_mode);
	if (there[0] || there[1] || strcmp(a, "-") == 0 || strcmp(b, "-") == 0)
		return false;
	whole[0] = resolve(a);
	whole[1] = resolve(b);
	same = whole[0] && whole[1] ? strcmp(whole[0], whole[1]) == 0 : strcmp(a, b) == 0;
	free(whole[0]);
	free(whole[1]);
	return same;
}

bool
bulk_check_sinks(struct bulk *b, const char *out, const char *option, const char *path)
{
	const char *in = b->tool->args[0];
	bool read = path && strcmp(in, "-") != 0 && strcmp(path, "-") != 0 && is_same(in, path);

	if (!path || (!read && (!out || !is_same(out, path))))
		return true;
	tool_fail("%s %s: is %s", option, path, read ? "the file that is read" : "where -o writes already");
	b->rc = TOOL_USAGE;
	return false;
}

static bool
sink_fail(struct bulk *b, const char *path)
{
	tool_fail("%s: %s", path, strerror(errno));
	b->rc = TOOL_INTERNAL;
	return false;
}

/* A new file beside the other: what is there already may be another run's, or anybody's. */
static FILE *
open_part(struct bulk_sink *sink, size_t room)
{
	FILE *file;
	int fd = -1;

	for (int i = 0; fd < 0 && i < 100 && (i == 0 || errno == EEXIST); i++) {
		(void)snprintf(sink->part, room, i ? "%s.%d.part" : "%s.part", sink->path, i);
		fd = open(sink->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	}
	if (fd < 0)
		return NULL;
	file = fdopen(fd, "wb");
	if (!file) {
		(void)close(fd);
		(void)unlink(sink->part);
	}
	return file;
}

bool
bulk_sink_open(struct bulk *b, struct bulk_sink *sink, const char *path)
{
	struct stat st;
	size_t length;

	catch_signals();
	if (!path || strcmp(path, "-") == 0) {
		sink->file = path ? stdout : NULL;
		sink->in_place = path != NULL;
		return true;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a pipe or device stays what it is */
		sink->file = fopen(path, "wb");
		sink->path = sink->file ? strdup(path) : NULL;
		sink->in_place = sink->path != NULL;
		return sink->path || sink_fail(b, path);
	}
	sink->path = resolve(path);
	if (!sink->path)
		return sink_fail(b, path);
	length = strlen(sink->path) + sizeof(".00.part");
	sink->part = malloc(length);
	if (!sink->part)
		return bulk_no_memory(b);
	sink->file = open_part(sink, length);
	if (sink->file)
		return true;
	(void)sink_fail(b, sink->part);
	free(sink->part);
	sink->part = NULL;
	return false;
}

/* Whole, or not there. */
void
bulk_sink_close(struct bulk *b, struct bulk_sink *sink, bool good)
{
	sink->torn = sink->file && ferror(sink->file);
	if (sink->file == stdout && !good)
		sink->torn = fflush(stdout) != 0 || sink->torn;
	if (sink->file && sink->file != stdout && fclose(sink->file) != 0) {
		sink->torn = true;
		good = good && sink_fail(b, sink->path);
	}
	if (sink->part && good && rename(sink->part, sink->path) != 0)
		good = sink_fail(b, sink->path);
	if (sink->part && sink->file && !good)
		(void)unlink(sink->part);
	free(sink->part);
	free(sink->path);
}

static void
end_line(const struct bulk *b, FILE *file)
{
	fputs(b->reader.crlf ? "\r\n" : "\n", file);
}

static void
write_word(FILE *file, const char *word)
{
	csv_write(file, word, strlen(word), false);
}

/* Cells of a record from `from` on, up to so many; empty ones where it has fewer. */
static void
write_cells(FILE *file, const struct csv_rows *rows, size_t row, size_t from, size_t to)
{
	size_t first = rows->first[row], count = rows->first[row + 1] - first;

	for (size_t i = from; i < to; i++) {
		if (i > 0)
			putc(',', file);
		if (i < count)
			csv_write(file, csv_text(rows, &rows->cells[first + i]), rows->cells[first + i].length, rows->cells[first + i].quoted);
	}
}

static void
write_inputs(const struct bulk *b, FILE *file, const struct csv_rows *rows, size_t row)
{
	write_cells(file, rows, row, 0, b->column_count);
}

/* Of a record that has more cells than the header: what is left, at the end of the line. */
static void
write_surplus(const struct bulk *b, FILE *file, size_t row)
{
	write_cells(file, &b->rows, row, b->column_count, b->rows.first[row + 1] - b->rows.first[row]);
}

static void
write_headers(struct bulk *b)
{
	if (b->reader.mark)
		fputs("\xef\xbb\xbf", b->out.file);
	write_inputs(b, b->out.file, &b->header, 0);
	fputs(",outcome,reason", b->out.file);
	for (size_t i = 0; i < b->output_count; i++)
		fprintf(b->out.file, ",%s", b->outputs[i].name);
	end_line(b, b->out.file);
	if (!b->rejects.file)
		return;
	if (b->reader.mark)
		fputs("\xef\xbb\xbf", b->rejects.file);
	fputs("row,line,outcome,status,reason,", b->rejects.file);
	write_inputs(b, b->rejects.file, &b->header, 0);
	end_line(b, b->rejects.file);
}

/* Bytes of a text, at most so many, that end with a whole character. */
static size_t
whole_length(const char *text, size_t length, size_t most)
{
	if (length <= most)
		return length;
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* Why a cell cannot be read: its column and what it should be. */
static void
cell_reason(const struct bulk *b, size_t row, char *out, size_t room)
{
	size_t first = b->rows.first[row], n = b->rows.first[row + 1] - first, number = b->bad_cell[row];
	const struct csv_cell *cell;
	const char *text;

	if (number == SIZE_MAX) {
		(void)snprintf(out, room, "%zu cells, the header has %zu", n, b->column_count);
		return;
	}
	cell = &b->rows.cells[first + number - 1];
	text = csv_text(&b->rows, cell);
	(void)snprintf(out, room, "%s: \"%.*s\": %s", b->columns[number - 1].name, (int)whole_length(text, cell->length, 40), text,
	               yb_status_text(b->cell_status[row], b->tool->lang));
}

static void
answer_reason(struct bulk *b, size_t row, char *out, size_t room)
{
	struct yb_error *error = NULL;
	const char *missing;
	char *text = NULL;
	size_t length = 0;

	out[0] = '\0';
	if (b->statuses[row] == YB_E_MISSING_KEY && b->tool->given & TOOL_HISTORIES) {
		(void)snprintf(out, room, b->tool->lang == YB_LANG_ZH ? "缺少 psn_no" : "lacks psn_no");
		return;
	}
	if (yb_bulk_answer(b->bulk, row, b->decision, &error) != YB_OK)
		(void)snprintf(out, room, "%s", error ? yb_error_get_message(error) : yb_status_text(b->statuses[row], b->tool->lang));
	for (size_t i = 0; !error && length < room - 1 && yb_decision_get_missing(b->decision, i, &missing) == YB_OK; i++)
		if (!(b->tool->given & TOOL_HISTORIES) || strcmp(missing, "yb_admission") != 0) /* which earlier rows told */
			length += (size_t)snprintf(out + length, room - length, "%s%s", length ? ", " : b->tool->lang == YB_LANG_ZH ? "缺少 " : "lacks ", missing);
	if (!error && !out[0] && yb_decision_dup_reason_text(b->decision, 0, b->tool->lang, &text) == YB_OK)
		(void)snprintf(out, room, "%s", text);
	yb_free(text);
	yb_error_unref(error);
}

static void
write_row(struct bulk *b, size_t row)
{
	bool bad = b->bad_cell[row] != 0 || b->outcomes[row] == YB_ROW_BAD;
	unsigned kind = bad ? 5 : b->outcomes[row];
	char reason[512 + 4] = "";
	bool reject = kind != YB_OUTCOME_ANSWERED && b->rejects.file;
	FILE *file = reject ? b->rejects.file : b->out.file;

	b->counts[kind]++;
	(reject ? &b->rejects : &b->out)->rows++;
	if (b->bad_cell[row])
		cell_reason(b, row, reason, sizeof(reason));
	else if (kind != YB_OUTCOME_ANSWERED)
		answer_reason(b, row, reason, sizeof(reason));
	reason[whole_length(reason, strlen(reason), 512)] = '\0';
	if (reject) {
		fprintf(file, "%zu,%lu,%s,%s,", b->done + row + 1, b->rows.lines[row], outcome_words[kind],
		        yb_status_name(b->bad_cell[row] ? b->cell_status[row] : b->statuses[row]));
		write_word(file, reason);
		putc(',', file);
		write_inputs(b, file, &b->rows, row);
		write_surplus(b, file, row);
		end_line(b, file);
		return;
	}
	write_inputs(b, file, &b->rows, row);
	fprintf(file, ",%s,", outcome_words[kind]);
	write_word(file, reason);
	for (size_t i = 0; i < b->output_count; i++) {
		putc(',', file);
		if (!bad)
			bulk_write_output(file, &b->outputs[i], row);
	}
	write_surplus(b, file, row);
	end_line(b, file);
}

/* Of a pipe that nobody reads any more main() says nothing either. */
static bool
written(struct bulk *b)
{
	if (b->rejects.file && ferror(b->rejects.file))
		return sink_fail(b, b->tool->rejects);
	if (!ferror(b->out.file))
		return true;
	if (b->out.file != stdout || errno != EPIPE)
		return sink_fail(b, b->out.file == stdout ? "standard output" : b->tool->out);
	b->rc = TOOL_INTERNAL;
	return false;
}

/* Before one of two files takes its name the other has all its rows. */
static bool
write_rest(struct bulk *b)
{
	if (b->rejects.file && fflush(b->rejects.file) == 0)
		(void)fflush(b->out.file);
	return !stopped && written(b);
}

/* --- the run -------------------------------------------------------------- */

/* A row that cannot be read is of nobody, so that it adds nothing. */
static void
drop_bad(struct bulk *b)
{
	for (size_t i = 0; i < b->column_count; i++)
		for (size_t row = 0; b->columns[i].field == YB_FIELD_PSN_NO && row < b->rows.count; row++)
			if (b->bad_cell[row])
				b->columns[i].known[row] = 0;
}

static bool
run_chunk(struct bulk *b)
{
	struct yb_error *error = NULL;
	bool histories = (b->tool->given & TOOL_HISTORIES) != 0;
	yb_status st;

	if (histories)
		drop_bad(b);
	st = histories ? yb_bulk_run_histories(b->bulk, 0, b->rows.count, NULL, &error) : yb_bulk_run(b->bulk, 0, b->rows.count, &error);
	if (st == YB_E_CANCELLED) {
		yb_error_unref(error);
		return false;
	}
	if (st != YB_OK)
		return refuse(b, st == YB_E_CONTRADICTION || st == YB_E_LIMIT ? TOOL_DOCUMENT : TOOL_INTERNAL, error);
	for (size_t row = 0; row < b->rows.count && !stopped; row++)
		write_row(b, row);
	return !stopped && written(b);
}

static const char *const row_words[] = { "rows", "行" };

void
bulk_tell_progress(const struct bulk *b, bool end)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%zu %s%s", b->done, row_words[b->tool->lang], end ? "            \n" : ""); /* over a longer line */
}

/* Ten times a second, of histories; what is run chunk by chunk tells of chunks. */
static void
tell_share(struct bulk *b, uint64_t done, uint64_t count)
{
	struct timespec now;

	if (!(b->tool->given & TOOL_HISTORIES) || !isatty(STDERR_FILENO) || clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
	    (now.tv_sec - b->told.tv_sec) * 10 + (now.tv_nsec - b->told.tv_nsec) / 100000000 < 1)
		return;
	b->told = now;
	fprintf(stderr, b->tool->lang == YB_LANG_ZH ? "\r%zu 行的 %d %%" : "\r%zu rows: %d %%", b->rows.count, (int)(done * 100 / count));
}

int32_t
bulk_listen(void *user, uint64_t done, uint64_t count)
{
	tell_share(user, done, count);
	return stopped;
}

static bool
run_file(struct bulk *b)
{
	bool first = true, end = (b->tool->given & TOOL_HISTORIES) != 0;

	if (end) { /* they were read with the header */
		if (b->rows.count && !(bulk_read_cells(b) && bulk_bind_columns(b, true) && run_chunk(b)))
			return false;
		b->done = b->rows.count;
		bulk_tell_progress(b, true);
	}
	while (!end) {
		if (!bulk_read_chunk(b, &end))
			return false;
		if (b->rows.count && !(bulk_bind_columns(b, first) && run_chunk(b)))
			return false;
		first = first && !b->rows.count;
		b->done += b->rows.count;
		bulk_tell_progress(b, end);
	}
	return true;
}

static void
tell_counts(const struct bulk *b)
{
	if (b->out.file == stdout)
		return;
	printf(b->tool->lang == YB_LANG_ZH ? "%zu 行" : "%zu rows", b->done);
	for (size_t i = 1; i < 6; i++)
		if (b->counts[i])
			printf("; %zu %s", b->counts[i], outcome_words[i]);
	putchar('\n');
}

/* The file, and what its cells are read through. */
bool
bulk_open_input(struct bulk *b)
{
	const struct tool *tool = b->tool;
	struct stat st;

	b->reader.file = strcmp(tool->args[0], "-") == 0 ? stdin : fopen(tool->args[0], "rb");
	if (!b->reader.file || (b->reader.file != stdin && fstat(fileno(b->reader.file), &st) == 0 && S_ISDIR(st.st_mode))) {
		tool_fail("%s: %s", tool->args[0], b->reader.file ? "is a directory" : strerror(errno));
		b->rc = TOOL_DOCUMENT;
		return false;
	}
	if (yb_person_new(&b->person, NULL) != YB_OK || yb_claim_new(&b->claim, NULL) != YB_OK || yb_decision_new(&b->decision, NULL) != YB_OK)
		return bulk_no_memory(b);
	return true;
}

static bool
open_all(struct bulk *b)
{
	const struct tool *tool = b->tool;
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_error *error = NULL;

	options.threads = tool->threads;
	options.flags = tool->lenient ? YB_BULK_LENIENT : 0;
	if (!bulk_check_sinks(b, NULL, "-o", tool->out) || !bulk_check_sinks(b, tool->out ? tool->out : "-", "--rejects", tool->rejects) ||
	    !bulk_open_input(b))
		return false;
	b->rc = tool_load(tool, &b->set);
	if (b->rc != TOOL_OK)
		return false;
	if (yb_bulk_new(b->set, b->question->question, &options, &b->bulk, &error) != YB_OK)
		return refuse(b, TOOL_INTERNAL, error);
	(void)yb_bulk_set_progress(b->bulk, bulk_listen, b);
	return bulk_read_header(b) && bulk_bind_same(b) && bulk_bind_said(b) && bulk_check_needs(b) && bulk_check_when(b) && bulk_bind_outputs(b) &&
	       bulk_sink_open(b, &b->out, tool->out ? tool->out : "-") && bulk_sink_open(b, &b->rejects, tool->rejects);
}

void
bulk_close(struct bulk *b)
{
	yb_bulk_unref(b->bulk);
	yb_decision_unref(b->decision);
	yb_claim_unref(b->claim);
	yb_person_unref(b->person);
	yb_policy_set_unref(b->set);
	for (size_t i = 0; i < b->column_count; i++) {
		free(b->columns[i].values);
		free(b->columns[i].known);
		texts_free(&b->columns[i].texts);
	}
	for (size_t i = 0; i < b->output_count; i++) {
		free(b->outputs[i].values);
		free(b->outputs[i].known);
	}
	free(b->outputs);
	free(b->outcomes);
	free(b->statuses);
	free(b->bad_cell);
	free(b->cell_status);
	csv_free(&b->header);
	csv_free(&b->rows);
	if (b->reader.file && b->reader.file != stdin)
		(void)fclose(b->reader.file);
}

static void
close_all(struct bulk *b, bool good)
{
	bool part_first = !good && b->out.in_place; /* a pipe may be waited for until the next signal, which leaves no part either */

	if (part_first)
		bulk_sink_close(b, &b->rejects, false);
	bulk_sink_close(b, &b->out, good);
	if (!part_first)
		bulk_sink_close(b, &b->rejects, good && b->rc == TOOL_OK);
	bulk_close(b);
}

static int
ask_rows(const struct tool *tool, const char *question)
{
	struct bulk *b = calloc(1, sizeof(*b));
	bool begun, good;
	int rc;

	if (!b) {
		tool_fail("out of memory");
		return TOOL_INTERNAL;
	}
	b->tool = tool;
	b->question = bulk_question_find(question);
	good = begun = open_all(b);
	if (good) {
		write_headers(b);
		good = run_file(b) && write_rest(b);
	}
	close_all(b, good);
	if (stopped && !good)
		end_stopped(b, begun);
	if (good && b->rc == TOOL_OK) {
		tell_counts(b);
		b->rc = b->counts[5] ? TOOL_DOCUMENT : b->counts[3] + b->counts[4] ? TOOL_NO_ANSWER : TOOL_OK;
		if (b->rc == TOOL_DOCUMENT)
			tool_fail("%s: %zu rows are bad", tool->args[0], b->counts[5]);
	}
	rc = b->rc;
	free(b);
	return rc;
}

int
tool_bulk_settle(const struct tool *tool)
{
	if (tool->what_if && tool->answers) {
		tool_fail("--answers %s: a comparison has sums of the amount that --value names", tool->answers);
		return TOOL_USAGE;
	}
	return tool->what_if ? tool_bulk_whatif(tool) : ask_rows(tool, "settle");
}

/* A day is 1970-01-01 by the number that says that there is none. */
static int
ask_persons(const struct tool *tool, const char *question)
{
	return tool_check_days(tool) ? ask_rows(tool, question) : TOOL_USAGE;
}

int
tool_bulk_fee(const struct tool *tool)
{
	return ask_persons(tool, "fee");
}

int
tool_bulk_refund(const struct tool *tool)
{
	return ask_persons(tool, "refund");
}

int
tool_bulk_eligibility(const struct tool *tool)
{
	return ask_persons(tool, "eligibility");
}

/* --- which columns -------------------------------------------------------- */

static void
print_columns(const struct tool *tool, const struct yb_bulk *bulk)
{
	static const char *const words[][2] = { { "answer", "结果" }, { "always", "必需" }, { "asked", "规则用到" }, { "may", "可选" } };
	yb_column column;
	yb_need need;

	for (size_t i = 0; yb_bulk_input_at(bulk, i, &column, &need) == YB_OK; i++) {
		tool_pad(words[need][tool->lang], 10);
		tool_pad(yb_bulk_get_name(bulk, column), 34);
		printf("%s\n", yb_field_get_label(column, tool->lang));
	}
	for (size_t i = 0; yb_bulk_output_at(bulk, i, &column) == YB_OK; i++) {
		const char *label = yb_field_get_label(column, tool->lang);
		tool_pad(words[0][tool->lang], 10);
		tool_pad(yb_bulk_get_name(bulk, column), 34);
		printf("%s\n", label[0] ? label : bulk_unit_word(yb_bulk_get_unit(bulk, column), tool->lang));
	}
}

int
tool_bulk_columns(const struct tool *tool)
{
	const char *word = tool->arg_count ? tool->args[0] : "settle";
	const struct bulk_question *question = bulk_question_find(word);
	struct yb_policy_set *set = NULL;
	struct yb_bulk *bulk = NULL;
	int rc;

	if (!question) {
		tool_fail("\"%s\" is no question of rows: settle, fee, refund or eligibility", word);
		return TOOL_USAGE;
	}
	rc = tool_load(tool, &set);
	if (rc == TOOL_OK && yb_bulk_new(set, question->question, NULL, &bulk, NULL) != YB_OK) {
		tool_fail("out of memory");
		rc = TOOL_INTERNAL;
	}
	if (rc == TOOL_OK)
		print_columns(tool, bulk);
	yb_bulk_unref(bulk);
	yb_policy_set_unref(set);
	return rc;
}
