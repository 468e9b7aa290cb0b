/* SPDX-License-Identifier: BSD-2-Clause */
/* What a lease file of dhcpd -6 says, and which texts are not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "isc_fixture.h"

#define OCTAL_FILE "tests/fuzz/corpus/isc_leases6/dhcpd-6-octal"
#define HEX_FILE   "tests/fuzz/corpus/isc_leases6/dhcpd-6-hex-epoch"
#define VISITS_MAX 128

struct seen_lease {
	struct lease lease; /* without what it points to */
	uint8_t client_id[LEASE_CLIENT_ID_MAX];
	char addr[INET6_ADDRSTRLEN];
};

static struct visits {
	unsigned int count;
	struct seen_lease leases[VISITS_MAX];
} seen;
static struct isc_leases_report report;

static int visit(void *arg, const struct lease *lease)
{
	struct visits *v = arg;
	struct seen_lease *one = &v->leases[v->count++];

	assert_true(v->count <= VISITS_MAX);
	assert_true(lease->client_id_len > 0);
	one->lease = *lease;
	memcpy(one->client_id, lease->client_id, lease->client_id_len);
	inet_ntop(AF_INET6, &lease->addr6, one->addr, sizeof(one->addr));
	return 0;
}

static int parse_len(const char *text, size_t len)
{
	memset(&seen, 0, sizeof(seen));
	return isc_parse_copy(isc_leases6_parse, text, len, visit, &seen,
			      &report);
}

static int parse(const char *text)
{
	return parse_len(text, strlen(text));
}

static void parse_well(const char *text)
{
	if (parse(text)) {
		print_message("%s: line %u: %s\n", text, report.faults[0].line,
			      report.faults[0].text);
		fail();
	}
}

/* The last one that was visited of an address or prefix; NULL. */
static const struct seen_lease *last_of(const char *addr)
{
	unsigned int i = seen.count;

	while (i--) {
		if (strcmp(seen.leases[i].addr, addr) == 0)
			return &seen.leases[i];
	}
	return NULL;
}

#define BODY                                                          \
	"{ cltt epoch 7; iaaddr 2001:db8::1 { binding state active; " \
	"preferred-life 5; max-life 8; ends epoch 15; } }\n"

static void an_address_has_all_that_the_file_says_of_it(void **state)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, '"', '\\' };
	const struct lease *lease;

	(void)state;
	parse_well(
		"authoring-byte-order little-endian;\n"
		"ia-na "
		"\"\\004\\003\\002\\001\\000\\003\\000\\001\\\"\\\\\" " BODY);
	assert_int_equal(seen.count, 1);
	assert_int_equal(report.declarations, 1);
	lease = &seen.leases[0].lease;
	assert_int_equal(lease->kind, LEASE_NA6);
	assert_int_equal(lease->prefix_len, 128);
	assert_string_equal(seen.leases[0].addr, "2001:db8::1");
	assert_int_equal(lease->iaid, 0x01020304);
	assert_int_equal(lease->client_id_len, sizeof(duid));
	assert_memory_equal(seen.leases[0].client_id, duid, sizeof(duid));
	assert_int_equal(lease->state, LEASE_ACTIVE);
	assert_int_equal(lease->preferred_s, 5);
	assert_int_equal(lease->starts.s, 7);
	assert_int_equal(lease->updated.s, 7);
	assert_int_equal(lease->expires.s, 15);
	assert_int_equal(lease->epoch, 1);
	assert_int_equal(lease->version, 1);
}

static void an_iaid_is_a_number_whatever_machine_wrote_it(void **state)
{
	static const struct {
		const char *order;
		uint32_t iaid;
	} rows[] = {
		{ "authoring-byte-order little-endian;", 0x04030201 },
		{ "authoring-byte-order big-endian;", 0x01020304 },
		{ "authoring-byte-order little-endian;\n"
		  "authoring-byte-order big-endian;",
		  0x01020304 },
		{ "", __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 0x01020304
							     : 0x04030201 },
	};
	static const char *const ids[] = {
		"\"\\001\\002\\003\\004\\000\\003d\"",
		"01:02:03:04:00:03:64",
		"1:2:3:4:0:3:64",
	};
	char text[512];
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (j = 0; j < sizeof(ids) / sizeof(ids[0]); j++) {
			snprintf(text, sizeof(text), "%s\nia-na %s " BODY,
				 rows[i].order, ids[j]);
			parse_well(text);
			assert_int_equal(seen.leases[0].lease.iaid,
					 rows[i].iaid);
			assert_int_equal(seen.leases[0].lease.client_id_len, 3);
			assert_memory_equal(seen.leases[0].client_id, "\0\3d",
					    3);
		}
	}
}

