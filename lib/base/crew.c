/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

/* Looks at those who are still at work before the caller sleeps: some tens of microseconds, which waking it would take as well. */
#define LOOKS 2000

struct helper {
	struct ybi_crew *crew;
	int32_t hand;
	pthread_t thread;
};

struct ybi_crew {
	pthread_mutex_t lock;
	pthread_cond_t called, left;
	pid_t owner;
	uint64_t calls;  /* how often helpers were called */
	int32_t wanted;  /* hands that may come; 0: it is over */
	bool dismissed;
	void (*work)(void *context, int32_t hand);
	void *context;
	_Atomic int32_t at_work; /* helpers; changed under the lock, read without */
	int32_t most, count;     /* helpers, started ones */
	struct helper helpers[];
};

static void
look_again(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
	__builtin_ia32_pause();
#endif
}

struct ybi_crew *
ybi_crew_new(int32_t hands)
{
	struct ybi_crew *crew = ybi_calloc(1, sizeof(*crew) + (size_t)(hands - 1) * sizeof(crew->helpers[0]));

	if (!crew)
		return NULL;
	if (pthread_mutex_init(&crew->lock, NULL) != 0) {
		free(crew);
		return NULL;
	}
	if (pthread_cond_init(&crew->called, NULL) != 0 || pthread_cond_init(&crew->left, NULL) != 0) {
		(void)pthread_mutex_destroy(&crew->lock);
		free(crew);
		return NULL;
	}
	crew->owner = getpid();
	crew->most = hands - 1;
	return crew;
}

void
ybi_crew_free(struct ybi_crew *crew)
{
	if (!crew)
		return;
	if (crew->owner == getpid()) { /* else lock and threads are another process's */
		(void)pthread_mutex_lock(&crew->lock);
		crew->dismissed = true;
		(void)pthread_cond_broadcast(&crew->called);
		(void)pthread_mutex_unlock(&crew->lock);
		for (int32_t i = 0; i < crew->count; i++)
			(void)pthread_join(crew->helpers[i].thread, NULL);
		(void)pthread_cond_destroy(&crew->called);
		(void)pthread_cond_destroy(&crew->left);
		(void)pthread_mutex_destroy(&crew->lock);
	}
	free(crew);
}

static void *
help(void *context)
{
	const struct helper *helper = context;
	struct ybi_crew *crew = helper->crew;
	uint64_t seen = 0;

	(void)pthread_mutex_lock(&crew->lock);
	while (!crew->dismissed) {
		if (crew->calls == seen) {
			(void)pthread_cond_wait(&crew->called, &crew->lock);
			continue;
		}
		seen = crew->calls;
		if (helper->hand >= crew->wanted)
			continue;
		(void)atomic_fetch_add(&crew->at_work, 1);
		(void)pthread_mutex_unlock(&crew->lock);
		crew->work(crew->context, helper->hand);
		(void)pthread_mutex_lock(&crew->lock);
		if (atomic_fetch_sub(&crew->at_work, 1) == 1 && crew->wanted == 0)
			(void)pthread_cond_signal(&crew->left);
	}
	(void)pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* Starts helpers that are not there yet, under the lock; those that cannot be started are done without. */
static void
start_helpers(struct ybi_crew *crew, int32_t wanted)
{
	while (crew->count < wanted) {
		struct helper *helper = &crew->helpers[crew->count];
		*helper = (struct helper){ .crew = crew, .hand = crew->count + 1 };
		if (pthread_create(&helper->thread, NULL, help, helper) != 0)
			break;
		crew->count++;
	}
}

/* In a child of fork(2): the lock may be held, and the conditions waited for, by threads that there are not. */
static void
begin_anew(struct ybi_crew *crew)
{
	(void)pthread_mutex_init(&crew->lock, NULL);
	(void)pthread_cond_init(&crew->called, NULL);
	(void)pthread_cond_init(&crew->left, NULL);
	crew->count = 0;
	crew->calls = 0;
	atomic_store(&crew->at_work, 0);
	crew->owner = getpid();
}

void
ybi_crew_work(struct ybi_crew *crew, int32_t hands, void (*work)(void *context, int32_t hand), void *context)
{
	if (hands > 1) {
		if (crew->owner != getpid())
			begin_anew(crew);
		(void)pthread_mutex_lock(&crew->lock);
		crew->work = work;
		crew->context = context;
		crew->wanted = hands - 1 < crew->most ? hands : crew->most + 1;
		crew->calls++;
		start_helpers(crew, crew->wanted - 1);
		(void)pthread_mutex_unlock(&crew->lock);
		(void)pthread_cond_broadcast(&crew->called); /* who wakes up finds the lock free */
	}
	work(context, 0);
	if (hands > 1) {
		(void)pthread_mutex_lock(&crew->lock);
		crew->wanted = 0; /* who comes now finds nothing left */
		(void)pthread_mutex_unlock(&crew->lock);
		for (int i = 0; i < LOOKS && atomic_load(&crew->at_work); i++)
			look_again();
		(void)pthread_mutex_lock(&crew->lock);
		while (atomic_load(&crew->at_work))
			(void)pthread_cond_wait(&crew->left, &crew->lock);
		(void)pthread_mutex_unlock(&crew->lock);
	}
}
