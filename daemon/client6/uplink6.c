/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink6 - an interface: its link, its addresses, its socket. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "head6.h"

#define DATAGRAM_MAX 65536 /* the longest there is */
#define RETRY_S      2

/* ---- the socket ---- */

static void read_datagram(struct uplink *uplink,
			  const struct net_udp6_datagram *in)
{
	struct head6 *head = uplink->head;
	struct wire_reader message = wire_reader(in->data, in->len);
	struct wire_reader peek = message;
	uint8_t type = wire_get_u8(&peek);

	metrics_count(&head->metrics, METRIC_SOCKET_RX, 1);
	metrics_count(&head->metrics, METRIC_SOCKET_RX_OCTETS, in->len);
	metrics_dhcp6_in(&head->metrics, type);
	if (type == DHCP6_DHCPV4_RESPONSE)
		pipe6_response(uplink, message, &in->remote);
	else
		drive6_message(uplink, message, &in->remote);
}

static void handle_socket(void *arg, uint32_t events)
{
	struct uplink *uplink = arg;
	struct net_udp6_datagram in[HEAD6_BATCH];
	unsigned int truncated = 0;
	int n, i;

	(void)events;
	n = net_udp6_recv(uplink->udp_fd, uplink->batch, in, &truncated);
	uplink->head->metrics.drop[DROP_IPC_TRUNCATED] += truncated;
	for (i = 0; i < n; i++)
		read_datagram(uplink, &in[i]);
}

static void close_socket(struct uplink *uplink)
{
	if (uplink->udp_fd < 0)
		return;
	loop_remove_fd(uplink->head->loop, uplink->udp_fd);
	close(uplink->udp_fd);
	uplink->udp_fd = -1;
}

static void say_no_socket(const struct uplink *uplink, int err)
{
	log_error("%s: UDP port %u: %s%s", uplink->name, DHCP6_PORT_CLIENT,
		  strerror(-err),
		  err == -EADDRINUSE ? "; another DHCPv6 client is running"
				     : "");
}

static int open_socket(struct uplink *uplink)
{
	struct head6 *head = uplink->head;
	int err, fd = -1;

	head->request.type = HANDS_OPEN_UDP;
	err = head6_ask(head, uplink, &fd, NULL);
	if (!err)
		err = loop_add_fd(head->loop, fd, EPOLLIN, handle_socket,
				  uplink);
	if (!err)
		uplink->udp_fd = fd;
	else if (fd >= 0)
		close(fd);
	return err;
}

/* At the start it has to be there; later it is tried again. */
static void want_socket(struct uplink *uplink)
{
	struct head6 *head = uplink->head;
	int err;

	if (uplink->udp_fd >= 0 || !uplink->link.ifindex)
		return;
	err = open_socket(uplink);
	if (!err || err == -ENODEV)
		return;
	if (!head->is_ready) {
		say_no_socket(uplink, err);
		head6_stop(head, err == -EACCES || err == -EPERM
					 ? DAEMON_EXIT_NOPERM
					 : DAEMON_EXIT_FAILURE);
		return;
	}
	log_warning("%s: UDP port %u: %s; tried again", uplink->name,
		    DHCP6_PORT_CLIENT, strerror(-err));
	loop_timer_arm(uplink->retry,
		       mono_add_s(loop_now(head->loop), RETRY_S));
}

enum drop_reason uplink6_send(struct uplink *uplink, const uint8_t *data,
			      size_t len, const struct in6_addr *to)
{
	struct metrics *metrics = &uplink->head->metrics;
	struct net_udp6_datagram out = {
		.data = (uint8_t *)(uintptr_t)data,
		.len = len,
		.remote = *to,
		.remote_port = DHCP6_PORT_SERVER,
		.ifindex = uplink->link.ifindex,
	};
	int err = 0;

	if (!source6_is_server(to) || source6_has(&uplink->sources, to))
		return DROP_SERVER_ADDRESS;
	if (!uplink->is_ready || uplink->udp_fd < 0)
		return DROP_LINK_DOWN;
	if (!source6_choose(&uplink->sources, to, &out.local))
		return DROP_NO_SOURCE;
	if (net_udp6_send(uplink->udp_fd, &out, 1, &err) != 1) {
		log_debug("%s: sending: %s", uplink->name, strerror(-err));
		return DROP_SEND_FAILED;
	}
	metrics_count(metrics, METRIC_SOCKET_TX, 1);
	metrics_count(metrics, METRIC_SOCKET_TX_OCTETS, len);
	metrics_dhcp6_out(metrics, len ? data[0] : 0);
	return DROP_NONE;
}

/* ---- the link ---- */

/* Messages can be sent, or can not be any more. */
static void judge(struct uplink *uplink)
{
	struct in6_addr addr;
	bool is_ready = uplink->link.ifindex && uplink->link.is_up &&
			uplink->udp_fd >= 0 &&
			source6_link_local(&uplink->sources, &addr);

	if (is_ready == uplink->is_ready)
		return;
	uplink->is_ready = is_ready;
	log_info("%s: %s", uplink->name,
		 is_ready ? "ready for DHCPv6"
			  : "link or link-local address is gone");
	if (uplink->machine)
		drive6_set_ready(uplink);
	pipe6_tell(uplink->head);
}

