/* SPDX-License-Identifier: BSD-2-Clause */
/* leases - list them, or show one. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/ctl/shapes.h"
#include "render.h"
#include "tool.h"

static void add_filter(json_t *args, const char *name, const char *value)
{
	if (value)
		json_object_set_new(args, name, json_string(value));
}

static void show_lease(const struct tool *tool, bool one, json_t *lease)
{
	if (tool->json) {
		json_dumpf(lease, stdout, JSON_COMPACT);
		fputc('\n', stdout);
	} else if (one) {
		render_lease_full(stdout, lease);
	} else {
		render_lease(stdout, lease);
	}
}

static enum exit_code query(const struct tool *tool, const char *address)
{
	struct ctl_client *client = NULL;
	json_t *args = json_object();
	enum exit_code code;
	json_t *item = NULL;

	add_filter(args, "address", address);
	add_filter(args, "subnet", tool->subnet);
	add_filter(args, "state", tool->state);
	add_filter(args, "client", tool->client);
	code = tool_ask(tool, CTL_SERVER4, CTL_COMMAND_LEASES, args, &client);
	json_decref(args);
	if (code != EXIT_GOOD)
		return code;
	if (!address && !tool->json)
		render_lease_heading(stdout);
	do {
		code = tool_next(tool, CTL_SERVER4, client, &item);
		if (item)
			show_lease(tool, address != NULL, item);
		json_decref(item);
	} while (item && code == EXIT_GOOD && !ferror(stdout));
	ctl_client_close(client);
	return code;
}

enum exit_code leases_run(const struct tool *tool, int argc, char **argv)
{
	struct in_addr addr;

	if (argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0))
		return query(tool, NULL);
	if (argc == 2 && strcmp(argv[0], "get") == 0) {
		if (inet_pton(AF_INET, argv[1], &addr) == 1)
			return query(tool, argv[1]);
		tool_error("`%s' is no IPv4 address", argv[1]);
		return EXIT_USAGE;
	}
	tool_error("leases: say `list', or `get ADDRESS'");
	return EXIT_USAGE;
}
