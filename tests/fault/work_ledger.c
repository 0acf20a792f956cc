/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "work_ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "raw.h"

#define FIRST_DAY 20458 /* 2026-01-05 */

/* The steps: one transaction each, a batch of several, a bill that the library settles, or bills worked out again. */
static const struct step {
	const char *text[4];
	const char *stay, *end; /* a stay and its last day */
	bool again;
} steps[LEDGER_STEPS + 1] = {
	[0] = { .text = { NULL } },
	[1] = { .text = { "{'key': 's1', 'kind': 'opening', 'psn_no': 'A1', 'business_day': '2026-01-02', 'amount': '1000.00'}" } },
	[2] = { .text = { "{'key': 's2', 'kind': 'contribution', 'certno': '" LEDGER_CERTNO "', 'business_day': '2026-01-05', 'insutype': '390', 'period': '2026',"
	    " 'channel': 'wx_city', 'elec_taxrpt_no': 'T-0001', 'shares': {'person': '400.00', 'finsubs': '700.00'}}" } },
	[3] = { .text = { "{'key': 's3', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-01-31', 'period': '2026-01', 'amount': '120.50'}" } },
	[4] = { .text = { "{'key': 's4', 'kind': 'settlement', 'psn_no': 'A1', 'business_day': '2026-02-03', 'insutype': '310', 'setl_id': 'S4', 'mdtrt_id': 'M4',"
	    " 'med_type': '11', 'fixmedins_code': 'H11010100001', 'setlinfo': {'medfee_sumamt': '300.00', 'inscp_scp_amt': '300.00',"
	    " 'hifp_pay': '200.00', 'fund_pay_sumamt': '200.00', 'psn_part_amt': '100.00', 'acct_pay': '60.00', 'psn_cash_pay': '40.00'},"
	    " 'totals': [{'on': '2026-02-03', 'sums': {'hifp_pay': '200.00'}}]}" } },
	[5] = { .text = { "{'key': 's5a', 'kind': 'credit', 'psn_no': 'A1', 'business_day': '2026-02-28', 'period': '2026-02', 'amount': '120.50'}",
	    "{'key': 's5b', 'kind': 'credit', 'psn_no': 'C3', 'business_day': '2026-02-28', 'period': '2026-02', 'amount': '80.00'}",
	    "{'key': 's5c', 'kind': 'opening', 'psn_no': 'D4', 'business_day': '2026-02-01', 'amount': '5.00'}" } },
	[6] = { .text = { "{'key': 's6', 'kind': 'reversal', 'psn_no': 'A1', 'business_day': '2026-03-01', 'reverses': 's3'}" } },
	[7] = { .text = { "{'key': 's7a', 'kind': 'authorization', 'psn_no': 'A1', 'business_day': '2026-03-02', 'member': 'C3', 'form': 'allocate', 'from': '2026-01-01'}",
	    "{'key': 's7b', 'kind': 'share', 'psn_no': 'A1', 'business_day': '2026-03-02', 'member': 'C3', 'belongs': 's7a', 'amount': '50.00'}" } },
	[8] = { .text = { "{'key': 's8', 'kind': 'closing', 'business_day': '2026-03-31', 'through': '2026-01-31'}" } },
	[9] = { .stay = "M9", .end = "2026-03-20" },
	[10] = { .stay = "M10", .end = "2026-03-10" }, /* comes late: it was before the other */
	[11] = { .again = true },
};

/* A deductible that falls with the second stay of a year, so that the order matters. */
static const char policy_text[] =
	"language: 1\nid: 990000/390\ntitle: T\nsources: {a: {issuer: I, url: u, confidence: official}}\n"
	"reimburse:\n  source: a\n  account: {pays: [scope]}\n  benefits:\n    - id: stay\n      when: {med_type: \"21\"}\n      layers:\n"
	"        - id: basic\n          pays: hifp_pay\n          base: = scope\n"
	"          deductible: {amount: {by: yb_admission, rows: [[1, 1000], [2.., 600]]}, per: stay}\n"
	"          ratio: 80%\n          ceilings: [{on: payment, amount: 20000, per: year}]\n";
static const char person_text[] = "{\"psn_no\": \"A1\", \"brdy\": \"1980-01-01\", \"gend\": \"1\", \"insutype\": \"390\", \"psn_type\": \"1501\", "
                                  "\"insuplc_admdvs\": \"990000\"}";
