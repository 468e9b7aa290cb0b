/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client - simulated DHCPv4-over-DHCPv6 clients: what they send, and whether
 * an answer is right. No sockets and no clock in here.
 *
 * A client is its index and 48 octets of state. Everything else about it
 * (hardware address, client identifier, options, relay chain, link) follows
 * from the index and the plan, so that millions fit.
 */
#ifndef DHCP4O6_TOOLS_CLIENT_H
#define DHCP4O6_TOOLS_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/base/hash.h"
#include "dhcp4o6/wire/wire.h"

#define CLIENT_COUNT_MAX  (1U << 24) /* the index is 24 bits of the xid */
#define CLIENT_LEVELS_MAX 8
#define CLIENT_MSG_MAX    2048
#define CLIENT_NONE       UINT32_MAX

/* What the population looks like. */
struct bench_plan {
	uint32_t client_count;
	uint32_t seed; /* other clients, other addresses of theirs */
	bool uniform;  /* all alike: RFC 4361 identifier, one option set */
	unsigned int levels; /* of relays; 0: clients are on the link */
	uint32_t links;      /* link-addresses the clients are spread over */
	struct in6_addr link_base;
	unsigned int link_prefix_len; /* each link is one such network apart */
};

enum client_state {
	CLIENT_IDLE,       /* has no address */
	CLIENT_DISCOVERED, /* waits for an OFFER */
	CLIENT_REQUESTED,  /* waits for an ACK */
	CLIENT_BOUND,
	CLIENT_RENEWING, /* waits for an ACK */
};

struct bench_client {
	struct in_addr addr;      /* offered, requested */
	struct in_addr held;      /* acknowledged last; 0.0.0.0: none */
	struct in_addr server_id; /* 0.0.0.0 if the server names none */
	int64_t started_ns;       /* of the transaction */
	int64_t phase_ns;         /* of the first sending of this message */
	int64_t sent_ns;          /* of the last one */
	uint32_t next;            /* in the list of those who wait */
	uint32_t prev;
	uint8_t state;    /* enum client_state */
	uint8_t sequence; /* of the transaction; part of the xid */
	uint8_t tries;    /* sendings of this message */
};

/* clang-format off */
/* (enum suffix, name, explanation, makes the run a failure) */
#define VERDICT_TABLE(ROW)                                                     \
	ROW(OFFER, "offer", "the OFFER waited for", false)                     \
	ROW(ACK, "ack", "the ACK waited for", false)                           \
	ROW(NAK, "nak", "a NAK instead of an ACK", false)                      \
	ROW(EXTRA, "extra", "a second answer, or one after the time-out", false) \
	ROW(NO_ECHO, "no_client_id", "answer without the client's identifier (RFC 6842)", false) \
	ROW(MALFORMED, "malformed", "no DHCPV4-RESPONSE with a DHCPv4 answer in it", true) \
	ROW(STRANGER, "unknown_xid", "xid of none of the clients", true)       \
	ROW(TYPE, "wrong_type", "ACK for a DISCOVER, or OFFER for a REQUEST", true) \
	ROW(RELAY, "wrong_relay", "RELAY-REPL chain is not that of the query", true) \
	ROW(HARDWARE, "wrong_chaddr", "hardware address of another client", true) \
	ROW(CLIENT_ID, "wrong_client_id", "client identifier of another client", true) \
	ROW(ADDRESS, "wrong_address", "no address, or another than requested", true) \
	ROW(DUPLICATE, "duplicates", "an address that another client holds", true)
/* clang-format on */

enum verdict {
#define VERDICT_ENUM(suffix, name, text, fatal) VERDICT_##suffix,
	VERDICT_TABLE(VERDICT_ENUM)
#undef VERDICT_ENUM
		VERDICT_COUNT,
};

const char *verdict_name(enum verdict verdict);
const char *verdict_text(enum verdict verdict);
bool verdict_is_fatal(enum verdict verdict);

struct population {
	struct bench_plan plan;
	struct bench_client *clients;
	struct hmap *holders; /* address held -> index of the client */
	int error;            /* negative errno: checks cannot be trusted */
};

int population_init(struct population *pop, const struct bench_plan *plan);
void population_fini(struct population *pop);

/*
 * A new transaction, DISCOVER or REQUEST of a renewal. False if the client has
 * nothing to renew. Give up when it gets no answer.
 */
bool client_begin(struct population *pop, uint32_t index, bool renew);
void client_give_up(struct population *pop, uint32_t index);

/*
 * Writes the datagram that the client sends in its state; 0 octets would mean
 * that it waits for nothing or that out is too small.
 */
size_t client_encode(const struct population *pop, uint32_t index, uint8_t *out,
		     size_t size);

/*
 * Judges a datagram; *index gets the client it is for, or CLIENT_NONE. The
 * client moves on: OFFER makes it CLIENT_REQUESTED with the offered address,
 * ACK makes it CLIENT_BOUND, NAK and an ACK that is a DUPLICATE CLIENT_IDLE.
 * Other answers change nothing. *no_echo: an answer that is else right lacks
 * the identifier.
 */
enum verdict client_accept(struct population *pop, struct wire_reader in,
			   uint32_t *index, bool *no_echo);

/* The hardware address of a client, and its identifier (at most 64 octets). */
void client_hardware(const struct bench_plan *plan, uint32_t index,
		     uint8_t mac[6]);
size_t client_identifier(const struct bench_plan *plan, uint32_t index,
			 uint8_t id[64]);
void client_link(const struct bench_plan *plan, uint32_t index,
		 struct in6_addr *link);

#endif /* DHCP4O6_TOOLS_CLIENT_H */
