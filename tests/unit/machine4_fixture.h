/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine4_fixture - a DHCPv4 client with a clock of its own, and servers that
 * answer as the test says. What it sends goes through its encoder and the
 * servers' decoder, and what they say through theirs and the client's.
 */
#ifndef DHCP4O6_TESTS_MACHINE4_FIXTURE_H
#define DHCP4O6_TESTS_MACHINE4_FIXTURE_H

#include "../../daemon/client4/machine4.h"
#include "client4_fixture.h"

#define ADDR     0x0a0a0a64U /* 10.10.10.100 */
#define SERVER_A 0x0a0a0a01U
#define SERVER_B 0x0a0a0a02U
#define LEASE_S  86400
#define WALL_S   1700000000

/* Its clock, its configuration, its machine and its last step. */
struct life {
	struct mono_time now;
	struct client_conf_scope scope;
	struct random_source random;
	struct machine4 machine;
	struct machine4_step step;
	enum drop_reason drop; /* of the last answer */
	/* The last message, as a server reads it; got has it, too. */
	struct client4_query query;
	uint64_t sent; /* messages */
	uint64_t polled;
	struct mono_time sent_at;
};

extern struct life life;

struct life_setup {
	uint64_t seed;
	bool probes;
	const struct client_lease4 *kept;
	const struct client_conf_times *times; /* NULL: the defaults */
};

/* 60, 300, 0, 10, 4, 64 and 0 s. */
extern const struct client_conf_times default_times;

/* A client that has polled and is down. */
void life_begin(const struct life_setup *setup);
struct wall_time life_wall(void);
/* Time passes, then this happens. */
void life_event(enum machine4_event event, int64_t after_ns);
/* Time passes until the client wants to be called, which it is. */
void life_wake(void);
/* As often as it wants until then; the clock then is `until'. */
void life_run(struct mono_time until);
int64_t life_wait_ns(void); /* from now to wake */

/* What a server says about the last message. */
struct answer {
	uint8_t type;
	uint32_t addr;
	uint32_t server; /* 0: without option 54 */
	uint32_t lease_s;
	uint32_t t1_s; /* 0: without option 58 */
	uint32_t t2_s;
	/* XORed to what is right. */
	uint32_t xid_change;
	uint8_t chaddr_change;
	uint8_t hlen_change;
	uint8_t id_change;
	bool echoes_id;
	struct in6_addr from;
	uint8_t filler; /* options of 250 octets */
	/* One more option; 0: none. */
	uint8_t code;
	const void *body;
	size_t len;
};

/* All that is right, of server A. */
struct answer answer_of(uint8_t type);
enum drop_reason life_answer(const struct answer *answer);
/* It must be taken. */
void life_take(uint8_t type);

/* START, DISCOVER, OFFER, REQUEST, ACK: BOUND, or PROBING. */
void life_bind(void);
/* A new life that is brought to a state; those of REBOOTING and RELEASING are
 * without an address in use if it is asked for. */
void life_become(enum machine4_state state, bool is_held);
/* A lease as its file would have it: LEASE_S from now. */
const struct client_lease4 *kept_lease(int64_t left_s);

void assert_state(enum machine4_state state);
/* The last step sent one message, of this kind, or none. */
void assert_sent(enum client4_query_kind kind);
void assert_silent(void);
void assert_change(enum machine4_change change);

#endif /* DHCP4O6_TESTS_MACHINE4_FIXTURE_H */
