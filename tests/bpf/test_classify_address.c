// SPDX-License-Identifier: BSD-2-Clause
/*
 * Addressed to us or not: what the classifier knows of MAC addresses, IPv6
 * addresses, prefixes, VLANs and sockets. As test_classify, without a wire.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "classify_fixture.h"
#include "dhcp4o6/xdp/afxdp.h"

static void set_dst(struct frame_addr *addr, const char *text)
{
	assert_int_equal(inet_pton(AF_INET6, text, &addr->dst), 1);
	if (!IN6_IS_ADDR_MULTICAST(&addr->dst))
		memcpy(addr->dst_mac, fixture_mac, sizeof(fixture_mac));
}

static struct in6_addr in6(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static void looks_at_the_destination_mac(void **state)
{
	static const uint8_t group3[6] = { 0x33, 0x33, 0, 1, 0, 3 };
	struct frame_addr addr = fixture_addr();

	(void)state;
	expect_query(&addr, D4O6_REDIRECTED);
	/* RFC 6085: a multicast packet may be sent to one host's MAC. */
	memcpy(addr.dst_mac, fixture_mac, 6);
	expect_query(&addr, D4O6_REDIRECTED);
	addr.dst_mac[5] ^= 1;
	expect_query(&addr, D4O6_OTHER_MAC);
	memset(addr.dst_mac, 0xff, 6);
	expect_query(&addr, D4O6_OTHER_MAC);
	memcpy(addr.dst_mac, group3, 6);
	expect_query(&addr, D4O6_OTHER_MAC);
	set_dst(&addr, "ff05::1:3");
	expect_query(&addr, D4O6_REDIRECTED);
	set_dst(&addr, "2001:db8:1:1::1");
	memcpy(addr.dst_mac, group3, 6);
	expect_query(&addr, D4O6_OTHER_MAC);
}

static void knows_as_many_macs_as_it_promises(void **state)
{
	uint8_t macs[D4O6_MACS_MAX + 1][6] = { { 0 } };
	struct frame_addr addr = fixture_addr();
	unsigned int i;

	(void)state;
	set_dst(&addr, "2001:db8:1:1::1");
	for (i = 0; i <= D4O6_MACS_MAX; i++)
		macs[i][5] = (uint8_t)(0x40 + i);
	assert_int_equal(classifier_set_macs(classifier,
					     (const uint8_t(*)[6])macs,
					     D4O6_MACS_MAX + 1),
			 -E2BIG);
	assert_int_equal(classifier_set_macs(classifier,
					     (const uint8_t(*)[6])macs,
					     D4O6_MACS_MAX),
			 0);
	for (i = 0; i <= D4O6_MACS_MAX; i++) {
		memcpy(addr.dst_mac, macs[i], 6);
		expect_query(&addr, i < D4O6_MACS_MAX ? D4O6_REDIRECTED
						      : D4O6_OTHER_MAC);
	}
	assert_int_equal(classifier_set_macs(classifier, &fixture_mac, 1), 0);
}

static void looks_at_the_destination_address(void **state)
{
	struct in6_addr extra = in6("2001:db8:1:1::2");
	struct frame_addr addr = fixture_addr();

	(void)state;
	set_dst(&addr, "2001:db8:ff::547");
	expect_query(&addr, D4O6_REDIRECTED);
	set_dst(&addr, "2001:db8:1:1::2");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	assert_int_equal(classifier_add_addr(classifier, &extra, 5), 0);
	assert_int_equal(classifier_add_addr(classifier, &extra, 6), 0);
	expect_query(&addr, D4O6_REDIRECTED);
	assert_int_equal(classifier_remove_addr(classifier, &extra, 7), 0);
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	assert_int_equal(classifier_remove_addr(classifier, &extra, 0),
			 -ENOENT);
	set_dst(&addr, "ff02::1");
	memcpy(addr.dst_mac, fixture_mac, 6);
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	set_dst(&addr, "ff02::1:3");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	set_dst(&addr, "ff05::1:2");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	set_dst(&addr, "ff02::1:0:1:2");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
}

static void knows_link_local_addresses_on_their_link_only(void **state)
{
	struct in6_addr behind_tag = in6("fe80::77");
	struct frame_addr addr = fixture_addr();

	(void)state;
	assert_int_equal(classifier_add_addr(classifier, &behind_tag,
					     FIXTURE_VLAN_IFINDEX),
			 0);
	set_dst(&addr, "fe80::77");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	addr.vlan_count = 1;
	expect_query(&addr, D4O6_REDIRECTED);
	set_dst(&addr, "fe80::ff:fe00:5");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	addr.vlan_count = 0;
	expect_query(&addr, D4O6_REDIRECTED);
}

