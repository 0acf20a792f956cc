/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_TOOL_H
#define YIBAO_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <yibao/yibao.h>

/* How the tool ends. */
enum {
	TOOL_OK = 0,         /* answered, or refused by a rule: both are answers */
	TOOL_NO_ANSWER = 1,  /* incomplete, unsupported, or a vector that fails */
	TOOL_USAGE = 2,
	TOOL_DOCUMENT = 3,   /* person, claim or transaction */
	TOOL_POLICY = 4,
	TOOL_LEDGER = 5,
	TOOL_INTERNAL = 70
};

/* Options that some commands take: bits of struct command.takes and struct tool.given. */
enum {
	TOOL_ON = 1 << 0,
	TOOL_PAID_ON = 1 << 1,
	TOOL_YEAR = 1 << 2,
	TOOL_MONTH = 1 << 3,
	TOOL_MONTHS = 1 << 4,
	TOOL_PAID = 1 << 5,
	TOOL_REPAIRED = 1 << 6,
	TOOL_INTEREST = 1 << 7,
	TOOL_CONTRIBUTION = 1 << 8,
	TOOL_REGION = 1 << 9,
	TOOL_CASES = 1 << 10,
	TOOL_EXAMPLES = 1 << 11,
	TOOL_SEED = 1 << 12,
	TOOL_COVERAGE = 1 << 13,
	TOOL_BATCH = 1 << 14,
	TOOL_AXIS = 1 << 15,
	TOOL_ID = 1 << 16,
	TOOL_ISSUER = 1 << 17,
	TOOL_DOCNO = 1 << 18,
	TOOL_URL = 1 << 19,
	TOOL_PUBLISHED = 1 << 20,
	TOOL_OUT = 1 << 21,
	TOOL_REJECTS = 1 << 22,
	TOOL_THREADS = 1 << 23,
	TOOL_SET = 1 << 24,
	TOOL_FORMAT = 1 << 25,
	TOOL_FROM = 1 << 26,
	TOOL_TO = 1 << 27,
	TOOL_CHANNEL = 1 << 28,
	TOOL_INSTITUTION = 1 << 29,
	TOOL_WHATIF = 1 << 30, /* --by, --value, --weight, --bins, --svg */
};

/* And of ledgers. */
#define TOOL_PERSON (UINT64_C(1) << 32)
#define TOOL_CERTNO_FROM (UINT64_C(1) << 33)
#define TOOL_ACCOUNT (UINT64_C(1) << 34)
#define TOOL_POSTING_DAY (UINT64_C(1) << 35)
#define TOOL_HEAD (UINT64_C(1) << 36)
#define TOOL_CSV (UINT64_C(1) << 37)
#define TOOL_HTML (UINT64_C(1) << 38)
#define TOOL_LEDGER_FILE (UINT64_C(1) << 39)
#define TOOL_POST (UINT64_C(1) << 40)
#define TOOL_KEY (UINT64_C(1) << 41)
#define TOOL_POLICY_TODAY (UINT64_C(1) << 42)
#define TOOL_HISTORIES (UINT64_C(1) << 48) /* of bulk settle */
#define TOOL_KEEP (UINT64_C(1) << 49)
#define TOOL_KEEP_ALL (UINT64_C(1) << 50)
#define TOOL_ANSWERS (UINT64_C(1) << 51)

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
	const char **overlays; /* files, in the order in which they are laid */
	size_t overlay_count;
	const char *archive; /* directory of policy texts; NULL: none */
	yb_day known_on; /* 0: the law as published by today, whenever that is */
	uint64_t given; /* bits, TOOL_ON ...; what is not given is 0 here, but YB_DAY_NONE in `on` */
	yb_day on, paid_on;
	yb_day month; /* its first day */
	int32_t year, months, repaired;
	int32_t cases, examples, seed;
	yb_fen paid;
	yb_day posting_day;
	yb_axis axis; /* 0: not given */
	const char *person, *certno_from, *account, *head, *ledger, *key; /* NULL: not given */
	const char *region; /* NULL: not given */
	const char *out, *rejects; /* files; NULL: not given */
	int32_t threads;           /* 0: not given */
	const char *by, *value, *weight, *bins, *svg; /* of a comparison with overlays; NULL: not given */
	const char *what_if;       /* the first of these options that was given, NULL: none */
	const char **sets;         /* NAME=TEXT, in their order */
	size_t set_count;
	const char **keeps;        /* NAME,NAME: columns that are no facts */
	size_t keep_count;
	const char *answers;       /* NAME,NAME or all; NULL: the usual ones */
	yb_bill_format format;
	yb_day from, to;
	const char *channel, *institution; /* NULL: not given */
	const char *id, *issuer, *docno, *url, *published; /* of a profile and its source; NULL: not given */
};

