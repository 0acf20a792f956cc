/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_TOOL_LEDGER_H
#define YIBAO_TOOL_LEDGER_H

#include "tool.h"

/* ledger.c: what the commands on ledgers share. The ledger is the first operand, or that of --ledger. */
int tool_ledger_code(yb_status status);
int tool_ledger_fail(const struct tool *tool, yb_status status, struct yb_error *error);
int tool_ledger_open(const struct tool *tool, uint32_t flags, struct yb_ledger **ledger);
int tool_ledger_person(const struct tool *tool, struct yb_ledger *ledger, char **name);
int tool_today(const struct tool *tool, yb_day *day);
void tool_print_money(const char *text, int width);

#endif
