/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4o6-client6 - the DHCPv6 client, and the half of a DHCPv4-over-DHCPv6
 * client that has the way to the servers.
 *
 * Two processes. The first one, the hands, stays privileged and reads nothing
 * that a stranger sent. The second one, the head, is forked from it, gives up
 * every capability (and the uid, with -user), and does all the rest.
 */
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "head6.h"

struct client6 {
	struct startup startup;
	struct client_args args;
	struct client_conf *conf;
	struct client_leases *leases;
	struct instance instance;
	struct hands_slot_config slots[CLIENT_INTERFACES_MAX];
	int link_fd;
};

static enum daemon_exit find_scripts(struct client6 *client)
{
	const struct daemon_args *args = &client->args.common;
	enum daemon_exit status = DAEMON_EXIT_NONE;
	const struct client_conf_scope *scope;
	size_t i;

	for (i = 0; i < args->interface_count && status == DAEMON_EXIT_NONE;
	     i++) {
		struct hands_slot_config *slot = &client->slots[i];

		slot->name = args->interfaces[i];
		scope = client_conf_scope(client->conf, slot->name);
		slot->script = client_args_script(&client->args, scope->script);
		status = client_check_script(slot->script);
	}
	return status;
}

/* -r goes on as a client that only gives back; -x is done. */
static enum daemon_exit end_former(const struct client6 *client)
{
	enum daemon_exit status;

	if (client->args.task == CLIENT_TASK_LEASE)
		return DAEMON_EXIT_NONE;
	status = client_end_running(&client->startup);
	if (status == DAEMON_EXIT_NONE && client->args.task == CLIENT_TASK_STOP)
		return DAEMON_EXIT_OK;
	return status;
}

static enum daemon_exit open_sockets(struct client6 *client)
{
	client->link_fd = instance_open_link(&client->startup, IPC_HALF_V6);
	if (client->link_fd < 0)
		return DAEMON_EXIT_FAILURE;
	return client_open_instance(&client->instance, &client->startup,
				    client->conf, "client6");
}

static int serve(struct client6 *client)
{
	struct head6_config head = {
		.startup = &client->startup,
		.args = &client->args,
		.conf = client->conf,
		.leases = client->leases,
		.instance = &client->instance,
		.link_fd = client->link_fd,
	};
	const struct hands_config hands = {
		.startup = &client->startup,
		.slots = client->slots,
		.slot_count = client->args.common.interface_count,
		.env = client->args.env,
		.env_count = client->args.env_count,
		.port = DHCP6_PORT_CLIENT,
		.waits_for_link = client->args.waits_for_link,
	};
	const int head_fds[] = { client->link_fd, client->instance.ctl_fd };
	size_t count = client->instance.ctl_fd >= 0 ? 2 : 1;

	return hands_serve(&hands, head_fds, count, head6_run, &head);
}

static enum daemon_exit prepare(struct client6 *client)
{
	const struct daemon_args *args = &client->args.common;
	enum daemon_exit status;

	status = client_load_conf(&client->startup, &client->conf);
	if (status == DAEMON_EXIT_NONE && args->print_config)
		status = client_print_conf(&client->startup, client->conf);
	if (status == DAEMON_EXIT_NONE && args->test_config)
		status = DAEMON_EXIT_OK;
	if (status == DAEMON_EXIT_NONE)
		status = find_scripts(client);
	if (status == DAEMON_EXIT_NONE)
		status = end_former(client);
	if (status == DAEMON_EXIT_NONE)
		status = client_read_leases(&client->startup, &client->leases);
	return status;
}

int main(int argc, char **argv)
{
	struct client6 client = { .link_fd = -1 };
	enum daemon_exit status;

	status = client_args_parse(&client_program6, argc, argv, &client.args);
	if (status == DAEMON_EXIT_NONE)
		status = startup_init(&client.startup, &client_program6,
				      &client.args.common);
	if (status == DAEMON_EXIT_NONE)
		status = prepare(&client);
	/* A release is waited for. */
	if (status == DAEMON_EXIT_NONE && client.args.task == CLIENT_TASK_LEASE)
		status = startup_background(&client.startup);
	if (status == DAEMON_EXIT_NONE)
		status = startup_pid_file(&client.startup);
	if (status == DAEMON_EXIT_NONE)
		status = open_sockets(&client);
	if (status == DAEMON_EXIT_NONE)
		status = (enum daemon_exit)serve(&client);
	instance_close(&client.instance);
	startup_fini(&client.startup);
	client_leases_free(client.leases);
	client_conf_free(client.conf);
	return (int)status;
}
