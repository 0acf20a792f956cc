/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that wait between works. */
#include <check.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crew.h"

Suite *crew_suite(void);

#define HANDS 5
#define PIECES 300

struct pieces {
	atomic_int next, there;
	atomic_int taken[PIECES]; /* how often */
	atomic_int came[HANDS];
	bool late; /* the caller waits until another is there */
};

static void
take_pieces(void *context, int32_t hand)
{
	struct pieces *p = context;
	int at;

	(void)atomic_fetch_add(&p->came[hand], 1);
	(void)atomic_fetch_add(&p->there, 1);
	while (hand == 0 && p->late && atomic_load(&p->there) < 2)
		(void)usleep(100);
	while ((at = atomic_fetch_add(&p->next, 1)) < PIECES)
		(void)atomic_fetch_add(&p->taken[at], 1);
}

static bool
work_once(struct ybi_crew *crew, int32_t hands, bool late)
{
	struct pieces p;
	bool good = true;

	memset(&p, 0, sizeof(p));
	p.late = late;
	ybi_crew_work(crew, hands, take_pieces, &p);
	for (int i = 0; i < PIECES; i++)
		good = good && atomic_load(&p.taken[i]) == 1;
	for (int i = 0; i < HANDS; i++)
		good = good && atomic_load(&p.came[i]) <= (i < hands);
	return good && atomic_load(&p.came[0]) == 1;
}

START_TEST(every_piece_is_taken_once)
{
	struct ybi_crew *crew = ybi_crew_new(HANDS);

	ck_assert_ptr_nonnull(crew);
	for (int i = 0; i < 400; i++)
		ck_assert(work_once(crew, 1 + i % HANDS, false));
	for (int i = 0; i < 20; i++)
		ck_assert(work_once(crew, 2 + i % (HANDS - 1), true)); /* ends only where somebody else comes */
	ybi_crew_free(crew);
}
END_TEST

START_TEST(a_crew_without_work_ends)
{
	ybi_crew_free(NULL);
	ybi_crew_free(ybi_crew_new(1));
	ybi_crew_free(ybi_crew_new(HANDS));
	for (int i = 0; i < 200; i++) { /* threads that have hardly begun */
		struct ybi_crew *crew = ybi_crew_new(HANDS);
		ck_assert(work_once(crew, HANDS, false));
		ybi_crew_free(crew);
	}
}
END_TEST

/* A child has no threads but the one that called fork(2). */
START_TEST(a_child_has_a_crew_of_its_own)
{
	struct ybi_crew *crew = ybi_crew_new(HANDS);
	int status = -1;
	pid_t child;

	ck_assert(work_once(crew, HANDS, true));
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		bool good = work_once(crew, 3, true) && work_once(crew, HANDS, true);
		ybi_crew_free(crew);
		_exit(good ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert(work_once(crew, HANDS, true));
	child = fork();
	if (child == 0) { /* nor does it wait for them */
		ybi_crew_free(crew);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ybi_crew_free(crew);
}
END_TEST

Suite *
crew_suite(void)
{
	Suite *suite = suite_create("crew");
	TCase *tcase = tcase_create("crew");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, every_piece_is_taken_once);
	tcase_add_test(tcase, a_crew_without_work_ends);
	tcase_add_test(tcase, a_child_has_a_crew_of_its_own);
	suite_add_tcase(suite, tcase);
	return suite;
}