/* A command: its words, its arguments, and what it does. */
struct command {
	const char *words;    /* "policy show" */
	const char *operands; /* "ID [--on DATE]" */
	size_t least, most;   /* operands */
	uint64_t takes;       /* bits, TOOL_ON ... */
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
/* On standard error, cleaned: a part of a line, and a line of its own. */
void tool_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tool_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tool_print_error(const struct yb_error *error);
void tool_print_errors(const struct tool *tool, const struct yb_error *error, yb_status status);

/* text.c */
size_t tool_width(const char *text);
void tool_pad(const char *text, size_t width);
void tool_clean(char *text);
void tool_print_place(const struct document *document, unsigned long line, unsigned long column);
void tool_json_text(const char *text);
void tool_json_part(const char *text, size_t length);
void tool_json_finding(const struct yb_error *error);
size_t tool_distance(const char *a, const char *b);

/* answer.c */
struct asked {
	const struct yb_policy_set *set;
	const struct yb_person *person;
	const struct yb_claim *claim; /* NULL: the question has none */
};
/* A question that is printed as JSON, or whose policies are archived, is asked with its receipt. */
#define TOOL_RECEIPT(tool, flag) ((tool)->json || (tool)->archive ? (uint32_t)(flag) : 0u)
typedef yb_status tool_ask(const struct tool *tool, const struct asked *asked, struct yb_decision *decision, struct yb_error **error);
int tool_answer(const struct tool *tool, tool_ask *ask);

/* question.c, settle.c */
int tool_fee(const struct tool *tool);
int tool_refund(const struct tool *tool);
int tool_eligibility(const struct tool *tool);
int tool_rewards(const struct tool *tool);
int tool_settle(const struct tool *tool);
/* false, and told: one of the days is 1970-01-01, which is day 0, by which options of the library's questions mean "not said". */
bool tool_check_days(const struct tool *tool);

/* bulk.c, whatif.c */
int tool_bulk_settle(const struct tool *tool);
int tool_bulk_fee(const struct tool *tool);
int tool_bulk_refund(const struct tool *tool);
int tool_bulk_eligibility(const struct tool *tool);
int tool_bulk_whatif(const struct tool *tool);
int tool_bulk_columns(const struct tool *tool);

/* policy.c, check.c */
bool tool_find(const struct tool *tool, const struct yb_policy_set *set, const char *id);
int tool_load(const struct tool *tool, struct yb_policy_set **set);
int tool_policy_list(const struct tool *tool);
int tool_policy_show(const struct tool *tool);
int tool_policy_sources(const struct tool *tool);
int tool_policy_diff(const struct tool *tool);
int tool_load_file(const struct tool *tool, const char *path, struct yb_policy_set **set, size_t *index);
int tool_policy_check(const struct tool *tool);
int tool_policy_test(const struct tool *tool);

/* ledger.c */
int tool_ledger_init(const struct tool *tool);
int tool_ledger_post(const struct tool *tool);
int tool_ledger_balance(const struct tool *tool);
int tool_ledger_show(const struct tool *tool);
int tool_ledger_verify(const struct tool *tool);

/* state.c */
int tool_ledger_statement(const struct tool *tool);
int tool_ledger_records(const struct tool *tool);
int tool_ledger_accumulators(const struct tool *tool);
int tool_ledger_resettle(const struct tool *tool);

/* move.c */
int tool_ledger_export(const struct tool *tool);
int tool_ledger_import(const struct tool *tool);

/* receipt.c */
int tool_receipt_verify(const struct tool *tool);

/* reconcile.c */
int tool_ledger_reconcile(const struct tool *tool);

/* profile.c */
int tool_policy_profile(const struct tool *tool);

/* channel.c */
int tool_channel_list(const struct tool *tool);
int tool_channel_steps(const struct tool *tool);

#endif
