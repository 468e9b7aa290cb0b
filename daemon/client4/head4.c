/* SPDX-License-Identifier: BSD-2-Clause */
/* head4 - the loop, what the hands tell, the beginning and the end. */
#include "head4.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>

#define TICK_MS       1000
#define NATIVE_TICKS  60 /* how often others are looked for */
#define PROBE_GRACE_S 10 /* for an address that is being probed */
#define EVENTS_A_TURN 64

/* ---- beginning and end ---- */

void head4_end(struct head4 *head, int status)
{
	if (!head->is_ending)
		head->status = status;
	head->is_ending = true;
	if (script4_is_idle(head))
		loop_stop(head->loop, head->status);
}

void head4_ready(struct head4 *head)
{
	int err;

	loop_timer_disarm(head->patience);
	if (head->is_ready)
		return;
	head->is_ready = true;
	head->request.type = HANDS_READY;
	err = hands_ask(head->requests_fd, &head->request, NULL);
	if (err)
		log_warning("the start cannot be told to be over: %s",
			    strerror(-err));
}

void head4_give_up(struct head4 *head)
{
	if (head->args.task != CLIENT_TASK_LEASE) {
		/* Once it has begun, the machine bounds it. */
		if (head->is_begun)
			return;
		log_error("%s: there is no such interface", head->interface);
		head4_end(head, DAEMON_EXIT_FAILURE);
		return;
	}
	if (head->is_ready)
		return;
	if (!head->args.one_try) {
		head4_ready(head);
		return;
	}
	log_error("%s: no lease, and one try was to be made", head->interface);
	head->is_ready = true;
	head4_tell(head, MACHINE4_ON_END);
	head4_end(head, DAEMON_EXIT_NO_LEASE);
}

static void lose_patience(void *arg, struct mono_time now)
{
	struct head4 *head = arg;

	/* It has a lease all but in name. */
	if (head->is_begun && head->machine.state == MACHINE4_PROBING)
		loop_timer_arm(head->patience, mono_add_s(now, PROBE_GRACE_S));
	else
		head4_give_up(head);
}

static void set_scope(struct head4 *head)
{
	head->scope = *client_conf_scope(head->conf, head->interface);
	if (head->args.timeout_s)
		head->scope.times.timeout_s = head->args.timeout_s;
}

static void set_up(struct head4 *head)
{
	int err;

	head->request.type = HANDS_SET_UP;
	head->request.slot = 0;
	head->request.ifindex = head->ifindex;
	err = hands_ask(head->requests_fd, &head->request, NULL);
	if (err)
		log_warning("%s cannot be set up: %s", head->interface,
			    strerror(-err));
}

static void release(struct head4 *head)
{
	int error = head4_tell(head, MACHINE4_ON_RELEASE);

	if (error != -ENOENT)
		return;
	log_error("%s: there is no lease to be released", head->interface);
	head4_end(head, DAEMON_EXIT_NO_LEASE);
}

/* The script has made its preparations, or there is none. */
static void begin(struct head4 *head)
{
	if (head->is_begun || !head->is_prepared || head->is_ending ||
	    !script4_is_idle(head))
		return;
	if (!head4_begin(head)) {
		head4_end(head, DAEMON_EXIT_FAILURE);
		return;
	}
	head4_open_arp(head);
	if (!head->was_up)
		head4_tell(head, MACHINE4_ON_LINK_DOWN);
	head4_tell(head, MACHINE4_ON_TIMER);
	head4_look_for_native(head);
	if (head->args.task == CLIENT_TASK_RELEASE)
		release(head);
}

static void prepare(struct head4 *head)
{
	if (head->is_prepared || !head->ifindex || !head->is_started)
		return;
	head->is_prepared = true;
	if (head->args.task == CLIENT_TASK_LEASE) {
		set_up(head);
		script4_add(head, SCRIPT_PREINIT, false);
		script4_run(head);
	}
	begin(head);
}

