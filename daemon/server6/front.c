/* SPDX-License-Identifier: BSD-2-Clause */
#include "front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../common/reload.h"
#include "serve6.h"

#define UDP_BUFFER_LEN   65536 /* the longest datagram there is */
#define TICK_MS          100
#define LOST_AFTER_MS    1000 /* a query that long unanswered left the window */
#define SLOTS_PER_WINDOW 4    /* slots outlive the window: late answers */

static void count_peer(struct front *front, enum ipc_peer_state state)
{
	metrics_count(&front->metrics,
		      state == IPC_PEER_UP ? METRIC_IPC_PEER_UP
					   : METRIC_IPC_PEER_DOWN,
		      1);
}

void front_log_peer(struct front *front)
{
	const struct daemon_args *args = front->config.startup->args;
	struct ipc_peer_info info;

	if (!ipc_peer_poll_change(front->peer, &info))
		return;
	count_peer(front, info.state);
	/* Whoever may bind the other port could make many of these. */
	if (!log_rate_allow(&front->peer_log, mono_now(), NULL))
		return;
	switch (info.state) {
	case IPC_PEER_UP:
		log_notice("the DHCPv4 half is up on ::1 port %u (uid %u)",
			   args->port + 1U, (unsigned int)info.uid);
		break;
	case IPC_PEER_FOREIGN:
		log_error("::1 port %u belongs to uid %u, which no peer-user "
			  "statement names: nothing is sent to it",
			  args->port + 1U, (unsigned int)info.uid);
		break;
	case IPC_PEER_DOWN:
	case IPC_PEER_UNKNOWN:
		log_warning(
			"the DHCPv4 half is not running on ::1 port %u%s%s; "
			"queries are dropped until it is",
			args->port + 1U, info.error ? ": " : "",
			info.error ? strerror(-info.error) : "");
		break;
	}
}

/* A process that hangs is a black hole for what the classifier redirects. */
static void give_sign_of_life(struct front *front, struct mono_time now)
{
	if (!front->watchdog_ms || now.ns < front->next_sign.ns)
		return;
	startup_notify("WATCHDOG=1");
	front->next_sign = mono_add_ms(now, front->watchdog_ms);
}

/* Once, as soon as clients are answered. */
static void say_serving(struct front *front)
{
	struct privsep_msg request = { .type = PRIVSEP_SERVING };
	int err;

	if (front->has_said_serving || !serve6_is_ready(front->serve))
		return;
	front->has_said_serving = true;
	err = privsep_ask(front->config.requests_fd, &request, NULL);
	if (err)
		log_error("the privileged process does not answer: %s",
			  strerror(-err));
}

static void handle_tick(void *arg, struct mono_time now)
{
	struct front *front = arg;
	struct mono_time lost = mono_add_ms(now, -LOST_AFTER_MS);
	enum drop_reason reason = ipc_peer_check(front->peer, now);

	/* What a half that went had not answered is lost, all of it. */
	if (reason != DROP_NONE)
		front->metrics.drop[reason] +=
			ipc_slots_expire(front->slots, mono_add_s(now, 1));
	else
		ipc_slots_expire(front->slots, lost);
	front_log_peer(front);
	front_flush_pending(front);
	front_port_retry(front, now);
	give_sign_of_life(front, now);
	serve6_tick(front->serve, now);
	say_serving(front);
	front->metrics.value[METRIC_SOCKET_RX_OVERFLOW] =
		net_udp6_lost(front->udp_batch);
	front->metrics.value[METRIC_IPC_RX_OVERFLOW] =
		ipc_link_stats(front->link)->overflow;
	front->metrics.value[METRIC_IPC_SLOT_EVICTED] =
		ipc_slots_stats(front->slots)->evicted;
	loop_timer_arm(front->tick, mono_add_ms(now, TICK_MS));
}

static void handle_started(struct front *front)
{
	serve6_start(front->serve);
	handle_tick(front, mono_now());
}

/* A name and the addresses of an interface place its clients. */
static int set_interface(struct front *front,
			 const struct privsep_interface *interface)
{
	const struct privsep_interface *former =
		hosts_find(front->hosts, interface->ifindex);
	int err;

	if (former && strcmp(former->name, interface->name) != 0)
		serve6_unbind(front->serve, interface->ifindex);
	err = hosts_set_interface(front->hosts, interface);
	if (!err)
		serve6_bind(front->serve, interface->ifindex);
	return err;
}

static void handle_event(struct front *front, const struct privsep_msg *msg,
			 const int *fds, size_t count)
{
	int err = 0;

	switch (msg->type) {
	case PRIVSEP_INTERFACE:
		err = set_interface(front, &msg->interface);
		break;
	case PRIVSEP_INTERFACE_GONE:
		serve6_unbind(front->serve, msg->ifindex);
		hosts_remove_interface(front->hosts, msg->ifindex);
		break;
	case PRIVSEP_XDP:
		front_port_open(front, msg, fds, count);
		break;
	case PRIVSEP_XDP_GONE:
		front_port_close(front, msg->ifindex);
		break;
	case PRIVSEP_LOCAL:
		err = hosts_add_local(front->hosts, &msg->local);
		serve6_bind(front->serve, msg->local.ifindex);
		break;
	case PRIVSEP_LOCAL_GONE:
		hosts_remove_local(front->hosts, &msg->local);
		serve6_bind(front->serve, msg->local.ifindex);
		break;
	case PRIVSEP_STARTED:
		handle_started(front);
		break;
	case PRIVSEP_RELOAD:
		reload_start(front->reload, "SIGHUP");
		break;
	case PRIVSEP_STOP:
		loop_stop(front->loop, DAEMON_EXIT_OK);
		break;
	default:
		break;
	}
	if (err)
		log_error("interfaces or addresses are not all known: %s",
			  strerror(-err));
}

