/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * served - which interfaces are served and what their ports are told, with
 * netlink, ports and sockets of straw.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../daemon/server6/groups.h"
#include "../../daemon/server6/port.h"
#include "../../daemon/server6/served.h"

#define LINKS_MAX 128
#define ETH       2
#define VLAN      100

/* ---- straw ---- */

struct port {
	uint32_t ifindex;
	bool has_vlans;
	unsigned int vlans_told;
	size_t mac_count;
	uint8_t mac[FRAME_MAC_LEN];
};

static struct net_link links[LINKS_MAX];
static size_t link_count;
static struct port *ports[LINKS_MAX];
static size_t port_count;
static unsigned int ports_made;
static unsigned int events[PRIVSEP_TYPE_COUNT];
static unsigned int joined;

const struct net_link *net_mon_find_link(const struct net_mon *mon,
					 uint32_t ifindex)
{
	size_t i;

	(void)mon;
	for (i = 0; i < link_count; i++) {
		if (links[i].ifindex == ifindex)
			return &links[i];
	}
	return NULL;
}

void net_mon_each_link(const struct net_mon *mon,
		       bool (*visit)(void *arg, const struct net_link *link),
		       void *arg)
{
	size_t i;

	(void)mon;
	for (i = 0; i < link_count; i++) {
		if (!visit(arg, &links[i]))
			return;
	}
}

void net_mon_each_local(const struct net_mon *mon,
			bool (*visit)(void *arg, const struct net_local *local),
			void *arg)
{
	(void)mon;
	(void)visit;
	(void)arg;
}

int port_new(struct port **port, const struct port_config *config)
{
	struct port *self = calloc(1, sizeof(*self));

	assert_non_null(self);
	self->ifindex = config->link->ifindex;
	self->has_vlans = config->has_vlans;
	ports[port_count++] = self;
	ports_made++;
	*port = self;
	return 0;
}

void port_free(struct port *port, bool tell)
{
	size_t i;

	(void)tell;
	for (i = 0; i < port_count; i++) {
		if (ports[i] == port)
			ports[i] = ports[--port_count];
	}
	free(port);
}

uint32_t port_ifindex(const struct port *port)
{
	return port->ifindex;
}

bool port_has_vlans(const struct port *port)
{
	return port->has_vlans;
}

void port_set_macs(struct port *port, const uint8_t (*macs)[FRAME_MAC_LEN],
		   size_t count)
{
	port->mac_count = count;
	memcpy(port->mac, macs[0], FRAME_MAC_LEN);
}

void port_add_local(struct port *port, const struct net_local *local)
{
	(void)port;
	(void)local;
}

void port_remove_local(struct port *port, const struct net_local *local)
{
	(void)port;
	(void)local;
}

void port_add_vlan(struct port *port, const struct privsep_interface *vlan)
{
	assert_int_equal(vlan->vlan_count, 1);
	port->vlans_told++;
}

void port_remove_vlan(struct port *port, const struct privsep_interface *vlan)
{
	(void)vlan;
	port->vlans_told--;
}

int privsep_post(struct outbox *box, const struct privsep_msg *msg,
		 const int *fds, size_t count)
{
	(void)box;
	(void)fds;
	assert_int_equal(count, 0);
	events[msg->type]++;
	return 0;
}

int groups_new(struct groups **groups, int udp_fd)
{
	(void)udp_fd;
	*groups = NULL;
	return 0;
}

void groups_free(struct groups *groups)
{
	(void)groups;
}

int groups_join(struct groups *groups, uint32_t ifindex)
{
	(void)groups;
	(void)ifindex;
	joined++;
	return 0;
}

void groups_leave(struct groups *groups, uint32_t ifindex)
{
	(void)groups;
	(void)ifindex;
	joined--;
}

/* ---- the host ---- */

struct world {
	struct daemon_args args;
	struct startup startup;
	struct conf *conf;
	struct served *served;
	char *names[2];
};

static struct net_link *add_link(uint32_t ifindex, const char *name)
{
	struct net_link *link = &links[link_count++];

	assert_true(link_count <= LINKS_MAX);
	memset(link, 0, sizeof(*link));
	link->ifindex = ifindex;
	link->has_mac = true;
	link->mac[5] = (uint8_t)ifindex;
	snprintf(link->name, sizeof(link->name), "%s", name);
	return link;
}

static struct net_link *add_vlan(uint32_t ifindex, const char *name)
{
	struct net_link *link = add_link(ifindex, name);

	link->kind = NET_LINK_VLAN;
	link->parent_ifindex = ETH;
	link->vlan_proto = 0x8100;
	link->vlan_id = (uint16_t)ifindex;
	link->mac[5] = ETH;
	return link;
}