/* ---- what the hands tell ---- */

static void come_back(struct head4 *head)
{
	log_notice("%s is back", head->interface);
	set_up(head);
	if (head4_identify(head))
		log_error("%s: no identity", head->interface);
	head4_open_arp(head);
}

static void note_up(struct head4 *head)
{
	if (head->net.is_up == head->was_up)
		return;
	head->was_up = head->net.is_up;
	if (!head->is_begun)
		return;
	log_notice("%s: the link is %s", head->interface,
		   head->was_up ? "up" : "down");
	/* Routes have gone with the link, and with the interface the rest. */
	if (head->was_up && head->machine.is_held && !head4_apply(head))
		head4_probe(head, PROBE4_ON_USE);
	head4_tell(head,
		   head->was_up ? MACHINE4_ON_LINK_UP : MACHINE4_ON_LINK_DOWN);
}

static void handle_link(struct head4 *head, const struct hands_event *event)
{
	bool is_new = head->ifindex != event->ifindex;

	head->net = event->link;
	head->ifindex = event->ifindex;
	if (!head->applied.has_mtu)
		head->own_mtu = head->net.mtu;
	if (is_new && head->is_begun)
		come_back(head);
	note_up(head);
	prepare(head);
}

static void handle_gone(struct head4 *head, const struct hands_event *event)
{
	(void)event;
	log_warning("%s is gone; a lease is kept until it ends",
		    head->interface);
	head->ifindex = 0;
	head->own_mtu = 0;
	memset(&head->applied, 0, sizeof(head->applied));
	head4_close_arp(head);
	head->net.is_up = false;
	note_up(head);
}

static void handle_addr(struct head4 *head, const struct hands_event *event)
{
	if (!head->is_started)
		head4_adopt(head, &event->addr);
}

static void handle_script(struct head4 *head, const struct hands_event *event)
{
	script4_ended(head, &event->script);
	begin(head);
	if (head->is_ending && script4_is_idle(head))
		loop_stop(head->loop, head->status);
}

static void handle_started(struct head4 *head, const struct hands_event *event)
{
	(void)event;
	head->is_started = true;
	loop_timer_arm(head->patience,
		       mono_add_s(mono_now(), head->scope.times.timeout_s));
	if (head->args.waits_not)
		head4_ready(head);
	prepare(head);
}

static void show_finding(void *arg, enum conf_severity severity,
			 const char *text)
{
	(void)arg;
	if (severity != CONF_NOTE)
		log_warning("%s", text);
}

static void handle_reload(struct head4 *head, const struct hands_event *event)
{
	const char *path = head->args.common.conf_file;
	char text[INSTANCE_TEXT_SIZE];
	struct client_conf *conf = NULL;
	struct instance_peers peers;
	int err = client_conf_load(&conf, path, show_finding, NULL);

	(void)event;
	if (!err && client_find_peers(&peers, &head->startup, conf, text)) {
		log_error("%s", text);
		err = -EINVAL;
	}
	if (err) {
		log_error("%s is not usable: the former one goes on", path);
		client_conf_free(conf);
		return;
	}
	ipc_peer_set_uids(head->peer, peers.uids, peers.count);
	client_conf_free(head->conf);
	head->conf = conf;
	set_scope(head);
	if (head->is_begun)
		machine4_set_scope(&head->machine, &head->scope);
	log_notice("%s is in force, for the lease from its next renewal on",
		   path);
}

static void handle_stop(struct head4 *head, const struct hands_event *event)
{
	(void)event;
	head4_tell(head, MACHINE4_ON_END);
	head4_end(head, DAEMON_EXIT_OK);
}

