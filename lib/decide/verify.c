/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/receipt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yibao/date.h>
#include <yibao/money.h>

#include "base/hash.h"
#include "decide/post.h"
#include "decide/render.h"

/* The question of a receipt asked again, of the texts that it names and the facts that it holds. */

enum finding_kind { FINDING_DIFFERS, FINDING_NO_TEXT, FINDING_DAMAGED, FINDING_POLICY, FINDING_FACTS, FINDING_SCHEMA, FINDING_SEMANTICS, FINDING_ASKED };

/* What stands in the way of EQUAL: a place with its two values, or a subject and why. */
struct finding {
	enum finding_kind kind;
	char *subject, *was, *is;
};

#define FINDINGS 50

struct check {
	struct yb_policy_archive *archive;
	const struct ybi_node *root, *receipt; /* root: the decision, or the receipt itself */
	struct finding findings[FINDINGS];
	size_t count, documents, missing;      /* documents named; those without a text */
	bool failed;                           /* no memory */
};

static const struct ybi_read_limits receipt_limits = { 64 << 20, 8000000, 24, 65536, false };

static char *
copy(struct check *c, const char *text)
{
	char *made = text ? ybi_strndup(text, strlen(text)) : NULL;

	if (text && !made)
		c->failed = true;
	return made;
}

static void
find(struct check *c, enum finding_kind kind, const char *subject, const char *was, const char *is)
{
	if (c->count < FINDINGS)
		c->findings[c->count++] = (struct finding){ kind, copy(c, subject), copy(c, was), copy(c, is) };
}

/* An error of the library, as its first finding; no memory is no finding. */
static void
find_error(struct check *c, enum finding_kind kind, const char *subject, yb_status st, struct yb_error *error)
{
	if (st == YB_E_NO_MEMORY)
		c->failed = true;
	else
		find(c, kind, subject, error ? yb_error_get_message(error) : yb_status_text(st, YB_LANG_EN), NULL);
	yb_error_unref(error);
}

static const char *
text_of(const struct ybi_node *map, const char *key)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	return node && node->kind == YBI_SCALAR && !ybi_node_is_null(node) ? node->text : NULL;
}

/* The texts of the receipt's documents into a loader; what is not there is found. */
static yb_status
load_documents(struct check *c, struct yb_policy_loader *loader, struct yb_error **err)
{
	const struct ybi_node *list = ybi_node_get(c->receipt, "documents");
	yb_status st = YB_OK;

	for (uint32_t i = 0; list && list->kind == YBI_SEQ && i < list->count && st == YB_OK; i++) {
		const char *id = text_of(list->items[i], "id"), *hash = text_of(list->items[i], "hash"), *text;
		struct yb_error *error = NULL;
		size_t length;
		if (!id || !hash)
			return ybi_error_at(err, YB_E_MISSING_KEY, &(struct ybi_place){ list->file, list->line, list->column }, "documents",
			                    "a document of the receipt has no id or no hash");
		st = yb_policy_archive_get_text(c->archive, hash, &text, &length, &error);
		if (st == YB_OK)
			st = yb_policy_loader_add_buffer(loader, id, text, length, err);
		else if (st != YB_E_NO_MEMORY) {
			find(c, st == YB_E_CONTRADICTION ? FINDING_DAMAGED : FINDING_NO_TEXT, id, hash, NULL);
			c->missing++;
			st = YB_OK;
		}
		yb_error_unref(error);
		c->documents++;
	}
	return st;
}

