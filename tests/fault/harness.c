/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child tells, also when it is killed. */
struct told {
	volatile int acked, begun, status, improper;
};

#define HANG 60 /* seconds after which a child that does not come back is ended; only a hang takes so long */

void
scratch_make(char path[200])
{
	const char *folder = getenv("TMPDIR");

	if (access("/dev/shm", W_OK | X_OK) == 0)
		folder = "/dev/shm";
	if (snprintf(path, 200, "%s/yibao-fault.XXXXXX", folder ? folder : "/tmp") >= 200 || !mkdtemp(path))
		abort();
}

void
scratch_drop(const char *path)
{
	struct image nothing = { .count = 0 };

	image_write(&nothing, path);
	(void)rmdir(path);
}

long
every(void)
{
	return getenv("YB_SLOW") ? 7 : 1;
}

static struct told *
told_new(void)
{
	struct told *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (told == MAP_FAILED)
		abort();
	return told;
}

static void
complain(struct tally *tally, long *count, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void
complain(struct tally *tally, long *count, const char *format, ...)
{
	va_list rest;

	(*count)++;
	if (tally->first[0] != '\0')
		return;
	va_start(rest, format);
	(void)vsnprintf(tally->first, sizeof(tally->first), format, rest);
	va_end(rest);
}

bool
tally_clean(const struct tally *tally)
{
	return tally->lost + tally->half + tally->broken + tally->improper == 0;
}

void
tally_print(const char *what, const struct work *work, const struct tally *tally)
{
	printf("%s, %s: %ld points, %ld states, %ld of them different: lost %ld, half %ld, broken %ld, improper %ld%s%s\n", what, work->name,
	       tally->points, tally->states, tally->images, tally->lost, tally->half, tally->broken, tally->improper,
	       tally->first[0] ? "; first: " : "", tally->first);
	(void)fflush(stdout);
}

/* What is left must hold every step to `acked` and none after `begun`. */
static void
judge(int left, int acked, int begun, const char *when, const char *why, struct tally *tally)
{
	tally->states++;
	if (left == LEFT_HALF)
		complain(tally, &tally->half, "%s: half a step: %s", when, why);
	else if (left == LEFT_BROKEN && acked >= 0)
		complain(tally, &tally->broken, "%s: broken: %s", when, why);
	else if (left != LEFT_BROKEN && left < acked)
		complain(tally, &tally->lost, "%s: step %d was acknowledged, %d is the last there", when, acked, left);
	else if (left != LEFT_BROKEN && left > begun)
		complain(tally, &tally->half, "%s: step %d is there and was never begun", when, left);
}

/* ---- doing the work ---- */

/*
 * A step may be tried again, first with the same handle, then with a new one: a disc that failed once lets the second or third try through.
 */
static int
insist(const struct work *work, const char *directory, void **handle, int step, int tries, bool (*proper)(int), volatile int *improper)
{
	int st = 0;

	for (int i = 0; i < tries; i++) {
		if (step == 0) {
			st = work->make(work, directory);
		} else {
			if (i == 2 && *handle) {
				work->close(*handle);
				*handle = NULL;
			}
			st = *handle ? 0 : work->open(work, directory, handle);
			if (st == 0)
				st = work->step(work, *handle, step);
		}
		if (st == 0)
			return 0;
		if (proper && !proper(st))
			*improper = st;
	}
	return st;
}

static int
run(const struct work *work, const char *directory, int from, int to, int tries, struct told *told)
{
	void *handle = NULL;
	int st = 0;

	for (int step = from; step <= to && st == 0; step++) {
		told->begun = step;
		st = insist(work, directory, &handle, step, tries, work->proper, &told->improper);
		if (st == 0) {
			told->acked = step;
			shim_ack(step);
		}
	}
	if (handle)
		work->close(handle);
	told->status = st;
	return st;
}

int
work_run(const struct work *work, const char *directory, int from, int to, volatile int *acked)
{
	struct told told = { .acked = from - 1 };
	int st = run(work, directory, from, to, 1, &told);

	if (acked)
		*acked = told.acked;
	return st;
}

/* The directory as it is before step `from`, as an image to begin from again and again. */
static void
prepare(const struct work *work, int from, const char *directory, struct image *before)
{
	struct image nothing = { .count = 0 };

	image_write(&nothing, directory);
	if (from > 0 && work_run(work, directory, 0, from - 1, NULL) != 0) {
		printf("%s cannot do its steps\n", work->name);
		abort();
	}
	image_read(before, directory);
}

/* How many calls a step makes when all goes well. The directory is then as the step leaves it. */
static long
count_calls(const struct work *work, int step, bool reads, const char *directory)
{
	long calls;

	shim_watch(directory);
	if (reads)
		shim_reads();
	if (work_run(work, directory, step, step, NULL) != 0)
		abort();
	calls = shim_calls();
	shim_rest();
	return calls;
}

/* ---- a call that fails ---- */

static const struct way {
	int error;
	enum shim_fault fault;
	const char *name;
	bool reads;
} ways[] = {
	{ EIO, SHIM_ONCE, "EIO once", false },
	{ EIO, SHIM_STICKY, "EIO from then on", false },
	{ ENOSPC, SHIM_ONCE, "ENOSPC once", false },
	{ ENOSPC, SHIM_STICKY, "ENOSPC from then on", false },
	{ ENOSPC, SHIM_SHORT, "half written, then ENOSPC", false },
	{ EIO, SHIM_ONCE, "EIO once, of a read", true },
	{ EIO, SHIM_STICKY, "EIO from then on, of reads", true },
};

/* A step and the one after it in a child of its own. Gives the child's way of ending. */
static int
in_child(const struct work *work, const char *directory, int step, int tries, long fail_at, const struct way *way, long kill_at, struct told *told)
{
	int end = 0;
	pid_t pid;

	(void)fflush(stdout);
	told->acked = told->begun = step - 1;
	told->status = told->improper = 0;
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		struct work reading = *work;
		(void)alarm(HANG);
		shim_watch(directory);
		if (way && way->reads) {
			shim_reads();
			reading.proper = work->proper_read ? work->proper_read : work->proper;
			work = &reading;
		}
		if (way)
			shim_fail(fail_at, way->error, way->fault);
		shim_kill(kill_at);
		(void)run(work, directory, step, step < work->last ? step + 1 : step, tries, told);
		_exit(0);
	}
	if (waitpid(pid, &end, 0) != pid)
		abort();
	return end;
}

