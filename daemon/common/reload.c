/* SPDX-License-Identifier: BSD-2-Clause */
/* reload - one thread a run, which tells the loop by an eventfd. */
#include "reload.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"
#include "instance.h"
#include "reload_report.h"

#define THREAD_NICE 10 /* packets go before the file */

struct reload {
	struct reload_config config;
	int done_fd;
	pthread_t thread;
	bool is_running; /* the thread is there, and owns the next block */
	bool again;      /* somebody asked since it began */

	/* The thread's while it runs. */
	struct conf *conf;
	void *layout;
	struct instance_peers peers;
	int err;
	struct reload_report report;

	/* How the last one ended; who waited for it may come later. */
	int last_err;
	struct reload_report last_report;
	char text[512];

	uint64_t begun; /* runs; the number of the latest */
	uint64_t ended;
	uint64_t failures;
	struct mono_time began_at;
	struct wall_time ended_at;
	int64_t read_ms;
	int64_t swap_us;
};

static const char *file_of(const struct reload *reload)
{
	return reload->config.startup->args->conf_file;
}

static bool is_readable(const struct reload *reload)
{
	return faccessat(AT_FDCWD, file_of(reload), R_OK, AT_EACCESS) == 0 ||
	       errno != EACCES;
}

int reload_new(struct reload **reload, const struct reload_config *config)
{
	struct reload *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->config = *config;
	r->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->done_fd < 0) {
		err = -errno;
		free(r);
		return err;
	}
	if (!is_readable(r))
		log_warning("%s: uid %u, which serves without capabilities, "
			    "may not read it: a reload will fail",
			    file_of(r), (unsigned int)geteuid());
	*reload = r;
	return 0;
}

/* ---- on the thread ---- */

static int find_peers(struct reload *reload)
{
	char text[INSTANCE_TEXT_SIZE];
	int err;

	err = instance_find_peers(&reload->peers, reload->config.startup,
				  &reload->conf->dhcp4o6, text);
	if (err)
		reload_say_error(&reload->report, text);
	return err;
}

static void read_and_prepare(struct reload *reload)
{
	const struct reload_config *config = &reload->config;
	enum conf_family family =
		config->startup->program->family == DAEMON_DHCP4 ? CONF_DHCP4
								 : CONF_DHCP6;

	reload->err = conf_load(&reload->conf, file_of(reload), family, true,
				reload_report_add, &reload->report);
	if (reload->err == -EINVAL && reload->report.is_denied)
		reload_say(&reload->report, CONF_NOTE,
			   "files are read by uid %u without capabilities "
			   "while serving",
			   (unsigned int)geteuid());
	if (!reload->err)
		reload->err = find_peers(reload);
	if (!reload->err && config->prepare)
		reload->err = config->prepare(config->ctx, reload->conf,
					      &reload->report, &reload->layout);
}

static void *reload_thread(void *arg)
{
	struct reload *reload = arg;
	const uint64_t one = 1;

	/* Linux has a priority for each thread. */
	(void)setpriority(PRIO_PROCESS, 0, THREAD_NICE);
	read_and_prepare(reload);
	(void)!write(reload->done_fd, &one, sizeof(one));
	return NULL;
}

/* ---- on the loop ---- */

static void drop_result(struct reload *reload)
{
	if (reload->layout)
		reload->config.free_layout(reload->layout);
	reload->layout = NULL;
	conf_free(reload->conf);
	reload->conf = NULL;
}

