/* SPDX-License-Identifier: BSD-2-Clause */
#include "hands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/seqpacket.h"
#include "dhcp4o6/base/log.h"
#include "hands_private.h"

/* For the head to finish when it was told to stop: a last script may run. */
#define STOP_TIMEOUT_S 30
/* Who takes the head over could fill the log. */
#define COMPLAINTS_MAX   8
#define COMPLAINTS_PER_S 60

static void stop(struct hands *hands, int status)
{
	const struct hands_event event = { .type = HANDS_STOP };

	if (hands->is_stopping)
		return;
	hands->is_stopping = true;
	hands->status = status;
	if (hands->head_is_gone) {
		loop_stop(hands->loop, status);
		return;
	}
	outbox_post(hands->outbox, &event, sizeof(event), NULL, 0);
	loop_timer_arm(hands->stop_timer,
		       mono_add_s(mono_now(), STOP_TIMEOUT_S));
}

void hands_post(struct hands *hands, const struct hands_event *event)
{
	if (hands->is_stopping && event->type != HANDS_SCRIPT_ENDED)
		return;
	if (outbox_count(hands->outbox) >= HANDS_EVENTS_MAX) {
		log_error("the packet process does not listen");
		stop(hands, DAEMON_EXIT_FAILURE);
		return;
	}
	if (outbox_post(hands->outbox, event, sizeof(*event), NULL, 0)) {
		log_error("no memory to tell the packet process");
		stop(hands, DAEMON_EXIT_FAILURE);
	}
}

bool hands_may_complain(struct hands *hands)
{
	struct mono_time now = mono_now();

	if (!hands->complaints || mono_diff_ms(now, hands->complained_since) >=
					  COMPLAINTS_PER_S * 1000) {
		hands->complained_since = now;
		hands->complaints = 0;
	}
	if (hands->complaints == COMPLAINTS_MAX)
		return false;
	hands->complaints++;
	return true;
}

static void handle_script_end(void *arg, int status, bool timed_out)
{
	struct slot *slot = arg;
	struct hands_event event = {
		.type = HANDS_SCRIPT_ENDED,
		.slot = (uint8_t)(slot - slot->hands->slots),
		.ifindex = slot->ifindex,
		.script = { .serial = slot->script_serial,
			    .status = status,
			    .timed_out = timed_out },
	};

	if (timed_out && hands_may_complain(slot->hands))
		log_warning("%s: the script took too long and was killed",
			    slot->name);
	hands_post(slot->hands, &event);
}

static void handle_netlink(void *arg, uint32_t events)
{
	struct hands *hands = arg;
	int err = net_mon_handle(hands->mon);

	(void)events;
	if (err)
		log_warning("following interfaces and addresses: %s",
			    strerror(-err));
}

static void handle_term(void *arg, int signo)
{
	log_notice("%s: stopping", strsignal(signo));
	stop(arg, DAEMON_EXIT_OK);
}

/* The head has the configuration that servers are asked by. */
static void handle_hangup(void *arg, int signo)
{
	const struct hands_event event = { .type = HANDS_RELOAD };

	(void)signo;
	hands_post(arg, &event);
}

static void handle_stop_timeout(void *arg, struct mono_time now)
{
	struct hands *hands = arg;

	(void)now;
	log_error("the packet process does not stop; killed");
	kill(hands->config.head_pid, SIGKILL);
}

/* A client may be done by itself: its status is the whole client's. */
static void head_ended(struct hands *hands, int status)
{
	hands->head_is_gone = true;
	if (WIFSIGNALED(status)) {
		if (!hands->is_stopping)
			log_error("the packet process died: %s",
				  strsignal(WTERMSIG(status)));
		loop_stop(hands->loop, DAEMON_EXIT_FAILURE);
	} else if (hands->is_stopping && hands->status != DAEMON_EXIT_OK) {
		loop_stop(hands->loop, hands->status);
	} else {
		loop_stop(hands->loop, WEXITSTATUS(status));
	}
}

static void handle_child(void *arg, int signo)
{
	struct hands *hands = arg;
	int status;
	size_t i;

	(void)signo;
	for (i = 0; i < hands->config.slot_count; i++) {
		if (hands->slots[i].run)
			script_run_reap(hands->slots[i].run);
	}
	if (!hands->head_is_gone && waitpid(hands->config.head_pid, &status,
					    WNOHANG) == hands->config.head_pid)
		head_ended(hands, status);
}

static void answer_request(struct hands *hands, size_t len)
{
	struct hands_answer answer = { 0 };
	int err, fd = -1;

	answer.error = hands_decode(hands->octets, len, hands->names,
				    hands->config.slot_count, &hands->request);
	answer.serial = hands->request.serial;
	if (answer.error) {
		if (hands_may_complain(hands))
			log_warning("the packet process asks for what it may "
				    "not");
	} else {
		answer.error = hands_do(hands, &fd);
	}
	err = seqpacket_send(hands->config.requests_fd, &answer, sizeof(answer),
			     &fd, fd >= 0);
	if (fd >= 0)
		close(fd);
	/* Who asks reads the answer first; this process waits for nobody. */
	if (err == -EAGAIN && !hands->is_stopping) {
		log_error("the packet process asks and does not listen");
		stop(hands, DAEMON_EXIT_FAILURE);
	}
}

