/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/builder.h"

#include <stdio.h>
#include <string.h>

#include <yibao/identity.h>

#include "base/text.h"

/*
 * The sections `channels:` and `channel_notes:`: where one can pay, enrol and
 * ask. They stand for their own document alone, parents give none.
 */

#define CHANNELS 256
#define INPUTS 16
#define STEPS 32
#define REGIONS 64
#define TEXT_BYTES 600

static void
check_keys(struct ybi_builder *b, const struct ybi_node *map, const char *const *keys, size_t count)
{
	static const char *const common[] = { "source", "confidence", "note" };

	(void)ybi_node_check_keys(map, keys, count, common, ARRAY_SIZE(common), b->err);
}

static bool
expect_kind(struct ybi_builder *b, const struct ybi_node *node, enum ybi_kind kind, const char *what)
{
	if (node->kind == kind)
		return true;
	ybi_fault(b, YB_E_SYNTAX, node, what, "`%s:` is %s, not %s", what, kind == YBI_MAP ? "a mapping" : "a list", ybi_node_kind_name(node));
	return false;
}

/* A list of at most so many; NULL after a fault, and where there is none. */
static const struct ybi_node *
read_list(struct ybi_builder *b, const struct ybi_node *map, const char *key, uint32_t most)
{
	const struct ybi_node *list = ybi_node_get(map, key);

	if (!list || !expect_kind(b, list, YBI_SEQ, key))
		return NULL;
	if (list->count > most) {
		ybi_fault(b, YB_E_LIMIT, list, key, "`%s:` has %u entries; at most %u", key, (unsigned)list->count, (unsigned)most);
		return NULL;
	}
	return list;
}

static void *
allot(struct ybi_builder *b, uint32_t count, size_t size)
{
	void *rows = ybi_arena_alloc(&b->book->arena, (count + 1) * size);

	if (!rows)
		b->status = ybi_error_no_memory(b->err);
	return rows;
}

/* ---- texts ---- */

static const char *
read_text(struct ybi_builder *b, const struct ybi_node *pair, const char *key, const char *what)
{
	const struct ybi_node *text = ybi_node_get(pair, key);

	if (!text)
		ybi_fault(b, YB_E_MISSING_KEY, pair, what, "%s has no `%s:`; every text is in both languages", what, key);
	else if (text->kind != YBI_SCALAR || !text->count)
		ybi_fault(b, YB_E_BAD_VALUE, text, what, "expected text");
	else if (text->count > TEXT_BYTES)
		ybi_fault(b, YB_E_LIMIT, text, what, "a text of %u bytes; at most %d", (unsigned)text->count, TEXT_BYTES);
	else
		return text->text;
	return NULL;
}

static void
read_pair(struct ybi_builder *b, const struct ybi_node *node, const char *what, struct ybi_pair *pair)
{
	static const char *const keys[] = { "zh", "en" };

	if (node->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, node, what, "%s is a mapping with zh and en", what);
		return;
	}
	(void)ybi_node_check_keys(node, keys, ARRAY_SIZE(keys), NULL, 0, b->err);
	pair->text[YB_LANG_ZH] = read_text(b, node, "zh", what);
	pair->text[YB_LANG_EN] = read_text(b, node, "en", what);
}

static void
read_pair_of(struct ybi_builder *b, const struct ybi_node *map, const char *key, bool required, struct ybi_pair *pair)
{
	const struct ybi_node *node = ybi_node_get(map, key);

	if (node)
		read_pair(b, node, key, pair);
	else if (required)
		ybi_fault(b, YB_E_MISSING_KEY, map, key, "no `%s:`", key);
}

static void
read_pairs(struct ybi_builder *b, const struct ybi_node *map, const char *key, uint32_t most, const char *what, struct ybi_pairs *pairs)
{
	const struct ybi_node *list = read_list(b, map, key, most);

	if (!list)
		return;
	if (!list->count)
		ybi_fault(b, YB_E_BAD_VALUE, list, key, "`%s:` is empty; leave it out", key);
	pairs->rows = allot(b, list->count, sizeof(*pairs->rows));
	for (uint32_t i = 0; pairs->rows && i < list->count; i++)
		read_pair(b, list->items[i], what, &pairs->rows[pairs->count++]);
}

/* ---- names ---- */

static bool
is_channel_id(const struct ybi_node *id)
{
	return id->kind == YBI_SCALAR && id->count && id->count <= 40 && strspn(id->text, "abcdefghijklmnopqrstuvwxyz0123456789_") == id->count;
}

