/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_args.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/arg_table.h"

#define DECLINE_WAIT_MAX_S 3600
#define TIMEOUT_MAX_S      86400
#define DAD_WAIT_MAX_S     600

const struct daemon_program client_program4 = {
	.name = "dhcp4o6-client4",
	.purpose = "DHCPv4 client over DHCPv6 (RFC 7341), of an interface",
	.family = DAEMON_DHCP4,
	.other_name = "dhcp4o6-client6",
	.conf_file = "/etc/dhcp4o6/dhclient.conf",
	.lease_file = "/var/lib/dhcp4o6/client4.leases",
	.pid_file = "/run/dhcp4o6/client4.pid",
	.takes_interfaces = true,
	.is_client = true,
};

const struct daemon_program client_program6 = {
	.name = "dhcp4o6-client6",
	.purpose = "DHCPv6 client, and the way out of a DHCPv4-over-DHCPv6 "
		   "client (RFC 7341)",
	.family = DAEMON_DHCP6,
	.other_name = "dhcp4o6-client4",
	.conf_file = "/etc/dhcp4o6/dhclient.conf",
	.lease_file = "/var/lib/dhcp4o6/client6.leases",
	.pid_file = "/run/dhcp4o6/client6.pid",
	.takes_interfaces = true,
	.is_client = true,
};

/* Flags without a value: a member that becomes true. */
#define HANDLE_BOOL(name, member)                                  \
	static enum daemon_exit name(struct arg_state *state,      \
				     const char *value)            \
	{                                                          \
		(void)value;                                       \
		((struct client_args *)state->own)->member = true; \
		return DAEMON_EXIT_NONE;                           \
	}

#define HANDLE_TEXT(name, member)                                   \
	static enum daemon_exit name(struct arg_state *state,       \
				     const char *value)             \
	{                                                           \
		((struct client_args *)state->own)->member = value; \
		return DAEMON_EXIT_NONE;                            \
	}

#define HANDLE_COUNT(name, member)                                  \
	static enum daemon_exit name(struct arg_state *state,       \
				     const char *value)             \
	{                                                           \
		(void)value;                                        \
		if (++((struct client_args *)state->own)->member >  \
		    CLIENT_IA_MAX)                                  \
			return arg_error(state, "given too often"); \
		return DAEMON_EXIT_NONE;                            \
	}

#define HANDLE_SECONDS(name, member, min, max)                        \
	static enum daemon_exit name(struct arg_state *state,         \
				     const char *value)               \
	{                                                             \
		return arg_number(                                    \
			state, value, min, max,                       \
			&((struct client_args *)state->own)->member); \
	}

HANDLE_BOOL(handle_no_script, no_script)
HANDLE_BOOL(handle_one_try, one_try)
HANDLE_BOOL(handle_no_wait, waits_not)
HANDLE_BOOL(handle_wait, waits_for_link)
HANDLE_BOOL(handle_stateless, stateless)
HANDLE_BOOL(handle_require_all, require_all)
HANDLE_TEXT(handle_duid_file, duid_file)
HANDLE_TEXT(handle_script, script)
HANDLE_COUNT(handle_na, na_count)
HANDLE_COUNT(handle_pd, pd_count)
HANDLE_SECONDS(handle_timeout, timeout_s, 1, TIMEOUT_MAX_S)
HANDLE_SECONDS(handle_dad_wait, dad_wait_s, 0, DAD_WAIT_MAX_S)
HANDLE_SECONDS(handle_decline_wait, decline_wait, 0, DECLINE_WAIT_MAX_S)

static enum daemon_exit set_task(struct arg_state *state, enum client_task task)
{
	struct client_args *args = state->own;