static void handle_request(void *arg, uint32_t events)
{
	struct hands *hands = arg;
	size_t len = sizeof(hands->octets), count = 0;
	int err;

	(void)events;
	/* A request never has descriptors: there is room for none. */
	err = seqpacket_recv(hands->config.requests_fd, hands->octets, &len,
			     NULL, &count);
	if (err == -EAGAIN)
		return;
	if (err == -EPIPE) {
		loop_remove_fd(hands->loop, hands->config.requests_fd);
		/* SIGCHLD may have come before anybody listened for it. */
		handle_child(hands, SIGCHLD);
		return;
	}
	if (!err)
		answer_request(hands, len);
	else if (hands_may_complain(hands))
		log_warning("request from the packet process: %s",
			    strerror(-err));
}

static int add_handlers(struct hands *hands)
{
	static const struct {
		int signo;
		loop_signal_handler *handle;
	} signals[] = {
		{ SIGTERM, handle_term },
		{ SIGINT, handle_term },
		{ SIGHUP, handle_hangup },
		{ SIGCHLD, handle_child },
	};
	int flags = fcntl(hands->config.requests_fd, F_GETFL), err;
	size_t i;

	if (fcntl(hands->config.requests_fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	err = loop_timer_new(hands->loop, &hands->stop_timer,
			     handle_stop_timeout, hands);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]) && !err; i++)
		err = loop_add_signal(hands->loop, signals[i].signo,
				      signals[i].handle, hands);
	if (!err)
		err = loop_add_fd(hands->loop, hands->config.requests_fd,
				  EPOLLIN, handle_request, hands);
	if (!err)
		err = loop_add_fd(hands->loop, net_mon_fd(hands->mon), EPOLLIN,
				  handle_netlink, hands);
	return err;
}

static int add_slots(struct hands *hands)
{
	size_t i;

	for (i = 0; i < hands->config.slot_count; i++) {
		struct slot *slot = &hands->slots[i];
		const struct script_run_config config = {
			.loop = hands->loop,
			.path = hands->config.slots[i].script,
			.env = hands->config.env,
			.env_count = hands->config.env_count,
			.ended = handle_script_end,
			.arg = slot,
		};
		int err = 0;

		slot->hands = hands;
		slot->name = hands->config.slots[i].name;
		hands->names[i] = slot->name;
		if (config.path)
			err = script_run_new(&slot->run, &config);
		if (err)
			return err;
	}
	return 0;
}

/* An interface that was asked for by name has to be there at the start. */
static enum daemon_exit check_names(const struct hands *hands)
{
	enum daemon_exit status = DAEMON_EXIT_NONE;
	size_t i;

	for (i = 0; i < hands->config.slot_count; i++) {
		if (hands->slots[i].ifindex || hands->config.waits_for_link)
			continue;
		log_error("%s: there is no such interface",
			  hands->slots[i].name);
		status = DAEMON_EXIT_FAILURE;
	}
	return status;
}

static enum daemon_exit tell_start(struct hands *hands)
{
	const struct hands_event event = { .type = HANDS_STARTED };
	enum daemon_exit status;
	int err;

	err = net_mon_sync(hands->mon);
	if (err) {
		log_error("reading interfaces and addresses: %s",
			  strerror(-err));
		return DAEMON_EXIT_FAILURE;
	}
	hands_tell_links(hands);
	status = check_names(hands);
	if (status != DAEMON_EXIT_NONE)
		return status;
	hands->is_synced = true;
	hands_post(hands, &event);
	return DAEMON_EXIT_NONE;
}

enum daemon_exit hands_new(struct hands **hands,
			   const struct hands_config *config)
{
	struct hands *self = calloc(1, sizeof(*self));
	struct net_mon_handlers handlers = hands_link_handlers;
	int err = -ENOMEM;

	if (!self)
		goto out_error;
	self->config = *config;
	handlers.arg = self;
	err = loop_new(&self->loop);
	if (!err)
		err = outbox_new(&self->outbox, self->loop, config->events_fd);
	if (!err)
		err = net_mon_open(&self->mon, &handlers);
	if (!err)
		err = net_conf_open(&self->conf);
	if (!err)
		err = add_slots(self);
	if (!err)
		err = add_handlers(self);
	if (err)
		goto out_error;
	*hands = self;
	return tell_start(self);
out_error:
	log_error("starting: %s", strerror(-err));
	hands_free(self);
	*hands = NULL;
	return DAEMON_EXIT_FAILURE;
}

int hands_run(struct hands *hands)
{
	return loop_run(hands->loop);
}

void hands_free(struct hands *hands)
{
	size_t i;

	if (!hands)
		return;
	for (i = 0; i < hands->config.slot_count; i++)
		script_run_free(hands->slots[i].run);
	net_conf_close(hands->conf);
	net_mon_close(hands->mon);
	outbox_free(hands->outbox);
	loop_timer_free(hands->stop_timer);
	loop_free(hands->loop);
	free(hands);
}
