/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/policy.h>

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "decide/shown.h"

/* Every figure of a document: where it stands, what it rests on, and whether it is still in force on a day. */

#define OLD_YEARS 3 /* a source published so long before is worth a second look */

enum staleness { FRESH, ENTRY_ENDED, CLAUSE_ENDED, DOCUMENT_ENDED, YEAR_LACKING, SOURCE_OLD };

static const struct {
	const char *name, *zh, *en;
} staleness[] = {
	[FRESH] = { NULL, NULL, NULL },
	[ENTRY_ENDED] = { "entry_ended", "最后一段截止于该日之前，之后没有数值：至 ", "its last entry ended, and none follows: through " },
	[CLAUSE_ENDED] = { "clause_ended", "条款截止于该日之前：至 ", "its clause ended: through " },
	[DOCUMENT_ENDED] = { "document_ended", "文件截止于该日之前：至 ", "its document ended: through " },
	[YEAR_LACKING] = { "year_lacking", "没有该年度的数值：", "no figure for the year " },
	[SOURCE_OLD] = { "source_old", "注意：依据公布已满三年：", "note: its source was published three years before, or more: " },
};

struct verdict {
	enum staleness kind;
	yb_day day; /* that it tells of: the last day, or that of publication */
	int32_t year;
};

/* ---- is it in force? ---- */

/* The day behind the last one of a mapping with `to:` or `through:`. */
static bool
end_of(const struct ybi_node *map, yb_day *end)
{
	const struct ybi_node *to = ybi_node_get(map, "to"), *through = ybi_node_get(map, "through");

	if (to && to->kind == YBI_SCALAR && yb_day_from_text(to->text, to->count, end) == YB_OK)
		return true;
	if (!through || through->kind != YBI_SCALAR || yb_day_from_text(through->text, through->count, end) != YB_OK)
		return false;
	*end += 1;
	return true;
}

/* The end of the section that a mark stands in, else of the document. */
static yb_day
answers_until(const struct ybi_shown *s, uint32_t mark)
{
	static const char *const words[] = { "(fee)", "(refund)", "(eligibility)", NULL, "(reimburse)" };
	static const char *const words_zh[] = { "（fee）", "（refund）", "（eligibility）", NULL, "（reimburse）" };
	struct ybi_piece key;

	while (s->parent[mark] != YBI_NO_MARK)
		mark = s->parent[mark];
	key = ybi_shown_key(s, mark);
	for (size_t ask = 0; ask < ARRAY_SIZE(words); ask++) {
		size_t n = words[ask] ? strlen(words[ask]) : 0, m = words[ask] ? strlen(words_zh[ask]) : 0;
		bool here = words[ask] && ((key.length > n && !memcmp(key.text + key.length - n, words[ask], n)) ||
		                           (key.length > m && !memcmp(key.text + key.length - m, words_zh[ask], m)));
		if (here && s->book->section_days[ask].given)
			return s->book->section_days[ask].to;
	}
	return s->book->to;
}

static bool
lacks_year(const struct ybi_node *node, yb_day on, int32_t *year)
{
	const struct ybi_node *years = ybi_node_get(node, "years");
	char text[16];
	int32_t month, day;

	if (!years || years->kind != YBI_MAP || yb_day_to_ymd(on, year, &month, &day) != YB_OK)
		return false;
	yb_day_to_text(on, text);
	text[4] = '\0';
	return ybi_node_get(years, text) == NULL;
}

static struct verdict
source_age(const struct ybi_node *node, yb_day on)
{
	const struct ybi_source *sources[8];
	const char *articles[8];
	size_t count = ybi_sources_of(node, sources, articles);
	struct verdict fresh = { FRESH, 0, 0 }, old = { SOURCE_OLD, YB_DAY_NONE, 0 };

	for (size_t i = 0; i < count; i++) {
		yb_day limit;
		if (sources[i]->published == YB_DAY_NONE)
			continue;
		if (yb_day_add_months(sources[i]->published, 12 * OLD_YEARS, YB_MONTH_END_CLIP, &limit) != YB_OK || on < limit)
			return fresh; /* one that is recent bears it out */
		if (old.day == YB_DAY_NONE || sources[i]->published > old.day)
			old.day = sources[i]->published;
	}
	return old.day == YB_DAY_NONE ? fresh : old;
}

static struct verdict
judge(const struct ybi_shown *s, uint32_t mark, yb_day on)
{
	yb_day end = answers_until(s, mark);
	struct verdict v = { FRESH, 0, 0 };

	if (on == YB_DAY_NONE)
		return v;
	if (s->marks.rows[mark].end != YB_DAY_NONE && s->marks.rows[mark].end <= on)
		return (struct verdict){ ENTRY_ENDED, s->marks.rows[mark].end - 1, 0 };
	for (uint32_t m = mark; m != YBI_NO_MARK; m = s->parent[m]) {
		yb_day until;
		if (s->marks.rows[m].node && s->marks.rows[m].node->kind == YBI_MAP && end_of(s->marks.rows[m].node, &until) && until <= on)
			return (struct verdict){ CLAUSE_ENDED, until - 1, 0 };
	}
	if (end <= on)
		return (struct verdict){ DOCUMENT_ENDED, end - 1, 0 };
	return source_age(ybi_shown_node(s, mark), on);
}

