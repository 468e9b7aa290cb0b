/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server runs on the test's loop; the client is a thread, since the
 * client's end blocks. The thread ends the loop through an eventfd.
 */
#include "dhcp4o6/ctl/ctl_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_MS     20000
#define STREAM_SIZE 200000
#define STREAM_STEP 100

struct fixture {
	char dir[64];
	char path[CTL_PATH_MAX];
	struct loop *loop;
	struct ctl_server *server;
	int done_fd;
	void (*client)(struct fixture *fixture);
	/* What the handlers saw. */
	unsigned int freed;
	bool room_was_exceeded;
};

/* ---- commands of the server under test ---- */

static enum ctl_progress handle_echo(struct ctl_request *request, void *ctx)
{
	const char *word = NULL;
	uint64_t times = 1;

	(void)ctx;
	if (ctl_arg_string(request, "word", &word) != 1) {
		ctl_reply_end(request, CTL_ARGUMENT, "which `word'?");
		return CTL_DONE;
	}
	if (ctl_arg_uint(request, "times", &times) < 0) {
		ctl_reply_end(request, CTL_ARGUMENT, "`times' is a number");
		return CTL_DONE;
	}
	while (times--)
		ctl_reply_item(request, json_string(word));
	return CTL_DONE;
}

struct stream_state {
	struct fixture *fixture;
	unsigned int next;
};

static void free_stream(void *arg)
{
	struct stream_state *state = arg;

	state->fixture->freed++;
	free(state);
}

static enum ctl_progress handle_stream(struct ctl_request *request, void *ctx)
{
	struct fixture *fixture = ctx;
	struct stream_state *state = request->state;
	unsigned int i;

	if (!state) {
		state = calloc(1, sizeof(*state));
		assert_non_null(state);
		state->fixture = fixture;
		request->state = state;
		request->free_state = free_stream;
	}
	if (!ctl_reply_has_room(request))
		fixture->room_was_exceeded = true;
	while (ctl_reply_has_room(request)) {
		for (i = 0; i < STREAM_STEP; i++) {
			if (state->next == STREAM_SIZE)
				return CTL_DONE;
			ctl_reply_item(request, json_integer(state->next++));
		}
	}
	return CTL_MORE;
}

static enum ctl_progress handle_flood(struct ctl_request *request, void *ctx)
{
	(void)ctx;
	while (ctl_reply_item(request, json_string("never asks for room")) == 0)
		;
	return CTL_DONE;
}

static const struct ctl_command commands[] = {
	{ "echo", "give back a word", true, handle_echo },
	{ "stream", "many numbers", true, handle_stream },
	{ "flood", "as much as is taken", true, handle_flood },
	{ "change", "not for everybody", false, handle_echo },
};

/* ---- fixture ---- */

static void on_done(void *arg, uint32_t events)
{
	struct fixture *fixture = arg;

	(void)events;
	loop_stop(fixture->loop, 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct ctl_server_config config = { 0 };

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/test-ctl.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(ctl_socket_path(f->path, f->dir, "server4", 6767), 0);
	assert_int_equal(loop_new(&f->loop), 0);
	f->done_fd = eventfd(0, EFD_CLOEXEC);
	assert_true(f->done_fd >= 0);
	assert_int_equal(loop_add_fd(f->loop, f->done_fd, EPOLLIN, on_done, f),
			 0);
	config.loop = f->loop;
	config.listen_fd = ctl_listen(f->path, (gid_t)-1);
	assert_true(config.listen_fd >= 0);
	config.commands = commands;
	config.command_count = sizeof(commands) / sizeof(commands[0]);
	config.ctx = f;
	config.timeout_ms = 1000;
	assert_int_equal(ctl_server_new(&f->server, &config), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	ctl_server_free(f->server);
	loop_remove_fd(f->loop, f->done_fd);
	close(f->done_fd);
	loop_free(f->loop);
	unlink(f->path);
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
	return 0;
}

static void *run_client(void *arg)
{
	struct fixture *fixture = arg;
	uint64_t one = 1;

	fixture->client(fixture);
	assert_int_equal(write(fixture->done_fd, &one, sizeof(one)),
			 sizeof(one));
	return NULL;
}

static void serve(struct fixture *fixture, void (*client)(struct fixture *f))
{
	pthread_t thread;

	fixture->client = client;
	assert_int_equal(pthread_create(&thread, NULL, run_client, fixture), 0);
	assert_int_equal(loop_run(fixture->loop), 0);
	pthread_join(thread, NULL);
}

/* ---- raw clients ---- */

static int dial(const struct fixture *fixture)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", fixture->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	return fd;
}

/* Reads until the server closes; the text is the caller's. */
static char *read_all(int fd)
{
	size_t size = 1 << 24;
	char *text = malloc(size);
	size_t len = 0;

	assert_non_null(text);
	for (;;) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		ssize_t n;

		assert_int_equal(poll(&pfd, 1, WAIT_MS), 1);
		n = read(fd, text + len, size - len - 1);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	return text;
}

static void send_text(int fd, const char *text)
{
	size_t len = strlen(text);

	assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), len);
}