#define CLAIM "{\"mdtrt_id\": \"%s\", \"med_type\": \"21\", \"fixmedins_code\": \"H1\", \"begndate\": \"2026-03-08\", \"enddate\": \"%s\", \"medfee_sumamt\": 3000, " \
              "\"inscp_scp_amt\": 3000, \"fulamt_ownpay_amt\": 0, \"overlmt_selfpay\": 0, \"preselfpay_amt\": 0, \"yb_use_account\": 1}"


static const char *const accounts[] = { "account/A1", "account/C3", "pending/C3", "fund/390100", "fund/310100", "fund/310200", "clearing/wx_city",
	                                "institution/H11010100001", "institution/H1", "subsidy", "cash", "interest", "opening", "other" };
static const yb_day asked_days[] = { YB_DAY_NONE, 20458, 20484, 20500 };

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

static yb_status
load_policy(struct yb_policy_set **set)
{
	struct yb_policy_loader *loader = NULL;
	yb_status st = yb_policy_loader_new(NULL, &loader, NULL);

	if (st == YB_OK)
		st = yb_policy_loader_add_buffer(loader, "policy", policy_text, strlen(policy_text), NULL);
	if (st == YB_OK)
		st = yb_policy_set_new(loader, set, NULL);
	yb_policy_loader_unref(loader);
	return st;
}

static yb_status
post_decision(struct yb_ledger *ledger, struct yb_decision *decision, const char *key, yb_day day)
{
	struct yb_transaction *transaction = NULL;
	int64_t seq;
	yb_status st = yb_transaction_new(&transaction, NULL);

	if (st == YB_OK)
		st = yb_transaction_set_text(transaction, "key", key, strlen(key));
	if (st == YB_OK)
		st = yb_transaction_set_decision(transaction, decision, NULL);
	if (st == YB_OK)
		st = yb_ledger_post(ledger, transaction, day, &seq, NULL, NULL);
	yb_transaction_unref(transaction);
	return st;
}

/* A bill is settled with what the ledger knows; one that a step tried before has posted after all is not settled once more. */
static yb_status
settle(struct yb_ledger *ledger, const struct step *step, yb_day day)
{
	struct yb_policy_set *set = NULL;
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	char text[500];
	int64_t seq;
	yb_status st = yb_ledger_find(ledger, step->stay, &seq, NULL);

	if (st != YB_E_NOT_FOUND)
		return st;
	(void)snprintf(text, sizeof(text), CLAIM, step->stay, step->end);
	st = load_policy(&set);
	if (st == YB_OK)
		st = yb_person_new_from_json(person_text, strlen(person_text), "person", &person, NULL);
	if (st == YB_OK)
		st = yb_claim_new_from_json(text, strlen(text), "claim", &claim, NULL);
	if (st == YB_OK)
		st = yb_decision_new(&decision, NULL);
	if (st == YB_OK)
		st = yb_ledger_settle(ledger, set, person, claim, NULL, decision, NULL);
	if (st == YB_OK)
		st = post_decision(ledger, decision, step->stay, day);
	yb_decision_unref(decision);
	yb_claim_unref(claim);
	yb_person_unref(person);
	yb_policy_set_unref(set);
	return st;
}

static yb_status
settle_again(struct yb_ledger *ledger, yb_day day)
{
	char *report = NULL;
	yb_status st = yb_ledger_resettle(ledger, "A1", 2026, NULL, day, YB_FORMAT_TEXT, YB_LANG_EN, NULL, &report, NULL);

	yb_free(report);
	return st;
}

