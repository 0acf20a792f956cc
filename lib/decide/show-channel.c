/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/channel.h>

#include <stdlib.h>
#include <string.h>

#include <yibao/identity.h>

#include "base/text.h"
#include "decide/render.h"

/* The channel catalogue for a reader and for a program: a list, and the steps of one action. */

#define ID_WIDTH 18
#define LABEL_WIDTH 10

static const char *
word(yb_lang lang, const char *en, const char *zh)
{
	return lang == YB_LANG_ZH ? zh : en;
}

/* ---- text ---- */

/* "pay*, receipt (download)": an action with known steps has the mark. */
static void
put_abilities(struct ybi_text *out, const struct yb_channel *channel, yb_lang lang)
{
	bool first = true;

	for (yb_channel_action action = 1; action <= YBI_CHANNEL_ACTIONS; action++) {
		yb_channel_ability ability = yb_channel_get_ability(channel, action);
		if (ability == YB_CHANNEL_ABILITY_NONE)
			continue;
		if (!first)
			ybi_text_puts(out, word(lang, ", ", "、"));
		first = false;
		if (lang == YB_LANG_ZH)
			ybi_text_printf(out, "%s ", yb_channel_action_get_label(action, lang));
		ybi_text_puts(out, yb_channel_action_get_name(action));
		if (yb_channel_get_step_count(channel, action))
			ybi_text_putc(out, '*');
		if (ability != YB_CHANNEL_ABILITY_YES)
			ybi_text_printf(out, " (%s)", yb_channel_ability_get_name(ability));
	}
}

static void
put_regions(struct ybi_text *out, const struct yb_channel *channel)
{
	for (uint32_t i = 0; i < channel->region_count; i++)
		ybi_text_printf(out, "%s%s", i ? ", " : "", channel->regions[i]);
}

static void
put_label(struct ybi_text *out, size_t indent, const char *label)
{
	ybi_text_fill(out, ' ', indent);
	ybi_put_padded(out, label, LABEL_WIDTH);
	ybi_text_puts(out, "  ");
}

/* What holds of every channel of the document, as far as it is about the action. */
static void
put_notes(struct ybi_text *out, const struct ybi_book *book, yb_channel_action action, yb_lang lang, struct ybi_citations *c)
{
	bool any = false;

	for (size_t i = 0; i < book->channel_notes_count; i++) {
		const struct ybi_channel_note *note = &book->channel_notes[i];
		if (!(note->about >> (action - 1) & 1))
			continue;
		if (!any)
			ybi_text_puts(out, word(lang, "\nOf every channel\n", "\n各渠道通用\n"));
		any = true;
		ybi_text_printf(out, "  - %s", note->text.text[lang == YB_LANG_ZH]);
		ybi_put_citations(out, book, note->clause, c);
		ybi_text_putc(out, '\n');
	}
}

static void
list_row(struct ybi_text *out, const struct yb_channel *channel, yb_lang lang, struct ybi_citations *c)
{
	ybi_text_putc(out, '\n');
	ybi_put_padded(out, channel->id, ID_WIDTH - 2);
	ybi_text_printf(out, "  %s · %s", yb_channel_get_label(channel, lang), yb_channel_kind_get_name(channel->kind));
	ybi_put_citations(out, channel->book, channel->clause, c);
	ybi_text_putc(out, '\n');
	put_label(out, ID_WIDTH, word(lang, "can", "可办"));
	put_abilities(out, channel, lang);
	ybi_text_putc(out, '\n');
	if (channel->region_count) {
		put_label(out, ID_WIDTH, word(lang, "only in", "仅限"));
		put_regions(out, channel);
		ybi_text_putc(out, '\n');
	}
	if (yb_channel_get_caveat(channel, lang)[0]) {
		put_label(out, ID_WIDTH, word(lang, "caveat", "注意"));
		ybi_text_printf(out, "%s\n", yb_channel_get_caveat(channel, lang));
	}
}

