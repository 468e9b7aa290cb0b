/* SPDX-License-Identifier: BSD-2-Clause */
/* client_lease_fixture - a client's leases: read, and what was found in them.
 */
#ifndef DHCP4O6_TESTS_CLIENT_LEASE_FIXTURE_H
#define DHCP4O6_TESTS_CLIENT_LEASE_FIXTURE_H

#include "client_lease_same.h"

#define CLIENT_LEASE4                      \
	"lease {\n  interface \"eth0\";\n" \
	"  fixed-address 192.0.2.7;\n"
#define CLIENT_TIMES                        \
	"  renew 3 2026/11/25 09:25:29;\n"  \
	"  rebind 3 2026/11/25 09:29:13;\n" \
	"  expire 3 2026/11/25 09:30:28;\n}\n"
#define CLIENT_LEASE6                                             \
	"lease6 {\n  interface \"eth0\";\n"                       \
	"  ia-na 00:00:00:01 {\n    starts 100;\n    renew 10;\n" \
	"    rebind 20;\n"
#define CLIENT_ADDR(a)                            \
	"    iaaddr " a " {\n      starts 100;\n" \
	"      preferred-life 30;\n      max-life 40;\n    }\n"

/* Of a test: leases that are empty at first, and what was found in texts. */
struct client_input {
	struct client_leases *leases;
	struct strbuf findings;
	unsigned int count;
};

extern struct client_input client_in;

#define CLIENT_TEST(name)                                           \
	cmocka_unit_test_setup_teardown(name, set_up_client_leases, \
					tear_down_client_leases)
int set_up_client_leases(void **state);
int tear_down_client_leases(void **state);
/* Takes findings into client_in. */
void note_client_finding(void *arg, const char *text);
/* Into client_in, from a text that is called `leases'. */
void parse_client(const char *text);
void expect_client_finding(const char *text);
void expect_client_option(const struct client_options *options,
			  enum conf_universe universe, uint16_t code,
			  const char *hex);
/* What is in client_in is printed, and parsed to the same. */
void expect_client_same_again(const char *interface);

#endif /* DHCP4O6_TESTS_CLIENT_LEASE_FIXTURE_H */