static void knows_local_prefixes(void **state)
{
	struct in6_addr prefix = in6("2001:db8:a::");
	struct in6_addr inner = in6("2001:db8:a:1::");
	struct frame_addr addr = fixture_addr();

	(void)state;
	set_dst(&addr, "2001:db8:a:1::9");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	assert_int_equal(classifier_add_prefix(classifier, &prefix, 48), 0);
	assert_int_equal(classifier_add_prefix(classifier, &prefix, 48), 0);
	assert_int_equal(classifier_add_prefix(classifier, &inner, 64), 0);
	expect_query(&addr, D4O6_REDIRECTED);
	assert_int_equal(classifier_remove_prefix(classifier, &inner, 64), 0);
	expect_query(&addr, D4O6_REDIRECTED);
	set_dst(&addr, "2001:db8:b::9");
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	set_dst(&addr, "2001:db8:a:1::9");
	assert_int_equal(classifier_remove_prefix(classifier, &prefix, 48), 0);
	assert_int_equal(classifier_remove_prefix(classifier, &prefix, 48),
			 -ENOENT);
	expect_query(&addr, D4O6_OTHER_ADDRESS);
	assert_int_equal(classifier_add_prefix(classifier, &prefix, 129),
			 -EINVAL);
}

static void knows_vlans_by_both_tags_and_their_kind(void **state)
{
	const struct d4o6_vlan_key key = { 0x88a8, 10, 0x8100, 20 };
	struct frame_addr addr = fixture_addr();

	(void)state;
	addr.vlan_count = 2;
	expect_query(&addr, D4O6_REDIRECTED);
	addr.vlan_tci[1]++;
	expect_query(&addr, D4O6_VLAN_UNKNOWN);
	addr.vlan_count = 1;
	addr.vlan_tci[0] |= 0xf000; /* priority and DEI do not matter */
	expect_query(&addr, D4O6_REDIRECTED);
	addr.vlan_proto[0] = 0x88a8;
	expect_query(&addr, D4O6_VLAN_UNKNOWN);
	addr.vlan_count = 2;
	addr.vlan_tci[0] = 10;
	addr.vlan_tci[1] = 20;
	expect_query(&addr, D4O6_VLAN_UNKNOWN);
	assert_int_equal(classifier_add_vlan(classifier, &key, 80), 0);
	expect_query(&addr, D4O6_REDIRECTED);
	assert_int_equal(classifier_remove_vlan(classifier, &key), 0);
	assert_int_equal(classifier_remove_vlan(classifier, &key), -ENOENT);
	expect_query(&addr, D4O6_VLAN_UNKNOWN);
}

static void passes_three_tags(void **state)
{
	struct frame_addr addr = fixture_addr();
	size_t len;

	(void)state;
	addr.vlan_count = 2;
	len = query_frame(&addr);
	memmove(frame + 16, frame + 12, len - 12);
	expect(len + 4, D4O6_NOT_IPV6);
}

static void refuses_sources_that_cannot_be(void **state)
{
	static const char *const bad[] = { "::", "::1", "ff02::1", "ff0e::5",
					   "::ffff:192.0.2.1" };
	struct frame_addr addr = fixture_addr();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		addr.src = in6(bad[i]);
		expect_query(&addr, D4O6_SOURCE);
	}
	addr.src = in6("::2");
	expect_query(&addr, D4O6_REDIRECTED);
	addr.src = in6("::1:0:0");
	expect_query(&addr, D4O6_REDIRECTED);
	addr.src_mac[0] |= 1;
	expect_query(&addr, D4O6_SOURCE);
}

static void passes_and_counts_when_no_socket_listens(void **state)
{
	struct frame_addr addr = fixture_addr();
	int fd;

	(void)state;
	assert_int_equal(classifier_remove_xsk(classifier, 0), 0);
	expect_query(&addr, D4O6_NO_SOCKET);
	fd = afxdp_make_socket();
	assert_true(fd >= 0);
	assert_int_equal(classifier_put_xsk(classifier, 0, fd), 0);
	expect_query(&addr, D4O6_REDIRECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_at_the_destination_mac),
		cmocka_unit_test(knows_as_many_macs_as_it_promises),
		cmocka_unit_test(looks_at_the_destination_address),
		cmocka_unit_test(knows_link_local_addresses_on_their_link_only),
		cmocka_unit_test(knows_local_prefixes),
		cmocka_unit_test(knows_vlans_by_both_tags_and_their_kind),
		cmocka_unit_test(passes_three_tags),
		cmocka_unit_test(refuses_sources_that_cannot_be),
		cmocka_unit_test(passes_and_counts_when_no_socket_listens),
	};

	fixture_enter_namespaces();
	return cmocka_run_group_tests(tests, open_classifier, close_classifier);
}
