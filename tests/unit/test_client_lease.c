// SPDX-License-Identifier: BSD-2-Clause
/* A client's leases in memory, and as text. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_lease_fixture.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

/* ---- the content ---- */

static struct client_lease4 *new_lease4(const char *interface)
{
	struct client_lease4 *lease = calloc(1, sizeof(*lease));

	assert_non_null(lease);
	snprintf(lease->interface, sizeof(lease->interface), "%s", interface);
	lease->addr.s_addr = htonl(0xc0000207);
	lease->expire.s = 1000;
	return lease;
}

static void options_are_replaced_in_their_place(void **state)
{
	static struct client_options options, copy;
	static uint8_t octets[CLIENT_OPTION_OCTETS];
	int i;

	(void)state;
	client_options_clear(&options);
	for (i = 1; i <= 3; i++)
		assert_int_equal(client_options_set(
					 &options, CONF_OPTIONS_DHCP4,
					 (uint16_t)i, "abcdef", (size_t)i * 2),
				 0);
	assert_int_equal(
		client_options_set(&options, CONF_OPTIONS_DHCP6, 2, NULL, 0),
		0);
	assert_int_equal(
		client_options_set(&options, CONF_OPTIONS_DHCP4, 1, "XYZ", 3),
		0);
	client_options_copy(&copy, &options);
	memset(&options, 0xff, sizeof(options));
	assert_int_equal(copy.count, 4);
	assert_int_equal(copy.used, 13);
	assert_int_equal(copy.option[0].code, 1);
	expect_client_option(&copy, CONF_OPTIONS_DHCP4, 1, "58595a");
	expect_client_option(&copy, CONF_OPTIONS_DHCP4, 2, "61626364");
	expect_client_option(&copy, CONF_OPTIONS_DHCP4, 3, "616263646566");
	expect_client_option(&copy, CONF_OPTIONS_DHCP6, 2, "");
	assert_null(client_options_find(&copy, CONF_OPTIONS_DHCP6, 3));
	/* Too much: nothing is changed. */
	assert_int_equal(client_options_set(&copy, CONF_OPTIONS_DHCP4, 3,
					    octets, sizeof(octets) - 6),
			 -ENOSPC);
	expect_client_option(&copy, CONF_OPTIONS_DHCP4, 3, "616263646566");
	assert_int_equal(client_options_set(&copy, CONF_OPTIONS_DHCP4, 3,
					    octets, sizeof(octets) - 7),
			 0);
	assert_int_equal(copy.used, sizeof(octets));
}

static void what_no_file_can_hold_is_not_put(void **state)
{
	struct client_lease4 *lease = new_lease4("eth0");
	static struct client_lease6 six;
	int i;

	(void)state;
	assert_int_equal(client_leases_put4(client_in.leases, lease), 0);
	lease->addr.s_addr = 0;
	assert_int_equal(client_leases_put4(client_in.leases, lease), -EINVAL);
	lease->addr.s_addr = htonl(0xc0000208);
	memset(lease->interface, 'x', sizeof(lease->interface));
	assert_int_equal(client_leases_put4(client_in.leases, lease), -EINVAL);
	lease->interface[0] = '\0';
	assert_int_equal(client_leases_put4(client_in.leases, lease), -EINVAL);
	for (i = 0; i < CLIENT_LEASES_MAX; i++) {
		snprintf(lease->interface, sizeof(lease->interface), "if%d", i);
		assert_int_equal(client_leases_put4(client_in.leases, lease),
				 i < CLIENT_LEASES_MAX - 1 ? 0 : -ENOSPC);
	}
	/* Over a former one there is always room. */
	snprintf(lease->interface, sizeof(lease->interface), "eth0");
	assert_int_equal(client_leases_put4(client_in.leases, lease), 0);
	free(lease);
	snprintf(six.interface, sizeof(six.interface), "eth0");
	six.ia_count = 1;
	six.ia[0].code = DHCP6_OPT_IA_NA;
	six.ia[0].item_count = 1;
	six.ia[0].item[0] = (struct client_item){ .prefix_len = 128,
						  .preferred_s = 1,
						  .valid_s = 1 };
	inet_pton(AF_INET6, "2001:db8::1", &six.ia[0].item[0].addr);
	assert_int_equal(client_leases_put6(client_in.leases, &six), 0);
	six.ia[0].item[0].preferred_s = 2;
	assert_int_equal(client_leases_put6(client_in.leases, &six), -EINVAL);
	six.ia[0].item[0].preferred_s = 0;
	six.ia[0].item[0].prefix_len = 64;
	assert_int_equal(client_leases_put6(client_in.leases, &six), -EINVAL);
	six.ia[0].code = DHCP6_OPT_IA_TA;
	assert_int_equal(client_leases_put6(client_in.leases, &six), -EINVAL);
	assert_int_equal(client_leases_set_duid(client_in.leases,
						(const uint8_t *)"", 0),
			 -EINVAL);
}