static void states_become_ours_and_ends_are_kept(void **state)
{
	static const struct {
		const char *text;
		enum lease_state state;
		int64_t expires_s;
	} rows[] = {
		{ "binding state active; ends epoch 9;", LEASE_ACTIVE, 9 },
		{ "binding state active; ends 4 1970/01/01 00:00:09;",
		  LEASE_ACTIVE, 9 },
		{ "binding state active; ends never;", LEASE_ACTIVE,
		  LEASE_EXPIRES_NEVER },
		{ "binding state expired; ends epoch 9;", LEASE_EXPIRED, 9 },
		{ "binding state released; ends never;", LEASE_RELEASED, 7 },
		{ "binding state abandoned; ends never;", LEASE_DECLINED,
		  LEASE_EXPIRES_NEVER },
		{ "binding state free; ends epoch 9;", LEASE_FREE, 9 },
		{ "ends epoch 9; set a = \"}\"; on expiry { log(info, \"{\"); }"
		  "binding state active;",
		  LEASE_ACTIVE, 9 },
	};
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text),
			 "ia-na \"12345\" { iaaddr 2001:db8::1 { %s } "
			 "cltt epoch 7; }\n",
			 rows[i].text);
		parse_well(text);
		assert_int_equal(seen.leases[0].lease.state, rows[i].state);
		assert_int_equal(seen.leases[0].lease.expires.s,
				 rows[i].expires_s);
	}
}

static void an_ia_has_several_addresses_and_prefixes_have_lengths(void **state)
{
	(void)state;
	parse_well("ia-pd \"12345\" { cltt epoch 7;\n"
		   "iaprefix 2001:db8:1::/48 { binding state active; "
		   "ends never; }\n"
		   "iaprefix 2001:db8:2:8000::/49 { binding state active; "
		   "ends never; } }\n"
		   "ia-na \"12346\" {\n"
		   "iaaddr 2001:db8::ffff:1.2.3.4 { binding state active; "
		   "ends never; }\n"
		   "iaaddr 2001:DB8::a { binding state released; "
		   "ends never; } }\n");
	assert_int_equal(seen.count, 4);
	assert_int_equal(report.declarations, 4);
	assert_int_equal(seen.leases[0].lease.kind, LEASE_PD6);
	assert_int_equal(seen.leases[0].lease.prefix_len, 48);
	assert_string_equal(seen.leases[1].addr, "2001:db8:2:8000::");
	assert_int_equal(seen.leases[1].lease.prefix_len, 49);
	assert_int_equal(seen.leases[1].client_id[0], '5');
	assert_string_equal(seen.leases[2].addr, "2001:db8::ffff:102:304");
	assert_string_equal(seen.leases[3].addr, "2001:db8::a");
	assert_int_equal(seen.leases[3].client_id[0], '6');
}

static void the_duid_of_the_server_is_visited(void **state)
{
	(void)state;
	parse_well("server-duid \"\\000\\002a\\\"\";\n");
	assert_true(report.has_server_duid);
	assert_int_equal(seen.count, 1);
	assert_int_equal(report.declarations, 0);
	assert_int_equal(seen.leases[0].lease.kind, LEASE_DUID6);
	assert_int_equal(seen.leases[0].lease.client_id_len, 4);
	assert_memory_equal(seen.leases[0].client_id, "\0\2a\"", 4);
	parse_well("server-duid 0:2:61:22;\n");
	assert_memory_equal(seen.leases[0].client_id, "\0\2a\"", 4);
}

static void what_means_nothing_here_is_counted_by_kind(void **state)
{
	(void)state;
	parse_well("host h { dynamic; }\ngroup g { }\n"
		   "class \"a\" { }\nsubclass \"a\" 1:2;\n"
		   "ia-ta \"12345\" { cltt epoch 7; iaaddr 2001:db8::9 { "
		   "binding state active; ends never; } }\n"
		   "ia-na \"12345\" { set x = \"y\"; iaaddr 2001:db8::1 {\n"
		   "binding state active; ends never; ddns-fwd-name \"n\";\n"
		   "set ddns-rev-name = \"x\";\n"
		   "on expiry { if a = b { log(info, \"}\"); } } } }\n");
	assert_int_equal(seen.count, 1);
	assert_int_equal(report.left[ISC_LEFT_OMAPI].count, 2);
	assert_int_equal(report.left[ISC_LEFT_CLASS].count, 2);
	assert_int_equal(report.left[ISC_LEFT_TEMPORARY].count, 1);
	assert_int_equal(report.left[ISC_LEFT_TEMPORARY].line, 5);
	assert_int_equal(report.left[ISC_LEFT_VARIABLE].count, 2);
	assert_int_equal(report.left[ISC_LEFT_DDNS].count, 1);
	assert_int_equal(report.left[ISC_LEFT_EVENT].count, 1);
}

