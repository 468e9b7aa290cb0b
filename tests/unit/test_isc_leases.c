/* SPDX-License-Identifier: BSD-2-Clause */
/* What a dhcpd.leases text says, and which texts are not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isc_fixture.h"

#define REAL_FILE "tests/fuzz/corpus/isc_leases/dhcpd-4.4.3"
/* Clients that belong to classes, come through a relay, or end badly; and the
 * same when dhcpd has written its file anew. */
#define CLASSES_FILE   "tests/fuzz/corpus/isc_leases/dhcpd-4.4.3-classes"
#define REWRITTEN_FILE "tests/fuzz/corpus/isc_leases/dhcpd-4.4.3-rewritten"
#define VISITS_MAX     64

struct visits {
	unsigned int count;
	struct lease leases[VISITS_MAX];        /* without what they point to */
	uint8_t client_id[LEASE_CLIENT_ID_MAX]; /* of the last */
	uint8_t host_name[LEASE_HOST_NAME_MAX];
};

static struct visits seen;
static struct isc_leases_report report;

static int visit(void *arg, const struct lease *lease)
{
	struct visits *v = arg;

	assert_true(v->count < VISITS_MAX);
	v->leases[v->count++] = *lease;
	memcpy(v->client_id, lease->client_id ? lease->client_id : v->client_id,
	       lease->client_id_len);
	memcpy(v->host_name, lease->host_name ? lease->host_name : v->host_name,
	       lease->host_name_len);
	return 0;
}

static int parse_len(const char *text, size_t len)
{
	memset(&seen, 0, sizeof(seen));
	return isc_parse_copy(isc_leases_parse, text, len, visit, &seen,
			      &report);
}

static int parse(const char *text)
{
	return parse_len(text, strlen(text));
}

static struct lease lease_of(const char *statements)
{
	char text[1024];

	snprintf(text, sizeof(text), "lease 192.0.2.7 {\n%s\n}\n", statements);
	if (parse(text)) {
		print_message("%s: line %u: %s\n", statements,
			      report.faults[0].line, report.faults[0].text);
		fail();
	}
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.leases[0].addr.s_addr, inet_addr("192.0.2.7"));
	return seen.leases[0];
}

#define WHO "hardware ethernet 02:00:00:00:00:0a;"

static void states_become_ours(void **state)
{
	static const struct {
		const char *text;
		enum lease_state state;
		int64_t expires_s;
	} rows[] = {
		{ "binding state active; ends epoch 9;" WHO, LEASE_ACTIVE, 9 },
		{ "binding state ACTIVE; ends never;" WHO, LEASE_ACTIVE,
		  LEASE_EXPIRES_NEVER },
		{ "binding state bootp; ends never;" WHO, LEASE_ACTIVE,
		  LEASE_EXPIRES_NEVER },
		{ "binding state free; ends epoch 9;" WHO, LEASE_FREE, 9 },
		{ "binding state backup; cltt epoch 5;" WHO, LEASE_FREE, 5 },
		{ "binding state reset; ends epoch 9;", LEASE_FREE, 9 },
		{ "binding state expired; ends epoch 9;" WHO, LEASE_EXPIRED,
		  9 },
		{ "binding state released; ends never; starts epoch 3;" WHO,
		  LEASE_RELEASED, 3 },
		{ "binding state abandoned; ends epoch 9;", LEASE_DECLINED, 9 },
		{ "abandoned; ends never;", LEASE_DECLINED,
		  LEASE_EXPIRES_NEVER },
		{ "ends epoch 9;" WHO, LEASE_ACTIVE, 9 },
		{ "", LEASE_FREE, 0 },
		{ "binding state active; next binding state expired; "
		  "rewind binding state free; ends epoch 9;" WHO,
		  LEASE_ACTIVE, 9 },
	};
	struct lease lease;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lease = lease_of(rows[i].text);
		assert_int_equal(lease.state, rows[i].state);
		assert_int_equal(lease.expires.s, rows[i].expires_s);
		assert_int_equal(lease.epoch, 1);
		assert_int_equal(lease.version, 1);
	}
}

