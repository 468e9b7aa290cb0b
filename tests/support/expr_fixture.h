/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_fixture - a client's message as expressions see it. */
#ifndef DHCP4O6_TESTS_EXPR_FIXTURE_H
#define DHCP4O6_TESTS_EXPR_FIXTURE_H

#include "dhcp4o6/conf/expr.h"

/*
 * Ethernet 00:11:22:aa:bb:cc; options 60 "PXEClient:Arch:00007", 12 "Abc", 55
 * (1, 3, 6), 61 (01, then the address), 82 (1: "port7", 2: 0a:0b, 5: empty), 93
 * (00:07), 94 (empty); DHCPv6 option 1 (00:03:00:01:02). The message has 240
 * octets: 0 to 15, then zeros but for `sname' "boot" and `file' "img".
 */
extern const struct conf_packet expr_packet;
/* A message without anything, of a client that is not known. */
extern const struct conf_packet expr_nothing;

#endif /* DHCP4O6_TESTS_EXPR_FIXTURE_H */