/* ---- telling ---- */

static void
put_verdict(struct ybi_text *out, const struct verdict *v, bool zh)
{
	char day[YB_DAY_TEXT_SIZE];

	ybi_text_puts(out, zh ? staleness[v->kind].zh : staleness[v->kind].en);
	if (v->kind == YEAR_LACKING) {
		ybi_text_printf(out, "%d", (int)v->year);
	} else {
		yb_day_to_text(v->day, day);
		ybi_text_puts(out, day);
	}
}

static yb_confidence
confidence_of(const struct ybi_node *node)
{
	const struct ybi_source *sources[8];
	const char *articles[8];
	size_t count = ybi_sources_of(node, sources, articles);
	yb_confidence weakest = 0;

	if (node->confidence && node->confidence->kind == YBI_SCALAR)
		return ybi_confidence_from(node->confidence->text);
	for (size_t i = 0; i < count; i++)
		if (sources[i]->confidence > weakest)
			weakest = sources[i]->confidence;
	return weakest;
}

static void
put_tags(struct ybi_text *out, const struct ybi_node *node, yb_lang lang)
{
	const struct ybi_source *sources[8];
	const char *articles[8];
	size_t count = ybi_sources_of(node, sources, articles);
	yb_confidence confidence = confidence_of(node);

	for (size_t i = 0; i < count; i++)
		ybi_text_printf(out, "%s%s%s%s", i ? ", " : "", sources[i]->tag, articles[i] ? " " : "", articles[i] ? articles[i] : "");
	if (!count)
		ybi_text_puts(out, lang == YB_LANG_ZH ? "没有依据" : "no source");
	if (confidence) {
		ybi_text_puts(out, " (");
		ybi_put_confidence(out, confidence, lang);
		ybi_text_putc(out, ')');
	}
}

/* The value without its own source, which is told by its tag. */
static struct ybi_piece
bare_value(const struct ybi_shown *s, uint32_t mark)
{
	static const char *const brackets[] = { " [source ", " [依据 " };
	struct ybi_piece v = ybi_shown_value(s, mark);

	for (size_t k = 0; k < ARRAY_SIZE(brackets); k++)
		for (size_t i = 0, n = strlen(brackets[k]); i + n <= v.length; i++)
			if (!memcmp(v.text + i, brackets[k], n))
				v.length = i;
	return v;
}

struct figures {
	struct ybi_shown shown;
	struct ybi_text *out;
	yb_day on;
	bool zh;
	size_t count, stale;
	char *path; /* under which the last one was told */
};

static void
text_figure(struct figures *f, uint32_t mark, const struct verdict *v)
{
	const struct ybi_node *node = ybi_shown_node(&f->shown, mark);
	struct ybi_text path = { 0 };

	ybi_shown_path(&path, &f->shown, f->shown.parent[mark]);
	if (path.failed)
		f->out->failed = true;
	if (!f->path || !path.data || strcmp(f->path, path.data) != 0)
		ybi_text_printf(f->out, "\n  %s\n", path.data ? path.data : "");
	free(f->path);
	f->path = ybi_text_take(&path);
	ybi_text_puts(f->out, "    ");
	ybi_shown_name(f->out, &f->shown, mark);
	if (v->kind != YEAR_LACKING) {
		ybi_text_puts(f->out, f->zh ? "：" : ": ");
		ybi_put_piece(f->out, bare_value(&f->shown, mark));
	}
	ybi_text_puts(f->out, "  [");
	put_tags(f->out, node, f->zh ? YB_LANG_ZH : YB_LANG_EN);
	ybi_text_printf(f->out, "] %s:%u\n", node->file, (unsigned)node->line);
	if (v->kind == FRESH)
		return;
	ybi_text_puts(f->out, v->kind == SOURCE_OLD ? "        " : f->zh ? "      ! 已过期：" : "      ! stale: ");
	put_verdict(f->out, v, f->zh);
	ybi_text_putc(f->out, '\n');
}

