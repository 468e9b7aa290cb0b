/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon_args.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/log.h"

struct arg_state {
	const struct daemon_program *program;
	struct daemon_args *args;
	const char *word; /* the flag as typed, for messages */
};

typedef enum daemon_exit arg_handler(struct arg_state *state,
				     const char *value);

/* One flag, under one or two names. */
struct arg_row {
	const char *isc;   /* ISC's name, or NULL */
	const char *gnu;   /* long name, or NULL */
	const char *value; /* name of its value in --help, or NULL */
	arg_handler *handle;
	const char *help; /* NULL: not listed */
};

static enum daemon_exit usage_error(const struct arg_state *state,
				    const char *text)
{
	fprintf(stderr, "%s: -%s: %s; see %s --help\n", state->program->name,
		state->word, text, state->program->name);
	return DAEMON_EXIT_USAGE;
}

static enum daemon_exit set_family(struct arg_state *state,
				   enum daemon_family family)
{
	if (state->program->family == family)
		return DAEMON_EXIT_NONE;
	fprintf(stderr, "%s: -%c is served by %s, a program of its own\n",
		state->program->name, family == DAEMON_DHCP4 ? '4' : '6',
		state->program->other_name);
	return DAEMON_EXIT_USAGE;
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
	char *end;
	unsigned long port;

