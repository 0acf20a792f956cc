/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_TOOL_H
#define YIBAO_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <yibao/yibao.h>

/* How the tool ends. */
enum {
	TOOL_OK = 0,         /* answered, or refused by a rule: both are answers */
	TOOL_NO_ANSWER = 1,  /* incomplete, unsupported, or a vector that fails */
	TOOL_USAGE = 2,
	TOOL_DOCUMENT = 3,   /* person or claim */
	TOOL_POLICY = 4,
	TOOL_INTERNAL = 70
};

/* What the command line asked for. */
struct tool {
	const char **dirs; /* policy directories, in the order they are looked through */
	size_t dir_count;
	bool dirs_installed; /* nobody named any: the folder of the installation, which may be missing */
	const char **args; /* what is no option, the command's own words left out */
	size_t arg_count;
	bool json, lenient;
	yb_lang lang;
	yb_explain explain;
	yb_confidence confidence;
	yb_day on; /* YB_DAY_NONE: not given */
};

/* A command: its words, its arguments, and what it does. */
struct command {
	const char *words;    /* "policy show" */
	const char *operands; /* "ID [--on DATE]" */
	size_t least, most;   /* operands */
	bool takes_on;
	int (*run)(const struct tool *tool);
	const char *brief[2]; /* by yb_lang */
	const char *help[2];
};

extern const struct command tool_commands[];
extern const size_t tool_command_count;

/* help.c */
void tool_help(const struct command *command, yb_lang lang);
void tool_help_group(const char *group, yb_lang lang);
void tool_usage_hint(void);
int tool_refuse_command(const char *group, const char *word);
int tool_refuse_option(const char *option, const char *const *names, size_t count);

/* input.c */
struct document {
	char *text;
	size_t length;
	const char *name;
};
int tool_read(const char *path, struct document *document);
void tool_document_free(struct document *document);
void tool_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tool_print_error(const struct yb_error *error);
void tool_print_errors(const struct tool *tool, const struct yb_error *error, yb_status status);

/* text.c */
size_t tool_width(const char *text);
void tool_pad(const char *text, size_t width);
void tool_json_text(const char *text);
void tool_json_finding(const struct yb_error *error);
size_t tool_distance(const char *a, const char *b);

/* settle.c, policy.c, check.c */
int tool_load(const struct tool *tool, struct yb_policy_set **set);
int tool_settle(const struct tool *tool);
int tool_policy_list(const struct tool *tool);
int tool_policy_show(const struct tool *tool);
int tool_policy_sources(const struct tool *tool);
int tool_policy_check(const struct tool *tool);
int tool_policy_test(const struct tool *tool);

#endif
