/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head6 - the process of client6 that reads packets and decides. It holds no
 * capability: what it wants done it asks the hands for.
 *
 * It has an uplink for each interface of the command line, with a machine6 that
 * says what to do, and one pipe to the other half, which DHCPV4-QUERYs come
 * from and DHCPV4-RESPONSEs go to.
 */
#ifndef DHCP4O6_CLIENT6_HEAD6_H
#define DHCP4O6_CLIENT6_HEAD6_H

#include "../client/client_id.h"
#include "../client/client_start.h"
#include "../client/hands.h"
#include "dhcp4o6/base/log.h"
#include "dhcp4o6/base/loop.h"
#include "dhcp4o6/base/random.h"
#include "dhcp4o6/ctl/ctl_server.h"
#include "dhcp4o6/ipc/link.h"
#include "dhcp4o6/ipc/peer.h"
#include "dhcp4o6/metrics/metrics.h"
#include "dhcp4o6/net/udp6.h"
#include "machine6.h"
#include "script6.h"
#include "source6.h"

#define HEAD6_BATCH 8 /* datagrams of an interface in one turn of the loop */

struct head6_config {
	struct startup *startup;
	const struct client_args *args;
	const struct client_conf *conf;
	struct client_leases *leases;
	const struct instance *instance;
	int link_fd;
};

/* An interface that was named. */
struct uplink {
	struct head6 *head;
	uint8_t slot;
	const char *name;
	const struct client_conf_scope *scope;
	struct net_link link; /* ifindex 0: it is not there */
	struct source6 sources;
	int udp_fd; /* -1: none */
	struct net_udp6_batch *batch;
	struct loop_timer *timer; /* of the machine */
	struct loop_timer *retry; /* of what could not be had */
	struct script6 *scripts;
	struct machine6 *machine;     /* NULL: not begun */
	struct machine6_config wants; /* of the machine; points to these: */
	struct machine6_wish wish[CLIENT_IA_MAX];
	uint16_t request[MACHINE6_REQUEST_MAX];
	/* The same for the script. */
	struct client_conf_code asked[MACHINE6_REQUEST_MAX];
	struct client_options send;
	bool is_preparing; /* the script does */
	bool is_ready;     /* messages can be sent; the machine knows */
	bool is_releasing; /* -r: the RELEASE was begun */
	bool had_lease;    /* that it gives back */
	bool is_answered;  /* and a server answered it */
	/* As file, addresses and script have it. */
	struct client_lease6 lease;
	struct client_lease6 next;    /* scratch: what takes its place */
	struct client_options merged; /* scratch: of either */
};

struct head6 {
	const struct head6_config *config;
	const struct client_conf *conf; /* the one in force */
	struct client_conf *loaded;     /* since the start; NULL: none was */
	int events_fd;
	int requests_fd;
	struct loop *loop;
	struct loop_timer *tick;
	struct loop_timer *patience; /* until a try is given up */
	struct ipc_link *link;
	struct ipc_peer *peer;
	struct ctl_server *ctl;
	struct client_duid duid; /* len 0: not known yet */
	struct random_source random;
	struct metrics metrics;
	struct log_rate heard_log;
	struct log_rate drop_log;
	struct log_rate peer_log;
	struct mono_time started;
	bool is_4o6_on;   /* the other half was told so */
	bool was_told;    /* either */
	bool has_started; /* what is there at the start is known */
	bool is_ready;    /* the start is over, and the hands know */
	bool is_stopping; /* last messages and scripts */
	int status;       /* to exit with then */
	size_t uplink_count;
	struct uplink uplink[CLIENT_INTERFACES_MAX];
	struct machine6_step step;    /* scratch */
	struct hands_request request; /* scratch */
};

/* Runs the process until its end; hands_head. */
int head6_run(void *config, int events_fd, int requests_fd);
/* Asks the hands; what they refuse is said at this level. */
int head6_ask(struct head6 *head, const struct uplink *uplink, int *fd,
	      const char *what);
/* The start is over: the first lease is there, or nobody waits for it. */
void head6_be_ready(struct head6 *head);
/* Nothing more is begun; the loop ends with the last script. */
void head6_stop(struct head6 *head, int status);
/* Ends the loop if it is stopping and nothing is left to be done. */
void head6_end_if_done(struct head6 *head);
void head6_drop(struct head6 *head, const struct uplink *uplink,
		enum drop_reason reason, const struct in6_addr *from);

/* ---- uplink6.c: an interface and its socket ---- */

int uplink6_open(struct uplink *uplink);
void uplink6_close(struct uplink *uplink);
void uplink6_set_link(struct uplink *uplink, const struct net_link *link);
void uplink6_lose_link(struct uplink *uplink);
void uplink6_set_addr(struct uplink *uplink, const struct net_addr *addr,
		      enum net_addr_state state);
/* False: DHCPv6 cannot be spoken on it, which was said. */
bool uplink6_is_usable(const struct uplink *uplink);
/* Its first script, and then the machine. */
void uplink6_prepare(struct uplink *uplink);
/* To a server, or servers; port 547. DROP_NONE or why not. */
enum drop_reason uplink6_send(struct uplink *uplink, const uint8_t *data,
			      size_t len, const struct in6_addr *to);

/* ---- drive6.c: the machine of an interface ---- */

void drive6_begin(struct uplink *uplink);
void drive6_event(struct uplink *uplink, enum machine6_event_kind kind);
/* The machine learns of uplink->is_ready. */
void drive6_set_ready(struct uplink *uplink);
void drive6_dad_failed(struct uplink *uplink, const struct in6_addr *addr);
void drive6_message(struct uplink *uplink, struct wire_reader in,
		    const struct in6_addr *from);

/* ---- wants6.c: what an interface asks for ---- */

void wants6_fill(struct uplink *uplink);
/* What the configuration says of it, once more. */
void wants6_fill_again(struct uplink *uplink);

/* ---- reload6.c ---- */

/* Reads the configuration again; what is wrong with it is said. */
void reload6(struct head6 *head);

/* ---- apply6.c: what a change of the lease means ---- */

/* Writes the file, sets addresses, calls the script. */
void apply6_change(struct uplink *uplink, enum machine6_change change);
/* Addresses that the kernel dropped with the link. */
void apply6_addresses(struct uplink *uplink);
/* False: the file cannot be written, which was said. */
bool apply6_write(struct head6 *head);

/* ---- pipe6.c: the other half ---- */

int pipe6_open(struct head6 *head);
void pipe6_close(struct head6 *head);
/* A DHCPV4-RESPONSE. */
void pipe6_response(struct uplink *uplink, struct wire_reader in,
		    const struct in6_addr *from);
/* Option 88 is in force, and there is a source for an address in it. */
bool pipe6_is_on(const struct uplink *uplink);
/* Says START or STOP when it is not what was said last. */
void pipe6_tell(struct head6 *head);
void pipe6_tick(struct head6 *head, struct mono_time now);

/* ---- ctl6.c ---- */

int ctl6_open(struct head6 *head);

#endif /* DHCP4O6_CLIENT6_HEAD6_H */
