/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4o6-bench - load and check a DHCPv4-over-DHCPv6 server.
 *
 * Thousands to millions of simulated clients, on the link or behind simulated
 * relays, in one thread. Every answer is checked; the exit code says whether
 * all were right.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/clock.h"
#include "report.h"
#include "run.h"

#define EXIT_GOOD          0
#define EXIT_FAILED        1
#define EXIT_USAGE         2
#define EXIT_NO_PERMISSION 77 /* EX_NOPERM */

static volatile sig_atomic_t stop;

struct bench {
	struct bench_plan plan;
	struct link_config link;
	struct run_config run;
	const char *scenario;
	double allowed_loss; /* per cent */
	bool json;
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, 'I' },
	{ "clients", required_argument, NULL, 'n' },
	{ "window", required_argument, NULL, 'w' },
	{ "rate", required_argument, NULL, 'r' },
	{ "time", required_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'j' },
	{ "server", required_argument, NULL, 's' },
	{ "relays", required_argument, NULL, 'R' },
	{ "links", required_argument, NULL, 'L' },
	{ "link-base", required_argument, NULL, 'B' },
	{ "any-port", no_argument, NULL, 'a' },
	{ "timeout", required_argument, NULL, 'T' },
	{ "tries", required_argument, NULL, 'y' },
	{ "uniform", no_argument, NULL, 'u' },
	{ "seed", required_argument, NULL, 'S' },
	{ "allow-loss", required_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void print_usage(FILE *out)
{
	fputs("usage: dhcp4o6-bench -I INTERFACE [options] dora|renew\n"
	      "  -n, --clients N      simulated clients (1000)\n"
	      "  -w, --window N       transactions under way (64)\n"
	      "  -r, --rate N         open loop: so many started a second\n"
	      "  -t, --time SECONDS   repeat until then (each client once)\n"
	      "      --server ADDR    send there (ff02::1:2)\n"
	      "      --relays N       behind N relays, 1 to 8\n"
	      "      --links N        spread over so many link-addresses (1)\n"
	      "      --link-base P/L  the first one (2001:db8:1::1/64)\n"
	      "      --any-port       clients' source port is not 546\n"
	      "      --timeout MS     without an answer a message is lost "
	      "(1000)\n"
	      "      --tries N        sendings before giving up (3)\n"
	      "      --uniform        all clients alike in ids and options\n"
	      "      --seed N         another population (1)\n"
	      "      --allow-loss PCT exit 0 with so much loss (0)\n"
	      "  -j, --json           JSON instead of text\n"
	      "  -h, --help           this text\n"
	      "  -V, --version        the version\n"
	      "See dhcp4o6-bench(8).\n",
	      out);
}

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "dhcp4o6-bench: %s: %s\n", what, why);
	return -1;
}

static int parse_count(const char *text, uint32_t min, uint32_t max,
		       uint32_t *value)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);
	char why[64];

	if (*text >= '0' && *text <= '9' && !*end && n >= min && n <= max) {
		*value = (uint32_t)n;
		return 0;
	}
	snprintf(why, sizeof(why), "not a number from %u to %u", min, max);
	return fail(text, why);
}

static int parse_real(const char *text, double max, double *value)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end || !isfinite(n) || n < 0 || n > max)
		return fail(text, "not a number in range");
	*value = n;
	return 0;
}

