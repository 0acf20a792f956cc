/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bulk settle --by: the bills of a CSV file under the law as it is and under
 * the overlays, added up: a table for people, CSV, JSON, a picture.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "whatif.h"

const char *const whatif_payers[PAYERS] = { "fund_pay_sumamt", "hosp_part_amt", "acct_pay", "psn_cash_pay" };

static const uint8_t outcome_codes[] = { YB_OUTCOME_ANSWERED, YB_OUTCOME_REFUSED, YB_OUTCOME_INCOMPLETE, YB_OUTCOME_UNSUPPORTED, YB_ROW_BAD };
static const char *const outcome_names[] = { "answered", "refused", "incomplete", "unsupported", "bad" };
#define OUTCOMES (sizeof(outcome_codes) / sizeof(outcome_codes[0]))

/* --- numbers as text ------------------------------------------------------ */

const char *
whatif_word(const struct whatif *w, const char *en, const char *zh)
{
	return w->tool->lang == YB_LANG_ZH ? zh : en;
}

struct yb_whatif_sum
whatif_sum(const struct whatif *w, uint32_t group, uint32_t bin, uint32_t value, yb_whatif_figure figure)
{
	struct yb_whatif_sum sum = { 0, 0 };

	(void)yb_whatif_get(w->sums, group, bin, value, figure, &sum);
	return sum;
}

