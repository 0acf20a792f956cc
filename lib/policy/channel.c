/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <yibao/channel.h>
#include <yibao/identity.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/book.h"

/* The names of what channels do and are, the channels of a set, and what is said of one. */

static const struct {
	const char *name, *label[2]; /* by yb_lang */
} actions[] = {
	{ "pay", { "pay", "缴费" } },
	{ "proxy_pay", { "pay for another", "代缴" } },
	{ "family_pool", { "family pool", "家庭共济" } },
	{ "enrol", { "enrol", "参保登记" } },
	{ "query_balance", { "query the balance", "查询余额" } },
	{ "query_records", { "query the records", "查询缴费记录" } },
	{ "query_progress", { "query the progress", "查询办理进度" } },
	{ "receipt", { "receipt", "缴费凭证" } },
	{ "consult", { "consult", "咨询" } },
};
_Static_assert(ARRAY_SIZE(actions) == YBI_CHANNEL_ACTIONS, "an action has no name");

static const char *const kinds[] = {
	"app", "web", "gov_app", "mini_program", "wechat", "alipay", "unionpay", "bank", "tax", "phone", "counter", "kiosk", "employer"
};
_Static_assert(ARRAY_SIZE(kinds) == YBI_CHANNEL_KINDS, "a kind has no name");

static const char *const abilities[] = { "yes", "implied", "download", "print" };
_Static_assert(ARRAY_SIZE(abilities) == YBI_CHANNEL_ABILITIES, "an ability has no name");

static bool
is_action(yb_channel_action action)
{
	return action >= 1 && action <= YBI_CHANNEL_ACTIONS;
}

const char *
yb_channel_action_get_name(yb_channel_action action)
{
	return is_action(action) ? actions[action - 1].name : "";
}

const char *
yb_channel_action_get_label(yb_channel_action action, yb_lang lang)
{
	return is_action(action) ? actions[action - 1].label[lang == YB_LANG_ZH] : "";
}

yb_status
yb_channel_action_from_name(const char *name, size_t length, yb_channel_action *action)
{
	if (!name || !action)
		return YB_E_INVALID;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (ybi_streq_n(name, length, actions[i].name)) {
			*action = (yb_channel_action)i + 1;
			return YB_OK;
		}
	return YB_E_NOT_FOUND;
}

const char *
yb_channel_ability_get_name(yb_channel_ability ability)
{
	return ability >= 1 && ability <= YBI_CHANNEL_ABILITIES ? abilities[ability - 1] : "";
}

const char *
yb_channel_kind_get_name(yb_channel_kind kind)
{
	return kind >= 1 && kind <= YBI_CHANNEL_KINDS ? kinds[kind - 1] : "";
}

/* ---- the channels of a set ---- */

/* By id, then by place in the set. */
static int
compare_channels(const void *a, const void *b)
{
	const struct yb_channel *left = *(struct yb_channel *const *)a, *right = *(struct yb_channel *const *)b;
	int order = strcmp(left->id, right->id);

	return order ? order : (left->order > right->order) - (left->order < right->order);
}

static yb_status __attribute__((format(printf, 4, 5)))
warn(struct yb_error **err, const struct ybi_place *place, const char *subject, const char *format, ...)
{
	yb_status st;
	va_list args;

	va_start(args, format);
	st = ybi_error_vat(err, YB_E_UNKNOWN_NAME, YB_SEVERITY_WARNING, place, subject, format, args);
	va_end(args);
	return st;
}

/* A section on fees names channels by their ids; with a catalogue beside it, each must be there. */
static yb_status
check_open_channels(const struct yb_policy_set *set, struct yb_error **err)
{
	for (size_t i = 0; i < set->document_count; i++)
		for (size_t k = 0; set->books[i] && k < set->books[i]->open_channels_count; k++) {
			const struct ybi_open_channel *row = &set->books[i]->open_channels[k];
			const struct yb_channel *found;
			struct ybi_place place = ybi_node_place(set->books[i]->clauses[row->clause].node);
			if (yb_channel_find(set, row->id, strlen(row->id), &found) != YB_OK &&
			    warn(err, &place, row->id, "channel \"%.40s\" is not in the catalogue", row->id) == YB_E_NO_MEMORY)
				return YB_E_NO_MEMORY;
		}
	return YB_OK;
}

yb_status
ybi_set_channels(struct yb_policy_set *set, struct yb_error **err)
{
	struct yb_channel **sorted;
	size_t count = 0, n = 0;

	for (size_t i = 0; i < set->document_count; i++)
		count += set->books[i] ? set->books[i]->channels_count : 0;
	if (!count)
		return YB_OK;
	sorted = ybi_calloc(count, sizeof(*sorted));
	set->channels = ybi_calloc(count, sizeof(*set->channels));
	if (!sorted || !set->channels) {
		free(sorted);
		return ybi_error_no_memory(err);
	}
	for (size_t i = 0; i < set->document_count; i++)
		for (size_t k = 0; set->books[i] && k < set->books[i]->channels_count; k++) {
			sorted[n] = &set->books[i]->channels[k];
			sorted[n]->book = set->books[i];
			sorted[n]->order = (uint32_t)n;
			set->channels[n] = sorted[n];
			n++;
		}
	qsort(sorted, count, sizeof(*sorted), compare_channels);
	for (size_t i = 1; i < count; i++)
		if (!strcmp(sorted[i - 1]->id, sorted[i]->id)) /* the one of the earlier document is there */
			set->channels[sorted[i]->order] = NULL;
	free(sorted);
	for (size_t i = 0; i < count; i++)
		if (set->channels[i])
			set->channels[set->channel_count++] = set->channels[i];
	return check_open_channels(set, err);
}

