/* SPDX-License-Identifier: BSD-2-Clause */
/* ask - a question to a daemon, and errors that say what to do. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tool.h"

void tool_error(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs("dhcp4o6ctl: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

static const char *explain(int err)
{
	switch (err) {
	case -ENOENT:
		return "there is no such socket (not running, or another "
		       "-P PORT?)";
	case -ECONNREFUSED:
		return "nobody listens (the process died and left the socket)";
	case -EACCES:
	case -EPERM:
		return "no permission (be root or in group dhcp4o6)";
	case -ETIMEDOUT:
		return "no answer in time";
	case -EPIPE:
		return "it closed the connection in the middle of an answer";
	case -EBADMSG:
		return "it does not speak this control protocol";
	default:
		return strerror(-err);
	}
}

static enum exit_code fail(const struct tool *tool, const char *program,
			   int err)
{
	tool_error("%s does not answer on %s/%s-%u.sock: %s", program,
		   tool->run_dir, program, tool->port, explain(err));
	return err == -EACCES || err == -EPERM ? EXIT_NO_PERMISSION
					       : EXIT_FAILED;
}

enum exit_code tool_ask(const struct tool *tool, const char *program,
			const char *command, json_t *args,
			struct ctl_client **client)
{
	char path[CTL_PATH_MAX];
	int err = ctl_socket_path(path, tool->run_dir, program, tool->port);

	if (!err)
		err = ctl_client_open(client, path, tool->timeout_ms);
	if (err)
		return fail(tool, program, err);
	err = ctl_client_send(*client, command, args);
	if (!err)
		return EXIT_GOOD;
	ctl_client_close(*client);
	*client = NULL;
	return fail(tool, program, err);
}

enum exit_code tool_next(const struct tool *tool, const char *program,
			 struct ctl_client *client, json_t **item)
{
	int err = ctl_client_next(client, item);
	int code;

	if (err == 1)
		return EXIT_GOOD;
	*item = NULL;
	if (err)
		return fail(tool, program, err);
	code = ctl_client_code(client);
	if (code == CTL_OK)
		return EXIT_GOOD;
	tool_error("%s: %s (code %d)", program, ctl_client_text(client), code);
	if (code == CTL_CONFIG)
		return EXIT_CONFIG;
	if (code == CTL_ARGUMENT)
		return EXIT_USAGE;
	return code == CTL_NOT_PERMITTED ? EXIT_NO_PERMISSION : EXIT_FAILED;
}
