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

/* Made once for this journal, and so for this host: 169.254.1.0 and up. */
static struct in_addr link_local_id(const struct server4 *server)
{
	static const char label[] = "server-identifier";
	uint64_t hash = siphash24(&lease_journal_info(server->store)->key,
				  label, sizeof(label));
	/* RFC 3927 section 2.1 keeps the first and the last 256 back. */
	uint32_t host = (uint32_t)(hash % (254U * 256)) + 256;

	return (struct in_addr){ .s_addr = htonl(0xa9fe0000U | host) };
}

static bool is_link_local4(struct in_addr addr)
{
	return (ntohl(addr.s_addr) & 0xffff0000U) == 0xa9fe0000U;
}

/* Keeps the identifier as long as it is ours: clients name it in REQUESTs. */
static void choose_server_id(struct server4 *server)
{
	struct in_addr former = server->decide.server_id;
	char text[INET_ADDRSTRLEN];
	size_t i;

	if (former.s_addr && owns(server, former))
		return;
	server->decide.server_id = link_local_id(server);
	for (i = 0; i < server->decide.addr_count; i++) {
		if (is_link_local4(server->host_addrs[i]))
			continue;
		server->decide.server_id = server->host_addrs[i];
		break;
	}
	if (former.s_addr == server->decide.server_id.s_addr)
		return;
	inet_ntop(AF_INET, &server->decide.server_id, text, sizeof(text));
	if (i == server->decide.addr_count)
		log_warning("this host has no IPv4 address: where no "
			    "`server-identifier' is configured the server "
			    "calls itself %s, which some clients refuse",
			    text);
	else
		log_notice("server identifier %s, where none is configured",
			   text);
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
