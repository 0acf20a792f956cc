/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions below have the names of libc's: both those with and without 64 in their name, whatever this file's own off_t is. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "shim.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS   1024
#define NAMES 64
#define NO_NODE   (-1)
#define DIRECTORY (-2)

static struct {
	char directory[PATH_MAX];
	size_t length;
	long calls, fail_at, kill_at;
	int error;
	enum shim_fault fault;
	struct shim_log *log;
	struct {
		char name[SHIM_NAME];
		int node;
	} names[NAMES];
	int name_count, nodes;
	int fds[FDS]; /* node + 1; 0: not ours */
	bool on, reads; /* reads: it is these calls that are met */
} shim;

/* The function of that name that would have been called without this file. */
#define NEXT(function) ((__typeof__(&function))next_of(#function))

static void *
next_of(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	return found;
}

/* ---- names and nodes ---- */

static int
find_name(const char *name)
{
	for (int i = 0; i < shim.name_count; i++)
		if (strcmp(shim.names[i].name, name) == 0)
			return i;
	return -1;
}

static int
add_name(const char *name)
{
	int i = find_name(name);

	if (i < 0) {
		if (shim.name_count == NAMES || strlen(name) >= SHIM_NAME)
			abort();
		i = shim.name_count++;
		memcpy(shim.names[i].name, name, strlen(name) + 1);
	}
	shim.names[i].node = shim.nodes++;
	return shim.names[i].node;
}

static void
drop_name(const char *name)
{
	int i = find_name(name);

	if (i >= 0)
		shim.names[i] = shim.names[--shim.name_count];
}

