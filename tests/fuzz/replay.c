/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay - main() of a fuzzer that has no fuzzing engine: runs its function
 * over the files named, or over all files of the directories named, so that
 * what a fuzzer once found is tried again in every test run. It needs at
 * least one input: a corpus that got lost must not pass.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_MAX (1U << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned int replayed;

static int complain(const char *path, int err)
{
	fprintf(stderr, "%s: %s\n", path, strerror(-err));
	return err;
}

static int replay_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rbe");
	uint8_t *data;
	int err = 0;

	if (!f)
		return complain(path, -errno);
	/* Of the exact size, so that sanitizers see reads past the end. */
	data = malloc(size ? size : 1);
	if (!data)
		err = -ENOMEM;
	else if (fread(data, 1, size, f) != size)
		err = -EIO;
	fclose(f);
	if (!err) {
		LLVMFuzzerTestOneInput(data, size);
		replayed++;
	}
	free(data);
	return err ? complain(path, err) : 0;
}

static int replay_one(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return complain(path, -errno);
	if (!S_ISREG(st.st_mode) || st.st_size > INPUT_MAX)
		return complain(path, -EINVAL);
	return replay_file(path, (size_t)st.st_size);
}

static int replay_directory(const char *path)
{
	struct dirent **entry;
	char file[4096];
	int count, i;
	int err = 0;

	count = scandir(path, &entry, NULL, alphasort);
	if (count < 0)
		return complain(path, -errno);
	for (i = 0; i < count; i++) {
		if (!err && entry[i]->d_name[0] != '.') {
			snprintf(file, sizeof(file), "%s/%s", path,
				 entry[i]->d_name);
			err = replay_one(file);
		}
		free(entry[i]);
	}
	free(entry);
	return err;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	struct stat st;
	int err, i;

	for (i = 1; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			err = replay_directory(argv[i]);
		else
			err = replay_one(argv[i]);
		if (err)
			return 1;
	}
	printf("%s: %u inputs replayed\n", slash ? slash + 1 : argv[0],
	       replayed);
	return replayed ? 0 : 1;
}
