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

/* The families, in the order in which they are shown. */
static const struct family {
	const char *program;
	const char *heading;
	void (*put_heading)(FILE *out);
	void (*put)(FILE *out, json_t *lease);
} families[] = {
	{ CTL_SERVER4, "DHCPv4", render_lease_heading, render_lease },
	{ CTL_SERVER6, "DHCPv6", render_lease6_heading, render_lease6 },
};

static void show_lease(const struct tool *tool, const struct family *family,
		       bool one, json_t *lease)
{
	if (tool->json) {
		json_dumpf(lease, stdout, JSON_COMPACT);
		fputc('\n', stdout);
	} else if (one) {
		render_lease_full(stdout, lease);
	} else {
		family->put(stdout, lease);
	}
}

static void put_headings(const struct family *family, bool titled)
{
	if (titled)
		printf("%s%s\n", family == families ? "" : "\n",
		       family->heading);
	family->put_heading(stdout);
}

/* titled: the family's name stands above its leases. */
static enum exit_code query(const struct tool *tool,
			    const struct family *family, const char *address,
			    bool titled)
{
	struct ctl_client *client = NULL;
	json_t *args = json_object();
	bool is_headed = false;
	enum exit_code code;
	json_t *item = NULL;

	add_filter(args, "address", address);
	add_filter(args, "subnet", tool->subnet);
	add_filter(args, "state", tool->state);
	add_filter(args, "client", tool->client);
	add_filter(args, "iaid", tool->iaid);
	code = tool_ask(tool, family->program, CTL_COMMAND_LEASES, args,
			&client);
	json_decref(args);
	if (code != EXIT_GOOD)
		return code;
	do {
		code = tool_next(tool, family->program, client, &item);
		if (code == EXIT_GOOD && !address && !tool->json && !is_headed)
			put_headings(family, titled);
		is_headed = true;
		if (item)
			show_lease(tool, family, address != NULL, item);
		json_decref(item);
	} while (item && code == EXIT_GOOD && !ferror(stdout));
	ctl_client_close(client);
	return code;
}

/* Both are asked unless a flag or a filter is for one of them. */
static bool is_asked(const struct tool *tool, unsigned int family)
{
	bool only4 = tool->family == '4';
	bool only6 = tool->family == '6' || tool->iaid;

	if (tool->subnet && !only4 && !only6) {
		only6 = strchr(tool->subnet, ':') != NULL;
		only4 = !only6;
	}
	if (only4 == only6)
		return true;
	return only6 == (family == 1);
}

static enum exit_code list(const struct tool *tool)
{
	bool both = is_asked(tool, 0) && is_asked(tool, 1);
	enum exit_code code = EXIT_GOOD, one;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (!is_asked(tool, i))
			continue;
		one = query(tool, &families[i], NULL, both);
		if (code == EXIT_GOOD)
			code = one;
		if (one == EXIT_USAGE)
			break; /* the other one would say the same */
	}
	return code;
}

enum exit_code leases_run(const struct tool *tool, int argc, char **argv)
{
	char addr[sizeof(struct in6_addr)];

	if (tool->family == '4' && tool->iaid) {
		tool_error("leases: --iaid is of DHCPv6 leases, -4 of others");
		return EXIT_USAGE;
	}
	if (argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0))
		return list(tool);
	if (argc == 2 && strcmp(argv[0], "get") == 0) {
		if (inet_pton(AF_INET, argv[1], addr) == 1)
			return query(tool, &families[0], argv[1], false);
		if (strchr(argv[1], ':'))
			return query(tool, &families[1], argv[1], false);
		tool_error("leases: `%s' is neither an address nor "
			   "PREFIX/LENGTH",
			   argv[1]);
		return EXIT_USAGE;
	}
	tool_error("leases: say `list', or `get ADDRESS[/LENGTH]'");
	return EXIT_USAGE;
}
