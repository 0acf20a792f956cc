/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/policy.h>

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "decide/sample.h"
#include "decide/shown.h"

/*
 * Two documents compared. Both are shown in one form, and what is shown is
 * compared heading by heading, label by label, row by row: so the words are
 * those of `policy show`, and neither order nor spelling makes a difference.
 * Then both are asked the same questions.
 */

enum kind { CHANGED, ADDED, REMOVED, MOVED };

struct change {
	enum kind kind;
	uint32_t a, b; /* marks; YBI_NO_MARK */
};

struct comparison {
	struct ybi_shown sides[2];
	struct change *changes;
	size_t count, room;
	size_t counts[4]; /* by kind */
	bool zh, failed;
};

/* ---- comparing ---- */

static bool
same_span(struct ybi_piece a, struct ybi_piece b)
{
	return a.length == b.length && (!a.length || !memcmp(a.text, b.text, a.length));
}

static void
add_change(struct comparison *c, enum kind kind, uint32_t a, uint32_t b)
{
	if (!ybi_grow(&c->changes, c->count, &c->room, sizeof(*c->changes))) {
		c->failed = true;
		return;
	}
	c->changes[c->count++] = (struct change){ kind, a, b };
	c->counts[kind]++;
}

static bool
same_name(const struct comparison *c, uint32_t a, uint32_t b)
{
	const char *one = c->sides[0].marks.rows[a].id, *other = c->sides[1].marks.rows[b].id;

	return same_span(ybi_shown_key(&c->sides[0], a), ybi_shown_key(&c->sides[1], b)) && (one && other ? !strcmp(one, other) : !one && !other);
}

/* Of several with one name the one that also says the same, else the first that is left. Looked for from `hint` on, and round. */
static uint32_t
partner(const struct comparison *c, uint32_t a, uint32_t first, uint32_t end, uint32_t hint, uint32_t parent)
{
	const struct ybi_shown *b = &c->sides[1];
	uint32_t left = YBI_NO_MARK;

	for (uint32_t i = first; i < end; i++) {
		uint32_t k = i - first < end - hint ? hint + (i - first) : first + (i - first) - (end - hint);
		if (b->parent[k] != parent || b->match[k] != YBI_NO_MARK || !same_name(c, a, k))
			continue;
		if (same_span(ybi_shown_value(&c->sides[0], a), ybi_shown_value(b, k)))
			return k;
		if (left == YBI_NO_MARK)
			left = k;
	}
	return left;
}

/* Have those that both sides have another order? */
static bool
reordered(const struct comparison *c, uint32_t first, uint32_t end, uint32_t parent)
{
	uint32_t last = 0;

	for (uint32_t i = first; i < end; i++) {
		const struct ybi_shown *a = &c->sides[0];
		if (a->parent[i] != parent || a->match[i] == YBI_NO_MARK)
			continue;
		if (a->match[i] < last)
			return true;
		last = a->match[i];
	}
	return false;
}

/* A clause that one side alone has; a heading stands for the clauses below it. */
static void
add_alone(struct comparison *c, enum kind kind, uint32_t i)
{
	const struct ybi_shown *s = &c->sides[kind == ADDED];
	uint32_t end = ybi_shown_block(s, i);

	if (s->marks.rows[i].node || end == i + 1) {
		add_change(c, kind, kind == ADDED ? YBI_NO_MARK : i, kind == ADDED ? i : YBI_NO_MARK);
		return;
	}
	for (uint32_t k = i + 1; k < end; k++)
		if (s->parent[k] == i)
			add_alone(c, kind, k);
}

static void compare_pair(struct comparison *c, uint32_t a, uint32_t b);

