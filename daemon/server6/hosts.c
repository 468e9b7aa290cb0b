/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/net/udp6.h"

/* A host's whole address, sorted by address and interface. */
struct local_addr {
	struct in6_addr addr;
	uint32_t ifindex; /* that has it; look-ups need it if link-local */
	bool is_anycast;
};

/* Where the frames of a VLAN device come in. */
struct frame_place {
	uint32_t port_ifindex;
	uint16_t proto[FRAME_VLAN_MAX];
	uint16_t id[FRAME_VLAN_MAX];
};

struct vlan_row {
	struct frame_place place;
	uint32_t ifindex;
};

struct hosts {
	struct vlan_row *vlans; /* sorted by place */
	size_t vlan_count;
	size_t vlan_size;
	struct privsep_interface *interfaces; /* sorted by ifindex */
	size_t interface_count;
	size_t interface_size;
	struct local_addr *addrs;
	size_t addr_count;
	size_t addr_size;
	struct net_local *prefixes; /* AnyIP: few */
	size_t prefix_count;
	size_t prefix_size;
};

int hosts_new(struct hosts **hosts)
{
	*hosts = calloc(1, sizeof(**hosts));
	return *hosts ? 0 : -ENOMEM;
}

void hosts_free(struct hosts *hosts)
{
	if (!hosts)
		return;
	free(hosts->vlans);
	free(hosts->interfaces);
	free(hosts->addrs);
	free(hosts->prefixes);
	free(hosts);
}

/* Room for one element more in a growing array. */
static int make_room(void **array, size_t *size, size_t count, size_t element)
{
	size_t bigger = *size ? *size * 2 : 16;
	void *grown;

	if (count < *size)
		return 0;
	grown = reallocarray(*array, bigger, element);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*size = bigger;
	return 0;
}

