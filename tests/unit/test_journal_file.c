/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal on real files, with its thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal_fixture.h"
#include "skip.h"

#define NOBODY 65534

static char dir[PATH_MAX];
static char path[PATH_MAX + 16];
static char new_path[PATH_MAX + 32];
static char link_path[PATH_MAX + 16];

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof(dir), "%s/journal-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/leases4", dir);
	snprintf(new_path, sizeof(new_path), "%s.new", path);
	snprintf(link_path, sizeof(link_path), "%s/link", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	chmod(dir, 0700);
	unlink(path);
	rmdir(path);
	unlink(new_path);
	unlink(link_path);
	return rmdir(dir);
}

static struct journal_options threaded(void)
{
	struct journal_options options = fixture_options(NULL);

	options.threadless = false;
	options.retry_ms = 10;
	return options;
}

static int try_open(struct lease_store **store, char *err_text)
{
	struct journal_options options = threaded();

	return fixture_open(store, path, &options, err_text);
}

static struct lease_store *open_file(void)
{
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;

	if (try_open(&store, err_text)) {
		print_message("%s\n", err_text);
		fail();
	}
	return store;
}

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(name, &st), 0);
	return st.st_mode & 07777;
}

static void wait_for_compactions(struct lease_store *store, uint64_t count)
{
	struct lease_store_status status;
	unsigned int i;

	for (i = 0; i < 10000; i++) {
		lease_store_get_status(store, &status);
		if (status.compactions == count)
			return;
		usleep(1000);
	}
	fail();
}

static void a_missing_file_is_created(void **state)
{
	struct lease_store *store;

	(void)state;
	store = open_file();
	assert_true(lease_journal_info(store)->is_new);
	assert_int_equal(mode_of(path), 0640);
	assert_true(fixture_put(store, 1, 1));
	lease_store_close(store);
	store = open_file();
	assert_false(lease_journal_info(store)->is_new);
	assert_int_equal(fixture_load(store).version[1], 1);
	lease_store_close(store);
	assert_int_equal(access(new_path, F_OK), -1);
}

static void an_empty_file_is_a_new_journal_and_keeps_its_mode(void **state)
{
	struct lease_store *store;

	(void)state;
	write_file("");
	assert_int_equal(chmod(path, 0664), 0);
	store = open_file();
	assert_true(lease_journal_info(store)->is_new);
	assert_int_equal(mode_of(path), 0664);
	assert_int_equal(fixture_snapshot(store, 1, 1), 0);
	wait_for_compactions(store, 1);
	assert_int_equal(mode_of(path), 0664);
	lease_store_close(store);
}

static void many_batches_complete_in_order(void **state)
{
	struct lease_store *store;
	uint32_t sent = 0, done = 0;

	(void)state;
	store = open_file();
	while (done < 3000) {
		if (sent < 3000 && !fixture_submit(store, sent % 8, sent / 8)) {
			sent++;
			continue;
		}
		assert_int_equal(fixture_wait(store), LEASE_RESULT_OK);
		done++;
	}
	lease_store_close(store);
	store = open_file();
	assert_int_equal(fixture_load(store).records, 3000);
	assert_int_equal(fixture_load(store).version[7], 374);
	lease_store_close(store);
}

static void serves_while_it_is_rewritten(void **state)
{
	struct lease_store *store;
	struct lease lease;
	uint32_t i;
	int err;

	(void)state;
	store = open_file();
	assert_true(fixture_put(store, 0, 1));
	assert_int_equal(lease_store_snapshot_begin(store), 0);
	for (i = 0; i < 64; i++) {
		lease = fixture_lease(i, 5);
		while ((err = lease_store_snapshot_add(store, &lease, 1)) ==
		       -EBUSY)
			usleep(100);
		assert_int_equal(err, 0);
		assert_true(fixture_put(store, i, 6));
	}
	assert_int_equal(lease_store_snapshot_end(store), 0);
	wait_for_compactions(store, 1);
	lease_store_close(store);
	store = open_file();
	for (i = 0; i < 64; i++)
		assert_int_equal(fixture_load(store).version[i], 6);
	lease_store_close(store);
}

static void close_waits_for_what_is_pending(void **state)
{
	struct lease_store *store;
	uint32_t i;

	(void)state;
	store = open_file();
	for (i = 0; i < 50; i++)
		assert_int_equal(fixture_submit(store, i, 1), 0);
	lease_store_close(store);
	store = open_file();
	assert_int_equal(fixture_load(store).records, 50);
	lease_store_close(store);
}