/* The name of a path below the directory, "" for the directory itself, NULL for all else. */
static const char *
below(int at, const char *path, char full[2 * PATH_MAX])
{
	char link[64];
	ssize_t n = 0;

	if (!shim.on || !path)
		return NULL;
	if (path[0] != '/') {
		if (at == AT_FDCWD)
			(void)snprintf(link, sizeof(link), "/proc/self/cwd");
		else
			(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", at);
		n = readlink(link, full, PATH_MAX - 2);
		if (n < 0)
			return NULL;
		full[n++] = '/';
		if (strncmp(path, "./", 2) == 0)
			path += 2;
	}
	if (strlen(path) >= PATH_MAX)
		return NULL;
	memcpy(full + n, path, strlen(path) + 1);
	if (strncmp(full, shim.directory, shim.length) != 0)
		return NULL;
	if (full[shim.length] == '\0' || strcmp(full + shim.length, "/") == 0 || strcmp(full + shim.length, "/.") == 0)
		return "";
	return full[shim.length] == '/' ? full + shim.length + 1 : NULL;
}

static int
node_of(int fd)
{
	return shim.on && fd >= 0 && fd < FDS ? shim.fds[fd] - 1 : NO_NODE;
}

/* ---- what happens to a call ---- */

/* 0: go on; otherwise the errno to fail with. `half`: only half of the bytes are to be written. */
static int
meet(bool *half)
{
	shim.calls++;
	if (shim.calls == shim.kill_at)
		(void)kill(getpid(), SIGKILL);
	if (shim.fail_at == 0 || shim.calls < shim.fail_at)
		return 0;
	if (shim.fault == SHIM_ONCE && shim.calls > shim.fail_at)
		return 0;
	if (half && shim.fault == SHIM_SHORT && shim.calls == shim.fail_at) {
		*half = true;
		return 0;
	}
	return shim.error;
}

static int
meet_change(bool *half)
{
	return shim.reads ? 0 : meet(half);
}

static struct shim_event *
note(enum shim_kind kind, int node, int64_t at)
{
	struct shim_log *log = shim.log;
	struct shim_event *event;

	if (!log)
		return NULL;
	if (log->count == log->room) {
		size_t room = log->room ? 2 * log->room : 256;
		struct shim_event *more = realloc(log->events, room * sizeof(*more));
		if (!more)
			abort();
		log->events = more;
		log->room = room;
	}
	event = &log->events[log->count++];
	memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->node = node;
	event->at = at;
	log->nodes = shim.nodes;
	return event;
}

static void
note_bytes(int node, int64_t at, const void *bytes, size_t length)
{
	struct shim_event *event = note(SHIM_WRITE, node, at);

	if (!event)
		return;
	event->data = malloc(length ? length : 1);
	if (!event->data)
		abort();
	memcpy(event->data, bytes, length);
	event->length = length;
}

static void
note_name(enum shim_kind kind, int node, const char *name)
{
	struct shim_event *event = note(kind, node, 0);

	if (event)
		(void)snprintf(event->name, sizeof(event->name), "%s", name);
}

/* ---- the calls ---- */

typedef int (*open_call)(int at, const char *path, int flags, mode_t mode);

static int
next_open(int at, const char *path, int flags, mode_t mode)
{
	(void)at;
	return NEXT(open)(path, flags, mode);
}

static int
next_openat(int at, const char *path, int flags, mode_t mode)
{
	return NEXT(openat)(at, path, flags, mode);
}

static int
opened(open_call call, int at, const char *path, int flags, mode_t mode)
{
	char full[2 * PATH_MAX];
	const char *name = below(at, path, full);
	struct stat info;
	bool is_new, cuts;
	int fd, error, node;

	if (!name)
		return call(at, path, flags, mode);
	is_new = (flags & O_CREAT) && lstat(full, &info) != 0;
	cuts = !is_new && (flags & O_TRUNC) && lstat(full, &info) == 0 && info.st_size > 0;
	if (is_new || cuts) {
		error = meet_change(NULL);
		if (error) {
			errno = error;
			return -1;
		}
	}
	fd = call(at, path, flags, mode);
	if (fd < 0 || fd >= FDS)
		return fd;
	if (*name == '\0') {
		shim.fds[fd] = DIRECTORY + 1;
		return fd;
	}
	node = is_new || find_name(name) < 0 ? add_name(name) : shim.names[find_name(name)].node;
	shim.fds[fd] = node + 1;
	if (is_new)
		note_name(SHIM_LINK, node, name);
	else if (cuts)
		(void)note(SHIM_SIZE, node, 0);
	return fd;
}

#define OPEN_MODE(mode, flags) \
	do { \
		if ((flags) & (O_CREAT | O_TMPFILE)) { \
			va_list rest; \
			va_start(rest, flags); \
			mode = (mode_t)va_arg(rest, unsigned int); \
			va_end(rest); \
		} \
	} while (0)

int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return opened(next_open, AT_FDCWD, path, flags, mode);
}

int
openat(int at, const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return opened(next_openat, at, path, flags, mode);
}

int
close(int fd)
{
	if (fd >= 0 && fd < FDS)
		shim.fds[fd] = 0;
	return NEXT(close)(fd);
}

typedef ssize_t (*write_call)(int fd, const void *bytes, size_t length, int64_t at);

static ssize_t
next_write(int fd, const void *bytes, size_t length, int64_t at)
{
	(void)at;
	return NEXT(write)(fd, bytes, length);
}

static ssize_t
next_pwrite(int fd, const void *bytes, size_t length, int64_t at)
{
	return NEXT(pwrite)(fd, bytes, length, (off_t)at);
}

static ssize_t
written(write_call call, int fd, const void *bytes, size_t length, int64_t at)
{
	int node = node_of(fd), error;
	bool half = false;
	ssize_t n;

	if (node < 0)
		return call(fd, bytes, length, at);
	error = meet_change(&half);
	if (error) {
		errno = error;
		return -1;
	}
	n = call(fd, bytes, half ? (length + 1) / 2 : length, at);
	if (n > 0)
		note_bytes(node, at, bytes, (size_t)n);
	return n;
}

/* 0, or -1 with errno: may this fd be read? */
static int
met_read(int fd)
{
	int error = node_of(fd) >= 0 && shim.reads ? meet(NULL) : 0;

	if (error)
		errno = error;
	return error ? -1 : 0;
}