static void read_events(void *arg, uint32_t ready)
{
	static void (*const handlers[HANDS_EVENT_COUNT])(
		struct head4 *, const struct hands_event *) = {
		[HANDS_LINK] = handle_link,
		[HANDS_LINK_GONE] = handle_gone,
		[HANDS_ADDR4] = handle_addr,
		[HANDS_SCRIPT_ENDED] = handle_script,
		[HANDS_STARTED] = handle_started,
		[HANDS_RELOAD] = handle_reload,
		[HANDS_STOP] = handle_stop,
	};
	struct head4 *head = arg;
	struct hands_event event;
	unsigned int i;
	int err = 0;

	(void)ready;
	for (i = 0; i < EVENTS_A_TURN && !err; i++) {
		err = hands_next_event(head->events_fd, &event);
		if (!err && event.type < HANDS_EVENT_COUNT &&
		    handlers[event.type])
			handlers[event.type](head, &event);
	}
	if (!err || err == -EAGAIN)
		return;
	if (!head->is_ending)
		log_error("the privileged process is gone");
	loop_stop(head->loop,
		  head->is_ending ? head->status : DAEMON_EXIT_FAILURE);
}

/* ---- the loop ---- */

static void handle_tick(void *arg, struct mono_time now)
{
	struct head4 *head = arg;

	head4_check_peer(head);
	if (head->is_begun && head->ticks++ % NATIVE_TICKS == 0)
		head4_look_for_native(head);
	loop_timer_arm(head->tick, mono_add_ms(now, TICK_MS));
}

static int open_ctl(struct head4 *head)
{
	const struct ctl_server_config config = {
		.loop = head->loop,
		.listen_fd = head->instance.ctl_fd,
		.commands = head4_commands,
		.command_count = head4_command_count,
		.ctx = head,
	};

	if (head->instance.ctl_fd < 0)
		return 0;
	return ctl_server_new(&head->ctl, &config);
}

static int add_timers(struct head4 *head)
{
	const struct {
		struct loop_timer **timer;
		loop_timer_handler *handler;
	} timers[] = {
		{ &head->tick, handle_tick },
		{ &head->wake, head4_wake },
		{ &head->arp_wake, head4_arp_wake },
		{ &head->patience, lose_patience },
	};
	int err = 0;
	size_t i;

	for (i = 0; i < sizeof(timers) / sizeof(timers[0]) && !err; i++)
		err = loop_timer_new(head->loop, timers[i].timer,
				     timers[i].handler, head);
	return err;
}

static int open_all(struct head4 *head)
{
	struct siphash_key key;
	int err;

	if (fcntl(head->events_fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	err = siphash_key_random(&key);
	head->random = random_source(&key);
	if (!err)
		err = script4_new(&head->calls);
	if (!err)
		err = loop_new(&head->loop);
	if (!err)
		err = add_timers(head);
	if (!err)
		err = head4_open_link(head);
	if (!err)
		err = open_ctl(head);
	if (!err)
		err = loop_add_fd(head->loop, head->events_fd, EPOLLIN,
				  read_events, head);
	return err;
}

static void close_all(struct head4 *head)
{
	ctl_server_free(head->ctl);
	if (head->loop)
		head4_close_arp(head);
	ipc_peer_close(head->peer);
	ipc_link_close(head->link);
	loop_free(head->loop); /* with its timers */
	script4_free(head->calls);
	client_leases_free(head->leases);
	client_conf_free(head->conf);
}

int head4_run(void *arg, int events_fd, int requests_fd)
{
	struct head4 *head = arg;
	int status;

	head->events_fd = events_fd;
	head->requests_fd = requests_fd;
	head->arp_fd = -1;
	head->drop_log = (struct log_rate)LOG_RATE_INIT(10, 1000);
	head->peer_log = (struct log_rate)LOG_RATE_INIT(10, 10000);
	set_scope(head);
	status = open_all(head);
	if (!status) {
		handle_tick(head, mono_now());
		status = loop_run(head->loop);
	}
	if (status < 0) {
		log_error("%s", strerror(-status));
		status = DAEMON_EXIT_FAILURE;
	}
	close_all(head);
	return status;
}
