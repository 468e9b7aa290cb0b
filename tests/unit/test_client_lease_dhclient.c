// SPDX-License-Identifier: BSD-2-Clause
/* A client's lease file as ISC's dhclient writes it. The files are real. */
#include <arpa/inet.h>
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
#include "vectors.h"

static void read_vector(const char *name)
{
	char path[512];

	assert_int_equal(vectors_path(name, path, sizeof(path)), 0);
	assert_int_equal(client_leases_read(client_in.leases, path,
					    note_client_finding, NULL),
			 0);
	assert_string_equal(strbuf_text(&client_in.findings), "");
}

static void a_lease_of_debians_dhclient_is_read(void **state)
{
	const struct client_lease4 *lease;

	(void)state;
	read_vector("dhclient/debian4.leases");
	lease = client_leases_find4(client_in.leases, "c0");
	assert_non_null(lease);
	assert_int_equal(ntohl(lease->addr.s_addr), 0xc000020a);
	assert_string_equal(lease->filename, "boot/pxe \"file\".0");
	assert_string_equal(lease->server_name, "tftp.example.org");
	assert_true(lease->renew.s == 1795598717);
	assert_true(lease->rebind.s == 1795598953);
	assert_true(lease->expire.s == 1795599028);
	assert_true(IN6_IS_ADDR_UNSPECIFIED(&lease->server6));
	assert_int_equal(lease->options.count, 18);
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 1,
			     "ffffff00");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 2,
			     "fffff1f0");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 43,
			     "0104deadbeef");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 54,
			     "c0000201");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 121,
			     "180a0000c000020100c0000201");
	expect_client_same_again("c0");
}

static void times_of_db_time_format_local_are_the_same(void **state)
{
	const struct client_lease4 *lease;

	(void)state;
	read_vector("dhclient/local-time4.leases");
	lease = client_leases_find4(client_in.leases, "c0");
	assert_non_null(lease);
	assert_true(lease->renew.s == 1795598729);
	assert_true(lease->rebind.s == 1795598953);
	assert_true(lease->expire.s == 1795599028);
}

/* dhclient writes option 81 whole, and its fields once more. */
static void an_fqdn_that_the_server_sent_is_there_once(void **state)
{
	const struct client_lease4 *lease;

	(void)state;
	read_vector("dhclient/fqdn4.leases");
	lease = client_leases_find4(client_in.leases, "c0");
	assert_non_null(lease);
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP4, 81, "010000");
	expect_client_same_again("c0");
}

/* The IAID is 61 62 22 63, which dhclient writes as "ab"c". */
static void an_address_and_a_prefix_of_dhclient_are_read(void **state)
{
	const struct client_lease6 *lease;
	char text[INET6_ADDRSTRLEN];
	const uint8_t *duid;
	size_t len;

	(void)state;
	read_vector("dhclient/na-pd6.leases");
	duid = client_leases_duid(client_in.leases, &len);
	assert_int_equal(len, 14);
	assert_memory_equal(duid,
			    "\x00\x01\x00\x01\x32\x99\x64\x89\x02\x00\x61\x62"
			    "\x22\x63",
			    14);
	lease = client_leases_find6(client_in.leases, "c0");
	assert_non_null(lease);
	assert_false(lease->released);
	assert_int_equal(lease->ia_count, 2);
	assert_int_equal(lease->ia[0].code, DHCP6_OPT_IA_NA);
	assert_int_equal(lease->ia[0].iaid, 0x61622263);
	assert_true(lease->ia[0].starts.s == 1795598345);
	assert_int_equal(lease->ia[0].t1_s, 200);
	assert_int_equal(lease->ia[0].t2_s, 300);
	assert_int_equal(lease->ia[0].item_count, 1);
	assert_int_equal(lease->ia[0].item[0].preferred_s, 400);
	assert_int_equal(lease->ia[0].item[0].valid_s, 600);
	assert_int_equal(lease->ia[0].item[0].prefix_len, 128);
	assert_int_equal(lease->ia[1].code, DHCP6_OPT_IA_PD);
	assert_int_equal(lease->ia[1].iaid, 0x61622263);
	assert_int_equal(lease->ia[1].item[0].prefix_len, 56);
	inet_ntop(AF_INET6, &lease->ia[1].item[0].addr, text, sizeof(text));
	assert_string_equal(text, "2001:db8:40ff::");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 17,
			     "0000118b00010002aabb");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 20, "");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 224, "0102");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 88,
			     "20010db8000100000000000000000001");
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 64,
			     "0461667472076578616d706c65036f726700");
	expect_client_same_again("c0");
}

static void ids_in_hexadecimal_are_the_same_octets(void **state)
{
	const struct client_lease6 *lease;
	const uint8_t *duid;
	size_t len;

	(void)state;
	read_vector("dhclient/hex6.leases");
	duid = client_leases_duid(client_in.leases, &len);
	assert_int_equal(len, 14);
	assert_int_equal(duid[13], 0x63);
	lease = client_leases_find6(client_in.leases, "c0");
	assert_non_null(lease);
	assert_int_equal(lease->ia[0].iaid, 0x61622263);
}

/* dhclient cannot write an empty option 88, and puts `<error>'. */
static void an_empty_option_88_of_dhclient_is_empty(void **state)
{
	const struct client_lease6 *lease;

	(void)state;
	read_vector("dhclient/empty-88.leases");
	lease = client_leases_find6(client_in.leases, "c0");
	assert_non_null(lease);
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 88, "");
	expect_client_same_again("c0");
}