size_t
yb_channel_count(const struct yb_policy_set *set)
{
	return set ? set->channel_count : 0;
}

yb_status
yb_channel_at(const struct yb_policy_set *set, size_t index, const struct yb_channel **channel)
{
	if (!set || !channel)
		return YB_E_INVALID;
	if (index >= set->channel_count)
		return YB_E_NOT_FOUND;
	*channel = set->channels[index];
	return YB_OK;
}

yb_status
yb_channel_find(const struct yb_policy_set *set, const char *id, size_t length, const struct yb_channel **channel)
{
	if (!set || !id || !channel)
		return YB_E_INVALID;
	for (size_t i = 0; i < set->channel_count; i++)
		if (ybi_streq_n(id, length, set->channels[i]->id)) {
			*channel = set->channels[i];
			return YB_OK;
		}
	return YB_E_NOT_FOUND;
}

/* ---- one channel ---- */

static const char *
pick(const struct ybi_pair *pair, yb_lang lang)
{
	const char *text = pair->text[lang == YB_LANG_ZH];

	return text ? text : "";
}

static yb_status
pick_row(const struct ybi_pairs *pairs, size_t index, yb_lang lang, const char **text)
{
	if (index >= pairs->count)
		return YB_E_NOT_FOUND;
	*text = pick(&pairs->rows[index], lang);
	return YB_OK;
}

const char *
yb_channel_get_id(const struct yb_channel *channel)
{
	return channel ? channel->id : "";
}

yb_channel_kind
yb_channel_get_kind(const struct yb_channel *channel)
{
	return channel ? channel->kind : 0;
}

const char *
yb_channel_get_label(const struct yb_channel *channel, yb_lang lang)
{
	return channel ? pick(&channel->label, lang) : "";
}

const char *
yb_channel_get_operator(const struct yb_channel *channel, yb_lang lang)
{
	return channel ? pick(&channel->operator, lang) : "";
}

const char *
yb_channel_get_location(const struct yb_channel *channel, yb_lang lang)
{
	return channel ? pick(&channel->location, lang) : "";
}

const char *
yb_channel_get_caveat(const struct yb_channel *channel, yb_lang lang)
{
	return channel ? pick(&channel->caveat, lang) : "";
}

yb_channel_ability
yb_channel_get_ability(const struct yb_channel *channel, yb_channel_action action)
{
	return channel && is_action(action) ? channel->can[action - 1] : YB_CHANNEL_ABILITY_NONE;
}

yb_status
yb_channel_get_input(const struct yb_channel *channel, size_t index, yb_lang lang, const char **text)
{
	if (!channel || !text)
		return YB_E_INVALID;
	return pick_row(&channel->inputs, index, lang, text);
}

size_t
yb_channel_get_step_count(const struct yb_channel *channel, yb_channel_action action)
{
	return channel && is_action(action) ? channel->steps[action - 1].count : 0;
}

yb_status
yb_channel_get_step(const struct yb_channel *channel, yb_channel_action action, size_t index, yb_lang lang, const char **text)
{
	if (!channel || !text || !is_action(action))
		return YB_E_INVALID;
	return pick_row(&channel->steps[action - 1], index, lang, text);
}

yb_status
yb_channel_get_region(const struct yb_channel *channel, size_t index, const char **admdvs)
{
	if (!channel || !admdvs)
		return YB_E_INVALID;
	if (index >= channel->region_count)
		return YB_E_NOT_FOUND;
	*admdvs = channel->regions[index];
	return YB_OK;
}

/* Digits of a code that tell regions apart: 2 of a province, 4 of a city, 6 of a district. */
static size_t
significant(const char *admdvs)
{
	return !strcmp(admdvs + 2, "0000") ? 2 : !strcmp(admdvs + 4, "00") ? 4 : 6;
}

yb_status
yb_channel_check_region(const struct yb_channel *channel, const char *admdvs, size_t length)
{
	if (!channel || !admdvs)
		return YB_E_INVALID;
	if (yb_admdvs_check(admdvs, length) != YB_OK)
		return YB_E_BAD_IDENTITY;
	if (!channel->region_count)
		return YB_OK;
	for (uint32_t i = 0; i < channel->region_count; i++)
		if (!strncmp(channel->regions[i], admdvs, significant(channel->regions[i])))
			return YB_OK;
	return YB_E_NOT_FOUND;
}

yb_confidence
yb_channel_get_confidence(const struct yb_channel *channel)
{
	return channel ? channel->book->clauses[channel->clause].confidence : 0;
}