	if (args->task != CLIENT_TASK_LEASE && args->task != task)
		return arg_error(state, "-r and -x exclude each other");
	args->task = task;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_release(struct arg_state *state,
				       const char *value)
{
	(void)value;
	return set_task(state, CLIENT_TASK_RELEASE);
}

static enum daemon_exit handle_stop(struct arg_state *state, const char *value)
{
	(void)value;
	return set_task(state, CLIENT_TASK_STOP);
}

static enum daemon_exit handle_duid_type(struct arg_state *state,
					 const char *value)
{
	struct client_args *args = state->own;

	args->has_duid_type = true;
	if (strcmp(value, "LL") == 0)
		args->duid_type = CLIENT_DUID_LL;
	else if (strcmp(value, "LLT") == 0)
		args->duid_type = CLIENT_DUID_LLT;
	else
		return arg_error(state, "expects LL or LLT");
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_prefix_len(struct arg_state *state,
					  const char *value, uint8_t *len)
{
	uint32_t number = 0;
	enum daemon_exit status = arg_number(state, value, 1, 128, &number);

	if (status == DAEMON_EXIT_NONE)
		*len = (uint8_t)number;
	return status;
}

static enum daemon_exit handle_prefix_hint(struct arg_state *state,
					   const char *value)
{
	struct client_args *args = state->own;

	return handle_prefix_len(state, value, &args->prefix_hint);
}

static enum daemon_exit handle_addr_len(struct arg_state *state,
					const char *value)
{
	struct client_args *args = state->own;

	return handle_prefix_len(state, value, &args->addr_len);
}

/* Option 61 is always RFC 4361's; the flag asks for what is done. */
static enum daemon_exit handle_client_id(struct arg_state *state,
					 const char *value)
{
	(void)state;
	(void)value;
	return DAEMON_EXIT_NONE;
}

bool client_env_is_sound(const char *text)
{
	size_t i;

	if (strlen(text) > CLIENT_ARG_ENV_LEN)
		return false;
	for (i = 0; text[i] != '='; i++) {
		if (!((text[i] >= 'a' && text[i] <= 'z') ||
		      (text[i] >= 'A' && text[i] <= 'Z') || text[i] == '_' ||
		      (i > 0 && text[i] >= '0' && text[i] <= '9')))
			return false;
	}
	return i > 0 && !strpbrk(text, "\r\n");
}

static enum daemon_exit handle_env(struct arg_state *state, const char *value)
{
	struct client_args *args = state->own;
	size_t name_len, i;

	if (!client_env_is_sound(value))
		return arg_error(state, "expects VAR=val, VAR of letters, "
					"digits and _, val in one line");
	name_len = strcspn(value, "=") + 1;
	for (i = 0; i < args->env_count; i++) {
		if (strncmp(args->env[i], value, name_len) == 0)
			break;
	}
	if (i == CLIENT_ARG_ENV_MAX)
		return arg_error(state, "given too often");
	args->env[i] = value;
	if (i == args->env_count)
		args->env_count++;
	return DAEMON_EXIT_NONE;
}

#define ROW6(isc_name, gnu_name, value_name, handler, text)            \
	{                                                              \
		.isc = isc_name, .gnu = gnu_name, .value = value_name, \
		.handle = handler, .help = text, .half = ARG_DHCP6     \
	}

static const struct arg_row rows[] = {
	ARG_ROW("df", "duid-file", "FILE", handle_duid_file,
		"another lease file, to take the DUID from"),
	ARG_ROW("sf", "script", "FILE", handle_script,
		"script to run at each change of a lease"),
	ARG_ROW(NULL, "no-script", NULL, handle_no_script, "run no script"),
	ARG_ROW("e", "env", "VAR=val", handle_env,
		"one more variable for the script"),
	ARG_ROW("r", "release", NULL, handle_release,
		"end the running client, give the lease back, exit"),
	ARG_ROW("x", "stop", NULL, handle_stop,
		"end the running client, keep the lease, exit"),
	ARG_ROW("1", "one-try", NULL, handle_one_try,
		"try once; exit 2 if there was no lease"),
	ARG_ROW("nw", "no-wait", NULL, handle_no_wait,
		"to the background at once, not with the first lease"),
	ARG_ROW("w", "wait-interface", NULL, handle_wait,
		"start though an interface is not there yet"),
	ARG_ROW(NULL, "timeout", "SECONDS", handle_timeout,
		"length of a try, over the configuration's"),
	ARG_ROW("D", "duid-type", "LL|LLT", handle_duid_type,
		"kind of DUID to make if there is none (LLT)"),
	{ .isc = "i",
	  .gnu = "duid-client-id",
	  .handle = handle_client_id,
	  .help = "client identifier from the DUID: always done",
	  .half = ARG_DHCP4 },
	ROW6("S", "stateless", NULL, handle_stateless,
	     "ask for configuration alone"),
	ROW6("N", "address", NULL, handle_na, "ask for one more address"),
	ROW6("P", "prefix", NULL, handle_pd, "ask for one more prefix"),
	ROW6("R", "require-all", NULL, handle_require_all,
	     "take only offers that have all that is asked for"),
	ROW6(NULL, "prefix-len-hint", "LENGTH", handle_prefix_hint,
	     "length of prefixes to ask for"),
	ROW6(NULL, "address-prefix-len", "LENGTH", handle_addr_len,
	     "prefix length that addresses are set with (128)"),
	ROW6(NULL, "dad-wait-time", "SECONDS", handle_dad_wait,
	     "tell the script how long to wait for DAD (0)"),
	ROW6(NULL, "decline-wait-time", "SECONDS", handle_decline_wait,
	     "pause after an address was declined (10)"),
	ARG_REFUSED("T", NULL, "IA_TA is no more: RFC 9915 made it obsolete"),
	ARG_REFUSED("n", NULL, "without an interface there is nothing to do"),
	ARG_REFUSED("I", NULL, "not supported: clients do not update DNS"),
	ARG_REFUSED("g", "ADDRESS", "not supported: no relay is mocked up"),
	ARG_REFUSED("p", "PORT",
		    "not supported: DHCPv6 ports are fixed; -4o6 PORT is the "
		    "port of the pair"),
	ARG_REFUSED("s", "ADDRESS",
		    "not supported: option 88 says where servers are"),
	ARG_REFUSED("tf", "FILE",
		    "not supported: nothing is traced to be played again"),
	ARG_REFUSED("play", "FILE",
		    "not supported: nothing is traced to be played again"),
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

static enum daemon_exit fail(const struct daemon_program *program,
			     const char *text, const char *what)
{
	fprintf(stderr, "%s: %s%s; see %s --help\n", program->name, what, text,
		program->name);
	return daemon_usage_status(program);
}

static bool is_interface_name(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < IF_NAMESIZE && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0 && !strpbrk(name, "/: \t\r\n\v\f");
}

static enum daemon_exit check_interfaces(const struct daemon_program *program,
					 const struct client_args *args)
{
	char *const *names = args->common.interfaces;
	size_t count = args->common.interface_count, i, k;

	for (i = 0; i < count; i++) {
		if (!is_interface_name(names[i]))
			return fail(program, ": no name of an interface",
				    names[i]);
		for (k = 0; k < i; k++) {
			if (strcmp(names[i], names[k]) == 0)
				return fail(program, ": named twice", names[i]);
		}
	}
	if (args->common.test_config || args->common.print_config)
		return DAEMON_EXIT_NONE;
	if (count == 0)
		return fail(program, "names no interface", "the command line ");
	if (program->family == DAEMON_DHCP4 && count > 1)
		return fail(program,
			    ": one interface only, the one that gets "
			    "the IPv4 address",
			    names[1]);
	if (count > CLIENT_INTERFACES_MAX)
		return fail(program, ": too many interfaces", names[count - 1]);
	if (args->pd_count && count > 1)
		return fail(program, ": with -P one interface only", names[1]);
	return DAEMON_EXIT_NONE;
}

/* dhclient's variables; a flag goes before them. */
static void read_environment(struct client_args *args)
{
	const struct {
		const char *name;
		const char **member;
	} variables[] = {
		{ "PATH_DHCLIENT_CONF", &args->common.conf_file },
		{ "PATH_DHCLIENT_DB", &args->common.lease_file },
		{ "PATH_DHCLIENT_PID", &args->common.pid_file },
	};
	const char *value;
	size_t i;

	for (i = 0; i < 3; i++) {
		value = getenv(variables[i].name);
		if (value && *value)
			*variables[i].member = value;
	}
}

enum daemon_exit client_args_parse(const struct daemon_program *program,
				   int argc, char **argv,
				   struct client_args *args)
{
	const struct arg_table table = {
		.blocks = blocks,
		.block_count = sizeof(blocks) / sizeof(blocks[0]),
		.usage = program->family == DAEMON_DHCP4 ? " INTERFACE"
							 : " INTERFACE ...",
	};
	struct arg_state state = {
		.program = program,
		.args = &args->common,
		.own = args,
		.table = &table,
	};
	enum daemon_exit status;

	*args = (struct client_args){
		.duid_type = CLIENT_DUID_LLT,
		.addr_len = 128,
		.decline_wait = CLIENT_DECLINE_WAIT_S,
	};
	daemon_args_init(&args->common, program);
	read_environment(args);
	status = arg_table_parse(&state, argc, argv);
	if (status != DAEMON_EXIT_NONE)
		return status;
	if (args->stateless && (args->na_count || args->pd_count))
		return fail(program, " excludes -N and -P", "-S");
	if (args->na_count + args->pd_count > CLIENT_IA_MAX)
		return fail(program, " are given too often", "-N and -P");
	if (!args->stateless && !args->pd_count && !args->na_count)
		args->na_count = 1;
	if (args->no_script && args->script)
		return fail(program, " excludes -sf", "--no-script");
	status = check_interfaces(program, args);
	if (status != DAEMON_EXIT_NONE)
		return status;
	return daemon_args_check(&args->common, program);
}

const char *client_args_script(const struct client_args *args, const char *conf)
{
	const char *env = getenv("PATH_DHCLIENT_SCRIPT");

	if (args->no_script)
		return NULL;
	if (args->script)
		return args->script;
	if (conf)
		return conf;
	if (env && *env)
		return env;
	return access(CLIENT_SCRIPT_DEFAULT, X_OK) == 0 ? CLIENT_SCRIPT_DEFAULT
							: NULL;
}
