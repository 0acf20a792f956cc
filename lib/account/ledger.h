/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YBI_LEDGER_H
#define YBI_LEDGER_H

#include <pthread.h>
#include <sys/types.h>

#include "account/store.h"
#include "account/transaction.h"
#include "base/hash.h"

/*
 * A ledger: a store, the key for identity numbers, and what holds between them. Everything here is done with the lock held and within a
 * transaction of the store.
 */

#define YBI_LEDGER_KEY_SIZE 32
#define YBI_EXPORT_SCHEMA "yibao-ledger/1"

/* The newest transaction, and what is closed. */
struct ybi_head {
	int64_t seq;
	yb_day posting_day;
	char chain[YBI_HASH_SIZE];
	bool any_closed;
	int64_t closed; /* through this day */
};

/* Accounts that were met lately: the number of one never changes. */
#define YBI_ACCOUNTS_MET 64
struct ybi_account_met {
	char name[80];
	int64_t id; /* 0: none */
};

struct yb_ledger {
	struct ybi_store *store;
	pthread_mutex_t lock;
	pid_t owner;
	bool read_only, batch, has_key;
	bool importing;     /* the batch is an import's */
	unsigned char key[YBI_LEDGER_KEY_SIZE];
	bool head_known;    /* of a batch, in which nobody else writes */
	struct ybi_head head;
	struct ybi_account_met met[YBI_ACCOUNTS_MET];
	int64_t last;       /* the newest transaction this handle knows of */
	char *path;         /* NULL: in memory */
	struct ybi_text facts, line; /* kept for reuse */
};

struct ybi_person_row {
	int64_t id, last;
	char token[YB_LEDGER_HASH_SIZE + 1];
};

/* A transaction that was posted. */
struct ybi_posted {
	int64_t seq, person; /* person 0: none */
	int64_t reverses, belongs; /* 0: none */
	enum ybi_kind_of_transaction kind;
	yb_day business_day, posting_day;
	char key[65], chain[YBI_HASH_SIZE];
	char *facts; /* JSON; freed by ybi_posted_free() */
	size_t facts_length;
};

/* Lock, refuse after a fork or for what a reader may not do, and begin a transaction of the store; in a batch there is one already. */
yb_status ybi_ledger_enter(struct yb_ledger *ledger, bool write, struct yb_error **err);
/* End it, with what was done kept when `status` is YB_OK, and unlock; gives the status of the whole. */
yb_status ybi_ledger_leave(struct yb_ledger *ledger, bool write, yb_status status, struct yb_error **err);
/* What was met in a batch that is taken back is forgotten. */
void ybi_ledger_forget(struct yb_ledger *ledger);

/* A person by number, hash or token; YB_E_NOT_FOUND without a message when nothing was posted of one. */
yb_status ybi_ledger_find_person(struct yb_ledger *ledger, enum ybi_sql by, const char *text, struct ybi_person_row *person, struct yb_error **err);
/* By the name that accounts have it by, or its number. */
yb_status ybi_ledger_person_named(struct yb_ledger *ledger, const char *name, struct ybi_person_row *person, struct yb_error **err);
/* `#` and the keyed hash of an identity number. */
yb_status ybi_ledger_hash(struct yb_ledger *ledger, const char *certno, char hash[YB_LEDGER_HASH_SIZE + 1], struct yb_error **err);
/* By person number or identity number, of which one may be NULL. */
yb_status ybi_ledger_look_person(struct yb_ledger *ledger, const char *psn_no, const char *certno, struct ybi_person_row *person,
                                 struct yb_error **err);
/* The person of a transaction, made when `make`. */
yb_status ybi_ledger_person_of(struct yb_ledger *ledger, const struct yb_transaction *t, const char *hash, bool make,
                               struct ybi_person_row *person, struct yb_error **err);

/* The last transaction; without one, number 0 and what the chain starts with. */
yb_status ybi_ledger_head(struct yb_ledger *ledger, struct ybi_head *head, struct yb_error **err);
/* As yb_ledger_get_balance(), of a valid account and day. */
yb_status ybi_ledger_balance(struct yb_ledger *ledger, const char *account, yb_axis axis, yb_day day, yb_fen *fen, struct yb_error **err);

