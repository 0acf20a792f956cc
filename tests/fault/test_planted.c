/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that somebody else laid out for us, and places that are no place for a ledger: refused, or of no effect. */
#include "check_fault.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "raw.h"
#include "work_ledger.h"

#define CREDIT "{'key': 'planted', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-05-01', 'period': '2026-05', 'amount': '1.00'}"
#define NOBODY 65534

static char directory[200], path[300];

static void
setup(void)
{
	struct work work = work_ledger(LEDGER_STEPS);

	scratch_make(directory);
	(void)ledger_path(directory, path);
	ck_assert_int_eq(work_run(&work, directory, 0, work.last, NULL), 0);
}

static void
teardown(void)
{
	(void)chmod(directory, 0700);
	scratch_drop(directory);
}

static yb_status
try_open(const char *name, uint32_t flags)
{
	struct yb_ledger_options options = YB_LEDGER_OPTIONS_INIT;
	struct yb_ledger *ledger = NULL;
	struct yb_error *err = NULL;
	yb_status st;

	options.flags = flags;
	st = yb_ledger_open(name, &options, &ledger, &err);
	ck_assert((st == YB_OK) == (ledger != NULL));
	ck_assert((st == YB_OK) == (err == NULL));
	yb_error_unref(err);
	yb_ledger_unref(ledger);
	return st;
}

static yb_status
try_post(const char *name)
{
	struct yb_ledger *ledger = NULL;
	yb_status st = yb_ledger_open(name, NULL, &ledger, NULL);

	if (st == YB_OK)
		st = ledger_post(ledger, 20700, NULL, CREDIT);
	yb_ledger_unref(ledger);
	return st;
}