ssize_t
read(int fd, void *bytes, size_t length)
{
	return met_read(fd) == 0 ? NEXT(read)(fd, bytes, length) : -1;
}

ssize_t
pread(int fd, void *bytes, size_t length, off_t at)
{
	return met_read(fd) == 0 ? NEXT(pread)(fd, bytes, length, at) : -1;
}

/* Where the next write(2) goes. */
static int64_t
position(int fd)
{
	struct stat info;

	if (node_of(fd) >= 0 && (fcntl(fd, F_GETFL) & O_APPEND) && fstat(fd, &info) == 0)
		return (int64_t)info.st_size;
	return node_of(fd) >= 0 ? (int64_t)lseek(fd, 0, SEEK_CUR) : 0;
}

ssize_t
write(int fd, const void *bytes, size_t length)
{
	return written(next_write, fd, bytes, length, position(fd));
}

ssize_t
pwrite(int fd, const void *bytes, size_t length, off_t at)
{
	return written(next_pwrite, fd, bytes, length, (int64_t)at);
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	if (node_of(fd) >= 0) /* whoever begins to use it must have it noted here */
		abort();
	return NEXT(writev)(fd, parts, count);
}

typedef int (*fd_call)(int fd, int64_t value);

static int next_ftruncate(int fd, int64_t size) { return NEXT(ftruncate)(fd, (off_t)size); }
static int next_fsync(int fd, int64_t unused) { (void)unused; return NEXT(fsync)(fd); }
static int next_fdatasync(int fd, int64_t unused) { (void)unused; return NEXT(fdatasync)(fd); }
static int next_fchmod(int fd, int64_t mode) { return NEXT(fchmod)(fd, (mode_t)mode); }

static int
changed(fd_call call, enum shim_kind kind, int fd, int64_t value)
{
	int node = node_of(fd), error, rc;

	if (node == NO_NODE)
		return call(fd, value);
	error = meet_change(NULL);
	if (error) {
		errno = error;
		return -1;
	}
	/* Only the log needs to know of a sync; the page cache outlives what is done to processes here. */
	rc = kind == SHIM_SYNC ? 0 : call(fd, value);
	if (rc == 0)
		(void)note(node == DIRECTORY && kind == SHIM_SYNC ? SHIM_DIRSYNC : kind, node, value);
	return rc;
}

int ftruncate(int fd, off_t size) { return changed(next_ftruncate, SHIM_SIZE, fd, (int64_t)size); }
int fsync(int fd) { return changed(next_fsync, SHIM_SYNC, fd, 0); }
int fdatasync(int fd) { return changed(next_fdatasync, SHIM_SYNC, fd, 0); }
int fchmod(int fd, mode_t mode) { return changed(next_fchmod, SHIM_OTHER, fd, (int64_t)mode); }