static const struct {
	const char *text;
	uint32_t line;
	const char *fault;
} fault_rows[] = {
	{ "\nia-na \"1234\" { }", 2, "an IAID and a DUID" },
	{ "ia-na 1:2:3:4 { }", 1, "an IAID and a DUID" },
	{ "ia-na { }", 1, "an IAID and a DUID" },
	{ "ia-na \"12345\" {\n iaaddr 2001:db8::g { } }", 2,
	  "expected the IPv6 address of a host, not `2001:db8::g'" },
	{ "ia-na \"12345\" { iaaddr 2001:db8: :1 { } }", 1,
	  "the IPv6 address" },
	{ "ia-na \"12345\" { iaaddr ff02::1 { } }", 1, "the IPv6 address" },
	{ "ia-na \"12345\" { iaaddr fe80::1 { } }", 1, "the IPv6 address" },
	{ "ia-na \"12345\" { iaaddr :: { } }", 1, "the IPv6 address" },
	{ "ia-na \"12345\" { iaaddr 10.0.0.1 { } }", 1, "the IPv6 address" },
	{ "ia-na \"12345\" { iaaddr 2001:db8::1/64 { } }", 1, "`{'" },
	{ "ia-na \"12345\" {\n iaprefix 2001:db8::/56 { } }", 2, "`iaaddr'" },
	{ "ia-pd \"12345\" { iaaddr 2001:db8::1 { } }", 1, "`iaprefix'" },
	{ "ia-pd \"12345\" { iaprefix 2001:db8:: { } }", 1, "an IPv6 prefix" },
	{ "ia-pd \"12345\" { iaprefix 2001:db8::/0 { } }", 1,
	  "an IPv6 prefix" },
	{ "ia-pd \"12345\" { iaprefix 2001:db8::/129 { } }", 1,
	  "an IPv6 prefix" },
	{ "ia-pd \"12345\" { iaprefix 2001:db8::1/64 { } }", 1,
	  "an IPv6 prefix" },
	{ "ia-na \"12345\" { iaaddr 2001:db8::1 {\n ends never; } }", 1,
	  "`binding state' and `ends'" },
	{ "ia-na \"12345\" { \n iaaddr 2001:db8::1 { binding state "
	  "active; } }",
	  2, "`binding state' and `ends'" },
	{ "ia-na \"12345\" { iaaddr 2001:db8::1 {\n\n ends soon; } }", 3,
	  "a date" },
	{ "ia-na \"12345\" { iaaddr 2001:db8::1 { preferred-life "
	  "4294967296; } }",
	  1, "a number of seconds" },
	{ "ia-na \"12345\" { iaaddr 2001:db8::1 { nonsense 1; } }", 1,
	  "a statement of an address or prefix" },
	{ "authoring-byte-order\n middle-endian;", 2,
	  "`little-endian' or `big-endian'" },
	{ "server-duid \"\";", 1, "a DUID" },
	{ "server-duid LL;", 1, "a DUID" },
	{ "nonsense { }", 1, "another declaration" },
};
static void faults_say_line_and_what_was_expected(void **state)
{
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fault_rows) / sizeof(fault_rows[0]); i++) {
		snprintf(text, sizeof(text), "%s\n", fault_rows[i].text);
		assert_int_equal(parse(text), -EBADMSG);
		if (!strstr(report.faults[0].text, fault_rows[i].fault) ||
		    report.faults[0].line != fault_rows[i].line) {
			print_message("%s: line %u: %s\n", fault_rows[i].text,
				      report.faults[0].line,
				      report.faults[0].text);
			fail();
		}
		assert_int_equal(report.fault_count, 1);
		assert_int_equal(seen.count, 0);
	}
}

static void an_ia_has_a_bound(void **state)
{
	char text[16384] = "ia-na \"12345\" {\n", *at = text + strlen(text);
	int i;

	(void)state;
	for (i = 0; i < ISC_LEASES_IA_MAX + 1; i++) {
		at += sprintf(at,
			      "iaaddr 2001:db8::%x { binding state active; "
			      "ends never; }\n",
			      i + 1);
		strcpy(at, "}\n");
		assert_int_equal(parse(text),
				 i < ISC_LEASES_IA_MAX ? 0 : -EBADMSG);
	}
	assert_int_equal(report.faults[0].line, ISC_LEASES_IA_MAX + 2);
}

static void files_of_other_programs_are_named(void **state)
{
	static const struct {
		const char *text;
		enum isc_leases_owner owner;
	} rows[] = {
		{ "lease 192.0.2.1 { }\n", ISC_OWNER_DHCPD4 },
		{ "failover peer \"p\" state { }\n", ISC_OWNER_DHCPD4 },
		{ "lease { interface \"e\"; }\n", ISC_OWNER_DHCLIENT },
		{ "lease6 { interface \"e\"; }\n", ISC_OWNER_DHCLIENT },
		{ "default-duid \"e\";\n", ISC_OWNER_DHCLIENT },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].text), -EMEDIUMTYPE);
		assert_int_equal(report.owner, rows[i].owner);
	}
}

