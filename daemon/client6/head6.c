/* SPDX-License-Identifier: BSD-2-Clause */
#include "head6.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define TICK_MS        1000
#define RELEASE_WAIT_S 10 /* for an interface that can send */

int head6_ask(struct head6 *head, const struct uplink *uplink, int *fd,
	      const char *what)
{
	int err;

	head->request.slot = uplink->slot;
	head->request.ifindex = uplink->link.ifindex;
	head->request.addr.ifindex = uplink->link.ifindex;
	err = hands_ask(head->requests_fd, &head->request, fd);
	if (err && what)
		log_warning("%s: %s: %s", uplink->name, what, strerror(-err));
	return err;
}

void head6_drop(struct head6 *head, const struct uplink *uplink,
		enum drop_reason reason, const struct in6_addr *from)
{
	char text[INET6_ADDRSTRLEN];
	uint32_t suppressed;

	metrics_drop(&head->metrics, reason);
	if (!log_would(LOG_LEVEL_INFO) ||
	    !log_rate_allow(&head->drop_log, mono_now(), &suppressed))
		return;
	inet_ntop(AF_INET6, from, text, sizeof(text));
	log_info("%s: dropped, %s: %s (%u more lines like this left out)",
		 uplink ? uplink->name : "pipe", text, drop_reason_text(reason),
		 suppressed);
}

/* ---- beginning and end ---- */

void head6_be_ready(struct head6 *head)
{
	int err;

	if (head->is_ready || head->is_stopping ||
	    head->config->args->task != CLIENT_TASK_LEASE)
		return;
	head->is_ready = true;
	loop_timer_disarm(head->patience);
	head->request.type = HANDS_READY;
	head->request.slot = 0;
	err = hands_ask(head->requests_fd, &head->request, NULL);
	if (err)
		log_error("the privileged process does not answer: %s",
			  strerror(-err));
}

void head6_stop(struct head6 *head, int status)
{
	size_t i;

	if (head->is_stopping)
		return;
	head->is_stopping = true;
	head->status = status;
	for (i = 0; i < head->uplink_count; i++) {
		if (head->uplink[i].machine)
			drive6_event(&head->uplink[i], MACHINE6_STOP);
	}
	head6_end_if_done(head);
}

/* -r: each interface has given back what it had, or has tried to. */
static void end_release(struct head6 *head)
{
	int status = DAEMON_EXIT_NO_LEASE;
	size_t i;

	for (i = 0; i < head->uplink_count; i++) {
		const struct uplink *uplink = &head->uplink[i];

		if (!uplink->is_releasing ||
		    machine6_state(uplink->machine) != MACHINE6_STOPPED)
			return;
		if (uplink->had_lease && status == DAEMON_EXIT_NO_LEASE)
			status = DAEMON_EXIT_OK;
		if (uplink->had_lease && !uplink->is_answered) {
			log_error("%s: no server answered the RELEASE",
				  uplink->name);
			status = DAEMON_EXIT_FAILURE;
		}
	}
	head6_stop(head, status);
}

void head6_end_if_done(struct head6 *head)
{
	size_t i;

	if (!head->is_stopping) {
		if (head->config->args->task == CLIENT_TASK_RELEASE)
			end_release(head);
		return;
	}
	for (i = 0; i < head->uplink_count; i++) {
		if (!script6_is_idle(head->uplink[i].scripts))
			return;
	}
	loop_stop(head->loop, head->status);
}

static void lose_patience(void *arg, struct mono_time now)
{
	struct head6 *head = arg;
	const struct client_args *args = head->config->args;
	size_t i;

	(void)now;
	if (args->task == CLIENT_TASK_RELEASE) {
		for (i = 0; i < head->uplink_count; i++) {
			if (head->uplink[i].is_releasing)
				continue;
			log_error("%s: it has no link, or no link-local "
				  "address: nothing is given back",
				  head->uplink[i].name);
			head6_stop(head, DAEMON_EXIT_FAILURE);
		}
	} else if (args->one_try) {
		log_error("no lease in time");
		head6_stop(head, DAEMON_EXIT_NO_LEASE);
	} else {
		log_notice("no lease in time; going on");
		head6_be_ready(head);
	}
}

