/* SPDX-License-Identifier: BSD-2-Clause */
/* daemon_args - the flags that servers and clients have in common. */
#include "daemon_args.h"

#include <stdio.h>
#include <string.h>

#include "arg_table.h"
#include "dhcp4o6/base/log.h"

static enum daemon_exit set_family(struct arg_state *state,
				   enum daemon_family family)
{
	if (state->program->family == family)
		return DAEMON_EXIT_NONE;
	fprintf(stderr, "%s: -%c is served by %s, a program of its own\n",
		state->program->name, family == DAEMON_DHCP4 ? '4' : '6',
		state->program->other_name);
	return daemon_usage_status(state->program);
}

static enum daemon_exit handle_4(struct arg_state *state, const char *value)
{
	(void)value;
	return set_family(state, DAEMON_DHCP4);
}

static enum daemon_exit handle_6(struct arg_state *state, const char *value)
{
	(void)value;
	return set_family(state, DAEMON_DHCP6);
}

static enum daemon_exit handle_4o6(struct arg_state *state, const char *value)
{
	uint32_t port;
	enum daemon_exit status;

	/* The other half of the pair uses the next port. */
	status = arg_number(state, value, 1, 65534, &port);
	if (status == DAEMON_EXIT_NONE)
		state->args->port = (uint16_t)port;
	return status;
}

static enum daemon_exit handle_conf(struct arg_state *state, const char *value)
{
	state->args->conf_file = value;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_leases(struct arg_state *state,
				      const char *value)
{
	state->args->lease_file = value;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_pid(struct arg_state *state, const char *value)
{
	state->args->pid_file = value;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_no_pid(struct arg_state *state,
				      const char *value)
{
	(void)value;
	state->args->pid_file = NULL;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_run_dir(struct arg_state *state,
				       const char *value)
{
	state->args->run_dir = value;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_user(struct arg_state *state, const char *value)
{
	state->args->user = value;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_group(struct arg_state *state, const char *value)
{
	state->args->group = value;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_foreground(struct arg_state *state,
					  const char *value)
{
	(void)value;
	state->args->foreground = true;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_debug(struct arg_state *state, const char *value)
{
	(void)value;
	state->args->foreground = true;
	state->args->log_to_stderr = true;
	/* dhclient's -d is verbose, dhcpd's is not. */
	if (state->program->is_client &&
	    state->args->log_level < LOG_LEVEL_INFO)
		state->args->log_level = LOG_LEVEL_INFO;
	return DAEMON_EXIT_NONE;
}

enum daemon_exit daemon_args_handle_test(struct arg_state *state,
					 const char *value)
{
	(void)value;
	state->args->test_config = true;
	state->args->log_to_stderr = true;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_print_config(struct arg_state *state,
					    const char *value)
{
	(void)value;
	state->args->print_config = true;
	state->args->log_to_stderr = true;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_quiet(struct arg_state *state, const char *value)
{
	(void)value;
	state->args->quiet = true;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_log_level(struct arg_state *state,
					 const char *value)
{
	static const char *const names[] = {
		[LOG_LEVEL_ERROR] = "error",   [LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_NOTICE] = "notice", [LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};
	int i;

	for (i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++) {
		if (strcmp(value, names[i]) != 0)
			continue;
		state->args->log_level = i;
		return DAEMON_EXIT_NONE;
	}
	return arg_error(state,
			 "expects error, warning, notice, info or debug");
}

static enum daemon_exit handle_verbose(struct arg_state *state,
				       const char *value)
{
	(void)value;
	state->args->log_level = LOG_LEVEL_INFO;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_version(struct arg_state *state,
				       const char *value)
{
	(void)value;
	printf("%s %s\n", state->program->name, DHCP4O6_VERSION);
	return DAEMON_EXIT_OK;
}

static const struct arg_row first_rows[] = {
	ARG_ROW("4", NULL, NULL, handle_4, NULL),
	ARG_ROW("6", NULL, NULL, handle_6, NULL),
	ARG_ROW("4o6", "port", "PORT", handle_4o6,
		"UDP ports of the pair on ::1: PORT and PORT + 1 (6767)"),
	ARG_ROW("cf", "config", "FILE", handle_conf, "configuration file"),
	ARG_ROW("lf", "leases", "FILE", handle_leases, "lease file"),
	ARG_ROW("pf", "pid-file", "FILE", handle_pid, "process id file"),
	ARG_ROW(NULL, "no-pid", NULL, handle_no_pid,
		"write no process id file"),
	ARG_ROW("f", "foreground", NULL, handle_foreground,
		"stay in the foreground, log to syslog"),
	ARG_ROW("d", "debug", NULL, handle_debug,
		"stay in the foreground, log to standard error"),
	ARG_ROW("t", "test-config", NULL, daemon_args_handle_test,
		"check the configuration and exit: 0, or 78 when it is bad"),
	ARG_ROW(NULL, "print-config", NULL, handle_print_config,
		"print the configuration as it was understood, and exit"),
};

static const struct arg_row last_rows[] = {
	ARG_ROW("q", "quiet", NULL, handle_quiet, "no banner"),
	ARG_ROW("v", "verbose", NULL, handle_verbose,
		"same as --log-level info"),
	ARG_ROW(NULL, "log-level", "LEVEL", handle_log_level,
		"error, warning, notice (default), info or debug"),
	ARG_ROW("user", NULL, "NAME", handle_user, "serve as this user"),
	ARG_ROW("group", NULL, "NAME", handle_group, "serve as this group"),
	ARG_ROW(NULL, "run-dir", "DIR", handle_run_dir,
		"directory of the control socket (/run/dhcp4o6)"),
	ARG_ROW(NULL, "version", NULL, handle_version, "print the version"),
	ARG_ROW("h", "help", NULL, arg_handle_help, "print this text"),
};

const struct arg_block daemon_args_first = {
	.rows = first_rows,
	.count = sizeof(first_rows) / sizeof(first_rows[0]),
};

const struct arg_block daemon_args_last = {
	.rows = last_rows,
	.count = sizeof(last_rows) / sizeof(last_rows[0]),
};

enum daemon_exit daemon_usage_status(const struct daemon_program *program)
{
	return program->is_client ? DAEMON_EXIT_CLIENT_USAGE
				  : DAEMON_EXIT_USAGE;
}

void daemon_args_init(struct daemon_args *args,
		      const struct daemon_program *program)
{
	*args = (struct daemon_args){
		.port = 6767,
		.conf_file = program->conf_file,
		.lease_file = program->lease_file,
		.pid_file = program->pid_file,
		.run_dir = "/run/dhcp4o6",
		.bpf_dir = "/sys/fs/bpf/dhcp4o6",
		.log_level = LOG_LEVEL_NOTICE,
	};
}

enum daemon_exit daemon_args_check(const struct daemon_args *args,
				   const struct daemon_program *program)
{
	if (!args->group || args->user)
		return DAEMON_EXIT_NONE;
	fprintf(stderr, "%s: -group needs -user\n", program->name);
	return daemon_usage_status(program);
}
