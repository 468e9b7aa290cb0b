/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4o6-client4 - the DHCPv4 half of a client, for one interface.
 *
 * Two processes: hands (../client/hands.h) that have privileges and look into
 * no packet, and a head (head4.h) that has none and does everything else. What
 * they need is opened here, before they part. Queries leave by the DHCPv6 half.
 */
#include "head4.h"

static enum daemon_exit open_files(struct head4 *head)
{
	head->link_fd = instance_open_link(&head->startup, IPC_HALF_V4);
	if (head->link_fd < 0)
		return DAEMON_EXIT_FAILURE;
	return client_open_instance(&head->instance, &head->startup, head->conf,
				    CTL_CLIENT4);
}

static int serve(struct head4 *head)
{
	const struct hands_slot_config slot = {
		.name = head->interface,
		.script = head->script,
	};
	const struct hands_config config = {
		.startup = &head->startup,
		.slots = &slot,
		.slot_count = 1,
		.env = head->args.env,
		.env_count = head->args.env_count,
		.waits_for_link = head->args.waits_for_link,
	};
	const int fds[] = { head->link_fd, head->instance.ctl_fd };
	size_t count = head->instance.ctl_fd < 0 ? 1 : 2;

	if (!head->args.common.quiet)
		log_notice("DHCPv4 over DHCPv6 for %s, ::1 ports %u and %u, "
			   "leases in %s",
			   head->interface, head->args.common.port,
			   head->args.common.port + 1U,
			   head->args.common.lease_file);
	return hands_serve(&config, fds, count, head4_run, head);
}

/* Whoever runs already is ended first: it has the port and the lease. */
static enum daemon_exit begin_task(struct head4 *head)
{
	enum daemon_exit status;

	if (head->args.task == CLIENT_TASK_LEASE)
		return DAEMON_EXIT_NONE;
	status = client_end_running(&head->startup);
	if (status == DAEMON_EXIT_NONE && head->args.task == CLIENT_TASK_STOP)
		return DAEMON_EXIT_OK;
	return status;
}

static enum daemon_exit read_files(struct head4 *head)
{
	const struct client_conf_scope *scope;
	enum daemon_exit status;

	head->interface = head->args.common.interface_count
				  ? head->args.common.interfaces[0]
				  : "";
	scope = client_conf_scope(head->conf, head->interface);
	head->script = client_args_script(&head->args, scope->script);
	status = client_check_script(head->script);
	if (status == DAEMON_EXIT_NONE)
		status = client_read_leases(&head->startup, &head->leases);
	if (status == DAEMON_EXIT_NONE && head->args.common.test_config)
		return DAEMON_EXIT_OK;
	return status;
}

int main(int argc, char **argv)
{
	static struct head4 head;
	struct startup *startup = &head.startup;
	enum daemon_exit status;

	head.started = mono_now();
	status = client_args_parse(&client_program4, argc, argv, &head.args);
	/* Who asks for a release wants to know what became of it. */
	if (head.args.task != CLIENT_TASK_LEASE)
		head.args.common.foreground = true;
	if (head.args.task != CLIENT_TASK_LEASE)
		head.args.common.log_to_stderr = true;
	if (status == DAEMON_EXIT_NONE)
		status = startup_init(startup, &client_program4,
				      &head.args.common);
	if (status == DAEMON_EXIT_NONE)
		status = client_load_conf(startup, &head.conf);
	if (status == DAEMON_EXIT_NONE && head.args.common.print_config)
		status = client_print_conf(startup, head.conf);
	if (status == DAEMON_EXIT_NONE && !head.args.common.test_config)
		status = client_check_capabilities();
	if (status == DAEMON_EXIT_NONE && !head.args.common.test_config)
		status = begin_task(&head);
	if (status == DAEMON_EXIT_NONE)
		status = read_files(&head);
	if (status == DAEMON_EXIT_NONE)
		status = startup_background(startup);
	if (status == DAEMON_EXIT_NONE)
		status = startup_pid_file(startup);
	if (status == DAEMON_EXIT_NONE)
		status = open_files(&head);
	if (status == DAEMON_EXIT_NONE)
		status = (enum daemon_exit)serve(&head);
	instance_close(&head.instance);
	startup_fini(startup);
	client_leases_free(head.leases);
	client_conf_free(head.conf);
	return (int)status;
}