yb_status ybi_ledger_load(struct yb_ledger *ledger, int64_t seq, struct ybi_posted *posted, struct yb_error **err);
void ybi_posted_free(struct ybi_posted *posted);
yb_status ybi_posted_read(const struct ybi_posted *posted, struct yb_transaction *t, struct yb_error **err);
/* 0 when nothing of that key was posted. */
yb_status ybi_ledger_seq_of(struct yb_ledger *ledger, const char *key, int64_t *seq, struct yb_error **err);
/* Entries of posted transactions, added to a list. */
yb_status ybi_ledger_entries(struct yb_ledger *ledger, int64_t seq, struct ybi_named_list *entries, struct yb_error **err);
/* What belongs to a transaction and is not reversed: the newest of a kind, 0: none. */
yb_status ybi_ledger_child(struct yb_ledger *ledger, int64_t seq, uint32_t kinds, int64_t *child, struct yb_error **err);
yb_status ybi_ledger_reversed(struct yb_ledger *ledger, int64_t seq, bool *reversed, struct yb_error **err);
/* The last transaction, without what is closed; 0 and the start of the chain when there is none. */
yb_status ybi_ledger_head(struct yb_ledger *ledger, struct ybi_head *head, struct yb_error **err);

/* What a person's account has after all that was posted. */
yb_status ybi_ledger_person_balance(struct yb_ledger *ledger, const char *token, yb_fen *fen, struct yb_error **err);
/* A stay in hospital: med_type 21 to 24 and what provinces made of them, 52. */
bool ybi_is_stay(const char *med_type);

/* Post within a transaction of the store that is open. */
yb_status ybi_ledger_post(struct yb_ledger *ledger, const struct yb_transaction *t, yb_day posting_day, int64_t *seq, int32_t *existed,
                          struct yb_error **err);
/* A transaction as one line; `chain` NULL: without its hash, which is what the hash is made of. */
void ybi_ledger_line(int64_t seq, yb_day posting_day, const char *facts, size_t length, const struct ybi_named_list *entries, const char *chain,
                     struct ybi_text *out);
void ybi_ledger_chain(const char *before, const struct ybi_text *line, char chain[YBI_HASH_SIZE]);
extern const char ybi_chain_start[YBI_HASH_SIZE];

/* ---- law.c ---- */

/* A transaction, what it hangs on, and the entries it makes. */
struct ybi_posting {
	struct yb_ledger *ledger;
	const struct yb_transaction *t;
	enum ybi_kind_of_transaction kind;
	int64_t seq;                   /* its own, INT64_MAX before it has one: what came later counts for nothing */
	struct ybi_person_row person;  /* id 0: none */
	int64_t linked;                /* what it reverses or belongs to, 0: nothing */
	struct ybi_posted posted;      /* that */
	struct yb_transaction *origin; /* its facts */
	struct ybi_named_list entries;
};

/* What a settlement adds to running totals. */
struct ybi_used_row {
	char policy[65], name[80], episode[YB_LEDGER_HASH_SIZE];
	yb_day day;
	yb_fen fen;
};

struct ybi_used_list {
	struct ybi_used_row *rows;
	size_t count, room;
};

/* Load what it hangs on. */
yb_status ybi_posting_link(struct ybi_posting *posting, struct yb_error **err);
/* May it be posted now? */
yb_status ybi_posting_allowed(struct ybi_posting *posting, struct yb_error **err);
/* What it moves: worked out from its facts and those it hangs on, alone. */
yb_status ybi_posting_entries(struct ybi_posting *posting, struct yb_error **err);
/* What it adds to running totals, worked out in the same way; the rows are to be freed. */
yb_status ybi_posting_used(struct ybi_posting *posting, struct ybi_used_list *used, struct yb_error **err);
void ybi_posting_free(struct ybi_posting *posting);
/* Of an account's name: may its balance be below zero? */
bool ybi_account_may_owe(const char *name);
bool ybi_account_valid(const char *name);
/* The period of a day in table `sum`. */
int64_t ybi_period_of_month(yb_day day);
int64_t ybi_period_of_day(yb_day day);

#endif
