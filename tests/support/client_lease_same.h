/* SPDX-License-Identifier: BSD-2-Clause */
/* client_lease_same - a client's leases, compared. */
#ifndef DHCP4O6_TESTS_CLIENT_LEASE_SAME_H
#define DHCP4O6_TESTS_CLIENT_LEASE_SAME_H

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/lease/client_lease.h"

bool client_lease4_same(const struct client_lease4 *a,
			const struct client_lease4 *b);
bool client_lease6_same(const struct client_lease6 *a,
			const struct client_lease6 *b);
/*
 * Prints leases, parses that, and compares both: NULL, or what is wrong. The
 * text is in out.
 */
const char *client_leases_differ(const struct client_leases *leases,
				 const char *const *interfaces, size_t count,
				 struct strbuf *out);

#endif /* DHCP4O6_TESTS_CLIENT_LEASE_SAME_H */
