/* SPDX-License-Identifier: BSD-2-Clause */
/* What a client that is slow, silent, greedy or gone can do to a daemon. */
#include "ctl_fixture.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void client_sends_64k(struct ctl_fixture *fixture)
{
	char *request = malloc(CTL_REQUEST_MAX + 1);
	int fd = ctl_fixture_dial(fixture);
	char *text;

	memset(request, ' ', CTL_REQUEST_MAX);
	request[CTL_REQUEST_MAX] = '\0';
	ctl_fixture_send(fd, request);
	text = ctl_fixture_read_all(fd);
	assert_non_null(strstr(text, "\"code\":101"));
	free(text);
	free(request);
	close(fd);
}

static void refuses_a_request_over_64_kib(void **state)
{
	ctl_fixture_serve(*state, client_sends_64k);
}

static void client_reads_stream(struct ctl_fixture *fixture)
{
	struct ctl_client *client = NULL;
	json_t *item = NULL;
	unsigned int i;

	assert_int_equal(ctl_client_open(&client, fixture->path, CTL_WAIT_MS),
			 0);
	assert_int_equal(ctl_client_send(client, "stream", NULL), 0);
	for (i = 0; i < CTL_STREAM_SIZE; i++) {
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
	struct ctl_fixture *fixture = *state;

	ctl_fixture_serve(fixture, client_reads_stream);
	assert_int_equal(fixture->freed, 1);
	assert_false(fixture->room_was_exceeded);
}

static void client_leaves(struct ctl_fixture *fixture)
{
	int fd = ctl_fixture_dial(fixture);
	char octet;

	ctl_fixture_send(fd, "{\"command\":\"stream\"}\n");
	assert_int_equal(read(fd, &octet, 1), 1);
	close(fd);
	/* The next answer shows that the server went on. */
	ctl_fixture_expect(
		fixture, "{\"command\":\"echo\"}\n",
		"{\"end\":true,\"code\":103,\"text\":\"which `word'?\"}"
		"\n");
}

static void frees_the_state_of_a_client_that_left(void **state)
{
	struct ctl_fixture *fixture = *state;

	ctl_fixture_serve(fixture, client_leaves);
	assert_int_equal(fixture->freed, 1);
}

static bool is_closed(int fd)
{
	struct pollfd pfd = { .fd = fd };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP);
}

/* What it does not take fills the socket first, in some turns of the loop. */
static void client_does_not_read(struct ctl_fixture *fixture)
{
	int fd = ctl_fixture_dial(fixture);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	unsigned int passes = 0;
	char *text;

	ctl_fixture_send(fd, "{\"command\":\"stream\"}\n");
	assert_int_equal(poll(&pfd, 1, CTL_WAIT_MS), 1);
	ctl_fixture_pass(fixture, 999);
	assert_false(is_closed(fd));
	while (!is_closed(fd) && passes++ < 100)
		ctl_fixture_pass(fixture, 500);
	assert_true(passes <= 100);
	text = ctl_fixture_read_all(fd);
	assert_null(strstr(text, "\"end\""));
	free(text);
	close(fd);
}

static void disconnects_a_client_that_takes_nothing(void **state)
{
	struct ctl_fixture *fixture = *state;

	ctl_fixture_serve(fixture, client_does_not_read);
	assert_int_equal(fixture->freed, 1);
}

/* Six times the time-out, and up to a tick. */
static void client_is_silent(struct ctl_fixture *fixture)
{
	int fd = ctl_fixture_dial(fixture);
	char octet;

	ctl_fixture_pass(fixture, 0); /* it has been let in */
	ctl_fixture_pass(fixture, 5999);
	assert_false(is_closed(fd));
	ctl_fixture_pass(fixture, 501);
	assert_true(is_closed(fd));
	assert_int_equal(read(fd, &octet, 1), 0);
	close(fd);
}

static void disconnects_a_client_that_asks_nothing(void **state)
{
	ctl_fixture_serve(*state, client_is_silent);
}

/* Each time another one comes, less than a tick after the one before. */
static void clients_come_all_the_time(struct ctl_fixture *fixture)
{
	int fd = ctl_fixture_dial(fixture);
	unsigned int i;

	for (i = 0; i < 70; i++)
		ctl_fixture_pass(fixture, 100);
	assert_true(is_closed(fd));
	close(fd);
}

static void nor_do_clients_that_come_keep_others_in(void **state)
{
	ctl_fixture_serve(*state, clients_come_all_the_time);
}

