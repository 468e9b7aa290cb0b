/* SPDX-License-Identifier: BSD-2-Clause */
#include "served.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/log.h"
#include "dhcp4o6/xdp/afxdp.h"
#include "groups.h"
#include "port.h"

#define IFACES_MAX          4096 /* VLAN devices included */
#define PORTS_MAX           64
#define FRAMES_PER_PORT_MIN 256

struct iface {
	struct privsep_interface told; /* what the front knows */
	bool is_joined;
};

struct served {
	struct served_config config;
	struct iface *ifaces;
	size_t iface_count;
	struct port *ports[PORTS_MAX];
	size_t port_count;
	uint32_t frames_per_port;
	struct groups *groups;
	bool is_full_reported;
	bool are_ports_full_reported;
	bool are_groups_full_reported;
};

int served_new(struct served **served, const struct served_config *config)
{
	struct served *self = calloc(1, sizeof(*self));

	if (!self)
		return -ENOMEM;
	self->config = *config;
	self->frames_per_port = AFXDP_FRAMES_MAX;
	self->ifaces = calloc(IFACES_MAX, sizeof(*self->ifaces));
	if (!self->ifaces || groups_new(&self->groups, config->udp_fd)) {
		served_free(self);
		return -ENOMEM;
	}
	*served = self;
	return 0;
}

void served_free(struct served *served)
{
	if (!served)
		return;
	while (served->port_count)
		port_free(served->ports[--served->port_count], false);
	groups_free(served->groups);
	free(served->ifaces);
	free(served);
}

static bool is_wanted(const struct served *served, const struct net_link *link)
{
	const struct daemon_args *args = served->config.startup->args;
	size_t i;

	if (args->interface_count == 0)
		return !link->is_loopback && !link->master_ifindex;
	for (i = 0; i < args->interface_count; i++) {
		if (strcmp(args->interfaces[i], link->name) == 0)
			return true;
	}
	return false;
}

/* Walks down from a VLAN device; the tags end up outermost first. */
static void describe(const struct served *served, const struct net_link *link,
		     struct privsep_interface *out)
{
	const struct net_link *below;

	/* Compared octet by octet later: padding must be zero, too. */
	memset(out, 0, sizeof(*out));
	out->ifindex = link->ifindex;
	out->port_ifindex = link->ifindex;
	out->has_mac = link->has_mac;
	memcpy(out->name, link->name, sizeof(out->name));
	memcpy(out->mac, link->mac, sizeof(out->mac));
	while (link->kind == NET_LINK_VLAN &&
	       out->vlan_count < FRAME_VLAN_MAX) {
		below = net_mon_find_link(served->config.mon,
					  link->parent_ifindex);
		if (!below)
			return; /* in another namespace: a port of its own */
		memmove(out->vlan_proto + 1, out->vlan_proto,
			sizeof(out->vlan_proto[0]) * (FRAME_VLAN_MAX - 1));
		memmove(out->vlan_id + 1, out->vlan_id,
			sizeof(out->vlan_id[0]) * (FRAME_VLAN_MAX - 1));
		out->vlan_proto[0] = link->vlan_proto;
		out->vlan_id[0] = link->vlan_id;
		out->vlan_count++;
		out->port_ifindex = below->ifindex;
		link = below;
	}
}

static struct port *find_port(const struct served *served, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < served->port_count; i++) {
		if (port_ifindex(served->ports[i]) == ifindex)
			return served->ports[i];
	}
	return NULL;
}

bool served_has_port(const struct served *served, uint32_t ifindex)
{
	return find_port(served, ifindex) != NULL;
}

static void drop_port(struct served *served, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < served->port_count; i++) {
		if (port_ifindex(served->ports[i]) != ifindex)
			continue;
		port_free(served->ports[i], true);
		served->ports[i] = served->ports[--served->port_count];
		return;
	}
}

static bool feed_local(void *arg, const struct net_local *local)
{
	port_add_local(arg, local);
	return true;
}

struct vlan_search {
	uint32_t parent_ifindex;
	bool is_found;
};