static int
step_ledger(const struct work *work, void *ledger, int step)
{
	yb_day day = FIRST_DAY + 10 * step;
	bool batch = steps[step].text[1] != NULL;
	yb_status st = batch ? yb_ledger_begin(ledger, NULL) : YB_OK;
	bool open = batch && st == YB_OK;

	(void)work;
	if (steps[step].stay)
		return settle(ledger, &steps[step], day);
	if (steps[step].again)
		return settle_again(ledger, day);
	for (int i = 0; i < 4 && steps[step].text[i] && st == YB_OK; i++)
		st = ledger_post(ledger, day, NULL, "%s", steps[step].text[i]);
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

/* SQLite takes EIO of a read for a file system that is damaged, and says so. */
static bool
proper_read_status(int status)
{
	return status == YB_E_IO || status == YB_E_CORRUPT;
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

/* What a ledger in memory says after all steps, and how many transactions each leaves: its lines begin what any other says. */
static struct {
	char *text;
	int64_t counts[LEDGER_STEPS + 1];
} expected;

static void
expect(void)
{
	struct yb_ledger *ledger = NULL;
	yb_status st = YB_OK;

	if (expected.text)
		return;
	if (yb_ledger_open_memory(&ledger, NULL) != YB_OK)
		abort();
	for (int step = 1; step <= LEDGER_STEPS; step++) {
		st = step_ledger(NULL, ledger, step);
		if (st != YB_OK || yb_ledger_get_head(ledger, &expected.counts[step], NULL, NULL) != YB_OK ||
		    expected.counts[step] <= expected.counts[step - 1]) {
			printf("step %d cannot be done even in memory: %s\n", step, yb_status_name(st));
			abort();
		}
	}
	expected.text = must(transactions(ledger, expected.counts[LEDGER_STEPS], &st));
	blank_hashes(expected.text);
	yb_ledger_unref(ledger);
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

	expect();
	if (ledger_verify(ledger, why, room) != YB_OK)
		return LEFT_BROKEN;
	st = yb_ledger_get_head(ledger, &count, NULL, &err);
	if (st != YB_OK) {
		ledger_say(&err, why, room);
		return LEFT_BROKEN;
	}
	for (step = 0; step < LEDGER_STEPS && expected.counts[step] < count; step++)
		continue;
	if (expected.counts[step] != count)
		return say(why, room, LEFT_HALF, "part of a batch");
	text = transactions(ledger, count, &st);
	if (!text)
		return say(why, room, LEFT_BROKEN, yb_status_name(st));
	blank_hashes(text);
	same = strncmp(expected.text, text, strlen(text)) == 0;
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
		.proper_read = proper_read_status,
		.left = left_of_ledger,
	};
}

/* ---- what a user is told ---- */

yb_status
ledger_verify(struct yb_ledger *ledger, char *why, size_t room)
{
	struct yb_ledger_report *report = NULL;
	struct yb_error *err = NULL;
	const char *name = "", *text = "", *table = NULL, *column = NULL;
	yb_status st = yb_ledger_verify(ledger, NULL, 0, NULL, &report, &err);
	size_t failed = st == YB_OK ? yb_ledger_report_get_failed(report) : 0;
	int64_t number = 0;

	ledger_say(&err, why, room);
	for (size_t i = 0; failed > 0 && yb_ledger_report_get_check(report, i, &name, NULL, NULL) == YB_OK; i++) {
		if (yb_ledger_report_get_failure(report, i, YB_LANG_EN, &text, &table, &column, &number, NULL) != YB_OK)
			continue;
		(void)snprintf(why, room, "%s: %s (%s.%s, %lld)", name, text, table ? table : "?", column ? column : "?", (long long)number);
		break;
	}
	yb_ledger_report_unref(report);
	return st == YB_OK && failed > 0 ? YB_E_CORRUPT : st;
}

char *
ledger_answers(struct yb_ledger *ledger, yb_status *status)
{
	char hash[YB_LEDGER_HASH_SIZE], *text;
	int64_t count = 0;
	size_t length;

	*status = yb_ledger_get_head(ledger, &count, hash, NULL);
	if (*status != YB_OK)
		return NULL;
	text = transactions(ledger, count, status);
	if (!text)
		return NULL;
	length = strlen(text);
	text = must(realloc(text, length + 100 + 2 * 32 * sizeof(accounts) / sizeof(accounts[0]) * 4));
	length += (size_t)sprintf(text + length, "%s\n", hash);
	for (size_t i = 0; i < 2 * 4 * sizeof(accounts) / sizeof(accounts[0]); i++) {
		yb_fen fen = 0;
		*status = yb_ledger_get_balance(ledger, accounts[i / 8], i % 2 ? YB_AXIS_POSTING : YB_AXIS_BUSINESS, asked_days[i / 2 % 4], &fen, NULL);
		if (*status != YB_OK) {
			free(text);
			return NULL;
		}
		length += (size_t)sprintf(text + length, "%lld\n", (long long)fen);
	}
	return text;
}
