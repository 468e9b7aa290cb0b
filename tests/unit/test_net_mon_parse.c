/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the monitor makes of messages: VLAN devices, which not every kernel
 * has, by messages as the kernel writes them; and its tables.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/net/netmon_internal.h"
#include "dhcp4o6/net/netmon.h"

static struct nlmsghdr *begin_link(char *buffer)
{
	struct nlmsghdr *head = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *info;

	head->nlmsg_type = RTM_NEWLINK;
	info = mnl_nlmsg_put_extra_header(head, sizeof(*info));
	info->ifi_index = 9;
	info->ifi_type = ARPHRD_ETHER;
	mnl_attr_put_strz(head, IFLA_IFNAME, "eth0.100");
	return head;
}

static void put_vlan(struct nlmsghdr *head)
{
	struct nlattr *info, *data;

	mnl_attr_put_u32(head, IFLA_LINK, 3);
	info = mnl_attr_nest_start(head, IFLA_LINKINFO);
	mnl_attr_put_strz(head, IFLA_INFO_KIND, "vlan");
	data = mnl_attr_nest_start(head, IFLA_INFO_DATA);
	mnl_attr_put_u16(head, IFLA_VLAN_ID, 100);
	mnl_attr_put_u16(head, IFLA_VLAN_PROTOCOL, htons(0x88a8));
	mnl_attr_nest_end(head, data);
	mnl_attr_nest_end(head, info);
}

static void vlan_devices_have_a_parent_and_a_tag(void **state)
{
	char buffer[1024] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *head = begin_link(buffer);
	struct net_link link;

	(void)state;
	put_vlan(head);
	assert_int_equal(net_parse_link(head, &link), 0);
	assert_int_equal(link.kind, NET_LINK_VLAN);
	assert_int_equal(link.parent_ifindex, 3);
	assert_int_equal(link.vlan_id, 100);
	assert_int_equal(link.vlan_proto, 0x88a8);
	assert_string_equal(link.name, "eth0.100");
	/* Its parent is in another namespace: an index there means nothing. */
	mnl_attr_put_u32(head, IFLA_LINK_NETNSID, 0);
	assert_int_equal(net_parse_link(head, &link), 0);
	assert_int_equal(link.parent_ifindex, 0);
}

static void vlan_devices_are_found_by_tag(void **state)
{
	char buffer[1024] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *head = begin_link(buffer);
	const struct net_link *found;
	struct net_mon *mon;
	struct link_row row = { .row.round = 0 };

	(void)state;
	put_vlan(head);
	assert_int_equal(net_mon_open(&mon, NULL), 0);
	assert_int_equal(net_parse_link(head, &row.link), 0);
	for (uint16_t id = 200; id > 0; id--) {
		row.link.ifindex = 1000U + id;
		row.link.vlan_id = id;
		assert_int_equal(net_table_insert(&mon->links, &row), 0);
	}
	found = net_mon_find_vlan(mon, 3, 0x88a8, 77);
	assert_non_null(found);
	assert_int_equal(found->ifindex, 1077);
	assert_null(net_mon_find_vlan(mon, 3, 0x8100, 77));
	assert_null(net_mon_find_vlan(mon, 4, 0x88a8, 77));
	assert_null(net_mon_find_vlan(mon, 3, 0x88a8, 201));
	net_mon_close(mon);
}

static void messages_that_are_no_link_state_are_ignored(void **state)
{
	char buffer[1024] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *head = begin_link(buffer);
	struct ifinfomsg *info = mnl_nlmsg_get_payload(head);
	struct net_link link;

	(void)state;
	info->ifi_family = AF_BRIDGE;
	assert_int_equal(net_parse_link(head, &link), -ENOENT);
	info->ifi_family = AF_UNSPEC;
	assert_int_equal(net_parse_link(head, &link), 0);
	mnl_attr_put_u32(head, IFLA_WIRELESS, 1);
	assert_int_equal(net_parse_link(head, &link), -ENOENT);
	head->nlmsg_len = NLMSG_HDRLEN;
	assert_int_equal(net_parse_link(head, &link), -ENOENT);
}

static int compare_rows(const void *a, const void *b)
{
	uint32_t x = ((const struct link_row *)a)->link.ifindex;
	uint32_t y = ((const struct link_row *)b)->link.ifindex;

	return x < y ? -1 : x > y;
}

static void a_table_behaves_like_a_set_at_random(void **state)
{
	struct net_table table = { .row_size = sizeof(struct link_row),
				   .compare = compare_rows };
	struct link_row row = { .row.round = 0 };
	bool model[100] = { false };
	unsigned int seed = 99;

	(void)state;
	printf("seed %u\n", seed);
	for (int step = 0; step < 20000; step++) {
		uint32_t n = (uint32_t)rand_r(&seed) % 100;

		row.link.ifindex = n;
		assert_int_equal(net_table_find(&table, &row) != NULL,
				 model[n]);
		if (model[n])
			net_table_remove(&table, net_table_lower(&table, &row));
		else
			assert_int_equal(net_table_insert(&table, &row), 0);
		model[n] = !model[n];
	}
	for (size_t i = 1; i < table.count; i++)
		assert_true(compare_rows(net_table_row(&table, i - 1),
					 net_table_row(&table, i)) < 0);
	net_table_fini(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vlan_devices_have_a_parent_and_a_tag),
		cmocka_unit_test(vlan_devices_are_found_by_tag),
		cmocka_unit_test(messages_that_are_no_link_state_are_ignored),
		cmocka_unit_test(a_table_behaves_like_a_set_at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
