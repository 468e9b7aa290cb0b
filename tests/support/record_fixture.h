/* SPDX-License-Identifier: BSD-2-Clause */
/* record_fixture - leases to records and back, of either family. */
#ifndef DHCP4O6_TESTS_RECORD_FIXTURE_H
#define DHCP4O6_TESTS_RECORD_FIXTURE_H

#include "dhcp4o6/lease/lease_record.h"

/* What both families have, and as much of it as there can be; what it points to
 * stays. */
struct lease record_longest(void);

/* Into out, of LEASE_RECORD_MAX octets; how many. */
size_t record_encode(const struct lease *lease, uint8_t *out);
int record_decode(const void *data, size_t len, struct lease *lease);

/* Field by field, of both families. */
void assert_same_lease(const struct lease *a, const struct lease *b);
/* Asserts that no part of its record is one. */
void record_rejects_truncations(const struct lease *lease);

#endif /* DHCP4O6_TESTS_RECORD_FIXTURE_H */
