/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * choice - which address a client gets, and whether it may have the one it
 * asks for (RFC 2131 section 4.3.1 and 4.3.2).
 */
#ifndef DHCP4O6_ALLOC_CHOICE_H
#define DHCP4O6_ALLOC_CHOICE_H

#include "dhcp4o6/alloc/client.h"
#include "dhcp4o6/alloc/locate.h"
#include "dhcp4o6/conf/expr.h"

/*
 * What one client, of one identity, may leave behind on all networks together.
 * A client reaches any network through relay agents of its own making, and what
 * it has is gone through for each of its queries.
 */
#define ALLOC_CLIENT_LEASES_MAX 256U /* records, former leases included */
#define ALLOC_CLIENT_OFFERS_MAX 16U

/* A client on a network; made by alloc_ask() for each query. */
struct alloc_asker {
	const struct alloc_network *net;
	const struct alloc_client *client;
	struct mono_time now;
	bool is_known;                /* some host declaration names it */
	bool has_fixed;               /* and gives it an address here */
	struct in_addr fixed;         /* that address */
	const struct conf_host *host; /* whose options apply; NULL: none */
	/* For pools that permit by class; alloc_ask() leaves them empty, and
	 * the caller fills them in. */
	const struct conf_membership *classes;
	size_t class_count;
};

/* client: sealed with the alloc's key by alloc_seal_client(). */
void alloc_seal_client(const struct alloc *alloc, struct alloc_client *client);
void alloc_ask(const struct alloc *alloc, const struct alloc_network *net,
	       const struct alloc_client *client, struct mono_time now,
	       struct alloc_asker *asker);

/* Why this address; the order in which they are tried. */
enum alloc_choice_by {
	ALLOC_BY_RESERVATION,
	ALLOC_BY_BINDING, /* the client holds it */
	ALLOC_BY_OFFER,   /* offered to it and not yet asked for */
	ALLOC_BY_FORMER,  /* it held this one, and nobody does now */
	ALLOC_BY_REQUEST, /* option 50 */
	ALLOC_BY_FRESH,   /* never used, from a keyed hash of the client on */
	ALLOC_BY_OLDEST,  /* longest out of use; in a full pool: out of offer */
	ALLOC_BY_COUNT,
};

struct alloc_choice {
	struct in_addr addr;
	uint16_t psid;
	uint8_t psid_len; /* 0: the whole address */
	enum alloc_choice_by by;
};

/*
 * Chooses; changes nothing. wanted: option 50, or 0.0.0.0. DROP_NONE,
 * DROP_POOL_EXHAUSTED, DROP_CLIENT_DENIED when there are pools but none for
 * this client, or DROP_CLIENT_LEASES when it needs one address more than
 * ALLOC_CLIENT_LEASES_MAX. Costs O(log n) in the addresses, whatever the fill.
 */
enum drop_reason alloc_choose(const struct alloc *alloc,
			      const struct alloc_asker *asker,
			      struct in_addr wanted,
			      struct alloc_choice *choice);

/*
 * Keeps what was chosen for the client until then. A binding of its own needs
 * no keeping and is left alone. Another client's offer of the address is
 * dropped, and so is one of its own when it has ALLOC_CLIENT_OFFERS_MAX.
 * -ENOMEM.
 */
int alloc_offer(struct alloc *alloc, const struct alloc_asker *asker,
		const struct alloc_choice *choice, struct mono_time until);
/* Drops the client's pending offer on the network, if there is one. */
bool alloc_withdraw_offer(struct alloc *alloc, const struct alloc_asker *asker);

/* What an address is to a client that asks for it. */
enum alloc_claim {
	ALLOC_CLAIM_HELD,      /* its own, or its former one that is free */
	ALLOC_CLAIM_RESERVED,  /* its fixed-address */
	ALLOC_CLAIM_OFFERED,   /* offered to it */
	ALLOC_CLAIM_FREE,      /* nobody's, and it has no other here */
	ALLOC_CLAIM_ELSEWHERE, /* it holds, or was offered, another one here */
	ALLOC_CLAIM_TAKEN,     /* somebody else's, reserved, or declined */
	ALLOC_CLAIM_LOST,      /* its own until the configuration changed */
	ALLOC_CLAIM_OUTSIDE,   /* on the network, in no pool */
	ALLOC_CLAIM_DENIED,    /* in no pool for it, or it has had too many */
	ALLOC_CLAIM_WRONG_NETWORK,
	ALLOC_CLAIM_COUNT,
};

/* *has_record: there is any record of the client on the network. */
enum alloc_claim alloc_judge(const struct alloc *alloc,
			     const struct alloc_asker *asker,
			     struct in_addr addr, bool *has_record);
const char *alloc_claim_name(enum alloc_claim claim); /* never NULL */

#endif /* DHCP4O6_ALLOC_CHOICE_H */
