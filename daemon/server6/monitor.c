/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/xdp/afxdp.h"
#include "port.h"
#include "privsep.h"
#include "served.h"

/* For the front to finish when it was told to stop; it waits for the disk. */
#define STOP_TIMEOUT_S 8

struct monitor {
	struct monitor_config config;
	struct loop *loop;
	struct net_mon *mon;
	struct outbox *outbox;
	struct served *served;
	struct loop_timer *stop_timer;
	bool is_synced;  /* the start state is known; changes are followed */
	bool is_serving; /* the front has said so, once */
	bool is_stopping;
	bool front_is_gone;
	int status;
};

static void handle_link(void *arg, enum net_change change,
			const struct net_link *link)
{
	struct monitor *monitor = arg;

	if (!monitor->is_synced)
		return;
	if (change == NET_REMOVED)
		served_remove_link(monitor->served, link->ifindex);
	else
		served_update_link(monitor->served, link);
}

struct twin_search {
	const struct net_local *of;
	bool is_found;
};

static bool is_no_twin(void *arg, const struct net_local *local)
{
	struct twin_search *search = arg;
	const struct net_local *of = search->of;

	search->is_found = local->prefix_len == of->prefix_len &&
			   IN6_ARE_ADDR_EQUAL(&local->prefix, &of->prefix) &&
			   (local->ifindex == of->ifindex ||
			    !IN6_IS_ADDR_LINKLOCAL(&of->prefix));
	return !search->is_found;
}

/* The same address or prefix; one that only covers it is another entry. */
static bool is_on_another(const struct net_mon *mon,
			  const struct net_local *local)
{
	struct twin_search search = { .of = local };

	net_mon_each_local(mon, is_no_twin, &search);
	return search.is_found;
}

static void handle_local(void *arg, enum net_change change,
			 const struct net_local *local)
{
	struct monitor *monitor = arg;
	struct privsep_msg msg = { .type = PRIVSEP_LOCAL, .local = *local };

	if (!monitor->is_synced)
		return;
	if (change == NET_REMOVED)
		msg.type = PRIVSEP_LOCAL_GONE;
	privsep_post(monitor->outbox, &msg, NULL, 0);
	if (change != NET_REMOVED)
		served_add_local(monitor->served, local);
	else if (!is_on_another(monitor->mon, local))
		served_remove_local(monitor->served, local);
}

static void handle_netlink(void *arg, uint32_t events)
{
	struct monitor *monitor = arg;
	int err = net_mon_handle(monitor->mon);

	(void)events;
	if (err)
		log_warning("following interfaces and addresses: %s",
			    strerror(-err));
}

static void stop(struct monitor *monitor, int status)
{
	struct privsep_msg msg = { .type = PRIVSEP_STOP };

	if (monitor->is_stopping)
		return;
	monitor->is_stopping = true;
	monitor->status = status;
	if (monitor->front_is_gone) {
		loop_stop(monitor->loop, status);
		return;
	}
	privsep_post(monitor->outbox, &msg, NULL, 0);
	loop_timer_arm(monitor->stop_timer,
		       mono_add_s(mono_now(), STOP_TIMEOUT_S));
}

static void serve_begins(struct monitor *monitor)
{
	const struct daemon_args *args = monitor->config.startup->args;

	if (monitor->is_serving)
		return;
	monitor->is_serving = true;
	if (!args->quiet)
		log_notice("serving DHCPv6 and DHCPv4 over DHCPv6 on port %u, "
			   "::1 ports %u and %u, leases in %s",
			   DHCP6_PORT_SERVER, args->port, args->port + 1U,
			   args->lease_file);
	startup_ready(monitor->config.startup);
}

static void handle_term(void *arg, int signo)
{
	log_notice("%s: stopping", strsignal(signo));
	stop(arg, DAEMON_EXIT_OK);
}

/* The front has the configuration that clients are answered by. */
static void handle_hangup(void *arg, int signo)
{
	struct monitor *monitor = arg;
	struct privsep_msg msg = { .type = PRIVSEP_RELOAD };

	(void)signo;
	privsep_post(monitor->outbox, &msg, NULL, 0);
}

static void handle_stop_timeout(void *arg, struct mono_time now)
{
	struct monitor *monitor = arg;

	(void)now;
	log_error("the packet process does not stop; killed");
	kill(monitor->config.front_pid, SIGKILL);
}

static void handle_child(void *arg, int signo)
{
	struct monitor *monitor = arg;
	int status;

	(void)signo;
	if (monitor->front_is_gone ||
	    waitpid(monitor->config.front_pid, &status, WNOHANG) !=
		    monitor->config.front_pid)
		return;
	monitor->front_is_gone = true;
	if (monitor->is_stopping) {
		loop_stop(monitor->loop, monitor->status);
		return;
	}
	if (WIFSIGNALED(status))
		log_error("the packet process died: %s",
			  strsignal(WTERMSIG(status)));
	else
		log_error("the packet process exited with status %d",
			  WEXITSTATUS(status));
	stop(monitor, WIFEXITED(status) && WEXITSTATUS(status)
			      ? WEXITSTATUS(status)
			      : DAEMON_EXIT_FAILURE);
}

