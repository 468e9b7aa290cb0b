/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide6_fixture - a DHCPv6 server without clocks, sockets and disks: a
 * configuration from text, a store in memory, messages sent by filling in a
 * struct, and answers taken apart again.
 */
#ifndef DHCP4O6_TESTS_DECIDE6_FIXTURE_H
#define DHCP4O6_TESTS_DECIDE6_FIXTURE_H

#include "../../daemon/server6/decide6.h"
#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/lease/memory_store.h"

#define FIXTURE6_WALL   1700000000
#define FIXTURE6_PACKET 8192
#define FIXTURE6_PORT   5470
#define FIXTURE6_DUID   0, 3, 0, 1, 2, 0, 0, 0, 0, 1 /* of the server */

struct decider6 {
	struct conf *conf;
	struct conf *former_conf; /* after decider6_reload() */
	struct alloc6 *alloc;
	struct lease_store *store;
	struct rkap rkap;
	struct decide6_server server;
	struct mono_time now;
	struct wall_time wall;
	size_t room; /* octets an answer may have */
};

/* An address, or a prefix as "2001:db8::/48"; its wish for a valid lifetime. */
struct sent6_item {
	const char *addr; /* NULL ends the list */
	uint32_t valid_s;
};

struct sent6_ia {
	uint16_t code; /* 0 ends the list */
	uint32_t iaid;
	struct sent6_item item[4];
};

/* clang-format off */
#define IA_NA(id) { .code = DHCP6_OPT_IA_NA, .iaid = (id) }
#define IA_PD(id) { .code = DHCP6_OPT_IA_PD, .iaid = (id) }
#define IA_NA_OF(id, text) \
	{ .code = DHCP6_OPT_IA_NA, .iaid = (id), .item = { { .addr = text } } }
#define IA_PD_OF(id, text) \
	{ .code = DHCP6_OPT_IA_PD, .iaid = (id), .item = { { .addr = text } } }
/* clang-format on */

struct sent6_relay {
	const char *link; /* NULL ends the list */
	const char *interface_id;
	uint8_t mac; /* last octet, of a Client Link-Layer Address option */
};

enum sent6_server {
	NO_SERVER,
	THIS_SERVER,
	OTHER_SERVER,
};

/* A message; what is zero is left out. */
struct sent6 {
	uint8_t type;
	uint8_t client; /* last octet of its DUID; 0: no Client-ID */
	enum sent6_server server;
	uint16_t oro[8];
	struct sent6_ia ia[6];
	bool rapid_commit;
	bool reconfigure_accept;
	const char *fqdn; /* body of option 39 behind the flags, as text */
	bool is_unicast;
	const char *ifname;          /* NULL: s0, which is in network A */
	const char *source;          /* NULL: a link-local one */
	struct sent6_relay relay[3]; /* innermost first */
	/* Option 135 of each of them: two octets; NULL for none. The outermost
	 * sends from FIXTURE6_PORT. */
	const char *relay_port[3];
	/* Any other option, last of all. */
	uint16_t extra_code;
	const char *extra;
};

#define GOT6_ITEMS_MAX (DHCP6_IA_ITEMS_MAX + 1) /* in one IA */

struct got6_ia {
	uint16_t code;
	uint32_t iaid;
	uint32_t t1_s;
	uint32_t t2_s;
	int status; /* -1: no Status Code option */
	unsigned int item_count;
	struct decide6_item item[GOT6_ITEMS_MAX];
	/* Prefixes with their length. */
	char text[GOT6_ITEMS_MAX][INET6_ADDRSTRLEN + 4];
};

struct got6 {
	enum drop_reason drop;
	uint8_t type; /* 0: no answer */
	bool staged;
	struct decide6_answer answer;
	size_t len;
	uint8_t packet[FIXTURE6_PACKET];
	struct dhcp6_envelope envelope;
	struct wire_reader options; /* of the innermost message */
	int status;                 /* of the message; -1: none */
	unsigned int ia_count;
	struct got6_ia ia[DHCP6_IA_MAX];
};

/* Octets of the message, in its relays; packet has FIXTURE6_PACKET. */
size_t sent6_write(const struct sent6 *sent, uint8_t *packet);
/* Reads "ADDR" or "ADDR/LEN"; returns the length, 128 without one. */
uint8_t sent6_prefix(const char *text, struct in6_addr *addr);

/* Asserts that the text parses. Interface s0 has 2001:db8:1::1. */
void decider6_open(struct decider6 *f, const char *conf);
void decider6_close(struct decider6 *f);
void decider6_reload(struct decider6 *f, const char *conf);
/* Time passes, and what is due expires. */
void decider6_pass(struct decider6 *f, int64_t seconds);
/* A server that starts again from what the store holds. */
void decider6_restart(struct decider6 *f, const char *conf);
/* The same with an empty store. */
void decider6_forget(struct decider6 *f, const char *conf);

/* Decides, makes durable, encodes and takes apart. */
void decider6_send(struct decider6 *f, const struct sent6 *sent,
		   struct got6 *got);
/* The same for a whole datagram; the decoder's reason if it refuses. */
void decider6_send_packet(struct decider6 *f, const uint8_t *packet, size_t len,
			  const char *ifname, struct got6 *got);
/* Sends; asserts the type of the answer (0: none) and the reason. */
void decider6_expect(struct decider6 *f, const struct sent6 *sent,
		     struct got6 *got, uint8_t type, enum drop_reason drop);
/* One message to a server with this configuration. */
void decider6_ask(const char *conf, const struct sent6 *sent, struct got6 *got);
/* SOLICIT and REQUEST of `who`; asserts a REPLY with a lease in each IA. */
void decider6_bind(struct decider6 *f, const struct sent6 *who,
		   struct got6 *got);

/* What `who` sends of this type about what it got. */
struct sent6 sent6_about(const struct sent6 *who, uint8_t type,
			 const struct got6 *got);

/* How often an option is in the answer; *body: of the first. */
unsigned int got6_option(const struct got6 *got, uint16_t code,
			 struct wire_reader *body);
/* State of a lease; LEASE_STATE_COUNT without one. */
enum lease_state decider6_state(const struct decider6 *f, const char *addr);
/* Asserts that there is one; variable parts until the next change. */
struct lease decider6_lease(const struct decider6 *f, const char *addr);

/* Network A, where s0 is, and B; options and parameters at the top. */
#define NETWORKS6                                            \
	"shared-network A { subnet6 2001:db8:1::/64 {\n"     \
	"  range6 2001:db8:1::1000 2001:db8:1::1fff;\n"      \
	"  prefix6 2001:db8:a00:: 2001:db8:aff:: /48; } }\n" \
	"shared-network B { subnet6 2001:db8:2::/64 {\n"     \
	"  range6 2001:db8:2::1000 2001:db8:2::1fff;\n"      \
	"  prefix6 2001:db8:b00:: 2001:db8:bff:: /48; } }\n"

/* NETWORKS6 with lease times of 1000 s. */
extern const char decider6_conf[];

#endif /* DHCP4O6_TESTS_DECIDE6_FIXTURE_H */
