/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hands_msg - what head and hands say to each other.
 *
 * Requests go from the head, which reads packets, to the hands, which hold
 * privileges. Their list is fixed, they have a form of their own, and the hands
 * believe nothing in them that hands_decode() and they have not checked. Each
 * is answered at once; what takes longer than that, a script, ends with an
 * event. Events go from hands to head and are believed. Both ways are
 * SOCK_SEQPACKET (../common/seqpacket.h).
 *
 * Interfaces are named by slot, their place on the command line, and by the
 * interface index that the head believes the slot to have: one that was removed
 * and made again meanwhile is not mistaken for itself.
 */
#ifndef DHCP4O6_CLIENT_HANDS_MSG_H
#define DHCP4O6_CLIENT_HANDS_MSG_H

#include <net/if.h>

#include "dhcp4o6/net/net_conf.h"
#include "dhcp4o6/net/netmon.h"
#include "script_env.h"

#define HANDS_MTU_MIN           68 /* RFC 2132 section 5.1 */
#define HANDS_MTU_MAX           65535
#define HANDS_ADDRS_MAX         1024 /* that an interface has, of anybody */
#define HANDS_SCRIPT_S_MAX      300  /* longest that a script may run */
#define HANDS_REQUEST_MAX       (SCRIPT_ENV_OCTETS + 64)
#define HANDS_ANSWER_PATIENCE_S 10

enum hands_request_type {
	HANDS_OPEN_UDP, /* the client's port; answer: a descriptor */
	HANDS_OPEN_ARP, /* answer: a descriptor */
	/* .addr: net_conf_put_addr(). -ENOSPC: a new one beyond
	 * HANDS_ADDRS_MAX. */
	HANDS_PUT_ADDR,
	HANDS_REMOVE_ADDR, /* .addr: net_conf_remove_addr() */
	HANDS_PUT_ROUTES,  /* .route: net_conf_put_routes4(); none: all go */
	HANDS_SET_MTU,     /* .mtu */
	HANDS_SET_UP,
	/* .env, .timeout_s: starts the slot's script. -ENOENT: it has none;
	 * -EBUSY: one is running; -EACCES and others: it cannot be run.
	 * HANDS_SCRIPT_ENDED tells its end. */
	HANDS_RUN_SCRIPT,
	HANDS_READY, /* of the whole client: its start is over */
	HANDS_REQUEST_COUNT,
};

/* ifindex stands in addr, too, where there is one: hands fill it in. */
struct hands_request {
	enum hands_request_type type;
	uint32_t serial; /* the answer has the same; hands_ask() sets it */
	uint8_t slot;
	uint32_t ifindex; /* not of RUN_SCRIPT and READY */
	struct net_conf_addr addr;
	uint32_t mtu;
	uint32_t timeout_s;
	size_t route_count;
	struct net_conf_route4 route[NET_CONF_ROUTE_MAX];
	struct script_env env;
};

struct hands_answer {
	uint32_t serial;
	int32_t error; /* 0 or a negative errno */
};

enum hands_event_type {
	HANDS_LINK, /* .link: it is there, or is not what it was */
	HANDS_LINK_GONE,
	/* .addr: an IPv4 address that the interface has; may be told again */
	HANDS_ADDR4,
	HANDS_ADDR4_GONE,
	/* .addr, .state: an IPv6 address; may be told again. A usable
	 * link-local one is what DHCPv6 waits for. */
	HANDS_ADDR6,
	HANDS_SCRIPT_ENDED, /* .script */
	HANDS_STARTED,      /* all that is there at the start was told */
	HANDS_RELOAD,       /* SIGHUP */
	HANDS_STOP,         /* finish and exit */
	HANDS_EVENT_COUNT,
};

struct hands_script_end {
	uint32_t serial; /* of the request */
	int32_t status;  /* exit status; 128 and the signal that ended it */
	bool timed_out;  /* that signal was ours */
};

struct hands_event {
	enum hands_event_type type;
	uint8_t slot;
	uint32_t ifindex; /* of the slot; 0: gone, or of no slot */
	union {
		struct net_link link;
		struct {
			struct net_addr addr;
			enum net_addr_state state;
		};
		struct hands_script_end script;
	};
};

/* Writes a request; 0 or -ENOSPC, -EINVAL where hands_decode() would. */
int hands_encode(struct hands_request *request, void *octets, size_t size,
		 size_t *len);

/*
 * Reads one that anybody may have written: its form, lengths and counts,
 * addresses that a host can have, and for scripts script_env_parse() with the
 * name of the slot's interface. slots: their names, count of them. 0 or
 * -EINVAL; *serial is set in every case, 0 if there is none.
 */
int hands_decode(const void *octets, size_t len, const char *const slots[],
		 size_t count, struct hands_request *request);

/*
 * Head: asks and waits. *fd (NULL: none is expected) gets the descriptor of the
 * answer. 0, -ETIMEDOUT after HANDS_ANSWER_PATIENCE_S, -EPIPE when the hands
 * are gone, or the error of the answer. An answer that comes after its time is
 * known by its serial and dropped. Sets request->serial.
 */
int hands_ask(int sock, struct hands_request *request, int *fd);

/* Head: the next event. 0, -EAGAIN, -EPIPE, -EBADMSG. */
int hands_next_event(int sock, struct hands_event *event);

#endif /* DHCP4O6_CLIENT_HANDS_MSG_H */