	errno = 0;
	port = strtoul(value, &end, 10);
	/* The other half of the pair uses the next port. */
	if (errno || *end || end == value || *value == '-' || port < 1 ||
	    port > 65534)
		return usage_error(state, "expects a port from 1 to 65534");
	state->args->port = (uint16_t)port;
	return DAEMON_EXIT_NONE;
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

static enum daemon_exit handle_bpf_dir(struct arg_state *state,
				       const char *value)
{
	state->args->bpf_dir = value;
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
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_test(struct arg_state *state, const char *value)
{
	(void)value;
	state->args->test_config = true;
	state->args->log_to_stderr = true;
	return DAEMON_EXIT_NONE;
}

static enum daemon_exit handle_test_leases(struct arg_state *state,
					   const char *value)
{
	state->args->test_leases = true;
	return handle_test(state, value);
}

static enum daemon_exit handle_print_config(struct arg_state *state,
					    const char *value)
{
	(void)value;
	state->args->print_config = true;
	state->args->log_to_stderr = true;
	return DAEMON_EXIT_NONE;
}

/* Flags of ISC's server that have no meaning here. */
static enum daemon_exit handle_refused(struct arg_state *state,
				       const char *value)
{
	static const struct {
		const char *word;
		const char *why;
	} reasons[] = {
		{ "p", "not supported: DHCPv6 ports are fixed; -4o6 PORT is "
		       "the port of the pair" },
		{ "s", "not supported: answers go where queries came from" },
		{ "tf", "not supported: nothing is traced to be played again" },
		{ "play", "not supported: nothing is traced to be played "
			  "again" },
		{ "chroot", "not supported: who reads packets has no "
			    "capability; -user NAME changes the user" },
	};
	size_t i = 0;

	(void)value;
	while (strcmp(reasons[i].word, state->word) != 0)
		i++;
	return usage_error(state, reasons[i].why);
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
	return usage_error(state,
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

static arg_handler handle_help;

static const struct arg_row rows[] = {
	{ "4", NULL, NULL, handle_4, NULL },
	{ "6", NULL, NULL, handle_6, NULL },
	{ "p", NULL, "PORT", handle_refused, NULL },
	{ "s", NULL, "ADDRESS", handle_refused, NULL },
	{ "tf", NULL, "FILE", handle_refused, NULL },
	{ "play", NULL, "FILE", handle_refused, NULL },
	{ "chroot", NULL, "DIR", handle_refused, NULL },
	{ "4o6", "port", "PORT", handle_4o6,
	  "UDP ports of the pair on ::1: PORT and PORT + 1 (6767)" },
	{ "cf", "config", "FILE", handle_conf, "configuration file" },
	{ "lf", "leases", "FILE", handle_leases, "lease file" },
	{ "pf", "pid-file", "FILE", handle_pid, "process id file" },
	{ NULL, "no-pid", NULL, handle_no_pid, "write no process id file" },
	{ "f", "foreground", NULL, handle_foreground,
	  "stay in the foreground, log to syslog" },
	{ "d", "debug", NULL, handle_debug,
	  "stay in the foreground, log to standard error" },
	{ "t", "test-config", NULL, handle_test,
	  "check the configuration and exit: 0, or 78 when it is bad" },
	{ "T", "test-leases", NULL, handle_test_leases,
	  "the same, and read the lease file whole" },
	{ NULL, "print-config", NULL, handle_print_config,
	  "print the configuration as it was understood, and exit" },
	{ "q", "quiet", NULL, handle_quiet, "no banner" },
	{ "v", "verbose", NULL, handle_verbose, "same as --log-level info" },
	{ NULL, "log-level", "LEVEL", handle_log_level,
	  "error, warning, notice (default), info or debug" },
	{ "user", NULL, "NAME", handle_user, "serve as this user" },
	{ "group", NULL, "NAME", handle_group, "serve as this group" },
	{ NULL, "run-dir", "DIR", handle_run_dir,
	  "directory of the control socket (/run/dhcp4o6)" },
	{ NULL, "bpf-dir", "DIR", handle_bpf_dir,
	  "where maps are pinned (/sys/fs/bpf/dhcp4o6)" },
	{ NULL, "version", NULL, handle_version, "print the version" },
	{ "h", "help", NULL, handle_help, "print this text" },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

static enum daemon_exit handle_help(struct arg_state *state, const char *value)
{
	char flag[64];
	size_t i;

	(void)value;
	printf("%s: %s\n\nusage: %s [flags]%s\n\n", state->program->name,
	       state->program->purpose, state->program->name,
	       state->program->takes_interfaces ? " [INTERFACE ...]" : "");
	for (i = 0; i < ROW_COUNT; i++) {
		if (!rows[i].help)
			continue;
		snprintf(flag, sizeof(flag), "%s%s%s%s%s%s%s",
			 rows[i].isc ? "-" : "", rows[i].isc ? rows[i].isc : "",
			 rows[i].isc && rows[i].gnu ? ", " : "",
			 rows[i].gnu ? "--" : "",
			 rows[i].gnu ? rows[i].gnu : "",
			 rows[i].value ? " " : "",
			 rows[i].value ? rows[i].value : "");
		printf("  %-24s %s\n", flag, rows[i].help);
	}
	printf("\nDefaults: %s, %s, %s\n", state->program->conf_file,
	       state->program->lease_file, state->program->pid_file);
	return DAEMON_EXIT_OK;
}

/* Every name becomes a long option; val is the row. */
static void fill_options(struct option *options)
{
	size_t n = 0, i, k;

	for (i = 0; i < ROW_COUNT; i++) {
		const char *const names[] = { rows[i].isc, rows[i].gnu };

		for (k = 0; k < 2; k++) {
			if (!names[k])
				continue;
			options[n++] = (struct option){
				.name = names[k],
				.has_arg = rows[i].value ? required_argument
							 : no_argument,
				.val = (int)i,
			};
		}
	}
	options[n] = (struct option){ 0 };
}

static enum daemon_exit check_args(const struct daemon_program *program,
				   struct daemon_args *args)
{
	if (args->interface_count && !program->takes_interfaces) {
		fprintf(stderr,
			"%s: takes no interface: queries come from the DHCPv6 "
			"server, whatever interface they arrived on\n",
			program->name);
		return DAEMON_EXIT_USAGE;
	}
	if (args->group && !args->user) {
		fprintf(stderr, "%s: -group needs -user\n", program->name);
		return DAEMON_EXIT_USAGE;
	}
	if (!args->port)
		args->port = 6767;
	return DAEMON_EXIT_NONE;
}

enum daemon_exit daemon_args_parse(const struct daemon_program *program,
				   int argc, char **argv,
				   struct daemon_args *args)
{
	struct option options[2 * ROW_COUNT + 1];
	struct arg_state state = { .program = program, .args = args };
	enum daemon_exit status;
	int row, at = -1;

	*args = (struct daemon_args){
		.conf_file = program->conf_file,
		.lease_file = program->lease_file,
		.pid_file = program->pid_file,
		.run_dir = "/run/dhcp4o6",
		.bpf_dir = "/sys/fs/bpf/dhcp4o6",
		.log_level = LOG_LEVEL_NOTICE,
	};
	fill_options(options);
	opterr = 1; /* getopt names the unknown or incomplete flag itself */
	while ((row = getopt_long_only(argc, argv, "", options, &at)) != -1) {
		if (row == '?') {
			fprintf(stderr, "%s: see %s --help\n", program->name,
				program->name);
			return DAEMON_EXIT_USAGE;
		}
		state.word = options[at].name;
		status = rows[row].handle(&state, optarg);
		if (status != DAEMON_EXIT_NONE)
			return status;
	}
	args->interfaces = argv + optind;
	args->interface_count = (size_t)(argc - optind);
	return check_args(program, args);
}
