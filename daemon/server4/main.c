/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4o6-server4 - the DHCPv4 half.
 *
 * One process. It opens its socket on ::1 and its control socket, gives up
 * every capability (and the uid, with -user), opens the lease journal as who it
 * is then, and serves. The thread that decides never waits for the disk; the
 * journal's own thread does. No packet reaches it but over ::1 from a socket
 * that a trusted user owns.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "../common/lease_check.h"
#include "../common/server_args.h"
#include "server4.h"

#define TICK_MS 100

static const struct daemon_program program = {
	.name = "dhcp4o6-server4",
	.purpose = "DHCPv4 half of a DHCPv4-over-DHCPv6 server (RFC 7341)",
	.family = DAEMON_DHCP4,
	.other_name = "dhcp4o6-server6",
	.conf_file = "/etc/dhcp4o6/dhcpd.conf4",
	.lease_file = "/var/lib/dhcp4o6/leases4",
	.pid_file = "/run/dhcp4o6/server4.pid",
};

static void log_peer_change(struct server4 *server)
{
	struct ipc_peer_info info;

	if (!ipc_peer_poll_change(server->peer, &info))
		return;
	metrics_count(&server->metrics,
		      info.state == IPC_PEER_UP ? METRIC_IPC_PEER_UP
						: METRIC_IPC_PEER_DOWN,
		      1);
	/* Whoever may bind the other port could make many of these. */
	if (!log_rate_allow(&server->peer_log, mono_now(), NULL))
		return;
	switch (info.state) {
	case IPC_PEER_UP:
		log_notice("the DHCPv6 half is up on ::1 port %u (uid %u)",
			   server->args.port, (unsigned int)info.uid);
		break;
	case IPC_PEER_FOREIGN:
		log_error("::1 port %u belongs to uid %u, which no peer-user "
			  "statement names: its queries are dropped",
			  server->args.port, (unsigned int)info.uid);
		break;
	case IPC_PEER_DOWN:
	case IPC_PEER_UNKNOWN:
		log_warning("the DHCPv6 half is not running on ::1 port %u%s%s",
			    server->args.port, info.error ? ": " : "",
			    info.error ? strerror(-info.error) : "");
		break;
	}
}

static void handle_tick(void *arg, struct mono_time now)
{
	struct server4 *server = arg;

	(void)ipc_peer_check(server->peer, now);
	log_peer_change(server);
	lease_keeper_tick(&server->keeper, now);
	loop_timer_arm(server->tick, mono_add_ms(now, TICK_MS));
}

static void handle_term(void *arg, int signo)
{
	struct server4 *server = arg;

	log_notice("%s: stopping", strsignal(signo));
	loop_stop(server->loop, DAEMON_EXIT_OK);
}

static int open_ctl(struct server4 *server)
{
	struct ctl_server_config config = {
		.loop = server->loop,
		.listen_fd = server->instance.ctl_fd,
		.commands = server4_commands,
		.command_count = server4_command_count,
		.ctx = server,
	};

	if (server->instance.ctl_fd < 0)
		return 0;
	return ctl_server_new(&server->ctl, &config);
}

static int add_handlers(struct server4 *server)
{
	int err;

	err = loop_timer_new(server->loop, &server->tick, handle_tick, server);
	if (!err)
		err = loop_add_signal(server->loop, SIGTERM, handle_term,
				      server);
	if (!err)
		err = loop_add_signal(server->loop, SIGINT, handle_term,
				      server);
	if (!err)
		err = open_ctl(server);
	if (!err)
		err = server4_add_reload(server);
	if (!err)
		err = lease_keeper_start(&server->keeper, server->loop);
	if (!err)
		err = loop_add_fd(server->loop, ipc_link_fd(server->link),
				  EPOLLIN, server4_read_link, server);
	return err;
}

/* What needs a capability or the directories of root. */
static enum daemon_exit open_privileged(struct server4 *server)
{
	enum daemon_exit status;
	int fd, err;

	fd = instance_open_link(&server->startup, IPC_HALF_V4);
	if (fd < 0)
		return DAEMON_EXIT_FAILURE;
	status = instance_open(&server->instance, &server->startup,
			       &server->conf->dhcp4o6, "server4");
	if (status != DAEMON_EXIT_NONE)
		return status;
	err = ipc_link_open(&server->link, fd, IPC_HALF_V4, server->args.port);
	if (!err)
		err = ipc_peer_open(&server->peer, IPC_HALF_V4,
				    server->args.port,
				    server->instance.peers.uids,
				    server->instance.peers.count);
	if (!err)
		err = loop_new(&server->loop);
	if (!err)
		return DAEMON_EXIT_NONE;
	log_error("starting: %s", strerror(-err));
	return DAEMON_EXIT_FAILURE;
}