static void
list_text(struct ybi_text *out, const struct yb_channel *const *rows, size_t count, const struct yb_policy_set *set, const char *region, yb_lang lang)
{
	struct ybi_citations c = { .count = 0 };

	if (region && lang == YB_LANG_ZH)
		ybi_text_printf(out, "%zu 个渠道适用于 %s（共 %zu 个）\n", count, region, set->channel_count);
	else if (region)
		ybi_text_printf(out, "%zu of %zu channels serve %s\n", count, set->channel_count, region);
	else
		ybi_text_printf(out, lang == YB_LANG_ZH ? "共 %zu 个渠道\n" : "%zu channels\n", count);
	ybi_text_puts(out, word(lang, "* the steps are known\n", "* 有办理步骤\n"));
	for (size_t i = 0; i < count; i++)
		list_row(out, rows[i], lang, &c);
	ybi_put_sources(out, &c, lang);
}

static void
put_inputs(struct ybi_text *out, const struct yb_channel *channel, yb_lang lang)
{
	const char *text;

	for (size_t i = 0; yb_channel_get_input(channel, i, lang, &text) == YB_OK; i++) {
		put_label(out, 2, i ? "" : word(lang, "asks for", "需要"));
		ybi_text_printf(out, "%s\n", text);
	}
}

static void
put_steps(struct ybi_text *out, const struct yb_channel *channel, yb_channel_action action, yb_lang lang)
{
	const char *text;

	ybi_text_putc(out, '\n');
	for (size_t i = 0; yb_channel_get_step(channel, action, i, lang, &text) == YB_OK; i++)
		ybi_text_printf(out, "  %zu. %s\n", i + 1, text);
	if (yb_channel_get_ability(channel, action) == YB_CHANNEL_ABILITY_NONE) {
		ybi_text_puts(out, word(lang, "  No source says that this channel serves it. It can: ", "  没有依据说明该渠道可办此事。可办："));
		put_abilities(out, channel, lang);
		ybi_text_putc(out, '\n');
	} else if (!yb_channel_get_step_count(channel, action)) {
		ybi_text_puts(out, word(lang, "  The steps are not known.\n", "  没有记录办理步骤。\n"));
	}
}

static void
steps_text(struct ybi_text *out, const struct yb_channel *channel, yb_channel_action action, yb_lang lang)
{
	struct ybi_citations c = { .count = 0 };
	yb_channel_ability ability = yb_channel_get_ability(channel, action);

	ybi_text_printf(out, "%s · %s · %s", channel->id, yb_channel_get_label(channel, lang), yb_channel_action_get_label(action, lang));
	ybi_put_citations(out, channel->book, channel->clause, &c);
	ybi_text_putc(out, '\n');
	put_label(out, 2, word(lang, "run by", "运营方"));
	ybi_text_printf(out, "%s\n", yb_channel_get_operator(channel, lang));
	if (ability == YB_CHANNEL_ABILITY_IMPLIED) {
		put_label(out, 2, word(lang, "served", "可办"));
		ybi_text_puts(out, word(lang, "implied only\n", "仅为推知\n"));
	} else if (ability > YB_CHANNEL_ABILITY_IMPLIED) {
		put_label(out, 2, word(lang, "served", "可办"));
		ybi_text_printf(out, "%s\n", ability == YB_CHANNEL_ABILITY_PRINT ? word(lang, "printed", "打印") : word(lang, "as a download", "下载"));
	}
	if (channel->region_count) {
		put_label(out, 2, word(lang, "only in", "仅限"));
		put_regions(out, channel);
		ybi_text_putc(out, '\n');
	}
	if (yb_channel_get_location(channel, lang)[0]) {
		put_label(out, 2, word(lang, "location", "定位"));
		ybi_text_printf(out, "%s\n", yb_channel_get_location(channel, lang));
	}
	put_inputs(out, channel, lang);
	put_steps(out, channel, action, lang);
	if (yb_channel_get_caveat(channel, lang)[0])
		ybi_text_printf(out, "\n%s\n  %s\n", word(lang, "Caveat", "注意"), yb_channel_get_caveat(channel, lang));
	if (ability != YB_CHANNEL_ABILITY_NONE)
		put_notes(out, channel->book, action, lang, &c);
	ybi_put_sources(out, &c, lang);
}

