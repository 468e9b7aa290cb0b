/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * choice6 - which address or prefix an IA gets, whether a client may have the
 * one it names, and staging that it gets, gives back or refuses it.
 */
#ifndef DHCP4O6_ALLOC6_CHOICE6_H
#define DHCP4O6_ALLOC6_CHOICE6_H

#include "dhcp4o6/alloc6/alloc6_txn.h"
#include "dhcp4o6/conf/expr.h"
#include "dhcp4o6/wire/drop_reason.h"

/* What one client may leave behind: records, former leases included. */
#define ALLOC6_CLIENT_LEASES_MAX 256U
#define ALLOC6_CLIENT_OFFERS_MAX 32U

/* A client is its DUID; hardware serves reservations alone. */
struct alloc6_client {
	const uint8_t *duid; /* the caller's octets */
	uint8_t duid_len;
	uint8_t hlen; /* 0: hardware address not known */
	uint8_t htype;
	uint8_t chaddr[LEASE_CHADDR_MAX];
	/* For `host-identifier option'; NULL: no other than the DUID. */
	const struct dhcp6_envelope *envelope;
	const struct wire_reader *options; /* of its message */
	uint64_t hash; /* keyed, of the DUID; sealed by alloc6_ask() */
	uint64_t check;
};

/* A client on a network; made by alloc6_ask() for each message. */
struct alloc6_asker {
	const struct alloc6_network *net;
	const struct alloc6_client *client;
	struct mono_time now;
	bool is_known;                /* some host declaration names it */
	const struct conf_host *host; /* whose options apply; NULL: none */
	/* For permits of pools; the caller sets them, with a configuration that
	 * is in force. None at first. */
	const struct conf_membership *classes;
	size_t class_count;
};

/* net NULL: of no network; it gets nothing, and may give back what it has. */
void alloc6_ask(const struct alloc6 *alloc, const struct alloc6_network *net,
		struct alloc6_client *client, struct mono_time now,
		struct alloc6_asker *asker);

/* An IA of the client, and what it would like to have. */
struct alloc6_want {
	enum lease_kind kind; /* LEASE_NA6 or LEASE_PD6 */
	uint32_t iaid;
	struct in6_addr hint;    /* :: for none */
	uint8_t hint_prefix_len; /* LEASE_PD6: 0 for any */
};

enum alloc6_choice_by {
	ALLOC6_BY_RESERVATION,
	ALLOC6_BY_BINDING, /* the IA holds it */
	ALLOC6_BY_OFFER,   /* offered to the IA and not yet asked for */
	ALLOC6_BY_FORMER,  /* the IA held this one, and nobody does now */
	ALLOC6_BY_HINT,
	ALLOC6_BY_FRESH, /* from a keyed hash of client and IAID on */
	ALLOC6_BY_COUNT,
};

struct alloc6_choice {
	struct in6_addr addr;
	uint8_t prefix_len; /* 128 for an address */
	enum alloc6_choice_by by;
};

/*
 * Chooses; changes nothing. DROP_NONE, DROP_POOL_EXHAUSTED, DROP_CLIENT_DENIED
 * when there are pools but none for this client, DROP_CLIENT_LEASES,
 * DROP_LEASES_MAX when it would be one lease too many, or DROP_NO_SUBNET for a
 * client of no network. Of several IAs in one message each gets its own: offer
 * or bind what was chosen for one before the next is asked for.
 */
enum drop_reason alloc6_choose(const struct alloc6 *alloc,
			       const struct alloc6_asker *asker,
			       const struct alloc6_want *want,
			       struct alloc6_choice *choice);

/* Keeps what was chosen for the IA until then. -ENOMEM. */
int alloc6_offer(struct alloc6 *alloc, const struct alloc6_asker *asker,
		 const struct alloc6_want *want,
		 const struct alloc6_choice *choice, struct mono_time until);
