/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FAULT_WORK_SQLITE_H
#define FAULT_WORK_SQLITE_H

#include "work.h"

enum sqlite_mode {
	SQLITE_TRUNCATE_FULL, /* what the ledger uses */
	SQLITE_PERSIST_FULL,
	SQLITE_DELETE_EXTRA,
	SQLITE_DELETE_FULL,   /* from here on each loses something */
	SQLITE_DELETE_NORMAL,
	SQLITE_TRUNCATE_OFF,
	SQLITE_MEMORY_FULL,
	SQLITE_OFF_FULL,
	SQLITE_MODE_COUNT_
};

struct work work_sqlite(enum sqlite_mode mode, int last);

#endif