static bool is_not_on_parent(void *arg, const struct net_link *link)
{
	struct vlan_search *search = arg;

	search->is_found = link->kind == NET_LINK_VLAN &&
			   link->parent_ifindex == search->parent_ifindex;
	return !search->is_found;
}

/*
 * Served or not, a VLAN device changes what frames look like: where the tag is
 * kept beside the frame, a tagged query would look like the port's own.
 */
static bool has_vlan_devices(const struct served *served, uint32_t ifindex)
{
	struct vlan_search search = { .parent_ifindex = ifindex };

	net_mon_each_link(served->config.mon, is_not_on_parent, &search);
	return search.is_found;
}

static void feed_vlans(struct served *served, struct port *port)
{
	const struct privsep_interface *told;
	size_t i;

	for (i = 0; i < served->iface_count; i++) {
		told = &served->ifaces[i].told;
		if (told->port_ifindex == port_ifindex(port) &&
		    told->vlan_count)
			port_add_vlan(port, told);
	}
}

static void feed_macs(struct served *served, struct port *port)
{
	uint8_t macs[D4O6_MACS_MAX][FRAME_MAC_LEN];
	const struct net_link *link;
	const struct privsep_interface *told;
	size_t count = 0, i, k;

	link = net_mon_find_link(served->config.mon, port_ifindex(port));
	if (link)
		memcpy(macs[count++], link->mac, FRAME_MAC_LEN);
	for (i = 0; i < served->iface_count; i++) {
		told = &served->ifaces[i].told;
		if (told->port_ifindex != port_ifindex(port))
			continue;
		for (k = 0; k < count; k++) {
			if (!memcmp(macs[k], told->mac, FRAME_MAC_LEN))
				break;
		}
		if (k == count && count < D4O6_MACS_MAX)
			memcpy(macs[count++], told->mac, FRAME_MAC_LEN);
	}
	port_set_macs(port, (const uint8_t(*)[FRAME_MAC_LEN])macs, count);
}

static void note_ports_full(struct served *served, const char *name)
{
	if (!served->are_ports_full_reported)
		log_warning("%s: XDP not tried: more than %d interfaces; the "
			    "socket serves",
			    name, PORTS_MAX);
	served->are_ports_full_reported = true;
}

static void open_port(struct served *served, uint32_t ifindex)
{
	const struct daemon_args *args = served->config.startup->args;
	struct port_config config = {
		.mon = served->config.mon,
		.outbox = served->config.outbox,
		.link = net_mon_find_link(served->config.mon, ifindex),
		.mode = served->config.conf->dhcp4o6.xdp_mode,
		.bpf_dir = args->bpf_dir,
		.run_dir = args->run_dir,
		.instance = args->port,
		.has_vlans = has_vlan_devices(served, ifindex),
		.frame_count = served->frames_per_port,
	};
	struct port *port;
	int err;

	if (!config.link)
		return;
	if (served->port_count == PORTS_MAX) {
		note_ports_full(served, config.link->name);
		return;
	}
	err = port_new(&port, &config);
	if (err) {
		log_warning("%s: XDP not tried: %s; the socket serves",
			    config.link->name, strerror(-err));
		return;
	}
	served->ports[served->port_count++] = port;
	net_mon_each_local(served->config.mon, feed_local, port);
	feed_vlans(served, port);
	feed_macs(served, port);
}

/* The interface's port has to be there and know it. */
static void need_port(struct served *served,
		      const struct privsep_interface *iface)
{
	struct port *port = find_port(served, iface->port_ifindex);

	if (!port) {
		open_port(served, iface->port_ifindex);
		return;
	}
	if (iface->vlan_count)
		port_add_vlan(port, iface);
	feed_macs(served, port);
}

/* The first VLAN device on a port: tags must be kept, or the port given up. */
static void note_vlan(struct served *served, const struct net_link *link)
{
	struct port *port;

	if (link->kind != NET_LINK_VLAN)
		return;
	port = find_port(served, link->parent_ifindex);
	if (!port || port_has_vlans(port))
		return;
	drop_port(served, link->parent_ifindex);
	open_port(served, link->parent_ifindex);
}

