/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4o6-server6 - the DHCPv6 half.
 *
 * Two processes. The first one, the monitor, stays privileged: it opened port
 * 547, it attaches the XDP classifier, makes AF_XDP sockets, joins groups and
 * follows netlink; it reads nothing that comes from a network. The second one,
 * the front, is forked from it, gives up every capability (and the uid, with
 * -user), opens the lease journal as who it is then, and reads packets with the
 * descriptors it got. Two socket pairs join them: events one way, a fixed list
 * of requests the other way. When either dies the other ends, and the
 * classifier lets every packet pass.
 */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/instance.h"
#include "../common/lease_check.h"
#include "../common/server_args.h"
#include "../common/takeover.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "front.h"
#include "monitor.h"

static const struct daemon_program program = {
	.name = "dhcp4o6-server6",
	.purpose = "DHCPv6 server, and front of a DHCPv4-over-DHCPv6 "
		   "server (RFC 7341)",
	.family = DAEMON_DHCP6,
	.other_name = "dhcp4o6-server4",
	.conf_file = "/etc/dhcp4o6/dhcpd.conf6",
	.lease_file = "/var/lib/dhcp4o6/leases6",
	.pid_file = "/run/dhcp4o6/server6.pid",
	.takes_interfaces = true,
};

#define UDP_RECEIVE_BUFFER (4U << 20) /* rides out a flood of junk */

struct server6 {
	struct startup startup;
	struct daemon_args args;
	struct conf *conf;
	struct instance instance;
	int udp_fd;
	int link_fd;
};

static enum daemon_exit open_udp(struct server6 *server)
{
	const struct net_udp6_config config = {
		.port = DHCP6_PORT_SERVER,
		.buffer_len = UDP_RECEIVE_BUFFER,
	};
	int one = 1;

	server->udp_fd = net_udp6_open(&config);
	if (server->udp_fd < 0) {
		log_error("UDP port %u: %s%s", DHCP6_PORT_SERVER,
			  strerror(-server->udp_fd),
			  server->udp_fd == -EADDRINUSE
				  ? "; another DHCPv6 server or relay is "
				    "running"
			  : server->udp_fd == -EACCES
				  ? "; root may, or who has "
				    "CAP_NET_BIND_SERVICE"
				  : "");
		return server->udp_fd == -EACCES ? DAEMON_EXIT_NOPERM
						 : DAEMON_EXIT_FAILURE;
	}
	/* Answers leave from the address asked, AnyIP prefixes included. */
	setsockopt(server->udp_fd, IPPROTO_IPV6, IPV6_FREEBIND, &one,
		   sizeof(one));
	return DAEMON_EXIT_NONE;
}

static void raise_limits(void)
{
	const struct rlimit memlock = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit files;

	/* More frames where it is allowed; the default does, too. */
	(void)setrlimit(RLIMIT_MEMLOCK, &memlock);
	/* A descriptor for each queue of each interface. */
	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static enum daemon_exit open_sockets(struct server6 *server)
{
	enum daemon_exit status;

	raise_limits();
	status = open_udp(server);
	if (status != DAEMON_EXIT_NONE)
		return status;
	server->link_fd = instance_open_link(&server->startup, IPC_HALF_V6);
	if (server->link_fd < 0)
		return DAEMON_EXIT_FAILURE;
	return instance_open(&server->instance, &server->startup,
			     &server->conf->dhcp4o6, "server6");
}

/* In the child. Does not return. */
static void run_front(struct server6 *server, int events_fd, int requests_fd)
{
	struct front_config config = {
		.startup = &server->startup,
		.conf = server->conf,
		.udp_fd = server->udp_fd,
		.link_fd = server->link_fd,
		.ctl_fd = server->instance.ctl_fd,
		.events_fd = events_fd,
		.requests_fd = requests_fd,
		.peer_uids = server->instance.peers.uids,
		.peer_uid_count = server->instance.peers.count,
	};
	int err;

	startup_leave_to_parent(&server->startup);
	/* The terminal's ^C reaches both; the monitor says when to stop. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	err = startup_drop_privileges(&server->startup, -1);
	if (err) {
		log_error("giving up privileges: %s", strerror(-err));
		_exit(DAEMON_EXIT_NOPERM);
	}
	_exit(front_run(&config));
}

static int run_monitor(struct server6 *server, int events_fd, int requests_fd,
		       pid_t front_pid)
{
	struct monitor_config config = {
		.startup = &server->startup,
		.conf = server->conf,
		.udp_fd = server->udp_fd,
		.events_fd = events_fd,
		.requests_fd = requests_fd,
		.front_pid = front_pid,
	};
	struct monitor *monitor;
	enum daemon_exit status;
	int result;

	status = monitor_new(&monitor, &config);
	result = (int)status;
	if (status == DAEMON_EXIT_NONE)
		result = monitor_run(monitor);
	else
		kill(front_pid, SIGKILL);
	monitor_free(monitor);
	return result < 0 ? DAEMON_EXIT_FAILURE : result;
}

static int serve(struct server6 *server)
{
	int events[2], requests[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, events) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, requests) <
		    0) {
		log_error("socketpair: %s", strerror(errno));
		return DAEMON_EXIT_FAILURE;
	}
	pid = fork();
	if (pid < 0) {
		log_error("fork: %s", strerror(errno));
		return DAEMON_EXIT_FAILURE;
	}
	if (pid == 0) {
		close(events[0]);
		close(requests[0]);
		run_front(server, events[1], requests[1]);
	}
	close(events[1]);
	close(requests[1]);
	/* The front's alone: with it they must go. */
	close(server->link_fd);
	instance_leave_to_child(&server->instance);
	return run_monitor(server, events[0], requests[0], pid);
}

int main(int argc, char **argv)
{
	struct server6 server = { .udp_fd = -1, .link_fd = -1 };
	enum daemon_exit status;

	status = server_args_parse(&program, argc, argv, &server.args);
	if (status == DAEMON_EXIT_NONE)
		status = startup_init(&server.startup, &program, &server.args);
	if (status == DAEMON_EXIT_NONE)
		status = startup_load_conf(&server.startup, &server.conf);
	if (status == DAEMON_EXIT_NONE && server.args.print_config)
		status = startup_print_conf(&server.startup, server.conf);
	if (status == DAEMON_EXIT_NONE && server.args.test_config)
		status = daemon_check_take_over(server.args.lease_file,
						JOURNAL_DHCP6);
	if (status == DAEMON_EXIT_NONE)
		status = startup_check_writable(&server.startup,
						server.args.lease_file);
	if (status == DAEMON_EXIT_NONE && server.args.test_leases)
		status = lease_check_journal(server.args.lease_file,
					     JOURNAL_DHCP6);
	if (status == DAEMON_EXIT_NONE && server.args.test_config)
		status = DAEMON_EXIT_OK;
	if (status == DAEMON_EXIT_NONE)
		status = startup_background(&server.startup);
	if (status == DAEMON_EXIT_NONE)
		status = startup_pid_file(&server.startup);
	if (status == DAEMON_EXIT_NONE)
		status = open_sockets(&server);
	if (status == DAEMON_EXIT_NONE)
		status = (enum daemon_exit)serve(&server);
	instance_close(&server.instance);
	startup_fini(&server.startup);
	conf_free(server.conf);
	return (int)status;
}
