/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide6 - what a DHCPv6 server answers (RFC 9915 sections 16 and 18.3),
 * without clocks, sockets or disks.
 *
 * decide6() takes one decoded message, stages the changes of leases it needs in
 * a transaction and says what to answer; decide6_encode() writes that answer
 * with the RELAY-REPL chain around it. If answer.staged, the answer may leave
 * only after the transaction has been committed; it may be encoded before.
 *
 * An answer goes back to the source of the message, out of the interface it
 * came in on (RFC 9915 section 18.3.10). DHCPV4-QUERY never comes here.
 */
#ifndef DHCP4O6_SERVER6_DECIDE6_H
#define DHCP4O6_SERVER6_DECIDE6_H

#include "dhcp4o6/alloc6/alloc6_txn.h"
#include "dhcp4o6/wire/dhcp6_msg.h"
#include "option6.h"
#include "rkap.h"

/* Addresses and prefixes in one answer: those named, and a new one for each. */
#define DECIDE6_ITEMS_MAX (DHCP6_IA_ITEMS_MAX + DHCP6_IA_MAX)

/* What stays the same from message to message; all of it the caller's. */
struct decide6_server {
	struct alloc6 *alloc;    /* with conf applied */
	const struct conf *conf; /* the one in force */
	const uint8_t *duid;     /* of the server */
	size_t duid_len;
	/* Makes the keys of `reconfigure'; NULL: no client gets one. Its mark
	 * is in the store ahead of what is decided. */
	struct rkap *rkap;
};

struct decide6_query {
	struct mono_time now;
	struct wall_time wall;
	const struct dhcp6_envelope *envelope;
	const struct dhcp6_msg *msg;
	const char *ifname;     /* it came in on; NULL or "" if unknown */
	struct in6_addr source; /* IPv6 source address of the datagram */
	uint16_t source_port;   /* and its UDP port, for RFC 8357 */
	/* It was sent to an address of this host; matters without relays. */
	bool is_unicast;
};

/* An address or prefix in an IA of the answer. */
struct decide6_item {
	struct in6_addr addr;
	uint8_t prefix_len; /* 128 for an address */
	uint32_t preferred_s;
	uint32_t valid_s; /* 0: the client has to stop using it */
};

struct decide6_ia {
	uint16_t code; /* DHCP6_OPT_IA_NA or DHCP6_OPT_IA_PD */
	uint32_t iaid;
	enum dhcp6_status status; /* DHCP6_STATUS_SUCCESS: not written */
	uint16_t first_item;      /* index in answer.item */
	uint16_t item_count;
};

/* What conditions and expressions may ask about the client. */
struct decide6_facts {
	uint8_t htype;
	uint8_t hlen;
	uint8_t chaddr[LEASE_CHADDR_MAX];
	const struct conf_host *host; /* NULL: none */
	bool is_known;
};

struct decide6_answer {
	/* Why there is no answer; DROP_NONE with one. */
	enum drop_reason drop;
	uint8_t reply_type; /* ADVERTISE or REPLY; 0: no answer */
	bool staged; /* a record of the transaction must be durable first */
	/* Addresses and prefixes, for counters; one message may do several. */
	uint16_t offered;
	uint16_t created; /* bound to an IA that did not hold them */
	uint16_t renewed;
	uint16_t released;
	uint16_t declined;
	uint16_t refused;         /* IAs with a status instead of leases */
	uint16_t refused_max;     /* of these, for `leases-max' */
	uint16_t options_dropped; /* set by encode: configured ones, no room */
	const char *network;      /* name of the shared network; NULL: none */
	/* Private to decide6*.c. */
	bool has_lease;  /* scopes are those of the first */
	bool has_status; /* status of the whole message */
	enum dhcp6_status status;
	bool rapid_commit;
	bool reconfigure; /* Reconfigure Accept is sent */
	bool reconfigure_key;
	uint64_t replay;
	uint32_t t1_s;
	uint32_t t2_s;
	struct option6_scopes scopes;
	struct decide6_facts facts;
	/* For logs: what the IAs of the answer say. */
	uint16_t ia_count;
	uint16_t item_count;
	struct decide6_ia ia[DHCP6_IA_MAX];
	struct decide6_item item[DECIDE6_ITEMS_MAX];
};

/*
 * Decides. The message is as decoded, not validated. txn: the newest
 * transaction; its records grow by at most DECIDE6_ITEMS_MAX. Never fails
 * otherwise than by a drop reason. answer points into the configuration: encode
 * it before the next alloc6_apply_conf().
 */
void decide6(const struct decide6_server *server,
	     const struct decide6_query *query, struct alloc6_txn *txn,
	     struct decide6_answer *answer);

/*
 * Writes the whole answer, of one that has a reply_type: what goes into the UDP
 * datagram. Arguments as in decide6(), the message still valid. Errors show as
 * w->failed: the caller counts DROP_REPLY_TOO_LONG.
 */
void decide6_encode(const struct decide6_server *server,
		    const struct decide6_query *query,
		    struct decide6_answer *answer, struct wire_writer *w);

/*
 * Writes a RECONFIGURE (RFC 9915 section 18.3.11) for the client of a lease
 * with LEASE_FLAG_RECONFIGURE, inside the RELAY-REPL chain of the lease's relay
 * path. asks_for: DHCP6_RENEW, DHCP6_REBIND or DHCP6_INFORMATION_REQUEST. It
 * goes to lease->source, to decide6_reconfigure_port(). -EINVAL for another
 * asks_for, without a rkap, or for a lease without DUID; -EAGAIN while the
 * store has no mark for the replay counter; -EMSGSIZE without room; nothing
 * useful was written then.
 */
int decide6_encode_reconfigure(const struct decide6_server *server,
			       const struct lease *lease, uint8_t asks_for,
			       struct wire_writer *w);

/* 546 of a client, 547 of a relay, or where that sent from: RFC 8357. */
uint16_t decide6_reconfigure_port(const struct lease *lease);

#endif /* DHCP4O6_SERVER6_DECIDE6_H */
