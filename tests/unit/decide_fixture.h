/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide_fixture - a server without clocks, sockets and disks: a configuration
 * from text, a store in memory, and messages sent by filling in a struct.
 */
#ifndef DHCP4O6_TESTS_DECIDE_FIXTURE_H
#define DHCP4O6_TESTS_DECIDE_FIXTURE_H

#include "../../daemon/server4/decide.h"
#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/lease/memory_store.h"

#define FIXTURE_WALL   1700000000
#define FIXTURE_PACKET 4096

struct decider {
	struct conf *conf;
	struct conf *former_conf; /* after decider_reload() */
	struct alloc *alloc;
	struct lease_store *store;
	struct decide_server server;
	struct mono_time now;
	struct wall_time wall;
	struct alloc_txn *held; /* see decider_hold() */
};

/* One relay level; an empty interface_id means none. */
struct decider_relay {
	const char *link;
	const char *interface_id;
};

/* A message; what is zero is left out. Addresses as text. */
struct sent {
	uint8_t type;
	const char *client_id; /* octets as text, or NULL */
	uint8_t mac;           /* last octet of 02:00:00:00:00:xx */
	bool no_hardware;
	const char *ciaddr;
	const char *giaddr;
	const char *requested; /* option 50 */
	const char *server_id; /* option 54 */
	const char *subnet;    /* option 118 */
	const char *link_selection;
	const char *override; /* 82.11 */
	const char *prl;      /* octets; length by strlen */
	const char *host_name;
	uint32_t lease_s;
	uint16_t max_size;
	uint16_t flags;
	uint16_t secs;
	const char *vendor; /* option 60 */
	size_t rai_padding; /* octets of a suboption 1 in option 82 */
	size_t id_len;      /* length of a long client_id; octets are 'i' */
	size_t pad_to;      /* octets of the DHCPv4 message */
	bool unicast;       /* U flag */
	const char *ifname; /* NULL: s0, which is in network A */
	const char *source; /* NULL: a link-local one */
	struct decider_relay relay[4]; /* innermost first; link NULL ends it */
};

struct got {
	enum drop_reason drop;
	uint8_t type; /* 0: no answer */
	bool staged;
	struct decide_answer answer;
	struct in_addr addr;        /* yiaddr */
	char text[INET_ADDRSTRLEN]; /* yiaddr as text; "" without answer */
	size_t len;
	struct dhcp4_msg msg;
	uint8_t packet[FIXTURE_PACKET];
};

/* Asserts that the text parses. Interface s0 has 2001:db8:1:1::1. */
void decider_open(struct decider *f, const char *conf);
void decider_close(struct decider *f);
void decider_reload(struct decider *f, const char *conf);
/* Time passes, and what is due expires. */
void decider_pass(struct decider *f, int64_t seconds);
/* A server that starts again from what the store holds. */
void decider_restart(struct decider *f, const char *conf);

/* Decides, makes durable, encodes and decodes again. */
void decider_send(struct decider *f, const struct sent *sent, struct got *got);
/* The same for a whole DHCPv6 datagram; decoder's reason if it refuses. */
void decider_send_packet(struct decider *f, const uint8_t *packet, size_t len,
			 const struct in6_addr *source, struct got *got);

/*
 * From now on decisions go into one transaction, which is not committed until
 * decider_let_go(), or undone there.
 */
void decider_hold(struct decider *f);
void decider_let_go(struct decider *f, bool commit);

/* Sends one message to a server with this configuration. */
void decider_ask(const char *conf, const struct sent *sent, struct got *got);
/* Four octets of an option of the answer; 0 without it. */
uint32_t got_u32(const struct got *got, uint8_t code);

/* A file with one network, these parameters in its subnet. */
#define NETWORK_OF(parameters)                                    \
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n"       \
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n" parameters \
	"  range 10.10.10.100 10.10.10.199; } }\n"

/* Network A, in which s0 is, and network B; in each .100 to .199. */
#define TWO_NETWORKS                                        \
	"shared-network A { subnet6 2001:db8:1:1::/64 {}\n" \
	" subnet 10.10.10.0 netmask 255.255.255.0 {\n"      \
	"  range 10.10.10.100 10.10.10.199; } }\n"          \
	"shared-network B { subnet6 2001:db8:2:2::/64 {}\n" \
	" subnet 10.20.20.0 netmask 255.255.255.0 {\n"      \
	"  range 10.20.20.100 10.20.20.199; } }\n"

/* DISCOVER and REQUEST; asserts an ACK. */
void decider_bind(struct decider *f, const struct sent *who, struct got *got);
/*
 * The REQUEST of `who` for addr in a state of the client (RFC 2131 section
 * 4.3.2): "selecting" our offer, "init-reboot", "renewing" or "rebinding".
 */
struct sent sent_request(const struct sent *who, const char *state,
			 const char *addr);
/*
 * Sends; asserts the type of the answer (0: none), the reason, and that an
 * ACK, and nothing else, is written to the store.
 */
void decider_expect(struct decider *f, const struct sent *sent, uint8_t type,
		    enum drop_reason drop);
/* The same for a REQUEST in each of the states but SELECTING. */
void decider_expect_all(struct decider *f, const struct sent *who,
			const char *addr, uint8_t type, enum drop_reason drop);
/* State of the lease of an address; LEASE_STATE_COUNT without one. */
enum lease_state decider_state(const struct decider *f, const char *addr);

struct in_addr addr4(const char *text);

/* TWO_NETWORKS, authoritative. */
extern const char decider_conf[];

#endif /* DHCP4O6_TESTS_DECIDE_FIXTURE_H */