static yb_status
load_set(struct check *c, struct yb_policy_set **set, struct yb_error **err)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_error *error = NULL;
	const char *known_on = text_of(c->receipt, "known_on"), *confidence = text_of(c->receipt, "confidence");
	yb_status st;

	options.flags = YB_LOAD_STRICT;
	options.confidence = confidence ? ybi_confidence_from(confidence) : 0;
	if (!options.confidence || (known_on && yb_day_from_text(known_on, strlen(known_on), &options.known_on) != YB_OK))
		return ybi_error_at(err, YB_E_BAD_VALUE, &(struct ybi_place){ c->receipt->file, c->receipt->line, c->receipt->column }, "receipt",
		                    "confidence or known_on of the receipt cannot be read");
	st = yb_policy_loader_new(&options, &loader, err);
	if (st == YB_OK)
		st = load_documents(c, loader, err);
	if (st == YB_OK && !c->missing) {
		st = yb_policy_set_new(loader, set, &error);
		if (st != YB_OK) {
			find_error(c, FINDING_POLICY, error && yb_error_get_source_name(error) ? yb_error_get_source_name(error) : "", st, error);
			st = YB_OK;
		} else {
			yb_error_unref(error); /* warnings */
		}
	}
	yb_policy_loader_unref(loader);
	return st;
}

static void
option_set(const struct ybi_option *row, int64_t value, union ybi_options *options)
{
	unsigned char *bytes = (unsigned char *)options;
	int32_t number = (int32_t)value;

	if (row->kind == YBI_OPTION_FLAG)
		options->head.flags |= value ? (uint32_t)row->at : 0;
	else if (row->kind == YBI_OPTION_FEN)
		memcpy(bytes + row->at, &value, sizeof(value));
	else
		memcpy(bytes + row->at, &number, sizeof(number));
}

static bool
read_option(const struct ybi_option *row, const struct ybi_node *node, union ybi_options *options)
{
	int64_t value = 0;
	yb_day day = 0;
	char *end;

	switch (row->kind) {
	case YBI_OPTION_DAY:
		if (yb_day_from_text(node->text, node->count, &day) != YB_OK)
			return false;
		value = day;
		break;
	case YBI_OPTION_FEN:
		if (yb_fen_from_text(node->text, node->count, &value) != YB_OK)
			return false;
		break;
	case YBI_OPTION_FLAG:
		if (!ybi_node_is(node, "true"))
			return false;
		value = 1;
		break;
	default:
		if (node->count == 0 || node->count > 9 || strspn(node->text, "0123456789") != node->count)
			return false;
		value = strtoll(node->text, &end, 10);
	}
	option_set(row, value, options);
	return true;
}

/* The options of the receipt; false with a finding when one of them is not of the question. */
static bool
read_options(struct check *c, enum ybi_ask ask, union ybi_options *options)
{
	static const uint32_t sizes[] = { sizeof(options->fee), sizeof(options->refund), sizeof(options->eligibility), sizeof(options->rewards),
		                          sizeof(options->settle) };
	const struct ybi_node *map = ybi_node_get(c->receipt, "options");

	memset(options, 0, sizeof(*options));
	options->head.size = sizes[ask];
	options->head.flags = YBI_RECEIPT;
	for (uint32_t i = 0; map && map->kind == YBI_MAP && i < map->count; i++) {
		const struct ybi_option *found = NULL;
		for (size_t k = 0; k < ybi_options_count; k++)
			if (ybi_options_of[k].ask == ask && !strcmp(ybi_options_of[k].name, map->entries[i].key))
				found = &ybi_options_of[k];
		if (!found || map->entries[i].value->kind != YBI_SCALAR || !read_option(found, map->entries[i].value, options)) {
			find(c, FINDING_ASKED, map->entries[i].key, "an option that this version does not have, or a value that it cannot have", NULL);
			return false;
		}
	}
	return true;
}

static yb_status
ask_again(enum ybi_ask ask, const struct yb_policy_set *set, const struct yb_person *person, const struct yb_claim *claim,
          const union ybi_options *options, struct yb_decision *again, struct yb_error **error)
{
	switch (ask) {
	case YBI_ASK_FEE: return yb_fee(set, person, &options->fee, again, error);
	case YBI_ASK_REFUND: return yb_refund(set, person, &options->refund, again, error);
	case YBI_ASK_ELIGIBILITY: return yb_eligibility(set, person, &options->eligibility, again, error);
	case YBI_ASK_REWARDS: return yb_rewards(set, person, &options->rewards, again, error);
	default: return yb_settle(set, person, claim, &options->settle, again, error);
	}
}

