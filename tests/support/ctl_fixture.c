/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl_fixture.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define STREAM_STEP 100 /* items between two looks at the room */

/* ---- the clock ---- */

static _Atomic int64_t fixture_ns = 1000 * NS_PER_S;

/* What tests that are linked with --wrap=mono_now call by that name. */
struct mono_time __wrap_mono_now(void);

struct mono_time __wrap_mono_now(void)
{
	return (struct mono_time){ .ns = fixture_ns };
}

void ctl_fixture_wait(int64_t ms)
{
	fixture_ns += ms * NS_PER_MS;
}

void ctl_fixture_pass(const struct ctl_fixture *fixture, int64_t ms)
{
	ctl_fixture_wait(ms);
	/* Its turn of the loop runs the timers before the answer is read. */
	ctl_fixture_expect(fixture,
			   "{\"command\":\"echo\",\"args\":"
			   "{\"word\":\"\",\"times\":0}}\n",
			   "{\"end\":true,\"code\":0,\"text\":\"\"}\n");
}

/* ---- ctl_fixture_commands of the server under test ---- */

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
	struct ctl_fixture *fixture;
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
	struct ctl_fixture *fixture = ctx;
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
			if (state->next == CTL_STREAM_SIZE)
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

/* Called again only after a wake-up; another call would give the item. */
static enum ctl_progress handle_wait(struct ctl_request *request, void *ctx)
{
	(void)ctx;
	if (!request->state) {
		request->state = request;
		return CTL_WAIT;
	}
	ctl_reply_item(request, json_string("woken"));
	return CTL_DONE;
}

static enum ctl_progress handle_wake(struct ctl_request *request, void *ctx)
{
	struct ctl_fixture *fixture = ctx;

	(void)request;
	ctl_server_wake(fixture->server);
	return CTL_DONE;
}

const struct ctl_command ctl_fixture_commands[CTL_FIXTURE_COMMANDS] = {
	{ "echo", "give back a word", true, handle_echo },
	{ "stream", "many numbers", true, handle_stream },
	{ "flood", "as much as is taken", true, handle_flood },
	{ "wait", "until somebody wakes", true, handle_wait },
	{ "wake", "all that wait", true, handle_wake },
	{ "change", "not for everybody", false, handle_echo },
};

/* ---- fixture ---- */

static void on_done(void *arg, uint32_t events)
{
	struct ctl_fixture *fixture = arg;

	(void)events;
	loop_stop(fixture->loop, 0);
}

int ctl_fixture_setup(void **state)
{
	struct ctl_fixture *f = calloc(1, sizeof(*f));
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
	config.commands = ctl_fixture_commands;
	config.command_count = CTL_FIXTURE_COMMANDS;
	config.ctx = f;
	config.timeout_ms = 1000;
	assert_int_equal(ctl_server_new(&f->server, &config), 0);
	*state = f;
	return 0;
}

static void stop_serving(struct ctl_fixture *fixture)
{
	uint64_t one = 1;

	if (!fixture->is_serving)
		return;
	fixture->is_serving = false;
	(void)!write(fixture->done_fd, &one, sizeof(one));
	pthread_join(fixture->thread, NULL);
}

int ctl_fixture_teardown(void **state)
{
	struct ctl_fixture *f = *state;

	stop_serving(f); /* when an assertion of the client failed */
	ctl_server_free(f->server);
	loop_remove_fd(f->loop, f->done_fd);
	close(f->done_fd);
	loop_free(f->loop);
	unlink(f->path);
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
	return 0;
}

static void *run_loop(void *arg)
{
	struct ctl_fixture *fixture = arg;

	fixture->loop_result = loop_run(fixture->loop);
	return NULL;
}

void ctl_fixture_serve(struct ctl_fixture *fixture,
		       void (*client)(struct ctl_fixture *f))
{
	assert_int_equal(
		pthread_create(&fixture->thread, NULL, run_loop, fixture), 0);
	fixture->is_serving = true;
	client(fixture);
	stop_serving(fixture);
	assert_int_equal(fixture->loop_result, 0);
}

/* ---- raw clients ---- */

int ctl_fixture_dial(const struct ctl_fixture *fixture)
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
char *ctl_fixture_read_all(int fd)
{
	size_t size = 1 << 24;
	char *text = malloc(size);
	size_t len = 0;

	assert_non_null(text);
	for (;;) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		ssize_t n;

		assert_int_equal(poll(&pfd, 1, CTL_WAIT_MS), 1);
		n = read(fd, text + len, size - len - 1);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	return text;
}

void ctl_fixture_send(int fd, const char *text)
{
	size_t len = strlen(text);

	assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), len);
}

void ctl_fixture_expect(const struct ctl_fixture *fixture, const char *request,
			const char *answer)
{
	int fd = ctl_fixture_dial(fixture);
	char *text;

	ctl_fixture_send(fd, request);
	shutdown(fd, SHUT_WR);
	text = ctl_fixture_read_all(fd);
	assert_string_equal(text, answer);
	free(text);
	close(fd);
}