static void client_reads_flood(struct ctl_fixture *fixture)
{
	int fd = ctl_fixture_dial(fixture);
	char *text;

	ctl_fixture_send(fd, "{\"command\":\"flood\"}\n");
	shutdown(fd, SHUT_WR);
	text = ctl_fixture_read_all(fd);
	assert_true(strlen(text) < 9 * 1024 * 1024);
	assert_non_null(strstr(text, "\"end\":true"));
	free(text);
	close(fd);
}

static void bounds_the_output_of_a_careless_handler(void **state)
{
	ctl_fixture_serve(*state, client_reads_flood);
}

static void clients_come_in_masses(struct ctl_fixture *fixture)
{
	int fds[CTL_CLIENTS_MAX];
	char *text;
	int fd;
	int i;

	for (i = 0; i < CTL_CLIENTS_MAX; i++) {
		char octet;

		fds[i] = ctl_fixture_dial(fixture);
		ctl_fixture_send(fds[i], "{\"command\":\"help\"}\n");
		assert_int_equal(read(fds[i], &octet, 1), 1);
	}
	fd = ctl_fixture_dial(fixture);
	text = ctl_fixture_read_all(fd);
	assert_non_null(strstr(text, "\"code\":105"));
	free(text);
	close(fd);
	for (i = 0; i < CTL_CLIENTS_MAX; i++)
		close(fds[i]);
}

static void tells_a_client_too_many_so(void **state)
{
	ctl_fixture_serve(*state, clients_come_in_masses);
}

static int64_t cpu_ms(void)
{
	struct timespec ts;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts), 0);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* While no descriptor is left, accept() fails and its socket stays readable. */
static void client_comes_without_descriptors(struct ctl_fixture *fixture)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int lowest = dup(fd);
	struct rlimit before;
	struct rlimit none;
	int64_t spent_ms;

	assert_true(fd >= 0 && lowest >= 0);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = (rlim_t)lowest;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);

	spent_ms = cpu_ms();
	memcpy(addr.sun_path, fixture->path, sizeof(addr.sun_path));
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	ctl_fixture_send(fd, "{\"command\":\"help\"}\n");
	assert_int_equal(poll(&pfd, 1, 700), 0);
	assert_true(cpu_ms() - spent_ms < 350);

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	ctl_fixture_wait(500);
	assert_int_equal(poll(&pfd, 1, CTL_WAIT_MS), 1);
	close(fd);
}

static void running_out_of_descriptors_is_sat_out(void **state)
{
	ctl_fixture_serve(*state, client_comes_without_descriptors);
}

/* Longer than any time-out. */
static void client_waits(struct ctl_fixture *fixture)
{
	int fd = ctl_fixture_dial(fixture);
	int gone = ctl_fixture_dial(fixture);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t spent_ms = cpu_ms();
	char *text;

	ctl_fixture_send(fd, "{\"command\":\"wait\"}\n");
	ctl_fixture_send(gone, "{\"command\":\"wait\"}\n");
	ctl_fixture_pass(fixture, 60000);
	assert_int_equal(poll(&pfd, 1, 700), 0);
	assert_true(cpu_ms() - spent_ms < 350);
	close(gone);
	ctl_fixture_expect(fixture, "{\"command\":\"wake\"}\n",
			   "{\"end\":true,\"code\":0,\"text\":\"\"}\n");
	assert_int_equal(poll(&pfd, 1, CTL_WAIT_MS), 1);
	shutdown(fd, SHUT_WR);
	text = ctl_fixture_read_all(fd);
	assert_string_equal(text, "{\"item\":\"woken\"}\n"
				  "{\"end\":true,\"code\":0,\"text\":\"\"}\n");
	free(text);
	close(fd);
}

static void a_handler_that_waits_costs_nothing_until_it_is_woken(void **state)
{
	ctl_fixture_serve(*state, client_waits);
}

#define SERVER_TEST(name)                                        \
	cmocka_unit_test_setup_teardown(name, ctl_fixture_setup, \
					ctl_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(refuses_a_request_over_64_kib),
		SERVER_TEST(a_long_answer_waits_for_its_reader),
		SERVER_TEST(frees_the_state_of_a_client_that_left),
		SERVER_TEST(disconnects_a_client_that_takes_nothing),
		SERVER_TEST(disconnects_a_client_that_asks_nothing),
		SERVER_TEST(nor_do_clients_that_come_keep_others_in),
		SERVER_TEST(bounds_the_output_of_a_careless_handler),
		SERVER_TEST(tells_a_client_too_many_so),
		SERVER_TEST(running_out_of_descriptors_is_sat_out),
		SERVER_TEST(
			a_handler_that_waits_costs_nothing_until_it_is_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