/* The same question of the same facts; *asked is set where there is an answer to compare. */
static void
answer_again(struct check *c, const struct yb_policy_set *set, struct yb_decision *again, bool *asked)
{
	const char *question = text_of(c->receipt, "question");
	const struct ybi_node *person_node = ybi_node_get(c->receipt, "person"), *claim_node = ybi_node_get(c->receipt, "claim");
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_error *error = NULL;
	union ybi_options options;
	enum ybi_ask ask = YBI_ASK_FEE;
	yb_status st;

	while (ask < YBI_ASK_COUNT_ && (!question || strcmp(question, ybi_section_name(ask)) != 0))
		ask++;
	if (ask == YBI_ASK_COUNT_ || !person_node || person_node->kind != YBI_MAP ||
	    (ask == YBI_ASK_REIMBURSE && (!claim_node || claim_node->kind != YBI_MAP))) {
		find(c, FINDING_ASKED, question ? question : "question", "a question that this version does not have, or one without its facts", NULL);
		return;
	}
	if (!read_options(c, ask, &options))
		return;
	st = ybi_person_from_node(person_node, &person, &error);
	if (st == YB_OK && ask == YBI_ASK_REIMBURSE)
		st = ybi_claim_from_node(claim_node, &claim, &error);
	if (st != YB_OK) {
		find_error(c, FINDING_FACTS, person ? "claim" : "person", st, error);
	} else {
		st = ask_again(ask, set, person, claim, &options, again, &error);
		if (st != YB_OK)
			find_error(c, FINDING_FACTS, question, st, error);
		*asked = st == YB_OK;
	}
	yb_claim_unref(claim);
	yb_person_unref(person);
}

/* ---- two documents side by side ---- */

static void
show(struct ybi_text *out, const struct ybi_node *node)
{
	if (!node)
		ybi_text_puts(out, "-");
	else if (node->kind == YBI_SCALAR)
		ybi_text_add(out, node->text, node->count > 80 ? 80 : node->count);
	else
		ybi_text_printf(out, "(%u)", (unsigned)node->count);
}

static void
differ(struct check *c, const char *path, const struct ybi_node *was, const struct ybi_node *is)
{
	struct ybi_text a = { 0 }, b = { 0 };

	show(&a, was);
	show(&b, is);
	if (a.failed || b.failed)
		c->failed = true;
	else
		find(c, FINDING_DIFFERS, path, a.data ? a.data : "", b.data ? b.data : "");
	ybi_text_free(&a);
	ybi_text_free(&b);
}