static uint32_t patience_s(const struct head6 *head)
{
	const struct client_args *args = head->config->args;

	if (args->task == CLIENT_TASK_RELEASE)
		return RELEASE_WAIT_S;
	return args->timeout_s ? args->timeout_s
			       : head->conf->global.times.timeout_s;
}

/* ---- who the client is ---- */

static const struct net_link *find_link(const struct head6 *head)
{
	const struct net_link *found = NULL;
	size_t i;

	for (i = 0; i < head->uplink_count; i++) {
		const struct net_link *link = &head->uplink[i].link;

		if (link->ifindex &&
		    (!found || (link->has_mac && !found->has_mac)))
			found = link;
	}
	return found;
}

static bool take_duid(struct head6 *head, const uint8_t *octets, size_t len)
{
	if (!octets || len == 0 || len > sizeof(head->duid.octets))
		return false;
	memcpy(head->duid.octets, octets, len);
	head->duid.len = len;
	return true;
}

/* -df: another file's. One that is not there has none. */
static bool take_other_duid(struct head6 *head)
{
	const char *path = head->config->args->duid_file;
	struct client_leases *other;
	const uint8_t *octets;
	bool is_taken = false;
	size_t len;
	int err;

	if (!path || client_leases_new(&other))
		return false;
	err = client_leases_read(other, path, NULL, NULL);
	octets = client_leases_duid(other, &len);
	if (err)
		log_warning("%s: %s", path, strerror(-err));
	else
		is_taken = take_duid(head, octets, len);
	client_leases_free(other);
	return is_taken;
}

/* Durable before anything is sent: RFC 9915 section 11. */
static bool find_duid(struct head6 *head, const struct net_link *link)
{
	const struct head6_config *config = head->config;
	const uint8_t *octets;
	size_t len;
	int err = 0;

	octets = client_leases_duid(config->leases, &len);
	if (take_duid(head, octets, len))
		return true;
	if (!take_other_duid(head) && !take_duid(head, head->conf->default_duid,
						 head->conf->default_duid_len))
		err = client_duid_make(&head->duid, config->args->duid_type,
				       link, wall_now());
	if (!err)
		err = client_leases_set_duid(config->leases, head->duid.octets,
					     head->duid.len);
	if (err) {
		log_error("no DUID: %s", strerror(-err));
		return false;
	}
	return apply6_write(head);
}

static void begin(struct head6 *head)
{
	const struct net_link *link = find_link(head);
	size_t i;

	if (!link || head->is_stopping)
		return;
	if (!head->duid.len && !find_duid(head, link)) {
		head6_stop(head, DAEMON_EXIT_FAILURE);
		return;
	}
	for (i = 0; i < head->uplink_count && !head->is_stopping; i++) {
		if (head->uplink[i].link.ifindex)
			uplink6_prepare(&head->uplink[i]);
	}
}

static void handle_started(struct head6 *head)
{
	const struct client_args *args = head->config->args;
	uint32_t wait_s = patience_s(head);
	size_t i;

	for (i = 0; i < head->uplink_count; i++) {
		const struct uplink *uplink = &head->uplink[i];

		if (!uplink->link.ifindex || uplink6_is_usable(uplink))
			continue;
		head6_stop(head, DAEMON_EXIT_FAILURE);
		return;
	}
	head->has_started = true;
	if (wait_s != UINT32_MAX)
		loop_timer_arm(head->patience, mono_add_s(mono_now(), wait_s));
	begin(head);
	if (args->waits_not)
		head6_be_ready(head);
}

/* ---- events of the hands ---- */

static void handle_uplink_event(struct head6 *head, struct uplink *uplink,
				const struct hands_event *event)
{
	switch (event->type) {
	case HANDS_LINK:
		uplink6_set_link(uplink, &event->link);
		if (head->has_started)
			begin(head);
		break;
	case HANDS_LINK_GONE:
		uplink6_lose_link(uplink);
		break;
	case HANDS_ADDR6:
		uplink6_set_addr(uplink, &event->addr, event->state);
		break;
	case HANDS_SCRIPT_ENDED:
		script6_handle_end(uplink->scripts, &event->script);
		break;
	default:
		break;
	}
}