static enum daemon_exit open_unprivileged(struct server4 *server)
{
	enum daemon_exit status;
	int err;

	err = startup_drop_privileges(&server->startup, -1);
	if (err) {
		log_error("giving up privileges: %s", strerror(-err));
		return DAEMON_EXIT_NOPERM;
	}
	status = server4_open_host(server);
	if (status == DAEMON_EXIT_NONE)
		status = server4_open_store(server);
	if (status != DAEMON_EXIT_NONE)
		return status;
	server->decide.alloc = server->alloc;
	err = alloc_apply_conf(server->alloc, server->conf);
	if (!err) {
		/* Conflicts have been said; those interfaces are not served. */
		(void)server4_bind_interfaces(server);
		server4_say_if_empty(server);
		server4_name_itself(server);
		err = add_handlers(server);
	}
	if (!err)
		return DAEMON_EXIT_NONE;
	log_error("starting: %s", strerror(-err));
	return DAEMON_EXIT_FAILURE;
}

/* -t: everything that can be known without serving. */
static enum daemon_exit test_config(struct server4 *server)
{
	const struct siphash_key key = { { 0, 0 } };
	enum daemon_exit status;

	status = server4_open_host(server);
	if (status != DAEMON_EXIT_NONE)
		return status;
	if (alloc_new(&server->alloc, &key, mono_now(), wall_now()) ||
	    alloc_apply_conf(server->alloc, server->conf)) {
		log_error("out of memory");
		return DAEMON_EXIT_FAILURE;
	}
	status = server4_bind_interfaces(server);
	if (status == DAEMON_EXIT_NONE)
		status = daemon_check_take_over(server->args.lease_file,
						JOURNAL_DHCP4);
	if (status == DAEMON_EXIT_NONE && server->args.test_leases)
		status = lease_check_journal(server->args.lease_file,
					     JOURNAL_DHCP4);
	if (status != DAEMON_EXIT_NONE)
		return status;
	status = startup_check_writable(&server->startup,
					server->args.lease_file);
	return status == DAEMON_EXIT_NONE ? DAEMON_EXIT_OK : status;
}

static int serve(struct server4 *server)
{
	int status;

	handle_tick(server, mono_now());
	if (!server->args.quiet)
		log_notice("serving DHCPv4 over DHCPv6, ::1 ports %u and %u, "
			   "leases in %s",
			   server->args.port, server->args.port + 1U,
			   server->args.lease_file);
	startup_ready(&server->startup);
	status = loop_run(server->loop);
	if (status >= 0)
		return status;
	log_error("main loop: %s", strerror(-status));
	return DAEMON_EXIT_FAILURE;
}

static void server4_close(struct server4 *server)
{
	/* What is waiting for the disk still gets its answer. */
	lease_keeper_drain(&server->keeper, &server->ring);
	if (server->alloc)
		server4_free_batches(server);
	ctl_server_free(server->ctl);
	reload_free(server->reload);
	lease_keeper_close(&server->keeper);
	alloc_free(server->alloc);
	net_mon_close(server->mon);
	free(server->host_addrs);
	ipc_peer_close(server->peer);
	ipc_link_close(server->link);
	loop_timer_free(server->tick);
	loop_free(server->loop);
	instance_close(&server->instance);
	startup_fini(&server->startup);
	conf_free(server->conf);
}

int main(int argc, char **argv)
{
	static struct server4 server;
	struct startup *startup = &server.startup;
	enum daemon_exit status;

	server.started = mono_now();
	server4_init_batches(&server);
	server.drop_log = (struct log_rate)LOG_RATE_INIT(10, 1000);
	server.peer_log = (struct log_rate)LOG_RATE_INIT(10, 10000);
	status = server_args_parse(&program, argc, argv, &server.args);
	if (status == DAEMON_EXIT_NONE)
		status = startup_init(startup, &program, &server.args);
	if (status == DAEMON_EXIT_NONE)
		status = startup_load_conf(startup, &server.conf);
	if (status == DAEMON_EXIT_NONE && server.args.print_config)
		status = startup_print_conf(startup, server.conf);
	if (status == DAEMON_EXIT_NONE && server.args.test_config)
		status = test_config(&server);
	if (status == DAEMON_EXIT_NONE)
		status =
			startup_check_writable(startup, server.args.lease_file);
	if (status == DAEMON_EXIT_NONE)
		status = startup_background(startup);
	if (status == DAEMON_EXIT_NONE)
		status = startup_pid_file(startup);
	if (status == DAEMON_EXIT_NONE)
		status = open_privileged(&server);
	if (status == DAEMON_EXIT_NONE)
		status = open_unprivileged(&server);
	if (status == DAEMON_EXIT_NONE)
		status = (enum daemon_exit)serve(&server);
	server4_close(&server);
	return (int)status;
}