static void dates_are_utc(void **state)
{
	static const struct {
		const char *date;
		int64_t s;
	} rows[] = {
		{ "4 1970/01/01 00:00:00", 0 },
		{ "4 2024/02/29 23:59:59", 1709251199 },
		{ "5 2024/03/01 00:00:00", 1709251200 },
		{ "2 2038/01/19 03:14:07", 2147483647 },
		{ "1 2100/03/01 00:00:00", 4107542400 },
		{ "0 2000/2/29 1:2:3", 951786123 },
		{ "epoch 1700000000", 1700000000 },
		{ "epoch 1700000000; # Tue Nov 14 22:13:20 2023\n starts "
		  "epoch 7",
		  7 },
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "starts %s;", rows[i].date);
		assert_int_equal(lease_of(text).starts.s, rows[i].s);
		assert_int_equal(lease_of(text).updated.s, rows[i].s);
		snprintf(text, sizeof(text), "starts epoch 1; cltt %s;",
			 i < 7 ? rows[i].date : "epoch 7");
		assert_int_equal(lease_of(text).updated.s, rows[i].s);
	}
}

static void clients_are_read_in_every_notation(void **state)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 10 };
	static const uint8_t id[] = { 1, 2, 'd', 0, '"', '\\', 255, '\n' };
	struct lease lease;

	(void)state;
	lease = lease_of(WHO "uid \"\\001\\002d\\000\\\"\\\\\\377\\n\";");
	assert_int_equal(lease.htype, 1);
	assert_int_equal(lease.hlen, 6);
	assert_memory_equal(lease.chaddr, mac, 6);
	assert_int_equal(lease.client_id_len, sizeof(id));
	assert_memory_equal(seen.client_id, id, sizeof(id));
	lease = lease_of("uid 1:02:64:0:22:5c:FF:a;");
	assert_int_equal(lease.client_id_len, sizeof(id));
	assert_memory_equal(seen.client_id, id, sizeof(id));
	lease = lease_of("hardware unknown-7 1:2; client-hostname \"a b\";");
	assert_int_equal(lease.htype, 7);
	assert_int_equal(lease.hlen, 2);
	assert_int_equal(lease.host_name_len, 3);
	assert_memory_equal(seen.host_name, "a b", 3);
	lease = lease_of("hardware infiniband ;");
	assert_int_equal(lease.htype, 32);
	assert_int_equal(lease.hlen, 0);
}

static void what_means_nothing_here_is_counted_by_kind(void **state)
{
	(void)state;
	assert_int_equal(
		parse("authoring-byte-order little-endian;\n"
		      "server-duid \"\\000\\001\";\n"
		      "failover peer \"p\" state {\n"
		      "  my state normal at 1 2026/11/23 11:00:00;\n}\n"
		      "host h { dynamic; deleted; }\n"
		      "group g { }\n"
		      "subclass \"cpe\" 1:2;\n"
		      "lease 192.0.2.1 {\n"
		      "  ends never; tstp never; tsfp epoch 4; atsfp epoch 4;\n"
		      "  binding state free; reserved; dynamic-bootp;\n"
		      "  set a = \"};{\"; set b = concat(\"}\", c);\n"
		      "  option agent.circuit-id 61:62;\n"
		      "  on expiry { if (a = b) { log(info, \"}\"); } }\n"
		      "  billing class \"x\"; ddns-fwd-name \"n\";\n}\n"),
		0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(report.left[ISC_LEFT_FAILOVER].count, 1);
	assert_int_equal(report.left[ISC_LEFT_FAILOVER].line, 3);
	assert_int_equal(report.left[ISC_LEFT_OMAPI].count, 2);
	assert_int_equal(report.left[ISC_LEFT_OMAPI].line, 6);
	assert_int_equal(report.left[ISC_LEFT_CLASS].count, 2);
	assert_int_equal(report.left[ISC_LEFT_VARIABLE].count, 2);
	assert_int_equal(report.left[ISC_LEFT_VARIABLE].line, 12);
	assert_int_equal(report.left[ISC_LEFT_OPTION].line, 13);
	assert_int_equal(report.left[ISC_LEFT_EVENT].line, 14);
	assert_int_equal(report.left[ISC_LEFT_DDNS].line, 15);
	assert_int_equal(report.left[ISC_LEFT_RESERVED].count, 1);
	assert_int_equal(report.left[ISC_LEFT_BOOTP].count, 1);
	assert_int_equal(report.left[ISC_LEFT_TORN].count, 0);
}

static void faults_say_line_and_what_was_expected(void **state)
{
	static const struct {
		const char *text;
		uint32_t line;
		const char *said;
	} rows[] = {
		{ "lease 192.0.2.256 {\n}\n", 1, "IPv4 address" },
		{ "lease 0.0.0.1 { }\n", 1, "IPv4 address" },
		{ "lease 224.0.0.1 { }\n", 1, "IPv4 address" },
		{ "lease 192.0.2.1 {\n starts 4 2023/02/29 0:0:0;\n}\n", 2,
		  "date" },
		{ "lease 192.0.2.1 {\n starts never;\n}\n", 2, "date" },
		{ "lease 192.0.2.1 {\n ends 4 2023/02/28 24:0:0;\n}\n", 2,
		  "date" },
		{ "lease 192.0.2.1 {\n ends epoch 9 -3600;\n}\n", 2, "`;'" },
		{ "lease 192.0.2.1 {\n ends epoch 9\n starts epoch 9;\n}\n", 3,
		  "`;', not `starts'" },
		{ "lease 192.0.2.1 {\n binding state gone;\n}\n", 2,
		  "binding state, not `gone'" },
		{ "lease 192.0.2.1 {\n uid \"\\400\";\n}\n", 2, "identifier" },
		{ "lease 192.0.2.1 {\n uid 1:2g;\n}\n", 2, "identifier" },
		{ "lease 192.0.2.1 {\n uid 1:2:;\n}\n", 2, "identifier" },
		{ "lease 192.0.2.1 {\n hardware ether 1:2;\n}\n", 2,
		  "hardware type" },
		{ "lease 192.0.2.1 {\n hardware ethernet 0:1:2:3:4:5:6:7:8:9:"
		  "a:b:c:d:e:f:0;\n}\n",
		  2, "hardware address" },
		{ "lease 192.0.2.1 {\n frobnicate 1;\n}\n", 2,
		  "statement of a lease" },
		/* A record that another stands in the midst of. */
		{ "lease 192.0.2.1 {\n ends epoch 9;\nlease 192.0.2.2 {\n}\n}"
		  "\n",
		  3, "statement of a lease" },
		{ "\nlease 192.0.2.1 {\n binding state active;" WHO "}\n", 2,
		  "`ends'" },
		{ "lease 192.0.2.1 { binding state active; ends never; }\n", 1,
		  "`hardware' or `uid'" },
		{ "}\n", 1, "declaration" },
		{ "something else;\n", 1, "declaration" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].text), -EBADMSG);
		if (report.faults[0].line != rows[i].line ||
		    !strstr(report.faults[0].text, rows[i].said)) {
			print_message("%s: line %u: %s\n", rows[i].text,
				      report.faults[0].line,
				      report.faults[0].text);
			fail();
		}
	}
}