/* What belongs to a mark of either side; YBI_NO_MARK on both: all sections. */
static void
compare_children(struct comparison *c, uint32_t pa, uint32_t pb)
{
	struct ybi_shown *a = &c->sides[0], *b = &c->sides[1];
	uint32_t first_a = pa == YBI_NO_MARK ? 0 : pa + 1, first_b = pb == YBI_NO_MARK ? 0 : pb + 1;
	uint32_t hint = first_b, end_a = pa == YBI_NO_MARK ? (uint32_t)a->marks.count : ybi_shown_block(a, pa), end_b = pb == YBI_NO_MARK ? (uint32_t)b->marks.count : ybi_shown_block(b, pb);

	for (uint32_t i = first_a; i < end_a; i++) {
		if (a->parent[i] != pa)
			continue;
		a->match[i] = partner(c, i, first_b, end_b, hint, pb);
		if (a->match[i] == YBI_NO_MARK)
			continue;
		b->match[a->match[i]] = i;
		hint = a->match[i] + 1 < end_b ? a->match[i] + 1 : first_b;
	}
	if (pa != YBI_NO_MARK && (a->marks.rows[pa].flags & b->marks.rows[pb].flags & YBI_MARK_ORDERED) && reordered(c, first_a, end_a, pa))
		add_change(c, MOVED, pa, pb);
	for (uint32_t i = first_a; i < end_a; i++)
		if (a->parent[i] == pa && a->match[i] != YBI_NO_MARK)
			compare_pair(c, i, a->match[i]);
		else if (a->parent[i] == pa)
			add_alone(c, REMOVED, i);
	for (uint32_t i = first_b; i < end_b; i++)
		if (b->parent[i] == pb && b->match[i] == YBI_NO_MARK)
			add_alone(c, ADDED, i);
}

static void
compare_pair(struct comparison *c, uint32_t a, uint32_t b)
{
	if (!same_span(ybi_shown_value(&c->sides[0], a), ybi_shown_value(&c->sides[1], b)))
		add_change(c, CHANGED, a, b);
	compare_children(c, a, b);
}

/* ---- places and sources of a change ---- */

/* The days of the nearest clause around it that has some. */
static void
put_in_force(struct ybi_text *out, const struct comparison *c, const struct ybi_shown *s, uint32_t mark)
{
	struct ybi_shower shower = { .out = out, .book = s->book, .on = YB_DAY_NONE, .zh = c->zh };

	for (; mark != YBI_NO_MARK; mark = s->parent[mark]) {
		const struct ybi_node *node = s->marks.rows[mark].node;
		if (!node || (!ybi_node_get(node, "from") && !ybi_node_get(node, "to") && !ybi_node_get(node, "through")))
			continue;
		if (ybi_node_get(node, "from") && ybi_node_get(node, "from")->kind != YBI_SCALAR)
			continue;
		ybi_text_puts(out, c->zh ? "；" : "; ");
		(void)ybi_show_days(&shower, node);
		return;
	}
}

static void
put_ground(struct ybi_text *out, const struct comparison *c, int side, uint32_t mark)
{
	const struct ybi_shown *s = &c->sides[side];
	const struct ybi_node *node = mark == YBI_NO_MARK ? NULL : ybi_shown_node(s, mark);
	size_t before;

	if (!node)
		return;
	ybi_text_puts(out, c->zh ? (side ? "      后  " : "      前  ") : side ? "      after   " : "      before  ");
	before = out->length;
	ybi_put_source_of(out, node, c->zh ? YB_LANG_ZH : YB_LANG_EN);
	if (out->length == before)
		ybi_text_puts(out, c->zh ? "没有依据" : "no source");
	put_in_force(out, c, s, mark);
	ybi_text_printf(out, "  [%s:%u]\n", node->file, (unsigned)node->line);
}

/* ---- as text ---- */

/* A clause as it is shown, moved to the left and in by `indent`. */
static void
put_block(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark, size_t indent)
{
	size_t end = ybi_shown_end(s, ybi_shown_block(s, mark) - 1), at = s->marks.rows[mark].at, depth = s->marks.rows[mark].depth;
	bool blank = true;

	while (at < end) {
		const char *line = s->text.data + at;
		size_t length = strcspn(line, "\n"), cut = strspn(line, " ");
		if (at + length > end)
			length = end - at;
		if (length && !(blank && !length)) {
			cut = cut < depth ? cut : depth;
			ybi_text_fill(out, ' ', indent);
			ybi_text_add(out, line + cut, length - (cut < length ? cut : length));
			ybi_text_putc(out, '\n');
		}
		blank = !length;
		at += length + 1;
	}
}