static void tell_service_manager(void)
{
	char text[80];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
		 (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	startup_notify(text);
}

static void describe(struct reload *reload)
{
	char first[RELOAD_TEXT_SIZE];

	if (!reload->err) {
		snprintf(reload->text, sizeof(reload->text),
			 "the configuration of %.300s is in force",
			 file_of(reload));
		return;
	}
	reload_report_first_error(&reload->report, first, sizeof(first));
	if (reload->err == -EINVAL && first[0])
		snprintf(reload->text, sizeof(reload->text),
			 "%zu error%s, the former configuration stays: %.400s",
			 reload->report.errors,
			 reload->report.errors == 1 ? "" : "s", first);
	else
		snprintf(reload->text, sizeof(reload->text),
			 "the former configuration stays: %s",
			 strerror(-reload->err));
}

static void end_run(struct reload *reload)
{
	reload->ended = reload->begun;
	reload->ended_at = wall_now();
	reload->failures += reload->err != 0;
	describe(reload);
	reload_report_clean(reload->text); /* it may be cut within a letter */
	reload_report_log(&reload->report);
	if (reload->err)
		log_error("reload: %s", reload->text);
	else
		log_notice("reload: %s", reload->text);
	reload->last_err = reload->err;
	reload_report_clear(&reload->last_report);
	reload->last_report = reload->report;
	reload->report = (struct reload_report){ .count = 0 };
	startup_notify("READY=1");
	ctl_server_wake(reload->config.ctl);
}

static void apply(struct reload *reload)
{
	const struct reload_config *config = &reload->config;
	struct mono_time before = mono_now();

	reload->read_ms = mono_diff_ms(before, reload->began_at);
	if (!reload->err)
		reload->err = config->apply(config->ctx, &reload->conf,
					    &reload->layout, &reload->report);
	if (!reload->err && config->peer)
		ipc_peer_set_uids(config->peer, reload->peers.uids,
				  reload->peers.count);
	drop_result(reload); /* or the former one */
	reload->swap_us = mono_diff_ns(mono_now(), before) / 1000;
}

static void begin(struct reload *reload, const char *why);

static void handle_done(void *arg, uint32_t events)
{
	struct reload *reload = arg;
	uint64_t count;

	(void)events;
	if (read(reload->done_fd, &count, sizeof(count)) < 0)
		return;
	pthread_join(reload->thread, NULL);
	loop_remove_fd(reload->config.loop, reload->done_fd);
	reload->is_running = false;
	apply(reload);
	end_run(reload);
	if (reload->again)
		begin(reload, "asked for meanwhile");
}

/* Signals are the loop's business. */
static int start_thread(struct reload *reload)
{
	sigset_t all, before;
	int err;

	err = loop_add_fd(reload->config.loop, reload->done_fd, EPOLLIN,
			  handle_done, reload);
	if (err)
		return err;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&reload->thread, NULL, reload_thread, reload);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		loop_remove_fd(reload->config.loop, reload->done_fd);
	return -err;
}

static void begin(struct reload *reload, const char *why)
{
	int err;

	log_notice("reading %s anew: %s", file_of(reload), why);
	tell_service_manager();
	reload->again = false;
	reload->begun++;
	reload->began_at = mono_now();
	reload->err = 0;
	reload->is_running = true; /* from here on err is the thread's */
	err = start_thread(reload);
	if (!err)
		return;
	reload->is_running = false;
	reload->err = err;
	end_run(reload);
}

void reload_start(struct reload *reload, const char *why)
{
	if (!reload->is_running)
		begin(reload, why);
	else
		reload->again = true;
}

void reload_free(struct reload *reload)
{
	if (!reload)
		return;
	if (reload->is_running) {
		pthread_join(reload->thread, NULL);
		loop_remove_fd(reload->config.loop, reload->done_fd);
	}
	drop_result(reload);
	reload_report_clear(&reload->report);
	reload_report_clear(&reload->last_report);
	close(reload->done_fd);
	free(reload);
}

/* ---- what others are told ---- */

static enum ctl_code code_of(int err)
{
	switch (err) {
	case 0:
		return CTL_OK;
	case -EINVAL:
		return CTL_CONFIG;
	case -ENOMEM:
		return CTL_NO_MEMORY;
	default:
		return CTL_FAILED;
	}
}

/* The number of the run that a request waits for. */
static uint64_t *take_ticket(struct reload *reload, struct ctl_request *request)
{
	uint64_t *ticket = malloc(sizeof(*ticket));
	char why[64];

	if (!ticket) {
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
		return NULL;
	}
	*ticket = reload->begun + 1;
	request->state = ticket;
	request->free_state = free;
	snprintf(why, sizeof(why), "control command of uid %u",
		 (unsigned int)request->peer_uid);
	reload_start(reload, why);
	return ticket;
}

enum ctl_progress reload_answer(struct reload *reload,
				struct ctl_request *request)
{
	const uint64_t *ticket = request->state;

	if (!ticket)
		ticket = take_ticket(reload, request);
	if (!ticket)
		return CTL_DONE;
	if (reload->ended < *ticket)
		return CTL_WAIT;
	reload_report_give(&reload->last_report, request);
	ctl_reply_end(request, code_of(reload->last_err), "%s", reload->text);
	return CTL_DONE;
}

json_t *reload_json(const struct reload *reload)
{
	time_t at = (time_t)reload->ended_at.s;
	const char *result = "none";
	char time_text[32] = "";
	struct tm tm;

	if (reload->ended) {
		result = reload->last_err ? "refused" : "applied";
		if (gmtime_r(&at, &tm))
			strftime(time_text, sizeof(time_text),
				 "%Y-%m-%dT%H:%M:%SZ", &tm);
	}
	return json_pack("{s:{s:s,s:s,s:s,s:b,s:I,s:I},s:I,s:I}", "state",
			 "result", result, "text", reload->text, "time",
			 time_text, "under_way", reload->is_running, "read_ms",
			 (json_int_t)reload->read_ms, "swap_us",
			 (json_int_t)reload->swap_us, "count",
			 (json_int_t)reload->ended, "failures",
			 (json_int_t)reload->failures);
}