static const char *
read_channel_id(struct ybi_builder *b, const struct ybi_node *map, const char *what)
{
	const struct ybi_node *id = ybi_node_get(map, "id");

	if (map->kind != YBI_MAP) {
		ybi_fault(b, YB_E_SYNTAX, map, what, "a %s is a mapping, not %s", what, ybi_node_kind_name(map));
		return NULL;
	}
	if (id && is_channel_id(id))
		return id->text;
	if (id)
		ybi_fault(b, YB_E_BAD_VALUE, id, what, "an id is of small letters, digits and `_`, at most 40");
	else
		ybi_fault(b, YB_E_MISSING_KEY, map, what, "a %s has an id", what);
	return NULL;
}

static yb_channel_kind
read_kind(struct ybi_builder *b, const struct ybi_node *map)
{
	const struct ybi_node *node = ybi_node_get(map, "kind");
	const char *known[YBI_CHANNEL_KINDS];
	size_t near;

	if (!node || node->kind != YBI_SCALAR) {
		ybi_fault(b, node ? YB_E_BAD_VALUE : YB_E_MISSING_KEY, node ? node : map, "kind", "a channel has a kind: app, web, phone …");
		return 0;
	}
	for (yb_channel_kind kind = 1; kind <= YBI_CHANNEL_KINDS; kind++) {
		known[kind - 1] = yb_channel_kind_get_name(kind);
		if (ybi_node_is(node, known[kind - 1]))
			return kind;
	}
	near = ybi_nearest(node->text, known, YBI_CHANNEL_KINDS);
	if (near == SIZE_MAX)
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, "kind", "no kind \"%.40s\"", node->text);
	else
		ybi_fault(b, YB_E_UNKNOWN_NAME, node, "kind", "no kind \"%.40s\"; did you mean \"%s\"?", node->text, known[near]);
	return 0;
}

static void
list_actions(const char *names[YBI_CHANNEL_ACTIONS])
{
	for (yb_channel_action action = 1; action <= YBI_CHANNEL_ACTIONS; action++)
		names[action - 1] = yb_channel_action_get_name(action);
}

/* ---- what a channel can do ---- */

static yb_channel_ability
read_ability(struct ybi_builder *b, const struct ybi_node *node, yb_channel_action action)
{
	bool receipt = action == YB_CHANNEL_ACTION_RECEIPT;

	for (yb_channel_ability ability = 1; ability <= YBI_CHANNEL_ABILITIES; ability++)
		if (ybi_node_is(node, yb_channel_ability_get_name(ability)) && (receipt || ability <= YB_CHANNEL_ABILITY_IMPLIED))
			return ability;
	ybi_fault(b, YB_E_BAD_VALUE, node, yb_channel_action_get_name(action),
	          receipt ? "expected yes, implied, download or print" : "expected yes or implied");
	return YB_CHANNEL_ABILITY_NONE;
}

static void
read_can(struct ybi_builder *b, const struct ybi_node *map, struct yb_channel *channel)
{
	const struct ybi_node *can = ybi_node_get(map, "can");
	const char *names[YBI_CHANNEL_ACTIONS];

	if (!can || (can->kind == YBI_MAP && !can->count)) {
		ybi_fault(b, YB_E_MISSING_KEY, can ? can : map, "can", "a channel can do something: `can: {pay: yes}`");
		return;
	}
	if (!expect_kind(b, can, YBI_MAP, "can"))
		return;
	list_actions(names);
	(void)ybi_node_check_keys(can, names, ARRAY_SIZE(names), NULL, 0, b->err);
	for (yb_channel_action action = 1; action <= YBI_CHANNEL_ACTIONS; action++) {
		const struct ybi_node *node = ybi_node_get(can, names[action - 1]);
		if (node)
			channel->can[action - 1] = (uint8_t)read_ability(b, node, action);
	}
}

static void
read_steps(struct ybi_builder *b, const struct ybi_node *map, struct yb_channel *channel)
{
	const struct ybi_node *steps = ybi_node_get(map, "steps"), *can = ybi_node_get(map, "can");
	const char *names[YBI_CHANNEL_ACTIONS];

	if (!steps || !expect_kind(b, steps, YBI_MAP, "steps"))
		return;
	list_actions(names);
	(void)ybi_node_check_keys(steps, names, ARRAY_SIZE(names), NULL, 0, b->err);
	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct ybi_node *list = ybi_node_get(steps, names[i]);
		if (!list)
			continue;
		if (!ybi_node_get(can, names[i]))
			ybi_fault(b, YB_E_RULE, list, names[i], "steps of \"%s\", which `can:` does not name", names[i]);
		read_pairs(b, steps, names[i], STEPS, "a step", &channel->steps[i]);
	}
}