/* Words of the library and of documents: they may be mended without the answer being another. */
static bool
is_wording(const char *key)
{
	static const char *const keys[] = { "zh", "en", "title", "title_zh", "label", "fund_pay_type_name" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return false;
}

static void compare(struct check *c, const char *path, const struct ybi_node *was, const struct ybi_node *is);

static void
compare_member(struct check *c, const char *path, const char *key, const struct ybi_node *was, const struct ybi_node *is)
{
	struct ybi_text name = { 0 };

	ybi_text_printf(&name, path[0] ? "%s.%s" : "%s%s", path, key);
	if (name.failed)
		c->failed = true;
	else
		compare(c, name.data, was, is);
	ybi_text_free(&name);
}

/* What was there must be there and the same; what a later version adds is no difference. */
static void
compare(struct check *c, const char *path, const struct ybi_node *was, const struct ybi_node *is)
{
	char at[24];

	if (!was || !is || was->kind != is->kind || (was->kind != YBI_MAP && was->count != is->count)) {
		differ(c, path, was, is);
		return;
	}
	if (was->kind == YBI_SCALAR && memcmp(was->text, is->text, was->count) != 0)
		differ(c, path, was, is);
	for (uint32_t i = 0; was->kind == YBI_SEQ && i < was->count && c->count < FINDINGS; i++) {
		(void)snprintf(at, sizeof(at), "%u", (unsigned)i + 1);
		compare_member(c, path, at, was->items[i], is->items[i]);
	}
	for (uint32_t i = 0; was->kind == YBI_MAP && i < was->count && c->count < FINDINGS; i++)
		if (!is_wording(was->entries[i].key))
			compare_member(c, path, was->entries[i].key, was->entries[i].value, ybi_node_get(is, was->entries[i].key));
}

/* Is the receipt as it was written? Its hash is that of all before it. */
static void
check_hash(struct check *c)
{
	struct ybi_node before = *c->receipt;
	const char *was = text_of(c->receipt, "hash");
	char is[YBI_HASH_SIZE];
	struct ybi_text out = { 0 };

	if (before.count && !strcmp(before.entries[before.count - 1].key, "hash"))
		before.count--;
	ybi_node_write(&before, &out);
	if (out.failed) {
		c->failed = true;
	} else {
		ybi_hash(out.data, out.length - 1, is); /* the brace that closes it came later */
		if (!was || strcmp(was, is) != 0)
			find(c, FINDING_DIFFERS, "receipt.hash", was ? was : "-", is);
		yb_wipe(out.data, out.length);
	}
	ybi_text_free(&out);
}

/* What the receipt says and what is worked out now; a later version may say more. */
static void
compare_receipts(struct check *c, const struct ybi_node *is)
{
	for (uint32_t i = 0; i < c->receipt->count && c->count < FINDINGS; i++) {
		const char *key = c->receipt->entries[i].key;
		if (strcmp(key, "semantics") != 0 && strcmp(key, "hash") != 0)
			compare_member(c, "receipt", key, c->receipt->entries[i].value, ybi_node_get(is, key));
	}
}

/* What a decision shows of its answer. */
static void
compare_decisions(struct check *c, const struct ybi_node *is)
{
	static const char *const members[] = { "question", "outcome", "missing", "confidence", "yb_benefit", "setlinfo", "setldetail", "detlcutinfo", "fee",
		                               "credit", "eligibility", "rewards" };

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const struct ybi_node *was = ybi_node_get(c->root, members[i]);
		if (was)
			compare(c, members[i], was, ybi_node_get(is, members[i]));
	}
}

static yb_status
compare_answers(struct check *c, struct yb_decision *again, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	char *text = NULL;
	yb_status st = yb_decision_render(again, YB_FORMAT_JSON, YB_LANG_EN, YB_EXPLAIN_NONE, &text, err);

	if (st == YB_OK)
		st = ybi_node_read(&arena, "answer", text, strlen(text), &receipt_limits, true, &root, err);
	if (st == YB_OK) {
		const struct ybi_node *receipt = ybi_node_get(root, "receipt");
		if (receipt)
			compare_receipts(c, receipt);
		else /* no document answers any more: then those of the receipt were not its own */
			find(c, FINDING_ASKED, "documents", "with the receipt's documents no document answers the question", NULL);
		if (c->root != c->receipt)
			compare_decisions(c, root);
	}
	if (text)
		yb_wipe(text, strlen(text));
	free(text);
	ybi_document_wipe(&arena, root);
	return st;
}

/* ---- the report ---- */

