/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pid file, as root meets it in a directory of the user who reads packets:
 * what lies there may be of that user's making.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../daemon/client/client_args.h"
#include "../../daemon/client/client_start.h"
#include "dhcp4o6/base/log.h"

#define LIMIT_S 10 /* for a test that hangs */
#define NOBODY  65534

static char dir[] = "/tmp/dhcp4o6-pid-XXXXXX";
static char path[64], victim[64];
static struct daemon_args args = { .pid_file = path };
static struct startup startup = { .program = &client_program4,
				  .args = &args,
				  .ready_fd = -1 };

static int begin(void **state)
{
	(void)state;
	log_open(NULL, LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/pid", dir);
	snprintf(victim, sizeof(victim), "%s/victim", dir);
	return chmod(dir, 0755);
}

static int end(void **state)
{
	(void)state;
	return rmdir(dir);
}

static int setup(void **state)
{
	(void)state;
	startup.has_pid_file = false;
	alarm(LIMIT_S);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	alarm(0);
	unlink(path);
	unlink(victim);
	return 0;
}

static void does_not_wait_for_a_pipe_in_its_place(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0666), 0);
	assert_int_equal(startup_pid_file(&startup), DAEMON_EXIT_NONE);
	assert_false(startup.has_pid_file);
	assert_int_equal(client_end_running(&startup), DAEMON_EXIT_NONE);
}

static void names_this_process_and_goes_with_it(void **state)
{
	char text[32] = "", want[32];
	FILE *file;

	(void)state;
	assert_int_equal(startup_pid_file(&startup), DAEMON_EXIT_NONE);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	snprintf(want, sizeof(want), "%d\n", (int)getpid());
	assert_string_equal(text, want);
	startup_fini(&startup);
	assert_int_equal(access(path, F_OK), -1);
}

/* Who may not remove it empties it. */
static void fini_where_it_cannot_be_removed(void)
{
	bool is_root = geteuid() == 0;

	startup.has_pid_file = true;
	assert_int_equal(chmod(dir, 0555), 0);
	if (is_root)
		assert_int_equal(seteuid(NOBODY), 0);
	startup_fini(&startup);
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(dir, 0755), 0);
}

static off_t size_of_victim(void)
{
	struct stat st;

	assert_int_equal(stat(victim, &st), 0);
	return st.st_size;
}

static void make_victim(void)
{
	int fd = open(victim, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "12\n", 3), 3);
	if (geteuid() == 0)
		assert_int_equal(fchown(fd, NOBODY, NOBODY), 0);
	close(fd);
}

static void empties_the_file_but_nothing_behind_a_link(void **state)
{
	(void)state;
	make_victim();
	assert_int_equal(link(victim, path), 0);
	fini_where_it_cannot_be_removed();
	assert_int_equal(size_of_victim(), 0);
	unlink(victim);
	unlink(path);
	make_victim();
	assert_int_equal(symlink(victim, path), 0);
	fini_where_it_cannot_be_removed();
	assert_int_equal(size_of_victim(), 3);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(does_not_wait_for_a_pipe_in_its_place),
		ROW(names_this_process_and_goes_with_it),
		ROW(empties_the_file_but_nothing_behind_a_link),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