/* ---- JSON ---- */

static void
json_pair(struct ybi_text *out, const struct ybi_pair *pair)
{
	bool first = true;

	if (!pair->text[YB_LANG_ZH]) {
		ybi_text_puts(out, "null");
		return;
	}
	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "zh", pair->text[YB_LANG_ZH]);
	ybi_json_text(out, &first, "en", pair->text[YB_LANG_EN]);
	ybi_text_putc(out, '}');
}

static void
json_member(struct ybi_text *out, bool *first, const char *key, const struct ybi_pair *pair)
{
	ybi_json_key(out, first, key);
	json_pair(out, pair);
}

static void
json_pairs(struct ybi_text *out, bool *first, const char *key, const struct ybi_pairs *pairs)
{
	ybi_json_key(out, first, key);
	ybi_text_putc(out, '[');
	for (uint32_t i = 0; i < pairs->count; i++) {
		ybi_text_puts(out, i ? ", " : "");
		json_pair(out, &pairs->rows[i]);
	}
	ybi_text_putc(out, ']');
}

/* `only` is an action, or 0 for the steps of all. */
static void
json_channel(struct ybi_text *out, const struct yb_channel *channel, yb_channel_action only)
{
	bool first = true, inner = true;

	ybi_text_puts(out, "\n  {");
	ybi_json_text(out, &first, "id", channel->id);
	ybi_json_text(out, &first, "document", channel->book->document->id);
	ybi_json_text(out, &first, "kind", yb_channel_kind_get_name(channel->kind));
	json_member(out, &first, "operator", &channel->operator);
	json_member(out, &first, "label", &channel->label);
	ybi_json_key(out, &first, "can");
	ybi_text_putc(out, '{');
	for (yb_channel_action action = 1; action <= YBI_CHANNEL_ACTIONS; action++)
		if (channel->can[action - 1])
			ybi_json_text(out, &inner, yb_channel_action_get_name(action), yb_channel_ability_get_name(channel->can[action - 1]));
	ybi_text_putc(out, '}');
	ybi_json_key(out, &first, "regions");
	ybi_text_putc(out, '[');
	for (uint32_t i = 0; i < channel->region_count; i++) {
		ybi_text_puts(out, i ? ", " : "");
		ybi_text_json_string(out, channel->regions[i], strlen(channel->regions[i]));
	}
	ybi_text_putc(out, ']');
	json_member(out, &first, "location", &channel->location);
	json_pairs(out, &first, "inputs", &channel->inputs);
	json_member(out, &first, "caveat", &channel->caveat);
	ybi_json_key(out, &first, "steps");
	ybi_text_putc(out, '{');
	inner = true;
	for (yb_channel_action action = 1; action <= YBI_CHANNEL_ACTIONS; action++)
		if (channel->steps[action - 1].count && (!only || action == only))
			json_pairs(out, &inner, yb_channel_action_get_name(action), &channel->steps[action - 1]);
	ybi_text_putc(out, '}');
	ybi_json_text(out, &first, "confidence", ybi_confidence_name(yb_channel_get_confidence(channel)));
	ybi_json_clause(out, &first, channel->book, channel->clause);
	ybi_text_putc(out, '}');
}

