/* SPDX-License-Identifier: BSD-2-Clause */
/* reload - has the servers read their configuration again. */
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/ctl/shapes.h"
#include "tool.h"

/* A large file takes a while, and there may be a run before this one. */
#define RELOAD_TIMEOUT_MS 120000

static void show_finding(json_t *item)
{
	const char *text = json_string_value(json_object_get(item, "text"));

	if (text)
		fprintf(stderr, "%s\n", text);
}

static void show_end(const struct tool *tool, const char *program,
		     const struct ctl_client *client, json_t *findings)
{
	json_t *out;

	if (!tool->json) {
		if (ctl_client_code(client) == CTL_OK)
			printf("%s: %s\n", program, ctl_client_text(client));
		return;
	}
	out = json_pack("{s:s,s:i,s:s,s:O}", "server", program, "code",
			ctl_client_code(client), "text",
			ctl_client_text(client), "findings", findings);
	json_dumpf(out, stdout, JSON_COMPACT);
	fputc('\n', stdout);
	json_decref(out);
}

static enum exit_code reload_one(const struct tool *tool, const char *program)
{
	struct ctl_client *client = NULL;
	json_t *findings;
	enum exit_code code;
	json_t *item = NULL;

	code = tool_ask(tool, program, CTL_COMMAND_RELOAD, NULL, &client);
	if (code != EXIT_GOOD)
		return code;
	findings = json_array();
	do {
		code = tool_next(tool, program, client, &item);
		if (item && !tool->json)
			show_finding(item);
		if (item)
			json_array_append_new(findings, item);
	} while (item && code == EXIT_GOOD);
	show_end(tool, program, client, findings);
	json_decref(findings);
	ctl_client_close(client);
	return code;
}

enum exit_code reload_run(const struct tool *tool, int argc, char **argv)
{
	static const char *const programs[] = { CTL_SERVER6, CTL_SERVER4 };
	struct tool patient = *tool;
	enum exit_code worst = EXIT_GOOD;
	enum exit_code code;
	bool known = argc == 0;
	size_t i;

	patient.timeout_ms = RELOAD_TIMEOUT_MS;
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (argc && strcmp(argv[0], programs[i]) != 0)
			continue;
		known = true;
		code = reload_one(&patient, programs[i]);
		/* A bad file says more than a server that is not there. */
		if (worst == EXIT_GOOD || code == EXIT_CONFIG)
			worst = code;
	}
	if (known)
		return worst;
	tool_error("reload: say `server4', `server6', or nothing for both");
	return EXIT_USAGE;
}
