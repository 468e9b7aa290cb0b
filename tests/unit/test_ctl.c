/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "skip.h"

static void client_asks_twice(struct ctl_fixture *fixture)
{
	struct ctl_client *client = NULL;
	json_t *args = json_pack("{s:s, s:i}", "word", "a", "times", 2);
	json_t *item = NULL;
	int i;

	assert_int_equal(ctl_client_open(&client, fixture->path, CTL_WAIT_MS),
			 0);
	assert_int_equal(ctl_client_send(client, "echo", args), 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(ctl_client_next(client, &item), 1);
		assert_string_equal(json_string_value(item), "a");
		json_decref(item);
	}
	assert_int_equal(ctl_client_next(client, &item), 0);
	assert_int_equal(ctl_client_code(client), CTL_OK);

	assert_int_equal(ctl_client_send(client, "nonsense", NULL), 0);
	assert_int_equal(ctl_client_next(client, &item), 0);
	assert_int_equal(ctl_client_code(client), CTL_UNKNOWN_COMMAND);
	assert_non_null(strstr(ctl_client_text(client), "`nonsense'"));
	json_decref(args);
	ctl_client_close(client);
}

static void gives_items_and_one_end(void **state)
{
	ctl_fixture_serve(*state, client_asks_twice);
}

static void client_sends_rubbish(struct ctl_fixture *fixture)
{
	static const char syntax[] =
		"{\"end\":true,\"code\":100,\"text\":\"the request is not a "
		"JSON object with a command\"}\n";

	ctl_fixture_expect(fixture, "\n", syntax);
	ctl_fixture_expect(fixture, "[]\n", syntax);
	ctl_fixture_expect(fixture, "{\"command\":1}\n", syntax);
	ctl_fixture_expect(fixture, "{\"command\":\"echo\",\"args\":3}\n",
			   syntax);
	ctl_fixture_expect(
		fixture, "{\"command\":\"echo\"}\n",
		"{\"end\":true,\"code\":103,\"text\":\"which `word'?\"}"
		"\n");
	/* Not a whole line: nothing was asked. */
	ctl_fixture_expect(fixture, "{\"command\":\"echo\"}", "");
}

static void says_what_is_wrong_with_a_request(void **state)
{
	ctl_fixture_serve(*state, client_sends_rubbish);
}

static void client_pipelines(struct ctl_fixture *fixture)
{
	ctl_fixture_expect(
		fixture,
		"{\"command\":\"echo\",\"args\":{\"word\":\"1\"}}\n"
		"rubbish\n"
		"{\"command\":\"echo\",\"args\":{\"word\":\"2\"}}\n",
		"{\"item\":\"1\"}\n"
		"{\"end\":true,\"code\":0,\"text\":\"\"}\n"
		"{\"end\":true,\"code\":100,\"text\":\"the request is "
		"not a JSON object with a command\"}\n"
		"{\"item\":\"2\"}\n"
		"{\"end\":true,\"code\":0,\"text\":\"\"}\n");
}

static void answers_requests_sent_at_once_in_order(void **state)
{
	ctl_fixture_serve(*state, client_pipelines);
}

static void client_is_nobody(struct ctl_fixture *fixture)
{
	/* The bare system call changes this thread alone. */
	assert_int_equal(syscall(SYS_setresuid, -1, 65534, -1), 0);
	ctl_fixture_expect(
		fixture, "{\"command\":\"change\",\"args\":{\"word\":\"w\"}}\n",
		"{\"end\":true,\"code\":104,\"text\":\"`change' is for "
		"root or the daemon's own user\"}\n");
	ctl_fixture_expect(fixture,
			   "{\"command\":\"echo\",\"args\":{\"word\":\"w\"}}\n",
			   "{\"item\":\"w\"}\n"
			   "{\"end\":true,\"code\":0,\"text\":\"\"}\n");
	assert_int_equal(syscall(SYS_setresuid, -1, 0, -1), 0);
}

static void changes_are_for_root_and_the_daemons_user(void **state)
{
	struct ctl_fixture *fixture = *state;

	if (geteuid() != 0)
		skip_case("needs root, for other users");
	assert_int_equal(chmod(fixture->dir, 0755), 0);
	assert_int_equal(chmod(fixture->path, 0666), 0);
	ctl_fixture_serve(fixture, client_is_nobody);
}

static void client_asks_for_help(struct ctl_fixture *fixture)
{
	struct ctl_client *client = NULL;
	json_t *item = NULL;
	unsigned int count = 0;

	assert_int_equal(ctl_client_open(&client, fixture->path, CTL_WAIT_MS),
			 0);
	assert_int_equal(ctl_client_send(client, "help", NULL), 0);
	while (ctl_client_next(client, &item) == 1) {
		assert_string_equal(
			json_string_value(json_object_get(item, "command")),
			ctl_fixture_commands[count].name);
		count++;
		json_decref(item);
	}
	assert_int_equal(count, CTL_FIXTURE_COMMANDS);
	ctl_client_close(client);
}

static void lists_its_commands(void **state)
{
	ctl_fixture_serve(*state, client_asks_for_help);
}

