/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link - the generator's sockets: datagrams in batches, never blocking.
 *
 * Clients send from UDP 546, relays from 547; answers come to that port
 * whatever the source port was (RFC 9915 section 7.2).
 */
#ifndef DHCP4O6_TOOLS_LINK_H
#define DHCP4O6_TOOLS_LINK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"

#define LINK_TX_BATCH 256
#define LINK_RX_BATCH 64

struct link_config {
	const char *interface;
	struct in6_addr server; /* or ff02::1:2 */
	bool relayed;
	bool any_port; /* send from a port that the kernel chooses */
};

struct link; /* opaque */

/* -ENODEV: no such interface; -EACCES/-EPERM; -EADDRINUSE. */
int link_open(struct link **link, const struct link_config *config);
void link_close(struct link *link); /* NULL is allowed */

/* How many datagrams may be queued now. */
size_t link_room(const struct link *link);
/*
 * A place for the next datagram, CLIENT_MSG_MAX octets; the caller fills it
 * and then queues it. There must be room.
 */
uint8_t *link_place(struct link *link);
void link_queue(struct link *link, size_t len, uint32_t tag);
/*
 * Sends what is queued as far as the kernel takes it, and writes the tags of
 * what went to tags[LINK_TX_BATCH]. How many, or a negative errno.
 */
int link_flush(struct link *link, uint32_t *tags);

/* Receives what is there, at most LINK_RX_BATCH. How many, or an errno. */
int link_receive(struct link *link);
/* Datagram i of the last link_receive(). */
struct wire_reader link_datagram(const struct link *link, size_t i);

/* Waits until something can be done, at most timeout_ns. */
int link_wait(struct link *link, int64_t timeout_ns);

#endif /* DHCP4O6_TOOLS_LINK_H */