static void handle_retry(void *arg, struct mono_time now)
{
	struct uplink *uplink = arg;

	(void)now;
	want_socket(uplink);
	judge(uplink);
}

/* Neither the kernel's absence of IPv6 nor a loopback gives a lease. */
bool uplink6_is_usable(const struct uplink *uplink)
{
	char path[80], text = '1';
	ssize_t n = -1;
	int fd;

	if (uplink->link.is_loopback) {
		log_error("%s: it is a loopback; there is no DHCPv6 on it",
			  uplink->name);
		return false;
	}
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6",
		 uplink->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, &text, 1);
		close(fd);
	}
	if (n == 1 && text == '0')
		return true;
	log_error("%s: there is no IPv6 on it%s", uplink->name,
		  fd >= 0 ? " (disable_ipv6 is set)" : "");
	return false;
}

static void appear(struct uplink *uplink)
{
	struct head6 *head = uplink->head;

	if (!uplink->link.is_up) {
		head->request.type = HANDS_SET_UP;
		(void)head6_ask(head, uplink, NULL, "setting it up");
	}
	want_socket(uplink);
}

void uplink6_set_link(struct uplink *uplink, const struct net_link *link)
{
	bool is_new = uplink->link.ifindex != link->ifindex;

	if (is_new)
		uplink6_lose_link(uplink);
	uplink->link = *link;
	if (is_new) {
		appear(uplink);
		if (uplink->head->duid.len && !uplink->machine)
			uplink6_prepare(uplink);
	}
	judge(uplink);
}

void uplink6_lose_link(struct uplink *uplink)
{
	if (!uplink->link.ifindex)
		return;
	log_notice("%s: the interface is gone", uplink->name);
	uplink->link.ifindex = 0;
	uplink->link.is_up = false;
	uplink->sources.count = 0;
	loop_timer_disarm(uplink->retry);
	close_socket(uplink);
	judge(uplink);
}

void uplink6_set_addr(struct uplink *uplink, const struct net_addr *addr,
		      enum net_addr_state state)
{
	source6_update(&uplink->sources, addr, state);
	if (state == NET_ADDR_DUPLICATE && uplink->machine)
		drive6_dad_failed(uplink, &addr->v6);
	judge(uplink);
	/* It may be the source that queries waited for. */
	pipe6_tell(uplink->head);
}

/* ---- the beginning ---- */

void uplink6_prepare(struct uplink *uplink)
{
	struct hands_request *request = &uplink->head->request;
	const struct client_args *args = uplink->head->config->args;
	const struct script6_about about = { .reason = SCRIPT_PREINIT6 };
	const struct script_call call = {
		.reason = SCRIPT_PREINIT6,
		.interface = uplink->name,
		.pid = getpid(),
		.dad_wait_s = args->dad_wait_s,
	};

	if (uplink->machine || uplink->is_preparing)
		return;
	if (args->task == CLIENT_TASK_RELEASE) {
		drive6_begin(uplink);
		return;
	}
	uplink->is_preparing = true;
	script_env_fill6(&request->env, &call, NULL, NULL);
	script6_call(uplink->scripts, &about, &request->env);
}

/* RFC 9915 section 18.2.8; dhclient's scripts say it by their status. */
static void handle_script_end(void *arg, const struct script6_about *about,
			      int status)
{
	static const int says_duplicate = 3;
	struct uplink *uplink = arg;
	struct head6 *head = uplink->head;

	if (about->reason == SCRIPT_PREINIT6) {
		uplink->is_preparing = false;
		if (!head->is_stopping)
			drive6_begin(uplink);
	} else if (status == says_duplicate && !head->is_stopping &&
		   !IN6_IS_ADDR_UNSPECIFIED(&about->addr)) {
		drive6_dad_failed(uplink, &about->addr);
	} else if (status) {
		log_info("%s: the script ended with status %d for %s",
			 uplink->name, status,
			 script_reason_name(about->reason));
	}
	head6_end_if_done(head);
}

static void handle_timer(void *arg, struct mono_time now)
{
	struct uplink *uplink = arg;

	(void)now;
	drive6_event(uplink, MACHINE6_TIMER);
}

int uplink6_open(struct uplink *uplink)
{
	struct head6 *head = uplink->head;
	const struct script6_config scripts = {
		.requests_fd = head->requests_fd,
		.slot = uplink->slot,
		.interface = uplink->name,
		.request = &head->request,
		.ended = handle_script_end,
		.arg = uplink,
	};
	int err;

	uplink->udp_fd = -1;
	err = net_udp6_batch_new(&uplink->batch, HEAD6_BATCH, DATAGRAM_MAX);
	if (!err)
		err = loop_timer_new(head->loop, &uplink->timer, handle_timer,
				     uplink);
	if (!err)
		err = loop_timer_new(head->loop, &uplink->retry, handle_retry,
				     uplink);
	if (!err)
		err = script6_new(&uplink->scripts, &scripts);
	return err;
}

void uplink6_close(struct uplink *uplink)
{
	if (!uplink->head)
		return;
	close_socket(uplink);
	machine6_free(uplink->machine);
	script6_free(uplink->scripts);
	loop_timer_free(uplink->timer);
	loop_timer_free(uplink->retry);
	net_udp6_batch_free(uplink->batch);
}
