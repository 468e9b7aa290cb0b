/* SPDX-License-Identifier: BSD-2-Clause */
/* front_port - AF_XDP sockets of the interfaces that frames arrive on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "front.h"

#define RETRY_FIRST_MS 200
#define RETRY_MAX_MS   30000

struct front_port *front_port_find(const struct front *front, uint32_t ifindex)
{
	struct front_port *port;

	for (port = front->ports; port; port = port->next) {
		if (port->ifindex == ifindex)
			return port;
	}
	return NULL;
}

/* First what came along, then what the monitor makes when asked. */
static int next_socket(void *arg, unsigned int queue)
{
	struct front_port *port = arg;
	struct privsep_msg request = { .type = PRIVSEP_NEED_SOCKET,
				       .ifindex = port->ifindex };
	int fd, err;

	(void)queue;
	if (port->socket_count)
		return port->sockets[--port->socket_count];
	err = privsep_ask(port->front->config.requests_fd, &request, &fd);
	return err ? err : fd;
}

/* Each queue by itself: one that fails passes to the kernel. */
static void start_queues(struct front *front, struct front_port *port)
{
	unsigned int queue;
	int err;

	for (queue = 0; queue < afxdp_queues(port->afxdp); queue++) {
		port->queues[queue].port = port;
		port->queues[queue].queue = queue;
		err = loop_add_fd(front->loop, afxdp_fd(port->afxdp, queue),
				  EPOLLIN, front_read_queue,
				  &port->queues[queue]);
		if (!err)
			err = classifier_map_put_xsk(
				port->xsks_fd, queue,
				afxdp_fd(port->afxdp, queue));
		if (err)
			log_warning("%s: queue %u is left to the kernel: %s",
				    port->report.ifname, queue, strerror(-err));
	}
}

static int open_rings(struct front *front, struct front_port *port,
		      bool dont_wait)
{
	struct afxdp_options options = {
		.ifindex = port->ifindex,
		.queue_count = port->queue_count,
		.frame_count = port->frame_count,
		.zerocopy = port->report.mode == CLASSIFIER_NATIVE,
		.dont_wait = dont_wait,
		.get_socket = next_socket,
		.get_socket_arg = port,
	};
	int err;

	err = afxdp_open(&port->afxdp, &options);
	if (err) {
		port->afxdp = NULL;
		snprintf(port->why, sizeof(port->why),
			 "no AF_XDP sockets: %s; the kernel's socket serves, "
			 "and it is tried again",
			 strerror(-err));
		return err;
	}
	port->why[0] = '\0';
	start_queues(front, port);
	return 0;
}

/*
 * Another server's memory is given back some time after its end, and a queue
 * may be somebody else's for now. Each attempt takes longer to come.
 */
static void try_rings(struct front *front, struct front_port *port,
		      struct mono_time now)
{
	bool is_first = !port->retry_ms;
	int err = open_rings(front, port, !is_first);

	if (!err && !is_first)
		log_notice("%s: AF_XDP sockets are there now",
			   port->report.ifname);
	if (!err)
		return;
	if (is_first)
		log_warning("%s: %s", port->report.ifname, port->why);
	port->retry_ms = is_first ? RETRY_FIRST_MS : port->retry_ms * 2;
	if (port->retry_ms > RETRY_MAX_MS)
		port->retry_ms = RETRY_MAX_MS;
	port->retry = mono_add_ms(now, port->retry_ms);
}

void front_port_retry(struct front *front, struct mono_time now)
{
	struct front_port *port;

	for (port = front->ports; port; port = port->next) {
		if (port->queue_count && !port->afxdp &&
		    port->retry.ns <= now.ns)
			try_rings(front, port, now);
	}
}

static void port_free(struct front *front, struct front_port *port)
{
	unsigned int queue, unsent;

	for (queue = 0; port->afxdp && queue < afxdp_queues(port->afxdp);
	     queue++) {
		(void)afxdp_tx_flush(port->afxdp, queue, &unsent);
		front->metrics.drop[DROP_SEND_FAILED] += unsent;
		classifier_map_remove_xsk(port->xsks_fd, queue);
		loop_remove_fd(front->loop, afxdp_fd(port->afxdp, queue));
	}
	afxdp_close(port->afxdp);
	while (port->socket_count)
		close(port->sockets[--port->socket_count]);
	if (port->xsks_fd >= 0)
		close(port->xsks_fd);
	if (port->stats_fd >= 0)
		close(port->stats_fd);
	free(port);
}

void front_port_open(struct front *front, const struct privsep_msg *msg,
		     const int *fds, size_t count)
{
	struct front_port *port;
	size_t i;

	front_port_close(front, msg->xdp.ifindex);
	port = calloc(1, sizeof(*port));
	if (!port || (count && count != msg->xdp.queue_count + 2U)) {
		free(port);
		for (i = 0; i < count; i++)
			close(fds[i]);
		log_warning("%s: XDP sockets not taken; the kernel's serves",
			    msg->xdp.report.ifname);
		return;
	}
	port->front = front;
	port->ifindex = msg->xdp.ifindex;
	port->report = msg->xdp.report;
	port->xsks_fd = count ? fds[0] : -1;
	port->stats_fd = count ? fds[1] : -1;
	/* Taken from the end: queue 0 gets the last one, any fits any. */
	for (i = 2; i < count; i++)
		port->sockets[port->socket_count++] = fds[i];
	port->next = front->ports;
	front->ports = port;
	port->queue_count = msg->xdp.queue_count;
	port->frame_count = msg->xdp.frame_count;
	if (port->queue_count)
		try_rings(front, port, mono_now());
}

void front_port_close(struct front *front, uint32_t ifindex)
{
	struct front_port **at = &front->ports, *port;

	while (*at && (*at)->ifindex != ifindex)
		at = &(*at)->next;
	port = *at;
	if (!port)
		return;
	*at = port->next;
	port_free(front, port);
}

void front_port_free_all(struct front *front)
{
	while (front->ports)
		front_port_close(front, front->ports->ifindex);
}
