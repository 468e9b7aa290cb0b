/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4o6ctl - the operator's tool.
 *
 * Options may stand before or after the subcommand. A subcommand is a row of
 * the table below; its column `options` names the options it takes beside the
 * common ones.
 */
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/xdp/classifier.h"
#include "tool.h"

struct subcommand {
	const char *name;
	const char *usage;
	const char *help;
	const char *options; /* values of the option table */
	int args_max;
	enum exit_code (*run)(const struct tool *tool, int argc, char **argv);
};

static const struct subcommand subcommands[] = {
	{ "stats", "[-a] [-i IF] [-w SECONDS [-n COUNT]] [--bpf-dir DIR]",
	  "counters of both servers", "aiwnB", 0, stats_run },
	{ "leases",
	  "[list] [-4 | -6] [--subnet P/L] [--state S] [--client ID] "
	  "[--iaid N] | get ADDRESS[/LENGTH]",
	  "leases of both servers, or of one", "46sScI", 2, leases_run },
	{ "reconfigure",
	  "CLIENT | --all [--renew | --rebind | --information-request]",
	  "has DHCPv6 clients ask for their configuration", "amMF", 1,
	  reconfigure_run },
	{ "reload", "[server4 | server6]",
	  "read the configuration again; both servers unless one is named", "",
	  1, reload_run },
	{ "client", "[status | renew | release] [-4 | -6] [-i IF]",
	  "both halves of a client: leases, servers and times", "46i", 1,
	  client_run },
	{ "config",
	  "check [-4|-6] FILE | show [-4|-6] FILE | show server4|server6",
	  "what a configuration file is, or what a server has in force", "46",
	  2, config_run },
};

/* The value of an option in the tables of this file. */
static const struct option long_options[] = {
	{ "port", required_argument, NULL, 'P' },
	{ "run-dir", required_argument, NULL, 'R' },
	{ "json", no_argument, NULL, 'j' },
	{ "all", no_argument, NULL, 'a' },
	{ "interface", required_argument, NULL, 'i' },
	{ "watch", required_argument, NULL, 'w' },
	{ "count", required_argument, NULL, 'n' },
	{ "bpf-dir", required_argument, NULL, 'B' },
	{ "subnet", required_argument, NULL, 's' },
	{ "state", required_argument, NULL, 'S' },
	{ "client", required_argument, NULL, 'c' },
	{ "iaid", required_argument, NULL, 'I' },
	{ "renew", no_argument, NULL, 'm' },
	{ "rebind", no_argument, NULL, 'M' },
	{ "information-request", no_argument, NULL, 'F' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void print_usage(FILE *out)
{
	size_t i;

	fputs("usage: dhcp4o6ctl [-j] [-P PORT] [--run-dir DIR] "
	      "SUBCOMMAND ...\n",
	      out);
	for (i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++)
		fprintf(out, "  %s %s\n      %s\n", subcommands[i].name,
			subcommands[i].usage, subcommands[i].help);
	fputs("  -P, --port PORT   which instance (default 6767)\n"
	      "  -j, --json        JSON instead of tables\n"
	      "      --run-dir DIR where the sockets are "
	      "(default " CTL_RUN_DIR ")\n"
	      "  -h, --help        this text\n"
	      "  -V, --version     the version\n"
	      "See dhcp4o6ctl(8).\n",
	      out);
}

static int parse_number(const char *text, unsigned int max, unsigned int *value)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n == 0 || n > max) {
		tool_error("`%s' is not a number from 1 to %u", text, max);
		return -1;
	}
	*value = (unsigned int)n;
	return 0;
}

/* Options that only keep their value, or set a flag. */
static const struct {
	int option;
	size_t member;     /* offset of a const char * */
	const char *value; /* NULL: what was given */
} text_options[] = {
	{ 'R', offsetof(struct tool, run_dir), NULL },
	{ 'B', offsetof(struct tool, pin_root), NULL },
	{ 'i', offsetof(struct tool, interface), NULL },
	{ 's', offsetof(struct tool, subnet), NULL },
	{ 'S', offsetof(struct tool, state), NULL },
	{ 'c', offsetof(struct tool, client), NULL },
	{ 'I', offsetof(struct tool, iaid), NULL },
	{ 'm', offsetof(struct tool, message), "renew" },
	{ 'M', offsetof(struct tool, message), "rebind" },
	{ 'F', offsetof(struct tool, message), "information-request" },
};