/* What was planted is there, or this proves nothing. */
static void
plant(const char *sql)
{
	sqlite3 *db = raw_open(path, true);

	ck_assert_ptr_nonnull(db);
	ck_assert_int_eq(raw_run(db, "%s", sql), SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

START_TEST(a_planted_trigger_view_or_table_is_refused)
{
	static const char *const planted[] = {
		"CREATE TRIGGER evil AFTER INSERT ON txn BEGIN UPDATE sum SET fen = fen + 100000000; END",
		"CREATE TRIGGER evil AFTER INSERT ON entry BEGIN INSERT INTO sum VALUES (1, 99, 1); END",
		"ALTER TABLE txn RENAME TO hidden; CREATE VIEW txn AS SELECT * FROM hidden",
		"CREATE VIEW evil AS SELECT * FROM txn",
		"CREATE TABLE evil (a)",
		"CREATE INDEX evil ON txn (facts)",
		"CREATE VIRTUAL TABLE evil USING fts5 (a)",
	};

	plant(planted[_i]);
	ck_assert_int_eq(try_open(path, 0), YB_E_CORRUPT);
	ck_assert_int_eq(try_open(path, YB_LEDGER_READ), YB_E_CORRUPT);
}
END_TEST

START_TEST(a_later_version_is_told_by_name_and_another_database_is_none)
{
	plant("PRAGMA user_version = 2");
	ck_assert_int_eq(try_open(path, 0), YB_E_VERSION);
	plant("PRAGMA user_version = 2147483647");
	ck_assert_int_eq(try_open(path, 0), YB_E_VERSION);
	plant("PRAGMA user_version = 0");
	ck_assert_int_eq(try_open(path, 0), YB_E_CORRUPT);
	plant("PRAGMA user_version = -1");
	ck_assert_int_eq(try_open(path, 0), YB_E_CORRUPT);
	plant("PRAGMA user_version = 1; PRAGMA application_id = 7");
	ck_assert_int_eq(try_open(path, 0), YB_E_CORRUPT);
}
END_TEST

/* The header says WAL; -wal and -shm may be there too. The ledger goes on without it or refuses: it never keeps a log of that kind. */
START_TEST(a_file_turned_to_wal_does_not_stay_so)
{
	char wal[310];
	struct stat info;
	yb_status st;

	plant("PRAGMA journal_mode = WAL; CREATE TABLE evil (a); DROP TABLE evil");
	st = try_post(path);
	ck_assert(st == YB_OK || st == YB_E_CORRUPT);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	ck_assert_int_ne(stat(wal, &info), 0);
}
END_TEST

START_TEST(a_symbolic_link_is_refused)
{
	char link_path[300], inside[400], folder[300];

	(void)snprintf(link_path, sizeof(link_path), "%s/link", directory);
	ck_assert_int_eq(symlink(path, link_path), 0);
	ck_assert_int_eq(try_open(link_path, 0), YB_E_IO);
	ck_assert_int_eq(try_open(link_path, YB_LEDGER_READ), YB_E_IO);
	ck_assert_int_eq(yb_ledger_create(link_path, NULL), YB_E_IO);
	ck_assert_int_eq(unlink(link_path), 0);
	/* nor is one made through a link that leads nowhere yet */
	(void)snprintf(inside, sizeof(inside), "%s/nowhere", directory);
	ck_assert_int_eq(symlink(inside, link_path), 0);
	ck_assert_int_eq(yb_ledger_create(link_path, NULL), YB_E_IO);
	ck_assert_int_ne(access(inside, F_OK), 0);
	ck_assert_int_eq(unlink(link_path), 0);
	/* a folder may be reached through one: the path is made real first */
	(void)snprintf(folder, sizeof(folder), "%s-link", directory);
	ck_assert_int_eq(symlink(directory, folder), 0);
	(void)snprintf(inside, sizeof(inside), "%s/" LEDGER_FILE, folder);
	ck_assert_int_eq(try_open(inside, 0), YB_OK);
	ck_assert_int_eq(unlink(folder), 0);
}
END_TEST

START_TEST(the_key_or_journal_as_a_link_harms_nobody)
{
	char name[310], victim[300], text[8] = "";
	FILE *file;

	(void)snprintf(victim, sizeof(victim), "%s/victim", directory);
	file = fopen(victim, "w");
	ck_assert_ptr_nonnull(file);
	(void)fputs("mine", file);
	(void)fclose(file);
	/* A new ledger is not made where its key would be written through a link. */
	(void)snprintf(name, sizeof(name), "%s/new.key", directory);
	ck_assert_int_eq(symlink(victim, name), 0);
	name[strlen(name) - 4] = '\0';
	ck_assert_int_eq(yb_ledger_create(name, NULL), YB_E_IO);
	ck_assert_int_ne(access(name, F_OK), 0);
	(void)strcat(name, ".key");
	ck_assert_int_eq(unlink(name), 0);
	/* Nor is the journal written through one. */
	(void)snprintf(name, sizeof(name), "%s-journal", path);
	(void)unlink(name);
	ck_assert_int_eq(symlink(victim, name), 0);
	(void)try_post(path);
	file = fopen(victim, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq((int)fread(text, 1, sizeof(text), file), 4);
	(void)fclose(file);
	ck_assert_int_eq(memcmp(text, "mine", 4), 0);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
	char name[300];
	int fd;

	ck_assert_int_eq(try_open(directory, 0), YB_E_IO);
	(void)snprintf(name, sizeof(name), "%s/fifo", directory);
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	ck_assert_int_eq(try_open(name, 0), YB_E_IO); /* and does not wait for somebody to write into it */
	(void)snprintf(name, sizeof(name), "%s/empty", directory);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(try_open(name, 0), YB_E_CORRUPT);
	(void)snprintf(name, sizeof(name), "%s/none", directory);
	ck_assert_int_eq(try_open(name, 0), YB_E_IO);
	ck_assert_int_ne(access(name, F_OK), 0);
	ck_assert_int_eq(yb_ledger_create(path, NULL), YB_E_IO);
	ck_assert_int_eq(try_open(path, 0), YB_OK);
}
END_TEST

START_TEST(names_that_sqlite_would_take_for_something_else_are_names_of_files)
{
	static const char *const names[] = { "", ":memory:", "file:x.ledger?mode=memory", "file:x.ledger", "file::memory:", ".", "..", "/" };
	char before[PATH_MAX], name[500];

	ck_assert_int_eq(try_open(names[_i], 0), YB_E_IO);
	ck_assert_ptr_nonnull(getcwd(before, sizeof(before)));
	ck_assert_int_eq(chdir(directory), 0);
	ck_assert_int_eq(try_open(names[_i], 0), YB_E_IO);
	ck_assert_int_eq(yb_ledger_create(names[_i], NULL), YB_E_IO);
	ck_assert_int_eq(chdir(before), 0);
	/* With a folder before it, it is a name like any other. */
	if (strchr(names[_i], ':')) {
		(void)snprintf(name, sizeof(name), "%s/%s", directory, names[_i]);
		ck_assert_int_eq(yb_ledger_create(name, NULL), YB_OK);
		ck_assert_int_eq(access(name, F_OK), 0);
		ck_assert_int_eq(try_post(name), YB_OK);
	}
}
END_TEST

START_TEST(files_are_for_their_owner_alone)
{
	struct image image;
	mode_t mask;
	char name[300], full[400];
	struct stat info;

	mask = umask(0);
	(void)snprintf(name, sizeof(name), "%s/open", directory);
	ck_assert_int_eq(yb_ledger_create(name, NULL), YB_OK);
	ck_assert_int_eq(try_post(name), YB_OK);
	(void)umask(mask);
	image_read(&image, directory);
	for (int i = 0; i < image.count; i++) {
		(void)snprintf(full, sizeof(full), "%s/%s", directory, image.files[i].name);
		ck_assert_int_eq(lstat(full, &info), 0);
		ck_assert_msg((info.st_mode & 07777) == 0600, "%s has mode %o", image.files[i].name, (unsigned)info.st_mode & 07777);
	}
	ck_assert_int_ge(image.count, 4);
	image_free(&image);
}
END_TEST

START_TEST(a_folder_that_others_may_write_to_is_refused)
{
	char name[300];

	(void)snprintf(name, sizeof(name), "%s/other", directory);
	ck_assert_int_eq(chmod(directory, 0777), 0);
	ck_assert_int_eq(try_open(path, 0), YB_E_IO);
	ck_assert_int_eq(yb_ledger_create(name, NULL), YB_E_IO);
	ck_assert_int_eq(chmod(directory, 0770), 0);
	ck_assert_int_eq(try_open(path, 0), YB_E_IO);
	ck_assert_int_eq(chmod(directory, 01777), 0);
	ck_assert_int_eq(try_open(path, 0), YB_OK);
}
END_TEST

/* As somebody who is not root, whom no permission stops. */
static int
as_nobody(int (*what)(void))
{
	int end = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(77);
		_exit(what());
	}
	ck_assert_int_eq(waitpid(pid, &end, 0), pid);
	ck_assert_msg(WIFEXITED(end), "the program ended with %x", (unsigned)end);
	return WEXITSTATUS(end);
}

static void
give_away(void)
{
	char full[400];
	struct image image;

	image_read(&image, directory);
	for (int i = 0; i < image.count && geteuid() == 0; i++) {
		(void)snprintf(full, sizeof(full), "%s/%s", directory, image.files[i].name);
		ck_assert_int_eq(chown(full, NOBODY, NOBODY), 0);
	}
	image_free(&image);
	if (geteuid() == 0)
		ck_assert_int_eq(chown(directory, NOBODY, NOBODY), 0);
}

static int
post_and_read(void)
{
	yb_status st = try_post(path);

	if (st != YB_E_IO)
		return 1;
	return try_open(path, YB_LEDGER_READ) == YB_OK ? 0 : 2;
}

static int
make_one(void)
{
	char name[300];

	(void)snprintf(name, sizeof(name), "%s/new", directory);
	return yb_ledger_create(name, NULL) == YB_E_IO ? 0 : 1;
}

START_TEST(a_folder_or_file_that_may_not_be_written_is_told)
{
	char journal[310];

	give_away();
	(void)snprintf(journal, sizeof(journal), "%s-journal", path);
	(void)unlink(journal);
	ck_assert_int_eq(chmod(directory, 0500), 0);
	if (as_nobody(make_one) == 77) {
		printf("skipped: cannot become somebody else\n");
		return;
	}
	ck_assert_int_eq(as_nobody(make_one), 0);
	ck_assert_int_eq(as_nobody(post_and_read), 0);
	ck_assert_int_eq(chmod(directory, 0700), 0);
	ck_assert_int_eq(chmod(path, 0400), 0);
	ck_assert_int_eq(as_nobody(post_and_read), 0);
}
END_TEST

/* A journal that was not written by this ledger: taken back into it, it would change what was posted. */
START_TEST(a_journal_of_another_ledger_is_found)
{
	struct work work = work_ledger(3);
	char other[200], from[310], to[310], why[200] = "";
	struct yb_ledger *ledger = NULL;
	struct image image;
	struct shim_log log = { .count = 0 };
	struct disc *disc;
	unsigned char *journal = NULL;
	size_t size = 0;
	yb_status st;
	FILE *file;

	/* The journal of a step in hand, out of another ledger's log. */
	scratch_make(other);
	ck_assert_int_eq(work_run(&work, other, 0, 1, NULL), 0);
	image_read(&image, other);
	shim_watch(other);
	shim_record(&log);
	ck_assert_int_eq(work_run(&work, other, 2, 3, NULL), 0);
	shim_rest();
	disc = disc_new(&log, HONEST, &image);
	while (disc_next(disc)) {
		struct image now;
		disc_image(disc, IMAGE_ALL, 0, &now);
		for (int i = 0; i < now.count; i++)
			/* bytes 8 to 11: how many pages it says it holds, written when they are all there */
			if (strstr(now.files[i].name, "-journal") && now.files[i].size > 512 && memcmp(now.files[i].bytes + 8, "\0\0\0", 4) != 0) {
				free(journal);
				size = now.files[i].size;
				journal = malloc(size);
				ck_assert_ptr_nonnull(journal);
				memcpy(journal, now.files[i].bytes, size);
			}
		image_free(&now);
	}
	disc_free(disc);
	shim_log_free(&log);
	image_free(&image);
	scratch_drop(other);
	ck_assert_uint_gt(size, 512);
	(void)snprintf(from, sizeof(from), "%s/taken", directory);
	(void)snprintf(to, sizeof(to), "%s-journal", path);
	file = fopen(from, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(journal, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(rename(from, to), 0);
	free(journal);
	st = yb_ledger_open(path, NULL, &ledger, NULL);
	if (st == YB_OK)
		st = ledger_verify(ledger, why, sizeof(why));
	yb_ledger_unref(ledger);
	printf("a journal of another ledger: %s %s\n", yb_status_name(st), why);
	ck_assert_int_eq(st, YB_E_CORRUPT);
}
END_TEST

Suite *
planted_suite(void)
{
	Suite *suite = suite_create("planted");
	TCase *tcase = tcase_create("planted");

	tcase_set_timeout(tcase, FAULT_TIMEOUT);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_planted_trigger_view_or_table_is_refused, 0, 7);
	tcase_add_test(tcase, a_later_version_is_told_by_name_and_another_database_is_none);
	tcase_add_test(tcase, a_file_turned_to_wal_does_not_stay_so);
	tcase_add_test(tcase, a_symbolic_link_is_refused);
	tcase_add_test(tcase, the_key_or_journal_as_a_link_harms_nobody);
	tcase_add_test(tcase, what_is_no_file_is_refused);
	tcase_add_loop_test(tcase, names_that_sqlite_would_take_for_something_else_are_names_of_files, 0, 8);
	tcase_add_test(tcase, files_are_for_their_owner_alone);
	tcase_add_test(tcase, a_folder_that_others_may_write_to_is_refused);
	tcase_add_test(tcase, a_folder_or_file_that_may_not_be_written_is_told);
	tcase_add_test(tcase, a_journal_of_another_ledger_is_found);
	suite_add_tcase(suite, tcase);
	return suite;
}
