/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arbitrary text as a lease file of dhcpd -6. Every lease that is visited must
 * be one that the journal takes and gives back the same; the report must add
 * up.
 */
#include <string.h>

#include "isc_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_same(const struct lease *a, const struct lease *b)
{
	if (a->kind != b->kind || !IN6_ARE_ADDR_EQUAL(&a->addr6, &b->addr6) ||
	    a->prefix_len != b->prefix_len || a->iaid != b->iaid ||
	    a->client_id_len != b->client_id_len ||
	    memcmp(a->client_id, b->client_id, a->client_id_len) != 0)
		return false;
	return a->kind == LEASE_DUID6 ||
	       (a->state == b->state && a->expires.s == b->expires.s &&
		a->preferred_s == b->preferred_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	isc_parse_anything(isc_leases6_parse, data, size, is_same);
	return 0;
}
