/* SPDX-License-Identifier: BSD-2-Clause */
/* reload - a file read on a thread, put in force by the loop, or refused. */
#include "../../daemon/common/reload.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "dhcp4o6/ctl/shapes.h"

#define WAIT_MS 20000
#define ASKERS  3

static const char first_text[] = "default-lease-time 100;\n";
static const char second_text[] = "default-lease-time 200;\n";
static const char bad_text[] = "default-lease-time 300;\n"
			       "default-lease-time soon;\n"
			       "no-such-statement;\n";

/* A daemon: its configuration, and what its hooks are to do. */
struct daemon {
	char dir[64];
	char file[96];
	char sock[CTL_PATH_MAX];
	char notify[96];
	struct daemon_program program;
	struct daemon_args args;
	struct startup startup;
	struct loop *loop;
	struct ctl_server *ctl;
	struct reload *reload;
	struct conf *conf;
	pthread_t loop_thread;
	bool prepared_on_loop;
	unsigned int applied;
	unsigned int layouts; /* that are there */
	int prepare_err;
	int apply_err;
	unsigned int asked;
	bool gate_is_shut; /* the next prepare waits until ASKERS have asked */
	sem_t gate;
	int done_fd;
	int notify_fd;
};

static void write_file(const struct daemon *d, const char *text)
{
	char next[sizeof(d->file) + 8];
	FILE *file;

	/* A reload may be reading. */
	snprintf(next, sizeof(next), "%s.next", d->file);
	file = fopen(next, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(next, d->file), 0);
}

static int prepare(void *ctx, const struct conf *conf,
		   struct reload_report *report, void **layout)
{
	struct daemon *d = ctx;

	assert_non_null(conf);
	d->prepared_on_loop = pthread_equal(pthread_self(), d->loop_thread);
	if (__atomic_exchange_n(&d->gate_is_shut, false, __ATOMIC_SEQ_CST))
		sem_wait(&d->gate);
	*layout = malloc(1);
	__atomic_add_fetch(&d->layouts, 1, __ATOMIC_SEQ_CST);
	if (d->prepare_err)
		reload_say(report, CONF_ERROR, "peer-user %s: no such user",
			   "nobody-here");
	return d->prepare_err;
}

static int apply(void *ctx, struct conf **conf, void **layout,
		 struct reload_report *report)
{
	struct daemon *d = ctx;
	struct conf *former = d->conf;

	assert_true(pthread_equal(pthread_self(), d->loop_thread));
	assert_non_null(*layout);
	if (d->apply_err) {
		reload_say(report, CONF_ERROR, "two networks");
		return d->apply_err;
	}
	reload_say(report, CONF_WARNING, "the port stays");
	d->conf = *conf;
	*conf = former;
	d->applied++;
	return 0;
}

static struct daemon *the_daemon; /* free_layout() is told of none */

static void free_layout(void *layout)
{
	__atomic_sub_fetch(&the_daemon->layouts, 1, __ATOMIC_SEQ_CST);
	free(layout);
}

static enum ctl_progress handle_reload(struct ctl_request *request, void *ctx)
{
	struct daemon *d = ctx;
	bool is_new = !request->state;
	enum ctl_progress progress = reload_answer(d->reload, request);

	if (is_new && ++d->asked == ASKERS)
		sem_post(&d->gate);
	return progress;
}

static const struct ctl_command commands[] = {
	{ CTL_COMMAND_RELOAD, "read the file again", false, handle_reload },
};

static void handle_done(void *arg, uint32_t events)
{
	struct daemon *d = arg;

	(void)events;
	loop_stop(d->loop, 0);
}

static void open_notify(struct daemon *d)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(d->notify, sizeof(d->notify), "%s/notify", d->dir);
	memcpy(addr.sun_path, d->notify, strlen(d->notify) + 1);
	d->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		bind(d->notify_fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	setenv("NOTIFY_SOCKET", d->notify, 1);
}

static void open_ctl(struct daemon *d)
{
	struct ctl_server_config config = {
		.loop = d->loop,
		.commands = commands,
		.command_count = 1,
		.ctx = d,
	};

	assert_int_equal(ctl_socket_path(d->sock, d->dir, "server4", 6767), 0);
	config.listen_fd = ctl_listen(d->sock, (gid_t)-1);
	assert_true(config.listen_fd >= 0);
	assert_int_equal(ctl_server_new(&d->ctl, &config), 0);
}

static void open_reload(struct daemon *d)
{
	struct reload_config config = {
		.startup = &d->startup,
		.loop = d->loop,
		.ctl = d->ctl,
		.prepare = prepare,
		.apply = apply,
		.free_layout = free_layout,
		.ctx = d,
	};

	assert_int_equal(reload_new(&d->reload, &config), 0);
}

