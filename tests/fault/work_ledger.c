/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "work_ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "raw.h"

#define FIRST_DAY 20458 /* 2026-01-05 */

/* The steps: one transaction each, or a batch of several. */
static const struct step {
	const char *text[4];
} steps[LEDGER_STEPS + 1] = {
	{ { NULL } },
	{ { "{'key': 's1', 'kind': 'opening', 'psn_no': 'A1', 'business_day': '2026-01-02', 'amount': '1000.00'}" } },
	{ { "{'key': 's2', 'kind': 'contribution', 'certno': '" LEDGER_CERTNO "', 'business_day': '2026-01-05', 'insutype': '390', 'period': '2026',"
	    " 'channel': 'wx_city', 'elec_taxrpt_no': 'T-0001', 'shares': {'person': '400.00', 'finsubs': '700.00'}}" } },
	{ { "{'key': 's3', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-31', 'period': '2026-01', 'amount': '120.50'}" } },
	{ { "{'key': 's4', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-02-03', 'insutype': '310', 'setl_id': 'S4', 'mdtrt_id': 'M4',"
	    " 'med_type': '11', 'fixmedins_code': 'H11010100001', 'setlinfo': {'medfee_sumamt': '300.00', 'inscp_scp_amt': '300.00',"
	    " 'hifp_pay': '200.00', 'fund_pay_sumamt': '200.00', 'psn_part_amt': '100.00', 'acct_pay': '60.00', 'psn_cash_pay': '40.00'},"
	    " 'totals': [{'on': '2026-02-03', 'sums': {'hifp_pay': '200.00'}}]}" } },
	{ { "{'key': 's5a', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-02-28', 'period': '2026-02', 'amount': '120.50'}",
	    "{'key': 's5b', 'kind': 'credit', 'psn_no': 'C3', 'business_day': '2026-02-28', 'period': '2026-02', 'amount': '80.00'}",
	    "{'key': 's5c', 'kind': 'opening', 'psn_no': 'D4', 'business_day': '2026-02-01', 'amount': '5.00'}" } },
	{ { "{'key': 's6', 'kind': 'reversal', 'psn_no': 'A1', 'business_day': '2026-03-01', 'reverses': 's3'}" } },
	{ { "{'key': 's7a', 'kind': 'authorization', 'psn_no': 'A1', 'business_day': '2026-03-02', 'member': 'C3', 'form': 'allocate', 'from': '2026-01-01'}",
	    "{'key': 's7b', 'kind': 'share', 'psn_no': 'A1', 'business_day': '2026-03-02', 'member': 'C3', 'belongs': 's7a', 'amount': '50.00'}" } },
	{ { "{'key': 's8', 'kind': 'closing', 'business_day': '2026-03-31', 'through': '2026-01-31'}" } },
};

static char *
must(void *p)
{
	if (!p)
		abort();
	return p;
}

const char *
ledger_path(const char *directory, char path[300])
{
	(void)snprintf(path, 300, "%s/" LEDGER_FILE, directory);
	return path;
}

void
ledger_say(struct yb_error **err, char *why, size_t room)
{
	if (*err)
		(void)snprintf(why, room, "%s: %s", yb_status_name(yb_error_get_status(*err)), yb_error_get_message(*err));
	yb_error_unref(*err);
	*err = NULL;
}

yb_status
ledger_post(struct yb_ledger *ledger, yb_day day, struct yb_error **err, const char *format, ...)
{
	struct yb_transaction *transaction = NULL;
	char text[2000];
	va_list rest;
	int64_t seq;
	int n;
	yb_status st;

	va_start(rest, format);
	n = vsnprintf(text, sizeof(text), format, rest);
	va_end(rest);
	if (n < 0 || n >= (int)sizeof(text))
		abort();
	for (int i = 0; i < n; i++)
		if (text[i] == '\'')
			text[i] = '"';
	st = yb_transaction_new_from_json(text, (size_t)n, "posted", &transaction, err);
	if (st == YB_OK)
		st = yb_ledger_post(ledger, transaction, day, &seq, NULL, err);
	yb_transaction_unref(transaction);
	return st;
}

/* ---- the work ---- */

static int
make_ledger(const struct work *work, const char *directory)
{
	char path[300];

	(void)work;
	return yb_ledger_create(ledger_path(directory, path), NULL);
}

static int
open_ledger(const struct work *work, const char *directory, void **handle)
{
	struct yb_ledger *ledger = NULL;
	char path[300];
	yb_status st = yb_ledger_open(ledger_path(directory, path), NULL, &ledger, NULL);

	(void)work;
	*handle = ledger;
	return st;
}

static int
step_ledger(const struct work *work, void *ledger, int step)
{
	bool batch = steps[step].text[1] != NULL;
	yb_status st = batch ? yb_ledger_begin(ledger, NULL) : YB_OK;
	bool open = batch && st == YB_OK;

	(void)work;
	for (int i = 0; i < 4 && steps[step].text[i] && st == YB_OK; i++)
		st = ledger_post(ledger, FIRST_DAY + 10 * step, NULL, "%s", steps[step].text[i]);
	if (open && st == YB_OK)
		return yb_ledger_commit(ledger, NULL);
	if (open)
		(void)yb_ledger_rollback(ledger, NULL);
	return st;
}