static void handle_events(void *arg, uint32_t events)
{
	struct front *front = arg;
	struct privsep_msg msg;
	int fds[PRIVSEP_FDS_MAX];
	size_t count;
	int err;

	(void)events;
	err = privsep_recv(front->config.events_fd, &msg, fds, &count);
	if (!err) {
		handle_event(front, &msg, fds, count);
		return;
	}
	if (err == -EAGAIN)
		return;
	if (err == -EBADMSG) { /* no room for its descriptors */
		log_error("descriptors ran out (RLIMIT_NOFILE): an interface "
			  "is served by the UDP socket alone");
		return;
	}
	/* Without the monitor nobody would follow addresses or detach. */
	log_error("the privileged process is gone");
	loop_stop(front->loop, DAEMON_EXIT_FAILURE);
}

static int open_ipc(struct front *front)
{
	const struct front_config *config = &front->config;
	uint32_t window = config->conf->dhcp4o6.window;
	int err;

	err = ipc_slots_new(&front->slots, window * SLOTS_PER_WINDOW, window);
	if (!err)
		err = ipc_link_open(&front->link, config->link_fd, IPC_HALF_V6,
				    config->startup->args->port);
	if (!err)
		err = ipc_peer_open(&front->peer, IPC_HALF_V6,
				    config->startup->args->port,
				    config->peer_uids, config->peer_uid_count);
	return err;
}

static int open_ctl(struct front *front)
{
	struct ctl_server_config ctl = {
		.loop = front->loop,
		.listen_fd = front->config.ctl_fd,
		.commands = front_commands,
		.command_count = front_command_count,
		.ctx = front,
	};

	if (front->config.ctl_fd < 0)
		return 0;
	return ctl_server_new(&front->ctl, &ctl);
}

static int add_handlers(struct front *front)
{
	const struct front_config *config = &front->config;
	int err;

	err = loop_add_fd(front->loop, config->events_fd, EPOLLIN,
			  handle_events, front);
	if (!err)
		err = loop_add_fd(front->loop, ipc_link_fd(front->link),
				  EPOLLIN, front_read_link, front);
	if (!err)
		err = loop_add_fd(front->loop, config->udp_fd, EPOLLIN,
				  front_read_socket, front);
	if (!err)
		err = loop_timer_new(front->loop, &front->tick, handle_tick,
				     front);
	return err;
}

static int front_open(struct front *front)
{
	static const enum ipc_dialect dialects[] = {
		[CONF_DIALECT_NATIVE] = IPC_DIALECT_NATIVE,
		[CONF_DIALECT_ISC] = IPC_DIALECT_ISC,
		[CONF_DIALECT_KEA] = IPC_DIALECT_KEA,
	};
	int err;

	front->dialect = dialects[front->config.conf->dhcp4o6.dialect];
	front->started = mono_now();
	front->watchdog_ms = startup_watchdog_ms();
	front->drop_log = (struct log_rate)LOG_RATE_INIT(10, 1000);
	front->peer_log = (struct log_rate)LOG_RATE_INIT(10, 10000);
	front->out_space = malloc(FRONT_OUT_SPACE);
	err = front->out_space ? loop_new(&front->loop) : -ENOMEM;
	if (!err)
		err = hosts_new(&front->hosts);
	if (!err)
		err = net_udp6_batch_new(&front->udp_batch, FRONT_BATCH,
					 UDP_BUFFER_LEN);
	if (!err)
		err = open_ipc(front);
	if (!err)
		err = open_ctl(front);
	if (!err)
		err = front_open_reload(front);
	if (!err)
		err = add_handlers(front);
	return err;
}

static void front_close(struct front *front)
{
	/* Its hooks use what is closed after it. */
	ctl_server_free(front->ctl);
	reload_free(front->reload);
	serve6_close(front->serve);
	front_port_free_all(front);
	ipc_peer_close(front->peer);
	ipc_link_close(front->link);
	ipc_slots_free(front->slots);
	net_udp6_batch_free(front->udp_batch);
	hosts_free(front->hosts);
	loop_timer_free(front->tick);
	loop_free(front->loop);
	free(front->out_space);
}

int front_run(const struct front_config *config)
{
	struct front *front = calloc(1, sizeof(*front));
	enum daemon_exit opened = DAEMON_EXIT_FAILURE;
	int status, err = -ENOMEM;

	if (front) {
		front->config = *config;
		err = front_open(front);
	}
	if (err)
		log_error("starting the packet process: %s", strerror(-err));
	else
		opened = serve6_open(&front->serve, front);
	if (opened != DAEMON_EXIT_NONE) {
		status = (int)opened;
	} else {
		status = loop_run(front->loop);
		if (status < 0) {
			log_error("packet loop: %s", strerror(-status));
			status = DAEMON_EXIT_FAILURE;
		}
	}
	if (front)
		front_close(front);
	free(front);
	return status;
}
