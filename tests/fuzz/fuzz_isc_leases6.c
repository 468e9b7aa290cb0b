/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arbitrary text as a lease file of dhcpd -6. Every lease that is visited must
 * be one that the journal takes and gives back the same; the report must add
 * up.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/lease/isc_leases.h"
#include "dhcp4o6/lease/lease_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int check(void *arg, const struct lease *lease)
{
	uint8_t octets[LEASE_RECORD_MAX];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	uint64_t *visited = arg; /* leases */
	struct wire_reader r;
	struct lease back;

	*visited += lease->kind != LEASE_DUID6;
	if (lease_encode(lease, &w))
		abort();
	r = wire_reader(octets, wire_len(&w));
	if (lease_decode(&r, &back) || back.kind != lease->kind ||
	    !IN6_ARE_ADDR_EQUAL(&back.addr6, &lease->addr6) ||
	    back.prefix_len != lease->prefix_len || back.iaid != lease->iaid ||
	    back.client_id_len != lease->client_id_len ||
	    memcmp(back.client_id, lease->client_id, back.client_id_len) != 0)
		abort();
	if (lease->kind != LEASE_DUID6 &&
	    (back.state != lease->state || back.expires.s != lease->expires.s ||
	     back.preferred_s != lease->preferred_s))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct isc_leases_report report;
	uint64_t visited = 0;
	char *text;
	int err;

	/* Of its very size, so that a sanitizer sees a step too far. */
	text = malloc(size ? size : 1);
	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	err = isc_leases6_parse(text, size, check, &visited, &report);
	free(text);
	if ((err == -EBADMSG) != (report.fault_count > 0) &&
	    err != -EMEDIUMTYPE)
		abort();
	if (!err && visited != report.declarations)
		abort();
	return 0;
}
