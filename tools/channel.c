/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* channel list, channel steps: where one can pay, enrol and ask, and how. */
#include <string.h>

#include "tool.h"

/* The policies, if there are channels among them; else why there are none. */
static int
channels_load(const struct tool *tool, struct yb_policy_set **set)
{
	int rc = tool_load(tool, set);

	if (rc != TOOL_OK || yb_channel_count(*set) > 0)
		return rc;
	tool_fail("no policy document that is in use names channels");
	for (size_t i = 0; i < yb_policy_set_get_count(*set); i++)
		if (yb_policy_set_get_fault(*set, i) && strstr(yb_policy_set_get_id(*set, i), "/channels"))
			tool_print_errors(tool, yb_policy_set_get_fault(*set, i), YB_OK);
	yb_policy_set_unref(*set);
	*set = NULL;
	return TOOL_POLICY;
}

/* Print what was rendered; takes `text` and `error`. */
static int
rendered_take(const struct tool *tool, yb_status status, char *text, struct yb_error *error)
{
	if (status == YB_OK)
		fputs(text, stdout);
	else
		tool_print_errors(tool, error, status);
	yb_free(text);
	yb_error_unref(error);
	return status == YB_OK ? TOOL_OK : TOOL_INTERNAL;
}

int
tool_channel_list(const struct tool *tool)
{
	struct yb_policy_set *set = NULL;
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status status;
	int rc = channels_load(tool, &set);

	if (rc != TOOL_OK)
		return rc;
	status = yb_channel_render_list(set, tool->region, tool->region ? strlen(tool->region) : 0, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT,
	                                tool->lang, &text, &error);
	rc = rendered_take(tool, status, text, error);
	yb_policy_set_unref(set);
	return rc;
}

/* --- channel steps -------------------------------------------------------- */

/* The nearer of two names to a word; `best` may be NULL. */
static const char *
nearer(const char *word, const char *best, const char *name)
{
	size_t least = best ? tool_distance(word, best) : strlen(word) < 6 ? 2 : 4, distance = tool_distance(word, name);

	return distance < least && distance < strlen(name) ? name : best;
}

static int
channel_find(const struct yb_policy_set *set, const char *id, const struct yb_channel **channel)
{
	const struct yb_channel *other;
	const char *best = NULL;

	if (yb_channel_find(set, id, strlen(id), channel) == YB_OK)
		return TOOL_OK;
	for (size_t i = 0; yb_channel_at(set, i, &other) == YB_OK; i++)
		best = nearer(id, best, yb_channel_get_id(other));
	if (best)
		tool_fail("no channel \"%s\"; did you mean \"%s\"?", id, best);
	else
		tool_fail("no channel \"%s\"; \"yibao channel list\" names those there are", id);
	return TOOL_USAGE;
}

static int
action_find(const char *name, yb_channel_action *action)
{
	const char *best = NULL, *other;

	if (yb_channel_action_from_name(name, strlen(name), action) == YB_OK)
		return TOOL_OK;
	for (yb_channel_action i = 1; (other = yb_channel_action_get_name(i))[0]; i++)
		best = nearer(name, best, other);
	if (best)
		tool_fail("no action \"%s\"; did you mean \"%s\"?", name, best);
	else
		tool_fail("no action \"%s\"", name);
	fputs("yibao: the actions are", stderr);
	for (yb_channel_action i = 1; (other = yb_channel_action_get_name(i))[0]; i++)
		fprintf(stderr, "%s %s", i > 1 ? "," : "", other);
	putc('\n', stderr);
	return TOOL_USAGE;
}

int
tool_channel_steps(const struct tool *tool)
{
	struct yb_policy_set *set = NULL;
	const struct yb_channel *channel = NULL;
	yb_channel_action action = 0;
	struct yb_error *error = NULL;
	char *text = NULL;
	yb_status status;
	int rc = channels_load(tool, &set);

	if (rc != TOOL_OK)
		return rc;
	rc = channel_find(set, tool->args[0], &channel);
	if (rc == TOOL_OK)
		rc = action_find(tool->args[1], &action);
	if (rc == TOOL_OK) {
		status = yb_channel_render_steps(channel, action, tool->json ? YB_FORMAT_JSON : YB_FORMAT_TEXT, tool->lang, &text, &error);
		rc = rendered_take(tool, status, text, error);
		if (rc == TOOL_OK && yb_channel_get_ability(channel, action) == YB_CHANNEL_ABILITY_NONE)
			rc = TOOL_NO_ANSWER;
	}
	yb_policy_set_unref(set);
	return rc;
}