static void
close_ledger(void *ledger)
{
	yb_ledger_unref(ledger);
}

static bool
proper_status(int status)
{
	return status == YB_E_IO;
}

/* The number of transactions after a step. */
static int64_t
count_after(int step)
{
	int64_t count = 0;

	for (int s = 1; s <= step; s++)
		for (int i = 0; i < 4 && steps[s].text[i]; i++)
			count++;
	return count;
}

/* Each key is a random one, and so are the names of persons and the hashes: they are left out where two ledgers are compared. */
static void
blank_hashes(char *text)
{
	size_t run = 0, at;

	for (at = 0; ; at++) {
		bool digit = (text[at] >= '0' && text[at] <= '9') || (text[at] >= 'a' && text[at] <= 'f');
		if (digit) {
			run++;
			continue;
		}
		if (run >= 64)
			memset(text + at - run, 'h', run);
		run = 0;
		if (text[at] == '\0')
			return;
	}
}

/* The transactions 1 .. count as one text. */
static char *
transactions(struct yb_ledger *ledger, int64_t count, yb_status *status)
{
	char *all = must(calloc(1, 1)), *line = NULL;
	size_t length = 0, n;

	for (int64_t seq = 1; seq <= count; seq++) {
		*status = yb_ledger_dup_transaction(ledger, seq, &line, NULL);
		if (*status != YB_OK) {
			free(all);
			return NULL;
		}
		n = strlen(line);
		all = must(realloc(all, length + n + 2));
		memcpy(all + length, line, n);
		length += n;
		all[length++] = '\n';
		all[length] = '\0';
		yb_free(line);
		line = NULL;
	}
	return all;
}

/* What a ledger in memory says after all steps; its lines begin what any other says. */
static const char *
expected(void)
{
	static char *text;
	struct yb_ledger *ledger = NULL;
	yb_status st = YB_OK;

	if (text)
		return text;
	if (yb_ledger_open_memory(&ledger, NULL) != YB_OK)
		abort();
	for (int step = 1; step <= LEDGER_STEPS; step++) {
		if (step_ledger(NULL, ledger, step) != YB_OK) {
			printf("step %d cannot be done even in memory\n", step);
			abort();
		}
	}
	text = must(transactions(ledger, count_after(LEDGER_STEPS), &st));
	blank_hashes(text);
	yb_ledger_unref(ledger);
	return text;
}

static int
say(char *why, size_t room, int left, const char *text)
{
	(void)snprintf(why, room, "%s", text);
	return left;
}

/* The keys that make the identity number a person must be there as long as what was posted under them. */
static bool
knows_person(struct yb_ledger *ledger, int step)
{
	char *person = NULL;
	yb_status st = yb_ledger_dup_person(ledger, NULL, LEDGER_CERTNO, &person, NULL);

	yb_free(person);
	return step < 2 || st == YB_OK;
}

static int
left_in(struct yb_ledger *ledger, char *why, size_t room)
{
	struct yb_error *err = NULL;
	char *text;
	int64_t count = 0;
	yb_status st;
	bool same;
	int step;

	st = yb_ledger_get_head(ledger, &count, NULL, &err);
	if (st != YB_OK) {
		ledger_say(&err, why, room);
		return LEFT_BROKEN;
	}
	for (step = 0; step < LEDGER_STEPS && count_after(step) < count; step++)
		continue;
	if (count_after(step) != count)
		return say(why, room, LEFT_HALF, "part of a batch");
	text = transactions(ledger, count, &st);
	if (!text)
		return say(why, room, LEFT_BROKEN, yb_status_name(st));
	blank_hashes(text);
	same = strncmp(expected(), text, strlen(text)) == 0;
	free(text);
	if (!same)
		return say(why, room, LEFT_HALF, "other transactions than were posted");
	return knows_person(ledger, step) ? step : say(why, room, LEFT_BROKEN, "the person is not known by the identity number");
}

static int
left_of_ledger(const struct work *work, const char *directory, char *why, size_t room)
{
	struct yb_ledger *ledger = NULL;
	struct yb_error *err = NULL;
	struct stat info;
	char path[300];
	const char *fault;
	int left;

	if (lstat(ledger_path(directory, path), &info) != 0)
		return -1;
	if (yb_ledger_open(path, NULL, &ledger, &err) != YB_OK) {
		ledger_say(&err, why, room);
		return LEFT_BROKEN;
	}
	left = left_in(ledger, why, room);
	fault = left >= 0 ? raw_fold(path) : NULL;
	if (fault)
		left = say(why, room, LEFT_BROKEN, fault);
	/* What is left can be gone on with. */
	if (left >= 0 && left < work->last && step_ledger(work, ledger, left + 1) != YB_OK)
		left = say(why, room, LEFT_BROKEN, "the next step cannot be posted");
	yb_ledger_unref(ledger);
	return left;
}

struct work
work_ledger(int last)
{
	return (struct work) {
		.name = "ledger",
		.last = last,
		.make = make_ledger,
		.open = open_ledger,
		.step = step_ledger,
		.close = close_ledger,
		.proper = proper_status,
		.left = left_of_ledger,
	};
}