static void
fault_once(const struct work *work, const char *directory, int step, long at, const struct way *way, struct told *told, struct tally *tally)
{
	char when[100], why[200] = "";
	int end = in_child(work, directory, step, way->fault == SHIM_ONCE ? 4 : 1, at, way, 0, told), left;

	(void)snprintf(when, sizeof(when), "step %d, call %ld, %s", step, at, way->name);
	if (end != 0)
		complain(tally, &tally->improper, "%s: the program ended with %x", when, (unsigned)end);
	else if (told->improper != 0)
		complain(tally, &tally->improper, "%s: status %d", when, told->improper);
	else if (way->fault == SHIM_ONCE && told->acked <= step && step < work->last)
		complain(tally, &tally->improper, "%s: trying again gives status %d", when, told->status);
	left = work->left(work, directory, why, sizeof(why));
	judge(left, told->acked, told->begun, when, why, tally);
}

static void
each_way(const struct work *work, const char *directory, int step, bool reads, long at, const struct image *before, struct told *told,
         struct tally *tally)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (ways[i].reads != reads)
			continue;
		image_write(before, directory);
		fault_once(work, directory, step, at, &ways[i], told, tally);
	}
}

static void
change_fails(const struct work *work, const char *directory, int step, long at, const struct image *before, struct told *told, struct tally *tally)
{
	each_way(work, directory, step, false, at, before, told, tally);
}

static void
read_fails(const struct work *work, const char *directory, int step, long at, const struct image *before, struct told *told, struct tally *tally)
{
	each_way(work, directory, step, true, at, before, told, tally);
}

/* ---- a process that ends ---- */

static void
kill_once(const struct work *work, const char *directory, int step, long at, const struct image *before, struct told *told, struct tally *tally)
{
	char when[100], why[200] = "";
	struct told first;
	int end;

	image_write(before, directory);
	end = in_child(work, directory, step, 1, 0, NULL, at, told);
	first = *told;
	(void)snprintf(when, sizeof(when), "step %d, killed before call %ld", step, at);
	if (!WIFSIGNALED(end) || WTERMSIG(end) != SIGKILL)
		complain(tally, &tally->improper, "%s: the program ended with %x", when, (unsigned)end);
	/* the next program opens what is left, does the step again and is killed too */
	if (first.acked >= 0)
		(void)in_child(work, directory, step, 1, 0, NULL, 1 + at % 6, told);
	judge(work->left(work, directory, why, sizeof(why)), told->acked > first.acked ? told->acked : first.acked,
	      told->begun > first.begun ? told->begun : first.begun, when, why, tally);
}

