/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The yardstick jobs beside hand-written loops, one part after the other or
 * one alone:
 *
 *   bench [-s SOURCES] [-p POLICIES] [-n ROWS] [-r ROUNDS] [PART [ARGUMENT...]]
 *
 * Only ratios mean anything: the machines are shared. The closing lines are
 * `NAME VALUE GOAL ok|short`, for scripts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loops.h"
#include "measure.h"
#include "parts.h"

struct part {
	const char *name;
	void (*run)(const struct setting *setting);
	bool always; /* when no part is named */
};

static const struct part parts[] = {
	{ "job1", bench_job1, true },
	{ "changes", bench_changes, true },
	{ "shapes", bench_shapes, true },
	{ "histories", bench_histories, true },
	{ "job2", bench_job2, true },
	{ "job3", bench_job3, true },
	{ "growth", bench_growth, true },
	{ "threads", bench_threads, true },
	{ "start", bench_start, true },
	{ "answer", bench_answer, false }, /* the process that `start` starts */
	{ "data", bench_data, false },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static void
usage(void)
{
	(void)fprintf(stderr, "usage: bench [-s SOURCES] [-p POLICIES] [-n ROWS] [-r ROUNDS] [PART [ARGUMENT...]]\nparts:");
	for (size_t i = 0; i < PARTS; i++)
		(void)fprintf(stderr, " %s", parts[i].name);
	(void)fputc('\n', stderr);
	exit(2);
}

static void
read_options(struct setting *setting, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "+s:p:n:r:")) != -1)
		switch (option) {
		case 's': setting->folder = optarg; break;
		case 'p': setting->policies = optarg; break;
		case 'n': setting->rows = strtoul(optarg, NULL, 10); break;
		case 'r': setting->rounds = atoi(optarg); break;
		default: usage();
		}
}

int
main(int argc, char **argv)
{
	struct setting setting = { "bench", "policies", 0, 0, 0, NULL };
	bool found = false;

	read_options(&setting, argc, argv);
	setting.argc = argc - optind - 1;
	setting.argv = argv + optind + 1;
	if (optind == argc)
		printf("hand-written loops are compiled by %s\n", loop_compiler());
	for (size_t i = 0; i < PARTS; i++)
		if (optind == argc ? parts[i].always : !strcmp(argv[optind], parts[i].name)) {
			parts[i].run(&setting);
			found = true;
		}
	if (!found)
		usage();
	return 0;
}
