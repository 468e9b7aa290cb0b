/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reconf - RECONFIGURE messages on their way (RFC 9915 section 18.3.11): to one
 * client, or to all that accept them, paced; each is repeated until the client
 * does what it is asked for, or REC_MAX_RC is reached.
 *
 * A message goes the way the client's last one came, to its link-local address
 * or through the relays that the lease remembers, and in turns with that to an
 * address that it holds.
 */
#ifndef DHCP4O6_SERVER6_RECONF_H
#define DHCP4O6_SERVER6_RECONF_H

#include "serve6.h"

#define RECONF_IN_FLIGHT_MAX 4096U
#define RECONF_PER_SECOND    200U /* clients that a sweep begins with */
#define RECONF_TIMEOUT_MS    2000 /* REC_TIMEOUT; doubled each time */
#define RECONF_TRIES_MAX     8U   /* REC_MAX_RC */

struct reconf; /* opaque */

int reconf_new(struct reconf **reconf, struct serve6 *serve);
void reconf_free(struct reconf *reconf); /* NULL is allowed */

/*
 * Sends the first one now; the next is the first while the store has no mark
 * for it (rkap.h). asks_for: DHCP6_RENEW, DHCP6_REBIND or
 * DHCP6_INFORMATION_REQUEST; one that is under way to the client is replaced.
 *   -ENOENT   the client holds nothing
 *   -EPERM    it does not accept RECONFIGURE, or `reconfigure' is off
 *   -ENOSPC   too many are in flight
 *   -EHOSTUNREACH  it has no address, and the interface it came in on is gone
 */
int reconf_start(struct reconf *reconf, const uint8_t *duid, size_t len,
		 uint8_t asks_for);
/* Begins with the first of all clients that accept it. */
void reconf_start_all(struct reconf *reconf, uint8_t asks_for);

/* A client has sent a message of this type. */
void reconf_heard(struct reconf *reconf, uint8_t type,
		  const struct wire_reader *duid);
void reconf_tick(struct reconf *reconf, struct mono_time now);
unsigned int reconf_in_flight(const struct reconf *reconf);
bool reconf_is_sweeping(const struct reconf *reconf);

/* The command `reconfigure'; the context is the struct front. */
ctl_handler serve6_handle_reconfigure;

#endif /* DHCP4O6_SERVER6_RECONF_H */