static const struct {
	const char *zh, *en; /* subject, then was, then is */
} words[] = {
	[FINDING_DIFFERS] = { "%s：原为 %s，现为 %s", "%s: was %s, is %s now" },
	[FINDING_NO_TEXT] = { "档案中没有文件 %s 的文本（%s）", "the text of %s is not in the archive (%s)" },
	[FINDING_DAMAGED] = { "档案中文件 %s 的文本已损坏（%s）", "the text of %s in the archive was changed (%s)" },
	[FINDING_POLICY] = { "本版本不能读取文件 %s：%s", "this version cannot read %s: %s" },
	[FINDING_FACTS] = { "不能再次提问（%s）：%s", "it cannot be asked again (%s): %s" },
	[FINDING_SCHEMA] = { "凭证的格式是 %s，本版本只读 %s", "the receipt is of schema %s; this version reads %s" },
	[FINDING_SEMANTICS] = { "凭证按语义版本 %s 计算，本版本是 %s", "the receipt was worked out by semantics %s, this version has %s" },
	[FINDING_ASKED] = { "不能再次提问（%s）：%s", "it cannot be asked again (%s): %s" },
};
static const char *const kind_names[] = { "differs", "no_text", "damaged_text", "policy", "facts", "schema", "semantics", "question" };
static const char *const verdict_names[] = { "", "equal", "different", "cannot_reproduce" };

static yb_verdict
judge(const struct check *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->findings[i].kind != FINDING_DIFFERS)
			return YB_VERDICT_CANNOT;
	return c->count ? YB_VERDICT_DIFFERENT : YB_VERDICT_EQUAL;
}

static void
put_sentence(struct ybi_text *out, const struct finding *f, bool zh)
{
	const char *parts[] = { f->subject, f->was, f->is }, *format = zh ? words[f->kind].zh : words[f->kind].en;
	size_t next = 0;

	for (const char *p = format; *p; p++) { /* each %s is the next part */
		if (p[0] == '%' && p[1] == 's') {
			ybi_text_puts(out, next < ARRAY_SIZE(parts) && parts[next] ? parts[next] : "");
			next++;
			p++;
		} else {
			ybi_text_putc(out, *p);
		}
	}
}

static void
report_text(struct ybi_text *out, const struct check *c, yb_verdict verdict, bool zh)
{
	static const char *const heads[][2] = {
		[YB_VERDICT_EQUAL] = { "equal: worked out again, the answer is the same", "一致：重新计算的结果相同" },
		[YB_VERDICT_DIFFERENT] = { "different: worked out again, the answer is not the same", "不一致：重新计算的结果不同" },
		[YB_VERDICT_CANNOT] = { "cannot be reproduced", "无法重新计算" },
	};
	const char *question = text_of(c->receipt, "question");

	ybi_text_puts(out, heads[verdict][zh]);
	if (question && verdict != YB_VERDICT_CANNOT)
		ybi_text_printf(out, zh ? "（%s，政策文件 %zu 份）" : " (%s, policy documents: %zu)", question, c->documents);
	ybi_text_putc(out, '\n');
	for (size_t i = 0; i < c->count; i++) {
		ybi_text_puts(out, "  - ");
		put_sentence(out, &c->findings[i], zh);
		ybi_text_putc(out, '\n');
	}
}

static void
report_json(struct ybi_text *out, const struct check *c, yb_verdict verdict)
{
	bool first = true;

	ybi_text_puts(out, "{");
	ybi_json_text(out, &first, "schema", "yibao-verify/1");
	ybi_json_text(out, &first, "verdict", verdict_names[verdict]);
	ybi_json_key(out, &first, "findings");
	ybi_text_puts(out, "[");
	for (size_t i = 0; i < c->count; i++) {
		const struct finding *f = &c->findings[i];
		struct ybi_text zh = { 0 }, en = { 0 };
		bool none = true;
		put_sentence(&zh, f, true);
		put_sentence(&en, f, false);
		ybi_text_puts(out, i ? ", {" : "{");
		ybi_json_text(out, &none, "kind", kind_names[f->kind]);
		ybi_json_text(out, &none, "subject", f->subject);
		if (f->kind == FINDING_DIFFERS) {
			ybi_json_text(out, &none, "was", f->was);
			ybi_json_text(out, &none, "is", f->is);
		}
		ybi_json_text(out, &none, "zh", zh.data);
		ybi_json_text(out, &none, "en", en.data);
		ybi_text_puts(out, "}");
		out->failed = out->failed || zh.failed || en.failed;
		ybi_text_free(&zh);
		ybi_text_free(&en);
	}
	ybi_text_puts(out, "]}\n");
}

