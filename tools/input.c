/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

#define DOCUMENT_LIMIT ((size_t)64 << 20)

#define MESSAGE_SIZE 8192 /* of a part of a message; what is longer is cut */

static void
tell(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* All that messages say, names from files among it, passes here on its way to the terminal. */
static void
tell(const char *format, va_list arguments)
{
	char text[MESSAGE_SIZE];
	int length = vsnprintf(text, sizeof(text), format, arguments);

	if (length < 0)
		return;
	tool_clean(text);
	fprintf(stderr, "%s%s", text, (size_t)length < sizeof(text) ? "" : "...");
}

void
tool_tell(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(format, arguments);
	va_end(arguments);
}

void
tool_fail(const char *format, ...)
{
	va_list arguments;

	fputs("yibao: ", stderr);
	va_start(arguments, format);
	tell(format, arguments);
	va_end(arguments);
	putc('\n', stderr);
}

void
tool_print_error(const struct yb_error *error)
{
	static const char *const words[] = { "", "warning: ", "note: " };
	const char *name = yb_error_get_source_name(error);
	yb_severity severity = yb_error_get_severity(error);

	fputs("yibao: ", stderr);
	if (name[0])
		tool_tell("%s:", name);
	if (yb_error_get_line(error) > 0)
		fprintf(stderr, "%lu:", (unsigned long)yb_error_get_line(error));
	if (yb_error_get_line(error) > 0 && yb_error_get_column(error) > 0)
		fprintf(stderr, "%lu:", (unsigned long)yb_error_get_column(error));
	if (name[0] || yb_error_get_line(error) > 0)
		putc(' ', stderr);
	if (severity >= YB_SEVERITY_ERROR && severity <= YB_SEVERITY_NOTE)
		fputs(words[severity], stderr);
	tool_tell("%s", yb_error_get_message(error));
	putc('\n', stderr);
}

/* Every finding of a chain, a line each; the status' own sentence where there is no chain. */
void
tool_print_errors(const struct tool *tool, const struct yb_error *error, yb_status status)
{
	if (!error && status != YB_OK)
		tool_fail("%s", yb_status_text(status, tool->lang));
	for (; error; error = yb_error_get_next(error))
		tool_print_error(error);
}

void
tool_document_free(struct document *document)
{
	if (document->text) {
		yb_wipe(document->text, document->length);
		free(document->text);
	}
	document->text = NULL;
	document->length = 0;
}

/* A larger place for the text; the old one held personal data and is wiped. */
static bool
document_grow(struct document *document, size_t *room)
{
	size_t larger = *room > 0 ? *room * 2 : (size_t)16 << 10;
	char *text;

	if (larger > DOCUMENT_LIMIT + 1)
		larger = DOCUMENT_LIMIT + 1;
	text = malloc(larger);
	if (!text)
		return false;
	if (document->length > 0)
		memcpy(text, document->text, document->length);
	if (document->text) {
		yb_wipe(document->text, document->length);
		free(document->text);
	}
	document->text = text;
	*room = larger;
	return true;
}

static int
document_fill(struct document *document, int fd)
{
	size_t room = 0;

	for (;;) {
		ssize_t got;

		if (document->length == room && !document_grow(document, &room)) {
			tool_fail("out of memory");
			return TOOL_INTERNAL;
		}
		got = read(fd, document->text + document->length, room - document->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			tool_fail("%s: %s", document->name, strerror(errno));
			return TOOL_DOCUMENT;
		}
		if (got == 0)
			return TOOL_OK;
		document->length += (size_t)got;
		if (document->length > DOCUMENT_LIMIT) {
			tool_fail("%s: larger than 64 MiB", document->name);
			return TOOL_DOCUMENT;
		}
	}
}

/* Open without waiting for a writer at the other end of a FIFO; -1 and a message when it is no regular file. */
static int
file_open(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0) {
		tool_fail("%s: %s", path, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		tool_fail("%s: is a directory", path);
	} else if (!S_ISREG(st.st_mode)) {
		tool_fail("%s: is not a regular file; \"-\" reads standard input", path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The whole of a regular file, or of standard input for "-". On a failure nothing is held. */
int
tool_read(const char *path, struct document *document)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : file_open(path);
	int rc;

	document->text = NULL;
	document->length = 0;
	document->name = standard ? "standard input" : path;
	if (fd < 0)
		return TOOL_DOCUMENT;
	rc = document_fill(document, fd);
	if (!standard)
		close(fd);
	if (rc != TOOL_OK)
		tool_document_free(document);
	return rc;
}
