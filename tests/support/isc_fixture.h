/* SPDX-License-Identifier: BSD-2-Clause */
/* isc_fixture - lease files of dhcpd, of either family, as text. */
#ifndef DHCP4O6_TESTS_ISC_FIXTURE_H
#define DHCP4O6_TESTS_ISC_FIXTURE_H

#include "dhcp4o6/lease/isc_leases.h"

/* isc_leases_parse() and isc_leases6_parse(). */
typedef int isc_parse(const char *text, size_t len, lease_store_visit *visit,
		      void *arg, struct isc_leases_report *report);

/* Parses a copy of its very size: a sanitizer sees a step too far. */
int isc_parse_copy(isc_parse *parse, const char *text, size_t len,
		   lease_store_visit *visit, void *arg,
		   struct isc_leases_report *report);

/* Reads a file of the corpus, which fits; its length. */
size_t isc_read(const char *name, char *text, size_t size);

/*
 * For fuzzers: parses a text that may be anything; aborts when the report does
 * not add up, or when a lease is not the same after a record of the journal.
 */
typedef bool isc_is_same(const struct lease *a, const struct lease *b);
void isc_parse_anything(isc_parse *parse, const uint8_t *data, size_t size,
			isc_is_same *is_same);

#endif /* DHCP4O6_TESTS_ISC_FIXTURE_H */