/* In another process, as another server would be. */
static int open_in_child(uid_t uid)
{
	struct lease_store *store;
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (uid && (setgid((gid_t)uid) || setuid(uid)))
			_exit(99);
		_exit(-try_open(&store, NULL));
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void a_second_server_is_refused(void **state)
{
	struct lease_store *store, *second;
	char err_text[JOURNAL_ERROR_MAX];

	(void)state;
	store = open_file();
	assert_int_equal(try_open(&second, err_text), -EBUSY);
	assert_non_null(strstr(err_text, "another server"));
	assert_int_equal(open_in_child(0), -EBUSY);
	assert_int_equal(fixture_snapshot(store, 1, 1), 0);
	wait_for_compactions(store, 1);
	assert_int_equal(open_in_child(0), -EBUSY);
	lease_store_close(store);
}

static void names_what_a_foreign_file_looks_like(void **state)
{
	static const struct {
		const char *content;
		const char *said;
	} foreign[] = {
		{ "lease 192.0.2.7 {\n  starts 4 2024/01/04 10:00:00;\n}\n",
		  "ISC" },
		{ "# The format of this file is documented in the "
		  "dhcpd.leases(5) manual page.\n",
		  "ISC" },
		{ "address,hwaddr,client_id,valid_lifetime,expire\n", "Kea" },
		{ "something else\n", "not a lease journal" },
		{ "\x89", "header of the journal is damaged" },
	};
	char err_text[JOURNAL_ERROR_MAX], text[256];
	struct lease_store *store;
	size_t i, n;
	FILE *f;

	(void)state;
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		write_file(foreign[i].content);
		assert_int_not_equal(try_open(&store, err_text), 0);
		assert_non_null(strstr(err_text, foreign[i].said));
		assert_non_null(strstr(err_text, path));
		f = fopen(path, "r");
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
		text[n] = '\0';
		assert_string_equal(text, foreign[i].content);
	}
}

static void what_is_no_regular_file_is_refused(void **state)
{
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;

	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(try_open(&store, err_text), -EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(try_open(&store, err_text), -EINVAL);
	assert_non_null(strstr(err_text, "not a regular file"));
}

static void a_read_only_file_or_directory_is_refused_at_start(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip_case("needs root to become somebody else");
	lease_store_close(open_file());
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(open_in_child(NOBODY), -EACCES);
	/* The file may be written, but no new one beside it. */
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(open_in_child(NOBODY), -EACCES);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(open_in_child(NOBODY), 0);
}

static void a_symbolic_link_stays_one(void **state)
{
	struct journal_options options = threaded();
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;
	struct stat st;

	(void)state;
	assert_int_equal(symlink("leases4", link_path), 0);
	assert_int_equal(fixture_open(&store, link_path, &options, err_text),
			 -EEXIST);
	assert_non_null(strstr(err_text, "leads nowhere"));
	write_file("");
	assert_int_equal(fixture_open(&store, link_path, &options, NULL), 0);
	assert_int_equal(fixture_snapshot(store, 3, 7), 0);
	wait_for_compactions(store, 1);
	lease_store_close(store);
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	store = open_file();
	assert_int_equal(fixture_load(store).version[2], 7);
	lease_store_close(store);
}

static void reads_a_journal_that_a_server_holds(void **state)
{
	struct fixture_found found = { 0 };
	struct journal_info info;
	struct journal_read read = { .visit = fixture_visit,
				     .visit_arg = &found,
				     .info = &info };
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;
	uint32_t i;

	(void)state;
	store = open_file();
	for (i = 0; i < 20; i++)
		assert_true(fixture_put(store, i, 3));
	assert_int_equal(
		lease_journal_read(path, &read, err_text, sizeof(err_text)), 0);
	assert_int_equal(found.records, 20);
	assert_int_equal(info.records, 20);
	assert_true(info.file_id == lease_journal_info(store)->file_id);
	lease_store_close(store);
	write_file("lease { }");
	assert_int_equal(
		lease_journal_read(path, &read, err_text, sizeof(err_text)),
		-EMEDIUMTYPE);
	unlink(path);
	assert_int_equal(
		lease_journal_read(path, &read, err_text, sizeof(err_text)),
		-ENOENT);
}

/* Fills the disk, sees no acknowledgement, makes room, is served again. */
static int fill_the_disk(void)
{
	static const uint8_t zeros[4096];
	struct lease_store *store = open_file();
	char filler[sizeof(path)];
	uint32_t version = 0, tries;
	int fd;

	if (!fixture_put(store, 0, ++version))
		return 1;
	snprintf(filler, sizeof(filler), "%s/filler", dir);
	fd = open(filler, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
	while (version < 1000 && fixture_put(store, 0, version + 1))
		version++;
	if (version == 1000 || fixture_submit(store, 0, version + 1) != -EIO)
		return 2;
	if (ftruncate(fd, 0))
		return 3;
	for (tries = 0; tries < 1000; tries++) {
		if (fixture_put(store, 1, version))
			break;
		usleep(10000);
	}
	lease_store_close(store);
	store = open_file();
	if (fixture_load(store).version[0] != version ||
	    fixture_load(store).version[1] != version)
		return 4;
	lease_store_close(store);
	return 0;
}

static void a_full_disk_is_no_acknowledgement_and_mends(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) ||
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("none", dir, "tmpfs", 0, "size=64k"))
			_exit(77);
		_exit(fill_the_disk());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip_case("may not mount a tmpfs");
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define FILE_TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		FILE_TEST(a_missing_file_is_created),
		FILE_TEST(an_empty_file_is_a_new_journal_and_keeps_its_mode),
		FILE_TEST(many_batches_complete_in_order),
		FILE_TEST(serves_while_it_is_rewritten),
		FILE_TEST(close_waits_for_what_is_pending),
		FILE_TEST(a_second_server_is_refused),
		FILE_TEST(names_what_a_foreign_file_looks_like),
		FILE_TEST(what_is_no_regular_file_is_refused),
		FILE_TEST(a_read_only_file_or_directory_is_refused_at_start),
		FILE_TEST(a_symbolic_link_stays_one),
		FILE_TEST(reads_a_journal_that_a_server_holds),
		FILE_TEST(a_full_disk_is_no_acknowledgement_and_mends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