#ifdef __GLIBC__
int
open64(const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return opened(next_open, AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int
openat64(int at, const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return opened(next_openat, at, path, flags | O_LARGEFILE, mode);
}

static ssize_t
next_pwrite64(int fd, const void *bytes, size_t length, int64_t at)
{
	return NEXT(pwrite64)(fd, bytes, length, at);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t length, off64_t at)
{
	return written(next_pwrite64, fd, bytes, length, at);
}

ssize_t
pread64(int fd, void *bytes, size_t length, off64_t at)
{
	return met_read(fd) == 0 ? NEXT(pread64)(fd, bytes, length, at) : -1;
}

static int next_ftruncate64(int fd, int64_t size) { return NEXT(ftruncate64)(fd, size); }
int ftruncate64(int fd, off64_t size) { return changed(next_ftruncate64, SHIM_SIZE, fd, size); }
#endif

static int
unlinked(int at, const char *path, int flags, bool plain)
{
	char full[2 * PATH_MAX];
	const char *name = below(at, path, full);
	struct stat info;
	int error, rc;

	if (!name || lstat(full, &info) != 0)
		return plain ? NEXT(unlink)(path) : NEXT(unlinkat)(at, path, flags);
	error = meet_change(NULL);
	if (error) {
		errno = error;
		return -1;
	}
	rc = plain ? NEXT(unlink)(path) : NEXT(unlinkat)(at, path, flags);
	if (rc == 0) {
		note_name(SHIM_UNLINK, NO_NODE, name);
		drop_name(name);
	}
	return rc;
}

int unlink(const char *path) { return unlinked(AT_FDCWD, path, 0, true); }
int unlinkat(int at, const char *path, int flags) { return unlinked(at, path, flags, false); }

/* A second name for a file, or another one: noted as a name that appears and, for rename, one that goes. */
static int
renamed(int at, const char *from, int to_at, const char *to, bool keep, int (*call)(int, const char *, int, const char *))
{
	char full[2 * PATH_MAX], full_to[2 * PATH_MAX], old[SHIM_NAME];
	const char *name = below(at, from, full), *name_to = below(to_at, to, full_to);
	int error, rc, node;

	if (!name && !name_to)
		return call(at, from, to_at, to);
	error = meet_change(NULL);
	if (error) {
		errno = error;
		return -1;
	}
	rc = call(at, from, to_at, to);
	if (rc != 0)
		return rc;
	if (!name || !name_to || find_name(name) < 0) {
		if (shim.log)
			shim.log->lost = true;
		return rc;
	}
	(void)snprintf(old, sizeof(old), "%s", name);
	node = shim.names[find_name(old)].node;
	(void)add_name(name_to);
	shim.names[find_name(name_to)].node = node;
	note_name(SHIM_LINK, node, name_to);
	if (!keep) {
		if (shim.log)
			memcpy(shim.log->events[shim.log->count - 1].old, old, sizeof(old));
		drop_name(old);
	}
	return rc;
}

static int
next_rename(int at, const char *from, int to_at, const char *to)
{
	(void)at;
	(void)to_at;
	return NEXT(rename)(from, to);
}

static int
next_link(int at, const char *from, int to_at, const char *to)
{
	return NEXT(linkat)(at, from, to_at, to, 0);
}

int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, false, next_rename); }
int renameat(int at, const char *from, int to_at, const char *to) { return renamed(at, from, to_at, to, false, NEXT(renameat)); }
int link(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, true, next_link); }

int
linkat(int at, const char *from, int to_at, const char *to, int flags)
{
	(void)flags;
	return renamed(at, from, to_at, to, true, next_link);
}

/* ---- from the tests ---- */

void
shim_watch(const char *directory)
{
	DIR *dir;
	struct dirent *entry;

	memset(&shim, 0, sizeof(shim));
	shim.length = strlen(directory);
	if (shim.length >= sizeof(shim.directory))
		abort();
	memcpy(shim.directory, directory, shim.length + 1);
	dir = opendir(directory);
	if (!dir)
		abort();
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)add_name(entry->d_name);
	(void)closedir(dir);
	shim.on = true;
}

void
shim_rest(void)
{
	shim.on = false;
	shim.log = NULL;
	memset(shim.fds, 0, sizeof(shim.fds));
}

void
shim_reads(void)
{
	shim.reads = true;
}

void
shim_fail(long at, int error, enum shim_fault fault)
{
	shim.fail_at = at;
	shim.error = error;
	shim.fault = fault;
}

void
shim_kill(long at)
{
	shim.kill_at = at;
}

void
shim_record(struct shim_log *log)
{
	shim.log = log;
	if (!log)
		return;
	log->nodes = shim.nodes;
	for (int i = 0; i < shim.name_count; i++)
		if (shim.names[i].node < SHIM_FIRST)
			memcpy(log->first[shim.names[i].node], shim.names[i].name, SHIM_NAME);
		else
			log->lost = true;
}

void
shim_ack(int step)
{
	if (shim.on)
		(void)note(SHIM_ACK, NO_NODE, step);
}

long
shim_calls(void)
{
	return shim.calls;
}

void
shim_log_free(struct shim_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->events[i].data);
	free(log->events);
	memset(log, 0, sizeof(*log));
}
