/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger as the harness sees it: a few steps that touch every table, and what a user is told of the result. */
#ifndef FAULT_WORK_LEDGER_H
#define FAULT_WORK_LEDGER_H

#include <yibao/yibao.h>

#include "work.h"

#define LEDGER_FILE "book"
/* The identity number that is posted with, of the standard's own example. */
#define LEDGER_CERTNO "11010519491231002X"

/* Steps 0 .. last, last at most LEDGER_STEPS. */
#define LEDGER_STEPS 11
struct work work_ledger(int last);

/* path: room for 300 bytes. */
const char *ledger_path(const char *directory, char path[300]);
yb_status ledger_post(struct yb_ledger *ledger, yb_day day, struct yb_error **err, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* YB_OK when every check of the ledger finds all in order, YB_E_CORRUPT when one does not. `why`: the first finding. */
yb_status ledger_verify(struct yb_ledger *ledger, char *why, size_t room);
/* What a user is told: every transaction, balances by both days. Free it; NULL and a status where a question fails. */
char *ledger_answers(struct yb_ledger *ledger, yb_status *status);
/* The message of an error, and unref it. */
void ledger_say(struct yb_error **err, char *why, size_t room);

#endif