static void
json_note(struct ybi_text *out, const struct ybi_book *book, const struct ybi_channel_note *note)
{
	bool first = true, comma = false;

	ybi_text_puts(out, "\n  {");
	ybi_json_text(out, &first, "id", note->id);
	ybi_json_key(out, &first, "about");
	ybi_text_putc(out, '[');
	for (yb_channel_action action = 1; action <= YBI_CHANNEL_ACTIONS; action++)
		if (note->about >> (action - 1) & 1) {
			ybi_text_printf(out, "%s\"%s\"", comma ? ", " : "", yb_channel_action_get_name(action));
			comma = true;
		}
	ybi_text_putc(out, ']');
	json_member(out, &first, "text", &note->text);
	ybi_json_clause(out, &first, book, note->clause);
	ybi_text_putc(out, '}');
}

/* The notes of each document once, whose channels stand together. */
static void
json_notes(struct ybi_text *out, const struct yb_channel *const *rows, size_t count, yb_channel_action only)
{
	bool comma = false;

	for (size_t i = 0; i < count; i++) {
		const struct ybi_book *book = rows[i]->book;
		if (i && rows[i - 1]->book == book)
			continue;
		for (size_t k = 0; k < book->channel_notes_count; k++) {
			if (only && !(book->channel_notes[k].about >> (only - 1) & 1))
				continue;
			ybi_text_puts(out, comma ? "," : "");
			comma = true;
			json_note(out, book, &book->channel_notes[k]);
		}
	}
}

static void
json_document(struct ybi_text *out, const struct yb_channel *const *rows, size_t count, const char *region, yb_channel_action only)
{
	bool first = true;

	ybi_text_putc(out, '{');
	ybi_json_text(out, &first, "schema", "yibao-channel/1");
	ybi_json_text(out, &first, "region", region);
	ybi_json_text(out, &first, "action", only ? yb_channel_action_get_name(only) : NULL);
	ybi_json_key(out, &first, "channels");
	ybi_text_putc(out, '[');
	for (size_t i = 0; i < count; i++) {
		ybi_text_puts(out, i ? "," : "");
		json_channel(out, rows[i], only);
	}
	ybi_text_puts(out, "\n]");
	ybi_json_key(out, &first, "notes");
	ybi_text_putc(out, '[');
	json_notes(out, rows, count, only);
	ybi_text_puts(out, "\n]}\n");
}

/* ---- public ---- */

yb_status
yb_channel_render_list(const struct yb_policy_set *set, const char *region, size_t length, yb_format format, yb_lang lang, char **text,
                       struct yb_error **err)
{
	const struct yb_channel **rows;
	struct ybi_text out = { 0 };
	char code[7] = "";
	size_t count = 0;

	if (!set || !text || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	*text = NULL;
	if (region) {
		if (yb_admdvs_check(region, length) != YB_OK)
			return ybi_error_set(err, YB_E_BAD_IDENTITY, "a region code has six digits");
		memcpy(code, region, sizeof(code) - 1);
		region = code;
	}
	rows = ybi_calloc(set->channel_count, sizeof(*rows));
	if (!rows)
		return ybi_error_no_memory(err);
	for (size_t i = 0; i < set->channel_count; i++)
		if (!region || yb_channel_check_region(set->channels[i], region, 6) == YB_OK)
			rows[count++] = set->channels[i];
	if (format == YB_FORMAT_JSON)
		json_document(&out, rows, count, region, 0);
	else
		list_text(&out, rows, count, set, region, lang);
	free(rows);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}

yb_status
yb_channel_render_steps(const struct yb_channel *channel, yb_channel_action action, yb_format format, yb_lang lang, char **text,
                        struct yb_error **err)
{
	struct ybi_text out = { 0 };

	if (!channel || !text || !yb_channel_action_get_name(action)[0] || format < YB_FORMAT_TEXT || format > YB_FORMAT_JSON)
		return YB_E_INVALID;
	*text = NULL;
	if (format == YB_FORMAT_JSON)
		json_document(&out, &channel, 1, NULL, action);
	else
		steps_text(&out, channel, action, lang);
	*text = ybi_text_take(&out);
	return *text ? YB_OK : ybi_error_no_memory(err);
}
