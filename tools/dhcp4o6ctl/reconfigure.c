/* SPDX-License-Identifier: BSD-2-Clause */
/* reconfigure - has server6 tell clients to ask for their configuration. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/ctl/shapes.h"
#include "tool.h"

static bool is_address(const char *text)
{
	struct in6_addr addr;

	return strchr(text, '/') || inet_pton(AF_INET6, text, &addr) == 1;
}

static void show(const struct tool *tool, json_t *item)
{
	const char *client = json_string_value(json_object_get(item, "client"));

	if (tool->json) {
		json_dumpf(item, stdout, JSON_COMPACT);
		fputc('\n', stdout);
	} else if (client && strcmp(client, "all") == 0) {
		puts("all clients that accept it are told, one after the "
		     "other");
	} else if (client) {
		printf("sent to %s\n", client);
	}
}

enum exit_code reconfigure_run(const struct tool *tool, int argc, char **argv)
{
	struct ctl_client *client = NULL;
	enum exit_code code;
	json_t *item = NULL;
	json_t *args;

	if ((argc == 1) == tool->all) {
		tool_error("reconfigure: say which CLIENT, or --all");
		return EXIT_USAGE;
	}
	args = json_object();
	if (tool->all)
		json_object_set_new(args, "all", json_true());
	else
		json_object_set_new(args,
				    is_address(argv[0]) ? "address" : "client",
				    json_string(argv[0]));
	if (tool->message)
		json_object_set_new(args, "message",
				    json_string(tool->message));
	code = tool_ask(tool, CTL_SERVER6, CTL_COMMAND_RECONFIGURE, args,
			&client);
	json_decref(args);
	if (code != EXIT_GOOD)
		return code;
	do {
		code = tool_next(tool, CTL_SERVER6, client, &item);
		if (item)
			show(tool, item);
		json_decref(item);
	} while (item && code == EXIT_GOOD);
	ctl_client_close(client);
	return code;
}
