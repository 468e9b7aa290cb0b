/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide - what a DHCPv4 server answers (RFC 2131 section 4.3, RFC 7341
 * section 11), without clocks, sockets or disks.
 *
 * decide() takes one decoded query, stages the changes of leases it needs in a
 * transaction and says what to answer; decide_encode() writes that DHCPv4
 * message, between dhcp4o6_begin_response() and dhcp4o6_end_response(). If
 * answer.staged, the answer may leave only after the transaction has been
 * committed; it may be encoded before.
 *
 * Where an answer goes is not decided here: always back the way the query
 * came, never by the broadcast flag, giaddr or ciaddr.
 */
#ifndef DHCP4O6_SERVER4_DECIDE_H
#define DHCP4O6_SERVER4_DECIDE_H

#include "dhcp4o6/alloc/alloc.h"
#include "dhcp4o6/alloc/alloc_txn.h"
#include "dhcp4o6/alloc/option_select.h"
#include "dhcp4o6/wire/dhcp4.h"
#include "dhcp4o6/wire/dhcp6.h"

/* What stays the same from query to query. The caller's; addrs too. */
struct decide_server {
	struct alloc *alloc; /* with a configuration applied */
	/* Option 54 where no `server-identifier' is configured. */
	struct in_addr server_id;
	/* IPv4 addresses of this host: each is us when option 54 names it. */
	const struct in_addr *addrs;
	size_t addr_count;
};

struct decide_query {
	struct mono_time now;
	struct wall_time wall;
	const struct dhcp6_envelope *envelope;
	const struct dhcp4o6_msg *query; /* for the U flag */
	const struct dhcp4_msg *msg;
	const char *ifname;     /* it came in on; NULL or "" if unknown */
	struct in6_addr source; /* IPv6 source address */
};

struct decide_answer {
	/* Why there is no answer; DROP_NONE with or without one. */
	enum drop_reason drop;
	uint8_t reply_type; /* enum dhcp4_msg_type; 0: no answer */
	bool staged; /* a record of the transaction must be durable first */
	bool rai_dropped;         /* set by encode: option 82 did not fit */
	uint16_t options_dropped; /* set by encode: configured ones, no room */
	struct in_addr addr;  /* offered, acknowledged, freed...; for logs */
	uint32_t lease_s;     /* UINT32_MAX: infinite */
	const char *network;  /* name of the shared network; NULL if none */
	const char *nak_text; /* of a NAK, for option 56 and logs */
	/* Private to decide*.c. */
	struct in_addr server_id;
	bool echo_subnet_selection;
	const struct conf_subnet *subnet; /* of addr; NULL if none */
	/* find_option NULL: nothing in the configuration is conditional. */
	struct conf_packet packet;
	struct in_addr leased; /* what packet calls the leased address */
	/* What the server adds to the scopes: one behind all others. */
	struct conf_scope derived;
	struct conf_option host_name;
	struct option_scopes scopes; /* the last member: 4 KiB */
};

/*
 * Decides. txn: the newest transaction; its records grow by at most one, and
 * what `one-lease-per-client' releases (ALLOC_RELEASE_MAX). Never fails
 * otherwise than by a drop reason. answer points into the configuration and
 * into itself: encode it where it is, before the next alloc_apply_conf().
 */
void decide(const struct decide_server *server,
	    const struct decide_query *query, struct alloc_txn *txn,
	    struct decide_answer *answer);

/*
 * Writes the DHCPv4 message of an answer that has a reply_type. query: the same
 * as in decide(), its message still valid. Errors show as w->failed.
 */
void decide_encode(struct decide_answer *answer,
		   const struct decide_query *query, struct wire_writer *w);

#endif /* DHCP4O6_SERVER4_DECIDE_H */