/* Digits with a point before the last `decimals`, and commas. */
static void
spell(const char *digits, size_t decimals, bool commas, char out[MONEY_TEXT])
{
	char padded[YB_WHATIF_TEXT_SIZE + 4];
	size_t n, whole, at = 0;

	if (*digits == '-') {
		out[at++] = '-';
		digits++;
	}
	n = strlen(digits);
	(void)snprintf(padded, sizeof(padded), "%s%s", n <= decimals ? &"000"[3 - (decimals + 1 - n)] : "", digits);
	n = strlen(padded);
	whole = n - decimals;
	for (size_t i = 0; i < n; i++) {
		if (i == whole)
			out[at++] = '.';
		else if (commas && i > 0 && i < whole && (whole - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = padded[i];
	}
	out[at] = '\0';
}

void
whatif_money(const struct yb_whatif_sum *fen, bool commas, char out[MONEY_TEXT])
{
	char digits[YB_WHATIF_TEXT_SIZE];

	(void)yb_whatif_sum_to_text(fen, digits);
	spell(digits, 2, commas, out);
}

void
whatif_fen(int64_t fen, bool commas, char out[MONEY_TEXT])
{
	const struct yb_whatif_sum sum = { (uint64_t)fen, fen < 0 ? -1 : 0 };

	whatif_money(&sum, commas, out);
}

void
whatif_count(const struct yb_whatif_sum *count, bool commas, char out[MONEY_TEXT])
{
	char digits[YB_WHATIF_TEXT_SIZE];

	(void)yb_whatif_sum_to_text(count, digits);
	spell(digits, 0, commas, out);
}

void
whatif_share(const struct yb_whatif_sum *a, const struct yb_whatif_sum *b, char out[MONEY_TEXT])
{
	int64_t hundredths;
	char digits[24];

	if (yb_whatif_sum_divide(a, b, 10000, &hundredths) != YB_OK) {
		(void)snprintf(out, MONEY_TEXT, "-");
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%lld", (long long)hundredths);
	spell(digits, 2, true, out);
	(void)strcat(out, " %");
}

/* --- names ---------------------------------------------------------------- */

static void
key_label(const struct whatif *w, uint32_t group, uint32_t index, char *out, size_t room)
{
	const char *key = yb_whatif_get_key(w->sums, group, index), *name = "";

	if (!key)
		(void)snprintf(out, room, "%s: %s", w->by[index], whatif_word(w, "not known", "不详"));
	else if (yb_policy_set_get_code(w->before, "national", w->by[index], key, YB_DAY_NONE, w->tool->lang, NULL, NULL, &name) == YB_OK && name[0])
		(void)snprintf(out, room, "%s %s", key, name);
	else if (strspn(key, "0123456789.") == strlen(key) && strcmp(w->by[index], "insuplc_admdvs") != 0)
		(void)snprintf(out, room, "%s %s", w->by[index], key);
	else
		(void)snprintf(out, room, "%s", key);
	tool_clean(out);
}

void
whatif_group_label(const struct whatif *w, uint32_t group, char *out, size_t room)
{
	size_t length = 0;

	if (group == 0 || w->by_count == 0) {
		(void)snprintf(out, room, "%s", whatif_word(w, "all", "合计"));
		return;
	}
	for (uint32_t i = 0; i < w->by_count; i++) {
		char part[160];
		int n;
		key_label(w, group, i, part, sizeof(part));
		n = snprintf(out + length, room - length, "%s%s", i ? " · " : "", part);
		if (n < 0 || (size_t)n >= room - length)
			return;
		length += (size_t)n;
	}
}

void
whatif_bin_label(const struct whatif *w, uint32_t bin, char *out, size_t room)
{
	char from[MONEY_TEXT], upto[MONEY_TEXT];
	int64_t above = -1, to = 0;

	(void)yb_whatif_get_bin(w->sums, bin, &above, &to);
	whatif_fen(above, true, from);
	whatif_fen(to, true, upto);
	if (above < 0)
		(void)snprintf(out, room, whatif_word(w, "up to %s", "%s 及以下"), upto);
	else if (to == INT64_MAX)
		(void)snprintf(out, room, whatif_word(w, "above %s", "%s 以上"), from);
	else
		(void)snprintf(out, room, "%s – %s", from, upto);
}

const char *
whatif_value_label(const struct whatif *w, const char *name)
{
	yb_field field;

	return yb_field_from_name(name, strlen(name), &field) == YB_OK ? yb_field_get_label(field, w->tool->lang) : name;
}

uint64_t
whatif_left_out(const struct whatif *w, uint32_t group, uint64_t *all)
{
	uint64_t both = 0;

	*all = 0;
	(void)yb_whatif_get_outcome(w->sums, group, 0, 0, all, NULL);
	(void)yb_whatif_get_outcome(w->sums, group, YB_OUTCOME_ANSWERED, YB_OUTCOME_ANSWERED, &both, NULL);
	return *all - both;
}

/* --- a table for people --------------------------------------------------- */

struct grid {
	char **cells;
	size_t count, room, columns;
	bool failed;
};

static void
grid_add(struct grid *g, const char *text)
{
	if (g->count == g->room) {
		size_t room = g->room ? g->room * 2 : 256;
		char **more = realloc(g->cells, room * sizeof(*more));
		if (!more) {
			g->failed = true;
			return;
		}
		g->cells = more;
		g->room = room;
	}
	g->cells[g->count] = strdup(text);
	g->failed = g->failed || !g->cells[g->count];
	g->count++;
}

/* The first column to the left, numbers to the right. */
static bool
grid_print(struct grid *g)
{
	for (size_t row = 0; !g->failed && row + g->columns <= g->count; row += g->columns) {
		for (size_t c = 0; c < g->columns; c++) {
			size_t width = 0, own = tool_width(g->cells[row + c]);
			for (size_t k = c; k < g->count; k += g->columns)
				width = tool_width(g->cells[k]) > width ? tool_width(g->cells[k]) : width;
			if (c == 0)
				tool_pad(g->cells[row], width);
			else
				printf("%*s%s", (int)(width - own + 2), "", g->cells[row + c]);
		}
		putchar('\n');
	}
	for (size_t i = 0; i < g->count; i++)
		free(g->cells[i]);
	free(g->cells);
	return !g->failed;
}

static void
grid_sum(struct grid *g, const struct whatif *w, uint32_t group, uint32_t bin, yb_whatif_figure figure)
{
	struct yb_whatif_sum sum = whatif_sum(w, group, bin, w->value, figure);
	char text[MONEY_TEXT];

	if (figure == YB_WHATIF_ROWS || figure == YB_WHATIF_WEIGHT || figure == YB_WHATIF_FALL_WEIGHT || figure == YB_WHATIF_RISE_WEIGHT ||
	    figure == YB_WHATIF_PERSONS || figure == YB_WHATIF_PERSON_WEIGHT)
		whatif_count(&sum, true, text);
	else
		whatif_money(&sum, true, text);
	grid_add(g, text);
}

static void
grid_median(struct grid *g, const struct whatif *w, uint32_t group, yb_whatif_side side)
{
	char text[MONEY_TEXT] = "-";
	int64_t fen;

	if (yb_whatif_get_quantile(w->sums, group, w->value, side, 500000, &fen) == YB_OK)
		whatif_fen(fen, true, text);
	grid_add(g, text);
}

/* What weights tell is left out where each row stands for itself, and persons where rows are not of them. */
static bool
is_shown(const struct whatif *w, yb_whatif_figure figure)
{
	if (figure == YB_WHATIF_WEIGHT)
		return w->tool->weight != NULL;
	return figure != YB_WHATIF_PERSON_WEIGHT || w->histories;
}

static bool
print_groups(const struct whatif *w)
{
	static const yb_whatif_figure figures[] = { YB_WHATIF_ROWS, YB_WHATIF_WEIGHT, YB_WHATIF_SUM_BEFORE, YB_WHATIF_SUM_AFTER, YB_WHATIF_SUM_CHANGE,
		                                    YB_WHATIF_PERSON_WEIGHT, YB_WHATIF_FALL_WEIGHT, YB_WHATIF_FALL_BY, YB_WHATIF_RISE_WEIGHT, YB_WHATIF_RISE_BY };
	const char *const heads[] = { whatif_word(w, "rows", "行数"), whatif_word(w, "stand for", "代表"), whatif_word(w, "before", "改革前"),
		                      whatif_word(w, "after", "改革后"), whatif_word(w, "change", "变化"), whatif_word(w, "persons", "人数"),
		                      whatif_word(w, "less for", w->histories ? "减少（人）" : "减少（人次）"), whatif_word(w, "by", "减少额"),
		                      whatif_word(w, "more for", w->histories ? "增加（人）" : "增加（人次）"), whatif_word(w, "by", "增加额") };
	struct grid g = { 0 };

	grid_add(&g, "");
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		if (is_shown(w, figures[i]))
			grid_add(&g, heads[i]);
	grid_add(&g, whatif_word(w, "median before", "中位数（前）"));
	grid_add(&g, whatif_word(w, "median after", "中位数（后）"));
	g.columns = g.count;
	for (uint32_t group = 0; group <= (w->by_count ? yb_whatif_get_group_count(w->sums) : 0); group++) {
		char label[512];
		whatif_group_label(w, group, label, sizeof(label));
		grid_add(&g, label);
		for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
			if (is_shown(w, figures[i]))
				grid_sum(&g, w, group, 0, figures[i]);
		grid_median(&g, w, group, YB_WHATIF_BEFORE);
		grid_median(&g, w, group, YB_WHATIF_AFTER);
	}
	printf(whatif_word(w, "%s (%s), yuan\n", "%s（%s），元\n"), whatif_value_label(w, w->value_name), w->value_name);
	if (w->histories)
		puts(whatif_word(w, "sums are of bills; persons, less, more and medians of what a person's bills of a year come to",
		                 "合计按费用单；人数、减少、增加和中位数按每人每年度各费用单之和"));
	return grid_print(&g);
}

static bool
print_payers(const struct whatif *w)
{
	static const yb_whatif_figure figures[] = { YB_WHATIF_SUM_BEFORE, YB_WHATIF_SUM_AFTER, YB_WHATIF_SUM_CHANGE };
	struct grid g = { .columns = 4 };

	grid_add(&g, "");
	grid_add(&g, whatif_word(w, "before", "改革前"));
	grid_add(&g, whatif_word(w, "after", "改革后"));
	grid_add(&g, whatif_word(w, "change", "变化"));
	for (size_t i = 0; i < PAYERS; i++) {
		grid_add(&g, whatif_value_label(w, whatif_payers[i]));
		for (size_t k = 0; k < 3; k++) {
			struct yb_whatif_sum sum = whatif_sum(w, 0, 0, w->payers[i], figures[k]);
			char text[MONEY_TEXT];
			whatif_money(&sum, true, text);
			grid_add(&g, text);
		}
	}
	printf("\n%s\n", whatif_word(w, "Who pays, yuan", "由谁支付，元"));
	return grid_print(&g);
}

static bool
print_bins(const struct whatif *w)
{
	struct grid g = { .columns = 7 };
	static const yb_whatif_figure figures[] = { YB_WHATIF_ROWS, YB_WHATIF_COST, YB_WHATIF_SUM_BEFORE, YB_WHATIF_SUM_AFTER };

	grid_add(&g, whatif_word(w, "cost of the bill, yuan", "费用总额，元"));
	grid_add(&g, whatif_word(w, "rows", "行数"));
	grid_add(&g, whatif_word(w, "cost", "费用合计"));
	grid_add(&g, whatif_word(w, "before", "改革前"));
	grid_add(&g, whatif_word(w, "after", "改革后"));
	grid_add(&g, whatif_word(w, "of the cost", "占费用"));
	grid_add(&g, whatif_word(w, "then", "改革后"));
	for (uint32_t bin = 1; bin <= yb_whatif_get_bin_count(w->sums); bin++) {
		struct yb_whatif_sum cost = whatif_sum(w, 0, bin, w->value, YB_WHATIF_COST);
		char text[256];
		whatif_bin_label(w, bin, text, sizeof(text));
		grid_add(&g, text);
		for (size_t i = 0; i < 4; i++)
			grid_sum(&g, w, 0, bin, figures[i]);
		for (int side = 0; side < 2; side++) {
			struct yb_whatif_sum sum = whatif_sum(w, 0, bin, w->value, side ? YB_WHATIF_SUM_AFTER : YB_WHATIF_SUM_BEFORE);
			whatif_share(&sum, &cost, text);
			grid_add(&g, text);
		}
	}
	printf(whatif_word(w, "\n%s by cost\n", "\n按费用分组的%s\n"), whatif_value_label(w, w->value_name));
	return grid_print(&g);
}

static void
print_left_out(const struct whatif *w)
{
	static const char *const zh[] = { "已算出", "不予办理", "资料不全", "未编入", "数据有误" };
	struct yb_whatif_sum unknown = whatif_sum(w, 0, 0, w->value, YB_WHATIF_UNKNOWN_ROWS);
	uint64_t all, out = whatif_left_out(w, 0, &all);

	printf(whatif_word(w, "\n%llu rows, %llu of them in no sum", "\n共 %llu 行，其中 %llu 行未计入"), (unsigned long long)all, (unsigned long long)out);
	for (size_t i = 0, told = 0; i < OUTCOMES * OUTCOMES; i++) {
		size_t b = i / OUTCOMES, a = i % OUTCOMES;
		uint64_t rows = 0;
		(void)yb_whatif_get_outcome(w->sums, 0, outcome_codes[b], outcome_codes[a], &rows, NULL);
		if (i == 0 || rows == 0)
			continue;
		printf(told++ ? "; " : ": ");
		printf(whatif_word(w, "%llu %s before, %s after", "%llu 行改革前%s、改革后%s"), (unsigned long long)rows, w->tool->lang ? zh[b] : outcome_names[b],
		       w->tool->lang ? zh[a] : outcome_names[a]);
	}
	putchar('\n');
	if (unknown.low)
		printf(whatif_word(w, "of %llu answered rows the amount is not known on one side; they are not in its sums\n",
		                   "另有 %llu 行的该金额在一侧不详，未计入其合计\n"), (unsigned long long)unknown.low);
	if (whatif_sum(w, 0, 0, w->value, YB_WHATIF_FALL_ROWS).low + whatif_sum(w, 0, 0, w->value, YB_WHATIF_RISE_ROWS).low == 0)
		puts(whatif_word(w, "no row changes: do the days of the rows lie in those of the overlay?", "没有一行变化：各行日期是否在改革的有效期内？"));
}

static void
print_title(const struct whatif *w)
{
	for (size_t i = 0; i < yb_policy_set_get_count(w->after); i++) {
		const char *id = yb_policy_set_get_id(w->after, i);
		bool there = false;
		for (size_t k = 0; k < yb_policy_set_get_count(w->before) && !there; k++)
			there = strcmp(yb_policy_set_get_id(w->before, k), id) == 0;
		if (!there)
			printf("%s: %s (%s)\n", whatif_word(w, "What if", "假如"), yb_policy_set_get_title(w->after, i, w->tool->lang), id);
	}
	putchar('\n');
}

static bool
print_tables(const struct whatif *w)
{
	bool good;

	print_title(w);
	good = print_groups(w) && print_payers(w) && print_bins(w);
	print_left_out(w);
	return good;
}

/* --- for machines --------------------------------------------------------- */

static const struct {
	yb_whatif_figure figure;
	const char *name;
	bool money;
} figures[] = {
	{ YB_WHATIF_ROWS, "rows", false }, { YB_WHATIF_WEIGHT, "weight", false }, { YB_WHATIF_COST, "cost", true },
	{ YB_WHATIF_SUM_BEFORE, "before", true }, { YB_WHATIF_SUM_AFTER, "after", true }, { YB_WHATIF_SUM_CHANGE, "change", true },
	{ YB_WHATIF_FALL_ROWS, "fall_rows", false }, { YB_WHATIF_FALL_WEIGHT, "fall_weight", false }, { YB_WHATIF_FALL_BY, "fall_by", true },
	{ YB_WHATIF_RISE_ROWS, "rise_rows", false }, { YB_WHATIF_RISE_WEIGHT, "rise_weight", false }, { YB_WHATIF_RISE_BY, "rise_by", true },
	{ YB_WHATIF_UNKNOWN_ROWS, "unknown_rows", false }, { YB_WHATIF_PERSONS, "persons", false }, { YB_WHATIF_PERSON_WEIGHT, "person_weight", false },
};
#define FIGURES (sizeof(figures) / sizeof(figures[0]))
static const int32_t ranks[] = { 0, 100000, 250000, 500000, 750000, 900000, 1000000 };
#define RANKS (sizeof(ranks) / sizeof(ranks[0]))

static void
figure_text(const struct whatif *w, uint32_t group, uint32_t bin, uint32_t value, size_t i, char out[MONEY_TEXT])
{
	struct yb_whatif_sum sum = whatif_sum(w, group, bin, value, figures[i].figure);

	if (figures[i].money)
		whatif_money(&sum, false, out);
	else
		whatif_count(&sum, false, out);
}

static void
csv_line(const struct whatif *w, FILE *file, uint32_t group, uint32_t bin, uint32_t value, const char *name)
{
	int64_t above, to;
	char text[MONEY_TEXT];

	for (uint32_t k = 0; k < w->by_count; k++) {
		const char *key = group ? yb_whatif_get_key(w->sums, group, k) : "*";
		csv_write(file, key ? key : "", key ? strlen(key) : 0, false);
		putc(',', file);
	}
	if (bin && yb_whatif_get_bin(w->sums, bin, &above, &to) == YB_OK) {
		whatif_fen(above, false, text);
		fputs(above < 0 ? "" : text, file);
		whatif_fen(to, false, text);
		fprintf(file, ",%s,", to == INT64_MAX ? "" : text);
	} else {
		fputs("*,*,", file);
	}
	fputs(name, file);
	for (size_t i = 0; i < FIGURES; i++) {
		figure_text(w, group, bin, value, i, text);
		fprintf(file, ",%s", text);
	}
	fputs("\n", file);
}

static void
write_csv(const struct whatif *w, FILE *file)
{
	uint32_t groups = w->by_count ? yb_whatif_get_group_count(w->sums) : 0;

	for (uint32_t k = 0; k < w->by_count; k++)
		fprintf(file, "%s,", w->by[k]);
	fputs("cost_above,cost_to,amount", file);
	for (size_t i = 0; i < FIGURES; i++)
		fprintf(file, ",%s", figures[i].name);
	putc('\n', file);
	for (uint32_t g = 0; g <= groups; g++)
		for (uint32_t b = 0; b <= yb_whatif_get_bin_count(w->sums); b++) {
			csv_line(w, file, g, b, w->value, w->value_name);
			for (size_t p = 0; p < PAYERS; p++)
				if (w->payers[p] != w->value)
					csv_line(w, file, g, b, w->payers[p], whatif_payers[p]);
		}
}

static void
json_figures(const struct whatif *w, uint32_t group, uint32_t bin, uint32_t value)
{
	char text[MONEY_TEXT];

	putchar('{');
	for (size_t i = 0; i < FIGURES; i++) {
		figure_text(w, group, bin, value, i, text);
		printf("%s\"%s\": ", i ? ", " : "", figures[i].name);
		tool_json_text(text);
	}
	putchar('}');
}

static void
json_quantiles(const struct whatif *w, uint32_t group)
{
	static const char *const names[] = { "before", "after", "change" };

	fputs(", \"quantiles\": {", stdout);
	for (yb_whatif_side side = YB_WHATIF_BEFORE; side <= YB_WHATIF_CHANGE; side++) {
		printf("%s\"%s\": {", side > YB_WHATIF_BEFORE ? ", " : "", names[side - 1]);
		for (size_t i = 0; i < RANKS; i++) {
			char text[MONEY_TEXT];
			int64_t fen;
			if (yb_whatif_get_quantile(w->sums, group, w->value, side, ranks[i], &fen) != YB_OK)
				break;
			whatif_fen(fen, false, text);
			printf("%s\"%d\": \"%s\"", i ? ", " : "", (int)(ranks[i] / 10000), text);
		}
		putchar('}');
	}
	putchar('}');
}

static void
json_outcomes(const struct whatif *w, uint32_t group)
{
	bool first = true;

	fputs(", \"outcomes\": [", stdout);
	for (size_t i = 0; i < OUTCOMES * OUTCOMES; i++) {
		struct yb_whatif_sum weight = { 0, 0 };
		uint64_t rows = 0;
		char text[MONEY_TEXT];
		(void)yb_whatif_get_outcome(w->sums, group, outcome_codes[i / OUTCOMES], outcome_codes[i % OUTCOMES], &rows, &weight);
		if (!rows)
			continue;
		whatif_count(&weight, false, text);
		printf("%s{\"before\": \"%s\", \"after\": \"%s\", \"rows\": \"%llu\", \"weight\": \"%s\"}", first ? "" : ", ", outcome_names[i / OUTCOMES],
		       outcome_names[i % OUTCOMES], (unsigned long long)rows, text);
		first = false;
	}
	putchar(']');
}

static void
json_bins(const struct whatif *w, uint32_t group)
{
	fputs(", \"costs\": [", stdout);
	for (uint32_t b = 1; b <= yb_whatif_get_bin_count(w->sums); b++) {
		char from[MONEY_TEXT], upto[MONEY_TEXT];
		int64_t above = 0, to = 0;
		(void)yb_whatif_get_bin(w->sums, b, &above, &to);
		whatif_fen(above, false, from);
		whatif_fen(to, false, upto);
		printf("%s{\"above\": ", b > 1 ? ", " : "");
		printf(above < 0 ? "null" : "\"%s\"", from);
		printf(to == INT64_MAX ? ", \"to\": null" : ", \"to\": \"%s\"", upto);
		fputs(", \"figures\": ", stdout);
		json_figures(w, group, b, w->value);
		putchar('}');
	}
	putchar(']');
}

static void
json_group(const struct whatif *w, uint32_t group)
{
	fputs("{\"key\": {", stdout);
	for (uint32_t k = 0; group && k < w->by_count; k++) {
		const char *key = yb_whatif_get_key(w->sums, group, k);
		printf("%s\"%s\": ", k ? ", " : "", w->by[k]);
		if (key)
			tool_json_text(key);
		else
			fputs("null", stdout);
	}
	printf("}, \"figures\": {\"%s\": ", w->value_name);
	json_figures(w, group, 0, w->value);
	for (size_t p = 0; p < PAYERS; p++)
		if (w->payers[p] != w->value) {
			printf(", \"%s\": ", whatif_payers[p]);
			json_figures(w, group, 0, w->payers[p]);
		}
	putchar('}');
	json_quantiles(w, group);
	json_bins(w, group);
	json_outcomes(w, group);
	putchar('}');
}

static void
print_json(const struct whatif *w)
{
	uint32_t groups = w->by_count ? yb_whatif_get_group_count(w->sums) : 0;

	printf("{\"schema\": \"yibao-whatif/1\", \"amount\": \"%s\", \"histories\": %s, \"overlays\": [", w->value_name, w->histories ? "true" : "false");
	for (size_t i = 0; i < w->tool->overlay_count; i++) {
		fputs(i ? ", " : "", stdout);
		tool_json_text(w->tool->overlays[i]);
	}
	fputs("],\n \"all\": ", stdout);
	json_group(w, 0);
	fputs(",\n \"groups\": [", stdout);
	for (uint32_t g = 1; g <= groups; g++) {
		fputs(g > 1 ? ",\n  " : "\n  ", stdout);
		json_group(w, g);
	}
	fputs("]}\n", stdout);
}

/* --- the rows ------------------------------------------------------------- */

static bool
stop(struct whatif *w, int rc, struct yb_error *error)
{
	tool_print_error(error);
	yb_error_unref(error);
	w->rows->rc = rc;
	return false;
}

static bool
weight_read(const char *text, size_t length, int64_t *weight)
{
	*weight = 0;
	if (length == 0 || length > 18)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			break;
		*weight = *weight * 10 + (text[i] - '0');
		if (i + 1 == length)
			return true;
	}
	*weight = 0;
	return false;
}

/* A row whose cells cannot be read, its weight among them, is bad; it stands for none where the weight is what cannot be read. */
static void
mark_rows(struct whatif *w)
{
	const struct csv_rows *rows = &w->rows->rows;

	for (size_t row = 0; row < rows->count; row++) {
		size_t first = rows->first[row], n = rows->first[row + 1] - first;
		w->bad[row] = w->rows->bad_cell[row] != 0;
		w->weights[row] = 1;
		if (w->weight_column == SIZE_MAX)
			continue;
		w->weights[row] = 0;
		if (w->weight_column >= n || !weight_read(csv_text(rows, &rows->cells[first + w->weight_column]), rows->cells[first + w->weight_column].length,
		                                          &w->weights[row]))
			w->bad[row] = 1;
	}
}

/* A person stands for as many in every bill. */
static bool
check_weights(struct whatif *w)
{
	const struct bulk_column *persons = NULL;
	size_t *first;
	bool good = true;

	for (size_t i = 0; i < w->rows->column_count; i++)
		if (w->rows->columns[i].field == YB_FIELD_PSN_NO)
			persons = &w->rows->columns[i];
	if (!persons || w->weight_column == SIZE_MAX)
		return true;
	first = calloc(persons->texts.count + 1, sizeof(*first)); /* by person: its first row, and one more */
	if (!first)
		return bulk_no_memory(w->rows);
	for (size_t row = 0; row < w->rows->rows.count && good; row++) {
		size_t *one = &first[persons->values[row]];
		if (w->bad[row] || !persons->known[row])
			continue;
		if (*one && w->weights[row] != w->weights[*one - 1]) {
			tool_fail("%s:%lu: %s is not what it is on line %lu, which is of the same person", w->tool->args[0], w->rows->rows.lines[row], w->tool->weight,
			          w->rows->rows.lines[*one - 1]);
			w->rows->rc = TOOL_DOCUMENT;
			good = false;
		}
		*one = *one ? *one : row + 1;
	}
	free(first);
	return good;
}

/* All at once: they were read with the header. */
static bool
run_histories(struct whatif *w)
{
	struct yb_error *error = NULL;
	size_t count = w->rows->rows.count;
	yb_status st;

	if (count && !(bulk_read_cells(w->rows) && bulk_bind_columns(w->rows, true)))
		return false;
	mark_rows(w);
	if (!check_weights(w))
		return false;
	(void)yb_whatif_bind_rows(w->sums, w->weights, w->bad);
	st = count ? yb_whatif_run_histories(w->sums, count, NULL, &error) : YB_OK;
	if (st == YB_OK) {
		w->rows->done = count;
		bulk_tell_progress(w->rows, true);
		st = yb_whatif_finish(w->sums, &error);
	}
	return st == YB_OK || stop(w, st == YB_E_LIMIT || st == YB_E_CONTRADICTION ? TOOL_DOCUMENT : TOOL_INTERNAL, error);
}

static bool
run_rows(struct whatif *w)
{
	bool first = true, end = false;
	struct yb_error *error = NULL;

	(void)yb_whatif_bind_rows(w->sums, w->weights, w->bad);
	while (!end) {
		if (!bulk_read_chunk(w->rows, &end))
			return false;
		mark_rows(w);
		if (w->rows->rows.count && !bulk_bind_columns(w->rows, first))
			return false;
		if (w->rows->rows.count && yb_whatif_run(w->sums, w->rows->rows.count, &error) != YB_OK)
			return stop(w, yb_error_get_status(error) == YB_E_LIMIT ? TOOL_DOCUMENT : TOOL_INTERNAL, error);
		first = first && !w->rows->rows.count;
		w->rows->done += w->rows->rows.count;
		bulk_tell_progress(w->rows, end);
	}
	if (yb_whatif_finish(w->sums, &error) != YB_OK)
		return stop(w, TOOL_INTERNAL, error);
	return true;
}

/* --- what is asked -------------------------------------------------------- */

static bool
make_room(struct whatif *w)
{
	w->weights = calloc(w->rows->room, sizeof(*w->weights));
	w->bad = calloc(w->rows->room, sizeof(*w->bad));
	return (w->weights && w->bad) || bulk_no_memory(w->rows);
}

static bool
find_weight(struct whatif *w)
{
	w->weight_column = SIZE_MAX;
	for (size_t i = 0; w->tool->weight && i < w->rows->column_count; i++)
		if (w->rows->columns[i].weight)
			w->weight_column = i;
	if (!w->tool->weight || w->weight_column != SIZE_MAX)
		return true;
	tool_fail("--weight %s: %s has no such column", w->tool->weight, w->tool->args[0]);
	w->rows->rc = TOOL_USAGE;
	return false;
}

static bool
add_groups(struct whatif *w)
{
	char *rest, *part;

	w->words = strdup(w->tool->by ? w->tool->by : "");
	if (!w->words)
		return bulk_no_memory(w->rows);
	rest = w->words[0] ? w->words : NULL;
	while ((part = strsep(&rest, ","))) {
		struct yb_error *error = NULL;
		if (yb_whatif_add_group(w->sums, part, strlen(part), &error) != YB_OK)
			return stop(w, TOOL_USAGE, error);
		w->by[w->by_count++] = part;
	}
	return true;
}

static bool
check_groups(struct whatif *w)
{
	for (uint32_t i = 0; i < w->by_count; i++) {
		yb_column column;
		if (yb_bulk_input(w->rows->bulk, w->by[i], strlen(w->by[i]), &column, NULL) == YB_OK && bulk_has(w->rows, column))
			continue;
		tool_fail("--by %s: %s has no such column, nor does --set give it", w->by[i], w->tool->args[0]);
		w->rows->rc = TOOL_USAGE;
		return false;
	}
	return true;
}

/* In yuan, rising: 1000,10000,50000; or a number of classes of as many rows each. */
static bool
set_bins(struct whatif *w)
{
	const char *at = w->tool->bins ? w->tool->bins : "10";
	struct yb_error *error = NULL;
	int64_t edges[1000];
	size_t count = 0, length;
	yb_status st = YB_OK;

	if (!strchr(at, ',') && strlen(at) < 4 && strspn(at, "0123456789") == strlen(at))
		return yb_whatif_set_bins(w->sums, NULL, (size_t)atoi(at), &error) == YB_OK || stop(w, TOOL_USAGE, error);
	for (; st == YB_OK && count < 1000; at += length + 1) {
		length = strcspn(at, ",");
		st = yb_fen_from_text(at, length, &edges[count++]);
		if (at[length] == '\0')
			break;
	}
	if (st == YB_OK && yb_whatif_set_bins(w->sums, edges, count, &error) == YB_OK)
		return true;
	if (error)
		return stop(w, TOOL_USAGE, error);
	tool_fail("--bins %s: must be a number of classes, 0 to 999, or rising amounts in yuan, 1000,10000.00", w->tool->bins);
	w->rows->rc = TOOL_USAGE;
	return false;
}

static bool
add_values(struct whatif *w)
{
	static const char *const burdens[] = { "psn_part_amt", "psn_cash_pay", "acct_pay", "act_pay_dedc" };
	struct yb_error *error = NULL;

	w->value_name = w->tool->value ? w->tool->value : "psn_part_amt";
	if (yb_whatif_add_value(w->sums, w->value_name, strlen(w->value_name), &w->value, &error) != YB_OK)
		return stop(w, TOOL_USAGE, error);
	for (size_t i = 0; i < PAYERS; i++)
		if (yb_whatif_add_value(w->sums, whatif_payers[i], strlen(whatif_payers[i]), &w->payers[i], &error) != YB_OK)
			return stop(w, TOOL_INTERNAL, error);
	for (size_t i = 0; i < sizeof(burdens) / sizeof(burdens[0]); i++)
		w->burden = w->burden || strcmp(w->value_name, burdens[i]) == 0;
	return true;
}

/* An overlay that cannot be read is no reform. */
static bool
check_overlays(struct whatif *w)
{
	for (size_t i = 0; i < yb_policy_set_get_count(w->after); i++) {
		const struct yb_error *fault = yb_policy_set_get_fault(w->after, i);
		for (size_t k = 0; fault && k < w->tool->overlay_count; k++)
			if (strcmp(yb_error_get_source_name(fault), w->tool->overlays[k]) == 0) {
				tool_print_errors(w->tool, fault, YB_OK);
				w->rows->rc = TOOL_POLICY;
				return false;
			}
	}
	return true;
}

static bool
open_all(struct whatif *w)
{
	struct yb_bulk_options options = YB_BULK_OPTIONS_INIT;
	struct yb_error *error = NULL;
	struct tool plain = *w->tool;

	if (w->tool->overlay_count == 0 || w->tool->rejects) {
		tool_fail(w->tool->rejects ? "--rejects does not go with --by; without --by it tells why rows are not answered" :
		                             "--by, --value, --weight, --bins and --svg compare with a reform; --overlay FILE names it");
		w->rows->rc = TOOL_USAGE;
		return false;
	}
	if (!bulk_check_sinks(w->rows, NULL, "-o", w->tool->out) || !bulk_check_sinks(w->rows, w->tool->out, "--svg", w->tool->svg))
		return false;
	options.threads = w->tool->threads;
	options.flags = w->tool->lenient ? YB_BULK_LENIENT : 0;
	plain.overlay_count = 0;
	w->rows->rc = tool_load(&plain, &w->before);
	if (w->rows->rc == TOOL_OK)
		w->rows->rc = tool_load(w->tool, &w->after);
	if (w->rows->rc != TOOL_OK || !check_overlays(w))
		return false;
	if (yb_whatif_new(w->before, w->after, &options, &w->sums, &error) != YB_OK)
		return stop(w, TOOL_INTERNAL, error);
	w->rows->bulk = yb_whatif_get_bulk(w->sums, YB_WHATIF_BEFORE);
	(void)yb_bulk_set_progress(w->rows->bulk, bulk_listen, w->rows);
	return add_groups(w) && add_values(w) && set_bins(w) && bulk_open_input(w->rows) && bulk_read_header(w->rows) && make_room(w) &&
	       find_weight(w) && bulk_bind_same(w->rows) && check_groups(w) && bulk_check_needs(w->rows);
}

/* --- all of it ------------------------------------------------------------ */

static bool
write_file(struct whatif *w, const char *path, void (*write)(const struct whatif *w, FILE *file))
{
	struct bulk_sink sink = { 0 };
	bool good;

	if (!path)
		return true;
	if (!bulk_sink_open(w->rows, &sink, path))
		return false;
	write(w, sink.file);
	good = !ferror(sink.file);
	if (!good) {
		tool_fail("%s: %s", path, strerror(errno));
		w->rows->rc = TOOL_INTERNAL;
	}
	bulk_sink_close(w->rows, &sink, good);
	return w->rows->rc == TOOL_OK;
}

static bool
tell(struct whatif *w)
{
	const struct tool *tool = w->tool;
	bool quiet = (tool->out && strcmp(tool->out, "-") == 0) || (tool->svg && strcmp(tool->svg, "-") == 0);

	if (!write_file(w, tool->out, write_csv) || !write_file(w, tool->svg, whatif_write_svg))
		return false;
	if (quiet)
		return true;
	if (tool->json)
		print_json(w);
	else if (!print_tables(w))
		return bulk_no_memory(w->rows);
	return true;
}

/* As of settling the rows one by one, on the worse side. */
static int
exit_code(const struct whatif *w)
{
	uint64_t bad[2] = { 0 }, open[4] = { 0 };

	(void)yb_whatif_get_outcome(w->sums, 0, YB_ROW_BAD, 0, &bad[0], NULL);
	(void)yb_whatif_get_outcome(w->sums, 0, 0, YB_ROW_BAD, &bad[1], NULL);
	(void)yb_whatif_get_outcome(w->sums, 0, YB_OUTCOME_INCOMPLETE, 0, &open[0], NULL);
	(void)yb_whatif_get_outcome(w->sums, 0, 0, YB_OUTCOME_INCOMPLETE, &open[1], NULL);
	(void)yb_whatif_get_outcome(w->sums, 0, YB_OUTCOME_UNSUPPORTED, 0, &open[2], NULL);
	(void)yb_whatif_get_outcome(w->sums, 0, 0, YB_OUTCOME_UNSUPPORTED, &open[3], NULL);
	if (bad[0] + bad[1])
		return TOOL_DOCUMENT;
	return open[0] + open[1] + open[2] + open[3] ? TOOL_NO_ANSWER : TOOL_OK;
}

int
tool_bulk_whatif(const struct tool *tool)
{
	struct whatif *w = calloc(1, sizeof(*w));
	int rc = TOOL_INTERNAL;

	if (w)
		w->rows = calloc(1, sizeof(*w->rows));
	if (!w || !w->rows) {
		tool_fail("out of memory");
	} else {
		w->tool = w->rows->tool = tool;
		w->histories = (tool->given & TOOL_HISTORIES) != 0;
		if (open_all(w) && (w->histories ? run_histories(w) : run_rows(w)) && tell(w))
			w->rows->rc = exit_code(w);
		rc = w->rows->rc;
		w->rows->bulk = NULL; /* the sums own it */
		bulk_close(w->rows);
		yb_whatif_unref(w->sums);
		yb_policy_set_unref(w->before);
		yb_policy_set_unref(w->after);
		free(w->words);
		free(w->weights);
		free(w->bad);
		free(w->rows);
	}
	free(w);
	return rc;
}
