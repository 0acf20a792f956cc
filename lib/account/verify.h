/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_ACCOUNT_VERIFY_H
#define YBI_ACCOUNT_VERIFY_H

#include "account/ledger.h"

/* Policy texts by hash, and whether a receipt names them. */
struct ybi_kept {
	char hash[YBI_HASH_SIZE];
	bool named;
};

struct ybi_kept_list {
	struct ybi_kept *rows; /* by hash once they are sorted */
	size_t count, room;
};

yb_status ybi_kept_add(struct ybi_kept_list *list, const char *hash, struct yb_error **err);
void ybi_kept_sort(struct ybi_kept_list *list);
/* Mark what the receipt of a transaction names; false: something that is not there. `facts` is the node of its facts. */
bool ybi_kept_name(struct ybi_kept_list *list, const struct ybi_node *facts);
/* The first that no receipt names, NULL: all are named. */
const struct ybi_kept *ybi_kept_idle(const struct ybi_kept_list *list);

#endif