static void many_faults_are_all_counted_and_some_kept(void **state)
{
	char text[4096] = "lease 192.0.2.1 {\n";
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++)
		strcat(text, "ends soon;\n");
	strcat(text, "}\n");
	assert_int_equal(parse(text), -EBADMSG);
	assert_int_equal(report.fault_count, 100);
	assert_int_equal(report.faults[ISC_LEASES_FAULT_MAX - 1].line,
			 ISC_LEASES_FAULT_MAX + 1);
	assert_int_equal(seen.count, 0);
}

static void files_of_other_programs_are_named(void **state)
{
	(void)state;
	assert_int_equal(parse("server-duid \"a\";\nia-na \"b\" { }\n"),
			 -EMEDIUMTYPE);
	assert_int_equal(report.owner, ISC_OWNER_DHCPD6);
	assert_int_equal(parse("lease { interface \"e\"; }\n"), -EMEDIUMTYPE);
	assert_int_equal(report.owner, ISC_OWNER_DHCLIENT);
	assert_int_equal(parse("default-duid \"e\";\n"), -EMEDIUMTYPE);
	assert_int_equal(report.owner, ISC_OWNER_DHCLIENT);
}

static void reads_what_dhcpd_wrote(void **state)
{
	char text[16384];
	size_t len = isc_read(REAL_FILE, text, sizeof(text));

	(void)state;
	assert_int_equal(parse_len(text, len), 0);
	assert_int_equal(report.declarations, 8);
	assert_int_equal(seen.count, 8);
	assert_int_equal(seen.leases[0].state, LEASE_ACTIVE);
	assert_int_equal(seen.leases[0].expires.s - seen.leases[0].starts.s,
			 3600);
	assert_int_equal(seen.leases[1].expires.s, LEASE_EXPIRES_NEVER);
	assert_int_equal(seen.leases[2].client_id_len, 0);
	assert_int_equal(seen.leases[4].state, LEASE_FREE);
	assert_int_equal(seen.leases[6].state, LEASE_DECLINED);
	assert_int_equal(report.left[ISC_LEFT_EVENT].count, 6);
	assert_int_equal(report.left[ISC_LEFT_OPTION].count, 2);
	assert_int_equal(report.left[ISC_LEFT_VARIABLE].count, 4);
	assert_int_equal(report.left[ISC_LEFT_TORN].count, 0);
}

