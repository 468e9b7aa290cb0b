/* SPDX-License-Identifier: BSD-2-Clause */
/* leases6 - DHCPv6 leases in control requests and answers. */
#ifndef DHCP4O6_SERVER6_LEASES6_H
#define DHCP4O6_SERVER6_LEASES6_H

#include "serve6.h"

/* What names a lease. */
struct lease_key6 {
	enum lease_kind kind;
	struct in6_addr addr;
	uint8_t prefix_len; /* 128 for an address */
};

/* An address, or PREFIX/LENGTH: 0, or -1 for another text. */
int lease_key6_parse(const char *text, struct lease_key6 *key);
/* One item of `leases'; NULL without memory. */
json_t *lease6_json(const struct lease *lease);

/* The context is the struct front. */
ctl_handler serve6_handle_leases;

#endif /* DHCP4O6_SERVER6_LEASES6_H */