/* Two runs of the same clients, in each notation; see the files. */
static void reads_what_dhcpd_wrote_in_each_notation(void **state)
{
	static const char *const files[] = { OCTAL_FILE, HEX_FILE };
	static const uint8_t odd[] = { 0,   4,   '"', '\\', '"',  '{',
				       '}', ';', '#', '\\', '\n', 0xff,
				       0,   'a', '1', '0' };
	const struct seen_lease *one;
	char text[32768];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(
			parse_len(text, isc_read(files[i], text, sizeof(text))),
			0);
		assert_true(report.has_server_duid);
		assert_int_equal(report.declarations, 15);
		assert_int_equal(seen.count, 16);
		assert_int_equal(seen.leases[0].lease.kind, LEASE_DUID6);
		assert_int_equal(seen.leases[0].lease.client_id_len, 14);
		assert_int_equal(report.left[ISC_LEFT_TEMPORARY].count, 1);
		one = last_of("2001:db8:7f:ff00::");
		assert_int_equal(one->lease.kind, LEASE_PD6);
		assert_int_equal(one->lease.prefix_len, 56);
		assert_int_equal(one->lease.iaid, 0x101);
		assert_int_equal(one->lease.preferred_s, 3000);
		assert_int_equal(one->lease.expires.s - one->lease.starts.s,
				 6000);
		one = last_of("2001:db8:1:1::1:88d4");
		assert_int_equal(one->lease.state, LEASE_RELEASED);
		assert_int_equal(one->lease.iaid, 0x103);
		one = last_of("2001:db8:1:1::1:5e99");
		assert_int_equal(one->lease.state, LEASE_DECLINED);
		one = last_of("2001:db8:1:1::1:ff6b");
		assert_int_equal(one->lease.state, LEASE_EXPIRED);
		one = last_of("2001:db8:1:1::1:2769");
		assert_int_equal(one->lease.expires.s, LEASE_EXPIRES_NEVER);
		assert_int_equal(one->lease.preferred_s, UINT32_MAX);
		one = last_of("2001:db8:1:1::1:ef6");
		assert_int_equal(one->lease.iaid, 0x225c225c);
		assert_int_equal(one->lease.client_id_len, sizeof(odd));
		assert_memory_equal(one->client_id, odd, sizeof(odd));
	}
}

/* What a crash leaves: every IA that is whole, and nothing else. */
static void every_truncation_gives_what_is_whole(void **state)
{
	char text[32768];
	size_t len = isc_read(OCTAL_FILE, text, sizeof(text)), n;
	unsigned int whole = 0;

	(void)state;
	for (n = 0; n < len; n++) {
		/* dhcpd ends an IA, and only that, with `}' in column 0. */
		whole += n >= 2 && text[n - 1] == '}' && text[n - 2] == '\n';
		assert_int_equal(parse_len(text, n), 0);
		assert_int_equal(seen.count - report.has_server_duid,
				 whole - report.left[ISC_LEFT_TEMPORARY].count);
		assert_int_equal(report.declarations,
				 seen.count - report.has_server_duid);
		assert_true(report.left[ISC_LEFT_TORN].count <= 1);
	}
	assert_int_equal(whole, 16);
}

static void no_part_of_a_torn_ia_counts(void **state)
{
	(void)state;
	assert_int_equal(parse("ia-na \"12345\" {\n"
			       "iaaddr 2001:db8::1 { binding state active; "
			       "ends never; }\n"
			       "iaaddr 2001:db8::2 { binding st"),
			 0);
	assert_int_equal(seen.count, 0);
	assert_int_equal(report.declarations, 0);
	assert_int_equal(report.left[ISC_LEFT_TORN].count, 1);
	assert_int_equal(report.left[ISC_LEFT_TORN].line, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_all_that_the_file_says_of_it),
		cmocka_unit_test(an_iaid_is_a_number_whatever_machine_wrote_it),
		cmocka_unit_test(states_become_ours_and_ends_are_kept),
		cmocka_unit_test(
			an_ia_has_several_addresses_and_prefixes_have_lengths),
		cmocka_unit_test(the_duid_of_the_server_is_visited),
		cmocka_unit_test(what_means_nothing_here_is_counted_by_kind),
		cmocka_unit_test(faults_say_line_and_what_was_expected),
		cmocka_unit_test(an_ia_has_a_bound),
		cmocka_unit_test(files_of_other_programs_are_named),
		cmocka_unit_test(reads_what_dhcpd_wrote_in_each_notation),
		cmocka_unit_test(every_truncation_gives_what_is_whole),
		cmocka_unit_test(no_part_of_a_torn_ia_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
