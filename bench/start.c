/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cold: reading documents, and a process from its start to its first answer.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "ask.h"
#include "measure.h"
#include "parts.h"

extern char **environ;

/* ---- the process that is started ---- */

static struct yb_policy_set *
load(const char *path, bool directory)
{
	struct yb_load_options options = YB_LOAD_OPTIONS_INIT;
	struct yb_policy_loader *loader = NULL;
	struct yb_policy_set *set = NULL;

	options.confidence = YB_CONFIDENCE_CASE;
	if (yb_policy_loader_new(directory ? NULL : &options, &loader, NULL) != YB_OK)
		stop("no loader");
	if ((directory ? yb_policy_loader_add_directory(loader, path, NULL) : yb_policy_loader_add_file(loader, path, NULL)) != YB_OK ||
	    yb_policy_set_new(loader, &set, NULL) != YB_OK)
		stop("%s cannot be loaded", path);
	yb_policy_loader_unref(loader);
	return set;
}

static const char person_110000[] = "{\"insutype\": \"310\", \"psn_type\": \"1101\", \"insuplc_admdvs\": \"110000\", \"cvlserv_flag\": \"0\", "
				    "\"psn_idet_type\": []}";
static const char claim_110000[] = "{\"mdtrtarea_admvs\": \"110000\", \"med_type\": \"21\", \"hosp_lv\": \"02\", \"begndate\": \"2026-03-01\", "
				   "\"enddate\": \"2026-03-09\", \"yb_admission\": 1, \"medfee_sumamt\": \"52000.00\", \"fulamt_ownpay_amt\": \"1000.00\", "
				   "\"overlmt_selfpay\": \"0.00\", \"preselfpay_amt\": \"1000.00\", \"inscp_scp_amt\": \"50000.00\"}";
static const char person_990000[] = "{\"insutype\": \"310\", \"insuplc_admdvs\": \"990000\", \"yb_attributes\": {\"class\": 1}}";
static const char claim_990000[] = "{\"medfee_sumamt\": \"90000.00\", \"yb_attributes\": {\"level\": 3, \"ordinal\": 2, \"cross\": 1, \"class_a\": \"60000\", "
				   "\"class_b\": \"20000\"}}";

static void
answer(const struct yb_policy_set *set, const char *person_text, const char *claim_text)
{
	struct yb_person *person = NULL;
	struct yb_claim *claim = NULL;
	struct yb_decision *decision = NULL;
	yb_fen fen;

	if (yb_person_new_from_json(person_text, strlen(person_text), "person", &person, NULL) != YB_OK ||
	    yb_claim_new_from_json(claim_text, strlen(claim_text), "claim", &claim, NULL) != YB_OK || yb_decision_new(&decision, NULL) != YB_OK ||
	    yb_settle(set, person, claim, NULL, decision, NULL) != YB_OK || yb_decision_get_fen(decision, YB_FIELD_HIFP_PAY, &fen) != YB_OK || fen <= 0)
		stop("no answer");
	yb_person_unref(person);
	yb_claim_unref(claim);
	yb_decision_unref(decision);
}

/* What the started process does: nothing, one document, or all shipped ones; then one answer. */
void
bench_answer(const struct setting *setting)
{
	const char *what = setting->argc > 0 ? setting->argv[0] : "nothing";
	struct yb_policy_set *set;

	if (!strcmp(what, "nothing"))
		return;
	set = !strcmp(what, "all") ? load(setting->policies, true) : load(job1_document(setting), false);
	if (!strcmp(what, "all"))
		answer(set, person_110000, claim_110000);
	else
		answer(set, person_990000, claim_990000);
	yb_policy_set_unref(set);
}

struct start {
	const struct setting *setting;
	const char *what;
};

static void
start_run(void *arg)
{
	const struct start *s = arg;
	char *argv[] = { "bench", "-s", (char *)(uintptr_t)s->setting->folder, "-p", (char *)(uintptr_t)s->setting->policies, "answer",
		         (char *)(uintptr_t)s->what, NULL };
	pid_t child;
	int status;

	if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, argv, environ) != 0 || waitpid(child, &status, 0) != child || status != 0)
		stop("the process for %s failed", s->what);
}

/* ---- reading documents ---- */

static void
load_all_run(void *what)
{
	const struct setting *setting = what;

	yb_policy_set_unref(load(setting->policies, true));
}

static void
load_file_run(void *what)
{
	yb_policy_set_unref(load(what, false));
}

static double
time_of(contender_run *run, void *what, int rounds)
{
	struct contender c = { run, what, 0 };

	measure(&c, 1, rounds);
	return c.best * 1e3;
}

/* Each shipped document that stands alone; one with parents comes with them only. */
static double
slowest_document(const struct setting *setting, char *slowest, size_t size)
{
	DIR *d = opendir(setting->policies);
	struct dirent *entry;
	double most = 0;

	while (d && (entry = readdir(d))) {
		size_t length = strlen(entry->d_name);
		char path[4096];
		struct yb_policy_set *set;
		double ms;
		if (length < 6 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", setting->policies, entry->d_name);
		set = load(path, false);
		ms = yb_policy_set_get_count(set) == 1 && !yb_policy_set_get_fault(set, 0) ? time_of(load_file_run, path, 5) : 0;
		yb_policy_set_unref(set);
		if (ms > most) {
			most = ms;
			(void)snprintf(slowest, size, "%s", entry->d_name);
		}
	}
	if (d)
		(void)closedir(d);
	return most;
}

void
bench_start(const struct setting *setting)
{
	struct start starts[3] = { { setting, "nothing" }, { setting, "job1" }, { setting, "all" } };
	struct contender contenders[3];
	int rounds = setting->rounds ? setting->rounds : 15;
	struct setting copy = *setting;
	char slowest[300] = "";
	double all, job1, one;

	for (int i = 0; i < 3; i++)
		contenders[i] = (struct contender){ start_run, &starts[i], 0 };
	measure_clock(contenders, 3, rounds);
	all = time_of(load_all_run, &copy, rounds);
	job1 = time_of(load_file_run, (char *)(uintptr_t)job1_document(setting), rounds);
	one = slowest_document(setting, slowest, sizeof(slowest));
	printf("cold, ms: a process that does nothing %.2f, with job 1's document and one answer %.2f, with all shipped documents and one answer %.2f\n",
	       contenders[0].best * 1e3, contenders[1].best * 1e3, contenders[2].best * 1e3);
	printf("reading, ms: job 1's document %.2f, the slowest shipped one (%s) %.2f, all shipped ones %.2f\n", job1, slowest, one, all);
	verdict("start_one_document_ms", (contenders[1].best - contenders[0].best) * 1e3, 2);
	verdict("start_all_documents_ms", (contenders[2].best - contenders[0].best) * 1e3, 20);
	verdict("load_one_document_ms", one, 2);
	verdict("load_all_documents_ms", all, 20);
}