/* The last one that was visited of an address; NULL. */
static const struct lease *last_of(const char *addr)
{
	unsigned int i = seen.count;

	while (i--) {
		if (seen.leases[i].addr.s_addr == inet_addr(addr))
			return &seen.leases[i];
	}
	return NULL;
}

static void reads_what_dhcpd_wrote_of_classes_and_relays(void **state)
{
	static const struct {
		const char *file;
		uint64_t declarations, classes, options;
	} rows[] = {
		{ CLASSES_FILE, 15, 5, 3 },
		{ REWRITTEN_FILE, 9, 4, 3 },
	};
	char text[16384];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse_len(text, isc_read(rows[i].file, text,
							  sizeof(text))),
				 0);
		assert_int_equal(report.declarations, rows[i].declarations);
		assert_int_equal(report.left[ISC_LEFT_CLASS].count,
				 rows[i].classes);
		assert_int_equal(report.left[ISC_LEFT_OPTION].count,
				 rows[i].options);
		assert_int_equal(last_of("10.10.10.100")->client_id_len, 10);
		assert_int_equal(last_of("10.10.10.102")->client_id_len, 7);
		assert_int_equal(last_of("10.10.10.103")->state, LEASE_FREE);
		assert_int_equal(last_of("10.10.10.103")->hlen, 6);
		assert_int_equal(last_of("10.10.10.104")->state,
				 LEASE_DECLINED);
		assert_int_equal(last_of("10.10.10.106")->expires.s,
				 LEASE_EXPIRES_NEVER);
		assert_int_equal(last_of("10.10.10.107")->state, LEASE_FREE);
		assert_int_equal(last_of("10.20.0.100")->state, LEASE_ACTIVE);
		assert_int_equal(last_of("10.20.0.100")->host_name_len, 7);
	}
}

/* What a crash leaves: every declaration that is whole, and nothing else. */
static void every_truncation_gives_what_is_whole(void **state)
{
	char text[16384];
	size_t len = isc_read(REAL_FILE, text, sizeof(text)), n;
	unsigned int whole = 0;

	(void)state;
	for (n = 0; n < len; n++) {
		/* dhcpd ends a lease, and only that, with `}' in column 0. */
		whole += n >= 2 && text[n - 1] == '}' && text[n - 2] == '\n';
		assert_int_equal(parse_len(text, n), 0);
		assert_int_equal(seen.count, whole);
		assert_true(report.left[ISC_LEFT_TORN].count <= 1);
	}
	assert_int_equal(whole, 8);
}

static void a_torn_end_is_left_out_and_said(void **state)
{
	static const char whole[] = "lease 192.0.2.1 { }\n";
	char text[200] = { 0 };

	(void)state;
	assert_int_equal(parse("lease 192.0.2.1 { }\n"
			       "lease 192.0.2.1 {\n  ends 4 2024/01"),
			 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(report.left[ISC_LEFT_TORN].count, 1);
	assert_int_equal(report.left[ISC_LEFT_TORN].line, 2);
	/* Room that was made and not written. */
	memcpy(text, whole, sizeof(whole));
	assert_int_equal(parse_len(text, sizeof(text)), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(report.left[ISC_LEFT_TORN].count, 1);
	/* In the midst of the text it is no crash. */
	text[100] = 'x';
	assert_int_equal(parse_len(text, sizeof(text)), -EBADMSG);
}

static void a_long_torn_end_is_a_fault(void **state)
{
	size_t len = 100000;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, '\n', len);
	memcpy(text, "lease 192.0.2.1 {", 17);
	assert_int_equal(parse_len(text, len), -EBADMSG);
	assert_int_equal(report.faults[0].line, 1);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_become_ours),
		cmocka_unit_test(dates_are_utc),
		cmocka_unit_test(clients_are_read_in_every_notation),
		cmocka_unit_test(what_means_nothing_here_is_counted_by_kind),
		cmocka_unit_test(faults_say_line_and_what_was_expected),
		cmocka_unit_test(many_faults_are_all_counted_and_some_kept),
		cmocka_unit_test(files_of_other_programs_are_named),
		cmocka_unit_test(reads_what_dhcpd_wrote),
		cmocka_unit_test(reads_what_dhcpd_wrote_of_classes_and_relays),
		cmocka_unit_test(every_truncation_gives_what_is_whole),
		cmocka_unit_test(a_torn_end_is_left_out_and_said),
		cmocka_unit_test(a_long_torn_end_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
