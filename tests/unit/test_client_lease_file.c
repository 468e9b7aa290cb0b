// SPDX-License-Identifier: BSD-2-Clause
/* A client's lease file on a disk that fails, crashes, and on a real one. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../lib/lease/client_lease_impl.h"
#include "client_lease_fixture.h"
#include "simdisk.h"

#define PATH "leases"

static const char former[] =
	"lease {\n  interface \"eth7\";\n  fixed-address 192.0.2.9;\n"
	"  expire never;\n}\n";

/* What is to be written, and as what text. */
static struct strbuf wanted;

static int set_up(void **state)
{
	int err = set_up_client_leases(state);

	parse_client(CLIENT_LEASE4 CLIENT_TIMES CLIENT_LEASE6 "  }\n}\n");
	strbuf_reset(&wanted);
	client_leases_print(client_in.leases, &wanted);
	return err;
}

static int tear_down(void **state)
{
	strbuf_fini(&wanted);
	return tear_down_client_leases(state);
}

/* ---- a disk in memory ---- */

static bool has(struct simdisk *sim, const char *path, const char *text)
{
	const uint8_t *data;
	size_t len;

	data = simdisk_get(sim, path, &len);
	if (!text || !data)
		return !text == !data;
	return len == strlen(text) && memcmp(data, text, len) == 0;
}

static void a_failure_of_any_call_leaves_the_former_file(void **state)
{
	static const struct {
		enum sim_call call;
		int err;
	} rows[] = {
		{ SIM_UNLINK, EACCES }, { SIM_CREATE, EACCES },
		{ SIM_WRITE, ENOSPC },  { SIM_SYNC, EIO },
		{ SIM_RENAME, EACCES },
	};
	struct simdisk *sim;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sim = simdisk_new(i + 1);
		simdisk_put(sim, PATH, former, strlen(former));
		simdisk_put(sim, PATH ".new", "lea", 3);
		simdisk_fail(sim, rows[i].call, 1, rows[i].err, 1);
		assert_int_equal(client_leases_write_on(client_in.leases, PATH,
							simdisk_disk(sim)),
				 -rows[i].err);
		simdisk_reboot(sim);
		assert_true(has(sim, PATH, former));
		/* What failed once works the next time. */
		assert_int_equal(client_leases_write_on(client_in.leases, PATH,
							simdisk_disk(sim)),
				 0);
		simdisk_reboot(sim);
		assert_true(has(sim, PATH, strbuf_text(&wanted)));
		assert_true(has(sim, PATH ".new", NULL));
		simdisk_free(sim);
	}
}

static void a_short_write_goes_on_and_a_full_disk_is_an_error(void **state)
{
	struct simdisk *sim = simdisk_new(1);

	(void)state;
	simdisk_put(sim, PATH, former, strlen(former));
	simdisk_fail(sim, SIM_WRITE, 1, 0, 2);
	assert_int_equal(client_leases_write_on(client_in.leases, PATH,
						simdisk_disk(sim)),
			 0);
	simdisk_reboot(sim);
	assert_true(has(sim, PATH, strbuf_text(&wanted)));
	simdisk_set_capacity(sim, wanted.len + 10);
	assert_int_equal(client_leases_write_on(client_in.leases, PATH,
						simdisk_disk(sim)),
			 -ENOSPC);
	simdisk_reboot(sim);
	assert_true(has(sim, PATH, strbuf_text(&wanted)));
	simdisk_free(sim);
}

static void without_the_sync_of_the_directory_it_is_no_success(void **state)
{
	struct simdisk *sim;
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		sim = simdisk_new(seed);
		simdisk_put(sim, PATH, former, strlen(former));
		simdisk_fail(sim, SIM_SYNC_DIR, 1, EIO, 1);
		assert_int_equal(client_leases_write_on(client_in.leases, PATH,
							simdisk_disk(sim)),
				 -EIO);
		simdisk_reboot(sim);
		assert_true(has(sim, PATH, former) ||
			    has(sim, PATH, strbuf_text(&wanted)));
		simdisk_free(sim);
	}
}

/* Both files have the name at some moments, and never is there half of one. */
static void a_crash_in_any_call_leaves_one_file_that_is_whole(void **state)
{
	unsigned int at, news = 0, olds = 0;
	struct simdisk *sim;
	uint64_t seed;
	bool is_new;
	int err;

	(void)state;
	for (seed = 1; seed <= 50; seed++) {
		for (at = 1; at <= 8; at++) {
			sim = simdisk_new(seed);
			simdisk_put(sim, PATH, former, strlen(former));
			simdisk_put(sim, PATH ".new", "lea", 3);
			simdisk_crash_at(sim, at);
			err = client_leases_write_on(client_in.leases, PATH,
						     simdisk_disk(sim));
			simdisk_kill(sim);
			simdisk_reboot(sim);
			is_new = has(sim, PATH, strbuf_text(&wanted));
			assert_true(is_new || has(sim, PATH, former));
			assert_true(err || is_new);
			news += is_new;
			olds += !is_new;
			simdisk_free(sim);
		}
	}
	assert_true(news > 50 && olds > 50);
}

/* ---- a real one ---- */

static char directory[64], path[128];

static void make_directory(void)
{
	snprintf(directory, sizeof(directory), "/tmp/client-lease-XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/leases", directory);
}

