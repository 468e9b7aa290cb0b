/* SPDX-License-Identifier: BSD-2-Clause */
#include "server_args.h"

#include <stdio.h>

#include "arg_table.h"

static enum daemon_exit handle_bpf_dir(struct arg_state *state,
				       const char *value)
{
	state->args->bpf_dir = value;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_test_leases(struct arg_state *state,
					   const char *value)
{
	state->args->test_leases = true;
	return daemon_args_handle_test(state, value);
}

static const struct arg_row rows[] = {
	ARG_REFUSED("p", "PORT",
		    "not supported: DHCPv6 ports are fixed; -4o6 PORT is "
		    "the port of the pair"),
	ARG_REFUSED("s", "ADDRESS",
		    "not supported: answers go where queries came from"),
	ARG_REFUSED("tf", "FILE",
		    "not supported: nothing is traced to be played again"),
	ARG_REFUSED("play", "FILE",
		    "not supported: nothing is traced to be played again"),
	ARG_REFUSED("chroot", "DIR",
		    "not supported: who reads packets has no capability; "
		    "-user NAME changes the user"),
	ARG_ROW("T", "test-leases", NULL, handle_test_leases,
		"as -t, and read the lease file whole"),
	ARG_ROW(NULL, "bpf-dir", "DIR", handle_bpf_dir,
		"where maps are pinned (/sys/fs/bpf/dhcp4o6)"),
};

static const struct arg_block own = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

static const struct arg_block *const blocks[] = {
	&daemon_args_first,
	&own,
	&daemon_args_last,
};

enum daemon_exit server_args_parse(const struct daemon_program *program,
				   int argc, char **argv,
				   struct daemon_args *args)
{
	const struct arg_table table = {
		.blocks = blocks,
		.block_count = sizeof(blocks) / sizeof(blocks[0]),
		.usage = program->takes_interfaces ? " [INTERFACE ...]" : "",
	};
	struct arg_state state = {
		.program = program,
		.args = args,
		.table = &table,
	};
	enum daemon_exit status;

	daemon_args_init(args, program);
	status = arg_table_parse(&state, argc, argv);
	if (status != DAEMON_EXIT_NONE)
		return status;
	if (args->interface_count && !program->takes_interfaces) {
		fprintf(stderr,
			"%s: takes no interface: queries come from the DHCPv6 "
			"server, whatever interface they arrived on\n",
			program->name);
		return daemon_usage_status(program);
	}
	return daemon_args_check(args, program);
}