static int setup(void **state)
{
	struct daemon *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	the_daemon = d;
	sem_init(&d->gate, 0, 0);
	snprintf(d->dir, sizeof(d->dir), "/tmp/test-reload.XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	snprintf(d->file, sizeof(d->file), "%s/dhcpd.conf", d->dir);
	d->program.family = DAEMON_DHCP4;
	d->args.conf_file = d->file;
	d->startup =
		(struct startup){ .program = &d->program, .args = &d->args };
	d->loop_thread = pthread_self();
	open_notify(d);
	write_file(d, first_text);
	assert_int_equal(
		conf_load(&d->conf, d->file, CONF_DHCP4, true, NULL, NULL), 0);
	assert_int_equal(loop_new(&d->loop), 0);
	d->done_fd = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(
		loop_add_fd(d->loop, d->done_fd, EPOLLIN, handle_done, d), 0);
	open_ctl(d);
	open_reload(d);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct daemon *d = *state;

	ctl_server_free(d->ctl);
	reload_free(d->reload);
	assert_int_equal(d->layouts, 0);
	loop_remove_fd(d->loop, d->done_fd);
	close(d->done_fd);
	loop_free(d->loop);
	conf_free(d->conf);
	close(d->notify_fd);
	unlink(d->notify);
	unlink(d->sock);
	unlink(d->file);
	assert_int_equal(rmdir(d->dir), 0);
	free(d);
	return 0;
}

/* What one client was answered. */
struct answer {
	struct daemon *d;
	int code;
	char text[512];
	char findings[4096];
};

static void ask(struct answer *a)
{
	struct ctl_client *client = NULL;
	json_t *item = NULL;
	int err;

	assert_int_equal(ctl_client_open(&client, a->d->sock, WAIT_MS), 0);
	assert_int_equal(ctl_client_send(client, CTL_COMMAND_RELOAD, NULL), 0);
	while ((err = ctl_client_next(client, &item)) == 1) {
		const char *severity, *text;
		size_t len = strlen(a->findings);

		assert_int_equal(json_unpack(item, "{s:s,s:s}", "severity",
					     &severity, "text", &text),
				 0);
		snprintf(a->findings + len, sizeof(a->findings) - len,
			 "[%s] %.*s\n", severity, (int)strcspn(text, "\n"),
			 text);
		json_decref(item);
	}
	assert_int_equal(err, 0);
	a->code = ctl_client_code(client);
	snprintf(a->text, sizeof(a->text), "%s", ctl_client_text(client));
	ctl_client_close(client);
}

static void *ask_thread(void *arg)
{
	ask(arg);
	return NULL;
}

static void *ask_once(void *arg)
{
	struct answer *a = arg;
	uint64_t one = 1;

	ask(a);
	assert_int_equal(write(a->d->done_fd, &one, sizeof(one)), sizeof(one));
	return NULL;
}

static void serve(struct daemon *d, void *(*client)(void *arg), void *arg)
{
	pthread_t thread;
	uint64_t count;

	assert_int_equal(pthread_create(&thread, NULL, client, arg), 0);
	assert_int_equal(loop_run(d->loop), 0);
	pthread_join(thread, NULL);
	assert_int_equal(read(d->done_fd, &count, sizeof(count)),
			 sizeof(count));
}

static uint32_t lease_time(const struct daemon *d)
{
	return d->conf->global.params.default_lease_time_s;
}

static const char *stats_text(const struct daemon *d, const char *name)
{
	static char text[512];
	json_t *json = reload_json(d->reload);
	const char *value = NULL;

	assert_non_null(json);
	assert_int_equal(json_unpack(json, "{s:{s:s}}", "state", name, &value),
			 0);
	snprintf(text, sizeof(text), "%s", value);
	json_decref(json);
	return text;
}

static int stats_count(const struct daemon *d, const char *name)
{
	json_t *json = reload_json(d->reload);
	int value = -1;

	assert_int_equal(json_unpack(json, "{s:i}", name, &value), 0);
	json_decref(json);
	return value;
}

static void notified(const struct daemon *d, const char *start)
{
	char text[128] = "";

	assert_true(recv(d->notify_fd, text, sizeof(text) - 1, MSG_DONTWAIT) >
		    0);
	assert_int_equal(strncmp(text, start, strlen(start)), 0);
}

static void puts_a_good_file_in_force(void **state)
{
	struct daemon *d = *state;
	struct answer a = { .d = d };

	assert_string_equal(stats_text(d, "result"), "none");
	write_file(d, second_text);
	serve(d, ask_once, &a);
	assert_int_equal(a.code, CTL_OK);
	assert_string_equal(a.findings, "[warning] the port stays\n");
	assert_int_equal(lease_time(d), 200);
	assert_false(d->prepared_on_loop);
	assert_string_equal(stats_text(d, "result"), "applied");
	assert_int_equal(strlen(stats_text(d, "time")), 20);
	assert_int_equal(stats_count(d, "count"), 1);
	assert_int_equal(stats_count(d, "failures"), 0);
	notified(d, "RELOADING=1\nMONOTONIC_USEC=");
	notified(d, "READY=1");
}

static void an_error_keeps_the_former_one_and_says_every_place(void **state)
{
	struct daemon *d = *state;
	struct answer a = { .d = d };

	write_file(d, bad_text);
	serve(d, ask_once, &a);
	assert_int_equal(a.code, CTL_CONFIG);
	assert_non_null(strstr(a.findings, "dhcpd.conf:2:20: error: "));
	assert_non_null(strstr(a.findings, "dhcpd.conf:3:1: error: "));
	assert_non_null(strstr(a.text, "2 errors, the former configuration "
				       "stays: "));
	assert_non_null(strstr(a.text, "dhcpd.conf:2:20: error: "));
	assert_int_equal(lease_time(d), 100);
	assert_int_equal(d->applied, 0);
	assert_string_equal(stats_text(d, "result"), "refused");
	assert_string_equal(stats_text(d, "text"), a.text);
	assert_int_equal(stats_count(d, "failures"), 1);
	notified(d, "RELOADING=1\n");
	notified(d, "READY=1");
}

static void a_fault_in_octets_that_are_no_text_keeps_its_place(void **state)
{
	struct daemon *d = *state;
	struct answer a = { .d = d };

	write_file(d, "option domain-name \"a\";\nbad\xff\xc3 thing;\n");
	serve(d, ask_once, &a);
	assert_int_equal(a.code, CTL_CONFIG);
	assert_non_null(strstr(a.findings, "dhcpd.conf:2:"));
	assert_non_null(strstr(stats_text(d, "text"), "dhcpd.conf:2:"));
}

/* As after -user: the file is root's. */
static void a_file_that_may_not_be_read_says_by_whom(void **state)
{
	struct daemon *d = *state;
	struct answer a = { .d = d };

	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(d->file, 0), 0);
	assert_int_equal(chmod(d->dir, 0711), 0);
	assert_int_equal(chmod(d->sock, 0666), 0);
	assert_int_equal(seteuid(65534), 0);
	serve(d, ask_once, &a);
	assert_int_equal(seteuid(0), 0);
	/* For the leak checker, which the change of user shut out. */
	assert_int_equal(prctl(PR_SET_DUMPABLE, 1), 0);
	assert_int_equal(a.code, CTL_CONFIG);
	assert_non_null(strstr(a.findings, "Permission denied"));
	assert_non_null(strstr(a.findings, "read by uid 65534"));
}