static void remove_last_link(struct world *w)
{
	uint32_t ifindex = links[--link_count].ifindex;

	served_remove_link(w->served, ifindex);
}

/* Serves eth0 alone, or everything. */
static void start(struct world *w, bool by_name)
{
	const struct served_config config = { .startup = &w->startup,
					      .conf = w->conf };

	w->args.interfaces = w->names;
	w->args.interface_count = by_name ? 1 : 0;
	assert_int_equal(served_new(&w->served, &config), 0);
	served_plan(w->served);
	for (size_t i = 0; i < link_count; i++)
		served_update_link(w->served, &links[i]);
}

static int setup(void **state)
{
	static struct world world;

	link_count = port_count = ports_made = joined = 0;
	memset(events, 0, sizeof(events));
	world = (struct world){ .conf = calloc(1, sizeof(struct conf)) };
	world.startup.args = &world.args;
	world.names[0] = (char *)(uintptr_t) "eth0";
	add_link(ETH, "eth0");
	*state = &world;
	return world.conf ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;

	served_free(w->served);
	assert_int_equal(port_count, 0);
	free(w->conf);
	return 0;
}

static void a_vlan_device_that_is_not_served_makes_its_port_keep_tags(void **s)
{
	add_vlan(VLAN, "eth0.100");
	start(*s, true);
	assert_int_equal(port_count, 1);
	assert_true(ports[0]->has_vlans);
	assert_int_equal(ports[0]->vlans_told, 0);
}

static void one_that_appears_later_does_so_as_well(void **state)
{
	struct world *w = *state;

	start(w, true);
	assert_false(ports[0]->has_vlans);
	served_update_link(w->served, add_vlan(VLAN, "eth0.100"));
	assert_int_equal(port_count, 1);
	assert_int_equal(ports_made, 2);
	assert_true(ports[0]->has_vlans);
	assert_int_equal(ports[0]->mac_count, 1);
	/* Once is enough. */
	served_update_link(w->served, add_vlan(VLAN + 1, "eth0.101"));
	assert_int_equal(ports_made, 2);
	assert_int_equal(events[PRIVSEP_INTERFACE], 1);
}

static void a_port_is_told_each_vlan_device_once(void **state)
{
	struct world *w = *state;
	uint32_t i;

	start(w, false);
	for (i = 0; i < 50; i++)
		served_update_link(w->served, add_vlan(VLAN + i, "v"));
	assert_int_equal(ports_made, 2);
	assert_int_equal(ports[0]->vlans_told, 50);
	assert_int_equal(joined, 51);
	for (i = 0; i < 50; i++)
		remove_last_link(w);
	assert_int_equal(ports[0]->vlans_told, 0);
	assert_int_equal(joined, 1);
}

static void an_interface_that_comes_back_gets_a_new_port(void **state)
{
	struct world *w = *state;

	start(w, true);
	remove_last_link(w);
	assert_int_equal(port_count, 0);
	assert_int_equal(joined, 0);
	served_update_link(w->served, add_link(ETH + 7, "eth0"));
	assert_int_equal(port_count, 1);
	assert_int_equal(ports[0]->ifindex, ETH + 7);
	assert_int_equal(joined, 1);
}

static void a_new_mac_address_reaches_the_port(void **state)
{
	struct world *w = *state;

	start(w, true);
	links[0].mac[0] = 2;
	links[0].mac[5] = 0x77;
	served_update_link(w->served, &links[0]);
	assert_int_equal(ports[0]->mac_count, 1);
	assert_int_equal(ports[0]->mac[5], 0x77);
	assert_int_equal(events[PRIVSEP_INTERFACE], 2);
}

static void what_became_part_of_a_bridge_is_served_no_more(void **state)
{
	struct world *w = *state;

	start(w, false);
	links[0].master_ifindex = 9;
	served_update_link(w->served, &links[0]);
	assert_int_equal(port_count, 0);
	assert_int_equal(events[PRIVSEP_INTERFACE_GONE], 1);
}

static void ports_beyond_the_limit_are_served_without_xdp(void **state)
{
	struct world *w = *state;
	uint32_t i;

	for (i = 1; i < 70; i++)
		add_link(ETH + i, "x");
	start(w, false);
	assert_int_equal(port_count, 64);
	assert_int_equal(joined, 70);
	assert_int_equal(events[PRIVSEP_INTERFACE], 70);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(a_vlan_device_that_is_not_served_makes_its_port_keep_tags),
		ROW(one_that_appears_later_does_so_as_well),
		ROW(a_port_is_told_each_vlan_device_once),
		ROW(an_interface_that_comes_back_gets_a_new_port),
		ROW(a_new_mac_address_reaches_the_port),
		ROW(what_became_part_of_a_bridge_is_served_no_more),
		ROW(ports_beyond_the_limit_are_served_without_xdp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
