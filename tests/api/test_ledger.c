/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <yibao/yibao.h>

#include "test_ask.h"

/* The ledger: what transactions move, what is refused, what is there afterwards. */

Suite *ledger_suite(void);

static yb_day
day_of(const char *text)
{
	yb_day day = YB_DAY_NONE;

	ck_assert_int_eq(yb_day_from_text(text, strlen(text), &day), YB_OK);
	return day;
}

static yb_status
post_on(struct yb_ledger *ledger, const char *json, const char *today, int64_t *seq, int32_t *existed)
{
	struct yb_transaction *t = NULL;
	struct yb_error *error = NULL;
	yb_status st = yb_transaction_new_from_json(json, strlen(json), "test", &t, &error);

	if (st == YB_OK)
		st = yb_ledger_post(ledger, t, day_of(today), seq, existed, &error);
	ck_assert_msg((st == YB_OK) == (error == NULL), "%s", yb_status_name(st));
	yb_error_unref(error);
	yb_transaction_unref(t);
	return st;
}

static yb_status
post(struct yb_ledger *ledger, const char *json)
{
	int64_t seq = 0;

	return post_on(ledger, json, "2026-06-01", &seq, NULL);
}

static yb_fen
balance(struct yb_ledger *ledger, const char *account)
{
	yb_fen fen = INT64_MIN;

	ck_assert_int_eq(yb_ledger_get_balance(ledger, account, YB_AXIS_BUSINESS, YB_DAY_NONE, &fen, NULL), YB_OK);
	return fen;
}

static struct yb_ledger *
memory(void)
{
	struct yb_ledger *ledger = NULL;

	ck_assert_int_eq(yb_ledger_open_memory(&ledger, NULL), YB_OK);
	return ledger;
}

/* ---- a ledger on the disk ---- */

static char folder[40], file[80], key[100];

static void
make_folder(void)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/yibao-ledger-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(file, sizeof(file), "%s/x.ledger", folder);
	(void)snprintf(key, sizeof(key), "%s.key", file);
}

/* Everything in it, and in the folders in it. */
static void
remove_all(const char *path)
{
	DIR *dir = opendir(path);

	ck_assert_ptr_nonnull(dir);
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		char name[400];
		struct stat info;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		ck_assert_int_lt(snprintf(name, sizeof(name), "%s/%s", path, entry->d_name), (int)sizeof(name));
		ck_assert_int_eq(lstat(name, &info), 0);
		if (S_ISDIR(info.st_mode))
			remove_all(name);
		else
			ck_assert_int_eq(unlink(name), 0);
	}
	ck_assert_int_eq(closedir(dir) | rmdir(path), 0);
}

static void
remove_folder(void)
{
	remove_all(folder);
}

static void
make_ledger(void)
{
	make_folder();
	ck_assert_int_eq(yb_ledger_create(file, NULL), YB_OK);
}

static struct yb_ledger *
open_ledger(uint32_t flags)
{
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;
	struct yb_ledger *ledger = NULL;

	options.flags = flags;
	ck_assert_int_eq(yb_ledger_open(file, &options, &ledger, NULL), YB_OK);
	return ledger;
}

static void
remove_ledger(void)
{
	remove_folder();
}

#define CREDIT(key, amount) "{\"key\": \"" key "\", \"kind\": \"credit\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", " \
	"\"period\": \"2026-01\", \"amount\": \"" amount "\"}"