static void expect_answer(struct fixture *fixture, const char *request,
			  const char *answer)
{
	int fd = dial(fixture);
	char *text;

	send_text(fd, request);
	shutdown(fd, SHUT_WR);
	text = read_all(fd);
	assert_string_equal(text, answer);
	free(text);
	close(fd);
}

/* ---- tests ---- */

static void client_asks_twice(struct fixture *fixture)
{
	struct ctl_client *client = NULL;
	json_t *args = json_pack("{s:s, s:i}", "word", "a", "times", 2);
	json_t *item = NULL;
	int i;

	assert_int_equal(ctl_client_open(&client, fixture->path, WAIT_MS), 0);
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
	serve(*state, client_asks_twice);
}

static void client_sends_rubbish(struct fixture *fixture)
{
	static const char syntax[] =
		"{\"end\":true,\"code\":100,\"text\":\"the request is not a "
		"JSON object with a command\"}\n";

	expect_answer(fixture, "\n", syntax);
	expect_answer(fixture, "[]\n", syntax);
	expect_answer(fixture, "{\"command\":1}\n", syntax);
	expect_answer(fixture, "{\"command\":\"echo\",\"args\":3}\n", syntax);
	expect_answer(fixture, "{\"command\":\"echo\"}\n",
		      "{\"end\":true,\"code\":103,\"text\":\"which `word'?\"}"
		      "\n");
	/* Not a whole line: nothing was asked. */
	expect_answer(fixture, "{\"command\":\"echo\"}", "");
}

static void says_what_is_wrong_with_a_request(void **state)
{
	serve(*state, client_sends_rubbish);
}

static void client_pipelines(struct fixture *fixture)
{
	expect_answer(fixture,
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
	serve(*state, client_pipelines);
}

static void client_sends_64k(struct fixture *fixture)
{
	char *request = malloc(CTL_REQUEST_MAX + 1);
	int fd = dial(fixture);
	char *text;

	memset(request, ' ', CTL_REQUEST_MAX);
	request[CTL_REQUEST_MAX] = '\0';
	send_text(fd, request);
	text = read_all(fd);
	assert_non_null(strstr(text, "\"code\":101"));
	free(text);
	free(request);
	close(fd);
}

static void refuses_a_request_over_64_kib(void **state)
{
	serve(*state, client_sends_64k);
}

static void client_reads_stream(struct fixture *fixture)
{
	struct ctl_client *client = NULL;
	json_t *item = NULL;
	unsigned int i;

	assert_int_equal(ctl_client_open(&client, fixture->path, WAIT_MS), 0);
	assert_int_equal(ctl_client_send(client, "stream", NULL), 0);
	for (i = 0; i < STREAM_SIZE; i++) {
		assert_int_equal(ctl_client_next(client, &item), 1);
		assert_int_equal(json_integer_value(item), i);
		json_decref(item);
	}
	assert_int_equal(ctl_client_next(client, &item), 0);
	assert_int_equal(ctl_client_code(client), CTL_OK);
	ctl_client_close(client);
}

static void a_long_answer_waits_for_its_reader(void **state)
{
	struct fixture *fixture = *state;

	serve(fixture, client_reads_stream);
	assert_int_equal(fixture->freed, 1);
	assert_false(fixture->room_was_exceeded);
}

static void client_leaves(struct fixture *fixture)
{
	int fd = dial(fixture);
	char octet;

	send_text(fd, "{\"command\":\"stream\"}\n");
	assert_int_equal(read(fd, &octet, 1), 1);
	close(fd);
	/* The next answer shows that the server went on. */
	expect_answer(fixture, "{\"command\":\"echo\"}\n",
		      "{\"end\":true,\"code\":103,\"text\":\"which `word'?\"}"
		      "\n");
}

static void frees_the_state_of_a_client_that_left(void **state)
{
	struct fixture *fixture = *state;

	serve(fixture, client_leaves);
	assert_int_equal(fixture->freed, 1);
}

static void client_does_not_read(struct fixture *fixture)
{
	int fd = dial(fixture);
	struct pollfd pfd = { .fd = fd };
	char *text;

	send_text(fd, "{\"command\":\"stream\"}\n");
	/* POLLHUP comes when the server gives up. */
	assert_int_equal(poll(&pfd, 1, WAIT_MS), 1);
	text = read_all(fd);
	assert_null(strstr(text, "\"end\""));
	free(text);
	close(fd);
}

static void disconnects_a_client_that_takes_nothing(void **state)
{
	struct fixture *fixture = *state;

	serve(fixture, client_does_not_read);
	assert_int_equal(fixture->freed, 1);
}

static void client_is_silent(struct fixture *fixture)
{
	int fd = dial(fixture);
	char *text = read_all(fd);

	assert_string_equal(text, "");
	free(text);
	close(fd);
}

static void disconnects_a_client_that_asks_nothing(void **state)
{
	serve(*state, client_is_silent);
}

static void client_reads_flood(struct fixture *fixture)
{
	int fd = dial(fixture);
	char *text;

	send_text(fd, "{\"command\":\"flood\"}\n");
	shutdown(fd, SHUT_WR);
	text = read_all(fd);
	assert_true(strlen(text) < 9 * 1024 * 1024);
	assert_non_null(strstr(text, "\"end\":true"));
	free(text);
	close(fd);
}

static void bounds_the_output_of_a_careless_handler(void **state)
{
	serve(*state, client_reads_flood);
}

static void clients_come_in_masses(struct fixture *fixture)
{
	int fds[CTL_CLIENTS_MAX];
	char *text;
	int fd;
	int i;

	for (i = 0; i < CTL_CLIENTS_MAX; i++) {
		char octet;

		fds[i] = dial(fixture);
		send_text(fds[i], "{\"command\":\"help\"}\n");
		assert_int_equal(read(fds[i], &octet, 1), 1);
	}
	fd = dial(fixture);
	text = read_all(fd);
	assert_non_null(strstr(text, "\"code\":105"));
	free(text);
	close(fd);
	for (i = 0; i < CTL_CLIENTS_MAX; i++)
		close(fds[i]);
}

static void tells_a_client_too_many_so(void **state)
{
	serve(*state, clients_come_in_masses);
}

static void client_is_nobody(struct fixture *fixture)
{
	/* The bare system call changes this thread alone. */
	assert_int_equal(syscall(SYS_setresuid, 65534, 65534, 65534), 0);
	expect_answer(fixture,
		      "{\"command\":\"change\",\"args\":{\"word\":\"w\"}}\n",
		      "{\"end\":true,\"code\":104,\"text\":\"`change' is for "
		      "root or the daemon's own user\"}\n");
	expect_answer(fixture,
		      "{\"command\":\"echo\",\"args\":{\"word\":\"w\"}}\n",
		      "{\"item\":\"w\"}\n"
		      "{\"end\":true,\"code\":0,\"text\":\"\"}\n");
}

static void changes_are_for_root_and_the_daemons_user(void **state)
{
	struct fixture *fixture = *state;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(fixture->dir, 0755), 0);
	assert_int_equal(chmod(fixture->path, 0666), 0);
	serve(fixture, client_is_nobody);
}