static void a_live_socket_is_left_alone(void **state)
{
	struct ctl_fixture *fixture = *state;
	struct stat st;

	assert_int_equal(ctl_listen(fixture->path, (gid_t)-1), -EADDRINUSE);
	assert_int_equal(stat(fixture->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
}

static void a_dead_socket_is_replaced(void **state)
{
	struct ctl_fixture *fixture = *state;
	struct ctl_client *client = NULL;
	int fd;

	ctl_server_free(fixture->server);
	fixture->server = NULL;
	assert_int_equal(ctl_client_open(&client, fixture->path, CTL_WAIT_MS),
			 -ECONNREFUSED);
	fd = ctl_listen(fixture->path, (gid_t)-1);
	assert_true(fd >= 0);
	close(fd);
	unlink(fixture->path);
	assert_int_equal(ctl_client_open(&client, fixture->path, CTL_WAIT_MS),
			 -ENOENT);
}

static void another_kind_of_file_is_left_alone(void **state)
{
	struct ctl_fixture *fixture = *state;
	char path[CTL_PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%.60s/file", fixture->dir);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(ctl_listen(path, (gid_t)-1), -ENOTSOCK);
	assert_int_equal(unlink(path), 0);
}

static void rejects_every_truncation(void **state)
{
	static const char line[] =
		"{\"command\":\"leases\",\"args\":{\"state\":\"active\"}}";
	const char *command;
	json_t *request;
	json_t *args;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(line) - 1; len++) {
		assert_int_equal(ctl_request_decode(line, len, &request,
						    &command, &args),
				 -EBADMSG);
		assert_null(request);
	}
	assert_int_equal(
		ctl_request_decode(line, len, &request, &command, &args), 0);
	assert_string_equal(command, "leases");
	assert_true(json_is_object(args));
	json_decref(request);
}

static void every_code_has_a_text(void **state)
{
	(void)state;
	assert_string_equal(ctl_code_text(CTL_NOT_FOUND),
			    "what was asked for does not exist");
	assert_string_equal(ctl_code_text(-1), "unknown code");
}

static void the_manual_explains_every_code(void **state)
{
	static char manual[65536];
	FILE *file = fopen("docs/man/dhcp4o6-control.5", "r");
	size_t len;

	(void)state;
	assert_non_null(file); /* tests run in the source tree's root */
	len = fread(manual, 1, sizeof(manual) - 1, file);
	fclose(file);
	manual[len] = '\0';
#define EXPECT_CODE(suffix, number, text) \
	assert_non_null(strstr(manual, ".It " #number "\n" text "\n"));
	CTL_CODE_TABLE(EXPECT_CODE)
#undef EXPECT_CODE
}

static void a_path_that_is_too_long_is_refused(void **state)
{
	char dir[CTL_PATH_MAX + 1];
	char path[CTL_PATH_MAX];

	(void)state;
	memset(dir, 'd', sizeof(dir) - 1);
	dir[sizeof(dir) - 1] = '\0';
	assert_int_equal(ctl_socket_path(path, dir, "server6", 1),
			 -ENAMETOOLONG);
	assert_int_equal(ctl_listen(dir, (gid_t)-1), -ENAMETOOLONG);
	assert_int_equal(ctl_socket_path(path, CTL_RUN_DIR, "server6", 6767),
			 0);
	assert_string_equal(path, "/run/dhcp4o6/server6-6767.sock");
}

#define SERVER_TEST(name)                                        \
	cmocka_unit_test_setup_teardown(name, ctl_fixture_setup, \
					ctl_fixture_teardown)

/* Nobody is let in, and the queue before the door is full. */
static void a_daemon_that_hangs_is_given_up(void **state)
{
	struct ctl_client *client[64] = { NULL };
	char dir[] = "/tmp/test-ctl.XXXXXX", path[CTL_PATH_MAX];
	size_t i = 0, count;
	int fd, err;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(ctl_socket_path(path, dir, "server4", 6767), 0);
	fd = ctl_listen(path, (gid_t)-1);
	assert_true(fd >= 0);
	alarm(30); /* it would wait for ever */
	do
		err = ctl_client_open(&client[i], path, 50);
	while (!err && ++i < 64);
	alarm(0);
	assert_int_equal(err, -ETIMEDOUT);
	for (count = i, i = 0; i < count; i++)
		ctl_client_close(client[i]);
	close(fd);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(gives_items_and_one_end),
		SERVER_TEST(says_what_is_wrong_with_a_request),
		SERVER_TEST(answers_requests_sent_at_once_in_order),
		SERVER_TEST(changes_are_for_root_and_the_daemons_user),
		SERVER_TEST(lists_its_commands),
		SERVER_TEST(a_live_socket_is_left_alone),
		SERVER_TEST(a_dead_socket_is_replaced),
		SERVER_TEST(another_kind_of_file_is_left_alone),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(every_code_has_a_text),
		cmocka_unit_test(the_manual_explains_every_code),
		cmocka_unit_test(a_path_that_is_too_long_is_refused),
		cmocka_unit_test(a_daemon_that_hangs_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
