/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * duid - the DUID by which the server is known (RFC 9915 section 11, RFC 6355).
 */
#ifndef DHCP4O6_SERVER6_DUID_H
#define DHCP4O6_SERVER6_DUID_H

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/conf/conf.h"

#define DUID_MAX     130 /* type code and 128 octets */
#define DUID_RANDOM  16
#define DUID_MAC_LEN 6

struct duid {
	uint8_t len; /* 0: none */
	uint8_t octets[DUID_MAX];
};

/* What a new one may be made of. */
struct duid_source {
	const uint8_t *mac; /* of an Ethernet interface; NULL: there is none */
	struct wall_time now;
	uint8_t random[DUID_RANDOM];
};

enum duid_verdict {
	DUID_KEPT,        /* the one that is kept goes on */
	DUID_KEPT_DIFFER, /* so it does, though the statement asks for another
			   */
	DUID_MADE,        /* new, there was none */
	DUID_STATED,      /* the statement's, there was none or another */
};

/*
 * Chooses as ISC's dhcpd does: octets that `server-duid' states are taken, over
 * the ones kept; a kind that it states matters when one is made. Without an
 * Ethernet interface it is a random UUID.
 */
enum duid_verdict duid_choose(const struct conf *conf, const struct duid *kept,
			      const struct duid_source *source,
			      struct duid *chosen);

bool duid_is_same(const struct duid *a, const struct duid *b);

#endif /* DHCP4O6_SERVER6_DUID_H */
