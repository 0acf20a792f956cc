/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static yb_status
io_fault(const char *path, const char *what, struct yb_error **err)
{
	struct ybi_place place = { path, 0, 0 };

	return ybi_error_at(err, YB_E_IO, &place, NULL, "%s", what);
}

yb_status
ybi_file_fault(const char *path, int number, struct yb_error **err)
{
	switch (number) {
	case ENOMEM: return ybi_error_no_memory(err);
	case ENOENT: return io_fault(path, "no such file", err);
	case EACCES: case EPERM: return io_fault(path, "no permission to read it", err);
	case ENOTDIR: return io_fault(path, "not a directory", err);
	case ELOOP: return io_fault(path, "too many symbolic links", err);
	default: return io_fault(path, "cannot be opened", err);
	}
}

yb_status
ybi_file_check_size(const char *name, size_t length, size_t most, const char *what, struct yb_error **err)
{
	struct ybi_place place = { name, 0, 0 };

	if (length <= most)
		return YB_OK;
	return ybi_error_at(err, YB_E_LIMIT, &place, NULL, "%zu bytes; a %s has at most %zu", length, what, most);
}

/* O_NONBLOCK so that a FIFO is refused instead of waited for. */
yb_status
ybi_file_read(const char *path, size_t most, const char *what, char **text, size_t *length, struct yb_error **err)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	size_t n = 0, room;
	char *data;
	yb_status st;

	if (fd < 0)
		return ybi_file_fault(path, errno, err);
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
		close(fd);
		return io_fault(path, S_ISDIR(info.st_mode) ? "a directory, not a file" : "not a regular file", err);
	}
	st = ybi_file_check_size(path, info.st_size < 0 ? SIZE_MAX : (size_t)info.st_size, most, what, err);
	if (st != YB_OK) {
		close(fd);
		return st;
	}
	room = (size_t)info.st_size + 1; /* one more, to notice a file that grows */
	data = malloc(room + 1);
	if (!data) {
		close(fd);
		return ybi_error_no_memory(err);
	}
	while (n < room) {
		ssize_t got = read(fd, data + n, room - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			st = io_fault(path, "cannot be read", err);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	close(fd);
	if (st == YB_OK && n == room)
		st = io_fault(path, "changed while it was read", err);
	if (st != YB_OK) {
		free(data);
		return st;
	}
	data[n] = '\0';
	*text = data;
	*length = n;
	return YB_OK;
}

char *
ybi_file_join(const char *directory, const char *name)
{
	size_t n = strlen(directory), m = strlen(name), slash = n == 0 || directory[n - 1] != '/';
	char *path = malloc(n + slash + m + 1);

	if (!path)
		return NULL;
	memcpy(path, directory, n);
	path[n] = '/';
	memcpy(path + n + slash, name, m + 1);
	return path;
}

/* ---- writing ---- */

/* A new file beside the one that is meant; its name is in *path, to be freed. -1 with errno when there is none. */
static int
open_beside(const char *directory, const char *name, char **path)
{
	int fd = -1;

	for (int i = 0; i < 100; i++) { /* another writer, or one that was stopped, has the names before */
		char temporary[160];
		if (snprintf(temporary, sizeof(temporary), ".%s.%d", name, i) >= (int)sizeof(temporary)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		free(*path);
		*path = ybi_file_join(directory, temporary);
		if (!*path) {
			errno = ENOMEM;
			return -1;
		}
		fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static bool
write_whole(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, text, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		text += put;
		length -= (size_t)put;
	}
	return fsync(fd) == 0;
}

static bool
sync_directory(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return done;
}

static yb_status
write_fault(const char *path, int number, struct yb_error **err)
{
	return number == ENOMEM ? ybi_error_no_memory(err) : io_fault(path, number == ENOSPC ? "cannot be written: the disk is full" : "cannot be written", err);
}

yb_status
ybi_file_put(const char *directory, const char *name, const char *text, size_t length, struct yb_error **err)
{
	char *beside = NULL, *path = ybi_file_join(directory, name);
	int fd, number = 0;
	yb_status st = YB_OK;

	if (!path)
		return ybi_error_no_memory(err);
	fd = open_beside(directory, name, &beside);
	if (fd < 0) {
		st = write_fault(path, errno, err);
	} else {
		if (!write_whole(fd, text, length))
			number = errno;
		if (close(fd) != 0 && !number)
			number = errno;
		if (!number && rename(beside, path) != 0)
			number = errno;
		if (!number && !sync_directory(directory))
			number = errno;
		if (number) {
			(void)unlink(beside);
			st = write_fault(path, number, err);
		}
	}
	free(beside);
	free(path);
	return st;
}
