/* SPDX-License-Identifier: BSD-2-Clause */
/* hands_do - the fixed list of what the head may ask for, and no more. */
#include <errno.h>
#include <string.h>

#include "dhcp4o6/base/log.h"
#include "dhcp4o6/net/arp_socket.h"
#include "dhcp4o6/net/udp6.h"
#include "hands_private.h"

static int open_udp(struct hands *hands, const struct slot *slot, int *fd)
{
	const struct net_udp6_config config = {
		.port = hands->config.port,
		.device = slot->name,
	};
	int got = net_udp6_open(&config);

	if (got < 0)
		return got;
	*fd = got;
	return 0;
}

static int open_arp(struct hands *hands, const struct slot *slot, int *fd)
{
	int got = net_arp_open(slot->ifindex);

	(void)hands;
	if (got < 0)
		return got;
	*fd = got;
	return 0;
}

/* How many addresses the interface has, and whether it is among them. */
struct census {
	const struct net_conf_addr *wanted;
	size_t count;
	bool is_there;
};

static bool count_addr(void *arg, const struct net_addr *addr)
{
	struct census *census = arg;
	const struct net_conf_addr *wanted = census->wanted;

	if (addr->ifindex != wanted->ifindex)
		return true;
	census->count++;
	if (addr->family != wanted->family)
		return true;
	if (addr->family == AF_INET
		    ? addr->v4.s_addr == wanted->v4.s_addr
		    : IN6_ARE_ADDR_EQUAL(&addr->v6, &wanted->v6))
		census->is_there = true;
	return true;
}

static int put_addr(struct hands *hands, const struct slot *slot, int *fd)
{
	struct census census = { .wanted = &hands->request.addr };

	(void)slot;
	(void)fd;
	/* Each one is the kernel's memory, and of this host, not of the head.
	 */
	net_mon_each_addr(hands->mon, count_addr, &census);
	if (!census.is_there && census.count >= HANDS_ADDRS_MAX)
		return -ENOSPC;
	return net_conf_put_addr(hands->conf, &hands->request.addr);
}

static int remove_addr(struct hands *hands, const struct slot *slot, int *fd)
{
	(void)slot;
	(void)fd;
	return net_conf_remove_addr(hands->conf, &hands->request.addr);
}

static int put_routes(struct hands *hands, const struct slot *slot, int *fd)
{
	(void)fd;
	return net_conf_put_routes4(hands->conf, slot->ifindex, NET_CONF_MAIN,
				    hands->request.route,
				    hands->request.route_count);
}

static int set_mtu(struct hands *hands, const struct slot *slot, int *fd)
{
	(void)fd;
	return net_conf_set_mtu(hands->conf, slot->ifindex, hands->request.mtu);
}

static int set_up(struct hands *hands, const struct slot *slot, int *fd)
{
	(void)fd;
	return net_conf_set_up(hands->conf, slot->ifindex);
}

static int run_script(struct hands *hands, const struct slot *slot, int *fd)
{
	const struct hands_request *request = &hands->request;
	struct slot *own = &hands->slots[request->slot];
	int err;

	(void)slot;
	(void)fd;
	if (!own->run)
		return -ENOENT;
	err = script_run_start(own->run, &request->env, request->timeout_s);
	if (!err)
		own->script_serial = request->serial;
	else if (err != -EBUSY && hands_may_complain(hands))
		log_warning("%s: the script %s cannot be run: %s", own->name,
			    hands->config.slots[request->slot].script,
			    strerror(-err));
	/* That of the operator is not there: not that there is none. */
	return err == -ENOENT ? -EACCES : err;
}

static int be_ready(struct hands *hands, const struct slot *slot, int *fd)
{
	(void)slot;
	(void)fd;
	if (!hands->is_ready)
		startup_ready(hands->config.startup);
	hands->is_ready = true;
	return 0;
}

static const struct {
	int (*act)(struct hands *hands, const struct slot *slot, int *fd);
	bool has_interface;
	const char *what; /* that the kernel was asked for; NULL: no matter */
} acts[HANDS_REQUEST_COUNT] = {
	[HANDS_OPEN_UDP] = { open_udp, true, NULL },
	[HANDS_OPEN_ARP] = { open_arp, true, NULL },
	[HANDS_PUT_ADDR] = { put_addr, true, "an address" },
	[HANDS_REMOVE_ADDR] = { remove_addr, true, "an address to go" },
	[HANDS_PUT_ROUTES] = { put_routes, true, "routes" },
	[HANDS_SET_MTU] = { set_mtu, true, "an MTU" },
	[HANDS_SET_UP] = { set_up, true, "the link up" },
	[HANDS_RUN_SCRIPT] = { run_script, false, NULL },
	[HANDS_READY] = { be_ready, false, NULL },
};

int hands_do(struct hands *hands, int *fd)
{
	const struct hands_request *request = &hands->request;
	const struct slot *slot = &hands->slots[request->slot];
	int err;

	/* Another interface may have the name by now, or none. */
	if (acts[request->type].has_interface &&
	    (!slot->ifindex || slot->ifindex != request->ifindex))
		return -ENODEV;
	err = acts[request->type].act(hands, slot, fd);
	/* Only this process knows what the kernel said about it. */
	if (err && acts[request->type].what && *net_conf_text(hands->conf) &&
	    hands_may_complain(hands))
		log_info("%s: %s: %s: %s", slot->name, acts[request->type].what,
			 strerror(-err), net_conf_text(hands->conf));
	return err;
}