static void
json_figure(struct figures *f, uint32_t mark, const struct verdict *v)
{
	const struct ybi_node *node = ybi_shown_node(&f->shown, mark);
	const struct ybi_source *sources[8];
	const char *articles[8];
	size_t count = ybi_sources_of(node, sources, articles);
	struct ybi_text path = { 0 }, name = { 0 }, told = { 0 };
	bool first = true;
	struct ybi_piece value = bare_value(&f->shown, mark);

	ybi_shown_path(&path, &f->shown, f->shown.parent[mark]);
	ybi_shown_name(&name, &f->shown, mark);
	ybi_text_puts(f->out, f->count > 1 ? ",\n  {" : "\n  {");
	ybi_json_text(f->out, &first, "path", path.data ? path.data : "");
	ybi_json_text(f->out, &first, "what", name.data ? name.data : "");
	ybi_json_key(f->out, &first, "value");
	ybi_text_json_string(f->out, value.text, v->kind == YEAR_LACKING ? 0 : value.length);
	ybi_json_text(f->out, &first, "file", node->file);
	ybi_json_key(f->out, &first, "line");
	ybi_text_printf(f->out, "%u", (unsigned)node->line);
	ybi_json_key(f->out, &first, "sources");
	ybi_text_putc(f->out, '[');
	for (size_t i = 0; i < count; i++) {
		ybi_text_puts(f->out, i ? ", " : "");
		ybi_text_json_string(f->out, sources[i]->tag, strlen(sources[i]->tag));
	}
	ybi_text_putc(f->out, ']');
	ybi_json_text(f->out, &first, "confidence", confidence_of(node) ? ybi_confidence_name(confidence_of(node)) : NULL);
	if (v->kind != FRESH) {
		put_verdict(&told, v, f->zh);
		ybi_json_text(f->out, &first, v->kind == SOURCE_OLD ? "note" : "stale", staleness[v->kind].name);
		ybi_json_text(f->out, &first, "text", told.data ? told.data : "");
	}
	ybi_text_putc(f->out, '}');
	f->out->failed = f->out->failed || path.failed || name.failed || told.failed;
	ybi_text_free(&path);
	ybi_text_free(&name);
	ybi_text_free(&told);
}

static void
put_figures(struct figures *f, yb_format format)
{
	for (uint32_t i = 0; i < f->shown.marks.count; i++) {
		const struct ybi_mark *mark = &f->shown.marks.rows[i];
		struct verdict v = { FRESH, 0, 0 };
		if (!ybi_shown_node(&f->shown, i))
			continue;
		if (f->on != YB_DAY_NONE && mark->node && lacks_year(mark->node, f->on, &v.year))
			v.kind = YEAR_LACKING;
		else if (!(mark->flags & YBI_MARK_FIGURE) || mark->flags & YBI_MARK_TABLE)
			continue;
		else
			v = judge(&f->shown, i, f->on);
		f->count++;
		f->stale += v.kind != FRESH && v.kind != SOURCE_OLD;
		if (format == YB_FORMAT_JSON)
			json_figure(f, i, &v);
		else
			text_figure(f, i, &v);
	}
}

static void
render(struct figures *f, yb_format format)
{
	bool first = true;

	if (format == YB_FORMAT_JSON) {
		ybi_text_putc(f->out, '{');
		ybi_json_text(f->out, &first, "schema", "yibao-figures/1");
		ybi_json_text(f->out, &first, "id", f->shown.book->document->id);
		ybi_json_key(f->out, &first, "figures");
		ybi_text_putc(f->out, '[');
		put_figures(f, format);
		ybi_text_putc(f->out, ']');
		ybi_json_key(f->out, &first, "stale");
		ybi_text_printf(f->out, "%zu}\n", f->stale);
		return;
	}
	ybi_text_puts(f->out, f->zh ? "数值\n" : "Figures\n");
	put_figures(f, format);
	ybi_text_printf(f->out, f->zh ? "\n共 %zu 个数值" : "\n%zu figures", f->count);
	if (f->on != YB_DAY_NONE) {
		char day[YB_DAY_TEXT_SIZE];
		yb_day_to_text(f->on, day);
		ybi_text_printf(f->out, f->zh ? "，%s 已过期 %zu 个" : ", stale on %s: %zu", day, f->stale);
	}
	ybi_text_putc(f->out, '\n');
}

yb_status
yb_policy_set_render_figures(const struct yb_policy_set *set, const char *id, yb_day on, yb_format format, yb_lang lang, char **text,
                             struct yb_error **err)
{
	struct ybi_text out = { 0 };
	struct figures f = { .out = &out, .on = on, .zh = lang == YB_LANG_ZH };

	if (!set || !id || !text || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON || (on != YB_DAY_NONE && !ybi_day_valid(on)))
		return YB_E_INVALID;
	*text = NULL;
	f.shown.set = set;
	f.shown.book = ybi_set_book(set, id);
	if (!f.shown.book)
		return ybi_error_set(err, YB_E_NOT_FOUND, "no document \"%s\" is in use", id);
	if (ybi_shown_make(&f.shown, YB_DAY_NONE, f.zh))
		render(&f, format);
	else
		out.failed = true;
	free(f.path);
	ybi_shown_free(&f.shown);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