static void join(struct served *served, struct iface *iface)
{
	int err;

	if (iface->is_joined)
		return;
	err = groups_join(served->groups, iface->told.ifindex);
	/* Without IPv6 on it yet: tried again when it changes. */
	iface->is_joined = !err;
	if ((err != -ENOMEM && err != -ENOBUFS) ||
	    served->are_groups_full_reported)
		return;
	served->are_groups_full_reported = true;
	log_error("%s: multicast groups not joined: %s; this interface, and "
		  "maybe others, gets no multicast (net.core.optmem_max)",
		  iface->told.name, strerror(-err));
}

static struct iface *find_iface(struct served *served, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < served->iface_count; i++) {
		if (served->ifaces[i].told.ifindex == ifindex)
			return &served->ifaces[i];
	}
	return NULL;
}

static struct iface *add_iface(struct served *served)
{
	struct iface *iface;

	if (served->iface_count < IFACES_MAX) {
		iface = &served->ifaces[served->iface_count++];
		iface->is_joined = false; /* its place was another's before */
		return iface;
	}
	if (!served->is_full_reported)
		log_warning("more than %d interfaces: the rest is not served",
			    IFACES_MAX);
	served->is_full_reported = true;
	return NULL;
}

void served_update_link(struct served *served, const struct net_link *link)
{
	struct privsep_msg msg = { .type = PRIVSEP_INTERFACE };
	struct iface *iface = find_iface(served, link->ifindex);

	note_vlan(served, link);
	if (!is_wanted(served, link)) {
		served_remove_link(served, link->ifindex);
		return;
	}
	describe(served, link, &msg.interface);
	if (iface &&
	    memcmp(&iface->told, &msg.interface, sizeof(msg.interface)) == 0) {
		join(served, iface);
		return;
	}
	if (!iface)
		iface = add_iface(served);
	if (!iface)
		return;
	iface->told = msg.interface;
	privsep_post(served->config.outbox, &msg, NULL, 0);
	join(served, iface);
	need_port(served, &iface->told);
}

void served_remove_link(struct served *served, uint32_t ifindex)
{
	struct privsep_msg msg = { .type = PRIVSEP_INTERFACE_GONE,
				   .ifindex = ifindex };
	struct iface *iface = find_iface(served, ifindex);
	struct privsep_interface gone;
	struct port *port;
	size_t i;

	if (!iface)
		return;
	gone = iface->told;
	groups_leave(served->groups, ifindex);
	*iface = served->ifaces[--served->iface_count];
	privsep_post(served->config.outbox, &msg, NULL, 0);
	port = find_port(served, gone.port_ifindex);
	if (port && gone.vlan_count)
		port_remove_vlan(port, &gone);
	for (i = 0; i < served->iface_count; i++) {
		if (served->ifaces[i].told.port_ifindex == gone.port_ifindex)
			return;
	}
	drop_port(served, gone.port_ifindex);
}

static bool count_port(void *arg, const struct net_link *link)
{
	struct served *served = arg;
	struct privsep_interface iface;

	if (!is_wanted(served, link))
		return true;
	describe(served, link, &iface);
	/* VLAN devices share the port below them. */
	if (iface.vlan_count == 0)
		served->frames_per_port++;
	return true;
}

void served_plan(struct served *served)
{
	uint32_t ports;

	served->frames_per_port = 0;
	net_mon_each_link(served->config.mon, count_port, served);
	ports = served->frames_per_port ? served->frames_per_port : 1;
	served->frames_per_port = AFXDP_FRAMES_MAX / ports;
	if (served->frames_per_port < FRAMES_PER_PORT_MIN)
		served->frames_per_port = FRAMES_PER_PORT_MIN;
}

void served_add_local(struct served *served, const struct net_local *local)
{
	struct iface *iface = find_iface(served, local->ifindex);
	size_t i;

	if (iface) /* now it has IPv6 */
		join(served, iface);
	for (i = 0; i < served->port_count; i++)
		port_add_local(served->ports[i], local);
}

void served_remove_local(struct served *served, const struct net_local *local)
{
	size_t i;

	for (i = 0; i < served->port_count; i++)
		port_remove_local(served->ports[i], local);
}