/* ---- the whole ---- */

static void
free_findings(struct check *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->findings[i].subject);
		free(c->findings[i].was);
		free(c->findings[i].is);
	}
}

static yb_status
check_receipt(struct check *c, struct yb_error **err)
{
	const char *schema = text_of(c->receipt, "schema"), *semantics = text_of(c->receipt, "semantics");
	struct yb_policy_set *set = NULL;
	struct yb_decision *again = NULL;
	char mine[16];
	bool asked = false, other;
	yb_status st;

	if (!schema || strcmp(schema, YBI_RECEIPT_SCHEMA) != 0) {
		find(c, FINDING_SCHEMA, schema ? schema : "?", YBI_RECEIPT_SCHEMA, NULL);
		return YB_OK;
	}
	(void)snprintf(mine, sizeof(mine), "%d", YBI_SEMANTICS);
	other = !semantics || strcmp(semantics, mine) != 0;
	check_hash(c);
	st = load_set(c, &set, err);
	if (st == YB_OK && set)
		st = yb_decision_new(&again, err);
	if (st == YB_OK && again)
		answer_again(c, set, again, &asked);
	if (st == YB_OK && asked)
		st = compare_answers(c, again, err);
	if (other && c->count) /* that it differs is no proof then */
		find(c, FINDING_SEMANTICS, semantics ? semantics : "?", mine, NULL);
	yb_decision_unref(again);
	yb_policy_set_unref(set);
	return st;
}

yb_status
ybi_receipt_set(struct yb_policy_archive *archive, const struct ybi_node *receipt, struct yb_policy_set **set, struct yb_error **err)
{
	struct check c = { .archive = archive, .receipt = receipt };
	yb_status st;

	*set = NULL;
	st = load_set(&c, set, err);
	if (st == YB_OK && c.failed)
		st = ybi_error_no_memory(err);
	if (st == YB_OK && !*set)
		st = ybi_error_at(err, YB_E_CORRUPT, NULL, c.count ? c.findings[0].subject : "receipt", "a document of a receipt is not there or cannot be read");
	free_findings(&c);
	return st;
}

yb_status
yb_receipt_verify(struct yb_policy_archive *archive, const char *json, size_t length, const char *name, yb_format format, yb_lang lang,
                  yb_verdict *verdict, char **report, struct yb_error **err)
{
	struct ybi_arena arena = { 0 };
	struct ybi_node *root = NULL;
	struct check c = { .archive = archive };
	struct ybi_text out = { 0 };
	const struct ybi_node *inner;
	yb_status st;

	if (!archive || !json || !verdict || !report || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	*report = NULL;
	*verdict = 0;
	st = ybi_node_read(&arena, name, json, length, &receipt_limits, true, &root, err);
	if (st == YB_OK) {
		inner = ybi_node_get(root, "receipt");
		c.root = root;
		c.receipt = inner ? inner : root;
		if (c.receipt->kind != YBI_MAP || (!inner && !ybi_node_get(root, "documents")))
			st = ybi_error_at(err, YB_E_MISSING_KEY, &(struct ybi_place){ name, 1, 1 }, "receipt", "a decision without a receipt");
	}
	if (st == YB_OK)
		st = check_receipt(&c, err);
	if (st == YB_OK) {
		*verdict = judge(&c);
		if (format == YB_FORMAT_JSON)
			report_json(&out, &c, *verdict);
		else
			report_text(&out, &c, *verdict, lang == YB_LANG_ZH);
		*report = c.failed ? NULL : ybi_text_take(&out);
		if (!*report) {
			*verdict = 0;
			st = ybi_error_no_memory(err);
		}
	}
	ybi_text_free(&out);
	free_findings(&c);
	ybi_document_wipe(&arena, root);
	return st;
}
