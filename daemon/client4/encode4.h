/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode4 - the messages of a DHCPv4 client as DHCPV4-QUERYs (RFC 7341), and
 * who the client is in them.
 *
 * Fields and options are those of RFC 2131 tables 4 and 5. Each message has the
 * client identifier of RFC 4361, whatever a configuration says. The U flag
 * stands where DHCPv4 would unicast (RFC 7341 section 8), which needs to know
 * a server: without an identifier of one it is not set.
 */
#ifndef DHCP4O6_CLIENT4_ENCODE4_H
#define DHCP4O6_CLIENT4_ENCODE4_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/conf/client_conf.h"
#include "dhcp4o6/wire/dhcp4_proto.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/wire/wire.h"

/* A DHCPv4 message in a DHCPV4-QUERY that needs no fragments at IPv6's smallest
 * MTU of 1,280 octets. */
#define CLIENT4_MESSAGE_MAX 1224
#define CLIENT4_QUERY_MAX \
	(DHCP4O6_HEADER_LEN + DHCP6_OPTION_HEADER_LEN + CLIENT4_MESSAGE_MAX)
#define CLIENT4_ID_MAX (1 + 4 + DHCP6_DUID_MAX)

struct client4_identity {
	uint8_t htype;
	uint8_t hlen; /* 0: no hardware address that fits */
	uint8_t chaddr[DHCP4_CHADDR_LEN];
	uint8_t id[CLIENT4_ID_MAX]; /* body of option 61 */
	uint8_t id_len;
};

/*
 * Option 61 (RFC 4361 section 6.1), and what an interface of a type (ARPHRD_*)
 * has for hardware: Ethernet and its kin 6 octets. Whatever else has none, as
 * RFC 4390 has it for InfiniBand: hlen 0, the type if it is one of DHCP's, and
 * 0 for those that are Linux's alone; so it is for tunnels, whose link-layer
 * address is an IP address. -EINVAL if the DUID has no octet or too many.
 */
struct client4_link {
	uint16_t type;
	const uint8_t *addr;
	size_t addr_len;
};

int client4_identify(struct client4_identity *identity,
		     const struct client4_link *link, uint32_t iaid,
		     const uint8_t *duid, size_t duid_len);

enum client4_query_kind {
	CLIENT4_DISCOVER,
	CLIENT4_SELECTING, /* the REQUEST of that state, and so on */
	CLIENT4_INIT_REBOOT,
	CLIENT4_RENEWING,
	CLIENT4_REBINDING,
	CLIENT4_DECLINE,
	CLIENT4_RELEASE,
	CLIENT4_INFORM,
	CLIENT4_QUERY_KIND_COUNT,
};

/* What differs from one message to the next. */
struct client4_query {
	enum client4_query_kind kind;
	uint32_t xid;
	uint16_t secs;            /* not in DECLINE and RELEASE */
	struct in_addr addr;      /* DISCOVER: wished for, 0.0.0.0: none */
	struct in_addr server_id; /* 0.0.0.0: not known */
	const char *text;         /* of DECLINE and RELEASE; NULL: none */
};

/*
 * Writes a whole DHCPV4-QUERY to w, which has room for CLIENT4_QUERY_MAX. What
 * the configuration says to `send' and finds no room is left out; returns how
 * many options that were. Errors show as w->failed.
 */
unsigned int client4_encode(struct wire_writer *w,
			    const struct client4_identity *identity,
			    const struct client_conf_scope *scope,
			    const struct client4_query *query);

/* Would DHCPv4 unicast this message? */
bool client4_is_unicast(const struct client4_query *query);

/* enum dhcp4_msg_type; 0 outside the enum. */
uint8_t client4_query_type(enum client4_query_kind kind);
/* "DHCPDISCOVER", "DHCPREQUEST", ...; NULL outside the enum. */
const char *client4_query_name(enum client4_query_kind kind);

#endif /* DHCP4O6_CLIENT4_ENCODE4_H */