START_TEST(a_contribution_moves_each_payers_share_to_the_fund)
{
	struct yb_ledger *ledger = memory();

	ck_assert_int_eq(post(ledger, "{\"key\": \"a\", \"kind\": \"contribution\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-05\", "
		"\"insutype\": \"390\","
	                              "\"period\": \"2026\", \"shares\": {\"person\": 400, \"finsubs\": 700.50}, \"channel\": \"wx_city\"}"), YB_OK);
	ck_assert_int_eq(balance(ledger, "clearing/wx_city"), -40000);
	ck_assert_int_eq(balance(ledger, "subsidy"), -70050);
	ck_assert_int_eq(balance(ledger, "fund/390100"), 110050);
	ck_assert_int_eq(balance(ledger, "cash"), 0);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(the_same_key_gives_the_first_answer_or_is_refused)
{
	struct yb_ledger *ledger = memory();
	int64_t seq = 0;
	int32_t existed = 7;

	ck_assert_int_eq(post_on(ledger, CREDIT("a", "100.00"), "2026-01-05", &seq, &existed), YB_OK);
	ck_assert_int_eq(seq, 1);
	ck_assert_int_eq(existed, 0);
	ck_assert_int_eq(post_on(ledger, CREDIT("b", "1.00"), "2026-01-05", &seq, &existed), YB_OK);
	ck_assert_int_eq(post_on(ledger, CREDIT("a", "100"), "2026-02-01", &seq, &existed), YB_OK);
	ck_assert_int_eq(seq, 1);
	ck_assert_int_eq(existed, 1);
	ck_assert_int_eq(post_on(ledger, CREDIT("a", "100.01"), "2026-02-01", &seq, &existed), YB_E_OTHER_FACTS);
	ck_assert_int_eq(balance(ledger, "account/P1"), 10100);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(an_account_is_never_below_zero)
{
	struct yb_ledger *ledger = memory();
	static const char out[] = "{\"key\": \"o\", \"kind\": \"transfer-out\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-06\", "
		"\"region\": \"310000\", "
	                          "\"amount\": \"%s\"}";
	char json[256];

	ck_assert_int_eq(post(ledger, CREDIT("a", "100.00")), YB_OK);
	(void)snprintf(json, sizeof(json), out, "100.01");
	ck_assert_int_eq(post(ledger, json), YB_E_OVERDRAWN);
	(void)snprintf(json, sizeof(json), out, "100.00");
	ck_assert_int_eq(post(ledger, json), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 0);
	ck_assert_int_eq(balance(ledger, "transit/310000"), 10000);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(what_was_posted_to_a_file_is_there_when_it_is_opened_again)
{
	struct yb_ledger *ledger;
	char first[YB_LEDGER_HASH_SIZE], again[YB_LEDGER_HASH_SIZE];
	struct stat info;
	int64_t seq = 0;

	make_ledger();
	ck_assert_int_eq(yb_ledger_create(file, NULL), YB_E_IO);
	ck_assert_int_eq(stat(file, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	ck_assert_int_eq(stat(key, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	ledger = open_ledger(0);
	ck_assert_int_eq(post(ledger, CREDIT("a", "100.00")), YB_OK);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, first, NULL), YB_OK);
	yb_ledger_unref(ledger);
	ledger = open_ledger(0);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, again, NULL), YB_OK);
	ck_assert_str_eq(first, again);
	ck_assert_int_eq(seq, 1);
	ck_assert_int_eq(balance(ledger, "account/P1"), 10000);
	yb_ledger_unref(ledger);
	remove_ledger();
}
END_TEST

/* Characters that end a line for some readers and are refused by others come back as they were. */
START_TEST(odd_characters_in_a_text_can_be_read_again)
{
	static const char reason[] = "a\\u009bc\\u0085d\\u2028e\\u2029f\\ufeffg\\uffffh  \xe4\xb8\xad";
	struct yb_ledger *ledger = memory();
	char json[300], *text = NULL;
	int64_t seq = 0;

	(void)snprintf(json, sizeof(json), "{\"key\": \"o\", \"kind\": \"opening\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-01\", "
		"\"reason\": \"%s\", "
	               "\"amount\": \"9.00\"}", reason);
	ck_assert_int_eq(post(ledger, json), YB_OK);
	ck_assert_int_eq(yb_ledger_find(ledger, "o", &seq, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_dup_transaction(ledger, seq, &text, NULL), YB_OK);
	ck_assert_ptr_nonnull(strstr(text, reason));
	yb_free(text);
	/* read from the ledger: what it was, and so reversed */
	ck_assert_int_eq(post(ledger, "{\"key\": \"x\", \"kind\": \"reversal\", \"psn_no\": \"P1\", \"business_day\": \"2026-01-02\", "
		"\"reverses\": \"o\"}"), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 0);
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- batches ---- */

START_TEST(a_batch_is_kept_or_taken_back_whole)
{
	struct yb_ledger *ledger = memory();
	char before[YB_LEDGER_HASH_SIZE], after[YB_LEDGER_HASH_SIZE];
	int64_t seq = 0;

	ck_assert_int_eq(post(ledger, CREDIT("a", "1")), YB_OK);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, before, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_commit(ledger, NULL), YB_E_STATE);
	ck_assert_int_eq(yb_ledger_rollback(ledger, NULL), YB_E_STATE);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_E_STATE);
	ck_assert_int_eq(post(ledger, CREDIT("b", "10")), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 1100);
	ck_assert_int_eq(yb_ledger_rollback(ledger, NULL), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 100);
	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, after, NULL), YB_OK);
	ck_assert_str_eq(before, after);
	ck_assert_int_eq(yb_ledger_find(ledger, "b", &seq, NULL), YB_E_NOT_FOUND);
	/* a refusal inside leaves what was posted before it, and what comes after has the next number */
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	ck_assert_int_eq(post(ledger, CREDIT("b", "10")), YB_OK);
	ck_assert_int_eq(post(ledger, CREDIT("b", "11")), YB_E_OTHER_FACTS);
	ck_assert_int_eq(post(ledger, "{\"key\": \"o\", \"kind\": \"transfer-out\", \"psn_no\": \"P9\", \"business_day\": \"2026-01-06\", \"region\": \"310000\", "
	                              "\"amount\": 1}"), YB_E_OVERDRAWN);
	ck_assert_int_eq(post_on(ledger, CREDIT("b", "10"), "2026-06-01", &seq, NULL), YB_OK);
	ck_assert_int_eq(seq, 2);
	ck_assert_int_eq(post_on(ledger, CREDIT("c", "100"), "2026-06-01", &seq, NULL), YB_OK);
	ck_assert_int_eq(seq, 3);
	ck_assert_int_eq(yb_ledger_commit(ledger, NULL), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 11100);
	ck_assert_int_eq(balance(ledger, "transit/310000"), 0);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, "P9", NULL, &(char *) { NULL }, NULL), YB_E_NOT_FOUND);
	yb_ledger_unref(ledger);
}
END_TEST

