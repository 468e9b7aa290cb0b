/* SPDX-License-Identifier: BSD-2-Clause */
/* lease_json - leases in control answers (dhcp4o6/ctl/shapes.h). */
#ifndef DHCP4O6_DAEMON_LEASE_JSON_H
#define DHCP4O6_DAEMON_LEASE_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "dhcp4o6/ctl/ctl_server.h"
#include "dhcp4o6/lease/lease.h"
#include "dhcp4o6/lease/lease_store.h"

/* -1 when it is no state. */
int lease_state_parse(const char *text);
/*
 * Octets in hex, with or without `:', `-', `.' or blanks between them; how
 * many, 0 if the text is something else.
 */
size_t lease_hex_parse(const char *text, uint8_t *out, size_t size);
/* "ADDRESS/LENGTH" of either family into addr; the length, or -1. */
int lease_prefix_parse(int family, const char *text, void *addr);

/* Members of a lease's item; what is unknown is left out. */
void lease_json_hex(json_t *object, const char *name, const uint8_t *data,
		    size_t len);
void lease_json_ip6(json_t *object, const char *name, const void *addr);
/* What both families have: client, times, source, relays, name, flags. */
void lease_json_common(json_t *object, const struct lease *lease);

/* The member "journal" of `stats'. */
json_t *lease_store_json(const struct lease_store *store, const char *path);

#endif /* DHCP4O6_DAEMON_LEASE_JSON_H */
