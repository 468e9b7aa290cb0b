/* SPDX-License-Identifier: BSD-2-Clause */
/* apply4_fixture - options of a lease as text, and what was made of them. */
#ifndef DHCP4O6_TESTS_APPLY4_FIXTURE_H
#define DHCP4O6_TESTS_APPLY4_FIXTURE_H

#include "../../daemon/client4/apply4.h"

extern const struct apply4_link apply4_ethernet; /* MTU 1,500, no IPv6 */
extern const struct apply4_link apply4_tunnel;   /* MTU 1,460 */

extern struct client_options options; /* to be set here */
extern struct apply4 apply;           /* for apply4_make() */

struct in_addr apply4_addr(const char *text);
void apply4_set_option(uint8_t code, const void *body, size_t len);
/* "CODE=HEX CODE=HEX ..." and no others; a dot in HEX is for the eye. */
void apply4_set_options(const char *text);
/*
 * What is in apply: "/PREFIX BROADCAST MTU", routes as "DEST>GATEWAY*METRIC",
 * with ! for onlink, "noCODE" for what was ignored, "-N" for routes left out.
 * Until the next call.
 */
const char *apply4_show(void);

#endif /* DHCP4O6_TESTS_APPLY4_FIXTURE_H */