static void
text_change(struct ybi_text *out, const struct comparison *c, const struct change *change)
{
	static const char *const words[][2] = { { "改变", "changed" }, { "新增", "added" }, { "删除", "removed" }, { "次序改变", "in another order" } };
	const struct ybi_shown *s = change->a != YBI_NO_MARK ? &c->sides[0] : &c->sides[1];
	uint32_t mark = change->a != YBI_NO_MARK ? change->a : change->b;

	ybi_text_printf(out, "  %s  ", words[change->kind][c->zh ? 0 : 1]);
	if (change->kind == ADDED || change->kind == REMOVED) {
		struct ybi_text block = { 0 };
		put_block(&block, s, mark, 6);
		if (block.failed || !block.data || block.length < 6)
			out->failed = out->failed || block.failed;
		else
			ybi_text_puts(out, block.data + 6); /* its first line stands behind the word */
		ybi_text_free(&block);
	} else {
		ybi_shown_name(out, s, mark);
		if (change->kind == CHANGED) {
			struct ybi_piece before = ybi_shown_value(&c->sides[0], change->a), after = ybi_shown_value(&c->sides[1], change->b);
			ybi_text_puts(out, c->zh ? "：" : ": ");
			ybi_put_piece(out, before);
			ybi_text_puts(out, before.length ? "" : c->zh ? "（无）" : "(nothing)");
			ybi_text_puts(out, "  →  ");
			ybi_put_piece(out, after);
			ybi_text_puts(out, after.length ? "" : c->zh ? "（无）" : "(nothing)");
		}
		ybi_text_putc(out, '\n');
	}
	put_ground(out, c, 0, change->a);
	put_ground(out, c, 1, change->b);
}

static uint32_t
parent_of(const struct comparison *c, const struct change *change, const struct ybi_shown **side)
{
	*side = change->a != YBI_NO_MARK ? &c->sides[0] : &c->sides[1];
	return (*side)->parent[change->a != YBI_NO_MARK ? change->a : change->b];
}

static void
text_changes(struct ybi_text *out, const struct comparison *c)
{
	struct ybi_text last = { 0 };

	if (!c->count)
		ybi_text_puts(out, c->zh ? "\n条款没有差别。\n" : "\nNo difference in any clause.\n");
	else
		ybi_text_printf(out, c->zh ? "\n条款：改变 %zu 处，新增 %zu 处，删除 %zu 处，次序改变 %zu 处\n" : "\nClauses: %zu changed, %zu added, %zu removed, %zu in another order\n",
		                c->counts[CHANGED], c->counts[ADDED], c->counts[REMOVED], c->counts[MOVED]);
	for (size_t i = 0; i < c->count; i++) {
		const struct ybi_shown *side;
		uint32_t parent = parent_of(c, &c->changes[i], &side);
		struct ybi_text path = { 0 };
		ybi_shown_path(&path, side, parent);
		if (!last.data || !path.data || strcmp(last.data, path.data) != 0)
			ybi_text_printf(out, "\n%s\n", path.data ? path.data : c->zh ? "整份文件" : "The whole document");
		out->failed = out->failed || path.failed;
		ybi_text_free(&last);
		last = path;
		text_change(out, c, &c->changes[i]);
	}
	ybi_text_free(&last);
}

static void
text_side(struct ybi_text *out, const struct comparison *c, int side)
{
	const struct ybi_book *book = c->sides[side].book;
	const struct ybi_document *document = book->overlay ? book->overlay : book->document;

	ybi_text_puts(out, c->zh ? (side ? "后  " : "前  ") : side ? "after   " : "before  ");
	ybi_text_printf(out, "%s  %s  [%s]\n", document->id, c->zh && document->title_zh ? document->title_zh : document->title ? document->title : "",
	                document->name);
}

static const struct {
	const char *zh, *en, *headline_zh, *headline_en;
} questions[] = {
	{ "缴费", "contributions", "个人应缴", "owed by the person" },
	{ "个人账户划入", "credits to the account", "划入", "credited" },
	{ "待遇起算", "start of cover", "起算日", "first day of cover" },
	{ "激励", "rewards", "激励合计", "rewards in all" },
	{ "报销", "reimbursement", "基金支付", "paid by the funds" },
};

static void
put_by(struct ybi_text *out, const struct ybi_sampled *row, int64_t by, bool zh)
{
	ybi_text_puts(out, by > 0 ? "+" : "");
	if (row->days)
		ybi_text_printf(out, zh ? "%lld 天" : "%lld days", (long long)by);
	else
		ybi_put_fen(out, by);
}

static void
text_case(struct ybi_text *out, const char *word, const struct ybi_sampled *row, const struct ybi_sampled_case *one, bool zh)
{
	ybi_text_printf(out, "    %s", word);
	if (one->by) {
		ybi_text_puts(out, "  ");
		put_by(out, row, one->by, zh);
	}
	ybi_text_printf(out, "  %s%s%s  →  %s\n", one->what.data ? one->what.data : "", one->what.length ? (zh ? "：" : ": ") : "",
	                one->before.data ? one->before.data : "", one->after.data ? one->after.data : "");
	ybi_text_printf(out, "        %s\n", one->facts.data ? one->facts.data : "");
}