/* The fixed list of what the front may ask for. */
static void answer_request(struct monitor *monitor,
			   const struct privsep_msg *request)
{
	struct privsep_msg answer = { .type = request->type,
				      .serial = request->serial };
	int err, fd = -1;

	switch (request->type) {
	case PRIVSEP_NEED_SOCKET:
		if (!served_has_port(monitor->served, request->ifindex)) {
			answer.error = -EPERM;
			break;
		}
		fd = afxdp_make_socket();
		if (fd < 0)
			answer.error = fd;
		break;
	case PRIVSEP_SERVING:
		serve_begins(monitor);
		break;
	default:
		answer.error = -EPERM;
	}
	err = privsep_send(monitor->config.requests_fd, &answer, &fd, fd >= 0);
	if (fd >= 0)
		close(fd);
	/* Who asks reads the answer first; this process waits for nobody. */
	if (err == -EAGAIN && !monitor->is_stopping) {
		log_error("the packet process asks and does not listen");
		stop(monitor, DAEMON_EXIT_FAILURE);
	}
}

static void handle_request(void *arg, uint32_t events)
{
	struct monitor *monitor = arg;
	struct privsep_msg request;
	int fds[PRIVSEP_FDS_MAX];
	size_t count;
	int err;

	(void)events;
	err = privsep_recv(monitor->config.requests_fd, &request, fds, &count);
	if (err == -EAGAIN)
		return;
	if (err == -EPIPE) {
		loop_remove_fd(monitor->loop, monitor->config.requests_fd);
		/* SIGCHLD may have come before anybody listened for it. */
		handle_child(monitor, SIGCHLD);
		return;
	}
	while (count) /* a request never has descriptors */
		close(fds[--count]);
	if (err)
		log_warning("request from the packet process: %s",
			    strerror(-err));
	else
		answer_request(monitor, &request);
}

static bool tell_local(void *arg, const struct net_local *local)
{
	struct privsep_msg msg = { .type = PRIVSEP_LOCAL, .local = *local };

	privsep_post(arg, &msg, NULL, 0);
	return true;
}

static bool take_link(void *arg, const struct net_link *link)
{
	served_update_link(arg, link);
	return true;
}

/* An interface that was asked for by name has to be there at the start. */
static enum daemon_exit check_names(const struct monitor *monitor)
{
	const struct daemon_args *args = monitor->config.startup->args;
	enum daemon_exit status = DAEMON_EXIT_NONE;
	size_t i;

	for (i = 0; i < args->interface_count; i++) {
		if (net_mon_find_link_by_name(monitor->mon,
					      args->interfaces[i]))
			continue;
		log_error("%s: there is no such interface",
			  args->interfaces[i]);
		status = DAEMON_EXIT_FAILURE;
	}
	return status;
}

static enum daemon_exit tell_start(struct monitor *monitor)
{
	struct privsep_msg msg = { .type = PRIVSEP_STARTED };
	enum daemon_exit status;
	int err;

	err = net_mon_sync(monitor->mon);
	if (err) {
		log_error("reading interfaces and addresses: %s",
			  strerror(-err));
		return DAEMON_EXIT_FAILURE;
	}
	status = check_names(monitor);
	if (status != DAEMON_EXIT_NONE)
		return status;
	net_mon_each_local(monitor->mon, tell_local, monitor->outbox);
	served_plan(monitor->served);
	net_mon_each_link(monitor->mon, take_link, monitor->served);
	monitor->is_synced = true;
	privsep_post(monitor->outbox, &msg, NULL, 0);
	return DAEMON_EXIT_NONE;
}

static int add_handlers(struct monitor *monitor)
{
	int flags = fcntl(monitor->config.requests_fd, F_GETFL);
	int err;

	if (fcntl(monitor->config.requests_fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;

	err = loop_timer_new(monitor->loop, &monitor->stop_timer,
			     handle_stop_timeout, monitor);
	if (!err)
		err = loop_add_signal(monitor->loop, SIGTERM, handle_term,
				      monitor);
	if (!err)
		err = loop_add_signal(monitor->loop, SIGINT, handle_term,
				      monitor);
	if (!err)
		err = loop_add_signal(monitor->loop, SIGHUP, handle_hangup,
				      monitor);
	if (!err)
		err = loop_add_signal(monitor->loop, SIGCHLD, handle_child,
				      monitor);
	if (!err)
		err = loop_add_fd(monitor->loop, monitor->config.requests_fd,
				  EPOLLIN, handle_request, monitor);
	if (!err)
		err = loop_add_fd(monitor->loop, net_mon_fd(monitor->mon),
				  EPOLLIN, handle_netlink, monitor);
	return err;
}

enum daemon_exit monitor_new(struct monitor **monitor,
			     const struct monitor_config *config)
{
	struct monitor *self = calloc(1, sizeof(*self));
	const struct net_mon_handlers handlers = {
		.link = handle_link,
		.local = handle_local,
		.arg = self,
	};
	struct served_config served = {
		.startup = config->startup,
		.conf = config->conf,
		.udp_fd = config->udp_fd,
	};
	int err = -ENOMEM;

	if (!self)
		goto out_error;
	self->config = *config;
	err = loop_new(&self->loop);
	if (!err)
		err = outbox_new(&self->outbox, self->loop, config->events_fd);
	if (!err)
		err = net_mon_open(&self->mon, &handlers);
	served.mon = self->mon;
	served.outbox = self->outbox;
	if (!err)
		err = served_new(&self->served, &served);
	if (!err)
		err = add_handlers(self);
	if (err)
		goto out_error;
	*monitor = self;
	return tell_start(self);
out_error:
	log_error("starting: %s", strerror(-err));
	monitor_free(self);
	*monitor = NULL;
	return DAEMON_EXIT_FAILURE;
}

int monitor_run(struct monitor *monitor)
{
	return loop_run(monitor->loop);
}

void monitor_free(struct monitor *monitor)
{
	if (!monitor)
		return;
	served_free(monitor->served);
	net_mon_close(monitor->mon);
	outbox_free(monitor->outbox);
	loop_timer_free(monitor->stop_timer);
	loop_free(monitor->loop);
	free(monitor);
}