START_TEST(a_batch_that_is_open_when_the_ledger_is_closed_is_taken_back)
{
	struct yb_ledger *ledger;

	make_ledger();
	ledger = open_ledger(0);
	ck_assert_int_eq(post(ledger, CREDIT("a", "1")), YB_OK);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	ck_assert_int_eq(post(ledger, CREDIT("b", "10")), YB_OK);
	yb_ledger_unref(ledger);
	ledger = open_ledger(0);
	ck_assert_int_eq(balance(ledger, "account/P1"), 100);
	yb_ledger_unref(ledger);
	remove_ledger();
}
END_TEST

/* Another handle, as another process has: it reads what was committed, and may not write meanwhile. */
START_TEST(what_a_batch_has_posted_others_see_when_it_is_committed)
{
	struct yb_ledger *ledger, *other;
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;

	make_ledger();
	ledger = open_ledger(0);
	options.wait_ms = -1;
	ck_assert_int_eq(yb_ledger_open(file, &options, &other, NULL), YB_OK);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	ck_assert_int_eq(post(ledger, CREDIT("a", "1")), YB_OK);
	ck_assert_int_eq(balance(other, "account/P1"), 0);
	ck_assert_int_eq(post(other, CREDIT("b", "1")), YB_E_BUSY);
	ck_assert_int_eq(yb_ledger_begin(other, NULL), YB_E_BUSY);
	ck_assert_int_eq(yb_ledger_commit(ledger, NULL), YB_OK);
	ck_assert_int_eq(balance(other, "account/P1"), 100);
	ck_assert_int_eq(post(other, CREDIT("b", "1")), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 200);
	yb_ledger_unref(other);
	yb_ledger_unref(ledger);
	remove_ledger();
}
END_TEST

/* ---- who may do what ---- */

START_TEST(a_ledger_that_is_read_is_not_written)
{
	struct yb_ledger *ledger;
	int64_t seq = 0;

	make_ledger();
	ledger = open_ledger(0);
	ck_assert_int_eq(post(ledger, CREDIT("a", "1")), YB_OK);
	yb_ledger_unref(ledger);
	ck_assert_int_eq(chmod(file, 0400), 0);
	ledger = open_ledger(YB_LEDGER_READ);
	ck_assert_int_eq(post(ledger, CREDIT("b", "1")), YB_E_STATE);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_E_STATE);
	ck_assert_int_eq(balance(ledger, "account/P1"), 100);
	ck_assert_int_eq(yb_ledger_find(ledger, "a", &seq, NULL), YB_OK);
	ck_assert_int_eq(seq, 1);
	yb_ledger_unref(ledger);
	ck_assert_int_eq(chmod(file, 0600), 0);
	remove_ledger();
}
END_TEST

