/* SPDX-License-Identifier: BSD-2-Clause */
/* client - both halves of a client: what they have, and renew and release. */
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/ctl/shapes.h"
#include "tool.h"

#define LABEL_WIDTH 18

/* Whom the question goes to; the DHCPv4 half first, whose messages need the
 * other one. */
static const struct half {
	const char *program;
	char family;
} halves[] = {
	{ CTL_CLIENT4, '4' },
	{ CTL_CLIENT6, '6' },
};
#define HALF_COUNT (sizeof(halves) / sizeof(halves[0]))

/* ---- text ---- */

static void put_scalar(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		fputs(json_string_value(value), stdout);
		break;
	case JSON_INTEGER:
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_TRUE:
		fputs("yes", stdout);
		break;
	case JSON_FALSE:
		fputs("no", stdout);
		break;
	default:
		fputs("never", stdout);
		break;
	}
}

static void put_label(const char *label)
{
	printf("  %-*s ", LABEL_WIDTH, label);
}

static void put_seconds(const char *label, const json_t *value)
{
	put_label(label);
	put_scalar(value);
	puts(json_is_integer(value) ? " s" : "");
}

static void put_list(const char *label, const json_t *list)
{
	const json_t *value;
	size_t i;

	put_label(label);
	json_array_foreach(list, i, value)
	{
		if (i)
			fputs(", ", stdout);
		put_scalar(value);
	}
	putchar('\n');
}

static void put_lifetime(const char *label, const json_t *value)
{
	printf(", %s ", label);
	put_scalar(value);
	fputs(json_is_integer(value) ? " s" : "", stdout);
}

/* An address or a prefix of DHCPv6. */
static void put_item(const char *label, const json_t *item)
{
	const json_t *prefix = json_object_get(item, "prefix");
	const json_t *addr = json_object_get(item, "address");

	if (!prefix && !addr)
		return;
	put_label(label);
	put_scalar(prefix ? prefix : addr);
	if (prefix && json_object_get(item, "prefix_len")) {
		putchar('/');
		put_scalar(json_object_get(item, "prefix_len"));
	}
	put_lifetime("preferred", json_object_get(item, "preferred_s"));
	put_lifetime("valid", json_object_get(item, "valid_s"));
	putchar('\n');
}

static void put_items(const char *label, const json_t *items)
{
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item) put_item(label, item);
}

static void put_text(const char *label, const json_t *value)
{
	put_label(label);
	put_scalar(value);
	putchar('\n');
}

static void put_rows(const json_t *object)
{
	static const struct {
		const char *member;
		const char *label;
		void (*put)(const char *label, const json_t *value);
	} rows[] = {
		{ "link", "link", put_text },
		{ "dhcp4o6", "4o6 is on", put_text },
		{ "dhcp4o6_servers", "4o6 servers", put_list },
		{ "peer", "other half", put_text },
		{ "address", "address", put_text },
		{ "prefix_length", "prefix length", put_text },
		{ "addresses", "address", put_items },
		{ "prefixes", "prefix", put_items },
		{ "in_use", "in use", put_text },
		{ "server_id", "server identifier", put_text },
		{ "server6", "server's IPv6", put_text },
		{ "server_duid", "server DUID", put_text },
		{ "t1_s", "renewal in", put_seconds },
		{ "t2_s", "rebinding in", put_seconds },
		{ "expires_s", "end in", put_seconds },
		{ "client_id", "client identifier", put_text },
		{ "duid", "DUID", put_text },
		{ "hardware", "hardware address", put_text },
	};
	const json_t *value;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		value = json_object_get(object, rows[i].member);
		if (value && !(json_is_array(value) && !json_array_size(value)))
			rows[i].put(rows[i].label, value);
	}
}

static const char *text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "?";
}

static void put_interface(const char *program, const json_t *object)
{
	printf("%s %s: %s\n", program, text_of(object, "interface"),
	       text_of(object, "state"));
	put_rows(object);
}

