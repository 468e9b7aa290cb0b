/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine6 - the DHCPv6 client of one interface (RFC 9915 section 18.2), pure.
 *
 * It is told what happened and what time it is, and says what is to be done: at
 * most one message to send, at most one change of the lease, and when it wants
 * to be called again. It has no clock, socket, file or log, and does not
 * allocate after machine6_new(). Its life is a table of states times events.
 *
 * All times inside are mono_time: a step of the wall clock expires nothing.
 */
#ifndef DHCP4O6_CLIENT6_MACHINE6_H
#define DHCP4O6_CLIENT6_MACHINE6_H

#include "dhcp4o6/lease/client_lease.h"
#include "dhcp4o6/wire/dhcp6_client.h"

#define MACHINE6_MESSAGE_MAX 16384 /* octets that a step may want to send */
#define MACHINE6_SEND_MAX    64    /* options of `send' */
#define MACHINE6_SEND_OCTETS 8192  /* of them, heads included */
#define MACHINE6_REQUEST_MAX 120   /* codes to ask for */

enum machine6_state {
	MACHINE6_STOPPED,
	MACHINE6_WAITING, /* the link is down */
	MACHINE6_SOLICITING,
	MACHINE6_REQUESTING, /* a lease is held if a server forgot it */
	MACHINE6_CONFIRMING, /* by REBIND if there are prefixes */
	MACHINE6_BOUND,
	MACHINE6_RENEWING,
	MACHINE6_REBINDING,
	MACHINE6_RELEASING,
	MACHINE6_DECLINING,
	MACHINE6_INFORMING, /* stateless, or a server asked for it */
	MACHINE6_INFORMED,  /* stateless */
	MACHINE6_STATE_COUNT,
};

enum machine6_event_kind {
	MACHINE6_START,
	MACHINE6_TIMER, /* early or late does no harm */
	MACHINE6_ADVERTISE,
	MACHINE6_REPLY,
	MACHINE6_RECONFIGURE,
	MACHINE6_LINK_DOWN,
	MACHINE6_LINK_UP, /* also: the host may be on another link now */
	MACHINE6_DAD_FAILED,
	MACHINE6_RENEW,   /* somebody wants it at once */
	MACHINE6_RELEASE, /* give the lease back, then stop */
	MACHINE6_STOP,    /* keep the lease */
	MACHINE6_EVENT_COUNT,
};

struct machine6_event {
	enum machine6_event_kind kind;
	const struct dhcp6_server_msg *msg; /* of the three messages */
	struct in6_addr addr;               /* of DAD_FAILED */
};

/* What happened to the lease; machine6_lease() then differs. */
enum machine6_change {
	MACHINE6_SAME,
	MACHINE6_GOT, /* it is in use from now on */
	MACHINE6_RENEWED,
	MACHINE6_REBOUND,
	MACHINE6_GOT_INFORMATION, /* options alone */
	MACHINE6_DEPRECATED,      /* a preferred lifetime ended */
	MACHINE6_EXPIRED,         /* items ended, maybe all */
	MACHINE6_LOST,            /* all of it: the host is on another link */
	MACHINE6_DECLINED,        /* the address of the event is gone */
	MACHINE6_RELEASED,        /* all of it is gone */
	MACHINE6_ENDED,           /* STOPPED: nothing is in use any more */
	MACHINE6_CHANGE_COUNT,
};

struct machine6_step {
	/* Of a message: why it gave nothing; else DROP_NONE. */
	enum drop_reason drop;
	/* Done before the message is sent (RFC 9915 section 18.2.7). */
	enum machine6_change change;
	/* Where 4o6 goes is not what it was (RFC 7341 section 9). */
	bool servers_changed;
	/* When to send MACHINE6_TIMER; 0: never; may be over already. */
	struct mono_time wake;
	/* To ff02::1:2, port 547. */
	size_t message_len; /* 0: none */
	uint8_t message[MACHINE6_MESSAGE_MAX];
};

/* An IA that is wanted. */
struct machine6_wish {
	uint16_t code; /* DHCP6_OPT_IA_NA or DHCP6_OPT_IA_PD */
	uint32_t iaid;
	bool has_hint;
	struct in6_addr addr; /* ::: a hint of the length alone */
	uint8_t prefix_len;   /* 128: an address */
};

/* What it points to outlives the machine. */
struct machine6_config {
	const char *interface; /* shorter than IF_NAMESIZE */
	const uint8_t *duid;
	size_t duid_len; /* 1 to CLIENT_DUID_MAX */
	bool stateless;  /* wishes are then not looked at */
	bool rapid_commit;
	bool accept_reconfigure;
	bool require_all; /* ADVERTISEs that lack one of the IAs do not count */
	/* After a DECLINE, before something is asked for in its place. */
	uint32_t decline_wait_s;
	const struct machine6_wish *wish; /* each code and IAID once */
	size_t wish_count;                /* at most CLIENT_IA_MAX */
	/* Asked for besides what RFC 9915 and RFC 7341 want; each once. */
	const uint16_t *request;
	size_t request_count;
	/* Those of DHCPv6 that a client may send and the machine does not
	 * write by itself; the others are left out. */
	const struct client_option *send;
	size_t send_count;
	/* 32 bits that nobody can foretell; from a seed in tests. */
	uint32_t (*random)(void *arg);
	void *random_arg;
};

struct machine6; /* opaque */

/* -EINVAL: a bound above is not kept; -ENOMEM. */
int machine6_new(struct machine6 **m, const struct machine6_config *config);
void machine6_free(struct machine6 *m); /* NULL is allowed */

/*
 * From now on request, send and rapid_commit are those of config, of which the
 * rest is not looked at. -EINVAL, and nothing changes: a bound is not kept.
 */
int machine6_ask(struct machine6 *m, const struct machine6_config *config);

/*
 * A lease from before a restart, to be confirmed by MACHINE6_START; in state
 * STOPPED alone. One that was released, IAs that are no wish and items that
 * have expired are left out. now and wall are the same moment.
 */
void machine6_adopt(struct machine6 *m, const struct client_lease6 *lease,
		    struct mono_time now, struct wall_time wall);

void machine6_handle(struct machine6 *m, struct mono_time now,
		     const struct machine6_event *event,
		     struct machine6_step *step);

/* The event that a decoded message is. */
enum machine6_event_kind machine6_kind_of(const struct dhcp6_server_msg *msg);

/*
 * What is held, for the lease file and for whoever sets addresses; wall times
 * are those of now and wall, the same moment. It is not yet, or no longer, in
 * use if machine6_is_in_use() says so.
 */
void machine6_lease(const struct machine6 *m, struct mono_time now,
		    struct wall_time wall, struct client_lease6 *lease);
bool machine6_is_in_use(const struct machine6 *m);

/* Where DHCPV4-QUERYs go now; the memory is the machine's. */
const struct dhcp4o6_servers *machine6_servers(const struct machine6 *m);

enum machine6_state machine6_state(const struct machine6 *m);
const char *machine6_state_name(enum machine6_state state); /* "bound" */

/* For people: 0 is "never", or nothing of the kind. */
struct machine6_times {
	struct mono_time t1; /* the earliest of all IAs */
	struct mono_time t2;
	struct mono_time expires; /* the last item does */
	struct mono_time refresh; /* stateless */
	struct mono_time next_message;
	uint32_t sent; /* messages of the exchange that is under way */
};

void machine6_times(const struct machine6 *m, struct machine6_times *times);

#endif /* DHCP4O6_CLIENT6_MACHINE6_H */