static const struct {
	int option;
	size_t member; /* offset of a bool */
} flag_options[] = {
	{ 'j', offsetof(struct tool, json) },
	{ 'a', offsetof(struct tool, all) },
};

static int set_option(struct tool *tool, int option, const char *value)
{
	size_t i;

	switch (option) {
	case 'P':
		return parse_number(value, 65534, &tool->port);
	case 'w':
		return parse_number(value, 86400, &tool->watch_s);
	case 'n':
		return parse_number(value, 1U << 30, &tool->count);
	case '4':
	case '6':
		tool->family = (char)option;
		return 0;
	default:
		break;
	}
	for (i = 0; i < sizeof(flag_options) / sizeof(*flag_options); i++) {
		if (flag_options[i].option != option)
			continue;
		*(bool *)((char *)tool + flag_options[i].member) = true;
		return 0;
	}
	for (i = 0; i < sizeof(text_options) / sizeof(*text_options); i++) {
		if (text_options[i].option != option)
			continue;
		if (text_options[i].value)
			value = text_options[i].value;
		*(const char **)((char *)tool + text_options[i].member) = value;
		return 0;
	}
	return -1;
}

/* given: the options seen, to be compared with what the subcommand takes. */
static int parse_options(struct tool *tool, int argc, char **argv,
			 char given[128])
{
	size_t count = 0;
	int option;

	while ((option = getopt_long(argc, argv, "P:jai:w:n:46hV", long_options,
				     NULL)) != -1) {
		if (option == 'h') {
			print_usage(stdout);
			exit(EXIT_GOOD);
		}
		if (option == 'V') {
			puts("dhcp4o6ctl " DHCP4O6_VERSION);
			exit(EXIT_GOOD);
		}
		if (option == '?' || set_option(tool, option, optarg))
			return -1;
		if (!strchr("PRj", option) && !strchr(given, option) &&
		    count < 127)
			given[count++] = (char)option;
	}
	return 0;
}

static const struct subcommand *find_subcommand(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++) {
		if (strcmp(subcommands[i].name, name) == 0)
			return &subcommands[i];
	}
	return NULL;
}

static void fail_unknown(const char *name)
{
	size_t count = sizeof(subcommands) / sizeof(*subcommands), i;
	char names[128] = "";
	size_t len = 0;

	for (i = 0; i < count && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len,
					"%s%s",
					i == 0           ? ""
					: i == count - 1 ? " and "
							 : ", ",
					subcommands[i].name);
	tool_error("no subcommand `%s': there are %s; see --help", name, names);
}

int main(int argc, char **argv)
{
	struct tool tool = { .run_dir = CTL_RUN_DIR,
			     .pin_root = CLASSIFIER_PIN_ROOT,
			     .port = 6767,
			     .timeout_ms = ANSWER_TIMEOUT_MS };
	const struct subcommand *sub;
	enum exit_code code;
	char given[128] = "";

	if (parse_options(&tool, argc, argv, given))
		return EXIT_USAGE;
	if (optind == argc) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	sub = find_subcommand(argv[optind]);
	if (!sub) {
		fail_unknown(argv[optind]);
		return EXIT_USAGE;
	}
	argc -= optind + 1;
	argv += optind + 1;
	if (argc > sub->args_max ||
	    given[strspn(given, sub->options)] != '\0') {
		tool_error("usage: dhcp4o6ctl %s %s", sub->name, sub->usage);
		return EXIT_USAGE;
	}
	code = sub->run(&tool, argc, argv);
	if (fflush(stdout) || ferror(stdout))
		return EXIT_FAILED;
	return (int)code;
}