static int parse_prefix(const char *text, struct bench_plan *plan)
{
	char addr[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : sizeof(addr);
	uint32_t prefix_len;

	if (len >= sizeof(addr))
		return fail(text, "not an IPv6 address and a prefix length");
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (inet_pton(AF_INET6, addr, &plan->link_base) != 1)
		return fail(text, "not an IPv6 address and a prefix length");
	if (parse_count(slash + 1, 1, 128, &prefix_len))
		return -1;
	plan->link_prefix_len = prefix_len;
	return 0;
}

static int set_scaled(const char *text, int64_t unit_ns, int64_t *ns)
{
	double value;

	if (parse_real(text, 1e6, &value))
		return -1;
	*ns = (int64_t)(value * (double)unit_ns);
	return *ns > 0 ? 0 : fail(text, "must be more than 0");
}

static int set_option(struct bench *bench, int option, const char *value)
{
	switch (option) {
	case 'I':
		bench->link.interface = value;
		return 0;
	case 'n':
		return parse_count(value, 1, CLIENT_COUNT_MAX,
				   &bench->plan.client_count);
	case 'w':
		return parse_count(value, 1, CLIENT_COUNT_MAX,
				   &bench->run.window);
	case 'r':
		return parse_real(value, 1e8, &bench->run.rate);
	case 't':
		return set_scaled(value, NS_PER_S, &bench->run.duration_ns);
	case 'T':
		return set_scaled(value, NS_PER_MS, &bench->run.timeout_ns);
	case 's':
		if (inet_pton(AF_INET6, value, &bench->link.server) != 1)
			return fail(value, "not an IPv6 address");
		return 0;
	case 'R':
		return parse_count(value, 1, CLIENT_LEVELS_MAX,
				   &bench->plan.levels);
	case 'L':
		return parse_count(value, 1, 1U << 30, &bench->plan.links);
	case 'B':
		return parse_prefix(value, &bench->plan);
	case 'y':
		return parse_count(value, 1, 100, &bench->run.tries);
	case 'S':
		return parse_count(value, 0, 65535, &bench->plan.seed);
	case 'l':
		return parse_real(value, 100, &bench->allowed_loss);
	default:
		return -1;
	}
}

static int set_flag(struct bench *bench, int option)
{
	switch (option) {
	case 'j':
		bench->json = true;
		return 0;
	case 'a':
		bench->link.any_port = true;
		return 0;
	case 'u':
		bench->plan.uniform = true;
		return 0;
	default:
		return -1;
	}
}

/* Adjusts what options mean together; -1 after saying what is wrong. */
static int check_options(struct bench *bench)
{
	if (!bench->link.interface)
		return fail("-I INTERFACE", "is needed");
	if (strcmp(bench->scenario, "dora") != 0 &&
	    strcmp(bench->scenario, "renew") != 0)
		return fail(bench->scenario,
			    "no such scenario; there are dora and renew");
	if (bench->plan.links > 1 && bench->plan.levels == 0)
		return fail("--links", "only clients behind --relays have "
				       "link-addresses");
	if (bench->link.any_port && bench->plan.levels > 0)
		return fail("--any-port", "is for clients without --relays");
	if (bench->run.window == 0)
		bench->run.window =
			bench->run.rate > 0 ? bench->plan.client_count : 64;
	if (bench->run.window > bench->plan.client_count)
		bench->run.window = bench->plan.client_count;
	bench->link.relayed = bench->plan.levels > 0;
	return 0;
}

static int parse_options(struct bench *bench, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "I:n:w:r:t:jhV", long_options,
				     NULL)) != -1) {
		if (option == 'h') {
			print_usage(stdout);
			exit(EXIT_GOOD);
		}
		if (option == 'V') {
			puts("dhcp4o6-bench " DHCP4O6_VERSION);
			exit(EXIT_GOOD);
		}
		if (option == '?')
			return -1;
		if (optarg ? set_option(bench, option, optarg)
			   : set_flag(bench, option))
			return -1;
	}
	if (optind + 1 != argc) {
		print_usage(stderr);
		return -1;
	}
	bench->scenario = argv[optind];
	return check_options(bench);
}

static const char *explain(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		return "no permission: be root, or have CAP_NET_BIND_SERVICE "
		       "and CAP_NET_RAW";
	case -EADDRINUSE:
		return "another DHCPv6 client or relay has the port";
	default:
		return strerror(-err);
	}
}

static void on_signal(int signo)
{
	(void)signo;
	stop = 1;
}

static int run_and_report(const struct bench *bench, struct population *pop,
			  struct link *link, bool renew)
{
	static struct run_stats stats;
	struct run_config config = bench->run;
	bool is_setup = !renew && strcmp(bench->scenario, "renew") == 0;
	const char *name = renew ? "renew" : is_setup ? "setup" : "dora";
	int err;

	config.renew = renew;
	if (is_setup) {
		config.rate = 0;
		config.duration_ns = 0;
		config.window = pop->plan.client_count < 64
					? pop->plan.client_count
					: 64;
	}
	err = run_bench(pop, link, &config, &stats);
	if (err) {
		fail(bench->link.interface, explain(err));
		return EXIT_FAILED;
	}
	if (bench->json) {
		json_t *json = report_json(name, &stats);

		json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
		putchar('\n');
		json_decref(json);
	} else {
		report_print(stdout, name, &config, &stats);
	}
	fflush(stdout);
	return report_is_good(&stats, bench->allowed_loss) ? EXIT_GOOD
							   : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct bench bench = {
		.plan = { .client_count = 1000,
			  .seed = 1,
			  .links = 1,
			  .link_base = { .s6_addr = { 0x20, 0x01, 0x0d, 0xb8, 0,
						      1, [15] = 1 } },
			  .link_prefix_len = 64 },
		.link = { .server = { .s6_addr = { 0xff, 0x02, [13] = 1,
						   [15] = 2 } } },
		.run = { .stop = &stop,
			 .timeout_ns = 1000 * NS_PER_MS,
			 .tries = 3 },
	};
	struct population pop;
	struct link *link;
	int code;
	int err;

	if (parse_options(&bench, argc, argv))
		return EXIT_USAGE;
	err = link_open(&link, &bench.link);
	if (err) {
		fail(bench.link.interface, explain(err));
		return err == -EACCES || err == -EPERM ? EXIT_NO_PERMISSION
						       : EXIT_FAILED;
	}
	err = population_init(&pop, &bench.plan);
	if (err) {
		fail("clients", strerror(-err));
		link_close(link);
		return EXIT_FAILED;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	code = run_and_report(&bench, &pop, link, false);
	if (code == EXIT_GOOD && !stop && strcmp(bench.scenario, "renew") == 0)
		code = run_and_report(&bench, &pop, link, true);
	population_fini(&pop);
	link_close(link);
	return code;
}
