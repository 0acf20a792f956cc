/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define MESSAGE_SIZE 1024 /* a longer one is cut: keys of a hostile document end up in messages */
#define OPTIONS_LARGEST 4096

struct yb_error {
	struct yb_error *next;
	const char *message, *source, *subject; /* in texts[], but for the static one */
	yb_status status;
	yb_severity severity;
	uint32_t line, column;
	char texts[];
};

/* Ends a chain when there is no memory for more; never freed, never written. */
static const struct yb_error no_memory = {
	.message = "out of memory",
	.source = "",
	.subject = "",
	.status = YB_E_NO_MEMORY,
	.severity = YB_SEVERITY_ERROR,
};

void
yb_error_unref(struct yb_error *error)
{
	while (error && error != &no_memory) {
		struct yb_error *next = error->next;

		free(error);
		error = next;
	}
}

yb_status
yb_error_get_status(const struct yb_error *error)
{
	return error ? error->status : YB_E_INVALID;
}

yb_severity
yb_error_get_severity(const struct yb_error *error)
{
	return error ? error->severity : YB_SEVERITY_ERROR;
}

const char *
yb_error_get_message(const struct yb_error *error)
{
	return error ? error->message : "";
}

const char *
yb_error_get_source_name(const struct yb_error *error)
{
	return error ? error->source : "";
}

uint32_t
yb_error_get_line(const struct yb_error *error)
{
	return error ? error->line : 0;
}

uint32_t
yb_error_get_column(const struct yb_error *error)
{
	return error ? error->column : 0;
}

const char *
yb_error_get_subject(const struct yb_error *error)
{
	return error ? error->subject : "";
}

const struct yb_error *
yb_error_get_next(const struct yb_error *error)
{
	return error ? error->next : NULL;
}

yb_status
yb_error_dup_text(const struct yb_error *error, char **text)
{
	struct ybi_text out = { 0 };

	if (!error || !text)
		return YB_E_INVALID;
	for (; error; error = error->next) {
		if (error->source[0])
			ybi_text_printf(&out, "%s:", error->source);
		if (error->line > 0)
			ybi_text_printf(&out, "%" PRIu32 ":", error->line);
		if (error->line > 0 && error->column > 0)
			ybi_text_printf(&out, "%" PRIu32 ":", error->column);
		if (error->source[0] || error->line > 0)
			ybi_text_putc(&out, ' ');
		ybi_text_puts(&out, error->message);
		ybi_text_putc(&out, '\n');
	}
	*text = ybi_text_take(&out);
	return *text ? YB_OK : YB_E_NO_MEMORY;
}

/* Append a finding; the returned status is the one to pass on. */
static yb_status
error_append(struct yb_error **err, struct yb_error *error)
{
	struct yb_error **end = err;

	while (*end && *end != &no_memory)
		end = &(*end)->next;
	if (*end) {
		yb_error_unref(error); /* nothing follows "out of memory" */
		return YB_E_NO_MEMORY;
	}
	/* the cast drops a const that yb_error_unref() and this function respect */
	*end = error ? error : (struct yb_error *)&no_memory;
	return (*end)->status;
}

/* One line of UTF-8 without anybody's identity number, whatever was put in. */
static void
message_clean(char *text, size_t length)
{
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c == 0x7f)
			text[i] = ' ';
	}
	for (;;) {
		at += ybi_utf8_check(text + at, length - at);
		if (at >= length)
			break;
		text[at] = '?';
	}
	ybi_identity_hide(text, length);
}

static size_t
message_format(char message[MESSAGE_SIZE], const char *format, va_list args) __attribute__((format(printf, 2, 0)));

static size_t
message_format(char message[MESSAGE_SIZE], const char *format, va_list args)
{
	int wanted = vsnprintf(message, MESSAGE_SIZE, format, args);
	size_t length = wanted < 0 ? 0 : (size_t)wanted;

	if (length >= MESSAGE_SIZE) {
		length = MESSAGE_SIZE - 4;
		while (length > 0 && ((unsigned char)message[length] & 0xc0) == 0x80)
			length--; /* not in the middle of a character */
		memcpy(message + length, "...", 3);
		length += 3;
	}
	message[length] = '\0';
	message_clean(message, length);
	return length;
}

static struct yb_error *
error_new(const char *message, size_t length, const char *source, const char *subject)
{
	size_t source_size = strlen(source) + 1, subject_size = strlen(subject) + 1;
	struct yb_error *error = calloc(1, sizeof(*error) + length + 1 + source_size + subject_size);
	char *at;

	if (!error)
		return NULL;
	at = error->texts;
	error->message = memcpy(at, message, length + 1);
	at += length + 1;
	error->source = memcpy(at, source, source_size);
	at += source_size;
	error->subject = memcpy(at, subject, subject_size);
	message_clean(at, subject_size - 1);
	return error;
}

yb_status
ybi_error_vat(struct yb_error **err, yb_status status, yb_severity severity, const struct ybi_place *place, const char *subject,
              const char *format, va_list args)
{
	char message[MESSAGE_SIZE];
	struct yb_error *error;
	size_t length;

	if (!err)
		return status;
	length = message_format(message, format, args);
	error = error_new(message, length, place && place->name ? place->name : "", subject ? subject : "");
	if (error) {
		error->status = status;
		error->severity = severity;
		error->line = place ? place->line : 0;
		error->column = place ? place->column : 0;
	}
	return error_append(err, error);
}

yb_status
ybi_error_set(struct yb_error **err, yb_status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	status = ybi_error_vat(err, status, YB_SEVERITY_ERROR, NULL, NULL, format, args);
	va_end(args);
	return status;
}

yb_status
ybi_error_at(struct yb_error **err, yb_status status, const struct ybi_place *place, const char *subject, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	status = ybi_error_vat(err, status, YB_SEVERITY_ERROR, place, subject, format, args);
	va_end(args);
	return status;
}

yb_status
ybi_error_no_memory(struct yb_error **err)
{
	return err ? error_append(err, NULL) : YB_E_NO_MEMORY;
}

size_t
ybi_error_count(const struct yb_error *err)
{
	size_t count = 0;

	for (; err; err = err->next)
		count += err->severity == YB_SEVERITY_ERROR;
	return count;
}

yb_status
ybi_options_copy(void *full, size_t known, const void *given, size_t least, struct yb_error **err)
{
	const unsigned char *bytes = given;
	uint32_t size, full_size = (uint32_t)known;

	if (!given)
		return YB_OK;
	memcpy(&size, given, sizeof(size));
	if (size < least || size < sizeof(size) || size > OPTIONS_LARGEST)
		return ybi_error_set(err, YB_E_BAD_OPTIONS, "options of %" PRIu32 " bytes; this library takes %zu to %d", size, least,
		                     OPTIONS_LARGEST);
	for (size_t i = known; i < size; i++) {
		if (bytes[i] != 0)
			return ybi_error_set(err, YB_E_BAD_OPTIONS, "option at byte %zu is not known to version %s", i, yb_version());
	}
	memcpy(full, given, size < known ? size : known);
	memcpy(full, &full_size, sizeof(full_size)); /* the copy is whole, whatever the caller's was */
	return YB_OK;
}
