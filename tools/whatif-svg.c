/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The picture of bulk settle --svg: who gains and who loses, who pays, and
 * what is left to the person by cost. Every row of a chart has a line of its own
 * for its label, its bars and its figures, each in a column of a known
 * width; a text that could be wider is cut or set closer. Nothing is fetched, no
 * script, dark on white, and the colours differ in lightness too.
 */
#include <stdlib.h>
#include <string.h>

#include "whatif.h"

#define WIDTH 1100
#define MARGIN 30
#define LABEL_WIDTH 230
#define BARS 270        /* where bars begin */
#define BARS_WIDTH 440
#define TEXTS 730       /* where figures begin */
#define TEXTS_WIDTH (WIDTH - MARGIN - TEXTS)
#define ROW 38
#define GROUPS_SHOWN 24

static const char less_colour[] = "#2166ac", more_colour[] = "#e08214", before_colour[] = "#9e9e9e", after_colour[] = "#1b7837", dark[] = "#222222",
                  grey[] = "#555555", line_colour[] = "#d0d0d0";

struct page {
	const struct whatif *w;
	FILE *file;
	int y;
};

/* --- texts ---------------------------------------------------------------- */

/* Bytes of the character that begins here. */
static size_t
character(const char *text)
{
	size_t n = 1;

	while ((text[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* A wide character takes an em, others no more than 0.62 of it. */
static double
width_of(const char *text, int size)
{
	double width = 0;

	while (*text) {
		char one[8] = { 0 };
		size_t n = character(text);
		memcpy(one, text, n < sizeof(one) ? n : sizeof(one) - 1);
		width += tool_width(one) > 1 ? 1.0 : 0.62;
		text += n;
	}
	return width * size;
}

static void
put_escaped(FILE *file, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&': fputs("&amp;", file); break;
		case '<': fputs("&lt;", file); break;
		case '>': fputs("&gt;", file); break;
		case '"': fputs("&quot;", file); break;
		default: putc((unsigned char)*text < 0x20 ? ' ' : *text, file);
		}
}

/* As much of a text as fits, with an ellipsis for the rest. */
static void
cut(const char *text, int size, double room, char *out, size_t bytes)
{
	size_t at = 0;

	(void)snprintf(out, bytes, "%s", text);
	if (width_of(out, size) <= room)
		return;
	while (out[at] && at + 8 < bytes) {
		char rest = out[at + character(out + at)];
		out[at + character(out + at)] = '\0';
		if (width_of(out, size) > room - size) {
			(void)snprintf(out + at, bytes - at, "…");
			return;
		}
		at = strlen(out);
		out[at] = rest;
	}
}

static void
put_text(struct page *p, double x, double y, int size, const char *colour, const char *anchor, double room, const char *text)
{
	char shown[512];

	cut(text, size, room, shown, sizeof(shown));
	fprintf(p->file, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"%s\" text-anchor=\"%s\">", x, y, size, colour, anchor);
	put_escaped(p->file, shown);
	fputs("</text>\n", p->file);
}

/* Figures are never cut: where they might be too wide they are set smaller. */
static void
put_figures(struct page *p, double y, const char *colour, const char *text)
{
	int size = 12;

	while (size > 5 && width_of(text, size) > TEXTS_WIDTH)
		size--;
	fprintf(p->file, "<text x=\"%d\" y=\"%.1f\" font-size=\"%d\" fill=\"%s\" text-anchor=\"start\">", TEXTS, y, size, colour);
	put_escaped(p->file, text);
	fputs("</text>\n", p->file);
}

/* --- shapes --------------------------------------------------------------- */

static void
put_bar(struct page *p, double x, double y, double width, double height, const char *colour)
{
	fprintf(p->file, "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y, width < 0 ? 0 : width, height, colour);
}

static void
put_line(struct page *p, double x, double from, double to)
{
	fprintf(p->file, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1\"/>\n", x, from, x, to, line_colour);
}

static void
put_key(struct page *p, double x, const char *colour, const char *text)
{
	put_bar(p, x, p->y - 10, 11, 11, colour);
	put_text(p, x + 17, p->y, 12, dark, "start", 200, text);
}

static void
put_heading(struct page *p, const char *text)
{
	p->y += 46;
	put_text(p, MARGIN, p->y, 17, dark, "start", WIDTH - 2 * MARGIN, text);
	p->y += 24;
}

static double
real(const struct yb_whatif_sum *sum)
{
	return (double)sum->high * 18446744073709551616.0 + (double)sum->low;
}

static double
part_of(const struct yb_whatif_sum *a, const struct yb_whatif_sum *b)
{
	return real(b) > 0 ? real(a) / real(b) : 0;
}

/* The least of 1, 2, 5 times a power of ten that is not below. */
static double
round_up(double value)
{
	static const double steps[] = { 1, 2, 5, 10 };
	double power = 1;

	if (value <= 0)
		return 1;
	while (power * 10 <= value)
		power *= 10;
	while (power > value)
		power /= 10;
	for (size_t i = 0; i < 4; i++)
		if (steps[i] * power >= value * 0.999999)
			return steps[i] * power;
	return power * 10;
}

/* --- who gains, who loses ------------------------------------------------- */

static double
widest_share(const struct whatif *w, uint32_t groups)
{
	double widest = 0;

	for (uint32_t g = 0; g <= groups; g++) {
		struct yb_whatif_sum all = whatif_sum(w, g, 0, w->value, YB_WHATIF_PERSON_WEIGHT), less = whatif_sum(w, g, 0, w->value, YB_WHATIF_FALL_WEIGHT),
		                     more = whatif_sum(w, g, 0, w->value, YB_WHATIF_RISE_WEIGHT);
		widest = part_of(&less, &all) > widest ? part_of(&less, &all) : widest;
		widest = part_of(&more, &all) > widest ? part_of(&more, &all) : widest;
	}
	widest = round_up(widest * 100) / 100;
	return widest > 1 ? 1 : widest;
}

/* 12.34 %: 1,234 by 56,789.00 */
static void
side_text(const struct whatif *w, uint32_t group, yb_whatif_figure weight, yb_whatif_figure by, const char *sign, char *out, size_t room)
{
	struct yb_whatif_sum all = whatif_sum(w, group, 0, w->value, YB_WHATIF_PERSON_WEIGHT), part = whatif_sum(w, group, 0, w->value, weight),
	                     fen = whatif_sum(w, group, 0, w->value, by);
	char share[MONEY_TEXT], count[MONEY_TEXT], money[MONEY_TEXT];
	bool none = part.low == 0 && part.high == 0;

	whatif_share(&part, &all, share);
	whatif_count(&part, true, count);
	whatif_money(&fen, true, money);
	(void)snprintf(out, room, whatif_word(w, "%s (%s)  %s%s yuan", "%s（%s）  %s%s 元"), share, count, none ? "" : sign, money);
}

/* On two lines where one is too short, parted between two keys. */
static void
put_label(struct page *p, const char *label)
{
	static const char between[] = " · ";
	const char *at = label, *part = NULL;
	char first[512];

	if (width_of(label, 13) <= LABEL_WIDTH) {
		put_text(p, MARGIN, p->y + 20, 13, dark, "start", LABEL_WIDTH, label);
		return;
	}
	while ((at = strstr(at, between))) {
		(void)snprintf(first, sizeof(first), "%.*s", (int)(at - label), label);
		if (!part || width_of(first, 11) <= LABEL_WIDTH)
			part = at;
		at += sizeof(between) - 1;
	}
	(void)snprintf(first, sizeof(first), "%.*s", (int)(part ? (size_t)(part - label) : strlen(label)), label);
	put_text(p, MARGIN, p->y + 14, 11, dark, "start", LABEL_WIDTH, first);
	if (part)
		put_text(p, MARGIN, p->y + 29, 11, dark, "start", LABEL_WIDTH, part + sizeof(between) - 1);
}

static void
gain_row(struct page *p, uint32_t group, double widest)
{
	const struct whatif *w = p->w;
	struct yb_whatif_sum all = whatif_sum(w, group, 0, w->value, YB_WHATIF_PERSON_WEIGHT), less = whatif_sum(w, group, 0, w->value, YB_WHATIF_FALL_WEIGHT),
	                     more = whatif_sum(w, group, 0, w->value, YB_WHATIF_RISE_WEIGHT);
	double middle = BARS + BARS_WIDTH / 2.0, scale = BARS_WIDTH / 2.0 / widest, left = part_of(&less, &all) * scale;
	char label[512], text[256];

	whatif_group_label(w, group, label, sizeof(label));
	put_label(p, label);
	put_bar(p, middle - left, p->y + 6, left, 20, less_colour);
	put_bar(p, middle, p->y + 6, part_of(&more, &all) * scale, 20, more_colour);
	side_text(w, group, YB_WHATIF_FALL_WEIGHT, YB_WHATIF_FALL_BY, "-", text, sizeof(text));
	put_figures(p, p->y + 14, less_colour, text);
	side_text(w, group, YB_WHATIF_RISE_WEIGHT, YB_WHATIF_RISE_BY, "+", text, sizeof(text));
	put_figures(p, p->y + 29, "#8a4b00", text);
	p->y += ROW;
}

static void
gain_axis(struct page *p, double widest, int height)
{
	double middle = BARS + BARS_WIDTH / 2.0;
	char text[32];

	for (int i = -2; i <= 2; i++) {
		double x = middle + i * BARS_WIDTH / 4.0;
		put_line(p, x, p->y, p->y + height);
		(void)snprintf(text, sizeof(text), "%g %%", (i < 0 ? -i : i) * widest * 50);
		put_text(p, x, p->y + height + 15, 11, grey, "middle", 100, text);
	}
	put_text(p, middle, p->y + height + 32, 12, grey, "middle", BARS_WIDTH,
	         p->w->histories ? whatif_word(p->w, "share of the persons of the group, by the year, %", "占该组人数的比例（按年度），%")
	                         : whatif_word(p->w, "share of the bills of the group, %", "占该组人次的比例，%"));
}

static void
put_gains(struct page *p)
{
	const struct whatif *w = p->w;
	uint32_t groups = w->by_count ? yb_whatif_get_group_count(w->sums) : 0, shown = groups < GROUPS_SHOWN ? groups : GROUPS_SHOWN;
	double widest = widest_share(w, shown);
	char text[256];

	put_heading(p, w->burden ? whatif_word(w, "Who gains, who loses", "谁受益，谁多付") : whatif_word(w, "Where it falls, where it rises", "何处减少，何处增加"));
	put_key(p, BARS, less_colour, w->burden ? whatif_word(w, "pays less", "负担减少") : whatif_word(w, "less", "减少"));
	put_key(p, BARS + BARS_WIDTH / 2.0, more_colour, w->burden ? whatif_word(w, "pays more", "负担增加") : whatif_word(w, "more", "增加"));
	put_text(p, TEXTS, p->y, 12, grey, "start", TEXTS_WIDTH,
	         w->histories ? whatif_word(w, "share (persons), by how much in all", "比例（人数），合计变化")
	                      : whatif_word(w, "share (bills), by how much in all", "比例（人次），合计变化"));
	p->y += 8;
	gain_axis(p, widest, ROW * ((int)shown + 1));
	for (uint32_t g = 0; g <= shown; g++)
		gain_row(p, g, widest);
	p->y += 36;
	if (shown == groups)
		return;
	(void)snprintf(text, sizeof(text), whatif_word(w, "and %u groups more, which the table has", "另有 %u 组，见表"), groups - shown);
	p->y += 18;
	put_text(p, MARGIN, p->y, 12, grey, "start", WIDTH - 2 * MARGIN, text);
}

/* --- who pays ------------------------------------------------------------- */

/* What bars are told in: their power of ten. */
static const struct {
	double fen;
	const char *en, *zh;
} units[] = { { 1e2, "yuan", "元" }, { 1e6, "10,000 yuan", "万元" }, { 1e10, "100 million yuan", "亿元" }, { 1e14, "1,000,000 million yuan", "万亿元" } };

static void
pay_row(struct page *p, size_t payer, double widest)
{
	const struct whatif *w = p->w;
	struct yb_whatif_sum before = whatif_sum(w, 0, 0, w->payers[payer], YB_WHATIF_SUM_BEFORE), after = whatif_sum(w, 0, 0, w->payers[payer], YB_WHATIF_SUM_AFTER),
	                     change = whatif_sum(w, 0, 0, w->payers[payer], YB_WHATIF_SUM_CHANGE);
	char a[MONEY_TEXT], b[MONEY_TEXT], c[MONEY_TEXT], text[256];

	put_text(p, MARGIN, p->y + 20, 13, dark, "start", LABEL_WIDTH, whatif_value_label(w, whatif_payers[payer]));
	put_bar(p, BARS, p->y + 4, real(&before) / widest * BARS_WIDTH, 12, before_colour);
	put_bar(p, BARS, p->y + 17, real(&after) / widest * BARS_WIDTH, 12, after_colour);
	whatif_money(&before, true, b);
	whatif_money(&after, true, a);
	whatif_money(&change, true, c);
	(void)snprintf(text, sizeof(text), "%s → %s", b, a);
	put_figures(p, p->y + 14, dark, text);
	(void)snprintf(text, sizeof(text), "%s%s", change.high >= 0 && change.low ? "+" : "", c);
	put_figures(p, p->y + 29, dark, text);
	p->y += ROW;
}

static void
put_payers(struct page *p)
{
	const struct whatif *w = p->w;
	double widest = 100;
	size_t unit = 0;
	char text[64];

	for (size_t i = 0; i < PAYERS; i++) {
		struct yb_whatif_sum before = whatif_sum(w, 0, 0, w->payers[i], YB_WHATIF_SUM_BEFORE), after = whatif_sum(w, 0, 0, w->payers[i], YB_WHATIF_SUM_AFTER);
		widest = real(&before) > widest ? real(&before) : widest;
		widest = real(&after) > widest ? real(&after) : widest;
	}
	widest = round_up(widest);
	while (unit + 1 < sizeof(units) / sizeof(units[0]) && widest >= units[unit + 1].fen)
		unit++;
	put_heading(p, whatif_word(w, "Who pays", "由谁支付"));
	put_key(p, BARS, before_colour, whatif_word(w, "before", "改革前"));
	put_key(p, BARS + BARS_WIDTH / 2.0, after_colour, whatif_word(w, "after", "改革后"));
	put_text(p, TEXTS, p->y, 12, grey, "start", TEXTS_WIDTH, whatif_word(w, "before → after, and the change, yuan", "改革前 → 改革后，及变化，元"));
	p->y += 8;
	for (int i = 0; i <= 4; i++) {
		put_line(p, BARS + i * BARS_WIDTH / 4.0, p->y, p->y + ROW * PAYERS);
		(void)snprintf(text, sizeof(text), "%g", widest / units[unit].fen * i / 4);
		put_text(p, BARS + i * BARS_WIDTH / 4.0, p->y + ROW * PAYERS + 15, 11, grey, "middle", 100, text);
	}
	put_text(p, BARS + BARS_WIDTH / 2.0, p->y + ROW * PAYERS + 32, 12, grey, "middle", BARS_WIDTH, whatif_word(w, units[unit].en, units[unit].zh));
	for (size_t i = 0; i < PAYERS; i++)
		pay_row(p, i, widest);
	p->y += 36;
}

/* --- by cost -------------------------------------------------------------- */

static void
mean_text(const struct yb_whatif_sum *sum, const struct yb_whatif_sum *weight, char out[MONEY_TEXT])
{
	int64_t fen;

	if (yb_whatif_sum_divide(sum, weight, 1, &fen) == YB_OK)
		whatif_fen(fen, true, out);
	else
		(void)snprintf(out, MONEY_TEXT, "-");
}

static void
cost_row(struct page *p, uint32_t bin)
{
	const struct whatif *w = p->w;
	struct yb_whatif_sum cost = whatif_sum(w, 0, bin, w->value, YB_WHATIF_COST), weight = whatif_sum(w, 0, bin, w->value, YB_WHATIF_WEIGHT),
	                     before = whatif_sum(w, 0, bin, w->value, YB_WHATIF_SUM_BEFORE), after = whatif_sum(w, 0, bin, w->value, YB_WHATIF_SUM_AFTER);
	double b = part_of(&before, &cost), a = part_of(&after, &cost);
	char one[MONEY_TEXT], two[MONEY_TEXT], text[256];

	whatif_bin_label(w, bin, text, sizeof(text));
	put_text(p, MARGIN, p->y + 20, 13, dark, "start", LABEL_WIDTH, text);
	put_bar(p, BARS, p->y + 4, (b > 1 ? 1 : b) * BARS_WIDTH, 12, before_colour);
	put_bar(p, BARS, p->y + 17, (a > 1 ? 1 : a) * BARS_WIDTH, 12, after_colour);
	whatif_share(&before, &cost, one);
	whatif_share(&after, &cost, two);
	(void)snprintf(text, sizeof(text), "%s → %s", one, two);
	put_figures(p, p->y + 14, dark, text);
	mean_text(&before, &weight, one);
	mean_text(&after, &weight, two);
	(void)snprintf(text, sizeof(text), whatif_word(w, "%s → %s yuan a bill", "次均 %s → %s 元"), one, two);
	put_figures(p, p->y + 29, grey, text);
	p->y += ROW;
}

static void
put_costs(struct page *p)
{
	const struct whatif *w = p->w;
	uint32_t bins = yb_whatif_get_bin_count(w->sums);
	char text[256];

	if (bins == 0)
		return;
	(void)snprintf(text, sizeof(text), whatif_word(w, "%s by cost", "按费用分组的%s"), whatif_value_label(w, w->value_name));
	put_heading(p, text);
	put_text(p, MARGIN, p->y, 12, grey, "start", LABEL_WIDTH, whatif_word(w, "cost of the bill, yuan", "费用总额，元"));
	put_key(p, BARS, before_colour, whatif_word(w, "before", "改革前"));
	put_key(p, BARS + BARS_WIDTH / 2.0, after_colour, whatif_word(w, "after", "改革后"));
	put_text(p, TEXTS, p->y, 12, grey, "start", TEXTS_WIDTH, whatif_word(w, "share of the cost, and the mean", "占费用的比例，及次均金额"));
	p->y += 8;
	for (int i = 0; i <= 4; i++) {
		put_line(p, BARS + i * BARS_WIDTH / 4.0, p->y, p->y + ROW * (int)bins);
		(void)snprintf(text, sizeof(text), "%d %%", i * 25);
		put_text(p, BARS + i * BARS_WIDTH / 4.0, p->y + ROW * (int)bins + 15, 11, grey, "middle", 100, text);
	}
	put_text(p, BARS + BARS_WIDTH / 2.0, p->y + ROW * (int)bins + 32, 12, grey, "middle", BARS_WIDTH, whatif_word(w, "share of the cost, %", "占费用的比例，%"));
	for (uint32_t b = 1; b <= bins; b++)
		cost_row(p, b);
	p->y += 36;
}

/* --- the page ------------------------------------------------------------- */

static int
page_height(const struct whatif *w)
{
	uint32_t groups = w->by_count ? yb_whatif_get_group_count(w->sums) : 0, bins = yb_whatif_get_bin_count(w->sums);
	int rows = 1 + (int)(groups < GROUPS_SHOWN ? groups : GROUPS_SHOWN) + PAYERS + (int)bins;

	return 100 + rows * ROW + 3 * (46 + 24 + 8 + 36) + 18 + 60;
}

static void
reform_title(const struct whatif *w, char *out, size_t room)
{
	size_t length = (size_t)snprintf(out, room, "%s", whatif_word(w, "What if: ", "假如："));
	bool first = true;

	for (size_t i = 0; i < yb_policy_set_get_count(w->after); i++) {
		const char *id = yb_policy_set_get_id(w->after, i);
		bool there = false;
		for (size_t k = 0; k < yb_policy_set_get_count(w->before) && !there; k++)
			there = strcmp(yb_policy_set_get_id(w->before, k), id) == 0;
		if (there || length >= room)
			continue;
		length += (size_t)snprintf(out + length, room - length, "%s%s", first ? "" : "; ", yb_policy_set_get_title(w->after, i, w->tool->lang));
		first = false;
	}
}

static void
put_top(struct page *p)
{
	const struct whatif *w = p->w;
	struct yb_whatif_sum weight = whatif_sum(w, 0, 0, w->value, YB_WHATIF_WEIGHT), heads = whatif_sum(w, 0, 0, w->value, YB_WHATIF_PERSON_WEIGHT);
	char text[512], count[MONEY_TEXT], persons[MONEY_TEXT];
	uint64_t all, out = whatif_left_out(w, 0, &all);

	reform_title(w, text, sizeof(text));
	p->y = 46;
	put_text(p, MARGIN, p->y, 22, dark, "start", WIDTH - 2 * MARGIN, text);
	whatif_count(&weight, true, count);
	whatif_count(&heads, true, persons);
	if (w->histories)
		(void)snprintf(text, sizeof(text), whatif_word(w, "%s (%s); %s bills of %s persons, each year counted; %llu rows, %llu of them in no sum",
		                                               "%s（%s）；%s 人次、%s 人（按年度）；共 %llu 行，其中 %llu 行未计入"),
		               whatif_value_label(w, w->value_name), w->value_name, count, persons, (unsigned long long)all, (unsigned long long)out);
	else
		(void)snprintf(text, sizeof(text), whatif_word(w, "%s (%s); %s bills; %llu rows, %llu of them in no sum", "%s（%s）；%s 人次；共 %llu 行，其中 %llu 行未计入"),
		               whatif_value_label(w, w->value_name), w->value_name, count, (unsigned long long)all, (unsigned long long)out);
	p->y += 26;
	put_text(p, MARGIN, p->y, 14, grey, "start", WIDTH - 2 * MARGIN, text);
}

void
whatif_write_svg(const struct whatif *w, FILE *file)
{
	struct page p = { .w = w, .file = file };
	int height = page_height(w);

	fprintf(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
	              "font-family=\"'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif\" xml:lang=\"%s\">\n",
	        WIDTH, height, WIDTH, height, w->tool->lang == YB_LANG_ZH ? "zh" : "en");
	fprintf(file, "<title>%s</title>\n<rect x=\"0\" y=\"0\" width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
	        whatif_word(w, "What a reform changes: who gains, who pays, what is left to the person by cost", "改革影响：谁受益、由谁支付、按费用分组的个人负担"), WIDTH, height);
	put_top(&p);
	put_gains(&p);
	put_payers(&p);
	put_costs(&p);
	put_text(&p, MARGIN, height - 18, 11, grey, "start", WIDTH - 2 * MARGIN,
	         whatif_word(w, "libyibao; each bill settled before and after the change, exact to the fen", "libyibao；每张费用单按改革前后分别结算，精确到分"));
	fputs("</svg>\n", file);
}