/* Drops the client's pending offers on the network: it chose another server. */
void alloc6_withdraw_offers(struct alloc6 *alloc,
			    const struct alloc6_asker *asker);

/* What an address or a prefix is to an IA that names it. */
enum alloc6_claim {
	ALLOC6_CLAIM_HELD,     /* its own, or its former one that is free */
	ALLOC6_CLAIM_RESERVED, /* its fixed-address6 or fixed-prefix6 */
	ALLOC6_CLAIM_OFFERED,
	ALLOC6_CLAIM_FREE,     /* nobody's, in a pool it may use */
	ALLOC6_CLAIM_TAKEN,    /* somebody else's, reserved, or declined */
	ALLOC6_CLAIM_OUTSIDE,  /* on the link, in no pool; or the IA has a
				* reservation to move to */
	ALLOC6_CLAIM_DENIED,   /* in no pool for it, or it has had too many, or
				* there are too many in all */
	ALLOC6_CLAIM_OFF_LINK, /* in no subnet6 of the network */
	ALLOC6_CLAIM_COUNT,
};

enum alloc6_claim alloc6_judge(const struct alloc6 *alloc,
			       const struct alloc6_asker *asker,
			       enum lease_kind kind, uint32_t iaid,
			       const struct in6_addr *addr, uint8_t prefix_len);
const char *alloc6_claim_name(enum alloc6_claim claim); /* never NULL */

/*
 * Visits the leases that an IA of the client holds now, on any network;
 * non-zero ends the walk and is returned. The record is valid during the call,
 * and leases may be changed in it.
 */
typedef int alloc6_visit_ia(void *arg, const struct lease *lease);
int alloc6_each_of_ia(const struct alloc6 *alloc,
		      const struct alloc6_asker *asker, enum lease_kind kind,
		      uint32_t iaid, alloc6_visit_ia *visit, void *arg);
/* The same for all that a client, given by its DUID, holds. */
int alloc6_each_of_client(const struct alloc6 *alloc, const uint8_t *duid,
			  size_t duid_len, alloc6_visit_ia *visit, void *arg);

/* ---- staging ---- */

struct alloc6_moment {
	struct mono_time mono;
	struct wall_time wall;
};

struct alloc6_binding {
	enum lease_kind kind;
	uint32_t iaid;
	struct in6_addr addr;
	uint8_t prefix_len;
	uint8_t flags; /* LEASE_FLAG_RECONFIGURE */
	uint32_t preferred_s;
	uint32_t valid_s; /* LEASE_INFINITE_S: never ends */
	struct alloc6_moment now;
	struct in6_addr source;
	const char *ifname; /* NULL: unknown */
	const uint8_t *host_name;
	uint8_t host_name_len;
	uint16_t relay_path_len; /* form of struct lease */
	const uint8_t *relay_path;
	uint8_t relay_ports_len; /* likewise */
	const uint8_t *relay_ports;
};

/*
 * Binds what alloc6_judge() let the client have or alloc6_choose() chose; a
 * record is written also when nothing but the time changed. Its pending offer
 * is used up, one of the same to somebody else is withdrawn. -ENOMEM, with
 * nothing changed.
 */
int alloc6_bind(struct alloc6_txn *txn, const struct alloc6_asker *asker,
		const struct alloc6_binding *binding);
/* It becomes free, the record stays. -ENOENT when the IA does not hold it. */
int alloc6_release(struct alloc6_txn *txn, const struct alloc6_asker *asker,
		   enum lease_kind kind, uint32_t iaid,
		   const struct in6_addr *addr, uint8_t prefix_len,
		   const struct alloc6_moment *now);
/* It rests for hold_s (RFC 9915 section 18.3.8). Errors as above. */
int alloc6_decline(struct alloc6_txn *txn, const struct alloc6_asker *asker,
		   uint32_t iaid, const struct in6_addr *addr,
		   const struct alloc6_moment *now, uint32_t hold_s);

#endif /* DHCP4O6_ALLOC6_CHOICE6_H */
