/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host4 - what server4 needs to know of the host: which shared network an
 * interface stands in, and by which IPv4 address the server names itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "server4.h"
#include "server_id.h"

#define HOST_ADDRS_MAX 1024 /* IPv4 addresses that are known to be ours */

static int set_interface(struct server4 *server, const struct net_link *link)
{
	struct in6_addr addrs[ALLOC_IF_ADDRS_MAX];
	char conflict[ALLOC_CONFLICT_SIZE];
	size_t count;
	int err;

	count = net_mon_global6(server->mon, link->ifindex, addrs,
				ALLOC_IF_ADDRS_MAX);
	if (count > ALLOC_IF_ADDRS_MAX)
		count = ALLOC_IF_ADDRS_MAX;
	err = alloc_set_interface(server->alloc, link->name, addrs, count,
				  conflict);
	if (err == -EEXIST)
		log_error("%s", conflict);
	else if (err)
		log_error("%s: its addresses are not known: %s", link->name,
			  strerror(-err));
	return err;
}

static bool owns(const struct server4 *server, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < server->decide.addr_count; i++) {
		if (server->host_addrs[i].s_addr == addr.s_addr)
			return true;
	}
	return false;
}

struct id_search {
	struct server4 *server;
	enum server_id_rank rank;
	struct in_addr addr;
};

/* Of several that are as good, the lowest: the same after each start. */
static bool look_for_id(void *arg, const struct net_addr *addr)
{
	struct id_search *search = arg;
	const struct net_link *link =
		net_mon_find_link(search->server->mon, addr->ifindex);
	enum server_id_rank rank;

	rank = server_id_rank(search->server->conf, addr,
			      link ? link->kind : NET_LINK_OTHER);
	if (rank == SERVER_ID_NONE || rank > search->rank ||
	    (rank == search->rank &&
	     ntohl(addr->v4.s_addr) >= ntohl(search->addr.s_addr)))
		return true;
	search->rank = rank;
	search->addr = addr->v4;
	return true;
}

static void log_server_id(const struct id_search *search)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &search->addr, text, sizeof(text));
	switch (search->rank) {
	case SERVER_ID_CONFIGURED_SUBNET:
	case SERVER_ID_HOST:
		log_notice("server identifier %s, where none is configured",
			   text);
		break;
	case SERVER_ID_LIKELY_SHARED:
	case SERVER_ID_LINK_LOCAL:
		log_warning("server identifier %s, where none is configured: "
			    "other hosts may have the same address; a "
			    "`server-identifier' statement would be better",
			    text);
		break;
	case SERVER_ID_NONE:
		log_warning("this host has no IPv4 address: where no "
			    "`server-identifier' is configured the server "
			    "calls itself %s, which some clients refuse",
			    text);
		break;
	}
}

/* Keeps the identifier as long as it is ours: clients name it in REQUESTs. */
static void choose_server_id(struct server4 *server)
{
	struct in_addr former = server->decide.server_id;
	struct id_search search = { server, SERVER_ID_NONE, { 0 } };

	if (former.s_addr && owns(server, former))
		return;
	net_mon_each_addr(server->mon, look_for_id, &search);
	if (search.rank == SERVER_ID_NONE)
		search.addr = server_id_fallback(
			&lease_journal_info(server->keeper.store)->key);
	server->decide.server_id = search.addr;
	if (former.s_addr != search.addr.s_addr)
		log_server_id(&search);
}

static void update_addrs(struct server4 *server)
{
	size_t count;

	count = net_mon_ipv4(server->mon, 0, server->host_addrs,
			     HOST_ADDRS_MAX);
	server->decide.addrs = server->host_addrs;
	server->decide.addr_count =
		count < HOST_ADDRS_MAX ? count : HOST_ADDRS_MAX;
	choose_server_id(server);
}

static void handle_link(void *arg, enum net_change change,
			const struct net_link *link)
{
	struct server4 *server = arg;

	server->last_ifname[0] = '\0';
	if (!server->alloc)
		return; /* the first look; everything is bound later */
	if (change == NET_REMOVED)
		alloc_remove_interface(server->alloc, link->name);
	else
		set_interface(server, link);
}

static void handle_addr(void *arg, enum net_change change,
			const struct net_addr *addr)
{
	struct server4 *server = arg;
	const struct net_link *link;

	(void)change;
	if (!server->alloc)
		return;
	if (addr->family == AF_INET) {
		update_addrs(server);
		return;
	}
	link = net_mon_find_link(server->mon, addr->ifindex);
	if (link)
		set_interface(server, link);
}

static void handle_netlink(void *arg, uint32_t events)
{
	struct server4 *server = arg;
	int err = net_mon_handle(server->mon);

	(void)events;
	if (err)
		log_warning("following interfaces and addresses: %s",
			    strerror(-err));
}

enum daemon_exit server4_open_host(struct server4 *server)
{
	const struct net_mon_handlers handlers = {
		.link = handle_link,
		.addr = handle_addr,
		.arg = server,
	};
	int err;

	server->host_addrs =
		calloc(HOST_ADDRS_MAX, sizeof(*server->host_addrs));
	err = server->host_addrs ? net_mon_open(&server->mon, &handlers)
				 : -ENOMEM;
	if (!err)
		err = net_mon_sync(server->mon);
	if (!err && server->loop)
		err = loop_add_fd(server->loop, net_mon_fd(server->mon),
				  EPOLLIN, handle_netlink, server);
	if (!err)
		return DAEMON_EXIT_NONE;
	log_error("reading interfaces and addresses: %s", strerror(-err));
	return DAEMON_EXIT_FAILURE;
}

struct bind_state {
	struct server4 *server;
	enum daemon_exit status;
};

static bool bind_link(void *arg, const struct net_link *link)
{
	struct bind_state *state = arg;

	if (set_interface(state->server, link) == -EEXIST)
		state->status = DAEMON_EXIT_CONFIG;
	return true;
}

enum daemon_exit server4_bind_interfaces(struct server4 *server)
{
	struct bind_state state = { server, DAEMON_EXIT_NONE };

	net_mon_each_link(server->mon, bind_link, &state);
	return state.status;
}

void server4_name_itself(struct server4 *server)
{
	update_addrs(server);
}

bool server4_has_interface(struct server4 *server, const char *ifname)
{
	/* Queries come in runs from one interface. */
	if (strncmp(server->last_ifname, ifname, IPC_IFNAME_SIZE) == 0 &&
	    ifname[0])
		return true;
	if (!net_mon_find_link_by_name(server->mon, ifname))
		return false;
	memcpy(server->last_ifname, ifname, IPC_IFNAME_SIZE);
	return true;
}