static void remove_directory(void)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	assert_int_equal(system(command), 0);
}

static void put_file(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void expect_file(const char *name, const char *text)
{
	char found[2048];
	int fd = open(name, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, found, sizeof(found) - 1);
	assert_true(n >= 0);
	found[n] = '\0';
	close(fd);
	assert_string_equal(found, text);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(name, &st), 0);
	return st.st_mode;
}

static void a_file_is_made_and_read_again(void **state)
{
	struct client_leases *back;

	(void)state;
	make_directory();
	assert_int_equal(client_leases_new(&back), 0);
	assert_int_equal(
		client_leases_read(back, path, note_client_finding, NULL),
		-ENOENT);
	assert_int_equal(client_leases_write(client_in.leases, path), 0);
	assert_int_equal(mode_of(path), S_IFREG | 0640);
	expect_file(path, strbuf_text(&wanted));
	assert_int_equal(
		client_leases_read(back, path, note_client_finding, NULL), 0);
	assert_int_equal(client_in.count, 0);
	assert_true(client_lease4_same(
		client_leases_find4(back, "eth0"),
		client_leases_find4(client_in.leases, "eth0")));
	assert_true(client_lease6_same(
		client_leases_find6(back, "eth0"),
		client_leases_find6(client_in.leases, "eth0")));
	client_leases_free(back);
	remove_directory();
}

static void owner_and_mode_of_the_former_file_stay(void **state)
{
	struct stat st;

	(void)state;
	make_directory();
	put_file(path, former, 0644);
	if (geteuid() == 0)
		assert_int_equal(chown(path, 12, 34), 0);
	assert_int_equal(client_leases_write(client_in.leases, path), 0);
	expect_file(path, strbuf_text(&wanted));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	if (geteuid() == 0) {
		assert_int_equal(st.st_uid, 12);
		assert_int_equal(st.st_gid, 34);
	}
	remove_directory();
}

static void a_symbolic_link_is_followed_and_stays(void **state)
{
	char target[128];

	(void)state;
	make_directory();
	snprintf(target, sizeof(target), "%s/elsewhere", directory);
	put_file(target, former, 0600);
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(client_leases_write(client_in.leases, path), 0);
	assert_true(S_ISLNK(mode_of(path)));
	assert_int_equal(mode_of(target), S_IFREG | 0600);
	expect_file(target, strbuf_text(&wanted));
	/* One that leads nowhere gives way. */
	assert_int_equal(unlink(target), 0);
	assert_int_equal(client_leases_write(client_in.leases, path), 0);
	assert_int_equal(mode_of(path), S_IFREG | 0640);
	remove_directory();
}

static void
what_stands_under_the_new_name_is_never_written_through(void **state)
{
	char fresh[160], victim[160];

	(void)state;
	make_directory();
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	snprintf(victim, sizeof(victim), "%s/victim", directory);
	put_file(victim, "precious", 0600);
	assert_int_equal(symlink(victim, fresh), 0);
	assert_int_equal(client_leases_write(client_in.leases, path), 0);
	expect_file(victim, "precious");
	expect_file(path, strbuf_text(&wanted));
	assert_int_equal(access(fresh, F_OK), -1);
	remove_directory();
}

static void what_is_no_file_is_neither_read_nor_replaced(void **state)
{
	(void)state;
	make_directory();
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(client_leases_read(client_in.leases, path, NULL, NULL),
			 -EISDIR);
	assert_int_equal(client_leases_write(client_in.leases, path), -EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(client_leases_read(client_in.leases, path, NULL, NULL),
			 -EINVAL);
	assert_int_equal(client_leases_write(client_in.leases, path), -EINVAL);
	assert_int_equal(unlink(path), 0);
	put_file(path, "", 0600);
	assert_int_equal(truncate(path, (off_t)CLIENT_FILE_MAX + 1), 0);
	assert_int_equal(client_leases_read(client_in.leases, path, NULL, NULL),
			 -EFBIG);
	remove_directory();
	assert_int_equal(client_leases_write(client_in.leases, path), -ENOENT);
}

/* The kernel cuts the write itself, in a process of its own. */
static void a_file_size_limit_leaves_the_former_file(void **state)
{
	struct rlimit limit = { .rlim_cur = 100, .rlim_max = 100 };
	char fresh[160];
	int status;
	pid_t pid;

	(void)state;
	make_directory();
	put_file(path, former, 0644);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit))
			_exit(2);
		_exit(client_leases_write(client_in.leases, path) == -EFBIG
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	expect_file(path, former);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	assert_int_equal(access(fresh, F_OK), -1);
	remove_directory();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_failure_of_any_call_leaves_the_former_file),
		TEST(a_short_write_goes_on_and_a_full_disk_is_an_error),
		TEST(without_the_sync_of_the_directory_it_is_no_success),
		TEST(a_crash_in_any_call_leaves_one_file_that_is_whole),
		TEST(a_file_is_made_and_read_again),
		TEST(owner_and_mode_of_the_former_file_stay),
		TEST(a_symbolic_link_is_followed_and_stays),
		TEST(what_stands_under_the_new_name_is_never_written_through),
		TEST(what_is_no_file_is_neither_read_nor_replaced),
		TEST(a_file_size_limit_leaves_the_former_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