START_TEST(options_that_are_not_known_are_refused)
{
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;
	struct yb_ledger *ledger = NULL;

	make_ledger();
	options.flags = 2;
	ck_assert_int_eq(yb_ledger_open(file, &options, &ledger, NULL), YB_E_BAD_OPTIONS);
	options.flags = 0;
	options.reserved = 1;
	ck_assert_int_eq(yb_ledger_open(file, &options, &ledger, NULL), YB_E_BAD_OPTIONS);
	options.reserved = 0;
	options.size = 4;
	ck_assert_int_eq(yb_ledger_open(file, &options, &ledger, NULL), YB_E_BAD_OPTIONS);
	ck_assert_ptr_null(ledger);
	ck_assert_int_eq(yb_ledger_open(NULL, NULL, &ledger, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_open(file, NULL, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_create(NULL, NULL), YB_E_INVALID);
	remove_ledger();
}
END_TEST

/*
 * The child tells by its end what it was told: by a signal, since what is left of the parent's database in its memory would count as lost
 * at an exit under valgrind.
 */
START_TEST(a_child_may_not_use_its_parents_ledger)
{
	struct yb_ledger *ledger;
	struct yb_transaction *t = NULL;
	int status = 0;
	pid_t child;

	make_ledger();
	ledger = open_ledger(0);
	ck_assert_int_eq(post(ledger, CREDIT("a", "1")), YB_OK);
	ck_assert_int_eq(yb_transaction_new_from_json(CREDIT("b", "1"), sizeof(CREDIT("b", "1")) - 1, "t", &t, NULL), YB_OK);
	child = fork();
	if (child == 0) {
		struct yb_error *err = NULL;
		int64_t seq = 0;
		yb_fen fen = 0;
		bool refused = yb_ledger_post(ledger, t, day_of("2026-06-01"), &seq, NULL, &err) == YB_E_FORKED && err &&
		               yb_ledger_get_balance(ledger, "cash", YB_AXIS_POSTING, YB_DAY_NONE, &fen, NULL) == YB_E_FORKED &&
		               yb_ledger_begin(ledger, NULL) == YB_E_FORKED && yb_ledger_commit(ledger, NULL) == YB_E_FORKED &&
		               yb_ledger_rollback(ledger, NULL) == YB_E_FORKED && yb_ledger_get_head(ledger, &seq, NULL, NULL) == YB_E_FORKED &&
		               yb_ledger_find(ledger, "a", &seq, NULL) == YB_E_FORKED;
		yb_error_unref(err);
		yb_ledger_unref(ledger);
		yb_transaction_unref(t);
		if (refused)
			(void)kill(getpid(), SIGKILL);
		_exit(1);
	}
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ck_assert_int_eq(post(ledger, CREDIT("b", "1")), YB_OK);
	ck_assert_int_eq(balance(ledger, "account/P1"), 200);
	yb_transaction_unref(t);
	yb_ledger_unref(ledger);
	remove_ledger();
}
END_TEST

/* ---- threads ---- */

#define THREADS 8
#define POSTS 200

struct posting_thread {
	pthread_t id;
	struct yb_ledger *ledger;
	int number, posted;
};

static void *
post_many(void *context)
{
	struct posting_thread *thread = context;

	for (int i = 0; i < POSTS; i++) {
		struct yb_transaction *t = NULL;
		char json[256];
		int64_t seq = 0;
		yb_fen fen = 0;
		(void)snprintf(json, sizeof(json), "{\"key\": \"%d-%d\", \"kind\": \"opening\", \"psn_no\": \"P%d\", \"business_day\": \"2026-01-05\", \"amount\": 0.01}",
		               thread->number, i, (thread->number + i) % THREADS);
		if (yb_transaction_new_from_json(json, strlen(json), "t", &t, NULL) == YB_OK)
			thread->posted += yb_ledger_post(thread->ledger, t, 20600, &seq, NULL, NULL) == YB_OK;
		yb_transaction_unref(t);
		if (i % 16 == 0 && yb_ledger_get_balance(thread->ledger, "opening", YB_AXIS_POSTING, YB_DAY_NONE, &fen, NULL) == YB_OK && fen > -(i + 1))
			thread->posted = -POSTS; /* it has posted more itself */
	}
	return NULL;
}

START_TEST(threads_may_share_a_ledger)
{
	struct posting_thread threads[THREADS];
	struct yb_ledger *ledger = memory();
	int64_t last = 0;

	for (int i = 0; i < THREADS; i++) {
		threads[i] = (struct posting_thread) { .ledger = ledger, .number = i };
		ck_assert_int_eq(pthread_create(&threads[i].id, NULL, post_many, &threads[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(pthread_join(threads[i].id, NULL), 0);
		ck_assert_int_eq(threads[i].posted, POSTS);
	}
	ck_assert_int_eq(yb_ledger_get_head(ledger, &last, NULL, NULL), YB_OK);
	ck_assert_int_eq(last, THREADS * POSTS);
	ck_assert_int_eq(balance(ledger, "opening"), -THREADS * POSTS);
	for (int i = 0; i < THREADS; i++) {
		char account[20];
		(void)snprintf(account, sizeof(account), "account/P%d", i);
		ck_assert_int_eq(balance(ledger, account), POSTS);
	}
	yb_ledger_unref(ledger);
}
END_TEST

/* ---- paths ---- */

static yb_status
create_at(const char *path)
{
	struct yb_error *err = NULL;
	yb_status st = yb_ledger_create(path, &err);

	ck_assert_msg((st == YB_OK) == (err == NULL), "%s", path);
	yb_error_unref(err);
	return st;
}

static yb_status
open_at(const char *path)
{
	struct yb_ledger *ledger = NULL;
	struct yb_error *err = NULL;
	yb_status st = yb_ledger_open(path, NULL, &ledger, &err);

	ck_assert_msg((st == YB_OK) == (err == NULL) && (st == YB_OK) == (ledger != NULL), "%s", path);
	yb_error_unref(err);
	yb_ledger_unref(ledger);
	return st;
}

static int
files_in_folder(void)
{
	DIR *dir = opendir(folder);
	int count = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	(void)closedir(dir);
	return count - 2;
}

START_TEST(a_path_is_the_path_of_a_file)
{
	static const char *const bad[] = { "", ".", "..", "/", ":memory:", "file:x", "file:x?mode=memory", "missing/x", "sub", "sub/", "sub/..", "link/" };
	char here[1024];

	make_folder();
	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(mkdir("sub", 0700), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(create_at(bad[i]) != YB_OK, "made: %s", bad[i]);
		ck_assert_msg(open_at(bad[i]) != YB_OK, "opened: %s", bad[i]);
	}
	ck_assert_int_eq(unlink("sub.key"), -1); /* nothing is left of what could not be made */
	ck_assert_int_eq(files_in_folder(), 1);
	/* names that mean something elsewhere are files here */
	ck_assert_int_eq(create_at("./:memory:"), YB_OK);
	ck_assert_int_eq(open_at("./:memory:"), YB_OK);
	ck_assert_int_eq(access(":memory:", F_OK) | access(":memory:.key", F_OK), 0);
	ck_assert_int_eq(create_at("./file:x?mode=memory"), YB_OK);
	ck_assert_int_eq(open_at("./file:x?mode=memory"), YB_OK);
	ck_assert_int_eq(access("file:x?mode=memory", F_OK), 0);
	ck_assert_int_eq(unlink(":memory:") | unlink(":memory:.key") | unlink("file:x?mode=memory") | unlink("file:x?mode=memory.key"), 0);
	(void)unlink(":memory:-journal");
	(void)unlink("file:x?mode=memory-journal");
	/* a plain name, and a directory reached by a link */
	ck_assert_int_eq(create_at("x.ledger"), YB_OK);
	ck_assert_int_eq(symlink("sub", "other"), 0);
	ck_assert_int_eq(create_at("other/y.ledger"), YB_OK);
	ck_assert_int_eq(open_at("sub/y.ledger"), YB_OK);
	/* the file itself is never a link */
	ck_assert_int_eq(symlink("x.ledger", "link"), 0);
	ck_assert_int_eq(open_at("link"), YB_E_IO);
	ck_assert_int_eq(create_at("link"), YB_E_IO);
	ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
	ck_assert_int_eq(create_at("dangling"), YB_E_IO);
	ck_assert_int_eq(access("nowhere", F_OK), -1);
	ck_assert_int_eq(unlink("link.key"), -1);
	ck_assert_int_eq(unlink("dangling.key"), -1);
	/* where others may write, they could put another file in its place */
	ck_assert_int_eq(chmod("sub", 0777), 0);
	ck_assert_int_eq(open_at("sub/y.ledger"), YB_E_IO);
	ck_assert_int_eq(create_at("sub/z.ledger"), YB_E_IO);
	ck_assert_int_eq(chmod("sub", 0770), 0);
	ck_assert_int_eq(open_at("sub/y.ledger"), YB_E_IO);
	ck_assert_int_eq(chmod("sub", 0755), 0);
	ck_assert_int_eq(open_at("sub/y.ledger"), YB_OK);
	ck_assert_int_eq(chdir(here), 0);
	remove_folder();
}
END_TEST

START_TEST(what_is_no_ledger_is_refused)
{
	static const char text[] = "not a ledger, but long enough to be looked at for what it might be: a header of a database has 100 bytes.";
	FILE *out;

	make_folder();
	out = fopen(file, "wb");
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_int_eq(open_at(file), YB_E_CORRUPT); /* empty */
	out = fopen(file, "wb");
	ck_assert(out && fputs(text, out) >= 0);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_int_eq(open_at(file), YB_E_CORRUPT);
	ck_assert_int_eq(create_at(file), YB_E_IO);
	remove_folder();
}
END_TEST

/* ---- the key file ---- */

START_TEST(a_ledger_keeps_its_key_to_itself)
{
	static const char by_identity[] = "{\"key\": \"a\", \"kind\": \"opening\", \"certno\": \"11010519491231002X\", \"business_day\": \"2026-01-05\", \"amount\": 1}";
	struct yb_ledger *ledger;
	char *person = NULL, saved[120];
	FILE *out;

	make_ledger();
	ledger = open_ledger(0);
	ck_assert_int_eq(post(ledger, by_identity), YB_OK);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, "11010519491231002X", &person, NULL), YB_OK);
	yb_ledger_unref(ledger);
	yb_free(person);
	ck_assert_int_eq(chmod(key, 0640), 0);
	ck_assert_int_eq(open_at(file), YB_E_IO);
	ck_assert_int_eq(chmod(key, 0604), 0);
	ck_assert_int_eq(open_at(file), YB_E_IO);
	ck_assert_int_eq(chmod(key, 0600), 0);
	ck_assert_int_eq(open_at(file), YB_OK);
	/* without its key persons are told by number only */
	(void)snprintf(saved, sizeof(saved), "%s.saved", key);
	ck_assert_int_eq(rename(key, saved), 0);
	ledger = open_ledger(0);
	ck_assert_int_eq(post(ledger, by_identity), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_ledger_dup_person(ledger, NULL, "11010519491231002X", &person, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(post(ledger, CREDIT("b", "1")), YB_OK);
	yb_ledger_unref(ledger);
	/* a link, a text that is none, one that is too long */
	ck_assert_int_eq(symlink(saved, key), 0);
	ck_assert_int_eq(open_at(file), YB_E_IO);
	ck_assert_int_eq(unlink(key), 0);
	out = fopen(key, "wb");
	ck_assert(out && fputs("00112233\n", out) >= 0);
	ck_assert_int_eq(fclose(out) | chmod(key, 0600), 0);
	ck_assert_int_eq(open_at(file), YB_E_BAD_VALUE);
	ck_assert_int_eq(unlink(key), 0);
	ck_assert_int_eq(rename(saved, key), 0);
	ck_assert_int_eq(open_at(file), YB_OK);
	remove_ledger();
}
END_TEST

/* Does a file hold this text? */
static bool
holds(const char *path, const char *text)
{
	FILE *in = fopen(path, "rb");
	size_t length = strlen(text), have = 0, got;
	char buffer[8192];
	bool found = false;

	if (!in)
		return false;
	while (!found && (got = fread(buffer + have, 1, sizeof(buffer) - have, in)) > 0) {
		have += got;
		for (size_t i = 0; i + length <= have && !found; i++)
			found = memcmp(buffer + i, text, length) == 0;
		if (have >= length) {
			memmove(buffer, buffer + have - (length - 1), length - 1);
			have = length - 1;
		}
	}
	(void)fclose(in);
	return found;
}

START_TEST(an_identity_number_reaches_no_file)
{
	static const char *const secrets[] = { "11010519491231002X", "11010519491231002x", "11010519491231002" };
	char journal[100];
	struct yb_ledger *ledger;

	make_ledger();
	(void)snprintf(journal, sizeof(journal), "%s-journal", file);
	ledger = open_ledger(0);
	ck_assert_int_eq(post(ledger, "{\"key\": \"a\", \"kind\": \"opening\", \"certno\": \"11010519491231002X\", \"business_day\": \"2026-01-05\", \"amount\": 1}"), YB_OK);
	ck_assert_int_eq(yb_ledger_begin(ledger, NULL), YB_OK);
	for (int i = 0; i < 400; i++) { /* the journal is written before the commit */
		char json[700];
		(void)snprintf(json, sizeof(json), "{\"key\": \"%d\", \"kind\": \"opening\", \"psn_no\": \"P%d\", \"certno\": \"11010519491231002x\", "
		               "\"business_day\": \"2026-01-05\", \"amount\": 1, \"reason\": \"%0200d\"}", i, 1, 0);
		ck_assert_int_eq(post(ledger, json), YB_OK);
		if (i % 100 == 99)
			for (size_t k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++)
				ck_assert(!holds(file, secrets[k]) && !holds(journal, secrets[k]));
	}
	ck_assert(holds(journal, "SQLite format 3")); /* it is read as it should be: the first page was kept there */
	ck_assert_int_eq(yb_ledger_commit(ledger, NULL), YB_OK);
	yb_ledger_unref(ledger);
	ck_assert(holds(file, "opening") && holds(file, "\"psn_hash\": \"#"));
	for (size_t k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++)
		ck_assert(!holds(file, secrets[k]) && !holds(journal, secrets[k]) && !holds(key, secrets[k]));
	remove_ledger();
}
END_TEST

/* ---- looking things up ---- */

START_TEST(what_is_not_there_is_not_found)
{
	struct yb_ledger *ledger = memory();
	char hash[YB_LEDGER_HASH_SIZE], *text = NULL;
	int64_t seq = 7;

	ck_assert_int_eq(yb_ledger_get_head(ledger, &seq, hash, NULL), YB_OK);
	ck_assert_int_eq(seq, 0);
	ck_assert_str_eq(hash, "0000000000000000000000000000000000000000000000000000000000000000");
	seq = 7;
	ck_assert_int_eq(yb_ledger_find(ledger, "a", &seq, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(yb_ledger_find(ledger, "", &seq, NULL), YB_E_NOT_FOUND);
	ck_assert_int_eq(seq, 7);
	for (int64_t n = -1; n <= 1; n++) {
		ck_assert_int_eq(yb_ledger_dup_transaction(ledger, n, &text, NULL), YB_E_NOT_FOUND);
		ck_assert_ptr_null(text);
	}
	ck_assert_int_eq(yb_ledger_dup_transaction(ledger, 1, NULL, NULL), YB_E_INVALID);
	ck_assert_int_eq(yb_ledger_find(NULL, "a", &seq, NULL), YB_E_INVALID);
	yb_ledger_unref(ledger);
	yb_ledger_unref(NULL);
}
END_TEST


Suite *
ledger_suite(void)
{
	Suite *suite = suite_create("ledger");
	TCase *tests = tcase_create("ledger");

	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, a_contribution_moves_each_payers_share_to_the_fund);
	tcase_add_test(tests, the_same_key_gives_the_first_answer_or_is_refused);
	tcase_add_test(tests, an_account_is_never_below_zero);
	tcase_add_test(tests, what_was_posted_to_a_file_is_there_when_it_is_opened_again);
	tcase_add_test(tests, odd_characters_in_a_text_can_be_read_again);
	tcase_add_test(tests, a_batch_is_kept_or_taken_back_whole);
	tcase_add_test(tests, a_batch_that_is_open_when_the_ledger_is_closed_is_taken_back);
	tcase_add_test(tests, what_a_batch_has_posted_others_see_when_it_is_committed);
	tcase_add_test(tests, a_ledger_that_is_read_is_not_written);
	tcase_add_test(tests, options_that_are_not_known_are_refused);
	tcase_add_test(tests, a_child_may_not_use_its_parents_ledger);
	tcase_add_test(tests, threads_may_share_a_ledger);
	tcase_add_test(tests, a_path_is_the_path_of_a_file);
	tcase_add_test(tests, what_is_no_ledger_is_refused);
	tcase_add_test(tests, a_ledger_keeps_its_key_to_itself);
	tcase_add_test(tests, an_identity_number_reaches_no_file);
	tcase_add_test(tests, what_is_not_there_is_not_found);
	suite_add_tcase(suite, tests);
	return suite;
}