static void iaids_of_four_printable_octets_are_read_raw(void **state)
{
	static const struct {
		const char *text;
		uint32_t iaid;
	} rows[] = {
		{ "\"abcd\"", 0x61626364 },
		{ "\"ab\"c\"", 0x61622263 },
		{ "\"\"\"\"\"\"", 0x22222222 },
		{ "\"abc\\\"", 0x6162635c },
		{ "\"\\x1a\"", 0x5c783161 },
		/* With escapes, as a hand would write it. */
		{ "\"abc\\\"\"", 0x61626322 },
		{ "\"\\000\\001\\002\\377\"", 0x000102ff },
		{ "0:1:2:ff", 0x000102ff },
		{ "00:01:02:ff", 0x000102ff },
	};
	const struct client_lease6 *lease;
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text),
			 "lease6 {\n  interface \"eth0\";\n  ia-na %s {\n"
			 "    starts 1;\n  }\n}\n",
			 rows[i].text);
		parse_client(text);
		assert_string_equal(strbuf_text(&client_in.findings), "");
		lease = client_leases_find6(client_in.leases, "eth0");
		assert_int_equal(lease->ia_count, 1);
		assert_int_equal(lease->ia[0].iaid, rows[i].iaid);
	}
}

static void of_several_leases_the_last_one_counts(void **state)
{
	(void)state;
	parse_client(
		"# a comment\n" CLIENT_LEASE4 CLIENT_TIMES
		"lease {\n  interface \"eth1\";\n  "
		"fixed-address 192.0.2.8;\n" CLIENT_TIMES
		"lease {\n  interface \"eth0\";\n  fixed-address 192.0.2.9;\n"
		"  renew never;\n  rebind never;\n  expire never;\n"
		"  bootp;\n  medium \"\";\n}\n"
		"default-duid \"\\000\\001ab\";\ndefault-duid 0:2:ab;\n"
		"authoring-byte-order little-endian;\nserver-duid "
		"\"xyz\";\n" CLIENT_LEASE6 "  }\n  released;\n}\n");
	assert_string_equal(strbuf_text(&client_in.findings), "");
	assert_int_equal(ntohl(client_leases_find4(client_in.leases, "eth0")
				       ->addr.s_addr),
			 0xc0000209);
	assert_true(client_leases_find4(client_in.leases, "eth0")->expire.s ==
		    CLIENT_TIME_NEVER);
	assert_int_equal(ntohl(client_leases_find4(client_in.leases, "eth1")
				       ->addr.s_addr),
			 0xc0000208);
	assert_true(client_leases_find6(client_in.leases, "eth0")->released);
	assert_null(client_leases_find4(client_in.leases, "eth2"));
}

static void a_stateless_lease_has_options_alone(void **state)
{
	const struct client_lease6 *lease;

	(void)state;
	parse_client("lease6 {\n  interface \"eth0\";\n"
		     "  option dhcp6.server-id 0:1:2;\n}\n");
	assert_string_equal(strbuf_text(&client_in.findings), "");
	lease = client_leases_find6(client_in.leases, "eth0");
	assert_int_equal(lease->ia_count, 0);
	expect_client_option(&lease->options, CONF_OPTIONS_DHCP6, 2, "000102");
	expect_client_same_again("eth0");
}

static void of_a_lease_and_its_renewal_the_renewal_counts(void **state)
{
	const struct client_lease4 *lease;

	(void)state;
	read_vector("dhclient/renewed4.leases");
	lease = client_leases_find4(client_in.leases, "c0");
	assert_non_null(lease);
	assert_true(lease->renew.s == 1795599802);
	assert_true(lease->expire.s == 1795599805);
}

static void a_lease_that_dhclient_released_is_marked(void **state)
{
	const struct client_lease6 *lease;

	(void)state;
	read_vector("dhclient/released6.leases");
	lease = client_leases_find6(client_in.leases, "c0");
	assert_non_null(lease);
	assert_true(lease->released);
	assert_int_equal(lease->ia_count, 2);
	assert_int_equal(lease->ia[0].iaid, 0x00002263);
	expect_client_same_again("c0");
}

/* tests/interop/client_leases.py has dhclient read the same files. */
static void files_that_dhclient_is_given_are_what_we_print(void **state)
{
	static const char *const names[] = { "dhclient/ours4.leases",
					     "dhclient/ours6.leases" };
	struct strbuf text = STRBUF_INIT;
	char path[512], file[4096];
	size_t i, len;
	FILE *f;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		client_leases_free(client_in.leases);
		assert_int_equal(set_up_client_leases(state), 0);
		read_vector(names[i]);
		vectors_path(names[i], path, sizeof(path));
		f = fopen(path, "r");
		assert_non_null(f);
		len = fread(file, 1, sizeof(file) - 1, f);
		file[len] = '\0';
		fclose(f);
		strbuf_reset(&text);
		client_leases_print(client_in.leases, &text);
		assert_string_equal(strbuf_text(&text), file);
	}
	strbuf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLIENT_TEST(a_lease_of_debians_dhclient_is_read),
		CLIENT_TEST(times_of_db_time_format_local_are_the_same),
		CLIENT_TEST(an_fqdn_that_the_server_sent_is_there_once),
		CLIENT_TEST(an_address_and_a_prefix_of_dhclient_are_read),
		CLIENT_TEST(ids_in_hexadecimal_are_the_same_octets),
		CLIENT_TEST(an_empty_option_88_of_dhclient_is_empty),
		CLIENT_TEST(iaids_of_four_printable_octets_are_read_raw),
		CLIENT_TEST(of_a_lease_and_its_renewal_the_renewal_counts),
		CLIENT_TEST(a_lease_that_dhclient_released_is_marked),
		CLIENT_TEST(files_that_dhclient_is_given_are_what_we_print),
		CLIENT_TEST(of_several_leases_the_last_one_counts),
		CLIENT_TEST(a_stateless_lease_has_options_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