/* Index of the first interface with at least this ifindex. */
static size_t interface_at(const struct hosts *hosts, uint32_t ifindex)
{
	size_t low = 0, high = hosts->interface_count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (hosts->interfaces[mid].ifindex < ifindex)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* First row that is not before this place. No padding: octets will do. */
static size_t vlan_at(const struct hosts *hosts,
		      const struct frame_place *place)
{
	size_t low = 0, high = hosts->vlan_count, mid;

	_Static_assert(sizeof(*place) == 4 + 4 * FRAME_VLAN_MAX, "padding");
	while (low < high) {
		mid = (low + high) / 2;
		if (memcmp(&hosts->vlans[mid].place, place, sizeof(*place)) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_vlan_at(const struct hosts *hosts, size_t at,
		       const struct frame_place *place)
{
	return at < hosts->vlan_count &&
	       !memcmp(&hosts->vlans[at].place, place, sizeof(*place));
}

static struct frame_place place_of(const struct privsep_interface *interface)
{
	struct frame_place place = { .port_ifindex = interface->port_ifindex };
	unsigned int i;

	for (i = 0; i < interface->vlan_count && i < FRAME_VLAN_MAX; i++) {
		place.proto[i] = interface->vlan_proto[i];
		place.id[i] = interface->vlan_id[i];
	}
	return place;
}

static int add_vlan(struct hosts *hosts,
		    const struct privsep_interface *interface)
{
	struct frame_place place = place_of(interface);
	size_t at = vlan_at(hosts, &place);

	if (!is_vlan_at(hosts, at, &place)) {
		if (make_room((void **)&hosts->vlans, &hosts->vlan_size,
			      hosts->vlan_count, sizeof(*hosts->vlans)))
			return -ENOMEM;
		memmove(hosts->vlans + at + 1, hosts->vlans + at,
			(hosts->vlan_count - at) * sizeof(*hosts->vlans));
		hosts->vlan_count++;
	}
	hosts->vlans[at] = (struct vlan_row){ place, interface->ifindex };
	return 0;
}

static void remove_vlan(struct hosts *hosts,
			const struct privsep_interface *interface)
{
	struct frame_place place = place_of(interface);
	size_t at = vlan_at(hosts, &place);

	if (!is_vlan_at(hosts, at, &place) ||
	    hosts->vlans[at].ifindex != interface->ifindex)
		return;
	hosts->vlan_count--;
	memmove(hosts->vlans + at, hosts->vlans + at + 1,
		(hosts->vlan_count - at) * sizeof(*hosts->vlans));
}

int hosts_set_interface(struct hosts *hosts,
			const struct privsep_interface *interface)
{
	size_t at = interface_at(hosts, interface->ifindex);

	if (at == hosts->interface_count ||
	    hosts->interfaces[at].ifindex != interface->ifindex) {
		if (make_room((void **)&hosts->interfaces,
			      &hosts->interface_size, hosts->interface_count,
			      sizeof(*hosts->interfaces)))
			return -ENOMEM;
		memmove(hosts->interfaces + at + 1, hosts->interfaces + at,
			(hosts->interface_count - at) *
				sizeof(*hosts->interfaces));
		hosts->interface_count++;
	} else if (hosts->interfaces[at].vlan_count) {
		remove_vlan(hosts, &hosts->interfaces[at]);
	}
	hosts->interfaces[at] = *interface;
	return interface->vlan_count ? add_vlan(hosts, interface) : 0;
}

void hosts_remove_interface(struct hosts *hosts, uint32_t ifindex)
{
	size_t at = interface_at(hosts, ifindex);

	if (at == hosts->interface_count ||
	    hosts->interfaces[at].ifindex != ifindex)
		return;
	if (hosts->interfaces[at].vlan_count)
		remove_vlan(hosts, &hosts->interfaces[at]);
	hosts->interface_count--;
	memmove(hosts->interfaces + at, hosts->interfaces + at + 1,
		(hosts->interface_count - at) * sizeof(*hosts->interfaces));
}

const struct privsep_interface *hosts_find(const struct hosts *hosts,
					   uint32_t ifindex)
{
	size_t at = interface_at(hosts, ifindex);

	if (at == hosts->interface_count ||
	    hosts->interfaces[at].ifindex != ifindex)
		return NULL;
	return &hosts->interfaces[at];
}

const struct privsep_interface *hosts_find_name(const struct hosts *hosts,
						const char *name)
{
	size_t i;

	for (i = 0; i < hosts->interface_count; i++) {
		if (strcmp(hosts->interfaces[i].name, name) == 0)
			return &hosts->interfaces[i];
	}
	return NULL;
}

void hosts_each(const struct hosts *hosts,
		void (*visit)(void *arg,
			      const struct privsep_interface *interface),
		void *arg)
{
	size_t i;

	for (i = 0; i < hosts->interface_count; i++)
		visit(arg, &hosts->interfaces[i]);
}

const uint8_t *hosts_first_mac(const struct hosts *hosts)
{
	size_t i;

	for (i = 0; i < hosts->interface_count; i++) {
		if (hosts->interfaces[i].has_mac)
			return hosts->interfaces[i].mac;
	}
	return NULL;
}

const struct privsep_interface *hosts_find_frame(const struct hosts *hosts,
						 uint32_t port_ifindex,
						 const struct frame_addr *addr)
{
	struct frame_place place = { .port_ifindex = port_ifindex };
	unsigned int i;
	size_t at;

	if (!addr->vlan_count)
		return hosts_find(hosts, port_ifindex);
	for (i = 0; i < addr->vlan_count && i < FRAME_VLAN_MAX; i++) {
		place.proto[i] = addr->vlan_proto[i];
		place.id[i] = addr->vlan_tci[i] & 0x0fff;
	}
	at = vlan_at(hosts, &place);
	return is_vlan_at(hosts, at, &place)
		       ? hosts_find(hosts, hosts->vlans[at].ifindex)
		       : NULL;
}

static int compare_local(const struct local_addr *a,
			 const struct in6_addr *addr, uint32_t ifindex)
{
	int order = memcmp(&a->addr, addr, sizeof(*addr));

	if (order)
		return order;
	return a->ifindex < ifindex ? -1 : a->ifindex > ifindex;
}

static size_t addr_at(const struct hosts *hosts, const struct in6_addr *addr,
		      uint32_t ifindex)
{
	size_t low = 0, high = hosts->addr_count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (compare_local(&hosts->addrs[mid], addr, ifindex) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_same_prefix(const struct net_local *a, const struct net_local *b)
{
	return a->prefix_len == b->prefix_len && a->ifindex == b->ifindex &&
	       IN6_ARE_ADDR_EQUAL(&a->prefix, &b->prefix);
}

static int add_prefix(struct hosts *hosts, const struct net_local *local)
{
	size_t i;

	for (i = 0; i < hosts->prefix_count; i++) {
		if (is_same_prefix(&hosts->prefixes[i], local))
			return 0;
	}
	if (make_room((void **)&hosts->prefixes, &hosts->prefix_size,
		      hosts->prefix_count, sizeof(*hosts->prefixes)))
		return -ENOMEM;
	hosts->prefixes[hosts->prefix_count++] = *local;
	return 0;
}

int hosts_add_local(struct hosts *hosts, const struct net_local *local)
{
	size_t at;

	if (local->prefix_len < 128)
		return add_prefix(hosts, local);
	at = addr_at(hosts, &local->prefix, local->ifindex);
	if (at < hosts->addr_count &&
	    !compare_local(&hosts->addrs[at], &local->prefix, local->ifindex))
		return 0;
	if (make_room((void **)&hosts->addrs, &hosts->addr_size,
		      hosts->addr_count, sizeof(*hosts->addrs)))
		return -ENOMEM;
	memmove(hosts->addrs + at + 1, hosts->addrs + at,
		(hosts->addr_count - at) * sizeof(*hosts->addrs));
	hosts->addrs[at] = (struct local_addr){
		.addr = local->prefix,
		.ifindex = local->ifindex,
		.is_anycast = local->is_anycast,
	};
	hosts->addr_count++;
	return 0;
}

void hosts_remove_local(struct hosts *hosts, const struct net_local *local)
{
	size_t at, i;

	if (local->prefix_len < 128) {
		for (i = 0; i < hosts->prefix_count; i++) {
			if (!is_same_prefix(&hosts->prefixes[i], local))
				continue;
			hosts->prefixes[i] =
				hosts->prefixes[--hosts->prefix_count];
			return;
		}
		return;
	}
	at = addr_at(hosts, &local->prefix, local->ifindex);
	if (at == hosts->addr_count ||
	    compare_local(&hosts->addrs[at], &local->prefix, local->ifindex))
		return;
	hosts->addr_count--;
	memmove(hosts->addrs + at, hosts->addrs + at + 1,
		(hosts->addr_count - at) * sizeof(*hosts->addrs));
}

size_t hosts_globals(const struct hosts *hosts, uint32_t ifindex,
		     struct in6_addr out[], size_t max)
{
	const struct local_addr *local;
	size_t i, count = 0;

	for (i = 0; i < hosts->addr_count && count < max; i++) {
		local = &hosts->addrs[i];
		if (local->ifindex == ifindex && !local->is_anycast &&
		    !IN6_IS_ADDR_LINKLOCAL(&local->addr) &&
		    !IN6_IS_ADDR_LOOPBACK(&local->addr))
			out[count++] = local->addr;
	}
	return count;
}

/* Leading bits that two addresses share. */
static unsigned int common_bits(const struct in6_addr *a,
				const struct in6_addr *b)
{
	unsigned int i, bit;
	uint8_t differ;

	for (i = 0; i < 16; i++) {
		differ = a->s6_addr[i] ^ b->s6_addr[i];
		if (!differ)
			continue;
		for (bit = 0; !(differ & 0x80U >> bit); bit++)
			;
		return 8 * i + bit;
	}
	return 128;
}

bool hosts_is_destination(const struct hosts *hosts, const struct in6_addr *dst,
			  uint32_t ifindex)
{
	size_t at, i;

	if (IN6_IS_ADDR_MULTICAST(dst))
		return IN6_ARE_ADDR_EQUAL(dst, &net_all_relays_and_servers) ||
		       IN6_ARE_ADDR_EQUAL(dst, &net_all_servers);
	/* The kernel has ::1 as well, but takes it from no wire. */
	if (IN6_IS_ADDR_LOOPBACK(dst))
		return false;
	if (IN6_IS_ADDR_LINKLOCAL(dst)) {
		at = addr_at(hosts, dst, ifindex);
		return at < hosts->addr_count &&
		       !compare_local(&hosts->addrs[at], dst, ifindex);
	}
	at = addr_at(hosts, dst, 0);
	if (at < hosts->addr_count &&
	    IN6_ARE_ADDR_EQUAL(&hosts->addrs[at].addr, dst))
		return true;
	for (i = 0; i < hosts->prefix_count; i++) {
		if (common_bits(&hosts->prefixes[i].prefix, dst) >=
		    hosts->prefixes[i].prefix_len)
			return true;
	}
	return false;
}

bool hosts_source_for(const struct hosts *hosts, const struct in6_addr *sent_to,
		      const struct in6_addr *peer, uint32_t ifindex,
		      struct in6_addr *source)
{
	bool want_link_local = IN6_IS_ADDR_LINKLOCAL(peer);
	unsigned int best = 0, bits;
	bool is_found = false;
	size_t i;

	if (!IN6_IS_ADDR_MULTICAST(sent_to) &&
	    !IN6_IS_ADDR_UNSPECIFIED(sent_to)) {
		*source = *sent_to;
		return true;
	}
	for (i = 0; i < hosts->addr_count; i++) {
		const struct local_addr *local = &hosts->addrs[i];

		if (local->ifindex != ifindex || local->is_anycast ||
		    want_link_local != IN6_IS_ADDR_LINKLOCAL(&local->addr))
			continue;
		bits = common_bits(&local->addr, peer);
		if (is_found && bits <= best)
			continue;
		is_found = true;
		best = bits;
		*source = local->addr;
	}
	return is_found;
}
