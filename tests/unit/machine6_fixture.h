/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine6_fixture - a DHCPv6 client without a network: a clock that stands
 * still, numbers from a seed, and what a server says as a struct.
 */
#ifndef DHCP4O6_TESTS_MACHINE6_FIXTURE_H
#define DHCP4O6_TESTS_MACHINE6_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../daemon/client6/machine6.h"
#include "rng.h"

#define WORLD6_IAID_NA 0x0a
#define WORLD6_IAID_PD 0x0b
#define WORLD6_WALL_S  1700000000

enum world6_kind {
	WORLD6_ADDRESS, /* one IA_NA */
	WORLD6_BOTH,    /* and an IA_PD */
	WORLD6_STATELESS,
};

struct world6 {
	struct machine6_config config;
	struct machine6_wish wish[CLIENT_IA_MAX];
	struct machine6 *m;
	struct rng rng;
	struct mono_time now;
	struct machine6_step step;
	unsigned int sent;     /* messages since world6_open() */
	struct dhcp6_msg last; /* the last message; points into bytes */
	uint8_t bytes[MACHINE6_MESSAGE_MAX];
	size_t byte_count;
	/* What a message of a server is decoded from. */
	uint8_t heard[4096];
	struct dhcp6_server_msg msg;
};

/* Memory of its own: the machine and its world are large. */
struct world6 *world6_open(enum world6_kind kind, uint64_t seed);
/* Made anew with what w->config is now. */
void world6_reopen(struct world6 *w);
void world6_close(struct world6 *w);

void world6_event(struct world6 *w, enum machine6_event_kind kind);
void world6_dad_failed(struct world6 *w, const char *addr);
/* To the next time that the machine wants; fails if there is none. */
void world6_tick(struct world6 *w);
/* From wake to wake until something is sent. */
void world6_until_sent(struct world6 *w);
/* Of that type. */
void world6_expect(struct world6 *w, uint8_t type);
void world6_wait_s(struct world6 *w, int64_t s); /* and the timer */
bool world6_holds(struct world6 *w, const char *addr);

struct said_item {
	const char *addr; /* NULL: no more; "ADDR/LEN": a prefix */
	uint32_t preferred_s;
	uint32_t valid_s;
	uint16_t status;
};

struct said_ia {
	uint16_t code; /* 0: no more */
	uint32_t iaid;
	uint32_t t1_s;
	uint32_t t2_s;
	uint16_t status;
	struct said_item item[4];
};

/* What a server says; the ids are right unless it says otherwise. */
struct said {
	uint8_t type;
	uint8_t server; /* 0: server 1 */
	bool wrong_xid;
	bool wrong_client;
	bool rapid;
	uint8_t preference;
	uint16_t status;
	uint8_t reconfigure;
	bool has_88;
	const char *server88[4];
	uint32_t sol_max_rt_s;
	uint32_t inf_max_rt_s;
	uint32_t refresh_s;
	const uint8_t *key;       /* gives it */
	const uint8_t *signed_by; /* a RECONFIGURE with this key */
	uint64_t replay;
	struct said_ia ia[3];
};

/* The event; w->step is what came of it. */
void world6_hear(struct world6 *w, const struct said *said);

/* The usual: an address for 1800/3600 s, T1 900, T2 1440, option 88 empty. */
extern const struct said said_advertise;
extern const struct said said_reply;
extern const struct said said_both; /* and a prefix */
extern const struct said said_information;

/* Through SOLICIT and REQUEST. */
void world6_bind(struct world6 *w);
/* Into a state, by its shortest way, from STOPPED. */
void world6_enter(struct world6 *w, enum machine6_state state);

#endif /* DHCP4O6_TESTS_MACHINE6_FIXTURE_H */