static void
read_regions(struct ybi_builder *b, const struct ybi_node *map, struct yb_channel *channel)
{
	const struct ybi_node *list = read_list(b, map, "regions", REGIONS);

	if (!list)
		return;
	if (!list->count)
		ybi_fault(b, YB_E_BAD_VALUE, list, "regions", "`regions:` is empty; a channel without a limit leaves it out");
	channel->regions = allot(b, list->count, sizeof(*channel->regions));
	for (uint32_t i = 0; channel->regions && i < list->count; i++) {
		const struct ybi_node *region = list->items[i];
		if (region->kind != YBI_SCALAR || yb_admdvs_check(region->text, region->count) != YB_OK)
			ybi_fault(b, YB_E_BAD_IDENTITY, region, "regions", "expected a region code of six digits");
		else
			channel->regions[channel->region_count++] = region->text;
	}
}

/* ---- the sections ---- */

static void
build_channel(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "kind", "operator", "label", "can", "regions", "location", "inputs", "caveat", "steps" };
	struct yb_channel channel = { .id = read_channel_id(b, map, "channel") };

	if (map->kind != YBI_MAP)
		return;
	check_keys(b, map, keys, ARRAY_SIZE(keys));
	channel.kind = read_kind(b, map);
	read_pair_of(b, map, "operator", true, &channel.operator);
	read_pair_of(b, map, "label", true, &channel.label);
	read_pair_of(b, map, "location", false, &channel.location);
	read_pair_of(b, map, "caveat", false, &channel.caveat);
	read_can(b, map, &channel);
	read_steps(b, map, &channel);
	read_regions(b, map, &channel);
	read_pairs(b, map, "inputs", INPUTS, "an input", &channel.inputs);
	if (!channel.id)
		return;
	for (size_t i = 0; i < b->book->channels_count; i++)
		if (!strcmp(b->book->channels[i].id, channel.id))
			ybi_fault(b, YB_E_DUPLICATE, ybi_node_get(map, "id"), channel.id, "two channels \"%s\"", channel.id);
	channel.clause = ybi_add_clause(b, ybi_format(b, "channels/%s", channel.id), map, true);
	if (channel.clause != YBI_NO_CLAUSE)
		(void)YBI_PUSH(b, channels, channel);
}

static void
read_about(struct ybi_builder *b, const struct ybi_node *map, struct ybi_channel_note *note)
{
	const struct ybi_node *list = read_list(b, map, "about", YBI_CHANNEL_ACTIONS);
	yb_channel_action action;

	if (!ybi_node_get(map, "about"))
		note->about = UINT32_MAX;
	for (uint32_t i = 0; list && i < list->count; i++)
		if (list->items[i]->kind != YBI_SCALAR || yb_channel_action_from_name(list->items[i]->text, list->items[i]->count, &action) != YB_OK)
			ybi_fault(b, YB_E_UNKNOWN_NAME, list->items[i], "about", "expected an action: pay, query_balance …");
		else
			note->about |= UINT32_C(1) << (action - 1);
}

static void
build_note(struct ybi_builder *b, const struct ybi_node *map)
{
	static const char *const keys[] = { "id", "about", "text" };
	struct ybi_channel_note note = { .id = read_channel_id(b, map, "note") };

	if (!note.id)
		return;
	check_keys(b, map, keys, ARRAY_SIZE(keys));
	read_about(b, map, &note);
	read_pair_of(b, map, "text", true, &note.text);
	for (size_t i = 0; i < b->book->channel_notes_count; i++)
		if (!strcmp(b->book->channel_notes[i].id, note.id))
			ybi_fault(b, YB_E_DUPLICATE, ybi_node_get(map, "id"), note.id, "two notes \"%s\"", note.id);
	note.clause = ybi_add_clause(b, ybi_format(b, "channel_notes/%s", note.id), map, true);
	if (note.clause != YBI_NO_CLAUSE)
		(void)YBI_PUSH(b, channel_notes, note);
}

void
ybi_build_channels(struct ybi_builder *b)
{
	const struct ybi_node *root = b->book->document->root;
	const struct ybi_node *channels = read_list(b, root, "channels", CHANNELS), *notes = read_list(b, root, "channel_notes", CHANNELS);

	for (uint32_t i = 0; channels && i < channels->count; i++)
		build_channel(b, channels->items[i]);
	for (uint32_t i = 0; notes && i < notes->count; i++)
		build_note(b, notes->items[i]);
}
