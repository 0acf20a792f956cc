/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The claims and persons as files, for peers.py: raw columns, bytes and little
 * endian integers, by the names of job 1 and job 2.
 */
#include <stdio.h>
#include <stdlib.h>

#include "claims.h"
#include "job2.h"
#include "measure.h"
#include "parts.h"

static void
write_file(const char *folder, const char *name, const void *data, size_t size, size_t count)
{
	char path[4096];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, size, count, f) != count || fclose(f) != 0)
		stop("%s cannot be written", path);
}

/* The argument is the folder to write to, which is there. */
void
bench_data(const struct setting *setting)
{
	static const struct {
		const char *name;
		enum claims_column column;
	} files[] = { { "level.u8", CLAIMS_LEVEL }, { "cat.u8", CLAIMS_CLASS }, { "k.u8", CLAIMS_ORDINAL }, { "x.u8", CLAIMS_CROSS },
		      { "a.i64", CLAIMS_A },        { "b.i64", CLAIMS_B },      { "c.i64", CLAIMS_C },      { "y.i64", CLAIMS_PAID } };
	size_t n = setting->rows ? setting->rows : 1000000;
	const char *folder = setting->argc > 0 ? setting->argv[0] : ".";
	int32_t table[CATEGORIES * YEARS * REGIONS];
	struct claims claims;
	struct persons persons;
	char *document, path[4096];
	FILE *f;

	claims_make(&claims, n);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		write_file(folder, files[i].name, claims.columns[files[i].column], files[i].column < CLAIMS_BYTES_ ? 1 : 8, n);
	persons_make(&persons, n);
	write_file(folder, "pcat.u8", persons.category, 1, n);
	write_file(folder, "pyear.u8", persons.year, 1, n);
	write_file(folder, "preg.u8", persons.region, 1, n);
	write_file(folder, "plate.u8", persons.late, 1, n);
	contributions_make(table);
	write_file(folder, "table.i32", table, sizeof(table[0]), CATEGORIES * YEARS * REGIONS);
	document = job2_document(table);
	(void)snprintf(path, sizeof(path), "%s/job2.yaml", folder);
	f = fopen(path, "w");
	if (!f || fputs(document, f) < 0 || fclose(f) != 0)
		stop("%s cannot be written", path);
	free(document);
	persons_free(&persons);
	claims_free(&claims);
}
