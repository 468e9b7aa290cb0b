/* SPDX-License-Identifier: BSD-2-Clause */
/* binding - staging that a client gets, gives back or refuses an address. */
#ifndef DHCP4O6_ALLOC_BINDING_H
#define DHCP4O6_ALLOC_BINDING_H

#include "dhcp4o6/alloc/alloc_txn.h"
#include "dhcp4o6/alloc/billing.h"
#include "dhcp4o6/alloc/choice.h"

/* One moment on both clocks. */
struct alloc_moment {
	struct mono_time mono;
	struct wall_time wall;
};

struct alloc_binding {
	struct in_addr addr;
	uint32_t lease_s; /* LEASE_INFINITE_S: never ends */
	struct alloc_moment now;
	struct in6_addr source; /* IPv6 source of the query */
	const uint8_t *host_name;
	uint8_t host_name_len;
	uint16_t relay_path_len; /* form of struct lease */
	const uint8_t *relay_path;
	/* The class that the lease is to count to; NULL: none. */
	const struct alloc_billing *billing;
};

/*
 * Binds the address, which alloc_judge() let the client have, and writes a
 * record also when nothing but the time changed. Its pending offer is used up.
 * -ENOMEM, with nothing changed.
 */
int alloc_bind(struct alloc_txn *txn, const struct alloc_asker *asker,
	       const struct alloc_binding *binding);

/*
 * The address becomes free; the record stays and the client gets the same one
 * again as long as nobody else needed it (RFC 2131 section 4.3.4). -ENOENT
 * when the client does not hold it; -ENOMEM.
 */
int alloc_release(struct alloc_txn *txn, const struct alloc_client *client,
		  struct in_addr addr, const struct alloc_moment *now);

/* Of one call below; what is more goes with the client's next one. */
#define ALLOC_RELEASE_MAX 16
/* Releases what the client holds elsewhere: all but keep, on any network. */
int alloc_release_others(struct alloc_txn *txn,
			 const struct alloc_client *client, struct in_addr keep,
			 const struct alloc_moment *now);

/* The address rests for hold_s (RFC 2131 section 4.3.3). Errors as above. */
int alloc_decline(struct alloc_txn *txn, const struct alloc_client *client,
		  struct in_addr addr, const struct alloc_moment *now,
		  uint32_t hold_s);

#endif /* DHCP4O6_ALLOC_BINDING_H */