static void
text_amounts(struct ybi_text *out, const struct ybi_sampled *rows, bool zh)
{
	bool any = false;

	ybi_text_puts(out, zh ? "\n样本中的金额\n" : "\nAmounts of the sample\n");
	for (uint32_t ask = 0; ask < YBI_ASK_COUNT_; ask++) {
		const struct ybi_sampled *row = &rows[ask];
		if (!row->asked)
			continue;
		any = true;
		ybi_text_printf(out, zh ? "  %s：询问 %zu，双方均算出 %zu，结果不同 %zu" : "  %s: %zu asked, %zu answered by both, %zu changed", zh ? questions[ask].zh : questions[ask].en,
		                row->asked, row->answered, row->changed);
		if (row->changed && !row->days) {
			ybi_text_printf(out, zh ? "，%s合计 " : ", %s in all ", zh ? questions[ask].headline_zh : questions[ask].headline_en);
			put_by(out, row, row->sum, zh);
		}
		ybi_text_putc(out, '\n');
		if (row->rise.by)
			text_case(out, zh ? "最大增加" : "largest rise", row, &row->rise, zh);
		if (row->fall.by)
			text_case(out, zh ? "最大减少" : "largest fall", row, &row->fall, zh);
		for (size_t i = 0; i < row->example_count; i++)
			text_case(out, zh ? "例" : "example", row, &row->examples[i], zh);
	}
	if (!any)
		ybi_text_puts(out, zh ? "  没有可询问的规则\n" : "  no rules to ask about\n");
}

/* ---- as JSON ---- */

static void
json_span(struct ybi_text *out, bool *first, const char *key, struct ybi_piece span)
{
	ybi_json_key(out, first, key);
	ybi_text_json_string(out, span.text, span.length);
}

static void
json_side(struct ybi_text *out, bool *first, const char *key, const struct ybi_shown *s)
{
	const struct ybi_document *document = s->book->overlay ? s->book->overlay : s->book->document;
	bool inner = true;

	ybi_json_key(out, first, key);
	ybi_text_putc(out, '{');
	ybi_json_text(out, &inner, "id", document->id);
	ybi_json_text(out, &inner, "title", document->title);
	ybi_json_text(out, &inner, "file", document->name);
	ybi_json_text(out, &inner, "hash", document->hash);
	ybi_text_putc(out, '}');
}

static void
json_ground(struct ybi_text *out, bool *first, const char *key, const struct comparison *c, int side, const struct change *change)
{
	const struct ybi_shown *s = &c->sides[side];
	uint32_t mark = side ? change->b : change->a;
	const struct ybi_node *node = mark == YBI_NO_MARK ? NULL : ybi_shown_node(s, mark);
	const struct ybi_source *sources[8];
	const char *articles[8];
	size_t count = node ? ybi_sources_of(node, sources, articles) : 0;
	bool inner = true;

	if (mark == YBI_NO_MARK)
		return;
	ybi_json_key(out, first, key);
	ybi_text_putc(out, '{');
	json_span(out, &inner, "value", ybi_shown_value(s, mark));
	if (change->kind == ADDED || change->kind == REMOVED) {
		struct ybi_text block = { 0 };
		put_block(&block, s, mark, 0);
		out->failed = out->failed || block.failed;
		ybi_json_text(out, &inner, "text", block.data ? block.data : "");
		ybi_text_free(&block);
	}
	ybi_json_key(out, &inner, "sources");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < count; i++) {
		char day[YB_DAY_TEXT_SIZE];
		bool row = true;
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &row, "tag", sources[i]->tag);
		ybi_json_text(out, &row, "issuer", sources[i]->issuer);
		ybi_json_text(out, &row, "docno", sources[i]->docno);
		ybi_json_text(out, &row, "article", articles[i] ? articles[i] : sources[i]->article);
		if (sources[i]->published != YB_DAY_NONE)
			yb_day_to_text(sources[i]->published, day);
		ybi_json_text(out, &row, "published", sources[i]->published != YB_DAY_NONE ? day : NULL);
		ybi_json_text(out, &row, "confidence", ybi_confidence_name(sources[i]->confidence));
		ybi_text_putc(out, '}');
	}
	ybi_text_putc(out, ']');
	if (node) {
		ybi_json_text(out, &inner, "file", node->file);
		ybi_json_key(out, &inner, "line");
		ybi_text_printf(out, "%u", (unsigned)node->line);
	}
	ybi_text_putc(out, '}');
}