static void put_half(const char *program, const json_t *half)
{
	const json_t *interfaces = json_object_get(half, "interfaces");
	const json_t *one;
	size_t i;

	if (!interfaces) {
		put_interface(program, half);
		return;
	}
	printf("%s\n", program);
	put_rows(half);
	json_array_foreach(interfaces, i, one) put_interface(program, one);
}

/* ---- questions ---- */

static enum exit_code ask_half(const struct tool *tool, const char *program,
			       const char *command, json_t **answer)
{
	struct ctl_client *client = NULL;
	json_t *args = NULL, *item = NULL;
	enum exit_code code;

	*answer = NULL;
	if (tool->interface)
		args = json_pack("{s:s}", "interface", tool->interface);
	code = tool_ask(tool, program, command, args, &client);
	json_decref(args);
	if (code != EXIT_GOOD)
		return code;
	do {
		code = tool_next(tool, program, client, &item);
		if (item && !*answer)
			*answer = json_incref(item);
		json_decref(item);
	} while (item && code == EXIT_GOOD);
	if (!*answer && code == EXIT_GOOD)
		*answer = json_pack("{s:s}", program, ctl_client_text(client));
	ctl_client_close(client);
	return code;
}

static bool is_asked(const struct tool *tool, const struct half *half)
{
	return !tool->family || tool->family == half->family;
}

static enum exit_code show_status(const struct tool *tool)
{
	enum exit_code worst = EXIT_GOOD, code;
	json_t *all = json_object(), *answer;
	size_t i;

	for (i = 0; i < HALF_COUNT; i++) {
		if (!is_asked(tool, &halves[i]))
			continue;
		code = ask_half(tool, halves[i].program, CTL_COMMAND_CLIENT,
				&answer);
		if (worst == EXIT_GOOD)
			worst = code;
		if (answer && !tool->json)
			put_half(halves[i].program,
				 json_object_get(answer, halves[i].program));
		if (answer)
			json_object_update(all, answer);
		json_decref(answer);
	}
	if (tool->json && json_object_size(all)) {
		json_dumpf(all, stdout, JSON_COMPACT);
		putchar('\n');
	}
	json_decref(all);
	return worst;
}

/*
 * When the DHCPv4 half has said that it did it, its message waits for the other
 * half, which reads it before the answer to what is asked it next has come.
 */
static void let_it_leave(const struct tool *tool)
{
	struct tool quick = *tool;
	json_t *answer;

	quick.interface = NULL;
	(void)ask_half(&quick, CTL_CLIENT6, CTL_COMMAND_CLIENT, &answer);
	json_decref(answer);
}

static void show_done(const struct tool *tool, const char *program,
		      const json_t *answer)
{
	if (tool->json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		printf("%s: %s\n", program, text_of(answer, program));
	}
}

static enum exit_code tell_halves(const struct tool *tool, const char *command)
{
	enum exit_code worst = EXIT_GOOD, code;
	json_t *answer;
	size_t i;

	for (i = 0; i < HALF_COUNT; i++) {
		if (!is_asked(tool, &halves[i]))
			continue;
		if (i > 0 && !tool->family)
			let_it_leave(tool);
		code = ask_half(tool, halves[i].program, command, &answer);
		if (worst == EXIT_GOOD)
			worst = code;
		if (answer && code == EXIT_GOOD)
			show_done(tool, halves[i].program, answer);
		json_decref(answer);
	}
	return worst;
}

enum exit_code client_run(const struct tool *tool, int argc, char **argv)
{
	const char *what = argc ? argv[0] : "status";

	if (strcmp(what, "status") == 0)
		return show_status(tool);
	if (strcmp(what, CTL_COMMAND_RENEW) == 0 ||
	    strcmp(what, CTL_COMMAND_RELEASE) == 0)
		return tell_halves(tool, what);
	tool_error("client: say `status', `renew' or `release'");
	return EXIT_USAGE;
}