static void a_lease_is_removed_by_a_name_that_is_in_it(void **state)
{
	struct client_lease4 *lease = new_lease4("eth0");

	(void)state;
	parse_client(CLIENT_LEASE6 "  }\n}\n");
	assert_int_equal(client_leases_put4(client_in.leases, lease), 0);
	snprintf(lease->interface, sizeof(lease->interface), "eth1");
	assert_int_equal(client_leases_put4(client_in.leases, lease), 0);
	free(lease);
	client_leases_remove(
		client_in.leases,
		client_leases_find4(client_in.leases, "eth0")->interface);
	client_leases_remove(client_in.leases, "eth7");
	assert_null(client_leases_find4(client_in.leases, "eth0"));
	assert_null(client_leases_find6(client_in.leases, "eth0"));
	assert_non_null(client_leases_find4(client_in.leases, "eth1"));
}

/* ---- printing ---- */

static void a_lease_is_printed_as_dhclient_would(void **state)
{
	struct client_lease4 *lease = new_lease4("eth0");
	struct strbuf text = STRBUF_INIT;

	(void)state;
	lease->renew.s = 1795598729;
	lease->rebind.s = -5;
	lease->expire.s = CLIENT_TIME_NEVER;
	lease->next_server.s_addr = htonl(0xc0000245);
	inet_pton(AF_INET6, "fe80::1", &lease->server6);
	snprintf(lease->filename, sizeof(lease->filename), "a\"b");
	client_options_set(&lease->options, CONF_OPTIONS_DHCP4, 1,
			   "\xff\xff\xff\x00", 4);
	client_options_set(&lease->options, CONF_OPTIONS_DHCP4, 3, "\1\2", 2);
	client_options_set(&lease->options, CONF_OPTIONS_DHCP4, 12, "", 0);
	assert_int_equal(client_leases_put4(client_in.leases, lease), 0);
	client_leases_set_duid(client_in.leases, (const uint8_t *)"\0\1\"a", 4);
	client_leases_print(client_in.leases, &text);
	assert_string_equal(strbuf_text(&text),
			    "default-duid \"\\000\\001\\\"a\";\n"
			    "lease {\n"
			    "  interface \"eth0\";\n"
			    "  fixed-address 192.0.2.7;\n"
			    "  filename \"a\\\"b\";\n"
			    "  next-server 192.0.2.69;;\n"
			    "  option isc6.4o6-source-address fe80::1;\n"
			    "  option subnet-mask 255.255.255.0;\n"
			    "  option octets-3 01:02;\n"
			    "  option octets-12 \"\";\n"
			    "  renew 3 2026/11/25 09:25:29;\n"
			    "  rebind 4 1970/01/01 00:00:00;\n"
			    "  expire never;\n"
			    "}\n");
	strbuf_fini(&text);
	free(lease);
}

static void all_that_a_lease_of_dhcpv4_has_comes_back(void **state)
{
	static uint8_t octets[4000];
	struct client_lease4 *lease = new_lease4("a \"n\\me\"");
	int i;

	(void)state;
	lease->renew.s = 253402300799;
	lease->next_server.s_addr = htonl(0xc0000245);
	inet_pton(AF_INET6, "2001:db8::1", &lease->server6);
	memset(lease->server_name, 0xe4, sizeof(lease->server_name) - 1);
	memset(lease->filename, '\n', sizeof(lease->filename) - 1);
	for (i = 1; i < 255; i++)
		client_options_set(&lease->options, CONF_OPTIONS_DHCP4,
				   (uint16_t)i, "\1\0\2\3\4\5\6\7",
				   (size_t)(i % 9));
	client_options_set(&lease->options, CONF_OPTIONS_DHCP6, 7, octets,
			   sizeof(octets));
	assert_int_equal(client_leases_put4(client_in.leases, lease), 0);
	expect_client_same_again(lease->interface);
	free(lease);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLIENT_TEST(options_are_replaced_in_their_place),
		CLIENT_TEST(what_no_file_can_hold_is_not_put),
		CLIENT_TEST(a_lease_is_removed_by_a_name_that_is_in_it),
		CLIENT_TEST(a_lease_is_printed_as_dhclient_would),
		CLIENT_TEST(all_that_a_lease_of_dhcpv4_has_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