static void
json_path(struct ybi_text *out, const struct ybi_shown *s, uint32_t mark, bool *first)
{
	struct ybi_text name = { 0 };

	if (mark == YBI_NO_MARK)
		return;
	json_path(out, s, s->parent[mark], first);
	ybi_shown_name(&name, s, mark);
	ybi_shown_label(&name, s, mark);
	if (s->marks.rows[mark].flags & YBI_MARK_TABLE) {
		ybi_text_putc(&name, ' ');
		ybi_put_piece(&name, ybi_shown_value(s, mark));
	}
	out->failed = out->failed || name.failed;
	ybi_text_puts(out, *first ? "" : ", ");
	*first = false;
	ybi_text_json_string(out, name.data ? name.data : "", name.length);
	ybi_text_free(&name);
}

static void
json_changes(struct ybi_text *out, const struct comparison *c)
{
	static const char *const kinds[] = { "changed", "added", "removed", "reordered" };

	for (size_t i = 0; i < c->count; i++) {
		const struct change *change = &c->changes[i];
		const struct ybi_shown *side;
		uint32_t parent = parent_of(c, change, &side);
		struct ybi_text name = { 0 };
		bool first = true, inner = true;
		ybi_text_puts(out, i ? ",\n  {" : "\n  {");
		ybi_json_text(out, &inner, "kind", kinds[change->kind]);
		ybi_json_key(out, &inner, "path");
		ybi_text_putc(out, '[');
		json_path(out, side, parent, &first);
		ybi_text_putc(out, ']');
		ybi_shown_name(&name, side, change->a != YBI_NO_MARK ? change->a : change->b);
		out->failed = out->failed || name.failed;
		ybi_json_text(out, &inner, "what", name.data ? name.data : "");
		ybi_text_free(&name);
		json_ground(out, &inner, "before", c, 0, change);
		json_ground(out, &inner, "after", c, 1, change);
		ybi_text_putc(out, '}');
	}
}

static void
json_case(struct ybi_text *out, const struct ybi_sampled *row, const struct ybi_sampled_case *one)
{
	bool inner = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &inner, "result", one->what.length ? one->what.data : NULL);
	if (row->days) {
		ybi_json_key(out, &inner, "days");
		ybi_text_printf(out, "%lld", (long long)one->by);
	} else {
		ybi_json_fen(out, &inner, "by", one->by);
	}
	ybi_json_text(out, &inner, "before", one->before.data ? one->before.data : "");
	ybi_json_text(out, &inner, "after", one->after.data ? one->after.data : "");
	ybi_json_text(out, &inner, "facts", one->facts.data ? one->facts.data : "");
	ybi_text_putc(out, '}');
}

static void
json_count(struct ybi_text *out, bool *first, const char *key, size_t count)
{
	ybi_json_key(out, first, key);
	ybi_text_printf(out, "%zu", count);
}

static void
json_amounts(struct ybi_text *out, const struct ybi_sampled *rows)
{
	bool any = false;

	for (uint32_t ask = 0; ask < YBI_ASK_COUNT_; ask++) {
		const struct ybi_sampled *row = &rows[ask];
		bool inner = true;
		if (!row->asked)
			continue;
		ybi_text_puts(out, any ? ",\n  {" : "\n  {");
		any = true;
		ybi_json_text(out, &inner, "question", ybi_section_name((enum ybi_ask)ask));
		json_count(out, &inner, "asked", row->asked);
		json_count(out, &inner, "answered", row->answered);
		json_count(out, &inner, "changed", row->changed);
		ybi_json_text(out, &inner, "headline", row->headline);
		if (!row->days)
			ybi_json_fen(out, &inner, "sum", row->sum);
		if (row->rise.by) {
			ybi_json_key(out, &inner, "rise");
			json_case(out, row, &row->rise);
		}
		if (row->fall.by) {
			ybi_json_key(out, &inner, "fall");
			json_case(out, row, &row->fall);
		}
		ybi_json_key(out, &inner, "examples");
		ybi_text_putc(out, '[');
		for (size_t i = 0; i < row->example_count; i++) {
			ybi_text_puts(out, i ? ", " : "");
			json_case(out, row, &row->examples[i]);
		}
		ybi_text_puts(out, "]}");
	}
}

/* ---- the whole ---- */

