/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head4 - the process of client4 that has no privileges: it hears the v6 half
 * and ARP, has the machines decide, and asks the hands for what they decided.
 *
 *   head4.c     the loop, what the hands tell, the beginning and the end
 *   drive4.c    events into machine4 and steps out of it
 *   link4.c     the v6 half
 *   arp4.c      probe4 on its socket
 *   lease4.c    what a change means to the interface and to the lease file
 *   script4.c   the script, one call after the other
 *   ident4.c    who the client is
 *   native4.c   is there another DHCPv4 client on the interface?
 *   ctl4.c      the control socket
 */
#ifndef DHCP4O6_CLIENT4_HEAD4_H
#define DHCP4O6_CLIENT4_HEAD4_H

#include "../client/client_start.h"
#include "../client/hands.h"
#include "apply4.h"
#include "dhcp4o6/base/log.h"
#include "dhcp4o6/base/loop.h"
#include "dhcp4o6/ctl/ctl_server.h"
#include "dhcp4o6/ctl/shapes.h"
#include "dhcp4o6/ipc/peer.h"
#include "dhcp4o6/metrics/metrics.h"
#include "machine4.h"
#include "probe4.h"

#define HEAD4_RELEASE_WAIT_S 10 /* RELEASE waits as long for START */

struct script4; /* opaque */

/* What the interface has of ours, or of a run before. */
struct head4_applied {
	bool is_there; /* the address */
	struct in_addr addr;
	uint8_t prefix_len;
	bool has_mtu; /* another one than the link's own was set */
};

struct head4 {
	/* Of main(), before there are two processes. */
	struct client_args args;
	struct startup startup;
	struct client_conf *conf;
	struct client_leases *leases;
	struct instance instance;
	const char *interface;
	const char *script; /* NULL: none */
	int link_fd;
	struct mono_time started;

	/* Of the head. */
	int events_fd;
	int requests_fd;
	struct loop *loop;
	struct loop_timer *tick;
	struct loop_timer *wake;     /* of the machine */
	struct loop_timer *arp_wake; /* of the probe */
	struct loop_timer *patience; /* until a first lease */
	struct ipc_link *link;
	struct ipc_peer *peer;
	struct ctl_server *ctl;
	struct metrics metrics;
	struct log_rate drop_log;
	struct log_rate peer_log;
	struct random_source random;
	struct hands_request request; /* too large for a stack */
	bool is_ready;                /* the hands were told so */
	bool is_started;              /* all that was there was told */
	bool is_prepared;             /* the script was told of the interface */
	unsigned int ticks;
	bool is_ending;
	int status; /* to exit with, while is_ending */

	/* The interface. */
	struct net_link net; /* as it was told last */
	uint32_t ifindex;    /* 0: there is none */
	uint32_t own_mtu;    /* that no lease has changed; 0: not known */
	bool was_up;
	bool has_warned_native;

	/* The machine, once there was an interface. */
	bool is_begun;
	struct client_conf_scope scope;
	struct client4_identity identity;
	struct machine4 machine;
	bool is_turning; /* a step is being taken */
	bool has_next;   /* what came of it is for the machine, too */
	enum machine4_event next;

	/* Of the lease in use: what the server sent as the configuration
	 * changes it, and what there was before. */
	struct client_options options[2];
	unsigned int current; /* of options */
	bool is_shown;        /* the script knows of it */
	struct head4_applied applied;
	uint64_t turn; /* counts leases, so that a late answer is known */

	struct script4 *calls;
	int arp_fd; /* -1: none */
	struct probe4 probe;
	struct dhcp4_msg msg;
};

/* ---- head4.c ---- */

hands_head head4_run;
/* Exits with the status once the last script is done. */
void head4_end(struct head4 *head, int status);
/* The start is over, with or without a lease. */
void head4_ready(struct head4 *head);
/* No lease in time: the end with -1, else the end of the start. */
void head4_give_up(struct head4 *head);

/* ---- drive4.c ---- */

/* The machine from now on; false after a line that says why not. */
bool head4_begin(struct head4 *head);
/* An event of the machine, at any time. The answer of its step. */
int head4_tell(struct head4 *head, enum machine4_event event);
void head4_answer(struct head4 *head, struct wire_reader message,
		  const struct in6_addr *server6);
loop_timer_handler head4_wake;

/* ---- link4.c ---- */

int head4_open_link(struct head4 *head);
void head4_check_peer(struct head4 *head);
void head4_poll(struct head4 *head);
/* False: it did not leave. */
bool head4_send(struct head4 *head, const struct client4_query *query);
void head4_drop(struct head4 *head, enum drop_reason reason);

/* ---- arp4.c ---- */

/* The interface is there (again), or is gone. */
void head4_open_arp(struct head4 *head);
void head4_close_arp(struct head4 *head);
/* PROBE4_ON_PROBE of the machine's address, _USE, _LEAVE. */
void head4_probe(struct head4 *head, enum probe4_event event);
loop_timer_handler head4_arp_wake;

/* ---- lease4.c ---- */

void head4_change(struct head4 *head, enum machine4_change change);
/* The options of the machine's lease as the configuration changes them; what
 * they were before is kept beside them. */
void head4_merge(struct head4 *head);
/* All that the lease in use means, again. 0, or why there is no address. */
int head4_apply(struct head4 *head);
void head4_unapply(struct head4 *head);
/* An address that a run before has left on the interface. */
void head4_adopt(struct head4 *head, const struct net_addr *addr);

/* ---- script4.c ---- */

int script4_new(struct script4 **calls);
void script4_free(struct script4 *calls);
/* A call, filled now and run by script4_run(). has_before: the lease file has
 * what was in use before. */
void script4_add(struct head4 *head, enum script_reason reason,
		 bool has_before);
void script4_cancel(struct head4 *head); /* the last one added */
void script4_run(struct head4 *head);
void script4_ended(struct head4 *head, const struct hands_script_end *end);
bool script4_is_idle(const struct head4 *head);

/* ---- ident4.c ---- */

/* By the interface and the lease files; 0 or -errno. */
int head4_identify(struct head4 *head);

/* ---- native4.c ---- */

/* Warns once of another program that does DHCPv4 here. */
void head4_look_for_native(struct head4 *head);

/* ---- ctl4.c ---- */

extern const struct ctl_command head4_commands[];
extern const size_t head4_command_count;

#endif /* DHCP4O6_CLIENT4_HEAD4_H */
