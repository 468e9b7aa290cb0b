/* SPDX-License-Identifier: BSD-2-Clause */
/* tool - what the subcommands of dhcp4o6ctl share. */
#ifndef DHCP4O6_TOOLS_TOOL_H
#define DHCP4O6_TOOLS_TOOL_H

#include <jansson.h>
#include <stdbool.h>

#include "dhcp4o6/ctl/ctl.h"

enum exit_code {
	EXIT_GOOD = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NO_PERMISSION = 77, /* EX_NOPERM */
	EXIT_CONFIG = 78,        /* EX_CONFIG */
};

struct tool {
	const char *run_dir;
	const char *pin_root;
	unsigned int port;
	int timeout_ms; /* of a wait for a server */
	bool json;
	bool all;
	const char *interface; /* NULL: all */
	unsigned int watch_s;  /* 0: once */
	unsigned int count;    /* of rounds with watch_s; 0: no end */
	char family;           /* '4' or '6'; 0: not given */
	/* filters of `leases' */
	const char *subnet;
	const char *state;
	const char *client;
	const char *iaid;
	/* what `reconfigure' asks for; NULL: the server's default */
	const char *message;
};

#define ANSWER_TIMEOUT_MS 5000

/*
 * Asks PROGRAM of this instance. Says on stderr what is wrong and what to do,
 * and returns the exit code. *client is open only with EXIT_GOOD.
 */
enum exit_code tool_ask(const struct tool *tool, const char *program,
			const char *command, json_t *args,
			struct ctl_client **client);
/*
 * EXIT_GOOD with the next item, or with *item NULL at the end of an answer
 * that went well; else says what is wrong.
 */
enum exit_code tool_next(const struct tool *tool, const char *program,
			 struct ctl_client *client, json_t **item);

enum exit_code stats_run(const struct tool *tool, int argc, char **argv);
enum exit_code leases_run(const struct tool *tool, int argc, char **argv);
enum exit_code config_run(const struct tool *tool, int argc, char **argv);
enum exit_code reload_run(const struct tool *tool, int argc, char **argv);
enum exit_code client_run(const struct tool *tool, int argc, char **argv);
enum exit_code reconfigure_run(const struct tool *tool, int argc, char **argv);

void tool_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* DHCP4O6_TOOLS_TOOL_H */
