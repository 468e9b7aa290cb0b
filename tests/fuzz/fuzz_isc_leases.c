/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arbitrary text as a dhcpd.leases file. Every lease that is visited must be
 * one that the journal takes and gives back the same; the report must add up.
 */
#include "isc_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_same(const struct lease *a, const struct lease *b)
{
	return a->addr.s_addr == b->addr.s_addr && a->state == b->state &&
	       a->expires.s == b->expires.s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	isc_parse_anything(isc_leases_parse, data, size, is_same);
	return 0;
}