static void client_asks_for_help(struct fixture *fixture)
{
	struct ctl_client *client = NULL;
	json_t *item = NULL;
	unsigned int count = 0;

	assert_int_equal(ctl_client_open(&client, fixture->path, WAIT_MS), 0);
	assert_int_equal(ctl_client_send(client, "help", NULL), 0);
	while (ctl_client_next(client, &item) == 1) {
		assert_string_equal(
			json_string_value(json_object_get(item, "command")),
			commands[count].name);
		count++;
		json_decref(item);
	}
	assert_int_equal(count, sizeof(commands) / sizeof(commands[0]));
	ctl_client_close(client);
}

static void lists_its_commands(void **state)
{
	serve(*state, client_asks_for_help);
}

static void a_live_socket_is_left_alone(void **state)
{
	struct fixture *fixture = *state;
	struct stat st;

	assert_int_equal(ctl_listen(fixture->path, (gid_t)-1), -EADDRINUSE);
	assert_int_equal(stat(fixture->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
}

static void a_dead_socket_is_replaced(void **state)
{
	struct fixture *fixture = *state;
	struct ctl_client *client = NULL;
	int fd;

	ctl_server_free(fixture->server);
	fixture->server = NULL;
	assert_int_equal(ctl_client_open(&client, fixture->path, WAIT_MS),
			 -ECONNREFUSED);
	fd = ctl_listen(fixture->path, (gid_t)-1);
	assert_true(fd >= 0);
	close(fd);
	unlink(fixture->path);
	assert_int_equal(ctl_client_open(&client, fixture->path, WAIT_MS),
			 -ENOENT);
}

static void another_kind_of_file_is_left_alone(void **state)
{
	struct fixture *fixture = *state;
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

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(gives_items_and_one_end),
		SERVER_TEST(says_what_is_wrong_with_a_request),
		SERVER_TEST(answers_requests_sent_at_once_in_order),
		SERVER_TEST(refuses_a_request_over_64_kib),
		SERVER_TEST(a_long_answer_waits_for_its_reader),
		SERVER_TEST(frees_the_state_of_a_client_that_left),
		SERVER_TEST(disconnects_a_client_that_takes_nothing),
		SERVER_TEST(disconnects_a_client_that_asks_nothing),
		SERVER_TEST(bounds_the_output_of_a_careless_handler),
		SERVER_TEST(tells_a_client_too_many_so),
		SERVER_TEST(changes_are_for_root_and_the_daemons_user),
		SERVER_TEST(lists_its_commands),
		SERVER_TEST(a_live_socket_is_left_alone),
		SERVER_TEST(a_dead_socket_is_replaced),
		SERVER_TEST(another_kind_of_file_is_left_alone),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(every_code_has_a_text),
		cmocka_unit_test(a_path_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
