/* SPDX-License-Identifier: BSD-2-Clause */
/* client_internal - what encoding and judging both derive from an index. */
#ifndef DHCP4O6_TOOLS_CLIENT_INTERNAL_H
#define DHCP4O6_TOOLS_CLIENT_INTERNAL_H

#include "client.h"

#define HTYPE_ETHERNET          1
#define CLIENT_INTERFACE_ID_LEN 12 /* "bench/" and six digits */

/* A bijection that scatters, so that neighbours have unlike properties. */
uint32_t client_scatter(uint32_t x);
uint32_t client_xid(const struct population *pop, uint32_t index);
/*
 * prefix and the index in six hexadecimal digits, without a NUL; its length.
 * By hand, since this runs for each message.
 */
size_t client_put_name(char *out, const char *prefix, uint32_t index);
void client_interface_id(uint32_t index, char id[CLIENT_INTERFACE_ID_LEN]);
/* The client's link-local address, as a relay would see it. */
void client_peer(const struct bench_plan *plan, uint32_t index,
		 struct in6_addr *addr);

#endif /* DHCP4O6_TOOLS_CLIENT_INTERNAL_H */
