/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several processes with one ledger: what readers see always adds up, nobody is told that it is busy, and no writer starves. */
#include "check_fault.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "raw.h"
#include "work_ledger.h"

#define WRITERS 2
#define READERS 3
#define POSTS   600 /* of all writers together */
#define EACH    100 /* fen of each post */

struct shared {
	atomic_int ready, total, reads;
	atomic_int posted[WRITERS];
	atomic_int failed; /* the first status that was no YB_OK */
	char why[300];
};

static void
give_up(struct shared *shared, int status, const char *why)
{
	int none = 0;

	if (atomic_compare_exchange_strong(&shared->failed, &none, status ? status : -1))
		(void)snprintf(shared->why, sizeof(shared->why), "%s", why);
}

static struct yb_ledger *
open_when_all_are_ready(struct shared *shared, const char *path)
{
	struct yb_ledger *ledger = NULL;
	struct yb_error *err = NULL;
	char why[200] = "";
	yb_status st = yb_ledger_open(path, NULL, &ledger, &err);

	ledger_say(&err, why, sizeof(why));
	if (st != YB_OK)
		give_up(shared, st, why);
	atomic_fetch_add(&shared->ready, 1);
	while (atomic_load(&shared->ready) < WRITERS + READERS)
		(void)usleep(100);
	return ledger;
}

static void
writer(struct shared *shared, const char *path, int number)
{
	struct yb_ledger *ledger = open_when_all_are_ready(shared, path);
	struct yb_error *err = NULL;
	char why[200] = "";

	while (ledger && atomic_load(&shared->total) < POSTS && atomic_load(&shared->failed) == 0) {
		int n = atomic_load(&shared->posted[number]);
		yb_status st = ledger_post(ledger, 20600, &err,
		                           "{'key': 'w%d-%d', 'kind': 'credit', 'psn_no': 'P%d', 'business_day': '2026-05-%02d', 'period': '2026-05', 'amount': '1.00'}",
		                           number, n, number, 1 + n % 28);
		if (st != YB_OK) {
			ledger_say(&err, why, sizeof(why));
			give_up(shared, st, why);
			break;
		}
		atomic_fetch_add(&shared->posted[number], 1);
		atomic_fetch_add(&shared->total, 1);
	}
	yb_ledger_unref(ledger);
}

/* What was acknowledged before the question must be in the answer, and what the ledger says of itself must hold. */
static bool
look(struct shared *shared, struct yb_ledger *ledger)
{
	struct yb_error *err = NULL;
	char why[200] = "", name[16];
	yb_status st;

	for (int w = 0; w < WRITERS; w++) {
		yb_fen least = (yb_fen)atomic_load(&shared->posted[w]) * EACH, fen = 0;
		(void)snprintf(name, sizeof(name), "account/P%d", w);
		st = yb_ledger_get_balance(ledger, name, w ? YB_AXIS_BUSINESS : YB_AXIS_POSTING, YB_DAY_NONE, &fen, &err);
		if (st != YB_OK || fen < least || fen % EACH != 0) {
			(void)snprintf(why, sizeof(why), "%s is %lld, at least %lld was posted", name, (long long)fen, (long long)least);
			ledger_say(&err, why, sizeof(why));
			give_up(shared, st, why);
			return false;
		}
	}
	st = ledger_verify(ledger, why, sizeof(why));
	if (st != YB_OK)
		give_up(shared, st, why);
	return st == YB_OK;
}

static void
reader(struct shared *shared, const char *path)
{
	struct yb_ledger *ledger = open_when_all_are_ready(shared, path);

	while (ledger && atomic_load(&shared->total) < POSTS && atomic_load(&shared->failed) == 0 && look(shared, ledger))
		atomic_fetch_add(&shared->reads, 1);
	yb_ledger_unref(ledger);
}

static void
run_all(struct shared *shared, const char *path)
{
	pid_t pids[WRITERS + READERS];

	for (int i = 0; i < WRITERS + READERS; i++) {
		(void)fflush(stdout);
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0) {
			(void)alarm(300);
			if (i < WRITERS)
				writer(shared, path, i);
			else
				reader(shared, path);
			_exit(0);
		}
	}
	for (int i = 0; i < WRITERS + READERS; i++) {
		int end = 0;
		ck_assert_int_eq(waitpid(pids[i], &end, 0), pids[i]);
		ck_assert_int_eq(end, 0);
	}
}

START_TEST(three_readers_and_two_writers_at_once)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct work work = work_ledger(0);
	char directory[200], path[300];
	const char *fault;
	int a, b;

	ck_assert_ptr_ne(shared, MAP_FAILED);
	scratch_make(directory);
	ck_assert_int_eq(work_run(&work, directory, 0, 0, NULL), 0);
	run_all(shared, ledger_path(directory, path));
	a = atomic_load(&shared->posted[0]);
	b = atomic_load(&shared->posted[1]);
	printf("processes: writers posted %d and %d, %d reads each with a verify, first failure %d%s%s\n", a, b, atomic_load(&shared->reads),
	       atomic_load(&shared->failed), shared->why[0] ? ": " : "", shared->why);
	ck_assert_int_eq(atomic_load(&shared->failed), 0);
	fault = raw_fold(path);
	ck_assert_msg(!fault, "%s", fault);
	scratch_drop(directory);
	ck_assert_int_gt(atomic_load(&shared->reads), READERS);
	ck_assert_int_ge((a < b ? a : b) * 5, a < b ? b : a);
}
END_TEST

Suite *
process_suite(void)
{
	Suite *suite = suite_create("process");
	TCase *tcase = tcase_create("process");

	tcase_set_timeout(tcase, FAULT_TIMEOUT);
	tcase_add_test(tcase, three_readers_and_two_writers_at_once);
	suite_add_tcase(suite, tcase);
	return suite;
}
