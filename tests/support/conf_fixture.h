/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_fixture - a configuration from text, and what was found wrong in it. */
#ifndef DHCP4O6_TESTS_CONF_FIXTURE_H
#define DHCP4O6_TESTS_CONF_FIXTURE_H

#include "dhcp4o6/conf/conf.h"

struct findings {
	unsigned int warnings;
	unsigned int errors;
	struct strbuf text; /* a line each; the caller's to release */
};

/* Reports of conf_parse() and conf_load() into the struct findings at arg. */
void count_finding(void *arg, enum conf_severity severity, const char *text);

/*
 * The model of a text for the DHCPv4 server with -4o6; the caller frees it.
 * Fails the test with all that was found if it does not parse.
 */
struct conf *parse4(const char *text);
/* The same for the DHCPv6 server. */
struct conf *parse6(const char *text);

#endif /* DHCP4O6_TESTS_CONF_FIXTURE_H */