static void
render(struct ybi_text *out, const struct comparison *c, const struct ybi_sampled *rows, yb_format format)
{
	bool first = true;

	if (format == YB_FORMAT_TEXT) {
		text_side(out, c, 0);
		text_side(out, c, 1);
		text_changes(out, c);
		if (rows)
			text_amounts(out, rows, c->zh);
		return;
	}
	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-policy-diff/1");
	json_side(out, &first, "before", &c->sides[0]);
	json_side(out, &first, "after", &c->sides[1]);
	ybi_json_key(out, &first, "changes");
	ybi_text_putc(out, '[');
	json_changes(out, c);
	ybi_text_putc(out, ']');
	if (rows) {
		ybi_json_key(out, &first, "amounts");
		ybi_text_putc(out, '[');
		json_amounts(out, rows);
		ybi_text_putc(out, ']');
	}
	ybi_text_puts(out, "}\n");
}

static yb_status
find_side(struct ybi_shown *s, const struct yb_policy_set *set, const char *id, yb_day on, struct yb_error **err)
{
	const struct ybi_document *aside = NULL;

	s->set = set;
	s->book = ybi_set_book(set, id);
	if (!s->book)
		return ybi_error_set(err, YB_E_NOT_FOUND, "no document \"%s\" is in use", id);
	s->book = ybi_book_on(s->book, on, &aside);
	if (!s->book)
		return ybi_error_set(err, YB_E_NOT_FOUND, "an overlay of \"%s\" could not be read: %s", id, aside ? aside->name : "");
	return YB_OK;
}

#define CASES 400
#define CASES_MOST 100000

static const struct yb_difference_options difference_defaults = YB_DIFFERENCE_OPTIONS_INIT;
_Static_assert(sizeof(struct yb_difference_options) == 24, "options have no padding");

static yb_status
read_options(struct yb_difference_options *full, const struct yb_difference_options *given, struct yb_error **err)
{
	yb_status st;

	*full = difference_defaults;
	st = given ? ybi_options_copy(full, sizeof(*full), given, sizeof(difference_defaults), err) : YB_OK;
	if (st != YB_OK)
		return st;
	if (full->flags & ~(uint32_t)YB_DIFFERENCE_NO_AMOUNTS || (full->on && !ybi_day_valid(full->on)) || full->cases > CASES_MOST ||
	    full->examples > YBI_EXAMPLES)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "difference options: an unknown flag, a day outside the years 1 .. 9999, more than %d cases or %d examples",
		                     CASES_MOST, YBI_EXAMPLES);
	full->on = full->on ? full->on : YB_DAY_NONE;
	full->cases = full->cases ? full->cases : CASES;
	full->seed = full->seed ? full->seed : 1;
	return YB_OK;
}

yb_status
yb_policy_set_render_difference(const struct yb_policy_set *before, const char *before_id, const struct yb_policy_set *after, const char *after_id,
                                const struct yb_difference_options *options, yb_format format, yb_lang lang, char **text, struct yb_error **err)
{
	struct yb_difference_options full;
	struct comparison c = { .zh = lang == YB_LANG_ZH };
	struct ybi_sampled *rows = NULL;
	struct ybi_text out = { 0 };
	yb_status st;

	if (!before || !before_id || !after || !after_id || !text || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	*text = NULL;
	st = read_options(&full, options, err);
	if (st == YB_OK)
		st = find_side(&c.sides[0], before, before_id, full.on, err);
	if (st == YB_OK)
		st = find_side(&c.sides[1], after, after_id, full.on, err);
	if (st != YB_OK)
		return st;
	c.failed = !ybi_shown_make(&c.sides[0], full.on, c.zh) || !ybi_shown_make(&c.sides[1], full.on, c.zh);
	if (!c.failed)
		compare_children(&c, YBI_NO_MARK, YBI_NO_MARK);
	if (!c.failed && !(full.flags & YB_DIFFERENCE_NO_AMOUNTS)) {
		const struct ybi_sample_side sides[2] = { { before, c.sides[0].book }, { after, c.sides[1].book } };
		rows = ybi_calloc(YBI_ASK_COUNT_, sizeof(*rows));
		c.failed = !rows || !ybi_sample(sides, full.cases, full.examples, full.seed, rows);
	}
	if (!c.failed)
		render(&out, &c, rows, format);
	out.failed = out.failed || c.failed;
	*text = ybi_text_take(&out);
	if (rows)
		ybi_sampled_free(rows);
	free(rows);
	free(c.changes);
	ybi_shown_free(&c.sides[0]);
	ybi_shown_free(&c.sides[1]);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
