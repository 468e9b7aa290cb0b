/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netmon - links, addresses and local routes of this network namespace, as
 * rtnetlink tells them, kept up to date.
 *
 * net_mon_sync() fills the tables; after that net_mon_handle() follows
 * changes whenever the descriptor is readable. When the kernel lost messages
 * the tables are read anew, and callbacks report only what differs. Callbacks
 * come after the tables were changed; pointers into the tables are valid
 * during the callback, and otherwise until the next call of net_mon_handle()
 * or net_mon_sync(). A callback must not call either.
 */
#ifndef DHCP4O6_NET_NETMON_H
#define DHCP4O6_NET_NETMON_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_MAC_LEN 6

enum net_link_kind {
	NET_LINK_OTHER, /* anything that carries packets itself */
	NET_LINK_VLAN,
	NET_LINK_BRIDGE,
	NET_LINK_BOND,
	NET_LINK_TEAM,
	NET_LINK_VETH,
	NET_LINK_TUN, /* tun or tap */
};

struct net_link {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	bool is_up; /* administratively and with carrier */
	bool is_loopback;
	bool is_point_to_point;
	bool has_arp;     /* resolves IPv4 addresses by ARP */
	uint16_t hw_type; /* ARPHRD_* */
	bool has_mac;     /* an Ethernet-like device with a 6-octet address */
	uint8_t mac[NET_MAC_LEN];
	uint32_t mtu;
	uint32_t max_mtu;        /* 0: none is known */
	uint32_t master_ifindex; /* bridge, bond or team it belongs to; or 0 */
	uint32_t parent_ifindex; /* VLAN: the device below; or 0 */
	uint16_t vlan_id;        /* VLAN */
	uint16_t vlan_proto;     /* VLAN: 0x8100 or 0x88a8 */
	enum net_link_kind kind;
};

struct net_addr {
	uint32_t ifindex;
	int family; /* AF_INET or AF_INET6 */
	uint8_t prefix_len;
	uint8_t scope; /* RT_SCOPE_UNIVERSE, RT_SCOPE_LINK, ... */
	bool is_secondary;
	bool is_deprecated;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

/* An IPv6 destination that the kernel delivers to this host. */
struct net_local {
	struct in6_addr prefix;
	uint8_t prefix_len; /* 128, or less for AnyIP prefixes */
	bool is_anycast;
	uint32_t ifindex; /* link-local destinations belong to one */
};

enum net_change {
	NET_ADDED,
	NET_REMOVED,
	NET_CHANGED, /* links only: the same ifindex, something else */
};

/* What becomes of an IPv6 address (RFC 4862 section 5.4). */
enum net_addr_state {
	NET_ADDR_NONE,      /* the interface does not have it */
	NET_ADDR_TENTATIVE, /* duplicate address detection runs, or waits */
	NET_ADDR_USABLE,
	NET_ADDR_DUPLICATE, /* another host has it */
};

/*
 * Any may be NULL. `addr' has usable addresses alone; `state6' is told each
 * change of state of an IPv6 address. One with a limited lifetime that fails is
 * removed by the kernel, and is told as DUPLICATE and then NONE; when messages
 * were lost meanwhile, as NONE alone.
 */
struct net_mon_handlers {
	void (*link)(void *arg, enum net_change change,
		     const struct net_link *link);
	void (*addr)(void *arg, enum net_change change,
		     const struct net_addr *addr);
	void (*local)(void *arg, enum net_change change,
		      const struct net_local *local);
	void (*state6)(void *arg, enum net_addr_state state,
		       const struct net_addr *addr);
	void *arg;
};

struct net_mon; /* opaque */

int net_mon_open(struct net_mon **mon, const struct net_mon_handlers *handlers);
void net_mon_close(struct net_mon *mon);   /* NULL is allowed */
int net_mon_fd(const struct net_mon *mon); /* for EPOLLIN */

/* Reads everything; reports what differs from the tables. Blocks shortly. */
int net_mon_sync(struct net_mon *mon);
/* Reads what waits; never blocks except to sync after a loss. */
int net_mon_handle(struct net_mon *mon);
/* How often messages were lost and everything was read anew. */
uint64_t net_mon_resyncs(const struct net_mon *mon);

/* NULL when there is none. */
const struct net_link *net_mon_find_link(const struct net_mon *mon,
					 uint32_t ifindex);
const struct net_link *net_mon_find_link_by_name(const struct net_mon *mon,
						 const char *name);
/* The VLAN device on parent with this tag, or NULL. */
const struct net_link *net_mon_find_vlan(const struct net_mon *mon,
					 uint32_t parent_ifindex,
					 uint16_t vlan_proto, uint16_t vlan_id);

/* Calls visit for each until it returns false. */
void net_mon_each_link(const struct net_mon *mon,
		       bool (*visit)(void *arg, const struct net_link *link),
		       void *arg);
void net_mon_each_addr(const struct net_mon *mon,
		       bool (*visit)(void *arg, const struct net_addr *addr),
		       void *arg);
void net_mon_each_local(const struct net_mon *mon,
			bool (*visit)(void *arg, const struct net_local *local),
			void *arg);

/*
 * IPv4 addresses that may serve as server identifier: not loopback; of this
 * interface, or of all with ifindex 0; primary ones first. Returns how many
 * there are, also if more than max.
 */
size_t net_mon_ipv4(const struct net_mon *mon, uint32_t ifindex,
		    struct in_addr out[], size_t max);
/* Global IPv6 addresses of an interface (0: all), deprecated ones last. */
size_t net_mon_global6(const struct net_mon *mon, uint32_t ifindex,
		       struct in6_addr out[], size_t max);
/* Link-local address of an interface, or -ENOENT. */
int net_mon_linklocal6(const struct net_mon *mon, uint32_t ifindex,
		       struct in6_addr *out);
/* Of a link-local or other address of the interface, as far as was heard. */
enum net_addr_state net_mon_addr6_state(const struct net_mon *mon,
					uint32_t ifindex,
					const struct in6_addr *addr);
/* Would the kernel deliver a packet for addr, in on ifindex, to this host? */
bool net_mon_is_local6(const struct net_mon *mon, const struct in6_addr *addr,
		       uint32_t ifindex);

#endif /* DHCP4O6_NET_NETMON_H */