static void what_prepare_finds_is_refused(void **state)
{
	struct daemon *d = *state;
	struct answer a = { .d = d };

	d->prepare_err = -EINVAL;
	serve(d, ask_once, &a);
	assert_int_equal(a.code, CTL_CONFIG);
	assert_string_equal(a.findings,
			    "[error] peer-user nobody-here: no such user\n");
	assert_int_equal(d->applied, 0);
}

static void what_apply_finds_is_refused(void **state)
{
	struct daemon *d = *state;
	struct answer a = { .d = d };

	write_file(d, second_text);
	d->apply_err = -EINVAL;
	serve(d, ask_once, &a);
	assert_int_equal(a.code, CTL_CONFIG);
	assert_string_equal(a.findings, "[error] two networks\n");
	assert_int_equal(lease_time(d), 100);
	d->apply_err = -ENOMEM;
	serve(d, ask_once, &a);
	assert_int_equal(a.code, CTL_NO_MEMORY);
}

static void *ask_three_times(void *arg)
{
	struct answer *a = arg;
	pthread_t threads[ASKERS];
	uint64_t one = 1;
	int i;

	for (i = 0; i < ASKERS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, ask_thread, &a[i]),
			0);
	for (i = 0; i < ASKERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(write(a->d->done_fd, &one, sizeof(one)), sizeof(one));
	return NULL;
}

static void a_run_under_way_is_followed_by_one_more_for_all(void **state)
{
	struct daemon *d = *state;
	struct answer a[ASKERS] = { { .d = d }, { .d = d }, { .d = d } };
	int i;

	/* The thread waits until all three have asked: the loop goes on. */
	d->gate_is_shut = true;
	reload_start(d->reload, "SIGHUP");
	write_file(d, second_text); /* maybe too late for the one under way */
	serve(d, ask_three_times, a);
	for (i = 0; i < ASKERS; i++)
		assert_int_equal(a[i].code, CTL_OK);
	assert_int_equal(d->applied, 2);
	assert_int_equal(lease_time(d), 200);
}

static void can_be_freed_while_a_run_is_under_way(void **state)
{
	struct daemon *d = *state;

	write_file(d, second_text);
	reload_start(d->reload, "SIGHUP");
	assert_int_equal(lease_time(d), 100);
}

#define DAEMON_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DAEMON_TEST(puts_a_good_file_in_force),
		DAEMON_TEST(an_error_keeps_the_former_one_and_says_every_place),
		DAEMON_TEST(a_fault_in_octets_that_are_no_text_keeps_its_place),
		DAEMON_TEST(a_file_that_may_not_be_read_says_by_whom),
		DAEMON_TEST(what_prepare_finds_is_refused),
		DAEMON_TEST(what_apply_finds_is_refused),
		DAEMON_TEST(a_run_under_way_is_followed_by_one_more_for_all),
		DAEMON_TEST(can_be_freed_while_a_run_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