static void handle_event(struct head6 *head, const struct hands_event *event)
{
	switch (event->type) {
	case HANDS_STARTED:
		handle_started(head);
		break;
	case HANDS_RELOAD:
		reload6(head);
		break;
	case HANDS_STOP:
		head6_stop(head, DAEMON_EXIT_OK);
		break;
	default:
		if (event->slot < head->uplink_count)
			handle_uplink_event(head, &head->uplink[event->slot],
					    event);
		break;
	}
}

static void handle_events(void *arg, uint32_t events)
{
	struct head6 *head = arg;
	struct hands_event event;
	int err;

	(void)events;
	err = hands_next_event(head->events_fd, &event);
	if (!err) {
		handle_event(head, &event);
	} else if (err != -EAGAIN) {
		log_error("the privileged process is gone");
		loop_stop(head->loop, DAEMON_EXIT_FAILURE);
	}
}

static void handle_tick(void *arg, struct mono_time now)
{
	struct head6 *head = arg;
	size_t i;

	pipe6_tick(head, now);
	head->metrics.value[METRIC_SOCKET_RX_OVERFLOW] = 0;
	for (i = 0; i < head->uplink_count; i++)
		head->metrics.value[METRIC_SOCKET_RX_OVERFLOW] +=
			net_udp6_lost(head->uplink[i].batch);
	loop_timer_arm(head->tick, mono_add_ms(now, TICK_MS));
}

/* ---- open and close ---- */

static int open_uplinks(struct head6 *head)
{
	const struct head6_config *config = head->config;
	const struct daemon_args *args = &config->args->common;
	int err = 0;
	size_t i;

	for (i = 0; i < args->interface_count && !err; i++) {
		struct uplink *uplink = &head->uplink[i];

		uplink->head = head;
		uplink->slot = (uint8_t)i;
		uplink->name = args->interfaces[i];
		uplink->scope = client_conf_scope(head->conf, uplink->name);
		head->uplink_count++;
		err = uplink6_open(uplink);
	}
	return err;
}

static int open_all(struct head6 *head)
{
	struct siphash_key key;
	int err;

	head->started = mono_now();
	head->heard_log = (struct log_rate)LOG_RATE_INIT(20, 200);
	head->drop_log = (struct log_rate)LOG_RATE_INIT(10, 1000);
	head->peer_log = (struct log_rate)LOG_RATE_INIT(10, 10000);
	err = siphash_key_random(&key);
	if (err)
		return err;
	head->random = random_source(&key);
	err = loop_new(&head->loop);
	if (!err)
		err = open_uplinks(head);
	if (!err)
		err = pipe6_open(head);
	if (!err)
		err = ctl6_open(head);
	if (!err)
		err = loop_timer_new(head->loop, &head->tick, handle_tick,
				     head);
	if (!err)
		err = loop_timer_new(head->loop, &head->patience, lose_patience,
				     head);
	if (!err)
		err = loop_add_fd(head->loop, head->events_fd, EPOLLIN,
				  handle_events, head);
	return err;
}

static void close_all(struct head6 *head)
{
	size_t i;

	ctl_server_free(head->ctl);
	pipe6_close(head);
	for (i = 0; i < head->uplink_count; i++)
		uplink6_close(&head->uplink[i]);
	loop_timer_free(head->tick);
	loop_timer_free(head->patience);
	loop_free(head->loop);
	client_conf_free(head->loaded);
	free(head);
}

int head6_run(void *config, int events_fd, int requests_fd)
{
	struct head6 *head = calloc(1, sizeof(*head));
	int status = DAEMON_EXIT_FAILURE;
	int err = -ENOMEM;

	if (head) {
		head->config = config;
		head->conf = head->config->conf;
		head->events_fd = events_fd;
		head->requests_fd = requests_fd;
		err = open_all(head);
	}
	if (err) {
		log_error("starting: %s", strerror(-err));
	} else {
		handle_tick(head, mono_now());
		status = loop_run(head->loop);
	}
	if (head)
		close_all(head);
	return status < 0 ? DAEMON_EXIT_FAILURE : status;
}