/* At every call of every step, begun from what the steps before it left. */
static void
at_every_call(const struct work *work, int from, bool reads, struct tally *tally,
              void (*try)(const struct work *, const char *, int, long, const struct image *, struct told *, struct tally *))
{
	struct told *told = told_new();
	struct image before, after;
	char directory[200];

	scratch_make(directory);
	prepare(work, from, directory, &before);
	for (int step = from; step <= work->last; step++) {
		long calls = count_calls(work, step, reads, directory);
		image_read(&after, directory);
		for (long at = 1; at <= calls; at += every()) {
			tally->points++;
			try(work, directory, step, at, &before, told, tally);
		}
		image_free(&before);
		before = after;
		image_write(&before, directory);
	}
	tally->images = tally->states;
	image_free(&before);
	scratch_drop(directory);
	(void)munmap(told, sizeof(*told));
}

void
try_faults(const struct work *work, int from, struct tally *tally)
{
	at_every_call(work, from, false, tally, change_fails);
}

void
try_reads(const struct work *work, int from, struct tally *tally)
{
	at_every_call(work, from, true, tally, read_fails);
}

void
try_kills(const struct work *work, int from, struct tally *tally)
{
	at_every_call(work, from, false, tally, kill_once);
}

/* ---- power that goes ---- */

#define KNOWN 65536

struct known {
	uint64_t hash[KNOWN];
	int left[KNOWN];
	char why[KNOWN][80];
};

/* What is left of an image; each different one is looked at once. */
static size_t
look_at(const struct work *work, const struct image *image, struct known *known, const char *directory, long *images)
{
	size_t slot = image->hash % KNOWN;

	for (; known->hash[slot] != 0; slot = (slot + 1) % KNOWN)
		if (known->hash[slot] == image->hash)
			return slot;
	if (++*images > KNOWN / 2)
		abort();
	image_write(image, directory);
	known->hash[slot] = image->hash;
	known->left[slot] = work->left(work, directory, known->why[slot], sizeof(known->why[slot]));
	return slot;
}

static void
try_point(const struct work *work, const struct disc *disc, size_t point, int draws, struct known *known, const char *directory, struct tally *tally)
{
	struct image image;
	char when[100];
	size_t slot;

	for (int kind = 0; kind < IMAGE_COUNT_; kind++) {
		int times = kind == IMAGE_NONE || kind == IMAGE_ALL ? 1 : disc_pending(disc) > 0 ? draws : 0;
		for (int i = 0; i < times; i++) {
			disc_image(disc, (enum image_kind)kind, point * 1000 + (size_t)(kind * 10 + i), &image);
			(void)snprintf(when, sizeof(when), "power gone after call %zu, %s", point, image_kind_name((enum image_kind)kind));
			slot = look_at(work, &image, known, directory, &tally->images);
			judge(known->left[slot], disc_acked(disc), work->last, when, known->why[slot], tally);
			image_free(&image);
		}
	}
}

/* The log is worth nothing if it misses a call: played to its end it must give the very files. */
static void
check_log(const struct shim_log *log, const struct image *before, const char *directory)
{
	struct disc *disc = disc_new(log, HONEST, before);
	struct image played, there;

	while (disc_next(disc))
		continue;
	disc_image(disc, IMAGE_ALL, 0, &played);
	image_read(&there, directory);
	if (log->lost || played.hash != there.hash) {
		printf("the log does not give what is on the disc: a call is missing in shim.c\n");
		abort();
	}
	image_free(&played);
	image_free(&there);
	disc_free(disc);
}

void
try_power(const struct work *work, int from, enum lie lie, int draws, struct tally *tally)
{
	struct known *known = calloc(1, sizeof(*known));
	struct shim_log log = { .count = 0 };
	struct image before;
	struct disc *disc;
	char directory[200];

	if (!known)
		abort();
	scratch_make(directory);
	prepare(work, from, directory, &before);
	shim_watch(directory);
	shim_record(&log);
	if (from > 0)
		shim_ack(from - 1);
	if (work_run(work, directory, from, work->last, NULL) != 0)
		abort();
	shim_rest();
	check_log(&log, &before, directory);
	disc = disc_new(&log, lie, &before);
	for (size_t point = 0; disc_next(disc); point++) {
		if (lie == HONEST && point % (size_t)every() != 0)
			continue;
		tally->points++;
		try_point(work, disc, point, draws, known, directory, tally);
	}
	disc_free(disc);
	shim_log_free(&log);
	image_free(&before);
	scratch_drop(directory);
	free(known);
}
