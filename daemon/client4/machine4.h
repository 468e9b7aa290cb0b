/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine4 - the DHCPv4 client of RFC 2131 over RFC 7341: what it does about
 * an event, without clocks, sockets, logs, files or memory of its own.
 *
 * The caller tells the time, whether DHCPv4-over-DHCPv6 is on (`up'), what
 * servers answered and what became of an address; it gets a step: at most one
 * message to send, at most one change of the lease, and when to come again. The
 * change is done before the message is sent. Every state and event is a cell of
 * the table in machine4_table.c.
 *
 * While it is down nothing is requested, renewed or released (RFC 7341 section
 * 9); what is held runs out. A lease is counted from when its REQUEST was sent.
 * START, links and the times of a lease begin nothing within four seconds of
 * the last message.
 */
#ifndef DHCP4O6_CLIENT4_MACHINE4_H
#define DHCP4O6_CLIENT4_MACHINE4_H

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/base/random.h"
#include "dhcp4o6/lease/client_lease.h"
#include "dhcp4o6/wire/dhcp4.h"
#include "encode4.h"

#define MACHINE4_NEVER INT64_MAX /* mono_time.ns */

enum machine4_state {
	MACHINE4_WAITING, /* down, without an address in use */
	MACHINE4_INIT,    /* a pause before the first DISCOVER of a try */
	MACHINE4_SELECTING,
	MACHINE4_REQUESTING,
	MACHINE4_REBOOTING, /* a lease is verified: RFC 2131 section 3.2 */
	MACHINE4_PROBING,   /* acknowledged; is the address free? RFC 5227 */
	MACHINE4_BOUND,
	MACHINE4_RENEWING,
	MACHINE4_REBINDING,
	MACHINE4_HOLDING,   /* down, with an address in use */
	MACHINE4_RELEASING, /* down; RELEASE leaves with START */
	MACHINE4_RELEASED,  /* until it is asked for a lease again */
	MACHINE4_STOPPED,   /* for good */
	MACHINE4_STATE_COUNT,
};

enum machine4_event {
	MACHINE4_ON_TIMER, /* now is step.wake, or any other time */
	MACHINE4_ON_START, /* the v6 half says it is up */
	MACHINE4_ON_STOP,
	/* What servers say comes by machine4_receive() alone. */
	MACHINE4_ON_OFFER,
	MACHINE4_ON_ACK,
	MACHINE4_ON_NAK,
	/* Of the address in lease.addr: after MACHINE4_PROBE; IN_USE later as
	 * well, when the address had to be given up to another host. */
	MACHINE4_ON_PROBE_OK,
	MACHINE4_ON_IN_USE,
	MACHINE4_ON_REFUSED, /* the script does not want the lease */
	/* Of the interface that has the address. */
	MACHINE4_ON_LINK_DOWN,
	MACHINE4_ON_LINK_UP,
	/* Of the operator, these three last; an answer in step.error. */
	MACHINE4_ON_RENEW,
	MACHINE4_ON_RELEASE,
	MACHINE4_ON_END, /* stop, without a release */
	MACHINE4_EVENT_COUNT,
};

/*
 * What became of the lease; it is in machine.lease, and stays there until the
 * next ACK. NEW to REBOUND: the lease is to be kept, configured and shown to
 * the script, which may say MACHINE4_ON_REFUSED. EXPIRED and what follows it:
 * the address, if it is configured, is to be taken away at once.
 */
enum machine4_change {
	MACHINE4_NO_CHANGE,
	MACHINE4_PROBE,      /* find out whether the address is in use */
	MACHINE4_NEW,        /* a lease, script BOUND */
	MACHINE4_REBOOT,     /* a kept lease is good, script REBOOT */
	MACHINE4_TIMED_OUT,  /* no server in time: a kept one, script TIMEOUT */
	MACHINE4_RENEWED,    /* script RENEW */
	MACHINE4_REBOUND,    /* script REBIND */
	MACHINE4_FAILED,     /* no server in time; it goes on, script FAIL */
	MACHINE4_UNRELEASED, /* no START in time; all is as it was */
	MACHINE4_EXPIRED,    /* in use or probed; script EXPIRE, as for NAKED */
	MACHINE4_NAKED,      /* a server said NAK about a lease in use */
	MACHINE4_DECLINED,   /* after IN_USE or REFUSED */
	MACHINE4_GIVEN_BACK, /* RELEASE is in step.query, script RELEASE */
	MACHINE4_ENDED,      /* script STOP; the lease stays good */
	MACHINE4_CHANGE_COUNT,
};

struct machine4_step {
	bool sends;
	struct client4_query query; /* for client4_encode(), if sends */
	bool polls;                 /* POLL is to be sent to the v6 half */
	enum machine4_change change;
	/*
	 * RENEW and RELEASE: -ENETDOWN, it is down; -EALREADY, that is what is
	 * being done; -ENOENT, no lease; -ESHUTDOWN after END; else 0.
	 */
	int error;
	struct mono_time wake; /* ns is MACHINE4_NEVER: no timer is needed */
};

/* All of it the caller's, and valid as long as the machine is. */
struct machine4_setup {
	const char *interface;
	const struct client4_identity *identity;
	const struct client_conf_scope *scope;
	struct random_source *random;
	bool probes;             /* addresses are probed before they are used */
	uint32_t release_wait_s; /* RELEASE waits as long for START */
};

/* To be read by the caller; written by functions of this header alone. */
struct machine4 {
	struct machine4_setup setup;
	enum machine4_state state;
	bool is_up;
	bool has_lease; /* lease is one that a server gave and has not ended */
	bool is_held;   /* and its address is in use */
	struct client_lease4 lease;
	struct mono_time t1; /* of the lease; ns MACHINE4_NEVER: infinite */
	struct mono_time t2;
	struct mono_time expire;

	/* Private. */
	bool has_begun; /* the first message was planned */
	bool is_link_down;
	bool is_doubtful; /* the link was away since a server was asked */
	enum machine4_change news; /* what the lease will be after a probe */
	struct in_addr wish;
	/* The exchange, and the server and address it is about. */
	uint32_t xid;
	uint16_t secs;
	unsigned int tries;    /* times its message was sent */
	unsigned int restarts; /* exchanges that ended badly, in a row */
	struct in_addr addr;
	struct in_addr server_id; /* 0.0.0.0: not known */
	bool has_offer;
	unsigned int offer_rank;
	struct mono_time began;
	struct mono_time requested; /* the lease is counted from here */
	struct mono_time last_sent;
	/* Deadlines; those that do not apply are never. */
	struct mono_time next;
	struct mono_time give_up;
	struct mono_time select_at;
	struct mono_time poll_at;
	struct mono_time nak_at;
};

/*
 * A client that is down, with what its lease file has (NULL: nothing). A lease
 * that has not run out will be verified, and used all the same if no server is
 * heard of (RFC 2131 section 3.2 step 4); the address of one that has is asked
 * for. Handle MACHINE4_ON_TIMER at once, which polls.
 */
void machine4_init(struct machine4 *machine, const struct machine4_setup *setup,
		   const struct client_lease4 *kept, struct mono_time now,
		   struct wall_time wall);
/* After a reload: for all messages from now on. */
void machine4_set_scope(struct machine4 *machine,
			const struct client_conf_scope *scope);

/*
 * Any event but those of servers, at any time. `now' never goes back. A lease
 * that has run out by now ends first, whatever the event is.
 */
void machine4_handle(struct machine4 *machine, enum machine4_event event,
		     struct mono_time now, struct wall_time wall,
		     struct machine4_step *step);

/*
 * A message of dhcp4_decode_reply(), and the IPv6 address it came from. What is
 * not DROP_NONE changed nothing, but for what the time did.
 */
enum drop_reason machine4_receive(struct machine4 *machine,
				  const struct dhcp4_msg *msg,
				  const struct in6_addr *server6,
				  struct mono_time now, struct wall_time wall,
				  struct machine4_step *step);

/* "WAITING", ..., "new", ...; NULL outside the enums. */
const char *machine4_state_name(enum machine4_state state);
const char *machine4_change_name(enum machine4_change change);

#endif /* DHCP4O6_CLIENT4_MACHINE4_H */
