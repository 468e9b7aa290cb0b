/* SPDX-License-Identifier: BSD-2-Clause */
/* config - check a file, print it, or print what a daemon has in force. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/ctl/shapes.h"
#include "tool.h"

static const char *const severity_names[] = {
	[CONF_NOTE] = "note",
	[CONF_WARNING] = "warning",
	[CONF_ERROR] = "error",
};

/* One reading of a file. */
struct reading {
	enum conf_family family;
	const char *why;   /* NULL: it was said which family */
	struct conf *conf; /* NULL: there were errors */
	int err;
	size_t errors;
	json_t *findings; /* NULL: they go to standard error */
	bool is_silent;
};

static const char *server_of(enum conf_family family)
{
	return family == CONF_DHCP4 ? CTL_SERVER4 : CTL_SERVER6;
}

/* JSON is UTF-8, which what a file holds need not be. */
static json_t *json_text(const char *text)
{
	json_t *value = json_string(text);
	struct strbuf clean = STRBUF_INIT;

	if (value)
		return value;
	for (; *text; text++)
		strbuf_add_char(&clean,
				(unsigned char)*text < 0x80 ? *text : '?');
	value = json_string(strbuf_text(&clean));
	strbuf_fini(&clean);
	return value;
}

static void take_finding(void *arg, enum conf_severity severity,
			 const char *text)
{
	struct reading *reading = arg;

	reading->errors += severity == CONF_ERROR;
	if (reading->is_silent)
		return;
	if (reading->findings)
		json_array_append_new(reading->findings,
				      json_pack("{s:s,s:o}", "severity",
						severity_names[severity],
						"text", json_text(text)));
	else
		fprintf(stderr, "%s\n", text);
}

static void read_file(struct reading *reading, const char *path)
{
	reading->errors = 0;
	reading->err = conf_load(&reading->conf, path, reading->family, true,
				 take_finding, reading);
}

/* What a file is as one of that family. */
struct summary {
	size_t errors;
	bool has_pools; /* of IPv4 addresses */
	bool has_subnets6;
};

static struct summary summarize(const char *path, enum conf_family family)
{
	struct reading reading = { .family = family, .is_silent = true };
	struct summary summary;
	size_t i, k;

	read_file(&reading, path);
	summary = (struct summary){ .errors = reading.errors };
	for (i = 0; reading.conf && i < reading.conf->network_count; i++) {
		const struct conf_shared_network *net =
			&reading.conf->networks[i];

		summary.has_subnets6 |= net->subnet6_count > 0;
		summary.has_pools |= net->pool_count > 0;
		for (k = 0; k < net->subnet_count; k++)
			summary.has_pools |= net->subnets[k].pool_count > 0;
	}
	conf_free(reading.conf);
	return summary;
}

/* As in dhcpd.conf6 and dhcpd6.conf; 0 if the name says nothing. */
static char digit_of_name(const char *path)
{
	static const char suffix[] = ".conf";
	size_t len = strlen(path), suffix_len = sizeof(suffix) - 1;

	if (len > suffix_len && strcmp(path + len - suffix_len, suffix) == 0)
		len -= suffix_len;
	if (len > 0 && (path[len - 1] == '4' || path[len - 1] == '6'))
		return path[len - 1];
	return '\0';
}

static void guess_family(struct reading *reading, const char *path)
{
	char digit = digit_of_name(path);
	struct summary as4, as6;

	if (digit) {
		reading->family = digit == '4' ? CONF_DHCP4 : CONF_DHCP6;
		reading->why = "by its name";
		return;
	}
	reading->family = CONF_DHCP4;
	if (access(path, R_OK))
		return; /* said when it is read */
	as4 = summarize(path, CONF_DHCP4);
	as6 = summarize(path, CONF_DHCP6);
	if (as4.errors != as6.errors) {
		reading->family =
			as4.errors < as6.errors ? CONF_DHCP4 : CONF_DHCP6;
		reading->why = "as it has more errors as the other's";
		return;
	}
	reading->family =
		as6.has_subnets6 && !as6.has_pools ? CONF_DHCP6 : CONF_DHCP4;
	reading->why = "as far as its subnets tell";
}

