/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef YIBAO_LEDGER_H
#define YIBAO_LEDGER_H

#include <yibao/error.h>
#include <yibao/person.h>
#include <yibao/policy.h>
#include <yibao/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * The ledger: what has happened to people's insurance money.
 *
 * Every transaction moves money between accounts, so that its entries add up
 * to nothing; none is ever changed or taken away, a mistake is undone by an
 * entry the other way round. What was posted is on the disk when the call
 * returns, whole or not at all, and each transaction carries a hash over the
 * one before it. Example: a resident pays 400.00 through a channel:
 *
 *     clearing/wx_city    -400.00     the channel owes it to the fund
 *     fund/390100          400.00
 *
 * Accounts are named `KIND` or `KIND/OF`: `account/PERSON` (个人账户), `pending/PERSON` (sums given by the family, not yet taken),
 * `fund/FUND_PAY_TYPE`, `clearing/CHANNEL`, `institution/FIXMEDINS_CODE`, `transit/REGION` and `region/REGION` (money on its way to
 * another region, and arrived there), `subsidy` (财政), `employer`, `medaid`, `cash` (the persons' own), `interest`, `opening`, `other`. A
 * positive balance is money that the account has. `account`, `pending` and `transit` are never below zero.
 *
 * A person is told by the person number, or by a keyed hash of the identity number: `#` and 64 hexadecimal digits. The identity number
 * itself is never written; the key is a file of its own beside the ledger.
 *
 * What a transaction of each kind says and which accounts it moves is told in yibao-ledger(5).
 */

/* ---- transactions ---- */

/** What is to be posted: a kind and its facts. One thread at a time. Its contents are wiped when it is freed. */
struct yb_transaction;

/**
 * A transaction of which nothing is said yet.
 * @param[out] transaction  yb_transaction_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_transaction_new(struct yb_transaction **transaction, struct yb_error **err);

/**
 * A transaction read from a JSON document; unknown keys are refused with the nearest known one.
 * @param text    UTF-8 JSON, at most 16 MiB
 * @param length  bytes of text
 * @param name    shown in errors, a path for example
 * @param[out] transaction  yb_transaction_unref() it
 * @param[out] err  NULL, or where to put the detail of a failure: line, column, key
 * @return the status of the first finding: #YB_E_SYNTAX, #YB_E_UNKNOWN_KEY, #YB_E_BAD_VALUE, #YB_E_BAD_DATE, #YB_E_BAD_AMOUNT,
 *         #YB_E_BAD_IDENTITY, #YB_E_MISSING_KEY, #YB_E_CONTRADICTION, #YB_E_NO_MEMORY …
 * @since 0.1
 */
YB_API yb_status yb_transaction_new_from_json(const char *text, size_t length, const char *name, struct yb_transaction **transaction,
                                              struct yb_error **err);

/**
 * Wipe and free a transaction.
 * @param transaction  a transaction, or NULL
 * @since 0.1
 */
YB_API void yb_transaction_unref(struct yb_transaction *transaction);

/**
 * Forget everything; the memory is kept for the next transaction.
 * @param transaction  a transaction
 * @since 0.1
 */
YB_API void yb_transaction_clear(struct yb_transaction *transaction);

/**
 * Set a fact from its text.
 * @param transaction  changed only on #YB_OK
 * @param name    a key of the JSON document, `kind`, `psn_no`, `amount`; of a group with a point between, `shares.person`
 * @param text    as in JSON: `contribution`, `400.00`, `2026-01-05`; copied; NULL forgets the fact
 * @param length  bytes of text
 * @retval YB_E_UNKNOWN_KEY  no such fact
 * @retval YB_E_BAD_VALUE    not such a value; #YB_E_BAD_DATE, #YB_E_BAD_AMOUNT, #YB_E_BAD_IDENTITY likewise
 * @retval YB_E_NO_MEMORY    nothing changed
 * @since 0.1
 */
YB_API yb_status yb_transaction_set_text(struct yb_transaction *transaction, const char *name, const char *text, size_t length);

/**
 * Set an amount.
 * @param transaction  changed only on #YB_OK
 * @param name  of a fact that is money, `amount`, `shares.employer`, `setlinfo.hifp_pay`, `funds.310100`
 * @param fen   0 .. #YB_FEN_LIMIT
 * @retval YB_E_UNKNOWN_KEY  no such amount
 * @retval YB_E_BAD_AMOUNT   outside that range
 * @retval YB_E_NO_MEMORY    nothing changed
 * @since 0.1
 */
YB_API yb_status yb_transaction_set_fen(struct yb_transaction *transaction, const char *name, yb_fen fen);

/**
 * Set a day.
 * @param transaction  changed only on #YB_OK
 * @param name  of a fact that is a day, `business_day`
 * @param day   a day of the years 1 .. 9999
 * @retval YB_E_UNKNOWN_KEY  no such day
 * @retval YB_E_BAD_DATE     outside those years
 * @since 0.1
 */
YB_API yb_status yb_transaction_set_day(struct yb_transaction *transaction, const char *name, yb_day day);

/**
 * The facts as a JSON document that yb_transaction_new_from_json() reads: in one order, whatever the order they were set in. An identity
 * number is left out.
 * @param transaction  a transaction
 * @param[out] text  UTF-8 JSON without a newline; free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_transaction_dup_json(const struct yb_transaction *transaction, char **text, struct yb_error **err);

/* ---- ledgers ---- */

/**
 * A ledger, on the disk or in memory.
 *
 * A handle may be used by several threads; it has its own lock, and a batch belongs to the thread that began it only as far as the
 * program sees to it. Several processes may have a ledger open at once. After fork() the child may only yb_ledger_unref() it.
 */
struct yb_ledger;

/** Bits of yb_ledger_options.flags. */
enum {
	YB_LEDGER_READ = 1 /**< nothing is written; a ledger that may not be written can be read so */
};

/** How a ledger is opened; zero means default. */
struct yb_ledger_options {
	uint32_t size;    /**< sizeof this struct, as the caller compiled it */
	uint32_t flags;   /**< YB_LEDGER_ bits; unknown bits are refused */
	int32_t wait_ms;  /**< how long to wait for another process that writes, in milliseconds; 0: 30,000; below 0: not at all */
	int32_t reserved; /**< 0 */
};
/** Initializer of struct yb_ledger_options. */
#define YB_LEDGER_OPTIONS_INIT { sizeof(struct yb_ledger_options), 0, 0, 0 }

/**
 * Make a ledger, readable by its owner alone, and beside it `PATH.key` with the key for identity numbers. Nothing is overwritten.
 * @param path  where; in a directory that others may not write to. Always the path of a file: `:memory:` and `file:` mean nothing special
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_IO         there is such a file, or it cannot be made; what was made of it is taken away
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_ledger_create(const char *path, struct yb_error **err);

/**
 * Open a ledger.
 * @param path     of the file; a symbolic link is refused
 * @param options  NULL for the defaults
 * @param[out] ledger  yb_ledger_unref() it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_OPTIONS  unknown size or flag
 * @retval YB_E_IO           it cannot be opened, is no regular file, or others may write to its directory
 * @retval YB_E_VERSION      made by a later version of the library
 * @retval YB_E_CORRUPT      not a ledger, or its tables are not what they were made as
 * @retval YB_E_BUSY         another process kept it for longer than the options allow
 * @retval YB_E_NO_MEMORY    nothing was opened
 * @since 0.1
 */
YB_API yb_status yb_ledger_open(const char *path, const struct yb_ledger_options *options, struct yb_ledger **ledger, struct yb_error **err);

/**
 * A ledger that lives in memory and is gone with its handle; its key is a random one.
 * @param[out] ledger  yb_ledger_unref() it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_ledger_open_memory(struct yb_ledger **ledger, struct yb_error **err);

/**
 * Close a ledger. A batch that is open is taken back.
 * @param ledger  a ledger, or NULL
 * @since 0.1
 */
YB_API void yb_ledger_unref(struct yb_ledger *ledger);

/**
 * Begin a batch: what is posted until yb_ledger_commit() becomes durable together, and faster. Others cannot write meanwhile.
 * @param ledger  a ledger without a batch
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_STATE   a batch is open, or the ledger is only read
 * @retval YB_E_FORKED  the handle was opened before a fork()
 * @retval YB_E_BUSY, YB_E_IO, YB_E_NO_MEMORY, YB_E_CORRUPT  no batch was begun
 * @since 0.1
 */
YB_API yb_status yb_ledger_begin(struct yb_ledger *ledger, struct yb_error **err);

/**
 * Make a batch durable.
 * @param ledger  a ledger with a batch
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_STATE  no batch is open
 * @retval YB_E_IO, YB_E_BUSY, YB_E_NO_MEMORY  nothing of the batch was kept
 * @since 0.1
 */
YB_API yb_status yb_ledger_commit(struct yb_ledger *ledger, struct yb_error **err);

/**
 * Take a batch back.
 * @param ledger  a ledger with a batch
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_STATE  no batch is open
 * @since 0.1
 */
YB_API yb_status yb_ledger_rollback(struct yb_ledger *ledger, struct yb_error **err);

/**
 * Post a transaction. Outside a batch it is on the disk when this returns #YB_OK; in one, a refusal leaves what was posted before.
 * @param ledger       a ledger
 * @param transaction  its facts; borrowed
 * @param posting_day  day of entry (入账日), never before that of the transaction posted last
 * @param[out] seq     its number, from 1; also when the key was posted before with the same facts
 * @param[out] existed 1 when it was, else 0; may be NULL
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_MISSING_KEY    a fact that its kind needs, a person among them
 * @retval YB_E_UNKNOWN_KEY    a fact that its kind does not have
 * @retval YB_E_OTHER_FACTS    the key was posted before with other facts
 * @retval YB_E_NOT_FOUND      what it reverses or belongs to was not posted; its receipt names a policy document whose text is not there
 * @retval YB_E_STATE          what it reverses or belongs to is reversed, done or returned already, or of another kind; the ledger is only read
 * @retval YB_E_NOT_ALLOWED    no authorization of the family covers it
 * @retval YB_E_OVERDRAWN      an account would be below zero
 * @retval YB_E_CLOSED         the business day lies in a period that was closed
 * @retval YB_E_STALE          a settlement that was worked out before something else happened to the person's money
 * @retval YB_E_CONTRADICTION  facts that cannot hold together: shares, funds or parts that do not add up
 * @retval YB_E_BAD_DATE       a posting day that is before the last one
 * @retval YB_E_OVERFLOW       a balance that does not fit
 * @retval YB_E_FORKED         the handle was opened before a fork()
 * @retval YB_E_BUSY, YB_E_IO, YB_E_CORRUPT, YB_E_NO_MEMORY  nothing was posted
 * @since 0.1
 */
YB_API yb_status yb_ledger_post(struct yb_ledger *ledger, const struct yb_transaction *transaction, yb_day posting_day, int64_t *seq,
                                int32_t *existed, struct yb_error **err);

/* ---- questions ---- */

/** By which day of a transaction is asked. */
typedef int32_t yb_axis;
enum {
	YB_AXIS_BUSINESS = 1, /**< 业务日: the day on which it happened */
	YB_AXIS_POSTING = 2   /**< 入账日: the day on which it was entered */
};

/** Bytes of a hash in hexadecimal digits, with the NUL. */
#define YB_LEDGER_HASH_SIZE 65

/**
 * The last transaction and the hash over all of them. Written down elsewhere, it proves later that nothing before it was changed.
 * @param ledger  a ledger
 * @param[out] seq   number of the last transaction, 0: there is none
 * @param[out] hash  the hash; may be NULL
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_IO, YB_E_BUSY, YB_E_CORRUPT, YB_E_FORKED, YB_E_NO_MEMORY  nothing was found out
 * @since 0.1
 */
YB_API yb_status yb_ledger_get_head(struct yb_ledger *ledger, int64_t *seq, char hash[YB_LEDGER_HASH_SIZE], struct yb_error **err);

/**
 * Number of the transaction of a key.
 * @param ledger  a ledger
 * @param key     1 .. 64 bytes, NUL-terminated
 * @param[out] seq  its number
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  nothing of that key was posted
 * @since 0.1
 */
YB_API yb_status yb_ledger_find(struct yb_ledger *ledger, const char *key, int64_t *seq, struct yb_error **err);

/**
 * A transaction as it stands in the ledger: number, posting day, facts, entries and hash.
 * @param ledger  a ledger
 * @param seq     from 1
 * @param[out] text  UTF-8 JSON without a newline, a line of an export; free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  there are not so many
 * @since 0.1
 */
YB_API yb_status yb_ledger_dup_transaction(struct yb_ledger *ledger, int64_t seq, char **text, struct yb_error **err);

/**
 * How a person is named in this ledger, as accounts name them.
 * @param ledger   a ledger
 * @param psn_no   person number, or NULL
 * @param certno   identity number, or NULL; its keyed hash is looked up
 * @param[out] person  the name; free it with yb_free()
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_INVALID        neither is given
 * @retval YB_E_BAD_IDENTITY   not an identity number
 * @retval YB_E_NOT_FOUND      nothing was posted of this person, or there is no key file
 * @retval YB_E_CONTRADICTION  the two are two persons
 * @since 0.1
 */
YB_API yb_status yb_ledger_dup_person(struct yb_ledger *ledger, const char *psn_no, const char *certno, char **person, struct yb_error **err);

/**
 * Balance of an account at the end of a day.
 * @param ledger   a ledger
 * @param account  its name, `account/11000010000000012345678`, `fund/310100`, `cash`
 * @param axis     which day counts
 * @param day      the day; #YB_DAY_NONE: after all that was posted
 * @param[out] fen  the balance; 0 of an account that nothing has moved
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_BAD_VALUE  not the name of an account
 * @since 0.1
 */
YB_API yb_status yb_ledger_get_balance(struct yb_ledger *ledger, const char *account, yb_axis axis, yb_day day, yb_fen *fen,
                                       struct yb_error **err);

/* ---- verifying ---- */

/** What yb_ledger_verify() found: a check after another, each with its first failure. */
struct yb_ledger_report;

/**
 * Is the ledger what its transactions make it? Nothing is written. Others cannot write meanwhile. The checks:
 *
 * | name | what must hold |
 * |------|----------------|
 * | `format` | the database finds its pages in order and can read them |
 * | `schema` | format, tables and indexes are what a ledger is made with; nothing was added |
 * | `chain` | transactions are numbered 1, 2, 3 …; each hash is that of its line and of the hash before it |
 * | `order` | days of entry never fall; what is reversed or belonged to came before, and is reversed once |
 * | `facts` | facts are such as their kind allows and written in one way; the columns of the transaction say the same |
 * | `entries` | the entries, worked out again from the facts, are those that are there, and add up to nothing |
 * | `identities` | settlements add up as the national interface demands and moved just that; all accounts together are nothing |
 * | `balances` | the balance after each entry, and the sums of months and days, are those of the entries; none below zero that may not be |
 * | `accounts` | accounts have names, belong to whom their name says, and were moved |
 * | `persons` | persons are just those whom facts name, under the numbers that were told together |
 * | `used` | what is added to running totals is what settlements, adjustments and reversals say |
 * | `documents` | each policy text is that of its hash, each that a receipt names is there, and no other |
 * | `closed` | nothing was posted into a period after it was closed |
 * | `orphans` | no row names a row that is not there |
 *
 * Somebody who may write the file can make a chain anew: only a head that was written down elsewhere proves that nobody did.
 * @param ledger   a ledger; in a batch, as the batch has left it so far
 * @param checks     names of checks with a comma between, `chain,balances`; NULL: all
 * @param head_seq   number of a head that was written down earlier, see yb_ledger_get_head()
 * @param head_hash  its hash, which must be found in the chain; NULL: none is expected
 * @param[out] report  what was found, also when checks fail; yb_ledger_report_unref() it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_UNKNOWN_NAME  there is no such check
 * @retval YB_E_BAD_VALUE     the expected head is none
 * @retval YB_E_IO, YB_E_BUSY, YB_E_FORKED, YB_E_NO_MEMORY  it could not be found out
 * @since 0.1
 */
YB_API yb_status yb_ledger_verify(struct yb_ledger *ledger, const char *checks, int64_t head_seq, const char *head_hash,
                                  struct yb_ledger_report **report, struct yb_error **err);

/**
 * Free a report.
 * @param report  a report, or NULL
 * @since 0.1
 */
YB_API void yb_ledger_report_unref(struct yb_ledger_report *report);

/**
 * How many checks failed.
 * @param report  a report
 * @return 0: all that was asked holds
 * @since 0.1
 */
YB_API size_t yb_ledger_report_get_failed(const struct yb_ledger_report *report);

/**
 * The head that was found, to be written down.
 * @param report  a report
 * @param[out] seq   number of the last transaction
 * @param[out] hash  its hash; may be NULL
 * @retval YB_E_UNKNOWN  `chain` was not asked for, or failed
 * @since 0.1
 */
YB_API yb_status yb_ledger_report_get_head(const struct yb_ledger_report *report, int64_t *seq, char hash[YB_LEDGER_HASH_SIZE]);

/**
 * A check that was made.
 * @param report  a report
 * @param index   from 0, in the order of the table at yb_ledger_verify()
 * @param[out] name   static text; may be NULL
 * @param[out] holds  1 when it holds, else 0; may be NULL
 * @param[out] rows   how much it has looked at, up to its first failure; may be NULL
 * @retval YB_E_NOT_FOUND  there are not so many
 * @since 0.1
 */
YB_API yb_status yb_ledger_report_get_check(const struct yb_ledger_report *report, size_t index, const char **name, int32_t *holds, int64_t *rows);

/**
 * Where a check failed first, and what is wrong there.
 * @param report  a report
 * @param index   as for yb_ledger_report_get_check()
 * @param lang    #YB_LANG_EN or #YB_LANG_ZH
 * @param[out] text     a sentence, static text; this and each of the following may be NULL
 * @param[out] table    table of the database, static text; NULL: no certain one
 * @param[out] column   column of it, static text; NULL: no certain one
 * @param[out] number   of the transaction, or of the row of another table; 0: no certain one
 * @param[out] account  name of an account, the report's; NULL: none
 * @retval YB_E_NOT_FOUND  the check holds, or there are not so many
 * @since 0.1
 */
YB_API yb_status yb_ledger_report_get_failure(const struct yb_ledger_report *report, size_t index, yb_lang lang, const char **text,
                                              const char **table, const char **column, int64_t *number, const char **account);

/**
 * A report to read: one line a check, or a JSON object of the schema `yibao-ledger-verify/1`.
 * @param report  a report
 * @param format  #YB_FORMAT_TEXT or #YB_FORMAT_JSON
 * @param lang    #YB_LANG_EN or #YB_LANG_ZH
 * @param[out] text  UTF-8 with a newline at its end; free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NO_MEMORY  nothing was made
 * @since 0.1
 */
YB_API yb_status yb_ledger_report_render(const struct yb_ledger_report *report, yb_format format, yb_lang lang, char **text, struct yb_error **err);

/* ---- what the ledger answers ---- */

/**
 * Contribution records (缴费记录) of a person: what was paid for which months by whom, what became of it (paid, failed and debited again,
 * reversed, paid back), and for each scheme the months and years paid and the gaps between two days. A month counts once; one that only
 * contributions of another clct_type than 10 cover is made up. A calendar year counts once any of its months is paid. A contribution of which
 * the person was given back all that it paid covers nothing.
 * @param ledger   a ledger
 * @param person   person number, or the name that yb_ledger_dup_person() gives
 * @param from     first day: contributions for its month and later ones; #YB_DAY_NONE: all, and gaps from the first month paid
 * @param through  last day, likewise
 * @param format   #YB_FORMAT_TEXT, #YB_FORMAT_JSON ("yibao-records/1") or #YB_FORMAT_CSV (the contributions alone)
 * @param lang     language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  nothing was posted of this person
 * @retval YB_E_BAD_DATE   no such days, or the period ends before it begins
 * @since 0.1
 */
YB_API yb_status yb_ledger_render_records(struct yb_ledger *ledger, const char *person, yb_day from, yb_day through, yb_format format,
                                          yb_lang lang, char **text, struct yb_error **err);

/**
 * Statement (对账单) of an account or a person over a period: balance before, every entry with its days, what it was, from or to where,
 * and the balance after it, balance at the end, sums by kind, and what was pending then (shares not taken, transfers on their way,
 * refunds asked for). That of a person has the personal account, and what the family gave that waits to be taken. What undoes an entry
 * is an entry of its own on its own day.
 * @param ledger   a ledger
 * @param of       name of an account, `fund/310100`; else a person, as in yb_ledger_render_records() (one whose number is the name of an
 *                 account, `cash`, by the name of the person's account, `account/cash`)
 * @param axis     which day counts; entries come in its order
 * @param from     first day; #YB_DAY_NONE: from the beginning
 * @param through  last day; #YB_DAY_NONE: all that was posted
 * @param format   any #yb_format; JSON is "yibao-statement/1"
 * @param lang     language of the text and the page
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  nothing was posted of this person
 * @retval YB_E_BAD_DATE   no such days, or the period ends before it begins
 * @retval YB_E_CORRUPT    the entries do not add up to the balance that yb_ledger_get_balance() gives
 * @since 0.1
 */
YB_API yb_status yb_ledger_render_statement(struct yb_ledger *ledger, const char *of, yb_axis axis, yb_day from, yb_day through,
                                            yb_format format, yb_lang lang, char **text, struct yb_error **err);

/**
 * An accumulator (累计信息) of a person: what settlements of a period come to, with their adjustments; one that was reversed counts no more.
 * Names are those of the national interface: `C0000` settlements, `F0000` total expense, `Q0000` deductible paid, `S0000` in scope, `D` and a
 * fund_pay_type what that fund paid (`D310101` is `D310100`); each also with `_BIZ` and a med_type, `D390100_BIZ11`.
 * @param ledger   a ledger
 * @param person   as in yb_ledger_render_records()
 * @param name     such a name
 * @param from     first business day of a settlement, 1 January or that of a medical year; #YB_DAY_NONE: from the beginning
 * @param through  last one, likewise
 * @param[out] value  fen, of `C0000` a count; changed only on #YB_OK
 * @param[out] err    NULL, or where to put the detail of a failure
 * @retval YB_E_UNKNOWN_NAME  not such a name
 * @retval YB_E_NOT_FOUND     nothing was posted of this person
 * @retval YB_E_BAD_DATE      no such days, or the period ends before it begins
 * @since 0.1
 */
YB_API yb_status yb_ledger_get_accumulator(struct yb_ledger *ledger, const char *person, const char *name, yb_day from, yb_day through,
                                           int64_t *value, struct yb_error **err);

/**
 * All accumulators of a person, by name.
 * @param ledger   a ledger
 * @param person   as in yb_ledger_render_records()
 * @param from     as in yb_ledger_get_accumulator()
 * @param through  likewise
 * @param format   #YB_FORMAT_TEXT, #YB_FORMAT_JSON ("yibao-accumulators/1") or #YB_FORMAT_CSV
 * @param lang     language of the text
 * @param[out] text  free it with yb_free()
 * @param[out] err   NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  nothing was posted of this person
 * @retval YB_E_BAD_DATE   no such days, or the period ends before it begins
 * @since 0.1
 */
YB_API yb_status yb_ledger_render_accumulators(struct yb_ledger *ledger, const char *person, yb_day from, yb_day through, yb_format format,
                                               yb_lang lang, char **text, struct yb_error **err);

/**
 * Tell a person what a ledger knows of it and questions ask for, as things stood at the end of a business day: yb_account_balance, the
 * cover history from contributions, and yb_paid_months of the person's scheme. Schemes of residents (39x) give coverage years with their
 * day of payment and whether a fund paid in them (that none did is told once the year is over); other schemes give periods of months
 * without a gap. A coverage year that was paid for as a make-up, or paid back, was not covered.
 *
 * What the person says stays, and must not contradict the ledger; it may say more, such as cover of an earlier region. A history is then
 * known as a whole: of somebody who is covered without paying, as the retired are, the person has to say it.
 * yb_ledger_settle() looks up the balance itself.
 * @param ledger  a ledger
 * @param person  with psn_no or certno; changed only on #YB_OK
 * @param day     the day
 * @param[out] filled  names of the facts that were filled with `|` between, `yb_account_balance|yb_cover`; "" none; free it with yb_free(); may be NULL
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_MISSING_KEY    the person has neither number
 * @retval YB_E_NOT_FOUND      nothing was posted of this person
 * @retval YB_E_CONTRADICTION  the person says something else, or has paid for two basic schemes for the same time
 * @retval YB_E_BAD_DATE       not a day
 * @since 0.1
 */
YB_API yb_status yb_ledger_fill_person(struct yb_ledger *ledger, struct yb_person *person, yb_day day, char **filled, struct yb_error **err);

/* ---- out and in ---- */

/** Writes a ledger out, a line after another. One thread at a time. */
struct yb_ledger_export;

/**
 * Begin to write a ledger out: all that was posted up to now, whatever is posted meanwhile. Lines are JSON objects; first
 * `{"schema": "yibao-ledger/1", "transactions": n, "head": hash}`, then the policy texts that receipts name, `{"document": hash, "text": …}`,
 * then the transactions as yb_ledger_dup_transaction() gives them.
 *
 * Persons who were told by identity number only stand there by their keyed hash: keep the ledger's key with the export.
 * @param ledger  a ledger, which has to stay open
 * @param[out] writer  yb_ledger_export_unref() it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_IO, YB_E_BUSY, YB_E_CORRUPT, YB_E_FORKED, YB_E_NO_MEMORY  nothing was begun
 * @since 0.1
 */
YB_API yb_status yb_ledger_export_new(struct yb_ledger *ledger, struct yb_ledger_export **writer, struct yb_error **err);

/**
 * The next line.
 * @param writer  of yb_ledger_export_new()
 * @param[out] line    UTF-8 without a newline, with a NUL at its end; the writer's until its next call
 * @param[out] length  bytes of it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_NOT_FOUND  that was all
 * @retval YB_E_CORRUPT    the ledger is damaged
 * @retval YB_E_STATE      the export was begun in a batch that was taken back
 * @retval YB_E_IO, YB_E_BUSY, YB_E_FORKED, YB_E_NO_MEMORY  it can be tried again
 * @since 0.1
 */
YB_API yb_status yb_ledger_export_next(struct yb_ledger_export *writer, const char **line, size_t *length, struct yb_error **err);

/**
 * Free a writer.
 * @param writer  a writer, or NULL
 * @since 0.1
 */
YB_API void yb_ledger_export_unref(struct yb_ledger_export *writer);

/** Reads an export into a ledger, a line after another. One thread at a time. */
struct yb_ledger_import;

/**
 * Begin to read an export into an empty ledger. What each line says is posted as it was then, and has to come out as the line says: entries and
 * hash. Nothing is kept unless all of it is. Until yb_ledger_import_finish() nothing else can be posted to the ledger.
 *
 * Whoever was told by identity number is found again only with the key of the ledger that was written out.
 * @param ledger  an empty ledger without a batch, which has to stay open
 * @param name    shown in errors, a path for example; copied
 * @param[out] reader  yb_ledger_import_unref() it
 * @param[out] err     NULL, or where to put the detail of a failure
 * @retval YB_E_STATE  the ledger is not empty, is only read, or a batch is open
 * @retval YB_E_IO, YB_E_BUSY, YB_E_CORRUPT, YB_E_FORKED, YB_E_NO_MEMORY  nothing was begun
 * @since 0.1
 */
YB_API yb_status yb_ledger_import_new(struct yb_ledger *ledger, const char *name, struct yb_ledger_import **reader, struct yb_error **err);

/**
 * Read a line. When one is refused, the import is over and nothing of it was kept.
 * @param reader  of yb_ledger_import_new()
 * @param line    UTF-8 JSON, at most 64 MiB
 * @param length  bytes of it, without or with a newline
 * @param[out] err  NULL, or where to put the detail of a failure, with the number of the line
 * @retval YB_E_CONTRADICTION  it does not come out as the line says; the text of a document is not that of its hash
 * @retval YB_E_DUPLICATE      a key or a document for the second time
 * @retval YB_E_VERSION        written by a later version
 * @retval YB_E_SYNTAX, YB_E_UNKNOWN_KEY, YB_E_MISSING_KEY, YB_E_BAD_VALUE, YB_E_LIMIT  no line of an export
 * @retval YB_E_STATE          the import is over; or what yb_ledger_post() refuses, with its status
 * @since 0.1
 */
YB_API yb_status yb_ledger_import_line(struct yb_ledger_import *reader, const char *line, size_t length, struct yb_error **err);

/**
 * Make what was read durable, if it is all that the first line promised.
 * @param reader  of yb_ledger_import_new()
 * @param[out] err  NULL, or where to put the detail of a failure
 * @retval YB_E_CONTRADICTION  transactions are missing, the head is another one, or a document is there that nothing names
 * @retval YB_E_SYNTAX         there was no first line
 * @retval YB_E_STATE          the import is over
 * @retval YB_E_IO, YB_E_BUSY, YB_E_FORKED, YB_E_NO_MEMORY  nothing was kept
 * @since 0.1
 */
YB_API yb_status yb_ledger_import_finish(struct yb_ledger_import *reader, struct yb_error **err);

/**
 * Free a reader. What was not finished is taken back.
 * @param reader  a reader, or NULL
 * @since 0.1
 */
YB_API void yb_ledger_import_unref(struct yb_ledger_import *reader);

#ifdef __cplusplus
}
#endif
#endif
