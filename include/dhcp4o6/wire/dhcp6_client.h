/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_client - DHCPv6 as a client sees it (RFC 9915): messages of servers,
 * received and judged, and messages to them, written.
 *
 * Decoded values point into the input. An option that its definition allows
 * once rejects the message when it is there twice. What RFC 9915 tells a client
 * to discard of an IA is not in the decoded message any more; values that it
 * tells to ignore look like values that are not there.
 */
#ifndef DHCP4O6_WIRE_DHCP6_CLIENT_H
#define DHCP4O6_WIRE_DHCP6_CLIENT_H

#include "dhcp4o6/wire/dhcp6_auth.h"
#include "dhcp4o6/wire/dhcp6_msg.h"

/* Unique addresses of option 88 that count; the rest is ignored. */
#define DHCP4O6_SERVERS_MAX 32
#define DHCP6_MAX_RT_LEAST  60U /* RFC 9915 sections 21.24 and 21.25 */
#define DHCP6_MAX_RT_MOST   86400U
#define DHCP6_REFRESH_S     86400U /* RFC 9915 section 7.6 */
#define DHCP6_REFRESH_LEAST 600U

/* Where DHCPV4-QUERYs go (RFC 7341 section 7.2). */
struct dhcp4o6_servers {
	bool is_given;  /* false: no option 88, 4o6 is off */
	uint16_t count; /* 0: All_DHCP_Relay_Agents_and_Servers */
	struct in6_addr addr[DHCP4O6_SERVERS_MAX]; /* as they came, each once */
};

struct dhcp6_server_msg {
	uint8_t type;
	uint32_t xid; /* 24 bits */
	bool has_client_id;
	bool has_server_id;
	bool has_rkap;
	bool rapid_commit;
	bool reconfigure_accept;
	uint8_t preference;       /* 0 if it does not say */
	uint8_t reconfigure_type; /* of a RECONFIGURE; 0: none */
	uint16_t status;          /* enum dhcp6_status; none given: success */
	uint32_t sol_max_rt_s;    /* 0: none, or out of bounds */
	uint32_t inf_max_rt_s;
	/* Between DHCP6_REFRESH_LEAST and DHCP6_INFINITE; DHCP6_REFRESH_S if
	 * the server does not say (RFC 9915 section 21.23). */
	uint32_t refresh_s;
	struct wire_reader status_text; /* octets of the peer, not checked */
	struct wire_reader client_id;
	struct wire_reader server_id;
	struct wire_reader options; /* the whole options area */
	struct wire_reader whole;   /* the message, type octet included */
	struct dhcp6_rkap rkap;
	struct dhcp4o6_servers dhcp4o6;
	/* Without IAs with T1 > T2 > 0, and without items whose preferred
	 * lifetime is over the valid one or that no host can have. */
	unsigned int ia_count;
	struct dhcp6_ia ia[DHCP6_IA_MAX];
	unsigned int item_count;
	struct dhcp6_ia_item item[DHCP6_IA_ITEMS_MAX];
};

/*
 * Decodes an ADVERTISE, REPLY or RECONFIGURE; any other type is
 * DROP_DHCP6_TYPE. DROP_NONE, or why not; *msg is valid after DROP_NONE alone.
 */
enum drop_reason dhcp6_decode_server_msg(struct wire_reader in,
					 struct dhcp6_server_msg *msg);

/*
 * RFC 9915 sections 16.3, 16.10 and 16.11: must a client of this DUID discard
 * the message? DROP_NONE: no. The transaction id and the HMAC of a RECONFIGURE
 * are the caller's to judge.
 */
enum drop_reason dhcp6_validate_for_client(const struct dhcp6_server_msg *msg,
					   const uint8_t *duid, size_t len);

/* Body of an option 88. One whose length is no multiple of 16 counts as none;
 * of an address that is there again the first one counts. */
void dhcp4o6_decode_servers(struct wire_reader body,
			    struct dhcp4o6_servers *servers);
bool dhcp4o6_servers_equal(const struct dhcp4o6_servers *a,
			   const struct dhcp4o6_servers *b);

/* May the code stand in an Option Request option (RFC 9915 section 21.7)? */
bool dhcp6_may_request(uint16_t code);

/* A message to servers. Pointers may be NULL where their count is 0. */
struct dhcp6_client_msg {
	uint8_t type;
	uint32_t xid;
	const uint8_t *client_id; /* 0 octets: none */
	size_t client_id_len;
	const uint8_t *server_id; /* 0 octets: none */
	size_t server_id_len;
	bool has_oro; /* of these codes; what may not be in it is left out */
	const uint16_t *oro;
	size_t oro_count;
	uint64_t elapsed_ms; /* goes as hundredths of a second, saturating */
	bool rapid_commit;
	bool reconfigure_accept;
	/* Items by the IA's first_item and item_count; status is not sent. */
	const struct dhcp6_ia *ia;
	size_t ia_count;
	const struct dhcp6_ia_item *item;
	const struct dhcp6_option *option; /* more, sent as they are */
	size_t option_count;
};

/* Errors show as w->failed. */
void dhcp6_encode_client_msg(struct wire_writer *w,
			     const struct dhcp6_client_msg *msg);

#endif /* DHCP4O6_WIRE_DHCP6_CLIENT_H */