static void choose_family(const struct tool *tool, struct reading *reading,
			  const char *path)
{
	if (tool->family)
		reading->family = tool->family == '4' ? CONF_DHCP4 : CONF_DHCP6;
	else
		guess_family(reading, path);
	if (reading->why && !tool->json)
		tool_error("%s is read as a file of dhcp4o6-%s, %s; say -4 or "
			   "-6 if it is not",
			   path, server_of(reading->family), reading->why);
}

static enum exit_code finish(const struct reading *reading, const char *path,
			     bool is_said)
{
	if (!reading->err)
		return EXIT_GOOD;
	if (!is_said)
		tool_error("%s is not usable by dhcp4o6-%s%s%s", path,
			   server_of(reading->family),
			   reading->err == -EINVAL ? "" : ": ",
			   reading->err == -EINVAL ? ""
						   : strerror(-reading->err));
	return reading->err == -EINVAL ? EXIT_CONFIG : EXIT_FAILED;
}

static void print_json(json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT);
	fputc('\n', stdout);
	json_decref(value);
}

static enum exit_code check(const struct tool *tool, const char *path)
{
	struct reading reading = { .conf = NULL };

	choose_family(tool, &reading, path);
	if (tool->json)
		reading.findings = json_array();
	read_file(&reading, path);
	conf_free(reading.conf);
	if (tool->json)
		print_json(json_pack("{s:s,s:s,s:b,s:b,s:o}", "file", path,
				     "server", server_of(reading.family),
				     "guessed", reading.why != NULL, "usable",
				     reading.err == 0, "findings",
				     reading.findings));
	else if (!reading.err)
		printf("%s is usable by dhcp4o6-%s\n", path,
		       server_of(reading.family));
	return finish(&reading, path, tool->json);
}

static void show_text(const struct tool *tool, const char *server,
		      const struct strbuf *text)
{
	if (tool->json)
		print_json(json_pack("{s:s#}", server, strbuf_text(text),
				     (int)text->len));
	else
		fwrite(strbuf_text(text), 1, text->len, stdout);
}

static enum exit_code show_file(const struct tool *tool, const char *path)
{
	struct reading reading = { .conf = NULL };
	struct strbuf text = STRBUF_INIT;
	enum exit_code code;

	choose_family(tool, &reading, path);
	read_file(&reading, path);
	code = finish(&reading, path, false);
	if (code == EXIT_GOOD) {
		conf_print(reading.conf, &text);
		show_text(tool, server_of(reading.family), &text);
		if (text.failed) {
			tool_error("out of memory");
			code = EXIT_FAILED;
		}
	}
	strbuf_fini(&text);
	conf_free(reading.conf);
	return code;
}

/* What the server answers comes in pieces. */
static enum exit_code show_running(const struct tool *tool, const char *server)
{
	struct strbuf text = STRBUF_INIT;
	struct ctl_client *client;
	enum exit_code code;
	json_t *item;

	code = tool_ask(tool, server, CTL_COMMAND_CONFIG, NULL, &client);
	if (code != EXIT_GOOD)
		return code;
	do {
		json_t *piece;

		code = tool_next(tool, server, client, &item);
		piece = json_object_get(item, "text");
		if (piece)
			strbuf_add_mem(&text, json_string_value(piece),
				       json_string_length(piece));
		json_decref(item);
	} while (item && code == EXIT_GOOD);
	if (code == EXIT_GOOD)
		show_text(tool, server, &text);
	strbuf_fini(&text);
	ctl_client_close(client);
	return code;
}

enum exit_code config_run(const struct tool *tool, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[0], "check") == 0)
		return check(tool, argv[1]);
	if (argc != 2 || strcmp(argv[0], "show") != 0) {
		tool_error("config: say `check FILE', `show FILE', or `show "
			   "server4|server6'");
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], CTL_SERVER4) == 0 ||
	    strcmp(argv[1], CTL_SERVER6) == 0)
		return show_running(tool, argv[1]);
	return show_file(tool, argv[1]);
}
