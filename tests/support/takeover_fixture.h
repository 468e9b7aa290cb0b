/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * takeover_fixture - a lease file of dhcpd on a simulated disk, where a server
 * opens its journal.
 */
#ifndef DHCP4O6_TESTS_TAKEOVER_FIXTURE_H
#define DHCP4O6_TESTS_TAKEOVER_FIXTURE_H

#include "isc_fixture.h"
#include "journal_fixture.h"
#include "simdisk.h"

#define TAKEOVER_PATH "/leases"
#define TAKEOVER_KEPT "/leases.isc"

struct takeover {
	/* Set by the test. */
	enum journal_family family; /* of the server */
	/* Asserts that the journal has every lease of the text. */
	void (*check)(struct lease_store *store);

	char text[32768];
	size_t text_len;
	/* Of the last open. */
	struct isc_leases_report report;
	char err_text[JOURNAL_ERROR_MAX];
};

/* Reads the text from a file of the corpus. */
void takeover_read(struct takeover *t, const char *name);
/* A disk that has it; seed as for simdisk_new(). */
struct simdisk *takeover_disk(const struct takeover *t, uint64_t seed);
/* The error, or 0. */
int takeover_open(struct takeover *t, struct simdisk *sim,
		  struct lease_store **store);

bool takeover_is_text(const struct takeover *t, struct simdisk *sim,
		      const char *path);
/* Is a journal at TAKEOVER_PATH? */
bool takeover_is_journal(struct simdisk *sim);

/*
 * In peace, whatever was before: asserts that the journal is there, that all of
 * it is in it, that it takes leases, and that the text is kept. Ends the disk.
 */
void takeover_finish(struct takeover *t, struct simdisk *sim);
/* Asserts that opening ends with err, whose text has `says'. */
void takeover_refused(struct takeover *t, struct simdisk *sim, int err,
		      const char *says);

/* ---- cases of both families ---- */

/* The store has all of it; the next start takes nothing over and has it, too.
 * Ends the store and the disk. */
void takeover_happened_once(struct takeover *t, struct simdisk *sim,
			    struct lease_store *store);
/* The disk crashes at every call, with so many seeds: one or the other file is
 * whole, and the next start has all of it. */
void takeover_survives_crashes(struct takeover *t, uint64_t seeds);
/* A text with a fault is left as it is, and nothing is beside it. */
void takeover_leaves_alone(struct takeover *t, const char *bad,
			   const char *says);

#endif /* DHCP4O6_TESTS_TAKEOVER_FIXTURE_H */
