/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Without libFuzzer: every file of the folders named is given to the target once. Needs no more than libFuzzer's "-runs=0". */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

static int
play(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(2 << 20);
	size_t size;

	FUZZ_REQUIRE(file && data);
	size = fread(data, 1, 2 << 20, file);
	FUZZ_REQUIRE(!ferror(file) && feof(file));
	(void)fclose(file);
	/* in a block of its own size, so that reading past the end is seen */
	data = realloc(data, size ? size : 1);
	FUZZ_REQUIRE(data != NULL);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

int
main(int count, char **args)
{
	int played = 0;

	for (int i = 1; i < count; i++) {
		DIR *folder = opendir(args[i]);
		struct dirent *entry;
		if (!folder) {
			if (args[i][0] != '-')
				played += play(args[i]);
			continue;
		}
		while ((entry = readdir(folder)) != NULL) {
			char path[4096];
			if (entry->d_name[0] == '.')
				continue;
			FUZZ_REQUIRE(snprintf(path, sizeof(path), "%s/%s", args[i], entry->d_name) < (int)sizeof(path));
			played += play(path);
		}
		(void)closedir(folder);
	}
	printf("%d inputs\n", played);
	return played == 0;
}
